"""Date, filing year, province and city: printed as somebody stated them, and by nobody else than by him."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from typing import TYPE_CHECKING

import openpyxl
import pytest
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.case.profile import NATIONAL
from control_units.delineation.case.reading import read_case
from control_units.delineation.case.writing import case_text
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.export import map_qgis
from control_units.delineation.plan.file import read_meta, read_plan
from control_units.delineation.plan.statement import statement
from control_units.delineation.revision.editor import editing
from control_units.delineation.verbs.stating import state
from every_writer import WITHOUT, WRITERS, place_of, written
from file_text import text_of
from hand import CASE, hand

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.uses("python-docx", "matplotlib", "gdal")

SET = datetime.datetime(2021, 7, 9, 12, tzinfo=datetime.UTC)
TODAY = datetime.date.today()
# On which clauses and laws were read stands in each library, and may be today.
READ = "".join((NATIONAL / f"{name}.csv").read_text("utf-8") for name in ("clauses", "laws"))
NOT_STATED = (datetime.date(2023, 1, 1), SET.date(), TODAY, TODAY - datetime.timedelta(1))
STATED = 'date = "2025-01-31"\nfiling_year = 2025\n'
SAID = 'date = "2026-11-17"\nfiling_year = 2027\nprovince = "某省"\ncity = "某市"\n'
# A source of 2023, which once made the first of January of all documents.
CASES = {
    "none": CASE.replace(STATED, "").replace("2025-01-31", "2023"),
    "said": CASE.replace("2025-01-31", "2023").replace(STATED.replace("2025-01-31", "2023"), SAID),
}
TITLES = ("编制日期", "备案年度", "省", "市")


@pytest.fixture(autouse=True)
def without_qgis(monkeypatch):
    """Maps of packages are drawn by matplotlib: nobody waits for another process."""
    monkeypatch.setenv(map_qgis.WHERE, "/nowhere/qgis_process")


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    """Two places, one of which nobody dated; written while a date is set, of files that were changed today."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(int(SET.timestamp())))
        yield {name: place_of(tmp_path_factory.mktemp(name), text) for name, text in CASES.items()}


@pytest.fixture
def made(places, tmp_path, monkeypatch):
    """Writes one of `WRITERS` in a place, and gives its files by their names."""

    def write(place: str, what: str) -> dict[str, Path]:
        monkeypatch.chdir(places[place])
        return written(re.sub(r" --as-of \S+", "", WRITERS[what]), tmp_path / what)

    return write


@pytest.mark.parametrize("place", ["none", pytest.param("said", marks=pytest.mark.all)])
@pytest.mark.parametrize("what", sorted(WRITERS.keys() - WITHOUT))
def test_no_text_of_any_file_has_a_date_that_nobody_stated(made, what, place):
    files = made(place, what)
    assert bool(files) == ((what, place) != ("package", "none"))  # which is refused
    for name, file in files.items():
        # In a history stands the time at which something was done; a geodatabase and a picture are no texts.
        if not name.endswith((".history.jsonl", ".png")) and ".gdb/" not in name:
            text = text_of(file).replace(f"{SET:%Y-%m-%dT%H:%M:%S.000Z}", "")  # when the plan was written
            forms = (f"{day:{form}}" for day in NOT_STATED for form in ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d"))
            assert [form for form in forms if form in text and form not in READ] == [], f"{name} of {what}"


@pytest.mark.parametrize(
    ("place", "wanted"), [("none", ("（未填）",) * 4), ("said", ("2026-11-17", "2027", "某省", "某市"))]
)
def test_every_cover_prints_what_was_stated(made, place, wanted):
    def of(what: str) -> Path:
        return next(iter(made(place, what).values()))

    notes = dict(list(openpyxl.load_workbook(of("export lists-xlsx")).worksheets[0].values))
    assert tuple(notes[title] for title in TITLES) == wanted
    said = dict(zip(TITLES, wanted, strict=True))
    asked = {"条目和法规时点": "（未填）"}
    where = {"编制日期": wanted[0], "备案年度": wanted[1], "行政区": wanted[2]}
    tables = dict.fromkeys(("export lists-docx", "export areas-xlsx", "export findings-xlsx"), said)
    for what, facts in {**tables, "report.docx": said | asked, "export map-pdf": where}.items():
        text = text_of(of(what))
        assert [title for title, fact in facts.items() if not re.search(f"{title}：?{fact}", text)] == [], what


def test_a_package_prints_it_too(places, tmp_path):
    out = tmp_path / "out"
    assert ask("package", places["said"] / "plan.gpkg", "-o", out).code == 0
    lines = (out / "说明.txt").read_text("utf-8-sig").splitlines()
    assert {"编制日期：2026-11-17", "备案年度：2027", "省：某省", "市：某市"} <= set(lines)


@pytest.mark.parametrize(
    ("codes", "stated", "printed"),
    [
        (("650102", "659001"), "", "新疆维吾尔自治区 (by the county codes)"),
        (("330824",), "江南省", "江南省"),
        (("330824", "340102"), "", "(not filled in)"),
        (("999901",), "", "(not filled in)"),
    ],
)
def test_the_province_is_that_of_the_codes_where_nobody_states_it_and_that_is_said(codes, stated, printed):
    *_, (_, province), (_, city) = statement({"county_names": json.dumps(dict.fromkeys(codes)), "province": stated})
    assert (word(province, "en"), word(city, "en")) == (printed, "(not filled in)")


# ── The case, the package ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("name", "said"), [("said", ("2026-11-17", 2027, "某省", "某市")), ("none", ("", 0, "", ""))])
def test_a_case_keeps_them_and_fills_none_in(tmp_path, name, said):
    case = read_case(hand(tmp_path, CASES[name]))
    assert (case.date, case.filing_year, case.province, case.city) == said
    head = tomllib.loads(case_text(case))["case"]
    assert [head.get(key) for key in ("date", "filing_year", "province", "city")] == [one or None for one in said]


@pytest.mark.parametrize("line", ['date = "2026-02-30"', 'date = "2026"', "filing_year = -1"])
def test_what_is_no_day_or_year_is_refused(tmp_path, line):
    case = hand(tmp_path, CASE.replace(STATED, line + "\n"))
    assert "[case]" in refusal("run", case, "-o", tmp_path / "plan.gpkg")["where"]


def test_nothing_is_filed_until_date_and_filing_year_are_stated(tmp_path):
    plan, out, reasons = tmp_path / "plan.gpkg", tmp_path / "out", tmp_path / "reasons.csv"
    verbs.run(hand(tmp_path, CASES["none"]), plan)
    for said, lacking in (({}, ["P24", "P25"]), ({"date": "2026-11-17"}, ["P25"]), ({"filing_year": "2026"}, [])):
        before = read_plan(plan)
        state(plan, said, stated=before.stated)
        after = read_plan(plan, summed=True)
        assert after.changes == {}
        assert {key: text for key, text in after.meta.items() if before.meta.get(key, "0") != text} == said
        # No reason takes their place.
        reasons.write_text("\n".join(["rule,x,y,reason", *(f"{one},,,later" for one in lacking)]), encoding="utf-8")
        answer = ask("package", plan, "-o", out, *(("--accept", reasons) if lacking else ()))
        assert [row["id"] for row in answer.document["findings"] if row["severity"] == "error"] == lacking
        assert (answer.code, out.exists()) == (bool(lacking), not lacking)
    with editing(plan), pytest.raises(BadInput):
        state(plan, {"date": "2026-12-01"})
    # The next version is compiled on another day.
    verbs.version(plan, tmp_path / "next.gpkg", reason="年度更新")
    assert {read_meta(tmp_path / "next.gpkg").get(key, "") for key in ("date", "filing_year")} == {""}
    state(plan, {"status": "备案"})
    with pytest.raises(BadInput, match="备案"):
        state(plan, {"date": "2026-12-01"})
    assert read_meta(plan)["date"] == "2026-11-17"


@pytest.mark.parametrize(("year", "asked"), [(2026, False), (2025, True), (0, False)])
def test_a_filing_year_not_later_than_last_years_is_asked_about(tmp_path, year, asked):
    verbs.run(hand(tmp_path), tmp_path / "last.gpkg")
    text = CASE.replace("filing_year = 2025", f"filing_year = {year}")
    verbs.run(hand(tmp_path, text + '[previous]\npath = "last.gpkg"\nlayer = "units"\n'), tmp_path / "plan.gpkg")
    facts = read_plan(tmp_path / "plan.gpkg").findings.query("id == 'S94'")["facts"]
    assert [json.loads(one) for one in facts] == [{"year": year, "last": 2025}] * asked


# ── What is in force ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("day", "found"), [("", False), ("2026-08-14", True), ("2026-08-15", False)])
def test_laws_are_judged_by_the_day_of_compilation_and_without_one_that_is_said(tmp_path, day, found):
    """Many clauses rest on the Code, in force from 2026-08-15; the newest source is of 2023."""
    verbs.run(hand(tmp_path, CASES["none"].replace("seed = 1", f'seed = 1\ndate = "{day}"')), tmp_path / "plan.gpkg")
    laws = read_plan(tmp_path / "plan.gpkg").findings.query("id == 'L05' and message.str.contains('才施行')")["message"]
    assert [text.startswith(f"编制日期为 {day}，") for text in laws] == [True] * found
    told = " ".join(verbs.check(tmp_path / "plan.gpkg", language="en").not_checked)
    assert ("L04, L05: the day on which the plan was compiled" in told) == (not day), told


def test_an_assessment_without_a_day_judges_no_term_and_says_so(places):
    plan = places["said"] / "plan.gpkg"
    without, dated = (verbs.assess(plan, "502000,3402000", as_of=day, language="en") for day in ("", "1900-01-01"))
    assert (without["as_of"], dated["as_of"], without["plan"]["date"]) == ("", "1900-01-01", "2026-11-17")
    said = {"no day was stated": (1, 0), "not in force yet": (0, 1)}
    for words, counts in said.items():
        assert tuple(sum(words in one for one in answer["notices"]) for answer in (without, dated)) == counts
