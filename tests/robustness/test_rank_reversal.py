"""Rank reversal: a known table that turns, methods that cannot, and the pair that is named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import UsageError
from landplan.core.registry import scorings
from landplan.robustness.rank_reversal import CHANGES, Reversal, rank_reversal

BELTON_GEAR = np.array([[1.0, 9.0, 8.0], [9.0, 1.0, 9.0], [1.0, 1.0, 1.0]]), [1, 1, 1]
"""Belton & Gear (1983): A, B, C on three criteria of equal weight, scaled to sum 1 in each column. B leads; beside a copy of B,
A does."""


def test_the_copy_of_belton_and_gear_turns_the_order() -> None:
    matrix, weights = BELTON_GEAR
    found = rank_reversal("weighted_sum", matrix, weights, params={"normalisation": "sum"})
    assert Reversal("copied", 1, 1, 0) not in found["reversals"]  # what is copied is not itself compared
    before = scorings["weighted_sum"].run(matrix, weights, normalisation="sum")["ranks"]
    after = scorings["weighted_sum"].run(np.vstack([matrix, matrix[1]]), weights, normalisation="sum")["ranks"]
    assert (before.tolist(), after[:2].tolist()) == ([2, 1, 3], [1, 2])
    assert not found["independent"]


def checked(method: str, matrix: np.ndarray, weights: Any, one: Reversal, params: dict[str, Any]) -> bool:
    """Whether the reversal is there when the table is changed by hand."""
    run = scorings[method].run
    before = run(matrix, weights, **params)["ranks"]
    rows = np.arange(len(matrix))
    changed = matrix.copy()
    if one.change == "removed":
        rows = rows[rows != one.row]
    if one.change == "copied":
        rows = np.append(rows, one.row)
    if one.change == "worse":
        changed[one.row] = (matrix[one.row] + matrix.min(axis=0)) / 2
    if one.change == "pair":
        rows = np.array([one.ahead, one.behind])
    if one.change == "cycle":
        beats = [(one.ahead, one.row), (one.row, one.behind), (one.behind, one.ahead)]
        ranks = [run(matrix[list(pair)], weights, **params)["ranks"] for pair in beats]
        return all(a < b for a, b in ranks)
    after = run(changed[rows], weights, **params)["ranks"]
    place = {row: k for k, row in reversed(list(enumerate(rows.tolist())))}
    return bool(before[one.ahead] < before[one.behind] and after[place[one.ahead]] > after[place[one.behind]])


@given(st.integers(0, 10_000), st.sampled_from([("topsis", "vector"), ("topsis", "minmax"), ("weighted_sum", "sum")]))
@settings(max_examples=25, deadline=None)
def test_every_reversal_named_is_there(seed: int, way: tuple[str, str]) -> None:
    random = np.random.default_rng(seed)
    matrix, weights, params = random.random((7, 3)) + 0.1, random.random(3) + 0.1, {"normalisation": way[1]}
    found = rank_reversal(way[0], matrix, weights, params=params)
    assert all(checked(way[0], matrix, weights, one, params) for one in found["reversals"])
    assert sum(found["counts"].values()) == len(found["reversals"])


def test_a_relative_method_reverses_in_every_way_somewhere() -> None:
    seen = set()
    for seed in range(60):
        random = np.random.default_rng(seed)
        found = rank_reversal("topsis", random.random((8, 3)), [1, 1, 1])
        seen |= {change for change, count in found["counts"].items() if count}
        assert not found["independent"]
    assert {"removed", "copied", "worse", "pair"} <= seen <= set(CHANGES)
    assert rank_reversal("topsis", random.random((8, 3)), [1, 1, 1], params={"normalisation": "minmax"})["counts"]["copied"] == 0


@pytest.mark.parametrize("method", [method.id for method in scorings if not method.relative])
def test_an_absolute_method_has_none_and_is_shown_to_have_none(method: str) -> None:
    for seed in range(5):
        found = rank_reversal(method, np.random.default_rng(seed).random((9, 4)), [4, 3, 2, 1])
        assert (found["reversals"], found["independent"]) == ((), True)


def test_a_normalisation_over_the_table_is_seen_through() -> None:
    """The weighted sum is absolute with fixed utilities, and not with min–max over the table."""
    random = np.random.default_rng(3)
    scaled = {"normalisation": "minmax"}
    found = [rank_reversal("weighted_sum", random.random((8, 3)), [1, 1, 1], params=scaled) for _ in range(9)]
    assert not any(one["independent"] for one in found)
    assert sum(len(one["reversals"]) for one in found) > 0


def test_becoming_tied_is_no_reversal() -> None:
    """A (1, 0) is before B (0, 0.9) beside C (0, 1) and level with it alone."""
    found = rank_reversal("topsis", [[1.0, 0.0], [0.0, 0.9], [0.0, 1.0]], [1, 1], params={"normalisation": "minmax"})
    assert found["reversals"] == ()


def test_only_the_best_are_tried_and_small_tables_are_no_error() -> None:
    matrix = np.random.default_rng(5).random((30, 3))
    found = rank_reversal("topsis", matrix, [1, 1, 1], top=4)
    best = set(np.argsort(scorings["topsis"].run(matrix, [1, 1, 1])["ranks"])[:4].tolist())
    assert {row for one in found["reversals"] for row in (one.row, one.ahead, one.behind)} <= best | {-1}
    assert rank_reversal("topsis", np.zeros((0, 2)), [1, 1])["reversals"] == ()
    assert rank_reversal("weighted_sum", [[1.0, 2.0]], [1, 1])["reversals"] == ()


def test_an_unknown_method_is_told_the_nearest() -> None:
    with pytest.raises(UsageError, match="topsis"):
        rank_reversal("topsys", [[1.0]], [1])
