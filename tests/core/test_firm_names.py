"""Names of firms: what is set aside to compare them, and that likeness is what counting by hand gives."""

from __future__ import annotations

import math
import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.firm_names import address_key, firm_name, names_of, several
from landplan.core.text_pairs import bigrams, like_pairs, likeness


@pytest.mark.parametrize(
    "written",
    ["上海蔚蓝汽车科技有限公司", "上海市嘉定区蔚蓝汽车科技有限公司", "蔚蓝汽车科技（上海）有限公司",
     "蔚蓝汽车科技(上海)有限责任公司",
     " 上海 蔚蓝汽车科技　股份有限公司", "上海蔚蓝汽车科技公司"],
)  # fmt: skip
def test_place_brackets_width_and_legal_form_are_set_aside(written: str) -> None:
    assert firm_name(written).core == "蔚蓝汽车科技"


def test_what_makes_another_firm_stays() -> None:
    assert firm_name("蔚蓝科技（中国）有限公司").core == "蔚蓝科技中国"
    assert firm_name("上海蔚蓝科技有限公司安亭分公司").core.endswith("安亭分公司")
    assert firm_name("上海有限公司").core == "上海有限公司"  # nothing else would be left
    assert firm_name("ＡＢＣ 电子").full == firm_name("abc电子").full == "ABC电子"
    assert firm_name("苏州天元有限公司", ("苏州",)).core == "天元"


def test_former_names_are_found_beside_and_in_brackets() -> None:
    assert names_of("甲公司（原乙公司）") == ("甲公司", "乙公司")
    assert names_of("甲公司(曾用名：乙公司)", "丙厂、丁厂") == ("甲公司", "乙公司", "丙厂", "丁厂")
    assert names_of("原子科技") == ("原子科技",)
    assert names_of(" ") == names_of(None) == ()
    assert several("甲公司、乙公司; 丙, 丁有限公司") == ("甲公司", "乙公司", "丙, 丁有限公司")


def test_addresses_meet_by_road_and_number() -> None:
    keys = [address_key(one) for one in ("上海市嘉定区安亭镇墨玉南路888号", "墨玉南路888号", "嘉定区墨玉南路 ８８８ 号 2幢")]
    assert {(road, numbers[0]) for road, numbers in keys} == {("墨玉南路", "888")}
    assert address_key("墨玉南路889号")[1] == ("889",)
    assert address_key(None) == address_key(" ") == ("", ())


TEXTS = st.lists(st.text("蔚蓝汽车科技新能源", min_size=1, max_size=6), max_size=8)


@settings(deadline=None)
@given(TEXTS, TEXTS, st.sampled_from([0.3, 0.5, 0.7, 1.0]))
def test_like_pairs_are_all_pairs_counted_by_hand(ones: list[str], others: list[str], least: float) -> None:
    every = [*ones, *others]
    often = Counter(pair for text in every for pair in {f"^{text}$"[k : k + 2] for k in range(len(text) + 1)})
    weight = {pair: math.log(1 + len(every) / n) for pair, n in often.items()}
    expected = {}
    for a, one in enumerate(ones):
        for b, other in enumerate(others):
            shared = sum(weight[pair] for pair in bigrams(one) & bigrams(other))
            value = 2 * shared / (sum(weight[p] for p in bigrams(one)) + sum(weight[p] for p in bigrams(other)))
            if value >= least + 1e-9:
                expected[a, b] = value
    left, right, value = like_pairs(ones, others, least)
    found = {(int(a), int(b)): float(v) for a, b, v in zip(left, right, value, strict=True)}
    assert {pair for pair, v in found.items() if v >= least + 1e-9} == set(expected)
    assert all(found[pair] == pytest.approx(v) for pair, v in expected.items())


def test_likeness_is_one_for_the_same_and_zero_for_nothing_shared() -> None:
    assert likeness("蔚蓝", "蔚蓝") == 1
    assert likeness("蔚蓝", "新能源") == 0
    assert likeness("墨玉南路", "墨玉路") == likeness("墨玉路", "墨玉南路")


def test_hostile_cells_take_no_time() -> None:
    for cell in ("(原" * 20_000, "(原" + " " * 40_000, "嘉定市" * 20_000, "(" * 40_000, "1" * 40_000):
        start = time.perf_counter()
        names_of(cell, cell)
        firm_name(cell)
        address_key(cell)
        assert time.perf_counter() - start < 1


def test_pairs_are_the_same_in_one_step_or_many(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"蔚蓝{a}{b}科技" for a in "天地元黄" for b in "宇宙洪荒"]
    whole = like_pairs(texts, texts[::-1], 0.4)
    monkeypatch.setattr("landplan.core.text_pairs._AT_ONCE", 100)
    for one, other in zip(whole, like_pairs(texts, texts[::-1], 0.4), strict=True):
        assert np.array_equal(one, other)
