"""How cells of a splice cross the channel from Neovim; knows neither notebooks nor buffers.

A cell is ``[id, cell_type, lines or nil, origin or nil]``. ``origin`` is one of ``{cell: id}``, a
split; ``{clip: number, index: 0-based}``, a paste; ``{absorb: ids}``, a merge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.spliced_cell import Absorbing, PastedFrom, SplicedCell, SplitFrom
from ipynb_nvim.nvim.wire import from_wire

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.clips import Clips
    from ipynb_nvim.domain.spliced_cell import Origin


def spliced_cell(cell: Sequence[Any], clips: Clips) -> SplicedCell:
    """Return a cell as the notebook takes it; what was copied is found in ``clips``."""
    cell_id, cell_type, lines, *rest = cell
    origin = _origin(rest[0], clips) if rest else None
    return SplicedCell(cell_id, cell_type, None if lines is None else from_wire(lines), origin)


def _origin(value: Any, clips: Clips) -> Origin | None:
    if not isinstance(value, Mapping):
        return None
    if "cell" in value:
        return SplitFrom(value["cell"])
    if "clip" in value:
        return PastedFrom(clips.find(value["clip"], value["index"]))
    return Absorbing(tuple(value.get("absorb", ())))
