"""Tenures side by side: what the land costs its holder and brings its grantor under each, as the same dated cash flows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.expression import evaluate_many, parse
from landplan.core.layers import Float
from landplan.core.scheme import LandValue, Tenure
from landplan.core.tables import Int32
from landplan.renewal.annuity import annuity_factor, term_factor
from landplan.renewal.appraisal import Appraisal
from landplan.renewal.finance import npv
from landplan.renewal.stack import Stack


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of years on the land: from `start` (a year end) on, price_share of the full-term price paid then, rent_share
    of it at the end of each of `years`; reached with the odds."""

    start: int
    years: int
    price_share: float
    rent_share: float
    odds: float


def stages(tenure: Tenure, rate: float, full_years: int) -> tuple[Stage, ...]:
    """What a tenure comes to: the first term, and what may follow with its odds; none that has no odds."""
    years = tenure.years or full_years
    if tenure.lease_years:
        first = Stage(0, tenure.lease_years, 0.0, tenure.rent_share, 1.0)
        then = Stage(tenure.lease_years, years, tenure.price_factor, 0.0, tenure.renewal_odds)
    else:
        more = tenure.renewal_years or years
        fair = float(term_factor(rate, more, full_years))
        again = fair if tenure.renewal_price_factor is None else tenure.renewal_price_factor
        first = Stage(0, years, tenure.price_factor, tenure.rent_share, 1.0)
        then = Stage(years, more, again, tenure.rent_share, tenure.renewal_odds)
    return (first, then) if then.odds > 0 else (first,)


@dataclass(frozen=True, eq=False)
class Terms:
    """A tenure by year, expected values: paid (horizon + 1,) of 1 of full-term price, by the holder to the grantor; held
    (horizon + 1,) the odds of having the land in the year that ends then, year 0 = the start, in which nobody has it yet."""

    paid: Float
    held: Float


def terms(course: tuple[Stage, ...], horizon: int) -> Terms:
    """The stages as yearly shares; what lies beyond the horizon is cut."""
    paid, held = np.zeros((2, horizon + 1))
    for stage in course:
        if stage.start <= horizon:
            paid[stage.start] += stage.odds * stage.price_share
        years = slice(stage.start + 1, min(stage.start + stage.years, horizon) + 1)
        paid[years] += stage.odds * stage.rent_share
        held[years] += stage.odds
    return Terms(paid, held)


@dataclass(frozen=True, eq=False)
class TenureTable:
    """A row for every plot, model and tenure of the model (r,): positions; price_wan, income_wan: what the full term costs and
    the holder earns in a year; paid_wan (r,): present value of price and rents; holder_wan, grantor_wan: NPV of both sides;
    held_years (r,): expected years on the land. NaN where price or income is unknown. horizon: the years all are compared over.
    """

    parcel: Int32
    model: Int32
    tenure: Int32
    price_wan: Float
    income_wan: Float
    paid_wan: Float
    holder_wan: Float
    grantor_wan: Float
    held_years: Float
    horizon: int


def tenure_table(appraisal: Appraisal, value: LandValue) -> TenureTable:
    """Every tenure of every plot and model that has an option, over one horizon: the longest of them.

    Formula: holder Σ (held_t · income − paid_t · price) / (1+r)^t; grantor Σ (paid_t + (1 − held_t) / a) · price / (1+r)^t, the
    second term from year 1 on: land that is not held is let again at the land rent price / a, a the annuity of the full term.
    With prices by the annuity the grantor is therefore as well off under every tenure, and differences are the scheme's.
    """
    scheme = appraisal.scheme
    rate = scheme.discount_rate
    courses = [stages(tenure, rate, value.full_years) for tenure in scheme.tenures]
    horizon = max([value.full_years, *(stage.start + stage.years for course in courses for stage in course)])
    by_year = [terms(course, horizon) for course in courses]
    stack = _combinations(appraisal)
    texts = {"price": parse(value.price), "income": parse(value.income)}
    found = evaluate_many(texts, stack.environment.columns, constants=stack.environment.constants, n=len(stack))
    price, income = (np.asarray(found[key].values, np.float64) for key in texts)
    rent = 1.0 / float(annuity_factor(rate, value.full_years))
    later = np.arange(horizon + 1) > 0
    worth = [[npv(flow, rate) for flow in (one.paid, one.held, (later - one.held) * rent)] for one in by_year]
    paid, held, again = np.array(worth, np.float64).reshape(-1, 3).T[:, stack.tenure]
    years = np.array([one.held.sum() for one in by_year])[stack.tenure]
    holder, grantor = held * income - paid * price, (paid + again) * price
    where = stack.parcel, stack.model, stack.tenure
    return TenureTable(*where, price, income, paid * price, holder, grantor, years, horizon)


def _combinations(appraisal: Appraisal) -> Stack:
    """Every tenure a model can have, for every plot and model that has an option."""
    options, scheme = appraisal.options, appraisal.scheme
    pairs = np.unique(np.column_stack([options.parcel, options.model]), axis=0).reshape(-1, 2)
    position = {tenure.id: k for k, tenure in enumerate(scheme.tenures)}
    fits = [[position[id] for id in model.tenures] for model in scheme.models]
    rows = [(parcel, model, tenure) for parcel, model in pairs.tolist() for tenure in sorted(fits[model])]
    parcel, model, tenure = np.array(rows, np.int32).reshape(-1, 3).T
    return Stack(parcel, model, tenure, appraisal.environment, scheme)
