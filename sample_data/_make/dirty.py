"""A dozen honest faults, each in a small file that otherwise is fine."""
from __future__ import annotations

from pathlib import Path

from .fields import Parcels


def write(folder: Path, p: Parcels) -> None:
    """All faulty files."""
