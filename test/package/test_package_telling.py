"""What a package is filled with and what is told of it: rows of tables, words for places and dates, the manifest."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.findings import Finding
from control_units.delineation.core.messages import Message
from control_units.delineation.package.filling import TOKENS, fill_tokens, tokens_of
from control_units.delineation.package.profile import Filled, FilledColumn, PackagePlace, PackageProfile
from control_units.delineation.package.table_rows import clean, in_runs, table_rows, text_of
from control_units.delineation.package.telling import finding_rows, manifest_facts
from package_filling import FINDINGS, PROFILE, filling_of

WHERE = Message("{table}", table="表")


def rows_of(folder: Path, of: str, *columns: FilledColumn, total: int = 0, values=None, **only):
    """Fill a table; ``values`` are names and areas that the units have instead."""
    filling = filling_of(folder)
    for name, own in (values or {}).items():
        filling.plan.units[name] = own
    return table_rows(filling, Filled(of, total=total, columns=columns, **only), "a.xlsx", WHERE)


def column_of(folder: Path, of: str, values=None, **options) -> list:
    column = FilledColumn(1, of=of, **options)
    return [row[0] for row in rows_of(folder, "units", column, values=values).rows]


# ── Rows of tables ────────────────────────────────────────────────────────────────────────────────────────────────

AREAS = {"area_m2": [1_234_567.8, 2e6, 5e5, 1.5e6, 0.0]}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({}, [1.2345678, 2.0, 0.5, 1.5, 0.0]),
        ({"decimals": 2}, [1.23, 2.0, 0.5, 1.5, 0.0]),
        ({"decimals": 0}, [1, 2, 1, 2, 0]),
        ({"text": True}, ["1.2345678", "2", "0.5", "1.5", "0"]),
        ({"text": True, "decimals": 2}, ["1.23", "2.00", "0.50", "1.50", "0.00"]),
        ({"text": True, "decimals": 0}, ["1", "2", "1", "2", "0"]),
    ],
)
def test_numbers_have_the_digits_that_a_column_wants(options, wanted, tmp_path):
    found = column_of(tmp_path, "area_km2", AREAS, **options)
    assert found == wanted
    assert [type(one) for one in found] == [type(one) for one in wanted]


def test_whole_numbers_stay_whole(tmp_path):
    for decimals in (-1, 0, 2):
        found = column_of(tmp_path, "parts", {"parts": [3, 1, 1, 1, 1]}, decimals=decimals)
        assert found == [3, 1, 1, 1, 1]
        assert {type(one) for one in found} == {int}


def test_codes_that_a_file_holds_as_numbers_are_numbers_where_they_read_the_same(tmp_path):
    names = {"name": ["330824", "012", "一", "²", "0"]}
    assert column_of(tmp_path, "name", names, number=True) == [330824, "012", "一", "²", 0]
    assert column_of(tmp_path, "name", names) == names["name"]


def test_words_stand_for_values_and_what_has_none_is_told(tmp_path):
    column = FilledColumn(3, of="category", words={"1": "优先", "2": "", "9": "x"})
    made = rows_of(tmp_path, "units", column)
    assert [row[0] for row in made.rows] == ["优先", None, 3, 3, "优先"]
    (found,) = made.findings
    assert (found.id, found.value) == ("P13", 1.0)
    facts = {"file": "a.xlsx", "sheet": WHERE, "column": "3", "count": 1}
    assert {key: found.facts[key] for key in facts} == facts
    assert str(found.facts["listed"]) == "3"
    titled = dataclasses.replace(column, title="类别")
    assert rows_of(tmp_path, "units", titled).findings[0].facts["column"] == "类别"


def test_words_make_numbers_where_the_column_has_numbers(tmp_path):
    assert column_of(tmp_path, "category", words={"1": "10", "2": "020", "3": "x"}, number=True) == [
        10,
        "020",
        "x",
        "x",
        10,
    ]


def test_of_many_values_without_words_five_are_named(tmp_path):
    many = pd.concat([FINDINGS] * 2, ignore_index=True).assign(id=list("abcdefghij"))
    table = Filled("findings", columns=(FilledColumn(1, of="id", words={"a": "x"}),))
    (found,) = table_rows(filling_of(tmp_path, findings=many), table, "a.xlsx", WHERE).findings
    assert found.value == 9.0
    assert str(found.facts["listed"]) == "b, c, d, e, f … (9)"


def test_what_is_no_value_is_nothing(tmp_path):
    assert column_of(tmp_path, "name", {"name": ["", None, float("nan"), "\x00", "a"]}) == [None, None, None, None, "a"]
    assert column_of(tmp_path, "area_km2", {"area_m2": [float("inf"), 1e6, float("nan"), 0, 2e6]}) == [
        None,
        1.0,
        None,
        0.0,
        2.0,
    ]


def test_columns_that_nothing_fills_are_told_unless_they_are_meant_to_be_empty(tmp_path):
    columns = (FilledColumn(1), FilledColumn(2, "备注"), FilledColumn(3, "说明", blank=True))
    made = rows_of(tmp_path, "counties", *columns, total=1)
    assert made.rows == [[None] * 3] * 2
    assert made.totals == [None] * 3
    assert [(one.id, one.facts["column"]) for one in made.findings] == [("P02", "1"), ("P02", "备注")]


def test_sums_are_of_exact_values_and_rounded_once(tmp_path):
    columns = [FilledColumn(1, of=name, decimals=1) for name in ("area_km2", "parts", "name", "category")]
    made = rows_of(tmp_path, "units", *columns, total=1, values={"area_m2": [40_000.0] * 5})
    assert [row[0] for row in made.rows] == [0.0] * 5
    assert made.totals == [0.2, 5, None, None]
    assert type(made.totals[1]) is int
    made = rows_of(tmp_path, "units", FilledColumn(1, of="area_m2"), values={"area_m2": [0.1] * 5})
    assert made.totals == [0.5]


def test_a_sum_of_nothing_is_nothing_at_all(tmp_path):
    made = rows_of(tmp_path, "units", FilledColumn(1, of="area_km2", decimals=2), total=1, only={"category": "9"})
    assert (made.rows, made.totals) == ([], [0.0])


def test_shares_of_the_total_are_those_of_the_whole_area(tmp_path):
    names = ("share_1", "share_2", "share_3", "share", "km2_1", "n_3")
    made = rows_of(tmp_path, "counties", *(FilledColumn(1, of=name, decimals=2) for name in names), total=1)
    assert made.totals == [20.0, 5.0, 75.0, 100.0, 100.0, 2]
    plain = rows_of(tmp_path, "counties", *(FilledColumn(1, of=name, decimals=2) for name in names))
    assert plain.totals[:4] == [None] * 4
    none = filling_of(tmp_path)
    none.plan.units["area_m2"] = 0.0
    table = Filled("counties", total=1, columns=(FilledColumn(1, of="share"),))
    assert table_rows(none, table, "a.xlsx", WHERE).totals == [0.0]


def test_rows_are_by_code_and_those_without_one_last_on_land(tmp_path):
    codes = {"code": ["ZH33082410009", None, "ZH33082410001", "", "AA"]}
    found = column_of(tmp_path, "unit_id", codes)
    assert found == ["u3", "u1", "u2", "u4", "u5"]


def test_zones_and_counties_are_by_code(tmp_path):
    filling = filling_of(tmp_path)
    filling.plan.element_zones["code"] = ["YS3308243110001", "YS3308241110001"]
    made = table_rows(filling, Filled("zones", columns=(FilledColumn(1, of="code"),)), "a.xlsx", WHERE)
    assert made.rows == [["YS3308241110001"], ["YS3308243110001"]]
    made = rows_of(tmp_path, "findings", FilledColumn(1, of="id"), FilledColumn(2, of="number"))
    assert made.rows == [["Q07", 1], ["Q07", 2], ["Q07", 3], ["Q07", 4], ["Q10", 5]]


def test_a_table_of_some_rows_is_numbered_anew(tmp_path):
    columns = (FilledColumn(1, of="number"), FilledColumn(2, of="unit_id"))
    assert rows_of(tmp_path, "units", *columns, only={"category": "3"}).rows == [[1, "u3"], [2, "u4"]]
    assert rows_of(tmp_path, "units", *columns, only={"county": "330881"}).rows == [[1, "u4"], [2, "u5"]]
    both = rows_of(tmp_path, "units", *columns, only={"category": "3", "county": "330881"})
    assert both.rows == [[1, "u4"]]


def test_a_table_without_columns_has_its_rows(tmp_path):
    assert rows_of(tmp_path, "counties").rows == [[], []]


def test_who_asks_for_what_no_plan_holds_is_told_where(tmp_path):
    with pytest.raises(BadInput) as caught:
        rows_of(tmp_path, "units", FilledColumn(1, of="nam"))
    assert str(caught.value.where) == "a.xlsx, 表"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(None, 2, ""), (1.5, 2, "1.50"), (1.5, 0, "2"), (2.0, -1, "2"), (2.25, -1, "2.25"), (3, 2, "3"), ("x", 2, "x")],
)
def test_a_value_as_a_text(value, decimals, text):
    assert text_of(value, FilledColumn(1, decimals=decimals)) == text


@pytest.mark.parametrize(
    ("runs", "new", "wanted"),
    [
        (["{ar", "ea}", "方案"], "甲市方案", ["甲市", "", "方案"]),
        (["一", "{x}", "二"], "一二", ["一", "", "二"]),
        (["一", "二"], "一二", ["一", "二"]),
        (["一", "二"], "一三二", ["一三", "二"]),
        (["一", "二"], "三一二", ["三一", "二"]),
        (["一", "二"], "一二三", ["一", "二三"]),
        (["", "一"], "二", ["", "二"]),
        ([""], "二", ["二"]),
        ([], "二", ["二"]),
    ],
)
def test_a_text_in_pieces_keeps_its_pieces(runs, new, wanted):
    assert in_runs(runs, new) == wanted


def test_what_no_file_holds_is_taken_out():
    assert clean("a\r\nb\rc\td\x0be\u202ef\ufffeg\u200eh") == "a\nb\nc\tdefg\u200eh"


# ── Words for places and dates ────────────────────────────────────────────────────────────────────────────────────


def tokens(place: PackagePlace, *, settings=None, **meta):
    names = meta.pop("names", '{"330824": "甲县", "330881": "乙市"}')
    rules = dataclasses.replace(PROFILE, settings=dict(PROFILE.settings) | (settings or {}))
    given = {"name": "案", "date": "2024-05-01T00:00:00.000Z", "county_names": names} | meta
    return tokens_of(given, rules, PackageProfile(Path("p.toml"), "", "", place, ()), "内部", "zh")


def test_a_package_of_a_city_is_called_by_it():
    found = tokens(PackagePlace("浙江省", "衢州市"), status="送审")
    assert found == {
        "code": "330800",
        "area": "衢州市",
        "volume": "",
        "province": "浙江省",
        "city": "衢州市",
        "city_code": "330800",
        "county": "",
        "plan": "案",
        "status": "送审",
        "classification": "内部",
        "year": "2024",
        "year_han": "二〇二四",
        "month": "05",
        "month_han": "五",
        "day": "01",
        "date": "20240501",
        "filing_year": "",
        "element": "{element}",
    }
    assert set(found) == set(TOKENS)


def test_a_package_of_one_county_is_called_by_it():
    found = tokens(PackagePlace("浙江省", "衢州市"), names='{"330824": "甲县"}')
    assert (found["code"], found["area"], found["county"], found["volume"]) == (
        "330824",
        "甲县",
        "甲县",
        "（甲县分册）",
    )
    assert found["city_code"] == "330800"


def test_who_says_where_a_plan_lies_goes_in_turn():
    assert tokens(PackagePlace())["city"] == ""
    assert tokens(PackagePlace(), city="丁市")["city"] == "丁市"
    assert tokens(PackagePlace("", "衢州市"), city="丁市")["city"] == "衢州市"
    assert tokens(PackagePlace(), province="某省")["province"] == "某省"
    assert tokens(PackagePlace("乙省"), province="某省")["province"] == "乙省"
    assert tokens(PackagePlace())["province"] == "浙江省"


def test_counties_of_several_cities_have_no_code_but_the_profiles():
    names = '{"330824": "甲县", "330102": "丙区"}'
    assert tokens(PackagePlace(), names=names)["code"] == tokens(PackagePlace(), names=names)["city_code"] == ""
    assert tokens(PackagePlace(city_code="330800"), names=names)["city_code"] == "330800"
    assert tokens(PackagePlace(), names='{"330824": "甲县", "340102": "丙区"}')["province"] == ""
    assert tokens(PackagePlace(), names="{}", meta="x")["code"] == ""


def test_a_sea_district_is_no_county():
    sea = {"codes": dict(PROFILE.settings["codes"]) | {"sea_digits": "330899"}}
    names = '{"330824": "甲县", "330899": "海域"}'
    assert tokens(PackagePlace(), names=names)["county"] == ""
    assert tokens(PackagePlace(), names=names, settings=sea)["county"] == "甲县"
    assert tokens(PackagePlace(), names='{"330800": "海域"}')["county"] == "海域"


def test_a_profile_of_another_city_is_refused_with_both():
    with pytest.raises(BadInput) as caught:
        tokens(PackagePlace(city_code="650100"), names='{"330824": "甲县", "330102": "丙区"}')
    said = "the package profile is of 650100, and the plan's counties are of 330100, 330800"
    assert (str(caught.value.what), str(caught.value.where)) == (said, "p.toml")


def test_several_tokens_and_braces_that_are_none():
    filled = fill_tokens("{year}{month}-{ x }{{", dict.fromkeys(TOKENS, "1"), WHERE)
    assert filled == "11-{ x }{{"
    with pytest.raises(BadInput) as caught:
        fill_tokens("a{}b", {"code": "1"}, WHERE)
    assert (str(caught.value.what), str(caught.value.where)) == ("unknown token {} in 'a{}b'", "表")


def test_every_letter_that_no_name_takes_is_in_full_width():
    value = {"plan": '<>:"/\\|?*'}
    assert fill_tokens("a/{plan}:b", value, WHERE, name=True) == "a/＜＞：＂／＼｜？＊:b"


# ── Findings and manifest ─────────────────────────────────────────────────────────────────────────────────────────

OWN = [
    Finding("P01", {"slot": "批文"}),
    Finding("P18", {"file": "a.xlsx", "codes": "ZH1"}, value=1.0),
    Finding("P01", {"slot": "图"}),
]


def test_findings_of_plan_and_package_are_rows_with_state_and_reason(tmp_path):
    rows = finding_rows(filling_of(tmp_path), OWN, "", {1: "可以"})
    assert rows[0] == {
        "id": "Q07",
        "severity": "error",
        "where": "POINT (507500.25 3207500)",
        "units": ["u1"],
        "value": 1.0,
        "message": "Q07的问题",
        "state": "accepted",
        "reason": "已核实",
    }
    assert [(row["id"], row["where"], row["state"], row["reason"]) for row in rows[4:]] == [
        ("Q10", "", "open", ""),
        ("P01", "", "open", ""),
        ("P18", "", "accepted", "可以"),
        ("P01", "", "open", ""),
    ]
    assert rows[5]["message"] == "缺少附件：批文"
    assert [row["state"] for row in finding_rows(filling_of(tmp_path), OWN, "")[5:]] == ["open"] * 3


def test_findings_are_worded_in_the_language_asked_for(tmp_path):
    filling = filling_of(tmp_path)
    said = [row["message"] for row in finding_rows(filling, OWN, "en")]
    assert said[0] == "units u1 overlap"
    assert said[5] == "document is missing: 批文"
    own = [row["message"] for row in finding_rows(filling, OWN, "zh")]
    assert own[0] == "Q07的问题"  # as the plan has it
    assert own[5] == "缺少附件：批文"


def test_a_finding_whose_facts_are_others_stays_as_it_was_said(tmp_path):
    odd = FINDINGS.iloc[[0, 0]].assign(id=["Q21", "Q99"], value=[None, 2.5], units=["u1、u2", None], facts=[None, "{}"])
    rows = finding_rows(filling_of(tmp_path, findings=odd), [], "en")
    assert [(row["message"], row["value"], row["units"]) for row in rows] == [
        ("Q07的问题", None, ["u1", "u2"]),
        ("Q07的问题", 2.5, []),
    ]


SOURCES = pd.DataFrame(
    [
        {
            "source": "a",
            "role": "red_line",
            "path": "/home/zhang/a.gpkg",
            "layer": "l",
            "sha256": "0" * 64,
            "date": "2024",
        },
        {
            "source": "b",
            "role": "county",
            "path": "b.gpkg",
            "classification": "内部",
            "provider": "局",
            "document": "文",
        },
    ]
)


def test_the_manifest_says_what_a_package_is_of(tmp_path):
    (tmp_path / "p.toml").write_bytes(b"title = 'x'")
    filling = filling_of(tmp_path, meta={"seed": "7", "area_method": "ellipsoidal"})
    columns = [name for name in filling.plan.sources.columns if name not in SOURCES]
    filling = dataclasses.replace(
        filling, plan=dataclasses.replace(filling.plan, sources=SOURCES.assign(**dict.fromkeys(columns)))
    )
    facts = manifest_facts(filling, "filing", OWN, {1: "可以"})
    versions = facts.pop("versions")
    assert facts == {
        "title": "甲县",
        "edition": "filing",
        "volume": None,
        "place": {"province": "浙江省", "city": "衢州市", "code": "330800"},
        "classification": "内部",
        "plan": {
            "name": "甲县",
            "status": "草稿",
            "date": "2024-05-01",
            "filing_year": "2024",
            "crs": "EPSG:4549",
            "area_method": "ellipsoidal",
            "method": "overlay",
            "seed": 7,
            "rules": "national",
            "units": 5,
            "element_zones": 2,
            "clauses": 0,
            "area_m2": 600000123.4,
        },
        "profile": {"name": "p", "title": "", "sha256": hashlib.sha256(b"title = 'x'").hexdigest()},
        "sources": [
            {
                "source": "a",
                "role": "red_line",
                "path": "a.gpkg",
                "layer": "l",
                "sha256": "0" * 64,
                "date": "2024",
                "provider": "",
                "document": "",
                "classification": "",
            },
            {
                "source": "b",
                "role": "county",
                "path": "b.gpkg",
                "layer": "",
                "sha256": "",
                "date": "",
                "provider": "局",
                "document": "文",
                "classification": "内部",
            },
        ],
        "findings": {"error": 4, "accepted": 2, "warning": 4},
        "remarks": ["缺少附件：批文", "a.xlsx：含有不属于本方案的管控单元编码：ZH1（理由：可以）", "缺少附件：图"],
    }
    assert versions["geos"] == shapely.geos_version_string
    assert versions["shapely"] == shapely.__version__
    assert versions["control_units"].count(".") == 2
    assert json.dumps(facts)


def test_a_volume_is_named_in_the_manifest(tmp_path):
    (tmp_path / "p.toml").write_bytes(b"")
    facts = manifest_facts(filling_of(tmp_path, meta={"county_names": '{"330824": "甲县"}'}), "filing", [], {})
    assert (facts["volume"], facts["place"]["code"], facts["plan"]["seed"]) == ("甲县", "330824", 1)


def test_values_are_in_the_language_of_the_rules(tmp_path):
    rules = dataclasses.replace(PROFILE, settings=dict(PROFILE.settings) | {"language": "en"})
    filling = dataclasses.replace(filling_of(tmp_path), rules=rules)
    assert filling.language == "en"
    assert all(name.isascii() for name in filling.records("units").column("category_name", WHERE))
