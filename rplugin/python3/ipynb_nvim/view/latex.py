"""LaTeX formulas as unicode text, as far as pylatexenc is installed; knows no markdown.

The package is optional and imported when the first formula is met: without it, and for what it
cannot read, the source is shown.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_CHARS = 4000
_MAX_DEPTH = 12

_RAISED = str.maketrans(
    "0123456789+-=()niabcdefghjklmoprstuvwxyzTβγδφχ′",
    "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀᵝᵞᵟᵠᵡ′",
)
_LOWERED = str.maketrans(
    "0123456789+-=()aehijklmnoprstuvxβγρφχ", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ"
)
_SCRIPT = re.compile(r"([\^_])(?:\{([^{}\\]{1,40})\}|([0-9A-Za-z]))")
# A raised or lowered letter is a letter, too: it must not become a part of a command's name.
_COMMAND_END = re.compile(r"(\\[a-zA-Z]+)(?=[^\W_a-zA-Z0-9])")
_FENCES = re.compile(r"^\s*(?:\$\$?|\\\(|\\\[)|(?:\$\$?|\\\)|\\\])\s*$")
_NEEDS_PARENTHESES = re.compile(r"[-+±∓=<>≤≥ ]")


def latex_text(source: str) -> str:
    """Return a formula, with or without its ``$``, as text; its source if that cannot be done."""
    depth = max(source.count("{"), source.count("\\left"), source.count("\\begin"))
    if len(source) > _MAX_CHARS or (depth > _MAX_DEPTH and _depth(source) > _MAX_DEPTH):
        return source
    convert = _converter()
    if convert is None:
        return source
    inner = _FENCES.sub("", _FENCES.sub("", source))
    try:
        text = convert(_with_scripts(inner))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return source  # a parser for people's formulas, met with something else
    lines = [re.sub(r"(?<=\S) {2,}(?=[=≤≥<>&])", " ", line).rstrip() for line in text.split("\n")]
    return "\n".join(line for line in lines if line.strip()) or source


def _depth(source: str) -> int:
    depth = deepest = 0
    for char in source:
        depth += (char == "{") - (char == "}")
        deepest = max(deepest, depth)
    return max(deepest, source.count("\\begin"), source.count("\\left"))


def _with_scripts(source: str) -> str:
    """Raise and lower what has characters for it; put parentheses around the rest."""
    for _ in range(3):  # scripts of scripts
        replaced = _SCRIPT.sub(_script, source)
        if replaced == source:
            break
        source = replaced
    return _COMMAND_END.sub(r"\1{}", source)


def _script(match: re.Match[str]) -> str:
    text = (match[2] or match[3]).strip()
    table = _RAISED if match[1] == "^" else _LOWERED
    if all(ord(char) in table for char in text):
        return text.translate(table)
    if len(text) == 1:
        return match[0]
    return f"{match[1]}{{({text})}}" if not text.startswith("(") else match[0]


# A kernel's cells repeat the same few formulas, and making a converter takes 15 ms.
@lru_cache(maxsize=1)
def _converter() -> Callable[[str], str] | None:
    try:
        module: Any = importlib.import_module("pylatexenc.latex2text")
    except ImportError:
        return None

    def fraction(node: Any, l2tobj: Any) -> str:  # the library's names
        parts = [
            l2tobj.nodelist_to_text([arg]).strip()
            for arg in node.nodeargd.argnlist
            if arg is not None
        ]
        return "/".join(f"({part})" if _NEEDS_PARENTHESES.search(part) else part for part in parts)

    database = module.get_default_latex_context_db()
    specs = [
        module.MacroTextSpec(name, simplify_repl=fraction) for name in ("frac", "dfrac", "tfrac")
    ]
    database.add_context_category("ipynb", prepend=True, macros=specs)
    writer = module.LatexNodes2Text(latex_context=database, math_mode="text")
    return writer.latex_to_text
