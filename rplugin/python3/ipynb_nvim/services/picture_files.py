"""Writes pictures to files: which name and which form; knows neither cells nor screens."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ipynb_nvim.errors import FileError

if TYPE_CHECKING:
    from pathlib import Path

    from ipynb_nvim.domain.pictures import Forms


def save_picture(forms: Forms, path: Path, *, is_forced: bool = False) -> tuple[Path, int]:
    """Write a picture to ``path``; return the file and its size in bytes.

    The form is the one that the path's ending asks for; a path without one gets the first
    form's. Raises FileError if there is such a file, unless ``is_forced``, if the picture has no
    such form, cannot be read, or the system refuses.
    """
    picture = next((one for one in forms if path.suffix.lower() in one.suffixes), None)
    if picture is None and path.suffix:
        kinds = ", ".join(one.suffixes[0] for one in forms)
        raise FileError(f"{path.name}: the image is {kinds}; name the file so")
    if picture is None:
        picture = forms[0]
        path = path.with_name(path.name + picture.suffixes[0])
    try:
        content = picture.content()
    except ValueError as error:
        raise FileError(f"the image is no valid {picture.mime}") from error
    try:
        with path.open("wb" if is_forced else "xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise FileError(f"{path.name} exists; :NotebookSaveImage! overwrites it") from error
    except OSError as error:
        raise FileError(f"{path.name} cannot be written: {error.strerror or error}") from error
    return path, len(content)


def free_path(folder: Path, stem: str, forms: Forms) -> Path:
    """Return a path in ``folder`` without a file yet: ``stem.png``, ``stem-2.png`` and so on."""
    suffix = forms[0].suffixes[0]
    names = itertools.chain([stem], (f"{stem}-{n}" for n in itertools.count(2)))
    return next(path for name in names if not (path := folder / f"{name}{suffix}").exists())
