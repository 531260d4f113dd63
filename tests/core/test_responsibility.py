"""责任清单: a parcel's own unit before its path's; whoever is missing and whatever is late is an Issue and said in the sheet."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from landplan import api
from landplan.core.results import Results
from landplan.export.plan_tables import responsibilities
from tests.small_plan import write_plan


def results_with(folder: Path, fields: dict[str, list[str | None]], responsible: str = "") -> Results:
    """The small plan with more fields on its parcels, and a unit for the first path."""
    recipe = write_plan(folder)
    parcels = pyogrio.read_dataframe(folder / "plan.gpkg", layer="parcels")
    for name, values in fields.items():
        parcels[name] = [values[k % len(values)] for k in range(len(parcels))]
    pyogrio.write_dataframe(parcels, folder / "own.gpkg", layer="parcels")
    recipe.write_text(recipe.read_text(encoding="utf-8").replace('path = "plan.gpkg"', 'path = "own.gpkg"', 1), encoding="utf-8")
    scheme = folder / "scheme.toml"
    said = scheme.read_text(encoding="utf-8")
    scheme.write_text(said.replace('id = "acquire"', f'id = "acquire"\n{responsible}'), encoding="utf-8")
    return api.results(api.open_recipe(recipe))


def test_nobody_named_is_an_issue_for_each_chosen_parcel_and_a_word_in_the_sheet(tmp_path: Path) -> None:
    found = results_with(tmp_path, {})
    assert found.portfolio is not None
    missing = [one for one in found.portfolio.issues if one.id == "responsible_missing"]
    rows = responsibilities(found).rows
    assert len(missing) == len(found.portfolio) == len(rows) > 0
    assert {one.weight for one in missing} == {"data"}
    assert {one.feature for one in missing} == {row[0] for row in rows}
    assert {row[3] for row in rows} == {"to be named"}
    assert str(len(rows)) in responsibilities(found).notes[0]


def test_a_parcels_own_unit_and_date_come_first(tmp_path: Path) -> None:
    fields: dict[str, list[str | None]] = {"责任单位": ["安亭镇", None], "完成时限": ["2025-06-30", None, "2040-12-31"]}
    found = results_with(tmp_path, fields, 'responsible = { zh = "储备中心", en = "Reserve" }')
    plan, options = found.portfolio, found.options
    assert plan is not None and options is not None
    late = {one.feature for one in plan.issues if one.id == "due_before_works_end"}
    lacking = {one.feature for one in plan.issues if one.id == "responsible_missing"}
    for row, option in zip(responsibilities(found).rows, plan.option.tolist(), strict=True):
        k, path = int(options.parcel[option]), options.paths[options.path[option]]
        unit = "安亭镇" if k % 2 == 0 else "Reserve" if path == "acquire" else "to be named"
        assert row[3] == unit
        assert (row[0] in lacking) == (unit == "to be named")
        assert (row[0] in late) == (k % 3 == 0) == bool(row[8])
        assert row[6] == (("2025-06-30", None, "2040-12-31")[k % 3] or f"end of {row[5] - 1}")
    assert late and lacking


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_name_the_parcel(lang: str, tmp_path: Path) -> None:
    found = results_with(tmp_path, {})
    assert found.portfolio is not None
    one = next(one for one in found.portfolio.issues if one.id == "responsible_missing")
    assert one.feature in one.text(lang)
