"""``regions``: any polygon layer divided into contiguous regions by any method, from a file to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..progress import Progress, silent, within
from .division import divide
from .output import renamed, write

__all__ = ["regions"]


def regions(
    layer: str | Path, output: str | Path | None = None, *, progress: Progress = silent, **given: Any
) -> dict[str, Any]:
    """Divide a polygon layer into contiguous regions, and write them.

    Parameters
    ----------
    layer : str or Path
        ``FILE`` or ``FILE|layername=L``.
    output : str or Path, optional
        GeoPackage to write, replaced whole: layer ``features``, the layer's polygons with their fields and ``region``
        (as in ``labels``; NULL where left out), and layer ``regions``, the dissolved regions with number of polygons,
        area_m2, perimeter_m, compactness (4πA/P²), the mean of each variable and the sum of each bounded field.
    progress : callable
    **given
        Method, variables, number of regions and all else: as of `divide`.

    Returns
    -------
    dict
        ``labels`` (feature order, 0 … k − 1, None for features that were left out or have no polygon), ``k``,
        ``ratio`` (between ÷ total, 0–1), ``within_ss``, ``between_ss``, ``total_ss``, ``sizes`` (polygons of each
        region), ``findings`` (list of Finding); where a range of k was asked for also ``curve`` (a dict a number of
        regions: ``k``, ``within_ss``, ``pseudo_f``, None for one region) and ``knee``.

    Raises
    ------
    BadInput
        Whatever cannot be used or met, in one sentence.
    Cancelled
        ``progress`` asked to stop.
    """
    division = divide(layer, progress=within(progress, 0.0, 0.9) if output is not None else progress, **given)
    if output is not None:
        write(Path(output), division, progress=within(progress, 0.9, 1.0))
    progress(1.0, "done")
    document: dict[str, Any] = {
        "labels": division.labels(),
        "k": division.k,
        "ratio": division.found.ratio,
        "within_ss": division.found.within,
        "between_ss": division.found.between,
        "total_ss": division.found.total,
        "sizes": division.sizes(),
        "findings": [*division.findings, *(renamed(division) if output is not None else ())],
    }
    if division.choice is not None:
        choice = division.choice
        document["curve"] = [
            {"k": int(k), "within_ss": float(inner), "pseudo_f": float(ratio) if np.isfinite(ratio) else None}
            for k, inner, ratio in zip(choice.k, choice.within, choice.pseudo_f, strict=True)
        ]
        document["knee"] = choice.knee
    return document
