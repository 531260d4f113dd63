"""GeoJSON: no digit of a whole number is lost, whatever stands beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landplan.core.recipe import LayerInput
from landplan.io import apart, geojson
from landplan.io.raw_layer import RawLayer
from landplan.io.vector import read_raw

EDGES = [sign * (2**power + step) for sign in (-1, 1) for power in (53, 63) for step in (-1, 0, 1)]
WHOLE = st.integers(-(2**70), 2**70) | st.integers(-100, 100) | st.sampled_from(EDGES)


def read(path: Path, values: list[Any], *, lines: bool = False) -> RawLayer:
    point = {"type": "Point", "coordinates": [121.0, 31.0]}
    features = [{"type": "Feature", "properties": {"n": value, "名": "甲"}, "geometry": point} for value in values]
    texts = [json.dumps(one) for one in features] if lines else [json.dumps({"type": "FeatureCollection", "features": features})]
    path.write_text("\n".join(texts), encoding="utf-8")
    with apart.reading_inside():
        return read_raw(path, LayerInput(path=path.name), "labs")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.none() | WHOLE, min_size=1, max_size=6), st.booleans())
def test_whole_numbers_come_back_to_the_last_digit(tmp_path: Path, values: list[int | None], decimal: bool) -> None:
    given_values = [*values, 0.5] if decimal else values
    found = read(tmp_path / "p.geojson", given_values).table.column("n").to_pylist()
    assert [None if value is None else int(value) for value in found[: len(values)]] == values
    if decimal:
        assert float(found[-1]) == 0.5


@pytest.mark.parametrize("lines", [False, True])
def test_that_a_number_comes_as_text_is_said(tmp_path: Path, lines: bool) -> None:
    raw = read(tmp_path / "p.geojson", [2**63, 7, None], lines=lines)
    assert raw.table.column("n").to_pylist() == ["9223372036854775808", "7", None]
    (issue,) = raw.issues
    assert (issue.id, issue.weight, list(issue.values["fields"])) == ("integers_as_text", "note", ["n"])
    assert raw.rows_in == len(raw) == 3
    assert raw.name == "p"
    assert [file.name for file in tmp_path.iterdir()] == ["p.geojson"]


def test_numbers_that_lose_nothing_stay_numbers(tmp_path: Path) -> None:
    raw = read(tmp_path / "p.geojson", [2**53, -(2**53), None])
    assert raw.table.column("n").to_pylist() == [2**53, -(2**53), None]
    assert raw.issues == ()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(st.none() | WHOLE, min_size=1, max_size=6), decimal=st.booleans(), lines=st.booleans())
def test_a_large_file_keeps_every_digit_as_well(tmp_path: Path, values: list[Any], decimal: bool, lines: bool) -> None:
    with pytest.MonkeyPatch.context() as limit:
        limit.setattr(geojson, "_PARSED_BYTES", 0)
        raw = read(tmp_path / "p.geojson", [*values, 0.1] if decimal else values, lines=lines)
    found = raw.table.column("n").to_pylist()
    assert [None if value is None else int(value) for value in found[: len(values)]] == values
    if decimal:
        assert float(found[-1]) == 0.1
    assert raw.rows_in == len(raw) == len(found)
    turned = any(value is not None and abs(value) > 2**53 for value in values)
    assert [issue.id for issue in raw.issues] == ["integers_as_text"] * turned


@pytest.mark.parametrize("text", [
    '{"type": "FeatureCollection", "features": [%s, null, %s,]}',
    '{"type": "FeatureCollection", "features": [%s, {"type": "Feature", "properties": {"n": 1e999}, "geometry": null}, %s]}',
    '\x1e%s\n\x1e{"type": "Feature", "properties": {"n": NaN}, "geometry": null}\n\x1e%s\n',
])  # fmt: skip
def test_a_large_file_with_faults_is_read_like_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    feature = '{"type": "Feature", "id": 7, "properties": {"n": 5}, "geometry": {"type": "Point", "coordinates": [121, 31]}}'
    path = tmp_path / "p.geojson"
    path.write_text(text % (feature, feature), encoding="utf-8")
    found = []
    for limit in (0, 1 << 40):
        monkeypatch.setattr(geojson, "_PARSED_BYTES", limit)
        with apart.reading_inside():
            raw = read_raw(path, LayerInput(path=path.name), "labs")
        found.append((raw.table.to_pylist(), raw.rows_in, raw.crs, [issue.id for issue in raw.issues]))
    assert found[0] == found[1]
    assert found[0][1] == 3


def test_in_a_large_file_the_ids_of_features_are_a_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "_PARSED_BYTES", 0)
    feature = '{"type": "Feature", "id": %d, "properties": {"n": 5}, "geometry": {"type": "Point", "coordinates": [121, 31]}}'
    path = tmp_path / "p.geojson"
    path.write_text(f'{{"type": "FeatureCollection", "features": [{feature % 7}, {feature % 9}]}}', encoding="utf-8")
    with apart.reading_inside():
        raw = read_raw(path, LayerInput(path=path.name), "labs")
    assert raw.table.column("id").to_pylist() == ["7", "9"]
    assert raw.issues == ()


def test_in_a_large_file_texts_that_look_like_numbers_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geojson, "_PARSED_BYTES", 0)
    path = tmp_path / "p.geojson"
    note = 'a "n": 12345678901234567, \\'
    point = {"type": "Point", "coordinates": [121.0, 31.0]}
    properties = {"note": note, "n": 2**53 + 1, "编号": 2**63, "m": 5}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    rows = [{"type": "Feature", "id": 2**53 + 3, "properties": properties, "geometry": point}]
    path.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": rows}), encoding="utf-8")
    with apart.reading_inside():
        raw = read_raw(path, LayerInput(path=path.name), "labs")
    (row,) = raw.table.to_pylist()
    assert row == {"id": "9007199254740995", "note": note, "n": "9007199254740993", "编号": str(2**63), "m": 5}
    assert raw.crs == "EPSG:4490"
