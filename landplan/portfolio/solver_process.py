"""The exact search, in a process of its own that can be ended at any moment: HiGHS on one thread, limits counted in work.

Standard input: a task after another, 8 bytes of length and a NumPy archive (`model.Task`). Standard output: one JSON object
a line: {"event": "bound" | "plan" | "done" | "error", …}. The process ends when its input closes, so it never outlives landplan.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.portfolio.model import Model, Task

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    Say = Callable[..., None]

SEED = 20_240_229
_STATES = {"kOptimal": "optimal", "kInfeasible": "infeasible", "kUnboundedOrInfeasible": "infeasible",
           "kObjectiveTarget": "enough", "kSolutionLimit": "work limit"}  # fmt: skip


def main() -> None:
    """Answer tasks until the input closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt from the keyboard is the parent's to handle
    out = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\n", buffering=1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nothing a library prints can break a line
    tasks: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, tasks), daemon=True).start()

    def say(event: str, **facts: object) -> None:
        out.write(json.dumps({"event": event, **facts}) + "\n")

    while True:
        task = Task.from_bytes(tasks.get())
        try:
            search(task, say)
        except Exception as error:  # noqa: BLE001  (whatever it is, the parent is told)
            say("error", reason=f"{type(error).__name__}: {error}")


def _receive(source: BinaryIO, tasks: SimpleQueue[bytes]) -> None:
    while len(head := source.read(8)) == 8:
        tasks.put(source.read(int.from_bytes(head, "big")))
    os._exit(0)  # the parent is gone


def search(task: Task, say: Say) -> None:
    """Solve one task; says "bound" and "plan" on the way and "done" (state, plan, objective, bound, nodes) at the end."""
    import highspy

    solver = highspy.Highs()
    for option, value in _options(task).items():
        solver.setOptionValue(option, value)
    solver.passModel(_linear(task.model, relaxed=task.relaxed))
    if task.first.size:
        solver.setSolution(int(task.first.size), task.first.astype(np.int32), np.ones(task.first.size))
    _listen(solver, task.model.binaries, say)
    solver.run()
    state = str(solver.getModelStatus()).rsplit(".", 1)[-1]
    if state not in _STATES:
        raise RuntimeError(state)
    info = solver.getInfo()
    if task.relaxed:
        best = info.objective_function_value if _STATES[state] == "optimal" else None
        say("done", state=_STATES[state], point=solver.getSolution().col_value, objective=best, bound=best, nodes=0)
        return
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    plan = _ones(np.asarray(solver.getSolution().col_value), task.model.binaries) if found else None
    say("done", state=_STATES[state], plan=plan, objective=info.objective_function_value if found else None,
        bound=_finite(info.mip_dual_bound), nodes=max(0, info.mip_node_count))  # fmt: skip


def _options(task: Task) -> dict[str, object]:
    return {
        "output_flag": False,
        "threads": 1,
        "random_seed": SEED,
        "mip_rel_gap": task.gap,
        "mip_abs_gap": 1e-9,
        "mip_max_nodes": task.nodes,
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-8,
        "mip_min_logging_interval": 0.2,
        **({"objective_target": task.enough} if np.isfinite(task.enough) else {}),
    }


def _linear(model: Model, *, relaxed: bool) -> Any:
    import highspy

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = model.gain.size, model.row_lower.size
    lp.offset_ = model.offset
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.gain, np.zeros(model.gain.size), model.ceiling
    lp.row_lower_, lp.row_upper_ = model.row_lower, model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = model.start, model.index, model.data
    kinds = highspy.HighsVarType
    rest = model.gain.size - model.binaries
    if relaxed:
        return lp
    lp.integrality_ = [kinds.kInteger] * model.binaries + [kinds.kContinuous] * rest
    return lp


def _listen(solver: Any, binaries: int, say: Say) -> None:
    def bound(event: Any) -> None:
        out = event.data_out
        say("bound", objective=_finite(out.mip_primal_bound), bound=_finite(out.mip_dual_bound), nodes=out.mip_node_count)

    def plan(event: Any) -> None:
        out = event.data_out
        say("plan", plan=_ones(np.asarray(out.mip_solution), binaries), objective=_finite(out.objective_function_value),
            bound=_finite(out.mip_dual_bound), nodes=out.mip_node_count)  # fmt: skip

    solver.cbMipLogging.subscribe(bound)
    solver.cbMipImprovingSolution.subscribe(plan)


def _ones(entries: Any, binaries: int) -> list[int]:
    return [int(i) for i in np.flatnonzero(entries[:binaries] > 0.5)]


def _finite(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


if __name__ == "__main__":
    main()
