"""Completion from the kernel: what built-in completion and plugins get from our own client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import open_in
from tests.editor.running import run_cell, wait_states
from tests.harness import Child, Launch, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

BASH_METADATA = {
    "kernelspec": {"display_name": "Bash", "language": "bash", "name": "bash"},
    "language_info": {"name": "bash"},
}
SETUP = "import os, time\nénorme_valeur = 1\nmapping = {'some_key': 1}\nspace = 'x'"
# jedi reads its own files at the first completion of a name.
SLOW_S = 40
INIT = """
vim.o.completeopt = 'menu,menuone,noselect'
require('ipynb').setup({ completion = { timeout_ms = 30000 } })
"""


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("complete"), Launch(width=100, height=40, init=INIT))
    yield child
    child.close()


@pytest.fixture
def show(editor: Child, tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Return a function that opens cells in the module's editor; they go after the test."""

    def show_(*specs: Any, metadata: dict[str, Any] | None = None) -> Child:
        open_in(editor, write_notebook(tmp_path / "test.ipynb", specs, metadata), specs)
        editor.keys_and_settle("gg")
        return editor

    yield show_
    editor.keys_and_settle("<C-\\><C-n><Esc>")
    editor.command("silent! %bwipeout!")


def edit_second(child: Child) -> None:
    """Run the first cell and edit the second, which is empty."""
    run_cell(child)
    child.keys_and_settle("]]i")


def menu(child: Child) -> list[str]:
    """Return the words in the completion menu, [] while there is none."""
    return child.lua(
        "return vim.fn.pumvisible() == 1 and vim.tbl_map(function(item) return item.word end,"
        " vim.fn.complete_info({ 'items' }).items) or {}"
    )


def complete(child: Child, text: str, keys: str = "<C-x><C-o>") -> list[str]:
    """Type a text, ask for completion, return the menu's words."""
    child.type_text(text)
    child.keys(keys)
    return child.wait_for(lambda: menu(child), SLOW_S, "the completion menu")


def ask(child: Child, method: str, line: int, character: int, context: str = "nil") -> Any:
    """Send a request of a plugin to the client of the current buffer; return its answer."""
    child.lua(
        f"""local method, line, character = ...
            local client = vim.lsp.get_clients({{ bufnr = 0, method = method }})[1]
            local uri = vim.uri_from_bufnr(0)
            _G.answers = {{}}
            local params = {{ textDocument = {{ uri = uri }}, context = {context},
              position = {{ line = line, character = character }} }}
            local function keep(err, result)
              table.insert(_G.answers, {{ err = err, result = result }})
            end
            if vim.fn.has('nvim-0.11') == 1 then
              client:request(method, params, keep, 0)
            else
              client.request(method, params, keep, 0)
            end""",
        method,
        line,
        character,
    )
    child.wait_for(lambda: child.lua("return #_G.answers == 1"), SLOW_S, f"an answer to {method}")
    return child.lua("return _G.answers[1].result")


def test_omni_completion_in_the_float_shows_the_kernels_names(show: Callable[..., Child]) -> None:
    child = show(SETUP, "")
    edit_second(child)
    words = complete(child, "os.pa")
    assert words[:2] == ["pardir", "path"]
    assert child.is_visible("pathsep")
    child.keys_and_settle("<C-n><C-n><C-y>")
    assert child.lines() == ["os.path"]


@pytest.mark.parametrize(
    ("typed", "word", "line"),
    [
        ("x = '𝔘𝔫𝔦🎉'; énorm", "énorme_valeur", "x = '𝔘𝔫𝔦🎉'; énorme_valeur"),
        ("%timei", "%timeit", "%timeit"),
        ("open('/usr/li", "/usr/lib/", "open('/usr/lib/"),
        ("mapping['so", "some_key", "mapping['some_key"),
        ("import jso", "json", "import json"),
    ],
)
def test_what_is_chosen_replaces_what_was_typed(
    show: Callable[..., Child], typed: str, word: str, line: str
) -> None:
    child = show(SETUP, "")
    edit_second(child)
    words = complete(child, typed)
    child.keys_and_settle("<C-n>" * (words.index(word) + 1) + "<C-y>")
    assert child.lines() == [line]


def test_completion_in_the_middle_of_a_name_keeps_the_text_behind(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "'🎉é'; os. + '𝔘'")
    edit_second(child)
    child.keys_and_settle("<Esc>0f.a")
    assert complete(child, "pathse") == ["pathsep"]
    child.keys_and_settle("<C-n><C-y>")
    assert child.lines() == ["'🎉é'; os.pathsep + '𝔘'"]


def test_what_was_just_typed_is_what_the_kernel_is_asked(show: Callable[..., Child]) -> None:
    child = show(SETUP, "")
    edit_second(child)
    child.keys("os.gete<C-x><C-o>")
    words = child.wait_for(lambda: menu(child), SLOW_S, "the completion menu")
    assert set(words) >= {"getegid", "getenv"}
    assert all(word.startswith("gete") for word in words)


def test_candidates_have_kinds_ranges_and_documentation_on_demand(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "'🎉'; os.getc")
    edit_second(child)
    answer = ask(child, "textDocument/completion", 0, 15)
    item = next(one for one in answer["items"] if one["label"] == "getcwd")
    assert item["kind"] == 3
    assert item["textEdit"]["range"] == {
        "start": {"line": 0, "character": 11},
        "end": {"line": 0, "character": 15},
    }
    assert "documentation" not in item
    child.lua(
        """local item = ...
           local client = vim.lsp.get_clients({ bufnr = 0 })[1]
           _G.resolved = nil
           local function keep(_, result) _G.resolved = result end
           if vim.fn.has('nvim-0.11') == 1 then
             client:request('completionItem/resolve', item, keep, 0)
           else
             client.request('completionItem/resolve', item, keep, 0)
           end""",
        item,
    )
    child.wait_for(lambda: child.lua("return _G.resolved ~= nil"), SLOW_S)
    text = child.lua("return _G.resolved.documentation.value")
    assert "```python\nos.getcwd()\n```" in text
    assert "current working directory" in text


def test_the_facade_is_completed_at_its_own_rows(show: Callable[..., Child]) -> None:
    child = show(SETUP, "os.pathse")
    run_cell(child)
    row = next(n for n, line in enumerate(child.lines()) if line == "os.pathse")
    answer = ask(child, "textDocument/completion", row, 9)
    assert [item["label"] for item in answer["items"]] == ["pathsep"]
    assert answer["items"][0]["textEdit"]["range"]["start"] == {"line": row, "character": 3}
    assert ask(child, "textDocument/completion", row - 1, 0)["items"] == []


def test_a_trigger_character_asks_only_where_it_begins_something(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "1 / \nspace %")
    edit_second(child)
    slash = "{ triggerKind = 2, triggerCharacter = '/' }"
    percent = "{ triggerKind = 2, triggerCharacter = '%' }"
    assert ask(child, "textDocument/completion", 0, 3, slash)["items"] == []
    assert ask(child, "textDocument/completion", 1, 7, percent)["items"] == []


def test_while_a_cell_runs_the_kernel_completes_and_can_be_interrupted(
    show: Callable[..., Child],
) -> None:
    child = show(SETUP, "while True: time.sleep(0.01)", "")
    run_cell(child)
    child.keys_and_settle("]]")
    child.keys(":NotebookExecuteCell<CR>")
    wait_states(child, "ok", "busy", "idle")
    child.keys_and_settle("]]i")
    assert "path" in complete(child, "os.pa")
    child.keys_and_settle("<C-e><Esc><Esc>")
    run_cell(child, "<C-c>")


def test_a_kernel_that_does_not_answer_in_time_gives_nothing_and_typing_goes_on(
    start_child: Callable[..., Child], notebook: Callable[..., Path]
) -> None:
    child = start_child(init="require('ipynb').setup({ completion = { timeout_ms = 100 } })")
    path = notebook("sleep 30", "", metadata=BASH_METADATA)
    open_in(child, path, ["sleep 30", ""])
    child.keys("gg:NotebookExecuteCell<CR>")
    wait_states(child, "busy", "idle")
    child.keys_and_settle("]]iec")
    answer = ask(child, "textDocument/completion", 0, 2)
    assert answer == {"isIncomplete": True, "items": []}
    child.type_text("ho on")
    assert child.lines() == ["echo on"]


def test_bash_is_completed(show: Callable[..., Child]) -> None:
    child = show("some_long_name=1", "", metadata=BASH_METADATA)
    edit_second(child)
    assert "some_long_name" in str(complete(child, "echo $some_lo"))


def test_typing_starts_no_kernel_and_asks_nothing(show: Callable[..., Child]) -> None:
    child = show("")
    child.keys_and_settle("gg")
    child.keys_and_settle("iimport os; os.")
    answer = ask(child, "textDocument/completion", 0, 13)
    assert answer == {"isIncomplete": False, "items": []}
    assert child.lua("return (require('ipynb').statusline())") == "no kernel"
    assert child.lua("return require('ipynb').kernel().connected") is False


def test_after_the_kernels_death_there_is_nothing_at_once(show: Callable[..., Child]) -> None:
    child = show(SETUP, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "os.pa")
    run_cell(child)
    run_cell(child, "]]:NotebookExecuteCell<CR>")
    child.wait_for(lambda: not child.lua("return require('ipynb').kernel().connected"))
    child.keys_and_settle("]]i")
    assert ask(child, "textDocument/completion", 0, 5)["items"] == []


def test_a_markdown_cell_has_no_kernel_client_and_gets_one_as_code(
    show: Callable[..., Child],
) -> None:
    child = show(("markdown", "text"))
    names = "return vim.tbl_map(function(c) return c.name end, vim.lsp.get_clients({ bufnr = 0 }))"
    child.wait_for(lambda: child.lua(names) == ["ipynb"], what="the facade's client")
    child.keys_and_settle("i")
    assert "ipynb" not in child.lua(names)
    child.keys_and_settle("<Esc>:NotebookMakeCode<CR>")
    child.keys_and_settle("i")
    assert "ipynb" in child.lua(names)


def test_the_client_ends_with_the_notebook_and_neovim_leaves_at_once(
    show: Callable[..., Child],
) -> None:
    child = show("1")
    count = "return #vim.lsp.get_clients({ name = 'ipynb' })"
    child.wait_for(lambda: child.lua(count) == 1)
    child.command("bwipeout!")
    child.wait_for(lambda: child.lua(count) == 0, what="the end of the client")


def test_hover_and_signature_help_come_from_the_kernel(show: Callable[..., Child]) -> None:
    child = show(SETUP, "os.path.join('a', )")
    edit_second(child)
    hover = ask(child, "textDocument/hover", 0, 9)
    assert "Join two or more pathname components" in hover["contents"]["value"]
    help_ = ask(child, "textDocument/signatureHelp", 0, 18)
    assert help_["signatures"][0]["label"] == "os.path.join(a, *p)"
    assert help_["activeParameter"] == 1
