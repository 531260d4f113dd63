"""Texts become numbers only where no digit and no sign is lost."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.recipe import LayerInput
from landplan.io import apart
from landplan.io.plain_numbers import as_numbers
from landplan.io.vector import read_raw


@pytest.mark.parametrize("odd", ["-", "--", ".", "1.", "", "00123", "12E10", "1,200", "3101140010010000001", "约三百"])
def test_one_value_that_is_no_plain_number_keeps_the_column_as_text(tmp_path: Path, odd: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"名称,产值\n甲,1.5\n乙,{odd!s}\n丙,2\n".replace(",1,200", ',"1,200"'), encoding="utf-8")
    with apart.reading_inside():
        values = read_raw(path, LayerInput(path=path.name), "rights").table.column("产值").to_pylist()
    assert values == ([1.5, None, 2.0] if odd == "" else ["1.5", odd, "2"])


TEXTS = st.integers(-(10**20), 10**20).map(str) | st.from_regex(r"\A-?[0-9]{0,17}\.[0-9]{1,3}\Z")


@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_a_number_is_worth_what_was_written(texts: list[str]) -> None:
    found = as_numbers(pa.array(texts)).to_pylist()
    for text, value in zip(texts, found, strict=True):
        exact = Decimal(text)
        if isinstance(value, int):
            assert value == exact
        elif isinstance(value, float):
            assert abs(Decimal(value) - exact) <= abs(exact) * Decimal("1e-15")
        else:
            assert value == text
