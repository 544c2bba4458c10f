"""Small overlays by brute force, pair by pair with GEOS: slow, plain, and nothing of the engine in them."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import shapely
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


def polygonal(geometry: BaseGeometry) -> BaseGeometry:
    """The polygons of a result, without the points and lines where its operands only touch."""
    return MultiPolygon([part for part in shapely.get_parts(geometry) if part.geom_type == "Polygon" and part.area > 0])


def even_odd(ring: list[tuple[float, float]]) -> BaseGeometry:
    """The inside of a ring by the even-odd rule: the symmetric difference of the triangles of a fan."""
    inside: BaseGeometry = Polygon()
    for one, other in pairwise(ring[1:]):
        triangle = Polygon([ring[0], one, other])
        if triangle.area > 0:
            inside = polygonal(inside.symmetric_difference(triangle))
    return inside


def region(feature: BaseGeometry | None) -> BaseGeometry:
    """What a feature covers: the union of its parts, each its shell (even-odd) less its holes."""
    parts = []
    for part in shapely.get_parts(feature) if feature is not None else []:
        inside = even_odd(list(part.exterior.coords)[:-1]) if not part.is_empty else Polygon()
        for hole in part.interiors:
            inside = polygonal(inside.difference(even_odd(list(hole.coords)[:-1])))
        parts.append(inside)
    return polygonal(shapely.union_all(parts))


def combinations(features: list[BaseGeometry | None]) -> dict[frozenset[int], float]:
    """Area of what each set of features covers and no other feature does."""
    cells: list[tuple[BaseGeometry, frozenset[int]]] = []
    for row, feature in enumerate(features):
        inside = rest = region(feature)
        split: list[tuple[BaseGeometry, frozenset[int]]] = []
        for cell, covering in cells:
            both, left = shapely.intersection(cell, inside), shapely.difference(cell, inside)
            split += [(polygonal(both), covering | {row}), (polygonal(left), covering)]
            rest = polygonal(shapely.difference(rest, cell))
        cells = [pair for pair in [*split, (rest, frozenset({row}))] if pair[0].area > 0]
    areas: defaultdict[frozenset[int], float] = defaultdict(float)
    for cell, covering in cells:
        areas[covering] += cell.area
    return areas


def by_combination(partition: object) -> dict[frozenset[int], float]:
    """The same of a partition."""
    covering: list[set[int]] = [set() for _ in partition.area]
    for face, feature in zip(partition.coverage.face.tolist(), partition.coverage.feature.tolist(), strict=True):
        covering[face].add(feature)
    areas: defaultdict[frozenset[int], float] = defaultdict(float)
    for area, features in zip(partition.area.tolist(), covering, strict=True):
        areas[frozenset(features)] += area
    return areas


def neighbours(faces: np.ndarray) -> tuple[dict[tuple[int, int], float], set[tuple[int, int]]]:
    """Length of the common border of each pair of faces that has one, and all pairs that meet at all."""
    left, right = shapely.STRtree(faces).query(faces, predicate="intersects")
    left, right = left[left < right], right[left < right]
    common = shapely.length(shapely.intersection(shapely.boundary(faces[left]), shapely.boundary(faces[right])))
    pairs = list(zip(left.tolist(), right.tolist(), strict=True))
    return {pair: length for pair, length in zip(pairs, common.tolist(), strict=True) if length > 0}, set(pairs)


def near_vertices(faces: np.ndarray, unit: float) -> list[tuple[int, int]]:
    """Vertices, in whole units, in the inside of whose pixel a segment runs that does not end there."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(faces), return_index=True)
    units = np.rint(xy / unit).astype(np.int64)
    same = ring[1:] == ring[:-1]
    a, b = units[:-1][same], units[1:][same]
    vertex = np.unique(units, axis=0)[:, None, :]
    low, high = np.minimum(a, b), np.maximum(a, b)
    way = b - a
    # separating axes of a segment and a square: x, y and the segment's normal, all in doubled whole numbers
    cross = 2 * np.abs(way[:, 0] * (vertex[..., 1] - a[:, 1]) - way[:, 1] * (vertex[..., 0] - a[:, 0]))
    runs = (cross < np.abs(way).sum(axis=1)) & ((low <= vertex) & (vertex <= high)).all(axis=2)
    ends = (vertex == a).all(axis=2) | (vertex == b).all(axis=2)
    return [tuple(pair) for pair in np.argwhere(runs & ~ends).tolist()]


def _ring(points: list[tuple[int, int]], scale: float, shift: float) -> list[tuple[float, float]]:
    return [(x * scale + shift, y * scale + shift) for x, y in points]


@st.composite
def polygons(draw: st.DrawFn, scale: float, shift: float) -> Polygon:
    """Boxes (shared and identical edges), frames and islands, any rings: bow-ties, spikes, figures of eight."""
    number = st.integers(0, 8)
    kind = draw(st.sampled_from(["box", "box", "frame", "ring", "ring", "spike", "eight"]))
    if kind in ("box", "frame"):
        x, y = draw(number), draw(number)
        w, h = draw(st.integers(1, 6)), draw(st.integers(1, 6))
        shell = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
        if kind == "box" or min(w, h) < 3:
            return Polygon(_ring(shell, scale, shift))
        hole = [(x + 1, y + 1), (x + w - 1, y + 1), (x + w - 1, y + h - 1), (x + 1, y + h - 1)]
        touching = draw(st.booleans())  # a hole that touches its shell at one point
        if touching:
            hole = [(x, y), (x + w - 1, y + 1), (x + 1, y + h - 1)]
        return Polygon(_ring(shell, scale, shift), [_ring(hole, scale, shift)])
    if kind == "spike":
        x, y = draw(number), draw(number)
        return Polygon(_ring([(x, y), (x + 2, y), (x + 5, y + 3), (x + 2, y), (x + 1, y + 2)], scale, shift))
    if kind == "eight":
        x, y = draw(number), draw(number)
        eight = [(x, y), (x + 2, y), (x + 1, y + 1), (x + 2, y + 2), (x, y + 2), (x + 1, y + 1)]
        return Polygon(_ring(eight, scale, shift))
    points = draw(st.lists(st.tuples(number, number), min_size=3, max_size=7))
    return Polygon(_ring(points, scale, shift))


@st.composite
def coverages(draw: st.DrawFn) -> list[BaseGeometry | None]:
    """Up to seven features of up to three parts, which may overlap; null and empty ones among them."""
    # thirds and tenths make crossings that no double holds; large shifts make doubles coarse
    scale, shift = draw(st.sampled_from([(1.0, 0.0), (1 / 3, 0.0), (0.1, 3_400_000.1), (117.3, 500_000.0)]))
    parts = st.lists(polygons(scale, shift), min_size=1, max_size=3).map(MultiPolygon)
    one = st.one_of(polygons(scale, shift), polygons(scale, shift), parts, st.none(), st.just(Polygon()))
    return draw(st.lists(one, min_size=1, max_size=7))
