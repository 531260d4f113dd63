"""Shapefiles: geometry by GDAL from a private view of .shp and .shx, attributes by our own reader, rows counted thrice."""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.layers import Int
from landplan.io import dbf
from landplan.io.encoding import Encoding, decide
from landplan.io.files import kind, sidecars
from landplan.io.gdal import heard, ogr
from landplan.io.raw_layer import RawLayer, crs_text

if TYPE_CHECKING:
    import pyarrow as pa

_HEADER = 100


def read(path: Path, role: str, encoding: str | None) -> RawLayer:
    """Every row that the .shp or the .dbf has; InputError when the .shp is not a shapefile.

    A row without a shape keeps its attributes, a shape without a row its geometry; each such difference is an Issue.
    """
    files = sidecars(path)
    if kind(path) != "shapefile":
        raise InputError("not_a_shapefile", path.name)
    wkb, shapes, issues = _geometry(files, role)
    columns, chosen, rows, deleted, more = _attributes(files, role, encoding)
    issues += more
    if rows is not None and rows != shapes:
        issues += (Issue("rows_differ", role, values={"shapes": shapes, "rows": rows}),)
    n = max(shapes, rows or 0)
    table, wkb = _padded(columns, n), _longer(wkb, n)
    gone = np.flatnonzero(deleted) if deleted is not None else np.empty(0, np.int64)
    if len(gone):
        keep = np.setdiff1d(np.arange(n), gone)
        table, wkb = table.take(keep), wkb.take(keep)
        issues += (Issue("rows_deleted", role, "note", values={"n": len(gone)}),)
    dropped = {"deleted": len(gone)} if len(gone) else {}
    return RawLayer(path.stem, table, wkb, declared_crs(files), chosen.name, n, dropped, issues)


def read_table(path: Path, role: str, encoding: str | None) -> RawLayer:
    """A .dbf alone: a table without geometry."""
    columns, chosen, rows, deleted, issues = _attributes({".dbf": path}, role, encoding)
    n = rows or 0
    table = _padded(columns, n)
    gone = int(deleted.sum()) if deleted is not None else 0
    if gone and deleted is not None:
        table = table.take(np.flatnonzero(~np.asarray(deleted)))
    return RawLayer(path.stem, table, None, None, chosen.name, n, {"deleted": gone} if gone else {}, issues)


def declared_crs(files: dict[str, Path]) -> str | None:
    """The CRS of the .prj, or None."""
    if ".prj" not in files:
        return None
    return crs_text(files[".prj"].read_bytes().decode("utf-8", "replace").strip("\ufeff \r\n\t\0"))


def record_starts(shp: Path, shx: Path | None) -> tuple[Int, int, bool]:
    """(n,) byte offsets of the records of a .shp, how many the .shx states (-1 without one), and whether it is right.

    The index is believed when each of its records is where it says, with the length it says, up to the end of the file;
    else the records are walked one by one until one does not fit.
    """
    data = np.memmap(shp, np.uint8, "r")
    stated = -1
    if shx is not None and shx.stat().st_size >= _HEADER:
        raw = np.fromfile(shx, np.uint8, offset=_HEADER)
        index = raw[: len(raw) // 8 * 8].view(">i4").reshape(-1, 2).astype(np.int64) * 2
        stated = len(index)
        if _index_right(data, index):
            return index[:, 0], stated, True
    return _walked(data), stated, False


def _geometry(files: dict[str, Path], role: str) -> tuple[pa.Array, int, tuple[Issue, ...]]:
    shp, shx = files[".shp"], files.get(".shx")
    starts, stated, right = record_starts(shp, shx)
    issues: tuple[Issue, ...] = ()
    if not right:
        values = {"stated": stated if stated >= 0 else "-", "found": len(starts)}
        issues = (Issue("shx_missing" if stated < 0 else "shx_wrong", role, values=values),)
    with _view(shp, shx if right else None, starts) as view, heard() as said:
        _, table = ogr().raw.read_arrow(view, columns=[], return_fids=False)
    issues += tuple(Issue("reader_says", role, "note", values={"text": text}) for text in said)
    column = table.column(table.num_columns - 1).combine_chunks()
    return column, len(starts), issues


def _attributes(
    files: dict[str, Path], role: str, encoding: str | None
) -> tuple[dict[str, pa.Array], Encoding, int | None, np.ndarray | None, tuple[Issue, ...]]:
    if ".dbf" not in files:
        return {}, Encoding("UTF-8", "ascii"), None, None, (Issue("dbf_missing", role),)
    table = dbf.opened(files[".dbf"])
    cpg = files[".cpg"].read_bytes().decode("ascii", "replace").strip("\ufeff \r\n\t\0") if ".cpg" in files else None
    chosen, issues = decide(dbf.samples(table), role, given=encoding, cpg=cpg, language_byte=table.language_byte)
    if table.stated != len(table):
        issues += (Issue("dbf_cut", role, values={"stated": table.stated, "found": len(table)}),)
    columns, more = dbf.columns(table, chosen, role)
    return columns, chosen, len(table), table.deleted, issues + more


@contextmanager
def _view(shp: Path, shx: Path | None, starts: Int) -> Iterator[Path]:
    """A private folder in which GDAL sees only the shapes and a right index: it cannot touch the user's files."""
    with tempfile.TemporaryDirectory(prefix="landplan-") as name:
        folder = Path(name)
        _link(shp, folder / "layer.shp")
        if shx is not None:
            _link(shx, folder / "layer.shx")
        else:
            (folder / "layer.shx").write_bytes(_index(shp, starts))
        yield folder / "layer.shp"


def _link(file: Path, at: Path) -> None:
    try:
        at.symlink_to(file.resolve())
    except OSError:
        shutil.copyfile(file, at)


def _index(shp: Path, starts: Int) -> bytes:
    """The bytes of a .shx for records at `starts`."""
    with shp.open("rb") as file:
        header = bytearray(file.read(_HEADER))
    header[24:28] = struct.pack(">i", (_HEADER + 8 * len(starts)) // 2)
    data = np.memmap(shp, np.uint8, "r")
    entries = np.column_stack([starts, _lengths(data, starts)]) // 2
    return bytes(header) + entries.astype(">i4").tobytes()


def _index_right(data: np.ndarray, index: Int) -> bool:
    start, length = index[:, 0], index[:, 1]
    ends = start + 8 + length
    if len(index) == 0:
        return len(data) <= _HEADER
    if (start < _HEADER).any() or (length < 4).any() or (ends > len(data)).any() or ends.max() != len(data):
        return False
    return bool((_lengths(data, start) == length).all())


def _lengths(data: np.ndarray, starts: Int) -> Int:
    """(n,) content length in bytes that each record states of itself."""
    words = np.stack([data[starts + 4 + k].astype(np.int64) for k in range(4)])
    return np.asarray(2 * (words[0] << 24 | words[1] << 16 | words[2] << 8 | words[3]), np.int64)


def _walked(data: np.ndarray) -> Int:
    found, at, size = [], _HEADER, len(data)
    while at + 12 <= size:
        length = 2 * int.from_bytes(data[at + 4 : at + 8].tobytes(), "big")
        if length < 4 or at + 8 + length > size:
            break
        found.append(at)
        at += 8 + length
    return np.array(found, np.int64)


def _padded(columns: dict[str, pa.Array], n: int) -> pa.Table:
    """The columns as a table of n rows; missing rows are null. A table without columns still has its rows."""
    import pyarrow as pa

    if not columns:
        return pa.table({"row": pa.array(np.arange(n))})
    return pa.table({name: _longer(values, n) for name, values in columns.items()})


def _longer(values: pa.Array, n: int) -> pa.Array:
    import pyarrow as pa

    values = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    short = n - len(values)
    return values if short <= 0 else pa.concat_arrays([values, pa.nulls(short, values.type)])
