"""Needs of firms: headings and cells as people write them, and what holds of every ranking."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.firm_needs import FirmWish, amount, judged, one_each, read_heading
from landplan.core.units import M2_PER_MU

NAN = float("nan")
Case = tuple[FirmWish, dict[str, np.ndarray], np.ndarray]


@pytest.mark.parametrize(
    ("heading", "need", "unit"),
    [
        ("需求用地面积（亩）", "area", "mu"), ("用地需求(公顷)", "area", "ha"), ("area_m2", "area", "m2"),
        ("用地面积 ㎡", "area", "m2"),
        ("需用地面积（亩）", "area", "mu"), ("拟用地面积（亩）", "area", "mu"), ("用地面积", "area", None),
        ("楼面荷载（t/㎡）", "load", "t_m2"), ("荷载要求(kN/m²)", "load", "kn_m2"),
        ("Floor load (t/m²)", "load", "t_m2"), ("最低层高（米）", "height", "m"), ("层高", "height", None),
        ("所需供电容量（kVA）", "power", "kva"), ("power_kw", "power", "kw"), ("预算（亿元）", "budget", "yi"),
        ("产业环节", "segment", None),
        ("厂房面积（平方米）", "floor", "m2"), ("最早年份", "year", None), ("Needed by", "year", None),
    ],
)  # fmt: skip
def test_headings_name_the_need_and_its_unit(heading: str, need: str, unit: str | None) -> None:
    found = read_heading(heading)
    assert found is not None
    assert (found[0].id, found[1]) == (need, unit)


@pytest.mark.parametrize("heading", ["联系人", "用地性质", "预算年度", "面积大小说明", "备注（亩）", ""])
def test_other_headings_are_no_need(heading: str) -> None:
    assert read_heading(heading) is None


def test_a_unit_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValueError, match="平方英尺"):
        read_heading("用地面积（平方英尺）")


@pytest.mark.parametrize(
    ("cell", "heading", "value"),
    [
        ("30", "用地面积（亩）", 20_000.0), ("2公顷", "用地面积（亩）", 20_000.0), ("1,500.5 平方米", "用地面积", 1500.5),
        ("１.５", "楼面荷载（吨/平方米）", 1.5 * 9.80665), ("2亿元", "预算（万元）", 20_000.0), ("2027年", "用地年份", 2027.0),
        ("2027-06-01", "用地年份", 2027.0), ("2027年底前", "用地年份", 2027.0), ("2027-06-01 00:00:00", "用地年份", 2027.0),
        ("12,345,678", "建筑面积", 12_345_678.0), ("不限", "用地面积（亩）", None),
        ("0", "层高（米）", None), ("", "预算（万元）", None),
    ],
)  # fmt: skip
def test_cells_give_amounts_in_the_unit_of_the_need(cell: str, heading: str, value: float | None) -> None:
    need, unit = read_heading(heading) or (None, None)
    assert need is not None
    found = amount(cell, need, unit or (next(iter(need.units)) if len(need.units) == 1 else None))
    assert (None if found is None else found[0]) == (None if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("cell", "heading"),
    [("20-30", "用地面积（亩）"), ("30", "用地面积"), ("大一些", "用地面积（亩）"), ("-5", "用地面积（亩）"),
     ("27", "用地年份"), ("30吨", "层高"), ("20，30", "用地面积（亩）"), ("3,5", "用地面积（亩）"), ("9" * 400, "用地面积（亩）"),
     ("2027-2029", "用地年份"), ("2027年至2029年", "用地年份")],
)  # fmt: skip
def test_cells_that_could_mean_several_things_are_refused(cell: str, heading: str) -> None:
    need, unit = read_heading(heading) or (None, None)
    assert need is not None
    with pytest.raises(ValueError, match=cell):
        amount(cell, need, unit)


def test_hand_computed() -> None:
    """Three plots of 20, 40 and unknown mu at 900, 1,500 and 500 wan, for 30 mu within 2,000 wan."""
    supplies = {"area": np.array([20, 40, NAN]) * M2_PER_MU, "budget": np.array([900.0, 1500.0, 500.0])}
    found = judged(FirmWish("甲", 1, {"area": 30 * M2_PER_MU, "budget": 2000.0}), supplies, None, 3)
    assert found.short[0] == pytest.approx([10 * M2_PER_MU, 0, NAN], nan_ok=True)
    assert found.relative[0] == pytest.approx([1 / 3, 0, NAN], nan_ok=True)
    assert found.score == pytest.approx([(0 + 0.55) / 2, (0.75 + 0.25) / 2, 0.75])
    assert found.best(np.arange(3)).tolist() == [1, 2]  # the unknown one after the known one, though its score is higher
    assert found.nearest(np.arange(3)) == 0


def test_thirty_mu_fit_on_twenty_thousand_square_metres() -> None:
    found = judged(FirmWish("甲", 1, {"area": 30 * M2_PER_MU}), {"area": np.array([19_999.999999999])}, None, 1)
    assert found.short.tolist() == [[0.0]]


@st.composite
def asked(draw: st.DrawFn) -> Case:
    n = draw(st.integers(1, 6))
    figures = st.one_of(st.just(NAN), st.floats(0, 100))
    columns = {id: np.array(draw(st.lists(figures, min_size=n, max_size=n))) for id in ("area", "load", "budget", "year")}
    wants = draw(st.dictionaries(st.sampled_from(sorted(columns)), st.floats(1, 100), min_size=1))
    segments = draw(st.sampled_from([(), ("SiC",)]))
    worth = np.array(draw(st.lists(st.sampled_from([NAN, 0.0, 0.5, 1.0]), min_size=n, max_size=n)))
    return FirmWish("甲", 1, wants, segments), columns, worth


@settings(deadline=None)
@given(asked(), st.floats(0, 50))
def test_more_on_offer_never_makes_a_firm_unmatched(case: Case, more: float) -> None:
    wish, has, worth = case
    n = len(worth)
    before = set(judged(wish, has, worth, n).best(np.arange(n)).tolist())
    better = {id: values - more if id in ("budget", "year") else values + more for id, values in has.items()}
    assert before <= set(judged(wish, better, worth, n).best(np.arange(n)).tolist())


@settings(deadline=None)
@given(asked())
def test_what_holds_of_every_ranking(case: Case) -> None:
    wish, has, worth = case
    n = len(worth)
    found = judged(wish, has, worth, n)
    known = found.worth[~np.isnan(found.worth)]
    assert ((known >= 0) & (known <= 1)).all()
    assert (np.isnan(found.worth) == np.isnan(found.short)).all()
    rows = found.best(np.arange(n))
    assert (np.diff(found.unknown[rows]) >= 0).all()
    assert set(rows.tolist()) == set(range(n)) - set(np.flatnonzero((found.short > 0).any(axis=0)).tolist())
    fewer = FirmWish("甲", 1, dict(list(wish.amounts.items())[1:]), wish.segments)
    if fewer.needs:
        assert set(rows.tolist()) <= set(judged(fewer, has, worth, n).best(np.arange(n)).tolist())


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2), st.floats(0, 1)), max_size=5), min_size=1, max_size=4))
def test_one_each_agrees_with_trying_all(raw: list[list[tuple[int, int, float]]]) -> None:
    cases = [sorted({plot: (plot, open_, round(score, 3)) for plot, open_, score in firm}.values(),
                    key=lambda one: (one[1], -one[2], one[0])) for firm in raw]  # fmt: skip
    arrays = [(np.array([c[0] for c in firm], np.int64), np.array([c[1] for c in firm], np.int64),
               np.array([c[2] for c in firm])) for firm in cases]  # fmt: skip
    found = one_each(arrays)
    given_plots = [plot for plot in found if plot >= 0]
    assert len(given_plots) == len(set(given_plots))
    worth = [{plot: (open_, score) for plot, open_, score in firm} for firm in cases]

    def value(plots: tuple[int, ...]) -> tuple[int, int, float]:
        chosen = [worth[firm][plot] for firm, plot in enumerate(plots) if plot >= 0 and plot in worth[firm]]
        return len(chosen), -sum(one[0] for one in chosen), sum(one[1] for one in chosen)

    best = max(map(value, permutations([*range(5), *[-1] * len(cases)], len(cases))))
    assert value(tuple(found))[:2] == best[:2]
    assert value(tuple(found))[2] == pytest.approx(best[2])
