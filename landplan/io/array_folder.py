"""Arrays in a folder of the user's cache: written whole, mapped when read, never trusted to hold anything but numbers."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
_FACTS = "facts.json"


@contextmanager
def made_whole(target: Path) -> Iterator[Path]:
    """A folder to write into that becomes `target` when the block ends well; one that is there already stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".part-", dir=target.parent))
    try:
        yield draft
        if not target.exists():
            draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def write_arrays(folder: Path, facts: Mapping[str, Any], arrays: Mapping[str, Array]) -> None:
    """The arrays, plain data beside them, and the size of every file of the folder: call it last."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array, allow_pickle=False)
    sizes = {file.name: file.stat().st_size for file in folder.iterdir()}
    (folder / _FACTS).write_text(json.dumps({"facts": facts, "sizes": sizes}), "utf-8")


def facts_of(folder: Path) -> dict[str, Any]:
    """The plain data of a folder. ValueError where a file of it is missing or has another size, OSError where there is none."""
    found = json.loads((folder / _FACTS).read_text("utf-8"))
    for name, size in found["sizes"].items():
        if (folder / name).stat().st_size != size:
            raise ValueError(name)
    facts: dict[str, Any] = found["facts"]
    return facts


def array(folder: Path, name: str) -> Array:
    """An array of a folder, mapped; what is written to it stays in memory (on Windows it is read)."""
    file = folder / f"{name}.npy"
    if os.name == "nt":  # a mapped file could not be removed
        return np.asarray(np.load(file, allow_pickle=False))
    mapped = np.load(file, mmap_mode="c", allow_pickle=False)
    return np.asarray(mapped)
