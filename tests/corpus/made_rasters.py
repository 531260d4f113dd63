"""Small rasters for the corpus: by GDAL where they are sound, byte by byte where no program would write them."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landplan.io.gdal import heard, rasters

NORTH_UP = (10.0, 0.0, 611_000.0, 0.0, -10.0, 3_463_000.0)
"""Pixels of 10 m in Jiading, EPSG:4549."""
WORLD = (10.0, 0.0, 0.0, -10.0, 611_005.0, 3_462_995.0)
"""The same as a world file says it."""


def noise(height: int = 20, width: int = 30, bands: int = 1, kind: Any = np.float32, seed: int = 1) -> Any:
    """(bands, height, width) values of 0 … 100."""
    return np.random.default_rng(seed).uniform(0, 100, (bands, height, width)).astype(kind)


def tif(path: Path, values: Any, *, crs: str | None = "EPSG:4549", transform: Any = NORTH_UP, **options: Any) -> Path:
    """A GeoTIFF (or another format by `driver`); `scales`, `offsets` and `tags` are set as GDAL does."""
    rasterio = rasters()
    values = values if values.ndim == 3 else values[None]
    after = {name: options.pop(name) for name in ("scales", "offsets", "units", "gcps", "rpcs") if name in options}
    count, height, width = values.shape
    given = {"driver": "GTiff", "dtype": values.dtype, "crs": crs, "transform": transform and rasterio.Affine(*transform)}
    given = {name: value for name, value in {**given, **options}.items() if value is not None}
    with heard(), rasterio.open(path, "w", height=height, width=width, count=count, **given) as grid:
        if "gcps" in after:
            grid.gcps = after.pop("gcps"), crs
        grid.write(values)
        for name, value in after.items():
            setattr(grid, name, value)
    return path


def copied(path: Path, driver: str, values: Any, *, crs: str | None = "EPSG:4549", **options: Any) -> Path:
    """A format that GDAL writes only as a copy of another raster."""
    from rasterio.shutil import copy

    source = tif(path.with_name("source.tif"), values, crs=crs)
    with heard():
        copy(source, path, driver=driver, **options)
    source.unlink()
    for file in path.parent.glob("*.aux.xml"):
        file.unlink()
    return path


def beside(path: Path, suffix: str, content: str) -> Path:
    """Write a file beside the raster with its stem, or with its whole name for `.aux.xml`; the raster's path."""
    file = path.with_name(path.name + suffix) if suffix == ".aux.xml" else path.with_suffix(suffix)
    file.write_text(content, "utf-8")
    return path


def world(path: Path, suffix: str = ".tfw", six: Sequence[float] = WORLD) -> Path:
    return beside(path, suffix, "\n".join(str(one) for one in six) + "\n")


def bare_tif(path: Path, width: int, height: int, *, bands: int = 1, strip: tuple[int, int] = (8, 0), rows: int = 0) -> Path:
    """A TIFF of a header only: what it says of its size is not in it. strip: place and length of its one strip."""
    tags = [
        (256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, strip[0]), (277, 3, bands),
        (278, 4, rows or height), (279, 4, strip[1] or min(width * height, 2**32 - 1)), (339, 3, 1),
    ]  # fmt: skip
    entries = b""
    for tag, kind, value in tags:
        entries += struct.pack("<HHI", tag, kind, 1) + value.to_bytes(4, "little")
    path.write_bytes(b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4))
    return path


def changed(path: Path, start: float, end: float, how: str = "flip") -> Path:
    """Damage the bytes from a share to a share of the file: flipped, or cut away."""
    raw = bytearray(path.read_bytes())
    first, last = int(len(raw) * start), int(len(raw) * end)
    if how == "cut":
        del raw[first:last]
    else:
        raw[first:last] = bytes(byte ^ 0x5A for byte in raw[first:last])
    path.write_bytes(raw)
    return path
