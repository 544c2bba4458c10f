"""Cuts along a line: which faces are divided, on which side everything lies, and that nothing else moves."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.partition import build
from control_units.delineation.revision.cutting import cut, reshape, split
from control_units.delineation.revision.mesh import FaceCut, Mesh
from shapely import LineString, Polygon

SNAPS = (0.001, 0.0)


def mesh_of(*shapes: Polygon, snap: float = 0.001) -> Mesh:
    """Mesh of polygons; what they do not share yet they share after noding."""
    whole = build(np.array(shapes, dtype=object), snap=snap)
    return Mesh.of(np.arange(1, len(whole) + 1), whole.faces, snap)


@cache
def squares(across: int, up: int, snap: float = 0.001) -> Mesh:
    """Squares of 100 m, from 0, 0."""
    boxes = [shapely.box(100 * i, 100 * j, 100 * i + 100, 100 * j + 100) for i in range(across) for j in range(up)]
    return mesh_of(*boxes, snap=snap)


def within(mesh: Mesh, west: float, south: float, east: float, north: float) -> np.ndarray:
    """Which faces have their inner point in a rectangle."""
    x, y = mesh.point.T
    return (west < x) & (x < east) & (south < y) & (y < north)


def row_at(mesh: Mesh, x: float, y: float) -> int:
    return int(np.flatnonzero(shapely.contains_xy(mesh.shape, x, y))[0])


def points_of(shapes: object) -> set[tuple[float, float]]:
    return {(x, y) for x, y in shapely.get_coordinates(shapes).tolist()}


def moved(cutting: FaceCut, mesh: Mesh) -> np.ndarray:
    """All faces after the cut."""
    whole = mesh.shape.copy()
    whole[cutting.noded] = cutting.shapes
    return np.concatenate((np.delete(whole, cutting.gone), cutting.pieces))


def around(cutting: FaceCut, mesh: Mesh) -> np.ndarray:
    """Faces after the cut: those it changed, and all that touch them."""
    changed = np.concatenate((cutting.gone, cutting.noded))
    near = np.unique(mesh.tree.query(mesh.shape[changed], predicate="intersects")[1])
    return np.concatenate((cutting.pieces, cutting.shapes, mesh.shape[np.setdiff1d(near, changed)]))


def is_whole(cutting: FaceCut, mesh: Mesh, may_cut: np.ndarray) -> bool:
    """Nothing is lost, moved, doubled or cut that may not be; raises where it is."""
    assert may_cut[cutting.gone].all()
    assert not np.isin(cutting.noded, cutting.gone).any()
    assert np.array_equal(np.unique(cutting.parent), cutting.gone)
    assert np.bincount(cutting.parent)[cutting.gone].min(initial=2) >= 2
    assert shapely.is_valid(cutting.pieces).all()
    assert shapely.is_valid(cutting.shapes).all()
    assert (shapely.get_type_id(cutting.pieces) == 3).all()
    if len(cutting.gone):
        assert shapely.coverage_is_valid(around(cutting, mesh))
    for row, shape in zip(cutting.noded, cutting.shapes, strict=True):
        assert points_of(mesh.shape[row]) < points_of(shape)
        # a node that is rounded bends each border by half the grid's diagonal at most
        assert abs(shape.area - mesh.area[row]) <= max(0.71 * mesh.snap, 1e-6) * mesh.shape[row].length
    for row in cutting.gone:
        assert points_of(mesh.shape[row]) <= points_of(cutting.pieces[cutting.parent == row])
        area = shapely.area(cutting.pieces[cutting.parent == row]).sum()
        assert abs(area - mesh.area[row]) <= max(0.71 * mesh.snap, 1e-6) * mesh.shape[row].length
    return True


def tiles_as_before(cutting: FaceCut, mesh: Mesh) -> bool:
    """All area is there, to 1e-9; only where a cut ends on the outer border may rounding change it."""
    return bool(abs(shapely.area(moved(cutting, mesh)).sum() - mesh.area.sum()) <= 1e-9 * mesh.area.sum())


def refusal(call: object, mesh: Mesh, *units_and_line: object, least: float = 1.0, tolerance: float = 0.0) -> str:
    with pytest.raises(BadInput) as error:
        call(mesh, *units_and_line, least_piece=least, tolerance=tolerance)
    assert error.value.wanted
    return error.value.what.template


# ── Split ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_line_along_borders_cuts_nothing_and_still_has_sides():
    mesh = squares(4, 4)
    unit = within(mesh, 100, 100, 300, 300)
    done = split(mesh, unit, LineString([(200, 0), (200, 400)]), least_piece=1, tolerance=0)
    assert not len(done.cut.gone)
    assert not len(done.cut.noded)
    assert np.array_equal(done.side, np.where(unit, np.where(mesh.point[:, 0] < 200, 1, -1), 0))
    assert done.leaves.sum() == 2


def test_a_line_a_hair_beside_a_node_goes_through_it():
    mesh = squares(4, 4)
    unit = within(mesh, 100, 100, 300, 300)
    done = split(mesh, unit, LineString([(0, 0.0003), (400, 400.0003)]), least_piece=0, tolerance=0)
    assert points_of(done.cut.pieces) <= points_of(mesh.shape)
    assert is_whole(done.cut, mesh, unit)


def test_a_line_that_crosses_itself_has_two_sides_everywhere():
    mesh = squares(3, 3)
    unit = within(mesh, 0, 0, 300, 300)
    line = LineString([(-10, 150), (220, 150), (220, 250), (130, 250), (130, -10)])
    done = split(mesh, unit, line, least_piece=1, tolerance=0)
    assert is_whole(done.cut, mesh, unit)
    # inside the loop, and in the corner between the two ends, it is the same side
    inner, corner = shapely.box(130, 150, 220, 250), shapely.box(0, 0, 130, 150)
    leaving = shapely.area(done.cut.pieces[done.piece_leaves]).sum() + mesh.area[done.leaves].sum()
    assert leaving == pytest.approx(inner.area + corner.area)
    assert done.area_m2 == pytest.approx(leaving)


def test_a_loop_inside_one_face_cuts_a_hole():
    mesh = squares(1, 1)
    loop = LineString([(20, 20), (60, 20), (60, 70), (20, 70), (20, 20)])
    done = split(mesh, np.ones(1, bool), loop, least_piece=1, tolerance=0)
    assert sorted(shapely.area(done.cut.pieces)) == pytest.approx([2000, 8000])
    assert shapely.area(done.cut.pieces[done.piece_leaves]) == pytest.approx([2000])
    assert done.cut.side[done.piece_leaves] == [1]
    assert tiles_as_before(done.cut, mesh)
    assert is_whole(done.cut, mesh, np.ones(1, bool))


def test_a_loop_around_another_unit_cuts_off_what_is_around_it():
    frame = shapely.box(0, 0, 300, 300) - shapely.box(100, 100, 200, 200)
    mesh = mesh_of(frame, shapely.box(100, 100, 200, 200))
    unit = np.zeros(2, bool)
    unit[row_at(mesh, 50, 50)] = True
    loop = LineString([(50, 50), (50, 250), (250, 250), (250, 50), (50, 50)])
    done = split(mesh, unit, loop, least_piece=1, tolerance=0)
    assert done.area_m2 == pytest.approx(30_000)
    assert is_whole(done.cut, mesh, unit)
    assert tiles_as_before(done.cut, mesh)


def test_an_end_of_a_line_inside_a_face_leaves_nothing():
    mesh = squares(3, 1)
    unit = within(mesh, 0, 0, 300, 100)
    whole = LineString([(50, -50), (50, 150)])
    tail = LineString([*whole.coords, (250, 150), (250, 40)])
    through = split(mesh, unit, whole, least_piece=1, tolerance=0)
    ended = split(mesh, unit, tail, least_piece=1, tolerance=0)
    assert shapely.equals_exact(ended.cut.pieces, through.cut.pieces, 0.0).all()
    assert ended.cut.noded.tolist() == through.cut.noded.tolist() == []
    assert np.array_equal(ended.leaves, through.leaves)


def test_an_end_of_a_line_that_crosses_a_face_before_leaves_nothing():
    mesh = squares(3, 3)
    unit = within(mesh, 0, 100, 300, 200)
    line = LineString([(50, 50), (50, 250), (150, 250), (150, 150), (250, 150)])
    done = split(mesh, unit, line, least_piece=1, tolerance=0)
    # it crosses the middle face, but the land on both sides is connected in the last one
    assert done.cut.gone.tolist() == [row_at(mesh, 50, 150)]
    assert sorted(done.cut.noded.tolist()) == sorted([row_at(mesh, 50, 50), row_at(mesh, 50, 250)])
    assert is_whole(done.cut, mesh, unit)


def test_what_of_the_line_lies_in_other_units_leaves_nothing():
    mesh = squares(5, 1)
    unit = within(mesh, 200, 0, 300, 100)
    done = split(mesh, unit, LineString([(10, 50), (490, 50)]), least_piece=1, tolerance=0)
    assert done.cut.gone.tolist() == [row_at(mesh, 250, 50)]
    assert sorted(done.cut.noded.tolist()) == sorted([row_at(mesh, 150, 50), row_at(mesh, 350, 50)])
    assert len(points_of(done.cut.shapes) - points_of(mesh.shape)) == 2


def test_the_smaller_side_leaves_whichever_way_the_line_runs():
    mesh = squares(2, 2)
    unit = np.ones(4, bool)
    line = LineString([(30, -10), (30, 210)])
    there = split(mesh, unit, line, least_piece=1, tolerance=0)
    back = split(mesh, unit, line.reverse(), least_piece=1, tolerance=0)
    assert shapely.equals_exact(there.cut.pieces, back.cut.pieces, 0.0).all()
    assert np.array_equal(there.piece_leaves, back.piece_leaves)
    assert np.array_equal(there.cut.side, -back.cut.side)
    assert there.area_m2 == back.area_m2 == pytest.approx(6000)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(50, 0), (60, 300)], "the line does not meet the unit"),
        ([(100, 0), (100, 400)], "the line only touches the border of the unit, and cuts nothing"),
        ([(50, 50), (100, 100), (50, 150)], "the line only touches the border of the unit, and cuts nothing"),
        ([(150, 0), (150, 250)], "the line ends inside the unit, whose land is connected round its end"),
        ([(150, 150), (170, 150)], "the line ends inside the unit, whose land is connected round its end"),
        ([(200, 50), (200, 190)], "the line ends inside the unit, whose land is connected round its end"),
    ],
)
def test_a_line_that_does_not_cut_through_is_refused(points, said):
    mesh = squares(4, 4)
    assert refusal(split, mesh, within(mesh, 100, 100, 300, 300), LineString(points)) == said


@pytest.mark.parametrize(
    "line", [LineString(), LineString([(1, 1), (1, 1)]), shapely.Point(1, 1), shapely.box(0, 0, 1, 1)]
)
def test_what_is_no_line_is_refused(line):
    mesh = squares(2, 2)
    assert refusal(split, mesh, np.ones(4, bool), line) == "the line has no length, or is no line"


def ring() -> tuple[Mesh, np.ndarray]:
    """Eight squares around a ninth, which is of another unit."""
    mesh = squares(3, 3)
    unit = np.ones(9, bool)
    unit[row_at(mesh, 150, 150)] = False
    return mesh, unit


def test_a_ring_is_cut_through_at_two_places_only():
    mesh, unit = ring()
    said = "the line does not cut through the unit: the land on its two sides is connected elsewhere"
    assert refusal(split, mesh, unit, LineString([(-10, 150), (150, 150)])) == said
    done = split(mesh, unit, LineString([(-10, 160), (310, 160)]), least_piece=1, tolerance=0)
    assert done.area_m2 == pytest.approx(38_000)
    assert is_whole(done.cut, mesh, unit)


def test_a_line_that_ends_in_a_hole_and_leaves_no_two_sides_is_refused():
    mesh, unit = ring()
    line = LineString([(-10, 150), (150, 150), (150, 310), (310, 310), (310, 150), (160, 140)])
    assert refusal(split, mesh, unit, line) == "the line divides the land into parts that are no two sides of it"


def test_an_end_near_the_border_is_moved_there():
    mesh = squares(2, 1)
    unit = within(mesh, 0, 0, 100, 100)
    line = LineString([(3, 52), (60, 50), (98, 51)])
    assert "round its end" in refusal(split, mesh, unit, line, tolerance=1)
    done = split(mesh, unit, line, least_piece=1, tolerance=5)
    assert points_of(done.cut.pieces) - points_of(mesh.shape) == {(0, 52), (60, 50), (100, 51)}


def test_a_node_is_taken_before_a_border():
    mesh = squares(2, 1)
    unit = within(mesh, 0, 0, 100, 100)
    # nearer to the border than to the node, and near to both
    done = split(mesh, unit, LineString([(-1, 50), (99, 96.5)]), least_piece=1, tolerance=4)
    assert points_of(done.cut.pieces) - points_of(mesh.shape) == {(0, 50)}


def test_a_face_smaller_than_the_least_piece_goes_whole_to_the_side_of_its_larger_part():
    strip = [shapely.box(0, 0, 100, 50), shapely.box(0, 50, 100, 52), shapely.box(0, 52, 100, 100)]
    mesh = mesh_of(*strip)
    done = split(mesh, np.ones(3, bool), LineString([(30, -5), (30, 105)]), least_piece=300, tolerance=0)
    thin = row_at(mesh, 50, 51)
    assert thin not in done.cut.gone
    assert done.side[thin] == -1
    assert not done.leaves[thin]


def test_cutting_off_less_than_the_least_piece_is_refused():
    mesh = squares(2, 2)
    said = "what the line cuts off measures {area:area}, less than {least:area}"
    assert refusal(split, mesh, np.ones(4, bool), LineString([(-5, 15), (15, -5)]), least=100) == said


def test_a_line_across_the_tip_of_a_sliver_goes_through_the_tip():
    # a metre from its tip the sliver is half as wide as the grid, and would be lost there
    tip, low, high = (100.0, 50.0), (200.0, 50.0), (200.0, 50.05)
    mesh = mesh_of(
        Polygon([(0, 0), (200, 0), low, tip, (0, 50)]),
        Polygon([(0, 50), tip, high, (200, 100), (0, 100)]),
        Polygon([tip, low, high]),
    )
    unit = np.ones(3, bool)
    done = split(mesh, unit, LineString([(101, -10), (101, 110)]), least_piece=0.5, tolerance=0)
    assert is_whole(done.cut, mesh, unit)
    assert row_at(mesh, 180, 50.01) not in done.cut.gone
    assert all(tip in points_of(shape) for shape in done.cut.pieces)
    assert len(done.cut.pieces) == 4


def test_a_mesh_without_a_grid_keeps_every_bit():
    turned = np.array([[np.cos(0.3), -np.sin(0.3)], [np.sin(0.3), np.cos(0.3)]])
    boxes = shapely.transform(squares(4, 4).shape, lambda xy: xy @ turned.T + [500_000.1, 3_400_000.7])
    mesh = Mesh.of(np.arange(1, 17), boxes, 0.0)
    unit = np.ones(16, bool)
    line = LineString(np.array([(-10, 130), (410, 270)]) @ turned.T + [500_000.1, 3_400_000.7])
    done = split(mesh, unit, line, least_piece=1, tolerance=0)
    assert is_whole(done.cut, mesh, unit)
    assert tiles_as_before(done.cut, mesh)


def test_the_same_line_gives_the_same_bytes():
    mesh = squares(4, 4)
    line = LineString([(-10, 130), (410, 270)])
    one, other = (split(mesh, np.ones(16, bool), line, least_piece=1, tolerance=2).cut for _ in range(2))
    assert shapely.to_wkb(one.pieces).tolist() == shapely.to_wkb(other.pieces).tolist()
    assert shapely.to_wkb(one.shapes).tolist() == shapely.to_wkb(other.shapes).tolist()


# ── Cut ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cut_divides_only_the_faces_asked_for_with_their_sides():
    mesh = squares(3, 1)
    rows = np.array([row_at(mesh, 50, 50)])
    made = cut(mesh, rows, LineString([(-10, 30), (310, 30)]), least_piece=1, tolerance=0)
    assert made.gone.tolist() == rows.tolist()
    assert made.noded.tolist() == [row_at(mesh, 150, 50)]
    assert np.array_equal(made.side, np.where(shapely.bounds(made.pieces)[:, 3] == 100, 1, -1))
    assert is_whole(made, mesh, np.isin(np.arange(3), rows))


def test_a_line_that_meets_none_of_the_faces_cuts_nothing():
    mesh = squares(3, 1)
    made = cut(mesh, np.array([0]), LineString([(500, 0), (500, 10)]), least_piece=1, tolerance=0)
    assert not len(made.gone)
    assert not len(made.noded)


# ── Reshape ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def halves(mesh: Mesh) -> tuple[np.ndarray, np.ndarray]:
    """West and east of x = 200."""
    return mesh.point[:, 0] < 200, mesh.point[:, 0] > 200


def test_whole_faces_in_a_lobe_go_over():
    mesh = squares(6, 5)
    a, b = mesh.point[:, 0] < 400, mesh.point[:, 0] > 400
    # more than is left to the unit
    line = LineString([(400, 50), (50, 50), (50, 450), (400, 450)])
    done = reshape(mesh, a, b, line, least_piece=1, tolerance=0)
    assert np.array_equal(done.to_b, within(mesh, 100, 100, 400, 400))
    assert done.area_to_b_m2 == pytest.approx(350 * 400)
    assert not done.to_a.any()
    assert is_whole(done.cut, mesh, a | b)


def test_a_new_border_from_end_to_end():
    mesh = squares(4, 2)
    a, b = halves(mesh)
    done = reshape(mesh, a, b, LineString([(200, 0), (10, 10), (10, 190), (200, 200)]), least_piece=1, tolerance=0)
    # nearly all of the unit, and still what lies between the line and the border
    assert done.area_to_b_m2 == pytest.approx(190 * 190, rel=1e-4)
    assert is_whole(done.cut, mesh, a | b)


def test_ends_near_the_common_border_are_moved_there():
    mesh = squares(4, 2)
    a, b = halves(mesh)
    line = LineString([(198, 20), (150, 20), (150, 120), (199, 120)])
    said = "the line does not touch the common border of the two units"
    assert refusal(reshape, mesh, a, b, line) == said
    done = reshape(mesh, a, b, line, least_piece=1, tolerance=5)
    assert done.area_to_b_m2 == pytest.approx(5000)


def test_a_line_that_turns_back_across_the_border_swaps_every_pocket():
    mesh = squares(4, 3)
    a, b = halves(mesh)
    line = LineString([(200, 20), (120, 20), (120, 220), (260, 220), (260, 110), (200, 110)])
    done = reshape(mesh, a, b, line, least_piece=1, tolerance=0)
    assert done.area_to_b_m2 == pytest.approx(80 * 200)
    assert done.area_to_a_m2 == pytest.approx(60 * 110)
    assert is_whole(done.cut, mesh, a | b)


def test_a_closed_line_may_begin_anywhere():
    mesh = squares(4, 2)
    a, b = halves(mesh)
    corners = [(180, 30), (180, 130), (220, 130), (220, 30)]
    for turn in range(4):
        loop = LineString([*corners[turn:], *corners[: turn + 1]])
        done = reshape(mesh, a, b, loop, least_piece=1, tolerance=0)
        assert done.area_to_a_m2 == pytest.approx(2000)
        assert done.area_to_b_m2 == pytest.approx(2000)


def test_the_border_around_an_island_is_moved():
    mesh, a = ring()
    b = ~a
    done = reshape(mesh, a, b, LineString([(100, 120), (60, 120), (60, 180), (100, 180)]), least_piece=1, tolerance=0)
    assert done.area_to_b_m2 == pytest.approx(40 * 60)
    assert is_whole(done.cut, mesh, a | b)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ([(500, 500), (600, 600)], "the line meets neither of the two units"),
        ([(20, 20), (150, 150)], "the line does not touch the common border of the two units"),
        ([(200, 120), (150, 120), (150, 250)], "the line touches the common border of the two units only once"),
        ([(100, 150), (300, 150)], "the line touches the common border of the two units only once"),
        ([(200, 110), (200, 190)], "the line encloses no land with the common border of the two units"),
        (
            [(200, 120), (150, 120), (150, 50), (250, 50), (250, 180), (200, 180)],
            "the line goes from one unit to the other, but not across their common border",
        ),
        ([(200, 100), (100, 100), (100, 300), (200, 300)], "the line takes in one of the two units whole"),
        ([(200, 100.1), (100.1, 100.1), (100.1, 299.9), (200, 299.9)], "the line takes in one of the two units whole"),
    ],
)
def test_a_line_that_makes_no_new_border_is_refused(points, said):
    mesh = squares(4, 4)
    a, b = within(mesh, 100, 100, 200, 300), within(mesh, 200, 100, 300, 300)
    assert refusal(reshape, mesh, a, b, LineString(points), least=50) == said


# ── Any cut ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@cache
def county(snap: float) -> tuple[Mesh, np.ndarray]:
    """Near-coincident layers of cells noded into some thousand faces, most of them slivers; seven units with holes."""
    rng = np.random.default_rng(3)
    frame = shapely.box(0, 0, 4000, 4000)
    shapes: list[object] = [frame]
    for count in (60, 90):
        points = shapely.multipoints(rng.uniform(0, 4000, (count, 2)))
        cells = shapely.get_parts(shapely.voronoi_polygons(points, extend_to=frame))
        # borders that bend, as those of rivers do
        cells = shapely.transform(shapely.segmentize(cells, 60.0), lambda xy: xy + 12 * np.sin(xy[:, ::-1] / 25))
        again = shapely.transform(cells, lambda xy: xy + 1.5 * np.sin(xy[:, ::-1] / 90))
        shapes += [shape for layer in (cells, again) for shape in shapely.intersection(layer, frame)]
    mesh = mesh_of(*shapes, snap=snap)
    seeds = rng.uniform(0, 4000, (7, 2))
    unit = np.hypot(*(mesh.point[:, None] - seeds).transpose(2, 0, 1)).argmin(axis=1)
    stray = rng.random(len(unit)) < 0.05
    unit[stray] = rng.integers(0, 7, stray.sum())
    return mesh, unit


def drawn(rng: np.random.Generator, mesh: Mesh, rows: np.ndarray, length: float) -> LineString:
    """A line through a place among faces that wavers, but does not turn back."""
    middle = mesh.point[rng.choice(rows, p=mesh.area[rows] / mesh.area[rows].sum())]
    angle, count = rng.uniform(0, 2 * np.pi), int(rng.integers(2, 9))
    along = np.array([np.cos(angle), np.sin(angle)])
    step = np.linspace(-length / 2, length / 2, count)[:, None] * along
    return LineString(middle + step + rng.normal(0, length / 90, (count, 1)) * [-along[1], along[0]])


def left_of(line: LineString) -> Polygon:
    """All land on the left of a line that does not turn back and runs across everything."""
    (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
    way = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    aside = 1e5 * np.array([-way[1], way[0]])
    first, last = np.array(line.coords[0]) - 1e5 * way, np.array(line.coords[-1]) + 1e5 * way
    return Polygon([first, *line.coords, last, last + aside, first + aside])


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(35))
def test_any_line_across_leaves_everything_on_its_side(seed):
    mesh, units = county(SNAPS[seed % 2])
    rng = np.random.default_rng(seed)
    unit = units == rng.integers(0, 7)
    line = drawn(rng, mesh, np.flatnonzero(unit), 12_000)
    done = split(mesh, unit, line, least_piece=0.0, tolerance=0.0)
    assert is_whole(done.cut, mesh, unit)
    left = left_of(line)
    shapely.prepare(left)
    middle = shapely.point_on_surface(done.cut.pieces)
    # a hair's breadth belongs to the grid
    clear = shapely.distance(middle, line) > 0.01
    assert clear.mean() > 0.8
    assert np.array_equal(shapely.contains(left, middle)[clear], (done.cut.side == 1)[clear])
    cross = shapely.crosses(line, mesh.shape)
    plain = (done.side != 0) & ~cross
    assert np.array_equal(shapely.contains_xy(left, *mesh.point[plain].T), (done.side == 1)[plain])
    assert not done.side[~unit].any()
    assert not done.side[done.cut.gone].any()
    assert done.leaves.any() or done.piece_leaves.any()
    # no smaller side is kept
    rest = [
        mesh.area[done.side == side].sum() + shapely.area(done.cut.pieces[done.cut.side == side]).sum()
        for side in (1, -1)
    ]
    assert min(rest) == pytest.approx(done.area_m2)


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(30))
def test_any_short_line_leaves_the_coverage_valid(seed):
    mesh, units = county(SNAPS[seed % 2])
    rng = np.random.default_rng(100 + seed)
    unit = units == rng.integers(0, 7)
    length = float(rng.choice([100.0, 500.0, 2000.0]))
    line = drawn(rng, mesh, np.flatnonzero(unit), length)
    least, tolerance = (float(rng.choice(values)) for values in ([0.5, 30.0, 1000.0], [0.0, 1.0, 8.0]))
    made = cut(mesh, np.flatnonzero(unit), line, least_piece=least, tolerance=tolerance)
    assert is_whole(made, mesh, unit)
    assert shapely.area(made.pieces).min(initial=np.inf) >= least


def test_cuts_one_after_another_leave_a_coverage():
    mesh, units = county(0.001)
    area, made, rng = mesh.area.sum(), 0, np.random.default_rng(8)
    for _ in range(15):
        unit = units == rng.integers(0, units.max() + 1)
        line = drawn(rng, mesh, np.flatnonzero(unit), float(rng.choice([800.0, 8000.0])))
        try:
            done = split(mesh, unit, line, least_piece=1.0, tolerance=2.0)
        except BadInput:
            continue
        made += 1
        ours = np.where(done.leaves, units.max() + 1, units)
        of_pieces = np.where(done.piece_leaves, units.max() + 1, units[done.cut.parent])
        units = np.concatenate((np.delete(ours, done.cut.gone), of_pieces))
        mesh = mesh.with_cut(done.cut, int(mesh.face_id.max()) + 1)
    assert made >= 6
    assert shapely.coverage_is_valid(mesh.shape)
    assert mesh.area.sum() == pytest.approx(area, rel=1e-9)


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(20))
def test_any_line_beside_borders_leaves_the_coverage_valid(seed):
    """What a hand draws along a border: on it, a fraction of the grid beside it, millimetres, metres."""
    mesh, units = county(SNAPS[seed % 2])
    rng = np.random.default_rng(200 + seed)
    unit = units == rng.integers(0, 7)
    ring = shapely.get_coordinates(mesh.shape[rng.choice(np.flatnonzero(unit))].exterior)
    drift = float(rng.choice([0.0, 0.0003, 0.0007, 0.002, 0.02, 0.5, 3.0]))
    border = ring[: int(rng.integers(2, len(ring)))] + rng.normal(0, drift, 2)
    line = LineString([border[0] + rng.normal(0, 100, 2), *border, border[-1] + rng.normal(0, 100, 2)])
    least, tolerance = (float(rng.choice(values)) for values in ([0.0, 1.0, 10.0], [0.0, 0.001, 0.01, 1.0]))
    made = cut(mesh, np.flatnonzero(unit), line, least_piece=least, tolerance=tolerance)
    assert is_whole(made, mesh, unit)
    assert shapely.area(made.pieces).min(initial=np.inf) >= least


@pytest.mark.parametrize("snap", SNAPS)
def test_any_new_border_is_where_the_line_runs(snap):
    mesh, units = county(snap)
    rng = np.random.default_rng(5)
    made = 0
    for _ in range(40):
        border = rng.choice(np.flatnonzero(units[mesh.left] != units[mesh.right]))
        a, b = (units == units[row[border]] for row in (mesh.left, mesh.right))
        rows = np.array([mesh.left[border], mesh.right[border]])
        across = drawn(rng, mesh, rows, float(rng.choice([150.0, 400.0])))
        back = np.array(across.coords[::-1]) + rng.uniform(20, 80, 2)
        line = LineString([*across.coords, *back])
        try:
            done = reshape(mesh, a, b, line, least_piece=1.0, tolerance=1.0)
        except BadInput:
            continue
        made += 1
        assert is_whole(done.cut, mesh, a | b)
        assert not (done.piece_to_a & done.piece_to_b).any()
        assert b[done.cut.parent[done.piece_to_a]].all()
        assert a[done.cut.parent[done.piece_to_b]].all()
        assert (done.to_a <= b).all()
        assert (done.to_b <= a).all()
        # no two pieces of a face that share a line are of one unit afterwards
        goes = done.piece_to_a | done.piece_to_b
        for row in done.cut.gone:
            of_row = np.flatnonzero(done.cut.parent == row)
            for one in of_row:
                for other in of_row[of_row > one]:
                    pieces = done.cut.pieces[[one, other]]
                    assert goes[one] != goes[other] or not shapely.intersection(*shapely.boundary(pieces)).length
    assert made >= 12
