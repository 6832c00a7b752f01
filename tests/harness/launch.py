"""Starting one isolated Neovim: its program, its arguments, its environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tests.harness.processes import MARKER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT = Path(__file__).resolve().parents[2]
INIT = Path(__file__).with_name("init.lua")
VENV_BIN = CHECKOUT / ".venv" / "bin"
KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "NEOVIM_VERSIONS_DIR")


@dataclass(frozen=True)
class Launch:
    """What a test may say about the Neovim it starts.

    ``init`` is Lua that runs before the plugins of the runtime path; without ``is_plugin``
    only plain Neovim starts, with that. ``has_groups`` asks for highlight group names on the
    screen, ``is_rgb`` for a UI with all colours, not those of a terminal.
    ``has_parser``: the plugin has built its tree-sitter parser before.
    """

    width: int = 80
    height: int = 24
    init: str = ""
    is_plugin: bool = True
    has_groups: bool = True
    is_rgb: bool = True
    has_parser: bool = True
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    cwd: Path | None = None


def nvim_program() -> str:
    """Return the Neovim under test: $IPYNB_NVIM or $NVIM, the one in .venv, or the one on PATH."""
    chosen = os.environ.get("IPYNB_NVIM") or os.environ.get("NVIM")
    if chosen and not Path(chosen).is_socket():  # inside a :terminal, $NVIM is an address
        return chosen
    own = VENV_BIN / "nvim"
    program = str(own) if own.exists() else shutil.which("nvim")
    if program is None:
        raise FileNotFoundError("no Neovim: set NVIM=path, or run `make test`")
    return program


@dataclass(frozen=True)
class Started:
    """A running Neovim, the marker its descendants carry and the folder to remove after it."""

    process: subprocess.Popen[bytes]
    test_id: str
    runtime_dir: Path


def start(home: Path, launch: Launch) -> Started:
    """Start ``nvim --embed`` with every directory it may write to below ``home``.

    It waits for nvim_ui_attach before it reads its configuration (:h --embed).
    """
    home.mkdir(parents=True, exist_ok=True)
    # Sockets live in the runtime directory, and their paths must stay below 108 bytes.
    runtime_dir = Path(tempfile.mkdtemp(prefix="ipynb-"))
    test_id = uuid.uuid4().hex
    environment = _environment(home, runtime_dir) | {MARKER: test_id} | launch.environment
    if launch.has_parser:
        _give_parser(home)
    if launch.init:
        init = home / "test-init.lua"
        init.write_text(launch.init, encoding="utf-8")
        environment["IPYNB_TEST_INIT"] = str(init)
    process = subprocess.Popen(
        [nvim_program(), "--embed", "-i", "NONE", *_config(launch), *launch.arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(home / "nvim-stderr.txt").open("wb"),
        env=environment,
        cwd=launch.cwd or home,
        start_new_session=True,
        bufsize=0,
    )
    return Started(process, test_id, runtime_dir)


def _give_parser(home: Path) -> None:
    folder = home / "data" / "nvim" / "ipynb" / "parser"
    for built in (CHECKOUT / ".state" / "parsers" / "ipynb").glob("*.so"):
        folder.mkdir(parents=True, exist_ok=True)
        link = folder / built.name
        if not link.exists():
            link.symlink_to(built)


def _config(launch: Launch) -> Sequence[str]:
    if launch.is_plugin:
        return ("-n", "-u", str(INIT))
    init = ("--cmd", "lua dofile(vim.env.IPYNB_TEST_INIT)") if launch.init else ()
    return ("-n", "--clean", *init)


def _environment(home: Path, runtime_dir: Path) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    return kept | {
        "HOME": str(home),
        "IPYNB_TEST_PYTHON": str(VENV_BIN / "python"),
        "LANG": "C.UTF-8",
        "NVIM_LOG_FILE": str(home / "nvim.log"),
        "PATH": f"{VENV_BIN}{os.pathsep}{kept.get('PATH', os.defpath)}",
        "TERM": "xterm-256color",
        "XDG_CACHE_HOME": str(home / "cache"),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_RUNTIME_DIR": str(runtime_dir),
        "XDG_STATE_HOME": str(home / "state"),
    }
