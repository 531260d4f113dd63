"""Land-use codes that are not in the list of their version."""

from __future__ import annotations

from typing import Annotated

from landplan.core.codes import code_list
from landplan.core.errors import InputError, Issue, nearest
from landplan.core.layers import Layer, LayerSet
from landplan.core.mixed_use import parsed_mix
from landplan.core.places import row_issue
from landplan.core.registry import Param, checks

FIELDS = ("land_use", "planned_use")


@checks.add("Land-use code not in list", zh="用地代码不在分类中", source="国土空间调查、规划、用途管制用地用海分类 (2023)")
def unknown_code(
    layers: LayerSet,
    *,
    version: Annotated[str, Param("version where a parcel states none", zh="未注明时的代码版本")] = "2023",
) -> tuple[Issue, ...]:
    """Codes of `land_use` and `planned_use` that their version's list does not have, and mixed uses that do not read, whose
    shares are not stated, or do not sum to 100 % within 0.1.

    The field `land_use_version` decides for `land_use`; `planned_use` is always in `version`. Unknown (null) codes are not
    told here.
    """
    parcels = layers.parcels
    stated = parcels.texts("land_use_version") if "land_use_version" in parcels.fields else [None] * len(parcels)
    found: list[Issue] = []
    for field in FIELDS:
        if field not in parcels.fields:
            continue
        of_row = stated if field == "land_use" else [None] * len(parcels)
        for row, code in enumerate(parcels.texts(field)):
            if code is not None and (issue := _issue(parcels, row, field, code, of_row[row] or version)):
                found.append(issue)
    return tuple(found)


def _issue(parcels: Layer, row: int, field: str, text: str, version: str) -> Issue | None:
    values = {"field": field, "code": text, "version": version}
    try:
        known, mix = code_list(version), parsed_mix(text)
    except InputError as error:
        return row_issue(parcels, f"{error.id}_here", row, {**values, **error.values})
    unknown = [code for code in mix.codes if code not in known]
    if not unknown:
        return row_issue(parcels, "mixed_use_no_shares_here", row, values) if mix.percents is None else None
    return row_issue(parcels, "unknown_code", row, {**values, "code": unknown, "nearest": nearest(unknown[0], known) or "-"})
