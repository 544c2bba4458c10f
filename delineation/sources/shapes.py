"""The shapes of a layer: which features are polygons to work with, and what is wrong with the others."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from ..core.errors import BadInput
from ..core.findings import Finding
from ..core.messages import Message, at, first_few
from . import gate
from .formats.opening import open_vector

if TYPE_CHECKING:
    from ..core.arrays import Bools, Ints, Objects
    from .formats.vectors import RawLayer

_POLYGONS, _COLLECTION = (3, 6), 7
# Beyond every projection in metres, zone prefixes included (the Earth's girth is 4.0e7 m).
_FARTHEST = 1e8


class NoPolygon(BadInput):
    """A layer of lines and points where polygons are wanted: a buffer would make some of them (exit code 2)."""


@dataclass(frozen=True)
class Shapes:
    """The features of a layer that can be used.

    Attributes
    ----------
    row : (m,) int64
        Their rows in the layer.
    geometry : (m,) object
        Polygons and multipolygons, possibly invalid; lines and points where a buffer will follow. In the file's CRS.
    findings : tuple of Finding
    """

    row: Ints
    geometry: Objects
    findings: tuple[Finding, ...]


def usable_shapes(raw: RawLayer, place: str, *, buffered: bool = False, lines: bool = False, where: str = "") -> Shapes:
    """Take the polygons of a layer, or what a buffer will turn into polygons, or lines.

    Parameters
    ----------
    raw : RawLayer
    place : str
        What messages call the layer.
    buffered : bool
        Lines and points are wanted instead.
    lines : bool
        Lines are wanted instead, and the outlines of polygons.
    where : str
        The condition that the layer was read with, for the message when nothing is left.

    Raises
    ------
    BadInput
        Nothing that can be used, or a coordinate that is no place on Earth.
    """
    geometry = raw.geometry.copy()
    kind = shapely.get_type_id(geometry)
    empty = (kind < 0) | shapely.is_empty(geometry)
    if lines:
        return _lines(raw, geometry, empty, place, where)
    mixed = (kind == _COLLECTION) & ~empty
    beside = np.zeros(len(geometry), dtype=bool)
    for row in np.flatnonzero(mixed):
        geometry[row], beside[row] = _polygons_of(geometry[row])
    polygonal = np.isin(kind, _POLYGONS) | (mixed & ~shapely.is_empty(geometry))
    usable = ~empty & (~polygonal if buffered else polygonal)
    other = ~empty & ~usable
    if not usable.any():
        if buffered:
            raise BadInput(Message("buffer on polygons"), where=place, wanted=Message("lines or points, or no buffer"))
        if other.any():
            raise NoPolygon(
                Message("none of {count} features is a polygon", count=len(kind)),
                where=at(place),
                wanted=Message("a layer of polygons, or a buffer in metres (in a case: buffer = … in its [[source]])"),
            )
        raise BadInput(_nothing(where, len(kind)), where=place, wanted=Message("at least one polygon"))
    findings: list[Finding] = []
    if raw.had_z:
        findings.append(Finding("S05", {"source": place}))
    findings += _said("S04", raw.feature_id[empty], place)
    findings += _said("S06", raw.feature_id[other], place)
    findings += _said("S48", raw.feature_id[usable & beside], place)
    findings += mended(raw, place)
    keep = np.flatnonzero(usable)
    refuse_nowhere(geometry[keep], raw.feature_id[keep], place)
    return Shapes(keep, geometry[keep], tuple(findings))


def _nothing(where: str, count: int) -> Message:
    if where and not count:
        return Message('where = "{where}" leaves no feature', where=where)
    return Message("no features with a geometry")


def _lines(raw: RawLayer, geometry: Objects, empty: Bools, place: str, where: str) -> Shapes:
    """Take lines as they are, and polygons by their outlines; points are left out."""
    dimension = shapely.get_dimensions(geometry)
    usable = ~empty & (dimension >= 1)
    if not usable.any():
        what = (
            Message("none of {count} features is a line", count=len(geometry))
            if (~empty).any()
            else _nothing(where, len(geometry))
        )
        raise BadInput(what, where=place, wanted=Message("a layer of lines, or of polygons with outlines"))
    for row in np.flatnonzero(usable & (shapely.get_type_id(geometry) == _COLLECTION)):
        geometry[row] = _outlines_of(geometry[row])
    flat = usable & (shapely.get_dimensions(geometry) == 2)
    geometry[flat] = shapely.boundary(geometry[flat])
    findings: list[Finding] = [Finding("S05", {"source": place})] if raw.had_z else []
    findings += _said("S04", raw.feature_id[empty], place)
    findings += _said("S06", raw.feature_id[~empty & ~usable], place, problem="lines")
    keep = np.flatnonzero(usable)
    refuse_nowhere(geometry[keep], raw.feature_id[keep], place)
    return Shapes(keep, geometry[keep], tuple(findings))


def _outlines_of(collection: shapely.GeometryCollection) -> shapely.MultiLineString:
    """Lines of a collection and outlines of its polygons, of those inside it too."""
    parts = np.array([collection], dtype=object)
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    parts = parts[shapely.get_dimensions(parts) > 0]
    flat = shapely.get_dimensions(parts) == 2
    parts[flat] = shapely.boundary(parts[flat])
    return shapely.multilinestrings(shapely.get_parts(parts))


def mended(raw: RawLayer, place: str) -> list[Finding]:
    """Say of which features what is read differs from what the file holds."""
    curved = np.intersect1d(curved_features(raw.path, raw.layer), raw.feature_id)
    angle = chord_angle()
    strays = 100 * (1 - np.cos(np.radians(angle / 2)))
    findings = _said("S40", curved, place, degrees=angle, percent=float(strays))
    if raw.decoded is not None:
        ids, decoded = raw.feature_id, raw.decoded
        findings += _said("S41", ids[decoded.surface], place)
        findings += _said("S42", ids[decoded.open], place, problem="open")
        findings += _said("S42", ids[decoded.stump], place)
    return findings


def _said(number: str, ids: Ints, place: str, **more: str | float) -> list[Finding]:
    if not len(ids):
        return []
    facts = {"source": place, "count": len(ids), "features": first_few(ids), **more}
    return [Finding(number, facts, value=float(len(ids)))]


def refuse_nowhere(geometry: Objects, ids: Ints, place: str) -> None:
    """Refuse coordinates that are no numbers or lie nowhere on Earth, in degrees or in metres."""
    xy, row = shapely.get_coordinates(geometry, return_index=True)
    bad = np.flatnonzero(~(np.abs(xy) <= _FARTHEST).all(axis=1))
    if len(bad):
        x, y = xy[bad[0]]
        raise BadInput(
            Message(
                "coordinate ({x:g}, {y:g}) of feature {feature} is no place on Earth",
                x=x,
                y=y,
                feature=ids[row[bad[0]]],
            ),
            where=place,
            wanted=Message("coordinates in degrees or metres"),
        )


def _polygons_of(collection: shapely.GeometryCollection) -> tuple[shapely.MultiPolygon, bool]:
    """Polygons of a collection, of those inside it too, and whether there was something else beside them."""
    parts = np.array([collection], dtype=object)
    while (shapely.get_type_id(parts) > 3).any():
        # Collections, and what has several parts, by turns until only single ones are left.
        parts = shapely.get_parts(parts)
    single = parts[shapely.get_type_id(parts) == 3]
    return shapely.multipolygons(single), len(single) < len(parts)


# ── Which features of a layer are drawn with arcs: GDAL hands them out as chords, and does not say so ───────────────

# Formats whose specification knows no arcs.
_STRAIGHT = {".shp", ".dbf", ".geojson", ".json", ".kml", ".kmz", ".tab", ".mif", ".mid", ".topojson"}
_ARCS = ("CURVE", "CIRCULAR", "COMPOUND", "MULTICURVE", "MULTISURFACE")
_DEFAULT_STEP = 4.0  # degrees, GDAL's OGR_ARC_STEPSIZE


def chord_angle() -> float:
    """Angle that one chord spans at most, degrees; it strays from its arc by 1 − cos(angle / 2) of the radius."""
    given = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    return float(given) if given else _DEFAULT_STEP


def curved_features(path: Path, layer: str) -> Ints:
    """Ids of the features with arcs; none where the format or the layer cannot hold them.

    Other layers are read once more, without their geometry being handed out.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if path.suffix.lower() in _STRAIGHT or not path.exists() or _declared_straight(path, layer):
        return nothing
    with open_vector(path, layer=layer) as opened:
        return nothing if Path(opened.dataset).suffix.lower() in _STRAIGHT else _curved(opened.dataset, opened.layer)


def _curved(dataset: str, layer: str) -> Ints:
    nothing = np.zeros(0, dtype=np.int64)
    # The layer's name goes in quoted: an identifier cannot be bound.
    query = " ".join(("SELECT OGR_GEOMETRY FROM", '"' + layer.replace("\\", "\\\\").replace('"', '\\"') + '"'))
    try:
        _, fids, _, (kinds,) = gate.read(
            dataset, sql=query, sql_dialect="OGRSQL", read_geometry=False, return_fids=True
        )
    except (DataSourceError, DataLayerError, ValueError):
        # A layer that SQL cannot name is read all the same.
        return nothing
    arcs = np.array([isinstance(kind, str) and kind.startswith(_ARCS) for kind in kinds], dtype=bool)
    curved: Ints = np.asarray(fids, dtype=np.int64)[arcs]
    return curved


def _declared_straight(path: Path, layer: str) -> bool:
    """Whether a GeoPackage says that the layer holds nothing but polygons, lines or points."""
    if path.suffix.lower() != ".gpkg":
        return False
    query = "SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = ?"
    try:
        with gate.database(path) as connection:
            row = connection.execute(query, (layer,)).fetchone()
    except sqlite3.Error:
        return False
    kind = str(row[0]).upper() if row else ""
    return kind in {"POLYGON", "MULTIPOLYGON", "LINESTRING", "MULTILINESTRING", "POINT", "MULTIPOINT"}
