"""A policy pack: figures and rules of one place and time as data, each with document, clause, area and dates.

What has no source is illustrative wherever it is shown; what is out of date says so. Unknown keys are errors.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from landplan.core.scheme import Figure, FigureSource, Id, Part, Titles

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


class PolicyPack(Part):
    """The rules of one place: its figures stand beside those of the scheme, and over one of the same name."""

    format: Literal["landplan-policy/1"]
    id: Id
    title: Titles
    note: Titles = {}
    figures: dict[Id, Figure] = {}
    survey: Survey | None = None


PARTS = ("survey",)
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
