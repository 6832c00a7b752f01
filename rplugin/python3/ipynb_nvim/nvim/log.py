"""The host's log file: stdout is the channel to Neovim; knows nothing of what is logged."""

from __future__ import annotations

import logging
import logging.handlers
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def start_log(path: Path, level: str) -> None:
    """Log the package's messages to a bounded file; without a place for it, to nowhere."""
    root = logging.getLogger("ipynb_nvim")
    root.propagate = False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1)
    except OSError:
        root.addHandler(logging.NullHandler())
        return  # no log is no reason not to work
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level.upper())
