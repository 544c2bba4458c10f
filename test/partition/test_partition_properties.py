"""Any small coverage, valid or not, against brute force: areas, borders, touches, order, the grid."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.partition import Partition, build, select
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from overlay_oracle import by_combination, combinations, coverages, near_vertices, neighbours

pytestmark = pytest.mark.thirds
some = settings(max_examples=150, suppress_health_check=list(HealthCheck))
SNAPS = (0.0, 0.001)


def _build(features: list[object], snap: float) -> Partition:
    return build(np.array([*features, None], dtype=object)[:-1], snap=snap)


def _is_planar(faces: np.ndarray) -> None:
    """Edges match or meet nothing, and no two faces have an inner point in common.

    Stricter than ``coverage_is_valid``, which (GEOS 3.13) also takes offence at a face that touches, from outside and
    in one point only, another whose hole touches its shell there.
    """
    left, right = shapely.STRtree(faces).query(faces, predicate="intersects")
    left, right = left[left < right], right[left < right]
    assert not shapely.relate_pattern(faces[left], faces[right], "T********").any()
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapely.normalize(faces)), return_index=True)
    same = ring[1:] == ring[:-1]
    edges = np.hstack((xy[:-1], xy[1:]))[same]
    assert len(np.unique(edges, axis=0)) == len(edges)
    # an edge that is half another's would meet it in a line without being its reverse
    common = shapely.length(shapely.intersection(shapely.boundary(faces[left]), shapely.boundary(faces[right]))).sum()
    backward = {tuple(edge) for edge in edges[:, [2, 3, 0, 1]].tolist()}
    matched = [edge for edge in map(tuple, edges.tolist()) if edge in backward]
    assert common == pytest.approx(sum(np.hypot(e[2] - e[0], e[3] - e[1]) for e in matched) / 2, rel=1e-9, abs=1e-9)


def _is_tidy(partition: Partition) -> None:
    assert shapely.is_valid(partition.faces).all()
    _is_planar(partition.faces)
    assert (partition.area > 0).all()
    assert shapely.contains_properly(partition.faces, shapely.points(partition.point)).all()
    assert set(partition.coverage.face.tolist()) == set(range(len(partition)))


@pytest.mark.slow
@some
@given(coverages())
def test_every_combination_of_features_covers_what_pairwise_overlay_says(features):
    partition = _build(features, 0.0)
    _is_tidy(partition)
    expected, found = combinations(features), by_combination(partition)
    size = max(1.0, max((shapely.bounds(g)[2] - shapely.bounds(g)[0] for g in features if g), default=1.0)) ** 2
    for covering in expected.keys() | found.keys():
        # coordinates of 3.4 million metres leave pairwise overlay a nanometre of doubt on each edge
        assert found.get(covering, 0.0) == pytest.approx(expected.get(covering, 0.0), rel=1e-9, abs=4e-9 * size)


@pytest.mark.slow
@some
@given(coverages())
def test_snapping_moves_areas_no_more_than_the_grid(features):
    partition = _build(features, 0.001)
    _is_tidy(partition)
    expected, found = combinations(features), by_combination(partition)
    length = sum(shapely.length(feature) for feature in features if feature is not None)
    for covering in expected.keys() | found.keys():
        assert abs(found.get(covering, 0.0) - expected.get(covering, 0.0)) <= 0.0015 * length


@some
@given(coverages(), st.sampled_from((0.001, 0.05)))
def test_no_edge_runs_through_the_pixel_of_a_vertex_it_does_not_end_at(features, snap):
    partition = _build(features, snap)
    xy = shapely.get_coordinates(partition.faces)
    assert np.abs(xy / snap - np.rint(xy / snap)).max(initial=0.0) < 1e-6
    assert near_vertices(partition.faces, snap) == []


@some
@given(coverages(), st.sampled_from(SNAPS))
def test_borders_and_touches_are_those_of_the_faces(features, snap):
    partition = _build(features, snap)
    lengths, touching = neighbours(partition.faces)
    borders = partition.borders
    pairs = list(zip(borders.left.tolist(), borders.right.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert dict(zip(pairs, borders.length.tolist(), strict=True)) == pytest.approx(lengths, rel=1e-9, abs=1e-9)
    touches = [tuple(pair) for pair in partition.touches.tolist()]
    assert touches == sorted(set(touches))
    assert set(touches) == touching


@some
@given(coverages(), st.sampled_from(SNAPS), st.randoms(use_true_random=False))
def test_the_order_of_features_and_vertices_means_nothing(features, snap, random):
    one = _build(features, snap)
    order = list(range(len(features)))
    random.shuffle(order)
    # other ways round, other first vertices, other order of parts
    change = (shapely.reverse, shapely.normalize)
    other = _build([change[row % 2](features[row]) if features[row] is not None else None for row in order], snap)
    assert shapely.to_wkb(one.faces).tolist() == shapely.to_wkb(other.faces).tolist()
    assert one.point.tolist() == other.point.tolist()
    assert one.touches.tolist() == other.touches.tolist()
    assert one.borders.left.tolist() == other.borders.left.tolist()
    assert one.borders.length == pytest.approx(other.borders.length, rel=1e-12)
    pairs = sorted((face, order[row]) for face, row in zip(other.coverage.face, other.coverage.feature, strict=True))
    assert pairs == list(zip(one.coverage.face, one.coverage.feature, strict=True))


@some
@given(coverages(), st.sampled_from(SNAPS))
def test_rows_are_sorted_and_rings_begin_at_their_lowest_vertex(features, snap):
    partition = _build(features, snap)
    bounds = shapely.bounds(partition.faces).reshape(-1, 4)
    keys = [(*low, *point) for low, point in zip(bounds[:, :2].tolist(), partition.point.tolist(), strict=True)]
    assert keys == sorted(keys)
    for ring in shapely.get_rings(partition.faces):
        xy = shapely.get_coordinates(ring).tolist()
        assert xy[0] == min(xy)


@some
@given(coverages(), st.sampled_from(SNAPS), st.integers(0, 2**32 - 1))
def test_select_equals_looking_at_the_kept_faces_only(features, snap, seed):
    whole = _build(features, snap)
    keep = np.random.default_rng(seed).random(len(whole)) < 0.6
    part = select(whole, keep)
    assert shapely.to_wkb(part.faces).tolist() == shapely.to_wkb(whole.faces[keep]).tolist()
    assert part.area.tolist() == whole.area[keep].tolist()
    lengths, touching = neighbours(part.faces)
    pairs = list(zip(part.borders.left.tolist(), part.borders.right.tolist(), strict=True))
    assert dict(zip(pairs, part.borders.length.tolist(), strict=True)) == pytest.approx(lengths, rel=1e-9, abs=1e-9)
    assert {tuple(pair) for pair in part.touches.tolist()} == touching
    old = np.flatnonzero(keep)
    pairs = zip(whole.coverage.face, whole.coverage.feature, strict=True)
    kept = [pair for pair in pairs if keep[pair[0]]]
    assert list(zip(old[part.coverage.face], part.coverage.feature, strict=True)) == kept
