"""Lines of the panel of criteria: a group, a scored criterion with its slider, a criterion that is only measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QToolTip, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.criteria_rows import Row, share_words, weight_words
from landplan.gui.icons import icon
from landplan.gui.theme import font, theme
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.check_mark import CheckMark
from landplan.gui.widgets.elided_label import ElidedLabel
from landplan.gui.widgets.weight_field import WeightField
from landplan.gui.widgets.weight_slider import COARSE, WeightSlider

FIELD, SHARE, MARK, HEIGHT = 38, 32, 16, 26
"""Widths of the columns, which the heading shares; height of a line."""
LEFT, GAP = 6, 4
TITLE, SLIDER = 5, 3
"""How titles and sliders share what is left."""


class _Title(ElidedLabel):
    """A title whose tooltip is that of its line."""

    def setToolTip(self, _words: str) -> None:  # noqa: N802
        """The line tells all there is to know, the whole title first."""


class GroupHead(QWidget):
    """A group: folded and unfolded by click, Space and arrows; the share of its weight to the right."""

    folded = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, shut: bool = False) -> None:
        super().__init__(parent)
        self.button, self.share = QToolButton(), QLabel()
        self.button.setText(title)
        self.button.setFont(font(bold=True))
        self.button.setAutoRaise(True)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setIconSize(QSize(12, 12))
        self.button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.button.setToolTip(text("criteria_fold"))
        self.button.setStyleSheet(
            "QToolButton { border: 1px solid transparent; border-radius: 2px; background: transparent; padding: 2px; }"
            f"QToolButton:hover {{ background: {theme().tint}; }} QToolButton:focus {{ border-color: {theme().accent}; }}"
        )
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setFixedWidth(SHARE + 8)
        self.share.setProperty("role", "soft")
        line = QHBoxLayout(self)
        line.setContentsMargins(LEFT - 4, 4, LEFT, 0)
        line.setSpacing(GAP)
        line.addWidget(self.button, 1)
        line.addWidget(self.share)
        line.addSpacing(GAP + MARK)
        self.button.setChecked(shut)
        self._turn(shut)
        self.button.toggled.connect(self._turn)
        self.button.toggled.connect(self.folded)

    def _turn(self, shut: bool) -> None:
        self.button.setArrowType(Qt.ArrowType.RightArrow if shut else Qt.ArrowType.DownArrow)

    def say(self, share: float) -> None:
        """The share of the group, 0…1."""
        words = share_words(share)
        self.share.setText(words)
        self.share.setToolTip(text("criteria_group_share", {"title": self.button.text(), "share": words}))


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


class CriterionLine(QWidget):
    """A scored criterion: on or off, its weight by slider or number, its share, and a way back."""

    moved = Signal(str, float)
    """Id and weight while the slider moves."""
    let_go = Signal()
    typed = Signal(str, float)
    switched = Signal(str, bool)
    reset_asked = Signal(str)
    """Back to the weight the project was opened with."""
    common_asked = Signal(str)
    """Back to the weight of all models."""

    def __init__(self, row: Row, tip: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row, self._tip = row, tip
        self._drawn: tuple[Row, float] | None = None
        self.check = CheckMark(text("criteria_switch", {"title": row.title}))
        self.title = _Title(row.title)
        self.slider = WeightSlider(text("criteria_weight_of", {"title": row.title}))
        self.field = WeightField(text("criteria_weight_of", {"title": row.title}))
        self.share, self.mark = QLabel(), QToolButton()
        self.reason = _Title("", "data")
        self._calm = CalmWheel(self.slider, self.field)
        self._dress()
        self._lay_out()
        self.check.clicked.connect(self._switch)
        self.slider.moved.connect(self._move)
        self.slider.let_go.connect(self.let_go)
        self.slider.reset_asked.connect(self._reset)
        self.field.typed.connect(self._type)
        self.mark.clicked.connect(self._back)

    def _dress(self) -> None:
        self.check.setToolTip(text("criteria_switch", {"title": self.row.title}))
        self.slider.setToolTip(text("criteria_slider_tip"))
        self.field.setToolTip(text("criteria_field_tip"))
        self.field.setFixedSize(FIELD, HEIGHT - 4)
        self.share.setFixedWidth(SHARE)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mark.setFixedSize(MARK, MARK)
        self.mark.setAutoRaise(True)
        self.mark.setIconSize(QSize(12, 12))
        self.mark.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _lay_out(self) -> None:
        line, column = QHBoxLayout(), QVBoxLayout(self)
        line.setSpacing(GAP)
        line.addWidget(self.check)
        line.addWidget(self.title, TITLE)
        line.addWidget(self.slider, SLIDER)
        for widget in (self.field, self.share, self.mark):
            line.addWidget(widget)
        column.setContentsMargins(LEFT, 0, LEFT, 0)
        column.setSpacing(0)
        column.addLayout(line)
        below = QHBoxLayout()
        below.setContentsMargins(18 + GAP, 0, 0, 4)
        below.addWidget(self.reason)
        column.addLayout(below)
        policy = self.mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.mark.setSizePolicy(policy)
        self.reason.setVisible(False)

    def show_row(self, row: Row, top: float) -> None:
        """Show the criterion as it is now, on sliders that end at `top`; nothing is told."""
        self.share.setText(share_words(row.share))
        self.row, rest = row, (replace(row, share=0.0), top)
        if self._drawn == rest:  # other weights move its share alone
            return
        self._drawn = rest
        self.check.setChecked(row.on)
        able = row.on and not row.reason
        if not self.slider.isSliderDown():
            self.slider.set_weight(row.weight, top, row.opened)
        self.field.set_weight(row.weight, top * COARSE / 100)
        self.slider.setEnabled(able)
        self.field.setEnabled(able)
        self.title.setText(f"{row.title} *" if row.models else row.title)
        self.title.setEnabled(row.on)
        self._show_mark(row)
        self.reason.setText(row.reason)
        self.reason.setVisible(bool(row.reason))

    def _show_mark(self, row: Row) -> None:
        """The way back: to the common weight where the model has its own, else to the weight at opening."""
        self.mark.setVisible(row.special or row.changed)
        if row.special:
            words = text("criteria_special_tip", {"weight": weight_words(row.weight), "common": weight_words(row.common)})
            self.mark.setIcon(icon("reset", theme().accent))
        else:
            words = text("criteria_reset_tip", {"weight": "–" if row.opened is None else weight_words(row.opened)})
            self.mark.setIcon(icon("reset", theme().soft))
        self.mark.setToolTip(words)
        self.mark.setAccessibleName(words)
        self.field.setFont(font(bold=row.special))

    def event(self, event: QEvent) -> bool:
        return _told(self, event, self._tip) or bool(super().event(event))

    def _switch(self, on: bool) -> None:
        self.switched.emit(self.row.id, on)

    def _move(self, weight: float) -> None:
        self.moved.emit(self.row.id, weight)

    def _type(self, weight: float) -> None:
        self.typed.emit(self.row.id, weight)

    def _reset(self) -> None:
        self.reset_asked.emit(self.row.id)

    def _back(self) -> None:
        (self.common_asked if self.row.special else self.reset_asked).emit(self.row.id)


def _told(line: CriterionLine | MeasuredLine, event: QEvent, tip: Callable[[str], str]) -> bool:
    """The tooltip of a line, made when it is asked for: counting what is unknown takes a moment."""
    if not isinstance(event, QHelpEvent):
        return False
    QToolTip.showText(event.globalPos() + QPoint(0, 8), tip(line.row.id), line)
    return True
