"""The forms of a committee of experts as one: whose they are, what they weigh together, and the weights in a scheme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from landplan.app.changes import changed
from landplan.core.errors import InputError, UsageError
from landplan.core.expert_forms import ExpertForm, known_criteria
from landplan.core.expert_weights import Committee, merged_judgements, merged_weights
from landplan.core.layers import Float
from landplan.core.messages import pick
from landplan.core.pairwise import RATIO_MOST, answer_text, linked
from landplan.core.scheme import Criterion, Group, Scheme, WeightSource
from landplan.core.uncertainty import Opinion
from landplan.weighting.ahp import ahp

G = TypeVar("G", Criterion, Group)
MOST_PAIRED = 20
"""Criteria that can be compared in pairs: as many as a table of random indices knows."""
_SAATY_ENDS = 15


@dataclass(frozen=True, eq=False)
class Verdict:
    """Merged forms: expert e of `found` is forms[e], criterion j is criteria[j].

    revisit: the judgement to look at again, as `ahp` names it, of each expert who contradicts himself; None for the others.
    """

    forms: tuple[ExpertForm, ...]
    criteria: tuple[Criterion | Group, ...]
    how: str
    found: Committee
    revisit: tuple[dict[str, Any] | None, ...]

    @property
    def pairs(self) -> bool:
        """Whether the forms compare pairs; else they give points."""
        return self.forms[0].form == "pairs"

    @property
    def ids(self) -> list[str]:
        return [one.id for one in self.criteria]


def judged_criteria(scheme: Scheme, group: str, form: str) -> tuple[Criterion | Group, ...]:
    """The scored criteria a form is about, in a scheme whose groups have weights: what stands in one group, "" = at the top,
    the groups before the criteria. UsageError when they are fewer than two, or too many to compare in pairs."""
    found: tuple[Criterion | Group, ...]
    if scheme.groups:
        groups = [one.id for one in scheme.groups]
        beside = tuple(one for one in scheme.scored if one.group == group)
        found = (*(one for one in scheme.groups if one.parent == group), *beside)
    else:
        groups = [one.group for one in scheme.scored if one.group]
        found = tuple(one for one in scheme.scored if not group or one.group == group)
    if len(found) < 2:
        raise UsageError("experts_too_few_criteria", group or scheme.id, n=len(found), groups=list(dict.fromkeys(groups)) or "–")
    if form == "pairs" and len(found) > MOST_PAIRED:
        facts = {"n": len(found), "most": MOST_PAIRED, "groups": list(dict.fromkeys(groups)) or "–"}
        raise UsageError("experts_too_many_criteria", scheme.id, **facts)
    return found


def group_contents(scheme: Scheme) -> dict[str, str]:
    """Of each group, the titles of what stands in it, for those who weigh it."""
    above = [(one.group, one) for one in scheme.scored] + [(one.parent, one) for one in scheme.groups]
    return {one.id: ", ".join(pick(inner.title) for of, inner in above if of == one.id) for one in scheme.groups}


def verdict(forms: Sequence[ExpertForm], scheme: Scheme, how: str) -> Verdict:
    """The forms merged. InputError for two forms of one expert, forms of different kinds or groups, criteria the scheme does not
    score, and judgements that leave a criterion unlinked even when all are taken together."""
    first = forms[0]
    seen: dict[str, ExpertForm] = {}
    for one in forms:
        if (one.form, one.group) != (first.form, first.group):
            raise InputError("expert_forms_differ", one.file, other=first.file)
        if (twin := seen.setdefault(one.expert.casefold(), one)) is not one:
            raise InputError("expert_twice", one.file, expert=one.expert, other=twin.file)
    criteria = judged_criteria(scheme, first.group, first.form)
    for one in forms:
        known_criteria(one, [criterion.id for criterion in criteria])
    merged = _of_pairs if first.form == "pairs" else _of_points
    found, revisit = merged(forms, criteria, how)
    return Verdict(tuple(forms), criteria, how, found, revisit)


def _of_pairs(forms: Sequence[ExpertForm], criteria: Sequence[Criterion | Group], how: str) -> tuple[Committee, Any]:
    matrices = [one.matrix([criterion.id for criterion in criteria]) for one in forms]
    joint = np.isfinite(matrices).any(axis=0) | np.eye(len(criteria), dtype=bool)
    reached = linked(np.where(joint | joint.T, 1.0, np.nan))
    if not reached.all():
        apart = [pick(one.title) for one, tied in zip(criteria, reached, strict=True) if not tied]
        raise InputError("experts_unlinked", ", ".join(one.file for one in forms), criteria=apart, first=pick(criteria[0].title))
    table = "saaty" if len(criteria) <= _SAATY_ENDS else "donegan_dodd"
    found = merged_judgements(matrices, how, table)
    contrary = found.consistency > RATIO_MOST  # NaN, an expert whose answers give no weights, is not
    return found, tuple(
        ahp(matrix, random_index=table)["revisit"] if bad else None for matrix, bad in zip(matrices, contrary, strict=True)
    )


def _of_points(forms: Sequence[ExpertForm], criteria: Sequence[Criterion | Group], how: str) -> tuple[Committee, Any]:
    ids = [criterion.id for criterion in criteria]
    given = np.array([one.points(ids) for one in forms])
    for one, points in zip(forms, given, strict=True):
        if not points.any():
            raise InputError("expert_points_all_zero", f"{one.file} [{one.sheet}]")
    for expert, criterion in np.argwhere(given == 0) if how == "geometric_mean" else ():
        answer = next(one for one in forms[expert].answers if one.criteria == (ids[criterion],))
        raise InputError("expert_points_zero", forms[expert].at(answer.cell), criterion=ids[criterion])
    return merged_weights(given, how), (None,) * len(forms)


def merged_values(judged: Verdict) -> Float:
    """(m,) the merged weights as the scheme will have them: they share what these criteria had together (1 where that was 0), so
    that other criteria and models' own weights keep their meaning. Rounded to six decimals."""
    total = sum(one.weight for one in judged.criteria) or 1.0
    return np.asarray(np.round(judged.found.weights * total, 6))


def with_weights(scheme: Scheme, judged: Verdict) -> Scheme:
    """The scheme with the merged weights, each with who set it, when (the day of the last form), how and why; and with what
    each expert said alone, in place of what was said of the same group before."""
    values = dict(zip(judged.ids, merged_values(judged).tolist(), strict=True))
    by, on = "、".join(one.expert for one in judged.forms), max(one.on for one in judged.forms)

    def signed(one: G) -> G:
        if one.id not in values:
            return one
        source = WeightSource(by=by, on=on, method=f"{judged.forms[0].form}, {judged.how}", reason=_reasons(judged, one.id))
        return changed(one, one.id, weight=values[one.id], weight_source=source)

    others = tuple(one for one in scheme.experts if one.group != judged.forms[0].group)
    parts = {"criteria": tuple(map(signed, scheme.criteria)), "groups": tuple(map(signed, scheme.groups))}
    return changed(scheme, scheme.id, **parts, experts=(*others, *_opinions(judged)))


def _opinions(judged: Verdict) -> tuple[Opinion, ...]:
    """What each expert said alone, without those whose answers leave criteria unlinked."""
    found = zip(judged.forms, judged.found.own.round(6).tolist(), strict=True)
    return tuple(
        Opinion(by=form.expert, on=form.on, group=form.group, weights=dict(zip(judged.ids, own, strict=True)))
        for form, own in found
        if not np.isnan(own).any()
    )


def _reasons(judged: Verdict, id: str) -> str:
    """Every reason an expert gave for an answer about the criterion: 甲：metro_m : road_m = 3，…"""
    said = []
    for form in judged.forms:
        for answer in form.answers:
            if answer.reason and id in answer.criteria and answer.value == answer.value:
                about = f"{' : '.join(answer.criteria)} = {answer_text(answer.value)}" if judged.pairs else f"{answer.value:g}"
                said.append(f"{form.expert}: {about}, {answer.reason}")
    return "; ".join(said)
