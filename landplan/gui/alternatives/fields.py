"""The left side of a page: fields under one another, the button, and a sentence on what is found."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from landplan.core.messages import language, text
from landplan.gui.ask_bar import AskBar
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.scrolled import scrolled
from landplan.gui.widgets.section import soft_label

_WIDE = 300


def headed(title: str, unit: str) -> str:
    """A title with its unit behind it, where it has one."""
    if not unit:
        return title
    return f"{title}（{unit}）" if language() == "zh" else f"{title} ({unit})"


def asking(form: QFormLayout, bar: AskBar, note: str) -> QScrollArea:
    """A column of fixed width that scrolls where it is too high."""
    inside = QWidget()
    column = QVBoxLayout(inside)
    column.setContentsMargins(12, 8, 12, 8)
    column.setSpacing(6)
    form.setContentsMargins(0, 0, 0, 0)
    form.setVerticalSpacing(4)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    column.addLayout(form)
    column.addWidget(bar)
    column.addWidget(soft_label(note))
    column.addStretch(1)
    area = scrolled(inside)
    area.setFixedWidth(_WIDE)
    return area


def either(empty: EmptyState, found: QLayout) -> QStackedWidget:
    """What is said before anything was found, and what is shown then."""
    pages, page = QStackedWidget(), QWidget()
    page.setLayout(found)
    pages.addWidget(empty)
    pages.addWidget(page)
    return pages


def number_box(
    id: str, low: float, high: float, value: float, decimals: int, unit: str = "", step: float = 1.0
) -> QDoubleSpinBox:
    """A number with its unit; the wheel passes over it unless it has the keys."""
    box = QDoubleSpinBox()
    box.setDecimals(decimals)
    box.setRange(low, high)
    box.setValue(value)
    box.setSuffix(unit)
    box.setSingleStep(step)
    box.setKeyboardTracking(False)
    box.setAccessibleName(text(id))
    box.setToolTip(text(f"{id}_why"))
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(60)
    CalmWheel(box)
    return box
