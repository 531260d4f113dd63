"""Uncertain figures: the same numbers as schemes that say them, tornado bars, triangular draws, odds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from landplan.core.progress import Cancelled
from landplan.renewal import appraisal as npv_of_options
from landplan.renewal import uncertainty
from landplan.renewal.uncertainty import Ranges, best_of_plot, drawn, odds, ranges, tornado
from landplan.renewal.views import viewed
from tests.renewal.appraised import BUY, FIGURES, KEEP, appraisal_of, scheme_of
from tests.renewal.test_options import options

NAMES = ("price", "margin", "buy.build")


def with_values(price: float, margin: float, build: float) -> Any:
    """NPV by view, (q, 3), of a scheme that says just this: the slow way."""
    lines = [{**line, "amount": f"-area_mu * 90 * {build!r}"} if line["id"] == "build" else line for line in BUY["lines"]]
    figures = {**FIGURES, "price": {"value": price}, "margin": {"value": margin}}
    scheme = scheme_of({**BUY, "lines": lines}, KEEP, figures=figures)
    return viewed(options(scheme), scheme).npv_wan


def test_what_has_a_range_and_is_used_is_uncertain() -> None:
    found = ranges(scheme_of(figures={**FIGURES, "idle": {"value": 1, "low": 0, "high": 9}}))
    assert found.names == NAMES
    np.testing.assert_allclose(
        np.column_stack([found.low, found.likely, found.high]), [[60, 100, 180], [0.02, 0.05, 0.06], [0.8, 1, 1.5]]
    )
    half = ranges(scheme_of(figures={"price": {"value": 9, "high": 12}, "margin": {"value": 0.1}, "land": {"value": 1}}))
    assert (half.names[0], half.low[0], half.likely[0]) == ("price", 9, 9)


@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize("rows", [1 << 20, 5])
def test_every_scenario_is_the_scheme_that_says_so(rows: int, straight: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one block and in many, by corners and one by one, ceilings of funds at work: support is 100 · margin a mu and year,
    the ceiling 140 a year."""
    monkeypatch.setattr(npv_of_options, "_ROWS", rows)
    if not straight:
        monkeypatch.setattr(npv_of_options, "_straight", lambda *_: False)
    scenarios = np.array([[100, 0.05, 1.0], [60, 0.02, 1.5], [180, 0.06, 0.8], [60, 0.05, 1.0], [60, 0.02, 1.5]])
    found = appraisal_of(scheme_of()).npv_by_view(NAMES, scenarios)
    for k, values in enumerate(scenarios.tolist()):
        np.testing.assert_allclose(found[:, :, k], with_values(*values), rtol=1e-9, atol=1e-9)


def test_amounts_that_bend_are_computed_for_every_draw_and_straight_ones_at_their_corners() -> None:
    bent = {
        **KEEP,
        "lines": [{"id": "bent", "party": "owner", "amount": "greatest(0, price - 100) * margin + 2 * price * margin"}],
    }
    appraisal = appraisal_of(scheme_of(bent))
    values = drawn(ranges(appraisal.scheme), 30, 5)[:, :2]
    found = appraisal.npv_by_view(NAMES[:2], values)
    price, margin = values.T
    np.testing.assert_allclose(found[0, 1], np.maximum(0, price - 100) * margin + 2 * price * margin, rtol=1e-12)
    assert not npv_of_options._straight(appraisal.scheme.paths[0], list(appraisal.scheme.paths[0].lines), ["price"])
    straight = scheme_of().paths[0]
    assert npv_of_options._straight(straight, [straight.lines[0]], ["price"])
    assert npv_of_options._straight(straight, [straight.lines[2]], ["buy.build"])


def test_a_bar_of_the_tornado_changes_one_figure() -> None:
    appraisal = appraisal_of(scheme_of())
    bars = tornado(appraisal, ranges(appraisal.scheme))
    assert bars.shape == (len(appraisal.options), 3, 3, 2)
    np.testing.assert_allclose(bars[:, :, 0, 0], with_values(60, 0.05, 1.0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(bars[:, :, 2, 1], with_values(100, 0.05, 1.5), rtol=1e-9, atol=1e-9)
    keeps = appraisal.options.path == 1
    assert (np.ptp(bars[keeps][:, :, 0], axis=-1) == 0).all()  # the price of one path is nothing to another


def test_draws_are_triangular_and_the_same_however_many() -> None:
    given = Ranges(("a", "b"), np.array([0.0, -1.0]), np.array([1.0, -1.0]), np.array([4.0, 1.0]))
    values = drawn(given, 40_000, 7)
    np.testing.assert_array_equal(drawn(given, 10, 7, first=30), values[30:40])
    assert (values[:, 0] >= 0).all()
    assert (values[:, 0] <= 4).all()
    assert values.mean(axis=0) == pytest.approx([5 / 3, -1 / 3], abs=0.02)  # (low + likely + high) / 3
    assert (values[:, 0] <= 1).mean() == pytest.approx(0.25, abs=0.01)
    assert (values[:, 0] <= 2.5).mean() == pytest.approx(1 - 1.5**2 / 12, abs=0.01)
    assert not np.array_equal(drawn(given, 10, 8), values[:10])


def test_odds_are_those_of_the_draws_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    appraisal = appraisal_of(scheme_of())
    given, parcel = ranges(appraisal.scheme), appraisal.options.parcel
    found = odds(appraisal, given, 12, 3)
    slow = np.stack([with_values(*row) for row in drawn(given, 12, 3).tolist()], axis=2)
    np.testing.assert_allclose(found.gains, (slow > 0).mean(axis=2))
    np.testing.assert_allclose(found.low_wan, slow.min(axis=2), rtol=1e-9, atol=1e-9)
    together = slow.sum(axis=1)
    top = np.array([together[parcel == p].max(axis=0) for p in parcel])
    np.testing.assert_allclose(found.best, (together >= top - 1e-6).mean(axis=1))
    monkeypatch.setattr(uncertainty, "_HELD", 1)
    again = odds(appraisal, given, 12, 3)
    np.testing.assert_array_equal(again.best, found.best)
    np.testing.assert_array_equal(again.gains, found.gains)


def test_whose_view_says_which_is_best() -> None:
    appraisal = appraisal_of(scheme_of())
    given = ranges(appraisal.scheme)
    for_owner = odds(appraisal, given, 20, 1, "owner").best
    buys = appraisal.options.path == 0
    assert for_owner[buys].sum() > odds(appraisal, given, 20, 1, "government").best[buys].sum()


def test_nothing_uncertain_leaves_no_doubt() -> None:
    plain = {name: {"value": one["value"]} for name, one in FIGURES.items()}
    sure = {**BUY, "lines": [{**line, "low": 1.0, "high": 1.0} for line in BUY["lines"]]}
    appraisal = appraisal_of(scheme_of(sure, KEEP, figures=plain))
    given = ranges(appraisal.scheme)
    assert given.names == ()
    found = odds(appraisal, given, 4, 1)
    assert set(np.unique(found.gains)) <= {0.0, 1.0}
    assert tornado(appraisal, given).shape[2:] == (0, 2)


def test_equals_are_both_best_and_unknown_never_is() -> None:
    values = np.array([[1.0, np.nan], [1.0, np.nan], [0.0, np.nan], [5.0, 2.0]])
    assert best_of_plot(values, np.array([0, 0, 0, 2])).tolist() == [[1, 0], [1, 0], [0, 0], [1, 1]]


def test_an_amount_that_nobody_can_compute_in_a_draw_is_no_gain_and_no_loss() -> None:
    odd = {**KEEP, "lines": [{"id": "odd", "party": "owner", "amount": "1 / nullif(price, 60)"}]}
    appraisal = appraisal_of(scheme_of(odd))
    found = appraisal.npv_by_view(("price",), np.array([[60.0], [100.0]]))
    assert np.isnan(found[:, 1, 0]).all()
    assert found[:, 1, 1] == pytest.approx(0.01)


def test_a_wish_to_stop_is_heard() -> None:
    def stop(share: float | None, text_id: str, **values: object) -> None:
        raise Cancelled

    appraisal = appraisal_of(scheme_of())
    with pytest.raises(Cancelled):
        odds(appraisal, ranges(appraisal.scheme), 10, 1, progress=stop)
