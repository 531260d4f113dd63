"""Names, types and values of fields: none changed, none made zero, and every value that is lost counted."""

import json
import struct
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import made_files
import numpy as np
import pyarrow as pa
from cases import Layers, add, case
from made_shapefiles import squares

Field = tuple[bytes, str, int, int]


def _dbf(fields: Sequence[Field], rows: Sequence[Sequence[bytes]], version: int, folder: Path) -> Path:
    path = squares(folder, len(rows))
    file = made_files.dbf(path.with_suffix(".dbf"), fields, rows)
    file.write_bytes(bytes([version]) + file.read_bytes()[1:])
    return path


def dbf(name: str, fields: Sequence[Field], rows: Sequence[Sequence[bytes]], expected: Layers, version: int = 3) -> None:
    add("fields", name, partial(_dbf, list(fields), list(rows), version), expected)


def column(name: str, kind: str, width: int, decimals: int, cells: Sequence[bytes], expected: Layers, version: int = 3) -> None:
    """A case of one field A of a .dbf."""
    dbf(name, [(b"A", kind, width, decimals)], [[cell] for cell in cells], expected, version)


# numbers
column("n19_edges", "N", 20, 0, [b"9223372036854775807", b"-9223372036854775808"], Layers(2, first={"A": 2**63 - 1}))
column(
    "n20_beyond",
    "N",
    20,
    0,
    [b"9223372036854775808", b"1"],
    Layers(2, notes={"numbers_as_text"}, first={"A": "9223372036854775808"}),
)
column("beyond_2_53", "N", 18, 0, [b"9007199254740993"], Layers(1, first={"A": 9007199254740993}))
column("stars", "N", 6, 0, [b"******", b"7"], Layers(2, notes={"values_starred"}, first={"A": None}))
column("stars_all", "F", 8, 2, [b"********"] * 3, Layers(3, notes={"values_starred"}, first={"A": None}))
column("blank_numbers", "N", 6, 2, [b"", b"0"], Layers(2, first={"A": None}))
column("nan_and_infinite", "N", 10, 2, [b"nan", b"inf", b"-inf", b"1.5"], Layers(4, {"values_not_finite"}, first={"A": None}))
column("nan_of_msvc", "N", 10, 2, [b"1.#INF", b"-1.#IND", b"1.5"], Layers(3, {"values_not_finite"}, first={"A": None}))
column("beyond_double", "N", 10, 2, [b"1e999", b"1e308"], Layers(2, {"values_not_finite"}, first={"A": None}))
column("largest_and_smallest", "N", 24, 15, [b"1e308", b"5e-324", b"-1.5"], Layers(3, first={"A": 1e308}))
column("negative_zero", "N", 8, 3, [b"-0.000", b"1.000"], Layers(2, first={"A": -0.0}))
column("float_with_exponent", "F", 20, 11, [b"1.50000000000e+003"], Layers(1, first={"A": 1500.0}))
column("decimal_comma", "N", 10, 2, [b"1,5", b"2.5"], Layers(2, {"values_unreadable"}, first={"A": None}))
column("words_as_numbers", "N", 10, 0, ["未知".encode(), b"1_000", b"3"], Layers(3, {"values_unreadable"}, first={"A": None}))
column("whole_and_decimal", "N", 10, 2, [b"1", b"2.5"], Layers(2, first={"A": 1.0}))
# text
column("leading_zeros", "C", 12, 0, [b"00123", b"12E10", b"1-2"], Layers(3, first={"A": "00123"}))
column("text_of_254", "C", 254, 0, [b"x" * 254], Layers(1, first={"A": "x" * 254}))
column("text_with_nul", "C", 8, 0, [b"ab\0\0cd\0\0"], Layers(1, first={"A": "ab"}))
column("formulas", "C", 30, 0, [b"=1+1", b"@SUM(A1)", b"-cmd|' /C calc'!A0"], Layers(3, first={"A": "=1+1"}))
column("blank_text", "C", 8, 0, [b"", b"a"], Layers(2, first={"A": None}))
# dates and flags
_day = "2031-05-06"
column("dates", "D", 8, 0, [b"20310506", b"", b"00000000"], Layers(3, first={"A": _day}))
column("dates_impossible", "D", 8, 0, [b"20250230", b"99999999", b"20251301", b"2031/5/6"], Layers(4, {"values_unreadable"}))
column("dates_year_0", "D", 8, 0, [b"20310506", b"00000101"], Layers(2, {"values_unreadable"}, first={"A": _day}))
column("flags", "L", 1, 0, [b"?", b"T", b"n", b" "], Layers(4, first={"A": None}))
column("flags_wrong", "L", 1, 0, [b"T", b"x", b"1"], Layers(3, {"values_unreadable"}, first={"A": True}))


# types of dBase 7 and FoxPro
def _seven(value: float) -> bytes:
    bits = int.from_bytes(struct.pack(">d", value), "big")
    return ((bits ^ (1 << 63)) if value >= 0 else (~bits & ((1 << 64) - 1))).to_bytes(8, "big")


_rare = {"field_type_rare"}
column("double_of_seven", "O", 8, 0, [_seven(1234.5), _seven(-0.25)], Layers(2, notes=_rare, first={"A": 1234.5}), 4)
column("double_little_endian", "O", 8, 0, [struct.pack("<d", 1234.5)], Layers(1, notes=_rare, first={"A": 1234.5}))
column("whole_of_seven", "I", 4, 0, [struct.pack(">I", 7 + 2**31)], Layers(1, notes=_rare, first={"A": 7}), 4)
column("whole_of_foxpro", "I", 4, 0, [struct.pack("<i", -7)], Layers(1, notes=_rare, first={"A": -7}), 0x30)
column("counter", "+", 4, 0, [struct.pack(">I", k + 2**31) for k in (1, 2)], Layers(2, notes=_rare, first={"A": 1}), 4)
column("time", "@", 8, 0, [struct.pack("<2i", 2_463_000, 3_600_000)], Layers(1, notes=_rare, first={"A": "2031-05-13 01:00:00"}))
column("time_empty", "@", 8, 0, [bytes(8), struct.pack("<2i", 2_463_000, 0)], Layers(2, notes=_rare, first={"A": None}))
column("money_of_foxpro", "Y", 8, 0, [struct.pack("<q", 12_345_600)], Layers(1, notes=_rare, first={"A": 1234.56}), 0x30)
column("double_of_foxpro", "B", 8, 2, [struct.pack("<d", 2.5)], Layers(1, first={"A": 2.5}), 0x30)
column("type_unheard_of", "Z", 5, 0, [b"abc"], Layers(1, {"dbf_header_wrong"}, _rare, first={"A": "abc"}))


@case(Layers(3, {"dbf_missing"}), "no_fields")
def without_a_table(folder: Path) -> Path:
    path = squares(folder, 3)
    path.with_suffix(".dbf").unlink()
    return path


# names
_injection = 'x"); DROP TABLE plots;--'
_names = [b"ID", b"id", b"Id", b"", "地块".encode(), "地块".encode()]
_read = ["ID", "id_2", "Id_3", "field", "地块", "地块_2"]
dbf("names_twice", [(name, "C", 4, 0) for name in _names], [[b"a"] * 6], Layers(1, fields=_read))
_odd = [b"a b", b"a.b", b"a'b", b'a"b', b"--", b"SELECT", b"rowid", b"a;b"]
dbf("names_of_signs", [(name, "C", 4, 0) for name in _odd], [[b"x"] * 8], Layers(1, fields=[name.decode() for name in _odd]))
dbf("name_injects", [(b"x');DROP--", "C", 4, 0)], [[b"a"]], Layers(1, fields=["x');DROP--"]))
_wide = [(f"F{k}".encode(), "N", 4, 0) for k in range(1200)]
_numbers = [[str(k % 10).encode() for k in range(1200)]] * 3
dbf("columns_1200", _wide, _numbers, Layers(3, fields=[f"F{k}" for k in range(1200)], first={"F7": 7}))


@case(Layers(3, fields=["ID", "NAME"], first={"ID": "a"}))
def ids_twice(folder: Path) -> Path:
    """Without a field of parcels it is no layer of parcels: the ids are nobody's keys."""
    path = squares(folder, 3)
    rows = [[b"a", b"x"], [b"a", b"y"], [b"b", b"z"]]
    made_files.dbf(path.with_suffix(".dbf"), [(b"ID", "C", 4, 0), (b"NAME", "C", 4, 0)], rows)
    return path


@case(Layers(3, {"duplicate_id"}, first={"land_use": "100101"}))
def ids_of_parcels_twice(folder: Path) -> Path:
    path = squares(folder, 3)
    fields = [(b"id", "C", 4, 0), (b"land_use", "C", 8, 0)]
    made_files.dbf(path.with_suffix(".dbf"), fields, [[b"a", b"100101"], [b"a", b"100101"], [b"b", b"100101"]])
    return path


def _gpkg(columns: dict[str, Any], folder: Path, **options: Any) -> Path:
    n = len(next(iter(columns.values())))
    return made_files.write(folder / "plots.gpkg", made_files.squares(n), columns, **options)


_int64 = {"n": pa.array([2**63 - 1, -(2**63), None], pa.int64())}
add("fields", "int64_edges_gpkg", partial(_gpkg, _int64), Layers(3, first={"n": 2**63 - 1}))
_doubles = {"x": pa.array([1e308, -0.0, 5e-324], pa.float64())}
add("fields", "doubles_gpkg", partial(_gpkg, _doubles), Layers(3, first={"x": 1e308}))
_not_finite = {"x": pa.array([np.inf, -np.inf, 1.0], pa.float64())}
add("fields", "not_finite_gpkg", partial(_gpkg, _not_finite), Layers(3, {"values_not_finite"}))
_wide_gpkg = {f"c{k}": pa.array([k], pa.int64()) for k in range(1200)}
add("fields", "columns_1200_gpkg", partial(_gpkg, _wide_gpkg), Layers(1, fields=list(_wide_gpkg)))
_injecting = {_injection: pa.array(["a"]), "a]b": pa.array(["b"]), "'": pa.array(["c"])}
_kept = Layers(1, fields=list(_injecting), first={_injection: "a"})
add("fields", "names_inject_gpkg", partial(_gpkg, _injecting, layer='p"; DROP TABLE x;--'), _kept)


@case(Layers(2, fields=["id", "n"], first={"id": "0001", "n": "9007199254740993"}))
def numbers_and_ids_geojson(folder: Path) -> Path:
    shapes = [{"type": "Point", "coordinates": [121.2 + k / 1000, 31.3]} for k in range(2)]
    rows = [{"id": "0001", "n": 9007199254740993}, {"id": "12E10", "n": 2}]
    features = [{"type": "Feature", "properties": row, "geometry": shape} for row, shape in zip(rows, shapes, strict=True)]
    path = folder / "plots.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path
