"""The chosen plan against published cases, against trying every plan, and against its own promises."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from portfolio_cases import clashing_problems, optimum, paths_problem, plans, problem, small_problems, town, worth

from landplan.core.errors import SolveError
from landplan.core.progress import Cancelled
from landplan.portfolio import milp
from landplan.portfolio.child import SolverChild
from landplan.portfolio.fill import filled
from landplan.portfolio.milp import solve
from landplan.portfolio.prices import laid_out, price_bound
from landplan.portfolio.problem import MUST, Problem
from landplan.portfolio.relax import conflicts
from landplan.portfolio.solution import check_solution

quick = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def child() -> Iterator[SolverChild]:
    with SolverChild() as solver:
        yield solver


def test_multiple_choice_paths(worked_examples: dict[str, Any], child: SolverChild):
    case = worked_examples["portfolio_multiple_choice_paths"]
    paths = case["inputs"]["paths"]
    for rules, expected in ((True, case["expected"]), (False, case["expected"]["without_cap"])):
        plan = solve(paths_problem(case["inputs"], rules=rules), gap=0, child=child)
        assert plan.objective == expected["objective"]
        assert plan.bound == pytest.approx(expected["objective"])
        assert [paths[c % len(paths)] for c in plan.chosen] == expected["optimal_assignments"][0]


def test_infeasible_explained(worked_examples: dict[str, Any], child: SolverChild):
    case = worked_examples["portfolio_infeasible_explained"]
    p = paths_problem(case["inputs"])
    assert solve(p, child=child).status == case["expected"]["status"]
    found = conflicts(p)
    assert {frozenset(c.ids) for c in found} == {frozenset(ids) for ids in case["expected"]["minimal_conflicts"]}
    budget = next(c for c in found if "budget" in c.ids)
    more = budget.relax[budget.ids.index("budget")]
    assert case["inputs"]["budget"] + more == pytest.approx(case["expected"]["smallest_budget_that_fixes_budget_conflict"])


def test_grid_without_contiguity(child: SolverChild):
    """The free part of the 3 × 3 grid case: unique best 33 of 512 subsets; value per cost alone reaches 31."""
    values, costs = [6, 9, 8, 5, 9, 8, 8, 7, 3], np.array([3, 5, 3, 3, 2, 4, 1, 5, 2], float)
    plan = solve(problem(values, np.arange(9), [("budget", -np.inf, 10, np.arange(9), costs)]), gap=0, child=child)
    assert plan.objective == 33
    assert plan.chosen.tolist() == [2, 4, 5, 6]


@quick
@given(small_problems())
def test_agrees_with_trying_every_plan(child: SolverChild, p: Problem):
    best = optimum(p)
    plan = solve(p, gap=0, child=child)
    if np.isneginf(best):
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal within gap"
    assert plan.objective == pytest.approx(best, abs=1e-6)
    assert plan.bound >= best - 1e-9
    assert worth(p, plan.chosen.tolist()) == pytest.approx(plan.objective)
    verdict = check_solution(p, plan.chosen)
    assert verdict.feasible
    assert verdict.objective == pytest.approx(plan.objective)
    assert verdict.activity == pytest.approx(plan.activity.tolist())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(small_problems())
def test_a_search_of_a_part_promises_for_the_whole(child: SolverChild, p: Problem):
    """Only the three most promising choices are searched, without a first plan; the bound must hold for every plan."""
    best = optimum(p)
    with mock.patch.object(milp, "_PART_SIZES", (3,)), mock.patch.object(milp, "filled", return_value=None):
        plan = solve(p, gap=0, child=child)
    if np.isneginf(best):
        assert plan.chosen.size == 0
        return
    assert plan.status != "infeasible"
    assert plan.bound >= best - p.grain
    if plan.status == "optimal within gap":
        assert plan.objective == pytest.approx(best, abs=p.grain)


@quick
@given(small_problems())
def test_prices_never_promise_too_little(p: Problem):
    best = optimum(p)
    choices = laid_out(p)
    priced = price_bound(choices)
    assert priced.bound >= best - 1e-9 * (1 + abs(best))
    assert np.isfinite(priced.bound) or np.isneginf(best)
    if np.isfinite(priced.bound) and (pick := filled(choices, priced)) is not None:
        columns = choices.column[pick]
        assert np.isfinite(worth(p, columns[columns >= 0].tolist()))


@quick
@given(small_problems())
def test_no_plan_with_a_choice_is_worth_more_than_the_bound_less_its_loss(p: Problem):
    choices = laid_out(p)
    priced = price_bound(choices)
    assume(np.isfinite(priced.bound))
    loss = dict(zip(choices.column.tolist(), priced.loss.tolist(), strict=True))
    for plan in plans(p)[:200]:
        for column in plan:
            assert worth(p, plan) <= priced.bound - loss[column] + 1e-9 * (1 + abs(priced.bound))


@settings(max_examples=12, deadline=None)
@given(clashing_problems())
def test_conflicts_are_minimal(p: Problem):
    assume(np.isneginf(optimum(p)))
    found = conflicts(p)
    assert found
    for conflict in found:
        assert np.isneginf(optimum(_only(p, set(conflict.ids))))
        for rule, give in zip(conflict.ids, conflict.relax, strict=True):
            assert np.isfinite(optimum(_only(p, set(conflict.ids) - {rule})))
            assert give > 0
            if rule != MUST:
                assert np.isfinite(optimum(_only(p, set(conflict.ids), rule, give + 1e-6)))
                assert np.isneginf(optimum(_only(p, set(conflict.ids), rule, give * 0.98)))


def _only(p: Problem, ids: set[str], eased: str = "", give: float = 0.0) -> Problem:
    on = np.array([i in ids for i in p.limit_ids], bool)
    more = np.array([give if i == eased else 0.0 for i in p.limit_ids])
    must = p.must if MUST in ids else p.must[:0]
    lower, upper = np.where(on, p.lower - more, -np.inf), np.where(on, p.upper + more, np.inf)
    return replace(p, lower=lower, upper=upper, must=must, penalty=np.where(on, p.penalty, np.inf))


def test_a_town_by_prices_alone():
    p = town(3000, 8, 5)
    plan = solve(p, gap=0.005)
    assert (plan.status, plan.proof) == ("optimal within gap", "prices")
    assert plan.gap <= 0.005
    assert check_solution(p, plan.chosen).feasible
    assert plan.bound >= plan.objective
    assert (plan.prices >= 0).all()
    assert (plan.prices > 0).any()


def test_a_search_repeats_itself(child: SolverChild):
    p = town(100)
    one, two = (solve(p, gap=1e-6, work_limit=30, child=child) for _ in range(2))
    assert one.proof == "search"
    assert one.chosen.tolist() == two.chosen.tolist()
    assert [m for m in one.log if m.stage == "search"] == [m for m in two.log if m.stage == "search"]
    assert (one.objective, one.bound, one.status) == (two.objective, two.bound, two.status)
    assert one.objective >= solve(p, gap=0.005).objective


def test_a_known_plan_is_kept_when_nothing_better_is_found(child: SolverChild):
    p = town(30)
    best = solve(p, gap=0, child=child)
    again = solve(p, gap=0, warm_start=best.chosen, child=child)
    assert again.objective == pytest.approx(best.objective)
    assert solve(p, gap=0.5, warm_start=best.chosen).objective == pytest.approx(best.objective)


def test_cancel_keeps_the_best_plan():
    def stop(share: float | None, text_id: str, **facts: object) -> None:
        if text_id == "portfolio_search":
            raise Cancelled

    p = town()
    plan = solve(p, gap=0, progress=stop)
    assert plan.status == "cancelled"
    assert check_solution(p, plan.chosen).feasible
    assert 0 < plan.gap < 0.05


def test_a_cancelled_child_is_gone_and_can_start_again(child: SolverChild):
    pids: list[int] = []

    def stop(share: float | None, text_id: str, **facts: object) -> None:
        if text_id == "portfolio_search" and child.pid:
            pids.append(child.pid)
            raise Cancelled

    assert solve(town(), gap=0, progress=stop, child=child).status == "cancelled"
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    assert solve(town(20), gap=0, child=child).status == "optimal within gap"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")
def test_a_killed_solver_is_an_error_not_a_crash():
    with SolverChild() as solver:

        def kill(share: float | None, text_id: str, **facts: object) -> None:
            if text_id == "portfolio_search" and solver.pid:
                os.kill(solver.pid, signal.SIGKILL)

        with pytest.raises(SolveError) as error:
            solve(town(), gap=0, progress=kill, child=solver)
        assert error.value.id == "solver_ended"
        assert solve(town(20), gap=0, child=solver).status == "optimal within gap"


def test_the_child_ends_with_its_parent(child: SolverChild):
    """Its input closes when the parent dies; it must not compute on for nobody."""

    def orphan(share: float | None, text_id: str, **facts: object) -> None:
        process = child._process
        if text_id == "portfolio_search" and process and process.stdin and not process.stdin.closed:
            process.stdin.close()
            assert process.wait(timeout=10) == 0

    with pytest.raises(SolveError):
        solve(town(), gap=0, progress=orphan, child=child)


def test_must_and_soft_and_infeasible_are_said():
    budget = ("budget", -np.inf, 4.0, [0, 1], [5.0, 5.0])
    must = np.array([1])
    assert solve(problem([1, 1], [0, 1], [budget], must=must)).status == "infeasible"
    found = conflicts(problem([1, 1], [0, 1], [budget], must=must))
    assert [(c.ids, c.relax) for c in found] == [(("budget", MUST), (pytest.approx(1.0), 1.0))]
    soft = solve(problem([1, 9], [0, 1], [budget], penalty=np.array([2.0])), gap=0)
    assert soft.chosen.tolist() == [1]
    assert (soft.objective, soft.slack[0]) == (7.0, -1.0)
    assert solve(problem([0, 1], [0, 1], [("cap", -np.inf, 5.0, [1], [6.0])], penalty=np.array([0.5])), gap=0).gap == 0


def test_a_limit_that_needs_all_there_is_can_be_kept():
    """The dual is flat there at ever higher prices, and rounding must not be taken for a proof that nothing fits."""
    p = problem([0, 0, 3], [0, 0, 0], [("target", 3.0, 5.0, [1], [3.0])])
    assert solve(p, gap=0).chosen.tolist() == [1]
    assert solve(problem([0, 0, 3], [0, 0, 0], [("target", 3.001, 5.0, [1], [3.0])])).status == "infeasible"


def test_a_problem_without_columns_or_limits():
    assert solve(problem([], [], [])).objective == 0
    assert solve(problem([3, -1], [0, 1], [])).chosen.tolist() == [0]
    assert solve(problem([], [], [("target", 1.0, np.inf, [], [])])).status == "infeasible"


@pytest.mark.parametrize(
    ("change", "id"),
    [
        ({"group": [0]}, "portfolio_shape"),
        ({"value": [1.0, np.nan]}, "portfolio_unknown_number"),
        ({"lower": [np.nan]}, "portfolio_unknown_number"),
        ({"lower": [9.0]}, "portfolio_lower_above_upper"),
        ({"must": [2], "groups": 3}, "portfolio_must_without_option"),
        ({"must": [7]}, "portfolio_shape"),
        ({"penalty": [-1.0]}, "portfolio_negative_penalty"),
        ({"limit_columns": [0, 5]}, "portfolio_shape"),
    ],
)
def test_faults_are_named(change: dict[str, Any], id: str):
    good: dict[str, Any] = {
        "value": [1.0, 2.0], "group": [0, 1], "limit_data": [1.0, 1.0], "limit_columns": [0, 1], "limit_start": [0, 2],
        "lower": [-np.inf], "upper": [3.0], "limit_ids": ("budget",),
    }  # fmt: skip
    assert Problem(**good).limits == 1
    with pytest.raises(SolveError) as error:
        Problem(**{**good, **change})
    assert error.value.id == id


def test_check_solution_finds_what_is_wrong():
    p = problem([1, 2, 3], [0, 0, 1], [("budget", -np.inf, 4.0, [0, 1, 2], [2.0, 2.0, 3.0])], must=np.array([1]))
    wrong = check_solution(p, [0, 1])
    assert (wrong.feasible, wrong.twice, wrong.missing, wrong.broken) == (False, (0,), (1,), ())
    over = check_solution(p, [1, 2])
    assert (over.feasible, over.broken, over.objective, over.activity) == (False, ("budget",), 5.0, (5.0,))
    with pytest.raises(SolveError):
        check_solution(p, [3])
