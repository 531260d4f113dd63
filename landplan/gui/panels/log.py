"""Panel: everything that was said, with the command lines that do the same."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QGuiApplication,
    QShowEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
)
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTextBrowser, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import pixmap
from landplan.gui.journal import Message, Mood
from landplan.gui.kept import keep, kept
from landplan.gui.theme import theme
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.line_field import line_font
from landplan.gui.widgets.mark_filters import MarkFilters
from landplan.gui.widgets.section import small_button

ICONS: dict[Mood, str] = {"note": "info", "good": "good", "data": "check", "bad": "bad"}
_MOST = 2000
"""So many of the newest messages are shown; a copy has all."""
_ICON_PX = 14
_TIME, _GAP = "00:00:00", "  "


def colour_of(mood: Mood) -> str:
    of = theme()
    return {"note": of.accent, "good": of.good, "data": of.data, "bad": of.bad}[mood]


@panel("log", "bottom", 12, icon="log", tabbed=True)
class Log(QWidget):
    """One text that can be selected and copied; the newest is at the end."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._written = 0
        self._counts: dict[str, int] = dict.fromkeys(ICONS, 0)
        self._counted = 0
        self._soon = QTimer(self, singleShot=True, interval=0)  # a bug is said before its details are noted
        self._soon.timeout.connect(self._offer_details)
        self._lay_out()
        self._offer_details()
        self._refresh()
        desk.said.connect(self._follow)
        self.moods.changed.connect(self._write_anew)

    def _lay_out(self) -> None:
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setUndoRedoEnabled(False)
        self.page.setAccessibleName(text("panel_log"))
        self.page.document().setDocumentMargin(8)
        self.moods = MarkFilters({mood: (name, text(f"log_{mood}"), colour_of(mood)) for mood, name in ICONS.items()})
        self.moods.set_on(kept(self.desk, "log") or tuple(ICONS))
        self.copy = small_button("copy", text("log_copy"), self.copy_all, text("log_copy_tip"))
        self.details = small_button("copy", text("log_details"), self.copy_details, text("log_details_tip"))
        self._empty = EmptyState("log", text("log_empty"), text("log_empty_advice"))
        top, whole = QHBoxLayout(), QWidget()
        top.setContentsMargins(8, 4, 8, 4)
        top.setSpacing(4)
        top.addWidget(self.moods)
        top.addStretch(1)
        top.addWidget(self.details)
        top.addWidget(self.copy)
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.page, 1)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(whole)
        self._formats()

    def _formats(self) -> None:
        """How times, words and command lines look."""
        of = theme()
        self._time, self._words, self._line = QTextCharFormat(), QTextCharFormat(), QTextCharFormat()
        self._time.setForeground(QColor(of.soft))
        self._words.setForeground(QColor(of.ink))
        self._line.setForeground(QColor(of.soft))
        self._line.setFont(QFont(line_font(8.5)))
        self._above, self._below = QTextBlockFormat(), QTextBlockFormat()
        self._above.setTopMargin(4)
        indent = self.fontMetrics().horizontalAdvance(_TIME + _GAP + _GAP) + _ICON_PX
        self._above.setLeftMargin(indent)
        self._above.setTextIndent(-indent)
        self._below.setLeftMargin(indent)
        for mood, name in ICONS.items():
            picture = pixmap(name, _ICON_PX, colour_of(mood), self.devicePixelRatioF())
            self.page.document().addResource(QTextDocument.ResourceType.ImageResource, f"mood:{mood}", picture)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._refresh()

    def _follow(self, _message: Message) -> None:
        if self.isVisible() or not self._written:
            self._refresh()

    def _refresh(self) -> None:
        """Write what has been said since."""
        messages = self.desk.messages
        self._pages.setCurrentIndex(1 if messages else 0)
        self._soon.start()
        for message in messages[self._counted :]:
            self._counts[message.mood] += 1
        self._counted = len(messages)
        self.moods.count(self._counts)
        wanted, new = self.moods.on, messages[max(self._written, len(messages) - _MOST) :]
        self._written = len(messages)
        new = [message for message in new if message.mood in wanted]
        if not new:
            return
        bar = self.page.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4
        cursor = QTextCursor(self.page.document())
        cursor.beginEditBlock()
        for message in new:
            self._append(cursor, message)
        cursor.endEditBlock()
        if follows:
            bar.setValue(bar.maximum())

    def _offer_details(self) -> None:
        self.details.setVisible(bool(self.desk.trace))

    def _write_anew(self) -> None:
        keep(self.desk, "log", self.moods.on)
        self.page.document().clear()
        self._formats()
        self._written = 0
        self._refresh()

    def _append(self, cursor: QTextCursor, message: Message) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.End)
        if not self.page.document().isEmpty():
            cursor.insertBlock()
        cursor.setBlockFormat(self._above)
        cursor.insertText(f"{message.at:%H:%M:%S}{_GAP}", self._time)
        picture = QTextImageFormat()
        picture.setName(f"mood:{message.mood}")
        picture.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignMiddle)
        cursor.insertImage(picture)
        cursor.insertText(_GAP + message.text, self._words)
        if message.line:
            cursor.insertBlock(self._below)
            cursor.insertText(message.line, self._line)

    def copy_all(self) -> None:
        """Every message, of every mood, as text."""
        QGuiApplication.clipboard().setText("\n".join(map(as_text, self.desk.messages)))

    def copy_details(self) -> None:
        """What a programmer would ask for after a bug."""
        QGuiApplication.clipboard().setText("".join(self.desk.trace))


def as_text(message: Message) -> str:
    """«2026-05-09 07:35:25 [提示] …», the command line on a line of its own."""
    said = f"{message.at:%Y-%m-%d %H:%M:%S} [{text(f'log_{message.mood}')}] {message.text}"
    return f"{said}\n    {message.line}" if message.line else said
