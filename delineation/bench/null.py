"""The null model: random contiguous divisions of as many units of the same sizes, and how one stands among them."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from ..progress import Progress, silent
from ..sums import sum_by
from .division import Division
from .metrics import measure, metrics_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from .scene import Scene

__all__ = ["Ground", "Standing", "random_divisions", "size_gap", "stand"]

_TRIES = 4


@dataclass(frozen=True)
class Ground:
    """Where random units may grow: faces of one county, land and sea apart, and who is whose neighbour.

    Attributes
    ----------
    area : (n,) float64
        m².
    field : (n,) int64
        Number of the ground a unit never leaves: a county's land, a county's sea.
    left, right : (e,) int64
        Neighbours within a field. What lies apart in a field, as islands do, is joined to the nearest face of another
        part, so that a field is one piece: units of several parts have their like among the random ones.
    """

    area: NDArray[np.float64]
    field: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    @cached_property
    def around(self) -> tuple[list[int], list[int]]:
        """Neighbours of each face as one list, and where each face's begin; lists, because growth is a Python loop."""
        one, two = np.concatenate([self.left, self.right]), np.concatenate([self.right, self.left])
        order = np.lexsort((two, one))
        start = np.searchsorted(one[order], np.arange(len(self.area) + 1))
        around: list[int] = list(map(int, two[order]))
        return around, list(map(int, start))

    @classmethod
    def of(cls, scene: Scene, point: NDArray[np.float64]) -> Ground:
        """Lay out the ground of a scene; ``point`` (n, 2) lies in each face."""
        field = np.unique(np.column_stack([scene.county, scene.sea]), axis=0, return_inverse=True)[1].ravel()
        field = field.astype(np.int64)
        b = scene.borders
        same = field[b.left] == field[b.right]
        left, right = b.left[same], b.right[same]
        more = _bridges(field, left, right, point)
        return cls(scene.area, field, np.append(left, more[:, 0]), np.append(right, more[:, 1]))


def _bridges(
    field: NDArray[np.int64], left: NDArray[np.int64], right: NDArray[np.int64], point: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Pairs that join the parts of each field: every part but the largest to its nearest face outside it, by turns."""
    count = len(field)
    out: list[NDArray[np.int64]] = [np.zeros((0, 2), dtype=np.int64)]
    while True:
        pairs = np.concatenate([np.column_stack([left, right]), *out])
        matrix = coo_array((np.ones(len(pairs), dtype=np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
        part = connected_components(matrix, directed=False)[1]
        size = np.bincount(part)
        found = []
        for number in np.unique(field):
            mine = np.flatnonzero(field == number)
            parts = np.unique(part[mine])
            # Smallest first; two small ones may choose each other, and the next turn joins what they made.
            for one in parts[np.argsort(size[parts], kind="stable")][:-1].tolist():
                inside, outside = mine[part[mine] == one], mine[part[mine] != one]
                distance, nearest = cKDTree(point[outside]).query(point[inside])
                row = int(np.argmin(distance))
                found.append((int(inside[row]), int(outside[nearest[row]])))
        if not found:
            return np.concatenate(out)
        out.append(np.array(found, dtype=np.int64))


def random_divisions(
    ground: Ground, division: Division, count: int, *, seed: int, progress: Progress = silent
) -> Iterator[Division]:
    """Draw random divisions like a given one.

    In each county the units get as many random seeds and grow by turns, the one that has least of its own area first,
    each time by a random face of its frontier, until all land is taken. So there are as many units, each one piece, of
    about the same sizes; each has the category of the unit whose size it was to have. (Simultaneous region growing from
    random seeds; Openshaw & Rao 1995 start their searches so.) What is enclosed early stays small, so each is the best
    of several growths by `size_gap`.

    Parameters
    ----------
    ground : Ground
    division : Division
    count : int
    seed : int
    progress : callable
    """
    random = np.random.default_rng(seed)
    size = sum_by(division.unit, ground.area, division.count)
    home = np.zeros(division.count, dtype=np.int64)
    home[division.unit] = ground.field
    for number in range(count):
        progress(number / count, "null model")
        grown = [_grown(ground, size, home, random) for _ in range(_TRIES)]
        unit = min(grown, key=lambda one: size_gap(ground, size, one))
        yield Division(division.name, division.unit_category[unit], unit)


def size_gap(ground: Ground, size: NDArray[np.float64], unit: NDArray[np.int64]) -> float:
    """Share 0–1 of the area by which units miss their sizes: Σ|area − size| / (2·Σ size)."""
    area = sum_by(unit, ground.area, len(size))
    return float(np.abs(area - size).sum() / (2 * size.sum()))


def _grown(
    ground: Ground, size: NDArray[np.float64], home: NDArray[np.int64], random: np.random.Generator
) -> NDArray[np.int64]:
    """Grow once; the unit of each face."""
    neighbours, start = ground.around
    area: list[float] = list(map(float, ground.area))
    unit = [-1] * len(area)
    frontier: list[list[int]] = [[] for _ in size]
    target: list[float] = list(map(float, np.maximum(size, 1e-9)))
    heap: list[tuple[float, int]] = []
    for number in np.unique(home):
        units = np.flatnonzero(home == number)
        faces = random.permutation(np.flatnonzero(ground.field == number))[: len(units)]
        for one, face in zip(random.permutation(units).tolist(), faces.tolist(), strict=True):
            frontier[one].append(face)
            heap.append((0.0, one))
    # Seeds are taken before anything grows over them.
    draws = iter(map(float, random.random(2 * len(neighbours) + 4 * len(size) + len(area))))
    held = [0.0] * len(size)
    for _, one in heap:
        face = frontier[one].pop()
        unit[face] = one
        held[one] = area[face]
        frontier[one] += [other for other in neighbours[start[face] : start[face + 1]] if unit[other] < 0]
    heap = [(held[one] / target[one], one) for _, one in heap]
    heapq.heapify(heap)
    while heap:
        _, one = heapq.heappop(heap)
        edge = frontier[one]
        while edge:
            place = int(next(draws) * len(edge))
            edge[place], edge[-1] = edge[-1], edge[place]
            face = edge.pop()
            if unit[face] < 0:
                unit[face] = one
                held[one] += area[face]
                edge += [other for other in neighbours[start[face] : start[face + 1]] if unit[other] < 0]
                heapq.heappush(heap, (held[one] / target[one], one))
                break
    return np.array(unit, dtype=np.int64)


@dataclass(frozen=True)
class Standing:
    """Where one metric of a division stands among random ones.

    Attributes
    ----------
    metric : str
    value : float
        Of the division.
    mean, spread : float
        Of the random ones.
    percentile : float
        Share 0–1 of random ones below it, those equal counted half.
    p : float
        Share of random ones at least as good, the division itself counted in: (1 + b)/(1 + m), Phipson & Smyth 2010;
        two-sided (twice the smaller side, at most 1) where neither end is better.
    count : int
        m, random divisions that have the metric.
    """

    metric: str
    value: float
    mean: float
    spread: float
    percentile: float
    p: float
    count: int


def stand(
    scene: Scene, division: Division, others: Iterable[Division], names: Sequence[str] | None = None
) -> tuple[Standing, ...]:
    """Hold every metric of a division against random ones.

    Parameters
    ----------
    scene : Scene
    division : Division
    others : iterable of Division
        As ``random_divisions`` gives them.
    names : sequence of str, optional
        All metrics where not given.

    Returns
    -------
    tuple of Standing
        One a metric; NaN for one that the division does not have.
    """
    metrics = metrics_of(scene)
    chosen = list(metrics if names is None else names)
    own = measure(scene, division, chosen)
    table = np.array([list(measure(scene, other, chosen).values()) for other in others]).reshape(-1, len(chosen))
    return tuple(
        _standing(name, own[name], column[np.isfinite(column)], metrics[name].better)
        for name, column in zip(chosen, table.T, strict=True)
    )


def _standing(name: str, value: float, drawn: NDArray[np.float64], better: str) -> Standing:
    if not np.isfinite(value) or not len(drawn):
        return Standing(name, value, np.nan, np.nan, np.nan, np.nan, len(drawn))
    # Equal up to rounding is equal: a metric that no division changes must not look rare.
    slack = 1e-9 * max(abs(value), float(np.abs(drawn).max()))
    below, above = int((drawn < value - slack).sum()), int((drawn > value + slack).sum())
    equal = len(drawn) - below - above
    high, low = (1 + above + equal) / (1 + len(drawn)), (1 + below + equal) / (1 + len(drawn))
    p = {"high": high, "low": low}.get(better, min(1.0, 2 * min(high, low)))
    return Standing(
        name, value, float(drawn.mean()), float(drawn.std()), (below + equal / 2) / len(drawn), p, len(drawn)
    )
