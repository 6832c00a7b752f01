"""How Neovim spells the languages that kernels and notebooks name; knows no notebook.

Most are spelt alike but for case. The others are the names that kernels give (messaging 5.4,
``language_info``), which no standard lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A notebook may say anything: what is no filetype would be an error (:h 'filetype'), and a dot
# would name two of them.
_PLAIN = re.compile(r"[a-z0-9_-]+")
_VERSION = re.compile(r"[ ._-]?[0-9][0-9.]*$")
_FILETYPES = {
    "c#": "cs",
    "c++": "cpp",
    "coffeescript": "coffee",
    "common lisp": "lisp",
    "common-lisp": "lisp",
    "csharp": "cs",
    "emacs lisp": "lisp",
    "f#": "fsharp",
    "golang": "go",
    "ipython": "python",
    "mathematica": "mma",
    "mysql": "sql",
    "node": "javascript",
    "node.js": "javascript",
    "nodejs": "javascript",
    "objective-c": "objc",
    "pgsql": "sql",
    "postgresql": "sql",
    "powershell": "ps1",
    "pwsh": "ps1",
    "q#": "qsharp",
    "shell": "sh",
    "sqlite": "sql",
    "visual basic": "vb",
    "wolfram": "mma",
    "wolfram language": "mma",
    # Names no language: each cell may have another.
    "polyglot-notebook": "",
}


def filetype_of(language: str) -> str:
    """Return the filetype of a language; empty if it has none."""
    name = language.strip().lower()
    unversioned = _VERSION.sub("", name)
    for known in (name, unversioned):
        if known in _FILETYPES:
            return _FILETYPES[known]
    if unversioned == "python":
        return unversioned
    return name if _PLAIN.fullmatch(name) else ""


def first_filetype(languages: Iterable[str]) -> str:
    """Return the filetype of the first language that has one; empty if none has."""
    for language in languages:
        filetype = filetype_of(language)
        if filetype:
            return filetype
    return ""
