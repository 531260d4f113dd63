"""Code lists and crosswalks: what they say of themselves, what moves, what waits for a decision."""

from __future__ import annotations

import pytest

from landplan.core.codes import VERSIONS, code_facts, code_list
from landplan.core.crosswalk import crosswalk_facts, moved_use, own_crosswalk, shipped_crosswalk, suspected_version
from landplan.core.errors import InputError


@pytest.mark.parametrize("version", VERSIONS)
def test_every_list_says_where_it_is_from_and_whether_it_is_whole(version: str) -> None:
    facts = code_facts(version)
    assert all(facts[key] for key in ("title_zh", "title_en", "document", "date"))
    assert (facts["complete"] == "yes") or (facts["lacks"] and facts["lacks_en"])
    assert all(code.isalnum() and name for code, name in code_list(version).items())


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_every_move_is_from_a_code_of_one_list_to_codes_of_the_other(version: str) -> None:
    moves = shipped_crosswalk(version, "2023").moves
    assert set(moves) <= set(code_list(version))
    assert {code for targets in moves.values() for code in targets} <= set(code_list("2023"))
    assert all(len(set(targets)) == len(targets) > 0 for targets in moves.values())
    assert crosswalk_facts(version, "2023")["source"]


@pytest.mark.parametrize(
    ("version", "text", "state", "moved"),
    [
        ("2017", "0601", "moved", "1001"), ("2017", "1001", "moved", "1201"), ("2017", "0301", "same", "0301"),
        ("2017", "0604", "open", None), ("2017", "0204", "open", None), ("2017", "0802", "unlisted", None),
        ("2020", "1312", "moved", "1311"), ("2020", "1313", "moved", "1312"), ("2020", "1001", "same", "1001"),
        ("2020", "2302", "moved", "2303"), ("2011", "M1", "moved", "100101"), ("2011", "B21", "merged", "0902"),
        ("2011", "R2", "open", None), ("shanghai", "C65", "moved", "0802"), ("shanghai", "M4", "open", None),
        ("2011", "M1 60% + A35 40%", "moved", "100101 60% + 0802 40%"), ("2011", "B21 30% + B22 70%", "merged", "0902"),
        ("2011", "M1 60% + R2 40%", "open", None), ("2011", "M1+A35", "moved", "100101 + 0802"),
        ("2011", "工业", "unreadable", None),
        ("2023", "1001 40%+0902 60%", "same", "0902 60% + 1001 40%"), ("2023", "9999", "unlisted", None),
    ],
)  # fmt: skip
def test_what_becomes_of_a_code(version: str, text: str, state: str, moved: str | None) -> None:
    use = moved_use(text, shipped_crosswalk(version, "2023"))
    assert (use.state, use.text) == (state, moved)


def test_candidates_are_named() -> None:
    assert moved_use("0604", shipped_crosswalk("2017", "2023")).candidates == {"0604": ("1101", "1102")}


def test_a_table_of_ones_own_goes_before_the_shipped_one() -> None:
    own = own_crosswalk("# note: ours\nfrom,to\nM4,100101\nX9,16\n", "shanghai", "2023", "own.csv")
    assert moved_use("M4", own).text == "100101"
    assert moved_use("M1", own).state == "merged"
    assert moved_use("C65", own).text == "0802"
    assert own.own == {"M4", "X9"}
    assert own_crosswalk("from,to\nA,1001 0802\n", "ours", "2023", "own.csv").moves == {"A": ("1001", "0802")}


@pytest.mark.parametrize("text", ["", "from,to\n", "code,new\nM4,1001\n", "from,to\nM4,\n", "from,to\nM4,1001\nM4,0802\n"])
def test_a_table_that_decides_nothing_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        own_crosswalk(text, "shanghai", "2023", "own.csv")


def test_there_is_no_way_between_versions_without_a_table() -> None:
    with pytest.raises(InputError):
        shipped_crosswalk("2023", "2017")
    with pytest.raises(InputError):
        code_list("../2023")


def test_the_version_is_suspected_by_what_the_lists_have() -> None:
    found = suspected_version({"M1": 5, "M4": 2, "C65": 1, "工业": 9})
    assert (found.best, found.n, found.known["2011"]) == (("shanghai",), 8, 5)
    reused = suspected_version({"1001": 3, "0204": 1})
    assert reused.best == ("2023", "2020", "2017")
    assert reused.ambiguous["0204"] == {"2023": "油料园地", "2020": "其他园地", "2017": "其他园地"}
    assert reused.ambiguous["1001"]["2017"] == "铁路用地"
    assert suspected_version({"工业": 1}).best == ()
