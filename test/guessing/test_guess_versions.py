"""Which file is the source: newer dates and words of old layers decide, or a person; negations; tables of points."""

from __future__ import annotations

import csv
import math
import tomllib

import numpy as np
import pytest
import shapely
from command import ask, child, refusal
from control_units.delineation import verbs
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing import words
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.formats.vectors import read_vector
from guess_samples import taken_up
from hand import box, write_layer
from own_profile import own_profile
from twins import BEFORE, NOW, Twin, write_book, write_county

A, Z = "a生态保护红线", "z生态保护红线"  # the first and the last of the alphabet


def guessed(folder, lang="zh"):
    """What the guess says, and what it says of each layer that it holds for a red line; it writes ``case.toml``."""
    answer = ask("guess", folder, "-o", folder.with_name("case.toml"), "--lang", lang).document
    rows = [row for row in answer["sources"] if row["role"] == "red_line"]
    return answer, {row["path"].partition("/")[2].removesuffix(".shp"): row for row in rows}


def written(folder):
    """Sources of the case that the guess wrote."""
    return [(spec.role, spec.path) for spec in read_case(folder.with_name("case.toml")).sources]


# Twins: the current one, the stale one, what the reason has to name.
DECIDED = {
    "name": ("A生态保护红线2023", "Z生态保护红线2018", ("2018", "2023", "名称“Z生态保护红线2018”")),
    "month": ("A生态保护红线202312", "Z生态保护红线202306", ("2023-06", "2023-12")),
    "Chinese numerals": ("A生态保护红线（二〇二五年）", "Z生态保护红线（二〇二三年底）", ("2023-12", "2025")),
    "folder": ("a二〇二五年/生态保护红线", "z2019年/生态保护红线", ("2019", "文件夹“z2019年”", "a二〇二五年")),
    "field": (
        Twin(A, {"更新时间": ["2024-06-30"]}),
        Twin(Z, {"更新时间": ["2019-01-01"]}),
        ("2019-01-01", "2024-06-30", "字段“更新时间”"),
    ),
    "document": (
        Twin(A, {"批复文号": ["闽政〔2023〕15号"]}),
        Twin(Z, {"批复文号": ["闽政〔2018〕2号"]}),
        ("2018", "2023", "批复文号"),
    ),
    "name against a field": (f"{A}2023", Twin(Z, {"年份": ["2018"]}), ("2018", "字段“年份”", "2023")),
    "word in a folder": ("现行/生态保护红线", "a废止/生态保护红线", ("“a废止”含“废止”",)),
    "word in a folder above": ("生态保护红线", "历史数据/省厅/生态保护红线", ("“历史数据”含“历史”",)),
    "word in the file": ("z生态保护红线", "生态保护红线_old", ("“生态保护红线_old”含“old”",)),
    "copy": ("生态保护红线", "生态保护红线 - 副本", ("含“副本”",)),
    "word and date": ("生态保护红线2023", "旧版勿用/生态保护红线2018", ("“旧版勿用”含“勿用”", "2018", "2023")),
}


@pytest.mark.parametrize(("new", "old", "named"), DECIDED.values(), ids=DECIDED)
def test_the_current_layer_is_taken_for_the_reason_that_decided(tmp_path, new, old, named):
    """Though the older one holds more land, and has more columns."""
    new, old = (Twin(one) if isinstance(one, str) else one for one in (new, old))
    richer = Twin(old.path, {**old.fields, "红线名称": ["甲红线"], "名称": ["甲"]})
    folder = write_county(tmp_path / "in", (new, BEFORE), (richer, NOW))
    answer, found = guessed(folder)
    assert {path: row["used"] for path, row in found.items()} == {new.path: True, old.path: False}
    said = "；".join(found[old.path]["reasons"])
    assert [one for one in (*named, f"“{new.path}.shp”") if one not in said] == [], said
    assert "更充分" not in said
    assert answer["findings"] == []
    assert [path for role, path in written(folder) if role == "red_line"] == [f"in/{new.path}.shp"]


UNDECIDED = {
    "no date, no word": ("生态保护红线甲", "生态保护红线乙"),
    "one date": ("生态保护红线", "生态保护红线2023"),
    "a year and a month of it": ("生态保护红线2023", "生态保护红线202306"),
    "one year": ("甲/生态保护红线2023", "乙/生态保护红线2023"),
    "two words": ("旧/生态保护红线", "废止/生态保护红线"),
    "a newer one that is called old": ("生态保护红线2018", "备份/生态保护红线2023"),
    "an undated fourth": ("生态保护红线2023", "生态保护红线", "生态保护红线2018", "生态保护红线2020"),
}


@pytest.mark.parametrize("names", UNDECIDED.values(), ids=UNDECIDED)
def test_where_neither_decides_none_is_taken_and_a_person_is_asked(tmp_path, names):
    folder = write_county(tmp_path / "in", *((Twin(name), NOW) for name in names))
    answer, found = guessed(folder)
    assert [row["used"] for row in found.values()] == [False] * len(names)
    (asked,) = answer["findings"]
    assert (asked["id"], asked["severity"], asked["role"]) == ("S92", "warning", "red_line")
    assert sorted(asked["layers"]) == sorted(f"{name}.shp" for name in names[:2])
    question = "生态保护红线有 2 个图层是同一内容"
    assert asked["message"].startswith(question)
    assert all(asked["message"] in found[name]["uncertain"] for name in names[:2])
    case = folder.with_name("case.toml")
    text = case.read_text(encoding="utf-8")
    assert text.count(f"# 待确认：{question}") == 2
    assert "red_line" not in [source["role"] for source in tomllib.loads(text)["source"]]
    case.write_text(taken_up(text), encoding="utf-8")
    assert [role for role, _ in written(folder)].count("red_line") == len(names)


@pytest.mark.parametrize("answered", [False, True])
def test_a_run_says_what_nobody_has_chosen(tmp_path, answered):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    for name in ("一般生态空间甲", "一般生态空间乙"):
        write_layer(folder / f"{name}.gpkg", name, NOW, {"id": ["1"]})
    assert [one["role"] for one in guessed(folder)[0]["findings"]] == ["general_eco_space"]
    case = folder.with_name("case.toml")
    text = case.read_text(encoding="utf-8")
    if answered:
        text += '[[source]]\nrole = "general_eco_space"\npath = "in/一般生态空间乙.gpkg"\n'
    case.write_text(text, encoding="utf-8")
    plan = tmp_path / "plan.gpkg"
    assert ask("run", case, "-o", plan).document["absent"] == ["general_eco_space"][answered:]
    told = read_plan(plan).findings.query("id == 'S91'")["message"].str.startswith("没有一般生态空间：").tolist()
    assert told == [True][answered:]
    case.write_text(text.replace("general_eco_space", "eco_space", 1), encoding="utf-8")
    assert refusal("run", case, "-o", plan)["wanted"] == "general_eco_space"


def test_of_lines_that_moved_the_newest_is_taken(tmp_path):
    """Less than half of their land together is shared."""
    years = [
        (Twin(f"生态保护红线{year}"), [box(x, 0, 4_000, 3_000)]) for year, x in ((2023, 1_600), (2018, 0), (2020, 0))
    ]
    _, found = guessed(write_county(tmp_path / "in", *years))
    assert [name for name, row in found.items() if row["used"]] == ["生态保护红线2023"]


COMPLETING = {
    "a county each": (
        {"甲县/生态保护红线2018": NOW, "乙县/生态保护红线2023": [box(5_000, 5_000, 4_000, 3_000)]},
        "red_line",
    ),
    "land and sea": ({"陆域生态保护红线2018": NOW, "海洋生态保护红线2023": [box(5_000, 0, 4_000, 3_000)]}, "red_line"),
    "a part that is newer": ({"生态保护红线2018": NOW, "甲镇生态保护红线2023": [box(0, 0, 900, 900)]}, "red_line"),
    "kinds of reserves": ({"自然保护区": NOW, "森林公园": [box(1_500, 0, 4_000, 3_000)]}, "protected_area"),
    "a reserve within a newer park": (
        {"自然保护区2019": [box(500, 500, 900, 900)], "国家公园2023": NOW},
        "protected_area",
    ),
    "kinds of zones": ({"水环境优先保护区2018": NOW, "水环境工业污染重点管控区2023": NOW}, "water_zone"),
}


@pytest.mark.parametrize(("layers", "role"), COMPLETING.values(), ids=COMPLETING)
def test_layers_that_complete_each_other_are_all_taken(tmp_path, layers, role):
    more = {name: (shapes, {"id": ["1"]}) for name, shapes in layers.items()}
    found = [one for one in verbs.guess([write_county(tmp_path / "in", **more)]) if one.role == role]
    assert [(one.guess.ready, one.guess.rivals) for one in found] == [(True, None)] * 2


def test_an_old_layer_without_another_is_taken_with_a_word_to_confirm(tmp_path):
    _, found = guessed(write_county(tmp_path / "in", (Twin("备份/生态保护红线"), NOW)))
    (row,) = found.values()
    assert row["used"]
    assert "“备份”含“备份”" in "；".join(row["uncertain"])


def test_words_are_the_bureau_s_to_edit(tmp_path):
    profile = own_profile(tmp_path, "own/guess.toml", 'stale = ["勿用"', 'stale = ["甲稿", "勿用"')
    folder = write_county(tmp_path / "in", (Twin("生态保护红线甲稿"), NOW), (Twin("生态保护红线乙稿"), NOW))
    found = [one for one in verbs.guess([folder], profile=profile) if one.role == "red_line"]
    assert {one.path.stem[-2:]: one.guess.ready for one in found} == {"甲稿": False, "乙稿": True}


# --- negations ---

NEGATED = {
    "红线外": "外",
    "生态保护红线范围以外": "以外",
    "非红线": "非",
    "除红线外": "除",
    "不含生态保护红线": "不含",
    "red_line_outside": "outside",
    "non_redline": "non",
    "自然保护地外": "外",
    "非永久基本农田": "非",
    "城镇开发边界之外": "之外",
}


@pytest.mark.parametrize(("name", "how"), NEGATED.items())
def test_a_negation_is_no_role_and_is_named(tmp_path, name, how):
    """Fields of that role and codes of counties make it none either."""
    fields = {"XZQDM": ["350203"], "id": ["1"]} | ({"红线编码": ["1"], "红线名称": ["甲"]} if "线" in name else {})
    answer, _ = guessed(write_county(tmp_path / "in", (Twin("生态保护红线"), NOW), **{name: (BEFORE, fields)}))
    (row,) = [one for one in answer["sources"] if one["path"] == f"in/{name}.shp"]
    assert (row["role"], row["used"], row["kind"]) == ("", False, "none")
    assert [text for text in row["reasons"] if f"“{how}”" in text and f"“{name}”" in text], row["reasons"]
    assert f"# in/{name}.shp：" in (tmp_path / "case.toml").read_text(encoding="utf-8")


BESIDE = {
    "城镇开发边界（不含红线）": "urban_boundary",
    "自然保护区外生态保护红线": "red_line",
    "红线外业调查": "red_line",
}


@pytest.mark.parametrize(("name", "role"), BESIDE.items())
def test_what_is_said_beside_a_negation_still_counts(tmp_path, name, role):
    write_layer(tmp_path / f"{name}.gpkg", name, NOW, {"id": ["1"]})
    assert [one.role for one in verbs.guess([tmp_path / f"{name}.gpkg"])] == [role]


@pytest.mark.parametrize("park", ["非金属新材料产业园区", "除尘设备产业园", "关外工业园"])
def test_a_name_that_only_looks_like_a_negation_denies_nothing(tmp_path, park):
    write_layer(tmp_path / "图层1.gpkg", "图层1", NOW, {"名称": [park]})
    assert [one.role for one in verbs.guess([tmp_path / "图层1.gpkg"])] == ["industrial_park"]


def test_a_zone_value_that_is_negated_is_asked_about(tmp_path):
    path = tmp_path / "禁燃区.gpkg"
    write_layer(path, "禁燃区", [*NOW, *BEFORE], {"类型": ["高污染燃料禁燃区", "高污染燃料禁燃区外"]})
    (one,) = verbs.guess([path])
    assert (one.role, one.guess.ready) == ("resource_zone", False)
    unknown = [said.facts["value"] for said in one.guess.uncertain if said.facts.get("problem") == "unknown"]
    assert unknown == ["高污染燃料禁燃区外"]


# --- tables of coordinates ---

LON, LAT = 121 + 28 / 60 + 30 / 3600, 31 + 14 / 60
FORMS = {
    "degrees": [["名称", "经度", "纬度"], ["甲水库", LON, LAT], ["乙水库", 121.5, 31.25]],
    "signs": [
        ["名称", "经度", "纬度"],
        ["甲水库", "121°28'30''", "31°14'00''"],
        ["乙水库", "东经121度30分", "31°15'0\"N"],
    ],
    "columns": [
        ["名称", "经度", None, None, "纬度"],
        [None, "度", "分", "秒", "度", "分", "秒"],
        ["甲水库", 121, 28, 30, 31, 14, 0],
        ["乙水库", 121, 30, 0, 31, 15, None],
    ],
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_degrees_in_three_forms_become_points(tmp_path, form, kind):
    path = tmp_path / f"饮用水水源地.{kind}"
    if kind == "xlsx":
        write_book(path, 水源地=[["附表 水源地"], *FORMS[form]], 空表=[])
    else:
        with path.open("w", encoding="gbk", newline="") as file:
            csv.writer(file).writerows(FORMS[form])
    raw = read_vector(path)
    assert shapely.get_coordinates(raw.geometry) == pytest.approx(np.array([(LON, LAT), (121.5, 31.25)]), abs=1e-9)
    assert raw.columns["名称"].tolist() == ["甲水库", "乙水库"]
    (one,) = verbs.guess([path])
    assert (one.role, one.geometry, one.count, one.crs) == ("drinking_water", "point", 2, "")
    assert any("文件未声明坐标系，按坐标范围建议 EPSG:4490" in text for text in words(one.guess).uncertain)


def test_a_workbook_of_x_and_y_is_taken_up_and_run(tmp_path):
    """Its CRS is proposed from where the county lies; with a distance and a zone the case is run as guess wrote it."""
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    write_book(
        folder / "表" / "饮用水水源地.xlsx", Sheet1=[["名称", "X坐标(m)", "Y坐标(m)"], ["甲", 508_000, 3_408_000]]
    )
    case = tmp_path / "case.toml"
    ask("guess", folder, "-o", case)
    text = case.read_text(encoding="utf-8")
    assert '#path = "in/表/饮用水水源地.xlsx"\n#layer = "Sheet1"\n#crs = "EPSG:4547"' in text
    case.write_text(taken_up(text).replace("buffer = 0", 'buffer = 500\nzone = "1"'), encoding="utf-8")
    verbs.run(case, tmp_path / "plan.gpkg")
    units = read_plan(tmp_path / "plan.gpkg").units
    area = units.loc[units["kind"] == "drinking_water", "area_m2"].sum()
    assert area == pytest.approx(16 * 500**2 * math.sin(math.pi / 16))  # a regular polygon of 32 corners


REFUSED = {
    "no coordinates": ([["编码", "要求"], ["ZH1", "禁止"]], "", "no columns of coordinates among 编码, 要求"),
    "one axis": ([["名称", "经度"], ["甲", 121.5]], "", "no columns of coordinates among 名称, 经度"),
    "words": ([["经度", "纬度"], [121.5, 31.2], ["见附图", 31.2]], ", row 3", "'见附图"),
    "60 minutes": ([["经度", "纬度"], ["121°60′", "31°14′"]], ", row 2", "'121°60′' is no coordinate"),
}


@pytest.mark.parametrize(("rows", "where", "what"), REFUSED.values(), ids=REFUSED)
def test_another_workbook_is_refused_by_file_sheet_and_sentence(tmp_path, rows, where, what):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    path = write_book(folder / "表.xlsx", 点=rows)
    (error,) = guessed(folder, "en")[0]["errors"]
    assert error["where"] == f"{path}, sheet 点{where}"
    assert what in error["what"]
    assert error["wanted"].startswith("columns of longitude and latitude")
    assert "# in/表.xlsx|点" in (tmp_path / "case.toml").read_text("utf-8")


def test_a_sheet_that_does_not_exist_or_is_not_named(tmp_path):
    rows = [["经度", "纬度"], [121.5, 31.2]]
    path = write_book(tmp_path / "点.xlsx", 甲=rows, 乙=rows)
    assert len(read_vector(path, layer="乙").geometry) == 1
    for layer, said in (("丙", "no layer '丙'"), ("", "2 layers and none named")):
        with pytest.raises(BadInput, match=said):
            read_vector(path, layer=layer)


def test_no_file_that_looks_like_data_vanishes(tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    write_book(folder / "清单.xlsx", 清单=[["编码"], ["ZH1"]])
    contents = dict.fromkeys(("红线.dwg", "旧.mdb", "数据.rar", "生态.shp.bak", "影像.jp2", "孤.dbf"), b"x")
    contents |= {"统计.csv": "名称,值\r\n甲,1\r\n".encode("gbk"), "界址点.txt": b"J1,3400000.12,500000.34"}
    contents |= {"包.zip": b"PK\5\6" + b"\0" * 18, "97.xls": bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600}
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "说明.txt").write_text("本目录为 2023 年成果", encoding="utf-8")
    (folder / "断链.gpkg").symlink_to(folder / "不存在.gpkg")
    refused = {one.path.name: one.error for one in verbs.guess([folder]) if one.error is not None}
    assert set(refused) == {*contents, "清单.xlsx", "断链.gpkg"}
    assert all(str(error.what) and str(error.wanted) for error in refused.values())
    guessed(folder)
    text = (tmp_path / "case.toml").read_text(encoding="utf-8")
    assert [name for name in refused if f"# in/{name}" not in text] == []


# --- without a red line ---


@pytest.mark.parametrize("lines", [0, 1])
def test_without_a_red_line_guess_run_and_plan_say_so(tmp_path, lines):
    folder = write_county(tmp_path / "in", *[(Twin("生态保护红线"), NOW)] * lines)
    case, plan = tmp_path / "case.toml", tmp_path / "plan.gpkg"
    findings = guessed(folder)[0]["findings"]
    assert [(one["id"], one["severity"], one["role"]) for one in findings] == [("S91", "warning", "red_line")][lines:]
    said = "没有生态保护红线：其范围只按其余来源判定"
    assert [one["message"].startswith(said) for one in findings] == [True][lines:]
    assert case.read_text(encoding="utf-8").count(f"# 待确认：{said}") == 1 - lines
    out, err = child("run", case, "-o", plan, "--lang", "en").communicate()
    before = "no ecological red line: what lies in it is judged by the other sources alone"
    assert err.startswith(before) == (before[:30] in out) == (not lines)
    assert ask("run", case, "-o", plan).document["absent"] == ["red_line"][lines:]
    told = read_plan(plan).findings.query("id == 'S91'")
    assert told["severity"].tolist() == ["warning"][lines:]
