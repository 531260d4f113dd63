"""Tables joined by key: every row in one class, keys as written, sums only where they mean something."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.table_join import (
    CLASSES,
    key_texts,
    matched,
    near_keys,
    row_numbers,
    source_rows,
    taken,
    trimmed,
)

KEYS = st.lists(st.one_of(st.none(), st.sampled_from(["1", "01", "A", "a", "B2", "00123", "123", "地1"])), max_size=12)


def slow_class(key: str | None, own: list[str | None], other: list[str | None], rows: list[str | None]) -> str:
    """The class of one key, by counting: `own` is the side it is on, `rows` the table's."""
    if key is None:
        return "blank"
    if key not in other:
        return "alone"
    if rows.count(key) > 1:
        return "several"
    return "shared" if (own if own is not rows else other).count(key) > 1 else "matched"


@settings(deadline=None)
@given(KEYS, KEYS)
def test_every_row_of_both_sides_is_in_exactly_one_class(features: list[str | None], rows: list[str | None]) -> None:
    match = matched(features, rows)
    assert sum(match.row_count(kind) for kind in CLASSES) == len(rows)
    assert sum(match.feature_count(kind) for kind in CLASSES) == len(features)
    assert [CLASSES[k] for k in match.features] == [slow_class(key, features, rows, rows) for key in features]
    assert [CLASSES[k] for k in match.rows] == [slow_class(key, rows, features, rows) for key in rows]
    assert match.row_count("matched") == match.feature_count("matched")


@settings(deadline=None)
@given(KEYS, KEYS, st.sampled_from([None, "sum", "first", "count"]), st.booleans())
def test_no_value_comes_from_another_key_and_totals_are_kept(
    features: list[str | None], rows: list[str | None], many: Any, each: bool
) -> None:
    match = matched(features, rows)
    places = source_rows(match, many, each)
    for feature, row in enumerate(places.tolist()):
        assert row < 0 or rows[row] == features[feature]
    amounts = [2.0**k for k in range(len(rows))]
    found = taken(match, "tax_wan", pa.array(amounts, pa.float64()), many, each).values.to_pylist()
    for feature, value in enumerate(found):
        key = features[feature]
        of = [amount for amount, other in zip(amounts, rows, strict=True) if other == key and key is not None]
        refused = not of or (len(of) > 1 and many is None) or (features.count(key) > 1 and not each)
        expected = None if refused else sum(of) if many == "sum" else of[0]
        if many == "count" and len(of) > 1:
            expected = None  # rows that differ
        assert value == expected
    counts = row_numbers(match, many, each).to_pylist()
    assert [n is None for n in counts] == [row < 0 for row in places.tolist()]


@settings(deadline=None)
@given(KEYS, KEYS, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_but_the_first(
    features: list[str | None], rows: list[str | None], random: Any
) -> None:
    turned = list(rows)
    random.shuffle(turned)
    one, other = matched(features, rows), matched(features, turned)
    assert one.features.tolist() == other.features.tolist()
    assert Counter(one.rows.tolist()) == Counter(other.rows.tolist())


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (" A1 ", "A1"),
        ("　A1\xa0", "A1"),
        ("\tA1\r\n", "A1"),
        ("A 1", "A 1"),
        ("　", None),
        ("", None),
        (None, None),
        ("Ａ１", "Ａ１"),
    ],
)
def test_white_space_at_the_ends_goes_and_nothing_else(key: str | None, expected: str | None) -> None:
    assert trimmed(key) == expected


def test_keys_are_what_is_written_never_numbers() -> None:
    assert key_texts(pa.array([123.0, 1.5, None, float("nan"), 1e300])) == ["123", "1.5", None, None, "1e+300"]
    assert key_texts(pa.array([9007199254740993], pa.int64())) == ["9007199254740993"]
    assert key_texts(pa.array(["00123", "12E10", "1-2", " 1.10 "])) == ["00123", "12E10", "1-2", "1.10"]
    match = matched(["00123", "12E10"], ["123", "120000000000"])
    assert (match.first == -1).all()


def test_near_keys_are_told_and_not_joined() -> None:
    match = matched(["00123", "Ａ-1", "B2", "7"], ["123", "a1", "B2", "9", "7.0"])
    assert near_keys(match) == {"123": "00123", "a1": "Ａ-1", "7.0": "7"}
    assert match.first.tolist() == [-1, -1, 2, -1]


def test_only_amounts_are_added_and_an_unknown_part_makes_the_sum_unknown() -> None:
    match = matched(["A", "B", "C"], ["A", "A", "B", "B", "C"])
    years = taken(match, "built_year", pa.array([1990, 1990, 1990, 2000, 2010]), "sum", False)
    assert (years.values.to_pylist(), years.differ) == ([1990, None, 2010], 1)
    tax = taken(match, "tax_wan", pa.array([1.5, 2.0, 3.0, None, 4.0]), "sum", False)
    assert (tax.values.to_pylist(), tax.unknown) == ([3.5, None, 4.0], 1)
    names = taken(match, "owner", pa.array(["x", "x", "x", "y", "z"]), "sum", False)
    assert names.values.to_pylist() == ["x", None, "z"]
    assert row_numbers(match, "count", False).to_pylist() == [2, 2, 1]


def test_a_hundred_thousand_keys_take_a_moment() -> None:
    keys = [f"P{k}" for k in range(100_000)]
    match = matched(keys, keys[::-1])
    assert np.array_equal(match.first, np.arange(100_000)[::-1])
