"""What a person types for a step, and what the model does for it; asks Neovim nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.editor.cell_model.registers import Copied, Holding

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.editor.cell_model.registers import Lines
    from tests.editor.cell_model.steps import Step
    from tests.editor.cell_model.world import World

TYPE_KEYS = {"code": "\\ky", "markdown": "\\km", "raw": "\\kr", "toggle": "\\kt"}
TYPE_COMMANDS = {"code": "MakeCode", "markdown": "MakeMarkdown", "raw": "MakeRaw"}
TOGGLED = {"code": "markdown", "markdown": "code", "raw": "code"}


@dataclass(frozen=True)
class Dot:
    """What ``.`` repeats: an operation with its count, register and selected cells, or text."""

    kind: str
    detail: str
    count: int | None = None
    register: str = '"'
    selected: int = 0


@dataclass(frozen=True)
class Typed:
    """Keys; after those that fail nothing may follow in one piece, as Neovim drops it."""

    keys: str
    is_last: bool = False


@dataclass(frozen=True)
class Place:
    """Where a step is: cells from ``index`` to ``last``, their lines, the place in the text."""

    index: int
    last: int
    lnum: int
    last_lnum: int
    row: int
    col: int
    keys: str


def _place(world: World, step: Step) -> Place:
    book = world.book
    leave = "<Esc>" if book.may_be_editing else ""
    if not book.state:
        return Place(0, -1, 1, 1, 0, 0, f"{leave}1G")
    index = int(step.cell * len(book.state))
    last = min(index + int(step.span * 4), len(book.state) - 1)
    heights = book.heights()
    offset = int(step.row * heights[index])
    lnum = book.start(index) + offset
    last_lnum = book.start(last) + int(step.col * heights[last])
    lines = book.state[index].lines
    row = min(max(offset - 1, 0), len(lines) - 1)
    col = 0
    if 0 < offset <= len(lines) and lines[row]:
        col = int(step.col * len(lines[row]))
    keys = f"{leave}{lnum}G{col + 1}|"
    return Place(index, last, lnum, max(lnum, last_lnum), row, col, keys)


def perform(world: World, step: Step) -> Typed:
    """Do a step in the model and return its keys."""
    place = _place(world, step)
    typed = PERFORM[step.kind](world, step, place)
    if step.kind not in {"edit", "undo", "dot"} and step.way != "float":
        world.book.may_be_editing = False
    return typed


def _range(place: Place, name: str, arguments: str = "") -> str:
    lines = f"{place.lnum}" if place.lnum == place.last_lnum else f"{place.lnum},{place.last_lnum}"
    return f":{lines}Notebook{name}{arguments}<CR>"


def _register(step: Step) -> str:
    return "" if step.register == '"' else f'"{step.register}'


def _count(step: Step) -> str:
    return "" if step.count is None else str(step.count)


def _visual(place: Place, keys: str) -> str:
    return f"V{place.last_lnum}G{keys}"


def _cells(world: World, step: Step, place: Place) -> int:
    """Return how many cells a step means."""
    if not world.book.state:
        return 0
    if step.way in {"visual", "command", "operator"}:
        return place.last - place.index + 1
    return min(step.count or 1, len(world.book.state) - place.index)


def _note(world: World, step: Step, place: Place, kind: str, *, detail: str = "") -> None:
    """Remember what ``.`` repeats; commands and keys in the float are not repeated."""
    if step.way == "operator":
        world.dot = None  # repeated over the same lines: not played
    elif step.way in {"key", "visual"}:
        selected = place.last - place.index + 1 if step.way == "visual" else 0
        world.dot = Dot(kind, detail or step.detail, step.count, step.register, selected)


def _cut(world: World, step: Step, place: Place) -> Typed:
    count, register = _cells(world, step, place), _register(step)
    _note(world, step, place, "cut")
    world.cut(place.index, count, step.register)
    if step.way == "visual":
        keys = _visual(place, f"{register}{'d' if step.stays else 'x'}")
    elif step.way == "command":
        name = "" if step.register == '"' else f" {step.register}"
        keys = _range(place, "CutCell", name)
    elif step.way == "operator":
        keys = f"{register}d{place.last_lnum}G"
    else:
        keys = f"{register}{_count(step)}dd"
    # At the same place `dG` and `d5G` cut that cell, too.
    return Typed(place.keys + keys)


def _copy(world: World, step: Step, place: Place) -> Typed:
    world.copy(place.index, _cells(world, step, place), step.register)
    if step.way == "visual":
        return Typed(place.keys + _visual(place, f"{_register(step)}y"))
    if step.way == "command":
        name = "" if step.register == '"' else f" {step.register}"
        return Typed(place.keys + _range(place, "CopyCell", name))
    return Typed(f"{place.keys}{_register(step)}{_count(step)}yy")


def _delete(world: World, step: Step, place: Place) -> Typed:
    count = min(step.count or 1, len(world.book.state) - place.index)
    world.cut(place.index, count, "_")
    if step.way == "command":
        return Typed(f"{place.keys}:NotebookDeleteCell {_count(step)}<CR>")
    world.dot = Dot("cut", "", step.count, "_")
    return Typed(f'{place.keys}"_{_count(step)}dd')


def _paste(world: World, step: Step, place: Place) -> Typed:
    if step.way == "command" and step.register.isdigit():
        step = replace(step, way="key")  # an argument that is a digit is a count
    is_below, times = step.detail == "below", step.count or 1
    key = "p" if is_below else "P"
    _note(world, step, place, "paste")
    if step.way == "visual" and world.book.state:
        count = place.last - place.index + 1
        world.paste(place.index, count, step.register, times, keep=not is_below)
        return Typed(place.keys + _visual(place, f"{_register(step)}{_count(step)}{key}"))
    at = min(place.index + is_below, len(world.book.state))
    if step.way == "visual":  # no cells to select
        world.dot = None
    world.paste(at, 0, step.register, times, keep=True)
    if step.way == "command":
        register = "" if step.register == '"' else f" {step.register}"
        name = f"PasteCell{step.detail.capitalize()}"
        return Typed(f"{place.keys}:{_count(step)}Notebook{name}{register}<CR>")
    return Typed(f"{place.keys}{_register(step)}{_count(step)}{key}")


def _insert(world: World, step: Step, place: Place) -> Typed:
    at = min(place.index + (step.detail == "below"), len(world.book.state))
    if step.way == "command":
        name = f"InsertCell{step.detail.capitalize()}"
        world.insert(at, "markdown" if step.stays else "code", step.count or 1)
        what = " markdown" if step.stays else ""
        return Typed(f"{place.keys}:{_count(step)}Notebook{name}{what}<CR>")
    _note(world, step, place, "insert")
    world.insert(at, "code", step.count or 1)
    return Typed(f"{place.keys}{_count(step)}\\k{'b' if step.detail == 'below' else 'a'}")


def _move(world: World, step: Step, place: Place) -> Typed:
    if not world.book.state:
        return Typed("")
    distance = (step.count or 1) * (1 if step.detail == "down" else -1)
    key = _count(step) + ("<M-j>" if step.detail == "down" else "<M-k>")
    is_many = step.way in {"visual", "command"}
    count = place.last - place.index + 1 if is_many else 1
    if step.way != "float":
        _note(world, step, place, "move")
    if step.way == "command":
        world.move(place.index, count, distance)
        name = f"MoveCell{step.detail.capitalize()}"
        return Typed(place.keys + _range(place, name, f" {_count(step)}"))
    world.move(place.index, count, distance)
    if step.way == "visual":
        return Typed(place.keys + _visual(place, key) + "<Esc>")
    return _in_float(world, step, place, key)


def _in_float(world: World, step: Step, place: Place, keys: str) -> Typed:
    if step.way != "float":
        return Typed(place.keys + keys)
    world.book.may_be_editing = step.stays
    return Typed(f"{place.keys}<CR>{keys}" + ("" if step.stays else "<Esc>"))


def _split(world: World, step: Step, place: Place) -> Typed:
    if not world.book.state:
        return Typed("")
    _note(world, step, place, "split")
    world.split(place.index, place.row, place.col)
    return _in_float(
        world, step, place, ":NotebookSplitCell<CR>" if step.way == "command" else "\\k-"
    )


def _merge(world: World, step: Step, place: Place) -> Typed:
    if not world.book.state:
        return Typed("")
    _note(world, step, place, "merge")
    is_many = step.way in {"visual", "command"}
    count = place.last - place.index + 1 if is_many else step.count or 2
    world.merge(place.index, max(count, 2))
    if step.way == "visual":
        return Typed(place.keys + _visual(place, "J"))
    if step.way == "command":
        return Typed(place.keys + _range(place, "MergeCells"))
    return _in_float(world, step, place, _count(step) + ("\\kJ" if step.way == "float" else "J"))


def _type(world: World, step: Step, place: Place) -> Typed:
    if not world.book.state:
        return Typed("")
    _note(world, step, place, "type")
    key = TYPE_KEYS[step.detail]
    world.set_type(place.index, _cells(world, step, place), new_type(step.detail))
    if step.way == "visual":
        return Typed(place.keys + _visual(place, key))
    if step.way == "command":
        return Typed(place.keys + _range(place, TYPE_COMMANDS.get(step.detail, "ToggleCellType")))
    return _in_float(world, step, place, _count(step) + key)


def new_type(detail: str) -> Callable[[str], str]:
    """Return what becomes of each type."""
    return (lambda old: TOGGLED[old]) if detail == "toggle" else (lambda _: detail)


def _undo(world: World, step: Step, place: Place) -> Typed:
    keys, book = "", world.book
    if step.way == "float" and not book.may_be_editing and book.state:
        keys = f"{place.keys}<CR>"
        book.may_be_editing = True
    elif step.way == "key":
        keys = place.keys
        book.may_be_editing = False
    has_moved = book.tree.press(step.detail, step.count or 1)
    # In the float the cell that was edited may go, and the float with it.
    return Typed(f"{keys}{_count(step)}{step.detail}", is_last=not has_moved)


def _dot(world: World, step: Step, place: Place) -> Typed:
    dot: Dot | None = world.dot
    if dot is None:
        return Typed("")
    if dot.kind == "text":
        if not world.book.state:
            return Typed("")
        lines = list(world.book.state[place.index].lines)
        lines[place.row] += dot.detail
        world.set_lines(place.index, tuple(lines))
        world.book.may_be_editing = step.stays
        return Typed(f"{place.keys}." + ("" if step.stays else "<Esc>"))
    count = None if dot.selected and dot.kind not in {"paste", "move"} else step.count
    register = dot.register
    if register.isdigit() and "1" <= register < "9":
        register = str(int(register) + 1)
    dot = replace(dot, count=count or dot.count, register=register)
    world.dot = dot
    world.book.may_be_editing = False
    _again(world, dot, place)
    return Typed(f"{place.keys}{'' if count is None else count}.")


def _again(world: World, dot: Dot, place: Place) -> None:
    index, count = place.index, dot.selected or dot.count or 1
    if dot.kind == "paste":
        if dot.selected and world.book.state:
            keep = dot.detail == "above"
            world.paste(index, dot.selected, dot.register, dot.count or 1, keep=keep)
        else:
            at = min(index + (dot.detail == "below"), len(world.book.state))
            world.paste(at, 0, dot.register, dot.count or 1, keep=True)
    elif dot.kind == "insert":
        at = min(index + (dot.detail == "below"), len(world.book.state))
        world.insert(at, "code", dot.count or 1)
    elif not world.book.state:
        return
    elif dot.kind == "cut":
        world.cut(index, count, dot.register)
    elif dot.kind == "move":
        distance = (dot.count or 1) * (1 if dot.detail == "down" else -1)
        world.move(index, min(dot.selected or 1, len(world.book.state) - index), distance)
    elif dot.kind == "split":
        world.split(index, place.row, place.col)
    elif dot.kind == "merge":
        world.merge(index, max(dot.selected or dot.count or 2, 2))
    else:
        world.set_type(index, count, new_type(dot.detail))


def _edit(world: World, step: Step, place: Place) -> Typed:
    if not world.book.state:
        return Typed("")
    lines = world.book.state[place.index].lines
    world.words += 1
    word = f"w{world.words}{world.token}"
    edited = edited_lines(lines, place.row, place.col, step.detail, word)
    if edited is None:
        return Typed("")
    if step.detail == "yy":
        line = (lines[place.row],)
        if line in world.clip_texts or world.token not in line[0] or "attachment" in line[0]:
            return Typed("")
        copied = Copied("", -1, "code", line, is_cut=False, holding=Holding())
        world.put('"', (copied,), is_cut=False)
    else:
        world.set_lines(place.index, edited)
        world.dot = Dot("text", word) if step.detail == "A" else None
    keys = {
        "A": f"A{word}<Esc>",
        "AA": f"A{word}<CR>{word}<Esc>",
        "I": f"I{word}<Esc>",
        "o": f"o{word}<Esc>",
        "O": f"O{word}<Esc>",
        "cc": f'<CR>"_cc{word}<Esc>',
        "dd": '<CR>"_dd',
        "x": '<CR>"_x',
        "dG": '<CR>"_dG',
        "J": "<CR>J",
        "yy": "<CR>yy",
    }[step.detail]
    world.book.may_be_editing = step.stays
    return Typed(place.keys + keys + ("" if step.stays else "<Esc>"))


def edited_lines(lines: Lines, row: int, col: int, how: str, word: str) -> Lines | None:
    """Return the text after an edit, None where the keys would fail."""
    before, line, after = lines[:row], lines[row], lines[row + 1 :]
    text = line.lstrip(" ")
    indent = line[: len(line) - len(text)]  # which 'autoindent' gives new lines, too
    if how == "x":
        shorter = line[:col] + line[col + 1 :]  # which must not name another picture
        return (*before, shorter, *after) if line and ".png" not in line else None
    if how == "J":
        if not after or "#" in line + after[0]:
            return None
        joined = after[0].lstrip(" ")
        glue = " " if line and joined else ""
        return (*before, line + glue + joined, *after[1:])
    if how in {"dd", "dG"}:
        left = (*before, *after) if how == "dd" else before
        return None if lines == ("",) else left or ("",)
    return {
        "A": (*before, line + word, *after),
        "AA": (*before, line + word, indent + word, *after),
        "I": (*before, indent + word + text, *after),
        "o": (*before, line, indent + word, *after),
        "O": (*before, indent + word, line, *after),
        "cc": (*before, indent + word, *after),
        "yy": lines,
    }[how]


def _clear(world: World, step: Step, place: Place) -> Typed:
    count = min(step.count or 1, len(world.book.state) - place.index)
    world.clear_outputs(place.index, count)
    return Typed(f"{place.keys}{_count(step)}\\kc")


def _switch(world: World, step: Step, place: Place) -> Typed:
    leave = "<Esc>" if world.book.may_be_editing else ""
    world.book.may_be_editing = False
    world.current = 1 - world.current
    return Typed(f"{leave}<C-w>w", is_last=True)


def _save(world: World, step: Step, place: Place) -> Typed:
    world.book.save()
    if step.way == "command":
        return Typed(f"{place.keys}:NotebookSave<CR>")
    return _in_float(world, step, place, ":w<CR>")


def _reread(world: World, step: Step, place: Place) -> Typed:
    world.book.read_again()
    return Typed(f"{place.keys}:edit!<CR>", is_last=True)


def _run(world: World, step: Step, place: Place) -> Typed:
    state = world.book.state
    if world.pending is not None or not state or state[place.index].cell_type != "code":
        return Typed("")
    world.words += 1
    token = f"out{world.token}{world.words}"
    wait = f"while not __import__('os').path.exists('{token}'): __import__('time').sleep(.01)"
    code = f"exec(\"{wait}\\nprint('{token}')\")"
    world.begin_run(place.index, token, code)
    world.dot = None
    return Typed(f'{place.keys}<CR>gg"_cG{code}<Esc><Esc>\\kx', is_last=True)


def _finish(world: World, step: Step, place: Place) -> Typed:
    world.end_run()
    return Typed("", is_last=True)


PERFORM: dict[str, Callable[[World, Step, Place], Typed]] = {
    "cut": _cut,
    "copy": _copy,
    "delete": _delete,
    "paste": _paste,
    "insert": _insert,
    "move": _move,
    "split": _split,
    "merge": _merge,
    "type": _type,
    "undo": _undo,
    "dot": _dot,
    "edit": _edit,
    "clear": _clear,
    "switch": _switch,
    "save": _save,
    "reread": _reread,
    "run": _run,
    "finish": _finish,
}
