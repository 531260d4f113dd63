"""Groups with weights of their own in the panel of criteria, by mouse and keys; the window's numbers are those of everywhere."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from landplan.app.changes import changed
from landplan.app.main_job import results
from landplan.app.opening import Opened
from landplan.app.session import applied
from landplan.core.project import Memo, Project
from landplan.core.scheme import Group
from landplan.gui.card.scoring import contributions
from landplan.gui.criteria_rows import group_rows, rows
from landplan.gui.desk import Desk
from landplan.gui.group_head import GroupHead, GroupLine
from landplan.gui.panels.criteria import CriteriaPanel

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
LONG = {
    "zh": "区位与交通、公共服务设施可达性及周边产业配套综合类",
    "en": "Location, transport, public services and supporting industries",
}


def grouped(project: Project) -> Project:
    """The sample with its headings as groups of weight 1, shape within location, location of weight 3."""
    names = dict.fromkeys(one.group for one in project.scheme.criteria if one.group)
    weights = {"location": 3.0}
    groups = [
        Group(
            id=name,
            title=LONG if name == "location" else {"zh": name, "en": name},
            weight=weights.get(name, 1.0),
            parent="location" if name == "shape" else "",
        )
        for name in names
    ]
    return project.with_scheme(changed(project.scheme, "scheme", groups=tuple(groups)))


@pytest.fixture(scope="module")
def tree(opened: Opened) -> Opened:
    return replace(opened, project=grouped(opened.project))


@pytest.fixture
def panel(qtbot: QtBot, empty_desk: Desk, tree: Opened, kept_results: Memo) -> CriteriaPanel:
    empty_desk.put(tree, kept_results)
    settle(qtbot, empty_desk)
    made = CriteriaPanel(empty_desk)
    qtbot.addWidget(made)
    made.resize(320, 900)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def settle(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(
        lambda: not desk.live.busy and desk.results is not None and desk.results.project is desk.project, timeout=60_000
    )


def line(panel: CriteriaPanel, id: str) -> GroupLine:
    found = panel.heads[id]
    assert isinstance(found, GroupLine)
    return found


def weights(desk: Desk) -> dict[str, float]:
    assert desk.project is not None
    return {one.id: one.weight for one in desk.project.scheme.groups}


def drag(qtbot: QtBot, head: GroupLine, *to: float) -> None:
    def at(weight: float) -> QPoint:
        return QPoint(round(head.slider._x(weight / 10.0)), head.slider.height() // 2)

    qtbot.mousePress(head.slider, LEFT, NONE, at(head.slider.weight))
    for weight in to:
        qtbot.mouseMove(head.slider, at(weight))
    qtbot.mouseRelease(head.slider, LEFT, NONE, at(to[-1]))


def test_a_drag_of_a_group_is_one_entry_keeps_proportions_and_undoes(
    qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel
) -> None:
    desk, head = empty_desk, line(panel, "location")
    before = desk.results.scores.weights[0].copy()  # type: ignore[union-attr]
    assert head.share.text() == f"{100 * 3 / 8:.1f}"
    drag(qtbot, head, 4.0, 5.0, 6.0)
    assert weights(desk)["location"] == pytest.approx(6.0)
    assert len(desk.session.history) == 1  # type: ignore[union-attr]
    assert head.share.text() == f"{100 * 6 / 11:.1f}"
    settle(qtbot, desk)
    scores = desk.results.scores  # type: ignore[union-attr]
    inside = [j for j, id in enumerate(scores.criteria) if id in ("metro_m", "av_road_m", "coverage_5ga")]
    after = scores.weights[0]
    assert after[inside] / after[inside].sum() == pytest.approx(before[inside] / before[inside].sum())
    desk.undo()
    settle(qtbot, desk)
    assert weights(desk)["location"] == 3.0
    assert head.slider.weight == 3.0
    assert np.array_equal(desk.results.scores.weights[0], before)  # type: ignore[union-attr]


def test_window_api_and_command_line_have_the_same_numbers(
    qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel, tree: Opened
) -> None:
    field = line(panel, "risk").field
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "2.5")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    settle(qtbot, empty_desk)
    shown = empty_desk.results.scores  # type: ignore[union-attr]
    project = applied(tree.project, "set-group-weight", {"group": "risk", "weight": 2.5})
    assert np.array_equal(shown.score, results(project, upto="score").scores.score, equal_nan=True)
    assert "set-group-weight --group risk --weight 2.5" in empty_desk.messages[-1].line


def test_keys_step_a_group_and_fold_it(qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel) -> None:
    head = line(panel, "location")
    head.slider.setFocus()
    qtbot.keyClick(head.slider, Qt.Key.Key_Right)
    assert weights(empty_desk)["location"] == pytest.approx(3.5)
    inner = panel.lines["compact"]
    assert inner.isVisible()
    head.button.setFocus()
    qtbot.keyClick(head.button, Qt.Key.Key_Space)
    assert not panel.lines["metro_m"].isVisible()
    assert not inner.isVisible(), "what stands in a group within it folds away too"
    assert not panel.heads["shape"].isVisible()
    qtbot.keyClick(head.button, Qt.Key.Key_Space)
    assert inner.isVisible()


def test_a_model_may_weigh_a_group_its_own_way_and_go_back(qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel) -> None:
    desk = empty_desk
    panel.model.setCurrentIndex(panel.model.findData("mixed_use"))
    panel.model.activated.emit(panel.model.currentIndex())
    head = line(panel, "risk")
    drag(qtbot, head, 5.0)
    own = next(one for one in desk.project.scheme.models if one.id == "mixed_use")  # type: ignore[union-attr]
    assert own.group_weights == {"risk": 5.0}
    assert weights(desk)["risk"] == 1.0
    assert head.mark.isVisible()
    qtbot.mouseClick(head.mark, LEFT)
    own = next(one for one in desk.project.scheme.models if one.id == "mixed_use")  # type: ignore[union-attr]
    assert own.group_weights == {}
    assert [action.isEnabled() for action in panel.menu(head).actions()] == [False, False]


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_a_long_name_ends_in_dots_and_the_tip_has_it_whole(lang: str, panel: CriteriaPanel) -> None:
    head = line(panel, "location")
    assert head.button.text().endswith("…")
    assert LONG[lang] in head.button.toolTip()
    assert head.button.accessibleName() == LONG[lang]
    assert panel._area.widget().minimumSizeHint().width() <= panel._area.viewport().width()
    left = [panel.heads[id].button.mapTo(panel, QPoint(0, 0)).x() for id in ("location", "shape")]
    assert left[0] < left[1], "a group within another stands further in"


def test_shares_of_groups_and_within_them(opened: Opened, tree: Opened) -> None:
    scheme = tree.project.scheme
    groups, found = group_rows(scheme, scheme, "", "", None), rows(scheme, scheme, "", "", None)
    order = list(groups)
    assert order.index("shape") == order.index("location") + 1
    assert sum(one.share for one in groups.values() if not one.group) == pytest.approx(1.0)
    for one in found:
        if one.share == one.share and one.group:
            assert one.share == pytest.approx(one.within * groups[one.group].share)
    own = {one.id: one.within for one in found if one.group == "risk" and one.share == one.share}
    assert sum(own.values()) == pytest.approx(1.0)
    assert group_rows(opened.project.scheme, opened.project.scheme, "", "", None) == {}


def test_a_scheme_without_weights_of_groups_keeps_its_plain_headings(qtbot: QtBot, desk: Desk) -> None:
    panel = CriteriaPanel(desk)
    qtbot.addWidget(panel)
    assert {type(head) for head in panel.heads.values()} == {GroupHead}


def test_an_empty_group_says_so(qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel) -> None:
    empty_desk.do("set_group_weight", group="risk", weight=0.0)
    assert (line(panel, "risk").share.text(), "不参与评分" in line(panel, "risk").share.toolTip()) == ("–", True)


def test_the_card_says_how_a_weight_comes_from_its_group(qtbot: QtBot, empty_desk: Desk, panel: CriteriaPanel) -> None:
    found = empty_desk.results
    assert found is not None
    part = next(one for one in contributions(found, 0, 0) if one.id == "metro_m")
    within = next(row.within for row in panel._rows if row.id == "metro_m")
    scores = found.scores
    said = part.why.splitlines()[-1]
    share = f"{100 * scores.weights[0, scores.criteria.index('metro_m')]:.1f}"
    assert LONG["zh"] in said
    assert share in said
    assert f"{100 * within:.1f}" in panel._tip("metro_m")
