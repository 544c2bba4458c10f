"""The site of a project: as WKT, as a point with a radius, or from a file in any CRS, brought into the plan's CRS."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.errors import GEOSException

from ..case.finding_texts import load_texts, message
from ..core.errors import BadInput
from ..core.filled_tables import place_in, read_table
from ..core.given_files import shape_of_wkt
from ..core.messages import Message, at, foreign
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.coordinates.crs_candidates import CHINA, swap, within
from ..sources.coordinates.gcj import named_shift
from ..sources.coordinates.stated_crs import place_shapes
from ..sources.formats.point_tables import COORDINATES
from ..sources.layer import read_layer
from ..sources.shapes import NoPolygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyproj import CRS

    from ..core.findings import Finding
    from ..sources.coordinates.crs import Box

POINT, LINE, POLYGON = "point", "line", "polygon"
_KINDS = (POINT, LINE, POLYGON)  # by dimension
_WHERE = Message("the site")
_LONGEST = 400  # characters of a path that a message names
_WANTED = Message("WKT, x,y or x,y,radius in metres, or a file")
_WKT = re.compile(r"\s*(?:SRID\s*=\s*(\d+)\s*;)?\s*((?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*)", re.I | re.S)
_OTHER_WKT = re.compile(r"\s*(?:SRID\s*=\s*\d+\s*;)?\s*[A-Z]{5,}\s*Z?M?\s*(\(|EMPTY)", re.I)
_NUMBERS = re.compile(r"[\s,，;；、]+")
_MOST_POINTS = 200_000  # a site with more is a map
_FARTHEST_RADIUS = 100_000.0  # m
_DEGREES = "EPSG:4490"
_ZONE = 1e6  # m; eastings with the number of their zone in front are above
# Chords of a quarter of a circle round a point: its area is 1.6 ‰ less than the circle's.
_QUARTER = 16


@dataclass(frozen=True)
class Site:
    """Where a project is to stand.

    Attributes
    ----------
    shape : shapely.Geometry
        Points, lines or polygons, valid, of two dimensions, in the plan's CRS.
    axis : shapely.Geometry or None
        The line that a buffer made the polygon of: lengths are told of it.
    notices : tuple of Message
        What had to be taken for granted to read it.
    """

    shape: Any
    axis: Any = None
    notices: tuple[Message, ...] = field(default=(), compare=False)

    @cached_property
    def kind(self) -> str:
        """``point``, ``line`` or ``polygon``."""
        return _KINDS[shapely.get_dimensions(self.shape)]

    @property
    def line(self) -> Any:
        """The line that lengths are told of; None of a point or a plot."""
        return self.shape if self.kind == LINE else self.axis

    def moved(self, dx: float, dy: float) -> Site:
        """Give the same site somewhere else, metres east and north."""

        def shift(shape: Any) -> Any:
            return None if shape is None else shapely.transform(shape, lambda places: places + np.array([dx, dy]))

        return Site(shift(self.shape), shift(self.axis), self.notices)


def read_site(
    text: str | Path, crs: str, *, given: str = "", buffer: float = 0.0, bounds: Box | None = None, language: str = "en"
) -> Site:
    """Read a site as a person writes it.

    Parameters
    ----------
    text : str or Path
        WKT (``SRID=4490;…`` in front names its CRS), ``x,y``, ``x,y,radius`` with the radius in metres, or the path of
        a file: a vector layer, whose features together are the site, or a CSV with the corners of a plot in order.
        A file that names no CRS is in the plan's, with a notice.
    crs : str
        The plan's, in metres.
    given : str
        What the coordinates are in, if not in the plan's CRS or in what the file says; also ``GCJ-02`` and ``BD-09``,
        which are converted. Where nothing is given and the numbers are degrees within China, they are taken for
        CGCS2000, which WGS 84 is to within a metre, with a notice.
    buffer : float
        m round points and lines.
    bounds : tuple of float, optional
        Of the plan, against which a site that cannot belong to it is refused.
    language : str
        Of what is told of a file.

    Raises
    ------
    BadInput
        One sentence of what is wrong with it.
    """
    target = parse_crs(crs)
    if isinstance(text, str) and (found := _WKT.fullmatch(text)):
        shape, radius = _from_wkt(found[2]), 0.0
        placed = _placed(shape, given or (f"EPSG:{found[1]}" if found[1] else ""), target, language)
    elif isinstance(text, str) and _OTHER_WKT.match(text):
        raise BadInput(
            Message("'{text}' is no point, line or polygon", text=text.strip()[:40]), where=_WHERE, wanted=_WANTED
        )
    elif isinstance(text, str) and (numbers := _numbers(text)) is not None:
        x, y, radius = numbers
        placed = _placed(shapely.Point(x, y), given, target, language)
    else:
        placed, radius = _from_file(Path(text), given, target, language), 0.0
    shape, notices = placed
    return site_of(shape, buffer=radius or buffer, bounds=bounds, notices=notices)


def site_of(shape: Any, *, buffer: float = 0.0, bounds: Box | None = None, notices: Sequence[Message] = ()) -> Site:
    """Make a site of a shape in the plan's CRS, such as one that was drawn.

    Parameters
    ----------
    shape : shapely.Geometry
    buffer : float
        m round points and lines.
    bounds : tuple of float, optional
        Of the plan.
    notices : sequence of Message

    Raises
    ------
    BadInput
        Empty, no simple kind of shape, not valid, too large, or nowhere near the plan.
    """
    said = list(notices)
    if shape is None or shapely.is_empty(shape):
        raise BadInput(Message("an empty shape"), where=_WHERE, wanted=_WANTED)
    if not _is_finite(shape):
        raise BadInput(Message("a coordinate that is no number"), where=_WHERE, wanted=_WANTED)
    if shapely.get_type_id(shape) == shapely.GeometryType.GEOMETRYCOLLECTION:
        raise BadInput(Message("points, lines and polygons mixed"), where=_WHERE, wanted=Message("one of them alone"))
    if (count := int(shapely.get_num_coordinates(shape))) > _MOST_POINTS:
        raise BadInput(
            Message("{count:,} vertices", count=count),
            where=_WHERE,
            wanted=Message("at most {most:,}", most=_MOST_POINTS),
        )
    if shapely.has_z(shape):
        shape = shapely.force_2d(shape)
        said.append(Message("heights of the site are left out"))
    if not shapely.is_valid(shape):
        reason, _, place = shapely.is_valid_reason(shape).partition("[")
        raise BadInput(
            Message("not a valid shape: {reason} at {place}", reason=foreign(reason), place=place.rstrip("]")),
            where=_WHERE,
            wanted=Message("an outline that does not cross or touch itself"),
        )
    if not (0 <= buffer <= _FARTHEST_RADIUS):
        raise BadInput(
            Message("a radius or buffer of {buffer:g} m", buffer=buffer),
            where=_WHERE,
            wanted=Message("0 to {most:,.0f} m", most=_FARTHEST_RADIUS),
        )
    dimension = int(shapely.get_dimensions(shape))
    if not (1.0, shape.length, shape.area)[dimension]:
        raise BadInput(Message("a shape without extent"), where=_WHERE, wanted=_WANTED)
    if dimension == 1 and (once := shapely.union_all(shape)).length < shape.length * (1 - 1e-9):
        shape = once  # what is drawn there and back is one line
    axis = None
    if buffer and dimension < 2:
        axis = shape if dimension == 1 else None
        shape = shapely.buffer(shape, buffer, quad_segs=_QUARTER)
    elif buffer:
        raise BadInput(
            Message("a buffer round a polygon"), where=_WHERE, wanted=Message("points or lines, or no buffer")
        )
    if bounds is not None:
        _refuse_elsewhere(shape, bounds)
    return Site(shape, axis, tuple(said))


def _refuse_elsewhere(shape: Any, bounds: Box) -> None:
    """Refuse what cannot be meant for a plan: more than its own width away, or several times as large."""
    west, south, east, north = bounds
    width = math.hypot(east - west, north - south)
    left, low, right, high = shapely.bounds(shape).tolist()

    def far(left: float, low: float, right: float, high: float) -> float:
        return math.hypot(max(west - right, left - east, 0.0), max(south - high, low - north, 0.0))

    away = far(left, low, right, high)
    if away > width and far(low, left, high, right) <= width:
        # Surveyors call the northing X, and write it first.
        raise BadInput(
            Message("northing stands before easting"),
            where=_WHERE,
            wanted=Message("easting, northing; in a table the columns easting and northing"),
        )
    zone = left // _ZONE
    if away > width and zone and far(left - zone * _ZONE, low, right - zone * _ZONE, high) <= width:
        raise BadInput(
            Message("eastings with the number of their zone in front ({zone:.0f})", zone=zone),
            where=_WHERE,
            wanted=Message("eastings without it, or the CRS of that zone named"),
        )
    if away > width:
        raise BadInput(
            Message("it lies {away:,.0f} km from the plan", away=away / 1000),
            where=_WHERE,
            wanted=Message("a site in its area, or the CRS of its coordinates named"),
        )
    if math.hypot(right - left, high - low) > 2 * width:
        raise BadInput(
            Message("it is larger than the plan ({width:,.0f} km across)", width=width / 1000),
            where=_WHERE,
            wanted=Message("the outline of one project"),
        )


def _is_finite(shape: Any) -> bool:
    if shapely.get_type_id(shape) == shapely.GeometryType.POINT:
        return math.isfinite(shapely.get_x(shape)) and math.isfinite(shapely.get_y(shape))
    return bool(np.isfinite(shapely.get_coordinates(shape)).all())


def _from_wkt(text: str) -> Any:
    try:
        return shape_of_wkt(text)
    except (GEOSException, ValueError) as error:
        said = foreign(str(error).splitlines()[0].removeprefix("ParseException: ")[:120])
        raise BadInput(
            Message("cannot be read as WKT ({error})", error=said),
            where=_WHERE,
            wanted=Message("WKT such as POLYGON ((x y, x y, x y, x y))"),
        ) from error


def _numbers(text: str) -> tuple[float, float, float] | None:
    """Read ``x,y`` or ``x,y,radius``; None where it is neither, and may be a path."""
    parts = [part for part in _NUMBERS.split(text.strip()) if part]
    try:
        found = [float(part) for part in parts]
    except ValueError:
        return None
    if len(found) not in (2, 3):
        raise BadInput(Message("{count} numbers", count=len(found)), where=_WHERE, wanted=_WANTED)
    if not all(map(math.isfinite, found)) or (len(found) == 3 and found[2] <= 0):
        raise BadInput(Message("'{text}' is no point", text=text[:60]), where=_WHERE, wanted=_WANTED)
    return found[0], found[1], found[2] if len(found) == 3 else 0.0


def _placed(shape: Any, given: str, target: CRS, language: str) -> tuple[Any, tuple[Message, ...]]:
    """Bring a typed shape into the plan's CRS."""
    if shape is None or shapely.is_empty(shape) or not _is_finite(shape):
        return shape, ()  # refused by what it lacks
    notices: tuple[Message, ...] = ()
    bounds = tuple(shapely.bounds(shape).tolist())
    if not given and target.is_projected and within(bounds, CHINA):
        given = _DEGREES
        notices = (Message("the numbers look like degrees and are taken for CGCS2000 / WGS 84 longitude, latitude"),)
    elif not given and target.is_projected and within(swap(bounds), CHINA):
        raise BadInput(Message("latitude stands before longitude"), where=_WHERE, wanted=Message("longitude, latitude"))
    if not given:
        return shape, notices
    array = np.array([shape, None], dtype=object)[:-1]
    placed = place_shapes(array, None, given, "--crs", "--crs")
    notices += _told(placed.findings, language) + _of_shift(given)
    if placed.crs is None or placed.crs == target:
        return placed.geometry[0], notices
    return to_crs(placed.geometry, placed.crs, target, _WHERE)[0][0], notices


def _of_shift(given: str) -> tuple[Message, ...]:
    """Warn of coordinates that were shifted on purpose."""
    shift, _ = named_shift(given)
    if not shift:
        return ()
    return (Message("{shift} is converted by formulas that nobody official publishes, to about a metre", shift=shift),)


def _told(findings: Sequence[Finding], language: str) -> tuple[Message, ...]:
    """Word what was found in a file, in the profile's own texts."""
    texts = load_texts() if findings else {}
    return tuple(at(message(one, texts, language)) for one in findings if one.id != "S34")


def is_path(path: Path) -> bool:
    """Tell whether something is there; what the file system does not look up, as it is too long, is no path."""
    try:
        return path.exists()
    except OSError:
        return False


def _from_file(path: Path, given: str, target: CRS, language: str) -> tuple[Any, tuple[Message, ...]]:
    if not is_path(path):
        text = str(path)
        called = bool(path.suffix) and len(text) <= _LONGEST
        what = Message("file not found") if called else Message("'{text}' is no site", text=text[:60])
        raise BadInput(what, where=at(path) if called else _WHERE, wanted=_WANTED)
    if path.suffix.lower() in (".csv", ".txt") and (corners := _corners(path)) is not None:
        return _placed(corners, given, target, language)
    try:
        layer = read_layer(path, name=path.name, crs=given, columns=False)
    except NoPolygon:
        layer = read_layer(path, name=path.name, crs=given, columns=False, buffered=True)
    # What a file does not say is as what a person types: in the plan's CRS, or degrees.
    silent = layer.crs is None and not (layer.raw.crs or layer.raw.unread)
    shapes, findings = (layer.geometry, list(layer.findings)) if silent else layer.in_crs(target)
    notices = _told(findings, language) + _of_shift(given)
    if len(set(shapely.get_dimensions(shapes).tolist())) > 1:
        raise BadInput(Message("points, lines and polygons mixed"), where=path, wanted=Message("one of them alone"))
    wrong = np.flatnonzero(~shapely.is_valid(shapes))
    if len(wrong):
        reason, _, place = shapely.is_valid_reason(shapes[wrong[0]]).partition("[")
        raise BadInput(
            Message("not a valid shape: {reason} at {place}", reason=foreign(reason), place=place.rstrip("]")),
            where=layer.name,
            wanted=Message("an outline that does not cross or touch itself"),
        )
    if len(shapes) > 1:
        notices += (Message("the {count} features of {file} are one site", count=len(shapes), file=path.name),)
    shape = shapely.union_all(shapely.force_2d(shapes))
    if not silent:
        return shape, notices
    placed, taken = _placed(shape, "", target, language)
    return placed, notices + (taken or (Message("{file} names no CRS: it is taken to be the plan's", file=path.name),))


def _corners(path: Path) -> Any:
    """Read the corners of a plot from a table with a column of eastings and one of northings; None where it has none.

    Two corners are a line, one a point.
    """
    try:
        table = read_table(path)
    except BadInput:  # a cell as long as an outline's WKT: whoever reads layers says what else is wrong
        return None
    found = COORDINATES.columns([*table.head])
    if len(found) < 2:
        return None
    east, north = found["x"][0].name, found["y"][0].name
    places = []
    for row in table.rows:
        try:
            places.append((float(row.cells[east]), float(row.cells[north])))
        except ValueError:
            raise BadInput(
                Message("no coordinates"), where=place_in(path, table.sheet, row.number), wanted=Message("two numbers")
            ) from None
    if not places:
        raise BadInput(Message("no coordinates"), where=path, wanted=_WANTED)
    if len(places) < 3:
        return shapely.LineString(places) if len(places) == 2 else shapely.Point(places[0])
    return shapely.Polygon(places)
