"""A few parcels with everything a measure can ask for, and one way to call every registered measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from factories import make_layer, make_layers, make_raster

from landplan.core.layers import LayerSet

MEASURES: dict[str, dict[str, Any]] = {
    "field": {"expression": "output_wan / area_mu", "unit": "wan_per_mu_year"},
    "distance": {"layer": "stations", "reach_m": 300.0},
    "cover_share": {"layer": "water"},
    "zonal": {"raster": "flood", "unit": "m"},
    "density": {"layer": "stations", "radius_m": 300.0},
    "compactness": {},
    "depth": {},
    "contiguous_area": {"where": "output_wan < 50"},
    "chain_fit": {"set": "carrier"},
    "zone_share": {"set": "carrier"},
    "network_distance": {"layer": "stations", "reach_m": 300.0},
    "frontage_length": {"layer": "roads"},
    "inscribed_circle": {},
    "neighbour_mean": {"expression": "output_wan", "within_m": 30.0, "unit": "wan"},
    "min_rectangle_width": {"side": "long"},
}


def layers(order: np.ndarray | None = None) -> LayerSet:
    """Eight parcels in a row, the sixth without geometry, in the given order; a zone, stations, water, a road and a raster."""
    random = np.random.default_rng(3)
    shapes: list[Any] = [shapely.box(100 * i, 0, 100 * i + 90 + 10 * (i % 2), 60 + 10 * i) for i in range(8)]
    shapes[5] = None
    output = [*random.uniform(1, 99, 7).round(1).tolist(), None]
    segment = ["SiC", "SiC", None, "物流", "热管理", "SiC", "种花", "热管理"]
    rows = np.arange(8) if order is None else order
    parcels = make_layer(
        [shapes[i] for i in rows],
        ids=[f"P{i}" for i in rows],
        output_wan=[output[i] for i in rows],
        segment=[segment[i] for i in rows],
    )
    zones = make_layer([shapely.box(0, 0, 350, 200)], id="zones", set=["carrier"], focus=["SiC,热管理"])
    stations = make_layer([shapely.Point(120, 200), shapely.Point(400, 90)], id="stations")
    water = make_layer([shapely.box(150, -10, 260, 40), shapely.box(200, 10, 320, 50)], id="water")
    roads = make_layer([shapely.LineString([(-20, -8), (300, -8), (300, 150)])], id="roads")
    return make_layers(parcels, zones, stations, water, roads, rasters=[make_raster(random.uniform(0, 2, (20, 70)), id="flood")])
