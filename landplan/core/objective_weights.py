"""What weights computed from a decision matrix share: which columns vary, rows in blocks, and shares of information.

Unknown values (NaN, and infinite ones) take no part. A column whose known values agree to 12 digits has no spread and gets
weight 0. Everything is read column by column or in blocks of rows, never copied whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import Issue, MethodError
from landplan.core.layers import Float, Int

BLOCK = 16_384
"""Rows of a block."""
_SAME = 1e-12
"""Relative spread up to which a column is constant."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A decision matrix (n, m), its types (m,) ±1, and per column: known values, lowest and highest (0 where none is known)."""

    matrix: Float
    types: Float
    known: Int
    low: Float
    high: Float

    @property
    def varies(self) -> npt.NDArray[np.bool_]:
        """(m,) whether the known values of a column differ."""
        largest = np.maximum(np.abs(self.low), np.abs(self.high))
        return np.asarray(self.high / 2.0 - self.low / 2.0 > _SAME / 2.0 * largest)

    def values(self, j: int) -> Float:
        """The known values of a column."""
        column = self.matrix[:, j]
        return column[np.isfinite(column)]

    def blocks(self, columns: Int) -> Iterator[Float]:
        """The rows, some at a time, with the columns asked for; a copy that may be written to."""
        for start in range(0, len(self.matrix), BLOCK):
            yield self.matrix[start : start + BLOCK, columns]


def columns_of(matrix: npt.ArrayLike, types: npt.ArrayLike | None, missing: str) -> Columns:
    """The inputs of a weighting, checked; MethodError for what is no table, types other than ±1, or unknown where refused."""
    values = np.asarray(matrix, np.float64)
    if values.ndim != 2 or not values.shape[1]:
        raise MethodError("matrix_not_table", shape=values.shape)
    m = values.shape[1]
    sense = np.ones(m) if types is None else np.asarray(types, np.float64)
    if sense.shape != (m,):
        raise MethodError("matrix_types_differ", columns=m, types=sense.size)
    if not np.isin(sense, (-1.0, 1.0)).all():
        raise MethodError("types_not_sense")
    facts = np.zeros((3, m))
    for j in range(m):
        known = values[:, j][np.isfinite(values[:, j])]
        if known.size:
            facts[:, j] = known.size, known.min(), known.max()
    unknown = values.size - int(facts[0].sum())
    if unknown and missing == "refuse":
        raise MethodError("matrix_unknown_refused", n=unknown)
    return Columns(values, sense, facts[0].astype(np.int64), facts[1], facts[2])


def shares(information: Float, given: Columns) -> dict[str, Any]:
    """weights (m,) in proportion to the information of each column, and issues.

    Where no column tells plots apart, the columns that vary weigh the same (all columns where none does), and an Issue says
    so; another names the columns without spread or known values, which weigh 0.
    """
    varies, issues = given.varies, []
    told = np.where(varies, information, 0.0)
    if not told.max() > 0:
        told = np.asarray(varies if varies.any() else np.ones_like(varies), np.float64)
        issues.append(Issue("weights_equal", "weights", "note", values={"n": int(told.sum())}))
    if varies.any() and not varies.all():
        still = (np.flatnonzero(~varies) + 1).tolist()
        issues.append(Issue("columns_without_spread", "weights", "note", values={"columns": still}))
    told = told / told.max()
    return {"weights": told / told.sum(), "issues": tuple(issues)}
