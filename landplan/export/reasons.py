"""Why plots may not become a land-use model, in words: rules of the scheme, of its models, and of policy packs."""

from __future__ import annotations

from collections.abc import Mapping

from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.core.tables import Reason
from landplan.core.units import unit_text


def reasons_of_plots(results: Results, *, amounts: bool = True) -> list[list[str]]:
    """For each plot what restricts it or leaves it undecided, each said once, what holds for every model first.

    What holds for one model begins with the model's name. amounts: by how much, where a rule says so.
    """
    titles = _titles(results)
    lines: list[dict[str, None]] = [{} for _ in range(len(results.scores))]
    for reason in sorted(results.scores.reasons, key=lambda one: bool(one.model)):
        if not reason.path and not reason.tenure:
            lines[reason.row][_said(reason, titles, amounts, results.lang)] = None
    return [list(said) for said in lines]


def _titles(results: Results) -> dict[str, str]:
    """Titles of rules by id, and of models and of their exclusions by model.id."""
    lang, scheme = results.lang, results.scheme
    titles = {rule.id: pick(rule.title, lang) for rule in scheme.rules}
    for model in scheme.models:
        titles[f"{model.id}."] = pick(model.title, lang)
        titles |= {f"{model.id}.{one.id}": pick(one.title, lang) for one in model.exclude}
    return titles | {f"{model}.{id}": pick(title, lang) for (model, id), title in results.pack_titles.items()}


def _said(reason: Reason, titles: Mapping[str, str], amounts: bool, lang: str) -> str:
    colon = "：" if lang == "zh" else ": "
    model = titles.get(f"{reason.model}.", reason.model) + colon if reason.model else ""
    rule = titles.get(f"{reason.model}.{reason.rule}") or titles.get(reason.rule) or text(reason.rule, lang=lang)
    if reason.unknown_fields:
        return model + text("undecided_rule", {"rule": rule, "fields": ", ".join(reason.unknown_fields)}, lang)
    by = f" ({reason.by:.6g} {unit_text(reason.unit, lang)})" if amounts and reason.by is not None else ""
    return f"{model}{rule}{by}"
