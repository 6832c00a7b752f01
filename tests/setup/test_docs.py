"""README and :help say what exists: no more, no less."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.harness.launch import nvim_program

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = (ROOT / "plugin" / "ipynb.lua").read_text(encoding="utf-8")
HELP = (ROOT / "doc" / "ipynb.txt").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def defined_commands() -> set[str]:
    return {f":Notebook{name}" for name in re.findall(r"^command\('(\w+)'", PLUGIN, re.MULTILINE)}


def help_tags() -> set[str]:
    return set(re.findall(r"(?<!\S)\*([^*\s]+)\*(?!\S)", HELP))


def test_the_generated_parts_are_up_to_date() -> None:
    check = [sys.executable, "scripts/gen_docs.py", "--check"]
    run = subprocess.run(check, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_help_describes_every_command_and_no_other() -> None:
    assert {tag for tag in help_tags() if tag.startswith(":Notebook")} == defined_commands()


def test_readme_names_every_command_and_no_other() -> None:
    text = re.sub(r"(:Notebook\w+)Above/Below", r"\1Above \1Below", README)
    text = re.sub(r"(:Notebook\w+)Up/Down", r"\1Up \1Down", text)
    assert set(re.findall(r":Notebook\w+", text)) == defined_commands()


def test_help_describes_every_lua_function_and_no_other() -> None:
    source = (ROOT / "lua" / "ipynb" / "init.lua").read_text(encoding="utf-8")
    functions = {f"ipynb.{name}()" for name in re.findall(r"^function M\.(\w+)", source, re.M)}
    described = {tag for tag in help_tags() if tag.endswith("()")}
    assert described == functions


def test_help_names_highlight_groups_that_exist() -> None:
    source = (ROOT / "lua" / "ipynb" / "render" / "highlights.lua").read_text(encoding="utf-8")
    defined = set(re.findall(r"^  (Notebook\w+) =", source, re.MULTILINE))
    section = HELP.split("*ipynb-highlights*")[1].split("=" * 70)[0]
    assert set(re.findall(r"Notebook\w+", section)) <= defined


def test_every_link_in_help_leads_somewhere() -> None:
    command = [nvim_program(), "--clean", "--headless", "+lua io.write(vim.env.VIMRUNTIME)", "+q"]
    runtime = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    tags = (Path(runtime) / "doc" / "tags").read_text(encoding="utf-8")
    known = help_tags() | {line.split("\t")[0] for line in tags.splitlines()}
    assert set(re.findall(r"\|([^|\s]+)\|", HELP)) - known == set()


def test_no_line_of_help_is_too_long() -> None:
    long = [line for line in HELP.splitlines() if len(line.expandtabs(8)) > 80]
    assert long == []


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_readme_opens_with_the_two_commands(command: str) -> None:
    first_block = README.split("```")[1]
    assert command in first_block
