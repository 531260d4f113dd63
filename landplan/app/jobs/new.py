"""Job: a starting recipe for a user's own layers."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs


@jobs.add("Start a recipe for your own layers", zh="为自己的图层新建配方")
def new(
    *,
    recipe: Annotated[Path, Param("the recipe to write (.toml)", zh="要写的配方（.toml）", positional=True)],
    parcels: Annotated[Path, Param("the parcel layer: FILE, or FILE::LAYER", zh="地块图层：文件，或 文件::图层")],
    zones: Annotated[Path | None, Param("a layer of zones: FILE, or FILE::LAYER", zh="区块图层：文件，或 文件::图层")] = None,
    layer: Annotated[
        list[str] | None, Param("another layer by its role; may be repeated", zh="其他图层（名称=路径）；可重复")
    ] = None,
    join: Annotated[
        list[str] | None,
        Param("a table for the parcels, FILE:key=COLUMN; may be repeated", zh="连接到地块的表，文件:key=编号列；可重复"),
    ] = None,
    scheme: Annotated[str | None, Param("a scheme file or builtin:NAME", zh="方案文件或 builtin:名称")] = None,
    crs: Annotated[str | None, Param("CRS of a parcel layer that declares none", zh="地块图层未声明时的坐标系")] = None,
    progress: Progress = silent,
) -> Report:
    """Write a recipe: fields matched by name and alias, then by content; unknown ones listed, measuring CRS from the parcels.

    What content makes sure is written as a mapping, with its reason; what it only makes likely is a suggestion.
    An existing file is not overwritten.
    """
    from dataclasses import replace
    from datetime import datetime

    from landplan.app.proposed_fields import proposal_data, proposal_lines
    from landplan.app.starting_recipe import asked, plane_notes, starting_recipe, starting_text
    from landplan.core.errors import InputError
    from landplan.core.messages import text
    from landplan.io.files import replacing
    from landplan.io.grid_file import keep_met

    if Path(recipe).exists():
        raise InputError("recipe_exists", recipe)
    start = starting_recipe(asked(parcels, zones, layer, scheme, crs, join), Path(recipe).resolve().parent, by_content=True)
    stamped = start.recipe.export.model_copy(update={"stamp": datetime.now().astimezone().date()})
    start = replace(start, recipe=start.recipe.model_copy(update={"export": stamped}))
    keep_met([start.recipe.crs, start.recipe.layers["parcels"].crs])
    with replacing(Path(recipe)) as draft:
        draft.write_text(starting_text(start), encoding="utf-8", newline="\n")
    facts = {"recipe": recipe, "crs": start.recipe.crs, "matched": dict(start.matched), "other": list(start.other)}
    facts |= {"proposed": proposal_data(start.proposed)}
    matched = ", ".join(f"{name} = {source}" for name, source in start.matched.items())
    lines = (
        text("said_recipe", {"path": recipe, "crs": start.recipe.crs}),
        text("said_matched", {"n": len(start.matched), "fields": matched or "–"}),
        *proposal_lines(start.proposed),
        text("start_other", {"columns": start.other or "–"}),
        *plane_notes(start),
        text("said_next", {"path": shlex.quote(str(recipe))}),
    )
    return Report(lines, facts)
