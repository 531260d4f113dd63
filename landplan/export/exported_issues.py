"""The issues a package lists: those of every step, and what its own sheets cannot show."""

from __future__ import annotations

from collections.abc import Iterator

from landplan.core.errors import Issue
from landplan.core.results import Results

_MOST = 20
"""Letters that are listed; the rest only count."""


def exported_issues(results: Results) -> tuple[Issue, ...]:
    """Every issue of every step in order; last, the letters of names that the plan sheets print as 〓."""
    if "plan_sheets" not in results.recipe.export.what:
        return results.issues
    from landplan.export.drawing.lettering import shipped_typeface

    lacking = sorted(shipped_typeface().lacking("".join({letter for name in _names(results) for letter in name})))
    if not lacking:
        return results.issues
    shown = ", ".join(f"{letter} (U+{ord(letter):04X})" for letter in lacking[:_MOST])
    facts = {"n": len(lacking), "letters": shown + (" …" if len(lacking) > _MOST else "")}
    return (*results.issues, Issue("letters_unprintable", "parcels", "note", values=facts))


def _names(results: Results) -> Iterator[str]:
    """What of a project the sheets print: ids and names of features, titles, and the imprint."""
    recipe, scheme, sheets = results.recipe, results.scheme, results.recipe.export.plan_sheets
    yield from (str(id) for id in results.layers.parcels.ids)
    for layer in results.layers:
        if "name" in layer.fields:
            yield from (name for name in layer.texts("name") if name)
    for titles in (
        *(recipe.title, recipe.note, scheme.title),
        *(model.title for model in scheme.models),
        *(path.title for path in scheme.paths),
        *(target.title for target in scheme.targets),
    ):
        yield from titles.values()
    yield from (sheets.confidentiality, sheets.maker, *sheets.sign_off)
