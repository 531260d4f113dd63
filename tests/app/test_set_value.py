"""The value function of a criterion by command: a line of TOML there and back, the history, and what is computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_plan
from hypothesis import given
from hypothesis import strategies as some

from landplan.app.command_line import edit_line
from landplan.app.curve_text import curve_line, curve_of, entries, with_number
from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.session import Session
from landplan.core.errors import SchemeError
from landplan.core.project import Memo, Project
from landplan.core.scheme import MethodCall
from landplan.steps import score as scoring
from landplan.steps import utility as utilities

CURVES = [
    MethodCall(kind="linear", worst=1000, best=0.25),
    MethodCall(kind="piecewise", x=[0, 50.5, 800], y=[0.0, 0.4, 1.0], beyond="extrapolate"),
    MethodCall(kind="category", table={"工业 用地": 0.4, 'a"b': 1, "plain": 0.0}, other=0.5),
    MethodCall(kind="logistic", anchors=[[1, 0.2], [3, 0.8]]),
    MethodCall(kind="quantile", breaks=[0, 1, 1, 4], less_is_better=True),
]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return open_recipe(small_plan.write_plan(tmp_path))


@pytest.mark.parametrize("curve", CURVES, ids=[one.kind for one in CURVES])
def test_a_line_reads_back_as_the_curve(curve: MethodCall) -> None:
    assert curve_of(curve_line(curve), "") == curve


@given(some.dictionaries(some.text(), some.floats(0, 1), min_size=1))
def test_any_category_reads_back(table: dict[str, float]) -> None:
    back = curve_of(curve_line(MethodCall(kind="category", table=table)), "").params["table"]
    assert back == pytest.approx(table)
    assert list(back) == list(table)


@pytest.mark.parametrize("words", ["", "3", "{ worst = 1 }", '{ kind = "linear" }\nother = 1', "{ kind = 4 }", "{ kind = "])
def test_what_is_no_curve_is_refused_in_one_sentence(words: str) -> None:
    with pytest.raises(SchemeError) as refused:
        curve_of(words, "size")
    assert refused.value.id == "value_unreadable"
    assert str(refused.value).startswith("size")


@pytest.mark.parametrize("curve", CURVES, ids=[one.kind for one in CURVES])
def test_every_number_can_be_set_alone(curve: MethodCall) -> None:
    for k, entry in enumerate(entries(curve)):
        after = entries(with_number(curve, entry.path, 7.5))
        assert [one.value for one in after] == [7.5 if k == j else one.value for j, one in enumerate(entries(curve))]


def curve(project: Project, id: str) -> MethodCall:
    return next(one.value for one in project.scheme.criteria if one.id == id and one.value is not None)


def set_value(session: Session, id: str, **values: Any) -> Project:
    return session.do("set_value", criterion=id, value=curve_line(MethodCall(**values)))


def test_the_history_names_the_bound_with_its_unit(project: Project) -> None:
    session = Session(project)
    before = curve(project, "metro_m").params
    set_value(session, "metro_m", kind="linear", worst=3500, best=before["best"])
    said = session.history[-1]
    assert said.words("zh").endswith(f"价值函数 最差 {before['worst']:g} → 3500 米")
    assert said.words("en").endswith(f"value function worst {before['worst']:g} → 3500 m")
    set_value(session, "metro_m", kind="piecewise", x=[0, 900], y=[1, 0.2])
    assert session.history[-1].words("zh").endswith("→ 分段线性(0, 900, 1, 0.2)")
    set_value(session, "metro_m", kind="piecewise", x=[0, 950], y=[1, 0.3])
    assert session.history[-1].words("zh").endswith("第 2 点的效用 0.2 → 0.3")


def test_a_drag_of_a_point_both_ways_is_one_entry(project: Project) -> None:
    session = Session(project)
    set_value(session, "metro_m", kind="piecewise", x=[0, 900], y=[1, 0.2])
    for x, y in ((910, 0.2), (910, 0.3), (950, 0.4)):  # first across, then up
        line = curve_line(MethodCall(kind="piecewise", x=[0, x], y=[1, y]))
        session.do("set_value", merge=True, criterion="metro_m", value=line)
    assert len(session.history) == 2


def test_a_wrong_curve_names_the_criterion_and_changes_nothing(project: Project) -> None:
    session = Session(project)
    for values in ({"kind": "linear", "worst": 3, "best": 3}, {"kind": "linaer"}, {"kind": "linear", "worst": 3}):
        with pytest.raises(SchemeError, match="metro_m"):
            set_value(session, "metro_m", **values)
    assert session.project is project


def test_the_line_to_copy_is_quoted_for_a_shell(project: Project) -> None:
    line = edit_line("a.landplan", "set_value", {"criterion": "metro_m", "value": curve_line(curve(project, "metro_m"))})
    assert line.startswith('landplan edit a.landplan set-value --criterion metro_m --value \'{ kind = "linear"')


def test_one_curve_anew_is_one_column_anew(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other utilities are taken over bit for bit, nothing is measured and no rule is looked at again."""
    memo, session = Memo(), Session(project)
    before = results(project, memo, upto="score", checked=False)
    made: list[str] = []
    valued = utilities.utility_of
    monkeypatch.setattr(utilities, "utility_of", lambda column, one: made.append(one.id) or valued(column, one))
    monkeypatch.setattr(scoring, "_eligibility", lambda *_: pytest.fail("rules looked at again"))
    after = results(set_value(session, "metro_m", kind="linear", worst=900, best=0), memo, upto="score", checked=False)
    assert made == ["metro_m"]
    assert after.criteria is before.criteria
    k = before.scores.criteria.index("metro_m")
    same = [j for j in range(len(before.scores.criteria)) if j != k]
    assert np.array_equal(before.scores.utility[:, same], after.scores.utility[:, same], equal_nan=True)
    monkeypatch.undo()
    whole = results(session.project, Memo(), upto="score", checked=False)
    assert np.array_equal(after.scores.score, whole.scores.score, equal_nan=True)
    assert np.array_equal(after.scores.utility, whole.scores.utility, equal_nan=True)
    weighed = results(session.do("set_weight", criterion="metro_m", weight=9.0), memo, upto="score", checked=False)
    assert weighed.scores.utility is after.scores.utility, "weights leave the utilities as they are"
