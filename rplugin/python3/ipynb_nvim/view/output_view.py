"""A cell's outputs as lines to draw under it, or to read in a window; knows no buffer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import ErrorOutput, ExecuteResult, UnknownOutput
from ipynb_nvim.domain.output_item import StreamItem
from ipynb_nvim.domain.stream_text import StreamText
from ipynb_nvim.view.mime import chosen_mime, text_of
from ipynb_nvim.view.virt_line import MORE_HL, VirtLine, line_of, plain_line_of

if TYPE_CHECKING:
    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.domain.output_item import FixedOutput, Item

_PLAIN_HL = "NotebookOutput"
_STDERR_HL = "NotebookOutputStderr"
_ERROR_HL = "NotebookOutputError"
_PROMPT_HL = "NotebookOutputPrompt"
_PROMPT = "Out:"


@dataclass(frozen=True)
class Limits:
    """How much is drawn: at most ``max_lines`` lines of at most ``width`` columns."""

    max_lines: int
    width: int


@dataclass(frozen=True)
class _Block:
    """The lines of one output.

    ``has_prompt`` marks the cell's result; ``error_size`` is how many lines at the end are the
    error itself and not the way to it.
    """

    lines: StreamText
    hl: str
    has_prompt: bool = False
    error_size: int = 0

    def __len__(self) -> int:
        count = len(self.lines)
        # Several lines stand under the prompt, so that the columns of tables stay aligned.
        return count + 1 if self.has_prompt and count > 1 else count

    def line(self, index: int, width: int) -> VirtLine:
        """Return one line, clipped to ``width`` columns."""
        row = index + len(self.lines) - len(self)
        if row < 0:
            return [(_PROMPT, _PROMPT_HL)]
        if not self._is_beside_prompt:
            return line_of(self.lines, row, self._hl_at(row), width)
        prompt = f"{_PROMPT} "
        rest = line_of(self.lines, row, self._hl_at(row), width - len(prompt))
        return [(prompt, _PROMPT_HL), *rest]

    def plain_line(self, index: int) -> str:
        """Return one line, whole and without colours."""
        row = index + len(self.lines) - len(self)
        if row < 0:
            return _PROMPT
        text = plain_line_of(self.lines, row)
        return f"{_PROMPT} {text}" if self._is_beside_prompt else text

    @property
    def _is_beside_prompt(self) -> bool:
        return self.has_prompt and len(self.lines) == 1

    def _hl_at(self, row: int) -> str:
        return _ERROR_HL if row >= len(self.lines) - self.error_size else self.hl


def render(area: OutputArea, limits: Limits) -> list[VirtLine]:
    """Return the lines to draw under a cell, long output cut in the middle.

    The work depends on the limits and the number of outputs, not on their size; an output
    that came from a file is read once, when it is first drawn.
    """
    blocks = [_block(item) for item in area]
    total = sum(map(len, blocks))
    if total <= limits.max_lines:
        return _lines(blocks, 0, total, limits.width)
    kept = max(0, limits.max_lines - 1)
    head = (kept + 1) // 2
    hidden = total - kept
    return [
        *_lines(blocks, 0, head, limits.width),
        [(f"… {hidden:,} more lines — go opens all", MORE_HL)],
        *_lines(blocks, head + hidden, total, limits.width),
    ]


def plain_lines(area: OutputArea) -> list[str]:
    """Return all lines whole, without colours, safe to put into a buffer."""
    blocks = [_block(item) for item in area]
    return [block.plain_line(index) for block in blocks for index in range(len(block))]


def plain_text(text: str) -> str:
    """Return text with its line breaks, without colours and what must not reach a terminal."""
    lines = StreamText(text)
    return "\n".join(plain_line_of(lines, index) for index in range(len(lines)))


def _lines(blocks: list[_Block], first: int, last: int, width: int) -> list[VirtLine]:
    """Return the lines ``first`` to ``last`` (exclusive) of all blocks together."""
    lines: list[VirtLine] = []
    start = 0
    for block in blocks:
        if start >= last:
            break
        size = len(block)
        if start + size > first:
            rows = range(max(first - start, 0), min(last - start, size))
            lines.extend(block.line(row, width) for row in rows)
        start += size
    return lines


def _block(item: Item) -> _Block:
    if isinstance(item, StreamItem):
        return _Block(item.lines, _STDERR_HL if item.name == "stderr" else _PLAIN_HL)
    return item.derive(_fixed_block)


def _fixed_block(output: FixedOutput) -> _Block:
    lines = StreamText(_text(output))
    if isinstance(output, ErrorOutput):
        # A traceback with colours of its own keeps them; one without is red all over.
        has_colours = any("\x1b[" in entry for entry in output.traceback)
        size = output.evalue.rstrip().count("\n") + 1 if has_colours else len(lines)
        return _Block(lines, _PLAIN_HL, error_size=size)
    return _Block(lines, _PLAIN_HL, has_prompt=isinstance(output, ExecuteResult))


def _text(output: FixedOutput) -> str:
    match output:
        case ErrorOutput():
            return _error_text(output)
        case UnknownOutput(value):
            kind = value.get("output_type") if isinstance(value, Mapping) else None
            return f"[unknown output {kind}]" if isinstance(kind, str) else "[unknown output]"
        case _:
            mime = chosen_mime(output.data)
            return text_of(mime, output.data[mime]) if mime else ""


def _error_text(output: ErrorOutput) -> str:
    title = ": ".join(part for part in (output.ename, output.evalue) if part)
    traceback = "\n".join(output.traceback)
    if not traceback:
        return title
    return traceback if output.ename in traceback else f"{traceback}\n{title}"
