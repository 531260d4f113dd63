"""What `landplan sweep` writes and says: a row for every combination."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from landplan.app.report import Report
from landplan.app.sweeping import Swept, Vary
from landplan.core.messages import text
from landplan.export.csv_table import write_csv

_PLAN = ("status", "chosen", "objective", "bound", "gap")


def sweep_report(varied: Sequence[Vary], runs: Sequence[Swept], models: tuple[str, ...], out: Path) -> Report:
    """Write the table (.csv); say how many combinations there were, and how far recommendations move between them."""
    rows = [_row(varied, number, one, models) for number, one in enumerate(runs, 1)]
    header = dict.fromkeys(name for row in rows for name in row if name != "problem")
    names = [*header, "problem"]
    write_csv(out, names, ([row.get(name, "") for name in names] for row in rows))
    done = [one.changed for one in runs if one.problem == ""]
    lines = [text("sweep_written", {"path": out, "n": len(runs)})]
    if done:
        lines.append(text("sweep_changed", {"low": min(done), "high": max(done)}))
    lines += [text("sweep_failed", {"run": k, "problem": one.problem}) for k, one in enumerate(runs, 1) if one.problem]
    return Report(tuple(lines), {"file": out, "runs": rows})


def _row(varied: Sequence[Vary], number: int, one: Swept, models: tuple[str, ...]) -> dict[str, Any]:
    """One line of the table; numbers in full, `changed` against the project as it is."""
    row: dict[str, Any] = {"run": number}
    row |= {asked.title: value for asked, value in zip(varied, one.values, strict=True)}
    if facts := one.facts:
        row |= {"changed": one.changed, "without": facts["without"], "restricted": facts["restricted"]}
        row |= {f"recommended_{id}": facts["recommended"].get(id, 0) for id in models}
        row |= {name: facts[name] for name in _PLAN if name in facts}
        row |= {f"path_{id}": n for id, n in facts.get("paths", {}).items()}
    return {**row, "problem": one.problem}
