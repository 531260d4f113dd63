"""Credit codes: published ones pass, every single slip is caught, and what is no code is called by its name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landplan.core.credit_code import ALPHABET, check_character, credit_code

PUBLISHED = (
    "91350100M000100Y43",  # the example that validators of GB 32100-2015 share
    "91110000600037341L",  # stdnum's and python-stdnum's example
    "91110108551385082Q",  # uscc-utils' example
    "914403001922038216",
    "91330100799655058B",
    "9144030071526726XG",
    "91110000802100433B",
)
PUBLISHED_WRONG = ("A1110000600037341L", "91110000600037342L")
WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
"""As the standard prints them."""
FIRST = st.tuples(
    st.text(ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(ALPHABET, min_size=9, max_size=9),
)


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_valid(code: str) -> None:
    assert credit_code(code).kind == "valid"
    assert check_character(code[:17]) == code[17]


@pytest.mark.parametrize("code", PUBLISHED_WRONG)
def test_published_wrong_codes_are_not(code: str) -> None:
    assert credit_code(code).kind == "wrong_check"


@settings(deadline=None)
@given(FIRST)
def test_the_check_character_is_that_of_the_printed_weights(parts: tuple[str, str, str]) -> None:
    first = "".join(parts)
    left = sum(ALPHABET.index(character) * weight for character, weight in zip(first, WEIGHTS, strict=True)) % 31
    assert check_character(first) == ALPHABET[(31 - left) % 31]


@settings(deadline=None)
@given(FIRST, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_any_single_wrong_character_is_caught(parts: tuple[str, str, str], place: int, other: str) -> None:
    first = "".join(parts)
    code = first + check_character(first)
    wrong = code[:place] + other + code[place + 1 :]
    assert credit_code(code).valid
    assert credit_code(wrong).valid == (wrong == code)


@settings(deadline=None)
@given(FIRST, st.integers(0, 16))
def test_any_two_exchanged_neighbours_are_caught(parts: tuple[str, str, str], place: int) -> None:
    first = "".join(parts)
    code = first + check_character(first)
    turned = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert credit_code(turned).valid == (turned == code)


@pytest.mark.parametrize(
    "written", ["91110000600037341l", "９１１１００００６０００３７３４１Ｌ", " 9111 0000 6000 3734 1L ", "91110000-600037341-L"]
)
def test_width_case_and_blanks_do_not_matter_but_are_noted(written: str) -> None:
    found = credit_code(written)
    assert (found.text, found.kind, found.rewritten) == ("91110000600037341L", "valid", True)
    assert not credit_code("91110000600037341L\n").rewritten  # white space at the ends is nothing to speak of


@pytest.mark.parametrize(
    ("written", "kind"),
    [(None, "none"), (" 　", "none"), ("310114000123456", "old_number"), ("31011400012345X", "wrong_form"),
     ("12345", "wrong_form"),
     ("911100006000373411", "wrong_check"), ("91110000600037341L0", "wrong_form"), ("无", "wrong_form"), ("=1+1", "wrong_form")],
)  # fmt: skip
def test_what_is_no_code_is_called_by_its_name(written: str | None, kind: str) -> None:
    assert credit_code(written).kind == kind


def test_letters_that_look_like_digits_are_a_hint_and_no_match() -> None:
    found = credit_code("9111OOOO6OOO3734IL")
    assert (found.kind, found.likely) == ("wrong_form", "91110000600037341L")
    assert credit_code("9111OOOO6OOO3734II").likely == ""


def test_a_letter_among_the_digits_of_the_region_is_no_code_whatever_its_check() -> None:
    first = "91A10000600037341"
    assert credit_code(first + check_character(first)).kind == "wrong_form"
