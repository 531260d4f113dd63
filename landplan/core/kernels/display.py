"""From plot numbers to a picture: colours by look-up, lines where the number changes, marks as patterns on the screen.

A picture is uint32 0xAARRGGBB with colours multiplied by alpha (what a screen takes); colours given are plain 0xAARRGGBB.
Restyling, selecting and hovering need this pass only. With 2 × 2 samples a pixel is their mean.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from landplan.core.kernels.bands import in_bands
from landplan.core.kernels.compile import kernel
from landplan.core.kernels.number_image import View
from landplan.core.kernels.plot_index import Number, PlotIndex

Colours = npt.NDArray[np.uint32]
Flags = npt.NDArray[np.uint8]
Entries = npt.NDArray[np.uint64]
Bool = npt.NDArray[np.bool_]

PLAIN, RESTRICTED, UNKNOWN, EXCLUDED = 0, 1, 2, 3
"""Marks of a plot: nothing; hatch; dots; crosses."""
SELECTED, FRAGILE = 4, 8
"""Flags beside a mark: a line round the plot; stripes of two inks over whatever it shows."""
STRIPE_DARK, STRIPE_LIGHT = 4, 5
"""Tiles of the stripes of FRAGILE, after those of the marks: beside each other, so that one shows on any colour."""


@dataclass(frozen=True, eq=False)
class Look:
    """How n plots are painted.

    colours (n,) uint32; flags (n,) uint8: one of the marks, + SELECTED, + FRAGILE; both by row of the layer. Lines and the inks
    of marks and stripes are colours; alpha 0 is none. line_px: width of the lines of selection and hover, pixels.
    """

    colours: Colours
    flags: Flags
    outline: int = 0x66545C66
    ink: int = 0xB0545A61
    selection: int = 0xFFE0218A
    hovering: int = 0xFF111418
    line_px: int = 2
    stripe_dark: int = 0xD0202428
    stripe_light: int = 0xC0FFFFFF

    @classmethod
    def plain(cls, n: int, colour: int = 0xFFDADDE1) -> Look:
        """All plots in one colour."""
        return cls(np.full(n, colour, np.uint32), np.zeros(n, np.uint8))

    def table(self, index: PlotIndex) -> Table:
        """The look in the order of the index: what `picture` looks up. About 10 ms per million plots."""
        entries = np.empty(len(index.row) + 1, np.uint64)
        _in_places(self.colours, self.flags, index.row, entries)
        inks = (self.outline, self.ink, self.selection, self.hovering, self.stripe_dark, self.stripe_light)
        lines = np.array(inks, np.uint32)
        return Table(entries, lines, self.line_px)

    def marked(self, marks: Flags) -> Look:
        """The look with other marks (n,), FRAGILE among them or not, the selection as it is."""
        return replace(self, flags=(marks | (self.flags & SELECTED)).astype(np.uint8))

    def selecting(self, selected: Bool) -> Look:
        """The look with another selection (n,), the marks as they are."""
        return replace(self, flags=((self.flags & ~np.uint8(SELECTED)) | (selected * np.uint8(SELECTED))).astype(np.uint8))


@dataclass(frozen=True, eq=False)
class Table:
    """entries (m + 1,): flags · 2^32 + multiplied colour by number + 1, the first for no plot.

    lines: outline, ink, selection, hovering, dark and light stripe.
    """

    entries: Entries
    lines: Colours
    line_px: int


def mark_tiles(ratio: float = 1.0) -> Flags:
    """(6, s, s) cover of the ink, 0…255, of each mark on a repeating square; ratio: device pixels per pixel.

    Hatch: diagonal lines; dots: one in the middle of each quarter, turned; crosses: both diagonals of the square. Last the
    stripes, dark and light, along the other diagonal than the hatch.
    """
    size = max(round(12 * ratio), 4)
    y, x = np.mgrid[0:size, 0:size] + 0.5

    def cover(distance: npt.NDArray[np.float64], width: float) -> npt.NDArray[np.float64]:
        return np.asarray(np.clip(width * ratio / 2.0 + 0.5 - distance, 0.0, 1.0))

    def to_line(offset: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        return np.asarray(np.abs((offset + size / 2.0) % size - size / 2.0) / 2.0**0.5)

    def to_dot(x0: float, y0: float) -> npt.NDArray[np.float64]:
        return np.asarray(np.hypot(x - x0 * size, y - y0 * size))

    dots = np.minimum(to_dot(0.25, 0.25), to_dot(0.75, 0.75))
    hatch = cover(to_line(x + y), 1.0)
    small_cross = np.maximum(np.abs(x - size / 2.0), np.abs(y - size / 2.0)) < size * 0.3
    crosses = np.maximum(cover(to_line(x - y), 1.0), cover(to_line(x + y), 1.0)) * small_cross
    dark, light = (cover(to_line(x - y + shift * ratio * 2.0**0.5), 1.1) for shift in (-0.55, 0.55))
    return (np.stack([np.zeros_like(hatch), hatch, cover(dots, 2.8), crosses, dark, light]) * 255.0).round().astype(np.uint8)


def picture(
    numbers: Number,
    table: Table,
    view: View,
    *,
    hover: int = -1,
    oversample: int = 1,
    tiles: Flags | None = None,
    out: Colours | None = None,
    window: tuple[int, int, int, int] | None = None,
    threads: int = 1,
) -> Colours:
    """(h, w) picture of `numbers` (h · oversample, w · oversample); `view` is that of the picture's pixels, so that marks keep
    their place on the ground. hover: the number of the plot under the cursor, −1 for none.
    `window` (top, bottom, left, right): only these pixels of `out` are painted anew.
    """
    height, width = numbers.shape[0] // oversample, numbers.shape[1] // oversample
    out = np.empty((height, width), np.uint32) if out is None else out
    top, bottom, left, right = window or (0, height, 0, width)
    top, bottom, left, right = max(top, 0), min(bottom, height), max(left, 0), min(right, width)
    tiles = mark_tiles() if tiles is None else tiles
    look = (table.entries, table.lines, hover if hover >= 0 else -2, table.line_px * oversample)
    arguments = (numbers, *look, tiles, view.row % tiles.shape[1], view.column % tiles.shape[1], oversample, out)
    in_bands(lambda a, b: _paint(*arguments, top + a, top + b, left, right), max(bottom - top, 0), threads)
    return out


@kernel
def _over(under: np.uint32, ink: np.uint32, cover: np.uint32) -> np.uint32:
    """Plain `ink` with that cover (0…255) over a multiplied colour; two channels at a time, as 16-bit lanes."""
    lanes, half = np.uint32(0x00FF00FF), np.uint32(0x00800080)
    alpha = ((ink >> np.uint32(24)) * cover + np.uint32(127)) // np.uint32(255)
    rest, opaque = np.uint32(255) - alpha, ink | np.uint32(0xFF000000)
    low = (under & lanes) * rest + (opaque & lanes) * alpha + half
    high = ((under >> np.uint32(8)) & lanes) * rest + ((opaque >> np.uint32(8)) & lanes) * alpha + half
    low = ((low + ((low >> np.uint32(8)) & lanes)) >> np.uint32(8)) & lanes
    high = (high + ((high >> np.uint32(8)) & lanes)) & np.uint32(0xFF00FF00)
    return np.uint32(low | high)


@kernel
def _mean(a: np.uint32, b: np.uint32, c: np.uint32, d: np.uint32) -> np.uint32:
    """The mean of four colours, channel by channel, halves up."""
    lanes, two, eight = np.uint32(0x00FF00FF), np.uint32(0x00020002), np.uint32(8)
    low = (a & lanes) + (b & lanes) + (c & lanes) + (d & lanes) + two
    high = ((a >> eight) & lanes) + ((b >> eight) & lanes) + ((c >> eight) & lanes) + ((d >> eight) & lanes) + two
    return np.uint32(((low >> np.uint32(2)) & lanes) | (((high >> np.uint32(2)) & lanes) << eight))


@kernel
def _in_places(colours: Colours, flags: Flags, row: Number, entries: Entries) -> None:
    """Flags, and colours times alpha, in the order of `row`, after those of no plot."""
    entries[0] = np.uint64(0)
    for k in range(len(row)):
        colour = colours[row[k]]
        if colour >> np.uint32(24) != np.uint32(255):
            colour = _over(np.uint32(0), colour, np.uint32(255))
        entries[k + 1] = np.uint64(flags[row[k]]) << np.uint64(32) | np.uint64(colour)


@kernel
def _at_edge(numbers: Number, r: int, c: int, reach: int) -> bool:
    """Whether another number lies within `reach` samples along the four directions (the border of the image is none)."""
    height, width = numbers.shape
    number = numbers[r, c]
    for d in range(1, reach + 1):
        if (r >= d and numbers[r - d, c] != number) or (r + d < height and numbers[r + d, c] != number):
            return True
        if (c >= d and numbers[r, c - d] != number) or (c + d < width and numbers[r, c + d] != number):
            return True
    return False


@kernel
def _lined(numbers: Number, r: int, c: int, times: int, entries: Entries, hover: int, reach: int) -> tuple[int, int]:
    """How many samples of a pixel are on the line of the selection, and of the hovered plot."""
    selection, hovering = 0, 0
    for i in range(r, r + times):
        for j in range(c, c + times):
            number = numbers[i, j]
            chosen = number == hover or (entries[number + 1] >> np.uint64(34)) & np.uint64(1) != np.uint64(0)
            if number >= 0 and chosen and _at_edge(numbers, i, j, reach):
                if number == hover:
                    hovering += 1
                else:
                    selection += 1
    return selection, hovering


@kernel
def _edged(colour: np.uint32, edge: bool, outline: np.uint32) -> np.uint32:
    """The colour of a sample, with the outline over it where it is at an edge."""
    return np.uint32(_over(colour, outline, np.uint32(255)) if edge else colour)


@kernel
def _run(first: Number, second: Number, below: Number, number: int, start: int, end: int) -> int:
    """The first sample, from `start`, where one of the lines has another number; `end` if none has."""
    for k in range(np.uint64(start), np.uint64(end)):
        if first[k] != number or second[k] != number or below[k] != number:
            return int(np.int64(k))
    return end


@kernel
def _over_lines(
    colour: np.uint32, numbers: Number, r: int, c: int, times: int, entries: Entries, lines: Colours, hover: int, reach: int
) -> np.uint32:
    """The colour of a pixel with the lines of selection and hover over it, each by its share of the samples."""
    selection, hovering = _lined(numbers, r, c, times, entries, hover, reach)
    share = 255 // (times * times)
    if selection:
        colour = _over(colour, lines[2], np.uint32(selection * share))
    if hovering:
        colour = _over(colour, lines[3], np.uint32(hovering * share))
    return np.uint32(colour)


@kernel
def _paint(
    numbers: Number, entries: Entries, lines: Colours, hover: int, reach: int, tiles: Flags, tile_row: int,
    tile_column: int, times: int, out: Colours, top: int, bottom: int, left: int, right: int,
) -> None:  # fmt: skip
    """Pixels top…bottom-1, left…right-1 of `out`; the mark of a pixel is that of its first sample."""
    (height, width), size, outline, once = numbers.shape, tiles.shape[1], lines[0], times == 1
    line, limit, high = outline >> np.uint32(24) != 0, min(width, right * times + 1), np.uint64(32)
    for r in range(top, bottom):
        first, second = numbers[r * times], numbers[r * times + times - 1]
        below = numbers[min(r * times + times, height - 1)]
        tile, c = tiles[:, (tile_row + r) % size], left
        while c < right:
            start = c * times
            c0, c1, c2 = np.uint64(start), np.uint64(start + times - 1), np.uint64(min(start + times, width - 1))
            n0, n1, n2, n3 = first[c0], first[c1], second[c0], second[c1]
            even, entry = n0 == n1 and n0 == n2 and n0 == n3, entries[np.uint64(n0 + 1)]
            colour, special, hovered = np.uint32(entry), entry >> high, n0 == hover
            if even and special == 0 and not hovered:
                end = _run(first, second, below, n0, start, limit)
                end = right if end == limit else (end - 1) // times
                if end > c:
                    out[r, c:end] = colour
                    c = end
                    continue
            mark, fragile = np.int64(special & np.uint64(3)), special & np.uint64(8) != np.uint64(0)
            if line or not even:
                g1, g2, g3 = entries[np.uint64(n1 + 1)], entries[np.uint64(n2 + 1)], entries[np.uint64(n3 + 1)]
                special = special | (g1 | g2 | g3) >> high
                hovered = hovered or n1 == hover or n2 == hover or n3 == hover
                e3 = line and (second[c2] != n3 or below[c1] != n3)
                e0 = line and (n1 != n0 or n2 != n0 or (once and e3))
                e1 = line and (n3 != n1 or first[c2] != n1 or (once and e3))
                e2 = line and (n3 != n2 or below[c0] != n2 or (once and e3))
                left_half = _edged(colour, e0, outline), _edged(np.uint32(g2), e2, outline)
                colour = _mean(*left_half, _edged(np.uint32(g1), e1, outline), _edged(np.uint32(g3), e3, outline))
            if mark:
                colour = _over(colour, lines[1], np.uint32(tile[mark, (tile_column + c) % size]))
            if fragile:
                at = (tile_column + c) % size
                colour = _over(_over(colour, lines[5], np.uint32(tile[5, at])), lines[4], np.uint32(tile[4, at]))
            if hovered or special & np.uint64(4):
                colour = _over_lines(colour, numbers, r * times, start, times, entries, lines, hover, reach)
            out[r, c] = colour
            c += 1
