"""The answer: what follows from the clauses, what is missing, what is told beside, and when a plan is read again."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from assess_plan import CLAUSES, DAY, NONE_HERE, REVIEW, clause_of, copied, small_assessor, small_plan, write_clauses
from command import ask
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.cli import main
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.xlsx import read_cells
from control_units.delineation.lists.facts import read_facts
from control_units.delineation.verbs import assess, run
from control_units.delineation.verbs.editing import edit
from hand import SOUTH, WEST, hand
from hypothesis import given
from hypothesis import strategies as st
from other_program import restated

RED = f"{WEST + 2_000},{SOUTH + 2_000},100"  # in the red line
WATER = f"{WEST + 5_000},{SOUTH + 5_000},100"  # in the industrial water zone
REST = f"{WEST + 8_000},{SOUTH + 8_000},100"
HALF = f"{WEST},{SOUTH + 8_000},100"  # half of it outside the plan


@pytest.fixture(scope="module")
def assessor(tmp_path_factory):
    return small_assessor(tmp_path_factory.mktemp("answer"))


def answer(assessor, text=REST, *, as_of=DAY, **project):
    return assessor.assess(assessor.site(text), assessor.project(**project), as_of=as_of)


@pytest.mark.parametrize(
    ("text", "project", "verdict"),
    [
        (RED, {"industry": "C1713", "facts": {"activity": "factory"}}, "prohibit"),
        (RED, {"industry": "C1713", "facts": {"activity": "national_major_project"}}, "needs_review"),
        (RED, {"industry": "C1713"}, "needs_review"),
        (REST, {"industry": "C2614"}, "restrict"),
        (REST, {"industry": "C1713"}, "conditional"),
        (REST, {"industry": "C1713", "nature": "expand"}, "no_conflict"),
        (REST, {"industry": "A0111"}, "no_conflict"),
        (WATER, {"industry": "C1713", "facts": {"water_use": "150 m3/d"}}, "restrict"),
        (WATER, {"industry": "C1713", "facts": {"water_use": "100 m3/d"}}, "conditional"),
        (WATER, {"industry": "C1713", "facts": {"water_use": "1 万m3/a"}}, "needs_review"),
        (REST, {}, "needs_review"),
    ],
)
def test_the_verdict_is_the_worst_of_what_applies(assessor, text, project, verdict):
    assert answer(assessor, text, **project)["verdict"] == verdict


def test_facts_are_read_by_their_titles_too(assessor):
    found = answer(assessor, WATER, industry="C1713", facts={"新鲜水用量": "150 m3/d"})
    assert found["project"]["industry_name"] == "棉印染精加工"
    assert found["project"]["facts"] == [{"fact": "water_use", "title": "Water use", "value": "150", "unit": "m3/d"}]
    assert found["verdict"] == "restrict"


@pytest.mark.parametrize(
    ("project", "wanted"),
    [
        ({"industry": "C99"}, "unknown industry"),
        ({"industry": "印染厂"}, "C1713 棉印染精加工"),
        ({"industry": "養豬"}, "A0313 猪的饲养"),
        ({"industry": "six_high_energy"}, "a group of industries"),
        ({"nature": "huge"}, "unknown kind of project"),
        ({"facts": {"colour": "red"}}, "unknown fact"),
        ({"facts": {"water_use": "much"}}, "no number"),
        ({"facts": {"water_use": "5 t"}}, "unknown unit"),
        ({"facts": {"water_use": "5"}}, "without a unit"),
        ({"facts": {"fuel": "coal|oil"}}, "several values"),
        ({"facts": {"fuel": "coal", "燃料": "oil"}}, "said twice"),
    ],
)
def test_a_project_that_is_none_is_refused(assessor, project, wanted):
    with pytest.raises(BadInput) as error:
        assessor.project(**project)
    assert wanted in str(error.value)
    assert error.value.where


def test_nobody_saying_the_nature_is_told(assessor):
    assert answer(assessor)["project"] | {"facts": []} == {
        "name": "",
        "industry": "",
        "industry_name": "",
        "nature": "new",
        "nature_assumed": True,
        "facts": [],
        "implied": [],
    }
    assert any("taken for new" in one for one in answer(assessor)["notices"])
    assert not any("taken for new" in one for one in answer(assessor, nature="new")["notices"])


def test_a_fact_that_decides_is_asked_for_with_what_it_can_lead_to(assessor):
    found = answer(assessor, WATER, industry="C1713")
    (missing,) = found["facts_missing"]
    assert missing["fact"] == "water_use"
    assert "m3/d" in missing["units"]
    assert set(missing["verdicts"]) == {"restrict", "conditional"}


def test_a_fact_that_cannot_change_the_verdict_is_not_said_to(assessor):
    found = answer(assessor, RED, facts={"activity": "factory"})
    assert found["verdict"] == "prohibit"
    assert not found["facts_missing"]


def test_outside_the_data_nothing_is_permitted(assessor):
    found = answer(assessor, f"{WEST - 500},{SOUTH}", industry="A0111")
    assert (found["verdict"], found["units"]) == ("not_assessed", [])
    assert [one["id"] for one in found["not_checked"]] == ["outside"]
    half = answer(assessor, HALF, industry="A0111")
    assert half["verdict"] == "not_assessed"
    assert half["site"]["outside_share"] == pytest.approx(0.5)


def test_of_a_site_a_tenth_of_which_is_unknown_nothing_is_permitted_and_a_prohibition_stays(assessor):
    def said(y, beyond, **project):
        """A site of 1,500 m × 100 m that reaches so many metres beyond the plan."""
        corners = [(x, y + up) for up in (0, 100) for x in (WEST - beyond, WEST - beyond + 1_500)[:: 1 - 2 * (up > 0)]]
        ring = ", ".join(f"{x} {y}" for x, y in [*corners, corners[0]])
        return answer(assessor, f"POLYGON (({ring}))", **project)

    for industry, inside in (("A0111", "no_conflict"), ("C1713", "conditional")):
        found = said(SOUTH + 8_000, 150, industry=industry)
        assert (found["verdict"], found["site"]["outside_share"]) == ("not_assessed", pytest.approx(0.1))
        assert found["not_checked"] == [{"id": "outside", "what": "10.00% of the site lies outside the plan"}]
        assert said(SOUTH + 8_000, 0, industry=industry)["verdict"] == inside
    in_red = said(SOUTH + 2_000, 150, industry="C1713", facts={"activity": "factory"})
    assert (in_red["verdict"], in_red["site"]["outside_share"]) == ("prohibit", pytest.approx(0.1))


def test_a_site_that_reaches_beyond_the_data_within_the_tolerance_is_assessed_and_told(assessor):
    text = f"POLYGON (({WEST - 3} {SOUTH}, {WEST + 97} {SOUTH}, {WEST + 97} {SOUTH + 9}, {WEST - 3} {SOUTH + 9}, "
    found = answer(assessor, f"{text}{WEST - 3} {SOUTH}))", industry="A0111")
    assert found["verdict"] == "no_conflict"
    assert any("beyond the plan" in one for one in found["notices"])


@pytest.mark.parametrize("role", ["drinking_water", "protected_area"])
def test_a_layer_that_is_needed_and_missing_is_no_pass(tmp_path, role):
    plan = small_plan(tmp_path)
    if role == "protected_area":
        write_clauses(plan, {"P-park": ("国家", "prohibit", {"scope": ["role:protected_area"]})})
    assessor = Assessor(plan, none_here=[one for one in NONE_HERE if one != role])
    found = answer(assessor, industry="A0111")
    assert found["verdict"] == "not_assessed"
    assert [one["id"] for one in found["not_checked"]] == [f"layer:{role}"]
    assert {one["applies"] for one in found["clauses"] if one["decides"]} == {"missing"}


def test_a_layer_that_is_missing_only_for_notices_is_told_and_changes_nothing(tmp_path):
    assessor = Assessor(small_plan(tmp_path), none_here=[one for one in NONE_HERE if one != "farmland"])
    found = answer(assessor, industry="A0111")
    assert found["verdict"] == "no_conflict"
    assert [one["id"] for one in found["not_checked"]] == ["layer:farmland"]


def test_a_missing_layer_does_not_hide_a_prohibition(tmp_path):
    assessor = Assessor(small_plan(tmp_path), none_here=[one for one in NONE_HERE if one != "drinking_water"])
    assert answer(assessor, RED, facts={"activity": "factory"})["verdict"] == "prohibit"


def test_a_plan_without_a_library_passes_nothing_on_layers_that_it_lacks(tmp_path):
    plan = small_plan(tmp_path)
    restated(plan, "DELETE FROM library", "DELETE FROM clauses")
    assert answer(Assessor(plan), industry="A0111")["verdict"] == "not_assessed"
    assert answer(Assessor(plan, none_here=NONE_HERE), industry="A0111")["verdict"] == "no_conflict"


def test_a_clause_with_nothing_but_its_text_asks_a_person(tmp_path):
    plan = write_clauses(small_plan(tmp_path), {"T": ("国家", "prohibit", {}), "U": ("国家", "prohibit", {})})
    assessor = Assessor(plan, none_here=NONE_HERE)
    found = answer(assessor)
    assert found["verdict"] == "needs_review"
    assert [one["fact"] for one in found["facts_missing"]] == ["described:T", "described:U"]
    assert "条目T" in found["facts_missing"][0]["title"]
    assert answer(assessor, facts={"described": "no"})["verdict"] == "no_conflict"
    assert answer(assessor, facts={"described": "no", "described:U": "yes"})["verdict"] == "prohibit"
    one = answer(assessor, facts={"described:T": "no"})
    assert [each["fact"] for each in one["facts_missing"]] == ["described:U"]


def test_clauses_are_in_force_as_of_a_day(assessor):
    last = answer(assessor, industry="C2221", as_of="2025-12-31")
    after = answer(assessor, industry="C2221", as_of="2026-01-01")
    assert (last["verdict"], after["verdict"]) == ("prohibit", "needs_review")
    assert any("X-2025" in one for one in after["notices"])
    # Who is no paper maker does not hear of it.
    assert not any("X-2025" in one for one in answer(assessor, industry="A0111")["notices"])


def test_what_is_said_of_the_plan(tmp_path):
    plan = small_plan(tmp_path)
    found = answer(Assessor(plan, none_here=NONE_HERE))
    assert any("draft" in one for one in found["notices"])
    assert found["plan"]["status"] == "草稿"
    assert {one["role"] for one in found["plan"]["sources"]} == {"county", "township", "red_line", "water_zone"}
    assert all(len(one["sha256"]) == 64 for one in found["plan"]["sources"])
    restated(
        plan,
        "INSERT INTO meta (key, value) VALUES ('status', '备案'), ('findings_at', '3')",
        "UPDATE clauses SET status = '待审' WHERE clause_id = 'R-six'",
    )
    filed = answer(Assessor(plan, none_here=NONE_HERE), industry="C2614")
    assert not any("draft" in one for one in filed["notices"])
    assert any("edited" in one for one in filed["notices"])
    assert any("reviewed" in one and "1" in one for one in filed["notices"])
    assert not clause_of(filed, "R-six")["reviewed"]


def test_a_plan_that_somebody_changed_is_read_again(tmp_path):
    assessor = small_assessor(tmp_path)
    assert answer(assessor, industry="C2614")["verdict"] == "restrict"
    write_clauses(assessor.path, {"P": ("市", "prohibit", {"scope": ["admin:99"], "industries": ["C26"]})})
    assert answer(assessor, industry="C2614")["verdict"] == "prohibit"


def test_no_plan_is_refused(tmp_path):
    (tmp_path / "text.gpkg").write_text("no database", encoding="utf-8")
    for path in (tmp_path / "none.gpkg", tmp_path, tmp_path / "text.gpkg"):
        with pytest.raises(BadInput):
            assess(path, "1,2")


def test_the_file_is_closed_between_questions(tmp_path):
    assessor = small_assessor(tmp_path)
    answer(assessor)
    assert assessor.path.resolve() not in [one.resolve() for one in Path("/proc/self/fd").iterdir()]


def test_units_may_have_clauses_of_their_own_under_one_id(tmp_path):
    """A clause that a unit had altered is judged there as it says there."""
    plan = small_plan(tmp_path)
    with sqlite3.connect(plan) as connection:
        terms = json.dumps({"scope": ["admin:99"], "industries": ["A01"]})
        connection.execute(
            "UPDATE clauses SET effect = 'prohibit', text = '改', terms = ? WHERE clause_id = 'R-six' AND unit_id = "
            "(SELECT unit_id FROM units WHERE kind = 'general')",
            (terms,),
        )
    connection.close()
    restated(plan)
    assessor = Assessor(plan, none_here=NONE_HERE)
    assert answer(assessor, REST, industry="A0111")["verdict"] == "prohibit"
    assert answer(assessor, WATER, industry="A0111")["verdict"] == "no_conflict"
    # Across the border of both units each holds on its own land.
    both = answer(assessor, f"{WEST + 4_000},{SOUTH + 5_000},100", industry="A0111")
    assert both["verdict"] == "prohibit"
    assert [(one["text"], one["applies"]) for one in both["clauses"] if one["id"] == "R-six"] == [
        ("改", "yes"),
        ("条目R-six", "no"),
    ]


def test_texts_are_in_the_language_that_was_asked_for(tmp_path):
    plan = small_plan(tmp_path)
    zh = Assessor(plan, none_here=NONE_HERE, language="zh")
    found = answer(zh, RED, facts={"activity": "factory"})
    assert (found["title"], found["disclaimer"]) == ("不符合", "研判结果供参考，不替代环评审批及用地审查")
    assert [one["name"] for one in found["zones"]] == ["生态保护红线", "水环境一般管控区"]


def test_the_command_line_says_the_same(assessor):
    lacking = [part for role in NONE_HERE for part in ("--none-here", role)]
    said = ask(
        *("assess", assessor.path, WATER, "--industry", "C1713", "--fact", "water_use=150 m3/d", "--as-of", DAY),
        *lacking,
    )
    found = answer(assessor, WATER, industry="C1713", facts={"water_use": "150 m3/d"})
    assert said.code == 0
    told = json.loads(json.dumps(found), parse_float=lambda text: float(f"{float(text):.12g}"))
    assert said.document | {"time": ""} == told | {"time": ""}


SPOTS = {"red": RED, "water": WATER, "rest": REST}


@given(
    name=st.sampled_from(sorted(CLAUSES)),
    industry=st.sampled_from(["C1713", "C2614", "C2221", "A0111"]),
    change=st.sampled_from(["effect", "level", "gone"]),
)
def test_one_clause_changed_changes_exactly_the_reports_that_cite_it(
    tmp_path_factory, assessor, name, industry, change
):
    level, effect, terms = CLAUSES[name]
    other = "inform" if effect != "inform" else "restrict"
    changed = dict(CLAUSES)
    if change == "gone":
        del changed[name]
    elif change == "effect":
        changed[name] = (level, other, terms)
    else:
        changed[name] = ("县", effect, terms)
    plan = write_clauses(copied(assessor.path, tmp_path_factory.mktemp("changed")), changed)
    second = Assessor(plan, none_here=NONE_HERE)
    for text in SPOTS.values():
        before, after = (
            answer(one, text, industry=industry, facts={"activity": "factory"}) for one in (assessor, second)
        )
        cites = clause_of(before, name) is not None
        for found in (before, after):
            found.pop("time"), found.pop("plan")
        assert (before != after) is cites, (before, after)


def test_an_exemption_that_has_to_be_argued_for_says_so(assessor):
    found = answer(assessor, RED, facts={"activity": REVIEW["value"][0]})
    red = clause_of(found, "P-red")
    assert (red["applies"], red["cause"]) == ("maybe", "review:activity")
    assert "argued for" in red["why"]


def test_a_clause_that_somebody_took_off_the_list_is_not_passed_over_in_silence(tmp_path):
    plan = tmp_path / "plan.gpkg"
    run(hand(tmp_path), plan)
    assessor = Assessor(plan, none_here=NONE_HERE)
    told = "hold here, and are not on the unit's list any more: "

    def said(text):
        return [one for one in answer(assessor, text, industry="C2221")["notices"] if told in one]

    assert not said(RED)
    unit = answer(assessor, RED)["units"][0]["code"]
    edit(plan, [{"op": "clause", "unit": unit, "remove": {"id": "N-RL-S2"}, "reason": "试"}], basis="某文件")
    assert said(RED) == [f"{told}N-RL-S2"]
    assert not said(REST)


def test_zones_of_several_elements_are_told_apart_in_english_too(assessor):
    names = {one["element"]: one["name"] for one in answer(assessor, WATER)["zones"]}
    assert names["water"] == "water environment (industrial pollution)"
    assert len(set(names.values())) == len(names)


@pytest.mark.parametrize("text", ["化学", "hxyl"])
def test_an_industry_that_is_not_known_is_answered_with_those_like_it(assessor, text):
    with pytest.raises(BadInput) as error:
        assessor.project(industry=text)
    assert "C26 化学原料和化学制品制造业" in str(error.value)


def test_the_command_line_takes_the_nature_in_chinese_as_a_table_does(tmp_path):
    said = ask("assess", small_plan(tmp_path), REST, "--nature", "改建")
    assert said.document["project"]["nature"] == "rebuild"


def test_a_project_is_called_by_its_name_and_judged_without_it(tmp_path, capsys):
    plan, site = str(small_plan(tmp_path)), "502000,3402000,50"
    found = []
    for name in ("红岗化工二期", "乙厂"):
        assert main(["assess", plan, site, "--project", name, "--industry", "C2614", "--json"]) == 0
        found.append(json.loads(capsys.readouterr().out))
        assert found[-1]["project"].pop("name") == name
    assert [one["clauses"] for one in found[:1]] == [one["clauses"] for one in found[1:]]
    assert main(["assess", plan, site, "--project", "乙厂", "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("Project: 乙厂\n")


def test_a_report_of_another_project_is_replaced_by_the_command_line_and_a_plan_is_not(tmp_path):
    plan, output = small_plan(tmp_path), tmp_path / "report.xlsx"
    for name in ("甲厂", "乙厂"):
        assert main(["assess", str(plan), "502000,3402000,50", "--project", name, "-o", str(output)]) == 0
        assert name in str(read_cells(output))
    assert "甲厂" not in str(read_cells(output))
    before = plan.read_bytes()
    assert main(["assess", str(plan), "502000,3402000,50", "--project", "甲厂", "-o", str(plan)]) == 2
    assert plan.read_bytes() == before


def test_facts_say_whether_another_parcel_has_another_answer():
    facts = read_facts().by_id
    site = {name for name, fact in facts.items() if fact.about == "site"}
    assert {"in_park", "land_use", "slope", "distance_homes"} <= site
    assert site.isdisjoint({"described", "nature", "activity", "capacity", "fuel", "eia", "permit"})


def test_a_limit_that_nobody_states_is_named_until_somebody_does(tmp_path):
    limit = {"fact": "water_use", "op": "le", "value": 100, "unit": "m3/d"}
    plan = write_clauses(small_plan(tmp_path), {"L": ("市", "condition", {"industries": ["C"], "limit": limit})})
    assessor = Assessor(plan, none_here=NONE_HERE)

    def said(**project):
        found = answer(assessor, industry="C1713", **project)
        return found["verdict"], [one for one in found["notices"] if "nobody has stated these" in one]

    verdict, (named,) = said()
    assert verdict == "conditional"
    assert named.endswith("Water use ≤ 100 m3/d (L)")
    assert said(facts={"water_use": "100 m3/d"}) == ("no_conflict", [])
    assert said(facts={"water_use": "101 m3/d"}) == ("prohibit", [])
