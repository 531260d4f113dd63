"""The same number in every deliverable; printed columns that add up; nothing that runs as a formula."""

from __future__ import annotations

import csv
import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pytest
from openpyxl import load_workbook

from landplan.app.main_job import results as run
from landplan.app.opening import open_recipe
from landplan.core.errors import ExportError
from landplan.core.messages import text
from landplan.core.results import Results
from landplan.core.scheme import Exclusion
from landplan.core.tables import Reason
from landplan.core.units import M2_PER_MU
from landplan.core.zones import counts_to_main, zone_totals
from landplan.export import zone_tables
from landplan.export.csv_table import guarded
from landplan.export.exported_issues import exported_issues
from landplan.export.geopackage import geopackage
from landplan.export.numbers import write_issues, write_numbers
from landplan.export.parcel_records import parcel_records, with_short_names, words
from landplan.export.plan_tables import path_summary, responsibilities, targets
from landplan.export.refusal_table import refusals
from landplan.export.shapefile import shapefile
from landplan.export.workbook import tables, workbook
from landplan.export.zone_records import closed, zone_indicators
from landplan.export.zone_tables import use_balance, zone_table, zone_years
from tests.small_plan import write_plan


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return run(open_recipe(write_plan(tmp_path_factory.mktemp("plan"))))


@pytest.fixture(scope="module")
def folder(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    for write in (geopackage, shapefile, workbook):
        write(results, out)
    return out


def by_id(path: Path, layer: str | None = None) -> dict[str, dict[str, Any]]:
    _, table = pyogrio.raw.read_arrow(path, layer=layer, read_geometry=False)
    return {row["id"]: row for row in table.to_pylist()}


def parcel_sheet(folder: Path) -> dict[str, list[Any]]:
    rows = list(load_workbook(folder / "workbook.xlsx")["Parcels"].iter_rows(values_only=True))
    head = next(number for number, row in enumerate(rows) if row[0] == "Parcel id")
    return {str(row[0]): list(row) for row in rows[head + 1 :]}


def test_a_number_is_the_same_in_every_deliverable(results: Results, folder: Path) -> None:
    records = parcel_records(results)
    pack, shape = by_id(folder / "landplan.gpkg", "parcels"), by_id(folder / "shapefile" / "parcels.shp")
    sheet = parcel_sheet(folder)
    assert set(pack) == set(shape) == set(sheet) == set(results.layers.parcels.ids)
    for k, record in enumerate(records):
        for id, cell in zip(results.layers.parcels.ids, record.cells(), strict=True):
            assert pack[id][record.name] == cell, (record.name, id)
            assert sheet[id][k] == cell, (record.name, id)
            assert shape[id][record.short] == pytest.approx(cell, abs=1e-9) if cell is not None else True, (record.name, id)


def test_unknown_is_null_and_blank_never_zero(results: Results, folder: Path) -> None:
    row = by_id(folder / "landplan.gpkg", "parcels")["P05"]
    assert row["output_wan"] is None
    assert by_id(folder / "shapefile" / "parcels.shp")["P05"]["output_wan"] is None
    names = [record.name for record in parcel_records(results)]
    assert parcel_sheet(folder)["P05"][names.index("output_wan")] is None


def test_zones_add_up_to_the_whole_as_printed(results: Results) -> None:
    for one in zone_indicators(results, "town").indicators:
        assert float(np.round(one.values.sum(), one.decimals)) == one.total, one.name


def test_exact_parts_equal_the_exact_whole(results: Results) -> None:
    area = results.layers.parcels.area_m2
    for zone_set in results.zones.sets.values():
        assert zone_totals(zone_set, area).sum() == pytest.approx(area.sum(), rel=1e-12)
        assert counts_to_main(zone_set).sum() == len(area)


def test_largest_remainder_closes_what_rounding_leaves_open() -> None:
    thirds = np.array([1 / 3, 1 / 3, 1 / 3])
    assert closed(thirds, 2).sum() == pytest.approx(1.0, abs=1e-12)
    assert np.round(thirds, 2).sum() != pytest.approx(1.0, abs=1e-12)


def test_the_use_balance_closes_before_and_after(results: Results) -> None:
    table = use_balance(results, "town")
    total = round(float(results.layers.parcels.area_m2.sum() * 3 / 2000), 2)
    zones = [row for k, row in enumerate(table.rows) if k not in table.totals]
    assert table.rows[-1][2:4] == (total, total)
    for column in (2, 3):
        assert round(sum(float(row[column] or 0) for row in zones), 2) == total
    assert any(row[1].startswith("0802") for row in zones), "the plan builds laboratories somewhere"


def test_zone_years_and_totals_agree_with_the_plan(results: Results) -> None:
    plan = results.portfolio
    assert plan is not None
    table = zone_years(results, "town", "output_wan")
    assert list(table.rows[-1][1:]) == pytest.approx([round(float(value), 2) for value in plan.totals["output_wan"]])


def test_every_chosen_parcel_has_a_responsible_unit_and_a_date(results: Results) -> None:
    plan, rows = results.portfolio, responsibilities(results).rows
    assert plan is not None
    assert len(rows) == len(plan) > 0
    assert all(row[3] and row[4] and row[5] >= row[4] and row[6] for row in rows)
    missing = {one.feature for one in plan.issues if one.id == "responsible_missing"}
    assert missing == {row[0] for row in rows if row[3] == text("to_be_named", lang=results.lang)}


def test_paths_add_up_to_the_plan(results: Results) -> None:
    plan, rows = results.portfolio, path_summary(results).rows
    assert plan is not None
    assert rows[-1][1] == len(plan)
    assert rows[-1][3] == pytest.approx(float(plan.fund_spend.sum()), abs=0.02)


def test_a_target_states_its_scope_and_what_is_unknown(results: Results) -> None:
    row = targets(results).rows[0]
    known = results.layers.parcels.numbers("output_wan")
    assert row[4] == round(float(np.nansum(known)) / 1e4, 2)
    assert row[8] == int(np.isnan(known).sum()) == 1
    assert row[9] == "parcels on the map"


def test_no_cell_is_a_formula_and_the_odd_id_stays_text(folder: Path) -> None:
    book = load_workbook(folder / "workbook.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert "=1+1" in parcel_sheet(folder)


@pytest.mark.parametrize(
    ("cell", "safe"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("-5", "-5"), (-5, -5), ("＝1", "'＝1"), ("a=1", "a=1")]
)
def test_csv_texts_cannot_run(cell: Any, safe: Any) -> None:
    assert guarded(cell) == safe


def test_outside_programs_read_the_layers(folder: Path) -> None:
    shp = folder / "shapefile" / "parcels.shp"
    said = subprocess.run(["ogrinfo", "-so", shp, "parcels"], capture_output=True, text=True, timeout=60, check=True)
    assert "Feature Count: 36" in said.stdout
    assert "CGCS2000" in said.stdout
    assert "ERROR" not in said.stderr
    pack = subprocess.run(
        ["ogrinfo", "-so", folder / "landplan.gpkg", "zones"], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Geometry: Multi Polygon" in pack.stdout
    assert "Warning" not in pack.stderr
    assert shp.with_suffix(".cpg").read_text() == "GBK"


def test_every_field_is_in_the_dictionary(results: Results, folder: Path) -> None:
    with (folder / "shapefile" / "field_dictionary.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    pack, shape = by_id(folder / "landplan.gpkg", "parcels"), by_id(folder / "shapefile" / "parcels.shp")
    parcels = [row for row in rows if row["layer"] == "parcels"]
    assert {row["field"] for row in parcels} == set(next(iter(pack.values())))
    assert [row["shapefile_field"] for row in parcels] == list(next(iter(shape.values())))
    assert all(len(row["shapefile_field"].encode()) <= 10 for row in rows)
    assert all(row["title_zh"] and row["title_en"] for row in rows)
    illustrative = {row["field"] for row in rows if row["note"]}
    assert {"npv_district_wan", "spend_special_wan"} <= illustrative


def test_short_names_never_collide_and_fit() -> None:
    columns = [
        words(name, name, {"zh": "", "en": ""}, []) for name in ("zone_industry_a", "zone_industry_b", "ZONE_INDUS", "区块")
    ]
    short = [record.short for record in with_short_names(columns)]
    assert len({name.lower() for name in short}) == 4
    assert all(0 < len(name.encode("gbk")) <= 10 for name in short)


def test_a_text_a_shapefile_would_cut_is_refused_by_name(results: Results, tmp_path: Path) -> None:
    import pyarrow as pa

    parcels = results.layers.parcels
    table = parcels.table.append_column("name", pa.array(["长" * 130] * len(parcels)))
    layers = replace(results.layers, layers={**results.layers.layers, "parcels": replace(parcels, table=table)})
    long = replace(results, project=replace(results.project, layers=layers))
    with pytest.raises(ExportError) as caught:
        shapefile(long, tmp_path)
    assert caught.value.id == "shapefile_text_too_long"
    assert list(tmp_path.iterdir()) == []


def test_full_precision_numbers_read_back_exactly(results: Results, tmp_path: Path) -> None:
    write_numbers(results, tmp_path)
    with (tmp_path / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for k, model in enumerate(results.scores.models):
        read = [float(row[f"score:{model}"]) if row[f"score:{model}"] else np.nan for row in rows]
        np.testing.assert_array_equal(read, results.scores.score[:, k])
    plan = json.loads((tmp_path / "portfolio.json").read_text(encoding="utf-8"))
    assert plan["objective"] == results.portfolio.objective  # type: ignore[union-attr]


def test_every_table_has_a_cell_for_every_heading_in_both_languages(results: Results) -> None:
    for lang in ("zh", "en"):
        recipe = results.recipe.model_copy(update={"lang": lang})
        spoken = replace(results, project=results.project.with_recipe(recipe))
        for table in tables(spoken):
            assert all(len(row) == len(table.headings) for row in table.rows), table.name
            assert len({heading.title for heading in table.headings}) == len(table.headings), table.name


def test_without_a_plan_the_tables_of_the_plan_are_left_out(results: Results, tmp_path: Path) -> None:
    bare = replace(results, options=None, portfolio=None)
    names = {table.name for table in tables(bare)}
    assert "Limits" not in names
    assert zone_table(bare, "town").name in names
    assert workbook(bare, tmp_path)[0].is_file()


def test_an_unnamed_plane_is_written_without_a_warning(results: Results, tmp_path: Path) -> None:
    layers = {role: replace(layer, crs="plane:local") for role, layer in results.layers.layers.items()}
    plane = replace(results.layers, crs="plane:local", layers=layers)
    recipe = results.recipe.model_copy(update={"crs": "plane:local"})
    geopackage(replace(results, project=replace(results.project, layers=plane, recipe=recipe)), tmp_path)
    assert len(by_id(tmp_path / "landplan.gpkg", "parcels")) == 36


def test_the_gain_of_a_path_says_when_it_counts(results: Results) -> None:
    assert any("Plan by year" in note for note in path_summary(results).notes)


def test_a_gain_nobody_knows_is_counted_in_a_note(results: Results) -> None:
    options, plan = results.options, results.portfolio
    assert options is not None
    assert plan is not None
    gain = options.change["tax_wan"].copy()
    gain[plan.option[:3]] = np.nan
    table = path_summary(replace(results, options=replace(options, change={**options.change, "tax_wan": gain})))
    assert table.notes[1:] == (text("plan_change_unknown", {"quantity": "tax_wan", "n": 3}, "en"),)
    assert len(path_summary(results).notes) == 1


def test_the_chinese_workbook_says_status_curves_funds_and_layers_in_chinese(results: Results) -> None:
    choose = results.recipe.choose
    assert choose is not None
    titled = tuple(one.model_copy(update={"title": {"zh": "专项资金", "en": "Special"}}) for one in choose.budgets)
    recipe = results.recipe.model_copy(update={"lang": "zh", "choose": choose.model_copy(update={"budgets": titled})})
    spoken = replace(results, project=results.project.with_recipe(recipe))
    made = {table.name: table for table in tables(spoken)}
    limits = made[text("table_limits", lang="zh")]
    assert limits.rows[0][:2] == ("budget_special_2026", "专项资金 2026")
    assert not any("optimal" in note for note in limits.notes)
    curves = [row[4] for row in made[text("table_criteria", lang="zh")].rows]
    assert curves[0] == "线性 最差=500 最优=0"
    assert any(heading.title.startswith("专项资金") for heading in made[text("table_money", lang="zh")].headings)
    assert {row[1] for row in made[text("table_checks", lang="zh")].rows} <= {"地块", "区块"}


def test_a_refusal_names_the_rule_by_how_much_and_the_unknown_fields(results: Results) -> None:
    options, scheme = results.options, results.scheme
    assert options is not None
    rule = Exclusion.model_validate({"id": "small", "if": "area_mu < 30", "title": {"zh": "过小", "en": "Too small"}})
    paths = (scheme.paths[0].model_copy(update={"exclude": (rule,)}), *scheme.paths[1:])
    refused = (
        Reason(1, "small", path="acquire", by=4.65432, unit="mu"),
        Reason(5, "amount_unknown", path="own_way", unknown_fields=("tax_wan", "jobs")),
        Reason(0, "outside_zones", path="acquire"),
    )
    changed = results.project.with_scheme(scheme.model_copy(update={"paths": paths}))
    assert refusals(replace(results, options=replace(options, refused=refused), project=changed)).rows == (
        ("P00", "Acquire", None, text("reason_outside_zones", lang="en"), None, None, None),
        ("P01", "Acquire", None, "Too small", 4.654, "mu", None),
        ("P05", "Own way", None, text("reason_amount_unknown", lang="en"), None, None, "tax_wan、jobs"),
    )
    assert "Why paths are refused" in {table.name for table in tables(results)}


def test_letters_the_sheets_cannot_print_are_told_once_and_only_where_there_are_sheets(results: Results, tmp_path: Path) -> None:
    what = (*results.recipe.export.what, "plan_sheets")
    recipe = results.recipe.model_copy(update={"export": results.recipe.export.model_copy(update={"what": what})})
    assert exported_issues(replace(results, project=results.project.with_recipe(recipe))) == results.issues
    odd = recipe.model_copy(update={"title": {"zh": "\U0002a700\U0002a701镇", "en": "Odd \U0002a700"}})
    told = replace(results, project=results.project.with_recipe(odd))
    assert exported_issues(told)[:-1] == results.issues
    (issue,) = exported_issues(told)[len(results.issues) :]
    assert (issue.id, issue.values["n"]) == ("letters_unprintable", 2)
    assert "U+2A700" in issue.text("en")
    assert "U+2A701" in write_issues(told, tmp_path / "checks.csv").read_text(encoding="utf-8-sig")
    bare = told.project.with_recipe(odd.model_copy(update={"export": results.recipe.export}))
    assert exported_issues(replace(told, project=bare)) == results.issues


def test_mixed_use_is_split_by_its_shares_and_without_them_unknown(results: Results) -> None:
    parcels = results.layers.parcels
    uses = ["1001 33.3% + 0902 33.3% + 0701 33.3%", "1001+0902", *["1001"] * (len(parcels) - 2)]
    table = parcels.table.append_column("land_use", pa.array(uses, pa.string()))
    layers = replace(results.layers, layers={**results.layers.layers, "parcels": replace(parcels, table=table)})
    land = zone_tables._land_by_code(replace(results, project=replace(results.project, layers=layers)), planned=False)
    mu = parcels.area_m2 / M2_PER_MU
    assert [land[code][0] for code in ("1001", "0902", "0701")] == pytest.approx([mu[0] / 3] * 3, rel=1e-12)
    assert (land[zone_tables.UNKNOWN_CODE][1], land["1001"][1]) == (mu[1], 0.0)
    assert sum(land.values()) == pytest.approx(mu, rel=1e-12)
