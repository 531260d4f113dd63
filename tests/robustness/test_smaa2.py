"""SMAA-2 against its closed forms, against a slow oracle on the same draws, and against its laws."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.kernels.drawn_scores import DEVIATION, RANGE, normal, uniform
from landplan.core.weight_samples import weight_samples
from landplan.robustness import smaa2 as module
from landplan.robustness.smaa2 import smaa2

NAN = float("nan")
COARSE = arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 4)), elements=st.integers(0, 4).map(lambda k: k / 4))
"""Tables with many ties."""
PER_PLOT = ("first_rank_acceptability", "top_acceptability", "rank_band_acceptability", "central_weights", "confidence_factors")


def drawn_tables(
    values: np.ndarray, draws: int, seed: int, low: Any = None, high: Any = None, deviation: Any = None
) -> list[np.ndarray]:
    """The values of each draw, one number at a time."""
    word = np.uint64(seed)
    tables = []
    for d in range(draws):
        table = np.array(values, float)
        for i, j in np.ndindex(table.shape):
            if low is not None and not np.isnan(low[i, j]):
                table[i, j] = low[i, j] + (high[i, j] - low[i, j]) * uniform(word, RANGE, d, j, np.uint64(i))
            if deviation is not None and deviation[i, j] > 0:
                table[i, j] += deviation[i, j] * normal(word, DEVIATION, d, j, np.uint64(i))
        tables.append(table)
    return tables


def placed(table: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(n, n) the places of each row in one draw: a full sort, tied rows sharing theirs."""
    n, m = table.shape
    totals = []
    for i in range(n):
        total = 0.0
        for j in range(m):
            total += weights[j] * table[i, j]
        totals.append(round(total, 12))
    order = sorted(range(n), key=lambda i: -totals[i])
    out = np.zeros((n, n))
    for rank, i in enumerate(order):
        tied = [k for k in range(n) if totals[k] == totals[i]]
        out[tied, rank] = 1.0 / len(tied)
    return out


def oracle(tables: list[np.ndarray], weights: np.ndarray, top: int, bands: list[int]) -> dict[str, np.ndarray]:
    places = [placed(table, weight) for table, weight in zip(tables, weights, strict=True)]
    n, draws = len(tables[0]), len(tables)
    rank = sum(places) / draws
    first = rank[:, 0]
    central = np.array([sum(one[i, 0] * w for one, w in zip(places, weights, strict=True)) for i in range(n)])
    with np.errstate(invalid="ignore"):
        central = np.where(first[:, None] > 0, central / (draws * first[:, None]), NAN)
    factors = np.full(n, NAN)
    for i in np.flatnonzero(first > 0):
        factors[i] = sum(placed(table, central[i])[i, 0] for table in tables) / draws
    edges = [0, *bands, n]
    return {
        "first_rank_acceptability": first,
        "top_acceptability": rank[:, :top].sum(axis=1),
        "rank_band_acceptability": np.array([rank[:, a:b].sum(axis=1) for a, b in pairwise(edges)]).T,
        "rank_acceptability": rank,
        "central_weights": central,
        "confidence_factors": factors,
    }


def test_unit_vectors_have_the_closed_form(worked_examples: dict[str, Any]) -> None:
    case = worked_examples["smaa2_analytic_unit_vectors"]
    found = smaa2(**case["inputs"])
    for key, wanted in case["expected"].items():
        assert found[key] == pytest.approx(np.array(wanted, float), abs=0.01), key
    assert found["standard_error"] == 0.005


def test_two_plots_share_the_simplex_by_its_area() -> None:
    """A is ahead where 0.3 w1 > 0.2 w2, that is w1 > 0.4: 0.6 of all weights of two, with mean w1 0.7."""
    found = smaa2([[0.8, 0.3], [0.5, 0.5]], draws=20_000)
    error = found["standard_error"]
    assert found["first_rank_acceptability"] == pytest.approx([0.6, 0.4], abs=3 * error)
    assert found["central_weights"] == pytest.approx(np.array([[0.7, 0.3], [0.2, 0.8]]), abs=3 * error)
    assert found["pairwise_winning_index"] == pytest.approx(np.array([[0, 0.6], [0.4, 0]]), abs=3 * error)


def test_uncertain_values_have_their_closed_form() -> None:
    """Of two plots one is 0.5, the other uniform in 0…1 or normal around 0.6 with deviation 0.1."""
    low, high = [[NAN], [0.0]], [[NAN], [1.0]]
    even = smaa2([[0.5], [NAN]], values_low=low, values_high=high, draws=20_000)
    assert even["first_rank_acceptability"] == pytest.approx([0.5, 0.5], abs=0.011)
    bell = smaa2([[0.5], [0.6]], values_deviation=[[0.0], [0.1]], draws=20_000)
    assert bell["first_rank_acceptability"] == pytest.approx([0.158655, 0.841345], abs=0.008)
    assert bell["confidence_factors"] == pytest.approx(bell["first_rank_acceptability"])  # one criterion has one weight


def test_edge_cases_of_rsmaa() -> None:
    weights = [[0.2, 0.8], [0.6, 0.4], [0.7, 0.3]]
    found = smaa2([[1, 1], [0, 0]], weights)
    assert found["central_weights"][0] == pytest.approx([0.5, 0.5])
    assert np.isnan(found["central_weights"][1]).all()
    assert found["confidence_factors"][0] == 1.0 and np.isnan(found["confidence_factors"][1])
    nine_of_ten = smaa2([[1, 0], [0, 1]], [[0.6, 0.4]] * 9 + [[0.4, 0.6]])
    assert nine_of_ten["pairwise_winning_index"] == pytest.approx(np.array([[0, 0.9], [0.1, 0]]), abs=1e-12)


@given(COARSE, st.integers(1, 4), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_a_slow_oracle_with_full_sorts_agrees_on_the_same_draws(values: np.ndarray, top: int, seed: int) -> None:
    n, m = values.shape
    draws, bands = 12, sorted({min(2, n), min(5, n)})
    given_weights = np.round(weight_samples("free", m, draws, seed), 1) + 0.1  # coarse: ties happen
    weights = weight_samples(given_weights, m, draws, seed)
    found = smaa2(values, weights, top=top, bands=bands, seed=seed)
    for key, wanted in oracle([values] * draws, weights, top, bands).items():
        assert found[key] == pytest.approx(wanted, abs=1e-12, nan_ok=True), key


def test_the_oracle_agrees_exactly_where_nothing_is_tied() -> None:
    random = np.random.default_rng(4)
    values, draws, bands = random.random((60, 5)), 64, [5, 20]
    low, high, deviation = np.full((60, 5), NAN), np.full((60, 5), NAN), np.zeros((60, 5))
    low[::2, 1], high[::2, 1], deviation[::3, 4] = 0.2, 0.9, 0.1
    uncertain = {"values_low": low, "values_high": high, "values_deviation": deviation}
    weights = weight_samples("free", 5, draws, 9)
    found = smaa2(values, draws=draws, seed=9, top=7, bands=bands, **uncertain)
    wanted = oracle(drawn_tables(values, draws, 9, low, high, deviation), weights, 7, bands)
    assert found["rank_acceptability"].tolist() == wanted.pop("rank_acceptability").tolist()
    for key in wanted:
        assert found[key] == pytest.approx(wanted[key], abs=1e-15, nan_ok=True), key


@given(COARSE, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_shares_add_up_and_a_dominated_plot_is_never_first(values: np.ndarray, seed: int) -> None:
    better = np.vstack([values, values[0] + 0.25])
    n = len(better)
    found = smaa2(better, draws=50, seed=seed, bands=[1, 2], top=2)
    rank = found["rank_acceptability"]
    assert rank.sum(axis=0) == pytest.approx(np.ones(n)) and rank.sum(axis=1) == pytest.approx(np.ones(n))
    assert found["first_rank_acceptability"].sum() == pytest.approx(1.0)
    assert found["top_acceptability"].sum() == pytest.approx(min(2, n))
    assert found["rank_band_acceptability"].sum(axis=1) == pytest.approx(np.ones(n))
    assert (found["rank_band_acceptability"] >= 0).all()
    assert found["first_rank_acceptability"][0] == 0.0 and np.isnan(found["central_weights"][0]).all()
    assert (found["pairwise_winning_index"] + found["pairwise_winning_index"].T <= 1 + 1e-12).all()


def uncertain_town(n: int) -> dict[str, Any]:
    random = np.random.default_rng(n)
    values = random.random((n, 6))
    values[::7, 2] = NAN
    deviation = np.where(random.random((n, 6)) < 0.1, 0.05, NAN)
    return {"values": values, "values_deviation": np.where(np.isnan(values), NAN, deviation), "keys": np.arange(n) + 1000}


def test_threads_and_blocks_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    town = uncertain_town(900)
    plain = smaa2(**town, draws=80, top=10, bands=[30, 90], full=True, confident=2, threads=1)
    monkeypatch.setattr(module, "_HELD", 7000)
    others = [smaa2(**town, draws=80, top=10, bands=[30, 90], full=True, confident=2, threads=threads) for threads in (1, 3)]
    for other in others:
        for key, values in plain.items():
            assert np.array_equal(other[key], values, equal_nan=True), key


def test_the_order_of_rows_changes_nothing() -> None:
    town = uncertain_town(300)
    order = np.random.default_rng(0).permutation(300)
    turned = {key: values[order] for key, values in town.items()}
    one, other = (smaa2(**rows, draws=60, top=10, bands=[30, 90], confident=5) for rows in (town, turned))
    for key in PER_PLOT:
        assert np.array_equal(other[key], one[key][order], equal_nan=True), key


def test_scaling_given_weights_changes_nothing() -> None:
    values, weights = np.random.default_rng(1).random((20, 3)), np.random.default_rng(2).random((30, 3))
    one, other = smaa2(values, weights), smaa2(values, weights * 8.0)
    assert np.array_equal(one["rank_acceptability"], other["rank_acceptability"])


def test_more_known_of_the_weights_makes_a_surer_order() -> None:
    values = np.eye(3) + np.array([0.3, 0.2, 0.1])
    free, ordered = smaa2(values), smaa2(values, "ordinal", order=[1, 2, 3])
    assert ordered["first_rank_acceptability"][0] == 1.0 > 0.5 > free["first_rank_acceptability"][0]
    tight = smaa2(values, "intervals", weights_low=[0.2, 0.4, 0.1], weights_high=[0.3, 0.6, 0.3])
    assert tight["first_rank_acceptability"][1] == 1.0
    split = smaa2(values, "experts", experts=[[6, 2, 2], [2, 6, 2]])["first_rank_acceptability"]
    assert split == pytest.approx([0.5, 0.5, 0.0], abs=0.02)


def test_identical_plots_share_and_none_is_no_error() -> None:
    found = smaa2([[0.4, 0.6]] * 4, draws=10, top=3)
    assert found["first_rank_acceptability"].tolist() == [0.25] * 4
    assert found["top_acceptability"].tolist() == [0.75] * 4
    assert found["confidence_factors"].tolist() == [0.25] * 4
    empty = smaa2(np.zeros((0, 2)), draws=10)
    assert [len(empty[key]) for key in PER_PLOT] == [0] * 5
    assert smaa2([[0.5]], draws=3, top=9, bands=[4])["top_acceptability"].tolist() == [1.0]


def test_the_whole_matrix_is_refused_above_2000_plots() -> None:
    assert "rank_acceptability" not in smaa2(np.random.default_rng(0).random((2001, 2)), draws=2)
    with pytest.raises(MethodError, match="2001"):
        smaa2(np.zeros((2001, 2)), draws=2, full=True)


def test_progress_is_told_and_can_stop_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_HELD", 1)
    told: list[float | None] = []
    smaa2(np.eye(3), draws=20, progress=lambda share, text_id, **values: told.append(share))
    assert told == pytest.approx([0.0, 0.4, 0.8])
