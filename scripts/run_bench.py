"""Runs the benchmark on the checkout's Neovim; arguments go to it."""

from __future__ import annotations

import os
import subprocess
import sys

from checkout import PYTHON, ROOT, find_nvim


def main(arguments: list[str]) -> int:
    """Run ``python -m bench``; return its exit code."""
    nvim = find_nvim()
    if nvim is None:
        sys.exit("ipynb.nvim: no Neovim of 0.10 or newer; run `make bench`, it gets one")
    path = os.pathsep.join([str(ROOT / "rplugin" / "python3"), str(ROOT)])
    environment = os.environ | {"NVIM": nvim, "PYTHONPATH": path}
    command = [str(PYTHON), "-m", "bench", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
