"""A slow regionalising method of the tests' own: merge the two neighbouring regions that cost least, over and over."""

from __future__ import annotations

import numpy as np
import pytest
from control_units.delineation.core.progress import Progress, silent
from control_units.delineation.methods.regional import regional
from control_units.delineation.regions.problem import Problem, Regions, numbered


def probe(problem: Problem, *, k: int, seed: int = 1, progress: Progress = silent) -> Regions:  # noqa: ARG001
    """Ward's agglomeration by hand; no two cores in one region; bounds are not its concern."""
    label = np.arange(len(problem))
    while label.max() + 1 > k:
        progress(1 - label.max() / len(problem), "probe")
        best: tuple[float, int, int] | None = None
        ends = np.sort(np.stack((label[problem.graph.left], label[problem.graph.right])), axis=0)
        for one, other in sorted({(a, b) for a, b in ends.T.tolist() if a != b}):
            first, second = label == one, label == other
            if (problem.core[first] >= 0).any() and (problem.core[second] >= 0).any():
                continue
            m, n = problem.mass[first].sum(), problem.mass[second].sum()
            middle = np.average(problem.values[first], axis=0, weights=problem.mass[first])
            centre = np.average(problem.values[second], axis=0, weights=problem.mass[second])
            between = (ends == [[one], [other]]).all(axis=0)
            rise = m * n / (m + n) * ((middle - centre) ** 2).sum() - problem.price[between].sum()
            if best is None or (rise, one, other) < best:
                best = rise, one, other
        if best is None:
            break
        label = numbered(np.where(label == best[2], best[1], label))
    return Regions(numbered(label))


@pytest.fixture
def probed():
    """The name of the method, known for the length of a test."""
    regional("probe", draws=False)(probe)
    return "probe"
