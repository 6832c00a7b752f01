"""Edits that servers make: code actions, formatting, imports; outputs stay, one undo step."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.lsp.servers import diagnostics, go_to, start_with

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import Child

    StartChild = Callable[..., Child]
    Write = Callable[..., Path]

OUTPUT = {"output_type": "stream", "name": "stdout", "text": ["hello\n"]}
ANSWER_S = 15
FACADE = "require('ipynb.notebook').get(0).buf"


def ran(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [OUTPUT],
        "execution_count": 1,
        "id": "ran",
    }


def text(child: Child) -> str:
    return child.lua(
        f"return table.concat(vim.api.nvim_buf_get_lines({FACADE}, 0, -1, true), '\\n')"
    )


def wait_text(child: Child, wanted: str) -> None:
    child.wait_for(lambda: wanted in text(child), ANSWER_S, repr(wanted))


def wait_formatter(child: Child) -> None:
    asked = f"{{ bufnr = {FACADE}, method = 'textDocument/formatting' }}"
    ready = f"return #vim.lsp.get_clients({asked}) > 0"
    child.wait_for(lambda: child.lua(ready), ANSWER_S, "a formatter")


def act(child: Child, title: str) -> None:
    """Choose a code action by its title."""
    child.lua(
        "local title = ...; vim.lsp.buf.code_action({ apply = true, filter = function(action) "
        "return action.title:find(title, 1, true) ~= nil end })",
        title,
    )


def test_format_all_is_one_undo_step_around_magics_and_keeps_outputs(
    start_child: StartChild, notebook: Write
) -> None:
    cells = [
        "%matplotlib inline\nx =  1\n!ls\n\n\n",
        ran("if x:\n    %time y =  2\n    z =3"),
        ("markdown", "*  text"),
        "%%bash\nls   -l",
        "%%time\nw =   4",
    ]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    wait_formatter(child)
    before = text(child)
    child.keys_and_settle(":NotebookFormatAll<CR>")
    wait_text(child, "%%time\nw = 4\n# <</ipynb_nvim>>")
    after = text(child)
    assert "%matplotlib inline\nx = 1\n!ls\n# <</ipynb_nvim>>" in after
    assert "if x:\n    %time y =  2\n    z = 3\n" in after
    assert "*  text" in after
    assert "%%bash\nls   -l\n" in after
    assert child.is_visible("hello")
    child.keys_and_settle("u")
    assert text(child) == before


def test_pylsp_formats_every_cell_every_time(start_child: StartChild, notebook: Write) -> None:
    # Its threads share what autopep8 changes: asked for cells at once, it left some as they were.
    cells = [f"value_{index} =  {index}" for index in range(6)]
    child = start_with(start_child, notebook(*cells), cells, "pylsp")
    wait_formatter(child)
    before = text(child)
    for _ in range(4):
        child.keys_and_settle(":NotebookFormatAll<CR>")
        child.wait_for(lambda: "=  " not in text(child), ANSWER_S, "all cells formatted")
        child.keys_and_settle("u")
        assert text(child) == before


@pytest.mark.parametrize("where", ["facade", "float"])
def test_what_formats_on_save_formats_the_notebook(
    start_child: StartChild, notebook: Write, where: str
) -> None:
    cells = ["a =  1", ("markdown", "*  text"), "%%bash\nls   -l", "b =  2"]
    path = notebook(*cells)
    child = start_with(start_child, path, cells, "ruff")
    wait_formatter(child)
    child.lua(
        "vim.api.nvim_create_autocmd('BufWritePre', { callback = function(event) "
        "vim.lsp.buf.format({ bufnr = event.buf, timeout_ms = 10000 }) end })"
    )
    go_to(child, "b =  2")
    if where == "float":
        child.keys_and_settle("<CR>A +  3")
    before = text(child)
    child.keys_and_settle("<C-s>" if where == "float" else ":w<CR>")
    formatted = "b = 2 + 3" if where == "float" else "b = 2"
    child.wait_for(
        lambda: path.read_text(encoding="utf-8").count(formatted) == 1, ANSWER_S, "the file"
    )
    saved = [cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    assert saved == [["a = 1"], ["*  text"], ["%%bash\n", "ls   -l"], [formatted]]
    assert not child.lua(f"return vim.bo[{FACADE}].modified")
    child.keys_and_settle("<C-\\><C-n>u")
    assert text(child) == before


def test_format_cell_formats_the_cell_at_the_cursor_from_the_float_too(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["a =  1", "b =  2"]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    wait_formatter(child)
    go_to(child, "b =  2")
    child.keys_and_settle("<CR>:NotebookFormatCell<CR>")
    wait_text(child, "b = 2")
    assert "a =  1" in text(child)
    assert child.lines() == ["b = 2"]
    child.keys_and_settle("u")
    assert child.lines() == ["b =  2"]
    assert "b =  2" in text(child)


def test_a_fix_is_made_in_its_cell_and_undone_in_one_step(
    start_child: StartChild, notebook: Write
) -> None:
    cells = ["print(1)", ran("import os\nimport sys\nsys.exit")]
    child = start_with(start_child, notebook(*cells), cells, "ruff")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "diagnostics")
    go_to(child, "import os")
    before = text(child)
    act(child, "Remove unused import")
    child.wait_for(lambda: "import os" not in text(child), ANSWER_S, "the fix")
    assert "import sys\nsys.exit\n" in text(child)
    assert child.is_visible("hello")
    child.keys_and_settle("u")
    assert text(child) == before


def test_an_import_goes_to_the_cell_it_is_for(start_child: StartChild, notebook: Write) -> None:
    cells = [("markdown", "# first"), "x = 1", "# comment\nos.getcwd()"]
    child = start_with(start_child, notebook(*cells), cells, "ty")
    child.wait_for(lambda: diagnostics(child), ANSWER_S, "diagnostics")
    go_to(child, "os.getcwd()")
    act(child, "import os")
    wait_text(child, "# <<ipynb_nvim:code>>\n# comment\nimport os\nos.getcwd()\n")
    assert "# first" in text(child)
    assert "# <<ipynb_nvim:code>>\nx = 1\n" in text(child)


def test_a_rename_from_the_float_reaches_other_cells_and_files(
    start_child: StartChild, notebook: Write, tmp_path: Path
) -> None:
    (tmp_path / "shapes.py").write_text("def area():\n    return 'é'\n", encoding="utf-8")
    cells = ["from shapes import area", "area()", "%timeit area()"]
    child = start_with(start_child, notebook(*cells), cells, "basedpyright")
    go_to(child, "area()")
    child.keys_and_settle("<CR>")
    child.lua("vim.lsp.buf.rename('surface')")
    wait_text(child, "%timeit surface()")
    assert "from shapes import surface" in text(child)
    assert child.lines() == ["surface()"]
    shapes = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr('shapes.py'), 0, -1, true)"
    assert child.lua(shapes)[0] == "def surface():"
    child.keys_and_settle("u")
    assert "surface" not in text(child)
