"""Command: begin to choose a portfolio."""

from __future__ import annotations

from landplan.app.changes import made, recipe_with
from landplan.app.starting_recipe import PLANNED_YEARS, lacking
from landplan.core.errors import SchemeError
from landplan.core.fields import PARCEL_FIELDS
from landplan.core.messages import pick, text
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import Choose
from landplan.core.registry import commands


@commands.add("Start choosing a portfolio", zh="开始组合选择")
def start_choose(project: Project, *, progress: Progress = silent) -> Project:
    """Choose what to do where and when, in the five years after the base year; nothing changes where a choice is made already.

    Needs zones, and of the parcels areas and what paths pay and change: output, tax, floor area and jobs.
    """
    if project.recipe.choose is not None:
        return project
    if missing := planning_lacks(project):
        raise SchemeError("choose_lacks", project.layers.parcels.source.path, fields=missing)
    first = project.scheme.base_year + 1
    choose = made(Choose, "choose", years={"from": first, "to": first + PLANNED_YEARS - 1})
    return recipe_with(project, choose=choose)


def planning_lacks(project: Project) -> list[str]:
    """What the layers lack for a portfolio, in words; empty when everything is there."""
    titles = {field.name: {"zh": field.zh, "en": field.en} for field in PARCEL_FIELDS}
    layers = project.layers
    missing = [pick(titles[name]) for name in lacking(layers.parcels.fields)]
    missing += [text("parcel_areas")] if layers.parcels.geometry.kind == "point" else []
    return missing if layers.zones is not None else [*missing, text("zones_layer")]
