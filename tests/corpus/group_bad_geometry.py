"""Shapes that surveys, drawings and edits leave wrong: each is told, none is lost, and none is mended unasked."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import shapely
from cases import Layers, add
from made_files import X, Y

P, box = shapely.Polygon, shapely.box
FORMATS = ("shp", "gpkg", "geojson")
INVALID = {"invalid_geometries"}


def _placed(shapes: Sequence[Any], format: str) -> np.ndarray[Any, Any]:
    """The shapes in metres of EPSG:4549, for GeoJSON in degrees of a place nearby."""
    import pyproj

    rows = np.array(shapes, object)
    if format != "geojson":
        return rows
    there = pyproj.Transformer.from_crs("EPSG:4549", "EPSG:4326", always_xy=True)
    return shapely.transform(rows, lambda xy: np.column_stack(there.transform(xy[:, 0], xy[:, 1])))


def _made(shapes: Sequence[Any], format: str, parcels: bool, folder: Path) -> Path:
    n = len(shapes)
    columns: dict[str, Any] = {"k": pa.array(range(n), pa.int64())}
    if parcels:
        columns = {"id": pa.array([f"A{k}" for k in range(n)]), "land_use": pa.array(["100101"] * n)}
    crs = "EPSG:4326" if format == "geojson" else "EPSG:4549"
    kind = "Polygon" if format == "shp" else "Unknown"
    options = {"RFC7946": "NO", "COORDINATE_PRECISION": "12"} if format == "geojson" else {}
    path = folder / f"plots.{format}"
    return made_files.write(path, _placed(shapes, format), columns, crs=crs, geometry_type=kind, **options)


def shapes(name: str, rows: Sequence[Any], expected: Layers, *formats: str, parcels: bool = False) -> None:
    """A case of shapes in each format."""
    for format in formats or FORMATS:
        add("bad_geometry", f"{name}_{format}", partial(_made, list(rows), format, parcels), expected)


def at(*vertices: tuple[float, float], holes: Sequence[Sequence[tuple[float, float]]] = ()) -> Any:
    return P([(X + x, Y + y) for x, y in vertices], [[(X + x, Y + y) for x, y in hole] for hole in holes])


def square(x: float, y: float, side: float) -> list[tuple[float, float]]:
    return [(x, y), (x, y + side), (x + side, y + side), (x + side, y)]


SOUND = box(X - 50, Y - 50, X - 40, Y - 40)
BOWTIE = at((0, 0), (10, 10), (10, 0), (0, 8))
SPIKE = at((0, 0), (0, 10), (200, 10), (10, 9.5), (10, 0))
SPIKE_BACK = at((0, 0), (0, 10), (10, 10), (200, 10), (10, 10), (10, 0))

shapes("bowtie", [SOUND, BOWTIE], Layers(2, INVALID, geometry="polygon"))
shapes("figure_of_eight", [at((0, 0), (20, 20), (20, 0), (0, 20))], Layers(1, INVALID, geometry="polygon"))
shapes("self_touching_ring", [at((0, 0), (0, 20), (10, 20), (10, 10), (20, 10), (10, 10), (10, 0))], Layers(1, INVALID), "gpkg")
_touching = at((0, 0), (10, 10), (20, 0), (20, 20), (10, 10), (0, 20))
shapes("ring_that_touches_itself", [_touching], Layers(1, INVALID, area_m2=200.0), "gpkg", "geojson")
shapes("spike", [SOUND, SPIKE], Layers(2, notes={"shapes_spiked"}))
shapes("spike_without_width", [SOUND, SPIKE_BACK], Layers(2, INVALID, {"shapes_spiked"}))
_hole = at(*square(0, 0, 20), holes=[square(5, 5, 5)])
shapes("hole", [_hole], Layers(1, area_m2=375.0))
_outside = at(*square(0, 0, 20), holes=[square(50, 5, 5)])
shapes("hole_outside", [SOUND, _outside], Layers(2, {"shape_hole_outside"}), "shp")
shapes("hole_outside", [SOUND, _outside], Layers(2, INVALID), "gpkg", "geojson")
_nested = at(*square(0, 0, 20), holes=[square(2, 2, 16), square(5, 5, 5)])
shapes("nested_holes", [SOUND, _nested], Layers(2, INVALID), "gpkg", "geojson")
_crossing = at(*square(0, 0, 20), holes=[square(15, 5, 10)])
shapes("hole_across_its_ring", [SOUND, _crossing], Layers(2, INVALID), "gpkg", "geojson")
_alike = at(*square(0, 0, 20), holes=[square(0, 0, 20)])
shapes("hole_as_large_as_its_ring", [SOUND, _alike], Layers(2, INVALID), "gpkg")
_parts = shapely.multipolygons([at(*square(0, 0, 20)), at(*square(10, 10, 20))])
shapes("parts_that_overlap", [SOUND, _parts], Layers(2, INVALID))
shapes("collapsed", [SOUND, at((0, 0), (10, 0), (20, 0))], Layers(2, INVALID), "gpkg")
shapes("collapsed_to_a_point", [SOUND, at((0, 0), (0, 0), (0, 0))], Layers(2, INVALID), "gpkg", "geojson")
shapes("no_geometry", [SOUND, None], Layers(2, {"geometry_missing"}, geometry="polygon"))
shapes("empty_geometry", [SOUND, P()], Layers(2, {"geometry_missing"}, geometry="polygon"))
shapes("nothing_at_all", [None, None], Layers(2, {"geometry_none"}), "gpkg")
_mixture = shapely.geometrycollections([at(*square(0, 0, 10)), shapely.Point(X, Y), shapely.LineString([(X, Y), (X + 5, Y)])])
shapes("collection", [SOUND, SOUND, _mixture], Layers(3, {"geometry_partly_other_kind"}, area_m2=300.0), "gpkg", "geojson")
_within = shapely.geometrycollections([shapely.geometrycollections([at(*square(0, 0, 10))])])
shapes("collection_in_a_collection", [SOUND, SOUND, _within], Layers(3, {"geometry_partly_other_kind"}), "gpkg", "geojson")
_kinds = [SOUND, at(*square(0, 0, 10)), shapely.Point(X, Y), shapely.LineString([(X, Y), (X + 5, Y)])]
shapes("kinds_mixed", _kinds, Layers(4, {"geometry_other_kind"}, geometry="polygon", area_m2=200.0), "gpkg", "geojson")

# one on another
_pair = [at(*square(0, 0, 20)), at(*square(10, 0, 20))]
shapes("overlap", _pair, Layers(2, notes={"shapes_overlapping"}, area_m2=800.0))
shapes("overlap_of_parcels", _pair, Layers(2, {"overlap"}, {"shapes_overlapping"}), "gpkg", "shp", parcels=True)
shapes("one_inside_another", [_pair[0], at(*square(5, 5, 5))], Layers(2, notes={"shapes_overlapping"}))
_twice = [_pair[0], SOUND, shapely.reverse(_pair[0])]
shapes("the_same_twice", _twice, Layers(3, notes={"shapes_alike"}, area_m2=900.0))
shapes("the_same_parcel_twice", _twice, Layers(3, {"overlap_duplicate"}, {"shapes_alike"}), "gpkg", "shp", parcels=True)
_sliver = [at(*square(0, 0, 20)), at((20, 0), (20, 20), (20.02, 20), (20.02, 0)), at(*square(20.02, 0, 20))]
shapes("sliver", _sliver, Layers(3, notes={"shapes_tiny"}))
_gap = [at(*square(0, 0, 20)), at(*square(20.05, 0, 20)), at(*square(0, 20, 20)), at(*square(20.05, 20, 20))]
shapes("neighbours_with_a_gap", _gap, Layers(4, area_m2=1600.0))
shapes("tiny", [SOUND, at(*square(0, 0, 0.001))], Layers(2, notes={"shapes_tiny"}), "gpkg", "shp")

# somewhere else
_plots = [at(*square(20 * k, 0, 10)) for k in range(30)]
_off = [*_plots[:4], at(*square(500_000, 0, 10)), *_plots[5:]]
shapes("a_row_500_km_off", _off, Layers(30, {"shapes_far"}))
_origin = [*_plots[:4], P([(X, Y), (X, Y + 10), (0, 0), (X + 10, Y)]), *_plots[5:]]
shapes("a_vertex_at_the_origin", _origin, Layers(30, {"shapes_far"}, {"shapes_spiked"}), "shp", "gpkg")

# many vertices
_round = shapely.Point(X, Y).buffer(100, quad_segs=50_000)
shapes("vertices_200_000", [_round], Layers(1, area_m2=31_415.9), "shp", "gpkg")
_comb = at(*[(k / 10, 10.0 * (k % 2)) for k in range(20_000)], (2000, -10), (0, -10))
shapes("a_comb", [_comb], Layers(1, notes={"shapes_spiked"}), "gpkg")
_sieve = at(*square(0, 0, 500), holes=[square(2 + 5 * (k % 99), 2 + 5 * (k // 99), 2) for k in range(9_000)])
shapes("holes_9_000", [_sieve], Layers(1, area_m2=214_000.0), "shp", "gpkg")
_cloud = shapely.multipolygons([at(*square(5 * (k % 99), 5 * (k // 99), 2)) for k in range(9_000)])
shapes("parts_9_000", [_cloud], Layers(1, area_m2=36_000.0), "shp", "gpkg")
