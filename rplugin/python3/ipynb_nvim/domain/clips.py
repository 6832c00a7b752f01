"""What was copied from notebooks, by the editor's registers; knows neither cells nor screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from ipynb_nvim.domain.document_cells import CellRecord


class Clips:
    """Cells as they were when they were copied; they outlive the notebook they came from."""

    def __init__(self) -> None:
        """Begin with nothing copied."""
        # Mutable state: the cells of each clip; None stands for one that was not known.
        self._clips: dict[int, tuple[CellRecord | None, ...]] = {}

    def put(
        self, clip_no: int, records: Sequence[CellRecord | None], live: Collection[int]
    ) -> None:
        """Keep what was copied, and of the other clips those in ``live``."""
        kept = set(live)
        self._clips = {no: clip for no, clip in self._clips.items() if no in kept}
        self._clips[clip_no] = tuple(records)

    def find(self, clip_no: int, index: int) -> CellRecord | None:
        """Return a copied cell; None if there is no such clip any more."""
        clip = self._clips.get(clip_no, ())
        return clip[index] if 0 <= index < len(clip) else None
