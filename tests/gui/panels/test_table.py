"""The attribute table with real clicks and keys; the selection is that of the map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QTreeWidget
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.panels.table import AttributeTable
from landplan.gui.widgets.column_chooser import ColumnChooser

CTRL, SHIFT, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
pytestmark = pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)  # at every popup without a screen


@pytest.fixture
def table(qtbot: QtBot, desk: Desk) -> AttributeTable:
    made = AttributeTable(desk)
    qtbot.addWidget(made)
    made.resize(1100, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def click(qtbot: QtBot, table: AttributeTable, line: int, held: Qt.KeyboardModifier = NONE, column: int = 0) -> None:
    place = table.view.visualRect(table.model.index(line, column)).center()
    qtbot.mouseClick(table.view.viewport(), LEFT, held, place)


def click_header(qtbot: QtBot, table: AttributeTable, id: str) -> None:
    header = table.view.header
    number = [one.id for one in table.model.columns].index(id)
    table.view.scrollTo(table.model.index(0, number))
    place = QPoint(header.sectionViewportPosition(number) + header.sectionSize(number) // 2, header.height() // 2)
    qtbot.mouseClick(header.viewport(), LEFT, NONE, place)


def key(qtbot: QtBot, table: AttributeTable, which: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    qtbot.keyClick(table.view, which, held)


def test_empty_it_says_what_to_do(qtbot: QtBot, empty_desk: Desk) -> None:
    table = AttributeTable(empty_desk)
    qtbot.addWidget(table)
    table.show()
    assert table._empty.isVisible() and text("table_empty_advice") in table._empty.accessibleName()


def test_clicks_select_as_everywhere(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    click(qtbot, table, 2)
    assert desk.selection.tolist() == [2]
    click(qtbot, table, 5, CTRL)
    assert desk.selection.tolist() == [2, 5]
    click(qtbot, table, 5, CTRL)
    assert desk.selection.tolist() == [2]
    click(qtbot, table, 2)
    click(qtbot, table, 5, SHIFT)
    assert desk.selection.tolist() == [2, 3, 4, 5]
    assert table.model.data(table.model.index(3, 0), Qt.ItemDataRole.BackgroundRole) is not None
    assert table.model.data(table.model.index(6, 0), Qt.ItemDataRole.BackgroundRole) is None


def test_the_selection_is_painted_in_its_colour(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    before = table.view.viewport().grab().toImage()
    desk.select(np.array([1]))
    after = table.view.viewport().grab().toImage()
    row = table.view.visualRect(table.model.index(1, 1))
    ratio = after.devicePixelRatio()
    place = QPoint(round((row.right() - 3) * ratio), round((row.top() + 3) * ratio))
    assert after.pixelColor(place) == table.model.selected_ground != before.pixelColor(place)


def test_keys_move_select_open_and_clear(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    click(qtbot, table, 1)
    key(qtbot, table, Qt.Key.Key_Down)
    assert desk.selection.tolist() == [2]
    key(qtbot, table, Qt.Key.Key_Down, SHIFT)
    assert desk.selection.tolist() == [2, 3]
    key(qtbot, table, Qt.Key.Key_Down, CTRL)
    assert desk.selection.tolist() == [2, 3]
    key(qtbot, table, Qt.Key.Key_Space)
    assert desk.selection.tolist() == [2, 3, 4]
    with qtbot.waitSignal(desk.zoom_wanted) as wanted:
        key(qtbot, table, Qt.Key.Key_Return)
    assert wanted.args is not None and wanted.args[0].tolist() == [2, 3, 4]
    key(qtbot, table, Qt.Key.Key_A, CTRL)
    assert len(desk.selection) == table.sheet.n
    key(qtbot, table, Qt.Key.Key_Escape)
    assert len(desk.selection) == 0


def test_a_double_click_zooms(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    place = table.view.visualRect(table.model.index(3, 0)).center()
    with qtbot.waitSignal(desk.zoom_wanted) as wanted:
        qtbot.mouseDClick(table.view.viewport(), LEFT, NONE, place)
    assert wanted.args is not None and wanted.args[0].tolist() == [3]


def test_the_header_sorts_up_down_and_back(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    assert desk.project is not None
    output = desk.project.layers.parcels.numbers("output_wan")
    known = int((~np.isnan(output)).sum())
    click_header(qtbot, table, "output_wan")
    rising = output[table.model.rows]
    assert (np.diff(rising[:known]) >= 0).all() and np.isnan(rising[known:]).all()
    click_header(qtbot, table, "output_wan")
    falling = output[table.model.rows]
    assert (np.diff(falling[:known]) <= 0).all() and np.isnan(falling[known:]).all()
    click_header(qtbot, table, "output_wan")
    assert table.model.rows.tolist() == list(range(len(output)))


def test_a_search_by_rule_and_by_words(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    assert desk.project is not None
    parcels = desk.project.layers.parcels
    qtbot.keyClicks(table.search, "vacant_share > 0.3")
    qtbot.keyClick(table.search, Qt.Key.Key_Return)
    expected = np.flatnonzero(parcels.numbers("vacant_share") > 0.3)
    assert table.model.rows.tolist() == expected.tolist()
    assert f"{len(expected):,}" in table._counts.text() and table._said.isVisible()
    table.search.clear()
    qtbot.keyClicks(table.search, "jd-0012")
    qtbot.waitUntil(lambda: len(table.model.rows) < 20, timeout=2000)  # without Enter, when typing rests
    assert set(parcels.ids[table.model.rows]) == {id for id in parcels.ids if "JD-0012" in id}
    qtbot.keyClick(table.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(table.model.rows) == len(parcels), timeout=2000)


def test_a_wrong_rule_is_said_beside_the_rows_it_leaves(qtbot: QtBot, table: AttributeTable) -> None:
    qtbot.keyClicks(table.search, "aera_mu > 3")
    qtbot.keyClick(table.search, Qt.Key.Key_Return)
    assert table._said.isVisible() and table._said.property("role") == "bad" and "area_mu" in table._said.text()
    assert len(table.model.rows) == table.sheet.n


def test_names_of_fields_are_completed(qtbot: QtBot, table: AttributeTable) -> None:
    table.search.setFocus()
    qtbot.keyClicks(table.search, "id <> 'x' and vaca")
    popup = table.search._popup
    assert popup.isVisible() and popup.model().rowCount() >= 1
    qtbot.keyClick(popup, Qt.Key.Key_Down)
    qtbot.keyClick(popup, Qt.Key.Key_Return)
    assert table.search.text() in ("id <> 'x' and vacant_share ", "id <> 'x' and vacancy ")


def test_only_selected_and_selected_first(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    desk.select(np.array([7, 40]))
    qtbot.mouseClick(table.only, LEFT)
    assert table.model.rows.tolist() == [7, 40]
    click(qtbot, table, 0)
    assert desk.selection.tolist() == [7] and table.model.rows.tolist() == [7, 40]  # nothing moves under the cursor
    desk.select(np.array([9]))
    assert table.model.rows.tolist() == [9]
    qtbot.mouseClick(table.only, LEFT)
    qtbot.mouseClick(table.first, LEFT)
    assert table.model.rows[:3].tolist() == [9, 0, 1]


def test_a_selection_on_the_map_comes_into_view(table: AttributeTable, desk: Desk) -> None:
    desk.select(np.array([2500]))
    assert 2500 in table.view.rows_in_view() and table.view.current_row == 2500


def test_copied_rows_have_a_header_with_units(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    table.sort("id", descending=True)
    desk.select(np.array([3, 8]))
    key(qtbot, table, Qt.Key.Key_C, CTRL)
    lines = QGuiApplication.clipboard().text().split("\n")
    assert desk.project is not None
    ids = desk.project.layers.parcels.ids
    assert "面积 [亩]" in lines[0].split("\t") and [line.split("\t")[0] for line in lines[1:]] == [ids[8], ids[3]]
    assert desk.messages[-1].text == text("table_copied", {"n": 2})


def test_sums_of_the_selected(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    assert desk.project is not None
    jobs = desk.project.layers.parcels.numbers("jobs")
    rows = np.flatnonzero(~np.isnan(jobs))[:3]
    number = [one.id for one in table.model.columns].index("jobs")
    desk.select(rows)
    table.view.setCurrentIndex(table.model.index(0, number))
    assert f"{jobs[rows].sum():,.0f}" in table._sums.text() and text("table_sums_chosen", {"column": "从业人数", "n": "3"}) in (
        table._sums.text()
    )


def test_columns_are_chosen_and_kept(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    qtbot.mouseClick(table.choose, LEFT)
    chooser = table.findChild(ColumnChooser)
    qtbot.keyClicks(chooser._find, "metro_m")
    tree = chooser.findChild(QTreeWidget)
    shown = [item for item in chooser._items() if not item.isHidden()]
    assert len(shown) == 1
    tree.setCurrentItem(shown[0])
    qtbot.keyClick(tree, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: table.model.columns[-1].id == "criterion_metro_m")
    chooser.close()
    table.view.setColumnWidth(1, 133)
    again = AttributeTable(desk)  # the window is made anew for another language
    qtbot.addWidget(again)
    again.show()
    assert again.model.columns[-1].id == "criterion_metro_m" and again.view.columnWidth(1) == 133


def test_a_dragged_column_stays_where_it_was_put(qtbot: QtBot, table: AttributeTable) -> None:
    before = [one.id for one in table.model.columns]
    table.view.header.moveSection(2, 0)
    qtbot.waitUntil(lambda: [one.id for one in table.model.columns] == [before[2], *before[:2], *before[3:]])
    header = table.view.header
    assert [header.logicalIndex(place) for place in range(3)] == [0, 1, 2]


def test_scores_follow_a_change_and_the_order_with_them(
    qtbot: QtBot, table: AttributeTable, desk: Desk, wait: Callable[[], None]
) -> None:
    table.sort("best_score", descending=True)
    assert desk.results is not None
    before = table.model.rows.tolist()
    desk.do("set_weight", criterion="metro_m", weight=9.0)
    wait()
    best = desk.results.scores.best_score
    shown = best[table.model.rows]
    known = ~np.isnan(shown)
    assert (np.diff(shown[known]) <= 0).all() and not np.isnan(shown[: known.sum()]).any()
    assert table.model.rows.tolist() != before
    assert table.model.columns[4].values.shown(7) == f"{best[7]:.3f}"


def test_hidden_it_waits(qtbot: QtBot, table: AttributeTable, desk: Desk, wait: Callable[[], None]) -> None:
    table.hide()
    values = table.sheet.columns["best_score"]
    desk.do("set_weight", criterion="metro_m", weight=8.0)
    wait()
    assert table.sheet.columns["best_score"] is values
    table.show()
    assert table.sheet.columns["best_score"] is not values


def test_hover_is_shared(qtbot: QtBot, table: AttributeTable, desk: Desk) -> None:
    with qtbot.waitSignal(desk.hovered) as told:
        qtbot.mouseMove(table.view.viewport(), table.view.visualRect(table.model.index(4, 1)).center())
    assert told.args == [4] and table.model.hovered == 4


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_headers_fit_their_titles_in_both_languages(table: AttributeTable, lang: str) -> None:
    header = table.view.header
    for number, column in enumerate(table.model.columns):
        room = header.sectionSize(number) - 16
        assert header.fontMetrics().horizontalAdvance(column.title) <= room
