"""The notebook's own object in a file's text: found, its format and its layout told."""

from __future__ import annotations

import json
import re
from json import JSONDecodeError

from ipynb_nvim.domain.document_spans import Container, scan
from ipynb_nvim.domain.document_style import JsonStyle, is_escaped, margin_of
from ipynb_nvim.errors import NotANotebookError, NotebookSyntaxError, OldFormatError

NBFORMAT = 4
_START = re.compile("\ufeff?[ \t\n\r]*")
_REST = re.compile(r"[ \t\n\r]*")


def scan_frame(text: str) -> tuple[str, Container, str]:
    """Cut the notebook's object out of ``text``: what stands before it, it, what follows.

    Its member "cells" is cut into cells. Raises NotebookSyntaxError and NotANotebookError.
    """
    try:
        return _scan_frame(text)
    except JSONDecodeError as error:
        raise NotebookSyntaxError(
            f"no JSON at line {error.lineno}, column {error.colno}: {error.msg}",
            error.lineno,
            error.colno - 1,
        ) from error
    except RecursionError as error:
        raise NotebookSyntaxError("JSON nested too deep to be read") from error
    except ValueError as error:
        # Python refuses integers of more than 4,300 digits.
        raise NotebookSyntaxError(f"JSON that Python refuses: {error}") from error


def _scan_frame(text: str) -> tuple[str, Container, str]:
    start = _end_of(_START, text, 0)
    if text[start : start + 1] != "{":
        json.loads(text[start:])
        raise NotANotebookError("the JSON is not an object, so it is no notebook")
    frame, end = scan(text, start, cut_key="cells")
    rest = _end_of(_REST, text, end)
    if rest < len(text):
        raise JSONDecodeError("Extra data", text, rest)
    return text[:start], frame, text[end:]


def _end_of(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    assert match is not None
    return match.end()


def format_of(frame: Container) -> tuple[int, int]:
    """Return major and minor; raise for what is no notebook of format 4."""
    members = {entry.key: entry.json for entry in frame.entries}
    nbformat, minor = members.get("nbformat"), members.get("nbformat_minor", 0)
    if nbformat is None and "worksheets" in members:
        nbformat = 3
    if nbformat is None and "cells" in members:
        nbformat = NBFORMAT
    if type(nbformat) is not int or type(minor) is not int:
        raise NotANotebookError("the JSON has no nbformat number")
    if nbformat < NBFORMAT:
        raise OldFormatError(nbformat, minor)
    if nbformat > NBFORMAT:
        raise NotANotebookError(f"nbformat {nbformat} is newer than this plugin knows")
    return nbformat, minor


def style_of(frame: Container) -> JsonStyle:
    """Return the layout that the notebook's own members show."""
    label = frame.entries[0].label
    colon = label[label.rindex('"') + 1 :]
    margin = margin_of(frame.opening)
    is_ascii = is_escaped(frame.pieces())
    if margin is None:
        gap = frame.gap if len(frame.entries) > 1 else " "
        return JsonStyle(None, "\n", gap, colon, is_ascii)
    return JsonStyle(margin, "\r\n" if "\r\n" in frame.opening else "\n", " ", colon, is_ascii)
