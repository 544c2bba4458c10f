"""A basis counts as checked only where somebody has read it: counts of covers, cards, answers and a package, off files.

A county of two townships with a bureau's own library of six clauses beside the national one. What is counted is counted
a second time here, from the two tables of clauses and that of laws as CSV, by nothing of the engine.
"""

from __future__ import annotations

import csv
import re
import shutil
import sqlite3
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from command import ROOT, ask
from control_units.delineation.cli.main import main
from control_units.delineation.export.atlas_sheet import Atlas, AtlasOptions
from control_units.delineation.export.registry import export, previewed
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import package, run
from file_text import text_of
from hand import CASE, hand
from other_program import restated

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
SITES = {"in the red line": "501600,3401600", "in the water zone": "504600,3404600"}
ASKED = ("--industry", "C26", "--nature", "new", "--as-of", "2026-12-01")


def read_by_the_tables() -> set[str]:
    """Name the clauses that their row says were read, with source and day, on no law that is 待核."""
    texts = {name: (NATIONAL / f"{name}.csv").read_text("utf-8") for name in ("laws", "clauses")} | {"bureau": BUREAU}
    laws, *libraries = (list(csv.DictReader(text.splitlines())) for text in texts.values())
    unread = {row["id"] for row in laws if row["status"] == "待核"}
    return {
        row["id"]
        for row in chain(*libraries)
        if row["verified"] == "yes" and row["checked_source"] and row["checked_on"]
        if not unread & set(row["law"].split(";"))
    }


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


def test_lists_say_how_many_on_their_covers_in_json_and_in_their_preview(plan, unread, tmp_path):
    answer = ask("lists", plan, "-o", tmp_path / "lists.xlsx")
    assert (answer.code, answer.document["basis_unchecked"]) == (0, len(unread))
    export("lists-docx", plan, tmp_path / "lists.docx")
    for name in ("lists.xlsx", "lists.docx"):
        assert f"依据待核的条款{len(unread)}项" in text_of(tmp_path / name)
    assert f"{len(unread)} clauses with an unchecked basis" in str(previewed("lists-xlsx", read_plan(plan)))


def test_each_units_card_says_how_many_of_its_list(plan):
    atlas = Atlas(read_plan(plan), AtlasOptions())
    counts = []
    for sheet in (sheet for part in atlas.parts for sheet in atlas.sheets_of(part)):
        (unit,) = sheet.units
        counts.append(len(unread_of(plan, f"unit_id = '{unit}'")))
        assert f"{counts[-1]} 条依据待核" in [text for _, text in sheet.card]
        assert sum("待核" in row[-1] for row in sheet.rows) == counts[-1]
    assert (len(counts), len(set(counts)) > 1) == (3, True)


@pytest.mark.parametrize("where", SITES)
def test_an_answer_says_how_many_and_which_and_its_verdict_stays(plan, tmp_path, where):
    document = ask("assess", plan, SITES[where], *ASKED).document
    read = read_by_the_tables()
    assert {one["id"] for one in document["clauses"] if one["basis_checked"]} == {
        one["id"] for one in document["clauses"]
    } & read
    # Those on layers that the plan lacks may count too.
    counting = {one["id"] for one in document["clauses"] if one["applies"] != "no"} - read
    assert document["basis_unchecked"] == len(counting) > 3
    assert f"{len(counting)} clauses with an unchecked basis" in document["notices"]
    # As if somebody had read them all: nothing else of the answer is another.
    every = restated(Path(shutil.copy(plan, tmp_path)), "UPDATE library SET verified = 1")
    known = ask("assess", every, SITES[where], *ASKED).document
    assert known["basis_unchecked"] == 0
    assert all(one["basis_checked"] for one in known["clauses"])
    assert (known["verdict"], bare(known)) == (document["verdict"], bare(document))


def bare(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Clauses of an answer without what is said of their bases."""
    return [{key: value for key, value in one.items() if key != "basis_checked"} for one in document["clauses"]]


def test_an_answer_in_words_and_its_report_mark_them(plan, unread, tmp_path, capsys):
    report = tmp_path / "report.docx"
    question = ["assess", str(plan), SITES["in the red line"], *ASKED, "--lang", "zh", "-o", str(report)]
    assert main(question) == 0
    text = capsys.readouterr().out
    said = dict(re.findall(r"^[* ] ([NP]-\S+) \[[^\]]+\] .*?(\[待核\])?$", text, re.MULTILINE))
    assert {name for name, mark in said.items() if mark} == set(said) & unread
    assert 0 < len(set(said) & unread) < len(said)
    (count,) = re.findall(r"^ *(\d+ 条依据待核)$", text, re.MULTILINE)
    assert text_of(report).count(count.replace(" ", "")) == 2  # on the cover and behind


def test_a_package_says_how_many_to_its_receiver(plan, unread, tmp_path):
    (tmp_path / "简.toml").write_text(PACKAGE, encoding="utf-8")
    made = package(plan, tmp_path / "包", profile=tmp_path / "简.toml")
    (told,) = [row for row in made.findings if row["id"] == "P27"]
    assert (told["severity"], told["value"]) == ("warning", len(unread))
    for name in ("说明.txt", "报告.xlsx"):
        assert f"准入清单所用条款中有{len(unread)}条依据待核" in text_of(tmp_path / "包" / name)


def test_a_check_names_clauses_that_were_read_on_a_law_that_was_not(plan):
    (found,) = [row for row in ask("check", plan, "--lang", "zh").document if row["id"] == "L17"]
    assert found["value"] == 1
    assert "风景名胜区条例" in found["message"]
    assert "（P-4）" in found["message"]


@pytest.mark.parametrize(("day", "before"), [("2026-08-14", True), ("2026-08-15", False)])
def test_before_the_code_is_in_force_the_laws_that_it_replaced_decide(plan, day, before):
    later = ask("assess", plan, SITES["in the red line"], *ASKED).document
    document = ask("assess", plan, SITES["in the red line"], *ASKED[:-1], day).document
    assert document["verdict"] == later["verdict"]
    assert [one["applies"] for one in document["clauses"] if one["id"] == "P-3"] == ["yes"]
    told = [one for one in document["notices"] if "on that day the one that it replaces decides" in one]
    assert ["P-3" in one or "P-" not in one for one in told] == [True] * before
