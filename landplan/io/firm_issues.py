"""What is to be said of firms brought to plots: every one that is on no plot, and everything that was not as it should be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from landplan.core.errors import Issue
from landplan.core.firm_decisions import Decisions
from landplan.core.firm_matching import Settled
from landplan.core.firms import plot_ids

if TYPE_CHECKING:
    from landplan.io.firm_tables import FirmRows

_SHOWN = 20


def told(
    role: str,
    table: str,
    found: FirmRows,
    settled: Mapping[int, Settled],
    confirmed: Mapping[int, Sequence[int]],
    decided: Decisions,
    row_of: Mapping[str, int],
    unknown_parts: Mapping[str, int],
    unknown_plots: Sequence[str],
) -> Iterator[Issue]:
    """The account of all firms, then an Issue for each kind of trouble; lists are whole in `all`."""
    yield _account(role, table, found, settled, confirmed)
    for id, pairs in _troubles(found, settled, confirmed, decided, row_of, unknown_plots).items():
        if pairs:
            weight = "note" if id in ("firms_merged", "firms_old_number", "firms_code_rewritten") else "data"
            shown = [f"{name}（{more}）" if more and id != "firms_unplaced" else name for name, more in pairs]
            keys = ", ".join(shown[:_SHOWN]) + (" …" if len(shown) > _SHOWN else "")
            every = [[name, more] for name, more in pairs]
            yield Issue(id, role, weight, values={"table": table, "n": len(pairs), "keys": keys, "all": every})  # type: ignore[arg-type]
    for field, n in unknown_parts.items():
        yield Issue("firms_part_unknown", role, values={"table": table, "field": field, "n": n})
    if found.blank:
        yield Issue("firms_rows_blank", role, values={"table": table, "n": found.blank})


def _account(
    role: str, table: str, found: FirmRows, settled: Mapping[int, Settled], confirmed: Mapping[int, Sequence[int]]
) -> Issue:
    plots = {row for one in settled.values() for row in one.plots} | {row for rows in confirmed.values() for row in rows}
    stated = sum(one.reason == "plot_stated" for one in settled.values())
    facts = {
        "table": table,
        "rows": found.rows,
        "blank": found.blank,
        "firms": len(found.firms),
        "stated": stated,
        "coded": len(settled) - stated,
        "confirmed": len(confirmed),
        "unplaced": len(found.firms) - len(settled) - len(confirmed),
        "plots": len(plots),
        "fields": ["firms", *found.fields],
    }
    return Issue("firms_account", role, "note", values=facts)


def _troubles(
    found: FirmRows,
    settled: Mapping[int, Settled],
    confirmed: Mapping[int, Sequence[int]],
    decided: Decisions,
    row_of: Mapping[str, int],
    unknown_plots: Sequence[str],
) -> dict[str, list[tuple[str, str]]]:
    """Issue id → (firm, what it is about)."""
    firms = found.firms
    named = {firm.key: firm.name or firm.code.text for firm in firms}
    titles = [named[firm.key] for firm in firms]
    codes = {kind: [(title, one.code.text) for title, one in zip(titles, firms, strict=True) if one.code.kind == kind]
             for kind in ("wrong_check", "wrong_form", "old_number")}  # fmt: skip
    placed = {*settled, *confirmed}
    stale = [(title(key), cell or "–") for key, cells in decided.yes.items() if key not in named for cell in cells]
    stale += [
        (named[key], cell or "–")
        for key, cells in decided.yes.items() if key in named
        for cell in cells if not cell or not all(id in row_of for id in plot_ids(cell, row_of))
    ]  # fmt: skip
    return {
        "firms_unplaced": [(titles[k], one.code.text) for k, one in enumerate(firms) if k not in placed],
        "firms_code_wrong": codes["wrong_check"] + codes["wrong_form"],
        "firms_old_number": codes["old_number"],
        "firms_code_rewritten": [(title, one.code.text) for title, one in zip(titles, firms, strict=True) if one.code.rewritten],
        "firms_merged": [(titles[k], str(len(one.rows))) for k, one in enumerate(firms) if len(one.rows) > 1],
        "firms_torn": [(titles[k], ", ".join(one.torn)) for k, one in enumerate(firms) if one.torn],
        "firms_plot_missing": [
            *((titles[k], ", ".join(one.missing)) for k, one in settled.items() if one.missing),
            *((titles[k], cell) for k, one in enumerate(firms) if k not in settled for cell in one.stated),
        ],
        "firms_names_differ": [(titles[k], one.other_name) for k, one in settled.items() if one.other_name],
        "firms_list_stale": stale,
        "firms_list_odd": [(f"{row}", written) for row, written in decided.odd],
        "owners_plot_missing": [(id, "") for id in unknown_plots],
    }


def title(key: tuple[str, str]) -> str:
    """A firm that only a list knows."""
    return key[0] or key[1] or "–"
