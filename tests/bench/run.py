"""Measure landplan beside its peers:  python tests/bench/run.py [--quick] [--only REGEX] [--json FILE]

Landplan and its peer take turns on the same data in a process apart from this one. Read the ratios: a busy machine stretches
both. Nothing here fails because it is slow; a row whose results differ by more than 1e-9 ends the run with exit code 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
for folder in (HERE, HERE.parent, HERE.parent / "portfolio", ROOT):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))

AGREE = 1e-9
HEAD = ("work", "n", "runs", "landplan s", "peer", "peer s", "ratio", "cpu ratio", "must", "peak MB", "difference")


def main(argv: list[str] | None = None) -> int:
    """Run the rows asked for and print the table; 1 when a result differs from the peer's or a row broke."""
    wanted = arguments(argv)
    if wanted.child:
        return _child(wanted.child.split(","), wanted.size, wanted.budget)
    cases = {id: case for id, case in _cases().items() if case.sizes.get(wanted.size) and re.search(wanted.only, id)}
    rows = []
    for id, found in _measured(list(cases), wanted):
        case = cases[id]
        rows.append({"id": id, "title": case.title, "must": case.must, "n": case.sizes[wanted.size], **found})
        print(line(rows[-1]), file=sys.stderr, flush=True)
    print(table(rows))
    if wanted.json:
        Path(wanted.json).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return int(any("error" in row or (row.get("difference") or 0.0) > AGREE for row in rows))


def arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure landplan beside its peers.")
    parser.add_argument("--only", default="", metavar="REGEX", help="rows whose id matches")
    parser.add_argument("--quick", action="store_const", dest="size", const="quick", default="full", help="small sizes, 90 s")
    parser.add_argument("--size", choices=("full", "quick", "tiny", "large"), help="large: rows of many millions, hours")
    parser.add_argument("--budget", type=float, default=None, help="seconds for repeating a row")
    parser.add_argument("--limit", type=float, default=None, help="seconds after which a row is given up")
    parser.add_argument("--json", metavar="FILE", help="the same as JSON lines")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    wanted.budget = wanted.budget if wanted.budget is not None else {"full": 10.0, "quick": 1.0}.get(wanted.size, 0.0)
    wanted.limit = wanted.limit if wanted.limit is not None else 20_000.0 if wanted.size == "large" else 180.0
    return wanted


def _cases() -> dict[str, Any]:
    """Every row by id, in the order of the table."""
    import cases_files
    import cases_land
    import cases_map
    import cases_money
    import cases_scale
    import cases_scoring
    import cases_table

    rooms = (cases_scoring, cases_land, cases_money, cases_files, cases_map, cases_table, cases_scale)
    return {case.id: case for room in rooms for case in room.CASES}


def _measured(ids: list[str], wanted: argparse.Namespace) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row as its process says it; when a process breaks or hangs, its row says so and the rest start another."""
    while ids:
        words = [sys.executable, str(HERE / "run.py"), "--child", ",".join(ids), "--size", wanted.size]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
        with (
            tempfile.TemporaryFile("w+") as said,
            subprocess.Popen(
                [*words, "--budget", str(wanted.budget)], env=environment, stdout=subprocess.PIPE, stderr=said, text=True
            ) as child,
        ):
            assert child.stdout is not None
            while ids:
                watch = threading.Timer(wanted.limit, child.kill)
                watch.start()
                answer = child.stdout.readline()
                watch.cancel()
                if not answer:
                    said.seek(0)
                    reason = (said.read().strip().splitlines() or [f"given up after {wanted.limit:.0f} s"])[-1]
                    yield ids.pop(0), {"error": reason}
                    break
                yield ids.pop(0), json.loads(answer)


def _child(ids: list[str], size: str, budget_s: float) -> int:
    """Measure these rows one after another; a line of JSON for each on stdout, where nothing else may write."""
    from trial import measured

    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # solvers print from C, past sys.stdout
    cases = _cases()
    for id in ids:
        case = cases[id]
        with tempfile.TemporaryDirectory(prefix="landplan-bench-") as folder:
            found = measured(case.make(case.sizes[size], Path(folder)), budget_s=budget_s)
        print(json.dumps(found, ensure_ascii=False, default=str), file=answers, flush=True)
    return 0


def line(row: dict[str, Any]) -> str:
    """One row in a sentence, for whoever is waiting."""
    return " · ".join(cell for cell in _cells(row) if cell)


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as a Markdown table, ratios = peer / landplan, and under it what else is known."""
    lines = [" | ".join(HEAD), " | ".join("---" for _ in HEAD), *(" | ".join(_cells(row)) for row in rows)]
    notes = [f"{row['id']}: " + ", ".join(f"{k} {v}" for k, v in row["facts"].items()) for row in rows if row.get("facts")]
    return "\n".join([*(f"| {text} |" for text in lines), "", *notes])


def _cells(row: dict[str, Any]) -> list[str]:
    start = [row["title"], f"{row['n']:,}"]
    if "error" in row:
        return [*start, "", "", row["error"], *[""] * (len(HEAD) - 5)]
    wall, cpu, peak = row["wall_s"], row["cpu_s"], row["peak_mb"]
    ours, peer = "landplan", next((side for side in wall if side != "landplan"), None)
    memory = " / ".join(f"{value:,.0f}" for value in peak.values() if value is not None)
    cells = [*start, str(row["runs"]), seconds(wall[ours])]
    if peer is None:
        return [*cells, "", "", "", "", row["must"], memory, ""]
    known = None not in (cpu[peer], cpu[ours])
    ratios = [f"{wall[peer] / wall[ours]:.2f}×", f"{cpu[peer] / max(cpu[ours], 1e-9):.2f}×" if known else ""]
    must = f"{row['must']}×" if row["must"] else ""
    return [*cells, peer, seconds(wall[peer]), *ratios, must, memory, f"{row['difference']:.0e}"]


def seconds(value: float) -> str:
    """Three digits: 0.0123, 1.23, 123."""
    return f"{value:.4f}" if value < 0.1 else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(main())
