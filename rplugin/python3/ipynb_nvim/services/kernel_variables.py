"""The request that lists a kernel's variables, and its answer; runs nothing itself.

Python kernels get code to run silently: it counts as no cell, leaves no name behind and calls
nothing of the user's objects (see variable_report.py). The messaging specification has no request
for other languages.
"""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.answers import parse_expression

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ipynb_nvim.domain.json_value import JsonObject

_NAME = "variables"
# What IPython itself has put into the namespace is in `user_ns_hidden`; a plain Python has none.
_EXPRESSION = """(lambda b, space, own: (b.exec({source!r}, own), own["report"](
    space,
    b.getattr(b.getattr(space.get("get_ipython"), "__self__", None), "user_ns_hidden", {{}}),
    {names!r},
    {is_all!r},
))[1])(__import__("builtins"), __import__("builtins").globals(), {{"__name__": "ipynb"}})"""


def variables_request(names: Sequence[str], *, is_all: bool) -> JsonObject:
    """Return the content of an execute_request for a Python kernel.

    ``names`` limits it to these; ``is_all`` adds functions, classes and modules.
    """
    expression = _EXPRESSION.format(source=_source(), names=list(names), is_all=is_all)
    return {
        "code": "",
        "silent": True,
        "store_history": False,
        "user_expressions": {_NAME: expression},
        "allow_stdin": False,
        "stop_on_error": False,
    }


def parse_variables(reply: JsonObject | None) -> dict[str, Any] | None:
    """Return ``rows`` and ``left`` (see variable_report.py); None if the kernel gave none."""
    text = parse_expression(reply, _NAME)
    if text is None:
        return None
    try:
        report: Any = json.loads(ast.literal_eval(text))
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return None  # another kernel's idea of the answer
    return report if _is_report(report) else None


def _is_report(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("rows"), list)  # pyright: ignore[reportUnknownMemberType] (JSON of any kind)


@cache
def _source() -> str:
    return Path(__file__).with_name("variable_report.py").read_text(encoding="utf-8")
