"""What a border costs: compact regions have short ones, and a border on a chosen line costs less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message

if TYPE_CHECKING:
    from ..core.arrays import Floats
    from .problem import Graph


def prices(graph: Graph, total_ss: float, compactness: float, alignment: float, aligned: Floats | None) -> Floats:
    """Price the border along each edge, in the unit of the sum of squares.

    ``price_e = total_ss · border_e / Σ border · (compactness + alignment · (1 − aligned_e))``: with a weight of 1, all
    borders of the graph together cost as much as the whole variance. A penalty on boundary length is how Marxan prices
    compactness (boundary length modifier; Ball, Possingham & Watts 2009).

    Parameters
    ----------
    graph : Graph
    total_ss : float
        Sum of squares about the mean of all.
    compactness, alignment : float
        Weights from 0.
    aligned : (e,) float64 or None
        Share 0–1 of each border that lies on a chosen line; None: no line was chosen.

    Raises
    ------
    BadInput
        A weight that is negative or not finite.
    """
    for key, weight_of in (("compactness", compactness), ("alignment", alignment)):
        if not 0 <= weight_of < np.inf:
            raise BadInput(
                Message("{key} = {value:g}", key=key, value=weight_of),
                where=key,
                wanted=Message("a weight of 0 or more"),
            )
    whole = float(graph.border.sum())
    if not whole > 0:
        return np.zeros(len(graph.border))
    weight = np.full(len(graph.border), float(compactness))
    if aligned is not None:
        weight += alignment * (1 - aligned)
    price: Floats = total_ss * graph.border / whole * weight
    return price


def polsby_popper(area: Floats, perimeter: Floats) -> Floats:
    """Compactness 4πA/P² of outlines (Polsby & Popper 1991), 1 for a circle; of the dissolved outline, never of parts.

    Parameters
    ----------
    area, perimeter : (k,) float64
        m², m.
    """
    out = np.zeros(len(area))
    np.divide(4 * np.pi * area, perimeter**2, out=out, where=perimeter > 0)
    return out
