"""Records the html of real tables; run by hand, writes tables.json beside it.

Needs pandas with jinja2, and polars.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

CITIES = pd.DataFrame(
    {
        "city": ["Berlin", "Paris", "東京", "New York"],
        "people": [3769495, 2102650, 13960000, None],
        "area": [891.7, 105.4, 2194.0, 783.8],
        "capital": [True, True, True, False],
    }
)
LEVELS = pd.MultiIndex.from_product([["bar", "baz"], ["one", "two"]], names=["first", "second"])
WIDE = pd.DataFrame(
    np.arange(200_000).reshape(1000, 200) * 0.5, columns=[f"c{i}" for i in range(200)]
)
POLARS = {"name": ["a & b", None, "x" * 40], "n": [1, 2, 3], "x": [1.5, -2.25, 1e10]}

pd.set_option("display.max_columns", 20)
TABLES = {
    "pandas": CITIES.to_html(notebook=True),
    "pandas_truncated": WIDE.to_html(max_rows=10, max_cols=20, notebook=True, show_dimensions=True),
    "pandas_multiindex": pd.DataFrame(
        np.arange(16).reshape(4, 4), index=LEVELS, columns=LEVELS
    ).to_html(notebook=True),
    "styler": CITIES.style.set_caption("Cities").format(precision=1).to_html(),
    "polars": pl.DataFrame(POLARS)._repr_html_(),
}

if __name__ == "__main__":
    target = Path(__file__).with_name("tables.json")
    target.write_text(json.dumps(TABLES, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
