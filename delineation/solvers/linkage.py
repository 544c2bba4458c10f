"""Linkages: how far two regions are from each other, kept up while regions merge."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from scipy.spatial.distance import cdist

from ..core.arrays import Floats, Ints, listed
from ..core.sums import sum_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..regions.problem import Problem


_BLOCK = 2_000_000  # distances held at a time, 16 MB
_WORD = 1_000  # regions between two words at the start
_NOBODY, _NOTHING = np.zeros(0, dtype=np.int64), np.zeros(0)


class Linkage(ABC):
    """Distances of regions that merge; regions are slots 0 … c − 1, and of two that merge one slot lives on.

    All of them are taken over *all* pairs of nodes of the two regions, whether they touch or not, as in SCHC (GeoDa):
    contiguity says which regions may merge, not which nodes count. (scikit-learn's average and complete linkage with
    connectivity look at touching nodes only, and give other regions.)

    Attributes
    ----------
    mass : (c,) float64
        Mass of each region.
    is_cost : bool
        The distance is a change of cost already, not a squared distance.
    """

    is_cost: ClassVar[bool] = False

    def __init__(self, problem: Problem, labels: Ints, count: int) -> None:
        # Equal masses say nothing; as ones, equal distances stay equal to the last bit.
        each = np.ones(len(problem)) if problem.plain else problem.mass
        self.mass = sum_by(labels, each, count)
        self.each = each
        self.word: Callable[[], None] = _silent  # said in the middle of what takes long

    @abstractmethod
    def first(self, one: Ints, other: Ints) -> Floats:
        """Distances of all pairs there are at the start; ``one`` is the younger."""

    @abstractmethod
    def distances(self, one: int, other: Ints) -> Floats:
        """Distances of a region from neighbours that are all older."""

    @abstractmethod
    def merge(self, into: int, gone: int, near: list[dict[int, float]], age: Ints) -> None:
        """Take region ``gone`` into ``into``; neighbours and ages are still those of before."""


class Ward(Linkage):
    """What merging adds to the sum of squares within: ``m_A·m_B/(m_A + m_B)·|μ_A − μ_B|²``.

    Ward, J. H. (1963): Hierarchical grouping to optimize an objective function. Journal of the American Statistical
    Association 58, 236–244.
    """

    is_cost = True

    def __init__(self, problem: Problem, labels: Ints, count: int) -> None:
        super().__init__(problem, labels, count)
        # A row a variable, so that sums over variables add up in their order whatever their number.
        self.total = np.array([sum_by(labels, self.each * one, count) for one in problem.values.T]).reshape(-1, count)
        self.mean = self.total / self.mass

    def first(self, one: Ints, other: Ints) -> Floats:
        """Distances of all pairs at the start."""
        return self._between(self.mean.take(one, axis=1), self.mass[one], other)

    def distances(self, one: int, other: Ints) -> Floats:
        """Distances of a region from neighbours."""
        return self._between(self.mean[:, one, None], self.mass[one], other)

    def _between(self, mean: Floats, mass: Floats, other: Ints) -> Floats:
        apart = self.mean.take(other, axis=1)
        apart -= mean
        apart *= apart
        theirs = self.mass[other]
        return _sums(apart) * (mass * theirs / (mass + theirs))

    def merge(self, into: int, gone: int, near: list[dict[int, float]], age: Ints) -> None:  # noqa: ARG002
        """Add up masses and totals."""
        self.mass[into] += self.mass[gone]
        self.total[:, into] += self.total[:, gone]
        self.mean[:, into] = self.total[:, into] / self.mass[into]


class Average(Ward):
    """Mean squared distance of all pairs of nodes: ``|μ_A − μ_B|² + SS_A/m_A + SS_B/m_B``, SS about the region's mean.

    Sokal, R. R. & Michener, C. D. (1958): A statistical method for evaluating systematic relationships. University of
    Kansas Science Bulletin 38, 1409–1438 (UPGMA); on *squared* Euclidean distances, as GeoDa's SCHC has it.
    """

    is_cost = False

    def __init__(self, problem: Problem, labels: Ints, count: int) -> None:
        super().__init__(problem, labels, count)
        apart = (problem.values - self.mean.T[labels]) ** 2
        self.squares = sum_by(labels, self.each * apart.sum(axis=1), count)
        self.spread = self.squares / self.mass

    def first(self, one: Ints, other: Ints) -> Floats:
        """Distances of all pairs at the start."""
        apart = self.mean.take(one, axis=1) - self.mean.take(other, axis=1)
        apart *= apart
        return _sums(apart) + (self.spread[one] + self.spread[other])

    def distances(self, one: int, other: Ints) -> Floats:
        """Distances of a region from neighbours."""
        apart = self.mean.take(other, axis=1)
        apart -= self.mean[:, one, None]
        apart *= apart
        out: Floats = _sums(apart) + (self.spread[one] + self.spread[other])
        return out

    def merge(self, into: int, gone: int, near: list[dict[int, float]], age: Ints) -> None:
        """Add up masses, totals and squares."""
        between = self._between(self.mean[:, into, None], self.mass[into], np.array([gone]))
        self.squares[into] += self.squares[gone] + between[0]
        super().merge(into, gone, near, age)
        self.spread[into] = self.squares[into] / self.mass[into]


class Complete(Linkage):
    """Largest squared distance of all pairs of nodes.

    Sørensen, T. (1948): A method of establishing groups of equal amplitude in plant sociology. Biologiske Skrifter 5.

    Distances of neighbours are kept with the younger of the two. A merger takes the larger of the two it has; one that
    is not there, as only one of the two was a neighbour, is measured. So each pair of nodes is measured once at most:
    O(n²) distances, in blocks, and memory for the neighbours only.
    """

    farther: ClassVar[np.ufunc] = np.maximum

    def __init__(self, problem: Problem, labels: Ints, count: int) -> None:
        super().__init__(problem, labels, count)
        order = np.argsort(labels, kind="stable")
        self.size = np.bincount(labels, minlength=count)
        # Where a region has one node only, as most have while one grows: all of them at one go.
        self.alone = problem.values[np.unique(labels, return_index=True)[1]]
        # Room at the end of each doubles when it is used up.
        self.points = np.split(np.ascontiguousarray(problem.values[order]), np.cumsum(self.size)[:-1])
        self.older: list[Ints] = [_NOBODY] * count
        self.apart: list[Floats] = [_NOTHING] * count
        self.scratch = np.full(count, np.nan)

    def first(self, one: Ints, other: Ints) -> Floats:
        """Distances of all pairs at the start, which are kept."""
        if not len(one):
            return _NOTHING
        order = np.argsort(one, kind="stable")
        young, begin = np.unique(one[order], return_index=True)
        out = np.empty(len(one))
        for number, (region, rows) in enumerate(zip(listed(young), np.split(order, begin[1:]), strict=True)):
            if number % _WORD == 0:
                self.word()
            self.older[region] = other[rows]
            self.apart[region] = out[rows] = self._measured(region, other[rows])
        return out

    def distances(self, one: int, other: Ints) -> Floats:
        """Distances of a region from neighbours that are older, as kept."""
        scratch, older = self.scratch, self.older[one]
        scratch[older] = self.apart[one]
        out: Floats = scratch[other]
        scratch[older] = np.nan
        return out

    def merge(self, into: int, gone: int, near: list[dict[int, float]], age: Ints) -> None:
        """Keep the distances of the merger from all of its neighbours, and put its nodes together."""
        mine, theirs = (np.fromiter(near[each], np.int64, len(near[each])) for each in (into, gone))
        new = [far for far in listed(theirs) if far not in near[into] and far != into]
        other = np.concatenate([mine[mine != gone], np.array(new, dtype=np.int64)])
        apart = self.farther(self._known(into, mine, other, age), self._known(gone, theirs, other, age))
        self.older[into], self.apart[into] = other, apart
        self.older[gone], self.apart[gone] = _NOBODY, _NOTHING
        self.mass[into] += self.mass[gone]
        self._join(into, gone)

    def _known(self, one: int, around: Ints, other: Ints, age: Ints) -> Floats:
        """Distances of a region from others, measured where they are not kept; ``around`` are its neighbours."""
        scratch, older = self.scratch, self.older[one]
        scratch[older] = self.apart[one]
        younger = around[age[around] > age[one]]
        for far in listed(younger):
            # It keeps the distance, if the pair may merge; what is kept here is of a region that slot held before.
            row = np.flatnonzero(self.older[far] == one)
            scratch[far] = self.apart[far][row[0]] if len(row) else np.nan
        out: Floats = scratch[other]
        scratch[older] = scratch[younger] = np.nan
        new = np.flatnonzero(np.isnan(out))
        if len(new):
            out[new] = self._measured(one, other[new])
        return out

    def _measured(self, one: int, other: Ints) -> Floats:
        """Distances of a region from others, from their nodes."""
        mine, size, far = self.points[one][: self.size[one]], self.size[other], self.farther
        lone = size == 1
        if lone.all():
            return self._reduced(mine, self.alone[other])
        out = np.empty(len(other))
        out[lone] = self._reduced(mine, self.alone[other[lone]])
        theirs = np.concatenate([self.points[each][: self.size[each]] for each in listed(other[~lone])])
        out[~lone] = far.reduceat(self._reduced(mine, theirs), np.cumsum(size[~lone]) - size[~lone])
        return out

    def _reduced(self, mine: Floats, theirs: Floats) -> Floats:
        """Distance of each of their nodes from mine, a block at a time."""
        step = max(_BLOCK // max(len(theirs), 1), 1)
        near = cdist(mine[:step], theirs, "sqeuclidean")
        out: Floats = near[0] if len(near) == 1 else self.farther.reduce(near)
        for at in range(step, len(mine), step):
            self.word()
            self.farther(out, self.farther.reduce(cdist(mine[at : at + step], theirs, "sqeuclidean")), out=out)
        return out

    def _join(self, into: int, gone: int) -> None:
        have, more = int(self.size[into]), int(self.size[gone])
        if len(self.points[into]) < have + more:
            room = np.empty((2 * (have + more), self.points[into].shape[1]))
            room[:have] = self.points[into][:have]
            self.points[into] = room
        self.points[into][have : have + more] = self.points[gone][:more]
        self.points[gone] = self.points[gone][:0].copy()
        self.size[into] += more
        self.size[gone] = 0


class Single(Complete):
    """Least squared distance of all pairs of nodes.

    Florek, K. et al. (1951): Sur la liaison et la division des points d'un ensemble fini. Colloquium Mathematicae 2,
    282–285.
    """

    farther = np.minimum


def _sums(apart: Floats) -> Floats:
    """Add up rows one after the other, as scikit-learn does: in another order ties would not be ties.

    numpy does so along the first axis of an array that lies row by row, as ``take`` makes it, but not of one column.
    """
    out: Floats = np.add.accumulate(apart)[-1] if apart.shape[1] == 1 and len(apart) else apart.sum(axis=0)
    return out


def _silent() -> None:
    """Say nothing."""


LINKAGES: dict[str, type[Linkage]] = {"ward": Ward, "average": Average, "complete": Complete, "single": Single}
