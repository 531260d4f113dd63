"""Firms to parcels in the window: candidates are shown, a yes is a yes, the list is the file, and the project takes it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from landplan.app.firm_matching import FirmsAsked, matching
from landplan.core.firm_names import firm_name
from landplan.gui.desk import Desk
from landplan.gui.firms_dialog import FirmsDialog
from landplan.gui.theme import theme
from landplan.io.firm_tables import read_decisions

LEFT = Qt.MouseButton.LeftButton


def owners_of(desk: Desk) -> list[tuple[str, str]]:
    """(id, holder) of the sample's parcels."""
    assert desk.project is not None
    parcels = desk.project.layers.parcels
    return [(str(id), str(name)) for id, name in zip(parcels.ids, parcels.texts("owner"), strict=True) if name]


@pytest.fixture
def table(tmp_path: Path, desk: Desk) -> Path:
    """A firm that is called nearly as a holder of the sample, and one like nobody."""
    name = owners_of(desk)[0][1]
    rows = [["企业名称", "税收"], [f"{firm_name(name).core}（上海）有限责任公司", 12], ["毫无线索研究所", 3]]
    path = tmp_path / "firms.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk, table: Path) -> Iterator[FirmsDialog]:
    made = FirmsDialog(desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.firms.show_path(table)
    yield made
    made.close()


def matched(qtbot: QtBot, dialog: FirmsDialog) -> None:
    qtbot.mouseClick(dialog.match, LEFT)
    qtbot.waitUntil(lambda: dialog._task is None and bool(dialog.rows), timeout=30_000)


def shown(dialog: FirmsDialog, row: int) -> list[str]:
    cells = dialog.table.cells
    return [cells.cell(row, column).words for column in range(cells.columnCount())]


def test_nothing_can_be_saved_before_it_was_matched(dialog: FirmsDialog, table: Path) -> None:
    assert dialog.list_file.path == table.with_name("firms_list.xlsx")
    assert dialog.match.isEnabled()
    assert not dialog.save.isEnabled()
    assert not dialog.use.isEnabled()
    assert not dialog.table.isVisible()


def test_candidates_are_those_of_the_job_and_are_seen_on_the_map(
    dialog: FirmsDialog, desk: Desk, table: Path, qtbot: QtBot
) -> None:
    matched(qtbot, dialog)
    assert desk.project is not None
    asked = FirmsAsked(table, None, None, table.with_name("none.csv"))
    assert dialog.rows == matching(asked, desk.project.layers.parcels).rows
    assert "待确认 2" in dialog.said.text()
    assert shown(dialog, len(dialog.rows) - 1)[2:] == ["没有候选", "", "", "–"]
    dialog.table.setCurrentIndex(dialog.table.cells.index(0, 0))
    ids = [str(desk.project.layers.parcels.ids[row]) for row in desk.selection]
    assert sorted(ids) == sorted(dialog.rows[0].plots.split("、"))


def test_a_yes_is_written_and_the_parcels_take_it(dialog: FirmsDialog, desk: Desk, table: Path, qtbot: QtBot) -> None:
    matched(qtbot, dialog)
    dialog.table.setFocus()
    dialog.table.setCurrentIndex(dialog.table.cells.index(0, 0))
    qtbot.keyClick(dialog.table, Qt.Key.Key_Y)
    assert shown(dialog, 0)[-1] == "是"
    assert dialog.table.currentIndex().row() == 1
    with qtbot.waitSignal(dialog.wanted, timeout=30_000) as heard:
        qtbot.mouseClick(dialog.use, LEFT)
    values: dict[str, Any] = heard.args[0]
    decided = read_decisions(Path(values["confirmed"]), "parcels")
    assert decided.yes == {(dialog.rows[0].firm, ""): (dialog.rows[0].plots,)}
    before = desk.project
    assert before is not None
    assert desk.do("add_firms", **values, replacing=True)
    assert desk.project is not None
    tax = desk.project.layers.parcels.numbers("tax_wan")
    assert np.nansum(tax) == pytest.approx(12)
    desk.undo()
    assert desk.project is before


def test_decisions_are_changed_taken_back_and_gone_on_with(dialog: FirmsDialog, qtbot: QtBot) -> None:
    matched(qtbot, dialog)
    last = len(dialog.rows) - 1
    dialog.table.setCurrentIndex(dialog.table.cells.index(last, 5))
    for expected in ("是", "否", "–"):
        dialog.table.entered_row.emit(last)
        assert shown(dialog, last)[-1] == expected
    qtbot.mouseClick(dialog.no, LEFT)
    assert shown(dialog, last)[-1] == "否"
    assert dialog._asked is not None
    qtbot.mouseClick(dialog.save, LEFT)
    qtbot.waitUntil(dialog._asked.out.is_file, timeout=30_000)
    qtbot.waitUntil(lambda: not dialog._desk.long.busy, timeout=30_000)
    matched(qtbot, dialog)
    assert shown(dialog, last)[-1] == "否"


def test_a_table_that_cannot_be_used_is_said_in_the_dialog(dialog: FirmsDialog, table: Path, qtbot: QtBot) -> None:
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    qtbot.mouseClick(dialog.match, LEFT)
    qtbot.waitUntil(lambda: "企业名称" in dialog.wrong.text(), timeout=30_000)
    assert dialog.match.isEnabled()
    assert not dialog.use.isEnabled()


def test_the_row_that_is_decided_can_be_read_while_another_window_is_in_front(qtbot: QtBot, dialog: FirmsDialog) -> None:
    matched(qtbot, dialog)
    table = dialog.table
    table.setCurrentIndex(table.cells.index(0, 0))
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitExposed(other):
        other.show()
    other.activateWindow()
    qtbot.waitUntil(lambda: not dialog.isActiveWindow())
    place = table.visualRect(table.cells.index(0, 4)).bottomRight()
    ground = table.viewport().grab().toImage().pixelColor(place.x() - 3, place.y() - 3)
    assert ground == QColor(theme().tint)
