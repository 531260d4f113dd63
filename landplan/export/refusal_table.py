"""Why a parcel cannot take a path: the reason for every combination that is not among the options."""

from __future__ import annotations

from landplan.core.messages import catalogue, pick, text
from landplan.core.results import Results
from landplan.core.scheme import Exclusion
from landplan.core.tables import Reason
from landplan.core.units import unit_text
from landplan.export.plan_tables import planned
from landplan.export.table import Cell, Heading, Table


def refusals(results: Results) -> Table:
    """A row for each reason: parcel, path, tenure, rule, by how much, and the fields whose absence leaves it undecided."""
    lang, (options, _plan) = results.lang, planned(results)
    scheme = results.scheme
    paths = {path.id: pick(path.title, lang) for path in scheme.paths}
    tenures = {tenure.id: pick(tenure.title, lang) for tenure in scheme.tenures}
    rules = {(path.id, rule.id): rule for path in scheme.paths for rule in path.exclude}
    rules |= {(tenure.id, rule.id): rule for tenure in scheme.tenures for rule in tenure.exclude}
    order = sorted(options.refused, key=lambda one: (one.row, one.path, one.tenure, one.rule))
    rows: list[tuple[Cell, ...]] = [
        (
            str(options.ids[one.row]),
            paths.get(one.path, one.path),
            tenures.get(one.tenure),
            _rule_title(one, rules.get((one.tenure or one.path, one.rule)), lang),
            None if one.by is None else round(one.by, 3),
            unit_text(one.unit, lang) or None,
            "、".join(one.unknown_fields) or None,
        )
        for one in order
    ]
    shape = (("parcel", None), ("path", None), ("tenure", None), ("finding", None), ("by_how_much", 3))
    headings = [Heading(text(name, lang=lang), "", decimals) for name, decimals in shape]
    headings += [Heading(text("unit", lang=lang)), Heading(text("unknown_fields", lang=lang))]
    return Table(text("table_refused", lang=lang), tuple(headings), tuple(rows), (text("note_refused", lang=lang),))


def _rule_title(reason: Reason, rule: Exclusion | None, lang: str) -> str:
    if rule is not None:
        return pick(rule.title, lang)
    return catalogue(lang).get(f"reason_{reason.rule}", reason.rule)
