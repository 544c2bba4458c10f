"""Max-p-regions: as many regions as a floor on area or another sum leaves room for, then as alike inside as can be."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..errors import BadInput
from ..findings import Finding
from ..progress import Progress, silent, within
from ..regions.construction import room
from ..regions.cost import cost
from ..regions.feasible import check_bounds, check_count, fewest
from ..regions.most_regions import most_regions
from ..regions.problem import Bound, Problem, Regions, numbered
from ..regions.recombination import recombine
from ..regions.worlds import worlds_of
from .regional import regional

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from ..regions.worlds import Worlds

__all__ = ["maxp"]

import os
_HEAT = float(os.environ.get('HEAT','.05'))
_END = 0.85
def improve(worlds, labels, sweeps, random, over):
    tally=worlds.tally(labels)
    k=np.maximum(np.bincount(tally.world,minlength=worlds.copies*worlds.components),1)
    x=worlds.load[:,1:]
    square=np.bincount(worlds.world, (x*x).sum(1)/worlds.load[:,0], minlength=len(k))
    cost=worlds.cost(labels,tally)
    best, kept = cost.copy(), labels
    hot=_HEAT*(square+cost)/k
    for i in range(sweeps):
        if over(): break
        tally=worlds.tally(labels)
        heat=hot*max(1-i/(_END*sweeps),0)**2
        labels=recombine(worlds,labels,tally,heat,random)
        # keep best
    return labels
