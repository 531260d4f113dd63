"""Rows of the schedule: a block with its land under works by year, and the parcels of a block that is open. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.layers import Float, Int
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import ZoneSet
from landplan.core.year_plan import YearPlan
from landplan.export.drawing.colours import PATH_HUES
from landplan.gui import figures


@dataclass(frozen=True, slots=True, eq=False)
class WorksRow:
    """chosen: places among the plan's options. works_mu (y,) of a block; colour and words of a parcel's bar, "" of a block."""

    zone: int
    name: str
    tip: str
    chosen: Int
    start: int
    end: int
    works_mu: Float
    colour: str = ""
    words: str = ""

    @property
    def block(self) -> bool:
        return not self.colour


def works_rows(results: Results, plan: YearPlan, zone_set: ZoneSet | None, opened: frozenset[int]) -> tuple[WorksRow, ...]:
    """A row for each zone in which something is chosen, earliest first; one row for all where there is no zone set."""
    main = np.zeros(len(plan.parcel), np.int64) if zone_set is None else zone_set.main[plan.parcel].astype(np.int64)
    names = (text("schedule_all"),) if zone_set is None else zone_set.zone_names
    found: list[tuple[WorksRow, ...]] = []
    for zone in np.unique(main).tolist():
        chosen = np.flatnonzero(main == zone)
        block = _block(plan, zone, names[zone], chosen)
        order = chosen[np.lexsort((plan.parcel[chosen], plan.end[chosen], plan.start[chosen]))] if zone in opened else ()
        found.append((block, *(_parcel(results, plan, zone, int(c)) for c in order)))
    found.sort(key=lambda rows: (rows[0].start, rows[0].end, rows[0].zone))
    return tuple(row for rows in found for row in rows)


def _block(plan: YearPlan, zone: int, name: str, chosen: Int) -> WorksRow:
    start, end = int(plan.start[chosen].min()), int(plan.end[chosen].max())
    facts = {"name": name, "n": f"{len(chosen):,}", "area": _area(plan.area_mu[chosen]), "first": start, "last": end - 1}
    tip = text("schedule_block_tip", facts)
    return WorksRow(zone, f"{name}  {len(chosen):,}", tip, chosen, start, end, plan.works_mu(chosen))


def _parcel(results: Results, plan: YearPlan, zone: int, c: int) -> WorksRow:
    path, model = results.scheme.paths[plan.path[c]], results.scheme.models[plan.model[c]]
    words = f"{pick(path.title)} · {pick(model.title)}"
    id, start, end = str(results.scores.ids[plan.parcel[c]]), int(plan.start[c]), int(plan.end[c])
    facts = {"name": id, "doing": words, "area": figures.with_unit(float(plan.area_mu[c]), "mu"), "first": start, "last": end - 1}
    one = np.array([c], np.int64)
    colour = f"#{PATH_HUES[int(plan.path[c]) % len(PATH_HUES)]}"
    return WorksRow(zone, id, text("schedule_parcel_tip", facts), one, start, end, plan.works_mu(one), colour, words)


def _area(area_mu: Float) -> str:
    return figures.with_unit(float(np.nansum(area_mu)) if not np.isnan(area_mu).all() else float("nan"), "mu", 4)
