"""A portfolio problem as a mixed-integer programme, and as the bytes that travel to the solver process."""

from __future__ import annotations

from dataclasses import dataclass, fields
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from landplan.portfolio.problem import Problem

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Model:
    """Maximise offset + gain · x under row_lower ≤ A x ≤ row_upper, 0 ≤ x ≤ ceiling; the first `binaries` entries are 0 or 1.

    A row by row: data[start[i]:start[i+1]] at entries index[…].
    """

    offset: float
    gain: Floats
    ceiling: Floats
    binaries: int
    data: Floats
    index: Ints
    start: Ints
    row_lower: Floats
    row_upper: Floats


def model_of(problem: Problem, scale: Floats, unit: float, decided: float = 0.0) -> Model:
    """The Model of a problem: a row per group, a row per limit in shares of `scale`, a breach entry per soft end.

    Gains are divided by `unit`, so that the solver's tolerances mean the same whatever the money is counted in.
    decided: benefit of what is chosen already.
    """
    ends = ((problem.lower, 1.0), (problem.upper, -1.0))
    soft = [np.flatnonzero(np.isfinite(problem.penalty) & np.isfinite(end)) for end, _sign in ends]
    breach_limit = np.concatenate(soft)
    breach_sign = np.repeat([sign for _end, sign in ends], [rows.size for rows in soft])
    limit = np.repeat(np.arange(problem.limits), np.diff(problem.limit_start))
    row = np.concatenate([problem.group, problem.groups + limit, problem.groups + breach_limit])
    entry = np.concatenate([np.arange(problem.columns), problem.limit_columns,
                            problem.columns + np.arange(breach_limit.size)])  # fmt: skip
    data = np.concatenate([np.ones(problem.columns), problem.limit_data / scale[limit], breach_sign])
    order = np.argsort(row, kind="stable")
    rows = problem.groups + problem.limits
    at_least = np.zeros(problem.groups)
    at_least[problem.must] = 1.0
    lost = problem.penalty[breach_limit] * scale[breach_limit] / unit
    return Model(
        offset=decided / unit,
        gain=np.concatenate([problem.value / unit, -lost]),
        ceiling=np.concatenate([np.ones(problem.columns), np.full(breach_limit.size, np.inf)]),
        binaries=problem.columns,
        data=data[order],
        index=entry[order],
        start=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows))]).astype(np.int64),
        row_lower=np.concatenate([at_least, problem.lower / scale]),
        row_upper=np.concatenate([np.ones(problem.groups), problem.upper / scale]),
    )


@dataclass(frozen=True, eq=False)
class Task:
    """A model and how hard to try: relative gap, most nodes, an objective that is enough (inf = none), a first plan or none.

    first: entries that are 1 in a known plan (empty = none known); breach entries are left to the solver. relaxed: entries
    need not be whole, and the answer is the point itself.
    """

    model: Model
    gap: float
    nodes: int
    enough: float
    first: Ints
    relaxed: bool = False

    def to_bytes(self) -> bytes:
        """The task as a NumPy archive (no pickle)."""
        out = BytesIO()
        arrays: dict[str, Any] = {field.name: np.asarray(getattr(self.model, field.name)) for field in fields(Model)}
        np.savez(out, gap=self.gap, nodes=self.nodes, enough=self.enough, first=self.first,
                 relaxed=self.relaxed, **arrays)  # fmt: skip
        return out.getvalue()

    @classmethod
    def from_bytes(cls, archive: bytes) -> Task:
        """The task that `to_bytes` wrote; an archive that holds Python objects is refused by NumPy."""
        with np.load(BytesIO(archive), allow_pickle=False) as arrays:
            parts = {field.name: arrays[field.name] for field in fields(Model)}
            model = Model(**{**parts, "offset": float(parts["offset"]), "binaries": int(parts["binaries"])})
            return cls(model, float(arrays["gap"]), int(arrays["nodes"]), float(arrays["enough"]), arrays["first"],
                       bool(arrays["relaxed"]))  # fmt: skip
