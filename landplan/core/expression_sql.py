"""What an expression may say: kinds of value, the allowed operations, and the SQL each is written as.

Arithmetic is float64. A value that cannot be computed (division by zero, root of a negative, overflow, text that is no
number) is unknown where it is used, so that nothing is ever compared with infinity. `least` and `greatest` of an unknown
are unknown, unlike DuckDB's. Text and numbers never mix: '0902' is not 902.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from landplan.core.errors import SchemeError
from landplan.core.expression_tree import Call, Literal, Name, Tree

NUMBER, TEXT, DATE, TRUTH, UNKNOWN = "number", "text", "date", "truth", "unknown"
_KINDS = {"N": NUMBER, "T": TEXT, "D": DATE, "B": TRUTH, "A": UNKNOWN}


@dataclass(frozen=True, slots=True)
class Operation:
    """One way to use an operation.

    takes: a letter an argument: N number, T text, D date, B truth, L literal text, S all of one kind, A any; a final *
    repeats the last. gives: N, T, D, B, or S as taken. sql: {0}, {1} … or {all}. passes: arguments whose infinity shows in
    the result, so it need not be caught before; finite: the result of known finite arguments is finite.
    """

    takes: str
    gives: str
    sql: str
    passes: frozenset[int] = frozenset()
    finite: bool = True

    def letters(self, count: int) -> str:
        """A letter for each of `count` arguments; "" when it does not take so many."""
        if self.takes == "case":
            return "BS" * (count // 2) + "S"
        head = self.takes.rstrip("*")
        if head != self.takes:
            return head + head[-1] * (count - len(head)) if count >= len(head) else ""
        return head if len(head) == count else ""

    def written(self, arguments: list[str]) -> str:
        """The SQL over these arguments."""
        unknown = " OR ".join(f"{argument} IS NULL" for argument in arguments)
        joined = {"all": ", ".join(arguments), "rest": ", ".join(arguments[1:]), "unknown": unknown}
        sql = self.sql or _case(len(arguments))
        return sql.format(*arguments, **joined, conjunction=" AND ".join(arguments), disjunction=" OR ".join(arguments))


def _arithmetic(sql: str, *passes: int, takes: str = "NN") -> Operation:
    return Operation(takes, "N", sql, frozenset(passes), finite=False)


def _function(name: str, takes: str, gives: str, *, may_fail: bool = False) -> Operation:
    call = f"{name}({', '.join(f'{{{i}}}' for i in range(len(takes)))})"
    return Operation(takes, gives, f"TRY({call})" if may_fail else call)


def _integers(name: str, takes: str, gives: str) -> Operation:
    """A text function whose numbers are counts of characters."""
    parts = [f"TRY_CAST({{{i}}} AS INTEGER)" if letter == "N" else f"{{{i}}}" for i, letter in enumerate(takes)]
    return Operation(takes, gives, f"TRY({name}({', '.join(parts)}))")


def _case(arguments: int) -> str:
    whens = " ".join(f"WHEN {{{i}}} THEN {{{i + 1}}}" for i in range(0, arguments - 1, 2))
    return f"CASE {whens} ELSE {{{arguments - 1}}} END"


_EXTREME = "CASE WHEN {unknown} THEN NULL ELSE NAME({all}) END"
_POWER = (_arithmetic("TRY(pow({0}::DOUBLE, {1}::DOUBLE))"),)
_LIKE = {word: (Operation("TL", "B", f"({{0}} {word.upper()} {{1}})"),) for word in ("like", "ilike")}
_COMPARE = {
    operator: (Operation("SS", "B", f"({{0}} {operator.upper()} {{1}})"),)
    for operator in ("=", "<>", "<", ">", "<=", ">=", "is distinct from", "is not distinct from")
}
_DIFFERENCE = (Operation("LDD", "N", "date_diff({0}, {1}, {2})"),)

OPERATIONS: Mapping[str, tuple[Operation, ...]] = {
    "+": (
        _arithmetic("({0}::DOUBLE + {1}::DOUBLE)", 0, 1),
        Operation("DN", "D", "TRY({0} + TRY_CAST({1} AS INTEGER))"),
        Operation("N", "N", "{0}"),
    ),
    "-": (
        _arithmetic("({0}::DOUBLE - {1}::DOUBLE)", 0, 1),
        _arithmetic("(-({0}::DOUBLE))", 0, takes="N"),
        Operation("DN", "D", "TRY({0} - TRY_CAST({1} AS INTEGER))"),
        Operation("DD", "N", "({0} - {1})"),
    ),
    "*": (_arithmetic("({0}::DOUBLE * {1}::DOUBLE)", 0, 1),),
    "/": (_arithmetic("({0}::DOUBLE / {1}::DOUBLE)", 0),),
    "%": (_arithmetic("({0}::DOUBLE % {1}::DOUBLE)", 0),),
    **dict.fromkeys(("^", "**", "pow", "power"), _POWER),
    "abs": (_arithmetic("abs({0}::DOUBLE)", 0, takes="N"),),
    "sign": (_function("sign", "N", "N"),),
    "floor": (_arithmetic("floor({0}::DOUBLE)", 0, takes="N"),),
    **dict.fromkeys(("ceil", "ceiling"), (_arithmetic("ceil({0}::DOUBLE)", 0, takes="N"),)),
    "round": (
        _arithmetic("round({0}::DOUBLE)", 0, takes="N"),
        _arithmetic("TRY(round({0}::DOUBLE, TRY_CAST({1} AS INTEGER)))", 0),
    ),
    "sqrt": (_function("sqrt", "N", "N", may_fail=True),),
    "ln": (_function("ln", "N", "N", may_fail=True),),
    "log10": (_function("log10", "N", "N", may_fail=True),),
    "exp": (_arithmetic("exp({0}::DOUBLE)", takes="N"),),
    "least": (Operation("S*", "S", _EXTREME.replace("NAME", "least")),),
    "greatest": (Operation("S*", "S", _EXTREME.replace("NAME", "greatest")),),
    "coalesce": (Operation("S*", "S", "coalesce({all})"),),
    "nullif": (Operation("SS", "S", "nullif({0}, {1})"),),
    "case": (Operation("case", "S", ""),),
    "if": (Operation("BSS", "S", "CASE WHEN {0} THEN {1} ELSE {2} END"),),
    **_COMPARE,
    **_LIKE,
    "between": (Operation("SSS", "B", "({0} BETWEEN {1} AND {2})"),),
    "in": (Operation("SS*", "B", "({0} IN ({rest}))"),),
    "and": (Operation("B*", "B", "({conjunction})"),),
    "or": (Operation("B*", "B", "({disjunction})"),),
    "not": (Operation("B", "B", "(NOT {0})"),),
    "is null": (Operation("A", "B", "({0} IS NULL)"),),
    "is not null": (Operation("A", "B", "({0} IS NOT NULL)"),),
    **{name: (_function(name, "TT", "B"),) for name in ("starts_with", "ends_with", "contains", "prefix", "suffix")},
    **{name: (_function(name, "TL", "B"),) for name in ("regexp_matches", "regexp_full_match")},
    **{name: (_function(name, "T", "T"),) for name in ("lower", "upper")},
    **{name: (_function(name, "T", "T"), _function(name, "TL", "T")) for name in ("trim", "ltrim", "rtrim")},
    **dict.fromkeys(("length", "len"), (_function("length", "T", "N"),)),
    **dict.fromkeys(("position", "strpos", "instr"), (_function("strpos", "TT", "N"),)),
    **dict.fromkeys(("substr", "substring"), (_integers("substr", "TN", "T"), _integers("substr", "TNN", "T"))),
    "left": (_integers("left", "TN", "T"),),
    "right": (_integers("right", "TN", "T"),),
    "||": (Operation("TT", "T", "({0} || {1})"),),
    **{name: (_function(name, "D", "N"),) for name in ("year", "quarter", "month", "day")},
    "date_part": (Operation("LD", "N", "date_part({0}, {1})"),),
    **dict.fromkeys(("date_diff", "datediff"), _DIFFERENCE),
    "make_date": (_integers("make_date", "NNN", "D"),),
    "cast number": tuple(Operation(kind, "N", "TRY_CAST({0} AS DOUBLE)", finite=False) for kind in "NTB"),
    "cast integer": tuple(Operation(kind, "N", "TRY_CAST({0} AS BIGINT)") for kind in "NTB"),
    "cast text": (Operation("A", "T", "CAST({0} AS VARCHAR)"),),
    "cast date": (Operation("D", "D", "{0}"), Operation("T", "D", "TRY_CAST({0} AS DATE)")),
    "cast truth": (Operation("B", "B", "{0}"),),
}
"""Every operation an expression may use, by its name in the tree."""

_PARTS = frozenset({"year", "quarter", "month", "week", "day"})
_PART_FIRST = frozenset({"date_part", "date_diff", "datediff"})


@dataclass(frozen=True, slots=True)
class Piece:
    """SQL of one sub-expression: its kind, the stage whose columns it needs, and whether it is finite or NULL for sure."""

    kind: str
    sql: str
    stage: int = 0
    finite: bool = True
    literal: object = None


@dataclass
class Query:
    """The SQL of several expressions over one table, written in stages so that no sub-expression is repeated.

    fields: kind and SQL of every name. where: the expression being written, for errors. Stage k is a sub-query that adds
    columns to stage k-1.
    """

    fields: Mapping[str, Piece]
    where: str = ""
    stages: list[list[str]] = field(default_factory=list)
    bound: dict[str, str] = field(default_factory=dict)

    def piece(self, tree: Tree) -> Piece:
        """The SQL of a tree; SchemeError where kinds do not fit."""
        if isinstance(tree, Name):
            return self.fields[tree.name]
        if isinstance(tree, Literal):
            return literal_piece(tree.value)
        operation, pieces, kind = self._matched(tree, [self.piece(argument) for argument in tree.arguments])
        pieces = [piece if i in operation.passes else self.known_finite(piece) for i, piece in enumerate(pieces)]
        if tree.operation in ("least", "greatest"):
            pieces = [self.column(piece) for piece in pieces]
        finite = operation.finite and all(piece.finite for piece in pieces)
        return Piece(kind, operation.written([piece.sql for piece in pieces]), max(p.stage for p in pieces), finite)

    def _matched(self, call: Call, pieces: list[Piece]) -> tuple[Operation, list[Piece], str]:
        """The first way to use the operation that fits the kinds of its arguments."""
        for operation in OPERATIONS[call.operation]:
            letters = operation.letters(len(pieces))
            same = _common([piece for piece, letter in zip(pieces, letters, strict=False) if letter == "S"])
            if letters and same and all(map(_fits, pieces, letters.replace("S", same))):
                wanted = letters.replace("S", same)
                fitted = [self._as_date(piece) if letter == "D" else piece for piece, letter in zip(pieces, wanted, strict=True)]
                self._check_part(call, fitted)
                return operation, fitted, _KINDS[same if operation.gives == "S" else operation.gives]
        raise SchemeError("expression_wrong_kind", self.where, what=call.text)

    def _as_date(self, piece: Piece) -> Piece:
        """A literal text where a date is meant."""
        if not isinstance(piece.literal, str):
            return piece
        try:
            day = date.fromisoformat(piece.literal.strip())
        except ValueError:
            raise SchemeError("expression_not_date", self.where, text=piece.literal) from None
        return Piece(DATE, f"DATE '{day.isoformat()}'")

    def _check_part(self, call: Call, pieces: list[Piece]) -> None:
        if call.operation in _PART_FIRST and str(pieces[0].literal).lower() not in _PARTS:
            raise SchemeError("expression_not_allowed", self.where, what=str(pieces[0].literal)[:40])

    def column(self, piece: Piece) -> Piece:
        """The piece as a column of its own, so that it can be named twice."""
        if piece.sql.isidentifier() or piece.literal is not None:
            return piece
        if piece.sql not in self.bound:
            self.bound[piece.sql] = f"t{len(self.bound)}"
            self.stages.extend([] for _ in range(piece.stage + 1 - len(self.stages)))
            self.stages[piece.stage].append(f"{piece.sql} AS {self.bound[piece.sql]}")
        return replace(piece, sql=self.bound[piece.sql], stage=piece.stage + 1)

    def known_finite(self, piece: Piece) -> Piece:
        """The piece with NULL in place of infinity and NaN."""
        if piece.finite:
            return piece
        column = self.column(piece)
        return replace(column, sql=f"CASE WHEN isfinite({column.sql}) THEN {column.sql} END", finite=True)

    def text(self, outputs: Sequence[str], table: str) -> str:
        """The whole query; `outputs` are SQL over the last stage."""
        source = table
        for columns in self.stages:
            source = f"(SELECT *, {', '.join(columns)} FROM {source})"  # noqa: S608
        return f"SELECT {', '.join(outputs)} FROM {source}"  # noqa: S608  (made of checked pieces only)


def literal_piece(value: object) -> Piece:
    """SQL of a constant; NULL for None, NaN and infinity."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return Piece(UNKNOWN, "NULL")
    if isinstance(value, bool):
        return Piece(TRUTH, "TRUE" if value else "FALSE", literal=value)
    if isinstance(value, str):
        quoted = value.replace("'", "''")
        return Piece(TEXT, f"'{quoted}'", literal=value)
    if isinstance(value, int) and abs(value) < 2**63:
        return Piece(NUMBER, f"({value})::BIGINT", literal=value)
    number = repr(float(str(value)))
    return Piece(NUMBER, f"({number if 'e' in number else number + 'e0'})::DOUBLE", literal=value)


def _common(pieces: Sequence[Piece]) -> str:
    """The letter of the one kind of these pieces: "A" when all are NULL, "" when they differ; a literal text joins dates."""
    kinds = {piece.kind for piece in pieces} - {UNKNOWN}
    if kinds == {DATE, TEXT} and all(isinstance(piece.literal, str) for piece in pieces if piece.kind == TEXT):
        return "D"
    return next((letter for letter in "NTDB" if kinds == {_KINDS[letter]}), "" if kinds else "A")


def _fits(piece: Piece, letter: str) -> bool:
    if letter == "L":
        return isinstance(piece.literal, str)
    as_date = letter == "D" and isinstance(piece.literal, str)
    return letter == "A" or as_date or piece.kind in (UNKNOWN, _KINDS[letter])
