"""Files of a plan that are not where it says: which, where they may be now, and the plan with their new places."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from landplan.app.opening import PROJECT_SUFFIX, Opened, project_of
from landplan.core.progress import Progress, silent

_DEEP, _MOST = 4, 20_000
"""Folders are searched so deep, and so many files are looked at."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A file that a plan names and that is not there: `place` as the plan has it, what it is for, and one of its name that
    lies nearby (None: none, or several that differ in size). needed: whether the plan cannot be opened without it; what a saved
    project holds itself is needed for a package only."""

    place: str
    roles: tuple[str, ...]
    near: Path | None = None
    needed: bool = True


def lost_files(plan: Path, folders: Iterable[Path] = ()) -> tuple[Lost, ...]:
    """What a recipe or saved project names and is not there, looked for by name in the plan's folder and in `folders`."""
    plan = Path(plan)
    roles, needed = _missing(plan)
    near = _near({Path(place).name for place in roles}, (plan.resolve().parent, *folders)) if roles else {}
    return tuple(Lost(place, tuple(names), near.get(Path(place).name), place in needed) for place, names in roles.items())


def open_relinked(plan: Path, places: Mapping[str, Path], progress: Progress = silent) -> Opened:
    """The plan with files at other places: place as the plan has it → file. Nothing is written; saving keeps the places."""
    from landplan.io.project_file import open_project
    from landplan.io.recipe_file import read_recipe

    plan, files = Path(plan), {place: Path(file).resolve() for place, file in places.items()}
    if plan.suffix.lower() == PROJECT_SUFFIX:
        return Opened(open_project(plan, files), plan, plan.resolve().parent)
    recipe, folder = read_recipe(plan, files)
    return Opened(project_of(recipe, folder, progress), plan, folder)


def _missing(plan: Path) -> tuple[dict[str, list[str]], set[str]]:
    """Place → roles of what is not there, in the order of the plan, and the places without which it cannot be opened."""
    from landplan.io.files import is_input
    from landplan.io.project_file import project_places
    from landplan.io.recipe_file import recipe_places

    saved = plan.suffix.lower() == PROJECT_SUFFIX
    named = project_places(plan) if saved else [(role, place, True) for role, place in recipe_places(plan)]
    found: dict[str, list[str]] = {}
    for role, place, _ in named:
        if not is_input(plan.parent / place):
            found.setdefault(place, []).append(role)
    return found, {place for _, place, needed in named if needed}


def _near(names: set[str], folders: Iterable[Path]) -> dict[str, Path]:
    """The file of each name in the folders and those below them; none where several of a name differ in size."""
    found: dict[str, set[Path]] = {}
    for folder in dict.fromkeys(Path(folder).resolve() for folder in folders):
        for path in _files(folder):
            if path.name in names:
                found.setdefault(path.name, set()).add(path)
    sizes = {name: {path.stat().st_size for path in paths if path.is_file()} for name, paths in found.items()}
    alike = {name: paths for name, paths in found.items() if len(sizes[name]) <= 1}
    return {name: min(paths, key=lambda path: (len(path.parts), str(path))) for name, paths in alike.items()}


def _files(folder: Path) -> Iterator[Path]:
    """Files and geodatabases in a folder and below, hidden folders left out; links are not followed."""
    seen = 0
    for here, folders, files in os.walk(folder):
        base = Path(here)
        if len(base.relative_to(folder).parts) >= _DEEP:
            folders.clear()
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in (*sorted(files), *(name for name in folders if name.lower().endswith(".gdb"))):
            seen += 1
            if seen > _MOST:
                return
            yield base / name
