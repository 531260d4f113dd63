"""The tree of one SQL expression, the only thing `expression_sql` writes into a query: the user's text never gets there."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """A field, criterion or figure, as written."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: number, text, truth value, or None for NULL."""

    value: float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of `expression_sql.OPERATIONS` over its arguments; `text` is the passage it was read from."""

    operation: str
    arguments: tuple[Tree, ...]
    text: str = ""


Tree = Name | Literal | Call


def nodes(tree: Tree) -> Iterator[Tree]:
    """Every node of a tree, outermost first."""
    yield tree
    if isinstance(tree, Call):
        for argument in tree.arguments:
            yield from nodes(argument)


def depth(tree: Tree) -> int:
    """Levels of operations in a tree."""
    level, here = 0, [tree]
    while here := [argument for node in here if isinstance(node, Call) for argument in node.arguments]:
        level += 1
    return level


def degree(tree: Tree, name: str) -> float:
    """The degree of a tree as a polynomial in one name; infinite where it is none: conditions, functions, quotients by it."""
    if not isinstance(tree, Call):
        return float(tree == Name(name))
    inner = [degree(argument, name) for argument in tree.arguments]
    if not any(inner):
        return 0.0
    if tree.operation in ("+", "-"):
        return max(inner)
    if tree.operation == "*":
        return sum(inner)
    return inner[0] if tree.operation == "/" and not inner[1] else math.inf
