"""A table joined to a layer's file: what was written, what has no counterpart, and the list of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from landplan.app.asked_join import file_and_layer
from landplan.app.changes import made
from landplan.app.report import Report
from landplan.core.errors import ExportError
from landplan.core.messages import text
from landplan.core.progress import Progress, silent
from landplan.core.recipe import LayerInput, TableJoin


def join_report(
    path: Path, table: Path, wish: Mapping[str, Any], out: Path, keys: Path | None, progress: Progress = silent
) -> Report:
    """Join, write, and say every row's lot; ExportError when an output is one of the inputs."""
    from landplan.export.joined_keys import listed_keys, write_joined_keys
    from landplan.io.joined_file import join_file

    source, layer = file_and_layer(path)
    sheet_of, sheet = file_and_layer(table)
    listed = keys if keys is not None else out.with_name(f"{out.stem}_keys.csv")
    for target in (out, listed):
        if target.resolve() in (source.resolve(), sheet_of.resolve()):
            raise ExportError("would_overwrite_input", target)
    spec = LayerInput(path=str(source), layer=layer)
    join = made(TableJoin, "join", path=str(sheet_of), layer=sheet, **wish)
    done = join_file(source, spec, sheet_of, join, out, progress)
    list_file = write_joined_keys(done.issues, Path(listed))
    head = text("said_joined", {"path": done.file, "n": done.rows, "columns": list(done.columns) or "–"})
    lines = [head, *(one.text() for one in done.issues if one.weight != "note" or one.id == "join_account")]
    if list_file is not None:
        lines.append(text("said_joined_keys", {"path": list_file}))
    account = next(dict(one.values) for one in done.issues if one.id == "join_account")
    issues = [{"code": one.id, "weight": one.weight, "text": one.text()} for one in done.issues]
    unmatched = {one.id: one.values["all"] for one in listed_keys(done.issues)}
    data = {"file": done.file, "layer": done.layer, "rows": done.rows, "columns": list(done.columns), "keys_file": list_file}
    return Report(tuple(lines), {**data, "account": account, "keys": unmatched, "issues": issues})
