"""Street blocks cut into plots with frontage that share their borders exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon

from .ground import GRID, district, railway, strips
from .places import RURAL, URBAN, VILLAGE, Array, Cluster, rng
from .streets import Cell, Town, polygon, reach

SMALLEST_M2 = 1100.0


@dataclass(frozen=True)
class Plot:
    """A plot, the area it lies in, how far from that area's centre (0-1), and its street block."""

    shape: Polygon
    use: Cluster
    depth: float
    block: int
    plant: bool
    rail_m: float
    merged: int = 1


def _frame(piece: Polygon) -> tuple[Array, Array, Array, float, float]:
    """Corner, long unit vector, short unit vector, length and depth of the smallest rectangle around a piece."""
    c = shapely.get_coordinates(shapely.minimum_rotated_rectangle(piece))[:4]
    a, b = c[1] - c[0], c[3] - c[0]
    if np.hypot(*a) < np.hypot(*b):
        a, b = b, a
    la, lb = float(np.hypot(*a)), float(np.hypot(*b))
    return c[0], a / la, b / lb, la, lb


def _cuts(length: float, step: float, random: np.random.Generator) -> Array:
    """Positions of the cross cuts along a block side (m)."""
    n = max(1, round(length / step))
    widths = random.lognormal(0, 0.33, n)
    return np.asarray(widths.cumsum()[:-1] / widths.sum() * length, dtype=float)


def _lines(piece: Polygon, plot_m2: float, random: np.random.Generator) -> list[LineString]:
    """A back line along the block and cross cuts from each frontage to it; cuts that nearly meet there do meet."""
    o, e, n, length, depth = _frame(piece)
    if depth <= 1.28 * np.sqrt(plot_m2):
        return [
            LineString([o + e * t - n * 5, o + e * (t + lean) + n * (depth + 5)])
            for t, lean in ((t, random.normal(0, 4)) for t in _cuts(length, plot_m2 / depth, random))
        ]
    split, tilt = depth * random.uniform(0.43, 0.57), random.uniform(-0.03, 0.03)
    ends: list[float] = []
    out: list[LineString] = []
    for edge, strip in ((-5.0, split), (depth + 5, depth - split)):
        for t in _cuts(length, plot_m2 / strip, random):
            lean = float(t + random.normal(0, 4))
            end = next((k for k in ends if abs(k - lean) < 14), lean)
            ends.append(end)
            out.append(LineString([o + e * t + n * edge, o + e * end + n * (split + tilt * (end - length / 2))]))
    back = [o + e * t + n * (split + tilt * (t - length / 2)) for t in (-5.0, *sorted(set(ends)), length + 5)]
    return [LineString(back), *out]


def _touching(faces: list[Polygon], i: int) -> list[tuple[float, int]]:
    """(shared border in m, index) of the faces beside face i, longest border first."""
    shared = [(float(shapely.intersection(faces[i].boundary, f.boundary).length), j) for j, f in enumerate(faces) if j != i]
    return sorted((s for s in shared if s[0] > 0.2), key=lambda s: (-s[0], s[1]))


def _merge(faces: list[Polygon], counts: list[int], i: int, j: int) -> bool:
    joint = shapely.union_all([faces[i], faces[j]], grid_size=GRID)
    if joint.geom_type != "Polygon" or len(joint.interiors):
        return False
    faces[i], counts[i] = joint, counts[i] + counts[j]
    del faces[j], counts[j]
    return True


def _absorb_small(faces: list[Polygon], counts: list[int], least_m2: float) -> None:
    """Give pieces too small to be a plot to the neighbour with the longest shared border."""
    stuck: set[bytes] = set()
    while True:
        small = [i for i, f in enumerate(faces) if f.area < least_m2 and f.wkb not in stuck]
        if not small:
            return
        i = min(small, key=lambda k: faces[k].area)
        stuck.add(faces[i].wkb)
        for _, j in _touching(faces, i):
            if _merge(faces, counts, i, j):
                break


def cut(piece: Polygon, plot_m2: float, random: np.random.Generator) -> list[tuple[Polygon, int]]:
    """Plots of one piece of a street block: (polygon, how many plots were joined into it)."""
    if piece.area < 1.5 * plot_m2:
        return [(piece, 1)]
    net = shapely.union_all([piece.boundary, *_lines(piece, plot_m2, random)], grid_size=GRID)
    faces = [f for f in shapely.get_parts(shapely.polygonize([net])) if piece.contains(f.representative_point())]
    counts = [1] * len(faces)
    _absorb_small(faces, counts, max(SMALLEST_M2, 0.3 * plot_m2))
    for _ in range(round(0.12 * len(faces) + random.random() * 0.6)):  # L shapes and through plots
        i = int(random.integers(len(faces)))
        beside = _touching(faces, i)
        if beside and faces[i].area < 2 * plot_m2:
            _merge(faces, counts, i, beside[int(random.integers(len(beside)))][1])
    return list(zip(faces, counts, strict=True))


def pieces(block: Polygon, tree: shapely.STRtree, barriers: list[Polygon]) -> list[Polygon]:
    """What creeks, railway and expressways leave of a street block."""
    hit = [barriers[k] for k in sorted(tree.query(block, predicate="intersects"))]
    rest = shapely.difference(block, shapely.union_all(hit), grid_size=GRID) if hit else block
    rest = shapely.simplify(rest, 0.4) if hit else rest
    rest = shapely.set_precision(rest, GRID)
    return [
        p
        for p in shapely.get_parts(rest)
        if p.geom_type == "Polygon" and p.area > 2500 and p.is_valid and shapely.buffer(p, -14).area > 0
    ]


def _hamlets(town: Town, random: np.random.Generator) -> list[Cell]:
    """Strips of a few old works along country roads."""
    out = []
    for q in (c for c in town.cells if c.use is RURAL):
        for _ in range(int(random.random() < 0.30) + int(random.random() < 0.10)):
            (u0, v0, u1, v1), side = q.box, int(random.integers(4))
            along, deep = float(random.uniform(70, 380)), float(random.uniform(60, 120))
            room = (v1 - v0 if side % 2 == 0 else u1 - u0) - along - 80
            if room <= 0:
                continue
            at, gap = 40 + float(random.uniform(0, room)), 30.0
            box = (
                (u0 + gap, v0 + at, u0 + gap + deep, v0 + at + along),
                (u0 + at, v0 + gap, u0 + at + along, v0 + gap + deep),
                (u1 - gap - deep, v0 + at, u1 - gap, v0 + at + along),
                (u0 + at, v1 - gap - deep, u0 + at + along, v1 - gap),
            )[side]
            out.append(Cell(box, ("支路",) * 4, VILLAGE))
    return out


def _works(town: Town, random: np.random.Generator) -> list[tuple[Cell, Polygon]]:
    """Street blocks that are industrial land: most of them inside the areas, fewer towards the rim."""
    out = []
    for cell in town.cells:
        if cell.use in (RURAL, URBAN):
            continue
        centre = shapely.get_coordinates(shapely.centroid(cell.to_axes))[0]
        if cell.plant or random.random() < (0.97 if reach(cell.use, centre) < 0.6 else 0.80):
            out.append((cell, cell.block))
    taken, hamlets = shapely.STRtree([b for _, b in out]), [(c, polygon(c.box)) for c in _hamlets(town, random)]
    for k, (cell, block) in enumerate(hamlets):
        alone = not any(shapely.dwithin(block, other, 15) for _, other in hamlets[:k])
        if alone and not len(taken.query(block, predicate="dwithin", distance=15)):
            out.append((cell, block))
    return out


def _without_near_misses(found: list[Plot]) -> list[Plot]:
    """Plots either touch or stand 3 m apart: of two that nearly touch the smaller one goes."""
    shapes = np.array([p.shape for p in found])
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=3)
    near = (a < b) & (shapely.distance(shapes[a], shapes[b]) > 0)
    gone = {int(i) if shapes[i].area < shapes[j].area else int(j) for i, j in zip(a[near], b[near], strict=True)}
    return [p for i, p in enumerate(found) if i not in gone]


def plots(town: Town) -> list[Plot]:
    """All industrial plots, from north-west to south-east by street block."""
    random, barriers = rng(3), list(strips())
    tree, rail, inside = shapely.STRtree(barriers), railway().line, shapely.buffer(district(), -40)
    shapely.prepare(inside)
    out: list[Plot] = []
    for number, (cell, block) in enumerate(_works(town, random)):
        for piece in pieces(block, tree, barriers):
            if not inside.contains(piece):
                continue
            target = piece.area if cell.plant else 1e4 * cell.use.plot_ha * float(random.lognormal(0, 0.28))
            for shape, merged in cut(piece, target, random):
                if shape.area < 0.8 * SMALLEST_M2 or (not cell.plant and random.random() < 0.10):
                    continue  # other uses in between
                depth = reach(cell.use, shapely.get_coordinates(shape.centroid)[0]) if cell.use is not VILLAGE else 1.0
                out.append(Plot(shape, cell.use, depth, number, cell.plant, float(rail.distance(shape)), merged))
    return sorted(_without_near_misses(out), key=lambda p: (p.block, -p.shape.centroid.y))
