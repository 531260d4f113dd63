"""The export dialog by real clicks: the same bytes as the command line, verified; its words and its command line are true."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from landplan.app.opening import Opened, moved, open_file
from landplan.core.errors import InputError
from landplan.core.paths import sample
from landplan.core.registry import jobs
from landplan.gui.desk import Desk
from landplan.gui.export_dialog import ExportDialog
from landplan.gui.packing import export_line, package_folder
from landplan.io.recipe_file import recipe_text

LEFT = Qt.MouseButton.LeftButton


def shown(qtbot: QtBot, desk: Desk) -> ExportDialog:
    made = ExportDialog(desk)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def dialog(qtbot: QtBot, desk: Desk) -> ExportDialog:
    return shown(qtbot, desk)


@pytest.fixture
def light(opened: Opened, tmp_path: Path) -> Path:
    """A recipe of the sample that draws no sheets, which take most of the time."""
    recipe = moved(opened.project.recipe, opened.folder, tmp_path)
    export = recipe.export.model_copy(update={"what": ("geopackage", "workbook")})
    path = tmp_path / "light.toml"
    path.write_text(recipe_text(recipe.model_copy(update={"export": export})), encoding="utf-8")
    return path


@pytest.mark.slow
def test_the_window_writes_the_bytes_of_the_command_line(empty_desk: Desk, light: Path, qtbot: QtBot, tmp_path: Path) -> None:
    desk = empty_desk
    desk.put(open_file(light))
    dialog = shown(qtbot, desk)
    assert dialog.folder.text() == str(tmp_path / "light_package")
    dialog.folder.setFocus()
    dialog.folder.selectAll()
    qtbot.keyClicks(dialog.folder, str(tmp_path / "window"))
    with qtbot.waitSignal(desk.packed_changed, timeout=300_000):
        qtbot.mouseClick(dialog.export, LEFT)
        assert dialog.progress.isVisible()
        assert not dialog.export.isEnabled()
    assert desk.plan_current
    assert desk.packed is desk.project
    assert desk.package == tmp_path / "window" / "review_package"
    assert str(desk.package) in dialog.said.text()
    jobs["run"].run(recipe=light, out=tmp_path / "line")
    name = "review_package.zip"
    assert (tmp_path / "window" / name).read_bytes() == (tmp_path / "line" / name).read_bytes()
    qtbot.mouseClick(dialog.verify, LEFT)
    qtbot.waitUntil(lambda: bool(dialog.verdict.text()), timeout=300_000)
    assert "逐数相同" in dialog.verdict.text()


def test_what_is_written_is_chosen_by_clicks_with_undo(dialog: ExportDialog, desk: Desk, qtbot: QtBot) -> None:
    assert desk.project is not None
    wanted = desk.project.recipe.export.what
    assert {id for id, box in dialog.deliverables.items() if box.isChecked()} == set(wanted)
    box = dialog.deliverables["workbook"]
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    assert desk.project.recipe.export.what == tuple(id for id in wanted if id != "workbook")
    dialog.day.setDate(QDate(2026, 1, 31))
    assert desk.project.recipe.export.stamp.isoformat() == "2026-01-31"
    assert "先保存" in dialog.first.text()
    desk.undo()
    desk.undo()
    assert box.isChecked()
    assert dialog.day.date() == QDate(2025, 11, 22)
    assert not dialog.first.isVisible()


def test_the_command_line_is_copied(dialog: ExportDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.copy, LEFT)
    line = QGuiApplication.clipboard().text()
    assert line.startswith(f"landplan run {sample('recipe.toml')} --out ")
    assert line.endswith("sample_package")


def test_what_goes_wrong_is_one_sentence_in_the_dialog(
    dialog: ExportDialog, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise InputError("file_missing", "x", path="x.shp", layer="parcels")

    monkeypatch.setattr("landplan.gui.export_dialog.package", fails)
    dialog.folder.setText(str(tmp_path))
    qtbot.mouseClick(dialog.export, LEFT)
    qtbot.waitUntil(lambda: dialog.wrong.isVisible())
    assert "x.shp" in dialog.wrong.text()
    assert dialog.export.isEnabled()
    assert desk.packed is None


def test_stopping_an_export_leaves_nothing_behind(dialog: ExportDialog, desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    dialog.folder.setText(str(tmp_path / "out"))
    qtbot.mouseClick(dialog.export, LEFT)
    qtbot.mouseClick(dialog.stop, LEFT)
    qtbot.waitUntil(lambda: not desk.long.busy, timeout=120_000)
    assert not (tmp_path / "out").exists()
    assert "已停止" in dialog.said.text()


def test_a_line_is_only_given_for_a_file_that_holds_the_project(opened: Opened, tmp_path: Path) -> None:
    own = replace(opened, path=tmp_path / "my plan.toml", folder=tmp_path)
    out = package_folder(own)
    assert out == tmp_path / "my plan_package"
    now = export_line(own, out, unsaved=False)
    assert now.words == f"landplan run '{own.path}' --out '{out}'"
    assert now.save_first is None
    later = export_line(own, out, unsaved=True)
    assert later.save_first == tmp_path / "my plan.landplan"
    assert f"'{later.save_first}'" in later.words
    saved = replace(own, path=tmp_path / "a.landplan")
    assert export_line(saved, out, unsaved=True).save_first == saved.path
    layers = replace(own, path=None)
    assert export_line(layers, out, unsaved=True).save_first == tmp_path / "my plan.landplan"


def test_a_project_from_a_zip_is_not_written_beside_files_that_go(opened: Opened, tmp_path: Path) -> None:
    inside = tmp_path / "landplan-x1" / "review_package"
    source = replace(opened, path=inside / "recipe.toml", folder=inside, zipped=True)
    assert package_folder(source) == Path.home() / "plan_package"
    assert export_line(source, Path("/else/plan_package"), unsaved=False).save_first == Path("/else/plan.landplan")


@pytest.mark.parametrize("lang", ["zh", "en"], indirect=True)
def test_all_words_have_room(lang: str, dialog: ExportDialog, desk: Desk, qtbot: QtBot) -> None:
    desk.do("set_goal", quantity="jobs", weight=1.0)
    qtbot.wait(50)
    for label in (dialog.always, dialog.sign_off, dialog.first, dialog.solve_note):
        assert label.isVisible()
        assert label.height() >= label.heightForWidth(label.width())
