"""Sources that must share borders but lie beside each other: the one shift that explains it.

Points along the borders of the reference (counties, else townships) are laid on the lines of another source as they
are, and as they would be if one of both were shifted: by GCJ-02 or BD-09, or by a constant number of metres, as a datum
taken for another leaves it. Only a shift that brings most of them together is reported; whatever does not share
borders, or differs as two digitisings of one line do, is not explained by any shift, and nothing is said. Nothing is
moved here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.findings import Facts, Finding
from ...core.messages import at
from .crs import to_crs
from .crs_candidates import CHINA, within
from .gcj import from_bd, from_gcj, to_bd, to_gcj
from .registration import Nearest, along, constant, edges, near

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pyproj import CRS

    from ...core.arrays import Bools, Floats, Objects
    from .crs import Box
    from .gcj import Degrees
    from .registration import Points

# Roles whose borders hold all borders of the level above.
_ADMINISTRATIVE = ("county", "township", "village")
_POINTS = 2000
# Metres: beyond any shift that is looked for; what two digitisings of one line differ by; what is the same line.
_REACH, _NATURAL, _SAME = 1500.0, 15.0, 3.0
# A shift explains a misfit when no more than this share of it is left, and enough points speak.
_LEFT, _LEAST_POINTS = 0.35, 30
# Of a source that need not share borders: share of its vertices that a shift lays on them, and how many times more than
# lie there without it.
_SHARED, _TIMES = 0.02, 10.0
_SPARSE = 5  # every so many points decide whether all is well
# Metres: the shortest shift that is reported, and the longest that Beijing 1954 or Xian 1980 taken for CGCS2000 leaves.
_SHORTEST, _DATUM = 20.0, 300.0


@dataclass(frozen=True)
class OffsetSource:
    """A source to be held against the others.

    Attributes
    ----------
    place : str
        What messages call it.
    role : str
    geometry : (m,) object
        Polygons in the case's CRS.
    crs : CRS
        The source's own.
    shift : str
        ``GCJ-02`` or ``BD-09`` where that was taken back already.
    """

    place: str
    role: str
    geometry: Objects
    crs: CRS
    shift: str = ""


def systematic_offsets(sources: Sequence[OffsetSource], crs: CRS) -> list[Finding]:
    """Compare each source's lines with the borders of the reference.

    Parameters
    ----------
    sources : sequence of OffsetSource
    crs : CRS
        Of their geometry, in metres.

    Returns
    -------
    list of Finding
        S35 where GCJ-02 or BD-09 explains a misfit, S36 where a constant shift does: median distance before and after
        in metres, number of points, confidence 0–1.
    """
    roles = [source.role for source in sources]
    role = next((role for role in _ADMINISTRATIVE if role in roles), "")
    if not role:
        return []
    reference = sources[roles.index(role)]
    start, stop = edges(reference.geometry)
    if not len(start):
        return []
    points = along(start, stop, _POINTS)
    border = shapely.STRtree(shapely.linestrings(np.stack([start, stop], axis=1)))
    found = []
    for source in sources:
        if source is reference:
            continue
        if source.role in _ADMINISTRATIVE:
            found += _all_borders(reference, source, points, crs)
        else:
            found += _some_borders(reference, source, border, crs)
    return _once(found)


@dataclass(frozen=True)
class _Suspicion:
    """One of two sources is not what it is taken for: its file has the shift ``true``, or none ("")."""

    source: OffsetSource
    other: OffsetSource
    true: str


# How plain degrees become those of a file, and back.
_TO: dict[str, Callable[..., Degrees]] = {"": lambda x, y: (x, y), "GCJ-02": to_gcj, "BD-09": to_bd}
_BACK: dict[str, Callable[..., Degrees]] = {"": lambda x, y: (x, y), "GCJ-02": from_gcj, "BD-09": from_bd}


def _suspicions(reference: OffsetSource, source: OffsetSource) -> Iterator[_Suspicion]:
    for one, other in ((source, reference), (reference, source)):
        yield from (_Suspicion(one, other, true) for true in _TO if true != one.shift)


def _wrongly(points: Points, one: _Suspicion, crs: CRS) -> Points | None:
    """Put points that are right where the suspected source has them."""
    return _by_degrees(points, crs, _TO[one.true], _BACK[one.source.shift])


def _rightly(points: Points, one: _Suspicion, crs: CRS) -> Points | None:
    """Put points of the suspected source where they should be."""
    return _by_degrees(points, crs, _TO[one.source.shift], _BACK[one.true])


def _by_degrees(
    points: Points, crs: CRS, first: Callable[..., Degrees], second: Callable[..., Degrees]
) -> Points | None:
    """Move points of the case's CRS by two functions of degrees, one after the other; None outside China."""
    if crs.geodetic_crs is None:
        return None
    places = np.asarray(shapely.points(points), dtype=object)
    degrees = shapely.get_coordinates(to_crs(places, crs, crs.geodetic_crs, at("GCJ-02"))[0])
    box: Box = (*degrees.min(axis=0).tolist(), *degrees.max(axis=0).tolist())
    if not within(box, CHINA):
        return None
    moved = np.column_stack(second(*first(degrees[:, 0], degrees[:, 1])))
    back = to_crs(np.asarray(shapely.points(moved), dtype=object), crs.geodetic_crs, crs, at("GCJ-02"))[0]
    out: Floats = shapely.get_coordinates(back)
    return out


def _all_borders(reference: OffsetSource, source: OffsetSource, points: Points, crs: CRS) -> list[Finding]:
    """Judge a source whose lines must hold all borders of the reference."""
    start, stop = edges(source.geometry)
    few = points[::_SPARSE]
    close = Nearest(*near(start, stop, few, _NATURAL))
    if float((close.distance(few) <= _NATURAL).mean()) >= 0.5:
        return []
    line = Nearest(*near(start, stop, points, _REACH))
    distance = line.distance(points)
    use = distance <= _REACH
    if use.sum() < _LEAST_POINTS or float(np.median(distance[use])) < _NATURAL:
        return []
    points, before = points[use], distance[use]
    best: tuple[float, _Suspicion, Points] | None = None
    for one in _suspicions(reference, source):
        moved = (_wrongly if one.source is source else _rightly)(points, one, crs)
        if moved is None:
            break
        after = line.distance(moved)
        if best is None or float(np.median(after)) < best[0]:
            best = float(np.median(after)), one, after
    move, left = constant(line, points)
    # A constant shift may happen to be like one of web maps; then it leaves far less.
    if best is not None and _explained(before, best[2]) and best[0] <= 2 * float(np.median(left)):
        return [_shift_finding(best[1], _measures(before, best[2]))]
    length = float(np.hypot(*move))
    if length < _SHORTEST or not _explained(before, left):
        return []
    facts: Facts = {
        "source": source.place,
        "other": reference.place,
        "east": float(-move[0]),
        "north": float(-move[1]),
        "length": length,
        **_measures(before, left),
        **({"problem": "far"} if length > _DATUM else {}),
    }
    return [Finding("S36", facts, value=length)]


def _some_borders(reference: OffsetSource, source: OffsetSource, border: shapely.STRtree, crs: CRS) -> list[Finding]:
    """Judge a source that need not share borders: only by vertices that a shift lays on the very lines."""
    vertices = shapely.get_coordinates(source.geometry)
    vertices = vertices[:: max(1, len(vertices) // _POINTS)]
    if not len(vertices):
        return []
    on = int(_on(border, vertices).sum())
    # What is cut at the borders as they are needs no other explanation.
    if on * _TIMES >= len(vertices) or on >= _LEAST_POINTS:
        return []
    best: tuple[int, _Suspicion, Points, Bools] | None = None
    for one in _suspicions(reference, source):
        moved = (_rightly if one.source is source else _wrongly)(vertices, one, crs)
        if moved is None:
            return []
        hit = _on(border, moved)
        count = int(hit.sum())
        if best is None or count > best[0]:
            best = count, one, moved, hit
    if best is None or best[0] < _LEAST_POINTS or best[0] < _TIMES * on or best[0] < _SHARED * len(vertices):
        return []
    _, one, moved, hit = best
    places, lines = (shapely.points(part[hit]) for part in (vertices, moved)), border.geometries
    apart = [shapely.distance(part, lines[border.nearest(part)]) for part in places]
    return [_shift_finding(one, _measures(apart[0], apart[1]))]


def _on(border: shapely.STRtree, points: Points) -> Bools:
    out = np.zeros(len(points), dtype=bool)
    out[border.query(shapely.points(points), predicate="dwithin", distance=_SAME)[0]] = True
    return out


def _explained(before: Points, after: Points) -> bool:
    return bool(np.median(after) <= _LEFT * np.median(before))


def _measures(before: Points, after: Points) -> dict[str, float]:
    one, other = float(np.median(before)), float(np.median(after))
    return {
        "before": one,
        "after": other,
        "points": len(before),
        "confidence": round((1 - other / one) * min(1.0, len(before) / 100), 2),
    }


def _shift_finding(one: _Suspicion, measures: dict[str, float]) -> Finding:
    """Say what the suspected source is: shifted, another shift than the case says, or not shifted at all."""
    source, declared = one.source, one.source.shift
    line = f'crs = "{one.true}"'
    if not source.crs.is_geographic:
        code = source.crs.to_authority(min_confidence=70)
        line = f'crs = "{one.true} / {":".join(code) if code else "EPSG:…"}"'
    facts: Facts = {"source": source.place, "other": one.other.place, **measures}
    if declared:
        facts |= {"problem": "another" if one.true else "needless", "declared": declared}
    return Finding("S35", {**facts, "shift": one.true, "line": line}, value=measures["before"])


def _once(findings: list[Finding]) -> list[Finding]:
    """Keep one finding a source: the reference is suspected by every other."""
    best: dict[tuple[str, object], Finding] = {}
    for one in findings:
        key = one.id, one.facts["source"]
        if key not in best or _confidence(one) > _confidence(best[key]):
            best[key] = one
    return list(best.values())


def _confidence(finding: Finding) -> float:
    confidence = finding.facts["confidence"]
    return confidence if isinstance(confidence, float) else 0.0
