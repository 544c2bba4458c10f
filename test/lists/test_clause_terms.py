"""The terms of clauses: cells and documents made of each other; what is asked of clauses that only a text confines."""

from __future__ import annotations

import json

import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.text import clean_text
from control_units.delineation.lists.terms import DESCRIBED, NATURES, ClauseVocabulary, asked_terms, cells_of, terms_of
from hypothesis import given
from hypothesis import strategies as st

PROFILE = read_profile("national")
WORDS = ClauseVocabulary.of(PROFILE)
OPS = ("eq", "ne", "lt", "le", "gt", "ge")


def several(values, **sizes):
    return st.lists(values, **({"min_size": 1, "max_size": 3, "unique": True} | sizes))


def numbers():
    whole = st.integers(-(10**9), 10**9)
    return whole | st.floats(-1e9, 1e9, allow_nan=False).filter(lambda one: not one.is_integer())


@st.composite
def conditions(draw):
    fact = WORDS.facts.by_id[draw(st.sampled_from(sorted(WORDS.facts.by_id)))]
    if fact.kind == "number":
        made = {"fact": fact.id, "op": draw(st.sampled_from(OPS)), "value": draw(numbers())}
        return made | ({"unit": draw(st.sampled_from(fact.units))} if fact.units else {})
    values = draw(several(st.sampled_from(sorted(fact.choices)), max_size=min(3, len(fact.choices))))
    if len(values) > 1:
        return {"fact": fact.id, "op": "in", "value": values}
    return {"fact": fact.id, "op": draw(st.sampled_from(("eq", "ne"))), "value": values[0]}


def industries():
    groups = [key for key, group in WORDS.industries.groups.items() if not group.condition]
    deeper = st.sampled_from([code for code in WORDS.industries.names if len(code) == 3]).flatmap(
        lambda code: st.from_regex(rf"\A{code}\d{{0,2}}\Z").map(clean_text)
    )
    return several(st.sampled_from(sorted([*WORDS.industries.names, *groups])) | deeper.filter(str.isascii))


@st.composite
def exemptions(draw):
    made = draw(conditions())
    if draw(st.booleans()):
        made |= {"industries": draw(industries())}
    return made | ({"review": True} if draw(st.booleans()) else {})


@st.composite
def scopes(draw):
    tokens = [
        st.sampled_from(["admin:33", "admin:31|3308"]),
        st.sampled_from(["category:1", "category:2", "category:3"]),
        st.sampled_from(["role:red_line", "role:drinking_water:1", "kind:general", "kind:sea", "role:sea:priority"]),
        st.sampled_from(["unit:ZH33082420001|HY33080020001", "place:东园区（一期）", "place:东园区|西园区"]),
    ]
    return [draw(one) for one in tokens if draw(st.booleans())]


@st.composite
def documents(draw):
    parts = {
        "scope": scopes(),
        "applies_to": several(st.sampled_from(list(NATURES))),
        "industries": industries(),
        "when": several(conditions(), unique=False),
        "unless": several(exemptions(), unique=False),
        "limit": conditions(),
        "law": st.sampled_from(sorted(WORDS.laws.by_id))
        | several(st.sampled_from(sorted(WORDS.laws.by_id)), min_size=2),
    }
    made = {key: draw(part) for key, part in parts.items() if draw(st.booleans())}
    if draw(st.booleans()):
        made |= {"pollutant": draw(st.sampled_from(["VOCs", "氮氧化物"]))}
        made |= {"ratio": draw(st.sampled_from([1, 1.5, 2]))} if draw(st.booleans()) else {}
    if draw(st.booleans()):
        made |= {"from": "2021-01-01", "to": "2026-12-31"}
    return {key: value for key, value in made.items() if value != []}


@given(documents())
def test_documents_written_as_cells_are_read_back_the_same(terms):
    assert terms_of(cells_of(terms), WORDS) == terms


@given(documents())
def test_cells_with_names_in_place_of_ids_say_the_same(terms):
    assert terms_of(cells_of(terms, WORDS), WORDS) == terms


@given(documents())
def test_cells_are_written_in_one_way(terms):
    cells = cells_of(terms)
    assert cells_of(terms_of(cells, WORDS)) == cells


def test_a_document_is_json_and_blank_cells_are_nothing():
    assert terms_of({"category": 0, "kind": "", "text": "甲"}) == {}
    terms = terms_of({"category": 1, "kind": "sea", "law": "EEC-2026"})
    assert json.loads(json.dumps(terms)) == {"scope": ["category:1", "kind:sea"], "law": "EEC-2026"}


def test_a_cell_that_cannot_be_read_names_its_column():
    with pytest.raises(BadInput, match="column when: 'capacity' is no condition"):
        terms_of({"when": "capacity"})


@pytest.mark.parametrize("scope", [["role:a|b"], ["category:1|2"], ["near:road"], ["role:a", "kind:sea"], ["admin:"]])
def test_a_scope_that_no_cell_says_is_refused(scope):
    with pytest.raises(BadInput, match="cannot be written into a cell"):
        cells_of({"scope": scope})


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("effect", ["prohibit", "restrict", "exit"])
@pytest.mark.parametrize("scope", [[], ["category:1"], ["admin:33"], ["kind:general"], ["kind:sea"]])
def test_no_clause_of_scope_all_forbids_by_itself(effect, scope):
    assert asked_terms(effect, {"scope": scope})["when"] == [DESCRIBED]


@pytest.mark.parametrize(
    ("effect", "terms"),
    [
        ("prohibit", {"scope": ["role:red_line"]}),
        ("prohibit", {"scope": ["category:1", "unit:ZH33082420001"]}),
        ("restrict", {"scope": ["place:东园区"]}),
        ("prohibit", {"industries": ["C26"]}),
        ("exit", {"when": [{"fact": "outlet", "op": "eq", "value": "yes"}]}),
        ("condition", {}),
        ("inform", {"scope": ["kind:general"]}),
    ],
)
def test_what_is_confined_or_forbids_nothing_is_asked_as_it_stands(effect, terms):
    assert asked_terms(effect, terms) == terms


def test_a_text_by_hand_is_asked_for_wherever_it_stands():
    terms = {"scope": ["unit:ZH33082420001"]}
    assert asked_terms("condition", terms, text_only=True)["when"] == [DESCRIBED]
    assert terms == {"scope": ["unit:ZH33082420001"]}
    confined = terms | {"industries": ["C26"]}
    assert asked_terms("prohibit", confined, text_only=True) == confined


def test_a_group_whose_table_nobody_has_is_never_certain():
    asked = asked_terms("prohibit", {"scope": ["unit:ZH33082420001"], "industries": ["industry_class_3", "C26"]})
    assert asked == {"scope": ["unit:ZH33082420001"], "when": [DESCRIBED]}


def test_an_exemption_of_such_a_group_has_to_be_argued():
    plain = {"fact": "activity", "op": "eq", "value": "other", "industries": ["A"]}
    theirs = {"fact": "activity", "op": "eq", "value": "mining", "industries": ["industry_class_1", "A"]}
    terms = {"scope": ["role:red_line"], "unless": [plain, theirs]}
    asked = asked_terms("prohibit", terms)
    assert asked["unless"] == [plain, {"fact": "activity", "op": "eq", "value": "mining", "review": True}]
    assert terms["unless"][1] == theirs


def test_a_group_s_own_condition_goes_with_it():
    asked = asked_terms("restrict", {"industries": ["coal_power"]})
    assert asked["when"] == [{"fact": "fuel", "op": "eq", "value": "coal"}]
    assert asked["industries"] == ["coal_power"]
    assert asked_terms("restrict", asked) == asked
