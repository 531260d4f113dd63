"""Public money by fund and level, and how much private investment comes with it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landplan.core.layers import Float
from landplan.renewal.appraisal import Appraisal
from landplan.renewal.cashflow import growth, line_amounts, sides


@dataclass(frozen=True, eq=False)
class PublicMoney:
    """Of q options, undiscounted wan: public (q, funds) what each fund pays out, all years; private (q,) what parties that are
    not public invest (the lines marked so); leverage (q,): private wan per public wan, NaN without public money."""

    public: Float
    private: Float

    @property
    def leverage(self) -> Float:
        total = self.public.sum(axis=1)
        return np.asarray(np.divide(self.private, total, out=np.full(len(total), np.nan), where=total > 0))


def public_money(appraisal: Appraisal) -> PublicMoney:
    """What every option costs the funds, and what private money it brings."""
    options, scheme = appraisal.options, appraisal.scheme
    public = {party.id for party in scheme.parties if party.public}
    private = np.zeros(len(options))
    for path, rows in zip(scheme.paths, appraisal.by_path, strict=True):
        lines = [line for line in path.lines if line.investment]
        if not lines or not len(rows):
            continue
        amounts = line_amounts(path, lines, appraisal.stack(rows).environment)
        for line in lines:
            for party, sign in sides(line):
                if party not in public:
                    private[rows] += np.maximum(-sign * amounts[line.id], 0.0) * growth(line).sum()
    return PublicMoney(options.fund_spend.sum(axis=2), private)
