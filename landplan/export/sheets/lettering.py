"""Lettering on the parcels of a zone's sheet: path and start year on those in the plan, ids where there is room."""

from __future__ import annotations

from typing import Any

import numpy as np

from landplan.core.layers import Int
from landplan.export.drawing.colours import INK, SOFT
from landplan.export.drawing.geometry import to_paper
from landplan.export.drawing.labels import Label
from landplan.export.drawing.lettering import MM_PER_PT, Typeface
from landplan.export.drawing.records import MapFrame
from landplan.export.sheets.parcels import ParcelStates, plan_code, room_mm
from landplan.export.sheets.zones import middles

CODE_PT = (6.5, 5.5, 4.5)
ID_PT = 4.5
FREE = 0.92
"""How much of a parcel's reach lettering may fill."""


def parcel_labels(
    states: ParcelStates, ids: Any, rows: Int, shapes: Any, frame: MapFrame, typeface: Typeface
) -> tuple[list[Label], int]:
    """Labels of the parcels `rows` with these shapes and short ids (all (r,)), and how many of the plan are too small for one."""
    labels: list[Label] = []
    unlabelled = 0
    if not len(rows):
        return labels, unlabelled
    world = middles(shapes)
    across, upright = room_mm(shapes, world, frame.scale)
    for k, (x, y) in enumerate(to_paper(frame, world).tolist()):
        width, height = across[k] * FREE, upright[k] * FREE
        id_fits = typeface.width_mm(str(ids[k]), ID_PT) <= width
        if states.path[rows[k]] < 0:
            if id_fits and height >= ID_PT * MM_PER_PT:
                labels.append(_label(str(ids[k]), x, y, ID_PT, 1.0, width, False))
            continue
        code = plan_code(states, int(rows[k]))
        size = next((pt for pt in CODE_PT if typeface.width_mm(code, pt, True) <= width and pt * MM_PER_PT <= height), None)
        if size is None:
            unlabelled += 1
            continue
        tall, low = size * MM_PER_PT, ID_PT * MM_PER_PT
        apart = 0.61 * (tall + low) + 0.55 if id_fits and (tall + low) * 1.11 + 0.55 <= height else 0.0
        labels.append(_label(code, x, y - apart * low / (tall + low), size, 10.0, width, True))
        if apart:
            labels.append(_label(str(ids[k]), x, y + apart * tall / (tall + low), ID_PT, 9.0, width, False))
    return labels, unlabelled


def rows_lettered(tree_rows: Int, inside: Any, has: Any) -> Int:
    """Rows of the zone on the map that have a surface to letter."""
    return np.asarray(tree_rows[inside[tree_rows] & has[tree_rows]], np.int64)


def _label(words: str, x: float, y: float, size: float, priority: float, room: float, bold: bool) -> Label:
    return Label(words, x, y, priority, size, bold, INK if bold else SOFT, None, room_mm=room)
