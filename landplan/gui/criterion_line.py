"""Lines of the panel of criteria: a scored criterion with its slider, a criterion that is only measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QToolTip, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.criteria_rows import Row
from landplan.gui.weight_line import GAP, HEIGHT, LEFT, MARK, TITLE, WeightLine
from landplan.gui.widgets.check_mark import CheckMark
from landplan.gui.widgets.curve_button import CurveButton
from landplan.gui.widgets.elided_label import ElidedLabel


class _Title(ElidedLabel):
    """A title whose tooltip is that of its line."""

    def setToolTip(self, _words: str) -> None:  # noqa: N802
        """The line tells all there is to know, the whole title first."""


class MeasuredLine(QWidget):
    """A criterion that is measured and not scored: title, and unit or the reason why not."""

    def __init__(self, row: Row, tip: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row, self._tip = row, tip
        self.title, self.note = _Title(row.title), _Title("", "soft")
        self.note.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(LEFT + 18 + GAP, 0, LEFT + MARK, 0)
        line.setSpacing(GAP)
        line.addWidget(self.title, 3)
        line.addWidget(self.note, 2)
        self.setFixedHeight(HEIGHT - 4)

    def show_row(self, row: Row, unit: str) -> None:
        self.row = row
        self.title.setText(row.title)
        self.note.say(row.reason or unit, "data" if row.reason else "soft")

    def event(self, event: QEvent) -> bool:
        return _told(self, event, self._tip) or bool(super().event(event))


class CriterionLine(WeightLine):
    """A scored criterion: on or off, its weight by slider or number, its share, and a way back."""

    switched = Signal(str, bool)
    curve_asked = Signal(str)
    """Its value function is to be shown."""

    def __init__(self, row: Row, tip: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(row, parent)
        self._tip = tip
        self._drawn: tuple[Row, float] | None = None
        self.check = CheckMark(text("criteria_switch", {"title": row.title}))
        self.check.setToolTip(text("criteria_switch", {"title": row.title}))
        self.curve = CurveButton(text("criteria_curve_of", {"title": row.title}), text("criteria_curve_tip"))
        self.title = _Title(row.title)
        self.reason = _Title("", "data")
        self._lay_out()
        self.check.clicked.connect(self._switch)
        self.curve.clicked.connect(self._open)

    def _lay_out(self) -> None:
        line, column = QHBoxLayout(), QVBoxLayout(self)
        line.setSpacing(GAP)
        line.addWidget(self.check)
        line.addWidget(self.curve)
        line.addWidget(self.title, TITLE)
        self.add_weight(line)
        column.setContentsMargins(LEFT, 0, LEFT, 0)
        column.setSpacing(0)
        column.addLayout(line)
        below = QHBoxLayout()
        below.setContentsMargins(18 + GAP, 0, 0, 4)
        below.addWidget(self.reason)
        column.addLayout(below)
        self.reason.setVisible(False)

    def show_row(self, row: Row, top: float) -> None:
        """Show the criterion as it is now, on sliders that end at `top`; nothing is told."""
        self.show_share(row)
        rest = replace(row, share=0.0, within=0.0), top
        if self._drawn == rest:  # other weights move its share alone
            return
        self._drawn = rest
        self.check.setChecked(row.on)
        self.curve.set_value(row.value)
        self.show_weight(row, top, able=row.on and not row.reason)
        self.title.setText(f"{row.title} *" if row.models else row.title)
        self.title.setEnabled(row.on)
        self.reason.setText(row.reason)
        self.reason.setVisible(bool(row.reason))

    def event(self, event: QEvent) -> bool:
        return _told(self, event, self._tip) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Alt+Enter opens the value function, wherever in the line the focus is."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._open()
        else:
            super().keyPressEvent(event)

    def _open(self) -> None:
        self.curve_asked.emit(self.row.id)

    def _switch(self, on: bool) -> None:
        self.switched.emit(self.row.id, on)


def _told(line: CriterionLine | MeasuredLine, event: QEvent, tip: Callable[[str], str]) -> bool:
    """The tooltip of a line, made when it is asked for: counting what is unknown takes a moment."""
    if not isinstance(event, QHelpEvent):
        return False
    QToolTip.showText(event.globalPos() + QPoint(0, 8), tip(line.row.id), line)
    return True
