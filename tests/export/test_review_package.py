"""Writing a package never costs the user a file."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from landplan.app.main_job import results as run
from landplan.app.opening import open_recipe
from landplan.core.results import Results
from landplan.export.review_package import NAME, kept_aside, write_package
from tests.small_plan import write_plan


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Path]:
    folder = tmp_path_factory.mktemp("plan")
    project = open_recipe(write_plan(folder))
    recipe = project.recipe
    export = recipe.export.model_copy(update={"what": ("geopackage",)})
    return run(project.with_recipe(recipe.model_copy(update={"export": export}))), folder


def test_an_untouched_package_is_replaced_and_nothing_else_remains(made: tuple[Results, Path], tmp_path: Path) -> None:
    for _ in range(2):
        write_package(*made, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [NAME, f"{NAME}.zip"]


def test_files_that_are_the_users_are_kept_under_another_name(made: tuple[Results, Path], tmp_path: Path) -> None:
    write_package(*made, tmp_path)
    (tmp_path / NAME / "comments.docx").write_text("mine", encoding="utf-8")
    write_package(*made, tmp_path)
    assert (tmp_path / f"{NAME}.kept-1" / "comments.docx").read_text(encoding="utf-8") == "mine"
    (tmp_path / NAME / "README.txt").write_text("changed", encoding="utf-8")
    assert [path.name for path in kept_aside(tmp_path)] == [f"{NAME}.kept-2"]


@pytest.mark.parametrize("content", ["a text", "a zip of something else", "a zip with one more file"])
def test_a_zip_of_that_name_which_is_not_ours_is_kept(made: tuple[Results, Path], tmp_path: Path, content: str) -> None:
    path = tmp_path / f"{NAME}.zip"
    if content == "a text":
        path.write_text("mine", encoding="utf-8")
    elif content == "a zip of something else":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("mine.txt", "mine")
    else:
        write_package(*made, tmp_path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("mine.txt", "mine")
    before = path.read_bytes()
    write_package(*made, tmp_path)
    assert (tmp_path / f"{NAME}.zip.kept-1").read_bytes() == before


def test_an_empty_folder_is_no_loss(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert kept_aside(tmp_path) == ()


def test_the_read_me_names_the_deliverables_that_are_there(made: tuple[Results, Path], tmp_path: Path) -> None:
    words = (write_package(*made, tmp_path) / "README.txt").read_text(encoding="utf-8")
    assert words.count("landplan.gpkg") == 2  # once in each language
    assert words.count("package.json") == 2
    assert not any(name in words for name in ("plan_sheets.pdf", "workbook.xlsx", "shapefile/"))
