"""154 projects at places, decided by hand from the words of the law, against the national clause library."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from control_units.delineation.assess.verdict import judge, table
from national_library import AS_OF, PROFILE, compiled, facts

ROWS = list(
    csv.DictReader((Path(__file__).parents[1] / "data/assess/hand_table.csv").open(encoding="utf-8", newline=""))
)
ELEMENTS = PROFILE.table("codes_ys.csv")
CLAUSES = compiled(implied=True)
CLASS = {"1": "priority", "2": "key", "3": "general"}
# Rows in which the library differs from the table yet, by how: none may be added, and none stays that agrees.
MILD = ""
STRICT = "AI02 DW302 DW303 DW304 GW02 SO03"


def place(said: str) -> dict[str, str]:
    """Give what a site answers to: a zone, what it is a part of, and the class it is in; or a category, or the sea."""
    if said == "sea":
        return {"kind:sea": "in"}
    role, _, zone = said.partition(":")
    if role == "category":
        return {said: "in"}
    classes = [CLASS[row["category"]] for row in ELEMENTS if (row["role"], row["zone"]) == (role, zone)]
    zones = [zone, zone.partition("+")[0], *classes] if zone else []
    return {f"role:{one}": "in" for one in (role, *(f"{role}:{one}" for one in zones))}


def differing(row: dict[str, str]) -> str:
    """Say how a verdict differs from the one by hand: ``mild``, ``strict`` or not at all."""
    project = {
        "industry": row["industry"],
        "nature": row["nature"],
        **facts(row["facts"].split(";") if row["facts"] else []),
    }
    order = table()["worst_first"]
    found, wanted = (
        order.index(judge(CLAUSES, place(row["place"]), project, as_of=AS_OF).verdict),
        order.index(row["verdict"]),
    )
    return "mild" if found > wanted else "strict" if found < wanted else ""


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_a_project_is_judged_as_by_hand(row):
    known = "mild" if row["id"] in MILD.split() else "strict" if row["id"] in STRICT.split() else ""
    assert differing(row) == known, (row["place"], row["words"], row["decided"])


def test_nineteen_of_twenty_agree():
    assert len(MILD.split()) + len(STRICT.split()) <= 0.05 * len(ROWS)


def test_the_table_has_each_project_at_a_place_once():
    asked = [(row["place"], row["industry"], row["nature"], row["facts"]) for row in ROWS]
    assert len(asked) == len(set(asked)) >= 80
    assert {*MILD.split(), *STRICT.split()} <= {row["id"] for row in ROWS}


# Rows that are milder while nobody states their facts: each breaks a limit, and the answer names it beforehand.
BREAKING = "WA12 WA15 WA16 WA17 AI04 AI05 AI07 SO06 NO03 PK02 EX04 EX05"


def test_a_row_is_no_milder_without_its_facts_but_for_a_limit_that_the_answer_names():
    ranks, milder = table()["names"], []
    for row in ROWS:
        asked = {"industry": row["industry"], "nature": row["nature"]}
        said = facts(row["facts"].split(";") if row["facts"] else [])
        little, told = (
            judge(CLAUSES, place(row["place"]), project, as_of=AS_OF) for project in (asked, {**asked, **said})
        )
        if {little.verdict, row["verdict"]} <= set(ranks) and little.low < ranks.index(row["verdict"]):
            milder.append(row["id"])
            assert set(told.deciding) & set(little.open_limits), row["id"]
            assert not told.open_limits, row["id"]
    assert milder == BREAKING.split()
