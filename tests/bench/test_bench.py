"""The measurements run, landplan and its peers agree, and the table says ratios; how fast is no matter here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cases_map
import cases_scale
import numpy as np
import pytest
import qgis_peer
import run
import shapely
import trial

CASES = {id: case for id, case in run._cases().items() if case.sizes.get("tiny")}
QUICK_TO_TEST = sorted(CASES.keys() - {"portfolio_5k", "scheduled_5k", "run"})


@pytest.mark.parametrize("id", QUICK_TO_TEST)
def test_landplan_and_its_peer_agree(id: str, tmp_path: Path) -> None:
    case = CASES[id]
    found = trial.measured(case.make(case.sizes["tiny"], tmp_path), budget_s=0.0)
    assert found["runs"] == 1
    assert set(found["wall_s"]) == set(found["cpu_s"])
    if len(found["wall_s"]) > 1:
        assert found["difference"] <= run.AGREE
    printed = run.table([{"id": id, "title": case.title, "must": case.must, "n": 1, **found}])
    assert ("×" in printed.splitlines()[2].split("|")[7]) == (len(found["wall_s"]) > 1)


@pytest.mark.skipif(qgis_peer.interpreter() is None, reason="QGIS is not installed")
def test_qgis_draws_the_same_plots(tmp_path: Path) -> None:
    wanted = cases_map.request(3000, None)
    peer = cases_map.qgis_drawing(3000, tmp_path, wanted, outlined=False)
    assert cases_map.disagreement("QGIS", peer(), cases_map.frame(wanted)) == 0.0
    moved = cases_map.frame(replace(wanted, view=wanted.view.moved(150, 150)))
    assert cases_map.disagreement("QGIS", peer.picture, moved) > 0.02
    peer.close()


def test_a_side_in_another_process_has_no_processor_time(capsys: pytest.CaptureFixture[str]) -> None:
    made = trial.Trial({"landplan": lambda: 1, "peer": lambda: 1}, lambda found: 0.0, outside=frozenset({"peer"}))
    found = trial.measured(made, budget_s=0.0)
    assert found["cpu_s"]["peer"] is None
    cells = run.table([{"id": "x", "title": "x", "must": "", "n": 1, **found}]).splitlines()[2].split("|")
    assert "×" in cells[7]
    assert cells[8].strip() == ""


def test_a_process_measures_and_the_table_shows_the_ratio(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run.main(["--size", "tiny", "--only", "^(topsis|value_functions)$", "--json", str(tmp_path / "rows.jsonl")])
    rows = [json.loads(text) for text in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (code, [row["id"] for row in rows]) == (0, ["topsis", "value_functions"])
    ratio = rows[0]["wall_s"]["pymcdm"] / rows[0]["wall_s"]["landplan"]
    assert f"| {ratio:.2f}× |" in capsys.readouterr().out


def test_a_difference_or_a_broken_row_is_an_error(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    measured = {"runs": 1, "wall_s": {"landplan": 1.0, "peer": 2.0}, "cpu_s": {"landplan": 1.0, "peer": 2.0}}
    measured |= {"peak_mb": {"landplan": 1.0, "peer": None}, "facts": {}}
    for answer in ({**measured, "difference": 1e-6}, {"error": "no such file"}):
        monkeypatch.setattr(run, "_measured", lambda ids, wanted, answer=answer: [(ids[0], answer)])
        assert run.main(["--only", "^topsis$"]) == 1
    assert "no such file" in capsys.readouterr().out


def test_the_town_is_the_same_every_time_and_looks_like_a_cadastre() -> None:
    import data

    town, again = data.layers(400), data.layers(400)
    parcels = town.parcels
    np.testing.assert_array_equal(parcels.geometry.xy, again.parcels.geometry.xy)
    assert parcels.table.equals(again.parcels.table)
    assert shapely.is_valid(parcels.shapes).all()
    assert 11 < np.diff(parcels.geometry.ring).mean() < 14
    assert 0.8 < parcels.area_m2.sum() / data.side_m(400) ** 2 < 1.0
    a, b = parcels.tree.query(parcels.shapes, predicate="intersects")
    a, b = a[a < b], b[a < b]
    assert 400 < len(a) < 1600  # neighbours meet …
    assert shapely.area(shapely.intersection(parcels.shapes[a], parcels.shapes[b])).max() < 5.0  # … and hardly overlap
    assert (np.isnan(parcels.numbers("output_wan")).mean() > 0.0) and len(set(parcels.ids.tolist())) == 400


def test_towns_side_by_side_are_scored_in_parts(tmp_path: Path) -> None:
    from landplan.engine.executors import Here
    from landplan.engine.scores import score_parts

    found = score_parts(cases_scale.write(tmp_path, 1000, 300), cases_scale.scheme(), tmp_path, tmp_path / "out", Here())
    assert (found.parts, found.facts["parcels"]) == (4, 1200)
    assert found.facts["skipped"] == {}
    assert found.facts["without"] < 200
