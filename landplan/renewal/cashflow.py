"""Cash flows of candidates by party, fund and year; and what changes for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.environment import Environment
from landplan.core.errors import SchemeError, about
from landplan.core.expression import NULL, TRUE, Expression, evaluate_many, null_fields, parse
from landplan.core.layers import Float
from landplan.core.scheme import Line, RenewalPath, Scheme
from landplan.core.tables import QUANTITIES, Reason
from landplan.renewal.ceilings import paid
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
    What a fund gives is cut to its ceilings.
    """
    scheme = stack.scheme
    parties, funds, years = parties_of(scheme), funds_of(scheme), years_of(scheme)
    flows = np.zeros((len(stack), len(parties), years))
    spend, income = np.zeros((2, len(stack), len(funds), years))
    amounts, known, reasons = _amounts(stack, path)
    yearly = paid(path, scheme, {line.id: np.multiply.outer(amounts[line.id], growth(line)) for line in path.lines})
    for line in path.lines:
        span = slice(line.at, line.at + line.years)
        for name, sign in sides(line):
            of_party = flows[:, parties.index(name), span]
            of_party += sign * yearly[line.id]
        if line.fund is not None:
            public = _public_sign(line, scheme, path) * yearly[line.id]
            spend[:, funds.index(line.fund), span] += np.maximum(-public, 0.0)
            income[:, funds.index(line.fund), span] += np.maximum(public, 0.0)
    return Money(flows, spend, income, known, reasons)


def sides(line: Line) -> Iterator[tuple[str, float]]:
    """The parties of a line, each with the sign of its amount for them."""
    for name, sign in ((line.party, 1.0), (line.payer, -1.0), (line.receiver, 1.0)):
        if name is not None:
            yield name, sign


def growth(line: Line) -> Float:
    """(line.years,) what of a line's amount falls in each of its years: (1+escalation)^k."""
    return np.array([(1.0 + line.escalation) ** k for k in range(line.years)])


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


def line_amounts(path: RenewalPath, lines: Sequence[Line], environment: Environment) -> dict[str, Float]:
    """Line id → (n,) its amount for each row, wan: 0 where its condition is FALSE, NaN where either is unknown."""
    wanted, conditions = _parsed(path, lines)
    with about(f"paths.{path.id}"):
        found = evaluate_many(wanted | conditions, environment.columns, constants=environment.constants, n=environment.n)
    amounts = {line.id: np.asarray(found[line.id].values, np.float64) for line in lines}
    for key in conditions:
        truth, id = found[key].values, key.removeprefix(_IF)
        amounts[id] = np.where(truth == TRUE, amounts[id], np.where(truth == NULL, np.nan, 0.0))
    return amounts


_IF = "if:"


def _parsed(path: RenewalPath, lines: Sequence[Line]) -> tuple[dict[str, Expression], dict[str, Expression]]:
    """The amounts and the conditions of lines."""
    wanted, conditions = {}, {}
    for line in lines:
        with about(f"paths.{path.id}.lines.{line.id}"):
            wanted[line.id] = parse(line.amount)
            if line.when:
                conditions[f"{_IF}{line.id}"] = parse(line.when)
    return wanted, conditions


def _amounts(stack: Stack, path: RenewalPath) -> tuple[dict[str, Float], Any, tuple[Reason, ...]]:
    """Amounts with 0 where they are unknown, which candidates know them all, and the reasons of those that do not."""
    found = line_amounts(path, path.lines, stack.environment) if path.lines else {}
    known = np.ones(len(stack), bool)
    reasons: list[Reason] = []
    for id, amount in found.items():
        unknown = np.flatnonzero(np.isnan(amount))
        if not len(unknown):
            continue
        expression = parse(next(line.amount for line in path.lines if line.id == id))
        fields = null_fields(expression, stack.environment.columns, unknown)
        reasons += [
            Reason(int(stack.parcel[k]), AMOUNT_UNKNOWN, path=path.id, unknown_fields=names or (id,))
            for k, names in zip(unknown, fields, strict=True)
        ]
        known[unknown] = False
    return {id: np.nan_to_num(amount, nan=0.0) for id, amount in found.items()}, known, tuple(dict.fromkeys(reasons))


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
