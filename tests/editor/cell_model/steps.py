"""Random steps and notebooks; a step says where by fractions, so that it means something anywhere.

That is what lets steps be left out one by one when a failing sequence is made small.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

REGISTERS = ('"', '"', '"', '"', "a", "b", "A", "_")
SOURCES = ('"', '"', '"', '"', "a", "b", "1", "2", "3", "0", "z")
COUNTS = (None, None, None, None, 1, 2, 2, 3, 9)
TYPES = ("code", "markdown", "raw")
WEIGHTS = {
    "cut": 10, "copy": 6, "paste": 14, "delete": 2, "insert": 4, "move": 7, "split": 6, "merge": 6,
    "type": 6, "edit": 14, "undo": 20, "dot": 8, "clear": 2, "switch": 6, "save": 2, "reread": 1,
}  # fmt: skip
WAYS = {
    "cut": ("key", "key", "visual", "visual", "command", "operator"),
    "copy": ("key", "visual", "command"),
    "paste": ("key", "key", "key", "visual", "command"),
    "delete": ("key", "command"),
    "insert": ("key", "command"),
    "move": ("key", "visual", "command", "float"),
    "split": ("key", "command", "float"),
    "merge": ("key", "visual", "command", "float"),
    "type": ("key", "visual", "command", "float"),
    "undo": ("key", "key", "float"),
    "save": ("key", "command", "float"),
}
EDITS = ("A", "A", "I", "o", "O", "cc", "dd", "x", "dG", "AA", "J", "yy")


@dataclass(frozen=True)
class Step:
    """What is done, how, and where; a fraction of 0.5 is the middle cell, line, column."""

    kind: str
    way: str
    cell: float
    row: float
    col: float
    span: float
    count: int | None
    register: str
    detail: str
    stays: bool


@dataclass(frozen=True)
class Case:
    """The notebooks at the start, what is done, and after how many steps it is compared."""

    seed: int
    books: tuple[tuple[dict[str, Any], ...], ...]
    steps: tuple[Step, ...]
    stride: int

    @property
    def token(self) -> str:
        """What is in this case's words and in no other's."""
        return f"t{self.seed}t"

    def __str__(self) -> str:
        """Show the case so that it can be read."""
        books = "\n".join(
            f"  notebook {number}:\n" + "\n".join(f"    {brief(cell)}" for cell in cells)
            for number, cells in enumerate(self.books)
        )
        return f"seed {self.seed}, compared every {self.stride} steps\n{books}"


def brief(cell: dict[str, Any]) -> str:
    """Return a cell on one line."""
    what = [f"{cell['id']} {cell['cell_type']} {''.join(cell['source'])!r}"]
    what += [f"{len(cell['outputs'])} outputs"] if cell.get("outputs") else []
    what += [
        f"{key} {json.dumps(cell[key])}" for key in ("metadata", "attachments") if cell.get(key)
    ]
    return ", ".join(what)


def _detail(rng: random.Random, kind: str) -> str:
    if kind == "edit":
        return rng.choice(EDITS)
    if kind == "undo":
        return rng.choice(("u", "u", "u", "<C-r>", "<C-r>", "g-", "g+"))
    if kind in {"paste", "insert"}:
        return rng.choice(("above", "below"))
    if kind == "move":
        return rng.choice(("up", "down"))
    if kind == "type":
        return rng.choice((*TYPES, "toggle"))
    return ""


def random_step(rng: random.Random, *, has_kernel: bool = False) -> Step:
    """Return one step."""
    weights = WEIGHTS | ({"run": 25, "finish": 8, "reread": 0} if has_kernel else {})
    kind = rng.choices(list(weights), list(weights.values()))[0]
    return Step(
        kind,
        rng.choice(WAYS.get(kind, ("key",))),
        rng.random(),
        rng.random(),
        rng.random(),
        rng.choice((0.0, 0.0, rng.random())),
        rng.choice(COUNTS),
        rng.choice(SOURCES if kind == "paste" else REGISTERS),
        _detail(rng, kind),
        rng.random() < 0.3,
    )


def _output(rng: random.Random, token: str) -> dict[str, Any]:
    if rng.random() < 0.5:
        return {"name": "stdout", "output_type": "stream", "text": [f"{token}\n"]}
    if rng.random() < 0.5:
        data = {"text/plain": [token]}
        return {"data": data, "metadata": {}, "output_type": "display_data"}
    data = {"text/plain": [token]}
    return {
        "data": data, "execution_count": 7, "metadata": {"m": 1}, "output_type": "execute_result",
    }  # fmt: skip


def _cell(rng: random.Random, name: str, token: str) -> dict[str, Any]:
    cell_type = rng.choice(("code", "code", "markdown", "raw"))
    lines = [rng.choice((f"l{i}{token}", "same", "")) for i in range(rng.choice((1, 1, 2, 4)))]
    cell: dict[str, Any] = {"cell_type": cell_type, "id": name, "metadata": {}}
    if rng.random() < 0.5:
        cell["metadata"] = {"tags": [f"t{token}"]}
    if cell_type == "code":
        outputs = [_output(rng, f"out{token}x{i}") for i in range(rng.choice((0, 1, 2)))]
        cell |= {"execution_count": rng.choice((None, 3)), "outputs": outputs}
    elif rng.random() < 0.5:
        picture = f"pic{token}.png"
        cell["attachments"] = {picture: {"image/png": token}}
        lines[rng.randrange(len(lines))] = f"see ![](attachment:{picture})"
    elif rng.random() < 0.2:
        lines[0] = "# <<ipynb_nvim:code>>"
    cell["source"] = "\n".join(lines).splitlines(keepends=True)
    return cell


def random_case(seed: int, *, has_kernel: bool = False) -> Case:
    """Return the case of a seed, always the same one."""
    rng = random.Random(seed)
    books = tuple(
        tuple(
            _cell(rng, f"cell-{i}", f"t{seed}tn{number}c{i}")
            for i in range(rng.choice((1, 2, 3, 5)))
        )
        for number in range(2)
    )
    count = rng.choice((8, 15, 22))
    steps = tuple(random_step(rng, has_kernel=has_kernel) for _ in range(count))
    return Case(seed, books, steps, 1 if has_kernel else rng.choice((1, 3, 3, 6)))
