"""Whether a request can be met at all: number of regions, components, cores and bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from ..sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .problem import Bound, Problem

__all__ = ["check_bounds", "check_count", "fewest", "most_by_bounds"]

_SHOWN = 3  # names a message lists before it says how many more there are


def fewest(problem: Problem, component: NDArray[np.int64]) -> NDArray[np.int64]:
    """Smallest number of regions of each component: one, one a core, and what the upper bounds ask for."""
    count = int(component.max(initial=-1)) + 1
    cores = np.bincount(component[problem.core >= 0], minlength=count)
    out = np.maximum(cores, 1)
    for bound in problem.bounds:
        if np.isfinite(bound.most):
            whole = sum_by(component, bound.value, count)
            # Sums of floats: what is a multiple up to rounding is one.
            out = np.maximum(out, np.ceil(whole / bound.most - 1e-9).astype(np.int64))
    return out


def most_by_bounds(problem: Problem, component: NDArray[np.int64]) -> NDArray[np.int64]:
    """Largest number of regions of each component: one a node, and what the lower bounds leave room for."""
    count = int(component.max(initial=-1)) + 1
    out = np.bincount(component, minlength=count)
    for bound in problem.bounds:
        if bound.least > 0:
            whole = sum_by(component, bound.value, count)
            out = np.minimum(out, np.floor(whole / bound.least + 1e-9).astype(np.int64))
    return out


def check_bounds(problem: Problem, *, where: str = "[method]") -> None:
    """Refuse bounds that no division can keep.

    Raises
    ------
    BadInput
        Names the component, the sum and the bound.
    """
    component = problem.graph.component()
    for bound in problem.bounds:
        whole = sum_by(component, bound.value, int(component.max(initial=-1)) + 1)
        short = np.flatnonzero(whole < bound.least * (1 - 1e-12))
        if len(short):
            row = int(short[0])
            others = f", and {len(short) - 1} more components" if len(short) > 1 else ""
            what = f"{_component(problem, component, row)} has {bound.name} {whole[row]:g} in all{others}"
            raise BadInput(what, where=where, wanted=f"a least {bound.name} of at most {whole.min():g}")
        large = np.flatnonzero(bound.value > bound.most * (1 + 1e-12))
        if len(large):
            row = int(large[np.argmax(bound.value[large])])
            what = f"{problem.names[row]} alone has {bound.name} {bound.value[row]:g}"
            raise BadInput(what, where=where, wanted=f"a most {bound.name} of at least {bound.value[row]:g}")


def check_count(problem: Problem, k: int, *, where: str = "[method] k") -> None:
    """Refuse a number of regions that no contiguous division has.

    Raises
    ------
    BadInput
        Fewer regions than components (or cores, or what upper bounds ask for) or more than nodes.
    """
    component = problem.graph.component()
    components = int(component.max(initial=-1)) + 1
    if k > len(problem) or k < 1:
        raise BadInput(f"k = {k}", where=where, wanted=f"1 to {len(problem)}, the number of polygons")
    if k < components:
        what = f"k = {k} is below the {components} components, which do not touch one another"
        small = ", ".join(_component(problem, component, row) for row in np.argsort(np.bincount(component))[:_SHOWN])
        raise BadInput(f"{what} (the smallest: {small})", where=where, wanted=f"at least {components}")
    least = fewest(problem, component)
    if k < least.sum():
        cores = np.bincount(component[problem.core >= 0], minlength=components)
        row = int(np.argmax(least - 1))
        why = (
            f"{int(cores.sum())} fixed units and {int((cores == 0).sum())} components without one"
            if (least == np.maximum(cores, 1)).all()
            else _upper(problem, component, row)
        )
        raise BadInput(f"k = {k} is too few for {why}", where=where, wanted=f"at least {int(least.sum())}")


def _upper(problem: Problem, component: NDArray[np.int64], row: int) -> str:
    """Say of a component which upper bound asks for most regions."""

    def needed(bound: Bound) -> float:
        return float(bound.value[component == row].sum() / bound.most)

    bound = max((one for one in problem.bounds if np.isfinite(one.most)), key=needed)
    whole = float(bound.value[component == row].sum())
    return f"{_component(problem, component, row)} with {bound.name} {whole:g}, at most {bound.most:g} a region"


def _component(problem: Problem, component: NDArray[np.int64], row: int) -> str:
    """Name a component by its first node and its size."""
    members = np.flatnonzero(component == row)
    first = str(problem.names[members[0]])
    return first if len(members) == 1 else f"the component of {first} ({len(members)} polygons)"
