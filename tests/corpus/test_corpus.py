"""Every case of the corpus through `inspect`: read as expected and everything said, or refused in one line; inputs untouched."""

import math
import time
from pathlib import Path
from typing import Any

import pytest
from cases import ANY, Case, Grid, Refused, cases

from landplan.app.file_checks import check_warnings
from landplan.core.errors import LandplanError
from landplan.core.messages import text
from landplan.io.inspection import inspect

CASES = cases()
LONGEST_S = 30.0


@pytest.mark.parametrize("key", sorted(CASES))
def test_case(key: str, tmp_path: Path) -> None:
    case = CASES[key]
    path = case.make(tmp_path)
    before = _bytes_of(tmp_path)
    start = time.monotonic()
    try:
        card = inspect(path)
        card = {**card, "warnings": [*card["warnings"], *check_warnings(path, card)]}
    except LandplanError as error:
        _is_refused(case, path, error)
    else:
        _is_as_expected(case, card)
    assert time.monotonic() - start < LONGEST_S
    assert _bytes_of(tmp_path) == before, "the input was changed, or something was left beside it"


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _is_refused(case: Case, path: Path, error: LandplanError) -> None:
    said = str(error)
    assert isinstance(case.expected, Refused), f"refused: {error.id}: {said}"
    assert error.id in case.expected.ids, f"{error.id}: {said}"
    assert "\n" not in said
    assert "Traceback" not in said
    assert path.name in said or path.name in text(error.id, error.values)


def _is_as_expected(case: Case, card: dict[str, Any]) -> None:
    expected, said = case.expected, [(one["code"], one["weight"]) for one in card["warnings"]]
    assert not isinstance(expected, Refused), f"read, and {said}"
    assert {code for code, weight in said if weight != "note"} == set(expected.says), card["warnings"]
    if isinstance(expected, Grid):
        assert {name: card["raster"][name] for name in expected.facts} == dict(expected.facts)
        return
    layers = card["layers"]
    assert {code for code, _ in said} >= set(expected.notes), said
    features = expected.features if isinstance(expected.features, tuple) else (expected.features,)
    assert tuple(layer["features"] for layer in layers) == features
    for name in ("crs", "geometry", "encoding", "area_m2", "fields"):
        _is_each(name, getattr(expected, name), [layer[name] for layer in layers])
    if expected.first:
        row = layers[0]["sample"][0]
        assert {name: row.get(name) for name in expected.first} == dict(expected.first)


def _is_each(name: str, wanted: Any, found: list[Any]) -> None:
    if wanted is ANY:
        return
    each = wanted if isinstance(wanted, tuple) else (wanted,) * len(found)
    for one, value in zip(each, found, strict=True):
        if name == "area_m2" and one is not None:
            assert value is not None
            assert math.isclose(value, one, rel_tol=1e-3), f"{value} m2 for {one}"
        else:
            assert list(value) == list(one) if name == "fields" else value == one, f"{name}: {value!r} for {one!r}"
