"""ward: agglomeration under contiguity (SCHC); the nearest two neighbouring regions merge until k are left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_matrix

from ..core.arrays import Ints, listed
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..core.text import require_known
from ..regions.feasibility import check_bounds, check_count
from ..regions.problem import Regions
from ..regions.several_k import several
from ..solvers.agglomeration import cut, merges
from ..solvers.bounded_agglomeration import merged
from ..solvers.linkage import LINKAGES
from .regional import regional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..regions.problem import Problem

__all__ = ["ward"]

# Up to so many nodes scikit-learn is as quick as ours on lattices of two to six variables (0.3 s); from there on it
# falls behind (100,000 nodes: 6 s against 3 s), and it says nothing while it works, so that who cancels would wait.
_LIBRARY_MOST = 10_000


@regional("ward", draws=False, order=5)
def ward(problem: Problem, *, k: int, linkage: str = "ward", seed: int = 1, progress: Progress = silent) -> Regions:
    """Divide by agglomerative clustering under contiguity (SCHC).

    Each node is a region at first. Then the two neighbouring regions merge that are nearest, again and again, until k
    are left. How near two regions A and B are, in squared Euclidean distances d² of attributes over *all* pairs of
    their nodes (neighbours or not):

    * ``ward``: what merging adds to the sum of squares, ``m_A·m_B/(m_A + m_B)·|mean A − mean B|²`` (Ward 1963);
    * ``average``: mean d²; ``complete``: largest d²; ``single``: least d².

    Contiguity-constrained agglomeration: Gordon, A. D. (1996), A survey of constrained classification, Computational
    Statistics & Data Analysis 21, 17–29; Guo, D. (2008), Regionalization with dynamically constrained agglomerative
    clustering and partitioning, International Journal of Geographical Information Science 22, 801–823; as "SCHC" in
    GeoDa, whose regions these are. (GeoDa takes a least sum for SCHC and does not look at it.)

    Components never merge, and their merges compete: of all that are possible anywhere the nearest pair goes first, so
    that a component gets as many of the k regions as its own variety earns. With prices, what a merger saves of them
    is taken off (`agglomeration.merges`); for ``ward`` a step is then the change of `objective.cost`. Two cores never
    merge. Bounds: see `bounded_agglomeration.merged`; where they do not bind the regions are those without.

    Parameters
    ----------
    problem : Problem
    k : int
        Number of regions, at least one for each separate part and each fixed unit, at most one for each node.
        Another one, with a finding S71, where no k regions were found within the bounds.
    linkage : {"ward", "average", "complete", "single"}
    seed : int
        Not used: nothing is drawn by lot. Equal distances are decided by the numbers of nodes.
    progress : callable

    Raises
    ------
    BadInput
        A request that cannot be met, or an unknown linkage.
    """
    return ward_several(problem, ks=[k], linkage=linkage, seed=seed, progress=progress)[0]


@several("ward")
def ward_several(
    problem: Problem,
    *,
    ks: Sequence[int],
    linkage: str = "ward",
    seed: int = 1,  # noqa: ARG001  (nothing is drawn by lot)
    progress: Progress = silent,
) -> list[Regions]:
    """Divide into several numbers of regions: one dendrogram, cut at each."""
    require_known(linkage, LINKAGES, Message("linkage = '{linkage}'", linkage=linkage), Message("[method] linkage"))
    check_bounds(problem)
    for k in ks:
        check_count(problem, k)
    if not problem.plain:
        return merged(problem, ks, linkage=linkage, method="ward", progress=progress)
    progress(0.0, Message("merging regions"))
    pairs = by_library(problem, ks[0]) if linkage == "ward" and len(problem) <= _LIBRARY_MOST else None
    if pairs is None:
        pairs = merges(problem, linkage=linkage, stop=ks[0], progress=progress)
    return [Regions(cut(np.arange(len(problem)), pairs[: len(problem) - k])) for k in ks]


def by_library(problem: Problem, k: int) -> Ints | None:
    """List the merges down to k regions by scikit-learn: the same as `agglomeration.merges` gives for Ward.

    Parameters
    ----------
    problem : Problem
        Plain.
    k : int

    Returns
    -------
    (n − k, 2) int64 or None
        A node of each of the two regions; None where scikit-learn is not installed or is not made for the problem
        (several components, of which it would join the nearest; no attributes).
    """
    graph, n = problem.graph, len(problem)
    if k >= n or not problem.values.shape[1] or graph.component().any():
        return None
    try:
        from sklearn.cluster import ward_tree
    except ImportError:
        return None
    matrix = coo_matrix((np.ones(len(graph.left)), (graph.left, graph.right)), shape=(n, n))
    children: Ints = np.asarray(ward_tree(problem.values, connectivity=matrix, n_clusters=k)[0])
    node = list(range(n))
    for one in listed(children[:, 0]):
        node.append(node[one])
    return np.array(node, dtype=np.int64)[children]
