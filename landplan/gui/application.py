"""`landplan gui`: the application object, the splash, and the window."""

from __future__ import annotations

import signal
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

from landplan import __version__
from landplan.core.messages import set_language, text
from landplan.gui import theme
from landplan.gui.settings import Settings

_SPLASH = (480, 220)


def run(file: Path | None = None, lang: str | None = None, settings: Settings | None = None) -> int:
    """Open the window on a file, or on the first page; returns the exit code when it is closed."""
    QApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    made = QApplication.instance() or QApplication(["landplan"])
    assert isinstance(made, QApplication)  # noqa: S101
    made.setApplicationName("landplan")
    made.setDesktopFileName("landplan")
    kept = settings or Settings()
    set_language(lang or kept.lang)
    theme.use(kept.theme)
    splash = _splash()
    splash.show()
    made.processEvents()
    from landplan.gui.program import Program  # the heavy part, behind the splash

    program = Program(kept)
    splash.close()
    if file is not None:
        program.window.files.open(Path(file))
    signal.signal(signal.SIGINT, lambda *_: made.quit())
    beat = QTimer(interval=200)
    beat.timeout.connect(lambda: None)  # lets Python hear Ctrl+C
    beat.start()
    code = int(made.exec())
    program.end()
    return code


def _splash() -> QLabel:
    """The name, and that it is coming. A plain label: Qt's own splash waits a second for a window manager to answer."""
    of = theme.theme()
    ratio = QApplication.primaryScreen().devicePixelRatio() if QApplication.primaryScreen() else 1.0
    picture = QPixmap(round(_SPLASH[0] * ratio), round(_SPLASH[1] * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QColor(of.base))
    painter = QPainter(picture)
    painter.setPen(QColor(of.ink))
    painter.setFont(theme.font(26, bold=True))
    painter.drawText(32, 96, "landplan")
    painter.setFont(theme.font(11))
    painter.setPen(QColor(of.soft))
    painter.drawText(32, 132, text("splash_about"))
    painter.setFont(theme.font(8.5))
    painter.drawText(32, 192, f"{__version__}   {text('splash_loading')}")
    painter.fillRect(0, 0, 6, _SPLASH[1], QColor(of.accent))
    painter.end()
    shown = QLabel()
    shown.setWindowFlags(Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
    shown.setPixmap(picture)
    shown.resize(*_SPLASH)
    screen = QApplication.primaryScreen()
    if screen is not None:
        shown.move(screen.availableGeometry().center() - shown.rect().center())
    return shown
