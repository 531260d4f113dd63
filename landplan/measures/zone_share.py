"""How much of a parcel lies in zones of a set."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column


@measures.add("Share in zones", zh="位于区块的占比", unit="share", reach=0.0)
def zone_share(
    context: Measuring,
    *,
    set: Annotated[str, Param("zone set", zh="区块类别")],
    ids: Annotated[list[str] | None, Param("only these zones of the set, by id", zh="仅这些区块（编号）")] = None,
) -> Column:
    """The share of the parcel's area inside the named zones, or inside any zone of the set.

    0…1, NaN without geometry; a point lies in the zone it is in. Skipped when there is no such set; an Issue names ids the set
    does not have. Not for layers that are no zone set: take the share covered.
    """
    zone_set = context.zone_set(set)
    wanted = tuple(ids or ())
    strange = sorted(id for id in wanted if id not in zone_set.zone_ids[:-1])
    issues = (context.issue("zone_ids_unknown", set=set, ids=", ".join(strange)),) if strange else ()
    share = zone_set.share_in(wanted) if not wanted or len(strange) < len(wanted) else np.zeros(len(zone_set.main))
    share[np.isnan(context.subject.area_m2)] = np.nan
    return context.column(share, "share", issues=issues)
