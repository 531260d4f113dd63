"""KML and KMZ: every folder, every value as written, nothing fetched, what is left out is said."""

from __future__ import annotations

import socket
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io import kml
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import list_layers, read_layer

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2" '
    'xmlns:gx="http://www.google.com/kml/ext/2.2">'
)
POINT = "<Point><coordinates>121.2,31.3</coordinates></Point>"
RING = "121.2,31.3,5 121.21,31.3,5 121.21,31.31,5 121.2,31.3,5"
POLYGON = f"<Polygon><outerBoundaryIs><LinearRing><coordinates>{RING}</coordinates></LinearRing></outerBoundaryIs></Polygon>"


def placemark(name: object, inside: str = POINT) -> str:
    return f"<Placemark><name>{name}</name>{inside}</Placemark>"


def written(folder: Path, body: str, name: str = "a.kml") -> Path:
    path = folder / name
    path.write_text(f"{HEAD}{body}</kml>", "utf-8")
    return path


def read(path: Path, layer: str | None = None) -> RawLayer:
    return kml.read(path, LayerInput(path=path.name, layer=layer), "parcels")


def codes(raw: RawLayer) -> list[str]:
    return [issue.id for issue in raw.issues]


def test_folders_become_layers_in_their_order(tmp_path: Path) -> None:
    folder = "<Folder><name>{}</name>{}</Folder>"
    deep = folder.format("甲", placemark(1) + folder.format("A1", placemark(2) + placemark(3)) + folder.format("空", ""))
    body = "<Document><name>总</name>" + deep + folder.format("甲", placemark(4)) + folder.format("a/b; --", placemark(5))
    path = written(tmp_path, body + "</Document>")
    names = list_layers(path)
    assert names == ("甲", "A1", "甲 (#2)", "a/b; --")
    assert [read(path, name).table.column("Name").to_pylist() for name in names] == [["1"], ["2", "3"], ["4"], ["5"]]
    assert codes(read(path)) == ["layer_not_named"]
    assert codes(read(path, "A1")) == []
    assert [file.name for file in tmp_path.iterdir()] == ["a.kml"]


@settings(max_examples=25, deadline=None)
@given(st.recursive(st.integers(0, 3), lambda inner: st.lists(st.one_of(st.integers(0, 2), inner), max_size=3), max_leaves=12))
def test_every_placemark_is_in_one_layer(tmp_path_factory: pytest.TempPathFactory, tree: object) -> None:
    def body(node: object) -> tuple[str, int]:
        if isinstance(node, int):
            return placemark("x") * node, node
        assert isinstance(node, list)
        parts = [body(one) for one in node]
        return "<Folder>" + "".join(text for text, _ in parts) + "</Folder>", sum(n for _, n in parts)

    text, total = body(tree)
    path = written(tmp_path_factory.mktemp("tree"), f"<Document>{text}</Document>")
    if total == 0:
        with pytest.raises(InputError, match="没有图层"):
            kml.layers(path)
        return
    layers = [read(path, name) for name in kml.layers(path)]
    assert sum(len(raw) for raw in layers) == sum(raw.rows_in for raw in layers) == total
    assert not any(codes(raw) for raw in layers)


def test_values_are_those_of_the_file(tmp_path: Path) -> None:
    schema = '<Schema name="s" id="s"><SimpleField type="int" name="编号"/><SimpleField type="double" name="ncz"/></Schema>'
    big, starred = "9007199254740993", "****"
    first = (
        f'<ExtendedData><SchemaData schemaUrl="#s"><SimpleData name="编号">{big}</SimpleData>'
        f'<SimpleData name="ncz">{starred}</SimpleData><SimpleData name="undeclared">7.5</SimpleData></SchemaData></ExtendedData>'
    )
    second = (
        '<ExtendedData><Data name="地号"><value>00123</value></Data><Data name="Name"><value>own</value></Data>'
        '<Data name="e"><value>12E10</value></Data><SchemaData><SimpleData name="undeclared"/></SchemaData></ExtendedData>'
    )
    body = "<Document><name>D</name>" + schema + placemark("甲", first + POINT) + placemark("乙", second + POINT) + "</Document>"
    raw = read(written(tmp_path, body))
    assert raw.table.to_pydict() == {
        "Name": ["甲", "乙"], "编号": [9007199254740993, None], "ncz": ["****", None], "undeclared": [7.5, None],
        "地号": [None, "00123"], "Name_2": [None, "own"], "e": [None, "12E10"],
    }  # fmt: skip
    assert codes(raw) == []


def test_descriptions_and_ids_are_kept(tmp_path: Path) -> None:
    body = f'<Placemark id="p1"><name>甲</name><description><![CDATA[<b>x</b>]]></description>{POINT}</Placemark>'
    raw = read(written(tmp_path, f"<Document>{body}</Document>"))
    assert raw.table.to_pylist() == [{"placemark_id": "p1", "Name": "甲", "description": "<b>x</b>"}]


def test_polygons_are_read_on_wgs_84_without_their_heights(tmp_path: Path) -> None:
    path = written(tmp_path, f"<Document>{placemark('甲', POLYGON)}</Document>")
    layer = read_layer(path, LayerInput(path="a.kml"), "parcels", "EPSG:4549")
    assert layer.source.crs == "EPSG:4326"
    assert layer.shapes[0].area == pytest.approx(527_757.8, rel=1e-3)
    assert layer.texts("name").tolist() == ["甲"]


def test_links_and_pictures_are_left_out_and_told_and_nothing_is_fetched(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        place = f"http://127.0.0.1:{canary.getsockname()[1]}/x.kml"
        link = f"<NetworkLink><name>l</name><Link><href>{place}</href></Link></NetworkLink>"
        box = "<LatLonBox><north>31.4</north><south>31.3</south><east>121.3</east><west>121.2</west></LatLonBox>"
        picture = f"<GroundOverlay><name>g</name><Icon><href>{place}</href></Icon>{box}</GroundOverlay>"
        style = f'<Style id="s"><IconStyle><Icon><href>{place}</href></Icon></IconStyle></Style>'
        marked = f"<Placemark><styleUrl>{place}#s</styleUrl>{POINT}</Placemark>"
        raw = read(written(tmp_path, f"<Document>{style}{link}{picture}{marked}{link}</Document>"))
        with pytest.raises(InputError, match="2 个指向别处"):
            kml.layers(written(tmp_path, f"<Document>{link}{link}</Document>", "b.kml"))
        with pytest.raises(TimeoutError):
            canary.accept()
    assert len(raw) == 1
    assert [(issue.id, issue.weight, issue.values["n"]) for issue in raw.issues] == [
        ("kml_link_not_followed", "note", 2), ("kml_pictures", "note", 1)
    ]  # fmt: skip


def test_a_bad_geometry_costs_its_own_row(tmp_path: Path) -> None:
    bad = ["<Point><coordinates>abc</coordinates></Point>", "<Model/>", "<Point/>", POLYGON.replace(RING, "1,2 3"), ""]
    tracks = [
        "<gx:Track><gx:coord>121 31 0</gx:coord></gx:Track>", "<gx:Track/>",
        "<gx:MultiTrack><gx:Track><when>2020</when></gx:Track></gx:MultiTrack>",
        "<gx:Track><when>2020-01-01</when><when>2020-01-02</when><gx:coord>121 31 0</gx:coord></gx:Track>",
    ]  # fmt: skip
    body = "".join(placemark(k, geometry) for k, geometry in enumerate([*bad, *tracks, POLYGON]))
    path = written(tmp_path, f"<Document>{body}</Document>")
    layer = read_layer(path, LayerInput(path="a.kml"), "parcels", "EPSG:4549")
    assert (len(layer), layer.source.rows_in) == (10, 10)
    assert np.flatnonzero(~shapely.is_missing(layer.shapes) & ~shapely.is_empty(layer.shapes)).tolist() == [9]
    assert {issue.row for issue in layer.issues if issue.row >= 0} == set(range(9))


def test_old_files_with_kinds_of_their_own(tmp_path: Path) -> None:
    schema = '<Schema parent="Placemark" name="S_k"><SimpleField type="int" name="F"/></Schema>'
    path = tmp_path / "a.kml"
    path.write_text(f"<kml><Document>{schema}<S_k><name>a</name><F>9007199254740993</F>{POINT}</S_k></Document></kml>")
    raw = read(path)
    assert raw.table.to_pylist() == [{"Name": "a", "F": 9007199254740993}]
    assert codes(raw) == []


def test_kmz_is_doc_kml_first_and_the_other_files_too(tmp_path: Path) -> None:
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, layer in (("a/other.kml", "别的"), ("doc.kml", "地块"), ("files/icon.png", "")):
            body = f"{HEAD}<Document><name>{layer}</name>{placemark('甲', POLYGON)}</Document></kml>"
            archive.writestr(name, body if layer else b"\x89PNG")
    assert list_layers(path) == ("地块", "别的")
    layer = read_layer(path, LayerInput(path="a.kmz"), "parcels", "EPSG:4549")
    assert (layer.source.layer, len(layer), layer.source.crs) == ("地块", 1, "EPSG:4326")
    assert [issue.id for issue in layer.issues if issue.id.startswith("layer")] == ["layer_not_named"]


def test_a_kmz_with_a_broken_doc_names_both(tmp_path: Path) -> None:
    path = tmp_path / "a.kmz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("doc.kml", f"{HEAD}<Document>")
    with pytest.raises(InputError) as caught:
        list_layers(path)
    assert "a.kmz / doc.kml" in str(caught.value)
    assert caught.value.id == "xml_broken"
