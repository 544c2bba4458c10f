"""Each edit by each door: what it does, in which sentence it is refused, how it is in the journal and undone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from command import ask, refusal
from control_units.delineation import verbs
from control_units.delineation.core.atomic_files import machine
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import Message, word
from control_units.delineation.plan.acceptance import accept
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.consequences import consequences
from control_units.delineation.revision.editor import editing
from control_units.delineation.revision.ops import read_edit
from hand import box
from revision_moves import of_head, rows_of
from revision_plan import (
    GENERAL,
    INTAKE,
    LAYERS,
    OTHER_PARK,
    PARK,
    RED,
    WATER,
    WEST_PARK,
    at,
    line,
    revision_plan,
)

BASIS = "省政府〔2026〕3号"


def by_verb(plan: Path, *edits: dict[str, Any], **said: str) -> dict[str, Any]:
    """Edit by Python, as a document."""
    found = verbs.edit(plan, edits, **said)
    return {**found, "refused": [{**row, "reason": _text(row["reason"])} for row in found["refused"]]}


def by_line(plan: Path, *edits: dict[str, Any], **said: str) -> dict[str, Any]:
    """Edit by the command line."""
    path = plan.with_name("ops.jsonl")
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in edits) + "\n", encoding="utf-8")
    answer = ask("edit", plan, path, *(part for key, text in said.items() for part in (f"--{key}", text)))
    assert answer.code == bool(answer.document["refused"]), answer
    return answer.document


def _text(reason: Any) -> str:
    return reason if isinstance(reason, str) else word(reason, "en")


def units_of(plan: Path) -> Any:
    return read_plan(plan).units.set_index("unit_id")


def labels(plan: Path) -> dict[int, str]:
    faces = read_plan(plan).faces
    return dict(zip(faces["face_id"].tolist(), faces["unit_id"].tolist(), strict=True))


def done(plan: Path, *edits: dict[str, Any], **said: str) -> dict[str, Any]:
    found = by_verb(plan, *edits, **said)
    assert found["refused"] == []
    assert found["applied"] == len(edits)
    return found


def refused(plan: Path, edit: dict[str, Any], **said: str) -> str:
    """The sentence of a refusal, after which the file is the same to the byte."""
    before = plan.read_bytes()
    found = by_verb(plan, edit, **said)
    assert found["applied"] == 0
    assert plan.read_bytes() == before
    ((line, reason),) = [(row["line"], row["reason"]) for row in found["refused"]]
    assert line == 1
    return reason


# Where things lie, in metres from the county's corner.
def face_at(plan: Path, x: float, y: float) -> int:
    faces = read_plan(plan).faces
    return int(faces["face_id"][shapely.contains_xy(faces["geometry"].to_numpy(), *at(x, y))].iloc[0])


FIELD = (4_500.0, 4_000.0)  # a face of the water zone of the first county
TWO_FIELDS = {"op": "assign", "faces": [{"at": at(*FIELD)}], "unit": WEST_PARK}
EVERY = {
    "assign": TWO_FIELDS,
    "create": {"op": "create", "faces": [{"at": at(*FIELD)}], "category": 1, "name": "新水源"},
    "merge": {"op": "merge", "units": [PARK, WEST_PARK]},
    "split": {"op": "split", "unit": OTHER_PARK, "line": line((8_000, 2_500), (9_990, 2_600)), "name": "北片"},
    "reshape": {
        "op": "reshape",
        "units": [WEST_PARK, WATER],
        "line": line((3_950, 5_003), (4_000, 4_800), (4_500, 4_800), (4_700, 5_003)),
    },
    "categorize": {"op": "categorize", "unit": WEST_PARK, "category": 1},
    "rename": {"op": "rename", "unit": WEST_PARK, "name": "西片"},
    "renumber": {"op": "renumber", "unit": WEST_PARK, "serial": 17},
    "lock": {"op": "lock", "unit": WEST_PARK},
    "move": {"op": "move", "township": "999901001", "unit": WEST_PARK},
    "clause": {"op": "clause", "unit": PARK, "add": {"id": "A-1", "text": "禁止新建焦化", "dimension": "space"}},
    "status": {"op": "status", "to": "征求意见", "date": "2026-05-01"},
}


@pytest.fixture(scope="module")
def stripes(tmp_path_factory):
    """A plan with a unit (U000005) of 250 faces side by side."""
    strip = [box(100 + 11 * number, 5_500, 11, 300) for number in range(250)], {"zone": ["工业污染重点管控区"] * 250}
    return revision_plan(tmp_path_factory.mktemp("stripes"), water=strip)


def test_more_rows_than_one_statement_takes_are_changed_and_put_back(stripes, tmp_path):
    """SQLite takes some hundreds of values at once: 250 faces are cut, 250 change hands, 460 clauses are written."""
    plan = Path(shutil.copy(stripes, tmp_path / "plan.gpkg"))
    before = of_head(rows_of(plan))
    rows = [{"unit": RED, "add": {"id": f"A-{n}", "text": f"要求{n}", "dimension": "risk"}} for n in range(460)]
    done(
        plan,
        {"op": "split", "unit": "U000005", "line": line((50, 5_600), (2_900, 5_610)), "name": "南片"},
        {"op": "merge", "units": [GENERAL, "U000012"], "category": 3},
        {"op": "clauses", "rows": rows},
        basis=BASIS,
    )
    after = read_plan(plan, summed=True)
    assert after.changes == {}
    counts = Counter(after.faces["unit_id"])
    assert (counts["U000005"], counts["U000012"], counts[GENERAL]) == (250, 0, 252)
    assert set(after.clauses["clause_id"]) >= {f"A-{n}" for n in range(460)}
    verbs.undo(plan, 3)
    now = of_head(rows_of(plan))
    assert [name for name, rows in before.items() if now[name] != rows] == []
    assert read_plan(plan, summed=True).changes == {}


# ── What each does ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_reshape_moves_the_border_and_no_vertex_of_a_source(plan):
    before = read_plan(plan)
    done(plan, EVERY["reshape"])
    after = read_plan(plan)
    assert shapely.coverage_is_valid(after.faces["geometry"].to_numpy())
    old, new = (set(map(tuple, shapely.get_coordinates(one.faces["geometry"]).tolist())) for one in (before, after))
    assert old <= new
    areas = [one.units.set_index("unit_id")["area_m2"] for one in (before, after)]
    moved = areas[1][WEST_PARK] - areas[0][WEST_PARK]
    assert moved == pytest.approx(areas[0][WATER] - areas[1][WATER], abs=1e-6)
    assert moved > 10_000


def areas(plan: Path) -> dict[str, float]:
    """The area of each unit by its outline, bare of what the plan says."""
    frame = units_of(plan)
    return dict(zip(frame.index, shapely.area(frame["geometry"].to_numpy()), strict=True))


def test_a_township_of_one_giver_goes_over_whole(plan):
    """By the outline of the township and of the giver, which the engine is not asked for."""
    rows, before = of_head(rows_of(plan)), areas(plan)
    town = LAYERS["township"][0][0]
    giver = units_of(plan).loc[WATER, "geometry"]
    share = shapely.area(shapely.intersection(giver, town))
    assert 0 < share < shapely.area(giver)
    done(plan, {"op": "move", "township": "甲一镇", "unit": WEST_PARK, "from": WATER})
    after = areas(plan)
    # Slivers ride across the border of the township: no more than they.
    assert after[WATER] == pytest.approx(before[WATER] - share, abs=2_000)
    assert after[WEST_PARK] == pytest.approx(before[WEST_PARK] + share, abs=2_000)
    assert after[PARK] == before[PARK]
    assert json.loads(rows_of(plan)["journal"][0]["op"])["township"] == "999901001"
    verbs.undo(plan)
    assert of_head(rows_of(plan)) == rows


def test_of_two_townships_of_one_name_that_of_the_units_county_goes(tmp_path):
    shapes, said = LAYERS["township"]
    same = {**said, "name": ["城关镇", "甲二镇", "城关镇", "乙二镇"]}
    plan = revision_plan(tmp_path, township=(shapes, same))
    before = labels(plan)
    done(plan, {"op": "move", "township": "城关镇", "unit": OTHER_PARK})
    faces = read_plan(plan).faces.set_index("face_id")
    moved = [face for face, unit in labels(plan).items() if before[face] != unit]
    assert moved
    assert set(faces.loc[moved, "township"]) == {"999902001"}


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_name_is_proposed_where_the_rule_gave_the_present_one(plan, by_hand):
    """Edits keep the name that a unit has, and take the one that is said with them."""
    if by_hand:
        done(plan, {"op": "rename", "unit": WEST_PARK, "name": "西片"})
    edit = {**EVERY["categorize"]}
    (found,) = foreseen(plan, edit).names
    assert (found.unit, found.name, found.by_rule, found.differs) == (
        WEST_PARK,
        "甲县优先保护单元",
        not by_hand,
        not by_hand,
    )
    kept = units_of(plan).loc[WEST_PARK, "name"]
    done(plan, edit)
    assert units_of(plan).loc[WEST_PARK, "name"] == kept
    verbs.undo(plan)
    before = of_head(rows_of(plan))
    done(plan, {**edit, "name": found.name})
    after = of_head(rows_of(plan))
    assert units_of(plan).loc[WEST_PARK, ["name", "category"]].tolist() == [found.name, 1]
    verbs.undo(plan)
    assert of_head(rows_of(plan)) == before
    verbs.redo(plan)
    assert of_head(rows_of(plan)) == after


def test_a_park_that_another_goes_into_is_called_as_it_was(plan):
    (found,) = foreseen(plan, EVERY["merge"]).names
    assert (found.unit, found.differs) == (PARK, False)
    done(plan, {**EVERY["merge"], "name": str(units_of(plan).loc[WEST_PARK, "name"])})
    assert units_of(plan).loc[PARK, "name"] == "甲县西园产业集聚重点管控单元"


def foreseen(plan: Path, edit: dict[str, Any]) -> Any:
    """What an edit would do, by the editor that would do it."""
    with editing(plan) as editor:
        return consequences(editor.state, read_edit(edit, Message("edits")))


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("op", ["lock", "unlock"])
def test_what_was_asked_for_is_named_by_a_word_that_can_be_translated(plan, op):
    if op == "lock":
        done(plan, {"op": "lock", "unit": PARK})
    with pytest.raises(BadInput) as refusal, editing(plan) as editor:
        editor.do(read_edit({"op": op, "unit": PARK}, Message("edits")))
    assert refusal.value.where == Message(op)


def test_one_refusal_refuses_all_and_names_its_line(plan):
    before = plan.read_bytes()
    path = plan.with_name("ops.jsonl")
    edits = [EVERY["rename"], {"op": "unlock", "unit": PARK}, {"op": "rename", "unit": "无此", "name": "乙"}]
    path.write_text("\n\n".join(json.dumps(one) for one in edits), encoding="utf-8")
    answer = ask("edit", plan, path)
    assert answer.code == 1
    assert answer.document["applied"] == 0
    assert [row["line"] for row in answer.document["refused"]] == [3, 5]
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"op": "rename", "unit": "U000003"', "is no JSON"),
        ('{"op": "rename", "unit": "U000003"}', "without 'name'"),
        ('{"op": "renam", "unit": "U000003", "name": "甲"}', "unknown operation 'renam'"),
        ('{"op": "rename", "unit": "U000003", "nmae": "甲"}', "unknown key 'nmae'"),
        ('{"op": "rename", "unit": 3, "name": "甲"}', "unit = 3"),
        ('{"op": "assign", "faces": ["1"], "unit": "U000003"}', "faces"),
        ('{"op": "assign", "faces": [1.0], "unit": "U000003"}', "faces"),
        ('{"op": "assign", "faces": [], "unit": "U000003"}', "faces"),
        ('{"op": "assign", "faces": [{"at": [1, NaN]}], "unit": "U000003"}', "faces"),
        ('{"op": "create", "faces": [1], "category": true}', "category"),
        ('{"op": "split", "unit": "U000003", "line": "POINT (1 1)"}', "line"),
        ('{"op": "merge", "units": ["U000003", "U000003"]}', "units"),
        ('{"op": "status", "to": "filed"}', "to ="),
        ('["op"]', "is no edit"),
        ("42", "is no edit"),
    ],
)
def test_a_line_that_is_no_edit_is_named_and_nothing_is_done(plan, text, said):
    before = plan.read_bytes()
    path = plan.with_name("ops.jsonl")
    path.write_text(json.dumps(EVERY["rename"]) + "\n" + text + "\n", encoding="utf-8")
    error = refusal("edit", plan, path)
    assert "line 2" in error["where"]
    assert said in error["what"]
    assert plan.read_bytes() == before


def test_no_plan_and_no_edits_are_bad_input(plan, tmp_path):
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    assert "no edit" in refusal("edit", plan, tmp_path / "none.jsonl")["what"]
    path = tmp_path / "ops.jsonl"
    path.write_text(json.dumps(EVERY["rename"]), encoding="utf-8")
    refusal("edit", tmp_path / "absent.gpkg", path)
    refusal("edit", path, path)
    refusal("undo", tmp_path / "absent.gpkg")


def test_nothing_to_undo_or_redo_is_said(plan):
    for verb in ("undo", "redo"):
        with pytest.raises(BadInput, match=f"nothing to {verb}"):
            getattr(verbs, verb)(plan)


# ── Undo, branches, scenarios ───────────────────────────────────────────────────────────────────────────────────────


def test_an_edit_after_an_undo_keeps_the_undone_one_as_a_branch(plan):
    done(plan, EVERY["rename"])
    verbs.undo(plan)
    done(plan, {"op": "rename", "unit": WEST_PARK, "name": "另名"})
    log = ask("log", plan).document
    told = {row["seq"]: (row["parent"], row["undone"]) for row in log if row.get("seq")}
    assert told == {1: (0, True), 2: (0, False)}
    verbs.undo(plan)
    assert verbs.redo(plan)["head"] == 2


def test_a_cut_keeps_the_rows_of_its_moment(plan):
    """An assignment and a cut of the same face in one transaction, and the cut alone undone."""
    face = face_at(plan, *FIELD)
    cut = {"op": "split", "unit": WEST_PARK, "line": line((2_500, 3_400), (4_990, 3_500))}
    done(plan, TWO_FIELDS, cut)
    assert face not in labels(plan)
    verbs.undo(plan)
    assert labels(plan)[face] == WEST_PARK
    verbs.undo(plan)
    assert labels(plan)[face] == WATER


def test_scenarios_are_begun_switched_and_compared(plan):
    done(plan, EVERY["rename"])
    main = of_head(rows_of(plan))
    assert ask("scenario", plan, "branch", "大分区").document["scenario"] == "大分区"
    done(plan, EVERY["merge"], EVERY["split"])
    large = of_head(rows_of(plan))
    assert ask("scenario", plan, "switch", "main").code == 0
    assert of_head(rows_of(plan)) == main
    told = ask("scenario", plan, "list").document
    assert [(one["name"], one["current"], one["edits"]) for one in told] == [("main", True, 1), ("大分区", False, 3)]
    for pair in (("main", "大分区"), ("大分区", "main")):
        found = verbs.compare_scenarios(plan, *pair)
        assert found["lowered_m2"] == found["raised_m2"] == 0
        assert {unit["unit"] for unit in found["units"]} >= {PARK, WEST_PARK, OTHER_PARK, "U000013"}
    assert ask("scenario", plan, "compare", "main", "main").document["units"] == []
    verbs.switch(plan, "大分区")
    assert of_head(rows_of(plan)) == large


def test_areas_between_scenarios_are_told_once_whichever_is_cut(plan):
    verbs.branch(plan, "切分")
    done(plan, EVERY["split"])
    verbs.switch(plan, "main")
    verbs.branch(plan, "提级")
    done(plan, {"op": "categorize", "unit": OTHER_PARK, "category": 1})
    there, back = verbs.compare_scenarios(plan, "切分", "提级"), verbs.compare_scenarios(plan, "提级", "切分")
    assert there["raised_m2"] == pytest.approx(2_998_000, rel=1e-6)
    assert back["lowered_m2"] == pytest.approx(2_998_000, rel=1e-6)


def test_a_scenario_keeps_to_its_own_edits(plan):
    verbs.branch(plan, "甲案")
    done(plan, EVERY["rename"])
    verbs.switch(plan, "main")
    done(plan, {"op": "lock", "unit": PARK})
    with pytest.raises(BadInput, match="nothing to redo"):
        verbs.redo(plan)
    assert {one["name"]: one["head"] for one in verbs.scenarios(plan)} == {"main": 2, "甲案": 1}


def test_an_adopted_scenario_is_the_main_one_and_what_that_was_can_be_adopted_again(plan):
    done(plan, EVERY["rename"])
    verbs.branch(plan, "大分区")
    done(plan, EVERY["merge"])
    large = of_head(rows_of(plan))
    verbs.switch(plan, "main")
    done(plan, EVERY["lock"])
    main = of_head(rows_of(plan))
    journal = [{**row, "undone": None} for row in rows_of(plan)["journal"]]
    told = ask("scenario", plan, "adopt", "大分区").document
    assert (told["scenario"], told["head"]) == ("main", 2)
    assert of_head(rows_of(plan)) == large
    assert [{**row, "undone": None} for row in rows_of(plan)["journal"]] == journal
    heads = {one["name"]: (one["head"], one["current"]) for one in verbs.scenarios(plan)}
    assert heads == {"main": (2, True), "大分区": (2, False), told["former"]: (3, False)}
    assert "大分区" in told["former"]
    # Edits go to the main one, and the scenario stays where it was.
    done(plan, EVERY["clause"])
    assert verbs.undo(plan, 2)["head"] == 1
    assert verbs.redo(plan, 2)["head"] == 4
    assert {one["name"]: one["head"] for one in verbs.scenarios(plan)}["大分区"] == 2
    back = verbs.adopt_scenario(plan, told["former"])
    assert (back["scenario"], back["head"]) == ("main", 3)
    assert of_head(rows_of(plan)) == main
    assert read_plan(plan, summed=True).changes == {}


def test_redo_goes_where_undo_came_from(plan):
    """After going to an edit of another scenario, and after adopting one."""
    verbs.branch(plan, "甲案")
    done(plan, EVERY["rename"])
    verbs.switch(plan, "main")
    done(plan, EVERY["lock"])
    verbs.go(plan, 1)
    verbs.undo(plan)
    assert verbs.redo(plan)["head"] == 1
    verbs.go(plan, 2)
    verbs.undo(plan)
    assert verbs.redo(plan)["head"] == 2


def test_the_scenario_that_is_current_may_be_adopted(plan):
    verbs.branch(plan, "甲案")
    done(plan, EVERY["rename"])
    before = of_head(rows_of(plan))
    told = verbs.adopt_scenario(plan, "甲案")
    assert of_head(rows_of(plan)) == before
    assert {one["name"]: one["head"] for one in verbs.scenarios(plan)} == {"main": 1, "甲案": 1, told["former"]: 0}
    assert verbs.undo(plan)["head"] == 0


def test_where_the_main_one_stood_is_named_once(plan):
    for name in ("甲案", "乙案"):
        verbs.branch(plan, name)
    # Both stand where the main one stands.
    assert verbs.adopt_scenario(plan, "甲案")["former"] is None
    assert [one["name"] for one in verbs.scenarios(plan)] == ["main", "乙案", "甲案"]
    former = []
    for edit in ("rename", "merge"):
        done(plan, EVERY[edit])
        former.append(verbs.adopt_scenario(plan, "甲案")["former"])
    assert former[1] == f"{former[0]} 2"
    # Where a scenario stands already, that is its name.
    assert verbs.adopt_scenario(plan, former[0])["former"] in ("甲案", "乙案")


def test_a_scenario_that_is_there_or_is_not_is_refused(plan):
    verbs.branch(plan, "甲案")
    assert "there is a scenario" in _refusal_of(lambda: verbs.branch(plan, "甲案"))
    assert "there is a scenario" in _refusal_of(lambda: verbs.branch(plan, "main"))
    assert "no scenario" in _refusal_of(lambda: verbs.switch(plan, "乙案"))
    assert "no scenario" in _refusal_of(lambda: verbs.compare_scenarios(plan, "main", "乙案"))
    assert "no name" in _refusal_of(lambda: verbs.branch(plan, " "))
    for name, said in (
        ("甲" * 61, "cannot be used"),
        ("甲\t案", "U+0009"),
        ("甲\n案", "U+000A"),
        ("\u202e案", "U+202E"),
    ):
        assert said in _refusal_of(lambda name=name: verbs.branch(plan, name))
    assert "no scenario" in _refusal_of(lambda: verbs.adopt_scenario(plan, "乙案"))
    assert "is the main scenario" in _refusal_of(lambda: verbs.adopt_scenario(plan, "main"))


def _refusal_of(done: Any) -> str:
    with pytest.raises(BadInput) as told:
        done()
    return told.value.sentence("en")


# ── Status and versions ─────────────────────────────────────────────────────────────────────────────────────────────


FILED = {"op": "status", "to": "备案", "date": "2026-06-01", "document": "环函〔2026〕8号"}


def test_a_filed_plan_takes_status_edits_only(plan):
    done(plan, FILED)
    meta = read_plan(plan).meta
    assert (meta["status"], meta["status_date"], meta["status_document"]) == ("备案", "2026-06-01", "环函〔2026〕8号")
    for name, edit in EVERY.items():
        if name != "status":
            assert "has status" in _refusal_of(lambda edit=edit: verbs.edit(plan, [edit], basis=BASIS)), name
    assert "comes before" in refused(plan, {"op": "status", "to": "送审"})
    done(plan, {**FILED, "to": "发布"}, {**FILED, "to": "废止"})


def test_a_filed_plan_is_replaced_by_no_run_and_no_adoption(plan, made):
    done(plan, FILED)
    before = plan.read_bytes()
    case = made.with_name("case.toml")
    for more in ((), ("--discard-edits",), ("--replay",)):
        assert "has status" in refusal("run", case, "-o", plan, *more)["what"]
    assert "has status" in refusal("adopt", plan, "azp:k=4", "--case", case, "--reason", "试")["what"]
    assert plan.read_bytes() == before


def test_undo_does_not_bring_a_filed_plan_back(plan):
    """What was filed stays as it was filed: a status is put forward, and a new version begun."""
    done(plan, EVERY["rename"])
    done(plan, FILED)
    for act in (lambda: verbs.undo(plan), lambda: verbs.undo(plan, 2), lambda: verbs.branch(plan, "甲案")):
        assert "has status" in _refusal_of(act)
    assert units_of(plan).loc[WEST_PARK, "name"] == "西片"
    assert read_plan(plan).meta["status"] == "备案"


def test_a_version_is_a_draft_that_names_what_it_comes_from(plan, tmp_path):
    done(plan, EVERY["rename"])
    done(plan, EVERY["split"])
    done(plan, FILED)
    before = plan.read_bytes()
    new = tmp_path / "new.gpkg"
    answer = ask("version", plan, "-o", new, "--reason", "五年更新")
    assert answer.code == 0
    assert plan.read_bytes() == before
    meta = read_plan(new).meta
    previous = json.loads(meta["previous"])
    assert meta["status"] == "草稿"
    assert (previous["name"], previous["status"]) == ("plan.gpkg", "备案")
    assert previous["content"] == answer.document["previous"]["content"]
    assert len(read_plan(new).journal) == 0
    assert labels(new) == labels(plan)
    found = done(new, {"op": "create", "faces": [{"at": at(*FIELD)}], "category": 1})
    assert found["head"] == 1
    assert "U000014" in units_of(new).index, "no id is given again"
    done(new, EVERY["move"])
    verbs.undo(new, 2)
    assert labels(new) == labels(plan)


def test_a_version_takes_the_place_of_no_plan_that_people_have_edited(plan, tmp_path):
    other = Path(shutil.copy(plan, tmp_path / "other.gpkg"))
    done(other, EVERY["rename"])
    before = other.read_bytes()
    assert "is a plan" in refusal("version", plan, "-o", other, "--reason", "试", "--force")["what"]
    assert "is an input" in refusal("version", plan, "-o", plan, "--reason", "试", "--force")["what"]
    assert "no reason" in refusal("version", plan, "-o", tmp_path / "new.gpkg", "--reason", " ")["what"]
    assert other.read_bytes() == before


# ── What would be ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", list(EVERY))
def test_what_is_foreseen_is_what_comes(plan, name):
    before = plan.read_bytes()
    told = verbs.foreseen(plan, [EVERY[name]], basis=BASIS)
    assert plan.read_bytes() == before
    first = read_plan(plan)
    done(plan, EVERY[name], basis=BASIS)
    after = read_plan(plan)
    old, new = (one.units.set_index("unit_id") for one in (first, after))
    units = {unit["unit"]: unit for unit in told["units"]}
    columns = ["code", "name", "category", "area_m2", "parts", "locked"]
    changed = {
        key
        for key in {*old.index, *new.index}
        if key not in old.index or key not in new.index or (old.loc[key, columns] != new.loc[key, columns]).any()
    }
    assert changed <= set(units)
    for key, unit in units.items():
        for column in ("code", "name", "category", "area_m2", "parts"):
            pair = tuple(frame.loc[key, column] if key in frame.index else None for frame in (old, new))
            assert unit[column] == pair
    for area in told["areas"]:
        for one, key in ((first, "before_m2"), (after, "after_m2")):
            here = one.faces[(one.faces["county"] == area["county"]) & (one.faces["category"] == area["category"])]
            assert here["area_m2"].sum() == pytest.approx(area[key], abs=1e-3)
    codes = {pair["old"]: pair["new"] for pair in told["codes"]}
    for key in old.index:
        now = new.loc[key, "code"] if key in new.index else ""
        assert codes.get(old.loc[key, "code"], old.loc[key, "code"]) == now
    lists = [
        set(zip(*(one.clauses[c] for c in ("unit_id", "clause_id", "text", "status")), strict=True))
        for one in (first, after)
    ]
    assert bool(lists[0] ^ lists[1]) == bool(told["clauses"])


def test_protected_land_that_changes_hands_is_told(plan):
    told = verbs.foreseen(plan, [{"op": "assign", "faces": [{"at": at(1_000, 1_000)}], "unit": INTAKE}])
    assert told["protected"][0]["role"] == "red_line"
    assert (told["protected"][0]["before"], told["protected"][0]["after"]) == (1, 1)
    assert told["protected"][0]["area_m2"] > 2e6


def test_a_refusal_is_foreseen_with_its_sentence(plan):
    path = plan.with_name("ops.jsonl")
    path.write_text(json.dumps({"op": "categorize", "unit": RED, "category": 3}), encoding="utf-8")
    answer = ask("edit", plan, path, "--dry-run")
    assert answer.code == 1
    assert "red line" in answer.document["refused"][0]["reason"]


@pytest.fixture
def apart(made, tmp_path):
    """The plan as one whose key units are each of one part."""
    plan = read_plan(made)
    write_plan(replace(plan, meta={**plan.meta, "grouping": json.dumps({"key": "part"})}), tmp_path / "apart.gpkg")
    return tmp_path / "apart.gpkg"


def test_contiguity_is_whole_broken_or_incomplete_where_the_grouping_asks(apart):
    def told(edit, unit):
        found = {one["unit"]: one["contiguity"] for one in verbs.foreseen(apart, [edit], basis=BASIS)["units"]}
        return found[unit]

    far = {"op": "assign", "faces": [{"at": at(1_500, 3_500)}], "unit": WEST_PARK}
    assert told(far, WEST_PARK) == "broken"
    assert told({"op": "rename", "unit": WEST_PARK, "name": "西"}, WEST_PARK) == "whole"
    assert told({"op": "rename", "unit": WATER, "name": "水"}, WATER) == "incomplete"
    assert told({"op": "rename", "unit": GENERAL, "name": "其余"}, GENERAL) == ""


def test_findings_follow_the_edits(plan):
    strip = {"op": "create", "faces": [{"at": at(4_500, 4_999)}], "category": 1, "name": "条"}
    # Of the lists are told bases that nobody checked, laws younger than the plan, a zone that the strip alone meets.
    before = read_plan(plan).findings["id"].tolist()
    # And of the sources the parks without a level.
    assert before == ["L03", "L05", "L14", "L14", "L14", "S93"]
    assert done(plan, strip)["findings"] == {"error": 0, "warning": 4}
    after = read_plan(plan).findings["id"].tolist()
    # What is wrong with sources is not checked again.
    assert after == [*before[:2], "Q14", "S93"]
    assert after[:-1] == [row["id"] for row in verbs.check(str(plan)).rows]
    assert verbs.undo(plan)["findings"] == {"error": 0, "warning": 6}


def test_ids_are_texts_and_never_numbers(plan):
    """A code with nothing but digits behind its letters, and an id that begins with a nought, stay what they are."""
    done(plan, EVERY["create"])
    raw = rows_of(plan)
    assert all(isinstance(row["unit_id"], str) for row in (*raw["faces"], *raw["units"], *raw["clauses"]))
    assert all(isinstance(row["county"], str) and isinstance(row["township"], str) for row in raw["faces"])


def test_a_copy_lacks_nothing(plan, tmp_path):
    for edit in (EVERY["split"], EVERY["create"], EVERY["clause"]):
        done(plan, edit)
        copy = Path(shutil.copy(plan, tmp_path / "copy.gpkg"))
        assert of_head(rows_of(copy)) == of_head(rows_of(plan))
        assert not list(plan.parent.glob("plan.gpkg-*"))
    verbs.undo(copy, 3)
    assert of_head(rows_of(copy)) != of_head(rows_of(plan))


# ── Who edits ───────────────────────────────────────────────────────────────────────────────────────────────────────


def left_behind(plan: Path, **facts: Any) -> None:
    """A lock file as a process leaves it that was killed."""
    note = {"user": "李四", "host": "pc-7", "time": "2026-05-01T08:00:00Z", "pid": 2**22 + 1, "started": "1", **facts}
    plan.with_name(f"{plan.name}.lock").write_text(json.dumps(note), encoding="utf-8")


def test_the_lock_of_a_dead_process_is_taken_over_and_told(plan):
    left_behind(plan, machine=machine())
    found = by_line(plan, EVERY["rename"])
    assert found["applied"] == 1
    assert found["taken_over"]["id"] == "S55"
    assert "李四" in json.dumps(found["taken_over"], ensure_ascii=False)
    assert not plan.with_name(f"{plan.name}.lock").exists()
    assert by_line(plan, EVERY["lock"])["taken_over"] is None


def test_the_lock_of_another_computer_is_offered_for_breaking(plan):
    left_behind(plan, machine="another")
    path = plan.with_name("ops.jsonl")
    path.write_text(json.dumps(EVERY["rename"]), encoding="utf-8")
    before = plan.read_bytes()
    error = refusal("edit", plan, path)
    assert "李四" in error["what"]
    assert "--break-lock" in error["wanted"]
    assert plan.read_bytes() == before
    answer = ask("edit", plan, path, "--break-lock")
    assert (answer.code, answer.document["applied"]) == (0, 1)
    assert answer.document["taken_over"]["id"] == "S55"


# ── Evidence ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pieces_inherit_what_was_measured_and_undoing_gives_it_back(made, tmp_path):
    whole = read_plan(made)
    rows = [(face, "slope", face / 10, 0.5, None, 1.0) for face in whole.faces["face_id"].tolist()]
    columns = ["face_id", "raster", "mean", "stdev", "majority", "covered"]
    evidence = pd.DataFrame(rows, columns=columns).assign(inherited=0)
    write_plan(replace(whole, evidence=evidence), plan := tmp_path / "measured.gpkg")
    before = rows_of(plan)["evidence"]
    done(plan, EVERY["split"])
    parent = face_at(made, 9_000, 2_000)
    now = read_plan(plan)
    pieces = set(now.faces["face_id"]) - set(whole.faces["face_id"])
    mine = now.evidence[now.evidence["face_id"].isin(pieces)]
    assert len(pieces) == len(mine) == 2
    assert set(mine["mean"]) == {parent / 10}
    assert set(mine["inherited"]) == {1}
    assert parent not in set(now.evidence["face_id"])
    verbs.undo(plan)
    assert sorted(map(str, rows_of(plan)["evidence"])) == sorted(map(str, before))


def test_a_finding_that_is_accepted_beside_an_editor_keeps_its_place_in_the_journal(plan):
    """The panel accepts findings while its editor is open: both entries are there, under numbers of their own."""
    finding = {"id": ["Q09"], "units": [""], "facts": ["{}"], "geometry": [None], "value": [1.0]}
    findings = pd.DataFrame(finding)
    with editing(plan) as editor:
        editor.do(read_edit({"op": "rename", "unit": PARK, "name": "甲"}, Message("here")))
        accept(plan, findings, reason="看过")
        editor.do(read_edit({"op": "rename", "unit": PARK, "name": "乙"}, Message("here")))
    journal = read_plan(plan, summed=True)
    assert journal.changes == {}
    told = [json.loads(op)["op"] for op in journal.journal.sort_values("seq")["op"]]
    assert told == ["rename", "accept", "rename"]
    assert journal.journal["seq"].tolist() == [1, 2, 3]


# ── What a reader of the room found ─────────────────────────────────────────────────────────────────────────────────


def test_what_goes_away_and_comes_back_around_a_cut_is_where_it_was(plan):
    """Rows of faces beside a cut are written with it: at the end they say whose they are then."""
    split = {"op": "split", "unit": WATER, "line": line((2_500, 3_400), (4_990, 3_500))}
    beside = [face for face, unit in labels(plan).items() if unit == WATER]
    for face in beside:
        copy = Path(shutil.copy(plan, plan.with_name("copy.gpkg")))
        away = {"op": "assign", "faces": [face], "unit": WEST_PARK}
        inside = read_plan(copy).faces.set_index("face_id")["geometry"][face].representative_point()
        back = {"op": "assign", "faces": [{"at": [inside.x, inside.y]}], "unit": WATER, "basis": BASIS}
        found = by_verb(copy, away, split, back)
        if found["refused"]:
            continue
        read = read_plan(copy)
        areas = read.faces.groupby("unit_id")["area_m2"].sum()
        stated = read.units.set_index("unit_id")["area_m2"]
        assert areas.to_dict() == pytest.approx(stated.to_dict(), rel=1e-12)


def test_edits_and_what_follows_from_them_are_one_transaction(plan):
    """A program that reads the file sees findings of the edit with it, or neither."""
    with editing(plan, follow=_fail) as editor, pytest.raises(RuntimeError):
        editor.do(read_edit({"op": "rename", "unit": PARK, "name": "甲"}, Message("here")))
    assert read_plan(plan).journal.empty
    assert units_of(plan).loc[PARK, "name"] != "甲"


def _fail(*_):
    raise RuntimeError("what follows cannot be told")


def test_an_editor_notices_another_plan_in_the_same_place(plan, made):
    """A run may leave the head where it was: the tables are compared too."""
    with editing(plan) as editor:
        shutil.copy(made, other := plan.with_name("other.gpkg"))
        with editing(other) as elsewhere:
            elsewhere.do(read_edit({"op": "categorize", "unit": WEST_PARK, "category": 1}, Message("here")))
            elsewhere.undo()
            elsewhere.do(read_edit({"op": "lock", "unit": RED}, Message("here")))
            elsewhere.undo()
        with sqlite3.connect(other) as raw:
            raw.execute("UPDATE meta SET value = '0' WHERE key = 'head'")
        other.replace(plan)
        with pytest.raises(BadInput):
            editor.do(read_edit({"op": "rename", "unit": PARK, "name": "甲"}, Message("here")))
    assert units_of(plan).loc[PARK, "name"] != "甲"


def test_a_run_waits_for_nobody_and_replaces_no_plan_that_is_edited(plan, made):
    case = made.with_name("case.toml")
    with editing(plan):
        before = plan.read_bytes()
        answer = refusal("run", case, "-o", plan)
        assert "is editing it" in answer["what"]
        assert plan.read_bytes() == before


def test_a_split_takes_a_changed_list_along(plan):
    """What people changed is there once, and what they removed stays away."""
    write_plan(replace(given := read_plan(plan), meta={**given.meta, "list_level": "国家"}), plan)
    done(
        plan,
        {"op": "clause", "unit": OTHER_PARK, "change": {"id": "N-ALL-D1", "text": "改过的要求"}},
        {"op": "clause", "unit": OTHER_PARK, "remove": "N-ALL-S1"},
        EVERY["split"],
    )
    clauses = read_plan(plan).clauses
    new = read_plan(plan).units["unit_id"].iloc[-1]
    for unit in (OTHER_PARK, new):
        mine = clauses[clauses["unit_id"] == unit]
        assert mine["clause_id"].is_unique
        assert mine.loc[mine["clause_id"] == "N-ALL-D1", "text"].tolist() == ["改过的要求"]
        assert "N-ALL-S1" not in set(mine["clause_id"])


def test_a_run_does_not_drop_what_a_new_version_carries(plan, made, tmp_path):
    """A version of an edited plan has its units, and no entry that a run could do again."""
    done(plan, EVERY["split"])
    verbs.undo(plan)
    done(plan, EVERY["create"])
    verbs.version(plan, draft := tmp_path / "draft.gpkg", reason="更新")
    for more in ((), ("--replay",)):
        assert "new version" in refusal("run", made.with_name("case.toml"), "-o", draft, *more)["what"]
    before = set(read_plan(draft).units["code"])
    done(draft, EVERY["split"])
    (new,) = set(read_plan(draft).units["code"]) - before
    taken = {json.loads(op).get("made", {}).get("code") for op in read_plan(plan).journal["op"]}
    assert new not in taken


@pytest.mark.parametrize(
    "edit",
    [
        {"op": "assign", "faces": [99_999_999_999_999_999_999], "unit": PARK},
        {"op": "assign", "faces": [{"at": [10**400, 0]}], "unit": PARK},
        {"op": "rename", "unit": PARK, "name": "\ud800"},
        {"op": "rename", "unit": PARK, "name": "甲\x00乙"},
        {"op": "rename", "unit": PARK, "name": "甲" * 100_000},
        {"op": "status", "to": "备案", "date": "nonsense", "document": "文"},
    ],
)
def test_values_that_no_plan_can_hold_are_bad_input(plan, edit):
    before = plan.read_bytes()
    with pytest.raises(BadInput):
        verbs.edit(plan, [edit])
    assert plan.read_bytes() == before


def test_codes_that_end_are_retired_one_after_the_other(plan):
    done(plan, {"op": "categorize", "unit": WEST_PARK, "category": 1})
    first = json.loads(read_plan(plan).meta["retired_codes"])
    done(plan, {"op": "renumber", "unit": PARK, "serial": 21})
    second = json.loads(read_plan(plan).meta["retired_codes"])
    assert len(first) == 1
    assert set(first) < set(second)
    assert len(second) == 2


def test_the_inverse_of_an_edit_holds_the_lists_that_it_changes_and_no_others(plan):
    done(plan, EVERY["clause"])
    (entry,) = rows_of(plan)["journal"]
    assert list(json.loads(entry["inverse"])["clauses"]) == [PARK]


def test_an_editor_undoes_and_does_again_one_edit_where_it_is_not_told_how_many(plan):
    with editing(plan) as editor:
        for name in ("甲", "乙"):
            editor.do(read_edit({"op": "rename", "unit": PARK, "name": name}, Message("here")))
        assert [entry.seq for entry in editor.undo()] == [2]
        assert [entry.seq for entry in editor.redo()] == [2]
        assert editor.plan.units.set_index("unit_id").loc[PARK, "name"] == "乙"


@pytest.mark.parametrize("point", [[1.0, 2.0, 3.0], [1.0], [], "1,2", [True, 1.0]])
def test_a_place_is_two_numbers(plan, point):
    with pytest.raises(BadInput, match="faces"):
        verbs.edit(plan, [{"op": "assign", "faces": [{"at": point}], "unit": PARK}])


def test_a_line_that_ends_inside_is_told_where_it_ends(plan):
    x, y = at(3_500, 3_420)
    told = refused(plan, {"op": "split", "unit": WATER, "line": line((2_500, 3_400), (3_500, 3_420))})
    assert f"{x:.3f}, {y:.3f}" in told
    told = refused(plan, {"op": "split", "unit": WATER, "line": line((3_500, 3_420), (2_500, 3_400))})
    assert f"{x:.3f}, {y:.3f}" in told
