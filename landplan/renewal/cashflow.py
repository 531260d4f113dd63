"""Cash flows of candidates by party, fund and year; and what changes for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.errors import SchemeError, about
from landplan.core.expression import NULL, TRUE, Expression, evaluate_many, null_fields, parse
from landplan.core.layers import Float
from landplan.core.scheme import Line, RenewalPath, Scheme
from landplan.core.tables import QUANTITIES, Reason
from landplan.renewal.stack import Stack

AMOUNT_UNKNOWN = "amount_unknown"
"""The rule a candidate breaks when an amount of money cannot be computed: an unknown field stays unknown, never 0."""

WORKS_UNKNOWN = "works_unknown"
"""The rule a candidate breaks when the years of its works are unknown or below 0: nobody can say when it is done."""

CHANGE = {
    "output_wan": "area_mu * after_output_wan_per_mu_year - output_wan",
    "tax_wan": "area_mu * after_tax_wan_per_mu_year - tax_wan",
    "jobs": "area_mu * after_jobs_per_mu - jobs",
    "gfa_m2": "area_m2 * far_target - gfa_m2",
    "firms": "area_mu * after_firms_per_mu - firms",
}
"""What a building path changes unless it says otherwise: the model's figures minus today's."""


@dataclass(frozen=True, eq=False)
class Money:
    """flows (q, parties, years), fund_spend and fund_income (q, funds, years) 万元, year 0 = start; known (q,)."""

    flows: Float
    fund_spend: Float
    fund_income: Float
    known: Any
    reasons: tuple[Reason, ...]


def parties_of(scheme: Scheme) -> tuple[str, ...]:
    """The parties of the scheme, declared ones first, then those only lines name: the list is open."""
    named = [name for path in scheme.paths for line in path.lines for name in (line.party, line.payer, line.receiver) if name]
    return tuple(dict.fromkeys([*(party.id for party in scheme.parties), *named]))


def funds_of(scheme: Scheme) -> tuple[str, ...]:
    """The funds the lines name."""
    return tuple(dict.fromkeys(line.fund for path in scheme.paths for line in path.lines if line.fund))


def years_of(scheme: Scheme) -> int:
    """Years from the start to the end of the longest line."""
    return max((line.at + line.years for path in scheme.paths for line in path.lines), default=1)


def money(stack: Stack, path: RenewalPath) -> Money:
    """The cash flows of one path's candidates.

    Formula: a line pays amount·(1+escalation)^k in year at+k, k = 0 … years−1; a transfer is − for the payer and + for
    the receiver, so transfers sum to zero over the parties. Through a fund runs the flow of the public side of a line.
    """
    scheme = stack.scheme
    parties, funds, years = parties_of(scheme), funds_of(scheme), years_of(scheme)
    flows = np.zeros((len(stack), len(parties), years))
    spend, income = np.zeros((2, len(stack), len(funds), years))
    amounts, known, reasons = _amounts(stack, path)
    for line in path.lines:
        yearly = _yearly(line, amounts[line.id], years)
        for name, sign in ((line.party, 1.0), (line.payer, -1.0), (line.receiver, 1.0)):
            if name is not None:
                flows[:, parties.index(name)] += sign * yearly
        if line.fund is not None:
            public = _public_sign(line, scheme, path) * yearly
            spend[:, funds.index(line.fund)] += np.maximum(-public, 0.0)
            income[:, funds.index(line.fund)] += np.maximum(public, 0.0)
    return Money(flows, spend, income, known, reasons)


@dataclass(frozen=True, eq=False)
class Change:
    """What changes for good by quantity, (q,), and displaced jobs (q,), NaN = unknown; years of works (q,) whole; known (q,):
    whether the works have a length; reasons where they have none."""

    by_quantity: dict[str, Float]
    works_years: Any
    displaced_jobs: Float
    known: Any
    reasons: tuple[Reason, ...]


def change(stack: Stack, path: RenewalPath) -> Change:
    """What one path's candidates change, and how long their works take."""
    defaults = CHANGE if path.builds else {}
    texts = {name: path.change.get(name, defaults.get(name, "0.0")) for name in QUANTITIES}
    texts |= {"works_years": path.works_years if path.builds else "0", "displaced_jobs": path.displaced_jobs}
    with about(f"paths.{path.id}"):
        wanted = {name: parse(text) for name, text in texts.items()}
        values = _numbers(stack, wanted)
    works, displaced = values.pop("works_years"), values.pop("displaced_jobs")
    known = works >= 0
    lost = np.flatnonzero(~known)
    fields = null_fields(wanted["works_years"], stack.environment.columns, lost)
    reasons = [
        Reason(int(stack.parcel[k]), WORKS_UNKNOWN, path=path.id, unknown_fields=names or ("works_years",))
        for k, names in zip(lost, fields, strict=True)
    ]
    whole = np.ceil(np.where(known, works, 0.0)).astype(np.int32)
    return Change(values, whole, displaced, known, tuple(dict.fromkeys(reasons)))


def _amounts(stack: Stack, path: RenewalPath) -> tuple[dict[str, Float], Any, tuple[Reason, ...]]:
    columns = stack.environment.columns
    wanted, conditions = {}, {}
    for line in path.lines:
        with about(f"paths.{path.id}.lines.{line.id}"):
            wanted[line.id] = parse(line.amount)
            if line.when:
                conditions[f"if:{line.id}"] = parse(line.when)
    with about(f"paths.{path.id}"):
        found = evaluate_many(wanted | conditions, columns, constants=stack.environment.constants, n=len(stack))
    known = np.ones(len(stack), bool)
    reasons: list[Reason] = []
    amounts: dict[str, Float] = {}
    for line in path.lines:
        amount = np.asarray(found[line.id].values, np.float64)
        expression = wanted[line.id]
        if line.when:
            truth = found[f"if:{line.id}"].values
            amount = np.where(truth == TRUE, amount, np.where(truth == NULL, np.nan, 0.0))
        unknown = np.flatnonzero(np.isnan(amount))
        fields = null_fields(expression, columns, unknown)
        reasons += [
            Reason(int(stack.parcel[k]), AMOUNT_UNKNOWN, path=path.id, unknown_fields=names or (line.id,))
            for k, names in zip(unknown, fields, strict=True)
        ]
        known[unknown] = False
        amounts[line.id] = np.nan_to_num(amount, nan=0.0)
    return amounts, known, tuple(dict.fromkeys(reasons))


def _yearly(line: Line, amount: Float, years: int) -> Float:
    out = np.zeros((len(amount), years))
    for k in range(line.years):
        out[:, line.at + k] = amount * (1.0 + line.escalation) ** k
    return out


def _public_sign(line: Line, scheme: Scheme, path: RenewalPath) -> float:
    """+1 where the fund's side receives, −1 where it pays; SchemeError when no side of the line is public.

    Between two public parties the fund is the payer's.
    """
    public = {party.id for party in scheme.parties if party.public}
    if line.payer in public:
        return -1.0
    if line.party in public or line.receiver in public:
        return 1.0
    raise SchemeError("fund_without_public_party", f"{scheme.id}: paths.{path.id}.lines.{line.id}", fund=line.fund)


def _numbers(stack: Stack, wanted: Mapping[str, Expression]) -> dict[str, Float]:
    found = evaluate_many(wanted, stack.environment.columns, constants=stack.environment.constants, n=len(stack))
    return {name: np.asarray(found[name].values, np.float64) for name in wanted}
