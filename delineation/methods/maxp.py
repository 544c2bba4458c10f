"""Max-p-regions: as many regions as a floor on area or another sum leaves room for, then as alike inside as can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..regions.feasibility import amount, called, check_bounds, check_count, fewest, most_by_bounds
from ..regions.objective import cost
from ..regions.problem import Bound, Problem, Regions, numbered
from ..solvers.construction import apportioned
from ..solvers.local_moves import MovableDivision
from ..solvers.local_search import Watch, anneal, descend, tabu
from ..solvers.most_regions import most_regions
from ..solvers.recombination import cool
from ..solvers.replicas import worlds_of
from .regional import regional

if TYPE_CHECKING:
    from ..core.arrays import Ints
    from ..solvers.replicas import Worlds

_NODES = 3000  # nodes of all copies together: small problems are searched in many copies, large ones in one
_COPIES = 64
_PATIENCE = 200  # of tabu: moves without a better division; fewer in a graph of few nodes
_MADE, _COOLED = 0.2, 0.8  # how far it is, as progress tells it, with making regions and with recombining them
_BEST = 4  # copies that local search goes on with


@regional("maxp", floor="floor", order=7)
def maxp(
    problem: Problem,
    *,
    floor: float = 0.0,
    at_most: int = 0,
    sweeps: int = 200,
    limit_s: float = np.inf,
    seed: int = 1,
    progress: Progress = silent,
) -> Regions:
    """Divide into the most regions that floors allow, and among those divisions into one of low cost.

    The max-p-regions problem: maximise p, the number of contiguous regions each of which has Σ value ≥ floor; of the
    divisions with p regions find the one with least Σ mass·|x − mean of its region|² (plus the price of borders, see
    `objective.cost`). Solved as its literature does, by construction, then search at that p:

    1. *Construction.* No division has more regions than `most_by_bounds` says. So many are made, whatever they lack,
       from random spanning trees, and mended; those are given up that cannot be mended (see `most_regions`). p is
       proven to be the most where it is that number, else it is the most that was found.
    2. *Search.* Pairs of regions are recombined, ever less uphill (see `cool`), in several copies of a small problem at
       once; the best go through local moves of single nodes: descent, tabu, annealing (see `search`).

    Duque, J. C., Anselin, L. & Rey, S. J. (2012): The max-p-regions problem. Journal of Regional Science 52 (3),
    397–419. Wei, R., Rey, S. & Knaap, E. (2020): Efficient regionalization for spatially explicit neighborhood
    delineation. International Journal of Geographical Information Science 35 (1), 135–151. Here the objective is the
    sum of squares, as everywhere in this package; theirs sums the distances between all pairs in a region.

    Parameters
    ----------
    problem : Problem
        Its lower bounds are floors; all other bounds, cores and prices hold as well. Each component is divided by
        itself.
    floor : float
        A floor on the area of a region, m²; with 0 the problem has to have a floor of its own. In a case it may be on
        anything that adds up over faces: ``floor=population:20000`` (see `face_sums.additive`).
    at_most : int
        Most regions to make; 0 or more, 0 for as many as can be. Components share them by their sums of squares.
    sweeps : int
        Length of the recombination, 0 or more; more find better divisions.
    limit_s : float
        Seconds, above 0, after which the best division found is given, with a finding S72.
    seed : int
        Of all chance.
    progress : callable

    Raises
    ------
    BadInput
        No floor; a component that is below one; bounds and fixed units that exclude each other, or for which no
        division was found; ``at_most`` below what components need.
    """
    problem = _with_floor(problem, floor)
    component = problem.graph.component()
    upper, lower = _range(problem, component, at_most, sweeps, limit_s)
    if (upper <= 1).all():
        return Regions(component)
    rng = np.random.default_rng(seed)
    watch = Watch(progress, Message("max-p"), limit_s)
    worlds = worlds_of(problem, component, int(np.clip(_NODES // len(problem), 1, _COPIES)))
    watch.part(0.0, _MADE)
    labels, count = _constructed(worlds, upper, lower, at_most, rng, watch)
    if not count.all():
        raise _not_found(problem, component, int(np.argmin(count)))
    watch.part(_MADE, _COOLED)
    labels = cool(worlds, labels, sweeps, rng, watch)
    divisions = _best_first(worlds, labels)
    label = _polished(problem, divisions, rng, watch)
    findings = [Finding("S72", {"method": "maxp", "limit": limit_s})] if watch.late else []
    if number_of(label) == len(problem):
        floors = tuple(
            Message("{name:sum} {floor}", name=bound.name, floor=amount(bound, bound.least))
            for bound in problem.bounds
            if bound.least > 0
        )
        findings.append(Finding("S81", {"count": len(problem), "bound": floors}, value=float(len(problem))))
    progress(1.0, Message("max-p"))
    return Regions(numbered(label), tuple(findings))


def _with_floor(problem: Problem, floor: float) -> Problem:
    if isinstance(floor, bool) or not isinstance(floor, int | float) or not 0 <= floor < np.inf:
        raise BadInput(
            Message("floor = {floor!r}", floor=floor),
            where=Message("[method] maxp"),
            wanted=Message("an area in m², 0 or more"),
        )
    if floor > 0:
        problem = replace(problem, bounds=(*problem.bounds, Bound("area", problem.area, least=float(floor), unit="m²")))
    if not any(bound.least > 0 for bound in problem.bounds):
        raise BadInput(
            Message("no floor that a region has to reach"),
            where=Message("[method] maxp"),
            wanted=Message("floor = the least area of a region in m², or a lower bound on another sum"),
        )
    return problem


def _range(problem: Problem, component: Ints, at_most: int, sweeps: int, limit_s: float) -> tuple[Ints, Ints]:
    """Most and fewest regions of each component; refuse what cannot be."""
    for name, value in (("at_most", at_most), ("sweeps", sweeps)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=value),
                where=Message("[method] maxp"),
                wanted=Message("a whole number, 0 or more"),
            )
    if isinstance(limit_s, bool) or not isinstance(limit_s, int | float) or not limit_s > 0:
        raise BadInput(
            Message("limit_s = {limit_s!r}", limit_s=limit_s),
            where=Message("[method] maxp"),
            wanted=Message("seconds, above 0"),
        )
    check_bounds(problem, where=Message("[method] maxp"))
    if 0 < at_most < len(problem):
        check_count(problem, at_most, where=Message("[method] at_most"))
    return most_by_bounds(problem, component), fewest(problem, component)


def _constructed(
    worlds: Worlds,
    upper: Ints,
    lower: Ints,
    at_most: int,
    rng: np.random.Generator,
    watch: Watch,
) -> tuple[Ints, Ints]:
    """Make as many regions as can be, or as are wanted; see `most_regions`."""
    while True:
        target = apportioned(worlds, upper, lower, at_most) if at_most else upper
        labels, count = most_regions(worlds, target, lower, rng, watch)
        # What a component has no room for goes to the others.
        less = np.where(count < target, count, upper)
        if not at_most or not count.all() or watch.late or (apportioned(worlds, less, lower, at_most) == count).all():
            return labels, count
        upper = less


def _best_first(worlds: Worlds, labels: Ints) -> list[Ints]:
    """Put divisions of the problem together: of the best copy of each component, of the second best, and so on."""
    shape = worlds.copies, worlds.components
    order = np.argsort(worlds.cost(labels, worlds.tally(labels)).reshape(shape), axis=0, kind="stable")
    node = np.arange(worlds.size)
    component = worlds.world[: worlds.size]
    return [numbered(labels[row[component] * worlds.size + node]) for row in order]


def _polished(problem: Problem, divisions: list[Ints], rng: np.random.Generator, watch: Watch) -> Ints:
    """Move single nodes; the best of what comes out.

    Where there are copies enough, they start tabu from different divisions; where there are few, the problem is large,
    and annealing at little heat does more.
    """
    graph, few = problem.graph, len(divisions) < _BEST
    best, least = divisions[0], cost(problem, divisions[0])
    if (best[graph.left] == best[graph.right]).all():
        return best
    share = (1.0 - _COOLED) / min(len(divisions), _BEST)
    for number, labels in enumerate(divisions[:_BEST]):
        watch.part(_COOLED + number * share, _COOLED + (number + 1) * share)
        if watch.over():
            break
        division = MovableDivision(problem, labels)
        descend(division, rng, watch)
        if few:
            anneal(division, rng, watch, cooling=0.8, sweeps=4.0, heat=0.1)
        tabu(division, watch, length=10, patience=min(_PATIENCE, 5 * len(problem)))
        found = cost(problem, division.labels)
        if found < least - division.grain:
            best, least = division.labels, found
    return best


def _not_found(problem: Problem, component: Ints, row: int) -> BadInput:
    limits = [
        Message("{name:sum} no less than {least}", name=one.name, least=amount(one, one.least))
        for one in problem.bounds
        if one.least > 0
    ]
    limits += [
        Message("{name:sum} no more than {most}", name=one.name, most=amount(one, one.most))
        for one in problem.bounds
        if one.most < np.inf
    ]
    limits += [Message("at most one fixed unit")] if (problem.core >= 0).any() else []
    return BadInput(
        Message(
            "no division of {part} found in which each region has {limits}",
            part=called(problem, component, row),
            limits=tuple(limits),
        ),
        where=Message("[method] maxp"),
        wanted=Message("a lower floor or higher upper bounds"),
    )
