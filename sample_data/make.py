"""Write the invented Jiading: `python sample_data/make.py [--out DIR]` gives the same bytes each time."""

from __future__ import annotations

import argparse
from pathlib import Path

from _make import constraints, dirty, features, fields, plots, rasters, register, streets, writing, zones


def main() -> None:
    """Make every layer and write data/ and dirty/ below the output folder."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument(
        "--out", type=Path, default=Path(__file__).parent, help="folder to write to (default: beside this script)"
    )
    out: Path = arguments.parse_args().out
    data, faults = out / "data", out / "dirty"
    for folder in (data, faults):
        folder.mkdir(parents=True, exist_ok=True)
        for old in sorted(folder.iterdir()):
            old.unlink()
    town = streets.town()
    parcels = fields.parcels(plots.plots(town))
    rows, points, owners, counts = register.firms(parcels)
    fields.finish(parcels, owners, counts, register.parcel_names(parcels))
    found = zones.zones(town)
    layers = [
        features.Layer(
            "zones",
            "Polygon",
            "区块（虚构样例） zones (invented sample)",
            shapes=[z.shape for z in found],
            columns=zones.zone_columns(found),
        ),
        constraints.constraints(town, parcels),
        features.roads(town),
        features.test_roads(town),
        *features.metro_layers(town),
        features.labs(),
        features.Layer(
            "firms",
            "Point",
            "企业名录（虚构样例） firm register (invented sample)",
            shapes=register.as_points(points),
            columns=rows,
        ),
    ]
    writing.write_shp(data / "parcels.shp", parcels.shapes, parcels.columns, writing.PARCEL_FIELDS)
    writing.write_gpkg(data / "plan.gpkg", layers)
    rasters.coverage(data / "coverage_5ga.tif")
    rasters.flood(data / "flood_depth.tif")
    dirty.write(faults, parcels)
    print(f"{len(parcels)} parcels, {len(set(rows['credit_code']))} firms, {sum(parcels.true['output_wan']) / 1e4:.0f} yi")


if __name__ == "__main__":
    main()
