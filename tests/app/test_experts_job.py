"""`landplan experts`: blank forms, filled ones read back and merged, and what cannot be a form told by file, sheet and cell."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from landplan import api, cli
from landplan.app.session import applied
from landplan.core.errors import ExportError, InputError, LandplanError, UsageError
from landplan.core.expert_weights import merged_judgements, merged_weights
from landplan.core.messages import set_language, text
from landplan.export.list_tables import criteria as criteria_table
from landplan.io.scheme_file import read_scheme, scheme_of_text, scheme_text
from tests.small_plan import write_plan

NAMES = ("王工", "李工", "Chen")
IDS = ("output_per_mu", "metro_m", "compact")
NAN = float("nan")
SAID: dict[str, dict[tuple[str, str], Any]] = {
    "王工": {("output_per_mu", "metro_m"): "3", ("output_per_mu", "compact"): "5", ("metro_m", "compact"): "2"},
    "李工": {("output_per_mu", "metro_m"): "1/3", ("output_per_mu", "compact"): 4, ("metro_m", "compact"): "1/5"},
    "Chen": {("output_per_mu", "metro_m"): 0.5, ("metro_m", "compact"): "６"},
}
MATRICES = (
    [[1, 3, 5], [NAN, 1, 2], [NAN, NAN, 1]],
    [[1, 1 / 3, 4], [NAN, 1, 1 / 5], [NAN, NAN, 1]],
    [[1, 0.5, NAN], [NAN, 1, 6], [NAN, NAN, 1]],
)
Change = Callable[[Any], None]


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_plan(tmp_path)


def blank(recipe: Path, names: tuple[str, ...] = NAMES, **more: Any) -> list[Path]:
    report = api.experts(recipe=recipe, blank=recipe.parent / "forms", expert=list(names), **more)
    files: list[Path] = report.data["files"]
    return files


def fill(path: Path, said: Mapping[Any, Any], on: Any = None, change: Change | None = None) -> Path:
    """The form with answers in the places of their ids, as a spreadsheet program leaves it."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    sheet["D4"] = on or sheet["D4"].value or date(2026, 3, 5)
    for row in range(6, sheet.max_row + 1):
        ids = tuple(value for value in (sheet.cell(row, 1).value, sheet.cell(row, 2).value) if value)
        if ids in said:
            sheet.cell(row, 5).value = said[ids]
    if change is not None:
        change(sheet)
    book.save(path)
    return path


@pytest.fixture
def filled(recipe: Path) -> list[Path]:
    return [fill(path, SAID[name], date(2026, 3, 5 + k)) for k, (name, path) in enumerate(zip(NAMES, blank(recipe), strict=True))]


def test_a_blank_form_has_every_pair_a_list_of_answers_and_both_titles(recipe: Path) -> None:
    set_language("zh")
    first = blank(recipe)[0]
    assert first.name == "王工.xlsx"
    sheet = openpyxl.load_workbook(first).active
    rows = list(sheet.iter_rows(min_row=6, values_only=True))
    assert [row[:2] for row in rows] == [(IDS[0], IDS[1]), (IDS[0], IDS[2]), (IDS[1], IDS[2])]
    assert rows[0][2:4] == ("亩均产值低\nLow output per mu", "距轨道站\nDistance to metro")
    assert all(row[4:] == (None, None) for row in rows)
    (allowed,) = sheet.data_validations.dataValidation
    assert (str(allowed.sqref), allowed.type) == ("E6:E8", "list")
    assert allowed.formula1.strip('"').split(",") == [*(f"1/{k}" for k in range(9, 1, -1)), *map(str, range(1, 10))]
    assert sheet["E6"].number_format == "@"  # else a spreadsheet makes 1/3 a day of January
    assert not sheet.protection.sheet and sheet["D3"].value == "王工"


def test_the_same_form_is_the_same_bytes_and_a_filled_one_is_never_written_over(recipe: Path) -> None:
    first = blank(recipe)[0].read_bytes()
    with pytest.raises(ExportError, match="王工"):
        blank(recipe)
    for path in (recipe.parent / "forms").iterdir():
        path.unlink()
    assert blank(recipe)[0].read_bytes() == first
    with pytest.raises(ExportError):  # one file for two
        api.experts(recipe=recipe, blank=recipe.parent / "other", expert=["A/B", "a／b"])
    assert not (recipe.parent / "other").exists()


@pytest.mark.parametrize("how", ["geometric_mean", "median"])
def test_read_back_and_merged_as_the_core_merges_the_same_matrices(how: str, recipe: Path, filled: list[Path]) -> None:
    report = api.experts(recipe=recipe, read=filled, how=how)
    expected = merged_judgements(MATRICES, how)
    assert report.data["criteria"] == list(IDS)
    assert report.data["weights"] == pytest.approx(expected.weights, abs=1e-12)
    assert np.array([one["weights"] for one in report.data["experts"]]) == pytest.approx(expected.own, abs=1e-12)
    ratios = [one["consistency_ratio"] for one in report.data["experts"]]
    assert ratios == pytest.approx(expected.consistency.tolist(), abs=1e-12)
    assert [one["revisit"] is None for one in report.data["experts"]] == [ratio <= 0.1 for ratio in ratios]
    worst = report.data["disagreement"]
    assert [one[2] for one in worst] == sorted((one[2] for one in worst), reverse=True)
    assert worst[0][2] == pytest.approx(expected.disagreement.max())
    assert [one["expert"] for one in report.data["minority"]] == [NAMES[one.expert] for one in expected.minority]
    words = "\n".join(report.lines)
    assert f"李工.xlsx [专家评分表!E{6 + [(0, 1), (0, 2), (1, 2)].index(_revisited(report))}]" in words


def _revisited(report: Any) -> tuple[int, int]:
    found = report.data["experts"][1]["revisit"]
    i, j = sorted((IDS.index(found["criterion"]), IDS.index(found["other"])))
    return i, j


def test_rows_sorted_and_deleted_leave_gaps_and_the_rest_in_place(recipe: Path, filled: list[Path]) -> None:
    def deleted(sheet: Any) -> None:
        sheet.delete_rows(7)
        sheet.insert_rows(6)

    fill(filled[0], {}, change=deleted)
    without = [[1, 3, NAN], [NAN, 1, 2], [NAN, NAN, 1]]
    expected = merged_judgements([without, *MATRICES[1:]])
    assert api.experts(recipe=recipe, read=filled).data["weights"] == pytest.approx(expected.weights, abs=1e-12)


def test_points_are_merged_as_shares_and_show_worst_and_best(recipe: Path) -> None:
    points = ([100, 50, 25], [40, 100, "10"])
    files = blank(recipe, NAMES[:2], form="points")
    assert "500" in openpyxl.load_workbook(files[0]).active["D6"].value
    for path, given in zip(files, points, strict=True):
        fill(path, {(id,): one for id, one in zip(IDS, given, strict=True)})
    report = api.experts(recipe=recipe, read=files, how="median")
    expected = merged_weights(np.array(points, float), "median")
    assert report.data["weights"] == pytest.approx(expected.weights, abs=1e-12)
    assert report.data["experts"][0]["consistency_ratio"] is None
    fill(files[1], {("compact",): 0})
    with pytest.raises(InputError, match=r"李工\.xlsx \[.*!E8\].*median"):
        api.experts(recipe=recipe, read=files)
    assert api.experts(recipe=recipe, read=files, how="median").data["weights"][2] > 0
    fill(files[1], {("compact",): None}, change=lambda sheet: sheet.__setitem__("E8", None))
    with pytest.raises(InputError, match=r"李工\.xlsx \[.*!E8\]: .*compact"):
        api.experts(recipe=recipe, read=files, how="median")


def test_the_new_scheme_has_the_weights_and_who_when_how_and_why(recipe: Path, filled: list[Path]) -> None:
    fill(filled[0], {}, change=lambda sheet: sheet.__setitem__("F6", "地铁 近"))
    before = read_scheme("scheme.toml", recipe.parent)
    report = api.experts(recipe=recipe, read=filled, out=recipe.parent / "merged.toml")
    after = read_scheme("merged.toml", recipe.parent)
    weights = [one.weight for one in after.criteria]
    assert weights == pytest.approx(6 * merged_judgements(MATRICES).weights, abs=1e-6)  # 3 + 2 + 1 shared out
    assert weights == report.data["scheme_weights"].tolist()
    source = after.criteria[0].weight_source
    assert source is not None
    assert (source.by, source.on, source.method) == ("王工、李工、Chen", date(2026, 3, 7), "pairs, geometric_mean")
    assert source.reason == "王工: output_per_mu : metro_m = 3, 地铁 近"
    assert after.criteria[2].weight_source.reason == ""  # type: ignore[union-attr]
    assert scheme_of_text(scheme_text(after), "again") == after
    assert after.models == before.models
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("scheme.toml", "merged.toml"), encoding="utf-8")
    project = api.open_recipe(recipe)
    table = criteria_table(api.results(project.with_recipe(project.recipe.model_copy(update={"choose": None}))))
    assert [one.title for one in table.headings][-4:] == [
        text(f"weight_{k}", lang="en") for k in ("by", "on", "method", "reason")
    ]
    assert table.rows[0][-4:] == (source.by, "2026-03-07", source.method, source.reason)
    kept = applied(project, "set_weight", {"criterion": "metro_m", "weight": project.scheme.criteria[1].weight})
    assert kept.scheme.criteria[1].weight_source is not None
    turned = applied(project, "set_weight", {"criterion": "metro_m", "weight": 9.0})
    assert [one.weight_source is None for one in turned.scheme.criteria] == [False, True, False]


def test_a_scheme_without_sources_has_no_columns_for_them(recipe: Path) -> None:
    project = api.open_recipe(recipe)
    table = criteria_table(api.results(project.with_recipe(project.recipe.model_copy(update={"choose": None}))))
    assert text("weight_by", lang="en") not in [one.title for one in table.headings]
    assert "weight_source" not in scheme_text(project.scheme)


def test_a_group_shares_its_own_weight_and_the_others_keep_theirs(recipe: Path) -> None:
    scheme = recipe.parent / "scheme.toml"
    grouped = scheme.read_text(encoding="utf-8").replace('id = "metro_m"', 'id = "metro_m"\ngroup = "g"')
    scheme.write_text(grouped.replace('id = "compact"', 'id = "compact"\ngroup = "g"'), encoding="utf-8")
    files = blank(recipe, NAMES[:1], group="g")
    fill(files[0], {("metro_m", "compact"): "1/3"})
    api.experts(recipe=recipe, read=files, out=recipe.parent / "merged.toml")
    after = read_scheme("merged.toml", recipe.parent).criteria
    assert [one.weight for one in after] == pytest.approx([3, 0.75, 2.25])
    assert after[0].weight_source is None
    with pytest.raises(UsageError, match="g"):
        api.experts(recipe=recipe, blank=recipe.parent / "no", expert=["x"], group="absent")


def test_the_table_has_every_answer_with_its_reason(recipe: Path, filled: list[Path]) -> None:
    fill(filled[1], {}, change=lambda sheet: sheet.__setitem__("F8", "=HYPERLINK(1)"))
    book = openpyxl.load_workbook(filled[1])
    book.active["F8"].data_type = "s"
    book.save(filled[1])
    out = recipe.parent / "said.csv"
    report = api.experts(recipe=recipe, read=filled, out=out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    merged = {row["criterion"]: float(row["value"]) for row in rows if row["what"] == "weight" and not row["expert"]}
    assert list(merged.values()) == pytest.approx(report.data["weights"].tolist())
    answers = [row for row in rows if row["what"] == "judgement"]
    assert len(answers) == 8
    said = next(row for row in answers if (row["expert"], row["cell"]) == ("李工", "E8"))
    assert (said["value"], said["on"], said["reason"][:2]) == ("0.2", "2026-03-06", "'=")


def answer(value: Any, cell: str = "E6") -> Change:
    return lambda sheet: sheet.__setitem__(cell, value)


def second_form(sheet: Any) -> None:
    sheet.parent.copy_worksheet(sheet)


def twice(sheet: Any) -> None:
    sheet["A8"], sheet["B8"] = "metro_m", "output_per_mu"


HOSTILE: dict[str, tuple[Change, str]] = {
    "text": (answer("很重要"), r"!E6\]: .*很重要"),
    "zero": (answer(0), r"!E6\]: .*0"),
    "negative": (answer("-3"), r"!E6\]: .*-3"),
    "beyond": (answer(12), r"!E6\]: .*12"),
    "tiny": (answer("1/20"), r"!E6\]: .*1/20"),
    "divided by nothing": (answer("1/0"), r"!E6\]: .*1/0"),
    "not a number": (answer("nan"), r"!E6\]: .*nan"),
    "infinite": (answer("1e999"), r"!E6\]: .*1e999"),
    "a day": (answer(date(2026, 3, 1)), r"!E6\]: .*2026-03-01"),
    "a formula never computed": (answer("=1/3"), r"!E6\]: "),
    "an error": (answer("#REF!"), r"!E6.*\]: "),
    "unknown criterion": (answer("metro", "B6"), r"!E6\]: .*metro_m"),
    "itself": (answer("output_per_mu", "B6"), r"!E6\]: .*output_per_mu"),
    "twice, turned round": (twice, r"!E8\]: .*E6"),
    "ids gone": (answer(None, "A6"), r"!E6\]: "),
    "no name": (answer(None, "D3"), r"!D3\]: "),
    "no day": (answer(None, "D4"), r"!D4\]: "),
    "no such day": (answer("2026-02-30", "D4"), r"!D4\]: .*2026-02-30"),
    "another version": (answer("landplan-experts/9", "C1"), r"!B1\]: .*landplan-experts/1"),
    "key gone": (lambda sheet: sheet.delete_rows(4), r"#date"),
    "no form": (lambda sheet: sheet.delete_rows(1), r"李工\.xlsx: "),
    "two forms": (second_form, r"李工\.xlsx: .*Copy"),
    "nothing said": (lambda sheet: sheet.delete_rows(6, 3), r"李工\.xlsx \["),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_a_form_cannot_say_is_one_sentence_with_file_sheet_and_cell(kind: str, recipe: Path, filled: list[Path]) -> None:
    change, words = HOSTILE[kind]
    fill(filled[1], {}, change=change)
    with pytest.raises(InputError, match=words) as refused:
        api.experts(recipe=recipe, read=filled, out=recipe.parent / "merged.toml")
    assert "\n" not in str(refused.value) and "李工.xlsx" in str(refused.value)
    assert not (recipe.parent / "merged.toml").exists()


def test_other_sheets_and_dates_as_they_are_typed_do_no_harm(recipe: Path, filled: list[Path]) -> None:
    fill(filled[1], {}, "2026年3月6日", lambda sheet: sheet.parent.create_sheet("备注").append(["#别的", "=1/0"]))
    assert api.experts(recipe=recipe, read=filled).data["experts"][1]["on"] == date(2026, 3, 6)


def test_two_forms_of_one_expert_or_of_two_kinds_are_not_merged(recipe: Path, filled: list[Path], tmp_path: Path) -> None:
    fill(filled[1], {}, change=answer("王工 ", "D3"))
    with pytest.raises(InputError, match=r"李工\.xlsx: 王工.*王工\.xlsx"):
        api.experts(recipe=recipe, read=filled)
    points = api.experts(recipe=recipe, blank=tmp_path / "points", expert=["Zhou"], form="points").data["files"]
    fill(points[0], {(id,): 50 for id in IDS})
    with pytest.raises(InputError, match=r"Zhou\.xlsx: .*王工\.xlsx"):
        api.experts(recipe=recipe, read=[filled[0], *points])


def test_answers_that_link_nothing_are_told_and_one_expert_without_is_not_alone(recipe: Path, filled: list[Path]) -> None:
    def only_first(sheet: Any) -> None:
        sheet["E7"] = sheet["E8"] = None

    for path in filled:
        fill(path, {}, change=only_first)
    with pytest.raises(InputError, match=r"Compact|形状"):
        api.experts(recipe=recipe, read=filled)
    fill(filled[2], {("metro_m", "compact"): 2})
    found = api.experts(recipe=recipe, read=filled)
    assert np.isnan(found.data["experts"][0]["weights"]).all() and "–" in found.lines[1]
    assert json.loads(found.json)["experts"][0]["consistency_ratio"] is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_on_the_command_line(lang: str, recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    forms = tmp_path / "f"
    words = ["experts", str(recipe), "--lang", lang]
    assert cli.main([*words, "--blank", str(forms), "--expert", "王工", "--expert", "李工"]) == 0
    assert ("空白表" if lang == "zh" else "blank forms") in capsys.readouterr().out
    for name in NAMES[:2]:
        fill(forms / f"{name}.xlsx", SAID[name])
    read = [word for name in NAMES[:2] for word in ("--read", str(forms / f"{name}.xlsx"))]
    assert cli.main([*words, *read, "--how", "median", "--out", str(tmp_path / "m.toml")]) == 0
    said = capsys.readouterr().out
    assert all(
        word in said for word in (("中位数", "一致性比率", "分歧") if lang == "zh" else ("median", "consistency", "Disagree"))
    )
    assert cli.main([*words, "--json", *read]) == 0
    assert sum(json.loads(capsys.readouterr().out)["weights"]) == pytest.approx(1)
    assert cli.main(words) == 2
    assert "--blank" in capsys.readouterr().err


def test_inputs_are_safe_and_formats_are_named(recipe: Path, filled: list[Path]) -> None:
    for path in (recipe, recipe.parent / "scheme.toml"):
        with pytest.raises(ExportError):
            api.experts(recipe=recipe, read=filled, out=path)
    with pytest.raises(ExportError, match=r"\.toml, \.csv"):
        api.experts(recipe=recipe, read=filled, out=recipe.parent / "x.xlsx")
    with pytest.raises(LandplanError, match=r"plan\.gpkg"):
        api.experts(recipe=recipe, read=[recipe.parent / "plan.gpkg"])
    with pytest.raises(UsageError, match="--expert"):
        api.experts(recipe=recipe, blank=recipe.parent / "none")


GROUPED = """
[[groups]]
id = "land"
title = { zh = "土地", en = "Land" }
weight = 2
[[groups]]
id = "access"
title = { zh = "交通", en = "Access" }
weight = 1
"""


def test_groups_with_weights_are_judged_a_level_at_a_time(recipe: Path) -> None:
    file = recipe.parent / "scheme.toml"
    said = file.read_text(encoding="utf-8")
    for id, group in (("output_per_mu", "land"), ("compact", "land"), ("metro_m", "access")):
        said = said.replace(f'id = "{id}"', f'id = "{id}"\ngroup = "{group}"', 1)
    file.write_text(said + GROUPED, encoding="utf-8")
    before = read_scheme("scheme.toml", recipe.parent)

    top = blank(recipe, NAMES[:2])
    sheet = openpyxl.load_workbook(top[0]).active
    assert [sheet.cell(6, column).value for column in (1, 2)] == ["land", "access"]
    assert sheet.max_row == 6
    assert before.criteria[0].title["zh"] in sheet.cell(6, 3).value or before.criteria[0].title["en"] in sheet.cell(6, 3).value
    for path in top:
        fill(path, {("land", "access"): "5"})
    api.experts(recipe=recipe, read=top, out=recipe.parent / "top.toml")
    after = read_scheme("top.toml", recipe.parent)
    assert [one.weight for one in after.groups] == pytest.approx([2.5, 0.5])
    assert after.groups[0].weight_source is not None
    assert after.criteria == before.criteria

    for path in top:
        path.unlink()
    inner = blank(recipe, NAMES[:1], group="land", form="points")
    fill(inner[0], {("output_per_mu",): 75, ("compact",): 25})
    api.experts(recipe=recipe, read=inner, out=recipe.parent / "inner.toml")
    found = read_scheme("inner.toml", recipe.parent)
    assert {one.id: one.weight for one in found.criteria} == pytest.approx({"output_per_mu": 3, "metro_m": 2, "compact": 1})
    assert found.groups == before.groups
    with pytest.raises(UsageError, match="land"):
        blank(recipe, NAMES[:1], group="access")
