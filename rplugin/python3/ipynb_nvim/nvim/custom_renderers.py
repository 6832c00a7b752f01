"""Asks the editor to draw values of types that renderers were added for; draws nothing itself."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from ipynb_nvim.view.custom_rows import CustomState, new_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ipynb_nvim.domain.output_area import OutputArea
    from ipynb_nvim.view.custom_rows import CustomRows


class CustomRenderers:
    """The questions under way; ``tell`` sends one, ``draw`` shows a cell again."""

    def __init__(self, tell: Callable[..., None], draw: Callable[[Sequence[str]], None]) -> None:
        """Ask nothing yet."""
        # Mutable state: the rows that are being drawn, with their cell, by the question's number.
        self._tell = tell
        self._draw = draw
        self._numbers = itertools.count(1)
        self._asked: dict[int, tuple[str, CustomRows]] = {}

    def ask(self, cell_id: str, area: OutputArea, mimes: Sequence[str]) -> None:
        """Ask for what of a cell's outputs is not drawn yet."""
        for rows in new_rows(area, mimes):
            rows.state = CustomState.ASKED
            number = next(self._numbers)
            self._asked[number] = (cell_id, rows)
            self._tell("render", no=number, mime=rows.mime, data=rows.data, metadata=rows.metadata)

    def on_rendered(self, number: int, lines: Sequence[Any] | None, problem: str | None) -> None:
        """Take an answer."""
        cell_id, rows = self._asked.pop(number, (None, None))
        if cell_id is None or rows is None:
            return
        if lines is None:
            rows.fail(problem or "not drawn")
        else:
            rows.take(lines)
        self._draw([cell_id])
