"""The tree of one SQL expression, read from DuckDB's own parse and checked node by node against an allow-list.

Whatever is not listed here cannot be said: sub-select, aggregate, window, star, lambda, list, parameter, collation.
The tree, never the user's text, is what `expression_sql` writes into a query.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from landplan.core.errors import SchemeError

DEEPEST = 100
"""Levels of nesting an expression may have; a sum of a hundred terms still fits."""


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

_COMPARISONS = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
    "COMPARE_DISTINCT_FROM": "is distinct from",
    "COMPARE_NOT_DISTINCT_FROM": "is not distinct from",
}
_OPERATORS = {
    "OPERATOR_NOT": "not",
    "OPERATOR_IS_NULL": "is null",
    "OPERATOR_IS_NOT_NULL": "is not null",
    "OPERATOR_COALESCE": "coalesce",
    "COMPARE_IN": "in",
}
_CASTS = {
    **dict.fromkeys(("double", "float8", "float", "real", "numeric", "decimal"), "cast number"),
    **dict.fromkeys(("bigint", "integer", "int", "int8", "int4", "long"), "cast integer"),
    **dict.fromkeys(("varchar", "text", "string", "char"), "cast text"),
    **dict.fromkeys(("boolean", "bool", "logical"), "cast truth"),
    "date": "cast date",
}
_PLACE = frozenset({"class", "type", "query_location", "query_location_length"})
_FUNCTION = _PLACE | {"function_name", "order_bys", "distinct", "is_operator", "export_state", "arguments", "qualified_name"}
_STATEMENT = {"type", "cte_map", "select_list", "from_table", "aggregate_handling"}


@dataclass(frozen=True)
class Reader:
    """Reads the parse of `text`, which lies `offset` bytes into the statement that was parsed."""

    text: bytes
    offset: int
    functions: frozenset[str]

    def statement(self, parse: Mapping[str, Any]) -> Tree:
        """The tree of the one expression in a serialised SELECT; SchemeError for anything else."""
        statements = parse["statements"]
        node = statements[0]["node"] if len(statements) == 1 else {}
        plain = set(node) <= _STATEMENT and node.get("type") == "SELECT_NODE" and not node.get("cte_map")
        if not plain or node["from_table"]["type"] != "EMPTY" or len(node["select_list"]) != 1:
            raise self._refusal("SELECT")
        return self.tree(node["select_list"][0], 0)

    def tree(self, node: Mapping[str, Any], depth: int) -> Tree:
        """The tree below one serialised node."""
        if depth > DEEPEST:
            raise SchemeError("expression_too_long", self._shown, limit=DEEPEST)
        read = _READERS.get(node["class"])
        if read is None:
            raise self._refusal(self.passage(node) or node["class"])
        return read(self, node, depth)

    def children(self, nodes: list[Mapping[str, Any]], depth: int) -> tuple[Tree, ...]:
        return tuple(self.tree(node, depth + 1) for node in nodes)

    def expect(self, node: Mapping[str, Any], *keys: str) -> None:
        """Refuse a node that says more than this reader understands."""
        if not set(node) <= _PLACE.union(keys):
            raise self._refusal(self.passage(node) or node["class"])

    def call(self, operation: str | None, node: Mapping[str, Any], arguments: tuple[Tree, ...]) -> Call:
        if operation is None:
            raise self._refusal(self.passage(node) or node["type"])
        return Call(operation, arguments, self.passage(node) or operation)

    def passage(self, node: Mapping[str, Any]) -> str:
        """The stretch of the user's text a node was read from, shortened; "" where the parse gives none."""
        start, length = node.get("query_location", -1) - self.offset, node.get("query_location_length", 0)
        if not 0 <= start < len(self.text) or length <= 0:
            return ""
        return self.text[start : start + min(length, 60)].decode("utf-8", "ignore").strip()

    @property
    def _shown(self) -> str:
        return self.text.decode()[:80]

    def _refusal(self, what: str) -> SchemeError:
        return SchemeError("expression_not_allowed", self._shown, what=what)


def _name(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "column_names")
    names = node["column_names"]
    if len(names) != 1:
        raise reader._refusal(".".join(names))
    return Name(names[0])


def _literal(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "literal")
    kind, text = node["literal"]["kind"], node["literal"].get("text", "")
    if kind == "INTEGER":
        return Literal(int(text))
    if kind == "NUMERIC" and math.isfinite(float(text)):
        return Literal(float(text))
    values: dict[str, str | bool | None] = {"STRING": text, "BOOLEAN": text == "true", "NULL_LITERAL": None}
    if kind not in values:
        raise reader._refusal(text or kind)
    return Literal(values[kind])


def _comparison(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "left", "right")
    return reader.call(_COMPARISONS.get(node["type"]), node, reader.children([node["left"], node["right"]], depth))


def _conjunction(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "children")
    operation = {"CONJUNCTION_AND": "and", "CONJUNCTION_OR": "or"}.get(node["type"])
    return reader.call(operation, node, reader.children(node["children"], depth))


def _between(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "input", "lower", "upper")
    return reader.call("between", node, reader.children([node["input"], node["lower"], node["upper"]], depth))


def _operator(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "children")
    return reader.call(_OPERATORS.get(node["type"]), node, reader.children(node["children"], depth))


def _case(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "case_checks", "else_expr")
    nodes = [check[key] for check in node["case_checks"] for key in ("when_expr", "then_expr")]
    return reader.call("case", node, reader.children([*nodes, node["else_expr"]], depth))


def _cast(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    reader.expect(node, "child", "try_cast", "type_expr")
    target = node["type_expr"]
    reader.expect(target, "type_name", "qualified_name")
    return reader.call(_CASTS.get(target["type_name"].lower()), node, reader.children([node["child"]], depth))


def _function(reader: Reader, node: Mapping[str, Any], depth: int) -> Tree:
    name, arguments = node["function_name"], node.get("arguments", [])
    plain = set(node) <= _FUNCTION and not node["distinct"] and set(node["order_bys"]) == {"type"}
    if name not in reader.functions or not plain or any(set(argument) != {"expression"} for argument in arguments):
        raise reader._refusal(reader.passage(node) or name)
    return reader.call(name, node, reader.children([argument["expression"] for argument in arguments], depth))


_READERS: Mapping[str, Callable[[Reader, Mapping[str, Any], int], Tree]] = {
    "COLUMN_REF": _name,
    "CONSTANT": _literal,
    "COMPARISON": _comparison,
    "CONJUNCTION": _conjunction,
    "BETWEEN": _between,
    "OPERATOR": _operator,
    "CASE": _case,
    "CAST": _cast,
    "FUNCTION": _function,
}


def names(tree: Tree) -> Iterator[str]:
    """Every name in a tree, with repeats."""
    if isinstance(tree, Name):
        yield tree.name
    elif isinstance(tree, Call):
        for argument in tree.arguments:
            yield from names(argument)


def operations(tree: Tree) -> Iterator[Call]:
    """Every operation in a tree, outermost first."""
    if isinstance(tree, Call):
        yield tree
        for argument in tree.arguments:
            yield from operations(argument)
