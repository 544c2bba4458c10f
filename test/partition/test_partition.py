"""The partition: cases solved by hand, hard shapes, and real data with another program's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import pytest
import shapely
from control_units.delineation.core.errors import BadInput, Cancelled
from control_units.delineation.partition import Partition, build, faces, nearby, refine, select
from overlay_oracle import by_combination
from shapely import MultiPolygon, Polygon, box

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _array(*features: object) -> NDArray[np.object_]:
    return np.array([*features, None], dtype=object)[:-1]


def _covered(partition: Partition, count: int) -> NDArray[np.float64]:
    """Area of the faces that each feature covers."""
    coverage = partition.coverage
    return np.bincount(coverage.feature, partition.area[coverage.face], minlength=count)


@pytest.mark.parametrize("snap", [0.0, 0.001])
def test_two_crossing_boxes(snap):
    partition = build(_array(box(0, 0, 10, 10), box(5, 5, 15, 15)), snap=snap)
    assert partition.area.tolist() == [75.0, 25.0, 75.0]
    assert shapely.get_coordinates(partition.faces[1]).tolist() == [[5, 5], [10, 5], [10, 10], [5, 10], [5, 5]]
    pairs = zip(partition.borders.left, partition.borders.right, partition.borders.length, strict=True)
    assert list(pairs) == [(0, 1, 10.0), (1, 2, 10.0)]
    assert partition.touches.tolist() == [[0, 1], [0, 2], [1, 2]]
    assert partition.coverage.face.tolist() == [0, 1, 1, 2]
    assert partition.coverage.feature.tolist() == [0, 0, 1, 1]
    assert partition.snapped.tolist() == [100.0, 100.0]


@pytest.mark.parametrize("nothing", [[], [None], [Polygon()], [None, MultiPolygon()]])
@pytest.mark.parametrize("snap", [0.0, 0.001])
def test_nothing_has_no_faces(nothing, snap):
    partition = build(_array(*nothing), snap=snap)
    assert len(partition) == 0
    assert partition.touches.shape == (0, 2)
    assert partition.point.shape == (0, 2)
    assert partition.snapped.tolist() == [0.0] * len(nothing)
    assert len(select(partition, np.zeros(0, bool))) == 0


def test_features_that_collapse_on_the_grid_have_no_faces():
    partition = build(_array(box(0, 0, 1e-4, 1e-4), box(0, 0, 100, 2e-4), box(50, -10, 60, 10)), snap=0.001)
    assert by_combination(partition) == {frozenset({2}): 200.0}
    assert partition.snapped.tolist() == [0.0, 0.0, 200.0]


def test_overlapping_parts_of_a_feature_are_united_and_a_ring_that_crosses_itself_is_even_odd():
    twice = MultiPolygon([box(0, 0, 10, 10), box(5, 0, 15, 10)])
    bow_tie = Polygon([(20, 0), (30, 10), (30, 0), (20, 10)])
    around_twice = Polygon([(40, 0), (50, 0), (50, 10), (40, 10), (40, 0), (42, 2), (48, 2), (48, 8), (42, 8), (42, 2)])
    partition = build(_array(twice, bow_tie, around_twice), snap=0.0)
    assert _covered(partition, 3).tolist() == [150.0, 50.0, 64.0]
    assert partition.snapped[0] == 200.0  # what its parts add up to: the difference betrays the overlap


def test_a_hole_outside_its_shell_adds_nothing():
    odd = Polygon(box(0, 0, 10, 10).exterior, [box(20, 0, 25, 5).exterior, box(8, 8, 12, 12).exterior])
    partition = build(_array(odd, box(-5, -5, 30, 30)), snap=0.0)
    assert _covered(partition, 2).tolist() == [96.0, 35.0**2]


def test_holes_islands_and_islands_in_islands():
    sea = Polygon(box(0, 0, 100, 100).exterior, [box(10, 10, 40, 40).exterior, box(60, 60, 90, 90).exterior])
    island = Polygon(box(10, 10, 40, 40).exterior, [box(20, 20, 30, 30).exterior])
    pond_island = box(24, 24, 26, 26)
    partition = build(_array(sea, island, pond_island), snap=0.001)
    assert by_combination(partition) == {frozenset({0}): 8200.0, frozenset({1}): 800.0, frozenset({2}): 4.0}
    pairs = zip(partition.borders.left, partition.borders.right, partition.borders.length, strict=True)
    assert list(pairs) == [(0, 1, 120.0)]  # the pond between island and islet is not covered, so no face
    assert [len(face.interiors) for face in partition.faces] == [2, 1, 0]


def test_a_hole_in_touch_with_its_shell_and_a_chain_of_touching_holes_stay_valid():
    comb = Polygon([(0, 0), (10, 0), (10, 10), (0, 10)], [[(0, 5), (3, 4), (3, 6)], [(3, 4), (6, 3), (6, 5)]])
    partition = build(_array(comb, box(0, 0, 10, 10)), snap=0.0)
    assert shapely.is_valid(partition.faces).all()
    assert shapely.coverage_is_valid(partition.faces)
    assert _covered(partition, 2) == pytest.approx([94.0, 100.0], rel=1e-15)
    assert sorted(len(face.interiors) for face in partition.faces) == [0, 0, 2]


def test_identical_features_share_faces():
    partition = build(_array(*[box(0, 0, 3, 3)] * 50), snap=0.001)
    assert len(partition) == 1
    assert partition.coverage.feature.tolist() == list(range(50))


def test_sources_keep_their_vertices_bit_for_bit_when_nothing_is_snapped():
    rng = np.random.default_rng(4)
    points = rng.uniform((480_000.1, 3_400_000.1), (570_000.7, 3_490_000.7), (300, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points)))
    shifted = shapely.transform(cells, lambda xy: xy + np.array([1234.56789, 987.654321]))
    partition = build(np.concatenate([cells, shifted]), snap=0.0)
    given = set(map(tuple, shapely.get_coordinates([*cells, *shifted]).tolist()))
    found = set(map(tuple, shapely.get_coordinates(partition.faces).tolist()))
    assert given <= found
    assert len(found - given) > 500


def test_vertices_on_the_grid_do_not_move():
    rng = np.random.default_rng(5)
    stars = []
    for x, y in rng.uniform(0, 300, (60, 2)):
        angle = np.arange(40) * np.pi / 20  # no tip so sharp that it collapses on the grid
        ring = np.stack((np.cos(angle), np.sin(angle)), axis=1) * rng.uniform(5, 60, (40, 1)) + (x, y)
        stars.append(Polygon(np.rint(ring * 1000) / 1000))
    partition = build(_array(*stars), snap=0.001)
    given = set(map(tuple, shapely.get_coordinates(stars).tolist()))
    assert given <= set(map(tuple, shapely.get_coordinates(partition.faces).tolist()))


def test_a_tiling_layer_covers_every_face_exactly_once_however_thin():
    rng = np.random.default_rng(6)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 1000, (80, 2)))))
    frame = shapely.box(*shapely.total_bounds(cells))
    # the same lines again, off by less than a grid unit up to a few units: nothing but slivers
    layers = [
        shapely.transform(cells, lambda xy, s=s: xy + s * np.sin(xy[:, ::-1] * 1e3)) for s in (1e-10, 1e-4, 5e-4, 2e-3)
    ]
    for snap in (0.0, 0.001):
        partition = build(np.concatenate([cells, *layers]), snap=snap)
        within = shapely.within(partition.faces, shapely.buffer(frame, -0.05))
        assert within.sum() > 300
        for layer in range(5):
            mine = partition.coverage.feature // len(cells) == layer
            times = np.bincount(partition.coverage.face[mine], minlength=len(partition))
            assert (times[within] == 1).all()
        assert shapely.coverage_is_valid(partition.faces)
        assert _covered(partition, len(partition.snapped)) == pytest.approx(partition.snapped, rel=1e-12)


def test_faces_add_up_to_the_snapped_sources():
    rng = np.random.default_rng(7)
    discs = shapely.buffer(shapely.points(rng.uniform(0, 100, (300, 2))), rng.uniform(1, 9, 300))
    for snap in (0.0, 0.001, 0.1):
        partition = build(_array(*discs), snap=snap)
        assert shapely.is_valid(partition.faces).all()
        assert shapely.coverage_is_valid(partition.faces)
        # rings measured along themselves on one side, sums of faces on the other
        assert _covered(partition, 300) == pytest.approx(partition.snapped, rel=1e-12)
        whole = shapely.union_all(discs, grid_size=snap) if snap else shapely.union_all(discs)
        assert partition.area.sum() == pytest.approx(whole.area, rel=1e-9 if not snap else snap * 1e-3)


@pytest.mark.parametrize("snap", [-1.0, float("nan"), float("inf"), 1e-12])
def test_a_grid_that_cannot_be_is_refused(snap):
    with pytest.raises(BadInput, match="snap"):
        build(_array(box(500_000, 3_400_000, 500_010, 3_400_010)), snap=snap)


def test_coordinates_that_are_not_finite_are_refused():
    with pytest.raises(BadInput, match="finite"):
        build(_array(Polygon([(0, 0), (1, float("inf")), (1, 1)])))


def test_progress_rises_and_may_cancel():
    seen: list[float] = []
    build(_array(box(0, 0, 1, 1)), progress=lambda fraction, _: seen.append(fraction))
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    def stop(fraction, message):
        raise Cancelled(f"{message!r} at {fraction}")

    with pytest.raises(Cancelled):
        build(_array(box(0, 0, 1, 1)), progress=stop)


def test_sixty_thousand_islands_are_quick():
    centre = np.stack(np.meshgrid(np.arange(245) * 10.0, np.arange(245) * 10.0), axis=-1).reshape(-1, 2)
    around = np.array([(3.0, 0.0), (0.0, 3.0), (-3.0, 0.0), (0.0, -3.0)])
    rings = shapely.linearrings(centre[:, None] + around)
    sea = shapely.polygons(shapely.linearrings(box(-10, -10, 2500, 2500).exterior.coords), rings)
    partition = build(np.append(shapely.polygons(rings), sea), snap=0.001)
    assert len(partition) == len(centre) + 1
    assert len(partition.borders.left) == len(centre)
    assert partition.area.sum() == pytest.approx(2510.0**2, rel=1e-12)
    assert np.bincount(partition.coverage.face).max() == 1


def test_dense_detail_beside_long_lines_stays_proportional():
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    disc = np.stack((np.cos(angle), np.sin(angle)), axis=1)
    detail = shapely.polygons([disc * 0.4 + (x, y) for x in range(20) for y in range(20)])
    long = shapely.box(-1e6, np.arange(20) - 0.1, 1e6, np.arange(20) + 0.1)
    partition = build(np.concatenate([detail, long]), snap=0.001)
    # each disc gives the strip's middle and two caps; each strip a piece before, between and after the discs
    assert len(partition) == 400 * 3 + 20 * 21
    assert _covered(partition, 420) == pytest.approx(partition.snapped, rel=1e-12)


def test_new_york_as_qgis_overlays_it(data):
    folder = data / "OVERLAY-ref" / "overlay" / "nybb_qgis"
    boroughs = pyogrio.read_dataframe(f"zip://{data / 'OVERLAY-ref' / 'nybb_16a.zip'}")
    others = pyogrio.read_dataframe(folder / "polydf2.shp")
    partition = build(np.concatenate([boroughs.geometry.to_numpy(), others.geometry.to_numpy()]), snap=0.0)
    assert shapely.coverage_is_valid(partition.faces)
    area = by_combination(partition)
    names = [*boroughs["BoroCode"].astype(float), *others["value1"].astype(float)]
    found = {frozenset(names[row] for row in covering): value for covering, value in area.items()}
    total = sum(found.values())
    both = {key: value for key, value in found.items() if len(key) == 2}
    first = {key: value for key, value in found.items() if key <= set(boroughs["BoroCode"])}
    second = {key for key in found if len(key) == 1} - first.keys()
    assert (len(both), len(first), len(second)) == (15, 5, 10)
    for name, part in {
        "union": found,
        "intersection": both,
        "difference": first,
        "symmetric_difference": first | {key: found[key] for key in second},
    }.items():
        table = pyogrio.read_dataframe(folder / f"qgis-{name}.shp")
        expected: dict[frozenset[float], list[float]] = {}
        for row in table[table.geometry.notna()].itertuples():
            codes = (row.BoroCode, getattr(row, "value1", float("nan")))
            expected.setdefault(frozenset(float(code) for code in codes if code == code), []).append(row.geometry.area)
        assert part.keys() == expected.keys(), name
        # in its union, QGIS wrote two remainders twice, once right and once as an invalid polygon
        assert sum(len(areas) - 1 for areas in expected.values()) == (2 if name == "union" else 0)
        for key, areas in expected.items():
            assert min(abs(area - part[key]) for area in areas) <= 1e-9 * total, (name, key)


def test_a_real_sea_and_counties_of_another_source(data):
    file = data / "CN-xiamen" / "CN-xiamen.gpkg"
    names = [name for name, kind in pyogrio.list_layers(file) if "Polygon" in str(kind)]
    layers = [pyogrio.read_dataframe(file, layer=name).to_crs(4548).geometry.to_numpy() for name in names]
    geometry = np.concatenate(layers)
    for snap in (0.0, 0.001):
        partition = build(geometry, snap=snap)
        assert shapely.is_valid(partition.faces).all()
        assert shapely.coverage_is_valid(partition.faces)
        valid = shapely.is_valid(geometry)
        assert valid.sum() > 40
        assert _covered(partition, len(geometry))[valid] == pytest.approx(partition.snapped[valid], rel=1e-9)


@pytest.mark.parametrize("constants", [{"CROWD": 2}, {"CHUNK": 64}, {"BAND": 200}, {"BLOCK": 50}, {"CPUS": 1}])
@pytest.mark.parametrize("snap", [0.0, 0.001])
def test_how_the_work_is_divided_changes_nothing(constants, snap, monkeypatch):
    rng = np.random.default_rng(8)
    shapes = [*shapely.buffer(shapely.points(rng.uniform(0, 100, (60, 2))), rng.uniform(0.1, 20, 60))]
    shapes += [Polygon(rng.uniform(0, 100, (9, 2))) for _ in range(12)]
    shapes += [box(-1e5, y, 1e5, y + 0.5) for y in range(60)]
    whole = build(_array(*shapes), snap=snap)
    for name, value in constants.items():
        if name == "CPUS":
            monkeypatch.setattr("os.cpu_count", lambda count=value: count)
        else:
            monkeypatch.setattr(faces if name == "BLOCK" else nearby, name, value)
    divided = build(_array(*shapes), snap=snap)
    assert len(whole) > 2000
    assert shapely.to_wkb(divided.faces).tolist() == shapely.to_wkb(whole.faces).tolist()
    assert divided.touches.tolist() == whole.touches.tolist()
    assert divided.borders.length.tolist() == whole.borders.length.tolist()
    assert divided.coverage.feature.tolist() == whole.coverage.feature.tolist()


def test_directions_that_no_double_tells_apart_are_sorted_right():
    unit = 2.0**-49  # of the finest grid for coordinates up to 1
    ends = [(-0.875, -0.875 + row * unit) for row in range(31)]
    slivers = [Polygon([(1.0, 1.0), ends[row], ends[row + 1]]) for row in range(30)]
    partition = build(_array(*slivers), snap=0.0)
    assert len(partition) == 30
    assert len(partition.borders.left) == 29
    assert shapely.is_valid(partition.faces).all()
    assert np.bincount(partition.coverage.feature).tolist() == [1] * 30


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(12))
def test_lines_a_few_doubles_apart_stay_planar(seed):
    rng = np.random.default_rng(seed)
    corner = np.array([524_250.0, 3_400_000.0])  # doubles are twice as dense west of 524 288
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 80, (25, 2)) + corner)))
    ulp = np.spacing(corner)

    def noisy(xy):
        # the same noise wherever a vertex occurs, as another program's reprojection makes it
        steps = np.floor(np.sin(np.round(xy - corner, 6) @ np.array([[12.9898, 78.233], [39.346, 11.135]]) + seed) * 40)
        return xy + steps * ulp

    partition = build(np.concatenate([cells, shapely.transform(cells, noisy)]), snap=0.0)
    assert shapely.is_valid(partition.faces).all()
    assert shapely.coverage_is_valid(partition.faces)
    assert _covered(partition, 2 * len(cells)) == pytest.approx(partition.snapped, rel=1e-12)


@pytest.mark.parametrize("snap", [0.0, 0.001])
@pytest.mark.parametrize("scale", [1.0, 1 / 3])
def test_no_bit_depends_on_the_order_or_the_way_round_of_sources(snap, scale):
    rng = np.random.default_rng(9)
    for _ in range(40):
        rings = [np.round(rng.uniform(0, 8, (rng.integers(3, 8), 2))) * scale for _ in range(4)]
        rings += [rng.uniform(0, 8, (rng.integers(3, 8), 2)) * scale for _ in range(3)]
        rings += [np.nextafter(ring, np.inf) for ring in rings[:3]]  # the same a second time, off by one bit
        stars = [Polygon(ring) for ring in rings]
        one = build(_array(*stars), snap=snap)
        for order in (rng.permutation(10), rng.permutation(10)):
            mixed = [shapely.reverse(stars[row]) if row % 2 else shapely.normalize(stars[row]) for row in order]
            other = build(_array(*mixed), snap=snap)
            assert shapely.to_wkb(one.faces).tolist() == shapely.to_wkb(other.faces).tolist()
            assert one.point.tolist() == other.point.tolist()


@pytest.mark.thirds("seed")
@pytest.mark.parametrize("seed", range(25))
def test_a_vertex_that_lies_on_an_edge_lies_on_it_after_snapping(seed):
    """Neighbours cut along a common line, only one of which has the vertices on it, leave no sliver between them."""
    random = np.random.default_rng(seed)
    angle, length, count = random.uniform(0, 2 * np.pi), random.uniform(500, 30_000), 40
    start, along = random.uniform(1e5, 9e5, 2), np.array([np.cos(angle), np.sin(angle)])
    across = 400 * np.array([-along[1], along[0]])
    ends = start, start + length * along
    cuts = start + np.outer(np.concatenate(([0], np.sort(random.uniform(0.01, 0.99, count)), [1])) * length, along)
    whole = shapely.Polygon([ends[0], ends[1], ends[1] - across, ends[0] - across])
    strips = [shapely.Polygon([cuts[k], cuts[k + 1], cuts[k + 1] + across, cuts[k] + across]) for k in range(count + 1)]
    partition = build(np.array([whole, *strips], dtype=object), snap=0.001)
    assert len(partition) == count + 2
    assert np.bincount(partition.coverage.face).tolist() == [1] * (count + 2)
    large = int(np.argmax(partition.area))
    borders = partition.borders
    assert ((borders.left == large) | (borders.right == large)).sum() == count + 1


# --- lines that come when others are already drawn -------------------------------------------------------------------


def test_lines_taken_from_a_partition_cut_nothing_in_it():
    """Slanted lines are bent through each other's crossings; noded with their own bent copies they would part anew."""
    rng = np.random.default_rng(3)
    shapes = np.array(
        [shapely.Polygon(rng.uniform(0, 1_000, 2) + rng.uniform(-300, 300, (3, 2))) for _ in range(60)], dtype=object
    )
    whole = build(shapes, snap=0.001)
    copies = whole.faces[::3]
    again = refine(whole, copies, snap=0.001)
    assert shapely.to_wkb(again.faces).tolist() == shapely.to_wkb(whole.faces).tolist()
    together = build(np.concatenate([shapes, copies]), snap=0.001)
    assert len(together) > len(whole)
    own = again.coverage.feature >= len(shapes)
    assert again.coverage.face[own].tolist() == list(range(0, len(whole), 3))
    np.testing.assert_array_equal(again.coverage.face[~own], whole.coverage.face)
    np.testing.assert_array_equal(again.coverage.feature[~own], whole.coverage.feature)


def test_faces_that_are_cut_later_keep_what_covers_them_and_their_area():
    parcels = np.array([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)], dtype=object)
    whole = build(parcels, snap=0.001)
    cut = refine(whole, np.array([shapely.Polygon([(-1, 3), (20, 4), (20, 20), (-1, 20)])], dtype=object), snap=0.001)
    inside = np.bincount(cut.coverage.face[cut.coverage.feature < 2], minlength=len(cut)) > 0
    covered = [cut.area[cut.coverage.face[cut.coverage.feature == row]].sum() for row in range(2)]
    np.testing.assert_allclose(covered, [100, 100], rtol=1e-12)
    np.testing.assert_allclose(cut.snapped[:2], covered, rtol=1e-12)
    assert cut.area[inside].sum() == pytest.approx(150, rel=1e-12)
    assert sorted(np.bincount(cut.coverage.face, minlength=len(cut))[inside].tolist()) == [1, 1, 2, 2, 2, 3]
