"""Tables as offices keep them: text in every encoding and with every mark between columns, and workbooks sound and broken."""

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from cases import Layers, Refused, add

HEAD = ["编号", "名称", "x", "y"]
ROWS = [["001", "甲", 611000, 3463000], ["002", "乙", 611100, 3463100]]
XY = "编号,名称,x,y\n001,甲,611000,3463000\n002,乙,611100,3463100\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE = {"crs_absent"}
"""Points in a table have no CRS until somebody says which."""
LOST = {*FREE, "points_missing", "geometry_missing"}


def text(name: str, content: str | bytes, expected: Layers | Refused, file: str = "plots.csv", codec: str = "utf-8") -> None:
    def make(folder: Path) -> Path:
        path = folder / file
        path.write_bytes(content.encode(codec) if isinstance(content, str) else content)
        return path

    add("tables", name, make, expected)


def points(n: int, *says: str, crs: str | None = None, **first: Any) -> Layers:
    return Layers(n, {*FREE, *says}, crs=crs, geometry="point", first=first)


TWO = points(2, 编号="001", 名称="甲", x=611000, y=3463000)

# Values stay what they are
text("formulas", 'id,name,x,y\n1,"=HYPERLINK(""http://x"",""a"")",611000,3463000\n2,+1+1,611000,3463000\n'
     "3,@SUM(A1),611000,3463000\n4,＝1+1,611000,3463000\n", points(4, name='=HYPERLINK("http://x","a")'))  # fmt: skip
text(
    "leading_zeros",
    "编号,代码,x,y\n00123,12E10,611000,3463000\n00124,1E5,611000,3463000\n",
    points(2, 编号="00123", 代码="12E10"),
)
text(
    "ids_without_their_name", "plot,v,x,y\n00123,12E10,611000,3463000\n7,1E5,611000,3463000\n", points(2, plot="00123", v="12E10")
)
text("int64_edges", f"v,w,x,y\n{2**53 + 1},{2**63},611000,3463000\n5,6,611000,3463000\n", points(2, v=2**53 + 1, w=str(2**63)))
text("not_finite", "v,x,y\ninf,611000,3463000\nNaN,611000,3463000\n1.5,611000,3463000\n", points(3, v="inf"))
text("thousands", 'v,x,y\n"1,234","611,000.5","3,463,000"\n2,"611,001","3,463,000"\n', points(2, v="1,234"))
text("full_width_digits", "v,x,y\n１,６１１０００．５,３４６３０００\n", points(1))
text("decimal_commas", "v;x;y\n1;611000,5;3463000,5\n2;611001,5;3463000,5\n", points(2))
text("units_behind_numbers", "v,x,y\n1,611000m,3463000 米\n", points(1))

# Encodings
for codec, name in (("gbk", "GBK"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16"),
                    ("utf-8-sig", "UTF-8"),
                    ("utf-32", "UTF-32"), ("utf-8", "UTF-8")):  # fmt: skip
    text(f"in_{codec}", XY, Layers(2, FREE, encoding=name, geometry="point", first={"名称": "甲"}), codec=codec)
text("in_gb18030_of_4_bytes", XY.replace("甲", "㐀𠮷村企业"), Layers(2, FREE, encoding="GB18030", first={"名称": "㐀𠮷村企业"}),
     codec="gb18030")  # fmt: skip
text("in_big5", XY.replace("编号", "編號").replace("名称", "名稱").replace("甲", "工業園區"), Layers(2, FREE, encoding="Big5",
     first={"名稱": "工業園區"}), codec="big5")  # fmt: skip
text("one_row_of_another_encoding", XY.encode() + "003,丙厂,611000,3463000\n".encode("gbk"),
     Layers(3, {*FREE, "text_broken"}, encoding="UTF-8", first={"名称": "甲"}))  # fmt: skip
text("encoding_shows_late", "id,name,x,y\n" + "1,a,611000,3463000\n" * 5000 + "2,嘉定工业区,611000,3463000\n",
     Layers(5001, FREE, encoding="GBK"), codec="gbk")  # fmt: skip

# What stands between columns
for name, mark, file in (("semicolons", ";", "p.csv"), ("tabs", "\t", "p.txt"), ("tabs_tsv", "\t", "p.tsv"),
                         ("bars", "|", "p.csv"),
                         ("chinese_commas", "，", "p.csv"), ("carets", "^", "p.txt")):  # fmt: skip
    text(name, XY.replace(",", mark), TWO, file)
text("blanks", "编号  x   y\n001  611000   3463000\n002  611001   3463000\n", points(2, 编号="001"), "p.txt")
text("mark_said_above", "sep=;\n编号;x;y\n001;611000;3463000\n002;611000;3463000\n", points(2, 编号="001"))
text("old_line_ends", XY.replace("\n", "\r"), TWO)
text("mixed_line_ends", XY.replace("\n", "\r\n", 1), TWO)
text("no_last_line_end", XY.rstrip(), TWO)
text("quoted_lines", 'id,note,x,y\n1,"a\nb, c",611000,3463000\n2,"say ""hi""",611000,3463000\n', points(2, note="a\nb, c"))
text("quote_without_partner", 'id,note,x,y\n1,"a,611000,3463000\n2,b,611000,3463000\n3,c,611000,3463000\n',
     points(3, "quotes_unclosed", note='"a'))  # fmt: skip
text("inches", 'id,note,x,y\n1,5" pipe,611000,3463000\n2,b,611000,3463000\n', points(2, note='5" pipe'))
text("ragged", "id,x,y\n1,611000,3463000\n2,611000\n3,611000,3463000,more,more\n4\n", Layers(4, {*LOST, "rows_ragged"}))

# Coordinates
for name, pair in (("metres", ("3463000", "611000")), ("zone", ("3463000", "40611000"))):
    text(f"north_called_x_{name}", f"编号,X,Y\n1,{pair[0]},{pair[1]}\n2,{pair[0]},{pair[1]}\n", points(2, "coordinates_turned"))
text("latitude_called_lon", "id,lon,lat\n1,31.3,121.2\n2,31.3,121.2\n", points(2, "coordinates_turned"))
text("some_rows_turned", "id,x,y\n" + "1,611000,3463000\n" * 4 + "2,3463000,611000\n", points(5, "coordinates_turned_rows"))
text("zeros_and_9999", "id,x,y\n1,0,0\n2,-9999,-9999\n3,611000,3463000\n4,,\n5,abc,3463000\n", Layers(5, LOST, geometry="point"))
text("zero_on_one_axis", "id,x,y\n1,0,3463000\n2,611000,3463000\n3,611100,3463000\n", Layers(3, LOST, geometry="point"))
text("zeros_only", "id,x,y\n1,0,0\n2,0,0\n", Layers(2, {"points_missing"}, geometry="none", crs=None))
text("degrees_among_metres", "id,x,y\n1,611000,3463000\n2,121.2,31.3\n3,611000,3463000\n", points(3, "coordinates_of_two_kinds"))
DMS = ("121°15′30″,31°18′20″", "121 15 30,31 18 20", "121:15:30,31:18:20", "E121°15'30\",N31°18'20\"",
       "121度15分30秒,31度18分20秒",
       "东经121°15.5′,北纬31°18.3′", "121.5°,31.2°")  # fmt: skip
text("degrees_and_minutes", "id,经度,纬度\n" + "".join(f"{k},{one}\n".replace('"', "″") for k, one in enumerate(DMS)), points(7))
text("minutes_beyond_60", "id,经度,纬度\n1,121°75′30″,31°18′20″\n2,121°15′30″,31°18′20″\n", Layers(2, LOST, geometry="point"))
text("wkt", 'id,wkt\n1,"POLYGON((121.2 31.3,121.3 31.3,121.3 31.4,121.2 31.3))"\n2,bad\n3,\n4,"POLYGON((1 1,2 2,2 3))"\n',
     Layers(4, {*FREE, "wkt_unreadable", "ring_closed", "geometry_missing"}, geometry="polygon", fields=["id"]))  # fmt: skip
text("wkt_with_code", 'id,geom\n1,"SRID=4549;POINT(611000 3463000)"\n', Layers(1, crs="EPSG:4549", geometry="point"))
text("wkt_of_two_codes", 'id,geom\n1,"SRID=4549;POINT(611000 3463000)"\n2,"SRID=4528;POINT(40611000 3463000)"\n',
     points(2, "wkt_systems_differ"))  # fmt: skip
text("bytes_of_a_database", "id,geom\n1,0101000020E6100000CDCCCCCCCC4C5E40CDCCCCCCCC4C3F40\n2,01010000\n",
     Layers(2, {"wkt_unreadable", "geometry_missing"}, crs="EPSG:4326", geometry="point"))  # fmt: skip
text("geojson_in_a_column", 'id,geom\n1,"{""type"":""Point"",""coordinates"":[121.2,31.3]}"\n', Layers(1, crs="EPSG:4326"))
text("both_in_one_column", 'id,坐标\n1,"121.2,31.3"\n2,"121.3,31.3"\n3,\n', Layers(3, LOST, geometry="point"))
text("names_with_codes", "id,x_4549,y_4549\n1,611000,3463000\n", points(1))
text("no_coordinates", "编号,名称\n1,甲\n2,乙\n", Layers(2, crs=None, geometry="none", first={"编号": "1"}))

# Headers and what is no row
text("names_twice", "编号,名称,名称,编号,x,y\n1,a,b,2,611000,3463000\n",
     Layers(1, FREE, notes={"header_names_mended"}, fields=["编号", "名称", "名称_2", "编号_2", "x", "y"]))  # fmt: skip
text("no_header", "1,a,611000,3463000\n2,b,611000,3463000\n", Layers(2, {"header_missing"}, geometry="none"))
text("titles_above", "某镇企业表\n2026年\n" + XY, TWO)
text("blank_rows", "\n\n" + XY.replace("\n002", "\n\n,,,\n002") + "\n\n", TWO)
text("totals_below", XY + "合计,,2,\n", Layers(3, {*LOST, "rows_of_totals"}))
text("remarks_below", XY + "注：数据来自统计局,,,\n", Layers(3, {*LOST, "rows_of_totals"}))
text("header_only", "编号,名称,x,y\n", Layers(0, notes={"cells_none"}, geometry="none"))
text("one_word", "hello", Layers(0, notes={"cells_none"}))
text("columns_2000", ",".join(f"c{k}" for k in range(2000)) + "\n" + ",".join(map(str, range(2000))) + "\n",
     Layers(1, geometry="none", first={"c1999": 1999}))  # fmt: skip
text("columns_20000", ",".join(f"c{k}" for k in range(20000)) + "\n" + "1," * 20000, Refused("table_too_many_cells"))
text("cell_of_20_mb", "id,note,x,y\n1," + "a" * 20_000_000 + ",611000,3463000\n", points(1))
text("commas_only", ",,,\n,,,\n", Refused("no_layers"))
text("empty", b"", Refused("file_empty"))
text("blank", " \n\n", Refused("file_empty"))

# Bytes that are no text
text("zero_bytes", XY.replace("甲", "甲\0"), points(2, "text_control_characters"))
text("zeros_at_the_end", XY.encode() + bytes(1000), points(2, "text_control_characters", 编号="001"))
text("end_mark_of_dos", XY.encode() + b"\x1a", TWO)
text("not_text", bytes(range(256)) * 50, Refused("table_not_text"))
text("pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", Refused("format_unknown"))
text("page_404", "<html><body>404</body></html>", Refused("page_refused"))
text("pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 1\n", Refused("table_is_pointer"))
text("name_of_the_file", XY, TWO, "地块 表!.csv")
text("called_a_workbook", XY, TWO, "p.xlsx")
text("called_an_old_workbook", XY.replace(",", "\t"), TWO, "p.xls")

# Workbooks
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NUMBERED = ["编号", "v", "x", "y"]


def book(name: str, rows: list[list[Any]], expected: Layers | Refused, merged: str = "", file: str = "plots.xlsx") -> None:
    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
        book.save(folder / file)
        return folder / file

    add("tables", name, make, expected)


def edited(name: str, edit: Callable[[str, bytes], bytes | None], expected: Layers | Refused) -> None:
    """The plain workbook with its parts changed, or left out where the edit gives None."""

    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        assert book.active is not None
        for row in (HEAD, *ROWS):
            book.active.append(row)
        book.save(folder / "sound.xlsx")
        path = folder / "plots.xlsx"
        with zipfile.ZipFile(folder / "sound.xlsx") as sound, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in sound.namelist():
                content = edit(part, sound.read(part))
                if content is not None:
                    archive.writestr(part, content)
        (folder / "sound.xlsx").unlink()
        return path

    add("tables", name, make, expected)


def sheet(name: str, rows: str, expected: Layers | Refused, strings: str = "") -> None:
    """A workbook of one sheet with this XML."""

    def make(folder: Path) -> Path:
        parts = {
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{RELATIONS}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><dimension ref='A1:XFD1048576'/><sheetData>{rows}"
            "</sheetData></worksheet>",
        }
        if strings:
            parts["xl/sharedStrings.xml"] = f"<sst {MAIN}>{strings}</sst>"
        return packed(folder, parts)

    add("tables", name, make, expected)


def packed(folder: Path, parts: dict[str, str | bytes], file: str = "plots.xlsx") -> Path:
    with zipfile.ZipFile(folder / file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return folder / file


def said(at: str, words: str) -> str:
    return f'<c r="{at}" t="inlineStr"><is><t>{words}</t></is></c>'


def number(at: str, value: object) -> str:
    return f'<c r="{at}"><v>{value}</v></c>'


SMALL = f'<row r="1">{said("A1", "编号")}{said("B1", "x")}{said("C1", "y")}</row>'
SMALL += f'<row r="2">{said("A2", "001")}{number("B2", 611000)}{number("C2", 3463000)}</row>'
ONE = points(1, 编号="001", x=611000)


def third(cell: str) -> str:
    return f'{SMALL}<row r="3">{said("A3", "002")}{cell}{number("C3", 3463000)}</row>'


book("workbook", [HEAD, *ROWS], TWO)
book("workbook_with_a_mark_in_its_name", [HEAD, *ROWS], TWO, file="地块!表 1.xlsx")
book("formula_never_computed", [NUMBERED, ["1", "=1+1", 611000, 3463000]], points(1, "cells_not_computed", v=None))
book("formula_as_id", [HEAD, ['=HYPERLINK("x")', "a", 611000, 3463000], *ROWS], points(3, "cells_not_computed", 编号=None))
book("merged_cells", [HEAD, *ROWS, ["003", "丙", 611000, 3463000]], points(3, "cells_merged"), merged="B2:B3")
book("merged_title", [["某镇企业表", None, None, None], HEAD, *ROWS], TWO, merged="A1:D1")
book(
    "errors_in_cells", [NUMBERED, ["1", "#N/A", 611000, 3463000], ["2", 5, 611000, 3463000]], points(2, "cells_in_error", v=None)
)
book(
    "error_as_coordinate", [NUMBERED, ["1", 4, "#REF!", 3463000], ["2", 5, 611000, 3463000]], Layers(2, {*LOST, "cells_in_error"})
)
book("dates", [NUMBERED, ["1", datetime.date(2031, 5, 6), 611000, 3463000]], points(1, v="2031-05-06"))
book("text_beside_numbers", [NUMBERED, ["1", "无", "611000", "3463000"], ["2", 5, 611000, 3463000]], points(2, v="无"))
book("formula_injection", [NUMBERED, ["1", "+1+1", 611000, 3463000], ["2", "@x", 611000, 3463000]], points(2, v="+1+1"))
book("number_ids", [NUMBERED, [101, 1, 611000, 3463000]], points(1, 编号="101"))
book("swapped_in_a_workbook", [HEAD, ["1", "甲", 3463000, 611000], ["2", "乙", 3463100, 611100]], points(2, "coordinates_turned"))
book("zeros_in_a_workbook", [HEAD, ["1", "甲", 0, 0], ["2", "乙", -9999, -9999], *ROWS], Layers(4, LOST, geometry="point"))
book("wkt_cut_by_excel", [["编号", "wkt"], ["1", "POLYGON((" + ",".join(f"{k} {k * k}" for k in range(4000)) + ",0 0))"]],
     Layers(1, {"wkt_unreadable", "geometry_none"}))  # fmt: skip
book("empty_workbook", [], Layers(0, notes={"cells_none"}))
book("header_only_workbook", [HEAD], Layers(0, notes={"cells_none"}))


def _sheets(folder: Path) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    hidden = book.create_sheet("隐藏")
    hidden.append(["a"])
    hidden.append([1])
    hidden.sheet_state = "hidden"
    book.create_chartsheet("图")
    book.save(folder / "plots.xlsx")
    return folder / "plots.xlsx"


add("tables", "hidden_sheets_and_rows", _sheets, Layers((2, 1), FREE, notes={"sheet_hidden", "rows_hidden"}))
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
edited(
    "bomb_of_entities",
    lambda part, xml: BOMB + xml if "sheet1.xml" in part else xml,
    Refused("workbook_doctype", "workbook_damaged"),
)
edited("entity_from_a_file", lambda part, xml: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'
       if "sheet1.xml" in part else xml, Refused("workbook_doctype"))  # fmt: skip
edited("without_styles", lambda part, xml: None if "styles" in part else xml, TWO)
edited("without_its_sheet", lambda part, xml: None if "sheet1.xml" in part else xml, Refused("workbook_damaged"))
edited("without_relations", lambda part, xml: None if "workbook.xml.rels" in part else xml, Refused("workbook_damaged"))
SHEET = b"/xl/worksheets/sheet1.xml"
edited("sheet_elsewhere", lambda part, xml: xml.replace(SHEET, b"/etc/passwd") if part.endswith("book.xml.rels")
       else xml, Refused("workbook_damaged"))  # fmt: skip
edited("sheet_cut", lambda part, xml: xml[: len(xml) // 2] if "sheet1.xml" in part else xml, Refused("workbook_damaged"))
edited("strict_names", lambda part, xml: xml.replace(b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
       b"http://purl.oclc.org/ooxml/spreadsheetml/main"), TWO)  # fmt: skip
edited("bomb_of_zeros", lambda part, xml: xml if "app.xml" not in part else bytes(150 << 20), Refused("zip_bomb"))
sheet("dimension_of_a_million", SMALL, ONE)
sheet("far_cell", f'{SMALL}<row r="1048576">{said("XFD1048576", "z")}</row>', Layers(2, LOST))
sheet("cell_beyond_the_sheet", f'{SMALL}<row r="1048577">{said("A1048577", "z")}</row>', Refused("workbook_damaged"))
sheet("rows_out_of_order", f'<row r="2">{said("A2", "001")}{number("B2", 611000)}{number("C2", 3463000)}</row>'
      f'<row r="1">{said("A1", "编号")}{said("B1", "x")}{said("C1", "y")}</row>', ONE)  # fmt: skip
sheet("rows_without_anything", SMALL + "".join(f'<row r="{k}"><c r="A{k}" s="1"/></row>' for k in range(3, 20_000)), ONE)
for name, cell in (("word_as_number", number("B3", "abc")), ("nan", number("B3", "NaN")), ("overflow", number("B3", "1e400"))):
    sheet(f"cell_with_{name}", third(cell), Layers(2, {*LOST, "cells_unreadable"}))
sheet(
    "cell_with_no_such_text", third('<c r="B3" t="s"><v>99</v></c>'), Layers(2, {*LOST, "cells_unreadable"}), "<si><t>a</t></si>"
)
sheet("cell_with_a_day_that_is_none", third('<c r="B3" t="d"><v>2031-13-45</v></c>'), Layers(2, {*LOST, "cells_unreadable"}))
sheet("number_of_18_digits", SMALL.replace("001</t>", "001</t>").replace('r="A2" t="inlineStr"><is><t>001</t></is>',
      'r="A2"><v>913101147030123456</v>'), points(1, "cells_beyond_digits", 编号="913101147030123456"))  # fmt: skip


def other(name: str, content: bytes | dict[str, str | bytes], expected: Refused, file: str) -> None:
    def make(folder: Path) -> Path:
        if isinstance(content, dict):
            return packed(folder, content, file)
        (folder / file).write_bytes(content)
        return folder / file

    add("tables", name, make, expected)


other("xls", OLE + bytes(3000), Refused("xls_refused"), "plots.xls")
other(
    "with_a_password",
    OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(3000),
    Refused("xls_refused"),
    "plots.xlsx",
)
other("xlsb", {"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01"}, Refused("xls_refused"), "plots.xlsb")
other(
    "ods",
    {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"},
    Refused("xls_refused"),
    "plots.ods",
)
other("xml_of_2003", b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>\n<Workbook '
      b'xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', Refused("xls_refused"), "plots.xls")  # fmt: skip
other(
    "word_document",
    {"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"},
    Refused("no_layers", "format_unknown"),
    "p.xlsx",
)


def _cut(folder: Path) -> Path:
    path = packed(folder, {"xl/workbook.xml": f"<workbook {MAIN}/>", "xl/x.bin": bytes(range(256)) * 20})
    path.write_bytes(path.read_bytes()[:-60])
    return path


add("tables", "workbook_cut", _cut, Refused("zip_cut", "zip_damaged", "workbook_damaged"))
