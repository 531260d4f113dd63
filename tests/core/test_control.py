"""Fits to control points: parameters recovered, gross errors found, what is not determined refused or said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import least_squares

from landplan.core.control import Control, Fit, fitted
from landplan.core.errors import InputError
from landplan.core.grids import HelmertGrid, PlaneGrid, from_geocentric, to_geocentric

TO = "EPSG:4549"
LOCAL = "+proj=tmerc +lat_0=31.25 +lon_0=121.5 +k=1 +x_0=0 +y_0=0 +ellps=krass +units=m +no_defs"
SEVEN = HelmertGrid(
    model=7, source=LOCAL, to=TO, shift_m=(15.8, -154.4, -82.3), rotation_seconds=(0.5, -1.2, 2.2), scale_ppm=-3.2
)


def four(turn: float = 0.25, scale: float = 1.00002) -> PlaneGrid:
    return PlaneGrid(model=4, to=TO, from_origin=(0, 0), to_origin=(545_000, 3_456_000), rotation_deg=turn, scale=scale)


def points(n: int, seed: int = 1, noise_m: float = 0.0, grid: PlaneGrid | None = None, reach_m: float = 20_000) -> Control:
    rng = np.random.default_rng(seed)
    start = rng.uniform(-reach_m, reach_m, (n, 2))
    goal = (grid or four()).forward(start) + rng.normal(0, noise_m, (n, 2))
    return Control(tuple(f"K{row}" for row in range(n)), start, goal)


def solid(n: int, seed: int = 1, noise_m: float = 0.0) -> Control:
    rng = np.random.default_rng(seed)
    start = np.column_stack([rng.uniform(-30_000, 30_000, (n, 2)), rng.uniform(0, 300, n)])
    xyz = SEVEN.moved(to_geocentric(start, LOCAL)) + rng.normal(0, noise_m, (n, 3))
    return Control(tuple(f"K{row}" for row in range(n)), start, from_geocentric(xyz, TO))


def found(fit: Fit) -> set[str]:
    return {issue.id for issue in fit.issues}


@settings(max_examples=60, deadline=None)
@given(st.floats(-179, 179), st.floats(0.999, 1.001), st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_four_parameters_come_back(turn: float, scale: float, n: int, seed: int) -> None:
    control = points(n, seed, grid=four(turn, scale))
    grid = fitted(control, 4, "", TO).grid
    assert isinstance(grid, PlaneGrid)
    there = np.random.default_rng(seed).uniform(-3e4, 3e4, (20, 2))
    spread = np.ptp(control.start, axis=0).max()
    np.testing.assert_allclose(grid.forward(there), four(turn, scale).forward(there), atol=1e-8 * max(6e4 / spread, 1) * 50)
    assert grid.scale == pytest.approx(scale, abs=1e-8 * max(6e4 / spread, 1))


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 12), st.integers(0, 2**32 - 1))
def test_seven_parameters_bring_points_where_they_belong(n: int, seed: int) -> None:
    try:
        grid = fitted(solid(n, seed), 7, LOCAL, TO).grid
    except InputError as error:  # three points that happen to lie on a line
        assert error.id == "fit_not_determined"
        return
    there = np.random.default_rng(seed).uniform(-3e4, 3e4, (20, 2))
    np.testing.assert_allclose(grid.forward(there), SEVEN.forward(there), atol=2e-4)


def test_seven_parameters_of_the_whole_earth_come_back_to_the_digit() -> None:
    start = np.random.default_rng(2).normal(size=(9, 3))
    start *= 6.37e6 / np.linalg.norm(start, axis=1)[:, None]
    control = Control(tuple("abcdefghi"), start, SEVEN.moved(start), geocentric=True)
    grid = fitted(control, 7, LOCAL, TO).grid
    assert isinstance(grid, HelmertGrid)
    np.testing.assert_allclose(grid.shift_m, SEVEN.shift_m, atol=1e-7)
    np.testing.assert_allclose(grid.rotation_seconds, SEVEN.rotation_seconds, atol=1e-8)
    assert grid.scale_ppm == pytest.approx(SEVEN.scale_ppm, abs=1e-8)


def test_the_least_squares_of_four_are_those_of_scipy() -> None:
    control = points(9, 4, noise_m=0.03)

    def residuals(unknown: Any) -> Any:
        x, y, turn, scale = unknown
        turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return (scale * control.start @ turned.T + [x, y] - control.goal).ravel()

    begin = [*(control.goal - control.start).mean(axis=0), 0.0, 1.0]
    oracle = least_squares(residuals, begin, x_scale=[1e3, 1e3, 1e-3, 1e-3], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    fit = fitted(control, 4, "", TO)
    np.testing.assert_allclose(fit.residuals_m.ravel(), oracle.fun, atol=1e-6)
    assert fit.sigma0_m == pytest.approx(np.sqrt(2 * oracle.cost / (18 - 4)), rel=1e-6)
    assert fit.rmse_m == pytest.approx(np.sqrt(2 * oracle.cost / 9), rel=1e-6)
    assert fit.redundancy == 14


def test_the_least_squares_of_seven_are_those_of_scipy() -> None:
    control = solid(8, 4, noise_m=0.02)
    start, goal = to_geocentric(control.start, LOCAL), to_geocentric(control.goal, TO)
    here, gone = start - start.mean(axis=0), goal - start

    def residuals(unknown: Any) -> Any:
        shift, turn, ppm = unknown[:3] * 100, unknown[3:6] / 1e4, unknown[6] / 1e4
        return (ppm * here + (1 + ppm) * np.cross(turn, here) + shift - gone).ravel()

    oracle = least_squares(residuals, np.zeros(7), jac="3-point", xtol=1e-15, ftol=1e-15, gtol=1e-15)
    fit = fitted(control, 7, LOCAL, TO)
    assert np.sqrt((fit.residuals_m**2).sum()) == pytest.approx(np.sqrt(2 * oracle.cost), rel=1e-5)
    assert fit.sigma0_m == pytest.approx(np.sqrt(2 * oracle.cost / (24 - 7)), rel=1e-5)


def test_the_test_is_students_t_of_a_fit_without_the_coordinate() -> None:
    """A tested residual is what a coordinate is off a fit from which it alone is left out, over the standard error of that."""
    control = points(6, 8, noise_m=0.05)
    fit = fitted(control, 4, "", TO)
    p = control.start - control.start.mean(axis=0)
    design = np.zeros((12, 4))
    design[0::2] = np.column_stack([np.ones(6), np.zeros(6), p[:, 0], -p[:, 1]])
    design[1::2] = np.column_stack([np.zeros(6), np.ones(6), p[:, 1], p[:, 0]])
    goal = (control.goal - control.goal.mean(axis=0)).ravel()
    for row in range(12):
        keep = np.arange(12) != row
        solution = np.linalg.lstsq(design[keep], goal[keep], rcond=None)[0]
        rest = design[keep] @ solution - goal[keep]
        sigma = np.sqrt((rest**2).sum() / (11 - 4))
        own = design[row] @ solution - goal[row]
        spread = np.sqrt(1 + design[row] @ np.linalg.inv(design[keep].T @ design[keep]) @ design[row])
        assert fit.tested.ravel()[row] == pytest.approx(own / (sigma * spread), rel=1e-6)


@pytest.mark.parametrize("rows", [(3,), (3, 7)])
def test_gross_errors_are_found_and_nothing_else(rows: tuple[int, ...]) -> None:
    control = points(12, 6, noise_m=0.01)
    control.goal[list(rows), 0] += 0.35
    fit = fitted(control, 4, "", TO)
    assert set(fit.suspects) == set(rows)
    assert fit.without_m < 0.03 < fit.rmse_m
    (issue,) = [one for one in fit.issues if one.id == "fit_suspects"]
    assert issue.values["points"] == [control.ids[row] for row in fit.suspects]


def test_a_gross_error_of_seven_is_found() -> None:
    control = solid(8, 3, noise_m=0.01)
    control.goal[2, 1] -= 0.5
    assert fitted(control, 7, LOCAL, TO).suspects == (2,)


def test_good_points_are_seldom_suspected() -> None:
    """At a risk of 1 % a fit, 400 fits of good points give a handful of suspicions, not dozens."""
    suspected = sum(bool(fitted(points(8, seed, noise_m=0.02), 4, "", TO).suspects) for seed in range(400))
    assert suspected <= 12


def test_residuals_are_east_north_and_up() -> None:
    control = solid(9, 5)
    raised = Control(control.ids, control.start, control.goal + np.array([0, 0, 1.0]))
    assert np.abs(fitted(raised, 7, LOCAL, TO).residuals_m).max() < 1e-3  # one shift for all: nothing is left over
    control.goal[4] += [0.3, 0.0, 0.0]
    east, north, up = fitted(control, 7, LOCAL, TO).residuals_m[4]
    assert east < -0.1
    assert abs(north) < 0.05
    assert abs(up) < 0.05


@pytest.mark.parametrize(("model", "n"), [(4, 1), (4, 0), (7, 2)])
def test_too_few_points_are_refused(model: int, n: int) -> None:
    control = points(n) if model == 4 else solid(n)
    with pytest.raises(InputError) as caught:
        fitted(control, model, LOCAL, TO)
    assert caught.value.id == "fit_too_few"


def test_one_place_twice_is_one_place() -> None:
    one = points(2)
    same = Control(one.ids, np.repeat(one.start[:1], 2, axis=0), one.goal)
    with pytest.raises(InputError) as caught:
        fitted(same, 4, "", TO)
    assert caught.value.values["n"] == 1
    three = points(3)
    three.start[2], three.goal[2] = three.start[1], three.goal[1]
    assert "fit_points_twice" in found(fitted(three, 4, "", TO))


def test_points_on_a_line_are_said_and_do_not_give_seven_parameters() -> None:
    start = np.column_stack([np.linspace(0, 9000, 5), np.linspace(0, 3000, 5) + np.array([0, 2, 0, 1, 0])])
    assert "fit_on_a_line" in found(fitted(Control(tuple("abcde"), start, four().forward(start)), 4, "", TO))
    assert "fit_on_a_line" not in found(fitted(points(5), 4, "", TO))
    line = to_geocentric(np.array([[0.0, 0.0, 0.0]]), LOCAL) + np.linspace(0, 9000, 5)[:, None] * [0.6, 0.64, 0.48]
    with pytest.raises(InputError) as caught:
        fitted(Control(tuple("abcde"), line, SEVEN.moved(line), geocentric=True), 7, LOCAL, TO)
    assert caught.value.id == "fit_not_determined"


def test_what_cannot_be_checked_is_said() -> None:
    assert "fit_unchecked" in found(fitted(points(2), 4, "", TO))
    assert "fit_hardly_checked" in found(fitted(points(3), 4, "", TO))
    assert not found(fitted(points(5, noise_m=0.01), 4, "", TO))
    fit = fitted(points(2), 4, "", TO)
    assert fit.redundancy == 0
    assert np.isnan(fit.sigma0_m)
    assert not fit.suspects


def test_an_odd_scale_is_said() -> None:
    assert "fit_odd_scale" in found(fitted(points(5, grid=four(scale=0.3048)), 4, "", TO))
    assert "fit_odd_scale" not in found(fitted(points(5, grid=four(scale=1.0004)), 4, "", TO))


def test_exchanged_axes_of_one_side_are_refused() -> None:
    control = points(5, noise_m=0.01)
    with pytest.raises(InputError) as caught:
        fitted(Control(control.ids, control.start[:, ::-1], control.goal), 4, "", TO)
    assert caught.value.id == "fit_axes_swapped"


def test_the_fit_keeps_what_it_was_fitted_to() -> None:
    grid = fitted(points(6, noise_m=0.01), 4, "", TO).grid
    assert grid.points == 6
    assert grid.rmse_mm is not None
    assert 1 < grid.rmse_mm < 40
    assert grid.box is not None
    assert grid.box[0] < grid.box[2]
