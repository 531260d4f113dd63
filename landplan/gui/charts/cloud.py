"""Parcels as points over two quantities: which can be asked for, and the picture of few or of a million. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from landplan.core.fields import PARCEL_FIELDS
from landplan.core.layers import Float, Int, Layer
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.units import unit_text

SINGLE_MOST = 5_000
"""So many parcels are drawn one by one; more of them as a density."""
_FEW = 50
"""So few selected ones are drawn larger."""
Pixels = npt.NDArray[np.uint32]
Columns = Callable[[Layer, str], Float | None]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something an axis can show. kind and id say what, title and unit how it is called."""

    kind: Literal["score", "criterion", "field"]
    id: str
    title: str
    unit: str = ""

    @property
    def label(self) -> str:
        unit = unit_text(self.unit, language())
        return f"{self.title}（{unit}）" if unit and language() == "zh" else f"{self.title} ({unit})" if unit else self.title


def quantities(results: Results) -> Iterator[Quantity]:
    """Scores, then criteria by their raw values, then number fields of the layer that are no criterion."""
    scheme, layer = results.scheme, results.layers.parcels
    yield Quantity("score", "", text("display_score", {"model": text("display_best")}))
    for model in scheme.models:
        yield Quantity("score", model.id, text("display_score", {"model": pick(model.title)}))
    for criterion in scheme.criteria:
        column = results.criteria.columns.get(criterion.id)
        if column is not None and not column.is_text:
            yield Quantity("criterion", criterion.id, pick(criterion.title), column.unit)
    for field in PARCEL_FIELDS:
        if field.kind == "number" and field.name in layer.fields:
            unit = layer.units.get(field.name, field.unit)
            yield Quantity("field", field.name, pick({"zh": field.zh, "en": field.en}), unit)


def values_of(results: Results, wanted: Quantity, columns: Columns) -> Float:
    """(n,) the quantity of every parcel, NaN where it is unknown."""
    scores, nothing = results.scores, np.full(len(results.scores), np.nan)
    if wanted.kind == "score":
        if not wanted.id:
            return scores.best_score
        return scores.score[:, scores.models.index(wanted.id)] if wanted.id in scores.models else nothing
    if wanted.kind == "criterion":
        column = results.criteria.columns.get(wanted.id)
        return nothing if column is None or column.is_text else column.values
    found = columns(results.layers.parcels, wanted.id)
    return nothing if found is None else found


@dataclass(frozen=True, eq=False)
class Cloud:
    """x, y (n,) as drawn (logarithms where asked), NaN where not drawn; ranges of the known ones."""

    x: Float
    y: Float
    known: npt.NDArray[np.bool_]
    x_range: tuple[float, float]
    y_range: tuple[float, float]

    @property
    def shown(self) -> int:
        return int(self.known.sum())


def cloud(x: Float, y: Float, log_x: bool = False, log_y: bool = False) -> Cloud:
    """The points of two quantities; on a logarithmic axis what is not above 0 cannot be drawn."""
    a, b = (_logarithm(one) if log else one for one, log in ((x, log_x), (y, log_y)))
    known = np.isfinite(a) & np.isfinite(b)
    return Cloud(a, b, known, _range(a, known), _range(b, known))


def _logarithm(values: Float) -> Float:
    return np.log10(values, out=np.full(len(values), np.nan), where=values > 0)


def _range(values: Float, known: npt.NDArray[np.bool_]) -> tuple[float, float]:
    if not known.any():
        return np.nan, np.nan
    return float(np.min(values, where=known, initial=np.inf)), float(np.max(values, where=known, initial=-np.inf))


@dataclass(frozen=True, slots=True)
class Frame:
    """The picture's pixels over a box of values: left, right, bottom, top."""

    width: int
    height: int
    left: float
    right: float
    bottom: float
    top: float

    def pixels(self, points: Cloud, rows: Int | None = None) -> tuple[Int, Int]:
        """Column and row of each drawn point (all, or of `rows`)."""
        chosen = np.flatnonzero(points.known) if rows is None else rows[points.known[rows]]
        x = (points.x[chosen] - self.left) * ((self.width - 1) / (self.right - self.left))
        y = (self.top - points.y[chosen]) * ((self.height - 1) / (self.top - self.bottom))
        return (x + 0.5).astype(np.int64), (y + 0.5).astype(np.int64)

    def value(self, column: float, row: float) -> tuple[float, float]:
        """The values at a pixel."""
        x = self.left + column * (self.right - self.left) / max(self.width - 1, 1)
        return x, self.top - row * (self.top - self.bottom) / max(self.height - 1, 1)


def picture(points: Cloud, frame: Frame, selection: Int, colours: tuple[int, int, int], radius: int) -> Pixels:
    """(h, w) 0xAARRGGBB: the points singly or as a density, the selected ones over them.

    colours: pale and full of the density (a single point is full), and the selection's.
    """
    pale, full, chosen = colours
    out = np.zeros((frame.height, frame.width), np.uint32)
    if points.shown <= SINGLE_MOST:
        _stamp(out, *frame.pixels(points), full, radius)
    else:
        column, row = frame.pixels(points)
        counts = np.bincount(row * frame.width + column, minlength=out.size).reshape(out.shape)
        share = np.log1p(counts) / np.log1p(max(int(counts.max()), 1))
        out[:] = np.where(counts > 0, _between(pale, full, share), 0)
    if len(selection):
        size = radius + 1 if len(selection) <= _FEW else radius if len(selection) <= SINGLE_MOST else 0
        _stamp(out, *frame.pixels(points, selection), chosen, size)
    return out


def _stamp(out: Pixels, column: Int, row: Int, colour: int, radius: int) -> None:
    """A disc at every point."""
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * radius + radius * 0.5:
                y, x = row + dy, column + dx
                inside = (y >= 0) & (y < out.shape[0]) & (x >= 0) & (x < out.shape[1])
                out[y[inside], x[inside]] = colour


def _between(pale: int, full: int, share: Float) -> Pixels:
    made = np.full(share.shape, 0xFF000000, np.uint32)
    for shift in (16, 8, 0):
        low, high = (pale >> shift) & 0xFF, (full >> shift) & 0xFF
        made |= np.round(low + (high - low) * share).astype(np.uint32) << np.uint32(shift)
    return made


def rows_in(points: Cloud, left: float, right: float, bottom: float, top: float) -> Int:
    """The parcels drawn inside a box of (drawn) values."""
    inside = (points.x >= left) & (points.x <= right) & (points.y >= bottom) & (points.y <= top)
    return np.flatnonzero(inside & points.known)


def nearest(points: Cloud, frame: Frame, column: float, row: float, most_px: float) -> int:
    """The parcel drawn nearest to a pixel, −1 when none is within `most_px`."""
    rows = np.flatnonzero(points.known)
    if not len(rows):
        return -1
    x, y = frame.pixels(points)
    away = np.hypot(x - column, y - row)
    best = int(away.argmin())
    return int(rows[best]) if away[best] <= most_px else -1
