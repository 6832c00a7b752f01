"""What each message of the editor does: one table of methods; knows no pynvim."""

from __future__ import annotations

import logging
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.clips import Clips
from ipynb_nvim.domain.notebook import Notebook, OutOfStepError
from ipynb_nvim.errors import (
    FileChangedError,
    FileError,
    IpynbError,
    NotANotebookError,
    NotebookSyntaxError,
)
from ipynb_nvim.nvim.log import start_log
from ipynb_nvim.nvim.notebook_file import NotebookFile
from ipynb_nvim.nvim.opening import begin, drawn_ids, whole_view
from ipynb_nvim.nvim.recovery import Recovery
from ipynb_nvim.nvim.run_requests import RunRequests
from ipynb_nvim.nvim.session import Session
from ipynb_nvim.nvim.spliced_cells import spliced_cell
from ipynb_nvim.nvim.wire import from_wire
from ipynb_nvim.options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.nvim.bridge import Bridge
    from ipynb_nvim.nvim.opening import Opening

logger = logging.getLogger(__name__)


class Plugin:
    """The open notebooks of one Neovim, by facade buffer."""

    def __init__(self, bridge: Bridge) -> None:
        """Speak to one Neovim."""
        # Mutable state: the sessions; the notebooks of which only the first cells were read, with
        # their options; what was copied from cells; whether the log was started, by the first
        # options seen.
        self._bridge = bridge
        self._is_logging = False
        self._sessions: dict[int, Session] = {}
        self._openings: dict[int, tuple[Opening, dict[str, Any]]] = {}
        self._clips = Clips()
        self._recovery = Recovery()
        self._notifications: dict[str, Callable[..., None]] = {
            "text": self._on_text,
            "splice": self._on_splice,
            "clip": self._on_clip,
            "attach": self._on_attach,
            "shown": self._on_shown,
            "ack": lambda buf, batch_no: self._sessions[buf].renderer.ack(batch_no),
            "close": self._on_close,
            "rename": self._on_rename,
            "ask": lambda buf, *question: self._sessions[buf].questions.ask(*question),
            "drop_question": lambda buf, no: self._sessions[buf].questions.drop(no),
            "clear_outputs": lambda buf, ids: self._sessions[buf].clear_outputs(ids),
            "clear_all_outputs": self._on_clear_all_outputs,
            "columns": lambda buf, columns: self._sessions[buf].renderer.set_columns(columns),
            "custom_mimes": lambda buf, mimes: self._sessions[buf].renderer.set_custom_mimes(mimes),
            "rendered": lambda buf, *answer: self._sessions[buf].renderer.on_rendered(*answer),
            "save_image": self._on_save_image,
            "open_image": self._on_open_image,
            "close_output": lambda buf: self._sessions[buf].watched.close(),
        }
        self._requests: dict[str, Callable[..., Any]] = {
            "open": self._on_open,
            "rest": self._on_rest,
            "write": self._on_write,
            "flush": lambda buf: buf in self._sessions,
            "open_output": lambda buf, cell_id: self._sessions[buf].watched.open(cell_id),
            "output_lines": lambda buf, cell_id: self._sessions[buf].output_lines(cell_id),
            "model_cells": self._on_model_cells,
            "info": lambda buf: self._sessions[buf].info(),
            "leave": self._on_leave,
        }
        runs = RunRequests(self._sessions, bridge.spawn)
        self._notifications.update(runs.notifications)
        self._requests.update(runs.requests)

    def notify(self, method: str, args: Sequence[Any]) -> None:
        """Handle a message that nobody waits for; a problem becomes one line on the screen."""
        buf = args[0]
        is_known = buf in self._sessions or buf in self._openings
        if not is_known and method != "attach":
            return  # closed meanwhile
        try:
            self._notifications[method](*args)
        except OutOfStepError:
            logger.exception("out of step with the editor at %s", method)
            self._bridge.push(buf, 0, [{"op": "resync"}])
        except IpynbError as error:
            self._bridge.push(buf, 0, [{"op": "message", "level": "error", "text": str(error)}])

    def request(self, method: str, args: Sequence[Any]) -> Any:
        """Handle a message that Neovim waits for; ``{"error": line}`` says what went wrong."""
        try:
            return self._requests[method](*args)
        except IpynbError as error:
            return {"error": str(error)}

    def kill_kernels(self) -> bool:
        """End all kernels at once: Neovim or this host is about to end."""
        for session in self._sessions.values():
            session.runner.kill_now()
        return True

    def keep_changes(self) -> None:
        """Write what is not saved to journals: the editor or this host ends unasked."""
        for session in self._sessions.values():
            if session.journal is not None:
                session.journal.keep()

    def _on_leave(self, is_dying: bool) -> bool:
        """End with Neovim: what is not saved is not wanted, unless it was killed."""
        if is_dying:
            self.keep_changes()
        for session in self._sessions.values():
            if session.journal is not None:
                session.journal.give_up()
        return self.kill_kernels()

    def _add(
        self,
        buf: int,
        file: NotebookFile,
        options: dict[str, Any],
        *,
        drawn: frozenset[str] = frozenset(),
        cells: Sequence[CellRecord] | None = None,
    ) -> Session:
        old = self._sessions.get(buf)
        if old is not None:
            self._on_close(buf)
        self._start_log(Options.from_wire(options))
        saved = file.document.cells
        notebook = Notebook(saved) if cells is None else Notebook(cells, saved)
        session = Session(buf, notebook, file, Options.from_wire(options), self._bridge)
        session.drawn = drawn
        session.journal = self._recovery.keeper(notebook, file, session.options, self._bridge.loop)
        if old is not None:
            session.renderer.follow(old.renderer)
        self._sessions[buf] = session
        return session

    def _start_log(self, options: Options) -> None:
        if not self._is_logging and options.log_path is not None:
            self._is_logging = True
            start_log(Path(options.log_path), options.log_level)

    def _on_open(
        self, buf: int, options: dict[str, Any], path: str, min_lines: int
    ) -> dict[str, Any]:
        try:
            is_reload = buf in self._sessions  # its kernel must not wait for the rest
            told = Options.from_wire(options)
            opening, file, answer = begin(path, told, 0 if is_reload else min_lines)
        except FileError as error:
            self._on_close(buf)
            return {"problem": _problem(error)}
        if opening is not None:
            self._openings[buf] = (opening, options)
        if file is not None:
            kernel = self._release(buf, path)
            cells = self._recovery.wanted(buf, file)
            if cells is not None:
                answer = whole_view(file, told, cells)
            session = self._add(buf, file, options, drawn=drawn_ids(answer), cells=cells)
            self._recovery.done(buf, session.journal)
            if kernel is not None:
                session.runner.attach(kernel)
            answer["batch_no"] = session.renderer.batch_no
        return answer

    def _release(self, buf: int, path: str) -> JsonObject | None:
        """Take the kernel of a notebook that is read again, if it runs."""
        old = self._sessions.get(buf)
        return old.runner.release() if old is not None and old.file.path == path else None

    def _on_rest(self, buf: int) -> dict[str, Any]:
        if buf not in self._openings:
            return {"is_sent": True}
        opening, options = self._openings.pop(buf)
        try:
            file = opening.finish()
        except FileError as error:
            return {"problem": _problem(error)}
        session = self._add(buf, file, options, drawn=opening.drawn)
        self._bridge.loop.call_soon(session.show_outputs)
        return opening.rest(file)

    def _on_shown(self, buf: int) -> None:
        if buf in self._openings:
            self._bridge.push(buf, 0, [{"op": "rest", "reply": self._on_rest(buf)}])
        else:
            self._sessions[buf].show_outputs()
        session = self._sessions.get(buf)
        if session is not None:
            if session.is_modified:  # by what was recovered
                session.show_modified()
            self._bridge.spawn(self._recovery.offer(buf, session, session.options))

    def _on_attach(self, buf: int, options: dict[str, Any], state: dict[str, Any]) -> None:
        file = NotebookFile.open_again(state["path"], state["saved_ids"], state["stamp"])
        left = self._recovery.after_a_host(file, Options.from_wire(options))
        session = self._add(buf, file, options, cells=left)
        cells = [spliced_cell(cell, self._clips) for cell in state["cells"]]
        session.splice(state["sync_no"], 0, list(session.notebook.order), cells)
        session.show_outputs()
        if state["kernel"] is not None:
            session.runner.attach(state["kernel"])

    def _on_text(self, buf: int, sync_no: int, *delta: Any) -> None:
        cell_id, first, last, lines = delta
        self._sessions[buf].change_text(sync_no, cell_id, first, last, from_wire(lines))

    def _on_splice(
        self, buf: int, sync_no: int, index: int, removed: list[str], cells: list[list[Any]]
    ) -> None:
        spliced = [spliced_cell(cell, self._clips) for cell in cells]
        self._sessions[buf].splice(sync_no, index, removed, spliced)

    def _on_clip(self, buf: int, clip_no: int, ids: list[str], live: list[int]) -> None:
        notebook = self._sessions[buf].notebook
        records = [notebook[name].record() if name in notebook else None for name in ids]
        self._clips.put(clip_no, records, live)

    def _on_write(self, buf: int, path: str, is_forced: bool) -> dict[str, Any]:
        session = self._sessions[buf]
        records = session.notebook.records()
        try:
            size = session.file.write(path, records, is_forced=is_forced)
        except FileChangedError as error:
            return {"question": str(error)}
        if path == session.file.path:
            session.notebook.mark_saved(records)
            if session.journal is not None:
                session.journal.on_saved()
            session.show_modified()
        return {"size": size, "stamp": session.file.wire_stamp()}

    def _on_rename(self, buf: int, path: str) -> None:
        file = self._sessions[buf].file
        file.path, file.stamp = path, None
        session = self._sessions[buf]
        if session.journal is not None:
            session.journal.give_up()
            loop = self._bridge.loop
            session.journal = self._recovery.keeper(session.notebook, file, session.options, loop)

    def _on_save_image(self, buf: int, cell_id: str, path: str | None, is_forced: bool) -> None:
        pictures = self._sessions[buf].pictures
        self._bridge.spawn(pictures.save(cell_id, path, is_forced=is_forced))

    def _on_open_image(self, buf: int, cell_id: str) -> None:
        self._bridge.spawn(self._sessions[buf].pictures.open(cell_id))

    def _on_clear_all_outputs(self, buf: int) -> None:
        session = self._sessions[buf]
        session.clear_outputs(list(session.notebook.order))

    def _on_close(self, buf: int) -> None:
        self._openings.pop(buf, None)
        session = self._sessions.pop(buf, None)
        if session is not None:
            session.close()

    def _on_model_cells(self, buf: int) -> list[dict[str, Any]]:
        notebook = self._sessions[buf].notebook
        return [asdict(notebook[name].record()) | {"id": name} for name in notebook.order]


def _problem(error: FileError) -> dict[str, Any]:
    is_text = isinstance(error, (NotebookSyntaxError, NotANotebookError))
    return {
        "text": str(error),
        "lnum": error.lnum if isinstance(error, NotebookSyntaxError) else 1,
        "col": error.col if isinstance(error, NotebookSyntaxError) else 0,
        "is_readable": is_text,
    }
