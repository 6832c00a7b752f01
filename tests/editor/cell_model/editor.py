"""The real thing: one Neovim with two notebooks side by side, and what is seen of them."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import nbformat

from tests.editor.running import UNMASKED
from tests.harness import Child, Launch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.editor.cell_model.world import Book, Run, World

SETTLE_S = 1.0
KERNEL_START_S = 30
# One call for all that is compared of both notebooks.
SEEN = (
    UNMASKED
    + r"""
local function lines(buf)
  return vim.api.nvim_buf_get_lines(buf, 0, -1, true)
end
local ns = vim.api.nvim_get_namespaces()['ipynb.outputs']
local result = {}
for i, buf in ipairs({ ... }) do
  local nb = require('ipynb.notebook').get(buf)
  local floats, marks = {}, {}
  for id, edit_buf in pairs(nb.edit_bufs) do
    if nb.layout:index(id) then
      floats[#floats + 1] = { id, lines(edit_buf) }
    end
  end
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(buf, ns, 0, -1, { details = true })) do
    local text = {}
    for _, line in ipairs(mark[4].virt_lines or {}) do
      for _, chunk in ipairs(line) do
        text[#text + 1] = chunk[1]
      end
    end
    marks[#marks + 1] = { mark[2], table.concat(text) }
  end
  result[i] = {
    model = require('ipynb.debug').model_cells(buf),
    facade = lines(buf),
    shadow = unmasked(nb),
    cells = require('ipynb').cells(buf),
    floats = floats,
    outputs = marks,
    editing = nb.edit and nb.edit.cell_id or '',
    modified = vim.bo[buf].modified,
  }
end
local messages = vim.api.nvim_exec2('messages', { output = true }).output
return { result, messages:match('[^\n]*E%d+:[^\n]*') or '', vim.api.nvim_get_current_buf() }
"""
)
FORGET = """
for name in ('abz0123456789'):gmatch('.') do
  vim.fn.setreg(name, {})
end
vim.cmd.messages('clear')
assert(#vim.api.nvim_list_wins() == 2)
"""


@dataclass(frozen=True)
class Seen:
    """What Neovim shows of a notebook, and what the model says instead."""

    name: str
    expected: object
    got: object

    @property
    def may_be_late(self) -> bool:
        """Whether Neovim hears of it from the host, which takes its time."""
        return any(word in self.name for word in ("counts", "outputs", "modified", "host"))

    def __str__(self) -> str:
        """Show both, shortened."""
        return (
            f"{self.name}:\n    expected {self.expected!r:.1500}\n    got      {self.got!r:.1500}"
        )


class NotebookEditor:
    """Two notebooks in two windows of a child Neovim."""

    # Mutable state: the number of cases opened so far; paths and buffers of the notebooks, and the
    # real id of each of the model's names, of the case at hand.

    metadata: ClassVar[dict[str, Any]] = {}  # of the notebooks

    def __init__(self, home: Path, init: str = "") -> None:
        self.child = Child(home, Launch(width=120, height=40, init=init))
        self._case_count = 0
        self.paths: list[Path] = []
        self.bufs: list[int] = []
        self._ids: dict[str, str] = {}

    def open(self, books: Sequence[Sequence[dict[str, Any]]]) -> None:
        """Open the notebooks of a case, forgetting the case before."""
        child = self.child
        self._case_count += 1
        self._ids = {cell["id"]: cell["id"] for cells in books for cell in cells}
        folder = child.home / f"case-{self._case_count}"
        folder.mkdir()
        child.keys_and_settle("<C-\\><C-n><C-\\><C-n>")
        child.command("silent! fclose! | silent! %bwipeout!")
        child.settle()
        child.command("tabnew | silent! tabonly! | silent! only!")
        child.settle()
        self.paths, self.bufs = [], []
        for number, cells in enumerate(books):
            path = folder / f"book{number}.ipynb"
            notebook = {"cells": list(cells), "metadata": self.metadata}
            notebook |= {"nbformat": 4, "nbformat_minor": 5}
            path.write_text(json.dumps(notebook, indent=1) + "\n", encoding="utf-8")
            child.command(f"silent {'rightbelow vsplit' if number else 'edit'} {path}")
            self.paths.append(path)
            self.bufs.append(child.api.get_current_buf())
        child.command("wincmd h")
        child.lua(FORGET)
        child.settle()

    def press(self, keys: str) -> None:
        """Press keys, without waiting for what they do."""
        self.child.keys_and_settle(keys)

    def wait_until_busy(self, run: Run) -> None:
        """Wait until a cell runs."""
        busy = "return vim.iter(require('ipynb').cells(...)):any(function(cell) "
        busy += "return cell.execution_state == 'busy' and cell.execution_count ~= nil end)"
        buf = self.bufs[run.book]
        self.child.wait_for(lambda: self.child.lua(busy, buf), KERNEL_START_S, "a busy cell")

    def let_go(self, run: Run) -> None:
        """Let a running cell end, and wait for that."""
        (self.paths[run.book].parent / run.token).touch()
        idle = "return require('ipynb').kernel(...).execution_state == 'idle'"
        buf = self.bufs[run.book]
        self.child.wait_for(lambda: self.child.lua(idle, buf), what="the end of the run")

    def differences(self, world: World) -> list[Seen]:
        """Compare all that is seen with the model; what comes from the host has its time."""
        if self.child.api.get_mode()["blocking"]:
            return [Seen("mode", "no prompt", self.child.picture())]
        deadline_s = time.monotonic() + SETTLE_S
        while True:
            found = self._compare(world)
            is_late = time.monotonic() > deadline_s or not all(s.may_be_late for s in found)
            if not found or is_late:
                return found
            self.child.pump(0.01)

    def _compare(self, world: World) -> list[Seen]:
        seen, error, current = self.child.lua(SEEN, *self.bufs)
        found = [] if not error else [Seen("message", "", error)]
        for number, (book, shown) in enumerate(zip(world.books, seen, strict=True)):
            differing = self._compare_book(book, shown)
            found += [Seen(f"notebook {number}: {s.name}", s.expected, s.got) for s in differing]
            if shown["editing"]:
                book.may_be_editing = True
        if not world.book.may_be_editing and current != self.bufs[world.current]:
            found.append(Seen("current buffer", self.bufs[world.current], current))
        return found

    def _compare_book(self, book: Book, shown: dict[str, Any]) -> list[Seen]:
        names = [cell.name for cell in book.state]
        got = [cell["id"] for cell in shown["model"]]
        self._learn(names, got, book)
        expected = _expected(book, [self._ids.get(name, name) for name in names])
        real = _real(shown)
        return [
            Seen(key, expected[key], real[key]) for key in expected if expected[key] != real[key]
        ]

    def _learn(self, names: list[str], got: list[str], book: Book) -> None:
        """Take the ids of cells that are new, if they are new to the notebook."""
        if len(names) != len(got):
            return
        known = {self._ids[name] for name in book.holdings if name in self._ids}
        for name, real in zip(names, got, strict=True):
            if name not in self._ids and real not in known:
                self._ids[name] = real
                known.add(real)

    def file_differences(self, world: World) -> list[Seen]:
        """Save both notebooks by ``:w`` and compare the files."""
        found: list[Seen] = []
        for number, (book, path, buf) in enumerate(
            zip(world.books, self.paths, self.bufs, strict=True)
        ):
            self.child.command(f"buffer {buf}")
            self.child.keys_and_settle(":write<CR>")
            if self.child.api.get_mode()["blocking"]:
                return [Seen("mode after :write", "no prompt", self.child.picture())]
            world.current = number
            book.may_be_editing = False
            book.save()
            content = json.loads(path.read_text(encoding="utf-8"))
            nbformat.validate(content)
            expected = [
                (self._ids[w.name], w.cell_type, w.source, w.metadata, w.outputs,
                 w.execution_count, w.attachments)
                for w in book.written()
            ]  # fmt: skip
            got = [_of_file(cell) for cell in content["cells"]]
            if got != expected:
                found.append(Seen(f"file of notebook {number}", expected, got))
        return found


def canonical(value: Any) -> str:
    """Return JSON in one form: texts in one piece."""

    def joined(item: Any) -> Any:
        if isinstance(item, dict):
            return {key: joined(member) for key, member in item.items()}
        if isinstance(item, list):
            return "".join(item) if all(isinstance(line, str) for line in item) else item
        return item

    tags = {"tags"}
    if isinstance(value, dict) and tags & value.keys():
        return json.dumps(value, sort_keys=True)
    return json.dumps(joined(value), sort_keys=True)


def _of_file(cell: dict[str, Any]) -> tuple[object, ...]:
    return (
        cell["id"],
        cell["cell_type"],
        "".join(cell["source"]),
        canonical(cell["metadata"]),
        tuple(canonical(output) for output in cell.get("outputs", ())),
        cell.get("execution_count"),
        tuple(sorted(cell.get("attachments") or ())),
    )


def _tokens(outputs: Sequence[str]) -> list[str]:
    return re.findall(r"outt\w+", " ".join(outputs).replace("\\n", " "))


def _expected(book: Book, ids: list[str]) -> dict[str, object]:
    facade, shadow, rows, counts, outputs = [], [], [], [], []
    model: list[object] = []
    for name, cell in zip(ids, book.state, strict=True):
        held, is_code = book.holdings[cell.name], cell.cell_type == "code"
        rows.append((name, cell.cell_type, len(facade), len(facade) + len(cell.lines) + 2))
        facade += [f"# <<ipynb_nvim:{cell.cell_type}>>", *cell.lines, "# <</ipynb_nvim>>"]
        shadow += ["", *(cell.lines if is_code else [""] * len(cell.lines)), ""]
        own = (held.metadata, held.outputs, held.execution_count, book.attachments(cell))
        model.append((name, cell.cell_type, "\n".join(cell.lines), *own))
        if is_code:
            counts.append((held.execution_count, len(held.outputs)))
            if held.outputs:
                outputs.append((len(facade) - 1, _tokens(held.outputs)))
    return {
        "facade": facade or [""],
        "shadow": shadow or [""],
        "cells": rows,
        "counts": counts,
        "the host's cells": model,
        "edit buffers": {},
        "drawn outputs": outputs,
        "modified": book.is_modified,
    }


def _real(shown: dict[str, Any]) -> dict[str, object]:
    texts = {cell["id"]: cell["source"] for cell in shown["model"]}
    return {
        "facade": shown["facade"],
        "shadow": shown["shadow"],
        "cells": [(c["id"], c["cell_type"], c["row"], c["end_row"]) for c in shown["cells"]],
        "counts": [
            (cell.get("execution_count"), cell["output_count"])
            for cell in shown["cells"]
            if cell["cell_type"] == "code"
        ],
        "the host's cells": [
            (cell["id"], cell["cell_type"], cell["source"], canonical(cell["metadata"]),
             tuple(canonical(output) for output in cell["outputs"]), cell["execution_count"],
             tuple(sorted(cell["attachments"] or ())))
            for cell in shown["model"]
        ],
        "edit buffers": {
            name: lines for name, lines in shown["floats"] if "\n".join(lines) != texts.get(name)
        },
        "drawn outputs": [(row, _tokens([text])) for row, text in shown["outputs"]],
        "modified": shown["modified"],
    }  # fmt: skip
