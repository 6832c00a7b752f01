"""The simple model: notebooks as states of an undo tree, what belongs to ids, registers.

It says what the operations on cells mean, from :help and interface.md; it knows neither keys nor
Neovim. A cell that is new has a made-up name until its id is seen.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tests.editor.cell_model.registers import Copied, Held, Holding, Lines, Registers
from tests.editor.cell_model.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Cell:
    """What undo knows of a cell."""

    name: str
    cell_type: str
    lines: Lines


State = tuple[Cell, ...]


@dataclass(frozen=True)
class Written:
    """A cell as a save writes it."""

    name: str
    cell_type: str
    source: str
    metadata: str
    outputs: tuple[str, ...]
    execution_count: int | None
    attachments: tuple[str, ...]


class Book:
    """One notebook."""

    # Mutable state: the undo tree, what belongs to each id ever known, whether a float may be
    # open, the kernel's count, and what the file has.

    def __init__(self, number: int, state: State, holdings: dict[str, Holding]) -> None:
        self.number = number
        self.holdings = holdings
        self.tree = Tree(state)
        self.may_be_editing = False
        self.run_count = 0
        self.save()

    @property
    def state(self) -> State:
        """The cells on screen."""
        return self.tree.state

    def written(self) -> tuple[Written, ...]:
        """Return the cells as a save would write them."""
        return tuple(self._written(cell) for cell in self.state)

    def attachments(self, cell: Cell) -> tuple[str, ...]:
        """Return the attachments of a cell: its own, and those known here that its text names."""
        named = set(re.findall(r"attachment:(\w+\.png)", "\n".join(cell.lines)))
        known = {name for held in self.holdings.values() for name in held.attachments}
        return tuple(sorted({*self.holdings[cell.name].attachments, *named & known}))

    def _written(self, cell: Cell) -> Written:
        held, is_code = self.holdings[cell.name], cell.cell_type == "code"
        return Written(
            cell.name,
            cell.cell_type,
            "\n".join(cell.lines),
            held.metadata,
            held.outputs if is_code else (),
            held.execution_count if is_code else None,
            () if is_code else self.attachments(cell),
        )

    @property
    def is_modified(self) -> bool:
        """Whether saving would change the file."""
        return self.written() != self._saved

    def save(self) -> None:
        """Write the file."""
        self._saved = self.written()

    def read_again(self) -> None:
        """``:edit!``: the file's cells, no history, nothing of other ids."""
        self.tree = Tree(tuple(Cell(w.name, w.cell_type, as_lines(w.source)) for w in self._saved))
        self.holdings = {
            w.name: Holding(w.outputs, w.execution_count, w.metadata, w.attachments)
            for w in self._saved
        }
        self.may_be_editing = False

    def heights(self) -> list[int]:
        """Return the rows of each cell, markers included."""
        return [len(cell.lines) + 2 for cell in self.state]

    def start(self, index: int) -> int:
        """Return the line (1-based) of a cell's first marker."""
        return sum(self.heights()[:index]) + 1


def as_lines(source: str) -> Lines:
    """Return the lines of a text, at least one."""
    return tuple(source.split("\n"))


@dataclass(frozen=True)
class Run:
    """A cell that runs until its ``token`` is let go, and prints it then."""

    book: int
    name: str
    token: str


@dataclass
class World:
    """Notebooks side by side, and what one editor has for all of them.

    ``token`` is in the words of this case and of no other.
    """

    books: list[Book]
    token: str
    registers: Registers = field(default_factory=Registers)
    current: int = 0
    words: int = 0
    pending: Run | None = None
    clip_texts: set[Lines] = field(default_factory=set[Lines])
    dot: Any = None

    @property
    def book(self) -> Book:
        """The notebook in the current window."""
        return self.books[self.current]

    def fresh(self, holding: Holding | None = None) -> str:
        """Return the name of a cell that has not been; it begins with ``holding``."""
        self.words += 1
        name = f"new {self.words}"
        self.book.holdings[name] = holding or Holding()
        return name

    # -- operations; ``index`` and ``count`` say which cells ------------------------------------

    def cut(self, index: int, count: int, register: str) -> None:
        """Cut cells into a register."""
        self.copy(index, count, register, is_cut=True)
        self._replace(index, count, ())

    def copy(self, index: int, count: int, register: str, *, is_cut: bool = False) -> None:
        """Copy cells into a register."""
        cells = self.book.state[index : index + count]
        if not cells:
            return
        self.put(register, tuple(self._copied(cell, is_cut) for cell in cells), is_cut=is_cut)

    def put(self, register: str, cells: Held, *, is_cut: bool) -> None:
        """Fill a register."""
        self.registers.put(register, cells, is_cut=is_cut)
        for held in self.registers.slots.values():
            self.clip_texts.add(text_of(held))

    def paste(self, index: int, replaced: int, register: str, times: int, *, keep: bool) -> None:
        """Put a register's cells before ``index``, in place of ``replaced`` cells.

        Those go into a register, unless ``keep`` (:h v_P).
        """
        held = self.registers.get(register)
        if not held:
            return
        if replaced and not keep:
            self.copy(index, replaced, '"', is_cut=True)
        taken = {cell.name for cell in self.book.state}
        pasted: list[Cell] = []
        for copied in held * times:
            name = self._name_of(copied, taken)
            taken.add(name)
            pasted.append(Cell(name, copied.cell_type, copied.lines))
        self._replace(index, replaced, tuple(pasted))

    def insert(self, index: int, cell_type: str, count: int) -> None:
        """Insert empty cells before ``index``."""
        self._replace(index, 0, tuple(Cell(self.fresh(), cell_type, ("",)) for _ in range(count)))

    def move(self, index: int, count: int, distance: int) -> None:
        """Move cells by ``distance`` places, not beyond the ends."""
        state = self.book.state
        moved, others = state[index : index + count], state[:index] + state[index + count :]
        target = max(0, min(index + distance, len(others)))
        self._change((*others[:target], *moved, *others[target:]))

    def split(self, index: int, row: int, col: int) -> None:
        """Split a cell: the rest of the text goes into a new one."""
        cell = self.book.state[index]
        top, line, bottom = cell.lines[:row], cell.lines[row], cell.lines[row + 1 :]
        if col:
            top = (*top, line[:col])
        held = self.book.holdings[cell.name]
        rest = self.fresh(Holding(metadata=held.metadata, attachments=held.attachments))
        kept = replace(cell, lines=top or ("",))
        self._replace(index, 1, (kept, Cell(rest, cell.cell_type, (line[col:], *bottom))))

    def merge(self, index: int, count: int) -> None:
        """Join cells into the first one."""
        cells = self.book.state[index : index + count]
        if len(cells) > 1:
            lines = tuple(line for cell in cells for line in cell.lines)
            self._replace(index, count, (replace(cells[0], lines=lines),))

    def set_type(self, index: int, count: int, new_type: Callable[[str], str]) -> None:
        """Give cells another type."""
        cells = self.book.state[index : index + count]
        changed = tuple(replace(cell, cell_type=new_type(cell.cell_type)) for cell in cells)
        if changed != cells:
            self._replace(index, count, changed)

    def set_lines(self, index: int, lines: Lines) -> None:
        """Type text in a cell."""
        self._replace(index, 1, (replace(self.book.state[index], lines=lines),))

    def clear_outputs(self, index: int, count: int) -> None:
        """Drop outputs and counts."""
        for cell in self.book.state[index : index + count]:
            held = self.book.holdings[cell.name]
            self.book.holdings[cell.name] = replace(held, outputs=(), execution_count=None)

    def begin_run(self, index: int, token: str, text: str) -> None:
        """Replace a cell's text by code that waits, and run it: its outputs and count go."""
        self.set_lines(index, (text,))
        book, name = self.book, self.book.state[index].name
        book.run_count += 1
        held = replace(book.holdings[name], outputs=(), execution_count=book.run_count)
        book.holdings[name] = held
        self.pending = Run(self.current, name, token)

    def end_run(self) -> None:
        """Give the cell its result, wherever it is now."""
        run = self.pending
        if run is not None:
            output = {"name": "stdout", "output_type": "stream", "text": f"{run.token}\n"}
            holdings = self.books[run.book].holdings
            outputs = (json.dumps(output, sort_keys=True),)
            holdings[run.name] = replace(holdings[run.name], outputs=outputs)
        self.pending = None

    # -- what they are made of ------------------------------------------------------------------

    def _copied(self, cell: Cell, is_cut: bool) -> Copied:
        held = self.book.holdings[cell.name]
        held = replace(held, attachments=self.book.attachments(cell))
        return Copied(cell.name, self.book.number, cell.cell_type, cell.lines, is_cut, held)

    def _name_of(self, copied: Copied, taken: set[str]) -> str:
        """Return the name of a cell to paste: its own if it was cut and that is free here."""
        holdings = self.book.holdings
        is_mine = copied.home == self.book.number or copied.name not in holdings
        if not copied.is_cut or copied.name in taken or not is_mine:
            return self.fresh(copied.holding)
        holdings.setdefault(copied.name, copied.holding)
        return copied.name

    def _replace(self, index: int, count: int, cells: State) -> None:
        state = self.book.state
        self._change((*state[:index], *cells, *state[index + count :]), is_edit=bool(cells))

    def _change(self, state: State, *, is_edit: bool = False) -> None:
        if is_edit or state != self.book.state:
            self.book.tree.add(state)


def text_of(held: Held) -> Lines:
    """Return the text of a register: an empty line parts two cells."""
    lines: list[str] = []
    for number, copied in enumerate(held):
        lines += ["", *copied.lines] if number else copied.lines
    return tuple(lines)
