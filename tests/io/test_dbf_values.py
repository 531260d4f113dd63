"""Values of a .dbf: exact, and every one that is lost is counted."""

from pathlib import Path
from unittest import mock

import made_files
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.io import dbf, dbf_values
from landplan.io.encoding import Encoding

GBK = Encoding("GBK", "cpg")


def columns(path: Path) -> tuple[dict[str, list[object]], list[tuple[str, object, object]]]:
    values, issues = dbf.columns(dbf.opened(path), GBK, "parcels")
    return {name: array.to_pylist() for name, array in values.items()}, [
        (issue.id, issue.values["field"], issue.values.get("n")) for issue in issues
    ]


def test_numbers_are_exact_and_stars_are_counted(tmp_path: Path) -> None:
    cells = [b"9007199254740993", b"-1", b"", b"****************"]
    fields = [(b"BIG", "N", 18, 0), (b"WIDE", "N", 20, 0), (b"REAL", "N", 18, 3)]
    rows = [[cell, b"12345678901234567890" if k == 0 else b"7", b"1.5"] for k, cell in enumerate(cells)]
    values, issues = columns(made_files.dbf(tmp_path / "a.dbf", fields, rows))
    assert values["BIG"] == [9007199254740993, -1, None, None]
    assert values["WIDE"][0] == "12345678901234567890"
    assert values["REAL"] == [1.5] * 4
    assert issues == [("values_starred", "BIG", 1), ("numbers_as_text", "WIDE", 4)]


@pytest.mark.parametrize("word", [b"0x1F", b"0X1f", b"x", b"1e", b"12 3"])
@pytest.mark.parametrize("neighbour", [b"7", b"7.5", b"****", b""])
def test_a_word_among_numbers_is_missing_and_counted(word: bytes, neighbour: bytes, tmp_path: Path) -> None:
    path = made_files.dbf(tmp_path / "a.dbf", [(b"N", "N", 6, 0)], [[b"12"], [word], [neighbour]])
    values, issues = columns(path)
    assert values["N"] == [12, None, float(neighbour) if neighbour.strip(b"*") else None]
    assert ("values_unreadable", "N", 1) in issues


def test_texts_keep_leading_zeros_and_lose_only_cut_characters(tmp_path: Path) -> None:
    cut = "华亭镇工业".encode("gbk")[:9]
    rows = [[b"00123"], [b"12E10"], [cut], [b""], [b"x\0\0\0"]]
    values, issues = columns(made_files.dbf(tmp_path / "a.dbf", [(b"CODE", "C", 9, 0)], rows))
    assert values["CODE"] == ["00123", "12E10", "华亭镇工", None, "x"]
    assert issues == [("values_cut", "CODE", 1)]


def test_dates_and_flags(tmp_path: Path) -> None:
    rows = [[b"20310506", b"T"], [b"20310231", b"?"], [b"00000000", b"F"], [b"", b"Q"]]
    values, issues = columns(made_files.dbf(tmp_path / "a.dbf", [(b"END", "D", 8, 0), (b"OK", "L", 1, 0)], rows))
    assert [str(day) for day in values["END"]] == ["2031-05-06", "None", "None", "None"]
    assert values["OK"] == [True, None, False, None]
    assert issues == [("values_unreadable", "END", 1), ("values_unreadable", "OK", 1)]


def test_field_names_cut_in_mid_character_or_repeated_do_not_stop_the_file(tmp_path: Path) -> None:
    name = "规划用地性质".encode("gbk")[:9]
    fields = [(name, "C", 3, 0), (b"A", "C", 3, 0), (b"a", "C", 3, 0)]
    values, issues = columns(made_files.dbf(tmp_path / "a.dbf", fields, [[b"x", b"y", b"z"]]))
    assert list(values) == ["规划用地", "A", "a_2"]
    assert ("field_name_cut", "规划用地", None) in issues


def test_a_header_that_lies_of_its_lengths_is_read_by_the_rows(tmp_path: Path) -> None:
    fields = [(b"ID", "N", 6, 0), (b"T", "C", 5, 0)]
    rows = [[str(k).encode(), b"abc"] for k in range(5)]
    path = made_files.dbf(tmp_path / "a.dbf", fields, rows)
    sound = path.read_bytes()
    for place, lie in ((8, 0), (8, 98), (8, 60_000), (10, 0), (10, 11), (10, 13)):
        path.write_bytes(sound[:place] + lie.to_bytes(2, "little") + sound[place + 2 :])
        table = dbf.opened(path)
        assert (len(table), table.header_wrong) == (5, True)
        assert columns(path)[0] == {"ID": [0, 1, 2, 3, 4], "T": ["abc"] * 5}


def test_rows_beyond_the_stated_number_are_read(tmp_path: Path) -> None:
    path = made_files.dbf(tmp_path / "a.dbf", [(b"T", "C", 5, 0)], [[b"abc"]] * 5, stated=2)
    table = dbf.opened(path)
    assert (len(table), table.stated) == (5, 2)


@pytest.mark.parametrize("content", [b"\3" * 20, b"<html>404</html>" * 40])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.dbf"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"a\.dbf"):
        dbf.opened(path)


NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17).map(str),
    st.floats(-1e9, 1e9).map(lambda value: f"{value:.6f}"),
    st.floats(allow_nan=True, allow_infinity=True).map(repr),
    st.sampled_from(
        ["", "*", "*" * 24, "+7", "-", ".5", "5.", "1 2", "1,5", "12*", "1d3", "0x1F", "abc", "00123", "1\n2", "9\0", "“"]
    ),
)


@given(st.lists(NUMBERS, min_size=1, max_size=12), st.booleans())
def test_plain_numbers_read_at_once_are_those_read_one_by_one(said: list[str], left: bool) -> None:
    width = 24
    rows = [word.encode("gbk")[:width] for word in said]
    raw = b"".join(row.ljust(width) if left else row.rjust(width) for row in rows)
    cells = np.frombuffer(raw, np.uint8).reshape(-1, width)
    at_once = dbf_values.numbers(cells, GBK)
    with mock.patch.object(dbf_values, "_plain_numbers", lambda _cells: None):
        one_by_one = dbf_values.numbers(cells, GBK)
    assert at_once[0].type == one_by_one[0].type
    assert at_once[0].equals(one_by_one[0])
    assert +at_once[1] == +one_by_one[1]
