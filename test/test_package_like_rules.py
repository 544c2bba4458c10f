"""What a column of a package of others is taken for: values before names, and nothing where they do not suffice."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.core.messages import Message
from control_units.delineation.package.like.found import FoundColumn, FoundTable
from control_units.delineation.package.like.known import Known, known_of
from control_units.delineation.package.like.matching import match_table
from control_units.delineation.package.like.names import known_from_names, tokens_in, without_tokens
from control_units.delineation.package.like.others import other_file
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
    ("name", "metres"), [("area_m2", 1), ("area_km2", 1e6), ("area_ha", 1e4), ("area_mu", 2000 / 3)]
)
@pytest.mark.parametrize("title", ["面积", "F1"])
def test_the_unit_of_an_area_is_that_in_which_it_is_the_measured_one(name, metres, title):
    assert of({title: np.round(AREAS / metres, 2)}) == {title: name}


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
        {1: "1", 2: "2", 3: "3"},
        {1: "优先", 2: "重点", 3: "一般"},
        {1: "优先保护单元", 2: "重点管控单元", 3: "一般管控单元"},
    ],
)
def test_a_category_is_known_by_the_ninth_character_whatever_stands_for_it(words):
    found = matched({"F1": [words[one] for one in categories()]})["F1"]
    assert found.of == "category"
    assert found.words == ({} if words[1] == "1" else {str(key): text for key, text in words.items()})


def test_a_category_that_last_year_had_no_unit_of_is_worded_like_the_others():
    codes = [code for code in CODES if code[8] != "3"]
    values = [CATEGORIES[int(code[8])] for code in codes]
    found = matched({"GKLX": values}, codes=codes, geometry=SHAPES[: len(codes)])["GKLX"]
    assert found.words["3"] == "一般管控单元"


def test_letters_for_categories_need_a_name_that_says_so():
    letters = ["ABC"[one - 1] for one in categories()]
    assert of({"F1": letters, "GKLX": letters}) == {"F1": "", "GKLX": "category"}


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
    found = matched({"原单元编码": CODES, "YDYBM": before})
    assert (found["原单元编码"].of, found["YDYBM"].of) == ("", "")
    assert "before" in str(found["原单元编码"].against)


def test_two_columns_of_codes_that_differ_and_are_called_nothing_are_both_left():
    other = CODES[1:] + CODES[:1]
    assert of({"F1": CODES, "F2": other}, codes=None) == {"F1": "", "F2": ""}


# ── Names and values that contradict each other ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("title", "values"),
    [
        ("面积", OFF),
        ("面积（km²）", AREAS / 1e4),
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
        ("更新年份", [2021, 2022, 2023] * (COUNT // 3)),
        ("管控单元分类", ["水环境", "大气环境"] * (COUNT // 2)),
        ("省", ["甘肃省"] * COUNT),
    ],
)
def test_where_name_and_values_contradict_each_other_nothing_is_taken(title, values):
    found = matched({title: values})[title]
    assert found.of == ""
    assert "its name says" in str(found.against)


@pytest.mark.parametrize("title", ["生态保护红线面积", "面积_2020", "MJ2019", "耕地", "面积变化"])
def test_an_area_of_something_else_is_none_of_the_unit_though_it_is_as_large(title):
    assert of({title: AREAS / 1e6, "F1": AREAS / 1e6}) == {title: "", "F1": "area_km2"}


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


def test_a_remark_that_was_written_is_nothing_that_a_plan_has():
    found = matched({"备注": ["与邻县协调"] * COUNT})["备注"]
    assert (found.of, found.blank) == ("", False)


# ── Two columns for one thing ───────────────────────────────────────────────────────────────────────────────────────


def test_two_areas_that_are_both_the_measured_one_are_both_filled():
    columns = {"面积": AREAS / 1e6, "图形面积": AREAS * 1.001 / 1e6, "三调面积": AREAS * 1.03 / 1e6}
    assert of(columns) == {"面积": "area_km2", "图形面积": "area_km2", "三调面积": ""}


def test_of_two_names_the_one_that_is_called_so_is_taken():
    other = [f"{name}（简）" for name in NAMES]
    found = matched({"F1": other, "单元名称": NAMES})
    assert (found["F1"].of, found["单元名称"].of) == ("", "name")
    assert "单元名称" in str(found["F1"].against)


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
        "F3": [code[8] for code in ZONE_CODES],
        "F4": [COUNTIES[code[2:8]] for code in ZONE_CODES],
        "F5": [code[2:] for code in ZONE_CODES],
    }
    found = matched(columns, codes=None, geometry=ZONE_SHAPES, file="zones.shp")
    assert {title: match.of for title, match in found.items()} == {
        "F1": "element",
        "F2": "zone_name",
        "F3": "category",
        "F4": "county_name",
        "F5": "code",
    }
    # An element that last year had no zones of is called as a plan calls it.
    assert (found["F1"].words["air"], found["F1"].words["soil"]) == ("大气", "土壤环境")
    assert found["F2"].words["水环境工业污染重点管控区"] == "水环境工业污染管控区"


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


def test_rows_of_something_else_are_told_and_nothing_is_matched():
    found = match_table(table({"XZQMC": county_names(), "面积": AREAS}, codes=None))
    assert found.of == ""
    assert not any(match.of for match in found.matches)


# ── Tables without shapes: what the layers say ──────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def known() -> Known:
    layer = {"DYMC": NAMES, "MJ": AREAS / 1e6, "QX": county_names(), "XZ": ["甲镇、乙镇", "丙镇"] * (COUNT // 2)}
    return known_of([match_table(table(layer))], read_words())


def test_a_sheet_is_known_by_the_codes_that_the_layers_have(known):
    columns = {
        "F1": CODES[::-1],
        "F2": NAMES[::-1],
        "F3": np.round(AREAS[::-1] / 1e4),
        "F4": (["甲镇、乙镇", "丙镇"] * (COUNT // 2))[::-1],
        "F5": OFF,
    }
    found = matched(columns, known, codes=None, geometry=None, file="list.xlsx")
    wanted = {"F1": "code", "F2": "name", "F3": "area_ha", "F4": "townships", "F5": ""}
    assert {title: match.of for title, match in found.items()} == wanted


def test_a_sheet_without_codes_is_known_by_the_names_of_its_units(known):
    columns = {"F1": NAMES, "面积（亩）": np.round(AREAS / 1e6, 2)}
    found = matched(columns, known, codes=None, geometry=None, file="list.xlsx")
    assert (found["F1"].of, found["面积（亩）"].of) == ("name", "")


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


def test_a_table_of_one_category_says_which():
    priority = [code for code in CODES if code[8] == "1"]
    found = match_table(table({}, codes=priority, geometry=None, file="list.xlsx"))
    assert (found.of, found.category) == ("units", 1)


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
