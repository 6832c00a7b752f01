"""Says as JSON what the Python that runs it has for the plugin; imports nothing before it looks.

``:checkhealth ipynb`` runs this file as a program: ``python health.py [folder [named]]``, the
folder of a notebook and the environment the user named for it. It must run on a Python that
lacks every package, also on one that is too old.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import platform
import sys
import sysconfig
from importlib import metadata
from pathlib import Path

PACKAGES = ("pynvim", "jupyter_client", "nbformat", "pyzmq", "msgpack")
MODULES = {"pyzmq": "zmq"}


def package_state(package: str) -> dict[str, str]:
    """Return ``{version}`` of a package that can be imported, else ``{error}`` in one line.

    ``version`` is '' for one that was not installed by a package manager.
    """
    try:
        importlib.import_module(MODULES.get(package, package))
    except ModuleNotFoundError as error:
        return {"error": "missing" if error.name == MODULES.get(package, package) else str(error)}
    except Exception as error:  # noqa: BLE001 (a broken package may raise anything while it loads)
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0]}
    try:
        return {"version": metadata.version(package)}
    except metadata.PackageNotFoundError:
        return {"version": ""}


def kernelspecs() -> list[dict[str, str]]:
    """Return name, display name and program of every kernel that is installed."""
    from jupyter_client.kernelspec import KernelSpecManager  # noqa: PLC0415 (may be missing)

    specs = KernelSpecManager().get_all_specs()
    return [
        {
            "name": name,
            "display_name": spec["spec"].get("display_name", name),
            "program": next(iter(spec["spec"].get("argv", [])), ""),
        }
        for name, spec in sorted(specs.items())
    ]


def is_externally_managed() -> bool:
    """Return whether this is the system's Python, into which pip may not install (PEP 668)."""
    is_venv = sys.prefix != sys.base_prefix
    return not is_venv and Path(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED").exists()


def plugin_import_error() -> str:
    """Return in one line why the plugin's own package cannot be imported, '' when it can."""
    try:
        importlib.import_module("ipynb_nvim")
    except Exception as error:  # noqa: BLE001 (whatever it is, it is what the user must read)
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return ""


def environment_of(folder: str, named: str | None) -> dict[str, object]:
    """Return the Python environment of the notebooks in a folder, ``{error}`` when named wrongly.

    Empty when there is none, so that the kernelspec decides.
    """
    from ipynb_nvim.errors import NoKernelError  # noqa: PLC0415 (not on a Python too old for it)
    from ipynb_nvim.services.environments import find_environment  # noqa: PLC0415

    try:
        environment = find_environment(Path(folder), named, os.environ)
    except NoKernelError as error:
        return {"error": str(error)}
    if environment is None:
        return {}
    return {
        "python": str(environment.python),
        "source": environment.source,
        "has_ipykernel": asyncio.run(environment.has_ipykernel()),
    }


def main(arguments: list[str]) -> None:
    """Print one JSON object."""
    # Its own folder comes first when a file is run by its path; the package's parent is meant.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    packages = {package: package_state(package) for package in PACKAGES}
    is_new_enough = sys.version_info >= (3, 10)
    folder, named = [*arguments, None, None][:2]
    state = {
        "python": platform.python_version(),
        "is_new_enough": is_new_enough,
        "is_externally_managed": is_externally_managed(),
        "packages": packages,
        "import_error": plugin_import_error(),
        "environment": environment_of(folder, named) if folder and is_new_enough else {},
        "kernelspecs": [] if "error" in packages["jupyter_client"] else kernelspecs(),
    }
    print(json.dumps(state))  # noqa: T201 (the answer to the program that asked)


if __name__ == "__main__":
    main(sys.argv[1:])
