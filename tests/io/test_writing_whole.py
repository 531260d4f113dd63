"""Files and folders are written whole or not at all, and the environment of GDAL is safe and silent."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from landplan.core.errors import ExportError, InputError
from landplan.io.archive import unpacked
from landplan.io.files import kind, replacing, replacing_folder, sha256
from landplan.io.toml_model import toml_data


def test_a_file_appears_only_when_complete(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.gpkg"
    with replacing(path) as draft:
        draft.write_bytes(b"half")
        assert draft.suffix == ".gpkg"
        assert not path.exists()
        draft.with_name("a.gpkg-journal").write_bytes(b"left by a library")
        draft.write_bytes(b"whole")
    assert path.read_bytes() == b"whole"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [ValueError("bug"), OSError(28, "No space left on device")])
def test_on_any_error_the_old_file_is_byte_identical_and_nothing_remains(tmp_path: Path, error: Exception) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"old")
    wanted = ExportError if isinstance(error, OSError) else ValueError
    with pytest.raises(wanted), replacing(path) as draft:
        draft.write_bytes(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("library", ["pyogrio.errors", "sqlite3"])
def test_what_a_writing_library_refuses_is_a_file_that_cannot_be_written(tmp_path: Path, library: str) -> None:
    error = type("DataSourceError", (RuntimeError,), {"__module__": library})
    with pytest.raises(ExportError, match="disk is full") as caught, replacing(tmp_path / "a.gpkg"):
        raise error("disk\nis full")
    assert (caught.value.where, list(tmp_path.iterdir())) == ("a.gpkg", [])


def _unpack(path: Path) -> None:
    with unpacked(path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
@pytest.mark.parametrize("read", [kind, toml_data, _unpack], ids=["layer", "toml", "zip"])
def test_a_pipe_is_refused_at_once_instead_of_waited_for(tmp_path: Path, read: Callable[[Path], object]) -> None:
    os.mkfifo(tmp_path / "a.shp")
    with pytest.raises(InputError) as caught:
        read(tmp_path / "a.shp")
    assert caught.value.id == "file_is_device"


def test_nothing_written_is_an_error_not_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"old")
    with pytest.raises(ExportError), replacing(path):
        pass
    assert path.read_bytes() == b"old"


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    for content in ("one", "two"):
        with replacing_folder(folder) as draft:
            (draft / "maps").mkdir()
            (draft / "maps" / f"{content}.txt").write_text(content)
    assert [file.name for file in (folder / "maps").iterdir()] == ["two.txt"]
    with pytest.raises(ValueError), replacing_folder(folder) as draft:
        (draft / "three.txt").write_text("x")
        raise ValueError
    assert [file.name for file in (folder / "maps").iterdir()] == ["two.txt"]
    assert list(tmp_path.iterdir()) == [folder]


def test_folders_made_for_what_failed_go_too_and_no_other(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "package"
    with pytest.raises(ValueError), replacing_folder(deep) as draft:
        (draft / "x.txt").write_text("x")
        raise ValueError
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "mine").mkdir()
    with pytest.raises(ValueError), replacing_folder(tmp_path / "mine" / "package"):
        raise ValueError
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]
    with pytest.raises(ValueError), replacing_folder(deep):
        (tmp_path / "a" / "note.txt").write_text("mine")
        raise ValueError
    assert [one.name for one in (tmp_path / "a").iterdir()] == ["note.txt"]


@pytest.mark.skipif(os.name == "nt", reason="kill by signal")
def test_a_kill_while_writing_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.landplan"
    path.write_bytes(b"old")
    script = (
        "import os, sys; from pathlib import Path; from landplan.io.files import replacing\n"
        "with replacing(Path(sys.argv[1])) as draft:\n    draft.write_bytes(b'half'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert path.read_bytes() == b"old"


def test_bytes_are_on_the_disk_before_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, flushed = tmp_path / "a.txt", list[tuple[str, bool]]()
    monkeypatch.setattr("landplan.io.files._flush", lambda file: flushed.append((file.name, path.exists())))
    with replacing(path) as draft:
        draft.write_text("x")
    assert flushed == [("a.txt", False), (tmp_path.name, True)]


def test_checksum_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(b"x" * 3_000_000)
    assert sha256(path) == hashlib.sha256(b"x" * 3_000_000).hexdigest()


def test_first_bytes_decide_not_the_suffix(tmp_path: Path) -> None:
    for content, expected in ((b"SQLite format 3\0", "geopackage"), (b'\xef\xbb\xbf {"a"', "geojson"), (b"II*\0", "raster")):
        path = tmp_path / "a.shp"
        path.write_bytes(content)
        assert kind(path) == expected
    (tmp_path / "a.prj").write_text("PROJCS[…]", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.shp"):
        kind(tmp_path / "a.prj")
    (tmp_path / "b.prj").write_text('{"a', encoding="utf-8")
    assert kind(tmp_path / "b.prj") == "geojson"
    with pytest.raises(InputError, match="文件夹"):
        kind(tmp_path)
    with pytest.raises(InputError, match="找不到"):
        kind(tmp_path / "none.shp")


def test_hardened_gdal_knows_no_driver_that_follows_references_and_says_nothing(tmp_path: Path) -> None:
    script = (
        "from landplan.io.gdal import ogr, rasters\n"
        "drivers = set(ogr().list_drivers())\n"
        "import fiona.env\n"
        "with rasters().Env() as env: drivers |= set(env.drivers())\n"
        "with fiona.Env() as env: drivers |= set(env.drivers())\n"
        "print(sorted(drivers & {'VRT', 'OGR_VRT', 'WMS', 'WFS', 'HTTP', 'WMTS', 'WCS', 'STACIT', 'OAPIF', 'GTI', 'CSW'}))"
    )
    env = {**os.environ, "PROJ_DATA": str(tmp_path), "PROJ_LIB": str(tmp_path), "GDAL_DATA": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
