"""GeoJSON as portals, scripts and mail programs leave it."""

import json
from pathlib import Path
from typing import Any

from cases import Layers, Refused, add, case

SQUARE = [[[121.2, 31.3], [121.201, 31.3], [121.201, 31.301], [121.2, 31.301], [121.2, 31.3]]]
SQUARE_M2 = 10_557.8
METRES = [[[611000.0, 3463000.0], [611100, 3463000], [611100, 3463100], [611000, 3463100], [611000, 3463000]]]
METRES_M2 = 9_997.0
PLACE = [121.2, 31.3]
NAME = "安亭汽车城零部件园区"


def feature(properties: Any, coordinates: object = SQUARE, kind: str = "Polygon", **more: object) -> dict[str, object]:
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", **more, "properties": properties, "geometry": geometry}


def bare(properties: Any, geometry: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: object, **more: object) -> dict[str, object]:
    return {"type": "FeatureCollection", **more, "features": list(features)}


def written(folder: Path, content: object, name: str = "plots.geojson") -> Path:
    path = folder / name
    if isinstance(content, bytes):
        path.write_bytes(content)
        return path
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def added(name: str, content: object, expected: Layers | Refused, file: str = "plots.geojson") -> None:
    def make(folder: Path) -> Path:
        return written(folder, content() if callable(content) else content, file)

    add("geojson", name, make, expected)


def row(properties: str = '"a": 1', geometry: str = '{"type": "Point", "coordinates": [121.2, 31.3]}') -> str:
    """A feature as text, for what json.dumps does not write."""
    return f'{{"type": "Feature", "properties": {{{properties}}}, "geometry": {geometry}}}'


def rows(*features: str, more: str = "") -> str:
    return f'{{"type": "FeatureCollection", {more}"features": [{", ".join(features)}]}}'


TWO = json.dumps(collection(feature({"a": 1}), feature({"a": 2})))
TEN = [feature({"a": n}) for n in range(10)]
LINES = [json.dumps(feature({"n": n})) for n in range(3)]
ONE = Layers(1, crs="EPSG:4326", geometry="polygon", area_m2=SQUARE_M2, first={"a": 1})
PAIR = Layers(2, crs="EPSG:4326", geometry="polygon", area_m2=2 * SQUARE_M2, first={"a": 1})
THREE = Layers(3, crs="EPSG:4326", geometry="polygon", area_m2=3 * SQUARE_M2, first={"n": 0})


def pair(*says: str, area_m2: float = 2 * SQUARE_M2, **first: Any) -> Layers:
    return Layers(2, set(says), crs="EPSG:4326", geometry="polygon", area_m2=area_m2, first=first or {"a": 1})


@case(Layers(1, crs="EPSG:4326", geometry="polygon", area_m2=SQUARE_M2, first={"id": "00123"}))
def text_ids(folder: Path) -> Path:
    return written(folder, {"type": "FeatureCollection", "features": [feature({"id": "00123"})]})


@case(Refused("json_broken"))
def cut_short(folder: Path) -> Path:
    whole = json.dumps({"type": "FeatureCollection", "features": [feature({"id": "a"})]})
    return written(folder, whole[: len(whole) // 2])


for at in (1, 17, 40, 100, 250, 399, len(TWO) - 1):
    added(f"cut_at_{at}", TWO[:at], Refused("json_broken", "not_geojson"))

# Numbers that are none, and numbers without end
added("nan_value", rows(row('"a": NaN'), row('"a": 1.5')), Layers(2, {"values_not_finite"}, geometry="point", first={"a": None}))
added("infinite_value", rows(row('"a": -Infinity'), row('"a": 1.5')), Layers(2, {"values_not_finite"}, first={"a": None}))
added("nan_coordinate", rows(row('"a": 1', '{"type": "Point", "coordinates": [NaN, 31]}'), row()),
      Layers(2, {"geometry_unreadable"}, geometry="point", first={"a": 1}))  # fmt: skip
added("overflowing_numbers", rows(row('"a": 1e999', '{"type": "Point", "coordinates": [1e999, 31]}'), row('"a": 1.5')),
      Layers(2, {"geometry_unreadable", "values_not_finite"}, geometry="point"))  # fmt: skip
added("number_of_5000_digits", rows(row(f'"a": {"9" * 5000}')), Layers(1, first={"a": "9" * 5000}))
added("coordinate_of_5000_digits", rows(row("", f'{{"type": "Point", "coordinates": [121.{"2" * 5000}, 31]}}')), Layers(1))
added("leading_zero", rows(row('"a": 007')), Refused("json_broken"))
added("hexadecimal", rows(row('"a": 0x1F')), Refused("json_broken"))
added("int64_edges", collection(*(feature({"a": n}) for n in (2**53 + 1, 2**63 - 1, -(2**63)))),
      Layers(3, notes={"integers_as_text"}, first={"a": "9007199254740993"}))  # fmt: skip
added("beyond_int64_with_decimals", collection(feature({"a": 2**63}), feature({"a": 0.5})),
      Layers(2, notes={"integers_as_text"}, first={"a": str(2**63)}))  # fmt: skip
added("large_number_in_a_list", collection(feature({"a": [2**53 + 1]})), Layers(1, first={"a": "[9007199254740993]"}))

# Nesting
for name, text in (
    ("coordinates", f'{{"type": "Polygon", "coordinates": {"[" * 100_000}{"]" * 100_000}}}'),
    ("open", "[" * 100_000),
):
    added(f"nested_100k_{name}", row('"a": 1', text) if name == "coordinates" else text, Refused("json_too_deep"))
added("nested_100k_value", rows(row(f'"a": {"[" * 100_000}{"]" * 100_000}')), Refused("json_too_deep"))
added("nested_100k_objects", '{"a":' * 100_000 + "1" + "}" * 100_000, Refused("json_too_deep"))
added("nested_collections", row('"a": 1', '{"type": "GeometryCollection", "geometries": [' * 200 + "]}" * 200),
      Layers(1, {"geometry_missing"}))  # fmt: skip

# Names that stand twice
added("repeated_name", rows(row('"a": 1, "a": 2')), Layers(1, {"json_keys_repeated"}, first={"a": 2}))
added("repeated_features", TWO[:-1] + ', "features": []}', pair("json_keys_repeated"))
added("repeated_geometry", rows(row()[:-1] + ', "geometry": null}'), Layers(1, {"json_keys_repeated"}, geometry="point"))
added("names_that_differ_in_case", collection(feature({"a": 1, "A": 2})), Layers(1, first={"a": 1, "A": 2}))


# Coordinate systems
def crs(name: object) -> dict[str, object]:
    return {"type": "name", "properties": {"name": name}}


IN_4549 = Layers(1, crs="EPSG:4549", geometry="polygon", area_m2=METRES_M2)
UNKNOWN_METRES = Layers(1, {"json_crs_unknown", "crs_absent"}, crs=None, area_m2=None)
UNKNOWN_DEGREES = Layers(1, {"json_crs_unknown"}, crs="EPSG:4326", area_m2=SQUARE_M2)
for name, member, expected in (
    ("urn", crs("urn:ogc:def:crs:EPSG::4549"), IN_4549),
    ("legacy", crs("EPSG:4549"), IN_4549),
    ("text", "EPSG:4549", IN_4549),
    ("code", {"type": "EPSG", "properties": {"code": 4549}}, IN_4549),
    ("address", crs("http://www.opengis.net/def/crs/EPSG/0/4549"), IN_4549),
    ("link", {"type": "link", "properties": {"href": "http://127.0.0.1:9/crs", "type": "proj4"}}, UNKNOWN_METRES),
    ("bogus", crs("urn:ogc:def:crs:XYZ::99"), UNKNOWN_METRES),
    ("no_such_code", crs("EPSG:99999"), UNKNOWN_METRES),
    ("file", crs("/etc/passwd"), UNKNOWN_METRES),
    ("null", None, UNKNOWN_METRES),
    ("list", [1], UNKNOWN_METRES),
    ("bare", {"type": "name"}, UNKNOWN_METRES),
):
    added(f"crs_{name}", collection(feature({"a": 1}, METRES), crs=member), expected)
added("crs_84", collection(feature({"a": 1}), crs=crs("urn:ogc:def:crs:OGC:1.3:CRS84")), ONE)
added("crs_4490", collection(feature({"a": 1}), crs=crs("urn:ogc:def:crs:EPSG::4490")), Layers(1, crs="EPSG:4490"))
added("crs_of_a_city", collection(feature({"a": 1}), crs=crs("上海2000")), UNKNOWN_DEGREES)
added("crs_in_the_feature", collection(feature({"a": 1}, METRES, crs=crs("EPSG:4549"))), IN_4549)
added("metres_without_crs", collection(feature({"a": 1}, METRES)),
      Layers(1, {"metres_as_degrees"}, crs="EPSG:4326", area_m2=None))  # fmt: skip
SWAPPED = [[[y, x] for x, y in SQUARE[0]]]
added("latitude_first", collection(feature({"a": 1}, SWAPPED)), Layers(1, {"axes_swapped"}, area_m2=None))
added("latitude_first_by_urn", collection(feature({"a": 1}, SWAPPED), crs=crs("urn:ogc:def:crs:EPSG::4326")),
      Layers(1, {"axes_swapped"}, area_m2=None))  # fmt: skip

# Encodings
NAMED = json.dumps(collection(feature({"名称": NAME})), ensure_ascii=False)
for codec, name, says in (
    ("gbk", "GBK", {"encoding_declared_wrong"}),
    ("utf-16", "UTF-16", set()),
    ("utf-16-le", "UTF-16", set()),
    ("utf-16-be", "UTF-16", set()),
    ("utf-32", "UTF-32", set()),
    ("utf-8-sig", "UTF-8", set()),
):
    added(f"in_{codec}", NAMED.encode(codec), Layers(1, says, encoding=name, area_m2=SQUARE_M2, first={"名称": NAME}))
added("in_gb18030_of_4_bytes", NAMED.replace("安亭", "㐀𠮷村").encode("gb18030"),
      Layers(1, {"encoding_declared_wrong"}, encoding="GB18030", first={"名称": "㐀𠮷村汽车城零部件园区"}))  # fmt: skip
added("a_line_of_another_encoding", NAMED.encode() + b"\n" + NAMED.replace(NAME, "外冈").encode("gbk"),
      Layers(2, {"text_broken"}, encoding="UTF-8", first={"名称": NAME}))  # fmt: skip
added("half_a_character", NAMED.encode().replace("城".encode(), "城".encode()[:2]), Layers(1, {"text_broken"}, encoding="UTF-8"))
added("text_of_9_mb", lambda: collection(feature({"a": "甲" * 3_000_000})), Layers(1, area_m2=SQUARE_M2))

# One a line, one after another
added("lines", "\n".join(LINES), THREE)
added("lines_crlf", "\r\n".join(LINES) + "\r\n", THREE, "plots.ndjson")
added("lines_with_blank_ones", "\n\n".join(LINES) + "\n\n", THREE, "plots.geojsonl")
added("record_marks", "".join(f"\x1e{line}\n" for line in LINES), THREE, "plots.geojsons")
added("record_marks_over_lines", "".join(f"\x1e{json.dumps(feature({'n': n}), indent=1)}\n" for n in range(3)), THREE)
added("on_one_line", "".join(LINES), THREE)
added("with_commas_between", ",\n".join(LINES), THREE)
added("list_of_features", f"[{','.join(LINES)}]", THREE)
BAD_LINE = Layers(3, {"rows_lost"}, area_m2=2 * SQUARE_M2, first={"n": 0})
added("a_bad_line", "\n".join([LINES[0], LINES[1][:40], LINES[2]]), BAD_LINE)
added("a_bad_first_line", "\n".join([LINES[0][:-5], LINES[1], LINES[2]]), Layers(3, {"rows_lost"}, first={"n": 1}))
added("last_line_cut", "\n".join(LINES)[:-30], BAD_LINE)
added("two_documents", TWO + "\n" + TWO, Layers(4, area_m2=4 * SQUARE_M2))
added("two_documents_over_lines", json.dumps(json.loads(TWO), indent=2) + TWO, Layers(4, area_m2=4 * SQUARE_M2))

# Other kinds of JSON
RING = [[611000.0, 3463000.0], [611000, 3463100], [611100, 3463100], [611100, 3463000], [611000, 3463000]]
HOLE = [[611040.0, 3463040.0], [611060, 3463040], [611060, 3463060], [611040, 3463060], [611040, 3463040]]
ESRI: dict[str, Any] = {
    "geometryType": "esriGeometryPolygon", "spatialReference": {"wkid": 4549},
    "fields": [{"name": "编号", "type": "esriFieldTypeDouble"}, {"name": "日期", "type": "esriFieldTypeDate"}],
    "features": [{"attributes": {"编号": 9007199254740993, "日期": 1924992000000}, "geometry": {"rings": [RING, HOLE]}},
                 {"attributes": {"编号": 2, "日期": None}}],
}  # fmt: skip
added("esri", ESRI, Layers(2, {"geometry_missing"}, notes={"integers_as_text"}, crs="EPSG:4549", area_m2=METRES_M2 * 0.96,
                           first={"编号": "9007199254740993", "日期": "2031-01-01"}), "plots.json")  # fmt: skip
added("esri_without_crs", {**ESRI, "spatialReference": None}, Layers(2, {"geometry_missing", "crs_absent"}, crs=None))
added("esri_web_mercator", {**ESRI, "spatialReference": {"wkid": 102100, "latestWkid": 3857}},
      Layers(2, {"geometry_missing"}, crs="EPSG:3857"))  # fmt: skip
added("esri_unknown_crs", {**ESRI, "spatialReference": {"wkid": 999999}},
      Layers(2, {"geometry_missing", "crs_absent", "json_crs_unknown"}, crs=None))  # fmt: skip
POINTS = [{"attributes": {"a": n}, "geometry": {"x": x, "y": y}} for n, x, y in ((1, 121.2, 31.3), (2, "NaN", "NaN"))]
added("esri_points", {"features": POINTS, "spatialReference": {"wkid": 4326}},
      Layers(2, {"geometry_missing"}, crs="EPSG:4326", geometry="point"))  # fmt: skip
TOPOLOGY: dict[str, Any] = {
    "type": "Topology", "transform": {"scale": [0.001, 0.001], "translate": [121.2, 31.3]},
    "arcs": [[[1, 0], [0, 1]], [[1, 1], [-1, 0], [0, -1], [1, 0]], [[1, 0], [1, 0], [0, 1], [-1, 0]]],
    "objects": {"地块": {"type": "GeometryCollection", "geometries": [
        {"type": "Polygon", "arcs": [[0, 1]], "id": 7, "properties": {"n": 1}},
        {"type": "Polygon", "arcs": [[2, -1]], "properties": {"n": 2}}, {"type": None}]},
        "站点": {"type": "Point", "coordinates": [0, 0]}},
}  # fmt: skip
added("topology", TOPOLOGY, Layers((3, 1), {"geometry_missing"}, crs="EPSG:4326", geometry=("polygon", "point"),
                                   area_m2=(2 * SQUARE_M2, None), first={"id": "7", "n": 1}), "plots.topojson")  # fmt: skip
added("topology_without_arcs", {**TOPOLOGY, "arcs": []}, Layers((3, 1), {"geometry_unreadable", "geometry_missing"}))
added("topology_of_nothing", {"type": "Topology", "objects": {}, "arcs": []}, Layers(0))
added("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n", Refused("table_is_pointer"))
added("page_404", "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>", Refused("page_refused"))
added("answer_of_an_error", {"error": {"code": 404, "message": "not found"}}, Refused("not_geojson"))
for name, text in (("text", '"hello"'), ("number", "12"), ("true", "true"), ("null", "null"), ("object", "{}"), ("list", "[1]")):
    added(f"only_{name}", text, Refused("not_geojson"))
added("empty", b"", Refused("file_empty"))
added("blank", "\ufeff \n\n ", Refused("file_empty"))
added("zeros", bytes(3000), Refused("file_empty"))

# Geometry
added("null_geometry", collection(feature({"a": 1}), bare({"a": 2}, None)), pair("geometry_missing", area_m2=SQUARE_M2))
added("no_geometry", collection(feature({"a": 1}), {"type": "Feature", "properties": {"a": 2}}),
      pair("geometry_missing", area_m2=SQUARE_M2))  # fmt: skip
added("all_null", collection(bare({"a": 1}, None)), Layers(1, {"geometry_none"}, geometry="none", first={"a": 1}))
MIXED = {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": SQUARE}, {"type": "Point",
         "coordinates": PLACE}]}  # fmt: skip
added("geometry_collection", collection(feature({"a": 1}), bare({"a": 2}, MIXED)), pair("geometry_partly_other_kind"))
added("kinds", collection(feature({"a": 1}), feature({"a": 2}), feature({"a": 3}, PLACE, "Point"), feature({"a": 4}, SQUARE[0],
      "LineString")), Layers(4, {"geometry_other_kind"}, geometry="polygon", area_m2=2 * SQUARE_M2))  # fmt: skip
added("feature_alone", feature({"a": 1}), ONE)
added("geometry_alone", {"type": "Polygon", "coordinates": SQUARE}, Layers(1, geometry="polygon", area_m2=SQUARE_M2))
added("no_features", collection(), Layers(0, crs="EPSG:4326", geometry="none"))
added("three_dimensions", collection(feature({"a": 1}, [[[*p, 5.0] for p in SQUARE[0]]])), ONE)
added("four_dimensions", collection(feature({"a": 1}, [[[*p, 5.0, 1.0] for p in SQUARE[0]]])), ONE)
added("unclosed", collection(feature({"a": 1}, [SQUARE[0][:-1]]), feature({"a": 2})), pair("ring_closed"))
added("coordinates_in_quotes", collection(feature({"a": 1}, ["121.2", "31.3"], "Point"), feature({"a": 2}, PLACE, "Point")),
      Layers(2, {"coordinates_as_text"}, geometry="point"))  # fmt: skip
BAD: dict[str, object] = {
    "of_one_number": {"type": "Polygon", "coordinates": [[[121.2], [121.3]]]},
    "null_coordinates": {"type": "Polygon", "coordinates": None},
    "null_position": {"type": "Polygon", "coordinates": [[SQUARE[0][0], None, *SQUARE[0][2:]]]},
    "words": {"type": "Polygon", "coordinates": [[["x", 31.3], *SQUARE[0][1:]]]},
    "no_coordinates": {"type": "Polygon"},
    "other_depth": {"type": "Polygon", "coordinates": SQUARE[0]},
    "circle": {"type": "Circle", "coordinates": PLACE, "radius": 5},
    "a_list": [1],
    "wkt": "POINT(121.2 31.3)",
}
for name, geometry in BAD.items():
    added(f"bad_geometry_{name}", collection(bare({"a": 1}, geometry), feature({"a": 2})),
          pair("geometry_unreadable", area_m2=SQUARE_M2))  # fmt: skip
for name, geometry in {"ring": [[]], "polygon": []}.items():
    added(f"empty_{name}", collection(feature({"a": 1}, geometry), feature({"a": 2})),
          pair("geometry_missing", area_m2=SQUARE_M2))  # fmt: skip
added("ring_of_2", collection(feature({"a": 1}, [SQUARE[0][:2]]), feature({"a": 2})),
      pair("ring_closed", "invalid_geometries", area_m2=SQUARE_M2))  # fmt: skip
added("ring_of_3", collection(feature({"a": 1}, [[*SQUARE[0][:2], SQUARE[0][0]]]), feature({"a": 2})),
      pair("invalid_geometries", area_m2=SQUARE_M2))  # fmt: skip

# One bad feature of ten
for name, entry in {"null": None, "word": "x", "number": 5, "nothing": {"foo": 1}, "other_type": {"type": "Topology"}}.items():
    added(f"one_of_ten_is_{name}", collection(*TEN[:4], entry, *TEN[5:]), Layers(10, {"rows_lost"}, area_m2=9 * SQUARE_M2))
WHOLE_TEN = Layers(10, {"features_mended"}, area_m2=10 * SQUARE_M2)
added("one_of_ten_is_a_geometry", collection(*TEN[:9], {"type": "Polygon", "coordinates": SQUARE}), WHOLE_TEN)
added("one_of_ten_has_no_type", collection(*TEN[:9], {k: v for k, v in TEN[9].items() if k != "type"}), WHOLE_TEN)
added("types_in_small_letters", TWO.replace('"Feature"', '"feature"'), pair("features_mended"))
added("features_no_list", {"type": "FeatureCollection", "features": {"a": 1}}, Refused("not_geojson"))
added("features_null", {"type": "FeatureCollection", "features": None}, Refused("not_geojson"))
added("features_missing", {"type": "FeatureCollection"}, Refused("not_geojson"))
added("collection_without_type", {"features": [feature({"a": 1})]}, ONE)

# Slips of the pen
added("trailing_comma", TWO[:-2] + ",]}", pair("json_slips"))
added("comments", "// 2026\n" + TWO.replace('"features"', '/* plots */ "features"'), pair("json_slips"))
added("slashes_in_texts", collection(feature({"a": "http://x,]} /* no */"})), Layers(1, first={"a": "http://x,]} /* no */"}))
added("something_behind", TWO + "\n<!-- saved by a browser -->", pair("json_rest_ignored"))
added("zeros_behind", TWO + "\0" * 500, PAIR)
added("single_quotes", TWO.replace('"', "'"), Refused("json_broken"))
added("names_without_quotes", TWO.replace('"type"', "type"), Refused("json_broken"))
added("script", f"var plots = {TWO};", Refused("json_broken"))
added("callback", f"callback({TWO});", Refused("json_broken"))

# Values
added("values_of_all_kinds", collection(*(feature({"a": v}) for v in (1, "x", True, 1.5, [1], {"b": 1}))),
      Layers(6, notes={"field_types_mixed"}, first={"a": "1"}))  # fmt: skip
added("zeros_before_a_number", collection(feature({"a": "007"}), feature({"a": 7})), Layers(2, first={"a": "007"}))
added("nested_values", collection(feature({"a": {"b": {"c": 1}}})), Layers(1, first={"a": '{ "b": { "c": 1 } }'}))
added("raw_control_characters", TWO.replace('"a": 1', '"a": "x\\ty\x01"'), pair("text_control_characters", a="x\ty\x01"))
added("escaped_zero", collection(feature({"a": "ab\0cd"}), feature({"a": "x"})), pair("text_control_characters", a="ab�cd"))
added("half_a_pair", rows(row('"a": "x\\ud800y"')), Layers(1, {"text_broken"}, first={"a": "x�y"}))
added("properties_null", collection(feature(None), feature({"a": 1})), pair(a=None))
added("properties_missing", collection({"type": "Feature", "geometry": {"type": "Polygon", "coordinates": SQUARE}},
      feature({"a": 1})), pair(a=None))  # fmt: skip
added("properties_a_list", collection(feature([1, 2]), feature({"a": 1})), pair("features_mended", properties="[1, 2]"))
added("fields_1200", collection(feature({f"k{n}": n for n in range(1200)})), Layers(1, first={"k1199": 1199}))
added("names_of_columns_of_databases", collection(feature({"geometry": "x", "fid": 2, "OGC_FID": 3, "a'; DROP TABLE x;--": 4})),
      Layers(1, first={"geometry": "x", "fid": 2, "OGC_FID": 3, "a'; DROP TABLE x;--": 4}))  # fmt: skip
added("day_that_is_none", collection(feature({"d": "2031-02-31"}), feature({"d": "2031/1/5"})), pair(d="2031-02-31"))
added("ids_of_features", collection(feature({"a": 1}, id="P-001"), feature({"a": 2}, id="P-002")), pair(id="P-001", a=1))
added("number_ids", collection(feature({"a": 1}, id=2**53 + 1), feature({"a": 2}, id=5)), pair(id="9007199254740993", a=1))
added("ids_twice", collection(feature({"a": 1}, id=7), feature({"a": 2}, id=7)), pair(id="7", a=1))
added("ids_and_ids", collection(feature({"id": "x"}, id=7), feature({"id": "y"}, id=5)), pair(id="x", feature_id="7"))

# Names of files
for number, name in enumerate(
    ("地块 清单!.geojson", "a!b.zip.geojson", "a?b|c.geojson", "GeoJSON:x.json", "a'b\"c.geojson", "%41.json")
):
    added(f"file_name_{number}", collection(feature({"a": 1})), ONE, name)
