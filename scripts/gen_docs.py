"""Writes what README and :help say of the options from their one declaration in config.lua.

Between the generated-part markers only; ``--check`` writes nothing and fails on a difference.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from checkout import ROOT, find_nvim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HELP_WIDTH = 78
KEYMAPS = "keymaps."


@dataclass(frozen=True)
class Option:
    """One declared option; ``default`` is how Lua would write it."""

    name: str
    types: tuple[str, ...]
    default: str
    unit: str
    help: str

    @property
    def is_key(self) -> bool:
        """Whether it is a key that can be changed or switched off."""
        return self.name.startswith(KEYMAPS)

    @property
    def keys(self) -> str:
        """A key's default as a list of keys, without Lua's quotes and braces."""
        return self.default.strip("{}'\" ").replace("', '", "  ")


def read_options() -> list[Option]:
    """Ask Neovim for ``M.options``: config.lua is Lua, and only Lua reads it rightly."""
    nvim = find_nvim()
    if nvim is None:
        sys.exit("ipynb.nvim: needs Neovim to read config.lua; run `make docs`")
    command = [nvim, "--clean", "-l", str(ROOT / "scripts" / "dump_options.lua"), str(ROOT)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    declared: list[dict[str, Any]] = json.loads(answer.stdout or answer.stderr)
    return [Option(**{**one, "types": tuple(one["types"])}) for one in declared]


def readme_part(options: list[Option]) -> str:
    """Return two Markdown tables: options, then keys."""
    rows = ["| option | type | default | |", "| --- | --- | --- | --- |"]
    for option in (one for one in options if not one.is_key):
        types = " or ".join(f"`{name}`" for name in option.types if name != "nil")
        unit = f" ({option.unit})" if option.unit else ""
        default = "" if option.default == "nil" else f"`{option.default}`"
        rows.append(f"| `{option.name}` | {types}{unit} | {default} | {option.help} |")
    rows += ["", "| key option | default | |", "| --- | --- | --- |"]
    for option in (one for one in options if one.is_key):
        keys = " ".join(f"`{key}`" for key in option.keys.split()) or "none"
        rows.append(f"| `{option.name}` | {keys} | {option.help} |")
    return "\n".join(rows)


def help_part(options: list[Option]) -> str:
    """Return the options as help entries, each with its tag."""
    entries = [_help_entry(option) for option in options]
    return "\n\n".join(entries)


def _help_entry(option: Option) -> str:
    tag = f"*ipynb.{option.name}*"
    head = f"{option.name} ~"
    space = " " * max(1, HELP_WIDTH - len(head) - len(tag))
    types = " or ".join(option.types)
    unit = f", {option.unit}" if option.unit else ""
    lines = [head + space + tag]
    default = "none" if option.default == "nil" else option.default
    about = f"{types.removesuffix(' or nil')}{unit}; default: {default}"
    for paragraph in (about, option.help.replace("`", "")):
        lines += textwrap.wrap(
            paragraph, HELP_WIDTH, initial_indent="    ", subsequent_indent="    "
        )
    return "\n".join(lines)


def write_part(path: Path, first: str, last: str, part: str, *, is_check: bool) -> bool:
    """Replace what stands between the lines ``first`` and ``last``; say whether it differed."""
    text = path.read_text(encoding="utf-8")
    head, found_first, rest = text.partition(first + "\n")
    _, found_last, tail = rest.partition(last + "\n")
    if not (found_first and found_last):
        sys.exit(f"ipynb.nvim: {path.name} lacks the lines {first!r} and {last!r}")
    new = f"{head}{first}\n\n{part}\n\n{last}\n{tail}"
    if new != text and not is_check:
        path.write_text(new, encoding="utf-8")
    return new != text


def main(arguments: list[str]) -> int:
    """Write or check both files."""
    is_check = "--check" in arguments
    options = read_options()
    targets: list[tuple[str, str, str, Callable[[list[Option]], str]]] = [
        ("README.md", "<!-- options: generated -->", "<!-- options: end -->", readme_part),
        (
            "doc/ipynb.txt",
            "All options, a dot standing for a nested table:",
            "This list is made from the declarations in lua/ipynb/config/init.lua.",
            help_part,
        ),
    ]
    differing = [
        name
        for name, first, last, make in targets
        if write_part(ROOT / name, first, last, make(options), is_check=is_check)
    ]
    for name in differing:
        print(f"{name}: {'drifted from config.lua; run `make docs`' if is_check else 'written'}")
    return int(is_check and bool(differing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
