"""What holds of every verdict, whatever the clauses: on random cases."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from control_units.delineation.assess.verdict import compile_clauses, judge, table
from control_units.delineation.core.errors import BadInput
from verdict_cases import GROUPS, IMPLICATIONS, LAWS, NATURES, WORDS, case, clause

SEEDS = range(600)


def by_clause(verdict):
    return {one.id: one for one in verdict.clauses}


def test_a_clause_more_never_lowers_what_is_certain_or_possible():
    for seed in SEEDS:
        drawn = case(seed)
        more = {**drawn.clauses, "more": clause(random.Random(-seed))}  # noqa: S311
        before, after = drawn.judged(), drawn.judged(clauses=more)
        assert after.low >= before.low, seed
        assert after.high >= before.high, seed
        assert after.clauses[:-1] == before.clauses, seed


def test_what_is_certain_never_exceeds_what_is_possible():
    for seed in SEEDS:
        found = case(seed).judged()
        assert 0 <= found.low <= found.high <= 3, seed


def test_a_clause_that_changes_changes_only_the_reports_that_cite_it():
    """A report cites a clause whose place its site hits."""
    cited = 0
    for seed in SEEDS:
        drawn = case(seed)
        changed = dict(drawn.clauses)
        other = clause(random.Random(-seed))  # noqa: S311
        changed["K0"] = other | {"scope": changed["K0"]["scope"]}
        before, after = (
            compile_clauses(one, groups=GROUPS, laws=LAWS, implications=IMPLICATIONS)
            .ask(drawn.project, as_of=drawn.as_of)
            .at(drawn.site, outside_share=drawn.outside_share, elsewhere=False)
            for one in (drawn.clauses, changed)
        )
        if "K0" in by_clause(before):
            cited += 1
            assert [one for one in before.clauses if one.id != "K0"] == [
                one for one in after.clauses if one.id != "K0"
            ], seed
        else:
            assert before == after, seed
    assert 100 < cited < 500


def answers(fact, rng):
    if fact == "nature":
        return rng.choice(NATURES)
    if fact == "industry":
        return rng.choice(("C2614", "C3011", "D4411", "A0111", "C2221"))
    if fact == "fuel":
        return rng.choice((*WORDS, "oil"))
    if fact == "listed":
        return rng.choice((True, False, "yes", "no"))
    return {"value": rng.choice((0.5, 1, 1.5, 2, 3, 9)), "unit": rng.choice(("t/d", "t/a", ""))}


def claimed(drawn):
    exemptions = [one for clause in drawn.clauses.values() for one in clause.get("unless", ())]
    return {one["fact"] for one in exemptions if one.get("claim")}


def test_an_answer_never_leaves_the_interval():
    """But for a limit, which is a condition until it is known, an exemption that is claimed, and what was implied."""
    moved = 0
    for seed in SEEDS:
        drawn = replace(case(seed), implications={})
        limits = {one["limit"]["fact"] for one in drawn.clauses.values() if "limit" in one} | claimed(drawn)
        before = drawn.judged()
        for fact in {"nature", "industry", "capacity", "energy", "fuel", "listed"} - limits:
            given = drawn.project.get(fact)
            if (given["value"] if isinstance(given, dict) else given) not in (None, "", "unknown"):
                continue
            rng = random.Random(seed)  # noqa: S311
            for _ in range(4):
                after = drawn.judged(project={**drawn.project, fact: answers(fact, rng)})
                assert before.low <= after.low <= after.high <= before.high, (seed, fact)
                moved += (before.low, before.high) != (after.low, after.high)
    assert moved > 100


def test_a_finer_industry_never_leaves_the_interval():
    for seed in SEEDS:
        drawn = case(seed)
        coarse = drawn.judged(project={**drawn.project, "industry": "C26"})
        for code in ("C261", "C2614", "C2621"):
            fine = drawn.judged(project={**drawn.project, "industry": code})
            assert coarse.low <= fine.low <= fine.high <= coarse.high, (seed, code)


def test_what_is_implied_raises_low_and_never_lowers_high():
    raised = 0
    for seed in range(2_000):
        drawn = case(seed)
        without, found = drawn.judged(implications={}), drawn.judged()
        assert (found.high, found.low >= without.low) == (without.high, True), seed
        raised += found.low > without.low
    assert raised > 5


def test_three_facts_are_asked_at_most_and_none_that_cannot_change_the_verdict():
    """Each clause that may weigh more than what applies hangs on one that is asked, up to the third."""
    asked = Counter()
    for seed in SEEDS:
        drawn = case(seed, most=12)
        found = drawn.judged()
        order = [found.facts_missing.index(fact) for fact in found.asked]
        assert order == sorted(order), seed
        asked[len(order)] += 1
        if found.low == 3:
            assert not found.asked, seed
        for fact in found.asked:
            assert any(found.clauses[one].applies in ("maybe", "missing") for one in found.hanging[fact]), seed
        for number, judged in enumerate(found.clauses):
            if judged.applies == "maybe" and judged.rank > found.low and len(found.asked) < 3:
                hung_on = {fact for fact, numbers in found.hanging.items() if number in numbers}
                assert not hung_on or hung_on & set(found.asked), (seed, judged.id)
    assert set(asked) == {0, 1, 2, 3}


def test_what_is_not_missing_cannot_change_the_verdict():
    """A fact that is not listed may be answered as one likes, one that is listed as changing does change it."""
    changed = 0
    for seed in SEEDS:
        drawn = replace(case(seed), implications={})
        before = drawn.judged()
        assert set(before.what_would_change) <= set(before.facts_missing), seed
        first = before.facts_missing[: len(before.what_would_change)]
        assert set(first) == set(before.what_would_change), seed
        for fact in {"nature", "industry", "fuel", "listed"} - set(drawn.project) - claimed(drawn):
            rng = random.Random(seed)  # noqa: S311
            found = {drawn.judged(project={**drawn.project, fact: answers(fact, rng)}).verdict for _ in range(6)}
            possible = {before.verdict, *before.what_would_change.get(fact, ())}
            assert found <= possible, (seed, fact)
            changed += len(found - {before.verdict})
    assert changed > 20


def test_a_site_on_its_way_out_never_loses_a_prohibition_in_silence():
    for seed in SEEDS:
        drawn = replace(case(seed), missing_layers=())
        forbidding = [one.id for one in drawn.judged().clauses if one.applies == "yes" and one.rank == 3]
        for relation in ("edge", "touch"):
            moved = drawn.judged(site={place: min(relation, had, key=RANK.index) for place, had in drawn.site.items()})
            for name in forbidding:
                if drawn.clauses[name]["scope"]:
                    now = by_clause(moved)[name]
                    assert now.applies == ("maybe" if relation == "edge" else "no"), (seed, name)
                    assert f"near:{name}" in moved.notices, (seed, name)


RANK = ("out", "touch", "edge", "in")


def test_without_a_layer_nothing_is_permitted():
    stood = 0
    for seed in SEEDS:
        drawn = case(seed)
        for layer in ("red_line", "park", "farmland"):
            found = drawn.judged(missing_layers=(layer,))
            assert found.not_checked[-1] == f"layer:{layer}", seed
            asked = [one for one in found.clauses if one.applies == "missing" and one.rank]
            if asked:
                stood += 1
                assert found.verdict == ("prohibit" if found.low == 3 else "not_assessed"), seed
                assert found.low == 3 or set(found.deciding) == {one.id for one in asked}, seed
    assert stood > 100


def test_outside_the_data_nothing_is_permitted():
    for seed in SEEDS:
        found = case(seed).judged(outside_share=1e-9)
        assert found.verdict == ("prohibit" if found.low == 3 else "not_assessed"), seed
        assert found.not_checked[0] == "outside", seed


def test_the_order_of_clauses_does_not_matter():
    for seed in SEEDS:
        drawn = case(seed)
        one, other = drawn.judged(), drawn.judged(clauses=dict(reversed(drawn.clauses.items())))
        assert (one.verdict, one.low, one.high, one.offsets) == (other.verdict, other.low, other.high, other.offsets)
        assert by_clause(one) == by_clause(other), seed
        assert set(one.notices) == set(other.notices), seed
        assert set(one.deciding) == set(other.deciding), seed
        assert one.facts_missing == other.facts_missing, seed
        assert one.what_would_change == other.what_would_change, seed


def test_allow_and_inform_change_no_verdict():
    for seed in SEEDS:
        drawn = case(seed)
        without = {name: one for name, one in drawn.clauses.items() if one["effect"] not in ("allow", "inform")}
        limits = any("limit" in drawn.clauses[name] for name in set(drawn.clauses) - set(without))
        assert limits or drawn.judged().verdict == drawn.judged(clauses=without).verdict, seed


def test_clauses_elsewhere_may_be_left_out():
    for seed in SEEDS:
        drawn = case(seed, most=8)
        enquiry = compile_clauses(drawn.clauses, groups=GROUPS, laws=LAWS, implications=IMPLICATIONS).ask(
            drawn.project, as_of=drawn.as_of
        )
        whole, near = (
            enquiry.at(drawn.site, missing_layers=drawn.missing_layers, elsewhere=elsewhere)
            for elsewhere in (True, False)
        )
        assert (near.verdict, near.low, near.high, near.deciding) == (
            *(whole.verdict, whole.low, whole.high, whole.deciding),
        ), seed
        assert near.offsets == whole.offsets, seed
        assert (near.facts_missing, near.what_would_change) == (whole.facts_missing, whole.what_would_change), seed
        assert set(near.clauses) <= set(whole.clauses), seed
        assert "place" not in {one.cause for one in near.clauses}, seed
        assert all(one.applies == "no" for one in set(whole.clauses) - set(near.clauses)), seed


def test_an_enquiry_judges_many_sites_as_one_by_one():
    for seed in range(0, 600, 3):
        drawn = case(seed)
        enquiry = compile_clauses(drawn.clauses, groups=GROUPS, laws=LAWS, implications=IMPLICATIONS).ask(
            drawn.project, as_of=drawn.as_of
        )
        for other in range(seed, seed + 3):
            site = case(other).site
            found = enquiry.at(site)
            assert found == drawn.judged(site=site, missing_layers=(), outside_share=0), (seed, other)
        # What a clause says of a place that lies so is worked out once.
        assert all(one is again for one, again in zip(found.clauses, enquiry.at(site).clauses, strict=True)), seed


def test_compiled_clauses_are_judged_as_their_documents():
    for seed in range(100):
        drawn = case(seed)
        compiled = compile_clauses(drawn.clauses, groups=GROUPS, laws=LAWS, implications=IMPLICATIONS)
        assert len(compiled) == len(drawn.clauses)
        assert drawn.judged(clauses=compiled) == drawn.judged(), seed


def test_relations_may_be_given_as_a_function():
    """It is asked for single places, each once; a role that is missing is not asked for."""
    documents = {
        "a": {"effect": "restrict", "scope": ["unit:A|B", "role:park:1"]},
        "b": {"effect": "condition", "scope": ["unit:B"]},
        "c": {"effect": "prohibit", "scope": ["role:red_line"]},
    }
    asked = []

    def relation(place):
        asked.append(place)
        return "in" if place in ("unit:B", "role:park:1") else "out"

    found = judge(documents, relation, {}, as_of="2026-11-27", missing_layers=["red_line"])
    assert [one.applies for one in found.clauses] == ["yes", "yes", "missing"]
    assert sorted(asked) == ["role:park:1", "unit:A", "unit:B"]


def test_a_number_that_is_none_is_unknown():
    large = {"a": {"effect": "restrict", "when": [{"fact": "size", "op": "gt", "value": 5}]}}
    for value in (float("nan"), float("inf")):
        assert judge(large, {}, {"size": value}, as_of="2026-11-27").clauses[0].cause == "fact:size_unknown"


@pytest.mark.parametrize(
    ("parts", "decided"),
    [
        ({}, ("", "", "")),
        ({"to": "2020-01-01"}, ("to", "expired", "")),
        ({"law": "HEIR_OF_NONE"}, ("law", "repealed", "HEIR_OF_NONE")),
        ({"law": "FUTURE"}, ("law", "not_yet", "FUTURE")),
        ({"industries": ["C26"]}, ("industry", "unknown", "industry")),
        ({"applies_to": ["new"]}, ("nature", "unknown", "nature")),
        ({"limit": {"fact": "size", "op": "lt", "value": 5}}, ("limit", "kept", "size")),
        ({"unless": [{"fact": "size", "op": "lt", "value": 5, "review": True}]}, ("unless", "review", "size")),
    ],
)
def test_a_clause_says_which_test_decided_and_what_it_is_about(parts, decided):
    (one,) = judge({"a": {"effect": "restrict"} | parts}, {}, {"size": 1}, as_of="2026-11-27", laws=LAWS).clauses
    assert (one.test, one.outcome, one.about) == decided


def test_what_would_change_gives_the_verdicts_that_answers_lead_to():
    documents = {
        "small": {"effect": "prohibit", "when": [{"fact": "size", "op": "lt", "value": 5, "unit": "ha"}]},
        "large": {"effect": "restrict", "when": [{"fact": "size", "op": "gt", "value": 10, "unit": "ha"}]},
        "grid": {"effect": "condition", "when": [{"fact": "grid", "op": "eq", "value": True}]},
    }
    found = judge(documents, {}, {}, as_of="2026-11-27")
    assert found.verdict == "needs_review"
    assert "Enquiry" not in repr(found)
    # Between the thresholds the condition on the grid is left, which may apply.
    assert found.what_would_change == {"size": ("prohibit", "restrict", "conditional")}
    assert found.facts_missing == ("size", "grid")
    known = judge(documents, {}, {"size": {"value": 7, "unit": "ha"}}, as_of="2026-11-27")
    assert known.what_would_change == {"grid": ("conditional", "no_conflict")}


def test_an_industry_within_what_is_known_is_tried():
    documents = {
        "a": {"effect": "prohibit", "industries": ["C2614"]},
        "b": {"effect": "restrict", "industries": ["C3011"]},
    }
    assert judge(documents, {}, {}, as_of="2026-11-27").what_would_change == {
        "industry": ("prohibit", "restrict", "no_conflict")
    }
    assert judge(documents, {}, {"industry": "C26"}, as_of="2026-11-27").what_would_change == {
        "industry": ("prohibit", "no_conflict")
    }


def test_only_industries_within_what_is_known_are_tried():
    documents = {
        "a": {"effect": "condition", "industries": ["C2621", "D44"]},
        "b": {
            "effect": "prohibit",
            "unless": [{"fact": "heat", "op": "eq", "value": True, "industries": ["C2614", "D44"]}],
        },
    }
    found = judge(documents, {}, {"industry": "C26", "heat": True}, as_of="2026-11-27")
    assert found.what_would_change == {"industry": ("prohibit", "no_conflict")}


def test_answers_to_one_fact_are_not_those_to_another():
    documents = {
        "a": {
            "effect": "prohibit",
            "when": [{"fact": "size", "op": "lt", "value": 5, "unit": "ha"}],
            "unless": [{"fact": "fuel", "op": "eq", "value": "gas"}],
        }
    }
    found = judge(documents, {}, {"fuel": "coal"}, as_of="2026-11-27")
    assert found.what_would_change == {"size": ("prohibit", "no_conflict")}


def test_what_is_asked_in_two_units_is_tried_in_both():
    documents = {
        "a": {"effect": "prohibit", "when": [{"fact": "size", "op": "lt", "value": 5, "unit": "ha"}]},
        "b": {"effect": "restrict", "when": [{"fact": "size", "op": "gt", "value": 9, "unit": "m2"}]},
    }
    found = judge(documents, {}, {}, as_of="2026-11-27")
    # In hectares above 5 the restriction, in square metres the prohibition is still open.
    assert found.what_would_change == {"size": ("prohibit", "needs_review")}


def test_each_side_of_each_threshold_is_tried():
    def size(op, value):
        return [{"fact": "size", "op": op, "value": value}]

    documents = {"a": {"effect": "prohibit", "when": size("lt", 3) + size("gt", 2)}}
    assert judge(documents, {}, {}, as_of="2026-11-27").what_would_change == {"size": ("prohibit", "no_conflict")}
    for asked in (size("lt", 3), size("gt", 3), size("eq", 3), size("le", 3), size("ge", 3), size("ne", 3)):
        found = judge({"a": {"effect": "prohibit", "when": asked}}, {}, {}, as_of="2026-11-27")
        assert found.what_would_change == {"size": ("prohibit", "no_conflict")}, asked


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ({"effect": "forbid"}, "'forbid' is not among the words of a verdict"),
        ({"effect": "prohibit", "scope": ["county:330824"]}, "'county' is not among the words of a verdict"),
        ({"effect": "prohibit", "applies_to": ["newly"]}, "'newly' is not among the words of a verdict"),
        ({"effect": "prohibit", "when": [{"fact": "a", "op": "~", "value": 1}]}, "'~' is not among"),
        ({"effect": "prohibit", "limit": {"fact": "a", "op": "like", "value": 1}}, "'like' is not among"),
        ({"effect": "prohibit", "when": [{"fact": "a", "op": "lt", "value": [1, 2]}]}, "'lt' compares with one value"),
    ],
)
def test_a_clause_in_other_words_is_refused(clause, found):
    with pytest.raises(BadInput) as caught:
        compile_clauses({"K7": clause})
    assert found in str(caught.value)
    assert "clause K7" in str(caught.value)


@pytest.mark.parametrize(
    ("project", "as_of", "found"),
    [
        ({"nature": "newly"}, "2026-11-27", "'newly' is no nature of a project"),
        ({"industry": "2614"}, "2026-11-27", "'2614' is no industry code"),
        ({"industry": "C26141"}, "2026-11-27", "'C26141' is no industry code"),
        ({"industry": "U01"}, "2026-11-27", "'U01' is no industry code"),
        ({}, "2026/11/27", "'2026/11/27' is no date"),
    ],
)
def test_a_project_that_would_pass_every_comparison_is_refused(project, as_of, found):
    with pytest.raises(BadInput) as caught:
        judge({}, {}, project, as_of=as_of)
    assert found in str(caught.value)


def test_the_document_names_all_that_the_table_has():
    document = (Path(__file__).parents[2] / "docs" / "verdict.md").read_text(encoding="utf-8")
    words = table()
    rows = [row for _, rows in words["tests"] for row in rows.values()]
    said = [row[name].format(clause="ID", about="@") for row in rows for name in ("cause", "notice") if name in row]
    said += [*words, *words["rank"], *words["natures"], *words["operators"], *words["worst_first"], *words["states"]]
    missing = [
        one
        for one in said
        if not any(f"`{one.replace('@', about)}`" in document for about in ("FACT", "LAW", "SUCCESSOR"))
    ]
    assert missing == ["about", "version"]


def test_the_table_says_of_every_state_and_cause_what_comes_of_it():
    words = table()
    for _, rows in words["tests"]:
        for row in rows.values():
            assert "state" not in row or (row["state"] in words["states"] and row["cause"])
            assert "state" in row or row["notice"]
    open_causes = {
        test
        for test, rows in words["tests"]
        if any("state" in row and not words["states"][row["state"]]["ends"] for row in rows.values())
    }
    assert set(words["first_cause"]) == open_causes
    assert sorted(words["worst_first"]) == sorted(
        {row["verdict"] for row in words["verdicts"]} - {"NAME"} | set(words["names"])
    )
