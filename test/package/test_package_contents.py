"""What a package says of itself, read as its receiver reads it: README, report, code tables, case, documents."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest
from control_units.delineation.case.model import RasterSpec
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.messages import word
from control_units.delineation.core.progress import silent
from control_units.delineation.package import verify as verifier
from control_units.delineation.package.contents.texts import documents_of, is_what_it_says, portable_path
from control_units.delineation.package.profile import KINDS as PROFILE_KINDS
from control_units.delineation.package.profile import PackageItem, PackagePlace
from control_units.delineation.plan.file import read_plan
from control_units.delineation.plan.tables import TABLES
from hand import CASE
from package_filling import FINDINGS, KINDS, PROFILE, REMARKS, filling_of, written

if TYPE_CHECKING:
    from control_units.delineation.package.filling import Filling


def lines_of(filling: Filling) -> list[str]:
    path, put = written(filling, "readme", "说明.txt")
    assert put.files == (path,)
    return path.read_bytes().decode("utf-8-sig").split("\r\n")


# ── The README ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_readme_reads_so(tmp_path):
    own = hashlib.sha256(Path(verifier.__file__).read_bytes()).hexdigest()
    assert lines_of(filling_of(tmp_path)) == [
        "甲县备案成果包",
        "密级：内部",
        "",
        "编制日期：2024-05-01",
        "备案年度：2024",
        "省：浙江省",
        "市：衢州市",
        "成果状态：草稿",
        "坐标系：EPSG:4549",
        "管控单元 5 个，共 600.0001 km²",
        "待审条款 0 条（共 0 条）",
        "质检：检查规则 4 条；错误未处理 2 条、已说明理由 1 条；提示 4 条",
        "",
        "缺少或有待说明的内容",
        "  P01 缺少附件：批文",
        "  P04 来源未注明密级",
        "",
        "文件目录",
        "  矢量/a.shp：单元；5 个要素",
        "  b.txt",
        "  c.xlsx：3 张表",
        "",
        "如何核验成果包未被改动",
        "  manifest.json 列有每个文件的大小和 SHA-256 校验值，manifest-sha256.txt 供 sha256sum -c 使用。",
        "  也可用报送单位提供的单个文件 verify.py 核验，只需 Python：python verify.py 文件夹",
        f"  verify.py 的 SHA-256：{own}",
        "  缺少、多出或有一个字节不同的文件都会列出名称。",
        "  成果包由谁制作，只能由签名或另行告知的 manifest.json 校验值证明。",
        "",
    ]


def test_where_nothing_is_said_the_readme_says_that(tmp_path):
    meta = {"county_names": "{}", "date": "", "filing_year": ""}
    lines = lines_of(filling_of(tmp_path, place=PackagePlace(), mark="", remarks=(), meta=meta))
    assert lines[:3] == ["甲县备案成果包", "密级：未说明", ""]
    assert lines[3:7] == [f"{what}：（未填）" for what in ("编制日期", "备案年度", "省", "市")]
    assert not any(line.startswith("缺少或") for line in lines)
    assert lines[lines.index("  c.xlsx：3 张表") :][:3] == ["  c.xlsx：3 张表", "", "如何核验成果包未被改动"]


def test_a_volume_is_told_with_its_county(tmp_path):
    lines = lines_of(filling_of(tmp_path, meta={"county_names": '{"330824": "甲县"}'}))
    assert lines[5:8] == ["省：浙江省", "市：衢州市", "本包为甲县分册，方案以市级方案为准。"]


# ── The report ────────────────────────────────────────────────────────────────────────────────────────────────────


def sheets_of(path: Path) -> dict[str, list[tuple]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_the_report_reads_so(tmp_path):
    path, put = written(filling_of(tmp_path, meta={"imbalance": "0.25"}), "report", "质检.xlsx")
    assert (put.files, put.about, put.findings) == ((path,), "4 条规则，5 条质检问题", ())
    assert sheets_of(path) == {
        "质检结论": [
            ("项目", "内容"),
            ("成果名称", "甲县"),
            ("编制状态", "草稿"),
            ("编制日期", "2024-05-01"),
            ("备案年度", "2024"),
            ("省", "浙江省"),
            ("市", "衢州市"),
            ("区县", "甲县、乙市"),
            ("坐标系", "EPSG:4549"),
            ("面积口径", "高斯-克吕格投影平面面积"),
            ("密级", "内部"),
            ("单元", 5),
            ("面积（km²）", 600.0001),
            ("要素管控分区", 2),
            ("清单条目数", 0),
            ("面积平衡表不平衡度", "0.25"),
            ("已检查的规则", 4),
            ("未能检查或只能部分检查的规则", 2),
            ("错误", 3),
            ("已说明理由的错误", 1),
            ("提示", 4),
        ],
        "检查规则": [
            ("规则", "检查内容", "结果", "所缺条件"),
            ("Q07", "单元之间不重叠", "错误 3 条，提示 1 条", None),
            ("Q10", "面积合计与行政区面积一致", "错误 0 条，提示 1 条", "乡镇"),
            ("Q11", "单元不跨县", "未检查", "行政区"),
            ("Q21", "各要素管控分区铺满陆域", "通过", None),
        ],
        "质检问题": [
            ("规则", "程度", "问题", "单元", "x", "y", "状态", "原因"),
            ("Q07", "错误", "Q07的问题", "u1", 507500.25, 3207500, "已说明理由", "已核实"),
            ("Q07", "错误", "Q07的问题", "u1", 507500.25, 3207500, "未处理", None),
            ("Q07", "错误", "Q07的问题", "u1", 507500.25, 3207500, "未处理", None),
            ("Q07", "提示", "Q07的问题", "u1", 507500.25, 3207500, "已说明理由", "另行说明"),
            ("Q10", "提示", "Q10的问题", "u1", None, None, "未处理", None),
        ],
        "成果包": [("规则", "程度", "问题"), *REMARKS],
    }


def facts_of(filling: Filling) -> dict:
    path, _ = written(filling, "report", "质检.xlsx")
    return dict(sheets_of(path)["质检结论"])


def test_what_nobody_stated_is_told_as_that(tmp_path):
    meta = {"status": "", "area_method": "ellipsoidal"}
    told = facts_of(filling_of(tmp_path, place=PackagePlace(), mark="", meta=meta))
    assert (told["编制状态"], told["密级"], told["面积口径"]) == ("草稿", "未说明", "椭球面面积")
    assert told["省"] == "浙江省（按县级代码推得）"
    two_provinces = {"county_names": '{"330824": "甲县", "330881": "乙市", "340102": "丙区"}'}
    assert facts_of(filling_of(tmp_path, place=PackagePlace(), meta=two_provinces))["省"] == "（未填）"
    assert "成果状态：未说明" in lines_of(filling_of(tmp_path, meta={"status": ""}))


def test_a_plan_without_findings_has_a_report_too(tmp_path):
    path, put = written(filling_of(tmp_path, findings=FINDINGS.iloc[:0], remarks=()), "report", "质检.xlsx")
    assert put.about == "4 条规则，0 条质检问题"
    sheets = sheets_of(path)
    assert len(sheets["质检问题"]) == len(sheets["成果包"]) == 1
    assert [row[2] for row in sheets["检查规则"]] == ["结果", "通过", "未检查", "未检查", "通过"]


def test_the_classification_stands_on_each_printed_page(tmp_path):
    for kind in ("codes", "report"):
        for mark, said in (("秘密", "密级：秘密"), ("", "密级：未说明")):
            path, _ = written(filling_of(tmp_path, mark=mark), kind, "a.xlsx")
            assert {sheet.oddHeader.right.text for sheet in openpyxl.load_workbook(path)} == {said}


def test_tables_of_the_package_bear_the_date_of_the_data(tmp_path):
    for kind in ("codes", "report"):
        path, _ = written(filling_of(tmp_path), kind, "a.xlsx")
        assert openpyxl.load_workbook(path).properties.created.isoformat() == "2024-05-01T00:00:00"


def test_places_of_findings_are_shown_to_the_millimetre(tmp_path):
    path, _ = written(filling_of(tmp_path), "report", "a.xlsx")
    formats = [cell.number_format for cell in openpyxl.load_workbook(path)["质检问题"][2]]
    assert formats == ["General"] * 4 + ["0.000"] * 2 + ["General"] * 2


# ── Code tables ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_code_tables_read_so(tmp_path):
    path, put = written(filling_of(tmp_path), "codes", "代码.xlsx")
    assert (put.files, put.about, put.findings) == ((path,), "6 张代码表", ())
    sheets = sheets_of(path)
    zones = sheets.pop("要素管控分区类型")
    assert sheets == {
        "管控类别": [("代码", "名称"), ("1", "优先保护"), ("2", "重点管控"), ("3", "一般管控")],
        "区县": [("代码", "名称"), ("330824", "甲县"), ("330881", "乙市")],
        "单元类型": [("名称",), ("一般",), ("产业园区",), ("海域",), ("生态保护红线",)],
        "管控维度": [
            ("名称",),
            *((one,) for one in ("空间布局约束", "污染物排放管控", "环境风险防控", "资源开发效率要求")),
        ],
        "管控效力": [("名称",), *((one,) for one in ("禁止", "限制", "要求", "替代", "退出", "提示", "允许"))],
    }
    assert zones[0] == ("代码", "名称", "可靠程度")
    assert ("221", "水环境工业污染重点管控区", "据行业惯例，待核实") in zones
    listed = [row[0] for row in zones[1:-2]]
    assert listed == sorted(listed)
    assert len(listed) == len(PROFILE.table("codes_ys.csv"))
    assert zones[-2:] == [
        (None, None, None),
        ("要素管控分区编码中县级代码之后的三位；未经核实，请与本省数据规范核对", None, None),
    ]


# ── Read back ─────────────────────────────────────────────────────────────────────────────────────────────────────


def damaged(filling: Filling, kind: str, sheet: str, damage) -> list[str]:
    """Write a workbook, damage a sheet of it, and give what is said of it then."""
    path, put = written(filling, kind, "a.xlsx")
    book = openpyxl.load_workbook(path)
    damage(book[sheet])
    book.save(path)
    return [str(one) for one in KINDS[kind].compare(filling, [PackageItem("a.xlsx", kind)], path, put)]


@pytest.mark.parametrize(
    "damage",
    [
        lambda sheet: sheet.delete_rows(sheet.max_row),
        lambda sheet: sheet.delete_rows(1, 9),
        lambda sheet: sheet.cell(2, 1, "别的"),
        lambda sheet: setattr(sheet.cell(3, 2), "value", None),
        lambda sheet: sheet.cell(3, 20, "多"),
        lambda sheet: setattr(sheet, "title", "别名"),
    ],
    ids=["a row less", "no rows", "another text", "a text less", "a column more", "no such sheet"],
)
@pytest.mark.parametrize(("kind", "sheet"), [("codes", "区县"), ("report", "质检问题")])
def test_a_sheet_that_reads_otherwise_is_named(kind, sheet, damage, tmp_path):
    assert damaged(filling_of(tmp_path), kind, sheet, damage) == [f"a.xlsx: sheet {sheet} has other rows"]


def test_a_number_that_reads_otherwise_is_seen(tmp_path):
    filling = filling_of(tmp_path)
    assert damaged(filling, "report", "质检问题", lambda sheet: sheet.cell(2, 5, 507_500.2501))
    assert damaged(filling, "report", "质检问题", lambda sheet: sheet.cell(2, 5, 507_500.25)) == []


def test_a_readme_that_reads_otherwise_is_named(tmp_path):
    filling = filling_of(tmp_path)
    path, put = written(filling, "readme", "说明.txt")
    path.write_bytes(path.read_bytes().replace("甲县".encode(), "乙县".encode()))
    said = KINDS["readme"].compare(filling, [PackageItem("说明.txt", "readme")], path, put)
    assert [str(one) for one in said] == ["说明.txt reads otherwise"]


# ── The case and its rules ────────────────────────────────────────────────────────────────────────────────────────


def of_plan(folder: Path, plan_folder: Path) -> Filling:
    file = plan_folder / "plan.gpkg"
    return dataclasses.replace(filling_of(folder), plan=read_plan(file), plan_file=file)


def test_the_rules_read_so(of_hand, tmp_path):
    path, put = written(of_plan(tmp_path, of_hand), "case", "方案")
    assert put.files == (path / "rules.csv", path / "case.toml")
    assert (put.about, put.findings) == ("划定所用的方案配置与判定规则", ())
    assert b"\r\n" in (path / "rules.csv").read_bytes()
    with (path / "rules.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == [column.zh for column in TABLES["rules"].columns]
    told = {row[0]: [*row[2:4], *row[5:9]] for row in rows}
    assert {row[0]: row[4] for row in rows if row[4]} == {
        "R05": "国家级、省级",
        "R07": "国家级、省级",
        "R14": "国家级、省级",
    }
    assert told["R01"] == ["生态保护红线", "", "优先保护", "", "", ""]
    assert told["R02"] == ["饮用水水源保护区", "一级、二级、优先保护", "优先保护", "", "", ""]
    assert told["R03"] == ["饮用水水源保护区", "准保护区、重点管控、一般管控", "仅作属性", "", "", ""]
    assert told["R05"] == ["产业园区", "", "重点管控", "一般生态空间内的园区按重点管控 = 是", "一般生态空间", ""]
    water = ["水环境优先保护区内的园区和城镇 = 重点管控", "水环境管控分区（优先保护区）", ""]
    assert told["R08"] == ["城镇开发边界", "集中建设区、重点管控", "重点管控", *water]
    assert told["R11"] == ["水环境管控分区", "控制单元", "仅作属性", "水环境控制单元按优先保护 = 否", "", ""]
    assert [row[1] for row in rows[:2]] == ["130", "120"]
    assert [row[9:12] for row in rows[:1]] == [["0.0", "0.0", "1"]]


def test_what_a_rule_says_of_the_outside_and_a_switch_alone_are_in_words(of_hand, tmp_path):
    filling = of_plan(tmp_path, of_hand)
    rules = filling.plan.rules.head(3).assign(
        outside=["water_zone:priority", "red_line", None], switch=["land_raises", "", None], zone=["", "-", None]
    )
    path, _ = written(dataclasses.replace(filling, plan=dataclasses.replace(filling.plan, rules=rules)), "case", "方案")
    with (path / "rules.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert [(row[3], row[6], row[8]) for row in rows] == [
        ("", "土地资源重点管控区按重点管控", "水环境管控分区（优先保护区）"),
        ("", "", "生态保护红线"),
        ("", "", ""),
    ]


def test_the_case_is_one_that_can_be_run_anew(of_hand, tmp_path):
    path, _ = written(of_plan(tmp_path, of_hand), "case", "方案")
    kept = CASE.replace('[rules]\nprofile = "national"\n\n', "").replace("sliver_area = 10_000\n", "")
    kept = kept.replace("fragment_area = 0", "fragment_area = 0.0").partition("\n[method]")[0]
    assert (path / "case.toml").read_text(encoding="utf-8") == kept


def test_a_case_or_rules_that_read_otherwise_are_named(of_hand, tmp_path):
    filling = of_plan(tmp_path, of_hand)
    for name in ("rules.csv", "case.toml"):
        path, put = written(filling, "case", "方案")
        (path / name).write_bytes((path / name).read_bytes() + b"#")
        said = KINDS["case"].compare(filling, [PackageItem("方案", "case")], path, put)
        assert [str(one) for one in said] == [f"{name} reads otherwise"]


def test_without_a_case_its_rules_are_there_and_why_is_told(of_hand, tmp_path):
    filling = dataclasses.replace(of_plan(tmp_path, of_hand), plan_file=tmp_path / "elsewhere" / "plan.gpkg")
    path, put = written(filling, "case", "方案")
    assert put.files == (path / "rules.csv",)
    assert [one.id for one in put.findings] == ["P08"]
    assert word(put.findings[0].facts["why"], "zh")


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("data/a.gpkg", "data/a.gpkg"),
        ("../a.gpkg", "../a.gpkg"),
        ("/home/zhang/a.gpkg", "a.gpkg"),
        ("D:\\成果\\a.gdb", "a.gdb"),
        ("D:a.gdb", "a.gdb"),
        ("\\a\\b.shp", "b.shp"),
        ("../../zhang/a.gpkg", "a.gpkg"),
        ("/人", "/人"),
        ("\\\\server\\share\\a.shp", "a.shp"),
        ("PG:dbname=eco user=zhang password=x", "PG:dbname=eco"),
        ("PG:host=10.1.1.1 dbname=eco user=zhang", "dbname=eco"),
        ("PG:service=eco user=zhang", "PG:service=eco"),
        ("PG:host=10.1.1.1 service=eco", "service=eco"),
        ("PG:host=10.1.1.1 user=zhang", "PG:"),
    ],
)
def test_a_path_tells_nothing_of_the_computer(path, kept):
    assert portable_path(path) == kept


def test_no_place_in_a_case_tells_of_the_computer(of_hand, tmp_path, monkeypatch):
    """Sources, rasters, the plan before, the level above, more rules, changes of counties."""
    from control_units.delineation.package.contents import texts

    folder = tmp_path / "甲"
    folder.mkdir()
    case = read_case(of_hand / "case.toml")
    there = "/home/zhang/"
    case = dataclasses.replace(
        case,
        sources=tuple(dataclasses.replace(one, path=there + one.path) for one in case.sources),
        previous=dataclasses.replace(case.previous, path=there + "last.gpkg"),
        upper=dataclasses.replace(case.upper, path=there + "city.gpkg"),
        rules=dataclasses.replace(case.rules, extra=there + "more.csv"),
        admin=dataclasses.replace(case.admin, changes=there + "changes.csv"),
        rasters=(RasterSpec("dem", there + "dem.tif"),),
    )
    monkeypatch.setattr(texts, "case_of_plan", lambda *_: case)
    path, _ = written(of_plan(tmp_path, of_hand), "case", "方案")
    told = (path / "case.toml").read_text(encoding="utf-8")
    assert "zhang" not in told
    for name in ("hand.gpkg", "last.gpkg", "city.gpkg", "more.csv", "changes.csv", "dem.tif"):
        assert f'"{name}"' in told, name


# ── Documents ─────────────────────────────────────────────────────────────────────────────────────────────────────

SLOTS = (
    PackageItem("附件/批准", "slot", "批准文件", words="批准|批复"),
    PackageItem("附件/意见", "slot", words="意见|专家批准"),
    PackageItem("附件/证明", "slot", "证明"),
)
PDF = b"%PDF-1.4\n%%EOF"


@pytest.fixture
def papers(tmp_path):
    folder = tmp_path / "材料"
    (folder / "深").mkdir(parents=True)
    return folder


def test_a_document_goes_to_the_slot_with_the_longest_word_of_its_name(papers):
    names = ["A批复.PDF", "专家批准.pdf", "批准 意见.pdf", "批准文件.pdf", "证明a.pdf", "照片.pdf", "深/批准.pdf"]
    for name in (*names, ".批准.pdf", "~$批准.docx"):
        (papers / name).write_bytes(PDF)
    of_slot, others = documents_of(papers, SLOTS)
    assert {path: [file.name for file in files] for path, files in of_slot.items()} == {
        "附件/批准": ["A批复.PDF", "批准文件.pdf", "批准.pdf"],
        "附件/意见": ["专家批准.pdf"],
        "附件/证明": ["证明a.pdf"],
    }
    assert [file.name for file in others] == ["批准 意见.pdf", "照片.pdf"]


def test_words_of_a_slot_are_known_in_any_case_and_not_in_the_suffix(papers):
    slot = PackageItem("a", "slot", words="Doc")
    for name in ("my doc.pdf", "letter.doc"):
        (papers / name).write_bytes(PDF)
    assert [file.name for file in documents_of(papers, [slot])[0]["a"]] == ["my doc.pdf"]


@pytest.mark.parametrize(
    ("name", "start", "fits"),
    [
        *(("a.pdf", b"%PDF-", True), ("a.PDF", b"%PDF-1.7", True), ("a.pdf", b"PDF-", False), ("a.pdf", b"", False)),
        *(("a.jpg", b"\xff\xd8\xff\xe0", True), ("a.jpeg", b"\xff\xd8\xff", True), ("a.jpg", b"\xff\xd8", False)),
        *(("a.png", b"\x89PNG\r\n\x1a\n", True), ("a.png", b"\x89PNG\r\n\x1a", False)),
        *((f"a.{kind}", start, True) for kind in ("tif", "tiff") for start in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
        *(("a.tif", b"PK\3\4", False), ("a.tiff", b"", False)),
        *((f"a.{kind}", b"PK\3\4...", True) for kind in ("docx", "xlsx", "zip", "ofd")),
        *((f"a.{kind}", b"\xd0\xcf\x11\xe0", True) for kind in ("doc", "xls")),
        *(("a.doc", b"PK\3\4", False), ("a.docx", b"\xd0\xcf\x11\xe0", False), ("a.exe", b"MZ", False)),
        *(("a.txt", b"\0none", False), ("a", b"%PDF-", False)),
    ],
)
def test_a_document_is_what_its_name_says(name, start, fits, tmp_path):
    (tmp_path / name).write_bytes(start)
    assert is_what_it_says(tmp_path / name) is fits


def put_slot(folder: Path, slot: PackageItem, documents: Path | None):
    filling = filling_of(folder / "包", contents=SLOTS, documents=documents)
    place = folder / "包" / slot.path
    place.parent.mkdir(parents=True, exist_ok=True)
    put = KINDS["slot"].write(filling, [slot], place, silent)
    assert KINDS["slot"].compare(filling, [slot], place, put) == []
    return filling, put


def test_several_documents_of_a_slot_are_numbered(papers, tmp_path):
    for name in ("批复1.PDF", "批复2.jpg", "批复3.pdf"):
        (papers / name).write_bytes(b"no picture" if "jpg" in name else PDF + name.encode())
    filling, put = put_slot(tmp_path, SLOTS[0], papers)
    assert [file.name for file in put.files] == ["批准_1.pdf", "批准_2.pdf"]
    assert [file.read_bytes() for file in put.files] == [PDF + "批复1.PDF".encode(), PDF + "批复3.pdf".encode()]
    assert (put.about, put.findings) == ("2 份材料", ())
    put.files[1].write_bytes(PDF)
    said = KINDS["slot"].compare(filling, [SLOTS[0]], put.files[0], put)
    assert [str(one) for one in said] == ["批准_2.pdf reads otherwise"]


def test_a_slot_without_a_document_says_why(papers, tmp_path):
    (papers / "批复.jpg").write_bytes(b"no picture")
    wanted = {
        (0, None): {"slot": "批准文件"},
        (0, papers): {"slot": "批准文件", "problem": "unfit"},
        (1, papers): {"slot": "意见", "problem": "absent"},
    }
    for (number, documents), facts in wanted.items():
        _, put = put_slot(tmp_path, SLOTS[number], documents)
        assert (put.files, put.about) == ((), "")
        assert [(one.id, dict(one.facts)) for one in put.findings] == [("P01", facts)]


def test_what_tells_of_the_others_is_written_after_them():
    assert set(KINDS) == set(PROFILE_KINDS)
    assert {name for name, kind in KINDS.items() if kind.last} == {"readme", "report"}
