"""Scoring in parts on two Dask workers: the cost of a parcel must not grow with their number.

The parcels are a folder of GeoParquet files, a town of TILE parcels each, side by side; stations and roads grow with them.
Larger rows only with `run.py --size large --only scale`.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import data
import numpy as np
from factories import make_layer, make_model, make_scheme
from trial import OURS, Case, Trial

from landplan.core.layers import Geometry, Layer
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme
from landplan.engine.executors import dask_cluster
from landplan.engine.scores import score_parts
from landplan.io.partition_file import write_partition

TILE = 125_000
WORKERS = 2
PLANE = "plane:local"
PARCELS_A_FEATURE = 200
CRITERIA: dict[str, dict[str, Any]] = {
    "output": {"kind": "field", "expression": "output_wan / area_mu", "unit": "wan_per_mu_year"},
    "jobs_per_mu": {"kind": "field", "expression": "jobs / area_mu"},
    "vacant": {"kind": "field", "expression": "vacant_share", "unit": "share"},
    "metro": {"kind": "distance", "layer": "stations", "reach_m": 3000.0},
    "trunk": {"kind": "distance", "layer": "roads", "reach_m": 3000.0},
    "stops": {"kind": "density", "layer": "stations", "radius_m": 1000.0},
    "front": {"kind": "frontage_length", "layer": "roads"},
    "round": {"kind": "compactness"},
    "block": {"kind": "zone_share", "set": "block"},
}


def scale(n: int, folder: Path) -> Trial:
    """Everything from the files to the files by workers that have their code loaded; processor time of all processes."""
    recipe, judged, small = write(folder, n), scheme(), folder / "small"
    runs = count()

    def run() -> dict[str, Any]:
        with dask_cluster("", WORKERS) as executor:
            score_parts(write(small, 4 * WORKERS * 500, 500), judged, small, small / f"out{next(runs)}", executor)
            clock, processor = time.perf_counter(), _processor_s(executor)
            found = score_parts(recipe, judged, folder, folder / f"out{next(runs)}", executor)
            spent = {"processor": _processor_s(executor) - processor, "wall": time.perf_counter() - clock}
        assert found.before == 0
        return {"parts": found.parts, **spent}

    def facts(found: dict[str, Any]) -> dict[str, Any]:
        cost = {f"µs a parcel ({name})": round(found[name] / n * 1e6, 1) for name in ("processor", "wall")}
        room = sum(file.stat().st_size for file in (folder / "out1").rglob("*") if file.is_file())
        return {"workers": WORKERS, "parts": found["parts"], **cost, "bytes a parcel": round(room / n)}

    return Trial({OURS: run}, facts=facts)


def _processor_s(executor: Any) -> float:
    """Processor seconds of this process and of all workers so far."""
    return time.process_time() + sum(executor.client.run(time.process_time).values())


def write(folder: Path, n: int, tile_n: int = TILE) -> Recipe:
    """The files of n parcels in towns of so many, and their recipe."""
    size = min(n, tile_n)
    tiles = -(-n // size)
    columns = int(np.ceil(np.sqrt(tiles)))
    for k in range(tiles):
        write_partition(folder / "parcels" / f"{k:04d}.parquet", tile(size, k, columns))
    side, across = data.side_m(size), (columns, -(-tiles // columns))
    for layer in (*_features(n, side, across), _zones(side, across)):
        write_partition(folder / f"{layer.id}.parquet", replace(layer, crs=PLANE))
    layers = {role: {"path": f"{role}.parquet"} for role in ("stations", "roads", "zones")}
    given = {"parcels": {"path": "parcels"}, **layers}
    title = {"zh": "城", "en": "City"}
    recipe = {"format": "landplan-recipe/1", "title": title, "scheme": "none", "crs": PLANE, "lang": "en", "layers": given}
    return Recipe.model_validate(recipe)


def tile(n: int, k: int, columns: int) -> Layer:
    """The k-th town of n parcels, in its place; ids that no other town has."""
    import pyarrow as pa

    town = data.parcels(n, seed=k)
    off = np.array([k % columns, k // columns]) * data.side_m(n)
    geometry = replace(town.geometry, xy=town.geometry.xy + off)
    ids = np.array([f"T{k:03d}-{row:06d}" for row in range(n)], object)
    table = town.table.set_column(town.table.column_names.index("id"), "id", pa.array(ids, pa.string()))
    return replace(town, table=table, geometry=geometry, ids=ids, crs=PLANE)


def _features(n: int, side: float, across: tuple[int, int]) -> tuple[Layer, Layer]:
    """Stations anywhere, and bending roads of eight vertices."""
    random, number = np.random.default_rng(n), max(n // PARCELS_A_FEATURE, 5)
    places = random.uniform(0.0, 1.0, (2, number, 2)) * side * np.array(across) + (data.WEST_M, data.SOUTH_M)
    heading = random.uniform(0, 2 * np.pi, (number, 1)) + random.normal(0, 0.3, (number, 7)).cumsum(axis=1)
    steps = 60.0 * np.stack([np.cos(heading), np.sin(heading)], axis=2).cumsum(axis=1)
    lines = (np.concatenate([np.zeros((number, 1, 2)), steps], axis=1) + places[1][:, None, :]).reshape(-1, 2)
    one = np.arange(number + 1, dtype=np.int64)
    stations, roads = make_layer([None] * number, id="stations"), make_layer([None] * number, id="roads")
    return (
        replace(stations, geometry=Geometry("point", places[0], one, one, one)),
        replace(roads, geometry=Geometry("line", lines, one * 8, one, one)),
    )


def _zones(side: float, across: tuple[int, int]) -> Layer:
    """Four zones a town."""
    import shapely

    half = side / 2
    corners = [(x * half, y * half) for x in range(2 * across[0]) for y in range(2 * across[1])]
    shapes = [shapely.box(x, y, x + 0.8 * half, y + 0.9 * half) for x, y in corners]
    moved = [shapely.transform(shape, lambda xy: xy + np.array([data.WEST_M, data.SOUTH_M])) for shape in shapes]
    return make_layer(moved, id="zones", ids=[f"Z{k}" for k in range(len(moved))], set=["block"] * len(moved))


def scheme() -> Scheme:
    """Nine criteria, four models, a rule."""
    curve = {"kind": "linear", "worst": 0.0, "best": 1000.0}
    criteria = [{"id": id, "weight": 1.0, "measure": measure, "value": curve} for id, measure in CRITERIA.items()]
    models = [make_model(f"m{k}", weights={"metro": 1.0 + k}) for k in range(4)]
    rules = [{"id": "busy", "title": {"zh": "甲", "en": "A"}, "exclude_if": "output_wan > 20000"}]
    tenures = [{"id": "grant", "title": {"zh": "甲", "en": "A"}, "years": 50}]
    return make_scheme(criteria, models=models, rules=rules, tenures=tenures, scoring={"method": "weighted_sum"})


def _case(millions: int, **sizes: int) -> Case:
    n = millions * 1_000_000
    return Case(
        f"scale_{millions}m", f"Scored in parts by {WORKERS} workers, {millions} M", scale, {"large": n, **sizes}, "flat ± 15 %"
    )


CASES = (_case(1, full=1_000_000, quick=0, tiny=0), _case(2), _case(4), _case(8))
