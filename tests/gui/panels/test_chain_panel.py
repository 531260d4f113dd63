"""The chain matrix of the sample: marks, counts, what is lacking; a cell selects its plots; the same rows in the workbook."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from landplan.core.chain import FILL, STRENGTHEN, segments_of
from landplan.core.chain_cells import chain_cells
from landplan.export.chain_table import chain_tables
from landplan.export.workbook import tables
from landplan.gui.desk import Desk
from landplan.gui.panels.chain import ChainPanel

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def chain(qtbot: QtBot, desk: Desk) -> ChainPanel:
    return made(qtbot, desk)


def made(qtbot: QtBot, desk: Desk) -> ChainPanel:
    panel = ChainPanel(desk)
    qtbot.addWidget(panel)
    panel.resize(1000, 400)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.activateWindow()
    return panel


def full(panel: ChainPanel) -> tuple[int, int]:
    """The cell with the most plots."""
    assert panel.cells is not None
    found = np.unravel_index(int(panel.cells.matrix.plots.argmax()), panel.cells.matrix.plots.shape)
    return int(found[0]), int(found[1])


def click(qtbot: QtBot, panel: ChainPanel, s: int, z: int, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    table = panel.table
    item = table.item(s + 1, z)
    assert item is not None
    table.scrollToItem(item)
    qtbot.mouseClick(table.viewport(), LEFT, keys, table.visualItemRect(item).center())


def test_cells_hold_the_plots_that_the_matrix_counts(desk: Desk, chain: ChainPanel) -> None:
    cells = chain.cells
    assert cells is not None
    matrix = cells.matrix
    counted = [[len(cells.rows(s, z)) for z in range(len(matrix.zone_ids))] for s in range(len(matrix.segments))]
    assert counted == matrix.plots.tolist()
    assert chain.table.rowCount() == len(matrix.segments) + 2
    for z in range(len(matrix.zone_ids)):
        shown = chain.table.item(len(matrix.segments) + 1, z)
        assert shown is not None
        assert shown.text() == ("、".join(matrix.lacking(z)) or "–")
        for s in range(len(matrix.segments)):
            item, mark = chain.table.item(s + 1, z), matrix.mark[s, z]
            assert item is not None
            assert ("缺" in item.text()) == (mark in (STRENGTHEN, FILL) and matrix.plots[s, z] == 0)
            assert item.text().startswith({STRENGTHEN: "强", FILL: "补"}.get(mark, ""))


def test_a_click_selects_the_plots_of_the_cell(qtbot: QtBot, desk: Desk, chain: ChainPanel) -> None:
    assert chain.cells is not None
    assert desk.project is not None
    s, z = full(chain)
    click(qtbot, chain, s, z)
    assert len(desk.selection) == chain.cells.matrix.plots[s, z] > 0
    words = desk.project.layers.parcels.texts("segment")[desk.selection]
    assert all(chain.cells.matrix.segments[s] in segments_of(one) for one in words)
    assert chain.cells.matrix.zone_names[z] in chain.info.text()
    firms = desk.project.layers.parcels.numbers("firms")[desk.selection]
    assert f"{np.nansum(firms):,.0f} 家企业" in chain.info.text()
    other = next(k for k in range(len(chain.cells.matrix.segments)) if k != s and chain.cells.matrix.plots[k].any())
    there = int(chain.cells.matrix.plots[other].argmax())
    click(qtbot, chain, other, there, CTRL)
    both = np.union1d(chain.cells.rows(s, z), chain.cells.rows(other, there))
    assert desk.selection.tolist() == both.tolist()


def test_keys_move_and_select(qtbot: QtBot, desk: Desk, chain: ChainPanel) -> None:
    assert chain.cells is not None
    s, z = full(chain)
    chain.table.setCurrentCell(s, z)
    qtbot.keyClick(chain.table, Qt.Key.Key_Down)
    assert chain.cells.matrix.segments[s] in chain.info.text()
    assert not len(desk.selection)
    qtbot.keyClick(chain.table, Qt.Key.Key_Return)
    assert desk.selection.tolist() == chain.cells.rows(s, z).tolist()


def test_a_weight_leaves_the_table_as_it_is(desk: Desk, wait: Callable[[], None], chain: ChainPanel) -> None:
    item = chain.table.item(1, 0)
    desk.do("set_weight", criterion="metro_m", weight=7.0)
    wait()
    assert chain.table.item(1, 0) is item


def test_the_workbook_has_the_same_cells(desk: Desk) -> None:
    assert desk.results is not None
    cells = next(iter(chain_cells(desk.results)))
    (table,) = chain_tables(desk.results)
    assert table in list(tables(desk.results))
    assert [one.title for one in table.headings] == ["区块", "产业环节", "标记", "地块数", "企业数", "所缺环节"]
    marked = [(row["zone_name"], row["segment"], row["mark"], row["plots"]) for row in cells.matrix.rows()]
    assert [row[:4] for row in table.rows] == marked
    lacks = {(row[0], row[1]) for row in table.rows if row[5]}
    names = cells.matrix.zone_names
    assert lacks == {(name, one) for z, name in enumerate(names) for one in cells.matrix.lacking(z)}


def test_without_the_criterion_it_says_how_to_have_one(qtbot: QtBot, desk: Desk, chain: ChainPanel) -> None:
    assert desk.results is not None
    assert desk.project is not None
    scheme = desk.project.scheme
    rest = tuple(one for one in scheme.criteria if one.measure.kind != "chain_fit")
    assert desk.session is not None
    desk.session.project = desk.project.with_scheme(scheme.model_copy(update={"criteria": rest}))
    columns = {id: one for id, one in desk.results.criteria.columns.items() if id != "chain_fit"}
    desk.results = replace(desk.results, project=desk.session.project, criteria=replace(desk.results.criteria, columns=columns))
    desk.results_changed.emit()
    assert chain.pages.currentIndex() == 0
    assert "没有“产业链契合度”指标" in chain.empty.accessibleName()
    qtbot.mouseClick(chain.copy, LEFT)
    assert 'kind = "chain_fit"' in QGuiApplication.clipboard().text()


def test_without_a_project_it_says_what_it_is(qtbot: QtBot, empty_desk: Desk) -> None:
    panel = made(qtbot, empty_desk)
    assert "请先打开" in panel.empty.accessibleName()
    assert not panel.copy.isVisible()
