"""Finds the kernel to launch for a notebook: its environment, then a kernelspec; starts nothing.

Imported late: ``jupyter_client.kernelspec`` takes time that opening a notebook must not wait for.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ipynb_nvim.services.environments import (
    find_environment,
    list_environments,
    named_environment,
)
from ipynb_nvim.services.kernelspecs import launch_spec_for, list_kernels, spec_of_environment

if TYPE_CHECKING:
    from pathlib import Path

    from ipynb_nvim.domain.json_value import JsonObject
    from ipynb_nvim.services.environments import Environment
    from ipynb_nvim.services.launch_spec import LaunchSpec

# In words for a person, the first wins; ``choose_kernel`` does it.
SEARCH_ORDER = (
    "what :NotebookSetKernel or :NotebookKernelStart named, a kernelspec or a Python's path",
    "Python notebooks: the option kernel.python",
    "an environment in the notebook's folder or above: .venv, venv, .virtualenv, env, conda, "
    "pixi, uv, Poetry",
    "the activated environment: $VIRTUAL_ENV, $CONDA_PREFIX",
    "all: the kernelspec that the notebook names, else the first one of its language",
    "Python notebooks: the plugin's own Python",
)


@dataclass(frozen=True)
class KernelChoice:
    """A kernel that could be launched; ``name`` asks for it by ``choose_kernel``."""

    name: str
    title: str
    language: str
    path: str
    note: str


async def choose_kernel(
    path: Path, metadata: JsonObject, asked: str | None, named_python: str | None
) -> LaunchSpec:
    """Return what to launch for the notebook at ``path``.

    ``asked`` is a kernelspec's name, or the path of a Python or an environment. Raises
    NoKernelError, whose line says what to install.
    """
    if asked is not None and is_path(asked):
        return await spec_of_environment(named_environment(path.parent, asked, "asked"))
    environment = _environment(path, named_python)
    return await launch_spec_for(metadata, environment, asked)


def is_path(asked: str) -> bool:
    """Tell whether what was asked for is a path and no kernelspec's name."""
    return os.sep in asked or asked.startswith((".", "~"))


def kernel_names(path: Path) -> list[str]:
    """Return the names of the installed kernelspecs, for completion."""
    return [spec.name for spec in list_kernels(_environment(path, None))]


async def list_choices(path: Path, named_python: str | None) -> list[KernelChoice]:
    """Return the environments that the search finds, then the installed kernelspecs."""
    return await asyncio.to_thread(_list_choices, path, named_python)


def _list_choices(path: Path, named_python: str | None) -> list[KernelChoice]:
    found = list(list_environments(path.parent, os.environ))
    environment = _environment(path, named_python)
    if environment is not None and environment not in found:
        found.insert(0, environment)
    return [*map(_of_environment, found), *map(_of_spec, list_kernels(environment))]


def _environment(path: Path, named_python: str | None) -> Environment | None:
    return find_environment(path.parent, named_python, os.environ)


def _of_environment(environment: Environment) -> KernelChoice:
    has_ipykernel = environment.has_package("ipykernel")
    return KernelChoice(
        name=str(environment.python),
        title=f"Python 3 ({environment.name})",
        language="python",
        path=str(environment.python),
        note=environment.why if has_ipykernel else f"{environment.why}; no ipykernel",
    )


def _of_spec(spec: LaunchSpec) -> KernelChoice:
    return KernelChoice(
        spec.name, spec.display_name, spec.language, spec.resource_dir, f"kernelspec {spec.name}"
    )
