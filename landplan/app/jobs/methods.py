"""Job: what is registered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs

KINDS = ("measure", "value_function", "weighting", "scoring", "check", "export")


@jobs.add("List measures, value functions, scorings, checks, exports", zh="列出量算、价值函数、赋权、评分、质检与导出方法")
def methods(
    *,
    kind: Annotated[str, Param("only this kind", zh="只列这一类", choices=KINDS)] = "",
    progress: Progress = silent,
) -> Report:
    """Every registered method with its title, unit, parameters and source."""
    from landplan.core.errors import UsageError, suggestion
    from landplan.core.messages import pick

    wanted = kind.replace("-", "_").replace(" ", "_")
    if wanted and wanted not in KINDS:
        offered = suggestion(wanted, KINDS)
        raise UsageError("value_not_offered", "--kind", key="--kind", value=kind, choices=offered)
    rows = [row for row in _rows() if wanted in ("", row["kind"])]
    lines = [f"{row['kind']:<15} {row['id']:<20} {pick(row['titles'])}{_bracket(row['unit'])}{_source(row)}" for row in rows]
    return Report(tuple(lines), [{key: value for key, value in row.items() if key != "titles"} for row in rows])


def _rows() -> Iterator[dict[str, Any]]:
    from landplan.core.registry import checks, exporters, measures, scorings, value_functions, weightings

    for kind, registered in zip(KINDS, (measures, value_functions, weightings, scorings, checks, exporters), strict=True):
        for method in registered:
            yield {
                "kind": kind,
                "id": method.id,
                "title": method.title,
                "title_zh": method.title_zh,
                "titles": method.titles,
                "unit": method.unit,
                "source": method.source,
                "relative": method.relative,
                "parameters": [argument.name for argument in method.arguments],
            }


def _bracket(unit: str) -> str:
    return f" [{unit}]" if unit else ""


def _source(row: dict[str, Any]) -> str:
    return f"  ({row['source']})" if row["source"] else ""
