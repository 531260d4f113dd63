"""The checks panel: kinds, features, what a click does, the CSV."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from landplan.core.errors import Issue
from landplan.core.messages import text
from landplan.export.numbers import write_issues
from landplan.gui.desk import Desk
from landplan.gui.panels.checks import Checks
from landplan.gui.widgets.issue_tree import MOST_FEATURES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def checks(qtbot: QtBot, desk: Desk) -> Checks:
    made = Checks(desk)
    qtbot.addWidget(made)
    made.resize(900, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def click(qtbot: QtBot, checks: Checks, index: QModelIndex) -> None:
    qtbot.mouseClick(checks.view.viewport(), LEFT, pos=checks.view.visualRect(index.siblingAtColumn(1)).center())


def test_empty_it_says_what_to_do(qtbot: QtBot, empty_desk: Desk) -> None:
    checks = Checks(empty_desk)
    qtbot.addWidget(checks)
    checks.show()
    assert checks._empty.isVisible() and text("checks_empty_advice") in checks._empty.accessibleName()


def test_every_issue_is_listed_by_kind(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    assert desk.results is not None
    weights = [issue.weight for issue in desk.results.issues]
    assert sum(len(kind.issues) for kind in checks.tree.kinds) >= len(weights)
    assert checks.tree.kinds[0].id == "area_mismatch"
    row = [str(checks.tree.index(0, column).data()) for column in range(4)]
    assert row[0] == text("checks_weight_data") and row[2:] == ["地块", "31"] and row[1] == text("kind_area_mismatch")
    first = checks.tree.index(0, 0)
    assert checks.tree.rowCount(first) == 31
    assert checks.tree.index(0, 0, first).data() == "JD-0046"
    assert checks.tree.parent(checks.tree.index(3, 1, first)) == first


def test_the_title_counts_what_matters(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    with qtbot.waitSignal(checks.title_changed, timeout=2000) as told:
        desk.results_changed.emit()
    heavy = sum(len(kind.issues) for kind in checks.tree.kinds if kind.weight != "note")
    assert told.args == [f"{text('panel_checks')} {heavy}"] and heavy >= 37


def test_a_click_selects_and_zooms(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    kind = checks.tree.index(0, 0)
    with qtbot.waitSignal(desk.zoom_wanted) as wanted:
        click(qtbot, checks, kind)
    assert desk.session is not None and wanted.args is not None
    assert set(desk.session.selected_ids) == {issue.feature for issue in checks.tree.kinds[0].issues}
    checks.view.expand(kind)
    checks.view.setCurrentIndex(checks.tree.index(1, 0, kind))
    with qtbot.waitSignal(desk.zoom_wanted):
        qtbot.keyClick(checks.view, Qt.Key.Key_Return)
    assert desk.session.selected_ids == (checks.tree.kinds[0].issues[1].feature,)


def test_an_issue_of_another_layer_is_shown_where_it_lies(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    assert desk.results is not None
    lost = Issue("area_mismatch", "stations", row=0, x_m=620_000.0, y_m=3_470_000.0)
    desk.results = replace(desk.results, checks=(lost,))
    desk.results_changed.emit()
    qtbot.waitUntil(lambda: any(lost in kind.issues for kind in checks.tree.kinds))
    line = next(row for row, kind in enumerate(checks.tree.kinds) if lost in kind.issues)
    with qtbot.waitSignal(desk.zoom_wanted) as wanted:
        click(qtbot, checks, checks.tree.index(line, 0))
    assert wanted.args == [(619_900.0, 3_469_900.0, 620_100.0, 3_470_100.0)] and len(desk.selection) == 0


def test_weights_and_words_filter(qtbot: QtBot, checks: Checks) -> None:
    before = len(checks.tree.kinds)
    qtbot.mouseClick(checks.weights.buttons["data"], LEFT)
    assert {kind.weight for kind in checks.tree.kinds} == {"note"}
    qtbot.mouseClick(checks.weights.buttons["data"], LEFT)
    qtbot.keyClicks(checks.search, "jd-0107")
    assert [len(kind.issues) for kind in checks.tree.kinds] == [1]
    checks.search.clear()
    assert len(checks.tree.kinds) == before


def test_many_features_are_counted_not_listed(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    assert desk.results is not None
    many = tuple(Issue("area_mismatch", "parcels", row=row, feature=f"X-{row}") for row in range(MOST_FEATURES + 7))
    desk.results = replace(desk.results, checks=many)
    desk.results_changed.emit()
    qtbot.waitUntil(lambda: checks.tree.kinds[0].issues[0] is many[0])
    kind = checks.tree.index(0, 0)
    assert checks.tree.rowCount(kind) == MOST_FEATURES + 1
    last = checks.tree.index(MOST_FEATURES, 1, kind)
    assert last.data() == text("checks_more", {"n": "7"}) and len(checks.tree.issues_at(last)) == 7


def test_opened_kinds_stay_open_and_the_same_issues_change_nothing(qtbot: QtBot, checks: Checks, desk: Desk) -> None:
    checks.view.expand(checks.tree.index(0, 0))
    kinds = checks.tree.kinds
    desk.results_changed.emit()
    qtbot.wait(20)
    assert checks.tree.kinds is kinds
    assert desk.results is not None
    desk.results = replace(desk.results, checks=(*desk.results.checks,)[:-1])
    desk.results_changed.emit()
    qtbot.waitUntil(lambda: checks.tree.kinds is not kinds)
    assert checks.view.isExpanded(checks.tree.index(0, 0))


def test_the_csv_is_that_of_the_package(
    qtbot: QtBot, checks: Checks, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert desk.results is not None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "found"), ""))
    qtbot.mouseClick(checks.save, LEFT)
    qtbot.waitUntil(lambda: (tmp_path / "found.csv").exists() and not desk.long.busy, timeout=10_000)
    expected = write_issues(desk.results, tmp_path / "expected.csv").read_bytes()
    assert (tmp_path / "found.csv").read_bytes() == expected
    assert desk.messages[-1].mood == "good"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["expected.csv", "found.csv"]


def test_without_issues_it_says_so(qtbot: QtBot, checks: Checks, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checks, "_found_parts", lambda _self: ())
    desk.results_changed.emit()
    qtbot.waitUntil(checks._fine.isVisible)
    assert checks.tree.rowCount() == 0


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_words_in_both_languages(checks: Checks, lang: str) -> None:
    shown = " ".join(str(checks.tree.index(row, column).data()) for row in range(checks.tree.rowCount()) for column in range(4))
    assert ("影响数据" in shown) == (lang == "zh") and "{" not in shown
