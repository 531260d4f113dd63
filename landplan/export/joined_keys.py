"""Every key of a joined table that has no counterpart, or several, and every firm in doubt, in one list to work through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from landplan.core.errors import Issue
from landplan.core.messages import text
from landplan.export.csv_table import write_csv

HEADER = ("layer", "table", "code", "key", "row", "more", "text")


def listed_keys(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues that carry a list of keys."""
    return tuple(issue for issue in issues if issue.values.get("all"))


def write_joined_keys(issues: Iterable[Issue], path: Path, lang: str | None = None) -> Path | None:
    """The list as CSV (UTF-8 with a mark; nothing in it runs as a formula), or None where there is nothing to list.

    code says what it is about; row: of the table, or feature of the layer, from 1; more: the key it nearly is, a firm's code …
    """
    rows = [row for issue in listed_keys(issues) for row in _rows(issue, lang)]
    if not rows:
        return None
    write_csv(path, HEADER, rows)
    return path


def _rows(issue: Issue, lang: str | None) -> Iterator[tuple[Any, ...]]:
    said = text(f"kind_{issue.id}", {}, lang)
    every: Any = issue.values["all"]
    for key, other in every:
        place, more = (other, "") if isinstance(other, int) else ("", other)
        yield issue.layer, str(issue.values["table"]), issue.id, key, place, more, said
