"""A policy pack: figures and rules of one place and time as data, each with document, clause, area and dates.

What has no source is illustrative wherever it is shown; what is out of date says so. Unknown keys are errors.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from landplan.core.errors import Issue
from landplan.core.messages import text
from landplan.core.scheme import Figure, FigureSource, Id, Part, Titles, UnknownPolicy

Class = Literal["A", "B", "C", "D"]
CLASSES: tuple[Class, ...] = ("A", "B", "C", "D")
"""From the best down."""
Standing = Literal["sourced", "illustrative", "expired", "not_yet"]


class Assessment(Part):
    """One look at every plot: a value, and what it must reach for each class but the last.

    `value` is an expression over fields, criteria and figures; `classes` names the figures that are the limits of A, B and C. A
    plot has the best class whose limit its value reaches: ≥, or ≤ where less is better.
    """

    id: Id
    title: Titles
    value: str
    unit: str = ""
    better: Literal["more", "less"] = "more"
    classes: dict[Literal["A", "B", "C"], Id]

    @model_validator(mode="after")
    def _complete(self) -> Assessment:
        if set(self.classes) != {"A", "B", "C"}:
            raise ValueError("classes: A, B, C")
        return self


class Veto(Part):
    """A condition that by itself puts a plot into a class, whatever the assessments say, unless these put it lower."""

    id: Id
    title: Titles
    condition: str = Field(alias="if")
    gives: Class = Field("D", alias="class")
    source: FigureSource | None = None


class Disposal(Part):
    """What is to become of the plots of a class: in words, and the renewal paths that serve it."""

    title: Titles
    paths: tuple[str, ...] = ()


class Survey(Part):
    """Two assessments of every plot → one list of classes A to D.

    `combined`: the class for each pair of classes, first assessment first ("AB" = "A"); all sixteen are given. unknown: a plot of
    which an assessment or a veto is not known has no class ("hold"), or unknown vetoes are taken as not met ("allow").
    """

    assessments: tuple[Assessment, Assessment]
    combined: dict[Annotated[str, Field(pattern=r"^[A-D][A-D]$")], Class]
    vetoes: tuple[Veto, ...] = ()
    disposal: dict[Class, Disposal] = {}
    unknown: Literal["hold", "allow"] = "hold"
    source: FigureSource | None = None

    @model_validator(mode="after")
    def _all_pairs(self) -> Survey:
        lacking = [a + b for a in CLASSES for b in CLASSES if a + b not in self.combined]
        if lacking:
            raise ValueError(f"combined: {', '.join(lacking)}")
        return self


class UseCap(Part):
    """Uses that may be mixed in, and the figure that is their largest share of the floor area, together."""

    id: Id
    codes: Annotated[tuple[str, ...], Field(min_length=1)]
    at_most: Id
    title: Titles = {}


class UseRow(Part):
    """A row of the compatible-use matrix: what may be built on plots of some zoning.

    codes: the zoning it is for, by the start of the code; none: any. free: uses without a cap, by the start of the code; where
    none is named, those of the zoning and of the class above it. models: only for these land-use models. together: the largest
    share of all uses that are not free. A use that is neither free nor under a cap may not be mixed in at all.
    """

    id: Id
    title: Titles
    codes: tuple[str, ...] = ()
    free: tuple[str, ...] | None = None
    models: tuple[str, ...] = ()
    caps: tuple[UseCap, ...] = ()
    together: Id | None = None
    source: FigureSource | None = None


class UseMatrix(Part):
    """混合用地的兼容比例: which uses may be mixed where, and up to which share of the floor area.

    A plot's zoning is the first of `fields` that is known; of a mixed one the use with the largest share. Codes are those of
    `version`. unknown: what is done where the zoning is not known and it matters; else as the scheme says.
    """

    rows: Annotated[tuple[UseRow, ...], Field(min_length=1)]
    fields: tuple[Literal["planned_use", "land_use"], ...] = ("planned_use", "land_use")
    version: str = "2023"
    unknown: UnknownPolicy | None = None

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that are its cells."""
        caps = (cap.at_most for row in self.rows for cap in row.caps)
        return tuple(dict.fromkeys((*caps, *(row.together for row in self.rows if row.together))))


class Gate(Part):
    """One thing a plot must have: `passes` is a condition over fields, criteria and figures; by: what lacks, an expression."""

    id: Id
    title: Titles
    passes: str
    by: str | None = None
    unit: str = ""
    source: FigureSource | None = None


class Fit(Part):
    """A test of gates, such as whether industry can go upstairs (工业上楼); its score is the share of gates that are passed.

    model: the land-use model that a plot which fails a gate cannot become; without one the test only tells. unknown: what is
    done about that model where a gate is not known; by itself it is allowed.
    """

    title: Titles
    gates: Annotated[tuple[Gate, ...], Field(min_length=1)]
    model: Id | None = None
    unknown: UnknownPolicy = "allow"

    @model_validator(mode="after")
    def _each_once(self) -> Fit:
        ids = [gate.id for gate in self.gates]
        if twice := [id for id in ids if ids.count(id) > 1]:
            raise ValueError(f"gates: {twice[0]} × 2")
        return self


class PolicyPack(Part):
    """The rules of one place: its figures stand beside those of the scheme, and over one of the same name."""

    format: Literal["landplan-policy/1"]
    id: Id
    title: Titles
    note: Titles = {}
    figures: dict[Id, Figure] = {}
    survey: Survey | None = None
    mix: UseMatrix | None = None
    fit: Fit | None = None

    @model_validator(mode="after")
    def _has_the_caps(self) -> PolicyPack:
        for name in self.mix.figures if self.mix else ():
            if name not in self.figures:
                raise ValueError(f"mix: [figures] {name}?")
            if not 0 <= self.figures[name].value <= 1:
                raise ValueError(f"mix: 0 ≤ {name} ≤ 1")
        return self


PARTS = ("survey", "mix", "fit")
"""What a pack can rule; of the packs of a plan one rules each."""


def ruling(packs: Iterable[PolicyPack], part: str) -> PolicyPack | None:
    """The pack that rules something, None where none does."""
    return next((pack for pack in packs if getattr(pack, part) is not None), None)


def standing(source: FigureSource | None, day: date) -> Standing:
    """What a figure or rule is worth on a day: without a source illustrative; else whether it is in force."""
    if source is None:
        return "illustrative"
    if source.until is not None and source.until < day:
        return "expired"
    return "not_yet" if source.valid_from is not None and source.valid_from > day else "sourced"


def least(worths: Iterable[Standing]) -> Standing:
    """What rests on several figures is worth no more than the least of them."""
    return max(worths, key=("sourced", "illustrative", "not_yet", "expired").index, default="illustrative")


def with_worth(words: str, worth: Standing, lang: str) -> str:
    """A figure or rule in words, with what it is worth beside it: illustrative, expired, not yet in force; else as it is."""
    return words if worth == "sourced" else text(f"standing_{worth}", {"figure": words}, lang)


def policy_issues(packs: Iterable[PolicyPack], day: date) -> Iterator[Issue]:
    """What is to be said of packs: figures that are out of date on a day, not yet in force, or without a source."""
    for pack in packs:
        worth = {name: standing(figure.source, day) for name, figure in pack.figures.items()}
        for kind in ("expired", "not_yet", "illustrative"):
            if names := [name for name, one in worth.items() if one == kind]:
                facts = {"pack": pack.id, "n": len(names), "names": ", ".join(names), "day": day.isoformat()}
                yield Issue(f"policy_{kind}", "policies", "note" if kind == "illustrative" else "data", values=facts)
