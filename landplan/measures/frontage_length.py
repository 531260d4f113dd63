"""How much of a parcel's outline lies on a road."""

from __future__ import annotations

from math import cos, inf, radians
from typing import Annotated

from landplan.core.errors import SchemeError
from landplan.core.kernels.frontage import near_length_m
from landplan.core.kernels.nearest import edge_grid, edges_of
from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column

_TURN_DEG = 45.0
_INSIDE_M = 1.0
"""A road drawn up to this far inside the outline still lies before it."""


@measures.add("Frontage", zh="临街长度", unit="m", reach=("within_m",))
def frontage_length(
    context: Measuring,
    *,
    layer: Annotated[str, Param("lines that count as roads", zh="道路图层（线）")] = "roads",
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    within_m: Annotated[float, Param("farthest from the line", zh="离线的最大距离", unit="m", low=0)] = 20.0,
    facing: Annotated[
        bool, Param("only what looks at the line; false: all that is near", zh="仅计面向道路的边；否则凡邻近者均计")
    ] = True,
) -> Column:
    """Metres of the parcel's outline, holes with it, that lie within within_m of a line and look at it.

    Formula: length of {p on the outline: distance(p, lines) ≤ within_m}; a stretch near two lines counts once. Facing: an edge
    counts with the lines, or parts of them, that run within 45° of its direction and lie on its outer side (or up to 1 m
    inside, as sloppy outlines have it), so that neither the sides nor the back of a shallow parcel do. Of an area its outline
    counts as the line. within_m is usually measured from the road's centre line: half its width and a verge. Exact, metres; 0
    where there is none, NaN without geometry. Skipped when the layer is absent or nothing fits `where`. Not where another parcel
    may lie between: choose within_m smaller than a parcel is deep. Skipped for points and lines. SchemeError when the
    layer holds points.
    """
    context.needs_areas()
    features = context.selected(layer, where)
    if features.geometry.kind == "point":
        raise SchemeError("frontage_needs_lines", context.criterion, layer=layer)
    grid = edge_grid(edges_of(features.geometry))
    rules = {"turn": cos(radians(_TURN_DEG)), "inside_m": _INSIDE_M} if facing else {"turn": 0.0, "inside_m": inf}
    return context.column(near_length_m(context.subject.geometry, grid, within_m, **rules), "m", issues=features.issues)
