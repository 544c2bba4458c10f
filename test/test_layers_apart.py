"""Zones a layer an element, red line, boundaries and parks as layers where their 密级 permits, maps of elements."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pyogrio
import pytest
from command import refusal
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.export import map_qgis
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets, unit_table
from control_units.delineation.export.registry import export, previewed
from control_units.delineation.export.telling import remarks_on
from control_units.delineation.package.build import package
from control_units.delineation.package.foreseen import foresee
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.file import make_table, read_plan, write_plan
from file_text import text_of
from own_profile import own_profile
from sample_plan import sample_plan

FACE = 25.0  # km²
LAYERS = """title = "层"
folder = "包"
[place]
province = "某省"
city = "某市"
[[file]]
path = "矢量/要素.gpkg"
kind = "layer"
of = "zones"
apart = "element"
layer = "FQ{element_digit}"
title = "{element_name}分区"
[[file]]
path = "矢量/要素.gpkg"
kind = "layer"
of = "boundaries"
apart = "role"
layer = "{layer}"
title = "{role_name}"
[[file]]
path = "矢量/{layer}.shp"
kind = "layer"
of = "boundaries"
apart = "role"
layer = "{layer}"
title = "{role_name}"
encoding = "GBK"
[[file]]
path = "图/{city}{element}管控分区图.pdf"
kind = "export"
title = "要素图"
format = "map-pdf"
options = { theme = "elements", drawn_by = "matplotlib" }
[[file]]
path = "说明.txt"
kind = "readme"
"""


def plan_with(**marks: str):
    """The sample plan with zones of water, a park of two counties, and sources of these 密级."""
    plan = sample_plan()
    water = plan.units.loc[[1, 3], ["county", "area_m2", "geometry"]].assign(
        code=["YS3308242210001", "YS3308813210002"],
        element="water",
        zone=["industrial", "general"],
        filled=["", "undelivered"],
    )
    faces = plan.faces[["face_id", "county", "township"]]
    covers = [
        plan.coverage.assign(feature_id=[1, 1, 2, 2]),
        *(pd.DataFrame({"face_id": own, "role": "industrial_park", "feature_id": 1}) for own in ([4, 5],)),
        *(pd.DataFrame({"face_id": own, "role": "industrial_park", "feature_id": 2}) for own in ([5],)),
        *(
            pd.DataFrame({"face_id": faces["face_id"], "role": role, "feature_id": pd.factorize(faces[role])[0] + 1})
            for role in ("county", "township")
        ),
    ]
    coverage = pd.concat(covers, ignore_index=True).fillna({"zone": "", "grade": ""})
    coverage["source"] = coverage["role"]
    coverage.loc[coverage["role"] == "industrial_park", "grade"] = "national"
    named = [("red_line", 2, "河源"), ("industrial_park", 1, "东园"), ("industrial_park", 2, "西园")]
    named += [("township", 1, "东镇"), ("township", 2, "西乡"), ("county", 1, "甲县"), ("county", 2, "乙市")]
    roles = ("red_line", "county", "township", "industrial_park")
    sources = pd.DataFrame(
        [
            {"source": one, "role": one, "provider": f"{one}局", "classification": marks.get(one, "公开")}
            for one in roles
        ]
    )
    return dataclasses.replace(
        plan,
        element_zones=pd.concat([plan.element_zones, water], ignore_index=True),
        coverage=coverage,
        features=pd.DataFrame(named, columns=["source", "feature_id", "name"]),
        sources=make_table("sources", sources.to_dict("list")),
    )


@pytest.fixture
def file(tmp_path):
    def write(**marks: str) -> Path:
        write_plan(plan_with(**marks), tmp_path / "plan.gpkg")
        return tmp_path / "plan.gpkg"

    return write


def layers_in(path: Path) -> dict[str, pd.DataFrame]:
    names = [name for name, kind in pyogrio.list_layers(path) if kind]
    return {name: pyogrio.read_dataframe(path, layer=name) for name in names}


# ── Zones ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("suffix", ["gpkg", "gdb", "shp", "kml"])
def test_zones_of_an_element_are_a_layer_and_all_of_them_hold_each_zone_once(file, tmp_path, suffix):
    plan = file()
    written = export(f"zones-{suffix}", plan, tmp_path / f"z.{suffix}")
    zones = read_plan(plan).element_zones
    assert written.layers == {"zones": 4}
    if suffix in ("shp", "kml"):
        paths = [path for path in written.files if path.suffix == f".{suffix}"]
        assert [path.name for path in paths] == [f"z_HJYSGKFQ1.{suffix}", f"z_HJYSGKFQ2.{suffix}"]
        found = [pyogrio.read_dataframe(path) for path in paths]
    else:
        assert list(layers_in(written.files[0])) == ["HJYSGKFQ1", "HJYSGKFQ2"]
        found = list(layers_in(written.files[0]).values())
    for element, rows in zip(("ecology", "water"), found, strict=True):
        own = zones[zones["element"] == element]
        assert rows["HJYSGKFQBM"].tolist() == own["code"].tolist()
        assert rows["MJ"].sum() == pytest.approx(own["area_m2"].sum() / 1e6)


def test_they_are_one_layer_where_that_is_asked_for_or_the_profile_parts_nothing(file, tmp_path):
    plan = file()
    assert "zones" in word(previewed("zones-gpkg", read_plan(plan), {"apart": "no"}))
    (path,) = export("zones-gpkg", plan, tmp_path / "z.gpkg", {"apart": "no"}).files
    assert {name: len(rows) for name, rows in layers_in(path).items()} == {"HJYSGKFQ": 4}
    profile = own_profile(tmp_path, "own/layers.toml", "[zones.apart]", "[zones.other]")
    sample = plan_with()
    export(
        "zones-gpkg", dataclasses.replace(sample, meta=sample.meta | {"profile": profile.stem}, folder=tmp_path), path
    )
    assert list(layers_in(path)) == ["HJYSGKFQ"]


def test_two_layers_of_one_name_are_refused(tmp_path):
    profile = own_profile(tmp_path, "own/layers.toml", 'layer = "HJYSGKFQ{element_digit}"', 'layer = "FQ"')
    sample = plan_with()
    plan = dataclasses.replace(sample, meta=sample.meta | {"profile": profile.stem}, folder=tmp_path)
    with pytest.raises(BadInput, match="two layers are to be 'FQ'"):
        export("zones-gpkg", plan, tmp_path / "z.gpkg")


def test_a_file_beside_the_output_that_is_a_source_stays(tmp_path):
    sources = plan_with().sources.assign(path="z_HJYSGKFQ2.shp")
    write_plan(dataclasses.replace(plan_with(), sources=sources), tmp_path / "plan.gpkg")
    (tmp_path / "z_HJYSGKFQ2.shp").write_bytes(b"mine")
    error = refusal("export", tmp_path / "plan.gpkg", "--format", "zones-shp", "-o", tmp_path / "z.shp")
    assert error["what"] == "the output is an input"
    assert (tmp_path / "z_HJYSGKFQ2.shp").read_bytes() == b"mine"
    assert not (tmp_path / "z_HJYSGKFQ1.shp").exists()


# ── Boundaries ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_plan_rests_on_is_united_of_its_faces_with_names_grades_and_areas(file, tmp_path):
    plan = file()
    written = export("units-gpkg", plan, tmp_path / "u.gpkg", {"boundaries": "yes"})
    layers = layers_in(written.files[0])
    assert list(layers) == ["HJGKDY", "STBHHX", "XJXZQ", "XZJXZQ", "CYYQ"]
    assert remarks_on(written.facts) == []
    rows = {
        name: list(zip(own["MC"], own["XZQDM"], own["MJ"], strict=True))
        for name, own in layers.items()
        if name != "HJGKDY"
    }
    assert rows["STBHHX"] == [(None, "330824", 2 * FACE), ("河源", "330824", 2 * FACE)]
    assert rows["XJXZQ"] == [("甲县", "330824", 16 * FACE), ("乙市", "330881", 8 * FACE)]
    assert sorted(rows["XZJXZQ"]) == sorted(
        (name, county, 2 * (4 if county == "330824" else 2) * FACE)
        for name in ("东镇", "西乡")
        for county in ("330824", "330881")
    )
    # Parks that overlap are both whole, and one of two counties is a row in each.
    assert rows["CYYQ"] == [("东园", "330824", FACE), ("东园", "330881", FACE), ("西园", "330881", FACE)]
    assert layers["CYYQ"]["JB"].tolist() == ["国家级"] * 3
    assert layers["CYYQ"]["LY"].tolist() == ["industrial_park局"] * 3
    for own in layers.values():
        assert own.geometry.area.to_numpy() / 1e6 == pytest.approx(own["MJ"].to_numpy())


@pytest.mark.parametrize(
    ("mark", "leaves"), [("公开", True), ("内部", True), ("秘密", False), ("绝密", False), ("", False)]
)
def test_a_layer_leaves_where_its_source_states_a_classification_that_is_not_too_high(file, tmp_path, mark, leaves):
    written = export("units-gpkg", file(red_line=mark), tmp_path / "u.gpkg", {"boundaries": "yes"})
    assert ("STBHHX" in layers_in(written.files[0])) == leaves
    assert {"XJXZQ", "XZJXZQ", "CYYQ"} <= set(layers_in(written.files[0]))
    said = [word(one, "zh") for one in remarks_on(written.facts)]
    wanted = f"图层“生态保护红线”未写出：来源图层“red_line”的密级为{mark or '未填'}，可提供的最高密级为内部"
    assert said == ([] if leaves else [wanted])


def test_one_source_that_may_not_leave_keeps_all_of_its_layer(tmp_path):
    plan = plan_with()
    more = plan.sources.iloc[[0]].assign(source="更多红线", classification="机密")
    plan = dataclasses.replace(plan, sources=pd.concat([plan.sources, more], ignore_index=True))
    written = export("units-gpkg", plan, tmp_path / "u.gpkg", {"boundaries": "yes"})
    assert "STBHHX" not in layers_in(written.files[0])
    assert ["更多红线" in word(one, "zh") for one in remarks_on(written.facts)] == [True]


def test_a_plan_that_names_no_source_gives_no_boundary(tmp_path):
    written = export("units-shp", sample_plan(), tmp_path / "u.shp", {"boundaries": "yes"})
    assert [path.name for path in written.files if path.suffix == ".shp"] == ["u.shp"]
    assert len(remarks_on(written.facts)) == 3  # red line, counties, townships
    written = export("units-shp", plan_with(), tmp_path / "u.shp", {"boundaries": "yes"})
    shapes = [path.name for path in written.files if path.suffix == ".shp"]
    assert shapes == ["u.shp", "u_STBHHX.shp", "u_XJXZQ.shp", "u_XZJXZQ.shp", "u_CYYQ.shp"]


# ── The package ───────────────────────────────────────────────────────────────────────────────────────────────────


def made(plan: Path, tmp_path: Path, text: str = LAYERS):
    (tmp_path / "层.toml").write_text(text, encoding="utf-8")
    (tmp_path / "why.csv").write_text("rule,x,y,reason\n", encoding="utf-8")
    refused = package(plan, tmp_path / "包", profile=tmp_path / "层.toml")
    lines = [f"{row['id']},{row['x']},{row['y']},已核实" for row in refused.open_errors if row["x"] is not None]
    lines += [f"{row['id']},,,已核实" for row in refused.open_errors if row["x"] is None]
    (tmp_path / "why.csv").write_text("\n".join(["rule,x,y,reason", *dict.fromkeys(lines)]) + "\n", encoding="utf-8")
    done = package(plan, tmp_path / "包", profile=tmp_path / "层.toml", accept=tmp_path / "why.csv")
    assert not done.refused, done.open_errors
    assert verify(tmp_path / "包").ok
    return done


def test_a_package_has_a_layer_and_a_map_an_element_and_names_what_may_not_leave(file, tmp_path):
    plan = file(red_line="秘密", county="")
    done = made(plan, tmp_path)
    assert list(layers_in(tmp_path / "包/矢量/要素.gpkg")) == ["FQ1", "FQ2", "XZJXZQ", "CYYQ"]
    assert {Path(one).name for one in done.files if one.endswith((".shp", ".pdf"))} == {
        *("XZJXZQ.shp", "CYYQ.shp"),
        *("某市生态管控分区图.pdf", "某市水环境管控分区图.pdf"),
    }
    told = [row["message"] for row in done.findings if row["id"] == "P33"]
    assert told == [
        "图层“生态保护红线”未写入成果包：来源图层“red_line”的密级为秘密，可提供的最高密级为内部",
        "图层“县级行政区”未写入成果包：来源图层“county”的密级为未填，可提供的最高密级为内部",
    ]
    readme = (tmp_path / "包/说明.txt").read_text("utf-8-sig")
    assert all(f"P33 {one}" in readme for one in told)
    assert "图/某市水环境管控分区图.pdf" in readme
    assert "{" not in readme
    foreseen = foresee(read_plan(plan), read_package_profile(tmp_path / "层.toml"))
    assert foreseen.places == 1 + 2 + 2 + 1  # GeoPackage, Shapefiles, maps, readme


@pytest.mark.parametrize(("most", "leaves"), [("秘密", True), ("公开", False)])
def test_the_profile_of_a_package_says_how_high_is_not_too_high(file, tmp_path, most, leaves):
    text = LAYERS.replace('apart = "role"\n', f'apart = "role"\nmost = "{most}"\n')
    done = made(file(red_line="秘密", county="公开", township="内部", industrial_park="公开"), tmp_path, text)
    there = set(layers_in(tmp_path / "包/矢量/要素.gpkg"))
    assert ("STBHHX" in there, "XZJXZQ" in there) == (leaves, leaves)
    assert {"XJXZQ", "CYYQ"} <= there
    assert sum(row["id"] == "P33" for row in done.findings) == (0 if leaves else 2)


def test_a_plan_without_zones_has_neither_layers_nor_maps_of_elements(tmp_path):
    plan = plan_with()
    write_plan(dataclasses.replace(plan, element_zones=plan.element_zones.iloc[:0]), tmp_path / "plan.gpkg")
    done = made(tmp_path / "plan.gpkg", tmp_path)
    assert not [one for one in done.files if one.endswith(".pdf")]
    assert [row["id"] for row in done.findings].count("P19") == 1


def test_a_level_that_nobody_knows_is_one_sentence(file, tmp_path):
    (tmp_path / "层.toml").write_text(
        LAYERS.replace('apart = "role"\n', 'apart = "role"\nmost = "高"\n'), encoding="utf-8"
    )
    with pytest.raises(BadInput, match="most = '高'; wanted: 公开"):
        package(file(), tmp_path / "包", profile=tmp_path / "层.toml")


# ── Maps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_of_an_element_shows_its_zones_and_their_legend():
    tables = tables_of(plan_with())
    (sheet,) = sheets(tables, MapOptions(theme="水环境"))
    assert sheet.texts["标题"][0] == "甲县 · 水环境管控分区图"
    assert sheet.units["code"].tolist() == ["YS3308242210001", "YS3308813210002"]
    land = plan_with().units.query("kind != 'sea'")["area_m2"].sum()
    areas = plan_with().element_zones["area_m2"].tolist()[2:]
    assert sheet.legend() == {
        (number, False): (name, f"{kind}\n{area / 1e6:,.2f} km²，{area / land:.2%}")
        for number, name, kind, area in (
            (2, "重点管控区", "水环境工业污染重点管控区", areas[0]),
            (3, "一般管控区", "水环境一般管控区（按未提供补足）", areas[1]),
        )
    }
    assert (sheet.lacking, len(sheet.red_line)) == (("water",), 0)
    texts = [text for page in unit_table(sheet) for text, *_ in page.texts]
    assert {"YS3308242210001", "甲县水环境工业污染重点管控区", "重点管控区"} <= set(texts)
    (ecology,) = sheets(tables, MapOptions(theme="ecology"))
    assert (ecology.lacking, len(ecology.red_line) > 0) == ((), True)


def test_maps_of_all_elements_are_files_of_their_names(tmp_path, monkeypatch):
    monkeypatch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")
    for name, wanted in (("{element}图.pdf", "{}图.pdf"), ("m.pdf", "m_{}.pdf")):
        written = export("map-pdf", plan_with(), tmp_path / name, {"theme": "elements", "paper": "A4"})
        assert [path.name for path in written.files] == [wanted.format(one) for one in ("生态", "水环境")]
    assert "水环境管控分区图" in text_of(tmp_path / "水环境图.pdf")
    assert "水环境工业污染重点管控区" in text_of(tmp_path / "水环境图.pdf")
    assert "生态保护红线" not in text_of(tmp_path / "水环境图.pdf")
    (only,) = export("map-pdf", plan_with(), tmp_path / "w.pdf", {"theme": "water", "paper": "A4"}).files
    assert only.name == "w.pdf"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"theme": "watr"}, "no zones of 'watr'; wanted: water"),
        ({"theme": "air"}, "no zones of 'air'"),  # which this plan has none of
        ({"theme": "water", "by": "township"}, "maps of townships are of the units alone"),
    ],
)
def test_a_theme_that_cannot_be_drawn_is_one_sentence(tmp_path, options, said):
    with pytest.raises(BadInput, match=said):
        export("map-png", plan_with(), tmp_path / "m.png", {**options, "drawn_by": "matplotlib"})
    assert not list(tmp_path.iterdir())


def test_the_national_package_parts_what_the_plan_has_and_nothing_else():
    profile, plan = read_package_profile("national"), plan_with()
    assert read_profile("national")["classification"]["levels"].index("内部") == 1
    more, fewer = foresee(plan, profile).places, foresee(sample_plan(), profile).places
    # A second element has two Shapefiles and a map; four boundaries of two Shapefiles leave where sources state a 密级.
    assert more - fewer == 3 + 8
