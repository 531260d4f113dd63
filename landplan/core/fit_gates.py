"""The fit test of a policy pack: each gate passed, failed or not known for every plot, and the share that is passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import numpy.typing as npt

from landplan.core.environment import Environment
from landplan.core.errors import Issue, SchemeError, suggestion
from landplan.core.expression import parse
from landplan.core.layers import Float
from landplan.core.messages import pick, text
from landplan.core.policy import Fit, Gate, PolicyPack, Standing, least, standing, with_worth
from landplan.core.rules import Condition, Verdict, verdicts
from landplan.core.scheme import Scheme, Titles

PASSED, FAILED, UNKNOWN = 1, 0, -1
Answers = npt.NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Fitted:
    """The test of n plots at g gates: answers (n, g) 1 passed, 0 failed, −1 not known; by (n, g) what lacks, NaN where nothing
    or where it is not known.

    score (n,): passed / known gates, NaN where none is known; low, high: passed / all gates with the unknown ones failed and
    passed. All in 0…1; low ≤ score ≤ high.
    """

    pack: PolicyPack
    fit: Fit
    answers: Answers
    by: Float
    issues: tuple[Issue, ...]

    @property
    def score(self) -> Float:
        known = (self.answers != UNKNOWN).sum(axis=1)
        return np.asarray(np.divide(self._passed, known, out=np.full(len(known), np.nan), where=known > 0))

    @property
    def low(self) -> Float:
        return np.asarray(self._passed / len(self.fit.gates))

    @property
    def high(self) -> Float:
        return np.asarray((self.answers != FAILED).mean(axis=1))

    @property
    def fits(self) -> npt.NDArray[np.int8]:
        """(n,) 1 where all gates are passed, 0 where one is failed, −1 where that is not known."""
        failed, open_ = (self.answers == FAILED).any(axis=1), (self.answers == UNKNOWN).any(axis=1)
        return np.where(failed, FAILED, np.where(open_, UNKNOWN, PASSED)).astype(np.int8)

    def trace(self, row: int) -> tuple[tuple[Gate, int, float], ...]:
        """(gate, answer, what lacks) of one plot, in the order of the pack."""
        gates = zip(self.fit.gates, self.answers[row].tolist(), self.by[row].tolist(), strict=True)
        return tuple(gates)

    @property
    def _passed(self) -> npt.NDArray[np.int64]:
        return np.asarray((self.answers == PASSED).sum(axis=1), np.int64)


def fit_gates(pack: PolicyPack, environment: Environment) -> Fitted:
    """The answers of all gates. A gate whose fields are all absent is not known anywhere, and an Issue says so. SchemeError for
    a pack without a test and for unknown names."""
    if pack.fit is None:
        raise SchemeError("policy_without_fit", pack.id)
    here = environment.with_constants({name: figure.value for name, figure in pack.figures.items()})
    gates = pack.fit.gates
    made, issues = verdicts([Condition(gate.id, gate.passes, gate.by, gate.unit) for gate in gates], here)
    known = {verdict.condition.id: verdict for verdict in made}
    answers = np.full((environment.n, len(gates)), UNKNOWN, np.int8)
    by = np.full(answers.shape, np.nan)
    for k, gate in enumerate(gates):
        if verdict := known.get(gate.id):
            answers[:, k] = np.where(verdict.restricted, PASSED, np.where(verdict.undecided, UNKNOWN, FAILED))
            if verdict.by is not None:
                by[:, k] = np.where(answers[:, k] == FAILED, verdict.by, np.nan)
    return Fitted(pack, pack.fit, answers, by, tuple(issues))


def fit_verdicts(pack: PolicyPack, scheme: Scheme, environment: Environment) -> tuple[list[Verdict], list[Issue]]:
    """A verdict for each gate on the model that the test binds: failing it is restricted, by what lacks."""
    fit = pack.fit
    if fit is None or fit.model is None:
        return [], []
    known = [model.id for model in scheme.models]
    if fit.model not in known:
        nearest = suggestion(fit.model, known)
        raise SchemeError("names_nothing", f"{pack.id} fit", key="model", name=fit.model, nearest=nearest)
    here = environment.with_constants({name: figure.value for name, figure in pack.figures.items()})
    asked = [Condition(_reason(gate), f"NOT ({gate.passes})", gate.by, gate.unit, fit.unknown, fit.model) for gate in fit.gates]
    return verdicts(asked, here)


def gate_worth(pack: PolicyPack, gate: Gate, day: date) -> Standing:
    """What a gate is worth on a day: the least of the figures it names, or of its own source where it names none."""
    named = [standing(pack.figures[name].source, day) for name in parse(gate.passes).fields if name in pack.figures]
    return least(named if named and gate.source is None else [*named, standing(gate.source, day)])


def gate_titles(pack: PolicyPack, day: date) -> dict[tuple[str, str], Titles]:
    """(model, id of the reason) → what failing a gate says, in both languages."""
    if pack.fit is None or pack.fit.model is None:
        return {}
    return {(pack.fit.model, _reason(gate)): _title(pack, pack.fit, gate, day) for gate in pack.fit.gates}


def answer_words(answer: int, lang: str) -> str:
    """Passed, failed or not known, in words."""
    ids: Mapping[int, Literal["gate_passed", "gate_failed", "gate_unknown"]] = {
        PASSED: "gate_passed", FAILED: "gate_failed", UNKNOWN: "gate_unknown",
    }  # fmt: skip
    return text(ids[answer], lang=lang)


def _reason(gate: Gate) -> str:
    return f"fit.{gate.id}"


def _title(pack: PolicyPack, fit: Fit, gate: Gate, day: date) -> Titles:
    worth = gate_worth(pack, gate, day)
    return {
        lang: with_worth(text("gate_lacks", {"test": pick(fit.title, lang), "gate": pick(gate.title, lang)}, lang), worth, lang)
        for lang in ("zh", "en")
    }
