"""Lettering on the parcels of a zone's sheet: path and start year on those in the plan, ids where there is room."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landplan.core.layers import Int
from landplan.export.drawing.colours import INK, SOFT
from landplan.export.drawing.geometry import to_paper, to_world
from landplan.export.drawing.labels import Label, placed_labels
from landplan.export.drawing.lettering import MM_PER_PT, Typeface
from landplan.export.drawing.records import Box, MapFrame, Text
from landplan.export.sheets.parcels import ParcelStates, lettering_places, plan_code

CODE_PT = (6.5, 5.5, 4.5)
ID_PT = 4.5
AROUND_MM = ((0.0, 0.0), (0.0, -5.0), (0.0, 5.0), (-6.0, 0.0), (6.0, 0.0), (0.0, -9.0), (0.0, 9.0), (-9.0, 7.0), (9.0, 7.0))
"""Where else the name of a zone may stand."""
FREE = 0.92
"""How much of a parcel's reach lettering may fill."""


def parcel_labels(
    states: ParcelStates, ids: Any, rows: Int, shapes: Any, frame: MapFrame, typeface: Typeface
) -> tuple[list[Label], int]:
    """Labels of the parcels `rows` with these shapes and short ids (all (r,)), and how many of the plan are too small for one."""
    if not len(rows):
        return [], 0
    codes: list[Label] = []
    named: list[tuple[Label, int]] = []
    world, across, upright = lettering_places(shapes)
    free = FREE * 1000 / frame.scale
    for k, (x, y) in enumerate(to_paper(frame, world).tolist()):
        width, height, short = across[k] * free, upright[k] * free, str(ids[k])
        low = ID_PT * MM_PER_PT if typeface.width_mm(short, ID_PT) <= width else np.inf
        tall, above = 0.0, 0.0
        if states.path[rows[k]] >= 0:
            code = plan_code(states, int(rows[k]))
            sizes = (pt for pt in CODE_PT if typeface.width_mm(code, pt, True) <= width and pt * MM_PER_PT <= height)
            size = next(sizes, 0.0)
            tall = size * MM_PER_PT
            above = 0.61 * (tall + low) + 0.55 if (tall + low) * 1.11 + 0.55 <= height else 0.0
            codes += [_label(code, x, y - (above and above * low / (tall + low)), size, 10.0, width, True)] if size else []
        if above or (not tall and low <= height and states.path[rows[k]] < 0):
            lower = above and above * tall / (tall + low)
            named.append((_label(short, x, y + lower, ID_PT, 9.0 if above else 1.0, width, False), k))
    chosen = int((states.path[rows] >= 0).sum())
    return [*codes, *_inside(named, shapes, frame, typeface)], chosen - len(codes)


def _inside(named: list[tuple[Label, int]], shapes: Any, frame: MapFrame, typeface: Typeface) -> list[Label]:
    """The labels that lie whole in their parcel: in a slanting one, lettering as wide as its middle would reach out of it."""
    import shapely

    if not named:
        return []
    sizes = np.array([(typeface.width_mm(one.text, one.size_pt), one.size_pt * MM_PER_PT * 0.8) for one, _ in named]) / 2
    centres = np.array([(one.x, one.y) for one, _ in named])
    low, high = to_world(frame, centres - sizes), to_world(frame, centres + sizes)
    boxes = shapely.box(low[:, 0], high[:, 1], high[:, 0], low[:, 1])
    whole = shapely.contains(shapes[[k for _, k in named]], boxes)
    return [one for (one, _), fits in zip(named, whole.tolist(), strict=True) if fits]


def rows_lettered(tree_rows: Int, inside: Any, has: Any) -> Int:
    """Rows of the zone on the map that have a surface to letter."""
    return np.asarray(tree_rows[inside[tree_rows] & has[tree_rows]], np.int64)


@dataclass(frozen=True, slots=True)
class Names:
    """All names of a map as placed; how many found no room: codes of parcels in the plan, and other names (ids not counted)."""

    texts: tuple[Text, ...]
    lost_codes: int
    lost_names: int


def lettered(labels: list[Label], box: Box, typeface: Typeface, avoid: list[Box]) -> Names:
    """The names placed one by one; what finds no room is tried again beside its place, names of zones a little smaller."""
    first = placed_labels(labels, box, typeface, avoid=avoid)
    symbols = [Box(one.x - r, one.y - r, 2 * r, 2 * r) for one in labels if (r := one.beside_mm)]
    texts, boxes = [*first.texts], [*avoid, *symbols, *first.boxes]
    lost = [0, 0]
    for n in first.left_out:
        code, label = labels[n].priority >= 10.0, labels[n]
        if not code and label.room_mm == label.room_mm:
            continue
        tried = (placed_labels([one], box, typeface, avoid=boxes) for one in _moved(label, typeface))
        found = next((one for one in tried if one.texts), None)
        lost[not code] += found is None
        texts += found.texts if found else ()
        boxes += found.boxes if found else ()
    return Names(tuple(texts), *lost)


def _moved(label: Label, typeface: Typeface) -> list[Label]:
    """Where else a name may stand: a code anywhere across its parcel, the name of a zone smaller about its place."""
    if label.beside_mm:
        return []
    if label.room_mm == label.room_mm:
        reach = (label.room_mm - typeface.width_mm(label.text, label.size_pt, label.bold)) / 2
        return [replace(label, x=label.x + reach * part) for part in (-0.5, 0.5, -0.75, 0.75, -1.0, 1.0)]
    return [replace(label, x=label.x + dx, y=label.y + dy, size_pt=label.size_pt * 0.85) for dx, dy in AROUND_MM]


def _label(words: str, x: float, y: float, size: float, priority: float, room: float, bold: bool) -> Label:
    return Label(words, x, y, priority, size, bold, INK if bold else SOFT, None, room_mm=room)
