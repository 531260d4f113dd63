"""Layers that were read before: the same as read anew, and never those of other bytes or of another request."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from factories import CRS
from random_plots import random_plots

from landplan.core.errors import UsageError
from landplan.core.kernels.number_image import View, number_image
from landplan.core.layers import Layer
from landplan.core.recipe import LayerInput
from landplan.gui.canvas import plots
from landplan.io import array_folder, kept_layers, vector


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A cache of its own, in which every size is kept."""
    folder = tmp_path / "cache"
    folder.mkdir()
    monkeypatch.setenv("LANDPLAN_KEPT_GB", "1")
    monkeypatch.setattr(kept_layers, "LEAST_BYTES", 0)
    monkeypatch.setattr(kept_layers, "cache_folder", lambda *_names: folder)
    yield folder
    kept_layers.written()


def plots_file(path: Path, *, name: str = "甲") -> Path:
    """Seven kinds of plots, one without geometry, one with a value missing, two with the same id."""
    shapes = random_plots(3, count=13)
    ids = np.array([f"P{min(k, 12)}" for k in range(14)], object)
    owner = np.array([name if k % 3 else None for k in range(14)], object)
    columns = {"id": ids, "owner": owner, "jobs": np.where(np.arange(14) == 5, np.nan, np.arange(14.0))}
    path.parent.mkdir(exist_ok=True)
    pyogrio.raw.write(path, shapely.to_wkb(shapes), list(columns.values()), list(columns), geometry_type="Unknown"
                      if path.suffix == ".gpkg" else "Polygon", crs=CRS, encoding="UTF-8")  # fmt: skip
    return path


def read(path: Path, **spec: object) -> Layer:
    layer = vector.read_layer(path, LayerInput.model_validate({"path": path.name, **spec}), "parcels", CRS)
    kept_layers.written()
    return layer


def refuse(*_asked: object) -> None:
    raise AssertionError("the file was read again")


def same(a: Layer, b: Layer) -> bool:
    flat = all(np.array_equal(getattr(a.geometry, name), getattr(b.geometry, name)) for name in ("xy", "ring", "part", "row"))
    facts = (a.id, a.crs, a.source, dict(a.units), a.issues, a.geometry.kind) == (
        b.id, b.crs, b.source, dict(b.units), b.issues, b.geometry.kind)  # fmt: skip
    return flat and facts and a.table.equals(b.table) and a.ids.tolist() == b.ids.tolist()


@pytest.mark.parametrize("suffix", [".gpkg", ".shp"])
def test_the_second_opening_is_the_first_without_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    path = plots_file(tmp_path / "in" / f"a{suffix}")
    before = sorted(path.parent.iterdir())
    first = read(path)
    assert first.issues  # a repeated id and a plot without geometry: they must come back too
    monkeypatch.setattr(vector, "read_raw", refuse)
    assert same(read(path), first)
    assert sorted(path.parent.iterdir()) == before


def test_the_same_file_elsewhere_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")
    first = read(path)
    (tmp_path / "moved").mkdir()
    moved = Path(shutil.copy2(path, tmp_path / "moved" / "a.gpkg"))
    monkeypatch.setattr(vector, "read_raw", refuse)
    assert same(read(moved), first)


def test_other_bytes_of_the_same_size_and_time_are_read(tmp_path: Path) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")
    first, stamp, size = read(path), path.stat().st_mtime_ns, path.stat().st_size
    path.unlink()
    plots_file(path, name="乙")
    os.utime(path, ns=(stamp, stamp))
    assert path.stat().st_size == size
    second = read(path)
    assert second.source.sha256 != first.source.sha256
    assert set(second.texts("owner")) == {"乙", None}
    assert same(read(path), second)  # and is kept in the place of the first


@pytest.mark.parametrize("spec", [{"crs": "EPSG:4528"}, {"fields": {"name": "owner"}}, {"units": {"jobs": "人"}}])
def test_another_request_is_read(tmp_path: Path, spec: dict[str, object]) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")
    places = {kept_layers.place_of(path, LayerInput.model_validate({"path": "a", **more}), "parcels", CRS) for more in ({}, spec)}
    assert None not in places
    assert len(places) == 2
    assert kept_layers.place_of(path, LayerInput(path="a"), "zones", CRS) not in places
    assert kept_layers.place_of(path, LayerInput(path="a"), "parcels", "EPSG:4528") not in places


def test_code_that_reads_otherwise_is_another_request(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, spec = plots_file(tmp_path / "in" / "a.gpkg"), LayerInput(path="a")
    before = kept_layers.place_of(path, spec, "parcels", CRS)
    monkeypatch.setattr(kept_layers, "_reading", lambda: "another landplan")
    assert kept_layers.place_of(path, spec, "parcels", CRS) != before


@pytest.mark.parametrize("damage", ["xy.npy", "table.arrow", "facts.json"])
def test_a_damaged_entry_is_read_anew(tmp_path: Path, kept: Path, damage: str) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")
    first = read(path)
    (entry,) = kept.iterdir()
    whole = (entry / damage).read_bytes()
    (entry / damage).write_bytes(whole[: len(whole) // 2])
    assert kept_layers.kept_layer(entry) is None
    assert same(read(path), first)
    assert (entry / damage).read_bytes() == whole


def test_nothing_is_kept_of_a_private_grid_a_waiting_log_or_when_it_is_switched_off(
    tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, spec = plots_file(tmp_path / "in" / "a.gpkg"), LayerInput(path="a")
    assert kept_layers.place_of(path, spec, "parcels", "grid:嘉定") is None
    assert kept_layers.place_of(path, LayerInput(path="a", crs="grid:嘉定"), "parcels", CRS) is None
    log = path.with_name("a.gpkg-wal")
    log.touch()
    assert kept_layers.place_of(path, spec, "parcels", CRS) is None
    log.unlink()
    assert kept_layers.place_of(path, spec, "parcels", CRS) is not None
    monkeypatch.setattr(kept_layers, "LEAST_BYTES", 10**9)
    assert kept_layers.place_of(path, spec, "parcels", CRS) is None
    monkeypatch.setattr(kept_layers, "LEAST_BYTES", 0)
    monkeypatch.setenv("LANDPLAN_KEPT_GB", "0")
    assert kept_layers.place_of(path, spec, "parcels", CRS) is None
    read(path)
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("value", ["4GB", "-1", "nothing", "nan", ""])
def test_an_amount_that_is_none_is_refused_in_a_sentence(
    value: str, tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDPLAN_KEPT_GB", value)
    with pytest.raises(UsageError, match=rf"LANDPLAN_KEPT_GB.*{value}.*0"):
        read(plots_file(tmp_path / "in" / "a.gpkg"))
    assert list(kept.iterdir()) == []


def test_the_least_used_goes_when_room_is_short(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [plots_file(tmp_path / "in" / f"{name}.gpkg") for name in "abc"]
    places = [kept_layers.place_of(path, LayerInput(path=path.name), "parcels", CRS) for path in paths]
    read(paths[0])
    read(paths[1])
    assert places[0] is not None
    assert places[1] is not None
    os.utime(places[0], (1e9, 1e9))
    os.utime(places[1], (2e9, 2e9))
    size = sum(file.stat().st_size for file in places[0].iterdir())
    monkeypatch.setenv("LANDPLAN_KEPT_GB", str(2.5 * size / 1e9))
    read(paths[2])
    assert [place is not None and place.exists() for place in places] == [False, True, True]
    assert not [one for one in kept.iterdir() if one.name.startswith(".part-")]


def test_folders_of_others_are_left_alone(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (kept / "drawings").mkdir()
    (kept / "drawings" / "a.dwg").write_bytes(bytes(1000))
    (kept / ".part-left").mkdir()
    for name in ("drawings", ".part-left"):
        os.utime(kept / name, (1e9, 1e9))
    monkeypatch.setenv("LANDPLAN_KEPT_GB", "0.0000001")
    read(plots_file(tmp_path / "in" / "a.gpkg"))
    assert (kept / "drawings" / "a.dwg").exists()
    assert sorted(len(one.name) for one in kept.iterdir()) == [8, 32]


def test_a_file_that_changed_while_it_was_read_is_not_kept(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, reading = plots_file(tmp_path / "in" / "a.gpkg"), vector.read_raw

    def changed(*asked: object) -> object:
        raw = reading(*asked)  # type: ignore[arg-type]
        os.utime(path, (1e9, 1e9))
        return raw

    monkeypatch.setattr(vector, "read_raw", changed)
    assert len(read(path)) == 14
    assert list(kept.iterdir()) == []


@pytest.mark.parametrize("junk", ["[]", "7", '{"facts": {}, "sizes": []}', '{"facts": 7, "sizes": {}}', "\x00"])
def test_an_entry_of_junk_is_none(kept: Path, junk: str) -> None:
    (kept / "facts.json").write_text(junk)
    assert kept_layers.kept_layer(kept) is None


def test_a_full_disk_is_no_loss(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")

    def full(*_arguments: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(array_folder.np, "save", full)
    assert len(read(path)) == 14
    assert list(kept.iterdir()) == []


def test_the_second_picture_is_the_first_without_an_index_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = plots_file(tmp_path / "in" / "a.gpkg")
    first = plots.plots_of(read(path).geometry)
    kept_layers.written()
    again = read(path)
    monkeypatch.setattr(plots, "plot_index", refuse)
    second = plots.plots_of(again.geometry)
    for pixel_m in (0.5, 20.0):
        view = View(pixel_m, -100, -100)
        pictures = [number_image(one.index, view, 200, 200, far=one.far) for one in (first, second)]
        assert np.array_equal(*pictures)
        assert (pictures[0] >= 0).any()
    assert first.index.extent == second.index.extent
