"""GeoParquet, and plain CSV tables without geometry."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from landplan.core.errors import InputError, Issue
from landplan.io.encoding import decide
from landplan.io.raw_layer import RawLayer, crs_text, refused

if TYPE_CHECKING:
    import pyarrow as pa

_WHOLE = r"^-?(0|[1-9][0-9]{0,17})$"
_NUMBER = r"^-?(0|[1-9][0-9]*)?(\.[0-9]+)?$"
"""What a CSV column must look like throughout to be numbers: 00123 and 12E10 stay text, as ids should."""


def read_parquet(path: Path, role: str) -> RawLayer:
    """A GeoParquet file; one without the `geo` entry is a table without geometry. Rows are counted by its footer."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
        rows, table = file.metadata.num_rows, file.read()
    except (pa.ArrowException, OSError) as error:
        raise refused(role, path, error) from error
    geo = json.loads((table.schema.metadata or {}).get(b"geo", b"null"))
    wkb, crs = None, None
    if geo is not None:
        name = geo["primary_column"]
        column = geo["columns"][name]
        if column.get("encoding") != "WKB":
            raise InputError("parquet_encoding", path.name, encoding=column.get("encoding"))
        crs = _declared(column)
        wkb, table = table.column(name).cast(pa.binary()).combine_chunks(), table.drop_columns([name])
    return RawLayer(path.stem, table.replace_schema_metadata(None), wkb, crs, "UTF-8", rows)


def _declared(column: dict[str, Any]) -> str | None:
    """The CRS of a GeoParquet column: PROJJSON, by rule longitude and latitude when absent, unknown when null."""
    if "crs" not in column:
        return "EPSG:4326"
    crs = column["crs"]
    return crs_text(crs if isinstance(crs, str) or crs is None else json.dumps(crs))


def read_csv(path: Path, role: str, encoding: str | None) -> RawLayer:
    """A CSV table with a header line. A column is numbers only when every value is written as a plain number."""
    import pyarrow as pa

    raw = path.read_bytes()
    bom = raw.startswith(b"\xef\xbb\xbf")
    choice, issues = decide(raw.splitlines()[:4000], role, given=encoding, cpg="UTF-8" if bom else None)
    text, whole = choice.text(raw.removeprefix(b"\xef\xbb\xbf"))
    if not whole:
        issues += (Issue("text_broken", role, values={"encoding": choice.name}),)
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t|", key=first.count)
    rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter) if any(cell.strip() for cell in row)]
    if len(rows) < 1:
        raise InputError("no_layers", path.name, layer=role)
    names, body = [name.strip() for name in rows[0]], rows[1:]
    ragged = sum(len(row) != len(names) for row in body)
    if ragged:
        issues += (Issue("rows_ragged", role, values={"n": ragged, "columns": len(names)}),)
    columns = [_column([row[k].strip() if k < len(row) else "" for row in body]) for k in range(len(names))]
    table = pa.table(columns, names=names)
    return RawLayer(path.stem, table, None, None, choice.name, len(body), {}, issues)


def _column(values: list[str]) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    texts: pa.Array = pa.array([value or None for value in values], pa.string())
    if texts.null_count == len(texts):
        return texts
    for pattern, type_ in ((_WHOLE, pa.int64()), (_NUMBER, pa.float64())):
        if pc.all(pc.match_substring_regex(texts, pattern)).as_py():
            return texts.cast(type_)
    return texts
