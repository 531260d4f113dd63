"""The same table under several methods: agreement against the definitions, and which plots hang on the choice."""

from __future__ import annotations

import numpy as np
import pytest

from landplan.core.errors import MethodError, UsageError
from landplan.core.rank_agreement import kendall, spearman
from landplan.core.registry import scorings
from landplan.robustness.method_swap import every_variant, method_swap

TOPSIS = [{"method": "topsis", "normalisation": name} for name in ("minmax", "vector")]


def test_the_table_whose_winner_depends_on_the_normalisation(worked_examples: dict) -> None:
    inputs = worked_examples["topsis_normalisation_matters"]["inputs"]
    found = method_swap(**inputs, variants=TOPSIS, top=1)
    assert found.ranks.tolist() == [[2, 1, 2], [1, 2, 3]]
    assert [one.name for one in found.variants] == ["topsis normalisation=minmax", "topsis normalisation=vector"]
    assert found.overlap.tolist() == [[1, 0], [0, 1]]
    assert found.share.tolist() == [0.5, 0.5, 0.0]
    assert (found.fragile.tolist(), found.always.tolist()) == ([True, True, False], [False] * 3)


def test_the_matrices_hold_what_two_variants_say() -> None:
    random = np.random.default_rng(2)
    matrix, weights, types = random.random((40, 4)) + 0.1, [4, 3, 2, 1], [1, 1, -1, 1]
    variants = [*TOPSIS, {"method": "weighted_sum", "normalisation": "sum"}]
    found = method_swap(matrix, weights, types, variants=variants, top=5)
    for a, one in enumerate(variants):
        for b, other in enumerate(variants):
            ranks = [
                scorings[way["method"]].run(matrix, weights, types, normalisation=way["normalisation"])["ranks"]
                for way in (one, other)
            ]
            assert found.kendall[a, b] == pytest.approx(kendall(*ranks))
            assert found.spearman[a, b] == pytest.approx(spearman(*ranks))
            best = [set(np.flatnonzero(rank <= 5)) for rank in ranks]
            assert found.overlap[a, b] == pytest.approx(len(best[0] & best[1]) / max(map(len, best)))
    assert found.always.sum() <= 5 <= (found.always | found.fragile).sum()


def test_tied_plots_on_the_last_place_count_in_the_overlap() -> None:
    variants = [{"method": "weighted_sum", "normalisation": name} for name in ("none", "minmax")]
    found = method_swap([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [1, 1], variants=variants, top=1)
    assert (found.ranks[0].tolist(), found.overlap[0, 1], found.always.tolist()) == ([1, 1, 3], 1.0, [True, True, False])


def test_by_default_every_method_with_every_normalisation_is_tried_and_what_refuses_is_listed() -> None:
    matrix = np.array([[1.0, -2.0], [2.0, 0.5], [3.0, 0.1]])  # negative: not for sum and max
    found = method_swap(matrix, [1, 1], top=1)
    assert len(found.variants) + len(found.refused) == len(every_variant()) >= 10
    named = {(one.method, one.params.get("normalisation")): one.refused for one in found.refused}
    assert "sum" in named["topsis", "sum"]
    assert ("topsis", "vector") not in named
    assert found.ranks.shape == (len(found.variants), 3)


def test_a_dominating_plot_is_first_under_all_and_nothing_is_fragile() -> None:
    found = method_swap([[9.0, 9.0], [2.0, 1.0], [1.0, 2.0]], [1, 1], variants=TOPSIS, top=1)
    assert (found.always.tolist(), found.fragile.any()) == ([True, False, False], False)


def test_what_cannot_be_compared_is_told() -> None:
    with pytest.raises(UsageError, match="topsis"):
        method_swap([[1.0]], [1], variants=[{"method": "topsys"}])
    with pytest.raises(MethodError, match="normalisatio"):
        method_swap([[1.0]], [1], variants=[{"method": "topsis", "normalisatio": "vector"}])
