"""The attribute table without its window: order, search, cells, copies and sums against slow, plain answers."""

from __future__ import annotations

import math
from functools import cmp_to_key
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.app.main_job import results
from landplan.app.opening import Opened
from landplan.core.environment import Environment
from landplan.core.messages import set_language
from landplan.core.project import Memo
from landplan.core.results import Results
from landplan.gui.grid.columns import DEFAULT, GridColumn
from landplan.gui.grid.copying import MOST_ROWS, tab_separated
from landplan.gui.grid.finding import found
from landplan.gui.grid.order import arranged, ordered, places
from landplan.gui.grid.sheet import Sheet
from landplan.gui.grid.sums import sums
from landplan.gui.grid.values import Classes, Dates, Numbers, Texts, Values, Words, collation, true_decimals

NUMBERS = st.lists(st.one_of(st.just(math.nan), st.integers(-3, 3).map(float)), max_size=30)
pa.array(np.array(["warm"], object))  # the first array of objects imports pandas, longer than hypothesis allows a test
WORDS = st.lists(st.one_of(st.none(), st.sampled_from(["嘉定", "安亭", "外冈", "a", "B", "b", "10", "9", ""])), max_size=30)


def slowly(cells: list[Any], descending: bool) -> list[int]:
    """A plain stable sort, the unknown last."""

    def compare(a: int, b: int) -> int:
        x, y = cells[a], cells[b]
        return ((x > y) - (x < y)) * (-1 if descending else 1)

    unknown = [row for row, cell in enumerate(cells) if cell is None or cell != cell]
    known = [row for row in range(len(cells)) if row not in unknown]
    return sorted(known, key=cmp_to_key(compare)) + unknown


@given(NUMBERS, st.booleans())
def test_numbers_are_in_order_and_unknown_last(cells: list[float], descending: bool) -> None:
    assert ordered(Numbers(np.array(cells, np.float64)), descending=descending).tolist() == slowly(cells, descending)


@given(WORDS, st.booleans(), st.booleans())
def test_texts_are_in_order_by_sound_and_unknown_last(cells: list[str | None], descending: bool, as_objects: bool) -> None:
    values = Texts(np.array([*cells, None], object)[:-1] if as_objects else pa.array(cells, pa.string()))
    keys = [None if cell is None else collation(cell) for cell in cells]
    expected = slowly(keys, descending)
    order = ordered(values, descending=descending).tolist()
    assert [keys[row] for row in order] == [keys[row] for row in expected]
    assert sorted(order) == list(range(len(cells)))


def test_many_different_texts_are_in_order_too() -> None:
    cells = [f"JD-{k:06d}" for k in np.random.default_rng(2).permutation(30_000)]
    order = ordered(Texts(np.array(cells, object)))
    assert [cells[row] for row in order] == sorted(cells)


def test_chinese_is_sorted_by_sound_and_whole_numbers_keep_every_digit() -> None:
    words = ["徐行镇", "安亭镇", "外冈镇", "嘉定镇", "华亭镇"]
    assert [words[row] for row in ordered(Texts(pa.array(words)))] == ["安亭镇", "华亭镇", "嘉定镇", "外冈镇", "徐行镇"]
    large = Numbers(np.array([9007199254740993, 9007199254740992]))
    assert ordered(large).tolist() == [1, 0]
    assert large.copied(0) == 9007199254740993


def test_dates_and_classes() -> None:
    dates = Dates(np.array(["2030-12-31", "NaT", "1999-01-01"], "datetime64[D]"))
    assert ordered(dates).tolist() == [2, 0, 1]
    assert [dates.shown(row) for row in range(3)] == ["2030-12-31", "未知", "1999-01-01"]
    classes = Classes(np.array([2, 0, 1]), ("a", "b", "–"), frozenset({2}))
    assert ordered(classes, descending=True).tolist() == [2, 1, 0]
    assert [classes.known(row) for row in range(3)] == [False, True, True]


def test_what_a_cell_says() -> None:
    values = Numbers(np.array([1234567.891, math.nan, -0.001]), 2)
    assert [values.shown(row) for row in range(3)] == ["1,234,567.89", "未知", "0.00"]
    assert Numbers(np.array([1998.0]), 0, grouped=False).shown(0) == "1998"
    told = Numbers(np.array([math.nan, math.nan]), 2, words=Words(np.array([1, 0]), ("未知", "受限")))
    assert [told.shown(0), told.shown(1)] == ["受限", "未知"]
    assert Texts(pa.array(["两\n行", None])).shown(0) == "两 行"
    assert [true_decimals(np.array(cells), 3) for cells in ([1.0, 2.0], [1.5, math.nan], [1 / 3])] == [0, 1, 3]


@given(NUMBERS, st.data())
def test_rows_shown_are_the_order_cut_down(cells: list[float], data: st.DataObject) -> None:
    n = len(cells)
    flags = st.lists(st.booleans(), min_size=n, max_size=n).map(lambda one: np.array(one, bool))
    shown, first = data.draw(flags), data.draw(flags)
    order = ordered(Numbers(np.array(cells, np.float64)))
    rows = arranged(order, n, shown, first).tolist()
    expected = [row for row in order.tolist() if shown[row] and first[row]]
    assert rows == expected + [row for row in order.tolist() if shown[row] and not first[row]]
    line = places(np.array(rows, np.int64), n)
    assert all(line[row] == k for k, row in enumerate(rows)) and (line == -1).sum() == n - len(rows)


@pytest.fixture
def environment() -> Environment:
    columns = {"id": np.array(["JD-1", "JD-2", "X-3"], object), "area": np.array([1.0, math.nan, 9.0])}
    return Environment({**columns, "far": np.array([1.0, 2.0, 3.0])}, {"limit": 5.0}, 3)


def asked(words: str, environment: Environment) -> tuple[str, list[int] | None, int]:
    names = {"id": pa.array(environment.columns["id"]), "name": pa.array(["外冈 and 安亭", None, "Area"])}
    answer = found(words, environment, names)
    return answer.kind, None if answer.mask is None else np.flatnonzero(answer.mask).tolist(), answer.undecided


def test_a_search_is_a_rule_or_words(environment: Environment) -> None:
    assert asked("  ", environment) == ("all", None, 0)
    assert asked("area > limit", environment) == ("rule", [2], 1)
    assert asked("id LIKE 'JD%' AND far < 2", environment) == ("rule", [0], 0)
    assert asked("jd-", environment) == ("words", [0, 1], 0)
    assert asked("JD-1", environment) == ("words", [0], 0)  # no subtraction
    assert asked("area", environment) == ("words", [2], 0)
    assert asked("外冈 and 安亭", environment) == ("words", [0], 0)
    assert asked("nothing", environment) == ("words", [], 0)


@pytest.mark.parametrize("words", ["area >", "aera > 3", "area > 'x'", "starts_with(id) = 3", "(SELECT 1) > 0"])
def test_a_wrong_rule_is_said_and_shows_nothing_else(words: str, environment: Environment) -> None:
    assert asked(words, environment)[:2] == ("error", None)
    assert "\n" not in found(words, environment, {}).error


def column(values: Values, title: str = "a", unit: str = "") -> GridColumn:
    return GridColumn("a", title, unit, "other", lambda: values)


def test_a_copy_is_harmless_and_whole() -> None:
    columns = [
        column(Texts(pa.array(["=1+1", "a\tb", None])), "=title"),
        column(Numbers(np.array([1234.5, math.nan, -2.0]), 0), "年产值", "wan"),
        column(Numbers(np.array([1, 2, 3])), "–"),
    ]
    lines = tab_separated(columns, np.array([2, 0, 1])).split("\n")
    assert lines == ["'=title\t年产值 [万元]\t–", "\t-2.0\t3", "'=1+1\t1234.5\t1", "a b\t\t2"]
    many = column(Numbers(np.zeros(MOST_ROWS + 5)))
    assert tab_separated([many], np.arange(MOST_ROWS + 5)).count("\n") == MOST_ROWS


def test_sums_leave_out_the_unknown_and_what_cannot_be_summed() -> None:
    money, share = (column(Numbers(np.array([1.0, math.nan, 4.0])), unit=unit) for unit in ("wan", "share"))
    summed = sums(money, np.array([0, 1, 2]))
    assert summed is not None
    assert (summed.total, summed.mean, summed.low, summed.high, summed.unknown) == (5.0, 2.5, 1.0, 4.0, 1)
    part = sums(share, np.array([0, 2]))
    assert part is not None and part.total is None and part.mean == 2.5
    assert sums(column(Texts(pa.array(["a"]))), np.array([0])) is None


@pytest.fixture(scope="session")
def scored(opened: Opened, kept_results: Memo) -> Results:
    return results(opened.project, kept_results, upto="score")


def test_the_sheet_says_what_the_layer_and_the_scores_say(scored: Results) -> None:
    sheet = Sheet()
    assert sheet.update(scored.project, scored, None, False)
    assert set(DEFAULT) <= set(sheet.columns)
    parcels, scores = scored.layers.parcels, scored.scores
    best = sheet.columns["best_score"].values
    for row in (0, 17, len(parcels) - 1):
        assert sheet.columns["id"].values.shown(row) == parcels.ids[row]
        assert float(sheet.columns["area_mu"].values.shown(row).replace(",", "")) == pytest.approx(
            parcels.area_m2[row] / (2000 / 3), abs=0.005
        )
        assert best.shown(row) == (f"{scores.best_score[row]:.3f}" if best.known(row) else best.shown(row))
        output = parcels.table.column("output_wan")[row].as_py()
        assert sheet.columns["output_wan"].values.shown(row) == ("未知" if output is None else f"{output:,}")
    state = np.array([sheet.columns["state"].values.shown(row) for row in range(len(parcels))])
    recommended = scores.recommended >= 0
    listed = np.isin(scores.ids, scored.recipe.choose.must_not if scored.recipe.choose else ())
    assert (state[recommended & ~listed] == "可推荐").all() and (state[~recommended & ~listed] != "可推荐").all()


def test_columns_are_kept_until_their_inputs_change(scored: Results) -> None:
    sheet = Sheet()
    sheet.update(scored.project, scored, None, False)
    area, score = sheet.columns["area_mu"].values, sheet.columns["best_score"]
    assert not sheet.update(scored.project, scored, None, False)
    from dataclasses import replace

    newer = replace(scored, scores=replace(scored.scores, margin=scored.scores.margin + 0.0))
    assert sheet.update(scored.project, newer, None, False)
    assert sheet.columns["area_mu"].values is area and sheet.columns["best_score"] is not score
    assert sheet.update(None, None, None, False) and not sheet.columns and sheet.n == 0


def test_a_search_names_scores_beside_fields(scored: Results) -> None:
    sheet = Sheet()
    sheet.update(scored.project, scored, None, False)
    answer = found("best_score > 0.6 AND recommended = 'new_industrial'", sheet.environment, sheet.texts)
    scores = scored.scores
    expected = (scores.best_score > 0.6) & (scores.recommended == scores.models.index("new_industrial"))
    assert answer.kind == "rule" and answer.mask is not None
    np.testing.assert_array_equal(answer.mask, expected)
    names = {one.name for one in sheet.names()}
    assert {"output_wan", "area_mu", "metro_m", "best_score", "zone_town"} <= names


def test_the_columns_speak_english_too(scored: Results) -> None:
    set_language("en")
    sheet = Sheet()
    sheet.update(scored.project, scored, None, False)
    titles = {one.id: one.title for one in sheet.columns.values()}
    assert titles["output_wan"] == "Annual output" and titles["recommended"] == "Recommended"
    assert all(title.isascii() for id, title in titles.items() if id != "备注")
