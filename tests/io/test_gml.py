"""GML: every class, every value as written, arcs stroked, nothing looked up, nothing left beside the file."""

from __future__ import annotations

import math
import socket
import zipfile
from pathlib import Path

import numpy as np
import pytest
import shapely

from landplan.core.errors import InputError
from landplan.core.recipe import LayerInput
from landplan.io import gml
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import list_layers, read_layer

NORTH, EAST = 3_463_000, 611_000


def collection(body: str, attributes: str = "") -> str:
    spaces = 'xmlns:gml="http://www.opengis.net/gml" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:app="x"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<gml:FeatureCollection {spaces} {attributes}>{body}</gml:FeatureCollection>'


def member(kind: str, number: int, geometry: str, **values: object) -> str:
    inside = "".join(f"<app:{name}>{value}</app:{name}>" for name, value in values.items())
    geometry = f"<app:geom>{geometry}</app:geom>"
    return f'<gml:featureMember><app:{kind} gml:id="{kind}.{number}">{inside}{geometry}</app:{kind}></gml:featureMember>'


def square(srs: str, x: float, y: float) -> str:
    ring = f"{x} {y} {x} {y + 10} {x + 10} {y + 10} {x + 10} {y} {x} {y}"
    return (
        f'<gml:Polygon srsName="{srs}"><gml:exterior><gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing>'
        "</gml:exterior></gml:Polygon>"
    )


def circle(radius: float) -> str:
    ring = f"{EAST} {NORTH} {EAST + radius} {NORTH + radius} {EAST + 2 * radius} {NORTH}"
    return (
        '<gml:Polygon srsName="EPSG:4549"><gml:exterior><gml:Ring><gml:curveMember><gml:Curve><gml:segments><gml:Circle>'
        f"<gml:posList>{ring}</gml:posList></gml:Circle></gml:segments></gml:Curve></gml:curveMember></gml:Ring></gml:exterior>"
        "</gml:Polygon>"
    )


def written(folder: Path, text: str) -> Path:
    path = folder / "a.gml"
    path.write_text(text, "utf-8")
    return path


def read(path: Path, layer: str | None = None) -> RawLayer:
    try:
        return gml.read(path, LayerInput(path=path.name, layer=layer), "parcels")
    finally:
        assert [file.name for file in path.parent.iterdir()] == ["a.gml"]


def codes(raw: RawLayer) -> list[str]:
    return [issue.id for issue in raw.issues]


def test_every_class_is_a_layer_and_values_are_those_of_the_file(tmp_path: Path) -> None:
    urn = "urn:ogc:def:crs:EPSG::4549"
    body = member("plot", 1, square(urn, NORTH, EAST), dkbh="00123", n=9007199254740993, v="1.5", w="1.0E-5", s="****")
    body += member("plot", 2, square(urn, NORTH, EAST), dkbh="12E10", n=-7, v="", w=2.5, s=3)
    body += member("zone", 1, square("EPSG:4549", EAST, NORTH), dkbh="甲")
    path = written(tmp_path, collection(body))
    assert list_layers(path) == ("plot", "zone")
    raw = read(path)
    assert codes(raw) == ["layer_not_named"]
    assert raw.table.to_pydict() == {
        "gml_id": ["plot.1", "plot.2"], "dkbh": ["00123", "12E10"], "n": [9007199254740993, -7], "v": [1.5, None],
        "w": [1e-5, 2.5], "s": ["****", "3"],
    }  # fmt: skip
    for name in ("plot", "zone"):
        layer = read_layer(path, LayerInput(path="a.gml", layer=name), "zones", "EPSG:4549")
        assert layer.source.crs == "EPSG:4549"
        assert shapely.equals(layer.shapes[0], shapely.box(EAST, NORTH, EAST + 10, NORTH + 10))


def test_the_box_of_a_feature_is_no_field(tmp_path: Path) -> None:
    box = "<gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner></gml:Envelope>"
    body = member("p", 1, "", v=1).replace("<app:v>", f"<gml:boundedBy>{box}</gml:boundedBy><app:v>")
    assert read(written(tmp_path, collection(body))).table.to_pylist() == [{"gml_id": "p.1", "v": 1}]


def test_a_number_column_of_one_value_keeps_its_zeros(tmp_path: Path) -> None:
    raw = read(written(tmp_path, collection(member("p", 1, "", dkbh="00123") + member("p", 2, "", dkbh="00124"))))
    assert raw.table.column("dkbh").to_pylist() == ["00123", "00124"]


def test_a_feature_that_cannot_be_read_costs_itself(tmp_path: Path) -> None:
    point = '<gml:Point srsName="EPSG:4549"><gml:pos>611000 3463000</gml:pos></gml:Point>'
    geometries = ["<gml:Point><gml:pos>5</gml:pos></gml:Point>", "<gml:Nonsense/>", "", point]
    raw = read(written(tmp_path, collection("".join(member("p", k, one, v=k) for k, one in enumerate(geometries)))))
    assert (raw.rows_in, len(raw), dict(raw.dropped)) == (4, 3, {"unreadable": 1})
    assert raw.table.column("v").to_pylist() == [1, 2, 3]
    assert [dict(issue.values) for issue in raw.issues if issue.id == "rows_lost"] == [{"stated": 4, "found": 3}]


def test_arcs_are_stroked_within_the_stated_tolerance(tmp_path: Path) -> None:
    raw = read(written(tmp_path, collection(member("p", 1, square("EPSG:4549", EAST, NORTH)) + member("p", 2, circle(100.0)))))
    shapes = shapely.from_wkb(raw.wkb.to_pylist())
    assert [(issue.id, issue.values["n"]) for issue in raw.issues] == [("curves_stroked", 1)]
    assert shapes[0].area == 100.0
    away = np.hypot(*(shapely.get_coordinates(shapely.segmentize(shapes[1], 0.1)) - [EAST + 100, NORTH]).T)
    assert 100 - 100 / 26_000 <= away.min() < 100 - 100 / 27_000
    assert away.max() < 100 + 1e-6
    assert shapes[1].area == pytest.approx(math.pi * 1e4, rel=1e-4)


def test_schemas_links_and_systems_elsewhere_are_not_looked_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as canary:
        canary.settimeout(0.2)
        place = f"http://127.0.0.1:{canary.getsockname()[1]}"
        schema = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="x {place}/x.xsd"'
        body = f'<gml:featureMember xlink:href="{place}/f.xml#a"/>' + member("p", 1, square(f"{place}/evil.prj", 1, 2))
        body += member("p", 2, f'<gml:surfaceProperty xlink:href="{place}/g.xml"/>')
        raw = read(written(tmp_path, collection(body, schema)))
        with pytest.raises(TimeoutError):
            canary.accept()
    assert (raw.rows_in, raw.crs) == (2, None)
    assert [(issue.id, issue.values["n"]) for issue in raw.issues if "links" in issue.id] == [("gml_links_not_followed", 1)]


def test_companions_beside_the_file_do_not_count(tmp_path: Path) -> None:
    path = written(tmp_path, collection(member("p", 1, "", v=1)))
    (tmp_path / "a.gfs").write_text("<GMLFeatureClassList/>")
    (tmp_path / "a.xsd").write_text('<!DOCTYPE x SYSTEM "file:///etc/passwd"><schema/>')
    assert gml.layers(path) == ("p",)
    assert len(gml.read(path, LayerInput(path="a.gml"), "parcels")) == 1


def test_a_page_of_a_server_says_how_much_is_missing(tmp_path: Path) -> None:
    spaces = 'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:app="x"'
    body = '<wfs:member><app:p gml:id="p.1"><app:v>1</app:v></app:p></wfs:member>'
    text = f'<wfs:FeatureCollection {spaces} numberMatched="12345" numberReturned="1">{body}</wfs:FeatureCollection>'
    raw = read(written(tmp_path, text))
    assert [(issue.id, dict(issue.values)) for issue in raw.issues] == [("gml_partial", {"stated": 12345, "found": 1})]
    assert raw.table.to_pylist() == [{"gml_id": "p.1", "v": 1}]


def test_no_features_is_no_layer(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="没有图层"):
        gml.layers(written(tmp_path, collection("")))


def test_gml_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("交付/a.gml", collection(member("plot", 1, square("EPSG:4549", EAST, NORTH), dkbh="1")))
    assert list_layers(path) == ("plot",)
    assert len(read_layer(path, LayerInput(path="a.zip"), "parcels", "EPSG:4549")) == 1
