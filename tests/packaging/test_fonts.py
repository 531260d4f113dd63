"""The shipped fonts are static, hold the characters of Chinese plans, and keep text searchable in a PDF."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

FONTS = Path(__file__).resolve().parents[2] / "resources" / "fonts"
STYLES = {"Regular": 400, "Bold": 700}
TEXT = "嘉定区产业用地 南翔 封浜 ①⑳ Ⅷ ㎡㎞㏊ ‰≤≥±×÷ →←↑↓ ▲●○■□★✓ １２ＡＢ，。 0123456789 km²"
RARE_PLACES = "泖浜溇垡圩埭堍疁畈塘泾港湾浦堰"


@pytest.fixture(scope="module", params=STYLES)
def style(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def font(style: str) -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(FONTS / f"NotoSansSC-{style}.ttf")


def test_static_and_light(font: Any, style: str) -> None:
    assert "glyf" in font
    assert not {"fvar", "gvar", "fpgm", "prep", "vmtx"} & set(font.keys())
    assert font["OS/2"].usWeightClass == STYLES[style]
    assert font["name"].getDebugName(2) == style
    assert (FONTS / f"NotoSansSC-{style}.ttf").stat().st_size < 2_850_000


def test_characters(font: Any) -> None:
    covered = set(font.getBestCmap())
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    national = {ord(char) for row in rows for char in row.decode("gb2312", "ignore")}
    assert len(national) == 6763
    assert national - covered == set()
    assert {ord(char) for char in TEXT + RARE_PLACES if char != " "} - covered == set()
    assert len([code for code in covered if 0x3400 <= code < 0xA000 or code >= 0x20000]) >= 8105


def test_no_radicals_share_a_glyph_with_a_character(font: Any) -> None:
    """Else a PDF may be searchable for ⽤ (a radical) where 用 is shown."""
    assert [hex(code) for code in font.getBestCmap() if 0x2E80 <= code < 0x2FE0 or 0xF900 <= code < 0xFB00] == []


def test_digits_line_up_in_tables(font: Any) -> None:
    glyphs = font.getBestCmap()
    assert len({font["hmtx"][glyphs[ord(digit)]][0] for digit in "0123456789"}) == 1


def test_text_in_a_pdf_is_found(style: str) -> None:
    import pypdfium2
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont(f"shipped {style}", str(FONTS / f"NotoSansSC-{style}.ttf")))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, initialFontName=f"shipped {style}", initialFontSize=8)
    canvas.drawString(40, 700, TEXT)
    canvas.save()
    document = pypdfium2.PdfDocument(buffer.getvalue())
    page = document[0].get_textpage()
    assert page.get_text_bounded().strip() == TEXT
    document.close()


def test_licence_lies_beside() -> None:
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Reserved Font Name 'Source'" in licence
