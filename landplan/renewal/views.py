"""An option as government, owner and operator see it: the money of each view's parties together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np

from landplan.core.layers import Float
from landplan.core.scheme import Party, Scheme, View
from landplan.core.tables import Bool, Int8, OptionTable
from landplan.renewal.finance import npv, payback_years, peak_funding
from landplan.renewal.irr import irr

VIEWS: tuple[View, ...] = get_args(View)


@dataclass(frozen=True, eq=False)
class Viewed:
    """Of q options, a column a view in the order of VIEWS: takes_part, whether any of its parties pays or receives anything;
    npv_wan at the start; irr (yearly share, NaN with irr_count ≠ 1; a view that never puts money in has none), payback_years
    (NaN: not within the years of the lines), peak_wan: the lowest its summed flows get (≤ 0). flows (q, 3, years) wan."""

    flows: Float
    takes_part: Bool
    npv_wan: Float
    irr: Float
    irr_count: Int8
    payback_years: Float
    peak_wan: Float


def viewed(options: OptionTable, scheme: Scheme) -> Viewed:
    """The options of a table in three views."""
    flows = np.zeros((len(options), len(VIEWS), options.flows.shape[-1]))
    takes_part = np.zeros((len(options), len(VIEWS)), bool)
    for k, view in enumerate(views_of(scheme, options.parties)):
        flows[:, view] += options.flows[:, k]
        takes_part[:, view] |= options.flows[:, k].any(axis=1)
    flat, shape = flows.reshape(-1, flows.shape[-1]), takes_part.shape
    rate, count = irr(flat)
    peak, _ = peak_funding(flat)
    rate, count = np.where(peak < 0, rate, np.nan), np.where(peak < 0, count, 0).astype(np.int8)
    worth, back = npv(flat, scheme.discount_rate).reshape(shape), payback_years(flat).reshape(shape)
    return Viewed(flows, takes_part, worth, rate.reshape(shape), count.reshape(shape), back, peak.reshape(shape))


def views_of(scheme: Scheme, parties: tuple[str, ...]) -> list[int]:
    """The position in VIEWS of each party; one that the scheme does not declare is private."""
    declared = {party.id: party for party in scheme.parties}
    return [VIEWS.index(declared.get(id, Party(id=id, title={})).seen_as) for id in parties]


def view_signs(scheme: Scheme, sides: Any) -> Float:
    """(3,) what each view gets of 1 that a line pays; sides: its parties and their signs. 0 within a view."""
    out = np.zeros(len(VIEWS))
    for id, sign in sides:
        out[views_of(scheme, (id,))[0]] += sign
    return out
