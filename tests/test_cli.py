"""The command line: every job and command offered, the right exit code, one line for every error."""

from __future__ import annotations

import csv
import errno
import json
import math
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_plan

from landplan import api, cli
from landplan.cli.pages import command_page, option_of
from landplan.core.registry import commands, jobs
from landplan.core.units import M2_PER_MU

ROOT = Path(__file__).resolve().parent.parent
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the small plan; never changed."""
    folder = tmp_path_factory.mktemp("plan")
    small_plan.write_plan(folder)
    small_plan.write_parcels(folder / "own.shp", "ESRI Shapefile")
    return folder


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """landplan in this process: (exit code, stdout, stderr)."""

    def called(*words: object) -> tuple[int, str, str]:
        code = cli.main([str(word) for word in words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return called


def shell(*words: object, env: dict[str, str] | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """landplan in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    command = [sys.executable, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, timeout=120, **options)


# ── what is offered ──────────────────────────────────────────────────────────────────


def test_every_job_is_a_sub_command_and_a_function_of_the_api(run: Run) -> None:
    code, page, _ = run("--help")
    assert code == 0
    for job in jobs:
        assert f"  {job.id.replace('_', '-')} " in page
        assert job.id == "gui" or getattr(api, job.id) is job.run  # the window lies above the API
        assert run(job.id.replace("_", "-"), "--help")[0] == 0
    contract = {"demo", "run", "score", "inspect", "verify", "methods", "self_test", "new", "edit"}
    assert contract <= set(jobs.all())


def test_every_command_is_offered_by_edit_with_all_its_options(run: Run) -> None:
    page = run("edit", "--help")[1]
    for command in commands:
        assert f"  {command.id.replace('_', '-')} " in page
        own = run("edit", "x.landplan", command.id, "--help")[1]
        for argument in command.arguments:
            name = argument.name.upper() if argument.param.positional else f"--{argument.name.replace('_', '-')}"
            assert name in own, (command.id, argument.name)


@pytest.mark.parametrize("job", sorted(jobs.all()))
def test_every_argument_has_help_in_both_languages(job: str) -> None:
    for argument in jobs[job].arguments:
        assert argument.param.help, argument.name
        assert any("\u4e00" <= ch <= "\u9fff" for ch in argument.param.zh), argument.name


def test_help_is_in_the_language_asked_for_wherever_it_is_asked(run: Run) -> None:
    assert "Usage:" in run("--lang", "en", "score", "--help")[1]
    assert "Usage:" in run("score", "--help", "--lang=en")[1]
    assert "用法：" in run("score", "--help", "--lang", "zh")[1]


@pytest.mark.parametrize(("locale", "word"), [("en_GB.UTF-8", "Usage:"), ("zh_CN.UTF-8", "用法："), ("C", "用法：")])
def test_language_follows_the_locale(run: Run, monkeypatch: pytest.MonkeyPatch, locale: str, word: str) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    assert word in run("--help")[1]


def test_version_and_no_words_at_all(run: Run) -> None:
    assert run("--version") == (0, "landplan 0.1.0\n", "")
    code, page, _ = run()
    assert code == 0
    assert page == run("--help")[1]


def test_help_loads_nothing_heavy() -> None:
    heavy = ["typer", "numpy", "pandas", "PySide6", "pyarrow", "shapely", "duckdb", "pyogrio", "rich.progress"]
    program = f"import sys; from landplan.cli import main; main(['--help']); print([m for m in {heavy} if m in sys.modules])"
    assert shell("-c", program).stdout.splitlines()[-1] == "[]"


def test_help_is_quick() -> None:
    """Against a bare Python that only imports the parser, side by side: `--help` costs less than half as much again."""

    def seconds(*words: str) -> float:
        began = time.perf_counter()
        shell(*words)
        return time.perf_counter() - began

    pairs = [(seconds("-m", "landplan", "--help"), seconds("-c", "import typer.main, typer.core")) for _ in range(5)]
    assert statistics.median(own / bare for own, bare in pairs) < 1.5


# ── errors: one line, the right code ─────────────────────────────────────────────────


def one_line(said: tuple[int, str, str], code: int, *words: str) -> None:
    """One line on stderr with all the words, that exit code, no traceback."""
    assert said[0] == code, said
    lines = said[2].splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("landplan: ")
    for word in words:
        assert word in lines[0], (word, lines[0])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["rnu"], ["rnu", "run"]),
        (["run"], ["RECIPE"]),
        (["run", "r.toml"], ["--out"]),
        (["run", "r.toml", "--uot", "x"], ["--uot", "--out"]),
        (["run", "a", "b", "--out", "x"], ["b"]),
        (["score", "--out", "x.csv"], ["--parcels"]),
        (["score", "--parcels", "p.shp", "--layer", "stations", "--out", "x.csv"], ["stations"]),
        (["methods", "--kind", "scorings"], ["scorings", "scoring"]),
        (["--lang", "fr", "demo"], ["fr", "zh, en"]),
        (["edit", "x.landplan", "set-wieght"], ["set-wieght", "set-weight"]),
        (["edit", "x.landplan", "set-weight", "--criterion", "c", "--weight", "much"], ["--weight"]),
        (["inspect"], ["PATH"]),
        (["edit", "x.landplan", "add-must", "--parcels", "P1"], ["PARCELS", "landplan edit PROJECT add-must --help"]),
        (["self-test", "--jsno"], ["--jsno", "--json"]),
    ],
)
def test_wrong_use_is_one_line_that_names_the_nearest(run: Run, words: list[str], named: list[str]) -> None:
    one_line(run("--quiet", *words), 2, *named)
    one_line(run("--lang", "en", "--quiet", *words) if "--lang" not in words else run(*words), 2, *named)


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["robust", "none.toml", "--draws", "0", "--out", "r.csv"], "draws"),
        (["robust", "none.toml", "--least", "2", "--out", "r.csv"], "least"),
        (["robust", "none.toml", "--spread", "nan", "--out", "r.csv"], "spread"),
        (["sweep", "none.toml", "--vary", "x", "--upto", "export", "--out", "r.csv"], "upto"),
    ],
)
def test_an_option_beyond_its_bounds_is_refused_before_anything_is_read(run: Run, words: list[str], named: str) -> None:
    one_line(run(*words, "--lang", "en"), 2, named)


def broken(plan: Path, folder: Path, old: str, new: str, file: str = "recipe.toml") -> Path:
    """A copy of the plan with one thing changed in a file; the path of its recipe."""
    shutil.copytree(plan, folder, dirs_exist_ok=True)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / "recipe.toml"


@pytest.mark.parametrize(
    ("old", "new", "file", "code", "named"),
    [
        ("weights = { metro_m = 6 }", "weights = { metro = 6 }", "scheme.toml", 3, ["metro_m"]),
        ("output_wan / area_mu", "output_wan /", "scheme.toml", 3, ["scheme.toml: output_per_mu: output_wan /"]),
        ("output_wan - 9000", "foo(jobs)", "scheme.toml", 3, ["scheme.toml: busy: foo(jobs)"]),
        ('layer = "stations"', 'layer = "trains"', "scheme.toml", 3, ["trains"]),
        ('kind = "compactness"', 'kind = "compactnes"', "scheme.toml", 3, ["compactnes", "compactness"]),
        ("base_year", "base_yaer", "scheme.toml", 3, ["base_yaer", "base_year"]),
        ('path = "plan.gpkg"', 'path = "gone.gpkg"', "recipe.toml", 2, ["gone.gpkg", "recipe.toml"]),
        ('layer = "stations"', 'layer = "trains"', "recipe.toml", 2, ["trains", "plan.gpkg"]),
        ('crs = "EPSG:4549"', 'crs = "EPSG:4490"', "recipe.toml", 3, ["EPSG:4490", "recipe.toml"]),
        ('crs = "EPSG:4549"', 'crs = "EPSG:454x"', "recipe.toml", 3, ["EPSG:454x"]),
        ('layer = "parcels"', 'layer = "parcels"\ncrs = "EPSG:4490"', "recipe.toml", 2, ["plan.gpkg"]),
        ('scheme = "scheme.toml"', 'scheme = "builtin:jiading"', "recipe.toml", 2, ["jiading_default"]),
    ],
)
def test_a_wrong_recipe_or_scheme_is_one_line_with_its_exit_code(
    run: Run, plan: Path, tmp_path: Path, old: str, new: str, file: str, code: int, named: list[str]
) -> None:
    recipe = broken(plan, tmp_path / "copy", old, new, file)
    if file == "scheme.toml" and "trains" in new:  # a layer the recipe does not have: the criterion is left out, and said
        said = run("-q", "score", recipe, "--out", tmp_path / "s.csv")
        assert said[0] == 0
        assert "trains" in said[1]
        return
    one_line(run("-q", "score", recipe, "--out", tmp_path / "s.csv"), code, *named)
    assert not (tmp_path / "s.csv").exists()


@pytest.mark.parametrize(
    ("old", "new", "file", "code", "named"),
    [
        ('fund = "special"\nwan', 'fund = "specal"\nwan', "recipe.toml", 3, "recipe.toml: choose.budgets"),
        ("score_area_mu", "score_area", "recipe.toml", 3, "recipe.toml: choose.maximise"),
        ("maximise", 'must = ["P05"]\nmaximise', "recipe.toml", 4, "recipe.toml: "),
        ("area_mu * price_wan_per_mu", "area_mu *", "scheme.toml", 3, "scheme.toml: paths.acquire.lines.price"),
        ("area_mu * price_wan_per_mu", "prise", "scheme.toml", 3, "scheme.toml: paths.acquire: prise"),
        ('displaced_jobs = "jobs"', 'displaced_jobs = "jobz"', "scheme.toml", 3, "scheme.toml: paths.acquire: jobz"),
        ("output_wan / 10000", "wan / 10000", "scheme.toml", 3, "scheme.toml: targets.output"),
    ],
)
def test_what_a_plan_cannot_be_made_of_is_said_with_file_and_table(
    run: Run, plan: Path, tmp_path: Path, old: str, new: str, file: str, code: int, named: str
) -> None:
    one_line(run("-q", "run", broken(plan, tmp_path / "copy", old, new, file), "--out", tmp_path / "out"), code, named)


def test_coordinates_that_cannot_be_stop_the_work_with_the_line_to_write(run: Run, tmp_path: Path) -> None:
    shifted = ROOT / "sample_data" / "dirty" / "zone40_as_4549.shp"
    one_line(run("-q", "score", "--parcels", shifted, "--out", tmp_path / "s.csv"), 2, shifted.name, 'crs = "EPSG:4528"')


def test_a_missing_recipe_an_empty_file_and_a_text_called_shp(run: Run, tmp_path: Path) -> None:
    one_line(run("-q", "run", tmp_path / "no.toml", "--out", tmp_path / "o"), 2, "no.toml")
    (tmp_path / "empty.shp").touch()
    (tmp_path / "letter.shp").write_text("Dear planner, this is a letter.", encoding="utf-8")
    for name in ("empty.shp", "letter.shp"):
        one_line(run("-q", "inspect", tmp_path / name), 2, name)
        one_line(run("-q", "score", "--parcels", tmp_path / name, "--out", tmp_path / "s.csv"), 2, name)
        one_line(run("-q", "new", tmp_path / "r.toml", "--parcels", tmp_path / name), 2, name)
    assert not (tmp_path / "r.toml").exists()


def test_debug_shows_the_traceback_and_a_bug_says_it_is_one(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert "Traceback" in run("run", tmp_path / "no.toml", "--out", "o", "--debug")[2]

    def bug(*args: object, **values: object) -> None:
        raise RuntimeError("first line\nsecond line")

    monkeypatch.setattr("landplan.app.opening.open_any", bug)
    one_line(run("-q", "run", "r.toml", "--out", "o"), 1, "RuntimeError", "first line second line")


def test_a_wish_to_stop_is_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **values: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("landplan.app.opening.open_any", stopped)
    one_line(run("-q", "run", "r.toml", "--out", "o"), 130)


def test_a_wish_to_stop_that_surfaces_as_another_error_is_still_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*args: object, **values: object) -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise AttributeError("half-loaded module")

    monkeypatch.setattr("landplan.app.opening.open_any", stopped)
    one_line(run("-q", "run", "r.toml", "--out", "o"), 130)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_control_c_leaves_one_line_and_no_half_file(plan: Path, tmp_path: Path) -> None:
    words = [sys.executable, "-m", "landplan", "score", plan / "recipe.toml", "--out", tmp_path / "s.csv", "--lang", "en"]
    with subprocess.Popen(
        words, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True
    ) as work:
        assert work.stderr is not None
        first = work.stderr.readline()
        work.send_signal(signal.SIGINT)
        rest = work.stderr.read()
        assert work.wait(60) == 130, first + rest
    assert [line for line in rest.splitlines() if not line.startswith("[")] == [
        "landplan: Stopped at your wish; nothing half-done was left."
    ]
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_that_a_library_swallows_ends_the_work_at_the_next_progress() -> None:
    from landplan.cli.terminal import watched

    before = signal.getsignal(signal.SIGINT)
    with watched(quiet=True) as progress:
        progress(0.0, "progress_done")
        with suppress(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            progress(0.5, "progress_done")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_closed_pipe_is_quiet() -> None:
    program = f"{sys.executable} -m landplan methods -q | head -1"
    done = subprocess.run(
        ["bash", "-c", program], capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120
    )
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_a_terminal_without_chinese_gets_escapes_not_a_crash() -> None:
    done = shell("-m", "landplan", "methods", "--lang", "zh", "-q", env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u8ddd" in done.stdout


# ── results ──────────────────────────────────────────────────────────────────────────


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_the_command_line_and_the_api_give_the_same_numbers(run: Run, plan: Path, tmp_path: Path) -> None:
    code, out, _ = run("score", plan / "recipe.toml", "--out", tmp_path / "s.csv", "--json", "-q")
    assert code == 0
    results = api.results(api.open_recipe(plan / "recipe.toml"))
    rows = rows_of(tmp_path / "s.csv")
    assert len(rows) == 36 == json.loads(out)["parcels"]
    told = np.array([float(row["score"] or "nan") for row in rows])
    np.testing.assert_array_equal(told, results.scores.best_score)
    for k, model in enumerate(results.scores.models):
        told = np.array([float(row[f"score_{model}"] or "nan") for row in rows])
        np.testing.assert_array_equal(told, results.scores.score[:, k])
    metro = np.array([float(row["metro_m"]) for row in rows])
    np.testing.assert_array_equal(metro, results.criteria.columns["metro_m"].values)


def test_results_go_to_stdout_progress_to_stderr(run: Run, plan: Path, tmp_path: Path) -> None:
    code, out, err = run("score", plan / "recipe.toml", "--out", tmp_path / "s.csv", "--lang", "en")
    assert code == 0
    assert out.splitlines()[0].endswith("s.csv: 36 parcels")
    assert err.startswith("[")
    assert run("-q", "score", plan / "recipe.toml", "--out", tmp_path / "s.csv")[2] == ""


def test_a_plan_that_does_not_fit_says_the_least_changes_in_words_and_for_programs(run: Run, plan: Path, tmp_path: Path) -> None:
    said = (plan / "recipe.toml").read_text(encoding="utf-8").replace('"plan.gpkg"', f'"{plan.as_posix()}/plan.gpkg"')
    limits = '[[choose.limits]]\nid = "big"\nquantity = "area_mu"\nat_least = 300\n'
    limits += '[[choose.limits]]\nid = "few"\nquantity = "parcels"\nat_most = 3\n'
    recipe = tmp_path / "clash.toml"
    recipe.write_text(said.replace("[export]", f"{limits}[export]"), encoding="utf-8")
    (tmp_path / "scheme.toml").write_text((plan / "scheme.toml").read_text(encoding="utf-8"), encoding="utf-8")
    code, out, err = run("-q", "--json", "run", recipe, "--out", tmp_path / "out")
    facts = json.loads(out)
    assert (code, facts["exit_code"], facts["error"]) == (4, 4, "no_plan_fits")
    changes = {one["rule"]: one for one in facts["data"]["clash"]}
    side_mu = 130.0**2 / M2_PER_MU
    enough = math.ceil(300 / side_mu - 1e-9)
    assert (changes["few"]["from"], changes["few"]["to"]) == (3, enough)
    assert (changes["big"]["from"], changes["big"]["to"]) == (300, math.floor(3 * side_mu * 100) / 100)
    assert f"从 3 提高到 {enough} 个" in err
    assert facts["text"] in err
    assert run("-q", "run", recipe, "--out", tmp_path / "out")[1] == ""


def test_inspect_gives_one_json_object_a_line_and_names_what_it_cannot_read(run: Run, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.shp").write_text("Dear planner", encoding="utf-8")
    code, out, err = run("-q", "inspect", plan / "plan.gpkg", tmp_path / "letter.shp", plan / "own.shp", "--json")
    cards = small_plan.lines_of(out)
    assert code == 2
    assert [Path(card["path"]).name for card in cards] == ["plan.gpkg", "own.shp"]
    assert [layer["features"] for layer in cards[0]["layers"]] == [36, 1, 1]
    assert len(err.splitlines()) == 1
    assert str(tmp_path / "letter.shp") in err
    assert run("-q", "inspect", plan / "plan.gpkg")[0] == 0


def test_strict_inspection_fails_on_what_affects_numbers(run: Run, plan: Path, tmp_path: Path) -> None:
    small_plan.write_parcels(tmp_path / "bare.shp", "ESRI Shapefile", crs=None)
    assert run("-q", "inspect", tmp_path / "bare.shp")[0] == 0
    assert run("-q", "inspect", tmp_path / "bare.shp", "--strict")[0] == 2
    assert run("-q", "inspect", plan / "plan.gpkg", "--strict")[0] == 0


def test_methods_lists_every_registered_method_once(run: Run) -> None:
    listed = json.loads(run("methods", "--json", "-q")[1])
    keys = [(row["kind"], row["id"]) for row in listed]
    assert len(keys) == len(set(keys)) > 20
    assert {("measure", "distance"), ("value_function", "linear"), ("scoring", "topsis"), ("export", "score_table")} <= set(keys)
    assert all({"title", "title_zh", "unit", "source"} <= row.keys() for row in listed)
    only = json.loads(run("--json", "methods", "--kind", "scoring", "-q")[1])  # options that hold everywhere stand anywhere
    assert only == [row for row in listed if row["kind"] == "scoring"]


def test_self_test_passes_and_a_wrong_number_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = run("self-test", "-q")
    assert code == 0
    assert len(out.splitlines()) > 10
    monkeypatch.setattr("landplan.renewal.finance.npv", lambda *args, **values: 1188.0)
    code, out, _ = run("self-test", "--json", "-q")
    assert code == 1
    assert [row["id"] for row in json.loads(out) if not row["equal"]] == ["npv_excel"]


def test_new_then_score_gives_a_result_from_ones_own_parcels_alone(run: Run, plan: Path, tmp_path: Path) -> None:
    code, out, _ = run("-q", "new", tmp_path / "r.toml", "--parcels", plan / "own.shp", "--lang", "en")
    assert code == 0
    assert "output_wan = 年产值" in out
    text = (tmp_path / "r.toml").read_text(encoding="utf-8")
    assert "备注" in text.split("#")[-2] or "备注" in text
    code, out, _ = run("-q", "score", tmp_path / "r.toml", "--out", tmp_path / "s.xlsx", "--json")
    facts = json.loads(out)
    assert code == 0
    assert facts["parcels"] == 36
    assert {"output_per_mu", "size_mu", "compact"} <= set(facts["criteria"])
    assert {"metro_m", "flood_depth_m", "soil"} <= set(facts["skipped"])
    one_line(run("-q", "new", tmp_path / "r.toml", "--parcels", plan / "own.shp"), 2, "r.toml")


def test_scoring_never_writes_over_an_input(run: Run, plan: Path, tmp_path: Path) -> None:
    recipe = shutil.copytree(plan, tmp_path / "copy") / "recipe.toml"
    before = (recipe.parent / "plan.gpkg").read_bytes()
    one_line(run("-q", "score", recipe, "--out", recipe.parent / "plan.gpkg"), 5, "plan.gpkg")
    one_line(run("-q", "score", "--parcels", recipe.parent / "own.shp", "--out", recipe.parent / "own.shp"), 5, "own.shp")
    one_line(run("-q", "score", recipe, "--out", tmp_path / "s.doc"), 5, "s.doc", ".gpkg")
    assert (recipe.parent / "plan.gpkg").read_bytes() == before


def test_edit_changes_a_saved_project_and_nothing_else(run: Run, plan: Path, tmp_path: Path) -> None:
    project = tmp_path / "p.landplan"
    first = run("-q", "edit", plan / "recipe.toml", "set-weight", "--criterion", "metro_m", "--weight", "4", "--out", project)
    assert first[0] == 0, first
    assert "距轨道站 2 → 4" in first[1]
    code, out, _ = run("-q", "edit", project, "add_must", "P01", "P02", "--json")
    assert code == 0
    assert json.loads(out)["history"] == ["设置权重：距轨道站 2 → 4", "列入必做：must – → P01, P02"]
    bytes_before = project.read_bytes()
    assert json.loads(run("-q", "edit", project, "add-must", "P01", "--json")[1])["changed"] is False
    assert project.read_bytes() == bytes_before
    one_line(run("-q", "edit", project, "set-weight", "--criterion", "metro", "--weight", "4"), 3, "metro_m")
    one_line(run("-q", "edit", plan / "recipe.toml", "set-years", "--first", "2026", "--last", "2027"), 2, "--out")
    weighted = api.open_any(project)
    assert weighted.scheme.criteria[1].weight == 4
    assert weighted.recipe.choose is not None
    assert weighted.recipe.choose.must == ("P01", "P02")


def test_what_may_stay_as_it_is_can_be_switched_off_as_well_as_on() -> None:
    found = {argument.name: option_of(argument) for argument in commands["set_fund"].arguments}
    assert (found["on"], found["carry_over"], found["no_ceiling"]) == (
        "--on/--off",
        "--carry-over/--no-carry-over",
        "--no-ceiling",
    )
    assert "[--keep/--no-keep]" in command_page(commands["set_earlier"])


def test_a_project_saved_elsewhere_still_finds_its_inputs_and_makes_a_package(run: Run, plan: Path, tmp_path: Path) -> None:
    project = tmp_path / "deep" / "p.landplan"
    made = run("-q", "edit", plan / "recipe.toml", "set-weight", "--criterion", "metro_m", "--weight", "4", "--out", project)
    assert made[0] == 0
    code, out, err = run("-q", "run", project, "--out", tmp_path / "out", "--json")
    assert code == 0, err
    facts = json.loads(out)
    assert facts["parcels"] == 36
    assert facts["chosen"] == sum(facts["paths"].values()) > 0
    assert facts["gap"] <= 0.005
    assert (tmp_path / "out" / "review_package.zip").is_file()
    assert run("-q", "verify", tmp_path / "out")[0] == 0


def test_an_unknown_export_is_refused_before_any_work(run: Run, plan: Path, tmp_path: Path) -> None:
    recipe = broken(plan, tmp_path / "copy", '"workbook"]', '"workbok"]')
    said = run("run", recipe, "--out", tmp_path / "out", "--lang", "en")
    assert said[0] == 3
    assert "workbook" in said[2].splitlines()[-1]
    assert "Scoring" not in said[2]
    assert not (tmp_path / "out").exists()


def test_a_full_disk_without_a_file_name_is_5_and_a_progress_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    from landplan.cli.terminal import verdict, watched

    line, code = verdict(OSError(errno.ENOSPC, "No space left on device"))
    assert (code, "No space left on device" in line) == (5, True)
    with watched(quiet=False) as progress:
        progress(0.5, "proposing_path", path="two\nlines")
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_words_of_a_file_do_not_steer_the_terminal(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("编号,名称\n1,a\x1b[31m\u202eb\n2,甲\n", encoding="utf-8")
    code, out, err = run("inspect", tmp_path / "t.csv", tmp_path / "no\x1b]0;\x07\x9bname.csv")
    assert code == 2
    assert "a·[31m·b" in out
    assert all(line.isprintable() for line in (*out.splitlines(), *err.split("\n")[:-1]))
    assert sum(line.startswith("landplan: ") for line in err.split("\n")) == 1
