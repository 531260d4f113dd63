"""The card as text, for a message or a minute."""

from __future__ import annotations

from collections.abc import Iterator

from landplan.app.flip_words import flip_words
from landplan.core.messages import text
from landplan.core.results import Results
from landplan.core.tables import OptionTable
from landplan.gui import figures
from landplan.gui.card.facts import facts, names, places
from landplan.gui.card.paths import Refusals, money_lines, path_facts, planned
from landplan.gui.card.scoring import contributions, model_scores, rulings, undecided


def card_text(results: Results, row: int, options: OptionTable | None, plan: Results | None) -> str:
    """All that the card says of a parcel, a line for each."""
    parts = (
        _head(results, row),
        _scores(results, row),
        _paths(results, row, options),
        _plan(plan, results, row),
        _facts(results, row),
    )
    return "\n\n".join("\n".join(lines) for part in parts if (lines := list(part)))


def _head(results: Results, row: int) -> Iterator[str]:
    yield "  ".join(part for part in names(results.layers.parcels, row) if part)
    yield " · ".join(places(results.zones, row)) or text("card_no_place")
    yield figures.area(float(results.layers.parcels.area_m2[row]))


def _scores(results: Results, row: int) -> Iterator[str]:
    yield text("card_scores")
    for one in model_scores(results, row):
        mark = f"  {text('card_recommended')}" if one.recommended else ""
        yield f"{one.title}  {one.shown}{mark}"
    if why := undecided(results, row):
        yield why
    if flip := flip_words(results, row):
        yield flip
    best = int(results.scores.recommended[row])
    if best >= 0:
        yield text("card_contributions")
        for part in contributions(results, row, best):
            yield f"{part.title}  {part.raw}  {figures.number(part.gain, 3)}"
    yield from (one.words() for one in rulings(results, row))


def _paths(results: Results, row: int, options: OptionTable | None) -> Iterator[str]:
    if options is None:
        return
    yield text("card_paths")
    for path in path_facts(results.scheme, options, Refusals(options), row):
        for offer in path.offers:
            yield f"{path.title}  {offer.title}"
            yield from money_lines(offer)
        if not path.offers:
            yield f"{path.title}  {'；'.join(one.words() for one in path.refusals) or text('card_path_none')}"


def _plan(plan: Results | None, results: Results, row: int) -> Iterator[str]:
    if plan is not None:
        found = planned(plan, str(results.scores.ids[row]))
        yield text("card_plan")
        yield text("card_not_planned") if found is None else f"{found.path}  {found.option}  {found.start_year}–{found.done_year}"


def _facts(results: Results, row: int) -> Iterator[str]:
    yield text("card_facts")
    yield from (f"{one.title}  {one.value}" for one in facts(results.layers.parcels, row))
