"""Whether a request can be met at all: number of regions, components, cores and bounds."""

from __future__ import annotations

from math import ceil, floor, log10
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.messages import Message, at, counted
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Ints
    from ..core.messages import Fact
    from .problem import Bound, Problem


_METHOD = Message("[method]")
_K = Message("[method] k")

_SHOWN = 3  # names a message lists before it says how many more there are
SLACK = 1e-12  # relative: what a sum of floats may miss a bound by
_WHOLE = 1e-9  # relative: how near a share has to be to a whole number to be one
_DIGITS = 10  # of a number in a message
_EXACT = 2.0**53  # whole numbers below are written with all their digits


def fewest(problem: Problem, component: Ints) -> Ints:
    """Smallest number of regions of each component: one, one a core, and what the upper bounds ask for.

    An upper bound asks for ⌈sum ÷ most⌉, and for a region for each node that has more than half of the most.
    """
    count = number_of(component)
    out = np.maximum(np.bincount(component[problem.core >= 0], minlength=count), 1)
    for bound in problem.bounds:
        out = np.maximum(out, _by_upper(bound, component, count))
    return out


def most_by_bounds(problem: Problem, component: Ints) -> Ints:
    """Largest number of regions of each component: one a node, and what the lower bounds leave room for.

    A region either holds one of the nodes that reach the least by themselves, or shares in what the others have:
    there are at most as many as such nodes, and ⌊sum of the others ÷ least⌋.
    """
    count = number_of(component)
    out = np.bincount(component, minlength=count)
    for bound in problem.bounds:
        if bound.least > 0:
            out = np.minimum(out, _by_lower(bound, component, count))
    return out


def check_bounds(problem: Problem, *, where: Message = _METHOD) -> None:
    """Refuse bounds that no division can keep.

    Raises
    ------
    BadInput
        Names the component, the sum and the bound: a component that has less than every region is to have, a polygon
        that has more than a region may have, a component with room for fewer regions than it has to have.
    """
    component = problem.graph.component()
    count = number_of(component)
    for bound in problem.bounds:
        whole = sum_by(component, bound.value, count)
        short = np.flatnonzero(whole < bound.least * (1 - SLACK))
        if len(short):
            row = int(short[np.argmin(whole[short])])
            who, had, asked = called(problem, component, row), amount(bound, whole[row]), amount(bound, bound.least)
            low = typed(bound, whole[row], down=True)
            what = Message(
                "{who} has {name:sum} {had} in all, less than the {asked} that every region is to have",
                who=who,
                name=bound.name,
                had=had,
                asked=asked,
            )
            if len(short) > 1:
                what = counted(
                    len(short) - 1,
                    "{what}; likewise {n} more part",
                    "{what}; likewise {n} more parts",
                    what=what,
                )
            raise BadInput(
                what,
                where=where,
                wanted=Message(
                    "small = keep, or a lower bound on {name:sum} of {low} or less", name=bound.name, low=low
                ),
            )
        large = np.flatnonzero(bound.value > bound.most * (1 + SLACK))
        if len(large):
            row = int(large[np.argmax(bound.value[large])])
            who, had, asked = at(problem.names[row]), amount(bound, bound.value[row]), amount(bound, bound.most)
            high = typed(bound, bound.value[row], down=False)
            what = Message(
                "{who} alone has {name:sum} {had}, more than the {asked} that a region may have",
                who=who,
                name=bound.name,
                had=had,
                asked=asked,
            )
            if len(large) > 1:
                what = counted(
                    len(large) - 1, "{what}; likewise {n} more polygon", "{what}; likewise {n} more polygons", what=what
                )
            raise BadInput(
                what,
                where=where,
                wanted=Message("an upper bound on {name:sum} of {high} or more", name=bound.name, high=high),
            )
    least, most = fewest(problem, component), most_by_bounds(problem, component)
    tight = np.flatnonzero(least > most)
    if len(tight):
        row = int(tight[0])
        lower = min(
            (one for one in problem.bounds if one.least > 0), key=lambda one: int(_by_lower(one, component, count)[row])
        )
        who, low, high = called(problem, component, row), least[row], most[row]
        why = _reason(problem, component, row)
        had, asked = amount(lower, sum_by(component, lower.value, count)[row]), amount(lower, lower.least)
        raise BadInput(
            Message(
                "{who} needs at least {low} regions ({why}), but has enough for only {high} ({name:sum} "
                "{had}, at least {asked} a region)",
                who=who,
                low=int(low),
                why=why,
                high=int(high),
                name=lower.name,
                had=had,
                asked=asked,
            ),
            where=where,
            wanted=Message("a smaller lower bound on {name:sum}", name=lower.name),
        )


def check_count(problem: Problem, k: int, *, where: Message = _K) -> None:
    """Refuse a number of regions that no contiguous division has.

    More regions than lower bounds leave room for are not refused: methods give as many as they can, and say so (S71).

    Raises
    ------
    BadInput
        No whole number; fewer regions than components (or cores, or what upper bounds ask for) or more than nodes.
    """
    # A method string or a case file may say anything.
    if isinstance(k, bool) or not isinstance(k, int | np.integer):
        raise BadInput(Message("k = {k!r}", k=k), where=where, wanted=Message("a whole number of 1 or more"))
    component = problem.graph.component()
    components = number_of(component)
    if k > len(problem) or k < 1:
        raise BadInput(
            Message("k = {k}", k=k),
            where=where,
            wanted=Message("1 to {count}, as many as there are polygons and fixed units", count=len(problem)),
        )
    least = fewest(problem, component)
    wanted = Message("at least {least}", least=int(least.sum()))
    if k < components == least.sum():
        size = np.bincount(component)
        small = tuple(called(problem, component, int(row)) for row in np.argsort(size, kind="stable")[:_SHOWN])
        raise BadInput(
            Message(
                "k = {k} is below the {components} parts that do not touch one another, each of which "
                "needs at least one region (the smallest: {small})",
                k=k,
                components=components,
                small=small,
            ),
            where=where,
            wanted=wanted,
        )
    if k < least.sum():
        cores = np.bincount(component[problem.core >= 0], minlength=components)
        if (least == np.maximum(cores, 1)).all():
            bare = int((cores == 0).sum())
            why = counted(int(cores.sum()), "{n} fixed unit", "{n} fixed units")
            if bare:
                why = counted(
                    bare,
                    "{units} and {n} separate part without one",
                    "{units} and {n} separate parts without one",
                    units=why,
                )
        else:
            row = int(np.argmax(least - np.maximum(cores, 1)))
            who, reason = called(problem, component, row), _reason(problem, component, row)
            why = Message(
                "{who}, which needs at least {least} regions ({reason})",
                who=who,
                least=int(least[row]),
                reason=reason,
            )
            if components > 1:
                why = counted(components - 1, "{why}, and {n} other part", "{why}, and {n} other parts", why=why)
        raise BadInput(Message("k = {k} is too few for {why}", k=k, why=why), where=where, wanted=wanted)


def _by_upper(bound: Bound, component: Ints, count: int) -> Ints:
    """Regions that each component has to have by a bound's most."""
    if not np.isfinite(bound.most):
        return np.ones(count, dtype=np.int64)
    # Sums of floats: what is a multiple up to rounding is one.
    shares = np.ceil(sum_by(component, bound.value, count) / (bound.most or 1.0) * (1 - _WHOLE)).astype(np.int64)
    halves = np.bincount(component[bound.value > bound.most / 2 * (1 + SLACK)], minlength=count)
    return np.maximum(shares, halves)


def _by_lower(bound: Bound, component: Ints, count: int) -> Ints:
    """Regions that each component has room for by a bound's least, which is above 0."""
    large = bound.value >= bound.least * (1 - SLACK)
    rest = sum_by(component, np.where(large, 0.0, bound.value), count)
    shares = np.floor(rest / bound.least * (1 + _WHOLE)).astype(np.int64)
    return np.bincount(component[large], minlength=count) + shares


def _reason(problem: Problem, component: Ints, row: int) -> Message:
    """Say what asks a component for most regions: an upper bound, or its cores."""
    count = number_of(component)
    upper = max(problem.bounds, key=lambda one: int(_by_upper(one, component, count)[row]))
    cores = int((problem.core[component == row] >= 0).sum())
    if cores >= _by_upper(upper, component, count)[row]:
        return counted(cores, "{n} fixed unit", "{n} fixed units")
    whole = float(upper.value[component == row].sum())
    return Message(
        "{name:sum} {had}, at most {most} a region",
        name=upper.name,
        had=amount(upper, whole),
        most=amount(upper, upper.most),
    )


def called(problem: Problem, component: Ints, row: int) -> Message:
    """Name a component by its first node and its size.

    Parameters
    ----------
    problem : Problem
    component : (n,) int64
        Component of each node.
    row : int
    """
    members = np.flatnonzero(component == row)
    if len(members) == 1:
        return at(problem.names[members[0]])
    named = [_merged(name) for name in problem.names[members]]
    return Message(
        "the separate part with {first} ({count} polygons)", first=named[0][0], count=sum(size for _, size in named)
    )


def _merged(name: Fact) -> tuple[Fact, int]:
    """Take the name of a node apart that `contraction` made of several: the first of them, and how many they are."""
    if isinstance(name, Message) and isinstance(more := name.facts.get("more"), int):
        first, size = _merged(name.facts["name"])
        return first, size + more
    return name, 1


def amount(bound: Bound, value: float) -> Message:
    """Say what a region has or is to have of a sum, with its unit."""
    if bound.unit == "m²":
        return Message("{area:area}", area=float(value))
    return typed(bound, value)


def typed(bound: Bound, value: float, *, down: bool | None = None) -> Message:
    """Write a sum with its unit as it would be typed; see `figure`."""
    return at(f"{figure(value, down=down)} {bound.unit}".rstrip())


def figure(value: float, *, down: bool | None = None) -> str:
    """Write a number with ten digits; what is proposed is rounded down or up, so that it is good as it is written."""
    # A number of few digits is good as it is: 2 is no 1.999999999.
    if down is not None and value > 0 and float(f"{value:.{_DIGITS}g}") != value:
        unit = 10.0 ** (floor(log10(value)) + 1 - _DIGITS)
        value = unit * (floor(value / unit) if down else ceil(value / unit))
    text = f"{value:.{_DIGITS}g}"
    # 900000000000, which can be read and typed, and not 9e+11.
    return f"{float(text):.0f}" if "e+" in text and abs(value) < _EXACT else text
