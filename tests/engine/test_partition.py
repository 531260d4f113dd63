"""Parts measured and scored by themselves have the bits of the whole table."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from town import CRITERIA, layers, scheme

from landplan.core.kernels.rings import bounds, extent, within
from landplan.core.layers import LayerSet
from landplan.core.measuring import Part
from landplan.core.registry import measures, scorings
from landplan.core.tables import ScoreTable
from landplan.engine.cut import parts_of
from landplan.engine.job import halo_m
from landplan.engine.partition import Everywhere, everywhere, known_here, measured, part_basis, scored
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import score
from landplan.steps.score_parts import Whole, blocks_of, needs_whole, part_gaps, part_stats, with_gaps, with_stats

TOWN = layers()


def measured_parts(given: LayerSet, judged: Any, rows: int) -> list[tuple[np.ndarray, Any]]:
    """The rows of each part, and what is measured of it with its halo."""
    parcels, halo, shared = given.parcels, halo_m(judged), Part()
    others = replace(given, layers={id: one for id, one in given.layers.items() if id != "parcels"})
    found = []
    for own in parts_of(parcels.geometry, rows):
        mine = np.isin(np.arange(len(parcels)), own)
        box = extent(parcels.rows(mine).geometry)
        seen = mine | (within(bounds(parcels.geometry), box, halo) if halo else False)
        found.append((own, measured(parcels.rows(seen), mine[seen], others, judged, shared)))
    return found


def same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and one.tobytes() == np.asarray(other).tobytes()


@pytest.mark.parametrize("rows", [60, 170])
def test_every_criterion_has_the_bits_of_the_whole(rows: int) -> None:
    judged = scheme()
    whole = measure(TOWN, join(TOWN), judged)
    parts = measured_parts(TOWN, judged, rows)
    assert len(parts) > 2
    wrong = [
        id
        for id, column in whole.columns.items()
        for own, found in parts
        if not same(column.values[own], found.criteria.columns[id].values)
        or not same(column.states[own], found.criteria.columns[id].states)
    ]
    assert wrong == []
    assert not whole.skipped
    assert np.concatenate([own for own, _ in parts]).size == len(TOWN.parcels)


def test_every_measure_that_has_a_reach_is_among_the_criteria() -> None:
    used = {one["kind"] for one in CRITERIA.values()}
    assert {method.id for method in measures if method.reach is not None} == used
    assert measures["contiguous_area"].reach is None
    assert measures["network_distance"].reach == inf


def whole_of(judged: Any, bases: list[Any], whole: Everywhere) -> Everywhere:
    wholes = with_gaps([Whole() for _ in judged.models], [part_gaps(base, judged) for base in bases])
    for filled in (False, True):
        for _round in blocks_of(judged).rounds:
            wholes = with_stats(wholes, [part_stats(base, judged, wholes, filled) for base in bases], filled)
    return replace(whole, wholes=wholes)


def scored_parts(judged: Any, rows: int, turn: int = 1) -> list[tuple[np.ndarray, ScoreTable]]:
    """Scores of each part; `turn` −1 merges the parts from the last to the first."""
    parts = measured_parts(TOWN, judged, rows)[::turn]
    whole = everywhere([found for _, found in parts])
    whole = replace(whole, known=frozenset().union(*(known_here(found.criteria, judged) for _, found in parts)))
    bases = [
        part_basis(TOWN.parcels.rows(np.isin(np.arange(len(TOWN.parcels)), own)), found, judged, whole)[0] for own, found in parts
    ]
    if needs_whole(judged):
        whole = whole_of(judged, bases, whole)
    return [(own, scored(base, judged, whole)) for (own, _), base in zip(parts, bases, strict=True)]


SOME = ("output", "metro", "touching", "round")
SCORINGS: list[dict[str, Any]] = [
    {"method": "weighted_sum"},
    {"method": "weighted_sum", "missing": "worst"},
    {"method": "weighted_sum", "normalisation": "minmax"},
    {"method": "weighted_product"},
    {"method": "waspas"},
    {"method": "topsis"},
    {"method": "topsis", "normalisation": "minmax"},
    {"method": "vikor"},
    {"method": "owa", "leniency": 0.3},
    {"method": "owa", "missing": "worst"},
    {"method": "spotis"},
    {"method": "electre_tri"},
]


@pytest.mark.parametrize("scoring", SCORINGS, ids=lambda one: "-".join(map(str, one.values())))
@pytest.mark.parametrize(("rows", "turn"), [(41, 1), (200, -1)])
def test_every_method_in_blocks_has_the_bits_of_the_whole(scoring: dict[str, Any], rows: int, turn: int) -> None:
    judged = scheme(scoring, SOME)
    zones = join(TOWN)
    one_piece = score(TOWN, zones, measure(TOWN, zones, judged), judged)
    for own, found in scored_parts(judged, rows, turn):
        for name in (
            "utility",
            "score",
            "score_low",
            "score_high",
            "known_weight",
            "status",
            "recommended",
            "runner_up",
            "margin",
        ):
            assert same(np.ascontiguousarray(getattr(one_piece, name)[own]), np.ascontiguousarray(getattr(found, name))), name
        assert found.weights.tolist() == one_piece.weights.tolist()


def test_every_method_in_blocks_is_tried() -> None:
    able = {method.id for method in scorings if method.blockwise is not None and method.scores}
    assert able == {one["method"] for one in SCORINGS}
