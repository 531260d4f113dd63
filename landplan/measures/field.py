"""An expression over the fields of a parcel."""

from __future__ import annotations

from typing import Annotated

from landplan.core.measuring import Measuring
from landplan.core.registry import Param, measures
from landplan.core.tables import Column


@measures.add("Field or expression", zh="字段或表达式", reach=0.0)
def field(
    context: Measuring,
    *,
    expression: Annotated[
        str, Param("SQL expression over fields, earlier criteria and figures", zh="字段、前列指标与参数的 SQL 表达式")
    ],
    unit: Annotated[str, Param("unit of the result", zh="结果的单位")] = "",
) -> Column:
    """What the records say about a parcel: a number in `unit`, or a text for a category table.

    Unknown where a field it needs is unknown, or where it cannot be computed (x / 0, counted in an Issue). Skipped when
    every field it needs is absent. SchemeError for an unknown name or unit. Not for what other parcels or layers say: the other
    measures ask them.
    """
    found = context.values(expression)
    lost = len(found.nonfinite)
    issues = (context.issue("criterion_not_computable", n=lost, expression=expression),) if lost else ()
    values = found.values
    if found.kind == "truth":
        values = values.astype(float)
        values[values < 0] = float("nan")
    return context.column(values, context.unit(unit), issues=issues)
