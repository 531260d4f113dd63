"""What a plot could carry as a model: the worked case, order of low, likely and high, and the laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.capacity import CAPACITIES, capacity
from landplan.core.scheme import LandUseModel
from landplan.core.units import M2_PER_MU, UNITS

AFTER = {"jobs_per_mu": 6.0, "output_wan_per_mu_year": 600.0, "tax_wan_per_mu_year": 30.0}


def model(**changes: Any) -> LandUseModel:
    base = {"id": "m", "title": {}, "use": {"1001": 1}, "far": {"low": 1, "target": 2, "high": 3}, "tenures": [], "after": AFTER}
    return LandUseModel.model_validate({**base, **changes})


def test_ten_mu_by_hand() -> None:
    found = capacity(model(after_range={"jobs_per_mu": [4, 9]}), np.array([10 * M2_PER_MU, np.nan]))
    ends = {name: [one.low[0], one.likely[0], one.high[0]] for name, one in found.items()}
    assert ends["gfa"] == pytest.approx([10 * M2_PER_MU, 20 * M2_PER_MU, 30 * M2_PER_MU])
    assert ends["jobs"] == pytest.approx([10 * 4 * 1 / 2, 60, 10 * 9 * 3 / 2])
    assert ends["output"] == pytest.approx([3000, 6000, 9000])
    assert ends["tax"] == pytest.approx([150, 300, 450])
    assert all(np.isnan([one.low[1], one.likely[1], one.high[1]]).all() for one in found.values())


def test_every_capacity_has_a_unit_and_a_figure_that_is_lacking_is_unknown() -> None:
    found = capacity(model(after={}), np.array([100.0]))
    assert set(found) == set(CAPACITIES)
    assert set(CAPACITIES.values()) <= set(UNITS)
    assert np.isnan(found["jobs"].likely[0])
    assert found["gfa"].likely[0] == 200.0


def test_reserved_land_carries_nothing() -> None:
    found = capacity(model(far={"low": 0, "target": 0, "high": 0}, after=dict.fromkeys(AFTER, 0.0)), np.array([100.0]))
    assert all(one.low[0] == one.likely[0] == one.high[0] == 0.0 for one in found.values())


amounts = st.floats(0.1, 10)


@settings(deadline=None)
@given(amounts, amounts, amounts, amounts, amounts, st.floats(1.0, 3.0))
def test_ranges_are_ordered_and_grow_with_area_far_and_figures(
    low: float, step: float, more: float, jobs: float, area: float, times: float
) -> None:
    far = {"low": low, "target": low + step, "high": low + step + more}
    base = capacity(model(far=far, after={**AFTER, "jobs_per_mu": jobs}), np.array([area]))
    for one in base.values():
        assert one.low[0] <= one.likely[0] * (1 + 1e-12) <= one.high[0] * (1 + 1e-12) ** 2
    for grown in (
        capacity(model(far=far, after={**AFTER, "jobs_per_mu": jobs}), np.array([area * times])),
        capacity(model(far={**far, "high": far["high"] * times}, after={**AFTER, "jobs_per_mu": jobs}), np.array([area])),
        capacity(model(far=far, after={**AFTER, "jobs_per_mu": jobs * times}), np.array([area])),
    ):
        for name, one in grown.items():
            for end in ("low", "likely", "high"):
                assert getattr(one, end)[0] >= getattr(base[name], end)[0] * (1 - 1e-12)


def test_a_figure_outside_its_own_range_is_refused() -> None:
    with pytest.raises(ValueError, match=r"after\.jobs_per_mu"):
        model(after_range={"jobs_per_mu": [7, 9]})
    with pytest.raises(ValueError, match=r"after\.firms_per_mu"):
        model(after_range={"firms_per_mu": [7, 9]})
