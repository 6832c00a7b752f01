"""A cell's outputs as lines to draw under it, or to read in a window; knows no buffer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import (
    DisplayData,
    ErrorOutput,
    ExecuteResult,
    Output,
    StreamOutput,
    UnknownOutput,
)
from ipynb_nvim.view.ansi import group_of, segments
from ipynb_nvim.view.mime import chosen_mime, text_of
from ipynb_nvim.view.sanitize import (
    clip,
    expand_tabs,
    width_of,
    without_controls,
    without_sequences,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ipynb_nvim.domain.output_area import OutputArea, OutputItem
    from ipynb_nvim.domain.stream_text import StreamText

# (text, highlight group) from left to right, as virt_lines wants it (:h nvim_buf_set_extmark).
VirtLine = list[tuple[str, str]]

_PLAIN, _STDERR, _ERROR = "NotebookOutput", "NotebookOutputStderr", "NotebookOutputError"
_PROMPT, _MORE = "NotebookOutputPrompt", "NotebookOutputMore"
_PROMPT_TEXT = "Out:"

# Characters looked at per column that may be drawn: room for SGR sequences and combining marks.
_CHARS_PER_COL = 16


@dataclass(frozen=True)
class Limits:
    """How much is drawn: at most ``max_lines`` lines of at most ``width`` columns."""

    max_lines: int
    width: int


@dataclass(frozen=True)
class _Block:
    """The lines of one output; ``has_prompt`` marks the result of the cell."""

    lines: StreamText
    hl: str
    has_prompt: bool = False

    def __len__(self) -> int:
        return len(self.lines) + (1 if self._has_prompt_line else 0)

    @property
    def _has_prompt_line(self) -> bool:
        # Several lines stand under the prompt, so that the columns of tables stay aligned.
        return self.has_prompt and len(self.lines) != 1

    def line(self, index: int, width: int | None) -> VirtLine:
        """Return one line, clipped to ``width`` columns; None is the whole line."""
        if not self.has_prompt:
            return _line(self.lines, index, self.hl, width)
        if not self._has_prompt_line:
            prompt = f"{_PROMPT_TEXT} "
            rest = None if width is None else max(1, width - len(prompt))
            return [(prompt, _PROMPT), *_line(self.lines, index, self.hl, rest)]
        if index == 0:
            return [(_PROMPT_TEXT, _PROMPT)]
        return _line(self.lines, index - 1, self.hl, width)


def render(area: OutputArea, limits: Limits) -> list[VirtLine]:
    """Return the lines to draw under a cell, long output cut in the middle.

    The work depends on the limits and the number of outputs, not on their size; an output
    that came from a file is read once, when it is first drawn.
    """
    blocks = [_block(item) for item in area]
    total = sum(map(len, blocks))
    if total <= limits.max_lines:
        return list(_lines(blocks, 0, total, limits.width))
    kept = max(0, limits.max_lines - 1)
    head = (kept + 1) // 2
    hidden = total - kept
    return [
        *_lines(blocks, 0, head, limits.width),
        [(f"… {hidden:,} more lines — go opens all", _MORE)],
        *_lines(blocks, head + hidden, total, limits.width),
    ]


def plain_lines(area: OutputArea) -> list[str]:
    """Return all lines whole, without colours, safe to put into a buffer."""
    blocks = [_block(item) for item in area]
    lines = _lines(blocks, 0, sum(map(len, blocks)), None)
    return ["".join(text for text, _ in line) for line in lines]


def _lines(blocks: list[_Block], first: int, last: int, width: int | None) -> Iterator[VirtLine]:
    """Return the lines ``first`` to ``last`` (exclusive) of all blocks together."""
    start = 0
    for block in blocks:
        size = len(block)
        for index in range(max(first - start, 0), min(last - start, size)):
            yield block.line(index, width)
        start += size


def _block(item: OutputItem) -> _Block:
    output = item.output
    if isinstance(output, StreamOutput):
        return _Block(item.stream, _STDERR if output.name == "stderr" else _PLAIN)
    if isinstance(output, ErrorOutput):
        return _Block(item.lines("error", _error_text), _ERROR)
    if isinstance(output, (DisplayData, ExecuteResult)):
        lines = item.lines("bundle", _bundle_text)
        return _Block(lines, _PLAIN, has_prompt=isinstance(output, ExecuteResult))
    return _Block(item.lines("unknown", _unknown_text), _PLAIN)


def _error_text(output: Output) -> str:
    if not isinstance(output, ErrorOutput):
        return ""
    traceback = "\n".join(output.traceback)
    title = f"{output.ename}: {output.evalue}" if output.evalue else output.ename
    return traceback if output.ename in traceback else f"{traceback}\n{title}".lstrip("\n")


def _bundle_text(output: Output) -> str:
    if not isinstance(output, (DisplayData, ExecuteResult)):
        return ""
    mime = chosen_mime(output.data)
    return text_of(mime, output.data[mime]) if mime else ""


def _unknown_text(output: Output) -> str:
    value = output.value if isinstance(output, UnknownOutput) else None
    kind = value.get("output_type") if isinstance(value, dict) else None
    return f"[unknown output {kind}]" if isinstance(kind, str) else "[unknown output]"


def _line(lines: StreamText, row: int, hl: str, width: int | None) -> VirtLine:
    max_chars = None if width is None else (width + 1) * _CHARS_PER_COL
    text = without_sequences(lines.line(row, max_chars))
    chunks: VirtLine = []
    col = 0
    for part, pen in segments(text, lines.pen_at(row)):
        shown = expand_tabs(without_controls(part), col)
        if width is not None and col + width_of(shown) > width:
            chunks.append((clip(shown, width - 1 - col), group_of(pen, hl)))
            chunks.append(("…", _MORE))
            break
        col += width_of(shown)
        chunks.append((shown, group_of(pen, hl)))
    return chunks or [("", hl)]
