r"""How text crosses the channel to Neovim; knows nothing of what the text is.

Neovim's lines are bytes. A lone surrogate (JSON's ``\\ud800`` allows one) is no UTF-8, but its
three bytes are fine in a buffer, so it travels as these and comes back as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def to_wire(lines: Sequence[str]) -> Sequence[str | bytes]:
    """Return lines that msgpack can pack."""
    try:
        "\n".join(lines).encode()
    except UnicodeEncodeError:
        return [line.encode("utf-8", "surrogatepass") for line in lines]
    return lines


def from_wire(lines: Iterable[str | bytes]) -> list[str]:
    """Return lines as the model has them; pynvim decodes with ``surrogateescape``."""
    return [_decode(line) for line in lines]


def _decode(line: str | bytes) -> str:
    if isinstance(line, str):
        if line.isascii():
            return line
        try:
            line.encode()
        except UnicodeEncodeError:
            line = line.encode("utf-8", "surrogateescape")
        else:
            return line
    try:
        return line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return line.decode("utf-8", "replace")
