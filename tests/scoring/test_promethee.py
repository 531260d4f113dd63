"""PROMETHEE: the published flows, pymcdm on random tables, thresholds, and the partial ranking."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.core.pairs import MOST
from landplan.scoring.promethee import promethee

TABLES = arrays(np.float64, st.tuples(st.integers(2, 9), st.integers(1, 4)), elements=st.integers(0, 30).map(lambda x: x / 10))
PYMCDM = {"usual": "usual", "u_shape": "ushape", "v_shape": "vshape", "level": "level", "linear": "vshape_2"}


def test_promethee_gives_the_numbers_of_zhao_2013() -> None:
    found = promethee([[4, 3, 2], [3, 2, 4], [5, 1, 3]], [0.5, 0.3, 0.2], [1, 1, 1])
    assert found["net_flow"] == pytest.approx([0.1, -0.3, 0.2], abs=1e-9)
    assert found["net_flow"] == pytest.approx(found["positive_flow"] - found["negative_flow"])
    assert found["scores"] == pytest.approx((found["net_flow"] + 1) / 2)
    assert found["ranks"].tolist() == [2, 3, 1]


@pytest.mark.parametrize("shape", PYMCDM)
@given(matrix=TABLES, seed=st.integers(0, 2**16))
@settings(max_examples=40, deadline=None)
def test_promethee_agrees_with_pymcdm(shape: str, matrix: Float, seed: int) -> None:
    from pymcdm.methods import PROMETHEE_II

    m = matrix.shape[1]
    random = np.random.default_rng(seed)
    weights, types = random.uniform(0.1, 1, m), random.choice([-1, 1], m)
    q, p = random.uniform(0.01, 0.5, m), random.uniform(0.6, 2.0, m)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = PROMETHEE_II(PYMCDM[shape], p=p, q=q)(matrix, weights / weights.sum(), types)
    found = promethee(matrix, weights, types, preference=shape, q=q.tolist(), p=p.tolist())
    assert found["net_flow"] == pytest.approx(np.asarray(expected), abs=1e-9)


@given(TABLES, st.floats(0.05, 3))
@settings(max_examples=40, deadline=None)
def test_gaussian_flows_are_their_definition(matrix: Float, s: float) -> None:
    n, m = matrix.shape
    d = matrix[:, None, :] - matrix[None, :, :]
    preference = np.where(d > 0, 1 - np.exp(-(d**2) / (2 * s * s)), 0.0).mean(axis=2)
    found = promethee(matrix, np.ones(m), preference="gaussian", s=s)
    assert found["positive_flow"] == pytest.approx(preference.sum(axis=1) / (n - 1), abs=1e-9)
    assert found["negative_flow"] == pytest.approx(preference.sum(axis=0) / (n - 1), abs=1e-9)


def test_each_criterion_may_have_its_own_function() -> None:
    matrix = np.random.default_rng(4).random((30, 2))
    both = promethee(matrix, [3, 1], preference=["usual", "linear"], q=[None, 0.1], p=[None, 0.3])["net_flow"]
    one = promethee(matrix[:, :1], [1])["net_flow"]
    other = promethee(matrix[:, 1:], [1], preference="v_shape_2", q=0.1, p=0.3)["net_flow"]
    assert both == pytest.approx(0.75 * one + 0.25 * other, abs=1e-12)


def test_many_rows_on_two_threads_are_those_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    matrix = np.random.default_rng(4).random((500, 3))
    one = promethee(matrix, [3, 2, 1], preference="v_shape", p=0.2)["net_flow"]
    monkeypatch.setattr(import_module("landplan.scoring.promethee"), "_LARGE", 100)
    assert np.array_equal(promethee(matrix, [3, 2, 1], preference="v_shape", p=0.2)["net_flow"], one)


def test_the_partial_ranking_tells_better_equal_and_incomparable() -> None:
    matrix = [[3.0, 0.0], [0.0, 3.0], [2.9, 0.1], [3.0, 0.0], [0.0, 0.0]]
    found = promethee(matrix, [1, 1], preference="v_shape", p=2.0, outranking=True)
    outranks, same, apart = found["outranks"], found["indifferent"], found["incomparable"]
    assert same[0, 3]
    assert outranks[0, 4]
    assert not outranks[4, 0]
    assert (outranks.astype(int) + outranks.T + same + apart == 1).all()  # of each pair exactly one holds
    more, less = found["positive_flow"], found["negative_flow"]
    for a, b in np.argwhere(apart):
        assert (more[a] - more[b]) * (less[a] - less[b]) > 0
    assert apart.any()
    with pytest.raises(MethodError, match=str(MOST)):
        promethee(np.zeros((MOST + 1, 1)), [1], outranking=True)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"preference": "ushape", "q": 0.1}, "u_shape"),
        ({"preference": "v_shape"}, "“p”"),
        ({"preference": "gaussian", "s": 0.0}, "gaussian"),
        ({"preference": "level", "q": 0.3, "p": 0.1}, "level"),
        ({"preference": "u_shape", "q": -0.1}, "u_shape"),
        ({"preference": ["usual"]}, "2"),
    ],
)
def test_thresholds_that_lack_or_fall_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(MethodError, match=said):
        promethee([[0.1, 0.2], [0.3, 0.1]], [1, 1], **given)
