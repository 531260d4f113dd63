"""One measurement: landplan and its peers on the same data, in turn, in one process; medians, ratios and peak memory."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

OURS = "landplan"


@dataclass(frozen=True)
class Trial:
    """What is measured: `sides`, landplan first, each a call without arguments that gives its result.

    difference: from the results by side, the largest difference that counts (relative to 1); None where there is no peer.
    facts: from landplan's result, what else is worth printing. warm: a call of every compiled part on little data.
    """

    sides: dict[str, Callable[[], Any]]
    difference: Callable[[dict[str, Any]], float] | None = None
    facts: Callable[[Any], dict[str, Any]] = field(default=lambda result: {})
    warm: Callable[[], Any] = field(default=lambda: None)
    outside: frozenset[str] = frozenset()
    """Sides whose work is done by another process that lives on: its processor time is not known."""
    scaled: dict[str, float] = field(default_factory=dict)
    """Sides that do a part of the work only: how many times their seconds are counted."""


@dataclass(frozen=True)
class Case:
    """A row of the table. make(n, folder) prepares the data; `sizes`: n in a full, a quick and a tiny run (0 = left out).

    must: the ratio landplan must reach against the peer, or "" with what quality.md asks for in words.
    """

    id: str
    title: str
    make: Callable[[int, Path], Trial]
    sizes: dict[str, int]
    must: str = ""


def measured(trial: Trial, *, budget_s: float, most: int = 5) -> dict[str, Any]:
    """Every side run in turn, up to `most` times or `budget_s` of the whole: medians of wall and processor time, and peaks.

    Processor time is that of all threads and of child processes that ended: what a quiet machine's clock would show for
    work on one core. peak_mb: how far the first run raised the process's memory at its highest; None off Linux.
    """
    trial.warm()
    wall: dict[str, list[float]] = {side: [] for side in trial.sides}
    cpu: dict[str, list[float]] = {side: [] for side in trial.sides}
    peak: dict[str, float | None] = {}
    results: dict[str, Any] = {}
    begun = time.perf_counter()
    for turn in range(most):
        for side, run in trial.sides.items():
            results.pop(side, None)
            gc.collect()
            before = resident_mb(reset=True)
            clock, processor = time.perf_counter(), _processor_s()
            results[side] = run()
            wall[side].append(time.perf_counter() - clock)
            cpu[side].append(_processor_s() - processor)
            if turn == 0:
                peak[side] = None if before is None else round(max((_peak_mb() or 0.0) - before, 0.0), 1)
        if time.perf_counter() - begun > budget_s:
            break
    return {
        "runs": len(wall[OURS]),
        "wall_s": {side: median(values) * trial.scaled.get(side, 1) for side, values in wall.items()},
        "cpu_s": {
            side: None if side in trial.outside else median(values) * trial.scaled.get(side, 1) for side, values in cpu.items()
        },
        "peak_mb": {side: None if side in trial.outside else value for side, value in peak.items()},
        "difference": trial.difference(results) if trial.difference else None,
        "facts": trial.facts(results[OURS]),
    }


def _processor_s() -> float:
    """Processor seconds of this process and of its ended children (these where the system tells)."""
    own = time.process_time()
    try:
        from resource import RUSAGE_CHILDREN, getrusage
    except ImportError:
        return own
    ended = getrusage(RUSAGE_CHILDREN)
    return own + ended.ru_utime + ended.ru_stime


def resident_mb(*, reset: bool = False) -> float | None:
    """Memory in use now, MB; `reset` lets the next peak start from here. None where the system does not tell."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        return _status_mb("VmRSS")
    except OSError:
        return None


def _peak_mb() -> float | None:
    try:
        return _status_mb("VmHWM")
    except OSError:
        return None


def _status_mb(name: str) -> float:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1]) / 1024
