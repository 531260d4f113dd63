"""A layer as a GeoParquet file reads back to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from factories import make_layer

from landplan.core.errors import InputError
from landplan.io.partition_file import read_partition, write_partition
from landplan.io.shapes import MANY


@pytest.mark.parametrize("n", [6, MANY + 1])
def test_every_row_reads_back_to_the_bit(tmp_path: Path, n: int) -> None:
    random = np.random.default_rng(2)
    xy = random.uniform(3e6, 4e6, (n, 2))
    shapes = list(shapely.box(xy[:, 0], xy[:, 1], xy[:, 0] + 0.1, xy[:, 1] + 7.7))
    shapes[1] = None
    shapes[2] = shapely.MultiPolygon([shapes[3], shapely.buffer(shapes[4], 50).difference(shapely.buffer(shapes[4], 20))])
    layer = make_layer(shapes, units={"jobs": "person"}, jobs=[None, *range(1, n)], landplan_id=["甲"] * n)
    found, places = read_partition(write_partition(tmp_path / "part.parquet", layer, np.arange(n) + 7))
    for name in ("xy", "ring", "part", "row"):
        assert getattr(found.geometry, name).tobytes() == getattr(layer.geometry, name).tobytes(), name
    assert (found.id, found.crs, found.units, found.geometry.kind) == (layer.id, layer.crs, {"jobs": "person"}, "polygon")
    assert found.ids.tolist() == layer.ids.tolist()
    assert found.table.equals(layer.table)
    assert places.tolist() == list(range(7, n + 7))


def test_a_part_without_any_geometry_keeps_its_kind(tmp_path: Path) -> None:
    layer = make_layer([shapely.box(0, 0, 1, 1), None], jobs=[1, 2]).rows(np.array([False, True]))
    assert read_partition(write_partition(tmp_path / "part.parquet", layer))[0].geometry.kind == "polygon"


def test_other_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "part.parquet").write_bytes(b"PAR1")
    with pytest.raises(InputError) as caught:
        read_partition(tmp_path / "part.parquet")
    assert caught.value.id == "partition_unreadable"
