"""Regions cut out of spanning trees: the edge whose cut lowers the cost most goes first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import shared, within
from ..regions.feasibility import fewest
from ..regions.problem import Regions
from .bounded_agglomeration import mended
from .tree_cuts import Cutting, Stuck

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Ints
    from ..core.progress import Progress
    from ..regions.problem import Problem


def prune(
    problem: Problem,
    edges: Ints,
    ks: Sequence[int],
    *,
    method: str,
    seed: int,
    progress: Progress,
    distance: str = "euclidean",
) -> list[Regions]:
    """Divide by cutting a spanning forest, one edge after another.

    Each cut is, of all edges of all trees, the one that lowers the cost most: ``m·|S|² / (m_S·(m − m_S))``, where S is
    the sum of ``mass·(x − mean of the region)`` over the nodes on one side, m_S their mass and m that of the region,
    less the price of the edges of the graph that come to lie between the two sides. Gains that are equal up to
    rounding: the region that came about first, then the edge that joined the forest first. (Assunção et al. 2006 and
    Guo 2008 cut in this way; components are trees of their own from the start, and cuts of all compete.)

    No cut takes a side below a lower bound. Upper bounds and cores say how many regions a region is to become at
    least; the sum of these numbers never goes above k, so that k regions keep them all. A region whose tree has no
    such cut gets another one, of edges in random order; if none of those has one either, the forest is cut without
    looking at bounds and the regions are mended node by node (`bounded_agglomeration.mended`). That happens with upper
    bounds and cores only.

    Parameters
    ----------
    problem : Problem
    edges : (n − components,) int64
        Edges of the forest, in the order in which they joined.
    ks : sequence of int
        Numbers of regions, rising.
    method : str
        Name for findings and messages.
    seed : int
    progress : callable
    distance : {"euclidean", "manhattan"}
        What the cuts lower: the cost, or Σ mass·|x − mean of its region|₁ in the place of its sum of squares.

    Returns
    -------
    list of Regions
        One for each of ``ks``; fewer regions, with a finding S71, where lower bounds leave no cut.

    Raises
    ------
    BadInput
        No division was found that keeps the bounds.
    """
    if (fewest(problem, problem.graph.component()) <= 1).all():
        # Nothing has to be cut: fewer regions are the same cuts, stopped earlier.
        return Cutting(problem, edges, seed, method, distance, progress).run(ks)
    out = []
    for k, here in shared(progress, ks):
        try:
            out += Cutting(problem, edges, seed, method, distance, within(here, 0.0, 0.5)).run([k])
        except Stuck:
            unbounded = replace(problem, bounds=())
            free = Cutting(unbounded, edges, seed, method, distance, within(here, 0.5, 0.7)).run([k])[0]
            labels = mended(problem, free.labels, thorough=True, progress=within(here, 0.7, 1.0))
            if labels is None:
                names = tuple(one.name for one in problem.bounds)
                raise BadInput(
                    Message(
                        "{method:method} found no division into {k} regions that keeps the bounds on {names:sum}",
                        method=method,
                        k=k,
                        names=names,
                    ),
                    where=Message("[method]"),
                    wanted=Message("another number of regions, wider bounds, or another method"),
                ) from None
            out.append(Regions(labels))
    return out
