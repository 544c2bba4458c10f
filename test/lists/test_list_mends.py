"""Mends of what lint finds, done to a plan file: what was found is gone, and undo brings it back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from command import ask
from control_units.delineation import verbs
from control_units.delineation.case.profile import read_profile
from control_units.delineation.lists.lint import lint_of_lists, lint_rows, lists_of_plan, mends
from control_units.delineation.plan.file import read_plan, write_plan

if TYPE_CHECKING:
    from pathlib import Path

    from control_units.delineation.core.findings import Finding
    from control_units.delineation.plan.file import Plan

PROFILE = read_profile("national")


def found(plan: Plan, rule: str) -> list[Finding]:
    lists = lists_of_plan(plan, PROFILE)
    return [one for one in lint_of_lists(lists) if one.id == rule]


def mended(path: Path, rule: str, title: str, **more: Any) -> Finding:
    """Mend the first finding of a rule, and say what it was."""
    finding, *others = found(read_plan(path), rule)
    (mend,) = [one for one in mends(read_plan(path), finding) if one.title.template == title]
    done = verbs.edit(path, [{**mend.op, **more}])
    assert (done["applied"], done["refused"]) == (1, [])
    assert found(read_plan(path), rule) == others
    return finding


@pytest.mark.parametrize(("title", "status"), [("Approve", "已审"), ("Take for review", "待审"), ("Decline", "")])
def test_proposed_clauses_are_taken_or_declined(plan, title, status):
    before = read_plan(plan).clauses
    finding = mended(plan, "L14", title)
    clauses = read_plan(plan).clauses
    mine = clauses[clauses["code"].isin(finding.units) & clauses["clause_id"].isin(finding.facts["clauses"])]
    assert set(mine["status"]) == ({status} if status else set())
    assert found(read_plan(plan), "L13") == []
    verbs.undo(plan)
    assert read_plan(plan).clauses.equals(before)


def test_a_clause_altered_by_others_is_taken_back(plan):
    read = read_plan(plan)
    first = read.clauses.index[read.clauses["clause_id"] == "N-ALL-S1"][0]
    clauses = read.clauses.copy()
    clauses.loc[first, ["text", "basis"]] = ["可以不执行。", ""]
    write_plan(replace(read, clauses=clauses), plan)
    mended(plan, "L12", "Take the higher level's")
    now = read_plan(plan)
    assert now.clauses.loc[first, "text"] == read.clauses.loc[first, "text"]
    assert now.clauses.loc[first, "origin"] == read.clauses.loc[first, "origin"]


def test_what_was_taken_out_is_put_back_where_it_came_from(plan):
    read = read_plan(plan)
    gone = read.clauses[read.clauses["clause_id"] == "N-ALL-S1"].iloc[0]
    out = {"op": "clause", "unit": gone["code"], "remove": {"id": "N-ALL-S1"}, "basis": "某复函"}
    assert verbs.edit(plan, [out])["applied"] == 1
    assert mended(plan, "L13", "Put it back").units == (gone["code"],)
    clauses = read_plan(plan).clauses
    back = clauses[(clauses["code"] == gone["code"]) & (clauses["clause_id"] == "N-ALL-S1")].iloc[0]
    assert (back["origin"], back["text"]) == (gone["origin"], gone["text"])


def test_a_text_that_a_person_wrote_again_is_removed(plan):
    read = read_plan(plan)
    said = read.clauses[read.clauses["level"] == "国家"].iloc[0]
    own = {"id": "H1", "dimension": said["dimension"], "text": said["text"], "basis": "某文件"}
    assert verbs.edit(plan, [{"op": "clause", "unit": said["code"], "add": own}])["applied"] == 1
    assert mended(plan, "L16", "Remove the duplicate").facts["clauses"] == (said["clause_id"], "H1")
    assert "H1" not in set(read_plan(plan).clauses["clause_id"])


def test_lint_in_words_names_clauses_and_units(plan):
    rows = lint_rows(read_plan(plan), "en")
    # A sliver of a water zone brings what is said of it, of key zones, and of water zones.
    assert [row["id"] for row in rows] == ["L03", "L05", "L14", "L14", "L14"]
    waiting = rows[-1]
    assert list(waiting) == ["id", "severity", "clause", "units", "value", "message"]
    assert waiting["clause"].split("、")[0] in waiting["message"]
    assert waiting["units"]


def test_what_checks_tell_of_a_plan_without_a_library_is_named_once(plan, capsys):
    read = read_plan(plan)
    write_plan(replace(read, library=read.library.iloc[:0]), plan)
    from control_units.delineation.cli import main

    main(["check", str(plan), "--lang", "en"])
    said = capsys.readouterr().out
    assert said.count("the clause library that the lists were made from") == 1
    assert ask("check", plan).code == 0


UNKNOWN = {"unit_id": "U999", "code": "ZH99990139999"}
SAID = {
    "L12": ("Take the higher level's", {"text": "可以不执行。"}),
    "L14": ("Approve", {"status": "建议", "origin": "air_zone"}),
    "L15": ("Remove it", {"clause_id": "Z-1", "level": "市"}),
}


@pytest.mark.parametrize("rule", list(SAID))
def test_the_row_of_a_unit_that_nobody_knows_is_mended_in_no_other(plan, rule):
    """Another program wrote the fault into a unit's list, and under a unit that is not there; the last has it not."""
    title, wrong = SAID[rule]
    read = read_plan(plan)
    rows = read.clauses["clause_id"] == "N-ALL-S1"
    first = read.clauses.index[rows & (read.clauses["code"] == read.units["code"].iloc[0])][0]
    clauses = read.clauses.copy()
    for column, value in wrong.items():
        clauses.loc[first, column] = value
    clauses = pd.concat([clauses, clauses.loc[[first]].assign(**UNKNOWN)], ignore_index=True)
    write_plan(replace(read, clauses=clauses), plan)
    names = {"N-ALL-S1", "Z-1"}
    finding = next(
        one for one in found(read_plan(plan), rule) if names & {one.facts.get("clause"), *one.facts.get("clauses", ())}
    )
    (mend,) = [one for one in mends(read_plan(plan), finding) if one.title.template == title]
    assert (mend.op["op"], mend.op.get("unit")) == ("clause", read.units["code"].iloc[0])
    assert verbs.edit(plan, [mend.op])["refused"] == []
