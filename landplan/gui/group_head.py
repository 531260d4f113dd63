"""Heads of groups of criteria: to fold them, and where the scheme gives groups weights, to weigh them."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from landplan.core.messages import text
from landplan.gui.criteria_rows import Row, share_words
from landplan.gui.theme import font, theme
from landplan.gui.weight_line import GAP, LEFT, MARK, SHARE, TITLE, WeightLine

_INDENT = 12
"""Of a group within a group."""
_BESIDE = 30
"""Of the button: the arrow, and what is left around the words."""


class FoldButton(QToolButton):
    """Folds and unfolds by click, Space and Enter; a title too long for it ends in dots."""

    def __init__(self, title: str, shut: bool) -> None:
        super().__init__()
        self.title = title
        self.setText(title)
        self.setAccessibleName(title)
        self.setFont(font(bold=True))
        self.setAutoRaise(True)
        self.setCheckable(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setIconSize(QSize(12, 12))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(f"{title}\n{text('criteria_fold')}")
        self.setStyleSheet(
            "QToolButton { border: 1px solid transparent; border-radius: 2px; background: transparent; padding: 2px; }"
            f"QToolButton:hover {{ background: {theme().tint}; }} QToolButton:focus {{ border-color: {theme().accent}; }}"
        )
        self.setChecked(shut)
        self._turn(shut)
        self.toggled.connect(self._turn)

    def _turn(self, shut: bool) -> None:
        self.setArrowType(Qt.ArrowType.RightArrow if shut else Qt.ArrowType.DownArrow)

    def say(self, title: str, tip: str) -> None:
        """Another title, and what the pointer is told."""
        self.title = title
        self._fit(self.width())
        self.setToolTip(tip)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        self.setText(self.fontMetrics().elidedText(self.title, Qt.TextElideMode.ElideRight, max(width - _BESIDE, 0)))


class GroupHead(QWidget):
    """A group that is only a heading; the share of the weight below it to the right."""

    folded = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None, *, shut: bool = False) -> None:
        super().__init__(parent)
        self.button, self.share = FoldButton(title, shut), QLabel()
        self.share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.share.setFixedWidth(SHARE + 8)
        self.share.setProperty("role", "soft")
        line = QHBoxLayout(self)
        line.setContentsMargins(LEFT - 4, 4, LEFT, 0)
        line.setSpacing(GAP)
        line.addWidget(self.button, 1)
        line.addWidget(self.share)
        line.addSpacing(GAP + MARK)
        self.button.toggled.connect(self.folded)

    def say(self, share: float) -> None:
        """The share of the group, 0…1."""
        words = share_words(share)
        self.share.setText(words)
        self.share.setToolTip(text("criteria_group_share", {"title": self.button.title, "share": words}))


class GroupLine(WeightLine):
    """A group with a weight of its own, which its criteria share; one within another stands further in."""

    folded = Signal(bool)

    def __init__(self, row: Row, depth: int, *, shut: bool = False) -> None:
        super().__init__(row)
        self.button = FoldButton(row.title, shut)
        self.share.setProperty("role", "soft")
        line = QHBoxLayout(self)
        line.setContentsMargins(LEFT - 4 + depth * _INDENT, 4, LEFT, 0)
        line.setSpacing(GAP)
        line.addWidget(self.button, TITLE)
        self.add_weight(line)
        self.button.toggled.connect(self.folded)

    def show_row(self, row: Row, top: float) -> None:
        """Show the group as it is now, on a slider that ends at `top`."""
        self.show_share(row)
        self.show_weight(row, top, able=True)
        of = {"title": row.title, "share": share_words(row.share), "within": share_words(row.within)}
        known = "within" if row.group else "share"
        words = text(f"criteria_group_{known if row.share == row.share else 'empty'}", of)
        self.share.setToolTip(words)
        title = f"{row.title} *" if row.models else row.title
        own = [text("criteria_fact_own") + ": " + ", ".join(row.models)] if row.models else []
        self.button.say(title, "\n".join([row.title, words, *own, text("criteria_fold")]))
