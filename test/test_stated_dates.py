"""Date, filing year, province and city: printed as somebody stated them, and by nobody else than by him."""

from __future__ import annotations

import csv
import datetime
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tomllib
import zipfile
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import case_text
from control_units.delineation.core.errors import BadInput
from control_units.delineation.plan.file import read_meta, read_plan
from control_units.delineation.revision.editor import editing
from control_units.delineation.verbs.stating import state
from every_writer import WITHOUT, WRITERS, place_of, written
from hand import CASE, COUNTY, hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal")

SET = datetime.datetime(2021, 7, 9, 12, tzinfo=datetime.UTC)
OF_SOURCE, TODAY = datetime.date(2023, 1, 1), datetime.date.today()
NOT_STATED = (OF_SOURCE, SET.date(), TODAY, TODAY - datetime.timedelta(1), TODAY + datetime.timedelta(1))
STATED = 'date = "2025-01-31"\nfiling_year = 2025\n'
UNDATED = CASE.replace(STATED, "").replace('date = "2025-01-31"', 'date = "2023"')
DATED = CASE.replace(STATED, 'date = "2026-11-17"\nfiling_year = 2027\nprovince = "某省"\ncity = "某市"\n').replace(
    'date = "2025-01-31"', 'date = "2023"'
)
# What says when a file was changed, and nothing of what is in it.
_OF_FILES = {
    ("gpkg_contents", "last_change"),
    ("layer_styles", "update_time"),
    ("gpkg_metadata_reference", "timestamp"),
}


def spellings(day: datetime.date) -> set[str]:
    """A day as it may stand in a text."""
    year, month, number = day.year, day.month, day.day
    return {
        day.isoformat(),
        day.strftime("%Y/%m/%d"),
        day.strftime("%Y.%m.%d"),
        day.strftime("%Y%m%d"),
        f"{year}年{month}月{number}日",
        f"{year}年{month:02}月{number:02}日",
    }


def text_of(file: Path) -> str:
    """All that a reader of a file reads, by no reader of the product's."""
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name != "docProps/core.xml"]
        return re.sub(r"<[^>]*>", "", b"\n".join(parts).decode("utf-8", "replace"))
    if file.suffix == ".pdf":
        return subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout.decode()
    if file.suffix == ".gpkg":
        with sqlite3.connect(file) as database:
            database.text_factory = lambda raw: raw.decode("utf-8", "replace")
            names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            said = []
            for table in names:
                columns = [row[1] for row in database.execute(f'PRAGMA table_info("{table}")')]
                for row in database.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
                    pairs = zip(columns, row, strict=True)
                    said += [str(one) for key, one in pairs if isinstance(one, str) and (table, key) not in _OF_FILES]
        return "\n".join(said)
    if file.suffix == ".png" or file.name.endswith(
        (".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist")
    ):
        return ""
    return file.read_bytes().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Two places, one of which nobody dated; written while a date is set, of files that were changed today."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(SET.timestamp()))
    try:
        yield {
            name: place_of(tmp_path_factory.mktemp(name), text) for name, text in (("none", UNDATED), ("said", DATED))
        }
    finally:
        os.environ.pop("SOURCE_DATE_EPOCH")
        if before is not None:
            os.environ["SOURCE_DATE_EPOCH"] = before


# ── What is printed ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("dated", ["none", "said"])
@pytest.mark.parametrize("what", sorted(WRITERS.keys() - WITHOUT))
def test_no_text_of_any_file_has_a_date_that_nobody_stated(places, tmp_path, monkeypatch, what, dated):
    if what == "package" and dated == "none":
        pytest.skip("it is refused, as another test holds")
    monkeypatch.chdir(places[dated])
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(SET.timestamp())))
    command = re.sub(r" --as-of \S+", "", WRITERS[what])
    files = written(command, tmp_path / "out")
    assert files
    for name, file in files.items():
        if file.name.endswith(".history.jsonl") or (what == "bench" and "run" in name):
            continue  # the time at which something was done
        text = text_of(file)
        found = {said for day in NOT_STATED for said in spellings(day) if said in text}
        assert found == set(), f"{name} of {what}"


TITLES = ("编制日期", "备案年度", "省", "市")


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("none", ("（未填）", "（未填）", "（未填）", "（未填）")),
        ("said", ("2026-11-17", "2027", "某省", "某市")),
    ],
)
def test_lists_documents_maps_and_readme_print_what_was_stated(places, tmp_path, monkeypatch, place, wanted):
    monkeypatch.chdir(places[place])
    (book,) = written(WRITERS["export lists-xlsx"], tmp_path / "x").values()
    notes = {row[0]: row[1] for row in openpyxl.load_workbook(book).worksheets[0].iter_rows(values_only=True)}
    assert tuple(notes[title] for title in TITLES) == wanted
    (document,) = written(WRITERS["export lists-docx"], tmp_path / "d").values()
    facts = {row.cells[0].text: row.cells[1].text for row in docx.Document(document).tables[0].rows}
    assert tuple(facts[title] for title in TITLES) == wanted
    (sheet,) = written(WRITERS["export map-pdf"], tmp_path / "m").values()
    text = text_of(sheet).replace("\n", "")
    assert f"编制日期：{wanted[0]}" in text
    assert f"备案年度：{wanted[1]}" in text
    assert f"行政区：{wanted[2]}" in text
    (report,) = written(re.sub(r" --as-of \S+", "", WRITERS["report.docx"]), tmp_path / "r").values()
    rows = [[cell.text for cell in row.cells] for table in docx.Document(report).tables for row in table.rows]
    facts = {row[0]: row[1] for row in rows if len(row) == 2}
    assert tuple(facts[title] for title in TITLES) == wanted
    assert facts["条目和法规时点"] == "（未填）"


def test_readme_and_report_of_a_package_print_it_too(places, tmp_path, monkeypatch):
    monkeypatch.chdir(places["said"])
    answer = ask("package", "plan.gpkg", "-o", tmp_path / "out")
    assert answer.code == 0, answer
    lines = (tmp_path / "out" / "说明.txt").read_text("utf-8-sig").splitlines()
    assert {"编制日期：2026-11-17", "备案年度：2027", "省：某省", "市：某市"} <= set(lines)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (manifest["plan"]["date"], manifest["plan"]["filing_year"]) == ("2026-11-17", "2027")
    assert manifest["place"]["province"] == "某省"
    reports = [file for file in (tmp_path / "out").rglob("*.xlsx") if "质检" in str(file)]
    facts = {row[0]: row[1] for row in openpyxl.load_workbook(reports[0]).worksheets[0].iter_rows(values_only=True)}
    assert tuple(facts[title] for title in TITLES) == ("2026-11-17", "2027", "某省", "某市")


@pytest.mark.parametrize(
    ("codes", "stated", "printed"),
    [
        (["650102"], "", "新疆维吾尔自治区（按县级代码推得）"),
        (["650102", "659001"], "", "新疆维吾尔自治区（按县级代码推得）"),
        (["330824"], "", "浙江省（按县级代码推得）"),
        (["330824"], "江南省", "江南省"),
        (["330824", "340102"], "", "（未填）"),
        (["999901"], "", "（未填）"),
    ],
)
def test_the_province_is_that_of_the_codes_where_nobody_states_it_and_that_is_said(tmp_path, codes, stated, printed):
    from control_units.delineation.core.messages import Message, word
    from control_units.delineation.export.records import records_of
    from control_units.delineation.plan.statement import statement

    (shape,), fields = COUNTY
    text = CASE.replace(STATED, f'province = "{stated}"\n' if stated else "")
    verbs.run(hand(tmp_path, text, county=([shape], {**fields, "code": codes[:1]})), tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    assert plan.meta["province"] == stated
    names = json.loads(plan.meta["county_names"]) | dict.fromkeys(codes, "县")
    said = {
        word(title, "zh"): word(value, "zh")
        for title, value in statement({**plan.meta, "county_names": json.dumps(names)})
    }
    assert said["省"] == printed
    assert said["市"] == "（未填）"
    if len(codes) == 1:
        (first, *_) = records_of(plan, "units").column("province", Message("test"))
        assert first == printed.replace("（按县级代码推得）", "").replace("（未填）", "")


def test_in_english_it_says_the_same(places):
    from control_units.delineation.core.messages import word
    from control_units.delineation.plan.statement import statement

    meta = read_meta(places["none"] / "plan.gpkg") | {"county_names": '{"650102": "a"}'}
    said = {word(title, "en"): word(value, "en") for title, value in statement(meta)}
    assert said == {
        "Compiled on": "(not filled in)",
        "Filing year": "(not filled in)",
        "Province": "新疆维吾尔自治区 (by the county codes)",
        "City": "(not filled in)",
    }


# ── The case ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_keeps_them_and_fills_none_in(tmp_path):
    case = read_case(hand(tmp_path, DATED))
    assert (case.date, case.filing_year, case.province, case.city) == ("2026-11-17", 2027, "某省", "某市")
    head = tomllib.loads(case_text(case))["case"]
    assert (head["date"], head["filing_year"]) == ("2026-11-17", 2027)
    empty = read_case(hand(tmp_path, UNDATED))
    assert (empty.date, empty.filing_year, empty.province, empty.city) == ("", 0, "", "")
    assert not {"date", "filing_year", "province", "city"} & tomllib.loads(case_text(empty))["case"].keys()


@pytest.mark.parametrize("line", ['date = "2026-02-30"', 'date = "2026"', 'date = "30.11.2026"', "filing_year = -1"])
def test_what_is_no_day_or_year_is_refused(tmp_path, line):
    case = hand(tmp_path, CASE.replace(STATED, line + "\n"))
    assert "[case]" in refusal("run", case, "-o", tmp_path / "plan.gpkg")["where"]
    assert not (tmp_path / "plan.gpkg").exists()


# ── The package ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lines", "lacking"),
    [
        ("", {"P24", "P25"}),
        ("filing_year = 2026\n", {"P24"}),
        ('date = "2026-11-17"\n', {"P25"}),
        ('date = "2026-11-17"\nfiling_year = 2026\n', set()),
    ],
)
def test_without_date_or_filing_year_nothing_is_filed(tmp_path, lines, lacking):
    verbs.run(hand(tmp_path, CASE.replace(STATED, lines)), tmp_path / "plan.gpkg")
    answer = ask("package", tmp_path / "plan.gpkg", "-o", tmp_path / "out")
    assert {row["id"] for row in answer.document["findings"] if row["severity"] == "error"} == lacking
    assert answer.code == int(bool(lacking))
    assert (tmp_path / "out").exists() == (not lacking)
    assert bool(answer.document["files"]) == (not lacking)


def test_what_is_stated_goes_into_the_plan_and_leaves_it_sound(tmp_path):
    plan = tmp_path / "plan.gpkg"
    verbs.run(hand(tmp_path, CASE.replace(STATED, "")), plan)
    before = read_plan(plan)
    content = state(plan, {"date": "2026-11-17", "filing_year": "2026"}, stated=before.stated)
    after = read_plan(plan, summed=True)
    assert (after.meta["date"], after.meta["filing_year"]) == ("2026-11-17", "2026")
    assert after.changes == {}
    assert after.stated == content
    changed = {key for key, text in after.meta.items() if before.meta.get(key) != text}
    assert changed - {"head"} == {"date", "filing_year"}
    assert ask("package", plan, "-o", tmp_path / "out").code == 0
    # Who read it before has to read it again.
    with pytest.raises(BadInput):
        state(plan, {"date": "2026-12-01"}, stated=before.stated)
    with editing(plan), pytest.raises(BadInput):
        state(plan, {"date": "2026-12-01"})
    assert read_meta(plan)["date"] == "2026-11-17"


def test_a_plan_that_is_filed_states_what_it_was_filed_with(tmp_path):
    plan = tmp_path / "plan.gpkg"
    verbs.run(hand(tmp_path), plan)
    state(plan, {"status": "备案"})
    with pytest.raises(BadInput, match="备案"):
        state(plan, {"date": "2026-11-17"})
    assert read_meta(plan)["date"] == "2025-01-31"


@pytest.mark.parametrize(("year", "asked"), [(2025, False), (2024, True), (2023, True), (0, False)])
def test_a_filing_year_not_later_than_last_years_is_asked_about(tmp_path, year, asked):
    (tmp_path / "last").mkdir()
    verbs.run(hand(tmp_path / "last", CASE.replace("filing_year = 2025", "filing_year = 2024")), tmp_path / "last.gpkg")
    text = CASE.replace("filing_year = 2025", f"filing_year = {year}")
    text += '[previous]\npath = "last.gpkg"\nlayer = "units"\n'
    verbs.run(hand(tmp_path, text), tmp_path / "plan.gpkg")
    found = [row for row in read_plan(tmp_path / "plan.gpkg").findings.to_dict("records") if row["id"] == "S94"]
    assert len(found) == asked
    if asked:
        assert json.loads(found[0]["facts"]) == {"year": year, "last": 2024}
        assert f"备案年度为 {year}，上一版成果的备案年度为 2024" in found[0]["message"]


# ── What is in force ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def resting(tmp_path_factory):
    """A case whose profile has a law of 2020 to 2024, a clause that rests on it, and one that is of these years."""
    folder = tmp_path_factory.mktemp("resting")
    shutil.copy(NATIONAL.with_suffix(".toml"), folder / "own.toml")
    shutil.copytree(NATIONAL, folder / "national")
    with (folder / "national" / "laws.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("SHORT,短命法,,2020-01-01,2024-12-31,,,试验,\r\n")
    with (NATIONAL / "clauses.csv").open(encoding="utf-8-sig", newline="") as file:
        first, *_ = rows = list(csv.DictReader(file))
    with (folder / "national" / "clauses.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, first)
        table.writeheader()
        plain = {
            **dict.fromkeys(first, ""),
            **{key: first[key] for key in ("level", "dimension", "effect", "basis", "verified")},
        }
        table.writerow({**plain, "id": "A", "text": "甲项要求", "law": "SHORT"})
        table.writerow({**plain, "id": "B", "text": "乙项要求", "from": "2020-01-01", "to": "2024-12-31"})
    assert len(rows) > 2
    text = CASE.replace('profile = "national"', 'profile = "own.toml"')
    hand(folder, text)
    return folder, text


@pytest.mark.parametrize(
    ("line", "found"),
    [("", None), ('date = "2024-12-31"\n', set()), ('date = "2025-01-01"\n', {"L04", "L05"})],
)
def test_laws_are_judged_by_the_day_of_compilation_and_without_one_that_is_said(resting, line, found):
    folder, text = resting
    (folder / "case.toml").write_text(text.replace(STATED, line), encoding="utf-8")
    verbs.run(folder / "case.toml", folder / "plan.gpkg")
    findings = read_plan(folder / "plan.gpkg").findings
    said = {
        name: text for name, text in zip(findings["id"], findings["message"], strict=True) if name in ("L04", "L05")
    }
    assert said.keys() == (found or set())
    assert all("2024-12-31" in text for text in said.values())
    told = " ".join(verbs.check(folder / "plan.gpkg", language="en").not_checked)
    assert ("L04, L05" in told and "the day on which the plan was compiled" in told) == (found is None), told


def test_an_assessment_without_a_day_judges_no_term_and_says_so(places):
    plan = places["said"] / "plan.gpkg"
    without = verbs.assess(plan, "502000,3402000", language="en")
    assert without["as_of"] == ""
    assert without["plan"]["date"] == "2026-11-17"
    dated = verbs.assess(plan, "502000,3402000", as_of="1900-01-01", language="en")
    assert dated["as_of"] == "1900-01-01"
    told = [one for one in without["notices"] if one.startswith("no day was stated")]
    assert len(told) == 1
    assert not [one for one in dated["notices"] if one.startswith("no day was stated")]
    assert [one for one in dated["notices"] if "not in force yet" in one or "not yet in force" in one]
    assert not [one for one in without["notices"] if "in force yet" in one or "no longer" in one]
