"""Which layers the map shows, in what order and how strongly: a matter of looking, so it is in no history."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from landplan.core.layers import Geometry
from landplan.core.project import Project
from landplan.gui.canvas.vectors import Style
from landplan.gui.layer_content import Content, contents
from landplan.gui.layer_looks import named, style_of
from landplan.gui.theme import theme

if TYPE_CHECKING:
    from landplan.gui.desk import Desk

_SHOWN = ("parcels", "stations:metro", "stations", "metro_lines", "zones:block", "zones:carrier")
"""What a map begins with."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One line of the list of layers. Title, names and style are those of the language and theme in use."""

    content: Content
    visible: bool
    opacity: float = 1.0

    @property
    def id(self) -> str:
        return self.content.id

    @property
    def role(self) -> str:
        return self.content.role

    @property
    def group(self) -> str:
        """Entries of one group stand together; a group of one is no group."""
        return self.content.group

    @property
    def kind(self) -> str:
        """polygon, line, point, none (a table) or raster."""
        return self.content.kind

    @property
    def title(self) -> str:
        return self.content.title

    @property
    def count(self) -> int | None:
        return self.content.count

    @property
    def geometry(self) -> Geometry | None:
        """What is drawn; the same object as long as the layer is the same. None for rasters and tables."""
        return self.content.geometry

    @property
    def names(self) -> list[str | None] | None:
        return self.content.names if named(self.content) else None

    @property
    def style(self) -> Style:
        return style_of(self.content, theme().name == "dark")

    @property
    def drawn(self) -> bool:
        """Whether it can be on the map at all."""
        return self.kind not in ("raster", "none")


class MapLayers(QObject):
    """The layers of the project on the desk, the topmost first; parcels lead the list and lie under everything.

    It follows the desk by itself: what stays keeps its state, what was removed and comes back too; a new layer is shown.
    """

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._entries: tuple[Entry, ...] = ()
        self._kept: dict[str, Entry] = {}
        desk.opened.connect(self._open)
        desk.project_changed.connect(self._follow)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._entries

    @property
    def groups(self) -> tuple[tuple[str, tuple[Entry, ...]], ...]:
        """The entries by group, in order."""
        found: dict[str, list[Entry]] = {}
        for entry in self._entries:
            found.setdefault(entry.group, []).append(entry)
        return tuple((group, tuple(entries)) for group, entries in found.items())

    def entry(self, id: str) -> Entry | None:
        return next((entry for entry in self._entries if entry.id == id), None)

    def show(self, ids: Collection[str], visible: bool = True) -> None:
        """Show or hide entries."""
        self._become(tuple(_set(one, ids, visible=visible and one.drawn) for one in self._entries))

    def fade(self, ids: Collection[str], opacity: float) -> None:
        """How strongly entries are drawn, 0…1."""
        share = min(max(opacity, 0.0), 1.0)
        self._become(tuple(_set(one, ids, opacity=share) for one in self._entries))

    def move(self, id: str, step: int) -> None:
        """Move an entry within its group, or a group among the groups, up (−1) or down (+1); parcels stay where they are."""
        group = self._group_of(id)
        if group == id:
            order = [name for name, _ in self.groups]
        else:
            order = [entry.id for name, entries in self.groups if name == group for entry in entries]
        at = order.index(id) if id in order else -1
        if at >= 0 and 0 <= at + step < len(order):
            self.place(id, order[at + step], after=step > 0)

    def place(self, id: str, target: str, *, after: bool = False) -> None:
        """Put an entry or group beside another of its kind; what does not fit together changes nothing."""
        group, other = self._group_of(id), self._group_of(target)
        if "parcels" in (group, other) or id == target:
            return
        groups = dict(self.groups)
        if group == id and other == target:
            order = _placed(list(groups), id, target, after)
            self._become(tuple(entry for name in order for entry in groups[name]))
        elif group == other and group not in (id, target):
            members = {entry.id: entry for entry in groups[group]}
            groups[group] = tuple(members[name] for name in _placed(list(members), id, target, after))
            self._become(tuple(entry for entries in groups.values() for entry in entries))

    def _group_of(self, id: str) -> str:
        """The group of an entry; a group is its own."""
        return next((entry.group for entry in self._entries if id == entry.id), id)

    def _open(self) -> None:
        self._kept = {}
        project = self._desk.project
        found = contents(project.layers, project.recipe) if project is not None else ()
        shown = {id for id in _SHOWN if any(one.id == id for one in found)}
        if not any(id.startswith("zones:") for id in shown):
            shown |= {next((one.id for one in found if one.role == "zones"), "parcels")}
        self._become(tuple(Entry(one, one.id in shown) for one in found))

    def _follow(self, old: Project, new: Project) -> None:
        if new.layers is not old.layers:
            self._become(self._merged(contents(new.layers, new.recipe)))

    def _merged(self, found: tuple[Content, ...]) -> tuple[Entry, ...]:
        """The entries of newly found contents, with the state and order of those there were."""
        made = []
        for content in found:
            known = self._kept.get(content.id)
            if known is None:
                made.append(Entry(content, content.kind not in ("raster", "none")))
            else:
                made.append(known if known.content.source is content.source else replace(known, content=content))
        position = {id: k for k, id in enumerate([*self._kept, *(one.id for one in found)])}
        groups: dict[str, list[Entry]] = {}
        for entry in made:
            groups.setdefault(entry.group, []).append(entry)
        order = _inserted([name for name, _ in self.groups if name in groups], list(groups))
        return tuple(entry for name in order for entry in sorted(groups[name], key=lambda one: position[one.id]))

    def _become(self, entries: tuple[Entry, ...]) -> None:
        if entries != self._entries:
            self._entries = entries
            there = {entry.id: entry for entry in entries}
            self._kept = there | {id: one for id, one in self._kept.items() if id not in there}
            self.changed.emit()


def _set(entry: Entry, ids: Collection[str], **values: Any) -> Entry:
    same = entry.id not in ids or all(getattr(entry, name) == value for name, value in values.items())
    return entry if same else replace(entry, **values)


def _inserted(kept: list[str], wanted: Iterable[str]) -> list[str]:
    """The kept names in their order, and each other one behind the name it follows among the wanted."""
    before = ""
    for name in wanted:
        if name not in kept:
            kept.insert(kept.index(before) + 1 if before else 0, name)
        before = name
    return kept


def _placed(order: list[str], id: str, target: str, after: bool) -> list[str]:
    order.remove(id)
    order.insert(order.index(target) + after, id)
    return order
