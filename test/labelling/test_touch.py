"""How much zones and places touch units, and the lists that a run makes of a case's own library with it."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pandas as pd
import pytest
import shapely
from command import ask
from control_units.delineation.lists import touch
from control_units.delineation.lists.touch import touches
from control_units.delineation.plan.file import read_plan

FACES = [(1, "u1", 60.0), (2, "u1", 40.0), (3, "u2", 300.0), (7, "u2", 100.0)]  # a cut has left a gap in their numbers
COVERAGE = [
    (1, "water_zone", "water", 5, "urban"),
    (1, "water_zone", "water", 6, "urban"),  # the same land twice, by two features of one zone
    (2, "water_zone", "water", 6, "urban"),
    (3, "water_zone", "water", 6, "urban"),
    (1, "industrial_park", "park", 1, None),
    (7, "industrial_park", "park", 1, None),
    (3, "industrial_park", "park", 2, None),
]
FEATURES = [("park", 1, "东园"), ("park", 2, "西园")]


def small_plan() -> SimpleNamespace:
    return SimpleNamespace(
        faces=pd.DataFrame(FACES, columns=["face_id", "unit_id", "area_m2"]).assign(
            geometry=[shapely.box(0, 0, 10, area / 10) for *_, area in FACES]
        ),
        coverage=pd.DataFrame(COVERAGE, columns=["face_id", "role", "source", "feature_id", "zone"]),
        features=pd.DataFrame(FEATURES, columns=["source", "feature_id", "name"]),
    )


BY_HAND = [
    ("u1", "industrial_park", "", "东园", 60.0, 0.6, 60 / 160),
    ("u1", "water_zone", "urban", "", 100.0, 1.0, 1.0),  # feature 5 lies in it whole
    ("u2", "industrial_park", "", "东园", 100.0, 0.25, 100 / 160),
    ("u2", "industrial_park", "", "西园", 300.0, 0.75, 1.0),
    ("u2", "water_zone", "urban", "", 300.0, 0.75, 300 / 400),
]


@pytest.mark.parametrize("most", [0, 1_000])
def test_shares_are_those_worked_out_by_hand(monkeypatch, most):
    """Both ways of adding up: laid out by place, and sorted where there are too many of them."""
    monkeypatch.setattr(touch, "_MOST_PLACES", most)
    found = touches(small_plan())
    names = ["unit_id", "role", "zone", "place", "area_m2", "share_of_unit", "share_of_zone"]
    pd.testing.assert_frame_equal(found, pd.DataFrame(BY_HAND, columns=names), check_dtype=False)


def test_a_plan_without_coverage_is_touched_by_nothing():
    plan = small_plan()
    plan.coverage = plan.coverage.iloc[:0]
    assert touches(plan).empty


OWN = """id,level,place,kind,admin,dimension,effect,text,basis
P1,园区,东园,,,space,prohibit,东园不得新建化工项目。,《东园规划环评审查意见》
P2,市,,industrial_park,999902,risk,condition,乙县园区建设事故应急池。,《某市办法》
P3,市,,water_zone,,discharge,restrict,水环境分区内从严控制排放。,《某市办法》
P4,省,,,11,risk,condition,别省的要求。,《某省办法》
"""


@pytest.fixture(scope="module")
def listed(made):
    """A plan of the same case with a library of its own."""
    folder = made.parent
    (folder / "own.csv").write_text(OWN, encoding="utf-8")
    case = folder / "case.toml"
    case.write_text(
        case.read_text(encoding="utf-8") + '\n[lists]\nlibrary = ["own.csv"]\nlevel = "县"\n', encoding="utf-8"
    )
    assert ask("run", case, "-o", folder / "listed.gpkg").code in (0, 1)
    return read_plan(folder / "listed.gpkg")


def test_a_library_of_the_case_joins_by_places_counties_and_shares(listed):
    own = listed.clauses[listed.clauses["clause_id"].str.startswith("P")].merge(listed.units[["unit_id", "name"]])
    found = {
        (row.clause_id, row.name_): (row.origin, row.status)
        for row in own.rename(columns={"name": "name_"}).itertuples()
    }
    assert found == {
        ("P1", "甲县东园产业集聚重点管控单元"): ("place:东园", "待审"),
        ("P2", "乙县乙园产业集聚重点管控单元"): ("industrial_park", "待审"),
        ("P3", "甲县生态保护红线优先保护单元"): ("water_zone", "待审"),  # some 100 m of its eastern edge
        ("P3", "甲县水环境重点管控单元"): ("water_zone", "待审"),
        ("P3", "乙县水环境重点管控单元"): ("water_zone", "待审"),
        ("P3", "甲县西园产业集聚重点管控单元"): ("water_zone", "建议"),  # 1,794 m² of the unit's 900,000
    }


def test_the_plan_keeps_its_library_and_the_level_of_its_lists(listed):
    assert listed.meta["list_level"] == "县"
    kept = listed.library.set_index("clause_id")
    assert json.loads(kept.loc["P1", "terms"])["scope"] == ["place:东园"]
    assert kept.index[-1] == "P1"  # the lowest level
    assert kept.loc["P3", ["level", "effect"]].tolist() == ["市", "restrict"]
    assert kept.loc["N-ALL-S1", "level"] == "国家"


def test_a_unit_of_a_city_wide_clause_is_not_altered_by_the_lists_of_a_county(listed, tmp_path, made):
    edit = tmp_path / "edits.jsonl"
    unit = listed.clauses.loc[listed.clauses["clause_id"] == "P2", "code"].iloc[0]
    said = {"op": "clause", "unit": unit, "change": {"id": "P2", "text": "不必建设。"}}
    edit.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    answer = ask("edit", made.parent / "listed.gpkg", edit)
    assert answer.code == 1
    assert "市" in answer.document["refused"][0]["reason"]
