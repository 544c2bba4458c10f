"""What a column of a package of others is taken for: values before names, and nothing where they do not suffice."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.core.measures import AREA_UNITS
from control_units.delineation.core.messages import Message
from control_units.delineation.package.like.found import FoundColumn, FoundTable
from control_units.delineation.package.like.known import Known, known_of
from control_units.delineation.package.like.matching import match_table
from control_units.delineation.package.like.names import known_from_names, tokens_in, without_tokens
from control_units.delineation.package.like.others import other_file
from control_units.delineation.package.like.together import match_layers
from control_units.delineation.package.like.words import read_words
from control_units.delineation.package.profile import Place, shipped
from pyproj import Transformer

COUNTIES = {"650102": "天山区", "650103": "沙依巴克区", "650109": "米东区"}
CATEGORIES = {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"}
CODES = [f"ZH{county}{digit}{serial:04d}" for county in COUNTIES for digit in (1, 2, 3) for serial in (1, 2)]
COUNT = len(CODES)
CRS = "EPSG:4547"
SHAPES = np.array(
    [shapely.box(5e5 + 9e3 * n, 4.8e6, 5e5 + 9e3 * n + 700 + 431 * n, 4.8e6 + 2500) for n in range(COUNT)], dtype=object
)
AREAS = shapely.area(SHAPES)
NAMES = [f"{COUNTIES[code[2:8]]}{CATEGORIES[int(code[8])]}{n}" for n, code in enumerate(CODES)]
OFF = np.random.default_rng(5).uniform(1, 900, COUNT)


def table(columns, *, geometry=SHAPES, crs=CRS, file="units.shp", codes=CODES, aliases=None):
    """A layer (of units, with their codes, unless told otherwise) with these columns; without shapes a sheet."""
    given = {"DYBM": codes, **columns} if codes is not None else columns
    made = tuple(
        FoundColumn(place, title, (aliases or {}).get(title, ""), list(values))
        for place, (title, values) in enumerate(given.items(), 1)
    )
    return FoundTable(file, "", made, geometry, crs if geometry is not None else "")


def matched(columns, known=None, **options):
    """What each column was taken for."""
    found = match_table(table(columns, **options), known)
    return {match.column.title: match for match in found.matches}


def of(columns, **options):
    return {title: match.of for title, match in matched(columns, **options).items() if title != "DYBM"}


def county_names():
    return [COUNTIES[code[2:8]] for code in CODES]


def categories():
    return [int(code[8]) for code in CODES]


# ── Values decide ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_area_that_holds_names_of_counties_is_the_county():
    assert of({"AREA": county_names()}) == {"AREA": "county_name"}


def test_an_area_that_holds_areas_is_an_area():
    assert of({"AREA": AREAS / 1e6}) == {"AREA": "area_km2"}


@pytest.mark.parametrize(
    ("name", "metres"),
    [
        *(("area_m2", 1), ("area_km2", 1e6), ("area_ha", 1e4), ("area_mu", 2000 / 3)),
        *(("area_wan_mu", 2e7 / 3), ("area_wan_ha", 1e8)),
    ],
)
@pytest.mark.parametrize("title", ["面积", "F1"])
def test_the_unit_of_an_area_is_that_in_which_it_is_the_measured_one(name, metres, title):
    assert of({title: np.round(AREAS / metres, 4)}) == {title: name}


@pytest.mark.parametrize(("name", "metres"), [("perimeter_m", 1), ("perimeter_km", 1000)])
def test_so_is_the_unit_of_an_outline(name, metres):
    assert of({"F1": np.round(shapely.length(SHAPES) / metres, 3)}) == {"F1": name}


def test_areas_and_outlines_of_a_layer_in_degrees_are_measured_on_the_ellipsoid():
    move = Transformer.from_crs(CRS, "EPSG:4490", always_xy=True).transform
    degrees = shapely.transform(SHAPES, lambda xy: np.column_stack(move(xy[:, 0], xy[:, 1])))
    inside = shapely.point_on_surface(degrees)
    columns = {
        "F1": AREAS / 1e4,
        "F2": shapely.length(SHAPES),
        "F3": shapely.area(degrees),
        "F4": shapely.get_x(inside),
        "F5": shapely.get_y(inside),
    }
    found = of(columns, geometry=degrees, crs="EPSG:4490")
    assert found == {"F1": "area_ha", "F2": "perimeter_m", "F3": "", "F4": "lon", "F5": "lat"}


def test_places_are_known_by_the_digits_of_the_codes():
    columns = {
        "F1": [code[2:8] for code in CODES],
        "F2": county_names(),
        "F3": [650100] * COUNT,
        "F4": ["新疆维吾尔自治区"] * COUNT,
        "市": ["乌鲁木齐市"] * COUNT,
    }
    wanted = {"F1": "county", "F2": "county_name", "F3": "city_code", "F4": "province", "市": "city"}
    assert of(columns) == wanted


def test_a_county_code_of_twelve_digits_and_a_county_named_with_its_city_are_worded_by_the_county():
    columns = {
        "XZQDM": [f"{code[2:8]}000000" for code in CODES],
        "F2": [f"乌鲁木齐市{name}" for name in county_names()],
    }
    found = matched(columns)
    assert found["XZQDM"].of == "county"
    assert found["XZQDM"].words["650102"] == "650102000000"
    assert found["F2"].of == "county"
    assert found["F2"].words["650109"] == "乌鲁木齐市米东区"


def test_the_number_of_parts_and_a_running_number_are_counted():
    shapes = SHAPES.copy()
    shapes[2] = shapely.multipolygons([shapely.box(0, 0, 9, 9), shapely.box(20, 20, 29, 29)])
    columns = {"F1": shapely.get_num_geometries(shapes), "F2": range(1, COUNT + 1), "F3": range(COUNT)}
    assert of(columns, geometry=shapes) == {"F1": "parts", "F2": "number", "F3": ""}


def test_a_few_values_that_differ_do_not_matter_and_more_do():
    names = county_names() * 2
    codes = CODES + [f"{code[:-1]}{int(code[-1]) + 4}" for code in CODES]
    few, many = list(names), list(names)
    few[3] = "某某县"
    many[3] = many[9] = many[20] = "某某县"
    shapes = np.concatenate([SHAPES, SHAPES])
    assert of({"县": few, "区县": many}, codes=codes, geometry=shapes) == {"县": "county_name", "区县": ""}


# ── Categories ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "words",
    [
        {1: "优先", 2: "重点", 3: "一般"},
        {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"},
    ],
)
def test_a_category_is_known_by_the_ninth_character_whatever_stands_for_it(words):
    found = matched({"F1": [words[one] for one in categories()]})["F1"]
    assert found.of == "category"
    assert found.words == {str(key): text for key, text in words.items()}


def test_a_category_that_last_year_had_no_unit_of_is_worded_like_the_others():
    codes = [code for code in CODES if code[8] != "3"]
    values = [CATEGORIES[int(code[8])] for code in codes]
    found = matched({"GKLX": values}, codes=codes, geometry=SHAPES[: len(codes)])["GKLX"]
    assert found.words["3"] == "一般管控单元"


@pytest.mark.parametrize("stands", [("A", "B", "C"), (1, 2, 3), (3, 2, 1)])
@pytest.mark.parametrize("title", ["GKLX", "GKJB", "管控级别", "分类"])
def test_what_stands_for_categories_needs_a_name_that_says_so_but_for_their_own_digits(title, stands):
    values = [stands[one - 1] for one in categories()]
    plain = "category" if stands == (1, 2, 3) else ""
    assert of({"F1": values, "FXDJ": values, "风险等级": values}) == {"F1": plain, "FXDJ": "", "风险等级": ""}
    found = matched({title: values})[title]
    assert found.of == "category"
    assert found.words == ({} if stands == (1, 2, 3) else {str(key): str(text) for key, text in enumerate(stands, 1)})


def test_one_category_in_all_rows_is_known_where_the_file_is_called_so():
    codes = [code for code in CODES if code[8] == "1"]
    columns, shapes = {"LX": ["优先保护"] * len(codes)}, SHAPES[: len(codes)]
    assert of(columns, codes=codes, geometry=shapes, file="数据/优先单元.shp") == {"LX": "category"}
    assert of(columns, codes=codes, geometry=shapes, file="数据/单元.shp") == {"LX": ""}


def test_words_that_say_more_than_the_category_are_not_it():
    values = [f"{CATEGORIES[one]}（{n % 2}型）" for n, one in enumerate(categories())]
    assert of({"GKLX": values}) == {"GKLX": ""}


# ── Codes ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("values", [[float(code[2:]) for code in CODES], [code[2:] for code in CODES]])
def test_a_code_without_its_prefix_is_one_and_is_told(values):
    found = matched({"F1": values}, codes=None)["F1"]
    assert found.of == "code"
    assert str(COUNT) in str(found.by[-1])
    assert "prefix" in str(found.by[-1])


def test_eleven_digits_that_begin_with_no_province_are_no_code():
    assert (
        match_table(
            table({"F1": [f"{one}{code[4:]}" for one, code in zip([99] * COUNT, CODES, strict=True)]}, codes=None)
        ).of
        == ""
    )


def test_codes_of_before_are_none_of_now():
    before = [code[:-1] + "9" for code in CODES]
    found = matched({"原单元编码": CODES, "YDYBM": before, "调整情况/原单元名称": NAMES})
    assert not any(found[title].of for title in ("原单元编码", "YDYBM", "调整情况/原单元名称"))
    assert "before" in str(found["原单元编码"].against)


def test_two_columns_of_codes_that_differ_and_are_called_nothing_are_both_left():
    other = CODES[1:] + CODES[:1]
    assert of({"F1": CODES, "F2": other}, codes=None) == {"F1": "", "F2": ""}


# ── Names and values that contradict each other ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("面积", OFF),
        ("面积（km²）", OFF),
        ("环境管控单元名称", CODES),
        ("市", county_names()),
        ("XZQDM", [f"6501{n:02d}" for n in range(COUNT)]),
        ("经度", OFF),
        ("周长", OFF),
        ("涉及乡镇", county_names()),
        ("空间布局约束", OFF),
        ("年份", OFF),
        ("密级", county_names()),
        ("密级", ["公开", "内部"] * (COUNT // 2)),
        ("方案名称", NAMES),
        ("更新年份", [2021, 2022, 2023] * (COUNT // 3)),
        ("管控单元分类", ["水环境", "大气环境"] * (COUNT // 2)),
        ("省", ["甘肃省"] * COUNT),
    ],
)
def test_where_name_and_values_contradict_each_other_nothing_is_taken(title, values):
    found = matched({title: values})[title]
    assert found.of == ""
    assert "its name says" in str(found.against)


@pytest.mark.parametrize(
    ("title", "unit"), [("面积（km²）", "ha"), ("面积（公顷）", "km2"), ("面积（亩）", "wan_mu"), ("MJ_HA", "wan_ha")]
)
def test_in_which_unit_areas_are_say_their_values_whatever_the_name_says_and_that_is_told(title, unit):
    found = match_table(table({title: np.round(AREAS / AREA_UNITS[unit].size, 4)}))
    assert found.matches[-1].of == f"area_{unit}"
    (told,) = found.told
    assert f"column {title} is called" in str(told)
    # What is as far from the measured areas as others state them is proof of nothing.
    assert of({title: AREAS * 1.02 / AREA_UNITS[unit].size}) == {title: ""}


@pytest.mark.parametrize("title", ["生态保护红线面积", "面积_2020", "MJ2019", "耕地", "面积变化"])
def test_an_area_of_something_else_is_none_of_the_unit_though_it_is_as_large(title):
    assert of({title: AREAS / 1e6, "F1": AREAS / 1e6}) == {title: "", "F1": "area_km2"}


FORMER = ["去年面积", "面积（上年）", "上期/面积", "LASTMJ", "MJ_OLD", "面积_去年", "往年面积", "前一年面积", "旧面积"]
OTHERS = ["HDMJ", "SBMJ", "PFMJ", "核定面积", "面积（上报）", "批复/面积", "申报面积", "规划面积"]


@pytest.mark.parametrize(("title", "why"), [*((one, "before") for one in FORMER), *((one, "others") for one in OTHERS)])
def test_areas_of_last_year_and_of_others_are_none_of_this_year_though_they_are_the_same(title, why):
    found = matched({title: AREAS / 1e6})[title]
    assert found.of == ""
    assert why in str(found.against)


@pytest.mark.parametrize("title", ["QTQX", "JGQX", "牵头区县", "监管区县", "责任区县"])
def test_a_county_that_looks_after_a_unit_is_not_where_it_lies(title):
    assert of({title: county_names(), "SZQX": county_names()}) == {title: "", "SZQX": "county_name"}


def test_initials_of_others_count_only_before_those_of_a_known_name():
    columns = {"HDYJ": [f"依据{n}号文划定" for n in range(COUNT)], "TBMJ": AREAS}
    assert of(columns) == {"HDYJ": "reasons", "TBMJ": "area_m2"}


def test_an_area_with_a_year_in_its_name_has_to_be_the_measured_one():
    columns = {"面积（2022年）": np.round(AREAS * 1.003 / 1e6, 3), "面积（2023年）": np.round(AREAS / 1e6, 3)}
    for title, values in columns.items():
        assert of({title: values}) == {title: "area_km2" if "2023" in title else ""}


# ── Heads above heads ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("above", ["行政区划", "县级行政区", "所处位置"])
def test_code_and_name_are_of_what_their_head_says_and_of_what_their_values_are(above):
    columns = {f"{above}/代码": [code[2:8] for code in CODES], f"{above}/名称": county_names(), "管控单元/名称": NAMES}
    wanted = {f"{above}/代码": "county", f"{above}/名称": "county_name", "管控单元/名称": "name"}
    assert of(columns) == wanted


# ── Names, where values cannot be held against them ─────────────────────────────────────────────────────────────────


def test_texts_that_nothing_is_known_of_go_by_their_names():
    text = [f"严格控制{name}的开发强度" for name in NAMES]
    columns = {"KJBJYS": text, "污染物排放管控\n": text, "划定依据": [f"依据{n}号文划定" for n in range(COUNT)]}
    assert of(columns) == {"KJBJYS": "space", "污染物排放管控\n": "discharge", "划定依据": "reasons"}


def test_a_text_of_the_clause_library_is_known_without_a_name():
    clauses = read_words().clauses
    texts = {
        dimension: next(text for text, one in clauses.items() if one == dimension) for dimension in ("space", "risk")
    }
    assert of({"F1": [texts["space"] + name for name in NAMES], "F2": [texts["risk"]] * COUNT}) == {
        "F1": "space",
        "F2": "",
    }


def test_half_of_the_texts_in_the_clause_library_are_too_few():
    clauses = read_words().clauses
    text = next(text for text, one in clauses.items() if one == "space")
    texts = [f"{text}，{name}。" if n % 2 else f"另有{name}的要求，若干条。" for n, name in enumerate(NAMES)]
    assert of({"F1": texts}) == {"F1": ""}


def test_a_text_of_another_dimension_contradicts_the_name():
    clauses = read_words().clauses
    text = next(text for text, one in clauses.items() if one == "risk")
    assert of({"空间布局约束": [text + name for name in NAMES]}) == {"空间布局约束": ""}


def test_an_alias_counts_as_much_as_a_name():
    columns = {"F1": [f"严格控制{name}" for name in NAMES]}
    assert of(columns, aliases={"F1": "空间布局约束"}) == {"F1": "space"}


def test_townships_are_known_by_their_endings():
    listed = ["甲镇、乙街道（部分）", "丙乡", "丁苏木;戊镇"] * (COUNT // 3)
    assert of({"F1": listed, "F2": ["甲村、乙村"] * COUNT}) == {"F1": "townships", "F2": ""}


def test_one_township_a_row_may_be_a_seat_and_needs_its_name():
    single = ["甲镇", "乙街道", "丙乡"] * (COUNT // 3)
    assert of({"F1": single}) == {"F1": ""}
    assert of({"XZMC": single}) == {"XZMC": "townships"}


# ── What is the same in all rows, and what is empty ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("value", ["某某环境科学研究院", "2023", 2023, "1", "优先保护单元", "乌鲁木齐市", "内部"])
def test_what_is_the_same_in_all_rows_is_never_guessed(value):
    found = matched({"F1": [value] * COUNT})["F1"]
    assert found.of == ""
    assert "the same" in str(found.against)


def test_it_is_taken_where_its_name_says_what_it_is():
    columns = {"年份": [2023] * COUNT, "密级": ["内部"] * COUNT, "市": ["乌鲁木齐市"] * COUNT}
    assert of(columns) == {"年份": "year", "密级": "classification", "市": "city"}


@pytest.mark.parametrize("title", ["备注", "面积", "F1"])
def test_what_was_empty_stays_so(title):
    found = matched({title: [None, "", "  "] * (COUNT // 3)})[title]
    assert (found.of, found.blank) == ("", True)


@pytest.mark.parametrize("title", ["备注", "面积", "F1"])
def test_formulas_without_results_are_not_empty(title):
    column = FoundColumn(2, title, values=[None] * COUNT, formulas=True)
    layer = table({})
    found = match_table(FoundTable("units.shp", "", (*layer.columns, column), SHAPES, CRS)).matches[1]
    assert (found.of, found.blank) == ("", False)
    assert "formulas" in str(found.against)


def test_a_remark_that_was_written_is_nothing_that_a_plan_has():
    found = matched({"备注": ["与邻县协调"] * COUNT})["备注"]
    assert (found.of, found.blank) == ("", False)


# ── Two columns for one thing ───────────────────────────────────────────────────────────────────────────────────────


def test_two_areas_that_are_both_the_measured_one_are_both_filled():
    columns = {"面积": AREAS / 1e6, "MJM": np.round(AREAS * 3 / 2000, 1), "三调面积": AREAS * 1.03 / 1e6}
    assert of(columns) == {"面积": "area_km2", "MJM": "area_mu", "三调面积": ""}


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_areas_that_differ_the_one_that_is_nearer_to_the_measured_one_is_taken(first):
    columns = [("面积", np.round(AREAS * 1.001 / 1e6, 3)), ("图形面积", np.round(AREAS / 1e4, 2))]
    found = matched(dict([columns[first], columns[1 - first]]))
    assert {title: match.of for title, match in found.items()} == {"DYBM": "code", "面积": "", "图形面积": "area_ha"}
    assert "图形面积" in str(found["面积"].against)


def test_an_area_that_is_another_one_in_a_single_row_is_another_one():
    before = AREAS.copy()
    before[4] *= 1.004
    assert of({"面积": AREAS / 1e6, "F1": before / 1e6}) == {"面积": "area_km2", "F1": ""}


@pytest.mark.parametrize("off", [0.996, 0.997, 0.999, 1.001, 1.002])
@pytest.mark.parametrize("decimals", [1, 4])
def test_without_a_name_an_area_is_the_measured_one_but_for_rounding(off, decimals):
    columns = {"F1": np.round(AREAS * off / 1e4, decimals), "F2": np.round(AREAS / 1e4, decimals)}
    assert of(columns) == {"F1": "", "F2": "area_ha"}
    assert of({"面积": columns["F1"]}) == {"面积": "area_ha"}


def test_of_two_counties_that_only_values_speak_for_the_one_that_agrees_better_is_taken():
    names = county_names() * 2
    codes = CODES + [f"{code[:-1]}{int(code[-1]) + 4}" for code in CODES]
    other = [*names[:-1], "天山区"]
    found = of({"F1": other, "F2": names}, codes=codes, geometry=np.concatenate([SHAPES, SHAPES]))
    assert found == {"F1": "", "F2": "county_name"}


def test_of_two_names_the_one_that_is_called_so_is_taken():
    other = [f"{name[::-1]}单元" for name in NAMES]
    found = matched({"F1": other, "单元名称": NAMES})
    assert (found["F1"].of, found["单元名称"].of) == ("", "name")
    assert "单元名称" in str(found["F1"].against)


def test_of_two_that_are_called_nothing_the_one_that_the_other_speaks_of_is_the_name():
    reasons = [f"{name}按照分区管控要求划定" for name in NAMES]
    assert of({"F1": reasons, "F2": NAMES}) == {"F1": "", "F2": "name"}


def test_two_that_are_called_so_and_differ_are_both_left():
    other = [f"{name}甲" for name in NAMES[::-1]]
    found = matched({"单元名称": NAMES, "管控单元名称": other})
    assert [found[title].of for title in ("单元名称", "管控单元名称")] == ["", ""]
    assert "differ" in str(found["单元名称"].against)


def test_two_that_are_called_so_and_agree_are_both_filled():
    assert of({"单元名称": NAMES, "MC": NAMES}) == {"单元名称": "name", "MC": "name"}


def test_two_texts_of_one_dimension_that_differ_are_both_left():
    one, two = ([f"{word}{name}的要求" for name in NAMES] for word in ("甲", "乙"))
    assert of({"KJBJYS": one, "空间布局约束": two}) == {"KJBJYS": "", "空间布局约束": ""}


# ── Zones ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ZONES = {"121": "水环境优先", "221": "水环境工业污染", "231": "大气高排放", "331": "大气一般"}
ZONE_CODES = [f"YS{county}{digits}{n:04d}" for county in COUNTIES for digits in ZONES for n in (1, 2)]
ZONE_SHAPES = np.array(
    [shapely.box(n * 1000, 0, n * 1000 + 300 + 17 * n, 400) for n in range(len(ZONE_CODES))], dtype=object
)


def test_elements_and_types_of_zones_are_known_by_their_codes():
    columns = {
        "F1": ["大气" if code[9] == "3" else "水环境" for code in ZONE_CODES],
        "F2": [f"{ZONES[code[8:11]]}管控区" for code in ZONE_CODES],
        "GKLB": [code[8] for code in ZONE_CODES],
        "F4": [COUNTIES[code[2:8]] for code in ZONE_CODES],
        "F5": [code[2:] for code in ZONE_CODES],
    }
    found = matched(columns, codes=None, geometry=ZONE_SHAPES, file="zones.shp")
    assert {title: match.of for title, match in found.items()} == {
        "F1": "element",
        "F2": "zone_name",
        "GKLB": "category",
        "F4": "county_name",
        "F5": "code",
    }
    # An element that last year had no zones of is called as a plan calls it.
    assert (found["F1"].words["air"], found["F1"].words["soil"]) == ("大气", "土壤环境")
    assert found["F2"].words["水环境工业污染重点管控区"] == "水环境工业污染管控区"


def test_words_that_each_zone_has_alone_may_be_types_as_well_as_names():
    kinds = ["121", "221", "231", "331", "141", "241", "254"]
    codes = [f"YS650102{digits}0001" for digits in kinds]
    columns = {"F1": [f"第{digits}类管控区" for digits in kinds], "F2": codes}
    found = matched(columns, codes=None, geometry=ZONE_SHAPES[: len(kinds)], file="zones.shp")
    assert (found["F1"].of, found["F2"].of) == ("", "code")


def test_a_type_that_goes_with_the_category_by_chance_is_not_the_category():
    chosen = [code for code in ZONE_CODES if code[8:11] in ("121", "221")]
    types = [f"{ZONES[code[8:11]]}重点区" if code[8] == "2" else "水环境优先区" for code in chosen]
    found = matched({"F1": types, "F2": chosen}, codes=None, geometry=ZONE_SHAPES[: len(chosen)], file="zones.shp")
    assert found["F1"].of != "category"


# ── Tables without rows, and rows that are something else ───────────────────────────────────────────────────────────


def test_a_sample_without_rows_goes_by_names_that_mean_one_thing():
    names = ["环境管控单元编码", "环境管控单元名称", "管控单元分类", "面积（平方公里）", "面积", "县", "备注", "经办人"]
    found = matched({name: [] for name in names}, codes=None, geometry=np.array([], dtype=object))
    assert {title: match.of for title, match in found.items()} == {
        "环境管控单元编码": "code",
        "环境管控单元名称": "name",
        "管控单元分类": "category_name",
        "面积（平方公里）": "area_km2",
        "面积": "",
        "县": "county_name",
        "备注": "",
        "经办人": "",
    }
    assert [title for title, match in found.items() if match.blank] == ["备注"]


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (["单元编码", "单元名称", "备注"], "units"),
        (["单元编码", "备注", "面积"], ""),
        (["要素", "分区类型", "备注"], "zones"),
        (["规则编号", "等级", "问题描述"], "findings"),
        (["规则编号", "等级", "备注"], ""),
        (["维度", "管控要求", "依据"], "clauses"),
        (["数据来源", "提供单位", "校验值"], "sources"),
        (["区县", "优先/个数", "重点/面积", "合计/面积"], "counties"),
        (["区县", "优先/个数", "重点/面积", "备注"], ""),
        (["优先", "重点", "一般", "合计"], ""),
        (["经办人", "电话", "地址"], ""),
    ],
)
def test_a_sample_without_rows_is_what_three_of_its_names_say(names, kind):
    found = match_table(table({name: [] for name in names}, codes=None, geometry=None, file="list.xlsx"))
    assert found.of == kind
    assert bool([match for match in found.matches if match.of]) == bool(kind)


def test_rows_of_something_else_are_told_and_nothing_is_matched():
    found = match_table(table({"XZQMC": county_names(), "面积": AREAS}, codes=None))
    assert found.of == ""
    assert not any(match.of for match in found.matches)


# ── Tables without shapes: what the layers say ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def known():
    layer = {"DYMC": NAMES, "MJ": AREAS / 1e6, "QX": county_names(), "XZ": ["甲镇、乙镇", "丙镇"] * (COUNT // 2)}
    layer["HDYJ"] = [f"依据生态环境部门第{n}号文件" for n in range(COUNT)]
    return known_of([match_table(table(layer))], read_words())


def test_a_sheet_is_known_by_the_codes_that_the_layers_have(known):
    columns = {
        "F1": CODES[::-1],
        "F2": NAMES[::-1],
        "F3": np.round(AREAS[::-1] / 1e4),
        "F4": (["甲镇、乙镇", "丙镇"] * (COUNT // 2))[::-1],
        "F5": OFF,
        "F6": [f"依据生态环境部门第{n}号文件及其附件" for n in range(COUNT)][::-1],
        "F7": [f"依据生态环境部门第{n}号文件" for n in range(COUNT)],
    }
    found = matched(columns, known, codes=None, geometry=None, file="list.xlsx")
    # What a Shapefile cut goes on in a sheet; what stands in other rows is another thing.
    wanted = {"F1": "code", "F2": "name", "F3": "area_ha", "F4": "townships", "F5": "", "F6": "reasons", "F7": ""}
    assert {title: match.of for title, match in found.items()} == wanted


def test_a_sheet_without_codes_is_known_by_the_names_of_its_units(known):
    columns = {"F1": NAMES, "面积（亩）": np.round(AREAS / 1e6, 2)}
    found = matched(columns, known, codes=None, geometry=None, file="list.xlsx")
    assert (found["F1"].of, found["面积（亩）"].of) == ("name", "area_km2")


def sums():
    rows = []
    for county, name in COUNTIES.items():
        own = np.array([code[2:8] == county for code in CODES])
        row = [name]
        for digit in "123":
            these = own & np.array([code[8] == digit for code in CODES])
            row += [
                int(these.sum()),
                round(AREAS[these].sum() / 1e6, 2),
                round(100 * AREAS[these].sum() / AREAS[own].sum(), 2),
            ]
        rows.append([*row, int(own.sum()), round(AREAS[own].sum() / 1e6, 2)])
    rows.append(["合计", *np.sum([row[1:] for row in rows], axis=0)])
    heads = [f"{name}/{what}" for name in CATEGORIES.values() for what in ("数量（个）", "面积（km²）", "占比（%）")]
    return ["县（区）", *heads, "合计/个数", "合计/面积"], rows


def test_sums_by_county_are_known_by_the_layers_and_by_their_heads(known):
    heads, rows = sums()
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    found = match_table(table(columns, codes=None, geometry=None, file="sums.xlsx"), known)
    wanted = [f"{what}_{digit}" for digit in (1, 2, 3) for what in ("n", "km2", "share")]
    assert found.of == "counties"
    assert [match.of for match in found.matches] == ["county_name", *wanted, "n", "km2"]


def test_sums_of_counties_are_known_by_short_heads_and_those_of_last_year_are_left(known):
    own = {county: np.array([code[2:8] == county for code in CODES]) for county in COUNTIES}
    size = np.array([AREAS[rows].sum() / 1e6 for rows in own.values()])
    columns = {
        "区县": list(COUNTIES.values()),
        "单元数": [6] * 3,
        "面积": np.round(size, 2),
        "去年单元数": [6] * 3,
        "去年面积": np.round(size, 2),
        "上报": np.round(size * 1.003, 2),
        "优先": [2] * 3,
        "一般": [2] * 3,
        "占全市比例（%）": np.round(100 * size / size.sum(), 2),
    }
    wanted = ["county_name", "n", "km2", "", "", "", "n_1", "n_3", "share_of_all"]
    found = match_table(table(columns, codes=None, geometry=None, file="sums.xlsx"), known)
    assert [match.of for match in found.matches] == wanted


def test_counties_are_known_by_the_names_of_their_units_where_no_layer_names_them():
    layer = known_of([match_table(table({"DYMC": NAMES}))], read_words())
    heads, rows = sums()
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    found = match_table(table(columns, codes=None, geometry=None, file="sums.xlsx"), layer)
    assert found.of == "counties"
    assert all(match.of for match in found.matches)


@pytest.mark.parametrize("title", ["占市域比例%", "占比（%）"])
def test_a_share_in_the_area_of_all_is_known_by_its_values(known, title):
    columns = {"F1": CODES, title: np.round(100 * AREAS / AREAS.sum(), 2), "面积占比": np.round(OFF / 10, 2)}
    found = matched(columns, known, codes=None, geometry=None, file="list.xlsx")
    assert (found[title].of, found["面积占比"].of) == ("share_of_all", "")


def test_sums_that_differ_from_the_layers_are_left(known):
    heads, rows = sums()
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    columns["优先保护单元/面积（km²）"] = [value * 1.1 for value in columns["优先保护单元/面积（km²）"]]
    found = match_table(table(columns, codes=None, geometry=None, file="sums.xlsx"), known)
    assert {match.column.title: match.of for match in found.matches}["优先保护单元/面积（km²）"] == ""


def test_requirements_under_merged_codes_are_clauses(known):
    words = ["区域布局管控", "污染物排放管控", "环境风险防控", "能源资源利用"]
    columns = {
        "编码": [CODES[n // 4] if n % 4 == 0 else None for n in range(4 * COUNT)],
        "维度": words * COUNT,
        "管控要求": [f"第{n}条要求" for n in range(4 * COUNT)],
    }
    found = match_table(table(columns, codes=None, geometry=None, file="list.xlsx"), known)
    assert found.of == "clauses"
    assert [match.of for match in found.matches] == ["code", "dimension", "text"]
    assert found.matches[1].words["resource"] == "能源资源利用"


def test_requirements_are_known_by_the_names_of_their_columns_alone():
    columns = {
        "编码": [CODES[n // 3] for n in range(3 * COUNT)],
        "管控要求": [f"第{n}条要求" for n in range(3 * COUNT)],
        "F3": [f"其他{n}" for n in range(3 * COUNT)],
    }
    found = match_table(table(columns, codes=None, geometry=None, file="list.xlsx"))
    assert (found.of, [match.of for match in found.matches]) == ("clauses", ["code", "text", ""])


def test_requirements_of_the_clause_library_are_known_without_names():
    clauses = list(read_words().clauses)
    columns = {
        "F1": [CODES[n // 3] for n in range(3 * COUNT)],
        "F2": clauses[: 3 * COUNT],
        "F3": [f"其他{n}" for n in range(3 * COUNT)],
    }
    found = match_table(table(columns, codes=None, geometry=None, file="list.xlsx"))
    assert (found.of, [match.of for match in found.matches]) == ("clauses", ["code", "text", ""])


def test_codes_that_recur_beside_nothing_of_the_lists_are_no_units():
    columns = {"编码": [CODES[n // 3] for n in range(3 * COUNT)], "F3": [f"其他{n}" for n in range(3 * COUNT)]}
    assert match_table(table(columns, codes=None, geometry=None, file="list.xlsx")).of == ""


def test_findings_are_known_by_their_names_and_where_they_lie():
    points = np.array([shapely.Point(5e5 + 1000 * n, 4e6 + 10 * n * n) for n in range(6)], dtype=object)
    columns = {
        "规则编号": ["Q07", "Q14", "Q07", "S11", "Q14", "Q20"],
        "问题描述": [f"第{n}处" for n in range(6)],
        "等级": ["错误", "提示"] * 3,
        "X": shapely.get_x(points),
        "F5": shapely.get_y(points),
        "F6": OFF[:6],
    }
    found = match_table(table(columns, codes=None, geometry=points, file="wt.shp"))
    assert found.of == "findings"
    assert [match.of for match in found.matches] == ["id", "message", "severity_name", "x", "y", ""]


# ── Layers of one layout ────────────────────────────────────────────────────────────────────────────────────────────


def apart(digits, columns):
    """Layers with these columns, each of the units whose codes are the same in these digits."""
    keys = [code[digits] for code in CODES]
    for key in sorted(set(keys)):
        rows = [row for row, one in enumerate(keys) if one == key]
        own = {title: [values[row] for row in rows] for title, values in columns.items()}
        yield table(own, codes=[CODES[row] for row in rows], geometry=SHAPES[rows], file=f"{key}.shp")


@pytest.mark.parametrize(
    ("digits", "values", "wanted"),
    [
        (slice(2, 8), county_names(), "county_name"),
        (slice(8, 9), [CATEGORIES[one] for one in categories()], "category"),
        (slice(2, 8), ["某某院"] * COUNT, ""),
    ],
)
def test_what_is_the_same_in_each_layer_is_known_by_all_of_them(digits, values, wanted):
    layers = list(apart(digits, {"F1": values}))
    assert {match_table(layer).matches[1].of for layer in layers} == {""}
    together = match_layers([*layers, None], read_words())
    assert together.pop() is None
    assert {match.matches[1].of for match in together} == {wanted}
    assert [match.matches[1].column for match in together] == [layer.columns[1] for layer in layers]


def test_what_agrees_in_one_layer_alone_does_so_by_chance():
    values = [*AREAS[:6], *OFF[6:]]
    layers = list(apart(slice(2, 8), {"F1": values, "F2": AREAS}))
    assert match_table(layers[0]).matches[1].of == "area_m2"
    together = match_layers(layers, read_words())
    assert [[one.of for one in match.matches[1:]] for match in together] == [["", "area_m2"]] * 3


# ── Names of files ──────────────────────────────────────────────────────────────────────────────────────────────────

LAST = Known(place=Place("新疆维吾尔自治区", "乌鲁木齐市", "650100"), year="2023", month="12", day="31")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("650100乌鲁木齐市环境管控单元_2023.shp", "{code}{area}环境管控单元_{year}.shp"),
        ("成果20231231/管控单元.gdb", "成果{date}/管控单元.gdb"),
        ("2023年12月31日提交", "{year}年{month}月{day}日提交"),
        ("2023-12-31.xlsx", "{year}-{month}-{day}.xlsx"),
        ("2023.12成果", "{year}.{month}成果"),
        ("新疆维吾尔自治区乌鲁木齐市（内部）", "{province}{area}（{classification}）"),
        ("2023年管控单元", "{year}年管控单元"),
        ("2023年度动态更新成果", "{filing_year}年度动态更新成果"),
        ("二〇二三年成果", "{year_han}年成果"),
        ("二○二三年十二月 乌鲁木齐", "{year_han}年{month_han}月 乌鲁木齐"),
        # A month that is not known to be the package's own stays, as do years of laws, plans, standards and versions.
        ("二〇二三年十一月", "二〇二三年十一月"),
        ("二〇二二年成果", "二〇二二年成果"),
        ("国土空间规划（2023-2035年）2023", "国土空间规划（2023-2035年）{year}"),
        ("产业结构调整指导目录（2023年本）_2023", "产业结构调整指导目录（2023年本）_{year}"),
        ("《2023年重点管控清单》2023年", "《2023年重点管控清单》{year}年"),
        ("新政发（2023）12号", "新政发（2023）12号"),
        ("执行GB 3095-2023标准（2023）", "执行GB 3095-2023标准（{year}）"),
        ("管控清单2023版", "管控清单2023版"),
        ("24年成果", "24年成果"),
        # A year that is part of a longer number, of a document's number or of another date is none.
        ("12023456", "12023456"),
        ("6501002023", "6501002023"),
        ("环办环评函〔2023〕81号", "环办环评函〔2023〕81号"),
        ("评审意见20231105", "评审意见20231105"),
        ("2020年基准", "2020年基准"),
        ("{x}", "｛x｝"),
        ("全市汇总", "全市汇总"),
    ],
)
def test_tokens_stand_in_place_of_what_changes(name, wanted):
    assert tokens_in(name, LAST) == wanted


def test_a_package_of_one_county_is_called_by_the_county():
    last = Known(place=Place("", "乌鲁木齐市", "650100"), county=("650107", "达坂城区"), year="2023")
    assert tokens_in("650107乌鲁木齐市达坂城区_650100", last) == "{code}{city}{area}_{city_code}"


@pytest.mark.parametrize(
    ("names", "city", "date"),
    [
        (["650100乌鲁木齐市成果2023", "a_2023.shp", "b_2020.pdf"], "乌鲁木齐市", ("2023", "", "")),
        (["440600佛山市", "成果_20241130.gdb", "评审20240601.pdf", "总_20241130.shp"], "佛山市", ("2024", "11", "30")),
        (["全市成果", "表.xlsx"], "", ("", "", "")),
        (["规划2021-2035", "规划2021-2035说明", "《2021年本》", "成果2024"], "", ("2024", "", "")),
    ],
)
def test_place_and_date_are_read_from_names(names, city, date):
    known = known_from_names(Known(), names)
    assert (known.place.city, (known.year, known.month, known.day)) == (city, date)


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("附件3 {area}专家评审意见_{year}", "专家评审意见"),
        ("会议纪要（2）", "会议纪要"),
        ("2.1 市政府同意函20231101", "市政府同意函"),
        ("{year}年{month}月", "{year}年{month}月"),
    ],
)
def test_a_document_is_known_by_its_words_alone(stem, words):
    assert without_tokens(stem) == words


@pytest.mark.parametrize(
    ("path", "kind", "put"),
    [
        ("图/650100乌鲁木齐市环境管控单元图_2023.pdf", "export", "图/{code}{area}环境管控单元图_{year}.pdf"),
        ("环境管控单元图.JPG", "export", "环境管控单元图.png"),
        ("环境管控单元图集.pdf", "slot", "环境管控单元图集"),
        ("水环境管控分区图.pdf", "slot", "水环境管控分区图"),
        ("附件1 评审意见_20231105.pdf", "slot", "附件1 评审意见"),
        ("方案文本.doc", "slot", "方案文本"),
        ("README.txt", "readme", "README.txt"),
        ("数据.zip", "", ""),
        ("工程.qgz", "", ""),
    ],
)
def test_files_that_no_table_is_in_become_maps_places_for_documents_or_nothing(path, kind, put):
    content = other_file(path, LAST, read_words()).content
    assert (content.kind if content else "", content.path if content else "") == (kind, put)


def test_the_words_for_learning_are_no_profile():
    assert "like" not in shipped()


def test_what_is_said_of_a_column_is_a_message_with_its_numbers():
    found = matched({"F1": county_names()})["F1"]
    assert found.by[0].facts["agree"] == COUNT
    assert isinstance(found.by[0].facts["what"], Message)
