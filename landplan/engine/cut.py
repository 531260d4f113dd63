"""The inputs of a run: layers as they are read, and the parcels cut into parts that lie together on the ground."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.errors import InputError, Issue
from landplan.core.kernels.plot_index import hilbert_order
from landplan.core.kernels.rings import bounds, extent
from landplan.core.layers import Geometry, Int, Layer, LayerSet
from landplan.core.progress import Progress
from landplan.core.recipe import LayerInput
from landplan.engine.job import Job, parcel_files
from landplan.io.layer_set import blocking, read_layers
from landplan.io.partition_file import write_partition

FILES_APART = 1 << 32
"""Rows of one file of a folder have places from this many times its number on."""


def read_inputs(job: Job, rows: int, progress: Progress) -> tuple[list[dict[str, Any]], list[Issue]]:
    """Read every layer of one-file parcels and write it, the parcels in parts of at most so many rows: what is known of each."""
    layers = _refuse_blocked(read_layers(job.recipe, job.folder, progress))
    facts = []
    for number, part in enumerate(parts_of(layers.parcels.geometry, rows)):
        facts.append(write_part(job, number, layers.parcels, part, part))
    write_others(job, layers)
    return facts, [issue for layer in (*layers, *layers.rasters.values()) for issue in layer.issues]


def write_others(job: Job, layers: LayerSet) -> None:
    """Write every layer but the parcels, whole."""
    for role, layer in layers.layers.items():
        if role != "parcels":
            write_partition(job.inputs_folder / "layers" / f"{role}.parquet", layer)


def write_part(job: Job, number: int, parcels: Layer, rows: Int, places: Int) -> dict[str, Any]:
    """Write some rows of the parcels as a part: how many they are, their box, and the file they are from."""
    mask = np.zeros(len(parcels), np.bool_)
    mask[rows] = True
    part = parcels.rows(mask)
    write_partition(job.part_file(number), part, places)
    return {"n": len(part), "box": extent(part.geometry).tolist(), "file": parcels.source.path}


def parts_of(geometry: Geometry, rows: int) -> list[Int]:
    """The rows of each part, rising: at most so many, as equal as can be, together on the ground; rows without a place last."""
    boxes = bounds(geometry)
    has = ~np.isnan(boxes[:, 0])
    placed = np.flatnonzero(has)
    order = np.concatenate([placed[hilbert_order(boxes[placed])], np.flatnonzero(~has)])
    return [np.sort(part) for part in np.array_split(order, max(1, -(-len(order) // rows)))]


def file_layers(job: Job, file: Path | None) -> LayerSet:
    """The parcels of one file of a folder alone, or, without one, every layer with the parcels of the first."""
    spec: LayerInput = job.recipe.layers["parcels"]
    first = parcel_files(job.recipe, job.folder)[0] if file is None else file
    own = spec.model_copy(update={"path": str(first)})
    layers: Mapping[str, LayerInput] = {"parcels": own} if file is not None else {**job.recipe.layers, "parcels": own}
    recipe = job.recipe.model_copy(update={"layers": layers})
    return _refuse_blocked(read_layers(recipe, job.folder))


def _refuse_blocked(layers: LayerSet) -> LayerSet:
    for issue in blocking(layers):
        raise InputError(issue.id, f"{layers.layers[issue.layer].source.path} [layers.{issue.layer}]", **dict(issue.values))
    return layers


def read_index(job: Job) -> dict[str, Any] | None:
    """What is known of each part (`parts`) and what was found while reading (`issues`); None while not all is written."""
    try:
        found: dict[str, Any] = json.loads((job.inputs_folder / "index.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def twice(ids: Iterator[Int]) -> bool:
    """Whether some id (as a checksum) is in two parts."""
    every = np.sort(np.concatenate(list(ids)))
    return bool((every[1:] == every[:-1]).any())
