"""Every text has its twin in the other language, and every id the code uses has a text."""

import re
import string
from pathlib import Path

import pytest

import landplan
from landplan.core import messages
from landplan.core.errors import (
    ExportError,
    InputError,
    Issue,
    LandplanError,
    MethodError,
    SchemeError,
    SolveError,
    UsageError,
    nearest,
)

PACKAGE = Path(landplan.__file__).parent
RAISED = re.compile(r"(?:Error|Issue)\(\s*\n?\s*\"([a-z0-9_]+)\"")


def placeholders(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def test_both_languages_have_the_same_ids() -> None:
    assert set(messages.catalogue("zh")) == set(messages.catalogue("en"))


@pytest.mark.parametrize("id", sorted(messages.catalogue("zh")))
def test_placeholders_are_the_same_in_both_languages(id: str) -> None:
    assert placeholders(messages.catalogue("zh")[id]) == placeholders(messages.catalogue("en")[id])


def test_every_raised_id_has_a_text() -> None:
    used = {
        (id, path.relative_to(PACKAGE).as_posix())
        for path in PACKAGE.rglob("*.py")
        for id in RAISED.findall(path.read_text(encoding="utf-8"))
    }
    assert used, "the search itself must find something"
    assert {pair for pair in used if pair[0] not in messages.catalogue("en")} == set()


@pytest.mark.parametrize(
    ("error", "code"),
    [(LandplanError, 1), (InputError, 2), (UsageError, 2), (MethodError, 2), (SchemeError, 3), (SolveError, 4), (ExportError, 5)],
)
def test_exit_codes(error: type[LandplanError], code: int) -> None:
    assert error("unknown_key").exit_code == code


def test_an_error_is_one_line_that_names_the_place_and_the_next_step() -> None:
    messages.set_language("en")
    try:
        line = str(SchemeError("unknown_key", "scheme.toml: criteria.metro_m", key="wieght", nearest="weight"))
    finally:
        messages.set_language("zh")
    assert line == "scheme.toml: criteria.metro_m: Unknown key “wieght”; did you mean: weight"


def test_a_text_without_its_facts_shows_itself_instead_of_failing() -> None:
    assert "unknown_thing" in messages.text("unknown_thing", {"a": 1})
    assert "{key}" in messages.text("missing_key", {})


def test_issue_text_follows_the_language() -> None:
    issue = Issue("missing_key", "parcels", values={"key": "id"})
    assert issue.text("zh") != issue.text("en")
    assert "id" in issue.text("en")


def test_nearest_names_what_was_meant_or_nothing() -> None:
    assert nearest("wieght", ["weight", "value"]) == "weight"
    assert nearest("zzz", ["weight", "value"]) == ""


@pytest.mark.parametrize(
    ("value", "expected"), [("en_GB.UTF-8", "en"), ("zh_CN.UTF-8", "zh"), ("C.UTF-8", "zh"), ("de_DE", "zh")]
)
def test_locale_language(monkeypatch: pytest.MonkeyPatch, value: str, expected: str) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", value)
    assert messages.locale_language() == expected
