"""Panels by id: one file in `gui/panels` is one dock of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from landplan.core.registry import discover

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

Area = Literal["left", "right", "bottom_left", "bottom"]
P = TypeVar("P", bound="type[QWidget]")


@dataclass(frozen=True, slots=True)
class Panel:
    """A dock: its widget is made with the desk. Its title is the text `panel_<id>`, in both languages."""

    id: str
    area: Area
    order: int
    """Its place among the panels of its area, from 0; those of an area after the first are its tabs where `tabbed`."""
    make: Callable[..., Any]
    icon: str
    tabbed: bool
    shortcut: str = ""


_panels: dict[str, Panel] = {}


def panel(id: str, area: Area, order: int, *, icon: str, tabbed: bool = False, shortcut: str = "") -> Callable[[P], P]:
    """Register the decorated widget class as a dock; `Class(desk)` makes it."""

    def register(widget: P) -> P:
        _panels[id] = Panel(id, area, order, widget, icon, tabbed, shortcut)
        return widget

    return register


def panels() -> tuple[Panel, ...]:
    """Every panel, by area and place."""
    discover("landplan.gui.panels")
    return tuple(sorted(_panels.values(), key=lambda one: (one.area, one.order)))
