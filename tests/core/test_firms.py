"""Firms: one firm however many rows, plots by id or code alone without asking, candidates scored, totals kept."""

from __future__ import annotations

import math
import random
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.credit_code import check_character, credit_code
from landplan.core.firm_matching import Candidate, candidates, settled_firms
from landplan.core.firm_shares import main_plot, plot_shares, plot_totals
from landplan.core.firms import Firm, Holder, firms_of, holders_of, plot_ids

NONE = credit_code(None)
CODE, OTHER = (credit_code(first + check_character(first)) for first in ("91310114MA1GT0AB1", "91310114MA1GT0AB2"))


def firm(name: str, code: str = "", **more: object) -> Firm:
    return Firm(name, credit_code(code), **more)  # type: ignore[arg-type]


def holder(name: str, code: str = "", address: str = "", plots: tuple[int, ...] = (0,)) -> Holder:
    return Holder(name, credit_code(code), address, plots)


def only(found: dict[int, tuple[Candidate, ...]]) -> Candidate:
    ((one,),) = found.values()
    return one


def test_rows_of_one_code_are_one_firm_on_all_its_plots() -> None:
    columns = {
        "name": ["甲公司", "甲有限公司", "乙厂", "乙厂", None, "丙厂"],
        "code": [CODE.text, CODE.text.lower(), None, "", " ", OTHER.text],
        "plots": ["A", "B", "C", "C、D", None, None],
    }
    found = firms_of(columns, {"tax_wan": [5, 5, 1, 2, 9, None], "jobs": [1, None, 3, 3, 9, None]})
    assert [(one.name, one.stated, one.rows) for one in found] == [
        ("甲公司", ("A", "B"), (0, 1)), ("乙厂", ("C", "C、D"), (2, 3)), ("丙厂", (), (5,)),
    ]  # fmt: skip
    assert found[0].amounts == {"tax_wan": 5, "jobs": 1}  # said once in each row, counted once
    assert found[0].former == "甲有限公司"
    assert (found[1].amounts, found[1].torn) == ({"tax_wan": None, "jobs": 3}, ("tax_wan",))
    assert found[2].amounts == {"tax_wan": None, "jobs": None}


def test_the_same_name_with_two_codes_is_two_firms() -> None:
    found = firms_of({"name": ["甲", "甲"], "code": [CODE.text, OTHER.text]}, {})
    assert len(found) == 2


def test_holders_of_several_plots_are_one_and_several_in_a_cell_are_several() -> None:
    rows = [
        (0, "甲公司", CODE.text, "墨玉路1号"),
        (1, "甲公司", CODE.text, "墨玉路1号"),
        (2, "乙、丙", CODE.text, None),
        (3, None, " ", None),
    ]
    found = holders_of(rows)
    assert [(one.name, one.plots, one.code.valid) for one in found] == [
        ("甲公司", (0, 1), True),
        ("乙", (2,), False),
        ("丙", (2,), False),
    ]


def test_plots_in_a_cell() -> None:
    known = {"A-1": 0, "B 2": 1, "C": 2}
    assert plot_ids("B 2", known) == ("B 2",)
    assert plot_ids("A-1、C, C；X", known) == ("A-1", "C", "X")
    assert plot_ids(None, known) == ()


def test_only_stated_plots_and_equal_valid_codes_are_taken_without_asking() -> None:
    firms = (
        firm("甲公司", CODE.text), firm("全同名公司"), firm("乙", CODE.text[:17] + "0"), firm("丙", stated=("P2、P9",)),
        firm("丁", "310114000123456"),
    )  # fmt: skip
    holders = (holder("毫不相干厂", CODE.text, plots=(0, 1)), holder("全同名公司", plots=(3,)), holder("戊", "310114000123456"))
    found = settled_firms(firms, holders, {"P0": 0, "P1": 1, "P2": 2, "P3": 3})
    assert set(found) == {0, 3}
    assert (found[0].plots, found[0].reason, found[0].other_name) == ((0, 1), "code_equal", "毫不相干厂")
    assert (found[3].plots, found[3].reason, found[3].missing) == ((2,), "plot_stated", ("P9",))


def test_candidates_say_why_and_are_never_certain() -> None:
    one = only(candidates([firm("上海蔚蓝科技有限公司")], [holder("蔚蓝科技（上海）有限责任公司")], [0]))
    assert (one.score, one.reasons) == (0.9, ("name_core_equal",))
    one = only(
        candidates(
            [firm("上海蔚蓝科技有限公司", address="墨玉路8号")], [holder("上海蔚蓝科技有限公司", address="嘉定区墨玉路8号")], [0]
        )
    )
    assert (one.score, one.reasons) == (0.98, ("name_equal", "address_equal"))
    one = only(candidates([firm("新名公司", former="蔚蓝厂")], [holder("蔚蓝厂")], [0]))
    assert (one.score, one.reasons) == (0.85, ("name_former",))
    one = only(candidates([firm("甲", CODE.text.replace("0", "O"))], [holder("完全不同", CODE.text)], [0]))
    assert (one.score, one.reasons) == (0.9, ("code_likely",))
    one = only(candidates([firm("甲公司", address="墨玉路8号")], [holder("乙厂", address="墨玉路8号")], [0]))
    assert (one.score, one.reasons) == (0.6, ("address_equal",))


def test_two_valid_codes_that_differ_are_two_legal_persons() -> None:
    firms, holders = [firm("蔚蓝公司", CODE.text)], [holder("蔚蓝公司", OTHER.text)]
    assert candidates(firms, holders, [0]) == {0: ()}
    one = only(candidates(firms, holders, [0], least=0.4))
    assert one.reasons[-1] == "codes_differ"
    assert one.score == 0.475


def test_candidates_are_the_best_few_in_a_fixed_order() -> None:
    holders = [
        holder("蔚蓝汽车科技厂"),
        holder("蔚蓝汽车科技"),
        *[holder("蔚蓝汽车科技站", plots=(k,)) for k in range(9)],
        holder("别的"),
    ]
    (found,) = candidates([firm("蔚蓝汽车科技有限公司")], holders, [0]).values()
    assert len(found) == 5
    assert found[0].holder == 1
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert [one.holder for one in found if one.score == found[-1].score] == sorted(
        one.holder for one in found if one.score == found[-1].score
    )


@pytest.mark.slow
def test_two_thousand_by_two_thousand_in_a_moment() -> None:
    rng = random.Random(3)  # 20,000 by 20,000 is measured in the manual's words: well below 30 s

    def made() -> str:
        return (
            "".join(rng.choices("蔚蓝天华新明远东方海通达兴业金龙", k=3)) + rng.choice(["汽车科技", "模具", "物流"]) + "有限公司"
        )

    firms, holders = [firm(made()) for _ in range(2000)], [holder(made()) for _ in range(2000)]
    start = time.perf_counter()
    candidates(firms, holders, range(2000))
    assert time.perf_counter() - start < 10


AREAS = st.lists(st.one_of(st.just(float("nan")), st.just(0.0), st.floats(1, 1e6)), min_size=1, max_size=6)


@settings(deadline=None)
@given(AREAS, st.data())
def test_every_firm_counts_once_and_the_totals_are_the_firms_own(areas: list[float], data: st.DataObject) -> None:
    area_m2, ids = np.array(areas), [f"P{k}" for k in range(len(areas))]
    some = st.lists(st.integers(0, len(areas) - 1), min_size=1, max_size=4)
    placed = data.draw(st.dictionaries(st.integers(0, 4), some, max_size=5))
    values = {place: data.draw(st.floats(0, 1e6)) for place in placed}
    firms = [Firm(str(k), NONE, amounts={"tax_wan": values.get(k), "jobs": values.get(k)}) for k in range(5)]
    for split in ("area", "main"):
        for counts in ("area", "main"):
            found = plot_totals(firms, placed, area_m2, ids, ("tax_wan", "jobs"), split, counts)
            assert np.nansum(found.columns["firms"]) == pytest.approx(len(placed))
            for name in ("tax_wan", "jobs"):
                assert np.nansum(found.columns[name]) == pytest.approx(math.fsum(values.values()), rel=1e-9, abs=1e-9)
            reached = {row for plots in placed.values() for row in plots}
            assert set(np.flatnonzero(~np.isnan(found.columns["tax_wan"])).tolist()) == reached


def test_money_goes_by_area_and_heads_to_the_largest_plot() -> None:
    firms = [firm("甲", amounts={"tax_wan": 30.0, "jobs": 7.0}), firm("乙", amounts={"tax_wan": None, "jobs": 1.0})]
    area, ids = np.array([100.0, 200.0, 200.0]), ["A", "C", "B"]
    found = plot_totals(firms, {0: (0, 1, 2), 1: (0,)}, area, ids, ("tax_wan", "jobs"))
    assert main_plot((0, 1, 2), area, ids) == 2  # of two equal ones, the lower id
    assert plot_shares((0, 1, 2), area).tolist() == [0.2, 0.4, 0.4]
    assert np.isnan(found.columns["tax_wan"][0])  # a part of it is unknown, and unknown is not 0
    assert found.columns["tax_wan"][1:].tolist() == [12.0, 12.0]
    assert found.columns["jobs"].tolist() == [1.0, 0.0, 7.0]
    assert found.columns["firms"].tolist() == [1.0, 0.0, 1.0]
    assert found.unknown == {"tax_wan": 1}


def slow_name_score(one: str, other: str, rare: dict[str, float]) -> float:
    """The evidence of two plain names, worked out by hand: 0.95 for the same, 0.9 for the same core, else 0.85 · likeness."""
    full, bare = ([text.replace(" ", "") for text in (one, other)] for _ in range(2))
    cores = [text.removeprefix("上海").removesuffix("有限公司") or text for text in bare]
    if full[0] == full[1]:
        return 0.95
    if cores[0] == cores[1]:
        return 0.9
    a, b = ({f"^{core}$"[k : k + 2] for k in range(len(core) + 1)} for core in cores)
    value = 2 * math.fsum(rare[pair] for pair in a & b) / math.fsum([*(rare[pair] for pair in a), *(rare[pair] for pair in b)])
    return 0.85 * value if value >= 0.6 else 0.0


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_candidates_are_those_of_a_slow_search_through_all_pairs(data: st.DataObject) -> None:
    word = st.text("蔚蓝天元科技", min_size=2, max_size=5)
    name = st.builds(
        lambda place, core, form: place + core + form, st.sampled_from(["", "上海"]), word, st.sampled_from(["", "有限公司"])
    )
    ours, theirs = data.draw(st.lists(name, min_size=1, max_size=5)), data.draw(st.lists(name, min_size=1, max_size=5))
    found = candidates(
        [firm(one) for one in ours], [holder(one, plots=(k,)) for k, one in enumerate(theirs)], range(len(ours)), most=9
    )
    lists = [
        list(dict.fromkeys(one.removeprefix("上海").removesuffix("有限公司") or one for one in names)) for names in (ours, theirs)
    ]
    every = [*lists[0], *lists[1]]
    often = Counter(pair for core in every for pair in {f"^{core}$"[k : k + 2] for k in range(len(core) + 1)})
    rare = {pair: math.log(1 + len(every) / n) for pair, n in often.items()}
    for place, one in enumerate(ours):
        expected = {k: slow_name_score(one, other, rare) for k, other in enumerate(theirs)}
        listed = {one.holder: one.score for one in found[place]}
        assert all(score == pytest.approx(expected[k], abs=6e-4) for k, score in listed.items())
        assert {k for k, score in expected.items() if score >= 0.501} <= set(listed)
        assert all(expected[k] >= 0.499 for k in listed)
