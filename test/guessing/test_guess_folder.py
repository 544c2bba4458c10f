"""From a folder of files to a case: the walk, the comparison of layers, and a case that runs as it was written."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely
from command import ask, refusal
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing import guess_sources, write_case
from control_units.delineation.plan.summary import summarise
from control_units.delineation.verbs.running import delineate
from guess_samples import taken_up
from hand import COUNTY, RED_LINE, TOWNSHIP, WATER, box, write_layer
from raster_files import write as write_raster

pytestmark = pytest.mark.uses("rasterio", "exactextract")

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
GK = {"crs": "EPSG:4547"}


def roles(path):
    return {one.layer or one.path.stem: one.role for one in guess_sources([path]) if one.kind == "vector"}


def units(plan):
    rows = plan.units[["category", "kind", "parts", "area_m2"]].itertuples(index=False)
    return sorted((int(category), kind, int(parts), round(area, 6)) for category, kind, parts, area in rows)


def basic(folder, **more):
    """Two townships of a county, its red line, its water zones; ``more`` layers as (geometries, fields)."""
    folder.mkdir(parents=True, exist_ok=True)
    layers = {"县级行政区": COUNTY, "乡镇级行政区": TOWNSHIP, "生态保护红线": RED_LINE, "水环境管控分区": WATER, **more}
    for name, (geometry, fields) in layers.items():
        write_layer(folder / f"{name}.gpkg", name, geometry, fields)
    return folder


# --- the truth of known cases ---


def same_case(guessed, truth_path, *, unsure=()):
    """Roles, fields and zone ids as the true case has them, or marked as uncertain."""
    profile, found = read_profile(), {(one.path.name, one.layer): one for one in guessed if one.kind == "vector"}
    truth = read_case(truth_path)
    for spec in truth.sources:
        one = found[spec.path, spec.layer]
        assert one.role == spec.role, spec.layer
        assert one.guess.ready
        if spec.layer in unsure:
            assert one.guess.uncertain
        else:
            assert one.guess.confidence >= 0.8
        stated = dict(spec.fields)
        assert dict(one.guess.fields) == stated, spec.layer
        role = profile.roles[spec.role]
        for value, zone in one.guess.zones.items():
            assert spec.zones[value] == zone
            assert one.guess.uncertain
        for value, zone in spec.zones.items():
            assert profile.zone(role, value, one.guess.zones, "")[0] == zone
    used = {(spec.path, spec.layer) for spec in truth.sources}
    for key, one in found.items():
        if key not in used:
            assert not one.role, key


def test_the_county_solved_by_hand(data):
    same_case(guess_sources([data / "HAND"]), data / "HAND" / "case.toml", unsure=("eco",))


def test_the_demo_case():
    guessed = guess_sources([DEMO])
    same_case(guessed, DEMO / "case.toml")
    truth = {spec.name: spec for spec in read_case(DEMO / "case.toml").rasters}
    rasters = {one.raster.name: one.raster for one in guessed if one.raster}
    assert set(rasters) == set(truth)
    for name, found in rasters.items():
        assert found.kind == truth[name].kind
        assert found.kind == "class" or found.better == truth[name].better


@pytest.mark.parametrize("city", ["xiamen", "urumqi"])
def test_real_counties_and_towns(data, city):
    found = {one.layer or one.path.stem: one for one in guess_sources([data / f"CN-{city}"]) if one.kind == "vector"}
    county, town = found["county"].guess, found["town_voronoi"].guess
    assert (county.role, dict(county.fields)) == ("county", {"code": "code", "name": "county"})
    assert (town.role, dict(town.fields)) == ("township", {"code": "town_code", "name": "town_name"})
    assert min(county.confidence, town.confidence) >= 0.8
    assert found["redline_semireal"].role == "red_line"
    assert not found["water_osm"].role
    other = found["county_osm_mapchina"].guess
    assert (other.confidence < 0.5, other.ready) == (True, False)
    assert "stale" in [said.facts["problem"] for said in other.reasons]
    assert found["town_points"].guess.confidence < 0.5
    if city == "xiamen":
        assert found["sea_osm"].role == "sea"
        assert found["sea_osm"].guess.uncertain


MESSY = [
    "town_bj54_epsg2437",
    "town_epsg4490",
    "town_epsg4527",
    "town_epsg4528",
    "town_epsg4547",
    "town_epsg4548",
    "town_epsg4549",
    "town_gbk_nocpg_ldid77",
    "town_gbk_wrongcpg_utf8",
    "town_latlon_swapped",
    "town_utf8_nocpg_ldid0",
    "town_utf8_wrongcpg_gbk",
    "town_zone39_noprj",
    "乡镇_gbk_nocpg_ldid0",
    "xiamen_town.gdb",
    "xiamen_county.kml",
    "xiamen_county.tab",
    "xiamen_county_crs84.geojson",
    "xiamen_county_wkt.csv",
    "xiamen_county_z.gpkg",
    "xiamen_county_zm.gpkg",
    "county_gaps6m.gpkg",
]


@pytest.mark.parametrize("name", MESSY)
def test_messy_towns_and_counties(data, name):
    path = data / "MESSY" / name
    (one,) = guess_sources([path])
    county = "county" in name
    assert (one.role, one.count) == (("county", 6) if county else ("township", 40))
    assert one.guess.ready
    # "gaps6m" behind the word is nothing that the name of an official layer says.
    assert one.guess.confidence >= (0.5 if "gaps" in name else 0.8)
    values = one_column(path, one.guess.fields["name"])
    assert ("思明区" if county else "厦港街道") in values
    codes = one_column(path, one.guess.fields["code"])
    assert {len(str(code).split(".")[0]) for code in codes} == {6 if county else 12}


def one_column(path, field):
    from control_units.delineation.sources.formats.vectors import read_vector

    return read_vector(path).columns[field].tolist()


# --- a folder as a bureau has it ---


def mixed(data, folder):
    """HAND's layers in as many formats, with Chinese names and fields, GBK, some without .cpg."""
    source = data / "HAND" / "hand.gpkg"

    def frame(layer, **names):
        return pyogrio.read_dataframe(source, layer=layer).rename(columns=names)

    def shapefile(table, path, *, cpg):
        pyogrio.write_dataframe(table, path, encoding="GBK")
        if not cpg:
            path.with_suffix(".cpg").unlink()

    for name in ("行政区划", "三区三线", "生态", "其他 资料"):
        (folder / name).mkdir(parents=True)
    shapefile(frame("county", code="区县代码", name="区县名称"), folder / "行政区划" / "县级行政区.shp", cpg=False)
    towns = frame("township", code="乡镇代码", name="乡镇名称")
    pyogrio.write_dataframe(towns, folder / "行政区划" / "行政.gdb", layer="乡镇级行政区", driver="OpenFileGDB")
    shapefile(frame("red_line", id="红线编码"), folder / "三区三线" / "STBHHX_2023.shp", cpg=True)
    shapefile(frame("urban", zone="类型"), folder / "三区三线" / "CZKFBJ.shp", cpg=False)
    pyogrio.write_dataframe(frame("farmland", id="图斑号"), folder / "三区三线" / "永久基本农田.gpkg")
    pyogrio.write_dataframe(frame("eco", id="编号"), folder / "生态" / "一般生态空间.geojson", driver="GeoJSON")
    pyogrio.write_dataframe(frame("park", name="园区名称"), folder / "其他 资料" / "园区.fgb", driver="FlatGeobuf")
    shapefile(frame("water", code="分区编码", zone="分区类型"), folder / "水环境管控分区.shp", cpg=False)
    return folder


def test_guess_and_run_give_the_units_solved_by_hand(data, tmp_path):
    """No edit by hand between the two."""
    folder = mixed(data, tmp_path / "厦门 “三线一单”")
    case = tmp_path / "case.toml"
    answer = ask("guess", folder, "-o", case)
    assert answer.code == 0
    assert answer.document["errors"] == []
    assert [one["role"] for one in answer.document["sources"] if not one["used"]] == []
    plan = delineate(read_case(case))
    expected = json.loads((data / "HAND" / "expected.json").read_text(encoding="utf-8"))
    wanted = sorted((one["category"], one["kind"], one["parts"], float(one["area_m2"])) for one in expected["units"])
    assert units(plan) == wanted
    assert set(plan.units["name"]) == set(delineate(read_case(data / "HAND" / "case.toml")).units["name"])
    dated = plan.sources.set_index("role")["date"]
    assert dated["red_line"] == "2023"


def test_guess_and_run_give_the_shares_of_the_demo_case(tmp_path):
    case = tmp_path / "case.toml"
    assert ask("guess", DEMO, "-o", case).code == 0
    mine, truth = (delineate(read_case(path)) for path in (case, DEMO / "case.toml"))
    assert units(mine) == units(truth)
    assert summarise(mine)["by_county"] == summarise(truth)["by_county"]


def test_the_walk(tmp_path):
    folder = basic(tmp_path / "数据")
    (folder / "子 目录").mkdir()
    shutil.move(folder / "生态保护红线.gpkg", folder / "子 目录" / "生态保护红线.gpkg")
    write_layer(folder / "三区三线.gpkg", "永久基本农田", [box(0, 0, 100, 100)], {"TBBH": ["1"]})
    write_layer(folder / "三区三线.gpkg", "城镇开发边界", [box(200, 0, 100, 100)], {"LX": ["集中建设区"]})
    for name in (
        ".hidden.gpkg",
        "~$x.gpkg",
        "notes.txt",
        "settings.json",
    ):
        (folder / name).write_text('{"a": 1}', encoding="utf-8")
    (folder / "坏.shp").write_bytes(b"\0" * 100)
    (folder / "坏.gpkg").write_text("no database", encoding="utf-8")
    found = guess_sources([folder])
    assert {one.layer or one.path.stem: one.role for one in found if one.error is None} == {
        "县级行政区": "county",
        "乡镇级行政区": "township",
        "水环境管控分区": "water_zone",
        "生态保护红线": "red_line",
        "永久基本农田": "farmland",
        "城镇开发边界": "urban_boundary",
    }
    assert [one.path.name for one in found if one.error] == ["坏.gpkg", "坏.shp"]
    summary = write_case(found, folder / "case.toml")
    assert [set(error) for error in summary["errors"]] == [{"id", "facts", "what", "where", "wanted"}] * 2
    text = (folder / "case.toml").read_text(encoding="utf-8")
    assert "# 坏.shp：" in text
    assert {spec.path for spec in read_case(folder / "case.toml").sources} >= {
        "子 目录/生态保护红线.gpkg",
        "三区三线.gpkg",
    }
    # The case that was written lies in the folder itself, and is no input of the next guess.
    again = tmp_path / "again.toml"
    assert len(ask("guess", folder, "-o", again).document["sources"]) == len(summary["sources"])


def test_a_plan_of_ours_is_no_source(tmp_path):
    folder = basic(tmp_path / "in")
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    assert ask("run", case, "-o", folder / "plan.gpkg").code in (0, 1)
    found = guess_sources([folder])
    assert [one.kind for one in found if one.path.name == "plan.gpkg"] == ["plan"]
    write_case(found, case)
    assert "plan.gpkg：本软件的划定成果" in case.read_text(encoding="utf-8")
    assert read_case(case).previous.path == ""


def test_previous_units_become_the_previous_version(tmp_path):
    squares = [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)]
    fields = {"HJGKDYBM": ["ZH99990110007", "ZH99990130001"], "HJGKDYMC": ["老优先单元", "老一般单元"]}
    folder = basic(tmp_path / "in", 上一版=(squares, fields))
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    previous = read_case(case).previous
    assert (previous.path, dict(previous.fields)) == ("in/上一版.gpkg", {"code": "HJGKDYBM", "name": "HJGKDYMC"})
    assert "unit" not in [spec.role for spec in read_case(case).sources]
    assert len(delineate(read_case(case)).lineage)


def test_names_that_toml_has_to_escape(tmp_path):
    folder = basic(tmp_path / 'a "b" \\ c\'d', **{'红线"2"': ([box(9_000, 0, 100, 100)], {"id": ["Z"]})})
    for name in ('x"y\\z.toml', "case.toml"):
        write_case(guess_sources([folder]), tmp_path / name, name='名 "称" \\ 1')
        raw = tomllib.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert raw["case"]["name"] == '名 "称" \\ 1'
        assert all((tmp_path / source["path"]).exists() for source in raw["source"])
    assert delineate(read_case(tmp_path / "case.toml")).units is not None


def test_all_that_is_commented_out_can_be_taken_up(tmp_path):
    folder = basic(
        tmp_path / "in",
        CZKFBJ=([box(0, 0, 1_000, 1_000)], {"MC": ["a"]}),
        生态空间=([box(0, 8_000, 1_000, 1_000)], {"id": ["1"]}),
        大气环境管控分区=([box(0, 0, 1_000, 1_000)], {"类别": ["奇怪带"]}),
    )
    case = tmp_path / "case.toml"
    summary = write_case(guess_sources([folder]), case)
    text = case.read_text(encoding="utf-8")
    held = [one["role"] for one in summary["sources"] if not one["used"]]
    assert sorted(held) == ["air_zone", "general_eco_space", "urban_boundary"]
    assert len(tomllib.loads(text)["source"]) == 4
    assert text.count("# 待确认：") == summary["uncertain"] >= 3
    case.write_text(taken_up(text), encoding="utf-8")
    found = read_case(case)
    assert {spec.role for spec in found.sources} == {
        "county",
        "township",
        "red_line",
        "water_zone",
        "urban_boundary",
        "general_eco_space",
        "air_zone",
    }
    assert found.crs == "EPSG:4547"


def test_the_metadata_to_fill_in_stands_there_in_chinese(tmp_path):
    case = tmp_path / "case.toml"
    write_case(guess_sources([basic(tmp_path / "in")]), case)
    text = case.read_text(encoding="utf-8")
    for word in ("数据时点", "提供单位", "批准文件", "密级：公开 | 内部 | 秘密", "公布面积（m²）"):
        assert word in text


def test_a_date_and_a_provider_beside_the_file(tmp_path):
    folder = basic(tmp_path / "in")
    xml = "<metadata><origin>省测绘院</origin><pubdate>20220301</pubdate></metadata>"
    (folder / "生态保护红线.gpkg.xml").write_text(xml, encoding="utf-8")
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    red = next(spec for spec in read_case(case).sources if spec.role == "red_line")
    assert (red.date, red.provider) == ("2022-03-01", "省测绘院")
    assert "取自元数据 生态保护红线.gpkg.xml" in case.read_text(encoding="utf-8")


# --- layers beside each other ---


def test_of_two_layers_of_counties_the_better_is_taken(tmp_path):
    strips = [box(2_000 * n, 0, 2_000, 10_000) for n in range(5)]
    official = (strips, {"XZQDM": [f"35020{n}" for n in range(1, 6)], "XZQMC": [f"第{n}区" for n in "一二三四五"]})
    parts = [*strips[:4], box(8_000, 0, 2_000, 4_000), box(8_000, 4_000, 2_000, 6_000)]
    osm = (parts, {"code": [f"35029{n}" for n in range(1, 7)], "name": [f"{n}区" for n in "甲乙丙丁戊己"]})
    towns = (strips, {"XZQDM": [f"35020{n}001" for n in range(1, 6)], "XZQMC": [f"{n}镇" for n in "一二三四五"]})
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (geometry, fields) in {"县界": official, "county_osm": osm, "乡镇界": towns}.items():
        write_layer(folder / f"{name}.gpkg", name, geometry, fields)
    case = tmp_path / "case.toml"
    summary = write_case(guess_sources([folder]), case)
    assert [spec.path for spec in read_case(case).sources if spec.role == "county"] == ["in/县界.gpkg"]
    other = next(one for one in summary["sources"] if one["path"].endswith("county_osm.gpkg"))
    assert not other["used"]
    assert "“县界.gpkg”（5 个要素，本图层 6 个）是同一内容" in other["reasons"][-1]
    kept = next(one for one in summary["sources"] if one["path"].endswith("县界.gpkg"))
    assert any("county_osm.gpkg" in text for text in kept["uncertain"])


def test_two_red_lines_of_different_places_are_both_used(tmp_path):
    folder = basic(tmp_path / "in", 海洋生态保护红线=([box(7_000, 7_000, 1_000, 1_000)], {"id": ["H1"]}))
    assert [one.role for one in guess_sources([folder]) if one.guess.ready].count("red_line") == 2


def test_czkfbj_of_many_small_features_is_that_of_villages(tmp_path):
    squares = [box(300 * (n % 30), 300 * (n // 30), 100, 100) for n in range(90)]
    folder = basic(tmp_path / "in", CZKFBJ=(squares, {"id": [str(n) for n in range(90)]}))
    one = next(one for one in guess_sources([folder]) if one.path.stem == "CZKFBJ")
    assert one.role == ""
    assert "small" in [said.facts["problem"] for said in one.guess.reasons]


def test_zones_of_an_element_in_several_files(tmp_path):
    folder = basic(tmp_path / "in")
    (folder / "水环境管控分区.gpkg").unlink()
    for number, name in enumerate(("水环境优先保护区", "水环境工业污染重点管控区", "水环境城镇生活污染重点管控区")):
        write_layer(folder / f"{name}.gpkg", name, [box(3_000 * number, 5_000, 2_000, 2_000)], {"MC": ["x"]})
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    found = read_case(case)
    zones = {spec.zone for spec in found.sources if spec.role == "water_zone"}
    assert zones == {"industrial", "priority", "urban"}
    plan = delineate(found)
    assert plan.units.loc[plan.units["kind"] == "water_zone", "area_m2"].sum() == 12e6


def test_counties_and_townships_in_one_layer(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    fields = {"XZQDM": ["999901", "999901001", "999901002"], "XZQMC": ["试验县", "甲镇", "乙镇"]}
    write_layer(folder / "XZQ.shp", "XZQ", [COUNTY[0][0], *TOWNSHIP[0]], fields, encoding="GBK")
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    plan = delineate(read_case(case))
    assert plan.faces["area_m2"].sum() == pytest.approx(1e8)
    assert set(plan.faces["township"]) == {"999901001", "999901002"}


def test_all_elements_in_one_layer(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_layer(folder / "县界.gpkg", "县界", *COUNTY)
    squares = [box(3_000 * n, 0, 2_000, 2_000) for n in range(3)]
    codes = ["YS9999011110001", "YS9999012210001", "YS9999012320001"]
    kinds = ["生态保护红线", "工业污染重点管控区", "布局敏感重点管控区"]
    write_layer(folder / "要素分区.gpkg", "要素分区", squares, {"HJYSGKFQBM": codes, "YSXL": kinds})
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    found = units(delineate(read_case(case)))
    assert {(kind, area) for _, kind, _, area in found} >= {("red_line", 4e6), ("water_zone", 4e6), ("air_zone", 4e6)}


def test_a_missing_crs_is_proposed_from_where_the_others_lie(tmp_path):
    folder = basic(tmp_path / "in")
    write_layer(folder / "永久基本农田.shp", "永久基本农田", [box(0, 0, 500, 500)], {"TBBH": ["1"]})
    (folder / "永久基本农田.prj").unlink()
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    farm = next(spec for spec in read_case(case).sources if spec.role == "farmland")
    assert farm.crs == "EPSG:4547"
    assert "# 待确认：文件未声明坐标系，按坐标范围建议 EPSG:4547" in case.read_text(encoding="utf-8")
    assert delineate(read_case(case)) is not None


def test_a_crs_nobody_can_tell_is_left_to_a_person(tmp_path):
    (tmp_path / "in").mkdir()
    write_layer(tmp_path / "in" / "县界.shp", "县界", *COUNTY)
    (tmp_path / "in" / "县界.prj").unlink()
    summary = write_case(guess_sources([tmp_path / "in"]), tmp_path / "case.toml")
    assert summary["missing"] == ["county", "township"]
    (source,) = summary["sources"]
    assert not source["used"]
    assert any("坐标系" in text for text in source["uncertain"])


@pytest.mark.parametrize(
    ("name", "values", "kind"),
    [
        ("承载力等级", [1, 2, 3, 4, 5], "grade"),
        ("landcover", [1, 5, 12], "class"),
        ("ndvi_max", [0.25, 0.5], "score"),
        ("DEM", [3, 900, 1200], "score"),
        ("数据", [2, 3, 7], "class"),
    ],
)
@pytest.mark.touches("rasterio")
def test_kinds_of_rasters(tmp_path, name, values, kind):
    folder = basic(tmp_path / "in")
    cells = np.resize(np.array(values, dtype="float32" if isinstance(values[0], float) else "int16"), (1, 10, 10))
    write_raster(folder / f"{name}.tif", cells, transform=(1_000.0, 0.0, 500_000.0, 0.0, -1_000.0, 3_410_000.0), **GK)
    (raster,) = (one.raster for one in guess_sources([folder]) if one.raster)
    assert (raster.name, raster.kind) == (name, kind)
    case = tmp_path / "case.toml"
    write_case(guess_sources([folder]), case)
    assert [spec.kind for spec in read_case(case).rasters] == [kind]
    assert "better" in case.read_text(encoding="utf-8")


# --- the command ---


def test_the_document(tmp_path):
    case = tmp_path / "case.toml"
    answer = ask("guess", basic(tmp_path / "in"), "-o", case)
    assert answer.code == 0
    document = answer.document
    assert set(document) == {"case", "sources", "uncertain", "missing", "findings", "errors"}
    assert document["case"] == str(case)
    assert document["uncertain"] == 0
    for one in document["sources"]:
        assert {"path", "layer", "kind", "role", "confidence", "used", "fields", "zones"} <= set(one)
        assert 0 <= one["confidence"] <= 1


def test_refusals(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    case = tmp_path / "case.toml"
    case.write_text("old", encoding="utf-8")
    refusal("guess", empty, "-o", case)
    write_layer(empty / "样方.gpkg", "样方", RED_LINE[0], {"x": ["1"]})
    assert "nothing looks like a source" in refusal("guess", empty, "-o", case)["what"]
    refusal("guess", tmp_path / "nowhere", "-o", case)
    refusal("guess", basic(tmp_path / "in"), "-o", tmp_path / "case.gpkg")
    refusal("guess", tmp_path / "in", "-o", tmp_path / "no" / "case.toml")
    assert case.read_text(encoding="utf-8") == "old"
    assert ask("guess", tmp_path / "in", "-o", case, "--force").code == 0
    assert read_case(case).sources
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_case_without_a_study_area_says_so(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    write_layer(folder / "生态保护红线.gpkg", "生态保护红线", *RED_LINE)
    answer = ask("guess", folder, "-o", tmp_path / "case.toml")
    assert (answer.code, answer.document["missing"]) == (0, ["county", "township"])
    assert "缺少县级或乡镇级行政区图层" in (tmp_path / "case.toml").read_text(encoding="utf-8")
    with pytest.raises(BadInput, match="county or township"):
        read_case(tmp_path / "case.toml")


def test_single_layers_and_cancelling(tmp_path):
    folder = basic(tmp_path / "in")
    (one,) = guess_sources([f"{folder / '生态保护红线.gpkg'}|layername=生态保护红线"])
    assert one.role == "red_line"

    class StopError(Exception):
        pass

    def progress(fraction, message):
        assert 0 <= fraction <= 1
        if fraction > 0.3:
            raise StopError(message)

    with pytest.raises(StopError):
        guess_sources([folder], progress=progress)


def test_geometry_that_is_broken_does_not_stop_the_comparison(tmp_path):
    bow = shapely.Polygon([(500_000, 3_400_000), (505_000, 3_405_000), (505_000, 3_400_000), (500_000, 3_405_000)])
    folder = basic(tmp_path / "in", 陆域生态保护红线=([bow], {"id": ["B"]}))
    assert {one.role for one in guess_sources([folder])} == {"county", "township", "red_line", "water_zone"}


def test_a_database_that_does_not_answer_is_an_error_of_that_source(tmp_path):
    folder = basic(tmp_path / "in")
    found = guess_sources([folder, "PG:host=127.0.0.1 port=1 dbname=none"])
    (wrong,) = [one for one in found if one.error]
    assert str(wrong.error.where).startswith("PG:")
    write_case(found, tmp_path / "case.toml")
    assert "# PG:host=127.0.0.1 port=1 dbname=none：" in (tmp_path / "case.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("count", [3, 4])
def test_of_a_folder_in_which_nothing_is_recognised_the_first_unreadable_files_are_named(tmp_path, count):
    names = [f"表{number}.xlsx" for number in range(count)]
    for name in names:
        (tmp_path / name).write_text("no workbook")
    told = refusal("guess", tmp_path, "-o", tmp_path / "case.toml")
    assert f"{count} of them cannot be read): 表0.xlsx, 表1.xlsx, 表2.xlsx{', …' if count > 3 else ''}" in told["what"]
