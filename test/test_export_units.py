"""Units as a Shapefile or a GeoPackage: readable everywhere, whole or not at all, and never in place of a plan."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.export import units as units_module
from control_units.delineation.export.units import COLUMNS, write_units
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.layer import read_layer
from sample_plan import write_sample_plan


@pytest.fixture(scope="module")
def plan_file(tmp_path_factory):
    return write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg")


@pytest.fixture
def plan(plan_file):
    return read_plan(plan_file)


def named(plan, name: str):
    return replace(plan, units=plan.units.assign(name=name, reasons=None))


def read(path: Path):
    meta, _, wkb, data = pyogrio.raw.read(path, layer="units" if path.suffix == ".gpkg" else None)
    return dict(zip(meta["fields"], data, strict=True)), shapely.from_wkb(wkb), meta


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_the_units_can_be_read_again(plan, tmp_path, suffix):
    told = write_units(plan, tmp_path / f"单元{suffix}")
    fields, shapes, meta = read(tmp_path / f"单元{suffix}")
    assert list(fields) == [name for name, _ in COLUMNS]
    assert told == {"units": len(plan.units), "encoding": "GBK" if suffix == ".shp" else "UTF-8", "cut": 0}
    for name in ("code", "name", "category", "parts"):
        assert fields[name].tolist() == plan.units[name].tolist()
    assert set(fields["cat_name"]) <= {"优先保护", "重点管控", "一般管控"}
    assert np.allclose(fields["area_km2"], plan.units["area_m2"] / 1e6, rtol=1e-12)
    assert shapely.equals(shapes, plan.units["geometry"].to_numpy(dtype=object)).all()
    assert "4549" in meta["crs"]


def test_a_shapefile_says_its_encoding_and_is_read_as_any_source(plan, tmp_path):
    write_units(plan, tmp_path / "units.shp")
    assert (tmp_path / "units.cpg").read_text() == "GBK"
    assert all(len(name.encode()) <= 10 for name, _ in COLUMNS)
    layer = read_layer(tmp_path / "units.shp", name="units.shp")
    assert layer.raw.columns["name"].tolist() == plan.units["name"].tolist()
    assert layer.raw.encoding.upper().replace("-", "") in ("GBK", "GB18030")


def test_a_character_that_gbk_lacks_makes_it_utf_8(plan, tmp_path):
    told = write_units(named(plan, "𠮷县"), tmp_path / "units.shp")
    assert told["encoding"] == (tmp_path / "units.cpg").read_text() == "UTF-8"
    assert set(read(tmp_path / "units.shp")[0]["name"]) == {"𠮷县"}


@pytest.mark.parametrize("name", ["县" * 200, "a" + "县" * 200, "𠮷" * 100, "a" + "𠮷" * 100])
def test_a_long_text_ends_with_a_whole_character(plan, tmp_path, name):
    told = write_units(named(plan, name), tmp_path / "units.shp")
    (found,) = set(read(tmp_path / "units.shp")[0]["name"])
    assert name.startswith(found)
    assert len(found) in (127, 126 + 1, 63, 63 + 1)
    assert told["cut"] == len(plan.units)


@pytest.mark.parametrize("suffix", [".shp", ".gpkg"])
def test_the_same_plan_gives_the_same_bytes(plan, tmp_path, suffix):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        write_units(plan, tmp_path / folder / f"units{suffix}")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_an_old_shapefile_is_replaced_with_all_that_belonged_to_it(plan, tmp_path):
    write_units(named(plan, "old"), tmp_path / "units.shp")
    (tmp_path / "units.sbn").write_bytes(b"an index of the old one")
    (tmp_path / "units.txt").write_bytes(b"a note")
    write_units(plan, tmp_path / "units.shp")
    assert sorted(contents(tmp_path)) == [f"units.{part}" for part in ("cpg", "dbf", "prj", "shp", "shx", "txt")]
    assert read(tmp_path / "units.shp")[0]["name"].tolist() == plan.units["name"].tolist()


@pytest.mark.parametrize("part", [".dbf", ".shp"])
def test_where_one_file_is_held_open_all_old_ones_stay(plan, tmp_path, monkeypatch, part):
    write_units(named(plan, "old"), tmp_path / "units.shp")
    before = contents(tmp_path)
    move = Path.replace

    def held(self, target):
        if Path(target) == (tmp_path / "units.shp").with_suffix(part) and self.parent.name != "before":
            raise PermissionError(13, "Permission denied", str(target))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BadInput, match="cannot be written"):
        write_units(plan, tmp_path / "units.shp")
    monkeypatch.undo()
    assert contents(tmp_path) == before


@pytest.mark.parametrize("part", [".dbf", ".shp", ".shx"])
def test_what_a_full_disk_has_cut_takes_nothing_s_place(plan, tmp_path, monkeypatch, part):
    write = pyogrio.raw.write

    def cut(path, *arguments, **options):
        write(path, *arguments, **options)
        with path.with_suffix(part).open("r+b") as file:
            file.truncate(path.with_suffix(part).stat().st_size - 1)

    monkeypatch.setattr(units_module.pyogrio.raw, "write", cut)
    with pytest.raises(BadInput, match="cannot be written"):
        write_units(plan, tmp_path / "units.shp")
    assert contents(tmp_path) == {}


def test_a_plan_is_never_replaced(plan, plan_file, tmp_path):
    copy = Path(shutil.copy(plan_file, tmp_path / "plan.gpkg"))
    before = copy.read_bytes()
    with pytest.raises(BadInput, match="is a plan"):
        write_units(plan, copy)
    assert copy.read_bytes() == before


@pytest.mark.parametrize(("name", "what"), [("units.txt", r"is no \.shp"), ("nowhere/units.shp", "folder not found")])
def test_what_cannot_be_written_is_refused_in_one_sentence(plan, tmp_path, name, what):
    with pytest.raises(BadInput, match=what):
        write_units(plan, tmp_path / name)
    assert contents(tmp_path) == {}
