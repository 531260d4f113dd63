"""Schemes and recipes: read back equal, and every mistake is one sentence that names file, key and the nearest known key."""

from pathlib import Path

import pytest

from landplan.core.errors import InputError, LandplanError, SchemeError
from landplan.core.paths import resource, sample
from landplan.io.recipe_file import read_recipe, recipe_of_text, recipe_text
from landplan.io.scheme_file import read_scheme, scheme_of_text, scheme_text

SCHEME = """
format = "landplan-scheme/1"
id = "s"
title = { zh = "方案" }
base_year = 2025
parties = [{ id = "district", title = { zh = "区" } }, { id = "owner", title = { zh = "业主" } }]
[[criteria]]
id = "metro_m"
title = { zh = "距轨道站" }
weight = 2
measure = { kind = "distance", layer = "stations" }
value = { kind = "linear", worst = 3000, best = 0 }
[[tenures]]
id = "grant"
title = { zh = "出让" }
[[models]]
id = "tower"
title = { zh = "工业上楼" }
use = { "1001" = 0.85, "0902" = 0.15 }
far = { low = 2.0, target = 2.5, high = 4.0 }
tenures = ["grant"]
[[paths]]
id = "buy"
title = { zh = "收储" }
lines = [{ id = "pay", from = "district", to = "owner", amount = "area_mu * 10" }]
"""
RECIPE = """
format = "landplan-recipe/1"
title = { zh = "样例" }
crs = "EPSG:4549"
[layers.parcels]
path = "plots.shp"
"""
BUDGET = """
[choose]
years = { from = 2026, to = 2028 }
[[choose.budgets]]
fund = "special"
wan = { 2026 = 100, 2027 = 5000 }
"""


def failure(text: str) -> str:
    with pytest.raises(SchemeError) as caught:
        scheme_of_text(text, "my.toml")
    sentence = str(caught.value)
    assert sentence.startswith("my.toml")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("weight = 2", 'weight = "2"', 'criteria[1 metro_m].weight'),
        ("weight = 2", "weight = true", "criteria[1 metro_m].weight"),
        ("base_year = 2025", 'base_year = "2025"', "base_year"),
        ("low = 2.0", 'low = "2.0"', "models[1 tower].far.low"),
    ],
)
def test_a_number_in_quotation_marks_is_no_number(good: str, bad: str, said: str) -> None:
    sentence = failure(SCHEME.replace(good, bad))
    assert said in sentence
    assert ("整数" if said == "base_year" else "数字") in sentence


def test_the_shipped_scheme_and_recipe_read_back_equal() -> None:
    recipe, folder = read_recipe(sample("recipe.toml"))
    assert folder == sample()
    assert recipe_of_text(recipe_text(recipe), "copy") == recipe
    assert list(recipe_of_text(recipe_text(recipe), "copy").layers) == list(recipe.layers)
    scheme = read_scheme(recipe.scheme, folder)
    copy = scheme_of_text(scheme_text(scheme), "copy")
    assert copy == scheme
    assert copy.model_dump_json() == scheme.model_dump_json()  # the order within mappings too
    assert scheme == read_scheme("jiading_default.toml", resource("schemes"))


@pytest.mark.parametrize("roles", [("parcels", "zones", "labs"), ("zones", "parcels", "labs"), ("labs", "zones", "parcels")])
def test_layers_keep_their_order(roles: tuple[str, ...]) -> None:
    specs = {"parcels": {"path": "a.shp", "fields": {"id": "编号"}}, "zones": {"path": "b.shp"}, "labs": {"path": "c.shp"}}
    recipe = recipe_of_text(RECIPE, "my.toml")
    ordered = type(recipe).model_validate(recipe.model_dump() | {"layers": {role: specs[role] for role in roles}})
    assert tuple(recipe_of_text(recipe_text(ordered), "copy").layers) == roles


def test_a_small_scheme_reads_back_equal_after_a_change() -> None:
    scheme = scheme_of_text(SCHEME, "my.toml")
    changed = scheme.model_copy(update={"discount_rate": 0.07})
    assert scheme_of_text(scheme_text(changed), "copy").discount_rate == 0.07
    assert scheme_of_text(scheme_text(scheme), "copy") == scheme


@pytest.mark.parametrize(("old", "new", "words"), [
    ("base_year", "base_yaer", ["base_yaer", "base_year"]),
    ("weight = 2", "wieght = 2", ["criteria[1 metro_m].wieght", "weight"]),
    ("target = 2.5", "tagret = 2.5", ["models[1 tower].far.tagret", "target"]),
    ('to = "owner"', 'too = "owner"', ["lines[1 pay].too", "to"]),
    ("weight = 2", 'weight = "two"', ["criteria[1 metro_m].weight", "数字", "two"]),
    ("weight = 2", "weight = -2", ["criteria[1 metro_m].weight", "≥ 0"]),
    ("base_year = 2025", "base_year = 2025.5", ["base_year", "整数"]),
    ('tenures = ["grant"]', 'tenures = "grant"', ["models[1 tower].tenures", "列表"]),
    ('id = "s"', "id = 7", ["id", "文字"]),
    ("landplan-scheme/1", "landplan-scheme/9", ["format", "landplan-scheme/9", "landplan-scheme/1"]),
    ("0.85", "0.95", ["models[1 tower].use", "1.1"]),
    ("base_year = 2025", "base_year = ", ["TOML"]),
    ("base_year = 2025", "", ["base_year", "缺"]),
    ('tenures = ["grant"]', 'tenures = ["grnt"]', ["models[tower].tenures", "grnt", "grant"]),
    ('to = "owner"', 'to = "ovner"', ["paths[buy].lines[pay].to", "ovner", "owner"]),
    ('tenures = ["grant"]', 'tenures = ["grant"]\nweights = { metro = 1 }', ["models[tower].weights", "metro_m"]),
    ('id = "owner"', 'id = "district"', ["parties", "district", "两次"]),
])  # fmt: skip
def test_every_mistake_names_the_key_and_the_nearest(old: str, new: str, words: list[str]) -> None:
    assert old in SCHEME
    sentence = failure(SCHEME.replace(old, new, 1))
    for word in words:
        assert word in sentence, sentence


def test_a_missing_layer_file_names_layer_and_line(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(RECIPE, "utf-8")
    with pytest.raises(InputError) as caught:
        read_recipe(path)
    assert str(caught.value).startswith("r.toml:5")
    assert "parcels" in str(caught.value) and "plots.shp" in str(caught.value)


@pytest.mark.parametrize(("content", "error", "word"), [
    (RECIPE.replace("layers.parcels", "layers.parcel"), SchemeError, "layers.parcels"),
    (RECIPE.replace("EPSG:4549", "EPSG:4326"), SchemeError, "EPSG:4326"),
    (RECIPE + BUDGET.replace("5000", "-5000"), SchemeError, "choose.budgets[1].wan.2027"),
    (RECIPE + BUDGET.replace("5000", "inf"), SchemeError, "choose.budgets[1].wan.2027"),
    (RECIPE + BUDGET.replace("2027", "next"), SchemeError, "next ≠ 2026"),
    (RECIPE + BUDGET + "[choose.maximise]", SchemeError, "score_area_mu"),
    (RECIPE + BUDGET + "[choose.maximise]\njobs = 0", SchemeError, "score_area_mu"),
    (RECIPE + BUDGET + "[choose.maximise]\njobs = nan", SchemeError, "choose.maximise.jobs"),
    (RECIPE.replace("EPSG:4549", "EPSG:3857"), SchemeError, "EPSG:3857"),
    (RECIPE.replace("EPSG:4549", "nonsense"), SchemeError, "坐标系"),
    (RECIPE + BUDGET.replace("to = 2028", "to = 20280"), SchemeError, "choose.years"),
    (RECIPE.replace("path =", "pathh ="), SchemeError, "layers.parcels.pathh"),
    ("", InputError, "空"),
    (RECIPE.encode("gbk").decode("latin-1"), SchemeError, "UTF-8"),
])  # fmt: skip
def test_bad_recipes(tmp_path: Path, content: str, error: type[LandplanError], word: str) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(content.encode("latin-1") if word == "UTF-8" else content.encode())
    with pytest.raises(error) as caught:
        read_recipe(path)
    assert word in str(caught.value)
    assert str(caught.value).startswith("r.toml")


def test_an_unknown_built_in_scheme_names_those_there_are() -> None:
    with pytest.raises(InputError, match="jiading_default"):
        read_scheme("builtin:jiading", Path())
