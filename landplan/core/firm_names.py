"""Names and addresses of firms as they can be compared: width, brackets, place and legal form set aside, former names found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

FORMS = (
    "股份有限公司", "有限责任公司", "有限公司", "股份公司", "集团公司", "公司",
)  # fmt: skip
"""Legal forms at the end of a name, the longer first; a branch (分公司) keeps its name, it is not the firm."""
PLACES = ("上海市", "上海", "嘉定区", "嘉定")
"""Places in front of a name or in its brackets that are often left out; a recipe may give others."""
_LONGEST = 120
"""What is longer is no name or address; the rest of it is not looked at."""
_FORMER = re.compile(r"[(（\[【]\s*(?:原名称|原名|原|曾用名|曾名|前身|更名前)\s*(?:为|是|[:：])?\s*([^)）\]】]+)[)）\]】]")
_BRACKETED = re.compile(r"[(\[【{〔]([^)\]】}〕]*)[)\]】}〕]")
_SEVERAL = re.compile(r"[、;；\n|]+")
_AREA = re.compile(r"^(?:[^省市区县镇乡街路号弄]{2,8}(?:省|自治区|市|区|县|镇|乡|街道|工业区|新区))+")
_HOUSE = re.compile(r"(\d+(?:-\d+)?)(?=号|弄|$|[^\d])")


@dataclass(frozen=True, slots=True)
class FirmName:
    """full: without blanks, marks and width; core: also without place and legal form, what people call the firm."""

    full: str
    core: str


def firm_name(written: str, places: tuple[str, ...] = PLACES) -> FirmName:
    """One name; `core` is `full` where nothing else would be left of it."""
    text = unicodedata.normalize("NFKC", written[:_LONGEST]).upper()
    full = _letters(text)
    bare = _BRACKETED.sub(lambda found: "" if found[1].strip() in places else found[1], text)
    core = _letters(bare)
    core = next((core[len(place) :] for place in _longest(places) if core.startswith(place)), core)
    core = next((core[len(place) :] for place in _longest(places) if core.startswith(place)), core)
    core = next((core[: -len(form)] for form in FORMS if core.endswith(form) and not core.endswith("分公司")), core)
    return FirmName(full, core or full)


def names_of(written: str | None, former: str | None = None) -> tuple[str, ...]:
    """A name and the former ones, written beside it or in its brackets: 甲公司（原乙公司） is 甲公司 and 乙公司."""
    if written is None or not written.strip():
        return ()
    written = written[:_LONGEST]
    inside = [found[1] for found in _FORMER.finditer(written)]
    bare = _FORMER.sub("", written).strip()
    beside = _SEVERAL.split(former) if former else []
    every = (bare, *inside, *beside)
    return tuple(dict.fromkeys(one.strip() for one in every if one.strip()))


def several(written: str | None) -> tuple[str, ...]:
    """The names in a cell that lists several holders; a comma is part of a name, 、 and ; are not."""
    return () if written is None else tuple(one.strip() for one in _SEVERAL.split(written) if one.strip())


def address_key(written: str | None) -> tuple[str, tuple[str, ...]]:
    """The road and the numbers of an address, without province, city, district and town: ("墨玉南路", ("888",))."""
    if written is None or not written.strip():
        return "", ()
    text = _letters(_BRACKETED.sub("", unicodedata.normalize("NFKC", written[:_LONGEST]).upper()), keep="-")
    text = _AREA.sub("", text)
    numbers = tuple(_HOUSE.findall(text))
    road = re.split(r"\d", text, maxsplit=1)[0]
    return road or text, numbers


def _letters(text: str, keep: str = "") -> str:
    return "".join(character for character in text if character.isalnum() or character in keep)


def _longest(places: tuple[str, ...]) -> list[str]:
    return sorted(places, key=len, reverse=True)
