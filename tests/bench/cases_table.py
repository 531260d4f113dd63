"""The attribute table: 15 columns of every parcel; first paint, order, search, and a screenful while it scrolls."""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import data
import numpy as np
from trial import OURS, Case, Trial

from landplan.app.opening import Opened, open_file
from landplan.core.paths import sample
from landplan.core.results import Results
from landplan.core.tables import Column, CriteriaTable, ScoreTable, ZoneShares

COLUMNS = ("id", "area_mu", "recommended", "best_score", "margin", "state", "plan_path", "plan_year", "output_wan", "tax_wan")
COLUMNS += ("jobs", "vacant_share", "built_year", "land_use", "criterion_metro_m")
FRAMES = 60


@functools.lru_cache(maxsize=1)
def scored(n: int) -> tuple[Opened, Results]:
    """The town under the sample's scheme, with invented scores."""
    opened = open_file(sample("recipe.toml"))
    random = np.random.default_rng(n)
    parcels = replace(data.parcels(n), ids=random.permutation(data.parcels(n).ids))
    layers = replace(opened.project.layers, layers={"parcels": parcels})
    project = replace(opened.project, layers=layers)
    models = tuple(model.id for model in project.scheme.models)
    k = len(models)
    score = np.where(random.random((n, k)) < 0.05, np.nan, random.random((n, k)))
    best = np.argmax(np.nan_to_num(score), axis=1).astype(np.int32)
    whole = (score, score, score, np.zeros((n, k), np.int8), np.zeros((n, k), np.int32), best, best, random.random(n))
    weights = (np.zeros((n, 1)), np.ones((k, 1)))
    scores = ScoreTable(parcels.ids, ("metro_m",), models, *weights, score, *whole, (), "weighted_sum")
    criteria = CriteriaTable(parcels.ids, parcels.area_m2, {"metro_m": Column(random.random(n) * 5000, "m")})
    return replace(opened, project=project, path=None), Results(project, (), ZoneShares({}), criteria, scores)


def desk(n: int) -> Any:
    """A desk with the town, and the application it needs."""
    from PySide6.QtWidgets import QApplication

    from landplan.core.messages import set_language
    from landplan.gui import theme
    from landplan.gui.desk import Desk

    if QApplication.instance() is None:
        desk.application = QApplication([])  # type: ignore[attr-defined]  # kept as long as this process
    set_language("zh")
    theme.use("light")
    opened, results = scored(n)
    made = Desk()
    made.score = lambda: None  # type: ignore[method-assign]
    made.put(opened)
    made.results = results
    return made


def table(on: Any) -> Any:
    """The panel, shown and painted once."""
    from landplan.gui.kept import keep
    from landplan.gui.panels.table import AttributeTable, TableState

    keep(on, "table", TableState(list(COLUMNS)))
    made = AttributeTable(on)
    made.resize(1200, 600)
    made.show()
    made.grab()
    return made


def first_paint(n: int, folder: Path) -> Trial:
    on = desk(n)
    return Trial({OURS: lambda: table(on)}, facts=lambda made: {"columns": len(made.model.columns)}, warm=lambda: table(desk(64)))


def sorting(column: str) -> Any:
    """The order of a column and the picture, afresh."""

    def make(n: int, folder: Path) -> Trial:
        made, turns = table(desk(n)), iter(range(10**9))

        def run() -> None:
            values = made.sheet.columns[column].values
            values.__dict__.pop("key", None)  # what is kept from the last time
            made.sort(column, descending=bool(next(turns) % 2))
            made.view.viewport().grab()

        return Trial({OURS: run})

    return make


def scrolling(n: int, folder: Path) -> Trial:
    """Frames of which each shows other rows."""
    made = table(desk(n))
    made.sort("best_score")
    bar, turns = made.view.verticalScrollBar(), iter(range(10**9))

    def run() -> float:
        start = next(turns) * 1009
        for k in range(FRAMES):
            bar.setValue((start + (k + 1) * max(bar.maximum() // (FRAMES + 1), 1)) % max(bar.maximum(), 1))
            made.view.viewport().grab()
        return float(len(made.view.rows_in_view()))

    return Trial({OURS: run}, facts=lambda lines: {"lines": lines})


def searching(n: int, folder: Path) -> Trial:
    """A rule over two fields, and the rows it leaves."""
    made = table(desk(n))

    def run() -> int:
        made._ask("area_mu > 8 AND vacant_share < 0.3", True)
        made.view.viewport().grab()
        return len(made.model.rows)

    return Trial({OURS: run}, facts=lambda rows: {"rows found": rows}, warm=run)


SIZES = {"full": 1_000_000, "quick": 100_000, "tiny": 3000}
CASES = (
    Case("table_paint", "table: first paint, 15 columns", first_paint, SIZES, "0.3 s"),
    Case("table_sort", "table: sort a number", sorting("output_wan"), SIZES, "1 s"),
    Case("table_sort_ids", "table: sort ids", sorting("id"), SIZES, "1 s"),
    Case("table_scroll", f"table: {FRAMES} frames of scrolling", scrolling, SIZES, f"{FRAMES * 0.016:.2g} s"),
    Case("table_search", "table: search by rule", searching, SIZES),
)
