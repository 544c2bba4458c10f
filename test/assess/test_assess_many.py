"""Many sites held against a plan at once get the answers that each gets alone."""

from __future__ import annotations

import math
import random

import pytest
import shapely
from assess_plan import DAY, small_assessor
from control_units.delineation.assess.places import SitePlaces
from hand import SOUTH, WEST

KINDS = ("circle", "point", "points", "line", "corridor", "square", "sliver", "two squares")
PROJECTS = (
    {"industry": "C1713", "facts": {"activity": "factory"}},
    {"industry": "C26"},
    {},
    {"industry": "C2221", "nature": "existing"},
)


@pytest.fixture(scope="module")
def assessor(tmp_path_factory):
    return small_assessor(tmp_path_factory.mktemp("many"), whole=True)


def drawn(assessor, draw: random.Random):
    """Draw a site of any kind, small or large, in the county (10 km wide) or beyond its border."""
    x, y = WEST + draw.uniform(-3_000, 13_000), SOUTH + draw.uniform(-3_000, 13_000)
    if draw.random() < 0.3:  # near a border of the red line or the county
        x = WEST + draw.choice((0, 1_000, 3_000, 5_000, 10_000)) + draw.uniform(-12, 12)
    size, kind = 10 ** draw.uniform(0, 3.3), draw.choice(KINDS)
    angle = draw.uniform(0, 2 * math.pi)
    there = x + size * math.cos(angle), y + size * math.sin(angle)
    square = shapely.box(x, y, x + size, y + size)
    shapes = {
        "circle": (shapely.Point(x, y), size),
        "point": (shapely.Point(x, y), 0.0),
        "points": (shapely.MultiPoint([(x, y), there]), 0.0),
        "line": (shapely.LineString([(x, y), there]), 0.0),
        "corridor": (shapely.LineString([(x, y), there]), 20.0),
        "square": (square, 0.0),
        "sliver": (shapely.box(x, y, x + 0.5, y + size), 0.0),
        "two squares": (shapely.union(square, shapely.box(x + 2 * size, y, x + 3 * size, y + size)), 0.0),
    }
    shape, buffer = shapes[kind]
    return assessor.drawn(shape, buffer=buffer)


def test_each_of_many_sites_gets_the_answer_that_it_gets_alone(assessor):
    draw = random.Random(11)  # noqa: S311
    sites = [drawn(assessor, draw) for _ in range(1_500)]
    projects = [assessor.project(**one) for one in PROJECTS]
    many = assessor.places(sites)
    relations = set()
    for number, (site, places) in enumerate(zip(sites, many, strict=True)):
        project = projects[number % len(projects)]
        together = assessor.assess(site, project, as_of=DAY, brief=True, places=places)
        alone = assessor.assess(site, project, as_of=DAY, brief=True)
        together.pop("time"), alone.pop("time")
        assert together == alone, site.shape.wkt
        relations.add(places.relation(("role:red_line",)))
    assert relations == {"in", "edge", "touch", "out"}


def test_what_one_site_has_does_not_hang_on_the_others(assessor):
    draw = random.Random(12)  # noqa: S311
    sites = [drawn(assessor, draw) for _ in range(300)]
    order = draw.sample(range(len(sites)), len(sites))
    one = SitePlaces.of_many(assessor.all_faces(), sites, 5.0)
    other = SitePlaces.of_many(assessor.all_faces(), [sites[number] for number in order], 5.0)
    for place, number in enumerate(order):
        assert other[place].faces == one[number].faces
        assert other[place].units() == one[number].units()
        assert other[place].outside_share == one[number].outside_share


def test_no_site_is_no_work(assessor):
    assert assessor.places([]) == []


def test_what_was_judged_before_changes_no_answer(assessor, tmp_path):
    """Judged after others, a project meets what an assessor says that has judged nothing yet."""
    draw = random.Random(13)  # noqa: S311
    projects = [assessor.project(**one) for one in PROJECTS]
    for number, project in enumerate(projects):
        fresh, sites = small_assessor(tmp_path, whole=True), [drawn(assessor, draw) for _ in range(20)]
        for other in (*projects[number:], *projects[:number]):
            for site in sites:
                assessor.assess(site, other, as_of=DAY)
        for site in sites:
            found, first = (each.assess(site, project, as_of=DAY) for each in (assessor, fresh))
            found.pop("time"), first.pop("time")
            assert found == first
