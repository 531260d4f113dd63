"""The dictionaries: fields, units, codes, coordinate systems."""

import json

import numpy as np
import pytest

from landplan.core import codes, crs, fields, units
from landplan.core.errors import InputError, SchemeError


def test_fields_are_matched_by_title_alias_and_case() -> None:
    found = fields.match_fields(["DKBH", "用地代码", "年产值", "Built_Year", "whatever"])
    assert found == {"id": "DKBH", "land_use": "用地代码", "output_wan": "年产值", "built_year": "Built_Year"}


def test_a_column_serves_one_field_only() -> None:
    found = fields.match_fields(["名称", "name"])
    assert list(found.values()).count("name") <= 1


def test_mu_is_two_thousand_thirds_of_a_square_metre() -> None:
    assert units.factor("ha", "mu", "") == pytest.approx(15.0, abs=1e-12)
    assert units.factor("yi", "wan", "") == 10000


def test_units_of_different_things_are_refused() -> None:
    with pytest.raises(SchemeError):
        units.factor("mu", "wan", "recipe.toml")
    with pytest.raises(SchemeError) as caught:
        units.known_unit("wan_per_mu_yeer", "scheme.toml")
    assert caught.value.values["nearest"] == "wan_per_mu_year"


@pytest.mark.parametrize(
    ("text", "shares"),
    [("1001", {"1001": 1.0}), ("1001 60% + 0902 40%", {"1001": 0.6, "0902": 0.4})],
)
def test_mixed_use(text: str, shares: dict) -> None:
    assert codes.use_shares(text) == pytest.approx(shares)


@pytest.mark.parametrize("text", ["1001 60% + 0902 50%", "1001 60% + 0902", "工业", "1001 +", "1001+0902"])
def test_unreadable_mixed_use_is_said(text: str) -> None:
    with pytest.raises(InputError):
        codes.use_shares(text)


def test_published_cgcs2000_coordinates(worked_examples: dict) -> None:
    case = worked_examples["crs_cgcs2000_3deg"]
    point = np.array([[case["inputs"]["lon"], case["inputs"]["lat"]]], float)
    for name, expected in case["expected"].items():
        if name.startswith("EPSG_"):
            got = crs.reprojected(point, "EPSG:4490", name.replace("_", ":"), "")[0]
            wanted = json.loads(json.dumps(expected))
            wanted = [wanted["easting"], wanted["northing"]] if isinstance(wanted, dict) else wanted
            assert sorted(got) == pytest.approx(sorted(wanted), abs=case["tolerance"]["metres"])


@pytest.mark.parametrize("name", ["EPSG:4490", "EPSG:3857", "EPSG:2263", "EPSG:4326"])
def test_degrees_feet_and_web_mercator_are_never_measured_in(name: str) -> None:
    with pytest.raises(InputError):
        crs.check_measuring_crs(name, "recipe.toml")


def test_a_plane_never_reprojects() -> None:
    xy = np.array([[1.0, 2.0]])
    assert crs.reprojected(xy, "plane:local", "plane:local", "") is xy
    with pytest.raises(InputError):
        crs.reprojected(xy, "plane:local", "EPSG:4549", "")


def test_an_unknown_crs_is_said() -> None:
    with pytest.raises(InputError):
        crs.parsed("EPSG:999999")
