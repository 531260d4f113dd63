"""Which decisions are fragile, and in whose favour."""

from __future__ import annotations

import numpy as np

from landplan.robustness.fragile import fragile


def test_a_decision_that_holds_too_seldom_names_what_takes_its_place() -> None:
    share = [[0.55, 0.40, 0.05], [0.10, 0.90, 0.00], [0.0, 0.2, 0.8], [0.0, 0.0, 0.0], [0.3, 0.3, 0.4]]
    found = fragile(share, [0, 1, 1, -1, 2], least=0.8)
    assert found.fragile.tolist() == [True, False, True, False, True]
    assert found.rival.tolist() == [1, 0, 2, -1, 0]
    assert found.rival_share.tolist() == [0.4, 0.1, 0.8, 0.0, 0.3]
    assert np.array_equal(found.holds, [0.55, 0.9, 0.2, np.nan, 0.4], equal_nan=True)
    assert found.worst_first.tolist() == [2, 4, 0]


def test_just_enough_is_enough_and_a_sure_decision_has_no_rival() -> None:
    found = fragile([[0.1 + 0.7, 0.2], [1.0, 0.0]], [0, 0], least=0.8)
    assert (found.fragile.any(), found.rival.tolist()) == (False, [1, -1])


def test_without_options_nothing_is_decided() -> None:
    found = fragile(np.zeros((2, 0)), [-1, -1])
    assert (found.fragile.tolist(), found.rival.tolist(), found.worst_first.tolist()) == ([False, False], [-1, -1], [])
    assert np.isnan(found.holds).all()
