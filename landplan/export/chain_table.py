"""The chain matrix as a table: what each segment is to each zone, how many plots and firms work in it, and what is lacking."""

from __future__ import annotations

from collections.abc import Iterator

from landplan.core.chain import EXTEND, FILL, STRENGTHEN
from landplan.core.chain_cells import ChainCells, chain_cells
from landplan.core.messages import pick, text
from landplan.core.results import Results
from landplan.export.table import Cell, Heading, Table

MARK_WORDS = {STRENGTHEN: "chain_strengthen", FILL: "chain_fill", EXTEND: "chain_extend"}


def chain_tables(results: Results) -> Iterator[Table]:
    """One for every criterion that measured a chain matrix: zones down, segments across within each."""
    found = list(chain_cells(results))
    for cells in found:
        name = text("table_chain", lang=results.lang)
        yield _table(results, cells, name if len(found) == 1 else f"{name} {pick(cells.criterion.title, results.lang)}"[:31])


def _table(results: Results, cells: ChainCells, name: str) -> Table:
    lang, matrix, firms = results.lang, cells.matrix, cells.firm_counts
    rows: list[tuple[Cell, ...]] = []
    for z, zone in enumerate(matrix.zone_names):
        lacking = set(matrix.lacking(z))
        for s, segment in enumerate(matrix.segments):
            mark, plots = str(matrix.mark[s, z]), int(matrix.plots[s, z])
            if mark or plots:
                words = text(MARK_WORDS[mark], lang=lang) if mark else ""
                count: Cell = None if firms is None else float(firms[s, z])
                lacks = text("chain_lacks", lang=lang) if segment in lacking else ""
                rows.append((zone, segment, words, plots, count, lacks))
    shape = (("chain_zone", None), ("chain_segment", None), ("chain_mark", None), ("chain_plots", 0), ("chain_firms", 0))
    headings = (*(Heading(text(id, lang=lang), "", digits) for id, digits in shape), Heading(text("chain_lacking", lang=lang)))
    return Table(name, headings, tuple(rows), (text("chain_note", lang=lang),))
