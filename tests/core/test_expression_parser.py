"""The parser reads what DuckDB's own parser reads: the same tree, the same precedence."""

from __future__ import annotations

import json

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import SchemeError
from landplan.core.expression_parser import tree
from landplan.core.expression_sql import OPERATIONS
from landplan.core.expression_tree import Call, Literal, Name

_connection = duckdb.connect(":memory:")
_NAMES = {
    "COMPARE_EQUAL": "=",
    "COMPARE_NOTEQUAL": "<>",
    "COMPARE_LESSTHAN": "<",
    "COMPARE_GREATERTHAN": ">",
    "COMPARE_LESSTHANOREQUALTO": "<=",
    "COMPARE_GREATERTHANOREQUALTO": ">=",
    "COMPARE_DISTINCT_FROM": "is distinct from",
    "COMPARE_NOT_DISTINCT_FROM": "is not distinct from",
    "CONJUNCTION_AND": "and",
    "CONJUNCTION_OR": "or",
    "COMPARE_BETWEEN": "between",
    "OPERATOR_NOT": "not",
    "OPERATOR_IS_NULL": "is null",
    "OPERATOR_IS_NOT_NULL": "is not null",
    "OPERATOR_COALESCE": "coalesce",
    "COMPARE_IN": "in",
    "CASE_EXPR": "case",
    "~~": "like",
    "~~*": "ilike",
    "**": "^",
}
_TYPES = {"DOUBLE": "cast number", "BIGINT": "cast integer", "VARCHAR": "cast text", "BOOLEAN": "cast truth", "DATE": "cast date"}


def duckdb_tree(text):
    """DuckDB's parse of `text` in our nodes, or None where it finds a syntax error."""
    found = _connection.execute("SELECT json_serialize_sql(?)", [f"SELECT ({text}\n)"]).fetchall()[0][0]
    parse = json.loads(found)
    return None if parse["error"] else _node(parse["statements"][0]["node"]["select_list"][0])


def _node(node):
    kind = node["class"]
    if kind == "COLUMN_REF":
        return Name(node["column_names"][0])
    if kind == "CONSTANT":
        value = node["literal"].get("text")
        readers = {"INTEGER": int, "NUMERIC": float, "STRING": str, "BOOLEAN": lambda text: text == "true"}
        return Literal(readers.get(node["literal"]["kind"], lambda text: None)(value))
    if kind == "CAST":
        child = _node(node["child"])
        name = node["type_expr"]["type_name"].upper()
        return child if name == "BOOLEAN" else Call(_TYPES[name], (child,))
    if kind == "FUNCTION":
        arguments = tuple(_node(argument["expression"]) for argument in node["arguments"])
        name = node["function_name"]
        if name in ("!~~", "!~~*"):
            return Call("not", (Call(_NAMES[name[1:]], arguments),))
        return Call(_NAMES.get(name, name), arguments)
    if kind == "CASE":
        checks = [check[key] for check in node["case_checks"] for key in ("when_expr", "then_expr")]
        return Call("case", tuple(map(_node, [*checks, node["else_expr"]])))
    keys = {"COMPARISON": ("left", "right"), "BETWEEN": ("input", "lower", "upper")}.get(kind)
    parts = [node[key] for key in keys] if keys else node["children"]
    return Call(_NAMES[node["type"]], tuple(map(_node, parts)))


def bare(node):
    """Our tree without passages, with casts to truth dropped and ANDs in ANDs joined, as in `duckdb_tree`."""
    if not isinstance(node, Call):
        return node
    arguments = tuple(map(bare, node.arguments))
    if node.operation == "cast truth":
        return arguments[0]
    return Call("^" if node.operation == "**" else node.operation, arguments)


def joined(node):
    if not isinstance(node, Call):
        return node
    arguments = tuple(map(joined, node.arguments))
    if node.operation in ("and", "or"):
        same = [a.arguments if isinstance(a, Call) and a.operation == node.operation else (a,) for a in arguments]
        arguments = tuple(argument for group in same for argument in group)
    return Call(node.operation, arguments)


def ours(text):
    return joined(bare(tree(text, frozenset(OPERATIONS))))


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c - d / a % b",
        "a - b - c",
        "a ^ b ^ c",
        "-a ^ b",
        "- a * b",
        "-1.5 + -a",
        "+a",
        "a ** 2",
        "a || b || 'x''y'",
        "a || b + c",
        "a + b || c",
        "a = b and c < d or not a > b and c",
        "not a = b",
        "not not a",
        "not a is null",
        "a + b is null",
        "a = b is null",
        "a is not null and b isnull or c notnull",
        "a is true or b is not false",
        "a is distinct from b + c",
        "a is not distinct from b",
        "a between b and c and d",
        "a not between b + 1 and c * 2 or d",
        "a in (1, 2.5, -3, 'x', null)",
        "a + b in (c, d)",
        "a not in (b)",
        "a like 'x%' and b not like '%y'",
        "a ilike 'X' or b not ilike 'y'",
        "a || b like 'x'",
        "a < b + c",
        "a <= b || c",
        "a::bigint + b::double precision",
        "-a::bigint",
        "a ^ b::bigint",
        "cast(a + b as varchar) || 'x'",
        "try_cast(a as date) < date '2030-01-01'",
        "case when a > 1 then b when c then d end",
        "case when a then case when b then 1 else 2 end else 3 end + 1",
        "coalesce(a, b, 0) + ifnull(c, 1)",
        "greatest(a, b) - Least(a, B)",
        "extract('year' from a) + date_part('year', a)",
        'a -- note\n + /* and\n this */ "b c" * "d""e"',
        "容积率 > 1 AND 面积_m2 < 2e3",
        "1. + .5 + 1e-3",
        "true <> false",
        "((a))",
        "if(a > b, 1, 2)",
        "year + date + month",
        "9007199254740993 = a",
    ],
)
def test_the_same_tree_as_duckdb(text):
    assert ours(text) == joined(duckdb_tree(text))


@pytest.mark.parametrize("text", ["a is null + b", "a is null = b", "a in (1) + 2", "a isnull * b", "a is true || b"])
def test_what_needs_brackets_is_not_guessed(text):
    with pytest.raises(SchemeError) as caught:
        ours(text)
    assert caught.value.id == "expression_syntax"


_LEAVES = st.sampled_from(["a", "b", "c", "1", "2.5", "'x'", "-3", "null", "true", "date", '"容积 率"'])
_BINARY = ["+", "-", "*", "/", "%", "^", "||", "=", "<>", "<", ">=", "and", "or", "is distinct from", "like", "not like", "ilike"]


def _larger(inner):
    return st.one_of(
        st.tuples(inner, st.sampled_from(_BINARY), inner).map(" ".join),
        st.tuples(st.sampled_from(["not ", "- ", "+ "]), inner).map("".join),
        st.tuples(inner, st.sampled_from(["is null", "is not null", "is true", "isnull"])).map(lambda t: f"({t[0]} {t[1]})"),
        inner.map(lambda text: f"{text}::bigint"),
        st.tuples(inner, st.sampled_from([" between ", " not between "]), inner, inner).map(
            lambda t: f"{t[0]}{t[1]}{t[2]} and {t[3]}"
        ),
        st.tuples(inner, inner, inner).map(lambda t: f"({t[0]} in ({t[1]}, {t[2]}))"),
        st.tuples(inner, inner, inner).map(lambda t: f"case when {t[0]} then {t[1]} else {t[2]} end"),
        st.tuples(inner, inner).map(lambda t: f"coalesce({t[0]}, {t[1]})"),
        inner.map(lambda text: f"({text})"),
        inner.map(lambda text: f"abs({text})"),
    )


@settings(max_examples=250, deadline=None)
@given(st.recursive(_LEAVES, _larger, max_leaves=8))
def test_random_text_is_read_as_duckdb_reads_it(text):
    """What both read, they read alike; and what one refuses as no expression is never a sum of plain parts."""
    theirs = duckdb_tree(text)
    try:
        mine = ours(text)
    except SchemeError as error:
        assert error.id == "expression_syntax", text
        assert theirs is None, text
        return
    if theirs is not None:
        assert mine == joined(theirs), text


@given(st.text(max_size=60) | st.text("()+-*/<>='\"a1, .andorcse\n", max_size=60))
def test_any_text_gives_a_tree_or_a_sentence(text):
    try:
        found = tree(text, frozenset(OPERATIONS))
    except SchemeError as error:
        assert error.id.startswith("expression_")
    else:
        assert isinstance(found, Name | Literal | Call)
