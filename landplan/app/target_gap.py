"""The gap to a target of the scheme, and the cheapest way to close it: what it costs, which parcels, which limits stand in
the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from landplan.app.plan_questions import Asked, percent
from landplan.app.report import Report
from landplan.core.environment import parcel_environment
from landplan.core.errors import SolveError, UsageError, about, suggestion
from landplan.core.expression import evaluate_number, parse
from landplan.core.layers import Float
from landplan.core.messages import language, pick, text
from landplan.core.progress import Progress
from landplan.core.scheme import Target
from landplan.core.tables import QUANTITIES
from landplan.core.units import unit_text
from landplan.export.csv_table import exact_cells, write_csv
from landplan.portfolio.target_gap import Closed, closed

By = Literal["goal", "money"]
"""What is to be least: what the plan's goal loses, or the public money of the new plan."""


@dataclass(frozen=True, eq=False)
class TargetGap:
    """before, after: the target with the plan at hand and with the one found, in its unit. most: the most that can be
    reached (proven), NaN where the target is. extra_wan: public money of the new plan less that of the old one.
    lost: what the goal loses, share of the plan's benefit. rows: parcels that come, leave or do something else. binding:
    limits without room in the new plan."""

    target: Target
    by: By
    before: float
    after: float
    reached: bool
    most: float
    extra_wan: float
    least_wan: float
    lost: float
    rows: tuple[dict[str, Any], ...]
    binding: tuple[str, ...]
    gap: float

    @property
    def already(self) -> bool:
        """Whether the plan at hand reaches the target by itself."""
        return self.before >= self.target.above

    def amount(self, value: float) -> str:
        """In the target's unit; whole numbers whole, others with two decimals."""
        shown = f"{value:,.{0 if abs(value - round(value)) < 1e-6 else 2}f}"
        bare = self.target.unit == "count" and language() == "en"
        return shown if bare else f"{shown} {unit_text(self.target.unit, language())}"


def target_effect(asked: Asked, target: Target) -> tuple[float, Float]:
    """What the target is without any works, and (c,) what each column of the problem adds to it by its year.

    A parcel whose total is unknown today counts for nothing; one whose total is unknown after the works leaves the sum.
    """
    found, table = asked.results, asked.formulation.options
    environment = parcel_environment(found.layers.parcels, found.zones, found.scheme.constants)
    with about(f"targets.{target.id}"):
        total = parse(target.total)
        today = evaluate_number(total, environment.columns, constants=environment.constants, n=environment.n).values
        columns = {name: np.asarray(environment.columns[name])[table.parcel] for name in total.fields
                   if name in environment.columns}  # fmt: skip
        for name in QUANTITIES:
            now = np.asarray(environment.columns[name], np.float64)[table.parcel]
            columns[name] = now + table.change[name]
        then = evaluate_number(total, columns, constants=environment.constants, n=len(table)).values
    now = today[table.parcel]
    added = np.where(np.isnan(now), 0.0, np.where(np.isnan(then), 0.0, then) - np.nan_to_num(now))
    done = asked.formulation.done_by(target.year)[asked.built.kept]
    effect = np.where(done, added[asked.formulation.option[asked.built.kept]], 0.0)
    return float(np.sort(today[~np.isnan(today)]).sum()) + target.remainder, np.asarray(effect)


def target_gap(asked: Asked, id: str, by: By, progress: Progress) -> TargetGap:
    """The cheapest plan that reaches a target; UsageError names the nearest target, SolveError where the search knows none."""
    target = _target(asked, id)
    if by not in get_args(By):
        raise UsageError("unknown_name", "--by", name=by, nearest=suggestion(by, get_args(By)))
    base, effect = target_effect(asked, target)
    problem, old, form = asked.built.problem, asked.found, asked.formulation
    kept, choose = asked.built.kept, asked.choose
    spend = np.sum([form.spend(fund)[kept].sum(axis=1) for fund in form.options.funds], axis=0) + np.zeros(len(kept))
    before = base + float(np.sort(effect[old.chosen]).sum())
    if before >= target.above:
        return TargetGap(target, by, before, before, True, np.nan, 0.0, np.nan, 0.0, (), (), old.gap)
    found = closed(problem, effect, target.above - base, cost=spend if by == "money" else None, gap=choose.gap,
                   work_limit=choose.work_limit, progress=progress)  # fmt: skip
    if np.isnan(found.plan.objective):
        raise SolveError("no_plan_found", "choose", work=choose.work_limit)
    worth = problem.objective(found.plan.chosen, problem.activity(found.plan.chosen))
    lost = (old.objective - worth) / max(abs(old.objective), 1e-300)
    extra, already = (float(spend[plan].sum()) for plan in (found.plan.chosen, old.chosen))
    rows = tuple(_changes(asked, found, effect, spend))
    return TargetGap(target, by, before, base + found.gain, found.reached, base + found.most, extra - already,
                     found.least - already, lost, rows, tuple(_binding(asked, found)), found.plan.gap)  # fmt: skip


def _target(asked: Asked, id: str) -> Target:
    targets = {one.id: one for one in asked.results.scheme.targets}
    if id not in targets:
        raise UsageError("unknown_name", "--target", name=id, nearest=suggestion(id, targets))
    return targets[id]


def _binding(asked: Asked, found: Closed) -> Iterator[str]:
    """Limits that the new plan leaves no room in, or that have a price."""
    plan = found.plan
    priced = np.abs(np.nan_to_num(plan.prices) * plan.activity) > 1e-9 * max(abs(plan.objective), 1e-300)
    for k, id in enumerate(asked.built.problem.limit_ids):
        if plan.binding[k] or priced[k]:
            yield asked.rule_name(id)


def _changes(asked: Asked, found: Closed, effect: Float, spend: Float) -> Iterator[dict[str, Any]]:
    """A row for each parcel that is dealt with otherwise than in the plan at hand."""
    group = asked.built.problem.group
    old, new = ({int(group[c]): int(c) for c in plan} for plan in (asked.found.chosen, found.plan.chosen))
    for g in sorted(old.keys() | new.keys()):
        a, b = old.get(g), new.get(g)
        if a == b:
            continue
        what = "come" if a is None else "leave" if b is None else "change"
        added, money = ((0.0 if b is None else float(values[b])) - (0.0 if a is None else float(values[a]))
                        for values in (effect, spend))  # fmt: skip
        yield {"parcel_id": asked.ids[g], "what": what, "before": "" if a is None else asked.words(a),
               "after": "" if b is None else asked.words(b), "target": added, "spend_wan": money}  # fmt: skip


def gap_sentences(gap: TargetGap) -> tuple[str, ...]:
    """What a planner wants to know, one sentence each."""
    facts = {"target": pick(gap.target.title), "year": gap.target.year, "above": gap.amount(gap.target.above)}
    before = text("close_gap_before", {**facts, "before": gap.amount(gap.before)})
    if gap.already:
        return before, text("close_gap_already")
    counts = {what: sum(row["what"] == what for row in gap.rows) for what in ("come", "leave", "change")}
    money = {"more": f"{abs(gap.extra_wan):,.0f}", "lost": percent(gap.lost, 1.0), "gap": f"{gap.gap:.2%}",
             "after": gap.amount(gap.after), **counts}  # fmt: skip
    if not gap.reached:
        said = text("close_gap_cannot", {**money, "most": gap.amount(gap.most), "short": gap.amount(gap.target.above - gap.most)})
    else:
        said = text("close_gap_goal" if gap.by == "goal" else "close_gap_money", money)
    way = "close_gap_more" if gap.extra_wan >= 0 else "close_gap_less"
    binding = "、" if language() == "zh" else "; "
    stands = text("close_gap_binding", {"limits": binding.join(gap.binding)}) if gap.binding else text("close_gap_free")
    return before, said, text(way, money), stands


def target_gap_report(asked: Asked, id: str, by: By, out: Path | None, progress: Progress) -> Report:
    """Say what closing the gap takes; write a row for each parcel that changes (.csv) where asked for."""
    gap = target_gap(asked, id, by, progress)
    lines = list(gap_sentences(gap))
    if out is not None:
        keys = ("parcel_id", "what", "before", "after", "target", "spend_wan")
        columns = {key: [row[key] for row in gap.rows] for key in keys}
        columns |= {key: exact_cells(np.array(columns[key], np.float64)) for key in ("target", "spend_wan")}
        write_csv(out, columns, zip(*columns.values(), strict=True))
        lines.append(text("said_written", {"path": out, "n": len(gap.rows)}))
    data = {"target": id, "unit": gap.target.unit, "above": gap.target.above, "before": gap.before, "after": gap.after,
            "reached": gap.reached, "most": gap.most, "extra_wan": gap.extra_wan, "lost": gap.lost, "gap": gap.gap,
            "limits": list(gap.binding), "rows": list(gap.rows), "file": out}  # fmt: skip
    return Report(tuple(lines), data)
