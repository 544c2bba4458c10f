"""What is wrong with the shapes of one source: told with feature, measure and place, and never in endless numbers."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.findings import Facts, Finding
from ..core.messages import Fact, Message, first_few
from ..core.progress import Progress, patiently, silent, within
from ..partition.arcs import groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints, Objects

__all__ = ["LISTED", "duplicates", "invalid", "shape_findings", "spikes", "tell", "valid"]


LISTED = 10  # defects of a kind that are told one by one; of more, the largest so many are named
_BLOCK = 1 << 18  # vertices looked at together
_LONG = 1 << 19  # vertices of one polygon from which a single call may take a second
_FLAT = 0.005  # m², which a message writes as 0.00
_ENOUGH = 3  # edges of a ring

# What GEOS says of an invalid polygon → how the finding words it.
_REASONS = {
    "Self-intersection": "crossing",
    "Ring Self-intersection": "touching",
    "Hole lies outside shell": "outside",
    "Holes are nested": "nested",
    "Nested holes": "nested",
    "Nested shells": "parts",
    "Interior is disconnected": "cut",
    "Duplicate Rings": "twice",
    "Too few points in geometry component": "few",
}


def tell(
    number: str,
    source: str,
    measure: Floats,
    *,
    facts: Callable[[int], Facts],
    label: Callable[[int], Fact],
    place: Callable[[int], shapely.Geometry | None],
    total: Facts | None = None,
) -> list[Finding]:
    """Make the findings of one kind of defect: one each, or one of all where there are many.

    Parameters
    ----------
    number : str
        Id of the finding.
    source : str
        What messages call the source.
    measure : (d,) float64
        Size of each defect; the largest are named first.
    facts, label, place : callable
        Of the defect with that row: its facts, how a list names it, and where it is. Asked only of those that are
        named.
    total : mapping, optional
        More facts for the finding of all.
    """
    if len(measure) <= LISTED:
        return [
            Finding(number, {"source": source, **facts(row)}, value=float(measure[row]), geometry=place(row))
            for row in range(len(measure))
        ]
    largest = [int(row) for row in np.argsort(-np.abs(measure), kind="stable")[:LISTED]]
    points = [shapely.point_on_surface(shape) for shape in map(place, largest) if shape is not None]
    said: Facts = {
        "source": source,
        "problem": "many",
        "count": len(measure),
        "total": float(measure.sum()),
        "listed": tuple(map(label, largest)),
        **(total or {}),
    }
    where = shapely.MultiPoint(points) if points else None
    return [Finding(number, said, value=float(measure.sum()), geometry=where)]


def blocks(geometry: Objects) -> Iterator[slice]:
    """Divide features into runs of a bounded number of vertices; one that has more is alone."""
    if not len(geometry):
        return
    until = np.cumsum(shapely.get_num_coordinates(geometry))
    cuts = np.unique(np.searchsorted(until, np.arange(0, until[-1] + 1, _BLOCK), side="left"))
    alone = np.flatnonzero(np.diff(until, prepend=0) > _BLOCK)
    bounds = np.unique(np.concatenate(([0], cuts, alone, alone + 1, [len(geometry)])))
    for low, high in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        yield slice(low, high)


def valid(geometry: Objects, *, progress: Progress = silent) -> Bools:
    """Whether each polygon is valid, without going silent over a large one."""
    result = np.ones(len(geometry), dtype=bool)
    for block in blocks(geometry):
        part, done = geometry[block], block.start / len(geometry)
        progress(done, Message("checking shapes"))
        if shapely.get_num_coordinates(part).sum() > _LONG:
            here = within(progress, done, block.stop / len(geometry))
            result[block] = patiently(partial(_is_valid, part), here, Message("checking shapes"))
        else:
            result[block] = shapely.is_valid(part)
    return result


def _is_valid(shapes: Objects, _: Progress) -> Bools:
    return np.asarray(shapely.is_valid(shapes), dtype=bool)


def _reason(shape: shapely.Geometry, _: Progress) -> str:
    """Name a fault of a huge polygon by its first ring with one.

    ``is_valid_reason`` never lets go of the interpreter, so it is asked of a single ring only.
    """
    rings = shapely.polygons(shapely.get_rings(shapely.get_parts(shape)))
    small = shapely.get_num_coordinates(rings) <= _LONG
    faulty = np.flatnonzero(small & ~shapely.is_valid(rings))
    # Where each ring is sound, they cross each other.
    return str(shapely.is_valid_reason(rings[faulty[0]])) if len(faulty) else "Self-intersection"


def invalid(
    source: str,
    geometry: Objects,
    feature_id: Ints,
    before: Floats,
    after: Floats,
    *,
    progress: Progress = silent,
) -> list[Finding]:
    """Say what invalid polygons of a source measured as they are, and what the partition made of them (S07).

    Parameters
    ----------
    source : str
    geometry : (k,) object
        The invalid ones.
    feature_id : (k,) int64
    before, after : (k,) float64
        m².
    """
    reasons: dict[int, str] = {}

    def reason(row: int) -> str:
        if row not in reasons:
            shape = geometry[row]
            if shapely.get_num_coordinates(shape) > _LONG:
                said = patiently(partial(_reason, shape), within(progress, 1.0, 1.0), Message("checking shapes"))
            else:
                said = shapely.is_valid_reason(shape)
            reasons[row] = str(said)
        return reasons[row]

    def facts(row: int) -> Facts:
        why = reason(row).split("[")[0]
        problem = _REASONS.get(why, "")
        if problem == "crossing" and shapely.get_num_geometries(geometry[row]) > 1:
            problem = "parts" if valid(shapely.get_parts(geometry[row])).all() else problem
        if max(abs(before[row]), abs(after[row])) < _FLAT:
            problem = "flat"
        said: Facts = {"feature": int(feature_id[row]), "why": why}
        said |= {"before": float(before[row]), "after": float(after[row])}
        return said | ({"problem": problem} if problem else {})

    return tell(
        "S07",
        source,
        after - before,
        facts=facts,
        label=lambda row: Message(
            "{feature} ({before:,.2f} → {after:,.2f} m²)",
            feature=int(feature_id[row]),
            before=float(before[row]),
            after=float(after[row]),
        ),
        place=lambda row: _place(reason(row)),
        total={"before": float(before.sum()), "after": float(after.sum())},
    )


def _place(reason: str) -> shapely.Point | None:
    """Read the point that GEOS names in ``Self-intersection[x y]``."""
    head, bracket, tail = reason.partition("[")
    if not head or not bracket:
        return None
    x, y = (float(number) for number in tail.rstrip("]").split()[:2])
    return shapely.Point(x, y)


def shape_findings(
    source: str,
    geometry: Objects,
    feature_id: Ints,
    columns: Mapping[str, NDArray[Any]],
    settings: Mapping[str, Any],
    *,
    progress: Progress = silent,
) -> list[Finding]:
    """All that can be seen without noding: parameters as of `spikes` and `duplicates`; geometry in metres."""
    found = spikes(source, geometry, feature_id, settings, progress=within(progress, 0.0, 0.9))
    progress(0.9, Message("checking {source}", source=source))
    return [*found, *duplicates(source, geometry, feature_id, columns)]


def duplicates(
    source: str,
    geometry: Objects,
    feature_id: Ints,
    columns: Mapping[str, NDArray[Any]],
) -> list[Finding]:
    """Features with the very same shape, wherever their rings begin and however they run (S44).

    Parameters
    ----------
    source : str
    geometry : (m,) object
    feature_id : (m,) int64
    columns : mapping of str to (m,) arrays
        Attributes, compared where shapes are equal.
    """
    first, again = _equal(geometry)
    area = shapely.area(geometry[again])

    def facts(row: int) -> Facts:
        fields = [
            name
            for name, values in columns.items()
            if values[first[row]] != values[again[row]]
            and not (values[first[row]] != values[first[row]] and values[again[row]] != values[again[row]])
        ]
        ids: Facts = {"first": int(feature_id[first[row]]), "feature": int(feature_id[again[row]])}
        said = {**ids, "area": float(area[row])}
        return {**said, "problem": "differ", "fields": first_few(fields, LISTED)} if fields else said

    return tell(
        "S44",
        source,
        area,
        facts=facts,
        label=lambda row: Message(
            "{first} = {feature} ({area:area})",
            first=int(feature_id[first[row]]),
            feature=int(feature_id[again[row]]),
            area=float(area[row]),
        ),
        place=lambda row: geometry[again[row]],
    )


def _equal(geometry: Objects) -> tuple[Ints, Ints]:
    """Pairs of equal shapes: the first one, and each that repeats it."""
    nothing = np.zeros(0, dtype=np.int64)
    if len(geometry) < 2:
        return nothing, nothing
    keys = np.column_stack((shapely.get_num_coordinates(geometry), shapely.bounds(geometry)))
    _, group, size = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
    rows = np.flatnonzero((size[group.ravel()] > 1) & (keys[:, 0] > 0))
    if not len(rows):
        return nothing, nothing
    shapes = shapely.to_wkb(shapely.normalize(geometry[rows]))
    seen: dict[bytes, int] = {}
    first = np.array([seen.setdefault(shape, int(row)) for shape, row in zip(shapes, rows, strict=True)])
    return first[first != rows].astype(np.int64), rows[first != rows]


def spikes(
    source: str,
    geometry: Objects,
    feature_id: Ints,
    settings: Mapping[str, Any],
    *,
    progress: Progress = silent,
) -> list[Finding]:
    """Vertices where a ring turns back on itself (S43), and rings that are nothing but such a turn (S42).

    Parameters
    ----------
    source : str
    geometry : (m,) object
    feature_id : (m,) int64
    settings : mapping
        ``spike_angle`` (degrees between the two edges at most), ``spike_length`` (m, of the shorter one at least).
    """
    narrow, least = np.sin(np.radians(float(settings["spike_angle"]))), float(settings["spike_length"])
    found: list[Floats] = [np.zeros((0, 5))]
    stumps: list[Ints] = [np.zeros(0, dtype=np.int64)]
    for block in blocks(geometry):
        progress(block.start / len(geometry), Message("checking {source}", source=source))
        parts, row = shapely.get_parts(geometry[block], return_index=True)
        rings, part = shapely.get_rings(parts, return_index=True)
        xy, ring = shapely.get_coordinates(rings, return_index=True)
        tip, short = _needles(xy, ring, len(rings), narrow, least)
        stumps.append(row[part[short]] + block.start)
        tip[:, 0] = row[part[tip[:, 0].astype(np.int64)]] + block.start
        found.append(tip)
    tips = np.concatenate(found)
    owner = feature_id[tips[:, 0].astype(np.int64)]
    length, width = tips[:, 3], tips[:, 4]

    def facts(one: int) -> Facts:
        size: Facts = {"length": float(length[one]), "width": float(width[one])}
        return {"feature": int(owner[one]), **size, "area": float(length[one] * width[one] / 2)}

    told = tell(
        "S43",
        source,
        length,
        facts=facts,
        label=lambda one: Message(
            "{feature} ({length:.2f} m × {width:.4f} m)",
            feature=int(owner[one]),
            length=float(length[one]),
            width=float(width[one]),
        ),
        place=lambda one: shapely.Point(tips[one, 1], tips[one, 2]),
    )
    short = np.unique(np.concatenate(stumps))
    if len(short):
        ids = feature_id[short]
        said: Facts = {"source": source, "count": len(short), "features": first_few(ids, LISTED)}
        told.append(Finding("S42", said, value=float(len(short))))
    return told


def _needles(xy: Floats, ring: Ints, count: int, narrow: float, least: float) -> tuple[Floats, Ints]:
    """Find needles as (ring, x, y, length, width) of their tips, and rings of fewer than three edges."""
    way = np.diff(xy, axis=0, append=xy[-1:])
    inner = np.append(ring[1:] == ring[:-1], False) if len(ring) else np.zeros(0, dtype=bool)
    edge = np.flatnonzero(inner & (way != 0).any(axis=1))
    size = np.bincount(ring[edge], minlength=count)
    short = np.flatnonzero((size < _ENOUGH) & (np.bincount(ring, minlength=count) > 0))
    edge = edge[size[ring[edge]] >= _ENOUGH]
    if not len(edge):
        return np.zeros((0, 5)), short
    # The edge before the first of a ring is its last.
    of = ring[edge]
    head = groups(of)
    before = np.arange(len(edge)) - 1
    before[head] = np.append(head[1:], len(edge)) - 1
    (ax, ay), (bx, by) = way[edge[before]].T, way[edge].T
    long = np.hypot(ax, ay), np.hypot(bx, by)
    cross = np.abs(ax * by - ay * bx)
    sharp = (ax * bx + ay * by < 0) & (cross <= narrow * long[0] * long[1]) & (np.minimum(*long) >= least)
    at = np.flatnonzero(sharp)
    tip = xy[edge[at]]
    length = np.minimum(long[0][at], long[1][at])
    return np.column_stack((of[at], tip, length, cross[at] / np.maximum(long[0][at], long[1][at]))), short
