"""One layer, read as polygons: file, encoding, shapes, CRS. Every verb that takes a layer reads it here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import shapely

from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.progress import Progress, silent
from .coordinates.crs import to_crs
from .coordinates.crs_candidates import no_crs
from .coordinates.datums import datum_finding
from .coordinates.long_edges import refuse_frames
from .coordinates.stated_crs import place_shapes
from .formats.vectors import RawLayer, raw_findings, read_vector
from .shapes import usable_shapes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pyproj import CRS

    from ..core.arrays import Ints, Objects
    from ..core.findings import Finding
    from .coordinates.crs import Box


@dataclass(frozen=True)
class PolygonLayer:
    """A layer as read, and what of it can be used.

    Attributes
    ----------
    raw : RawLayer
        All features, with their columns.
    name : str
        What messages call the layer.
    row : (m,) int64
        Rows of ``raw`` that are used.
    geometry : (m,) object
        Polygons and multipolygons, possibly invalid; lines and points where a buffer will follow. In ``crs``.
    crs : CRS or None
        None where nobody states one.
    findings : tuple of Finding
    shift : str
        ``GCJ-02`` or ``BD-09`` where that was taken back.
    read_area : float or None
        m² before it was.
    """

    raw: RawLayer
    name: str
    row: Ints
    geometry: Objects
    crs: CRS | None
    findings: tuple[Finding, ...]
    shift: str = ""
    read_area: float | None = None

    @property
    def feature_id(self) -> Ints:
        """Feature ids of the rows in use."""
        return self.raw.feature_id[self.row]

    def stated_crs(self, near: Sequence[tuple[CRS, Box]] = ()) -> CRS:
        """Give the CRS; a layer without one is a BadInput that says what it looks like, ``near`` what else is there."""
        if self.crs is None:
            bounds = tuple(shapely.total_bounds(self.geometry).tolist())
            what, wanted = no_crs(bounds, near, unread=self.raw.unread)
            raise BadInput(what, where=self.name, wanted=wanted)
        return self.crs

    def in_crs(self, target: CRS) -> tuple[Objects, list[Finding]]:
        """Give the shapes in another CRS, and the layer's findings with what is to be known of its datum."""
        own, findings = self.stated_crs(), list(self.findings)
        if own == target:
            return self.geometry, findings
        datum = datum_finding(self.name, own, target, tuple(shapely.total_bounds(self.geometry).tolist()))
        findings += [datum] if datum is not None else []
        return to_crs(self.geometry, own, target, at(self.name))[0], findings


def read_layer(
    path: Path,
    *,
    name: str = "",
    layer: str = "",
    words: tuple[str, ...] = (),
    where: str = "",
    encoding: str = "",
    crs: str = "",
    buffered: bool = False,
    lines: bool = False,
    columns: bool = True,
    progress: Progress = silent,
) -> PolygonLayer:
    """Read a layer of polygons (of lines and points, where ``buffered``; of lines and outlines, where ``lines``).

    Parameters
    ----------
    path : Path
    name : str, optional
        What messages call the file; by default its path.
    layer : str, optional
    words : tuple of str, optional
        Names under which the layer may be found in a file of several.
    where : str, optional
        SQL condition on features.
    encoding, crs : str, optional
        Override what the file says; ``GCJ-02`` and ``BD-09`` as a CRS mean: convert.
    buffered : bool
        A buffer will turn lines and points into polygons.
    lines : bool
        Only lines are wanted, and the outlines of polygons.
    columns : bool
        False reads ids and geometry only.

    Raises
    ------
    BadInput
        Whatever cannot be used, with file, layer and feature.
    """
    progress(0.0, Message("reading {name}", name=name or path))
    raw = read_vector(path, layer=layer, words=words, where=where, encoding=encoding, columns=columns)
    place = f"{name or path}|{raw.layer}"
    findings = raw_findings(raw, place)
    progress(0.6, Message("checking {place}", place=place))
    shapes = usable_shapes(raw, place, buffered=buffered, lines=lines, where=where)
    ids = raw.feature_id[shapes.row]
    placed = place_shapes(shapes.geometry, raw.crs, crs, place, ids=ids)
    if placed.crs is not None:
        refuse_frames(placed.geometry, ids, placed.crs, place)
    progress(1.0, Message("checked {place}", place=place))
    return PolygonLayer(
        raw,
        place,
        shapes.row,
        placed.geometry,
        placed.crs,
        (*findings, *shapes.findings, *placed.findings),
        placed.shift,
        placed.read_area,
    )
