"""Saves and opens the pictures of cells as the user asks; knows no kernel."""

from __future__ import annotations

import asyncio
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.domain.pictures import pictures_of
from ipynb_nvim.errors import FileError
from ipynb_nvim.services.picture_files import free_path, save_picture
from ipynb_nvim.view.image_size import size_in_bytes
from ipynb_nvim.view.output_view import plain_text
from ipynb_nvim.view.placeholder import placeholder

if TYPE_CHECKING:
    from collections.abc import Callable

    from ipynb_nvim.domain.notebook import Notebook
    from ipynb_nvim.domain.pictures import Forms
    from ipynb_nvim.nvim.choices import Choices
    from ipynb_nvim.nvim.notebook_file import NotebookFile

_MAX_NAME_CHARS = 60


class PictureDesk:
    """Serves one notebook; ``tell`` brings operations to Lua."""

    def __init__(
        self,
        notebook: Notebook,
        file: NotebookFile,
        choices: Choices,
        tell: Callable[..., None],
        folder: str | None,
    ) -> None:
        """Write what is to be opened to ``folder``, the editor's own for temporary files."""
        self._notebook = notebook
        self._file = file
        self._choices = choices
        self._tell = tell
        self._folder = folder

    async def save(self, cell_id: str, path: str | None, *, is_forced: bool) -> None:
        """Save a picture of a cell to ``path``, a folder too; by default beside the notebook."""
        forms = await self._choose(cell_id, "Save which image?")
        if forms is not None:
            await self._write(forms, self._target(path, forms), is_forced=is_forced)

    async def open(self, cell_id: str) -> None:
        """Let the system's viewer show a picture of a cell."""
        if self._folder is None:
            self._say("error", "there is no folder for temporary files; save the image instead")
            return
        forms = await self._choose(cell_id, "Open which image?")
        if forms is not None:
            folder = Path(self._folder)
            path = free_path(folder, f"image-{os.getpid()}", forms)
            written = await self._write(forms, path, is_forced=False, is_told=False)
            if written is not None:
                self._tell("open_path", path=str(written))

    async def _choose(self, cell_id: str, prompt: str) -> Forms | None:
        pictures = pictures_of(self._notebook[cell_id])
        if not pictures:
            self._say("info", "this cell has no image")
        if len(pictures) <= 1:
            return pictures[0] if pictures else None
        index = await self._choices.ask(
            prompt, [f"{n} {_title(forms)}" for n, forms in enumerate(pictures, 1)]
        )
        return None if index is None else pictures[index]

    def _target(self, path: str | None, forms: Forms) -> Path:
        stem = Path(self._file.path).stem
        if path is None:
            return free_path(Path(self._file.path).parent, stem, forms)
        return free_path(Path(path), stem, forms) if Path(path).is_dir() else Path(path)

    async def _write(
        self, forms: Forms, path: Path, *, is_forced: bool, is_told: bool = True
    ) -> Path | None:
        write = partial(save_picture, forms, path, is_forced=is_forced)
        try:
            written, size = await asyncio.get_running_loop().run_in_executor(None, write)
        except FileError as error:
            self._say("error", str(error))
            return None
        if is_told:
            folder = Path(self._file.path).parent
            shown = written.relative_to(folder) if written.is_relative_to(folder) else written
            self._say("info", f"saved {shown} ({size_in_bytes(size)})")
        return written

    def _say(self, level: str, text: str) -> None:
        self._tell("message", level=level, text=plain_text(text).replace("\n", " "))


def _title(forms: Forms) -> str:
    best = forms[0]
    name = plain_text(best.name).replace("\n", " ")[:_MAX_NAME_CHARS]
    others = "".join(f", {one.mime}" for one in forms[1:])
    return f"{placeholder(best.mime, best.text)}{others} {name}".rstrip()
