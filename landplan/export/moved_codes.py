"""Every plot whose land-use code was moved to another classification, or waits for a decision, in one list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from landplan.core.errors import Issue
from landplan.core.messages import text
from landplan.export.csv_table import write_csv

HEADER = ("layer", "parcel", "field", "old", "new", "state", "text", "candidates")
_STATES = ("moved", "merged", "open", "unlisted", "unreadable")


def write_moved_codes(issues: Iterable[Issue], path: Path, lang: str | None = None) -> Path | None:
    """The list as CSV, one row a plot and field, or None where no code was moved. `new` is empty until it is decided."""
    rows = [row for issue in issues if issue.id in {f"code_{state}" for state in _STATES} for row in _rows(issue, lang)]
    if not rows:
        return None
    write_csv(path, HEADER, rows)
    return path


def _rows(issue: Issue, lang: str | None) -> Iterator[tuple[Any, ...]]:
    state = issue.id.removeprefix("code_")
    facts = issue.values
    said = state, text(f"code_state_{state}", lang=lang), facts.get("candidates", "")
    plots: Any = facts.get("moved", (issue.feature,))
    new = facts["to"] if "moved" in facts else ""
    for plot in plots:
        yield issue.layer, plot, facts["field"], facts["code"], new, *said
