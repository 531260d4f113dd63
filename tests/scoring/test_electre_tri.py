"""ELECTRE TRI: classes by the definition, vetoes, both assignments, and that no other plot matters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.scoring.electre_tri import electre_tri

TABLES = arrays(np.float64, st.tuples(st.integers(1, 7), st.just(3)), elements=st.integers(0, 20).map(lambda x: x / 20))


def credible(ahead: Float, weights: Float, q: float, p: float, veto: float) -> float:
    """σ(a, b) from the differences in a's favour, as the book has it."""
    agree = [1.0 if d >= -q else 0.0 if d <= -p else (p + d) / (p - q) for d in ahead]
    against = [0.0 if d >= -p else 1.0 if d <= -veto else (-d - p) / (veto - p) for d in ahead]
    concordance = float(np.dot(agree, weights))
    factors = [(1 - d) / (1 - concordance) for d in against if d > concordance]
    return concordance * float(np.prod(factors)) if factors else concordance


@given(TABLES, st.integers(0, 2**16), st.sampled_from([0.5, 0.6, 0.75, 1.0]))
@settings(max_examples=80, deadline=None)
def test_classes_are_those_of_the_definition(matrix: Float, seed: int, cut: float) -> None:
    random = np.random.default_rng(seed)
    weights, types = random.dirichlet(np.ones(3)), random.choice([-1, 1], 3)
    profiles = [[0.3 if t > 0 else 0.7 for t in types], [0.65 if t > 0 else 0.35 for t in types]]
    q, p, veto = 0.05, 0.15, 0.45
    found = electre_tri(matrix, weights, types, profiles=profiles, q=q, p=p, veto=veto, cut=cut)
    for i, row in enumerate(matrix):
        over = [credible(types * (row - profile), weights, q, p, veto) for profile in profiles]
        under = [credible(types * (profile - row), weights, q, p, veto) for profile in profiles]
        assert found["credibility"][i] == pytest.approx(over, abs=1e-12)
        low = next((h + 1 for h in (1, 0) if over[h] >= cut - 1e-12), 0)
        high = next((h for h in (0, 1) if under[h] >= cut - 1e-12 and over[h] < cut - 1e-12), 2)
        assert (found["pessimistic"][i], found["optimistic"][i]) == (low, high)
        assert low <= high
    assert np.array_equal(found["scores"], found["pessimistic"] / 2)


def test_quarters_of_utilities_and_the_share_that_must_agree() -> None:
    matrix = [[0.8, 0.8, 0.8], [0.8, 0.8, 0.3], [0.1, 0.9, 0.9]]
    found = electre_tri(matrix, [1, 1, 2])
    assert found["classes"].tolist() == [3, 1, 2 + 1]
    assert electre_tri(matrix, [1, 1, 2], cut=0.8)["classes"].tolist() == [3, 1, 0]
    turned = electre_tri(1 - np.array(matrix), [1, 1, 2], [-1, -1, -1])
    assert turned["classes"].tolist() == found["classes"].tolist()


def test_a_veto_stops_what_the_others_agree_on() -> None:
    plots = [[1.0, 1.0, 0.2], [1.0, 1.0, 0.45]]
    assert electre_tri(plots, [2, 2, 1], profiles=[0.5])["classes"].tolist() == [1, 1]
    assert electre_tri(plots, [2, 2, 1], profiles=[0.5], veto=0.25)["classes"].tolist() == [0, 1]
    assert electre_tri(plots, [2, 2, 1], profiles=[0.5], veto=[0.25, 0.25, 0.4])["classes"].tolist() == [1, 1]


def test_assignments_differ_where_plot_and_boundary_cannot_be_compared() -> None:
    found = electre_tri([[1.0, 0.0]], [1, 1], profiles=[0.5])
    assert (found["pessimistic"].tolist(), found["optimistic"].tolist()) == ([0], [1])
    assert electre_tri([[1.0, 0.0]], [1, 1], profiles=[0.5], assignment="optimistic")["classes"].tolist() == [1]


@pytest.mark.parametrize(
    "given",
    [
        {"profiles": [0.5, 0.2]},
        {"profiles": []},
        {"profiles": [[0.1, 0.2, 0.3]]},
        {"q": 0.3, "p": 0.1},
        {"p": 0.3, "veto": 0.1},
        {"q": -0.1},
    ],
)
def test_profiles_and_thresholds_that_fall_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(MethodError):
        electre_tri([[0.1, 0.2]], [1, 1], **given)


def test_raw_values_need_profiles() -> None:
    with pytest.raises(MethodError, match="profiles"):
        electre_tri([[0.5, 1200.0]], [1, 1])
    assert electre_tri([[0.5, 1200.0]], [1, 1], profiles=[[0.4, 1000.0]])["classes"].tolist() == [1]
