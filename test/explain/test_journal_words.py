"""The journal in words, and whose division the labels of a plan are: on the journal, the why card, the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command import ask
from control_units.delineation.case.names import glossary
from control_units.delineation.case.profile import read_profile
from control_units.delineation.case.reading import read_case
from control_units.delineation.cli import main
from control_units.delineation.core.messages import word as in_words
from control_units.delineation.explain.divisions import adopted_division, division_details
from control_units.delineation.explain.why import why
from control_units.delineation.explain.why_words import word
from control_units.delineation.plan.entries import read_op
from control_units.delineation.plan.file import empty_table, read_plan
from control_units.delineation.plan.journal import appended, relabel_of
from control_units.delineation.revision.journal_words import entry_words, finding_worder
from control_units.delineation.verbs.adopting import adopt
from control_units.delineation.verbs.rerunning import run_again
from rich import rich

if TYPE_CHECKING:
    import pandas as pd

WARD, SKATER = "ward:k=8,variables=x+y,scope=category", "skater:k=9,variables=x+y:2"


def journal(*entries: tuple[dict, int]) -> pd.DataFrame:
    """A journal of edits, each with whether it was undone."""
    table = empty_table("journal")
    for number, (op, _) in enumerate(entries, 1):
        facts = {"author": f"author {number}", "time": f"2026-03-0{number}T08:00:00Z", "reason": f"reason {number}"}
        table = appended(table, op, {}, basis="", **facts)
    return table.assign(undone=[undone for _, undone in entries])


def relabel(method: str, undone: int = 0) -> tuple[dict, int]:
    name, _, rest = method.partition(":")
    return relabel_of(name, dict(part.split("=") for part in rest.split(",")), 3) | {"method": method}, undone


def worded(table: pd.DataFrame, language: str) -> list[str]:
    """What each entry did, in words."""
    said = finding_worder(language, glossary())
    return [in_words(entry_words(read_op(op), said), language, glossary()) for op in table["op"]]


def test_entries_are_worded_in_both_languages():
    table = journal(relabel(WARD), ({"op": "merge", "units": ["a", "b"]}, 1), ({"op": "merge"}, 0))
    zh, en = worded(table, "zh"), worded(table, "en")
    assert "k=8" not in zh[0]
    assert "采用" in zh[0]
    assert en[0] == "took the division by Agglomerative clustering (Ward), 8 regions (seed 3)"
    assert en[1:] == ["merged b into a", "edit: merge"]


def test_what_cannot_be_read_is_shown_as_that():
    table = journal(relabel(WARD))
    table.loc[0, "op"] = "{not json"
    assert worded(table, "en")[0] == "not readable"
    assert adopted_division(table) is None


def test_parameters_that_no_string_can_say_are_said():
    op = {"op": "relabel", "method": "fitting", "parameters": {"terrain": "dem"}, "seed": 1}
    what = worded(journal((op, 0)), "en")[0]
    assert what.endswith("by Fitting: raster of terrain classes = elevation (seed 1)")


def test_all_that_a_method_was_asked_for_stands_below_the_headline_in_words():
    table = journal(relabel(WARD), ({"op": "merge"}, 0))
    (said,), none = (division_details(json.loads(op)) for op in table["op"])
    for language, wanted in (("zh", "划分范围 = 各类别分别"), ("en", "variables compared = easting + northing")):
        words = in_words(said, language, glossary())
        assert wanted in words
        assert "scope=" not in words
    assert none == []


@pytest.mark.parametrize(("undone", "wanted"), [((0, 0), SKATER), ((0, 1), WARD), ((1, 1), None), ((1, 0), SKATER)])
def test_the_labels_are_those_of_the_last_relabel_that_stands(undone, wanted):
    found = adopted_division(journal(relabel(WARD, undone[0]), relabel(SKATER, undone[1])))
    assert (found["method"] if found else None) == wanted


def test_later_edits_leave_the_division_what_it_was():
    found = adopted_division(journal(relabel(WARD), ({"op": "merge"}, 0)))
    assert found["method"] == WARD
    assert adopted_division(empty_table("journal")) is None


@pytest.fixture(scope="module")
def adopted(tmp_path_factory):
    """A plan whose labels came by a relabel."""
    folder = tmp_path_factory.mktemp("rich")
    run_again(read_case(rich(folder)), folder / "plan.gpkg").put_in_place()
    before = why(read_plan(folder / "plan.gpkg"), str(read_plan(folder / "plan.gpkg").units["code"].iloc[0]))
    assert before["adopted"] is None
    adopt(folder / "plan.gpkg", WARD, seed=2, author="李四", reason="会商后采用")
    return folder / "plan.gpkg"


def test_every_card_says_whose_division_it_is(adopted):
    plan = read_plan(adopted)
    day = plan.journal.iloc[0]["time"][:10]
    for code in plan.units["code"]:
        answer = why(plan, str(code))
        assert answer["adopted"]["method"] == WARD
        assert answer["adopted"]["seed"] == 2
        zh, en = (word(answer, read_profile(), tongue, method="ward", journal=plan.journal) for tongue in ("zh", "en"))
        assert zh.edits == (f"李四 于 {day} 采用“层次聚类法（Ward，邻接约束），8 个分区”的划分结果：会商后采用",)
        assert en.edits == (f"adopted from Agglomerative clustering (Ward), 8 regions by 李四 on {day}: 会商后采用",)
        assert "rides" not in en.headline


def test_the_command_line_says_it_too(adopted, capsys):
    plan = read_plan(adopted)
    code = str(plan.units["code"].iloc[0])
    document = ask("why", adopted, code).document
    assert document["adopted"] == json.loads(json.dumps(why(plan, code)["adopted"]))
    assert {"unit", "name", "category", "rule", "reasons", "evidence", "next_category", "next_facts"} <= set(document)
    assert main(["why", str(adopted), code]) == 0
    assert "adopted from Agglomerative clustering (Ward), 8 regions by 李四 on " in capsys.readouterr().out
