"""What `inspect` says of parcels: the findings of the checks, a line a kind; nothing of layers that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from landplan.core.paths import sample
from landplan.core.registry import checks, jobs
from tests.small_plan import write_plan


def warned(path: Path) -> dict[str, dict[str, Any]]:
    (card,) = jobs["inspect"].run(path=[path]).data
    return {one["code"]: one for one in card["warnings"]}


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("duplicate_ids.shp", "duplicate_id"),
        ("missing_ids.shp", "missing_id"),
        ("overlaps_slivers.shp", "overlap"),
        ("unknown_codes.shp", "unknown_code"),
        ("bow_ties.shp", "invalid_crosses_itself"),
    ],
)
def test_faults_that_only_the_checks_find_are_told_a_line_a_kind(file: str, code: str) -> None:
    found = warned(sample("dirty", file))
    assert found[code]["weight"] == "data"
    assert set(found[code]) == {"code", "weight", "where", "message", "fix"}
    report = jobs["inspect"].run(path=[sample("dirty", file)], strict=True)
    assert report.exit_code == 2
    assert sum(found[code]["message"] in line for line in report.lines) == 1


def test_many_of_a_kind_are_counted_and_the_first_named() -> None:
    message = warned(sample("dirty", "duplicate_ids.shp"))["duplicate_id"]["message"]
    assert "4" in message
    assert "#2" in message


def test_layers_that_are_no_parcels_or_lie_nowhere_are_not_checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def none(*_args: object, **_values: object) -> None:
        raise AssertionError("checked")

    for check in checks:
        monkeypatch.setitem(vars(check), "run", none)
    assert "degrees_as_metres" in warned(sample("dirty", "degrees_as_4549.shp"))
    write_plan(tmp_path)
    with pytest.raises(AssertionError, match="checked"):
        warned(tmp_path / "plan.gpkg")


def test_the_row_of_what_lies_outside_is_no_fault(tmp_path: Path) -> None:
    jobs["run"].run(recipe=write_plan(tmp_path), out=tmp_path / "out")
    assert warned(tmp_path / "out" / "review_package" / "landplan.gpkg").keys() <= {"far_from_gross"}


def test_the_first_five_rows_are_shown_with_their_texts_first() -> None:
    lines = list(jobs["inspect"].run(path=[sample("dirty", "gbk_unsaid.shp")]).lines)
    (head,) = [k for k, line in enumerate(lines) if "前 5 行（地块编号, 地块名称" in line]
    assert lines[head + 1].strip().startswith("JD-0641 | 创新港32号地块 | ")
    assert " | – | " in lines[head + 5]  # what is missing is no 0
    assert lines[head + 6].lstrip()[0] in "·!‼"


def test_an_encoding_and_a_crs_can_be_tried() -> None:
    (card,) = jobs["inspect"].run(path=[sample("dirty", "no_prj.shp")], crs="EPSG:4549").data
    assert card["layers"][0]["crs"] == "EPSG:4549"
    assert "crs_absent" not in {one["code"] for one in card["warnings"]}
    (card,) = jobs["inspect"].run(path=[sample("dirty", "gbk_unsaid.shp")], encoding="GBK").data
    assert "encoding_guessed" not in {one["code"] for one in card["warnings"]}
    (card,) = jobs["inspect"].run(path=[sample("dirty", "gbk_unsaid.shp")], encoding="Big5").data
    assert card["layers"][0]["encoding"] == "Big5"
