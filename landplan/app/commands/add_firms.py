"""Command: firms brought to the parcels of the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from landplan.app.changes import changed, made
from landplan.app.table_inputs import AFTER_FIRMS, in_reading_order, joined_layer, named_layer
from landplan.core.errors import SchemeError
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import FirmTable
from landplan.core.registry import Param, commands


@commands.add("Bring firms to parcels", zh="企业落到地块")
def add_firms(
    project: Project,
    *,
    path: Annotated[str, Param("the firms: FILE, or FILE::SHEET", zh="企业表：文件，或 文件::工作表")],
    confirmed: Annotated[str | None, Param("the list with people's decisions", zh="写好决定的确认名单")] = None,
    owners: Annotated[str | None, Param("who holds which parcel: FILE, or FILE::SHEET", zh="权利人与地块对照表")] = None,
    split: Annotated[str, Param("amounts on several parcels", zh="金额怎样分到几个地块", choices=("area", "main"))] = "area",
    counts: Annotated[
        str, Param("firms and jobs on several parcels", zh="企业数与人数计在哪里", choices=("main", "area"))
    ] = "main",
    replacing: Annotated[bool, Param("replace fields that the parcels have", zh="替换地块已有的同名字段")] = False,
    progress: Progress = silent,
) -> Project:
    """By stated parcel id, credit code and confirmed list; a firm counts once, and those on no parcel are listed."""
    from landplan.app.asked_join import file_and_layer
    from landplan.io.firm_tables import with_firms

    spec = named_layer(project, "parcels")
    if spec.firms is not None:
        raise SchemeError("firms_twice", "parcels")
    progress(0.0, "reading_layer", layer=Path(path).name)

    def place(words: str) -> dict[str, Any]:
        file, sheet = file_and_layer(Path(words))
        return {"path": file.resolve().as_posix(), **({"layer": sheet} if sheet else {})}

    wish: dict[str, Any] = {"split": split, "counts": counts, "replace": replacing}
    wish |= {"confirmed": place(confirmed)["path"]} if confirmed else {}
    wish |= {"owners": place(owners)} if owners else {}
    table = made(FirmTable, "parcels", **place(path), **wish)
    new = changed(spec, "parcels", firms=table)
    before = project.layers.parcels
    layer = with_firms(before, new, Path(), progress)
    layer = replace(layer, issues=in_reading_order(before.issues, layer.issues[len(before.issues) :], AFTER_FIRMS))
    return joined_layer(project, "parcels", new, layer, layer.source.joined)
