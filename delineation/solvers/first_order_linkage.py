"""First-order linkages: how far two regions are from each other, by the edges of the graph between them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np

from .linkage import Linkage
from .spanning_trees import rows_of

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from ..regions.problem import Problem


class FirstAverage(Linkage):
    """Mean squared length of the edges between two regions (Guo 2008, first-order ALK)."""

    def __init__(self, problem: Problem, labels: Ints, count: int) -> None:
        super().__init__(problem, labels, count)
        graph = problem.graph
        length = np.zeros(len(graph.left))
        for column in problem.values.T:
            length += (column[graph.left] - column[graph.right]) ** 2
        # Of each region: its neighbours with what is kept of the edges to them, and with their number.
        self.kept: list[dict[int, float]] = [{} for _ in range(count)]
        self.number: list[dict[int, int]] = [{} for _ in range(count)]
        for a, b, one in rows_of(labels[graph.left], labels[graph.right], length):
            if a != b:
                self.put(a, b, one, 1)
                self.put(b, a, one, 1)

    def put(self, one: int, far: int, length: float, number: int) -> None:
        """Add edges to what is kept of a region and a neighbour of it."""
        kept = self.kept[one]
        kept[far] = self.together(kept[far], length) if far in kept else length
        self.number[one][far] = self.number[one].get(far, 0) + number

    @staticmethod
    def together(one: float, other: float) -> float:
        """Put together what is kept of two sets of edges: their sum."""
        return one + other

    def first(self, one: Ints, other: Ints) -> Floats:
        """Distances of all pairs at the start."""
        pairs = list(rows_of(one, other))
        kept = np.array([self.kept[a][b] for a, b in pairs], dtype=np.float64)
        return self.apart(kept, np.array([self.number[a][b] for a, b in pairs]), self.mass[one], self.mass[other])

    def distances(self, one: int, other: Ints) -> Floats:
        """Distances of a region from neighbours."""
        far = [each for (each,) in rows_of(other)]
        mine, number = self.kept[one], self.number[one]
        kept = np.array([mine[each] for each in far], dtype=np.float64)
        return self.apart(kept, np.array([number[each] for each in far]), self.mass[one], self.mass[other])

    def apart(self, kept: Floats, number: Ints, mass: Floats, other: Floats) -> Floats:  # noqa: ARG002
        """Distances from what is kept of the edges between regions, their number, and the masses of the two."""
        return kept / number

    def merge(self, into: int, gone: int, near: list[dict[int, float]], age: Ints) -> None:  # noqa: ARG002
        """Edges of either region are edges of the merger; those between the two are none."""
        self.mass[into] += self.mass[gone]
        number, self.number[gone] = self.number[gone], {}
        for far, length in self.kept[gone].items():
            del self.kept[far][gone], self.number[far][gone]
            if far != into:
                self.put(into, far, length, number[far])
                self.put(far, into, length, number[far])
        self.kept[gone] = {}


class FirstComplete(FirstAverage):
    """Largest squared length of the edges between two regions (Guo 2008, first-order CLK)."""

    @staticmethod
    def together(one: float, other: float) -> float:
        """Put together what is kept of two sets of edges: the longest."""
        return max(one, other)

    def apart(self, kept: Floats, number: Ints, mass: Floats, other: Floats) -> Floats:  # noqa: ARG002
        """Distances from what is kept of the edges between regions."""
        return kept


class FirstWard(FirstAverage):
    """First-order average in the place of the squared distance of means: ``m_A·m_B/(m_A + m_B)·mean``.

    Guo has no first-order form of Ward's linkage. With two nodes this is what merging adds to the sum of squares.
    """

    is_cost: ClassVar[bool] = True

    def apart(self, kept: Floats, number: Ints, mass: Floats, other: Floats) -> Floats:
        """Distances from what is kept of the edges between regions, their number, and the masses of the two."""
        return super().apart(kept, number, mass, other) * (mass * other / (mass + other))


FIRST_ORDER: dict[str, type[Linkage]] = {"average": FirstAverage, "complete": FirstComplete, "ward": FirstWard}
