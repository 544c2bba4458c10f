"""First divisions with many regions: trees cut wherever a region is full, regions halved, regions dissolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import places
from ..core.sums import sum_by
from ..partition.arcs import groups
from ..regions.problem import numbered
from .grouped_spanning_trees import spanning_forest

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from .replicas import RegionSums, Worlds

_SLACK = 1e-12  # relative: what a sum of floats may miss a bound by, as in `feasibility.check_bounds`


def apportioned(worlds: Worlds, upper: Ints, lower: Ints, total: int) -> Ints:
    """Share a number of regions out to components: the next one to that with the largest sum of squares a region.

    Parameters
    ----------
    worlds : Worlds
    upper, lower : (components,) int64
        Regions that a component has at most, and at least.
    total : int
        At least the sum of ``lower``; what is beyond the sum of ``upper`` is left over.

    Returns
    -------
    (components,) int64
    """
    first = worlds.world < worlds.components
    component, load = worlds.world[first], worlds.load[first]
    whole = np.column_stack([sum_by(component, column, worlds.components) for column in load.T])
    around = load[:, 1:] / load[:, :1] - (whole[:, 1:] / whole[:, :1])[component]
    squares = sum_by(component, load[:, 0] * np.einsum("ij,ij->i", around, around), worlds.components)
    out = lower.copy()
    for _ in range(min(total, int(upper.sum())) - int(lower.sum())):
        out[np.argmax(np.where(out < upper, squares / out, -1.0))] += 1
    return out


def pack(worlds: Worlds, rng: np.random.Generator) -> Ints:
    """Divide each world into regions that keep all floors; upper bounds and cores are not looked at.

    A random spanning tree is cut from the leaves up wherever what hangs below has reached the floors, which gives the
    most regions that the tree has; what is left at the root joins the smallest region beside it.

    Parameters
    ----------
    worlds : Worlds
        Every component reaches the floors.
    rng : numpy.random.Generator

    Returns
    -------
    (N,) int64
        Numbered by first node.
    """
    weight = (worlds.far + 0.1) * (1.0 - rng.random(len(worlds.left)))
    forest = spanning_forest(numbered(worlds.world), worlds.left, worlds.right, weight)
    cut = np.zeros(len(forest.node), dtype=bool)
    least = worlds.least * (1 - _SLACK)

    def full(sums: Floats, start: int) -> None:
        whole = (sums >= least).all(axis=1)
        cut[start : start + len(sums)] = whole
        sums[whole] = 0.0

    forest.gathered(worlds.sums[forest.node], full)
    heads = cut.copy()
    heads[: forest.roots] = True
    labels = np.empty(len(worlds.world), dtype=np.int64)
    labels[forest.node] = forest.handed_down(np.cumsum(heads) - 1, heads)
    # The roots come first: a root's region has its number.
    short = np.flatnonzero(~cut[: forest.roots])
    return dissolve(worlds, labels, worlds.tally(labels), short)


def dissolve(worlds: Worlds, labels: Ints, tally: RegionSums, gone: Ints) -> Ints:
    """Join each of some regions to the one beside it that has least in proportion to the bounds.

    Parameters
    ----------
    worlds : Worlds
    labels : (N,) int64
        Not altered.
    tally : RegionSums
        Of these labels.
    gone : (d,) int64
        Regions; one that is the whole of its world stays.

    Returns
    -------
    (N,) int64
        Numbered by first node.
    """
    size = relative_size(worlds, tally)
    one, two = labels[worlds.left], labels[worlds.right]
    one, two = np.append(one, two), np.append(two, one)
    use = (one != two) & np.isin(one, gone)
    one, two = one[use], two[use]
    order = np.lexsort((two, size[two], one))
    first = order[groups(one[order])]
    target = np.arange(len(size))
    for source, host in zip(one[first].tolist(), two[first].tolist(), strict=True):
        # Two that choose each other are one already: labels are followed to their end.
        while target[host] != host:
            host = int(target[host])
        if host != source:
            target[source] = host
    while (target[target] != target).any():
        target = target[target]
    return numbered(target[labels])


def relative_size(worlds: Worlds, tally: RegionSums) -> Floats:
    """Say how large each region is: the largest of its sums as multiples of their bounds, (k,)."""
    scale = np.where(worlds.least > 0, worlds.least, np.where(worlds.most < np.inf, worlds.most, 1.0))
    return np.asarray((tally.sums / np.where(scale > 0, scale, 1.0)).max(axis=1, initial=0.0), dtype=np.float64)


def split(worlds: Worlds, labels: Ints, more: Ints, rng: np.random.Generator) -> Ints:
    """Halve the largest regions of each world until it has so many more.

    Parameters
    ----------
    worlds : Worlds
    labels : (N,) int64
        Not altered.
    more : (worlds,) int64
        None where 0 or less; at most as many as the world has nodes beyond its regions.
    rng : numpy.random.Generator

    Returns
    -------
    (N,) int64
        Numbered by first node.
    """
    more = np.maximum(more, 0)
    scale = np.where(worlds.least > 0, worlds.least, np.inf)
    while more.any():
        tally = worlds.tally(labels)
        nodes = np.bincount(labels)
        # What a region has for the floor that it could be halved by least; one of a single node cannot be.
        size = np.where(nodes > 1, (tally.sums / scale).min(axis=1, where=worlds.least > 0, initial=np.inf), -1.0)
        order = np.lexsort((-size, tally.world))
        world = tally.world[order]
        rank = np.arange(len(order)) - np.searchsorted(world, world)
        whole = order[(rank < more[world]) & (size[order] >= 0)]
        halved = places(whole, len(nodes))
        group = halved[labels]
        group[group >= 0] = numbered(group[group >= 0])
        forest = spanning_forest(group, worlds.left, worlds.right, 1.0 - rng.random(len(worlds.left)))
        sums = forest.gathered(worlds.sums[forest.node] / scale)
        roots, below = forest.roots, sums[forest.roots :]
        pair = forest.group[roots:]
        balance = np.abs(below - sums[pair] / 2).max(axis=1, where=worlds.least > 0, initial=0.0)
        best = np.lexsort((balance, pair))
        chosen = best[groups(pair[best])] + roots
        heads = np.zeros(len(forest.node), dtype=bool)
        heads[:roots] = heads[chosen] = True
        new = labels[forest.node]
        new[chosen] = len(nodes) + np.arange(len(chosen))
        labels = labels.copy()
        labels[forest.node] = forest.handed_down(new, heads)
        more -= np.bincount(worlds.world[forest.node[chosen]], minlength=len(more))
        labels = numbered(labels)
    return labels
