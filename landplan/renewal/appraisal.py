"""What options are worth to each view when figures are other than the scheme's: the lines computed again, many at once.

A line's flow is its amount times a profile of years, so its present value is the amount times a number; only amounts that name
a changed figure are computed again, each once for every set of the figures it names; and where the expression is plainly
straight in every figure, only at the corners of the figures' ranges.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, cast

import numpy as np

from landplan.core.environment import Environment
from landplan.core.expression import parse
from landplan.core.expression_tree import degree
from landplan.core.layers import Float
from landplan.core.progress import Progress, silent
from landplan.core.scheme import Line, RenewalPath, Scheme
from landplan.core.tables import OptionTable
from landplan.renewal.cashflow import growth, line_amounts, sides
from landplan.renewal.ceilings import paid, supports
from landplan.renewal.finance import npv
from landplan.renewal.stack import Stack
from landplan.renewal.views import VIEWS, view_signs

_ROWS = 1 << 20
"""Rows that are computed at a time."""
LINE = "{}.{}"
"""A line as an uncertain thing: path.line."""


@dataclass(frozen=True, eq=False)
class Appraisal:
    """The options of a table and what their money rests on; environment: the parcels'."""

    options: OptionTable
    scheme: Scheme
    environment: Environment

    @cached_property
    def by_path(self) -> tuple[Any, ...]:
        """Rows of the options of each path of the scheme."""
        place = {id: k for k, id in enumerate(self.options.paths)}
        return tuple(np.flatnonzero(self.options.path == place.get(path.id, -1)) for path in self.scheme.paths)

    def stack(self, rows: Any) -> Stack:
        """The candidates that options are, with the columns their amounts may name."""
        table = self.options
        return Stack(table.parcel[rows], table.model[rows], table.tenure[rows], self.environment, self.scheme)

    def npv_by_view(self, names: Sequence[str], scenarios: Float, progress: Progress = silent) -> Float:
        """(q, 3, s) NPV at the start, wan, of every option in every view, in each of s scenarios.

        names (f,): figures, or lines as path.line; scenarios (s, f): the value of each figure, the factor of each line's
        amount. NaN where an amount cannot be computed.
        """
        out = np.empty((len(self.options), len(VIEWS), len(scenarios)))
        for p, (path, rows) in enumerate(zip(self.scheme.paths, self.by_path, strict=True)):
            progress(p / len(self.scheme.paths), "progress_money", path=path.id)
            if len(rows):
                out[rows] = self._of_path(path, rows, dict(zip(names, scenarios.T, strict=True)), len(scenarios))
        return out

    def _of_path(self, path: RenewalPath, rows: Any, drawn: dict[str, Float], count: int) -> Float:
        """(r, 3, s) of the options of one path."""
        total = np.zeros((len(rows), len(VIEWS), count))
        for lines in _together(path, self.scheme):
            signs = {line.id: view_signs(self.scheme, sides(line)) for line in lines}
            for at, worth in self._worth(path, lines, rows, drawn, count):
                for id, value in worth.items():
                    for view in np.flatnonzero(signs[id]).tolist():
                        total[:, view, at] += signs[id][view] * value
        return total

    def _worth(
        self, path: RenewalPath, lines: list[Line], rows: Any, drawn: dict[str, Float], count: int
    ) -> Iterator[tuple[Any, dict[str, Float]]]:
        """Line id → (r, some) present value, and the scenarios these are; lines of no drawn figure come once, (r, 1)."""
        used = [name for name in drawn if any(_rests_on(line, path, name) for line in lines)]
        if not used:
            yield slice(None), self._values(path, lines, rows, {}, 1)
            return
        each, place = np.unique(np.column_stack([drawn[name] for name in used]), axis=0, return_inverse=True)
        if 2 ** len(used) < len(each) and _ceiling(lines[0], path, self.scheme) is None and _straight(path, lines, used):
            corners, shares = _corners(each)
            at_corners = self._values(path, lines, rows, dict(zip(used, corners.T, strict=True)), len(corners))
            yield slice(None), {id: _mixed(value, shares[place.ravel()]) for id, value in at_corners.items()}
            return
        step = max(1, _ROWS // len(rows))
        for low in range(0, len(each), step):
            some = each[low : low + step]
            found = self._values(path, lines, rows, dict(zip(used, some.T, strict=True)), len(some))
            at = np.flatnonzero((place.ravel() >= low) & (place.ravel() < low + len(some)))
            yield at, {id: value[:, place.ravel()[at] - low] for id, value in found.items()}

    def _values(self, path: RenewalPath, lines: list[Line], rows: Any, drawn: dict[str, Float], count: int) -> dict[str, Float]:
        """Line id → (r, count) present value of what is paid; drawn: (count,) each."""
        stack = self.stack(np.tile(rows, count))
        columns = {name: np.repeat(values, len(rows)) for name, values in drawn.items() if name in self.scheme.figures}
        base = stack.environment
        own = {name: value for name, value in base.constants.items() if name not in columns}
        named = ChainMap(cast(dict[str, Any], columns), cast(dict[str, Any], base.columns))
        amounts = line_amounts(path, lines, Environment(named, own, base.n))
        for line in lines:
            if (factor := drawn.get(LINE.format(path.id, line.id))) is not None:
                amounts[line.id] = amounts[line.id] * np.repeat(factor, len(rows))
        worth = {line.id: amounts[line.id] * present_value(line, self.scheme) for line in lines}
        if _ceiling(lines[0], path, self.scheme) is not None:
            asked = {line.id: np.multiply.outer(amounts[line.id], growth(line)) for line in lines}
            given = paid(path, self.scheme, asked, lines)
            worth = {line.id: _discounted(line, given[line.id], self.scheme) for line in lines}
        return {id: value.reshape(count, len(rows)).T for id, value in worth.items()}


def present_value(line: Line, scheme: Scheme) -> float:
    """What an amount of 1 of a line is worth at the start."""
    return float(_discounted(line, growth(line)[None, :], scheme)[0])


def _discounted(line: Line, flows: Float, scheme: Scheme) -> Float:
    return npv(flows, scheme.discount_rate, first_year=line.at)


def _together(path: RenewalPath, scheme: Scheme) -> list[list[Line]]:
    """The lines of a path, each alone but for those that share the ceilings of a fund."""
    groups: dict[str, list[Line]] = {}
    for line in path.lines:
        groups.setdefault(_ceiling(line, path, scheme) or f"line {line.id}", []).append(line)
    return list(groups.values())


def _ceiling(line: Line, path: RenewalPath, scheme: Scheme) -> str | None:
    """The fund whose ceilings cut a line."""
    return next((fund.id for fund in scheme.funds if fund.capped and supports(line, fund, path, scheme)), None)


def _straight(path: RenewalPath, lines: Sequence[Line], used: Sequence[str]) -> bool:
    """Whether amounts are straight in each figure, the others held: then they are known from the corners of the figures' box."""
    found = True
    for line in lines:
        factor = LINE.format(path.id, line.id)
        condition = parse(line.when).fields if line.when else frozenset[str]()
        amount = parse(line.amount).root
        found &= all(name == factor or (degree(amount, name) <= 1 and name not in condition) for name in used)
    return found


def _corners(each: Float) -> tuple[Float, Float]:
    """The corners (2^f, f) of the box around points (k, f), and of what each point is a mixture, (k, 2^f)."""
    low, high = each.min(axis=0), each.max(axis=0)
    width = np.where(high > low, high - low, 1.0)
    ends = np.array(list(product((0, 1), repeat=each.shape[1])))
    along = (each - low) / width
    shares = np.ones((len(each), len(ends)))
    for k in range(each.shape[1]):
        shares *= np.where(ends[:, k], along[:, k, None], 1.0 - along[:, k, None])
    return low + ends * (high - low), shares


def _mixed(at_corners: Float, shares: Float) -> Float:
    """(r, k) the values at the points, from those at the corners (r, c) and shares (k, c)."""
    out = np.zeros((len(at_corners), len(shares)))
    for corner in range(shares.shape[1]):  # a fixed order
        out += np.multiply.outer(at_corners[:, corner], shares[:, corner])
    return out


def _rests_on(line: Line, path: RenewalPath, name: str) -> bool:
    texts = (line.amount, *([line.when] if line.when else []))
    return name == LINE.format(path.id, line.id) or any(name in parse(text).fields for text in texts)
