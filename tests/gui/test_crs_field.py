"""The field for a coordinate system: what it offers, and that what is chosen stands in the line."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from landplan.core.grids import TextGrid
from landplan.gui.widgets.crs_field import PLANE, CrsField, offered
from landplan.io.grid_file import grids_file, keep_grid

CITY = "+proj=tmerc +lat_0=31.25 +lon_0=121.4641975 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m +no_defs"


def test_a_plane_own_grids_and_codes_are_offered_without_parameters() -> None:
    keep_grid("上海2000", TextGrid(proj=CITY))
    found = dict(offered())
    assert list(found)[:3] == [PLANE, "grid:上海2000", "EPSG:4549"]
    assert not any("121.46" in words for words in found.values())


def test_what_is_chosen_stands_in_the_line_and_is_told(qtbot: QtBot) -> None:
    keep_grid("上海2000", TextGrid(proj=CITY))
    field = CrsField("…")
    qtbot.addWidget(field)
    action = next(one for one in field.menu().actions() if one.data() == "grid:上海2000")
    with qtbot.waitSignal(field.textChanged):
        action.trigger()
    assert field.text() == "grid:上海2000"
    field.setText("EPSG:4528")
    assert field.text() == "EPSG:4528"


def test_a_damaged_file_of_grids_leaves_the_rest_to_choose() -> None:
    grids_file().parent.mkdir(parents=True)
    grids_file().write_text("[grids", encoding="utf-8")
    assert [crs for crs, _ in offered()][:2] == [PLANE, "EPSG:4549"]
