"""Which part of a MIME bundle is shown, and the lines that stand for images."""

from __future__ import annotations

import base64
import struct
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipynb_nvim.view.html_rows import text_rows
from ipynb_nvim.view.image_size import base64_size, image_size, size_in_bytes
from ipynb_nvim.view.mime import Extent, chosen_mime, rows_of

HINT = " — :NotebookOpenImage opens it"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + bytes(1000)
GIF = b"GIF89a" + struct.pack("<HH", 320, 200) + bytes(50)
JPEG_APP = b"\xff\xe1" + struct.pack(">H", 20_002) + bytes(20_000)
JPEG_FRAME = b"\xff\xc2" + struct.pack(">HBHHB", 11, 8, 600, 800, 1) + bytes(3)
JPEG = b"\xff\xd8" + JPEG_APP + b"\xff\xdb\x00\x04\x00\x00" + JPEG_FRAME + bytes(100)


def text_of(mime: str, value: Any) -> str:
    rows = rows_of(mime, value, Extent(40, 100))
    return "\n".join(rows.plain(row) for row in range(len(rows)))


def html_text(html: str) -> str:
    rows = text_rows(html, 0, len(html))
    return "\n".join(rows.plain(row) for row in range(len(rows)))


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("mimes", "expected"),
    [
        ({"text/plain": "5", "text/html": "<p>5"}, "text/plain"),
        ({"text/html": "<p>5", "text/markdown": "5"}, "text/markdown"),
        ({"text/html": "<p>5", "application/json": {}}, "application/json"),
        ({"text/plain": "<IPython.core.display.HTML object>", "text/html": ""}, "text/html"),
        ({"text/plain": ["<x.Markdown ", "object>"], "text/markdown": ""}, "text/markdown"),
        ({"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": ""}, "image/png"),
        ({"text/plain": "<object object at 0x7f>"}, "text/plain"),
        ({"text/plain": "<a> and <b>", "text/html": ""}, "text/plain"),
        ({"text/plain": "   one  two\n0    1    2", "text/html": "<table>"}, "text/html"),
        ({"text/plain": "Model()", "text/html": "<details><table></table>"}, "text/plain"),
        ({"text/plain": "Model()", "text/html": "<table></table><script>"}, "text/plain"),
        ({"image/png": "", "application/pdf": ""}, "image/png"),
        ({"application/vnd.x+json": {}, "text/html": "<p>"}, "text/html"),
        ({"application/vnd.x+json": {}}, "application/vnd.x+json"),
        ({}, None),
    ],
)
def test_the_most_readable_text_is_chosen(mimes: dict[str, Any], expected: str | None) -> None:
    assert chosen_mime(mimes) == expected


@pytest.mark.parametrize(
    ("mime", "value", "expected"),
    [
        ("text/plain", ["a\n", "b"], "a\nb"),
        ("text/latex", "x", "x"),
        ("application/json", {"é": [1]}, '{\n  "é": [1]\n}'),
        ("application/json", "text", '"text"'),
        ("application/vnd.x+json", {"big": 1}, "[application/vnd.x+json]"),
        ("text/html", "<b>bold</b>", "bold"),
        ("text/html", "<script>code()</script>", "[text/html 23 B]"),
        ("image/svg+xml", ["<svg>", "</svg>"], "[image/svg+xml 11 B]" + HINT),
        ("image/svg+xml", '<svg width="64px" height="48">', "[image/svg+xml 64×48, 30 B]" + HINT),
        (
            "image/svg+xml",
            '<svg width="100%" viewBox="0 0 20 10.5"/>',
            "[image/svg+xml 20×10, 41 B]" + HINT,
        ),
        ("application/pdf", encoded(bytes(100)), "[application/pdf 100 B]" + HINT),
        ("text/plain", 5, "[text/plain]"),
        ("image/png", encoded(PNG), "[image/png 640×480, 1 kB]" + HINT),
        ("image/png", "not base64!", "[image/png 8 B]" + HINT),
    ],
)
def test_a_value_is_shown_as_text(mime: str, value: Any, expected: str) -> None:
    assert text_of(mime, value) == expected


@pytest.mark.parametrize(
    ("mime", "data", "size"),
    [
        ("image/png", PNG, (640, 480)),
        ("image/gif", GIF, (320, 200)),
        ("image/jpeg", JPEG, (800, 600)),
        ("image/png", GIF, None),
        ("image/webp", PNG, None),
        ("image/jpeg", JPEG[:2000], None),
        ("image/png", PNG[:20], None),
        ("image/gif", b"", None),
    ],
)
def test_size_comes_from_the_header(mime: str, data: bytes, size: tuple[int, int] | None) -> None:
    assert image_size(mime, encoded(data)) == size


def test_base64_may_have_line_ends() -> None:
    text = base64.encodebytes(JPEG).decode()
    assert image_size("image/jpeg", text) == (800, 600)


@given(st.sampled_from(["image/png", "image/gif", "image/jpeg"]), st.binary(max_size=60))
def test_no_header_is_an_error(mime: str, data: bytes) -> None:
    for start in (b"", PNG[:8], b"GIF87a", b"\xff\xd8"):
        image_size(mime, encoded(start + data))


@given(st.text(max_size=60))
def test_no_text_is_an_error_for_an_image(text: str) -> None:
    image_size("image/png", text)


def test_only_the_head_of_an_image_is_decoded() -> None:
    text = encoded(PNG) + "A" * 100_000_000
    started = time.perf_counter()
    assert text_of("image/png", text) == "[image/png 640×480, 75.0 MB]" + HINT
    assert time.perf_counter() - started < 0.05


@given(st.binary(max_size=50), st.sampled_from(["", "\n"]))
def test_size_in_bytes_is_known_without_decoding(data: bytes, end: str) -> None:
    assert base64_size(encoded(data) + end) == len(data)


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1 kB"), (34_499, "34 kB"), (999_500, "1.0 MB")],
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert size_in_bytes(count) == text


def test_html_is_read_as_text() -> None:
    html = """<style>p {}</style><h1>Title</h1><p>one &amp; <b>two</b>
       three<br>four</p><table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>"""
    assert text_of("text/html", html) == "Title\none & two three\nfour\na  b\n────\n1  2"


def test_what_a_browser_hides_is_not_shown() -> None:
    hidden = "<script>a</script ><!-- b --><style>c</style><template>d</template><![CDATA[ e>"
    assert html_text(f"<p>one</p>{hidden}two<script>never ends") == "one\ntwo"


@given(st.text(st.sampled_from("<>/![]-ab&;\"' "), max_size=60))
def test_no_html_is_an_error(html: str) -> None:
    html_text(html)
