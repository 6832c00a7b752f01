"""Figure 12: what a language server costs in a notebook over the same one in a plain file."""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

from bench import notebooks
from bench.editors import Editors, Typist, open_notebook
from bench.figures import Figure, Rule
from tests.editor.lsp.servers import init_of

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from tests.harness import Child

SIZES = (200, 1000)
SERVER = "ty"  # answers in a millisecond or two: what we add shows
SERVERS = ("ty", "ruff")
ADDED_LIMIT_MS = 2
KEY_LIMIT_MS = 0.2
BLOCKING_SERVER = "basedpyright"  # tokens and diagnostics of the whole text after each edit
BLOCKED_LIMIT_MS = 5
EDIT_SEEN_S = 1.5  # by then it has said all that an edit brings
ATTACH_S = 60
WARM_UP = 3
METHODS = ("hover", "definition", "completion")

# Counts from the request to its answer, in Neovim, and what of that passes while the server has it.
# A completion is asked for as plugins do: right after the key, before what was typed has gone
# anywhere.
_ASK = """
local method, typed, name = ...
method = 'textDocument/' .. method
_G.taken = nil
local buf = vim.api.nvim_get_current_buf() -- with 0 some versions do not tell the server before
local client = vim.lsp.get_clients({ bufnr = buf, name = name })[1]
local asked_ns, answered_ns
local watch = vim.api.nvim_create_autocmd('LspRequest', { callback = function(event)
  local request = event.data.request
  local server = vim.lsp.get_client_by_id(event.data.client_id)
  -- The client of the server itself, not the one that stands for it.
  if request.method == method and not vim.endswith(server.config.root_dir, '/.') then
    asked_ns = request.type == 'pending' and vim.uv.hrtime() or asked_ns
    answered_ns = request.type == 'complete' and vim.uv.hrtime() or answered_ns
  end
end })
local function ask()
  local cursor = vim.api.nvim_win_get_cursor(0)
  local params = {
    textDocument = { uri = vim.uri_from_bufnr(buf) },
    position = { line = cursor[1] - 1, character = cursor[2] },
  }
  local start_ns = vim.uv.hrtime()
  local function answer(_, result)
    local whole_ns = vim.uv.hrtime() - start_ns
    vim.api.nvim_del_autocmd(watch)
    local count = type(result) == 'table' and #(result.items or { true }) or 0
    _G.taken = { whole_ns / 1e6, (whole_ns - (answered_ns - asked_ns)) / 1e6, count }
  end
  if vim.fn.has('nvim-0.11') == 1 then
    client:request(method, params, answer, buf)
  else
    client.request(method, params, answer, buf)
  end
end
if typed then
  vim.api.nvim_create_autocmd('TextChangedI', { buffer = buf, once = true, callback = ask })
else
  ask()
end
"""
# Nobody is asked, and what Neovim puts off after a change (text 150 ms, tokens 200 ms) is done.
QUIET_S = 0.3
_IS_QUIET = """
return vim.iter(vim.lsp.get_clients()):all(function(client)
  return vim.iter(pairs(client.requests)):all(function(_, request)
    return request.type ~= 'pending'
  end)
end)
"""
# How long the main loop had no turn, at the longest.
_WATCH = """
local last_ns, longest_ns = vim.uv.hrtime(), 0
local timer = vim.uv.new_timer()
timer:start(1, 1, function()
  local now_ns = vim.uv.hrtime()
  longest_ns, last_ns = math.max(longest_ns, now_ns - last_ns), now_ns
end)
function _G.stop_watching()
  timer:close()
  return longest_ns / 1e6
end
"""
# One client of each name: where the user's own comes to a float, it is taken off a moment later.
_ATTACHED = """
local wanted = vim.json.decode(...)
return vim.iter(wanted):all(function(name)
  local clients = vim.lsp.get_clients({ bufnr = 0, name = name })
  return #clients == 1 and clients[1].initialized
end)
"""


class Taken(NamedTuple):
    """What one request took, with the server and around it, and how much was answered."""

    whole_ms: float
    around_ms: float
    count: int


def measure(folder: Path, *, is_quick: bool) -> list[Figure]:
    """Measure requests and keys in the middle of each size."""
    figures = []
    for size in SIZES:
        with Editors(folder / str(size)) as editors:
            figures += _requests(editors, size, repeats=10 if is_quick else 40)
        with Editors(folder / f"{size}-keys") as editors:
            figures.append(_keys(editors, size, keys=60 if is_quick else 400))
    with Editors(folder / "blocked") as editors:
        figures.append(_blocked(editors, SIZES[-1], edits=6 if is_quick else 20))
    return figures


def cells_of(size: int) -> list[dict[str, Any]]:
    """Return code cells; the middle one is what is worked in."""
    texts = [
        f"def compute_{index}(value: int) -> int:\n"
        f"    result = value + {index}\n"
        "    return result\n\n\n"
        f"value = compute_{max(index - 1, 0)}({index})"
        for index in range(size)
    ]
    return notebooks.sources(texts)


def _plain(editors: Editors, size: int, init: str) -> Child:
    lines = notebooks.facade_lines(cells_of(size))
    path = editors.folder / "plain.py"
    text = "\n".join("" if line.startswith("# <<") else line for line in lines)
    path.write_text(f"{text}\n", encoding="utf-8")
    child = editors.plain(init)
    child.keys_and_settle(f":edit {path}<CR>")
    return child


def _notebook(editors: Editors, size: int, init: str) -> Child:
    path = notebooks.write(editors.folder / "servers.ipynb", cells_of(size))
    child = editors.with_plugin(init)
    open_notebook(child, path, size)
    return child


def go_to_middle(child: Child, size: int) -> None:
    """Stand on the call in the middle of `cells_of` that many."""
    child.keys_and_settle(f"/compute_{size // 2 - 1}(<CR>nzz")
    child.keys_and_settle(":noh<CR>")


def wait_attached(child: Child, names: tuple[str, ...]) -> None:
    """Wait for one client of each name."""
    code = json.dumps(names)
    child.wait_for(lambda: child.lua(_ATTACHED, code), ATTACH_S, f"{names} attached")


def _requests(editors: Editors, size: int, repeats: int) -> list[Figure]:
    init = init_of([SERVER])
    seats = {
        "plain": _plain(editors, size, init),
        "facade": _notebook(editors, size, init),
        "float": _notebook(editors, size, init),
    }
    for name, child in seats.items():
        go_to_middle(child, size)
        wait_attached(child, (SERVER,))
        if name == "float":
            child.keys_and_settle("<CR>")
            wait_attached(child, (SERVER,))
    figures = []
    for method in METHODS:
        names = [name for name in seats if name != "facade" or method != "completion"]
        times: dict[str, list[Taken]] = {name: [] for name in names}
        for _ in range(repeats + WARM_UP):
            for name in names:
                times[name].append(asked(seats[name], method))
        # A server takes 50 ms for a completion, and never the same: what is around it counts.
        is_around = method == "completion"
        floor = _median(times["plain"], is_around=is_around)
        for name in names[1:]:
            measured = _median(times[name], is_around=is_around)
            row = f"12 {method}, {name}, {size:,} cells"
            whole = [f"{one} {_median(times[one], is_around=False):.1f}" for one in ("plain", name)]
            note = f"around the server; whole: {', '.join(whole)}" if is_around else ""
            limit = ADDED_LIMIT_MS
            figures.append(Figure(row, measured, floor, "ms", Rule.DIFFERENCE, limit, note))
    return figures


def _blocked(editors: Editors, size: int, edits: int) -> Figure:
    """Add a line; see how long Neovim is blocked by what the server then says of the whole."""
    init = init_of([BLOCKING_SERVER])
    seats = {"plain": _plain(editors, size, init), "float": _notebook(editors, size, init)}
    for name, child in seats.items():
        go_to_middle(child, size)
        wait_attached(child, (BLOCKING_SERVER,))
        if name == "float":
            child.keys_and_settle("<CR>")
            wait_attached(child, (BLOCKING_SERVER,))
        _wait_quiet(child)
    times: dict[str, list[float]] = {name: [] for name in seats}
    for _ in range(edits + WARM_UP):
        for name, child in seats.items():
            child.lua(_WATCH)
            child.keys_and_settle("oadded = 1<Esc>")
            time.sleep(EDIT_SEEN_S)
            times[name].append(child.lua("return _G.stop_watching()"))
    plain, measured = (statistics.median(values[WARM_UP:]) for values in times.values())
    row = f"12 blocked after an edit, {size:,} cells"
    note = f"the longest time without a turn; {BLOCKING_SERVER}"
    return Figure(row, measured, plain, "ms", Rule.DIFFERENCE, BLOCKED_LIMIT_MS, note)


def _wait_quiet(child: Child) -> None:
    time.sleep(QUIET_S)
    child.wait_for(lambda: child.lua(_IS_QUIET), ATTACH_S, "no open request")


def _median(times: list[Taken], *, is_around: bool) -> float:
    return statistics.median(
        taken.around_ms if is_around else taken.whole_ms for taken in times[WARM_UP:]
    )


def asked(child: Child, method: str, server: str = SERVER) -> Taken:
    """Make a request at the cursor, a completion right after a key."""
    is_typed = method == "completion"
    if is_typed:
        child.keys_and_settle("ocomput")
    child.lua(_ASK, method, is_typed, server)
    if is_typed:
        child.keys("e")
    child.wait_for(lambda: child.lua("return _G.taken ~= nil"), ATTACH_S, method)
    taken = Taken(*child.lua("return _G.taken"))
    assert taken.count > 0, f"{method}: no answer"
    if is_typed:
        child.keys_and_settle("<Esc>u")
        _wait_quiet(child)
    return taken


def _keys(editors: Editors, size: int, keys: int) -> Figure:
    """Type with and without servers, in file and notebook, in turns."""
    init = init_of(SERVERS)
    seats = {
        "plain": _plain(editors, size, ""),
        "plain, served": _plain(editors, size, init),
        "float": _notebook(editors, size, ""),
        "float, served": _notebook(editors, size, init),
    }
    for name, child in seats.items():
        go_to_middle(child, size)
        if "served" in name:
            wait_attached(child, SERVERS)
        child.keys_and_settle("O")
        if name == "float, served":
            wait_attached(child, SERVERS)
    typists = {name: Typist(child) for name, child in seats.items()}
    times: dict[str, list[float]] = {name: [] for name in seats}
    for _ in range(keys):
        for name, typist in typists.items():
            times[name].append(typist.key_ms())
    median = {name: statistics.median(values) for name, values in times.items()}
    added = median["float, served"] - median["float"]
    floor = median["plain, served"] - median["plain"]
    row = f"12 key, added by servers, {size:,} cells"
    note = ", ".join(f"{name} {value:.2f}" for name, value in median.items())
    return Figure(row, added, floor, "ms", Rule.DIFFERENCE, KEY_LIMIT_MS, note)
