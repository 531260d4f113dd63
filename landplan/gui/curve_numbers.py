"""The numbers of a value function as fields, each with its name and unit."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from landplan.app.curve_text import Entry, Path, entries, with_number
from landplan.core.scheme import MethodCall
from landplan.gui.charts.value_chart import COARSE
from landplan.gui.theme import font
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.number_entry import NumberEntry

_WIDE = 84


class CurveNumbers(QWidget):
    """One line a number, in the order of the function; `changed` tells the function with the number that was typed."""

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[Path, NumberEntry] = {}
        self._titles: dict[Path, QLabel] = {}
        self._shape: tuple[object, ...] = ()
        self._value: MethodCall | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)

    def show_value(self, value: MethodCall, unit: str, step: float) -> None:
        """unit: of what is measured, as it is shown; step: what the arrow keys add to such a number."""
        self._value = value
        found = entries(value)
        shape = (unit, *((one.path, one.title) for one in found))
        if shape != self._shape:
            self._shape = shape
            self._rebuild(value, unit)
        for one in found:
            self.fields[one.path].set_number(one.value, step if one.measured else COARSE)

    def _rebuild(self, value: MethodCall, unit: str) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields, self._titles = {}, {}
        for k, one in enumerate(_in_pairs(entries(value))):
            title, field = ElidedLabel(one.title), NumberEntry(one.title)
            field.setFixedWidth(_WIDE)
            field.entered.connect(lambda number, path=one.path: self._enter(path, number))
            self.fields[one.path], self._titles[one.path] = field, title
            measured = QLabel(unit if one.measured else "")
            measured.setProperty("role", "soft")
            title.setToolTip(one.title)
            for j, widget in enumerate((title, field, measured)):
                self._grid.addWidget(widget, k, j)
        self._grid.setRowStretch(len(self.fields), 1)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignTop)

    def mark(self, paths: Sequence[Path]) -> NumberEntry | None:
        """Set off the numbers that a handle moves; the first of them."""
        for path, title in self._titles.items():
            title.setFont(font(bold=path in paths))
        return next((self.fields[path] for path in paths if path in self.fields), None)

    def _enter(self, path: Path, number: float) -> None:
        if self._value is not None:
            self.changed.emit(with_number(self._value, path, number))


def _in_pairs(found: Sequence[Entry]) -> list[Entry]:
    """The numbers of a point or class one after the other, not all values and then all utilities."""
    return sorted(found, key=lambda one: one.path[1] if len(one.path) > 1 and isinstance(one.path[1], int) else -1)
