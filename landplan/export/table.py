"""A table of a submission as a plain record: the workbook writes it, and reports may."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a table; `unit` is written in the header. decimals None = text."""

    title: str
    unit: str = ""
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """name: of its sheet. notes are printed above it; totals: numbers of the rows that are totals. Unknown is None."""

    name: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    totals: frozenset[int] = frozenset()
