"""Which features of a layer are drawn with arcs: GDAL hands them out as chords, and does not say so."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from .. import gate
from .opening import open_vector

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["chord_angle", "curved_features"]

# Formats whose specification knows no arcs.
_STRAIGHT = {".shp", ".dbf", ".geojson", ".json", ".kml", ".kmz", ".tab", ".mif", ".mid", ".topojson"}
_ARCS = ("CURVE", "CIRCULAR", "COMPOUND", "MULTICURVE", "MULTISURFACE")
_DEFAULT_STEP = 4.0  # degrees, GDAL's OGR_ARC_STEPSIZE


def chord_angle() -> float:
    """Angle that one chord spans at most, degrees; it strays from its arc by 1 − cos(angle / 2) of the radius."""
    given = pyogrio.get_gdal_config_option("OGR_ARC_STEPSIZE")
    return float(given) if given else _DEFAULT_STEP


def curved_features(path: Path, layer: str) -> NDArray[np.int64]:
    """Ids of the features with arcs; none where the format or the layer cannot hold them.

    Other layers are read once more, without their geometry being handed out.
    """
    nothing = np.zeros(0, dtype=np.int64)
    if path.suffix.lower() in _STRAIGHT or not path.exists() or _declared_straight(path, layer):
        return nothing
    with open_vector(path, layer=layer) as opened:
        return nothing if Path(opened.dataset).suffix.lower() in _STRAIGHT else _curved(opened.dataset, opened.layer)


def _curved(dataset: str, layer: str) -> NDArray[np.int64]:
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
    curved: NDArray[np.int64] = np.asarray(fids, dtype=np.int64)[arcs]
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
