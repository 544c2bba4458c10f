"""What a layer is taken for, and the traps: names that mean two things, values that look like others, evaluations."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.guessing import guess_role, words
from control_units.delineation.guessing.roles import guess_parts
from control_units.delineation.guessing.vocabulary import vocabulary
from guess_samples import COUNTIES, TOWNS, make, repeat

ROOT = Path(__file__).resolve().parents[2]
PROFILE = read_profile()
IDS = {"OBJECTID": [1, 2, 3, 4]}


def guess(name, columns=None, **options):
    return guess_role(make(name, columns or IDS, **options), PROFILE)


def problems(findings):
    return [found.facts["problem"] for found in findings]


def reasons(found):
    return problems(found.reasons)


def test_a_reason_is_given_in_chinese_and_english():
    found = guess("STBHHX_2023", {"红线编码": ["R1", "R2"]})
    assert (found.role, found.confidence >= 0.8) == ("red_line", True)
    assert words(found).reasons == ("名称“STBHHX_2023”含“STBHHX”", "有字段“红线编码”")
    assert words(found, "en").reasons == ("the name 'STBHHX_2023' holds 'STBHHX'", "it has a field '红线编码'")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("XM_STBHHX_2023", "red_line"),
        ("350200STBHHX", "red_line"),
        ("stbhhx2020", "red_line"),
        ("YJJBNTBHTB", "farmland"),
        ("永久基本农田保护红线", "farmland"),
        ("CSKFBJ", "urban_boundary"),
        ("城镇开发边界CZKFBJ", "urban_boundary"),
        ("一般生态空间", "general_eco_space"),
        ("自然保护地整合优化", "protected_area"),
        ("自然保护区", "protected_area"),
        ("近岸海域", "sea"),
        ("海域", "sea"),
        ("产业园区", "industrial_park"),
        ("汇水区", "catchment"),
    ],
)
def test_names_say_it(name, role):
    found = guess(name)
    assert found.role == role
    assert found.confidence >= 0.5


# --- names of two meanings ---


def test_czkfbj_alone_decides_nothing():
    found = guess("CZKFBJ")
    assert found.role == "urban_boundary"
    assert found.confidence < 0.5
    assert "ambiguous" in problems(found.uncertain)
    assert "村庄开发边界" in words(found).uncertain[0]


def test_czkfbj_with_the_types_of_the_urban_boundary_is_that():
    found = guess("CZKFBJ", {"LX": ["集中建设区", "弹性发展区", "特别用途区"]})
    assert (found.role, dict(found.fields)) == ("urban_boundary", {"zone": "LX"})
    assert found.confidence >= 0.8


def test_czkfbj_that_speaks_of_villages_is_no_source():
    found = guess("czkfbj", {"MC": ["前场村村庄", "后溪村村庄", "三社村庄"]})
    assert found.role == ""
    assert "village_boundary_names" in reasons(found)


def test_a_village_development_boundary_is_neither_village_nor_urban():
    found = guess("村庄开发边界", {"XZQMC": ["前场村", "后溪村"], "XZQDM": ["350211001201", "350211001202"]})
    assert found.role == ""
    assert "village_boundary" in reasons(found)


def test_czkfbj_with_codes_of_villages_is_not_taken_for_villages():
    codes = [f"3502110012{n:02d}" for n in range(1, 9)]
    found = guess("CZKFBJ", {"ZLDWDM": codes, "ZLDWMC": ["前场村"] * 8})
    assert not (found.role and found.confidence >= 0.5)


def test_ecological_space_may_be_one_of_the_three_spaces():
    found = guess("生态空间")
    assert (found.role, "ambiguous" in problems(found.uncertain)) == ("general_eco_space", True)
    assert found.confidence < 0.5
    assert guess("一般生态空间").confidence >= 0.8


@pytest.mark.parametrize("name", ["XZQ", "行政区划", "图层1"])
def test_the_level_of_administrative_areas_is_that_of_their_codes(name):
    assert guess(name, {"XZQDM": COUNTIES["codes"], "XZQMC": COUNTIES["names"]}).role == "county"
    towns = {"XZQDM": [f"350211{n:03d}" for n in range(1, 13)], "XZQMC": TOWNS}
    assert guess(name, towns).role == "township"
    villages = {
        "XZQDM": [f"350211001{n:03d}" for n in range(201, 205)],
        "XZQMC": ["前场村", "后溪村", "三社社区", "新村"],
    }
    assert guess(name, villages).role == "village"


def test_a_city_is_no_county():
    found = guess("行政区", {"XZQDM": ["350200"], "XZQMC": ["厦门市"]})
    assert not (found.role and found.confidence >= 0.5)
    assert "above" in reasons(found)


# --- evaluations and what else is no source ---


@pytest.mark.parametrize(
    "name",
    [
        "生态保护重要性评价结果",
        "生态保护极重要区",
        "生态系统服务功能重要性",
        "城镇建设适宜性评价结果",
        "农业生产适宜性",
    ],
)
@pytest.mark.parametrize(
    "columns", [IDS, {"红线名称": ["a", "b"], "DJ": ["极重要", "重要"]}, {"GKFQ": ["优先保护区", "一般管控区"]}]
)
def test_an_evaluation_is_never_a_statutory_layer(name, columns):
    found = guess(name, columns)
    assert found.role == ""
    assert "evaluation" in reasons(found)


def test_an_evaluation_s_folder_makes_evaluations_of_its_layers():
    layer = make("生态保护红线", {"红线名称": ["a", "b"]})
    assert guess_role(layer, PROFILE).role == "red_line"
    found = guess_role(layer, PROFILE, folders=("双评价成果",))
    assert found.role == ""
    assert "evaluation" in reasons(found)


@pytest.mark.parametrize(
    "name", ["生态保护红线评估调整对比", "生态保护红线调整前", "永久基本农田核减", "城镇开发边界草案"]
)
def test_a_comparison_is_not_taken_for_the_layer(name):
    found = guess(name, {"红线编码": ["1", "2"]})
    assert found.confidence < 0.5 or not found.role
    assert "comparison" in reasons(found)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("DLTB", "survey"),
        ("PDT", "survey"),
        ("三调地类图斑", "survey"),
        ("道路", "basemap"),
        ("road_line", "basemap"),
        ("河流水系", "basemap"),
        ("用地红线", "basemap"),
        ("市级行政区", "city"),
        ("历史文化保护线", "plan_zone"),
        ("海域使用权", "plan_zone"),
        ("样方", "nothing"),
    ],
)
def test_what_is_no_source_is_named(name, why):
    found = guess(name)
    assert found.role == ""
    assert why in reasons(found)


def test_fields_of_the_land_survey_are_no_source():
    found = guess(
        "图层1", {"DLBM": ["0101", "0301"], "DLMC": ["水田", "乔木林地"], "ZLDWDM": ["350211001201", "350211001202"]}
    )
    assert found.role == ""
    assert "survey_field" in reasons(found)
    assert guess("永久基本农田", {"DLBM": ["0101", "0103"], "YJJBNTTBBH": ["1", "2"]}).role == "farmland"


def test_previous_units_are_no_source_but_the_last_version():
    found = guess("图层1", {"HJGKDYBM\n": ["ZH35020320001", "ZH35020320002"], "空间布局约束\n": ["a", "b"]})
    assert found.role == "unit"
    assert found.confidence >= 0.8
    assert dict(found.fields)["code"].strip() == "HJGKDYBM"


def test_lines_are_a_shoreline_that_waits_for_its_buffer():
    found = guess("海岸线", IDS, kind="line")
    assert (found.role, found.ready) == ("shoreline", False)
    assert "buffer" in problems(found.uncertain)
    roads = guess("G15高速", IDS, kind="line")
    assert roads.role == ""


def test_points_of_towns_are_no_townships():
    found = guess("town_points", {"code": [f"350211{n:03d}" for n in range(1, 5)], "name": TOWNS[:4]}, kind="point")
    assert not (found.role and found.confidence >= 0.5)
    assert "kind" in reasons(found)


# --- fields ---


def test_area_may_hold_the_name_of_a_county():
    found = guess("县界", {"CODE": COUNTIES["codes"], "AREA": COUNTIES["names"]})
    assert dict(found.fields) == {"code": "CODE", "name": "AREA"}
    assert found.role == "county"


def test_a_numeric_area_is_no_name_and_no_code():
    columns = {
        "AREA": [350203.0, 350205.0, 350206.0],
        "NAME": ["思明区", "海沧区", "湖里区"],
        "PAC": ["350203", "350205", "350206"],
    }
    assert dict(guess("county", columns).fields) == {"code": "PAC", "name": "NAME"}
    del columns["PAC"]
    assert "AREA" not in guess("county", columns).fields.values()


@pytest.mark.parametrize(
    ("layer", "columns"),
    [
        ("永久基本农田", {"图斑类型": ["永久基本农田"] * 3}),
        ("永久基本农田", {"图斑类型": ["永久基本农田"]}),
        ("生态保护红线", {"划定依据名": ["生态保护红线评估"] * 3}),
        ("自然保护地", {"类别名称": ["自然保护区", "森林公园", "自然保护区"]}),
    ],
)
def test_what_is_said_of_all_features_or_of_their_kind_is_no_name(layer, columns):
    assert "name" not in guess(layer, columns).fields


@pytest.mark.parametrize(
    ("layer", "columns", "field"),
    [
        ("生态保护红线", {"红线名称": ["武夷山生态保护红线"]}, "红线名称"),
        ("自然保护地", {"BHDMC": ["鹰嘴界自然保护区"] * 2}, "BHDMC"),
        ("永久基本农田", {"图斑类型": ["永久基本农田"] * 2, "地块名称": ["东坡", "西坡"]}, "地块名称"),
    ],
)
def test_a_single_feature_and_parts_of_one_have_names(layer, columns, field):
    assert guess(layer, columns).fields["name"] == field


def test_populations_are_no_county_codes():
    columns = {
        "pop": [350203, 929998, 288739, 584000],
        "name": ["思明区", "海沧区", "湖里区", "集美区"],
        "adcode": COUNTIES["codes"][:4],
    }
    assert guess("county", columns).fields["code"] == "adcode"


def test_codes_as_floats_are_codes():
    found = guess("县界", {"PAC": [350203.0, 350205.0, 350206.0], "NAME": COUNTIES["names"][:3]})
    assert (found.role, found.fields["code"], found.ready) == ("county", "PAC", True)


def test_codes_of_townships_win_over_those_of_their_counties():
    columns = {
        "county_code": repeat(COUNTIES["codes"][:2], 12),
        "county": repeat(COUNTIES["names"][:2], 12),
        "town_code": [f"350203{n:03d}000" for n in range(1, 13)],
        "town_name": TOWNS,
    }
    found = guess("town_voronoi", columns)
    assert (found.role, dict(found.fields)) == ("township", {"code": "town_code", "name": "town_name"})


def test_county_codes_in_a_red_line_only_say_where_it_lies():
    found = guess("生态保护红线", {"XZQDM": COUNTIES["codes"], "XZQMC": COUNTIES["names"]})
    assert found.role == "red_line"
    assert found.confidence >= 0.8


def test_a_county_without_its_code_waits_for_a_person():
    found = guess("县界", {"NAME": COUNTIES["names"]})
    assert (found.role, found.ready) == ("county", False)
    assert "no_county_code" in problems(found.uncertain)


# --- zones ---


def test_zones_are_read_where_the_profile_knows_them_and_mapped_where_not():
    found = guess("土壤", {"类型": ["农用地优先", "建设用地风险", "农用地优先"]})
    assert (found.role, dict(found.fields), dict(found.zones)) == (
        "soil_zone",
        {"zone": "类型"},
        {"建设用地风险": "construction_risk"},
    )
    assert "mapped" in problems(found.uncertain)


def test_one_unknown_value_of_many_is_named():
    found = guess("水环境管控分区", {"分区类型": ["工业污染重点管控区", "一般管控区", "蓝藻防控带"]})
    assert (found.role, found.ready) == ("water_zone", False)
    assert found.confidence < 0.5
    unknown = next(note for note in found.uncertain if note.facts["problem"] == "unknown")
    assert unknown.facts["value"] == "蓝藻防控带"


@pytest.mark.parametrize(
    ("digit", "role"), [("2", "water_zone"), ("3", "air_zone"), ("4", "soil_zone"), ("5", "resource_zone")]
)
def test_codes_of_element_zones_name_their_element(digit, role):
    codes = [f"YS3502032{digit}1{n:04d}" for n in range(1, 5)]
    found = guess("图层1", {"HJYSGKFQBM": codes, "FL": ["2", "2", "2", "2"]})
    assert (found.role, found.fields["code"]) == (role, "HJYSGKFQBM")
    assert found.zones  # digits are no words of the profile
    assert found.confidence >= 0.5


def test_a_file_of_one_zone_is_that_zone():
    found = guess("水环境工业污染重点管控区", {"MC": ["汀溪", "后溪"]})
    assert (found.role, found.zone) == ("water_zone", "industrial")
    assert "whole_zone" in problems(found.uncertain)
    assert guess("大气环境受体敏感重点管控区").zone == "receptor_sensitive"
    assert guess("农用地优先保护区").role == "soil_zone"


def test_a_zoned_role_without_zones_waits_for_a_person():
    found = guess("大气环境管控分区", {"MC": ["a", "b"]})
    assert (found.role, found.ready) == ("air_zone", False)
    assert "no_zone" in problems(found.uncertain)


def test_grades_belong_to_water_sources_and_not_to_roads():
    water = guess("水源保护区", {"MC": ["汀溪水库饮用水水源保护区"] * 3, "级别": ["一级", "二级", "准保护区"]})
    assert (water.role, dict(water.fields)["grade"]) == ("drinking_water", "级别")
    road = guess("线路", {"名称": ["G15", "S201", "X403"], "级别": ["一级", "二级", "三级"]})
    assert not (road.role and road.confidence >= 0.5)


def test_numbers_from_one_on_are_no_grades():
    found = guess("饮用水水源保护区", {"OBJECTID": [1, 2, 3], "MC": ["汀溪", "坂头", "石兜"]})
    assert (found.role, found.ready, "grade" in found.fields) == ("drinking_water", False, False)
    assert guess("饮用水水源保护区", {"级别": [1, 2, 3], "MC": ["汀溪", "坂头", "石兜"]}).fields["grade"] == "级别"


def test_names_of_parks_say_what_they_are():
    found = guess(
        "图层1", {"mc": ["火炬工业园", "台商投资开发区", "翔安产业园"], "XZQMC": ["思明区", "海沧区", "翔安区"]}
    )
    assert (found.role, found.fields["name"]) == ("industrial_park", "mc")


# --- several roles in one layer ---


def test_counties_and_townships_in_one_layer_are_two_sources():
    codes = [
        *COUNTIES["codes"][:2],
        "350200",
        *(f"350203{n:03d}" for n in range(1, 5)),
        *(f"350205{n:03d}" for n in range(1, 5)),
    ]
    names = ["思明区", "海沧区", "厦门市", *TOWNS[:8]]
    layer = make("XZQ", {"XZQDM": codes, "XZQMC": names})
    county, town = guess_parts(layer, vocabulary(PROFILE))
    assert (county.role, town.role) == ("county", "township")
    assert county.where == "\"XZQDM\" IN ('350203', '350205')"
    assert town.where == "\"XZQDM\" LIKE '_________'"
    assert guess_role(layer, PROFILE) == county


def test_zones_of_several_elements_in_one_layer_are_several_sources():
    codes = ["YS3502031110001", "YS3502051110002", "YS3502031120001", "YS3502032210001", "YS3502032330001"]
    kinds = ["生态保护红线", "生态保护红线", "一般生态空间", "水环境工业污染重点管控区", "大气环境弱扩散重点管控区"]
    parts = guess_parts(make("要素分区", {"HJYSGKFQBM": codes, "YSXL": kinds}), vocabulary(PROFILE))
    assert {part.role: part.where.removeprefix('"HJYSGKFQBM" LIKE ') for part in parts} == {
        "red_line": "'YS______111%'",
        "general_eco_space": "'YS______112%'",
        "water_zone": "'YS_______2%'",
        "air_zone": "'YS_______3%'",
    }


def test_the_last_word_of_a_name_is_what_the_thing_is():
    codes = {"XZQDM": COUNTIES["codes"], "XZQMC": COUNTIES["names"]}
    assert guess("化工园区").confidence >= 0.5
    for name in ("园区企业", "饮用水管网", "红线图廓", "县道", "乡镇驻地", "街道办"):
        found = guess(name, codes)
        assert not (found.role and found.confidence >= 0.5), name


@pytest.mark.parametrize(
    ("name", "columns", "said"),
    [
        # What speaks for the red line is no reason to take it for no source.
        ("生态保护红线_地类图斑", {"红线名称": ["甲生态保护红线", "乙生态保护红线"]}, ["survey", "despite"]),
        ("生态系统服务功能重要性", {"红线名称": ["甲生态保护红线", "乙生态保护红线"]}, ["evaluation", "despite"]),
    ],
)
def test_the_reasons_of_no_source_do_not_speak_for_one(name, columns, said):
    found = guess(name, columns)
    assert (found.role, reasons(found), found.uncertain) == ("", said, ())
    assert words(found).reasons[-1] == "若非如此，会识别为生态保护红线"


def test_too_little_to_go_by_says_so():
    found = guess("植被图", {"名称": COUNTIES["names"]})
    assert (found.role, words(found).reasons) == ("", ("只有微弱的迹象像县级行政区，不足以采用",))


def test_a_name_that_holds_the_word_of_a_type_is_not_called_a_type():
    found = guess("自然保护地", {"保护地名称": ["峰山国家级森林公园", "河口省级湿地公园"]})
    assert "zones" not in reasons(found)
    assert "字段“保护地名称”的取值提到该角色的类型（如“河口省级湿地公园”）" in words(found).reasons


@pytest.mark.parametrize(
    ("layer", "field"),
    [
        ("水环境分区", "控制单元"),
        ("水环境分区", "控制单元名称"),
        ("水环境分区", "控制单元名"),  # as a Shapefile cuts it
        ("水环境分区", "KZDYMC"),
        ("大气环境分区", "片区"),
        ("饮用水水源保护区", "所属水源地"),
    ],
)
def test_what_a_feature_is_called_by_is_found(layer, field):
    columns = {
        "要素编号": ["A1", "A2", "A3"],
        "权属单位名称": ["甲村", "乙村", "丙村"],
        field: ["清河上段", "清河中段", "清河下段"],
    }
    assert guess(layer, columns).fields["name"] == field


def test_every_reason_has_its_words_and_every_word_its_reason():
    folder = ROOT / "resources" / "profiles" / "national"
    texts = tomllib.loads((folder / "findings_guess.toml").read_text(encoding="utf-8"))
    traps = set(tomllib.loads((folder / "guess.toml").read_text(encoding="utf-8"))["traps"])
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "delineation" / "guessing").glob("*.py"))
    said = set(re.findall(r'"problem": "(\w+)"', code)) | set(re.findall(r'sign\("(\w+)"', code))
    said |= {
        "chosen",  # said by the panel
        "codes_county",
        "codes_town",
        "codes_village",
        "village_boundary_names",
        *traps,
    }
    worded = {key for table in texts.values() for key, text in table.items() if isinstance(text, dict)}
    assert said - {""} == worded
    for table in texts.values():
        for key, text in table.items():
            assert not isinstance(text, dict) or set(text) == {"zh", "en"}, key
