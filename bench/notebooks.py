"""Notebooks to measure with, generated on the fly; the same ones every time."""

from __future__ import annotations

import base64
import json
import random
import struct
import zlib
from typing import TYPE_CHECKING, Any

from tests.harness.notebooks import PYTHON_METADATA, make_cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

FIRST_SOURCE, FIRST_OUTPUT = "first_source_line", "first output line"


def write(path: Path, cells: Sequence[dict[str, Any]]) -> Path:
    """Write a notebook as nbformat does and return its path."""
    notebook = {
        "cells": list(cells),
        "metadata": PYTHON_METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def everyday(count: int) -> list[dict[str, Any]]:
    """Return cells as people have them: code, some text, outputs, now and then an image."""
    rng = random.Random(count)
    cells = [_code(0, [f"{FIRST_SOURCE} = 1"], [_stream([FIRST_OUTPUT])])]
    for index in range(1, count):
        if index % 5 == 0:
            cells.append(make_cell(("markdown", f"## Part {index}\n\nSome *words*."), index))
            continue
        lines = [f"value_{index}_{n} = compute({n}, key='{index}')" for n in range(6)]
        outputs = [_stream([f"row {n} of {index}" for n in range(8)])] if index % 2 else []
        if index % 20 == 1:
            outputs.append(_image(rng, 20_000))
        cells.append(_code(index, lines, outputs))
    return cells


def heavy(total_bytes: int, image_bytes: int = 200_000) -> list[dict[str, Any]]:
    """Return cells whose images fill a file of about ``total_bytes``."""
    rng = random.Random(0)
    count = max(1, total_bytes // (image_bytes * 4 // 3))
    return [_code(n, [f"show({n})"], [_image(rng, image_bytes)]) for n in range(count)]


def sources(texts: Sequence[str]) -> list[dict[str, Any]]:
    """Return code cells without outputs."""
    return [make_cell(text, index) for index, text in enumerate(texts)]


def facade_lines(cells: Sequence[dict[str, Any]]) -> list[str]:
    """Return the text that the plugin shows for cells, for a plain buffer of its size."""
    lines = []
    for cell in cells:
        source = "".join(cell["source"]).split("\n")
        lines += [f"# <<ipynb_nvim:{cell['cell_type']}>>", *source, "# <</ipynb_nvim>>"]
    return lines


def _code(index: int, lines: list[str], outputs: list[dict[str, Any]]) -> dict[str, Any]:
    cell = make_cell("\n".join(lines), index)
    return cell | {"execution_count": index + 1, "outputs": outputs}


def _stream(lines: list[str]) -> dict[str, Any]:
    text = [f"{line}\n" for line in lines]
    return {"name": "stdout", "output_type": "stream", "text": text}


def _image(rng: random.Random, byte_count: int) -> dict[str, Any]:
    """Return a PNG of about that many bytes: noise does not compress."""
    width = 256
    height = max(1, byte_count // width)
    rows = b"".join(b"\0" + rng.randbytes(width) for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    data = {"image/png": base64.b64encode(png).decode() + "\n", "text/plain": ["<Figure>"]}
    return {"data": data, "metadata": {}, "output_type": "display_data"}
