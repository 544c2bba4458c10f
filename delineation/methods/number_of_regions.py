"""How many regions: pseudo-F and sum of squares within over a range of k, and the knee of the latter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, shared, silent
from ..regions.feasibility import check_bounds, check_count, fewest, most_by_bounds
from ..regions.objective import squares
from ..regions.several_k import several_of
from .regional import solve, solver_parameters
from .table import known_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ..core.arrays import Floats, Ints
    from ..regions.objective import Squares
    from ..regions.problem import Problem, Regions

__all__ = ["Choice", "feasible_range", "knee", "parse_k", "pseudo_f", "suggest_k"]

MOST = 1000  # numbers of regions tried in one go


@dataclass(frozen=True)
class Choice:
    """Divisions into different numbers of regions, and what speaks for which.

    Attributes
    ----------
    k : (c,) int64
        Numbers of regions that the method gave, rising.
    within : (c,) float64
        Sum of squares within regions.
    pseudo_f : (c,) float64
        NaN for one region, and for as many as there are polygons.
    best : int
        The k of the largest pseudo-F; of equal ones the smallest.
    knee : int
        The k after which more regions gain little; see `knee`.
    regions : mapping of int to Regions
        The divisions.
    """

    k: Ints
    within: Floats
    pseudo_f: Floats
    best: int
    knee: int
    regions: Mapping[int, Regions]


def parse_k(text: str) -> int | tuple[int, int]:
    """Read ``6`` or ``2..20``.

    Raises
    ------
    BadInput
    """
    first, dots, last = text.partition("..")
    if not first.strip().isdecimal() or (dots and not last.strip().isdecimal()):
        raise BadInput(
            Message("'{text}'", text=text),
            where=Message("k"),
            wanted=Message("a whole number, or a range such as 2..20"),
        )
    if not dots:
        return int(first)
    low, high = int(first), int(last)
    if not 1 <= low < high or high - low >= MOST:
        raise BadInput(
            Message("'{text}'", text=text),
            where=Message("k"),
            wanted=Message("a rising range that begins at 1 or more, of at most {most} numbers", most=MOST),
        )
    return low, high


def pseudo_f(found: Squares, k: int, count: int) -> float:
    """Pseudo-F, ``(between / (k − 1)) / (within / (n − k))`` (Caliński & Harabasz 1974), n polygons in k regions.

    NaN where k is 1 or n; infinite where nothing is left within.
    """
    if not 1 < k < count:
        return float("nan")
    inner = found.within / (count - k)
    return found.between / (k - 1) / inner if inner > 0 else float("inf")


def knee(k: Ints, within: Floats) -> int:
    """Find the knee of a falling curve: the point farthest below the chord from its first to its last point.

    Both axes are brought to 0–1 first; without smoothing this is the knee of Kneedle (Satopää, Albrecht, Irwin &
    Raghavan 2011, "Finding a 'kneedle' in a haystack"). Of equal ones the smallest k; the first where the curve does
    not fall.
    """
    span, fall = float(k[-1] - k[0]), float(within[0] - within[-1])
    if span <= 0 or fall <= 0:
        return int(k[0])
    below = (within[0] - within) / fall - (k - k[0]) / span
    return int(k[int(np.argmax(np.round(below, 12)))])


def feasible_range(problem: Problem, low: int, high: int) -> range:
    """Narrow a range to the numbers of regions that components, cores and bounds leave room for.

    Raises
    ------
    BadInput
        None is left.
    """
    check_bounds(problem)
    component = problem.graph.component()
    least, most = int(fewest(problem, component).sum()), int(most_by_bounds(problem, component).sum())
    first, last = max(low, least), min(high, most, len(problem))
    if first > last:
        check_count(problem, high)
        raise BadInput(
            Message("k begins at {low}, which is too high", low=low),
            where=Message("k"),
            wanted=Message("a range that begins at {most} or below", most=most),
        )
    return range(first, last + 1)


def suggest_k(
    problem: Problem,
    method: str,
    ks: Iterable[int],
    given: Mapping[str, Any] | None = None,
    *,
    judge: Callable[[Ints], Squares] | None = None,
    count: int | None = None,
    seed: int = 1,
    progress: Progress = silent,
) -> Choice:
    """Divide into each of several numbers of regions, and weigh them.

    A method that offers `several` is asked once for all numbers; another one once for each.

    Parameters
    ----------
    problem : Problem
    method : str
        A solver with a parameter ``k``.
    ks : iterable of int
    given : mapping, optional
        Its other parameters.
    judge : callable, optional
        Measures labels (n,); by default on the problem's own nodes.
    count : int, optional
        Number of polygons for the pseudo-F; by default that of the nodes.
    seed : int
    progress : callable

    Raises
    ------
    BadInput
        No number of regions, or a method that finds its own.
    """
    wanted = sorted(set(ks))
    if not wanted:
        raise BadInput(Message("no number of regions"), where=Message("k"), wanted=Message("a range such as 2..20"))
    if "k" not in [one.name for one in solver_parameters(method)]:
        raise BadInput(
            Message("method {method:method} finds the number of regions itself", method=method),
            where=Message("k"),
            wanted=Message("k left out"),
        )
    judge = judge or (lambda labels: squares(problem.values, problem.mass, labels))
    divisions: dict[int, Regions] = {}
    for one in _all(problem, method, wanted, dict(given or {}), seed, progress):
        # Where a bound stops the method, several requests end in one number.
        divisions.setdefault(one.k, one)
    numbers = sorted(divisions)
    got = np.array(numbers, dtype=np.int64)
    measured = [judge(divisions[k].labels) for k in numbers]
    inner = np.array([one.within for one in measured])
    size = len(problem) if count is None else count
    ratio = np.array([pseudo_f(one, k, size) for one, k in zip(measured, numbers, strict=True)])
    best = int(got[int(np.nanargmax(ratio))]) if not np.isnan(ratio).all() else int(got[0])
    return Choice(got, inner, ratio, best, knee(got, inner), divisions)


def _all(
    problem: Problem, method: str, ks: Sequence[int], given: dict[str, Any], seed: int, progress: Progress
) -> Iterable[Regions]:
    at_once = several_of(method)
    if at_once is not None:
        known_parameters(method, solver_parameters(method), {**given, "k": ks[0]})
        yield from at_once(problem, ks=ks, seed=seed, progress=progress, **given)
        return
    for k, here in shared(progress, ks):
        yield solve(method, problem, {**given, "k": k}, seed=seed, progress=here)
