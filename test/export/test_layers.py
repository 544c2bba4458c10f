"""Units and element zones as layers for others: the profile's fields in four formats, whole or not at all."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.case.profile import NATIONAL, read_profile
from control_units.delineation.checks import check, subject_from_layer
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.geopackage import new_file
from control_units.delineation.core.xlsx import read_cells
from control_units.delineation.export import layers
from control_units.delineation.export.layers import SUFFIXES, layers_of, read_layers, write_layers
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.outputs import OutputGuard
from control_units.delineation.sources.layer import read_layer
from own_profile import own_profile
from sample_plan import write_sample_plan

DRIVERS = list(SUFFIXES)
SHP, GDB, GPKG, KML = DRIVERS


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return read_plan(write_sample_plan(tmp_path_factory.mktemp("plan") / "plan.gpkg"))


def layer_of(plan, what):
    """Of the sample plan's zones, which are of one element, there is one layer too."""
    (layer,), left_out = layers_of(plan, what)
    assert not left_out
    return layer


def write_layer(layer, *given, **more):
    return write_layers([layer], *given, **more)


@pytest.fixture
def units(plan):
    return layer_of(plan, "units")


def named(layer, name: str):
    count = len(layer.geometry)
    return replace(layer, columns={**layer.columns, "HJGKDYMC": np.array([name] * count, dtype=object)})


def read(path: Path):
    meta, _, wkb, data = pyogrio.raw.read(path, layer=0)
    return dict(zip(meta["fields"], data, strict=True)), shapely.from_wkb(wkb), meta


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("what", ["units", "zones"])
def test_every_code_name_and_number_is_read_back(plan, tmp_path, driver, what):
    layer = layer_of(plan, what)
    path = tmp_path / f"成果{SUFFIXES[driver]}"
    told = write_layer(layer, path, driver)
    assert told == {"encoding": "GBK" if driver == SHP else "UTF-8", "cut": 0, "mended": 0}
    fields, shapes, meta = read(path)
    frame = plan.units if what == "units" else plan.element_zones
    assert len(shapes) == len(frame) > 0
    for field in layer.fields:
        # GDAL reads an empty text of a Shapefile as none.
        read_as = "Name" if driver == KML and field.of == "name" else field.name
        found = ["" if value is None else value for value in fields[read_as].tolist()]
        assert found == layer.columns[field.name].tolist(), field.name
    code = "HJGKDYBM" if what == "units" else "HJYSGKFQBM"
    assert fields[code].tolist() == frame["code"].tolist()
    assert np.allclose(fields["MJ"], frame["area_m2"] / 1e6, atol=0.5e-4)
    if driver == KML:
        assert np.abs(shapely.total_bounds(shapes)).max() < 180
    elif driver == GDB:
        assert np.allclose(shapely.area(shapes), frame["area_m2"], atol=0.5)
    else:
        assert shapely.equals(shapes, frame["geometry"].to_numpy(dtype=object)).all()
        assert "4549" in meta["crs"]


@pytest.mark.parametrize("what", ["units", "zones"])
def test_categories_kinds_and_zones_are_words(plan, what):
    layer = layer_of(plan, what)
    texts = {text for field in layer.fields if field.type == "text" for text in layer.columns[field.name].tolist()}
    ids = {*plan.units["kind"], *plan.element_zones["element"], *plan.element_zones["zone"]}
    assert not texts & ids
    of = {field.of: field.name for field in layer.fields}
    assert set(layer.columns[of["category_name"]]) <= {"优先保护", "重点管控", "一般管控"}


def test_ogrinfo_sees_widths_aliases_and_code_tables(units, tmp_path):
    seen = {}
    for driver in (SHP, GDB, GPKG):
        path = tmp_path / f"a{SUFFIXES[driver]}"
        write_layer(units, path, driver)
        said = subprocess.run(["ogrinfo", "-json", "-so", "-al", str(path)], capture_output=True, check=True)
        seen[driver] = json.loads(said.stdout)
    for driver, facts in seen.items():
        fields = {one["name"]: one for one in facts["layers"][0]["fields"]}
        assert list(fields) == [field.name for field in units.fields], driver
        assert (fields["HJGKDYBM"]["width"], fields["HJGKDYMC"]["width"]) == (20, 100)
    shapefile = {one["name"]: one for one in seen[SHP]["layers"][0]["fields"]}
    assert (shapefile["MJ"]["width"], shapefile["MJ"]["precision"]) == (16, 4)
    for driver in (GDB, GPKG):
        fields = {one["name"]: one for one in seen[driver]["layers"][0]["fields"]}
        assert fields["HJGKDYBM"]["alias"] == "环境管控单元编码"
        assert fields["FLDM"]["domainName"] in seen[driver]["domains"]
        assert seen[driver]["domains"][fields["FLDM"]["domainName"]]["codedValues"] == {
            "1": "优先保护",
            "2": "重点管控",
            "3": "一般管控",
        }


def test_what_was_handed_over_is_found_right_by_our_own_checks(plan, units, tmp_path):
    write_layer(units, tmp_path / "units.shp", SHP)
    found, _ = check(subject_from_layer(tmp_path / "units.shp"))
    assert not {one.id for one in found} & {"Q02", "Q03", "Q04", "Q05", "Q06", "Q07"}
    layer = read_layer(tmp_path / "units.shp", name="units.shp")
    assert layer.raw.columns["HJGKDYMC"].tolist() == plan.units["name"].tolist()


@pytest.mark.parametrize("name", ["县" * 60, "a" + "县" * 60, "𠮷" * 40, "a" + "𠮷" * 40])
def test_a_long_text_ends_with_a_whole_character_and_stands_in_full_in_a_workbook_beside_it(units, tmp_path, name):
    told = write_layer(named(units, name), tmp_path / "units.shp", SHP)
    (found,) = set(read(tmp_path / "units.shp")[0]["HJGKDYMC"])
    assert name.startswith(found)
    assert len(found) in (50, 25, 26)
    code = units.columns["HJGKDYBM"].tolist()
    assert (told["cut"], told["cut_texts"]) == (len(code), [f"{one} HJGKDYMC" for one in code])
    assert told["texts_in"] == "units_texts.xlsx"
    (rows,) = read_cells(tmp_path / "units_texts.xlsx").values()
    assert rows[1:] == [(one, name, "HJGKDYMC", "环境管控单元名称", name) for one in code]


@pytest.mark.parametrize(("driver", "suffix"), [(GPKG, ".gpkg"), (GDB, ".gdb")])
def test_a_database_that_cuts_a_text_has_it_in_full_in_a_table_of_its_own(units, tmp_path, driver, suffix):
    name = "县" * 120
    told = write_layer(named(units, name), tmp_path / f"units{suffix}", driver)
    assert told["texts_in"] == "HJGKDY_texts"
    texts = pyogrio.read_dataframe(tmp_path / f"units{suffix}", layer="HJGKDY_texts", read_geometry=False)
    assert texts["code"].tolist() == units.columns["HJGKDYBM"].tolist()
    assert set(texts["text"]) == {name}


def test_a_kml_cuts_no_text_since_its_fields_have_no_width(units, tmp_path):
    told = write_layer(named(units, "县" * 120), tmp_path / "units.kml", KML)
    assert told["cut"] == 0
    assert "县" * 120 in (tmp_path / "units.kml").read_text(encoding="utf-8")


def test_a_field_of_seven_chinese_characters_needs_a_short_name_in_a_shapefile(units, tmp_path):
    fields = (replace(units.fields[0], name="管控单元类别名"), *units.fields[1:])
    odd = replace(units, fields=fields, columns={**units.columns, "管控单元类别名": units.columns["HJGKDYBM"]})
    with pytest.raises(BadInput, match="field name '管控单元类别名' is no name of a Shapefile"):
        write_layer(odd, tmp_path / "units.shp", SHP)
    assert not list(tmp_path.iterdir())
    write_layer(odd, tmp_path / "units.gpkg", GPKG)
    assert "管控单元类别名" in read(tmp_path / "units.gpkg")[0]
    short = replace(odd, fields=(replace(fields[0], short="DYLBM"), *fields[1:]))
    write_layer(short, tmp_path / "units.shp", SHP)
    assert "DYLBM" in read(tmp_path / "units.shp")[0]


def test_a_polygon_that_is_none_in_degrees_is_mended_and_counted(units, tmp_path):
    wrong = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    moved = shapely.transform(wrong, lambda points: np.add(points, [500_000, 3_400_000]))
    odd = replace(units, geometry=np.array([moved, *units.geometry[1:]], dtype=object))
    assert write_layer(odd, tmp_path / "units.kml", KML)["mended"] == 1
    assert shapely.is_valid(read(tmp_path / "units.kml")[1]).all()


def test_qgis_finds_the_plans_colours_under_the_layers_own_fields(units, tmp_path):
    write_layer(units, tmp_path / "units.gpkg", GPKG)
    with sqlite3.connect(tmp_path / "units.gpkg") as connection:
        ((layer, qml),) = connection.execute("SELECT f_table_name, styleQML FROM layer_styles").fetchall()
    assert layer == "HJGKDY"
    assert "&quot;FLDM&quot; = 1" in qml
    assert 'fieldName="HJGKDYMC"' in qml
    assert "&quot;category&quot;" not in qml


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_old_one_is_replaced_with_all_that_belonged_to_it(plan, units, tmp_path, driver):
    path = tmp_path / f"units{SUFFIXES[driver]}"
    write_layer(named(units, "old"), path, driver)
    (tmp_path / "units.sbn").write_bytes(b"an index of the old one")
    (tmp_path / "units.txt").write_bytes(b"a note")
    write_layer(units, path, driver)
    assert read(path)[0]["HJGKDYBM"].tolist() == plan.units["code"].tolist()
    assert (tmp_path / "units.txt").exists()
    assert (tmp_path / "units.sbn").exists() is (driver != SHP)
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


@pytest.mark.parametrize(("driver", "part"), [(SHP, ".dbf"), (SHP, ".shp"), (GDB, ".gdb")])
def test_where_one_file_is_held_open_all_old_ones_stay(units, tmp_path, monkeypatch, driver, part):
    path = tmp_path / f"units{SUFFIXES[driver]}"
    write_layer(named(units, "old"), path, driver)
    before = contents(tmp_path)
    move = Path.replace

    def held(self, target):
        if Path(target) == path.with_suffix(part) and self.parent.name != "before":
            raise PermissionError(13, "Permission denied", str(target))
        return move(self, target)

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(BadInput, match="cannot be written"):
        write_layer(units, path, driver)
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert set(read(path)[0]["HJGKDYMC"]) == {"old"}


@pytest.mark.parametrize("part", [".dbf", ".shp", ".shx"])
def test_what_a_full_disk_has_cut_takes_nothings_place(units, tmp_path, monkeypatch, part):
    write = layers._write

    def cut(path, *more):
        write(path, *more)
        with path.with_suffix(part).open("r+b") as file:
            file.truncate(path.with_suffix(part).stat().st_size - 1)

    monkeypatch.setattr(layers, "_write", cut)
    with pytest.raises(BadInput, match="disk full"):
        write_layer(units, tmp_path / "units.shp", SHP)
    assert contents(tmp_path) == {}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('of = "code"', 'of = "codes"'), "field HJGKDYBM: of = 'codes'"),
        (('type = "text"', 'type = "txt"'), "type = 'txt'"),
        (('alias = "环境管控单元编码"\n', ""), "no key 'alias'"),
        (('name = "HJGKDYMC"', 'name = "HJGKDYBM"'), "field 'HJGKDYBM' occurs twice"),
        (("width = 20\n", "width = 20\nlength = 3\n"), "unknown key 'length'"),
    ],
)
def test_what_is_wrong_in_a_bureaus_own_layers_is_named(plan, tmp_path, change, said):
    path = own_profile(tmp_path, "own/layers.toml", *change)
    with pytest.raises(BadInput, match=said):
        layers_of(replace(plan, meta={**plan.meta, "profile": path.stem}, folder=path.parent), "units")


def test_a_profile_without_layers_has_the_national_ones(tmp_path):
    national = (NATIONAL.parent / "national.toml").read_text(encoding="utf-8")
    (tmp_path / "ours.toml").write_text(national.replace('tables = "national"', 'tables = "ours"'), encoding="utf-8")
    assert read_layers(read_profile(tmp_path / "ours.toml")) == read_layers(read_profile("national"))


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_suffix_in_capitals_is_kept_as_it_was_asked_for(units, tmp_path, driver):
    path = tmp_path / f"UNITS{SUFFIXES[driver].upper()}"
    write_layer(units, path, driver)
    assert path.exists()
    assert path in layers.files_of(path, driver)
    assert len(read(path)[1]) == len(units.geometry)


def test_a_geopackage_that_a_program_holds_open_with_a_log_is_not_damaged(units, tmp_path):
    """QGIS opens GeoPackages so: the log of the old file must not be played into the new one."""
    path = tmp_path / "units.gpkg"

    def put(layer):
        with new_file(path, guard=OutputGuard(path, force=True)) as draft:
            write_layer(layer, draft, GPKG)

    put(named(units, "old"))
    holder = sqlite3.connect(path)
    holder.execute("PRAGMA journal_mode=WAL")
    holder.execute("CREATE TABLE mine (id INTEGER)")
    holder.commit()
    holder.execute("BEGIN")
    holder.execute("SELECT count(*) FROM HJGKDY").fetchall()
    with pytest.raises(BadInput, match="has it open"):
        put(units)
    holder.close()
    put(units)
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert set(read(path)[0]["HJGKDYMC"]) != {"old"}
    assert not [one.name for one in tmp_path.iterdir() if one.name.endswith(("-wal", "-shm"))]
