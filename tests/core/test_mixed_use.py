"""Mixed use in the ways people write it; what is read is written in one way, and reads as itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from landplan.core.codes import use_shares
from landplan.core.errors import InputError
from landplan.core.mixed_use import UseMix, parsed_mix, use_mix

CODES = st.lists(st.from_regex(r"[A-Z]{0,2}[0-9]{1,6}[a-z]?", fullmatch=True), min_size=1, max_size=5, unique=True)


@st.composite
def mixes(draw: st.DrawFn) -> UseMix:
    codes = draw(CODES)
    cuts = sorted(draw(st.lists(st.integers(1, 9999), min_size=len(codes) - 1, max_size=len(codes) - 1, unique=True)))
    steps = zip([0, *cuts], [*cuts, 10_000], strict=True)
    percents = [Decimal(high - low) / 100 for low, high in steps]
    return use_mix(zip(codes, percents, strict=True))


@given(mixes())
def test_what_is_written_reads_as_itself(mix: UseMix) -> None:
    assert parsed_mix(str(mix)) == mix
    assert str(parsed_mix(str(mix))) == str(mix)


@given(mixes())
def test_shares_sum_to_one_and_the_main_use_has_the_largest(mix: UseMix) -> None:
    assert sum(mix.shares.values()) == pytest.approx(1.0, abs=1e-12)
    assert mix.shares[str(mix.main)] == max(mix.shares.values())


@given(CODES)
def test_shares_that_are_not_stated_are_unknown_never_equal(codes: list[str]) -> None:
    mix = parsed_mix("+".join(codes))
    assert mix.codes == tuple(codes)
    assert (mix.percents is None) == (len(codes) > 1)
    assert parsed_mix(str(mix)) == mix
    if len(codes) > 1:
        assert (mix.main, mix.shares) == (None, {})
        with pytest.raises(InputError):
            use_shares(str(mix))


@pytest.mark.parametrize(
    "text",
    [
        "1001 60% + 0902 40%", "1001　60％＋0902　40％", "60%1001、40%0902", "60% 1001 / 40% 0902", "1001(60%)/0902(40%)",
        "1001（60％）、0902（40％）", "1001:60%;0902:40%", "1001+0902 6:4", "1001/0902＝6：4", "1001、0902（6:4）",
        "1001:0902 6:4", "1001 0.6 + 0902 0.4", "1001 60 + 0902 40", "0902 40% + 1001 60%", "1001 30% + 0902 40% + 1001 30%",
        "1001+0902 60%:40%",
    ],
)  # fmt: skip
def test_the_ways_people_write_it(text: str) -> None:
    assert str(parsed_mix(text)) == "1001 60% + 0902 40%"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("1001", "1001"), ("1001 100%", "1001"), ("M1 70%+C65 30%", "M1 70% + C65 30%"), ("1001/0902", "1001 + 0902"),
        ("1001+0902 1:2", "0902 66.666667% + 1001 33.333333%"), ("1001 12.50% + 0902 87.5%", "0902 87.5% + 1001 12.5%"),
        ("1001 100% + 0902 0%", "1001"), ("0701 50% + 1001 50%", "0701 50% + 1001 50%"),
    ],
)  # fmt: skip
def test_the_largest_share_stands_first(text: str, canonical: str) -> None:
    assert str(parsed_mix(text)) == canonical


def test_thirds_are_within_the_tolerance_and_share_all_of_the_land() -> None:
    assert sum(parsed_mix("1001 33.3% + 0902 33.3% + 0701 33.3%").shares.values()) == pytest.approx(1.0, abs=1e-15)
    with pytest.raises(InputError):
        parsed_mix("1001 33% + 0902 33% + 0701 33%")


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("1001 60% + 0902 50%", "mixed_use_not_100"), ("1001 60% + 0902", "mixed_use_some_shares"),
        ("工业", "mixed_use_unreadable"),
        ("1001 +", "mixed_use_unreadable"), ("", "mixed_use_unreadable"), ("100160%", "mixed_use_unreadable"),
        ("1001:0902", "mixed_use_unreadable"), ("1001 60% + 0902 0.4", "mixed_use_unreadable"),
        ("1001 6:4", "mixed_use_unreadable"),
        ("1001+0902 0:0", "mixed_use_unreadable"), ("1001 60%", "mixed_use_not_100"), ("1001 -60%", "mixed_use_unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_not_guessed(text: str, id: str) -> None:
    with pytest.raises(InputError) as caught:
        parsed_mix(text)
    assert caught.value.id == id


@given(st.text(alphabet="0123456789ABM%:+/、,.() （％=", max_size=20))
def test_any_text_is_read_or_refused_in_one_line(text: str) -> None:
    try:
        mix = parsed_mix(text)
    except InputError as error:
        assert error.id.startswith("mixed_use_")
    else:
        assert parsed_mix(str(mix)) == mix
