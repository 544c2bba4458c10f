"""``partition``: the overlay of any number of polygon layers, from files to a file.

It keeps to numpy, shapely and plain readers and writers, so that starting it costs little.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import BadInput
from ..progress import Progress, patiently, silent, within
from ..sources.defects import invalid, valid
from ..sums import sum_by
from .build import build
from .layers import Layer, read_layers
from .measure import areas
from .output import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from ..findings import Finding
    from .model import Partition

__all__ = ["Overlay", "overlay", "partition"]


@dataclass(frozen=True)
class Overlay:
    """Polygon layers overlaid, in memory.

    Attributes
    ----------
    partition : Partition
        Its coverage points at the features of all inputs, end to end.
    area : (n,) float64
        m² of the faces; on the ellipsoid where the CRS is geographic.
    inputs : tuple of Layer
    owner : (m,) int64
        Input of each feature.
    crs : CRS or None
    imbalance : float
        As of `partition`.
    findings : tuple of Finding
    """

    partition: Partition
    area: NDArray[np.float64]
    inputs: tuple[Layer, ...]
    owner: NDArray[np.int64]
    crs: CRS | None
    imbalance: float
    findings: tuple[Finding, ...]

    @property
    def feature_id(self) -> NDArray[np.int64]:
        """Id of each feature in its own file."""
        return np.concatenate([layer.feature_id for layer in self.inputs])


def overlay(
    layers: Sequence[str | Path], *, snap: float = 0.0, crs: str | None = None, progress: Progress = silent
) -> Overlay:
    """Overlay polygon layers, and write nothing; parameters and errors as of `partition`."""
    inputs, target, findings = read_layers(layers, crs, within(progress, 0.0, 0.2))
    geometry = np.concatenate([layer.geometry for layer in inputs])
    whole = build(geometry, snap=snap, progress=within(progress, 0.2, 0.95))
    if not len(whole):
        unit = "°" if target is not None and target.is_geographic else " m"
        what = f"nothing is left after snapping at {snap:g}{unit}" if snap else "no polygon has an area"
        names = ", ".join(layer.name for layer in inputs)
        raise BadInput(what, where=names, wanted="polygons with an area, a finer snap")
    owner = np.repeat(np.arange(len(inputs)), [len(layer.geometry) for layer in inputs])
    # On the ellipsoid a polygon of a million vertices takes seconds.
    size = patiently(lambda _: areas(whole.faces, target), within(progress, 0.95, 0.97), "measuring")
    imbalance, crossed = _balance(whole, size, geometry, inputs, owner, within(progress, 0.97, 1.0))
    return Overlay(whole, size, tuple(inputs), owner, target, imbalance, (*findings, *crossed))


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
        do not account for; features that are invalid are named in findings and left out.
        ``findings``: list of Finding.

    Raises
    ------
    BadInput
        A layer that is missing, unreadable or without polygons; an unknown CRS; an output that cannot be written.
    """
    found = overlay(layers, snap=snap, crs=crs, progress=within(progress, 0.0, 0.7))
    whole, inputs, owner, target = found.partition, found.inputs, found.owner, found.crs
    if output is not None:
        write(Path(output), whole, inputs, owner, target, progress=within(progress, 0.7, 0.9))
    measuring = within(progress, 0.9, 1.0)
    own = patiently(lambda _: [float(areas(layer.geometry, target).sum()) for layer in inputs], measuring, "measuring")
    pairs = np.unique(owner[whole.coverage.feature] * len(whole) + whole.coverage.face)
    covered = np.bincount(pairs // max(len(whole), 1), found.area[pairs % max(len(whole), 1)], minlength=len(inputs))
    progress(1.0, "done")
    return {
        "faces": len(whole),
        "inputs": {
            layer.name: {"area_m2": own[row], "covered_m2": float(covered[row])} for row, layer in enumerate(inputs)
        },
        "imbalance": found.imbalance,
        "findings": list(found.findings),
    }


def _balance(
    whole: Partition,
    area: NDArray[np.float64],
    geometry: NDArray[np.object_],
    inputs: Sequence[Layer],
    owner: NDArray[np.int64],
    progress: Progress,
) -> tuple[float, list[Finding]]:
    """Largest unexplained share of an input's area, and the features that are invalid."""
    coverage = whole.coverage
    covered = np.bincount(coverage.feature, whole.area[coverage.face], minlength=len(geometry))
    missing = covered - whole.snapped
    findings: list[Finding] = []
    feature_id = np.concatenate([layer.feature_id for layer in inputs])
    # All that are invalid, also where a crossing changes nothing of the area or less than rounding does.
    rows = np.flatnonzero(~valid(geometry, progress=progress))
    measured = sum_by(coverage.feature, area[coverage.face], len(geometry))[rows]
    scale = np.divide(measured, covered[rows], out=np.ones(len(rows)), where=covered[rows] > 0)
    for number, layer in enumerate(inputs):
        mine = owner[rows] == number
        bad, before = rows[mine], whole.snapped[rows[mine]] * scale[mine]
        findings += invalid(layer.name, geometry[bad], feature_id[bad], before, measured[mine], progress=progress)
    missing[rows] = 0.0
    total = np.bincount(owner, whole.snapped, minlength=len(inputs))
    unexplained = np.abs(np.bincount(owner, missing, minlength=len(inputs)))
    return float(np.max(unexplained / np.where(total > 0, total, 1.0), initial=0.0)), findings
