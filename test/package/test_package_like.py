"""As last year: two packages of others, learned unaided; what is hostile in a folder; the command line."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
import shapely
from control_units.delineation.cli.main import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.package.build import package
from control_units.delineation.package.like.layers import open_layers
from control_units.delineation.package.like.learn import learn
from control_units.delineation.package.like.matching import match_table
from control_units.delineation.package.profile import PackagePlace, read_package_profile
from control_units.delineation.plan.file import write_plan
from control_units.delineation.verbs import run
from foreign_packages import demo_plan, last_year, make_a, make_b, polygons, right_and_wrong
from hand import hand
from osgeo import gdal

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.package.like.learn import Learned
    from foreign_packages import Package

pytestmark = [pytest.mark.slow, pytest.mark.uses("rasterio", "exactextract")]

OWN = {"Shape_Area", "Shape_Length"}  # columns that a geodatabase makes by itself
MAKERS = {"a": make_a, "b": make_b}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """The packages, each with what was learned of it."""
    out = {}
    for name, make in MAKERS.items():
        folder = tmp_path_factory.mktemp(name)
        made = make(folder / "去年 成果", demo_plan())
        out[name] = made, learn(made.folder, folder / f"{name}.toml")
    return out


@pytest.fixture(scope="module")
def units():
    return polygons(last_year(demo_plan())[0])


def put(units, path, *, encoding=None, **columns):
    """Write a layer of units."""
    frame = gpd.GeoDataFrame(columns, geometry=units.geometry, crs=units.crs)
    frame.to_file(path, engine="pyogrio", encoding=encoding)


def taken(learned: Learned, path: str) -> dict[str, str]:
    """What the columns of a layer were taken for."""
    file = next(file for file in learned.files if file.path == path)
    return {match.column.title: match.of for match in file.matches}


def counted(package: tuple[Package, Learned]) -> tuple[int, int, list[str]]:
    """How many columns there are, how many of them are right, and which are wrong."""
    made, learned = package
    columns, right, wrong = 0, 0, []
    for path, truth in made.truth.items():
        good, bad = right_and_wrong(truth, taken(learned, path))
        columns, right, wrong = columns + len(truth), right + len(good), wrong + bad
    return columns, right, wrong


# ── Two packages ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", MAKERS)
def test_of_a_package_of_others_no_column_is_wrong_and_nearly_all_are_right(foreign, name):
    columns, right, wrong = counted(foreign[name])
    assert columns >= 20
    assert wrong == []
    assert right >= 0.95 * columns


def fields_in(path: Path, layer: str) -> list[tuple[str, str, int, int]]:
    """Names, types, widths and decimals of the fields of a layer, as GDAL says them."""
    with gdal.OpenEx(str(path)) as source:
        found = source.GetLayerByName(layer) if layer else source.GetLayer(0)
        fields = [found.GetLayerDefn().GetFieldDefn(n) for n in range(found.GetLayerDefn().GetFieldCount())]
        return [(one.GetName().strip(), one.GetTypeName(), one.GetWidth(), one.GetPrecision()) for one in fields]


def test_a_geodatabase_keeps_aliases_layer_names_and_the_code_table_of_categories(foreign):
    units, zones = read_package_profile(foreign["b"][1].profile).contents
    assert (units.layer, units.title, zones.layer) == ("HJGKDY", "环境管控单元", "HJYSGKFQ")
    alias = {field.name: field.alias for field in units.fields}
    assert (alias["编码"], alias["省"]) == ("环境管控单元编码", "")
    assert {field.name: field.table for field in units.fields}["分类"] == "category"
    assert not OWN & alias.keys()


def test_it_says_nothing_of_people_telephones_and_offices(foreign, folder, units, tmp_path):
    lines = foreign["a"][1].profile.read_text(encoding="utf-8").splitlines()
    assert lines[lines.index('name = "BZDW"') + 1].startswith('of = ""  # ')
    told = {"TBR": "张三", "LXDH": "0991-1234567", "SJH": "13912345678", "BZDW": "某某环境科学研究院", "XB": "1"}
    put(units, folder / "a.shp", encoding="UTF-8", DYBM=units["code"], **told)
    text = learn(folder, tmp_path / "p.toml").profile.read_text(encoding="utf-8")
    assert not [value for value in told.values() if len(value) > 1 and value in text]
    assert "某某环境科学研究院" not in "".join(lines)


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_shapefile_that_states_no_encoding_has_that_of_its_texts(encoding, folder, units, tmp_path):
    put(units, folder / "a.shp", encoding=encoding, DYBM=units["code"], DYMC=units["name"])
    (folder / "a.cpg").unlink()
    (layer,) = read_package_profile(learn(folder, tmp_path / "p.toml").profile).contents
    assert (layer.encoding, [field.of for field in layer.fields]) == (encoding, ["code", "name"])


def test_the_years_of_files_and_layers_are_renewed_and_those_that_are_unsure_are_listed(folder, units, tmp_path):
    for name in ("单元2023", "基准2020单元_2023", "规划2021-2035单元_2023", "单元2023版"):
        put(units, folder / f"{name}.gpkg", DYBM=units["code"], DYMC=units["name"])
    contents = read_package_profile(learn(folder, tmp_path / "p.toml").profile).contents
    assert [(one.path, one.layer) for one in contents] == [
        (f"{name}.gpkg", name)
        for name in ("单元{year}", "单元2023版", "基准2020单元_{year}", "规划2021-2035单元_{year}")
    ]
    assert [one.check.splitlines()[:2] for one in contents] == [
        [],
        ["名称中的年份未改：单元2023版.gpkg", "名称中的年份未改：单元2023版"],
        ["名称中的年份未改：基准2020单元_{year}.gpkg", "名称中的年份未改：基准2020单元_{year}"],
        [],
    ]


@pytest.mark.parametrize(
    ("given", "top", "own"),
    [
        ((4490, 4490), "EPSG:4490", ["", ""]),
        ((4538, 4517), "", ["EPSG:4538", "EPSG:4517"]),
        ((4504, 4504), "EPSG:4504", ["", ""]),
        ((4490, 4326), "", ["EPSG:4490", ""]),
        ((4610, 32645), "", ["", ""]),
        ((2361, 2361), "", ["", ""]),
    ],
)
def test_a_crs_of_cgcs2000_is_kept_and_any_other_is_told(folder, units, tmp_path, given, top, own):
    for name, crs in zip("ab", given, strict=True):
        put(units.to_crs(crs), folder / f"{name}.gpkg", DYBM=units["code"], DYMC=units["name"])
    learned = learn(folder, tmp_path / "p.toml")
    profile = read_package_profile(learned.profile)
    assert (profile.crs, [one.crs for one in profile.contents]) == (top, own)
    told = [[str(one) for one in file.said if "coordinates were" in str(one)] for file in learned.files]
    wanted = [
        [] if top or one else [f"coordinates were in EPSG:{crs}; a package has those of its plan"]
        for one, crs in zip(own, given, strict=True)
    ]
    assert told == wanted


def test_the_crs_of_a_kml_is_its_own_and_one_that_is_not_stated_is_told(folder, units, tmp_path):
    put(units, folder / "a.shp", encoding="UTF-8", DYBM=units["code"], DYMC=units["name"])
    (folder / "a.prj").unlink()
    named = units.to_crs(4326)[["code", "name", "geometry"]].rename(columns={"code": "DYBM", "name": "DYMC"})
    named.to_file(folder / "b.kml", engine="pyogrio", driver="KML")
    said = [
        [str(one) for one in file.said if "coordinates" in str(one)]
        for file in learn(folder, tmp_path / "p.toml").files
    ]
    assert said == [["coordinates were in an unknown CRS; a package has those of its plan"], []]


def test_it_states_the_place_of_a_city_and_none_of_several(folder, units, tmp_path):
    put(units, folder / "650100某市单元.shp", encoding="UTF-8", DYBM=units["code"], DYMC=units["name"])
    place = read_package_profile(learn(folder, tmp_path / "one.toml").profile).place
    assert (place.province, place.city, place.city_code) == ("新疆维吾尔自治区", "某市", "650100")
    code = [code.replace("ZH6501", "ZH6502") if row % 2 else code for row, code in enumerate(units["code"])]
    put(units, folder / "650100某市单元.shp", encoding="UTF-8", DYBM=code, DYMC=units["name"])
    assert read_package_profile(learn(folder, tmp_path / "several.toml").profile).place == PackagePlace()


def test_it_states_no_place_where_there_are_no_units(folder, units, tmp_path):
    put(units[:0], folder / "650100某市单元.shp", encoding="UTF-8", DYBM=units["code"][:0], DYMC=units["name"][:0])
    assert read_package_profile(learn(folder, tmp_path / "p.toml").profile).place == PackagePlace()


# ── This year's package ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def made_anew(foreign, tmp_path_factory):
    """This year's packages by the learned profiles, without maps, and their findings."""
    folder = tmp_path_factory.mktemp("anew")
    write_plan(demo_plan(), folder / "plan.gpkg")
    out = {}
    for name, (_, learned) in foreign.items():
        blocks = learned.profile.read_text(encoding="utf-8").split("\n[[file]]\n")
        kept = [block for block in blocks if 'kind = "export"' not in block]
        (folder / f"{name}.toml").write_text("\n[[file]]\n".join(kept), encoding="utf-8")
        done = package(folder / "plan.gpkg", folder / name, profile=folder / f"{name}.toml")
        assert not done.refused
        out[name] = folder / name, done.findings
    return out


@pytest.mark.parametrize("name", MAKERS)
def test_the_new_package_reads_back_in_the_old_layout_but_for_what_was_told(foreign, made_anew, name):
    made, learned = foreign[name]
    year = demo_plan().meta["date"][:4]
    for file in learned.files:
        if file.kind != "layer":
            continue
        path, _, layer = file.path.partition("|")
        told = " ".join(map(str, file.said))
        old = [one for one in fields_in(made.folder / path, layer) if not (path.endswith(".gdb") and one[0] in OWN)]
        new = fields_in(made_anew[name][0] / path.replace("2023", year), layer)
        assert [one[0] for one in new] == [one[0] for one in old]
        for before, after in zip(old, new, strict=True):
            whole = {"Integer64": "Integer"}  # of few digits
            kinds = [whole.get(one[1], one[1]) for one in (before, after)]
            assert (kinds[0], before[2:]) == (kinds[1], after[2:]) or f"field {before[0]} " in told


def test_layers_of_one_element_hold_its_zones_and_what_none_holds_is_a_finding(made_anew):
    folder, findings = made_anew["a"]
    zones = demo_plan().element_zones
    held = 0
    for path in (folder / "01矢量数据/要素分区").glob("*.shp"):
        element = "water" if "水环境" in path.name else "air"
        rows = gpd.read_file(path, engine="pyogrio")
        assert rows["FQBM"].tolist() == zones.loc[zones["element"] == element, "code"].tolist()
        held += len(rows)
    left = [one for one in findings if one["id"] == "P16"]
    assert [one["value"] for one in left] == [len(zones) - held]


def test_chinese_names_of_fields_stay_in_a_shapefile_in_gbk(units, tmp_path):
    folder = tmp_path / "去年"
    folder.mkdir()
    put(
        units,
        folder / "单元.shp",
        encoding="GBK",
        单元编码=units["code"],
        单元名称=units["name"],
        面积=units.area / 1e6,
    )
    learned = learn(folder, tmp_path / "p.toml")
    assert taken(learned, "单元.shp") == {"单元编码": "code", "单元名称": "name", "面积": "area_km2"}
    write_plan(demo_plan(), tmp_path / "plan.gpkg")
    package(tmp_path / "plan.gpkg", tmp_path / "new", profile=learned.profile)
    rows = gpd.read_file(tmp_path / "new" / "单元.shp", engine="pyogrio")
    assert list(rows.columns) == ["单元编码", "单元名称", "面积", "geometry"]
    assert rows["单元名称"].tolist() == demo_plan().units["name"].tolist()


def test_columns_that_nobody_knows_are_findings_and_those_that_were_empty_are_none(made_anew):
    said = " ".join(one["message"] for one in made_anew["a"][1] if one["id"] == "P02")
    assert "BZDW" in said
    assert "RKMD" in said
    assert "“BZ”" not in said


# ── By values alone ─────────────────────────────────────────────────────────────────────────────────────────────────

# What no value says: texts that are anybody's, a place that is the same in all rows.
MUTE = {"townships", "reasons", "space", "discharge", "risk", "resource", "city", "year", "element"}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", MAKERS)
def test_without_names_and_in_any_order_what_values_say_is_right_and_nothing_is_wrong(foreign, name, seed):
    made = foreign[name][0]
    files = sorted({made.folder / path.partition("|")[0] for path in made.truth})
    for layer in open_layers(made.folder, files):
        if layer.name not in made.truth:
            continue
        truth = made.truth[layer.name]
        order = np.random.default_rng(seed).permutation(len(layer.table.columns))
        shuffled = [layer.table.columns[place] for place in order]
        nameless = tuple(
            replace(column, place=place, title=f"F{place}", alias="", table={})
            for place, column in enumerate(shuffled, 1)
        )
        found = match_table(replace(layer.table, columns=nameless, file="x", name="")).matches
        for column, match in zip(shuffled, found, strict=True):
            wanted = truth[column.title] or ""
            assert match.of in ("", wanted), f"{column.title}: {match.of}"
            constant = len(set(column.values)) == 1
            digits = wanted == "category" and set(column.values) <= {1, 2, 3}  # may grade anything
            assert match.of or wanted in ("", *MUTE) or constant or digits, column.title


@pytest.mark.parametrize("named", [True, False], ids=["named", "nameless"])
@pytest.mark.parametrize("count", [1, 3, 5, 8])
@pytest.mark.parametrize("name", MAKERS)
def test_of_few_rows_nothing_is_wrong(foreign, name, count, named):
    made = foreign[name][0]
    files = sorted({made.folder / path.partition("|")[0] for path in made.truth})
    for layer in open_layers(made.folder, files):
        if layer.name not in made.truth:
            continue
        for seed in range(3):
            rows = np.random.default_rng(seed).choice(len(layer.table.geometry), count, replace=False)
            columns = tuple(
                replace(
                    column,
                    title=column.title if named else f"F{column.place}",
                    alias=column.alias if named else "",
                    values=[column.values[row] for row in rows],
                )
                for column in layer.table.columns
            )
            table = replace(layer.table, columns=columns, geometry=layer.table.geometry[rows])
            titles = [column.title for column in layer.table.columns]
            found = dict(zip(titles, (match.of for match in match_table(table).matches), strict=True))
            assert right_and_wrong(made.truth[layer.name], found)[1] == []


# ── What is hostile in a folder ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "去年（数据）"
    made.mkdir()
    return made


def kinds_of(learned: Learned) -> dict[str, str]:
    return {file.path: file.kind for file in learned.files}


def test_a_layer_without_features_is_a_sample(folder, units):
    put(units[:0], folder / "样例.gpkg", HJGKDYBM=units["code"][:0], HJGKDYMC=units["name"][:0], MJ=units.area[:0])
    learned = learn(folder, folder.parent / "p.toml")
    assert taken(learned, "样例.gpkg|样例") == {"HJGKDYBM": "code", "HJGKDYMC": "name", "MJ": ""}


def test_a_kml_is_learned_without_the_columns_that_it_makes_itself(folder, units):
    places = "".join(
        f"<Placemark><name>{n}</name><ExtendedData><SchemaData schemaUrl='#s'>"
        f"<SimpleData name='DYBM'>{row.code}</SimpleData><SimpleData name='DYMC'>{row.title}</SimpleData>"
        f"</SchemaData></ExtendedData><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        f"{87 + n / 100},43 {87.005 + n / 100},43 {87 + n / 100},43.005 {87 + n / 100},43"
        f"</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for n, row in enumerate(units[["code", "name"]].rename(columns={"name": "title"}).itertuples(index=False))
    )
    fields = "".join(f"<SimpleField name='{name}' type='string'/>" for name in ("DYBM", "DYMC"))
    (folder / "单元.kml").write_text(
        f"<?xml version='1.0' encoding='UTF-8'?><kml xmlns='http://www.opengis.net/kml/2.2'><Document>"
        f"<Schema name='s' id='s'>{fields}</Schema><Folder><name>单元</name>{places}</Folder></Document></kml>",
        encoding="utf-8",
    )
    learned = learn(folder, folder.parent / "p.toml")
    assert taken(learned, "单元.kml") == {"DYBM": "code", "DYMC": "name"}


def test_three_hundred_columns_are_matched_or_left(folder, units):
    noise = np.random.default_rng(0).uniform(0, 1e4, (300, len(units)))
    columns = {f"C{n}": noise[n] for n in range(299)}
    put(units, folder / "多.gpkg", DYBM=units["code"], **columns)
    learned = learn(folder, folder.parent / "p.toml")
    assert (learned.columns, learned.matched) == (300, 1)


def test_shapes_that_are_missing_or_empty_stop_nothing(folder, units):
    broken = units.copy()
    broken.geometry = [None, shapely.MultiPolygon(), *units.geometry[2:]]
    put(broken, folder / "缺.gpkg", DYBM=units["code"], MJ=units.area, ZC=units.length)
    found = taken(learn(folder, folder.parent / "p.toml"), "缺.gpkg|缺")
    assert found == {"DYBM": "code", "MJ": "area_m2", "ZC": "perimeter_m"}


def test_a_plan_of_this_program_is_no_package(folder, units):
    put(units, folder / "单元.shp", DYBM=units["code"], DYMC=units["name"])
    write_plan(demo_plan(), folder / "plan.gpkg")
    learned = learn(folder, folder.parent / "p.toml")
    assert kinds_of(learned) == {"单元.shp": "layer", "plan.gpkg": ""}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def ready(tmp_path_factory, units):
    made = tmp_path_factory.mktemp("ready") / "去年"
    made.mkdir()
    put(units, made / "单元.shp", DYBM=units["code"], DYMC=units["name"])
    return made


def test_the_same_folder_gives_the_same_profile(ready, tmp_path):
    texts = {learn(ready, tmp_path / f"{name}.toml").profile.read_bytes() for name in "ab"}
    assert len(texts) == 1


def test_a_profile_that_is_there_is_replaced_also_one_that_cannot_be_read(ready, tmp_path):
    output = tmp_path / "p.toml"
    learn(ready, output)
    output.write_text(output.read_text(encoding="utf-8").replace('kind = "layer"', 'kind = "lair"'), encoding="utf-8")
    learn(ready, output)
    assert read_package_profile(output).contents[0].kind == "layer"


def absent(tmp_path):
    return tmp_path / "nothing", tmp_path / "p.toml"


def empty(tmp_path):
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty", tmp_path / "p.toml"


def unknown(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    return tmp_path / "photos", tmp_path / "p.toml"


def a_file(tmp_path):
    (tmp_path / "a.zip").write_bytes(b"x")
    return tmp_path / "a.zip", tmp_path / "p.toml"


def no_toml(tmp_path):
    return None, tmp_path / "p.json"


def another_toml(tmp_path):
    (tmp_path / "case.toml").write_text('[case]\nname = "x"\n', encoding="utf-8")
    return None, tmp_path / "case.toml"


def no_folder(tmp_path):
    return None, tmp_path / "there" / "p.toml"


@pytest.mark.parametrize("state", [absent, empty, unknown, a_file, no_toml, another_toml, no_folder])
def test_what_cannot_be_learned_is_refused_in_one_sentence_and_leaves_nothing(ready, tmp_path, capsys, state):
    folder, output = state(tmp_path)
    before = sorted((path, path.read_bytes() if path.is_file() else b"") for path in tmp_path.rglob("*"))
    code = main(["profile", "--like", str(folder or ready), "-o", str(output), "--lang", "en"])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert len(said.err.splitlines()) == 1
    assert before == sorted((path, path.read_bytes() if path.is_file() else b"") for path in tmp_path.rglob("*"))


def test_a_folder_of_others_in_the_place_of_the_templates_is_spared(ready, tmp_path):
    """As where the profile is called as the package is: it would take its place."""
    folder = shutil.copytree(ready, tmp_path / "去年")
    book = openpyxl.Workbook()
    for row in zip(
        ["编码", *last_year(demo_plan())[0]["code"]], ["单元名称", *last_year(demo_plan())[0]["name"]], strict=True
    ):
        book.active.append(row)
    book.save(folder / "清单.xlsx")
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadInput, match="templates"):
        learn(folder, tmp_path / "去年.toml")
    assert sorted(tmp_path.rglob("*")) == before
    again = [learn(folder, tmp_path / "另.toml") for _ in range(2)]
    assert (tmp_path / "另").is_dir()
    assert again[1].matched == again[0].matched == 4


def test_what_cannot_be_written_leaves_the_old_profile(ready, tmp_path, monkeypatch):
    output = tmp_path / "p.toml"
    learn(ready, output)
    before = output.read_bytes()

    def fail(*_):
        raise BadInput("no")

    monkeypatch.setattr("control_units.delineation.package.like.learn.read_package_profile", fail)
    with pytest.raises(BadInput, match="no"):
        learn(ready, output)
    assert output.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["p.toml"]


# ── The command line ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_says_of_each_file_what_it_became_and_of_each_column_why(ready, tmp_path, capsys):
    output = tmp_path / "p.toml"
    assert main(["profile", "--like", str(ready), "-o", str(output), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {key: said[key] for key in ("profile", "columns", "matched", "unmatched")} == {
        "profile": str(output),
        "columns": 2,
        "matched": 2,
        "unmatched": 0,
    }
    (file,) = said["files"]
    assert (file["path"], file["as"]) == ("单元.shp", "layer")
    assert file["columns"][0] == {
        "name": "DYBM",
        "of": "code",
        "by": "its name; 55 of 55 values are codes of units",
        "matched": True,
        "sure": True,
    }
    assert (said["by_values"], said["by_name"]) == (2, 0)
    assert (file["undecided"], [one[:19] for one in file["said"]]) == ([], [])


def test_the_text_goes_line_by_line_and_ends_with_the_sum(foreign, tmp_path, capsys):
    made = foreign["a"][0]
    assert main(["profile", "--like", str(made.folder), "-o", str(tmp_path / "p.toml"), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    columns = [line.split(maxsplit=2) for line in lines]
    assert any(line[:2] == ["+", "AREA"] and "county" in line[2] for line in columns)
    assert any(line[:2] == ["?", "HDYJ"] and "only by its name: look at it" in line[2] for line in columns)
    assert not [line for line in columns if line[1:2] in (["RKMD"], ["BZ"])], "what stays empty has no mark"
    assert "26 columns: 21 by their values, 2 only by their names, 3 stay empty" in lines
    assert any("archive" in line for line in lines)


def test_a_package_of_our_own_has_its_own_profile_again(tmp_path):
    run(hand(tmp_path), tmp_path / "plan.gpkg")
    made = package(tmp_path / "plan.gpkg", tmp_path / "last", profile="earlier", city="某市", province="某省")
    assert not made.refused
    learned = learn(tmp_path / "last", tmp_path / "again.toml")
    own, shipped = read_package_profile(tmp_path / "again.toml"), read_package_profile("earlier")
    assert own.contents == shipped.contents
    assert (own.place.city, own.place.province) == ("某市", "某省")
    assert {file.kind for file in learned.files} == {content.kind for content in shipped.contents}
    again = package(tmp_path / "plan.gpkg", tmp_path / "this", profile=tmp_path / "again.toml")
    assert set(again.files) == set(made.files)


def test_where_nothing_is_recognised_the_reason_of_each_file_is_told(tmp_path):
    folder = tmp_path / "去年"
    folder.mkdir()
    (folder / "清单.xlsx").write_bytes(b"no workbook")
    with pytest.raises(BadInput) as told:
        learn(folder, tmp_path / "a.toml")
    assert "nothing in it is recognised: 清单.xlsx: " in str(told.value)
    assert "is damaged, or no workbook or document" in str(told.value)
    assert list(tmp_path.iterdir()) == [folder]
