"""GML: every feature class a layer, read from a private copy; schemas and links are never looked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from landplan.core.errors import InputError, Issue
from landplan.core.recipe import LayerInput
from landplan.io.gdal import heard, ogr
from landplan.io.ogr_layer import chosen, rows_read
from landplan.io.plain_numbers import numbered
from landplan.io.raw_layer import RawLayer, unharmed
from landplan.io.xml_text import Edit, harmless, local, private_copy, tag_end

_MEMBERS = ("featureMember", "featureMembers", "member")
_BOX = ("lowerCorner", "upperCorner")
"""What GDAL makes of a feature's boundedBy: no value of the feature."""
_SCHEMA = re.compile(rb"""\s[\w.-]+:schemaLocation\s*=\s*("[^"]*"|'[^']*')""")


def layers(path: Path) -> tuple[str, ...]:
    """The feature classes of the file. InputError when it is not whole or has none."""
    with unharmed("", path), _opened(path, "", None) as opened:
        return opened.names


def read(path: Path, spec: LayerInput, role: str) -> RawLayer:
    """The features of one class, counted by the XML itself; a feature that GDAL cannot read costs its own row."""
    with _opened(path, role, spec.encoding) as opened:
        name, issues = chosen(spec.layer, opened.names, role, path)
        stated = opened.outline.counts.get(name)
        with heard():
            rows = int(ogr().read_info(opened.file, layer=name)["features"]) if stated is None else stated
        issues += opened.issues + opened.outline.issues(role)
        raw = rows_read(opened.file, name, role, rows, issues, path, DOWNLOAD_SCHEMA="NO")
    table = raw.table.drop_columns([one for one in _BOX if one in raw.table.column_names])
    return replace(raw, table=numbered(table, keep=("gml_id", "fid")), encoding=opened.encoding)


@dataclass(slots=True)
class _Outline:
    """What the XML says before GDAL reads it: features of each class, what the server had, and no schema to look up."""

    text: bytes
    counts: Counter[str] = field(default_factory=Counter)
    matched: int = 0
    links: int = 0
    edits: list[Edit] = field(default_factory=list)
    _above: list[str] = field(default_factory=list)
    _inside: int = 0

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        own = local(name)
        collection = own.endswith("Collection")
        if collection and attributes.get("numberMatched", "").isdecimal():
            self.matched += int(attributes["numberMatched"][:12])
        if own in _MEMBERS and any(local(key) == "href" and not value.startswith("#") for key, value in attributes.items()):
            self.links += 1
        if self._inside:
            self._inside += 1
        elif self._above and self._above[-1] in _MEMBERS and not collection:
            self.counts[own] += 1
            self._inside = 1
        self._above.append(own)
        if any(local(key) == "schemaLocation" for key in attributes):
            last = tag_end(self.text, at)
            self.edits.append((at, last, _SCHEMA.sub(b"", self.text[at:last])))

    def end(self, _name: str, _at: int) -> None:
        self._above.pop()
        self._inside = max(self._inside - 1, 0)

    def issues(self, role: str) -> tuple[Issue, ...]:
        found = self.counts.total()
        issues = (Issue("gml_partial", role, values={"stated": self.matched, "found": found}),) if self.matched > found else ()
        return issues + ((Issue("gml_links_not_followed", role, values={"n": self.links}),) if self.links else ())


@dataclass(frozen=True, slots=True)
class _Opened:
    """A private copy, beside which GDAL may write, and its classes."""

    file: Path
    names: tuple[str, ...]
    outline: _Outline
    encoding: str
    issues: tuple[Issue, ...]


@contextmanager
def _opened(path: Path, role: str, encoding: str | None) -> Iterator[_Opened]:
    text, outline, name, issues = harmless(path, role, encoding, _Outline)
    with private_copy(text, path, role, ".gml") as file:
        with heard():
            names = tuple(str(name) for name, _ in ogr().list_layers(file))
        unread = sorted(set(outline.counts) - set(names))
        if unread:
            n = sum(outline.counts[one] for one in unread)
            issues += (Issue("gml_classes_unread", role, values={"n": n, "names": unread}),)
        if unread and not names:
            raise InputError("gml_unread", path.name, n=outline.counts.total())
        if not names:
            raise InputError("no_layers", path.name, layer=role)
        yield _Opened(file, names, outline, name, issues)
