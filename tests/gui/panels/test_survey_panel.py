"""The survey in the window: without a pack, with the illustrative one, on the map, the card and in the table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from landplan.core.messages import text
from landplan.core.paths import resource
from landplan.core.policy import CLASSES
from landplan.core.survey import Surveyed
from landplan.export.drawing.colours import SURVEY_HUES
from landplan.gui.desk import Desk
from landplan.gui.display import Display
from landplan.gui.panels.plot_card import PlotCard
from landplan.gui.panels.survey import SurveyPanel
from landplan.gui.panels.table import AttributeTable

Wait = Callable[[], None]


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk) -> SurveyPanel:
    made = SurveyPanel(desk)
    qtbot.addWidget(made)
    made.resize(1000, 300)
    made.show()
    return made


def classed(qtbot: QtBot, desk: Desk, panel: SurveyPanel) -> Surveyed:
    qtbot.mouseClick(panel.illustrative, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.survey.found is not None and not desk.survey.busy, timeout=30_000)
    assert desk.survey.found is not None
    return desk.survey.found


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_without_a_pack_it_says_how_to_choose_one(qtbot: QtBot, desk: Desk, panel: SurveyPanel, lang: str) -> None:
    assert panel.pages.currentIndex() == 0
    assert panel.illustrative.isVisible()
    assert text("survey_panel_none") in panel.empty.accessibleName()
    found = classed(qtbot, desk, panel)
    assert panel.pages.currentIndex() == 1
    assert desk.project is not None
    assert desk.project.recipe.policies == ("builtin:survey_illustrative",)
    counts = [int((found.code == code).sum()) for code in (0, 1, 2, 3, -1)]
    assert [row.value.split(" ")[0] for row in panel.classes.rows] == [f"{n:,}" for n in counts]
    assert sum(counts) == len(found.code)


def test_figures_without_a_source_are_amber(qtbot: QtBot, desk: Desk, panel: SurveyPanel) -> None:
    found = classed(qtbot, desk, panel)
    limits = [row for row in panel.limits.rows if row.mood != "bold"]
    assert len(limits) == 6 + len(found.survey.vetoes)
    assert {row.mood for row in limits} == {"data"}
    assert panel.doubts.isVisible()
    assert "≥ 30" in limits[0].value


def test_a_pack_of_ones_own_takes_its_place(
    qtbot: QtBot, desk: Desk, panel: SurveyPanel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = classed(qtbot, desk, panel)
    shipped = resource("policies", "survey_illustrative.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(shipped.replace("survey_tax_a = { value = 30", "survey_tax_a = { value = 3000"), encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(own), ""))
    qtbot.mouseClick(panel.another, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: desk.survey.found is not None and desk.survey.found is not before, timeout=30_000)
    assert desk.survey.found is not None
    assert (desk.survey.found.assessed[0].code == 0).sum() < (before.assessed[0].code == 0).sum()


def test_a_click_on_a_class_selects_its_parcels(qtbot: QtBot, desk: Desk, panel: SurveyPanel) -> None:
    found = classed(qtbot, desk, panel)
    place = panel.classes.box(3).center()
    qtbot.mouseClick(panel.classes, Qt.MouseButton.LeftButton, pos=QPointF(place).toPoint())
    assert desk.selection.tolist() == np.flatnonzero(found.code == 3).tolist()
    qtbot.keyClick(panel.classes, Qt.Key.Key_Down)
    qtbot.keyClick(panel.classes, Qt.Key.Key_Return)
    assert desk.selection.tolist() == np.flatnonzero(found.code == -1).tolist()


def test_the_map_shows_classes_and_the_legend_counts_them(qtbot: QtBot, desk: Desk, panel: SurveyPanel) -> None:
    desk.show_as(Display("survey"))
    assert desk.painting is not None
    assert [one.name for one in desk.painting.entries] == [text("display_survey_none")]
    found = classed(qtbot, desk, panel)
    entries = desk.painting.entries
    assert [one.colour for one in entries[:4]] == list(SURVEY_HUES)
    assert [one.count for one in entries] == [int((found.code == code).sum()) for code in (0, 1, 2, 3, -1)]
    assert entries[0].name.startswith("A")


def test_a_weight_asks_for_no_other_classes(qtbot: QtBot, desk: Desk, panel: SurveyPanel, wait: Wait) -> None:
    found = classed(qtbot, desk, panel)
    wait()
    heard: list[object] = []
    desk.survey.changed.connect(lambda: heard.append(1))
    desk.do("set_weight", criterion=desk.results.scheme.criteria[0].id, weight=7.0)  # type: ignore[union-attr]
    wait()
    assert desk.survey.found is found
    assert not heard
    assert not desk.survey.busy


def test_undo_takes_the_classes_away(qtbot: QtBot, desk: Desk, panel: SurveyPanel, wait: Wait) -> None:
    classed(qtbot, desk, panel)
    desk.undo()
    wait()
    assert desk.survey.found is None
    assert panel.pages.currentIndex() == 0


def test_card_and_table_say_class_and_how_far_the_next_is(qtbot: QtBot, desk: Desk, panel: SurveyPanel) -> None:
    card, table = PlotCard(desk), AttributeTable(desk)
    for one in (card, table):
        qtbot.addWidget(one)
        one.show()
    found = classed(qtbot, desk, panel)
    first = found.assessed[0]
    row = int(np.flatnonzero((found.code == 2) & np.isfinite(first.to_next))[0])
    desk.select(np.array([row]))
    head, performance, _worth = card.survey.rows.rows
    assert head.title == text("survey_panel_of", {"class": "C"})
    assert head.mood == "data"
    assert f"{first.to_next[row]:.3g}" in performance.detail
    assert CLASSES[first.code[row]] in performance.value
    assert card.survey.trace.text()
    columns = table.sheet.columns
    assert columns["survey_class"].values.shown(row) == "C"
    assert columns["survey_performance"].values.copied(row) == pytest.approx(float(first.value[row]))
    assert columns["survey_performance_to_next"].values.copied(row) == pytest.approx(float(first.to_next[row]))
    unknown = int(np.flatnonzero(found.code < 0)[0])
    assert columns["survey_class"].values.shown(unknown) == text("survey_open")
    desk.select(np.array([unknown]))
    assert card.survey.rows.rows[0].title == text("survey_open")


def test_without_a_pack_the_card_has_no_such_part(qtbot: QtBot, desk: Desk) -> None:
    card = PlotCard(desk)
    qtbot.addWidget(card)
    card.show()
    desk.select(np.array([0]))
    assert not card.survey.isVisible()


def test_each_class_is_darker_than_the_one_before() -> None:
    greys = [0.299 * int(hue[:2], 16) + 0.587 * int(hue[2:4], 16) + 0.114 * int(hue[4:], 16) for hue in SURVEY_HUES]
    assert all(a - b > 25 for a, b in pairwise(greys))
