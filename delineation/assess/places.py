"""What of a plan a site lies on: read near it from the closed file, and held against the scopes of clauses.

A scope is tokens that all have to hold (``role:red_line``, ``unit:ZH…``, ``admin:33`` …; `|` between those of which any
does). Its region is the union of the faces that satisfy all of them, and a site is *in* it where it reaches deeper than
the plan's positional tolerance t, at its *edge* where it overlaps it no deeper than that, *touches* it where it is
within t of it without any overlap, else *out*. A site that moves by t may go from in to edge or from edge to touch,
never further.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import shapely
from shapely.errors import GEOSException

from ..core.arrays import objects
from ..partition.dissolve import united
from ..plan.file import rows_near, rows_with
from .site import LINE, POINT, POLYGON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..sources.coordinates.crs import Box
    from .site import Site

__all__ = [
    *("EDGE", "IN", "OUT", "TOUCH", "FaceTokens", "Neighbourhood", "SitePlaces", "UnitHit", "read_neighbourhood"),
]

IN, EDGE, TOUCH, OUT = "in", "edge", "touch", "out"
_KINDS = (POINT, LINE, POLYGON)
_ROOM = 1.0  # m beyond what the tolerance asks for, so that no border of a clipping box is near a site
# An overlap that is no wider than this along the site's outline is rounding, as is one of a line that is no longer.
_HAIR = 1e-6
_PROBES = 4  # points of a site that are tried before its region is put together
_LARGE = 400  # vertices
_TILE = 2_048.0  # m
_ROUND = 16  # chords a quarter of a circle: 1.2 ‰ of the tolerance


@dataclass(frozen=True)
class FaceTokens:
    """What is true of a face: the tokens it satisfies, its element zones, and what names the features over it."""

    tokens: tuple[str, ...]
    zones: tuple[str, ...]
    sea: bool

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self.tokens)

    def satisfies(self, scope: Sequence[str]) -> bool:
        """Tell whether all tokens of a scope hold on the face."""
        return all(map(self._holds, scope))

    def _holds(self, token: str) -> bool:
        kind, _, said = token.partition(":")
        for one in said.split("|"):
            whole = one if one.startswith(f"{kind}:") else f"{kind}:{one}"
            if whole in self._known or (kind == "admin" and any(other.startswith(whole) for other in self.tokens)):
                return True
        return False


@dataclass(frozen=True)
class Neighbourhood:
    """The faces of a plan near a place, or all of them.

    Attributes
    ----------
    box : tuple of float or None
        West, south, east, north of what is known; None where it is the whole plan.
    shape : (n,) object
        Polygons, cut to the box.
    face_id : (n,) int64
    unit : list of str
        Unit id of each face.
    county : list of str
    scale : (n,) float64
        The plan's area by the area in the plane: 1, but where areas are ellipsoidal.
    known : list of FaceTokens
    units : tuple of str
        Ids of the units that have a face here.
    large : (n,) bool
        Faces with many vertices.
    size : (n,) float64
        Area in the plane, m².
    """

    box: Box | None
    shape: Objects
    face_id: Ints
    unit: list[str]
    county: list[str]
    scale: Floats
    known: list[FaceTokens]
    units: tuple[str, ...]
    large: Bools
    size: Floats
    tree: shapely.STRtree = field(repr=False, compare=False)
    _tiles: dict[tuple[int, int, int], Any] = field(default_factory=dict, repr=False, compare=False)

    def tiles(self, rows: Ints, box: Box) -> Objects:
        """Give of large faces the part round a small box, which is kept for what comes near: cutting a face is slow."""
        west, south, east, north = box
        column, line = int(west // _TILE), int(south // _TILE)
        tile = column * _TILE - 1.0, line * _TILE - 1.0, (column + 2) * _TILE, (line + 2) * _TILE
        if self.box is not None or east > tile[2] - 1.0 or north > tile[3] - 1.0:
            return self.shape[rows]
        out = np.full(len(rows), None, dtype=object)
        for place, row in enumerate(rows):
            key = int(row), column, line
            if key not in self._tiles:
                self._tiles[key] = _clipped(self.shape[row : row + 1], tile)[0]
            out[place] = self._tiles[key]
        return out

    def holds(self, site: Site, room: float) -> bool:
        """Tell whether all that counts of a site is known here."""
        if self.box is None:
            return True
        west, south, east, north = shapely.bounds(site.shape).tolist()
        box = self.box
        low, high = west - room >= box[0] and south - room >= box[1], east + room <= box[2] and north + room <= box[3]
        return bool(low and high)


def read_neighbourhood(
    table: Callable[..., pd.DataFrame],
    box: Box | None,
    tokens: Callable[[str, str, int, Sequence[tuple[str, str, str]]], FaceTokens],
) -> Neighbourhood:
    """Read the faces whose boxes meet a box, with what covers them.

    Parameters
    ----------
    table : callable
        Gives a table of the plan by its name (`PlanRecords.table`).
    box : tuple of float or None
        West, south, east, north in the plan's CRS; None reads all.
    tokens : callable
        ``(county, unit id, category, ((role, zone, feature's name), …)) → FaceTokens``; asked once for equal ones.
    """
    faces = table("faces", **rows_near("faces", box))
    face_id, county, unit = (faces[name].tolist() for name in ("face_id", "county", "unit_id"))
    shape = faces["geometry"].to_numpy(dtype=object, copy=True)
    plane = shapely.area(shape)
    scale = np.divide(faces["area_m2"].to_numpy(), plane, out=np.ones(len(plane)), where=plane > 0)
    cut = np.zeros(len(shape), dtype=bool)
    if box is not None:
        many = shapely.get_num_coordinates(shape) > _LARGE
        shape[many] = _clipped(shape[many], box)
        cut = many & (shapely.area(shape) < plane)
    covering: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    called = table("features").fillna("").set_index(["source", "feature_id"])["name"].to_dict()
    found = table("coverage", **({} if box is None else rows_with("face_id", face_id)))
    found = found[["face_id", "role", "source", "feature_id", "zone", "grade"]].fillna("")
    for face, role, source, feature, zone, grade in found.itertuples(index=False, name=None):
        whole = f"{zone}+{grade}" if zone and grade else zone
        covering[face].append((role, whole, called.get((source, feature), "")))
    seen: dict[Any, FaceTokens] = {}
    known = []
    for number, face in enumerate(zip(county, unit, faces["category"].tolist(), strict=True)):
        key = *face, tuple(sorted(set(covering.get(face_id[number], ()))))
        if key not in seen:
            seen[key] = tokens(*key)
        known.append(seen[key])
    return Neighbourhood(
        box,
        shape,
        faces["face_id"].to_numpy(),
        unit,
        county,
        scale,
        known,
        tuple(dict.fromkeys(unit)),
        (shapely.get_num_coordinates(shape) > _LARGE) | cut,
        plane,
        shapely.STRtree(shape),
    )


def _clipped(shape: Objects, boxes: Box | Sequence[Box]) -> Objects:
    """Cut polygons to a box, or each to its own; what is left of one that only touches it is empty."""
    each: Sequence[Any] = boxes if len(boxes) and isinstance(boxes[0], tuple) else [boxes] * len(shape)
    out = objects([_cut(one, box) for one, box in zip(shape, each, strict=True)])
    wrong = np.flatnonzero(~shapely.is_valid(out))
    for place in wrong:
        out[place] = shapely.intersection(shape[place], shapely.box(*each[place]))
    out[shapely.get_dimensions(out) < 2] = shapely.Polygon()
    return out


def _cut(shape: Any, box: Any) -> Any:
    try:
        return shapely.clip_by_rect(shape, *box)
    except GEOSException:
        return None  # not valid either


@dataclass(frozen=True)
class UnitHit:
    """What of a site lies in a unit, m² and m; ``share`` of its area, else of its length, else of its points."""

    unit_id: str
    relation: str
    area_m2: float
    length_m: float
    share: float
    crossings: int


class SitePlaces:
    """A site among the faces near it.

    Parameters
    ----------
    near : Neighbourhood
        That holds it.
    site : Site
    tolerance : float
        The plan's positional tolerance, m.

    Attributes
    ----------
    faces : list of int
        Rows of the neighbourhood within twice the tolerance of the site.
    outside_share : float
        Of the site, what lies outside the plan (0–1).
    """

    def __init__(self, near: Neighbourhood, site: Site, tolerance: float, met: _Met | None = None) -> None:
        self._near, self.site, self._tolerance = near, site, tolerance
        met = met or _meetings(near, [site], tolerance)[0]
        self._box, self._shape, self._piece, self._common = met.box, met.shape, met.piece, met.common
        self._whole, self.outside_share = met.whole, met.outside_share
        self.faces = [int(row) for row in met.rows]
        self._sizes, self._large = near.size[met.rows], near.large[met.rows]
        over = self._common > 0
        self._over, self._close = _bits(over), _bits(met.close)
        self._by_size = [int(place) for place in np.argsort(-self._common, kind="stable") if over[place]]
        self._masks: dict[str, int] | None = None
        self._of_token: dict[str, int] = {}
        self._relations: dict[int, str] = {0: OUT}
        self._unions: dict[int, Any] = {}
        self._probes: dict[int, tuple[int, bool]] = {}

    @classmethod
    def of_many(cls, near: Neighbourhood, sites: Sequence[Site], tolerance: float) -> list[SitePlaces]:
        """Give many sites among the same faces: the same as one by one, in less time."""
        found = _meetings(near, sites, tolerance) if sites else []
        return [cls(near, site, tolerance, met) for site, met in zip(sites, found, strict=True)]

    def outside(self) -> str:
        """Tell how the site lies to what is outside the plan: ``in``, ``edge`` or ``out``."""
        if not self.outside_share:
            return OUT
        if self.outside_share > 0.5 or not len(self._shape):
            return IN
        land = self._union((1 << len(self.faces)) - 1)
        beyond = shapely.difference(self.site.shape, shapely.buffer(land, self._tolerance, quad_segs=_ROUND))
        return EDGE if shapely.is_empty(beyond) else IN

    def relation(self, scope: Sequence[str]) -> str:
        """Tell how the site lies to the region of a scope: ``in``, ``edge``, ``touch`` or ``out``."""
        return self.relation_of(self.mask(scope))

    def mask(self, scope: Sequence[str]) -> int:
        """Give the faces near the site that satisfy all tokens of a scope, as bits."""
        found = (1 << len(self.faces)) - 1
        for token in scope:
            mask = self._of_token.get(token)
            if mask is None:
                mask = self._of_token[token] = self._token(token)
            found &= mask
            if not found:
                break
        return found

    def relation_of(self, mask: int) -> str:
        """Tell how the site lies to the union of some of the faces near it."""
        found = self._relations.get(mask)
        if found is None:
            found = self._relations[mask] = self._relate(mask)
        return found

    def _relate(self, mask: int) -> str:
        if not mask & self._over:
            return TOUCH if mask & self._close else OUT
        # A region with a point deeper than t has the circle of radius t round it.
        if self._sizes[_places(mask)].sum() < math.pi * self._tolerance**2:
            return EDGE
        # What is deep in a region is so in what holds it; what is only at its edge is no deeper in a part of it.
        for other, relation in self._relations.items():
            if (relation == IN and not other & ~mask) or (relation == EDGE and not mask & ~other):
                return relation
        tried = 0
        for place in self._by_size:
            if mask >> place & 1:
                reach, inland = self._probe(place)
                if inland and not reach & ~mask:
                    return IN
                tried += 1
                if tried == _PROBES:
                    break
        # No point that was tried is deep in it: narrow faces may still add up to a region that the site is deep in.
        core = shapely.buffer(self._union(mask), -self._tolerance, quad_segs=_ROUND)
        return IN if shapely.intersects(self.site.shape, core) else EDGE

    def _probe(self, place: int) -> tuple[int, bool]:
        """Take a point of the site within a face: the faces within the tolerance of it, and whether only faces are."""
        if place not in self._probes:
            first = self._by_size.index(place)
            # Some at once, as the next scope will ask for the next of them.
            asked = self._by_size[first : first + _PROBES]
            points = shapely.point_on_surface(self._piece[asked])
            reach = shapely.distance(points[:, None], self._shape[None, :]) <= self._tolerance
            # All round a point deep in a plot that lies wholly on the plan is plan.
            inland = np.zeros(len(asked), dtype=bool)
            if self.site.kind not in (POINT, LINE) and not self.outside_share:
                inland = shapely.distance(points, self._outline) > self._tolerance
            for number, one in enumerate(asked):
                self._probes[one] = _bits(reach[number]), bool(inland[number])
        reached, inland_here = self._probes[place]
        return reached, inland_here or self._covered

    @cached_property
    def _outline(self) -> Any:
        return shapely.boundary(self.site.shape)

    @cached_property
    def _covered(self) -> bool:
        """Whether all that is near the site is on the plan."""
        west, south, east, north = self._box
        size = float(shapely.area(_clipped(self._shape, self._box)).sum())
        return bool(size >= (1 - 1e-9) * (east - west) * (north - south))

    def _union(self, mask: int) -> Any:
        if mask not in self._unions:
            places = _places(mask)
            # Whole faces of a plan share their borders vertex by vertex; what a box has cut may not.
            unite = shapely.union_all if self._large[places].any() else united
            self._unions[mask] = unite(self._shape[places])
        return self._unions[mask]

    def _token(self, token: str) -> int:
        if self._masks is None:
            masks: dict[str, int] = defaultdict(int)
            for place, row in enumerate(self.faces):
                bit = 1 << place
                for one in self._near.known[row].tokens:
                    masks[one] |= bit
            self._masks = dict(masks)
        kind, _, said = token.partition(":")
        found = 0
        for one in said.split("|"):
            whole = one if one.startswith(f"{kind}:") else f"{kind}:{one}"
            if kind == "admin":
                for other, mask in self._masks.items():
                    found |= mask if other.startswith(whole) else 0
            else:
                found |= self._masks.get(whole, 0)
        return found

    @property
    def size(self) -> tuple[float, float]:
        """Area and length of the site, m² and m, in the plan's way of measuring."""
        line = self.site.line
        area = 0.0
        if self.site.kind not in (POINT, LINE):
            scale = self._near.scale[self.faces]
            inside = float((self._common * scale).sum())
            most = float(scale.mean()) if len(scale) else 1.0
            area = inside + self.outside_share * self._whole * most
        return area, 0.0 if line is None else float(shapely.length(line))

    def measured(self, mask: int) -> tuple[float, float]:
        """Give the area and the length of the site over some of the faces, m² and m."""
        places = _places(mask & self._over)
        if not len(places):
            return 0.0, 0.0
        area = length = 0.0
        if self.site.kind == LINE:
            length = self._along(places)[0]
        elif self.site.kind != POINT:
            rows = np.array(self.faces, dtype=np.int64)[places]
            area = float((self._common[places] * self._near.scale[rows]).sum())
            if self.site.axis is not None:
                length = self._along(places)[0]
        return area, length

    def _along(self, places: Ints) -> tuple[float, int]:
        """Length of the site's line over faces, what runs along a border counted once, and in how many stretches."""
        whole = shapely.union_all(shapely.intersection(self.site.line, self._shape[places]))
        parts = shapely.get_parts(shapely.line_merge(whole))
        return float(shapely.length(whole)), int((shapely.length(parts) > _HAIR).sum())

    def units(self) -> list[UnitHit]:
        """Give the units that the site overlaps, the one with most of it first."""
        found: dict[str, int] = defaultdict(int)
        for place, row in enumerate(self.faces):
            if self._over >> place & 1:
                found[self._near.unit[row]] |= 1 << place
        out = []
        for unit, mask in found.items():
            area, length = self.measured(mask)
            places = _places(mask)
            common = length if self.site.kind == LINE else float(self._common[places].sum())
            near = self.mask((f"unit_id:{unit}",))
            crossings = 0
            if self.site.kind == LINE:
                crossings = self._along(places)[1]
            elif self.site.axis is not None:
                inside = shapely.intersection(self.site.axis, self._union(mask))
                parts = shapely.get_parts(shapely.line_merge(inside) if shapely.get_dimensions(inside) == 1 else inside)
                crossings = int((shapely.length(parts) > _HAIR).sum())
            share = min(1.0, common / self._whole) if self._whole else 0.0
            out.append(UnitHit(unit, self.relation_of(near), area, length, share, crossings))
        out.sort(key=lambda one: (-one.share, one.unit_id))
        return out

    def near_units(self) -> list[str]:
        """Give ids of the units within the tolerance of the site, those that it overlaps first."""
        hit = [self._near.unit[row] for place, row in enumerate(self.faces) if self._over >> place & 1]
        close = [self._near.unit[row] for place, row in enumerate(self.faces) if self._close >> place & 1]
        return list(dict.fromkeys([*hit, *close]))

    def zones(self) -> dict[str, int]:
        """Give the codes of the element zones that the site overlaps, each with its faces as bits."""
        found: dict[str, int] = defaultdict(int)
        for place, row in enumerate(self.faces):
            if self._over >> place & 1:
                for code in self._near.known[row].zones:
                    found[code] |= 1 << place
        return dict(found)

    def rows(self, mask: int) -> list[int]:
        """Give rows of the neighbourhood from bits."""
        return [row for place, row in enumerate(self.faces) if mask >> place & 1]

    def known(self) -> list[FaceTokens]:
        """Give what is true of the faces that the site overlaps, each kind once."""
        return list(dict.fromkeys(self._near.known[row] for row in self.rows(self._over)))

    @property
    def overlapped(self) -> int:
        """The faces that the site overlaps, as bits."""
        return self._over


class _Met(NamedTuple):
    """A site and the faces near it.

    `rows` of the neighbourhood, with `shape` cut to the `box` where they are large; of each the `piece` of the site in
    it (None where they do not meet), how much `common` that is (0 where it is rounding), and whether it is `close`, by
    the tolerance; how much the site is as a `whole`, and its share outside the plan.
    """

    box: Box
    rows: Ints
    shape: Objects
    piece: Objects
    common: Floats
    close: Bools
    whole: float
    outside_share: float


def _meetings(near: Neighbourhood, sites: Sequence[Site], tolerance: float) -> list[_Met]:
    """Hold sites against the faces near them, all pairs in whole arrays."""
    count = len(sites)
    shape = objects([site.shape for site in sites])
    boxes = shapely.bounds(shape) + (2 * tolerance + _ROOM) * np.array([-1.0, -1.0, 1.0, 1.0])
    of, rows = near.tree.query(shapely.box(*boxes.T))
    order = np.lexsort((rows, of))
    of, rows = of[order], rows[order]
    faces, large = near.shape[rows], near.large[rows]
    # Faces with many vertices are cut down to what is near; to cut the others would cost more than it saves.
    if large.any():
        cut = np.flatnonzero(large)
        around = [tuple(box) for box in boxes.tolist()]
        tiled = [near.tiles(rows[cut[part]], around[of[cut[part[0]]]]) for part in _runs(of[cut])]
        faces[cut] = _clipped(np.concatenate(tiled), [around[number] for number in of[cut]])
        left = ~(large & shapely.is_empty(faces))
        of, rows, faces = of[left], rows[left], faces[left]
    kind = np.array([_KINDS.index(site.kind) for site in sites])
    at = shape[of]
    shapely.prepare(shape)
    hit = shapely.intersects(at, faces)
    piece = np.full(len(of), None, dtype=object)
    within = hit & (kind[of] == _KINDS.index(POLYGON))
    within[within] = shapely.covers(at[within], faces[within])
    part = hit & ~within
    # A plot or a line wholly in one face is itself what they have in common.
    alone = part & (np.bincount(of, weights=part, minlength=count) == 1)[of] & (kind[of] != _KINDS.index(POINT))
    alone[alone] = shapely.covered_by(at[alone], faces[alone])
    part &= ~alone
    piece[within], piece[alone], piece[part] = faces[within], at[alone], shapely.intersection(at[part], faces[part])
    common = np.where(hit, _measured(piece, kind[of]), 0.0)
    whole = _measured(shape, kind)
    least = np.where(kind == _KINDS.index(LINE), _HAIR, _HAIR * np.maximum(shapely.length(shape), _HAIR))
    least = np.where(kind == _KINDS.index(POINT), 0.5, np.minimum(least, whole / 2))
    common[common <= least[of]] = 0.0
    close = common > 0
    close[~close] = shapely.distance(at[~close], faces[~close]) <= tolerance
    inside = np.bincount(of, weights=common, minlength=count)
    inside = np.minimum(1.0, np.divide(inside, whole, out=np.zeros(count), where=whole > 0))
    ends = np.searchsorted(of, np.arange(count + 1))
    out = []
    for number in range(count):
        here = slice(ends[number], ends[number + 1])
        if kind[number] == _KINDS.index(POINT):
            hits = shapely.intersects(shapely.get_parts(shape[number])[:, None], faces[None, here]).any(axis=1)
            inside[number] = float(hits.mean()) if here.stop > here.start else 0.0
        elif kind[number] == _KINDS.index(LINE) and (common[here] > 0).sum() > 1:
            # What runs along a border lies in the faces on both sides of it, and would make up for what is outside.
            inside[number] = min(1.0, float(shapely.length(shapely.union_all(piece[here])) / whole[number]))
        rest, all_of_it = 1.0 - float(inside[number]), float(whole[number])
        share = rest if rest * all_of_it > max(float(least[number]), 1e-9 * all_of_it) else 0.0
        box = tuple(boxes[number].tolist())
        out.append(_Met(box, rows[here], faces[here], piece[here], common[here], close[here], all_of_it, share))
    return out


def _measured(shape: Objects, kind: Ints) -> Floats:
    """Count points, or measure lines or areas, as the kind of the site wants it."""
    count, length, area = shapely.get_num_geometries(shape), shapely.length(shape), shapely.area(shape)
    return np.where(kind == 0, count, np.where(kind == 1, length, area)).astype(np.float64)


def _runs(numbers: Ints) -> list[Ints]:
    """Give the places of each run of equal numbers."""
    return np.split(np.arange(len(numbers)), np.flatnonzero(np.diff(numbers)) + 1)


def _bits(flags: Bools) -> int:
    return sum(1 << int(place) for place in np.flatnonzero(flags))


def _bits_of(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _places(mask: int) -> Ints:
    return np.fromiter(_bits_of(mask), dtype=np.int64)


def grown(box: Box, room: float) -> Box:
    """Give a box with room on all sides."""
    west, south, east, north = box
    return west - room, south - room, east + room, north + room


def width(box: Box) -> float:
    """Length of a box's diagonal."""
    return math.hypot(box[2] - box[0], box[3] - box[1])
