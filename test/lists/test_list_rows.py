"""What a printed entry list holds: units by code, clauses numbered by dimension, what nobody reviewed or checked."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
import shapely
from assess_plan import NONE_HERE
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.case.names import Glossary, glossary
from control_units.delineation.core.errors import BadInput
from control_units.delineation.core.messages import word
from control_units.delineation.lists.rows import (
    SEA,
    features_of,
    full_rows,
    is_illustration,
    list_rows,
    sections,
    why_applies,
    zone_codes,
)
from control_units.delineation.lists.wording import DIMENSIONS, EFFECTS
from control_units.delineation.plan.file import read_plan
from control_units.delineation.verbs import run
from hand import CASE, SIZE, box, hand
from list_plan import PROFILE, UNREAD, list_plan


@pytest.fixture(scope="module")
def plan():
    return list_plan()


def said_once(clauses):
    """Give clauses as they are printed: of those that a unit has in the same words one, of the strongest effect."""
    said, first = ["unit_id", "dimension", "text", "basis"], clauses["effect"].map(EFFECTS.index)
    strongest = clauses.assign(
        effect=first.groupby([clauses[name] for name in said]).transform("min").map(EFFECTS.__getitem__)
    )
    return strongest.drop_duplicates(said)


def with_clauses(plan, **columns):
    return dataclasses.replace(plan, clauses=plan.clauses.assign(**columns))


def test_units_stand_in_the_order_of_their_codes_whatever_that_of_the_table(plan):
    shuffled = dataclasses.replace(plan, units=plan.units.iloc[::-1])
    assert [row.code for row in list_rows(shuffled)] == sorted(plan.units["code"])
    assert list_rows(shuffled) == list_rows(plan)


def test_a_row_has_the_facts_of_its_unit(plan):
    row = next(row for row in list_rows(plan) if row.unit_id == "u3")
    assert (row.code, row.name, row.category) == ("ZH33082420001", "甲县东园区重点管控单元", 2)
    assert (row.kind, row.subtype, row.county, row.townships) == ("industrial_park", "产业集聚", "330824", "马金镇")
    assert (row.area, row.sea) == (4.9e6, False)


def test_every_clause_stands_once_in_its_dimension_numbered_in_the_plans_order(plan):
    found = [
        (row.unit_id, dimension, clause.number, clause.effect, clause.text, clause.basis)
        for row in list_rows(plan)
        for dimension, own in row.clauses.items()
        for clause in own
    ]
    once = said_once(plan.clauses)
    clauses = once.assign(number=once.groupby(["unit_id", "dimension"]).cumcount() + 1)
    columns = ["unit_id", "dimension", "number", "effect", "text", "basis"]
    assert sorted(found) == sorted(clauses[columns].itertuples(index=False, name=None))
    assert all(tuple(row.clauses) == DIMENSIONS for row in list_rows(plan))


def test_marks_count_what_is_not_reviewed_and_not_checked(plan):
    reviewed = with_clauses(plan, status=["已审"] * 3 + ["待审"] * (len(plan.clauses) - 3))
    rows = list_rows(reviewed)
    assert sum(row.to_review for row in rows) == len(said_once(plan.clauses)) - 3
    unread = plan.clauses["clause_id"].isin(UNREAD)
    assert len(plan.clauses) > sum(row.unchecked for row in rows) == unread.sum() > 0


def test_what_was_read_is_the_basis_of_the_library_and_no_other(plan):
    """A basis put in its place, one that a person wrote, all of a plan that keeps no library: nobody has said it."""
    unread = plan.clauses["clause_id"].isin(UNREAD)
    changed, (first, second, *_) = plan.clauses.copy(), plan.clauses.index[~unread]
    changed.loc[first, "basis"] += "第二款"
    changed.loc[second, ["clause_id", "origin"]] = ["手写-1", "hand"]
    bare = dataclasses.replace(plan, library=plan.library.iloc[:0])
    for said, count in (
        (dataclasses.replace(plan, clauses=changed), unread.sum() + 2),
        (bare, len(said_once(plan.clauses))),
    ):
        assert sum(row.unchecked for row in list_rows(said)) == count


def test_sections_are_the_categories_and_the_sea_where_there_is_one(plan):
    assert {key: len(own) for key, own in sections(list_rows(plan)).items()} == {1: 2, 2: 2, 3: 1, SEA: 1}
    land = dataclasses.replace(plan, units=plan.units.loc[plan.units["kind"] != "sea"])
    assert list(sections(list_rows(land))) == [1, 2, 3]


def test_a_clause_without_a_unit_is_in_no_list(plan):
    one = dataclasses.replace(plan, units=plan.units.iloc[:1])
    (row,) = list_rows(one)
    assert len(row.all_clauses) == (plan.clauses["unit_id"] == "u1").sum()


def test_a_clause_of_an_unknown_dimension_is_refused_since_it_would_be_printed_nowhere(plan):
    with pytest.raises(BadInput, match="unknown dimension 'noise'"):
        list_rows(with_clauses(plan, dimension="noise"))


def test_what_is_missing_is_blank(plan):
    bare = dataclasses.replace(plan, units=plan.units.assign(townships=None, subtype=float("nan")))
    assert {(row.townships, row.subtype) for row in list_rows(bare)} == {("", "")}
    assert all(not clause.basis for row in list_rows(with_clauses(plan, basis=pd.NA)) for clause in row.all_clauses)


def test_an_illustration_says_so_anywhere():
    assert is_illustration({"name": "方案(示意)"})
    assert is_illustration({"note": "示意数据"})
    assert not is_illustration({"name": "方案"})


def test_an_element_zone_is_a_units_where_a_face_of_it_lies_in_the_zone_and_says_if_nobody_delivered_it(plan):
    faces = pd.DataFrame(
        {
            "unit_id": ["u1", "u1", "u2"],
            "area_m2": [100.0, 0.5, 100.0],
            "geometry": [shapely.box(0, 0, 10, 10), shapely.box(10, 0, 10.05, 10), shapely.box(20, 0, 30, 10)],
        }
    )
    zones = pd.DataFrame(
        {
            "code": ["YS3", "YS1", "YS2"],
            "filled": ["", "undelivered", "remainder"],
            "geometry": [shapely.box(0, 0, 10, 10), shapely.box(0, 0, 30, 10), shapely.box(10, 0, 10.05, 10)],
        }
    )
    there = dataclasses.replace(plan, faces=faces, element_zones=zones)
    assert zone_codes(there) == {"u1": ["YS1（按未提供补足）", "YS3"], "u2": ["YS1（按未提供补足）"]}


def test_a_unit_is_described_by_kind_parks_largest_zones_and_townships(plan):
    touched = pd.DataFrame(
        [
            ("u3", "industrial_park", "", "东园区", 1.0, 0.98, 1.0),
            ("u3", "water_zone", "industrial", "", 1.0, 0.6, 0.3),
            ("u3", "water_zone", "industrial", "河段", 1.0, 0.2, 0.1),
            ("u3", "air_zone", "high_emission", "", 1.0, 0.04, 0.3),
            ("u3", "township", "", "马金镇", 1.0, 1.0, 0.3),
        ],
        columns=["unit_id", "role", "zone", "place", "area_m2", "share_of_unit", "share_of_zone"],
    )
    row = next(row for row in list_rows(plan, touched) if row.unit_id == "u3")
    assert word(features_of(row), "en", glossary(PROFILE)) == (
        "industrial park (产业集聚); industrial parks: 东园区 98.00%; "
        "zones: water environment zone (industrial pollution) 80.00%; 1 township"
    )


def test_what_is_proposed_is_no_part_of_the_dimensions(plan):
    status = ["建议" if unit == "u1" else "待审" for unit in plan.clauses["unit_id"]]
    first, *others = list_rows(with_clauses(plan, status=status))
    row = next(row for row in (first, *others) if row.unit_id == "u1")
    assert row.all_clauses == []
    assert [clause.number for clause in row.proposed] == list(range(1, len(row.proposed) + 1))
    assert len(row.proposed) == (plan.clauses["unit_id"] == "u1").sum()


@pytest.mark.parametrize(
    ("role", "zone", "name"),
    [
        ("water_zone", "priority", "水环境优先保护区"),
        ("resource_zone", "fuel_ban", "高污染燃料禁燃区"),
        ("soil_zone", "construction_risk", "建设用地污染风险重点管控区"),
        ("soil_zone", "key", "土壤污染风险管控分区重点管控"),
    ],
)
def test_a_zone_is_called_by_its_role_only_where_its_own_name_does_not_tell(role, zone, name):
    assert glossary(PROFILE)("fullzone", zone, "zh", {"role": role}) == name


def test_clauses_in_the_same_words_print_as_one_with_all_that_brought_them():
    base = list_plan()
    row = base.clauses.iloc[[0]].assign(text="不得设置排污口。", dimension="discharge", effect="prohibit", remark="")
    both = [row.assign(clause_id=f"T{grade}", origin=f"drinking_water:{grade}") for grade in ("1", "2")]
    plan = dataclasses.replace(base, clauses=pd.concat(both, ignore_index=True))
    (unit,) = [one for one in list_rows(plan) if one.all_clauses]
    (printed,) = unit.clauses["discharge"]
    assert [one.clause_id for one in unit.all_clauses] == ["T1", "T2"]
    assert [(one.clause_id, one.number) for one in printed.also] == [("T2", 1)]
    said = word(why_applies(printed), "zh", Glossary(PROFILE))
    assert "一级" in said and "二级" in said


def source(role, layer):
    return (
        f'[[source]]\nrole = "{role}"\npath = "hand.gpkg"\nlayer = "{layer}"\ndocument = "甲政发〔2025〕1号"\n\n[rules]'
    )


def half_red(tmp_path, fuel_ban):
    """A plan whose general unit is the eastern half of the county, 50 km², of which a fuel-ban zone has some metres."""
    case = hand(
        tmp_path,
        CASE.replace("[rules]", source("resource_zone", "fuel")),
        red_line=([box(0, 0, SIZE / 2, SIZE)], {"id": ["R1"]}),
        water=([box(0, 0, SIZE, SIZE)], {"zone": ["一般管控区"]}),
        fuel=([box(0, 0, SIZE / 2 + fuel_ban, SIZE)], {"zone": ["高污染燃料禁燃区"]}),
    )
    run(case, tmp_path / "plan.gpkg")
    plan = read_plan(tmp_path / "plan.gpkg")
    (row,) = (row for row in full_rows(plan) if row.kind == "general")
    return row


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (24.8, None),
        (25.2, "高污染燃料禁燃区范围内，占单元0.50%、占分区0.50%"),
        (33.5, "高污染燃料禁燃区范围内，占单元0.67%、占分区0.67%"),
        (249.0, "高污染燃料禁燃区范围内，占单元4.98%、占分区4.74%"),
        (251.0, "高污染燃料禁燃区范围内"),
    ],
)
def test_a_whole_plan_says_how_little_of_a_unit_a_zone_has_and_below_that_only_proposes(tmp_path, metres, said):
    row = half_red(tmp_path, metres)
    whys = {one.clause_id: word(why_applies(one), "zh", glossary(PROFILE)) for one in row.all_clauses}
    proposed = {one.clause_id for one in row.proposed}
    assert (whys.get("N-FB-S1"), "N-FB-S1" in proposed) == (said, said is None)


def test_how_little_a_zone_has_is_of_its_own_element_whatever_another_has_of_the_same_type(tmp_path):
    """Water and air have priority zones: 3 % and all of one unit."""
    strip = box(0, 0, 0.03 * SIZE, SIZE)
    air = source("air_zone", "air").replace("[rules]", 'fields = { zone = "zone" }\n\n[rules]').replace("\n\nf", "\nf")
    case = hand(
        tmp_path,
        CASE.replace("[rules]", air),
        red_line=([box(0, 0, SIZE, SIZE)], {"id": ["R1"]}),
        water=([strip, box(0.03 * SIZE, 0, 0.97 * SIZE, SIZE)], {"zone": ["优先保护区", "一般管控区"]}),
        air=([box(0, 0, SIZE, SIZE)], {"zone": ["优先保护区"]}),
    )
    run(case, tmp_path / "plan.gpkg")
    (row,) = full_rows(read_plan(tmp_path / "plan.gpkg"))
    whys = {one.origin: word(why_applies(one), "zh", glossary(PROFILE)) for one in row.all_clauses}
    assert whys["water_zone:priority"] == "水环境优先保护区范围内，占单元3.00%、占分区100.00%"
    assert whys["air_zone:priority"] == "大气环境优先保护区范围内"


def test_what_a_sliver_of_a_unit_brings_holds_on_its_land_alone(tmp_path):
    half_red(tmp_path, 33.5)
    assessor = Assessor(tmp_path / "plan.gpkg", none_here=[one for one in NONE_HERE if one != "resource_zone"])

    def applies(x):
        project = assessor.project(industry="C2614", nature="new", facts={"fuel": "coal"})
        found = assessor.assess(assessor.drawn(box(x, 5_000, 10, 10)), project)
        return next((one["applies"] for one in found["clauses"] if one["id"] == "N-FB-S1"), None)

    assert (applies(SIZE / 2 + 10), applies(SIZE / 2 + 60)) == ("yes", None)


PARKS = {
    "园区名称": ["东园区", "西园区", None],
    "主导产业": ["电子信息、装备制造", "", "食品"],
    "允许排放量": ["化学需氧量 12 t/a", None, "氨氮 1 t/a"],
}


def park_plan(tmp_path, text="", fields=PARKS):
    shapes = [box(7_000, 7_000, 1_000, 1_000), box(3_500, 7_000, 1_000, 1_000), box(8_500, 500, 1_000, 1_000)]
    case = hand(tmp_path, CASE.replace("[rules]", text or source("industrial_park", "park")), park=(shapes, fields))
    run(case, tmp_path / "plan.gpkg")
    return read_plan(tmp_path / "plan.gpkg")


def test_what_a_layer_says_of_a_named_park_stands_in_its_list_and_in_the_answer(tmp_path):
    plan = park_plan(tmp_path)
    found = {
        (row.name, one.level, one.subdimension, one.effect, one.text, one.basis, one.unchecked)
        for row in list_rows(plan)
        for one in row.all_clauses
        if one.clause_id.startswith("P-")
    }
    unit = "试验县东园区产业集聚重点管控单元"
    assert found == {
        (unit, "园区", "space_allow", "inform", "主导产业：电子信息、装备制造", "甲政发〔2025〕1号", True),
        (unit, "园区", "discharge_total", "inform", "允许排放量：化学需氧量 12 t/a", "甲政发〔2025〕1号", True),
    }
    assessor = Assessor(tmp_path / "plan.gpkg", none_here=NONE_HERE)

    def told(x):
        answer = assessor.assess(assessor.drawn(box(x, 7_500, 50, 50)), assessor.project(industry="C2614"))
        return {one["id"]: one["applies"] for one in answer["clauses"] if one["id"].startswith("P-")}

    assert told(7_500) == {"P-东园区-S": "yes", "P-东园区-D": "yes"}
    assert told(3_800) == told(6_000) == {}


def test_a_park_layer_without_such_fields_brings_no_clause_and_a_stated_field_is_taken(tmp_path):
    none = park_plan(tmp_path / "none", fields={"园区名称": PARKS["园区名称"], "产业类型": PARKS["主导产业"]})
    assert not none.library["clause_id"].str.startswith("P-").any()
    text = source("industrial_park", "park").replace(
        "\n\n[rules]", '\nfields = { park_industries = "产业类型" }\n\n[rules]'
    )
    stated = park_plan(tmp_path / "stated", text, {"园区名称": PARKS["园区名称"], "产业类型": PARKS["主导产业"]})
    own = stated.library[stated.library["clause_id"].str.startswith("P-")]
    assert own["text"].tolist() == ["主导产业：电子信息、装备制造"]


def test_a_librarys_clause_stands_before_what_a_park_layer_says_under_its_id(tmp_path):
    head = "id,level,dimension,effect,text,basis\n"
    (tmp_path / "own.csv").write_text(
        head + "P-东园区-S,市,space,inform,本市另有规定。,甲政发〔2025〕1号\n", encoding="utf-8"
    )
    text = source("industrial_park", "park").replace("[rules]", '[lists]\nlibrary = ["own.csv"]\n\n[rules]')
    own = park_plan(tmp_path, text).library.set_index("clause_id")["text"]
    assert own.loc[["P-东园区-S", "P-东园区-D"]].tolist() == ["本市另有规定。", "允许排放量：化学需氧量 12 t/a"]
