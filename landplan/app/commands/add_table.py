"""Command: a table joined to a layer of the project."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from landplan.app.changes import changed, made
from landplan.app.table_inputs import AFTER_TABLES, in_reading_order, joined_layer, named_layer
from landplan.core.errors import SchemeError
from landplan.core.layers import Layer
from landplan.core.progress import Progress, silent
from landplan.core.project import Project
from landplan.core.recipe import TableJoin
from landplan.core.registry import Param, commands

_CODES = ("land_use", "planned_use")
"""Fields whose version and mix are settled when the layer is read."""


@commands.add("Join table to layer", zh="连接表到图层")
def add_table(
    project: Project,
    *,
    path: Annotated[str, Param("the table: FILE, or FILE::SHEET", zh="表：文件，或 文件::工作表")],
    key: Annotated[str, Param("its column of ids", zh="表中的编号列")],
    role: Annotated[str, Param("the layer it comes to; parcels when left out", zh="连接到哪个图层，不写为地块")] = "parcels",
    to: Annotated[str, Param("the layer's field of ids", zh="图层中的编号字段")] = "id",
    many: Annotated[
        str | None, Param("where an id has several rows", zh="同一编号有多行时", choices=("sum", "first", "count"))
    ] = None,
    prefix: Annotated[str, Param("put before the names of its fields", zh="加在字段名前")] = "",
    replacing: Annotated[bool, Param("replace fields that the layer has", zh="替换图层已有的同名字段")] = False,
    progress: Progress = silent,
) -> Project:
    """Join a table by id; ids are compared as text, and every row without a counterpart is listed among the checks."""
    from landplan.app.asked_join import file_and_layer
    from landplan.io.joined_tables import with_table

    spec = named_layer(project, role)
    if spec.firms is not None:
        raise SchemeError("table_after_firms", role)
    file, sheet = file_and_layer(Path(path))
    progress(0.0, "reading_layer", layer=file.name)
    given = {"layer": sheet} if sheet else {}
    wish = {"key": key, "to": to, "many": many, "prefix": prefix, "replace": replacing}
    join = made(
        TableJoin, role, path=file.resolve().as_posix(), **given, **{name: value for name, value in wish.items() if value}
    )
    before = project.layers.layers[role]
    layer = with_table(before, join, file, progress)
    layer = replace(layer, issues=in_reading_order(before.issues, layer.issues[len(before.issues) :], AFTER_TABLES))
    if codes := [name for name in _CODES if _differs(before, layer, name)]:
        raise SchemeError("add_table_codes", file.name, fields=codes)
    sums = list(layer.source.joined)
    sums.insert(len(spec.join), sums.pop())  # as the recipe's `files` go: tables, then what else comes to the layer
    return joined_layer(project, role, changed(spec, role, join=(*spec.join, join)), layer, tuple(sums))


def _differs(before: Layer, after: Layer, name: str) -> bool:
    """Whether a field is there that was not, or has other values."""
    if name not in after.fields:
        return False
    return name not in before.fields or not before.column(name).equals(after.column(name))
