"""A package recomputes to itself, and a changed digit is found and named."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.app.verification import verify
from landplan.core.errors import InputError
from landplan.core.messages import text
from landplan.core.progress import silent
from landplan.core.registry import jobs
from landplan.export.review_package import MANIFEST, NAME, package_files, sha256_of_bytes, write_package
from tests.small_plan import write_plan


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package with every deliverable a digit may be changed in."""
    folder = tmp_path_factory.mktemp("plan")
    recipe = write_plan(folder)
    words = recipe.read_text(encoding="utf-8")
    wanted = 'what = ["geopackage", "shapefile", "workbook", "plan_sheets"]'
    recipe.write_text(words.replace('what = ["geopackage", "workbook"]', wanted), encoding="utf-8")
    project = open_recipe(recipe)
    return write_package(results(project), folder, folder / "out")


@pytest.fixture
def copy(package: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(package, tmp_path / "copy" / NAME))


def test_an_untouched_package_is_equal_as_folder_parent_and_zip(package: Path) -> None:
    for form in (package, package.parent, package.parent / f"{NAME}.zip"):
        found = verify(form)
        assert found.equal, found.differences
        assert found.recomputed
        assert found.notes == ()


def test_two_runs_give_the_same_bytes(package: Path, tmp_path: Path) -> None:
    folder = package.parent.parent
    again = write_package(results(open_recipe(folder / "recipe.toml")), folder, tmp_path / "again")
    names = sorted(path.relative_to(package).as_posix() for path in package.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again).as_posix() for path in again.rglob("*") if path.is_file())
    assert [name for name in names if (package / name).read_bytes() != (again / name).read_bytes()] == []
    zips = [(base / f"{NAME}.zip").read_bytes() for base in (package.parent, again.parent)]
    assert zips[0] == zips[1]


def in_text(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        words = (folder / name).read_text(encoding="utf-8")
        assert old in words
        (folder / name).write_text(words.replace(old, new, 1), encoding="utf-8", newline="\n")

    return change


def write(path: Path) -> None:
    path.write_text("approved", encoding="utf-8")


def in_geopackage(folder: Path) -> None:
    with sqlite3.connect(folder / "landplan.gpkg") as db:
        db.execute("DROP TRIGGER IF EXISTS rtree_parcels_geom_update4")
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute("UPDATE parcels SET area_mu = area_mu + 0.01 WHERE id = 'P03'")
    db.close()


def in_workbook(folder: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(folder / "workbook.xlsx")
    sheet = book["Parcels"]
    head = next(cell.row for cell in sheet["A"] if cell.value == "Parcel id")
    column = next(cell.column for cell in sheet[head] if str(cell.value).startswith("Area"))
    sheet.cell(row=head + 4, column=column).value += 0.01
    book.save(folder / "workbook.xlsx")


def in_dbf(folder: Path) -> None:
    path = folder / "shapefile" / "parcels.dbf"
    raw = bytearray(path.read_bytes())
    at = raw.index(b"25.35", int.from_bytes(raw[8:10], "little"))
    raw[at + 4 : at + 5] = b"6"
    path.write_bytes(raw)


def in_shape(folder: Path) -> None:
    path = folder / "shapefile" / "parcels.shp"
    raw = bytearray(path.read_bytes())
    raw[100 + 8 + 44 + 4 + 1] ^= 0xFF  # a low byte of the first vertex
    path.write_bytes(raw)


def in_sheets(folder: Path) -> None:
    """Another word on a sheet, as somebody with a PDF editor would do it."""
    import pikepdf

    path = folder / "plan_sheets.pdf"
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.contents_add(b"BT /F1 9 Tf 1 0 0 1 20 20 Tm (9) Tj ET")
        pdf.save(path)


def in_json(name: str, change: Callable[[Any], object]) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        data = json.loads((folder / name).read_text(encoding="utf-8"))
        change(data)
        (folder / name).write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8", newline="\n")

    return rewrite


def in_crs(folder: Path) -> None:
    """The same coordinates, said to be in the neighbouring system."""
    with sqlite3.connect(folder / "landplan.gpkg") as db:
        db.execute("INSERT INTO gpkg_spatial_ref_sys SELECT 'x', 4528, 'EPSG', 4528, definition, '' "
                   "FROM gpkg_spatial_ref_sys WHERE srs_id = 4549")  # fmt: skip
        db.execute("UPDATE gpkg_geometry_columns SET srs_id = 4528 WHERE table_name = 'parcels'")
        db.execute("UPDATE gpkg_contents SET srs_id = 4528 WHERE table_name = 'parcels'")
    db.close()


PLAN = "numbers/portfolio.json"
CHANGES: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a score": (in_text("numbers/scores.csv", "0.", "1."), "numbers/scores.csv", "P00"),
    "the plan's objective": (
        in_text("numbers/portfolio.json", '"objective": ', '"objective": 1'),
        "numbers/portfolio.json",
        "objective",
    ),
    "a total": (in_text("numbers/portfolio.json", '"used": ', '"used": 9'), "numbers/portfolio.json", "used"),
    "a start year": (in_text("numbers/portfolio.json", '"start_year": 2026', '"start_year": 2028'), "", ""),
    "a weight of the scheme": (in_text("scheme.toml", "weight = 3", "weight = 4"), "numbers/scores.csv", "score"),
    "a budget of the recipe": (in_text("recipe.toml", "5000", "5001"), "numbers/portfolio.json", "at_most"),
    "a field of the geopackage": (in_geopackage, "landplan.gpkg", "parcels P03 · area_mu"),
    "a cell of the workbook": (in_workbook, "workbook.xlsx", "Parcels!"),
    "a field of the shapefile": (in_dbf, "shapefile/parcels.dbf", "area_mu"),
    "a vertex of the shapefile": (in_shape, "shapefile/parcels.shp", "geometry"),
    "a sheet": (in_sheets, "plan_sheets.pdf", "page 1"),
    "a status": (in_json(PLAN, lambda plan: plan.update(status="perfect")), PLAN, "status"),
    "a limit told twice": (
        in_json(PLAN, lambda plan: plan["limits"].insert(0, {**plan["limits"][0], "used": 1})),
        PLAN,
        "limits",
    ),
    "the system of coordinates": (in_crs, "landplan.gpkg", "parcels · crs"),
    "an input more": (lambda folder: write(folder / "inputs" / "approved.txt"), "inputs/approved.txt", ""),
    "the date of the manifest": (in_json(MANIFEST, lambda facts: facts.update(date="2031-01-01")), MANIFEST, "date"),
    "an input the manifest forgets": (in_json(MANIFEST, lambda facts: facts["inputs"].pop()), MANIFEST, "inputs"),
    "an issue": (in_text("checks.csv", "parcels", "percels"), "checks.csv", "layer"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_digit_is_found_and_named_even_with_its_checksum_forged(what: str, copy: Path) -> None:
    change, file, where = CHANGES[what]
    change(copy)
    manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"] = {name: sha256_of_bytes(copy / name) for name in package_files(copy)}
    (copy / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    found = verify(copy)
    assert not found.equal
    assert any(file in one.file and where in one.where for one in found.differences), found.differences[:5]


def test_a_changed_input_is_named_and_what_follows_from_it_too(copy: Path) -> None:
    with sqlite3.connect(copy / "inputs" / "plan.gpkg") as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute('UPDATE parcels SET "年产值" = 1 WHERE "地块编号" = \'P02\'')
    db.close()
    found = verify(copy)
    assert any(one.file == "inputs/plan.gpkg" for one in found.differences), found.differences[:9]
    assert any(one.file == "numbers/criteria.csv" and one.where.startswith("P02") for one in found.differences), found.differences


def test_a_missing_and_an_added_file_are_named(copy: Path) -> None:
    (copy / "checks.csv").unlink()
    (copy / "note.txt").write_text("x", encoding="utf-8")
    (copy / "inputs" / "more.txt").write_text("x", encoding="utf-8")
    told = [one.file for one in verify(copy).differences]
    assert told == ["checks.csv", "inputs/more.txt", "note.txt"]  # each once


def test_absent_inputs_are_said_and_checksums_still_checked(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
    manifest["files"].pop("inputs/plan.gpkg")
    (copy / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    shutil.rmtree(copy / "inputs")
    found = verify(copy)
    assert found.equal
    assert not found.recomputed
    assert "inputs/plan.gpkg" in found.notes[0]
    in_text("numbers/scores.csv", "0.", "1.")(copy)
    assert [one.file for one in verify(copy).differences] == ["numbers/scores.csv"]


def test_a_plan_that_breaks_a_limit_is_refused_with_its_name(copy: Path) -> None:
    path = copy / "numbers" / "portfolio.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    recipe = (copy / "recipe.toml").read_text(encoding="utf-8")
    (copy / "recipe.toml").write_text(recipe.replace("5000", "50"), encoding="utf-8", newline="\n")
    assert any(entry["path"] == "acquire" for entry in plan["chosen"]), "the sample must spend something"
    assert any("budget_special_2026" in one.recomputed for one in verify(copy).differences)


@pytest.mark.parametrize("damage", ["no manifest", "manifest of text", "not a zip", "a recipe", "nothing", "another format"])
def test_what_is_no_package_is_said_in_one_sentence(damage: str, copy: Path, tmp_path: Path) -> None:
    target = copy
    if damage == "no manifest":
        (copy / MANIFEST).unlink()
    elif damage == "manifest of text":
        (copy / MANIFEST).write_text("hello", encoding="utf-8")
    elif damage == "another format":
        in_text(MANIFEST, "landplan-package/1", "landplan-package/9")(copy)
    elif damage == "not a zip":
        target = tmp_path / "a.zip"
        target.write_text("hello", encoding="utf-8")
    elif damage == "a recipe":
        target = copy / "recipe.toml"
    else:
        target = tmp_path / "nothing"
    with pytest.raises(InputError) as caught:
        verify(target)
    assert caught.value.id == {"nothing": "file_missing", "another format": "package_format"}.get(damage, "not_a_package")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("place", ["../plan.gpkg", "/etc/hostname", "inputs/../../plan.gpkg"])
def test_a_package_reads_nothing_outside_itself(place: str, copy: Path) -> None:
    shutil.copy(copy / "inputs" / "plan.gpkg", copy.parent / "plan.gpkg")
    in_text("recipe.toml", "inputs/plan.gpkg", place)(copy)
    with pytest.raises(InputError) as caught:
        verify(copy)
    assert caught.value.id == "package_path_leaves"


def test_a_link_to_the_outside_is_not_followed(copy: Path) -> None:
    inside = copy / "inputs" / "plan.gpkg"
    inside.rename(copy.parent / "plan.gpkg")
    inside.symlink_to(copy.parent / "plan.gpkg")
    with pytest.raises(InputError) as caught:
        verify(copy)
    assert caught.value.id == "package_path_leaves"


def test_the_same_values_in_other_bytes_are_equal_and_said(copy: Path) -> None:
    in_json(PLAN, lambda plan: plan)(copy)
    raw = (copy / PLAN).read_text(encoding="utf-8")
    (copy / PLAN).write_text(raw.replace("\n", " \n"), encoding="utf-8")
    in_json(MANIFEST, lambda facts: facts["files"].update({PLAN: sha256_of_bytes(copy / PLAN)}))(copy)
    found = verify(copy)
    assert found.equal, found.differences
    assert len(found.notes) == 1
    assert PLAN in found.notes[0]


def test_a_bound_is_not_freed_of_its_proof_by_saying_a_search_found_it(copy: Path) -> None:
    in_json(PLAN, lambda plan: plan.update(proof="search", bound=plan["objective"], gap=0.0))(copy)
    in_json(MANIFEST, lambda facts: facts["files"].update({PLAN: sha256_of_bytes(copy / PLAN)}))(copy)
    assert "proof" in {one.where for one in verify(copy).differences}


def test_a_bound_that_only_a_search_can_prove_is_searched_for_again_and_that_is_said(tmp_path: Path) -> None:
    recipe = write_plan(tmp_path)
    words = recipe.read_text(encoding="utf-8").replace('"workbook"]', "]").replace("[choose]", "[choose]\ngap = 0.0")
    limit = '[[choose.limits]]\nid = "room"\nquantity = "area_mu"\nat_most = 100\n'
    recipe.write_text(f"{words}\n{limit}", encoding="utf-8")
    made = results(open_recipe(recipe))
    assert made.portfolio is not None
    assert made.portfolio.proof == "search"
    package = write_package(made, tmp_path, tmp_path / "out")
    found = verify(package)
    assert found.equal, found.differences
    assert text("verify_bound_by_search") in found.notes
    in_json(PLAN, lambda plan: plan.update(bound=plan["bound"] * 1.01))(package)
    assert "bound" in {one.where for one in verify(package).differences}


@pytest.mark.parametrize("body", ["null", "[" * 100_000, '{"chosen": 3}'])
def test_a_plan_of_any_text_gives_no_traceback(body: str, copy: Path) -> None:
    (copy / PLAN).write_text(body, encoding="utf-8")
    try:
        assert not verify(copy).equal
    except InputError as error:
        assert "portfolio.json" in str(error)


def test_a_zip_that_leaves_its_folder_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../evil.txt", "x")
    with pytest.raises(InputError):
        verify(tmp_path / "evil.zip")
    assert not (tmp_path.parent / "evil.txt").exists()


def test_the_job_says_the_difference_and_exits_with_six(copy: Path) -> None:
    assert jobs["verify"].run(package=copy, progress=silent).exit_code == 0
    in_text("numbers/scores.csv", "0.", "1.")(copy)
    report = jobs["verify"].run(package=copy, progress=silent)
    assert report.exit_code == 6
    assert any("numbers/scores.csv" in line for line in report.lines)
    assert report.data["equal"] is False
