"""Entropy, CRITIC, MEREC and standard deviation: published numbers, pymcdm, slow definitions, laws and edges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core import objective_weights
from landplan.core.errors import MethodError
from landplan.core.registry import weightings
from landplan.weighting.critic import critic
from landplan.weighting.entropy import entropy
from landplan.weighting.merec import merec
from landplan.weighting.standard_deviation import standard_deviation

NAN = float("nan")
Weighting = Callable[..., dict[str, Any]]
METHODS: list[Weighting] = [entropy, critic, merec, standard_deviation]
TABLES = arrays(
    np.float64, st.tuples(st.integers(3, 12), st.integers(2, 5)), elements=st.floats(0.5, 100).map(lambda x: round(x, 3))
).map(lambda table: table + np.random.default_rng(7).uniform(0, 1, table.shape))
"""Without constant columns and without columns that say the same: pymcdm has no answer there."""
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(params=METHODS, ids=lambda method: method.__name__)
def weigh(request: pytest.FixtureRequest) -> Weighting:
    method: Weighting = request.param
    return method


# ── published and other people's numbers ─────────────────────────────────────────────


@pytest.mark.parametrize(
    "id", ["entropy_elsayed2017", "critic_diakoulaki1995", "merec_keshavarz2021", "standard_deviation_diakoulaki1995"]
)
def test_the_published_weights(id: str, worked_examples: dict[str, Any]) -> None:
    case = worked_examples[id]
    found = weightings[case["runs"][0]["evaluate"]].run(**case["inputs"])
    assert found["weights"] == pytest.approx(case["expected"]["weights"], abs=case["tolerance"]["weights"])
    assert found["issues"] == ()


@given(TABLES)
@settings(max_examples=25, deadline=None)
def test_all_agree_with_pymcdm(matrix: np.ndarray) -> None:
    from pymcdm import weights

    types = np.where(np.arange(matrix.shape[1]) % 2, -1, 1)
    assert entropy(matrix)["weights"] == pytest.approx(weights.entropy_weights(matrix), abs=1e-9)
    assert critic(matrix)["weights"] == pytest.approx(weights.critic_weights(matrix), abs=1e-9)
    assert merec(matrix, types)["weights"] == pytest.approx(weights.merec_weights(matrix, types), abs=1e-9)
    raw = standard_deviation(matrix, normalisation="none")["weights"]
    assert raw == pytest.approx(weights.standard_deviation_weights(matrix), abs=1e-9)


@given(TABLES, SEEDS)
@settings(max_examples=30, deadline=None)
def test_critic_with_unknown_values_takes_the_rows_known_in_both(matrix: np.ndarray, seed: int) -> None:
    import pandas as pd

    random = np.random.default_rng(seed)
    matrix = np.vstack([matrix, matrix[::-1] * 1.7])
    known = np.where(random.random(matrix.shape) < 0.2, NAN, matrix)
    known[:3] = matrix[:3]
    types = random.choice([-1, 1], matrix.shape[1])
    scaled = pd.DataFrame(known / (np.nanmax(known, axis=0) - np.nanmin(known, axis=0)) * types)
    correlation = scaled.corr().to_numpy()
    information = scaled.std().to_numpy() * (1 - correlation).sum(axis=1)
    found = critic(known, types)
    assert found["correlation"] == pytest.approx(correlation, abs=1e-9)
    assert found["weights"] == pytest.approx(information / information.sum(), abs=1e-9)


def test_merec_with_unknown_values_counts_what_each_plot_knows() -> None:
    matrix, types = np.array([[4.0, 2.0, 5.0], [1.0, NAN, 8.0], [2.0, 3.0, NAN]]), np.array([1, -1, 1])
    values = np.array([[1 / 4, 2 / 3, 5 / 5], [1 / 1, NAN, 5 / 8], [1 / 2, 3 / 3, NAN]])
    effects = []
    for j in range(3):
        moved = []
        for row in values[~np.isnan(values[:, j])]:
            logs = {k: abs(np.log(v)) for k, v in enumerate(row) if not np.isnan(v)}
            with_all, without = (np.log(1 + sum(x for k, x in logs.items() if k != left) / len(logs)) for left in (None, j))
            moved.append(abs(without - with_all))
        effects.append(np.mean(moved))
    found = merec(matrix, types)
    assert found["effects"] == pytest.approx(effects, abs=1e-12)
    assert found["weights"] == pytest.approx(np.array(effects) / sum(effects), abs=1e-12)


def test_standard_deviations_divide_by_one_less_than_each_column_knows() -> None:
    matrix = np.array([[1.0, -3.0], [2.0, 5.0], [4.0, NAN], [9.0, NAN]])
    raw = np.array([np.std([1, 2, 4, 9], ddof=1), np.std([-3, 5], ddof=1)])
    assert standard_deviation(matrix, normalisation="none")["deviation"] == pytest.approx(raw)
    assert standard_deviation(matrix)["deviation"] == pytest.approx(raw / [8, 8])
    assert critic(matrix)["deviation"] == pytest.approx(raw / [8, 8])


def test_entropy_by_its_definition_with_zeros_and_unknown_values() -> None:
    column, other = np.array([0.0, 1.0, 3.0, NAN]), np.array([1.0, 2.0, 2.0, 5.0])
    p, q = column[1:3] / 4, other / 10
    uneven = 1 + (p * np.log(p)).sum() / np.log(3), 1 + (q * np.log(q)).sum() / np.log(4)
    found = entropy(np.column_stack([column, other]))
    assert 1 - found["entropy"] == pytest.approx(uneven, abs=1e-12)
    assert found["weights"] == pytest.approx(np.array(uneven) / sum(uneven), abs=1e-12)


def test_entropy_by_range_turns_with_the_direction() -> None:
    matrix = np.array([[-5.0, 1.0], [0.0, 2.0], [15.0, 4.0]])
    rising, falling = entropy(matrix, [1, 1], normalisation="minmax"), entropy(-matrix, [-1, -1], normalisation="minmax")
    assert falling["weights"] == pytest.approx(rising["weights"], abs=1e-12)
    p = np.array([0.25, 1.0]) / 1.25
    assert 1 - rising["entropy"][0] == pytest.approx(1 + (p * np.log(p)).sum() / np.log(3), abs=1e-12)
    assert entropy(matrix, [-1, 1], normalisation="minmax")["entropy"][0] != pytest.approx(rising["entropy"][0])


def test_entropy_keeps_its_digits_where_all_plots_are_nearly_alike() -> None:
    small = 1e-6 * np.array([-2.0, -1.0, 0.0, 3.0])
    found = entropy(np.column_stack([1 + small, 1 + 2 * small]))
    assert found["weights"] == pytest.approx([0.2, 0.8], rel=1e-5)  # 1 − E grows with the square of the spread


# ── laws ─────────────────────────────────────────────────────────────────────────────


@given(TABLES, SEEDS, st.sampled_from(METHODS))
@settings(max_examples=60, deadline=None)
def test_weights_are_shares_and_neither_units_nor_the_order_of_rows_or_columns_change_them(
    matrix: np.ndarray, seed: int, weigh: Weighting
) -> None:
    random = np.random.default_rng(seed)
    n, m = matrix.shape
    types = random.choice([-1, 1], m)
    weights = weigh(matrix, types)["weights"]
    assert weights.sum() == pytest.approx(1.0, abs=1e-12)
    assert (weights >= 0).all()
    assert weigh(matrix * random.uniform(1e-3, 1e3, m), types)["weights"] == pytest.approx(weights, abs=1e-9)
    assert weigh(matrix[random.permutation(n)], types)["weights"] == pytest.approx(weights, abs=1e-12)
    order = random.permutation(m)
    assert weigh(matrix[:, order], types[order])["weights"] == pytest.approx(weights[order], abs=1e-12)


@given(TABLES, st.floats(-1000, 1000))
@settings(max_examples=30, deadline=None)
def test_a_zero_point_changes_nothing_where_columns_are_scaled_by_their_range(matrix: np.ndarray, zero: float) -> None:
    for one, other in (
        (critic(matrix), critic(matrix + zero)),
        (standard_deviation(matrix), standard_deviation(matrix + zero)),
        (entropy(matrix, normalisation="minmax"), entropy(matrix + zero, normalisation="minmax")),
    ):
        assert other["weights"] == pytest.approx(one["weights"], abs=1e-8)


def test_a_criterion_that_conflicts_gets_more_from_critic_than_one_that_repeats_another() -> None:
    matrix = np.array([[1.0, 1.1, 4.0], [2.0, 2.2, 1.0], [3.0, 2.9, 3.0], [4.0, 4.1, 2.0]])
    weights = critic(matrix)["weights"]
    assert weights[2] > weights[0] and weights[2] > weights[1]
    turned = critic(matrix * [1, -1, 1], [1, -1, 1])["weights"]
    assert turned == pytest.approx(weights, abs=1e-12)


# ── edges ────────────────────────────────────────────────────────────────────────────


def test_a_constant_column_weighs_nothing_and_changes_no_proportion(weigh: Weighting) -> None:
    matrix = np.array([[1.0, 0.1 + 0.2, 4.0], [2.0, 0.3, 1.0], [3.0, 0.3, 3.5]])  # 0.1 + 0.2 is not 0.3 in doubles
    found = weigh(matrix)
    assert found["weights"][1] == 0.0
    assert found["weights"].sum() == pytest.approx(1.0)
    (issue,) = found["issues"]
    assert issue.id == "columns_without_spread" and "2" in issue.text("en")
    if weigh is not merec:  # there a column more makes every removal weigh less, as in the paper
        without = weigh(matrix[:, [0, 2]])["weights"]
        assert found["weights"][[0, 2]] == pytest.approx(without, abs=1e-12)


@pytest.mark.parametrize(
    ("matrix", "expected"),
    [
        (np.full((4, 3), 5.0), [1 / 3] * 3),
        (np.array([[1.0, 2.0]]), [0.5, 0.5]),
        (np.ones((0, 2)), [0.5, 0.5]),
        (np.full((3, 2), NAN), [0.5, 0.5]),
        (np.array([[1.0, NAN], [NAN, 2.0]]), [0.5, 0.5]),
    ],
    ids=["all equal", "one row", "no row", "nothing known", "one value each"],
)
def test_without_any_spread_all_weigh_the_same_and_it_is_said(
    weigh: Weighting, matrix: np.ndarray, expected: list[float]
) -> None:
    found = weigh(matrix)
    assert found["weights"] == pytest.approx(expected)
    assert [issue.id for issue in found["issues"]] == ["weights_equal"]
    assert all(np.isfinite(value).all() for key, value in found.items() if key != "issues")


def test_columns_that_all_say_the_same_weigh_the_same_in_critic_and_the_constant_one_nothing() -> None:
    column = np.array([1.0, 2.0, 4.0])
    found = critic(np.column_stack([column, 3 * column, np.ones(3)]))
    assert found["weights"] == pytest.approx([0.5, 0.5, 0.0])
    assert [issue.id for issue in found["issues"]] == ["weights_equal", "columns_without_spread"]
    assert critic(np.column_stack([column, np.ones(3)]))["weights"].tolist() == [1.0, 0.0]


def test_unknown_and_infinite_values_are_left_out_and_an_unknown_column_weighs_nothing(weigh: Weighting) -> None:
    full = np.array([[1.0, 4.0], [2.0, 1.0], [3.0, 3.0]])
    gaps = np.column_stack([np.vstack([full, [[NAN, NAN]], [[np.inf, NAN]]]), np.full(5, NAN)])
    found = weigh(gaps)
    if weigh is not merec:
        assert found["weights"][:2] == pytest.approx(weigh(full)["weights"], abs=1e-12)
    assert found["weights"][2] == 0.0
    assert all(np.isfinite(value).all() for key, value in found.items() if key != "issues")
    with pytest.raises(MethodError, match="9"):
        weigh(gaps, missing="refuse")
    assert weigh(full, missing="refuse")["weights"].tolist() == weigh(full)["weights"].tolist()


def test_two_columns_never_known_together_count_as_uncorrelated() -> None:
    apart = np.array([[1.0, NAN], [2.0, NAN], [4.0, NAN], [NAN, 3.0], [NAN, 5.0]])
    found = critic(apart)
    assert found["correlation"].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    deviation = np.array([np.std([0, 1 / 3, 1], ddof=1), np.std([0, 1], ddof=1)])
    assert found["weights"] == pytest.approx(deviation / deviation.sum())


@pytest.mark.parametrize(
    ("method", "column", "options"),
    [
        (merec, [1.0, 0.0, 2.0], {}),
        (merec, [1.0, -3.0, 2.0], {}),
        (merec, [0.0, 0.0, 0.0], {}),
        (entropy, [1.0, -3.0, 2.0], {}),
    ],
)
def test_values_a_logarithm_cannot_take_are_refused_by_their_column(
    method: Weighting, column: list[float], options: dict[str, str]
) -> None:
    with pytest.raises(MethodError, match="2") as caught:
        method(np.column_stack([[1.0, 2.0, 3.0], column]), **options)
    assert caught.value.values["low"] == min(column)


def test_huge_and_tiny_numbers_do_not_overflow(weigh: Weighting) -> None:
    matrix = np.array([[1e-300, 1e300, 1.0], [2e-300, 3e300, 5.0], [4e-300, 2e300, 2.0]])
    assert weigh(matrix)["weights"] == pytest.approx(weigh(matrix * [1e300, 1e-300, 1.0])["weights"], abs=1e-9)


@pytest.mark.parametrize(
    ("matrix", "types", "named"),
    [([1.0, 2.0], None, "2"), (np.ones((3, 0)), None, "0"), ([[1.0, 2.0]], [1], "1"), ([[1.0, 2.0]], [1, 2], "1")],
)
def test_what_is_no_table_is_refused(weigh: Weighting, matrix: Any, types: Any, named: str) -> None:
    with pytest.raises(MethodError, match=named):
        weigh(matrix, types)


def test_blocks_of_any_size_give_the_same_weights_and_the_matrix_is_left_alone(
    weigh: Weighting, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(5)
    matrix = random.lognormal(0, 1, (101, 4))
    matrix[random.random(matrix.shape) < 0.1] = NAN
    before, whole = matrix.copy(), weigh(matrix, [1, -1, 1, -1])["weights"]
    monkeypatch.setattr(objective_weights, "BLOCK", 7)
    for order in ("C", "F"):
        assert weigh(np.array(matrix, order=order), [1, -1, 1, -1])["weights"] == pytest.approx(whole, abs=1e-12)
    assert np.array_equal(matrix, before, equal_nan=True)


def test_a_large_table_is_not_copied(weigh: Weighting) -> None:
    import tracemalloc

    matrix = np.random.default_rng(0).uniform(1, 2, (200_000, 12))
    weigh(matrix[:100])
    tracemalloc.start()
    try:
        weigh(matrix)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < matrix.nbytes / 12 * 5 + 16_384 * 12 * 8 * 6  # a few columns and a few blocks, not the table
