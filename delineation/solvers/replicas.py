"""Copies of a problem side by side, so that one pass over arrays searches in all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from ..regions.problem import Problem

__all__ = ["RegionSums", "Worlds", "worlds_of"]

_SLACK = 1e-12  # relative: what a sum of floats may miss a bound by, as in `feasibility.check_bounds`


@dataclass(frozen=True)
class Worlds:
    """Copies of a problem; a *world* is one component in one copy, and no region lies in two worlds.

    Copy c of node v is node ``c·n + v``, its world ``c·components + component of v``.

    Attributes
    ----------
    size, components, copies : int
        Nodes and components of the problem; number of copies.
    world : (N,) int64
    left, right : (E,) int64
    price : (E,) float64
    far : (E,) float64
        How unlike the ends of an edge are, 1 on average: what the edge weighs, times chance, in a spanning tree.
    load : (N, 1 + p) float64
        Mass, and mass times each value less its mean.
    sums : (N, b) float64
        What each bound adds up; a node's being a fixed core is the last of them, of which a region holds at most one.
    least, most : (b,) float64
    """

    size: int
    components: int
    copies: int
    world: Ints
    left: Ints
    right: Ints
    price: Floats
    far: Floats
    load: Floats
    sums: Floats
    least: Floats
    most: Floats

    def missing(self, sums: Floats) -> Floats:
        """How far regions are out of their bounds: Σ of what is missing or too much, as shares of the bound.

        Parameters
        ----------
        sums : (r, b) float64
        """
        out = np.zeros(len(sums))
        for row, column in enumerate(sums.T):
            least, most = float(self.least[row]), float(self.most[row])
            if least > 0:
                out += np.maximum(least * (1 - _SLACK) - column, 0.0) / least
            if most < np.inf:
                out += np.maximum(column - most * (1 + _SLACK), 0.0) / (most or 1.0)
        return out

    def tally(self, labels: Ints) -> RegionSums:
        """Add up each region.

        Parameters
        ----------
        labels : (N,) int64
            0 … k − 1, none empty.
        """
        count = number_of(labels)
        world = np.empty(count, dtype=np.int64)
        world[labels] = self.world
        load = np.column_stack([sum_by(labels, column, count) for column in self.load.T])
        sums = np.array([sum_by(labels, column, count) for column in self.sums.T]).reshape(-1, count).T
        return RegionSums(world, load, sums, self.missing(sums))

    def by_world(self, tally: RegionSums, value: Floats) -> Floats:
        """Sum a value of each region over each world, (copies·components,)."""
        return sum_by(tally.world, value, self.copies * self.components)

    def regions(self, tally: RegionSums) -> Ints:
        """Count the regions of each world, (copies·components,)."""
        return np.bincount(tally.world, minlength=self.copies * self.components)

    def cost(self, labels: Ints, tally: RegionSums) -> Floats:
        """Cost of each world less what no division changes: as `objective.cost`, without Σ mass·|x|²."""
        out = self.by_world(tally, tally.gain())
        if self.price.any():
            cut = labels[self.left] != labels[self.right]
            out += sum_by(self.world[self.left[cut]], self.price[cut], len(out))
        return out


@dataclass(frozen=True)
class RegionSums:
    """Regions added up.

    Attributes
    ----------
    world : (k,) int64
    load : (k, 1 + p) float64
    sums : (k, b) float64
    missing : (k,) float64
        See `Worlds.missing`.
    """

    world: Ints
    load: Floats
    sums: Floats
    missing: Floats

    def gain(self) -> Floats:
        """Sum of squares within each region, less Σ mass·|x|² over its nodes."""
        return gain(self.load)


def gain(load: Floats) -> Floats:
    """Work out −|Σ mass·x|² / Σ mass of rows of mass and mass·x: Σ mass·|x − mean|² less Σ mass·|x|²."""
    moment = load[:, 1:]
    return np.asarray(-np.einsum("ij,ij->i", moment, moment) / load[:, 0], dtype=np.float64)


def worlds_of(problem: Problem, component: Ints, copies: int) -> Worlds:
    """Lay copies of a problem side by side.

    Parameters
    ----------
    problem : Problem
    component : (n,) int64
        `Graph.component`.
    copies : int
    """
    graph, n = problem.graph, len(problem)
    components = number_of(component)
    mean = (problem.mass[:, None] * problem.values).sum(axis=0) / problem.mass.sum()
    load = np.column_stack([problem.mass, problem.mass[:, None] * (problem.values - mean)])
    bounds = [bound for bound in problem.bounds if bound.least > 0 or bound.most < np.inf]
    columns, least, most = [b.value for b in bounds], [b.least for b in bounds], [b.most for b in bounds]
    if (problem.core >= 0).any():
        columns, least, most = [*columns, (problem.core >= 0).astype(np.float64)], [*least, 0.0], [*most, 1.0]
    sums = np.array(columns, dtype=np.float64).reshape(-1, n).T
    far = np.sqrt(((problem.values[graph.left] - problem.values[graph.right]) ** 2).sum(axis=1))
    far = far / (far.mean() if far.any() else 1.0)
    if problem.price.any():
        # What is dear to cut is held together.
        far = far / (1.0 + problem.price / problem.price.mean())
    copy = np.arange(copies)[:, None]
    return Worlds(
        size=n,
        components=components,
        copies=copies,
        world=(copy * components + component).ravel(),
        left=(copy * n + graph.left).ravel(),
        right=(copy * n + graph.right).ravel(),
        price=np.tile(problem.price, copies),
        far=np.tile(far, copies),
        load=np.tile(load, (copies, 1)),
        sums=np.tile(sums, (copies, 1)),
        least=np.array(least, dtype=np.float64),
        most=np.array(most, dtype=np.float64),
    )
