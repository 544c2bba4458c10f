"""Where areas that should tile do not: overlaps of features of one source, and gaps between administrative areas.

Overlaps are read off the coverage: a face under two features of a source is one. Gaps are holes of the study area,
and slits between two areas that lie closer to each other than a setting.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.arrays import number_of
from ..core.messages import Message
from ..core.sums import sum_by
from ..partition.arcs import groups, runs
from ..partition.dissolve import dissolve
from ..sources.defects import tell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.findings import Facts, Finding
    from ..core.messages import Fact
    from ..partition import Coverage, Partition
    from ..sources.features import Features

_MANY = 16  # features on one face up to which all pairs are told; of more, each with the first
_PIECE = 16  # edges of the outline looked at together
_ROUND = 4  # chords a quarter circle, where lines are widened


@dataclass(frozen=True)
class Overlaps:
    """Pairs of features of one source that share area, the larger ones first.

    Attributes
    ----------
    first, second : (p,) int64
        Rows of features, ``first < second``.
    area : (p,) float64
        m².
    face : (p,) int64
        The largest face of each pair.
    own : (p,) float64
        m² of both features added up, as drawn on these faces.
    drawn, covered : (p,) float64
        m² of all features of the pair's source: added up as drawn, and the faces they cover, each once.
    """

    first: Ints
    second: Ints
    area: Floats
    face: Ints
    own: Floats
    drawn: Floats
    covered: Floats

    def __len__(self) -> int:
        """Count the pairs."""
        return len(self.first)

    def take(self, rows: Bools | Ints) -> Overlaps:
        """Pick pairs."""
        return Overlaps(*(getattr(self, field.name)[rows] for field in fields(self)))


def overlaps(which: Bools, source: Ints, coverage: Coverage, area: Floats, least: float) -> Overlaps:
    """Find the overlaps among some features.

    Parameters
    ----------
    which : (m,) bool
        Features to look at.
    source : (m,) int64
        Only features of one source are paired.
    coverage : Coverage
    area : (n,) float64
        m² of each face.
    least : float
        m² below which a pair is not told.
    """
    rows = np.flatnonzero(which[coverage.feature])
    face, feature = coverage.face[rows], coverage.feature[rows]
    order = np.lexsort((feature, source[feature], face))
    face, feature = face[order], feature[order]
    begin = groups(face, source[feature])
    size = np.diff(np.append(begin, len(face)))
    begin, size = begin[size > 1], size[size > 1]
    ahead = np.repeat(size, size) - 1 - runs(np.zeros(len(size), np.int64), size)
    # In a crowd, only the first one is paired with the others.
    rank = runs(np.zeros(len(size), np.int64), size)
    ahead[(np.repeat(size, size) > _MANY) & (rank > 0)] = 0
    member = runs(begin, size)
    first = np.repeat(member, ahead)
    second = runs(member + 1, ahead)
    pair, where = np.unique(feature[first] * len(which) + feature[second], return_inverse=True)
    where, at = where.ravel(), face[first]
    shared: Floats = np.bincount(where, area[at], minlength=len(pair)).astype(np.float64)
    largest = np.lexsort((-area[at], where))
    largest = largest[groups(where[largest])]
    one, other = pair // len(which), pair % len(which)
    found = Overlaps(one, other, shared, at[largest], *_sizes(one, other, rows, source, coverage, area))
    found = found.take(shared >= least)
    return found.take(np.argsort(-found.area, kind="stable"))


def _sizes(
    one: Ints,
    other: Ints,
    rows: Ints,
    source: Ints,
    coverage: Coverage,
    area: Floats,
) -> tuple[Floats, Floats, Floats]:
    """Measure both features of each pair, and their source: as drawn, and as it covers the land."""
    face, feature = coverage.face[rows], coverage.feature[rows]
    own = sum_by(feature, area[face], len(source))
    of = source[feature]
    count = number_of(source)
    cells = np.unique(of * len(area) + face)
    covered = sum_by(cells // max(len(area), 1), area[cells % max(len(area), 1)], count)
    drawn = sum_by(of, area[face], count)
    return own[one] + own[other], drawn[source[one]], covered[source[one]]


def overlap_findings(found: Overlaps, features: Features, faces: Objects, names: Sequence[str]) -> list[Finding]:
    """Tell the pairs source by source (S45).

    Parameters
    ----------
    found : Overlaps
    features : Features
    faces : (n,) object
        Polygons of the partition.
    names : sequence of str
        What messages call each source.
    """
    findings = []
    of = features.source[found.first]
    for number in map(int, np.unique(of)):
        mine = found.take(of == number)

        def label(row: int, mine: Overlaps = mine) -> Message:
            first, second = features.called(mine.first[row]), features.called(mine.second[row])
            return pair_told(first, second, float(mine.area[row]))

        def facts(row: int, mine: Overlaps = mine) -> Facts:
            pair = {"first": features.called(mine.first[row]), "feature": features.called(mine.second[row])}
            size, drawn = float(mine.area[row]), float(mine.own[row])
            return {**pair, "area": size, "drawn": drawn, "covered": drawn - size}

        def place(row: int, mine: Overlaps = mine) -> shapely.Polygon:
            return faces[mine.face[row]]

        whole: Facts = {"drawn": float(mine.drawn[0]), "covered": float(mine.covered[0])}
        findings += tell("S45", names[number], mine.area, facts=facts, label=label, place=place, total=whole)
    return findings


def pair_told(first: Fact, feature: Fact, area: float) -> Message:
    """Name a pair of features that overlap in a list, with the m² that they share."""
    return Message("{first} ∩ {feature} ({area:area})", first=first, feature=feature, area=area)


def gaps(partition: Partition, label: Ints, names: Sequence[str], settings: Mapping[str, Any]) -> list[Finding]:
    """Find gaps between areas (S46): small or thin holes of what they cover, and slits that are open at an end.

    Parameters
    ----------
    partition : Partition
        Of the study area.
    label : (n,) int64
        Area (county, township) that each face belongs to, −1 for none.
    names : sequence of str
        Of the areas.
    settings : mapping
        ``gap_width`` (m, of a slit at most), ``gap_area`` (m²: a hole up to this is a gap), ``gap_thinness``
        (4πA/P²: a hole or a slit up to this is one), ``overlap_min`` (m²: what is smaller is not told).
    """
    width, least = float(settings["gap_width"]), float(settings["overlap_min"])
    lines, owner = _outline(partition, label)
    holes = shapely.polygons(_holes(partition))
    thin = _thinness(holes) <= float(settings["gap_thinness"])
    holes = holes[(shapely.area(holes) >= least) & (thin | (shapely.area(holes) <= float(settings["gap_area"])))]
    slits = _slits(lines, owner, partition, width) if width > 0 else holes[:0]
    slits = slits[(shapely.area(slits) >= least) & (_thinness(slits) <= float(settings["gap_thinness"]))]
    if len(holes):
        slits = slits[~shapely.intersects(slits, shapely.union_all(holes))]
    found = np.concatenate((holes, slits))
    if not len(found):
        return []
    pair, line = shapely.STRtree(lines).query(found, predicate="dwithin", distance=width / 100)
    beside = [
        dict.fromkeys(names[one] for one in np.unique(owner[line[pair == row]]) if one >= 0)
        for row in range(len(found))
    ]
    touching = np.array([len(areas) for areas in beside])
    keep = np.flatnonzero((touching > 1) | (np.arange(len(found)) < len(holes)))
    order = keep[np.argsort(-shapely.area(found[keep]), kind="stable")]
    area, around = shapely.area(found), shapely.length(found)

    def between(row: int) -> str:
        return " / ".join(beside[row]) or "?"

    return tell(
        "S46",
        "",
        area[order],
        facts=lambda at: {
            "between": between(order[at]),
            "area": float(area[order[at]]),
            "width": float(2 * area[order[at]] / around[order[at]]),
        },
        label=lambda at: Message("{between} ({area:area})", between=between(order[at]), area=float(area[order[at]])),
        place=lambda at: found[order[at]],
    )


def _thinness(polygons: Objects) -> Floats:
    around = np.maximum(shapely.length(polygons), 1e-12)
    thinness: Floats = 4 * np.pi * shapely.area(polygons) / around**2
    return thinness


def _holes(partition: Partition) -> Objects:
    """Inner rings of the study area."""
    whole = shapely.get_parts(dissolve(partition, np.zeros(len(partition), np.int64), 1))
    rings = shapely.get_rings(whole, return_index=True)
    return np.delete(rings[0], groups(rings[1]))


def _outline(partition: Partition, label: Ints) -> tuple[Objects, Ints]:
    """Short pieces of the study area's outline, and the area each belongs to."""
    arcs, side = partition.lines.arcs, partition.lines.side
    left, right = side[0::2], side[1::2]
    outer = np.flatnonzero((left < 0) != (right < 0))
    size = np.diff(arcs.start)[outer] - 1
    count = -(-size // _PIECE)
    arc = np.repeat(np.arange(len(outer)), count)
    step = runs(np.zeros(len(outer), np.int64), count)
    begin = arcs.start[outer][arc] + step * _PIECE
    edges = np.minimum(size[arc] - step * _PIECE, _PIECE)
    points = partition.lines.place[arcs.vertex[runs(begin, edges + 1)]]
    pieces = shapely.linestrings(points, indices=np.repeat(np.arange(len(arc)), edges + 1))
    owner = label[np.maximum(left, right)[outer]][arc]
    return pieces, owner


def _slits(lines: Objects, owner: Ints, partition: Partition, width: float) -> Objects:
    """Find what lies outside between lines of different areas that are nearer to each other than ``width``."""
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=width)
    apart = owner[one] != owner[other]
    near = np.unique(np.concatenate((one[apart], other[apart])))
    nothing: Objects = np.zeros(0, dtype=object)
    if not len(near):
        return nothing
    wide = shapely.union_all(shapely.buffer(lines[near], width / 2, quad_segs=_ROUND))
    closed = shapely.get_parts(shapely.buffer(wide, -width / 2, quad_segs=_ROUND))
    # What a buffer leaves of a neck may cross itself.
    closed = shapely.get_parts(shapely.make_valid(closed))
    closed = closed[shapely.area(closed) > 0]
    if not len(closed):
        return nothing
    piece, face = shapely.STRtree(partition.faces).query(closed, predicate="intersects")
    parts = []
    for row in map(int, np.unique(piece)):
        bounds = shapely.bounds(closed[row])
        near_faces = shapely.clip_by_rect(partition.faces[face[piece == row]], *bounds)
        parts.append(shapely.get_parts(shapely.difference(closed[row], shapely.union_all(near_faces))))
    left = np.concatenate(parts) if parts else closed[:0]
    slits: Objects = left[shapely.get_type_id(left) == 3]
    return slits
