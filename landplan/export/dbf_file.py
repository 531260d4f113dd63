"""What a DBF written by GDAL still needs before it is handed over, and which texts it can hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from landplan.core.errors import ExportError

LONGEST_TEXT = 254
"""Bytes of the longest DBF text."""


def settle_dbf(path: Path, stamp: date) -> None:
    """Unknown numbers blank, not the asterisks of GDAL that others take for a number too long; the stamp, not today."""
    from landplan.io.dbf import opened

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


def text_bytes(cell: str, encoding: str, layer: str, field: str) -> int:
    """Bytes a text takes in a DBF; ExportError where the encoding lacks one of its characters: nothing becomes a '?'."""
    try:
        return len(cell.encode(encoding))
    except UnicodeEncodeError as error:
        raise ExportError("shapefile_character", layer, field=field, text=cell, encoding=encoding) from error


def shortened(cell: str, encoding: str) -> str:
    """A text that fits a DBF field; where something had to go, … stands for it (two bytes in GBK, three in UTF-8)."""
    if len(cell.encode(encoding)) <= LONGEST_TEXT:
        return cell
    return cell.encode(encoding)[: LONGEST_TEXT - 3].decode(encoding, "ignore") + "…"
