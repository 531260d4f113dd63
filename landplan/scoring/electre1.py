"""ELECTRE I: the few plots of which a committee's choice should be one."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.core.normalisation import decision, normalised, worst_filled
from landplan.core.pairs import refuse_many
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import ScaledBy, UnknownAsWorst

_LEVEL = 1e-12
Bool = npt.NDArray[np.bool_]


@scorings.add(
    "ELECTRE I (choice)",
    zh="ELECTRE I 优选集",
    relative=True,
    scores=False,
    source="Roy (1968) RIRO 2(8):57-75",
)
def electre1(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    concordance_min: Annotated[float, Param("weight that must agree", zh="至少同意的权重", low=0.5, high=1)] = 0.65,
    discordance_max: Annotated[
        float,
        Param("largest lag in any criterion, of the widest range", zh="任一指标允许的最大落后，占最大极差的份额", low=0, high=1),
    ] = 0.35,
    normalisation: ScaledBy = "minmax",
    missing: UnknownAsWorst = "worst",
) -> dict[str, Any]:
    """The kernel: a plot outside is outranked by one inside, and no plot inside outranks another inside.

    a outranks b if the weight of the criteria in which a is at least as good (concordance) reaches concordance_min and b is
    nowhere ahead by more than discordance_max of the widest range of all scaled criteria (discordance). Plots that outrank
    each other in a ring count as one: all of them are in, or none (once any of them is outranked from inside).
    matrix (n, m) raw values of up to 2,000 plots, weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default all +1).
    Results: concordance and discordance (n, n) of row over column; outranks (n, n); kernel (rows). It gives no score and no
    order: it is for evaluate and a committee, not for the score of a scheme.
    missing: "worst" takes the worst known value of the column, "refuse" is a MethodError, as are more than 2,000 plots.
    Not for many plots or a map: the kernel turns with the two levels and with each plot that comes or goes.
    """
    given = decision(matrix, weights, types, missing=missing)
    refuse_many(len(given.matrix), "electre1")
    scaled = normalised(worst_filled(given), given.types, normalisation)
    concordance, discordance = _agreement(scaled, given.weights)
    outranks = (concordance >= concordance_min - _LEVEL) & (discordance <= discordance_max + _LEVEL)
    np.fill_diagonal(outranks, False)
    return {"concordance": concordance, "discordance": discordance, "outranks": outranks, "kernel": _kernel(outranks)}


def _agreement(scaled: Float, weights: Float) -> tuple[Float, Float]:
    """Concordance and discordance of every row over every other."""
    n, used = len(scaled), np.flatnonzero(weights > 0)
    concordance, lag = np.zeros((n, n)), np.zeros((n, n))
    widest = float(np.ptp(scaled[:, used], axis=0).max()) if n else 0.0
    for j in used:
        ahead = scaled[:, None, j] - scaled[None, :, j]
        concordance += weights[j] * (ahead >= 0)
        np.maximum(lag, -ahead, out=lag)
    return concordance, lag / widest if widest > 0 else lag


def _kernel(outranks: Bool) -> Int:
    """Rows of the kernel of the relation once its rings are drawn together."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    if not len(outranks):
        return np.zeros(0, np.int64)
    count, ring = connected_components(csr_array(outranks), directed=True, connection="strong")
    rows, columns = np.nonzero(outranks)
    edges = np.unique(np.column_stack([ring[rows], ring[columns]])[ring[rows] != ring[columns]], axis=0)
    by: list[list[int]] = [[] for _ in range(count)]
    for over, under in edges.tolist():
        by[under].append(over)
    inside: dict[int, bool] = {}
    waiting = list(range(count))
    while len(inside) < count:  # a ring is settled once all that outrank it are
        for one in [one for one in waiting if all(over in inside for over in by[one])]:
            inside[one] = not any(inside[over] for over in by[one])
        waiting = [one for one in waiting if one not in inside]
    return np.flatnonzero([inside[one] for one in ring.tolist()]).astype(np.int64)
