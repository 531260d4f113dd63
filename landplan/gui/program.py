"""The running program: one desk, and the window on it, made anew when language or theme change."""

from __future__ import annotations

import sys
import threading
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator
from PySide6.QtWidgets import QApplication

from landplan.core.messages import language, set_language
from landplan.gui import theme
from landplan.gui.desk import Desk
from landplan.gui.garbage import keep_garbage_home
from landplan.gui.settings import Settings
from landplan.gui.warm import warm_up
from landplan.gui.window import Window


class Program(QObject):
    """Keeps the desk while windows come and go."""

    def __init__(self, settings: Settings, *, warm: bool = True) -> None:
        super().__init__()
        keep_garbage_home()
        self.settings, self.desk = settings, Desk()
        self._translator = QTranslator(self)
        self.window = self._made()
        self.window.show()
        self._hook, sys.excepthook = sys.excepthook, self._caught
        if warm:
            threading.Thread(target=warm_up, name="warm", daemon=True).start()

    def end(self) -> None:
        """All work stops."""
        sys.excepthook = self._hook
        self.desk.close()
        self.window.deleteLater()

    def remake(self, kind: str, value: str) -> None:
        """Another language or theme: a new window in the place of the old one, on the same desk."""
        if kind == "lang":
            self.settings.lang = "en" if value == "en" else "zh"
            set_language(value)
        elif value in theme.THEMES:
            self.settings.theme = value
            theme.use(self.settings.theme)
        old = self.window
        self.settings.keep_layout(old.saveGeometry(), old.saveState())
        old.leaving = True
        self.window = self._made()
        self.window.show()
        old.close()
        old.deleteLater()

    def _made(self) -> Window:
        self._translate()
        made = Window(self.desk, self.settings)
        made.remade.connect(self.remake)
        return made

    def _translate(self) -> None:
        """Qt's own words (file dialogs) in the language of the window."""
        application = QApplication.instance()
        application.removeTranslator(self._translator)
        locale = QLocale("zh_CN" if language() == "zh" else "en_GB")
        if self._translator.load(locale, "qtbase", "_", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            application.installTranslator(self._translator)

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """What nobody caught is said in the message bar; the window stays."""
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self.desk.fail(error)
