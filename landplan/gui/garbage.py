"""Python's cyclic garbage, collected on the main thread only.

Python collects in whichever thread happens to make the next object. Were that a worker, widgets of a window that is gone
would end there, and Qt allows that on the main thread only: the program would crash, rarely and far from the cause.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication

_EVERY_MS, _WHOLE_MS = 200, 20_000
"""How often young garbage is looked for, and old, which takes a tenth of a second."""


class MainThreadGarbage(QObject):
    """Collects in the main thread in Python's place, until its `end`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._young, self._whole = QTimer(self, interval=_EVERY_MS), QTimer(self, interval=_WHOLE_MS)
        self._young.timeout.connect(self.collect)
        self._whole.timeout.connect(self.collect_old)
        self._cursor = QCursor.pos()
        for timer in (self._young, self._whole):
            timer.start()

    def collect_old(self) -> None:
        """All garbage, where there was much to do and the hand is off the mouse."""
        before, self._cursor = self._cursor, QCursor.pos()
        resting = self._cursor == before and QGuiApplication.mouseButtons() == Qt.MouseButton.NoButton
        if resting and gc.get_count()[2] > gc.get_threshold()[2]:
            gc.collect()

    def end(self) -> None:
        """Python collects by itself again."""
        for timer in (self._young, self._whole):
            timer.stop()
        gc.enable()
        self.setParent(None)

    def collect(self) -> None:
        """Young garbage, where so much was made that Python would collect it."""
        (made, runs, _), (most, every, _) = gc.get_count(), gc.get_threshold()
        if made > most:
            gc.collect(1 if runs > every else 0)


def keep_garbage_home() -> MainThreadGarbage | None:
    """From now on, as long as the application lives; None without an application. Asked again, it is the same one."""
    application = QCoreApplication.instance()
    if application is None:
        return None
    return application.findChild(MainThreadGarbage) or MainThreadGarbage(application)
