"""The panel of layers: what the map shows over the parcels, in what order and how strongly."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSlider,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from landplan.app.change_report import change_report
from landplan.core.crs import is_plane
from landplan.core.layer_changes import layer_changes
from landplan.core.layers import Layer
from landplan.core.messages import text
from landplan.core.progress import Progress
from landplan.core.roles import role_title
from landplan.gui.add_layer_dialog import AddLayerDialog
from landplan.gui.desk import Desk
from landplan.gui.dock import panel
from landplan.gui.icons import icon
from landplan.gui.layer_content import facts
from landplan.gui.layer_tree import LayerTree
from landplan.gui.long_commands import do_long
from landplan.gui.source_dialog import SourceDialog
from landplan.gui.source_panel import Place
from landplan.gui.widgets.calm_wheel import CalmWheel
from landplan.gui.widgets.empty_state import EmptyState
from landplan.gui.widgets.facts_popup import FactsPopup
from landplan.io.files import RASTER_SUFFIXES, VECTOR_SUFFIXES

_CHANGES = 4
"""So many lines tell what a new file changed; all of them `landplan diff` has."""
_FILES = " ".join(f"*{suffix}" for suffix in (*VECTOR_SUFFIXES, *RASTER_SUFFIXES))


@panel("layers", "left", 0, icon="layers")
class LayersPanel(QWidget):
    """The list, a row of buttons above it, and the opacity of the current line below."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.dialog: AddLayerDialog | None = None
        self.source: SourceDialog | None = None
        self.tree = LayerTree(desk.map_layers)
        self._buttons()
        self._fading()
        self._pages = QStackedLayout(self)
        self._pages.addWidget(EmptyState("layers", text("panel_layers"), text("layers_empty")))
        self._pages.addWidget(self._filled())
        self.tree.currentItemChanged.connect(self._turn)
        self.tree.zoom_asked.connect(self.zoom)
        self.tree.remove_asked.connect(self.remove)
        self.tree.customContextMenuRequested.connect(self._menu)
        desk.map_layers.changed.connect(self._follow)
        desk.opened.connect(self._follow)
        self._follow()

    # Making

    def _buttons(self) -> None:
        self.add = self._button("add", "layers_add", self.ask_add)
        self.remove_button = self._button("remove", "layers_remove", self.remove, "Del")
        self.up = self._button("up", "layers_up", self._raise, "Alt+↑")
        self.down = self._button("down", "layers_down", self._lower, "Alt+↓")
        self.zoom_button = self._button("zoom_selection", "layers_zoom", self.zoom, "Enter")

    def _button(self, name: str, words: str, act: object, keys: str = "") -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setIcon(icon(name))
        button.setIconSize(QSize(16, 16))
        button.setToolTip(f"{text(words)} ({keys})" if keys else text(words))
        button.setAccessibleName(text(words))
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(act)
        return button

    def _fading(self) -> None:
        self.opacity, self._share = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.opacity.setRange(0, 100)
        self.opacity.setPageStep(10)
        self.opacity.setSingleStep(5)
        self.opacity.setAccessibleName(text("layers_opacity"))
        self.opacity.valueChanged.connect(self._fade)
        CalmWheel(self.opacity)
        self._share.setFixedWidth(self.fontMetrics().horizontalAdvance("100 %") + 2)
        self._share.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def _filled(self) -> QWidget:
        page, bar, foot = QWidget(), QHBoxLayout(), QHBoxLayout()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        bar.setContentsMargins(4, 4, 4, 4)
        bar.setSpacing(4)
        for button in (self.add, self.remove_button, self.up, self.down):
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.zoom_button)
        foot.setContentsMargins(8, 4, 8, 4)
        foot.setSpacing(8)
        label = QLabel(text("layers_opacity"))
        label.setProperty("role", "soft")
        for widget in (label, self.opacity, self._share):
            foot.addWidget(widget, 1 if widget is self.opacity else 0)
        column.addLayout(bar)
        column.addWidget(self.tree, 1)
        column.addLayout(foot)
        return page

    # Following

    def _follow(self) -> None:
        entries = self._desk.map_layers.entries
        self._pages.setCurrentIndex(1 if entries else 0)
        if entries and self.tree.currentItem() is None:
            self.tree.setCurrentItem(self.tree.topLevelItem(0))
        self._turn()

    def _turn(self) -> None:
        """Buttons and opacity are those of the current line."""
        chosen = self.tree.current
        drawn = [one for one in chosen if one.drawn]
        share = round(100 * max((one.opacity for one in drawn), default=1.0))
        self.opacity.blockSignals(True)
        self.opacity.setValue(share)
        self.opacity.blockSignals(False)
        self.opacity.setEnabled(bool(drawn))
        self._share.setText(f"{share} %" if drawn else "–")
        title = (chosen[0].title if len(chosen) == 1 else role_title(chosen[0].group)) if chosen else ""
        self.opacity.setToolTip(text("layers_opacity_of", {"title": title}))
        movable = bool(chosen) and chosen[0].id != "parcels"
        for button in (self.up, self.down):
            button.setEnabled(movable)
        self.remove_button.setEnabled(bool(self._role()))
        self.zoom_button.setEnabled(any(one.content.count != 0 and one.kind != "none" for one in chosen))

    def _role(self) -> str:
        """The role of the current line where it can be removed: all of one layer, and not the parcels."""
        roles = {one.role for one in self.tree.current}
        return roles.pop() if len(roles) == 1 and "parcels" not in roles else ""

    # Acting

    def _raise(self) -> None:
        self._desk.map_layers.move(self.tree.current_key, -1)

    def _lower(self) -> None:
        self._desk.map_layers.move(self.tree.current_key, 1)

    def _fade(self, share: int) -> None:
        self._desk.map_layers.fade([one.id for one in self.tree.current], share / 100)

    def zoom(self) -> None:
        """Show all of the current line on the map."""
        boxes = [one.content.box for one in self.tree.current]
        known = np.array([box for box in boxes if box is not None])
        if len(known):
            west, south = known[:, :2].min(axis=0).tolist()
            east, north = known[:, 2:].max(axis=0).tolist()
            self._desk.zoom_wanted.emit((west, south, east, north))

    def remove(self) -> None:
        """Take the current layer out of the project; undo brings it back."""
        if role := self._role():
            self._desk.do("remove_layer", role=role)

    def ask_add(self) -> None:
        """Which file, then what it is."""
        if path := self.ask_file():
            self.add_file(path)

    def add_file(self, path: Path) -> None:
        """Ask what a file is, showing what it holds."""
        self.dialog = AddLayerDialog(path, self._desk, self)
        self.dialog.asked.connect(self._add)
        self.dialog.open()

    def ask_file(self) -> Path | None:
        source = self._desk.source
        folder = str(source.folder) if source is not None else ""
        chosen, _ = QFileDialog.getOpenFileName(self, text("layers_dialog_title"), folder, f"{text('layers_files')} ({_FILES})")
        return Path(chosen) if chosen else None

    def _add(self, values: dict[str, Any]) -> None:
        do_long(self._desk, "add_layer", values, partial(self._added, values["role"]))

    def _added(self, role: str) -> None:
        item = self.tree.item(role) if isValid(self) else None
        if item is not None:
            self.tree.setCurrentItem(item)

    def ask_relink(self) -> None:
        """Another file, or a new delivery, for the current layer: looked at first, then read, and what changed is said."""
        role, path = next((one.role for one in self.tree.current), ""), None
        if role:
            path = self.ask_file()
        if path is None:
            return
        project = self._desk.project
        settled = project is not None and not is_plane(project.layers.crs)
        self.source = SourceDialog(Place(path), "", self._desk, self, settled=settled)
        self.source.setWindowTitle(text("relink_layer_title", {"layer": role_title(role)}))
        self.source.taken.connect(partial(self._relink, role))
        self.source.open()

    def _relink(self, role: str, place: Place, encoding: str) -> None:
        project = self._desk.project
        old = project.layers.layers.get(role) if project is not None else None
        values = {"path": str(place.path), "layer": place.layer, "crs": place.crs, "encoding": encoding}
        wanted = {"role": role, **{name: value for name, value in values.items() if value}}
        do_long(self._desk, "relink_layer", wanted, partial(self._relinked, role, old))

    def _relinked(self, role: str, old: Layer | None) -> None:
        """Say what the new file has that the old one had not."""
        project = self._desk.project
        new = project.layers.layers.get(role) if project is not None else None
        if old is None or new is None:
            return

        def work(_progress: Progress) -> str:
            return " ".join(change_report(layer_changes(old, new)).lines[:_CHANGES])

        def done(words: str) -> None:
            self._desk.say("good", text("relink_changed", {"file": new.source.path, "changes": words}))

        self._desk.run(text("relink_layer_action"), work, done)

    def _menu(self, place: QPoint) -> None:
        if self.tree.itemAt(place) is not None:
            self.menu().popup(self.tree.viewport().mapToGlobal(place))

    def menu(self) -> QMenu:
        """What can be done with the current line."""
        menu, chosen = QMenu(self), self.tree.current
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(icon("zoom_selection"), text("layers_zoom"), self.zoom).setEnabled(self.zoom_button.isEnabled())
        if chosen and chosen[0].id == "parcels":
            menu.addAction(icon("table"), text("layers_table"), self._table)
        if chosen:
            menu.addAction(icon("info"), text("layers_facts"), self._facts)
            menu.addAction(icon("folder"), text("relink_layer_action"), self.ask_relink)
        menu.addSeparator()
        menu.addAction(icon("up"), text("layers_up"), self._raise).setEnabled(self.up.isEnabled())
        menu.addAction(icon("down"), text("layers_down"), self._lower).setEnabled(self.down.isEnabled())
        menu.addSeparator()
        menu.addAction(icon("remove"), self._removing(), self.remove).setEnabled(bool(self._role()))
        return menu

    def _removing(self) -> str:
        """Which layer would go: a line of one kind goes with all of its layer."""
        role = self._role()
        if not role:
            return text("layers_remove")
        given = self.tree.current[0].content.given
        return f"{text('layers_remove')} · {role_title(role, given)}"

    def _table(self) -> None:
        self._desk.panel_wanted.emit("table")

    def _facts(self) -> None:
        chosen, item = self.tree.current, self.tree.currentItem()
        if chosen and item is not None:
            box = self.tree.visualItemRect(item)
            title = chosen[0].title if len(chosen) == 1 else role_title(chosen[0].group, chosen[0].content.given)
            FactsPopup(title, facts(chosen[0].content), self).open_at(self.tree.viewport().mapToGlobal(box.bottomLeft()))
