"""Brings what changed to the screen, a bounded number of times a second; knows no kernel.

::

    changes ──> dirty sets ──> flush: one batch ──> Lua ──> ack ──> next flush

A batch waits for the acknowledgement of the one before, as notifications have no
backpressure. A bucket of tokens lets a short run show at once and bounds a flood to 30
batches a second; it is full again after each thing that the user asks for.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.events import ExecutionChanged, OutputsChanged
from ipynb_nvim.nvim.custom_renderers import CustomRenderers
from ipynb_nvim.view.output_view import follows_width, render

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Sequence

    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.nvim.bridge import Operation
    from ipynb_nvim.view.output_view import Limits

_RATE_HZ = 30.0
_BURST = 6.0
# Outputs and borders in one batch, so that no batch holds Neovim up.
_MAX_OUTPUTS = 60
_MAX_CELLS = 200


class Renderer:
    """One notebook's way to the screen.

    ``push`` sends a numbered batch, ``cell_operation`` says what the border of a cell shows.
    """

    def __init__(
        self,
        notebook: Notebook,
        limits: Limits,
        push: Callable[[int, Sequence[Operation]], None],
        cell_operation: Callable[[str], Operation],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """Listen to ``notebook``."""
        # Mutable state: what must be drawn, in order, now or when there is time; what must be
        # told after that; the batch on its way; the tokens left and when they were counted;
        # the timer of the next flush.
        self._notebook = notebook
        self._limits = limits
        self._push = push
        self._cell_operation = cell_operation
        self._loop = loop
        self._outputs: dict[str, None] = {}
        self._backlog: dict[str, None] = {}
        self._cells: dict[str, None] = {}
        self._latest: dict[str, Callable[[], Operation]] = {}
        self._queue: list[Operation] = []
        self._batch_no = 0
        self._is_waiting = False
        self._tokens = _BURST
        self._counted_s = loop.time()
        self._timer: asyncio.Handle | None = None
        self._customs = CustomRenderers(self.tell, self.draw_outputs)
        self.on_rendered = self._customs.on_rendered
        notebook.subscribe(self._on_event)

    @property
    def batch_no(self) -> int:
        """The number of the last batch."""
        return self._batch_no

    def follow(self, other: Renderer) -> None:
        """Count on from the renderer of what the buffer showed before, to be told apart."""
        self._batch_no = other.batch_no

    def draw_outputs(self, cell_ids: Sequence[str]) -> None:
        """Draw the outputs of many cells, as fast as Neovim takes them."""
        self._backlog.update(dict.fromkeys(cell_ids))
        self._schedule()

    def set_columns(self, columns: int) -> None:
        """Draw again what is laid out for the width of the window."""
        self._limits = replace(self._limits, columns=columns)
        notebook = self._notebook
        self.draw_outputs(
            [name for name in notebook.order if follows_width(notebook[name].shown_outputs)]
        )

    @property
    def custom_mimes(self) -> tuple[str, ...]:
        """The types that renderers of the user's draw."""
        return self._limits.custom_mimes

    def set_custom_mimes(self, mimes: Sequence[str]) -> None:
        """Draw all outputs again: renderers were added or taken away."""
        self._limits = replace(self._limits, custom_mimes=tuple(mimes))
        self.draw_outputs(self._notebook.order)

    def draw_cell(self, cell_id: str) -> None:
        """Draw a cell's border: count, state, time."""
        self._cells[cell_id] = None
        self._schedule()

    def set(self, op: str, make: Callable[[], Operation]) -> None:
        """Tell Lua a value of which only the latest counts; made when it is sent."""
        self._latest[op] = make
        self._schedule()

    def tell(self, op: str, **values: Any) -> None:
        """Tell Lua something after everything that is dirty now is on screen."""
        self._queue.append({"op": op, **values})
        self._schedule()

    def hurry(self) -> None:
        """Show what comes next at once: the user asked for it, and waits."""
        self._tokens = _BURST
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            self._schedule()

    def ack(self, batch_no: int) -> None:
        """Lua has applied a batch."""
        if batch_no == self._batch_no:
            self._is_waiting = False
            self._schedule()

    def close(self) -> None:
        """Send nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._is_waiting = True

    def _on_event(self, event: NotebookEvent) -> None:
        if isinstance(event, OutputsChanged):
            if self._notebook[event.cell_id].is_code:
                self._outputs[event.cell_id] = None
                self._schedule()
        elif isinstance(event, ExecutionChanged):
            self.draw_cell(event.cell_id)

    def _schedule(self) -> None:
        if self._timer is not None or self._is_waiting or not self._has_work():
            return
        now_s = self._loop.time()
        self._tokens = min(_BURST, self._tokens + (now_s - self._counted_s) * _RATE_HZ)
        self._counted_s = now_s
        delay_s = 0.0 if self._backlog else max(0.0, (1.0 - self._tokens) / _RATE_HZ)
        self._timer = self._loop.call_later(delay_s, self._flush)

    def _has_work(self) -> bool:
        return bool(self._outputs or self._backlog or self._cells or self._latest or self._queue)

    def _flush(self) -> None:
        self._timer = None
        self._tokens = max(0.0, self._tokens - 1.0)
        self._batch_no += 1
        self._is_waiting = True
        self._push(self._batch_no, self._take_batch())

    def _take_batch(self) -> list[Operation]:
        cell_ids = list(islice({**self._outputs, **self._backlog}, _MAX_OUTPUTS))
        for cell_id in cell_ids:
            self._outputs.pop(cell_id, None)
            self._backlog.pop(cell_id, None)
        batch = [self.output_operation(cell_id) for cell_id in cell_ids]
        for cell_id in list(islice(self._cells, _MAX_CELLS)):
            del self._cells[cell_id]
            batch.append(self._cell_operation(cell_id))
        batch += [make() for make in self._latest.values()]
        self._latest.clear()
        if not self._outputs and not self._cells:
            batch += self._queue
            self._queue = []
        return batch

    def output_operation(self, cell_id: str) -> Operation:
        """Return the operation that draws a cell's outputs; no lines: nothing to draw."""
        area = self._notebook[cell_id].shown_outputs
        self._customs.ask(cell_id, area, self._limits.custom_mimes)
        lines = render(area, self._limits, self._notebook.widgets) if len(area) else None
        return {"op": "output", "id": cell_id, "lines": lines, "count": len(area)}
