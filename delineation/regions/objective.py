"""How a division is judged: sums of squares within and between regions, and what their borders cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from .problem import Problem


@dataclass(frozen=True)
class Squares:
    """Sums of squares of a division: ``total = within + between``.

    Attributes
    ----------
    within, between, total : float
        Σ mass·|x − mean of its region|², Σ mass·|mean of the region − mean|², Σ mass·|x − mean|².
    """

    within: float
    between: float
    total: float

    @property
    def ratio(self) -> float:
        """Between ÷ total, 0–1: the share of the variance that the division explains."""
        return self.between / self.total if self.total > 0 else 0.0


def within_ss(values: Floats, mass: Floats, labels: Ints) -> float:
    """Sum of squares within regions: Σ mass·|x − mean of its region|² (deviations first, so that nothing cancels)."""
    count = number_of(labels)
    weight = sum_by(labels, mass, count)
    out = 0.0
    for column in values.T:
        mean = sum_by(labels, mass * column, count) / np.where(weight > 0, weight, 1.0)
        out += float((mass * (column - mean[labels]) ** 2).sum())
    return out


def total_ss(values: Floats, mass: Floats) -> float:
    """Sum of squares about the mean of all nodes."""
    return within_ss(values, mass, np.zeros(len(values), dtype=np.int64))


def squares(values: Floats, mass: Floats, labels: Ints) -> Squares:
    """Measure a division by its sums of squares."""
    within, total = within_ss(values, mass, labels), total_ss(values, mass)
    return Squares(within, total - within, total)


def border_cost(problem: Problem, labels: Ints) -> float:
    """Price of all edges between regions, in the unit of the sum of squares."""
    graph = problem.graph
    return float(problem.price[labels[graph.left] != labels[graph.right]].sum())


def cost(problem: Problem, labels: Ints) -> float:
    """Measure what methods lower: sum of squares within regions plus what the borders between them cost."""
    return within_ss(problem.values, problem.mass, labels) + border_cost(problem, labels)
