"""The editor-test harness: a child Neovim per test, driven by keys, judged by its screen."""

from __future__ import annotations

from tests.harness.child import Child
from tests.harness.launch import CHECKOUT, Launch
from tests.harness.notebooks import CellSpec, write_notebook
from tests.harness.rpc import ChildError, ChildExitedError, ChildTimeoutError
from tests.harness.screen import Highlight, Screen

__all__ = [
    "CHECKOUT",
    "CellSpec",
    "Child",
    "ChildError",
    "ChildExitedError",
    "ChildTimeoutError",
    "Highlight",
    "Launch",
    "Screen",
    "write_notebook",
]
