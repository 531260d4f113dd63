"""Chain matrix 产业链图谱: what each segment is to each zone, who works in it there, and what the zone lacks."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from landplan.core.chain import EXTEND, FILL, STRENGTHEN
from landplan.core.chain_cells import ChainCells, chain_cells
from landplan.core.messages import language, pick, text
from landplan.export.chain_table import MARK_WORDS
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import icon
from landplan.gui.theme import font, theme
from landplan.gui.widgets.elided_combo import ElidedCombo
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.late_widget import LateWidget

_EMPTY, _TABLE = range(2)
_WIDE = 112
"""The least width of a zone, px."""
_SHORT = {STRENGTHEN: "chain_strengthen_short", FILL: "chain_fill_short", EXTEND: "chain_extend_short"}
_EXAMPLE = """[[criteria]]
id = "chain_fit"
title = { zh = "产业链契合度", en = "Chain fit" }
weight = 1
measure = { kind = "chain_fit", set = "carrier", segment = "segment" }
value = { kind = "linear", worst = 0, best = 1 }
"""


class _Matrix(QTableWidget):
    """Cells tell which of them is picked, by click or by Enter and Space; Ctrl adds."""

    def __init__(self, panel_: ChainPanel) -> None:
        super().__init__(panel_)
        self._panel = panel_
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setTabKeyNavigation(False)
        self.setAccessibleName(text("panel_chain"))
        self.setToolTip(text("chain_how"))
        head = self.horizontalHeader()
        head.setMinimumSectionSize(_WIDE)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.cellClicked.connect(self._click)
        self.currentCellChanged.connect(lambda row, column, *_: panel_.say(row, column))

    def _click(self, row: int, column: int) -> None:
        keys = QGuiApplication.keyboardModifiers()
        self._panel.pick(row, column, add=bool(keys & Qt.KeyboardModifier.ControlModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.currentRow() >= 0:
            add = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self._panel.pick(self.currentRow(), self.currentColumn(), add=add)
        else:
            super().keyPressEvent(event)


@panel("chain", "bottom", 3, icon="table", tabbed=True)
class ChainPanel(LateWidget):
    """Segments down, zones across; what the zone is for above, what it lacks below."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._found: tuple[ChainCells, ...] = ()
        self._shown: tuple[object, ...] = ()
        self.cells: ChainCells | None = None
        self.criterion = ElidedCombo(text("chain_criterion"))
        self.criterion.activated.connect(self._turn)
        self.table, self.info = _Matrix(self), ElidedLabel("", "soft")
        self.empty, self.copy = EmptyState("table", text("panel_chain")), QPushButton(icon("copy"), text("chain_copy"))
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(_EXAMPLE))
        self._lay_out()
        desk.opened.connect(self.refresh)
        desk.results_changed.connect(self.refresh)
        self.refresh()

    def _lay_out(self) -> None:
        page, middle = QWidget(), QVBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.empty)
        middle.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignHCenter)
        middle.addStretch(1)
        page.setLayout(middle)
        self.pages = QStackedWidget()
        self.pages.addWidget(page)
        self.pages.addWidget(self.table)
        line, column = QHBoxLayout(), QVBoxLayout(self)
        line.addWidget(self.criterion, 1)
        line.addWidget(self.info, 3)
        column.setContentsMargins(8, 4, 8, 4)
        column.setSpacing(4)
        column.addWidget(self.pages, 1)
        column.addLayout(line)

    def refresh(self) -> None:
        """The matrices of the results as they are now, once they can be seen; nothing where the measured columns are the same."""
        if self.put_off():
            return
        results = self._desk.results
        key = (results.criteria if results is not None else None, results.zones if results is not None else None, language())
        if not self._shown or any(one is not other for one, other in zip(key, self._shown, strict=True)):
            self._shown = key
            self._found = tuple(chain_cells(results)) if results is not None else ()
            self.criterion.clear()
            for cells in self._found:
                self.criterion.addItem(pick(cells.criterion.title) or cells.criterion.id)
            self.criterion.setVisible(len(self._found) > 1)
            self._turn()
        self._say_empty()

    def _turn(self) -> None:
        k = max(self.criterion.currentIndex(), 0)
        self.cells = self._found[k] if k < len(self._found) else None
        self.pages.setCurrentIndex(_EMPTY if self.cells is None else _TABLE)
        if self.cells is not None:
            self._fill(self.cells)
        self.say(-1, -1)

    def _say_empty(self) -> None:
        """What this is, and why there is none."""
        project, results = self._desk.project, self._desk.results
        self.copy.setVisible(results is not None)
        if project is None or results is None:
            words = text("chain_no_project" if project is None else "chain_scoring")
        else:
            named = [one.id for one in project.scheme.criteria if one.measure.kind == "chain_fit"]
            skipped = [results.criteria.skipped[id].text() for id in named if id in results.criteria.skipped]
            words = skipped[0] if skipped else text("chain_none")
            self.copy.setVisible(not named)
        self.empty.say(text("panel_chain"), words)

    def _fill(self, cells: ChainCells) -> None:
        matrix, table = cells.matrix, self.table
        table.clear()
        table.setRowCount(len(matrix.segments) + 2)
        table.setColumnCount(len(matrix.zone_names))
        table.setVerticalHeaderLabels([text("chain_focus"), *matrix.segments, text("chain_lacking")])
        for z in range(len(matrix.zone_names)):
            for row, words in ((0, cells.focus[z]), (len(matrix.segments) + 1, matrix.lacking(z))):
                item = QTableWidgetItem(_joined(words) or "–")
                item.setForeground(QColor(theme().soft if row == 0 else theme().data))
                item.setToolTip(_joined(words))
                table.setItem(row, z, item)
            for s in range(len(matrix.segments)):
                table.setItem(s + 1, z, self._cell(cells, s, z))
        for z, name in enumerate(matrix.zone_names):
            head = QTableWidgetItem(name)
            head.setToolTip(name)
            table.setHorizontalHeaderItem(z, head)
        table.verticalHeader().setDefaultSectionSize(24)

    def _cell(self, cells: ChainCells, s: int, z: int) -> QTableWidgetItem:
        """«强 12 / 30»: the mark, plots and firms; a marked cell that nobody works in says that it is lacking."""
        mark, plots = str(cells.matrix.mark[s, z]), int(cells.matrix.plots[s, z])
        firms = cells.firm_counts
        count = f"{plots:,}" if firms is None or not plots else f"{plots:,} / {firms[s, z]:,.0f}"
        lacks = mark in (STRENGTHEN, FILL) and not plots
        words = [text(_SHORT[mark]) if mark else "", text("chain_lacks") if lacks else count if plots else ""]
        item = QTableWidgetItem(" ".join(one for one in words if one))
        item.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
        colours = {STRENGTHEN: theme().good, FILL: theme().data, EXTEND: theme().accent}
        if mark:
            ground = QColor(colours[mark])
            ground.setAlphaF(0.16)
            item.setBackground(ground)
        if lacks:
            item.setForeground(QColor(theme().bad))
            item.setFont(font(bold=True))
        item.setToolTip(self._words(cells, s, z))
        return item

    def _words(self, cells: ChainCells, s: int, z: int) -> str:
        """A cell in words: 外冈产业园 · 车规芯片 · 强链 · 12 个地块，30 家企业."""
        matrix, firms = cells.matrix, cells.firm_counts
        mark = str(matrix.mark[s, z])
        count = {"plots": f"{int(matrix.plots[s, z]):,}", "firms": "" if firms is None else f"{firms[s, z]:,.0f}"}
        said = text("chain_counts" if firms is None else "chain_counts_firms", count)
        kind = text(MARK_WORDS[mark]) if mark else text("chain_unmarked")
        return " · ".join((matrix.zone_names[z], matrix.segments[s], kind, said))

    def say(self, row: int, column: int) -> None:
        """One line about the cell under the keys, or what the marks mean."""
        cells, item = self.cells, self.table.item(row, column)
        if cells is None or item is None:
            self.info.setText("" if cells is None else text("chain_note"))
        elif 0 < row <= len(cells.matrix.segments):
            self.info.setText(self._words(cells, row - 1, column))
        else:
            self.info.setText(f"{cells.matrix.zone_names[column]} · {self.table.verticalHeaderItem(row).text()}: {item.text()}")

    def pick(self, row: int, column: int, *, add: bool = False) -> None:
        """Select the plots of a cell on the map; the rows about a whole zone select nothing."""
        cells = self.cells
        if cells is not None and 0 < row <= len(cells.matrix.segments):
            found = cells.rows(row - 1, column)
            self._desk.select(np.unique(found), "add" if add else "replace")
        self.say(row, column)


def _joined(words: tuple[str, ...]) -> str:
    return "、".join(words) if language() == "zh" else ", ".join(words)
