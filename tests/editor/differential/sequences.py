"""Random sequences of editing keys; knows nothing of who plays them.

A chunk is a complete command, so that chunks can be left out one by one; its steps are the
places where a person would pause, and where the two editors are compared.

Left out on purpose are keys that mean something else in the edit float: ``<Esc>`` in normal
mode, ``<C-j> <C-k> <C-s> <C-c>``, ``go``, ``]]``, ``[[``, ``<leader>k…``, keys that run cells.
So a command after which text is typed must never fail: ``c3j`` would beep near the end, and
the text would be commands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable


@dataclass(frozen=True)
class Paste:
    """A bracketed paste from the terminal (:h nvim_paste)."""

    text: str


Step = str | Paste
Chunk = tuple[Step, ...]

WORDS = (
    "alpha", "beta", "x = 1", "if a:", "def f(n):", "return", "foo(bar, 12)", "é日本", "teh ",
    "  spaced", "0x1f", "-7", "end.", "[1, 2]", "'str'", "# note", "a.b", "",
)  # fmt: skip
INSERT_ENTRIES = (
    "i", "a", "I", "A", "o", "O", "cc", "S", "C", "s", "ciw", "cw", "gi", "3i", "2A",
    "2o", "R", "2R", "cl", "c0", "gI", "3s", "vc", "Vc",
)  # fmt: skip
INSERT_KEYS = (
    "<C-w>", "<C-u>", "<BS>", "<BS><BS><BS>", "<Del>", "<Left>", "<Right>", "<Up>", "<Down>",
    "<Home>", "<End>", '<C-r>"', "<C-r>a", "<C-o>b", "<C-o>D", "<C-o>p", "<C-o>u", "<C-t>",
    "<C-d>", "<C-g>u", "<C-y>", "<C-e>", "<C-v>065", "<Tab>", "<CR>", "<CR><CR>", "<C-a>",
    "<C-x><C-n>", "<C-o>2dd", "<C-r><C-r>b", "<C-h>", "<C-Left>",
)  # fmt: skip
# A person pauses at them: all keys of a stay that come in one piece are one entry of undo.
UNDO_BREAKS = (
    "<C-o>", "<C-g>", "<C-u>", "<C-w>", "<Left", "<Right", "<Up", "<Down", "<Home", "<End",
    "<C-Left",
)  # fmt: skip
MOTIONS = (
    "h", "j", "k", "l", "w", "b", "e", "0", "$", "^", "gg", "G", "2j", "3k", "W", "B", "2w",
    "fa", "tb", "Fx", ";", "%", "5l", "g_", "2G",
)  # fmt: skip
CHANGES = (
    "x", "X", "3x", "dd", "2dd", "5dd", "D", "dw", "db", "d$", "d0", "daw", "diw", "dG", "dgg",
    "dj", "dk", "J", "3J", "gJ", "~", "5~", "g~~", "gUU", "guiw", ">>", "2>>", "<lt><lt>", "<C-a>",
    "5<C-a>", "<C-x>", "rz", "3rq", "r<CR>", "gqq", "gqG", "==", "xp", "ddp", "ddkP", "g~iw",
    "vgJ", "gcc",
)  # fmt: skip
YANKS = ("yy", "3yy", "yiw", "y$", '"ayy', '"byiw', '"Ayy', '"add', '"bdw', "yG", '"ay2j')
PUTS = ("p", "P", "3p", '"ap', '"bP', "gp", "gP", "]p", '"zp', '"0p', '"1p', "2]P")
UNDOS = ("u", "u", "u", "2u", "3u", "<C-r>", "<C-r>", "2<C-r>", "9u", "9<C-r>")
REPEATS = (".", ".", "3.", "@@", "&", "@:")
EX_COMMANDS = (
    "s/a/AA/e", "s/\\w\\+/<&>/ge", "%s/e/E/ge", "%s/$/;/e", "s/ /\\r/ge", "2,3d", "m0", "m$",
    "t.", "g/a/s/b/B/e", "g/x/d", "v/a/m0", "normal Az", "%normal I#", "%j", ".,+1j", ">", "2t$",
    "sort", "put a", "%d", "$put b", "1,2y a", "g/^/m0", "retab", "undojoin",
)  # fmt: skip
VISUALS = (
    "d", "y", "~", "U", "J", ">", "rx", "p", "<lt>", "o$d", "=", "gq", "g<C-a>", "<C-a>", "aw",
    '"ay', '"bd', "ip", "O",
)  # fmt: skip
# Not `<lt>`: it leaves a stale wanted column, which looking at the window puts right.
BLOCKS = ("d", "rx", "y", "~", "$d", ">", "D", "g<C-a>", "p", "od")
BLOCK_INSERTS = ("I", "A", "c", "$A", "C", "s")
# States by time and by line: not what the mirror's undo was first built for.
TIME_UNDOS = (
    "g-",
    "2g-",
    "g+",
    "U",
    "3g+",
    ":undo<CR>",
    ":redo<CR>",
    ":earlier 2<CR>",
    ":later 1<CR>",
)


def text(rng: random.Random) -> str:
    """Return words as they are typed, sometimes over several lines."""
    words = [rng.choice(WORDS) for _ in range(rng.randint(1, 4))]
    return "".join(word.replace("<", "<lt>") + rng.choice((" ", " ", "<CR>", "")) for word in words)


def insertion(rng: random.Random) -> Chunk:
    """Return one stay in insert or replace mode, in one or more steps."""
    steps = [rng.choice(INSERT_ENTRIES) + text(rng)]
    for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
        more = rng.choice(INSERT_KEYS) if rng.random() < 0.6 else text(rng)
        if rng.random() < 0.3 or more.startswith(UNDO_BREAKS):
            steps += [more, ""]
        else:
            steps[-1] += more
    steps[-1] += "<Esc>"
    return tuple(step for step in steps if step)


def visual(rng: random.Random) -> Chunk:
    """Return a command on a character-, line- or blockwise selection."""
    kind = rng.choice(("v", "V", "<C-v>", "<C-v>"))
    moves = "".join(rng.choice(MOTIONS) for _ in range(rng.randint(0, 3)))
    if kind == "<C-v>":
        if rng.random() < 0.5:
            words = rng.choice(WORDS).replace("<", "<lt>")
            return (f"{kind}{moves}{rng.choice(BLOCK_INSERTS)}{words}<Esc>",)
        return (f"{kind}{moves}{rng.choice(BLOCKS)}<C-\\><C-n>",)
    return (f"{kind}{moves}{rng.choice(VISUALS)}<C-\\><C-n>",)


def macro(rng: random.Random) -> Chunk:
    """Return the recording of a macro and its runs."""
    pools = (CHANGES, MOTIONS, YANKS, PUTS, ("A,<Esc>", "Ix<Esc>", "onew<Esc>", "u", "."))
    body = [rng.choice(rng.choice(pools)) for _ in range(rng.randint(1, 4))]
    # Twenty times the double of what was yanked would be a million.
    is_growing = not set(YANKS).isdisjoint(body)
    often = "5@q" if is_growing else "20@q"
    runs = rng.choice((("@q",), ("3@q",), (often,), ("@q@@",), ("@q", "2u")))
    # In one piece, a mapped key right after a command that fails is lost in any Neovim.
    return ("qq", *body, "q", *runs)


def paste(rng: random.Random) -> Chunk:
    """Return a paste of many lines, in normal or in insert mode."""
    lines = [f"pasted {lnum}" for lnum in range(rng.choice((1, 2, 40)))]
    pasted = Paste("\n".join(lines) + rng.choice(("", "\n")))
    return (pasted,) if rng.random() < 0.5 else ("ibefore", pasted, "after<Esc>")


def _one_of(pool: tuple[str, ...], suffix: str = "") -> Callable[[random.Random], Chunk]:
    return lambda rng: (rng.choice(pool) + suffix,)


CORE: tuple[tuple[int, Callable[[random.Random], Chunk]], ...] = (
    (18, insertion),
    (14, _one_of(CHANGES)),
    (10, _one_of(MOTIONS)),
    (14, _one_of(UNDOS)),
    (5, _one_of(YANKS)),
    (6, _one_of(PUTS)),
    (5, _one_of(REPEATS)),
    (7, lambda rng: (f":{rng.choice(EX_COMMANDS).replace('<', '<lt>')}<CR>",)),
    (9, visual),
    (4, macro),
    (3, paste),
)
WIDE = (*CORE, (6, _one_of(TIME_UNDOS)))


def sequence(rng: random.Random, *, is_wide: bool = False) -> list[Chunk]:
    """Return 4 to 18 chunks."""
    weights, makers = zip(*(WIDE if is_wide else CORE), strict=True)
    chosen = rng.choices(makers, weights, k=rng.randint(4, 18))
    return [make(rng) for make in chosen]


def initial_lines(rng: random.Random) -> list[str]:
    """Return the text that both editors start with, at least one line."""
    return [rng.choice(WORDS) + rng.choice(WORDS) for _ in range(rng.choice((1, 1, 3, 6, 12)))]
