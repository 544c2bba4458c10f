"""Entry lists under revision: the library follows the land, what people did to a list stays, and nothing is lost."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from control_units.delineation import verbs
from control_units.delineation.case.names import glossary
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, word
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.kept_library import library_of_plan
from control_units.delineation.lists.touch import touches
from control_units.delineation.plan.file import empty_table, read_plan, write_plan
from control_units.delineation.revision.apply import NeedsDocument, Refused
from control_units.delineation.revision.consequences import consequences
from control_units.delineation.revision.editor import editing, open_state
from control_units.delineation.revision.journal_words import edit_words
from control_units.delineation.revision.ops import read_edit
from hand import SOUTH, WEST
from revision_moves import Walk
from revision_plan import line

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

PARK, WEST_PARK, WATER, OTHER_PARK, OTHER_GENERAL = "U000003", "U000004", "U000005", "U000009", "U000011"
ABOVE = "N-ALL-S1"
OURS = {"origin": "hand", "status": "待审"}


SPLIT = {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"}
MERGE = {"op": "merge", "units": [PARK, WEST_PARK]}
FIELD = [WEST + 4_500, SOUTH + 4_000]


@pytest.fixture
def nationwide(plan):
    """A plan whose lists are of the level of its library: its clauses may be reworded."""
    read = read_plan(plan)
    write_plan(replace(read, meta={**read.meta, "list_level": "国家"}), plan)
    return plan


def done(plan: Path, *edits: dict[str, Any], **said: str) -> dict[str, Any]:
    found = verbs.edit(plan, list(edits), author="甲", **said)
    assert found["refused"] == []
    return found


def refused(plan: Path, *edits: dict[str, Any], **said: str) -> str:
    before = plan.read_bytes()
    found = verbs.edit(plan, list(edits), author="甲", **said)
    assert plan.read_bytes() == before
    (one,) = found["refused"]
    return str(one["reason"])


def own(plan: Path, unit: str) -> pd.DataFrame:
    clauses = read_plan(plan).clauses
    return clauses[clauses["unit_id"] == unit].set_index("clause_id")


def added(unit: str, number: int, **more: str) -> dict[str, Any]:
    return {"unit": unit, "add": {"id": f"A-{number}", "text": f"要求{number}", "dimension": "risk", **more}}


def clauses(*rows: dict[str, Any]) -> dict[str, Any]:
    return {"op": "clauses", "rows": list(rows)}


# ── Many at once ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_many_clauses_are_one_entry_and_one_undo(plan):
    before = read_plan(plan).clauses
    rows = [added(PARK, 1), added(OTHER_PARK, 1), {"unit": PARK, "change": {"id": ABOVE, "status": "已审"}}]
    found = done(plan, clauses(*rows, {"unit": PARK, "remove": "N-ALL-D1"}), basis="甲文")
    assert (found["applied"], found["head"]) == (1, 1)
    assert own(plan, PARK).loc[[ABOVE, "A-1"], "status"].tolist() == ["已审", "待审"]
    assert "N-ALL-D1" not in own(plan, PARK).index
    assert own(plan, OTHER_PARK).loc["A-1", "text"] == "要求1"
    verbs.undo(plan)
    assert read_plan(plan).clauses.equals(before)
    verbs.redo(plan)
    assert own(plan, PARK).loc[ABOVE, "status"] == "已审"


def test_one_row_that_may_not_be_done_refuses_all(plan):
    rows = [added(PARK, 1), {"unit": OTHER_PARK, "change": {"id": ABOVE, "text": "另一个要求"}}]
    assert "above that of these lists" in refused(plan, clauses(*rows))


def test_a_clause_says_all_that_its_columns_hold(plan):
    terms = {"industries": ["C26"], "scope": ["category:2"]}
    more = {"subdimension": "risk_park", "issuer": "市局", "remark": "会商", "level": "park", "terms": terms}
    done(plan, clauses(added(PARK, 1, effect="exit", **more)))
    row = own(plan, PARK).loc["A-1"]
    assert row[["effect", "level", "subdimension", "issuer", "remark"]].tolist() == [
        "exit",
        "园区",
        *list(more.values())[:3],
    ]
    assert json.loads(row["terms"]) == terms


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"unit": PARK}, "row 1: a unit and one of add, change, remove"),
        ({"unit": PARK, "add": {"id": "A"}, "remove": "B"}, "row 1"),
        ({"unit": PARK, "change": {"id": "A", "status": "已审核"}}, "status: 已审"),
        ({"unit": PARK, "change": {"id": "A", "effect": "prohibits"}}, "effect: prohibit"),
        ({"unit": PARK, "change": {"id": "A", "terms": "["}}, "terms: a JSON object"),
        ({"unit": PARK, "change": {"id": "A", "level": "镇"}}, "level"),
        ({"unit": PARK, "change": {"id": "A", "subdimension": "space_exti"}}, "subdimension: space_exit"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row, said):
    with pytest.raises(BadInput) as caught:
        read_edit(clauses(row), Message("here"))
    assert said in caught.value.sentence("en")


def test_a_sub_dimension_is_of_its_dimension(plan):
    done(plan, clauses(added(PARK, 1, subdimension="risk_park")))
    done(plan, clauses({"unit": PARK, "change": {"id": "A-1", "dimension": "space"}}))
    assert own(plan, PARK).loc["A-1", "subdimension"] == ""
    assert "subdimension" in refused(plan, clauses(added(PARK, 2, subdimension="space_exit")))


def test_the_journal_says_how_many_and_where():
    rows = [
        added(PARK, 1),
        added(PARK, 2),
        {"unit": PARK, "change": {"id": "B"}},
        {"unit": PARK, "remove": {"id": "C"}},
    ]
    op = {**clauses(*rows), "called": {PARK: "ZH1 甲园"}}
    assert word(edit_words(op), "en", glossary()) == "ZH1 甲园: 2 new clauses; 1 clause changed; 1 clause removed"
    op = clauses(*rows, added(OTHER_PARK, 1))
    assert word(edit_words(op), "en", glossary()).startswith("2 units: 3 new clauses")


def test_consequences_tell_what_is_reviewed(plan):
    _, state, _ = open_state(plan)
    edit = read_edit(
        clauses({"unit": PARK, "change": {"id": ABOVE, "status": "已审"}}, added(PARK, 1)), Message("here")
    )
    code = state.units[PARK].code
    assert set(consequences(state, edit).clauses) == {(code, ABOVE, "changed"), (code, "A-1", "added")}


# ── What is above is not altered ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("key", ["text", "effect", "dimension", "basis", "terms", "level", "issuer"])
def test_a_clause_of_a_level_above_is_not_altered(plan, key):
    other = {"effect": "offset", "dimension": "risk", "level": "市", "terms": '{"industries": ["C26"]}'}
    edit = {"op": "clause", "unit": PARK, "change": {"id": ABOVE, key: other.get(key, "另一个"), "status": "已审"}}
    assert "is of level 国家, above that of these lists, 市" in refused(plan, edit, basis="文件")


def test_status_and_remark_of_a_clause_above_may_change(plan):
    done(plan, {"op": "clause", "unit": PARK, "change": {"id": ABOVE, "status": "已审", "remark": "已核"}})
    assert own(plan, PARK).loc[ABOVE, ["status", "remark"]].tolist() == ["已审", "已核"]


def test_no_clause_of_its_own_takes_the_number_of_one_of_a_level_above(plan):
    elsewhere = {"op": "clause", "unit": PARK, "add": {"id": "N-DW1-S1", "text": "可以新建。", "dimension": "space"}}
    assert "is of level 国家, above that of these lists, 市" in refused(plan, elsewhere)
    there = read_plan(plan).library.set_index("clause_id").loc["N-DW1-S1"]
    said = {key: str(there[key]) for key in ("text", "dimension", "effect", "basis", "level")}
    done(plan, {"op": "clause", "unit": PARK, "add": {"id": "N-DW1-S1", **said}})


def test_a_clause_of_the_library_that_is_taken_over_elsewhere_stays_there(plan):
    there = read_plan(plan).library.set_index("clause_id").loc["N-DW1-S1"]
    said = {key: str(there[key]) for key in ("text", "dimension", "effect", "basis", "level", "issuer")}
    said |= {"subdimension": str(there["subdimension"]), "origin": "drinking_water:1"}
    done(plan, {"op": "clause", "unit": OTHER_PARK, "add": {"id": "N-DW1-S1", **said}})
    done(plan, SPLIT)
    assert [own(plan, unit).loc["N-DW1-S1", "origin"] for unit in (OTHER_PARK, "U000013")] == ["previous", "previous"]


@pytest.mark.parametrize("text", ["", "　"])
def test_no_clause_loses_its_text(plan, text):
    done(plan, clauses(added(PARK, 1)))
    edit = clauses({"unit": PARK, "change": {"id": "A-1", "text": text}})
    assert "a clause without 'text'" in refused(plan, edit)


def test_a_clause_of_a_level_above_goes_only_by_a_document(plan):
    edit = {"op": "clause", "unit": PARK, "remove": ABOVE}
    assert "document" in refused(plan, edit)
    done(plan, edit, basis="省政府〔2026〕3号")
    assert ABOVE not in own(plan, PARK).index


def test_a_document_is_asked_for_only_where_it_is_all_that_is_missing(plan):
    gone = {"unit": PARK, "remove": ABOVE}
    with editing(plan) as editor:

        def kind(*rows, **more):
            with pytest.raises(Refused) as told:
                editor.do(replace(read_edit(clauses(*rows), Message("edits")), **more))
            return type(told.value)

        assert kind(added(PARK, 1), gone) is NeedsDocument
        assert kind(gone, basis=" ") is NeedsDocument
        assert kind(gone, basis="省政府〔2026〕3号", unasked=True) is NeedsDocument
        assert kind(gone, {"unit": OTHER_PARK, "change": {"id": ABOVE, "text": "另一个要求"}}) is Refused


@pytest.mark.parametrize(("level", "own_level", "free"), [("市", "市", True), ("省", "市", False), ("县", "市", True)])
def test_the_own_level_and_those_below_are_free(plan, level, own_level, free):
    read = read_plan(plan)
    write_plan(replace(read, meta={**read.meta, "list_level": own_level}), plan)
    done(plan, clauses(added(PARK, 1, level=level)))
    edit = {"op": "clause", "unit": PARK, "change": {"id": "A-1", "text": "改"}}
    if free:
        done(plan, edit)
    else:
        assert "above" in refused(plan, edit)


# ── Lists follow the land ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_split_gives_both_parts_what_people_wrote_and_asks_for_a_review_of_the_new_one(plan):
    done(plan, clauses(added(OTHER_PARK, 1), {"unit": OTHER_PARK, "change": {"id": ABOVE, "status": "已审"}}))
    done(plan, clauses({"unit": OTHER_PARK, "change": {"id": "A-1", "status": "已审", "remark": "会商"}}))
    code = read_plan(plan).units.set_index("unit_id").loc[OTHER_PARK, "code"]
    done(plan, SPLIT)
    old, new = own(plan, OTHER_PARK), own(plan, "U000013")
    assert old.loc["A-1", ["status", "remark"]].tolist() == ["已审", "会商"]
    assert new.loc["A-1", "status"] == "待审"
    assert new.loc["A-1", "remark"].startswith("会商；")
    assert code in new.loc["A-1", "remark"]
    # What brought it is the same in both.
    assert (
        new.loc[ABOVE, ["status", "remark"]].tolist() == old.loc[ABOVE, ["status", "remark"]].tolist() == ["已审", ""]
    )


def test_a_split_takes_along_what_was_reworded_and_leaves_out_what_was_removed(nationwide):
    change = {"unit": OTHER_PARK, "change": {"id": "N-ALL-D1", "text": "改过的要求"}}
    done(nationwide, clauses(change, {"unit": OTHER_PARK, "remove": ABOVE}))
    done(nationwide, SPLIT)
    for unit in (OTHER_PARK, "U000013"):
        assert own(nationwide, unit).loc["N-ALL-D1", "text"] == "改过的要求"
        assert ABOVE not in own(nationwide, unit).index


def test_a_merge_unites_what_people_wrote_and_says_the_same_once(plan):
    same = {"text": "同一要求", "effect": "condition"}
    done(
        plan,
        clauses(added(PARK, 1, **same), added(WEST_PARK, 2, **same), added(PARK, 3), added(WEST_PARK, 3, text="别的")),
    )
    done(plan, MERGE)
    rows = own(plan, PARK)
    mine = rows[rows["origin"] == "hand"]
    assert mine["text"].tolist() == ["同一要求", "要求3", "别的"]
    assert mine.index.is_unique
    assert mine["remark"].astype(bool).tolist() == [False, False, True]


def test_what_was_removed_where_a_unit_ends_does_not_come_back_by_its_land_alone(plan):
    """The parks share all clauses but those of what touches one of them alone."""
    only = sorted(set(own(plan, WEST_PARK).index) - set(own(plan, PARK).index))
    assert only
    done(plan, {"op": "clause", "unit": WEST_PARK, "remove": only[0]}, basis="文件")
    done(plan, MERGE)
    assert only[0] not in own(plan, PARK).index
    assert set(only[1:]) <= set(own(plan, PARK).index)


def test_what_was_approved_where_a_unit_ends_stays_so(plan):
    (only, *_) = sorted(set(own(plan, WEST_PARK).index) - set(own(plan, PARK).index))
    done(plan, {"op": "clause", "unit": WEST_PARK, "change": {"id": only, "status": "已审", "remark": "会商"}})
    done(plan, MERGE)
    assert own(plan, PARK).loc[only, ["status", "remark"]].tolist() == ["已审", "会商"]


@pytest.mark.parametrize(
    ("units", "first", "second", "now"),
    [
        ([WEST_PARK, WATER], "建议", "已审", "待审"),
        ([WEST_PARK, WATER], "已审", "待审", "待审"),
        ([WATER, WEST_PARK], "建议", "待审", "待审"),
        ([WATER, WEST_PARK], "已审", "已审", "已审"),
        ([PARK, WEST_PARK], "建议", "待审", "建议"),
        ([PARK, WEST_PARK, WATER], "已审", "待审", "待审"),
        ([PARK, WEST_PARK, WATER], "建议", "已审", "已审"),
        ([PARK, WATER, WEST_PARK], "建议", "已审", "已审"),
    ],
)
def test_what_was_proposed_in_one_and_required_in_the_other_is_required_of_both(plan, units, first, second, now):
    """The west park has a strip of the water zone. What was approved as a proposal is reviewed as a demand again."""
    of_zone = "N-WI-D1"
    assert [own(plan, unit).loc[of_zone, "status"] for unit in (WEST_PARK, WATER)] == ["建议", "待审"]
    for unit, status in ((WEST_PARK, first), (WATER, second)):
        if own(plan, unit).loc[of_zone, "status"] != status:
            done(plan, {"op": "clause", "unit": unit, "change": {"id": of_zone, "status": status}})
    done(plan, {"op": "merge", "units": units})
    assert own(plan, units[0]).loc[of_zone, "status"] == now


def test_a_new_unit_of_part_of_another_has_what_people_wrote_there(plan):
    water = read_plan(plan).faces.set_index("face_id")
    done(plan, clauses(added("U000005", 1)))
    done(plan, {"op": "create", "faces": [{"at": FIELD}], "category": 1, "name": "新水源"})
    assert own(plan, "U000013").loc["A-1", "status"] == "待审"
    assert "A-1" in own(plan, "U000005").index
    assert len(read_plan(plan).faces) == len(water)


def test_a_category_changes_the_library_and_nothing_that_people_wrote(plan):
    done(plan, clauses(added(WEST_PARK, 1), {"unit": WEST_PARK, "change": {"id": ABOVE, "status": "已审"}}))
    done(plan, {"op": "categorize", "unit": WEST_PARK, "category": 1})
    now = own(plan, WEST_PARK)
    assert not now.index.str.startswith("N-C2").any()
    assert now.index.str.startswith("N-C1").any()
    assert now.loc["A-1", "text"] == "要求1"
    assert now.loc[ABOVE, "status"] == "已审"


def test_lists_are_made_from_the_library_of_the_plan_itself(plan):
    """Whatever profile lies on the machine: its own rows are what comes with a category."""
    read = read_plan(plan)
    library = read.library.assign(text=read.library["text"] + "（省）")
    write_plan(replace(read, library=library), plan)
    done(plan, {"op": "categorize", "unit": WEST_PARK, "category": 1})
    now = own(plan, WEST_PARK)
    assert now.loc[now.index.str.startswith("N-C1"), "text"].str.endswith("（省）").all()


def test_a_plan_without_a_library_of_its_own_goes_on_with_its_profiles(plan):
    read = read_plan(plan)
    meta = {key: text for key, text in read.meta.items() if key not in ("list_level", "least_share")}
    write_plan(replace(read, library=empty_table("library"), meta=meta), plan)
    done(plan, {"op": "categorize", "unit": WEST_PARK, "category": 1})
    assert own(plan, WEST_PARK).index.str.startswith("N-C1").any()


def test_a_run_and_a_draft_of_its_plan_say_the_same(plan):
    read = read_plan(plan)
    again = draft(read.units, library_of_plan(read.library), touches(read), least_share=float(read.meta["least_share"]))
    assert again.to_numpy().tolist() == read.clauses[list(again.columns)].to_numpy().tolist()


@pytest.mark.parametrize("seed", [3, 4])
def test_over_any_edits_no_clause_is_lost_and_none_above_is_altered(made, nationwide, seed):
    """`Walk` holds each list against a draft made anew, and all that people wrote against what was there before."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    with editing(nationwide) as editor:
        walk = Walk(editor, replace(read_plan(made), meta=editor.plan.meta))
        for _ in range(30):
            walk.step(dice)
            assert list(walk.complaints()) == []
    assert walk.done["clause"] + walk.done["clauses"] > 0
