"""Which kernel a notebook gets; reads kernel.json files and starts no kernel.

::

    a name asked for ──> that kernelspec
    Python ────────────> a kernelspec of its own kind (Sage, PySpark) that the notebook names
             ──────────> the notebook's environment, which must have ipykernel
    any language ──────> the kernelspec that the notebook names ──> one of its language
    Python ────────────> the host's own Python

A project's environment without ipykernel is an error: running silently in another one is worse.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shlex
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_client.kernelspec import KernelSpecManager

from ipynb_nvim.errors import NoKernelError
from ipynb_nvim.services.ipykernel_install import MissingIpykernelError
from ipynb_nvim.services.launch_spec import LaunchSpec

if TYPE_CHECKING:
    from typing import Any

    from ipynb_nvim.domain.json_value import JsonObject, JsonValue
    from ipynb_nvim.services.environments import Environment

_PYTHON_NAMES = ("python", f"python{sys.version_info[0]}")
_LAUNCHER = ("-m", "ipykernel_launcher", "-f", "{connection_file}")


def list_kernels(environment: Environment | None = None) -> tuple[LaunchSpec, ...]:
    """Return the installed kernels, the environment's own first, then as Jupyter finds them."""
    manager = KernelSpecManager(ensure_native_kernel=False)
    if environment is not None and environment.root is not None:
        own = str(environment.root / "share" / "jupyter" / "kernels")
        manager.kernel_dirs = [own, *manager.kernel_dirs]
    found: dict[str, dict[str, Any]] = manager.get_all_specs()
    return tuple(_launch_spec(name, entry, environment) for name, entry in found.items())


async def launch_spec_for(
    metadata: JsonObject, environment: Environment | None, requested_name: str | None = None
) -> LaunchSpec:
    """Choose the kernel of a notebook with this ``metadata``.

    ``requested_name`` is the kernelspec that the user asks for now. Raises NoKernelError, whose
    line says what to install.
    """
    installed = {spec.name: spec for spec in await asyncio.to_thread(list_kernels, environment)}
    if requested_name is not None:
        if requested_name not in installed:
            raise NoKernelError(f"no kernel is called {requested_name!r}; {_choice(installed)}")
        return replace(installed[requested_name], why="you asked for it")
    named = installed.get(_kernelspec_name(metadata))
    language = named.language if named is not None else language_of(metadata)
    if language.lower() == "python" and (named is None or _is_plain(named)):
        spec = await _of_environment(environment)
        if spec is not None:
            return spec
    if named is not None:
        return replace(named, why="the notebook names it")
    return _of_language(language, installed)


def language_of(metadata: JsonObject) -> str:
    """Return the notebook's language; ``python`` if it does not say (nbformat 4.5, metadata)."""
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        value = _text(metadata.get(key), name)
        if value:
            return value
    return "python"


async def spec_of_environment(environment: Environment) -> LaunchSpec:
    """Return the kernel of an environment that the user asks for, base or not."""
    spec = await _of_environment(environment)
    if spec is None:
        raise MissingIpykernelError(environment)
    return spec


async def _of_environment(environment: Environment | None) -> LaunchSpec | None:
    if environment is None:
        return None
    if not await environment.has_ipykernel():
        if environment.is_base:
            return None
        raise MissingIpykernelError(environment)
    spec = _ipykernel(environment.python, environment.name, environment.variables())
    return replace(spec, why=environment.why)


def _of_language(language: str, installed: Mapping[str, LaunchSpec]) -> LaunchSpec:
    for spec in installed.values():
        if spec.language.lower() == language.lower():
            return replace(spec, why=f"the first one installed for {spec.language}")
    if language.lower() != "python":
        raise NoKernelError(f"no kernel for {language} is installed; {_choice(installed)}")
    if importlib.util.find_spec("ipykernel") is None:
        raise NoKernelError(
            "no environment with ipykernel: make a .venv beside the notebook, or run "
            + shlex.join([sys.executable, "-m", "pip", "install", "ipykernel"])
        )
    spec = _ipykernel(Path(sys.executable), "ipynb.nvim", {})
    return replace(spec, why="the plugin's own Python: no environment was found")


def _ipykernel(python: Path, name: str, variables: Mapping[str, str]) -> LaunchSpec:
    # The name is what any Jupyter calls its Python: the notebook runs elsewhere too.
    argv = (str(python), *_LAUNCHER)
    return LaunchSpec("python3", f"Python 3 ({name})", "python", argv, variables)


def _launch_spec(
    name: str, entry: Mapping[str, Any], environment: Environment | None
) -> LaunchSpec:
    spec, resource_dir = entry["spec"], str(entry["resource_dir"])
    argv = [str(word) for word in spec["argv"]]
    if argv and argv[0] in _PYTHON_NAMES:
        argv[0] = _python_of(Path(resource_dir), environment) or argv[0]
    return LaunchSpec(
        name=name,
        display_name=spec["display_name"],
        language=spec["language"],
        argv=tuple(argv),
        env=spec.get("env") or {},
        interrupt_mode="message" if spec.get("interrupt_mode") == "message" else "signal",
        resource_dir=resource_dir,
    )


def _python_of(resource_dir: Path, environment: Environment | None) -> str | None:
    """Return what a bare ``python`` in kernel.json means: the Python it was installed with.

    ``jupyter_client`` takes its own Python for it; that is right only for its own kernelspecs.
    """
    if environment is not None and environment.root in resource_dir.parents:
        return str(environment.python)
    return sys.executable if Path(sys.prefix) in resource_dir.parents else None


def _is_plain(spec: LaunchSpec) -> bool:
    """Tell whether it is IPython's kernel as ``ipykernel install`` registers it."""
    return spec.argv[1:] in (_LAUNCHER, ("-Xfrozen_modules=off", *_LAUNCHER)) and not spec.env


def _choice(installed: Mapping[str, LaunchSpec]) -> str:
    return f"installed: {', '.join(installed) or 'none'}"


def _kernelspec_name(metadata: JsonObject) -> str:
    return _text(metadata.get("kernelspec"), "name")


def _text(value: JsonValue, key: str) -> str:
    text = value.get(key) if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else ""
