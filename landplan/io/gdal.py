"""The three GDALs behind pyogrio, fiona and rasterio, loaded only after the environment has been made safe."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from functools import cache
from typing import Any

_STRAY = ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "GDAL_DRIVER_PATH", "OGR_DRIVER_PATH", "OGR_SQLITE_LOAD_EXTENSIONS")
_SKIP = (
    "VRT WMS WMTS WCS HTTP STACTA STACIT EEDA EEDAI DAAS PLMosaic PLMOSAIC OGCAPI GTI GDALG OGR_VRT WFS OAPIF CSW Carto "
    "AmigoCloud Elasticsearch NGW PLSCENES ADBC GPSBabel PostgreSQL MySQL ODBC PGeo MSSQLSpatial OSM"
)
_SETTINGS = {
    "GDAL_SKIP": _SKIP.replace(" ", ","),
    "OGR_SKIP": _SKIP.replace(" ", ","),
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_VRT_ENABLE_PYTHON": "NO",
    "GDAL_PAM_ENABLED": "NO",
    "GML_FIELDTYPES": "ALWAYS_STRING",
    "GML_SKIP_CORRUPTED_FEATURES": "YES",
    "OGR_ARC_STEPSIZE": "1",
    "CPL_LOG": os.devnull,
}
"""Drivers that open other files or the network are not registered; no .aux.xml is written; GDAL says nothing on stderr.
GML: values as their text, a bad feature costs itself. Arcs become chords of one degree."""

UNDEFINED = 'LOCAL_CS["Undefined Cartesian SRS"]'
"""What a GeoPackage calls one unnamed plane: its reference system −1."""


def harden() -> None:
    """Make the process safe for bytes of strangers; call it before anything imports pyogrio, fiona or rasterio.

    Another program's PROJ or GDAL folders are forgotten (they break the wheels' own), drivers that follow references
    are skipped, and what the libraries would print is raised or recorded instead.
    """
    for name in _STRAY:
        os.environ.pop(name, None)
    os.environ.update(_SETTINGS)
    for name in ("fiona", "rasterio", "pyogrio"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())


@cache
def ogr() -> Any:
    """pyogrio, hardened."""
    harden()
    import pyogrio

    return pyogrio


@cache
def rasters() -> Any:
    """rasterio, hardened."""
    harden()
    import rasterio

    return rasterio


def raster_errors() -> tuple[type[Exception], ...]:
    """What rasterio raises for a file that GDAL stumbles over: its own errors, and those of GDAL that it lets through."""
    from rasterio._err import CPLE_BaseError
    from rasterio.errors import CRSError, RasterioError

    return RasterioError, CPLE_BaseError, CRSError


@contextmanager
def heard() -> Iterator[list[str]]:
    """What the libraries warn about inside the block, as texts: each once, in order."""
    said: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
    said.extend(dict.fromkeys(" ".join(str(one.message).split()) for one in caught))


@contextmanager
def setting(name: str, value: str) -> Iterator[None]:
    """One of GDAL's settings inside the block."""
    ogr().set_gdal_config_options({name: value})
    try:
        yield
    finally:
        ogr().set_gdal_config_options({name: None})


def dated(day: date) -> AbstractContextManager[None]:
    """Inside the block GDAL stamps files with this day, not with the clock's: equal content is equal bytes."""
    return setting("OGR_CURRENT_DATE", f"{day.isoformat()}T00:00:00.000Z")
