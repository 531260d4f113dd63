"""The pixels of a raster looked at before they are used: which cannot be decoded, and values that are no data unsaid."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Float
from landplan.io.gdal import raster_errors
from landplan.io.raster_header import Header, opened
from landplan.io.raster_text import text_grid_issues
from landplan.io.raw_layer import lacks_memory

_ALL_PIXELS, _BLOCKS, _SECONDS, _BANDS = 40_000_000, 96, 8.0, 16
"""All pixels are decoded up to so many (bands counted); of larger rasters blocks spread evenly, the last too, for so long."""
_LISTED = 20_000
_IN_ORDER = ("AAIGrid", "GSAG")
"""Texts are read from their beginning, so only their first pixels are decoded, and none after one that cannot be."""
_TEXT_BYTES = 100_000_000
_BLOCK_BYTES = 400_000_000
"""A larger block is not decoded just to look at it."""
_SUSPECTS = (-9999.0, -99999.0, -32768.0, -32767.0, -999999.0)
FARTHEST = 1e30
"""No quantity of planning is larger; values beyond it stand for no data however they are declared."""
_WIDEST = {"complex_int16": "complex64"}
_EXACT = 2.0**53


@dataclass(slots=True)
class _Seen:
    """What was found: blocks looked at and those that failed, pixels with data, and how many look like none."""

    looked: int = 0
    failed: int = 0
    known: int = 0
    total: int = 0
    inexact: bool = False
    suspects: dict[float, int] = field(default_factory=dict)
    far: dict[float, int] = field(default_factory=dict)
    reason: str = ""


def pixel_issues(path: Path, header: Header, role: str) -> tuple[Issue, ...]:
    """What is wrong with the pixels, as far as a few seconds show; the whole file when it is small."""
    with opened(path, role) as grid, _warned() as said:
        windows = _windows(grid)
        beyond, stored, listed = _stored(path, grid)
        seen = _seen(grid, header, windows)
        worded = text_grid_issues(path, grid.width * grid.height, role) if _is_worded(path, grid) else ()
        return (*_told(seen, header, (beyond, stored, listed), said, role), *worded)


def _is_worded(path: Path, grid: Any) -> bool:
    """Whether it is a text grid whose values can be counted in a few seconds."""
    return grid.driver == "AAIGrid" and path.stat().st_size <= _TEXT_BYTES


def _told(seen: _Seen, header: Header, blocks: tuple[int, int, int], said: list[str], role: str) -> Iterator[Issue]:
    beyond, stored, listed = blocks
    if seen.failed or beyond:
        bad, of = max((seen.failed, max(seen.looked, 1)), (beyond, max(listed, 1)), key=lambda one: one[0] / one[1])
        yield Issue("pixels_unreadable", role, "blocks", values={"n": bad, "of": of, "reason": seen.reason or "-"})
    elif said:
        yield Issue("pixels_doubtful", role, values={"text": said[0][:160]})
    if not seen.looked and not beyond:
        yield Issue("raster_blocks_large", role)
    if seen.total and not seen.known:
        yield Issue("raster_all_nodata", role, values={"nodata": str(header.nodata)})
    elif listed and not stored and header.nodata is None and not beyond:
        yield Issue("raster_all_sparse", role)
    damaged = seen.failed or beyond or said or any(issue.id == "raster_cut" for issue in header.issues)
    for value, n in {**seen.suspects, **seen.far}.items() if not damaged else ():
        yield Issue("nodata_suspected", role, values={"value": f"{value:g}", "share": _percent(n, seen.total)})
    if seen.inexact:
        yield Issue("raster_inexact", role)


def _percent(n: int, of: int) -> str:
    return f"{100 * n / max(of, 1):.2g}"


def _seen(grid: Any, header: Header, windows: list[Any]) -> _Seen:
    seen, end = _Seen(), time.monotonic() + _SECONDS
    bands = [int(one) for one in np.unique(np.linspace(1, grid.count, min(grid.count, _BANDS)).round())]
    for window in windows:
        if time.monotonic() > end:
            break
        seen.looked += 1
        try:
            _look(grid.read(bands[0], window=window, masked=True), header, seen)
            for band in bands[1:]:
                grid.read(band, window=window)
        except MemoryError:
            raise
        except raster_errors() as error:
            if lacks_memory(error):
                seen.looked -= 1
                break
            seen.failed += 1
            seen.reason = seen.reason or _reason(error)
            if grid.driver in _IN_ORDER:
                break
    return seen


def _look(values: Any, header: Header, seen: _Seen) -> None:
    """Take the pixels of a block of the first band into account."""
    seen.total += values.size
    if header.dtype.startswith("complex"):
        seen.known += values.size
        return
    known = values.compressed()
    if header.nodata is not None:
        known = known[known != header.nodata]
    if known.dtype.kind in "iu" and known.itemsize == 8 and known.size:
        seen.inexact |= bool(float(known.max()) > _EXACT or float(known.min()) < -_EXACT)
    numbers: Float = known.astype(np.float64)
    numbers = numbers[np.isfinite(numbers)]
    far = np.abs(numbers) > FARTHEST
    seen.known += int(numbers.size - far.sum())
    if far.any():
        _add(seen.far, next(iter(seen.far), float(numbers[far][0])), int(far.sum()))
    if header.dtype == "uint8" or not numbers.size or numbers.min() > max(_SUSPECTS):
        return
    for value in _SUSPECTS:
        if n := int((numbers == value).sum()):
            _add(seen.suspects, value, n)


def _add(counts: dict[float, int], value: float, n: int) -> None:
    counts[value] = counts.get(value, 0) + n


def _windows(grid: Any) -> list[Any]:
    """Rows and columns to look at: strips of whole blocks through it all, or single blocks spread evenly, the last first."""
    from rasterio.windows import Window

    tall, wide = grid.block_shapes[0]
    if tall * wide * np.dtype(_WIDEST.get(grid.dtypes[0], grid.dtypes[0])).itemsize > _BLOCK_BYTES:
        return []
    down, across = -(-grid.height // tall), -(-grid.width // wide)
    in_order = grid.driver in _IN_ORDER
    if in_order or grid.width * grid.height * min(grid.count, _BANDS) <= _ALL_PIXELS:
        step = tall * max(1, 4_000_000 // max(grid.width * tall, 1))
        most = grid.height if not in_order else min(grid.height, max(_ALL_PIXELS // grid.width, 1))
        return [Window(0, top, grid.width, min(step, grid.height - top)) for top in range(0, most, step)]
    chosen = np.unique(np.linspace(0, down * across - 1, _BLOCKS).astype(np.int64)).tolist()
    found = []
    for number in [chosen[-1], *chosen[:-1]]:
        row, col = number // across * tall, number % across * wide
        found.append(Window(col, row, min(wide, grid.width - col), min(tall, grid.height - row)))
    return found


def _stored(path: Path, grid: Any) -> tuple[int, int, int]:
    """Of the blocks of a GeoTIFF: how many lie beyond the end of the file, how many are stored, how many were asked after."""
    if grid.driver != "GTiff":
        return 0, 0, 0
    tall, wide = grid.block_shapes[0]
    across = -(-grid.width // wide)
    total, size = across * -(-grid.height // tall), path.stat().st_size
    planes = grid.count if grid.interleaving is not None and grid.interleaving.name == "band" else 1
    beyond = stored = listed = 0
    for band in range(1, min(planes, _BANDS) + 1):
        for number in np.unique(np.linspace(0, total - 1, min(total, _LISTED // min(planes, _BANDS))).astype(np.int64)).tolist():
            at = f"{number % across}_{number // across}"
            first = grid.get_tag_item(f"BLOCK_OFFSET_{at}", dm="TIFF", bidx=band)
            length = grid.get_tag_item(f"BLOCK_SIZE_{at}", dm="TIFF", bidx=band)
            listed += 1
            stored += first is not None
            beyond += first is not None and int(first) + int(length or 0) > size
    return beyond, stored, listed


@contextmanager
def _warned() -> Iterator[list[str]]:
    """What the codecs warn about while pixels are decoded, in their words; each once."""
    said: list[str] = []
    heard, before = _Heard(said), logging.getLogger("rasterio").level
    logger = logging.getLogger("rasterio")
    logger.addHandler(heard)
    logger.setLevel(logging.WARNING)
    try:
        yield said
    finally:
        logger.removeHandler(heard)
        logger.setLevel(before)


class _Heard(logging.Handler):
    def __init__(self, said: list[str]) -> None:
        super().__init__(logging.WARNING)
        self.said = said

    def emit(self, record: logging.LogRecord) -> None:
        text = " ".join(record.getMessage().split())
        if text not in self.said and len(self.said) < _BANDS:
            self.said.append(text)


def _reason(error: BaseException) -> str:
    """The innermost words of an error: those of the codec."""
    while error.__cause__ is not None:
        error = error.__cause__
    return " ".join(str(error).split())[:160]
