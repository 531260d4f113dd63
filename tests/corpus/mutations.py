"""Small sound files of every format that is read, and seeded ways to damage them."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shutil
import struct
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import made_files
import numpy as np
import pyarrow as pa
import shapely

from landplan.core.paths import sample

N = 20
"""Rows of every sound file."""
FOLDERS = ("shp", "gpkg", "geojson", "ndjson", "fgb", "parquet", "kml", "kmz", "gml", "gdb.zip", "csv", "xlsx", "plots.txt",
           "shp.zip", "tif", "dxf")  # fmt: skip
"""The formats, by the name of the folder that holds a sound file of each."""
_EDGES = (0, 1, 0x7F, 0x7FFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 100_000_000)
_FLOATS = (float("nan"), float("inf"), -float("inf"), 1e308, -1e300, 5e-324, 0.0)
_NUMBERS = (b"-1", b"0", b"1e400", b"99999999999999999999", b"NaN", b"-0", b"2147483648", b"1,5", b"")


def sound(folder: Path) -> dict[str, Path]:
    """Format → the file that is inspected, each in a folder of its own."""
    columns = {"id": pa.array([f"华{k}" for k in range(N)]), "v": pa.array([k * 1.5 for k in range(N)]),
               "k": pa.array(range(N), pa.int64())}  # fmt: skip
    shapes = made_files.squares(N)
    degrees = made_files.squares(N, 1e-4, 121.2, 31.3)
    homes = {name: folder / name for name in FOLDERS}
    for home in homes.values():
        home.mkdir(parents=True)
    files = {
        "shp": made_files.shapefile(homes["shp"], N),
        "gpkg": made_files.write(homes["gpkg"] / "a.gpkg", shapes, columns),
        "geojson": made_files.write(homes["geojson"] / "a.geojson", degrees, columns, crs="EPSG:4326"),
        "fgb": made_files.write(homes["fgb"] / "a.fgb", shapes, columns),
        "csv": _csv(homes["csv"] / "a.csv"),
        "xlsx": _workbook(homes["xlsx"] / "a.xlsx"),
        "kml": _kml(homes["kml"] / "a.kml"),
        "gml": _gml(homes["gml"] / "a.gml"),
        "plots.txt": _plots(homes["plots.txt"] / "a.txt"),
        "tif": homes["tif"] / "a.tif",
        "dxf": _dxf(homes["dxf"] / "a.dxf"),
    }
    shutil.copy(sample("data", "flood_depth.tif"), files["tif"])
    features = json.loads(files["geojson"].read_text("utf-8"))["features"]
    files["ndjson"] = homes["ndjson"] / "a.geojsonl"
    files["ndjson"].write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in features), "utf-8")
    files["parquet"] = _parquet(homes["parquet"] / "a.parquet", shapes, columns)
    files["kmz"] = _zipped(homes["kmz"] / "a.kmz", {"doc.kml": files["kml"]})
    files["shp.zip"] = _zipped(homes["shp.zip"] / "a.zip", {file.name: file for file in homes["shp"].iterdir()})
    files["gdb.zip"] = _geodatabase(homes["gdb.zip"] / "a.zip", shapes, columns)
    return files


def mutant(path: Path, random_: random.Random, changed: Path) -> str:
    """Write a damaged `path` to `changed` (a part of it, for shapefiles); says which damage. Members of zips are damaged inside
    in half of the cases, where no checksum sees it."""
    if zipfile.is_zipfile(path) and random_.random() < 0.5:
        return _member_damaged(path, random_, changed)
    raw, said = damaged(path.read_bytes(), random_)
    changed.write_bytes(raw)
    return said


def damaged(raw: bytes, random_: random.Random) -> tuple[bytes, str]:
    """The bytes after one, three or ten damages of one kind."""
    kind = random_.choice(sorted(_KINDS))
    out = bytearray(raw)
    for _ in range(random_.choice((1, 1, 3, 10))):
        _KINDS[kind](out, random_.randrange(max(len(out), 1)), random_)
    return bytes(out), kind


def rows(format: str, raw: bytes) -> int | None:
    """How many rows a mutant of a text format has, counted by another reader; None where its text is broken, or nobody but
    landplan can tell."""
    try:
        if format == "geojson":
            return len(json.loads(raw.decode("utf-8"))["features"])
        if format == "ndjson":
            return len([json.loads(line) for line in raw.decode("utf-8").splitlines() if line.strip()])
        if format == "csv":
            return len([row for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")) if any(row)]) - 1
        if format in ("kml", "gml"):
            name = "Placemark" if format == "kml" else "featureMember"
            return sum(one.tag.rpartition("}")[2] == name for one in ET.fromstring(raw).iter())  # noqa: S314  (our own file)
        if format == "plots.txt":
            return len(re.findall(rb"@\s*\r?$", raw, re.MULTILINE))
    except (ValueError, KeyError, TypeError, csv.Error, ET.ParseError):
        return None
    return N


def _flips(out: bytearray, at: int, random_: random.Random) -> None:
    if out:
        out[at] ^= 1 << random_.randrange(8)


def _byte(out: bytearray, at: int, random_: random.Random) -> None:
    out[at : at + 1] = bytes([random_.randrange(256)])


def _cut(out: bytearray, at: int, _random: random.Random) -> None:
    del out[max(at, len(out) // 50) :]


def _gap(out: bytearray, at: int, random_: random.Random) -> None:
    del out[at : at + random_.choice((1, 2, 8, 100))]


def _zeros(out: bytearray, at: int, random_: random.Random) -> None:
    size = min(random_.choice((1, 4, 16, 512)), len(out) - at)
    out[at : at + size] = bytes(size)


def _inserted(out: bytearray, at: int, random_: random.Random) -> None:
    out[at:at] = random_.randbytes(random_.choice((1, 2, 8, 100)))


def _copied(out: bytearray, at: int, random_: random.Random) -> None:
    size, source = random_.choice((8, 32, 200, 4096)), random_.randrange(max(len(out), 1))
    block = out[source : source + size]
    out[at : at + len(block)] = block


def _doubled(out: bytearray, at: int, random_: random.Random) -> None:
    out[at:at] = out[at : at + random_.choice((1, 8, 200))]


def _length(out: bytearray, at: int, random_: random.Random) -> None:
    """A whole number at a place of four, as headers have lengths and counts; most are near the beginning."""
    at = (at if random_.random() < 0.5 else at % min(max(len(out), 1), 512)) // 4 * 4
    pack = random_.choice(("<I", ">I", "<Q", "<H", ">H"))
    limit = 2 ** (8 * struct.calcsize(pack)) - 1
    out[at : at + struct.calcsize(pack)] = struct.pack(pack, random_.choice(_EDGES) & limit)


def _real(out: bytearray, at: int, random_: random.Random) -> None:
    out[at // 4 * 4 : at // 4 * 4 + 8] = struct.pack(random_.choice(("<d", ">d")), random_.choice(_FLOATS))


def _written(out: bytearray, at: int, random_: random.Random) -> None:
    """A number that is written in digits becomes an odd one."""
    found = re.compile(rb"-?\d+(?:\.\d+)?").search(out, at)
    if found:
        out[found.start() : found.end()] = random_.choice(_NUMBERS)


_KINDS: Mapping[str, Callable[[bytearray, int, random.Random], None]] = {
    "flips": _flips, "byte": _byte, "cut": _cut, "gap": _gap, "zeros": _zeros, "inserted": _inserted, "copied": _copied,
    "doubled": _doubled, "length": _length, "real": _real, "written": _written,
}  # fmt: skip


def _member_damaged(path: Path, random_: random.Random, changed: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random_.choice(sorted(name for name, raw in members.items() if raw))
    members[name], said = damaged(members[name], random_)
    with zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, raw in members.items():
            archive.writestr(member, raw)
    return f"{said} in {name}"


def _zipped(path: Path, members: Mapping[str, Path]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(members.items()):
            archive.write(file, name)
    return path


def _csv(path: Path) -> Path:
    lines = [f"P{k:03},{made_files.X + 20 * k},{made_files.Y},华亭镇{k}号" for k in range(N)]
    path.write_text("\n".join(["编号,X坐标东,Y坐标北,名称", *lines]) + "\n", "utf-8-sig")
    return path


def _workbook(path: Path) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["编号", "经度", "纬度", "名称"])
    for k in range(N):
        sheet.append([f"P{k:03}", 121.2 + k / 1000, 31.3, f"华亭镇{k}号"])
    book.save(path)
    return path


def _ring(k: int, side: float = 1e-4) -> list[tuple[float, float]]:
    x, y = 121.2 + 2 * k * side, 31.3
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)]


def _kml(path: Path) -> Path:
    marks = []
    for k in range(N):
        ring = " ".join(f"{x:.6f},{y:.6f}" for x, y in _ring(k))
        marks.append(
            f"<Placemark><name>华亭镇{k}号</name><Polygon><outerBoundaryIs><LinearRing><coordinates>{ring}</coordinates>"
            "</LinearRing></outerBoundaryIs></Polygon></Placemark>\n"
        )
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>a</name>\n'
    path.write_text(head + "".join(marks) + "</Document></kml>\n", "utf-8")
    return path


def _gml(path: Path) -> Path:
    members = []
    for k in range(N):
        ring = " ".join(f"{x:.6f} {y:.6f}" for x, y in _ring(k))
        members.append(
            f"<gml:featureMember><o:plot><o:name>华亭镇{k}号</o:name><o:geom><gml:Polygon srsName='EPSG:4326'><gml:exterior>"
            f"<gml:LinearRing><gml:posList>{ring}</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></o:geom></o:plot>"
            "</gml:featureMember>\n"
        )
    head = '<o:all xmlns:o="urn:o" xmlns:gml="http://www.opengis.net/gml">\n'
    path.write_text('<?xml version="1.0" encoding="UTF-8"?>\n' + head + "".join(members) + "</o:all>\n", "utf-8")
    return path


def _plots(path: Path) -> Path:
    head = "[属性描述]\n坐标系=2000国家大地坐标系\n几度分带=3\n投影类型=高斯克吕格\n计量单位=米\n带号=40\n[地块坐标]\n"
    lines = []
    for k in range(N):
        x, y = 40_000_000 + made_files.X + 20 * k, made_files.Y
        lines.append(f"5,0.0100,P{k:03},华亭镇{k}号,面,,工业用地,1001,@\n")
        for number, corner in enumerate(((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10), (x, y))):
            lines.append(f"J{number % 4 + 1},1,{corner[1]:.3f},{corner[0]:.3f}\n")
    path.write_text(head + "".join(lines), "gbk")
    return path


def _dxf(path: Path) -> Path:
    lines = ["0", "SECTION", "2", "ENTITIES"]
    for k in range(N):
        x, y = made_files.X + 20 * k, made_files.Y
        lines += ["0", "LWPOLYLINE", "8", "地块", "90", "4", "70", "1"]
        for corner in ((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)):
            lines += ["10", f"{corner[0]}", "20", f"{corner[1]}"]
    path.write_text("\n".join([*lines, "0", "ENDSEC", "0", "EOF"]) + "\n", "utf-8")
    return path


def _parquet(path: Path, shapes: object, columns: Mapping[str, pa.Array]) -> Path:
    import pyarrow.parquet as pq

    about = {"version": "1.0.0", "primary_column": "geometry", "columns": {"geometry": {
        "encoding": "WKB", "geometry_types": ["Polygon"], "crs": json.loads(_projjson())}}}  # fmt: skip
    table = pa.table({**columns, "geometry": pa.array(np.asarray(shapely.to_wkb(shapes)).tolist(), pa.binary())})
    pq.write_table(table.replace_schema_metadata({"geo": json.dumps(about)}), path)
    return path


def _projjson() -> str:
    import pyproj

    return pyproj.CRS.from_epsg(4549).to_json()


def _geodatabase(path: Path, shapes: object, columns: Mapping[str, pa.Array]) -> Path:
    from landplan.io.gdal import heard, ogr

    table = pa.table({**columns, "geometry": pa.array(np.asarray(shapely.to_wkb(shapes)).tolist(), pa.binary())})
    home = path.parent / "a.gdb"
    with heard():
        ogr().raw.write_arrow(
            table, home, driver="OpenFileGDB", geometry_name="geometry", geometry_type="Polygon", crs="EPSG:4549", layer="plots"
        )
    _zipped(path, {f"a.gdb/{file.name}": file for file in home.iterdir() if file.is_file()})
    shutil.rmtree(home)
    return path
