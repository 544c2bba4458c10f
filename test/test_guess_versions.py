"""Which file is the source: newer dates and words of old layers decide, or a person; negations; tables of points."""

from __future__ import annotations

import math
import tomllib

import pytest
from command import ask, child
from control_units.delineation import verbs
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.guessing import words, write_case
from control_units.delineation.plan.file import read_plan
from control_units.delineation.sources.formats.vectors import read_vector
from hand import box, write_layer
from test_guess_folder import taken_up
from twins import BEFORE, NOW, Twin, write_book, write_county

A, Z = "a生态保护红线", "z生态保护红线"  # the first and the last of the alphabet


def reds(folder):
    return {one.path.relative_to(folder).as_posix(): one for one in verbs.guess([folder]) if one.role == "red_line"}


# Twins: (current, stale, what the reason has to name).
DECIDED = {
    "name": (Twin("生态保护红线2023"), Twin("生态保护红线2018"), ("2018", "2023", "名称“生态保护红线2018”")),
    "name, against the alphabet": (Twin("A生态保护红线2023"), Twin("Z生态保护红线2018"), ("2018", "2023")),
    "month": (Twin("A生态保护红线202312"), Twin("Z生态保护红线202306"), ("2023-06", "2023-12")),
    "Chinese numerals": (
        Twin("A生态保护红线（二〇二五年）"),
        Twin("Z生态保护红线（二〇二三年底）"),
        ("2023-12", "2025"),
    ),
    "folder": (
        Twin("a二〇二五年/生态保护红线"),
        Twin("z2019年/生态保护红线"),
        ("2019", "文件夹“z2019年”", "a二〇二五年"),
    ),
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
    "name against a field": (Twin(f"{A}2023"), Twin(Z, {"年份": ["2018"]}), ("2018", "字段“年份”", "2023")),
    "word in a folder": (Twin("现行/生态保护红线"), Twin("旧版勿用/生态保护红线"), ("“旧版勿用”含“勿用”",)),
    "word in a folder, first": (Twin("现行/生态保护红线"), Twin("a废止/生态保护红线"), ("“a废止”含“废止”",)),
    "word in a folder above": (Twin("生态保护红线"), Twin("历史数据/省厅/生态保护红线"), ("“历史数据”含“历史”",)),
    "word in the file": (Twin("z生态保护红线"), Twin("生态保护红线_old"), ("“生态保护红线_old”含“old”",)),
    "copy": (Twin("生态保护红线"), Twin("生态保护红线 - 副本"), ("含“副本”",)),
    "backup": (Twin("生态保护红线"), Twin("A备份生态保护红线"), ("含“备份”",)),
    "word and date": (Twin("生态保护红线2023"), Twin("旧版勿用/生态保护红线2018"), ("含“勿用”", "2018", "2023")),
}


@pytest.mark.parametrize("turned", [False, True], ids=["", "turned"])
@pytest.mark.parametrize(("new", "old", "named"), DECIDED.values(), ids=DECIDED)
def test_the_current_layer_is_taken_for_the_reason_that_decided(tmp_path, new, old, named, turned):
    """Whatever else the layers are: the older one may hold more land, and more columns."""
    shapes, richer = (BEFORE, NOW) if turned else (NOW, BEFORE)
    old = Twin(old.path, {**old.fields, "红线名称": ["甲红线"], "名称": ["甲"]})
    folder = write_county(tmp_path / "in", (new, shapes), (old, richer))
    found = reds(folder)
    taken, left = found[f"{new.path}.shp"].guess, found[f"{old.path}.shp"].guess
    assert (taken.ready, taken.confidence >= 0.8, left.ready, left.confidence < 0.5) == (True,) * 2 + (False, True)
    said = "；".join(words(left).reasons)
    assert all(name in said for name in named), said
    assert f"“{new.path}.shp”" in said
    assert "更充分" not in said
    assert not taken.rivals
    assert not left.rivals
    case = tmp_path / "case.toml"
    answer = ask("guess", folder, "-o", case).document
    assert answer["findings"] == []
    assert [one["path"] for one in answer["sources"] if one["role"] == "red_line" and one["used"]] == [
        f"in/{new.path}.shp"
    ]
    assert [spec.path for spec in read_case(case).sources if spec.role == "red_line"] == [f"in/{new.path}.shp"]


UNDECIDED = {
    "no date, no word": ("生态保护红线甲", "生态保护红线乙"),
    "one date": ("生态保护红线", "生态保护红线2023"),
    "a year and a month of it": ("生态保护红线2023", "生态保护红线202306"),
    "one year": ("甲/生态保护红线2023", "乙/生态保护红线2023"),
    "two words": ("旧/生态保护红线", "废止/生态保护红线"),
}


@pytest.mark.parametrize(("one", "other"), UNDECIDED.values(), ids=UNDECIDED)
def test_where_neither_decides_none_is_taken_and_a_person_is_asked(tmp_path, one, other):
    folder = write_county(tmp_path / "in", (Twin(one, {"名称": ["甲"]}), NOW), (Twin(other), NOW))
    case = tmp_path / "case.toml"
    answer = ask("guess", folder, "-o", case, "--lang", "zh").document
    rows = [row for row in answer["sources"] if row["role"] == "red_line"]
    assert [row["used"] for row in rows] == [False, False]
    (asked,) = answer["findings"]
    assert (asked["id"], asked["severity"], asked["role"]) == ("S92", "warning", "red_line")
    assert sorted(asked["layers"]) == sorted([f"{one}.shp", f"{other}.shp"])
    assert asked["message"].startswith("生态保护红线有 2 个图层是同一内容")
    assert all(asked["message"] in row["uncertain"] for row in rows)
    text = case.read_text(encoding="utf-8")
    assert text.count("# 待确认：生态保护红线有 2 个图层是同一内容") == 2
    assert "red_line" not in [source["role"] for source in tomllib.loads(text)["source"]]
    case.write_text(taken_up(text), encoding="utf-8")
    assert [spec.role for spec in read_case(case).sources].count("red_line") == 2


def test_a_newer_layer_that_is_called_an_old_one_is_asked_about(tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线2018"), NOW), (Twin("备份/生态保护红线2023"), NOW))
    assert [(one.guess.ready, one.guess.rivals is None) for one in reds(folder).values()] == [(False, False)] * 2


def test_of_three_the_newest_is_taken_and_an_undated_fourth_asks(tmp_path):
    years = [(Twin(f"生态保护红线{year}"), NOW) for year in (2023, 2018, 2020)]
    folder = write_county(tmp_path / "in", *years)
    assert [name for name, one in reds(folder).items() if one.guess.ready] == ["生态保护红线2023.shp"]
    write_layer(folder / "红线成果.shp", "红线成果", NOW, {"红线编码": ["R1"]}, encoding="GBK")
    found = reds(folder)
    layers = ("生态保护红线2023.shp", "红线成果.shp")
    assert {name for name, one in found.items() if one.guess.rivals} == set(layers)
    assert {one.guess.rivals.facts["layers"] for one in found.values() if one.guess.rivals} == {layers}
    assert [one.guess.ready for one in found.values()] == [False] * 4


def test_years_apart_a_line_that_moved_is_still_the_same_line(tmp_path):
    """Less than half of their land together is shared."""
    apart = [box(1_600, 0, 4_000, 3_000)]
    folder = write_county(tmp_path / "in", (Twin("生态保护红线2018"), NOW), (Twin("生态保护红线2023"), apart))
    assert [name for name, one in reds(folder).items() if one.guess.ready] == ["生态保护红线2023.shp"]


COMPLETING = {
    "a county each": (
        {"甲县/生态保护红线2018": NOW, "乙县/生态保护红线2023": [box(5_000, 5_000, 4_000, 3_000)]},
        "red_line",
    ),
    "land and sea": ({"陆域生态保护红线2018": NOW, "海洋生态保护红线2023": [box(5_000, 0, 4_000, 3_000)]}, "red_line"),
    "a part that is newer": ({"生态保护红线2018": NOW, "甲镇生态保护红线2023": [box(0, 0, 900, 900)]}, "red_line"),
    "kinds of reserves": ({"自然保护区": NOW, "森林公园": [box(1_500, 0, 4_000, 3_000)]}, "protected_area"),
    "kinds of zones": ({"水环境优先保护区2018": NOW, "水环境工业污染重点管控区2023": NOW}, "water_zone"),
}


@pytest.mark.parametrize(("layers", "role"), COMPLETING.values(), ids=COMPLETING)
def test_layers_that_complete_each_other_are_all_taken(tmp_path, layers, role):
    more = {name: (shapes, {"id": ["1"]}) for name, shapes in layers.items()}
    found = [one for one in verbs.guess([write_county(tmp_path / "in", **more)]) if one.role == role]
    assert [(one.guess.ready, one.guess.rivals) for one in found] == [(True, None)] * 2


def test_an_old_layer_without_another_is_taken_with_a_word_to_confirm(tmp_path):
    (one,) = reds(write_county(tmp_path / "in", (Twin("备份/生态保护红线"), NOW))).values()
    assert one.guess.ready
    assert any("“备份”含“备份”" in text for text in words(one.guess).uncertain)


def test_words_are_the_bureau_s_to_edit(tmp_path):
    import shutil

    from control_units.delineation.case.profile import NATIONAL

    shutil.copytree(NATIONAL, tmp_path / "own")
    guess = tmp_path / "own" / "guess.toml"
    guess.write_text(guess.read_text("utf-8").replace('stale = ["勿用"', 'stale = ["甲稿", "勿用"'), encoding="utf-8")
    profile = tmp_path / "own.toml"
    settings = NATIONAL.with_suffix(".toml").read_text("utf-8")
    profile.write_text(settings.replace('tables = "national"', 'tables = "own"'), encoding="utf-8")
    folder = write_county(tmp_path / "in", (Twin("生态保护红线甲稿"), NOW), (Twin("生态保护红线乙稿"), NOW))
    ready = {one.path.stem: one.guess.ready for one in verbs.guess([folder], profile=profile) if one.role == "red_line"}
    assert ready == {"生态保护红线甲稿": False, "生态保护红线乙稿": True}


# --- negations ---


@pytest.mark.parametrize(
    ("name", "role", "how"),
    [
        ("红线外", "red_line", "外"),
        ("生态保护红线范围以外", "red_line", "以外"),
        ("非红线", "red_line", "非"),
        ("除红线外", "red_line", "除"),
        ("不含生态保护红线", "red_line", "不含"),
        ("red_line_outside", "red_line", "outside"),
        ("non_redline", "red_line", "non"),
        ("自然保护地外", "protected_area", "外"),
        ("非永久基本农田", "farmland", "非"),
        ("城镇开发边界之外", "urban_boundary", "之外"),
        ("饮用水水源保护区外", "drinking_water", "外"),
        ("非产业园区", "industrial_park", "非"),
    ],
)
def test_a_negation_is_no_role_and_is_named(tmp_path, name, role, how):
    """Fields of that role and codes of counties make it none either."""
    fields = {"XZQDM": ["350203", "350205"], "id": ["1", "2"]}
    if role == "red_line":
        fields |= {"红线编码": ["1", "2"], "红线名称": ["甲生态保护红线外", "乙"]}
    shapes = [box(0, 0, 100, 100), box(200, 0, 100, 100)]
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW), **{name: (shapes, fields)})
    case = tmp_path / "case.toml"
    answer = ask("guess", folder, "-o", case, "--lang", "zh").document
    (row,) = [one for one in answer["sources"] if one["path"] == f"in/{name}.shp"]
    assert (row["role"], row["used"], row["kind"]) == ("", False, "none")
    assert [text for text in row["reasons"] if f"“{how}”" in text and f"“{name}”" in text], row["reasons"]
    assert f"# in/{name}.shp：" in case.read_text(encoding="utf-8")
    assert [one.role for one in verbs.guess([folder])].count(role) == (role == "red_line")


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("城镇开发边界（不含红线）", "urban_boundary"),
        ("自然保护区外生态保护红线", "red_line"),
        ("红线外业调查", "red_line"),
    ],
)
def test_what_is_said_beside_a_negation_still_counts(tmp_path, name, role):
    write_layer(tmp_path / f"{name}.gpkg", name, NOW, {"id": ["1"]})
    assert [one.role for one in verbs.guess([tmp_path / f"{name}.gpkg"])] == [role]


def test_a_zone_value_that_is_negated_is_asked_about(tmp_path):
    values = ["高污染燃料禁燃区", "高污染燃料禁燃区外"]
    shapes = [box(0, 0, 900, 900), box(1_000, 0, 900, 900)]
    write_layer(tmp_path / "禁燃区.gpkg", "禁燃区", shapes, {"类型": values})
    (one,) = verbs.guess([tmp_path / "禁燃区.gpkg"])
    assert (one.role, one.guess.ready) == ("resource_zone", False)
    unknown = [said.facts["value"] for said in one.guess.uncertain if said.facts.get("problem") == "unknown"]
    assert unknown == ["高污染燃料禁燃区外"]


# --- tables of coordinates ---

LON, LAT = 121 + 28 / 60 + 30 / 3600, 31 + 14 / 60
FORMS = {
    "degrees": ["名称", "经度", "纬度"],
    "signs": ["名称", "经度", "纬度"],
    "columns": ["名称", "经度", None, None, "纬度"],
}
ROWS = {
    "degrees": [["甲水库", LON, LAT], ["乙水库", 121.5, 31.25]],
    "signs": [["甲水库", "121°28′30″", "31°14′00″"], ["乙水库", "东经121度30分", "31°15'0\"N"]],
    "columns": [
        [None, "度", "分", "秒", "度", "分", "秒"],
        ["甲水库", 121, 28, 30, 31, 14, 0],
        ["乙水库", 121, 30, 0, 31, 15, None],
    ],
}


def near(found, wanted):
    return all(math.hypot(one.x - x, one.y - y) < 1e-9 for one, (x, y) in zip(found, wanted, strict=True))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_degrees_in_three_forms_become_points(tmp_path, form, kind):
    rows = [FORMS[form], *ROWS[form]]
    path = tmp_path / f"饮用水水源地.{kind}"
    if kind == "xlsx":
        write_book(path, 水源地=[["附表 水源地"], *rows], 空表=[])
    else:
        lines = [
            ",".join("" if cell is None else f'"{str(cell).replace(chr(34), chr(34) * 2)}"' for cell in row)
            for row in rows
        ]
        path.write_bytes("\r\n".join(lines).replace("′", "'").replace("″", "''").encode("gbk"))
    raw = read_vector(path)
    assert near(raw.geometry, [(LON, LAT), (121.5, 31.25)])
    assert raw.columns["名称"].tolist() == ["甲水库", "乙水库"]
    (one,) = verbs.guess([path])
    assert (one.role, one.geometry, one.count, one.crs) == ("drinking_water", "point", 2, "")
    assert one.crs_candidates[0] == "EPSG:4490"
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
    "no coordinates": (
        {"清单": [["编码", "要求"], ["ZH1", "禁止"]]},
        "sheet 清单",
        "no columns of coordinates among 编码, 要求",
    ),
    "one axis": ({"点": [["名称", "经度"], ["甲", 121.5]]}, "sheet 点", "no columns of coordinates among 名称, 经度"),
    "words": (
        {"点": [["名称", "经度", "纬度"], ["甲", 121.5, 31.2], ["乙", "见附图", 31.2]]},
        "sheet 点, row 3",
        "'见附图 '",
    ),
    "60 minutes": ({"点": [["经度", "纬度"], ["121°60′", "31°14′"]]}, "sheet 点, row 2", "'121°60′' is no coordinate"),
}


@pytest.mark.parametrize(("sheets", "where", "what"), REFUSED.values(), ids=REFUSED)
def test_another_workbook_is_refused_by_file_sheet_and_sentence(tmp_path, sheets, where, what):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    path = write_book(folder / "表.xlsx", **sheets)
    error = ask("guess", folder, "-o", tmp_path / "case.toml", "--lang", "en").document["errors"]
    assert [(one["where"], what.replace(" '", "'") in one["what"]) for one in error] == [(f"{path}, {where}", True)]
    assert error[0]["wanted"].startswith("columns of longitude and latitude")
    assert f"# in/表.xlsx|{next(iter(sheets))}" in (tmp_path / "case.toml").read_text("utf-8")


def test_a_sheet_that_does_not_exist_or_is_not_named(tmp_path):
    rows = [["经度", "纬度"], [121.5, 31.2]]
    path = write_book(tmp_path / "点.xlsx", 甲=rows, 乙=rows)
    assert len(read_vector(path, layer="乙").geometry) == 1
    for layer, said in (("丙", "no layer '丙'"), ("", "2 layers and none named")):
        with pytest.raises(BadInput) as refused:
            read_vector(path, layer=layer)
        assert str(refused.value.what) == said
        assert {"甲", "乙"} <= set(str(refused.value.wanted).replace(",", " ").split())


def test_no_file_that_looks_like_data_vanishes(tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    write_book(folder / "清单.xlsx", 清单=[["编码"], ["ZH1"]])
    contents = dict.fromkeys(("红线.dwg", "旧.mdb", "数据.rar", "生态.shp.bak", "影像.jp2"), b"x")
    contents |= {"统计.csv": "名称,值\r\n甲,1\r\n".encode("gbk"), "界址点.txt": b"J1,3400000.12,500000.34"}
    contents |= {"孤.dbf": b"\3" * 40, "包.zip": b"PK\5\6" + b"\0" * 18}
    contents["97.xls"] = bytes.fromhex("d0cf11e0a1b11ae1") + b"0" * 600
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "说明.txt").write_text("本目录为 2023 年成果", encoding="utf-8")
    (folder / "断链.gpkg").symlink_to(folder / "不存在.gpkg")
    found = verbs.guess([folder])
    refused = {one.path.name: one.error for one in found if one.error is not None}
    assert set(refused) == {*contents, "清单.xlsx", "断链.gpkg"}
    assert all(str(error.what) and str(error.wanted) for error in refused.values())
    write_case(found, tmp_path / "case.toml")
    text = (tmp_path / "case.toml").read_text(encoding="utf-8")
    assert all(f"# in/{name}" in text for name in refused)


# --- without a red line ---


def without(tmp_path):
    folder = write_county(tmp_path / "in")
    assert ask("guess", folder, "-o", tmp_path / "case.toml").code == 0
    return folder, tmp_path / "case.toml"


def test_guess_says_that_there_is_no_red_line(tmp_path):
    folder, case = without(tmp_path)
    found = ask("guess", folder, "-o", case, "--lang", "zh").document["findings"]
    said = "没有生态保护红线：其范围不会划为优先保护单元"
    assert [(one["id"], one["severity"], one["role"], one["layers"]) for one in found] == [
        ("S91", "warning", "red_line", [])
    ]
    assert found[0]["message"].startswith(said)
    assert f"# 待确认：{said}" in case.read_text(encoding="utf-8")
    text = child("guess", folder, "-o", case, "--lang", "zh").communicate()[0]
    assert said in text


def test_run_says_it_before_and_in_the_plan(tmp_path):
    _, case = without(tmp_path)
    running = child("run", case, "-o", tmp_path / "plan.gpkg", "--lang", "en")
    out, err = running.communicate()
    assert err.splitlines()[0].startswith("no ecological red line: no land becomes priority protection for its sake")
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").document["absent"] == ["red_line"]
    findings = read_plan(tmp_path / "plan.gpkg").findings
    assert findings.loc[findings["id"] == "S91", "severity"].tolist() == ["warning"]
    assert "no ecological red line: no land becomes" in out


def test_with_a_red_line_nothing_is_said_of_it(tmp_path):
    folder = write_county(tmp_path / "in", (Twin("生态保护红线"), NOW))
    case = tmp_path / "case.toml"
    assert ask("guess", folder, "-o", case).document["findings"] == []
    assert ask("run", case, "-o", tmp_path / "plan.gpkg").document["absent"] == []
    assert not (read_plan(tmp_path / "plan.gpkg").findings["id"] == "S91").any()
