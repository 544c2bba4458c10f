"""What a column of a package of others is taken for: values before names, and nothing where they do not suffice."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.core.measures import AREA_UNITS
from control_units.delineation.core.messages import Message
from control_units.delineation.package.like.found import FoundColumn, FoundTable
from control_units.delineation.package.like.known import known_of
from control_units.delineation.package.like.matching import match_table
from control_units.delineation.package.like.together import match_layers
from control_units.delineation.package.like.words import read_words
from control_units.delineation.package.profile import shipped
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


@pytest.mark.parametrize(("name", "metres"), [("area_wan_mu", 2e7 / 3), ("area_wan_ha", 1e8)])
@pytest.mark.parametrize("title", ["面积", "F1"])
def test_the_unit_of_an_area_is_that_in_which_it_is_the_measured_one(name, metres, title):
    assert of({title: np.round(AREAS / metres, 4)}) == {title: name}


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


def test_the_number_of_parts_and_a_running_number_are_counted():
    shapes = SHAPES.copy()
    shapes[2] = shapely.multipolygons([shapely.box(0, 0, 9, 9), shapely.box(20, 20, 29, 29)])
    columns = {"F1": shapely.get_num_geometries(shapes), "F2": range(1, COUNT + 1), "F3": range(COUNT)}
    assert of(columns, geometry=shapes) == {"F1": "parts", "F2": "number", "F3": ""}


# ── Categories ──────────────────────────────────────────────────────────────────────────────────────────────────────


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


def test_half_of_the_texts_in_the_clause_library_are_too_few():
    clauses = read_words().clauses
    text = next(text for text, one in clauses.items() if one == "space")
    texts = [f"{text}，{name}。" if n % 2 else f"另有{name}的要求，若干条。" for n, name in enumerate(NAMES)]
    assert of({"F1": texts}) == {"F1": ""}


def test_an_alias_counts_as_much_as_a_name():
    columns = {"F1": [f"严格控制{name}" for name in NAMES]}
    assert of(columns, aliases={"F1": "空间布局约束"}) == {"F1": "space"}


# ── What is the same in all rows, and what is empty ─────────────────────────────────────────────────────────────────


# ── Two columns for one thing ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("off", [0.996, 0.997, 0.999, 1.001, 1.002])
@pytest.mark.parametrize("decimals", [1, 4])
def test_without_a_name_an_area_is_the_measured_one_but_for_rounding(off, decimals):
    columns = {"F1": np.round(AREAS * off / 1e4, decimals), "F2": np.round(AREAS / 1e4, decimals)}
    assert of(columns) == {"F1": "", "F2": "area_ha"}
    assert of({"面积": columns["F1"]}) == {"面积": "area_ha"}


# ── Zones ───────────────────────────────────────────────────────────────────────────────────────────────────────────

ZONES = {"121": "水环境优先", "221": "水环境工业污染", "231": "大气高排放", "331": "大气一般"}
ZONE_CODES = [f"YS{county}{digits}{n:04d}" for county in COUNTIES for digits in ZONES for n in (1, 2)]
ZONE_SHAPES = np.array(
    [shapely.box(n * 1000, 0, n * 1000 + 300 + 17 * n, 400) for n in range(len(ZONE_CODES))], dtype=object
)


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


def test_counties_are_known_by_the_names_of_their_units_where_no_layer_names_them():
    layer = known_of([match_table(table({"DYMC": NAMES}))], read_words())
    heads, rows = sums()
    columns = {head: [row[place] for row in rows] for place, head in enumerate(heads)}
    found = match_table(table(columns, codes=None, geometry=None, file="sums.xlsx"), layer)
    wanted = [f"{what}_{digit}" for digit in (1, 2, 3) for what in ("n", "km2", "share")]
    assert found.of == "counties"
    assert [match.of for match in found.matches] == ["county_name", *wanted, "n", "km2"]


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


def test_the_words_for_learning_are_no_profile():
    assert "like" not in shipped()


def test_what_is_said_of_a_column_is_a_message_with_its_numbers():
    found = matched({"F1": county_names()})["F1"]
    assert found.by[0].facts["agree"] == COUNT
    assert isinstance(found.by[0].facts["what"], Message)
