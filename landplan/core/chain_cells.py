"""The chain matrices of a run's results, and which plots and firms stand in each cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landplan.core.chain import ChainMatrix, segments_of
from landplan.core.layers import Float, Int, Layer
from landplan.core.results import Results
from landplan.core.scheme import Criterion
from landplan.core.tables import Int32


@dataclass(frozen=True, eq=False)
class ChainCells:
    """A criterion's chain matrix over the plots. cell (k,), row (k,): each plot once for every segment it works in, sorted by
    cell = segment · zones + zone. focus: the segments each zone says it is for. firms (n,): of each plot, None without the
    field."""

    criterion: Criterion
    matrix: ChainMatrix
    focus: tuple[tuple[str, ...], ...]
    cell: Int
    row: Int
    firms: Float | None

    def rows(self, segment: int, zone: int) -> Int:
        """The plots of a zone that work in a segment, rising."""
        wanted = segment * len(self.matrix.zone_ids) + zone
        return self.row[np.searchsorted(self.cell, wanted) : np.searchsorted(self.cell, wanted, side="right")]

    @cached_property
    def firm_counts(self) -> Float | None:
        """(s, z) firms on these plots, unknown ones left out; a plot of two segments counts in both."""
        if self.firms is None:
            return None
        size = len(self.matrix.segments) * len(self.matrix.zone_ids)
        counts = np.bincount(self.cell, np.nan_to_num(self.firms[self.row]), size).astype(np.float64)
        return counts.reshape(self.matrix.plots.shape)


def chain_cells(results: Results) -> Iterator[ChainCells]:
    """A matrix for every criterion that measured one, in the scheme's order."""
    parcels = results.layers.parcels
    firms = parcels.numbers("firms") if "firms" in parcels.fields else None
    for criterion in results.scheme.criteria:
        column = results.criteria.columns.get(criterion.id)
        if column is not None and isinstance(column.detail, ChainMatrix):
            matrix = column.detail
            field = str(criterion.measure.params.get("tenants") or criterion.measure.params.get("segment", "segment"))
            place, row = _placed(matrix, results.zones.sets[criterion.measure.params["set"]].main, parcels, field)
            yield ChainCells(criterion, matrix, _focus(matrix, results.layers.zones), place, row, firms)


def _placed(matrix: ChainMatrix, main: Int32, parcels: Layer, field: str) -> tuple[Int, Int]:
    segment, zones = {one: k for k, one in enumerate(matrix.segments)}, len(matrix.zone_ids)
    found = [
        (segment[one] * zones + int(main[row]), row)
        for row, words in enumerate(parcels.texts(field).tolist())
        if main[row] < zones
        for one in segments_of(words)
        if one in segment
    ]
    pairs = np.array(sorted(found), np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _focus(matrix: ChainMatrix, zones: Layer | None) -> tuple[tuple[str, ...], ...]:
    known: dict[str, tuple[str, ...]] = {}
    if zones is not None and "focus" in zones.fields:
        known = {str(id): segments_of(words) for id, words in zip(zones.ids, zones.texts("focus").tolist(), strict=True)}
    return tuple(known.get(id, ()) for id in matrix.zone_ids)
