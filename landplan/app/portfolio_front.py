"""`evaluate("portfolio", …)`: a choice on plain lists, with its bound, the price of its rules, and what clashes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from landplan.core.errors import MethodError, UsageError, suggestion

if TYPE_CHECKING:
    from landplan.portfolio.problem import Problem
    from landplan.portfolio.solution import Solution
    from landplan.portfolio.ties import Pieces

Results = dict[str, Any]
Rule = Mapping[str, Any]

_KEYS = {
    "lock": {"plots": True, "path": False},
    "exclude": {"plots": True, "path": False},
    "max_count": {"path": False, "at_most": True},
    "min_count": {"path": False, "at_least": True},
    "budget": {"at_most": True},
    "contiguous": {"at_most": False, "min_size": False},
}
"""The keys of each kind of rule, and whether each must be there."""

_OPTIMA = 10


def portfolio(
    values: Sequence[Any] | None = None,
    costs: Sequence[Any] | None = None,
    budget: float | None = None,
    budgets: Sequence[float] | None = None,
    adjacency: str | Sequence[Sequence[int]] | None = None,
    paths: Sequence[str] = (),
    rules: Sequence[Rule] = (),
    sizes: Sequence[float] | None = None,
    values_row_major: Sequence[float] | None = None,
    costs_row_major: Sequence[float] | None = None,
    gap: float = 0.0,
) -> Results:
    """The choice of most value: in or out for each plot, or one path a plot ("none" included) where `paths` are given.

    values, costs: a number a plot, or a row a plot with a number a path. budget: most of Σ costs; budgets: one for each of
    several tables of costs (costs[0], costs[1] …). adjacency: "rook" for a square grid given row by row, or pairs of plots.
    rules: {kind: lock or exclude, plots, path}, {kind: max_count, at_most, path}, {kind: min_count, at_least, path},
    {kind: budget, at_most}, {kind: contiguous, at_most pieces (1), min_size of a piece}. gap: 0 = to the proven optimum.
    Where nothing fits: status "infeasible", minimal_conflicts, and what a budget that clashes alone would have to be.
    """
    asked = _asked(
        values if values is not None else values_row_major,
        costs if costs is not None else costs_row_major,
        budget, budgets, adjacency, tuple(paths), _known(rules, tuple(paths)), sizes,
    )  # fmt: skip
    problem, found = _solved(asked, gap)
    if found.status == "infeasible":
        return _clashing(asked, problem)
    out = _answer(asked, problem, found, gap)
    out |= _prices(asked, out["objective"], gap)
    if asked.pairs is not None and not any(rule["kind"] == "contiguous" for rule in asked.rules):
        out = out | _with_one_piece(asked, out, gap)
    return out


@dataclass(frozen=True, eq=False)
class _Asked:
    """The inputs in one form: values (plots, paths), costs (budgets, plots, paths), budgets (budgets,)."""

    values: Any
    costs: Any
    budgets: Any
    pairs: Any
    """Two arrays of plots that touch, or None."""
    paths: tuple[str, ...]
    rules: tuple[Rule, ...]
    sizes: Any

    @property
    def names(self) -> tuple[str, ...]:
        """An id a rule: its kind, numbered from the second of a kind on."""
        seen: dict[str, int] = {}
        out = []
        for rule in self.rules:
            seen[rule["kind"]] = count = seen.get(rule["kind"], 0) + 1
            out.append(rule["kind"] if count == 1 else f"{rule['kind']}_{count}")
        return tuple(out)


def _asked(
    values: Any, costs: Any, budget: float | None, budgets: Any, adjacency: Any, paths: tuple[str, ...], rules: tuple[Rule, ...],
    sizes: Any,
) -> _Asked:  # fmt: skip
    if values is None or costs is None:
        raise UsageError("missing_key", "portfolio", key="values" if values is None else "costs")
    worth = np.asarray(values, np.float64)
    ends = np.asarray([np.inf if budget is None else budget] if budgets is None else budgets, np.float64)
    cost = np.asarray(costs, np.float64)
    cost = cost[None] if cost.shape == worth.shape else cost
    if cost.shape != (ends.size, *worth.shape) or worth.ndim not in (1, 2):
        raise MethodError("portfolio_costs_shape", "portfolio", values=str(worth.shape), costs=str(cost.shape),
                          budgets=ends.size)  # fmt: skip
    if worth.ndim == 2 and worth.shape[1] != len(paths):
        raise MethodError("portfolio_paths_shape", "portfolio", n=worth.shape[1], paths=len(paths))
    width = 1 if worth.ndim == 1 else worth.shape[1]
    size = np.ones(len(worth)) if sizes is None else np.asarray(sizes, np.float64)
    pairs = _pairs(adjacency, len(worth))
    return _Asked(worth.reshape(-1, width), cost.reshape(ends.size, -1, width), ends, pairs, paths, rules, size)


def _pairs(adjacency: Any, n: int) -> Any:
    from landplan.portfolio.ties import grid_pairs

    if adjacency is None:
        return None
    if isinstance(adjacency, str):
        side = round(np.sqrt(n))
        if adjacency != "rook":
            raise UsageError("unknown_name", "portfolio: adjacency", name=adjacency, nearest="rook")
        if side * side != n:
            raise MethodError("portfolio_not_square", "portfolio", n=n)
        return grid_pairs(side, n)
    pairs = np.asarray(adjacency, np.int64).reshape(-1, 2)
    if pairs.size and not 0 <= pairs.min() <= pairs.max() < n:
        raise MethodError("portfolio_no_such_plot", "portfolio: adjacency", n=n)
    return pairs[:, 0], pairs[:, 1]


def _known(rules: Sequence[Rule], paths: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules, once every kind, key and path of theirs is known; errors name the nearest."""
    for number, rule in enumerate(rules):
        where, kind = f"portfolio: rules[{number}]", str(rule.get("kind", ""))
        if kind not in _KEYS:
            raise UsageError("unknown_name", where, name=kind, nearest=suggestion(kind, _KEYS))
        for key in rule.keys() - _KEYS[kind].keys() - {"kind"}:
            raise UsageError("unknown_key", where, key=key, nearest=suggestion(key, _KEYS[kind]))
        for key, needed in _KEYS[kind].items():
            if needed and key not in rule:
                raise UsageError("missing_key", where, key=key)
        if rule.get("path") is not None and rule["path"] not in paths:
            raise UsageError("unknown_name", where, name=rule["path"], nearest=suggestion(str(rule["path"]), paths))
    return tuple(rules)


def _solved(asked: _Asked, gap: float) -> tuple[Problem, Solution]:
    from landplan.portfolio.milp import solve

    problem = _problem(asked)
    return problem, solve(problem, gap=gap)


def _problem(asked: _Asked) -> Problem:
    """Budgets first, then a limit for each rule that counts; a budget of the rules is the lower of both."""
    from landplan.portfolio.problem import Problem, limits_from_rows

    plots, width = asked.values.shape
    plot, path = (index.ravel() for index in np.indices((plots, width)))
    upper = asked.budgets.copy()
    rows: list[tuple[str, Any, float, float]] = []
    pieces: list[Pieces] = []
    for name, rule in zip(asked.names, asked.rules, strict=True):
        if rule["kind"] == "budget":
            upper = np.minimum(upper, float(rule["at_most"]))
        elif rule["kind"] == "contiguous":
            pieces.append(_piece(asked, name, rule))
        else:
            rows.append((name, *_counted(asked, rule, plot, path)))
    names = ["budget" if len(upper) == 1 else f"budget_{k + 1}" for k in range(len(upper))]
    held = [(name, use.ravel(), -np.inf, end) for name, use, end in zip(names, asked.costs, upper, strict=True) if end < np.inf]
    limits = [*held, *rows]
    data, columns, start = limits_from_rows([(np.flatnonzero(use), use[use != 0]) for _id, use, *_ends in limits])
    ends = (np.array([limit[2] for limit in limits]), np.array([limit[3] for limit in limits]))
    must = np.arange(plots) if asked.paths else np.zeros(0, np.int64)
    ids = tuple(limit[0] for limit in limits)
    return Problem(asked.values.ravel(), plot, data, columns, start, *ends, ids, must=must, groups=plots, pieces=tuple(pieces))


def _counted(asked: _Asked, rule: Rule, plot: Any, path: Any) -> tuple[Any, float, float]:
    """Use of each column, and both ends, of a rule that counts plots."""
    named = rule.get("path")
    anything = np.array([name != "none" for name in asked.paths] or [True])[path]
    does = anything if named is None else path == asked.paths.index(named)
    plots = np.asarray(rule.get("plots", ()), np.int64)
    if plots.size and not 0 <= plots.min() <= plots.max() < len(asked.values):
        raise MethodError("portfolio_no_such_plot", "portfolio: rules", n=len(asked.values))
    if rule["kind"] in ("lock", "exclude"):
        locked = rule["kind"] == "lock"
        return (does & np.isin(plot, plots)).astype(np.float64), len(np.unique(plots)) * locked - 0.0, np.inf if locked else 0.0
    return does.astype(np.float64), float(rule.get("at_least", -np.inf)), float(rule.get("at_most", np.inf))


def _piece(asked: _Asked, name: str, rule: Rule) -> Pieces:
    from landplan.portfolio.ties import Pieces

    if asked.pairs is None:
        raise UsageError("missing_key", "portfolio", key="adjacency")
    does = np.array([one != "none" for one in asked.paths] or [True])
    counts, least = np.tile(does, len(asked.values)), float(rule.get("min_size", 0.0))
    most = rule.get("at_most", None if least else 1)
    first, second = asked.pairs
    return Pieces(name, first, second, counts, asked.sizes, least, None if most is None else int(most))


def _answer(asked: _Asked, problem: Problem, found: Solution, gap: float) -> Results:
    from landplan.portfolio.alternatives import alternatives

    plots, width = asked.values.shape
    kind = np.tile(np.arange(width), plots)
    best = alternatives(problem, found, most=_OPTIMA if gap == 0 else 1, worse=0.0, differ=0.0, size=np.ones(plots), kind=kind,
                        gap=gap, work_limit=1000)  # fmt: skip
    plans = [plan.chosen for plan in best.plans]
    status = {"optimal within gap": "optimal" if gap == 0 else "optimal within gap"}.get(found.status, found.status)
    out: Results = {"status": status, "objective": found.objective, "bound": found.bound, "gap": found.gap}
    if asked.paths:
        return out | {"optimal_assignments": sorted([asked.paths[c % width] for c in plan] for plan in plans)}
    inside = [np.isin(np.arange(plots), plan).astype(int).tolist() for plan in plans]
    return out | {"selection": inside[0], "optimal_selections": sorted(inside, reverse=True)}


def _prices(asked: _Asked, objective: float, gap: float) -> Results:
    """What each rule costs (solved again without it), and under the names planners use for it."""
    out: Results = {"rule_prices": {}}
    for k, name in enumerate(asked.names):
        without = replace(asked, rules=tuple(rule for other, rule in enumerate(asked.rules) if other != k))
        problem, found = _solved(without, gap)
        out["rule_prices"][name] = found.objective - objective
        if name == "max_count":
            answer = _answer(without, problem, found, gap)
            out |= {"without_cap": answer, "shadow_price_of_cap": found.objective - objective}
        if name == "contiguous":
            out["price_of_contiguity"] = found.objective - objective
    return out


def _with_one_piece(asked: _Asked, free: Results, gap: float) -> Results:
    """The same choice in one piece, and what that costs; and what taking the most value per cost first reaches."""
    problem, found = _solved(replace(asked, rules=(*asked.rules, {"kind": "contiguous"})), gap)
    out: Results = {"free": free, "greedy_value_per_cost_objective": _greedy(asked)}
    if found.status == "infeasible":
        return out | {"contiguous": {"status": "infeasible"}}
    price = free["objective"] - found.objective
    return out | {"contiguous": _answer(asked, problem, found, gap), "price_of_contiguity": price}


def _greedy(asked: _Asked) -> float:
    """Value of taking plot after plot, most value per cost first, as long as the budgets allow."""
    value, cost = asked.values.max(axis=1), asked.costs[:, np.arange(len(asked.values)), asked.values.argmax(axis=1)]
    with np.errstate(divide="ignore", invalid="ignore"):
        scarce = (cost / np.where(np.isfinite(asked.budgets), asked.budgets, 1.0)[:, None]).sum(axis=0)
        merit = np.where(value > 0, value / scarce, -1.0)
    spent, total = np.zeros(len(cost)), 0.0
    for plot in np.argsort(-merit, kind="stable").tolist():
        if value[plot] > 0 and (spent + cost[:, plot] <= asked.budgets).all():
            spent, total = spent + cost[:, plot], total + float(value[plot])
    return total


def _clashing(asked: _Asked, problem: Problem) -> Results:
    from landplan.portfolio.problem import MUST
    from landplan.portfolio.relax import conflicts

    order = [*asked.names, *(id for id in problem.limit_ids if id not in asked.names), MUST]
    clashes = [zip(one.ids, one.relax, strict=True) for one in conflicts(problem, most=10)]
    found = [sorted(rules, key=lambda rule: order.index(rule[0])) for rules in clashes]
    found.sort(key=lambda rules: [order.index(id) for id, _give in rules])
    out: Results = {
        "status": "infeasible",
        "minimal_conflicts": [[id for id, _give in rules] for rules in found],
        "smallest_relaxations": [dict(rules) for rules in found],
    }
    for id in problem.limit_ids:
        needed = [_cheapest(problem, dict(rules).keys(), id) for rules in found if id in dict(rules)]
        if id.startswith("budget") and needed:
            out[f"smallest_{id}_that_fixes_{id}_conflict"] = max(needed)
    return out


def _cheapest(problem: Problem, rules: Collection[str], id: str) -> float:
    """The least that keeping the rules of a clash costs a budget: to the unit, by making the cost the goal."""
    from landplan.portfolio.milp import solve
    from landplan.portfolio.problem import MUST

    row = problem.limit_ids.index(id)
    a, b = problem.limit_start[row : row + 2]
    cost = np.zeros(problem.columns)
    cost[problem.limit_columns[a:b]] = problem.limit_data[a:b]
    on = np.array([one in rules and one != id for one in problem.limit_ids])
    lower, upper = np.where(on, problem.lower, -np.inf), np.where(on, problem.upper, np.inf)
    pieces = tuple(piece for piece in problem.pieces if piece.id in rules)
    must = problem.must if MUST in rules else problem.must[:0]
    return -solve(replace(problem, value=-cost, must=must, pieces=pieces, lower=lower, upper=upper), gap=0.0).objective
