"""A basis counts as checked only where somebody has read it: counts of covers, cards, answers and a package, off files.

A county of two townships with a bureau's own library of six clauses beside the national one. What is counted is counted
a second time here, from the two tables of clauses and that of laws as CSV, by nothing of the engine.
"""

from __future__ import annotations

import csv
import re
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from command import ROOT, ask, refusal
from control_units.delineation.cli.main import main
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions
from control_units.delineation.export.registry import export, previewed
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import package, run
from docx import Document
from hand import CASE, box, hand
from other_program import restated

if TYPE_CHECKING:
    from pathlib import Path

NATIONAL = ROOT / "resources" / "profiles" / "national"
HEAD = "id,level,category,kind,zone,when,dimension,effect,text,basis,verified,checked_source,checked_on,law"
READ = "yes,某省人大公报2026年第3号,2026-11-30"
BUREAU = f"""{HEAD}
P-1,省,,,,,space,condition,甲事先报告。,《某省条例》第一条,{READ},
P-2,省,,,,,discharge,condition,乙事先报告。,《某省条例》第二条,no,,,
P-3,省,,,,,risk,condition,丙事先报告。,《某省条例》第三条,{READ},EEC-2026
P-4,省,,,,,resource,condition,丁事先报告。,《风景名胜区条例》第三十条,{READ},SAR-2016
P-5,省,,water_zone,industrial,,space,condition,戊事先报告。,《某省条例》第五条,,,,
P-6,省,,drinking_water,1,,space,condition,己事先报告。,《某省条例》第六条,no,,,
"""
PACKAGE = """title = "简"
folder = "包"
[place]
province = "某省"
city = "某市"
[[file]]
path = "清单.xlsx"
kind = "export"
format = "lists-xlsx"
[[file]]
path = "报告.xlsx"
kind = "report"
[[file]]
path = "说明.txt"
kind = "readme"
"""
SITES = {"in the red line": box(1_500, 1_500, 200, 200), "in the water zone": box(4_500, 4_500, 200, 200)}


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


def read_by_the_tables(bureau: str = BUREAU) -> set[str]:
    """Name the clauses that their row says were read, with source and day, on no law that is 待核."""
    laws = {row["id"] for row in rows((NATIONAL / "laws.csv").read_text("utf-8")) if row["status"] == "待核"}
    every = [*rows((NATIONAL / "clauses.csv").read_text("utf-8")), *rows(bureau)]
    assert len({row["id"] for row in every}) == len(every)
    said = [row for row in every if row["verified"] == "yes" and row["checked_source"] and row["checked_on"]]
    return {row["id"] for row in said if not laws & set(row["law"].split(";"))}


def unread_of(plan: Path, where: str = "1") -> set[str]:
    with closing(sqlite3.connect(plan)) as connection:
        listed = {row[0] for row in connection.execute(f"SELECT clause_id FROM clauses WHERE {where}")}  # noqa: S608
    return listed - read_by_the_tables()


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bases")
    (folder / "bureau.csv").write_text(BUREAU, encoding="utf-8")
    run(hand(folder, CASE + '\n[lists]\nlibrary = ["bureau.csv"]\n'), folder / "plan.gpkg")
    return folder / "plan.gpkg"


@pytest.fixture(scope="module")
def unread(plan) -> set[str]:
    found = unread_of(plan)
    # Read by its row; not; on a law that is read; on one that is not; a blank; of a zone that no unit has.
    assert {one for one in found if one.startswith("P-")} == {"P-2", "P-4", "P-5"}
    assert len(found) > 10
    return found


def test_covers_of_the_lists_say_how_many(plan, unread, tmp_path):
    for name in ("lists-xlsx", "lists-docx"):
        export(name, plan, tmp_path / f"lists.{name[-4:]}")
    notes = openpyxl.load_workbook(tmp_path / "lists.xlsx").worksheets[0]
    said = next(text for _, text in notes.iter_rows(min_row=2, max_col=2, values_only=True) if "依据待核" in text)
    assert said.endswith(f"依据待核的条款 {len(unread)} 项")
    first = Document(tmp_path / "lists.docx").tables[0]
    assert any(f"依据待核的条款 {len(unread)} 项" in cell.text for row in first.rows for cell in row.cells)


def test_lists_as_json_and_their_preview_say_how_many(plan, unread, tmp_path):
    answer = ask("lists", plan, "-o", tmp_path / "lists.xlsx")
    assert (answer.code, answer.document["basis_unchecked"]) == (0, len(unread))
    assert f"{len(unread)} clauses with an unchecked basis" in str(previewed("lists-xlsx", read_plan(plan)))


def test_each_units_card_says_how_many_of_its_list(plan):
    atlas = Atlas(read_plan(plan), AtlasOptions())
    sheets = [sheet for part in atlas.parts for sheet in atlas.sheets_of(part)]
    assert len(sheets) == 3
    counts = set()
    for sheet in sheets:
        (unit,) = sheet.units
        count = len(unread_of(plan, f"unit_id = '{unit}'"))
        assert f"{count} 条依据待核" in [text for _, text in sheet.card]
        assert sum("待核" in row[-1] for row in sheet.rows) == count
        counts.add(count)
    assert len(counts) > 1


@pytest.mark.parametrize("where", SITES)
def test_an_answer_says_how_many_and_which_and_its_verdict_stays(plan, tmp_path, where):
    question = (SITES[where].wkt, "--industry", "C26", "--nature", "new", "--as-of", "2026-12-01")
    document = ask("assess", plan, *question).document
    read = read_by_the_tables()
    for one in document["clauses"]:
        assert one["basis_checked"] == (one["id"] in read), one["id"]
    # Those on layers that the plan lacks may count too.
    counting = {one["id"] for one in document["clauses"] if one["applies"] != "no"} - read
    assert document["basis_unchecked"] == len(counting) > 3
    assert f"{len(counting)} clauses with an unchecked basis" in document["notices"]
    # As if somebody had read them all: nothing else of the answer is another.
    every = tmp_path / "plan.gpkg"
    every.write_bytes(plan.read_bytes())
    known = ask("assess", restated(every, "UPDATE library SET verified = 1"), *question).document
    assert known["basis_unchecked"] == 0
    assert all(one["basis_checked"] for one in known["clauses"])
    assert bare(known) == bare(document)


def bare(document: dict[str, Any]) -> dict[str, Any]:
    """An answer without what says of its bases, its time and its file."""
    out = {key: value for key, value in document.items() if key not in ("basis_unchecked", "time", "plan")}
    out["notices"] = [one for one in out["notices"] if "basis" not in one]
    out["clauses"] = [{**one, "basis_checked": None} for one in out["clauses"]]
    return out


def test_an_answer_in_words_and_its_report_mark_them(plan, unread, tmp_path, capsys):
    question = ["assess", str(plan), SITES["in the red line"].wkt, "--industry", "C26", "--nature", "new"]
    assert main([*question, "--as-of", "2026-12-01", "--lang", "zh", "-o", str(tmp_path / "report.docx")]) == 0
    text = capsys.readouterr().out
    said = dict(re.findall(r"^[* ] ([NP]-\S+) \[[^\]]+\] .*?(\[待核\])?$", text, re.MULTILINE))
    assert {name for name, mark in said.items() if mark} == set(said) & unread
    assert 0 < len(set(said) & unread) < len(said)
    count = int(re.search(r"^ *(\d+) 条依据待核$", text, re.MULTILINE)[1])
    first, _, rest = "\n".join(one.text for one in Document(tmp_path / "report.docx").paragraphs).partition("1. ")
    assert f"{count} 条依据待核" in first
    assert f"{count} 条依据待核" in rest


def test_a_package_says_how_many_to_its_receiver(plan, unread, tmp_path):
    (tmp_path / "简.toml").write_text(PACKAGE, encoding="utf-8")
    made = package(plan, tmp_path / "包", profile=tmp_path / "简.toml")
    (told,) = [row for row in made.findings if row["id"] == "P27"]
    assert (told["severity"], told["value"]) == ("warning", len(unread))
    sentence = f"准入清单所用条款中有 {len(unread)} 条依据待核"
    assert sentence in (tmp_path / "包" / "说明.txt").read_text("utf-8-sig")
    remarks = openpyxl.load_workbook(tmp_path / "包" / "报告.xlsx").worksheets[3]
    assert [row[2][: len(sentence)] for row in remarks.iter_rows(values_only=True) if row[0] == "P27"] == [sentence]


def test_a_check_names_clauses_that_were_read_on_a_law_that_was_not(plan):
    found = {row["id"]: row for row in ask("check", plan, "--lang", "zh").document}
    assert found["L17"]["value"] == 1
    assert "风景名胜区条例" in found["L17"]["message"]
    assert "（P-4）" in found["L17"]["message"]


def test_a_bureaus_library_that_says_yes_without_what_was_read_is_refused_by_row(tmp_path):
    text = BUREAU.replace(f"第三条,{READ}", "第三条,yes,,2026-11-30")
    (tmp_path / "bureau.csv").write_text(text, encoding="utf-8")
    case = hand(tmp_path, CASE + '\n[lists]\nlibrary = ["bureau.csv"]\n')
    error = refusal("run", case, "-o", tmp_path / "plan.gpkg")
    assert error["where"].endswith("bureau.csv line 4, column verified")
    assert error["what"] == "verified 'yes' without the text that was read, and the day"
    assert error["wanted"] == "both in checked_source and checked_on, or 'no'"
    assert not (tmp_path / "plan.gpkg").exists()
