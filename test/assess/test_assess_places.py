"""How a site lies to a region: in, at its edge, touching or out, by the positional tolerance."""

from __future__ import annotations

from math import cos, sin

import numpy as np
import pytest
import shapely
from assess_plan import DAY, clause_of, small_assessor
from control_units.delineation.assess.places import FaceTokens, Neighbourhood, SitePlaces
from control_units.delineation.assess.site import site_of
from hand import SOUTH, WEST
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

RED = ("role:red_line",)  # 1,000–3,000 m each way from the county's corner
ORDER = ("out", "touch", "edge", "in")
FACTORY = {"industry": "C1713", "facts": {"activity": "factory"}}


@pytest.fixture(scope="module")
def assessor(tmp_path_factory):
    return small_assessor(tmp_path_factory.mktemp("places"))


def at(x: float, y: float) -> tuple[float, float]:
    return WEST + x, SOUTH + y


def square(x: float, y: float, side: float) -> shapely.Polygon:
    return shapely.box(*at(x, y), *at(x + side, y + side))


def relation(assessor, shape, scope=RED, tolerance: float = 5.0) -> str:
    return SitePlaces(assessor.all_faces(), assessor.drawn(shape), tolerance).relation(scope)


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (2_000, "in"),
        (2_994.9, "in"),
        (2_995.1, "edge"),
        (2_999, "edge"),
        (3_001, "touch"),
        (3_004.9, "touch"),
        (3_005.1, "out"),
        (9_000, "out"),
    ],
)
def test_a_square_is_in_where_it_reaches_deeper_than_the_tolerance(assessor, x, expected):
    assert relation(assessor, square(x, 2_000, 100)) == expected


def test_an_edge_that_only_touches_is_no_overlap(assessor):
    assert relation(assessor, square(3_000, 2_000, 100)) == "touch"


@pytest.mark.parametrize(("x", "expected"), [(2_990, "in"), (2_997, "edge"), (3_003, "touch"), (3_010, "out")])
def test_a_point_is_in_where_the_border_is_farther_than_the_tolerance(assessor, x, expected):
    assert relation(assessor, shapely.Point(at(x, 2_000))) == expected


def test_a_line_along_a_border_is_at_its_edge(assessor):
    line = shapely.LineString([at(3_000, 1_500), at(3_000, 2_500)])
    assert relation(assessor, line) == "edge"


def test_the_scope_is_a_conjunction_and_not_two_hits(assessor):
    """The red line lies in the first township's half, the water zone elsewhere: both are hit, nowhere together."""
    line = shapely.LineString([at(2_000, 2_000), at(5_500, 5_000)])
    assert relation(assessor, line, ("role:water_zone",)) == "in"
    assert relation(assessor, line, RED) == "in"
    assert relation(assessor, line, ("role:red_line", "role:water_zone")) == "out"


def test_a_token_may_name_alternatives_and_admin_goes_by_prefix(assessor):
    here = square(2_000, 2_000, 10)
    assert relation(assessor, here, ("role:water_zone|red_line",)) == "in"
    assert relation(assessor, here, ("admin:33|99",)) == "in"
    assert relation(assessor, here, ("admin:33",)) == "out"
    assert relation(assessor, square(5_000, 5_000, 10), ("role:water_zone:industrial",)) == "in"
    assert relation(assessor, square(5_000, 5_000, 10), ("role:water_zone:urban",)) == "out"


def test_faces_that_are_too_narrow_add_up_to_a_region(assessor):
    """The townships' border cuts the water zone at x = 5,000: a site of 8 m across it is 4 m deep in either face."""
    assert relation(assessor, square(4_996, 5_000, 8), ("role:water_zone",)) == "in"


@given(
    x=st.floats(2_900, 3_100),
    side=st.floats(0.5, 200),
    angle=st.floats(0, 6.283),
)
def test_a_site_that_moves_by_the_tolerance_moves_by_one_relation_at_most(assessor, x, side, angle):
    # Circles are drawn by chords: 1.2 ‰ of the tolerance is theirs.
    here, step = square(x, 2_000, side), 5.0 * 0.998
    there = affinity.translate(here, step * cos(angle), step * sin(angle))
    one, other = (ORDER.index(relation(assessor, shape)) for shape in (here, there))
    assert abs(one - other) <= 1


@given(x=st.floats(2_950, 3_020), side=st.floats(10, 100), angle=st.floats(0, 6.283))
def test_a_prohibition_never_turns_into_silence_where_a_site_moves_by_the_tolerance(assessor, x, side, angle):
    project = assessor.project(**FACTORY)
    site = assessor.drawn(square(x, 2_000, side))
    moved = site.moved(5.0 * cos(angle), 5.0 * sin(angle))
    verdicts = []
    for one in (site, moved):
        found = assessor.assess(one, project, as_of=DAY)
        verdicts.append(found["verdict"])
        red = clause_of(found, "P-red")
        if red is None:
            assert not found["conflicts"]
        elif red["cause"] in ("edge", "touch"):
            assert any("P-red" in notice for notice in found["notices"]), found["notices"]
    if "prohibit" in verdicts:
        other = found if verdicts[0] == "prohibit" else assessor.assess(site, project, as_of=DAY)
        assert other["verdict"] in ("prohibit", "needs_review")


@given(
    x=st.floats(-50, 10_050),
    y=st.floats(-50, 10_050),
    side=st.floats(1, 3_000),
)
def test_what_lies_in_units_and_outside_adds_up_to_the_site(assessor, x, y, side):
    places = SitePlaces(assessor.all_faces(), assessor.drawn(square(x, y, side)), 5.0)
    inside = sum(hit.area_m2 for hit in places.units())
    assert inside + places.outside_share * side**2 == pytest.approx(side**2, rel=1e-6)
    county = shapely.box(*at(0, 0), *at(10_000, 10_000))
    assert inside == pytest.approx(shapely.intersection(county, square(x, y, side)).area, abs=1e-3 * side)


@given(x=st.floats(500, 9_000), y=st.floats(500, 9_000), side=st.floats(1, 2_500))
def test_what_is_read_near_a_site_answers_as_the_whole_plan(assessor, near, x, y, side):
    site = assessor.drawn(square(x, y, side))
    project = assessor.project(**FACTORY)
    one, other = (each.assess(site, project, as_of=DAY) for each in (assessor, near))
    for found in (one, other):
        found.pop("time")
    for unit, same in zip(one.pop("units"), other.pop("units"), strict=True):
        assert unit == pytest.approx(same)
    for key in ("site", "conflicts", "zones"):
        one.pop(key), other.pop(key)
    assert one == other


@pytest.fixture(scope="module")
def near(tmp_path_factory):
    return small_assessor(tmp_path_factory.mktemp("near"))


def test_the_tolerance_is_a_setting_of_the_profile(assessor):
    assert relation(assessor, square(2_990, 2_000, 100), tolerance=5.0) == "in"
    assert relation(assessor, square(2_990, 2_000, 100), tolerance=15.0) == "edge"


def test_faces_with_holes_that_touch_each_other_are_united():
    # GEOS says of these two, which share borders and no ground, that they overlap.
    faces = shapely.from_wkt(
        ["POLYGON ((18 0, 18.5 4, 9 11, 4 8, 0 8, 18 0))",
         "POLYGON ((0 8, 4 8, 8 11, 9 11, 11 10, 18.5 4, 18 0, 27 36, 0 8))"]
    )  # fmt: skip
    tokens = FaceTokens(("unit_id:U",), (), sea=False)
    near = Neighbourhood(
        None, faces, np.array([1, 2]), ["U", "U"], ["", ""], np.ones(2), [tokens, tokens], ("U",),
        np.zeros(2, dtype=bool), shapely.area(faces), shapely.STRtree(faces),
    )  # fmt: skip
    line = site_of(shapely.LineString([(-20, 4), (40, 4)]))
    assert SitePlaces(near, line, 0.5).relation(("unit_id:U",)) == "in"
    assert SitePlaces(near, line, 50.0).relation(("unit_id:U",)) == "edge"
    assert [hit.unit_id for hit in SitePlaces(near, line, 1.5).units()] == ["U"]


@pytest.mark.parametrize("buffer", [0.0, 2.0])
def test_a_line_along_a_border_is_counted_once_and_what_is_outside_is_outside(assessor, buffer):
    # The red line's southern edge is a border between faces; as much again lies west of the county.
    line = shapely.LineString([at(-2_000, 1_000), at(3_000, 1_000)])
    places = SitePlaces(assessor.all_faces(), assessor.drawn(line, buffer=buffer), 5.0)
    assert places.outside_share == pytest.approx(0.4, abs=1e-3)
    assert places.outside() == "in"
    everywhere = places.measured(places.mask(()))
    assert everywhere[1] == pytest.approx(3_000)
    assert sum(places.measured(places.mask((f"unit_id:{hit.unit_id}",)))[1] for hit in places.units()) >= 3_000


def test_a_line_that_is_drawn_there_and_back_is_one_line(assessor):
    line = shapely.LineString([at(500, 2_000), at(6_000, 2_000), at(500, 2_000)])
    places = SitePlaces(assessor.all_faces(), assessor.drawn(line), 5.0)
    assert places.outside_share == 0
    assert places.size[1] == pytest.approx(5_500)
