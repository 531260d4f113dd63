"""A layer of the project with one more table in its recipe."""

from __future__ import annotations

from dataclasses import replace

from landplan.app.changes import recipe_with
from landplan.core.errors import InputError, Issue, suggestion
from landplan.core.layers import Layer
from landplan.core.project import Project
from landplan.core.recipe import LayerInput

AFTER_FIRMS = ("planar_", "layer_far_away", "shifted_")
AFTER_TABLES = ("mixed_use_", "code_", *AFTER_FIRMS)
"""Issues of what is done with a layer once its tables, and once its firms, are there."""


def named_layer(project: Project, role: str) -> LayerInput:
    """The recipe's entry of a vector layer; InputError that names the nearest role."""
    if role not in project.layers.layers or role not in project.recipe.layers:
        raise InputError("layer_missing", "layers", layer=role, nearest=suggestion(role, project.layers.layers))
    return project.recipe.layers[role]


def in_reading_order(before: tuple[Issue, ...], of_table: tuple[Issue, ...], after: tuple[str, ...]) -> tuple[Issue, ...]:
    """Issues of a layer and of a table that came later, as reading the recipe gives them: before those that start so."""
    late = next((k for k, issue in enumerate(before) if issue.id.startswith(after)), len(before))
    return (*before[:late], *of_table, *before[late:])


def joined_layer(project: Project, role: str, spec: LayerInput, layer: Layer, sums: tuple[str, ...]) -> Project:
    """The project with the layer and its recipe; `sums`: of the tables, in the order of the recipe's `files`."""
    told = replace(layer, source=replace(layer.source, joined=sums))
    layers = replace(project.layers, layers={**project.layers.layers, role: told})
    return replace(recipe_with(project, layers={**project.recipe.layers, role: spec}), layers=layers)
