"""Requests that cannot be met are refused in one sentence: which component, which sum, which bound."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regions.feasibility import check_bounds, check_count, fewest, figure, most_by_bounds
from control_units.delineation.regions.problem import Bound, Problem
from region_samples import contiguous, problem_of


def parts(**more) -> Problem:
    """A row of four, a row of three, a single node."""
    return problem_of(np.zeros((8, 1)), [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)], **more)


def bounded(values, least=0.0, most=np.inf, name="people", **more) -> Problem:
    return parts(bounds=(Bound(name, np.array(values, dtype=float), least, most),), **more)


def refused(call, *given) -> str:
    with pytest.raises(BadInput) as caught:
        call(*given)
    return str(caught.value)


def test_what_can_be_met_passes():
    check_bounds(bounded([1, 1, 1, 1, 2, 1, 1, 3], least=3, most=4))
    check_count(bounded([1, 1, 1, 1, 2, 1, 1, 3], least=3, most=4), 3)
    check_count(parts(), 3)
    check_count(parts(), 8)


def test_a_component_below_the_least():
    assert refused(check_bounds, bounded([1, 1, 1, 1, 1, 1, 1, 2.5], least=3)) == (
        "[method]: polygon 8 has people 2.5 in all, less than the 3 that every region is to have; "
        "wanted: small = keep, or a lower bound on people of 2.5 or less"
    )
    assert refused(check_bounds, bounded([9, 1, 1, 1, 0.5, 0.75, 1, 2.9], least=3)) == (
        "[method]: the separate part with polygon 5 (3 polygons) has people 2.25 in all, less than the 3 that every "
        "region is to have; likewise 1 more part; wanted: small = keep, or a lower bound on people of 2.25 or less"
    )


def test_what_is_wanted_is_good_as_it_is_written():
    third = np.full(8, 1 / 3)
    text = refused(check_bounds, bounded(third, least=0.5))
    proposed = float(text.rsplit(" ", 3)[1])
    assert 0.3333333 < proposed <= 1 / 3
    check_bounds(bounded(third, least=proposed))
    text = refused(check_bounds, bounded(third * 2, most=0.5))
    proposed = float(text.rsplit(" ", 3)[1])
    assert 2 / 3 <= proposed < 0.6666667
    check_bounds(bounded(third * 2, most=proposed))
    assert {figure(2.0, down=down) for down in (True, False, None)} == {"2"}


def test_a_polygon_above_the_most():
    assert refused(check_bounds, bounded([1, 7, 1, 1, 1, 9, 1, 1], most=5)) == (
        "[method]: polygon 6 alone has people 9, more than the 5 that a region may have; likewise 1 more polygon; "
        "wanted: an upper bound on people of 9 or more"
    )


def test_an_area_is_said_as_people_say_it_and_proposed_in_full():
    one = bounded([9e11, 1, 1, 1, 9e11, 1, 1, 9e11], least=9.5e11)
    one = replace(one, bounds=(replace(one.bounds[0], name="area", unit="m²"),))
    assert refused(check_bounds, one) == (
        "[method]: polygon 8 has area 900,000.0000 km² in all, less than the 950,000.0000 km² that every region is to "
        "have; likewise 2 more parts; wanted: small = keep, or a lower bound on area of 900000000000 m² or less"
    )


def test_a_component_that_falls_between_two_bounds():
    """Seven in the row of four: more than one region of five, less than two of four."""
    assert refused(check_bounds, bounded([2, 2, 1, 2, 2, 1, 1, 4], least=4, most=5)) == (
        "[method]: the separate part with polygon 1 (4 polygons) needs at least 2 regions (people 7, at most 5 a "
        "region), but has enough for only 1 (people 7, at least 4 a region); wanted: a smaller lower bound on people"
    )


def test_more_cores_than_the_least_has_room_for():
    core = np.array([0, -1, -1, 1, -1, -1, -1, -1])
    assert refused(check_bounds, bounded([1, 1, 1, 1, 1, 1, 1, 3], least=3, core=core)) == (
        "[method]: the separate part with polygon 1 (4 polygons) needs at least 2 regions (2 fixed units), but has "
        "enough for only 1 (people 4, at least 3 a region); wanted: a smaller lower bound on people"
    )


def test_a_number_out_of_range():
    for k in (9, 0):
        said = f"[method] k: k = {k}; wanted: 1 to 8, as many as there are polygons and fixed units"
        assert refused(check_count, parts(), k) == said


@pytest.mark.parametrize("k", ["4", "4..5", 4.0, 4.5, float("nan"), True, [4], None])
def test_a_number_that_is_no_whole_number(k):
    assert refused(check_count, parts(), k) == f"[method] k: k = {k!r}; wanted: a whole number of 1 or more"


def test_fewer_regions_than_components():
    assert refused(check_count, parts(), 2) == (
        "[method] k: k = 2 is below the 3 parts that do not touch one another, each of which needs at least one "
        "region (the smallest: polygon 8, the separate part with polygon 5 (3 polygons), the separate part with "
        "polygon 1 (4 polygons)); wanted: at least 3"
    )


def test_fewer_regions_than_cores():
    core = np.array([0, -1, -1, 1, 2, -1, -1, -1])
    text = refused(check_count, parts(core=core), 3)
    assert text == "[method] k: k = 3 is too few for 3 fixed units and 1 separate part without one; wanted: at least 4"
    one = problem_of(np.zeros((3, 1)), [(0, 1), (1, 2)], core=np.array([0, 1, 2]))
    assert refused(check_count, one, 2) == "[method] k: k = 2 is too few for 3 fixed units; wanted: at least 3"


def test_fewer_regions_than_upper_bounds_ask_for():
    assert refused(check_count, bounded([1, 1, 1, 1, 3, 3, 3, 1], most=4), 3) == (
        "[method] k: k = 3 is too few for the separate part with polygon 5 (3 polygons), which needs at least 3 "
        "regions (people 9, at most 4 a region), and 2 other parts; wanted: at least 5"
    )
    # The bound that is named is the one that asks for most.
    problem = bounded([1, 1, 1, 1, 3, 3, 3, 1], most=10)
    area = Bound("area", np.array([5.0, 5, 5, 5, 1, 1, 1, 1]), most=6.0, unit="m²")
    text = refused(check_count, replace(problem, bounds=(*problem.bounds, area)), 5)
    assert "(area 20.00 m², at most 6.00 m² a region)" in text
    assert text.endswith("wanted: at least 6")


def test_more_regions_than_floors_leave_room_for_are_the_methods_to_say():
    check_count(bounded([1, 1, 1, 1, 1, 1, 1, 3], least=3), 8)


def test_room_counts_what_reaches_the_least_by_itself_once():
    row = problem_of(np.zeros((4, 1)), [(0, 1), (1, 2), (2, 3)])
    for sizes, room in (([9, 1, 1, 1], 2), ([4, 4, 1, 1], 2), ([3, 3, 3, 3], 4), ([2, 2, 2, 2], 2), ([8, 2, 2, 2], 3)):
        problem = replace(row, bounds=(Bound("people", np.array(sizes, dtype=float), least=3.0),))
        assert most_by_bounds(problem, np.zeros(4, dtype=np.int64)).tolist() == [room]


def test_multiples_up_to_rounding_are_multiples():
    tenth = problem_of(np.zeros((10, 1)), [(a, a + 1) for a in range(9)])
    bound = Bound("people", np.full(10, 0.1), least=0.1 + 1e-16, most=0.1 - 1e-16)
    whole = replace(tenth, bounds=(bound,))
    component = whole.graph.component()
    assert (fewest(whole, component).tolist(), most_by_bounds(whole, component).tolist()) == ([10], [10])
    check_bounds(whole)


def divisions(problem: Problem) -> list[np.ndarray]:
    """All contiguous divisions of a small problem."""
    found = []
    for labels in itertools.product(range(len(problem)), repeat=len(problem)):
        if all(label <= max(labels[:row], default=-1) + 1 for row, label in enumerate(labels)):
            label = np.array(labels)
            if contiguous(problem, label):
                found.append(label)
    return found


def test_the_limits_never_refuse_what_there_is():
    """Against all divisions of five nodes in two components, for sizes and bounds drawn by lot."""
    graph = problem_of(np.zeros((5, 1)), [(0, 1), (0, 2), (1, 2), (3, 4)])
    every = divisions(graph)
    assert len(every) == 10  # 5 × 2
    random = np.random.default_rng(4)
    tight = 0
    for _ in range(200):
        size = random.integers(1, 6, 5).astype(float)
        least, most = float(random.integers(0, 5)), float(random.integers(3, 12))
        core = np.where(random.random(5) < 0.3, 0, -1)
        core[core == 0] = np.arange((core == 0).sum())
        problem = replace(graph, bounds=(Bound("size", size, least, most),), core=core)
        good = {
            int(labels.max()) + 1
            for labels in every
            if all(
                least <= size[labels == one].sum() <= most and (core[labels == one] >= 0).sum() < 2
                for one in range(int(labels.max()) + 1)
            )
        }
        component = problem.graph.component()
        low, high = int(fewest(problem, component).sum()), int(most_by_bounds(problem, component).sum())
        if good:
            check_bounds(problem)
            assert low <= min(good) <= max(good) <= high
            for k in good:
                check_count(problem, k)
            tight += (low, high) == (min(good), max(good))
    assert tight > 50
