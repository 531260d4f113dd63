"""Land-use codes of a layer as it is read: mixed use in one form, codes in the classification that the recipe asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.codes import code_list
from landplan.core.crosswalk import Crosswalk, MovedUse, moved_use, own_crosswalk, shipped_crosswalk
from landplan.core.errors import InputError, Issue
from landplan.core.layers import Layer, Text
from landplan.core.mixed_use import parsed_mix
from landplan.core.recipe import LandUseCodes, LayerInput
from landplan.io.files import sha256
from landplan.io.plain_text import plain_text

FIELDS = ("land_use", "planned_use")
VERSION = "land_use_version"
_SHOWN = 20


def with_settled_codes(layer: Layer, spec: LayerInput, folder: Path) -> Layer:
    """The layer with its codes as the recipe wants them; what was rewritten, moved, or waits for a decision is an Issue.

    Mixed use that reads is written as "1001 60% + 0902 40%". With `codes.to` every use is moved by the crosswalk; what has
    several candidates, or is not in the table, is missing from then on, one Issue a plot. InputError when a version or
    table is not known, or the table is not the one of the checksum.
    """
    fields = [name for name in FIELDS if name in layer.fields]
    for name in fields:
        layer = _in_one_form(layer, name)
    if spec.codes is None or not fields:
        return layer
    code_list(spec.codes.version)
    code_list(spec.codes.planned or spec.codes.version)
    if spec.codes.to is not None:
        layer, own = _with_table(layer, spec.codes, folder)
        for name in fields:
            layer = _moved(layer, name, spec.codes, own)
    return _with_version(layer, spec.codes) if "land_use" in fields else layer


def _in_one_form(layer: Layer, name: str) -> Layer:
    """The field with every mixed use that reads written in one way; one note says how many were and shows the first."""
    texts = layer.texts(name)
    forms = {text: _form(text) for text in {text for text in texts.tolist() if text is not None and not text.isalnum()}}
    rewritten = [row for row, text in enumerate(texts.tolist()) if text in forms and forms[text] != text]
    if not rewritten:
        return layer
    first = texts[rewritten[0]]
    facts = {"field": name, "n": len(rewritten), "before": first, "after": forms[first]}
    values = np.array([forms.get(text, text) for text in texts.tolist()], object)
    return _with(layer, name, values, (Issue("mixed_use_rewritten", layer.id, "note", values=facts),))


def _form(text: str) -> str:
    try:
        return str(parsed_mix(text))
    except InputError:
        return text


def _with_table(layer: Layer, codes: LandUseCodes, folder: Path) -> tuple[Layer, Crosswalk | None]:
    """The user's own table, and the layer with its checksum; None without one."""
    if codes.table is None:
        return layer, None
    own, checksum = read_crosswalk(folder / codes.table, codes.version, str(codes.to))
    if codes.sha256 is not None and codes.sha256 != checksum:
        raise InputError("crosswalk_changed", codes.table, recorded=codes.sha256[:12], found=checksum[:12])
    return replace(layer, source=replace(layer.source, joined=(*layer.source.joined, checksum))), own


def read_crosswalk(path: Path, source: str, target: str) -> tuple[Crosswalk, str]:
    """A user's table of two columns, in any encoding that Chinese CSVs have, and the checksum of its bytes."""
    if not path.is_file():
        raise InputError("file_missing", path, path=path, layer="codes")
    text, _encoding, _issues = plain_text(path, "codes", None)
    return own_crosswalk(text, source, target, path.name), sha256(path)


def _moved(layer: Layer, name: str, codes: LandUseCodes, own: Crosswalk | None) -> Layer:
    """The field in the target version; a row that states its own version is moved from that one."""
    version = (codes.planned or codes.version) if name == "planned_use" else codes.version
    stated = layer.texts(VERSION) if name == "land_use" and VERSION in layer.fields else np.full(len(layer), None, object)
    tables: dict[str, Crosswalk] = {}
    done: dict[tuple[str, str], MovedUse] = {}
    out, issues = np.full(len(layer), None, object), []
    moves: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row, text in enumerate(layer.texts(name).tolist()):
        if text is None:
            continue
        source = stated[row] or version
        if source not in tables:
            tables[source] = own if own is not None and source == version else shipped_crosswalk(source, str(codes.to))
        use = done.setdefault((source, text), moved_use(text, tables[source]))
        out[row] = use.text
        if use.text is None:
            issues.append(_waiting(layer, row, name, text, use, str(codes.to)))
        elif use.state != "same":
            moves[use.state, text, use.text].append(str(layer.ids[row]))
    return _with(layer, name, out, (*_told(layer, name, moves), *issues))


def _waiting(layer: Layer, row: int, name: str, text: str, use: MovedUse, target: str) -> Issue:
    candidates = "; ".join(f"{code} → {' / '.join(targets)}" for code, targets in use.candidates.items() if len(targets) > 1)
    absent = ", ".join(code for code, targets in use.candidates.items() if not targets)
    facts = {"field": name, "code": text, "to": target, "candidates": candidates, "absent": absent}
    return Issue(f"code_{use.state}", layer.id, row=row, feature=str(layer.ids[row]), values=facts)


def _told(layer: Layer, name: str, moves: Mapping[tuple[str, str, str], list[str]]) -> tuple[Issue, ...]:
    """One note a code: what it became, on how many plots, and which."""
    return tuple(
        Issue(
            f"code_{state}",
            layer.id,
            "note",
            values={"field": name, "code": old, "to": new, "n": len(ids), "plots": _first(ids), "moved": tuple(ids)},
        )
        for (state, old, new), ids in sorted(moves.items())
    )


def _first(ids: list[str]) -> str:
    return ", ".join(ids[:_SHOWN]) + (" …" if len(ids) > _SHOWN else "")


def _with_version(layer: Layer, codes: LandUseCodes) -> Layer:
    """The layer with the version of every land use: what it was moved to, what the row states, else what is declared."""
    uses = layer.texts("land_use")
    stated = layer.texts(VERSION) if VERSION in layer.fields else np.full(len(layer), None, object)
    declared = codes.to or codes.version
    versions = [None if use is None else (codes.to or own or declared) for use, own in zip(uses, stated, strict=True)]
    return _with(layer, VERSION, np.array(versions, object), ())


def _with(layer: Layer, name: str, values: Text, issues: tuple[Issue, ...]) -> Layer:
    import pyarrow as pa

    column: Any = pa.array(values.tolist(), pa.string())
    names = layer.table.column_names
    table = layer.table.set_column(names.index(name), name, column) if name in names else layer.table.append_column(name, column)
    return replace(layer, table=table, issues=(*layer.issues, *issues))
