"""Where the FAR rests on gross instead of counted floor area."""

from __future__ import annotations

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.registry import checks


@checks.add("FAR from gross floor area", zh="容积率按建筑面积计")
def floor_area_basis(layers: LayerSet) -> tuple[Issue, ...]:
    """One note with the number of parcels whose counted floor area is missing, so that `far` takes the gross one.

    The two differ by local rule (tall storeys count more); such a FAR is comparable only roughly.
    """
    parcels = layers.parcels
    if "gfa_m2" not in parcels.fields:
        return ()
    unknown = np.ones(len(parcels), bool)
    if "far_area_m2" in parcels.fields:
        unknown = np.isnan(parcels.numbers("far_area_m2"))
    n = int((unknown & ~np.isnan(parcels.numbers("gfa_m2"))).sum())
    return (Issue("far_from_gross", "parcels", "note", values={"n": n}),) if n else ()
