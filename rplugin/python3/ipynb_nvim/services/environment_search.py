"""Where the Python environment of a notebook may be: the places, in order; starts no Python.

The first of these that is an environment is taken (requirement 52)::

    a project's folder, from the notebook's upward: $UV_PROJECT_ENVIRONMENT, .venv, venv, …,
        conda's that environment.yml names, Poetry's own for the project
    ──> the activated one: $VIRTUAL_ENV, $CONDA_PREFIX
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PIXI_FOLDER = ".pixi/envs/default"
FOLDERS = (".venv", "venv", ".virtualenv", "env", ".conda", PIXI_FOLDER)
_CONDA_FILES = ("environment.yml", "environment.yaml")
_CONDA_NAME = re.compile(r"^name:\s*[\"']?([\w.-]+)", re.MULTILINE)
_CONDA_ROOTS = ("miniconda3", "anaconda3", "miniforge3", "mambaforge", "micromamba")
_MAX_FILE_BYTES = 100_000


def places(folder: Path, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Return each folder that may be an environment, and in a few words why it is looked at."""
    uv_folder = variables.get("UV_PROJECT_ENVIRONMENT")
    names = (uv_folder, *FOLDERS) if uv_folder else FOLDERS
    for parent in (folder, *folder.parents):
        for name in names:
            yield parent / name, "project"
        yield from _conda_places(parent, variables)
        yield from _poetry_places(parent, variables)
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if root := variables.get(name):
            yield Path(root), f"${name}"


def _conda_places(parent: Path, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    for file in _CONDA_FILES:
        found = _CONDA_NAME.search(_text(parent / file))
        if found is not None:
            for folder in _conda_folders(variables):
                yield folder / found[1], file


def _conda_folders(variables: Mapping[str, str]) -> Iterator[Path]:
    """Return the folders in which conda keeps environments, by what it says of itself."""
    for name in ("CONDA_ENVS_PATH", "CONDA_ENVS_DIRS"):
        yield from (Path(part) for part in variables.get(name, "").split(os.pathsep) if part)
    if executable := variables.get("CONDA_EXE"):
        yield Path(executable).parent.parent / "envs"
    if root := variables.get("MAMBA_ROOT_PREFIX"):
        yield Path(root) / "envs"
    home = Path(variables.get("HOME") or Path.home())
    for line in _text(home / ".conda" / "environments.txt").splitlines():
        yield Path(line).parent
    yield from (home / root / "envs" for root in _CONDA_ROOTS)


def _poetry_places(parent: Path, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Return the environments that Poetry keeps for a project outside of it.

    They are called ``<project>-<hash of its path>-py3.x`` (poetry, EnvManager).
    """
    if not (parent / "poetry.lock").is_file():
        return
    digest = hashlib.sha256(os.fsencode(os.path.normcase(parent.resolve()))).digest()
    label = base64.urlsafe_b64encode(digest).decode()[:8]
    folder = variables.get("POETRY_VIRTUALENVS_PATH")
    folders = [Path(folder)] if folder else [_cache(variables) / "pypoetry" / "virtualenvs"]
    for virtualenvs in folders:
        for path in sorted(virtualenvs.glob(f"*-{label}-py3*"), reverse=True):
            yield path, "poetry.lock"


def _cache(variables: Mapping[str, str]) -> Path:
    home = Path(variables.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library" / "Caches"
    return Path(variables.get("XDG_CACHE_HOME") or home / ".cache")


def _text(path: Path) -> str:
    with suppress(OSError), path.open(encoding="utf-8", errors="replace") as file:
        return file.read(_MAX_FILE_BYTES)
    return ""
