"""README and manual: commands parse, Python runs, links lead somewhere, keys and numbers are those of the code."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import numpy as np
import pytest
from pydantic import BaseModel

from landplan import api, cli
from landplan.app.report import Report
from landplan.app.summary import plan_lines, score_lines
from landplan.cli import shell
from landplan.core.environment import Environment
from landplan.core.expression_sql import OPERATIONS
from landplan.core.messages import catalogue, set_language
from landplan.core.recipe import Recipe
from landplan.core.scheme import Scheme
from landplan.core.units import M2_PER_MU
from landplan.io.scheme_file import read_scheme
from landplan.renewal.cashflow import change, money, parties_of
from landplan.renewal.finance import npv, payback_years, peak_funding
from landplan.renewal.irr import irr
from landplan.renewal.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
MANUAL = ROOT / "docs" / "manual"
README = ROOT / "README.md"
LANGUAGES = ("zh", "en")
PAGES = [README, *sorted(MANUAL.glob("*/*.md"))]
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, *kinds: str) -> list[str]:
    """The fenced blocks of these kinds."""
    return [body for kind, body in _FENCE.findall(page.read_text(encoding="utf-8")) if kind in kinds]


def commands(page: Path) -> list[str]:
    """The lines of a page that start landplan."""
    lines = [line for body in blocks(page, "sh", "powershell") for line in body.splitlines()]
    return [line for line in lines if line.startswith("landplan ")]


def unfenced(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


# ── what can be pasted ───────────────────────────────────────────────────────────────


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A command line, read by the real parser, with jobs that do nothing: its exit code."""
    real = shell._shell

    def idle(arguments: Any, run: Any, quiet: bool, *first: Any) -> Any:
        return real(arguments, lambda **_: Report(()), quiet, *first)

    monkeypatch.setattr(shell, "_shell", idle)
    return lambda line: cli.main(shlex.split(line)[1:])


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=name_of)
def test_commands_exist_with_the_options_shown(page: Path, parse: Any, capsys: pytest.CaptureFixture[str]) -> None:
    for line in commands(page):
        assert parse(line) == 0, f"{line}: {capsys.readouterr().err}"


def test_a_wrong_option_would_be_seen(parse: Any) -> None:
    assert parse("landplan score recipe.toml --output scores.csv") == 2


def test_files_named_in_commands_are_there_or_made_before() -> None:
    for page in PAGES:
        for line in commands(page):
            for word in shlex.split(line):
                path = word.partition("=")[2] or word
                if path.startswith(("sample_data/", "resources/")):
                    assert (ROOT / path).exists(), f"{name_of(page)}: {line}"


def test_the_digit_the_tour_changes_is_in_the_sample() -> None:
    from landplan.core.layers import Layer
    from landplan.core.recipe import LayerInput
    from landplan.io.vector import read_layer

    parcels: Layer = read_layer(ROOT / "sample_data/data/parcels.shp", LayerInput(path=""), "parcels", "EPSG:4549")
    output_per_mu = parcels.numbers("output_wan") / (parcels.area_m2 / M2_PER_MU)
    for page in (README, *(MANUAL / lang / "tour.md" for lang in LANGUAGES)):
        (digits,) = set(re.findall(r"replace\(b'([\d.]+)'", page.read_text(encoding="utf-8")))
        assert repr(float(output_per_mu[list(parcels.ids).index("JD-0001")])).startswith(digits)


@pytest.mark.slow
def test_python_of_the_read_me_runs_on_the_sample() -> None:
    (code,) = blocks(README, "python")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    before, after = done.stdout.splitlines()
    assert before.startswith("{'standard_industrial': ") and before != after.rpartition(" ")[0]
    assert 0 <= float(after.rpartition(" ")[2]) <= 0.005


@pytest.mark.slow
def test_the_tour_shows_what_the_sample_gives() -> None:
    found = api.results(api.open_recipe(ROOT / "sample_data" / "recipe.toml"))
    for lang in LANGUAGES:
        set_language(lang)
        said = "\n".join([*score_lines(found), *plan_lines(found)])
        first = blocks(MANUAL / lang / "tour.md", "text")[0].splitlines()
        assert len(first) == 5
        for line in first[1:]:
            assert line in said.splitlines(), said


# ── what is generated and linked ─────────────────────────────────────────────────────


def make_manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_manual", ROOT / "packaging" / "make_manual.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_generated_pages_are_up_to_date() -> None:
    for page, body in make_manual().pages().items():
        assert page.read_text(encoding="utf-8") == body, f"{name_of(page)}: run python packaging/make_manual.py"


def test_every_method_that_computes_numbers_has_a_worked_example() -> None:
    make_manual()  # puts its folder on the path
    from manual_examples import without_example

    assert without_example() == ()


def slugs(page: Path) -> set[str]:
    """The anchors of a page's headings, as repository sites make them."""
    headings = re.findall(r"^#+ (.+)$", unfenced(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "docs" / "adr" / "README.md"], ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for link in _LINK.findall(unfenced(page)):
        path, _, anchor = link.partition("#")
        assert "://" not in link
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in slugs(target), link


def test_pictures_are_light() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert pictures
    shown = README.read_text(encoding="utf-8")
    for picture in pictures:
        assert picture.stat().st_size < 400_000
        assert f"docs/images/{picture.name}" in shown


def test_no_page_names_a_machine_or_a_host() -> None:
    for page in PAGES:
        assert not re.search(r"/(work|tmp|root|home)/|https?://|[A-Z]:\\", page.read_text(encoding="utf-8")), name_of(page)


# ── both languages say the same ──────────────────────────────────────────────────────


def test_both_languages_have_the_same_pages() -> None:
    zh, en = ({page.name for page in (MANUAL / lang).glob("*.md")} for lang in LANGUAGES)
    assert zh == en
    for lang in LANGUAGES:
        index = (MANUAL / lang / "README.md").read_text(encoding="utf-8")
        assert all(f"({name})" in index for name in zh - {"README.md"})


@pytest.mark.parametrize("name", sorted(page.name for page in (MANUAL / "zh").glob("*.md")))
def test_both_languages_have_the_same_shape(name: str) -> None:
    zh, en = (MANUAL / lang / name for lang in LANGUAGES)
    levels, rows = ([re.findall(mark, unfenced(page), re.MULTILINE) for page in (zh, en)] for mark in (r"^#+ ", r"^\|"))
    assert levels[0] == levels[1]
    assert len(rows[0]) == len(rows[1])
    assert blocks(zh, "sh", "powershell", "sql") == blocks(en, "sh", "powershell", "sql")


# ── what is said is what the code does ───────────────────────────────────────────────


def models_in(kind: Any, seen: set[type]) -> Iterator[type[BaseModel]]:
    """A pydantic model and those its fields are made of."""
    for part in get_args(kind):
        yield from models_in(part, seen)
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind not in seen:
        seen.add(kind)
        yield kind
        for field in kind.model_fields.values():
            yield from models_in(field.annotation, seen)


def coded_words(page: Path) -> set[str]:
    """Every word in `code`; examples in fenced blocks explain nothing and do not count."""
    return {word for piece in re.findall(r"`([^`\n]+)`", unfenced(page)) for word in re.findall(r"\w+", piece)}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "root"), [("recipe.md", Recipe), ("scheme.md", Scheme)])
def test_every_key_is_explained(name: str, root: type[BaseModel], lang: str) -> None:
    known = coded_words(MANUAL / lang / name)
    models = list(models_in(root, set()))
    assert len(models) > 5
    keys = {field.alias or key for model in models for key, field in model.model_fields.items()}
    assert keys <= known, sorted(keys - known)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_operation_is_listed(lang: str) -> None:
    text = (MANUAL / lang / "expressions.md").read_text(encoding="utf-8").replace("\\|", "|")
    code = " ".join(re.findall(r"`([^`\n]+)`", text)).lower()
    missing = [name for name in OPERATIONS if not name.startswith("cast ") and name not in code]
    assert not missing


@pytest.mark.parametrize("lang", LANGUAGES)
def test_errors_are_quoted_as_they_are_said(lang: str) -> None:
    texts = [re.sub(r"\{\w+\}", "…", text) for text in catalogue(lang).values()]
    page = (MANUAL / lang / "troubleshooting.md").read_text(encoding="utf-8")
    quoted = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")][2:]
    assert len(quoted) == 15
    for cell in quoted:
        for part in re.split(r" / |…|\d+|EPSG\S*", cell):
            words = part.strip(" “”")
            assert not words or any(words in text for text in texts), f"{words!r} of {cell}"


def shown_flows(page: Path) -> tuple[list[str], dict[str, list[float]]]:
    """Path, model and tenure of the worked example, and its table: party → flows."""
    found = re.search(r"<!-- worked example: (.+?) -->\n\n(.*?)\n\n", page.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    rows = [line.strip("| ").split(" | ") for line in found[2].splitlines()[2:]]
    return found[1].split(), {row[0]: [float(cell) for cell in row[1:]] for row in rows}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_worked_cash_flow_is_what_the_code_computes(lang: str) -> None:
    page = MANUAL / lang / "scheme.md"
    (path_id, model, tenure), table = shown_flows(page)
    scheme = read_scheme("builtin:jiading_default", ROOT)
    today = {"area_mu": 20.0, "area_m2": 20 * M2_PER_MU, "gfa_m2": 8000.0, "output_wan": 2000.0, "tax_wan": 100.0, "jobs": 60.0}
    columns = {name: np.array([value]) for name, value in {**today, "firms": 1.0}.items()}
    at = [[one.id for one in parts].index(id) for parts, id in ((scheme.models, model), (scheme.tenures, tenure))]
    first = np.zeros(1, np.int32)
    stack = Stack(first, first + at[0], first + at[1], Environment(columns, scheme.constants, 1), scheme)
    path = next(one for one in scheme.paths if one.id == path_id)
    flows = dict(zip(parties_of(scheme), money(stack, path).flows[0], strict=True))
    for party, shown in table.items():
        assert np.round(flows[party][: len(shown)], 2) == pytest.approx(shown, abs=0.005)
    text = page.read_text(encoding="utf-8")
    district = flows["district"]
    assert f"**{npv(district, scheme.discount_rate):.2f} " in text
    assert f"{100 * irr(district[None])[0][0]:.2f} %" in text
    assert f"{payback_years(district):.2f} " in text
    assert f"−{-peak_funding(district)[0]:.0f}" in text
    assert f"−{-100 * irr(flows['owner'][None])[0][0]:.1f} %" in text
    after = change(stack, path)
    changed = tuple(after.by_quantity[name][0] for name in ("output_wan", "tax_wan", "gfa_m2"))
    assert changed == pytest.approx((16_000, 800, 12_000))
    assert after.works_years[0] == 2
