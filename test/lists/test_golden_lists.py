"""Entry lists worked out by hand: all of the hand-solved county and three units of the demo; and a new bakery there."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import shapely
from control_units.delineation.lists.touch import touches
from control_units.delineation.plan.file import Plan, read_plan
from control_units.delineation.verbs import assess, run
from hand import CASE, hand

if TYPE_CHECKING:
    import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = tomllib.loads((ROOT / "test" / "data" / "golden_lists.toml").read_text(encoding="utf-8"))["unit"]
DIMENSIONS = ("space", "discharge", "risk", "resource")
GRAVE = ("prohibit", "restrict", "exit")
# Of a layer that is lacking the hand-solved county has nothing.
NONE_HERE = ("protected_area", "drinking_water", "air_zone", "soil_zone", "resource_zone")
ON_THE_GROUND = ("county", "township")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def county(data, tmp_path_factory):
    plan = tmp_path_factory.mktemp("hand") / "plan.gpkg"
    run(data / "HAND" / "case.toml", plan)
    return plan


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    plan = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    run(ROOT / "resources" / "demo" / "case.toml", plan)
    return plan


@pytest.fixture(scope="module")
def read(request):
    """Give a plan read, once each."""
    plans: dict[str, Plan] = {}

    def of(name: str) -> Plan:
        if name not in plans:
            plans[name] = read_plan(request.getfixturevalue({"HAND": "county"}.get(name, name)))
        return plans[name]

    return of


UNITS = [
    pytest.param(one, id=one["code"], marks=pytest.mark.uses("rasterio", "exactextract") if one["of"] == "demo" else ())
    for one in GOLDEN
]


def listed(clauses: pd.DataFrame, unit: dict[str, Any], *, proposed: bool) -> dict[str, list[str]]:
    own = clauses[(clauses["code"] == unit["code"]) & ((clauses["status"] == "建议") == proposed)]
    return {name: own.loc[own["dimension"] == name, "clause_id"].tolist() for name in DIMENSIONS}


@pytest.mark.parametrize("unit", UNITS)
def test_these_clauses_stand_in_the_list_in_this_order(unit, read):
    by_hand = {name: unit["stands"].get(name, "").split() for name in DIMENSIONS}
    assert listed(read(unit["of"]).clauses, unit, proposed=False) == by_hand


@pytest.mark.parametrize("unit", UNITS)
def test_these_clauses_are_only_proposed(unit, read):
    by_hand = {name: unit.get("proposed", {}).get(name, "").split() for name in DIMENSIONS}
    assert listed(read(unit["of"]).clauses, unit, proposed=True) == by_hand


@pytest.mark.parametrize("unit", UNITS)
def test_this_brings_each_clause(unit, read):
    clauses = read(unit["of"]).clauses
    own = clauses[clauses["code"] == unit["code"]]
    assert {
        (one.rpartition("-")[0], origin) for one, origin in zip(own["clause_id"], own["origin"], strict=True)
    } == set(unit["brought"].items())


@pytest.mark.parametrize("unit", UNITS)
def test_so_much_of_the_unit_and_of_a_feature_lies_in_the_other(unit, read):
    plan = read(unit["of"])
    unit_id = plan.units.set_index("code").loc[unit["code"], "unit_id"]
    table = touches(plan)
    table = table[(table["unit_id"] == unit_id) & ~table["role"].isin(ON_THE_GROUND)]
    key = [f"{role}:{zone}" if zone else role for role, zone in zip(table["role"], table["zone"], strict=True)]
    # Features of one zone do not overlap in these layers: their shares of the unit add up.
    shares = table.groupby(key).agg({"share_of_unit": "sum", "share_of_zone": "max"})
    found = {one: tuple(row) for one, row in zip(shares.index, shares.to_numpy(), strict=True)}
    assert found == {one: pytest.approx(row, abs=6e-6) for one, row in unit["touch"].items()}


def test_each_unit_of_the_county_is_worked_out(read):
    assert {one["code"] for one in GOLDEN if one["of"] == "HAND"} == set(read("HAND").units["code"])


def inside(plan: Plan, code: str) -> str:
    """Give a point well inside a unit."""
    shape = plan.units.set_index("code").loc[code, "geometry"]
    point = shapely.maximum_inscribed_circle(shape, 10.0).coords[0]
    return f"{point[0]},{point[1]},50"


@pytest.mark.parametrize(("of", "code"), [("county", "ZH99990130001"), ("demo", "ZH65010930001")])
def test_a_new_bakery_in_the_general_unit_is_not_prohibited(of, code, request):
    plan = request.getfixturevalue(of)
    none_here = NONE_HERE if of == "county" else ()
    found = assess(plan, inside(read_plan(plan), code), industry="C1411", nature="new", none_here=none_here)
    assert [one["code"] for one in found["units"]] == [code]
    assert found["verdict"] == "conditional"
    certain = {one["id"] for one in found["clauses"] if one["applies"] == "yes"}
    told = {*["N-ALL-S1", "N-ALL-S12", "N-ALL-S17", "N-ALL-S18", "N-ALL-D1", "N-ALL-D11", "N-ALL-D12", "N-ALL-D13"]}
    asked = {*["N-ALL-S3", "N-ALL-D5", "N-ALL-D7", "N-ALL-R4", "N-ALL-E3", "N-C3-S1"]}
    assert certain == {*told, *asked}
    assert [one["id"] for one in found["clauses"] if one["effect"] in GRAVE and one["applies"] == "maybe"] == []


@pytest.mark.parametrize("industry", ["A0121", "C1411", "C2614", "N7724", ""])
def test_no_clause_of_every_place_alone_prohibits(industry, county, read):
    plan = read("HAND")
    everywhere = set(plan.clauses.loc[plan.clauses["origin"] == "all", "clause_id"])
    for code in plan.units["code"]:
        found = assess(county, inside(plan, code), industry=industry, none_here=NONE_HERE)
        certain = [one for one in found["clauses"] if one["id"] in everywhere and one["applies"] == "yes"]
        assert certain
        assert max(one["rank"] for one in certain) < 3


def test_a_province_that_only_writes_what_it_forbids_everywhere_is_asked_not_obeyed(tmp_path):
    (tmp_path / "省.csv").write_text(
        "id,level,dimension,effect,text,basis\nS-1,省,space,prohibit,禁止新建落后产能项目。,某省清单\n",
        encoding="utf-8",
    )
    run(hand(tmp_path, CASE + '\n[lists]\nlibrary = ["省.csv"]\n'), tmp_path / "plan.gpkg")
    none_here = (*NONE_HERE, "general_eco_space", "industrial_park", "urban_boundary", "farmland")
    verdicts = []
    for said in ({}, {"described": "no"}, {"described": "yes"}):
        found = assess(tmp_path / "plan.gpkg", "508000,3408000,50", industry="C1411", facts=said, none_here=none_here)
        verdicts.append(found["verdict"])
    assert verdicts == ["needs_review", "conditional", "prohibit"]
