"""Outlines, borders, parts and townships of a division, against shapes dissolved by another way."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from bench_samples import KM, KM2, cells, grid, scene_of_faces, units
from control_units.delineation.bench.measures.fragmentation import part_areas
from control_units.delineation.bench.measures.metrics import measure
from control_units.delineation.bench.measures.unit_shapes import perimeters, polsby_popper_by_unit
from control_units.delineation.bench.scene.division import divide

RING = units(0, 0, 0, 0, 1, 0, 0, 0, 0)


def test_a_ring_with_a_hole_is_measured_by_both_its_outlines():
    scene = grid(3, 3)
    assert perimeters(scene, RING) == pytest.approx([16 * KM, 4 * KM])
    wanted = [4 * math.pi * 8 / 16**2, math.pi / 4]
    assert polsby_popper_by_unit(scene, RING) == pytest.approx(wanted)
    row = measure(scene, RING)
    assert row["polsby_popper"] == pytest.approx(sum(wanted) / 2)
    assert row["polsby_popper_by_area"] == pytest.approx((8 * wanted[0] + wanted[1]) / 9)
    assert (row["boundary_length"], row["outline_length"]) == (4 * KM, 12 * KM)


def test_a_unit_in_four_corners_is_four_parts_and_not_compact():
    scene = grid(3, 3, fragment_area=2 * KM2)
    corners = units(0, 1, 0, 1, 1, 1, 0, 1, 0)
    assert perimeters(scene, corners) == pytest.approx([16 * KM, 12 * KM])
    assert polsby_popper_by_unit(scene, corners)[0] == pytest.approx(4 * math.pi * 4 / 16**2)
    assert sorted(part_areas(scene, corners)) == pytest.approx([KM2] * 4 + [5 * KM2])
    row = measure(scene, corners)
    assert (row["parts_per_unit"], row["fragments"], row["boundary_length"]) == (2.5, 4, 8 * KM)


@pytest.mark.parametrize("seed", range(4))
def test_outlines_borders_and_parts_are_those_of_dissolved_shapes(seed):
    faces = cells(30, seed)
    scene = scene_of_faces(faces, fragment_area=3 * KM2)
    division = divide("random", np.full(30, 3), np.random.default_rng(seed).integers(0, 6, 30))
    members = [np.flatnonzero(division.unit == k) for k in range(division.count)]
    shapes = [shapely.union_all([faces[row] for row in rows]) for rows in members]
    lengths = np.array([shape.length for shape in shapes])
    assert perimeters(scene, division) == pytest.approx(lengths, rel=1e-9)
    row = measure(scene, division)
    assert row["boundary_length"] == pytest.approx((lengths.sum() - 40 * KM) / 2, rel=1e-9)
    assert row["outline_length"] == pytest.approx(40 * KM, rel=1e-9)
    parts = [part.area for shape in shapes for part in shapely.get_parts(shape)]
    assert sorted(part_areas(scene, division)) == pytest.approx(sorted(parts))
    assert row["parts_per_unit"] == len(parts) / division.count
    assert row["fragments"] == sum(area < 3 * KM2 for area in parts) > 0


def test_township_lines():
    # Columns 1 and 2 are one township, column 3 another, column 4 none.
    scene = grid(2, 4, township=np.array([0, 0, 1, -1] * 2))
    every = ("boundary_on_townships", "townships_per_unit", "units_per_township")
    columns = measure(scene, units(*[0, 1, 2, 3] * 2), every)
    assert [columns[name] for name in every] == pytest.approx([2 / 3, 1, 3 / 2])
    rows = measure(scene, units(*[0] * 4, *[1] * 4), every)
    assert [rows[name] for name in every] == [0, 2, 2]
    # The last unit lies in no township.
    assert measure(scene, units(*[0, 0, 0, 1] * 2), every)["townships_per_unit"] == 2
    assert math.isnan(measure(scene, units(*[0] * 8), every)["boundary_on_townships"])
