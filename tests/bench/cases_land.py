"""Joining, measuring and checking parcels, beside geopandas, rasterio and shapely."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import data
import numpy as np
from trial import OURS, Case, Trial

from landplan.core.layers import Layer, LayerSet
from landplan.core.measuring import Measuring
from landplan.core.tables import ZoneShares

REACH_M = 5000.0
CHECKS = ("invalid_geometry", "duplicate_id", "overlap", "gap_sliver")


def join(n: int, folder: Path) -> Trial:
    """Area of every parcel in every zone; shapely objects are made beforehand on both sides."""
    import geopandas

    from landplan.steps.join import join as joined

    layers = data.layers(n, features=10)
    parcels, zones = frame(layers.parcels), frame(layers.layers["zones"])

    def ours() -> np.ndarray:
        found = joined(layers).sets["block"]
        inside = found.zone < found.outside
        area = np.zeros((n, found.outside))
        area[found.parcel[inside], found.zone[inside]] = found.share[inside] * layers.parcels.area_m2[found.parcel[inside]]
        return area

    def peer() -> np.ndarray:
        pieces = geopandas.overlay(parcels, zones, how="intersection")
        area = np.zeros((n, len(zones)))
        np.add.at(area, (pieces["row_1"].to_numpy(), pieces["row_2"].to_numpy()), pieces.area.to_numpy())
        return area

    def difference(found: dict[str, Any]) -> float:
        return float(np.abs(found[OURS] - found["geopandas.overlay"]).max() / layers.parcels.area_m2.max())

    return Trial(
        {OURS: ours, "geopandas.overlay": peer},
        difference,
        lambda area: {"pieces": int((area > 0).sum())},
        lambda: joined(data.layers(50, features=10)),
    )


def nearest_points(n: int, folder: Path) -> Trial:
    return _nearest(n, "stations")


def nearest_lines(n: int, folder: Path) -> Trial:
    return _nearest(n, "roads")


def _nearest(n: int, layer: str) -> Trial:
    import geopandas

    from landplan.core.registry import measures

    layers = data.layers(n, features=min(5000, max(n // 20, 5)))
    parcels, features = frame(layers.parcels), frame(layers.layers[layer])
    run = measures["distance"].run

    def peer() -> np.ndarray:
        found = geopandas.sjoin_nearest(parcels, features, max_distance=REACH_M, distance_col="m")
        return found.groupby("row_left")["m"].min().reindex(range(n)).fillna(REACH_M).to_numpy()

    return Trial(
        {OURS: lambda: run(around(layers), layer=layer, reach_m=REACH_M).values, "geopandas.sjoin_nearest": peer},
        lambda found: float(np.abs(found[OURS] - found["geopandas.sjoin_nearest"]).max()),
        lambda values: {"median_m": round(float(np.median(values)), 1)},
        lambda: run(around(data.layers(50, features=10)), layer=layer, reach_m=REACH_M),
    )


def zonal(n: int, folder: Path) -> Trial:
    """Mean of the pixels whose centre lies in each parcel; the peer burns parcel numbers and counts."""
    import rasterio.features

    from landplan.core.registry import measures

    layers = data.layers(n, features=10)
    grid, run = layers.rasters["noise"], measures["zonal"].run
    values = grid.read(0, grid.height, 0, grid.width)
    pairs = list(zip(layers.parcels.shapes, range(1, n + 1), strict=True))

    def peer() -> np.ndarray:
        burnt = rasterio.features.rasterize(
            pairs, (grid.height, grid.width), transform=rasterio.Affine(*grid.transform), dtype="int32"
        )
        known = ~np.isnan(values)
        total = np.bincount(burnt[known], values[known], n + 1)[1:]
        count = np.bincount(burnt[known], minlength=n + 1)[1:]
        return np.divide(total, count, out=np.full(n, np.nan), where=count > 0)

    return Trial(
        {OURS: lambda: run(around(layers), raster="noise", nodata_max=1.0).values, "rasterio.rasterize": peer},
        lambda found: _difference_of_means(found[OURS], found["rasterio.rasterize"]),
        warm=lambda: run(around(data.layers(50, features=10)), raster="noise"),
    )


def _difference_of_means(ours: np.ndarray, burnt: np.ndarray) -> float:
    """Largest relative difference; 1 % of parcels may differ: burning gives a pixel under two parcels to the later one."""
    off = np.abs(ours - burnt) / np.abs(burnt)
    off = np.sort(off[~np.isnan(off)])
    return float(off[: max(int(0.99 * len(off)), 1)].max(initial=0.0))


def zonal_exact(n: int, folder: Path) -> Trial:
    """The same by the exact part of every pixel inside."""
    from landplan.core.registry import measures

    layers, run = data.layers(n, features=10), measures["zonal"].run
    return Trial(
        {OURS: lambda: run(around(layers), raster="noise", pixels="exact").values},
        warm=lambda: run(around(data.layers(50, features=10)), raster="noise", pixels="exact"),
    )


def network_distance(n: int, folder: Path) -> Trial:
    """Along 200,000 pieces of street to the nearest of 5,000 stations; the network is built in the time."""
    from landplan.core.registry import measures

    run = measures["network_distance"].run

    def town(count: int, edges: int) -> LayerSet:
        found = data.layers(count, features=min(5000, max(count // 20, 5)))
        return replace(found, layers={**found.layers, "streets": data.streets(count, edges)})

    layers, small = town(n, 2 * n), town(50, 200)
    return Trial(
        {OURS: lambda: run(around(layers), layer="stations", roads="streets")},
        facts=lambda column: {"median_m": round(float(np.median(column.values)), 1), "off": int((column.states == 4).sum())},
        warm=lambda: run(around(small), layer="stations", roads="streets"),
    )


def frontage(n: int, folder: Path) -> Trial:
    """Metres of every outline that look at 200,000 pieces of street."""
    from landplan.core.registry import measures

    run = measures["frontage_length"].run

    def town(count: int, edges: int) -> LayerSet:
        found = data.layers(count, features=10)
        return replace(found, layers={**found.layers, "streets": data.streets(count, edges)})

    layers, small = town(n, 2 * n), town(50, 200)
    return Trial(
        {OURS: lambda: run(around(layers), layer="streets").values},
        facts=lambda metres: {"with_frontage": int((metres > 0).sum())},
        warm=lambda: run(around(small), layer="streets"),
    )


def inscribed(n: int, folder: Path) -> Trial:
    """Radius of the largest circle in every parcel, to the centimetre on both sides."""
    import shapely

    from landplan.core.registry import measures

    layers, run = data.layers(n, features=10), measures["inscribed_circle"].run
    shapes = layers.parcels.shapes

    def peer() -> np.ndarray:
        return np.array([shapely.length(shapely.maximum_inscribed_circle(shape, tolerance=0.01)) for shape in shapes])

    def difference(found: dict[str, Any]) -> float:
        off = np.abs(found[OURS] - found["shapely.maximum_inscribed_circle"]).max()
        return float(max(off - 0.02, 0.0))

    sides = {OURS: lambda: run(around(layers)).values, "shapely.maximum_inscribed_circle": peer}
    return Trial(sides, difference, warm=lambda: run(around(data.layers(50, features=10))))


def neighbours(n: int, folder: Path) -> Trial:
    """Mean of a field over the parcels within 50 m, edge to edge."""
    import geopandas

    from landplan.core.registry import measures

    layers, run = data.layers(n, features=10), measures["neighbour_mean"].run
    parcels, jobs = frame(layers.parcels), layers.parcels.numbers("jobs")
    rule = {"expression": "jobs", "within_m": 50.0}

    def peer() -> np.ndarray:
        found = geopandas.sjoin(parcels, parcels, predicate="dwithin", distance=50.0)
        found = found[found["row_left"] != found["row_right"]]
        means = found.assign(jobs=jobs[found["row_right"].to_numpy()]).groupby("row_left")["jobs"].mean()
        return means.reindex(range(n)).to_numpy()

    return Trial(
        {OURS: lambda: run(around(layers), **rule).values, "geopandas.sjoin": peer},
        lambda found: float(np.nanmax(np.abs(found[OURS] / found["geopandas.sjoin"] - 1.0))),
        warm=lambda: run(around(data.layers(50, features=10)), **rule),
    )


def contiguous(n: int, folder: Path) -> Trial:
    """Area of the group of touching industrial parcels."""
    from landplan.core.registry import measures

    layers, run = data.layers(n, features=10), measures["contiguous_area"].run
    small = data.layers(50, features=10)
    return Trial(
        {OURS: lambda: run(around(layers), where="land_use = '1001'").values},
        facts=lambda mu: {"largest_mu": round(float(np.nanmax(mu)), 1)},
        warm=lambda: run(around(small), where="land_use = '1001'"),
    )


def topology(n: int, folder: Path) -> Trial:
    """Invalid, doubled, overlapping parcels, gaps and slivers; the peer finds the overlaps alone."""
    import geopandas
    import shapely

    from landplan.core.registry import checks

    layers = data.layers(n, features=10)
    parcels = frame(layers.parcels)

    def ours() -> dict[str, Any]:
        return {id: checks[id].run(layers) for id in CHECKS}

    def peer() -> dict[tuple[int, int], float]:
        pairs = geopandas.sjoin(parcels, parcels, predicate="overlaps")
        a, b = pairs["row_left"].to_numpy(), pairs["row_right"].to_numpy()
        a, b = a[a < b], b[a < b]
        shapes = parcels.geometry.to_numpy()
        shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
        return {(int(i), int(j)): float(m2) for i, j, m2 in zip(a, b, shared, strict=True) if m2 > 1.0}

    def difference(found: dict[str, Any]) -> float:
        row = {id: k for k, id in enumerate(layers.parcels.ids.tolist())}
        told = {(issue.row, row[issue.values["other"]]): issue.values["area_m2"] for issue in found[OURS]["overlap"]}
        there = {pair: round(m2, 2) for pair, m2 in found["geopandas.sjoin (overlaps only)"].items()}
        return 0.0 if told == there else 1.0

    return Trial(
        {OURS: ours, "geopandas.sjoin (overlaps only)": peer},
        difference,
        lambda found: {id: len(issues) for id, issues in found.items()},
        lambda: [checks[id].run(data.layers(50, features=10)) for id in CHECKS],
    )


def frame(layer: Layer) -> Any:
    """A GeoDataFrame of the layer's shapes with the row as a column, its spatial index made."""
    import geopandas

    made = geopandas.GeoDataFrame({"row": np.arange(len(layer))}, geometry=layer.shapes, crs=layer.crs)
    _ = made.sindex
    return made


def around(layers: LayerSet) -> Measuring:
    """The surroundings of a measure, nothing kept from before; parcels' shapes are there already."""
    from landplan.core.environment import parcel_environment

    zones = ZoneShares({})
    return Measuring(layers, zones, parcel_environment(layers.parcels, zones, {}), layers.parcels)


HUNDRED = {"full": 100_000, "quick": 20_000, "tiny": 300}
CASES = (
    Case("join", "Zone shares, 10 zones", join, HUNDRED, "4"),
    Case("nearest_points", "Nearest of 5,000 points, from the edge", nearest_points, HUNDRED),
    Case("nearest_lines", "Nearest of 5,000 lines, edge to edge", nearest_lines, HUNDRED),
    Case("zonal", "Raster mean by pixel centres", zonal, HUNDRED),
    Case("zonal_exact", "Raster mean by exact parts", zonal_exact, HUNDRED),
    Case("network_distance", "Along 2 street pieces a parcel to the nearest of 5,000 points", network_distance, HUNDRED),
    Case("frontage", "Frontage on as many street pieces", frontage, HUNDRED),
    Case("inscribed", "Largest circle in each parcel", inscribed, {"full": 1000, "quick": 200, "tiny": 60}),
    Case("neighbours", "Mean of the neighbours within 50 m", neighbours, HUNDRED),
    Case("contiguous", "Contiguous area of industrial parcels", contiguous, HUNDRED),
    Case("topology", "Overlaps, gaps, slivers, duplicates", topology, {"full": 80_000, "quick": 10_000, "tiny": 300}),
)
