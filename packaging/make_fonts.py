"""Make the two Chinese fonts that landplan ships: static, subset copies of Noto Sans SC (SIL Open Font License 1.1).

    python packaging/make_fonts.py SOURCE_TTF UNIHAN_OTHER_MAPPINGS [OUT_FOLDER]

SOURCE_TTF is the variable `NotoSansSC[wght].ttf`; the PyPI package `justmytype-intl-cjk` carries it, with its OFL.txt.
UNIHAN_OTHER_MAPPINGS is the Unicode database's `Unihan_OtherMappings.txt`, plain or .bz2; Debian's package
`unicode-data` has it. Its property kTGH marks the 8,105 characters of 通用规范汉字表 (2013).

Method: the weight axis is pinned at 400 and 700 (a variable font shows its thinnest weight in Qt), then all characters
but those of `charset` are dropped, with hinting, vertical metrics and every layout feature but kerning and composition.
The radicals of the source go too: their glyphs serve ordinary characters, and a PDF would be searchable for the wrong
ones. Same input, same bytes: the dates in the file stay those of the source.
"""

from __future__ import annotations

import bz2
import sys
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

FAMILY = "Noto Sans SC"
STYLES = {"Regular": 400, "Bold": 700}  # style name → position on the weight axis
FEATURES = ["kern", "ccmp"]  # the digits of the source all have one width as they are
BOLD_BITS, REGULAR_BITS = 0x20, 0x40  # OS/2 fsSelection
SYMBOLS = (
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫⅰⅱⅲⅳⅴⅵⅶⅷⅸⅹ"
    "㎎㎏㎜㎝㎞㎡㎥㏄㏊㏎℃℉№℡™‰°′″‵²³¹µμΩ¥￥€£"
    "≤≥±×÷≈≠≡∞∑∏√∫∂∆∠∥⊥∈∩∪∧∨∴∵∝−∕→←↑↓↔↕↗↘↙↖⇒⇔"
    "▲△▼▽▶▷◀◁●○◎◉■□◆◇★☆✓◐◑◒◓▪▫•·…⋯—–‑‐―"
    "‘’“”„‹›«»〈〉《》「」『』【】〔〕〖〗、。々〆〇〜～§¶†‡※■█▇▆▅▄▃▂▁░▒▓│─┌┐└┘├┤┬┴┼╱╲"
)


def charset(unihan: Path) -> set[int]:
    """Code points to keep: ASCII, Latin-1, GB 2312 whole, 通用规范汉字表, fullwidth forms and the `SYMBOLS` above."""
    kept = {*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0xFF01, 0xFF5F), *range(0xFFE0, 0xFFE7), 0x3000}
    rows = (bytes((high, low)) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    kept |= {ord(char) for row in rows for char in row.decode("gb2312", "ignore")}
    raw = unihan.read_bytes()
    text = (bz2.decompress(raw) if unihan.suffix == ".bz2" else raw).decode("utf-8")
    standard = {int(line.split("\t")[0][2:], 16) for line in text.splitlines() if "\tkTGH\t" in line}
    if len(standard) != 8105:
        raise SystemExit(f"{unihan}: {len(standard)} characters carry kTGH, 8105 are expected")
    return kept | standard | {ord(char) for char in SYMBOLS}


def named(font: Any, style: str) -> Any:
    """The font with family, style and full name of one static style (the source names its thinnest weight)."""
    table = font["name"]
    kept = {0, 5, 7, 8, 9, 11, 13, 14}  # copyright, version, trademark, makers, licence
    table.names = [record for record in table.names if record.nameID in kept and record.langID == 0x409]
    post_name = f"{FAMILY.replace(' ', '')}-{style}"
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    for number, text in {1: FAMILY, 2: style, 3: f"landplan subset: {post_name}", 4: full, 6: post_name}.items():
        table.setName(text, number, 3, 1, 0x409)
    bold = style == "Bold"
    font["OS/2"].usWeightClass = STYLES[style]
    font["OS/2"].fsSelection = BOLD_BITS if bold else REGULAR_BITS
    font["head"].macStyle = int(bold)
    return font


def static_subset(source: Path, style: str, kept: set[int]) -> Any:
    """One weight of the variable font, cut to the characters `kept`; layout data only for `FEATURES`."""
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), {"wght": STYLES[style]})
    options = Options(
        layout_features=FEATURES,
        hinting=False,
        notdef_outline=True,
        name_IDs=["*"],
        name_languages=["*"],
        drop_tables=["vhea", "vmtx", "BASE", "VORG", "DSIG", "STAT", "gasp", "prep", "meta"],
    )
    cutter = Subsetter(options)
    cutter.populate(unicodes=kept)
    cutter.subset(font)
    return named(font, style)


def main(arguments: list[str]) -> None:
    """Write NotoSansSC-Regular.ttf and -Bold.ttf into the output folder and say their sizes."""
    if len(arguments) not in {2, 3}:
        raise SystemExit(__doc__)
    source, unihan = Path(arguments[0]), Path(arguments[1])
    out = Path(arguments[2]) if len(arguments) == 3 else Path(__file__).parent.parent / "resources" / "fonts"
    kept = charset(unihan)
    for style in STYLES:
        font = static_subset(source, style, kept)
        target = out / f"NotoSansSC-{style}.ttf"
        font.save(target)
        missing = sorted(kept - set(font.getBestCmap()))
        print(f"{target.name}: {target.stat().st_size / 1e6:.2f} MB, {len(font.getBestCmap())} characters,"
              f" not in the source: {''.join(map(chr, missing)) or 'none'}")


if __name__ == "__main__":
    main(sys.argv[1:])
