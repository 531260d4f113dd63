"""The compatible-use matrix: which land-use models break a share cap on which plots, by how much, by the plot's zoning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.environment import Environment
from landplan.core.errors import InputError, Issue, SchemeError, suggestion
from landplan.core.messages import pick, text
from landplan.core.mixed_use import parsed_mix
from landplan.core.policy import PolicyPack, UseMatrix, UseRow, standing, with_worth
from landplan.core.rules import Condition, Verdict
from landplan.core.scheme import LandUseModel, Scheme, Titles

UNKNOWN_ZONING = "mix_zoning_unknown"
OTHERS, TOGETHER = "others", "together"
_LEVEL = 1e-9
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Breach:
    """A cap that a model breaks on some zoning: the row and the cap's id ("others": uses that may not be mixed in at all,
    "together"), the model's share of those uses, and the cap (shares of floor area)."""

    row: str
    cap: str
    share: float
    at_most: float

    @property
    def id(self) -> str:
        return f"{self.row}.{self.cap}"


@dataclass(frozen=True, slots=True)
class Zoning:
    """What a plot may be used for: its main code, and the share the plan itself gives to each use. None: not known."""

    code: str | None
    shares: dict[str, float]


def breaches(model: LandUseModel, row: UseRow, pack: PolicyPack, stated: dict[str, float] | None = None) -> tuple[Breach, ...]:
    """The caps of a row that the model's use mix breaks, in the order of the row.

    stated: shares that the plan of the plot itself gives to uses; what it gives may be built, even above the cap.
    """
    bound = {code: share for code, share in model.use.items() if share > 0 and not _free(code, row)}
    by_cap: dict[str, list[str]] = {id: [] for id in (*(cap.id for cap in row.caps), OTHERS)}
    for code in bound:
        by_cap[_cap_of(code, row)].append(code)
    limits: dict[str, tuple[tuple[str, ...], float]] = {cap.id: (cap.codes, pack.figures[cap.at_most].value) for cap in row.caps}
    found = []
    for id, codes in by_cap.items():
        starts, limit = limits.get(id, (tuple(codes), 0.0))
        found.append(Breach(row.id, id, sum(bound[code] for code in codes), max(limit, _given(stated, starts))))
    if row.together is not None:
        given = sum(share for code, share in (stated or {}).items() if not _free(code, row))
        found.append(Breach(row.id, TOGETHER, sum(bound.values()), max(pack.figures[row.together].value, given)))
    return tuple(one for one in found if one.share > one.at_most + _LEVEL)


def use_verdicts(pack: PolicyPack, scheme: Scheme, environment: Environment) -> tuple[list[Verdict], list[Issue]]:
    """A verdict for every model and cap that it breaks on some plot, by how much (share of floor area), and what is to be said.

    A plot whose zoning is not known is undecided for the models that break a cap on some zoning they could be on.
    SchemeError for models that the scheme has not.
    """
    if pack.mix is None:
        return [], []
    matrix = _matrix(pack.mix, pack.id, scheme)
    if not set(matrix.fields) - environment.absent and not _any_zoning(matrix):
        return [], [Issue("rule_not_checked", "parcels", values={"rule": "mix", "fields": ", ".join(matrix.fields)})]
    places, zonings, cleaned, issues = _zonings(matrix, environment)
    unknown = matrix.unknown or scheme.unknown
    there = environment.with_columns(cleaned)
    issues += _not_ruled([zoning.code for zoning in zonings], places, matrix, scheme)
    verdicts: list[Verdict] = []
    for model in scheme.models:
        found = [_broken(model, zoning, pack, matrix) for zoning in zonings]
        for id in dict.fromkeys(one.id for some in found for one in some or ()):
            over = np.array([_over(some or (), id) for some in found])[places]
            condition = Condition(id, "planned_use IS NULL", None, "share", unknown, model.id)
            verdicts.append(Verdict(condition, over > 0, np.zeros(len(over), bool), over, there))
        open_ = np.array([some is None for some in found], bool)[places]
        if open_.any():
            condition = Condition(
                UNKNOWN_ZONING, " OR ".join(f"{one} IS NULL" for one in matrix.fields), None, "share", unknown, model.id
            )
            verdicts.append(Verdict(condition, np.zeros(len(open_), bool), open_, None, there))
    return verdicts, issues


def row_of(code: str, model: str, matrix: UseMatrix) -> UseRow | None:
    """The row of the matrix for a zoning code and a model: the one with the longest beginning of the code, of equal ones the
    one that names the model, then the first."""
    best: tuple[int, bool, int] | None = None
    for place, row in enumerate(matrix.rows):
        starts = [start for start in row.codes or ("",) if code.startswith(start)]
        if starts and (not row.models or model in row.models):
            best = max(best or (-1, False, 0), (max(map(len, starts)), bool(row.models), -place))
    return None if best is None else matrix.rows[-best[2]]


def _not_ruled(codes: list[str | None], places: Ints, matrix: UseMatrix, scheme: Scheme) -> list[Issue]:
    """How many plots are of a zoning that the matrix has no row for: nothing is forbidden there."""
    ruled = [code is None or any(row_of(code, model.id, matrix) for model in scheme.models) for code in codes]
    n = int((~np.array(ruled, bool)[places]).sum())
    lacking = sorted({str(code) for code, known in zip(codes, ruled, strict=True) if not known})
    return [Issue("mix_zoning_not_ruled", "parcels", "note", values={"n": n, "codes": lacking})] if n else []


def _matrix(matrix: UseMatrix, pack: str, scheme: Scheme) -> UseMatrix:
    known = [model.id for model in scheme.models]
    for row in matrix.rows:
        for name in row.models:
            if name not in known:
                raise SchemeError("names_nothing", f"{pack} mix", key=f"rows[{row.id}].models", name=name,
                                  nearest=suggestion(name, known))  # fmt: skip
    return matrix


def _any_zoning(matrix: UseMatrix) -> bool:
    return all(not row.codes for row in matrix.rows)


def _free(code: str, row: UseRow) -> bool:
    """Whether a use has no cap in a row: it is named free, or, where none is, it is of the zoning or the class above it."""
    if row.free is not None:
        return any(code.startswith(start) for start in row.free)
    return any(code.startswith(start) or start.startswith(code) for start in row.codes)


def _cap_of(code: str, row: UseRow) -> str:
    """The cap whose codes begin the use code, the longest first; else that of all others."""
    fits = [(len(start), -place, cap.id) for place, cap in enumerate(row.caps) for start in cap.codes if code.startswith(start)]
    return max(fits)[2] if fits else OTHERS


def _given(stated: dict[str, float] | None, starts: tuple[str, ...]) -> float:
    return sum(share for code, share in (stated or {}).items() if starts and code.startswith(starts))


def _over(found: Sequence[Breach], id: str) -> float:
    return next((one.share - one.at_most for one in found if one.id == id), 0.0)


def _broken(model: LandUseModel, zoning: Zoning, pack: PolicyPack, matrix: UseMatrix) -> tuple[Breach, ...] | None:
    """What the model breaks on a zoning; None where the zoning is not known and it would matter."""
    if zoning.code is not None:
        row = row_of(zoning.code, model.id, matrix)
        return () if row is None else breaches(model, row, pack, zoning.shares)
    rows = [row for row in matrix.rows if not row.models or model.id in row.models]
    possible = [breaches(model, row, pack) for row in rows]
    if all(not row.codes for row in rows):
        return possible[0] if possible else ()
    return None if any(possible) else ()


def _zonings(matrix: UseMatrix, environment: Environment) -> tuple[Ints, list[Zoning], dict[str, Any], list[Issue]]:
    """Each plot's place among the different zonings, these, the fields without what could not be read, and issues."""
    texts: list[str | None] = [None]
    places: Ints = np.zeros(environment.n, np.intp)
    for name in reversed(matrix.fields):
        codes, own = _encoded(environment.columns[name])
        if name == "land_use":
            versions, stated = _encoded(environment.columns["land_use_version"])
            other = np.array([one not in (None, matrix.version) for one in stated], bool)[versions]
            codes = np.asarray(np.where(other, len(own) - 1, codes), np.intp)
        known = np.array([one is not None for one in own], bool)[codes]
        places = np.asarray(np.where(known, codes + len(texts), places), np.intp)
        texts += own
    zonings = [_zoning(text, matrix) for text in texts]
    lost = np.array([zoning.code is None for zoning in zonings], bool)[places]
    cleaned: dict[str, Any] = {}
    for name in matrix.fields:
        cleaned[name] = np.array(environment.columns[name], object)
        cleaned[name][lost] = None
    unread = np.flatnonzero(lost & (np.array([text is not None for text in texts], bool))[places])
    facts = {"n": len(unread), "first": texts[int(places[unread[0]])] if len(unread) else ""}
    return places, zonings, cleaned, [Issue("mix_zoning_unread", "parcels", values=facts)] if len(unread) else []


def _encoded(column: Any) -> tuple[Ints, list[str | None]]:
    """Each row's place among the different texts, and these without blanks at their ends, None (also for blank) the last."""
    import pyarrow as pa

    found = pa.array(column, pa.string(), from_pandas=True).dictionary_encode()
    values = [text.strip() or None for text in found.dictionary.to_pylist()]
    return found.indices.fill_null(len(values)).to_numpy(zero_copy_only=False).astype(np.intp), [*values, None]


def _zoning(text: str | None, matrix: UseMatrix) -> Zoning:
    """What one cell says; a mix without shares is known where all its codes are of one row for every model."""
    if text is None:
        return Zoning(None, {})
    try:
        mix = parsed_mix(text)
    except InputError:
        return Zoning(None, {})
    if mix.percents is not None:
        return Zoning(mix.main, mix.shares if len(mix.codes) > 1 else {})
    named = {name for row in matrix.rows for name in row.models} | {""}
    alike = all(len({_row_id(code, name, matrix) for code in mix.codes}) == 1 for name in named)
    return Zoning(mix.codes[0] if alike else None, {})


def _row_id(code: str, model: str, matrix: UseMatrix) -> str | None:
    row = row_of(code, model, matrix)
    return None if row is None else row.id


def cap_titles(pack: PolicyPack, scheme: Scheme, day: date) -> dict[tuple[str, str], Titles]:
    """(model, id of the reason) → what it says in both languages: the zoning, the model's share and the cap, which is marked
    illustrative or expired where it is so on `day`."""
    matrix = pack.mix
    if matrix is None:
        return {}
    said: dict[tuple[str, str], Titles] = {}
    for model in scheme.models:
        for row in matrix.rows:
            for one in breaches(model, row, pack):
                said[model.id, one.id] = {lang: _sentence(one, row, model, pack, day, lang) for lang in ("zh", "en")}
    return said


def _sentence(breach: Breach, row: UseRow, model: LandUseModel, pack: PolicyPack, day: date, lang: str) -> str:
    caps = {cap.id: cap for cap in row.caps}
    facts: dict[str, object] = {"row": pick(row.title, lang), "share": f"{100 * breach.share:g}"}
    if breach.cap == OTHERS:
        codes = [code for code in model.use if not _free(code, row) and _cap_of(code, row) == OTHERS]
        return with_worth(text("mix_others", {**facts, "codes": codes}, lang), standing(row.source, day), lang)
    name = caps[breach.cap].at_most if breach.cap in caps else str(row.together)
    uses = pick(caps[breach.cap].title, lang) if breach.cap in caps else text("mix_together", lang=lang)
    cap = with_worth(f"{100 * breach.at_most:g}%", standing(pack.figures[name].source, day), lang)
    return text("mix_breach", {**facts, "uses": uses or breach.cap, "cap": cap}, lang)
