"""How far one weight can move before another plot takes the place: weight stability intervals of a weighted sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError
from landplan.core.kernels.row_scores import known_sums
from landplan.core.layers import Float, Int
from landplan.core.normalisation import decision, refuse_unknown
from landplan.core.ranking import DIGITS

_LEVEL = 10.0**-DIGITS


@dataclass(frozen=True, eq=False)
class Stability:
    """Of r plots and m criteria: between low and high (r, m), shares of 1, the plot keeps its place when that weight alone
    moves; weights (m,) and scores (n,) now. below, above (r, m): the row that takes the place beyond, −1 where none does up
    to 0 or 1."""

    rows: Int
    weights: Float
    scores: Float
    low: Float
    high: Float
    below: Int
    above: Int

    @property
    def distance(self) -> Float:
        """(r, m) how far each weight can move, at least, until the place is lost; inf where it cannot be."""
        down = np.where(self.below >= 0, self.weights - self.low, np.inf)
        up = np.where(self.above >= 0, self.high - self.weights, np.inf)
        return np.asarray(np.minimum(down, up))


@dataclass(frozen=True, eq=False)
class _Lines:
    """gained (n,) = Σ w u and known (n,) = Σ w over the known criteria, and what a unit of one weight adds to them while the
    others keep their proportions: S = gained / known."""

    gained: Float
    known: Float
    more_gained: Float
    more_known: Float

    def lead(self, row: int) -> tuple[Float, Float, Float]:
        """(n,) a, b, c: after a change x of the weight, a row is ahead of `row` where a x² + b x + c > 0."""
        s, k, ds, dk = self.gained, self.known, self.more_gained, self.more_known
        a = ds * dk[row] - ds[row] * dk
        b = (s * dk[row] - s[row] * dk) + (ds * k[row] - ds[row] * k)  # exactly 0 between twins
        return a, b, s * k[row] - s[row] * k


def weight_stability(
    values: npt.ArrayLike,
    weights: npt.ArrayLike,
    *,
    rows: Sequence[int] | None = None,
    top: int = 1,
    missing: str = "known",
) -> Stability:
    """The interval of each weight in which a plot stays among the best `top`, the others keeping their proportions.

    S(t) = t u_j + (1 − t) Σ_{l≠j} w_l u_l / (1 − w_j): where S of two plots cross, places change hands; exact, no search. A
    plot keeps its place while fewer than `top` plots are above it; level is not above.
    values (n, m): utilities; weights (m,) ≥ 0 of any sum. missing: unknown utilities leave the score to the known weight, as in
    scoring ("known"), or are a MethodError ("refuse"). rows: the plots asked for, which must have the place now; default the
    best one, the first listed of level ones. A weight of 1 leaves the others without proportions: they then share alike.
    MethodError as in scoring, and for a plot that has no such place. What would flip the recommended model of one plot is
    another question, with other weights a model: app/flip.
    Source: Mareschal (1988) Weight stability intervals in multicriteria decision aid, EJOR 33(1):54-64 (the idea).
    """
    given = decision(values, weights, None)
    if missing == "refuse":
        refuse_unknown(given.matrix)
    gained, known = known_sums(given.matrix, given.weights)
    scores = np.divide(gained, known, out=np.full(len(gained), np.nan), where=known > 0)
    ranked = np.where(known > 0, scores, -np.inf)
    best = [int(np.round(ranked, DIGITS).argmax())] if len(ranked) else []
    asked = np.array(best if rows is None else list(rows), np.int64)
    for row in asked:
        if not known[row] > 0 or (ranked > ranked[row] + _LEVEL).sum() >= top:
            raise MethodError("stability_not_in_place", row=int(row), top=top)
    shape = len(asked), len(given.weights)
    low, high = np.zeros(shape), np.ones(shape)
    below, above = np.full(shape, -1, np.int64), np.full(shape, -1, np.int64)
    for j, weight in enumerate(given.weights):
        lines = _lines(given.matrix, weight, j, gained, known)
        for place, row in enumerate(asked):
            ahead, level = ranked > ranked[row] + _LEVEL, np.abs(ranked - ranked[row]) <= _LEVEL
            a, b, c = (np.where(known > 0, part, 0.0) for part in lines.lead(int(row)))
            c[level] = 0.0
            up, above[place, j] = _lost(ahead, a, b, c, 1.0 - weight, top)
            down, below[place, j] = _lost(ahead, a, -b, c, weight, top)
            low[place, j], high[place, j] = weight - down, weight + up
    return Stability(asked, given.weights, scores, low, high, below, above)


def _lines(matrix: Float, weight: float, j: int, gained: Float, known: Float) -> _Lines:
    m = matrix.shape[1]
    utility, knows = np.nan_to_num(matrix[:, j]), (~np.isnan(matrix[:, j])).astype(np.float64)
    if weight < 1.0:
        rest, rest_known = (gained - weight * utility) / (1.0 - weight), (known - weight * knows) / (1.0 - weight)
    else:
        alike = np.full(m, 1.0 / max(m - 1, 1))
        alike[j] = 0.0
        rest, rest_known = known_sums(matrix, alike)
    still = (knows == 0.0) | (rest_known <= _LEVEL)  # one that knows only this criterion, or all but it
    scores = np.divide(gained, known, out=np.zeros(len(gained)), where=known > 0)
    return _Lines(
        np.where(still, scores, gained),
        np.where(still, 1.0, known),
        np.where(still, 0.0, utility - rest),
        np.where(still, 0.0, knows - rest_known),
    )


def _lost(ahead: npt.NDArray[np.bool_], a: Float, b: Float, c: Float, most: float, top: int) -> tuple[float, int]:
    """The change in 0 … most of a weight at which a plot loses its place, and who passes it then; most, −1 where it does not.

    Others pass it, or fall back behind it, where their lead a x² + b x + c changes its sign.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        half = -(b + np.copysign(np.sqrt(b * b - 4.0 * a * c), b)) / 2.0
        roots = np.concatenate([half / a, np.where(half == 0.0, 0.0, c / half)])
        slope = np.tile(b, 2) + 2.0 * np.tile(a, 2) * roots
        slope = np.where((roots == 0.0) & (slope == 0.0), np.tile(a, 2), slope)
        met = np.flatnonzero((roots >= 0.0) & (roots < most - _LEVEL) & (slope != 0.0))
    other, step = met % len(a), np.sign(slope[met])
    useful = (roots[met] > 0.0) | (step > 0)  # a level one that falls back was never above
    met, other, step = met[useful], other[useful], step[useful]
    order = np.lexsort((-slope[met], step, roots[met]))
    lost = np.flatnonzero(ahead.sum() + np.cumsum(step[order]) >= top)
    if not len(lost):
        return most, -1
    return float(roots[met[order[lost[0]]]]), int(other[order[lost[0]]])
