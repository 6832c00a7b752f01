"""Finds cycles in a graph of modules; knows nothing of languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def find_cycle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return one cycle as a path that ends where it starts, or an empty list."""
    done: set[str] = set()

    def visit(node: str, path: list[str]) -> list[str]:
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for following in sorted(graph.get(node, ())):
            if cycle := visit(following, [*path, node]):
                return cycle
        done.add(node)
        return []

    return next((cycle for node in graph if (cycle := visit(node, []))), [])
