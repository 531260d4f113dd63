"""Preference flows by sorting, against the comparison of every pair; also where plain prefix sums lose their digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.kernels.outranking import preferred
from landplan.core.layers import Float

SHAPES = ("usual", "u_shape", "v_shape", "level", "linear", "gaussian")


def by_pairs(column: Float, shape: str, q: float, p: float, s: float) -> tuple[Float, Float]:
    """The definition, O(n²)."""
    d = column[:, None] - column[None, :]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = {
            "usual": np.ones_like(d),
            "u_shape": (d > q) * 1.0,
            "v_shape": np.where(d <= p, d / p, 1.0),
            "level": 0.5 * (d > q) + 0.5 * (d > p),
            "linear": np.where(d <= q, 0.0, np.where(d > p, 1.0, (d - q) / (p - q))),
            "gaussian": 1.0 - np.exp(-((d / s) ** 2) / 2.0),
        }[shape]
    preference = np.where(d > 0, found, 0.0)
    return preference.sum(axis=1), preference.sum(axis=0)


def agrees(column: Float, shape: str, q: float, p: float, s: float) -> None:
    for found, wanted in zip(preferred(column, shape, q, p, s), by_pairs(column, shape, q, p, s), strict=True):
        assert found / len(column) == pytest.approx(wanted / len(column), abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@given(
    column=arrays(np.float64, st.integers(1, 40), elements=st.integers(-30, 30).map(lambda x: x / 10) | st.floats(-3, 3)),
    q=st.sampled_from([0.0, 0.1, 0.5]),
    more=st.sampled_from([0.0, 0.2, 1.5]),
    s=st.sampled_from([1e-6, 0.05, 0.3, 4.0]),
)
@settings(max_examples=60, deadline=None)
def test_sorting_gives_what_all_pairs_give(shape: str, column: Float, q: float, more: float, s: float) -> None:
    agrees(column, shape, q, q + more, s)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["offset", "heavy tail", "many ties", "grid", "dense"])
def test_hard_columns_keep_their_digits(shape: str, kind: str) -> None:
    """Differences of 1e-4 of values of 1e8; a tail of 1e5 standard deviations; thresholds that fall on the grid itself."""
    random = np.random.default_rng(3)
    column = {
        "offset": 1e8 + random.random(900),
        "heavy tail": random.lognormal(0, 4, 900),
        "many ties": np.round(random.random(900), 1),
        "grid": np.arange(900) * 0.1,
        "dense": random.normal(size=900),
    }[kind]
    unit = float(column.std())
    for scale in (1.0, 0.05, 1e-4):
        agrees(column, shape, 0.1 * unit * scale, 0.7 * unit * scale, 0.3 * unit * scale)
    agrees(column, shape, 0.1, 0.1 * 3, 0.1)


def test_prefix_sums_that_plain_floats_would_lose() -> None:
    """20,000 values of about 1e9 that differ by 1e-3: a running sum of 2e13 has no such digits left."""
    random = np.random.default_rng(9)
    column = 1e9 + random.random(20_000) * 1e-2
    p = 1e-3
    over, _under = preferred(column, "v_shape", 0.0, p, 0.0)
    rows = random.integers(0, 20_000, 50)
    expected = [np.clip((column[i] - column) / p, 0.0, 1.0).sum() for i in rows]
    assert over[rows] / 20_000 == pytest.approx(np.array(expected) / 20_000, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
def test_equal_values_get_equal_bits_and_larger_ones_no_less(shape: str) -> None:
    column = np.repeat(np.random.default_rng(1).random(200), 3)
    over, under = preferred(column, shape, 0.01, 0.05, 0.02)
    assert (over.reshape(-1, 3) == over[::3, None]).all()
    assert (under.reshape(-1, 3) == under[::3, None]).all()
    order = np.argsort(column)
    assert (np.diff(over[order]) >= -1e-11).all()
    assert (over >= 0).all()
