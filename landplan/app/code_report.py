"""Land-use codes of a file: their likely version, each plot's code in another one, in lines, as data and in a file."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.app.report import Report
from landplan.core.codes import VERSIONS, code_facts, code_list
from landplan.core.crosswalk import MovedUse, Suspicion, crosswalk_facts, moved_use, shipped_crosswalk, suspected_version
from landplan.core.errors import InputError, suggestion
from landplan.core.fields import match_fields
from landplan.core.messages import language, text

if TYPE_CHECKING:
    from landplan.io.raw_layer import RawLayer

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class _Row:
    """A plot: number from 1, its id, its use as written, and what became of it."""

    row: int
    id: str
    written: str
    use: MovedUse


def list_report() -> Report:
    """Every shipped classification with its source, and the crosswalks to 2023."""
    data = []
    lines = []
    for version in VERSIONS:
        facts = dict(code_facts(version))
        crosswalk = dict(crosswalk_facts(version, "2023"))
        n = len(code_list(version))
        moves = len(shipped_crosswalk(version, "2023").moves) if crosswalk else 0
        data.append({"version": version, **facts, "n": n, "crosswalk": crosswalk, "moves": moves})
        lines.append(text("said_code_list", {"version": version, "n": n, "title": _title(facts), **_pick(facts)}))
        lacks = facts.get("lacks_en" if language() == "en" else "lacks")
        lines += [f"  {text('said_code_list_lacks', {'lacks': lacks})}"] if lacks else []
        lines += [f"  {text('said_crosswalk', {'n': moves, 'source': _source(crosswalk)})}"] if crosswalk else []
    return Report(tuple(lines), tuple(data))


def code_report(
    place: tuple[Path, str | None], field: str | None, source: str | None, target: str, table: Path | None, out: Path | None
) -> Report:
    """What the codes of one layer are, and with `source` what they become in `target`; written to `out`."""
    from landplan.core.recipe import LayerInput
    from landplan.io.vector import read_raw

    path, layer = place
    raw = read_raw(path, LayerInput(path=str(path), layer=layer), "parcels")
    column = _field(raw, field, path)
    uses = [None if value is None else str(value).strip() or None for value in raw.table.column(column).to_pylist()]
    found = suspected_version(Counter(use for use in uses if use))
    facts = {"file": str(path), "field": column, "plots": len(uses), "with_code": sum(use is not None for use in uses)}
    known = {version: n for version, n in found.known.items() if n}
    data: dict[str, Any] = {**facts, "known": known, "likely": found.best, "ambiguous": found.ambiguous}
    lines = [text("said_codes", facts), *_version_lines(found)]
    if source is None:
        version = found.best[0] if len(found.best) == 1 else "…"
        more = [] if version == "2023" else [text("said_codes_next", {"path": shlex.quote(str(path)), "version": version})]
        return Report((*lines, *more), data)
    rows, checksum = _moved(raw, uses, source, target, table)
    counts: Counter[str] = Counter(row.use.state for row in rows)
    data |= {"from": source, "to": target, "counts": dict(counts), "rows": [_plain(row) for row in rows], "sha256": checksum}
    lines += [text("said_codes_moved", {"from": source, "to": target, "counts": _counts(counts)}), *_groups(rows)]
    if table is not None:
        lines += [text("said_codes_recipe"), *_recipe(source, target, table, checksum)]
    if out is not None:
        _write(out, raw, column, rows)
        lines.append(text("said_codes_written", {"path": out}))
        data["written"] = str(out)
    return Report(tuple(lines), data, exit_code=0)


def _title(facts: dict[str, str]) -> str:
    return facts[f"title_{language()}"]


def _pick(facts: dict[str, str]) -> dict[str, str]:
    return {"document": facts["document"], "date": facts["date"]}


def _source(facts: dict[str, str]) -> str:
    return facts["source_en" if language() == "en" else "source"]


def _field(raw: RawLayer, wanted: str | None, path: Path) -> str:
    names = list(raw.table.column_names)
    if wanted in names:
        return str(wanted)
    found = match_fields(names).get(wanted or "land_use")
    if found is None:
        likely = suggestion(wanted or "land_use", names)
        raise InputError("no_such_field", path.name, layer=raw.name, field=wanted or "land_use", nearest=likely)
    return found


def _moved(raw: RawLayer, uses: list[str | None], source: str, target: str, table: Path | None) -> tuple[list[_Row], str | None]:
    from landplan.io.land_codes import read_crosswalk

    code_list(source)
    crosswalk, checksum = read_crosswalk(table, source, target) if table else (shipped_crosswalk(source, target), None)
    done = {use: moved_use(use, crosswalk) for use in set(uses) if use is not None}
    id = match_fields(list(raw.table.column_names)).get("id")
    ids = raw.table.column(id).to_pylist() if id else [None] * len(uses)
    rows = [
        _Row(number, f"#{number}" if name is None else str(name), use, done[use])
        for number, (name, use) in enumerate(zip(ids, uses, strict=True), 1)
        if use is not None
    ]
    return rows, checksum


def _version_lines(found: Suspicion) -> Iterator[str]:
    known = ", ".join(f"{version} {n}/{found.n}" for version, n in found.known.items() if n)
    yield text("said_codes_known", {"known": known or "–"})
    for code, names in list(found.ambiguous.items())[:_SHOWN]:
        yield "  " + text("said_codes_ambiguous", {"code": code, "names": [f"{one} {name}" for one, name in names.items()]})


def _counts(counts: Counter[str]) -> list[str]:
    return [f"{text(f'code_state_{state}')} {n}" for state, n in counts.most_common()]


def _groups(rows: list[_Row]) -> Iterator[str]:
    """One line a use that moved or waits: how many plots, and the first of them."""
    groups: dict[tuple[str, str], list[_Row]] = {}
    for row in rows:
        if row.use.state != "same":
            groups.setdefault((row.use.state, row.written), []).append(row)
    for (state, written), alike in sorted(groups.items()):
        use = alike[0].use
        to = use.text or "; ".join(f"{code} → {' / '.join(targets) or '?'}" for code, targets in use.candidates.items())
        plots = ", ".join(row.id for row in alike[:5]) + (" …" if len(alike) > 5 else "")
        yield f"  {text(f'code_state_{state}')} {written} → {to}: {len(alike):,} ({plots})"


def _recipe(source: str, target: str, table: Path, checksum: str | None) -> tuple[str, ...]:
    lines = ("[layers.parcels.codes]", f'version = "{source}"', f'to = "{target}"', f'table = "{table.as_posix()}"')
    return (*lines, f'sha256 = "{checksum}"')


def _plain(row: _Row) -> dict[str, Any]:
    candidates = {code: targets for code, targets in row.use.candidates.items() if len(targets) != 1}
    return {
        "row": row.row,
        "id": row.id,
        "old": row.written,
        "new": row.use.text,
        "state": row.use.state,
        "candidates": candidates,
    }


def _write(out: Path, raw: RawLayer, column: str, rows: list[_Row]) -> None:
    """The list of plots as CSV, or the layer with the field moved and the old codes beside it."""
    from landplan.export.csv_table import write_csv

    if out.suffix.lower() == ".csv":
        header = ("row", "id", "old", "new", "state", "candidates")
        write_csv(out, header, (_cells(row) for row in rows))
        return
    import numpy as np
    import pyarrow as pa
    import shapely

    from landplan.io.layer_writing import write_layer

    new = {row.row: row.use.text for row in rows}
    moved = pa.array([new.get(number) for number in range(1, len(raw) + 1)], pa.string())
    names = raw.table.column_names
    table = raw.table.set_column(names.index(column), column, moved)
    old = next(name for name in (f"{column}_old", "old_code", "old_code_2") if name not in names)
    table = table.append_column(old, raw.table.column(column))
    shapes = None
    if raw.wkb is not None:
        shapes = np.full(len(raw), None, object)
        shapes[:] = raw.wkb.to_pylist()
        shapes = np.asarray(shapely.from_wkb(shapes, on_invalid="fix"), object)
    write_layer(out, raw.name, table, shapes, raw.crs)


def _cells(row: _Row) -> tuple[Any, ...]:
    candidates = "; ".join(f"{code} → {' / '.join(to)}" for code, to in row.use.candidates.items() if len(to) != 1)
    return row.row, row.id, row.written, row.use.text, text(f"code_state_{row.use.state}"), candidates
