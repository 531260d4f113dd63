"""Contracts that every registered scoring method keeps under several parameters, today's methods and tomorrow's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from landplan.core.blockwise import summarised
from landplan.core.errors import MethodError
from landplan.core.layers import Float
from landplan.core.normalisation import decision
from landplan.core.registry import Method, scorings

NAN, INF = float("nan"), float("inf")


@dataclass(frozen=True)
class Variant:
    """A method under some parameters, for utilities in 0…1."""

    id: str
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def method(self) -> Method[Any]:
        return scorings[self.id]

    def __call__(self, matrix: Any, weights: Any, types: Any = None, **more: Any) -> dict[str, Any]:
        return dict(self.method.run(matrix, weights, types, **{**self.params, **more}))

    def __str__(self) -> str:
        return " ".join([self.id, *(f"{key}={value}" for key, value in self.params.items())])


SCORED = [
    *(Variant(id, {"normalisation": name}) for id in ("weighted_sum", "topsis", "owa") for name in ("none", "vector", "sum")),
    *(Variant(id, {"normalisation": name}) for id in ("weighted_product", "waspas") for name in ("none", "linear", "minmax")),
    Variant("waspas", {"lam": 0.2}),
    *(Variant("vikor", {"v": v}) for v in (0.0, 0.5, 1.0)),
    Variant("promethee"),
    *(Variant("promethee", {"preference": shape, "q": 0.1, "p": 0.3, "s": 0.2}) for shape in ("u_shape", "level", "linear")),
    *(Variant("promethee", {"preference": shape, "p": 0.4, "s": 0.3}) for shape in ("v_shape", "gaussian")),
    *(Variant("owa", {"leniency": t}) for t in (0.0, 0.25, 1.0)),
    Variant("owa", {"order_weights": [0.1, 0.2, 0.3, 0.4]}),
    Variant("spotis"),
    Variant("electre_tri"),
    Variant("electre_tri", {"q": 0.05, "p": 0.2, "veto": 0.5, "cut": 0.6, "assignment": "optimistic"}),
]
KNOWING = [one for one in SCORED if "known" in next(a for a in one.method.arguments if a.name == "missing").param.choices]
TABLES = arrays(np.float64, st.tuples(st.integers(1, 7), st.integers(1, 4)), elements=st.integers(1, 32).map(lambda x: x / 32))
TABLE = np.array([[0.25, 0.75, 0.5], [0.5, 0.25, 0.5], [0.5, 0.25, 0.5], [1.0, 0.875, 0.5]])
WEIGHTS, TYPES = np.array([2.0, 1.0, 1.0]), np.array([1, -1, 1])
every = pytest.mark.parametrize("combine", SCORED, ids=str)


def weights_of(m: int) -> Float:
    return np.arange(1.0, m + 1)


def by_row(found: dict[str, Any], n: int) -> dict[str, Any]:
    """The results that have a value for each row."""
    return {
        name: np.asarray(one)
        for name, one in found.items()
        if name not in ("compromise_set", "order_weights") and np.shape(one)[:1] == (n,)
    }


def test_every_method_that_scores_is_tried_here() -> None:
    assert {one.id for one in SCORED} == {method.id for method in scorings if method.scores}


@every
def test_ties_share_a_rank_and_nothing_is_nan_or_changed(combine: Variant) -> None:
    before = TABLE.copy()
    found = combine(TABLE, WEIGHTS, TYPES)
    assert found["scores"].shape == found["ranks"].shape == (4,)
    assert found["scores"][1] == found["scores"][2]
    assert found["ranks"][1] == found["ranks"][2]
    assert np.array_equal(TABLE, before)
    for name, values in found.items():
        assert name == "log10_scores" or np.isfinite(values).all(), name
    scores = combine(TABLE, WEIGHTS)["scores"]
    assert ((scores > -1e-12) & (scores < 1 + 1e-12)).all()


@every
@pytest.mark.parametrize(
    "matrix",
    [
        np.full((3, 2), 0.5),
        np.zeros((3, 2)),
        np.array([[1.0, NAN], [NAN, NAN], [0.5, NAN]]),
        np.array([[1.0, INF], [-INF, 0.5], [0.5, NAN]]),
        np.ones((1, 2)),
        np.ones((0, 2)),
        np.full((2, 2), NAN),
    ],
    ids=["equal rows", "zeros", "unknown column", "infinities", "one row", "no row", "nothing known"],
)
def test_tables_without_spread_are_answered(combine: Variant, matrix: Float) -> None:
    if combine.params.get("normalisation") in ("sum", "linear", "none") and combine.id in ("weighted_product", "waspas"):
        matrix = np.where(matrix == 0, 1.0, matrix)  # not 1/0
    found = combine(matrix, [1.0, 1.0])
    assert np.isfinite(found["scores"]).all()
    assert len(found["ranks"]) == len(matrix)
    if len(matrix) and not np.isnan(matrix).any() and np.isfinite(matrix).all():
        assert set(found["ranks"].tolist()) == {1}


@every
def test_a_criterion_of_weight_zero_does_nothing_whatever_it_holds(combine: Variant) -> None:
    plain = combine(TABLE[:, :2], WEIGHTS[:2], TYPES[:2])["scores"]
    for other in ([0.5, 0.5, 0.5, 0.5], [0.1, 0.9, 0.2, 0.3], [NAN, NAN, 0.3, INF], [-5.0, 0.0, 1e9, -1.0]):
        for sense in (1, -1):
            found = combine(np.column_stack([TABLE[:, :2], other]), [2.0, 1.0, 0.0], [1, -1, sense])["scores"]
            assert np.array_equal(found, plain)


@every
@given(matrix=TABLES, gap=st.integers(0, 31))
@settings(max_examples=25, deadline=None)
def test_a_plot_at_least_as_good_everywhere_scores_at_least_as_high(combine: Variant, matrix: Float, gap: int) -> None:
    better = matrix[0].copy()
    better[gap % len(better)] = min(1.0, better[gap % len(better)] + gap / 32)
    found = combine(np.vstack([matrix, better]), weights_of(matrix.shape[1]))
    assert found["scores"][-1] >= found["scores"][0] - 1e-12
    assert found["ranks"][-1] <= found["ranks"][0]


@every
@given(matrix=TABLES, seed=st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_the_order_of_rows_does_not_change_a_bit(combine: Variant, matrix: Float, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(matrix))
    types = np.where(np.arange(matrix.shape[1]) % 2, -1, 1)
    found, other = (combine(rows, weights_of(matrix.shape[1]), types) for rows in (matrix, matrix[order]))
    for name, values in by_row(found, len(matrix)).items():
        assert np.array_equal(np.asarray(other[name]), values[order]), name


@every
@given(matrix=TABLES, scale=st.floats(0.01, 1000))
@settings(max_examples=15, deadline=None)
def test_scaling_all_weights_changes_nothing(combine: Variant, matrix: Float, scale: float) -> None:
    one, other = (combine(matrix, weights_of(matrix.shape[1]) * factor) for factor in (1.0, scale))
    assert other["scores"] == pytest.approx(one["scores"], abs=1e-12)
    assert other["ranks"].tolist() == one["ranks"].tolist()


@every
def test_other_plots_matter_exactly_where_the_method_says_so(combine: Variant) -> None:
    """A split parcel (a copied row), or one that is better or worse than all: does the score of any other change?"""
    random = np.random.default_rng(5)
    matrix = random.uniform(0.2, 0.8, (6, 3))
    plain = combine(matrix, [3.0, 2.0, 1.0], TYPES)["scores"]
    changed = False
    for more in (matrix[2], [0.95, 0.05, 0.9], [0.05, 0.95, 0.1]):
        found = combine(np.vstack([matrix, more]), [3.0, 2.0, 1.0], TYPES)["scores"]
        changed |= not np.array_equal(found[:6], plain)
    assert changed == combine.method.relative_with(combine.params)


@every
def test_unknown_values_are_the_worst_or_refused(combine: Variant) -> None:
    matrix = np.array([[0.5, 0.5], [0.75, NAN], [0.25, 0.75], [0.75, INF], [0.75, 0.5]])
    found = combine(matrix, [1.0, 1.0])
    assert found["scores"][1] == found["scores"][3] <= found["scores"][4] + 1e-12
    with pytest.raises(MethodError, match="2"):
        combine(matrix, [1.0, 1.0], missing="refuse")
    filled = np.where(np.isfinite(matrix), matrix, 0.5)
    if combine.id not in ("spotis", "electre_tri"):  # their worst is none of the table's
        assert found["scores"] == pytest.approx(combine(filled, [1.0, 1.0])["scores"], abs=1e-15)


@pytest.mark.parametrize("combine", KNOWING, ids=str)
def test_what_is_known_can_be_all_that_counts(combine: Variant) -> None:
    matrix = np.array([[0.5, 0.75], [NAN, 0.75], [NAN, NAN], [0.25, 1.0]])
    found = combine(matrix, [3.0, 1.0], missing="known")
    assert found["known_weight"].tolist() == [1.0, 0.25, 0.0, 1.0]
    assert np.isnan(found["scores"]).tolist() == [False, False, True, False]
    assert found["ranks"][2] == 0
    if not combine.method.relative_with(combine.params):
        assert found["scores"][1] == pytest.approx(combine([[0.75]], [1.0])["scores"][0])


@pytest.mark.parametrize("combine", [one for one in SCORED if one.method.blockwise], ids=str)
@given(seed=st.integers(0, 2**16), cuts=st.lists(st.integers(0, 40), max_size=4).map(sorted), layout=st.sampled_from("CF"))
@settings(max_examples=20, deadline=None)
def test_any_cut_into_blocks_gives_the_same_bits(combine: Variant, seed: int, cuts: list[int], layout: Any) -> None:
    random = np.random.default_rng(seed)
    matrix = np.array(random.uniform(0.01, 1.0, (40, 3)), order=layout)
    matrix[random.random((40, 3)) < 0.1] = NAN
    whole = combine(matrix, [3.0, 2.0, 1.0], TYPES, ranked=False)
    parameters = {argument.name: argument.default for argument in combine.method.arguments}
    terms = decision(matrix, [3.0, 2.0, 1.0], TYPES, **{**parameters, **combine.params})
    how = combine.method.blockwise
    assert how
    blocks = [replace(terms, matrix=matrix[low:high]) for low, high in pairwise([0, *cuts, len(matrix)])]
    stats = summarised(how, blocks[::-1])
    parts = [how.apply(block, stats) for block in blocks]
    for name in by_row(parts[0], len(matrix)) if not cuts else parts[0]:
        assert np.array_equal(np.concatenate([part[name] for part in parts]), whole[name]), name


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [NAN, 1], [1], [INF, 1]])
@pytest.mark.parametrize("id", scorings.all())
def test_weights_that_say_nothing_are_refused(id: str, weights: list[float]) -> None:
    with pytest.raises(MethodError):
        scorings[id].run([[0.1, 0.2]], weights)
