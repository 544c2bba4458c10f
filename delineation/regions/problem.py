"""What a regionalisation starts from and gives: nodes with values, a graph of neighbours, bounds; labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of, places
from ..core.connected import connected

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding


@dataclass(frozen=True)
class Graph:
    """Which nodes are neighbours: one row a pair, ``left < right``, sorted by left, then right.

    Attributes
    ----------
    count : int
        Number of nodes, n.
    left, right : (e,) int64
        Nodes.
    border : (e,) float64
        Shared length, m; 0 where two polygons meet in a point only (queen contiguity).
    """

    count: int
    left: Ints
    right: Ints
    border: Floats

    def component(self) -> Ints:
        """Find the connected component of each node; components are numbered by first node."""
        return connected(self.left, self.right, self.count)


@dataclass(frozen=True)
class Bound:
    """A sum that every region has to keep: an area, a population, a number of polygons.

    Attributes
    ----------
    name : str
        Id of what adds up: ``area``, ``faces``, ``count``, a field, a raster or a role.
    value : (n,) float64
        Additive, not negative; m² for areas.
    least, most : float
        What a region has at least (a floor) and at most.
    unit : str
        Of the values, as a message writes it behind a number.
    """

    name: str
    value: Floats
    least: float = 0.0
    most: float = np.inf
    unit: str = ""


@dataclass(frozen=True)
class Problem:
    """A regionalisation problem.

    The cost that every method lowers is ``Σ mass·|x − mean of its region|² + Σ price of the edges between regions``.

    Attributes
    ----------
    values : (n, p) float64
        Attributes of each node, scaled and weighted already; finite.
    mass : (n,) float64
        Weight of a node in means and sums of squares, positive; all 1 in the literature.
    graph : Graph
    price : (e,) float64
        What a border between two regions costs along each edge, in the unit of the sum of squares (see
        `compactness.prices`); all 0 where neither compactness nor alignment is asked for.
    bounds : tuple of Bound
    core : (n,) int64
        Number of the fixed core a node is (0, 1, …, each once: a core is one node), −1 for others. A region holds at
        most one core.
    area, perimeter : (n,) float64
        m², m.
    names : (n,) object
        What a message calls each node.
    """

    values: Floats
    mass: Floats
    graph: Graph
    price: Floats
    bounds: tuple[Bound, ...]
    core: Ints
    area: Floats
    perimeter: Floats
    names: Objects

    def __len__(self) -> int:
        """Count the nodes."""
        return len(self.values)

    @property
    def plain(self) -> bool:
        """Nothing but values and neighbours: equal masses, no price, no bound, no core."""
        equal = bool((self.mass == self.mass[:1]).all())
        return equal and not self.bounds and not self.price.any() and not (self.core >= 0).any()


@dataclass(frozen=True)
class Regions:
    """A division into contiguous regions.

    Attributes
    ----------
    labels : (n,) int64
        Region of each node, 0 … k − 1, numbered by first node.
    findings : tuple of Finding
        What stopped the method short of what was asked: a bound, a time limit.
    """

    labels: Ints
    findings: tuple[Finding, ...] = field(default=())

    @property
    def k(self) -> int:
        """Number of regions."""
        return number_of(self.labels)


def numbered(labels: Ints) -> Ints:
    """Renumber labels 0, 1, … by the first row each appears in, so that equal divisions have equal labels."""
    _, first, which = np.unique(labels, return_index=True, return_inverse=True)
    rank = places(np.argsort(first), len(first))
    return rank[which.ravel()]
