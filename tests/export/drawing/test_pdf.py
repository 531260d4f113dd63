"""The bytes: what a reader, a search and a GIS find in them."""

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from drawn_town import METADATA, PALETTE, TITLE, plots, sheet, town_frame, typeface

from landplan.export.drawing.geometry import extent_of, to_paper
from landplan.export.drawing.pdf import pdf_bytes
from landplan.export.drawing.records import (
    Area,
    Box,
    Column,
    Halo,
    Layer,
    Pen,
    Points,
    Polygons,
    Rectangle,
    Sheet,
    Table,
    Text,
    polygon,
)

needs_poppler = pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler-utils is not installed")


def written(*sheets: Sheet) -> bytes:
    return pdf_bytes(sheets, metadata=METADATA, typeface=typeface())


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def words(data: bytes, page: int = 0) -> str:
    return pypdfium2.PdfDocument(data)[page].get_textpage().get_text_bounded()


def pixels(data: bytes, dots_per_mm: float = 8.0) -> np.ndarray:
    return np.asarray(pypdfium2.PdfDocument(data)[0].render(scale=dots_per_mm * 25.4 / 72).to_pil().convert("RGB"))


def blank(*items: object, width: float = 420, height: float = 297) -> Sheet:
    return Sheet("一张", width, height, (Layer("图", tuple(items)),))  # type: ignore[arg-type]


def test_two_runs_give_equal_bytes() -> None:
    assert written(sheet(), sheet(title="外冈产业园")) == written(sheet(), sheet(title="外冈产业园"))


def test_the_file_identifier_follows_the_content() -> None:
    one, other = opened(written(sheet())), opened(written(sheet(8)))
    assert bytes(one.trailer.ID[0]) != bytes(other.trailer.ID[0])


def test_text_is_found_with_every_letter() -> None:
    found = words(written(sheet()))
    assert TITLE in found
    assert "安亭镇" in found
    assert found.count("安亭镇") == 1, "the halo is not a second text"


@needs_poppler
def test_poppler_finds_the_title_and_every_font_is_embedded(tmp_path: Path) -> None:
    path = tmp_path / "sheet.pdf"
    path.write_bytes(written(sheet()))
    text = subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=True).stdout.decode()
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, check=True).stdout.decode().splitlines()[2:]
    assert TITLE in text
    assert text.count("安亭镇") == 1
    assert fonts
    for row in fonts:
        assert re.search(r"NotoSansSC.* yes yes yes +\d+", row), row


def test_no_font_without_its_outlines() -> None:
    pdf = opened(written(sheet()))
    for font in pdf.pages[0].Resources.Font.values():
        assert "/FontFile2" in font.FontDescriptor
        assert "/ToUnicode" in font


def test_more_than_one_subset_of_letters_stays_searchable() -> None:
    text = "".join(chr(0x4E00 + k) for k in range(0, 1600, 2))
    face = typeface()
    known = face.printable(text).replace("〓", "")
    lines = [known[k : k + 40] for k in range(0, len(known), 40)]
    found = words(written(blank(*(Text(line, 20, 20 + 8 * n) for n, line in enumerate(lines)))))
    assert len(known) > 300
    for line in lines:
        assert line in found


def test_every_layer_can_be_switched_off() -> None:
    drawn = sheet()
    pdf = opened(written(drawn, replace(drawn, title="第二张")))
    titles = [str(group.Name) for group in pdf.Root.OCProperties.OCGs]
    assert titles == [layer.title for layer in drawn.layers], "one group per title, shared by all sheets"
    marks = [str(name) for name in pdf.pages[0].Resources.Properties]
    content = b"".join(part.read_bytes() for part in pdf.pages[0].Contents)
    for mark in marks:
        assert content.count(f"/OC {mark} BDC".encode()) == 1
    assert content.count(b"EMC") == len(marks)


def test_a_hidden_layer_is_not_painted() -> None:
    box = Rectangle(Box(10, 10, 20, 20), Area("FF0000"))
    shown = Sheet("一", 60, 60, (Layer("红", (box,)),))
    hidden = Sheet("一", 60, 60, (Layer("红", (box,), visible=False),))
    assert pixels(written(shown))[160, 160].tolist() == [255, 0, 0]
    pdf = opened(written(hidden))
    assert [str(group.Name) for group in pdf.Root.OCProperties.D.OFF] == ["红"]
    assert pixels(written(hidden))[160, 160].tolist() == [255, 255, 255]


def test_bookmarks_labels_and_metadata() -> None:
    data = written(sheet(label="总-01"), sheet(title="外冈产业园", label="块-01"))
    pdf = opened(data)
    with pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [TITLE, "外冈产业园"]
    document = pypdfium2.PdfDocument(data)
    assert [document.get_page_label(n) for n in range(2)] == ["总-01", "块-01"]
    assert str(pdf.docinfo.Title) == METADATA.title
    assert str(pdf.docinfo.CreationDate) == "D:20251122"
    with pdf.open_metadata() as xmp:
        assert xmp["dc:title"] == METADATA.title
        assert xmp["dc:creator"] == [METADATA.author]
        assert xmp["xmp:CreateDate"] == "2025-11-22"


def test_the_page_is_georeferenced() -> None:
    from pyproj import Transformer

    drawn = sheet()
    assert drawn.frame is not None
    pdf = opened(written(drawn))
    viewport = pdf.pages[0].VP[0]
    measure = viewport.Measure
    assert str(measure.Subtype) == "/GEO"
    assert int(measure.GCS.EPSG) == 4549
    assert "Gauss" in str(measure.GCS.WKT)
    degrees = [float(value) for value in measure.GPTS]
    back = Transformer.from_crs(4490, 4549, always_xy=True)
    west, south, east, north = extent_of(drawn.frame)
    corners = [back.transform(degrees[k + 1], degrees[k]) for k in range(0, 8, 2)]
    assert np.abs(np.subtract(corners, [(west, south), (west, north), (east, north), (east, south)])).max() < 0.001
    box = [float(value) * 25.4 / 72 for value in viewport.BBox]
    frame = drawn.frame.box
    assert box == pytest.approx([frame.x, 297 - frame.bottom, frame.right, 297 - frame.y], abs=0.001)


def test_an_unnamed_plane_is_not_georeferenced() -> None:
    pdf = opened(written(sheet(epsg=None)))
    assert "/VP" not in pdf.pages[0]


def test_plots_are_painted_in_place_and_in_colour() -> None:
    frame = town_frame(9, Box(40, 40, 220, 220))
    data = written(blank(plots(9, frame), width=300, height=300))
    seen = pixels(data)
    west, south, _, _ = extent_of(town_frame(9, Box(40, 40, 220, 220)))
    for row, column in ((0, 0), (0, 5), (8, 3), (4, 4)):
        number = (row * 9 + column) % 9
        centre = np.array([[617_000.0 + 100 * column + 50, 3_469_000.0 + 100 * row + 50]])
        x, y = (to_paper(frame, centre)[0] * 8).astype(int)
        fill = PALETTE[number].fill
        if number < 6:
            assert fill is not None
            assert np.abs(seen[y, x].astype(int) - list(bytes.fromhex(fill))).max() <= 2, (row, column)
    assert west < 617_000
    assert south < 3_469_000


def test_a_far_corner_lies_within_a_tenth_of_a_millimetre() -> None:
    """A matrix rounded to four digits once put everything at the right end of an A3 sheet 0.6 mm off."""
    seen = pixels(written(blank(Rectangle(Box(400, 280, 10, 10), Area("000000")))), 10.0)
    dark = np.argwhere(seen[:, :, 0] < 128)
    assert dark.min(axis=0).tolist() == pytest.approx([2800, 4000], abs=1)
    assert dark.max(axis=0).tolist() == pytest.approx([2899, 4099], abs=1)


def test_nothing_of_a_clipped_layer_leaves_its_box() -> None:
    wide = polygon([(0, 0), (100, 0), (100, 100), (0, 100)], Area("0000FF"))
    clip = Box(20, 20, 30, 30)
    page = Sheet("一", 100, 100, (Layer("图", (wide, Text("工业用地工业用地", 22, 48, 40)), clip),))
    seen = pixels(written(page))
    outside = np.ones(seen.shape[:2], bool)
    outside[159:401, 159:401] = False
    assert (seen[outside] == 255).all()
    assert seen[200, 200].tolist() == [0, 0, 255]


def test_holes_stay_open_in_fill_and_hatch() -> None:
    ring = np.array([[10, 10], [90, 10], [90, 90], [10, 90], [10, 10]], float)
    hole = np.array([[30, 30], [30, 70], [70, 70], [70, 30], [30, 30]], float)
    hatched = (Area(None, "diagonal"), Area("FFEEEE", "crossed"), Area(None, "dots"), Area("EEEEEE", "stripes"))
    for area in (Area("FF0000"), *hatched):
        rows = Polygons(np.vstack([ring, hole]), np.array([0, 5, 10]), np.array([0, 2]), np.zeros(1, int), (area,))
        seen = pixels(written(blank(rows, width=100, height=100)))
        assert (seen[245:555, 245:555] == 255).all(), area
        assert (seen[90:230, 90:700] < 250).any(), area


def test_a_hole_that_runs_with_its_shell_stays_open_in_fills() -> None:
    ring = np.array([[10, 10], [90, 10], [90, 90], [10, 90], [10, 10]], float)
    xy = np.vstack([ring, (ring - 50) / 2 + 50])
    for area in (Area("FF0000"), Area("FF0000", None, Pen("000000", 0.1))):
        rows = Polygons(xy, np.array([0, 5, 10]), np.array([0, 2]), np.zeros(1, int), (area,))
        seen = pixels(written(blank(rows, width=100, height=100)))
        assert (seen[260:540, 260:540] == 255).all()
        assert seen[160, 160].tolist() == [255, 0, 0]


def test_a_ring_may_begin_where_the_one_before_it_ended() -> None:
    first = np.array([[10, 10], [50, 10], [50, 50], [10, 10]], float)
    second = np.array([[10, 10], [50, 90], [10, 90], [10, 10]], float)
    rows = Polygons(np.vstack([first, second]), np.array([0, 4, 8]), np.arange(3), np.array([0, 1]), PALETTE[:2])
    seen = pixels(written(blank(rows, width=100, height=100)))
    for (x, y), area in (((40, 20), PALETTE[0]), ((20, 80), PALETTE[1])):
        assert np.abs(seen[y * 8, x * 8].astype(int) - list(bytes.fromhex(area.fill or ""))).max() <= 2


def test_rows_that_overlap_are_both_hatched() -> None:
    ring = np.array([[10, 10], [60, 10], [60, 60], [10, 60], [10, 10]], float)
    rows = Polygons(np.vstack([ring, ring + 20]), np.array([0, 5, 10]), np.arange(3), np.zeros(2, int), (Area(None, "crossed"),))
    seen = pixels(written(blank(rows, width=100, height=100)))
    assert (seen[260:460, 260:460] < 250).any()


def test_each_hatch_has_its_own_look() -> None:
    inked = {}
    for hatch in ("diagonal", "dots", "crossed", "stripes"):
        seen = pixels(written(blank(Rectangle(Box(10, 10, 40, 40), Area(None, hatch)), width=60, height=60)))  # type: ignore[arg-type]
        inked[hatch] = float((seen[100:380, 100:380, 0] < 220).mean())
        assert 0.01 < inked[hatch] < 0.4, hatch
    assert len({round(value, 2) for value in inked.values()}) == 4


def test_stripes_show_on_dark_and_on_light_ground() -> None:
    for fill in ("101010", "F8F8F8"):
        seen = pixels(written(blank(Rectangle(Box(10, 10, 40, 40), Area(fill, "stripes")), width=60, height=60)))
        inside = seen[100:380, 100:380, 0].astype(int)
        assert (np.abs(inside - int(fill[:2], 16)) > 90).mean() > 0.05, fill


@pytest.mark.parametrize("symbol", ["circle", "square", "triangle", "diamond", "star", "cross"])
def test_symbols_stand_on_their_place(symbol: str) -> None:
    from landplan.export.drawing.records import Marker

    marker = Marker(symbol, 10, "000000")  # type: ignore[arg-type]
    seen = pixels(written(blank(Points(np.array([[30.0, 40.0]]), np.zeros(1, int), (marker,)), width=60, height=60)))
    dark = np.argwhere(seen[:, :, 0] < 128)
    assert np.abs(dark.mean(axis=0) - [320, 240]).max() < 8
    assert np.ptp(dark, axis=0).max() <= 10 * 8 + 2


def test_turned_lettering_runs_upwards() -> None:
    seen = pixels(written(blank(Text("工业用地", 30, 30, 12, anchor="middle", rotation_deg=90), width=60, height=60)))
    dark = np.argwhere(seen[:, :, 0] < 128)
    tall, wide = np.ptp(dark, axis=0)
    assert tall > 3 * wide
    assert np.abs((dark.min(axis=0) + dark.max(axis=0)) / 2 - 240).max() < 4


def test_a_letter_the_typeface_lacks_is_shown_as_such() -> None:
    page = blank(Text("嘉\U0002a700定", 20, 20), Table(20, 30, (Column("名称", 30),), (("\U0002a701",),)))
    assert "嘉〓定" in words(written(page))
    assert "〓" not in words(written(sheet()))


def test_halo_clears_the_map_round_the_letters() -> None:
    ground = Rectangle(Box(0, 0, 60, 60), Area("000000"))
    seen = pixels(written(blank(ground, Text("一", 30, 30, 20, anchor="middle", halo=Halo("FFFFFF", 1.0)), width=60, height=60)))
    assert 0.005 < (seen[80:400, 80:400, 0] > 200).mean() < 0.05


def test_twenty_thousand_plots_stay_small() -> None:
    data = written(sheet(142))
    assert len(plots(142, town_frame(142, Box(20, 12, 316, 256)))) == 20_164
    assert len(data) < 1_500_000


def test_a_pdf_needs_a_sheet() -> None:
    with pytest.raises(ValueError, match="sheet"):
        written()
