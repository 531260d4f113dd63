"""The performance survey: every plot assessed twice, classed A to D, and why, by the rules of a policy pack."""

from __future__ import annotations

import numpy as np

from landplan.core.environment import Environment
from landplan.core.errors import Issue, SchemeError, nearest
from landplan.core.expression import evaluate_number, parse
from landplan.core.layers import Float
from landplan.core.measuring import absent_fields, completed
from landplan.core.policy import CLASSES, Assessment, PolicyPack, Survey
from landplan.core.rules import Condition, Verdict, verdicts
from landplan.core.scheme import Scheme
from landplan.core.survey import UNKNOWN, Assessed, Codes, Surveyed, classed, combined, lowered, to_next


def survey(pack: PolicyPack, environment: Environment, scheme: Scheme) -> Surveyed:
    """The classes of all plots. SchemeError for a pack without a survey, for unknown names, and for limits that fall back.

    environment: what expressions of the project can name; the pack's figures are put over those of the scheme.
    """
    if pack.survey is None:
        raise SchemeError("policy_without_survey", pack.id)
    asked = pack.survey
    here = environment.with_constants({name: figure.value for name, figure in pack.figures.items()})
    issues: list[Issue] = []
    values = [_value(one, here, issues) for one in asked.assessments]
    limits = [_limits_of(one, here) for one in asked.assessments]
    codes = [_classed(one, value, three) for one, value, three in zip(asked.assessments, values, limits, strict=True)]
    vetoes, said = verdicts([Condition(veto.id, veto.condition, unknown=asked.unknown) for veto in asked.vetoes], here)
    pair = combined(codes[0], codes[1], asked.combined)
    held, code = _settled(pair, vetoes, asked)
    helps = (code >= 0) & (pair > held)  # what a veto holds down, no value lifts
    assessed = []
    for k, one in enumerate(asked.assessments):
        facts = {"more": one.better == "more", "second": k == 1}
        gap = to_next(values[k], codes[k], codes[1 - k], limits[k], asked.combined, **facts)
        assessed.append(Assessed(one, limits[k], values[k], codes[k], np.where(helps, gap, np.nan)))
    issues += [*said, *_unknown_paths(asked, scheme)]
    return Surveyed(pack, asked, (assessed[0], assessed[1]), pair, tuple(vetoes), code, tuple(issues))


def _unknown_paths(asked: Survey, scheme: Scheme) -> tuple[Issue, ...]:
    """The renewal paths to which the survey sends plots and which the scheme does not have, each with the nearest that it has."""
    known = [path.id for path in scheme.paths]
    named = asked.disposal.items()
    lacking = [(grade, name) for grade, disposal in named for name in disposal.paths if name not in known]
    return tuple(
        Issue(
            "survey_path_unknown",
            "parcels",
            values={"class": grade, "path": name, "known": nearest(name, known) or ", ".join(known)},
        )
        for grade, name in lacking
    )


def _settled(pair: Codes, vetoes: list[Verdict], asked: Survey) -> tuple[Codes, Codes]:
    """The class that vetoes which are met or undecided hold a plot at (−1 none), and the class after vetoes: not known where an
    undecided one could still lower it."""
    gives = {veto.id: CLASSES.index(veto.gives) for veto in asked.vetoes}
    met, open_ = np.full(len(pair), UNKNOWN, np.int8), np.full(len(pair), UNKNOWN, np.int8)
    for verdict in vetoes:
        worst = np.int8(gives[verdict.condition.id])
        met[verdict.restricted] = np.maximum(met[verdict.restricted], worst)
        open_[verdict.held] = np.maximum(open_[verdict.held], worst)
    certain = (pair >= 0) | (met == len(CLASSES) - 1)
    code = np.where(certain, lowered(pair, met), np.int8(UNKNOWN))
    return np.maximum(met, open_), np.where((open_ > code) & (code >= 0), np.int8(UNKNOWN), code)


def _value(one: Assessment, environment: Environment, issues: list[Issue]) -> Float:
    expression = parse(one.value)
    here = completed(expression, environment, one.id)
    if absent := absent_fields(expression, here):
        issues.append(Issue("survey_field_absent", "parcels", values={"assessment": one.id, "fields": ", ".join(absent)}))
    return evaluate_number(expression, here.columns, constants=here.constants, n=here.n).values


def _limits_of(one: Assessment, environment: Environment) -> tuple[float, float, float]:
    found = []
    for grade in ("A", "B", "C"):
        name = one.classes[grade]
        value = environment.constants.get(name)
        if not isinstance(value, int | float):
            raise SchemeError("names_nothing", one.id, key=f"classes.{grade}", name=name,
                              nearest=nearest(name, environment.constants) or ", ".join(environment.constants))  # fmt: skip
        found.append(float(value))
    return found[0], found[1], found[2]


def _classed(one: Assessment, value: Float, limits: tuple[float, float, float]) -> Codes:
    try:
        return classed(value, limits, more=one.better == "more")
    except ValueError as error:
        raise SchemeError("survey_limits_fall_back", one.id, limits=", ".join(f"{limit:g}" for limit in limits)) from error
