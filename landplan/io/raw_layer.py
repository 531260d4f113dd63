"""What every format gives: rows as they are in the file, before names, units and coordinates are settled."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from landplan.core.crs_code import settled_crs
from landplan.core.errors import InputError, Issue, LandplanError

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True, eq=False)
class RawLayer:
    """One layer of a file: `wkb` (n,) binary, in one or several chunks, or None where it has no geometry column; `crs` as the
    file declares it.

    rows_in: rows of the file, counted a second way where the format allows it; it equals the rows here plus `dropped`.
    """

    name: str
    table: pa.Table
    wkb: pa.Array | pa.ChunkedArray | None
    crs: str | None
    encoding: str
    rows_in: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()

    def __len__(self) -> int:
        return int(self.table.num_rows)


def crs_text(crs: str | None) -> str | None:
    """ "EPSG:4549" where the CRS is that of a code, its WKT else; None for none, an undefined, local or vertical one."""
    return settled_crs(crs)


@contextmanager
def unharmed(role: str, path: Path) -> Iterator[None]:
    """Whatever bytes make a reading library or our own parsing stumble over is one line about the file, never a traceback."""
    import pyarrow as pa

    try:
        yield
    except LandplanError:
        raise
    except (OSError, ValueError, LookupError, OverflowError, struct.error, RuntimeError, pa.ArrowException) as error:
        raise refused(role, path, error) from error


def refused(role: str, path: object, error: Exception) -> InputError:
    """The one line for a file that the reading library refused."""
    return InputError("file_damaged", getattr(path, "name", path), layer=role, reason=" ".join(str(error).split())[:200])


def lacks_memory(error: BaseException | None) -> bool:
    """Whether an error came from a lack of memory, also where a library says so only in words."""
    while error is not None:
        words = str(error).lower()
        if isinstance(error, MemoryError) or any(one in words for one in ("bad_alloc", "malloc", "allocate", "out of memory")):
            return True
        error = error.__cause__ or error.__context__
    return False
