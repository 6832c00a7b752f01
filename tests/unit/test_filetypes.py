"""How Neovim spells what kernels call their language."""

from __future__ import annotations

import pytest

from ipynb_nvim.domain.filetypes import filetype_of, first_filetype


@pytest.mark.parametrize(
    ("language", "filetype"),
    [
        ("python", "python"),
        ("Python 3", "python"),
        ("R", "r"),
        ("typescript", "typescript"),
        ("TypeScript", "typescript"),
        ("nodejs", "javascript"),
        ("bash", "bash"),
        ("C#", "cs"),
        ("C++", "cpp"),
        ("C++17", "cpp"),
        ("F#", "fsharp"),
        ("PowerShell", "ps1"),
        ("Wolfram Language", "mma"),
        ("common-lisp", "lisp"),
        ("ps1", "ps1"),
        ("perl6", "perl6"),
    ],
)
def test_a_language_has_the_filetype_that_neovim_gives_its_files(
    language: str, filetype: str
) -> None:
    assert filetype_of(language) == filetype


@pytest.mark.parametrize(
    "language", ["", "Q (kdb+)", "a.b", "x|quit", "../x", "é", "polyglot-notebook"]
)
def test_what_is_no_filetype_is_none(language: str) -> None:
    assert filetype_of(language) == ""


def test_the_first_that_has_one_counts() -> None:
    assert first_filetype(["polyglot-notebook", "C#"]) == "cs"
    assert first_filetype(["", "!"]) == ""
