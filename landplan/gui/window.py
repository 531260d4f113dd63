"""The window: map in the middle, docks around it, steps above, one line of state below."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QAction,
    QCloseEvent,
    QDesktopServices,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QDockWidget,
    QMainWindow,
    QMenu,
    QStackedWidget,
    QTabBar,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from landplan import __version__
from landplan.core.messages import language, text
from landplan.core.registry import commands
from landplan.gui.actions import ACTIONS, MENUS, Actions
from landplan.gui.command_form import CommandForm
from landplan.gui.command_search import CommandSearch
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.dock import Panel, panels
from landplan.gui.dock_title import DockTitle
from landplan.gui.files import Files
from landplan.gui.icons import icon
from landplan.gui.map_panel import MapPanel
from landplan.gui.message_bar import MessageBar
from landplan.gui.settings import Settings
from landplan.gui.start_page import StartPage
from landplan.gui.status import StatusBar
from landplan.gui.steps_bar import StepsBar
from landplan.gui.theme import theme
from landplan.gui.work import Task

_AREAS = {
    "left": Qt.DockWidgetArea.LeftDockWidgetArea,
    "right": Qt.DockWidgetArea.RightDockWidgetArea,
    "bottom_left": Qt.DockWidgetArea.BottomDockWidgetArea,
    "bottom": Qt.DockWidgetArea.BottomDockWidgetArea,
}
_SIZES = {"layers": (328, 250), "criteria": (328, 320), "plot_card": (360, 570), "distribution": (440, 230), "table": (1000, 230)}
"""Width and height of the docks at first, px."""
_STEP_PANELS = {"data": "checks", "score": "criteria", "paths": "plot_card", "plan": "portfolio", "results": "portfolio"}


class Window(QMainWindow):
    """One window on one desk. It is made anew when language or theme change."""

    remade = Signal(str, str)
    """"lang" or "theme" and its new value: the application makes the window anew."""

    def __init__(self, desk: Desk, settings: Settings) -> None:
        super().__init__()
        self.desk, self.settings, self.leaving = desk, settings, False
        self.files = Files(desk, settings, self)
        self.setAcceptDrops(True)
        docks = QMainWindow.DockOption
        self.setDockOptions(docks.AllowNestedDocks | docks.AllowTabbedDocks)
        self.setCorner(Qt.Corner.BottomLeftCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.setCorner(Qt.Corner.BottomRightCorner, Qt.DockWidgetArea.BottomDockWidgetArea)
        self.actions_ = Actions(self, self.run, self.form)
        self._tabs = QTimer(self, singleShot=True, interval=0)
        self._tabs.timeout.connect(self._hide_stale_tabs)
        self._middle()
        self._docks()
        self._bars()
        self.search = CommandSearch(self.actions_, self)
        for signal in (desk.opened, desk.results_changed, desk.selection_changed, desk.saved, desk.packed_changed):
            signal.connect(self._refresh)
        desk.display_changed.connect(self._check)
        desk.panel_wanted.connect(self.show_panel)
        desk.long.changed.connect(self._follow)
        self.resize(1440, 900)
        self._home = self.saveState()
        kept = settings.layout
        if kept is not None:
            self.restoreGeometry(kept[0])
            self.restoreState(kept[1])
        self._refresh()
        self._check()

    # Making

    def _middle(self) -> None:
        self.map, self.start = MapPanel(self.desk), StartPage(self.settings.recent)
        self.messages = MessageBar(self.desk)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.start)
        self.pages.addWidget(self.map)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.pages, 1)
        self.setCentralWidget(middle)
        self.start.asked.connect(self.run)
        self.start.wanted.connect(self.files.open)
        self.start.cancelled.connect(self.files.cancel)

    def _bars(self) -> None:
        for id in MENUS:
            menu = self.menuBar().addMenu(text(f"menu_{id}"))
            self.actions_.fill(menu, id)
            if id == "file":
                self._recent_menu(menu)
            if id == "view":
                self._panel_menu(menu)
        search = self._search_button = QToolButton(autoRaise=True)
        search.setIcon(icon("search", theme().soft))
        search.setText(f"{text('action_search')}  Ctrl+K")
        search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        search.clicked.connect(self.actions_["search"].trigger)
        self.menuBar().setCornerWidget(search)
        bar = QToolBar(text("toolbar"))
        bar.setObjectName("toolbar")
        bar.setIconSize(QSize(18, 18))
        bar.setMovable(False)
        last = ""
        for one in ACTIONS:
            if one.bar:
                if last and last != one.menu:
                    bar.addSeparator()
                bar.addAction(self.actions_[one.id])
                last = one.menu
        self.addToolBar(bar)
        self.steps = StepsBar(self.desk)
        self.steps.asked.connect(self._step)
        self._icon_bar, self._step_bar = bar, QToolBar(text("steps_bar"))
        self._step_bar.setObjectName("steps")
        self._step_bar.setMovable(False)
        self._step_bar.addWidget(self.steps)
        self.addToolBar(self._step_bar)
        self.status = StatusBar(self.desk)
        self.setStatusBar(self.status)
        self.map.pointed.connect(self.status.point)
        self.map.rescaled.connect(self.status.rescale)

    def _recent_menu(self, menu: QMenu) -> None:
        recent = menu.addMenu(icon("history"), text("menu_recent"))
        recent.aboutToShow.connect(lambda: self._fill_recent(recent))
        menu.insertMenu(self.actions_["save"], recent)

    def _fill_recent(self, menu: QMenu) -> None:
        menu.clear()
        for path in self.settings.recent:
            menu.addAction(str(path), lambda path=path: self.files.open(path))
        if menu.isEmpty():
            none = QAction(text("recent_none"), menu)
            none.setEnabled(False)
            menu.addAction(none)
            return
        menu.addSeparator()
        menu.addAction(text("recent_forget"), self.settings.forget_recent)

    def _panel_menu(self, menu: QMenu) -> None:
        own = menu.addMenu(icon("layers"), text("menu_panels"))
        for dock in self.docks.values():
            own.addAction(dock.toggleViewAction())
        menu.insertMenu(menu.actions()[0], own)

    def _docks(self) -> None:
        self.docks: dict[str, QDockWidget] = {}
        self.panels: dict[str, Any] = {}
        made = panels()
        for one in made:
            self.docks[one.id], self.panels[one.id] = self._dock(one)
        heads: dict[str, list[Panel]] = {area: [] for area in _AREAS}
        for one in made:
            if not one.tabbed or not heads[one.area]:
                heads[one.area].append(one)
                self.addDockWidget(_AREAS[one.area], self.docks[one.id])
        for area in ("left", "right"):
            self._split(heads[area], Qt.Orientation.Vertical)
        self._split([*heads["bottom_left"], *heads["bottom"]], Qt.Orientation.Horizontal)
        for one in made:  # tabs last: a dock that has tabs cannot be split any more
            if one not in heads[one.area]:
                self.tabifyDockWidget(self.docks[heads[one.area][-1].id], self.docks[one.id])
        self._arrange(made)

    def _split(self, side_by_side: list[Panel], orientation: Qt.Orientation) -> None:
        for before, one in pairwise(side_by_side):
            self.splitDockWidget(self.docks[before.id], self.docks[one.id], orientation)

    def _dock(self, one: Panel) -> tuple[QDockWidget, Any]:
        title = text(f"panel_{one.id}")
        dock = QDockWidget(title, self)
        dock.setObjectName(one.id)
        widget = one.make(self.desk)
        dock.setWidget(widget)
        dock.setTitleBarWidget(DockTitle(dock))
        if hasattr(widget, "title_changed"):
            widget.title_changed.connect(dock.setWindowTitle)
        action = dock.toggleViewAction()
        action.setIcon(icon(one.icon))
        if one.shortcut:
            action.setShortcut(one.shortcut)
            action.triggered.connect(lambda shown, dock=dock: dock.raise_() if shown else None)
            self.addAction(action)
        return dock, widget

    def _arrange(self, made: tuple[Panel, ...]) -> None:
        """The first tab of each area in front; sizes as in the design."""
        for area in _AREAS:
            own = [one for one in made if one.area == area]
            if own:
                self.docks[own[0].id].raise_()
        for orientation, k in ((Qt.Orientation.Horizontal, 0), (Qt.Orientation.Vertical, 1)):
            known = [id for id in _SIZES if id in self.docks]
            self.resizeDocks([self.docks[id] for id in known], [_SIZES[id][k] for id in known], orientation)

    # What can be done

    def run(self, id: str) -> None:
        """Run an action by its id."""
        view = self.map.view
        ways: dict[str, Callable[[], object]] = {
            "open_sample": self.files.open_sample, "open": self.files.ask_open, "open_layers": self.files.ask_layers,
            "save": self.files.save, "save_as": self.files.save_as, "close_project": self.files.close_project,
            "quit": self.close, "undo": self.desk.undo, "redo": self.desk.redo, "search": self.search.open,
            "select_none": lambda: self.desk.select(np.empty(0, np.int64)), "select_invert": self._invert,
            "copy_ids": self._copy_ids, "pan": lambda: view.set_tool("pan"), "select": lambda: view.set_tool("select"),
            "zoom_box": lambda: view.set_tool("zoom"), "zoom_in": lambda: view.zoom_by(0.6),
            "zoom_out": lambda: view.zoom_by(1 / 0.6), "zoom_full": self.map.zoom_full,
            "zoom_selection": lambda: view.zoom_to_rows(self.desk.selection), "previous_extent": view.previous_extent,
            "hatch": self.desk.robustness.toggle, "next_extent": view.next_extent, "reset_layout": self.reset_layout,
            "full_screen": self._full_screen, "solve": self._solve, "solve_again": self._solve, "export": self.files.ask_export,
            "match_firms": self.files.ask_firms, "open_package": self._open_package, "must": lambda: self._list("add_must"),
            "must_not": lambda: self._list("add_must_not"), "no_list": self._unlist, "manual": self._manual, "about": self._about,
        }  # fmt: skip
        kind, _, value = id.partition("_")
        if id in ways:
            ways[id]()
        elif kind == "show":
            self._show_as(value)
        elif kind in ("lang", "theme"):
            self.remade.emit(kind, value)

    def form(self, id: str) -> None:
        """Open the form of a registered command."""
        if id in ("add_must", "add_must_not") and len(self.desk.selection):
            self._list(id)
            return
        if id == "add_layer":  # a file is to be read, so not in the form, which waits for it
            self.show_panel("layers")
            self.panels["layers"].ask_add()
            return
        CommandForm(self.desk, commands[id], self).open()

    def show_panel(self, id: str) -> None:
        """Bring a panel to the front and give it the keys."""
        if id in self.docks:
            self.docks[id].show()
            self.docks[id].raise_()
            self.panels[id].setFocus()

    def reset_layout(self) -> None:
        """Put all docks back where they were at first."""
        self.restoreState(self._home)
        self._tabs.start()

    def _hide_stale_tabs(self) -> None:
        """Qt leaves tab bars of docks that were moved where they were; only the newest at the foot of each dock is alive."""
        feet = {(dock.x(), dock.y() + dock.height()) for dock in self.docks.values() if dock.isVisible()}
        seen: set[tuple[int, int]] = set()
        own = [bar for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly) if bar.isVisible()]
        for bar in reversed(own):
            place = next((foot for foot in feet if abs(foot[0] - bar.x()) + abs(foot[1] - bar.y()) <= 4), None)
            if place is None or place in seen:
                bar.hide()
            else:
                seen.add(place)

    def _step(self, id: str) -> None:
        if id not in _STEP_PANELS:
            self.run(id)
            return
        self.show_panel(_STEP_PANELS[id])
        if id == "results" and self.desk.plan_current:
            self.files.ask_export()
        shown = {"score": "model", "paths": "model", "plan": "path"}.get(id)
        if shown is not None and self.desk.results is not None and (shown == "model" or self.desk.plan is not None):
            self._show_as(shown)

    def _show_as(self, theme_: str) -> None:
        model = self.desk.display.model if theme_ == "score" else ""
        self.desk.show_as(Display(theme_, model))  # type: ignore[arg-type]
        self._check()

    def _solve(self) -> None:
        self.show_panel("portfolio")
        self.desk.solve()

    def _invert(self) -> None:
        if self.desk.results is not None:
            self.desk.select(np.arange(len(self.desk.results.scores)), "toggle")

    def _copy_ids(self) -> None:
        if self.desk.session is not None:
            QGuiApplication.clipboard().setText("\n".join(self.desk.session.selected_ids))

    def _list(self, command: str) -> None:
        if self.desk.session is not None:
            self.desk.do(command, parcels=list(self.desk.session.selected_ids))

    def _unlist(self) -> None:
        for command in ("remove_must", "remove_must_not"):
            self._list(command)

    def _full_screen(self) -> None:
        (self.showNormal if self.isFullScreen() else self.showFullScreen)()

    def _open_package(self) -> None:
        if self.desk.package is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.desk.package)))

    def _manual(self) -> None:
        from landplan.gui.manual import show_manual

        show_manual(self)

    def _about(self) -> None:
        self.desk.say("good", text("about", {"version": __version__}))

    # Events

    def _refresh(self, *_: object) -> None:
        self.actions_.refresh(self.desk)
        project = self.desk.project
        self.pages.setCurrentWidget(self.start if project is None else self.map)
        name = f"{self.files.shown_name}[*] – landplan" if project is not None else "landplan"
        self.setWindowTitle(name)
        self.setWindowModified(self.desk.unsaved)

    def _check(self) -> None:
        self.actions_[f"show_{self.desk.display.theme}"].setChecked(True)
        self.actions_[f"lang_{language()}"].setChecked(True)
        self.actions_[f"theme_{theme().name}"].setChecked(True)
        if not any(self.actions_[id].isChecked() for id in ("pan", "select", "zoom_box")):
            self.actions_["pan"].setChecked(True)

    def _follow(self, _task: Task) -> None:
        if self.desk.project is None:
            self.start.follow(self.desk.long.running)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        narrow = self._icon_bar.sizeHint().width() + self.steps.minimumSizeHint().width() + 24 > self.width()
        if narrow and not self.toolBarBreak(self._step_bar):
            self.insertToolBarBreak(self._step_bar)
        elif not narrow and self.toolBarBreak(self._step_bar):
            self.removeToolBarBreak(self._step_bar)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self._tabs.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and self.messages.isVisible():
            self.messages.next()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.files.drop(paths)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self.leaving and not self.files.may_leave():
            event.ignore()
            return
        self.settings.keep_layout(self.saveGeometry(), self.saveState())
        self.map.stop()
        event.accept()
