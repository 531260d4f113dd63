"""What `landplan experts --read` says and writes: merged weights, each expert's, contradictions, disagreement, the minority."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from landplan.app.committee import Verdict, merged_values
from landplan.core.expert_weights import Dissent
from landplan.core.messages import pick, text
from landplan.core.pairwise import RATIO_MOST, answer_text, judgements
from landplan.export.csv_table import write_csv

SHOWN = 5
"""Pairs of most disagreement that are said; all are in the table."""
_COLUMNS = ("what", "criterion", "other", "expert", "value", "on", "reason", "file", "cell")


def verdict_lines(judged: Verdict) -> Iterator[str]:
    """Merged weights, the heaviest first, with each expert's; then contradictions, where experts differ, who is outvoted."""
    facts = {"n": len(judged.forms), "m": len(judged.criteria), "how": text(f"expert_by_{judged.how}")}
    yield text("experts_merged", facts)
    found = judged.found
    for j in np.argsort(-found.weights, kind="stable").tolist():
        each = ", ".join(f"{form.expert} {_percent(found.own[e, j])}" for e, form in enumerate(judged.forms))
        facts = {"criterion": _title(judged, j), "weight": _percent(found.weights[j]), "each": each}
        yield text("experts_weight", facts)
    if judged.pairs:
        for e in range(len(judged.forms)):
            yield _consistency(judged, e)
    for i, j in _worst(judged)[:SHOWN]:
        said = {"one": _title(judged, i), "other": _title(judged, j), "factor": f"{found.disagreement[i, j]:.2f}"}
        yield text("experts_disagree", {**said, "answers": _answers(judged, i, j)})
    for dissent in found.minority:
        yield _minority(judged, dissent)


def write_verdict(path: Path, judged: Verdict) -> None:
    """One CSV of everything, a row a fact: weights (merged where no expert is named), consistency ratios, answers with their
    reasons, disagreement of pairs, the weight that lies elsewhere in a minority's opinion."""
    write_csv(path, _COLUMNS, _rows(judged))


def _rows(judged: Verdict) -> Iterator[tuple[Any, ...]]:
    found, ids = judged.found, judged.ids
    for id, weight in zip(ids, found.weights.tolist(), strict=True):
        yield "weight", id, "", "", repr(weight), "", "", "", ""
    for form, own, ratio in zip(judged.forms, found.own.tolist(), found.consistency.tolist(), strict=True):
        signed = form.expert, form.on.isoformat(), form.file
        for id, weight in zip(ids, own, strict=True):
            if weight == weight:
                yield "weight", id, "", signed[0], repr(weight), signed[1], "", signed[2], ""
        if judged.pairs and ratio == ratio:
            yield "consistency_ratio", "", "", signed[0], repr(ratio), signed[1], "", signed[2], ""
        for answer in form.answers:
            if answer.value == answer.value:
                one, other = (*answer.criteria, "")[:2]
                what = "judgement" if judged.pairs else "points"
                yield what, one, other, signed[0], repr(answer.value), signed[1], answer.reason, signed[2], answer.cell
    for i, j in _worst(judged):
        yield "disagreement", ids[i], ids[j], "", repr(float(found.disagreement[i, j])), "", "", "", ""
    for dissent in found.minority:
        yield "minority", ids[dissent.criterion], "", judged.forms[dissent.expert].expert, repr(dissent.moved), "", "", "", ""


def verdict_data(judged: Verdict) -> dict[str, Any]:
    """All of it for programs; weights are shares of 1, scheme_weights on the scheme's own scale."""
    found, ids = judged.found, judged.ids
    experts = [
        {
            "expert": form.expert, "on": form.on, "file": form.file, "weights": found.own[e],
            "consistency_ratio": found.consistency[e] if judged.pairs else None, "revisit": _revisit_facts(judged, e),
        }
        for e, form in enumerate(judged.forms)
    ]  # fmt: skip
    return {
        "criteria": ids,
        "weights": found.weights,
        "scheme_weights": merged_values(judged),
        "experts": experts,
        "matrix": found.matrix,
        "disagreement": [[ids[i], ids[j], found.disagreement[i, j]] for i, j in _worst(judged)],
        "minority": [_minority_facts(judged, dissent) for dissent in found.minority],
    }


def _worst(judged: Verdict) -> list[tuple[int, int]]:
    """Pairs that two or more answered and not alike, the most disagreed on first."""
    found = judged.found
    i, j = np.triu_indices(len(judged.criteria), 1)
    order = np.argsort(-np.round(found.disagreement[i, j], 12), kind="stable")
    return [(int(i[k]), int(j[k])) for k in order if found.answers[i[k], j[k]] > 1 and found.disagreement[i[k], j[k]] > 1 + 1e-9]


def _answers(judged: Verdict, i: int, j: int) -> str:
    """What each said of a pair: 王 5, 李 1/3; of points, the ratio of the two weights."""
    if judged.pairs:
        given = [judgements(form.matrix(judged.ids))[i, j] for form in judged.forms]
    else:
        own = judged.found.own
        given = [own[e, i] / own[e, j] if own[e, i] > 0 and own[e, j] > 0 else np.nan for e in range(len(judged.forms))]
    return ", ".join(f"{form.expert} {answer_text(one)}" for form, one in zip(judged.forms, given, strict=True) if one == one)


def _consistency(judged: Verdict, e: int) -> str:
    ratio, revisit, form = judged.found.consistency[e], judged.revisit[e], judged.forms[e]
    if ratio != ratio:
        return text("experts_alone_unlinked", {"expert": form.expert})
    facts: dict[str, object] = {"expert": form.expert, "ratio": f"{ratio:.3f}", "most": f"{RATIO_MOST:.2f}"}
    if not ratio > RATIO_MOST:
        return text("experts_consistent", facts)
    if revisit is None:
        return text("experts_inconsistent", facts)
    pair = {"one": _title(judged, revisit["row"]), "other": _title(judged, revisit["column"])}
    answers = {"given": answer_text(revisit["given"]), "becomes": answer_text(revisit["becomes"])}
    then = f"{revisit['consistency_ratio']:.3f}"
    return text("experts_revisit", {**facts, **pair, **answers, "then": then, "cell": form.at(_cell(judged, e))})


def _cell(judged: Verdict, e: int) -> str:
    """The cell with the judgement to look at again."""
    revisit = judged.revisit[e] or {}
    pair = {judged.ids[revisit["row"]], judged.ids[revisit["column"]]}
    return next(answer.cell for answer in judged.forms[e].answers if set(answer.criteria) == pair)


def _revisit_facts(judged: Verdict, e: int) -> dict[str, Any] | None:
    revisit = judged.revisit[e]
    if revisit is None:
        return None
    pair = {"criterion": judged.ids[revisit["row"]], "other": judged.ids[revisit["column"]], "cell": _cell(judged, e)}
    return pair | {key: revisit[key] for key in ("given", "becomes", "consistency_ratio")}


def _minority(judged: Verdict, dissent: Dissent) -> str:
    m = len(judged.criteria)
    own, merged = judged.found.own[dissent.expert, dissent.criterion], judged.found.weights[dissent.criterion]
    facts = {
        "expert": judged.forms[dissent.expert].expert, "top": _title(judged, dissent.top), "n": dissent.turned_pairs,
        "all": m * (m - 1) // 2, "criterion": _title(judged, dissent.criterion), "own": _percent(own), "merged": _percent(merged),
        "moved": _percent(dissent.moved), "merged_top": _title(judged, dissent.merged_top),
    }  # fmt: skip
    return text("experts_minority_top" if dissent.other_top else "experts_minority", facts)


def _minority_facts(judged: Verdict, dissent: Dissent) -> dict[str, Any]:
    ids = judged.ids
    return {
        "expert": judged.forms[dissent.expert].expert, "top": ids[dissent.top], "merged_top": ids[dissent.merged_top],
        "turned_pairs": dissent.turned_pairs, "criterion": ids[dissent.criterion], "gap": dissent.gap, "moved": dissent.moved,
    }  # fmt: skip


def _title(judged: Verdict, j: int) -> str:
    return pick(judged.criteria[j].title)


def _percent(share: float) -> str:
    return "–" if share != share else f"{100 * share:.1f} %"
