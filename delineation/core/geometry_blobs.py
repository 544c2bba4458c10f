"""Shapes as GeoPackages hold them, a header and WKB; and what GDAL keeps of a layer beside its rows.

A layer's triggers keep its spatial index and its count of features. They ask for functions that GDAL brings along and
SQLite lacks. The layer's extent is kept by no trigger but by GDAL itself: see `Extent`.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from .errors import BadInput
from .messages import Message
from .text import quoted_name

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

__all__ = ["COLUMN", "Extent", "blobs", "envelope", "srs_of", "with_gdal_functions", "wkb_of"]

COLUMN = "geom"
_ENVELOPE = {1: 32, 2: 48, 3: 48, 4: 64}  # bytes of the box in a geometry's header, by what its flags say
_LITTLE, _BOXED, _EMPTY = 0b1, 0b10, 0b10000  # flags: byte order, a box of x and y, no coordinates
_RUN = Message("a plan file made by `run`")
_STATED = "SELECT min_x, max_x, min_y, max_y FROM gpkg_contents WHERE table_name = ?"
_STATE = "UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, max_y = ? WHERE table_name = ?"
_EDGES = ("MinX", "MaxX", "MinY", "MaxY")

Box = tuple[float, float, float, float]  # min x, max x, min y, max y


def blobs(shapes: Sequence[Any], srs: int) -> list[bytes | None]:
    """Write shapes as GDAL does, byte for byte (GeoPackage 1.3, clause 2.1.3.1).

    Parameters
    ----------
    shapes : (n,) shapely geometries or None
        Of two dimensions.
    srs : int
        Number of the CRS in the file: `srs_of`.
    """
    array = np.array([*shapes, None], dtype=object)[:-1]
    wkb = shapely.to_wkb(array, output_dimension=2, byte_order=1, flavor="iso")
    bounds = shapely.bounds(array).tolist()
    bare = shapely.is_empty(array) | (shapely.get_type_id(array) == shapely.GeometryType.POINT)
    return [
        None if text is None else _header(srs, shapely.is_empty(shape), None if plain else box) + text
        for shape, text, plain, box in zip(array, wkb, bare.tolist(), bounds, strict=True)
    ]


def _header(srs: int, empty: bool, box: Sequence[float] | None) -> bytes:
    # Points, and what is empty, have no box.
    flags = _LITTLE | (_EMPTY if empty else 0) | (_BOXED if box else 0)
    head = struct.pack("<2sBBi", b"GP", 0, flags, srs)
    return head + struct.pack("<4d", box[0], box[2], box[1], box[3]) if box else head


def wkb_of(blob: bytes | None, place: Message) -> bytes | None:
    """Take the header off a shape (GeoPackage 1.3, clause 2.1.3.1).

    Raises
    ------
    BadInput
        It is in another format; ``place`` says where it stands.
    """
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 8:
        raise BadInput(Message("a geometry that is not in GeoPackage format"), where=place, wanted=_RUN)
    return blob[8 + _ENVELOPE.get(blob[3] >> 1 & 7, 0) :]


def envelope(blob: bytes | None) -> Box | None:
    """Give the box of a shape, by its header where that has one; None where there is nothing to be in it."""
    if blob is None or blob[3] & _EMPTY:
        return None
    if blob[3] >> 1 & 7:
        west, east, south, north = struct.unpack_from("<4d" if blob[3] & _LITTLE else ">4d", blob, 8)
    else:
        west, south, east, north = shapely.from_wkb(blob[8:]).bounds
    return None if math.isnan(west) else (west, east, south, north)


def with_gdal_functions(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Give a connection the functions that the triggers of layers ask for, of a file whose triggers are known."""
    connection.execute("PRAGMA trusted_schema=ON")

    def edge(number: int) -> Any:
        return lambda blob: (envelope(blob) or (None,) * 4)[number]

    for number, name in enumerate(_EDGES):
        connection.create_function(f"ST_{name}", 1, edge(number), deterministic=True)
    connection.create_function("ST_IsEmpty", 1, _is_empty, deterministic=True)
    return connection


def _is_empty(blob: bytes | None) -> int | None:
    return None if blob is None else int(envelope(blob) is None)


def srs_of(connection: sqlite3.Connection, layer: str) -> int | None:
    """Give the number that a layer's CRS has in the file; None where there is no such layer."""
    found = connection.execute("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?", (layer,)).fetchone()
    return None if found is None else int(found[0])


class Extent:
    """The extent of a layer, which GDAL and QGIS take for true: kept while shapes come and go.

    Where one goes that reached its edge, the layer is asked for the edge that it has now.

    Parameters
    ----------
    connection : sqlite3.Connection
        With GDAL's functions.
    layer : str
    """

    def __init__(self, connection: sqlite3.Connection, layer: str) -> None:
        self._connection, self._layer = connection, layer
        self._gone: list[Box] = []
        self._new: list[Box] = []

    def count(self, gone: Collection[bytes | None] = (), new: Collection[bytes | None] = ()) -> None:
        """Note shapes that go and come."""
        self._gone += filter(None, map(envelope, gone))
        self._new += filter(None, map(envelope, new))

    def write(self) -> None:
        """Write it down, once all rows are in the layer."""
        stated = self._connection.execute(_STATED, (self._layer,)).fetchone()
        if stated is None or not (self._gone or self._new):
            return
        sides = [self._edge(number, before) for number, before in enumerate(stated)]
        if tuple(sides) != tuple(stated):
            self._connection.execute(_STATE, (*sides, self._layer))

    def _edge(self, number: int, stated: float | None) -> float | None:
        sign = -1.0 if number % 2 else 1.0  # of the upper edges the largest counts
        new = [sign * box[number] for box in self._new]
        if stated is None:
            return self._measured(number)
        lost = any(sign * box[number] <= sign * stated for box in self._gone)
        if lost and not (new and min(new) <= sign * stated):
            return self._measured(number)
        return sign * min([*new, sign * stated])

    def _measured(self, number: int) -> float | None:
        # The index holds edges rounded outwards: what reaches furthest is among those that do so in it.
        edge = _EDGES[number]
        furthest = f"max({edge})" if number % 2 else f"min({edge})"
        index, layer = quoted_name(f"rtree_{self._layer}_{COLUMN}"), quoted_name(self._layer)
        outermost = " ".join(("SELECT id FROM", index, "WHERE", edge, "= (SELECT", furthest, "FROM", index, ")"))
        shapes = " ".join(("SELECT", COLUMN, "FROM", layer, "WHERE rowid IN (", outermost, ")"))
        boxes = [box for (blob,) in self._connection.execute(shapes) if (box := envelope(blob))]
        return (max if number % 2 else min)((box[number] for box in boxes), default=None)
