"""A table as tall as its rows, for panels that scroll as a whole; numbers are typed into its cells."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QMouseEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView, QWidget

from landplan.gui.theme import font
from landplan.gui.widgets.cell_delegate import CHECK, PAD, CellDelegate, cell_width
from landplan.gui.widgets.cells import CellModel, Cells, Index
from landplan.gui.widgets.number_field import NumberField

ROW = 24
"""Height of a row in px, at 100 %."""
_HEADER, _SMALL_HEADER = 72, 56
"""A header does not make its column wider than this, px; its words are elided, the tooltip has all."""
_SMALL = 8.5
"""Points of a small table."""


def stacked(words: str) -> str:
    """The header of a small table: a word a line (three at most), each elided where it is too long."""
    metrics, parts = QFontMetrics(font(_SMALL)), words.replace("-", "- ").split()
    lines = parts if len(parts) <= 3 else [*parts[:2], " ".join(parts[2:])]
    return "\n".join(metrics.elidedText(line, Qt.TextElideMode.ElideRight, _SMALL_HEADER - 6) for line in lines)


class FittedTable(QTableView):
    """As tall as its rows (up to `most`, then it scrolls itself). Keys: Delete asks to remove, Enter goes there or edits.

    The column `stretch` takes the room that is left, and keeps `words` px at least, or all it needs; the others are as wide
    as their widest cell, so no number is cut. small: many columns of numbers in a smaller font.
    A check box is switched by a click on it, or by Space in its row.
    A cell with `edit` becomes a field on a click, F2, Enter or a digit; Tab goes to the next such cell.
    """

    removed = Signal(int)
    """Delete was pressed in this row."""
    entered_row = Signal(int)
    """A row was clicked, or Enter pressed in it."""
    switched = Signal(int, bool)
    """The check box of this row was clicked: whether its rule is now to be on."""
    typed = Signal(int, int, object)
    """Row, column, and the number that was typed; None where the field was emptied."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, stretch: int = 0, most: int = 0, small: bool = False, words: int = 96
    ) -> None:
        super().__init__(parent)
        self.cells = CellModel(self)
        self._stretch, self._most, self._words = stretch, most, words
        self._header = _SMALL_HEADER if small else _HEADER
        self._field: NumberField | None = None
        self._pressed_x = 0.0
        self._delegate = CellDelegate(self, pad=3 if small else PAD)
        self.setModel(self.cells)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if most else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(12)
        rows.setDefaultSectionSize(ROW)
        columns = self.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setTextElideMode(Qt.TextElideMode.ElideRight)
        columns.setMinimumSectionSize(20)
        columns.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        if small:
            self.setFont(font(_SMALL))
            columns.setFont(font(_SMALL))
            columns.setTextElideMode(Qt.TextElideMode.ElideNone)  # `stacked` headers are elided line by line
            columns.setStyleSheet("QHeaderView::section { padding: 3px; }")
        self.clicked.connect(self._clicked)

    def show_cells(self, cells: Cells) -> None:
        """Show these rows and take the room they need."""
        self.cells.show(cells)
        self.refit()

    def refit(self) -> None:
        """Widths and height anew, after cells or the room changed."""
        self._fit_columns()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        shown = self.cells.rowCount()
        if self._most:
            shown = min(shown, self._most)
        height = sum(self.rowHeight(row) for row in range(shown))
        if not self.horizontalHeader().isHidden():
            height += self.horizontalHeader().sizeHint().height()
        if self._wide:
            height += self.horizontalScrollBar().sizeHint().height()
        return QSize(200, height + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(80, self.sizeHint().height())

    @property
    def _wide(self) -> bool:
        """Whether the columns need more room than there is."""
        return self.horizontalHeader().length() > self.viewport().width()

    def _fit_columns(self) -> None:
        """Widths at which nothing is cut where there is room for that, else at which no number is."""
        header, room = self.horizontalHeader(), self.viewport().width()
        wide, tight = ([self._needed(column, whole) for column in range(self.cells.columnCount())] for whole in (True, False))
        widths = wide if sum(wide) <= room else tight
        for column, width in enumerate(widths):
            spare = room - sum(widths) if column == self._stretch else 0
            header.resizeSection(column, width + max(0, spare))

    def _needed(self, column: int, whole: bool) -> int:
        """The width a column asks for; whole: loose words and long headers too."""
        header = self.horizontalHeader().sectionSizeHint(column)
        words = self._column_width(column, whole)
        if column == self._stretch:
            return max(words, header) if whole else min(max(words, header), self._words)
        return max(words, header if whole else min(header, self._header))

    def _column_width(self, column: int, whole: bool) -> int:
        rows = range(min(self.cells.rowCount(), 200))
        metrics = self.fontMetrics()
        seen = (self.cells.cell(row, column) for row in rows if self.columnSpan(row, column) == 1)
        return max((cell_width(cell, metrics, self._delegate.pad) for cell in seen if whole or not cell.loose), default=0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        was = self._wide
        self._fit_columns()
        if self._wide != was or event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """The panel scrolls, unless this table has rows out of sight."""
        if self.verticalScrollBar().maximum() > 0:
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        at = self.currentIndex()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if not at.isValid():
            super().keyPressEvent(event)
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(at.row())
        elif event.key() == Qt.Key.Key_Space:
            self._switch(at.row())
        elif (enter or event.key() == Qt.Key.Key_F2) and self.edit_cell(at.row(), at.column()):
            pass
        elif enter:
            self.entered_row.emit(at.row())
        elif event.text().isdigit() and self.edit_cell(at.row(), at.column(), event.text()):
            pass
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.cells.rowCount():
            self.setCurrentIndex(self.cells.index(0, 0))

    def edit_cell(self, row: int, column: int, first: str = "") -> bool:
        """Open the field of a cell, `first` typed into it; False where nothing can be typed."""
        start = self.cells.cell(row, column).edit
        if start is None:
            return False
        self.setCurrentIndex(self.cells.index(row, column))
        field = NumberField(first or start, self.viewport())
        field.setGeometry(self.visualRect(self.cells.index(row, column)))
        field.setAccessibleName(f"{self.accessibleName()} {self.cells.cell(row, column).tip}")
        field.finished.connect(self._finished)
        field.open(everything=not first)
        self._field = field
        return True

    def _finished(self, value: object, step: int) -> None:
        """What was typed: a number, None for an empty field, or NotImplemented to leave all as it is; then on to another cell."""
        field, at = self._field, self.currentIndex()
        self._field = None
        if field is None:
            return
        field.hide()
        field.deleteLater()
        self.setFocus()
        if value is not NotImplemented:
            self.typed.emit(at.row(), at.column(), value)
        if step:
            self._edit_next(at.row(), at.column(), step)

    def _edit_next(self, row: int, column: int, step: int) -> None:
        columns = self.cells.columnCount()
        place = row * columns + column + step
        while 0 <= place < columns * self.cells.rowCount():
            if self.edit_cell(place // columns, place % columns):
                return
            place += step

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._pressed_x = event.position().x()
        super().mousePressEvent(event)

    def _switch(self, row: int) -> bool:
        """Ask for the other state of the row's check box; False where it has none."""
        now = self.cells.cell(row, 0).check
        if now is not None:
            self.switched.emit(row, not now)
        return now is not None

    def _clicked(self, index: Index) -> None:
        on_box = index.column() == 0 and self._pressed_x < self.visualRect(index).left() + self._delegate.pad + CHECK
        if on_box and self._switch(index.row()):
            return
        if self.cells.cell(index.row(), index.column()).picture == "remove":
            self.removed.emit(index.row())
        elif not self.edit_cell(index.row(), index.column()):
            self.entered_row.emit(index.row())
