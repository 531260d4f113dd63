"""Land-use codes: text, with a version; mixed use as codes joined by "+" with shares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from landplan.core.errors import InputError
from landplan.core.mixed_use import parsed_mix
from landplan.core.paths import resource

VERSIONS = ("2023", "2020", "2017", "2011", "shanghai")
"""The shipped classifications, the newest first."""


@cache
def code_list(version: str) -> Mapping[str, str]:
    """code → Chinese name of a shipped classification ("2023": 国土空间调查、规划、用途管制用地用海分类)."""
    rows, _facts = _listed(version)
    return {row["code"]: row["name_zh"] for row in rows}


@cache
def code_facts(version: str) -> Mapping[str, str]:
    """What a shipped list says of itself: title_zh, title_en, document, date, complete, lacks, lacks_en."""
    return _listed(version)[1]


def _listed(version: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    path = resource("codes", f"land_use_{version}.csv") if version.isalnum() else None
    if path is None or not path.is_file():
        raise InputError("code_version_unknown", version, known=list(VERSIONS))
    return commented_csv(path.read_text(encoding="utf-8"))


def commented_csv(text: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """The rows of a CSV, and the facts of its first lines "# key: value"."""
    import csv

    lines = text.removeprefix("\ufeff").splitlines()
    head = [line for line in lines if line.startswith("#")]
    facts = {key.strip("# "): value.strip() for key, _, value in (line.partition(":") for line in head)}
    return list(csv.DictReader(line for line in lines if not line.startswith("#"))), facts


@cache
def chain_segments() -> Mapping[str, str]:
    """Segment of the industry chain → its English name, from the shipped list (names as the action plan writes them)."""
    import csv

    with resource("codes", "chain_segments.csv").open(encoding="utf-8", newline="") as file:
        return {row["segment"]: row["title_en"] for row in csv.DictReader(file)}


def use_shares(text: str) -> dict[str, float]:
    """code → share of "1001 60% + 0902 40%"; a single code has share 1. Shares sum to 1.

    Raises InputError when the text does not read (see `mixed_use.parsed_mix`), or gives several codes without their shares:
    they are unknown then, never equal.
    """
    mix = parsed_mix(text)
    if mix.percents is None:
        raise InputError("mixed_use_no_shares", text)
    return mix.shares


def is_known(code: str, version: str = "2023") -> bool:
    """Whether a code is in the list of that version (sub-codes of a listed code are not assumed)."""
    return code in code_list(version)
