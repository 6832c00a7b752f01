"""One cell as the file has it, and the JSON object it is there; knows no text."""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar, cast

from ipynb_nvim.domain.document_edit import is_same
from ipynb_nvim.errors import NotANotebookError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ipynb_nvim.domain.json_value import JsonArray, JsonObject, JsonValue

_T = TypeVar("_T")
# What nbformat 4.5 knows.
_KEYS = frozenset(
    ("attachments", "cell_type", "execution_count", "id", "metadata", "outputs", "source")
)


@dataclass(frozen=True, slots=True)
class CellRecord:
    """One cell in the shape of nbformat 4.

    ``cell_id`` is unique in its notebook: the file's own id where it has a unique one, else
    made up and not written. ``source`` is joined; ``outputs`` are nbformat objects. ``extra``
    holds the keys nbformat does not know.
    """

    cell_id: str
    cell_type: str
    source: str
    outputs: JsonArray = ()
    execution_count: int | None = None
    metadata: JsonObject = field(default_factory=dict[str, "JsonValue"])
    attachments: JsonObject | None = None
    extra: JsonObject = field(default_factory=dict[str, "JsonValue"])

    @property
    def has_hidden_outputs(self) -> bool:
        """Whether the file asks for folded outputs (nbformat 4.4, cell metadata)."""
        jupyter = self.metadata.get("jupyter")
        is_hidden = isinstance(jupyter, dict) and jupyter.get("outputs_hidden") is True
        return is_hidden or self.metadata.get("collapsed") is True


def new_cell_id(taken: Mapping[str, object] | Sequence[str] = ()) -> str:
    """Return an id that is not in ``taken``, in the form nbformat makes (8 hex digits)."""
    cell_id = uuid.uuid4().hex[:8]
    return cell_id if cell_id not in taken else new_cell_id(taken)


def parse_cell(value: JsonValue, index: int) -> CellRecord:
    """Return the cell of a JSON object; its ``cell_id`` is empty if it has none.

    Lenient where nothing can be lost, since unchanged keys are never written again. Raises
    NotANotebookError, naming cell ``index``, where the source would be misread.
    """
    if not isinstance(value, dict):
        raise NotANotebookError(f"cell {index + 1} is not a JSON object")
    cell_type = _typed(value, "cell_type", str, "raw")
    is_code = cell_type == "code"
    attachments = value.get("attachments")
    return CellRecord(
        cell_id=_typed(value, "id", str, ""),
        cell_type=cell_type,
        source=_join_source(value.get("source", ""), index),
        outputs=_typed(value, "outputs", list, []) if is_code else [],
        execution_count=_typed(value, "execution_count", int, None) if is_code else None,
        metadata=_typed(value, "metadata", dict, {}),
        attachments=attachments if isinstance(attachments, dict) else None,
        extra=_unknown_members(value),
    )


def with_unique_ids(records: Sequence[CellRecord]) -> list[CellRecord]:
    """Return the cells with a made-up id where one is missing or was seen before."""
    taken = {record.cell_id: None for record in records}
    seen = {""}
    unique: list[CellRecord] = []
    for record in records:
        if record.cell_id in seen:
            cell_id = new_cell_id(taken)
            taken[cell_id] = None
            unique.append(replace(record, cell_id=cell_id))
        else:
            seen.add(record.cell_id)
            unique.append(record)
    return unique


def is_same_cell(old: CellRecord, new: CellRecord) -> bool:
    """Tell whether two cells are written alike, but for their ids."""
    if old is new:
        return True
    if old.source != new.source or old.cell_type != new.cell_type:
        return False
    before, after = _written(old), _written(new)
    return before.keys() == after.keys() and all(
        is_same(item, after[key]) for key, item in before.items()
    )


def edited_json(
    json: JsonObject, old: CellRecord, new: CellRecord, template: JsonObject
) -> JsonObject:
    """Return the cell's object after the change from ``old`` to ``new``.

    Only what differs between the two is touched: what the file lacks or has in excess stays so.
    What is new stands where ``template``, another cell of the new type, has it, else at the end.
    """
    before, after = _written(old), _written(new)
    edited = {key: item for key, item in json.items() if key in after or key not in before}
    for key, item in after.items():
        if key not in before or not is_same(before[key], item):
            edited[key] = _split_like(json.get("source"), item) if key == "source" else item
    keys = [key for key in edited if key in json]
    for key in edited:
        if key not in json:
            keys.insert(_place_like(template, key, keys), key)
    return {key: edited[key] for key in keys}


def _place_like(template: JsonObject, key: str, keys: Sequence[str]) -> int:
    usual = list(template)
    if key not in usual:
        return len(keys)
    before = [keys.index(other) for other in usual[: usual.index(key)] if other in keys]
    return max(before, default=-1) + 1


def new_json(record: CellRecord, template: JsonObject, *, has_id: bool) -> JsonObject:
    """Return the object of a cell that is new, with order and kind of source of ``template``."""
    written = _written(record)
    written["source"] = _split_like(template.get("source"), record.source)
    if has_id:
        written["id"] = record.cell_id
    keys = list(template)
    usual = [] if keys == sorted(keys) else keys
    order = dict.fromkeys([*usual, *sorted(written)])
    return {key: written[key] for key in order if key in written}


def _written(record: CellRecord) -> dict[str, JsonValue]:
    """Return the keys a cell of this type has in nbformat 4, its id left out.

    Code cells have no attachments, others no outputs: these may wait in memory for an undo.
    """
    written: dict[str, JsonValue] = {
        **record.extra,
        "cell_type": record.cell_type,
        "metadata": record.metadata,
        "source": record.source,
    }
    if record.cell_type == "code":
        written["execution_count"] = record.execution_count
        written["outputs"] = record.outputs
    elif record.attachments is not None:
        written["attachments"] = record.attachments
    return written


def _split_like(old: JsonValue, source: JsonValue) -> JsonValue:
    r"""Return ``source`` as one string if ``old`` is one, else as lines that keep their ends.

    Lines end at ``\n``, unless ``old`` shows that its writer, as nbformat does, takes form feeds
    and the like for ends of lines too.
    """
    assert isinstance(source, str)
    if isinstance(old, str):
        return source
    lines = _split_at_newlines(source)
    if isinstance(old, list):
        old_source = "".join(cast("list[str]", old))
        if old != _split_at_newlines(old_source) and old == old_source.splitlines(keepends=True):
            return source.splitlines(keepends=True)
    return lines


def _split_at_newlines(source: str) -> list[str]:
    lines = [line + "\n" for line in source.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _join_source(source: JsonValue, index: int) -> str:
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        with suppress(TypeError):
            return "".join(cast("list[str]", source))
    raise NotANotebookError(f"the source of cell {index + 1} is not text")


def _unknown_members(value: JsonObject) -> JsonObject:
    if value.keys() <= _KEYS:
        return {}
    return {key: item for key, item in value.items() if key not in _KEYS}


def _typed(value: JsonObject, key: str, kind: type[_T], default: _T) -> _T:
    item = value.get(key)
    return item if type(item) is kind else default
