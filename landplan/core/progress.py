"""How long work says how far it is, and is told to stop."""

from __future__ import annotations

from typing import Protocol


class Cancelled(Exception):  # noqa: N818  (a wish, not an error)
    """The user asked to stop; raised by a progress call, so work stops where it reports."""


class Progress(Protocol):
    """`progress(share, text_id, **values)`: share in 0…1 (or None = unknown), what is being done; may raise Cancelled."""

    def __call__(self, share: float | None, text_id: str, **values: object) -> None: ...


def silent(share: float | None, text_id: str, **values: object) -> None:
    """Progress that nobody watches."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """A progress whose 0…1 is the stretch low…high of `progress`."""

    def scaled(share: float | None, text_id: str, **values: object) -> None:
        progress(None if share is None else low + share * (high - low), text_id, **values)

    return scaled


def still(progress: Progress, share: float | None, text_id: str, **values: object) -> Progress:
    """A progress that says the same, whatever it is told: for work inside a step that only needs to hear of a wish to stop."""
    return lambda *_told, **_values: progress(share, text_id, **values)
