"""What a DBF written by GDAL still needs before it is handed over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from landplan.io.dbf import opened


def settle_dbf(path: Path, stamp: date) -> None:
    """Unknown numbers blank, not the asterisks of GDAL that others take for a number too long; the stamp, not today."""
    table = opened(path)
    data = np.fromfile(path, np.uint8)
    data[1:4] = stamp.year - 1900, stamp.month, stamp.day
    start = int(data[8:10].view("<u2")[0])
    rows = data[start : start + table.records.size].reshape(table.records.shape)
    for field in table.fields:
        cells = rows[:, field.start : field.start + field.width]
        if field.kind in "NF":
            cells[(cells == ord("*")).all(axis=1)] = ord(" ")
    data.tofile(path)
