"""Session: the current project, its history in words, the selection, and two events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from landplan.app.changes import Difference, differences
from landplan.core.layers import Int, among
from landplan.core.messages import Lang, language, pick, set_language
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import commands


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the history: the command and the projects before and after; undo goes back to `before` itself."""

    command: str
    before: Project
    after: Project
    values: Mapping[str, Any] = field(default_factory=dict)
    """The values of the command, of its last step in a series."""
    open: bool = False
    """Whether the next step of the same series (a slider still held) becomes part of this entry."""

    @property
    def differences(self) -> tuple[Difference, ...]:
        return differences(self.before, self.after)

    def words(self, lang: Lang | None = None) -> str:
        """What was done: «设置权重：距轨道站 2 → 4»."""
        return said(self.command, self.before, self.after, lang)


class Session:
    """What one user is doing: every change goes through a registered command, and every change can be undone.

    `changed` callbacks get (old, new) projects; a panel redraws when the part it shows `is not` the old one.
    `selected` callbacks get the rows (rising) of the selected parcels.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.selection: Int = np.empty(0, np.int64)
        self.changed: list[Callable[[Project, Project], None]] = []
        self.selected: list[Callable[[Int], None]] = []
        self._done: list[Entry] = []
        self._undone: list[Entry] = []

    @property
    def history(self) -> tuple[Entry, ...]:
        """What can be undone, oldest first."""
        return tuple(self._done)

    @property
    def future(self) -> tuple[Entry, ...]:
        """What can be done again, next first."""
        return tuple(reversed(self._undone))

    def do(self, command: str, *, merge: bool = False, progress: Progress = silent, **values: Any) -> Project:
        """Run a command on the project as it is now. `merge`: one step of a series (a slider drag) that is one entry.

        A command that changes nothing leaves no trace in the history.
        """
        return self.take(command, applied(self.project, command, values, progress), values, merge=merge)

    def take(self, command: str, after: Project, values: Mapping[str, Any], *, merge: bool = False) -> Project:
        """Make what `applied` gave for the project as it is now an entry of the history, as `do` does."""
        before = self.project
        if after is before:
            return before
        last = self._done[-1] if self._done else None
        if merge and last is not None and last.open and last.command == command and _same_places(last, before, after):
            self._done.pop()
            after = replace(after, history=(*last.before.history, said(command, last.before, after)))
            entry = Entry(command, last.before, after, values, open=True)
        else:
            entry = Entry(command, before, after, values, open=merge)
        if not merge or entry.differences:
            self._done.append(entry)
        else:
            after = entry.before  # dragged back to where it was
        self._undone.clear()
        self._become(after)
        return after

    def settle(self) -> None:
        """End a series: the slider was let go, the next drag is an entry of its own."""
        if self._done:
            self._done[-1] = replace(self._done[-1], open=False)

    def undo(self) -> Project:
        """Back to the project before the last entry; the same project when there is none."""
        if self._done:
            self._undone.append(self._done.pop())
            self.settle()
            self._become(self._undone[-1].before)
        return self.project

    def redo(self) -> Project:
        """Again what was undone last; the same project when there is nothing."""
        if self._undone:
            self._done.append(replace(self._undone.pop(), open=False))
            self._become(self._done[-1].after)
        return self.project

    def select(self, ids: Iterable[str]) -> None:
        """Select parcels by id; ids the layer lacks are left out."""
        self.select_rows(np.flatnonzero(among(self.project.layers.parcels.ids, set(ids))))

    def select_rows(self, rows: Int) -> None:
        """Select parcels by row."""
        found = np.array(rows, np.int64)
        if not (found[1:] > found[:-1]).all():  # sorting half a million takes half a second
            found = np.unique(found)
        if not np.array_equal(found, self.selection):
            self.selection = found
            for tell in tuple(self.selected):
                tell(found)

    @property
    def selected_ids(self) -> tuple[str, ...]:
        """The ids of the selected parcels, in the order of the layer."""
        return tuple(self.project.layers.parcels.ids[self.selection].tolist())

    def _become(self, project: Project) -> None:
        old, self.project = self.project, project
        if project is not old:
            for tell in tuple(self.changed):
                tell(old, project)


def applied(project: Project, command: str, values: dict[str, Any], progress: Progress = silent) -> Project:
    """The project after a registered command, its history one sentence longer; the same project when nothing changed."""
    method = commands[command.replace("-", "_")]
    after: Project = method.run(project, **method.check(values, method.id), progress=progress)
    if after is project:
        return project
    return replace(after, history=(*project.history, said(method.id, project, after)))


def said(command: str, before: Project, after: Project, lang: Lang | None = None) -> str:
    """A change in words, in `lang` or the current language."""
    now = language()
    set_language(lang or now)
    try:
        colon = "：" if language() == "zh" else ": "
        return pick(commands[command].titles) + colon + "; ".join(str(one) for one in differences(before, after))
    finally:
        set_language(now)


def _same_places(last: Entry, before: Project, after: Project) -> bool:
    return {one.path for one in last.differences} >= {one.path for one in differences(before, after)}
