"""Issues kind by kind: nothing is lost, sentences say what they share, places are found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from factories import CRS, make_layer
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, box

from landplan.app.main_job import results
from landplan.app.opening import Opened
from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.messages import text
from landplan.core.project import Memo
from landplan.gui.issue_kinds import counts, criterion_titles, filtered, issue_kinds, issue_parts, parcel_rows, place

ISSUES = st.lists(
    st.builds(
        Issue,
        st.sampled_from(["criterion_unknown", "area_mismatch", "crs_absent"]),
        st.just("parcels"),
        st.sampled_from(["note", "data", "blocks"]),
        st.integers(-1, 5),
        st.sampled_from(["", "JD-1", "JD-2"]),
    ),
    max_size=20,
)


@given(st.lists(ISSUES.map(tuple), max_size=4))
def test_every_issue_is_in_one_kind_the_heaviest_first(parts: Sequence[tuple[Issue, ...]]) -> None:
    kinds = issue_kinds(parts, {})
    listed = [issue for kind in kinds for issue in kind.issues]
    assert sorted(map(id, listed)) == sorted(id(issue) for part in parts for issue in part)
    order = [(["blocks", "data", "note"].index(kind.weight), -len(kind.issues)) for kind in kinds]
    assert order == sorted(order)
    assert sum(counts(kinds).values()) == len(listed)
    only = filtered(kinds, ["data"], "jd-2")
    assert [issue for kind in only for issue in kind.issues] == [
        issue for issue in listed if issue.weight == "data" and issue.feature == "JD-2"
    ]


def test_a_kind_says_what_its_issues_share() -> None:
    facts = {"n": 593, "reach_m": 5000, "layer": "stations"}
    issues = [Issue("distance_beyond_reach", "parcels", values={"criterion": name, **facts}) for name in ("metro_m", "lab_m")]
    (kind,) = issue_kinds([tuple(issues)], {"metro_m": "距轨道站"})
    assert kind.sentence == text("kind_distance_beyond_reach")
    assert "“距轨道站”" in kind.sentence_of(issues[0]) and "“lab_m”" in kind.sentence_of(issues[1])
    assert not kind.single
    assert issue_kinds([(issues[0],)], {})[0].single
    alike = [Issue("distance_beyond_reach", "parcels", values={"criterion": "metro_m", **facts}) for _ in range(2)]
    assert "5000 米" in issue_kinds([tuple(alike)], {})[0].sentence


@pytest.fixture
def town() -> LayerSet:
    parcels = make_layer([box(0, 0, 10, 10), box(20, 0, 30, 5), None], id="parcels", name=["a", "b", "c"])
    stations = make_layer([Point(3, 4)], id="stations", kind=["metro"])
    return LayerSet(CRS, {"parcels": parcels, "stations": stations})


def test_rows_and_places_of_issues(town: LayerSet) -> None:
    ids = town.parcels.ids
    by_id = Issue("area_mismatch", "parcels", row=9, feature=str(ids[1]))
    by_row = Issue("area_mismatch", "parcels", row=0)
    other = Issue("area_mismatch", "stations", row=0, feature=str(town.layers["stations"].ids[0]))
    assert parcel_rows(town.parcels, [by_id, by_row, other, by_row]).tolist() == [0, 1]
    assert parcel_rows(town.parcels, [by_id]).tolist() == [1] and parcel_rows(town.parcels, [other]).tolist() == []
    assert place(town, by_id) == (20, 0, 30, 5) and place(town, other) == (3, 4, 3, 4)
    assert place(town, Issue("area_mismatch", "parcels", row=2)) is None
    assert place(town, Issue("area_mismatch", "roads", row=2)) is None
    assert place(town, Issue("area_mismatch", "parcels", row=0, x_m=1.0, y_m=2.0)) == (1, 2, 1, 2)
    assert place(town, Issue("area_mismatch", "parcels", row=77)) is None


def test_the_parts_hold_what_results_list(opened: Opened, kept_results: Memo) -> None:
    found = results(opened.project, kept_results, upto="score")
    parts = issue_parts(found.layers, found)
    assert sorted(issue.text() for part in parts for issue in part) == sorted(issue.text() for issue in found.issues)
    again = issue_parts(found.layers, found)
    assert all(a is b for a, b in zip(parts, again, strict=True))
    assert issue_parts(found.layers, None) == tuple(layer.issues for layer in found.layers)
    assert all(criterion_titles(opened.project).values())
