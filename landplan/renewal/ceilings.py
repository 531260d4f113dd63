"""Ceilings of public funds: what a fund gives for one plot is cut to so much a year and so much in all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from landplan.core.layers import Float
from landplan.core.scheme import Fund, Line, RenewalPath, Scheme


def paid(path: RenewalPath, scheme: Scheme, asked: Mapping[str, Float], lines: Sequence[Line] | None = None) -> dict[str, Float]:
    """Line id → (n, line.years) what is paid of what the lines ask for, wan; lines: default all of the path.

    Formula: of the support S_t a fund is asked for in year t, min(1, year ceiling / S_t) is granted; of what is then left in
    all years, min(1, ceiling / Σ); every line concerned by the same share. Support is what a public party pays to another
    party through the fund; the price of the path, a party's own costs and what flows back are left alone.
    """
    out = dict(asked)
    for fund in scheme.funds:
        given = [line for line in lines or path.lines if supports(line, fund, path, scheme)]
        if not given or not fund.capped:
            continue
        years = max(line.at + line.years for line in given)
        share = _granted(fund, _support(given, asked, years))
        for line in given:
            amount = asked[line.id]
            out[line.id] = np.where(amount > 0, amount * share[:, line.at : line.at + line.years], amount)
    return out


def supports(line: Line, fund: Fund, path: RenewalPath, scheme: Scheme) -> bool:
    """Whether a line is support of a fund: a transfer from a public party that is not the path's price."""
    public = {party.id for party in scheme.parties if party.public}
    return line.fund == fund.id and line.payer in public and line.id != path.price


def _support(lines: list[Line], asked: Mapping[str, Float], years: int) -> Float:
    """(n, years) what the lines ask for in each year."""
    total = np.zeros((len(asked[lines[0].id]), years))
    for line in lines:
        total[:, line.at : line.at + line.years] += np.maximum(asked[line.id], 0.0)
    return total


def _granted(fund: Fund, support: Float) -> Float:
    """(n, years) the share of the support that is granted."""
    share = np.ones_like(support)
    if fund.project_year_wan is not None:
        np.divide(fund.project_year_wan, support, out=share, where=support > fund.project_year_wan)
    if fund.project_wan is not None:
        total = np.cumsum(support * share, axis=1)[:, -1]
        share *= np.where(total > fund.project_wan, fund.project_wan / np.maximum(total, 1e-300), 1.0)[:, None]
    return share
