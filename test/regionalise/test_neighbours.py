"""Contiguity by shared length: published counts, brute force, vertices that do not match, gaps, overlaps."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import shapely
from cases import lacking
from control_units.delineation.core.errors import BadInput
from control_units.delineation.regionalise.division import component_findings, neighbour_findings
from control_units.delineation.regionalise.neighbours import Neighbours, neighbours, snap_of
from control_units.delineation.regions.compactness import polsby_popper, prices
from pyproj import CRS, Geod
from region_samples import guerry_table, vertex_neighbours
from shapely import Polygon, box


def links(found: Neighbours) -> dict[tuple[int, int], float]:
    graph = found.graph
    pairs = zip(graph.left.tolist(), graph.right.tolist(), strict=True)
    return dict(zip(pairs, graph.border.tolist(), strict=True))


def of(*shapes: shapely.Geometry, **more) -> Neighbours:
    return neighbours(np.array(shapes, dtype=object), more.pop("crs", None), **more)


def named(count: int) -> np.ndarray:
    return np.array([f"P{row}" for row in range(count)], dtype=object)


def cut(shape: Polygon, times: int, random: np.random.Generator) -> list[Polygon]:
    """Rectangles by cuts across, so that most corners lie on another's edge."""
    if not times:
        return [shape]
    west, south, east, north = shape.bounds
    share = random.uniform(0.3, 0.7)
    if east - west > north - south:
        at = west + share * (east - west)
        parts = box(west, south, at, north), box(at, south, east, north)
    else:
        at = south + share * (north - south)
        parts = box(west, south, east, at), box(west, at, east, north)
    return [one for part in parts for one in cut(part, times - 1, random)]


def shaken(shapes: list[Polygon], by: float, random: np.random.Generator) -> list[Polygon]:
    """Each polygon's vertices moved by themselves: gaps and overlaps all along the borders."""
    return [
        shapely.transform(one, lambda xy: np.vstack((p := xy[:-1] + random.uniform(-by, by, xy[:-1].shape), p[:1])))
        for one in shapes
    ]


def ideal(shapes: list[Polygon]) -> dict[tuple[int, int], float]:
    """Shared length by intersecting boundaries, pair by pair."""
    out = {}
    for (a, one), (b, other) in combinations(enumerate(shapes), 2):
        if one.intersects(other):
            out[a, b] = one.boundary.intersection(other.boundary).length
    return out


def test_guerry_has_210_queen_links_and_their_shared_lengths(data):
    table = guerry_table(data)
    shapes = table.geometry.to_numpy()
    queen, rook = (neighbours(shapes, CRS(table.crs), contiguity=kind) for kind in ("queen", "rook"))
    assert sorted(links(queen)) == [tuple(pair) for pair in vertex_neighbours(shapes).tolist()]
    assert len(links(queen)) == 210
    assert set(links(rook)) <= set(links(queen))
    for (a, b), length in list(links(rook).items())[::7]:
        assert length == pytest.approx(shapes[a].boundary.intersection(shapes[b].boundary).length, rel=1e-9)
    assert queen.area == pytest.approx(shapely.area(shapes), rel=1e-12)
    assert queen.perimeter == pytest.approx(shapely.length(shapes), rel=1e-12)
    assert not neighbour_findings(queen, named(85), "guerry", 0.01)


def test_columbus_has_118_queen_and_100_rook_links(data):
    geopandas = pytest.importorskip("geopandas")
    file = data / "REGION" / "columbus.shp"
    if not file.is_file():
        lacking(f"{file} is not there")
    shapes = geopandas.read_file(file).geometry.to_numpy()
    assert [len(links(neighbours(shapes, None, contiguity=kind))) for kind in ("queen", "rook")] == [118, 100]


def test_a_corner_on_an_edge_is_a_neighbour():
    below, left, right = box(0, 0, 10, 1), box(0, 1, 4, 2), box(4, 1, 10, 2)
    found = of(below, left, right, contiguity="rook")
    assert links(found) == {(0, 1): 4.0, (0, 2): 6.0, (1, 2): 1.0}
    assert found.perimeter.tolist() == [22.0, 10.0, 14.0]


def test_a_common_point_is_a_neighbour_of_queens_alone():
    squares = box(0, 0, 1, 1), box(1, 1, 2, 2)
    assert links(of(*squares, contiguity="queen")) == {(0, 1): 0.0}
    assert links(of(*squares, contiguity="rook")) == {}


@pytest.mark.parametrize("seed", range(4))
def test_vertices_displaced_within_the_tolerance_change_no_neighbour(seed):
    random = np.random.default_rng(seed)
    exact = cut(box(0, 0, 1000, 800), 5, random)
    moved = shaken(exact, 0.02, random)
    rook = ideal(exact)
    sure, maybe = ({pair for pair, length in rook.items() if length > least} for least in (2.5, 1.5))
    assert len(sure) > 40
    for shapes in (exact, moved):
        found = of(*shapes, contiguity="rook", snap=0.1)
        assert sure <= set(links(found)) <= maybe
        for pair, length in links(found).items():
            assert length == pytest.approx(rook[pair], abs=0.5)
    assert found.bridged
    assert len(found.overlap)
    queen = set(links(of(*moved, contiguity="queen", snap=0.1)))
    assert queen == set(ideal(exact))
    # Without a tolerance the gaps part what belongs together.
    assert of(*moved, contiguity="rook", snap=0.0, least=1.0).graph.border.sum() < 0.9 * sum(rook.values())


@pytest.mark.parametrize("seed", range(3))
def test_queens_are_all_pairs_within_the_tolerance(seed):
    random = np.random.default_rng(seed)
    centre = random.uniform(0, 60, (40, 2))
    radius = random.uniform(1, 6, 40)
    shapes = [shapely.Point(xy).buffer(size, quad_segs=3) for xy, size in zip(centre, radius, strict=True)]
    expected = {(a, b) for a, b in combinations(range(40), 2) if shapes[a].distance(shapes[b]) <= 0.5}
    assert set(links(of(*shapes, snap=0.5))) == expected
    assert 20 < len(expected) < 700


def test_a_gap_wider_than_the_tolerance_parts_and_is_said():
    shapes = box(0, 0, 10, 10), box(10.05, 0, 20, 10)
    apart = of(*shapes, snap=0.01)
    assert links(apart) == {}
    (said,) = neighbour_findings(apart, named(2), "layer", 0.01)
    assert (said.id, said.facts["problem"], str(said.facts["pairs"])) == ("S75", "apart", "P0 – P1")
    bridged = of(*shapes, snap=0.1)
    assert links(bridged) == {(0, 1): pytest.approx(10.0, abs=0.2)}
    (said,) = neighbour_findings(bridged, named(2), "layer", 0.1)
    assert (said.id, said.facts["count"]) == ("S75", 1)
    assert "problem" not in said.facts


def test_overlaps_make_neighbours_and_ground_counts_once():
    found = of(box(0, 0, 10, 10), box(8, 0, 20, 10), box(30, 0, 40, 10), contiguity="rook")
    # The smaller polygon keeps the common ground.
    assert found.area.tolist() == [100.0, 100.0, 100.0]
    assert links(found) == {(0, 1): 10.0}
    (said,) = neighbour_findings(found, named(3), "layer", 0.01)
    assert (said.id, said.value, str(said.facts["pairs"])) == ("S74", 20.0, "P0 – P1")
    (island,) = component_findings(found.graph, named(3), "layer")
    assert (island.id, island.facts["count"], island.facts["islands"]) == ("S73", 2, 1)
    assert str(island.facts["listed"]) == "P2, P0 (+1)"


def test_what_lies_inside_another_keeps_its_ground_and_twins_stay_together():
    outer, inner = box(0, 0, 10, 10), box(4, 4, 6, 6)
    found = of(outer, inner, inner, contiguity="rook")
    assert found.area.tolist() == [96.0, 4.0, 0.0]
    assert set(links(found)) == {(0, 1), (0, 2), (1, 2)}
    assert links(found)[0, 1] == 8.0
    assert found.perimeter.tolist() == [48.0, 8.0, 0.0]


def test_a_ring_that_crosses_itself_is_no_obstacle():
    tie = Polygon([(0, 0), (10, 10), (10, 0), (0, 10)])
    found = of(tie, box(10, 0, 20, 10), contiguity="rook")
    assert links(found) == {(0, 1): 10.0}
    assert found.area.tolist() == [50.0, 100.0]


def test_lengths_and_areas_are_metric_in_degrees():
    found = of(box(100, 30, 100.5, 30.5), box(100.5, 30, 101, 30.5), crs=CRS("EPSG:4490"), contiguity="rook")
    geod = Geod(ellps="GRS80")
    edge = geod.inv(100.5, 30, 100.5, 30.5)[2]
    assert links(found) == {(0, 1): pytest.approx(edge, rel=1e-9)}
    assert found.area == pytest.approx(abs(geod.geometry_area_perimeter(box(100, 30, 100.5, 30.5))[0]), rel=1e-9)
    feet = of(box(0, 0, 10, 10), box(10, 0, 20, 10), crs=CRS("EPSG:2229"), contiguity="rook")
    assert links(feet)[0, 1] == pytest.approx(10 * 1200 / 3937, rel=1e-12)


def test_the_order_of_polygons_changes_nothing():
    random = np.random.default_rng(3)
    shapes = shaken(cut(box(0, 0, 1000, 800), 5, random), 0.01, random)
    order = random.permutation(len(shapes))
    first = links(of(*shapes, snap=0.1))
    second = links(of(*(shapes[row] for row in order), snap=0.1))
    renumbered = {tuple(sorted((int(order[a]), int(order[b])))): length for (a, b), length in second.items()}
    assert set(renumbered) == set(first)
    assert all(renumbered[pair] == pytest.approx(first[pair], abs=0.05) for pair in first)


def test_a_dissolved_outline_is_measured_and_not_its_members():
    found = of(box(0, 0, 1, 1), box(1, 0, 2, 1), box(2, 0, 3, 1))
    outline, perimeter = found.outlines(np.array([0, 0, 1]), 2)
    assert [one.area for one in outline] == [2.0, 1.0]
    assert perimeter.tolist() == [6.0, 4.0]
    assert polsby_popper(np.array([2.0, 1.0]), perimeter) == pytest.approx([8 * np.pi / 36, np.pi / 4])


def test_prices_share_the_total_out_by_border():
    graph = of(box(0, 0, 1, 1), box(1, 0, 2, 1), box(0, 1, 2, 2)).graph
    assert graph.border.tolist() == [1.0, 1.0, 1.0]
    assert prices(graph, 30.0, 0.0, 0.0, None).tolist() == [0.0, 0.0, 0.0]
    assert prices(graph, 30.0, 1.0, 0.0, None).tolist() == [10.0, 10.0, 10.0]
    aligned = np.array([1.0, 0.5, 0.0])
    assert prices(graph, 30.0, 0.5, 2.0, aligned).tolist() == [5.0, 15.0, 25.0]
    with pytest.raises(BadInput, match="compactness = -1"):
        prices(graph, 30.0, -1.0, 0.0, None)


def test_the_tolerance_follows_the_size_of_the_layer():
    assert snap_of(np.array([box(0, 0, 1e6, 10)]), None) == 0.01
    assert snap_of(np.array([box(0, 0, 5e4, 10)]), None) == pytest.approx(0.005)
    assert snap_of(np.array([box(0, 0, 1, 1)]), None) == pytest.approx(1e-7)


@pytest.mark.parametrize(
    ("given", "said"),
    [({"contiguity": "bishop"}, "bishop"), ({"snap": -1.0}, "snap = -1"), ({"least": np.inf}, "least")],
)
def test_what_makes_no_sense_is_refused(given, said):
    with pytest.raises(BadInput, match=said):
        of(box(0, 0, 1, 1), box(1, 0, 2, 1), **given)


def test_corners_that_only_the_tolerance_brings_together_are_told():
    """Four squares around a point that none reaches, and two far away: a tolerance as large as the layer is seen."""
    squares = [box(x, y, x + 9.95, y + 9.95) for x in (0.0, 10.0) for y in (0.0, 10.0)]
    assert of(*squares, snap=0.06).bridged == 4
    assert of(*squares, snap=0.08).bridged == 6
    far = [box(0, 0, 1, 1), box(50, 0, 51, 1), box(0, 70, 1, 71)]
    assert (of(*far, snap=1.0).bridged, len(of(*far, snap=1.0).graph.left)) == (0, 0)
    assert (of(*far, snap=100.0).bridged, len(of(*far, snap=100.0).graph.left)) == (3, 3)
