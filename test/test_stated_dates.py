"""Date, filing year, province and city: printed as somebody stated them, and by nobody else than by him."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import case_text
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.plan.file import read_meta, read_plan
from control_units.delineation.plan.statement import statement
from control_units.delineation.revision.editor import editing
from control_units.delineation.verbs.stating import state
from every_writer import WITHOUT, WRITERS, place_of, written
from hand import CASE, hand

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal")

SET = datetime.datetime(2021, 7, 9, 12, tzinfo=datetime.UTC)
TODAY = datetime.date.today()
CLAUSES = Path(__file__).parent.parent / "resources" / "profiles" / "national" / "clauses.csv"
# Days on which a basis was read are stated too.
READ = {datetime.date.fromisoformat(day) for day in pd.read_csv(CLAUSES)["checked_on"].dropna()}
NOT_STATED = {datetime.date(2023, 1, 1), SET.date(), TODAY, TODAY - datetime.timedelta(1)} - READ
STATED = 'date = "2025-01-31"\nfiling_year = 2025\n'
SAID = 'date = "2026-11-17"\nfiling_year = 2027\nprovince = "某省"\ncity = "某市"\n'
# A source of 2023, which once made the first of January of all documents.
CASES = {
    "none": CASE.replace(STATED, "").replace("2025-01-31", "2023"),
    "said": CASE.replace("2025-01-31", "2023").replace(STATED.replace("2025-01-31", "2023"), SAID),
}
TITLES = ("编制日期", "备案年度", "省", "市")


def text_of(file: Path) -> str:
    """What a reader reads of a file, but for when a file of ours says that it was written."""
    if file.suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(file) as archive:
            data = b"".join(archive.read(name) for name in archive.namelist() if name != "docProps/core.xml")
        return re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace"))
    if file.suffix == ".pdf":
        return subprocess.run(["pdftotext", file, "-"], check=True, capture_output=True).stdout.decode()
    return file.read_bytes().decode("utf-8", "replace").replace(f"{SET:%Y-%m-%dT%H:%M:%S.000Z}", "")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Two places, one of which nobody dated; written while a date is set, of files that were changed today."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(int(SET.timestamp())))
        yield {name: place_of(tmp_path_factory.mktemp(name), text) for name, text in CASES.items()}


def made(places, place: str, what: str, to: Path, monkeypatch) -> dict[str, Path]:
    monkeypatch.chdir(places[place])
    return written(re.sub(r" --as-of \S+", "", WRITERS[what]), to)


@pytest.mark.parametrize("place", ["none", "said"])
@pytest.mark.parametrize("what", sorted(WRITERS.keys() - WITHOUT))
def test_no_text_of_any_file_has_a_date_that_nobody_stated(places, tmp_path, monkeypatch, what, place):
    files = made(places, place, what, tmp_path / "out", monkeypatch)
    assert bool(files) == ((what, place) != ("package", "none"))  # which is refused
    for name, file in files.items():
        # In a history stands the time at which something was done; a geodatabase and a picture are no texts.
        if not name.endswith((".history.jsonl", ".png")) and ".gdb/" not in name:
            text = text_of(file)
            found = [
                day for day in NOT_STATED for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d") if f"{day:{form}}" in text
            ]
            assert found == [], f"{name} of {what}"


@pytest.mark.parametrize(
    ("place", "wanted"), [("none", ("（未填）",) * 4), ("said", ("2026-11-17", "2027", "某省", "某市"))]
)
def test_every_cover_prints_what_was_stated(places, tmp_path, monkeypatch, place, wanted):
    def of(what: str) -> Path:
        return next(iter(made(places, place, what, tmp_path / what, monkeypatch).values()))

    notes = openpyxl.load_workbook(of("export lists-xlsx")).worksheets[0].iter_rows(values_only=True)
    said = [{row[0]: row[1] for row in notes}]
    for what in ("export lists-docx", "report.docx"):
        tables = docx.Document(of(what)).tables
        said.append(
            {row.cells[0].text: row.cells[1].text for table in tables for row in table.rows if len(row.cells) == 2}
        )
    assert [tuple(one[title] for title in TITLES) for one in said] == [wanted] * 3
    assert said[-1]["条目和法规时点"] == "（未填）"
    text = text_of(of("export map-pdf")).replace("\n", "")
    assert all(
        f"{what}：{fact}" in text for what, fact in zip(("编制日期", "备案年度", "行政区"), wanted, strict=False)
    )


def test_a_package_prints_it_too(places, tmp_path):
    assert ask("package", places["said"] / "plan.gpkg", "-o", tmp_path / "out").code == 0
    lines = (tmp_path / "out" / "说明.txt").read_text("utf-8-sig").splitlines()
    assert {"编制日期：2026-11-17", "备案年度：2027", "省：某省", "市：某市"} <= set(lines)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_bytes())
    assert (manifest["plan"]["date"], manifest["plan"]["filing_year"]) == ("2026-11-17", "2027")
    assert (manifest["place"]["province"], manifest["place"]["city"]) == ("某省", "某市")


@pytest.mark.parametrize(
    ("codes", "stated", "printed"),
    [
        (("650102", "659001"), "", ("新疆维吾尔自治区（按县级代码推得）", "新疆维吾尔自治区 (by the county codes)")),
        (("330824",), "江南省", ("江南省", "江南省")),
        (("330824", "340102"), "", ("（未填）", "(not filled in)")),
        (("999901",), "", ("（未填）", "(not filled in)")),
    ],
)
def test_the_province_is_that_of_the_codes_where_nobody_states_it_and_that_is_said(codes, stated, printed):
    _, _, (title, province), (_, city) = statement(
        {"county_names": json.dumps(dict.fromkeys(codes)), "province": stated}
    )
    assert (word(title, "zh"), word(title, "en")) == ("省", "Province")
    assert (word(province, "zh"), word(province, "en")) == printed
    assert (word(city, "zh"), word(city, "en")) == ("（未填）", "(not filled in)")


# ── The case, the package ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "said"), [("said", ("2026-11-17", 2027, "某省", "某市")), ("none", ("", 0, "", ""))])
def test_a_case_keeps_them_and_fills_none_in(tmp_path, name, said):
    case = read_case(hand(tmp_path, CASES[name]))
    assert (case.date, case.filing_year, case.province, case.city) == said
    head = tomllib.loads(case_text(case))["case"]
    assert tuple(head.get(key) for key in ("date", "filing_year", "province", "city")) == tuple(
        one or None for one in said
    )


@pytest.mark.parametrize("line", ['date = "2026-02-30"', 'date = "2026"', "filing_year = -1"])
def test_what_is_no_day_or_year_is_refused(tmp_path, line):
    case = hand(tmp_path, CASE.replace(STATED, line + "\n"))
    assert "[case]" in refusal("run", case, "-o", tmp_path / "plan.gpkg")["where"]


def test_nothing_is_filed_until_date_and_filing_year_are_stated(tmp_path):
    plan, out, reasons = tmp_path / "plan.gpkg", tmp_path / "out", tmp_path / "reasons.csv"
    reasons.write_text("rule,x,y,reason\nP24,,,later\nP25,,,later\n", encoding="utf-8")
    verbs.run(hand(tmp_path, CASES["none"]), plan)
    for said, lacking in (({}, ["P24", "P25"]), ({"date": "2026-11-17"}, ["P25"]), ({"filing_year": "2026"}, [])):
        before = read_plan(plan)
        content = state(plan, said, stated=before.stated)
        after = read_plan(plan, summed=True)
        assert (after.changes, after.stated) == ({}, content)
        assert {key: text for key, text in after.meta.items() if before.meta.get(key, "0") != text} == said
        answer = ask("package", plan, "-o", out, "--accept", reasons)
        assert [row["id"] for row in answer.document["findings"] if row["severity"] == "error"] == lacking
        assert (answer.code, out.exists(), bool(answer.document["files"])) == (bool(lacking), not lacking, not lacking)
    with editing(plan), pytest.raises(BadInput):
        state(plan, {"date": "2026-12-01"})
    state(plan, {"status": "备案"})
    with pytest.raises(BadInput, match="备案"):
        state(plan, {"date": "2026-12-01"})
    assert read_meta(plan)["date"] == "2026-11-17"


@pytest.mark.parametrize(("year", "asked"), [(2026, False), (2025, True), (2024, True), (0, False)])
def test_a_filing_year_not_later_than_last_years_is_asked_about(tmp_path, year, asked):
    verbs.run(hand(tmp_path), tmp_path / "last.gpkg")
    text = CASE.replace("filing_year = 2025", f"filing_year = {year}")
    verbs.run(hand(tmp_path, text + '[previous]\npath = "last.gpkg"\nlayer = "units"\n'), tmp_path / "plan.gpkg")
    findings = read_plan(tmp_path / "plan.gpkg").findings
    facts = [json.loads(text) for text in findings.loc[findings["id"] == "S94", "facts"]]
    assert facts == ([{"year": year, "last": 2025}] if asked else [])


# ── What is in force ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("day", "found"), [("", False), ("2026-08-14", True), ("2026-08-15", False)])
def test_laws_are_judged_by_the_day_of_compilation_and_without_one_that_is_said(tmp_path, day, found):
    """Many clauses rest on the Code, in force from 2026-08-15; the newest source is of 2023."""
    verbs.run(hand(tmp_path, CASES["none"].replace("seed = 1", f'seed = 1\ndate = "{day}"')), tmp_path / "plan.gpkg")
    findings = read_plan(tmp_path / "plan.gpkg").findings
    early = [text for text in findings.loc[findings["id"] == "L05", "message"] if "才施行" in text]
    assert len(early) == found
    assert all(text.startswith(f"编制日期为 {day}，") for text in early)
    told = " ".join(verbs.check(tmp_path / "plan.gpkg", language="en").not_checked)
    assert ("L04, L05: the day on which the plan was compiled" in told) == (not day), told


def test_an_assessment_without_a_day_judges_no_term_and_says_so(places):
    plan = places["said"] / "plan.gpkg"
    without, dated = (verbs.assess(plan, "502000,3402000", as_of=day, language="en") for day in ("", "1900-01-01"))
    assert (without["as_of"], dated["as_of"], without["plan"]["date"]) == ("", "1900-01-01", "2026-11-17")
    said = {"no day was stated": (1, 0), "not in force yet": (0, 1)}
    for words, counts in said.items():
        assert tuple(sum(words in one for one in answer["notices"]) for answer in (without, dated)) == counts
