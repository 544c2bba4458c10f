"""Parts of the graph that have less in all than every region is to have: left as they are, where that is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message, first_few, one_of
from ..core.sums import sum_by
from .feasibility import SLACK, amount, called

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints
    from .problem import Bound, Problem

SMALL = ("error", "keep")
_SHOWN = 3  # parts that a finding names


def check_small(small: str, where: Message) -> None:
    """Refuse a word that is none of `SMALL`, with `BadInput`."""
    if small not in SMALL:
        raise BadInput(Message("small = {small!r}", small=small), where=where, wanted=one_of(SMALL))


def keep_small(problem: Problem) -> tuple[Problem, tuple[Finding, ...]]:
    """Free components from bounds that they are too small for, so that the rest can be divided.

    A component whose sum is below a least stays one region, or one for each core in it, whatever the other bounds say.
    To the methods each of its regions keeps all bounds exactly: its core, or its first node, is given the least of each
    bound, and the other nodes nothing, so that no cut of it leaves two parts that keep them. Regions are counted as
    ever: the number that is asked for includes those of the components that are kept.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    problem : Problem
        The same one where no component is too small.
    findings : tuple of Finding
        S80: for each bound how many components are below it, what the smallest have, and what was asked for.
    """
    component = problem.graph.component()
    count = number_of(component)
    whole = [sum_by(component, one.value, count) for one in problem.bounds]
    small = np.zeros(count, dtype=bool)
    for one, sums in zip(problem.bounds, whole, strict=True):
        small |= sums < one.least * (1 - SLACK)
    if not small.any():
        return problem, ()
    findings = [
        found
        for one, sums in zip(problem.bounds, whole, strict=True)
        for found in _told(problem, component, one, sums, small)
    ]
    inside = small[component]
    bearer = inside & (problem.core >= 0)
    bare = small & (np.bincount(component[bearer], minlength=count) == 0)
    first = np.unique(component, return_index=True)[1]
    bearer[first[bare]] = True
    bounds = tuple(
        replace(one, value=np.where(inside, np.where(bearer, one.least, 0.0), one.value)) for one in problem.bounds
    )
    return replace(problem, bounds=bounds), tuple(findings)


def _told(
    problem: Problem,
    component: Ints,
    bound: Bound,
    sums: Floats,
    small: Bools,
) -> list[Finding]:
    """Say how many of the small components are below a bound's least, and how many above its most."""
    below = np.flatnonzero(sums < bound.least * (1 - SLACK))
    above = np.flatnonzero(small & (sums > bound.most * (1 + SLACK)))
    out = []
    for rows, limit, more in ((below, bound.least, {}), (above, bound.most, {"problem": "above"})):
        if len(rows):
            rows = rows[np.argsort(sums[rows], kind="stable")]
            each = (
                Message("{part} = {sum}", part=called(problem, component, row), sum=amount(bound, sums[row]))
                for row in rows
            )
            facts: Facts = {"count": len(rows), "bound": bound.name, "limit": limit, "asked": amount(bound, limit)}
            facts |= {"listed": first_few(each, _SHOWN), **more}
            out.append(Finding("S80", facts, value=float(len(rows))))
    return out
