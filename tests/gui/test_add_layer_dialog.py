"""Adding a layer: its health card, its encoding and CRS, and what mends it, by mouse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from landplan.core.paths import sample
from landplan.gui.add_layer_dialog import AddLayerDialog
from landplan.gui.desk import Desk
from landplan.gui.source_words import findings, sample_rows
from landplan.gui.widgets.issue_tree import weight_colour
from landplan.io.inspection import inspect

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for file in sample("dirty").glob("*.*"):
        shutil.copy(file, tmp_path)
    return tmp_path


@pytest.fixture
def dialogs(qtbot: QtBot, desk: Desk) -> Iterator[Any]:
    made = []

    def opened(path: Path) -> AddLayerDialog:
        dialog = AddLayerDialog(path, desk)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(dialog)
        made.append(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        looked(qtbot, dialog)
        return dialog

    yield opened
    for dialog in made:
        dialog.close()


def looked(qtbot: QtBot, dialog: AddLayerDialog) -> None:
    panel = dialog.panel
    qtbot.waitUntil(lambda: panel.card is not None or bool(panel.wrong), timeout=30_000)


def asked(qtbot: QtBot, dialog: AddLayerDialog) -> dict[str, Any]:
    with qtbot.waitSignal(dialog.asked) as heard:
        qtbot.mouseClick(dialog.add, LEFT)
    values: dict[str, Any] = heard.args[0]
    return values


def test_a_crs_that_is_missing_is_taken_with_a_click(qtbot: QtBot, dialogs: Any, files: Path) -> None:
    dialog = dialogs(files / "no_prj.shp")
    panel = dialog.panel
    assert "没有坐标系" in panel.said.text()
    assert panel.table.cells.rowCount() == 20
    assert not dialog.add.isEnabled()  # that has to be settled first
    qtbot.mouseClick(panel.buttons["crs_absent"], LEFT)
    assert dialog.crs.text() == "EPSG:4549"
    looked(qtbot, dialog)
    assert "EPSG:4549" in panel.said.text()
    assert not panel.buttons
    values = asked(qtbot, dialog)
    assert values == {"role": "no_prj", "path": str(files / "no_prj.shp"), "title": "no_prj", "crs": "EPSG:4549"}


def test_another_encoding_shows_other_words(qtbot: QtBot, dialogs: Any, files: Path) -> None:
    dialog = dialogs(sample("data/parcels.shp"))
    combo, rows = dialog.panel.coding, dialog.panel.table.cells
    assert combo.isVisible()
    assert "GBK" in combo.itemText(0)
    texts = {rows.cell(0, column).words for column in range(rows.columnCount())}
    combo.setFocus()
    qtbot.keyClick(combo, Qt.Key.Key_End)  # cp1252
    qtbot.keyClick(combo, Qt.Key.Key_Up)  # Big5
    assert dialog.panel.encoding == "Big5"
    assert not dialog.add.isEnabled()
    looked(qtbot, dialog)
    assert {rows.cell(0, column).words for column in range(rows.columnCount())} != texts
    dialog.role.setEditText("more_parcels")
    assert asked(qtbot, dialog)["encoding"] == "Big5"


def test_bow_ties_are_mended_into_another_file(
    qtbot: QtBot, dialogs: Any, desk: Desk, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = files / "bow_ties.shp", files / "mended.gpkg"
    before = {file.name: file.read_bytes() for file in files.iterdir()}
    dialog = dialogs(path)
    button = dialog.panel.buttons["invalid_geometries"]
    monkeypatch.setattr(dialog.mending, "ask_out", lambda start: None)
    qtbot.mouseClick(button, LEFT)
    assert not dialog.mending.said.isVisible()
    monkeypatch.setattr(dialog.mending, "ask_out", lambda start: out)
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(dialog.mending.accept.isVisible, timeout=30_000)  # areas change: that is for the planner to say
    assert not out.exists()
    assert "0.01" in dialog.mending.words
    qtbot.mouseClick(dialog.mending.accept, LEFT)
    qtbot.waitUntil(out.exists, timeout=30_000)
    looked(qtbot, dialog)
    qtbot.waitUntil(lambda: dialog.file.text() == "mended.gpkg", timeout=30_000)
    looked(qtbot, dialog)
    assert "invalid_geometries" not in dialog.panel.buttons
    assert "m²" in dialog.mending.words or "平方米" in dialog.mending.words
    assert {name: (files / name).read_bytes() for name in before} == before
    assert asked(qtbot, dialog)["path"] == str(out)


def test_of_several_layers_each_has_its_own_card(qtbot: QtBot, dialogs: Any) -> None:
    dialog = dialogs(sample("data/plan.gpkg"))
    assert dialog.layer.isVisible()
    fields = set()
    for name in ("zones", "stations"):
        dialog.layer.setCurrentText(name)
        dialog.layer.activated.emit(dialog.layer.currentIndex())
        looked(qtbot, dialog)
        rows = dialog.panel.table.cells
        fields.add(tuple(rows.headerData(k, Qt.Orientation.Horizontal) for k in range(rows.columnCount())))
    assert len(fields) == 2
    assert not dialog.panel.coding.isVisible()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
@pytest.mark.parametrize("name", ["no_prj.shp", "bow_ties.shp", "asterisks.shp"])
def test_all_findings_have_a_mark_and_room(qtbot: QtBot, dialogs: Any, files: Path, lang: str, name: str) -> None:
    dialog = dialogs(files / name)
    found = findings(dialog.panel.card, "")
    assert found
    assert weight_colour(found[0].weight)
    assert dialog.add.geometry().bottom() <= dialog.height()


def test_findings_of_a_kind_are_counted_and_missing_values_are_not_zero() -> None:
    card = inspect(sample("dirty/asterisks.shp"))
    found = findings(card, "")
    assert [one.count for one in found] == [sum(w["code"] == one.code for w in card["warnings"]) for one in found]
    fields, rows = sample_rows(card, "")
    assert len(fields) == len(rows[0])
    assert any("–" in row for row in rows)
