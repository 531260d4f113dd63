"""Starting from layers: what was understood is shown before anything is opened, what is wrong is said in the dialog."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from landplan.core.errors import InputError
from landplan.core.paths import sample
from landplan.gui.desk import Desk
from landplan.gui.layers_preview import Wish, odd_roles, preview
from landplan.gui.open_layers_dialog import OpenLayersDialog
from landplan.gui.source_dialog import SourceDialog

LEFT = Qt.MouseButton.LeftButton
PARCELS, PLAN = sample("data/parcels.shp"), sample("data/plan.gpkg")


@pytest.fixture
def dialog(qtbot: QtBot, empty_desk: Desk) -> Iterator[OpenLayersDialog]:
    made = OpenLayersDialog(empty_desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.close()


def looked(qtbot: QtBot, dialog: OpenLayersDialog) -> None:
    qtbot.waitUntil(lambda: not dialog._rest.isActive() and not dialog._lane.busy, timeout=30_000)


def type_path(qtbot: QtBot, field: object, path: Path) -> None:
    line = field.line  # type: ignore[attr-defined]
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, str(path))


def test_the_fields_are_shown_and_then_the_layers_are_opened(dialog: OpenLayersDialog, empty_desk: Desk, qtbot: QtBot) -> None:
    assert not dialog.open_button.isEnabled()
    assert "选择地块图层" in dialog.said.text()
    type_path(qtbot, dialog.parcels, PARCELS)
    looked(qtbot, dialog)
    assert "认出 31 个字段" in dialog.said.text()
    columns = [dialog.table.cells.cell(row, 2).words for row in range(dialog.table.cells.rowCount())]
    units = {dialog.table.cells.cell(row, 0).words: dialog.table.cells.cell(row, 1).words for row in range(len(columns))}
    assert "年产值" in columns
    assert units["年产值"] == "万元"
    assert "备注" in dialog.other.text()
    assert "区块图层" in dialog.plans.text()
    type_path(qtbot, dialog.zones, PLAN)
    qtbot.mouseClick(dialog.add, LEFT)
    row = dialog.more[0]
    row.set_role("stations")
    type_path(qtbot, row.file, PLAN)
    looked(qtbot, dialog)
    assert "也可以做组合选择" in dialog.plans.text()
    with qtbot.waitSignal(dialog.chosen, timeout=60_000) as heard:
        qtbot.mouseClick(dialog.open_button, LEFT)
        assert not dialog.open_button.isEnabled()
    found = heard.args[0]
    assert set(found.project.layers.layers) == {"parcels", "zones", "stations"}
    assert found.project.recipe.choose is not None
    assert not dialog.isVisible()


def test_a_missing_crs_is_suggested_and_taken_with_a_click(dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    type_path(qtbot, dialog.parcels, sample("dirty/no_prj.shp"))
    looked(qtbot, dialog)
    assert dialog.plane.isVisible()
    assert "--crs" not in dialog.plane.text()
    assert dialog.use.isVisible()
    qtbot.mouseClick(dialog.use, LEFT)
    looked(qtbot, dialog)
    assert dialog.crs.text() == "EPSG:4549"
    assert not dialog.plane.isVisible()
    assert not dialog.use.isVisible()
    assert "EPSG:4549" in dialog.plans.text()


def test_what_cannot_be_read_is_one_sentence_in_the_dialog(dialog: OpenLayersDialog, qtbot: QtBot, tmp_path: Path) -> None:
    type_path(qtbot, dialog.parcels, tmp_path / "none.shp")
    looked(qtbot, dialog)
    assert "none.shp" in dialog.wrong.text()
    assert dialog.wrong.isVisible()
    assert not dialog.open_button.isEnabled()
    type_path(qtbot, dialog.parcels, PARCELS)
    looked(qtbot, dialog)
    assert not dialog.wrong.isVisible()
    assert dialog.open_button.isEnabled()


def test_a_role_that_cannot_be_is_said_and_its_layer_can_be_taken_away(dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    type_path(qtbot, dialog.parcels, PARCELS)
    qtbot.mouseClick(dialog.add, LEFT)
    row = dialog.more[0]
    type_path(qtbot, row.file, PLAN)
    row.set_role("zones")
    looked(qtbot, dialog)
    assert "zones" in dialog.wrong.text()
    assert not dialog.open_button.isEnabled()
    qtbot.mouseClick(row.take_away, LEFT)
    looked(qtbot, dialog)
    assert dialog.more == []
    assert dialog.open_button.isEnabled()


def test_a_layer_that_fails_while_opening_is_said_in_the_dialog(
    dialog: OpenLayersDialog, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise InputError("file_missing", "x", path="x.shp", layer="zones")

    monkeypatch.setattr("landplan.gui.open_layers_dialog.open_layers", fails)
    type_path(qtbot, dialog.parcels, PARCELS)
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: "x.shp" in dialog.wrong.text())
    assert dialog.isVisible()
    assert dialog.open_button.isEnabled()


def test_escape_while_it_looks_is_the_end_of_it(dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    dialog.parcels.line.setText(str(PARCELS))
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.wait(400)
    assert not dialog.isVisible()
    assert not dialog._lane.busy


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_all_words_have_room(lang: str, dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    type_path(qtbot, dialog.parcels, sample("dirty/no_prj.shp"))
    looked(qtbot, dialog)
    for label in (dialog.said, dialog.other, dialog.plane, dialog.plans):
        assert label.isVisible()
        assert label.height() >= label.heightForWidth(label.width())


def test_roles_are_plain_names_that_stand_once() -> None:
    assert odd_roles(["stations", "labs"]) == ()
    assert odd_roles(["stations", "stations", "zones", "站点", "a-b", ""]) == ("stations", "zones", "站点", "a-b", "")


def test_a_preview_names_what_is_lacking() -> None:
    found = preview(Wish(sample("dirty/no_prj.shp")))
    assert set(found.lacks) == {"年税收", "从业人数", "区块图层"}
    assert found.suggestion == "EPSG:4549"
    wrong = preview(Wish(PARCELS, crs="EPSG:4528"))
    assert "EPSG:4528" in wrong.wrong
    assert "--crs" not in wrong.wrong


def test_of_a_file_with_several_layers_one_is_chosen(dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    type_path(qtbot, dialog.parcels, PARCELS)
    type_path(qtbot, dialog.zones, PLAN)
    looked(qtbot, dialog)
    assert not dialog.parcels.layer.isVisible()
    assert dialog.zones.layer.isVisible()
    assert dialog.zones.layer.currentText() == "zones"
    qtbot.keyClick(dialog.zones.layer, Qt.Key.Key_Down)
    looked(qtbot, dialog)
    assert dialog.zones.layer.currentText() == "constraints"
    with qtbot.waitSignal(dialog.chosen, timeout=60_000) as heard:
        qtbot.mouseClick(dialog.open_button, LEFT)
    layers = heard.args[0].project.recipe.layers
    assert (layers["zones"].layer, layers["parcels"].layer) == ("constraints", None)
    type_path(qtbot, dialog.zones, PARCELS)
    assert not dialog.zones.layer.isVisible()
    assert dialog.wish == Wish(PARCELS, PARCELS)


def test_a_look_into_the_file_settles_its_crs_and_mends_it(
    dialog: OpenLayersDialog, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in sample("dirty").glob("*.*"):
        if file.stem in ("no_prj", "bow_ties"):
            shutil.copy(file, tmp_path)
    assert not dialog.parcels.look.isEnabled()
    type_path(qtbot, dialog.parcels, tmp_path / "no_prj.shp")
    card = opened_card(qtbot, dialog)
    qtbot.mouseClick(card.panel.buttons["crs_absent"], LEFT)
    qtbot.waitUntil(lambda: card.panel.card is not None, timeout=30_000)
    assert "EPSG:4549" in card.crs.text()
    qtbot.mouseClick(card.take, LEFT)
    assert dialog.crs.text() == "EPSG:4549"
    dialog.crs.clear()
    type_path(qtbot, dialog.parcels, tmp_path / "bow_ties.shp")
    card = opened_card(qtbot, dialog)
    monkeypatch.setattr(card.mending, "ask_out", lambda start: tmp_path / "whole.gpkg")
    qtbot.mouseClick(card.panel.buttons["invalid_geometries"], LEFT)
    qtbot.waitUntil(card.mending.accept.isVisible, timeout=30_000)
    qtbot.mouseClick(card.mending.accept, LEFT)
    qtbot.waitUntil(lambda: "whole.gpkg" in card.name.text() and card.panel.card is not None, timeout=30_000)
    qtbot.mouseClick(card.take, LEFT)
    assert dialog.parcels.path == tmp_path / "whole.gpkg"
    looked(qtbot, dialog)
    assert dialog.open_button.isEnabled()


def opened_card(qtbot: QtBot, dialog: OpenLayersDialog) -> SourceDialog:
    looked(qtbot, dialog)
    qtbot.mouseClick(dialog.parcels.look, LEFT)
    card = dialog.looking
    assert card is not None
    qtbot.waitUntil(lambda: card.panel.card is not None, timeout=30_000)
    return card


def test_an_encoding_that_was_chosen_goes_into_the_recipe(dialog: OpenLayersDialog, qtbot: QtBot) -> None:
    type_path(qtbot, dialog.parcels, PARCELS)
    card = opened_card(qtbot, dialog)
    card.panel.coding.setFocus()
    qtbot.keyClick(card.panel.coding, Qt.Key.Key_Down)  # UTF-8
    qtbot.waitUntil(lambda: card.panel.card is not None, timeout=30_000)
    qtbot.mouseClick(card.take, LEFT)
    looked(qtbot, dialog)
    with qtbot.waitSignal(dialog.chosen, timeout=60_000) as heard:
        qtbot.mouseClick(dialog.open_button, LEFT)
    assert heard.args[0].project.recipe.layers["parcels"].encoding == "UTF-8"
