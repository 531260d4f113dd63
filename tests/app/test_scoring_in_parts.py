"""`landplan score --engine dask`: from a recipe and from layers, a folder of files, what is said, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from landplan.core.errors import ExportError, InputError
from landplan.core.registry import jobs
from landplan.engine import executors
from landplan.engine.executors import Here
from tests.small_plan import SCHEME, parcels, write_parcels, write_plan


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts are worked on in this process."""

    @contextmanager
    def cluster(scheduler: str, workers: int) -> Iterator[Here]:
        yield Here()

    monkeypatch.setattr(executors, "dask_cluster", cluster)


def in_parts(out: Path, **given: Any) -> Any:
    return jobs["score"].run(out=out, engine="dask", part_rows=10, **given)


def rows(*files: Path) -> pa.Table:
    return pa.concat_tables([pq.read_table(file) for file in files]).replace_schema_metadata(None).sort_by("parcel_id")


def test_a_recipe_gives_the_rows_and_the_counts_of_the_run_in_one_piece(tmp_path: Path) -> None:
    recipe = write_plan(tmp_path)
    whole, report = jobs["score"].run(recipe=recipe, out=tmp_path / "whole.parquet"), in_parts(tmp_path / "parts", recipe=recipe)
    assert rows(*(tmp_path / "parts").glob("*.parquet")).equals(rows(tmp_path / "whole.parquet"))
    for name in ("parcels", "recommended", "without", "restricted", "undecided", "criteria", "skipped", "method"):
        assert report.data[name] == whole.data[name], name
    assert report.data["area_mu"] == pytest.approx(whole.data["area_mu"], rel=1e-12)
    assert "36" in report.lines[0]
    again = in_parts(tmp_path / "parts", recipe=recipe)
    assert again.data["recommended"] == report.data["recommended"]


def test_a_folder_of_files_is_scored_from_layers_alone_and_from_a_recipe(tmp_path: Path) -> None:
    import geopandas

    shapes, fields = parcels()
    frame = geopandas.GeoDataFrame(fields, geometry=shapes, crs="EPSG:4549")
    (tmp_path / "cut").mkdir()
    for number, part in enumerate(np.array_split(np.arange(len(frame)), 3)):
        frame.iloc[part].to_parquet(tmp_path / "cut" / f"{number}.parquet")
    frame.to_parquet(tmp_path / "one.parquet")
    (tmp_path / "scheme.toml").write_text(SCHEME, encoding="utf-8")
    scheme = str(tmp_path / "scheme.toml")
    jobs["score"].run(parcels=tmp_path / "one.parquet", scheme=scheme, out=tmp_path / "whole.parquet")
    report = in_parts(tmp_path / "parts", parcels=tmp_path / "cut", scheme=scheme)
    assert report.data["parts"] == 3
    assert rows(*(tmp_path / "parts").glob("*.parquet")).equals(rows(tmp_path / "whole.parquet"))
    text = write_plan(tmp_path).read_text(encoding="utf-8").replace('path = "plan.gpkg"\nlayer = "parcels"', 'path = "cut"')
    (tmp_path / "recipe.toml").write_text(text, encoding="utf-8")
    assert in_parts(tmp_path / "other", recipe=tmp_path / "recipe.toml").data["parcels"] == 36


def test_a_result_in_place_of_the_inputs_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    write_parcels(tmp_path / "own.shp", "ESRI Shapefile")
    with pytest.raises(ExportError) as caught:
        in_parts(tmp_path, parcels=tmp_path / "own.shp")
    assert caught.value.id == "would_overwrite_input"


def test_an_empty_folder_and_a_project_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cut").mkdir()
    with pytest.raises(InputError) as caught:
        in_parts(tmp_path / "out", parcels=tmp_path / "cut")
    assert caught.value.id == "folder_without_parquet"
    with pytest.raises(InputError) as caught:
        in_parts(tmp_path / "out", recipe=tmp_path / "plan.landplan")
    assert caught.value.id == "parts_need_recipe"
