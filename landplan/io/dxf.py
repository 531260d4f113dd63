"""DXF drawings: closed lines as plots with the texts inside them, fills, open lines and points as layers of their own.

Read by our own parser of group codes. GDAL's driver makes lines of closed polylines, leaves out what it does not know without
a word, and believes the code page of the header; all three are what a planner must be told.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.dxf_account import account, of_rows
from landplan.io.dxf_figures import Kind
from landplan.io.dxf_model import Model, Shown, model
from landplan.io.dxf_rows import line_table, outlines, point_table, points, texts, with_texts
from landplan.io.dxf_tags import BINARY, Drawing, drawing
from landplan.io.dxf_text import Words, words
from landplan.io.files import opening
from landplan.io.ogr_layer import chosen
from landplan.io.raw_layer import RawLayer, unharmed

if TYPE_CHECKING:
    import pyarrow as pa

_KINDS: tuple[Kind, ...] = ("plots", "fills", "lines", "points")
_MOST_BYTES = 512 << 20


def layers(path: Path) -> tuple[str, ...]:
    """Those of plots, fills, lines and points that the drawing has; plots where it shows nothing at all."""
    with unharmed("", path), _opened(path, "", None) as opened:
        return opened.names


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """One kind of figures, a row each: `plots`, or of one CAD layer alone `plots/NAME`.

    Texts that lie in a plot or fill become its columns, named as their CAD layer or attribute tag; the smallest one around a
    text has it. A DXF has no CRS. Entities are counted a second time in the bytes of the file.
    """
    with _opened(path, role, spec.encoding) as opened:
        kind, cad_layer = _asked(spec.layer, opened.names)
        name, issues = chosen(kind, opened.names, role, path)
        rows = [one for one in opened.model.shown if one.figure.kind == name]
        if cad_layer is not None:
            rows = [one for one in rows if opened.words.name(one.layer).casefold() == cad_layer.casefold()]
            if not rows:
                known = sorted({opened.words.name(one.layer) for one in opened.model.shown if one.figure.kind == name})
                shown = ", ".join(f"{name}/{one}" for one in known[:12])
                raise InputError("no_such_layer", path.name, layer=spec.layer, role=role, nearest=shown)
        issues += tuple(replace(issue, layer=role) for issue in opened.words.issues)
        first = name == opened.names[0]
        table, wkb, said = _table(name, rows, opened, role)
        issues += (*account(opened.drawing, opened.model, role, first=first), *of_rows(rows, role))
        issues += tuple(issue for issue in said if first or issue.weight != "note")
    return RawLayer(spec.layer or name, table, wkb, None, opened.words.encoding.name, len(rows), {}, issues)


def _asked(layer: str | None, names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """The kind of figures and the CAD layer that `plots/NAME` names."""
    if layer is None or layer in names or "/" not in layer:
        return layer, None
    kind, _, cad_layer = layer.partition("/")
    return kind, cad_layer


def _table(kind: str, rows: list[Shown], opened: _Opened, role: str) -> tuple[pa.Table, pa.Array, tuple[Issue, ...]]:
    import pyarrow as pa
    import shapely

    if kind == "points":
        return point_table(rows, opened.words), points(rows), ()
    if kind == "lines":
        owner = np.repeat(np.arange(len(rows)), [len(row.figure.rings[0]) for row in rows])
        shapes = shapely.linestrings(np.concatenate([row.figure.rings[0] for row in rows]), indices=owner)
        return line_table(rows, opened.words), pa.array(shapely.to_wkb(shapes).tolist(), pa.binary()), ()
    faces = outlines(rows)
    table, issues = with_texts(line_table(rows, opened.words), faces, texts(opened.model.shown, opened.words), role)
    return table, pa.array(shapely.to_wkb(faces).tolist(), pa.binary()), issues


@dataclass(frozen=True, slots=True)
class _Opened:
    """A drawing, what it shows, and the encoding of its text."""

    drawing: Drawing
    model: Model
    words: Words

    @property
    def names(self) -> tuple[str, ...]:
        kinds = {one.figure.kind for one in self.model.shown}
        return tuple(kind for kind in _KINDS if kind in kinds) or ("plots",)


@contextmanager
def _opened(path: Path, role: str, encoding: str | None) -> Iterator[_Opened]:
    """The drawing, kept for the next layer of an unchanged file."""
    opening(path, 1)
    status = path.stat()
    if status.st_size > _MOST_BYTES:
        raise InputError("dxf_too_large", path.name, mib=status.st_size >> 20, most=_MOST_BYTES >> 20)
    with np.errstate(all="ignore"):  # numbers beyond any place on earth
        with _uncollected():
            opened = _drawn(path.resolve(), (status.st_mtime_ns, status.st_size), encoding)
        yield opened


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without looking for garbage: millions of small objects are made, none is given up, and looking takes as long as making."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@lru_cache(maxsize=1)
def _drawn(path: Path, _stamp: tuple[int, int], encoding: str | None) -> _Opened:
    raw = _plain(path.read_bytes())
    found = drawing(raw)
    if b"ENTITIES" not in found.sections:
        raise InputError("dxf_no_entities" if found.sections or raw.startswith(BINARY) else "dxf_not", path.name)
    return _Opened(found, model(found), words(found, "", encoding))


def _plain(raw: bytes) -> bytes:
    """The bytes without a byte order mark, UTF-16 as UTF-8."""
    if raw.startswith(BINARY):
        return raw
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace").encode()
    return raw.removeprefix(b"\xef\xbb\xbf")
