"""The README's pictures: made by a script, well-formed, small, the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = sorted((ROOT / "doc" / "pictures").glob("*.svg"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
MAX_BYTES = 150_000


def texts(path: Path) -> str:
    """Return all text of a picture, run by run."""
    return " ".join(element.text or "" for element in ET.parse(path).iter(f"{SVG}text"))


def make(names: list[str], folder: Path) -> None:
    command = [sys.executable, "scripts/screenshots.py", "--to", str(folder), *names]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_every_picture_of_the_readme_exists() -> None:
    named = set(re.findall(r"doc/pictures/[\w-]+\.svg", README))
    assert len(named) >= 4
    assert named <= {str(path.relative_to(ROOT)) for path in PICTURES}


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_pictures_are_small_well_formed_and_name_nobody(path: Path) -> None:
    assert path.stat().st_size < MAX_BYTES
    assert "ipynb_nvim" not in texts(path)
    assert "/tmp" not in texts(path)
    assert "python" in texts(path)


def test_a_picture_is_made_anew_from_a_real_run_and_the_same_each_time(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        make(["running-light", "editing-dark"], tmp_path / folder)
    for name in ("running-light.svg", "editing-dark.svg"):
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes()
    text = texts(tmp_path / "first" / "running-light.svg")
    assert all(part in text for part in ("62 %", "12s", "queued", "C-", "stop"))
    assert "phase = " in texts(tmp_path / "first" / "editing-dark.svg")
