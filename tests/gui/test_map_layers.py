"""What the list of layers offers, in what order, and what stays when the project changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from landplan.core.messages import set_language
from landplan.gui import theme
from landplan.gui.desk import Desk
from landplan.gui.layer_content import facts


def ids(desk: Desk) -> list[str]:
    return [entry.id for entry in desk.map_layers.entries]


def test_parcels_lead_and_every_set_of_zones_is_a_line(desk: Desk) -> None:
    assert ids(desk)[0] == "parcels"
    sets = [entry for entry in desk.map_layers.entries if entry.role == "zones"]
    assert {entry.id for entry in sets} >= {"zones:block", "zones:carrier", "zones:town"}
    assert sum(entry.count or 0 for entry in sets) == 40
    block = desk.map_layers.entry("zones:block")
    assert block is not None
    assert block.geometry is not None
    assert len(block.geometry) == block.count == len(block.names or ()) == 5
    assert block.title == "功能板块"


def test_a_map_begins_with_parcels_blocks_carriers_metro_and_its_stations(desk: Desk) -> None:
    shown = {entry.id for entry in desk.map_layers.entries if entry.visible}
    assert shown == {"parcels", "zones:block", "zones:carrier", "metro_lines", "stations:metro"}


def test_rows_of_a_kind_are_those_of_the_layer(desk: Desk) -> None:
    assert desk.project is not None
    layer = desk.project.layers.layers["roads"]
    trunk = desk.map_layers.entry("roads:1")
    assert trunk is not None
    assert trunk.count == int((layer.texts("class") == "主干路").sum()) == 23
    assert trunk.geometry is not None
    first = int(np.flatnonzero(layer.texts("class") == "主干路")[0])
    start = layer.geometry.ring[layer.geometry.part[layer.geometry.row[first]]]
    np.testing.assert_array_equal(trunk.geometry.xy[0], layer.geometry.xy[start])


def test_rasters_are_listed_and_never_shown(desk: Desk) -> None:
    desk.map_layers.show(["flood_depth"])
    raster = desk.map_layers.entry("flood_depth")
    assert raster is not None
    assert not raster.visible
    assert raster.geometry is None
    assert raster.content.box == pytest.approx((605550.0, 3455940.0, 631710.0, 3486390.0))


def test_visible_opacity_and_order(desk: Desk) -> None:
    heard: list[int] = []
    desk.map_layers.changed.connect(lambda: heard.append(1))
    layers = desk.map_layers
    layers.show(["firms"])
    layers.show(["firms"])
    assert len(heard) == 1  # the second changed nothing
    layers.fade(["zones:block"], 0.4)
    assert layers.entry("zones:block").opacity == 0.4  # type: ignore[union-attr]
    before = [id for id in ids(desk) if id.startswith("zones:")]
    layers.move("zones:carrier", -1)
    after = [id for id in ids(desk) if id.startswith("zones:")]
    assert after[:2] == [before[1], before[0]]
    layers.move("zones", -1)
    groups = [group for group, _ in layers.groups]
    assert groups.index("zones") < groups.index("av_roads")
    assert [id for id in ids(desk) if id.startswith("zones:")] == after


def test_parcels_stay_first_and_lines_stay_in_their_group(desk: Desk) -> None:
    before = ids(desk)
    for id, target in (("parcels", "labs"), ("labs", "parcels"), ("zones:block", "labs"), ("labs", "zones:block")):
        desk.map_layers.place(id, target)
    desk.map_layers.move("parcels", 1)
    desk.map_layers.move("stations", -1)
    assert ids(desk) == before


def test_state_survives_other_changes_and_a_removed_layer_that_comes_back(desk: Desk, tmp_path: Path) -> None:
    layers = desk.map_layers
    layers.show(["labs"])
    layers.fade(["labs"], 0.5)
    layers.move("labs", 1)
    order, labs = ids(desk), layers.entry("labs")
    desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    assert layers.entry("labs") is labs
    zones = layers.entry("zones:block")
    desk.do("remove_layer", role="labs")
    assert "labs" not in ids(desk)
    assert layers.entry("zones:block") is zones  # what stays is not drawn anew
    desk.undo()
    back = layers.entry("labs")
    assert back is not None
    assert (back.visible, back.opacity) == (True, 0.5)
    assert set(ids(desk)) == set(order)


def test_a_new_layer_is_shown_where_its_geometry_belongs(desk: Desk, tmp_path: Path) -> None:
    feature = {"type": "Feature", "properties": {"名": "甲"}, "geometry": {"type": "Point", "coordinates": [121.25, 31.38]}}
    path = tmp_path / "schools.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    assert desk.do("add_layer", role="schools", path=str(path), title="学校")
    new = desk.map_layers.entry("schools")
    assert new is not None
    assert (new.visible, new.title, new.count, new.names) == (True, "学校", 1, None)
    assert ids(desk).index("labs") < ids(desk).index("schools") < ids(desk).index("zones:block")


def test_words_follow_the_language_and_lines_the_theme(desk: Desk) -> None:
    district, town = desk.map_layers.entry("zones:district"), desk.map_layers.entry("zones:town")
    assert district is not None
    assert town is not None
    assert district.names is None  # the one district is not named in its own middle
    light = town.style
    theme.use("dark")
    set_language("en")
    assert town.style.line != light.line
    assert (light.halo, town.style.halo) == ("#FFFFFF", "#1A1D21")
    assert town.style.ink > light.ink  # light letters on a dark halo
    assert town.title == "Towns"
    assert "安亭镇" not in (town.names or ())
    theme.use("light")


def test_facts_say_where_a_layer_is_from(desk: Desk) -> None:
    parcels, labs = desk.map_layers.entry("parcels"), desk.map_layers.entry("labs")
    assert parcels is not None
    assert labs is not None
    found = dict(facts(parcels.content))
    assert found["文件"] == "parcels.shp"
    assert found["编码"] == "GBK"
    assert found["行数"] == "3,122"
    assert len(found["校验和"]) == 64
    assert dict(facts(labs.content))["坐标系"] == "EPSG:4490 → EPSG:4549"


def test_nothing_on_the_desk_is_an_empty_list(empty_desk: Desk) -> None:
    assert empty_desk.map_layers.entries == ()
    assert empty_desk.map_layers.groups == ()
