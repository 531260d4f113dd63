"""DXF as CAD programs, converters, web tools and fuzzers leave it."""

from pathlib import Path

from cases import Layers, Refused, case
from made_drawings import (
    X,
    Y,
    attribute,
    block,
    circle,
    drawing,
    entity,
    hatch,
    heavy,
    insert,
    layer,
    line,
    mtext,
    polyline,
    square,
    text,
    written,
    written_binary,
)

NO_CRS = {"crs_absent"}


def plots(folder: Path, *entities: object, encoding: str = "gb18030", **more: object) -> Path:
    return written(folder / "plots.dxf", drawing(*entities, **more), encoding)  # type: ignore[arg-type]


@case(
    Layers((1, 1), NO_CRS, crs=None, geometry=("polygon", "point"), encoding="GBK", first={"名称": "嘉定一号", "cad_layer": "DK"})
)
def a_plot_and_its_name(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定一号"))


@case(Layers((1, 1), NO_CRS, encoding="UTF-8", first={"名称": "嘉定一号"}))
def utf8_since_2007_whatever_the_code_page(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定一号"), version="AC1027", encoding="utf-8")


@case(Layers((1, 1), NO_CRS | {"encoding_declared_wrong"}, encoding="UTF-8", first={"名称": "嘉定区华亭镇一号地块"}))
def header_says_gbk_and_bytes_are_utf8(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定区华亭镇一号地块"), encoding="utf-8")


@case(Layers((1, 1), NO_CRS | {"encoding_declared_wrong"}, encoding="GBK", first={"名称": "嘉定区华亭镇一号地块"}))
def utf8_by_version_and_bytes_are_gbk(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定区华亭镇一号地块"), version="AC1032")


@case(Layers((1, 1), NO_CRS | {"encoding_declared_wrong"}, encoding="GBK", first={"名称": "嘉定区华亭镇一号地块"}))
def header_says_western_and_bytes_are_gbk(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定区华亭镇一号地块"), page="ANSI_1252")


@case(Layers((1, 1), NO_CRS, encoding="Big5", first={"名稱": "嘉定區華亭鎮一號地塊"}))
def big5(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定區華亭鎮一號地塊", layer="名稱"), page="ANSI_950", encoding="big5")


@case(Layers((1, 1), NO_CRS, notes={"encoding_guessed"}, encoding="GBK", first={"名称": "嘉定区华亭镇一号地块"}))
def r12_without_a_code_page(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定区华亭镇一号地块"), version="AC1009", page=None, units=None)


@case(Layers((1, 1), NO_CRS, first={"NAME": "嘉定±3°Ø50%一"}))
def characters_as_codes(folder: Path) -> Path:
    return plots(folder, square(), text(r"\U+5609\M+5B6A8%%p3%%d%%c50%%%\U+4E00", layer="NAME"), encoding="ascii")


@case(Layers((1, 1), NO_CRS, first={"说明": "地块A / 面积 1200㎡ 1/2"}))
def formatted_paragraph_in_chunks(folder: Path) -> Path:
    return plots(folder, square(), mtext(r"{\fSimSun|b0|i0;\H2.5x;地块A}\P面", r"积\~1200㎡ \S1#2;"))


@case(Layers(2, NO_CRS | {"dxf_cut", "dxf_broken"}))
def cut_in_an_entity(folder: Path) -> Path:
    path = plots(folder, square(), square(X + 200), square(X + 400))
    raw = path.read_bytes()
    path.write_bytes(raw[: raw.rindex(b"ENDSEC") - 40])
    return path


@case(Refused("dxf_no_entities"))
def cut_in_the_tables(folder: Path) -> Path:
    path = plots(folder, square())
    path.write_bytes(path.read_bytes().partition(b"BLOCKS")[0])
    return path


@case(Layers(2, NO_CRS | {"dxf_strays", "dxf_broken"}))
def a_line_missing_in_the_middle(folder: Path) -> Path:
    path = plots(folder, square(), square(X + 200), square(X + 400))
    lines = path.read_bytes().split(b"\r\n")
    starts = [k for k, one in enumerate(lines) if one == b"LWPOLYLINE"]
    path.write_bytes(b"\r\n".join(lines[: starts[1] + 5] + lines[starts[1] + 6 :]))
    return path


@case(Layers(1, NO_CRS | {"dxf_broken"}))
def numbers_that_are_none(folder: Path) -> Path:
    return plots(folder, square(), polyline([(X, Y), ("12,5", Y), (X, "nan")]), circle(X, Y, float("inf")))  # type: ignore[list-item]


@case(Layers((4, 1), NO_CRS | {"dxf_vertices_differ"}))
def a_count_of_two_billion_vertices(folder: Path) -> Path:
    lying = [(code, 2_000_000_000 if code == 90 else value) for code, value in square(X + 200)]
    return plots(folder, square(), lying, circle(X, Y, 5.0), circle(X + 50, Y, 5.0), entity("POINT", (10, X), (20, Y)))


@case(Layers(1, NO_CRS | {"dxf_blocks"}))
def blocks_inside_themselves(folder: Path) -> Path:
    nested = [block("A", square(0, 0), insert("B")), block("B", insert("A"), insert("B"))]
    return plots(folder, insert("A", X, Y), blocks=nested)


@case(Layers(1, NO_CRS | {"dxf_blocks"}))
def ten_to_the_twelve_squares(folder: Path) -> Path:
    bomb = [block("B0", square(0, 0, 1))]
    bomb += [block(f"B{k}", *[insert(f"B{k - 1}", j, 0) for j in range(10)]) for k in range(1, 13)]
    return plots(folder, square(), insert("B12", X, Y), insert("B0", 0, 0, g70=32000, g71=32000), blocks=bomb)


@case(Layers(1, NO_CRS | {"dxf_blocks"}))
def external_and_missing_blocks(folder: Path) -> Path:
    external = [*block("X", flags=4)[:-1], (1, "//server/share/base.dwg"), (0, "ENDBLK")]
    return plots(folder, square(), insert("X"), insert("NOWHERE"), blocks=[external])


@case(Layers((4, 1), NO_CRS, first={"block": "DK", "cad_layer": "地块", "DKBH": "001"}))
def plots_in_blocks_with_attributes(folder: Path) -> Path:
    first = insert("DK", X, Y, attribute("DKBH", "001", X + 5, Y + 5), layer="地块")
    array = insert("DK", X, Y + 500, g70=3, g71=1, g44=200.0, g45=1.0)
    return plots(folder, first, array, blocks=[block("DK", square(0, 0, layer="0"))])


@case(Layers((2, 1), NO_CRS | {"dxf_nearly_closed"}, notes={"dxf_lines_open"}))
def closed_by_its_ends_and_nearly(folder: Path) -> Path:
    ring = [(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y)]
    near = [(X + 50, Y), (X + 60, Y), (X + 60, Y + 10), (X + 50, Y + 0.02)]
    return plots(folder, square(), line(*ring), line(*near))


@case(Layers(1, NO_CRS, notes={"dxf_no_plots", "dxf_lines_open"}, geometry="line"))
def only_open_lines(folder: Path) -> Path:
    return plots(folder, line((X, Y), (X + 100, Y), (X + 100, Y + 70)))


@case(Layers(3, NO_CRS, notes={"curves_stroked"}))
def bulges_negative_and_a_circle_of_two(folder: Path) -> Path:
    lens = polyline([(X, Y, 1.0), (X + 10, Y, 1.0)])
    wavy = polyline([(X + 50, Y, -0.5), (X + 150, Y, 0.5), (X + 150, Y + 100), (X + 50, Y + 100)])
    return plots(folder, lens, wavy, circle(X + 300, Y, 50))


@case(Layers(2, NO_CRS, geometry="polygon"))
def drawn_from_below(folder: Path) -> Path:
    mirrored = polyline([(-X, Y), (-X - 100, Y), (-X - 100, Y + 100), (-X, Y + 100)], g210=0.0, g220=0.0, g230=-1.0)
    return plots(folder, mirrored, circle(-X - 50, Y + 500, 20, g210=0, g220=0, g230=-1))


@case(Layers(1, NO_CRS | {"dxf_not_read"}))
def solids_regions_and_proxies(folder: Path) -> Path:
    acis = [(70, 1), (1, "mnlmj ono nn"), (1, "|{rz~lf")]
    others = [entity(kind, *acis) for kind in ("3DSOLID", "REGION", "BODY", "ACAD_PROXY_ENTITY", "ACDBPOINTCLOUDEX")]
    return plots(folder, square(), *others)


@case(Layers(0, {"dxf_not_read", "dxf_no_plots"}, geometry="none"))
def nothing_but_a_solid(folder: Path) -> Path:
    return plots(folder, entity("3DSOLID", (70, 1), (1, "mnlmj")), version="AC1018")


@case(Layers(0, {"dxf_no_plots"}, geometry="none"))
def an_empty_drawing(folder: Path) -> Path:
    return plots(folder)


@case(Layers(1, NO_CRS | {"dxf_hidden"}, notes={"dxf_paper", "dxf_drafting"}))
def hidden_layouts_and_dimensions(folder: Path) -> Path:
    off = [layer("FROZEN", flags=1), layer("OFF", color=-7), layer("DK")]
    hidden = [square(layer="FROZEN"), square(layer="OFF"), square(g60=1), square(g67=1), entity("DIMENSION", (10, X), (20, Y))]
    return plots(folder, square(), *hidden, layers=off)


@case(Layers(1, NO_CRS, first={"color": "#ff8000", "elevation": 12.5, "handle": "A1"}))
def colour_height_and_handle(folder: Path) -> Path:
    return plots(folder, square(g420=0xFF8000, g38=12.5))


@case(Layers((2,), NO_CRS, geometry="polygon"))
def hatches_with_an_island(folder: Path) -> Path:
    outer, inner = (
        [(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)],
        [(X + 20, Y + 20), (X + 40, Y + 20), (X + 40, Y + 40)],
    )
    return plots(folder, hatch(outer, inner), hatch([(X + 200, Y, 1.0), (X + 300, Y, 1.0)]))


@case(Layers((1, 1), NO_CRS, geometry="polygon"))
def a_hatch_over_its_plot_is_not_counted_twice(folder: Path) -> Path:
    return plots(folder, square(), hatch([(X, Y), (X + 100, Y), (X + 100, Y + 100), (X, Y + 100)]))


@case(Layers((1, 1), NO_CRS))
def polyface_mesh_and_old_polyline(folder: Path) -> Path:
    corners = [(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y + 10)]
    return plots(folder, heavy(corners, (1, 2, -3), (1, 3, 4)), heavy(corners))


@case(Layers((1, 1), NO_CRS, encoding="GBK", first={"名称": "嘉定一号"}))
def binary(folder: Path) -> Path:
    return written_binary(folder / "plots.dxf", drawing(square(), text("嘉定一号")))


@case(Layers(1, NO_CRS))
def binary_of_r12_without_suffix(folder: Path) -> Path:
    old = heavy([(X, Y), (X + 10, Y), (X + 10, Y + 10)])
    return written_binary(folder / "plots.bak", drawing(old, version="AC1009", units=None), narrow=True)


@case(Layers(1, NO_CRS | {"dxf_cut", "dxf_broken"}))
def binary_cut(folder: Path) -> Path:
    path = written_binary(folder / "plots.dxf", drawing(square(), square(X + 200)))
    path.write_bytes(path.read_bytes()[:-60])
    return path


@case(Layers(1, {"crs_absent", "dxf_unit"}))
def millimetres(folder: Path) -> Path:
    return plots(folder, square(X * 1000, Y * 1000, 100_000), units=4)


@case(Layers(1, NO_CRS, notes={"dxf_unit_doubtful"}))
def millimetres_by_a_template_only(folder: Path) -> Path:
    return plots(folder, square(), units=4)


@case(Layers(1, {"crs_absent", "dxf_unit"}))
def feet(folder: Path) -> Path:
    return plots(folder, square(0, 0), units=2)


@case(Layers(1, NO_CRS))
def limits_that_are_nonsense(folder: Path) -> Path:
    return plots(folder, square(), extra=[(9, "$EXTMIN"), (10, 1e20), (20, 1e20), (9, "$EXTMAX"), (10, -1e20), (20, "abc")])


@case(Layers(1, NO_CRS))
def old_mac_lines_comments_and_a_mark(folder: Path) -> Path:
    path = folder / "plots.txt"
    tags = [(999, "made by a web tool"), *drawing(square())]
    return written(path, [(code, f"{value}") for code, value in tags], "utf-8-sig", "\r")


@case(Layers((1, 1), NO_CRS, first={"名称": "嘉定一号"}))
def utf16(folder: Path) -> Path:
    return plots(folder, square(), text("嘉定一号"), version="AC1027", encoding="utf-16")


@case(Refused("dxf_not"))
def only_comments(folder: Path) -> Path:
    return written(folder / "plots.dxf", [(999, "a comment"), (999, "and another")])


@case(Refused("page_refused", "format_unknown", "dxf_not"))
def a_saved_web_page(folder: Path) -> Path:
    path = folder / "plots.dxf"
    path.write_text("<!DOCTYPE html><html><body>404 Not Found</body></html>")
    return path


@case(Refused("file_empty"))
def empty(folder: Path) -> Path:
    path = folder / "plots.dxf"
    path.write_bytes(b"")
    return path


@case(Refused("dwg_refused"))
def a_dwg_called_dxf(folder: Path) -> Path:
    path = folder / "plots.dxf"
    path.write_bytes(b"AC1032" + bytes(range(256)) * 8)
    return path


@case(Refused("dwg_refused"))
def an_old_dwg(folder: Path) -> Path:
    path = folder / "plots.dwg"
    path.write_bytes(b"AC2.10" + bytes(100))
    return path


@case(Layers((1, 1, 1), NO_CRS, geometry=("polygon", "polygon", "line")))
def splines_closed_and_open(folder: Path) -> Path:
    control = [(0, 0), (100, 0), (100, 100), (0, 100)]

    def spline(flags: int, knots: list[float], points: list[tuple[float, float]]) -> list[tuple[int, object]]:
        numbers = [(40, knot) for knot in knots] + [tag for x, y in points for tag in ((10, X + x), (20, Y + y))]
        return entity("SPLINE", (70, flags), (71, 2), *numbers)

    closed = spline(11, [k / 8 for k in range(9)], [*control, control[0], control[1]])
    opened = spline(8, [0, 0, 0, 1, 2, 2, 2], control)
    broken = entity("SOLID", (10, X), (20, Y), (11, X + 9), (21, Y), (12, X), (22, Y + 9), (13, X + 9), (23, Y + 9))
    return plots(folder, closed, opened, broken)


@case(Layers(1, NO_CRS | {"dxf_unit"}, notes={"dxf_no_plots"}, geometry="line"))
def a_circle_that_stands_upright(folder: Path) -> Path:
    return plots(folder, circle(2.4, 0.0, 0.4, g210=-2e-16, g220=-1.0, g230=-2e-16), version="AC1027", units=1)


@case(Layers((1, 2), NO_CRS | {"dxf_not_read"}))
def a_box_of_faces_and_solids_in_blocks(folder: Path) -> Path:
    """Of the faces of a box only the flat ones cover land; the solid inside a block is counted where the block is."""
    corners = [(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y + 10)]
    box = heavy([*corners, *corners], (1, 2, 3, 4), (1, 2, 6, 5), (5, 6, -7, 8))
    inner = block("INNER", entity("3DSOLID", (2, "{3EE7}")), entity("LINE", (10, 0.0), (20, 0.0), (11, 1.0), (21, 1.0)))
    outer = block("OUTER", insert("INNER", 1.0, 2.5, g41=1.5, g42=0.4, g50=60.0))
    return plots(folder, box, insert("OUTER", X, Y), insert("INNER", X, Y, g70=0), blocks=[inner, outer])


@case(Layers(1, NO_CRS | {"encoding_declared_wrong"}, encoding="UTF-8", first={"cad_layer": "éven"}))
def western_header_and_utf8_bytes(folder: Path) -> Path:
    return plots(folder, entity("POINT", (10, X), (20, Y), layer="éven"), version="AC1018", page="ANSI_1252", encoding="utf-8")


@case(Refused("dxf_no_entities", "dxf_not"))
def blocks_opened_and_never_closed(folder: Path) -> Path:
    path = folder / "plots.dxf"
    head = "0\nSECTION\n2\nHEADER\n0\nENDSEC\n0\nBLOCKS\n0\nBLOCK\n2\nx\n0\nINSERT\n71\n7\n0\nunknown\n\n-1\n"
    path.write_text(head + "0\nBLOCK\n0\nDIMENSION\n0\nINSERT\n71\n755\n0\nunknown\n\n-1\n0\nBLOCK\n2\n0\n0\n0\n")
    return path


@case(Refused("dxf_not", "dxf_no_entities"))
def codes_glued_to_their_values(folder: Path) -> Path:
    path = folder / "plots.dxf"
    path.write_bytes(b"0SECTION\n2ENtITiES\n" + b"\n  \n" * 60 + b"  \xff\n\xff\n\nTEXT\n  \n4    \n" + b" " * 500 + b"\n")
    return path
