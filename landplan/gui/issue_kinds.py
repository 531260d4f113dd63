"""Issues of every step, kind by kind, as the checks panel lists them. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from landplan.core.errors import Issue, Weight
from landplan.core.layers import Geometry, Int, Layer, LayerSet, take
from landplan.core.messages import catalogue, language, pick, text
from landplan.core.project import Project
from landplan.core.results import Results
from landplan.core.tables import OptionTable, Portfolio

WEIGHTS: tuple[Weight, ...] = ("blocks", "data", "note")
"""The heaviest first."""
Part = tuple[Issue, ...]
Box = tuple[float, float, float, float]


class _Differs:
    """Stands in a sentence for what is not the same in every issue of a kind, whatever its format."""

    def __format__(self, spec: str) -> str:
        return "…"


@dataclass(frozen=True, eq=False)
class IssueKind:
    """All issues with one text and weight."""

    id: str
    weight: Weight
    issues: Sequence[Issue]
    titles: Mapping[str, str]
    """Titles of criteria by id: sentences name them as the planner knows them."""

    @cached_property
    def sentence(self) -> str:
        """What they all say; where they differ, the short name of their kind, else the sentence with … in it."""
        first = dict(self.issues[0].values)
        for name, value in first.items():
            if any(issue.values.get(name) != value for issue in self.issues):
                first[name] = _Differs()
        name_id = f"kind_{self.id}"
        if any(isinstance(value, _Differs) for value in first.values()) and name_id in catalogue(language()):
            return text(name_id)
        return " ".join(text(self.id, _named(first, self.titles)).split())

    @property
    def layers(self) -> tuple[str, ...]:
        """Roles of the layers concerned, in order."""
        return tuple(dict.fromkeys(issue.layer for issue in self.issues))

    @property
    def single(self) -> bool:
        """Whether the sentence says all there is: one issue of no feature in particular."""
        return len(self.issues) == 1 and not self.issues[0].feature and self.issues[0].row < 0

    def sentence_of(self, issue: Issue) -> str:
        return " ".join(text(issue.id, _named(issue.values, self.titles)).split())


def _named(values: Mapping[str, object], titles: Mapping[str, str]) -> dict[str, object]:
    named = dict(values)
    if isinstance(named.get("criterion"), str):
        named["criterion"] = titles.get(str(named["criterion"]), named["criterion"])
    return named


def criterion_titles(project: Project) -> dict[str, str]:
    return {one.id: pick(one.title) for one in project.scheme.criteria}


def issue_parts(
    layers: LayerSet, results: Results | None, options: OptionTable | None = None, portfolio: Portfolio | None = None
) -> tuple[Part, ...]:
    """The issues of each step as the step keeps them: the same object until the step runs again."""
    read = tuple(layer.issues for layer in layers)
    if results is None:
        return read
    measured = [column.issues for column in results.criteria.columns.values()]
    skipped = tuple(results.criteria.skipped.values())
    planned = [table.issues for table in (options, portfolio) if table is not None]
    return (*read, results.checks, results.zones.issues, skipped, *measured, results.scores.issues, *planned)


def issue_kinds(parts: Iterable[Part], titles: Mapping[str, str]) -> tuple[IssueKind, ...]:
    """The kinds, the heaviest first, then the most frequent."""
    found: dict[tuple[str, Weight], list[Issue]] = {}
    for part in parts:
        for issue in part:
            found.setdefault((issue.id, issue.weight), []).append(issue)
    kinds = [IssueKind(id, weight, issues, titles) for (id, weight), issues in found.items()]
    return tuple(sorted(kinds, key=lambda one: (WEIGHTS.index(one.weight), -len(one.issues))))


def counts(kinds: Iterable[IssueKind]) -> dict[Weight, int]:
    """How many issues there are of each weight."""
    found = dict.fromkeys(WEIGHTS, 0)
    for kind in kinds:
        found[kind.weight] += len(kind.issues)
    return found


def filtered(kinds: Iterable[IssueKind], weights: Iterable[Weight], words: str = "") -> tuple[IssueKind, ...]:
    """The kinds of these weights whose sentence has the words; else of a kind the issues whose feature has them."""
    wanted, allowed = words.strip().casefold(), set(weights)
    out = []
    for kind in kinds:
        if kind.weight not in allowed:
            continue
        if wanted and wanted not in f"{kind.sentence} {kind.id}".casefold():
            hits = [issue for issue in kind.issues if wanted in issue.feature.casefold()]
            if not hits:
                continue
            kind = IssueKind(kind.id, kind.weight, hits, kind.titles)
        out.append(kind)
    return tuple(out)


def parcel_rows(parcels: Layer, issues: Sequence[Issue]) -> Int:
    """Rows of the parcels that these issues are about, rising: by id, else by the number of the feature."""
    own = [issue for issue in issues if issue.layer == parcels.id]
    named = [issue.feature for issue in own if issue.feature]
    numbers = [issue.row for issue in own if not issue.feature and 0 <= issue.row < len(parcels)]
    if len(named) == 1:
        found = np.flatnonzero(parcels.ids == named[0])
    else:
        wanted = set(named)
        found = np.array([row for row, id in enumerate(parcels.ids.tolist()) if id in wanted] if wanted else [], np.int64)
    return np.union1d(found.astype(np.int64), np.array(numbers, np.int64))


def place(layers: LayerSet, issue: Issue) -> Box | None:
    """Where to look: round the point the issue gives, else round its feature; None where it has no place."""
    if issue.x_m is not None and issue.y_m is not None and issue.x_m == issue.x_m:
        return issue.x_m, issue.y_m, issue.x_m, issue.y_m
    layer = layers.layers.get(issue.layer)
    if layer is None:
        return None
    named = np.flatnonzero(layer.ids == issue.feature) if issue.feature else np.empty(0, np.int64)
    row = int(named[0]) if len(named) else issue.row
    return _box(layer.geometry, row) if 0 <= row < len(layer) else None


def _box(geometry: Geometry, row: int) -> Box | None:
    xy = take(geometry, np.array([row], np.int64)).xy
    if not len(xy):
        return None
    (west, south), (east, north) = xy.min(axis=0).tolist(), xy.max(axis=0).tolist()
    return west, south, east, north
