"""What becomes of unknown values: each of the four policies, for every registered measure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from factories import make_model, make_scheme
from measure_cases import MEASURES, layers

from landplan.core.errors import InputError
from landplan.core.measuring import FILLED, MISSING
from landplan.core.scheme import Scheme
from landplan.core.tables import CriteriaTable, ScoreTable
from landplan.steps.join import join
from landplan.steps.measure import measure
from landplan.steps.score import score

LINEAR = {"kind": "linear", "worst": 0.0, "best": 100.0}
SURE = {"id": "sure", "measure": {"kind": "field", "expression": "1"}, "value": LINEAR, "weight": 1}


def scheme(kind: str, policy: str) -> Scheme:
    """The measure and another criterion that everybody knows, half of the weight each."""
    judged = {"id": "it", "measure": {"kind": kind, **MEASURES[kind]}, "value": LINEAR, "weight": 1, "missing": policy}
    return make_scheme([judged, SURE], models=[make_model()], zone_set="carrier", known_weight_min=0.0)


def run(kind: str, policy: str) -> tuple[CriteriaTable, ScoreTable]:
    given, wanted = layers(), scheme(kind, policy)
    zones = join(given)
    criteria = measure(given, zones, wanted)
    return criteria, score(given, zones, criteria, wanted)


def unknown(kind: str) -> np.ndarray:
    found: np.ndarray = run(kind, "interval")[0].columns["it"].unknown
    assert found[5] and not found.all(), "the parcel without geometry"
    return found


@pytest.mark.parametrize("kind", MEASURES)
def test_refused_it_names_the_parcels(kind: str) -> None:
    with pytest.raises(InputError, match="P5") as error:
        run(kind, "refuse")
    assert error.value.id == "criterion_unknown_refused"
    assert error.value.values["n"] == unknown(kind).sum()


@pytest.mark.parametrize("kind", MEASURES)
def test_at_worst_the_utility_is_0_and_counted(kind: str) -> None:
    criteria, scores = run(kind, "worst")
    rows = unknown(kind)
    assert (scores.utility[rows, 0] == 0.0).all()
    assert not np.isnan(scores.utility).any()
    assert (scores.score[rows] == scores.score_low[rows]).all() and (scores.known_weight == 1.0).all()
    told = {issue.id: issue.values["n"] for issue in (*criteria.issues, *scores.issues) if "n" in issue.values}
    assert told["unknown_at_worst"] == rows.sum()
    assert (criteria.columns["it"].states[rows] == MISSING).all()  # the raw value stays unknown


@pytest.mark.parametrize("kind", MEASURES)
def test_by_the_median_of_the_zone_it_is_filled_in_and_flagged(kind: str) -> None:
    criteria, _ = run(kind, "zone_median")
    column, raw = criteria.columns["it"], run(kind, "interval")[0].columns["it"].values
    main = join(layers()).sets["carrier"].main
    filled = 0
    for row in np.flatnonzero(unknown(kind)):
        others = raw[(main == main[row]) & ~np.isnan(raw)]
        wanted = np.median(others) if len(others) else np.nan
        assert column.values[row] == pytest.approx(wanted, nan_ok=True)
        assert column.states[row] == (FILLED if len(others) else MISSING)
        filled += bool(len(others))
    known = ~np.isnan(raw)
    assert column.values[known].tolist() == raw[known].tolist()
    (issue,) = (issue for issue in column.issues if issue.id == "median_filled")
    assert (issue.values["n"], issue.values["left"]) == (filled, unknown(kind).sum() - filled)


@pytest.mark.parametrize("kind", MEASURES)
def test_as_an_interval_the_score_has_a_low_and_a_high(kind: str) -> None:
    criteria, scores = run(kind, "interval")
    rows = unknown(kind)
    assert np.isnan(scores.utility[rows, 0]).all()
    assert scores.known_weight[rows, 0].tolist() == [0.5] * rows.sum()
    assert scores.score_high[rows, 0] - scores.score_low[rows, 0] == pytest.approx([0.5] * rows.sum())
    assert (scores.score_low[~rows] == scores.score_high[~rows]).all()
    told = {issue.id: issue.values["n"] for issue in criteria.columns["it"].issues if "n" in issue.values}
    assert told["criterion_unknown"] == rows.sum()


def test_texts_have_no_median_and_stay_unknown() -> None:
    given: Any = layers()
    words = {"id": "it", "measure": {"kind": "field", "expression": "segment"}, "missing": "zone_median"}
    table = {"kind": "category", "table": {"SiC": 1.0}, "other": 0.0}
    wanted = make_scheme([{**words, "value": table, "weight": 1}], zone_set="carrier")
    column = measure(given, join(given), wanted).columns["it"]
    assert column.states.tolist()[2] == MISSING and column.values[2] is None
    assert [issue.id for issue in column.issues] == ["criterion_unknown"]
