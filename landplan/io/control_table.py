"""Control points from a table (CSV, TXT, XLSX): which column is what, found by its name in Chinese or English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.control import Control
from landplan.core.errors import InputError, Issue
from landplan.core.layers import Float
from landplan.core.recipe import LayerInput
from landplan.io.coordinate_columns import column_numbers
from landplan.io.vector import list_layers, read_raw

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = ("id", "x_from", "y_from", "h_from", "x_to", "y_to", "h_to")
_NEEDED = ("x_from", "y_from", "x_to", "y_to")
_SIDES = {
    "from": (("from", "source", "src", "old", "local", "1"), ("源", "原", "旧", "地方", "独立")),
    "to": (("to", "target", "dst", "new", "2"), ("目标", "新", "国家")),
}
_AXES = {
    "y": (("y", "n", "north", "northing", "lat", "latitude", "b"), ("北", "纵", "纬")),
    "x": (("x", "e", "east", "easting", "lon", "lng", "longitude", "l"), ("东", "横", "经")),
    "h": (("h", "z", "height", "elevation"), ("高",)),
}
_IDS = (("id", "name", "point", "pt", "no"), ("点号", "点名", "编号", "名称", "序号"))
_EARTH_M = (6.2e6, 6.5e6)


@dataclass(frozen=True, slots=True, eq=False)
class ControlTable:
    """The control points of a table, the column each value was taken from, and what is to be said of the table."""

    control: Control
    columns: Mapping[str, str]
    issues: tuple[Issue, ...]


def read_control(path: Path, given: Mapping[str, str], layer: str | None = None) -> ControlTable:
    """The points of a table; a row without all its coordinates is left out and counted.

    given: columns by what they are (x_from = "X源"), before every guess. x is east, y north, unless a name says otherwise (北,
    纵, north). Heights are used where both systems have them, or the one column of heights in both. Points whose three
    values are metres from the earth's centre are geocentric. InputError when a column is not there or not to be told.
    """
    names = list_layers(path)
    raw = read_raw(path, LayerInput(path=str(path), layer=layer or (names[0] if len(names) > 1 else None)), "control")
    headless = any(issue.id == "header_missing" for issue in raw.issues)
    columns = _in_order(raw.table.column_names) if headless and not given else _matched(raw.table.column_names, path.name)
    for what, column in given.items():
        if what not in COLUMNS or column not in raw.table.column_names:
            raise InputError("control_column_odd", path.name, what=what, column=column, known=list(COLUMNS))
    columns |= given
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise InputError("control_columns_missing", path.name, missing=missing, columns=list(raw.table.column_names))
    values = {what: column_numbers(raw.table.column(name))[0] for what, name in columns.items() if what != "id"}
    heights = "h_from" in columns and "h_to" in columns
    start, goal = (_side(values, side, heights) for side in ("from", "to"))
    whole = np.isfinite(np.column_stack([start, goal])).all(axis=1)
    ids = _ids(raw.table, columns.get("id"))
    issues = [issue for issue in raw.issues if issue.id in ("header_missing", "header_lower", "header_two_rows")]
    if not whole.all():
        left = [ids[row] for row in np.flatnonzero(~whole)]
        issues.append(Issue("control_rows_left", "control", values={"n": len(left), "points": left[:12]}))
    control = Control(ids, start, goal, bool(whole.any()) and _is_geocentric(start[whole]) and _is_geocentric(goal[whole]))
    return ControlTable(control.rows(whole), columns, tuple(issues))


def _side(values: Mapping[str, Float], side: str, heights: bool) -> Float:
    return np.column_stack([values[f"{axis}_{side}"] for axis in ("x", "y", "h")[: 3 if heights else 2]])


def _is_geocentric(at: Float) -> bool:
    if at.shape[1] < 3:
        return False
    away = np.linalg.norm(at, axis=1)
    return bool(((away > _EARTH_M[0]) & (away < _EARTH_M[1])).all())


def _ids(table: pa.Table, name: str | None) -> tuple[str, ...]:
    cells = table.column(name).to_pylist() if name else [None] * table.num_rows
    return tuple(str(row + 1) if cell is None else str(cell) for row, cell in enumerate(cells))


def _in_order(names: list[str]) -> dict[str, str]:
    """What the columns are where they have no names: [id,] x, y, x, y[, h[, h]]."""
    if len(names) == 4:
        return dict(zip(_NEEDED, names, strict=True))
    order = ("id", "x_from", "y_from", "x_to", "y_to", "h_from", "h_to")
    found = dict(zip(order, names, strict=False))
    return found | ({"h_to": found["h_from"]} if len(names) == 6 else {})


def _matched(names: list[str], where: str) -> dict[str, str]:
    """What the columns are by their names; a second x without a side is that of the second system."""
    found: dict[str, str] = {}
    single = ""
    for name in names:
        axis, side = _part(name, _AXES), _part(name, _SIDES)
        if axis is None:
            if "id" not in found and _says(name, _IDS):
                found["id"] = name
            continue
        if side is None and axis == "h":
            single = name
            continue
        side = side or ("from" if f"{axis}_from" not in found else "to")
        if f"{axis}_{side}" in found:
            raise InputError("control_columns_alike", where, a=found[f"{axis}_{side}"], b=name, what=f"{axis}_{side}")
        found[f"{axis}_{side}"] = name
    if single and "h_from" not in found and "h_to" not in found:
        found |= {"h_from": single, "h_to": single}
    return found


def _part(name: str, parts: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]) -> str | None:
    """Which of the parts a name speaks of: first by Chinese characters, then by whole words."""
    return next((key for key, said in parts.items() if _says(name, ((), said[1]))), None) or next(
        (key for key, said in parts.items() if _says(name, (said[0], ()))), None
    )


def _says(name: str, said: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    plain = unicodedata.normalize("NFKC", name).lower()
    words = re.findall(r"[a-z]+|\d+", plain)
    return any(one in plain for one in said[1]) or any(one in words for one in said[0])
