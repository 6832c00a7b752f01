"""Gets real Neovim plugins for the tests, from Debian's archive; knows no other source.

Debian packages some popular plugins. They are unpacked into ``.state/plugins`` and installed
nowhere. On a system without apt and dpkg the tests that need them are skipped.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from checkout import STATE

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = STATE / "plugins"
PACKAGES = (
    "neovim-autopairs",
    "neovim-conform",
    "neovim-gitsigns",
    "neovim-gruvbox",
    "neovim-indent-blankline",
    "neovim-kanagawa",
    "neovim-lint",
    "neovim-lualine",
    "neovim-plenary",
    "neovim-rainbow-delimiters",
    "neovim-telescope",
    "neovim-tokyonight",
    "neovim-which-key",
)
SUITE = "sid"  # older ones have not got them
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")


def archive() -> str | None:
    """Return the address of the Debian archive that apt uses; None without apt or on others."""
    if not all(map(shutil.which, ("apt-get", "dpkg-deb"))) or not KEYRING.exists():
        return None
    targets = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(targets, capture_output=True, text=True, check=False).stdout.split()
    return next((uri for uri in found if re.search(r"/debian/?$", uri)), None)


def _apt_options(work: Path, uri: str) -> list[str]:
    """Return options that give apt directories of its own: the machine's stay as they are."""
    (work / "lists" / "partial").mkdir(parents=True)
    (work / "cache" / "archives" / "partial").mkdir(parents=True)
    sources = work / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {uri} {SUITE} main\n", encoding="utf-8")
    options = {
        "Dir::Etc::sourcelist": sources,
        "Dir::Etc::sourceparts": "-",
        "Dir::State::Lists": work / "lists",
        "Dir::State::status": "/dev/null",
        "Dir::Cache": work / "cache",
        "APT::Sandbox::User": "",
    }
    return [f"-o{name}={value}" for name, value in options.items()]


def get_plugins(run: Callable[[str, list[str], Path], bool]) -> bool:
    """Unpack the packages; return whether they are there.

    ``run(step, command, folder)`` runs a command in a folder and tells whether it succeeded.
    """
    uri = archive()
    if uri is None:
        print("ipynb.nvim: no Debian archive: tests with real plugins are skipped")
        return False
    work = STATE / "plugins.new"
    shutil.rmtree(work, ignore_errors=True)
    debs = work / "debs"
    debs.mkdir(parents=True)
    apt = ["apt-get", "-q", *_apt_options(work, uri)]
    if not run("list of Debian's plugins", [*apt, "update"], debs):
        return False
    if not run("Debian's plugins", [*apt, "download", *PACKAGES], debs):
        return False
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(deb), str(work / "root")], check=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    shutil.move(work / "root" / "usr" / "share", FOLDER)
    shutil.rmtree(work)
    return True
