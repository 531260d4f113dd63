"""The steps of `landplan fit` around the least squares: the points, the system they lead to, keeping the result."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from landplan.core.errors import InputError, UsageError, suggestion

if TYPE_CHECKING:
    from landplan.core.control import Control, Fit
    from landplan.io.control_table import ControlTable


def control_points(path: Path, columns: Sequence[str], without: Sequence[str], sheet: str | None) -> ControlTable:
    """The points of a table but those left out; UsageError when one of these is none."""
    from dataclasses import replace

    from landplan.io.control_table import COLUMNS, read_control

    given = {}
    for pair in columns:
        what, equals, name = pair.partition("=")
        if not equals or what not in COLUMNS or not name:
            raise UsageError("control_column_pair", "--column", given=pair, known=list(COLUMNS))
        given[what] = name
    table = read_control(path, given, sheet)
    unknown = [id for id in without if id not in table.control.ids]
    if unknown:
        raise UsageError("control_no_point", "--without", point=unknown[0], nearest=suggestion(unknown[0], table.control.ids))
    keep = [id not in without for id in table.control.ids]
    return replace(table, control=table.control.rows(keep))


def target_crs(control: Control, to: str | None, where: str, model: str) -> str:
    """The CRS of the goals: the given one when they can be in it, else what they look like; of 4 parameters one in metres.

    UsageError when it is neither given nor to be told; InputError when the goals cannot be in it.
    """
    from landplan.core.crs import check_measuring_crs, is_plane, parsed
    from landplan.io.placement import guessed_crs, implausible

    goal = control.goal[:, :2]
    if to is None:
        guess = "" if control.geocentric or not len(goal) else guessed_crs(goal)
        if not guess:
            raise UsageError("fit_needs_target", "--to")
        return check_measuring_crs(guess, where) if model == "4" else guess
    if is_plane(to) or parsed(to).is_geocentric:
        raise UsageError("fit_target_plane", "--to", given=to)
    if model == "4":
        check_measuring_crs(to, "--to")
    for issue in () if control.geocentric else implausible(goal, to, "control"):
        raise InputError("fit_target_odd", where, reason=issue.text())
    return to


def keep_fit(name: str, fit: Fit, replace: bool) -> Path:
    """Keep the fitted grid; InputError when another one of that name is kept and is not to be replaced."""
    from landplan.io.grid_file import keep_grid, kept_grids

    if name in kept_grids() and not replace:
        raise InputError("grid_exists", name=name)
    return keep_grid(name, fit.grid)
