"""The window as its user meets it: real clicks and keys from the first page to a solved and saved project."""

from __future__ import annotations

import gc
import json
import shutil
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pyogrio
import pytest
import shapely
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from settling import settled

from landplan.app.opening import Opened, open_file
from landplan.core.layers import Geometry
from landplan.core.messages import language, set_language, text
from landplan.core.paths import sample
from landplan.core.project import Memo
from landplan.core.registry import jobs
from landplan.gui import theme
from landplan.gui.add_layer_dialog import AddLayerDialog
from landplan.gui.canvas.plots import Plots, plots_of
from landplan.gui.export_dialog import ExportDialog
from landplan.gui.open_layers_dialog import OpenLayersDialog
from landplan.gui.program import Program
from landplan.gui.relink_dialog import RelinkDialog
from landplan.gui.settings import Settings
from landplan.gui.start_page import Choice
from landplan.gui.widgets.weight_slider import WeightSlider
from landplan.gui.window import Window

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path, lang: str) -> Iterator[Program]:
    """A program with nothing open; its settings are its own."""
    settings = Settings(tmp_path / "window.ini")
    settings.lang = "en" if lang == "en" else "zh"
    theme.use("light")
    made = Program(settings, warm=False)
    with qtbot.waitExposed(made.window):
        made.window.resize(1440, 900)
    yield made
    made.window.leaving = True
    made.window.close()
    made.end()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # old windows would be dressed with every theme


@pytest.fixture
def window(qtbot: QtBot, program: Program, opened: Opened, kept_results: Memo) -> Window:
    """The window with the sample."""
    program.desk.put(opened, kept_results)
    ready(qtbot, program)
    return program.window


def ready(qtbot: QtBot, program: Program) -> None:
    """Until scores, options and the fine map are there."""
    settled(qtbot, program.desk)
    qtbot.waitUntil(lambda: program.window.map.still, timeout=60_000)


def point_of(window: Window, row: int) -> QPoint:
    """Where the middle of a parcel is on the map's widget."""
    shape = window.desk.project.layers.parcels.shapes[row].representative_point()
    view = window.map.view
    return view.mapFromScene(view.box.mapViewToScene(QPointF(shape.x, shape.y)))


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_the_main_job_with_the_mouse_alone(qtbot: QtBot, program: Program, lang: str, tmp_path: Path) -> None:
    window, desk = program.window, program.desk
    qtbot.mouseClick(window.start.findChild(Choice, "open_sample"), LEFT)
    assert [step.state for step in window.steps.steps] == ["busy"] + ["none"] * 4
    assert not window.steps.next_button.isVisible()
    qtbot.waitUntil(lambda: desk.project is not None, timeout=60_000)
    ready(qtbot, program)
    assert window.pages.currentWidget() is window.map
    assert [step.state for step in window.steps.steps] == ["done", "done", "done", "now", "none"]
    row = int(np.flatnonzero(desk.results.scores.recommended >= 0)[7])
    window.map.zoom_to(np.array([row]))
    qtbot.waitUntil(lambda: window.map.still, timeout=30_000)
    qtbot.mouseClick(window.map.view.viewport(), LEFT, pos=point_of(window, row))
    assert desk.selection.tolist() == [row]
    qtbot.mouseClick(window.steps.next_button, LEFT)
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    qtbot.waitUntil(lambda: desk.display.theme == "path", timeout=5_000)
    assert window.steps.steps[3].state == "done"
    assert len(desk.portfolio) == sum(entry.count for entry in desk.painting.entries[: len(desk.project.scheme.paths)])
    assert window.steps.next_button.text() == text("next_export")
    qtbot.mouseClick(window.steps.next_button, LEFT)
    dialog = window.files.dialog
    assert isinstance(dialog, ExportDialog)
    for id, box in dialog.deliverables.items():
        if box.isChecked() != (id == "workbook"):
            qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    qtbot.keyClick(dialog.lang, Qt.Key.Key_Up if lang == "zh" else Qt.Key.Key_Down)
    assert desk.project.recipe.lang == lang
    dialog.folder.selectAll()
    qtbot.keyClicks(dialog.folder, str(tmp_path / "window"))
    with qtbot.waitSignal(desk.packed_changed, timeout=120_000):
        qtbot.mouseClick(dialog.export, LEFT)
    assert [step.state for step in window.steps.steps] == ["done"] * 5
    window.files.save_to(tmp_path / "plan.landplan")
    qtbot.waitUntil(lambda: not desk.unsaved, timeout=30_000)
    jobs["run"].run(recipe=tmp_path / "plan.landplan", out=tmp_path / "line")
    name = "review_package.zip"
    assert (tmp_path / "window" / name).read_bytes() == (tmp_path / "line" / name).read_bytes()


def tabbed_to(qtbot: QtBot, top: QWidget, wanted: Callable[[QWidget], bool]) -> QWidget:
    """Press Tab until what has the keys is the wanted."""
    for _ in range(200):
        at = QApplication.focusWidget() or top
        if wanted(at):
            return at
        qtbot.keyClick(at, Qt.Key.Key_Tab)
    raise AssertionError("Tab never comes there")


def test_the_main_job_with_keys_alone(qtbot: QtBot, program: Program, tmp_path: Path) -> None:
    window, desk = program.window, program.desk
    ctrl = Qt.KeyboardModifier.ControlModifier
    window.activateWindow()
    first = tabbed_to(qtbot, window, lambda at: isinstance(at, Choice))
    qtbot.keyClick(first, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: desk.project is not None, timeout=60_000)
    ready(qtbot, program)
    slider = tabbed_to(qtbot, window, lambda at: isinstance(at, WeightSlider))
    before = desk.results.scores.weights.copy()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    settled(qtbot, desk)
    assert len(desk.session.history) == 1
    assert (desk.results.scores.weights != before).any()
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Return, ctrl)
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_E, ctrl)
    dialog = window.files.dialog
    assert isinstance(dialog, ExportDialog)
    qtbot.waitUntil(dialog.isActiveWindow, timeout=5_000)
    for id, box in dialog.deliverables.items():
        if box.isChecked() != (id == "workbook"):
            tabbed_to(qtbot, dialog, lambda at, wanted=box: at is wanted)
            qtbot.keyClick(box, Qt.Key.Key_Space)
    tabbed_to(qtbot, dialog, lambda at: at is dialog.folder)
    qtbot.keyClick(dialog.folder, Qt.Key.Key_A, ctrl)
    qtbot.keyClicks(dialog.folder, str(tmp_path / "keys"))
    with qtbot.waitSignal(desk.packed_changed, timeout=120_000):
        qtbot.keyClick(dialog.folder, Qt.Key.Key_Return)
    assert (tmp_path / "keys" / "review_package.zip").is_file()
    assert desk.project.recipe.export.what == ("workbook",)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_change_makes_the_plan_old_and_undo_makes_it_new(qtbot: QtBot, window: Window) -> None:
    desk = window.desk
    desk.solve()
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    desk.do("set_weight", criterion="output_per_mu", weight=9.0)
    settled(qtbot, desk)
    assert window.steps.steps[3].state == "old"
    assert window.isWindowModified()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, desk)
    assert window.steps.steps[3].state == "done"
    assert not window.isWindowModified()
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.steps.steps[3].state == "old"
    settled(qtbot, desk)


def test_saving_and_opening_again_keeps_the_change(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    desk = window.desk
    desk.do("set_weight", criterion="output_per_mu", weight=7.5)
    file = tmp_path / "own.landplan"
    with qtbot.waitSignal(desk.saved, timeout=60_000, check_params_cb=None):
        window.files.save_to(file)
    qtbot.waitUntil(lambda: not desk.unsaved, timeout=60_000)
    assert file in window.settings.recent
    assert not window.isWindowModified()
    again = open_file(file).project
    assert next(one.weight for one in again.scheme.criteria if one.id == "output_per_mu") == 7.5
    assert desk.name == str(file)


@pytest.mark.parametrize(("answer", "leaves"), [("discard", True), ("stay", False)])
def test_unsaved_work_is_asked_for(window: Window, monkeypatch: pytest.MonkeyPatch, answer: str, leaves: bool) -> None:
    window.desk.do("set_weight", criterion="output_per_mu", weight=8.25)
    monkeypatch.setattr(window.files, "ask_unsaved", lambda: answer)
    window.files.close_project()
    assert (window.desk.project is None) is leaves
    assert (window.pages.currentWidget() is window.start) is leaves


def test_a_dropped_file_is_opened(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Path] = []
    monkeypatch.setattr(window.files, "open", heard.append)
    drop(window, sample("recipe.toml"))
    assert heard == [sample("recipe.toml")]


def drop(window: Window, *paths: Path) -> None:
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(QPointF(20, 20), Qt.DropAction.CopyAction, dropped, LEFT, Qt.KeyboardModifier.NoModifier)
    window.dropEvent(event)


def test_dropped_layers_are_added_to_the_project_one_after_the_other(
    qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Path] = []
    monkeypatch.setattr(window.files, "open", heard.append)
    first, second = sample("dirty", "asterisks.shp"), sample("data", "parcels.shp")
    drop(window, first, second)
    dialog = window.files.dialog
    assert isinstance(dialog, AddLayerDialog)
    qtbot.waitUntil(dialog.add.isEnabled, timeout=30_000)
    qtbot.mouseClick(dialog.add, LEFT)
    qtbot.waitUntil(lambda: "asterisks" in window.desk.project.layers.layers, timeout=30_000)
    dialog = window.files.dialog
    assert dialog.windowTitle()
    qtbot.waitUntil(lambda: dialog.panel.card is not None, timeout=30_000)
    qtbot.mouseClick(dialog.instead, LEFT)  # that one is to be a project of its own
    assert heard == [second]
    settled(qtbot, window.desk)


def test_layers_dropped_on_an_empty_window_are_those_of_a_new_project(qtbot: QtBot, window: Window) -> None:
    window.files.close_project()
    drop(window, sample("data", "parcels.shp"), sample("data", "flood_depth.tif"))
    dialog = window.files.dialog
    assert isinstance(dialog, OpenLayersDialog)
    assert dialog.parcels.path == sample("data", "parcels.shp")
    assert [(row.role, row.file.path) for row in dialog.more] == [("flood_depth", sample("data", "flood_depth.tif"))]
    qtbot.waitUntil(dialog.open_button.isEnabled, timeout=30_000)
    dialog.reject()


def test_a_file_that_cannot_be_read_is_a_sentence_and_changes_nothing(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    broken, before = tmp_path / "broken.shp", window.desk.project
    broken.write_bytes(b"no shapefile at all")
    with qtbot.waitSignal(window.desk.said, timeout=30_000):
        window.files.open(broken)
    assert window.messages.isVisible()
    assert window.messages.message.mood == "bad"
    assert "broken" in window.messages.message.text
    assert window.desk.project is before
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not window.messages.isVisible()


@pytest.mark.parametrize("wish", [("lang", "en"), ("theme", "dark"), ("theme", "contrast")])
def test_language_and_theme_change_on_one_desk(qtbot: QtBot, program: Program, window: Window, wish: tuple[str, str]) -> None:
    desk = program.desk
    desk.select(np.array([5]))
    window.map.zoom_to(np.array([5]))
    qtbot.waitUntil(lambda: window.map.still, timeout=30_000)
    qtbot.waitUntil(lambda: desk.extent is not None)
    seen, results = desk.extent, desk.results
    window.actions_["_".join(wish)].trigger()
    ready(qtbot, program)
    assert program.window is not window
    assert desk.results is results
    assert desk.selection.tolist() == [5]
    assert np.allclose(program.window.map.view.box.box(), seen, atol=seen[2] - seen[0])
    if wish[0] == "lang":
        assert language() == "en"
        assert program.window.docks["layers"].windowTitle() == "Layers"
        assert program.settings.lang == "en"
        set_language("zh")
    else:
        assert theme.theme().name == wish[1]
        assert program.settings.theme == wish[1]


def test_search_finds_a_command_in_either_language_and_runs_it(qtbot: QtBot, window: Window) -> None:
    window.actions_["search"].trigger()
    field = window.search.findChild(QLineEdit)
    assert window.search.isVisible()
    qtbot.keyClicks(field, "colour by score")
    assert window.search.found.count() == 1
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.desk.display.theme == "score"
    assert not window.search.isVisible()
    window.actions_["search"].trigger()
    field.setText("没有这个命令")
    assert window.search.found.item(0).text() == text("search_nothing")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert not window.search.isVisible()


def test_a_click_on_the_legend_selects_its_parcels(qtbot: QtBot, window: Window) -> None:
    legend = window.map.legend
    entry = legend.entries[1]
    qtbot.mouseClick(legend, LEFT, pos=QPoint(60, 5 + 22 * 2 + 11))
    assert len(window.desk.selection) == entry.count
    height = legend.height()
    qtbot.mouseClick(legend, LEFT, pos=QPoint(60, 10))
    assert legend.height() < height


def test_every_command_has_a_form_that_says_its_line(qtbot: QtBot, window: Window) -> None:
    from landplan.core.registry import commands
    from landplan.gui.command_form import CommandForm

    window.desk.select(np.empty(0, np.int64))
    for method in commands:
        form = CommandForm(window.desk, method, window)
        assert set(form.fields) == {argument.name for argument in method.arguments}
        form.deleteLater()
    window.form("set_discount_rate")
    form = window.findChildren(CommandForm)[-1]
    qtbot.keyClicks(form.fields["rate"], "0.08")
    assert form._line.text().endswith("set-discount-rate --rate 0.08 --out plan.landplan")
    button = next(one for one in form.findChildren(QPushButton) if one.text() == text("run_command"))
    qtbot.mouseClick(button, LEFT)
    assert window.desk.project.scheme.discount_rate == 0.08
    settled(qtbot, window.desk)


def test_the_form_of_remove_layer_names_layers_by_title(qtbot: QtBot, window: Window) -> None:
    from landplan.gui.command_form import CommandForm

    window.form("remove_layer")
    form = [one for one in window.findChildren(CommandForm) if one.isVisible()][-1]
    field = form.fields["role"]
    assert {field.itemData(k) for k in range(field.count())} == {one.id for one in window.desk.project.layers} - {"parcels"}
    field.setCurrentIndex(field.findData("stations"))
    assert field.currentText() != "stations"
    assert "--role stations" in form._line.text()
    form.reject()


def test_the_menu_reads_a_layer_beside_the_window(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    layers, desk = window.panels["layers"], window.desk
    monkeypatch.setattr(layers, "ask_file", lambda: sample() / "data" / "flood_depth.tif")
    window.actions_.commands["add_layer"].trigger()
    dialog = layers.dialog
    assert dialog is not None
    assert dialog.isVisible()
    dialog.reject()
    assert desk.project is desk.source.project


def test_a_form_says_what_is_wrong_and_stays(qtbot: QtBot, window: Window) -> None:
    from landplan.gui.command_form import CommandForm

    window.form("set_discount_rate")
    form = [one for one in window.findChildren(CommandForm) if one.isVisible()][-1]
    for typed in ("much", "7"):
        form.fields["rate"].clear()
        qtbot.keyClicks(form.fields["rate"], typed)
        button = next(one for one in form.findChildren(QPushButton) if one.text() == text("run_command"))
        qtbot.mouseClick(button, LEFT)
        assert form.isVisible()
        assert typed in form._wrong.text()
    form.reject()


def test_the_status_bar_knows_place_scale_and_numbers(qtbot: QtBot, window: Window) -> None:
    window.map.view.resize(800, 600)
    window.desk.select(np.array([1, 2, 3]))
    assert text("status_parcels", {"n": 3122, "selected": 3}) == window.status.counts.text()
    window.status.point(619214.26, 3469880.12)
    assert window.status.place.text() == "619\u202f214.3, 3\u202f469\u202f880.1 m"
    window.status.rescale(1.0)
    assert window.status.scale.text() == "1 : 3,780"
    assert window.status.crs.text() == "EPSG:4549"


def test_shortcuts_are_given_once_and_menus_hold_every_action(window: Window) -> None:
    shown: list[QAction] = []
    for menu in [action.menu() for action in window.menuBar().actions()]:
        shown += [*menu.actions(), *(inner for action in menu.actions() if action.menu() for inner in action.menu().actions())]
    for action in window.actions_.all:
        assert action in shown, action.objectName()
    keys = [action.shortcut().toString() for action in shown if not action.shortcut().isEmpty()]
    assert len(keys) == len(set(keys))


def test_panels_close_come_back_and_are_remembered(qtbot: QtBot, program: Program, window: Window) -> None:
    window.docks["layers"].close()
    assert not window.docks["layers"].isVisible()
    window.actions_["theme_dark"].trigger()
    ready(qtbot, program)
    assert not program.window.docks["layers"].isVisible()
    program.window.docks["layers"].toggleViewAction().trigger()
    assert program.window.docks["layers"].isVisible()
    program.window.docks["table"].close()
    program.window.reset_layout()
    assert program.window.docks["table"].isVisible()


def test_an_error_nobody_caught_is_said_and_the_window_stays(program: Program, window: Window) -> None:
    program._caught(ZeroDivisionError, ZeroDivisionError("slip"), None)
    assert "slip" in window.messages.message.text
    assert "Traceback" not in window.messages.message.text


def test_ids_are_copied_and_lists_are_filled_from_the_selection(qtbot: QtBot, window: Window) -> None:
    window.desk.select(np.array([0, 4]))
    window.actions_["copy_ids"].trigger()
    ids = window.desk.project.layers.parcels.ids[[0, 4]].tolist()
    assert QGuiApplication.clipboard().text().split() == ids
    window.actions_["must"].trigger()
    assert window.desk.project.recipe.choose.must == tuple(ids)
    window.actions_["no_list"].trigger()
    assert window.desk.project.recipe.choose.must == ()
    settled(qtbot, window.desk)


def test_the_window_gives_the_golden_numbers(qtbot: QtBot, window: Window) -> None:
    desk = window.desk
    golden = json.loads((Path(__file__).parents[1] / "golden" / "sample.json").read_text(encoding="utf-8"))
    window.actions_["solve"].trigger()
    qtbot.waitUntil(lambda: desk.plan_current, timeout=60_000)
    scores, plan = desk.results.scores, desk.portfolio
    assert {id: int((scores.recommended == k).sum()) for k, id in enumerate(scores.models)} == golden["recommended"]
    assert (len(plan), len(desk.options)) == (golden["chosen"], golden["options"])
    assert plan.objective == pytest.approx(golden["objective"], rel=1e-9)
    assert [target.after for target in plan.targets] == pytest.approx([golden["output_after_yi"], golden["firms_after"]])
    shown = {entry.name: entry.count for entry in desk.painting.entries}
    assert sum(shown.values()) == golden["parcels"]


def test_a_drag_moves_everything_in_one_event(qtbot: QtBot, window: Window) -> None:
    from landplan.gui.widgets.weight_slider import WeightSlider

    desk = window.desk
    window.actions_["show_score"].trigger()
    row = int(np.flatnonzero(desk.results.scores.recommended >= 0)[3])
    desk.select(np.array([row]))
    seen: list[tuple[bool, bool, bool]] = []
    before = desk.painting.colours.copy()

    def look() -> None:
        item = window.map.view.plots_item
        table, histogram = window.panels["table"], window.panels["distribution"]
        painted = np.array_equal(item.look.colours, desk.painting.colours) and not np.array_equal(before, item.look.colours)
        seen.append((painted, desk.results.project is desk.project, table.isVisible() and histogram.isVisible()))

    desk.results_changed.connect(look)  # the last to hear: all others have followed by now
    slider = window.panels["criteria"].findChildren(WeightSlider)[0]
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    settled(qtbot, desk)
    assert seen[-1] == (True, True, True)
    assert len(desk.session.history) == 1


def test_windows_that_were_made_anew_are_gone(qtbot: QtBot, window: Window, program: Program, tmp_path: Path) -> None:
    """Also while work that their dialogs began still runs; its answer reaches the desk and nothing else."""
    desk, old = program.desk, [weakref.ref(window)]
    window.files.ask_export()
    window.files.dialog.folder.setText(str(tmp_path / "out"))
    window.files.dialog._export()
    del window
    for kind, value in (("theme", "dark"), ("lang", "en"), ("theme", "light"), ("lang", "zh")):
        program.remake(kind, value)
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        old.append(weakref.ref(program.window))
    qtbot.waitUntil(lambda: desk.packed is desk.project, timeout=60_000)
    assert not desk.trace
    assert desk.plan_current
    gc.collect()
    assert [one() is None for one in old[1:]] == [True, True, True, False]


def test_leaving_waits_for_the_save_even_while_other_work_runs(
    qtbot: QtBot, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, file = window.desk, tmp_path / "kept.landplan"
    desk.do("set_weight", criterion="output_per_mu", weight=6.5)
    desk.solve()  # ends before the save, which waits behind it
    monkeypatch.setattr(window.files, "ask_unsaved", lambda: "save")
    monkeypatch.setattr(window.files, "save", lambda: window.files.save_to(file))
    assert window.files.may_leave()
    again = open_file(file).project
    assert next(one.weight for one in again.scheme.criteria if one.id == "output_per_mu") == 6.5
    settled(qtbot, desk)


def test_a_file_of_several_layers_is_not_opened_at_random(qtbot: QtBot, window: Window) -> None:
    before = window.desk.project
    window.files.open(sample("data", "plan.gpkg"))
    qtbot.waitUntil(lambda: isinstance(window.files.dialog, OpenLayersDialog), timeout=60_000)
    dialog = window.files.dialog
    qtbot.waitUntil(dialog.parcels.layer.isVisible, timeout=30_000)
    assert dialog.parcels.layer.findText("zones") >= 0
    assert window.desk.project is before
    dialog.reject()


def test_where_a_file_lies_is_asked_when_it_does_not_say(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    square = shapely.to_wkb(np.array([shapely.box(121.2, 31.3, 121.21, 31.31)]))
    ids = [np.array(["a"], object)]
    pyogrio.raw.write(tmp_path / "deg.shp", square, ids, ["id"], geometry_type="Polygon", crs="EPSG:4490")
    (tmp_path / "deg.prj").unlink()
    window.files.open(tmp_path / "deg.shp")
    qtbot.waitUntil(lambda: isinstance(window.files.dialog, OpenLayersDialog), timeout=60_000)
    dialog = window.files.dialog
    assert dialog.parcels.path == tmp_path / "deg.shp"
    qtbot.waitUntil(dialog.use.isVisible, timeout=30_000)
    qtbot.mouseClick(dialog.use, LEFT)
    assert dialog.crs.text() == "EPSG:4490"
    dialog.reject()


def test_of_several_dropped_files_it_is_said_that_one_is_opened(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window.files, "open", lambda path: None)
    window.files.drop([Path("a.toml"), Path("b.shp"), Path("c.landplan")])
    assert window.messages.message is not None
    assert "a.toml" in window.messages.message.text
    assert "2" in window.messages.message.text


def test_a_file_that_cannot_be_scored_does_not_replace_the_project(qtbot: QtBot, window: Window) -> None:
    before = window.desk.project
    with qtbot.waitSignal(window.desk.said, timeout=30_000):
        window.files.open(sample("dirty", "zone40_as_4549.shp"))
    assert window.messages.message is not None
    assert window.messages.message.mood == "bad"
    assert "zone40_as_4549" in window.messages.message.text
    assert window.desk.project is before


def test_parcels_that_take_long_to_draw_are_announced(qtbot: QtBot, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    panel, wait = window.map, Event()

    def slow(geometry: Geometry) -> Plots:
        wait.wait(30)
        return plots_of(geometry)

    assert not panel.preparing.isVisible()
    monkeypatch.setattr("landplan.gui.map_panel.plots_of", slow)
    panel._load()
    qtbot.waitUntil(panel.preparing.isVisible, timeout=5_000)
    wait.set()
    qtbot.waitUntil(lambda: not panel.preparing.isVisible(), timeout=30_000)
    assert panel.view.plots_item.frame is not None


def test_a_plan_is_being_solved_in_whatever_language_it_was_begun(qtbot: QtBot, window: Window) -> None:
    from landplan.gui.steps_bar import progressed

    window.desk.solve()
    assert progressed(window.desk).states[3] == "busy"
    set_language("en")
    assert progressed(window.desk).states[3] == "busy"
    set_language("zh")
    qtbot.waitUntil(lambda: window.desk.plan_current, timeout=60_000)


def test_a_plan_whose_files_have_moved_asks_where_they_are(qtbot: QtBot, window: Window, tmp_path: Path) -> None:
    home, away = tmp_path / "plan", tmp_path / "away"
    (home / "here").mkdir(parents=True)
    away.mkdir()
    shutil.copy(sample("recipe.toml"), home)
    for file in sample("data").iterdir():
        shutil.copy(file, away if file.suffix == ".tif" else home / "here")
    before = window.desk.project
    window.files.open(home / "recipe.toml")
    qtbot.waitUntil(lambda: isinstance(window.files.dialog, RelinkDialog), timeout=60_000)
    dialog = window.files.dialog
    assert dialog.fields["data/parcels.shp"].path == home / "here" / "parcels.shp"  # found nearby
    assert not dialog.open_button.isEnabled()
    rasters = [place for place in dialog.fields if place.endswith(".tif")]
    assert len(rasters) == 2
    first = dialog.fields[rasters[0]]
    first.line.setFocus()
    qtbot.keyClicks(first.line, str(away / Path(rasters[0]).name))
    assert dialog.fields[rasters[1]].path == away / Path(rasters[1]).name  # taken along
    assert window.desk.project is before
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: window.desk.project is not before and window.desk.unsaved, timeout=60_000)
    assert window.desk.project.layers.parcels.ids.tolist() == before.layers.parcels.ids.tolist()
    assert window.desk.name.endswith("recipe.toml")
    settled(qtbot, window.desk)
