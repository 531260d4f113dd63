"""How far it is to the nearest feature along the roads."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import Annotated

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, SchemeError
from landplan.core.kernels.network import Bits
from landplan.core.kernels.rings import bounds
from landplan.core.layers import Float, Geometry, Layer, take
from landplan.core.measuring import BEYOND, STRAIGHT, Measuring
from landplan.core.registry import Param, measures
from landplan.core.road_network import RoadNetwork, road_network
from landplan.core.shapes import nearest_feature_m
from landplan.core.tables import Column

_TOUCHING_M = 1e-3
"""A parcel this near a feature needs no road to it."""


@measures.add(
    "Distance along roads",
    zh="路网距离",
    unit="m",
    source="Dijkstra (1959) Numerische Mathematik 1:269-271",
    reach=inf,
)
def network_distance(
    context: Measuring,
    *,
    layer: Annotated[str, Param("layer to go to", zh="目标图层")],
    where: Annotated[str, Param("only features for which this holds", zh="仅满足条件的要素")] = "",
    roads: Annotated[str, Param("line layer of the roads", zh="道路图层（线）")] = "roads",
    roads_where: Annotated[str, Param("only roads for which this holds", zh="仅满足条件的道路")] = "",
    reach_m: Annotated[float, Param("how far to search", zh="搜索范围", unit="m", low=0)] = 5000.0,
    snap_m: Annotated[float, Param("farthest from a road to get on to it", zh="上路的最大距离", unit="m", low=0)] = 100.0,
    join_m: Annotated[float, Param("an end this near another road joins it", zh="线端与道路相接的容差", unit="m", low=0)] = 1.0,
    crossings: Annotated[bool, Param("roads join wherever they cross, bridges too", zh="道路相交处一律连通（含桥、隧）")] = False,
    off_network: Annotated[str, Param("where no road leads", zh="无路可达时", choices=("straight", "unknown"))] = "straight",
) -> Column:
    """Shortest way from the parcel to a feature: straight to the nearest road, along the roads, and straight to the feature.

    Formula: min over features of gap(parcel) + Σ road pieces + gap(feature). Either gap leads to the nearest point of the
    network (of a stretch equally near, to its ends), at most snap_m away; the parcel's to that of every connected part of it.
    Roads join at common vertices, and where an end lies within join_m of another road; no way is shorter than a straight line.
    0 where parcel and feature touch, to the millimetre. Metres. Where no road leads, the straight line is taken with state 4 and
    counted in an Issue, or it is unknown (`off_network`). Beyond reach_m: reach_m, state 2. NaN without geometry. Skipped when a
    layer is absent or nothing fits. SchemeError when roads are no lines. Not for one-way streets, turn bans or travel times,
    which are not read; nor for roads drawn in parts that do not meet (an Issue tells in how many).
    """
    goals, lines = context.selected(layer, where), context.selected(roads, roads_where)
    if lines.geometry.kind != "line":
        raise SchemeError("network_needs_lines", context.criterion, layer=roads)
    made = ("network", roads, roads_where, join_m, crossings)
    network = context.kept(made, lambda: road_network(lines.geometry, join_m=join_m, crossings=crossings), whole=True)
    ways, lost = _ways_m(context.subject.geometry, goals, network, snap_m)
    values, state = _settled(context.subject.geometry, goals, ways, reach_m)
    counts = {f"network_{off_network}": state == STRAIGHT, "distance_beyond_reach": state == BEYOND, "network_goals_off": lost}
    if off_network == "unknown":
        values[state == STRAIGHT] = np.nan
    facts = {"layer": layer, "roads": roads, "snap_m": snap_m, "reach_m": reach_m}
    found = (context.issue(id, n=int(rows.sum()), **facts) for id, rows in counts.items() if rows.any())
    return context.column(
        values, "m", state=state, issues=(*goals.issues, *lines.issues, *_parts(context, network, roads), *found)
    )


def _ways_m(subject: Geometry, goals: Layer, network: RoadNetwork, snap_m: float) -> tuple[Float, Bits]:
    """(n,) metres along the network, inf where no road leads, NaN without geometry; and which features no road reaches."""
    into = network.nearest(goals.geometry, snap_m)
    cut, nodes = network.cut(into.edge, into.along)
    from_node = cut.distance_m(nodes, into.gap_m)
    out = np.where(np.diff(subject.row) > 0, np.inf, np.nan)
    part = np.where(np.isfinite(from_node), cut.group, -1)[cut.node[:, 0]]
    box = bounds(subject)
    for number in np.unique(part[part >= 0]):
        led = cut.only(part == number)
        rows = np.flatnonzero(_near(box, led.pieces, snap_m))
        way = led.nearest(take(subject, rows), snap_m)
        first, last = from_node[led.node[way.edge]].T
        ahead = led.length_m[way.edge]
        onwards = np.minimum(first + way.along * ahead, last + (1.0 - way.along) * ahead)
        np.minimum.at(out, rows[way.row], way.gap_m + onwards)
    lost = np.diff(goals.geometry.row) > 0
    lost[into.row] = False
    return out, lost


def _near(box: Float, pieces: Float, within_m: float) -> Bits:
    """(n,) whether the box of a row comes near the box of all pieces."""
    ends = pieces.reshape(-1, 2)
    return np.asarray(((box[:, :2] <= ends.max(axis=0) + within_m) & (box[:, 2:] >= ends.min(axis=0) - within_m)).all(axis=1))


def _settled(subject: Geometry, goals: Layer, ways: Float, reach_m: float) -> tuple[Float, npt.NDArray[np.int8]]:
    """The values and their states: where no road leads the straight line, and nothing beyond the reach."""
    off = np.flatnonzero(np.isinf(ways))
    values, state = ways.copy(), np.zeros(len(ways), np.int8)
    values[off] = nearest_feature_m(take(subject, off), goals, reach_m)
    state[off] = STRAIGHT
    touch = nearest_feature_m(subject, goals, _TOUCHING_M)
    touching = np.isfinite(touch)
    values[touching], state[touching] = touch[touching], 0
    state[values > reach_m] = BEYOND
    return np.where(values > reach_m, reach_m, values), state


def _parts(context: Measuring, network: RoadNetwork, roads: str) -> Iterator[Issue]:
    """What is to be said of a network that falls into parts."""
    length = np.bincount(network.group[network.node[:, 0]], network.length_m)
    parts = int((length > 0).sum())
    if parts > 1:
        percent = f"{100 * (1 - length.max() / length.sum()):.1f}"
        yield context.issue("network_in_parts", roads=roads, parts=parts, percent=percent)
