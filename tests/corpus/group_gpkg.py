"""GeoPackages: damaged, open elsewhere, hostile, half of another kind, and with anything in their columns."""
# ruff: noqa: S608  (all SQL here is of our own making)

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import made_files
import numpy as np
import pyarrow as pa
import pyproj
import shapely
from cases import ANY, Layers, Refused, add, case
from made_packages import FIELDS, M2, N, altered, arc, blob, listed, package, pending, with_shape

SOUND = {"crs": "EPSG:4549", "geometry": "polygon", "encoding": "UTF-8", "area_m2": M2, "fields": FIELDS}
BUT_ONE = {**SOUND, "area_m2": M2 - 100}
LINE = 'CREATE TABLE "{0}" (fid INTEGER PRIMARY KEY, geom BLOB, n TEXT);'
COPY = 'INSERT INTO "{0}" SELECT fid, geom, 名称 FROM plots;'


@case(Layers(N, **SOUND, first={"名称": "华亭镇0号", "面积": 0.0, "编号": 0}))
def sound(folder: Path) -> Path:
    return package(folder)


# damaged bytes


def cut(folder: Path, share: float) -> Path:
    path = package(folder, 400)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    return path


add("gpkg", "cut_to_a_half", lambda folder: cut(folder, 0.5), Refused("file_damaged"))
add("gpkg", "cut_to_the_header", lambda folder: cut(folder, 0.0005), Refused("file_damaged"))


@case(Refused("file_damaged", "not_a_geopackage"))
def header_only(folder: Path) -> Path:
    path = folder / "plots.gpkg"
    path.write_bytes(b"SQLite format 3\0")
    return path


@case(Refused("file_damaged"))
def schema_page_overwritten(folder: Path) -> Path:
    path = package(folder)
    raw = bytearray(path.read_bytes())
    raw[100:3000] = bytes(2900)
    path.write_bytes(raw)
    return path


@case(Refused("file_damaged", "not_a_geopackage", "file_empty"))
def zeros_after_the_magic(folder: Path) -> Path:
    path = folder / "plots.gpkg"
    path.write_bytes(b"SQLite format 3\0" + bytes(100_000))
    return path


# open elsewhere


@case(Layers(N, **SOUND, first={"面积": 12345.0}))
def changes_pending_in_the_log(folder: Path) -> Path:
    return pending(package(folder), "UPDATE plots SET 面积 = 12345 WHERE fid = 1")


@case(Layers(N, **SOUND))
def log_mode_without_a_log(folder: Path) -> Path:
    path = package(folder)
    raw = bytearray(path.read_bytes())
    raw[18:20] = b"\2\2"
    path.write_bytes(raw)
    return path


@case(Layers(N, **SOUND, first={"面积": 0.0}))
def rollback_journal_beside(folder: Path) -> Path:
    path = package(folder)
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA cache_size=1")
        database.execute("PRAGMA cache_spill=1")
        database.execute("BEGIN")
        database.execute("UPDATE plots SET 面积 = 777")
        for k in range(3000):
            database.execute("INSERT INTO plots (名称) VALUES (?)", ("x" * 400 + str(k),))
        kept = {file.name: file.read_bytes() for file in folder.iterdir()}
    for name, raw in kept.items():
        (folder / name).write_bytes(raw)
    assert (folder / "plots.gpkg-journal").exists()
    return path


@case(Layers(N, **SOUND))
def read_only_file(folder: Path) -> Path:
    path = package(folder)
    path.chmod(0o444)
    return path


# hostile


@case(Layers(N, **SOUND, first={"名称": "华亭镇0号"}))
def triggers_that_delete(folder: Path) -> Path:
    return altered(
        package(folder),
        "CREATE TRIGGER evil AFTER UPDATE ON plots BEGIN DELETE FROM plots; END;"
        "CREATE TRIGGER worse AFTER INSERT ON gpkg_contents BEGIN DELETE FROM plots; END;",
    )


@case(Layers((N, 4), **{**SOUND, "area_m2": (M2, 400.0)}))
def view_as_a_layer(folder: Path) -> Path:
    return altered(package(folder), "CREATE VIEW some AS SELECT * FROM plots WHERE fid < 5;" + listed("some"))


@case(Layers(N, {"layer_unreadable"}, **SOUND))
def endless_view_beside_a_layer(folder: Path) -> Path:
    numbers = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)"
    return altered(package(folder), f"CREATE VIEW v AS {numbers} SELECT x AS fid, geom FROM c, plots;" + listed("v"))


@case(Layers(N, {"layer_unreadable"}, **SOUND))
def view_of_nothing(folder: Path) -> Path:
    return altered(package(folder), "CREATE VIEW v AS SELECT * FROM gone;" + listed("v"))


@case(Layers(N, {"layer_unreadable"}, **SOUND))
def view_with_a_function(folder: Path) -> Path:
    return altered(package(folder), "CREATE VIEW v AS SELECT fid, geom, load_extension('x') AS n FROM plots;" + listed("v"))


NAMES = ("plots; DROP TABLE plots;--", "规划地块", 'with "quotes"', "it's", "select", "a b/c\\d", "x" * 200)
for _k, _name in enumerate(NAMES):

    def _named(folder: Path, name: str = _name) -> Path:
        quoted = name.replace('"', '""')
        return altered(package(folder), LINE.format(quoted) + COPY.format(quoted) + listed(name))

    add("gpkg", f"layer_name_{_k}", _named, Layers((N, N), **{**SOUND, "fields": (FIELDS, ["n"])}))


@case(Layers(N, **{**SOUND, "fields": [*FIELDS, "a\"b'c", "x; DROP TABLE plots;--", "order"]}))
def column_names_with_sql(folder: Path) -> Path:
    names = ('"a""b\'c"', '"x; DROP TABLE plots;--"', '"order"')
    return altered(package(folder), "".join(f"ALTER TABLE plots ADD COLUMN {name} TEXT;" for name in names))


# coordinate systems


def of_srs(folder: Path, srs: int) -> Path:
    return altered(package(folder), f"UPDATE gpkg_contents SET srs_id = {srs}; UPDATE gpkg_geometry_columns SET srs_id = {srs};")


NO_CRS = Layers(N, {"crs_absent"}, crs=None, area_m2=None)
add("gpkg", "undefined_cartesian_srs", lambda folder: of_srs(folder, -1), NO_CRS)
add("gpkg", "undefined_geographic_srs", lambda folder: of_srs(folder, 0), NO_CRS)
add("gpkg", "srs_that_is_not_in_the_table", lambda folder: of_srs(folder, 4550), NO_CRS)


def own_srs(folder: Path, organization: str, id: int, definition: str) -> Path:
    row = (f"INSERT INTO gpkg_spatial_ref_sys VALUES ('own', {id}, '{organization}', {id}, ?, '')", (definition,))
    return altered(of_srs(folder, id), row)


WKT = pyproj.CRS.from_epsg(4549).to_wkt("WKT1_GDAL")
SHANGHAI = (
    'PROJCS["某市2000",GEOGCS["CGCS2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],'
    'PARAMETER["central_meridian",121.2],PARAMETER["scale_factor",1],PARAMETER["false_easting",600000],'
    'PARAMETER["false_northing",0],UNIT["metre",1]]'
)
add("gpkg", "own_srs_that_is_4549", lambda folder: own_srs(folder, "NONE", 100001, WKT), Layers(N, **SOUND))
add("gpkg", "code_of_ones_own", lambda folder: own_srs(folder, "EPSG", 999999, WKT), Layers(N, **SOUND))
add("gpkg", "local_grid", lambda folder: own_srs(folder, "NONE", 100001, SHANGHAI), Layers(N, **{**SOUND, "crs": "custom"}))


@case(Layers(N, {"crs_differs"}, **SOUND))
def definition_of_another_code(folder: Path) -> Path:
    other = pyproj.CRS.from_epsg(4548).to_wkt("WKT1_GDAL")
    return altered(package(folder), ("UPDATE gpkg_spatial_ref_sys SET definition = ? WHERE srs_id = 4549", (other,)))


# geometries

SQUARE = shapely.box(made_files.X, made_files.Y, made_files.X + 10, made_files.Y + 10)
UNREADABLE = Layers(N, {"geometry_unreadable"}, **BUT_ONE)
add("gpkg", "wkb_without_a_header", lambda folder: with_shape(folder, shapely.to_wkb(SQUARE)), Layers(N, **SOUND))
add("gpkg", "garbage_for_a_shape", lambda folder: with_shape(folder, b"not a geometry at all"), UNREADABLE)
add("gpkg", "text_for_a_shape", lambda folder: with_shape(folder, "POLYGON((0 0,1 0,1 1,0 0))"), UNREADABLE)
add("gpkg", "no_bytes_for_a_shape", lambda folder: with_shape(folder, b""), UNREADABLE)
add("gpkg", "two_thousand_million_rings", lambda folder: with_shape(
    folder, b"GP\0\1" + struct.pack("<i", 4549) + struct.pack("<BII", 1, 3, 0x7FFFFFFF)), UNREADABLE)  # fmt: skip
add("gpkg", "null_shape", lambda folder: with_shape(folder, None), Layers(N, {"geometry_missing"}, **BUT_ONE))
add("gpkg", "empty_shape", lambda folder: with_shape(folder, blob(shapely.Polygon(), flags=0x11)), Layers(
    N, {"geometry_missing"}, **BUT_ONE))  # fmt: skip
INFINITE = blob(shapely.Polygon([(0, 0), (1, 0), (1, 1), (0, 0)])).replace(struct.pack("<d", 1), struct.pack("<d", np.inf))
add("gpkg", "shape_not_finite", lambda folder: with_shape(folder, INFINITE), Layers(N, {"geometry_not_finite"}, **BUT_ONE))
add("gpkg", "circle", lambda folder: with_shape(folder, arc(made_files.X, made_files.Y)), Layers(
    N, notes={"curves_stroked"}, **{**SOUND, "area_m2": 700 + np.pi * 100}))  # fmt: skip


@case(Layers(N, {"geometry_other_kind"}, **BUT_ONE))
def a_point_among_polygons(folder: Path) -> Path:
    return with_shape(folder, blob(shapely.Point(made_files.X, made_files.Y)))


@case(Layers(N, **SOUND))
def declared_points_are_polygons(folder: Path) -> Path:
    return altered(package(folder), "UPDATE gpkg_geometry_columns SET geometry_type_name = 'POINT'")


@case(Layers(N, **SOUND))
def heights_in_some_rows(folder: Path) -> Path:
    return with_shape(folder, blob(shapely.force_3d(SQUARE, 4.5)))


@case(Layers(0, crs="EPSG:4549", geometry="none", area_m2=None, fields=FIELDS))
def no_rows(folder: Path) -> Path:
    return altered(package(folder), "DELETE FROM plots;")


# tables


@case(Layers((N, 2), crs=("EPSG:4549", None), geometry=("polygon", "none"), area_m2=(M2, None), fields=(FIELDS, ["行业"])))
def table_without_geometry_beside(folder: Path) -> Path:
    table = "CREATE TABLE 行业 (fid INTEGER PRIMARY KEY, 行业 TEXT); INSERT INTO 行业 (行业) VALUES ('电池'), ('芯片');"
    return altered(package(folder), table + listed("行业", "attributes", srs=0))


@case(Layers(2, crs=None, geometry="none", area_m2=None))
def tables_only(folder: Path) -> Path:
    table = "CREATE TABLE t (fid INTEGER PRIMARY KEY, n TEXT); INSERT INTO t (n) VALUES ('甲'), ('乙');"
    delisted = "DELETE FROM gpkg_geometry_columns; DELETE FROM gpkg_contents; DROP TABLE plots;"
    return altered(package(folder), delisted + table + listed("t", "attributes", srs=0))


@case(Layers((N, N, N), **{**SOUND, "fields": (FIELDS, ["n"], ["n"])}))
def three_layers(folder: Path) -> Path:
    return altered(package(folder), *(LINE.format(name) + COPY.format(name) + listed(name) for name in ("a", "b")))


@case(Layers(N, {"layers_missing"}, **SOUND))
def listed_but_not_there(folder: Path) -> Path:
    return altered(package(folder), listed("gone"))


@case(Layers(N, notes={"tables_unlisted"}, **SOUND))
def there_but_not_listed(folder: Path) -> Path:
    return altered(package(folder), "CREATE TABLE extra (a, b); INSERT INTO extra VALUES (1, 2);")


@case(Layers(N, **SOUND))
def counter_of_nine_million_million_million(folder: Path) -> Path:
    return altered(package(folder), "UPDATE gpkg_ogr_contents SET feature_count = 9223372036854775807;")


@case(Layers(N, **SOUND))
def counter_too_low(folder: Path) -> Path:
    return altered(package(folder), "UPDATE gpkg_ogr_contents SET feature_count = 5;")


@case(Layers(N, **SOUND))
def rtree_missing(folder: Path) -> Path:
    return altered(package(folder), "DROP TABLE rtree_plots_geom;")


@case(Layers(N, **SOUND))
def rtree_empty(folder: Path) -> Path:
    return altered(package(folder), "DELETE FROM rtree_plots_geom;")


@case(Layers(N, **SOUND))
def application_id_of_another_program(folder: Path) -> Path:
    return altered(package(folder), "PRAGMA application_id = 123456; PRAGMA user_version = 0;")


@case(Refused("not_a_geopackage"))
def contents_missing(folder: Path) -> Path:
    return altered(package(folder), "DROP TABLE gpkg_contents;")


@case(Refused("file_damaged"))
def reference_systems_missing(folder: Path) -> Path:
    return altered(package(folder), "DROP TABLE gpkg_spatial_ref_sys;")


@case(Refused("no_layers"))
def nothing_listed(folder: Path) -> Path:
    return altered(package(folder), "DELETE FROM gpkg_geometry_columns; DELETE FROM gpkg_contents; DROP TABLE plots;")


@case(Refused("not_a_geopackage"))
def another_database(folder: Path) -> Path:
    return altered(folder / "notes.gpkg", "CREATE TABLE notes (a TEXT); INSERT INTO notes VALUES ('x');")


@case(Refused("not_a_geopackage"))
def spatialite(folder: Path) -> Path:
    return altered(
        folder / "plots.sqlite",
        "CREATE TABLE geometry_columns (f_table_name, f_geometry_column, geometry_type, coord_dimension, srid);"
        "CREATE TABLE spatial_ref_sys (srid, auth_name, auth_srid, ref_sys_name, proj4text);"
        "CREATE TABLE plots (id INTEGER PRIMARY KEY, geom BLOB);",
    )


@case(Refused("geopackage_of_tiles"))
def tiles_only(folder: Path) -> Path:
    delisted = "DELETE FROM gpkg_geometry_columns; DELETE FROM gpkg_contents; DROP TABLE plots;"
    tiles = "CREATE TABLE 影像 (id INTEGER PRIMARY KEY, zoom_level, tile_column, tile_row, tile_data BLOB);"
    return altered(package(folder), delisted + tiles + listed("影像", "tiles"))


# values


@case(Layers(N, {"values_not_of_type"}, **SOUND, first={"编号": None, "面积": None}))
def text_in_columns_of_numbers(folder: Path) -> Path:
    return altered(package(folder), "UPDATE plots SET 编号 = 'abc', 面积 = '12,5' WHERE fid = 1;")


@case(Layers(N, **SOUND, first={"编号": 2.5}))
def fraction_in_a_whole_column(folder: Path) -> Path:
    return altered(package(folder), "UPDATE plots SET 编号 = 2.5 WHERE fid = 1;")


@case(Layers(N, {"values_not_finite"}, **SOUND, first={"面积": "inf"}))
def infinite_numbers(folder: Path) -> Path:
    return altered(package(folder), "UPDATE plots SET 面积 = 9e999 WHERE fid = 1; UPDATE plots SET 面积 = -9e999 WHERE fid = 2;")


@case(Layers(N, **SOUND, first={"编号": 9223372036854775807}))
def edges_of_64_bits(folder: Path) -> Path:
    return altered(
        package(folder),
        "UPDATE plots SET 编号 = 9223372036854775807 WHERE fid = 1; UPDATE plots SET 编号 = -9223372036854775808 WHERE fid = 2;"
        "UPDATE plots SET 编号 = 9007199254740993 WHERE fid = 3;",
    )


@case(Layers(N, **{**SOUND, "fields": [*FIELDS, "小"]}, first={"小": 70000}))
def too_large_for_a_small_column(folder: Path) -> Path:
    return altered(package(folder), "ALTER TABLE plots ADD COLUMN 小 SMALLINT; UPDATE plots SET 小 = 70000;")


@case(Layers(N, {"values_not_of_type"}, **{**SOUND, "fields": [*FIELDS, "日期"]}, first={"日期": "2023-05-06"}))
def days_that_are_none(folder: Path) -> Path:
    return altered(
        package(folder),
        "ALTER TABLE plots ADD COLUMN 日期 DATE; UPDATE plots SET 日期 = '2023-05-06';"
        "UPDATE plots SET 日期 = '2023-13-45' WHERE fid = 2; UPDATE plots SET 日期 = '不详' WHERE fid = 3;",
    )


@case(Layers(N, **{**SOUND, "fields": [*FIELDS, "附件"]}, first={"附件": "4 bytes"}))
def bytes_in_a_column(folder: Path) -> Path:
    return altered(package(folder), "ALTER TABLE plots ADD COLUMN 附件 BLOB; UPDATE plots SET 附件 = x'00FF00FF';")


@case(Layers(N, notes={"encoding_guessed"}, **{**SOUND, "encoding": "GBK"}, first={"名称": "嘉定区华亭镇工业用地"}))
def text_in_gbk(folder: Path) -> Path:
    return altered(package(folder), ("UPDATE plots SET 名称 = CAST(? AS TEXT)", ("嘉定区华亭镇工业用地".encode("gbk"),)))


@case(Layers(N, notes={"encoding_guessed"}, **{**SOUND, "encoding": ANY}, first={"名称": "华亭镇0号"}))
def text_in_gbk_in_one_row(folder: Path) -> Path:
    value = ("嘉定区安亭镇工业用地".encode("gbk"),)
    return altered(package(folder), ("UPDATE plots SET 名称 = CAST(? AS TEXT) WHERE fid = 2", value))


@case(Layers(N, **SOUND, first={"名称": "00123"}))
def ids_with_zeros_in_front(folder: Path) -> Path:
    return altered(package(folder), "UPDATE plots SET 名称 = '00123' WHERE fid = 1;")


@case(Layers(N, **{**SOUND, "fields": [f"列{k}" for k in range(600)]}))
def six_hundred_columns(folder: Path) -> Path:
    columns = {f"列{k}": pa.array(range(N)) for k in range(600)}
    return made_files.write(folder / "wide.gpkg", made_files.squares(N), columns)
