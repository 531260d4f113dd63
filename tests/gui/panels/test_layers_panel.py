"""The panel of layers, by mouse and keys."""

from __future__ import annotations

import json
from pathlib import Path

import pyogrio
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem
from pytestqt.qtbot import QtBot

from landplan.core.messages import set_language
from landplan.core.paths import sample
from landplan.gui.desk import Desk
from landplan.gui.panels.layers import LayersPanel
from landplan.gui.widgets.facts_popup import FactsPopup

LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def layers(qtbot: QtBot, desk: Desk) -> LayersPanel:
    return made(qtbot, desk)


def made(qtbot: QtBot, desk: Desk) -> LayersPanel:
    panel = LayersPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(320, 700)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def shown(desk: Desk, id: str) -> bool:
    entry = desk.map_layers.entry(id)
    assert entry is not None
    return entry.visible


def check_place(panel: LayersPanel, id: str) -> QPoint:
    """The middle of a line's check box."""
    item = panel.tree.item(id)
    assert item is not None
    panel.tree.scrollToItem(item)
    index = panel.tree.indexFromItem(item)
    option = QStyleOptionViewItem()
    option.rect = panel.tree.visualRect(index)
    option.features |= QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
    option.widget = panel.tree
    return panel.tree.style().subElementRect(QStyle.SubElement.SE_ItemViewItemCheckIndicator, option, panel.tree).center()


def test_a_click_on_a_check_box_shows_and_hides(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    place = check_place(layers, "zones:town")
    qtbot.mouseClick(layers.tree.viewport(), LEFT, NONE, place)
    assert shown(desk, "zones:town")
    qtbot.mouseClick(layers.tree.viewport(), LEFT, NONE, place)
    assert not shown(desk, "zones:town")


def test_a_group_shows_and_hides_all_of_it(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    group = layers.tree.item("zones")
    assert group is not None
    assert group.checkState(0) == Qt.CheckState.PartiallyChecked
    place = check_place(layers, "zones")
    qtbot.mouseClick(layers.tree.viewport(), LEFT, NONE, place)
    assert all(entry.visible for entry in desk.map_layers.entries if entry.role == "zones")
    assert group.checkState(0) == Qt.CheckState.Checked
    qtbot.mouseClick(layers.tree.viewport(), LEFT, NONE, place)
    assert not any(entry.visible for entry in desk.map_layers.entries if entry.role == "zones")


def test_keys_show_move_and_zoom(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    tree = layers.tree
    tree.setFocus()
    tree.setCurrentItem(tree.item("labs"))
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    assert shown(desk, "labs")
    before = [group for group, _ in desk.map_layers.groups]
    qtbot.keyClick(tree, Qt.Key.Key_Down, ALT)
    after = [group for group, _ in desk.map_layers.groups]
    assert after.index("labs") == before.index("labs") + 1
    assert tree.current_key == "labs"  # the line that was moved stays the current one
    with qtbot.waitSignal(desk.zoom_wanted) as heard:
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    labs = desk.map_layers.entry("labs")
    assert labs is not None
    assert heard.args == [labs.content.box]


def test_drops_keep_groups_together(desk: Desk, layers: LayersPanel) -> None:
    tree = layers.tree
    tree.setCurrentItem(tree.item("zones:town"))
    tree.drop("zones:block", after=False)
    zones = [entry.id for entry in desk.map_layers.entries if entry.role == "zones"]
    assert zones[0] == "zones:town"
    tree.setCurrentItem(tree.item("roads"))
    tree.drop("parcels", after=False)
    assert [group for group, _ in desk.map_layers.groups][:2] == ["parcels", "roads"]
    tree.setCurrentItem(tree.item("zones:town"))
    tree.drop("roads", after=False)
    assert [entry.id for entry in desk.map_layers.entries if entry.role == "zones"] == zones


def test_opacity_is_that_of_the_current_line(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    layers.tree.setCurrentItem(layers.tree.item("zones:block"))
    layers.opacity.setFocus()
    qtbot.keyClick(layers.opacity, Qt.Key.Key_PageDown)
    block = desk.map_layers.entry("zones:block")
    assert block is not None
    assert block.opacity == pytest.approx(0.9)
    layers.tree.setCurrentItem(layers.tree.item("zones:carrier"))
    assert layers.opacity.value() == 100
    layers.tree.setCurrentItem(layers.tree.item("zones:block"))
    assert layers.opacity.value() == 90
    layers.tree.setCurrentItem(layers.tree.item("rasters"))
    assert not layers.opacity.isEnabled()


def test_a_layer_is_removed_and_undone(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    layers.tree.setCurrentItem(layers.tree.item("parcels"))
    assert not layers.remove_button.isEnabled()
    layers.tree.setCurrentItem(layers.tree.item("labs"))
    qtbot.mouseClick(layers.remove_button, LEFT)
    assert layers.tree.item("labs") is None
    assert desk.project is not None
    assert "labs" not in desk.project.layers.layers
    desk.undo()
    assert layers.tree.item("labs") is not None


def test_a_file_is_added_under_the_role_that_is_asked(
    qtbot: QtBot, desk: Desk, layers: LayersPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feature = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [121.25, 31.38]}}
    path = tmp_path / "学校.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    monkeypatch.setattr(layers, "ask_file", lambda: path)
    qtbot.mouseClick(layers.add, LEFT)
    dialog = layers.dialog
    assert dialog is not None
    assert not dialog.add.isEnabled()  # it is looked at first
    qtbot.waitUntil(lambda: dialog.panel.card is not None, timeout=30_000)
    assert not dialog.add.isEnabled()  # a Chinese file name gives no role
    assert "1 行 · 点 · EPSG:4326" in dialog.panel.said.text()
    dialog.role.setFocus()
    qtbot.keyClicks(dialog.role.lineEdit(), "stations")
    assert not dialog.add.isEnabled()
    assert dialog.wrong.text()  # there are stations already, and it says so
    dialog.role.lineEdit().clear()
    qtbot.keyClicks(dialog.role.lineEdit(), "schools")
    qtbot.mouseClick(dialog.add, LEFT)
    qtbot.waitUntil(lambda: layers.tree.current_key == "schools")
    assert layers.tree.currentItem().text(0) == "学校"
    assert shown(desk, "schools")


def test_a_file_that_is_no_layer_is_said(
    qtbot: QtBot, desk: Desk, layers: LayersPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes.docx"
    path.write_bytes(b"")
    monkeypatch.setattr(layers, "ask_file", lambda: path)
    qtbot.mouseClick(layers.add, LEFT)
    dialog = layers.dialog
    assert dialog is not None
    qtbot.waitUntil(lambda: bool(dialog.panel.wrong), timeout=30_000)
    assert "notes.docx" in dialog.panel.said.text()
    dialog.role.setEditText("notes")
    assert not dialog.add.isEnabled()


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
def test_the_menu_opens_the_table_and_tells_of_the_layer(qtbot: QtBot, desk: Desk, layers: LayersPanel) -> None:
    layers.tree.setCurrentItem(layers.tree.item("parcels"))
    actions = {action.text(): action for action in layers.menu().actions() if action.text()}
    with qtbot.waitSignal(desk.panel_wanted, check_params_cb=lambda wanted: wanted == "table"):
        actions["打开属性表"].trigger()
    actions["图层信息…"].trigger()
    popup = layers.findChild(FactsPopup)
    assert popup is not None
    qtbot.mouseClick(popup.copy, LEFT)
    assert "parcels.shp" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_titles_counts_and_empty_state(qtbot: QtBot, lang: str, desk: Desk, empty_desk: Desk) -> None:
    panel = made(qtbot, desk)
    item = panel.tree.item("roads:2")
    assert item is not None
    assert (item.text(0), item.text(1)) == (("次干路" if lang == "zh" else "Secondary road"), "598")
    assert panel.tree.columnWidth(1) < 80
    desk.clear()
    assert panel.tree.topLevelItemCount() == 0
    assert not panel.tree.isVisible()
    set_language("zh")


def test_a_layer_is_taken_from_a_new_delivery_and_what_changed_is_said(
    qtbot: QtBot, desk: Desk, layers: LayersPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.project is not None
    before = desk.project
    labs, path = before.layers.layers["labs"], tmp_path / "labs2.gpkg"
    table = pyogrio.raw.read(sample("data", "plan.gpkg"), layer="labs")
    fields = list(table[0]["fields"])
    pyogrio.raw.write(
        path, table[2][1:], [column[1:] for column in table[3]], fields, layer="labs2", geometry_type="Point", crs=table[0]["crs"]
    )
    layers.tree.setCurrentItem(layers.tree.item("labs"))
    monkeypatch.setattr(layers, "ask_file", lambda: path)
    {action.text(): action for action in layers.menu().actions()}["换用其他文件…"].trigger()
    source = layers.source
    assert source is not None
    qtbot.waitUntil(source.take.isEnabled, timeout=30_000)
    with qtbot.waitSignal(desk.said, timeout=30_000, check_params_cb=lambda message: message.text.startswith("已换用")) as heard:
        qtbot.mouseClick(source.take, LEFT)
    assert len(desk.project.layers.layers["labs"]) == len(labs) - 1
    assert "labs2.gpkg" in heard.args[0].text
    assert "1" in heard.args[0].text
    assert Path(desk.project.recipe.layers["labs"].path) == path
    desk.undo()
    assert desk.project is before
