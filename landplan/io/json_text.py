"""JSON as it comes: in any encoding, one value or several, small slips read past and said."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide
from landplan.io.plain_text import POINTER, decoded_by_mark, mostly_utf8, samples

_BLANK = re.compile(r"[\s\x1e,]*")
_SLIP = re.compile(
    r'("(?:[^"\\]|\\.)*+")|/\*.*?\*/|//[^\n]*|,(?=(?:\s|/\*.*?\*/|//[^\n]*)*+[\]}])', re.DOTALL
)  # fmt: skip
"""A text, which stays as it is; else a comment, or a comma before a closing bracket."""
_ODD = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1d\x1f]|\\u0000")
_HALF_PAIR = re.compile(r"\\u[dD][89a-fA-F]")
TEXT = re.compile(rb'"([^"]*[\x80-\xff][^"]*)"')
"""A text that is not all ASCII, in bytes of any encoding."""
_LONG = 4000
"""Whole numbers of more digits stay text: Python reads no longer ones."""


@dataclass(slots=True)
class JsonText:
    """What a file says: its values, the encoding it was in, and how many of its lines are none.

    plain: whether the bytes are strict JSON in UTF-8 that any library reads the same.
    """

    values: list[Any]
    encoding: str
    plain: bool
    issues: tuple[Issue, ...] = ()
    lost: int = 0


def json_text(path: Path, role: str, encoding: str | None) -> JsonText:
    """The values of a JSON file. InputError with the place where it is none, is cut, or nests without end."""
    raw = path.read_bytes()
    text, name, issues = _text(raw, role, encoding)
    if not text.strip("\0 \t\r\n"):
        raise InputError("file_empty", path.name)
    if text.startswith(POINTER):
        raise InputError("table_is_pointer", path.name)
    reading = _Reading(path)
    try:
        with _no_collection():
            values = reading.values(text)
    except RecursionError as error:
        raise InputError("json_too_deep", path.name) from error
    odd = len(_ODD.findall(text.rstrip("\0\x1a\r\n ")))
    issues += (Issue("text_control_characters", role, values={"n": odd}),) if odd else ()
    issues += tuple(Issue(id, role, values=shown) for id, shown in reading.said.items())
    plain = name == "UTF-8" and not issues and not reading.odd and not _HALF_PAIR.search(text) and "\x1e" not in text
    return JsonText(values, name, plain, issues, reading.lost)


def _text(raw: bytes, role: str, encoding: str | None) -> tuple[str, str, tuple[Issue, ...]]:
    """The bytes as text, in the encoding of their mark, the one given, or the one that fits; JSON is UTF-8 by rule."""
    marked = decoded_by_mark(raw, role) if encoding is None else None
    if marked is not None:
        return marked
    odd = [] if raw.isascii() else samples(found[1] for found in TEXT.finditer(raw))
    given = encoding or ("UTF-8" if mostly_utf8(odd) else None)
    choice, issues = decide(odd, role, given=given, cpg=None if given else "UTF-8")
    issues = issues if encoding else tuple(one for one in issues if one.id != "encoding_given_wrong")
    text, whole = choice.text(raw)
    if not whole:
        issues += (Issue("text_broken", role, values={"encoding": choice.name}),)
    return text.removeprefix("\ufeff"), choice.name, issues


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of new lists make the search for garbage among them half of the work; there is none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(slots=True)
class _Reading:
    """The walk through a text. said: what had to be read past; odd: that no other library is to see the text as it is."""

    path: Path
    said: dict[str, dict[str, object]] = field(default_factory=dict)
    odd: bool = False
    lost: int = 0
    _repeated: int = 0
    _example: str = ""

    def values(self, text: str) -> list[Any]:
        found: list[Any] | None
        try:
            found = self._one_or_several(text)
        except json.JSONDecodeError as error:
            found = self._lines(text) or self._forgiven(text)
            if found is None:
                raise InputError("json_broken", self.path.name, line=error.lineno, column=error.colno) from error
        if self._repeated:
            self.said["json_keys_repeated"] = {"n": self._repeated, "key": self._example}
        return found

    def _one_or_several(self, text: str) -> list[Any]:
        """The value of the text, or one after the other; what follows a whole value and is none is said."""
        found: list[Any] = []
        decoder, at = self._decoder(), _end_of_blank(text, 0)
        first, last = at, len(text.rstrip("\0\x1a\x1e \t\r\n"))
        self.odd |= last < len(text.rstrip())
        while at < last:
            try:
                value, end = _decoded(decoder, text, at)
            except json.JSONDecodeError:
                if not found or text[at] in "{[\x1e" or _is_line(found[0]):
                    raise
                self.said["json_rest_ignored"] = {"n": last - at, "example": " ".join(text[at : at + 40].split())}
                break
            found.append(value)
            at = _end_of_blank(text, end)
        self.odd |= len(found) > 1 and text.count("\n", first, last) != len(found) - 1
        return found

    def _lines(self, text: str) -> list[Any] | None:
        """The values of a text with one a line, where most lines are whole; None where it is no such text."""
        decoder, found, bad = self._decoder(), [], 0
        for line in _records(text):
            try:
                value, end = _decoded(decoder, line, 0)
            except json.JSONDecodeError:
                bad += 1
            else:
                found.append(value)
                bad += bool(line[end:].strip())
        if not found or bad >= len(found) or not all(map(_is_line, found)):
            return None
        self.lost, self.odd = bad, True
        return found

    def _forgiven(self, text: str) -> list[Any] | None:
        """The values once comments and commas before closing brackets are gone; None where something else is wrong."""
        slips = 0

        def kept(found: re.Match[str]) -> str:
            nonlocal slips
            slips += found[1] is None
            return found[1] or " "

        text = _SLIP.sub(kept, text)
        self._repeated = 0
        try:
            values = self._one_or_several(text) if slips else None
        except json.JSONDecodeError:
            return None
        if slips:
            self.said["json_slips"] = {"n": slips}
        return values

    def _decoder(self) -> json.JSONDecoder:
        return json.JSONDecoder(strict=False, object_pairs_hook=self._object, parse_constant=self._constant)

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self._repeated += len(pairs) - len(found)
            names = [name for name, _ in pairs]
            self._example = self._example or next(name for name in found if names.count(name) > 1)[:40]
            self._settle(found, pairs)
        return found

    def _settle(self, found: dict[str, Any], pairs: list[tuple[str, Any]]) -> None:
        """Of a repeated name the last value counts that is not null; lists of features are joined."""
        for name, value in pairs:
            if found[name] is None and value is not None:
                found[name] = value
        lists = [value for name, value in pairs if name == "features" and isinstance(value, list)]
        if len(lists) > 1:
            found["features"] = [one for each in lists for one in each]

    def _constant(self, name: str) -> float:
        self.odd = True
        return float(name)


def _decoded(decoder: json.JSONDecoder, text: str, at: int) -> tuple[Any, int]:
    """The value that starts at `at` and where it ends; numbers of thousands of digits come as text."""
    try:
        return decoder.raw_decode(text, at)
    except json.JSONDecodeError:
        raise
    except ValueError:  # Exceeds the limit for integer string conversion
        patient = json.JSONDecoder(
            strict=False,
            object_pairs_hook=decoder.object_pairs_hook,
            parse_constant=decoder.parse_constant,
            parse_int=lambda digits: int(digits) if len(digits) < _LONG else digits,
        )
        return patient.raw_decode(text, at)


def _end_of_blank(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at


def _records(text: str) -> Iterator[str]:
    """What stands between record marks (RFC 8142), or on the lines where there are none."""
    parts = text.split("\x1e") if "\x1e" in text else text.splitlines()
    return (part.strip() for part in parts if part.strip("\0\x1a \t\r\n"))


def _is_line(value: Any) -> bool:
    """Whether a value is what a file with one a line holds: a feature, not a whole collection."""
    return isinstance(value, dict) and value.get("type") == "Feature"
