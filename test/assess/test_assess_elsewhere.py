"""Where else a refused project could go: nearest first, on land, inside the plan, where nothing forbids it."""

from __future__ import annotations

import pytest
import shapely
from assess_plan import DAY, NONE_HERE, small_plan, write_clauses
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.assess.where_else import MOST_TRIED
from control_units.delineation.core.errors import Cancelled
from control_units.delineation.plan.file import Plan, write_plan
from hand import SOUTH, WEST
from sample_plan import META, sample_plan

STEP = 100.0


def cells(folder, good: int, *, count: int = 625, sea: frozenset[int] = frozenset()) -> Assessor:
    """A county of cells of 100 m in a row, all of them in the red line but one; the site stands in the first."""
    frame = sample_plan()
    faces = frame.faces.iloc[[0] * count].reset_index(drop=True)
    faces["face_id"] = range(1, count + 1)
    faces["unit_id"] = ["u5" if number in sea else "u3" for number in range(count)]
    faces["county"], faces["area_m2"] = "330824", STEP**2
    west = [500_000 + STEP * number for number in range(count)]
    faces["geometry"] = shapely.box(west, 3_200_000, [x + STEP for x in west], 3_200_000 + STEP)
    red = [number + 1 for number in range(count) if number != good and number not in sea]
    coverage = frame.coverage.iloc[[0] * len(red)].reset_index(drop=True).assign(face_id=red, role="red_line")
    tables = {name: getattr(frame, name) for name in Plan.__dataclass_fields__ if name not in ("stated", "changes")}
    sources = frame.sources.reindex([0]).assign(source="a", role="red_line", path="", layer="", crs="", encoding="")
    sources = sources.assign(sha256="", date="", provider="", document="", classification="", trigger="", count=1)
    plan = Plan(**{**tables, "faces": faces, "coverage": coverage, "sources": sources, "meta": dict(META)})
    write_plan(plan, folder / "cells.gpkg")
    write_clauses(folder / "cells.gpkg", {"P-red": ("国家", "prohibit", {"scope": ["role:red_line"]})})
    return Assessor(folder / "cells.gpkg", none_here=NONE_HERE)


def looked(assessor: Assessor, text: str = "500050,3200050,20", count: int = 1, industry: str = ""):
    return assessor.assess(assessor.site(text), assessor.project(industry=industry), as_of=DAY, where_else=count)


def test_a_place_that_only_the_four_hundredth_try_reaches_is_found(tmp_path):
    found = looked(cells(tmp_path, good=399))
    assert found["verdict"] == "prohibit"
    good, *blocked = found["where_else"]
    assert len(blocked) == 399
    assert (good["verdict"], good["blocked_by"]) == ("no_conflict", None)
    assert good["distance_m"] == pytest.approx(39_900)
    assert shapely.from_wkt(good["wkt"]).centroid.x == pytest.approx(500_050 + 39_900)
    assert {one["blocked_by"] for one in blocked} == {"P-red"}
    assert {one["blocked_text"] for one in blocked} == {"条目P-red"}
    assert [one["distance_m"] for one in blocked] == sorted(one["distance_m"] for one in blocked)


def test_no_more_than_five_hundred_places_are_tried(tmp_path):
    found = looked(cells(tmp_path, good=600))
    assert len(found["where_else"]) == MOST_TRIED
    assert all(one["blocked_by"] for one in found["where_else"])


def test_a_place_at_sea_or_half_outside_is_none(tmp_path):
    """The good cell stands between the sea and the end of the plan: a site of 140 m does not fit on it."""
    assessor = cells(tmp_path, good=19, count=20, sea=frozenset({18}))
    found = looked(assessor, "500050,3200050,70")
    blocked = {one["distance_m"]: one["blocked_by"] for one in found["where_else"]}
    assert blocked.pop(max(blocked)) == "outside"
    assert set(blocked.values()) == {"P-red", "sea"}
    assert looked(assessor, "500050,3200050,40")["where_else"][0]["blocked_by"] is None


def test_a_place_of_which_a_tenth_is_unknown_is_none(tmp_path):
    """A site as wide as the good cell, and a tenth longer: beyond that nobody knows anything."""
    assessor = cells(tmp_path, good=19, count=20)
    for width, blocked in ((100, None), (112, "outside")):
        site = shapely.to_wkt(shapely.box(500_000, 3_200_005, 500_000 + width, 3_200_095))
        (found,) = [one for one in looked(assessor, site)["where_else"] if one["distance_m"] > 1_800]
        assert found["blocked_by"] == blocked


def test_every_place_that_is_named_is_answered_so_when_asked(tmp_path):
    assessor = Assessor(small_plan(tmp_path), none_here=NONE_HERE)
    project = assessor.project(industry="C1713", facts={"activity": "factory"})
    site = assessor.site(f"{WEST + 2_000},{SOUTH + 2_000},300")
    found = assessor.assess(site, project, as_of=DAY, where_else=3)["where_else"]
    good = [one for one in found if one["blocked_by"] is None]
    assert good
    for one in good:
        again = assessor.assess(assessor.site(one["wkt"]), project, as_of=DAY)
        assert again["verdict"] == one["verdict"]
        assert again["site"]["outside_share"] == 0
        assert shapely.from_wkt(one["wkt"]).area == pytest.approx(site.shape.area, rel=1e-6)


def test_a_place_that_is_fine_already_is_not_looked_for(tmp_path):
    assessor = Assessor(small_plan(tmp_path), none_here=NONE_HERE)
    site = assessor.site(f"{WEST + 8_000},{SOUTH + 8_000},50")
    assert assessor.assess(site, assessor.project(industry="A0111"), as_of=DAY, where_else=3)["where_else"] == []


def test_a_search_can_be_stopped(tmp_path):
    def stop(fraction, message):
        if fraction > 0.5:
            raise Cancelled(message)

    assessor = cells(tmp_path, good=600)
    with pytest.raises(Cancelled):
        assessor.assess(assessor.site("500050,3200050,20"), assessor.project(), as_of=DAY, where_else=1, progress=stop)


def test_the_gravest_of_the_clauses_that_decide_is_what_stands_in_the_way(tmp_path):
    assessor = cells(tmp_path, good=5, count=20)
    unknown = [{"fact": "water_use", "op": "gt", "value": 100, "unit": "m3/d"}]
    condition = ("市", "condition", {"scope": ["role:red_line"], "when": unknown})
    write_clauses(assessor.path, {"C-a": condition, "P-b": ("市", "prohibit", condition[2]), "C-c": condition})
    found = looked(assessor)
    assert found["verdict"] == "needs_review"
    assert {one["blocked_by"] for one in found["where_else"]} == {"P-b", None}


def everywhere(folder, *clauses: tuple[str, str], good: int = 5) -> Assessor:
    """Cells of which all but one are in the red line, with clauses on all of them beside the ban there."""
    assessor = cells(folder, good=good, count=20)
    terms = {"scope": ["admin:330824"], "industries": ["C"]}
    named = {name: ("国家", effect, terms) for name, effect in clauses}
    write_clauses(assessor.path, {"P-red": ("国家", "prohibit", {"scope": ["role:red_line"]}), **named})
    return assessor


def test_what_restricts_everywhere_counts_against_no_place_and_is_told(tmp_path):
    found = looked(everywhere(tmp_path, ("R-all", "restrict"), ("C-all", "condition")), industry="C2614")
    good, *blocked = found["where_else"]
    assert (good["verdict"], good["blocked_by"]) == ("restrict", None)
    assert {one["blocked_by"] for one in blocked} == {"P-red"}
    assert "R-all" in found["everywhere"]
    assert "C-all" not in found["everywhere"]  # a condition is in nobody's way
    plain = looked(everywhere(tmp_path, ("C-all", "condition")), industry="C2614")
    assert (plain["where_else"][0]["verdict"], plain["everywhere"]) == ("conditional", "")


def test_what_restricts_all_but_one_cell_counts_against_the_others(tmp_path):
    assessor = cells(tmp_path, good=5, count=20)
    write_clauses(assessor.path, {"R-most": ("国家", "restrict", {"scope": ["role:red_line"], "industries": ["C"]})})
    found = looked(assessor, industry="C2614")
    assert {one["blocked_by"] for one in found["where_else"]} == {"R-most", None}
    assert found["everywhere"] == ""


@pytest.mark.parametrize("effect", ["prohibit", "restrict"])
def test_no_place_is_tried_where_none_would_be_better(tmp_path, effect):
    """What prohibits everywhere does so elsewhere too; what restricts everywhere is all that is in the way here."""
    assessor = everywhere(tmp_path, ("A-all", effect), good=0 if effect == "restrict" else 5)
    found = looked(assessor, industry="C2614")
    assert (found["verdict"], found["where_else"]) == (effect, [])
    assert "A-all" in found["everywhere"]


def test_what_is_said_of_this_site_alone_holds_nowhere_else(tmp_path):
    """A limit that this site breaks is no ban on the whole county."""
    assessor = cells(tmp_path, good=5, count=20)
    limit = {"scope": ["admin:330824"], "limit": {"fact": "near_sensitive", "op": "eq", "value": "no"}}
    write_clauses(assessor.path, {"L-all": ("国家", "condition", limit)})
    project = assessor.project(facts={"near_sensitive": "yes"})
    found = assessor.assess(assessor.site("500050,3200050,20"), project, as_of=DAY, where_else=1)
    assert found["verdict"] == "prohibit"
    assert [one["verdict"] for one in found["where_else"] if one["blocked_by"] is None] == ["conditional"]
    assert found["everywhere"] == ""
