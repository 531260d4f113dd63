"""Options of four plots with two rival paths, and what their money rests on."""

from __future__ import annotations

from typing import Any

from landplan.core.environment import parcel_environment
from landplan.core.layers import LayerSet
from landplan.core.scheme import Scheme
from landplan.core.tables import ZoneShares
from landplan.renewal.appraisal import Appraisal
from tests.factories import make_model
from tests.renewal.test_options import AFTER, TITLE, layers, options, path, scheme

FIGURES = {
    "price": {"value": 100, "low": 60, "high": 180, "unit": "wan_per_mu"},
    "margin": {"value": 0.05, "low": 0.02, "high": 0.06, "unit": "share"},
    "land": {"value": 150, "unit": "wan_per_mu"},
}
PARTIES = [
    {"id": "city", "title": TITLE, "public": True},
    {"id": "district", "title": TITLE, "public": True},
    {"id": "owner", "title": TITLE},
    {"id": "platform", "title": TITLE},
    {"id": "buyer", "title": TITLE},
]
BUY = path(
    "buy",
    price="price",
    lines=[
        {"id": "price", "from": "district", "to": "owner", "fund": "special", "years": 3, "escalation": 0.1,
         "amount": "area_mu * price / 3"},
        {"id": "auction", "from": "buyer", "to": "city", "at": 1, "amount": "area_mu * land * tenure_price_factor"},
        {"id": "build", "party": "buyer", "at": 1, "years": 2, "amount": "-area_mu * 90", "low": 0.8, "high": 1.5,
         "investment": True},
        {"id": "income", "party": "buyer", "at": 3, "years": 20, "amount": "area_mu * after_output_wan_per_mu_year * margin"},
        {"id": "lost", "party": "owner", "at": 1, "years": 10, "amount": "-300 * margin"},
        {"id": "support", "from": "city", "to": "buyer", "fund": "city_fund", "at": 1, "years": 2,
         "amount": "area_mu * margin * 100"},
    ],
)  # fmt: skip
KEEP = path(
    "keep",
    lines=[
        {"id": "rebuild", "party": "owner", "years": 2, "amount": "-area_mu * 40", "investment": True},
        {"id": "gain", "party": "owner", "at": 2, "years": 18, "amount": "area_mu * 120 * margin"},
        {"id": "tax", "party": "district", "at": 2, "years": 18, "amount": "area_mu * 3"},
    ],
)
FUNDS = [
    {"id": "special", "level": "district"},
    {"id": "city_fund", "level": "city", "project_wan": 250, "project_year_wan": 140},
]


def scheme_of(*paths: dict[str, Any], **parts: Any) -> Scheme:
    both = make_model(after=AFTER, tenures=["grant", "lease"])
    whole = {"figures": FIGURES, "parties": PARTIES, "funds": FUNDS, "models": [both], **parts}
    return scheme(*(paths or (BUY, KEEP)), **whole)


def appraisal_of(scheme: Scheme, data: LayerSet | None = None) -> Appraisal:
    data = data or layers()
    environment = parcel_environment(data.parcels, ZoneShares({}), scheme.constants)
    return Appraisal(options(scheme, data), scheme, environment)
