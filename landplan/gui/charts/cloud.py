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
_COVER = 0.55
"""How much of the ground one point hides."""
Pixels = npt.NDArray[np.uint32]
Cells = npt.NDArray[np.int32]
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

    def cells(self, points: Cloud) -> Cells:
        """(n,) the pixel of each parcel, row by row; width · height for one that is not drawn. About 15 ms per million."""
        x = (points.x - self.left) * ((self.width - 1) / (self.right - self.left)) + 0.5
        y = (points.y - self.top) * ((self.height - 1) / (self.bottom - self.top)) + 0.5
        if points.shown < len(points.known):
            x[~points.known] = y[~points.known] = 0.0
        cells = y.astype(np.int32) * np.int32(self.width) + x.astype(np.int32)
        cells[~points.known] = self.width * self.height
        return cells

    def value(self, column: float, row: float) -> tuple[float, float]:
        """The values at a pixel."""
        x = self.left + column * (self.right - self.left) / max(self.width - 1, 1)
        return x, self.top - row * (self.top - self.bottom) / max(self.height - 1, 1)


def picture(frame: Frame, cells: Cells, selection: Int, colours: tuple[int, int, int], radius: int) -> Pixels:
    """(h, w) 0xAARRGGBB: the points singly or as a density, the selected ones over them.

    cells: of `Frame.cells`. colours: pale and full of the density (a single point is full), and the selection's.
    """
    pale, full, chosen = colours
    out = np.zeros((frame.height, frame.width), np.uint32)
    counts = _counts(frame, cells)
    if counts.sum() <= SINGLE_MOST:
        cover = np.round(255 * (1.0 - (1.0 - _COVER) ** _covered(counts, radius))).astype(np.uint32)  # darker where many lie
        out[:] = cover << np.uint32(24) | np.uint32(full & 0xFFFFFF)
    else:
        share = np.log1p(counts) / np.log1p(counts.max())
        out[:] = np.where(counts > 0, _between(pale, full, share), 0)
    if len(selection):
        size = radius + 1 if len(selection) <= _FEW else radius if len(selection) <= SINGLE_MOST else 0
        out[_covered(_counts(frame, cells[selection]), size) > 0] = chosen
    return out


def _counts(frame: Frame, cells: Cells) -> Int:
    """(h, w) how many parcels are on each pixel."""
    size = frame.width * frame.height
    return np.bincount(cells, minlength=size + 1)[:size].reshape(frame.height, frame.width)


def _covered(counts: Int, radius: int) -> Int:
    """(h, w) how many discs lie on each pixel."""
    if not radius:
        return counts
    wide = np.pad(counts, radius)
    high, width = counts.shape
    out = np.zeros_like(counts)
    for dy in range(-radius, radius + 1):
        for dx in range(-radius, radius + 1):
            if dx * dx + dy * dy <= radius * (radius + 0.5):
                out += wide[radius + dy : radius + dy + high, radius + dx : radius + dx + width]
    return out


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


def nearest(frame: Frame, cells: Cells, column: float, row: float, most_px: float) -> int:
    """The parcel drawn nearest to a pixel, −1 when none is within `most_px`."""
    y, x = np.divmod(cells, frame.width)
    away = np.hypot(x - column, y - row)
    away[cells == frame.width * frame.height] = np.inf
    best = int(away.argmin()) if len(away) else -1
    return best if best >= 0 and away[best] <= most_px else -1
