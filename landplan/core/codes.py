"""Land-use codes: text, with a version; mixed use as codes joined by "+" with shares."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from landplan.core.errors import InputError
from landplan.core.paths import resource

_PART = re.compile(r"^\s*(?P<code>[0-9A-Za-z]+)\s*(?P<share>[0-9]+(?:\.[0-9]+)?\s*%)?\s*$")


@cache
def code_list(version: str) -> Mapping[str, str]:
    """code → Chinese name of a shipped classification ("2023": 国土空间调查、规划、用途管制用地用海分类)."""
    import csv

    path = resource("codes", f"land_use_{version}.csv")
    if not path.is_file():
        raise InputError("code_version_unknown", version)
    with path.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name_zh"] for row in csv.DictReader(file)}


@cache
def chain_segments() -> Mapping[str, str]:
    """Segment of the industry chain → its English name, from the shipped list (names as the action plan writes them)."""
    import csv

    with resource("codes", "chain_segments.csv").open(encoding="utf-8", newline="") as file:
        return {row["segment"]: row["title_en"] for row in csv.DictReader(file)}


def use_shares(text: str) -> dict[str, float]:
    """code → share of "1001 60% + 0902 40%"; a single code has share 1, codes without shares share equally.

    Raises InputError when a part is not a code, only some parts have shares, or the shares do not sum to 100 %.
    """
    matches = [_PART.match(part) for part in text.replace("＋", "+").split("+")]
    if not all(matches):
        raise InputError("mixed_use_unreadable", text)
    parts = [(m["code"], m["share"]) for m in matches if m]
    given = [float(share.rstrip("% ")) / 100 for _, share in parts if share]
    if not given:
        shares = [1.0 / len(parts)] * len(parts)
    elif len(given) == len(parts) and abs(sum(given) - 1.0) < 1e-9:
        shares = given
    else:
        raise InputError("mixed_use_not_100", text, total=100 * sum(given))
    out: dict[str, float] = {}
    for (code, _), share in zip(parts, shares, strict=True):
        out[code] = out.get(code, 0.0) + share
    return out


def is_known(code: str, version: str = "2023") -> bool:
    """Whether a code is in the list of that version (sub-codes of a listed code are not assumed)."""
    return code in code_list(version)
