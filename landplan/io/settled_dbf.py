"""What a DBF written by GDAL still needs before it is handed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from landplan.io.dbf_layout import layout


def settle_dbf(path: Path, stamp: date) -> None:
    """Unknown numbers blank, not the asterisks of GDAL that others take for a number too long; the stamp, not today."""
    data = np.fromfile(path, np.uint8)
    plan = layout(data, path)
    data[1:4] = stamp.year - 1900, stamp.month, stamp.day
    rows = data[plan.start : plan.start + plan.rows * plan.length].reshape(plan.rows, plan.length)
    for field in plan.fields:
        cells = rows[:, field.start : field.start + field.width]
        if field.kind in "NF":
            cells[(cells == ord("*")).all(axis=1)] = ord(" ")
    data.tofile(path)
