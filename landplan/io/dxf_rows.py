"""Figures of a drawing as rows: their attributes, their geometry, and the texts inside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Float
from landplan.io.dxf_model import Shown
from landplan.io.dxf_text import BETWEEN, Words
from landplan.io.rings import nested

if TYPE_CHECKING:
    import pyarrow as pa

_MOST_COLUMNS = 200
_PLAIN = "text"
"""The column of texts on CAD layer 0, and of all when they are on more layers than a table can bear."""


@dataclass(frozen=True, slots=True)
class Label:
    """A text that is seen somewhere; column is the CAD layer it is on, or the tag of an attribute."""

    column: str
    text: str
    x: float
    y: float


def outlines(rows: list[Shown]) -> Any:
    """(n,) polygons of plots and fills, straight from above: of a hatch its rings by what lies in what, of a mesh the union of
    its faces; None where nothing is left."""
    import shapely

    out = np.full(len(rows), None, object)
    single = [k for k, row in enumerate(rows) if len(row.figure.rings) == 1]
    if single:
        rings = [rows[k].figure.rings[0] for k in single]
        owner = np.repeat(np.arange(len(rings)), [len(ring) for ring in rings])
        out[single] = shapely.polygons(shapely.linearrings(np.concatenate(rings), indices=owner))
    for k, row in enumerate(rows):
        if len(row.figure.rings) > 1:
            made = [shapely.linearrings(ring) for ring in row.figure.rings]
            out[k] = _united(made) if row.figure.faces else nested(made)
    return out


def _united(rings: list[Any]) -> Any:
    import shapely

    faces = shapely.polygons(rings)
    flat = shapely.union_all(faces[shapely.is_valid(faces) & (shapely.area(faces) > 0)])
    return flat if not flat.is_empty else None


def points(rows: list[Shown]) -> pa.Array:
    """(n,) WKB of points."""
    import pyarrow as pa
    import shapely

    xy = np.array([row.figure.rings[0][0] for row in rows]).reshape(-1, 2)
    return pa.array(shapely.to_wkb(shapely.points(xy)).tolist(), pa.binary())


def line_table(rows: list[Shown], words: Words) -> pa.Table:
    """What a drawing says of each outline or line."""
    import pyarrow as pa

    names: dict[bytes, str | None] = {b"": None}

    def name(raw: bytes) -> str | None:
        if raw not in names:
            names[raw] = words.name(raw)
        return names[raw]

    columns: dict[str, list[Any]] = {
        "entity": [row.entity for row in rows],
        "cad_layer": [name(row.layer) for row in rows],
        "handle": [name(row.handle) for row in rows],
        "color": [row.color for row in rows],
        "block": [name(row.block) for row in rows],
    }
    table = {key: pa.array(values, pa.string()) for key, values in columns.items()}
    return pa.table({**table, "elevation": pa.array([row.height for row in rows], pa.float64(), from_pandas=True)})


def point_table(rows: list[Shown], words: Words) -> pa.Table:
    """The same of each point, with its text and, for an attribute of a block, its tag."""
    import pyarrow as pa

    table = line_table(rows, words)
    tags = [words.name(row.tag) or None for row in rows]
    for key, values in (("tag", tags), ("text", [_seen(row, words) or None for row in rows])):
        table = table.append_column(key, pa.array(values, pa.string()))
    return table


def texts(shown: list[Shown], words: Words) -> list[Label]:
    """Every text that says something, in the order of the drawing."""
    found = []
    for one in shown:
        text = _seen(one, words)
        if text:
            x, y = one.figure.rings[0][0]
            column = words.name(one.tag) or words.name(one.layer)
            found.append(Label(_PLAIN if column in ("0", "") else column, text, float(x), float(y)))
    return found


def _seen(one: Shown, words: Words) -> str:
    if not one.figure.text:
        return ""
    return words.paragraph(one.figure.text) if one.entity == "MTEXT" else words.line(one.figure.text)


def with_texts(table: pa.Table, faces: Any, labels: list[Label], role: str) -> tuple[pa.Table, tuple[Issue, ...]]:
    """The table with a column for each kind of text, several in one plot joined; how many texts lie in none is said."""
    import pyarrow as pa

    home = _homes(faces, np.array([(label.x, label.y) for label in labels]).reshape(-1, 2))
    cells: dict[str, dict[int, list[str]]] = {}
    for label, row in zip(labels, home.tolist(), strict=True):
        if row >= 0:
            cells.setdefault(label.column, {}).setdefault(row, []).append(label.text)
    issues: list[Issue] = []
    if len(cells) > _MOST_COLUMNS:
        issues.append(Issue("dxf_text_layers", role, values={"n": len(cells), "most": _MOST_COLUMNS, "column": _PLAIN}))
        cells = {_PLAIN: _merged(cells)}
    for column, found in cells.items():
        name = column
        while name in table.column_names:
            name += "_text"
        values = [BETWEEN.join(found[row]) if row in found else None for row in range(table.num_rows)]
        table = table.append_column(name, pa.array(values, pa.string()))
    outside = int((home < 0).sum())
    if outside:
        issues.append(Issue("dxf_texts_outside", role, "note", values={"n": outside, "all": len(labels)}))
    return table, tuple(issues)


def _merged(cells: dict[str, dict[int, list[str]]]) -> dict[int, list[str]]:
    merged: dict[int, list[str]] = {}
    for found in cells.values():
        for row, said in found.items():
            merged.setdefault(row, []).extend(said)
    return merged


def _homes(faces: Any, xy: Float) -> Any:
    """(n,) for each point the smallest face that it lies in or on the edge of, the first of equal ones; -1 for none."""
    import shapely

    out = np.full(len(xy), -1, np.int64)
    if not len(xy) or not len(faces):
        return out
    sound = np.where(shapely.is_valid(faces), faces, shapely.make_valid(faces))
    areas = shapely.area(sound)
    point, face = shapely.STRtree(sound).query(shapely.points(xy), predicate="intersects")
    order = np.lexsort((-face, -areas[face]))
    out[point[order]] = face[order]
    return out
