"""Encodings are decided on declarations first, and on the text where they lie or say nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.errors import InputError
from landplan.io.encoding import Encoding, decide, known

SIMPLIFIED = ["华亭镇工业区", "安亭汽车城", "嘉定工业区北区"]
TRADITIONAL = ["嘉定工業區", "安亭汽車城", "臺北市信義區"]
TEXTS = {"utf-8": SIMPLIFIED, "gbk": SIMPLIFIED, "big5": TRADITIONAL}
EVERYDAY = [bytes([a, b]).decode("gb2312") for a in range(0xB0, 0xD7) for b in range(0xA1, 0xFF)]
"""The 3,666 most used characters of GB2312."""
NAMES = {"utf-8": "UTF-8", "gbk": "GBK", "big5": "Big5"}


@pytest.mark.parametrize("codec", TEXTS)
@pytest.mark.parametrize("cpg", [None, "UTF-8", "GBK", "ANSI 936", "OEM", "ISO-8859-1", "BIG5", "nonsense"])
@pytest.mark.parametrize("language_byte", [0, 0x4D, 0x57])
def test_text_is_never_garbled_whatever_is_declared(codec: str, cpg: str | None, language_byte: int) -> None:
    raw = [text.encode(codec) for text in TEXTS[codec]]
    choice, issues = decide(raw, "parcels", cpg=cpg, language_byte=language_byte)
    assert [choice.text(one)[0] for one in raw] == TEXTS[codec]
    declared = (known(cpg) if cpg else None) or ("GBK" if language_byte == 0x4D else None)
    expected = [] if declared == NAMES[codec] else ["encoding_declared_wrong" if declared else "encoding_guessed"]
    assert [issue.id for issue in issues] == expected


@pytest.mark.parametrize("text", ["联通", "汉", "电信"])
def test_two_gbk_characters_that_are_valid_utf8_are_not_taken_for_it(text: str) -> None:
    choice, _ = decide([text.encode("gbk")], "parcels")
    assert choice.text(text.encode("gbk"))[0] == text


def test_accents_are_not_taken_for_chinese() -> None:
    assert decide(["Zürich".encode("latin-1")], "parcels")[0].name == "cp1252"
    assert decide([b"Z\xc3\xbcrich"], "parcels")[0].name == "UTF-8"


def test_four_byte_gb18030_is_read() -> None:
    raw = "㐂𠮷村".encode("gb18030")
    choice, _ = decide([raw], "parcels", cpg="GBK")
    assert choice.text(raw) == ("㐂𠮷村", True)


def test_one_broken_text_does_not_change_the_choice() -> None:
    raw = [text.encode("gbk") for text in SIMPLIFIED] * 10
    choice, _ = decide([*raw, b"\xff\xff"], "parcels", cpg="GBK")
    assert choice.name == "GBK"
    assert choice.text(b"\xff\xff")[1] is False


def test_a_text_cut_in_mid_character_keeps_its_whole_characters() -> None:
    assert Encoding("GBK", "cpg").text("华亭镇".encode("gbk")[:-1]) == ("华亭", False)


def test_the_recipe_decides_and_is_told_when_it_is_wrong() -> None:
    raw = [text.encode("gbk") for text in SIMPLIFIED]
    choice, issues = decide(raw, "parcels", given="UTF-8")
    assert (choice.name, choice.evidence, [issue.id for issue in issues]) == ("UTF-8", "recipe", ["encoding_given_wrong"])
    with pytest.raises(InputError, match="KOI9"):
        decide(raw, "parcels", given="KOI9")


@given(st.text(st.sampled_from(EVERYDAY), min_size=3, max_size=30))
def test_everyday_text_under_a_true_declaration_is_left_alone(text: str) -> None:
    for codec, cpg in (("gbk", "GBK"), ("utf-8", "UTF-8")):
        raw = text.encode(codec)
        choice, issues = decide([raw], "parcels", cpg=cpg)
        assert (choice.text(raw), issues) == ((text, True), ())


@pytest.mark.parametrize("mark", ["·", "—", "…", "（", "、"])
def test_marks_between_names_are_everyday_chinese(mark: str) -> None:
    """The dot and the dash of GBK are not those of Python's gb2312."""
    raw = [f"名称{mark}".encode("gbk"), mark.encode("gbk")]
    choice, issues = decide(raw, "parcels", cpg="GBK")
    assert (choice.name, issues) == ("GBK", ())
