"""WASPAS: weighted sum and weighted product, blended."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt

from landplan.core.blockwise import Blockwise, Stats, all_columns, combined
from landplan.core.kernels.row_scores import known_logs, known_sums
from landplan.core.normalisation import Decision, decision, positive_scaling
from landplan.core.registry import Param, scorings
from landplan.core.scoring_params import ScaledBy, Unknown


def _apply(block: Decision, stats: Stats) -> dict[str, Any]:
    by, lam = positive_scaling(stats[0], block), block.params["lam"]
    low, known = known_sums(block.matrix, block.weights, by)
    logs, _known = known_logs(block.matrix, block.weights, by)
    known[known >= 1.0 - 1e-12] = 1.0
    share = np.where(known > 0, known, np.nan)
    sums, products, high = low / share, np.exp(logs / share), np.exp(logs)
    return {
        "scores": lam * sums + (1.0 - lam) * products,
        "scores_low": lam * low + (1.0 - lam) * np.where(known < 1.0, 0.0, high),
        "scores_high": lam * (low + (1.0 - known)) + (1.0 - lam) * high,
        "weighted_sum": sums,
        "weighted_product": products,
        "known_weight": known,
    }


_BLOCKWISE = Blockwise(_apply, (all_columns,))


@scorings.add(
    "WASPAS",
    zh="WASPAS 加权和与加权积",
    relative=True,
    scaled=True,
    blockwise=_BLOCKWISE,
    source="Zavadskas, Turskis, Antucheviciene & Zakarevicius (2012) Elektronika ir Elektrotechnika 122(6):3-6",
)
def waspas(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    ranked: bool = True,
    *,
    lam: Annotated[
        float, Param("share of the weighted sum; the rest is the product", zh="加权和所占份额，其余为加权积", low=0, high=1)
    ] = 0.5,
    normalisation: ScaledBy = "linear",
    missing: Unknown = "worst",
) -> dict[str, Any]:
    """A blend of weighted sum and weighted product: Q = λ Σ w v + (1 − λ) Π v^w, by default of x/max and min/x.

    matrix (n, m) raw values ≥ 0 (above 0 where less is better), weights (m,) ≥ 0 of any sum, types (m,) +1 or −1 (default
    all +1). Results (n,): scores, ranks (if `ranked`), weighted_sum and weighted_product (its two parts), scores_low and
    scores_high (unknown at 0 and at 1), known_weight. Relative unless normalisation is "none": another maximum rescales.
    missing: "worst" takes the worst known value of the column, "known" both means over the known weight (NaN where nothing
    is known), "refuse" is a MethodError, as are negative values.
    Not as a middle way for its own sake: λ has no meaning outside the two methods; say why it is what it is.
    """
    given = decision(matrix, weights, types, lam=lam, normalisation=normalisation, missing=missing)
    return combined(_BLOCKWISE, given, ranked)
