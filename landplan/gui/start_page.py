"""The first page: two big choices and what was opened before; and the pages of loading and failing."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.theme import font, theme
from landplan.gui.widgets.painted_button import PaintedButton
from landplan.gui.work import Task

_WIDE = 520


class StartPage(QStackedWidget):
    """What stands where the map will be, while there is none."""

    asked = Signal(str)
    """"open_sample", "open_layers" or "open"."""
    wanted = Signal(object)
    """A recent file (Path)."""
    cancelled = Signal()

    def __init__(self, recent: tuple[Path, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices, self._loading = _column(), _column()
        self._fill_choices(recent)
        self._says, self._bar = QLabel(""), QProgressBar()
        self._fill_loading()
        self.addWidget(self._choices)
        self.addWidget(self._loading)

    def follow(self, task: Task | None) -> None:
        """Show how far opening is; None: the choices again."""
        if task is None or task.state not in ("waiting", "running"):
            self.setCurrentIndex(0)
            return
        self.setCurrentIndex(1)
        self._says.setText(task.said or task.title)
        self._bar.setRange(0, 0 if task.share is None else 1000)
        if task.share is not None:
            self._bar.setValue(round(1000 * task.share))

    def _fill_choices(self, recent: tuple[Path, ...]) -> None:
        column = self._choices.inner
        title, about = QLabel("landplan"), QLabel(text("start_about"))
        title.setFont(font(22, bold=True))
        about.setWordWrap(True)
        about.setProperty("role", "soft")
        column.addWidget(title)
        column.addWidget(about)
        column.addSpacing(16)
        for id, picture in (("open_sample", "sample"), ("open_layers", "parcels"), ("open", "open")):
            button = Choice(text(f"start_{id}"), text(f"start_{id}_why"), picture)
            button.setObjectName(id)
            button.clicked.connect(self._ask)
            column.addWidget(button)
            column.addSpacing(8)
        if recent:
            column.addSpacing(16)
            heading = QLabel(text("start_recent"))
            heading.setProperty("role", "title")
            column.addWidget(heading)
        for path in recent[:6]:
            button = QPushButton(f"{path.name}    {_short(path.parent)}")
            button.setFlat(True)
            button.setStyleSheet("text-align: left; padding: 4px 8px;")
            button.setToolTip(str(path))
            button.setProperty("path", str(path))
            button.clicked.connect(self._want)
            column.addWidget(button)
        hint = QLabel(text("start_drop"))
        hint.setProperty("role", "faint")
        column.addSpacing(16)
        column.addWidget(hint)

    def _fill_loading(self) -> None:
        column = self._loading.inner
        self._says.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._says.setWordWrap(True)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        stop = QPushButton(text("cancel"))
        stop.clicked.connect(self.cancelled)
        column.addWidget(self._says)
        column.addSpacing(8)
        column.addWidget(self._bar)
        column.addSpacing(12)
        column.addWidget(stop, 0, Qt.AlignmentFlag.AlignHCenter)

    def _ask(self) -> None:
        self.asked.emit(self.sender().objectName())

    def _want(self) -> None:
        self.wanted.emit(Path(self.sender().property("path")))


class Choice(PaintedButton):
    """A big choice: picture, name, and a line that explains it."""

    def __init__(self, name: str, why: str, picture: str) -> None:
        super().__init__()
        self._name, self._why, self._icon = name, why, icon(picture, theme().accent)
        self.setAccessibleName(name)
        self.setAccessibleDescription(why)
        self.setToolTip(why)
        self.setFixedHeight(64)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(_WIDE, 64)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        of, painter = theme(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        active = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(QColor(of.accent if active else of.line), 1))
        painter.setBrush(QColor(of.tint if active else of.base))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        self._icon.paint(painter, QRect(16, 18, 28, 28))
        room = self.width() - 76
        for top, drawn, colour, words in ((10, font(12, bold=True), of.ink, self._name), (34, font(), of.soft, self._why)):
            painter.setFont(drawn)
            painter.setPen(QColor(colour))
            shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRectF(60, top, room, 22), Qt.AlignmentFlag.AlignVCenter, shown)


class _Column(QFrame):
    """A page with a column in its middle."""

    inner: QVBoxLayout


def _column() -> _Column:
    page = _Column()
    page.setAutoFillBackground(True)
    outer = QVBoxLayout(page)
    holder = QWidget()
    holder.setFixedWidth(_WIDE)
    page.inner = QVBoxLayout(holder)
    page.inner.setSpacing(6)
    outer.addStretch(2)
    outer.addWidget(holder, 0, Qt.AlignmentFlag.AlignHCenter)
    outer.addStretch(3)
    return page


def _short(folder: Path, most: int = 36) -> str:
    name = str(folder)
    return name if len(name) <= most else f"…{name[-most:]}"
