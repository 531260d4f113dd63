"""What a plot could carry as a land-use model: floor area, jobs, output and tax, each as low, likely and high."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float
from landplan.core.scheme import LandUseModel
from landplan.core.units import M2_PER_MU

CAPACITIES = {"gfa": "m2", "jobs": "person", "output": "wan_per_year", "tax": "wan_per_year"}
"""Quantity → its unit; money in wan a year."""
_PER_MU = {"jobs": "jobs_per_mu", "output": "output_wan_per_mu_year", "tax": "tax_wan_per_mu_year"}


@dataclass(frozen=True, eq=False)
class Range:
    """(n,) low ≤ likely ≤ high; NaN where it is not known."""

    low: Float
    likely: Float
    high: Float


def capacity(model: LandUseModel, area_m2: Float) -> dict[str, Range]:
    """Quantity → its range on each plot, once built as the model.

    Floor area (m²): area × the model's FAR, low, target and high. Jobs, output, tax (a year): area in mu × the model's figure
    per mu, which holds at the target FAR; with less floor area there is proportionally less: low = figure's low × FAR low / FAR
    target, high likewise. Where a figure has no range of its own its low and high are the figure. Unknown where the area or the
    figure is. All grow with the area, with each FAR but the target, and with each figure.
    """
    far, area_mu = model.far, area_m2 / M2_PER_MU
    less, more = (far.low / far.target, far.high / far.target) if far.target > 0 else (1.0, 1.0)
    found = {"gfa": Range(area_m2 * far.low, area_m2 * far.target, area_m2 * far.high)}
    for name, key in _PER_MU.items():
        likely = model.after.get(key, np.nan)
        low, high = model.after_range.get(key, (likely, likely))
        found[name] = Range(area_mu * low * less, area_mu * likely, area_mu * high * more)
    return found


def capacity_as(models: Sequence[LandUseModel], which: npt.NDArray[np.signedinteger], area_m2: Float) -> dict[str, Range]:
    """Quantity → its range on each plot, once built as the model it has in `which` (n,), −1 = none: not known."""
    ranges = [capacity(model, area_m2) for model in models]
    found = {}
    for quantity in CAPACITIES:
        ends = {end.name: np.full(len(area_m2), np.nan) for end in fields(Range)}
        for k, of_model in enumerate(ranges):
            for name, values in ends.items():
                values[which == k] = getattr(of_model[quantity], name)[which == k]
        found[quantity] = Range(**ends)
    return found
