"""Methods by servers, from facade and float, by Neovim's public functions only.

Prints what works and what a server does not announce (in one process: `-n0`); anything wrong
fails. Servers have the notebook in the way of the plugin's table, basedpyright in both.

IPYNB_LSP_WAYS  1: the ways that the table does not take, too (3 minutes); there what is known to be
                wrong must still be, or the table is to be looked at again
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from tests.editor.lsp.checks import CHECKS
from tests.editor.lsp.samples import sample_of
from tests.editor.lsp.seat import ANSWER_S, Seat
from tests.editor.lsp.servers import diagnostics, start_with
from tests.harness import Child, ChildError, ChildTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.harness import CellSpec

# These count characters whatever they announce, in plain files too (pylsp where text changes).
NO_ASTRAL = {"jedi", "pylsp"}
# Where a path has a space these report nothing, and find no sourced files; in plain files too.
NO_SPACE = {"jedi", "bashls"}
TABLE = "by the table"
CASES = [
    ("basedpyright", TABLE),
    ("basedpyright", "notebook"),
    ("ty", TABLE),
    ("pylsp", TABLE),
    ("jedi", TABLE),
    ("ruff", TABLE),
    ("bashls", TABLE),
    ("ts_ls", TABLE),
]
# Methods that are wrong in the ways that the table does not take, in facade and float alike.
_OTHER_CELLS = {"definition", "declaration", "typeDefinition", "references", "rename"}
WRONG_OTHERWISE: dict[tuple[str, str], set[str]] = {
    # Answers with places of other cells as if they were this cell's.
    ("ty", "notebook"): {
        "documentHighlight",
        "documentSymbol",
        "prepareCallHierarchy",
        "prepareTypeHierarchy",
    },
    # Reads a cell alone for these.
    ("pylsp", "notebook"): {
        "documentHighlight",
        "hover",
        "references",
        "rename",
        "typeDefinition",
    },
    # Counts a row too few behind an empty cell.
    ("jedi", "notebook"): {
        *_OTHER_CELLS,
        "completion",
        "completionItem/resolve",
        "documentHighlight",
        "hover",
        "signatureHelp",
    },
    # What is wrong here, fixes and imports over cells, is in test_ruff.
    ("ruff", "shadow"): set(),
}
if os.environ.get("IPYNB_LSP_WAYS"):
    CASES += WRONG_OTHERWISE
WRONG_ANSWER_S = 5  # of what is known to be wrong, most never comes
# Announced by a server and not carried, with the reason.
WITHHELD = {
    ("ruff", "textDocument/hover"): "of noqa only",
    ("ty", "textDocument/prepareRename"): "refuses unsaved files",
}
# As above, of what is announced and not tried here: a capability, of a server or of all ("").
WITHHELD_PROVIDERS = {
    ("", "diagnosticProvider"): "the plugin asks for them itself",
    ("ruff", "hoverProvider"): "of noqa only",
}
UNCARRIED = """
local found = {}
for _, server in pairs(require('ipynb.notebook').get(0).servers) do
  local carried = vim.lsp.get_client_by_id(server.proxy_id).server_capabilities
  for name, value in pairs(server.client.server_capabilities) do
    if vim.endswith(name, 'Provider') and value and not carried[name] then
      table.insert(found, name)
    end
  end
end
return found
"""
# Servers that run programs may take longer than others to end.
EXIT_S = 30
# The facade has no insert mode.
NEEDS_TYPING = {"textDocument/completion", "completionItem/resolve"}
DIAGNOSTICS = ("textDocument/diagnostic", "textDocument/publishDiagnostics")


def wait_for_answers(child: Child) -> None:
    """Wait until servers that find themselves a project, or register what they do, are ready."""
    ready = (
        "local nb = require('ipynb.notebook').get(0); "
        "for _, server in pairs(nb.servers) do "
        "if server.name == 'ruff' then return #vim.lsp.get_clients({ bufnr = nb.buf, "
        "name = 'ruff', method = 'textDocument/formatting' }) > 0 end "
        "local symbols = vim.lsp.buf_request_sync(nb.buf, 'textDocument/documentSymbol', "
        "{ textDocument = { uri = vim.uri_from_bufnr(nb.buf) } }, 2000) "
        "local own = (symbols or {})[server.proxy_id] "
        "if not (own and own.result and #own.result > 0) then return false end "
        # Until it has read the project it answers by this file alone.
        "return server.name ~= 'ts_ls' or #vim.diagnostic.get(nb.buf) > 0 end"
    )
    child.wait_for(lambda: child.lua(ready), 20, "the server's first answer")


def is_there(seat: Seat, method: str) -> bool:
    """Tell whether a method can be tried here."""
    if method in DIAGNOSTICS:
        # For notebook documents we have no client that could be asked.
        is_pulled = seat.way == "shadow" and seat.is_announced(DIAGNOSTICS[0])
        return is_pulled is (method == DIAGNOSTICS[0])
    return seat.has(method)


def outcome(seat: Seat, method: str, check: Callable[[Seat], None]) -> tuple[str, str]:
    """Try a method; return the word for the table, and what is wrong."""
    seat.rest()
    if method in NEEDS_TYPING and not seat.is_float:
        return "(float only)", ""
    if not is_there(seat, method):
        reason = WITHHELD.get((seat.server, method))
        if method in DIAGNOSTICS or not seat.is_announced(method):
            return "not announced", ""
        return (f"withheld: {reason}", "") if reason else ("WRONG", "announced, not carried")
    before = seat.facade()
    try:
        check(seat)
    except (AssertionError, ChildError, ChildTimeoutError) as problem:
        seat.undo_to(before)
        return "WRONG", repr(problem)
    return "works", ""


def uncarried(child: Child, server: str) -> dict[str, str]:
    """Return what a server announces and the notebook's client does not."""
    named = child.lua(UNCARRIED)
    withheld = {name for of, name in WITHHELD_PROVIDERS if of in ("", server)}
    return {name: "announced, not carried" for name in named if name not in withheld}


def errors(child: Child) -> list[dict[str, Any]]:
    """Return what is reported as an error: there is none."""
    return [one for one in diagnostics(child) if one["severity"] == 1]


@pytest.mark.parametrize(("server", "way"), CASES)
def test_every_method_works_that_a_server_announces(
    start_child: Callable[..., Child],
    notebook: Callable[..., Path],
    tmp_path: Path,
    server: str,
    way: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sample = sample_of(server)
    cells: list[CellSpec] = list(sample.cells)
    if server in NO_ASTRAL:
        cells = [one.replace("😀", "o") if isinstance(one, str) else one for one in cells]
    folder = tmp_path / ("folder" if server in NO_SPACE else "a folder")
    folder.mkdir()
    path = notebook(*cells, name=f"{folder.name}/test.ipynb", metadata=sample.metadata)
    name, text = sample.neighbour
    path.with_name(name).write_text(text, encoding="utf-8")
    ways = {} if way == TABLE else {server: way}
    child = start_with(start_child, path, cells, server, ways=ways)
    wait_for_answers(child)
    known = WRONG_OTHERWISE.get((server, way))
    version = child.lua("local v = vim.version() return v.major .. '.' .. v.minor")
    rows, wrong = [], uncarried(child, server)
    for is_float in (False, True):
        seat = Seat(child, server, is_float, ANSWER_S if known is None else WRONG_ANSWER_S)
        for method, check in CHECKS.items():
            word, problem = outcome(seat, method, check)
            rows.append(f"{version:5} {server:13} {seat.way:9} {seat.name:7} {method:35} {word}")
            if problem:
                wrong[method.removeprefix("textDocument/")] = f"{seat.name}: {problem}"
    seat.rest()
    try:
        # What was said of a text that a check has taken back goes a moment later.
        child.wait_for(lambda: not errors(child), ANSWER_S, "no error")
    except ChildTimeoutError:
        wrong["errors where none are"] = str(errors(child))
    with capsys.disabled():
        print("\n" + "\n".join(rows))  # noqa: T201 (the matrix is what is wanted)
    assert way in {TABLE, seat.way}
    known = known or set()
    problems = [f"{what}: {problem}" for what, problem in wrong.items() if what not in known]
    problems += [f"{what}: is right now" for what in known - wrong.keys()]
    assert not problems, "\n\n".join(problems)
    child.close(grace_s=EXIT_S)
