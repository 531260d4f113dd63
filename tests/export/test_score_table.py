"""The score table: the same numbers in every format, nothing a spreadsheet would run, the same bytes each time."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_plan

from landplan.app.main_job import results
from landplan.app.opening import open_recipe
from landplan.core.errors import ExportError
from landplan.core.results import Results
from landplan.export.score_columns import score_columns
from landplan.export.score_table import score_table, short_names, write_scores

FORMATS = (".csv", ".xlsx", ".parquet", ".gpkg", ".shp")


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Results:
    project = open_recipe(small_plan.write_plan(tmp_path_factory.mktemp("plan")))
    return results(project.with_recipe(project.recipe.model_copy(update={"choose": None})))


def read(path: Path, names: list[str]) -> dict[str, list[Any]]:
    """A written table by full column name, read by a library that did not write it where there is one."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        return {name: [row[name] or None for row in rows] for name in names}
    if path.suffix == ".xlsx":
        import openpyxl

        rows = list(openpyxl.load_workbook(path)["scores"].iter_rows(values_only=True))
        return {str(name): [row[k] for row in rows[2:]] for k, name in enumerate(rows[0])}
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return pq.read_table(path).to_pydict()
    import fiona

    with fiona.open(path) as features:
        known = list(features.schema["properties"])
        records = [feature["properties"] for feature in features]
    return {name: [record[column] for record in records] for name, column in zip(names, known, strict=True)}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_carries_the_same_values(scored: Results, tmp_path: Path, suffix: str) -> None:
    columns = score_columns(scored)
    written = read(write_scores(scored, tmp_path / f"s{suffix}"), [column.name for column in columns])
    for column in columns:
        told = written[column.name]
        if column.values.dtype == object:
            wanted = [None if value is None else str(value) for value in column.values]
            assert [str(value).removeprefix("'") if value is not None else None for value in told] == wanted
            continue
        numbers = np.array([np.nan if value is None else float(value) for value in told])
        wanted_numbers = column.values.astype(float)
        if column.values.dtype.kind == "i":
            wanted_numbers = np.where(column.values == 0, np.nan, wanted_numbers)
        np.testing.assert_allclose(numbers, wanted_numbers, rtol=1e-12, atol=1e-14, err_msg=column.name)


@pytest.mark.parametrize("suffix", FORMATS)
def test_the_same_results_give_the_same_bytes(scored: Results, tmp_path: Path, suffix: str) -> None:
    for folder in ("one", "two"):
        write_scores(scored, tmp_path / folder / f"s{suffix}")
    one, two = ({file.name: file.read_bytes() for file in (tmp_path / folder).iterdir()} for folder in ("one", "two"))
    assert one == two


def test_geometry_and_crs_come_back(scored: Results, tmp_path: Path) -> None:
    import geopandas
    import shapely

    for suffix, read_file in (
        (".gpkg", geopandas.read_file),
        (".shp", geopandas.read_file),
        (".parquet", geopandas.read_parquet),
    ):
        frame = read_file(write_scores(scored, tmp_path / f"s{suffix}"))
        assert frame.crs.to_epsg() == 4549
        assert shapely.equals(np.asarray(frame.geometry), scored.layers.parcels.shapes).all()


def test_a_spreadsheet_runs_nothing(scored: Results, tmp_path: Path) -> None:
    path = write_scores(scored, tmp_path / "s.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert "'=1+1" in cells
    numbers = [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    assert all(float(cell) <= 0 for cell in numbers)
    import openpyxl

    sheet = openpyxl.load_workbook(write_scores(scored, tmp_path / "s.xlsx"))["scores"]
    cell = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1")
    assert cell.data_type == "s"


def test_shapefile_names_fit_and_are_explained(scored: Results, tmp_path: Path) -> None:
    columns = score_columns(scored)
    names = short_names(columns)
    assert len({name.lower() for name in names}) == len(columns)
    assert max(len(name.encode()) for name in names) <= 10
    path = write_scores(scored, tmp_path / "s.shp")
    with (tmp_path / "s_fields.csv").open(encoding="utf-8-sig", newline="") as file:
        told = [(row["field"], row["name"]) for row in csv.DictReader(file)]
    assert told == [(name, column.name) for name, column in zip(names, columns, strict=True)]
    assert path.with_suffix(".cpg").read_text() == "GBK"
    assert b"*****" not in path.with_suffix(".dbf").read_bytes()
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".cpg", ".csv", ".dbf", ".prj", ".shp", ".shx"]


def test_the_exporter_writes_one_csv_into_a_package(scored: Results, tmp_path: Path) -> None:
    (one,) = score_table(scored, tmp_path)
    assert one.read_bytes() == write_scores(scored, tmp_path / "again" / "scores.csv").read_bytes()


def test_another_suffix_is_refused_and_leaves_nothing(scored: Results, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"\.doc"):
        write_scores(scored, tmp_path / "s.doc")
    assert list(tmp_path.iterdir()) == []


def test_reasons_say_rule_and_by_how_much(scored: Results) -> None:
    columns = {column.name: column.values for column in score_columns(scored)}
    restricted = np.flatnonzero(columns["status"] == "restricted")
    assert len(restricted)
    output = scored.layers.parcels.numbers("output_wan")
    for row in restricted:
        assert columns["reasons"][row].startswith(f"Too productive ({output[row] - 9000:.6g} wan yuan)")
    assert columns["status"][5] == "unknown"
    assert "output_wan" in columns["reasons"][5]


def test_no_column_is_lost_where_names_meet(scored: Results) -> None:
    """Three criteria whose names with their units are one name keep a column each."""
    size = scored.criteria.columns["compact"]
    named = {"raw_depth_m": "m", "depth": "m", "depth_m": "m", "score_lab": ""}
    columns = {id: replace(size, unit=unit, values=np.full(len(size.values), k)) for k, (id, unit) in enumerate(named.items())}
    criteria = tuple(scored.scheme.criteria[0].model_copy(update={"id": id}) for id in named)
    scheme = scored.scheme.model_copy(update={"criteria": criteria})
    project = scored.project.with_scheme(scheme)
    found = score_columns(replace(scored, project=project, criteria=replace(scored.criteria, columns=columns)))
    assert len({column.name for column in found}) == len(found)
    assert [int(column.values[0]) for column in found[-4:]] == [0, 1, 2, 3]
