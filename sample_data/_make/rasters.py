"""Two rasters on 30 m pixels: 5G-A coverage (percent) and flood depth (m)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from rasterio.features import rasterize
from rasterio.transform import Affine, from_origin
from scipy.ndimage import distance_transform_edt

from .ground import creeks, district
from .places import CLUSTERS, CRS, NOTE_BOTH, TOWNS, Array, centre_xy, rng

PIXEL_M = 30.0


def _grid() -> tuple[Affine, tuple[int, int]]:
    x0, y0, x1, y1 = (np.array(district().bounds) / PIXEL_M).round() * PIXEL_M
    return from_origin(x0 - 90, y1 + 90, PIXEL_M, PIXEL_M), (int((y1 - y0 + 180) / PIXEL_M), int((x1 - x0 + 180) / PIXEL_M))


def _burn(shapes: list[Any], transform: Affine, size: tuple[int, int]) -> NDArray[np.bool_]:
    return np.asarray(rasterize([(s, 1) for s in shapes], out_shape=size, transform=transform, all_touched=True)).astype(bool)


def _waves(size: tuple[int, int], count: int, shortest: float, longest: float, random: np.random.Generator) -> Array:
    """Smooth random field, about -1 … 1, wavelengths in pixels."""
    y, x = np.mgrid[0 : size[0], 0 : size[1]].astype(float)
    out = np.zeros(size)
    for _ in range(count):
        length, a, phase = random.uniform(shortest, longest), random.uniform(0, np.pi), random.uniform(0, 6.3)
        out += np.sin(2 * np.pi * (x * np.cos(a) + y * np.sin(a)) / length + phase)
    return np.asarray(out / np.sqrt(count), dtype=float)


def _write(path: Path, values: NDArray[Any], transform: Affine, nodata: float, title: str, unit: str, predictor: int) -> None:
    profile: dict[str, Any] = {
        "driver": "GTiff",
        "width": values.shape[1],
        "height": values.shape[0],
        "count": 1,
        "dtype": values.dtype,
        "crs": CRS,
        "transform": transform,
        "nodata": nodata,
        "compress": "deflate",
        "zlevel": 9,
        "predictor": predictor,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
    }
    with rasterio.open(path, "w", **profile) as file:
        file.write(values, 1)
        file.set_band_description(1, title)
        file.update_tags(TIFFTAG_IMAGEDESCRIPTION=f"{title} {NOTE_BOTH}", unit=unit)


def coverage(path: Path) -> None:
    """5G-A coverage in percent, steps of 5: masts are dense in towns and areas, thin in the country; 255 outside."""
    random, (transform, size) = rng(12), _grid()
    spots = [centre_xy(t.lonlat) + random.normal(0, t.centre_m * 0.8, (9, 2)) for t in TOWNS]
    spots += [
        centre_xy(c.lonlat) + random.normal(0, 0.55, (14 if c.wan_per_mu > 250 else 7, 2)) * np.array(c.axes_m) for c in CLUSTERS
    ]
    x0, y0, x1, y1 = district().bounds
    spots.append(np.stack([random.uniform(x0, x1, 130), random.uniform(y0, y1, 130)], 1))
    masts = np.zeros(size, bool)
    col, row = ~transform * np.concatenate(spots).T
    ok = (row >= 0) & (row < size[0]) & (col >= 0) & (col < size[1])
    masts[row[ok].astype(int), col[ok].astype(int)] = True
    far = distance_transform_edt(~masts) * PIXEL_M
    share = 1 / (1 + np.exp((far - 720) / 170)) + 0.04 * _waves(size, 8, 12, 50, random)
    steps = (np.round(np.clip(share, 0, 1) * 20) * 5).astype(np.uint8)
    steps[~_burn([district()], transform, size)] = 255
    _write(path, steps, transform, 255, "5G-A覆盖率（百分比） 5G-A coverage (percent)", "percent", 1)


def flood(path: Path) -> None:
    """Flood depth in m of an invented storm: deep beside creeks in low ground, 0 on most of it."""
    random, (transform, size) = rng(13), _grid()
    far = distance_transform_edt(~_burn([c.line.buffer(c.width_m / 2) for c in creeks()], transform, size)) * PIXEL_M
    low = _waves(size, 14, 45, 260, random)
    depth = 1.15 * np.exp(-far / 240) + 0.34 * low - 0.5
    depth = np.where(depth < 0.03, 0, np.round(depth, 2)).astype(np.float32)
    depth[~_burn([district()], transform, size)] = -9999
    _write(path, depth, transform, -9999, "淹没深度（米） flood depth (m)", "m", 3)
