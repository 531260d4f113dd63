"""Odd names in a zip: refused or passed over, never a traceback."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from landplan.core.errors import InputError
from landplan.io.archive import unpacked


def zipped(folder: Path, *names: str) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = name
            archive.writestr(entry, b"")
    return path


@pytest.mark.parametrize("name", [".", "/", "C:\\x", "a/../../b", "..", "x" * 300])
def test_a_name_that_is_no_file_inside_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError), unpacked(zipped(tmp_path, name)):
        pass


def test_a_folder_entry_of_the_root_and_names_that_only_look_alike_are_fine(tmp_path: Path) -> None:
    with unpacked(zipped(tmp_path, "./", "a", "a b/c")) as folder:
        assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*")) == ["a", "a b", "a b/c"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("names", [("a", "a"), ("a", "a/b")])
def test_two_entries_of_one_place_are_refused(names: tuple[str, ...], tmp_path: Path) -> None:
    with pytest.raises(InputError), unpacked(zipped(tmp_path, *names)):
        pass


def test_an_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, "a")
    raw = path.read_bytes()
    head = raw.index(b"PK\x01\x02")
    nameless = bytearray(raw[:head] + raw[head : head + 46] + raw[head + 47 :])
    nameless[head + 28 : head + 30] = b"\0\0"  # length of the name in the list of entries
    end = bytes(nameless).index(b"PK\x05\x06")
    size = int.from_bytes(nameless[end + 12 : end + 16], "little") - 1
    nameless[end + 12 : end + 16] = size.to_bytes(4, "little")
    path.write_bytes(bytes(nameless))
    with pytest.raises(InputError), unpacked(path):
        pass
