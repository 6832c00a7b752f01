"""Real Neovim plugins, as scripts/plugins.py unpacks them from Debian."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / ".state" / "plugins"


def needs_plugins(*names: str) -> pytest.MarkDecorator:
    """Return the mark of tests that need plugins, by their folders' names."""
    missing = [name for name in names if not (FOLDER / name).is_dir()]
    return pytest.mark.skipif(bool(missing), reason=f"Debian's {' '.join(missing)} is not there")


def on_path(*names: str) -> str:
    """Return Lua that puts plugins on 'runtimepath'."""
    return "\n".join(f"vim.opt.runtimepath:append('{FOLDER / name}')" for name in names) + "\n"


def at_start(lua: str) -> str:
    """Return Lua that runs other Lua when Neovim has started and all plugins are loaded."""
    return f"vim.api.nvim_create_autocmd('VimEnter', {{ callback = function() {lua} end }})\n"
