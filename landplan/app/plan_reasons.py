"""What `landplan why` writes and says: the cost of leaving parcels out, putting them in, and of every limit that binds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.plan_questions import Asked, percent
from landplan.app.plan_standing import standing, standing_words
from landplan.app.report import Report
from landplan.core.messages import language, text
from landplan.core.progress import Progress, part
from landplan.core.units import unit_text
from landplan.export.csv_table import write_csv
from landplan.portfolio.problem import MUST
from landplan.portfolio.reasons import Cost, leaving_out, putting_in, rule_costs


def reasons_report(asked: Asked, plots: Sequence[str], out: Path, progress: Progress) -> Report:
    """Write a row for each parcel and limit asked about (.csv), and say them."""
    rows = [*parcel_costs(asked, plots, part(progress, 0.0, 0.5)), *limit_costs(asked, part(progress, 0.5, 1.0))]
    columns = {key: [row[key] for row in rows] for key in ("what", "id", "in_plan", "cost", "least", "most", "price", "doing")}
    cells = {key: ["" if value is None or value != value else value for value in values] for key, values in columns.items()}
    write_csv(out, cells, zip(*cells.values(), strict=True))
    head = text("said_gap", {"objective": asked.found.objective, "gap": f"{asked.found.gap:.3%}",
                             "binding": ", ".join(asked.rule_title(id) for id in costly(asked)) or "–"})  # fmt: skip
    data = {"file": out, "objective": asked.found.objective, "bound": asked.found.bound, "rows": rows}
    stand = [standing_words(id, standing(asked, asked.group(id)), asked.rule_title) for id in plots]
    return Report((head, *stand, *(cost_words(asked, row) for row in rows if row["cost"] is not None)), data)


def costly(asked: Asked) -> list[str]:
    """Rules that may cost something: limits without room or with a price, pieces, the must-do list."""
    problem, found = asked.built.problem, asked.found
    priced = np.abs(np.nan_to_num(found.prices) * found.activity) > 1e-9 * abs(found.objective)
    limits = [id for id, on in zip(problem.limit_ids, found.binding | priced, strict=True) if on]
    return [*limits, *(rule.id for rule in problem.pieces), *([MUST] if problem.must.size else [])]


def parcel_costs(asked: Asked, plots: Sequence[str], progress: Progress) -> Iterator[dict[str, Any]]:
    """What leaving each parcel out, or putting it in, costs; solved again for each. cost None: it has no option."""
    problem, found = asked.built.problem, asked.found
    column = {int(problem.group[c]): int(c) for c in found.chosen}
    effort: dict[str, Any] = {"gap": asked.choose.gap, "work_limit": asked.choose.work_limit, "progress": progress}
    able = set(problem.group.tolist())
    for id in plots:
        group = asked.group(id)
        inside = group in column
        if not inside and group not in able:
            yield {**_row("parcel", id, None), "in_plan": 0}
            continue
        (cost,) = (leaving_out if inside else putting_in)(problem, found, [group], **effort)
        doing = asked.words(column[group]) if inside else ""
        yield {**_row("parcel", id, cost), "in_plan": int(inside), "doing": doing}


def limit_costs(asked: Asked, progress: Progress) -> Iterator[dict[str, Any]]:
    """What the plan would gain without each limit that may cost something; solved again without each."""
    problem, found = asked.built.problem, asked.found
    prices = dict(zip(problem.limit_ids, found.prices.tolist(), strict=True))
    for cost in rule_costs(problem, found, costly(asked), gap=asked.choose.gap, work_limit=asked.choose.work_limit,
                           progress=progress):  # fmt: skip
        yield {**_row("limit", cost.id, cost), "price": prices.get(cost.id)}


def _row(what: str, id: str, cost: Cost | None) -> dict[str, Any]:
    found = (None, None, None) if cost is None else (cost.seen, cost.least, cost.most)
    return {"what": what, "id": id, "in_plan": "", **dict(zip(("cost", "least", "most"), found, strict=True)),
            "price": None, "doing": ""}  # fmt: skip


def cost_words(asked: Asked, row: dict[str, Any]) -> str:
    """A row in a sentence."""
    worth = asked.found.objective
    if row["cost"] is None:
        return text("why_no_option", {"id": row["id"]})
    if row["what"] == "limit":
        facts = {"limit": asked.rule_title(row["id"]), "gain": percent(row["cost"], worth),
                 "least": percent(row["least"], worth), "most": percent(row["most"], worth)}  # fmt: skip
        price = row["price"]
        unit = {one.id: one.unit for one in asked.built.rows}.get(row["id"], "")
        worth_each = {"price": f"{abs(price):.4g}", "unit": unit_text(unit, language())} if price and np.isfinite(price) else None
        return text("why_limit", facts) + ("" if worth_each is None else text("why_limit_price", worth_each))
    if np.isinf(row["cost"]):
        return text("why_in_needed" if row["in_plan"] else "why_out_cannot", {"id": row["id"], "doing": row["doing"]})
    costs = {name: percent(row[name], worth) for name in ("cost", "least", "most")}
    return text("why_in" if row["in_plan"] else "why_out", {"id": row["id"], "doing": row["doing"], **costs})
