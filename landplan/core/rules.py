"""Rules and exclusions: TRUE restricted and by how much, FALSE allowed, NULL unknown and which fields; all in one query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
import numpy.typing as npt

from landplan.core.environment import Environment
from landplan.core.errors import Issue, SchemeError, about
from landplan.core.expression import Expression, Result, evaluate_many, null_fields, parse
from landplan.core.layers import Float, Int
from landplan.core.measuring import absent_fields, completed, named_fields
from landplan.core.scheme import UnknownPolicy
from landplan.core.tables import Reason

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that restricts: an expression, by how much it is broken (expression and unit), and what unknown means.

    model: the land-use model it restricts; empty = all.
    """

    id: str
    text: str
    by: str | None = None
    unit: str = ""
    unknown: UnknownPolicy = "hold"
    model: str = ""

    @property
    def where(self) -> str:
        """How errors and issues name it."""
        return f"{self.model} / {self.id}" if self.model else self.id


@dataclass(frozen=True, eq=False)
class Verdict:
    """A condition over n parcels: restricted (n,) for certain, undecided (n,) unknown, by (n,) how much (NaN unknown) or None."""

    condition: Condition
    restricted: Bool
    undecided: Bool
    by: Float | None
    environment: Environment

    @property
    def excluded(self) -> Bool:
        """(n,) what may not be done: restricted, and undecided where the policy is to exclude."""
        return self.restricted | self.undecided if self.condition.unknown == "exclude" else self.restricted

    @property
    def held(self) -> Bool:
        """(n,) what is not decided and waits."""
        return self.undecided if self.condition.unknown == "hold" else np.zeros_like(self.undecided)

    @property
    def reasons_count(self) -> int:
        """How many reasons there are."""
        said = self.restricted if self.condition.unknown == "allow" else self.restricted | self.undecided
        return int(said.sum())

    def reasons(self, only: slice = slice(None)) -> Iterator[Reason]:
        """A reason for every parcel that is excluded or held, by row; `only`: of these rows."""
        condition, by, first = self.condition, self.by, only.start or 0
        for row in (np.flatnonzero(self.restricted[only]) + first).tolist():
            amount = None if by is None or np.isnan(by[row]) else float(by[row])
            yield Reason(row, condition.id, condition.model, by=amount, unit=condition.unit)
        if condition.unknown != "allow":
            rows = np.flatnonzero(self.undecided[only]) + first
            for row, fields in zip(rows.tolist(), self._unknown_fields(rows), strict=True):
                yield Reason(row, condition.id, condition.model, unit=condition.unit, unknown_fields=fields)

    def _unknown_fields(self, rows: Int) -> list[tuple[str, ...]]:
        """The unknown fields of each row; the condition itself where all are known but it cannot be computed."""
        expression, known = parse(self.condition.text), self.environment.columns
        columns = {name: known[name][rows] for name in expression.fields if name in known}
        found = null_fields(expression, columns, np.arange(len(rows)))
        return [fields or (f"({expression.where})",) for fields in found]


class Reasons(Sequence[Reason]):
    """The reasons of several verdicts, condition by condition and by row; written out only when somebody reads them."""

    def __init__(self, verdicts: Sequence[Verdict]) -> None:
        self._verdicts = tuple(verdicts)

    @cached_property
    def _all(self) -> tuple[Reason, ...]:
        return tuple(reason for verdict in self._verdicts for reason in verdict.reasons())

    def of(self, row: int) -> tuple[Reason, ...]:
        """The reasons of one parcel; no others are written out."""
        return tuple(reason for verdict in self._verdicts for reason in verdict.reasons(slice(row, row + 1)))

    def __len__(self) -> int:
        return sum(verdict.reasons_count for verdict in self._verdicts)

    @overload
    def __getitem__(self, index: int) -> Reason: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Reason, ...]: ...
    def __getitem__(self, index: int | slice) -> Reason | tuple[Reason, ...]:
        return self._all[index]

    def __iter__(self) -> Iterator[Reason]:
        return iter(self._all)


def verdicts(
    conditions: Sequence[Condition], environment: Environment, layer: str = "parcels"
) -> tuple[list[Verdict], list[Issue]]:
    """The verdict on each condition that can be checked, in order, and what is to be said.

    A condition whose every field is absent from these layers is not checked, and an Issue says so: it would leave every
    parcel undecided. Undecided parcels that a policy allows are counted in an Issue. SchemeError for unknown names, and for
    a condition that is no condition.
    """
    issues: list[Issue] = []
    checked: list[Condition] = []
    expressions: dict[str, Expression] = {}
    for condition in conditions:
        with about(condition.where):
            expression = parse(condition.text)
            by = None if condition.by is None else parse(condition.by)
        environment = completed(expression, environment, condition.where)
        absent = absent_fields(expression, environment)
        if absent and set(absent) == named_fields(expression, environment):
            issues.append(Issue("rule_not_checked", layer, values={"rule": condition.where, "fields": ", ".join(absent)}))
            continue
        expressions[f"{len(checked)}"] = expression
        if by is not None:
            expressions[f"{len(checked)} by"] = by
            environment = completed(by, environment, condition.where)
        checked.append(condition)
    found = _answers(expressions, environment)
    made = [_verdict(condition, found[f"{i}"], found.get(f"{i} by"), environment) for i, condition in enumerate(checked)]
    return made, issues + list(_allowed_unknown(made, layer))


def _answers(expressions: dict[str, Expression], environment: Environment) -> dict[str, Result]:
    if not expressions:
        return {}
    return evaluate_many(expressions, environment.columns, constants=environment.constants, n=environment.n)


def _verdict(condition: Condition, answer: Result, by: Result | None, environment: Environment) -> Verdict:
    if answer.kind not in ("truth", "unknown"):
        raise SchemeError("expression_not_truth", condition.where)
    if by is not None and by.kind not in ("number", "unknown"):
        raise SchemeError("expression_not_number", condition.where)
    truth = answer.values if answer.kind == "truth" else np.full(environment.n, -1, np.int8)
    return Verdict(condition, truth == 1, truth == -1, None if by is None else by.values, environment)


def _allowed_unknown(made: Iterable[Verdict], layer: str) -> Iterator[Issue]:
    for verdict in made:
        n = int(verdict.undecided.sum())
        if n and verdict.condition.unknown == "allow":
            yield Issue("rule_unknown_allowed", layer, values={"rule": verdict.condition.where, "n": n})
