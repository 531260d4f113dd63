"""GCJ-02 and BD-09: published vectors, exact inverses everywhere in China, nothing moved outside."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core import china_offset as offset
from landplan.core.layers import Float

METRES_A_DEGREE = 111_320.0
IN_CHINA = st.tuples(st.floats(73.4, 135.2), st.floats(3.3, 53.7))
BOTH_WAYS = [
    (offset.wgs84_to_gcj02, offset.gcj02_to_wgs84),
    (offset.gcj02_to_bd09, offset.bd09_to_gcj02),
    (offset.wgs84_to_bd09, offset.bd09_to_wgs84),
]


def metres(a: Float, b: Float) -> float:
    return float(np.abs(a - b).max()) * METRES_A_DEGREE


@pytest.mark.parametrize("case", ["crs_gcj02_vectors", "crs_bd09_vector"])
def test_published_vectors_there_and_back(case: str, worked_examples: dict) -> None:
    facts = worked_examples[case]
    (run,) = facts["runs"]
    conversion = f"{run.get('with', {}).get('datum', 'wgs84')}_to_{run['evaluate']}"
    before = np.array(facts["inputs"]["pairs"])[:, ::-1]
    (after,) = (np.array(pairs)[:, ::-1] for pairs in facts["expected"].values())
    back = "_to_".join(reversed(conversion.split("_to_")))
    assert metres(offset.CONVERSIONS[conversion](before), after) < 1e-5
    assert metres(offset.CONVERSIONS[back](after), before) < 1e-5


@pytest.mark.parametrize(("there", "back"), BOTH_WAYS)
@given(place=IN_CHINA)
def test_round_trips_within_a_hundredth_of_a_millimetre(
    there: Callable[[Float], Float], back: Callable[[Float], Float], place: tuple[float, float]
) -> None:
    here = np.array([place])
    assert metres(back(there(here)), here) < 1e-5
    assert metres(there(back(here)), here) < 1e-5


def test_the_kink_of_the_formula_at_105_degrees_east() -> None:
    here = np.column_stack([105.0 + np.array([0.0, 1e-13, -1e-12, 1e-10, -1e-8, 1e-6]), np.full(6, 30.0)])
    assert metres(offset.gcj02_to_wgs84(offset.wgs84_to_gcj02(here)), here) < 1e-5
    assert metres(offset.wgs84_to_gcj02(offset.gcj02_to_wgs84(here)), here) < 1e-5


@pytest.mark.parametrize("conversion", offset.CONVERSIONS)
def test_nothing_moves_outside_china_or_without_a_number(conversion: str) -> None:
    places = np.array([[2.35, 48.86], [-74.0, 40.7], [151.2, -33.9], [140.0, 36.0], [121.0, np.nan], [np.inf, 31.0]])
    before = places.copy()
    assert np.array_equal(offset.CONVERSIONS[conversion](places), before, equal_nan=True)
    assert np.array_equal(places, before, equal_nan=True)
    assert offset.CONVERSIONS[conversion](np.empty((0, 2))).shape == (0, 2)


def test_shanghai_is_moved_by_about_475_metres() -> None:
    import pyproj

    here = np.array([[121.5272106, 31.1774276]])
    there = offset.wgs84_to_gcj02(here)
    moved = pyproj.Geod(ellps="WGS84").inv(*here[0], *there[0])[2]
    assert moved == pytest.approx(475, abs=5)
