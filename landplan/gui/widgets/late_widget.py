"""A widget that is brought up to date once it can be seen: a slider that is dragged does not wait for what nobody sees."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget


class LateWidget(QWidget):
    """`refresh` asks `put_off` first; what is put off is done when the widget is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stale = True

    def put_off(self) -> bool:
        """Whether nobody can see it now."""
        self._stale = not self.isVisible()
        return self._stale

    def refresh(self) -> None:
        """Bring everything up to date."""
        raise NotImplementedError

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        if self._stale:
            self.refresh()
