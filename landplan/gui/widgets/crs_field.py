"""A field for a coordinate system: typed, or chosen among a plane, the user's own grids and common codes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QMenu, QWidget

from landplan.core.crs import GRID
from landplan.core.crs_names import crs_title
from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.gui.icons import icon
from landplan.gui.theme import theme
from landplan.io.grid_file import kept_grids

PLANE = "plane:local"
CODES = ("EPSG:4549", "EPSG:4528", "EPSG:4490", "EPSG:4326")


class CrsField(QLineEdit):
    """A line with a menu at its end; what is chosen there stands in the line as if it had been typed."""

    def __init__(self, hint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, placeholderText=hint)
        self.offer = QAction(icon("down", theme().soft), text("crs_field_offer"), self)
        self.addAction(self.offer, QLineEdit.ActionPosition.TrailingPosition)
        self.offer.setToolTip(text("crs_field_offer"))
        self.offer.triggered.connect(self._show_menu)

    def menu(self) -> QMenu:
        """A plane, the grids kept on this machine (their names), common codes; each puts its text into the line."""
        menu = QMenu(self)
        for crs, words in offered():
            action = QAction(words, menu)
            action.setData(crs)
            action.triggered.connect(partial(self.setText, crs))
            menu.addAction(action)
        return menu

    def _show_menu(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))


def offered() -> tuple[tuple[str, str], ...]:
    """(text, words) of what the menu offers."""
    try:
        grids = tuple(kept_grids())
    except LandplanError:  # a damaged file of settings is said where a grid is used
        grids = ()
    own = [(f"{GRID}{name}", f"{GRID}{name} · {text('crs_field_grid')}") for name in grids]
    codes = [(code, f"{code} · {crs_title(code)}") for code in CODES]
    return ((PLANE, f"{PLANE} · {text('crs_field_plane')}"), *own, *codes)
