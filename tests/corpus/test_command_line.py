"""`landplan inspect … --json` over the corpus in one run of the program: the contract, and no network."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cases import Grid, Refused, cases

import landplan

LAYER = {"name", "features", "geometry", "crs", "encoding", "area_m2", "invalid", "fields", "sample"}
RASTER = {"width", "height", "bands", "crs", "nodata", "resolution_m"}
WARNING = {"code", "weight", "where", "message", "fix"}
EVERY = int(os.environ.get("LANDPLAN_EVERY_CASE", "8"))
"""Every eighth case is run; 1 runs them all, which takes minutes."""
CASES = {key: case for number, (key, case) in enumerate(sorted(cases().items())) if number % EVERY == 0}
HOOK = """
import os, sys, threading
_log = os.environ["LANDPLAN_AUDIT"]
def _told(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__", "socket.gethostname"):
        with open(_log, "a") as log:
            log.write(f"{event} {arguments!r}\\n")
sys.addaudithook(_told)
"""
"""Runs at the start of every Python of the run, the reading process too."""


class Run:
    """One run of the program over paths, in a folder of its own."""

    def __init__(self, folder: Path, paths: list[Path], *options: str) -> None:
        hooks, self.log = folder / "hooks", folder / "connections.txt"
        hooks.mkdir(parents=True)
        (hooks / "sitecustomize.py").write_text(HOOK)
        root = Path(landplan.__file__).resolve().parents[1]
        env = {**os.environ, "LANDPLAN_AUDIT": str(self.log), "PYTHONPATH": os.pathsep.join([str(hooks), str(root)])}
        command = [sys.executable, "-m", "landplan", "inspect", *map(str, paths), "--json", *options]
        done = subprocess.run(command, capture_output=True, env=env, cwd=folder, timeout=600, check=False)
        self.code = done.returncode
        self.cards = [json.loads(line, parse_constant=_never) for line in done.stdout.decode("utf-8").splitlines()]
        self.said = [line for line in done.stderr.decode("utf-8").splitlines() if line.strip()]


def _never(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    home = tmp_path_factory.mktemp("corpus")
    out = {}
    for key, case in CASES.items():
        (home / key).mkdir()
        out[key] = case.make(home / key)
    return out


@pytest.fixture(scope="module")
def run(made: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Run:
    return Run(tmp_path_factory.mktemp("run"), list(made.values()))


def test_one_object_a_line_for_every_path_that_is_read(run: Run, made: dict[str, Path]) -> None:
    read = [str(made[key]) for key, case in CASES.items() if not isinstance(case.expected, Refused)]
    assert [card["path"] for card in run.cards] == read


def test_one_line_names_every_path_that_is_not(run: Run, made: dict[str, Path]) -> None:
    refused = [made[key] for key, case in CASES.items() if isinstance(case.expected, Refused)]
    for path in refused:
        assert len([line for line in run.said if str(path) in line]) == 1, path
    assert len(run.said) == len(refused), run.said
    assert not [line for line in run.said if "Traceback" in line]
    assert run.code == 2


def test_every_object_has_the_promised_keys(run: Run) -> None:
    for card in run.cards:
        assert _is_promised(card), card["path"]
        for one in card["warnings"]:
            assert set(one) >= WARNING
            assert one["weight"] in ("note", "data", "blocks")
            assert all(isinstance(one[name], str) for name in WARNING)
            assert "{" not in one["code"]


def _is_promised(card: dict[str, Any]) -> bool:
    if "raster" in card:
        return set(card) == {"path", "raster", "warnings"} and set(card["raster"]) >= RASTER
    layers = card["layers"]
    well = [
        set(layer) >= LAYER
        and isinstance(layer["features"], int)
        and (layer["crs"] is None or layer["crs"] == "custom" or layer["crs"].startswith("EPSG:"))
        and (layer["area_m2"] is None or layer["area_m2"] >= 0)
        and len(layer["sample"]) <= 20
        and all(list(row) == layer["fields"] for row in layer["sample"])
        for layer in layers
    ]
    return set(card) == {"path", "layers", "warnings"} and all(well) and bool(well)


def test_nothing_is_fetched(run: Run) -> None:
    assert not run.log.exists() or not run.log.read_text(), run.log.read_text()


def test_the_hook_would_have_seen_a_connection(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    env = {**os.environ, "LANDPLAN_AUDIT": str(tmp_path / "log"), "PYTHONPATH": str(tmp_path)}
    knock = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('127.0.0.1', 9))"
    subprocess.run([sys.executable, "-c", knock], env=env, check=True, timeout=60)
    assert "socket.connect" in (tmp_path / "log").read_text()


def test_exit_codes(made: dict[str, Path], tmp_path: Path) -> None:
    kinds = {key: case.expected for key, case in CASES.items()}
    sound = [made[key] for key, one in kinds.items() if not isinstance(one, Refused | Grid) and not one.says][:2]
    doubtful = next(made[key] for key, one in kinds.items() if not isinstance(one, Refused | Grid) and one.says)
    refused = next(made[key] for key, one in kinds.items() if isinstance(one, Refused))
    runs = (sound, ("--strict",), 0), ([doubtful], (), 0), ([doubtful], ("--strict",), 2), ([*sound, refused], (), 2)
    for number, (paths, options, code) in enumerate(runs):
        done = Run(tmp_path / str(number), paths, *options)
        assert (done.code, len(done.cards)) == (code, len(paths) - (refused in paths)), (paths, options, done.said)
