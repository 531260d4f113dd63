"""Damaged bytes of every format: one clear line or a card with warnings, never a traceback, never a changed input."""

import random
import shutil
import zipfile
from pathlib import Path

import made_files
import pyarrow as pa
import pytest

from landplan.core.errors import LandplanError
from landplan.core.paths import sample
from landplan.io.inspection import inspect

ROUNDS = 12
NAMES = ("plots.shp", "a.gpkg", "a.geojson", "a.fgb", "z.zip", "r.tif")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    made_files.shapefile(folder, 20)
    columns = {"id": pa.array([f"华{k}" for k in range(20)]), "v": pa.array([k * 1.5 for k in range(20)])}
    for suffix in (".gpkg", ".geojson", ".fgb"):
        made_files.write(folder / f"a{suffix}", made_files.squares(20), columns)
    with zipfile.ZipFile(folder / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.glob("plots.*")):
            archive.write(file, file.name)
    shutil.copy(sample("data", "flood_depth.tif"), folder / "r.tif")
    return folder


def mutated(data: bytes, random_: random.Random) -> bytes:
    out = bytearray(data)
    for _ in range(random_.choice((1, 3, 10))):
        place = random_.randrange(max(len(out), 1))
        match random_.randrange(4):
            case 0:
                out[place : place + 1] = bytes([random_.randrange(256)])
            case 1:
                del out[place:]
            case 2:
                out[place : place + random_.randrange(50)] = bytes(random_.randrange(50))
            case _:
                out[place:place] = out[place : place + random_.randrange(200)]
    return bytes(out)


@pytest.mark.parametrize("name", NAMES)
def test_no_mutant_gets_through_unsaid(sound: Path, tmp_path: Path, name: str) -> None:
    random_ = random.Random(f"{name} 20251122")
    said = 0
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        folder.mkdir()
        for file in sound.glob(f"{Path(name).stem}.*"):
            shutil.copy(file, folder / file.name)
        target = random_.choice(sorted(folder.glob("plots.*"))) if name == "plots.shp" else folder / name
        target.write_bytes(mutated(target.read_bytes(), random_))
        before = {file: file.read_bytes() for file in folder.iterdir()}
        try:
            said += bool(inspect(folder / name)["warnings"])
        except LandplanError as error:
            said += 1
            assert "\n" not in str(error)
            assert name in str(error)
        assert {file: file.read_bytes() for file in folder.iterdir()} == before
    assert said > ROUNDS / 2
