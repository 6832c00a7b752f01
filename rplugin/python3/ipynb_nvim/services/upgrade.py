"""Notebooks of nbformat 1 to 3 as nbformat 4.5; knows neither files nor how 4.5 is laid out."""

from __future__ import annotations

from typing import cast

from ipynb_nvim.errors import NotANotebookError


def upgrade_text(text: str) -> str:
    """Return the notebook of an older format as JSON text of nbformat 4.5, as Jupyter writes it.

    Takes up to a second the first time: importing nbformat is slow. Raises NotANotebookError if
    nbformat cannot make sense of it.
    """
    # Late, as only files of before 2015 need it.
    import nbformat  # noqa: PLC0415
    from nbformat import reader  # noqa: PLC0415

    try:
        old = reader.reads(text.lstrip("\ufeff"))
        upgraded = nbformat.convert(old, 4)
        return cast("str", nbformat.writes(upgraded)) + "\n"
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError) as error:
        raise NotANotebookError(f"nbformat cannot upgrade it: {error}") from error
