"""The register of obstacles (堵点) as a sheet: open ones first, with what each holds up."""

from __future__ import annotations

from collections.abc import Iterator

from landplan.core.messages import text
from landplan.core.obstacles import Obstacle, register
from landplan.core.results import Results
from landplan.export.table import Cell, Heading, Table

NAMES = ("parcel", "obstacle_kind", "obstacle_what", "obstacle_responsible", "obstacle_due", "obstacle_state",
         "obstacle_standing", "start_year", "obstacle_against")  # fmt: skip


def obstacle_tables(results: Results) -> Iterator[Table]:
    """One where the project has a register. A plot that the parcels lack stays in it; a due date that cannot be read is shown as
    it is written."""
    found, lang = register(results.layers), results.lang
    if found is None:
        return
    starts: dict[int, int] = {}
    if results.portfolio is not None and results.options is not None:
        plan = results.portfolio
        starts = dict(zip(results.options.parcel[plan.option].tolist(), plan.start_year.tolist(), strict=True))
    headings = tuple(Heading(text(name, lang=lang), "year", 0) if name == "start_year" else Heading(text(name, lang=lang))
                     for name in NAMES)  # fmt: skip
    rows = tuple(_row(one, starts.get(one.plot), lang) for one in found)
    opened = sum(one.open for one in found)
    late = sum(one.late_for(starts[one.plot]) for one in found if one.plot in starts)
    note = text("obstacles_note", {"n": len(found), "open": opened, "late": late}, lang)
    yield Table(text("table_obstacles", lang=lang), headings, rows, (note,))


def standing(one: Obstacle) -> str:
    """The id of the word for where it stands: cleared, open, or of a plot that is not there."""
    return "obstacle_lost" if one.plot < 0 else "obstacle_open" if one.open else "obstacle_closed"


def against(one: Obstacle, start: int | None) -> str:
    """The id of the word for what it means to the plan; "" for nothing."""
    if start is None or not one.open:
        return ""
    return "obstacle_after_start" if one.late_for(start) else "" if one.due else "obstacle_when"


def _row(one: Obstacle, start: int | None, lang: str) -> tuple[Cell, ...]:
    due = one.due.isoformat() if one.due else one.written
    told = against(one, start)
    words = (one.id, one.kind, one.what, one.responsible, due, one.state, text(standing(one), lang=lang))
    return (*(word or None for word in words), start, text(told, lang=lang) if told else None)
