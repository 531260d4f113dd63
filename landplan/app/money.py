"""The money of options: three views, the band of prices, public money, tenures, and how sure all that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from landplan.core.errors import SchemeError, UsageError, suggestion
from landplan.core.layers import Float
from landplan.core.progress import Progress, part
from landplan.core.results import Results
from landplan.core.tables import Int32, OptionTable
from landplan.renewal.appraisal import Appraisal
from landplan.renewal.band import Band, band
from landplan.renewal.public_money import PublicMoney, public_money
from landplan.renewal.tenure import TenureTable, tenure_table
from landplan.renewal.uncertainty import Judge, Odds, Ranges, best_of_plot, odds, ranges, tornado
from landplan.renewal.views import VIEWS, Viewed, viewed


@dataclass(frozen=True, slots=True)
class MoneyAsked:
    """Which parcels (none = all), how many draws of the uncertain figures from which seed, whose NPV says what is best."""

    parcels: tuple[str, ...] = ()
    draws: int = 1000
    seed: int = 1
    judge: Judge = "all"


@dataclass(frozen=True, eq=False)
class MoneyFindings:
    """What is known of the money of q options; bars (q, 3, f, 2) as `tornado`; tenures None where the scheme values no land."""

    asked: MoneyAsked
    appraisal: Appraisal
    views: Viewed
    band: Band
    public: PublicMoney
    ranges: Ranges
    bars: Float
    odds: Odds
    tenures: TenureTable | None

    @cached_property
    def best(self) -> Int32:
        """(plots,) the option of each plot with the highest NPV for who is asked; the first among equals."""
        worth, judge = self.views.npv_wan, self.asked.judge
        judged = worth.sum(axis=1) if judge == "all" else worth[:, VIEWS.index(judge)]
        rows = np.flatnonzero(best_of_plot(judged[:, None], self.appraisal.options.parcel)[:, 0])
        _, first = np.unique(self.appraisal.options.parcel[rows], return_index=True)
        return np.asarray(rows[first], np.int32)

    def drawn(self, draws: int, progress: Progress) -> MoneyFindings:
        """The same with so many draws of the uncertain figures; 0 draws know no shares."""
        asked = replace(self.asked, draws=draws)
        made = odds(self.appraisal, self.ranges, draws, asked.seed, asked.judge, progress)
        return replace(self, asked=asked, odds=made)


def money_findings(results: Results, asked: MoneyAsked, progress: Progress) -> MoneyFindings:
    """All of it for results that have options; SchemeError where the scheme has no paths or the recipe asks for no plan."""
    if results.options is None:
        raise SchemeError("money_needs_options", results.scheme.id)
    options = _of(results.options, asked.parcels)
    appraisal = Appraisal(options, results.scheme, results.environment)
    views, given = viewed(options, results.scheme), ranges(results.scheme)
    value = results.scheme.land_value
    return MoneyFindings(
        asked,
        appraisal,
        views,
        band(appraisal, views.npv_wan),
        public_money(appraisal),
        given,
        tornado(appraisal, given, part(progress, 0.0, 0.2)),
        odds(appraisal, given, asked.draws, asked.seed, asked.judge, part(progress, 0.2, 1.0)),
        None if value is None else tenure_table(appraisal, value),
    )


def _of(options: OptionTable, parcels: Sequence[str]) -> OptionTable:
    """The options of the parcels of these ids, all without any; UsageError for one there is not."""
    if not parcels:
        return options
    position = {str(id): row for row, id in enumerate(options.ids)}
    for id in parcels:
        if id not in position:
            raise UsageError("unknown_parcel", "--parcel", parcel=id, nearest=suggestion(id, position))
    return options.of_parcels(position[id] for id in parcels)
