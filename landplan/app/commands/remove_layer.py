"""Command: a layer out of the project."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from landplan.app.changes import recipe_with
from landplan.core.errors import SchemeError
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Remove layer", zh="移除图层")
def remove_layer(
    project: Project,
    *,
    role: Annotated[str, Param("role of the layer, such as stations", zh="图层角色，如 stations")],
    progress: Progress = silent,
) -> Project:
    """Take a layer out of the project; its file stays. Criteria that need it are left out of the scores, and say so."""
    from landplan.io.layer_set import without_layer

    if role == "parcels":
        raise SchemeError("layer_parcels_stay", role)
    layers = without_layer(project.layers, role)
    kept = {id: spec for id, spec in project.recipe.layers.items() if id != role}
    return replace(recipe_with(project, layers=kept), layers=layers)
