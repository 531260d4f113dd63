"""A small town of touching plots in real coordinates, its other layers, a scheme that asks for most measures, and its files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from factories import CRS, make_layer, make_layers, make_model, make_raster, make_scheme
from random_plots import grid_of_plots

from landplan.core.layers import Layer, LayerSet, Source, take
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme

WEST_M, SOUTH_M = 619_000.0, 3_469_000.0
WIDE, HIGH = 24, 20
FAR_X, FAR_Y = WIDE * 77.0, HIGH * 77.0

CRITERIA: dict[str, dict[str, Any]] = {
    "output": {"kind": "field", "expression": "output_wan / area_mu", "unit": "wan_per_mu_year"},
    "metro": {"kind": "distance", "layer": "stations", "where": "kind = 'metro'", "reach_m": 400.0},
    "tram": {"kind": "distance", "layer": "stations", "where": "kind = 'tram'", "reach_m": 90.0},
    "water": {"kind": "distance", "layer": "water", "reach_m": 500.0},
    "by_road": {"kind": "network_distance", "layer": "stations", "reach_m": 700.0, "snap_m": 60.0},
    "under": {"kind": "cover_share", "layer": "water"},
    "corridor": {"kind": "cover_share", "layer": "roads", "buffer_m": 35.0},
    "around": {"kind": "density", "layer": "stations", "radius_m": 300.0, "statistic": "sum", "field": "riders"},
    "front": {"kind": "frontage_length", "layer": "roads", "within_m": 45.0},
    "flood": {"kind": "zonal", "raster": "flood", "unit": "m"},
    "block": {"kind": "zone_share", "set": "block"},
    "round": {"kind": "compactness"},
    "room": {"kind": "inscribed_circle"},
    "deep": {"kind": "depth"},
    "long": {"kind": "min_rectangle_width", "side": "long"},
    "idle_near": {"kind": "distance", "layer": "parcels", "where": "output_wan < 150", "reach_m": 200.0},
    "crowd": {"kind": "density", "layer": "parcels", "radius_m": 150.0, "statistic": "sum", "field": "jobs"},
    "touching": {"kind": "neighbour_mean", "expression": "output_wan", "unit": "wan"},
    "near": {"kind": "neighbour_mean", "expression": "crowd", "within_m": 60.0, "weight": "area"},
}

SOME = ("output", "metro", "crowd", "touching", "round")


def layers(seed: int = 5) -> LayerSet:
    """480 plots in random order, a few without geometry, amounts partly unknown; stations, water, roads, zones, a raster."""
    random = np.random.default_rng(seed)
    n = WIDE * HIGH
    shape = grid_of_plots(WIDE, HIGH, seed=seed)
    lost = make_layer([None] * 3).geometry
    geometry = take(shape, np.arange(n))
    geometry = type(geometry)(
        geometry.kind, geometry.xy, geometry.ring, geometry.part, np.append(geometry.row, [geometry.row[-1]] * 3)
    )
    n += len(lost)
    output, jobs = random.lognormal(6, 1, n).round(1), random.uniform(1, 90, n).round(2)
    output[random.random(n) < 0.08] = np.nan
    ids = np.array([f"J{row:04d}" for row in range(n)], object)
    fields = {"id": ids, "output_wan": output, "jobs": jobs, "land_use": random.choice(["1001", "0701"], n)}
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in fields.items()})
    parcels = Layer("parcels", table, geometry, CRS, ids, Source("parcels.parquet", rows_in=n))
    return make_layers(parcels, *_others(random), rasters=[_flood(random)])


def _others(random: np.random.Generator) -> list[Layer]:
    def places(count: int) -> Any:
        return np.column_stack([WEST_M + random.uniform(-200, FAR_X + 200, count), SOUTH_M + random.uniform(0, FAR_Y, count)])

    stations = make_layer(
        list(shapely.points(places(40))),
        id="stations",
        kind=["metro"] * 30 + ["tram"] * 9 + [None],
        riders=random.uniform(0, 1, 40).tolist(),
    )
    water = make_layer(list(shapely.buffer(shapely.points(places(25)), random.uniform(20, 90, 25))), id="water")
    lines = [
        shapely.LineString([(WEST_M + x, SOUTH_M - 30), (WEST_M + x + 40, SOUTH_M + FAR_Y)]) for x in range(0, int(FAR_X), 310)
    ]
    lines += [
        shapely.LineString([(WEST_M - 60, SOUTH_M + y), (WEST_M + FAR_X, SOUTH_M + y + 25)]) for y in range(5, int(FAR_Y), 290)
    ]
    roads = make_layer(lines, id="roads", **{"class": ["trunk"] * len(lines)})
    zones = make_layer(
        [
            shapely.box(WEST_M, SOUTH_M, WEST_M + 700, SOUTH_M + 900),
            shapely.box(WEST_M + 650, SOUTH_M, WEST_M + 1500, SOUTH_M + 1200),
        ],
        id="zones",
        ids=["Z1", "Z2"],
        set=["block", "block"],
        name=["West", "East"],
    )
    return [stations, water, roads, zones]


def _flood(random: np.random.Generator) -> Any:
    return make_raster(random.uniform(0, 2, (160, 190)), id="flood", x_m=WEST_M, y_m=SOUTH_M + 1600.0)


def scheme(scoring: dict[str, Any] | None = None, only: tuple[str, ...] = (), **parts: Any) -> Scheme:
    """Two models over the criteria (or some of them), a rule, zones of a model."""
    ids = only or tuple(CRITERIA)
    curve = {"kind": "linear", "worst": 0.0, "best": 400.0}
    criteria = [{"id": id, "weight": 1.0 + k % 4, "measure": CRITERIA[id], "value": curve} for k, id in enumerate(ids)]
    text = {"zh": "甲", "en": "A"}
    models = [
        make_model("factory", weights={ids[0]: 9.0}),
        make_model("lab", exclude=[{"id": "small", "title": text, "if": "area_mu < 8"}], zones={"set": "block"}),
    ]
    rules = [
        {"id": "busy", "title": text, "exclude_if": "output_wan > 1500", "by": {"expression": "output_wan - 1500", "unit": "wan"}}
    ]
    tenures = [{"id": "grant", "title": text, "years": 50}]
    own = {"models": models, "rules": rules, "tenures": tenures, "scoring": scoring or {"method": "weighted_sum"}}
    return make_scheme(criteria, **{**own, **parts})


def write(folder: Path, given: LayerSet) -> Recipe:
    """The vector layers as GeoParquet files, and a recipe for them; the raster is left out."""
    for layer in given:
        write_layer(folder / f"{layer.id}.parquet", layer)
    paths = {role: {"path": f"{role}.parquet"} for role in given.layers}
    title = {"zh": "小镇", "en": "Town"}
    data = {"format": "landplan-recipe/1", "title": title, "scheme": "scheme.toml", "crs": CRS, "lang": "en", "layers": paths}
    return Recipe.model_validate(data)


def write_layer(path: Path, layer: Layer) -> None:
    """A layer as geopandas writes it."""
    import geopandas

    path.parent.mkdir(exist_ok=True)
    frame = layer.table.to_pandas()
    frame["id"] = layer.ids
    geopandas.GeoDataFrame(frame, geometry=layer.shapes, crs=CRS).to_parquet(path)
