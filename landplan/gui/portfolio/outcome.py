"""Sections on what the plan gives: totals by year, targets, and each path with the money of every party."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.rule_words import contiguity_words
from landplan.core.tables import QUANTITIES, TargetResult
from landplan.core.units import unit_text
from landplan.export.drawing.colours import PATH_HUES
from landplan.gui.plan_tables import PathShare, path_shares
from landplan.gui.plan_words import number, party_title, quantity_unit
from landplan.gui.portfolio.state import PlanState
from landplan.gui.theme import theme
from landplan.gui.widgets.cells import Cell, listed
from landplan.gui.widgets.fitted_table import FittedTable, stacked
from landplan.gui.widgets.section import Section, soft_label


class OutcomeSection(Section):
    """A table of the last plan; hidden until there is one."""

    def __init__(self, state: PlanState, id: str, parent: QWidget | None = None) -> None:
        super().__init__(text(f"portfolio_{id}"), parent, tip=text(f"portfolio_{id}_why"))
        self._state = state
        self._shown: Results | None = None
        self.table = FittedTable(text(f"portfolio_{id}"), self, small=True, words=60)
        self.note = soft_label()
        self.body.addWidget(self.table)
        self.body.addWidget(self.note)

    def refresh(self) -> None:
        """Show the last plan, said to be old where the project has changed since."""
        plan = self._state.plan
        self.setVisible(plan is not None and plan.portfolio is not None)
        self.say_age()
        if plan is None or plan.portfolio is None or plan is self._shown:
            return
        self._shown = plan
        self.fill(plan)
        self.note.setVisible(bool(self.note.text()))

    def say_age(self) -> None:
        """Whether it is of the project as it is now."""
        self.say("" if self._state.desk.plan_current else text("portfolio_old"))

    def fill(self, plan: Results) -> None:
        raise NotImplementedError


class TotalSection(OutcomeSection):
    """What the plan adds by the end of each year."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "totals", parent)

    def fill(self, plan: Results) -> None:
        found = plan.portfolio
        if found is None:
            return
        rows = [(Cell(), *(Cell(quantity_unit(name), right=True, colour=theme().soft, loose=True) for name in QUANTITIES))]
        for k, year in enumerate(found.years.tolist()):
            cells = [
                Cell(number(found.totals[name][k]), _total_tip(name, year, found.totals[name][k]), right=True)
                for name in QUANTITIES
            ]
            rows.append((Cell(str(year)), *cells))
        headers = [text(f"portfolio_short_{name}") for name in QUANTITIES]
        tips = [
            text("portfolio_total_tip", {"quantity": text(f"quantity_{name}"), "unit": quantity_unit(name)})
            for name in QUANTITIES
        ]
        self.table.show_cells(listed((text("portfolio_year"), *headers), rows, ("", *tips)))
        unknown = [one.text() for one in found.issues if one.id == "plan_change_unknown"]
        said = (text("portfolio_unknown_changes") if unknown else "", contiguity_words(found))
        self.note.setText("\n".join(filter(None, said)))
        self.note.setToolTip("\n".join(unknown))


class TargetSection(OutcomeSection):
    """Every target of the scheme: today, after the plan, what is wanted, what is missing."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "targets", parent)

    def fill(self, plan: Results) -> None:
        found = plan.portfolio
        if found is None:
            return
        by_id = {target.id: target for target in plan.scheme.targets}
        rows: list[tuple[Cell, ...]] = []
        for one in found.targets:
            unit, digits = unit_text(one.unit, language()), 1 if abs(one.above) < 1e4 else 0
            tip = text("portfolio_target_tip", {"scope": pick(by_id[one.id].scope), "unknown": number(one.unknown)})
            title = pick(by_id[one.id].title)
            heading = Cell(title, f"{title}\n{tip}", note=f"{one.year} · {unit}", heading=True)
            numbers = (number(one.base, digits), number(one.after, digits), f"> {number(one.above, digits)}")
            rows.append((heading, Cell(), Cell(), Cell()))
            rows.append((*(Cell(words, tip, right=True) for words in numbers), _missing(one, digits, tip)))
        headers = tuple(text(id) for id in ("base", "portfolio_after", "portfolio_wanted", "shortfall"))
        self.table.clearSpans()
        self.table.show_cells(listed(headers, rows))
        for row in range(0, len(rows), 2):
            self.table.setSpan(row, 0, 1, 4)
        self.table.refit()
        self.table.setVisible(bool(rows))
        self.note.setText("" if rows else text("portfolio_no_targets"))


class PathSection(OutcomeSection):
    """A column for every path taken: parcels, area, and the net present value of every party."""

    def __init__(self, state: PlanState, parent: QWidget | None = None) -> None:
        super().__init__(state, "paths", parent)

    def fill(self, plan: Results) -> None:
        shares = path_shares(plan)
        parties = tuple(shares[0].npv_wan) if shares else ()
        touched = [party for party in parties if any(one.npv_wan[party] != 0 for one in shares)]
        headers = ["", *(stacked(one.title) for one in shares)]
        mu, wan = unit_text("mu", language()), unit_text("wan", language())
        rows = [
            (
                Cell(text("quantity_parcels")),
                *(Cell(number(one.count), one.title, right=True, swatch=_hue(one)) for one in shares),
            ),
            (Cell(text("portfolio_area_unit", {"unit": mu})), *(Cell(number(one.area_mu), right=True) for one in shares)),
        ]
        if touched:
            heading = Cell(
                text("portfolio_npv_heading", {"unit": wan}),
                text("portfolio_npv_why", {"year": plan.scheme.base_year}),
                heading=True,
            )
            rows.append((heading, *(Cell(heading=True) for _one in shares)))
        rows += [self._money(party, shares, plan) for party in touched]
        self.table.clearSpans()
        self.table.show_cells(listed(headers, rows, ("", *(one.title for one in shares))))
        if touched and shares:
            self.table.setSpan(2, 0, 1, len(headers))
            self.table.refit()
        self.note.setText("" if shares else text("portfolio_nothing_chosen"))
        self.table.setVisible(bool(shares))

    def _money(self, party: str, shares: tuple[PathShare, ...], plan: Results) -> tuple[Cell, ...]:
        title = party_title(party, plan.scheme)
        cells = []
        for one in shares:
            value, gaps = one.npv_wan[party], one.unknown[party]
            tip = f"{title} · {one.title}" + (f"\n{text('portfolio_npv_unknown', {'n': gaps})}" if gaps else "")
            star = " *" if gaps and not math.isnan(value) else ""
            cells.append(Cell(number(value) + star, tip, right=True, colour=theme().bad if value < 0 else ""))
        return (Cell(title), *cells)


def _hue(share: PathShare) -> str:
    return PATH_HUES[share.place % len(PATH_HUES)]


def _missing(one: TargetResult, digits: int, tip: str) -> Cell:
    of = theme()
    if one.shortfall > 0:
        return Cell(number(one.shortfall, digits), tip, right=True, colour=of.bad)
    return Cell(text("portfolio_reached"), tip, right=True, colour=of.good)


def _total_tip(name: str, year: int, value: float) -> str:
    facts = {"year": year, "quantity": text(f"quantity_{name}"), "value": number(value, 1), "unit": quantity_unit(name)}
    return text("portfolio_total_cell", facts)
