"""The portfolio in words and plain rows: funds, prices, clashes, paths."""

from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from landplan.core.errors import SolveError
from landplan.core.messages import set_language
from landplan.core.recipe import Choose
from landplan.core.tables import LimitUse
from landplan.gui.plan_tables import fund_years, path_shares
from landplan.gui.plan_words import clash_why, clashes, given, number, price_words, significant, typed
from landplan.portfolio.clash import Give, Ways


def chosen(**parts: Any) -> Choose:
    return Choose.model_validate({"years": {"from": 2026, "to": 2028}, **parts})


def solved(spend: list[float]) -> Any:
    """Results of which only the spending of one fund is looked at."""
    portfolio = SimpleNamespace(years=np.array([2026, 2027, 2028]), fund_spend=np.array([spend]))
    return SimpleNamespace(options=SimpleNamespace(funds=("special",)), portfolio=portfolio)


def test_numbers_have_separators_and_the_unknown_is_a_word() -> None:
    assert number(1234567.8) == "1,234,568"
    assert number(-0.4) == "0"
    assert number(-1234.5, 1) == "−1,234.5"
    assert number(math.nan) == number(None) == "未知"
    assert (given(80000.0), given(0.002), given(1234567.25), given(None)) == ("80,000", "0.002", "1,234,567.25", "")
    assert significant(3.1864) == "3.19"
    assert significant(95840.1065, 6) == "95,840.1"


@pytest.mark.parametrize(("words", "value"), [("4,500", 4500.0), (" 1，234.5 ", 1234.5), ("−3", -3.0), ("", None), ("  ", None)])
def test_what_is_typed_is_a_number_or_nothing(words: str, value: float | None) -> None:
    assert typed(words) == value
    assert value is None or typed(given(value)) == value


@pytest.mark.parametrize("words", ["12a", "nan", "inf", "1.2.3"])
def test_what_is_no_number_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        typed(words)


def test_what_is_left_is_available_later_where_the_fund_carries_over() -> None:
    budget = {"fund": "special", "wan": {2026: 100.0, 2028: 50.0}}
    kept = fund_years(chosen(budgets=[{**budget, "carry_over": True}]), ("special",), solved([30.0, 60.0, 20.0, 25.0]))["special"]
    assert [one.budget for one in kept] == [100.0, None, 50.0]
    assert [one.spent for one in kept] == [30.0, 60.0, 45.0], "what falls later is charged to the last year"
    assert [one.available for one in kept] == [100.0, 70.0, 60.0]
    assert kept[-1].later == 25.0
    lost = fund_years(chosen(budgets=[budget]), ("special",), solved([30.0, 0.0, 20.0, 0.0]))["special"]
    assert [one.available for one in lost] == [100.0, 0.0, 50.0]


def test_a_fund_without_a_budget_is_listed_without_a_bound() -> None:
    found = fund_years(chosen(), ("special",), solved([30.0, 0.0, 0.0, 0.0]))
    assert [(one.budget, one.spent, one.available) for one in found["special"]] == [
        (None, 30.0, None), (None, 0.0, None), (None, 0.0, None)
    ]  # fmt: skip


def test_budgets_of_years_outside_the_plan_and_plans_of_other_years() -> None:
    choose = chosen(years={"from": 2027, "to": 2028}, budgets=[{"fund": "special", "wan": {2026: 9.0, 2027: 9.0}}])
    rows = fund_years(choose, (), solved([1.0, 2.0, 3.0, 4.0]))["special"]
    assert [(one.year, one.outside) for one in rows] == [(2026, True), (2027, False), (2028, False)]
    assert all(one.spent is None for one in rows), "a plan of other years says nothing of these"


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "上限每放宽 1 亩，效益约增 3.19"), ("en", "each 1 mu more at the top adds about 3.19")]
)
def test_a_price_is_said_in_words(lang: str, said: str) -> None:
    set_language(lang)
    use = LimitUse("works", "works_area_mu", "mu", 4495.0, None, 4500.0, True)
    assert said in price_words(use, 3.1864)
    assert said not in price_words(use, -3.1864)
    assert price_words(use, math.nan)
    free = LimitUse("works", "works_area_mu", "mu", 10.0, None, 4500.0, False)
    assert price_words(free, 0.0) == ""


def test_clashes_have_names_and_what_they_must_give_rounded_up() -> None:
    choose = chosen(
        budgets=[{"fund": "special", "title": {"zh": "专项"}, "wan": {2027: 1.0}}],
        limits=[{"id": "cap", "quantity": "jobs_displaced", "at_most": 5, "title": {"zh": "就业上限"}}],
    )
    gives = (
        Give("cap", str, "raise", 12.341, 5.0, 17.35, "person"),
        Give("budget_special_2027", str, "raise", 17315.2, 1.0, 17317.0, "wan"),
        Give("must", str, "drop", 2.0, 3.0, 1.0, "count", ("JD-1", "JD-2")),
        Give("other", str, "short"),
    )
    error = SolveError("no_plan_fits", "choose", limits=[], n=4, clash={one.id: one for one in gives}, ways=Ways(gives[:3], ()))
    scheme: Any = SimpleNamespace(paths=(), models=())
    found = clashes(error, choose, scheme, None)
    assert [one.title for one in found] == ["就业上限", "专项 2027 年预算", "必做地块", "other"]
    assert [one.gives for one in found] == [
        "从 5 提高到 17.35 人即可", "从 1 提高到 17,317 万元即可", "去掉 2 个即可，如 JD-1、JD-2", "只改这一条还不够"
    ]  # fmt: skip
    assert "其中一条" in clash_why(error)
    sooner = Give("budget_special_2026", lambda: "2026 年预算", "raise", 9.0, 1.0, 10.0, "wan")
    assert Ways((*gives[:3], sooner), (), (sooner,)).short.endswith("也可以把“2026 年预算”从 1 提高到 10 万元。")
    assert Ways((sooner,), (), (sooner,)).short == "改其中一条即可：把“2026 年预算”从 1 提高到 10 万元。"
    assert replace(gives[0], least=False).short == "从 5 提高到 17.35 人即可（也许更少）"
    assert clashes(SolveError("no_plan_found", "choose", work=1), choose, scheme, None) == ()


def test_path_shares_discount_and_leave_the_unknown_out() -> None:
    options = SimpleNamespace(
        paths=("a", "b"), parties=("district",), parcel=np.array([0, 1, 2]), path=np.array([1, 1, 0]),
        npv_wan=np.array([[110.0], [np.nan], [7.0]]),
    )  # fmt: skip
    plan: Any = SimpleNamespace(
        options=options,
        portfolio=SimpleNamespace(option=np.array([0, 1]), start_year=np.array([2026, 2026])),
        layers=SimpleNamespace(parcels=SimpleNamespace(area_m2=np.array([2000.0, 4000.0, 1.0]))),
        scheme=SimpleNamespace(
            discount_rate=0.10, base_year=2025, paths=tuple(SimpleNamespace(id=id, title={"zh": id}) for id in ("a", "b"))
        ),
    )
    (share,) = path_shares(plan)
    assert (share.path, share.place, share.count) == ("b", 1, 2)
    assert share.area_mu == pytest.approx(9.0)
    assert share.npv_wan["district"] == pytest.approx(100.0)
    assert share.unknown["district"] == 1
