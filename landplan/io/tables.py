"""GeoParquet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from landplan.core.errors import InputError
from landplan.io.raw_layer import RawLayer, crs_text, refused


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
