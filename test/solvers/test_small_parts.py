"""Parts that have less in all than every region is to have: refused, or kept and named; in ``regions`` and by hand."""

from __future__ import annotations

import numpy as np
import pytest
from command import ask, refusal
from control_units.delineation.core.errors import BadInput
from control_units.delineation.methods.regional import solve
from control_units.delineation.regions.feasibility import check_bounds, check_count
from control_units.delineation.regions.problem import Bound
from control_units.delineation.regions.small_components import keep_small
from control_units.delineation.verbs.regions import regions
from hand import box, write_layer
from region_samples import contiguous, problem_of

METHODS = ("ward:k=4", "skater:k=4", "redcap:k=4", "azp:k=4,starts=2", "kmeans_repaired:k=4,runs=2")
ISLES = [12, 13, 14]


@pytest.fixture
def layer(tmp_path):
    """Twelve squares in two rows, and two isles, of one square and of two; each with so many people."""
    places = [(x, y) for x in range(6) for y in range(2)] + [(10, 0), (10, 1), (20, 0)]
    columns = {"a": [float(x * x + y) for x, y in places], "people": [10] * 12 + [10, 5, 7]}
    shapes = [box(1_000 * x, 1_000 * y, 1_000, 1_000) for x, y in places]
    return write_layer(tmp_path / "layer.gpkg", "layer", shapes, columns)


@pytest.mark.parametrize("method", METHODS)
def test_small_parts_are_kept_and_the_rest_is_divided(layer, method):
    with pytest.raises(BadInput, match=r"feature 15 has people 7 in all, less than the 40 .*small = keep"):
        regions(layer, method=method, variables="a", floor="people=40")
    found = regions(layer, method=method, variables="a", floor="people=40", small="keep")
    labels = np.array(found["labels"])
    assert found["k"] == 4
    assert labels[12] == labels[13] != labels[14]
    assert len(set(labels[:12]) | set(labels[ISLES])) == 4 and not set(labels[:12]) & set(labels[ISLES])
    people = np.bincount(labels[:12], np.full(12, 10.0))
    assert people.min() >= 40
    (said,) = [one for one in found["findings"] if one.id == "S80"]
    assert (said.facts["count"], said.facts["bound"], said.facts["limit"]) == (2, "people", 40.0)
    assert str(said.facts["asked"]) == "40"
    assert str(said.facts["listed"]) == "feature 15 = 7, the separate part with feature 13 (2 polygons) = 15"
    assert set(said.facts) == {"count", "bound", "limit", "asked", "listed"}


def test_a_floor_of_the_method_itself(layer):
    with pytest.raises(BadInput, match="small = keep"):
        regions(layer, method="maxp:floor=3e6", variables="a")
    found = regions(layer, method="maxp:floor=3e6", variables="a", small="keep")
    assert found["k"] == 4 + 2
    assert sorted(found["sizes"]) == [1, 2, 3, 3, 3, 3]
    assert [one.facts["bound"] for one in found["findings"] if one.id == "S80"] == ["area"]


def test_a_curve_counts_what_is_kept(layer):
    found = regions(layer, method="ward", k="2..9", variables="a", floor="people=40", small="keep")
    assert [row["k"] for row in found["curve"]] == [3, 4, 5]


def test_the_command_line_takes_it(layer, tmp_path):
    given = ("regions", layer, "--method", "skater", "--k", 4, "--variables", "a", "--floor", "people=40")
    assert "small = keep" in refusal(*given, "-o", tmp_path / "o.gpkg")["wanted"]
    found = ask(*given, "--small", "keep", "-o", tmp_path / "o.gpkg")
    assert found.code == 0 and found.document["k"] == 4
    assert refusal(*given, "--small", "drop", "-o", tmp_path / "o.gpkg")["wanted"] == "error | keep"


def parts(**more):
    """A row of four and a row of three."""
    return problem_of(np.arange(7.0)[:, None], [(0, 1), (1, 2), (2, 3), (4, 5), (5, 6)], **more)


def test_a_part_that_is_kept_is_free_of_all_bounds():
    """The row of three has 3 people of 4, and more area than a region may have; it stays one."""
    bounds = (Bound("people", np.ones(7), 4.0), Bound("area", np.array([1.0, 1, 1, 1, 9, 9, 9]), 0.5, 8.0))
    kept, found = keep_small(parts(bounds=bounds))
    check_bounds(kept)
    check_count(kept, 2)
    assert [(one.id, one.facts["bound"], one.facts.get("problem")) for one in found] == [
        ("S80", "people", None),
        ("S80", "area", "above"),
    ]
    assert str(found[0].facts["listed"]) == "the separate part with polygon 5 (3 polygons) = 3"
    assert kept.bounds[0].value.tolist() == [1, 1, 1, 1, 4, 0, 0]
    same, nothing = keep_small(parts(bounds=(Bound("people", np.ones(7), 3.0),)))
    assert nothing == () and same.bounds[0].value.tolist() == [1.0] * 7


@pytest.mark.parametrize("name", [one.partition(":")[0] for one in METHODS])
def test_a_part_that_is_kept_is_a_region_for_each_core(name):
    core = np.array([-1, -1, -1, -1, 0, -1, 1])
    kept, _ = keep_small(parts(bounds=(Bound("people", np.ones(7), 4.0),), core=core))
    check_bounds(kept)
    found = solve(name, kept, {"k": 3})
    assert found.k == 3 and contiguous(kept, found.labels)
    assert len(set(found.labels[:4])) == 1 and found.labels[4] != found.labels[6]
    with pytest.raises(BadInput, match="too few for 2 fixed units and 1 separate part without one"):
        solve(name, kept, {"k": 2})
