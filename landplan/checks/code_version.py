"""Land-use codes without a stated version: which classification explains them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated

from landplan.core.crosswalk import Suspicion, suspected_version
from landplan.core.errors import Issue
from landplan.core.layers import LayerSet
from landplan.core.registry import Param, checks

_SHOWN = 12


@checks.add("Version of land-use codes not stated", zh="用地代码未注明版本", source="landplan: resources/codes")
def code_version(
    layers: LayerSet,
    *,
    version: Annotated[str, Param("version the codes are checked as", zh="按哪个版本核对")] = "2023",
) -> tuple[Issue, ...]:
    """Whether the codes of `land_use` that state no version are of `version`, judged by which list has them.

    Numbers were reused: a code that several lists have for different things is named. Another list that has the codes of
    more parcels than `version` affects results; else it is a note. A layer whose recipe states the version is not told.
    """
    parcels = layers.parcels
    if "land_use" not in parcels.fields:
        return ()
    stated = parcels.texts("land_use_version").tolist() if "land_use_version" in parcels.fields else [None] * len(parcels)
    uses = Counter(use for use, own in zip(parcels.texts("land_use").tolist(), stated, strict=True) if use and not own)
    found = suspected_version(uses)
    if not found.n or not found.best:
        return ()
    other = version not in found.best
    if not other and not found.ambiguous:
        return ()
    values = {"version": version, "likely": " / ".join(found.best), "known": _known(found), "ambiguous": _ambiguous(found)}
    return (
        Issue("code_version_likely" if other else "code_version_open", parcels.id, "data" if other else "note", values=values),
    )


def _known(found: Suspicion) -> str:
    return ", ".join(f"{version} {n}/{found.n}" for version, n in found.known.items() if n)


def _ambiguous(found: Suspicion) -> str:
    """ "1001 (2023 工业用地, 2017 铁路用地)", the first ones."""
    said = [f"{code}（{'，'.join(_by_name(names))}）" for code, names in list(found.ambiguous.items())[:_SHOWN]]
    return "；".join(said) + (" …" if len(found.ambiguous) > _SHOWN else "") or "–"


def _by_name(names: Mapping[str, str]) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for version, name in names.items():
        grouped.setdefault(name, []).append(version)
    return [f"{'/'.join(versions)} {name}" for name, versions in grouped.items()]
