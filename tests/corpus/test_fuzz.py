"""Seeded mutants of every format: one clear line or a card, never a crash, a hang, a traceback, a changed input, a silent loss.

A loss is silent when a mutant is read without any warning and yet has other layers, rows, columns or geometries than the sound
file; of a text format, other rows than another reader finds in the mutant. What a damage turns into other values that are
as possible as those before (a digit of a coordinate) nobody can see, and is no loss.

LANDPLAN_FUZZ_SEED and LANDPLAN_FUZZ_MUTANTS (per format) give other and more of them.
"""

from __future__ import annotations

import os
import random
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from mutations import FOLDERS, N, mutant, rows, sound

from landplan.core.errors import LandplanError
from landplan.io.inspection import inspect

SEED = os.environ.get("LANDPLAN_FUZZ_SEED", "20261123")
MUTANTS = int(os.environ.get("LANDPLAN_FUZZ_MUTANTS", "32"))
LONGEST_S = 30.0
CLOSED = ("gpkg", "fgb", "parquet", "gdb.zip")
"""Formats in which no damage makes a value missing that is as possible as before."""
NEVER = ("reading_crashed", "reading_too_slow", "reading_process_missing")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return sound(tmp_path_factory.mktemp("sound"))


def test_there_are_five_hundred() -> None:
    assert len(FOLDERS) * 32 >= 500


@pytest.mark.parametrize("format", FOLDERS)
def test_no_mutant_gets_through_unsaid(format: str, files: dict[str, Path], tmp_path: Path) -> None:
    whole = inspect(files[format])
    assert not whole["warnings"] or format in ("csv", "tif", "dxf", "xlsx", "kml", "kmz", "gml", "ndjson", "plots.txt"), whole[
        "warnings"
    ]
    quiet = {one["code"] for one in whole["warnings"]}
    faults = []
    for number in range(MUTANTS):
        folder = tmp_path / f"{number}"
        shutil.copytree(files[format].parent, folder)
        path = folder / files[format].name
        random_ = random.Random(f"{SEED} {format} {number}")
        target = random_.choice(sorted(folder.glob("plots.*"))) if format == "shp" else path
        said = f"{format} {number}: {mutant(target, random_, target)} in {target.name}"
        faults += [f"{said}: {fault}" for fault in _faults(format, path, whole, quiet)]
        shutil.rmtree(folder)
    assert not faults, "\n".join(faults)


def _faults(format: str, path: Path, whole: dict[str, Any], quiet: set[str]) -> list[str]:
    """What is wrong with how one mutant is read."""
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    start, found = time.monotonic(), []
    try:
        card = inspect(path)
    except LandplanError as error:
        said = str(error)
        found += [f"crash: {said}"] if error.id in NEVER else []
        found += [f"no clear line: {said}"] if "\n" in said or path.name not in said else []
    except Exception as error:  # noqa: BLE001  (that is what is looked for)
        found.append(f"traceback: {str(error)[-600:]}")
    else:
        if not {one["code"] for one in card["warnings"]} - quiet:
            found += _losses(format, card, whole, rows(format, path.read_bytes()))
    found += ["slow"] if time.monotonic() - start > LONGEST_S else []
    found += ["the input changed"] if {file.name: file.read_bytes() for file in path.parent.iterdir()} != before else []
    return found


def _losses(format: str, card: dict[str, Any], whole: dict[str, Any], n: int | None) -> list[str]:
    """What a card without a new warning has less, or other, than that of the sound file."""
    if "raster" in whole:
        facts = ("width", "height", "bands")
        same = {name: card.get("raster", {}).get(name) for name in facts} == {name: whole["raster"][name] for name in facts}
        return [] if same else [f"silent: {card.get('raster')}"]
    n = N if n is None else n
    layers, others = card["layers"], whole["layers"]
    if len(layers) != len(others):
        return [f"silent: {len(layers)} layers"]
    found = [f"silent: {one['features']} rows for {n}" for one in layers if one["features"] != n]
    for one, other in zip(layers, others, strict=True):
        if len(one["fields"]) < len(other["fields"]):
            found.append(f"silent: fields {one['fields']}")
        gone = sum(
            a is not None and b is None
            for row, now in zip(other["sample"], one["sample"], strict=False)
            for a, b in zip(row.values(), now.values(), strict=False)
        )
        if gone and one["fields"] == other["fields"] and format in CLOSED:
            found.append(f"silent: {gone} values")
    return found
