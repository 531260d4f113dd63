"""What the reading process sends back: rows as Arrow in a private folder, all else as JSON; nothing that could run."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core import errors
from landplan.core.errors import Issue, LandplanError
from landplan.io.raw_layer import RawLayer

if TYPE_CHECKING:
    import pyarrow as pa

_ERRORS = {
    kind.__name__: kind
    for kind in (
        LandplanError, errors.InputError, errors.UsageError, errors.MethodError, errors.SchemeError, errors.SolveError,
        errors.ExportError,
    )
}  # fmt: skip
"""The errors that may come back; any other name is a bug."""


def kept(raw: RawLayer, folder: Path) -> dict[str, Any]:
    """A layer as plain data, its rows and geometry written to `folder`."""
    import pyarrow as pa

    _write(folder / "rows.arrow", raw.table)
    if raw.wkb is not None:
        _write(folder / "wkb.arrow", pa.table({"wkb": raw.wkb}))
    facts = {one.name: getattr(raw, one.name) for one in fields(raw) if one.name not in ("table", "wkb", "issues")}
    return {**facts, "issues": [asdict(issue) for issue in raw.issues]}


def restored(facts: Mapping[str, Any], folder: Path) -> RawLayer:
    """The layer that `kept` wrote; its arrays lie in the mapped files, which are no longer in `folder`."""
    issues = tuple(Issue(**issue) for issue in facts["issues"])
    table, wkb = _taken(folder / "rows.arrow"), None
    if (folder / "wkb.arrow").exists():
        column = _taken(folder / "wkb.arrow").column(0)
        wkb = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    return RawLayer(**{**facts, "table": table, "wkb": wkb, "issues": issues})


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
    """The table of a file, mapped, not copied; the file's name is gone before its pages are (on Windows it is copied)."""
    import pyarrow as pa

    source = pa.BufferReader(path.read_bytes()) if os.name == "nt" else pa.memory_map(str(path))
    with pa.ipc.open_stream(source) as stream:
        table = stream.read_all()
    path.unlink()
    table.validate()
    return table
