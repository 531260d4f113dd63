"""A portfolio problem as plain arrays: what may be chosen, and under which limits.

    maximise   Σ value_c x_c − Σ_r penalty_r · breach_r
    subject to at most one column per group (exactly one for a `must` group)
               lower_r − breach_r ≤ Σ_c use_rc x_c ≤ upper_r + breach_r,   x_c ∈ {0, 1}

A group is a parcel; a column is one of its options in one start year. A limit is a row: a budget of a fund up to a year,
a cap on displaced jobs, a target. With an infinite penalty (the default) a limit is hard; with a finite one it is soft.
Ties are what no row of uses can say: `pieces`, rules that what is taken lies together, and `bonds`, rewards for neighbours.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from landplan.core.errors import SolveError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from landplan.portfolio.ties import Bonds, Pieces

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

TOLERANCE = 1e-6
"""A limit holds when it is missed by no more than this share of max(1, |limit|)."""

MUST = "must"
"""The id under which the must-do list appears among conflicting limits."""


@dataclass(frozen=True, eq=False)
class Problem:
    """What may be chosen and under which limits; arrays are copied to their types and made read-only.

    value (c,): benefit of each column, one unit for all. group (c,): parcel of each column, 0 … groups−1.
    limit_data, limit_columns, limit_start: the limits' uses row by row (CSR): row r uses
    limit_data[limit_start[r]:limit_start[r+1]] of the columns limit_columns[…]. lower, upper (r,): ±inf = no limit.
    limit_ids: a text id per limit. must: groups that need a column. penalty (r,): value lost per unit a limit is
    missed; inf = hard. groups: number of parcels; 0 = as many as `group` names.
    Raises SolveError on shapes that do not fit, unknown numbers (NaN), a lower above an upper, a must without a column.
    """

    value: Floats
    group: Ints
    limit_data: Floats
    limit_columns: Ints
    limit_start: Ints
    lower: Floats
    upper: Floats
    limit_ids: tuple[str, ...]
    must: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    penalty: Floats = field(default_factory=lambda: np.zeros(0))
    groups: int = 0
    pieces: tuple[Pieces, ...] = ()
    bonds: Bonds | None = None

    def __post_init__(self) -> None:
        for name, kind in _KINDS.items():
            array = np.array(getattr(self, name), dtype=kind)
            object.__setattr__(self, name, array)
        if not self.penalty.size:
            object.__setattr__(self, "penalty", np.full(self.lower.size, np.inf))
        object.__setattr__(self, "must", np.unique(self.must))
        object.__setattr__(self, "limit_ids", tuple(map(str, self.limit_ids)))
        object.__setattr__(self, "groups", self.groups or int(self.group.max(initial=-1)) + 1)
        _require_shapes(self)
        _require_sense(self)
        for name in _KINDS:
            getattr(self, name).setflags(write=False)

    @property
    def columns(self) -> int:
        """Number of columns (options × start years of all parcels)."""
        return self.value.size

    @property
    def limits(self) -> int:
        """Number of limits."""
        return self.lower.size

    @cached_property
    def scale(self) -> Floats:
        """The size a miss of each limit is measured against: max(1, |finite limits|)."""
        low, high = (np.where(np.isfinite(a), np.abs(a), 0.0) for a in (self.lower, self.upper))
        return np.maximum(1.0, np.maximum(low, high))

    @cached_property
    def grain(self) -> float:
        """Differences of benefit too small to tell apart: a solver keeps limits to 1e-7 of their size, not to the last bit."""
        soft = np.isfinite(self.penalty)
        slip = float((self.penalty[soft] * self.scale[soft]).sum())
        return 1e-6 * float(np.abs(self.value).max(initial=0.0)) + 2e-7 * slip

    @property
    def tied(self) -> bool:
        """Whether groups are tied together by pieces or bonds."""
        return bool(self.pieces) or self.bonds is not None

    @cached_property
    def loose(self) -> Problem:
        """The same without ties, every bond's worth given half to either group: no plan is worth less there than here."""
        if self.bonds is None:
            return replace(self, pieces=()) if self.pieces else self
        return replace(self, value=self.value + self.bonds.halves(self.group, self.groups), pieces=(), bonds=None)

    def taken(self, chosen: Ints, counts: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """(g,) whether a chosen column that `counts` (c,) takes each group."""
        out = np.zeros(self.groups, bool)
        out[self.group[chosen[counts[chosen]]]] = True
        return out

    def activity(self, chosen: Ints) -> Floats:
        """Σ of each limit's uses over the chosen columns, (r,), in the limit's unit."""
        taken = np.zeros(self.columns)
        taken[chosen] = 1.0
        row = np.repeat(np.arange(self.limits), np.diff(self.limit_start))
        used = np.bincount(row, weights=self.limit_data * taken[self.limit_columns], minlength=self.limits)
        return np.asarray(used, dtype=np.float64)

    def breach(self, activity: Floats) -> Floats:
        """How far each limit is missed, (r,), ≥ 0, in the limit's unit."""
        return np.maximum(0.0, np.maximum(self.lower - activity, activity - self.upper))

    def objective(self, chosen: Ints, activity: Floats) -> float:
        """Σ value of the chosen columns and of the bonds they close, less the penalties of soft limits missed."""
        soft = np.isfinite(self.penalty)
        lost = self.penalty[soft] @ self.breach(activity)[soft]
        bonds = 0.0 if self.bonds is None else self.bonds.value(self.taken(chosen, self.bonds.counts))
        return float(np.sort(self.value[chosen]).sum() + bonds - lost)

    def together(self, chosen: Ints) -> bool:
        """Whether the chosen columns lie in the pieces asked for."""
        return all(rule.kept(self.taken(chosen, rule.counts)) for rule in self.pieces)

    def feasible(self, activity: Floats) -> bool:
        """Whether every hard limit holds within TOLERANCE."""
        return bool((self.breach(activity) <= TOLERANCE * self.scale)[np.isinf(self.penalty)].all())

    def with_limits(self, lower: Floats, upper: Floats, penalty: Floats | None = None) -> Problem:
        """The same choice under other limits: what a re-solve of a changed rule asks for."""
        return replace(self, lower=lower, upper=upper, penalty=self.penalty if penalty is None else penalty)


_KINDS = {"value": np.float64, "group": np.int64, "limit_data": np.float64, "limit_columns": np.int64,
          "limit_start": np.int64, "lower": np.float64, "upper": np.float64, "must": np.int64,
          "penalty": np.float64}  # fmt: skip


def limits_from_rows(rows: Sequence[tuple[Ints, Floats]]) -> tuple[Floats, Ints, Ints]:
    """limit_data, limit_columns, limit_start of a Problem from one (columns, uses) pair per limit."""
    sizes = [len(columns) for columns, _uses in rows]
    columns = [np.asarray(columns, dtype=np.int64) for columns, _uses in rows]
    uses = [np.asarray(uses, dtype=np.float64) for _columns, uses in rows]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    return np.concatenate([np.zeros(0), *uses]), np.concatenate([np.zeros(0, np.int64), *columns]), start


def _require_shapes(p: Problem) -> None:
    rows = len(p.limit_ids)
    faults = {
        "group": p.group.size != p.value.size,
        "limit_start": p.limit_start.size != rows + 1
        or p.limit_start[0] != 0
        or p.limit_start[-1] != p.limit_data.size
        or bool((np.diff(p.limit_start) < 0).any()),
        "limit_columns": p.limit_columns.size != p.limit_data.size or not _within(p.limit_columns, p.columns),
        "lower": p.lower.size != rows,
        "upper": p.upper.size != rows,
        "penalty": p.penalty.size != rows,
        "must": not _within(p.must, p.groups),
        "groups": not _within(p.group, p.groups),
        "limit_ids": len(set(p.limit_ids)) != rows,
    }
    for name, wrong in faults.items():
        if wrong:
            raise SolveError("portfolio_shape", name, name=name)


def _require_sense(p: Problem) -> None:
    for name in ("value", "limit_data"):
        if not np.isfinite(getattr(p, name)).all():
            raise SolveError("portfolio_unknown_number", name, count=int((~np.isfinite(getattr(p, name))).sum()))
    for name in ("lower", "upper", "penalty"):
        if np.isnan(getattr(p, name)).any():
            raise SolveError("portfolio_unknown_number", name, count=int(np.isnan(getattr(p, name)).sum()))
    if (p.penalty < 0).any():
        raise SolveError("portfolio_negative_penalty", p.limit_ids[int(np.argmin(p.penalty))])
    crossed = np.flatnonzero((p.lower > p.upper) | (p.lower == np.inf) | (p.upper == -np.inf))
    if crossed.size:
        r = int(crossed[0])
        raise SolveError("portfolio_lower_above_upper", p.limit_ids[r], low=float(p.lower[r]), high=float(p.upper[r]))
    empty = np.setdiff1d(p.must, p.group)
    if empty.size:
        raise SolveError("portfolio_must_without_option", count=int(empty.size), groups=empty[:10].tolist())


def _within(index: Ints, size: int) -> bool:
    return not index.size or (int(index.min()) >= 0 and int(index.max()) < size)
