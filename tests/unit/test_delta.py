"""What notebook servers are told of a changed cell or list of cells: right, and the least.

Random texts and lists; the edits are applied here, in Python, by offsets in one string.

IPYNB_DIFF_SEED  the seed (default: random, printed by conftest.py)
"""

from __future__ import annotations

import json
import os
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.harness.launch import nvim_program

ROOT = Path(__file__).resolve().parents[2]
SEED = int(os.environ["IPYNB_DIFF_SEED"])
PAIRS = 4000
ENCODINGS = ("utf-8", "utf-16", "utf-32")
# Their UTF-8 begins or ends alike, or they are one with what stands before them.
LETTERS = [
    "a",
    "b",
    " ",
    "\r",
    "\t",
    "é",
    "è",
    "ä",
    "中",
    "丮",
    "😀",
    "😁",
    "𝒳",
    "\u0301",
    "\u200d",
]
SCRIPT = """
vim.opt.runtimepath:prepend(_G.arg[1])
local delta = require('ipynb.lsp.servers.notebook.delta')
local given, result = vim.json.decode(io.read('*a')), { texts = {}, cells = {} }
for i, pair in ipairs(given.texts) do
  result.texts[i] = delta.text(pair[1], pair[2], pair[3]) or vim.NIL
end
for i, pair in ipairs(given.cells) do
  result.cells[i] = delta.cells(pair[1], pair[2]) or vim.NIL
end
io.stdout:write(vim.json.encode(result))
"""


def random_line(rng: random.Random) -> str:
    return "".join(rng.choices(LETTERS, k=rng.choice([0, 0, 1, 2, 5])))


def edited(rng: random.Random, lines: list[str]) -> list[str]:
    """Return lines with a few of them, or of their letters, come, gone or moved."""
    lines = list(lines)
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(lines))
        kind = rng.choice(["letters", "letters", "insert", "delete", "copy", "join", "swap"])
        if kind == "letters":
            first = rng.randint(0, len(lines[at]))
            last = rng.randint(first, min(first + 2, len(lines[at])))
            lines[at] = lines[at][:first] + random_line(rng) + lines[at][last:]
        elif kind == "insert":
            lines[at:at] = [random_line(rng) for _ in range(rng.randint(1, 3))]
        elif kind == "delete":
            lines[at : at + rng.randint(1, 3)] = []
        elif kind == "copy":
            lines.insert(at, lines[at])
        elif kind == "join":
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        else:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        lines = lines or [""]
    return lines


def text_pairs(rng: random.Random) -> list[tuple[list[str], list[str], str]]:
    pairs = []
    for i in range(PAIRS):
        old = [random_line(rng) for _ in range(rng.randint(1, 6))]
        new = [random_line(rng)] if rng.random() < 0.1 else edited(rng, old)
        pairs.append((old, new, ENCODINGS[i % len(ENCODINGS)]))
    return pairs


def cell_pairs(rng: random.Random) -> list[tuple[list[str], list[str]]]:
    names = [f"cell:{n}" for n in range(9)]
    return [
        (rng.sample(names, rng.randint(0, 7)), rng.sample(names, rng.randint(0, 7)))
        for _ in range(PAIRS // 4)
    ]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, Any]]]:
    """Return pairs, each with what servers are told of it."""
    script = tmp_path_factory.mktemp("delta") / "delta.lua"
    script.write_text(SCRIPT, encoding="utf-8")
    rng = random.Random(SEED)
    given: dict[str, Any] = {"texts": text_pairs(rng), "cells": cell_pairs(rng)}
    command = [nvim_program(), "--clean", "-l", str(script), str(ROOT)]
    run = subprocess.run(
        command,
        input=json.dumps(given, ensure_ascii=False).encode(),
        capture_output=True,
        check=True,
    )
    answers = json.loads(run.stdout)
    return {name: list(zip(given[name], answers[name], strict=True)) for name in given}


def units(text: str, encoding: str) -> int:
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    name = encoding if width == 1 else f"{encoding}-le"
    return len(text.encode(name)) // width


def offset(lines: list[str], position: dict[str, int], encoding: str) -> int:
    """Return where a position is in the text; ValueError inside of a character."""
    line = lines[position["line"]]
    before = sum(len(one) + 1 for one in lines[: position["line"]])
    lengths = [units(line[:i], encoding) for i in range(len(line) + 1)]
    return before + lengths.index(position["character"])


def test_an_edit_makes_the_new_text_of_the_old(told: dict[str, list[tuple[Any, Any]]]) -> None:
    for (old, new, encoding), change in told["texts"]:
        text, wanted = "\n".join(old), "\n".join(new)
        context = f"{old} to {new} in {encoding}: {change}"
        if change is None:
            assert text == wanted, context
            continue
        first, last = (offset(old, change["range"][end], encoding) for end in ("start", "end"))
        assert first <= last, context
        assert text[:first] + change["text"] + text[last:] == wanted, context


def test_an_edit_replaces_nothing_by_itself(told: dict[str, list[tuple[Any, Any]]]) -> None:
    for (old, _, encoding), change in told["texts"]:
        if change is None:
            continue
        text, inserted = "\n".join(old), change["text"]
        first, last = (offset(old, change["range"][end], encoding) for end in ("start", "end"))
        removed, context = text[first:last], f"{old} in {encoding}: {change}"
        assert removed or inserted, context
        if removed and inserted:
            assert removed[0] != inserted[0], context
            assert removed[-1] != inserted[-1], context


def test_a_splice_makes_the_new_cells_of_the_old(told: dict[str, list[tuple[Any, Any]]]) -> None:
    for (old, new), splice in told["cells"]:
        if splice is None:
            assert old == new
            continue
        first, last = splice["start"], splice["start"] + splice["delete_count"]
        inserted = list(splice["inserted"] or [])
        assert old[:first] + inserted + old[last:] == new
        assert set(splice["opened"] or []) == set(new) - set(old)
        assert set(splice["closed"] or []) == set(old) - set(new)
        if inserted and last > first:
            assert inserted[0] != old[first]
            assert inserted[-1] != old[last - 1]
