"""GeoJSON: no digit of a whole number is lost, whatever stands beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landplan.core.recipe import LayerInput
from landplan.io import apart
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
