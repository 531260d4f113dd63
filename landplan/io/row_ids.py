"""Ids that can be trusted: text, unique, every mended one listed."""

from __future__ import annotations

from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Text


def row_ids(table: Any, role: str, *, wanted: bool) -> tuple[Text, tuple[Issue, ...]]:
    """(n,) unique ids from the column `id`: a repeated one becomes `id#2`, a missing one `@row`.

    Rows are counted from 0. An Issue says how many were mended; the checks list them one by one. Without the column every
    id is `@row`, with an Issue where ids are `wanted`.
    """
    n = table.num_rows
    if "id" not in table.column_names:
        ids = np.array([f"@{row}" for row in range(n)], object)
        return ids, (Issue("no_id_field", role, values={"n": n}),) if wanted and n else ()
    column = table.column("id")
    if not column.null_count and _is_unique(column.combine_chunks()):
        return column.to_numpy(), ()
    given: list[str | None] = column.to_pylist()
    ids, used, count = np.empty(n, object), set(filter(None, given)), dict[str, int]()
    missing = repeated = 0
    for row, id in enumerate(given):
        if id is None:
            ids[row], missing = _free(f"@{row}", used), missing + 1
            continue
        count[id] = count.get(id, 0) + 1
        again = count[id] > 1
        ids[row], repeated = _free(f"{id}#{count[id]}", used) if again else id, repeated + again
    found = {"ids_missing": missing, "ids_repeated": repeated}
    return ids, tuple(Issue(id, role, values={"n": number}) for id, number in found.items() if number)


def _is_unique(ids: Any) -> bool:
    """Whether no text is there twice; rising ones, as most files have them, are seen at a glance."""
    import pyarrow.compute as pc

    return bool(pc.all(pc.less(ids[:-1], ids[1:])).as_py()) or len(ids.unique()) == len(ids)


def _free(id: str, used: set[str]) -> str:
    while id in used:
        id += "'"
    used.add(id)
    return id
