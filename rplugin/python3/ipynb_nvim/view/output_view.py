"""A cell's outputs as lines to draw under it, or to read in a window; knows no buffer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.domain.output import DisplayData, ErrorOutput, ExecuteResult, UnknownOutput
from ipynb_nvim.domain.output_item import OutputItem, StreamItem
from ipynb_nvim.domain.stream_text import StreamText
from ipynb_nvim.domain.widgets import VIEW_MIME
from ipynb_nvim.view.custom_rows import custom_rows
from ipynb_nvim.view.mime import Extent, chosen_mime, rows_of
from ipynb_nvim.view.rows import PLAIN_HL, TextRows
from ipynb_nvim.view.traceback_text import fold_traceback
from ipynb_nvim.view.virt_line import MORE_HL, NOTE_HL, plain_line_of
from ipynb_nvim.view.widget_rows import widget_rows

if TYPE_CHECKING:
    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.domain.output_item import FixedOutput, Item
    from ipynb_nvim.domain.widgets import Widgets
    from ipynb_nvim.view.rows import Rows
    from ipynb_nvim.view.virt_line import VirtLine

_STDERR_HL = "NotebookOutputStderr"
_ERROR_HL = "NotebookOutputError"
_PROMPT_HL = "NotebookOutputPrompt"
_PROMPT = "Out:"
# Lines that are made plain at once.
_PLAIN_STEP = 1000


@dataclass(frozen=True)
class Limits:
    """How much is drawn: at most ``max_lines`` lines of at most ``width`` columns.

    ``columns`` is how wide the window is: what can be laid out for it is. Values of
    ``custom_mimes`` are drawn by renderers of the user's.
    """

    max_lines: int
    width: int
    columns: int = 100
    custom_mimes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """The rows of one output; ``has_prompt`` marks the cell's result."""

    rows: Rows
    has_prompt: bool = False

    def __len__(self) -> int:
        count = len(self.rows)
        # Several lines stand under the prompt, so that the columns of tables stay aligned.
        return count + 1 if self.has_prompt and count > 1 else count

    def line(self, index: int, width: int) -> VirtLine:
        """Return one line, clipped to ``width`` columns."""
        row = index + len(self.rows) - len(self)
        if row < 0:
            return [(_PROMPT, _PROMPT_HL)]
        if not self._is_beside_prompt:
            return self.rows.line(row, width)
        prompt = f"{_PROMPT} "
        return [(prompt, _PROMPT_HL), *self.rows.line(row, width - len(prompt))]

    def plain_lines(self, first: int, last: int) -> list[str]:
        """Return lines ``first`` to ``last`` (exclusive), whole and without colours."""
        if isinstance(self.rows, TextRows) and not self.has_prompt:
            return self.rows.plains(first, last)
        return [self._plain_line(index) for index in range(first, last)]

    def _plain_line(self, index: int) -> str:
        row = index + len(self.rows) - len(self)
        if row < 0:
            return _PROMPT
        text = self.rows.plain(row)
        return f"{_PROMPT} {text}" if self._is_beside_prompt else text

    @property
    def _is_beside_prompt(self) -> bool:
        return self.has_prompt and len(self.rows) == 1


def render(area: OutputArea, limits: Limits, widgets: Widgets | None = None) -> list[VirtLine]:
    """Return the lines to draw under a cell, long output cut in the middle.

    The work depends on the limits and the number of outputs, not on their size; an output
    that came from a file is read once, when it is first drawn.
    """
    extent = Extent(limits.max_lines, limits.columns, limits.custom_mimes)
    blocks = [_block(item, extent, widgets) for item in area]
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


def follows_width(area: OutputArea) -> bool:
    """Tell whether something of it is laid out for the width of the window."""
    return any(
        isinstance(item.output, (DisplayData, ExecuteResult)) and "text/html" in item.output.data
        for item in area
        if isinstance(item, OutputItem)
    )


def whole_blocks(
    area: OutputArea, widgets: Widgets | None = None, custom_mimes: tuple[str, ...] = ()
) -> list[Block]:
    """Return all there is to read, nothing folded or cut."""
    return [_block(item, Extent(custom_mimes=custom_mimes), widgets) for item in area]


def plain_lines(area: OutputArea, widgets: Widgets | None = None) -> list[str]:
    """Return all lines whole, without colours, safe to put into a buffer."""
    lines: list[str] = []
    for block in whole_blocks(area, widgets):
        for first in range(0, len(block), _PLAIN_STEP):
            lines += block.plain_lines(first, min(first + _PLAIN_STEP, len(block)))
    return lines


def plain_text(text: str) -> str:
    """Return text with its line breaks, without colours and what must not reach a terminal."""
    lines = StreamText(text)
    return "\n".join(plain_line_of(lines, index) for index in range(len(lines)))


def _lines(blocks: list[Block], first: int, last: int, width: int) -> list[VirtLine]:
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


def _block(item: Item, extent: Extent, widgets: Widgets | None) -> Block:
    if isinstance(item, StreamItem):
        return Block(TextRows(item.lines, _STDERR_HL if item.name == "stderr" else PLAIN_HL))
    rows = _custom_rows(item, extent.custom_mimes)
    if rows is None and widgets:
        rows = _widget_rows(item.output, widgets)
    if rows is not None:
        return Block(rows)
    return item.derive(_whole_block if extent.rows is None else _drawn_block, extent)


def _custom_rows(item: OutputItem, mimes: tuple[str, ...]) -> Rows | None:
    output = item.output
    if not mimes or not isinstance(output, (DisplayData, ExecuteResult)):
        return None
    mime = next((mime for mime in mimes if mime in output.data), None)
    return item.derive(custom_rows, mime) if mime else None


def _widget_rows(output: FixedOutput, widgets: Widgets) -> Rows | None:
    if not isinstance(output, (DisplayData, ExecuteResult)) or VIEW_MIME not in output.data:
        return None
    return widget_rows(widgets, output.data[VIEW_MIME])


# Two names: the forms of an output are kept side by side.
def _drawn_block(output: FixedOutput, extent: Extent) -> Block:
    return _fixed_block(output, extent)


def _whole_block(output: FixedOutput, extent: Extent) -> Block:
    return _fixed_block(output, extent)


def _fixed_block(output: FixedOutput, extent: Extent) -> Block:
    match output:
        case ErrorOutput():
            return Block(_error_rows(output, is_whole=extent.rows is None))
        case UnknownOutput(value):
            kind = value.get("output_type") if isinstance(value, Mapping) else None
            name = f"[unknown output {kind}]" if isinstance(kind, str) else "[unknown output]"
            return Block(TextRows(StreamText(name)))
        case _:
            mime = chosen_mime(output.data)
            rows = rows_of(mime, output.data[mime], extent) if mime else TextRows(StreamText())
            return Block(rows, has_prompt=isinstance(output, ExecuteResult))


def _error_rows(output: ErrorOutput, *, is_whole: bool) -> TextRows:
    title = ": ".join(part for part in (output.ename, output.evalue) if part)
    folded = None if is_whole else fold_traceback(output.traceback)
    text = folded.text if folded else "\n".join(output.traceback)
    if not text:
        text = title
    elif output.ename not in text:
        text = f"{text}\n{title}"
    lines = StreamText(text)
    # A traceback with colours of its own keeps them; one without is red all over.
    if not any("\x1b[" in entry for entry in output.traceback):
        return TextRows(lines, _ERROR_HL)
    size = output.evalue.rstrip().count("\n") + 1
    hls = dict.fromkeys(range(max(len(lines) - size, 0), len(lines)), _ERROR_HL)
    return TextRows(
        lines, PLAIN_HL, {**hls, **dict.fromkeys(folded.folds if folded else (), NOTE_HL)}
    )
