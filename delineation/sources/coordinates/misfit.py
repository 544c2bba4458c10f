"""Sources that must share borders but lie beside each other: the one shift that explains it.

Points along the borders of the reference (counties, else townships) are laid on the lines of another source as they
are, and as they would be if one of both were shifted: by GCJ-02, or by a constant number of metres, as a datum taken
for another leaves it. Only a shift that brings most of them together is reported; whatever does not share borders, or
differs as two digitisings of one line do, is not explained by any shift, and nothing is said. Nothing is moved here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import shapely

from ...findings import Finding
from .candidates import CHINA, within
from .crs import short_name, to_crs
from .gcj import from_gcj, to_gcj

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray
    from pyproj import CRS

    from .crs import Box

__all__ = ["Lines", "misfits"]

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
# Every so many points decide whether all is well; cells along one side of the grid that finds edges near them.
_SPARSE, _MOST_CELLS = 5, 2000
# Metres: lengths of the shifts tried first, and the shortest that is reported.
_STARTS, _SHORTEST, _ROUNDS = (60.0, 150.0, 300.0), 20.0, 12

Points: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True)
class Lines:
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
    geometry: NDArray[np.object_]
    crs: CRS
    shift: str = ""


def misfits(sources: Sequence[Lines], crs: CRS) -> list[Finding]:
    """Compare each source's lines with the borders of the reference.

    Parameters
    ----------
    sources : sequence of Lines
    crs : CRS
        Of their geometry, in metres.

    Returns
    -------
    list of Finding
        S35 where GCJ-02 explains a misfit, S36 where a constant shift does: median distance before and after in
        metres, number of points, confidence 0–1.
    """
    roles = [source.role for source in sources]
    role = next((role for role in _ADMINISTRATIVE if role in roles), "")
    if not role:
        return []
    reference = sources[roles.index(role)]
    start, stop = _edges(reference.geometry)
    if not len(start):
        return []
    points = _along(start, stop)
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


def _all_borders(reference: Lines, source: Lines, points: Points, crs: CRS) -> list[Finding]:
    """Judge a source whose lines must hold all borders of the reference."""
    start, stop = _edges(source.geometry)
    few = points[::_SPARSE]
    near = _Nearest(*_near(start, stop, few, _NATURAL))
    if float((near.distance(few) <= _NATURAL).mean()) >= 0.5:
        return []
    line = _Nearest(*_near(start, stop, points, _REACH))
    distance = line.distance(points)
    use = distance <= _REACH
    if use.sum() < _LEAST_POINTS or float(np.median(distance[use])) < _NATURAL:
        return []
    points, before = points[use], distance[use]
    after = {
        which: line.distance(moved)
        for which, move in (("source", to_gcj), ("reference", from_gcj))
        if (moved := _by_gcj(points, crs, move)) is not None
    }
    if after:
        which = min(after, key=lambda one: float(np.median(after[one])))
        if _explained(before, after[which]):
            return [_gcj_finding(reference, source, which, _measures(before, after[which]))]
    move, left = _constant(line, points)
    length = float(np.hypot(*move))
    if length < _SHORTEST or not _explained(before, left):
        return []
    facts: dict[str, str | int | float] = {
        "source": source.place, "other": reference.place, "east": float(-move[0]), "north": float(-move[1]),
        "length": length, **_measures(before, left),
    }  # fmt: skip
    return [Finding("S36", facts, value=length)]


def _some_borders(reference: Lines, source: Lines, border: shapely.STRtree, crs: CRS) -> list[Finding]:
    """Judge a source that need not share borders: only by vertices that a shift lays on the very lines."""
    vertices = shapely.get_coordinates(source.geometry)
    vertices = vertices[:: max(1, len(vertices) // _POINTS)]
    if not len(vertices):
        return []
    on = int(_on(border, vertices).sum())
    # What is cut at the borders as they are needs no other explanation.
    if on * _TIMES >= len(vertices) or on >= _LEAST_POINTS:
        return []
    for which, move in (("source", from_gcj), ("reference", to_gcj)):
        moved = _by_gcj(vertices, crs, move)
        if moved is None:
            return []
        hit = _on(border, moved)
        count = int(hit.sum())
        if count < _LEAST_POINTS or count < _TIMES * on or count < _SHARED * len(vertices):
            continue
        lines = border.geometries
        one, other = (shapely.points(part[hit]) for part in (vertices, moved))
        apart = [shapely.distance(part, lines[border.nearest(part)]) for part in (one, other)]
        return [_gcj_finding(reference, source, which, _measures(apart[0], apart[1]))]
    return []


def _on(border: shapely.STRtree, points: Points) -> NDArray[np.bool_]:
    out = np.zeros(len(points), dtype=bool)
    out[border.query(shapely.points(points), predicate="dwithin", distance=_SAME)[0]] = True
    return out


def _explained(before: Points, after: Points) -> bool:
    return bool(np.median(after) <= _LEFT * np.median(before))


def _measures(before: Points, after: Points) -> dict[str, str | int | float]:
    one, other = float(np.median(before)), float(np.median(after))
    return {
        "before": one,
        "after": other,
        "points": len(before),
        "confidence": round((1 - other / one) * min(1.0, len(before) / 100), 2),
    }


def _gcj_finding(reference: Lines, source: Lines, which: str, measures: dict[str, str | int | float]) -> Finding:
    shifted, other = (source, reference) if which == "source" else (reference, source)
    needless = next((one for one in (source, reference) if one.shift), None)
    if needless is not None:
        shifted, other = needless, reference if needless is source else source
    line = 'crs = "GCJ-02"' if shifted.crs.is_geographic else f'crs = "GCJ-02 / {short_name(shifted.crs)}"'
    facts: dict[str, str | int | float] = {
        "source": shifted.place, "other": other.place, "line": line, **measures,
        **({"problem": "needless"} if needless is not None else {}),
    }  # fmt: skip
    return Finding("S35", facts, value=float(measures["before"]))


def _once(findings: list[Finding]) -> list[Finding]:
    """Keep one finding a source: the reference is suspected by every other."""
    best: dict[tuple[str, object], Finding] = {}
    for one in findings:
        key = one.id, one.facts["source"]
        if key not in best or float(one.facts["confidence"]) > float(best[key].facts["confidence"]):
            best[key] = one
    return list(best.values())


def _edges(geometry: NDArray[np.object_]) -> tuple[Points, Points]:
    """Start and end of every edge."""
    rings = shapely.get_rings(shapely.get_parts(geometry))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    edge = np.flatnonzero(owner[1:] == owner[:-1])
    return points[edge], points[edge + 1]


def _along(start: Points, stop: Points) -> Points:
    """Points at equal steps along all edges."""
    end = np.cumsum(np.hypot(*(stop - start).T))
    at = (np.arange(_POINTS) + 0.5) * end[-1] / _POINTS
    edge = np.minimum(np.searchsorted(end, at), len(end) - 1)
    length = np.hypot(*(stop[edge] - start[edge]).T)
    share = np.where(length > 0, (end[edge] - at) / np.where(length > 0, length, 1), 0.0)
    out: NDArray[np.float64] = stop[edge] - share[:, None] * (stop[edge] - start[edge])
    return out


def _by_gcj(points: Points, crs: CRS, move: Callable[..., tuple[Points, Points]]) -> Points | None:
    """Shift points of the case's CRS by GCJ-02 there or back; None outside China."""
    if crs.geodetic_crs is None:
        return None
    places = np.asarray(shapely.points(points), dtype=object)
    degrees = shapely.get_coordinates(to_crs(places, crs, crs.geodetic_crs, "GCJ-02")[0])
    box: Box = (*degrees.min(axis=0).tolist(), *degrees.max(axis=0).tolist())
    if not within(box, CHINA):
        return None
    moved = np.asarray(shapely.points(np.column_stack(move(degrees[:, 0], degrees[:, 1]))), dtype=object)
    out: NDArray[np.float64] = shapely.get_coordinates(to_crs(moved, crs.geodetic_crs, crs, "GCJ-02")[0])
    return out


def _near(start: Points, stop: Points, points: Points, reach: float) -> tuple[Points, Points]:
    """Edges that may lie within reach of a point: those with an end in a cell beside one, and the longest."""
    length = np.hypot(*(stop - start).T)
    size = max(2 * reach, float(np.quantile(length, 0.99))) if len(length) else reach
    # A country in small cells would fill the memory.
    size = max(size, float(np.ptp(points, axis=0).max()) / _MOST_CELLS)
    low = points.min(axis=0) - 2 * size
    cells = ((points - low) // size).astype(np.int64)
    rows, columns = cells.max(axis=0) + 3
    marked = np.zeros((rows, columns), dtype=bool)
    for right in (-1, 0, 1):
        for up in (-1, 0, 1):
            marked[cells[:, 0] + right, cells[:, 1] + up] = True
    keep = length > size
    for ends in (start, stop):
        cell = ((ends - low) / size).astype(np.int64)
        inside = (cell >= 0).all(axis=1) & (cell < (rows, columns)).all(axis=1)
        cell[~inside] = 0
        keep |= inside & marked[cell[:, 0], cell[:, 1]]
    return start[keep], stop[keep]


class _Nearest:
    """Edges, asked for the one nearest to a point."""

    def __init__(self, start: Points, stop: Points) -> None:
        self.start, self.stop = start, stop
        self.tree = shapely.STRtree(shapely.linestrings(np.stack([start, stop], axis=1)))

    def ways(self, points: Points) -> Points:
        """Vectors from points to the nearest place on an edge."""
        edge = self.tree.nearest(shapely.points(points))
        start, along = self.start[edge], self.stop[edge] - self.start[edge]
        square = (along**2).sum(axis=1)
        share = ((points - start) * along).sum(axis=1) / np.where(square > 0, square, 1)
        out: NDArray[np.float64] = start + np.clip(share, 0, 1)[:, None] * along - points
        return out

    def distance(self, points: Points) -> Points:
        """Metres from points to the nearest edge, infinite where there is none."""
        if not len(self.start):
            return np.full(len(points), np.inf)
        out: NDArray[np.float64] = np.hypot(*self.ways(points).T)
        return out


def _constant(line: _Nearest, points: Points) -> tuple[Points, Points]:
    """Find the constant shift that brings points nearest to the lines, and the distances it leaves.

    Point to line, iteratively: each round solves for the shift that covers the distances along their own directions,
    far ones weighing less. It starts from shifts in eight directions: from afar the nearest line may be the wrong one.
    """
    few = points[:: max(1, len(points) // 200)]
    turns = np.arange(8) * np.pi / 4
    starts = [np.zeros(2)] + [length * np.array([np.cos(turn), np.sin(turn)]) for length in _STARTS for turn in turns]
    tried = [_settle(line, few, move, 3) for move in starts]
    best = min(tried, key=lambda move: float(np.median(line.distance(few + move))))
    move = _settle(line, points, best, _ROUNDS)
    return move, line.distance(points + move)


def _settle(line: _Nearest, points: Points, move: Points, rounds: int) -> Points:
    for _ in range(rounds):
        way = line.ways(points + move)
        length = np.hypot(*way.T)
        some = length > 1e-6
        if not some.any():
            break
        normal = way[some] / length[some, None]
        scale = max(float(np.median(length)), 1e-3)
        weight = 1 / (1 + (length[some] / scale) ** 2)
        step, *_ = np.linalg.lstsq(normal * weight[:, None], length[some] * weight, rcond=1e-6)
        move = move + step
        if float(np.hypot(*step)) < 1e-3:
            break
    return move
