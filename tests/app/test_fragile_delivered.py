"""[robust] of a recipe: fragile decisions in every deliverable, the same as `landplan robust`, recomputed by verify."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from openpyxl import load_workbook

from landplan.app.acceptability import Uncertainty, acceptability
from landplan.app.main_job import results as run
from landplan.app.opening import open_recipe
from landplan.app.packaging import package
from landplan.app.verification import verify
from landplan.core.errors import SchemeError, UsageError
from landplan.core.progress import Cancelled, silent
from landplan.core.results import Results
from landplan.export.drawing.colours import FRAGILE
from landplan.export.drawing.records import Polygons
from landplan.export.field_dictionary import field_dictionary
from landplan.export.layer_records import exported_layers
from landplan.export.parcel_records import parcel_records
from landplan.export.sheets.atlas import Subject, atlas, overview_parts, sheet_frame
from landplan.export.sheets.words import overview_notes
from landplan.io.recipe_file import recipe_of_text, recipe_text
from tests.small_plan import write_plan

ASKED = "[robust]\ndraws = 200\nseed = 77\nspread = 1.0\nleast = 0.9\n"


def recipe_with(folder: Path, extra: str = ASKED) -> Path:
    path = write_plan(folder)
    path.write_text(path.read_text("utf-8").replace("[export]", f"{extra}\n[export]", 1), "utf-8")
    return path


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recipe_with(tmp_path_factory.mktemp("robust"))


@pytest.fixture(scope="module")
def results(recipe: Path) -> Results:
    return run(open_recipe(recipe))


@pytest.fixture(scope="module")
def made(recipe: Path) -> Path:
    return package(open_recipe(recipe), recipe.parent, recipe.parent / "out").package


def records(results: Results) -> dict[str, Any]:
    return {record.name: record for record in parcel_records(results)}


def test_the_decisions_are_those_of_the_acceptability_of_all_ranks(results: Results) -> None:
    asked = Uncertainty(200, 77, "intervals", 1.0, least=0.9)
    whole, alone = acceptability(results.scores, results.scheme, asked).decisions, results.decisions()
    assert alone is not None
    assert alone.fragile.any()
    for name in ("fragile", "holds", "rival", "rival_share"):
        assert np.array_equal(getattr(alone, name), getattr(whole, name), equal_nan=name == "holds"), name
    assert results.decisions() is alone


def test_without_the_part_nothing_is_computed_or_written(tmp_path: Path) -> None:
    found = run(open_recipe(write_plan(tmp_path)))
    assert found.decisions() is None
    assert not {"fragile", "holds"} & set(records(found))
    assert "robust" not in recipe_text(found.recipe)


def test_the_seed_is_the_recipes_own_unless_the_part_has_one(tmp_path: Path) -> None:
    part = "[robust]\ndraws = 50\nspread = 1.0\n"
    recipe = recipe_with(tmp_path)
    words = recipe.read_text("utf-8")

    def holds(first: str, extra: str) -> Any:
        recipe.write_text(first + words.replace(ASKED, extra), "utf-8")
        found = run(open_recipe(recipe)).decisions()
        assert found is not None
        return found.holds

    own = holds("seed = 5\n", part)
    assert np.array_equal(own, holds("", f"{part}seed = 5\n"), equal_nan=True)
    assert not np.array_equal(own, holds("", f"{part}seed = 6\n"), equal_nan=True)


def test_layers_and_workbook_say_what_holds_and_what_is_fragile(results: Results, made: Path) -> None:
    found = results.decisions()
    assert found is not None
    _, table = pyogrio.raw.read_arrow(made / "landplan.gpkg", layer="parcels", read_geometry=False)
    has = results.scores.recommended >= 0
    words = [("fragile" if bad else "stable") if one else None for bad, one in zip(found.fragile, has, strict=True)]
    assert table["fragile"].to_pylist() == words
    assert table["holds"].to_pylist() == [None if value != value else round(value, 4) for value in found.holds.tolist()]
    said = [str(row[0]) for row in load_workbook(made / "workbook.xlsx")["Parcels"].iter_rows(max_row=4, values_only=True)]
    assert any("200" in line and "77" in line and "±100 %" in line and "90 %" in line for line in said)


def test_the_dictionary_states_draws_and_seed(results: Results) -> None:
    entries = {entry.field: entry for entry in field_dictionary(exported_layers(results), results.lang)}
    for name in ("fragile", "holds"):
        assert entries[name].shapefile_field == name
        assert "200" in entries[name].note
        assert "seed 77" in entries[name].note


def test_numbers_in_full_and_a_package_that_recomputes(results: Results, made: Path) -> None:
    found = results.decisions()
    assert found is not None
    with (made / "numbers" / "decisions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["fragile"] for row in rows] == [str(int(one)) for one in found.fragile]
    assert [row["holds"] for row in rows] == ["" if one != one else repr(one) for one in found.holds.tolist()]
    checked = verify(made)
    assert checked.equal, checked.differences
    assert "seed = 77" in (made / "recipe.toml").read_text("utf-8")


def test_verify_finds_a_changed_seed(made: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(made, tmp_path / "copy"))
    path = copy / "recipe.toml"
    path.write_text(path.read_text("utf-8").replace("seed = 77", "seed = 78"), "utf-8")
    assert any(one.file == "numbers/decisions.csv" for one in verify(copy).differences)


def test_the_overview_stripes_the_fragile_parcels_and_says_how_they_were_found(results: Results) -> None:
    found = results.decisions()
    assert found is not None
    book = atlas(results)
    subject = Subject("models")
    drawn, beside = overview_parts(book, subject, sheet_frame(book, subject))
    striped = [item for part in drawn for item in part.items if isinstance(item, Polygons) and item.palette == (FRAGILE,)]
    drawable = found.fragile & (np.diff(results.layers.parcels.geometry.row) > 0)
    assert [len(one) for one in striped] == [int(drawable.sum())]
    legend = [entry for _, entry in beside.entries if "90 %" in entry.text]
    assert [entry.count for entry in legend] == [str(int(drawable.sum()))]
    notes = " ".join(overview_notes(results, "models"))
    assert "200 times (seed 77)" in notes
    assert "seed 77" not in " ".join(overview_notes(results, "paths"))


def test_who_cancels_the_draws_has_nothing_half_written(recipe: Path, tmp_path: Path) -> None:
    def stop(_share: float | None, id: str, **_facts: object) -> None:
        if id == "progress_draws":
            raise Cancelled

    with pytest.raises(Cancelled):
        package(open_recipe(recipe), recipe.parent, tmp_path / "out", progress=stop)
    assert not (tmp_path / "out").exists() or not any((tmp_path / "out").iterdir())


def test_a_scheme_that_scores_otherwise_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    recipe = recipe_with(tmp_path)
    scheme = tmp_path / "scheme.toml"
    scheme.write_text(scheme.read_text("utf-8").replace('method = "weighted_sum"', 'method = "topsis"'), "utf-8")
    with pytest.raises(UsageError, match="topsis"):
        package(open_recipe(recipe), tmp_path, tmp_path / "out", progress=silent)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("wrong", ["draws = 0", "spread = 2", 'weights = "free"', "seed = -1", "drawz = 5"])
def test_what_the_part_cannot_be_is_refused(recipe: Path, wrong: str) -> None:
    words = recipe.read_text("utf-8").replace("draws = 200", wrong).replace("seed = 77\n", "")
    with pytest.raises(SchemeError):
        recipe_of_text(words, "recipe.toml")
