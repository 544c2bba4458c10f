"""kmeans_repaired: k-means made contiguous, the baseline that methods made for regions have to beat."""

from __future__ import annotations

from dataclasses import replace
from math import log
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import cdist

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message
from ..core.progress import Progress, shared, silent, within
from ..core.sums import sum_by
from ..regions.feasibility import check_bounds, check_count
from ..regions.problem import Graph, Problem, Regions
from ..solvers.agglomeration import cut, merges
from ..solvers.bounded_agglomeration import merged
from .regional import regional

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from ..core.arrays import Floats, Ints


__all__ = ["kmeans_repaired"]

_BLOCK = 2_000_000  # distances held at a time, 16 MB
_ROUNDS = 300  # of moving centres, in one run
_LITTLE = 1e-6  # part of the spread that a round has to gain for another one


@regional("kmeans_repaired", order=8)
def kmeans_repaired(
    problem: Problem,
    *,
    k: int,
    runs: int = 10,
    limit_s: float = np.inf,
    seed: int = 1,
    progress: Progress = silent,
) -> Regions:
    """Divide by k-means, then make it contiguous.

    1. k-means on the attributes alone: from k centres drawn by k-means++, each node goes to the nearest centre and each
       centre to the mean of its nodes, until Σ mass·|x − centre|² falls by no millionth; the best of ``runs``.
    2. Each cluster falls into its connected pieces. Where there are cores or upper bounds, its nodes merge by Ward's
       linkage as far as these allow (`agglomeration.merges`), and the pieces are what is left.
    3. Neighbouring pieces merge until there are k regions, each time the two whose merger raises `objective.cost`
       least; bounds as in `bounded_agglomeration.merged`. Mergers anywhere in the graph compete, so components share
       the k by cost.

    MacQueen, J. (1967): Some methods for classification and analysis of multivariate observations. Proceedings of the
    Fifth Berkeley Symposium 1, 281–297; Lloyd, S. P. (1982): Least squares quantization in PCM. IEEE Transactions on
    Information Theory 28, 129–137; Arthur, D. & Vassilvitskii, S. (2007): k-means++: the advantages of careful
    seeding. SODA '07, 1027–1035. Merging pieces by their cost: Openshaw, S. (1973), A regionalisation program for
    large data sets, Computer Applications 3–4, 136–147, classified first and made contiguous afterwards, too.

    Parameters
    ----------
    problem : Problem
    k : int
        Number of regions, at least one for each separate part and each fixed unit, at most one for each node.
        Another one, with a finding S71, where no k regions were found within the bounds.
    runs : int
        Starts of k-means, 1 or more.
    limit_s : float
        Seconds after which no further run begins; then a finding S72.
    seed : int
        Draws the first centres.
    progress : callable

    Raises
    ------
    BadInput
        A request that cannot be met.
    """
    if runs < 1:
        raise BadInput(Message("runs = {runs}", runs=runs), where=Message("[method] runs"), wanted=Message("1 or more"))
    check_bounds(problem)
    check_count(problem, k)
    cluster, late = _best(problem, k, runs, limit_s, seed, within(progress, 0.0, 0.6))
    start = _pieces(problem, cluster, k, within(progress, 0.6, 0.7))
    found = merged(problem, [k], start, method="kmeans_repaired", progress=within(progress, 0.7, 1.0))[0]
    if late:
        found = replace(
            found, findings=(*found.findings, Finding("S72", {"method": "kmeans_repaired", "limit": limit_s}))
        )
    return found


def _best(problem: Problem, k: int, runs: int, limit_s: float, seed: int, progress: Progress) -> tuple[Ints, bool]:
    """Cluster of each node in the best of several runs, and whether the time was over before the last."""
    end = monotonic() + limit_s
    # Means and distances lose less where values are not far from zero.
    values = problem.values - np.average(problem.values, axis=0, weights=problem.mass)
    best: Ints = np.zeros(len(problem), dtype=np.int64)
    least = np.inf
    for run, here in shared(progress, range(runs)):
        if run and monotonic() > end:
            return best, True
        # A stream of its own each: how long one run takes does not show in the next.
        found, spread = k_means(values, problem.mass, k, np.random.default_rng([seed, run]), here)
        if spread < least:
            best, least = found, spread
    return best, False


def k_means(values: Floats, mass: Floats, k: int, rng: Generator, progress: Progress = silent) -> tuple[Ints, float]:
    """Cluster by k-means, once.

    A centre that loses all of its nodes goes to the node that is farthest from its own. Nodes equally near to several
    centres go to the first.

    Parameters
    ----------
    values : (n, p) float64
    mass : (n,) float64
    k : int
        At most n. Fewer clusters come about where fewer values differ.
    random : numpy.random.Generator
    progress : callable

    Returns
    -------
    cluster : (n,) int64
        0 … k − 1.
    spread : float
        Σ mass·|x − centre|².
    """
    turn = 0

    def word() -> None:
        progress(1 - 1 / (1 + turn / 20), Message("k-means"))

    centre = _first_centres(values, mass, k, rng, word)
    cluster, apart = _nearest(values, centre, word)
    spread = np.inf
    while turn < _ROUNDS:
        turn += 1
        weight = sum_by(cluster, mass, k)
        empty = np.flatnonzero(weight == 0)
        if len(empty):
            far = np.argsort(-apart, kind="stable")[: len(empty)]
            far = far[apart[far] > 0]
            # Where no node is off its centre, fewer values differ than centres are asked for.
            centre[empty[: len(far)]] = values[far]
        full = weight > 0
        total = np.column_stack([sum_by(cluster, mass * column, k) for column in values.T])
        centre[full] = total[full] / weight[full, None]
        cluster, apart = _nearest(values, centre, word)
        before, spread = spread, float((mass * apart).sum())
        if not before - spread > _LITTLE * spread:
            break
    return cluster, spread


def _first_centres(values: Floats, mass: Floats, k: int, rng: Generator, word: Callable[[], None]) -> Floats:
    """Draw nodes as centres, with probability ∝ mass × squared distance from the nearest one drawn before.

    Of 2 + ⌊ln k⌋ drawn each time the one stays that leaves least spread (greedy k-means++).
    """
    centre = np.empty((k, values.shape[1]))
    apart = np.ones(len(values))
    for row in range(k):
        share = np.cumsum(mass * apart)
        # Where all nodes are on centres, any will do.
        share = share if share[-1] > 0 else np.cumsum(mass)
        lots = rng.random(2 + int(log(k))) * share[-1]
        node = np.minimum(np.searchsorted(share, lots, side="right"), len(values) - 1)
        here = cdist(values[node], values, "sqeuclidean")
        if row:
            np.minimum(here, apart, out=here)
        best = int((here * mass).sum(axis=1).argmin()) if row else 0
        centre[row], apart = values[node[best]], here[best]
        word()
    return centre


def _nearest(values: Floats, centre: Floats, word: Callable[[], None]) -> tuple[Ints, Floats]:
    """Nearest centre of each node, and the squared distance; in blocks, and whatever the number of threads the same."""
    near: Ints = np.empty(len(values), dtype=np.int64)
    apart: Floats = np.empty(len(values))
    step = max(_BLOCK // len(centre), 1)
    for at in range(0, len(values), step):
        word()
        distance = cdist(values[at : at + step], centre, "sqeuclidean")
        near[at : at + step] = distance.argmin(axis=1)
        apart[at : at + step] = distance.min(axis=1)
    return near, apart


def _pieces(problem: Problem, cluster: Ints, k: int, progress: Progress) -> Ints:
    """Split clusters into connected pieces, at least k in all, none with two cores or above a bound."""
    graph = problem.graph
    same = cluster[graph.left] == cluster[graph.right]
    inner = Graph(graph.count, graph.left[same], graph.right[same], graph.border[same])
    pieces = inner.component()
    limited = (problem.core >= 0).any() or any(np.isfinite(bound.most) for bound in problem.bounds)
    if not limited and number_of(pieces) >= k:
        return pieces
    inside = replace(problem, graph=inner, price=problem.price[same])
    nodes = np.arange(len(problem))
    return cut(nodes, merges(inside, nodes, stop=k, progress=progress))
