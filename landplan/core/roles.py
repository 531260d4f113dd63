"""What a planner calls a layer."""

from __future__ import annotations

from collections.abc import Mapping

from landplan.core.messages import catalogue, language, pick


def role_title(role: str, given: Mapping[str, str] | None = None) -> str:
    """By its recipe (zh, en), else by its role, else the role itself."""
    return pick(given or {}) or catalogue(language()).get(f"layers_role_{role}", "") or role
