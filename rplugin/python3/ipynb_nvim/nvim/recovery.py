"""Brings back what a crash left in journals: finds it, asks the user, reads it; knows no format.

::

    opened ──> a journal of an editor that has ended ──> the user: recover ──> :edit! ──> its cells
                                                               later, delete
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.services.journal import Journal, Unsaved, find_unsaved
from ipynb_nvim.services.journal_keeper import JournalKeeper

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Sequence

    from ipynb_nvim.domain.document_cells import CellRecord
    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.nvim.notebook_file import NotebookFile
    from ipynb_nvim.nvim.session import Session
    from ipynb_nvim.options import Options

_CHOICES = ("Recover them (a save keeps them)", "Show the file, ask again later", "Delete them")
_RECOVER, _DELETE = 0, 2


class Recovery:
    """The journals of one editor's notebooks, by buffer."""

    def __init__(self) -> None:
        """Begin with none."""
        # Mutable state: the journals that the user wants to have back with the next opening.
        self._wanted: dict[int, Unsaved] = {}

    def keeper(
        self,
        notebook: Notebook,
        file: NotebookFile,
        options: Options,
        loop: asyncio.AbstractEventLoop,
    ) -> JournalKeeper | None:
        """Return what keeps the journal of a notebook; None if the user wants no such files."""
        journal = _journal(file.path, options)
        return None if journal is None else JournalKeeper(notebook, journal, file.saved, loop)

    def after_a_host(self, file: NotebookFile, options: Options) -> Sequence[CellRecord] | None:
        """Return the cells as an earlier host of this editor left them; None if nobody knows."""
        journal = _journal(file.path, options)
        unsaved = None if journal is None else journal.read()
        return None if unsaved is None else unsaved.over(file.document.cells)

    def wanted(self, buf: int, file: NotebookFile) -> Sequence[CellRecord] | None:
        """Return the cells that the user chose to have back; None if the file's are wanted."""
        unsaved = self._wanted.get(buf)
        if unsaved is None or unsaved.head.path != file.path:
            return None
        if unsaved.head.digest == file.saved()[1]:
            file.name_cells(unsaved.head.saved_ids)
        return unsaved.over(file.document.cells)

    def done(self, buf: int, keeper: JournalKeeper | None) -> None:
        """Let go of what was brought back, now that this editor's own journal has it."""
        unsaved = self._wanted.pop(buf, None)
        if unsaved is not None and keeper is not None and keeper.write_now():
            unsaved.delete()

    async def offer(self, buf: int, session: Session, options: Options) -> None:
        """Say what other editors have or had of a notebook that was just opened."""
        if options.journal_dir is None or session.notebook.is_modified:
            return
        tell = session.renderer.tell
        for unsaved in find_unsaved(Path(options.journal_dir), session.file.path):
            if not unsaved.is_abandoned:
                if unsaved.head.pid != options.editor_pid:
                    text = f"Neovim {unsaved.head.pid} has unsaved changes of this notebook"
                    tell("message", level="warn", text=text)
                continue
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(unsaved.head.time_s))
            index = await session.choices.ask(f"Unsaved changes of {when} were found", _CHOICES)
            if index == _RECOVER:
                self._wanted[buf] = unsaved
                tell("reread")
            elif index == _DELETE:
                unsaved.delete()
                continue
            return


def _journal(path: str, options: Options) -> Journal | None:
    if options.journal_dir is None or options.editor_pid is None:
        return None
    return Journal(Path(options.journal_dir), path, options.editor_pid)
