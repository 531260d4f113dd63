"""Where a suspicion of GCJ-02 or BD-09 is raised: among the layers of a project, and among files that are inspected together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from landplan.core.china_shift import Placed, Shift, suspected_shift
from landplan.core.crs import is_plane
from landplan.core.crs_names import in_degrees
from landplan.core.errors import Issue, LandplanError
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.io.fix_command import fix_command
from landplan.io.shapes import geometry
from landplan.io.vector import read_raw

_MOST_CONTROLS = 3
_MOST_ROWS, _MOST_LAYERS = 300_000, 40
"""Larger layers, and more of them, are not read a second time only to be compared with each other."""


def told_of_shift(layer: Layer, others: Mapping[str, Layer], spec: LayerInput) -> Layer:
    """The layer, with an Issue where one of the other layers says that it is shifted as Chinese web maps are.

    Asked of layers whose file is in degrees; the first three others in metres are asked, then those in degrees.
    """
    declared = spec.crs or layer.source.crs
    if is_plane(layer.crs) or _blocked(layer) or not (declared and in_degrees(declared)):
        return layer
    controls = [other for other in others.values() if other.id != layer.id and len(other.geometry.xy) and not _blocked(other)]
    controls.sort(key=lambda other: not other.source.crs or in_degrees(other.source.crs))
    here = Placed(layer.geometry, layer.crs)
    for other in controls[:_MOST_CONTROLS]:
        if shift := suspected_shift(here, Placed(other.geometry, other.crs)):
            return replace(layer, issues=(*layer.issues, _issue(layer.id, other.id, shift)))
    return layer


def shifts_among(cards: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[Issue, str]]]:
    """Suspicions among files inspected together: path → Issues, each with the command that undoes the shift.

    cards: what `inspect` says of each file. The control layer is the first in metres, or the first at all; where that is in
    degrees, it is itself compared with the others. Layers without a CRS, or in doubt about it, are left out.
    """
    layers = list(islice(_comparable(cards), _MOST_LAYERS))
    control = next((layer for layer in layers if not in_degrees(layer.placed.crs)), next(iter(layers), None))
    found: dict[str, list[tuple[Issue, str]]] = {}
    if control is None:
        return found
    for layer in layers:
        others = [control] if layer is not control else [other for other in layers if other is not control]
        for other in islice(others, _MOST_CONTROLS):
            if shift := suspected_shift(layer.placed, other.placed):
                issue = _issue(layer.name, other.name, shift)
                command = fix_command(Path(layer.path), issue, layer.name if layer.one_of_many else None)
                found.setdefault(layer.path, []).append((issue, command))
                break
    return found


@dataclass(frozen=True, slots=True)
class _Comparable:
    path: str
    name: str
    placed: Placed
    one_of_many: bool


def _comparable(cards: Sequence[Mapping[str, Any]]) -> Iterator[_Comparable]:
    for card in cards:
        blocked = {one["where"] for one in card["warnings"] if one["weight"] == "blocks"}
        many = len(card.get("layers", ())) > 1
        for layer in card.get("layers", ()):
            if layer["crs"] is None or layer["name"] in blocked or layer["features"] > _MOST_ROWS:
                continue
            try:
                raw = read_raw(
                    Path(card["path"]), LayerInput(path=card["path"], layer=layer["name"] if many else None), layer["name"]
                )
            except LandplanError:  # it was there a moment ago; what became of it is not for this question
                continue
            with np.errstate(all="ignore"):
                shape, _ = geometry(raw.wkb, len(raw), raw.name)
            if raw.crs is not None and len(shape.xy):
                yield _Comparable(card["path"], layer["name"], Placed(shape, raw.crs), many)


def _issue(layer: str, control: str, shift: Shift) -> Issue:
    shares = {"now": round(100 * shift.share_now), "undone": round(100 * shift.share_undone)}
    return Issue(shift.code, layer, values={"m": round(shift.metres), "control": control, **shares})


def _blocked(layer: Layer) -> bool:
    return any(issue.weight == "blocks" for issue in layer.issues)
