"""KML, KMZ and GML: of map programs, of servers, of nobody knows whom."""

import zipfile
from pathlib import Path
from typing import Any

from cases import Layers, Refused, add

KML = 'xmlns="http://www.opengis.net/kml/2.2" xmlns:gx="http://www.google.com/kml/ext/2.2"'
POINT = "<Point><coordinates>121.2,31.3,0</coordinates></Point>"
RING = "121.2,31.3 121.201,31.3 121.201,31.301 121.2,31.301"
M2 = 10_557.8
BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def polygon(ring: str = f"{RING} 121.2,31.3") -> str:
    ring = f"<LinearRing><coordinates>{ring}</coordinates></LinearRing>"
    return f"<Polygon><outerBoundaryIs>{ring}</outerBoundaryIs></Polygon>"


def mark(name: object, geometry: str = polygon(), more: str = "") -> str:
    return f"<Placemark><name>{name}</name>{more}{geometry}</Placemark>"


def kml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}<kml {KML}><Document>{body}</Document></kml>"


def added(name: str, content: str | bytes, expected: Layers | Refused, file: str = "plots.kml", codec: str = "utf-8") -> None:
    def make(folder: Path) -> Path:
        path = folder / file
        path.write_bytes(content.encode(codec) if isinstance(content, str) else content)
        return path

    add("xml", name, make, expected)


def packed(name: str, parts: dict[str, str], expected: Layers | Refused, file: str = "plots.kmz") -> None:
    def make(folder: Path) -> Path:
        with zipfile.ZipFile(folder / file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part, content in parts.items():
                archive.writestr(part, content)
        return folder / file

    add("xml", name, make, expected)


def marks(n: int, /, *says: str, area_m2: Any = None, geometry: str = "polygon", **first: Any) -> Layers:
    return Layers(n, set(says), crs="EPSG:4326", geometry=geometry, area_m2=area_m2, first=first)


TWO = kml(mark("甲") + mark("乙"))
PAIR = marks(2, area_m2=2 * M2, Name="甲")
ONE = marks(1, area_m2=M2, Name="a")
BESIDE = mark("a")
"""A sound placemark before a bad one."""

added("kml", TWO, PAIR)
added("kml_with_a_mark_in_its_name", TWO, PAIR, "地块!表 1.kml")
for at in (20, 60, 150, 300, len(TWO) - 8):
    added(f"kml_cut_at_{at}", TWO[:at], Refused("xml_broken", "format_unknown"))

# Attacks
added("kml_bomb", BOMB + kml(mark("&b;"), ""), Refused("xml_doctype"))
added("kml_entity_from_a_file", XXE + kml(mark("&a;"), ""), Refused("xml_doctype"))
added("kml_entity_unknown", kml(mark("a&nbsp;b")), Refused("xml_broken"))
added("kml_deep", kml("<Folder>" * 5000 + mark("x") + "</Folder>" * 5000), Refused("xml_too_deep"))
LINK = "<NetworkLink><Link><href>http://127.0.0.1:9/x.kml</href></Link></NetworkLink>"
added("kml_link_only", kml(LINK), Refused("kml_only_links"))
added("kml_link_beside", kml(LINK + mark("a")), Layers(1, notes={"kml_link_not_followed"}, area_m2=M2))
added("kml_picture_beside", kml("<GroundOverlay><Icon><href>x.png</href></Icon></GroundOverlay>" + mark("a")),
      Layers(1, notes={"kml_pictures"}, area_m2=M2))  # fmt: skip
SCHEMA = KML + ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://x http://127.0.0.1:9/a.xsd"'
added("kml_schema_elsewhere", kml(mark("a")).replace(KML, SCHEMA), ONE)

# Folders, fields, tracks
added("kml_of_nothing", kml(""), Refused("no_layers"))
added("kml_of_styles", kml('<Style id="s"><LineStyle><color>ff0000ff</color></LineStyle></Style>'), Refused("no_layers"))
added("kml_empty_folders", kml("<Folder><name>a</name></Folder>"), Refused("no_layers"))
added(
    "kml_folders", kml("".join(f"<Folder><name>f{k}</name>{mark(k)}</Folder>" for k in range(40))), Layers((1,) * 40, area_m2=M2)
)
added("kml_folders_in_folders", kml("<Folder>" * 30 + mark("a") + "</Folder>" * 30), ONE)
added("kml_folders_of_one_name", kml(f"<Folder><name>a</name>{mark('a')}</Folder>" * 2), Layers((1, 1), area_m2=M2))
added("kml_fields", kml('<Schema name="s" id="s"><SimpleField name="编号" type="string"/><SimpleField name="面积" type="int"/>'
      "</Schema>"
      + mark("a", more='<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="编号">00123</SimpleData>'
      '<SimpleData name="面积">9007199254740993</SimpleData></SchemaData></ExtendedData>')),
      marks(1, area_m2=M2, 编号="00123", 面积=9007199254740993))  # fmt: skip
added("kml_data_without_schema", kml(mark("a", more='<ExtendedData><Data name="x"><value>12E10</value></Data></ExtendedData>')),
      marks(1, area_m2=M2, x="12E10"))  # fmt: skip
TRACK = "<gx:coord>121.2 31.3 0</gx:coord><gx:coord>121.3 31.4 0</gx:coord>"
WHEN = "<when>2031-05-06T01:00:00Z</when><when>2031-05-06T01:01:00Z</when>"
LINE = marks(1, geometry="line")
added("track", kml(mark("a", f"<gx:Track>{WHEN}{TRACK}</gx:Track>")), LINE)
added("track_without_when", kml(mark("a", f"<gx:Track>{TRACK}</gx:Track>")), LINE)
added("tracks", kml(mark("a", f"<gx:MultiTrack><gx:Track>{TRACK}</gx:Track></gx:MultiTrack>")), LINE)
added("track_of_nothing", kml(BESIDE + mark("b", "<gx:Track/>")), marks(2, "geometry_missing", area_m2=M2))
added("time_that_is_none", kml(mark("a", more="<TimeStamp><when>2031-13-45</when></TimeStamp>")),
      marks(1, "kml_times_unreadable", area_m2=M2))  # fmt: skip
added("markup_in_texts", kml(mark("<![CDATA[<b>x</b> & y]]>")), marks(1, area_m2=M2, Name="<b>x</b> & y"))

# Geometry
added("kml_no_geometry", kml(BESIDE + mark("b", "")), marks(2, "geometry_missing", area_m2=M2))
added("kml_model", kml(BESIDE + mark("b", "<Model><Location/></Model>")), marks(2, "geometry_missing", area_m2=M2))
added("kml_several_parts", kml(BESIDE + mark("b", f"<MultiGeometry>{polygon()}{POINT}</MultiGeometry>")),
      marks(2, "geometry_partly_other_kind", area_m2=2 * M2))  # fmt: skip
added("kml_other_kind", kml(BESIDE + mark("b") + mark("c", POINT)), marks(3, "geometry_other_kind", area_m2=2 * M2))
added("kml_unclosed", kml(mark("a", polygon(RING))), marks(1, "ring_closed", area_m2=M2))
added("kml_ring_of_2", kml(BESIDE + mark("b", polygon("121.2,31.3 121.3,31.3"))),
      marks(2, "ring_closed", "invalid_geometries", area_m2=M2))  # fmt: skip
LOST = marks(2, "coordinates_unreadable", "geometry_missing", area_m2=M2)
added("kml_words_in_a_ring", kml(BESIDE + mark("b", polygon("121.2,31.3 xx,yy 121.3,31.4 121.2,31.3"))), LOST)
added("kml_words_in_a_point", kml(BESIDE + mark("b", POINT.replace("121.2,31.3,0", "abc,def"))), LOST)
added("kml_nan", kml(BESIDE + mark("b", POINT.replace("121.2", "NaN"))), LOST)
added("kml_no_coordinates", kml(BESIDE + mark("b", polygon(""))), marks(2, "geometry_missing", area_m2=M2))
added("kml_overflow", kml(mark("a", POINT) + mark("b", POINT.replace("121.2", "1e999"))),
      marks(2, "geometry_not_finite", geometry="point"))  # fmt: skip
added("kml_latitude_first", kml(mark("a", POINT.replace("121.2,31.3", "31.3,121.2"))), marks(1, "axes_swapped", geometry="point"))
added(
    "kml_metres", kml(mark("a", POINT.replace("121.2,31.3", "611000,3463000"))), marks(1, "metres_as_degrees", geometry="point")
)

# Encodings
NAMED = kml(mark("安亭汽车城"))
BARE = NAMED.partition("?>")[2]
WRONG = {"encoding_declared_wrong"}
for name, head, codec, encoding, says in (
    ("gbk", '<?xml version="1.0" encoding="GBK"?>', "gbk", "GBK", set()),
    ("gb2312", '<?xml version="1.0" encoding="gb2312"?>', "gbk", "GBK", set()),
    ("gbk_unsaid", "", "gbk", "GBK", WRONG),
    ("gbk_called_utf_8", '<?xml version="1.0" encoding="UTF-8"?>', "gbk", "GBK", WRONG),
    ("utf_8_called_gbk", '<?xml version="1.0" encoding="GBK"?>', "utf-8", "UTF-8", WRONG),
    ("utf_8_called_nonsense", '<?xml version="1.0" encoding="klingon"?>', "utf-8", "UTF-8", set()),
    ("utf_16", '<?xml version="1.0" encoding="UTF-16"?>', "utf-16", "UTF-16", set()),
    ("utf_16_without_mark", '<?xml version="1.0" encoding="UTF-16"?>', "utf-16-le", "UTF-16", set()),
    ("utf_16_big_without_mark", '<?xml version="1.0" encoding="UTF-16"?>', "utf-16-be", "UTF-16", set()),
    ("mark", "", "utf-8-sig", "UTF-8", set()),
):
    added(
        f"kml_in_{name}", head + BARE, Layers(1, says, encoding=encoding, area_m2=M2, first={"Name": "安亭汽车城"}), codec=codec
    )
added(
    "kml_bad_bytes", NAMED.encode().replace("城".encode(), b"\xff\xfe"), Layers(1, {"text_broken"}, first={"Name": "安亭汽车��"})
)
added("kml_control_characters", kml(mark("a\x01b")), Layers(1, {"text_control_characters"}, area_m2=M2, first={"Name": "a b"}))

# Names and roots
added("kml_without_namespace", f"<kml><Document>{mark('a')}</Document></kml>", ONE)
added("kml_of_2_0", kml(mark("a")).replace(KML, 'xmlns="http://earth.google.com/kml/2.0"'), ONE)
added("kml_with_prefixes", '<k:kml xmlns:k="http://www.opengis.net/kml/2.2"><k:Document><k:Placemark><k:name>a</k:name><k:Point>'
      "<k:coordinates>121,31</k:coordinates></k:Point></k:Placemark></k:Document></k:kml>",
      marks(1, geometry="point"))  # fmt: skip
added("kml_without_document", f"<kml {KML}>{mark('a')}</kml>", ONE)
added("xml_of_something_else", '<?xml version="1.0"?><note><to>x</to></note>', Refused("format_unknown"), "note.xml")
added("kml_that_is_none", '<?xml version="1.0"?><note><to>x</to></note>', Refused("no_layers"))
added("page_404", "<!DOCTYPE html><html><body>404</body></html>", Refused("page_refused"))
added("pointer", "version https://git-lfs.github.com/spec/v1\n", Refused("table_is_pointer"))
added("empty", b"", Refused("file_empty"))
added("kml_and_garbage", kml(mark("a")) + "garbage", Refused("xml_broken"))
added("kml_twice", kml(mark("a")) + kml(mark("b")), Refused("xml_broken"))

# KMZ
packed("kmz", {"doc.kml": kml(mark("a"))}, ONE)
packed("kmz_called_kml", {"doc.kml": kml(mark("a"))}, ONE, "plots.kml")
packed("kmz_with_several", {"files/b.kml": kml(mark("b") * 2), "doc.kml": kml(mark("a"))}, Layers((1, 2), crs="EPSG:4326"))
packed("kmz_without_doc", {"x.kml": kml(mark("a"))}, ONE)
packed("kmz_without_kml", {"x.png": "x"}, Refused("no_layers"))
packed("kmz_of_nothing", {"doc.kml": kml("")}, Refused("no_layers"))
packed("kmz_with_a_bad_one", {"doc.kml": kml(mark("a")), "b.kml": "<kml"}, Layers(1, {"zip_file_unreadable"}))
packed("kmz_that_leaves_its_folder", {"doc.kml": kml(mark("a")), "../../e.kml": kml(mark("b"))}, Refused("zip_unsafe"))
packed("kmz_bomb", {"doc.kml": kml(mark("a")) + " " * (100 << 20)}, Refused("zip_bomb"))

# GML
GML = 'xmlns:gml="http://www.opengis.net/gml" xmlns:app="http://x" xmlns:xlink="http://www.w3.org/1999/xlink"'
GML32 = GML.replace("/gml", "/gml/3.2")
PLOT_M2 = 9_997.0


def gml(body: str, spaces: str = GML, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> str:
    return f"{head}<gml:FeatureCollection {spaces}>{body}</gml:FeatureCollection>"


def member(number: object, geometry: str, kind: str = "plot") -> str:
    inside = f"<app:n>{number}</app:n><app:geom>{geometry}</app:geom>"
    return f'<gml:featureMember><app:{kind} gml:id="p{number}">{inside}</app:{kind}></gml:featureMember>'


def area(x: float, y: float, side: float, system: str = "", old: bool = False) -> str:
    name = f' srsName="{system}"' if system else ""
    corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]
    if old:
        ring = " ".join(f"{a},{b}" for a, b in corners)
        ring = f"<gml:LinearRing><gml:coordinates>{ring}</gml:coordinates></gml:LinearRing>"
        return f"<gml:Polygon{name}><gml:outerBoundaryIs>{ring}</gml:outerBoundaryIs></gml:Polygon>"
    ring = " ".join(f"{a} {b}" for a, b in corners)
    ring = f"<gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing>"
    return f"<gml:Polygon{name}><gml:exterior>{ring}</gml:exterior></gml:Polygon>"


def urn(code: int) -> str:
    return f"urn:ogc:def:crs:EPSG::{code}"


def plots(n: int, /, *says: str, crs: str | None = "EPSG:4549", area_m2: Any = PLOT_M2, **first: Any) -> Layers:
    return Layers(n, set(says), crs=crs, area_m2=area_m2, geometry="polygon", first=first)


SOUND = area(611000, 3463000, 100, "EPSG:4549")
WGS = plots(1, crs="EPSG:4326", area_m2=M2)
for name, geometry, spaces, expected in (
    ("2_east_first", area(121.2, 31.3, 0.001, "EPSG:4326", old=True), GML, WGS),
    ("2_old_address", area(121.2, 31.3, 0.001, "http://www.opengis.net/gml/srs/epsg.xml#4326", old=True), GML, WGS),
    ("3_urn_north_first", area(31.3, 121.2, 0.001, urn(4326)), GML32, WGS),
    ("3_address_north_first", area(31.3, 121.2, 0.001, "http://www.opengis.net/def/crs/EPSG/0/4326"), GML32, WGS),
    ("3_short_east_first", area(121.2, 31.3, 0.001, "EPSG:4326"), GML32, WGS),
    ("3_crs_84", area(121.2, 31.3, 0.001, "urn:ogc:def:crs:OGC:1.3:CRS84"), GML32, WGS),
    ("3_urn_4490", area(31.3, 121.2, 0.001, urn(4490)), GML32, plots(1, crs="EPSG:4490", area_m2=M2)),
    ("3_urn_4549", area(3463000, 611000, 100, urn(4549)), GML32, plots(1)),
    ("3_urn_4528", area(3463000, 40611000, 100, urn(4528)), GML32, plots(1, crs="EPSG:4528")),
    ("2_4549", area(611000, 3463000, 100, "EPSG:4549", old=True), GML, plots(1)),
    ("3_urn_but_east_first", area(121.2, 31.3, 0.001, urn(4326)), GML32, plots(1, "axes_swapped", crs="EPSG:4326", area_m2=None)),
    ("without_system", area(611000, 3463000, 100), GML, plots(1, "crs_absent", crs=None, area_m2=None)),
    ("of_unknown_system", area(611000, 3463000, 100, "urn:foo:bar"), GML,
     plots(1, "crs_absent", "gml_system_unknown", crs=None, area_m2=None)),
    ("of_a_system_elsewhere", area(611000, 3463000, 100, "http://127.0.0.1:9/crs.xml"), GML,
     plots(1, "crs_absent", "gml_system_unknown", crs=None, area_m2=None)),
    ("of_a_system_in_a_file", area(611000, 3463000, 100, "/etc/passwd"), GML,
     plots(1, "crs_absent", "gml_system_unknown", crs=None, area_m2=None)),
):  # fmt: skip
    added(f"gml_{name}", gml(member(1, geometry), spaces), expected, "plots.gml")
DIFFER = plots(2, "crs_absent", "gml_systems_differ", crs=None, area_m2=None)
ENVELOPE = '<gml:boundedBy><gml:Envelope srsName="EPSG:4549"><gml:lowerCorner>1 1</gml:lowerCorner><gml:upperCorner>2 2'
ENVELOPE += "</gml:upperCorner></gml:Envelope></gml:boundedBy>"
SURFACES = f'<gml:MultiSurface srsName="EPSG:4549"><gml:surfaceMember>{area(611000, 3463000, 100)}</gml:surfaceMember>'
SURFACES += f"<gml:surfaceMember>{area(612000, 3463000, 100)}</gml:surfaceMember></gml:MultiSurface>"
ARC = (
    '<gml:Polygon srsName="EPSG:4549"><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Circle><gml:posList>'
)
ARC += "611000 3463000 611100 3463100 611200 3463000</gml:posList></gml:Circle></gml:segments></gml:Curve></gml:curveMember>"
ARC += "</gml:Ring></gml:exterior></gml:Polygon>"
PATCH = (
    '<gml:Surface srsName="EPSG:4549"><gml:patches><gml:PolygonPatch><gml:exterior><gml:LinearRing><gml:posList>611000 3463000 '
)
PATCH += "611100 3463000 611100 3463100 611000 3463000</gml:posList></gml:LinearRing></gml:exterior></gml:PolygonPatch>"
PATCH += "</gml:patches></gml:Surface>"
CENTRE = '<app:centre><gml:Point srsName="EPSG:4549"><gml:pos>611050 3463050</gml:pos></gml:Point></app:centre>'
WHOLE = gml(member(1, SOUND) + member(2, SOUND))
NO_GEOMETRY = '<gml:featureMember><app:plot gml:id="p2"><app:n>2</app:n></app:plot></gml:featureMember>'
WFS = '<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs/2.0" {} numberMatched="5" numberReturned="1"><wfs:member>{}'
for name, text, expected in (
    ("of_two_systems", gml(member(1, SOUND) + member(2, area(40611000, 3463000, 100, "EPSG:4528"))), DIFFER),
    ("of_a_system_and_none", gml(member(1, SOUND) + member(2, area(611000, 3463000, 100))), DIFFER),
    ("system_of_the_collection", gml(ENVELOPE + member(1, area(611000, 3463000, 100))), plots(1)),
    ("several_surfaces", gml(member(1, SURFACES), GML32), plots(1, area_m2=2 * PLOT_M2)),
    ("circle", gml(member(1, ARC), GML32), Layers(1, notes={"curves_stroked"}, area_m2=31_406.0)),
    ("patches", gml(member(1, PATCH), GML32), plots(1, area_m2=PLOT_M2 / 2)),
    ("solid", gml(member(1, SOUND) + member(2, '<gml:Solid srsName="EPSG:4549"/>'), GML32), Layers(2, {"geometry_curved"})),
    ("two_geometries", gml(member(1, SOUND).replace("</app:plot>", f"{CENTRE}</app:plot>"), GML32),
     plots(1, "gml_geometries_several")),
    ("geometry_elsewhere", gml(member(1, SOUND) + member(2, SOUND).replace(f"<app:geom>{SOUND}</app:geom>",
     '<app:geom xlink:href="http://127.0.0.1:9/g.gml#x"/>'), GML32), plots(2, "geometry_missing")),
    ("features_elsewhere", gml(member(1, SOUND) + '<gml:featureMember xlink:href="http://127.0.0.1:9/"/>', GML32),
     plots(1, "gml_links_not_followed")),
    ("no_geometry", gml(member(1, SOUND) + NO_GEOMETRY), plots(2, "geometry_missing")),
    ("words_as_coordinates", gml(member(1, SOUND) + member(2, SOUND.replace("611100 3463000", "xx yy"))),
     plots(2, "geometry_missing", "coordinates_unreadable")),
    ("odd_number_of_coordinates", gml(member(1, SOUND) + member(2, SOUND.replace("611100 3463000", "611100"))),
     plots(2, "rows_lost")),
    ("unclosed", gml(member(1, SOUND.replace(" 611000 3463000</", "</"))), plots(1, "ring_closed")),
    ("bomb", BOMB + gml(member("&b;", SOUND), head=""), Refused("xml_doctype")),
    ("entity_from_a_file", XXE + gml(member("&a;", SOUND), head=""), Refused("xml_doctype")),
    ("schema_elsewhere", gml(member(1, SOUND), GML + SCHEMA.removeprefix(KML)), plots(1)),
    ("of_nothing", gml(""), Refused("no_layers")),
    ("deep", gml("<gml:x>" * 200 + "</gml:x>" * 200), Refused("xml_too_deep")),
    ("answer_of_an_error", '<?xml version="1.0"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1"/>',
     Refused("gml_answer_of_error")),
    ("page_of_a_server", WFS.format(GML32, member(1, SOUND)[len("<gml:featureMember>") : -len("</gml:featureMember>")])
     + "</wfs:member></wfs:FeatureCollection>", plots(1, "gml_partial")),
    ("two_classes", gml(member(1, SOUND) + member(2, SOUND, "road")), Layers((1, 1), area_m2=PLOT_M2)),
    ("city_model", '<?xml version="1.0"?><CityModel xmlns="http://www.opengis.net/citygml/2.0" '
     'xmlns:gml="http://www.opengis.net/gml"/>', Refused("no_layers", "file_damaged")),
    ("leading_zeros", gml(member("00123", SOUND) + member(2**53 + 1, SOUND)), plots(2, area_m2=2 * PLOT_M2, n="00123")),
    *((f"cut_at_{at}", WHOLE[:at], Refused("xml_broken")) for at in (40, 200, 500, len(WHOLE) - 10)),
):  # fmt: skip
    added(f"gml_{name}", text, expected, "plots.gml")
added("gml_in_gbk", gml(member("安亭", SOUND), head='<?xml version="1.0" encoding="GBK"?>'), plots(1, n="安亭"), "a.gml", "gbk")
added("gml_gbk_unsaid", gml(member("安亭汽车", SOUND)), plots(1, "encoding_declared_wrong", n="安亭汽车"), "a.gml", "gbk")
added("gml_in_utf_16", gml(member("安亭", SOUND)), plots(1, n="安亭"), "a.gml", "utf-16")
added("gml_with_a_mark_in_its_name", WHOLE, plots(2, area_m2=2 * PLOT_M2), "a!b 地.gml")
