"""Command: one more layer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

from landplan.app.changes import made, recipe_with
from landplan.core.errors import SchemeError
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import LayerInput
from landplan.core.registry import Param, commands


@commands.add("Add layer", zh="添加图层")
def add_layer(
    project: Project,
    *,
    role: Annotated[str, Param("what it is: zones, stations, roads …, or a new word", zh="图层角色：zones、stations 等，或自定")],
    path: Annotated[str, Param("the file", zh="文件")],
    layer: Annotated[str | None, Param("which layer of the file", zh="文件中的图层名")] = None,
    crs: Annotated[str | None, Param("its CRS, in place of what the file says", zh="坐标系（代替文件所述）")] = None,
    encoding: Annotated[str | None, Param("of its texts", zh="文字编码")] = None,
    unit: Annotated[str | None, Param("of the values of a raster", zh="栅格数值的单位")] = None,
    title: Annotated[str, Param("what people call it", zh="显示名称")] = "",
    progress: Progress = silent,
) -> Project:
    """Read one more layer or raster into the project; criteria and rules that name its role use it from now on."""
    from landplan.io.grid_file import named
    from landplan.io.layer_set import with_layer

    if not (role.isascii() and role.isidentifier()):
        raise SchemeError("layer_role_odd", role)
    if role in project.layers.names:
        raise SchemeError("layer_role_taken", role)
    progress(0.0, "reading_layer", layer=role)
    file = Path(path).resolve()
    given: dict[str, Any] = {"layer": layer, "crs": named(crs), "encoding": encoding}
    given |= {"units": {"value": unit} if unit else {}}
    spec = made(LayerInput, role, path=file.as_posix(), title={project.recipe.lang: title} if title else {}, **given)
    layers = with_layer(project.layers, role, spec, file)
    return replace(recipe_with(project, layers={**project.recipe.layers, role: spec}), layers=layers)
