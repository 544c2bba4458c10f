"""REDCAP: regions cut out of the tree that an agglomeration under contiguity leaves behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..core.text import require_known
from ..regions.feasibility import check_bounds, check_count
from ..regions.several_k import several
from ..solvers.agglomeration import cut, merges
from ..solvers.common_ancestors import joining
from ..solvers.first_order_linkage import FIRST_ORDER
from ..solvers.linkage import LINKAGES
from ..solvers.spanning_trees import by_length, shortest_forest
from ..solvers.tree_pruning import prune
from .regional import regional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Ints
    from ..regions.problem import Problem, Regions

__all__ = ["redcap"]

_ORDERS = ("full", "first")


@regional("redcap", order=4)
def redcap(
    problem: Problem,
    *,
    k: int,
    order: str = "full",
    linkage: str = "average",
    seed: int = 1,
    progress: Progress = silent,
) -> Regions:
    """Divide by REDCAP.

    Neighbouring regions merge, the nearest two first, until one is left in each component; each time the shortest edge
    of the graph between the two goes into a spanning tree. The tree is then cut k − 1 times, each time where the sum of
    squares falls most (see `tree_pruning.prune`). How near two regions are, in squared Euclidean distances d² of
    attributes:

    * ``order=full`` looks at all pairs of their nodes: least d² (``single``), largest (``complete``), mean
      (``average``), or what merging adds to the sum of squares (``ward``), see `linkage`;
    * ``order=first`` looks at pairs of neighbours only, the edges of the graph between the two: least (the tree is then
      the minimum spanning tree, and REDCAP is SKATER), largest, mean, or for ``ward`` the mean times
      ``m_A·m_B/(m_A + m_B)``, see `first_order_linkage`.

    Guo, D. (2008): Regionalization with dynamically constrained agglomerative clustering and partitioning (REDCAP).
    International Journal of Geographical Information Science 22 (7), 801–823. Full-order Ward, and average linkage on
    squared distances, as in GeoDa (Anselin, Syabri & Kho 2006).

    Parameters
    ----------
    problem : Problem
    k : int
        Number of regions, at least one for each separate part and each fixed unit, at most one for each node.
        Fewer, with a finding S71, where lower bounds leave no cut.
    order : {"full", "first"}
    linkage : {"single", "complete", "average", "ward"}
    seed : int
        Draws trees for regions that have to be cut and whose own tree has no cut within upper bounds and cores; else
        nothing is drawn.
    progress : callable

    Raises
    ------
    BadInput
        A request that cannot be met, an unknown order or linkage.
    """
    return redcap_several(problem, ks=[k], order=order, linkage=linkage, seed=seed, progress=progress)[0]


@several("redcap")
def redcap_several(
    problem: Problem,
    *,
    ks: Sequence[int],
    order: str = "full",
    linkage: str = "average",
    seed: int = 1,
    progress: Progress = silent,
) -> list[Regions]:
    """Divide by REDCAP into several numbers of regions: one tree, cut on and on."""
    for key, value, known in (("order", order, _ORDERS), ("linkage", linkage, tuple(LINKAGES))):
        require_known(
            value, known, Message("{key} = '{value}'", key=key, value=value), Message("[method] {key}", key=key)
        )
    check_bounds(problem)
    for k in ks:
        check_count(problem, k)
    edges = _tree(problem, order, linkage, within(progress, 0.0, 0.8))
    return prune(problem, edges, ks, method="redcap", seed=seed, progress=within(progress, 0.8, 1.0))


def _tree(problem: Problem, order: str, linkage: str, progress: Progress) -> Ints:
    """Edges of the spanning forest, in the order in which they join regions."""
    if (order, linkage) == ("first", "single"):
        return shortest_forest(problem, progress=progress)
    measure = LINKAGES[linkage] if order == "full" else FIRST_ORDER[linkage]
    count, trees = len(problem), int(problem.graph.component().max(initial=-1)) + 1
    pairs: Ints = np.zeros((0, 2), dtype=np.int64)
    if trees < count:
        pairs = merges(problem, linkage=measure, progress=within(progress, 0.0, 0.8))
    if len(pairs) < count - trees:
        # Regions with a core each, or as large as they may be, merge when nothing else is left: a cut of these edges
        # alone parts them again.
        free = replace(problem, bounds=(), core=np.full(count, -1))
        late = merges(free, cut(np.arange(count), pairs), linkage=measure, progress=within(progress, 0.8, 0.9))
        pairs = np.concatenate([pairs, late])
    progress(0.95, Message("joining regions into a tree"))
    return joining(problem.graph, pairs, by_length(problem))
