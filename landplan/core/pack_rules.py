"""What policy packs forbid: the verdicts on land-use models that come from packs, beside those of the scheme, and their words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from landplan.core.environment import Environment
from landplan.core.errors import Issue
from landplan.core.fit_gates import fit_verdicts, gate_titles
from landplan.core.policy import PolicyPack
from landplan.core.rules import Verdict
from landplan.core.scheme import Scheme, Titles
from landplan.core.use_caps import cap_titles, use_verdicts


def pack_verdicts(packs: Iterable[PolicyPack], scheme: Scheme, environment: Environment) -> tuple[list[Verdict], list[Issue]]:
    """A verdict for each model and each thing that a pack forbids it, and what is to be said."""
    found: list[Verdict] = []
    issues: list[Issue] = []
    for pack in packs:
        for rules in (use_verdicts, fit_verdicts):
            made, said = rules(pack, scheme, environment)
            found += made
            issues += said
    return found, issues


def pack_titles(packs: Iterable[PolicyPack], scheme: Scheme, day: date) -> dict[tuple[str, str], Titles]:
    """(model, id of a reason) → what the reason says, in both languages."""
    titles: dict[tuple[str, str], Titles] = {}
    for pack in packs:
        titles |= cap_titles(pack, scheme, day) | gate_titles(pack, day)
    return titles
