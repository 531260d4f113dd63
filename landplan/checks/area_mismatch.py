"""Declared areas that the geometry does not bear out."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.areas import ellipsoidal_m2
from landplan.core.crs import is_plane
from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks

_NO_AREA_M2 = 1.0
"""A share of less would say nothing: the two halves of a crossing outline cancel."""


@checks.add("Declared area differs", zh="证载面积不符")
def area_mismatch(
    layers: LayerSet,
    *,
    tolerance_share: Annotated[float, Param("difference allowed", unit="share", low=0, high=1, zh="允许相对误差")] = 0.005,
) -> tuple[Issue, ...]:
    """Parcels whose declared area is off both the planar and the ellipsoidal one by more than `tolerance_share`.

    difference_m2 = declared − planar; its share is of the planar area. Comparing with both allows for certificates that were
    computed on the ellipsoid (in an unnamed plane there is only the planar one).
    """
    parcels = layers.parcels
    if "area_declared_m2" not in parcels.fields or parcels.geometry.kind != "polygon":
        return ()
    declared, planar = parcels.numbers("area_declared_m2"), parcels.area_m2
    curved = planar if is_plane(parcels.crs) else ellipsoidal_m2(parcels)
    with np.errstate(divide="ignore", invalid="ignore"):
        off = np.minimum(np.abs(declared - planar) / planar, np.abs(declared - curved) / curved)
    rows = np.flatnonzero(off > tolerance_share)
    shown = np.full(len(planar), np.nan) if is_plane(parcels.crs) else curved
    return tuple(row_issue(parcels, "area_mismatch", row, _values(declared[row], planar[row], shown[row])) for row in rows)


def _values(declared: float, planar: float, curved: float) -> dict[str, object]:
    return {
        "declared_m2": round(float(declared), 1),
        "planar_m2": round(float(planar), 1),
        "ellipsoidal_m2": "–" if np.isnan(curved) else round(float(curved), 1),
        "difference_m2": round(float(declared - planar), 1),
        "percent": round(100 * float((declared - planar) / planar), 2) if planar > _NO_AREA_M2 else "∞",
    }
