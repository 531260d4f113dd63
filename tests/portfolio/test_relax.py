"""Clashes and what must give, against trying every plan; and again after giving it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portfolio_cases import clashing_problems, paths_problem, plans, problem

from landplan.portfolio.milp import solve
from landplan.portfolio.problem import MUST, Problem
from landplan.portfolio.relax import conflicts, relaxations
from landplan.portfolio.solution import check_solution, solution
from landplan.portfolio.ties import Pieces


@st.composite
def clashing_pieces(draw: st.DrawFn) -> Problem:
    """Floors and caps on plots in a row, whose choice must lie in pieces of a size or number."""
    p = draw(clashing_problems())
    line = np.arange(p.groups)
    least, most = draw(st.sampled_from([(2.0, None), (3.0, None), (0.0, 1), (0.0, 0)]))
    rule = Pieces("pieces", line[:-1], line[1:], np.ones(p.columns, bool), np.ones(p.groups), least, most)
    return replace(p, pieces=(rule,))


def only(p: Problem, ids: set[str]) -> Problem:
    """The problem with the named rules alone."""
    on = np.isin(p.limit_ids, list(ids))
    lower, upper = np.where(on, p.lower, -np.inf), np.where(on, p.upper, np.inf)
    pieces = tuple(rule for rule in p.pieces if rule.id in ids)
    return replace(p, lower=lower, upper=upper, must=p.must if MUST in ids else p.must[:0], pieces=pieces)


def some_plan(p: Problem) -> bool:
    """Whether some plan keeps everything, by trying all."""
    return any(check_solution(p, plan).feasible for plan in plans(p))


def rules_of(p: Problem) -> set[str]:
    return {*p.limit_ids, *(rule.id for rule in p.pieces), *([MUST] if p.must.size else [])}


@settings(max_examples=15, deadline=None)
@given(clashing_pieces())
def test_clashes_with_pieces_are_minimal_and_complete(p: Problem):
    found = [set(conflict.ids) for conflict in conflicts(p, most=50)]
    rules = rules_of(p)
    parts = [set(part) for size in range(1, len(rules) + 1) for part in combinations(sorted(rules), size)]
    clash = [part for part in parts if not some_plan(only(p, part))]
    minimal = [part for part in clash if not any(other < part for other in clash)]
    assert sorted(map(sorted, found)) == sorted(map(sorted, minimal))


@settings(max_examples=15, deadline=None)
@given(clashing_pieces())
def test_what_one_rule_gives_settles_its_clash(p: Problem):
    for conflict in conflicts(p, most=3):
        whole = only(p, set(conflict.ids))
        for id, give in zip(conflict.ids, conflict.relax, strict=True):
            assert give > 0
            assert some_plan(given_up(whole, {id: give}))
            if id in p.limit_ids:
                assert not some_plan(given_up(whole, {id: give * 0.98 - 1e-3}))


@settings(max_examples=15, deadline=None)
@given(clashing_pieces())
def test_a_kind_gives_what_is_enough_or_cannot(p: Problem):
    if some_plan(p):
        return
    floors = {id for id, low in zip(p.limit_ids, p.lower, strict=True) if np.isfinite(low)}
    kinds = {"floor": floors, "cap": set(p.limit_ids) - floors, "pieces": {"pieces"}, "must": {MUST}}
    for one in relaxations(p, kinds):
        without = only(p, rules_of(p) - kinds[one.kind])
        assert bool(one.gives) is some_plan(without), one.kind
        assert set(one.gives) <= kinds[one.kind]
        if one.gives:
            assert some_plan(given_up(p, dict(one.gives)))


@settings(max_examples=15, deadline=None)
@given(clashing_problems())
def test_limits_that_give_alike_give_the_least_that_is_enough(p: Problem):
    """Against trying every plan: the least over all plans of what the worst of the caps would have to give."""
    caps = [k for k, high in enumerate(p.upper) if np.isfinite(high)]
    if len(caps) < 2 or some_plan(p):
        return
    names = {p.limit_ids[k] for k in caps}
    (found,) = relaxations(p, {"caps": names}, alike={"caps"})
    without = only(p, rules_of(p) - names)
    ways = [plan for plan in plans(p) if check_solution(without, plan).feasible]
    assert bool(found.gives) is bool(ways)
    if ways:
        least = min(max(check_solution(p, plan).activity[k] - p.upper[k] for k in caps) for plan in ways)
        assert set(found.gives) == names
        (give,) = set(found.gives.values())
        assert least * (1 - 1e-6) <= give <= least * 1.03 + 1e-6
        assert some_plan(given_up(p, dict(found.gives)))


def test_what_the_work_allowed_does_not_settle_is_open_and_not_said_to_be_impossible():
    p = problem([0.0], [0], [("floor", 9.0, np.inf, [0], [5.0]), ("cap", -np.inf, 4.0, [0], [5.0])])
    asked: list[float] = []

    def unsettled(part: Problem, *, work_limit: float, **_more: Any) -> Any:
        asked.append(work_limit)
        return solution(part, "work limit", None, 9.0, proof="prices", prices=np.zeros(part.limits))

    with mock.patch("landplan.portfolio.relax.solve", unsettled):
        found = list(relaxations(p, {"cap": ["cap"], "floor": ["floor"]}, work_limit=5.0))
    assert [(one.gives, one.open, one.least) for one in found] == [({}, True, False), ({}, True, False)]
    assert asked == [5.0, 4.0], "each kind gets what is left"
    (cap,) = relaxations(p, {"cap": ["cap"]})
    assert (cap.gives, cap.open, cap.least) == ({}, False, True)


def given_up(p: Problem, gives: dict[str, float]) -> Problem:
    """The problem after rules have given so much; of the must-do list, any so many parcels."""
    give = np.array([gives.get(id, 0.0) * (1 + 1e-9) + 1e-7 * (id in gives) for id in p.limit_ids])
    pieces = []
    for rule in p.pieces:
        more = gives.get(rule.id, 0.0)
        if rule.least > 0:
            pieces.append(replace(rule, least=rule.least - more))
        else:
            pieces.append(replace(rule, most=None if rule.most is None else rule.most + round(more)))
    loose = replace(p, lower=p.lower - give, upper=p.upper + give, pieces=tuple(pieces))
    lacking = round(gives.get(MUST, 0.0))
    ways = combinations(p.must.tolist(), p.must.size - lacking)
    return next((part for way in ways if some_plan(part := replace(loose, must=np.array(way, np.int64)))), loose)


def test_the_published_budget_that_fixes_its_clash(worked_examples: dict[str, Any]):
    """Raising the budget alone settles one of the two clashes; the cap must give too, so no single kind of limit is enough."""
    case = worked_examples["portfolio_infeasible_explained"]
    p = paths_problem(case["inputs"])
    kinds = {"budget": ["budget"], "max_count": ["max_count"], "lock": ["lock"], "both": ["budget", "max_count"]}
    found = {one.kind: one.gives for one in relaxations(p, kinds)}
    assert found["budget"] == found["max_count"] == {}
    assert found["lock"] == {"lock": pytest.approx(2.0)}
    assert found["both"] == {"budget": pytest.approx(9.0, rel=0.01), "max_count": pytest.approx(1.0, rel=0.01)}
    enough = p.upper + np.array([{"budget": 9.0, "max_count": 1.0}.get(id, 0.0) for id in p.limit_ids])
    assert solve(p.with_limits(p.lower, enough), gap=0).status == "optimal within gap"


def test_nothing_can_be_given_where_a_target_is_out_of_reach():
    p = problem([1.0], [0], [("target", 9.0, np.inf, [0], [5.0]), ("cap", -np.inf, 4.0, [0], [5.0])])
    found = {one.kind: one.gives for one in relaxations(p, {"cap": ["cap"], "target": ["target"]})}
    assert found["cap"] == {}
    assert found["target"] == {"target": pytest.approx(9.0)}
