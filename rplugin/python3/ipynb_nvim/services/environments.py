"""Which Python environment a notebook belongs to, found without starting Python; no kernels.

The first of these is taken (requirement 52)::

    what the user named ──> a project's environment, upward from the notebook's folder
        ──> the activated one: $VIRTUAL_ENV, $CONDA_PREFIX
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from ipynb_nvim.errors import NoKernelError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PIXI_FOLDER = ".pixi/envs/default"
_FOLDERS = (".venv", "venv", ".virtualenv", "env", ".conda", _PIXI_FOLDER)
_BIN, _PYTHON = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
_ASK_TIMEOUT_S = 20.0
_HAS_IPYKERNEL = "import importlib.util as u, sys; sys.exit(u.find_spec('ipykernel') is None)"


class EnvironmentKind(Enum):
    """How an environment was made, which decides how it is activated and installed to."""

    VENV = "venv"  # by venv, virtualenv or uv: has a pyvenv.cfg
    CONDA = "conda"  # by conda, mamba or pixi: has a conda-meta
    PYTHON = "python"  # an interpreter that is in neither


@dataclass(frozen=True)
class Environment:
    """An interpreter, not resolved (a venv's is a link), and where it comes from.

    ``root`` is the environment's folder; None for a plain interpreter.
    """

    python: Path
    kind: EnvironmentKind
    root: Path | None
    source: str

    @property
    def name(self) -> str:
        """A short name: the project's where the folder's says nothing."""
        if self.root is None:
            return str(self.python)
        if self.root.match(_PIXI_FOLDER):
            return self.root.parents[2].name
        return self.root.parent.name if self.root.name in _FOLDERS else self.root.name

    @property
    def is_base(self) -> bool:
        """Whether it is conda's own, which is often active without a choice of the user's."""
        return self.root is not None and (self.root / "condabin").is_dir()

    def variables(self) -> dict[str, str]:
        """Return what activating it changes, so that ``!pip`` acts on it; "" means unset."""
        if self.root is None:
            return {}
        root = str(self.root).replace("$", "$$")
        name = "CONDA_PREFIX" if self.kind is EnvironmentKind.CONDA else "VIRTUAL_ENV"
        separator = ";" if sys.platform == "win32" else ":"
        return {name: root, "PATH": f"{root}/{_BIN}{separator}${{PATH}}", "PYTHONHOME": ""}

    def has_package(self, name: str) -> bool:
        """Look for a package in site-packages; False may also mean that it is elsewhere."""
        if self.root is None:
            return False
        folders = (*self.root.glob("lib/python*/site-packages"), self.root / "Lib/site-packages")
        return any((folder / name).is_dir() for folder in folders)

    async def has_ipykernel(self) -> bool:
        """Tell whether it can run a kernel; asks its Python only if none is in site-packages."""
        return self.has_package("ipykernel") or await asyncio.to_thread(_can_import, self.python)


def find_environment(
    folder: Path, named: str | None, variables: Mapping[str, str]
) -> Environment | None:
    """Find the environment of a notebook in ``folder``; None if there is none.

    ``named`` is the user's own choice: a Python, or an environment's folder, relative to ``folder``
    or not. ``variables`` are the process's. Raises NoKernelError if ``named`` is neither.
    """
    if named:
        return _named(folder / Path(named).expanduser(), named)
    return next(_candidates(folder.absolute(), variables), None)


def _candidates(folder: Path, variables: Mapping[str, str]) -> Iterator[Environment]:
    uv_folder = variables.get("UV_PROJECT_ENVIRONMENT")
    names = (uv_folder, *_FOLDERS) if uv_folder else _FOLDERS
    for parent in (folder, *folder.parents):
        for name in names:
            yield from _environment_in(parent / name, "project")
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if root := variables.get(name):
            yield from _environment_in(Path(root), f"${name}")


def _environment_in(root: Path, source: str) -> Iterator[Environment]:
    """Yield the environment whose folder ``root`` is, if it is one with a Python that exists."""
    python = root / _BIN / _PYTHON
    if (root / "pyvenv.cfg").is_file() and python.exists():
        yield Environment(python, EnvironmentKind.VENV, root, source)
    elif (root / "conda-meta").is_dir():
        # On Windows conda's Python is in the root.
        pythons = (path for path in (python, root / _PYTHON) if path.exists())
        yield from (Environment(path, EnvironmentKind.CONDA, root, source) for path in pythons)


def _named(path: Path, named: str) -> Environment:
    if path.is_dir():
        inside = (path, *(path / folder for folder in _FOLDERS))
        for root in inside:
            for environment in _environment_in(root, "named"):
                return environment
        raise NoKernelError(f"no Python environment in {named}: name its folder or its python")
    if not path.is_file():
        raise NoKernelError(f"no Python at {named}: name an environment's folder or its python")
    for environment in _environment_in(path.parent.parent, "named"):
        return Environment(path, environment.kind, environment.root, "named")
    return Environment(path, EnvironmentKind.PYTHON, None, "named")


def _can_import(python: Path) -> bool:
    try:
        answer = subprocess.run(
            [str(python), "-c", _HAS_IPYKERNEL],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_ASK_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0
