"""The same run on a Dask cluster: one of two processes of this machine, shared by the tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from test_scores import result
from town import scheme

from landplan.core.errors import InputError, LandplanError, UsageError
from landplan.core.recipe import Recipe
from landplan.core.registry import jobs
from landplan.engine import executors
from landplan.engine.executors import Here, dask_cluster
from landplan.engine.scores import score_parts

FEW = ("output", "metro")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with dask_cluster("", 2) as executor:
        yield executor


def test_two_workers_give_the_table_of_one(town_files: tuple[Path, Recipe], tmp_path: Path, cluster: Any) -> None:
    folder, recipe = town_files
    judged = scheme({"method": "vikor"}, FEW)
    here = score_parts(recipe, judged, folder, tmp_path / "here", Here(), rows=300)
    there = score_parts(recipe, judged, folder, tmp_path / "there", cluster, rows=170)
    assert result(tmp_path / "there").equals(result(tmp_path / "here"))
    assert there.facts == here.facts


def test_an_error_of_a_worker_is_told_with_its_part(town_files: tuple[Path, Recipe], tmp_path: Path, cluster: Any) -> None:
    folder, recipe = town_files
    with pytest.raises(InputError) as caught:
        score_parts(recipe, scheme(only=FEW, missing="refuse"), folder, tmp_path / "out", cluster, rows=170)
    assert caught.value.id == "part_failed"
    assert caught.value.values["failed"] == caught.value.values["n"] == 3


def test_a_running_scheduler_is_used(town_files: tuple[Path, Recipe], tmp_path: Path, cluster: Any) -> None:
    address = cluster.client.scheduler.address
    folder, recipe = town_files
    with dask_cluster(address, 1) as executor:
        found = score_parts(recipe, scheme(only=("output",)), folder, tmp_path / "out", executor, rows=300)
    assert found.facts["parcels"] == 483
    assert address.startswith("tcp://127.0.0.1:")


def test_no_scheduler_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "ANSWER_S", 0.5)
    with pytest.raises(UsageError) as caught, dask_cluster("tcp://127.0.0.1:1", 1):
        pass
    assert caught.value.id == "dask_no_answer"


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError) as caught, dask_cluster("", 1):
        pass
    assert "landplan[cluster]" in str(caught.value)


@pytest.mark.parametrize(
    ("options", "id"),
    [
        ({"out": Path("scores.csv"), "engine": "dask"}, "parts_need_folder"),
        ({"out": Path("scores.csv"), "scheduler": "tcp://x:1"}, "scheduler_without_dask"),
    ],
)
def test_options_that_do_not_fit_are_refused(town_files: tuple[Path, Recipe], options: dict[str, Any], id: str) -> None:
    with pytest.raises(LandplanError) as caught:
        jobs["score"].run(parcels=town_files[0] / "parcels.parquet", **options)
    assert caught.value.id == id
