"""The clause library and the drafting of entry lists."""

from __future__ import annotations

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
def test_what_makes_units_has_clauses_of_its_own_in_every_dimension(library, category, kind, zone):
    code = "HY33080010001" if kind == "sea" else "ZH33082410001"
    clauses = draft(pd.DataFrame([unit(category, kind, code=code)]), library, zones(("u1", kind, zone, 1.0)))
    own = clauses.loc[clauses["origin"].isin([kind, f"{kind}:{zone}"])]
    assert set(own["dimension"]) == set(DIMENSIONS)


def test_a_grade_brings_its_own_clauses_and_not_the_other_grades(library):
    clauses = draft(pd.DataFrame([unit(1, "drinking_water")]), library, zones(("u1", "drinking_water", "1", 5.0)))
    got = set(clauses["clause_id"])
    assert {"N-DW1-S1", "N-DW1-D1", "N-DW-R1", "N-C1-S1", "N-ALL-S1"} <= got
    assert not {"N-DW2-S1", "N-DW3-S1", "N-C2-S1"} & got


def test_a_zone_below_the_least_area_brings_nothing(library):
    units = pd.DataFrame([unit(2, "industrial_park")])
    met = zones(("u1", "resource_zone", "fuel_ban", 3.0))
    assert "N-FB-S1" in set(draft(units, library, met)["clause_id"])
    assert "N-FB-S1" not in set(draft(units, library, met, least_area=3.0)["clause_id"])


def test_a_clause_of_another_category_stays_out(library):
    clauses = draft(
        pd.DataFrame([unit(1, "general_eco_space")]), library, zones(("u1", "water_zone", "industrial", 9.0))
    )
    assert not clauses["clause_id"].str.startswith("N-WI").any()


def test_sea_units_get_no_clauses_of_land(library):
    clauses = draft(pd.DataFrame([unit(3, "general", code="HY33080030001")]), library)
    assert not clauses["clause_id"].str.startswith("N-GE").any()
    assert {"N-SE-S1", "N-SE3-S1"} <= set(clauses["clause_id"])


def test_the_same_wording_stands_once_in_a_unit(library):
    met = zones(("u1", "drinking_water", "1", 1.0), ("u1", "drinking_water", "2", 1.0))
    clauses = draft(pd.DataFrame([unit(1, "drinking_water")]), library, met)
    discharge = clauses.loc[clauses["dimension"] == "discharge", "text"]
    assert not discharge.duplicated().any()
    assert {"N-DW1-D1", "N-DW2-D2"} <= set(clauses["clause_id"])
    assert "N-DW2-D1" not in set(clauses["clause_id"])


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
