"""Names on a map: placed one by one in order of importance where nothing else stands; what finds no room is told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from landplan.export.drawing.colours import INK
from landplan.export.drawing.lettering import MM_PER_PT, Typeface
from landplan.export.drawing.records import Box, Colour, Float, Halo, Text

WHITE_HALO = Halo()
LINE_EM = 1.22
"""Distance of lines in type sizes."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name to be set at (x, y) mm. Greater `priority` is placed first; equal ones in the order given.

    beside_mm > 0: the place is a symbol of that radius and the name stands next to it, else the name stands on the place.
    room_mm: the name must not be wider and stays on its place, as in a plot (NaN: no limit, and it may step aside);
    a long name breaks into two lines before it is given up.
    """

    text: str
    x: float
    y: float
    priority: float = 0.0
    size_pt: float = 7.0
    bold: bool = False
    colour: Colour = INK
    halo: Halo | None = WHITE_HALO
    beside_mm: float = 0.0
    room_mm: float = float("nan")


@dataclass(frozen=True, slots=True)
class Lettered:
    """Names as placed, the boxes they fill, and the numbers of the labels that found no room."""

    texts: tuple[Text, ...]
    boxes: tuple[Box, ...]
    left_out: tuple[int, ...]


def placed_labels(
    labels: Sequence[Label], frame: Box, typeface: Typeface, *, avoid: Sequence[Box] = (), gap_mm: float = 0.5
) -> Lettered:
    """Greedy placement: each label at the first of its places that lies in the frame and `gap_mm` clear of all before it.

    No name covers a box of `avoid` or the symbol of another label.
    """
    symbols = [_symbol_box(label) for label in labels if label.beside_mm > 0]
    order = sorted(range(len(labels)), key=lambda n: (-labels[n].priority, n))
    filled = np.empty((len(avoid) + len(symbols) + len(labels), 4))
    count = 0
    for box in (*avoid, *symbols):
        filled[count] = box.x, box.y, box.right, box.bottom
        count += 1
    texts: list[Text] = []
    boxes: list[Box] = []
    left_out: list[int] = []
    for n in order:
        found = _place(labels[n], frame, typeface, filled[:count], gap_mm)
        if found is None:
            left_out.append(n)
            continue
        box, lines = found
        filled[count] = box.x, box.y, box.right, box.bottom
        count += 1
        boxes.append(box)
        texts += _texts(labels[n], lines, box)
    return Lettered(tuple(texts), tuple(boxes), tuple(sorted(left_out)))


def _place(label: Label, frame: Box, typeface: Typeface, filled: Float, gap: float) -> tuple[Box, list[str]] | None:
    for lines in _settings(label, typeface):
        width = _width_mm(label, lines, typeface)
        height = len(lines) * label.size_pt * MM_PER_PT * LINE_EM
        for x, y in _corners(label, width, height, gap):
            box = Box(x, y, width, height)
            if frame.contains(box) and not _touches(box, filled, gap):
                return box, lines
    return None


def _settings(label: Label, typeface: Typeface) -> list[list[str]]:
    """The name on one line, and on two where it is long; only those that fit its room."""
    text = label.text.strip()
    if not text:
        return []
    whole = typeface.width_mm(text, label.size_pt, label.bold)
    words = text.split() if text.isascii() else []
    half = max(whole * 0.58, *(typeface.width_mm(word, label.size_pt, label.bold) for word in words), 0.0)
    settings = [[text], typeface.wrapped(text, half, label.size_pt, label.bold, 2)] if len(text) > 5 else [[text]]
    whole_only = [lines for lines in settings if "…" in text or "…" not in lines[-1]]
    return [lines for lines in whole_only if not _width_mm(label, lines, typeface) > label.room_mm]


def _width_mm(label: Label, lines: list[str], typeface: Typeface) -> float:
    return max(typeface.width_mm(one, label.size_pt, label.bold) for one in lines)


def _symbol_box(label: Label) -> Box:
    r = label.beside_mm
    return Box(label.x - r, label.y - r, 2 * r, 2 * r)


def _corners(label: Label, width: float, height: float, gap: float) -> list[tuple[float, float]]:
    """Top left corners to try, best first."""
    x, y, r = label.x, label.y, label.beside_mm
    left, top = x - width / 2, y - height / 2
    if r > 0:
        away = r + gap + 0.1
        return [(x + away, top), (x - away - width, top), (left, y - away - height), (left, y + away)]
    if not math.isnan(label.room_mm):
        return [(left, top)]
    up, side = height * 0.6, width * 0.3
    shifts = [(0.0, 0.0), (0.0, -up), (0.0, up), (-side, 0.0), (side, 0.0), (0.0, -2.2 * up), (0.0, 2.2 * up)]
    return [(left + dx, top + dy) for dx, dy in shifts]


def _touches(box: Box, filled: Float, gap: float) -> bool:
    across = (filled[:, 0] < box.right + gap) & (filled[:, 2] > box.x - gap)
    return bool((across & (filled[:, 1] < box.bottom + gap) & (filled[:, 3] > box.y - gap)).any())


def _texts(label: Label, lines: list[str], box: Box) -> list[Text]:
    step = box.height / len(lines)
    x = box.centre[0]
    whole = Text("", x, box.y, label.size_pt, label.bold, label.colour, "middle", halo=label.halo)
    return [replace(whole, text=one, y=box.y + step * (k + 0.5)) for k, one in enumerate(lines)]
