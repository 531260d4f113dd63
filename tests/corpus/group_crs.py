"""Coordinate systems as they are declared: rightly in many words, wrongly, halfway, or not at all."""

import math
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
import shapely
from cases import Layers, add
from pyproj import CRS, Transformer

N = 8
M2 = 800.0
JIADING = (121.2, 31.35)
NEW_YORK = (-73.95, 40.75)


def squares(crs: Any, place: tuple[float, float] = JIADING, side_m: float = 10.0) -> Any:
    """n squares of side_m metres, a side apart, at a place in degrees, in the unit of the CRS."""
    system = CRS.from_user_input(crs)
    system = system.sub_crs_list[0] if system.is_compound else system
    x, y = Transformer.from_crs(system.geodetic_crs, system, always_xy=True).transform(*place)
    if system.is_geographic:
        side_x, side_y = side_m / (111_320 * math.cos(math.radians(place[1]))), side_m / 111_320
    else:
        side_x = side_y = side_m / system.axis_info[0].unit_conversion_factor
    west = x + 2 * side_x * np.arange(N)
    return shapely.box(west, y, west + side_x, y + side_y)


def shapefile(folder: Path, prj: str | bytes | None, shapes: Any) -> Path:
    """A shapefile of the shapes with that .prj."""
    path = made_files.shapefile(folder, N, geometry=shapes)
    path.with_suffix(".prj").unlink(missing_ok=True)
    if prj is not None:
        path.with_suffix(".prj").write_bytes(prj if isinstance(prj, bytes) else prj.encode("utf-8"))
    return path


def package(folder: Path, crs: str, shapes: Any) -> Path:
    return made_files.write(folder / "plots.gpkg", shapes, {"id": pa.array([f"P{k}" for k in range(N)])}, crs=crs)


def told(name: str, prj: str | bytes, code: str | None, *, drawn: Any = None, says: set[str] = frozenset(), **more: Any) -> None:  # type: ignore[assignment]
    """A case: a shapefile at Jiading, or `drawn`, whose .prj says this, and the code it has to come out as."""
    shapes = squares(prj) if drawn is None else drawn
    add("crs", name, lambda folder: shapefile(folder, prj, shapes), Layers(N, says, crs=code, **more))


# right, with and without their codes, in the words of ESRI and of GDAL

for _code in (4490, 4549, 4528, 4509, 2384, 2437, 3857, 32651, 4326, 4214, 4610):
    _system = CRS.from_epsg(_code)
    told(f"esri_{_code}", _system.to_wkt("WKT1_ESRI"), f"EPSG:{_code}", notes={"area_enlarged"} if _code == 3857 else set())
    _shapes = squares(_system)
    add("crs", f"gpkg_{_code}", lambda folder, code=_code, shapes=_shapes: package(folder, f"EPSG:{code}", shapes), Layers(
        N, crs=f"EPSG:{_code}", geometry="polygon"))  # fmt: skip
told(
    "feet_of_new_york", CRS.from_epsg(2263).to_wkt("WKT1_ESRI"), "EPSG:2263", drawn=squares("EPSG:2263", NEW_YORK), area_m2=M2,
    notes={"crs_in_other_unit"},
)  # fmt: skip

# in other words

GEOGRAPHIC = 'GEOGCS["{0}",DATUM["{1}",SPHEROID["{2}",{3}]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]'
CGCS2000 = GEOGRAPHIC.format("GCS_China_Geodetic_Coordinate_System_2000", "D_China_2000", "CGCS2000", "6378137.0,298.257222101")
OWN_WORDS = GEOGRAPHIC.format("国家大地坐标系", "2000国家大地坐标系", "2000椭球", "6378137,298.257222101")
BEIJING = GEOGRAPHIC.format("GCS_Beijing_1954", "D_Beijing_1954", "Krasovsky_1940", "6378245.0,298.3")
XIAN = GEOGRAPHIC.format("GCS_Xian_1980", "D_Xian_1980", "Xian_1980", "6378140.0,298.257")
WGS84 = GEOGRAPHIC.format("GCS_WGS_1984", "D_WGS_1984", "WGS_1984", "6378137.0,298.257223563")


def gauss(name: str, geographic: str = CGCS2000, *, east: float = 500000, meridian: float = 120, scale: float = 1.0,
          method: str = "Gauss_Kruger", unit: str = 'UNIT["Meter",1.0]') -> str:  # fmt: skip
    """A transverse Mercator as ESRI writes one."""
    values = {"False_Easting": east, "False_Northing": 0.0, "Central_Meridian": meridian, "Scale_Factor": scale}
    parameters = ",".join(f'PARAMETER["{key}",{value}]' for key, value in {**values, "Latitude_Of_Origin": 0.0}.items())
    return f'PROJCS["{name}",{geographic},PROJECTION["{method}"],{parameters},{unit}]'


told("esri_name_of_arcgis", gauss("CGCS2000_3_Degree_GK_CM_120E"), "EPSG:4549", area_m2=M2)
told("transverse_mercator_for_gauss", gauss("CGCS2000_3_Degree_GK_CM_120E", method="Transverse_Mercator"), "EPSG:4549")
told("zone_40_of_arcgis", gauss("CGCS2000_3_Degree_GK_Zone_40", east=40500000), "EPSG:4528", area_m2=M2)
told("six_degrees", gauss("CGCS2000_GK_CM_117E", meridian=117), "EPSG:4509", drawn=squares("EPSG:4509"))
told("beijing_1954", gauss("Beijing_1954_3_Degree_GK_CM_120E", BEIJING), "EPSG:2437")
told("xian_1980", gauss("Xian_1980_3_Degree_GK_CM_117E", XIAN, meridian=117), "EPSG:2384", drawn=squares("EPSG:2384"))
told("name_of_ones_own", gauss("规划坐标系"), "EPSG:4549")
told("name_in_gbk", gauss("国家2000_3度带_120E").encode("gbk"), "EPSG:4549", drawn=squares("EPSG:4549"))
told("all_names_of_ones_own", gauss("规划坐标系", OWN_WORDS), "EPSG:4549")
told("all_names_in_gbk", gauss("规划坐标系", OWN_WORDS).encode("gbk"), "EPSG:4549", drawn=squares("EPSG:4549"))
told("degrees_by_their_own_name", OWN_WORDS, "EPSG:4490")
told("web_mercator_of_arcgis", CRS.from_authority("ESRI", 102100).to_wkt("WKT1_ESRI"), "EPSG:3857")
told(
    "byte_order_mark",
    b"\xef\xbb\xbf" + gauss("CGCS2000_3_Degree_GK_CM_120E").encode() + b"\r\n",
    "EPSG:4549",
    drawn=squares("EPSG:4549"),
)
told("code_of_ones_own", CRS.from_epsg(4549).to_wkt("WKT1_GDAL").replace('"EPSG","4549"', '"EPSG","999999"'), "EPSG:4549")
told("code_of_another", CRS.from_epsg(4549).to_wkt("WKT1_GDAL").replace('"central_meridian",120', '"central_meridian",117'),
     "EPSG:4548", drawn=squares("EPSG:4548"))  # fmt: skip

# more than a horizontal system, or less

COMPOUND = (
    f'COMPD_CS["with heights",{CRS.from_epsg(4549).to_wkt("WKT1_GDAL")},VERT_CS["1985",VERT_DATUM["1985",2005],UNIT["metre",1]]]'
)
told("horizontal_and_vertical", COMPOUND, "EPSG:4549", area_m2=M2)
FIGURES = 'PARAMETER["Vertical_Shift",0.0],PARAMETER["Direction",1.0],UNIT["Meter",1.0]'
VERTICAL = f'VERTCS["Yellow_Sea_1985",VDATUM["Yellow_Sea_1985"],{FIGURES}]'
BOTH = f"{gauss('CGCS2000_3_Degree_GK_CM_120E')},{VERTICAL}"
told("horizontal_and_vertical_of_arcgis", BOTH, "EPSG:4549", drawn=squares("EPSG:4549"))
told("degrees_with_heights", CRS.from_epsg(4979).to_wkt("WKT2_2019"), "EPSG:4326", drawn=squares("EPSG:4326"))
BOUND = CRS.from_epsg(4549).to_wkt("WKT1_GDAL")
SPHEROID = 'SPHEROID["CGCS2000",6378137,298.257222101,AUTHORITY["EPSG","1024"]]'
assert SPHEROID in BOUND
told("shift_of_nothing", BOUND.replace(SPHEROID, SPHEROID + ",TOWGS84[0,0,0,0,0,0,0]"), "EPSG:4549")
KRASOVSKY = (
    CRS.from_epsg(2437)
    .to_wkt("WKT1_GDAL")
    .replace('AUTHORITY["EPSG","7024"]]', 'AUTHORITY["EPSG","7024"]],TOWGS84[15.8,-154.4,-82.3,0,0,0,0]')
)
told("shift_of_ones_own", KRASOVSKY, "EPSG:2437", area_m2=M2)
told("grid_of_a_city", gauss("某市2000", meridian=121.2, east=600000), "custom", area_m2=M2)
told(
    "feet_by_parameters",
    gauss("in feet", unit='UNIT["Foot_US",0.304800609601219]'),
    "custom",
    area_m2=M2,
    notes={"crs_in_other_unit"},
)
told("wgs84_on_a_chinese_meridian", gauss("WGS_1984_3_Degree_GK_CM_120E", WGS84), "custom", area_m2=M2)
LOCAL = squares("EPSG:4549")
UNKNOWN: dict[str, Any] = {"drawn": LOCAL, "says": {"crs_absent", "prj_unreadable"}, "area_m2": None}
told(
    "local", 'LOCAL_CS["Unknown",LOCAL_DATUM["Unknown",32767],UNIT["Meter",1.0],AXIS["X",EAST],AXIS["Y",NORTH]]', None, **UNKNOWN
)
told(
    "engineering",
    'ENGCRS["工程坐标系",EDATUM["x"],CS[Cartesian,2],AXIS["x",east],AXIS["y",north],LENGTHUNIT["metre",1]]',
    None,
    **UNKNOWN,
)
told("words_for_a_prj", "CGCS2000 三度带 120E", None, **UNKNOWN)
told("html_for_a_prj", "<html><body>404</body></html>", None, **UNKNOWN)
told("cut_prj", gauss("CGCS2000_3_Degree_GK_CM_120E")[:200], None, **UNKNOWN)
told("metres_from_the_earths_centre", CRS.from_epsg(4479).to_wkt("WKT2_2019"), None, **UNKNOWN)
told("empty_prj", "", None, drawn=LOCAL, says={"crs_absent"})

# not what the coordinates are

DEGREES, METRES = squares("EPSG:4490"), squares("EPSG:4549")


def swapped(shapes: Any) -> Any:
    return shapely.transform(shapes, lambda xy: xy[:, ::-1])


for _name, _crs, _drawn, _fault in (
    ("axes_swapped_in_degrees", "EPSG:4490", swapped(DEGREES), "axes_swapped"),
    ("axes_swapped_in_wgs84", "EPSG:4326", swapped(DEGREES), "axes_swapped"),
    ("axes_swapped_in_metres", "EPSG:4549", swapped(METRES), "axes_swapped"),
    ("axes_swapped_with_a_zone", "EPSG:4528", swapped(squares("EPSG:4528")), "axes_swapped"),
    ("metres_as_4326", "EPSG:4326", METRES, "metres_as_degrees"),
    ("metres_as_4490", "EPSG:4490", squares("EPSG:4528"), "metres_as_degrees"),
    ("degrees_as_4549", "EPSG:4549", DEGREES, "degrees_as_metres"),
    ("degrees_as_3857", "EPSG:3857", DEGREES, "degrees_as_metres"),
    ("degrees_swapped_as_4549", "EPSG:4549", swapped(DEGREES), "degrees_as_metres"),
    ("zone_40_as_4549", "EPSG:4549", squares("EPSG:4528"), "zone_prefix"),
    ("zone_40_as_utm", "EPSG:32651", squares("EPSG:4528"), "zone_prefix"),
    ("prefix_missing_in_4528", "EPSG:4528", METRES, "zone_prefix_missing"),
    ("china_as_new_york", "EPSG:2263", METRES, "outside_area_of_use"),
    ("web_mercator_as_4549", "EPSG:4549", squares("EPSG:3857"), "mercator_as_metres"),
    ("nowhere_as_4490", "EPSG:4490", squares("EPSG:4326", (10.0, -70.0)), "outside_area_of_use"),
    ("longitudes_over_360", "EPSG:4326", shapely.transform(DEGREES, lambda xy: xy + np.array([280.0, 0.0])), "metres_as_degrees"),
):  # fmt: skip
    _wkt = CRS.from_user_input(_crs).to_wkt("WKT1_ESRI")
    told(_name, _wkt, _crs, drawn=_drawn, says={_fault}, area_m2=None)
    add("crs", f"gpkg_{_name}", lambda folder, crs=_crs, drawn=_drawn: package(folder, crs, drawn), Layers(
        N, {_fault}, crs=_crs, area_m2=None))  # fmt: skip

# no .prj at all

for _name, _drawn in (
    ("no_prj_in_metres", METRES),
    ("no_prj_in_degrees", DEGREES),
    ("no_prj_near_zero", made_files.squares(N, x=-40.0, y=12.0)),
):
    add(
        "crs",
        _name,
        lambda folder, drawn=_drawn: shapefile(folder, None, drawn),
        Layers(N, {"crs_absent"}, crs=None, area_m2=None),
    )
