"""The mesh that edits work on, after any relabelling, cut and undo, against building all of it anew."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from control_units.delineation.case.reading import read_case
from control_units.delineation.core.errors import BadInput
from control_units.delineation.partition import border_lines, build, dissolve
from control_units.delineation.plan.file import read_plan, write_plan
from control_units.delineation.revision.mesh import FaceCut, Mesh
from control_units.delineation.verbs.running import delineate
from hypothesis import given, settings
from hypothesis import strategies as st
from overlay_oracle import coverages

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "case.toml"
some = settings(max_examples=15)
SNAPS = st.sampled_from((0.0, 0.001))
SEEDS = st.integers(0, 2**32 - 1)


def wkb(shapes: np.ndarray) -> list[bytes]:
    return shapely.to_wkb(shapes).tolist()


def meshed(shapes: np.ndarray, snap: float = 0.001) -> Mesh:
    """A mesh with gaps between its numbers."""
    return Mesh.of(np.arange(len(shapes)) * 3 + 5, shapes, snap)


def squares(side: int) -> Mesh:
    """A chessboard, on which lowest corners, bounds and arcs of many parts are alike."""
    x, y = (axis.ravel().astype(float) for axis in np.meshgrid(np.arange(side), np.arange(side)))
    return meshed(build(shapely.box(x, y, x + 1, y + 1), snap=0.001).faces)


def covered(features: list[Any], snap: float) -> Mesh:
    return meshed(build(np.array([*features, None], dtype=object), snap=snap).faces, snap)


def dissolved(mesh: Mesh, label: np.ndarray, wanted: np.ndarray) -> list[bytes]:
    """Outlines by the partition of all faces, made anew."""
    partition = build(mesh.shape, snap=0.0)
    count = int(max(label.max(initial=0), wanted.max(initial=0))) + 1
    return wkb(dissolve(partition, label[partition.coverage.feature], count)[wanted])


def all_border_shapes(mesh: Mesh) -> list[bytes]:
    """Lines between faces by the partition of all faces, in the order of the mesh's borders."""
    partition = build(mesh.shape, snap=0.0)
    row = partition.coverage.feature
    pairs = np.sort(np.stack((row[partition.borders.left], row[partition.borders.right])), axis=0)
    return wkb(border_lines(partition)[np.lexsort(pairs[::-1])])


def arrays(thing: Any) -> dict[str, Any]:
    """All that a mesh holds, by name."""
    found = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        inner = arrays(value) if hasattr(value, "__dataclass_fields__") else {"": value}
        found.update({f"{field.name}.{name}": held for name, held in inner.items()})
    return found


def is_same(one: Mesh, other: Mesh) -> None:
    ours, theirs = arrays(one), arrays(other)
    assert wkb(ours.pop("shape.")) == wkb(theirs.pop("shape."))
    for name, value in ours.items():
        assert np.array_equal(value, theirs[name]), name


def is_fresh(mesh: Mesh) -> None:
    """The mesh is what all of its faces give when they are read anew."""
    is_same(mesh, Mesh.of(mesh.face_id, mesh.shape, mesh.snap))
    rows = np.arange(len(mesh.left))
    assert wkb(mesh.border_shapes(rows)) == all_border_shapes(mesh)
    label = np.random.default_rng(len(mesh.face_id)).integers(-1, 3, len(mesh.face_id))
    assert wkb(mesh.outlines(label, np.arange(3))) == dissolved(mesh, label, np.arange(3))


def cut_along(mesh: Mesh, line: np.ndarray) -> FaceCut | None:
    """Cut all faces along a line (p, 2); None where that changes no face."""
    hit = mesh.tree.query(shapely.LineString(line), predicate="intersects")
    near = np.unique(mesh.tree.query(mesh.shape[hit], predicate="intersects")[1]) if len(hit) else hit
    strokes = []
    for part in shapely.get_parts(shapely.intersection(shapely.LineString(line), shapely.union_all(mesh.shape[hit]))):
        xy = np.round(shapely.get_coordinates(part), 3)
        if len(np.unique(xy, axis=0)) > 1:
            strokes.append(shapely.Polygon(np.concatenate((xy, xy[-2::-1]))))
    partition = build(np.array([*mesh.shape[near], *strokes, None], dtype=object), snap=mesh.snap)
    own = partition.coverage.feature < len(near)
    parent, faces = near[partition.coverage.feature[own]], partition.faces[partition.coverage.face[own]]
    times = np.bincount(parent, minlength=len(mesh.shape))
    gone = np.flatnonzero(times > 1)
    single = times[parent] == 1
    noded = single & (shapely.to_wkb(faces) != shapely.to_wkb(mesh.shape[parent]))
    order = np.flatnonzero(noded)[np.argsort(parent[noded])]
    side = np.zeros(int((~single).sum()), np.int8)
    return FaceCut(gone, faces[~single], parent[~single], side, parent[order], faces[order]) if len(gone) else None


def any_line(mesh: Mesh, rng: np.random.Generator, reach: float) -> np.ndarray:
    """A line with a bend, near some face."""
    return mesh.point[rng.integers(len(mesh.point))] + rng.normal(0, reach, (3, 2))


def is_undone(mesh: Mesh, after: Mesh, cut: FaceCut) -> None:
    new = np.setdiff1d(after.face_id, mesh.face_id)
    rows = np.concatenate((cut.gone, cut.noded))
    drop = np.concatenate((new, mesh.face_id[cut.noded]))
    is_same(after.replaced(drop, mesh.face_id[rows], mesh.shape[rows]), mesh)


# ── A mesh ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@some
@given(coverages(), SNAPS)
def test_a_mesh_has_the_areas_points_and_borders_of_the_partition(features, snap):
    partition = build(np.array([*features, None], dtype=object), snap=snap)
    mesh = meshed(partition.faces, snap)
    assert wkb(mesh.shape) == wkb(partition.faces)
    assert mesh.area.tolist() == partition.area.tolist()
    assert mesh.point.tolist() == partition.point.tolist()
    assert mesh.left.tolist() == partition.borders.left.tolist()
    assert mesh.right.tolist() == partition.borders.right.tolist()
    assert mesh.length == pytest.approx(partition.borders.length, rel=1e-12)


def test_rows_go_by_the_numbers_of_faces_not_by_where_they_lie():
    mesh = squares(5)
    order = np.random.default_rng(1).permutation(25)
    mixed = Mesh.of(np.arange(25), mesh.shape[order], 0.001)
    assert wkb(mixed.shape) == wkb(mesh.shape[order])
    assert mixed.area.tolist() == mesh.area[order].tolist()
    assert mixed.point.tolist() == mesh.point[order].tolist()
    pairs = set(zip(mesh.left.tolist(), mesh.right.tolist(), strict=True))
    assert {tuple(sorted(order[[a, b]].tolist())) for a, b in zip(mixed.left, mixed.right, strict=True)} == pairs
    assert wkb(mixed.border_shapes(np.arange(len(pairs)))) == all_border_shapes(mixed)


def test_faces_that_overlap_are_refused():
    with pytest.raises(BadInput, match="do not lie side by side"):
        meshed(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2)]))


def test_faces_that_meet_without_common_vertices_are_refused():
    with pytest.raises(BadInput, match="do not lie side by side"):
        meshed(np.array([shapely.box(0, 0, 2, 2), shapely.box(2, 0, 3, 1), shapely.box(2, 1, 3, 2)]))


def test_a_mesh_of_no_faces_has_none():
    mesh = meshed(np.zeros(0, dtype=object))
    assert len(mesh.left) == len(mesh.lines.arcs) == 0
    assert wkb(mesh.outlines(np.zeros(0, np.int64), np.array([2]))) == wkb(np.array([shapely.MultiPolygon()]))


def test_the_face_at_a_point_is_found():
    mesh = squares(4)
    assert [mesh.at(*point) for point in mesh.point] == list(range(16))
    assert mesh.at(4.5, 1) == -1
    assert mesh.at(1, 1) == min(row for row in range(16) if shapely.Point(1, 1).intersects(mesh.shape[row]))


@some
@given(coverages(), SNAPS, SEEDS)
def test_lines_between_some_neighbours_are_those_of_all(features, snap, seed):
    mesh = covered(features, snap)
    rows = np.random.default_rng(seed).permutation(len(mesh.left))[: len(mesh.left) // 2 + 1]
    everything = all_border_shapes(mesh)
    assert wkb(mesh.border_shapes(rows)) == [everything[row] for row in rows]


# ── Labels ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@some
@given(coverages(), SNAPS, SEEDS)
def test_outlines_are_what_the_partition_dissolves_to(features, snap, seed):
    mesh, rng = covered(features, snap), np.random.default_rng(seed)
    label = rng.integers(-1, 4, len(mesh.face_id))
    wanted = rng.permutation(6)[:3]
    assert wkb(mesh.outlines(label, wanted)) == dissolved(mesh, label, wanted)


@some
@given(st.one_of(coverages(), st.none()), SEEDS)
def test_outlines_that_keep_what_did_not_change_are_the_same(features, seed):
    rng = np.random.default_rng(seed)
    mesh = squares(int(rng.integers(3, 8))) if features is None else covered(features, 0.001)
    count = int(rng.integers(1, 5))
    label = rng.integers(-1, count, len(mesh.face_id))
    known = dict(enumerate(mesh.outlines(label, np.arange(count))))
    for _ in range(4):
        after = label.copy()
        some_rows = rng.permutation(len(label))[: rng.integers(1, 4)]
        after[some_rows] = rng.integers(-1, count, len(some_rows))
        wanted = rng.permutation(count)
        outlines = mesh.outlines(after, wanted, (label, known))
        assert wkb(outlines) == dissolved(mesh, after, wanted)
        label, known = after, dict(zip(wanted.tolist(), outlines, strict=True))


def test_a_label_that_was_not_known_before_is_made_of_all_its_faces():
    mesh = squares(4)
    before = np.zeros(16, np.int64)
    after = np.where(np.arange(16) == 5, 1, 0)
    outlines = mesh.outlines(after, np.array([1, 0]), (before, {}))
    assert wkb(outlines) == dissolved(mesh, after, np.array([1, 0]))


def test_a_label_left_without_faces_has_an_empty_outline():
    mesh = squares(3)
    before, after = np.where(np.arange(9) == 4, 1, 0), np.zeros(9, np.int64)
    known = dict(enumerate(mesh.outlines(before, np.arange(2))))
    assert mesh.outlines(after, np.array([1]), (before, known))[0].is_empty


def test_parts_with_the_same_box_are_not_taken_for_each_other():
    """Two slivers on the two sides of a lens lie in one box, and touch in two points."""
    bow = [(1.0, 0.5), (0.5, 1.0)]
    lens = shapely.Polygon([(0, 0), bow[0], (2, 2), bow[1]])
    below, above = shapely.Polygon([(0, 0), (2, 0), (2, 2), bow[0]]), shapely.Polygon([(0, 0), bow[1], (2, 2), (0, 2)])
    beside = shapely.box(5, 0, 6, 1)
    mesh = meshed(build(np.array([lens, below, above, beside]), snap=0.001).faces)
    middle, aside = mesh.at(1, 1), mesh.at(5.5, 0.5)
    before = np.where(np.arange(4) == middle, 1, 0)
    after = np.where(np.arange(4) == aside, 1, before)
    known = dict(enumerate(mesh.outlines(before, np.arange(2))))
    assert len(known[0].geoms) == 3
    assert wkb(mesh.outlines(after, np.arange(2), (before, known))) == dissolved(mesh, after, np.arange(2))


def test_what_did_not_change_is_kept_and_not_traced_again():
    mesh = squares(6)
    before = np.where(mesh.point[:, 0] < 3, 0, 1)
    before[[mesh.at(5.5, 5.5), mesh.at(0.5, 5.5)]] = 2
    after = before.copy()
    after[mesh.at(5.5, 4.5)] = 2
    # an outline that no face could have shows what was taken over
    false = shapely.multipolygons([shapely.box(0, 5, 1, 6).segmentize(0.25), shapely.box(5, 5, 6, 6)])
    outline = mesh.outlines(after, np.array([2]), (before, {2: false}))[0]
    assert wkb(shapely.get_parts(outline))[0] == wkb(shapely.get_parts(false))[0]
    assert shapely.get_parts(outline)[1].bounds == (5, 4, 6, 6)


@some
@given(coverages(), SEEDS)
def test_parts_are_the_polygons_of_the_outline(features, seed):
    mesh, rng = covered(features, 0.001), np.random.default_rng(seed)
    label = rng.integers(-1, 3, len(mesh.face_id))
    wanted = np.array([2, 0])
    part = mesh.parts(label, wanted)
    assert (part[~np.isin(label, wanted)] == -1).all()
    for one, outline in zip(wanted, mesh.outlines(label, wanted), strict=True):
        rows = np.flatnonzero(label == one)
        lowest = [int(rows[part[rows] == number].min()) for number in range(len(outline.geoms))]
        assert lowest == sorted(lowest)
        areas = [mesh.area[rows[part[rows] == number]].sum() for number in range(len(outline.geoms))]
        assert sorted(areas) == pytest.approx(sorted(polygon.area for polygon in outline.geoms))


# ── Other faces ─────────────────────────────────────────────────────────────────────────────────────────────────────


@some
@given(coverages(), SNAPS, SEEDS)
def test_a_cut_mesh_is_that_of_all_its_faces_and_comes_back(features, snap, seed):
    mesh, rng = covered(features, snap), np.random.default_rng(seed)
    first_id = 1000
    for _ in range(3 if len(mesh.face_id) else 0):
        if (cut := cut_along(mesh, any_line(mesh, rng, 3))) is not None:
            after = mesh.with_cut(cut, first_id)
            is_fresh(after)
            is_undone(mesh, after, cut)
            mesh, first_id = after, first_id + len(cut.pieces)


@some
@given(SEEDS)
def test_a_board_is_cut_and_comes_back(seed):
    rng = np.random.default_rng(seed)
    mesh = squares(int(rng.integers(2, 8)))
    for turn in range(3):
        line = np.round(any_line(mesh, rng, 2), int(rng.integers(0, 3)))
        if (cut := cut_along(mesh, line)) is not None:
            after = mesh.with_cut(cut, 1000 * (turn + 1))
            is_fresh(after)
            is_undone(mesh, after, cut)
            mesh = after


@some
@given(SEEDS)
def test_outlines_after_a_cut_keep_what_it_did_not_touch(seed):
    rng = np.random.default_rng(seed)
    mesh = squares(int(rng.integers(3, 8)))
    label = rng.integers(-1, 3, len(mesh.face_id))
    known = dict(enumerate(mesh.outlines(label, np.arange(3))))
    if (cut := cut_along(mesh, any_line(mesh, rng, 2))) is not None:
        after = mesh.with_cut(cut, 1000)
        before = np.full(len(after.face_id), -2)
        stays = np.isin(after.face_id, np.setdiff1d(mesh.face_id, mesh.face_id[cut.noded]))
        before[stays] = label[np.searchsorted(mesh.face_id, after.face_id[stays])]
        relabelled = np.where(before == -2, rng.integers(-1, 3, len(before)), before)
        found = after.outlines(relabelled, np.arange(3), (before, known))
        assert wkb(found) == dissolved(after, relabelled, np.arange(3))


def test_pieces_are_numbered_in_their_order_and_noded_faces_keep_their_numbers():
    mesh = squares(3)
    cut = cut_along(mesh, np.array([(1.2, 1), (1.4, 2.0)]))
    after = mesh.with_cut(cut, 500)
    assert len(cut.pieces) == len(cut.noded) == 2
    assert after.face_id.tolist() == [*np.delete(mesh.face_id, cut.gone), 500, 501]
    assert wkb(after.shape[-2:]) == wkb(cut.pieces)
    assert wkb(after.shape[np.isin(after.face_id, mesh.face_id[cut.noded])]) == wkb(cut.shapes)


@some
@given(SEEDS)
def test_neighbours_made_one_are_as_if_read_anew_and_come_back(seed):
    rng = np.random.default_rng(seed)
    mesh = squares(int(rng.integers(2, 7)))
    border = int(rng.integers(len(mesh.left)))
    pair = np.array([mesh.left[border], mesh.right[border]])
    label = np.where(np.isin(np.arange(len(mesh.face_id)), pair), 0, -1)
    one = shapely.get_parts(mesh.outlines(label, np.array([0])))
    number = rng.choice([1, mesh.face_id[pair[0]], mesh.face_id[pair[1]], 9999])
    after = mesh.replaced(mesh.face_id[pair], np.array([number]), one)
    is_fresh(after)
    is_same(after.replaced(np.array([number]), mesh.face_id[pair], mesh.shape[pair]), mesh)


@some
@given(SEEDS)
def test_faces_may_go_without_others_and_come_into_gaps(seed):
    rng = np.random.default_rng(seed)
    mesh = squares(int(rng.integers(3, 7)))
    rows = rng.permutation(len(mesh.face_id))[: rng.integers(1, 5)]
    nothing = np.zeros(0, np.int64)
    after = mesh.replaced(mesh.face_id[rows], nothing, np.zeros(0, dtype=object))
    is_fresh(after)
    is_same(after.replaced(nothing, mesh.face_id[rows], mesh.shape[rows]), mesh)


def test_faces_whose_rings_run_the_other_way_are_replaced_as_well():
    mesh = squares(3)
    turned = shapely.reverse(mesh.shape[[4]])
    after = mesh.replaced(mesh.face_id[[4]], mesh.face_id[[4]], turned)
    is_fresh(after)
    assert wkb(after.shape[[4]]) == wkb(turned)
    is_same(after.replaced(mesh.face_id[[4]], mesh.face_id[[4]], mesh.shape[[4]]), mesh)


def test_a_face_that_overlaps_what_stays_is_refused():
    mesh = squares(3)
    middle = mesh.at(1.5, 1.5)
    with pytest.raises(BadInput, match="do not lie side by side"):
        mesh.replaced(mesh.face_id[[middle]], np.array([99]), np.array([shapely.box(1, 1, 2.5, 2)]))


def test_a_face_without_a_vertex_of_its_neighbour_is_refused():
    mesh = squares(3)
    cut = cut_along(mesh, np.array([(1.2, 1), (1.4, 2.0)]))
    after = mesh.with_cut(cut, 500)
    noded = mesh.face_id[cut.noded]
    with pytest.raises(BadInput, match="do not lie side by side"):
        after.replaced(noded, noded, mesh.shape[cut.noded])


def test_a_cut_through_the_outer_edge_is_patched(monkeypatch):
    mesh = squares(4)
    cut = cut_along(mesh, np.array([(-1, 0.3), (5, 3.6)]))
    after = mesh.with_cut(cut, 500)
    is_fresh(after)
    monkeypatch.setattr(Mesh, "of", None)
    is_same(mesh.with_cut(cut, 500), after)
    is_undone(mesh, after, cut)


def test_a_mesh_is_never_changed_in_place():
    mesh = squares(4)
    before = {name: np.array(value, copy=True) for name, value in arrays(mesh).items()}
    cut = cut_along(mesh, np.array([(0.3, -1), (3.2, 5.0)]))
    mesh.with_cut(cut, 500).with_cut(replace(cut, gone=cut.gone[:0], pieces=cut.pieces[:0], parent=cut.parent[:0]), 900)
    assert all(np.array_equal(value, arrays(mesh)[name]) for name, value in before.items())


# ── A plan file ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Mesh of the demo plan as its file has it, and the unit of each face."""
    path = tmp_path_factory.mktemp("demo") / "plan.gpkg"
    write_plan(delineate(replace(read_case(DEMO), rasters=())), path)
    faces = read_plan(path).faces.sort_values("face_id")
    unit = np.unique(faces["unit_id"].to_numpy(dtype=str), return_inverse=True)[1].astype(np.int64)
    return Mesh.of(faces["face_id"].to_numpy(dtype=np.int64), faces["geometry"].to_numpy(dtype=object), 0.001), unit


def test_the_faces_of_a_plan_file_are_those_of_the_mesh_to_the_bit(demo):
    mesh, unit = demo
    partition = build(mesh.shape, snap=0.0)
    assert len(mesh.shape) > 5000
    assert wkb(partition.faces) == wkb(mesh.shape[partition.coverage.feature])
    wanted = np.arange(unit.max() + 1)
    assert wkb(mesh.outlines(unit, wanted)) == dissolved(mesh, unit, wanted)


def test_a_plan_is_relabelled_stroke_by_stroke(demo):
    mesh, label = demo
    rng = np.random.default_rng(2)
    known = dict(enumerate(mesh.outlines(label, np.arange(label.max() + 1))))
    seams = np.flatnonzero(label[mesh.left] != label[mesh.right])
    for border in rng.choice(seams, 8):
        ours, theirs = label[mesh.left[border]], label[mesh.right[border]]
        around = shapely.Point(mesh.point[mesh.left[border]]).buffer(rng.choice([50, 400, 3000]))
        hit = mesh.tree.query(around, predicate="intersects")
        after = label.copy()
        after[hit[label[hit] == ours]] = theirs
        wanted = np.array([ours, theirs]) if ours != theirs else np.array([ours])
        found = mesh.outlines(after, wanted, (label, known))
        assert wkb(found) == dissolved(mesh, after, wanted)
        known.update(zip(wanted.tolist(), found, strict=True))
        label = after


def test_a_plan_is_cut_without_being_built_anew_and_comes_back(demo, monkeypatch):
    mesh, _ = demo
    rng = np.random.default_rng(3)
    first_id = int(mesh.face_id[-1]) + 1
    cuts = 0
    for reach in (100, 500, 500, 2000, 2000, 6000):
        if (cut := cut_along(mesh, any_line(mesh, rng, reach))) is not None:
            with monkeypatch.context() as patch:
                patch.setattr(Mesh, "of", None)
                after = mesh.with_cut(cut, first_id)
                is_undone(mesh, after, cut)
            is_same(after, Mesh.of(after.face_id, after.shape, after.snap))
            mesh, first_id, cuts = after, first_id + len(cut.pieces), cuts + 1
    assert cuts > 3
