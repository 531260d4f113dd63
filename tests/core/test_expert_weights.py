"""A committee: merged weights, disagreement per pair, and who is outvoted by how much."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import MethodError
from landplan.core.expert_weights import merged_judgements, merged_weights

NAN = float("nan")
WEIGHTS = np.array([[0.5, 0.3, 0.2], [0.6, 0.3, 0.1], [0.2, 0.3, 0.5]])


def ratios(weights: np.ndarray) -> np.ndarray:
    return np.asarray(weights[:, None] / weights)


def test_a_pair_is_merged_by_geometric_mean_or_median_of_those_who_judged_it() -> None:
    experts = [
        [[1, 2, NAN], [NAN, 1, 4], [NAN, NAN, 1]],
        [[1, 8, 6], [NAN, 1, 1], [NAN, NAN, 1]],
        [[1, 4, 6], [NAN, 1, NAN], [NAN, NAN, 1]],
    ]
    mean, median = merged_judgements(experts), merged_judgements(experts, "median")
    assert mean.matrix[0, 1] == pytest.approx((2 * 8 * 4) ** (1 / 3))
    assert median.matrix[0, 1] == pytest.approx(4.0)
    assert (mean.matrix[1, 2], median.matrix[1, 2]) == (pytest.approx(2.0), pytest.approx(2.0))
    assert mean.matrix * mean.matrix.T == pytest.approx(np.ones((3, 3)))
    assert mean.answers.tolist() == [[3, 3, 2], [3, 3, 2], [2, 2, 3]]
    assert mean.disagreement[0, 1] == pytest.approx(np.exp(np.std(np.log([2, 8, 4]), ddof=1)))
    assert mean.disagreement[0, 2] == pytest.approx(1.0)
    assert mean.disagreement == pytest.approx(mean.disagreement.T)


def test_experts_of_one_mind_are_the_committee_and_nobody_is_outvoted() -> None:
    for found in (merged_judgements([ratios(WEIGHTS[0])] * 4), merged_weights([WEIGHTS[0]] * 4, "median")):
        assert found.weights == pytest.approx(WEIGHTS[0])
        assert found.disagreement == pytest.approx(np.ones((3, 3)))
        assert found.minority == ()


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(2, 6))
@settings(max_examples=40, deadline=None)
def test_consistent_judgements_and_their_weights_merge_to_the_same(seed: int, e: int, m: int) -> None:
    weights = np.random.default_rng(seed).dirichlet(np.ones(m), e) + 0.01
    weights /= weights.sum(axis=1, keepdims=True)
    one, other = merged_judgements([ratios(own) for own in weights]), merged_weights(weights)
    expected = np.exp(np.log(weights).mean(axis=0))
    assert other.weights == pytest.approx(expected / expected.sum(), abs=1e-12)
    assert one.weights == pytest.approx(other.weights, abs=1e-9)
    assert one.own == pytest.approx(weights, abs=1e-9)
    assert one.disagreement == pytest.approx(other.disagreement, abs=1e-7)
    assert one.consistency == pytest.approx(np.zeros(e), abs=1e-9)
    assert (one.disagreement >= 1 - 1e-12).all()


@given(st.integers(0, 2**32 - 1), st.sampled_from(["geometric_mean", "median"]))
@settings(max_examples=30, deadline=None)
def test_the_order_of_experts_and_criteria_does_not_matter(seed: int, how: str) -> None:
    random = np.random.default_rng(seed)
    weights = random.dirichlet(np.ones(4), 5) + 0.001
    experts, criteria = random.permutation(5), random.permutation(4)
    one, other = merged_weights(weights, how), merged_weights(weights[np.ix_(experts, criteria)] * 7, how)
    assert other.weights == pytest.approx(one.weights[criteria], abs=1e-12)
    assert other.disagreement == pytest.approx(one.disagreement[np.ix_(criteria, criteria)])
    assert [experts[dissent.expert] for dissent in other.minority] == [dissent.expert for dissent in one.minority]


def test_the_minority_is_named_with_what_it_wants_and_by_how_much() -> None:
    found = merged_weights(WEIGHTS, "median")
    assert found.weights == pytest.approx([0.5, 0.3, 0.2])
    (dissent,) = found.minority
    assert (dissent.expert, dissent.top, dissent.merged_top, dissent.other_top) == (2, 2, 0, True)
    assert dissent.turned_pairs == 3
    assert (dissent.criterion, dissent.gap, dissent.moved) == (0, pytest.approx(-0.3), pytest.approx(0.3))


def test_an_expert_who_only_orders_the_rest_otherwise_is_in_the_minority_but_not_about_the_first() -> None:
    found = merged_weights([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [0.5, 0.2, 0.3], [0.4, 0.4, 0.2]], "median")
    assert [(one.expert, one.other_top, one.turned_pairs) for one in found.minority] == [(2, False, 1), (3, False, 0)]


def test_an_expert_whose_judgements_leave_criteria_unlinked_still_counts_in_the_pairs() -> None:
    some = [[1, 9, NAN], [NAN, 1, NAN], [NAN, NAN, 1]]
    found = merged_judgements([ratios(WEIGHTS[0]), some])
    assert np.isnan(found.own[1]).all() and np.isnan(found.consistency[1])
    assert found.matrix[0, 1] == pytest.approx(np.sqrt(9 * 5 / 3))
    assert found.weights.sum() == pytest.approx(1.0)


def test_an_experts_contradiction_is_kept_beside_the_weights() -> None:
    found = merged_judgements([[[1, 9, 1 / 9], [NAN, 1, 9], [NAN, NAN, 1]], ratios(WEIGHTS[0])])
    assert found.consistency[0] > 0.1 and found.consistency[1] == pytest.approx(0.0, abs=1e-9)


def test_a_weight_of_0_is_taken_by_the_median_and_refused_by_the_geometric_mean() -> None:
    given_weights = [[0.0, 1.0], [1.0, 1.0], [1.0, 3.0]]
    assert merged_weights(given_weights, "median").weights == pytest.approx([0.25, 0.75])
    assert merged_weights(given_weights, "median").answers[0, 1] == 2
    with pytest.raises(MethodError, match="1"):
        merged_weights(given_weights)


@pytest.mark.parametrize("weights", [[], [1.0, 2.0], [[0.0, 0.0]], [[NAN, 1.0]], [[-1.0, 2.0]], [[np.inf, 1.0]]])
def test_weights_that_say_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(MethodError):
        merged_weights(weights, "median")


def test_what_cannot_be_merged_is_refused() -> None:
    with pytest.raises(MethodError, match="2, 3"):
        merged_judgements([np.ones((2, 2)), np.ones((3, 3))])
    with pytest.raises(MethodError):
        merged_judgements([])
    with pytest.raises(MethodError, match="median"):
        merged_weights([[1.0, 2.0]], "medain")
    with pytest.raises(MethodError, match="3"):
        merged_judgements([[[1, 2, NAN], [NAN, 1, NAN], [NAN, NAN, 1]]])
