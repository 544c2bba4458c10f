"""Lint of entry lists and their library: each rule with a list that has the fault, and one that almost has it."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from control_units.delineation.case.finding_texts import load_texts, message
from control_units.delineation.core.findings import Finding
from control_units.delineation.core.messages import facts_of, plain_facts
from control_units.delineation.lists import lint_lists, lint_pairs
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.kept_library import library_of_plan
from control_units.delineation.lists.lint import LIBRARY_RULES, LIST_RULES, lint_of_library, lint_of_lists
from control_units.delineation.lists.mends import mends_of
from control_units.delineation.lists.place_names import Gazetteer
from control_units.delineation.lists.wording import DIMENSIONS
from list_lint import CODE, PARK, PLAIN, RED, SEA, TOUCHES, UNITS, clause, lists, row, whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from control_units.delineation.lists.entries import EntryLists

TEXTS = load_texts()
RULES: dict[str, Callable[[EntryLists], list[Finding]]] = {**LIBRARY_RULES, **LIST_RULES}
SMALL = {"fact": "capacity", "op": "lt", "value": 2000, "unit": "t/d"}
LARGE = {"fact": "capacity", "op": "ge", "value": 5000, "unit": "t/d"}


def found(rule: str, of: EntryLists) -> list[tuple[str, str]]:
    """Problem and clause (or name) of what a rule finds; each is put into words in both languages."""
    findings = RULES[rule](of)
    for one in findings:
        again = Finding(one.id, facts_of(plain_facts(one.facts)), one.value, None, one.units)
        for language in ("zh", "en"):
            assert "{" not in message(again, TEXTS, language)
    facts = [one.facts for one in findings]
    return [(str(one.get("problem", "")), str(one.get("clause", one.get("name", "")))) for one in facts]


def one_of(rule: str, of: EntryLists) -> Finding:
    (finding,) = RULES[rule](of)
    return finding


def test_rules_have_texts_in_both_languages_and_say_what_they_do():
    assert set(RULES) <= set(TEXTS)
    assert all(rule.__doc__ for rule in RULES.values())


# ── L01 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("problem", "wrong", "right"),
    [
        ("industry", {"industries": ["C99"]}, {"industries": ["C26", "chemical", "C2614"]}),
        ("law", {"law": ["EEC-2026", "EEC"]}, {"law": "EEC-2026"}),
        ("fact", {"when": [{**SMALL, "fact": "size"}]}, {"when": [SMALL]}),
        ("fact", {"limit": {**SMALL, "fact": "size", "unit": ""}}, {"limit": SMALL}),
        ("unit", {"unless": [{**SMALL, "unit": "斤"}]}, {"unless": [SMALL]}),
        ("zone", {"scope": ["role:drinking_water:9"]}, {"scope": ["role:drinking_water:1", "kind:general"]}),
        ("zone", {"scope": ["role:redline"]}, {"scope": ["role:red_line"]}),
    ],
)
def test_codes_are_known(problem, wrong, right):
    assert found("L01", lists([clause("A", **wrong), clause("B", **right)])) == [(problem, "A")]


def test_codes_of_a_units_own_clause_are_known_as_well():
    own = row("u1", clause("H1"), origin="hand", terms='{"industries": ["C99"]}')
    other = row("u2", clause("H2"), origin="hand", terms='{"industries": ["C26"]}')
    assert found("L01", lists([], [own, other])) == [("industry", "H1")]


# ── L02 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("problem", "wrong", "right"),
    [
        ("category", ["category:3", "role:red_line"], ["category:1", "role:red_line"]),
        ("category", ["category:2", "kind:general"], ["category:3", "kind:general"]),
        ("code", ["category:3", f"unit:{PARK}"], ["category:2", f"unit:{PARK}"]),
        ("code", ["admin:330102", f"unit:{PARK}"], ["admin:3301", f"unit:{PARK}"]),
        ("unit", ["unit:ZH33010120009"], ["unit:ZH33010120009|" + PARK]),
        ("place", ["place:南园区"], ["place:南园区|东园区"]),
    ],
)
def test_scopes_can_be_reached(problem, wrong, right):
    assert found("L02", lists([clause("A", scope=wrong), clause("B", scope=right)])) == [(problem, "A")]


def test_what_belongs_to_other_areas_is_told_once():
    library = [clause("A", scope=["admin:3302"]), clause("B", scope=["admin:3303", "place:北园区"])]
    library += [clause("C", scope=["admin:33"]), clause("D", scope=["unit:ZH33990110001"])]
    finding = one_of("L02", lists(library))
    assert (finding.facts["problem"], finding.value, finding.facts["clauses"]) == ("admin", 2.0, ("A", "B"))


# ── L03 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_clause_of_the_library_has_a_basis():
    assert found("L03", lists([clause("A", basis=" "), clause("B", basis="《某法》")])) == [("missing", "A")]


def test_rows_without_a_basis_are_told_once():
    rows = [row(unit, clause(f"P{unit}", basis=basis), origin="previous") for unit, basis in (("u1", ""), ("u2", ""))]
    rows += [row("u3", clause("P3"), origin="hand")]
    own, unread = RULES["L03"](lists([], rows))
    assert (own.facts["problem"], own.value, own.units) == ("own", 2.0, (RED, PARK))
    assert (unread.facts["problem"], unread.facts["clauses"]) == ("unchecked", ("P3",))


def test_unchecked_bases_are_counted_once():
    library = [
        clause("A", verified=False),
        clause("B", verified=False),
        clause("C"),
        clause("D", basis="《某法》第二条"),
    ]
    rows = [row("u1", library[0]), row("u1", library[2])]
    finding = one_of("L03", lists(library, rows))
    assert (finding.facts["problem"], finding.value, finding.facts["all"]) == ("unchecked", 2.0, 4)
    # Of what a person wrote or put in another's place nobody has said that it was read.
    rows += [row("u2", clause("P1"), origin="hand"), row("u3", library[3], basis="《某法》第三条")]
    finding = one_of("L03", lists(library, rows))
    assert (finding.value, finding.facts["all"], finding.facts["clauses"]) == (4.0, 5, ("A", "B", "D", "P1"))
    assert found("L03", lists(library[2:], [row("u1", library[2])])) == []


# ── L17 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_clauses_that_were_read_rest_on_laws_that_were_read():
    read = {"verified": False, "checked_on": "2026-11-30"}
    library = [clause("A", law="TCL-2019", **read), clause("B", law=["EEC-2026", "TCL-2019"], **read)]
    library += [clause("C", law="SAR-2016", **read), clause("D", law="EEC-2026", checked_on="2026-11-30")]
    library += [clause("E", law="TCL-2019", verified=False)]
    told = one_of("L17", lists(library))
    assert (told.value, told.facts["n"], told.facts["clauses"]) == (3.0, 3, ("A", "B", "C"))
    assert [law[:5] for law in told.facts["laws"]] == ["关于在国土", "风景名胜区"]
    assert RULES["L17"](lists(library[3:])) == []


# ── L04, L05 ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_clauses_are_in_force_on_the_day_of_the_plan():
    library = [clause("A", to="2026-09-30"), clause("B", to="2026-10-01")]
    library += [clause("C", from_="2026-10-02"), clause("D", from_="2026-10-01")]
    assert found("L04", lists(library)) == [("expired", "A"), ("not_yet", "C")]
    assert found("L04", lists(library, as_of="")) == []


def test_laws_are_in_force_and_their_successors_are_named():
    library = [clause("A", law="EPL-2014"), clause("B", law=["EPL-2014", "EEC-2026"]), clause("C", law="EEC-2026")]
    finding = one_of("L05", lists(library, [row("u1", library[0]), row("u2", library[1])]))
    assert finding.facts["problem"] == "superseded"
    assert finding.facts["successor"] == "中华人民共和国生态环境法典"
    assert (finding.facts["clauses"], finding.units) == (("A",), (RED,))
    assert found("L05", lists(library[:1], as_of="2026-08-14")) == []


def test_repealed_laws_and_those_to_come_are_told():
    library = [clause("A", law="HN-LIST-2020"), clause("B", law="EEC-2026"), clause("C", law="EEC-2026")]
    (repealed,) = RULES["L05"](lists(library))
    assert (repealed.facts["problem"], repealed.facts["date"]) == ("repealed", "2025-11-10")
    early = lists(library, as_of="2025-01-01")
    (to_come,) = RULES["L05"](early)
    assert (to_come.facts["problem"], to_come.value) == ("not_yet", 2.0)
    assert found("L05", early) == [("not_yet", "")]


# ── L06 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
FORBID = {"effect": "prohibit", "scope": ["role:red_line"], "industries": ["C"]}


def allowing(level: str = "市", **said: Any) -> dict[str, Any]:
    return clause("B", level=level, effect="allow", **{"scope": ["role:red_line"], "industries": ["C26"], **said})


@pytest.mark.parametrize(
    ("forbid", "allow"),
    [
        (FORBID, {}),
        ({**FORBID, "scope": []}, {}),
        ({**FORBID, "industries": ["C2614"]}, {}),
        ({**FORBID, "industries": ["chemical"]}, {"industries": ["C261"]}),
        ({**FORBID, "scope": ["admin:33"], "industries": []} | {"when": [SMALL]}, {"when": [{**SMALL, "value": 100}]}),
        ({**FORBID, "scope": ["role:drinking_water"]}, {"scope": ["role:drinking_water:1"]}),
    ],
    ids=["within", "everywhere", "narrower", "group", "conditions", "zone"],
)
def test_a_lower_level_allows_nothing_that_a_higher_one_forbids(forbid, allow):
    of = lists([clause("A", **forbid), allowing(**allow)])
    assert found("L06", of) == [("allow", "B")]
    assert one_of("L06", of).facts["other"] == "A"


@pytest.mark.parametrize(
    ("forbid", "allow"),
    [
        (FORBID, {"level": "国家"}),
        (FORBID, {"scope": ["role:industrial_park"]}),
        (FORBID, {"scope": []}),
        (FORBID, {"industries": ["D44"]}),
        (FORBID, {"industries": []}),
        ({**FORBID, "when": [SMALL]}, {"when": [LARGE]}),
        ({**FORBID, "scope": ["category:1", "role:red_line"]}, {"scope": ["category:2", "role:red_line"]}),
        ({**FORBID, "scope": ["admin:3301"]}, {"scope": ["admin:3302", "role:red_line"]}),
        ({**FORBID, "applies_to": ["new"]}, {"applies_to": ["existing"]}),
        ({"effect": "prohibit"}, {}),
        (
            {**FORBID, "unless": [{"fact": "activity", "op": "eq", "value": "tourism", "industries": ["C26"]}]},
            {"when": [{"fact": "activity", "op": "in", "value": ["tourism"]}]},
        ),
    ],
    ids=["level", "zone", "wider", "industry", "words", "conditions", "category", "area", "nature", "text", "exempt"],
)
def test_what_does_not_meet_is_no_contradiction(forbid, allow):
    assert found("L06", lists([clause("A", **forbid), allowing(**allow)])) == []


def test_an_exemption_of_others_covers_nothing():
    forbid = {**FORBID, "unless": [{"fact": "activity", "op": "eq", "value": "tourism", "industries": ["N"]}]}
    when = [{"fact": "activity", "op": "eq", "value": "tourism"}]
    assert found("L06", lists([clause("A", **forbid), allowing(when=when)])) == [("allow", "B")]


# ── L06, L07 limits ─────────────────────────────────────────────────────────────────────────────────────────────────
def limited(name: str, value: float, level: str = "国家", op: str = "le", **said: Any) -> dict[str, Any]:
    limit = {"fact": "area", "op": op, "value": value, "unit": "hm2"}
    return clause(name, level=level, limit=limit, **{"industries": ["C30"], **said})


def test_a_lower_level_relaxes_no_limit():
    assert found("L06", lists([limited("A", 100), limited("B", 120, "市")])) == [("limit", "B")]
    assert found("L06", lists([limited("A", 100), limited("B", 90, "市")])) == []
    assert found("L06", lists([limited("A", 100, op="ge"), limited("B", 90, "市", op="ge")])) == [("limit", "B")]
    assert found("L06", lists([limited("A", 100), limited("B", 120, "市", industries=["C26"])])) == []
    # Elsewhere than the higher one's zones, a laxer limit is a limit.
    assert found("L06", lists([limited("A", 100, scope=["role:red_line"]), limited("B", 120, "市")])) == []


def test_of_limits_of_a_level_the_stricter_holds():
    finding = one_of("L07", lists([limited("A", 100), limited("B", 120)]))
    assert (finding.facts["clause"], finding.facts["other_limit"]) == ("B", "≤ 100 hm2")
    assert found("L07", lists([limited("A", 100), limited("B", 100)])) == []
    assert found("L07", lists([limited("A", 100), limited("B", 120, "市")])) == []
    special = limited("B", 80, industries=["C301"])
    assert found("L07", lists([limited("A", 100), special])) == []
    idle = limited("B", 120, industries=["C301"])
    assert found("L07", lists([limited("A", 100), idle])) == [("limit", "B")]


# ── L08–L11 ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_no_clause_stands_in_the_library_twice():
    same = {"text": "节约用水。", "dimension": "resource"}
    library = [clause("A", **same), clause("B", **{**same, "text": " 节约用水"})]
    assert one_of("L08", lists(library)).facts["clauses"] == ("A", "B")
    for other in ({"scope": ["category:1"]}, {"dimension": "risk"}, {"industries": ["C26"]}, {"text": "节约用电。"}):
        assert found("L08", lists([library[0], clause("B", **{**same, **other})])) == []


def test_prohibitions_say_what_they_prohibit():
    library = [clause("A", effect="prohibit"), clause("B", effect="prohibit", scope=["category:1"])]
    library += [clause("C", effect="prohibit", scope=["admin:33", "kind:general"])]
    right = [{"scope": ["role:red_line"]}, {"industries": ["C26"]}, {"when": [SMALL]}, {"scope": [f"unit:{PARK}"]}]
    library += [clause(f"R{number}", effect="prohibit", **one) for number, one in enumerate(right)]
    library += [clause("R9", effect="inform")]
    assert found("L09", lists(library)) == [("", "A"), ("", "B"), ("", "C")]


def test_exemptions_can_be_claimed():
    tourism = {"fact": "activity", "op": "eq", "value": "tourism"}
    library = [clause("A", industries=["C26"], unless=[tourism, {**tourism, "industries": ["N"]}])]
    library += [clause("B", when=[SMALL], unless=[LARGE])]
    library += [clause("C", industries=["C26"], unless=[{**tourism, "industries": ["C2614"]}])]
    library += [clause("D", when=[LARGE], unless=[{**LARGE, "value": 8000}])]
    assert found("L10", lists(library)) == [("industry", "A"), ("condition", "B")]


@pytest.mark.parametrize(
    ("conditions", "together"),
    [
        ([("lt", 5), ("ge", 5)], False),
        ([("le", 5), ("ge", 5)], True),
        ([("eq", 5), ("ne", 5)], False),
        ([("in", [1, 9]), ("gt", 8)], True),
        ([("in", [1, 9]), ("gt", 9)], False),
        ([("le", 5), ("ge", 5), ("ne", 5)], False),
        ([("eq", "coal"), ("in", ["oil", "gas"])], False),
        ([("ne", "coal"), ("ne", "oil")], True),
    ],
)
def test_conditions_on_a_fact_hold_together(conditions, together):
    asked = [{"fact": "x", "op": op, "value": value} for op, value in conditions]
    assert lint_pairs.can_hold_together(asked) is together


def test_the_library_has_each_dimension_for_each_category():
    library = [clause(one, dimension=one) for one in ("space", "risk", "resource")]
    library += [
        clause("D1", dimension="discharge", scope=["category:1"]),
        clause("D2", dimension="discharge", scope=["category:2"]),
    ]
    (finding,) = RULES["L11"](lists(library))
    assert (finding.facts["category"], finding.facts["dimension"], finding.units) == (3, "discharge", (PLAIN, SEA))
    assert found("L11", lists([*library, clause("D3", dimension="discharge", scope=["category:3"])])) == []
    assert found("L11", lists([])) == []


# ── L12, L13, L15 ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_clauses_of_higher_levels_are_as_in_the_library():
    library = [clause("A"), clause("B", level="市")]
    rows = [row("u1", library[0], text="改过的文字。"), row("u2", library[0], basis="别的依据"), row("u3", library[0])]
    rows += [row("u1", library[1], text="市级可改。"), row("u4", library[0], origin="previous", text="另一条。")]
    finding = one_of("L12", lists(library, rows))
    assert (finding.facts["clause"], finding.facts["what"], finding.units) == ("A", ("text", "basis"), (RED, PARK))
    assert [one.facts["clause"] for one in RULES["L12"](lists(library, rows, level="县"))] == ["A", "B"]


def test_clauses_of_higher_levels_are_in_the_lists_where_they_hold():
    library = [clause("A"), clause("B", scope=["role:industrial_park"]), clause("C", level="市")]
    rows = [row(unit, library[0]) for unit in ("u1", "u3")] + [row("u2", library[1])]
    # Nothing was drafted for the fourth unit, whose list was imported.
    rows += [row("u4", clause("P1"), origin="previous")]
    first, second = RULES["L13"](lists(library, rows))
    assert (first.facts["clause"], first.units) == ("A", (PARK,))
    assert (second.facts["clause"], second.units) == ("B", (PLAIN,))


@pytest.mark.parametrize(
    "of",
    [
        {"scope": ["role:drinking_water"]},
        {"scope": ["admin:3302"]},
        {"scope": ["category:1", "role:industrial_park"]},
        {"scope": ["kind:sea"]},
        {"scope": ["place:东园区"]},
        {"to": "2020-01-01"},
        {"text": "A的要求。"},
        {"level": "市"},
    ],
    ids=["sliver", "area", "category", "kind", "place", "expired", "wording", "level"],
)
def test_what_does_not_hold_is_not_left_out(of):
    library = [clause("A"), clause("B", **of)]
    assert found("L13", lists(library, [row(unit, library[0]) for unit in ("u1", "u3")])) == []


def test_what_is_left_out_is_what_a_draft_would_join():
    tokens = [
        "category:1",
        "category:2",
        "category:3",
        "role:red_line",
        "role:industrial_park",
        "role:water_zone:industrial",
    ]
    tokens += [
        "kind:general",
        "kind:sea",
        "admin:33",
        "admin:330102",
        "place:西园区",
        "place:清水水库",
        f"place:{PARK}",
    ]
    draw = random.Random(1)  # noqa: S311
    columns = ("admin", "category", "kind", "zone", "place")
    joined = 0
    for _ in range(30):
        library = []
        for number in range(12):
            scope = {one.partition(":")[0]: one for one in draw.sample(tokens, draw.choice([0, 1, 1, 2]))}
            if {"kind", "role"} <= scope.keys():
                del scope["kind"]
            cells = dict.fromkeys(columns, "") | {"category": 0}
            for what, token in scope.items():
                kind, _, zone = token.partition(":")[2].partition(":")
                cells |= {"kind": kind, "zone": zone} if what in ("role", "kind") else {what: kind}
            cells["category"] = int(cells["category"])
            library.append({**clause(f"C{number}", scope=list(scope.values())), **cells})
        table = pd.DataFrame(library).rename(columns={"clause_id": "id", "subdimension": "sub"})
        rows = draft(UNITS, table, TOUCHES, least_share=0.005)
        firm = rows[rows["status"] == "待审"]
        bare = [row(unit, clause("KEPT")) for unit in CODE]
        of = lists([clause("KEPT"), *library], bare)
        pairs = {
            (str(of.library["clause_id"].iloc[at]), str(UNITS["unit_id"].iloc[unit]))
            for at, unit in lint_lists.dropped_rows(of)
        }
        assert pairs == set(zip(firm["clause_id"], firm["unit_id"], strict=True))
        joined += len(firm)
    assert joined > 100


def test_rows_are_of_clauses_that_the_library_has():
    library = [clause("A")]
    rows = [
        row("u1", library[0]),
        row("u2", clause("Z")),
        row("u3", clause("Z")),
        row("u4", clause("H"), origin="hand"),
    ]
    finding = one_of("L15", lists(library, rows))
    assert (finding.facts["clause"], finding.units) == ("Z", (PARK, PLAIN))
    assert found("L15", lists([], rows)) == []


# ── L14, L16 ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_proposed_clauses_wait_with_how_much_their_zone_touches():
    water = [clause(name, scope=["role:drinking_water:3"]) for name in ("A", "B")]
    brought = {"origin": "drinking_water:3", "status": "建议"}
    rows = [row(unit, one, **brought) for one in water for unit in ("u1", "u3")]
    rows += [row("u2", water[0], origin="drinking_water:3")]
    slight = pd.DataFrame([("u1", "drinking_water", "3", "", 3e4, 0.003, 0.001)], columns=TOUCHES.columns)
    finding = one_of("L14", lists(water, rows, touches=pd.concat([TOUCHES, slight])))
    assert (finding.facts["clauses"], finding.units, finding.facts["n"]) == (("A", "B"), (RED, PLAIN), 4)
    assert [finding.facts[name] for name in ("area_m2", "of_unit", "of_zone")] == [8e4, 0.003, 0.002]
    assert finding.value == 0.003
    assert "0.30%" in message(finding, TEXTS, "zh")


def test_what_nobody_knows_the_share_of_waits_as_well():
    water = clause("A", scope=["role:drinking_water:3"])
    assert found("L14", lists([water], [row("u3", water, origin="hand", status="建议")])) == [("plain", "")]


def test_no_list_says_a_thing_twice():
    above, own = clause("A", text="节约用水。"), clause("H1", text="节约用水", level="市")
    rows = [row("u1", own, origin="hand"), row("u1", above), row("u2", above)]
    rows += [row("u3", above), row("u3", own, origin="hand", dimension="risk")]
    finding = one_of("L16", lists([above], rows))
    assert (finding.facts["clauses"], finding.units) == (("A", "H1"), (RED,))


def test_what_the_library_says_of_two_zones_is_no_repetition_and_what_a_hand_adds_to_it_is():
    zones = [clause(name, text="不得设置排污口。", scope=[f"role:drinking_water:{name[-1]}"]) for name in ("A1", "A2")]
    rows = [row("u1", one) for one in zones]
    assert found("L16", lists(zones, rows)) == []
    finding = one_of("L16", lists(zones, [*rows, row("u1", clause("H1", text="不得设置排污口。"), origin="hand")]))
    assert (finding.facts["clauses"], finding.units) == (("A1", "H1"), (RED,))


def test_a_library_may_say_a_thing_for_each_place_where_it_holds():
    zones = [clause(f"W{zone}", text="禁止排污。", scope=[f"role:drinking_water:{zone}"]) for zone in "12"]
    rows = [row("u1", one, origin=f"drinking_water:{zone}") for zone, one in zip("12", zones, strict=True)]
    assert found("L16", lists(zones, rows)) == []
    below = clause("B", text="禁止排污", level="市")
    repeated = one_of("L16", lists([*zones, below], [*rows, row("u1", below)]))
    assert repeated.facts["clauses"] == ("W1", "B")
    assert one_of("L16", lists(zones, [*rows, row("u1", zones[0], origin="hand")])).units == (RED,)


# ── Q15, Q29, Q30 ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_each_unit_has_a_list_with_all_its_dimensions():
    assert found("Q15", lists([], whole())) == []
    assert one_of("Q15", lists([], whole("u1", "u2", "u3"))).units == (SEA,)
    rows = [one for one in whole() if (one["unit_id"], one["dimension"]) != ("u2", "risk")]
    finding = one_of("Q15", lists([], rows))
    assert (finding.facts["problem"], finding.facts["dimension"], finding.units) == ("dimension", "risk", (PARK,))
    only_proposed = [*rows, row("u2", clause("W", dimension="risk"), status="建议")]
    assert found("Q15", lists([], only_proposed)) == [("dimension", "")]


def test_which_dimensions_a_category_needs_is_a_setting():
    rows = [one for one in whole() if (one["unit_id"], one["dimension"]) != ("u2", "risk")]
    of = lists([], rows)
    spared = {**of.limits.needed, 2: ("space", "discharge", "resource")}
    limits = type(of.limits)(spared, of.limits.park_roles, of.limits.ignored, of.limits.least_share)
    assert found("Q15", lists([], rows, limits=limits)) == []


def test_each_row_has_a_unit():
    finding = one_of("Q15", lists([], [*whole(), row("u9", clause("A"), code="ZH33010120009")]))
    assert (finding.facts["problem"], finding.value, finding.facts["clauses"]) == ("orphan", 1.0, ("ZH33010120009",))


def test_codes_of_rows_are_their_units():
    finding = one_of("Q29", lists([], [row("u1", clause("A")), row("u2", clause("A"), code=RED)]))
    assert (finding.facts["problem"], finding.units, finding.facts["clauses"]) == ("code", (PARK,), (RED,))


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("乙县东园区重点管控单元", ("乙县",)),
        ("甲县西园区重点管控单元", ("西园区",)),
        ("甲县北镇重点管控单元", ("北镇",)),
        ("甲县东镇东园区重点管控单元", ()),
        ("重点管控单元", ()),
    ],
)
def test_names_of_units_name_where_they_lie(name, wrong):
    units = UNITS.assign(name=UNITS["name"].where(UNITS["unit_id"] != "u2", name))
    findings = RULES["Q29"](lists([], whole(), units=units))
    assert [one.facts["places"] for one in findings] == ([wrong] if wrong else [])


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("乙县范围内禁止新建。", [("county", "乙县")]),
        ("西镇、东镇的企业限期搬迁。", [("township", "西镇")]),
        ("西园区外不再布局。", [("park", "西园区")]),
        ("按乙县一般管控单元执行。", [("unit", "乙县一般管控单元")]),
        (f"按{RED}执行。", [("code", RED)]),
        (f"甲县东镇东园区（{PARK}）内的工业园区限期整改，清水水库除外。", []),
    ],
    ids=["county", "township", "park", "unit", "code", "own"],
)
def test_texts_name_no_other_place(text, wrong):
    rows = [row("u2", {**clause("A"), "text": text})]
    findings = RULES["Q30"](lists([], rows))
    assert [(one.facts["problem"], one.facts["name"]) for one in findings] == wrong
    assert all(one.units == (PARK,) and one.facts["clause"] == "A" for one in findings)
    assert found("Q30", lists([], rows)) == [(problem, "A") for problem, _ in wrong]


def test_a_text_of_many_units_is_wrong_where_it_is_elsewhere():
    of = clause("A", text="东园区内执行。")
    finding = one_of("Q30", lists([of], [row(unit, of) for unit in ("u1", "u2", "u3")]))
    assert (finding.units, finding.value) == ((RED, PLAIN), 2.0)


def test_names_are_found_longest_first_and_general_words_are_none():
    names = Gazetteer.of({"county": ["甲县"], "park": ["甲县东园区", "工业园区", "R1", "12"]}, ["工业园区"])
    assert names.named_in("甲县东园区与甲县的工业园区，R1、12") == ("甲县东园区", "甲县")


# ── Mends ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def ways(rule: str, of: EntryLists) -> dict[str, Any]:
    return {mend.title.template: mend.op for mend in mends_of(of, one_of(rule, of))}


def test_altered_clauses_are_taken_from_the_higher_level():
    library = [clause("A")]
    of = lists(library, [row("u1", library[0], text="改过。"), row("u2", library[0])])
    said = {"id": "A", "text": "A的要求。", "dimension": "space", "effect": "condition", "basis": "《某法》第一条"}
    said |= {"level": "国家", "subdimension": "", "issuer": ""}
    assert ways("L12", of) == {"Take the higher level's": {"op": "clause", "unit": RED, "change": said}}


def test_what_was_left_out_is_put_back():
    library = [clause("A"), clause("B")]
    of = lists(library, [row(unit, library[0]) for unit in ("u1", "u2")])
    (op,) = ways("L13", of).values()
    assert op["op"] == "clauses"
    assert [(one["unit"], one["add"]["id"], one["add"]["level"]) for one in op["rows"]] == [
        (RED, "B", "国家"),
        (PARK, "B", "国家"),
    ]


def test_of_equal_texts_that_of_the_higher_level_stays():
    above, own = clause("A", text="节约用水。"), clause("H1", text="节约用水", level="市")
    of = lists([above], [row("u1", own, origin="hand"), row("u1", above), row("u2", above)])
    assert ways("L16", of) == {"Remove the duplicate": {"op": "clause", "unit": RED, "remove": {"id": "H1"}}}


def test_proposals_are_approved_or_declined():
    water = [clause(name, scope=["role:drinking_water:3"]) for name in ("A", "B")]
    of = lists(water, [row("u3", one, origin="drinking_water:3", status="建议") for one in water])
    offered = ways("L14", of)
    assert list(offered) == ["Approve", "Take for review", "Decline"]
    assert [one["change"] for one in offered["Approve"]["rows"]] == [
        {"id": "A", "status": "已审"},
        {"id": "B", "status": "已审"},
    ]
    assert [one["remove"] for one in offered["Decline"]["rows"]] == [{"id": "A"}, {"id": "B"}]


def test_rows_the_library_lacks_are_removed_where_no_higher_level_wrote_them():
    rows = [row("u1", clause("Z", level="市"))]
    assert ways("L15", lists([clause("A")], rows)) == {
        "Remove it": {"op": "clause", "unit": RED, "remove": {"id": "Z"}}
    }
    assert ways("L15", lists([clause("A")], [row("u1", clause("Z"))])) == {}


def test_what_a_person_has_to_write_has_no_mend():
    of = lists([clause("A", effect="prohibit")], [])
    assert mends_of(of, one_of("L09", of)) == []


def test_a_large_library_and_many_lists_are_looked_at_in_seconds():
    draw = random.Random(1)  # noqa: S311
    kinds = ["red_line", "industrial_park", "water_zone:industrial", "water_zone:urban", "drinking_water:1"]
    counties = [f"33{city:02d}{county:02d}" for city in range(1, 12) for county in range(1, 9)]
    effects = ("prohibit", "restrict", "condition", "allow", "inform")
    library = []
    for number in range(10_000):
        more: dict[str, Any] = {"scope": [f"admin:{draw.choice(counties)}"] if number % 200 else []}
        if draw.random() < 0.4:
            more["scope"].append(f"role:{draw.choice(kinds)}")
        if draw.random() < 0.5:
            more["industries"] = [f"C{draw.randint(13, 43)}{draw.randint(1, 6)}" for _ in range(3)]
        if draw.random() < 0.2:
            more["limit"] = {"fact": "area", "op": "le", "value": draw.randint(1, 100), "unit": "hm2"}
        more |= {"level": draw.choice(("国家", "省", "市")), "effect": draw.choice(effects)}
        more |= {"level": draw.choice(("国家", "省", "市")), "effect": draw.choice(effects)}
        text = (
            f"第{number}条：第{number % 88}县范围内禁止新建、扩建不符合要求的项目，现有项目限期整改，执行地方排放标准。"
        )
        library.append(clause(f"C{number}", dimension=DIMENSIONS[number % 4], text=text, **more))
    units = pd.DataFrame({"unit_id": [f"u{number}" for number in range(1_400)]})
    units["category"] = [number % 3 + 1 for number in range(1_400)]
    units["kind"] = [("red_line", "industrial_park", "general")[number % 3] for number in range(1_400)]
    units["county"] = [counties[number % 88] for number in range(1_400)]
    units["code"] = [f"ZH{county}{number % 3 + 1}{number:04d}" for number, county in enumerate(units["county"])]
    units = units.assign(name=[f"第{number}号管控单元" for number in range(1_400)], subtype="", townships="")
    touched = [(unit, *kind.split(":"), "")[:3] for unit in units["unit_id"] for kind in draw.sample(kinds, 3)]
    touches = pd.DataFrame(touched, columns=["unit_id", "role", "zone"]).assign(place="", area_m2=1e5)
    touches = touches.assign(share_of_unit=0.1, share_of_zone=0.1).fillna("")
    kept = pd.DataFrame(library).assign(terms=[json.dumps(one["terms"]) for one in library])
    rows = draft(units, library_of_plan(kept), touches)
    assert len(rows) > 100_000
    names = {county: f"第{number}县" for number, county in enumerate(counties)}
    of = lists(library, None, units=units, clauses=rows, touches=touches, counties=names)
    start = time.process_time()
    found_all = [*lint_of_library(of), *lint_of_lists(of)]
    assert time.process_time() - start < 10  # pair by pair it would take minutes
    assert {"L06", "Q30"} <= {one.id for one in found_all}


@pytest.mark.parametrize(
    "terms",
    [
        "",
        "{",
        "[1]",
        '{"scope": 1, "when": [{"fact": "area"}, 3], "unless": {}, "limit": [], "law": 5, "industries": "C"}',
    ],
)
def test_terms_that_another_program_damaged_say_nothing(terms):
    of = lists([{**clause("A"), "terms": terms}], [row("u1", clause("A"))])
    (entry,) = of.entries
    assert (entry.kinds, entry.industries, entry.when, entry.laws) == ((), (), (), ())
    assert {one.id for one in lint_of_library(of)} <= {"L11"}
