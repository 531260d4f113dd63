"""Geometry of shapefiles as real programs and edits leave it: types with heights and measures, wrong parts, wrong winding."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pyproj
from cases import Layers, add, case
from made_shapefiles import LINE, POINT, POINTS, POLYGON, PRJ, X, Y, null, point, points, poly, square, written

PATCHES, NAN, INF = 31, float("nan"), float("inf")
Ring = Sequence[tuple[float, ...]]


def hole(k: int = 1) -> list[tuple[float, float]]:
    """A hole of 16 m2 in the k-th square, in the order of holes."""
    x, y = X + 20 * k + 2, Y + 2
    return [(x, y), (x + 4, y), (x + 4, y + 4), (x, y + 4), (x, y)]


def high(ring: Ring, z: float = 5.0, m: float = 7.0) -> list[tuple[float, ...]]:
    return [(x, y, z, m) for x, y, *_ in ring]


def _made(records: Sequence[bytes], kind: int, prj: str, folder: Path) -> Path:
    return written(folder, records, kind, prj=prj)


def shapes(name: str, records: Sequence[bytes], expected: Layers, kind: int = POLYGON, prj: str = PRJ) -> None:
    add("shp_geom", name, partial(_made, list(records), kind, prj), expected)


def second(name: str, record: bytes, area_m2: float, *says: str, notes: Sequence[str] = ()) -> None:
    """A case of a sound square of 100 m2 and a second record; area of both."""
    shapes(name, [poly([square()]), record], Layers(2, set(says), set(notes), geometry="polygon", area_m2=area_m2))


OUT, IN = square(1), hole(1)
# rings
second("hole", poly([OUT, IN]), 184.0)
second("hole_before_its_ring", poly([IN, OUT]), 184.0)
second("hole_wound_as_ring", poly([OUT, IN[::-1]]), 216.0, "invalid_geometries")
second("ring_wound_as_hole", poly([OUT[::-1]]), 200.0)
second("both_wound_wrong", poly([OUT[::-1], IN[::-1]]), 184.0, notes=["shape_rings_turned"])
second("hole_outside", poly([OUT, hole(5)]), 216.0, "shape_hole_outside")
second("two_rings", poly([OUT, square(3)]), 300.0)
second("island_in_hole", poly([OUT, IN, [(x / 2 + X / 2 + 11.5, y / 2 + Y / 2 + 1.5) for x, y in IN][::-1]]), 188.0)
second("holes_of_two_rings", poly([square(3), OUT, hole(3), IN]), 268.0)
second("unclosed_ring", poly([OUT[:-1]]), 200.0, "ring_closed")
second("unclosed_hole", poly([OUT, IN[:-1]]), 184.0, "ring_closed")
second("ring_of_three_closed", poly([[OUT[0], OUT[1], OUT[0]]]), 100.0, "invalid_geometries")
second("ring_of_three", poly([OUT[:3]]), 150.0, "ring_closed")
second("ring_of_two", poly([OUT[:2]]), 100.0, "invalid_geometries", "ring_closed")
second("ring_of_one", poly([OUT[:1]]), 100.0, "geometry_unreadable")
second("ring_and_a_point", poly([OUT, OUT[:1]]), 200.0, "shape_parts_dropped")
second("ring_and_a_line", poly([OUT, OUT[:2]]), 200.0, "shape_parts_dropped")
second("ring_and_nothing", poly([OUT, []]), 200.0, "shape_parts_dropped")
second("nothing_and_ring", poly([[], OUT]), 200.0, "shape_parts_dropped")
second("no_rings", poly([]), 100.0, "geometry_missing")
second("vertices_thrice", poly([[vertex for vertex in OUT for _ in range(3)]]), 200.0)
second("one_place_five_times", poly([OUT[:1] * 5]), 100.0, "invalid_geometries")
second("no_width", poly([[OUT[0], OUT[1], OUT[1], OUT[0]]]), 100.0, "invalid_geometries")
# parts
second("parts_outside", poly([OUT, IN], parts=[0, 99]), 184.0, "shape_parts_rebuilt")
second("parts_negative", poly([OUT, IN], parts=[-5, 5]), 184.0, "shape_parts_rebuilt")
second("parts_not_in_order", poly([OUT, IN], parts=[5, 0]), 184.0, "shape_parts_rebuilt")
second("parts_equal", poly([OUT, IN], parts=[0, 0]), 184.0, "shape_parts_rebuilt")
second("first_part_not_at_0", poly([OUT], parts=[2]), 200.0, "shape_parts_rebuilt")
second("one_point_too_many", poly([OUT], n_points=6), 100.0, "geometry_unreadable")
second("one_point_too_few", poly([OUT], n_points=4), 200.0, "ring_closed")
second("points_without_parts", poly([OUT], n_parts=0), 100.0, "geometry_unreadable")
second("bytes_behind_the_points", poly([OUT], more=bytes(40)), 200.0)
# coordinates
second("nan_first", poly([[(NAN, Y), *OUT[1:]]]), 100.0, "geometry_unreadable")
second("nan_inside", poly([[*OUT[:2], (X, NAN), *OUT[3:]]]), 100.0, "geometry_not_finite")
second("nan_in_a_hole", poly([OUT, [IN[0], (NAN, NAN), *IN[2:]]]), 100.0, "geometry_not_finite")
second("infinite", poly([[*OUT[:2], (INF, Y), *OUT[3:]]]), 100.0, "geometry_not_finite")
second("no_data_value", poly([[*OUT[:2], (-1e39, -1e39), *OUT[3:]]]), 100.0, "geometry_not_finite")
second("largest_double", poly([[*OUT[:2], (1.7e308, Y), *OUT[3:]]]), 100.0, "geometry_not_finite")
# heights and measures
for _kind, _name in ((15, "z"), (25, "m")):
    _pair = [poly([high(square())], _kind), poly([high(OUT), high(IN)], _kind)]
    shapes(f"polygons_{_name}", _pair, Layers(2, area_m2=184.0, geometry="polygon"), _kind)
shapes("z_without_measures", [poly([high(OUT)], 15)[:-56]], Layers(1, area_m2=100.0), 15)
shapes("z_without_heights", [poly([high(OUT)], 15)[:-112], poly([high(square())], 15)], Layers(2, area_m2=200.0), 15)
shapes("m_without_measures", [poly([OUT], 25)[:-56]], Layers(1, area_m2=100.0), 25)
shapes("heights_nan", [poly([high(OUT, NAN, -1e39)], 15)], Layers(1, area_m2=100.0), 15)
shapes("measures_no_data", [poly([high(OUT, 0.0, -1e39)], 15)], Layers(1, area_m2=100.0), 15)
for _kind, _name in ((LINE, "lines"), (13, "lines_z"), (23, "lines_m")):
    _lines = [poly([high(OUT)], _kind), poly([high(OUT), high(square(2))], _kind), null(), poly([high(OUT)[:1]], _kind)]
    _said = {"geometry_missing", "geometry_unreadable"}
    shapes(_name, _lines, Layers(4, _said, geometry="line", area_m2=None), _kind)
shapes("lines_with_wrong_parts", [poly([OUT], 3), poly([OUT, IN], 3, parts=[0, 77])], Layers(2, {"geometry_unreadable"}), LINE)
shapes("points", [point(X, Y), point(X + 1, Y), null()], Layers(3, {"geometry_missing"}, geometry="point"), POINT)
shapes("points_not_finite", [point(X, Y), point(INF, Y), point(-1e39, -1e39)], Layers(3, {"geometry_not_finite"}), POINT)
shapes("points_nan", [point(X, Y), point(NAN, NAN)], Layers(2, {"geometry_missing"}, geometry="point"), POINT)
shapes("points_z", [point(X, Y, 1.0, 2.0, kind=11), point(X, Y, 3.0, kind=11)], Layers(2, geometry="point"), 11)
shapes("points_z_without_heights", [point(X, Y, 1.0, 2.0, kind=11), point(X, Y, kind=11)], Layers(2, geometry="point"), 11)
shapes("points_m", [point(X, Y, 1.0, kind=21)], Layers(1, geometry="point"), 21)
shapes("points_cut", [point(X, Y), point(X, Y)[:12]], Layers(2, {"geometry_unreadable"}, geometry="point"), POINT)
for _kind, _name in ((POINTS, "multipoints"), (18, "multipoints_z"), (28, "multipoints_m")):
    _many = [points(high(OUT), _kind), points([], _kind), points(high(OUT), _kind, n_points=2**31 - 1)]
    shapes(_name, _many, Layers(3, {"geometry_missing", "geometry_unreadable"}, geometry="point"), _kind)
# surfaces in space
FLOOR = high(square())
WALL = [(X, Y, 0.0), (X, Y, 9.0), (X + 10, Y, 9.0), (X + 10, Y, 0.0), (X, Y, 0.0)]
_print = {"shape_footprint"}
_strip = [(X, Y, 0.0), (X, Y + 10, 0.0), (X + 10, Y, 0.0), (X + 10, Y + 10, 0.0)]
_patches: list[tuple[str, list[Ring], list[int], float]] = [
    ("patches_ring", [FLOOR], [2], 100.0),
    ("patches_ring_and_hole", [FLOOR, high(hole(0))], [2, 3], 84.0),
    ("patches_strip", [_strip], [0], 100.0),
    ("patches_fan", [high(square())[:4]], [1], 100.0),
    ("patches_solid", [FLOOR, WALL, high(square(), 9.0)], [2, 2, 2], 100.0),
    ("patches_of_unknown_type", [FLOOR], [9], 100.0),
]
for _name, _rings, _types, _area in _patches:
    shapes(_name, [poly(_rings, PATCHES, patches=_types)], Layers(1, _print, geometry="polygon", area_m2=_area), PATCHES)
shapes("patches_walls_only", [poly([WALL], PATCHES)], Layers(1, {"geometry_unreadable"}), PATCHES)
# several types
shapes(
    "types_mixed", [poly([square()]), point(X, Y), poly([square(1)], LINE), poly([high(square(2))], 15)],
    Layers(4, {"geometry_other_kind"}, {"shp_header_wrong"}, geometry="polygon", area_m2=200.0),
)  # fmt: skip
shapes("a_polygon_among_lines", [poly([OUT], 3)] * 3 + [poly([OUT])], Layers(4, {"geometry_other_kind"}, geometry="line"), LINE)


CUSTOM = (
    'PROJCS["Shanghai_local",GEOGCS["GCS_China_Geodetic_Coordinate_System_2000",DATUM["D_China_2000",SPHEROID["CGCS2000",'
    '6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Gauss_Kruger"],'
    'PARAMETER["False_Easting",0.0],PARAMETER["False_Northing",-3457147.81],PARAMETER["Central_Meridian",121.4641666],'
    'PARAMETER["Scale_Factor",1.0],PARAMETER["Latitude_Of_Origin",0.0],UNIT["Meter",1.0]]'
)


@case(Layers(1, crs="custom", area_m2=100.0))
def prj_of_a_city_grid(folder: Path) -> Path:
    """A plane of a city's own: no code, but a projection that can be measured in."""
    ring = [(x - X - 20_000.0, y - Y + 10_000.0) for x, y in square()]
    return written(folder, [poly([ring])], prj=CUSTOM)


@case(Layers(1, crs="EPSG:4549", area_m2=100.0))
def prj_with_spaces_and_lines(folder: Path) -> Path:
    return written(folder, [poly([OUT])], prj=pyproj.CRS("EPSG:4549").to_wkt("WKT1_ESRI", pretty=True).replace(",", " , "))


@case(Layers(1, {"crs_absent", "prj_unreadable"}, crs=None, area_m2=None))
def prj_of_a_local_plane(folder: Path) -> Path:
    return written(folder, [poly([OUT])], prj='LOCAL_CS["Engineering",UNIT["metre",1]]')
