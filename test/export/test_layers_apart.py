"""Zones a layer an element, red line, boundaries and parks as layers where their 密级 permits, maps of elements."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
import pytest
from command import refusal
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.export.map_png import tables_of
from control_units.delineation.export.map_sheet import MapOptions, sheets, unit_table
from control_units.delineation.export.registry import export
from control_units.delineation.export.telling import remarks_on
from control_units.delineation.package.accepting import write_reasons
from control_units.delineation.package.build import package
from control_units.delineation.package.foreseen import foresee
from control_units.delineation.package.profile import read_package_profile
from control_units.delineation.package.verify import verify
from control_units.delineation.plan.file import make_table, read_plan, write_plan
from file_text import text_of
from own_profile import own_profile
from sample_plan import sample_plan

if TYPE_CHECKING:
    from pathlib import Path

FACE = 25.0  # km²
BLOCK = """[[file]]
path = "{path}"
kind = "layer"
of = "{of}"
apart = "{apart}"
layer = "{layer}"
title = "{title}"
"""
LAYERS = "".join(
    (
        'title = "层"\nfolder = "包"\n[place]\nprovince = "某省"\ncity = "某市"\n',
        BLOCK.format(
            path="要素.gpkg", of="zones", apart="element", layer="FQ{element_digit}", title="{element_name}分区"
        ),
        BLOCK.format(path="要素.gpkg", of="boundaries", apart="role", layer="{layer}", title="{role_name}"),
        BLOCK.format(path="{layer}.shp", of="boundaries", apart="role", layer="{layer}", title="{role_name}"),
        '[[file]]\npath = "{city}{element}管控分区图.pdf"\nkind = "export"\nformat = "map-pdf"\n',
        'options = { theme = "elements", drawn_by = "matplotlib" }\n',
        '[[file]]\npath = "说明.txt"\nkind = "readme"\n',
    )
)
# Role, name of a feature, faces that it covers: by the hand of `sample_plan`.
COVER = (
    ("red_line", "", (1, 2)),
    ("red_line", "河源", (7, 8)),
    ("county", "甲县", tuple(face for face in range(1, 25) if (face - 1) % 6 < 4)),
    ("county", "乙市", tuple(face for face in range(1, 25) if (face - 1) % 6 >= 4)),
    ("township", "东镇", tuple(range(1, 13))),
    ("township", "西乡", tuple(range(13, 25))),
    ("industrial_park", "东园", (4, 5)),
    ("industrial_park", "西园", (5,)),
)
SHOWN = "图件和要素管控分区中可能仍可看出其范围"


def plan_with(path: str = "", **marks: str):
    """The sample plan with zones of water, and sources of these 密级, 公开 where none is given."""
    plan = sample_plan()
    water = plan.units.loc[[1, 3], ["county", "area_m2", "geometry"]].assign(
        code=["YS3308242210001", "YS3308813210002"], element="water", zone=["industrial", "general"]
    )
    water["filled"] = ["", "undelivered"]
    rows = [
        (face, role, role, number, "", "national" if role == "industrial_park" else "")
        for number, (role, _, faces) in enumerate(COVER)
        for face in faces
    ]
    roles = list(dict.fromkeys(role for role, *_ in COVER))
    sources = {
        "source": roles,
        "role": roles,
        "path": path,
        "count": 1,
        "provider": [f"{role}局" for role in roles],
        "classification": [marks.get(role, "公开") for role in roles],
    }
    named = {"source": [one[0] for one in COVER], "feature_id": range(len(COVER)), "name": [one[1] for one in COVER]}
    return dataclasses.replace(
        plan,
        element_zones=pd.concat([plan.element_zones, water], ignore_index=True),
        coverage=pd.DataFrame(rows, columns=["face_id", "role", "source", "feature_id", "zone", "grade"]),
        features=pd.DataFrame(named),
        sources=make_table("sources", sources),
    )


def layers_in(path: Path) -> dict[str, pd.DataFrame]:
    return {name: pyogrio.read_dataframe(path, layer=name) for name, kind in pyogrio.list_layers(path) if kind}


def shapefiles(written) -> list[str]:
    return [path.name for path in written.files if path.suffix == ".shp"]


# ── Zones ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_zones_of_an_element_are_a_layer_or_all_of_them_are_one(tmp_path):
    plan = plan_with()
    written = export("zones-gpkg", plan, tmp_path / "z.gpkg")
    found = layers_in(written.files[0])
    assert (written.layers, list(found)) == ({"zones": 4}, ["HJYSGKFQ1", "HJYSGKFQ2"])
    for element, rows in zip(("ecology", "water"), found.values(), strict=True):
        own = plan.element_zones[plan.element_zones["element"] == element]
        assert rows["HJYSGKFQBM"].tolist() == own["code"].tolist()
        assert rows["MJ"].sum() == pytest.approx(own["area_m2"].sum() / 1e6)
    one = export("zones-gpkg", plan, tmp_path / "z.gpkg", {"apart": "no"}).files[0]
    assert {name: len(rows) for name, rows in layers_in(one).items()} == {"HJYSGKFQ": 4}
    shapes = export("zones-shp", plan, tmp_path / "z.shp")
    assert shapefiles(shapes) == ["z.shp", "z_HJYSGKFQ1.shp", "z_HJYSGKFQ2.shp"]
    assert [len(pyogrio.read_dataframe(path)) for path in shapes.files if path.suffix == ".shp"] == [4, 2, 2]


def test_a_bureaus_own_layers_part_them_as_they_say(tmp_path):
    def exported(*change: str):
        (folder := tmp_path / change[0][:5]).mkdir()
        profile = own_profile(folder, "own/layers.toml", *change)
        plan = plan_with()
        own = dataclasses.replace(plan, meta=plan.meta | {"profile": profile.stem}, folder=folder)
        return list(layers_in(export("zones-gpkg", own, tmp_path / "z.gpkg").files[0]))

    assert exported("[zones.apart]", "[zones.other]") == ["HJYSGKFQ"]
    with pytest.raises(BadInput, match="two layers are to be 'FQ'"):
        exported('layer = "HJYSGKFQ{element_digit}"', 'layer = "FQ"')


def test_a_file_beside_the_output_that_is_a_source_stays(tmp_path):
    write_plan(plan_with(path="z_HJYSGKFQ2.shp"), tmp_path / "plan.gpkg")
    (tmp_path / "z_HJYSGKFQ2.shp").write_bytes(b"mine")
    error = refusal("export", tmp_path / "plan.gpkg", "--format", "zones-shp", "-o", tmp_path / "z.shp")
    assert error["what"] == "the output is an input"
    assert {path.name for path in tmp_path.glob("z*")} == {"z_HJYSGKFQ2.shp"}


# ── Boundaries ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_plan_rests_on_is_united_of_its_faces_with_names_grades_and_areas(tmp_path):
    written = export("units-gpkg", plan_with(), tmp_path / "u.gpkg", {"boundaries": "yes"})
    layers = layers_in(written.files[0])
    assert remarks_on(written.facts) == []
    assert list(layers) == ["HJGKDY", "STBHHX", "XJXZQ", "XZJXZQ", "CYYQ"]
    found = {name: own[["MC", "XZQDM", "MJ"]].to_numpy().tolist() for name, own in layers.items() if "MC" in own}
    assert found["STBHHX"] == [["", "330824", 2 * FACE], ["河源", "330824", 2 * FACE]]
    assert found["XJXZQ"] == [["甲县", "330824", 16 * FACE], ["乙市", "330881", 8 * FACE]]
    assert sorted(area / FACE for _, _, area in found["XZJXZQ"]) == [4, 4, 8, 8]
    # Parks that overlap are both whole, and one of two counties is a row in each.
    parks = [["东园", "330824"], ["东园", "330881"], ["西园", "330881"]]
    assert found["CYYQ"] == [[*park, FACE] for park in parks]
    assert set(zip(layers["CYYQ"]["JB"], layers["CYYQ"]["LY"], strict=True)) == {("国家级", "industrial_park局")}
    for own in layers.values():
        assert own.geometry.area.to_numpy() / 1e6 == pytest.approx(own["MJ"].to_numpy())


@pytest.mark.parametrize(("mark", "leaves"), [("公开", True), ("内部", True), ("秘密", False), ("", False)])
def test_a_layer_leaves_where_its_source_states_a_classification_that_is_not_too_high(tmp_path, mark, leaves):
    written = export("units-shp", plan_with(red_line=mark), tmp_path / "u.shp", {"boundaries": "yes"})
    there = ["u.shp", "u_STBHHX.shp", "u_XJXZQ.shp", "u_XZJXZQ.shp", "u_CYYQ.shp"]
    assert shapefiles(written) == [name for name in there if leaves or "STBHHX" not in name]
    said = [word(one, "zh") for one in remarks_on(written.facts)]
    wanted = f"图层“生态保护红线”未写出：来源图层“red_line”的密级为{mark or '未说明'}，可提供的最高密级为内部"
    assert said == ([] if leaves else [wanted])


def test_one_source_that_may_not_leave_keeps_all_of_its_layer_and_no_source_is_none_that_may(tmp_path):
    plan = plan_with()
    more = plan.sources.iloc[[0]].assign(source="更多红线", classification="机密")
    plan = dataclasses.replace(plan, sources=pd.concat([plan.sources, more], ignore_index=True))
    for one, count in ((plan, 1), (sample_plan(), 3)):  # the red line; that, counties and townships
        written = export("units-gpkg", one, tmp_path / "u.gpkg", {"boundaries": "yes"})
        assert "STBHHX" not in layers_in(written.files[0])
        assert len(remarks_on(written.facts)) == count


# ── The package ───────────────────────────────────────────────────────────────────────────────────────────────────


def made(plan, tmp_path: Path, text: str = LAYERS):
    (tmp_path / "层.toml").write_text(text, encoding="utf-8")
    write_plan(plan, tmp_path / "plan.gpkg")
    given = (tmp_path / "plan.gpkg", tmp_path / "包")
    refused = package(*given, profile=tmp_path / "层.toml")
    write_reasons(tmp_path / "why.csv", [(row, "已核实") for row in refused.open_errors])
    done = package(*given, profile=tmp_path / "层.toml", accept=tmp_path / "why.csv")
    assert not done.refused, done.open_errors
    assert verify(tmp_path / "包").ok
    return done, set(layers_in(tmp_path / "包/要素.gpkg"))


def test_a_package_has_a_layer_and_a_map_an_element_and_names_what_may_not_leave(tmp_path):
    done, layers = made(plan_with(red_line="秘密", county=""), tmp_path)
    assert layers == {"FQ1", "FQ2", "XZJXZQ", "CYYQ"}
    wanted = {"XZJXZQ.shp", "CYYQ.shp", "某市生态管控分区图.pdf", "某市水环境管控分区图.pdf"}
    assert {one for one in done.files if one.endswith((".shp", ".pdf"))} == wanted
    told = [row["message"] for row in done.findings if row["id"] == "P33"]
    assert told == [
        f"图层“生态保护红线”未写入成果包：来源图层“red_line”的密级为秘密，可提供的最高密级为内部；{SHOWN}",
        f"图层“县级行政区”未写入成果包：来源图层“county”的密级为未说明，可提供的最高密级为内部；{SHOWN}",
    ]
    readme = (tmp_path / "包/说明.txt").read_text("utf-8-sig")
    assert all(one in readme for one in (*(f"P33 {one}" for one in told), *wanted))
    assert "{" not in readme
    foreseen = foresee(read_plan(tmp_path / "plan.gpkg"), read_package_profile(tmp_path / "层.toml"))
    assert foreseen.places == 1 + 2 + 2 + 1  # GeoPackage, Shapefiles, maps, readme


@pytest.mark.parametrize(("most", "leaves"), [("秘密", True), ("公开", False)])
def test_the_profile_of_a_package_says_how_high_is_not_too_high(tmp_path, most, leaves):
    text = LAYERS.replace('apart = "role"\n', f'apart = "role"\nmost = "{most}"\n')
    done, layers = made(plan_with(red_line="秘密", township="内部"), tmp_path, text)
    assert layers == {"FQ1", "FQ2", "XJXZQ", "CYYQ"} | ({"STBHHX", "XZJXZQ"} if leaves else set())
    assert sum(row["id"] == "P33" for row in done.findings) == (0 if leaves else 2)


def test_a_plan_without_zones_has_neither_layers_nor_maps_of_elements(tmp_path):
    plan = plan_with()
    done, _ = made(dataclasses.replace(plan, element_zones=plan.element_zones.iloc[:0]), tmp_path)
    assert not [one for one in done.files if one.endswith(".pdf")]
    assert [row["id"] for row in done.findings].count("P19") == 1


# ── Maps ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_sheet_of_an_element_shows_its_zones_and_their_legend():
    plan = plan_with()
    (sheet,) = sheets(tables_of(plan), MapOptions(theme="水环境"))
    assert sheet.texts["标题"][0] == "甲县 · 水环境管控分区图"
    zones = plan.element_zones.query("element == 'water'")
    assert sheet.units["code"].tolist() == zones["code"].tolist()
    land = plan.units.query("kind != 'sea'")["area_m2"].sum()
    key, general = (f"{area / 1e6:,.2f} km²，{area / land:.2%}" for area in zones["area_m2"])
    assert sheet.legend() == {
        (2, False): ("重点管控区", f"水环境工业污染重点管控区\n{key}"),
        (3, False): ("一般管控区", f"水环境一般管控区（按未提供补足）\n{general}"),
    }
    assert (sheet.lacking, len(sheet.red_line)) == (("water",), 0)
    texts = [text for page in unit_table(sheet) for text, *_ in page.texts]
    assert {"YS3308242210001", "甲县水环境工业污染重点管控区", "重点管控区"} <= set(texts)
    (ecology,) = sheets(tables_of(plan), MapOptions(theme="ecology"))
    assert (ecology.lacking, len(ecology.red_line) > 0) == ((), True)


def test_maps_of_all_elements_are_files_of_their_names(tmp_path):
    options = {"theme": "elements", "paper": "A4", "drawn_by": "matplotlib"}
    for name, wanted in (("{element}图.pdf", "{}图.pdf"), ("m.pdf", "m_{}.pdf")):
        written = export("map-pdf", plan_with(), tmp_path / name, options)
        assert [path.name for path in written.files] == [wanted.format(one) for one in ("生态", "水环境")]
    found = text_of(tmp_path / "水环境图.pdf")
    assert ("水环境管控分区图" in found, "生态保护红线" in found) == (True, False)


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


@pytest.mark.parametrize(
    ("format_", "key", "wanted"), [("units-gpkg", "boundaries", "yes"), ("zones-shp", "apart", "no")]
)
def test_another_word_than_the_option_has_is_refused_and_nothing_written(tmp_path, format_, key, wanted):
    output = tmp_path / ("a" + (".shp" if "shp" in format_ else ".gpkg"))
    with pytest.raises(BadInput) as caught:
        export(format_, sample_plan(), output, {key: "maybe"})
    assert (str(caught.value.what), str(caught.value.wanted)) == (f"{key} = 'maybe'", wanted)
    assert not list(tmp_path.iterdir())
