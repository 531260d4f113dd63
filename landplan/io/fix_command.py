"""The command that mends what `inspect` found, where there is one."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from landplan.core.errors import Issue

ENCODINGS = ("encoding_guessed", "encoding_declared_wrong", "encoding_given_wrong")
LABELS = {
    "crs_absent": "suggestion", "metres_as_degrees": "fix", "degrees_as_metres": "fix", "zone_prefix": "fix",
    "mercator_as_metres": "fix",
}  # fmt: skip
"""Faults that another CRS mends, and the fact of the Issue that names it."""
SHIFTS = {"shifted_gcj02": "gcj02_to_wgs84", "shifted_bd09": "bd09_to_wgs84"}
FAULTS = (*LABELS, "axes_swapped", "zone_prefix_missing", *ENCODINGS, *SHIFTS, "invalid_geometries")
"""Every code of a warning that `landplan convert --fix CODE` mends."""


def fix_command(path: Path, issue: Issue, layer: str | None = None) -> str:
    """`landplan convert IN OUT --fix CODE`, quoted for a shell; "" where there is none. layer: in a file with several."""
    words = ["landplan", "convert", str(path), str(path.with_name(f"{path.stem}_fixed.gpkg")), "--fix", issue.id]
    if issue.id not in FAULTS:
        return ""
    if issue.id in LABELS:
        crs = label(issue.id, issue.values)
        if not crs:
            return ""
        words += ["--crs", crs]
    if layer is not None:
        words += ["--layer", layer]
    return shlex.join(words)


def remedy(issue: Issue) -> dict[str, str] | None:
    """What `convert` can do about an Issue: `fix` the code, and `crs` the right one where the label is wrong ("" where it
    cannot be told); None where it can do nothing."""
    if issue.id not in FAULTS:
        return None
    return {"fix": issue.id, "crs": label(issue.id, issue.values)} if issue.id in LABELS else {"fix": issue.id}


def label(code: str, values: Mapping[str, object]) -> str:
    """The CRS that mends a fault of the label, as far as it can be told; "" where it cannot."""
    crs = str(values.get(LABELS[code], ""))
    if not crs and "zone" in values and 13 <= int(str(values["zone"])) <= 23:
        return f"EPSG:{4491 + int(str(values['zone'])) - 13}"  # zones of 6 degrees
    return crs if crs.startswith("EPSG:") else ""
