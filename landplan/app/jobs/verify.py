"""Job: does a review package recompute to the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from landplan.app.report import Report
from landplan.core.progress import Progress, silent
from landplan.core.registry import Param, jobs

_SHOWN = 50
"""Differences printed for people; --json has all of them."""


@jobs.add("Recompute a review package and compare every number", zh="复核成果包：重算并逐数比对")
def verify(
    *,
    package: Annotated[
        Path,
        Param("the package: zip, folder, or a folder that holds one", zh="成果包：zip、文件夹或其上级文件夹", positional=True),
    ],
    progress: Progress = silent,
) -> Report:
    """Recompute everything from the package's recipe and inputs; every difference is named.

    The recorded portfolio is re-checked (feasible, totals, bound), not chosen again; a bound that a search proved is
    searched for again. Where inputs are absent, only checksums are compared, and a line says so. Exit code 0 equal,
    6 different, 2 unreadable.
    """
    from dataclasses import asdict

    from landplan.app.verification import verify as verified
    from landplan.core.messages import text

    found = verified(Path(package), progress)
    lines = [text("said_difference", asdict(one)) for one in found.differences[:_SHOWN]]
    if len(found.differences) > _SHOWN:
        lines.append(text("and_more", {"n": len(found.differences) - _SHOWN}))
    verdict = "said_equal" if found.equal else "said_different"
    facts = {"package": found.package, "files": found.files, "n": len(found.differences)}
    lines = [*found.notes, *lines, text(verdict if found.recomputed or not found.equal else "said_equal_unrecomputed", facts)]
    data = {
        "package": found.package,
        "equal": found.equal,
        "recomputed": found.recomputed,
        "files": found.files,
        "notes": list(found.notes),
        "differences": [asdict(one) for one in found.differences],
    }
    return Report(tuple(lines), data, exit_code=0 if found.equal else 6)
