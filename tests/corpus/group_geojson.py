"""GeoJSON as portals, scripts and mail programs leave it."""

import json
from pathlib import Path

from cases import Layers, Refused, case

SQUARE = [[[121.2, 31.3], [121.201, 31.3], [121.201, 31.301], [121.2, 31.301], [121.2, 31.3]]]
SQUARE_M2 = 10_557.8


def feature(properties: dict[str, object], coordinates: object = SQUARE, kind: str = "Polygon") -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}


def written(folder: Path, content: object, name: str = "plots.geojson") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


@case(Layers(1, crs="EPSG:4326", geometry="polygon", area_m2=SQUARE_M2, first={"id": "00123"}))
def text_ids(folder: Path) -> Path:
    return written(folder, {"type": "FeatureCollection", "features": [feature({"id": "00123"})]})


@case(Refused("json_broken"))
def cut_short(folder: Path) -> Path:
    whole = json.dumps({"type": "FeatureCollection", "features": [feature({"id": "a"})]})
    return written(folder, whole[: len(whole) // 2])
