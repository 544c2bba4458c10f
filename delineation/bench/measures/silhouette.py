"""Silhouettes along the region graph: whether faces fit their own unit better than the units next to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from ...core.arrays import places
from ...core.sums import sum_by

if TYPE_CHECKING:
    from ...core.arrays import Floats, Ints
    from ..scene.division import Division
    from ..scene.scene import Scene
    from ..scene.variables import Space

_MANY = 32  # neighbouring units from which on a tree is quicker than all of them


@dataclass(frozen=True)
class _Clouds:
    """The points of each unit: which unit each point is of, how many and how heavy, their mean and spread."""

    of: Ints
    count: Ints
    weight: Floats
    mean: Floats
    spread: Floats


def graph_silhouette(scene: Scene, division: Division) -> float:
    """Silhouette in which a face's alternatives are the units next to its own in the region graph: mean s, −1 to 1.

    s(i) = (b − a) / max(a, b); a = mean distance of i to the other faces of its unit, b = the least mean distance of i
    to the faces of a unit that shares a border with i's unit; 0 in a unit of one face. Distance is the squared
    Euclidean one of the standardised evidence, so that a mean distance to a unit is |x − mean|² + spread and all of
    them cost O(n·neighbouring units) at most; means weigh faces by area, and so does the mean of s. Units without a
    neighbour that has evidence are left out; NaN without evidence, or where nothing is left.

    Source: Rousseeuw 1987 (Journal of Computational and Applied Mathematics 20:53–65), with b held to adjacent
    clusters as Wolf, Knaap & Rey 2021 do (Geosilhouettes, Environment and Planning B 48(3):521–539), because a
    contiguous division gives a face to no other. Their path silhouette needs the distances of all pairs of faces.
    """
    return _mean(scene, silhouettes(scene, division))


def boundary_silhouette(scene: Scene, division: Division) -> float:
    """Boundary silhouette: as ``graph_silhouette``, over faces on a unit's boundary and the units they touch: −1 to 1.

    For a face i that borders on other units, b is the least over these alone; the mean is over such faces. It says how
    well the lines lie, whatever is inside. Source: Wolf, Knaap & Rey 2021 (Geosilhouettes, Environment and Planning B
    48(3):521–539), with squared Euclidean distance, by area.
    """
    return _mean(scene, silhouettes(scene, division, boundary=True))


def silhouettes(scene: Scene, division: Division, *, boundary: bool = False) -> Floats:
    """Silhouette s of each face of ``scene.variables.space``, (m,); NaN for faces without an alternative.

    Parameters
    ----------
    scene : Scene
    division : Division
    boundary : bool
        Alternatives are the units a face itself touches, not those its unit touches.
    """
    space = scene.variables.space
    if not len(space.face):
        return np.zeros(0)
    clouds = _clouds(space, division)
    own = _distance(space, clouds, np.arange(len(space.face)), clouds.of)
    single = clouds.count[clouds.of] == 1
    with np.errstate(divide="ignore", invalid="ignore"):
        # Its own share of the mean, at distance 0, is taken out.
        own *= clouds.weight[clouds.of] / np.where(single, np.inf, clouds.weight[clouds.of] - space.weight)
        other = (_beside if boundary else _around)(scene, division, clouds)
        out = (other - own) / np.maximum(own, other)
    # Equal everywhere: neither better nor worse.
    out[(own == 0) & (other == 0)] = 0.0
    out[single] = 0.0
    out[~np.isfinite(other)] = np.nan
    return np.asarray(out)


def _mean(scene: Scene, value: Floats) -> float:
    known = ~np.isnan(value)
    weight = scene.variables.space.weight[known]
    return float((weight * value[known]).sum() / weight.sum()) if known.any() else float("nan")


def _clouds(space: Space, division: Division) -> _Clouds:
    of, count = division.unit[space.face], division.count
    weight = sum_by(of, space.weight, count)
    divisor = np.where(weight > 0, weight, 1.0)
    mean = np.empty((count, space.point.shape[1]))
    apart = np.zeros(len(of))
    for column, values in enumerate(space.point.T):
        mean[:, column] = sum_by(of, space.weight * values, count) / divisor
        apart += (values - mean[of, column]) ** 2
    spread = sum_by(of, space.weight * apart, count) / divisor
    return _Clouds(of, np.bincount(of, minlength=count), weight, mean, spread)


def _distance(space: Space, clouds: _Clouds, point: Ints, unit: Ints) -> Floats:
    """Mean squared distance of points (rows of the space) to the points of units, pair by pair."""
    out = clouds.spread[unit]
    for column, values in enumerate(space.point.T):
        out += (values[point] - clouds.mean[unit, column]) ** 2
    return out


def _crossings(scene: Scene, division: Division) -> tuple[Ints, Ints]:
    """Borders between two units, both ways: the face on this side, the unit beyond."""
    borders = scene.borders
    left, right = division.unit[borders.left], division.unit[borders.right]
    cross = left != right
    face = np.concatenate([borders.left[cross], borders.right[cross]])
    return face, np.concatenate([right[cross], left[cross]])


def _beside(scene: Scene, division: Division, clouds: _Clouds) -> Floats:
    """Least distance of each point to a unit it touches, infinite where it touches none."""
    space = scene.variables.space
    row = places(space.face, len(scene))
    face, beyond = _crossings(scene, division)
    use = (row[face] >= 0) & (clouds.count[beyond] > 0)
    point, beyond = row[face[use]], beyond[use]
    out = np.full(len(space.face), np.inf)
    np.minimum.at(out, point, _distance(space, clouds, point, beyond))
    return out


def _around(scene: Scene, division: Division, clouds: _Clouds) -> Floats:
    """Least distance of each point to a unit next to its own, infinite where there is none."""
    space, count = scene.variables.space, division.count
    face, beyond = _crossings(scene, division)
    # With a unit that has no points there is nothing to compare.
    use = clouds.count[beyond] > 0
    pair = np.unique(division.unit[face[use]] * count + beyond[use])
    one, other = pair // count, pair % count
    start = np.searchsorted(one, np.arange(count + 1))
    degree = np.diff(start)
    out = np.full(len(space.face), np.inf)
    of_point = degree[clouds.of]
    few = np.flatnonzero((of_point > 0) & (of_point <= _MANY))
    if len(few):
        size = of_point[few]
        first = np.cumsum(size) - size
        turn = np.arange(int(size.sum())) - np.repeat(first - start[clouds.of[few]], size)
        distance = _distance(space, clouds, np.repeat(few, size), other[turn])
        out[few] = np.minimum.reduceat(distance, first)
    # The rest of a county borders on hundreds of units. |x − mean|² + spread is the square of a distance as well, with
    # √spread as one more coordinate: a tree finds the least.
    for unit in np.flatnonzero((degree > _MANY) & (clouds.count > 0)):
        points, units = np.flatnonzero(clouds.of == unit), other[start[unit] : start[unit + 1]]
        tree = cKDTree(np.column_stack([clouds.mean[units], np.sqrt(clouds.spread[units])]))
        nearest = tree.query(np.column_stack([space.point[points], np.zeros(len(points))]))[1]
        out[points] = _distance(space, clouds, points, units[nearest])
    return out
