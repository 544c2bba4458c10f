"""Nodes made one before a method runs, and its labels handed back to what they were made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.sums import sum_by
from .problem import Graph, Problem, numbered

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints


def one_by_one(group: Ints) -> Ints:
    """Give each row its node: rows of one group ≥ 0 share one, each −1 has its own; numbered by first member.

    Parameters
    ----------
    group : (n,) int64

    Returns
    -------
    (n,) int64
        Node after contraction, as `contract` takes it; ``labels[node]`` hands labels back.
    """
    alone = group < 0
    key = np.where(alone, number_of(group) + np.arange(len(group)), group)
    return numbered(key)


def contract(problem: Problem, node: Ints) -> Problem:
    """Make one node of all that have the same number.

    Masses, areas, bounds, borders and prices are added up; values are means by mass, so that the cost of a division
    differs from that of its broadcast labels by a constant: the sum of squares inside the nodes. A node's core is that
    of its members.

    Parameters
    ----------
    problem : Problem
        A core number may stand at several nodes as long as they become one here.
    node : (n,) int64
        0 … m − 1, each at least once. Labels of the result are broadcast back by ``labels[node]``.

    Raises
    ------
    BadInput
        Members of one node that belong to different cores, or a core in more than one node.
    """
    count = number_of(node)
    first = np.unique(node, return_index=True)[1]
    size = np.bincount(node, minlength=count)
    mass = sum_by(node, problem.mass, count)
    values = np.column_stack([sum_by(node, problem.mass * column, count) / mass for column in problem.values.T])
    # A node alone keeps every bit.
    values[size == 1] = problem.values[first[size == 1]]
    graph, price, inner = _contracted(problem, node, count)
    core = _cores(problem, node, count)
    names = problem.names[first].copy()
    for row in np.flatnonzero(size > 1):
        names[row] = Message("{name} (+{more})", name=at(names[row]), more=int(size[row]) - 1)
    return Problem(
        values=values,
        mass=mass,
        graph=graph,
        price=price,
        bounds=tuple(replace(one, value=sum_by(node, one.value, count)) for one in problem.bounds),
        core=core,
        area=sum_by(node, problem.area, count),
        perimeter=sum_by(node, problem.perimeter, count) - 2 * inner,
        names=names,
    )


def _contracted(problem: Problem, node: Ints, count: int) -> tuple[Graph, Floats, Floats]:
    """Edges between nodes, their prices, and the border inside each node."""
    graph = problem.graph
    left, right = node[graph.left], node[graph.right]
    inside = left == right
    inner = sum_by(left[inside], graph.border[inside], count)
    low, high = np.minimum(left, right)[~inside], np.maximum(left, right)[~inside]
    key, which = np.unique(low * count + high, return_inverse=True)
    which = which.ravel()
    border = sum_by(which, graph.border[~inside], len(key))
    return Graph(count, key // count, key % count, border), sum_by(which, problem.price[~inside], len(key)), inner


def _cores(problem: Problem, node: Ints, count: int) -> Ints:
    core = np.full(count, -1, dtype=np.int64)
    held = np.flatnonzero(problem.core >= 0)
    core[node[held]] = problem.core[held]
    wrong = held[core[node[held]] != problem.core[held]]
    if len(wrong):
        raise BadInput(
            Message("{name} would be joined to another fixed unit", name=problem.names[wrong[0]]),
            where=Message("fixed"),
            wanted=Message("fixed units that share no polygon"),
        )
    numbers, times = np.unique(core[core >= 0], return_counts=True)
    if (times > 1).any():
        raise BadInput(
            Message("fixed unit {number} would be split", number=int(numbers[np.argmax(times)])),
            where=Message("fixed"),
            wanted=Message("all polygons of a fixed unit together"),
        )
    return core
