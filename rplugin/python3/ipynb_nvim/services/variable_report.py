"""Describes the variables of a Python kernel. This text runs inside the kernel.

Standard library only, Python 3.7 and later, nothing of this package. No code of the user's
objects runs: no ``repr``, ``len`` or attribute of a type that is not known here, and nothing is
bound in the user's namespace.
"""

from __future__ import annotations

import json
import sys
import time
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Description = tuple[str, Any, str]  # shape or length, bytes if known, short value

_MAX_VARIABLES = 500
_MAX_CHARS = 120
_MAX_ITEMS = 6
_MAX_DEPTH = 2
_MAX_BITS = 2000
_BUDGET_S = 0.3

_SIZED: tuple[Any, ...] = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)
_PLAIN: tuple[Any, ...] = (int, float, complex, bool, type(None))
_BRACKETS: dict[Any, str] = {list: "[]", tuple: "()", dict: "{}", set: "{}", frozenset: "{}"}
# numpy: kinds of dtype whose items are plain numbers, types of scalars; pandas: kinds of index.
_NUMBERS = "biufc"
_KINDS, _BITS = ("int", "uint", "float", "complex"), (8, 16, 32, 64, 96, 128, 256)
_INDEXES = ("", "Range", "Datetime", "Timedelta", "Period", "Categorical", "Multi", "Interval")
_ARRAY_FACTS = ("shape", "dtype", "nbytes")
_MAX_COLUMNS = 500

_CODE = (FunctionType, BuiltinFunctionType, MethodType, ModuleType, type)


def report(
    namespace: dict[str, Any],
    hidden: dict[str, Any],
    names: list[str],
    is_all: bool,
) -> str:
    """Return JSON: ``rows`` of name, type, shape, size and value; ``left``: how many more.

    ``hidden`` is what the kernel itself put there. ``names`` limits the report to these, in this
    order; without them, functions, classes and modules are left out unless ``is_all``.
    """
    chosen = [name for name in names if name in namespace] or (
        [] if names else [str(name) for name in list(namespace)]
    )
    rows: list[dict[str, Any]] = []
    end_s, left = time.monotonic() + _BUDGET_S, 0
    missing = object()
    for name in chosen:
        value = namespace.get(name, missing)
        if value is missing or hidden.get(name, missing) is value:
            continue
        if not names and name.startswith("_"):
            continue
        if not names and not is_all and issubclass(type(value), _CODE):
            continue
        if len(rows) >= _MAX_VARIABLES or time.monotonic() > end_s:
            left += 1
        else:
            rows.append(_row(name, value))
    return json.dumps({"rows": rows, "left": left})


def _row(name: str, value: Any) -> dict[str, Any]:
    cls = _class_of(value)
    try:
        shape, size, text = _describe(cls, value)
    except Exception:  # noqa: BLE001 (a library's object in a state that nobody foresaw)
        shape, size, text = "", None, "?"
    short = text if len(text) <= _MAX_CHARS else text[: _MAX_CHARS - 1] + "…"
    row = {"name": name[:_MAX_CHARS], "type": _type_name(cls), "shape": shape}
    return {**row, "size": size, "value": short}


def _describe(cls: type[Any], value: Any) -> Description:
    module = _module(cls)
    describe = _LIBRARIES.get((module.partition(".")[0], cls.__name__))
    if describe is None or module == "__main__":
        describe = _BUILT_IN.get(cls)
    if describe is not None:
        return describe(value)
    for base in type.__getattribute__(cls, "__mro__"):
        if (_module(base), _type_name(base)) == ("numpy", "ndarray"):
            return _array_like(value, base)
    for base in _SIZED:
        if issubclass(cls, base):
            return str(base.__len__(value)), None, _instance(cls)
    return "", None, _instance(cls)


def _sized(value: Any) -> Description:
    return str(len(value)), sys.getsizeof(value), _short(value, 0)


def _plain(value: Any) -> Description:
    return "", sys.getsizeof(value), _short(value, 0)


def _function(value: Any) -> Description:
    code = value.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    return "", None, f"{value.__name__}({', '.join(names)})"


def _module_file(value: Any) -> Description:
    return "", None, str(value.__dict__.get("__file__") or "built in")


def _class(value: Any) -> Description:
    return "", None, f"<class {_module(value)}.{_type_name(value)}>"


def _short(value: Any, depth: int) -> str:
    """Return at most about ``_MAX_CHARS`` of what ``repr`` says of built-in types."""
    cls = _class_of(value)
    if cls is int and value.bit_length() > _MAX_BITS:
        return f"an integer of {value.bit_length()} bits"
    if cls in (*_PLAIN, range):
        return repr(value)
    if cls in (str, bytes, bytearray):
        return repr(value[:_MAX_CHARS]) + ("…" if len(value) > _MAX_CHARS else "")
    if cls not in _BRACKETS:
        return _instance(cls)
    if depth >= _MAX_DEPTH and value:
        return "…".join(_BRACKETS[cls])
    if cls is dict:
        items = _first(value.items())
        parts = [f"{_short(key, depth + 1)}: {_short(item, depth + 1)}" for key, item in items]
    else:
        parts = [_short(item, depth + 1) for item in _first(value)]
    return _joined(_BRACKETS[cls], parts, len(value))


def _joined(brackets: str, parts: list[str], count: int) -> str:
    more = ", …" if count > len(parts) else ""
    return f"{brackets[0]}{', '.join(parts)}{more}{brackets[1]}"


def _first(items: Any) -> list[Any]:
    found: list[Any] = []
    for item in items:
        if len(found) == _MAX_ITEMS:
            break
        found.append(item)
    return found


def _class_of(value: Any) -> type[Any]:
    cls: type[Any] = type(value)  # pyright: ignore[reportUnknownVariableType] (it is of any type)
    return cls  # not `__class__`, which an object may forge


def _type_name(cls: type[Any]) -> str:
    return str(type.__getattribute__(cls, "__qualname__"))[:_MAX_CHARS]


def _module(cls: type[Any]) -> str:
    module = type.__getattribute__(cls, "__module__")
    return module if type(module) is str else ""


def _instance(cls: type[Any]) -> str:
    return f"<{_module(cls)}.{_type_name(cls)} object>"


def _dims(shape: Any) -> str:
    return " × ".join(str(int(one)) for one in shape) or "scalar"


def _array(value: Any) -> Description:
    text = str(value.dtype)
    if value.dtype.kind in _NUMBERS:
        text += "  " + _listed(value.flat[:_MAX_ITEMS].tolist(), value.size)
    return _dims(value.shape), int(value.nbytes), text


def _array_like(value: Any, base: Any) -> Description:
    """Describe an instance of a class derived from ``base``, numpy.ndarray, by what base has."""
    shape, dtype, size = (getattr(base, name).__get__(value) for name in _ARRAY_FACTS)
    return _dims(shape), int(size), str(dtype)


def _scalar(value: Any) -> Description:
    return "", int(value.nbytes), str(value)


def _written(value: Any) -> Description:
    return "", None, str(value)


def _frame(value: Any) -> Description:
    size = None
    if value.shape[1] <= _MAX_COLUMNS:  # each column is asked
        size = int(value.memory_usage(deep=False).sum())
    names = [str(one) if type(one) is str else _short(one, 1) for one in value.columns[:20]]
    return _dims(value.shape), size, ", ".join(names)


def _series(value: Any) -> Description:
    text = str(value.dtype)
    if getattr(value.dtype, "kind", "") in _NUMBERS:
        text += "  " + _listed(value.array[:_MAX_ITEMS].to_numpy().tolist(), value.shape[0])
    return _dims(value.shape), int(value.memory_usage(deep=False)), text


def _polars_frame(value: Any) -> Description:
    return _dims(value.shape), int(value.estimated_size()), ", ".join(value.columns[:20])


def _polars_series(value: Any) -> Description:
    text = str(value.dtype)
    if value.dtype.is_numeric():
        text += "  " + _listed(value.head(_MAX_ITEMS).to_list(), value.len())
    return _dims(value.shape), int(value.estimated_size()), text


def _tensor(value: Any) -> Description:
    size = int(value.element_size()) * int(value.nelement())
    return _dims(value.shape), size, f"{value.dtype} on {value.device}"


def _listed(values: list[Any], count: int) -> str:
    return _joined("[]", [_short(one, 1) for one in values], count)


# By the package of the type and its name: no library is imported for it.
_LIBRARIES: dict[tuple[str, str], Callable[[Any], Description]] = {
    ("numpy", "ndarray"): _array,
    ("pandas", "DataFrame"): _frame,
    ("polars", "DataFrame"): _polars_frame,
    ("polars", "Series"): _polars_series,
    ("torch", "Tensor"): _tensor,
    ("decimal", "Decimal"): _written,
    ("fractions", "Fraction"): _written,
    **{("pandas", f"{kind}Index"): _series for kind in _INDEXES},
    ("pandas", "Series"): _series,
    **{("numpy", f"{kind}{bits}"): _scalar for kind in _KINDS for bits in _BITS},
    **{("numpy", name): _scalar for name in ("bool", "bool_", "datetime64", "timedelta64")},
    **{("pandas", name): _written for name in ("Timestamp", "Timedelta")},
    **{("datetime", name): _written for name in ("date", "datetime", "time", "timedelta")},
    **{("pathlib", name): _written for name in ("PosixPath", "WindowsPath", "PurePosixPath")},
}
_BUILT_IN: dict[Any, Callable[[Any], Description]] = {
    **dict.fromkeys(_SIZED, _sized),
    **dict.fromkeys(_PLAIN, _plain),
    FunctionType: _function,
    ModuleType: _module_file,
    type: _class,
}
