"""Shapefiles damaged in transfer, repaired by hand, or put together wrongly: what can be read is, and every loss is said."""

import struct
from collections.abc import Callable
from functools import partial
from pathlib import Path

import made_files
from cases import Layers, Refused, add, case
from made_shapefiles import null, patched, poly, shp, shx, square, squares, written

RECORD = 136
"""Bytes of the record of one square."""
RECORDS = [poly([square(k)]) for k in range(8)]
Change = Callable[[Path], object]


def _changed(change: Change, folder: Path) -> Path:
    path = squares(folder)
    change(path)
    return path


def eight(name: str, change: Change, *says: str, area_m2: float | None = 800.0, notes: set[str] | None = None) -> None:
    """A case of eight squares that are changed in some way and stay eight rows."""
    expected = Layers(8, set(says), notes or set(), area_m2=area_m2, encoding="UTF-8")
    add("shp_damage", name, partial(_changed, change), expected)


def _cut(suffix: str, length: int) -> Change:
    return lambda path: path.with_suffix(suffix).write_bytes(path.with_suffix(suffix).read_bytes()[:length])


def _put(suffix: str, at: int, data: bytes) -> Change:
    return lambda path: patched(path.with_suffix(suffix), at, data)


def _all(*changes: Change) -> Change:
    return lambda path: [change(path) for change in changes]


def _gone(suffix: str) -> Change:
    return lambda path: path.with_suffix(suffix).unlink()


def _whole(suffix: str, data: bytes) -> Change:
    return lambda path: path.with_suffix(suffix).write_bytes(data)


def _length(record: int, words: int) -> Change:
    return _put(".shp", 100 + RECORD * record + 4, struct.pack(">i", words))


eight("sound", lambda path: None)

# companions
eight("shx_missing", _gone(".shx"), "shx_missing")
eight("shx_empty", _whole(".shx", b""), "shx_missing")
eight("shx_cut_in_header", _cut(".shx", 50), "shx_missing")
eight("shx_cut", _cut(".shx", 130), "shx_wrong")
eight("shx_shifted_by_bytes", _whole(".shx", shx(RECORDS, shift=8)), "shx_wrong")
eight("shx_outside", _whole(".shx", shx(RECORDS, shift=10**8)), "shx_wrong")
eight("shx_of_another_file", _whole(".shx", shx([poly([square(k)[:3], square(k)]) for k in range(8)])), "shx_wrong")
eight("dbf_missing", _gone(".dbf"), "dbf_missing")
eight("dbf_empty", _whole(".dbf", b""), "dbf_unreadable")
eight("dbf_cut_in_header", _cut(".dbf", 60), "dbf_unreadable")
eight("dbf_is_a_page", _whole(".dbf", b"<html><body>404 Not Found</body></html>\n" * 40), "dbf_unreadable")
eight("dbf_cut", _cut(".dbf", 97 + 23 * 5), "dbf_cut", "rows_differ")
eight("dbf_without_end_mark", _cut(".dbf", 97 + 23 * 8))
eight("dbf_states_fewer_rows", _put(".dbf", 4, struct.pack("<I", 3)), "dbf_cut")
eight("dbf_states_more_rows", _put(".dbf", 4, struct.pack("<I", 2**31)), "dbf_cut")
eight("dbf_header_length_zero", _put(".dbf", 8, b"\0\0"), "dbf_header_wrong")
eight("dbf_header_length_too_large", _put(".dbf", 8, b"\xff\xff"), "dbf_header_wrong")
eight("dbf_header_length_one_more", _put(".dbf", 8, struct.pack("<H", 98)), "dbf_header_wrong")
eight("dbf_row_length_zero", _put(".dbf", 10, b"\0\0"), "dbf_header_wrong")
eight("dbf_row_length_one_more", _put(".dbf", 10, struct.pack("<H", 24)), "dbf_header_wrong")
eight("prj_missing", _gone(".prj"), "crs_absent", area_m2=None)
eight("prj_empty", _whole(".prj", b""), "crs_absent", area_m2=None)
eight("prj_cut", _cut(".prj", 120), "crs_absent", "prj_unreadable", area_m2=None)
eight("prj_is_a_page", _whole(".prj", b"<!DOCTYPE html><title>Login</title>"), "crs_absent", "prj_unreadable", area_m2=None)
eight("prj_utf16", lambda path: _whole(".prj", path.with_suffix(".prj").read_text().encode("utf-16"))(path))
eight("cpg_missing", _gone(".cpg"))
eight("cpg_empty", _whole(".cpg", b""))

# the .shp itself
eight("shp_cut_after_header", _cut(".shp", 100), "geometry_none", "rows_differ", "shp_cut", "shx_wrong", area_m2=None)
eight(
    "shp_cut_in_a_record", _cut(".shp", 100 + RECORD * 3 + 50),
    "geometry_missing", "geometry_unreadable", "rows_differ", "shp_cut", "shx_wrong", area_m2=300.0,
)  # fmt: skip
eight(
    "shp_cut_between_records", _cut(".shp", 100 + RECORD * 3),
    "geometry_missing", "rows_differ", "shp_cut", "shx_wrong", area_m2=300.0,
)  # fmt: skip
eight("shp_cut_by_a_byte", _cut(".shp", 100 + RECORD * 8 - 1), "geometry_unreadable", "shp_cut", area_m2=700.0)
eight("shp_header_states_nothing", _put(".shp", 24, struct.pack(">i", 50)), notes={"shp_header_wrong"})
eight("shp_header_states_4_gb", _put(".shp", 24, struct.pack(">i", 2**31 - 1)), notes={"shp_header_wrong"})
eight("shp_header_of_points", _put(".shp", 32, struct.pack("<i", 1)), notes={"shp_header_wrong"})
eight("shp_header_box_nan", _put(".shp", 36, b"\xff" * 64))
eight("shp_garbage_behind", lambda path: path.write_bytes(path.read_bytes() + b"garbage!" * 20), notes={"shp_header_wrong"})
eight("record_of_2_gb", _length(3, 2**30), "shp_lengths_wrong")
eight("record_of_2_gb_without_index", _all(_length(3, 2**30), _gone(".shx")), "shp_lengths_wrong", "shx_missing")
eight("record_of_negative_length", _length(0, -7), "shp_lengths_wrong")
eight("record_too_short", _all(_length(5, 20), _gone(".shx")), "shp_lengths_wrong", "shx_missing")
eight("record_of_2e9_points", _put(".shp", 100 + RECORD * 3 + 48, b"\xff\xff\xff\x7f"), "geometry_unreadable", area_m2=700.0)
eight("record_of_2e9_parts", _put(".shp", 100 + RECORD * 3 + 44, b"\xff\xff\xff\x7f"), "geometry_unreadable", area_m2=700.0)
eight("record_of_unknown_type", _put(".shp", 100 + RECORD * 3 + 8, b"\x4d\0\0\0"), "geometry_unreadable", area_m2=700.0)
eight("records_zeroed", _put(".shp", 100 + RECORD * 3, bytes(RECORD * 2)), "geometry_unreadable", area_m2=600.0)
eight(
    "records_zeroed_without_index", _all(_put(".shp", 100 + RECORD * 3, bytes(RECORD * 2)), _gone(".shx")),
    "geometry_unreadable", "shx_missing", area_m2=600.0,
)  # fmt: skip
eight("record_numbers_all_one", _whole(".shp", shp(RECORDS, numbers=[1] * 8)), notes={"shp_numbers_wrong"})
eight("record_numbers_from_zero", _whole(".shp", shp(RECORDS, numbers=list(range(8)))), notes={"shp_numbers_wrong"})


@case(Layers(8, {"shx_wrong"}, area_m2=800.0, first={"ID": 0}))
def shx_shifted_by_a_record(folder: Path) -> Path:
    path = squares(folder)
    index = path.with_suffix(".shx").read_bytes()
    path.with_suffix(".shx").write_bytes(index[:100] + index[108:] + index[-8:])
    return path


@case(Layers(8, area_m2=800.0))
def records_not_in_the_order_of_rows(folder: Path) -> Path:
    """As programs leave a file that was edited in place: the index alone says the order."""
    path = squares(folder)
    path.write_bytes(shp(RECORDS[4:] + RECORDS[:4], numbers=[5, 6, 7, 8, 1, 2, 3, 4]))
    index = shx(RECORDS)
    path.with_suffix(".shx").write_bytes(index[:100] + index[132:164] + index[100:132])
    return path


@case(Layers(8, {"rows_differ"}, area_m2=800.0))
def fewer_rows(folder: Path) -> Path:
    return squares(folder, rows=5)


@case(Layers(10, {"rows_differ", "geometry_missing"}, area_m2=800.0))
def more_rows(folder: Path) -> Path:
    return squares(folder, rows=10)


@case(Layers(0))
def no_records(folder: Path) -> Path:
    return written(folder, [])


@case(Layers(3, {"geometry_none"}, geometry="none"))
def null_shapes_only(folder: Path) -> Path:
    return written(folder, [null()] * 3)


@case(Layers(3, {"geometry_missing"}, geometry="polygon", area_m2=200.0))
def a_null_shape(folder: Path) -> Path:
    return written(folder, [RECORDS[0], null(), RECORDS[2]])


@case(Layers(8, notes={"rows_deleted"}, area_m2=700.0, first={"ID": 0}))
def deleted_rows(folder: Path) -> Path:
    path = squares(folder)
    made_files.dbf(path.with_suffix(".dbf"), [(b"ID", "N", 10, 0)], [[str(k).encode()] for k in range(8)], deleted=[2])
    return path


@case(Layers(8, {"memos_not_read"}, area_m2=800.0, first={"ID": 0, "REMARK": None}))
def memos_without_their_file(folder: Path) -> Path:
    path = squares(folder)
    rows = [[str(k).encode(), str(k + 1).rjust(10).encode()] for k in range(8)]
    made_files.dbf(path.with_suffix(".dbf"), [(b"ID", "N", 10, 0), (b"REMARK", "M", 10, 0)], rows)
    return path


@case(Layers(8, area_m2=800.0, crs="EPSG:4549", first={"NAME": "plot 0"}))
def names_in_capitals(folder: Path) -> Path:
    path = squares(folder)
    for suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
        path.with_suffix(suffix).rename(folder / f"PLOTS{suffix.upper()}")
    return folder / "PLOTS.SHP"


@case(Layers(8, area_m2=800.0, crs="EPSG:4549", first={"NAME": "plot 0"}))
def names_in_mixed_case(folder: Path) -> Path:
    path = squares(folder)
    for suffix, name in ((".shx", "Plots.SHX"), (".dbf", "plots.DBF"), (".prj", "PLOTS.prj"), (".cpg", "plots.Cpg")):
        path.with_suffix(suffix).rename(folder / name)
    return path


def _alone(suffix: str, folder: Path) -> Path:
    path = squares(folder)
    for file in list(folder.iterdir()):
        if file.suffix != suffix:
            file.unlink()
    return path.with_suffix(suffix)


add("shp_damage", "shp_alone", partial(_alone, ".shp"), Layers(8, {"shx_missing", "dbf_missing", "crs_absent"}))
add("shp_damage", "dbf_alone", partial(_alone, ".dbf"), Layers(8, geometry="none", first={"ID": 0}))
for _suffix in (".shx", ".prj", ".cpg"):
    add("shp_damage", f"{_suffix[1:]}_alone", partial(_alone, _suffix), Refused("part_of_shapefile"))
add("shp_damage", "shp_empty", partial(_changed, _whole(".shp", b"")), Refused("file_empty"))
add("shp_damage", "shp_cut_in_header", partial(_changed, _cut(".shp", 60)), Refused("shp_header_cut"))
add("shp_damage", "text_called_shp", partial(_changed, _whole(".shp", b"id,name\n1,a\n" * 50)), Refused("not_a_shapefile"))
add(
    "shp_damage", "page_called_shp",
    partial(_changed, _whole(".shp", b"<!DOCTYPE html><html><body>404</body></html>")), Refused("not_a_shapefile"),
)  # fmt: skip
add("shp_damage", "zeros_called_shp", partial(_changed, _whole(".shp", bytes(5000))), Refused("not_a_shapefile", "file_empty"))


@case(Refused("dbf_header", "page_refused"))
def page_called_dbf(folder: Path) -> Path:
    path = folder / "plots.dbf"
    path.write_bytes(b"<html><body>404 Not Found</body></html>\n" * 40)
    return path
