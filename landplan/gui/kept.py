"""What a panel keeps for a desk beyond its own life: the window makes its panels anew when language or theme change."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from landplan.gui.desk import Desk

_kept: WeakKeyDictionary[Desk, dict[str, Any]] = WeakKeyDictionary()


def kept(desk: Desk, panel: str) -> Any:
    """What the panel kept, or None."""
    return _kept.get(desk, {}).get(panel)


def keep(desk: Desk, panel: str, state: Any) -> None:
    _kept.setdefault(desk, {})[panel] = state
