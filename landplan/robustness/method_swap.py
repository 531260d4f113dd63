"""The same table under several methods and normalisations: where they agree, and which plots hang on the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.errors import MethodError, SchemeError
from landplan.core.layers import Float, Int
from landplan.core.normalisation import Decision, decision
from landplan.core.rank_agreement import kendall, spearman
from landplan.core.registry import Method, scorings

Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Variant:
    """A scoring method with its parameters, or the reason why it has no ranks for this table."""

    method: str
    params: Mapping[str, Any]
    refused: str = ""

    @property
    def name(self) -> str:
        """topsis, or topsis normalisation=minmax."""
        return " ".join([self.method, *(f"{key}={value}" for key, value in self.params.items())])


@dataclass(frozen=True, eq=False)
class Agreement:
    """Of v variants over n plots. ranks (v, n). kendall (τ-b), spearman (v, v) in −1 … 1; overlap (v, v): the share of the
    best `top` that two have in common. share (n,): of the variants, those that have the plot among their best `top`."""

    variants: tuple[Variant, ...]
    ranks: Int
    top: int
    kendall: Float
    spearman: Float
    overlap: Float
    share: Float
    refused: tuple[Variant, ...] = ()

    @property
    def always(self) -> Bool:
        """(n,) among the best under every variant."""
        return np.asarray(self.share == 1.0)

    @property
    def fragile(self) -> Bool:
        """(n,) among the best under some variants and not under others."""
        return np.asarray((self.share > 0.0) & (self.share < 1.0))


def method_swap(
    matrix: npt.ArrayLike,
    weights: npt.ArrayLike,
    types: npt.ArrayLike | None = None,
    *,
    top: int = 10,
    variants: Sequence[Mapping[str, Any]] | None = None,
) -> Agreement:
    """The ranks of the same plots under several methods, and how far they agree.

    matrix (n, m), weights (m,), types (m,) as scoring takes them. variants: {"method": id, its parameters …}; default every
    method that ranks, with every normalisation it offers. A variant that refuses the table is listed with the reason.
    Kendall's τ-b and Spearman's ρ with ties; overlap |A ∩ B| / max(|A|, |B|) of the sets with rank ≤ top. Two ties throughout
    agree (1); a table of ties says nothing of an order (0). MethodError where no variant is left.
    A plot that is first under one normalisation only is no sure choice; agreement proves no method right.
    Sources: Kendall (1945) Biometrika 33(3):239-251; Spearman (1904) American Journal of Psychology 15(1):72-101.
    """
    given = decision(matrix, weights, types)
    asked = every_variant() if variants is None else [_variant(one) for one in variants]
    ranked, refused, ranks = [], [], []
    for one in asked:
        try:
            ranks.append(_ranks(given, one))
            ranked.append(one)
        except (MethodError, SchemeError) as error:
            refused.append(Variant(one.method, one.params, str(error)))
    if not ranked:
        raise MethodError("swap_nothing_ranks", refused=[one.refused for one in refused])
    return _agreement(tuple(ranked), np.array(ranks, np.int64), top, tuple(refused))


def every_variant() -> list[Variant]:
    """Every registered scoring method that gives ranks, with every normalisation it offers."""
    return [Variant(method.id, params) for method in scorings for params in _offered(method)]


def _offered(method: Method[Any]) -> list[dict[str, Any]]:
    for argument in method.arguments:
        if argument.name == "normalisation":
            return [{"normalisation": choice} for choice in argument.param.choices]
    return [{}]


def _variant(given: Mapping[str, Any]) -> Variant:
    return Variant(scorings[str(given["method"])].id, {key: value for key, value in given.items() if key != "method"})


def _ranks(given: Decision, variant: Variant) -> Int:
    method = scorings[variant.method]
    found = method.run(given.matrix, given.weights, given.types, **method.check(dict(variant.params), method.id))
    if "ranks" not in found:
        raise MethodError("method_without_ranks", method=variant.method)
    return np.asarray(found["ranks"], np.int64)


def _agreement(variants: tuple[Variant, ...], ranks: Int, top: int, refused: tuple[Variant, ...]) -> Agreement:
    best = (ranks > 0) & (ranks <= top)
    v = len(variants)
    tau, rho, overlap = (np.eye(v) for _ in range(3))
    for a, b in combinations(range(v), 2):
        most = max(best[a].sum(), best[b].sum())
        tau[a, b] = tau[b, a] = kendall(ranks[a], ranks[b])
        rho[a, b] = rho[b, a] = spearman(ranks[a], ranks[b])
        overlap[a, b] = overlap[b, a] = (best[a] & best[b]).sum() / most if most else 1.0
    return Agreement(variants, ranks, top, tau, rho, overlap, best.mean(axis=0), refused)
