"""What is said of a kernel's variables: real types of real packages, hostile ones, too many."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ipynb_nvim.domain.messages import OutputMessage
from ipynb_nvim.services.kernel_variables import parse_variables, variables_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Probe

    Play = Callable[..., None]

SETUP = """
import decimal, math
class Loud:
    def __repr__(self): print('REPR'); return 'x'
    def __len__(self): print('LEN'); return 1
    def __getattr__(self, name): print('GETATTR'); return 1
class Sub(list):
    def __repr__(self): print('REPR'); return 'x'
    def __len__(self): print('LEN'); return 7
loud, sub = Loud(), Sub([1, 2, 3])
many = list(range(1_000_000))
nested = {'a': [1, {'b': Loud()}], 'c': None}
huge = 10 ** 20_000
text = 'é\\x1b[31m' * 1000
endless = []; endless.append(endless)
price = decimal.Decimal('1.5')
def area(width, *, height=2): return width * height
"""


async def variables(probe: Probe, *names: str, is_all: bool = False) -> dict[str, dict[str, Any]]:
    assert probe.session.questions is not None
    request = variables_request(names, is_all=is_all)
    reply = await probe.session.questions.ask("execute_request", request, is_main=True)
    report = parse_variables(reply)
    assert report is not None, reply
    return {row["name"]: row for row in report["rows"]}


def test_variables_are_described_and_no_code_of_theirs_runs(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run(SETUP)
        names = "print([name for name in globals() if not name.startswith('_')])"
        before = (await probe.run(names))[1]
        heard = len(probe.all(OutputMessage))
        found = await variables(probe)
        assert list(found) == [
            *("loud", "sub", "many", "nested", "huge", "text", "endless", "price"),
        ]
        assert found["loud"]["value"] == "<__main__.Loud object>"
        assert (found["sub"]["shape"], found["sub"]["type"]) == ("3", "Sub")
        assert found["many"]["value"] == "[0, 1, 2, 3, 4, 5, …]"
        assert found["many"]["shape"] == "1000000"
        assert found["nested"]["value"] == "{'a': [1, {…}], 'c': None}"
        assert found["huge"]["value"] == "an integer of 66439 bits"
        assert len(found["text"]["value"]) == 120
        assert found["endless"]["value"] == "[[[…]]]"
        assert len(probe.all(OutputMessage)) == heard
        assert (await probe.run(names))[1] == before

    play(scenario)


def test_variables_of_a_cell_include_its_functions_and_modules(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run(SETUP)
        found = await variables(probe, "area", "math", "price", "unknown", "print")
        assert list(found) == ["area", "math", "price"]
        assert found["area"]["value"] == "area(width, height)"
        assert "Loud" in await variables(probe, is_all=True)

    play(scenario)


def test_thousands_of_variables_are_cut_and_quick(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        await probe.run("for n in range(5000): globals()[f'v{n}'] = [n] * 50")
        began_s = time.monotonic()
        assert len(await variables(probe)) == 500
        assert time.monotonic() - began_s < 2

    play(scenario)


PACKAGES = """
import decimal, datetime, pathlib
import numpy as np, pandas as pd, polars as pl
grid = np.arange(6.0).reshape(2, 3)
flags = np.array([True, False])
zero = np.array(5)
wide = np.broadcast_to(np.float64(1.5), (100_000, 100_000))
words = np.array(['a', 'bb'])
masked = np.ma.array([1, 2], mask=[0, 1])
number, truth = np.float64(2.5), np.bool_(True)
table = pd.DataFrame({'a': [1, 2], 'b': ['x', 'y']})
multi = pd.DataFrame(np.zeros((2, 2)), columns=pd.MultiIndex.from_tuples([('a', 1), ('a', 2)]))
series = pd.Series([1.0, 2.0], name='s')
kinds = pd.Series(['a', 'b'], dtype='category')
days = pd.date_range('2026-01-01', periods=3)
polar = pl.DataFrame({'a': [1, 2, 3], 'b': ['x', 'y', 'z']})
column = pl.Series('n', range(9))
lazy = polar.lazy()
price, day = decimal.Decimal('1.50'), datetime.date(2026, 1, 2)
"""
# name: type, shape, value
DESCRIBED = {
    "grid": ("ndarray", "2 × 3", "float64  [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]"),
    "flags": ("ndarray", "2", "bool  [True, False]"),
    "zero": ("ndarray", "scalar", "int64  [5]"),
    "wide": ("ndarray", "100000 × 100000", "float64  [1.5, 1.5, 1.5, 1.5, 1.5, 1.5, …]"),
    "words": ("ndarray", "2", "<U2"),
    "masked": ("MaskedArray", "2", "int64"),
    "number": ("float64", "", "2.5"),
    "table": ("DataFrame", "2 × 2", "a, b"),
    "multi": ("DataFrame", "2 × 2", "('a', 1), ('a', 2)"),
    "series": ("Series", "2", "float64  [1.0, 2.0]"),
    "kinds": ("Series", "2", "category"),
    "polar": ("DataFrame", "3 × 2", "a, b"),
    "column": ("Series", "9", "Int64  [0, 1, 2, 3, 4, 5, …]"),
    "lazy": ("LazyFrame", "", "<polars.lazyframe.frame.LazyFrame object>"),
    "price": ("Decimal", "", "1.50"),
    "day": ("date", "", "2026-01-02"),
}


def test_arrays_and_tables_have_shape_size_and_first_values(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        assert await probe.run(PACKAGES, 40) == ("ok", "")
        found = await variables(probe)
        described = {n: (r["type"], r["shape"], r["value"]) for n, r in found.items()}
        assert {name: described[name] for name in DESCRIBED} == DESCRIBED
        assert found["days"]["shape"] == "3"
        assert found["days"]["value"].startswith("datetime64[")
        assert found["truth"]["value"] == "True"
        sizes = {name: found[name]["size"] for name in ("grid", "zero", "column")}
        assert sizes == {"grid": 48, "zero": 8, "column": 72}
        assert found["table"]["size"] > 30

    play(scenario)


HOSTILE = """
import time
import numpy as np, pandas as pd
class Loud:
    def __repr__(self): print('REPR'); time.sleep(60)
    def __str__(self): print('STR'); raise SystemError
    def __eq__(self, other): print('EQ'); raise SystemError
    def __hash__(self): return 1
class Odd(np.ndarray):
    def __repr__(self): print('REPR'); raise SystemError
    @property
    def shape(self): print('SHAPE'); time.sleep(60)
things = np.array([Loud(), Loud()], dtype=object)
odd = np.arange(3).view(Odd)
frame = pd.DataFrame({Loud(): [1, 2], 'o': [Loud(), Loud()]})
objects = pd.Series([Loud()])
columns = pd.DataFrame(np.zeros((2, 20_000)))
late = 1
"""


def test_hostile_and_huge_ones_run_nothing_and_hold_nobody_up(play: Play) -> None:
    async def scenario(probe: Probe) -> None:
        await probe.session.start()
        assert await probe.run(HOSTILE, 40) == ("ok", "")
        began_s = time.monotonic()
        found = await variables(probe)
        assert time.monotonic() - began_s < 2
        assert not probe.all(OutputMessage)
        values = {name: (row["shape"], row["value"]) for name, row in found.items()}
        assert values["things"] == ("2", "object")
        assert values["odd"] == ("3", "int64")
        assert values["frame"] == ("2 × 2", "<__main__.Loud object>, o")
        assert values["objects"] == ("1", "object")
        assert values["columns"][0] == "2 × 20000"
        assert values["late"] == ("", "1")

    play(scenario)
