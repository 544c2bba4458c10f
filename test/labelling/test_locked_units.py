"""Locked units: units of before that a method may grow, and neither splits nor joins."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import shapely
from control_units.delineation.case.model import SourceSpec
from control_units.delineation.core.errors import BadInput
from control_units.delineation.labelling.label import label
from control_units.delineation.methods.requirements import mistakes
from synthetic import Row, basis_of, box, case_of, county, face_at

METHODS = {
    "ward": {"k": 6},
    "skater": {"k": 6},
    "redcap": {"k": 6},
    "azp": {"k": 6, "starts": 2},
    "kmeans_repaired": {"k": 6, "runs": 2},
    "maxp": {"floor": 2e5},
}
# Eight by eight villages; two units of before beside each other, a third one far away, and one across two counties.
VILLAGES = [Row("village", box(1_000 * x, 1_000 * y, 1_000, 1_000)) for x, y in product(range(8), range(8))]
LAND = [county(0, 0, 4_000, 8_000), county(4_000, 0, 4_000, 8_000, code="999902", name="乙县"), *VILLAGES]
UNITS = [
    Row("unit", box(0, 0, 2_000, 2_000), code="ZH1", name="甲"),
    Row("unit", box(2_000, 0, 2_000, 2_000), code="ZH2", name="乙"),
    Row("unit", box(6_000, 6_000, 2_000, 2_000), code="ZH3", name="丙"),
    Row("unit", box(3_000, 4_000, 2_000, 1_000), code="ZH4", name="跨县"),
]
RED = Row("red_line", box(500, 500, 500, 500))


@pytest.fixture(scope="module")
def land():
    return basis_of([*LAND, *UNITS, RED])


def divided(basis, method, **given):
    case = case_of(method=method, method_parameters={"variables": "x+y", **METHODS.get(method, {}), **given})
    case = replace(case, sources=(SourceSpec("unit", "units.gpkg"),))
    return label(case, basis)


def inside(basis, unit, but=()):
    """Faces of a unit of before, without those that others cover."""
    held = shapely.contains_properly(unit.geometry.buffer(0.01), basis.partition.faces)
    for other in but:
        held &= ~shapely.contains_properly(other.geometry.buffer(0.01), basis.partition.faces)
    return np.flatnonzero(held)


@pytest.mark.parametrize("method", METHODS)
def test_a_locked_unit_is_neither_split_nor_joined_and_may_grow(land, method):
    found = divided(land, method, locked="ZH1+ZH2+丙")
    of_face, area = found.units.of_face, land.area
    held = [np.unique(of_face[inside(land, unit, [RED])]) for unit in UNITS[:3]]
    assert [len(one) for one in held] == [1, 1, 1]
    assert len(np.unique(np.concatenate(held))) == 3
    grown = [float(area[of_face == one[0]].sum()) for one in held]
    # Four square kilometres each, less what the red line takes of the first.
    assert all(now >= was - 1 for now, was in zip(grown, (3.75e6, 4e6, 4e6), strict=True))
    # The red line lies in a unit and cannot grow: so low a floor leaves all as they are.
    assert method == "maxp" or sum(grown) > 11.75e6 + 1
    red = of_face[face_at(land, 750, 750)]
    assert red not in np.concatenate(held)
    assert found.units.category[red] == 1
    pieces = [shapely.union_all(land.partition.faces[of_face == one[0]]) for one in held]
    assert {piece.geom_type for piece in pieces} == {"Polygon"}


def test_without_a_lock_the_same_request_does_otherwise(land):
    found = divided(land, "ward", k=4)
    assert len(np.unique(found.units.of_face[np.concatenate([inside(land, unit, [RED]) for unit in UNITS[:2]])])) == 1


def test_all_means_each_and_one_in_two_counties_is_one_in_each(land):
    found = divided(land, "ward", k=8, locked="all")
    held = [np.unique(found.units.of_face[inside(land, unit, [RED])]).tolist() for unit in UNITS]
    assert [len(one) for one in held] == [1, 1, 1, 2]
    assert len({one for row in held for one in row}) == 5
    counties = [np.unique(land.ground.county[found.units.of_face == row]) for row in range(len(found.units))]
    assert {len(one) for one in counties} == {1}


def test_apart_they_are_units_by_themselves(land):
    found = divided(land, "skater", k=2, locked="ZH1+ZH3", cores="apart")
    for unit, size in ((UNITS[0], 3.75e6), (UNITS[2], 4e6)):
        (number,) = np.unique(found.units.of_face[inside(land, unit, [RED])])
        assert land.area[found.units.of_face == number].sum() == pytest.approx(size)
    only = divided(basis_of([county(0, 0, 2_000, 2_000), *UNITS[:1]]), "ward", k=1, locked="all", cores="apart")
    assert len(only.units) == 1


def test_what_is_no_unit_is_refused(land):
    with pytest.raises(BadInput) as caught:
        divided(land, "ward", locked="ZH1+ZH33")
    assert (str(caught.value.what), str(caught.value.wanted)) == ("no unit has the code or name 'ZH33'", "ZH3")
    assert str(caught.value.where) == "[method] ward locked"
    case = case_of(method="ward", method_parameters={"k": 6, "locked": "ZH1"})
    assert str(mistakes(case, "ward", case.method_parameters)["locked"].what) == "the case has no source of role 'unit'"
    with pytest.raises(BadInput, match="no source of role 'unit'"):
        label(case, basis_of(LAND))
    with pytest.raises(BadInput, match="locked = 3"):
        divided(land, "ward", locked=3)
