"""What `landplan fit-test` writes and says: how many plots pass all gates, fail one, or are not known, and gate by gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from landplan.app.report import Report
from landplan.core.fit_gates import FAILED, PASSED, UNKNOWN, Fitted
from landplan.core.layers import Text
from landplan.core.messages import language, pick, text
from landplan.core.policy import Standing, with_worth
from landplan.export.csv_table import write_csv
from landplan.export.fit_table import fit_columns, gate_worths


def fit_report(found: Fitted, ids: Text, out: Path, *, day: date, lang: str) -> Report:
    """Write the list (.csv, in `lang`); count answers, of the test and of each gate."""
    columns = fit_columns(found, ids, day=day, lang=lang)
    write_csv(out, columns, zip(*columns.values(), strict=True))
    worth = gate_worths(found, day)
    gates = {gate.id: _counts(found.answers[:, k].tolist()) for k, gate in enumerate(found.fit.gates)}
    plots = _counts(found.fits.tolist())
    data = {"file": out, "policy": found.pack.id, "plots": plots, "gates": gates,
            "doubts": {id: one for id, one in worth.items() if one != "sourced"}}  # fmt: skip
    return Report((text("said_written", {"path": out, "n": len(ids)}), *_lines(found, plots, gates, worth)), data)


def _counts(answers: list[int]) -> dict[str, int]:
    named = (("passed", PASSED), ("failed", FAILED), ("unknown", UNKNOWN))
    return {name: answers.count(answer) for name, answer in named}


def _lines(found: Fitted, plots: dict[str, int], gates: dict[str, dict[str, int]], worth: dict[str, Standing]) -> Iterator[str]:
    yield text("fit_counts", {"title": pick(found.fit.title), **plots})
    for gate in found.fit.gates:
        title = with_worth(pick(gate.title), worth[gate.id], language())
        yield text("fit_gate_counts", {"gate": title, **gates[gate.id]})
    for issue in found.issues:
        yield issue.text()
