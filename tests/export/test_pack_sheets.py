"""What policy packs and models tell of a plot, in layers and workbook: classes, fit, capacity, reasons, and their worth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from landplan.app.main_job import results as run
from landplan.app.opening import open_recipe
from landplan.core.capacity import capacity
from landplan.core.policy import CLASSES
from landplan.core.results import Results
from landplan.export.parcel_records import _listed, parcel_records
from landplan.export.shapefile import shapefile
from landplan.export.workbook import tables
from tests.small_plan import write_plan

PACK = """\
format = "landplan-policy/1"
id = "own"
title = { zh = "本地", en = "Local" }
[figures]
tax_a = { value = 30, unit = "wan_per_mu_year", title = { zh = "税收A", en = "Tax A" } }
tax_b = { value = 12, unit = "wan_per_mu_year", title = { zh = "税收B", en = "Tax B" } }
tax_c = { value = 3, unit = "wan_per_mu_year", title = { zh = "税收C", en = "Tax C" } }
SOURCED
[survey]
[[survey.assessments]]
id = "performance"
title = { zh = "绩效", en = "Performance" }
value = "tax_wan / area_mu"
unit = "wan_per_mu_year"
classes = { A = "tax_a", B = "tax_b", C = "tax_c" }
[[survey.assessments]]
id = "worth"
title = { zh = "价值", en = "Worth" }
value = "output_wan / area_mu"
unit = "wan_per_mu_year"
classes = { A = "tax_a", B = "tax_b", C = "tax_c" }
[survey.combined]
COMBINED
[survey.disposal.D]
title = { zh = "收回", en = "Take back" }
paths = ["acquire"]
[fit]
title = { zh = "上楼", en = "Upstairs" }
model = "lab"
[[fit.gates]]
id = "large"
title = { zh = "面积", en = "Large enough" }
passes = "output_wan >= large_min"
by = "large_min - output_wan"
unit = "wan"
"""
EXPIRED = 'source = { document = "Order 1", clause = "3", area = "here", until = 2020-01-01 }'


def pack() -> str:
    pairs = "\n".join(f'{a}{b} = "{max(a, b)}"' for a in CLASSES for b in CLASSES)
    sourced = f'large_min = {{ value = 4000, unit = "wan", title = {{ zh = "下限", en = "Least" }}, {EXPIRED} }}'
    return PACK.replace("COMBINED", pairs).replace("SOURCED", sourced)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("packs")
    recipe = write_plan(folder)
    (folder / "own.toml").write_text(pack(), "utf-8")
    words = recipe.read_text("utf-8")
    recipe.write_text(words.replace('crs = "EPSG:4549"', 'policies = ["own.toml"]\ncrs = "EPSG:4549"', 1), "utf-8")
    return run(open_recipe(recipe))


@pytest.fixture(scope="module")
def records(results: Results) -> dict[str, Any]:
    return {record.name: record for record in parcel_records(results)}


def table(results: Results, name: str) -> Any:
    return next(one for one in tables(results) if one.name == name)


def test_class_and_disposal_are_those_of_the_survey(results: Results, records: dict[str, Any]) -> None:
    assert results.survey is not None
    letters = [CLASSES[code] if code >= 0 else None for code in results.survey.code]
    assert records["survey"].cells() == letters
    assert {"D", None} < set(letters)
    assert records["disposal"].cells() == ["Take back" if letter == "D" else None for letter in letters]
    assert "Local" in records["survey"].note
    assert "illustrative" in records["survey"].note


def test_the_fit_has_its_low_and_high_and_rests_on_an_expired_figure(results: Results, records: dict[str, Any]) -> None:
    assert results.fit is not None
    for id, values in (("fit_score", results.fit.score), ("fit_low", results.fit.low), ("fit_high", results.fit.high)):
        assert np.array_equal(records[id].values, np.round(values, 4), equal_nan=True), id
    answers = {1: "passed", 0: "failed", -1: None}
    assert records["fit"].cells() == [answers[int(one)] for one in results.fit.fits]
    assert "expired" in records["fit"].note


def test_capacity_is_low_likely_high_of_the_recommended_model(results: Results, records: dict[str, Any]) -> None:
    area, best = results.layers.parcels.area_m2, results.scores.recommended
    row = int(np.flatnonzero(best >= 0)[0])
    of_model = capacity(results.scheme.models[int(best[row])], area)
    for name, decimals in (("capacity_gfa_{}_m2", 1), ("capacity_jobs_{}_person", 0), ("capacity_tax_{}_wan_per_year", 2)):
        for end in ("low", "likely", "high"):
            record = records[name.format(end)]
            quantity = name.split("_")[1]
            assert record.values[row] == np.round(getattr(of_model[quantity], end)[row], decimals)
            assert record.illustrative
            assert np.isnan(record.values[best < 0]).all()
            assert len(record.short) <= 10


def test_the_sheets_say_the_classes_why_and_what_they_are_worth(results: Results) -> None:
    survey = table(results, "Performance survey")
    head = [heading.title for heading in survey.headings]
    assert results.survey is not None
    for row, line in enumerate(survey.rows):
        cells = dict(zip(head, line, strict=True))
        code = int(results.survey.code[row])
        assert cells["Performance class"] == (CLASSES[code] if code >= 0 else "open")
        value = results.survey.assessed[0].value[row]
        assert cells["Performance"] == (None if np.isnan(value) else round(float(value), 2))
        assert "illustrative" in cells["Why"] or "not known" in cells["Why"] or "lack" in cells["Why"]
        assert cells["Renewal paths"] == ("Acquire" if code == CLASSES.index("D") else None)
    assert {heading.unit for heading in survey.headings if heading.decimals is not None} == {"wan_per_mu_year"}
    assert "Tax A" in survey.notes[0]
    fit = table(results, "Fit test")
    assert len(fit.rows) == len(results.scores)
    assert "Large enough" in fit.notes[0]


def test_figures_of_packs_stand_beside_those_of_the_scheme_with_their_worth(results: Results) -> None:
    rows = {row[0]: row for row in table(results, "Figures and sources").rows}
    assert rows["tax_a"][-1] == "illustrative"
    assert rows["large_min"][-1] == "Order 1 3, expired"
    assert "price_wan_per_mu" in rows


def test_the_list_of_parcels_says_on_which_packs_and_figures_it_rests(results: Results) -> None:
    notes = " ".join(table(results, "Parcels").notes)
    assert "Performance class: Policy pack: Local; rests on illustrative figures" in notes
    assert "Upstairs: Policy pack: Local; rests on expired figures" in notes


def test_reasons_of_packs_stand_beside_rules_with_their_model(results: Results, records: dict[str, Any]) -> None:
    assert results.fit is not None
    failed = results.fit.fits == 0
    cells = records["reasons"].cells()
    assert failed.any()
    for row in np.flatnonzero(failed):
        assert "Laboratories: Upstairs" in str(cells[row])
        assert "expired" in str(cells[row])
    both = [cell for cell in cells if cell and "Too productive" in cell]
    assert both
    assert all(cell.startswith("Too productive") for cell in both)


def test_a_long_list_is_whole_in_the_layer_and_brief_where_a_field_is_short() -> None:
    parts = [f"原因{k:02d}" * 5 for k in range(12)]
    brief = _listed(parts, "zh")
    assert brief is not None
    assert len(brief.encode()) <= 254
    assert brief.startswith(f"{parts[0]}；{parts[1]}")
    shown = sum(part in brief for part in parts)
    assert brief.endswith(f"；另有{12 - shown}项")
    assert len(str(_listed(["长" * 200], "zh")).encode()) <= 254


def test_a_shapefile_holds_all_of_it(results: Results, tmp_path: Path) -> None:
    import pyogrio

    shapefile(results, tmp_path)
    _, read = pyogrio.raw.read_arrow(tmp_path / "shapefile" / "parcels.shp", read_geometry=False)
    by_short = {record.short: record for record in parcel_records(results)}
    for name in ("survey", "disposal", "fit", "reasons"):
        held = by_short[name].values if by_short[name].brief is None else by_short[name].brief
        assert read[name].to_pylist() == list(held), name
    likely = by_short["c_gfa"].cells()
    assert read["c_gfa"].to_pylist() == likely
