"""Command: a layer from another file, or a new delivery of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from landplan.app.changes import changed, recipe_with
from landplan.core.errors import InputError, suggestion
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.registry import Param, commands


@commands.add("Take layer from another file", zh="更换图层的数据源")
def relink_layer(
    project: Project,
    *,
    role: Annotated[str, Param("role of the layer, such as parcels", zh="图层角色，如 parcels")],
    path: Annotated[str, Param("the file", zh="文件")],
    layer: Annotated[str | None, Param("which layer of the file", zh="文件中的图层名")] = None,
    crs: Annotated[str | None, Param("its CRS, in place of what the file says", zh="坐标系（代替文件所述）")] = None,
    encoding: Annotated[str | None, Param("of its texts", zh="文字编码")] = None,
    progress: Progress = silent,
) -> Project:
    """Read the layer anew from another file; its fields, units, title and joined tables stay as the recipe has them."""
    from landplan.io.grid_file import named
    from landplan.io.layer_set import replaced_layer

    if role not in project.recipe.layers:
        raise InputError("layer_missing", "layers", layer=role, nearest=suggestion(role, project.recipe.layers))
    progress(0.0, "reading_layer", layer=role)
    file = Path(path).resolve()
    values = {"path": file.as_posix(), "layer": layer, "crs": named(crs), "encoding": encoding}
    spec = changed(project.recipe.layers[role], role, **values)
    layers = replaced_layer(project.layers, role, spec, file, project.folder)
    return replace(recipe_with(project, layers={**project.recipe.layers, role: spec}), layers=layers)
