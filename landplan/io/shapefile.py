"""Shapefiles: sound geometry by GDAL from a private view, the rest and all attributes by our own readers, rows counted thrice."""

from __future__ import annotations

import shutil
import struct
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.layers import Int
from landplan.io import dbf, shp_plain, shp_shapes
from landplan.io.encoding import Encoding, decide
from landplan.io.files import kind, sidecars
from landplan.io.gdal import heard, ogr
from landplan.io.raw_layer import RawLayer, crs_text
from landplan.io.shp_records import HEADER, Bytes, Records, heads, i32, located

if TYPE_CHECKING:
    import pyarrow as pa

_SAID_OURSELVES = ("Measured (M)", "Non closed ring", "winding order")
"""What GDAL remarks on and we count or leave out by design: measures, unclosed rings, holes outside."""


def read(path: Path, role: str, encoding: str | None) -> RawLayer:
    """Every row that the .shp or the .dbf has; InputError when the .shp is not a shapefile.

    A row without a shape keeps its attributes, a shape without a row its geometry; each such difference is an Issue.
    """
    files = sidecars(path)
    if kind(path) != "shapefile":
        raise InputError("not_a_shapefile", path.name)
    data = np.asarray(np.memmap(path, np.uint8, "r"))
    if len(data) < HEADER:
        raise InputError("shp_header_cut", path.name, n=len(data))
    records = located(data, files.get(".shx"))
    with ThreadPoolExecutor(1) as beside:
        attributes = beside.submit(_attributes, files, role, encoding)
        wkb, more = _geometry(files, data, records, role)
        columns, chosen, rows, deleted, issues = attributes.result()
    issues = (*_of_records(data, records, rows, role), *issues)
    if rows is not None and rows != len(records.start):
        issues += (Issue("rows_differ", role, values={"shapes": records.found, "rows": rows}),)
    n = max(len(records.start), rows or 0)
    table, wkb = _padded(columns, n), _longer(wkb, n)
    gone = np.flatnonzero(deleted) if deleted is not None else np.empty(0, np.int64)
    if len(gone):
        keep = np.setdiff1d(np.arange(n), gone)
        table, wkb = table.take(keep), wkb.take(keep)
        issues += (Issue("rows_deleted", role, "note", values={"n": len(gone)}),)
    dropped = {"deleted": len(gone)} if len(gone) else {}
    crs, unread = _crs(files, role)
    return RawLayer(path.stem, table, wkb, crs, chosen.name, n, dropped, (*issues, *more, *unread))


def read_table(path: Path, role: str, encoding: str | None) -> RawLayer:
    """A .dbf alone: a table without geometry. InputError when it is none."""
    dbf.opened(path)
    columns, chosen, rows, deleted, issues = _attributes({".dbf": path}, role, encoding)
    n = rows or 0
    table = _padded(columns, n)
    gone = int(deleted.sum()) if deleted is not None else 0
    if gone and deleted is not None:
        table = table.take(np.flatnonzero(~np.asarray(deleted)))
        issues += (Issue("rows_deleted", role, "note", values={"n": gone}),)
    return RawLayer(path.stem, table, None, None, chosen.name, n, {"deleted": gone} if gone else {}, issues)


def declared_crs(files: dict[str, Path]) -> str | None:
    """The CRS of the .prj, or None."""
    return crs_text(_words(files, ".prj"))


def _crs(files: dict[str, Path], role: str) -> tuple[str | None, tuple[Issue, ...]]:
    """The CRS of the .prj, and an Issue when there is one that says nothing understandable."""
    crs = declared_crs(files)
    said = _words(files, ".prj") or ""
    return crs, (Issue("prj_unreadable", role, values={"text": " ".join(said.split())[:60]}),) if said and crs is None else ()


def _words(files: dict[str, Path], suffix: str) -> str | None:
    """The text of a .prj or .cpg; None without one. It may have a mark of its encoding in front."""
    if suffix not in files:
        return None
    raw = files[suffix].read_bytes()[: 1 << 16]
    wide = raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    return raw.decode("utf-16" if wide else "utf-8", "replace").strip("\ufeff \r\n\t\0")


def _of_records(data: Bytes, records: Records, rows: int | None, role: str) -> tuple[Issue, ...]:
    """What is wrong with the index, the header and the records, as far as it costs no shape."""
    found: list[Issue] = []
    whole = records.stated in (-1, len(records.start)) and records.found == len(records.start) and rows in (None, records.found)
    if not records.right:
        values = {"stated": records.stated if records.stated >= 0 else "-", "found": records.found}
        found.append(Issue("shx_missing" if records.stated < 0 else "shx_wrong", role, values=values))
    there = np.flatnonzero(records.start >= 0)
    near, at = heads(data, records)
    at = at[there]
    if len(wrong := there[2 * i32(near, at + 4, ">") != records.length[there]]):
        found.append(Issue("shp_lengths_wrong", role, values={"n": len(wrong), "first": int(wrong[0]) + 1}))
    if records.stated_size > records.size and not (whole and (rows is not None or records.right)):
        found.append(Issue("shp_cut", role, values={"stated": records.stated_size, "found": records.size}))
        return tuple(found)
    if (i32(near, at, ">") != there + 1).any():
        found.append(Issue("shp_numbers_wrong", role, "note"))
    types = set(np.unique(i32(near, at + 8, "<")).tolist()) - {0}
    if records.more or records.stated_size != records.size or types - {int(i32(data, np.array([32]), "<")[0])}:
        found.append(Issue("shp_header_wrong", role, "note", values={"more": records.more}))
    return tuple(found)


def _geometry(
    files: dict[str, Path], data: Bytes, records: Records, role: str
) -> tuple[pa.Array | pa.ChunkedArray, tuple[Issue, ...]]:
    """The geometry of every record: at once where it is plain, by GDAL where it is sound, else from its own bytes, else
    unreadable WKB."""
    import pyarrow as pa

    gone, own = shp_shapes.lost_and_odd(data, records)
    easy = shp_plain.plain(data, records, ~gone & ~own)
    plain = shp_plain.wkb(data, records.start[easy]) if easy.any() else None
    if plain is None:
        easy[:] = False
    elif easy.all():
        return plain, ()
    sound = np.flatnonzero(~gone & ~own & ~easy)
    whole = records.linkable and len(sound) == len(gone)
    try:
        with _view(files[".shp"], files[".shx"] if whole else _index(data, records, sound)) as view:
            column, issues = _read(view, role)
    except ogr().errors.DataSourceError:  # the header is not to its liking
        column, issues, sound, own, whole = pa.array([], pa.binary()), (), sound[:0], ~gone & ~easy, False
    if whole:
        return column, issues
    if plain is not None:
        column, sound = pa.concat_arrays([column, *plain.chunks]), np.concatenate([sound, np.flatnonzero(easy)])
    column, done = _spliced(data, records, column, sound, np.flatnonzero(own))
    for code, rows in done.items():
        turned = code == "shape_rings_turned"
        issues += (Issue(code, role, "note" if turned else "data", values={"n": len(rows), "first": rows[0] + 1}),)
    return column, issues


def _read(view: Path, role: str) -> tuple[pa.Array, tuple[Issue, ...]]:
    with heard() as said:
        _, table = ogr().raw.read_arrow(view, columns=[], return_fids=False)
    told = [text for text in said if not any(word in text for word in _SAID_OURSELVES)]
    texts = [text.replace(str(view), view.name) for text in told]
    issues = tuple(Issue("reader_says", role, "note", values={"text": text}) for text in texts)
    return table.column(table.num_columns - 1).combine_chunks(), issues


def _spliced(data: Bytes, records: Records, column: pa.Array, sound: Int, own: Int) -> tuple[pa.Array, dict[str, list[int]]]:
    """The column of all records from that of the sound ones, and the rows for each thing that was done to others."""
    import pyarrow as pa

    done: dict[str, list[int]] = {}
    cells: list[bytes] = [shp_shapes.UNREADABLE]
    place = np.full(len(records.start), len(column), np.int64)
    place[sound] = np.arange(len(column))
    for row in own:
        start = int(records.start[row]) + 8
        wkb, said = shp_shapes.shape(data[start : start + int(records.length[row])].tobytes())
        if said:
            done.setdefault(said, []).append(int(row))
        place[row] = len(column) + len(cells)
        cells.append(wkb)
    return pa.concat_arrays([column, pa.array(cells, column.type)]).take(pa.array(place)), done


def _attributes(
    files: dict[str, Path], role: str, encoding: str | None
) -> tuple[dict[str, pa.Array], Encoding, int | None, np.ndarray | None, tuple[Issue, ...]]:
    if ".dbf" not in files:
        return {}, Encoding("UTF-8", "ascii"), None, None, (Issue("dbf_missing", role),)
    try:
        table = dbf.opened(files[".dbf"])
    except InputError:
        return {}, Encoding("UTF-8", "ascii"), None, None, (Issue("dbf_unreadable", role),)
    cpg = _words(files, ".cpg")
    chosen, issues = decide(dbf.samples(table), role, given=encoding, cpg=cpg, language_byte=table.language_byte)
    if table.stated != len(table):
        issues += (Issue("dbf_cut", role, values={"stated": table.stated, "found": len(table)}),)
    if table.header_wrong:
        issues += (Issue("dbf_header_wrong", role),)
    columns, more = dbf.columns(table, chosen, role)
    return columns, chosen, len(table), table.deleted, issues + more


@contextmanager
def _view(shp: Path, shx: Path | bytes) -> Iterator[Path]:
    """A private folder in which GDAL sees only the shapes and a right index: it cannot touch the user's files."""
    with tempfile.TemporaryDirectory(prefix="landplan-") as name:
        folder = Path(name)
        _link(shp, folder / "layer.shp")
        if isinstance(shx, bytes):
            (folder / "layer.shx").write_bytes(shx)
        else:
            _link(shx, folder / "layer.shx")
        yield folder / "layer.shp"


def _link(file: Path, at: Path) -> None:
    try:
        at.symlink_to(file.resolve())
    except OSError:
        shutil.copyfile(file, at)


def _index(data: Bytes, records: Records, rows: Int) -> bytes:
    """The bytes of a .shx for some of the records."""
    header = bytearray(data[:HEADER].tobytes())
    header[24:28] = struct.pack(">i", (HEADER + 8 * len(rows)) // 2)
    entries = np.column_stack([records.start[rows], records.length[rows]]) // 2
    return bytes(header) + entries.astype(">i4").tobytes()


def _padded(columns: dict[str, pa.Array], n: int) -> pa.Table:
    """The columns as a table of n rows; missing rows are null. A table without columns still has its rows."""
    import pyarrow as pa

    if not columns:
        return pa.table({"row": pa.array(np.arange(n))})
    return pa.table({name: _longer(values, n) for name, values in columns.items()})


def _longer(values: pa.Array | pa.ChunkedArray, n: int) -> pa.Array | pa.ChunkedArray:
    import pyarrow as pa

    short = n - len(values)
    pieces = values.chunks if isinstance(values, pa.ChunkedArray) else [values]
    return values if short <= 0 else pa.concat_arrays([*pieces, pa.nulls(short, values.type)])
