"""What the money panel says, as plain words and cells. No Qt here."""

from __future__ import annotations

import numpy as np

from landplan.app.money import MoneyFindings
from landplan.core.expression import parse
from landplan.core.layers import Float
from landplan.core.messages import language, pick, text
from landplan.core.results import Results
from landplan.core.scheme import Scheme
from landplan.core.tables import OptionTable
from landplan.gui import figures
from landplan.gui.card.paths import Refusals, path_facts
from landplan.gui.card.scoring import rulings, undecided
from landplan.renewal.views import VIEWS

NONE = "–"


def path_title(scheme: Scheme, options: OptionTable, k: int) -> str:
    """收储招拍."""
    id = options.paths[options.path[k]]
    return next((pick(path.title) for path in scheme.paths if path.id == id), id)


def whole_title(scheme: Scheme, options: OptionTable, k: int) -> str:
    """收储招拍 · 出让（全年期） · 标准工业: what tells options of a parcel apart comes first."""
    tenure, model = (
        pick(of[place].title) for of, place in ((scheme.tenures, options.tenure[k]), (scheme.models, options.model[k]))
    )
    return f"{path_title(scheme, options, k)} · {tenure} · {model}"


def judged(found: MoneyFindings, values: Float) -> Float:
    """Values by view (…, 3, …) along axis 1, of whose NPV decides: that view's, or the sum of all."""
    judge = found.asked.judge
    return values.sum(axis=1) if judge == "all" else values[:, VIEWS.index(judge)]


def irr_words(found: MoneyFindings, k: int, v: int) -> str:
    """8.6 %; in words where there is none or more than one."""
    if not found.views.takes_part[k, v]:
        return NONE
    count = int(found.views.irr_count[k, v])
    if count == 1:
        return figures.percent(float(found.views.irr[k, v]))
    return text("money_panel_irr_none") if count == 0 else text("money_panel_irr_many", {"n": count})


def payback_words(found: MoneyFindings, k: int, v: int) -> str:
    """9.5; in words where it does not come back within the years of the lines."""
    if not found.views.takes_part[k, v]:
        return NONE
    years = float(found.views.payback_years[k, v])
    return figures.number(years, 1) if np.isfinite(years) else text("money_panel_never")


def price_words(found: MoneyFindings, k: int) -> str:
    """What the band of an option's price comes to, in one sentence; "" where the path has no price."""
    prices, area_mu = found.band, float(area_of(found)[k])
    if np.isnan(prices.price_wan[k]):
        return ""
    low, high = float(prices.low_wan[k]) / area_mu, float(prices.high_wan[k]) / area_mu
    if prices.loses[k].any():
        who = text("money_panel_and").join(text(f"money_view_{view}") for v, view in enumerate(VIEWS) if prices.loses[k, v])
        return text("money_panel_loses", {"who": who})
    if not prices.deal[k]:
        return text("money_panel_no_deal", {"lacking": figures.number(low - high, 1)})
    price = float(prices.price_wan[k]) / area_mu
    ends = {"low": figures.number(low, 1), "high": figures.number(high, 1), "price": figures.number(price, 1)}
    zone = "deal_from" if not np.isfinite(high) else "deal" if np.isfinite(low) else "deal_to"
    beyond = "price_below" if price < low else "price_above" if price > high else ""
    return text(f"money_panel_{zone}", ends) + (text(f"money_panel_{beyond}", ends) if beyond else "")


def sides(found: MoneyFindings, k: int) -> tuple[str, str]:
    """Who sets the lower and who the upper end of an option's price: the views whose edges these are."""
    prices = found.band
    ends = []
    for end in (prices.low_wan[k], prices.high_wan[k]):
        own = [text(f"money_view_{view}") for v, view in enumerate(VIEWS) if prices.edge_wan[k, v] == end]
        ends.append(text("money_panel_and").join(own))
    return ends[0], ends[1]


def area_of(found: MoneyFindings) -> Float:
    """(q,) the area of the parcel of each option, mu."""
    columns = found.appraisal.environment.columns
    return np.asarray(columns["area_mu"][found.appraisal.options.parcel], np.float64)


def illustrative(scheme: Scheme) -> tuple[tuple[str, ...], int]:
    """The figures of the scheme that money rests on and that have no source, by their titles; and of how many."""
    lines = [line for path in scheme.paths for line in path.lines]
    texts = [one for line in lines for one in (line.amount, line.when) if one]
    texts += [scheme.land_value.price, scheme.land_value.income] if scheme.land_value is not None else []
    named = frozenset[str]().union(*(parse(one).fields for one in texts))
    used = {name: figure for name, figure in scheme.figures.items() if name in named}
    return tuple(pick(one.title) or name for name, one in used.items() if one.illustrative), len(used)


def why_none(results: Results, options: OptionTable, row: int) -> str:
    """Why a parcel has no option: the rules that restrict it, else those of each path."""
    if why := undecided(results, row):
        return "\n".join([why, *(one.words() for one in rulings(results, row))])
    refused = _refusals(results, options, row)
    model = pick(results.scheme.models[results.scores.recommended[row]].title)
    return "\n".join(refused) if refused else text("money_panel_no_path_of", {"model": model})


def _refusals(results: Results, options: OptionTable, row: int) -> list[str]:
    """A line a path; none where no path refuses the parcel for a reason of its own."""
    join, found = "；" if language() == "zh" else "; ", path_facts(results.scheme, options, Refusals(options), row)
    said = {one.title: join.join(each.words() for each in one.refusals) for one in found}
    none = text("card_path_none")
    return (
        [text("money_panel_refused", {"path": path, "why": why or none}) for path, why in said.items()]
        if any(said.values())
        else []
    )
