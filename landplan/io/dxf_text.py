"""Text of drawings: its encoding, and the codes that stand for characters, line breaks and formatting."""

from __future__ import annotations

import re
from dataclasses import dataclass

from landplan.core.errors import Issue
from landplan.io.dxf_tags import Drawing, Value
from landplan.io.encoding import Encoding, decide, known

BETWEEN = " / "
"""Stands between the texts of a plot, and between the lines of a text."""
_UTF8_SINCE = b"AC1021"
"""From this version on a drawing is UTF-8 by definition, whatever code page its header names."""
_SAMPLES = 4000
_PAGES = {b"1": "cp932", b"2": "cp950", b"3": "cp949", b"4": "johab", b"5": "gb18030"}
_UNICODE, _MIF = re.compile(r"\\U\+([0-9A-Fa-f]{4})"), re.compile(r"\\M\+([1-5])([0-9A-Fa-f]{4})")
_PERCENT = re.compile(r"%%(\d{3}|[a-zA-Z%])")
_SIGNS = {"c": "Ø", "d": "°", "p": "±", "%": "%"}
_MTEXT = re.compile(
    r"\\(?:(?P<plain>[\\{}])|(?P<line>[PNX])|(?P<space>~)|[LlOoKk]|S(?P<stack>(?:[^;\\]|\\.)*);|[ACcfFHQTWp](?:[^;\\]|\\.)*;)"
    r"|(?P<caret>\^[IJM ])|(?P<brace>[{}])"
)


@dataclass(frozen=True, slots=True)
class Words:
    """The encoding of a drawing and what is to be said about it."""

    encoding: Encoding
    issues: tuple[Issue, ...]

    def name(self, raw: bytes) -> str:
        """A name of a layer, block or tag."""
        return _characters(self.encoding.text(raw)[0]).strip()

    def line(self, raw: bytes) -> str:
        """A TEXT or an attribute as it is seen."""
        text = _PERCENT.sub(_sign, _characters(self.encoding.text(raw)[0]))
        return text.replace("^J", BETWEEN).replace("^I", " ").replace("^ ", "^").strip()

    def paragraph(self, raw: bytes) -> str:
        """An MTEXT as it is seen, without its formatting."""
        text = _MTEXT.sub(_unformatted, _characters(self.encoding.text(raw)[0]))
        lines = (line.strip() for line in _PERCENT.sub(_sign, text).split("\n"))
        return BETWEEN.join(line for line in lines if line)


def words(drawing: Drawing, role: str, given: str | None) -> Words:
    """The encoding of a drawing: UTF-8 since AC1021, its code page before, judged on its real bytes."""
    odd = drawing.odd_texts[:_SAMPLES]
    encoding, issues = decide(odd, role, given=given, cpg=_declared(drawing))
    broken = sum(not encoding.text(raw)[1] for raw in odd)
    if broken:
        issues += (Issue("text_broken", role, values={"encoding": encoding.name}),)
    return Words(encoding, issues)


def _declared(drawing: Drawing) -> str | None:
    version, page = (_text(drawing.header.get(name)) for name in (b"$ACADVER", b"$DWGCODEPAGE"))
    if version[:2] == b"AC" and version >= _UTF8_SINCE:
        return "UTF-8"
    found = page.decode("ascii", "replace")
    number = re.fullmatch(r"(?:ansi|dos|cp)[_-]?(\d+)", found, re.IGNORECASE)
    return found if known(found) else known(f"cp{number[1]}") if number else None


def _text(value: Value | None) -> bytes:
    return value.strip() if isinstance(value, bytes) else b""


def _characters(text: str) -> str:
    """The text with its \\U+XXXX and \\M+nXXXX as the characters they are."""
    if "\\" not in text:
        return text
    text = _UNICODE.sub(lambda match: _scalar(int(match[1], 16), match[0]), text)
    return _MIF.sub(lambda match: _of_page(match), text)


def _scalar(code: int, otherwise: str) -> str:
    return otherwise if 0xD800 <= code < 0xE000 or not code else chr(code)


def _of_page(match: re.Match[str]) -> str:
    try:
        return bytes.fromhex(match[2]).decode(_PAGES[match[1].encode()]).strip("\0")
    except UnicodeDecodeError:
        return match[0]


def _sign(match: re.Match[str]) -> str:
    code = match[1].lower()
    if code.isdigit():
        return chr(int(code)) if 32 <= int(code) < 127 else match[0]
    return _SIGNS.get(code, "" if code in "uok" else match[0])


def _unformatted(match: re.Match[str]) -> str:
    if match["plain"]:
        return match["plain"]
    if match["line"] or match["caret"] in ("^J", "^M"):
        return "\n"
    if match["stack"] is not None:
        return re.sub(r"\s*[\^#]\s*", "/", re.sub(r"\\(.)", r"\1", match["stack"]))
    return " " if match["space"] or match["caret"] == "^I" else "^" if match["caret"] else ""
