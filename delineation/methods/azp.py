"""azp: the automatic zoning procedure; border nodes change regions until none lowers the cost any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..core.text import require_known
from ..regions.feasibility import check_bounds, check_count
from ..regions.problem import Regions, numbered
from ..solvers.bounded_agglomeration import keeps_bounds, mended, merged
from ..solvers.local_moves import MovableDivision
from ..solvers.local_search import Watch, anneal, descend, tabu
from ..solvers.region_growing import grow, shares
from .regional import regional, solve, solver_parameters, solvers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.random import Generator

    from ..core.arrays import Ints
    from ..regions.problem import Problem

_SEARCHES = ("greedy", "annealing", "tabu")
_STARTED = 0.3  # how far it is, as progress tells it, when all starts have been made
_LENGTH = 4  # moves for each one that tabu search remembers
_SHORTEST, _LONGEST = 10, 300
_FAILURES = 3  # starts that cannot be brought within the bounds, after which no more are grown
# Of each number: the least (a whole one where that is whole, else above it), what it is below, what a message asks for.
_RANGES: dict[str, tuple[float, float, Message]] = {
    "starts": (1, np.inf, Message("a whole number, 1 or more")),
    "length": (0, np.inf, Message("a whole number, 0 or more")),
    "patience": (1, np.inf, Message("a whole number, 1 or more")),
    "sweeps": (0.0, np.inf, Message("a number above 0")),
    "cooling": (0.0, 1.0, Message("a number above 0 and below 1")),
}


@regional("azp", order=6)
def azp(
    problem: Problem,
    *,
    k: int,
    search: str = "annealing",
    initial: str = "growth",
    starts: int = 10,
    cooling: float = 0.97,
    sweeps: float = 1.0,
    length: int = 0,
    patience: int = 2000,
    limit_s: float = np.inf,
    seed: int = 1,
    progress: Progress = silent,
) -> Regions:
    """Divide by the automatic zoning procedure (AZP): local search over moves of single border nodes.

    From an initial division into k regions, nodes at a border go over to the region on its other side, one at a time;
    a move keeps all regions contiguous and within their bounds, and none is emptied. Lowered is `objective.cost`.

    1. *Starts.* ``starts`` initial divisions; each goes through the greedy search (`local_search.descend`): the
       regions in random order take in nodes beside them, in random order, whenever that lowers the cost, until none
       does.
    2. *Search.* The best of them goes on with simulated annealing (`local_search.anneal`) or tabu search
       (`local_search.tabu`); with ``greedy`` it is the result.

    The result costs no more than any of the initial divisions.

    Openshaw, S. (1977): A geographical solution to scale and aggregation problems in region-building, partitioning and
    spatial modelling. Transactions of the Institute of British Geographers 2 (4), 459–472. Openshaw, S. & Rao, L.
    (1995): Algorithms for reengineering 1991 Census geography. Environment and Planning A 27 (3), 425–446 (annealing
    and tabu).

    Parameters
    ----------
    problem : Problem
        Its components share the k regions by their sums of squares (see `region_growing.shares`) where regions are
        grown, else as the initial method says; no move leads across.
    k : int
        Number of regions, at least one for each separate part and each fixed unit, at most one for each node.
        Another one, with a finding S71, where no k regions were found within the bounds.
    search : {"annealing", "tabu", "greedy"}
        Annealing finds most in graphs of thousands of nodes; in small ones tabu is its equal.
    initial : str
        ``growth`` (regions grown from random seeds, anew for each start; see `region_growing.grow`) or the name of
        another method with k, with its own defaults: ``ward`` is quick and hard to beat in large graphs. Where no grown
        division can be brought within the bounds, Ward's is taken (`bounded_agglomeration.merged`).
    starts : int
        Initial divisions, 1 or more.
    cooling, sweeps : float
        Annealing: what the temperature is multiplied by, between 0 and 1, and tries at each temperature as a multiple,
        above 0, of the moves there are. Nearer to 1, and more, find better divisions and take longer.
    length, patience : int
        Tabu: for how many moves a node may not return (0: a quarter of the moves there are at first, from 10 to 300),
        and after how many moves, 1 or more, without a better division it ends.
    limit_s : float
        Seconds, above 0, after which the best division found is given, with a finding S72. An initial division
        is always made.
    seed : int
        Of all chance.
    progress : callable

    Raises
    ------
    BadInput
        A request that cannot be met, or a parameter out of its range.
    """
    _check(search, initial, starts=starts, length=length, patience=patience, sweeps=sweeps, cooling=cooling)
    if isinstance(limit_s, bool) or not isinstance(limit_s, int | float) or not limit_s > 0:
        raise BadInput(
            Message("limit_s = {limit_s!r}", limit_s=limit_s),
            where=Message("[method] azp"),
            wanted=Message("seconds, above 0"),
        )
    check_bounds(problem)
    check_count(problem, k)
    watch = Watch(progress, Message("azp"), limit_s)
    best, first = _started(problem, _firsts(problem, k, initial, starts, seed, watch), seed, watch)
    watch.part(_STARTED, 1.0)
    if search == "annealing":
        anneal(best, np.random.default_rng([seed, 2]), watch, cooling=cooling, sweeps=sweeps)
    elif search == "tabu":
        tabu(best, watch, length=length or int(np.clip(best.count // _LENGTH, _SHORTEST, _LONGEST)), patience=patience)
    late = (Finding("S72", {"method": "azp", "limit": limit_s}),) if watch.late else ()
    progress(1.0, Message("azp"))
    return Regions(numbered(best.labels), (*first.findings, *late))


def _started(problem: Problem, firsts: Iterator[Regions], seed: int, watch: Watch) -> tuple[MovableDivision, Regions]:
    """Descend from each initial division; the best that comes out, and what it began as."""
    found: list[tuple[MovableDivision, Regions]] = []
    for turn, first in enumerate(firsts):
        division = MovableDivision(problem, first.labels)
        descend(division, np.random.default_rng([seed, turn, 1]), watch)
        if not found or division.cost < found[0][0].cost - division.grain:
            found = [(division, first)]
        if watch.late:
            break
    return found[0]


def _firsts(problem: Problem, k: int, initial: str, starts: int, seed: int, watch: Watch) -> Iterator[Regions]:
    """Give initial divisions within bounds, one at least."""
    made = failed = 0
    while initial == "growth" and made + failed < starts and failed < _FAILURES:
        turn = made + failed
        watch.part(_STARTED * turn / starts, _STARTED * (turn + 1) / starts)
        labels = _grown(problem, k, np.random.default_rng([seed, turn]), watch)
        if labels is None:
            failed += 1
        else:
            made += 1
            yield Regions(labels)
    if made:
        return
    if initial == "growth":
        given = merged(problem, [k], method="azp", progress=_told(watch))[0]
    else:
        given = solve(initial, problem, {"k": k}, seed=seed, progress=_told(watch))
    own = tuple(replace(one, facts={**one.facts, "method": "azp"}) for one in given.findings)
    for turn in range(starts):
        watch.part(_STARTED * turn / starts, _STARTED * (turn + 1) / starts)
        yield Regions(given.labels, own)


def _grown(problem: Problem, k: int, rng: Generator, watch: Watch) -> Ints | None:
    """Grow k regions and bring them within their bounds; None where that fails."""
    count = shares(problem, k)
    if count.sum() < k:
        return None
    labels = grow(problem, count, rng, watch)
    if keeps_bounds(problem, labels):
        return labels
    return mended(problem, labels, thorough=True, progress=_told(watch))


def _told(watch: Watch) -> Progress:
    """Make a progress of a watch, for what does not end before it is done."""

    def progress(fraction: float, message: Message) -> None:  # noqa: ARG001  (the watch has its own)
        watch.fraction = fraction
        watch.over()

    return progress


def _check(search: str, initial: str, **numbers: float) -> None:
    """Refuse parameters out of their range."""
    known = [one for one in solvers() if one != "azp" and any(own.name == "k" for own in solver_parameters(one))]
    for name, word, words in (("search", search, _SEARCHES), ("initial", initial, ("growth", *known))):
        require_known(word, words, Message("{name} = {value!r}", name=name, value=word), Message("[method] azp"))
    for name, value in numbers.items():
        least, most, wanted = _RANGES[name]
        kind = int if isinstance(least, int) else (int, float)
        fits = isinstance(value, kind) and not isinstance(value, bool)
        if not fits or not least <= value < most or (value == least and isinstance(least, float)):
            raise BadInput(
                Message("{name} = {value!r}", name=name, value=value), where=Message("[method] azp"), wanted=wanted
            )
