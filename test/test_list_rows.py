"""What a printed entry list holds: units by code, clauses numbered by dimension, what nobody reviewed or checked."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.lists.rows import SEA, is_illustration, list_rows, sections
from control_units.delineation.lists.wording import DIMENSIONS
from list_plan import list_plan


@pytest.fixture(scope="module")
def plan():
    return list_plan()


def with_clauses(plan, **columns):
    return dataclasses.replace(plan, clauses=plan.clauses.assign(**columns))


def test_units_stand_in_the_order_of_their_codes_whatever_that_of_the_table(plan):
    shuffled = dataclasses.replace(plan, units=plan.units.iloc[::-1])
    assert [row.code for row in list_rows(shuffled)] == sorted(plan.units["code"])
    assert list_rows(shuffled) == list_rows(plan)


def test_a_row_has_the_facts_of_its_unit(plan):
    row = next(row for row in list_rows(plan) if row.unit_id == "u3")
    assert (row.code, row.name, row.category) == ("ZH33082420001", "甲县东园区重点管控单元", 2)
    assert (row.kind, row.subtype, row.county, row.townships) == ("industrial_park", "产业集聚", "330824", "马金镇")
    assert (row.area, row.sea) == (4.9e6, False)


def test_every_clause_stands_once_in_its_dimension_numbered_in_the_plans_order(plan):
    found = [
        (row.unit_id, dimension, clause.number, clause.effect, clause.text, clause.basis)
        for row in list_rows(plan)
        for dimension, own in row.clauses.items()
        for clause in own
    ]
    clauses = plan.clauses.assign(number=plan.clauses.groupby(["unit_id", "dimension"]).cumcount() + 1)
    columns = ["unit_id", "dimension", "number", "effect", "text", "basis"]
    assert sorted(found) == sorted(clauses[columns].itertuples(index=False, name=None))
    assert all(tuple(row.clauses) == DIMENSIONS for row in list_rows(plan))


def test_marks_count_what_is_not_reviewed_and_not_checked(plan):
    reviewed = with_clauses(plan, status=["已审"] * 3 + ["待审"] * (len(plan.clauses) - 3))
    rows = list_rows(reviewed)
    assert sum(row.to_review for row in rows) == len(plan.clauses) - 3
    assert sum(row.unchecked for row in rows) == plan.clauses["basis"].str.contains("待核").sum() > 0


def test_sections_are_the_categories_and_the_sea_where_there_is_one(plan):
    assert {key: len(own) for key, own in sections(list_rows(plan)).items()} == {1: 2, 2: 2, 3: 1, SEA: 1}
    land = dataclasses.replace(plan, units=plan.units.loc[plan.units["kind"] != "sea"])
    assert list(sections(list_rows(land))) == [1, 2, 3]


def test_a_clause_without_a_unit_is_in_no_list(plan):
    one = dataclasses.replace(plan, units=plan.units.iloc[:1])
    (row,) = list_rows(one)
    assert len(row.all_clauses) == (plan.clauses["unit_id"] == "u1").sum()


def test_a_clause_of_an_unknown_dimension_is_refused_since_it_would_be_printed_nowhere(plan):
    with pytest.raises(BadInput, match="unknown dimension 'noise'"):
        list_rows(with_clauses(plan, dimension="noise"))


def test_what_is_missing_is_blank(plan):
    bare = dataclasses.replace(plan, units=plan.units.assign(townships=None, subtype=float("nan")))
    assert {(row.townships, row.subtype) for row in list_rows(bare)} == {("", "")}
    assert all(not clause.basis for row in list_rows(with_clauses(plan, basis=pd.NA)) for clause in row.all_clauses)


def test_an_illustration_says_so_anywhere():
    assert is_illustration({"name": "方案(示意)"})
    assert is_illustration({"note": "示意数据"})
    assert not is_illustration({"name": "方案"})
