"""A project from a zip: its files go with the zip, so what is saved takes its layers along."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from landplan.app.opening import Opened, kept, moved, open_file
from landplan.core.errors import ExportError
from landplan.core.paths import sample
from landplan.gui.desk import Desk
from landplan.gui.files import Files
from landplan.gui.settings import Settings
from landplan.io.recipe_file import recipe_text


@pytest.fixture
def package(tmp_path: Path, opened: Opened) -> Path:
    """The sample as a zip with its layers in `inputs`."""
    folder = tmp_path / "zipped" / "review_package"
    shutil.copytree(sample("data"), folder / "inputs")
    recipe = moved(opened.project.recipe, opened.folder, opened.folder)
    layers = {role: one.model_copy(update={"path": f"inputs/{Path(one.path).name}"}) for role, one in recipe.layers.items()}
    (folder / "recipe.toml").write_text(recipe_text(recipe.model_copy(update={"layers": layers})), encoding="utf-8")
    return Path(shutil.make_archive(str(tmp_path / "package"), "zip", tmp_path / "zipped"))


def test_a_project_saved_from_a_zip_finds_its_layers_after_the_zip_is_closed(
    qtbot: QtBot, empty_desk: Desk, package: Path, tmp_path: Path
) -> None:
    source, saved = open_file(package), tmp_path / "saved"
    saved.mkdir()
    parent = QWidget()
    qtbot.addWidget(parent)
    files = Files(empty_desk, Settings(tmp_path / "window.ini"), parent)
    empty_desk.put(source)
    assert not Path(files._folder).is_relative_to(source.folder.parent)
    for _twice in range(2):
        files.save_to(saved / "own.landplan")
        qtbot.waitUntil(lambda: not empty_desk.long.busy, timeout=60_000)
    empty_desk.clear()
    assert not source.folder.exists()
    again = open_file(saved / "own.landplan")
    for role, layer in again.project.recipe.layers.items():
        place = again.folder / layer.path
        assert place.read_bytes() == sample("data", place.name).read_bytes(), role
    assert {one.name for one in (saved / "own_inputs").iterdir()} == {one.name for one in sample("data").iterdir()}


def test_other_layers_beside_the_project_are_not_written_over(package: Path, tmp_path: Path) -> None:
    source = open_file(package)
    theirs = tmp_path / "own_inputs" / "plan.gpkg"
    theirs.parent.mkdir()
    theirs.write_bytes(b"of another project")
    with pytest.raises(ExportError, match="own_inputs"):
        kept(source.project, source, tmp_path / "own.landplan")
    assert theirs.read_bytes() == b"of another project"
    source.unpacked.close()
