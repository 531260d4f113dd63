"""Job: the shipped worked examples, recomputed here and now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from landplan.app.report import Report, plain
from landplan.core.progress import Progress, silent
from landplan.core.registry import jobs


@jobs.add("Recompute the shipped worked examples", zh="重算随软件附带的公开算例")
def self_test(*, progress: Progress = silent) -> Report:
    """One line an example: published or exactly derived numbers against what this installation computes."""
    import json

    from landplan.core.messages import text
    from landplan.core.paths import resource

    cases = json.loads(resource("worked_examples.json").read_text(encoding="utf-8"))["cases"]
    rows = []
    for done, case in enumerate(cases):
        progress(done / len(cases), "progress_example", example=case["id"])
        wrong = list(_wrong(case))
        rows.append(
            {"id": case["id"], "method": case["method"], "source": case["source"], "equal": not wrong, "differences": wrong}
        )
    failed = sum(not row["equal"] for row in rows)
    lines = [
        text("said_example" if row["equal"] else "said_example_wrong", {**row, "wrong": row["differences"][:3]}) for row in rows
    ]
    lines.append(text("said_examples", {"n": len(rows), "failed": failed}))
    return Report(tuple(lines), rows, exit_code=1 if failed else 0)


def _wrong(case: dict[str, Any]) -> Iterator[str]:
    """What differs by more than the case allows; an error of the method is a difference, too."""
    from landplan.app.evaluation import evaluate
    from landplan.core.errors import LandplanError

    tolerance = max(case["tolerance"].values(), default=0)
    for run in case["runs"]:
        try:
            found = plain(evaluate(run["evaluate"], **{**case["inputs"], **run.get("with", {})}))
        except LandplanError as error:
            yield str(error)
            continue
        for key, expected in run.get("expected", case["expected"]).items():
            if not near(found.get(key), expected, tolerance):
                yield f"{key}: {found.get(key)} ≠ {expected}"


def near(found: Any, expected: Any, tolerance: float) -> bool:
    """Whether two results are equal: numbers to the tolerance, lists one by one, tables by the keys expected, else exactly."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(near(found.get(key), value, tolerance) for key, value in expected.items())
    if isinstance(expected, list):
        same = isinstance(found, list) and len(found) == len(expected)
        return same and all(near(one, other, tolerance) for one, other in zip(found, expected, strict=True))
    if isinstance(expected, float | int) and not isinstance(expected, bool):
        return isinstance(found, float | int) and abs(found - expected) <= tolerance
    return bool(found == expected)
