"""Takes what comes of a cell's run into the notebook; knows neither the queue nor the kernel.

::

    begin ──> old outputs stay for a moment ──> the first new one, or the end of that moment,
              replaces them ──> … ──> end
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from ipynb_nvim.domain.messages import (
    ClearOutput,
    CommMessage,
    ExecuteInput,
    InputRequest,
    OutputMessage,
    UpdateDisplay,
)
from ipynb_nvim.domain.output import DisplayData, ExecuteResult, StreamOutput
from ipynb_nvim.services.run_events import InputWanted
from ipynb_nvim.services.run_times import RunTimes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.messages import Message
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.domain.output import Output
    from ipynb_nvim.services.run_events import RunEvent

# Old outputs stay this long, so that a quick run replaces them without a blink.
_CLEAR_AFTER_S = 0.2
_DOTS = "········"


class RunResults:
    """The outputs and counts of one notebook's runs, by cell."""

    def __init__(
        self, notebook: Notebook, tell: Callable[[RunEvent], None], *, is_timed: bool = False
    ) -> None:
        """Write to ``notebook``; ``tell`` hears what is not an output.

        ``is_timed``: note in the cells' metadata when they ran.
        """
        # Mutable state: the timer that drops the running cell's old outputs; the question that
        # waits for an answer, with its cell; when the parts of the run under way were.
        self._notebook = notebook
        self._tell = tell
        self._clearing: asyncio.TimerHandle | None = None
        self._question: tuple[str, InputRequest] | None = None
        self._is_timed = is_timed
        self._times: RunTimes | None = None

    def begin(self, cell_id: str) -> None:
        """Prepare for the outputs of a cell that was sent to the kernel."""
        if self._is_timed:
            self._times = RunTimes()
        self._notebook.set_execution_count(cell_id, None)
        self._notebook.clear_outputs(cell_id, wait=True)
        loop = asyncio.get_running_loop()
        self._clearing = loop.call_later(_CLEAR_AFTER_S, self._clear_old, cell_id)

    def end(self, cell_id: str, execution_count: int | None) -> int | None:
        """Settle a cell that has run; return the count to show."""
        self._question = None
        self._clear_old(cell_id)
        count = execution_count or self._notebook[cell_id].execution_count
        self._notebook.set_execution_count(cell_id, count)
        if self._times is not None:
            self._notebook.note_execution_times(cell_id, self._times.to_json())
        self._notebook.compare(cell_id)
        return count

    def pass_over(self, cell_id: str) -> None:
        """Empty a cell without code: it is not sent, as in JupyterLab and nbclient."""
        self._notebook.set_execution_count(cell_id, None)
        self._notebook.clear_outputs(cell_id)
        self._notebook.compare(cell_id)

    def on_shared(self, message: UpdateDisplay | CommMessage) -> None:
        """Replace what displays or widgets show, whatever their cell and whoever asked."""
        if isinstance(message, CommMessage):
            self._notebook.update_widget(message)
            return
        self._notebook.update_display(message.display_id, message.data, message.metadata)

    def on_message(self, cell_id: str, message: Message) -> None:
        """Take a message of the request that runs, or ran, a cell."""
        if self._times is not None:
            self._times.note(message)
        if isinstance(message, OutputMessage):
            self._append(cell_id, message.output)
        elif isinstance(message, ExecuteInput):
            self._notebook.set_execution_count(cell_id, message.execution_count)
        elif isinstance(message, ClearOutput):
            self._notebook.clear_outputs(cell_id, wait=message.wait)
        elif isinstance(message, InputRequest):
            self._question = cell_id, message
            self._tell(InputWanted(cell_id, message.prompt, message.password))

    def on_answer(self, text: str) -> None:
        """Show the latest question with its answer, as JupyterLab does: a stream called stdin.

        Of a password not even its length.
        """
        if self._question is None:
            return
        (cell_id, request), self._question = self._question, None
        prompt = request.prompt
        space = " " if prompt and not prompt[-1].isspace() else ""
        shown = _DOTS if request.password else text
        self._append(cell_id, StreamOutput("stdin", f"{prompt}{space}{shown}\n"))

    def _append(self, cell_id: str, output: Output) -> None:
        self._keep_outputs()
        if isinstance(output, (DisplayData, ExecuteResult)) and output.display_id is not None:
            # Displays that have the id already show it too, as in JupyterLab and nbclient.
            self._notebook.update_display(output.display_id, output.data, output.metadata)
        self._notebook.append_output(cell_id, output)

    def _clear_old(self, cell_id: str) -> None:
        if self._clearing is not None:
            self._keep_outputs()
            self._notebook.clear_outputs(cell_id)

    def _keep_outputs(self) -> None:
        if self._clearing is not None:
            self._clearing.cancel()
            self._clearing = None
