"""The clause library and the drafting of entry lists."""

from __future__ import annotations

import random

import pandas as pd
import pytest
from control_units.delineation.case.profile import read_profile
from control_units.delineation.core.errors import BadInput
from control_units.delineation.lists.draft import CLAUSE_COLUMNS, draft
from control_units.delineation.lists.library import read_library
from control_units.delineation.lists.wording import DIMENSIONS, read_wording

PROFILE = read_profile("national")
CLAUSES = PROFILE.folder / "clauses.csv"
# Kinds and zones with clauses of their own in every dimension; the others rest on their category's.
WHOLE = [
    (1, "red_line", ""),
    (1, "drinking_water", "1"),
    (1, "drinking_water", "2"),
    (3, "drinking_water", "3"),
    (1, "protected_area", ""),
    (1, "general_eco_space", ""),
    (1, "water_zone", "priority"),
    (1, "air_zone", "priority"),
    (2, "industrial_park", ""),
    (2, "urban_boundary", ""),
    (2, "water_zone", "industrial"),
    (2, "water_zone", "urban"),
    (2, "water_zone", "agricultural"),
    (2, "air_zone", "high_emission"),
    (2, "air_zone", "layout_sensitive"),
    (2, "air_zone", "weak_dispersion"),
    (2, "air_zone", "receptor_sensitive"),
    (2, "resource_zone", "ecological_flow"),
    (3, "general", ""),
    (1, "sea", ""),
    (2, "sea", ""),
    (3, "sea", ""),
]


def unit(category=1, kind="red_line", unit_id="u1", code="ZH33082410001", subtype=""):
    return {"unit_id": unit_id, "code": code, "category": category, "kind": kind, "subtype": subtype}


def zones(*rows):
    return pd.DataFrame(rows, columns=["unit_id", "role", "zone", "area_m2"])


@pytest.fixture(scope="module")
def library():
    return read_library(CLAUSES, PROFILE)


def test_wording_wants_every_dimension_once(tmp_path):
    text = (PROFILE.folder / "lists.toml").read_text(encoding="utf-8")
    path = tmp_path / "lists.toml"
    path.write_text(text.replace('risk = "环境风险防控"\n', ""), encoding="utf-8")
    with pytest.raises(BadInput, match="'risk' is missing"):
        read_wording(path)
    path.write_text(text.replace('risk = "环境风险防控"\n', 'rsk = "环境风险防控"\n'), encoding="utf-8")
    with pytest.raises(BadInput, match="unknown key 'rsk'"):
        read_wording(path)
    path.write_text(text.replace('risk = "环境风险防控"\n', 'risk = "空间布局约束"\n'), encoding="utf-8")
    with pytest.raises(BadInput, match="is the text of two keys"):
        read_wording(path)


def test_the_national_library_cites_a_source_for_every_clause(library):
    assert library["basis"].str.contains("《|〔", regex=True).all()
    assert not library["text"].duplicated(keep=False).all()
    assert set(library["verified"]) == {True, False}
    # Repealed with the code's entry into force on 15 August 2026: named only as what a provision was before.
    repealed = library["basis"].str.replace(r"（原《.*?》.*?）", "", regex=True)
    for law in ("水污染防治法", "大气污染防治法", "土壤污染防治法", "环境保护法", "海洋环境保护法"):
        assert not repealed.str.contains(law, regex=False).any()


@pytest.mark.parametrize("category", [1, 2, 3])
@pytest.mark.parametrize("kind", ["general", *PROFILE.roles])
@pytest.mark.parametrize("code", ["ZH33082410001", "HY33080010001"])
def test_no_dimension_is_empty_whatever_the_unit(library, category, kind, code):
    clauses = draft(pd.DataFrame([unit(category, kind, code=code)]), library)
    assert set(clauses["dimension"]) == set(DIMENSIONS)


@pytest.mark.parametrize(("category", "kind", "zone"), WHOLE)
def test_what_makes_units_has_clauses_in_every_dimension_and_its_own_in_some(library, category, kind, zone):
    code = "HY33080010001" if kind == "sea" else "ZH33082410001"
    clauses = draft(pd.DataFrame([unit(category, kind, code=code)]), library, zones(("u1", kind, zone, 1.0)))
    own = clauses.loc[clauses["origin"].isin([kind, f"{kind}:{zone}"])]
    assert set(clauses["dimension"]) == set(DIMENSIONS)
    # What holds in the whole country, or in every key zone of an element, is not said once more of one of them.
    assert len(set(own["dimension"])) > 1


def test_a_grade_brings_its_own_clauses_and_not_the_other_grades(library):
    clauses = draft(pd.DataFrame([unit(1, "drinking_water")]), library, zones(("u1", "drinking_water", "1", 5.0)))
    got = set(clauses["clause_id"])
    assert {"N-DW1-S1", "N-DW1-D1", "N-DW-R1", "N-C1-S1", "N-ALL-S1"} <= got
    assert not {"N-DW2-S1", "N-DW3-S1", "N-C2-S1"} & got


def test_a_zone_that_only_touches_a_unit_has_its_clauses_proposed(library):
    units = pd.DataFrame([unit(2, "industrial_park")])
    met = zones(("u1", "resource_zone", "fuel_ban", 3.0)).assign(share_of_unit=0.004, share_of_zone=0.001)
    status = draft(units, library, met).set_index("clause_id")["status"]
    assert status["N-FB-S1"] == "建议"
    assert status["N-IP-S1"] == "待审"
    again = draft(units, library, met, least_share=0.004).set_index("clause_id")["status"]
    assert set(again) == {"待审"}


@pytest.mark.parametrize(
    ("shares", "state"),
    [((0.005, 0.0), "待审"), ((0.0001, 0.005), "待审"), ((0.0067, 0.001), "待审"), ((0.00499, 0.00499), "建议")],
)
def test_the_larger_of_both_shares_joins_a_zone(library, shares, state):
    met = zones(("u1", "resource_zone", "fuel_ban", 3.0)).assign(share_of_unit=shares[0], share_of_zone=shares[1])
    status = draft(pd.DataFrame([unit(2, "industrial_park")]), library, met).set_index("clause_id")["status"]
    assert set(status[[one.startswith("N-FB-") for one in status.index]]) == {state}
    assert set(status[[not one.startswith("N-FB-") for one in status.index]]) == {"待审"}


def clause(number=1, **scope):
    """A row of a library that says nothing but where it holds."""
    blank = dict.fromkeys(("admin", "kind", "zone", "place"), "") | {"category": 0}
    said = {"id": f"X{number}", "level": "市", "dimension": "space", "effect": "inform", "basis": "《某法》"}
    return {**blank, **said, "text": f"要求{number}。", "verified": True, **scope}


def brought(rows, units, touched=None):
    """Which clauses of some library each unit has, with what brought them."""
    library = pd.DataFrame([clause(number, **scope) for number, scope in enumerate(rows, 1)])
    clauses = draft(pd.DataFrame(units), library, touched)
    return {
        unit_id: dict(zip(own["clause_id"], own["origin"], strict=True)) for unit_id, own in clauses.groupby("unit_id")
    }


def test_a_prefix_of_a_county_is_one_of_several():
    units = [unit(unit_id="u1"), unit(unit_id="u2", code="ZH31011510001"), unit(unit_id="u3", code="HY33080010001")]
    found = brought([{"admin": "31;330824"}, {"admin": "3308"}, {}], units)
    assert found == {
        "u1": {"X1": "admin:330824", "X2": "admin:3308", "X3": "all"},
        "u2": {"X1": "admin:31", "X3": "all"},
        "u3": {"X2": "admin:3308", "X3": "all"},
    }


def test_a_place_is_a_code_or_the_name_of_a_feature():
    units = [unit(2, "industrial_park", "u1", "ZH33082420001"), unit(2, "industrial_park", "u2", "ZH33082420002")]
    # Brackets are of either width.
    rows = [{"place": "东园区（飞地）；ZH33082420002"}, {"place": "东园区(飞地)", "kind": "industrial_park"}]
    rows += [{"place": "西园区"}, {"place": "东园区"}]
    touched = zones(("u1", "industrial_park", "", 9.0)).assign(place="东园区（飞地）")
    assert brought(rows, units, touched) == {
        "u1": {"X1": "place:东园区（飞地）", "X2": "place:东园区(飞地)"},
        "u2": {"X1": "place:ZH33082420002"},
    }


def test_all_that_a_scope_names_has_to_be_met():
    rows = [{"category": 2, "kind": "industrial_park", "admin": "33"}, {"category": 1, "kind": "industrial_park"}]
    rows += [{"category": 2, "kind": "industrial_park", "admin": "31"}]
    assert brought(rows, [unit(2, "industrial_park")]) == {"u1": {"X1": "industrial_park"}}


def test_of_equal_wordings_for_one_place_the_one_of_the_highest_level_stays():
    rows = [clause(1, level="国家", kind="resource_zone"), clause(2, level="省"), clause(3, level="市")]
    library = pd.DataFrame(rows).assign(text="同一要求。")
    touched = zones(("u1", "resource_zone", "fuel_ban", 3.0))
    units = pd.DataFrame([unit(2, "industrial_park")])
    # Of two that hold in the same place; in another place the same words say something else.
    said = [["X1", "国家", "待审"], ["X2", "省", "待审"]]
    assert draft(units, library, touched)[["clause_id", "level", "status"]].to_numpy().tolist() == said
    sliver = touched.assign(share_of_unit=0.001, share_of_zone=0.001)
    assert draft(units, library, sliver)["status"].tolist() == ["建议", "待审"]


def test_a_wording_is_the_same_with_other_stops_and_blanks():
    library = pd.DataFrame([clause(1, level="国家"), clause(2, level="省")]).assign(text=["同一要求。", " 同一 要求"])
    assert draft(pd.DataFrame([unit(2, "industrial_park")]), library)["clause_id"].tolist() == ["X1"]


def by_hand(units, library, touched, least):
    """What `draft` gives, said row by row: an oracle that shares nothing with it."""
    out = set()
    for one in units.to_dict("records"):
        mine = [row for row in touched.to_dict("records") if row["unit_id"] == one["unit_id"]]
        found = []
        for number, row in enumerate(library.to_dict("records")):
            admins = [text for text in row["admin"].split(";") if text]
            if admins and not any(one["county"].startswith(text) for text in admins):
                continue
            if row["category"] not in (0, one["category"]):
                continue
            state = 2
            if row["kind"]:
                here = [z for z in mine if z["role"] == row["kind"] and row["zone"] in ("", z["zone"])]
                whole = sum(z["share_of_unit"] for z in here), max([z["share_of_zone"] for z in here], default=0)
                state = 0 if not here else 2 if max(whole) >= least else 1
                if row["kind"] == one["kind"] and row["zone"] in ("", one["subtype"]):
                    state = 2
            if row["place"]:
                states = [2] if one["code"] in row["place"].split(";") else [0]
                for name in row["place"].split(";"):
                    here = [z for z in mine if z["place"] == name]
                    whole = sum(z["share_of_unit"] for z in here), max([z["share_of_zone"] for z in here], default=0)
                    states.append(0 if not here else 2 if max(whole) >= least else 1)
                state = min(state, max(states))
            if state:
                found.append((-state, number, row))
        said = set()
        for state, _, row in sorted(found, key=lambda each: each[:2]):
            same = tuple(row[name] for name in ("dimension", "text", "admin", "category", "kind", "zone", "place"))
            if same not in said:
                said.add(same)
                out.add((one["unit_id"], row["id"], "待审" if state == -2 else "建议"))
    return out


@pytest.mark.parametrize("seed", range(4))
def test_a_draft_is_what_each_clause_asks_of_each_unit(seed):
    dice = random.Random(seed)  # noqa: S311 - no secret
    roles = {"water_zone": ["priority", "urban"], "industrial_park": [""], "soil_zone": ["general"]}
    units = [
        {
            "unit_id": f"u{number}",
            "code": f"ZH{county}{category}{number:04d}",
            "category": category,
            "kind": dice.choice(["red_line", "industrial_park", "water_zone"]),
            "subtype": dice.choice(["", "urban"]),
            "county": county,
        }
        for number in range(12)
        for county, category in [(dice.choice(["330824", "330881", "310115"]), dice.choice([1, 2, 3]))]
    ]
    touched = [
        {
            "unit_id": dice.choice(units)["unit_id"],
            "role": role,
            "zone": dice.choice(roles[role]),
            "place": dice.choice(["", "东园区", "西园区"]),
            "area_m2": 1.0,
            "share_of_unit": dice.choice([0.001, 0.004, 0.3]),
            "share_of_zone": dice.choice([0.0, 0.01]),
        }
        for role in (dice.choice(list(roles)) for _ in range(40))
    ]
    rows = []
    for number in range(80):
        kind = dice.choice(["", *roles])
        scope = {
            "admin": dice.choice(["", "33", "31;330881"]),
            "category": dice.choice([0, 0, 1, 2]),
            "kind": kind,
            "zone": dice.choice(["", *roles[kind]]) if kind else "",
            "place": dice.choice(["", "", "东园区", "西园区;ZH33082410001", units[0]["code"]]),
            "dimension": dice.choice(DIMENSIONS),
            "text": f"要求{dice.randrange(30)}。",
        }
        rows.append(clause(number, **scope))
    tables = pd.DataFrame(units), pd.DataFrame(rows), pd.DataFrame(touched)
    clauses = draft(*tables, least_share=0.005)
    drafted = set(zip(clauses["unit_id"], clauses["clause_id"], clauses["status"], strict=True))
    assert drafted == by_hand(*tables, 0.005)
    assert {"建议", "待审"} == set(clauses["status"])


def test_a_clause_of_another_category_stays_out(library):
    both = library.assign(category=library["category"].where(~library["id"].str.startswith("N-WI"), 2))
    met = zones(("u1", "water_zone", "industrial", 9.0), ("u1", "water_zone", "urban", 9.0))
    clauses = draft(pd.DataFrame([unit(1, "general_eco_space")]), both, met)["clause_id"].str
    assert (clauses.startswith("N-WI").any(), clauses.startswith("N-WU").any()) == (False, True)


def test_sea_units_get_no_clauses_of_land(library):
    clauses = draft(pd.DataFrame([unit(3, "general", code="HY33080030001")]), library)
    assert not clauses["clause_id"].str.startswith("N-GE").any()
    assert {"N-SE-S1", "N-SE3-S1"} <= set(clauses["clause_id"])


def test_the_same_wording_stands_for_each_zone_that_it_holds_in(library):
    met = zones(("u1", "drinking_water", "1", 1.0), ("u1", "drinking_water", "2", 1.0))
    clauses = draft(pd.DataFrame([unit(1, "drinking_water")]), library, met).set_index("clause_id")
    assert clauses.loc["N-DW1-D1", "text"] == clauses.loc["N-DW2-D1", "text"]
    assert clauses.loc[["N-DW1-D1", "N-DW2-D1"], "origin"].tolist() == ["drinking_water:1", "drinking_water:2"]


def test_order_does_not_hang_on_the_order_of_the_input(library):
    units = pd.DataFrame(
        [unit(1), unit(2, "industrial_park", "u2", "ZH33082420001"), unit(3, "general", "u3", "ZH33082430001")]
    )
    met = zones(
        ("u2", "water_zone", "industrial", 4.0),
        ("u2", "air_zone", "high_emission", 4.0),
        ("u1", "soil_zone", "general", 1.0),
    )
    once = draft(units, library, met)
    again = draft(units.iloc[::-1], library, met.sample(frac=1.0, random_state=3))
    pd.testing.assert_frame_equal(once, again)
    assert tuple(once.columns) == CLAUSE_COLUMNS
    assert list(once["code"].drop_duplicates()) == ["ZH33082410001", "ZH33082420001", "ZH33082430001"]
    assert once["dimension"].loc[once["unit_id"] == "u1"].drop_duplicates().tolist() == list(DIMENSIONS)
    assert set(once["status"]) == {"待审"}


def test_inputs_are_left_alone_and_blanks_are_no_kind(library):
    units = pd.DataFrame([unit(2, "urban_boundary") | {"subtype": None}])
    met = zones(("u1", "soil_zone", None, 4.0))
    before = units.copy(), met.copy(), library.copy()
    draft(units, library, met)
    for now, then in zip((units, met, library), before, strict=True):
        pd.testing.assert_frame_equal(now, then)


def test_bad_tables_are_refused(library):
    units = pd.DataFrame([unit()])
    with pytest.raises(BadInput, match="'subtype' is missing"):
        draft(units.drop(columns="subtype"), library)
    with pytest.raises(BadInput, match="twice"):
        draft(pd.concat([units, units]), library)
    with pytest.raises(BadInput, match="category '4'"):
        draft(units.assign(category=4), library)
    with pytest.raises(BadInput, match="'area_m2' is missing"):
        draft(units, library, zones(("u1", "sea", "", 1.0)).drop(columns="area_m2"))


def test_no_unit_gives_an_empty_list(library):
    clauses = draft(pd.DataFrame(columns=["unit_id", "code", "category", "kind", "subtype"]), library)
    assert clauses.empty
    assert tuple(clauses.columns) == CLAUSE_COLUMNS
