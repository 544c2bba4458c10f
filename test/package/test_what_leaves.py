"""What leaves the house: 密级 on every file, unreviewed clauses told, nothing of this computer or of the program."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import sqlite3
import tomllib
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import pandas as pd
import pytest
from command import ask
from control_units.delineation.case.finding_texts import load_texts, message
from control_units.delineation.case.names import glossary
from control_units.delineation.case.profile import NATIONAL, read_profile
from control_units.delineation.cli import main
from control_units.delineation.core.findings import Finding
from control_units.delineation.export import map_qgis
from control_units.delineation.export.registry import export
from control_units.delineation.package.build import package
from control_units.delineation.package.telling import filed
from control_units.delineation.plan.file import read_plan
from dbf import Column, table
from every_writer import WITHOUT, WRITERS, place_of, written
from file_text import run, text_of
from hand import CASE, SIZE, SOUTH, WEST, box, hand, write_layer
from raster_files import write as write_raster

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal", "exactextract", "rasterio")

ROOT = Path(main.__code__.co_filename).resolve().parents[2]
RED = 'layer = "red_line"\n'


@pytest.fixture(autouse=True)
def without_qgis(monkeypatch):
    """Maps of packages are drawn by matplotlib: nobody waits for another process."""
    monkeypatch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")


# ── 密级 ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Made of files that say no 密级, or of no plan at all.
OF_NO_PLAN = {"partition", "regions", "guess", "schemas", "learned profile"}
APART = {"impact"}  # where nothing is touched it has no row


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """The county solved by hand with a red line of one 密级, and of another."""
    marks = ("机密", "秘密")
    cases = {mark: CASE.replace(RED, f'{RED}classification = "{mark}"\n') for mark in marks}
    return {mark: place_of(tmp_path_factory.mktemp("marked"), text) for mark, text in cases.items()}


def said_in(files):
    """The words of files, those of a geodatabase as GDAL gives them."""
    texts = [text_of(file) for name, file in files.items() if ".gdb/" not in name]
    for folder in {file.parent for name, file in files.items() if ".gdb/" in name}:
        from osgeo import gdal

        layers = gdal.OpenEx(str(folder))
        for number in range(layers.GetLayerCount()):
            told = layers.ExecuteSQL(f"GetLayerMetadata {layers.GetLayer(number).GetName()}")
            texts.append(told.GetNextFeature().GetField(0) or "")
    return "".join(texts)


@pytest.mark.parametrize("what", [name for name in WRITERS if name not in {*OF_NO_PLAN, *WITHOUT, *APART}])
def test_whatever_is_written_of_a_plan_bears_the_highest_mark_of_its_sources(what, places, tmp_path, monkeypatch):
    found = {}
    for mark, place in places.items():
        monkeypatch.chdir(place)
        found[mark] = written(WRITERS[what], tmp_path / mark)
        assert found[mark]
    if what == "export map-png":  # no words in a picture: what is printed of another mark is another picture
        one, other = (next(iter(files.values())).read_bytes() for files in found.values())
        assert one != other
        return
    for mark, files in found.items():
        (other,) = places.keys() - {mark}
        said = said_in(files)
        assert mark in said, what
        assert other not in said, what


@pytest.mark.parametrize("name", ["units-shp", "units-gpkg", "units-kml", "lists-xlsx", "lists-docx", "clauses-xlsx"])
def test_a_mark_of_a_source_above_the_plans_own_is_printed(name, places, tmp_path):
    plan = read_plan(places["机密"] / "plan.gpkg")
    plan.meta["classification"] = "公开"
    suffix = f".{name.rpartition('-')[2]}"
    made = export(name, plan, tmp_path / f"a{suffix}")
    assert "机密" in said_in({file.name: file for file in made.files})


def test_an_impact_bears_the_mark_of_what_it_rests_on(places, tmp_path):
    newer = write_layer(tmp_path / "newer.gpkg", "red_line", [box(0, 0, 2_000, 2_000)], {"name": ["新"]})
    for mark, folder in places.items():
        out = tmp_path / f"{mark}.gpkg"
        answer = ask("impact", folder / "plan.gpkg", f"red_line={newer}", "--case", folder / "case.toml", "-o", out)
        assert answer.code in (0, 1), answer
        with contextlib.closing(sqlite3.connect(out)) as connection:
            assert {one for (one,) in connection.execute("SELECT classification FROM touched")} == {mark}


def test_a_layer_of_a_plan_without_a_mark_has_no_file_beside_it(tmp_path):
    assert ask("run", hand(tmp_path), "-o", tmp_path / "plan.gpkg").code == 0
    made = export("units-shp", tmp_path / "plan.gpkg", tmp_path / "a.shp")
    assert ".xml" not in {file.suffix for file in made.files}
    assert export("units-kml", tmp_path / "plan.gpkg", tmp_path / "a.kml").files
    assert ET.parse(tmp_path / "a.kml").getroot()[0].find("{*}description") is None  # noqa: S314 - ours


# ── Clauses that nobody has reviewed ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    """A plan with its lists as they were drafted, and a layout for packages of it."""
    folder = place_of(tmp_path_factory.mktemp("drafted"))
    (folder / "layout.toml").write_text(
        'title = "简"\nfolder = "成果"\n[place]\nprovince = "某省"\ncity = "某市"\n[signing]\nrequired = false\n'
        '[[file]]\npath = "说明.txt"\nkind = "readme"\n[[file]]\npath = "报告.xlsx"\nkind = "report"\n'
        '[[file]]\npath = "清单.xlsx"\nkind = "export"\nformat = "lists-xlsx"\n',
        encoding="utf-8",
    )
    return folder


@pytest.fixture
def filing(drafted, tmp_path):
    """A copy of it, and what edits it."""
    for name in ("plan.gpkg", "case.toml", "hand.gpkg", "layout.toml"):
        shutil.copy(drafted / name, tmp_path / name)

    def edit(*rows, dry=False):
        file = tmp_path / "edits.jsonl"
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        return ask("edit", tmp_path / "plan.gpkg", file, *(["--dry-run"] if dry else []))

    return tmp_path, edit


def approved(plan, *, but=0):
    """Edits that approve all clauses of the lists but the last ones."""
    clauses = read_plan(plan).clauses
    rows = clauses[clauses["status"] == "待审"]
    rows = rows.iloc[: len(rows) - but]
    return [
        {"op": "clause", "unit": row.unit_id, "change": {"id": row.clause_id, "status": "已审"}}
        for row in rows.itertuples()
    ]


def packaged(folder, *arguments):
    answer = ask("package", folder / "plan.gpkg", "-o", folder / "out", "--profile", folder / "layout.toml", *arguments)
    rows = [row for row in answer.document["findings"] if row["id"] == "P28"]
    return answer.code, [(row["severity"], row["state"]) for row in rows], "".join(row["message"] for row in rows)


FILED = {"送审": {}, "备案": {"document": "某函〔2025〕1号"}, "发布": {"document": "某函〔2025〕1号"}}


def test_before_it_is_up_for_review_a_plan_with_unreviewed_clauses_is_warned_of(filing):
    folder, edit = filing
    assert packaged(folder)[:2] == (0, [("warning", "open")])
    assert edit({"op": "status", "to": "征求意见"}).code == 0
    assert packaged(folder)[:2] == (0, [("warning", "open")])


@pytest.mark.parametrize("status", FILED)
def test_from_then_on_it_is_refused_unless_there_is_a_reason(status, filing):
    folder, edit = filing
    assert edit({"op": "status", "to": status, **FILED[status]}).code == 0
    code, found, said = packaged(folder)
    assert (code, found) == (1, [("error", "open")])
    plan = read_plan(folder / "plan.gpkg")
    listed = plan.clauses[plan.clauses["status"] != "建议"]
    units = listed.loc[listed["status"] == "待审", "unit_id"].nunique()
    assert f"of the {len(listed)} clauses of the entry lists {len(listed)} are" in said
    assert f"in {units} units: {plan.units['name'].iloc[0]}" in said
    assert not (folder / "out").exists()
    (folder / "reasons.csv").write_text("rule,x,y,reason\nP28,,,审核在送审后完成\n", encoding="utf-8")
    assert packaged(folder, "--accept", folder / "reasons.csv")[:2] == (0, [("error", "accepted")])
    assert "（理由：审核在送审后完成）" in text_of(folder / "out" / "说明.txt")
    line = f"待审条款{len(listed)}条（共{len(listed)}条）"
    assert line in text_of(folder / "out" / "说明.txt")
    assert line in text_of(folder / "out" / "清单.xlsx")


def test_one_clause_is_enough_and_none_is_none(filing):
    folder, edit = filing
    assert edit(*approved(folder / "plan.gpkg", but=1)).code == 0
    told = edit({"op": "status", "to": "送审"}, dry=True).document["to_review"]
    count = int((read_plan(folder / "plan.gpkg").clauses["status"] != "建议").sum())
    assert told == {"n": 1, "of": count}
    assert edit(*approved(folder / "plan.gpkg")).code == 0
    done = edit({"op": "status", "to": "送审"})
    assert (done.code, done.document["to_review"]) == (0, {"n": 0, "of": count})
    assert packaged(folder)[:2] == (0, [])
    assert f"待审条款0条（共{count}条）" in text_of(folder / "out" / "说明.txt")


def test_a_step_to_another_status_says_it_before_and_is_taken(filing, capsys):
    folder, _ = filing
    count = int((read_plan(folder / "plan.gpkg").clauses["status"] != "建议").sum())
    (folder / "e.jsonl").write_text('{"op": "status", "to": "送审"}\n', encoding="utf-8")
    for more in (["--dry-run"], []):
        assert main(["edit", str(folder / "plan.gpkg"), str(folder / "e.jsonl"), "--lang", "zh", *more]) == 0
        assert f"待审条款 {count} 条（共 {count} 条）" in capsys.readouterr().out
    (folder / "e.jsonl").write_text('{"op": "rename", "unit": "U000001", "name": "新名"}\n', encoding="utf-8")
    assert main(["edit", str(folder / "plan.gpkg"), str(folder / "e.jsonl"), "--lang", "zh", "--dry-run"]) == 0
    assert "待审" not in capsys.readouterr().out


# ── Nothing of this computer, nothing of the program ──────────────────────────────────────────────────────────────

OF_PROGRAM = re.compile(
    r"(?<![\w-])--[a-z][a-z-]+|☰|\[(?:case|admin|previous|\[?source)\b|pip install|Traceback|click "
)


def page_titles():
    """What the panel calls its pages, in both languages, as a sentence would name one."""
    titles = {}
    for context in ET.parse(ROOT / "i18n" / "control_units_zh_CN.ts").getroot():  # noqa: S314 - ours
        for one in context:
            if one.tag == "message":
                titles[one.findtext("source")] = one.findtext("translation")
    pages = [file.read_text("utf-8") for file in sorted((ROOT / "ui" / "pages").rglob("*.py"))]
    english = {
        found for text in pages for found in re.findall(r'def title\(self\) -> str:\n\s+return tr\("(\w+)"', text)
    }
    assert len(english) == 9
    return [f"page {one}" for one in english] + [f"“{titles[one]}”页" for one in english if titles.get(one)]


def filed_texts():
    for file in sorted(NATIONAL.glob("findings*.toml")):
        for name, entry in tomllib.loads(file.read_text("utf-8")).items():
            if file.stem not in ("findings_guess", "findings_bench") and not entry.get("home"):
                for problem in (entry, *(one for one in entry.values() if isinstance(one, dict))):
                    for language in ("zh", "en"):
                        yield name, re.sub(r"\|\|.*?(?:\|\||$)", "", problem.get(language, ""))


def test_no_text_that_is_filed_speaks_of_the_program_or_asks_its_reader_for_anything():
    asks = re.compile(r"[，；：]请|please|\{(samples|said|origin|advice|proposal)\}|\b(fields|zones|encoding)\.")
    names = page_titles()
    wrong = [
        (name, text)
        for name, text in filed_texts()
        if OF_PROGRAM.search(text) or any(one in text for one in names) or (asks.search(text) and name != "S49")
    ]
    assert wrong == []


def test_what_stays_at_home_says_why_and_keeps_its_text_there():
    texts = load_texts()
    home = {name for name, entry in texts.items() if entry.get("home")}
    assert home >= {"S02", "S62"}
    assert all(len(texts[name]["home"]) > 5 for name in home)
    found = Finding("P24", {})
    assert message(found, texts).endswith("请在“成果输出”页填写，或在方案配置中写明后重新运行")
    assert message(found, texts, filed=True) == "未填写编制日期，不能备案"


@pytest.mark.parametrize("path", ["/home/zhang/dem.tif", "D:\\张\\dem.tif", "../../zhang/dem.tif"])
def test_a_folder_in_a_finding_is_left_out_of_what_is_filed(path):
    names = glossary()
    row = {"id": "S85", "facts": json.dumps({"path": path, "factor": 2, "most": 9}), "message": "", "units": ""}
    table = pd.DataFrame(
        [{**row, "value": 2.0, "geometry": None}, {**row, "id": "S02", "value": 1.0, "geometry": None}]
    )
    (said,) = filed(table, read_profile())["message"]
    assert said == "dem.tif：DEM 在范围内的像元多于 9 个，按 2×2 个像元取平均后再计算水流方向"
    whole = message(Finding("S85", {"path": path, "factor": 2, "most": 9}), load_texts(), "zh", names)
    assert path in whole


LOGIN, SECRET, SAMPLE = "liming007", "私人资料", "珍珠泉"
MORE = """
[lists]
library = ["{folder}/省.csv"]

[[raster]]
name = "cc"
path = "{folder}/cc.tif"
kind = "grade"
zones = {{ "5" = "eco_important" }}
"""


@pytest.fixture(scope="module")
def taken_home(tmp_path_factory):
    """A package of what lies in somebody's own folder, named whole: GBK that nothing states, an absent grade."""
    folder = tmp_path_factory.mktemp("home") / LOGIN / SECRET
    text = CASE.replace('path = "hand.gpkg"\nlayer = "water"', f'path = "{folder}/water.shp"')
    hand(folder, text.replace('"hand.gpkg"', f'"{folder}/hand.gpkg"') + MORE.format(folder=folder))
    shapes = [box(0, 0, 3_000, 3_000), box(5_000, 0, 3_000, 3_000)]
    write_layer(folder / "water.shp", "water", shapes, {"zone": ["a", "b"]})
    words = [SAMPLE.encode("gbk") + "饮用水源涵养区".encode("gbk"), "水质改善河段".encode("gbk")]
    zones = ["水环境优先保护区".encode("gbk"), "水环境一般管控区".encode("gbk")]
    (folder / "water.dbf").write_bytes(table([Column(b"zone", zones), Column(b"name", words)]))
    (folder / "water.cpg").unlink(missing_ok=True)
    row = "id,level,dimension,effect,text,basis\nS-1,省,space,restrict,限制新建落后产能项目。,某省清单\n"
    (folder / "省.csv").write_text(row, encoding="utf-8")
    grid = (250.0, 0.0, WEST, 0.0, -250.0, SOUTH + SIZE)
    write_raster(folder / "cc.tif", np.ones((1, 40, 40), dtype="uint8"), transform=grid, crs="EPSG:4547")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
            patch.setenv(name, LOGIN)
        patch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")
        assert ask("run", folder / "case.toml", "-o", folder / "plan.gpkg").code == 0
        assert ask("edit", folder / "plan.gpkg", "--reason", "x", _lock(folder)).document["applied"] == 1
        (folder / "文件").mkdir()
        (folder / "文件" / f"{LOGIN}的笔记.txt").write_text("草稿", encoding="utf-8")
        made = package(folder / "plan.gpkg", folder / "成果", documents=folder / "文件", province="某省", city="某市")
    return folder, made


def _lock(folder):
    (folder / "e.jsonl").write_text('{"op": "lock", "unit": "U000001"}\n', encoding="utf-8")
    return folder / "e.jsonl"


def all_said(file):
    """All that a file holds, as any program shows it: its bytes, what is packed in it, every cell of a database."""
    texts = [file.name, file.read_bytes().decode("utf-8", "replace"), file.read_bytes().decode("gbk", "replace")]
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            texts += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    elif file.suffix == ".pdf":
        texts.append(text_of(file))
        texts.append(run("pdfinfo", file))
    elif file.suffix == ".gpkg":
        with contextlib.closing(sqlite3.connect(file)) as connection:
            tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            texts += [str(row) for name in tables for row in connection.execute(f'SELECT * FROM "{name}"')]  # noqa: S608 - ours
    return "\n".join(texts)


def test_nothing_in_a_package_tells_of_the_computer_or_of_the_program(taken_home):
    folder, made = taken_home
    told = {row["id"]: row["message"] for row in made.findings}
    assert SAMPLE in told["S02"]  # at home it is said, with what a mender needs
    assert LOGIN in told["P06"]
    assert told["S63"].endswith("，请核对等级与分区的对照")
    files = [file for file in sorted((folder / "成果").rglob("*")) if file.is_file()]
    assert {
        ".gpkg",
        ".gdbtable",
        ".shp",
        ".dbf",
        ".xlsx",
        ".docx",
        ".pdf",
        ".png",
        ".csv",
        ".toml",
        ".txt",
        ".json",
    } <= {file.suffix for file in files}
    names = page_titles()
    for file in files:
        said = all_said(file)
        for secret in (str(folder), folder.as_posix(), LOGIN, SECRET, str(Path.home()), SAMPLE, str(ROOT)):
            assert secret not in said, (file.name, secret)
        if file.name not in ("case.toml", "verify.py"):  # the case is one: its own sections stand there
            assert not OF_PROGRAM.search(said.replace("--only", "")), (file.name, OF_PROGRAM.search(said))
            assert [one for one in names if one in said] == [], file.name


def test_the_report_opens_with_the_package_and_lacks_what_stays_at_home(taken_home):
    folder, made = taken_home
    (report,) = (folder / "成果").rglob("*质检报告.xlsx")
    book = openpyxl.load_workbook(report)
    assert book.sheetnames == ["质检结论", "成果包", "检查规则", "质检问题"]
    filed = [row[0] for row in book["质检问题"].iter_rows(min_row=2, values_only=True)]
    at_home = [row["id"] for row in made.findings if row["id"][0] != "P"]
    texts = load_texts()
    assert "S02" in at_home
    assert sorted(filed) == sorted(one for one in at_home if not texts[one].get("home"))
    said = [row[2] for row in book["质检问题"].iter_rows(min_row=2, values_only=True) if row[0] == "S63"]
    assert [re.sub("（.*）", "", one) for one in said] == ["栅格 cc.tif 在研究区内没有等级 5的像元"]
    readme = (folder / "成果" / "说明.txt").read_text("utf-8-sig")
    assert readme.index("缺少或有待说明的内容") < readme.index("文件目录")
    with contextlib.closing(sqlite3.connect(next((folder / "成果").rglob("*.gpkg")))) as connection:
        cells = str(connection.execute("SELECT * FROM ZJWT").fetchall())
    assert "S02" not in cells
    assert "S63" in cells
