"""Names for JSON values as the standard library's ``json`` makes them; knows nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Union

JsonValue = Union[None, bool, int, float, str, "JsonArray", "JsonObject"]
JsonArray = Sequence[JsonValue]
JsonObject = Mapping[str, JsonValue]
