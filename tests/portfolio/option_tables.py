"""Option tables by hand, for tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landplan.core.tables import QUANTITIES, OptionTable, ZoneSet, ZoneShares


def option_table(rows: Sequence[dict[str, Any]], parcels: int, **parts: Any) -> OptionTable:
    """A table of one fund and one party, a row per dict: parcel, model, path, tenure (positions), score, spend (by year from
    the start), npv, works_years, displaced_jobs, and the quantities; what is left out is 0 (score 1)."""

    def column(name: str, default: float = 0.0) -> Any:
        return np.array([row.get(name, default) for row in rows], np.float64)

    def codes(name: str) -> Any:
        return np.array([row.get(name, 0) for row in rows], np.int32)

    years = max([len(row.get("spend", ())) for row in rows], default=1) or 1
    spend = np.zeros((len(rows), 1, years))
    for k, row in enumerate(rows):
        spend[k, 0, : len(row.get("spend", ()))] = row.get("spend", ())
    values: dict[str, Any] = {
        "ids": np.array([f"P{k}" for k in range(parcels)], object),
        "models": ("factory", "lab"),
        "tenures": ("grant",),
        "paths": ("buy", "own"),
        "parties": ("district",),
        "funds": ("special",),
        **{name: codes(name) for name in ("parcel", "model", "tenure", "path", "works_years")},
        "score": column("score", 1.0),
        "flows": -spend,
        "fund_spend": spend,
        "fund_income": np.zeros_like(spend),
        "npv_wan": column("npv")[:, None],
        "irr": np.full((len(rows), 1), np.nan),
        "irr_count": np.zeros((len(rows), 1), np.int8),
        "payback_years": np.full((len(rows), 1), np.nan),
        "peak_funding_wan": np.zeros((len(rows), 1)),
        "change": {name: column(name) for name in QUANTITIES},
        "displaced_jobs": column("displaced_jobs"),
        "refused": (),
    }
    return OptionTable(**{**values, **parts})


def halves(shares: Sequence[float], id: str = "town") -> ZoneShares:
    """One set of one zone Z1 that holds these shares of the parcels; the rest lies outside."""
    n = len(shares)
    pairs = [(k, z, part) for k, share in enumerate(shares) for z, part in ((0, share), (1, 1 - share)) if part > 0]
    parcel, zone, share = (np.array(part) for part in zip(*pairs, strict=True))
    main = np.array([0 if share >= 0.5 else 1 for share in shares], np.int32)
    assert n == len(main)
    made = ZoneSet(id, ("Z1", "outside"), ("West", "其余"), parcel.astype(np.int32), zone.astype(np.int32), share, main)
    return ZoneShares({id: made})
