"""Entry lists beside those before: units by code, lineage and name, clauses by wording, id and likeness."""

from __future__ import annotations

import pandas as pd
from control_units.delineation.lists.draft import CLAUSE_COLUMNS
from control_units.delineation.lists.year_on_year import list_changes


def units(*rows):
    return pd.DataFrame(rows, columns=["unit_id", "code", "name"])


def clauses(*rows, origin="all"):
    given = {"effect": "prohibit", "basis": "某法第一条", "level": "国家", "status": "待审", "origin": origin}
    return pd.DataFrame([{**dict.fromkeys(CLAUSE_COLUMNS, ""), **given, **row} for row in rows])


def clause(unit, number, text, **values):
    return {"unit_id": unit, "clause_id": number, "dimension": "space", "text": text, **values}


def kinds(changes):
    return [(one.kind, one.code, (one.before or {}).get("text"), (one.now or {}).get("text")) for one in changes]


NOW, BEFORE = units(("U1", "A1", "甲单元")), units(("F9", "A1", "甲单元"))


def test_what_is_worded_alike_is_the_same_whatever_its_id_and_spaces():
    found = list_changes(
        NOW, clauses(clause("U1", "N1", "禁止开垦。")), BEFORE, clauses(clause("F9", "X7", "禁止 开垦。"))
    )
    assert kinds(found) == [("same", "A1", "禁止 开垦。", "禁止开垦。")]


def test_a_clause_of_the_library_that_says_something_else_is_changed():
    was, now = clause("F9", "N1", "禁止新建化工项目。"), clause("U1", "N1", "限制采砂，具体按县级方案执行。")
    assert [one.kind for one in list_changes(NOW, clauses(now), BEFORE, clauses(was))] == ["changed"]


def test_another_effect_or_basis_of_one_wording_is_a_change():
    was, now = clause("F9", "N1", "禁止开垦。", basis="旧法"), clause("U1", "N1", "禁止开垦。", basis="新法")
    assert [one.kind for one in list_changes(NOW, clauses(now), BEFORE, clauses(was))] == ["changed"]


def test_numbers_of_an_import_pair_nothing_but_likeness_does():
    was = clauses(
        clause("F9", "P001", "禁止新建、扩建化工项目。"),
        clause("F9", "P002", "完全不同的另一句话。"),
        origin="previous",
    )
    now = clauses(clause("U1", "P002", "禁止新建、扩建和改建化工项目。"), origin="previous")
    assert kinds(list_changes(NOW, now, BEFORE, was)) == [
        ("changed", "A1", "禁止新建、扩建化工项目。", "禁止新建、扩建和改建化工项目。"),
        ("gone", "A1", "完全不同的另一句话。", None),
    ]


def test_a_wording_of_another_dimension_is_another_clause():
    was, now = clause("F9", "N1", "禁止开垦。", dimension="risk"), clause("U1", "N1", "禁止开垦。")
    assert [one.kind for one in list_changes(NOW, clauses(now), BEFORE, clauses(was))] == ["new", "gone"]


def test_a_recoded_unit_is_found_by_lineage_and_one_without_it_by_its_name():
    now = units(("U1", "A1", "甲单元"), ("U2", "A2", "乙单元"))
    before = units(("F1", "B1", "旧名"), ("F2", "B2", "乙单元"), ("F3", "B3", "丙单元"))
    lineage = pd.DataFrame({"old": ["B3", "B1"], "new": ["A1", "A1"], "area_m2": [1.0, 9.0]})
    was = clauses(clause("F1", "N1", "一。"), clause("F2", "N1", "二。"), clause("F3", "N1", "三。"))
    found = list_changes(now, clauses(clause("U1", "N1", "一。"), clause("U2", "N1", "二。")), before, was, lineage)
    assert kinds(found) == [
        ("same", "A1", "一。", "一。"),
        ("same", "A2", "二。", "二。"),
        ("gone", "B3", "三。", None),
    ]
    assert found[-1].unit_id == ""
