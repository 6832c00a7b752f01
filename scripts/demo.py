"""Opens a copy of the demo notebook in Neovim, in directories of its own.

``IPYNB_DEMO`` names another notebook, ``IPYNB_COLORSCHEME`` a colour scheme.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from checkout import ROOT, STATE, find_nvim, nvim_environment


def main() -> None:
    """Become Neovim with a copy of the notebook: playing with it leaves the checkout clean."""
    nvim = find_nvim()
    if nvim is None:
        sys.exit("ipynb.nvim: no Neovim of 0.10 or newer; run `make demo`, it gets one")
    example = Path(os.environ.get("IPYNB_DEMO", ROOT / "examples" / "demo.ipynb"))
    notebook = STATE / "demo" / example.name
    notebook.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(example, notebook)
    print(f"ipynb.nvim: opens {notebook.relative_to(ROOT)}, a copy of {example.name}", flush=True)
    arguments = [nvim, "-u", str(ROOT / "scripts" / "demo_init.lua"), "-n", notebook.name]
    os.chdir(notebook.parent)
    os.execve(nvim, arguments, nvim_environment())


if __name__ == "__main__":
    main()
