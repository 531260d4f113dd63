"""Tables of the ground it stands on: about, figures with their sources, criteria and weights, parcels, checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from landplan.core.crs import is_plane
from landplan.core.crs_names import crs_title
from landplan.core.messages import catalogue, pick, text
from landplan.core.policy import standing, with_worth
from landplan.core.registry import scorings, value_functions
from landplan.core.results import Results
from landplan.core.scheme import Criterion, Figure, Group, MethodCall
from landplan.core.scheme_weights import group_parts, group_shares, groups_in_order, model_weights
from landplan.core.units import unit_text
from landplan.export.decision_words import decision_facts
from landplan.export.exported_issues import exported_issues
from landplan.export.pack_tables import pack_notes
from landplan.export.parcel_records import parcel_records
from landplan.export.table import Cell, Heading, Table


def about(results: Results) -> Table:
    """What this is, on which ground it was computed, and how to check it."""
    lang, recipe, scheme = results.lang, results.recipe, results.scheme
    facts = {
        "about_title": pick(recipe.title, lang),
        "about_note": pick(recipe.note, lang),
        "about_scheme": pick(scheme.title, lang),
        "about_scheme_note": pick(scheme.note, lang),
        "about_date": recipe.export.stamp.isoformat(),
        "about_crs": crs_title(recipe.crs, lang) if is_plane(recipe.crs) else recipe.crs,
        "about_base_year": str(scheme.base_year),
        "about_rate": f"{100 * scheme.discount_rate:g} %",
        "about_method": _method_title(results),
        "about_rounding": text("about_rounding_text", lang=lang),
        "about_areas": text("about_areas_plane" if is_plane(recipe.crs) else "about_areas_text", lang=lang),
        "about_unknown": text("about_unknown_text", lang=lang),
        "about_verify": text("about_verify_text", lang=lang),
    }
    rows = tuple((text(key, lang=lang), value) for key, value in facts.items() if value)
    return Table(text("table_about", lang=lang), (Heading(text("item", lang=lang)), Heading(text("content", lang=lang))), rows)


def _method_title(results: Results) -> str:
    method = scorings[results.scheme.scoring.method]
    return pick({"zh": method.title_zh, "en": method.title}, results.lang)


def figures(results: Results) -> Table:
    """Every constant of the scheme and of policy packs with its source; one without is illustrative, one out of date says so."""
    lang = results.lang
    given = (results.scheme.figures, *(pack.figures for pack in results.project.policies))
    rows = tuple(
        (
            name,
            pick(figure.title, lang),
            figure.value,
            unit_text(figure.unit, lang),
            figure.low,
            figure.high,
            _source_words(figure, results),
        )
        for figures_of in given
        for name, figure in figures_of.items()
    )
    shape = (("figure", None), ("title", None), ("value", 4), ("unit", None), ("low", 4), ("high", 4), ("source", None))
    return Table(text("table_figures", lang=lang), tuple(Heading(text(name, lang=lang), "", d) for name, d in shape), rows)


def _source_words(figure: Figure, results: Results) -> str:
    source = figure.source
    if source is None:
        return text("illustrative", lang=results.lang)
    return with_worth(f"{source.document} {source.clause}", standing(source, results.recipe.export.stamp), results.lang)


def criteria(results: Results) -> Table:
    """Every scored criterion: group, unit, value function, and its weight in each model, summing to 1; who set it, when, how and
    why, where a weight has that. Where groups have weights: its part of its group's weight, and that group's of the whole, by
    the common weights."""
    lang, scores, scheme = results.lang, results.scores, results.scheme
    position = {id: k for k, id in enumerate(scores.criteria)}
    signed = any(one.weight_source is not None for one in scheme.scored)
    common = model_weights(scheme).weights
    parts = group_parts(scheme, {id: common[id] for id in scores.criteria})
    titles = {one.id: pick(one.title, lang) for one in scheme.groups}
    rows: list[tuple[Cell, ...]] = []
    for one in scheme.criteria:
        if one.id not in position or one.value is None:
            continue
        value = curve_text(one.value, lang)
        weights = (round(float(scores.weights[m, position[one.id]]), 4) for m in range(len(scores.models)))
        unit = unit_text(results.criteria.columns[one.id].unit, lang) if one.id in results.criteria.columns else ""
        _, within, of = parts.get(one.id, ("", None, None))
        shares = (_rounded(within), _rounded(of)) if scheme.groups else ()
        group = titles.get(one.group) or one.group
        rows.append((one.id, pick(one.title, lang), group, unit, value, *shares, *weights, *_signature(one, signed)))
    headings = [Heading(text(name, lang=lang)) for name in ("criterion", "title", "group", "unit", "value_function")]
    headings += [Heading(text(name, lang=lang), "", 4) for name in ("weight_within", "weight_of_group") if scheme.groups]
    notes = ("note_criteria", "note_groups") if scheme.groups else ("note_criteria",)
    said = tuple(text(note, lang=lang) for note in notes)
    return Table(text("table_criteria", lang=lang), (*headings, *_weight_headings(results, signed)), tuple(rows), said)


def groups(results: Results) -> Table:
    """Every group that has a weight of its own, each followed by those within it: the weight as it is set, its share of the whole
    in each model, and who set it, when, how and why."""
    lang, scores, scheme = results.lang, results.scores, results.scheme
    known = {one.id: one for one in scheme.groups}
    shares = [group_shares(scheme, dict(zip(scores.criteria, weights.tolist(), strict=True))) for weights in scores.weights]
    signed = any(one.weight_source is not None for one in scheme.groups)
    rows: list[tuple[Cell, ...]] = []
    for id, _ in groups_in_order(scheme):
        one = known[id]
        above = pick(known[one.parent].title, lang) if one.parent else ""
        of_models = (_rounded(found[id]) for found in shares)
        rows.append((id, pick(one.title, lang), above, one.weight, *of_models, *_signature(one, signed)))
    headings = [Heading(text(name, lang=lang)) for name in ("group", "title", "group_above")]
    headings.append(Heading(text("weight", lang=lang), "", 4))
    shape = (*headings, *_weight_headings(results, signed))
    return Table(text("table_groups", lang=lang), shape, tuple(rows), (text("note_group_shares", lang=lang),))


def _weight_headings(results: Results, signed: bool) -> list[Heading]:
    lang, models = results.lang, {model.id: model.title for model in results.scheme.models}
    headings = [Heading(f"{pick(models[id], lang)} {text('weight', lang=lang)}", "", 4) for id in results.scores.models]
    return headings + [Heading(text(f"weight_{key}", lang=lang)) for key in ("by", "on", "method", "reason") if signed]


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(float(share), 4)


def _signature(part: Criterion | Group, signed: bool) -> tuple[Cell, ...]:
    """Who set its weight, when, how and why; nothing where no weight of its table has that."""
    if not signed:
        return ()
    source = part.weight_source
    return (source.by, source.on.isoformat(), source.method, source.reason) if source is not None else (None,) * 4


def curve_text(value: MethodCall, lang: str) -> str:
    """A value function with its parameters, as a planner reads it: 线性 最差=500 最优=0."""
    words = catalogue(lang)
    params = (f"{words.get(f'curve_{key}', key)}={_param(item)}" for key, item in value.params.items())
    return " ".join([pick(value_functions[value.kind].titles, lang), *params])


def _param(item: object) -> str:
    if isinstance(item, Mapping):
        return "、".join(f"{key} {value:g}" if isinstance(value, float) else f"{key} {value}" for key, value in item.items())
    return ", ".join(map(str, item)) if isinstance(item, list | tuple) else str(item)


def parcels(results: Results) -> Table:
    """Every parcel with every exported number."""
    records = parcel_records(results)
    headings = tuple(
        Heading(pick(record.title, results.lang), record.unit, record.decimals if record.kind == "number" else None)
        for record in records
    )
    rows = tuple(zip(*(record.cells() for record in records), strict=True))
    return Table(text("table_parcels", lang=results.lang), headings, rows, tuple(_parcel_notes(results)))


def _parcel_notes(results: Results) -> Iterator[str]:
    if results.recipe.robust is not None:
        yield text("table_fragile_asked", decision_facts(results), results.lang)
    yield from pack_notes(results)
    if results.layers.parcels.geometry.kind == "polygon":
        yield text("note_capacity", lang=results.lang)


def checks(results: Results) -> Table:
    """Every issue of every step 质检."""
    lang = results.lang
    issues = exported_issues(results)
    layers = {one.layer: _layer_title(results, one.layer) for one in issues}
    rows = tuple(
        (text(f"weight_{one.weight}", lang=lang), layers[one.layer], one.feature or None, one.text(lang), one.x_m, one.y_m)
        for one in issues
    )
    shape = (("weight_of_issue", None), ("layer", None), ("feature", None), ("finding", None), ("x_m", 1), ("y_m", 1))
    return Table(text("table_checks", lang=lang), tuple(Heading(text(name, lang=lang), "", d) for name, d in shape), rows)


def _layer_title(results: Results, role: str) -> str:
    """What the recipe calls a layer, else what landplan does, else its role."""
    layer = results.recipe.layers.get(role)
    if layer is not None and layer.title:
        return pick(layer.title, results.lang)
    return catalogue(results.lang).get(f"layer_{role}", role)
