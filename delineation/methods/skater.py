"""SKATER (spatial ’k’luster analysis by tree edge removal): regions cut out of the minimum spanning tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..core.text import require_known
from ..regions.feasibility import check_bounds, check_count
from ..regions.several_k import several
from ..solvers.cut_gains import GAINS
from ..solvers.spanning_trees import shortest_forest
from ..solvers.tree_pruning import prune
from .regional import regional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..regions.problem import Problem, Regions

__all__ = ["skater"]


@regional("skater", unscaled={"distance": "manhattan"}, order=3)
def skater(
    problem: Problem, *, k: int, distance: str = "euclidean", seed: int = 1, progress: Progress = silent
) -> Regions:
    """Divide by SKATER.

    The minimum spanning tree of the graph, an edge as long as its two nodes are apart in attribute space (squared
    Euclidean distance, see `spanning_trees.by_length`), is cut k − 1 times; each time where the sum of squares falls
    most (see `tree_pruning.prune`).

    Assunção, R. M., Neves, M. C., Câmara, G. & Freitas, C. da C. (2006): Efficient regionalization techniques for
    socio-economic geographical units using minimum spanning trees. International Journal of Geographical Information
    Science 20 (7), 797–811.

    Parameters
    ----------
    problem : Problem
    k : int
        Number of regions, at least one for each separate part and each fixed unit, at most one for each node.
        Fewer, with a finding S71, where lower bounds leave no cut.
    distance : {"euclidean", "manhattan"}
        The first is the paper's and GeoDa's. The second takes sums of absolute differences for the tree, and cuts where
        Σ |x − mean of its region|₁ falls most, as PySAL's spopt does unless told otherwise. The verb ``regions`` takes
        the second for attributes compared as they are (``scale = none``): so the published divisions of both, GeoDa's
        of standardised and PySAL's of raw attributes, are what it gives where nothing is said.
    seed : int
        Draws trees for regions that have to be cut and whose own tree has no cut within upper bounds and cores; else
        nothing is drawn.
    progress : callable

    Raises
    ------
    BadInput
        A request that cannot be met.
    """
    return skater_several(problem, ks=[k], distance=distance, seed=seed, progress=progress)[0]


@several("skater")
def skater_several(
    problem: Problem, *, ks: Sequence[int], distance: str = "euclidean", seed: int = 1, progress: Progress = silent
) -> list[Regions]:
    """Divide by SKATER into several numbers of regions: one tree, cut on and on."""
    require_known(distance, GAINS, Message("distance = '{distance}'", distance=distance), Message("[method] distance"))
    check_bounds(problem)
    for k in ks:
        check_count(problem, k)
    edges = shortest_forest(problem, distance, progress=within(progress, 0.0, 0.3))
    here = within(progress, 0.3, 1.0)
    return prune(problem, edges, ks, method="skater", distance=distance, seed=seed, progress=here)
