"""The number beside a slider: framed only where it is typed in, taken on Enter or when it is left."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from landplan.gui.criteria_rows import weight_words
from landplan.gui.theme import theme
from landplan.gui.widgets.number_entry import NumberEntry

_MOST = 1e6


class WeightField(NumberEntry):
    """A weight: what is below 0 or beyond all measure is none. A comma is a point: weights have no thousands."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.setTextMargins(0, 0, 0, 0)
        of = theme()
        self.setStyleSheet(
            "QLineEdit { border: 1px solid transparent; border-radius: 2px; background: transparent; padding: 0 1px 1px 1px; }"
            f"QLineEdit:hover:enabled {{ border-color: {of.line}; background: {of.base}; }}"
            f"QLineEdit:focus {{ border-color: {of.accent}; background: {of.base}; }}"
            f"QLineEdit:disabled {{ color: {of.faint}; }}"
        )

    def words(self, number: float) -> str:
        return weight_words(number)

    def read(self, words: str) -> float | None:
        weight = float(words.strip().replace("，", ".").replace(",", "."))
        return weight if 0.0 <= weight <= _MOST else None

    def stepped(self, number: float) -> float:
        return max(round(number, 6), 0.0)
