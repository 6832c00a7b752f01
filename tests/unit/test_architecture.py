"""Checks the layers, sizes and docstrings of the Python package."""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.unit.graph import find_cycle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "rplugin" / "python3" / "ipynb_nvim"
NAME = PACKAGE.name

# Who may import whom inside the package. Calls go down, events go up.
ALLOWED = {
    "errors": set(),
    "options": {"errors"},
    "domain": {"domain", "errors", "options"},
    "view": {"view", "domain", "errors", "options"},
    "services": {"services", "domain", "errors", "options"},
    "health": {"services", "errors"},
    "nvim": {"nvim", "services", "view", "domain", "errors", "options"},
    "__init__": {"nvim", "errors", "options"},
}
# What each layer may import besides the standard library.
JUPYTER = {"jupyter_client", "jupyter_core", "nbformat", "zmq", "tornado", "traitlets", "msgpack"}
FOREIGN = {
    "errors": set(),
    "options": set(),
    "domain": set(),
    "view": set(),
    "services": JUPYTER,
    "health": {"jupyter_client"},
    "nvim": {"pynvim", "greenlet"},
    "__init__": {"pynvim"},
}
MAX_PYTHON_LINES = 300
MAX_FUNCTION_LINES = 60


@dataclass(frozen=True)
class Import:
    """One import statement: ``target`` is a dotted name, ``is_late`` when not run at import."""

    target: str
    lnum: int
    is_late: bool


@cache
def python_modules() -> Mapping[str, Path]:
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def imports_of(module: str, tree: ast.AST, *, is_late: bool = False) -> Iterator[Import]:
    is_package = python_modules()[module].stem == "__init__"
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, is_late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = module.split(".")[: None if is_package and node.level == 1 else -1]
                parents = parents[: len(parents) - node.level + (2 if is_package else 1)]
                base = ".".join([*parents, *([base] if base else [])])
            for alias in node.names:
                full = f"{base}.{alias.name}"
                target = full if full in python_modules() else base
                yield Import(target, node.lineno, is_late)
        else:
            late = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
            yield from imports_of(module, node, is_late=is_late or late or is_type_checking(node))


@cache
def imports() -> Mapping[str, tuple[Import, ...]]:
    return {
        module: tuple(imports_of(module, parse(path))) for module, path in python_modules().items()
    }


def filled_modules() -> list[tuple[str, Path]]:
    return [one for one in python_modules().items() if one[1].read_text(encoding="utf-8").strip()]


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def public_definitions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Definition]]:
    for node in body:
        if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if node.name.startswith("_"):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from public_definitions(node.body, f"{node.name}.")


def is_overriding(node: Definition) -> bool:
    names = [ast.unparse(decorator) for decorator in node.decorator_list]
    return any(re.search(r"\b(override|overload|setter)\b", name) for name in names)


def test_every_module_belongs_to_a_layer_of_the_table() -> None:
    assert {layer_of(module) for module in python_modules()} <= set(ALLOWED)


def test_an_import_goes_down_the_layers_only() -> None:
    wrong = [
        f"{module}:{one.lnum} imports {one.target}"
        for module, found in imports().items()
        for one in found
        if one.target.split(".")[0] == NAME
        and one.target != NAME
        and layer_of(one.target) not in ALLOWED[layer_of(module)]
    ]
    assert not wrong, "\n".join(wrong)


def test_a_layer_imports_foreign_packages_of_its_list_only() -> None:
    standard = set(sys.stdlib_module_names) | {NAME, "__future__"}
    wrong = [
        f"{module}:{one.lnum} imports {one.target}"
        for module, found in imports().items()
        for one in found
        if one.target.split(".")[0] not in standard | FOREIGN[layer_of(module)]
    ]
    assert not wrong, "\n".join(wrong)


def test_no_import_makes_a_cycle() -> None:
    own = set(python_modules())
    graph = {
        module: {one.target for one in found if one.target in own} - {NAME}
        for module, found in imports().items()
    }
    assert " -> ".join(find_cycle(graph)) == ""


def test_no_module_starts_threads() -> None:
    assert [
        m for m, found in imports().items() if any(i.target == "threading" for i in found)
    ] == []


def test_loading_the_plugin_imports_the_standard_library_and_pynvim_only() -> None:
    """An import error there drops the plugin from the manifest; an eager one delays the host."""
    standard = set(sys.stdlib_module_names) | {"pynvim"}
    waiting, seen, wrong = [NAME], set(), []
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for one in (one for one in imports().get(module, ()) if not one.is_late):
            if one.target in python_modules():
                waiting.append(one.target)
            elif one.target.split(".")[0] not in standard:
                wrong.append(f"{module}:{one.lnum} imports {one.target}")
    assert not wrong, "\n".join(wrong)


def test_a_python_module_is_small_and_says_what_it_owns() -> None:
    wrong = []
    for module, path in filled_modules():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MAX_PYTHON_LINES:
            wrong.append(f"{module} has {lines} lines")
        if not ast.get_docstring(parse(path)):
            wrong.append(f"{module} does not say what it owns")
    assert not wrong, "\n".join(wrong)


def test_a_python_function_fits_on_a_screen() -> None:
    wrong = [
        f"{module}.{one.name} has {lines} lines"
        for module, path in filled_modules()
        for one in functions(parse(path))
        if (lines := (one.end_lineno or 0) - one.lineno + 1) > MAX_FUNCTION_LINES
    ]
    assert not wrong, "\n".join(wrong)


def test_a_public_python_name_has_a_docstring() -> None:
    wrong = [
        f"{module}.{name}"
        for module, path in filled_modules()
        for name, node in public_definitions(parse(path).body)
        if not is_overriding(node) and not ast.get_docstring(node)
    ]
    assert not wrong, "\n".join(wrong)


def test_a_cycle_would_be_seen() -> None:
    assert find_cycle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
