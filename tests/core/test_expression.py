"""Expressions: the answers of SQL with unknown kept unknown, kinds kept apart, rows in = rows out."""

from __future__ import annotations

import datetime as dt
import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import SchemeError
from landplan.core.expression import (
    evaluate,
    evaluate_many,
    evaluate_number,
    evaluate_text,
    evaluate_truth,
    null_fields,
    parse,
)

COLUMNS = {
    "far": np.array([1.0, 2.0, np.nan]),
    "jobs": np.array([0.0, 20.0, 10.0]),
    "land_use": np.array(["1001", "0902", None], object),
    "tenure_end": np.array(["2030-01-01", "2031-05-06", "NaT"], "datetime64[D]"),
    "容积率": np.array([1, 2, 3]),
    "idle": pa.array([True, None, False]),
    "empty": np.full(3, None, object),
    "big": np.array([9007199254740993, 1, 2]),
    "huge": np.array([1e308, 1.0, -1e308]),
    'we"ird': np.array([7.0, 8.0, 9.0]),
}
CONSTANTS = {"price_wan": 2.5, "owner": "O'Neil", "unknown_wan": math.nan}
nan = math.nan


def result(text):
    return evaluate(parse(text), COLUMNS, constants=CONSTANTS, n=3)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("far < 1.5 AND starts_with(land_use, '1001')", [1, 0, -1]),
        ("far < 1.5 OR starts_with(land_use, '1001')", [1, 0, -1]),
        ("NOT far > 1.5", [1, 0, -1]),
        ("far between 1 and jobs", [0, 1, -1]),
        ("land_use in ('1001', '1002')", [1, 0, -1]),
        ("land_use not in ('1001', '1002')", [0, 1, -1]),
        ("land_use like '10%'", [1, 0, -1]),
        ("regexp_matches(land_use, '^(10|11)')", [1, 0, -1]),
        ("land_use is null", [0, 0, 1]),
        ("far is not null and jobs >= 20", [0, 1, 0]),
        ("tenure_end < '2031-01-01'", [1, 0, -1]),
        ("tenure_end <= DATE '2031-05-06'", [1, 1, -1]),
        ("idle", [1, -1, 0]),
        ("idle is true", [1, 0, 0]),
        ("empty > 1", [-1, -1, -1]),
        ("big = 9007199254740993", [1, 0, 0]),
        ("big = 9007199254740992", [0, 0, 0]),
        ("owner = 'O''Neil'", [1, 1, 1]),
        ("unknown_wan > 0", [-1, -1, -1]),
    ],
)
def test_rules(text, values):
    found = result(text)
    assert found.kind == "truth"
    assert found.values.dtype == np.int8
    assert found.values.tolist() == values
    assert found.nonfinite.tolist() == []


@pytest.mark.parametrize(
    ("text", "values", "nonfinite"),
    [
        ("容积率 / 2", [0.5, 1.0, 1.5], []),
        ('"容积率" * price_wan', [2.5, 5.0, 7.5], []),
        ('"we""ird" + 1 -- 注释', [8.0, 9.0, 10.0], []),
        ("far / jobs", [nan, 0.1, nan], [0]),
        ("coalesce(far / jobs, 0)", [0.0, 0.1, 0.0], []),
        ("far / nullif(jobs, 0)", [nan, 0.1, nan], []),
        ("jobs % 0", [nan, nan, nan], [0, 1, 2]),
        ("sqrt(far - 1.5)", [nan, math.sqrt(0.5), nan], [0]),
        ("ln(jobs)", [nan, math.log(20), math.log(10)], [0]),
        ("pow(-8, 1 / 3)", [nan, nan, nan], [0, 1, 2]),
        ("exp(1000)", [nan, nan, nan], [0, 1, 2]),
        ("huge * 10", [nan, 10.0, nan], [0, 2]),
        ("1 / (huge * 10)", [nan, 0.1, nan], [0, 2]),
        ("cast(land_use as double)", [1001.0, 902.0, nan], []),
        ("cast('12x' as double)", [nan, nan, nan], [0, 1, 2]),
        ("cast('nan' as double)", [nan, nan, nan], [0, 1, 2]),
        ("greatest(far, 0)", [1.0, 2.0, nan], []),
        ("least(far, jobs, 3)", [0.0, 2.0, nan], []),
        ("case when far > 1.5 then 1 when jobs = 0 then 2 else 3 end", [2.0, 1.0, 3.0], []),
        ("year(tenure_end)", [2030.0, 2031.0, nan], []),
        ("date_diff('day', tenure_end, DATE '2030-01-11')", [10.0, -480.0, nan], []),
        ("tenure_end - DATE '2030-01-01'", [0.0, 490.0, nan], []),
        ("(tenure_end + 30) - tenure_end", [30.0, 30.0, nan], []),
        ("length('嘉定区')", [3.0, 3.0, 3.0], []),
        ("0.1 + 0.2", [0.1 + 0.2] * 3, []),
        ("3000000000 * 4000000000", [1.2e19] * 3, []),
        ("unknown_wan + 1", [nan, nan, nan], []),
        ("5", [5.0, 5.0, 5.0], []),
    ],
)
def test_amounts(text, values, nonfinite):
    found = result(text)
    assert found.kind == "number"
    assert found.values.dtype == np.float64
    np.testing.assert_array_equal(found.values, values)
    assert found.nonfinite.tolist() == nonfinite


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("land_use", ["1001", "0902", None]),
        ("cast(big as varchar)", ["9007199254740993", "1", "2"]),
        ("land_use || '-' || upper('a')", ["1001-A", "0902-A", None]),
        ("left(land_use, 2)", ["10", "09", None]),
        ("case when far > 1.5 then 'high' else 'low' end", ["low", "high", "low"]),
        ("owner", ["O'Neil"] * 3),
    ],
)
def test_texts(text, values):
    assert evaluate_text(parse(text), COLUMNS, constants=CONSTANTS, n=3).values.tolist() == values


def test_division_by_zero_is_unknown_inside_a_rule():
    found = result("far / jobs > 0.5")
    assert found.values.tolist() == [-1, 0, -1]
    assert found.nonfinite.tolist() == [0]


def test_nan_and_infinity_going_in_are_unknown():
    columns = {"a": np.array([1.0, np.nan, np.inf]), "b": pa.array([1.0, float("nan"), None])}
    assert evaluate_truth(parse("a > 0.5"), columns, n=3).values.tolist() == [1, -1, -1]
    assert evaluate_truth(parse("b > 0.5"), columns, n=3).values.tolist() == [1, -1, -1]


@pytest.mark.parametrize(
    "values",
    [
        pa.array([1, 2, None], pa.int16()),
        pa.chunked_array([pa.array([1.0]), pa.array([2.0, None])]),
        pa.array(["1", "2", None]).dictionary_encode(),
        pa.array([dt.datetime(2030, 1, 1, 12), dt.datetime(2031, 1, 1), None], pa.timestamp("us")),  # noqa: DTZ001
        np.array([1.0, 2.0, np.nan], np.float32),
        np.array(["a", "b", None], object),
        [1.5, 2.5, None],
    ],
    ids=lambda values: str(getattr(values, "type", getattr(values, "dtype", "list"))),
)
def test_every_usual_column_type_keeps_its_unknown(values):
    found = evaluate_truth(parse("a is null"), {"a": values}, n=3)
    assert found.values.tolist() == [0, 0, 1]


def test_a_column_of_lists_is_refused_by_name():
    with pytest.raises(SchemeError) as caught:
        evaluate(parse("a = 1"), {"a": pa.array([[1], [2]])}, n=2)
    assert caught.value.id == "expression_field_kind"
    assert caught.value.values["field"] == "a"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("land_use = 902", "expression_wrong_kind"),
        ("land_use in (1001, 902)", "expression_wrong_kind"),
        ("far = '1.5'", "expression_wrong_kind"),
        ("far or jobs", "expression_wrong_kind"),
        ("coalesce(land_use, 0)", "expression_wrong_kind"),
        ("case when far > 1 then 1 else 'a' end", "expression_wrong_kind"),
        ("land_use + 1", "expression_wrong_kind"),
        ("land_use like land_use", "expression_wrong_kind"),
        ("tenure_end < 'soon'", "expression_not_date"),
        ("DATE '2030-02-30' < tenure_end", "expression_not_date"),
        ("regexp_matches(land_use, '(')", "expression_failed"),
        ("far＞1", "expression_full_width"),
    ],
)
def test_kinds_never_mix(text, id):
    with pytest.raises(SchemeError) as caught:
        result(text)
    assert caught.value.id == id
    assert caught.value.where == text


@pytest.mark.parametrize(("name", "near"), [("farr", "far"), ("FAR", "far"), ("容积", "容积率"), ("price", "price_wan")])
def test_an_unknown_field_names_the_nearest(name, near):
    with pytest.raises(SchemeError) as caught:
        result(f"{name} > 1")
    assert (caught.value.id, caught.value.values) == ("expression_unknown_field", {"field": name, "nearest": near})


def test_the_fields_it_names():
    assert parse('far < 1 AND "容积率" > price_wan OR far IS NULL').fields == {"far", "容积率", "price_wan"}


def test_wrong_use_of_a_result_is_refused():
    with pytest.raises(SchemeError, match="far") as caught:
        evaluate_truth(parse("far"), COLUMNS, n=3)
    assert caught.value.id == "expression_not_truth"
    with pytest.raises(SchemeError) as caught:
        evaluate_number(parse("land_use"), COLUMNS, n=3)
    assert caught.value.id == "expression_not_number"
    with pytest.raises(SchemeError) as caught:
        evaluate_text(parse("far"), COLUMNS, n=3)
    assert caught.value.id == "expression_not_text"


def test_truth_counts_as_one_and_zero_and_null_fits_all():
    np.testing.assert_array_equal(evaluate_number(parse("far > 1"), COLUMNS, n=3).values, [0, 1, nan])
    np.testing.assert_array_equal(evaluate_number(parse("empty"), COLUMNS, n=3).values, [nan] * 3)
    assert evaluate_truth(parse("empty"), COLUMNS, n=3).values.tolist() == [-1] * 3
    assert evaluate_text(parse("null"), COLUMNS, n=3).values.tolist() == [None] * 3


def test_null_fields_say_why_a_rule_is_undecided():
    rule = parse("far < 1.5 AND land_use = '1001' AND jobs > price_wan")
    assert null_fields(rule, COLUMNS, np.array([2, 0])) == [("far", "land_use"), ()]
    assert null_fields(rule, COLUMNS, np.array([], np.int64)) == []


def test_many_at_once_equal_one_by_one_and_failures_are_named():
    texts = ["far / jobs", "far / jobs > 0.05", "greatest(far / jobs, 1)", "land_use", "year(tenure_end)", "null"]
    expressions = {text: parse(text) for text in texts}
    together = evaluate_many(expressions, COLUMNS, n=3)
    for text in texts:
        alone = result(text)
        np.testing.assert_array_equal(together[text].values, alone.values)
        np.testing.assert_array_equal(together[text].nonfinite, alone.nonfinite)
    with pytest.raises(SchemeError) as caught:
        evaluate_many({"good": parse("far"), "bad": parse("regexp_matches(land_use, '[')")}, COLUMNS, n=3)
    assert caught.value.where == "regexp_matches(land_use, '[')"


def test_a_constant_hides_a_column_of_its_name():
    assert evaluate(parse("far"), COLUMNS, constants={"far": 9.0}, n=3).values.tolist() == [9.0] * 3


@pytest.mark.parametrize("n", [0, 1, 5000])
def test_rows_out_are_rows_in_and_in_order(n):
    values = np.random.default_rng(0).random(n)
    found = evaluate_many({"a": parse("a * 2"), "b": parse("7"), "c": parse("a > 0.5")}, {"a": values}, n=n)
    np.testing.assert_array_equal(found["a"].values, values * 2)
    assert len(found["b"].values) == n
    np.testing.assert_array_equal(found["c"].values, values > 0.5)


def test_threads_have_connections_of_their_own():
    values = np.arange(20_000.0)

    def doubled(factor):
        return evaluate(parse(f"a * {factor}"), {"a": values}, n=len(values)).values

    with ThreadPoolExecutor(4) as pool:
        for factor, found in enumerate(pool.map(doubled, range(12))):
            np.testing.assert_array_equal(found, values * factor)


numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.just(0.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=20), st.sampled_from("+-*/"), st.floats(-100, 100))
def test_arithmetic_and_comparison_agree_with_python(rows, sign, limit):
    def value(a, b):
        if a is None or b is None or (sign == "/" and b == 0):
            return None
        found = {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else nan}[sign]
        return found if math.isfinite(found) else None

    columns = {key: np.array([nan if row[i] is None else row[i] for row in rows]) for i, key in enumerate("ab")}
    wanted = [value(a, b) for a, b in rows]
    texts = {"v": f"a {sign} b", "t": f"a {sign} b > limit_wan"}
    found = evaluate_many({k: parse(t) for k, t in texts.items()}, columns, constants={"limit_wan": limit}, n=len(rows))
    np.testing.assert_array_equal(found["v"].values, [nan if v is None else v for v in wanted])
    assert found["t"].values.tolist() == [-1 if v is None else int(v > limit) for v in wanted]


@pytest.mark.parametrize("text", ["a > 1", "a + 1", "upper(b)"])
def test_a_result_owns_its_memory(text: str) -> None:
    """A view of the engine's memory kept the engine alive, which it then complained about when the program ended."""
    columns = {"a": np.array([1.0, 2.0]), "b": np.array(["x", None], object)}
    values = evaluate(parse(text), columns, n=2).values
    assert values.flags.owndata
    assert values.flags.writeable
