"""Ids that can be trusted: text, unique, every mended one listed."""

from __future__ import annotations

from typing import Any

import numpy as np

from landplan.core.errors import Issue
from landplan.core.layers import Text


def row_ids(table: Any, role: str, *, wanted: bool) -> tuple[Text, tuple[Issue, ...]]:
    """(n,) unique ids from the column `id`: a repeated one becomes `id#2`, a missing one `@row`, each an Issue.

    Rows are counted from 0. Without the column every id is `@row`, with one Issue where ids are `wanted`.
    """
    n = table.num_rows
    if "id" not in table.column_names:
        ids = np.array([f"@{row}" for row in range(n)], object)
        return ids, (Issue("no_id_field", role, values={"n": n}),) if wanted and n else ()
    given: list[str | None] = table.column("id").to_pylist()
    ids, issues, used, count = np.empty(n, object), [], set(filter(None, given)), dict[str, int]()
    for row, id in enumerate(given):
        if id is None:
            ids[row] = _free(f"@{row}", used)
            issues.append(Issue("id_missing", role, row=row, feature=ids[row], values={"feature": ids[row]}))
            continue
        count[id] = count.get(id, 0) + 1
        ids[row] = id
        if count[id] > 1:
            ids[row] = _free(f"{id}#{count[id]}", used)
            values = {"id": id, "count": count[id], "feature": ids[row]}
            issues.append(Issue("id_repeated", role, row=row, feature=ids[row], values=values))
    return ids, tuple(issues)


def _free(id: str, used: set[str]) -> str:
    while id in used:
        id += "'"
    used.add(id)
    return id
