"""What is told of how a layer's polygons lie: overlaps, gaps, parts that do not touch one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..findings import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..regions.problem import Graph
    from .neighbours import Neighbours

__all__ = ["component_findings", "neighbour_findings"]

_SHOWN = 5  # names that a finding lists
Facts = dict[str, str | int | float]


def neighbour_findings(found: Neighbours, names: NDArray[np.object_], source: str, snap: float) -> list[Finding]:
    """Say what of the layer does not lie side by side: S74 overlaps, S75 gaps.

    Parameters
    ----------
    found : Neighbours
    names : (n,) object
        What messages call each polygon.
    source : str
        What they call the layer.
    snap : float
        Tolerance that was used, m.
    """
    findings = []
    if len(found.overlap):
        area, pairs = float(found.overlap_area.sum()), _pairs(found.overlap, names)
        facts: Facts = {"source": source, "count": len(found.overlap), "area": area, "pairs": pairs}
        findings.append(Finding("S74", facts, value=area))
    if found.bridged:
        facts = {"source": source, "count": found.bridged, "snap": snap}
        findings.append(Finding("S75", facts, value=float(found.bridged)))
    if len(found.apart):
        pairs = _pairs(found.apart, names)
        facts = {"source": source, "count": len(found.apart), "snap": snap, "pairs": pairs, "problem": "apart"}
        findings.append(Finding("S75", facts, value=float(len(found.apart))))
    return findings


def component_findings(graph: Graph, names: NDArray[np.object_], source: str, *, apart: str = "") -> list[Finding]:
    """Name the parts of a layer that no neighbour connects (S73), the smallest first.

    Parameters
    ----------
    graph : Graph
    names : (n,) object
    source : str
    apart : str
        Field whose values were kept apart, "" for none.
    """
    component = graph.component()
    count = int(component.max(initial=-1)) + 1
    if count < 2:
        return []
    size, first = np.bincount(component), np.unique(component, return_index=True)[1]
    order = np.argsort(size, kind="stable")
    said = [f"{names[first[row]]}" + (f" (+{size[row] - 1})" if size[row] > 1 else "") for row in order[:_SHOWN]]
    listed = ", ".join(said) + (", …" if count > _SHOWN else "")
    facts: Facts = {"source": source, "count": count, "islands": int((size == 1).sum()), "listed": listed}
    if apart:
        facts |= {"problem": "apart", "field": apart}
    return [Finding("S73", facts, value=float(count))]


def _pairs(pairs: NDArray[np.int64], names: NDArray[np.object_]) -> str:
    shown = "; ".join(f"{names[one]} – {names[other]}" for one, other in pairs[:_SHOWN])
    return shown + (f"; … ({len(pairs)})" if len(pairs) > _SHOWN else "")
