"""What people wrote into a list of firms and candidate plots: yes, no, or nothing yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["yes", "no", "open", "odd"]
Key = tuple[str, str]
"""A firm as a list knows it: its name and its code."""
_YES = frozenset(("是", "对", "确认", "匹配", "yes", "y", "true", "1", "√", "✓", "✔"))
_NO = frozenset(("否", "不是", "不", "no", "n", "false", "0", "×", "x", "✗", "✘"))
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝")


@dataclass(frozen=True, slots=True)
class Decisions:
    """yes, no: firm → cells of plots; `open`: rows without a decision; `odd`: (row from 1, what stands there)."""

    yes: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    no: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    open: int = 0
    odd: tuple[tuple[int, str], ...] = ()
    written: Mapping[tuple[Key, str], str] = field(default_factory=dict)
    """(firm, cell of plots) → the decision as it was written."""


def decision_of(written: str | None) -> Decision:
    """是, yes, 1, √ … and 否, no, 0, × …; anything else is odd and not guessed at."""
    text = (written or "").strip().lower()
    return "open" if not text else "yes" if text in _YES else "no" if text in _NO else "odd"


def decisions_of(rows: Iterable[tuple[str | None, str | None, str | None, str | None]]) -> Decisions:
    """The rows (firm, code, plots, decision) of a list; the apostrophe that keeps a text from running as a formula goes."""
    found: dict[Decision, dict[Key, list[str]]] = {"yes": {}, "no": {}}
    odd, left, written = [], 0, {}
    for row, (firm, code, plots, decision) in enumerate(rows, 1):
        key, cell = (bare(firm), bare(code)), bare(plots)
        kind = decision_of(decision)
        if decision and decision.strip():
            written[key, cell] = decision.strip()
        if kind == "odd":
            odd.append((row, (decision or "").strip()))
        elif kind == "open":
            left += 1
        else:
            found[kind].setdefault(key, []).append(cell)
    yes, no = ({key: tuple(cells) for key, cells in found[kind].items()} for kind in ("yes", "no"))
    return Decisions(yes, no, left, tuple(odd), written)


def bare(cell: str | None) -> str:
    """A cell without white space at its ends and without a guarding apostrophe."""
    text = (cell or "").strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
