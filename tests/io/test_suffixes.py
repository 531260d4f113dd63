"""What a dialog offers can be read, and what can be read is offered."""

from landplan.io.files import RASTER_SUFFIXES, VECTOR_SUFFIXES
from landplan.io.vector import _READERS

_OF_FORMAT = {
    "shapefile": ".shp", "geopackage": ".gpkg", "flatgeobuf": ".fgb", "xlsx": ".xlsx", "plots": ".txt",
}  # fmt: skip
_NO_FILE = {"filegdb"}
"""A folder."""


def test_every_format_has_a_suffix_that_dialogs_offer() -> None:
    for format in set(_READERS) - _NO_FILE:
        assert _OF_FORMAT.get(format, f".{format}") in VECTOR_SUFFIXES, format
    assert not set(VECTOR_SUFFIXES) & set(RASTER_SUFFIXES)
