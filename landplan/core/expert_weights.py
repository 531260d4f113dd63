"""A committee of experts: their judgements or weights as one, where they disagree, and who is outvoted.

Source: Aczél & Saaty (1983) J. Math. Psychology 27:93-102 (only the geometric mean keeps reciprocal judgements reciprocal);
Forman & Peniwati (1998) European J. Operational Research 108:165-169 (judgements or priorities).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, suggestion
from landplan.core.layers import Float, Int
from landplan.core.pairwise import completed, consistency_ratio, judgements, linked, principal_weights
from landplan.core.ranking import ranks

HOW = ("geometric_mean", "median")


@dataclass(frozen=True, slots=True)
class Dissent:
    """An expert whose order of the criteria, or first criterion, is not the committee's. Experts and criteria count from 0.

    top, merged_top: the most important criterion of each; turned_pairs of all pairs of criteria stand the other way round;
    criterion: where the weights differ most, by `gap` = own − merged; moved: the share of all weight that lies elsewhere.
    """

    expert: int
    top: int
    merged_top: int
    turned_pairs: int
    criterion: int
    gap: float
    moved: float

    @property
    def other_top(self) -> bool:
        return self.top != self.merged_top


@dataclass(frozen=True, eq=False)
class Committee:
    """What e experts together say about m criteria.

    weights (m,) merged, sum 1; own (e, m) each expert's, NaN where an expert's judgements leave criteria unlinked; matrix (m, m)
    merged judgements; answers (m, m) how many experts compared the pair; disagreement (m, m) geometric standard deviation
    of their answers, a factor ≥ 1: 1 = all alike (or fewer than two answers), 2 = typically twice or half the mean;
    consistency (e,) each expert's consistency ratio, NaN as in own; minority: who differs, by the weight moved.
    """

    weights: Float
    own: Float
    matrix: Float
    answers: Int
    disagreement: Float
    consistency: Float
    minority: tuple[Dissent, ...]


def merged_judgements(matrices: Sequence[npt.ArrayLike], how: str = "geometric_mean", random_index: str = "saaty") -> Committee:
    """Experts' pairwise judgements as one matrix: per pair the geometric mean or median of those who judged it; then weights.

    matrices: e times (m, m), NaN = not judged (see `core.pairwise.judgements`). The weights are the principal eigenvector of the
    merged matrix, its gaps completed. The median leaves one extreme expert without effect; with two experts it is the mean.
    MethodError for an unknown `how`, matrices of different size, or criteria that no judgement of anybody links.
    """
    given = [judgements(matrix) for matrix in matrices]
    if not given or len({len(matrix) for matrix in given}) > 1:
        raise MethodError("experts_differ", "experts", sizes=[len(matrix) for matrix in given])
    logs = np.log(np.array(given))
    merged = np.exp(_middle(logs, how))
    weights, _ = principal_weights(completed(merged))
    own = np.full(logs.shape[:2], np.nan)
    consistency = np.full(len(given), np.nan)
    for expert, matrix in enumerate(given):
        if linked(matrix).all():
            own[expert], lambda_max = principal_weights(completed(matrix))
            consistency[expert] = consistency_ratio(lambda_max, len(matrix), random_index)
    return Committee(weights, own, merged, _answers(logs), _spread(logs), consistency, _minority(own, weights))


def merged_weights(weights: npt.ArrayLike, how: str = "geometric_mean") -> Committee:
    """Experts' weights as one: per criterion the geometric mean, or the median, of their shares, which then sum to 1 again.

    weights (e, m) ≥ 0 of any scale, each expert's taken as shares. Pairs are compared by the ratio of two weights; one with a
    weight 0 counts as not answered. MethodError for a missing or negative weight, for an expert without any weight, and
    for a weight 0 with the geometric mean, which would strike the criterion for all.
    """
    given = np.asarray(weights, np.float64)
    if given.ndim != 2 or not given.size:
        raise MethodError("experts_differ", "experts", sizes=given.shape)
    if not (given >= 0).all() or not ((given.sum(axis=1) > 0) & np.isfinite(given.sum(axis=1))).all():
        raise MethodError("weights_not_positive", "experts")
    for expert, criterion in np.argwhere(given == 0) if how == "geometric_mean" else ():
        raise MethodError("expert_weight_zero", "experts", expert=int(expert) + 1, criterion=int(criterion) + 1)
    own = given / given.sum(axis=1, keepdims=True)
    middle = np.exp(_middle(np.log(own), how)) if how == "geometric_mean" else _middle(own, how)
    if not middle.sum() > 0:
        raise MethodError("weights_not_positive", "experts")
    merged = middle / middle.sum()
    logs = np.log(np.where(own > 0, own, np.nan))
    pairs = logs[:, :, None] - logs[:, None, :]
    matrix = np.exp(_middle(pairs, how))
    return Committee(merged, own, matrix, _answers(pairs), _spread(pairs), np.zeros(len(own)), _minority(own, merged))


def _middle(values: Float, how: str) -> Float:
    """Mean or median over the experts (the first axis) of what is known; NaN where nobody answered."""
    if how not in HOW:
        raise MethodError("value_not_offered", "experts", key="how", value=how, choices=suggestion(how, HOW))
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    if how == "geometric_mean":
        total = np.where(known, values, 0.0).sum(axis=0)
        return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))
    rising = np.sort(values, axis=0)  # NaN last
    low, high = np.maximum(count - 1, 0) // 2, count // 2
    pick = [np.take_along_axis(rising, np.minimum(at, len(values) - 1)[None], axis=0)[0] for at in (low, high)]
    return np.asarray(np.where(count > 0, 0.5 * (pick[0] + pick[1]), np.nan))


def _answers(logs: Float) -> Int:
    return np.asarray((~np.isnan(logs)).sum(axis=0))


def _spread(logs: Float) -> Float:
    """(m, m) exp of the standard deviation (e − 1) of the logarithms; 1 where fewer than two answered."""
    known = ~np.isnan(logs)
    count = known.sum(axis=0)
    away = np.where(known, logs - _middle(logs, "geometric_mean"), 0.0)
    variance = np.square(away).sum(axis=0) / np.maximum(count - 1, 1)
    return np.asarray(np.exp(np.sqrt(variance)))


def _minority(own: Float, merged: Float) -> tuple[Dissent, ...]:
    """Those whose ranks differ from the committee's, the farthest away first."""
    order = ranks(merged)
    found = []
    for expert in np.flatnonzero(~np.isnan(own).any(axis=1)):
        theirs = ranks(own[expert])
        if np.array_equal(theirs, order):
            continue
        gap = own[expert] - merged
        criterion = int(np.argmax(np.abs(gap)))
        first = int(np.argmax(order == 1))
        top = first if theirs[first] == 1 else int(np.argmax(theirs == 1))
        turned = np.sign(theirs[:, None] - theirs) * np.sign(order[:, None] - order) < 0
        moved = 0.5 * float(np.abs(gap).sum())
        found.append(Dissent(int(expert), top, first, int(turned.sum()) // 2, criterion, float(gap[criterion]), moved))
    return tuple(sorted(found, key=lambda one: (-round(one.moved, 12), one.expert)))
