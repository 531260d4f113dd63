"""Zips and other archives: hostile, damaged, nested, with names of Chinese Windows, with more than layers in them."""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import made_files
import pyarrow as pa
from cases import Grid, Layers, Refused, add, case
from made_rasters import changed, noise, tif

WHOLE = Layers(4, crs="EPSG:4549", geometry="polygon", area_m2=400.0)
GEOJSON = '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "a"}, "geometry": '
GEOJSON += '{"type": "Point", "coordinates": [121.2, 31.3]}}]}'


def parts(folder: Path, name: str = "plots", n: int = 4) -> dict[str, bytes]:
    """The files of a shapefile by name, none of which stays in the folder."""
    home = folder / "parts"
    home.mkdir()
    columns = {"id": pa.array([f"{k:05d}" for k in range(n)])}
    made_files.write(home / f"{name}.shp", made_files.squares(n), columns, encoding="UTF-8")
    found = {file.name: file.read_bytes() for file in sorted(home.iterdir())}
    for file in home.iterdir():
        file.unlink()
    home.rmdir()
    return found


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def inside(files: Callable[[Path], dict[str, bytes]]) -> Callable[[Path], Path]:
    return lambda folder: zipped(folder / "a.zip", files(folder))


# --- sound


@case(WHOLE)
def shapefile(folder: Path) -> Path:
    return zipped(folder / "a.zip", parts(folder))


@case(WHOLE)
def in_folders_with_readme_and_chaff(folder: Path) -> Path:
    files = {f"交付/2026/{name}": content for name, content in parts(folder).items()}
    more = {"__MACOSX/交付/2026/._plots.shp": b"\0\5\x16\7" + bytes(60), "交付/Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "readme.txt": "请见附图".encode(), "plots.shp.xml": b"<metadata/>", "图.pdf": b"%PDF-1.4", "空.txt": b""}  # fmt: skip
    return zipped(folder / "a.zip", {**files, **more})


@case(WHOLE)
def gbk_names(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts(folder, "地块").items():
            info = zipfile.ZipInfo(name.encode("gbk").decode("cp437"))
            archive.writestr(info, content)
    raw = path.read_bytes()
    for name in ("地块.shp", "地块.shx", "地块.dbf", "地块.prj", "地块.cpg"):
        wrong = name.encode("gbk").decode("cp437").encode()
        assert wrong in raw
    return _with_bare_names(path)


def _with_bare_names(path: Path) -> Path:
    """The zip with its names as the bytes of code page 437 and no mark of UTF-8, as Chinese Windows writes them."""
    with zipfile.ZipFile(path) as archive:
        files = {info.filename: archive.read(info) for info in archive.infolist()}
    out, central = io.BytesIO(), b""
    for name, content in files.items():
        raw, at, crc = name.encode("cp437"), out.tell(), zipfile.crc32(content)  # type: ignore[attr-defined]
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, len(content), len(content), len(raw), 0)
        out.write(b"PK\3\4" + common + raw + content)
        central += b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, at) + raw
    place = out.tell()
    out.write(central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(central), place, 0))
    path.write_bytes(out.getvalue())
    return path


@case(Layers((4, 2, 1), crs=("EPSG:4549", "EPSG:4549", "EPSG:4326")))
def several_layers(folder: Path) -> Path:
    return zipped(folder / "a.zip", {**parts(folder, "plots"), **parts(folder, "zones", 2), "点.geojson": GEOJSON.encode()})


@case(Layers((4, 1), geometry=("polygon", "point")))
def kmz_and_shapefile(folder: Path) -> Path:
    place = "<Placemark><name>a</name><Point><coordinates>121.2,31.3</coordinates></Point></Placemark>"
    kml = f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>点</name>{place}</Document></kml>'
    inner = zipped(folder / "inner.zip", {"doc.kml": kml.encode(), "files/a.png": b"\x89PNG"})
    raw = inner.read_bytes()
    inner.unlink()
    return zipped(folder / "a.zip", {"z.kmz": raw, **parts(folder)}, zipfile.ZIP_STORED)


@case(Layers((4, 1, 2), geometry=("polygon", "polygon", "none")))
def table_and_coordinate_text(folder: Path) -> Path:
    plots = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=40\n[地块坐标]\n"
    plots += "4,0.005,1,甲,面,,,,@\n"
    ring = ((3_463_000, 611_000), (3_463_010, 611_000), (3_463_010, 611_010), (3_463_000, 611_000))
    plots += "".join(f"J{k},1,{x},{y}\n" for k, (x, y) in enumerate(ring, 1))
    return zipped(folder / "a.zip", {**parts(folder), "报盘.txt": plots.encode("gbk"), "产值.csv": b"id,v\n1,2\n2,3\n"})


@case(Layers(4, says={"zip_files_left"}))
def layers_and_a_raster(folder: Path) -> Path:
    return zipped(folder / "a.zip", {**parts(folder), "dem.tif": _raster(folder)})


@case(Layers(4, says={"zip_file_unreadable"}))
def one_file_of_two_damaged(folder: Path) -> Path:
    return zipped(folder / "a.zip", {**parts(folder), "b.gpkg": b"SQLite format 3\0" + bytes(200)})


@case(Grid({"width": 30, "height": 20, "crs": "EPSG:4549"}, says={"raster_in_zip"}))
def only_a_raster(folder: Path) -> Path:
    return zipped(folder / "a.zip", {"dem.tif": _raster(folder)})


def _raster(folder: Path) -> bytes:
    path = tif(folder / "dem.tif", noise())
    raw = path.read_bytes()
    path.unlink()
    return raw


@case(Layers(4, says={"zip_files_left"}))
def layers_and_a_zip(folder: Path) -> Path:
    inner = zipped(folder / "inner.zip", {"a.txt": b"x"})
    raw = inner.read_bytes()
    inner.unlink()
    return zipped(folder / "a.zip", {**parts(folder), "更多.zip": raw})


# --- hostile

add("archive", "zip_slip", inside(lambda folder: {"../../plots.shp": b"x", **parts(folder)}), Refused("zip_unsafe"))
add("archive", "zip_slip_backslash", inside(lambda folder: {"..\\..\\plots.shp": b"x", **parts(folder)}), Refused("zip_unsafe"))
add("archive", "absolute_name", inside(lambda folder: {"/etc/plots.shp": b"x"}), Refused("zip_unsafe"))
add("archive", "drive_name", inside(lambda folder: {"C:\\plots.shp": b"x"}), Refused("zip_unsafe"))


@case(Refused("zip_unsafe"))
def symlink(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("plots.csv")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


@case(Refused("zip_bomb"))
def gigabyte_of_zeros(folder: Path) -> Path:
    path = folder / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive, archive.open("plots.shp", "w") as entry:
        block = bytes(1 << 24)
        for _ in range(16):
            entry.write(block)
    raw = path.read_bytes()
    path.write_bytes(raw)
    return path


@case(Refused("zip_nested"))
def nested(folder: Path) -> Path:
    path = zipped(folder / "0.zip", parts(folder))
    for depth in range(1, 5):
        content = path.read_bytes()
        path.unlink()
        path = zipped(folder / f"{depth}.zip", {path.name: content})
    return path


@case(Refused("zip_bomb"))
def entries_without_end(folder: Path) -> Path:
    return zipped(folder / "a.zip", {f"{k}.txt": b"" for k in range(5000)}, zipfile.ZIP_STORED)


# --- damaged


@case(Refused("zip_entry_damaged"))
def bad_crc(folder: Path) -> Path:
    path = zipped(folder / "a.zip", parts(folder), zipfile.ZIP_STORED)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"00002", b"00009", 1))
    return path


@case(Refused("zip_cut"))
def cut_short(folder: Path) -> Path:
    return changed(shapefile(folder), 0.6, 1.0, "cut")


@case(Refused("zip_entry_damaged"))
def corrupt_in_the_middle(folder: Path) -> Path:
    return changed(shapefile(folder), 0.2, 0.25)


@case(Refused("zip_encrypted"))
def encrypted(folder: Path) -> Path:
    path = zipped(folder / "a.zip", {"plots.shp": b"secret"}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[6] |= 1
    raw[raw.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(raw)
    return path


@case(Refused("zip_method"))
def unknown_method(folder: Path) -> Path:
    path = zipped(folder / "a.zip", {"plots.shp": b"packed"}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    raw[8] = raw[raw.index(b"PK\1\2") + 10] = 98
    path.write_bytes(raw)
    return path


add("archive", "empty", inside(lambda folder: {}), Refused("no_layers"))
add("archive", "nothing_but_text", inside(lambda folder: {"a.txt": b"hello", "b.docx": b"x"}), Refused("no_layers"))


@case(Refused("zip_cut"))
def text_called_zip(folder: Path) -> Path:
    path = folder / "a.zip"
    path.write_bytes(b"PK\3\4" + b"this is no zip" * 20)
    return path


# --- other archives

for _name, _content in (
    ("7z", b"7z\xbc\xaf\x27\x1c\0\4" + bytes(60)), ("rar", b"Rar!\x1a\7\1\0" + bytes(60)),
    ("gz", gzip.compress(b"x" * 99, mtime=0)),
    ("bz2", bz2.compress(b"x" * 99)), ("xz", b"\xfd7zXZ\0" + bytes(60)), ("zst", b"\x28\xb5\x2f\xfd" + bytes(60)),
):  # fmt: skip

    def _archive(folder: Path, name: str = _name, content: bytes = _content) -> Path:
        path = folder / f"a.{name}"
        path.write_bytes(content)
        return path

    add("archive", f"called_{_name}", _archive, Refused("archive_refused"))


@case(Refused("archive_refused"))
def tar(folder: Path) -> Path:
    path = folder / "a.tar"
    with tarfile.open(path, "w") as archive:
        info = tarfile.TarInfo("plots.geojson")
        info.size = len(GEOJSON)
        archive.addfile(info, io.BytesIO(GEOJSON.encode()))
    return path
