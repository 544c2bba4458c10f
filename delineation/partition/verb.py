"""``partition``: the overlay of any number of polygon layers, from files to a file.

It keeps to numpy, shapely and plain readers and writers, so that starting it costs little.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..findings import Finding
from ..progress import Progress, silent, within
from .build import build
from .layers import Layer, read_layers
from .measure import areas
from .output import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .model import Partition

__all__ = ["partition"]

NOISE = 1e-9  # share of a feature's area below which a difference is the rounding of sums


def partition(
    layers: Sequence[str | Path],
    output: Path | None = None,
    *,
    snap: float = 0.0,
    crs: str | None = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Overlay polygon layers into the faces of one partition.

    Parameters
    ----------
    layers : sequence of str or Path
        ``FILE`` or ``FILE|layername=L``.
    output : Path or None
        GeoPackage to write, replaced whole: layer ``faces`` with ``face_id`` and a column ``<input>_id`` for each
        input (lowest covering feature id, NULL where none), table ``coverage(face_id, input, feature_id)``.
    snap : float
        Grid of snap rounding in units of the CRS; 0: see `build`.
    crs : str or None
        CRS of the output; None: the first layer's.

    Returns
    -------
    dict
        ``faces``: count. ``inputs``: for each ``area_m2`` (its features added up, as read) and ``covered_m2`` (the
        faces it covers, each once). ``imbalance``: largest share of an input's area, after noding, that its faces
        do not account for; what rings that cross themselves make is named in findings and left out.
        ``findings``: list of Finding.

    Raises
    ------
    BadInput
        A layer that is missing, unreadable or without polygons; an unknown CRS; an output that cannot be written.
    """
    inputs, target, findings = read_layers(layers, crs, within(progress, 0.0, 0.15))
    geometry = np.concatenate([layer.geometry for layer in inputs])
    whole = build(geometry, snap=snap, progress=within(progress, 0.15, 0.7))
    owner = np.repeat(np.arange(len(inputs)), [len(layer.geometry) for layer in inputs])
    imbalance, crossed = _balance(whole, geometry, inputs, owner)
    if output is not None:
        progress(0.7, "writing")
        write(Path(output), whole, inputs, owner, target)
    face_area = areas(whole.faces, target)
    pairs = np.unique(owner[whole.coverage.feature] * len(whole) + whole.coverage.face)
    covered = np.bincount(pairs // max(len(whole), 1), face_area[pairs % max(len(whole), 1)], minlength=len(inputs))
    progress(1.0, "done")
    return {
        "faces": len(whole),
        "inputs": {
            layer.name: {"area_m2": float(areas(layer.geometry, target).sum()), "covered_m2": float(covered[row])}
            for row, layer in enumerate(inputs)
        },
        "imbalance": imbalance,
        "findings": [*findings, *crossed],
    }


def _balance(
    whole: Partition, geometry: NDArray[np.object_], inputs: Sequence[Layer], owner: NDArray[np.int64]
) -> tuple[float, list[Finding]]:
    """Largest unexplained share of an input's area, and the features whose rings cross themselves."""
    coverage = whole.coverage
    covered = np.bincount(coverage.feature, whole.area[coverage.face], minlength=len(geometry))
    missing = covered - whole.snapped
    findings = []
    begin = np.searchsorted(owner, np.arange(len(inputs)))
    for row in np.flatnonzero(np.abs(missing) > NOISE * whole.snapped):
        if shapely.is_valid(geometry[row]):
            continue
        layer = inputs[owner[row]]
        facts: dict[str, str | int | float] = {
            "source": layer.name,
            "feature": int(layer.feature_id[row - begin[owner[row]]]),
            "why": str(shapely.is_valid_reason(geometry[row])),
            "before": float(whole.snapped[row]),
            "after": float(covered[row]),
        }
        findings.append(Finding("S07", facts, value=float(abs(missing[row])), geometry=geometry[row]))
        missing[row] = 0.0
    total = np.bincount(owner, whole.snapped, minlength=len(inputs))
    unexplained = np.abs(np.bincount(owner, missing, minlength=len(inputs)))
    return float(np.max(unexplained / np.where(total > 0, total, 1.0), initial=0.0)), findings
