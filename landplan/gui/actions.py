"""Every action of the window: its menu, icon and keys, declared once. Menus, toolbar and command search show them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from landplan.core.messages import catalogue, pick, text
from landplan.core.registry import Method, commands
from landplan.gui.desk import Desk
from landplan.gui.icons import icon

Need = Literal["", "project", "results", "chooses", "selection", "undo", "redo", "package"]
MENUS = ("file", "edit", "view", "data", "score", "renewal", "plan", "results", "help")


@dataclass(frozen=True, slots=True)
class Action:
    """One action: text `action_<id>`; `menu` where it stands ("" none); `bar`: also in the toolbar."""

    id: str
    menu: str
    icon: str = ""
    keys: str = ""
    need: Need = ""
    bar: bool = False
    group: str = ""
    """Actions of a group exclude each other and are checkable."""
    apart: bool = False
    """A line before it."""


ACTIONS = (
    Action("open_sample", "file", "sample"),
    Action("open", "file", "open", "Ctrl+O", bar=True),
    Action("open_layers", "file", "parcels", "Ctrl+N"),
    Action("save", "file", "save", "Ctrl+S", "project", bar=True, apart=True),
    Action("save_as", "file", "", "Ctrl+Shift+S", "project"),
    Action("close_project", "file", "", "Ctrl+W", "project", apart=True),
    Action("quit", "file", "", "Ctrl+Q", apart=True),
    Action("undo", "edit", "undo", "Ctrl+Z", "undo", bar=True),
    Action("redo", "edit", "redo", "Ctrl+Shift+Z", "redo", bar=True),
    Action("select_none", "edit", "", "Ctrl+Alt+Shift+A", "selection", apart=True),
    Action("select_invert", "edit", "", "", "results"),
    Action("copy_ids", "edit", "copy", "Ctrl+Shift+C", "selection"),
    Action("pan", "view", "pan", "P", "project", bar=True, group="tool", apart=True),
    Action("select", "view", "select", "S", "project", bar=True, group="tool"),
    Action("zoom_box", "view", "zoom_box", "Z", "project", bar=True, group="tool"),
    Action("zoom_in", "view", "add", "Ctrl++", "project", apart=True),
    Action("zoom_out", "view", "remove", "Ctrl+-", "project"),
    Action("zoom_full", "view", "zoom_full", "Ctrl+Shift+F", "project", bar=True),
    Action("zoom_selection", "view", "zoom_selection", "Ctrl+J", "selection", bar=True),
    Action("previous_extent", "view", "previous", "Alt+Left", "project", bar=True),
    Action("next_extent", "view", "next", "Alt+Right", "project", bar=True),
    Action("show_model", "view", "", "Ctrl+1", "results", group="display", apart=True),
    Action("show_score", "view", "", "Ctrl+2", "results", group="display"),
    Action("show_path", "view", "", "Ctrl+3", "results", group="display"),
    Action("show_year", "view", "", "Ctrl+4", "results", group="display"),
    Action("show_survey", "view", "", "Ctrl+5", "results", group="display"),
    Action("show_often", "view", "", "Ctrl+6", "results", group="display"),
    Action("hatch", "view", "", "Ctrl+H", "results"),
    Action("reset_layout", "view", "reset", "", apart=True),
    Action("full_screen", "view", "", "F11"),
    Action("match_firms", "data", "parcels", "", "project"),
    Action("solve", "plan", "solve", "Ctrl+Return", "chooses"),
    Action("must", "plan", "must", "Ctrl+M", "selection"),
    Action("must_not", "plan", "must_not", "Ctrl+Shift+M", "selection"),
    Action("no_list", "plan", "", "", "selection"),
    Action("export", "results", "export", "Ctrl+E", "results", bar=True),
    Action("open_package", "results", "folder", "", "package"),
    Action("search", "help", "search", "Ctrl+K"),
    Action("manual", "help", "help", "F1"),
    Action("lang_zh", "view", "", "", group="lang", apart=True),
    Action("lang_en", "view", "", "", group="lang"),
    Action("theme_light", "view", "", "", group="theme", apart=True),
    Action("theme_dark", "view", "", "", group="theme"),
    Action("theme_contrast", "view", "", "", group="theme"),
    Action("about", "help", "info"),
)

COMMAND_MENUS = {
    "set_weight": "score", "set_value": "score", "set_model_weight": "score", "switch_criterion": "score", "set_scoring": "score",
    "set_group_weight": "score", "set_model_group_weight": "score",
    "set_missing_policy": "score", "set_figure": "renewal", "set_discount_rate": "renewal", "set_export_date": "results",
    "add_layer": "data", "remove_layer": "data", "add_table": "data", "add_firms": "data", "set_deliverables": "results",
}  # fmt: skip
"""Where the registered commands stand; those that are not named here are about the plan."""


class Actions:
    """The QActions of a window by id, and a form for every registered command."""

    def __init__(self, window: QMainWindow, run: Callable[[str], None], form: Callable[[str], None]) -> None:
        self.by_id: dict[str, QAction] = {}
        self.commands: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        for one in ACTIONS:
            self._add(window, one, run)
        for method in commands:
            self._add_command(window, method, form)

    def __getitem__(self, id: str) -> QAction:
        return self.by_id[id]

    @property
    def all(self) -> Iterable[QAction]:
        """Everything that can be searched for."""
        return (*self.by_id.values(), *self.commands.values())

    def refresh(self, desk: Desk) -> None:
        """Enable what can be done now."""
        has = {
            "": True,
            "project": desk.project is not None,
            "results": desk.results is not None,
            "chooses": desk.results is not None and desk.results.recipe.choose is not None,
            "selection": bool(len(desk.selection)),
            "undo": desk.session is not None and bool(desk.session.history),
            "redo": desk.session is not None and bool(desk.session.future),
            "package": desk.package is not None,
        }
        for one in ACTIONS:
            self.by_id[one.id].setEnabled(has[one.need])
        for action in self.commands.values():
            action.setEnabled(has["project"])
        if desk.session is not None:
            done, undone = desk.session.history, desk.session.future
            self.by_id["undo"].setText(f"{text('action_undo')}  {done[-1].words()}"[:60] if done else text("action_undo"))
            self.by_id["redo"].setText(f"{text('action_redo')}  {undone[0].words()}"[:60] if undone else text("action_redo"))

    def fill(self, menu: QMenu, id: str) -> None:
        """Put the actions and commands of a menu into it."""
        for one in ACTIONS:
            if one.menu == id:
                if one.apart and menu.actions():
                    menu.addSeparator()
                menu.addAction(self.by_id[one.id])
        own = [action for name, action in self.commands.items() if COMMAND_MENUS.get(name, "plan") == id]
        if own and menu.actions():
            menu.addSeparator()
        menu.addActions(own)

    def _add(self, window: QMainWindow, one: Action, run: Callable[[str], None]) -> None:
        action = QAction(text(f"action_{one.id}"), window)
        action.setObjectName(one.id)
        if one.icon:
            action.setIcon(icon(one.icon))
        if one.keys:
            action.setShortcut(QKeySequence(one.keys))
        keys = f" ({action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})" if one.keys else ""
        action.setToolTip(f"{text(f'action_{one.id}')}{keys}")
        if one.group:
            action.setCheckable(True)
            self._groups.setdefault(one.group, QActionGroup(window)).addAction(action)
        action.triggered.connect(partial(_asked, run, one.id))
        window.addAction(action)
        self.by_id[one.id] = action

    def _add_command(self, window: QMainWindow, method: Method[Callable[..., object]], form: Callable[[str], None]) -> None:
        action = QAction(f"{pick(method.titles)}…", window)
        action.setObjectName(method.id)
        action.triggered.connect(partial(_asked, form, method.id))
        self.commands[method.id] = action


def _asked(way: Callable[[str], None], id: str, _checked: bool = False) -> None:
    way(id)


def other_language(action: QAction, method_titles: dict[str, dict[str, str]]) -> str:
    """What the action is called in both languages, for a search in either."""
    id = action.objectName()
    if id in method_titles:
        return " ".join(method_titles[id].values())
    return " ".join(catalogue(lang).get(f"action_{id}", "") for lang in ("zh", "en"))
