"""Checks the sizes, annotations and borders of the Lua modules."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.unit.graph import find_cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
MAX_LUA_LINES = 250
MAX_FUNCTION_LINES = 60
LUA_FILES = sorted([*(ROOT / "lua").rglob("*.lua"), *(ROOT / "plugin").rglob("*.lua")])
HOST_CALL = re.compile(r"vim\.rpc(notify|request)|vim\.fn\.(rpc\w+|jobstart|jobstop|jobwait)")
# Variables and options are meant to be set; anything else of vim.* belongs to the editor.
SETTABLE = {"g", "b", "w", "t", "v", "o", "bo", "wo", "go", "opt", "opt_local", "env"}
BUILT_COMMAND = re.compile(
    r"(vim\.cmd|vim\.fn\.execute|nvim_command|nvim_exec2?|nvim_exec_lua|loadstring|\bload)"
    r"\s*\(?\s*(\(['\"].*['\"]\):format|['\"][^'\"]*['\"]\s*\.\.)"
)
REQUIRE = re.compile(r"require\(?\s*['\"](ipynb(?:\.\w+)*)['\"]")


def lua_code(path: Path) -> list[str]:
    """Return the lines without comments; a ``--`` inside a string is cut too, which is harmless."""
    return [line.split("--")[0] for line in path.read_text(encoding="utf-8").splitlines()]


def lua_name(path: Path) -> str:
    parts = path.relative_to(ROOT / "lua").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "init" else parts)


def lua_requires() -> dict[str, set[str]]:
    return {
        lua_name(path): set(REQUIRE.findall("\n".join(lua_code(path))))
        for path in LUA_FILES
        if path.is_relative_to(ROOT / "lua")
    }


def lua_function_lengths(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield (lnum, lines) of each function; the code is formatted, so ``end`` is aligned."""
    for first, line in enumerate(lines):
        if not re.search(r"\bfunction\b[^()]*\([^()]*\)\s*$", line):
            continue
        indent = line[: len(line) - len(line.lstrip())]
        closing = re.compile(rf"{indent}(end|[)}}])")
        for last in range(first + 1, len(lines)):
            if closing.match(lines[last]):
                yield first + 1, last - first + 1
                break


def is_foreign_change(line: str) -> bool:
    """Whether a line sets, replaces or calls what belongs to Neovim alone."""
    target = re.match(r"\s*vim\.(\w+)[\w.\[\]'\"]*\s*=(?!=)", line)
    is_set = target is not None and target[1] not in SETTABLE
    return is_set or bool(re.search(r"\bfunction vim\.|\bvim\.([\w.]+\.)?_\w|\bnvim__", line))


def lua_lines_where(is_wrong: Callable[[str], object], *but_not: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{lnum}: {line.strip()}"
        for path in LUA_FILES
        if str(path.relative_to(ROOT)) not in but_not
        for lnum, line in enumerate(lua_code(path), start=1)
        if is_wrong(line)
    ]


def test_a_lua_module_is_small_and_says_what_it_owns() -> None:
    wrong = []
    for path in LUA_FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > MAX_LUA_LINES:
            wrong.append(f"{path.relative_to(ROOT)} has {len(lines)} lines")
        if not re.match(r"--+ \w", lines[0]):
            wrong.append(f"{path.relative_to(ROOT)} does not say what it owns")
    assert not wrong, "\n".join(wrong)


def test_a_lua_function_fits_on_a_screen() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{lnum}: {lines} lines"
        for path in LUA_FILES
        for lnum, lines in lua_function_lengths(lua_code(path))
        if lines > MAX_FUNCTION_LINES
    ]
    assert not wrong, "\n".join(wrong)


def test_a_lua_function_is_annotated() -> None:
    """All but those in a table of handlers, whose type is said once, at the table."""
    wrong = []
    for path in LUA_FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        wrong += [
            f"{path.relative_to(ROOT)}:{lnum + 1}: {line}"
            for lnum, line in enumerate(lines)
            if re.match(r"(local )?function (M\.\w+|\w+:\w+|\w+)\([^)]+\)", line)
            and not lines[lnum - 1].startswith("---")
        ]
    assert not wrong, "\n".join(wrong)


def test_only_rpc_lua_knows_the_host() -> None:
    files = (f"lua/ipynb/host/{name}.lua" for name in ("rpc", "dedicated", "shared"))
    wrong = lua_lines_where(HOST_CALL.search, *files)
    assert not wrong, "\n".join(wrong)


def test_nothing_of_neovim_is_replaced_or_forged() -> None:
    wrong = lua_lines_where(is_foreign_change)
    assert not wrong, "\n".join(wrong)


def test_no_command_is_built_from_strings() -> None:
    wrong = lua_lines_where(BUILT_COMMAND.search)
    assert not wrong, "\n".join(wrong)


def test_no_lua_module_requires_itself_by_a_circle() -> None:
    assert " -> ".join(find_cycle(lua_requires())) == ""


def test_every_required_lua_module_exists() -> None:
    requires = lua_requires()
    wrong = [
        f"{name} requires {one}" for name in requires for one in requires[name] - set(requires)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "line",
    [
        "vim.lsp.handlers['x'] = function() end",
        "function vim.notify(message) end",
        "vim._watch.watch()",
        "vim.lsp._request()",
        "  vim.ui.input = mine",
    ],
)
def test_a_change_to_neovim_would_be_seen(line: str) -> None:
    assert is_foreign_change(line)


@pytest.mark.parametrize(
    "line",
    ["vim.bo[buf].modified = true", "vim.g.loaded_ipynb = 1", "local a = vim.api", "if vim.x == 1"],
)
def test_setting_an_option_or_variable_is_no_change_to_neovim(line: str) -> None:
    assert not is_foreign_change(line)


@pytest.mark.parametrize(
    "line",
    ["vim.cmd('edit ' .. path)", "vim.cmd(('b %d'):format(n))", "vim.api.nvim_command('b' .. n)"],
)
def test_a_built_command_would_be_seen(line: str) -> None:
    assert BUILT_COMMAND.search(line)


def test_a_long_lua_function_would_be_seen() -> None:
    lines = ["local function long()", *["  x()"] * 80, "end", "local function short()", "end"]
    assert list(lua_function_lengths(lines)) == [(1, 82), (83, 2)]
