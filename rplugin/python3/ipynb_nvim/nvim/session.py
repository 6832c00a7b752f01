"""One open notebook in the host: model, file, kernel and screen tied together; knows no RPC."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.domain.events import ExecutionChanged, OutputsChanged, SourceChanged
from ipynb_nvim.domain.execution import ExecutionState
from ipynb_nvim.nvim.choices import Choices
from ipynb_nvim.nvim.kernel_chooser import KernelChooser
from ipynb_nvim.nvim.kernel_desk import KernelDesk
from ipynb_nvim.nvim.kernel_view import KernelView
from ipynb_nvim.nvim.picture_desk import PictureDesk
from ipynb_nvim.nvim.questions import Questions
from ipynb_nvim.nvim.renderer import Renderer
from ipynb_nvim.nvim.run_notice import RunNotice
from ipynb_nvim.nvim.watched_output import WatchedOutput
from ipynb_nvim.services.edited_cells import EditedCells
from ipynb_nvim.services.run_events import (
    CellDone,
    CellQueued,
    CellStarted,
    KernelBecameReady,
)
from ipynb_nvim.services.run_settings import RunSettings
from ipynb_nvim.services.runner import Runner
from ipynb_nvim.view.output_view import Limits, plain_lines, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.events import NotebookEvent
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.domain.spliced_cell import SplicedCell
    from ipynb_nvim.nvim.bridge import Bridge, Operation
    from ipynb_nvim.nvim.notebook_file import NotebookFile
    from ipynb_nvim.options import Options
    from ipynb_nvim.services.journal_keeper import JournalKeeper
    from ipynb_nvim.services.run_events import RunEvent

# So many of those that wait say which place they have: more than that is far off.
_SHOWN_POSITIONS = 9
# A name of an attachment in a message; with the rest it fits on a line.
_MAX_NAME_CHARS = 40


class Session:
    """What the host has for one facade buffer; ended by ``close()``."""

    def __init__(
        self, buf: int, notebook: Notebook, file: NotebookFile, options: Options, bridge: Bridge
    ) -> None:
        """Tie a notebook to its file, its screen and a kernel that does not run yet."""
        # Mutable state: the last message of the editor's stream, the cells whose outputs were
        # drawn when the notebook was opened, what Neovim was told of `modified`; all else is
        # the parts' own.
        self.buf = buf
        self.options = options
        self.journal: JournalKeeper | None = None
        self.notebook = notebook
        self.file = file
        self.sync_no = 0
        notebook.widgets.take_saved(file.metadata)
        self._is_drawn_later = bool(options.custom_mimes)
        self.drawn: frozenset[str] = frozenset()
        self._told_modified = (False, False)
        limits = Limits(
            options.max_lines, options.max_columns, options.columns, tuple(options.custom_mimes)
        )
        self.renderer = Renderer(
            notebook,
            limits,
            lambda batch_no, batch: bridge.push(buf, batch_no, batch),
            self.cell_operation,
            bridge.loop,
        )
        self.choices = Choices(self.renderer.tell)
        chooser = KernelChooser(file, options, self.choices, self.renderer.tell)
        self.runner = Runner(
            notebook,
            chooser.choose,
            self._on_run_event,
            bridge.spawn,
            RunSettings(
                editor_pid=options.editor_pid,
                stop_on_error=options.stop_on_error,
                is_timed=options.record_timing,
                is_kept=options.keep_kernel,
            ),
        )
        self._kernel_view = KernelView(self.runner, self.renderer, bridge.loop)
        self.desk = KernelDesk(
            self.runner, chooser, file, self.renderer.tell, self.show_modified, self.choices
        )
        self.questions = Questions(
            lambda: self.runner.session,
            lambda no, answer: bridge.push(buf, 0, [{"op": "answer", "no": no, "answer": answer}]),
            bridge.spawn,
        )
        self.watched = WatchedOutput(notebook, self.renderer, bridge.spawn, options.temp_dir)
        self.pictures = PictureDesk(
            notebook, file, self.choices, self.renderer.tell, options.temp_dir
        )
        self._edited = EditedCells(notebook, self.runner.queue)
        self._notice = RunNotice(options.notify_after_s, lambda: self.runner.queue.is_idle)
        notebook.subscribe(self._on_event)

    @property
    def cwd(self) -> Path:
        """Where the kernel runs: the notebook's folder."""
        return Path(self.file.path).parent

    def change_text(
        self, sync_no: int, cell_id: str, first: int, last: int, lines: Sequence[str]
    ) -> None:
        """Take typed text."""
        self.sync_no = sync_no
        self.notebook.change_text(cell_id, first, last, lines)

    def splice(
        self, sync_no: int, index: int, removed: Sequence[str], cells: Sequence[SplicedCell]
    ) -> None:
        """Take a change of structure; what waits to run is looked at when its turn comes."""
        self.sync_no = sync_no
        result = self.notebook.splice(index, removed, cells)
        self.renderer.draw_outputs(result.redrawn)
        for cell_id in result.redrawn:
            self.renderer.draw_cell(cell_id)
        if result.clashes:
            self.renderer.tell("message", level="warn", text=_clash_text(result.clashes))
        for cell in cells:
            self._look_at_edits(cell.cell_id)
        self.show_modified()

    def execute(self, cell_ids: Sequence[str]) -> None:
        """Run cells."""
        self.renderer.hurry()
        self.runner.execute([name for name in cell_ids if name in self.notebook], self.cwd)

    def execute_part(self, cell_id: str, code: str) -> None:
        """Run a part of a cell's text."""
        self.renderer.hurry()
        if not self.runner.execute_part(cell_id, code, self.cwd):
            self.renderer.tell("message", level="info", text="this cell waits to run already")

    def clear_outputs(self, cell_ids: Sequence[str]) -> None:
        """Drop outputs and counts."""
        for cell_id in cell_ids:
            cell = self.notebook[cell_id]
            if len(cell.outputs) or cell.execution_count is not None:
                self.notebook.clear_outputs(cell_id)
                self.notebook.set_execution_count(cell_id, None)

    def show_outputs(self) -> None:
        """Draw the outputs that the answer to "open" did not have."""
        notebook = self.notebook
        drawn = frozenset[str]() if self._is_drawn_later or notebook.widgets else self.drawn
        self.renderer.draw_outputs(
            [
                cell_id
                for cell_id in notebook.order
                if len(notebook[cell_id].shown_outputs) and cell_id not in drawn
            ]
        )

    def output_lines(self, cell_id: str) -> list[str]:
        """Return a cell's outputs as plain text, whole."""
        return plain_lines(self.notebook[cell_id].shown_outputs, self.notebook.widgets)

    def show_modified(self) -> None:
        """Tell Neovim whether a save would change the file, unless it knows.

        Its own flag turns true with the facade's text; it cannot turn false by itself.
        """
        is_modified = self.is_modified
        told = (is_modified, is_modified and self.notebook.has_unsaved_outputs)
        if told != self._told_modified or not is_modified:
            self._told_modified = told
            self.renderer.set("modified", self._modified_operation)

    @property
    def is_modified(self) -> bool:
        """Whether a save would change the file."""
        return self.notebook.is_modified or self.file.is_metadata_changed

    def close(self) -> None:
        """End the notebook's kernel and say nothing more; what is not saved is given up."""
        if self.journal is not None:
            self.journal.give_up()
        self.renderer.close()
        self.questions.close()
        self.choices.close()
        self.runner.shutdown()

    def cell_operation(self, cell_id: str) -> Operation:
        """Return what the border shows of a cell."""
        cell, queue = self.notebook[cell_id], self.runner.queue
        state, elapsed_s = queue.state_of(cell_id), queue.elapsed_s(cell_id)
        if not cell.is_code and state not in (ExecutionState.QUEUED, ExecutionState.BUSY):
            state, elapsed_s = ExecutionState.IDLE, None
        return {
            "op": "cell",
            "id": cell_id,
            "execution_count": cell.execution_count if cell.is_code else None,
            "execution_state": state.value,
            "elapsed_ms": None if elapsed_s is None else round(elapsed_s * 1000),
            "queue_position": queue.position_of(cell_id, _SHOWN_POSITIONS),
            "is_edited": cell.is_code and self._edited.is_edited(cell_id),
        }

    def _look_at_edits(self, cell_id: str) -> None:
        if self._edited.look(cell_id):
            self.renderer.draw_cell(cell_id)

    def _on_event(self, event: NotebookEvent) -> None:
        if isinstance(event, SourceChanged):
            self._look_at_edits(event.cell_id)
        if isinstance(event, (SourceChanged, OutputsChanged, ExecutionChanged)):
            self.show_modified()

    def _modified_operation(self) -> Operation:
        return {
            "op": "modified",
            "sync_no": self.sync_no,
            "modified": self.is_modified,
            "has_unsaved_outputs": self.notebook.has_unsaved_outputs,
        }

    def _on_run_event(self, event: RunEvent) -> None:
        self._kernel_view.on_event(event)
        self._show_queue(event)
        if isinstance(event, KernelBecameReady) and self.file.take_language(event.language_info):
            self.show_modified()
        notice = self._notice.on_event(event)
        if notice is not None:
            self.renderer.tell("notice", text=notice)

    def _show_queue(self, event: RunEvent) -> None:
        """Show who waits at which place, as far as places are shown."""
        if isinstance(event, (CellQueued, CellStarted, CellDone)):
            self.renderer.set("queue", self._queue_operation)
        if isinstance(event, (CellStarted, CellDone)):
            for cell_id in self.runner.queue.first(_SHOWN_POSITIONS):
                self.renderer.draw_cell(cell_id)

    def _queue_operation(self) -> Operation:
        queue = self.runner.queue
        elapsed_s = None if queue.current is None else queue.elapsed_s(queue.current.cell_id)
        return {
            "op": "queue",
            "waiting": queue.length,
            "elapsed_ms": None if elapsed_s is None else round(elapsed_s * 1000),
        }

    def info(self) -> list[tuple[str, str]]:
        """Return what ``:NotebookInfo`` shows."""
        cells = self.notebook.order
        busy = [name for name in cells if self.runner.queue.state_of(name) is ExecutionState.BUSY]
        return [
            ("path", self.file.path),
            ("format", self.file.format_name),
            ("cells", f"{len(cells)}, {len(busy)} running"),
            ("kernel", self._kernel_view.describe()),
            *self.desk.describe(),
        ]


def _clash_text(names: Sequence[str]) -> str:
    name = plain_text(names[0]).replace("\n", " ")[:_MAX_NAME_CHARS]
    others = f" (and {len(names) - 1} more)" if len(names) > 1 else ""
    return (
        f'merged, but two attachments are called "{name}"{others}: the first is shown twice now. '
        "Undo, and give one another name first"
    )
