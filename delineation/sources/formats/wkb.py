"""WKB as GDAL hands it out → shapely, also where shapely alone would refuse: surfaces, open rings, stumps of rings."""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.given_files import shape_of_wkt
from ...core.messages import Message, foreign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...core.arrays import Ints, Objects

# Kinds of OGC 06-103r4, table 7; thousands say which of Z and M follow.
_POINT, _LINE, _POLYGON, _MULTIPOINT, _MULTILINE, _MULTIPOLYGON, _COLLECTION = range(1, 8)
_POLYHEDRAL, _TIN, _TRIANGLE = 15, 16, 17
_NESTED = {_MULTIPOINT, _MULTILINE, _MULTIPOLYGON, _COLLECTION, _POLYHEDRAL, _TIN}
_OLD_Z, _OLD_M, _OLD_SRID = 0x80000000, 0x40000000, 0x20000000
_ENOUGH = 3  # distinct points of a ring
_DEEPEST = 32  # collections within collections


@dataclass(frozen=True)
class Decoded:
    """Geometries, and the rows where something had to be done for them.

    Attributes
    ----------
    geometry : (n,) object
        2-D, None where null.
    has_z : bool
        Z values were dropped.
    surface : (s,) int64
        Rows that held a TIN, a triangle or a polyhedral surface; they are what it covers, seen from above.
    open : (o,) int64
        Rows with a ring whose last point is not its first; it was closed.
    stump : (d,) int64
        Rows with a ring of fewer than three distinct points, which was left out, or with a line of one point.
    """

    geometry: Objects
    has_z: bool
    surface: Ints
    open: Ints
    stump: Ints


@dataclass
class _Found:
    """What one geometry is made of."""

    polygons: list[shapely.Polygon] = field(default_factory=list)
    others: int = 0
    surface: bool = False
    open: bool = False
    stump: bool = False


def decode(wkb: Objects, ids: Ints | Sequence[int], place: str) -> Decoded:
    """Read geometries.

    Parameters
    ----------
    wkb : (n,) object
        Bytes, None where null.
    ids : (n,) int64
        Feature ids, for messages.
    place : str
        What messages call the layer.

    Raises
    ------
    BadInput
        Bytes that break off, or a kind of geometry that nobody knows, with its feature.
    """
    # A coordinate that is no number is refused where the geometry is checked, with its feature.
    with np.errstate(invalid="ignore"):
        geometry = shapely.from_wkb(wkb, on_invalid="ignore")
    left = np.flatnonzero(shapely.is_missing(geometry) & np.array([item is not None for item in wkb], dtype=bool))
    found = []
    for row in left:
        try:
            one = _Found()
            _read(bytes(wkb[row]), 0, one, 0)
            geometry[row] = _footprint(one) if one.surface else _whole(one)
        except (struct.error, ValueError, shapely.errors.GEOSException) as error:
            raise BadInput(
                Message(
                    "geometry of feature {feature} cannot be read ({error})",
                    feature=ids[row],
                    error=foreign(str(error).strip() or type(error).__name__),
                ),
                where=place,
                wanted=Message("polygon geometries"),
            ) from error
        found.append(one)
    solid = bool(shapely.has_z(geometry).any())
    names = ("surface", "open", "stump")
    marks = {name: left[np.array([getattr(one, name) for one in found], dtype=bool)] for name in names}
    return Decoded(
        geometry=shapely.force_2d(geometry) if solid else geometry,
        has_z=solid or bool(len(marks["surface"])),
        **marks,
    )


def _read(data: bytes, at: int, found: _Found, depth: int) -> int:
    """Walk over one geometry, taking its polygons; where the next one begins."""
    if depth > _DEEPEST:
        raise ValueError("collections too deep")
    order = "<" if data[at : at + 1] == b"\x01" else ">"
    (code,) = struct.unpack_from(f"{order}I", data, at + 1)
    at += 5 + (4 if code & _OLD_SRID else 0)
    kind, more = code & 0xFFFF, bool(code & _OLD_Z) + bool(code & _OLD_M)
    kind, more = kind % 1000, more + (0, 1, 1, 2)[kind // 1000 % 4]
    width = 2 + more
    if kind == _POINT:
        found.others += 1
        return at + 8 * width
    (count,) = struct.unpack_from(f"{order}I", data, at)
    at += 4
    if kind == _LINE:
        found.others += 1
        found.stump |= count == 1
        return at + 8 * width * int(count)
    if kind in (_POLYGON, _TRIANGLE):
        found.surface |= kind == _TRIANGLE
        return _polygon(data, at, order, width, int(count), found)
    if kind not in _NESTED:
        raise ValueError(f"geometry of kind {kind}")
    found.surface |= kind in (_TIN, _POLYHEDRAL)
    for _ in range(count):
        at = _read(data, at, found, depth + 1)
    return at


def _polygon(data: bytes, at: int, order: str, width: int, count: int, found: _Found) -> int:
    rings = []
    for number in range(count):
        (size,) = struct.unpack_from(f"{order}I", data, at)
        at += 4
        ring = np.frombuffer(data, dtype=f"{order}f8", count=width * size, offset=at).reshape(size, width)[:, :2]
        at += 8 * width * int(size)
        if size and not np.array_equal(ring[0], ring[-1]):
            found.open = True
            ring = np.concatenate((ring, ring[:1]))
        if len(np.unique(ring, axis=0)) < _ENOUGH:
            # Of a surface, it is a triangle that stands upright.
            found.stump |= not found.surface and size > 0
            if number == 0:
                rings = [None]
        elif rings != [None]:
            rings.append(shapely.linearrings(np.ascontiguousarray(ring, dtype=np.float64)))
    if rings and rings[0] is not None:
        found.polygons.append(shapely.polygons(rings[0], holes=rings[1:] or None))
    return at


def _whole(found: _Found) -> shapely.Geometry:
    """Put the polygons together; nothing is left of what was only stumps."""
    return found.polygons[0] if len(found.polygons) == 1 else shapely.MultiPolygon(found.polygons)


def _footprint(found: _Found) -> shapely.Geometry:
    """Lay a surface flat: what stands upright has no area, what hangs over counts once."""
    flat = [part for part in shapely.make_valid(np.array(found.polygons, dtype=object)) if part.area > 0]
    covered = shapely.union_all(flat)
    parts = shapely.get_parts(covered)
    return _whole(_Found(polygons=list(parts[shapely.get_type_id(parts) == 3])))


def wkb_of_texts(texts: NDArray[Any], ids: Ints, known: NDArray[Any] | None, place: str) -> NDArray[Any]:
    """Make WKB of texts that hold WKT; null where there is none.

    Parameters
    ----------
    texts, ids : (n,) arrays
    known : (n,) object or None
        WKB that the reader has made of them already.
    place : str
        File, layer and field, for messages.

    Raises
    ------
    BadInput
        A text that makes no geometry, with its feature.
    """
    wkb: list[Any] = [None] * len(texts) if known is None else list(known)
    for row, text in enumerate(texts.tolist()):
        said = text.rpartition(";")[2].strip() if isinstance(text, str) else ""
        if said and known is None:
            with suppress(shapely.errors.GEOSException, NotImplementedError):
                wkb[row] = shapely.to_wkb(shape_of_wkt(said))
        if said and wkb[row] is None:
            raise BadInput(
                Message("feature {feature} holds no whole WKT: “{text}…”", feature=ids[row], text=said[:40]),
                where=place,
                wanted=Message("polygons as WKT in every row"),
            )
    return np.array([*wkb, None], dtype=object)[:-1]
