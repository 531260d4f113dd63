"""Rules and amounts: one SQL expression over the fields of a table, for every row at once.

`far < 1.5 AND starts_with(land_use, '1001')` is the language of every GIS filter box. NULL means unknown, and stays it:
NaN goes in as NULL, what cannot be computed comes out as NULL. See `expression_sql` for the operations there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import SchemeError, nearest
from landplan.core.expression_engine import TABLE, arrow_column, rows
from landplan.core.expression_parser import shown, tree
from landplan.core.expression_sql import NUMBER, OPERATIONS, TRUTH, UNKNOWN, Piece, Query, literal_piece
from landplan.core.expression_tree import Call, Literal, Name, Tree, nodes

if TYPE_CHECKING:
    import pyarrow as pa

TIME_LIMIT_S = 30.0

TRUE, FALSE, NULL = 1, 0, -1
"""The three answers of a rule."""

Constants = Mapping[str, float | str]


@dataclass(frozen=True)
class Expression:
    """One parsed and checked expression. `fields`: the fields, criteria and figures it names."""

    text: str
    fields: frozenset[str]
    root: Tree = field(repr=False)

    @property
    def where(self) -> str:
        """The expression as errors show it."""
        return shown(self.text)

    @property
    def gives_null(self) -> bool:
        """Whether it says NULL itself: NULLIF, NULL, or CASE without ELSE."""
        return any(node == Literal(None) or (isinstance(node, Call) and node.operation == "nullif") for node in nodes(self.root))


@dataclass(frozen=True, eq=False)
class Result:
    """An expression for every row.

    kind "number": float64, NaN unknown; "truth": int8, 1 TRUE, 0 FALSE, -1 unknown; "text" and "date": str or None (dates
    as 2030-12-31); "unknown": all NULL, float64 NaN. nonfinite: rows, ascending, whose answer is unknown though every
    field it names is known: division by zero, overflow, a root of a negative, text that is no number; none where the
    expression itself says NULL.
    """

    kind: str
    values: npt.NDArray[Any]
    nonfinite: npt.NDArray[np.int64]


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The expression in `text`; SchemeError with the passage that is wrong or not allowed. Nothing is executed."""
    found = tree(text, frozenset(OPERATIONS))
    return Expression(text, frozenset(node.name for node in nodes(found) if isinstance(node, Name)), found)


def evaluate(
    expression: Expression,
    columns: Mapping[str, Any],
    *,
    constants: Constants | None = None,
    n: int,
    time_limit_s: float = TIME_LIMIT_S,
) -> Result:
    """The expression for each of n rows.

    columns: numpy or Arrow arrays of n rows by field name (text, numbers, booleans, dates); NaN, infinity, NaT, None are
    unknown. constants: numbers and texts by name; a constant hides a column of its name. SchemeError for a name in
    neither, kinds that do not fit, or more than `time_limit_s` seconds.
    """
    found = evaluate_many({"": expression}, columns, constants=constants, n=n, time_limit_s=time_limit_s)
    return found[""]


def evaluate_number(expression: Expression, columns: Mapping[str, Any], *, constants: Constants | None = None, n: int) -> Result:
    """As `evaluate`, for an expression that must give numbers; truth values count as 1 and 0."""
    found = evaluate(expression, columns, constants=constants, n=n)
    if found.kind == TRUTH:
        values = np.where(found.values == NULL, np.nan, found.values.astype(np.float64))
        return Result(NUMBER, values, found.nonfinite)
    return _of_kind(expression, found, NUMBER, found.values)


def evaluate_text(expression: Expression, columns: Mapping[str, Any], *, constants: Constants | None = None, n: int) -> Result:
    """As `evaluate`, for an expression that must give text."""
    found = evaluate(expression, columns, constants=constants, n=n)
    return _of_kind(expression, found, "text", np.full(n, None, object))


def evaluate_truth(expression: Expression, columns: Mapping[str, Any], *, constants: Constants | None = None, n: int) -> Result:
    """As `evaluate`, for a rule: 1 TRUE, 0 FALSE, -1 unknown. A bare number is no rule."""
    found = evaluate(expression, columns, constants=constants, n=n)
    return _of_kind(expression, found, TRUTH, np.full(n, NULL, np.int8))


def evaluate_many(
    expressions: Mapping[str, Expression],
    columns: Mapping[str, Any],
    *,
    constants: Constants | None = None,
    n: int,
    time_limit_s: float = TIME_LIMIT_S,
) -> dict[str, Result]:
    """Several expressions over one table in one query; the results under their keys. As `evaluate` otherwise."""
    figures = constants or {}
    used = sorted({name for expression in expressions.values() for name in _known(expression, columns, figures)})
    where = next(iter(expressions.values())).where if len(expressions) == 1 else ""
    stored = {name: arrow_column(name, columns[name], n, where) for name in used if name not in figures}
    pieces = {name: Piece(kind, f"c{i}" if kind != UNKNOWN else "NULL") for i, (name, (kind, _)) in enumerate(stored.items())}
    query = Query(pieces | {name: literal_piece(figures[name]) for name in used if name in figures})
    kinds, outputs = _outputs(expressions, query)
    arrays = {f"c{i}": array for i, (_, array) in enumerate(stored.values())}
    try:
        table = rows(query.text(outputs, TABLE), arrays, n, time_limit_s, where)
    except SchemeError as error:
        if len(expressions) > 1 and error.id == "expression_failed":
            _name_failure(expressions, columns, figures, n)
        raise
    valid = {name: array.is_valid() for name, (_, array) in stored.items() if array.null_count}
    unknown_figures = {name for name in used if name in figures and query.fields[name].kind == UNKNOWN}
    return {
        key: _result(expression, kind, table.column(f"r{i}"), None if expression.fields & unknown_figures else valid)
        for i, ((key, expression), kind) in enumerate(zip(expressions.items(), kinds, strict=True))
    }


def null_fields(expression: Expression, columns: Mapping[str, Any], rows: npt.NDArray[np.int64]) -> list[tuple[str, ...]]:
    """For each of `rows`, the fields the expression names that are unknown there, by name: why a rule is undecided."""
    used = sorted(name for name in expression.fields if name in columns)
    masks = np.array([_unknown(name, columns[name], expression.where)[rows] for name in used], bool).reshape(len(used), len(rows))
    return [tuple(used[i] for i in np.flatnonzero(masks[:, j])) for j in range(len(rows))]


_OUTPUT = {
    "number": "CAST({} AS DOUBLE)",
    "truth": "coalesce(CAST({} AS TINYINT), -1::TINYINT)",
    "text": "{}",
    "date": "CAST({} AS VARCHAR)",
    "unknown": "CAST({} AS DOUBLE)",
}


def _outputs(expressions: Mapping[str, Expression], query: Query) -> tuple[list[str], list[str]]:
    """The kind of each expression, and the SQL of the row number and of each expression."""
    kinds, outputs = [], ["row"]
    for i, expression in enumerate(expressions.values()):
        query.where = expression.where
        piece = query.piece(expression.root)
        kinds.append(piece.kind)
        outputs.append(f"{_OUTPUT[piece.kind].format(piece.sql)} AS r{i}")
    return kinds, outputs


def _name_failure(expressions: Mapping[str, Expression], columns: Mapping[str, Any], constants: Constants, n: int) -> None:
    """Raise the error of the one expression that fails, which names it."""
    for expression in expressions.values():
        evaluate(expression, columns, constants=constants, n=n)


def _known(expression: Expression, columns: Mapping[str, Any], constants: Constants) -> frozenset[str]:
    """The names an expression uses; SchemeError with the nearest when the table has no such name."""
    for name in sorted(expression.fields):
        if name in columns or name in constants:
            continue
        folded = {known.casefold(): known for known in (*columns, *constants)}
        near = folded.get(nearest(name.casefold(), folded)) or ", ".join(sorted(folded.values())[:8])
        raise SchemeError("expression_unknown_field", expression.where, field=name, nearest=near)
    return expression.fields


def _of_kind(expression: Expression, found: Result, kind: str, unknown: npt.NDArray[Any]) -> Result:
    """`found` when it is of that kind; all unknown when the expression is NULL throughout; else SchemeError."""
    if found.kind == UNKNOWN:
        return Result(kind, unknown, found.nonfinite)
    if found.kind != kind:
        raise SchemeError(f"expression_not_{kind}", expression.where)
    return found


def _result(expression: Expression, kind: str, column: pa.ChunkedArray, valid: Mapping[str, pa.Array] | None) -> Result:
    """The result in numpy; `valid`: where each field is known, None when a figure is unknown and so is everything."""
    if kind == TRUTH:
        values = column.to_numpy().copy()  # its own memory: a view would keep the engine alive after the program
        unknown = np.flatnonzero(values == NULL)
    elif kind in (NUMBER, UNKNOWN):
        values = column.to_numpy(zero_copy_only=False).astype(np.float64)
        values[~np.isfinite(values)] = np.nan
        unknown = np.flatnonzero(np.isnan(values))
    else:
        values = np.empty(len(column), object)
        values[:] = column.to_pylist()
        unknown = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
    if valid is None or expression.gives_null or kind == UNKNOWN:
        return Result(kind, values, np.empty(0, np.int64))
    for name in expression.fields & valid.keys():
        unknown = unknown[valid[name].to_numpy(zero_copy_only=False)[unknown]] if len(unknown) else unknown
    return Result(kind, values, unknown.astype(np.int64))


def _unknown(name: str, values: Any, where: str) -> npt.NDArray[np.bool_]:
    missing: npt.NDArray[np.bool_] = arrow_column(name, values, len(values), where)[1].is_null().to_numpy(zero_copy_only=False)
    return missing
