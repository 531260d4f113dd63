"""Candidates one under another: a row for each (parcel, model, tenure) a path might serve, with the columns it can name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from landplan.core.environment import Environment
from landplan.core.ranking import DIGITS
from landplan.core.scheme import LandUseModel, RenewalPath, Scheme, Tenure
from landplan.core.tables import ALLOWED, Int32, ScoreTable


@dataclass(frozen=True, eq=False)
class Stack:
    """Candidates of one path: positions of parcel, model and tenure, (q,) each, and the parcels' environment."""

    parcel: Int32
    model: Int32
    tenure: Int32
    parcels: Environment
    scheme: Scheme

    def __len__(self) -> int:
        return len(self.parcel)

    @cached_property
    def environment(self) -> Environment:
        """What an expression over candidates can name: a parcel's fields, criteria and figures, and of its model and tenure
        after_KEY for every key of the model's `after`, far_low, far_target, far_high, tenure_years, tenure_price_factor,
        tenure_renewal_odds."""
        gathered = {name: (values, self.parcel) for name, values in self.parcels.columns.items()}
        gathered |= {name: (values, self.model) for name, values in _model_figures(self.scheme.models).items()}
        gathered |= {name: (values, self.tenure) for name, values in _tenure_figures(self.scheme.tenures).items()}
        return Environment(Gathered(gathered), self.parcels.constants, len(self), self.parcels.absent)

    def kept(self, mask: Any) -> Stack:
        """The candidates of `mask` (q,)."""
        return Stack(self.parcel[mask], self.model[mask], self.tenure[mask], self.parcels, self.scheme)


class Gathered(Mapping[str, Any]):
    """Columns that are gathered row by row only when asked for: most expressions name a few of many."""

    def __init__(self, sources: Mapping[str, tuple[Any, Int32]]) -> None:
        self._sources = sources

    def __getitem__(self, name: str) -> Any:
        values, rows = self._sources[name]
        return values[rows]

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def candidates(path: RenewalPath, scores: ScoreTable, scheme: Scheme, environment: Environment, models_per_parcel: int) -> Stack:
    """Each parcel's best-scoring allowed models with every tenure that fits both the model and the path."""
    best = best_models(scores, models_per_parcel, scheme.known_weight_min)
    tenures = {tenure.id: k for k, tenure in enumerate(scheme.tenures)}
    parts: list[tuple[Any, int, int]] = []
    for m, model in enumerate(scheme.models):
        if model.paths is not None and path.id not in model.paths:
            continue
        rows = np.flatnonzero((best == m).any(axis=1))
        for tenure in model.tenures:
            if path.tenures is None or tenure in path.tenures:
                parts.append((rows, m, tenures[tenure]))
    sizes = [len(rows) for rows, _, _ in parts]
    parcel = np.concatenate([np.zeros(0, np.int32), *(rows for rows, _, _ in parts)]).astype(np.int32)
    model_of = np.repeat(np.array([m for _, m, _ in parts], np.int32), sizes)
    tenure_of = np.repeat(np.array([t for _, _, t in parts], np.int32), sizes)
    order = np.lexsort((tenure_of, model_of, parcel))
    return Stack(parcel[order], model_of[order], tenure_of[order], environment, scheme)


def best_models(scores: ScoreTable, count: int, known_min: float) -> Int32:
    """(n, count) positions of each parcel's best allowed models of enough known weight, −1 where there are fewer.

    The first is the recommended one: ties go to the model named first in the scheme.
    """
    n, k = scores.score.shape
    offered = (scores.status == ALLOWED) & (scores.known_weight >= known_min - 1e-12) & ~np.isnan(scores.score)
    value = np.where(offered, np.round(scores.score, DIGITS), -np.inf)
    order = np.argsort(-value, axis=1, kind="stable")[:, :count]
    chosen = np.where(np.take_along_axis(value, order, axis=1) > -np.inf, order, -1)
    return np.asarray(np.pad(chosen, ((0, 0), (0, max(0, count - k))), constant_values=-1).reshape(n, count), np.int32)


def _model_figures(models: tuple[LandUseModel, ...]) -> dict[str, Any]:
    """Figures by name, (models,); NaN where a model does not state one."""
    names = {name for model in models for name in model.after}
    out = {f"after_{name}": np.array([model.after.get(name, np.nan) for model in models]) for name in sorted(names)}
    for name in ("low", "target", "high"):
        out[f"far_{name}"] = np.array([getattr(model.far, name) for model in models], np.float64)
    return out


def _tenure_figures(tenures: tuple[Tenure, ...]) -> dict[str, Any]:
    return {
        "tenure_years": np.array([np.nan if tenure.years is None else tenure.years for tenure in tenures], np.float64),
        "tenure_price_factor": np.array([tenure.price_factor for tenure in tenures]),
        "tenure_renewal_odds": np.array([tenure.renewal_odds for tenure in tenures]),
    }
