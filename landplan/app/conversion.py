"""What a conversion did, in lines and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from landplan.app.report import Report
from landplan.core.messages import text

if TYPE_CHECKING:
    from landplan.io.conversion import Converted

_SHOWN = 20


def conversion_report(source: Path, done: Converted) -> Report:
    """Rows in and out, each step, rows with another area, and the area of all before and after."""
    steps = [{"code": step.id, **step.values, "message": step.text()} for step in done.steps]
    mended = [{**asdict(row), "change": row.change} for row in done.mended]
    data = {**asdict(done), "source": source, "steps": steps, "mended": mended}
    return Report(tuple(_lines(source, done)), data)


def _lines(source: Path, done: Converted) -> Iterator[str]:
    dropped = ", ".join(f"{reason} {n}" for reason, n in done.dropped.items()) or "0"
    facts = {"source": source, "out": done.file, "layer": done.layer, "dropped": dropped}
    yield text("said_converted", {**facts, "rows_in": done.rows_in, "rows_out": done.rows_out})
    yield from (step.text() for step in done.steps)
    for row in done.mended[:_SHOWN]:
        areas = {"before_m2": f"{row.before_m2:,.2f}", "after_m2": f"{row.after_m2:,.2f}", "percent": f"{row.change:.4%}"}
        yield text("said_converted_row", {"row": row.row + 1, "id": row.id, **areas})
    if len(done.mended) > _SHOWN:
        yield text("said_converted_more", {"n": len(done.mended) - _SHOWN})
    before, after = ("–" if area is None else f"{area:,.2f}" for area in (done.area_before_m2, done.area_after_m2))
    if done.area_before_m2 is not None or done.area_after_m2 is not None:
        yield text("said_converted_area", {"before_m2": before, "after_m2": after})
