"""Job: a plan whose files have moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, part, silent
from landplan.core.registry import Param, jobs


@jobs.add("Find moved files of a plan", zh="重新链接移动了的文件")
def relink(
    *,
    plan: Annotated[
        Path, Param("a recipe (.toml) or saved project (.landplan)", zh="配方（.toml）或工程（.landplan）", positional=True)
    ],
    file: Annotated[
        list[str] | None,
        Param("OLD=NEW: a path as the plan has it, and where the file is now; may be repeated", zh="原路径=新路径；可重复"),
    ] = None,
    search: Annotated[
        list[Path] | None,
        Param("a folder to look for files of the same name; may be repeated", zh="按文件名查找的文件夹；可重复"),
    ] = None,
    out: Annotated[
        Path | None, Param("save as another .landplan file; else only look", zh="另存为 .landplan 工程；不给则只查看")
    ] = None,
    progress: Progress = silent,
) -> Report:
    """List the files that a plan names and that are not there, with those of the same name in its folder and in --search;
    with --out, read the plan with its files where they are now and save it as a project. The plan itself is not changed.
    """
    from landplan.app.opening import PROJECT_SUFFIX, moved, save_project
    from landplan.app.relinking import lost_files, open_relinked
    from landplan.core.errors import InputError, UsageError
    from landplan.core.messages import text

    given = dict(_pair(one) for one in file or ())
    lost = lost_files(Path(plan), search or ())
    if unknown := [place for place in given if place not in {one.place for one in lost}]:
        raise UsageError("relink_not_lost", plan, place=unknown[0], lost=[one.place for one in lost] or "–")
    places = {one.place: one.near for one in lost if one.near is not None} | given
    lines = [_line(one.place, one.roles, places.get(one.place)) for one in lost] or [text("relink_none", {"plan": plan})]
    data = {"lost": [{"place": one.place, "roles": list(one.roles), "file": places.get(one.place)} for one in lost]}
    if out is None:
        return Report(tuple(lines), data)
    if Path(out).suffix.lower() != PROJECT_SUFFIX:
        raise UsageError("edit_needs_project", out)
    if left := [one for one in lost if one.needed and one.place not in places]:
        raise InputError("layer_file_missing", plan, layer=left[0].roles[0], path=left[0].place)
    opened = open_relinked(Path(plan), places, part(progress, 0.0, 0.8))
    save_project(opened.project.with_recipe(moved(opened.project.recipe, opened.folder, Path(out).resolve().parent)), Path(out))
    return Report((*lines, text("said_saved", {"path": out})), {**data, "project": out})


def _pair(words: str) -> tuple[str, Path]:
    from landplan.core.errors import UsageError

    place, equals, file = words.partition("=")
    if not equals or not place or not file:
        raise UsageError("relink_not_pair", "--file", given=words)
    return place, Path(file)


def _line(place: str, roles: tuple[str, ...], file: Path | None) -> str:
    from landplan.core.messages import text

    facts = {"place": place, "roles": ", ".join(roles), "file": file or "–"}
    return text("relink_found" if file is not None else "relink_lost", facts)
