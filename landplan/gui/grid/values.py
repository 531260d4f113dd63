"""The values of a column, one class a kind: what a cell shows, what a copy holds, and the key that sorts it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from landplan.core.layers import Float, Int
from landplan.core.messages import text

Bool = npt.NDArray[np.bool_]
Key = tuple[npt.NDArray[Any], Bool]
"""Numbers that sort the rows, and where nothing is known."""

_MANY = 0.5
"""A text column with more different values than this share of its first rows is sorted as it is, not by its values."""
_LOOK = 20_000


class Values:
    """n cells of one kind."""

    right = False
    """Whether cells stand at the right edge: numbers do."""

    def __len__(self) -> int:
        raise NotImplementedError

    def shown(self, row: int) -> str:
        """The cell in words; what is not known is the word for it."""
        raise NotImplementedError

    def known(self, row: int) -> bool:
        raise NotImplementedError

    def copied(self, row: int) -> str | float | int | None:
        """The cell for a spreadsheet: full digits, None where unknown."""
        return self.shown(row) if self.known(row) else None

    @cached_property
    def key(self) -> Key:
        raise NotImplementedError

    def numbers(self, rows: Int) -> Float | None:
        """The numbers of these rows, NaN unknown; None where the cells are no numbers."""
        return None


@dataclass(frozen=True, eq=False)
class Words:
    """What cells say where there is no number: a code (n,) into `labels`."""

    codes: npt.NDArray[np.integer]
    labels: tuple[str, ...]


@dataclass(eq=False)
class Numbers(Values):
    """float64 with NaN, or whole numbers of which all are known.

    grouped: thousands separators (years have none). words: what is said instead of "unknown".
    """

    values: npt.NDArray[Any]
    decimals: int = 0
    grouped: bool = True
    words: Words | None = None
    right = True

    def __len__(self) -> int:
        return len(self.values)

    def shown(self, row: int) -> str:
        value = self.values[row]
        if value != value:
            return text("unknown") if self.words is None else self.words.labels[self.words.codes[row]]
        if self.decimals == 0:
            return f"{round(value):,}" if self.grouped else f"{round(value)}"
        written = f"{value:,.{self.decimals}f}"
        return written[1:] if float(value) < 0 and not written.strip("-0.,") else written

    def known(self, row: int) -> bool:
        return bool(self.values[row] == self.values[row])

    def copied(self, row: int) -> str | float | int | None:
        value = self.values[row].item()
        return value if value == value else None

    @cached_property
    def key(self) -> Key:
        return self.values, self.values != self.values

    def numbers(self, rows: Int) -> Float | None:
        return np.asarray(self.values[rows], np.float64)


@dataclass(eq=False)
class Texts(Values):
    """An Arrow array of texts, or texts with None. Sorted as a Chinese reader would: by the sound of the usual characters."""

    values: Any

    def __len__(self) -> int:
        return len(self.values)

    @cached_property
    def arrow(self) -> Any:
        """The texts as an Arrow array."""
        import pyarrow as pa

        return pa.array(self.values, pa.string()) if isinstance(self.values, np.ndarray) else self.values

    def _at(self, row: int) -> str | None:
        value = self.values[row]
        return value if value is None or isinstance(value, str) else value.as_py()

    def shown(self, row: int) -> str:
        value = self._at(row)
        return text("unknown") if value is None else " ".join(value.split())

    def known(self, row: int) -> bool:
        return self._at(row) is not None

    @cached_property
    def key(self) -> Key:
        import pyarrow.compute as pc

        unknown = self.arrow.is_null().to_numpy(zero_copy_only=False)
        head = self.arrow[:_LOOK]
        if len(head) == _LOOK and pc.count_distinct(head).as_py() > _MANY * _LOOK:  # ids: as many values as rows
            return pc.rank(self.arrow, tiebreaker="dense").to_numpy().astype(np.int64), unknown
        coded = self.arrow.dictionary_encode()
        labels = coded.dictionary.to_pylist()
        place = np.empty(len(labels) + 1, np.int32)
        place[sorted(range(len(labels)), key=lambda k: collation(labels[k]))] = np.arange(len(labels))
        return place[coded.indices.fill_null(len(labels)).to_numpy()], unknown


@dataclass(eq=False)
class Classes(Values):
    """A code (n,) into `labels`, sorted by code. Codes in `empty` say that there is nothing, not what."""

    codes: npt.NDArray[np.integer]
    labels: tuple[str, ...]
    empty: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.codes)

    def shown(self, row: int) -> str:
        return self.labels[self.codes[row]]

    def known(self, row: int) -> bool:
        return int(self.codes[row]) not in self.empty

    @cached_property
    def key(self) -> Key:
        return self.codes, np.isin(self.codes, list(self.empty))


@dataclass(eq=False)
class Dates(Values):
    """datetime64[D] with NaT."""

    values: npt.NDArray[np.datetime64]

    def __len__(self) -> int:
        return len(self.values)

    def shown(self, row: int) -> str:
        return str(self.values[row]) if self.known(row) else text("unknown")

    def known(self, row: int) -> bool:
        return not np.isnat(self.values[row])

    @cached_property
    def key(self) -> Key:
        return self.values.astype("datetime64[D]").astype(np.int64), np.isnat(self.values)


def collation(word: str) -> bytes:
    """Characters in the order of GB 2312: the usual ones stand there by their sound; digits and letters come first."""
    return word.casefold().encode("gb18030", "replace")


def true_decimals(values: npt.NDArray[Any], most: int, look: int = 200) -> int:
    """How many decimals the first known values need, `most` at most: 12.50 is 12.5, a measured length is not 13 digits."""
    head = np.asarray(values[: 10 * look], np.float64)
    head = head[np.isfinite(head)][:look]
    return next((d for d in range(most) if np.allclose(np.round(head, d), head, rtol=1e-9, atol=1e-9)), most)
