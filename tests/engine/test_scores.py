"""Runs in parts: the table of the run in one piece, resuming, what fails, what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from town import SOME, layers, scheme, write_layer

from landplan.app.changes import changed
from landplan.core.errors import InputError, SchemeError
from landplan.core.progress import Cancelled
from landplan.core.project import Project, Scenario
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme
from landplan.engine import tasks
from landplan.engine.executors import Here
from landplan.engine.job import job_of
from landplan.engine.scores import score_parts


class Backwards(Here):
    """From the last part to the first."""

    def run(self, task: Any, job: Any, numbers: Sequence[int], *more: Any) -> Iterator[tuple[int, Any]]:
        yield from super().run(task, job, numbers[::-1], *more)


def in_one_piece(folder: Path, recipe: Recipe, judged: Scheme) -> pa.Table:
    """The table of `landplan score`."""
    from landplan.app.main_job import results
    from landplan.export.score_table import write_scores
    from landplan.io.layer_set import read_layers

    project = Project(read_layers(recipe, folder), recipe, {"main": Scenario("main", judged)}, "main", folder=folder)
    return by_id([write_scores(results(project, upto="score", checked=False), folder / "whole.parquet")])


def by_id(files: list[Path]) -> pa.Table:
    table = pa.concat_tables([pq.read_table(file) for file in files], promote_options="none")
    return table.replace_schema_metadata(None).sort_by("parcel_id")


def result(out: Path) -> pa.Table:
    return by_id(sorted(out.glob("*.parquet")))


@pytest.mark.parametrize(
    ("scoring", "executor", "rows"),
    [("weighted_sum", Here(), 90), ("weighted_sum", Backwards(), 200), ("topsis", Backwards(), 90), ("topsis", Here(), 1000)],
)
def test_the_files_hold_the_table_of_the_run_in_one_piece(
    town_files: tuple[Path, Recipe], tmp_path: Path, scoring: str, executor: Any, rows: int
) -> None:
    folder, recipe = town_files
    judged = scheme({"method": scoring}, SOME)
    found = score_parts(recipe, judged, folder, tmp_path / "out", executor, rows=rows)
    table = result(tmp_path / "out")
    assert table.equals(in_one_piece(folder, recipe, judged))
    assert found.facts["parcels"] == len(table) == 483
    assert sum(found.facts["recommended"].values()) + found.facts["without"] == 483


def test_geometry_of_the_result_is_found_by_any_reader(town_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme) -> None:
    import geopandas

    folder, recipe = town_files
    score_parts(recipe, judged, folder, tmp_path / "out", Here(), rows=200)
    frame = pd.concat([geopandas.read_parquet(file) for file in sorted((tmp_path / "out").glob("*.parquet"))])
    assert frame.crs.to_epsg() == 4549
    assert frame.geometry.notna().sum() == 480


def test_a_folder_of_files_gives_what_one_file_gives(own_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme) -> None:
    folder, recipe = own_files
    parcels = layers().parcels
    for number in range(4):
        write_layer(folder / "cut" / f"{number}.parquet", parcels.rows(np.arange(len(parcels)) * 4 // len(parcels) == number))
    apart = {**recipe.layers, "parcels": recipe.layers["parcels"].model_copy(update={"path": "cut"})}
    found = score_parts(recipe.model_copy(update={"layers": apart}), judged, folder, tmp_path / "out", Backwards())
    assert found.parts == 4
    assert result(tmp_path / "out").equals(in_one_piece(folder, recipe, judged))


def test_ids_in_two_files_of_a_folder_are_refused(own_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme) -> None:
    folder, recipe = own_files
    for number in range(2):
        write_layer(folder / "cut" / f"{number}.parquet", layers().parcels)
    apart = {**recipe.layers, "parcels": recipe.layers["parcels"].model_copy(update={"path": "cut"})}
    with pytest.raises(InputError) as caught:
        score_parts(recipe.model_copy(update={"layers": apart}), judged, folder, tmp_path / "out", Here())
    assert caught.value.id == "ids_in_several_files"


class Counting:
    """How often each task computes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.measured = self.scored = 0
        measured, scored = tasks.measured, tasks.scored

        def count_measured(*given: Any) -> Any:
            self.measured += 1
            return measured(*given)

        def count_scored(*given: Any) -> Any:
            self.scored += 1
            return scored(*given)

        monkeypatch.setattr(tasks, "measured", count_measured)
        monkeypatch.setattr(tasks, "scored", count_scored)

    def taken(self) -> tuple[int, int]:
        found, self.measured, self.scored = (self.measured, self.scored), 0, 0
        return found


def test_what_is_finished_is_not_done_again(
    own_files: tuple[Path, Recipe], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, recipe = own_files
    counting, out = Counting(monkeypatch), tmp_path / "out"

    def run(judged: Scheme) -> tuple[int, int]:
        score_parts(recipe, judged, folder, out, Here(), rows=100)
        return counting.taken()

    judged = scheme(only=SOME)
    assert run(judged) == (5, 5)
    whole = result(out)
    assert run(judged) == (0, 0)
    assert result(out).equals(whole)
    heavier = changed(judged, "scheme", criteria=tuple(one.model_copy(update={"weight": 7.0}) for one in judged.criteria))
    assert run(heavier) == (0, 5)  # weights: measured as before
    assert not result(out).equals(whole)
    wider = scheme(only=(*SOME, "deep"))
    assert run(wider) == (5, 5)
    stations = folder / "stations.parquet"
    frame = pq.read_table(stations)
    pq.write_table(frame.slice(0, 20).replace_schema_metadata(frame.schema.metadata), stations)
    assert run(wider) == (5, 5)  # an input has changed
    assert result(out).equals(in_one_piece(folder, recipe, wider))


def test_a_run_that_was_ended_goes_on(
    town_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, recipe = town_files
    counting, out = Counting(monkeypatch), tmp_path / "out"

    def stop(share: float | None, said: str, **facts: Any) -> None:
        if said == "engine_score" and facts["done"] == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        score_parts(recipe, judged, folder, out, Here(), rows=100, progress=stop)
    assert counting.taken() == (5, 2)
    assert not list(out.glob("*.parquet"))
    found = score_parts(recipe, judged, folder, out, Here(), rows=100)
    assert counting.taken() == (0, 3)
    assert found.before == 2
    assert result(out).equals(in_one_piece(folder, recipe, judged))


KILLED = """
import os, sys
sys.path[:0] = sys.argv[1:3]
from pathlib import Path
from town import scheme
from landplan.core.recipe import Recipe
from landplan.engine import tasks
from landplan.engine.executors import Here
from landplan.engine.job import job_of
from landplan.engine.scores import score_parts

whole, done = tasks.write_arrays, []

def write(*given):
    if len(done) == 2:
        os.kill(os.getpid(), 9)
    done.append(whole(*given))

tasks.write_arrays = write
judged = scheme(only=("output", "round"))
score_parts(Recipe.model_validate_json(sys.argv[4]), judged, Path(sys.argv[3]), Path(sys.argv[5]), Here(), rows=100)
"""


def test_a_run_that_was_killed_goes_on_and_its_drafts_go(town_files: tuple[Path, Recipe], tmp_path: Path) -> None:
    """Killed by the system within a part, which leaves no time to tidy up."""
    folder, recipe = town_files
    tests = Path(__file__).parents[1]
    words = [str(tests), str(tests / "engine"), str(folder), recipe.model_dump_json(by_alias=True), str(tmp_path / "out")]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *words], cwd=tests.parent, check=False, capture_output=True, timeout=120
    )
    assert killed.returncode == -9, killed.stderr.decode()[-2000:]
    assert len(list((tmp_path / "out" / "_work").glob("measured-*/0*"))) == 2
    assert list((tmp_path / "out" / "_work").glob("measured-*/.part-*"))
    judged = scheme(only=("output", "round"))
    score_parts(recipe, judged, folder, tmp_path / "out", Here(), rows=100)
    assert result(tmp_path / "out").equals(in_one_piece(folder, recipe, judged))
    assert not list((tmp_path / "out" / "_work").rglob(".*"))


def test_a_part_that_fails_is_named_and_the_others_are_kept(
    town_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, recipe = town_files
    whole, measured = tmp_path / "out", tasks.measured

    def broken(part: Any, *given: Any) -> Any:
        if "J0000" in part.ids[given[0]]:
            raise InputError("no_such_field", "parcels.parquet", layer="parcels", field="x", nearest="")
        return measured(part, *given)

    monkeypatch.setattr(tasks, "measured", broken)
    with pytest.raises(InputError) as caught:
        score_parts(recipe, judged, folder, whole, Here(), rows=100)
    assert (caught.value.id, caught.value.values["failed"], caught.value.values["n"]) == ("part_failed", 1, 5)
    assert "parcels.parquet" in str(caught.value)
    monkeypatch.setattr(tasks, "measured", measured)
    counting = Counting(monkeypatch)
    score_parts(recipe, judged, folder, whole, Here(), rows=100)
    assert counting.taken() == (1, 5)


def test_a_damaged_part_is_made_again(
    town_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, recipe = town_files
    counting, out = Counting(monkeypatch), tmp_path / "out"
    score_parts(recipe, judged, folder, out, Here(), rows=100)
    before = result(out)
    assert counting.taken() == (5, 5)
    next((out / "_work").glob("scored-*/00003/ranked.npy")).write_bytes(b"")
    (out / "part-00003.parquet").unlink()
    score_parts(recipe, judged, folder, out, Here(), rows=100)
    assert counting.taken() == (0, 1)
    assert result(out).equals(before)


def test_fewer_parts_leave_none_of_the_old_ones(town_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme) -> None:
    folder, recipe = town_files
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    for rows in (150, 300):
        score_parts(recipe, judged, folder, tmp_path / "out", Here(), rows=rows)
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == [
        "_work", "notes.txt", "part-00000.parquet", "part-00001.parquet",
    ]  # fmt: skip
    assert len(list((tmp_path / "out" / "_work").iterdir())) == 3


@pytest.mark.parametrize(
    ("parts", "id"),
    [
        ({"scoring": {"method": "promethee"}}, "method_needs_whole"),
        ({"criteria": {"kind": "contiguous_area"}}, "measure_needs_whole"),
        ({"criteria": {"kind": "chain_fit", "set": "block"}}, "measure_needs_whole"),
        ({"criteria": {"kind": "network_distance", "layer": "parcels"}}, "measure_needs_whole"),
        ({"missing": "zone_median"}, "median_needs_whole"),
        ({"criteria": {"kind": "distance", "layer": "parcels", "where": "output_wan < 0"}}, "nothing_fits_in_parts"),
    ],
    ids=lambda one: one if isinstance(one, str) else "-".join(one),
)
def test_what_must_see_all_parcels_is_refused_by_name(
    town_files: tuple[Path, Recipe], tmp_path: Path, parts: dict[str, Any], id: str
) -> None:
    folder, recipe = town_files
    judged = scheme(only=("output",), **{name: value for name, value in parts.items() if name != "criteria"})
    if "criteria" in parts:
        one = judged.criteria[0]
        other = one.model_copy(update={"id": "odd", "measure": one.measure.model_validate(parts["criteria"])})
        judged = changed(judged, "scheme", criteria=(one, other))
    with pytest.raises(SchemeError) as caught:
        score_parts(recipe, judged, folder, tmp_path / "out", Here())
    assert caught.value.id == id


def test_counts_of_parts_are_added_and_those_of_whole_layers_are_not(town_files: tuple[Path, Recipe], tmp_path: Path) -> None:
    from landplan.io.layer_set import read_layers
    from landplan.steps.join import join
    from landplan.steps.measure import measure

    folder, recipe = town_files
    layers_, judged = read_layers(recipe, folder), scheme(only=("output", "metro", "round"))
    wanted = {(one.id, str(one.values)) for one in measure(layers_, join(layers_), judged).issues}
    found = score_parts(recipe, judged, folder, tmp_path / "out", Here(), rows=100)
    assert wanted <= {(one.id, str(one.values)) for one in found.issues}


def test_another_geodatabase_is_another_input(own_files: tuple[Path, Recipe], tmp_path: Path, judged: Scheme) -> None:
    """A layer in a folder x.gdb is an input like a file: other bytes in it, and nothing that rests on them is taken over."""
    folder, recipe = own_files
    layer = {**recipe.layers, "roads": recipe.layers["parcels"].model_copy(update={"path": "roads.gdb"})}
    within = recipe.model_copy(update={"layers": layer})
    table = folder / "roads.gdb" / "a00000001.gdbtable"
    table.parent.mkdir()
    stamps = []
    for content in (b"one", b"two", b"one"):
        table.write_bytes(content)
        stamps.append(job_of(within, judged, (), folder, tmp_path / "work", 100).inputs)
    assert stamps[0] != stamps[1]
    assert stamps[0] == stamps[2]
