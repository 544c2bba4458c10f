"""Random units of wanted sizes, each in one piece: grown from random faces, then levelled against each other."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import breadth_first_order

from ...core.arrays import places
from ...core.sums import sum_by

if TYPE_CHECKING:
    from ...core.arrays import Floats, Ints
    from .growth_areas import GrowthGround

TURNS = 10  # of levelling: later ones gain less than they cost
_ENOUGH = 0.002  # size gap that is not worth a further turn
_LEAST = 1e-9  # m²: a wanted size of 0 is none to divide by


def size_gap(ground: GrowthGround, size: Floats, unit: Ints) -> float:
    """Share 0–1 of the area by which units miss their sizes: Σ|area − size| / (2·Σ size)."""
    area = sum_by(unit, ground.area, len(size))
    return float(np.abs(area - size).sum() / (2 * size.sum()))


def grow(ground: GrowthGround, size: Floats, home: Ints, rng: np.random.Generator) -> Ints:
    """Grow units from random faces until all land is taken.

    A unit begins at a face that is not larger than it is to be, where there is one. They grow by turns, the one first
    that has least of its size, each time by a random face of its frontier; a face that would take it further beyond its
    size than it is below is left to others, and goes to a neighbour in the end if no one else has taken it.

    Parameters
    ----------
    ground : GrowthGround
    size : (k,) float64
        Wanted, m².
    home : (k,) int64
        Field of each unit; none has more units than faces.
    rng : numpy.random.Generator

    Returns
    -------
    (n,) int64
        Unit of each face, 0 … k − 1; each one piece.
    """
    unit = [-1] * len(ground.area)
    held = [0.0] * len(size)
    target: list[float] = list(map(float, np.maximum(size, _LEAST)))
    for one, face in _seeds(ground, size, home, rng):
        unit[face] = one
        held[one] = float(ground.area[face])
    for strict in (True, False):
        _spread(ground, unit, held, target, rng, strict=strict)
    return np.array(unit, dtype=np.int64)


def _seeds(ground: GrowthGround, size: Floats, home: Ints, rng: np.random.Generator) -> list[tuple[int, int]]:
    """Draw a face for each unit, the smallest unit's first: that of a random place in those that are small enough."""
    seeds: list[tuple[int, int]] = []
    for number in np.unique(home):
        units = np.flatnonzero(home == number)
        units = units[np.argsort(size[units], kind="stable")]
        faces = np.flatnonzero(ground.field == number)
        faces = faces[np.argsort(ground.area[faces], kind="stable")]
        area = ground.area[faces]
        fitting = np.maximum(np.searchsorted(area, size[units], side="right"), np.arange(1, len(units) + 1))
        # Of a queue of random places in each face as long as it is large, the first is the least of its waiting times.
        waiting = rng.exponential(size=len(faces)) / np.maximum(area, _LEAST)
        queue: list[tuple[float, int]] = []
        known = 0
        for one, upto in zip(map(int, units), map(int, fitting), strict=True):
            for place in range(known, max(known, upto)):
                heapq.heappush(queue, (float(waiting[place]), int(faces[place])))
            known = max(known, upto)
            seeds.append((one, heapq.heappop(queue)[1]))
    return seeds


def _spread(
    ground: GrowthGround,
    unit: list[int],
    held: list[float],
    target: list[float],
    rng: np.random.Generator,
    *,
    strict: bool,
) -> None:
    """Let units take the faces that are left; ``strict`` leaves those that are too large for them."""
    neighbours, start = ground.around
    area = ground.sizes
    frontier: list[list[int]] = [[] for _ in held]
    for face, one in enumerate(unit):
        if one >= 0:
            frontier[one] += [other for other in neighbours[start[face] : start[face + 1]] if unit[other] < 0]
    # What nobody wanted goes to those that will have least of their size beyond it.
    left = [area[face] for face, one in enumerate(unit) if one < 0]
    more = 0.0 if strict or not left else sum(left) / len(left)
    heap = [((held[one] + more) / target[one], one) for one, edge in enumerate(frontier) if edge]
    heapq.heapify(heap)
    draws = iter(map(float, rng.random(2 * len(neighbours) + len(area))))
    while heap:
        _, one = heapq.heappop(heap)
        edge, lacking = frontier[one], 2 * (target[one] - held[one])
        while edge:
            place = int(next(draws) * len(edge))
            edge[place], edge[-1] = edge[-1], edge[place]
            face = edge.pop()
            if unit[face] < 0 and not (strict and area[face] > lacking):
                unit[face] = one
                held[one] += area[face]
                edge += [other for other in neighbours[start[face] : start[face + 1]] if unit[other] < 0]
                heapq.heappush(heap, ((held[one] + more) / target[one], one))
                break


def level(
    ground: GrowthGround,
    size: Floats,
    home: Ints,
    unit: Ints,
    rng: np.random.Generator,
    *,
    turns: int = TURNS,
) -> Ints:
    """Bring units, each one piece, nearer to their sizes; none is torn or emptied, none leaves its field.

    By turns: the pieces of a field take the sizes wanted there in the order of their own; each piece is spanned by a
    tree, breadth first from a random face; and a twig of it (a face with all that hangs from it) goes over to another
    unit that it touches where this lowers Σ (area − size)² / size, the largest gains first.

    Parameters
    ----------
    ground : GrowthGround
    size : (k,) float64
        Wanted, m².
    home : (k,) int64
        Field of each unit.
    unit : (n,) int64
        0 … k − 1; not altered.
    rng : numpy.random.Generator
    turns : int
        At most.
    """
    for _ in range(turns):
        unit = _by_rank(ground, size, home, unit)
        if size_gap(ground, size, unit) <= _ENOUGH:
            break
        tree = _span(ground, unit, len(size), rng)
        moved = _handed_over(ground, size, unit, tree)
        if moved is None:
            break
        unit = moved
    return _by_rank(ground, size, home, unit)


def _by_rank(ground: GrowthGround, size: Floats, home: Ints, unit: Ints) -> Ints:
    area = sum_by(unit, ground.area, len(size))
    name = np.empty(len(size), dtype=np.int64)
    name[np.lexsort((area, home))] = np.lexsort((size, home))
    return name[unit]


@dataclass(frozen=True)
class _Tree:
    """A tree over each unit, under one root that is no face.

    Attributes
    ----------
    order : (n + 1,) int64
        Faces by depth, the root (n) first.
    parent : (n,) int64
        Of each place of ``order`` but the first: the place of its parent; ascending.
    layer : list of int
        Places where each depth begins, and the end.
    """

    order: Ints
    parent: Ints
    layer: list[int]

    def layers(self) -> list[tuple[int, int]]:
        """First and last place, excluded, of each depth below the units' own roots."""
        return list(zip(self.layer[1:-1], self.layer[2:], strict=True))

    def hanging(self, area: Floats) -> Floats:
        """Area of each face with all that hangs from it, (n,), m²."""
        total = np.append(area, 0.0)[self.order]
        for first, last in reversed(self.layers()):
            parent = self.parent[first - 1 : last - 1]
            sums = np.bincount(parent - parent[0], total[first:last])
            total[parent[0] : parent[0] + len(sums)] += sums
        out = np.empty(len(total))
        out[self.order] = total
        return out[:-1]

    def inherited(self, mark: Ints) -> Ints:
        """Give marks of faces (−1 for none) to all that hangs from them and has none of its own, (n,)."""
        marked = np.append(mark, -1)[self.order]
        for first, last in self.layers():
            here = marked[first:last]
            marked[first:last] = np.where(here < 0, marked[self.parent[first - 1 : last - 1]], here)
        out = np.empty(len(marked), dtype=np.int64)
        out[self.order] = marked
        return out[:-1]


def _span(ground: GrowthGround, unit: Ints, count: int, rng: np.random.Generator) -> _Tree:
    faces = len(unit)
    inner = unit[ground.left] == unit[ground.right]
    shuffled = rng.permutation(faces)
    root = np.empty(count, dtype=np.int64)
    root[unit[shuffled]] = shuffled
    ends = (np.append(ground.left[inner], np.full(count, faces)), np.append(ground.right[inner], root))
    matrix = csr_array((np.ones(len(ends[0]), dtype=np.int8), ends), shape=(faces + 1, faces + 1))
    order, before = breadth_first_order(matrix, faces, directed=False, return_predecessors=True)
    place = places(order, faces + 1)
    parent = place[before[order[1:]]]
    layer = [0, 1]
    while layer[-1] <= faces:
        layer.append(int(np.searchsorted(parent, layer[-1])) + 1)
    return _Tree(order.astype(np.int64), parent, layer)


def _handed_over(ground: GrowthGround, size: Floats, unit: Ints, tree: _Tree) -> Ints | None:
    """Hand twigs over: of each unit one at most, and none of a unit that takes; None where nothing gains."""
    face, other = ground.both_ways
    inverse = 1 / np.maximum(size, _LEAST)
    excess = sum_by(unit, ground.area, len(size)) - size
    giver, taker, twig = unit[face], unit[other], tree.hanging(ground.area)[face]
    slope = 2 * (excess * inverse)[giver] - 2 * (excess * inverse)[taker]
    gain = twig * (slope - twig * (inverse[giver] + inverse[taker]))
    whole = np.zeros(len(unit), dtype=bool)
    whole[tree.order[1 : tree.layer[2]]] = True  # the twig is the unit
    rows = np.flatnonzero((giver != taker) & (gain > 0) & ~whole[face])
    if not len(rows):
        return None
    rows = rows[np.argsort(-gain[rows], kind="stable")]
    gives, takes = [False] * len(size), [False] * len(size)
    left: list[float] = list(map(float, excess))
    steep: list[float] = list(map(float, inverse))
    mark = np.full(len(unit), -1, dtype=np.int64)
    columns = (face, giver, taker, twig)
    for here, one, two, part in zip(*(column[rows].tolist() for column in columns), strict=True):
        if gives[one] or takes[one] or gives[two]:
            continue
        # What a unit has taken in this turn counts.
        if 2 * (left[one] * steep[one] - left[two] * steep[two]) > part * (steep[one] + steep[two]):
            gives[one] = takes[two] = True
            left[one] -= part
            left[two] += part
            mark[here] = two
    handed = tree.inherited(mark)
    return np.where(handed < 0, unit, handed)
