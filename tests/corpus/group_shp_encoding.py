"""Text of shapefiles in every encoding that is met in China, under declarations that are true, missing, odd or false."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import made_files
from cases import Layers, add
from made_shapefiles import squares

SIMPLIFIED = ("华亭镇工业区", "安亭汽车城", "嘉定工业区北区", "外冈镇望安公路", "零星工业用地")
TRADITIONAL = ("嘉定工業區", "安亭汽車城", "臺北市信義區", "零星工業用地", "國際賽車場")
ACCENTS = ("Zürich", "Málaga", "Köln", "São Paulo", "Besançon")
RARE = ("㐂𠮷村", "𡈼字", "安亭镇汽车城", "华亭镇工业区")
GUESSED, WRONG = "encoding_guessed", "encoding_declared_wrong"


def _made(cells: Sequence[bytes], name: bytes, width: int, cpg: bytes | None, language_byte: int, folder: Path) -> Path:
    path = squares(folder, len(cells), cpg=None)
    if cpg is not None:
        path.with_suffix(".cpg").write_bytes(cpg)
    rows = [[cell[:width]] for cell in cells]
    made_files.dbf(path.with_suffix(".dbf"), [(name, "C", width, 0)], rows, language_byte=language_byte)
    return path


def text(
    name: str, cells: Sequence[str | bytes], codec: str, expected: Layers, *, cpg: str | bytes | None = None,
    language_byte: int = 0, field: str | bytes = "", width: int = 40,
) -> None:  # fmt: skip
    """A case of one field of texts."""
    coded = [cell if isinstance(cell, bytes) else cell.encode(codec) for cell in cells]
    raw = field if isinstance(field, bytes) else (field or "NAME").encode(codec)
    declared = cpg.encode() if isinstance(cpg, str) else cpg
    add("shp_encoding", name, partial(_made, coded, raw, width, declared, language_byte), expected)


FILES = {
    "gbk": (SIMPLIFIED, "gbk", "GBK", "名称"), "utf8": (SIMPLIFIED, "utf-8", "UTF-8", "名称"),
    "big5": (TRADITIONAL, "big5", "Big5", "名稱"), "latin1": (ACCENTS, "latin-1", "cp1252", "NAME"),
}  # fmt: skip
CPGS = {
    None: None, "UTF-8": "UTF-8", "utf8": "UTF-8", "65001": "UTF-8", "GBK ": "GBK", "ANSI 936": "GBK", "gb2312": "GBK",
    "CP936\r\n": "GBK", "BIG5": "Big5", "ISO-8859-1": "cp1252", "ANSI 1252": "cp1252", "OEM": None, "hex": None,
}  # fmt: skip
LANGUAGE_BYTES = {0x4D: "GBK", 0x57: None, 0x13: "cp932", 0x03: "cp1252"}


def _said(found: str, declared: str | None) -> tuple[set[str], set[str]]:
    """What must be said, as data and as notes, of text in `found` under a declaration."""
    if declared is None:
        return set(), {GUESSED}
    return ({WRONG} if declared != found else set()), set()


for _file, (_cells, _codec, _encoding, _field) in FILES.items():
    _few = (None, "UTF-8", "GBK ", "BIG5", "ISO-8859-1", "OEM") if _file in ("big5", "latin1") else CPGS
    _declared = [(f"cpg_{cpg}".strip(), cpg, 0, CPGS[cpg]) for cpg in _few]
    _declared += [(f"byte_{byte:02x}", None, byte, name) for byte, name in LANGUAGE_BYTES.items()]
    for _name, _cpg, _byte, _means in _declared:
        _says, _notes = _said(_encoding, _means)
        _expected = Layers(5, _says, _notes, encoding=_encoding, fields=[_field], first={_field: _cells[0]})
        text(f"{_file}_{_name}", _cells, _codec, _expected, cpg=_cpg, language_byte=_byte, field=_field)

_mark = Layers(5, encoding="UTF-8", first={"名称": SIMPLIFIED[0]})
text("cpg_with_byte_order_mark", SIMPLIFIED, "utf-8", _mark, cpg=b"\xef\xbb\xbfUTF-8", field="名称")
text("cpg_in_utf16", SIMPLIFIED, "utf-8", _mark, cpg="UTF-8".encode("utf-16"), field="名称")
text("cpg_true_byte_false", SIMPLIFIED, "gbk", Layers(5, encoding="GBK"), cpg="GBK", language_byte=0x03)
text("cpg_false_byte_true", SIMPLIFIED, "gbk", Layers(5, {WRONG}, encoding="GBK"), cpg="UTF-8", language_byte=0x4D)

_rare = {"NAME": RARE[0]}
text("four_bytes_undeclared", RARE, "gb18030", Layers(4, notes={GUESSED}, encoding="GB18030", first=_rare))
text("four_bytes_cpg", RARE, "gb18030", Layers(4, encoding="GB18030", first=_rare), cpg="GB18030")
text("four_bytes_cpg_gbk", RARE, "gb18030", Layers(4, encoding="GBK", first=_rare), cpg="GBK")
text("four_bytes_cpg_utf8", RARE, "gb18030", Layers(4, {WRONG}, encoding="GB18030", first=_rare), cpg="UTF-8")

_cut_name = "规划用地性质"
text(
    "name_cut_gbk", SIMPLIFIED, "gbk", Layers(5, notes={"field_name_cut"}, fields=["规划用地"], encoding="GBK"),
    cpg="GBK", field=_cut_name.encode("gbk")[:9],
)  # fmt: skip
text(
    "name_cut_utf8", SIMPLIFIED, "utf-8", Layers(5, notes={"field_name_cut"}, fields=["规划用"], encoding="UTF-8"),
    cpg="UTF-8", field=_cut_name.encode()[:10],
)  # fmt: skip
text(
    "name_cut_undeclared", SIMPLIFIED, "utf-8", Layers(5, notes={"field_name_cut", GUESSED}, fields=["规划用"], encoding="UTF-8"),
    field=_cut_name.encode()[:10],
)  # fmt: skip
_cut = {"values_cut"}
text("cells_cut_gbk", SIMPLIFIED, "gbk", Layers(5, _cut, encoding="GBK", first={"NAME": "华亭镇"}), cpg="GBK", width=7)
text("cells_cut_utf8", SIMPLIFIED, "utf-8", Layers(5, _cut, encoding="UTF-8", first={"NAME": "华亭镇"}), cpg="UTF-8", width=10)
text("cells_cut_undeclared", SIMPLIFIED, "utf-8", Layers(5, _cut, {GUESSED}, encoding="UTF-8"), width=10)
text("cells_cut_cpg_false", SIMPLIFIED, "utf-8", Layers(5, _cut | {WRONG}, encoding="UTF-8"), cpg="GBK", width=10)

text("ascii", ["a", "b"], "ascii", Layers(2, first={"NAME": "a"}))
text("ascii_cpg_gbk", ["a", "b"], "ascii", Layers(2, encoding="GBK"), cpg="GBK")
text("name_alone_is_chinese", ["a", "b"], "gbk", Layers(2, notes={GUESSED}, fields=["地块编号"]), field="地块编号")
text("one_word_that_could_be_utf8", ["联通"], "gbk", Layers(1, notes={GUESSED}, encoding="GBK", first={"NAME": "联通"}))
text("signs", ["①②③", "㎡", "　全角"], "gbk", Layers(3, encoding="GBK", first={"NAME": "①②③"}), cpg="GBK")

_other = {"values_other_encoding"}
_mixed: list[str | bytes] = ["嘉定新城".encode(), *SIMPLIFIED]
text("utf8_row_among_gbk", _mixed, "gbk", Layers(6, _other, encoding="GBK", first={"NAME": "嘉定新城"}), cpg="GBK")
_mixed = ["嘉定新城".encode("gbk"), *SIMPLIFIED]
text("gbk_row_among_utf8", _mixed, "utf-8", Layers(6, _other, encoding="UTF-8", first={"NAME": "嘉定新城"}), cpg="UTF-8")
text("half_and_half", [*SIMPLIFIED, *(cell.encode("gbk") for cell in SIMPLIFIED)], "utf-8", Layers(10, {GUESSED, *_other}))
text(
    "names_in_utf8_cells_in_gbk", SIMPLIFIED, "gbk",
    Layers(5, notes={GUESSED, "field_name_odd_encoding"}, fields=["名称"], encoding="GBK"), field="名称".encode(),
)  # fmt: skip
_garbled = Layers(5, {"values_garbled"}, encoding="UTF-8")
text("garbled_before", [cell.encode().decode("latin-1") for cell in SIMPLIFIED], "utf-8", _garbled, cpg="UTF-8", width=80)
text("garbled_as_gbk_before", ["鍗庝涵闀", *SIMPLIFIED[1:]], "utf-8", _garbled, cpg="UTF-8")
text("characters_lost_before", ["华亭\ufffd", *SIMPLIFIED[1:]], "utf-8", _garbled, cpg="UTF-8")
text("question_marks", ["????", "??", "a"], "utf-8", Layers(3, {"values_garbled"}), cpg="UTF-8")
text("bytes_of_no_encoding", [b"\xff\xfe\xfd", b"abc"], "utf-8", Layers(2, _cut), cpg="UTF-8")
