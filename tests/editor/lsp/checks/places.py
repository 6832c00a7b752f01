"""What leads from one place to another: jumps, lists, hierarchies.

One function for each method, in the notebook of `seat`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.editor.lsp.seat import Seat


def definition(seat: Seat) -> None:
    """Jump into another cell; CTRL-O, CTRL-I and the tag stack know the way."""
    seat.on_name()
    child, sample = seat.child, seat.sample
    child.lua("vim.lsp.buf.definition()")
    seat.wait_lua(
        f"return vim.bo.filetype == 'ipynb' and vim.api.nvim_get_current_line() == "
        f"[[{sample.definition}]] and #vim.api.nvim_tabpage_list_wins(0) == 1",
        "the jump",
    )
    assert child.lua("return vim.fn.col('.')") == sample.definition.index("area") + 1
    child.keys_and_settle("<C-o>")
    line = child.lua("return vim.api.nvim_get_current_line()")
    assert sample.use_line in line, f"CTRL-O came to {line!r}"
    child.keys_and_settle("<C-i>")
    child.command("pop")
    assert sample.use_line in child.lua("return vim.api.nvim_get_current_line()")
    _definition_in_another_file(seat)


def _definition_in_another_file(seat: Seat) -> None:
    child, sample = seat.child, seat.sample
    seat.at(sample.other_use, "circle")
    child.lua("vim.lsp.buf.definition()")
    seat.wait_lua(
        f"return vim.fn.expand('%:t') == '{sample.neighbour[0]}' and "
        f"vim.api.nvim_get_current_line() == [[{sample.neighbour_line}]] and "
        "vim.api.nvim_win_get_config(0).relative == '' and "
        "#vim.api.nvim_tabpage_list_wins(0) == 1",
        "the jump to the file",
    )
    child.keys_and_settle("<C-o>")
    seat.wait_lua("return vim.bo.filetype == 'ipynb'", "the notebook again")
    assert child.lua("return vim.api.nvim_get_current_line()") == sample.other_use
    child.keys_and_settle("<C-i>")
    child.command("pop")
    seat.wait_lua("return vim.bo.filetype == 'ipynb'", "the notebook by the tag stack")
    assert child.lua("return vim.api.nvim_get_current_line()") == sample.other_use


def declaration(seat: Seat) -> None:
    """Find where a name is declared."""
    seat.on_name()
    items = seat.listed("declaration")
    assert [item["text"].strip() for item in items] == [seat.sample.definition], items
    assert items[0]["filename"].endswith("test.ipynb"), items


def implementation(seat: Seat) -> None:
    """Find the classes below."""
    classes = seat.classes
    seat.at(classes.shape, "Shape")
    items = seat.listed("implementation")
    found = {(item["filename"].rsplit("/", 1)[1], item["text"].strip()) for item in items}
    assert ("test.ipynb", classes.ball) in found, items


def type_definition(seat: Seat) -> None:
    """Find the class of a name."""
    seat.at(seat.classes.instance, "ball")
    items = seat.listed("type_definition")
    assert seat.classes.ball in [item["text"].strip() for item in items], items


def references(seat: Seat) -> None:
    """Find all uses, in magics too."""
    seat.on_name()
    sample = seat.sample
    items = seat.listed("references", "nil, ")
    lines = {item["text"].strip() for item in items}
    assert lines.issuperset(sample.uses), lines
    assert len(items) == len(sample.uses) + 1
    assert {item["filename"].rsplit("/", 1)[1] for item in items} == {"test.ipynb"}


def document_symbol(seat: Seat) -> None:
    """List the cell in the float, all cells in order on the facade."""
    seat.on_name()
    names = [item["text"] for item in seat.listed("document_symbol")]
    has_area = any("area" in name for name in names)
    assert any("volume" in name for name in names), names
    assert has_area is not seat.is_float, names


def workspace_symbol(seat: Seat) -> None:
    """List symbols of all files; those of the notebook, if a server looks there, in the facade."""
    seat.on_name()
    rows = seat.facade().split("\n")
    items = seat.listed("workspace_symbol", "'circle', ")
    assert any(item["filename"].endswith(seat.sample.neighbour[0]) for item in items), items
    found = seat.child.lua(
        "local found = {} for _, answer in pairs(vim.lsp.buf_request_sync(0, 'workspace/symbol', "
        "{ query = 'volume' }, 8000)) do vim.list_extend(found, answer.result or {}) end "
        "return found"
    )
    for symbol in found:
        assert symbol["location"]["uri"].endswith("test.ipynb"), symbol
        assert "volume" in rows[symbol["location"]["range"]["start"]["line"]], symbol


def call_hierarchy(seat: Seat) -> None:
    """Find who calls and who is called, in cells."""
    seat.on_name()
    calls = seat.quickfix("vim.lsp.buf.incoming_calls()")
    assert {call["name"] for call in calls} == {"test.ipynb"}
    assert any(seat.sample.use_line in call["line"] for call in calls), calls
    seat.rest()
    seat.at(seat.sample.fold, "volume")
    calls = seat.quickfix("vim.lsp.buf.outgoing_calls()")
    assert {call["name"] for call in calls} == {"test.ipynb"}
    assert any("area" in call["text"] for call in calls), calls
    assert any(seat.sample.use_line in call["line"] for call in calls), calls


def type_hierarchy(seat: Seat) -> None:
    """Find classes above and below, in cells and files."""
    # Below a class ty looks in files on disk only.
    for kind, at, name, file in (
        ("supertypes", "Ball", "Shape", "test.ipynb"),
        ("subtypes", "Solid", "Cube", "neighbour.py"),
    ):
        seat.at({"Ball": seat.classes.ball, "Solid": seat.classes.shape}[at], at)
        if seat.is_0_11:
            found = seat.quickfix(f"vim.lsp.buf.typehierarchy('{kind}')")
            assert [one["name"] for one in found if f"class {name}" in one["line"]] == [file], found
        else:
            items = seat.ask("textDocument/prepareTypeHierarchy")
            found = seat.child.lua(
                "local method, item = ...; for _, answer in pairs(vim.lsp.buf_request_sync(0, "
                "method, { item = item }, 8000)) do return answer.result end",
                f"typeHierarchy/{kind}",
                items[0],
            )
            assert name in [one["name"] for one in found], found
            assert found[0]["uri"].endswith(file)
        seat.rest()
