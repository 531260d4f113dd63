"""The shape of every table of a scheme, recipe or policy pack."""

from __future__ import annotations

from typing import Any, LiteralString

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

_NUMBERS = (int, int | None, float, float | None)


class Part(BaseModel):
    """A table of a scheme or recipe: frozen, no unknown keys, no surprises in types, no number that is none (nan, inf)."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _numbers_are_numbers(cls, value: Any, info: ValidationInfo) -> Any:
        """A number in quotation marks is a text, and true is no 1."""
        wanted = cls.model_fields[info.field_name or ""].annotation
        if isinstance(value, str | bool) and wanted in _NUMBERS:
            kind: LiteralString = "int_type" if wanted in _NUMBERS[:2] else "float_type"  # as pydantic calls them
            raise PydanticCustomError(kind, "not a number")
        return value
