"""What the reading process sends back: rows as Arrow in a private folder, all else as JSON; nothing that could run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landplan.core import errors
from landplan.core.errors import Issue, LandplanError
from landplan.core.layers import Float
from landplan.io.raw_layer import RawLayer

if TYPE_CHECKING:
    import pyarrow as pa

Pixels = npt.NDArray[np.float32] | npt.NDArray[np.float64]
_ERRORS = {
    kind.__name__: kind
    for kind in (
        LandplanError, errors.InputError, errors.UsageError, errors.MethodError, errors.SchemeError, errors.SolveError,
        errors.ExportError,
    )
}  # fmt: skip
"""The errors that may come back; any other name is a bug."""
_PIECES = ("wkb.valid", "wkb.offsets", "wkb.data")
"""The files of a geometry column, one for each buffer of its array."""


def kept(raw: RawLayer, folder: Path) -> dict[str, Any]:
    """A layer as plain data, its rows and geometry written to `folder`."""
    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(_write, folder / "rows.arrow", raw.table)]
        writing += [pool.submit(_write_joined, folder, raw.wkb)] if raw.wkb is not None else []
    for done in writing:
        done.result()
    facts = {one.name: getattr(raw, one.name) for one in fields(raw) if one.name not in ("table", "wkb", "issues")}
    return {**facts, "issues": [asdict(issue) for issue in raw.issues], "rows": len(raw)}


def restored(facts: Mapping[str, Any], folder: Path) -> RawLayer:
    """The layer that `kept` wrote; its arrays lie in the mapped files, which are no longer in `folder`."""
    issues = tuple(Issue(**issue) for issue in facts["issues"])
    table = _taken(folder / "rows.arrow")
    wkb = _joined(folder, facts["rows"]) if (folder / _PIECES[0]).exists() else None
    facts = {name: value for name, value in facts.items() if name != "rows"}
    return RawLayer(**{**facts, "table": table, "wkb": wkb, "issues": issues})


def pixels_kept(values: Pixels, folder: Path) -> dict[str, Any]:
    """The shape and type of a window of pixels, which is written to `folder`."""
    values.tofile(folder / "pixels")
    return {"shape": values.shape, "type": values.dtype.str}


def pixels_mapped(facts: Mapping[str, Any], folder: Path) -> Float:
    """The window that `pixels_kept` wrote; the file is no longer in `folder` (on Windows it is copied)."""
    file, kind = folder / "pixels", np.dtype(facts["type"])
    shape = tuple(facts["shape"])
    copied = os.name == "nt" or 0 in shape
    values = np.fromfile(file, kind).reshape(shape) if copied else np.memmap(file, kind, "c", shape=shape)
    file.unlink()
    return np.asarray(values, np.float64)


def told(error: LandplanError) -> dict[str, Any]:
    """An error as plain data."""
    return {"kind": type(error).__name__, "id": error.id, "where": error.where, "values": error.values}


def retold(facts: Mapping[str, Any]) -> LandplanError:
    """The error that `told` described, of a class of the list above."""
    return _ERRORS.get(facts["kind"], LandplanError)(facts["id"], facts["where"], **facts["values"])


def plain(value: object) -> object:
    """What JSON has no word for: numbers of numpy as numbers, sets as lists, anything else as text."""
    if hasattr(value, "item"):
        return value.item()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    return dict(value) if isinstance(value, Mapping) else str(value)


def _write(path: Path, table: pa.Table) -> None:
    """One stream of batches as they are; a stream, not a file, because dictionaries may differ from batch to batch."""
    import pyarrow as pa

    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)


def _taken(path: Path) -> pa.Table:
    """The table of a file, mapped, not copied."""
    import pyarrow as pa

    with pa.ipc.open_stream(_mapped(path)) as stream:
        table = stream.read_all()
    table.validate()
    return table


def _write_joined(folder: Path, wkb: pa.Array | pa.ChunkedArray) -> None:
    """A column of bytes as its three buffers, those of its chunks one after the other: joined in the file, not in memory."""
    import pyarrow as pa

    ends, valid, end = [np.zeros(1, np.int64)], [np.zeros(0, np.bool_)], 0
    with (folder / _PIECES[2]).open("wb") as sink:
        for chunk in wkb.chunks if isinstance(wkb, pa.ChunkedArray) else [wkb]:
            _, offsets, data = chunk.buffers()
            wide = np.int64 if pa.types.is_large_binary(chunk.type) else np.int32
            place = np.frombuffer(offsets or bytes(8), wide)[chunk.offset : chunk.offset + len(chunk) + 1].astype(np.int64)
            sink.write(memoryview(data or b"")[place[0] : place[-1]])
            ends.append(place[1:] - place[0] + end)
            end += int(place[-1] - place[0])
            valid.append(np.asarray(chunk.is_valid(), np.bool_))
    width = np.int32 if end < 2**31 else np.int64
    (folder / _PIECES[1]).write_bytes(np.concatenate(ends).astype(width).tobytes())
    (folder / _PIECES[0]).write_bytes(np.packbits(np.concatenate(valid), bitorder="little").tobytes())


def _joined(folder: Path, n: int) -> pa.Array:
    """The column of n rows that `_write_joined` wrote, mapped, not copied."""
    import pyarrow as pa

    pieces = [_mapped(folder / name) for name in _PIECES]
    kind = pa.binary() if pieces[1].size == 4 * (n + 1) else pa.large_binary()
    column = pa.Array.from_buffers(kind, n, pieces)
    column.validate()
    return column


def _mapped(path: Path) -> pa.Buffer:
    """The bytes of a file; the file's name is gone before its pages are (on Windows they are copied)."""
    import pyarrow as pa

    if os.name == "nt" or not path.stat().st_size:
        found = pa.py_buffer(path.read_bytes())
    else:
        with pa.memory_map(str(path)) as source:
            found = source.read_buffer()
    path.unlink()
    return found
