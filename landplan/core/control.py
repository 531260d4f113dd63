"""Grids fitted to control points by least squares: four parameters in the plane, or seven between two ellipsoids.

Every fit tells its residuals, its standard error, and which points look wrong. Sources: EPSG Guidance Note 7-2, methods 9621
and 9606; Rosner 1983, Technometrics 25 (several outliers); the test of one residual is Student's, with an estimated error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.grids import HelmertGrid, PlaneGrid, to_geocentric
from landplan.core.layers import Float

LEAST = {4: 2, 7: 3}
"""Points without which a model is not determined."""
_RISK = 0.01
"""Share of fits without any gross error in which a point may be suspected."""
_NOISE_M = 1e-6
"""Residuals below this are rounding, not measurement."""
_ON_A_LINE = 0.05
_SAME_M = 1e-3
_WORST_CONDITION = 1e7
_FAR_SCALE_PPM = 1000.0
_ODD_M = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Control points: `start` (n, 2 or 3) in the grid and `goal` in the other system, x east, y north, then height, m.

    geocentric: both are X, Y, Z.
    """

    ids: tuple[str, ...]
    start: Float
    goal: Float
    geocentric: bool = False

    def __len__(self) -> int:
        return len(self.ids)

    def rows(self, keep: Any) -> Control:
        """Only these points."""
        ids = tuple(np.array(self.ids, object)[keep].tolist())
        return Control(ids, self.start[keep], self.goal[keep], self.geocentric)


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted grid and how good it is.

    residuals_m (n, 2 or 3): fitted − given, to the east, the north (and up). tested (n, 2 or 3): residuals over their own
    standard error, from the other points; NaN where it cannot be told. redundancy: observations − parameters. sigma0_m:
    standard error of one coordinate, √(Σv²/redundancy), NaN without redundancy. rmse_m: √(Σ(vx² + vy²)/n). suspects: rows
    that look wrong, the worst first; without_m: the rmse of the others when these are left out.
    """

    grid: PlaneGrid | HelmertGrid
    control: Control
    residuals_m: Float
    tested: Float
    redundancy: int
    sigma0_m: float
    rmse_m: float
    suspects: tuple[int, ...] = ()
    without_m: float = np.nan
    issues: tuple[Issue, ...] = ()


def fitted(control: Control, model: int, source: str, to: str) -> Fit:
    """The grid of 4 or 7 parameters that brings the control points nearest to their goals.

    source: for 7 parameters the CRS (its ellipsoid, and its projection where there is one) of the starts. InputError with
    fewer than 2 (3) different points, or where the points do not determine the parameters.
    """
    if len(_distinct(control.start)) < LEAST[model] or len(_distinct(control.goal)) < LEAST[model]:
        raise InputError("fit_too_few", n=len(_distinct(control.start)), least=LEAST[model], model=model)
    found = _solved(control, model, source, to)
    if model == 4:
        _check_axes(control, to, found)
    suspects, others = _suspects(control, model, source, to, found)
    without = _rmse(others.v) if suspects else np.nan
    issues = (*_spread(control, model, found.redundancy), *_odd_scale(found.grid), *_suspected(control, found, suspects, without))
    rmse = _rmse(found.v)
    low, high = control.start[:, :2].min(axis=0), control.start[:, :2].max(axis=0)
    box = None if control.geocentric else (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    facts: dict[str, Any] = {"points": len(control), "rmse_mm": round(1e3 * rmse, 3), "box": box}
    grid = found.grid.model_copy(update=facts)
    return Fit(grid, control, found.v, found.tested, found.redundancy, found.sigma0, rmse, suspects, without, issues)


@dataclass(frozen=True, slots=True, eq=False)
class _Solved:
    grid: PlaneGrid | HelmertGrid
    v: Float
    tested: Float
    redundancy: int
    sigma0: float


def _solved(control: Control, model: int, source: str, to: str) -> _Solved:
    return _plane(control, to) if model == 4 else _helmert(control, source, to)


def _check_axes(control: Control, to: str, found: _Solved) -> None:
    """InputError when the points fit only once x and y of one side are exchanged: a similarity never turns a figure over."""
    if len(control) > 2 and _rmse(found.v) > _ODD_M:
        exchanged = _plane(Control(control.ids, control.start[:, 1::-1], control.goal), to)
        if _rmse(exchanged.v) < _rmse(found.v) / 50:
            raise InputError("fit_axes_swapped", rmse_m=_rmse(found.v), swapped_mm=round(1e3 * _rmse(exchanged.v), 1))


def _plane(control: Control, to: str) -> _Solved:
    """Unknowns: shift of the centroid, s·cos θ, s·sin θ; centred, so that large coordinates cost no digits."""
    start, goal = control.start[:, :2], control.goal[:, :2]
    middle, centre = start.mean(axis=0), goal.mean(axis=0)
    p, q = start - middle, goal - centre
    n = len(control)
    design = np.zeros((2 * n, 4))
    design[0::2] = np.column_stack([np.ones(n), np.zeros(n), p[:, 0], -p[:, 1]])
    design[1::2] = np.column_stack([np.zeros(n), np.ones(n), p[:, 1], p[:, 0]])
    shift_x, shift_y, a, b = np.linalg.lstsq(design, q.ravel(), rcond=None)[0]
    grid = PlaneGrid(
        model=4,
        to=to,
        from_origin=(float(middle[0]), float(middle[1])),
        to_origin=(float(centre[0] + shift_x), float(centre[1] + shift_y)),
        rotation_deg=float(np.degrees(np.arctan2(b, a))),
        scale=float(np.hypot(a, b)),
    )
    v = grid.forward(start) - goal
    return _Solved(grid, v, *_quality(design, v, 4))


def _helmert(control: Control, source: str, to: str) -> _Solved:
    """Unknowns: shift of the centroid, scale, scale × rotation: linear, centred; shift at the earth's centre afterwards."""
    start = control.start if control.geocentric else to_geocentric(control.start, source)
    goal = control.goal if control.geocentric else to_geocentric(control.goal, to)
    middle, centre = start.mean(axis=0), goal.mean(axis=0)
    reach = max(float(np.abs(start - middle).max()), 1.0)
    p = (start - middle) / reach
    design = _helmert_design(p)
    if np.linalg.cond(design) > _WORST_CONDITION:
        raise InputError("fit_not_determined")
    found = np.linalg.lstsq(design, ((goal - centre) - (start - middle)).ravel(), rcond=None)[0]
    scale = 1.0 + found[3] / reach
    turn = found[4:7] / reach / scale
    shift = centre + found[:3] - scale * (middle + np.cross(turn, middle))
    seconds = np.degrees(turn) * 3600.0
    grid = HelmertGrid(
        model=7,
        source=source,
        to=to,
        shift_m=(float(shift[0]), float(shift[1]), float(shift[2])),
        rotation_seconds=(float(seconds[0]), float(seconds[1]), float(seconds[2])),
        scale_ppm=float((scale - 1.0) * 1e6),
    )
    level = _horizons(goal)
    v = np.einsum("nij,nj->ni", level, grid.moved(start) - goal)
    levelled = np.einsum("nij,njk->nik", level, design.reshape(-1, 3, 7)).reshape(-1, 7)
    return _Solved(grid, v, *_quality(levelled, v, 7))


def _helmert_design(p: Float) -> Float:
    """(3n, 7): what a coordinate gains by each unknown; q × p, the turn, is linear in q."""
    design = np.zeros((3 * len(p), 7))
    for axis in range(3):
        design[axis::3, axis], design[axis::3, 3] = 1.0, p[:, axis]
    design[0::3, 5], design[0::3, 6] = p[:, 2], -p[:, 1]
    design[1::3, 6], design[1::3, 4] = p[:, 0], -p[:, 2]
    design[2::3, 4], design[2::3, 5] = p[:, 1], -p[:, 0]
    return design


def _horizons(xyz: Float) -> Float:
    """(n, 3, 3) turns of geocentric vectors into east, north, up, to 10⁻⁵ of a turn."""
    lon, flat = np.arctan2(xyz[:, 1], xyz[:, 0]), 1 - 1 / 298.257
    lat = np.arctan2(xyz[:, 2], flat**2 * np.hypot(xyz[:, 0], xyz[:, 1]))
    east = np.column_stack([-np.sin(lon), np.cos(lon), np.zeros(len(xyz))])
    up = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    return np.stack([east, np.cross(up, east), up], axis=1)


def _quality(design: Float, v: Float, unknowns: int) -> tuple[Float, int, float]:
    """(n, d) tested residuals, redundancy, and the standard error of one coordinate, m.

    A residual over its own standard error, the latter without the coordinate itself: Student's t with redundancy − 1 degrees
    of freedom. NaN where a coordinate is not checked by others, or where all residuals are rounding.
    """
    redundancy = v.size - unknowns
    if redundancy < 1:
        return np.full(v.shape, np.nan), redundancy, np.nan
    sigma0 = float(np.sqrt((v**2).sum() / redundancy))
    if redundancy < 2 or sigma0 < _NOISE_M:
        return np.full(v.shape, np.nan), redundancy, sigma0
    free = 1.0 - (np.linalg.qr(design)[0] ** 2).sum(axis=1).reshape(v.shape)
    with np.errstate(invalid="ignore", divide="ignore"):
        own = np.where(free > 1e-9, v / (sigma0 * np.sqrt(np.maximum(free, 1e-9))), np.nan)
        rest = np.maximum(redundancy - own**2, 1e-9)
        tested: Float = own * np.sqrt((redundancy - 1) / rest)
    return tested, redundancy, sigma0


def _suspects(control: Control, model: int, source: str, to: str, found: _Solved) -> tuple[tuple[int, ...], _Solved]:
    """Rows that look wrong, and the fit without them.

    The worst point is taken out again and again, up to a third of them; those up to the last one that was beyond the limit
    look wrong, so that two errors that hide each other are found as well (generalised extreme deviates, Rosner 1983).
    """
    from scipy.special import stdtrit

    left, out, wrong, best = list(range(len(control))), list[int](), 0, found
    for _ in range(min(len(control) // 3, len(control) - LEAST[model] - 1)):
        if not np.isfinite(found.tested).any():
            break
        sizes = np.nan_to_num(np.abs(found.tested)).max(axis=1)
        row = int(sizes.argmax())
        beyond = sizes[row] > stdtrit(found.redundancy - 1, 1 - _RISK / (2 * found.tested.size))
        try:
            found = _solved(control.rows([k for j, k in enumerate(left) if j != row]), model, source, to)
        except InputError:  # the others do not determine it
            break
        out.append(left.pop(row))
        if beyond:
            wrong, best = len(out), found
    return tuple(out[:wrong]), best


def _spread(control: Control, model: int, redundancy: int) -> list[Issue]:
    """What is to be said of how the points lie."""
    issues = []
    values: dict[str, object] = {"n": len(control), "redundancy": redundancy}
    if redundancy < 1:
        issues.append(Issue("fit_unchecked", "control", values={**values, "more": LEAST[model] + 1}))
    elif redundancy < 3:
        issues.append(Issue("fit_hardly_checked", "control", values=values))
    p = _distinct(control.start)
    if len(p) < len(control):
        issues.append(Issue("fit_points_twice", "control", values={"n": len(control) - len(p)}))
    sides = np.linalg.svd(p - p.mean(axis=0), compute_uv=False)
    if len(p) > 2 and sides[1] < _ON_A_LINE * sides[0]:
        issues.append(Issue("fit_on_a_line", "control", values={"percent": round(100 * float(sides[1] / sides[0]), 2)}))
    return issues


def _odd_scale(grid: PlaneGrid | HelmertGrid) -> list[Issue]:
    ppm = (grid.scale - 1) * 1e6 if isinstance(grid, PlaneGrid) else grid.scale_ppm
    return [Issue("fit_odd_scale", "control", values={"ppm": round(ppm)})] if abs(ppm) > _FAR_SCALE_PPM else []


def _suspected(control: Control, found: _Solved, suspects: tuple[int, ...], without_m: float) -> list[Issue]:
    if not suspects:
        return []
    mm = [round(1e3 * float(np.linalg.norm(found.v[row])), 1) for row in suspects]
    values = {"points": [control.ids[row] for row in suspects], "mm": mm, "without_mm": round(1e3 * without_m, 1)}
    return [Issue("fit_suspects", "control", values={**values, "rmse_mm": round(1e3 * _rmse(found.v), 1)})]


def _distinct(at: Float) -> Float:
    """The different places among the points, to the millimetre (in degrees: to 10⁻⁸)."""
    step = _SAME_M if np.abs(at[:, :2]).max(initial=0.0) > 361 else 1e-8
    return at[np.unique(np.round(at / step).astype(np.int64), axis=0, return_index=True)[1]]


def _rmse(v: Float) -> float:
    """√(Σ(vx² + vy²)/n), m."""
    return float(np.sqrt((v[:, :2] ** 2).sum() / len(v)))
