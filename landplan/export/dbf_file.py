"""Which texts a DBF can hold."""

from __future__ import annotations

from landplan.core.errors import ExportError

LONGEST_TEXT = 254
"""Bytes of the longest DBF text."""


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
