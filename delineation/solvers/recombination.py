"""Recombination: two regions side by side are joined and parted anew where a random spanning tree of both is cut.

The move is ReCom of DeFord, Duchin & Solomon 2021, "Recombination: a family of Markov chains for redistricting". Both
parts hang together whatever edge is cut, so a search by it never leaves the contiguous divisions, and one move changes
many nodes at once. Here all edges of the tree are weighed, not a random one, and all pairs of a random matching of the
regions are recombined in one pass over arrays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import firsts, places
from ..core.sums import sum_by
from .grouped_spanning_trees import spanning_forest
from .replicas import gain

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints
    from .local_search import Watch
    from .replicas import RegionSums, Worlds

_HEAT = 0.05  # of annealing: part of the mean cost within a region
_COLD = 0.85  # part of the sweeps after which nothing goes uphill
_ROUNDS = 3  # of matching: few regions that could still be paired are left
_TIE = 1e-9  # so little that it decides between equal cuts only
_FLOOR = 0.02  # part of a tree's weight of an edge that its ends' likeness has no say in


def cool(worlds: Worlds, labels: Ints, sweeps: int, rng: np.random.Generator, watch: Watch) -> Ints:
    """Anneal by recombination: each world from its own heat to none, the best division of each kept.

    The heat begins at a part of what a region's nodes cost on average, and falls with the square of what is left to do.

    Parameters
    ----------
    worlds : Worlds
    labels : (N,) int64
        No region out of its bounds. Not altered.
    sweeps : int
    rng : numpy.random.Generator
    watch : Watch

    Returns
    -------
    (N,) int64
        As many regions in each world.
    """
    tally = worlds.tally(labels)
    moment = worlds.load[:, 1:]
    square = np.einsum("ij,ij->i", moment, moment) / worlds.load[:, 0]
    cost = worlds.cost(labels, tally)
    regions = np.maximum(worlds.regions(tally), 1)
    start = _HEAT * np.maximum(sum_by(worlds.world, square, len(cost)) + cost, 0.0) / regions
    best, least = labels, cost
    for sweep in range(sweeps):
        if watch.over():
            break
        watch.fraction = sweep / sweeps
        heat = start * max(1 - sweep / (_COLD * sweeps), 0.0) ** 2
        labels = recombine(worlds, labels, tally, heat, rng)
        tally = worlds.tally(labels)
        cost = worlds.cost(labels, tally)
        better = cost < least
        best, least = np.where(better[worlds.world], labels, best), np.where(better, cost, least)
    return best


def recombine(worlds: Worlds, labels: Ints, tally: RegionSums, heat: Floats, rng: np.random.Generator) -> Ints:
    """Recombine pairs of regions so that the cost falls, or rises by chance; bounds that are kept stay kept.

    A pair takes a way of parting it, its present one among them, with probability ∝ exp(−cost ÷ heat) among those that
    keep all bounds (heat bath); at heat 0 the cheapest.

    Parameters
    ----------
    worlds : Worlds
    labels : (N,) int64
        0 … k − 1; no region out of its bounds. Not altered.
    tally : RegionSums
        Of these labels.
    heat : (worlds,) float64
        In the unit of the cost.
    rng : numpy.random.Generator

    Returns
    -------
    (N,) int64
        As many regions.
    """
    pairs = _Pairs(worlds, labels, tally, np.ones(len(heat), dtype=bool), rng)
    part, rest = pairs.below, pairs.beside
    cost = gain(part) + gain(rest)
    now = gain(tally.load[pairs.one]) + gain(tally.load[pairs.two])
    if worlds.price.any():
        cut, severed = pairs.severed()
        cost, now = cost + severed, now + cut
    kept = worlds.missing(pairs.below_sums) + worlds.missing(pairs.beside_sums) == 0
    warm = heat[tally.world[pairs.one]]
    # The best after a Gumbel variate is taken off each is a draw from the Boltzmann distribution.
    cost = np.where(kept, cost - warm[pairs.group] * rng.gumbel(size=len(cost)), np.inf)
    return pairs.apply(labels, cost, now - warm * rng.gumbel(size=len(now)), ties=False)


def mend(
    worlds: Worlds,
    labels: Ints,
    tally: RegionSums,
    heat: float,
    active: Bools,
    rng: np.random.Generator,
) -> Ints:
    """Recombine pairs of regions so that less is missing to their bounds; where as much is, chance decides.

    Parameters
    ----------
    worlds : Worlds
    labels : (N,) int64
        0 … k − 1. Not altered.
    tally : RegionSums
    heat : float
        Mean of the exponential variate that each way of parting is made worse by, as a share of a bound.
    active : (worlds,) bool
        Worlds to work in.
    rng : numpy.random.Generator
    """
    pairs = _Pairs(worlds, labels, tally, active, rng)
    missing = worlds.missing(pairs.below_sums) + worlds.missing(pairs.beside_sums)
    now = tally.missing[pairs.one] + tally.missing[pairs.two]
    missing += (heat + _TIE) * rng.exponential(size=len(missing))
    return pairs.apply(labels, missing, now + (heat + _TIE) * rng.exponential(size=len(now)), ties=True)


class _Pairs:
    """Pairs of neighbouring regions, a spanning tree of each, and what its edges part.

    Attributes
    ----------
    one, two : (g,) int64
        The regions of each pair.
    group : (c,) int64
        Pair of each edge that may be cut.
    below, beside : (c, 1 + p) float64
        Loads of the parts.
    below_sums, beside_sums : (c, b) float64
    """

    def __init__(
        self,
        worlds: Worlds,
        labels: Ints,
        tally: RegionSums,
        active: Bools,
        rng: np.random.Generator,
    ) -> None:
        self._worlds, self._labels = worlds, labels
        one, two = labels[worlds.left], labels[worlds.right]
        between = (one != two) & active[worlds.world[worlds.left]]
        one, two = _matching(one[between], two[between], len(tally.world), rng)
        # Groups are numbered by first node.
        pair = np.full(len(tally.world), -1, dtype=np.int64)
        pair[one] = pair[two] = np.arange(len(one))
        group = pair[labels]
        members = np.flatnonzero(group >= 0)
        first = np.empty(len(one), dtype=np.int64)
        first[group[members[::-1]]] = members[::-1]
        order = np.argsort(first)
        rank = places(order, len(one))
        group[members] = rank[group[members]]
        self.one, self.two = one[order], two[order]
        inside = np.flatnonzero((group[worlds.left] == group[worlds.right]) & (group[worlds.left] >= 0))
        weight = (worlds.far[inside] + _FLOOR) * (1.0 - rng.random(len(inside)))
        self._inside = inside
        self._forest = forest = spanning_forest(group, worlds.left[inside], worlds.right[inside], weight)
        columns = worlds.load.shape[1]
        whole = np.concatenate([worlds.load[forest.node], worlds.sums[forest.node]], axis=1)
        whole = forest.gathered(whole)
        roots = forest.roots
        self.group = forest.group[roots:]
        below, beside = whole[roots:], whole[self.group] - whole[roots:]
        self.below, self.below_sums = below[:, :columns], below[:, columns:]
        self.beside, self.beside_sums = beside[:, :columns], beside[:, columns:]

    def severed(self) -> tuple[Floats, Floats]:
        """Price of the edges within each pair that are cut now, (g,), and for each edge of the trees, (c,)."""
        worlds, forest, inside = self._worlds, self._forest, self._inside
        left, right, price = worlds.left[inside], worlds.right[inside], worlds.price[inside]
        group = np.empty(len(self._labels), dtype=np.int64)
        group[forest.node] = forest.group
        cut = self._labels[left] != self._labels[right]
        now = sum_by(group[left[cut]], price[cut], len(self.one))
        return now, forest.severed(left, right, price, len(self._labels))[forest.roots :]

    def apply(self, labels: Ints, value: Floats, now: Floats, *, ties: bool) -> Ints:
        """Part each pair at its best edge where that is better than ``now`` (or, with ``ties``, as good)."""
        forest = self._forest
        best = np.full(len(self.one), np.inf)
        np.minimum.at(best, self.group, value)
        taken = best <= now if ties else best < now
        where = np.flatnonzero((value == best[self.group]) & taken[self.group])
        # Of equal ones the first.
        chosen = firsts(where, self.group) + forest.roots
        heads = np.zeros(len(forest.node), dtype=bool)
        heads[: forest.roots] = heads[chosen] = True
        side = self.two[forest.group]
        side[chosen] = self.one[forest.group[chosen]]
        side = forest.handed_down(side, heads)
        changed = taken[forest.group]
        out = labels.copy()
        out[forest.node[changed]] = side[changed]
        return out


def _matching(one: Ints, two: Ints, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Draw disjoint pairs of neighbouring regions: what comes first by lot at both of its ends is a pair.

    Parameters
    ----------
    one, two : (e,) int64
        Regions at the ends of each edge between regions.
    count : int
        Number of regions.
    """
    one, two = np.divmod(np.unique(np.minimum(one, two) * count + np.maximum(one, two)), count)
    lot = rng.permutation(len(one))
    paired = np.zeros(count, dtype=bool)
    chosen = np.zeros(len(one), dtype=bool)
    left = np.arange(len(one))
    for _ in range(_ROUNDS):
        first = np.full(count, len(one))
        np.minimum.at(first, one[left], lot[left])
        np.minimum.at(first, two[left], lot[left])
        won = left[(lot[left] == first[one[left]]) & (lot[left] == first[two[left]])]
        chosen[won] = True
        paired[one[won]] = paired[two[won]] = True
        left = left[~(paired[one[left]] | paired[two[left]])]
    return one[chosen], two[chosen]
