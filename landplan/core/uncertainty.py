"""What a scheme says of how uncertain it is: fields that may be off, and what each expert of a committee said."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from landplan.core.part import Part


class Opinion(Part):
    """What one expert said of what stands on one level, in shares of 1: criteria (of a heading) or, of a declared group or at the
    top, what stands in it."""

    by: str
    on: date
    group: str = ""
    weights: dict[str, Annotated[float, Field(ge=0)]]

    @field_validator("weights")
    @classmethod
    def _say_something(cls, weights: dict[str, float]) -> dict[str, float]:
        if not sum(weights.values()) > 0:
            raise ValueError("weights > 0")
        return weights


class Uncertain(Part):
    """How far a field of the parcels, or a criterion, may be from what is stated: ± a share of itself, ± so much in its unit, or
    between two other fields. One of the three."""

    share: float | None = Field(None, ge=0)
    plus_minus: float | None = Field(None, ge=0)
    low: str | None = None
    high: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Uncertain:
        given = (self.share is not None, self.plus_minus is not None, self.low is not None)
        if sum(given) != 1 or (self.low is None) != (self.high is None):
            raise ValueError("share | plus_minus | low, high")
        return self
