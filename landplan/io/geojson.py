"""GeoJSON, also one feature a line: read by GDAL, counted from its text, whole numbers kept to the last digit."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide
from landplan.io.ogr_layer import rows_read
from landplan.io.raw_layer import RawLayer

_PARSED_BYTES = 64 << 20
"""Above this size features are counted by their type markers, and numbers are as GDAL reads them."""
_EXACT = 2**53
"""Up to here a float holds every whole number."""


def read(path: Path, role: str, encoding: str | None) -> RawLayer:
    """The features of a file. A field with whole numbers that would lose digits comes as text, with an Issue that says so."""
    with _as_utf8(path, role, encoding) as (file, name, issues), tempfile.TemporaryDirectory(prefix="landplan-") as folder:
        if file.stat().st_size > _PARSED_BYTES:
            rows = len(re.findall(rb'"type"\s*:\s*"Feature"', file.read_bytes()))
        else:
            documents = _documents(file.read_text("utf-8-sig"), path)
            features = [feature for document in documents for feature in _features(document, path)]
            rows = len(features)
            if turned := _turned(features):
                issues += (Issue("integers_as_text", role, "note", values={"fields": turned}),)
                file = Path(folder) / f"{path.stem}.geojson"
                file.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in documents), "utf-8")
        return replace(rows_read(file, None, role, rows, issues, path), name=path.stem, encoding=name)


def _documents(text: str, path: Path) -> list[Any]:
    """The one JSON value of the text, or one a line; InputError with the line where it is none."""
    try:
        return [json.loads(text)]
    except json.JSONDecodeError as error:
        if error.msg.startswith("Extra data"):
            return _lines(text, path)
        raise InputError("json_broken", path.name, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise InputError("json_too_deep", path.name) from error


def _lines(text: str, path: Path) -> list[Any]:
    rows = [line for line in text.replace("\x1e", "\n").splitlines() if line.strip()]
    found = []
    for number, line in enumerate(rows, 1):
        try:
            found.append(json.loads(line))
        except (json.JSONDecodeError, RecursionError) as error:
            raise InputError("json_broken", path.name, line=number, column=1) from error
    return found


def _features(document: Any, path: Path) -> list[Any]:
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection" and isinstance(document.get("features"), list):
        return list(document["features"])
    if kind is None or kind == "Topology":
        raise InputError("not_geojson", path.name)
    return [document]


def _turned(features: list[Any]) -> list[str]:
    """The fields with whole numbers that a float does not hold; their numbers are texts in `features` from now on.

    GDAL refuses those beyond 64 bits, takes a column for floats where one value is not whole or is −2⁶³, and loses the
    last digit of some others.
    """
    owners = [one["properties"] for one in features if isinstance(one, dict) and isinstance(one.get("properties"), dict)]
    large = (name for one in owners for name, value in one.items() if isinstance(value, int) and abs(value) > _EXACT)
    turned = list(dict.fromkeys(large))
    for properties in owners:
        for name in turned:
            if isinstance(properties.get(name), int | float) and not isinstance(properties[name], bool):
                properties[name] = str(properties[name])
    return turned


@contextmanager
def _as_utf8(path: Path, role: str, encoding: str | None) -> Iterator[tuple[Path, str, tuple[Issue, ...]]]:
    """The file itself when it is UTF-8, else a private UTF-8 copy and the Issue that says so."""
    raw = path.read_bytes()
    issues: tuple[Issue, ...] = ()
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text, name = raw.decode("utf-16", "replace"), "UTF-16"
    else:
        lines = [line for line in raw.splitlines() if not line.isascii()][:4000] if encoding is None else []
        choice, issues = decide(lines, role, given=encoding, cpg=None if encoding else "UTF-8")
        text, whole = choice.text(raw)
        name = choice.name
        if name == "UTF-8" and whole and not issues:
            yield path, "UTF-8", ()
            return
        issues += () if whole else (Issue("text_broken", role, values={"encoding": name}),)
    with tempfile.TemporaryDirectory(prefix="landplan-") as folder:
        copy = Path(folder) / f"{path.stem}.geojson"
        copy.write_text(text.removeprefix("\ufeff"), "utf-8")
        yield copy, name, issues
