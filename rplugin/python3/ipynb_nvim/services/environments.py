"""Which Python environment a notebook belongs to, found without starting Python; no kernels.

What the user named wins, else the first that the search finds (environment_search.py).
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
from ipynb_nvim.services.environment_search import FOLDERS, PIXI_FOLDER, places

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_BIN, _PYTHON = ("Scripts", "python.exe") if sys.platform == "win32" else ("bin", "python")
_ASK_TIMEOUT_S = 20.0
_HAS_IPYKERNEL = "import importlib.util as u, sys; sys.exit(u.find_spec('ipykernel') is None)"


_REASONS = {
    "named": "the option kernel.python",
    "asked": "you asked for it",
    "project": "found in the notebook's folder or above",
    "$VIRTUAL_ENV": "activated: $VIRTUAL_ENV",
    "$CONDA_PREFIX": "activated: $CONDA_PREFIX",
}


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
        if self.root.match(PIXI_FOLDER):
            return self.root.parents[2].name
        return self.root.parent.name if self.root.name in FOLDERS else self.root.name

    @property
    def why(self) -> str:
        """How it was found, in a few words for a person."""
        return _REASONS.get(self.source) or f"named by {self.source}"

    @property
    def is_uvs(self) -> bool:
        """Whether uv made it, whose environments have no pip."""
        if self.root is None:
            return False
        try:
            return "\nuv = " in (self.root / "pyvenv.cfg").read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return False

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
        return named_environment(folder, named, "named")
    return next(_candidates(folder.absolute(), variables), None)


def list_environments(folder: Path, variables: Mapping[str, str]) -> tuple[Environment, ...]:
    """Return all that the search finds, the one it would take first."""
    found: dict[str, Environment] = {}
    for environment in _candidates(folder.absolute(), variables):
        found.setdefault(str(environment.root), environment)
    return tuple(found.values())


def named_environment(folder: Path, named: str, source: str) -> Environment:
    """Return the environment that the user names; raises NoKernelError if it is none."""
    return _named(folder / Path(named).expanduser(), named, source)


def _candidates(folder: Path, variables: Mapping[str, str]) -> Iterator[Environment]:
    for root, source in places(folder, variables):
        yield from _environment_in(root, source)


def _environment_in(root: Path, source: str) -> Iterator[Environment]:
    """Yield the environment whose folder ``root`` is, if it is one with a Python that exists."""
    python = root / _BIN / _PYTHON
    if (root / "pyvenv.cfg").is_file() and python.exists():
        yield Environment(python, EnvironmentKind.VENV, root, source)
    elif (root / "conda-meta").is_dir():
        # On Windows conda's Python is in the root.
        pythons = (path for path in (python, root / _PYTHON) if path.exists())
        yield from (Environment(path, EnvironmentKind.CONDA, root, source) for path in pythons)


def _named(path: Path, named: str, source: str) -> Environment:
    if path.is_dir():
        inside = (path, *(path / folder for folder in FOLDERS))
        for root in inside:
            for environment in _environment_in(root, source):
                return environment
        raise NoKernelError(f"no Python environment in {named}: name its folder or its python")
    if not path.is_file():
        raise NoKernelError(f"no Python at {named}: name an environment's folder or its python")
    for environment in _environment_in(path.parent.parent, source):
        return Environment(path, environment.kind, environment.root, source)
    return Environment(path, EnvironmentKind.PYTHON, None, source)


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
