"""Numbers and sentences of the plot card, without a window."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from landplan.core.messages import set_language, text
from landplan.core.tables import Column, OptionTable, Reason
from landplan.gui import figures
from landplan.gui.card.facts import value_text
from landplan.gui.card.paths import Refusals
from landplan.gui.card.scoring import raw_text


@pytest.fixture(params=["zh", "en"], autouse=True)
def lang(request: pytest.FixtureRequest) -> Iterator[str]:
    set_language(request.param)
    yield request.param
    set_language("zh")


def test_numbers_have_separators_and_true_digits() -> None:
    assert [figures.number(value, 1) for value in (1234.56, -1234.56, 0.0, -0.01)] == ["1,234.6", "−1,234.6", "0.0", "0.0"]
    assert [figures.plain(value) for value in (0.036883, 3.2104, 1234.56, 820.0, -0.5, 0.0)] == [
        "0.0369",
        "3.21",
        "1,235",
        "820",
        "−0.5",
        "0",
    ]
    assert [figures.signed(value, 0) for value in (5.2, -5.2, 0.2)] == ["+5", "−5", "0"]


def test_unknown_is_a_word(lang: str) -> None:
    word = {"zh": "未知", "en": "unknown"}[lang]
    said = [
        figures.number(np.nan, 2),
        figures.plain(None),
        figures.percent(np.nan),
        figures.with_unit(np.nan, "m"),
        figures.area(np.nan),
    ]
    assert said == [word] * 5
    assert value_text(None, "wan") == value_text(float("nan"), "wan") == value_text("", "") == word


def test_units_stand_beside_their_number(lang: str) -> None:
    join = figures.JOIN
    assert figures.with_unit(0.0369, "share") == f"3.69{join}%"
    assert figures.with_unit(820.0, "m") == f"820{join}{'米' if lang == 'zh' else 'm'}"
    assert figures.with_unit(2.0, "ratio") == "2"
    assert ("4.83" in figures.area(48_333.0), "72.5" in figures.area(48_333.0)) == (True, True)
    assert value_text(1998, "year") == "1998"
    assert value_text(date(2031, 5, 1), "date") == "2031-05-01"


def test_raw_values_say_reach_and_filling() -> None:
    column = Column(np.array([5000.0, 3.0, np.nan, 70.0]), "m", np.array([2, 3, 1, 4], np.int8))
    assert raw_text(column, 0).startswith("≥")
    assert raw_text(column, 1) == text("card_filled", {"value": figures.with_unit(3.0, "m")})
    assert raw_text(column, 2) == text("unknown")
    assert raw_text(column, 3) == text("card_straight", {"value": figures.with_unit(70.0, "m")})
    assert raw_text(Column(np.array(["清洁", None], object), "class"), 1) == text("unknown")


def test_refusals_of_a_parcel_are_found_without_a_scan() -> None:
    refused = tuple(Reason(row, f"r{k}", path="p") for k, row in enumerate([3, 1, 3, 0, 7, 3]))

    class Table:
        pass

    table = Table()
    table.refused = refused  # type: ignore[attr-defined]
    found = Refusals(table)  # type: ignore[arg-type]
    assert OptionTable.__dataclass_fields__["refused"]
    assert [one.rule for one in found.of(3)] == ["r0", "r2", "r5"]
    assert found.of(2) == ()
