"""``partition``: the overlay of any number of polygon layers, from files to a file.

It keeps to numpy, shapely and plain readers and writers, so that starting it costs little.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, at, joined
from ..core.progress import Progress, patiently, silent, within
from ..core.sums import sum_by
from ..partition.build import build
from ..plan.outputs import guarded_geopackage
from ..sources.coordinates.area_of_use import fits
from ..sources.coordinates.crs import parse_crs, short_name, to_crs
from ..sources.coordinates.crs_candidates import looks_like_degrees, no_crs, refuse_degrees
from ..sources.coordinates.datums import datum_finding
from ..sources.coordinates.stated_crs import bounds_of, contradiction
from ..sources.defects import invalid, valid
from ..sources.files import split_layer
from ..sources.layer import read_layer
from ..sources.measure import areas
from .overlay_file import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from ..core.arrays import Floats, Ints, Objects
    from ..core.progress import Progress
    from ..partition.model import Partition

__all__ = ["Overlay", "OverlayInput", "overlay", "partition", "read_layers"]


@dataclass(frozen=True)
class Overlay:
    """Polygon layers overlaid, in memory.

    Attributes
    ----------
    partition : Partition
        Its coverage points at the features of all inputs, end to end.
    area : (n,) float64
        m² of the faces; on the ellipsoid where the CRS is geographic.
    inputs : tuple of OverlayInput
    owner : (m,) int64
        Input of each feature.
    crs : CRS or None
    imbalance : float
        As of `partition`.
    findings : tuple of Finding
    """

    partition: Partition
    area: Floats
    inputs: tuple[OverlayInput, ...]
    owner: Ints
    crs: CRS | None
    imbalance: float
    findings: tuple[Finding, ...]

    @property
    def feature_id(self) -> Ints:
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
        unit = "°" if target is not None and target.is_geographic else "m"
        what = (
            Message("nothing is left after snapping at {snap:g} {unit}", snap=snap, unit=unit)
            if snap
            else Message("no polygon has an area")
        )
        names = joined(layer.name for layer in inputs)
        raise BadInput(what, where=names, wanted=Message("polygons with an area, a finer snap"))
    owner = np.repeat(np.arange(len(inputs)), [len(layer.geometry) for layer in inputs])
    # On the ellipsoid a polygon of a million vertices takes seconds.
    size = patiently(lambda _: areas(whole.faces, target), within(progress, 0.95, 0.97), Message("measuring"))
    imbalance, crossed = _balance(whole, size, geometry, inputs, owner, within(progress, 0.97, 1.0))
    return Overlay(whole, size, tuple(inputs), owner, target, imbalance, (*findings, *crossed))


def partition(
    layers: Sequence[str | Path],
    output: str | Path | None = None,
    *,
    snap: float = 0.0,
    crs: str | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Overlay polygon layers into the faces of one partition.

    Parameters
    ----------
    layers : sequence of str or Path
        ``FILE`` or ``FILE|layername=L``.
    output : str or Path, optional
        GeoPackage to write, in place of one that this made: layer ``faces`` with ``face_id`` and a column
        ``<input>_id`` for each input (lowest covering feature id, NULL where none), table ``coverage(face_id, input,
        feature_id)``.
    snap : float
        Grid of snap rounding in units of the CRS; 0: see `build`.
    crs : str or None
        CRS of the output; None: the first layer's.
    force : bool
        Replace any GeoPackage but a plan or an input.

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

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.partition(["hand.gpkg|layername=county", "hand.gpkg|layername=red_line"])["faces"]
    2
    """
    if output is not None:
        output = Path(output)
        guard = guarded_geopackage(output, [split_layer(str(layer))[0] for layer in layers], force=force)
    found = overlay(layers, snap=snap, crs=crs, progress=within(progress, 0.0, 0.7))
    whole, inputs, owner, target = found.partition, found.inputs, found.owner, found.crs
    if output is not None:
        write(output, whole, inputs, owner, target, guard=guard, progress=within(progress, 0.7, 0.9))
    measuring = within(progress, 0.9, 1.0)
    own = patiently(
        lambda _: [float(areas(layer.geometry, target).sum()) for layer in inputs], measuring, Message("measuring")
    )
    pairs = np.unique(owner[whole.coverage.feature] * len(whole) + whole.coverage.face)
    covered = np.bincount(pairs // max(len(whole), 1), found.area[pairs % max(len(whole), 1)], minlength=len(inputs))
    progress(1.0, Message("done"))
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
    area: Floats,
    geometry: Objects,
    inputs: Sequence[OverlayInput],
    owner: Ints,
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


# ── Polygon layers as the ``partition`` verb reads them: feature ids and geometry, nothing else ─────────────────────

RESERVED = ("face",)  # ``face_id`` is a column of its own


@dataclass(frozen=True)
class OverlayInput:
    """One input.

    Attributes
    ----------
    name : str
        As columns and tables call it, unique among the inputs.
    path : Path
    feature_id : (m,) int64
        The file's own.
    geometry : (m,) object
        Polygons and multipolygons, flat.
    crs : CRS or None
        As the file says it.
    unread : str
        What its .prj says, where that cannot be read.
    """

    name: str
    path: Path
    feature_id: Ints
    geometry: Objects
    crs: CRS | None
    unread: str = ""


def read_layers(
    specs: Sequence[str | Path], crs: str | None, progress: Progress
) -> tuple[list[OverlayInput], CRS | None, list[Finding]]:
    """Read layers into one CRS.

    Parameters
    ----------
    specs : sequence of str or Path
        ``FILE`` or ``FILE|layername=L``.
    crs : str or None
        The common CRS; None: that of the first layer that states one.

    Raises
    ------
    BadInput
        Also where coordinates without a CRS cannot be in the common one, or, without any, in one and the same.
    """
    if not specs:
        raise BadInput(Message("no layer"), where=Message("partition"), wanted=Message("one or more polygon layers"))
    layers: list[OverlayInput] = []
    findings: list[Finding] = []
    taken = set(RESERVED)
    for number, spec in enumerate(specs):
        progress(number / len(specs), Message("reading {spec}", spec=spec))
        layer, found = _read(str(spec))
        name, repeat = layer.name, 1
        while name.lower() in taken:
            repeat += 1
            name = f"{layer.name}_{repeat}"
        taken.add(name.lower())
        layers.append(replace(layer, name=name))
        findings += found
    common = (layer.crs for layer in layers if layer.crs is not None)
    target = parse_crs(crs, Message("--crs")) if crs else next(common, None)
    if target is None:
        _alike(layers)
    return [_moved(layer, target, findings) for layer in layers], target, findings


def _read(spec: str) -> tuple[OverlayInput, list[Finding]]:
    path, wanted = split_layer(spec)
    found = read_layer(path, layer=wanted, columns=False)
    layer = OverlayInput(wanted or path.stem, path, found.feature_id, found.geometry, found.crs, found.raw.unread)
    return layer, list(found.findings)


def _moved(layer: OverlayInput, target: CRS | None, findings: list[Finding]) -> OverlayInput:
    """Bring a layer into the common CRS."""
    if target is None or layer.crs == target:
        return layer
    if layer.crs is None:
        bounds = bounds_of(layer.geometry)
        if bounds and (not fits(target, bounds) or contradiction(bounds, target, "")):
            what, _ = no_crs(bounds, (), unread=layer.unread)
            raise BadInput(
                what,
                where=layer.path,
                wanted=Message(
                    "a .prj beside it: the common CRS, {name}, cannot have these coordinates", name=target.name
                ),
            )
        findings.append(Finding("S19", {"source": layer.name, "crs": short_name(target, named=True)}))
        return layer
    said = datum_finding(layer.name, layer.crs, target, tuple(shapely.total_bounds(layer.geometry).tolist()))
    findings += [said] if said else []
    return replace(layer, geometry=to_crs(layer.geometry, layer.crs, target, at(layer.path))[0])


def _alike(layers: Sequence[OverlayInput]) -> None:
    """Refuse layers without a CRS that have degrees, by the size of their numbers, all or one and not another."""
    sized = [(layer, box) for layer in layers if (box := bounds_of(layer.geometry)) is not None]
    for layer, box in sized[1:]:
        if looks_like_degrees(box) != looks_like_degrees(sized[0][1]):
            what, _ = no_crs(box, (), unread=layer.unread)
            raise BadInput(
                what,
                where=layer.path,
                wanted=Message(
                    "a .prj beside each layer: {name} has coordinates of another order of magnitude",
                    name=sized[0][0].name,
                ),
            )
    for layer, _ in sized:
        stated = Message('a layer that states its CRS, or the CRS of all by --crs EPSG:…, as Python crs="EPSG:…"')
        refuse_degrees(layer.geometry, layer.path, stated, unread=layer.unread)
