"""`landplan survey`: the list it writes in the recipe's language, what it says; packs that are wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from landplan import cli
from landplan.core.errors import ExportError, InputError, SchemeError
from landplan.core.paths import resource
from landplan.core.registry import jobs
from tests.small_plan import write_plan


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    return write_plan(tmp_path)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def own_pack(folder: Path, *changes: tuple[str, str]) -> Path:
    """The shipped pack as the planner's own file, with passages changed."""
    words = resource("policies", "survey_illustrative.toml").read_text("utf-8")
    for old, new in changes:
        assert old in words
        words = words.replace(old, new)
    path = folder / "own.toml"
    path.write_text(words, "utf-8")
    return path


def test_every_parcel_has_a_class_or_is_open_and_says_why(recipe: Path, tmp_path: Path) -> None:
    report = jobs["survey"].run(recipe=recipe, out=tmp_path / "list.csv")
    table = rows(tmp_path / "list.csv")
    assert sum(report.data["classes"].values()) == len(table) == 36
    for row in table:
        known = row["performance"] != "" and row["worth"] != ""
        assert (row["class"] == "open") <= (not known or "cannot be judged" in row["trace"])
        assert row["trace"]
        if known and "veto" not in row["trace"]:
            assert f"{row['performance_class']} + {row['worth_class']} → {row['class']}" in row["trace"]
    assert len({row["class"] for row in table}) > 2


def test_a_limit_with_a_source_is_not_marked_and_one_out_of_date_is(recipe: Path, tmp_path: Path) -> None:
    plain = 'title = { zh = "亩均税收 C 类限值", en = "Tax per mu, class C" }'
    source = 'source = {{ document = "某区文件", clause = "第三条", area = "某区", until = "{}" }}'
    for year, marked in (("2099-12-31", False), ("1999-12-31", True)):
        pack = own_pack(tmp_path, (plain, f"{plain}, {source.format(year)}"))
        report = jobs["survey"].run(recipe=recipe, out=tmp_path / "list.csv", policy=str(pack))
        assert (report.data["doubts"].get("survey_tax_c") == "expired") is marked
        assert report.data["doubts"]["survey_tax_b"] == "illustrative"
        traces = " ".join(row["trace"] for row in rows(tmp_path / "list.csv"))
        assert ("Tax per mu, class C, expired" in traces) is marked
        assert "Tax per mu, class B, illustrative" in traces


def test_a_figure_of_the_pack_stands_over_one_of_the_scheme(recipe: Path, tmp_path: Path) -> None:
    base = jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv").data["classes"]
    pack = own_pack(tmp_path, ("survey_tax_a = { value = 30,", "survey_tax_a = { value = 12.5,"))
    other = jobs["survey"].run(recipe=recipe, out=tmp_path / "b.csv", policy=str(pack)).data["classes"]
    assert other != base
    assert other[""] == base[""]


def test_what_is_wrong_is_one_sentence(recipe: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="survey_illustrative"):
        jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv", policy="builtin:survey_ilustrative")
    with pytest.raises(ExportError, match=r"\.xlsx"):
        jobs["survey"].run(recipe=recipe, out=tmp_path / "a.xlsx")
    with pytest.raises(SchemeError, match="performance"):
        pack = own_pack(tmp_path, ("survey_tax_b = { value = 12,", "survey_tax_b = { value = 99,"))
        jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv", policy=str(pack))
    with pytest.raises(SchemeError, match=r'own\.toml: .*figures\.survey_tax_a\.value.*"30"'):
        pack = own_pack(tmp_path, ("survey_tax_a = { value = 30,", 'survey_tax_a = { value = "30",'))
        jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv", policy=str(pack))
    with pytest.raises(SchemeError, match="vetos"):
        pack = own_pack(tmp_path, ("[[survey.vetoes]]", "[[survey.vetos]]"))
        jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv", policy=str(pack))
    assert not (tmp_path / "a.csv").exists()


def test_the_command_line_says_the_same_in_english(recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--lang", "en", "survey", str(recipe), "--out", str(tmp_path / "list.csv"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert set(said["classes"]) == {"A", "B", "C", "D", ""}
    assert cli.main(["--lang", "en", "survey", str(recipe), "--out", str(tmp_path / "list.csv")]) == 0
    assert "illustrative" in capsys.readouterr().out


def test_a_path_that_the_scheme_lacks_is_named_with_the_nearest(recipe: Path, tmp_path: Path) -> None:
    pack = own_pack(tmp_path, ('"acquire_auction", "acquire_upgrade"', '"acquire_auctoin"'))
    report = jobs["survey"].run(recipe=recipe, out=tmp_path / "a.csv", policy=str(pack))
    (line,) = [line for line in report.lines if "acquire_auctoin" in line]
    assert "acquire" in line.replace("acquire_auctoin", "")
