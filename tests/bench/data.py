"""An invented town of any size, from a seed: parcels, zones, points, lines and a raster, as landplan's own arrays.

A square of 0.6 ha a parcel is cut into street blocks and these into parcels; every side gets a few surveyed points, a
gentle warp makes the streets bend, and the rows come in random order. Neighbours are surveyed apart: they meet within
centimetres, with slits and slight overlaps, as in a real cadastre.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from factories import CRS, make_layer, make_raster

from landplan.core.layers import Geometry, Layer, LayerSet, Raster, Source, take

Float = npt.NDArray[np.float64]
Int = npt.NDArray[np.int64]

WEST_M, SOUTH_M = 624_000.0, 3_473_000.0
STREET_M = 12.0
PIXEL_M = 10.0
LAND_USES = np.array(["1001", "1101", "0701", "0802", "1207", "1401"], object)


def side_m(n: int) -> float:
    """Side of the square that holds n parcels, m."""
    return float(np.sqrt(n * 6000.0))


def layers(n: int, seed: int = 7, *, features: int = 5000, zones: int = 10) -> LayerSet:
    """The whole town: parcels, zones, stations (points), roads (lines) and the raster `noise`."""
    found = (parcels(n, seed), zone_layer(n, seed, zones), stations(n, seed, features), roads(n, seed, features))
    return LayerSet(CRS, {layer.id: layer for layer in found}, {"noise": raster(n, seed)})


def parcels(n: int, seed: int = 7) -> Layer:
    """n parcels with the fields a scheme asks for; some values unknown."""
    import pyarrow as pa

    random = np.random.default_rng([seed, n])
    geometry = take(_outlines(_plots(n, random), n, random), random.permutation(n))
    columns = {name: pa.array(values, from_pandas=True) for name, values in fields(n, random).items()}
    ids = columns["id"].to_numpy(zero_copy_only=False)
    return Layer("parcels", pa.table(columns), geometry, CRS, ids, Source("parcels.gpkg", rows_in=n))


def fields(n: int, random: np.random.Generator) -> dict[str, Any]:
    """What is known about n parcels; 3 % of each amount is not."""
    output = random.lognormal(7.5, 1.0, n).round(1)
    amounts = {
        "output_wan": output,
        "tax_wan": (output * random.uniform(0.01, 0.09, n)).round(2),
        "jobs": random.integers(3, 400, n).astype(np.float64),
        "gfa_m2": random.uniform(1e3, 9e3, n).round(1),
        "firms": np.ones(n),
        "energy_tce": (output * random.uniform(0.02, 0.3, n)).round(1),
        "built_year": random.integers(1980, 2020, n).astype(np.float64),
        "vacant_share": random.uniform(0.0, 1.0, n).round(3),
    }
    for values in amounts.values():
        values[random.random(n) < 0.03] = np.nan
    ids = np.char.add("JD-", np.char.zfill(np.arange(n).astype(str), 7)).astype(object)
    return {"id": ids, "land_use": LAND_USES[random.integers(0, len(LAND_USES), n)], **amounts}


def zone_layer(n: int, seed: int = 7, zones: int = 10) -> Layer:
    """Two rows of concave zones of one set that do not touch each other, 400 vertices each."""
    import shapely

    random = np.random.default_rng([seed, n, 1])
    side, columns = side_m(n), -(-zones // 2)
    turn = np.linspace(0.0, 2 * np.pi, 400, endpoint=False)
    shapes = []
    for k in range(zones):
        centre = WEST_M + (k % columns + 0.5) * side / columns, SOUTH_M + (k // columns + 0.5) * side / 2
        lobes, phase = random.integers(3, 8), random.uniform(0, 6)
        reach = side / columns / 2 * (0.75 + 0.2 * np.sin(lobes * turn + phase) + 0.02 * np.sin(61 * turn))
        shapes.append(shapely.Polygon(np.column_stack([centre[0] + reach * np.cos(turn), centre[1] + reach * np.sin(turn)])))
    return make_layer(shapes, id="zones", set=["block"] * zones, name=[f"Zone {k}" for k in range(zones)])


def stations(n: int, seed: int = 7, count: int = 5000) -> Layer:
    """Points anywhere in the town."""
    import shapely

    random = np.random.default_rng([seed, n, 2])
    return make_layer(list(shapely.points(_places(n, count, random))), id="stations", kind=["metro"] * count)


def roads(n: int, seed: int = 7, count: int = 5000) -> Layer:
    """Bending lines of eight vertices, about 400 m long."""
    import shapely

    random = np.random.default_rng([seed, n, 3])
    heading = random.uniform(0, 2 * np.pi, (count, 1)) + random.normal(0, 0.3, (count, 7)).cumsum(axis=1)
    steps = 60.0 * np.stack([np.cos(heading), np.sin(heading)], axis=2)
    xy = np.concatenate([np.zeros((count, 1, 2)), steps.cumsum(axis=1)], axis=1) + _places(n, count, random)[:, None, :]
    return make_layer(list(shapely.linestrings(xy)), id="roads", **{"class": ["trunk"] * count})


def streets(n: int, edges: int = 200_000) -> Layer:
    """A connected net of streets over the town, in lines of eight pieces that share their crossings."""
    import shapely

    count = max(int(np.sqrt(edges / 2)), 9)
    across, up = np.meshgrid(np.linspace(0.0, side_m(n), count), np.linspace(0.0, side_m(n), count))
    xy = _warped(across.ravel(), up.ravel()).reshape(count, count, 2)
    lines = [line[start : start + 9] for line in (*xy, *xy.transpose(1, 0, 2)) for start in range(0, count - 1, 8)]
    return make_layer([shapely.LineString(line) for line in lines], id="streets")


def raster(n: int, seed: int = 7) -> Raster:
    """A 10 m raster that covers the town, 5 % of it without data."""
    random = np.random.default_rng([seed, n, 4])
    pixels = int(side_m(n) / PIXEL_M) + 40
    row, column = np.mgrid[0:pixels, 0:pixels]
    values = 55 + 10 * np.sin(column / 170) * np.cos(row / 230) + random.standard_normal((pixels, pixels))
    values[random.random((pixels, pixels)) < 0.05] = np.nan
    return make_raster(values, id="noise", x_m=WEST_M - 200, y_m=SOUTH_M - 200 + pixels * PIXEL_M, pixel_m=PIXEL_M, unit="")


def matrix(n: int, m: int = 12, seed: int = 7) -> Float:
    """(n, m) utilities in 0…1, all known, column by column in memory."""
    return np.asfortranarray(np.random.default_rng([seed, n, m]).random((n, m)))


def _places(n: int, count: int, random: np.random.Generator) -> Float:
    return np.array([WEST_M, SOUTH_M]) + random.uniform(0.0, side_m(n), (count, 2))


def _plots(n: int, random: np.random.Generator) -> Float:
    """(n, 4) boxes, x y x y in metres from the south-west corner: street blocks, cut again without gaps."""
    side = side_m(n)
    blocks = _split(np.array([[0.0, 0.0, side, side]]), max(1, n // 18), STREET_M / 2, random)
    return _split(blocks, n, 0.0, random)


def _split(boxes: Float, wanted: int, gap_m: float, random: np.random.Generator) -> Float:
    """The boxes cut across their longer side, the largest first, until there are as many as wanted."""
    while len(boxes) < wanted:
        size = boxes[:, 2:] - boxes[:, :2]
        large = np.argsort(-size.prod(axis=1), kind="stable")[: wanted - len(boxes)]
        axis = np.argmax(size[large], axis=1)
        rows = np.arange(len(large))
        low, high = boxes[large].copy(), boxes[large].copy()
        cut = low[rows, axis] + size[large][rows, axis] * random.uniform(0.4, 0.6, len(large))
        low[rows, axis + 2], high[rows, axis] = cut - gap_m, cut + gap_m
        boxes = np.concatenate([np.delete(boxes, large, axis=0), low, high])
    return boxes


def _outlines(boxes: Float, n: int, random: np.random.Generator) -> Geometry:
    """Closed rings of about twelve vertices around the boxes, some of a hundred and more, warped and rounded to mm."""
    points = 1 + random.binomial(4, 0.45, (n, 4))
    points[random.random(n) < 0.005, 0] = 120
    points[:, 3] += 1  # the last point closes the ring
    count = points.ravel()
    side = np.repeat(np.arange(4 * n), count)
    step = np.arange(len(side)) - np.repeat(np.cumsum(count) - count, count)
    along = step / np.repeat(np.where(np.arange(4 * n) % 4 == 3, count - 1, count), count)
    box, edge = boxes[side // 4], side % 4
    across = np.choose(edge, [along, np.ones_like(along), 1 - along, np.zeros_like(along)])
    up = np.choose(edge, [np.zeros_like(along), along, np.ones_like(along), 1 - along])
    x, y = box[:, 0] + across * (box[:, 2] - box[:, 0]), box[:, 1] + up * (box[:, 3] - box[:, 1])
    ring = np.concatenate([[0], np.cumsum(points.sum(axis=1))]).astype(np.int64)
    one = np.arange(n + 1, dtype=np.int64)
    return Geometry("polygon", _warped(x, y), ring, one, one)


def _warped(x: Float, y: Float) -> Float:
    """Places in the plane, streets bent in waves of some kilometres."""
    east = x + 60.0 * np.sin(2 * np.pi * y / 8000.0 + 0.3)
    north = y + 50.0 * np.sin(2 * np.pi * x / 7000.0 + 1.0)
    return np.column_stack([WEST_M + east, SOUTH_M + north]).round(3)
