"""The part of a line that is about a weight: slider, number, share, and the way back. Criteria and groups have it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.criteria_rows import Row, share_words, weight_words
from landplan.gui.icons import icon
from landplan.gui.theme import font, theme
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.weight_field import WeightField
from landplan.gui.widgets.weight_slider import COARSE, WeightSlider

FIELD, SHARE, MARK, HEIGHT = 38, 32, 16, 26
"""Widths of the columns, which the heading shares; height of a line."""
LEFT, GAP = 6, 4
TITLE, SLIDER = 5, 3
"""How titles and sliders share what is left."""


class WeightLine(QWidget):
    """A line with a weight; only what the planner does is told."""

    moved = Signal(str, float)
    """Id and weight while the slider moves."""
    let_go = Signal()
    typed = Signal(str, float)
    reset_asked = Signal(str)
    """Back to the weight the project was opened with."""
    common_asked = Signal(str)
    """Back to the weight of all models."""

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = row
        self.slider = WeightSlider(text("criteria_weight_of", {"title": row.title}))
        self.field = WeightField(text("criteria_weight_of", {"title": row.title}))
        self.share, self.mark = QLabel(), QToolButton()
        self._calm = CalmWheel(self.slider, self.field)
        self.slider.setToolTip(text("criteria_slider_tip"))
        self.field.setToolTip(text("criteria_field_tip"))
        self.field.setFixedSize(FIELD, HEIGHT - 4)
        self.share.setFixedWidth(SHARE)
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.mark.setFixedSize(MARK, MARK)
        self.mark.setAutoRaise(True)
        self.mark.setIconSize(QSize(12, 12))
        self.mark.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = self.mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.mark.setSizePolicy(policy)
        self.slider.moved.connect(self._move)
        self.slider.let_go.connect(self.let_go)
        self.slider.reset_asked.connect(self._reset)
        self.field.entered.connect(self._type)
        self.mark.clicked.connect(self._back)

    def add_weight(self, line: QHBoxLayout) -> None:
        """Put slider, number, share and the way back at the end of a line."""
        line.addWidget(self.slider, SLIDER)
        for widget in (self.field, self.share, self.mark):
            line.addWidget(widget)

    def show_share(self, row: Row) -> None:
        """The share alone: other weights have moved."""
        self.row = row
        self.share.setText(share_words(row.share))

    def show_weight(self, row: Row, top: float, *, able: bool) -> None:
        """The weight on a slider that ends at `top`, and the way back: to the common weight where the model has its own, else to
        the weight at opening."""
        if not self.slider.isSliderDown():
            self.slider.set_weight(row.weight, top, row.opened)
        self.field.set_number(row.weight, top * COARSE / 100)
        self.slider.setEnabled(able)
        self.field.setEnabled(able)
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

    def _move(self, weight: float) -> None:
        self.moved.emit(self.row.id, weight)

    def _type(self, weight: float) -> None:
        self.typed.emit(self.row.id, weight)

    def _reset(self) -> None:
        self.reset_asked.emit(self.row.id)

    def _back(self) -> None:
        (self.common_asked if self.row.special else self.reset_asked).emit(self.row.id)
