"""GML: every feature class a layer, read from a private copy; schemas and links are never looked up."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
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
from landplan.io.xml_text import Coordinates, Edit, closing_end, harmless, local, private_copy, tag_end

_MEMBERS = ("featureMember", "featureMembers", "member")
_COORDINATES = frozenset(("posList", "pos", "coordinates", "X", "Y"))
_RANKS = {
    **dict.fromkeys(
        ("Polygon", "MultiPolygon", "Surface", "MultiSurface", "CompositeSurface", "PolyhedralSurface", "MultiGeometry"), 0
    ),
    **dict.fromkeys(("LineString", "MultiLineString", "Curve", "MultiCurve", "CompositeCurve", "OrientableCurve"), 1),
    **dict.fromkeys(("Point", "MultiPoint"), 2),
}
"""Geometries of a feature, the one that is kept where it has several first."""
_ANSWERS = ("ExceptionReport", "ServiceExceptionReport")
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
    if raw.crs is None:
        raw = replace(raw, issues=(*raw.issues, *_systems(opened.outline.systems[name], role)))
    table = raw.table.drop_columns([one for one in _BOX if one in raw.table.column_names])
    return replace(raw, table=numbered(table, keep=("gml_id", "fid")), encoding=opened.encoding)


def _systems(names: Counter[str], role: str) -> tuple[Issue, ...]:
    """Why a class has no CRS: its features name several, or one that nobody knows."""
    if len(names) > 1:
        return (Issue("gml_systems_differ", role, values={"systems": ", ".join(f"{name} ({n})" for name, n in names.items())}),)
    return tuple(Issue("gml_system_unknown", role, values={"name": name[:80]}) for name in names if name != "-")


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
    answer: bool = False
    several: int = 0
    systems: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    coordinates: Coordinates = field(init=False)
    _geometries: list[tuple[int, int, int]] = field(default_factory=list)
    _at: tuple[int, int] = (0, 0)
    _named: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.coordinates = Coordinates(self.text, _COORDINATES, self.edits)

    def start(self, name: str, attributes: dict[str, str], at: int) -> None:
        own = local(name)
        collection = own.endswith("Collection")
        if collection and attributes.get("numberMatched", "").isdecimal():
            self.matched += int(attributes["numberMatched"][:12])
        if own in _MEMBERS and any(local(key) == "href" and not value.startswith("#") for key, value in attributes.items()):
            self.links += 1
        if self._inside:
            self._inside += 1
            self._start_inside(own, attributes, at)
        elif self._above and self._above[-1] in _MEMBERS and not collection:
            self.counts[own] += 1
            self._inside = 1
        self._above.append(own)
        if any(local(key) == "schemaLocation" for key in attributes):
            last = tag_end(self.text, at)
            self.edits.append((at, last, _SCHEMA.sub(b"", self.text[at:last])))

        self.answer |= own in _ANSWERS

    def end(self, name: str, at: int) -> None:
        own = self._above.pop()
        if self._inside:
            self.coordinates.end(own, at)
            if self._inside == 3 and own in _RANKS:
                self._geometry(own, closing_end(self.text, name, at))
            elif self._inside == 1:
                self._feature(own)
            self._inside -= 1

    def _start_inside(self, own: str, attributes: dict[str, str], at: int) -> None:
        self.coordinates.start(own, at)
        if self._inside == 3 and own in _RANKS:
            self._at = at, self.coordinates.unreadable
        if self._inside > 2 and "srsName" in attributes:
            self._named.add(attributes["srsName"])

    def _geometry(self, own: str, last: int) -> None:
        """A geometry ends: one with coordinates that are none is cut out, GDAL would leave out its feature."""
        first, before = self._at
        if self.coordinates.unreadable > before:
            self.edits.append((first, last, b""))
        else:
            self._geometries.append((_RANKS[own], first, last))

    def _feature(self, own: str) -> None:
        """A feature ends: of several geometries, of which GDAL takes the last, the one with most extent stays."""
        if self._geometries:
            self.systems[own].update(self._named or ("-",))
        for _, first, last in sorted(self._geometries)[1:]:
            self.edits.append((first, last, b""))
        self.several += len(self._geometries) > 1
        self._geometries, self._named = [], set()

    def issues(self, role: str) -> tuple[Issue, ...]:
        found = self.counts.total()
        issues: tuple[Issue, ...] = ()
        if self.matched > found:
            issues += (Issue("gml_partial", role, values={"stated": self.matched, "found": found}),)
        more = (("gml_geometries_several", self.several), ("coordinates_unreadable", self.coordinates.unreadable))
        issues += tuple(Issue(id, role, values={"n": n}) for id, n in more if n)
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
    if outline.answer:
        raise InputError("gml_answer_of_error", path.name)
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
