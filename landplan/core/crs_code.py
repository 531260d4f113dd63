"""Which registered code a CRS has, also where a file says it in its own words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from landplan.core.crs import is_plane

_BASES = (
    (4490, 6378137.0, 298.257222101, r"2000|cgcs|china"),
    (4610, 6378140.0, 298.257, r"1980|xian|西安|80"),
    (4214, 6378245.0, 298.3, r"1954|beijing|北京|54"),
    (4326, 6378137.0, 298.257223563, r"wgs_?\s?(19)?84"),
)
"""Datums of Chinese data: code, ellipsoid (semi-major axis m, inverse flattening), and what their many names have in common."""
_OLD = {900913: 3857}
"""Numbers that were used before the registered one."""


@lru_cache(maxsize=64)
def settled_crs(text: str | None) -> str | None:
    """ "EPSG:4549" where the CRS is that of a code, its WKT else; None for none, an undefined, local or vertical one.

    Of a horizontal and vertical CRS, or one with heights, the horizontal part. A code that is not registered, or is that of
    another CRS than the one described, counts for nothing: what is described does. Names count less than numbers: a
    projection with the figures of a code on a datum that is recognisably its own has that code.
    """
    import pyproj

    if not text or "Undefined " in text[:60]:
        return None
    try:
        system = _plain(pyproj.CRS.from_user_input(text))
    except pyproj.exceptions.CRSError:
        return None
    if not (system.is_geographic or system.is_projected):
        return None
    code = None if system.is_bound else _registered(system) or _by_figures(system)
    return f"EPSG:{code}" if code else str(system.to_wkt())


def shown_code(crs: str | None) -> str | None:
    """What a card calls a settled CRS: its code, the name of a plane or grid, for one with a datum shift of its own the code
    without it, "custom" for any other, None for none."""
    if crs is None or crs.startswith("EPSG:") or is_plane(crs):
        return crs
    import pyproj

    try:
        system = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        return "custom"
    code = _registered(system.source_crs) if system.is_bound else None
    return f"EPSG:{code}" if code else "custom"


def _plain(system: Any) -> Any:
    """The horizontal CRS in two dimensions, without a datum shift that shifts nothing."""
    if system.is_compound:
        system = system.sub_crs_list[0]
    if system.is_bound:
        return system.source_crs if _shifts_nothing(system) else system
    if len(system.axis_info) == 3 and (system.is_geographic or system.is_projected):
        system = system.to_2d()
    return system


def _shifts_nothing(bound: Any) -> bool:
    shift = [step.value for step in bound.coordinate_operation.params if isinstance(step.value, int | float)]
    ellipsoid = bound.source_crs.ellipsoid
    like_wgs84 = ellipsoid is not None and abs(ellipsoid.semi_major_metre - 6378137.0) < 1e-3
    return bool(shift) and not any(abs(one) > 1e-12 for one in shift) and like_wgs84


def _registered(system: Any) -> int | None:
    """The code that identifies the system and is registered."""
    import pyproj

    own = system.to_json_dict().get("id", {})  # of two codes with the same figures (4548, 4509) it is the one stated
    stated = own.get("code") if own.get("authority") == "EPSG" else None
    for confidence, code in ((20, stated), (70, system.to_epsg(70)), (20, system.to_epsg(20))):
        if not isinstance(code, int):
            continue
        try:
            known = pyproj.CRS.from_epsg(code)
        except pyproj.exceptions.CRSError:
            continue
        if confidence == 70 or _same_but_axes(system, known):
            return _OLD.get(code, int(code))
    return None


def _same_but_axes(a: Any, b: Any) -> bool:
    """Whether two systems differ in names and the order of their axes only."""
    if not a.geodetic_crs.equals(b.geodetic_crs, ignore_axis_order=True):
        return False
    if a.is_geographic or b.is_geographic:
        return bool(a.is_geographic and b.is_geographic)
    figures = [
        (one.coordinate_operation.method_name, {step.name: round(step.value, 9) for step in one.coordinate_operation.params})
        for one in (a, b)
    ]
    axes = [sorted((axis.direction, round(axis.unit_conversion_factor, 12)) for axis in one.axis_info) for one in (a, b)]
    return figures[0] == figures[1] and axes[0] == axes[1]


def _by_figures(system: Any) -> int | None:
    """The code of a system that has its figures and a datum under another name: 国家2000 for China 2000."""
    import pyproj
    from pyproj.crs import ProjectedCRS

    ellipsoid, geodetic = system.ellipsoid, system.geodetic_crs
    if ellipsoid is None or geodetic is None or system.prime_meridian.longitude != 0.0:
        return None
    named = " ".join((system.name, geodetic.name, geodetic.datum.name, ellipsoid.name)).lower()
    for code, major_m, flattening, words in _BASES:
        figures = abs(ellipsoid.semi_major_metre - major_m) < 1e-3 and abs(ellipsoid.inverse_flattening - flattening) < 1e-7
        if figures and re.search(words, named):
            base = pyproj.CRS.from_epsg(code)
            if system.is_geographic:
                return code
            return _registered(ProjectedCRS(system.coordinate_operation, geodetic_crs=base))
    return None
