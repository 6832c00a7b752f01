"""Notebooks in layouts and with content that is rare, made without any notebook tool."""

from __future__ import annotations

import base64
import copy
import json
import struct
import zlib
from typing import Any

Json = dict[str, Any]

PYTHON = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.11.7",
    },
}


def png() -> str:
    """Return a small real PNG, as base64."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    rows = b"".join(
        b"\0" + bytes((x * 4, y * 4, 128)[i] for x in range(32) for i in range(3))
        for y in range(32)
    )
    header = struct.pack(">IIBBBBB", 32, 32, 8, 2, 0, 0, 0)
    image = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + image).decode()


def code(source: str, outputs: list[Json] | None = None, count: int | None = None) -> Json:
    """Return a code cell as it stands in a file of 4.5, without an id."""
    return {
        "cell_type": "code",
        "execution_count": count,
        "metadata": {},
        "outputs": outputs or [],
        "source": source.splitlines(keepends=True),
    }


def markdown(source: str, **more: Any) -> Json:
    """Return a markdown cell as it stands in a file of 4.5, without an id."""
    cell = {"cell_type": "markdown", "metadata": {}, "source": source.splitlines(keepends=True)}
    return {**cell, **more}


def stream(text: str, name: str = "stdout") -> Json:
    """Return a stream output."""
    return {"name": name, "output_type": "stream", "text": text.splitlines(keepends=True)}


def display(data: Json, **more: Any) -> Json:
    """Return a display_data output."""
    return {"data": data, "metadata": {}, "output_type": "display_data", **more}


def result(text: str, count: int) -> Json:
    """Return an execute_result output."""
    data = {"text/plain": text.splitlines(keepends=True)}
    return {
        "data": data,
        "execution_count": count,
        "metadata": {},
        "output_type": "execute_result",
    }


def notebook(*cells: Json, minor: int = 5, metadata: Json | None = None) -> Json:
    """Return a notebook; cells get ids from 4.5 on."""
    made = []
    for index, cell in enumerate(cells):
        ids = {"id": f"cell-{index:04x}"} if minor >= 5 and "id" not in cell else {}
        made.append(dict(sorted({**cell, **ids}.items())))
    return {
        "cells": made,
        "metadata": PYTHON if metadata is None else metadata,
        "nbformat": 4,
        "nbformat_minor": minor,
    }


TRACEBACK = {
    "ename": "ZeroDivisionError",
    "evalue": "division by zero",
    "output_type": "error",
    "traceback": [
        "\x1b[31m" + "-" * 75 + "\x1b[39m",
        "\x1b[31mZeroDivisionError\x1b[39m            Traceback (most recent call last)",
        "\x1b[36mCell\x1b[39m\x1b[36m \x1b[39m\x1b[32mIn[1]\x1b[39m\x1b[32m, line 1\x1b[39m\n"
        "\x1b[32m----> \x1b[39m\x1b[32m1\x1b[39m \x1b[32;43m1\x1b[39;49m/\x1b[32;43m0\x1b[39;49m\n",
        "\x1b[31mZeroDivisionError\x1b[39m: division by zero",
    ],
}


def sample() -> Json:
    """Return a notebook with something of everything."""
    attached = {"image.png": {"image/png": png()}}
    return notebook(
        markdown(
            "# Überschrift — 日本語 😀\n\n$\\alpha \\usepackage$ and ![i](attachment:image.png)",
            attachments=attached,
        ),
        code(
            "import math\n\nprint('sqrt', math.sqrt(2))\n", [stream("sqrt 1.4142135623730951\n")], 1
        ),
        code("1/0", [TRACEBACK], 2),
        code("'é😀'", [result("'é😀'", 3)], 3),
        code("plot()", [display({"image/png": png() + "\n", "text/plain": ["<Figure 32x32>"]})], 4),
        {"cell_type": "raw", "metadata": {"format": "text/restructuredtext"}, "source": [".. raw"]},
        code(""),
    )


def dump(content: Json, *, end: str = "\n", **layout: Any) -> bytes:
    """Return a notebook as text in a layout that ``json.dumps`` knows."""
    layout = {"indent": 1, "ensure_ascii": False, **layout}
    return (json.dumps(content, **layout) + end).encode()


def by_layout() -> dict[str, bytes]:
    """Return one notebook in layouts that formatters and other tools leave."""
    content = sample()
    joined = copy.deepcopy(content)
    for cell in joined["cells"]:
        cell["source"] = "".join(cell["source"])
    reverse = {key: content[key] for key in reversed(content)}
    reverse["cells"] = [dict(reversed(cell.items())) for cell in content["cells"]]
    return {
        "indent-2": dump(content, indent=2),
        "indent-3-no-final-newline": dump(content, indent=3, end=""),
        "indent-8-many-newlines": dump(content, indent=8, end="\n\n\n"),
        "tabs": dump(content, indent="\t"),
        "tabs-ascii": dump(content, indent="\t", ensure_ascii=True),
        "crlf": dump(content).replace(b"\n", b"\r\n"),
        "crlf-ascii-indent-4": dump(content, indent=4, ensure_ascii=True).replace(b"\n", b"\r\n"),
        "bom": b"\xef\xbb\xbf" + dump(content),
        "bom-crlf": b"\xef\xbb\xbf" + dump(content).replace(b"\n", b"\r\n"),
        "spaced-colons": dump(content, separators=(",", " : ")),
        "python-2-trailing-spaces": dump(content, separators=(", ", ": ")),
        "indent-0": dump(content, indent=0),
        "minified": dump(content, indent=None, separators=(",", ":")),
        "minified-final-newline": dump(content, indent=None),
        "source-strings": dump(joined),
        "source-strings-minified": dump(joined, indent=None, separators=(",", ":"), end=""),
        "reverse-keys": dump(reverse),
        "leading-space": b"\n  " + dump(content),
        "one-cell-per-line": one_cell_per_line(content),
    }


def one_cell_per_line(content: Json) -> bytes:
    """Return a notebook as hand-written diff-friendly tools do."""
    cells = ",\n".join("    " + json.dumps(cell, ensure_ascii=False) for cell in content["cells"])
    rest = json.dumps(content["metadata"])
    text = f'{{\n  "metadata": {rest},\n  "cells": [\n{cells}\n  ],\n'
    return f'{text}  "nbformat": 4,\n  "nbformat_minor": 5\n}}\n'.encode()


def by_content() -> dict[str, bytes]:
    """Return notebooks with content that is rare, but legal or accepted by Jupyter."""
    markers = "# <<ipynb_nvim:code>>\nx = 1\n# <</ipynb_nvim>>\n# <<ipynb_nvim:markdown>>"
    odd_lines = "a\rb\r\nc\x0cd\x0be\x00f\u2028g\u2029h\x85i\x1ej\x7fk\ufefflast\\u00e9"
    surrogates = "lone \ud800 and \udfff and pair 😀"
    widget = {"version_major": 2, "version_minor": 0, "model_id": "abc"}
    state = {"application/vnd.jupyter.widget-state+json": {"state": {"abc": {"x": 1}}, **widget}}
    long = [stream("".join(f"line {n}\n" for n in range(3000))), stream("x" * 20000 + "\n")]
    progress = stream("".join(f"\r{n}%|{'█' * (n // 10):10}|" for n in range(0, 101, 10)) + "\n")
    rich = {
        "application/json": {"a": [1, 2.0, None]},
        "text/html": ["<table>\n", "</table>"],
        "text/latex": ["$x$"],
        "image/svg+xml": ["<svg xmlns='x'/>"],
    }
    julia = {
        "kernelspec": {"display_name": "Julia 1.10", "language": "julia", "name": "julia-1.10"},
        "language_info": {"file_extension": ".jl", "name": "julia", "version": "1.10.0"},
    }
    r = {
        "kernelspec": {"display_name": "R", "language": "R", "name": "ir"},
        "language_info": {"codemirror_mode": "r", "name": "R", "version": "4.3.2"},
    }
    twin = {**code("x = 1\n"), "id": "same"}
    return {
        "markers": dump(notebook(code(markers), markdown(markers), code("# <<ipynb_nvim:raw>>"))),
        "odd-lines": dump(notebook(code(odd_lines), markdown(odd_lines))),
        "odd-lines-ascii": dump(notebook(code(odd_lines)), ensure_ascii=True),
        "lone-surrogates": dump(notebook(code(surrogates), code("b")), ensure_ascii=True),
        "widgets": dump(
            notebook(
                code("w", [display({"application/vnd.jupyter.widget-view+json": widget})], 1),
                metadata={**PYTHON, "widgets": state},
            )
        ),
        "long-output": dump(notebook(code("many()", long, 1), code("bar()", [progress], 2))),
        "rich-output": dump(notebook(code("rich", [display(rich, transient={"display_id": "d"})]))),
        "julia": dump(notebook(code("f(α) = α²\nf(2)", [result("4", 1)], 1), metadata=julia)),
        "r": dump(
            notebook(
                code("x <- c(1, 2)\nx", [display({"text/plain": ["[1] 1 2"]})], 1),
                minor=4,
                metadata=r,
            )
        ),
        "duplicate-ids": dump(notebook(twin, twin, {**twin, "id": ""}, code("y"), twin)),
        "empty-cells": dump(notebook()),
        "empty-everything": dump({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
        "empty-minified": b'{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}',
        "one-empty-cell": dump(notebook(code(""), metadata={})),
    }


def by_hand() -> dict[str, bytes]:
    """Return JSON that no writer of ``json`` makes: keys missing, unknown, twice; odd numbers."""
    unknown = notebook(
        code("x = 1") | {"zebra": {"a": [1, {"b": None}]}, "apple": True}, markdown("m")
    )
    spaced = (
        b'{ "nbformat" : 4 ,"cells":[ {"cell_type":"code" , "source":"a\\nb"},{"cell_type":"raw",'
        b'"source" : [ "r\\/\\u00E9" ] } ]\n\t, "metadata" :{ } }'
    )
    return {
        "unknown-keys": dump({**unknown, "app": {"version": "1"}, "zzz": []}),
        "missing-keys": b'{"cells": [{"cell_type": "code", "source": ["a\\n", "b"]}, '
        b'{"cell_type": "markdown"}, {"source": "no type"}], "nbformat": 4}\n',
        "odd-spaces": spaced,
        "odd-numbers": b'{\n "cells": [\n  {\n   "cell_type": "code",\n   "execution_count": 1,\n'
        b'   "metadata": {"a": 1e400, "b": 1.0E5, "c": -0.0, "d": 10000000000000000000000001},\n'
        b'   "outputs": [{"data": {"application/json": [NaN, 1e400, 1.50, 1E+2]}, "metadata": {},\n'
        b'    "output_type": "display_data"}],\n   "source": ["x\\n", "y"]\n  }\n ],\n'
        b' "metadata": {"inf": -Infinity},\n "nbformat": 4,\n "nbformat_minor": 4\n}\n',
        "duplicate-keys": b'{\n "metadata": {"old": 1},\n "cells": [\n  {\n   "source": "first",\n'
        b'   "cell_type": "raw",\n   "metadata": {},\n   "source": ["last"]\n  }\n ],\n'
        b' "metadata": {"new": 1},\n "nbformat": 4,\n "nbformat_minor": 2\n}\n',
        "newer-minor": dump({**notebook(code("x") | {"new_field": [1]}), "nbformat_minor": 99}),
    }
