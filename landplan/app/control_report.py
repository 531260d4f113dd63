"""What a fit of control points says: lines for people, data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.grids import PlaneGrid
from landplan.core.messages import text

if TYPE_CHECKING:
    from landplan.core.control import Fit
    from landplan.core.errors import Issue


def fit_lines(fit: Fit, columns: Mapping[str, str], to: str, issues: tuple[Issue, ...]) -> Iterator[str]:
    """The columns taken, parameters, standard error, a line a point, what is to be said, points that look wrong in words."""
    taken = ", ".join(f"{what} = {name}" for what, name in columns.items())
    yield text("said_fit_columns", {"columns": taken})
    yield text(f"said_fit_{fit.grid.model}", {**_parameters(fit), "to": to})
    sigma = "–" if np.isnan(fit.sigma0_m) else f"{1e3 * fit.sigma0_m:,.1f}"
    facts = {"n": len(fit.control), "redundancy": fit.redundancy, "sigma0_mm": sigma, "rmse_mm": f"{1e3 * fit.rmse_m:,.1f}"}
    yield text("said_fit_quality", facts)
    for row, id in enumerate(fit.control.ids):
        parts = "  ".join(f"{axis} {1e3 * v:+,.1f}" for axis, v in zip(("vE", "vN", "vU"), fit.residuals_m[row], strict=False))
        size = 1e3 * float(np.linalg.norm(fit.residuals_m[row, :2]))
        mark = f"  ← {text('said_fit_suspect')}" if row in fit.suspects else ""
        yield f"  {id}  {parts}  {text('said_fit_size', {'mm': f'{size:,.1f}'})}{_tested(fit, row)}{mark}"
    for issue in issues:
        yield issue.text()
    if fit.redundancy >= 2 and not fit.suspects:
        yield text("said_fit_no_suspect")


def fit_data(fit: Fit, columns: Mapping[str, str], to: str, issues: tuple[Issue, ...], kept: Path | None) -> dict[str, Any]:
    """Parameters, quality, residuals a point (mm), tests, suspects, warnings."""
    points = [
        {
            "id": id,
            "residual_mm": [1e3 * float(v) for v in fit.residuals_m[row]],
            "tested": [float(t) for t in fit.tested[row]],
            "suspect": row in fit.suspects,
        }
        for row, id in enumerate(fit.control.ids)
    ]
    return {
        "model": fit.grid.model,
        "to": to,
        "columns": dict(columns),
        "parameters": _parameters(fit),
        "points": points,
        "redundancy": fit.redundancy,
        "sigma0_mm": 1e3 * fit.sigma0_m,
        "rmse_mm": 1e3 * fit.rmse_m,
        "suspects": [fit.control.ids[row] for row in fit.suspects],
        "warnings": [{"code": one.id, "weight": one.weight, "message": one.text()} for one in issues],
        "kept_in": kept,
    }


def _tested(fit: Fit, row: int) -> str:
    worst = np.nanmax(np.abs(fit.tested[row])) if np.isfinite(fit.tested[row]).any() else np.nan
    return "" if np.isnan(worst) else "  " + text("said_fit_tested", {"t": f"{worst:,.1f}"})


def _parameters(fit: Fit) -> dict[str, Any]:
    grid = fit.grid
    if isinstance(grid, PlaneGrid):
        shift = grid.forward(np.zeros((1, 2)))[0]
        return {
            "shift_x_m": f"{shift[0]:.4f}",
            "shift_y_m": f"{shift[1]:.4f}",
            "rotation_seconds": f"{3600 * grid.rotation_deg:.5f}",
            "scale_ppm": f"{1e6 * (grid.scale - 1):.4f}",
        }
    shifts = {f"shift_{axis}_m": f"{value:.4f}" for axis, value in zip("xyz", grid.shift_m, strict=True)}
    turns = {f"turn_{axis}_seconds": f"{value:.6f}" for axis, value in zip("xyz", grid.rotation_seconds, strict=True)}
    return {**shifts, **turns, "scale_ppm": f"{grid.scale_ppm:.6f}"}
