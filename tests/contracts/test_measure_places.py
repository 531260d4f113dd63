"""What every measure says of a parcel does not depend on where the map lies, nor on how it is turned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from factories import make_raster
from measure_cases import MEASURES, layers

from landplan.core.environment import parcel_environment
from landplan.core.layers import LayerSet
from landplan.core.measuring import Measuring
from landplan.core.registry import measures
from landplan.core.tables import Column
from landplan.steps.join import join

ON_A_RASTER = {"zonal"}
CLEAR = {"distance": {"reach_m": 310.0}, "network_distance": {"reach_m": 310.0, "snap_m": 110.0}}
"""Limits that nothing lies exactly at, where the last bit would decide."""


def measured(kind: str, given: LayerSet) -> Column:
    zones = join(given)
    context = Measuring(given, zones, parcel_environment(given.parcels, zones, {}), given.parcels, kind)
    column: Column = measures[kind].run(context, **{**MEASURES[kind], **CLEAR.get(kind, {})})
    return column


def moved(given: LayerSet, move: Callable[[Any], Any]) -> LayerSet:
    """Every layer with its coordinates moved, and the raster where two of its corners go."""
    there = {id: replace(one, geometry=replace(one.geometry, xy=move(one.geometry.xy))) for id, one in given.layers.items()}
    raster = given.rasters["flood"]
    values = raster.read(0, raster.height, 0, raster.width)
    corner = move(np.array([[raster.transform[2], raster.transform[5]]]))[0]
    return LayerSet(given.crs, there, {"flood": make_raster(values, id="flood", x_m=corner[0], y_m=corner[1])})


@pytest.mark.parametrize("kind", MEASURES)
def test_moved_far_away_it_is_the_same(kind: str) -> None:
    given = layers()
    one, other = measured(kind, given), measured(kind, moved(given, lambda xy: xy + np.array([560_000.0, 3_470_000.0])))
    assert other.values == pytest.approx(one.values, rel=1e-7, abs=1e-5, nan_ok=True)
    assert other.states.tolist() == one.states.tolist()


@pytest.mark.parametrize("kind", sorted(MEASURES.keys() - ON_A_RASTER))
@pytest.mark.parametrize("degrees", [90.0, 137.0])
def test_turned_it_is_the_same(kind: str, degrees: float) -> None:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    given, turn = layers(), np.array([[cos, sin], [-sin, cos]])
    one, other = measured(kind, given), measured(kind, moved(given, lambda xy: xy @ turn))
    assert other.values == pytest.approx(one.values, rel=1e-4, abs=0.02, nan_ok=True)  # circles are good to the centimetre
    assert other.states.tolist() == one.states.tolist()
