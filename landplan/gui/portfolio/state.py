"""What every section of the portfolio panel reads: the choice, the plan, the failure, names of parcels."""

from __future__ import annotations

from landplan.app.plan_rules import rules
from landplan.core.layers import Layer
from landplan.core.recipe import Choose
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import ZoneShares
from landplan.gui.desk import Desk
from landplan.gui.plan_words import Clash, clashes
from landplan.renewal.cashflow import funds_of


class PlanState:
    """The desk as a portfolio sees it, and what the last attempt to solve said."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._failure: tuple[object, BaseException] | None = None
        self._rows: tuple[Layer, dict[str, int]] | None = None

    @property
    def choose(self) -> Choose | None:
        project = self.desk.project
        return project.recipe.choose if project is not None else None

    @property
    def scheme(self) -> Scheme:
        project = self.desk.project
        assert project is not None  # noqa: S101  (sections are shown with a project only)
        return project.scheme

    @property
    def funds(self) -> tuple[str, ...]:
        """The funds the lines of the scheme draw on."""
        return funds_of(self.scheme)

    @property
    def zones(self) -> ZoneShares | None:
        return self.desk.results.zones if self.desk.results is not None else None

    @property
    def plan(self) -> Results | None:
        """The last plan, of this project or of one before it."""
        return self.desk.plan

    @property
    def failure(self) -> BaseException | None:
        """Why the project as it is now has no plan; None where that is not known, or it changed since."""
        if self._failure is None or self._failure[0] is not self.desk.project:
            return None
        return self._failure[1]

    @property
    def clashes(self) -> tuple[Clash, ...]:
        """The limits that no plan keeps together, where that is why there is none."""
        if self.failure is None or self.choose is None:
            return ()
        return clashes(self.failure, self.choose, self.scheme, self.zones)

    @property
    def rule_ids(self) -> set[str]:
        """The ids that rules of the plan have."""
        return set(rules(self.desk.project)) if self.desk.project is not None else set()

    @property
    def clashing(self) -> frozenset[str]:
        return frozenset(one.id for one in self.clashes)

    def failed(self, error: BaseException, project: object) -> None:
        """The project that was to be solved; it may have changed since."""
        self._failure = (project, error)

    def solved(self) -> None:
        self._failure = None

    def rows(self) -> dict[str, int]:
        """Row by parcel id, made once a layer."""
        project = self.desk.project
        if project is None:
            return {}
        parcels = project.layers.parcels
        if self._rows is None or self._rows[0] is not parcels:
            self._rows = (parcels, {id: row for row, id in enumerate(parcels.ids.tolist())})
        return self._rows[1]

    def name(self, row: int) -> str:
        """The name of a parcel; "" where it has none."""
        project = self.desk.project
        if project is None or "name" not in project.layers.parcels.fields:
            return ""
        found = project.layers.parcels.column("name")[row].as_py()
        return "" if found is None else str(found)
