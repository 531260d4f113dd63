"""Plans in connected pieces against trying every plan, and against their own promises."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from portfolio_cases import plans, small_problems, worth

from landplan.portfolio.certificate import bound_from_prices
from landplan.portfolio.child import SolverChild
from landplan.portfolio.milp import solve
from landplan.portfolio.problem import Problem, limits_from_rows
from landplan.portfolio.solution import check_solution
from landplan.portfolio.ties import Bonds, Pieces, grid_pairs


@pytest.fixture(scope="module")
def child() -> Iterator[SolverChild]:
    with SolverChild() as solver:
        yield solver


def lumps(rule: Pieces, groups: set[int]) -> list[set[int]]:
    """The connected pieces of some groups, by merging sets that touch until none do; apart from the code under test."""
    left = [{g} for g in sorted(groups)]
    for a, b in zip(rule.first.tolist(), rule.second.tolist(), strict=True):
        if a in groups and b in groups:
            one, other = next(s for s in left if a in s), next(s for s in left if b in s)
            if one is not other:
                left.remove(other)
                one |= other
    return left


def tied_worth(p: Problem, plan: list[int]) -> float:
    """The objective of a plan with its bonds, −inf where it breaks a limit or a rule."""
    for rule in p.pieces:
        pieces = lumps(rule, {int(p.group[c]) for c in plan if rule.counts[c]})
        if rule.most is not None and len(pieces) > rule.most:
            return -np.inf
        if any(sum(rule.size[g] for g in piece) < rule.least - 1e-9 for piece in pieces):
            return -np.inf
    total = worth(p, plan)
    if p.bonds is not None:
        taken = {int(p.group[c]) for c in plan if p.bonds.counts[c]}
        pairs = zip(p.bonds.first.tolist(), p.bonds.second.tolist(), p.bonds.worth.tolist(), strict=True)
        total += sum(value for a, b, value in pairs if a in taken and b in taken)
    return total


@st.composite
def tied_problems(draw: st.DrawFn) -> Problem:
    """Small problems of every kind of limit whose groups touch at random: a least size, a number of pieces, rewards, or all."""
    p = draw(small_problems())
    possible = [(a, b) for a in range(p.groups) for b in range(a + 1, p.groups)]
    pairs = draw(st.lists(st.sampled_from(possible), unique=True, max_size=8)) if possible else []
    first, second = (np.array([pair[k] for pair in pairs], np.int64) for k in (0, 1))

    def counts() -> Any:
        return np.array(draw(st.lists(st.sampled_from([True, True, False]), min_size=p.columns, max_size=p.columns)), bool)

    size = np.array(draw(st.lists(st.integers(1, 5), min_size=p.groups, max_size=p.groups)), float)
    kind = draw(st.sampled_from(["least", "most", "both", "bonds", "two", "all"]))
    pieces: tuple[Pieces, ...] = ()
    if kind != "bonds":
        least = float(draw(st.sampled_from([3, 6, 9]))) if kind != "most" else 0.0
        most = draw(st.integers(0, 2)) if kind in ("most", "both", "all") else None
        pieces = (Pieces("near", first, second, counts(), size, least, most),)
    if kind == "two":
        pieces += (Pieces("one piece", first[::2], second[::2], counts(), size, 0.0, 1),)
    rewards = np.array(draw(st.lists(st.integers(0, 6), min_size=len(pairs), max_size=len(pairs))), float)
    bonds = Bonds(first, second, rewards, counts()) if kind in ("bonds", "all") else None
    return replace(p, pieces=pieces, bonds=bonds)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tied_problems())
def test_agrees_with_trying_every_plan_in_pieces(child: SolverChild, p: Problem):
    best = max(tied_worth(p, plan) for plan in plans(p))
    plan = solve(p, gap=0, child=child)
    if np.isneginf(best):
        assert plan.status == "infeasible"
        return
    assert plan.status == "optimal within gap"
    assert plan.objective == pytest.approx(best, abs=1e-5)
    assert plan.bound >= best - 1e-6
    assert bound_from_prices(p, plan.prices) >= best - 1e-6
    assert tied_worth(p, plan.chosen.tolist()) == pytest.approx(plan.objective)
    verdict = check_solution(p, plan.chosen)
    assert verdict.feasible
    assert verdict.objective == pytest.approx(plan.objective)


@settings(max_examples=60, deadline=None)
@given(tied_problems(), st.data())
def test_the_check_of_a_plan_knows_pieces_from_scattered_groups(p: Problem, data: st.DataObject):
    plan = data.draw(st.sampled_from(plans(p)))
    verdict, value = check_solution(p, plan), tied_worth(p, plan)
    assert verdict.feasible is bool(np.isfinite(value))
    if verdict.feasible:
        assert verdict.objective == pytest.approx(value)


def field(side: int, seed: int, **rule: Any) -> Problem:
    """Plots of a square grid under a budget of 15 % of all costs, sizes lognormal."""
    r = np.random.default_rng(seed)
    n = side * side
    size = r.lognormal(3, 0.6, n)
    cost, value = size * r.uniform(50, 300, n), size * r.uniform(20, 100, n)
    pieces = (Pieces("near", *grid_pairs(side, n), np.ones(n, bool), size, **rule),)
    return Problem(value, np.arange(n), *limits_from_rows([(np.arange(n), cost)]), np.array([-np.inf]),
                   np.array([cost.sum() * 0.15]), ("budget",), pieces=pieces)  # fmt: skip


def test_pieces_cost_something_and_the_gap_is_proven(child: SolverChild):
    p = field(12, 1, least=100.0)
    free, tied = solve(p.loose, gap=0.002, child=child), solve(p, gap=0.01, child=child)
    assert tied.gap <= 0.01
    assert tied.objective < free.objective - 1
    assert not check_solution(p, free.chosen).feasible
    assert all(sum(p.pieces[0].size[g] for g in lump) >= 100 for lump in lumps(p.pieces[0], set(tied.chosen.tolist())))
    assert tied.chosen.tolist() == solve(p, gap=0.01, child=child).chosen.tolist()


def test_there_is_a_plan_in_one_piece_before_any_search(child: SolverChild):
    p = field(12, 2, most=1)
    early = solve(p, gap=0.0, work_limit=1.0, child=child)
    assert check_solution(p, early.chosen).feasible
    assert early.status == "work limit"
    assert len(lumps(p.pieces[0], set(early.chosen.tolist()))) == 1
    assert 0 < early.gap < 0.5


def test_cells_of_a_grid_share_sides():
    first, second = grid_pairs(3, 9)
    assert sorted(zip(first.tolist(), second.tolist(), strict=True)) == [
        (0, 1), (0, 3), (1, 2), (1, 4), (2, 5), (3, 4), (3, 6), (4, 5), (4, 7), (5, 8), (6, 7), (7, 8),
    ]  # fmt: skip
