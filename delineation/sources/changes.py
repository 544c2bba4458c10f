"""Which features of two versions of a layer are the same, and which were moved, added or taken away.

A feature is recognised by a key that is unique in both versions, else by an equal shape, else by what it shares with
another: the area of the intersection over that of the union (Jaccard 1901), at least `OVERLAP`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

from ..core.messages import Message
from ..core.progress import Progress, silent
from ..partition import ROUNDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Bools, Floats, Ints, Objects

OVERLAP = 0.3
"""Least share of their union that two shapes have in common to be taken for one feature, where nothing else tells."""

TOLERANCE = ROUNDING
"""Metres that a vertex may lie off in a copy of the same shape."""

_GRID = 0.001  # m; shapes that are equal on it are equal
_SHARED = 0.5  # share of the smaller version's features whose key stands in the other too
# Share of the pairs of a key that have to lie near each other: numbers given anew at each export name other features.
_NEAR_STATED, _NEAR_FOUND = 0.5, 0.8
_SURE = 0.8  # share from which the pair whose boxes fit best is taken without a look at its neighbours
_AT_ONCE = 4_000  # pairs that are intersected before somebody may stop it


@dataclass(frozen=True, eq=False)
class Key:
    """A column that may tell features apart: its name and texts in each version; ``stated`` where a case names it."""

    old_name: str
    new_name: str
    old: Objects
    new: Objects
    stated: bool = False


@dataclass(frozen=True, eq=False)
class FeatureMatch:
    """The features of two versions of a layer, paired.

    Attributes
    ----------
    old, new : (p,) int64
        Rows of the pairs, by the old row.
    by : (p,) object
        What a pair was recognised by: ``key``, ``shape`` or ``overlap``.
    same : (p,) bool
        No vertex of it was moved by more than the tolerance.
    overlap : (p,) float64
        Area of the intersection over that of the union, 0–1; 1 where it is the same, NaN of moved lines and points.
    gone : (g,) int64
        Rows of the old version that are in no pair.
    added : (a,) int64
        Rows of the new version that are in no pair.
    key : Key or None
        The column by which features were recognised, None where no column tells them apart in both versions.
    """

    old: Ints
    new: Ints
    by: Objects
    same: Bools
    overlap: Floats
    gone: Ints
    added: Ints
    key: Key | None = None


def match_features(
    old: Objects,
    new: Objects,
    keys: Sequence[Key] = (),
    *,
    progress: Progress = silent,
) -> FeatureMatch:
    """Pair the features of two versions of a layer.

    Parameters
    ----------
    old, new : (n,) and (m,) object
        Shapes, valid or not, in one CRS in metres.
    keys : sequence of Key
        Columns that may tell features apart, the best first.
    progress : callable
        May raise Cancelled.
    """
    key, pairs = _by_key(old, new, keys)
    progress(0.1, Message("comparing shapes"))
    marks = [marks_of(shapes) for shapes in (old, new)]
    left, right = _left(len(old), pairs[:, 0]), _left(len(new), pairs[:, 1])
    alike = _equal([marks[0][row] for row in left], [marks[1][row] for row in right])
    alike = np.column_stack([left[alike[:, 0]], right[alike[:, 1]]])
    known = np.concatenate([pairs, alike])
    left, right = _left(len(old), known[:, 0]), _left(len(new), known[:, 1])
    sound_old, sound_new = sound(old), sound(new)
    near, share = _overlapping(sound_old, sound_new, left, right, progress)
    every = np.concatenate([known, near])
    by = np.repeat(np.array(["key", "shape", "overlap"], dtype=object), [len(pairs), len(alike), len(near)])
    same = np.array([marks[0][a] == marks[1][b] for a, b in every.tolist()], dtype=bool)
    same[~same] = _within(old[every[~same, 0]], new[every[~same, 1]])
    overlap = np.concatenate([np.ones(len(known)), share])
    moved = np.flatnonzero(~same[: len(known)])
    overlap[moved] = _shares(sound_old[known[moved, 0]], sound_new[known[moved, 1]], progress, 0.8, 1.0)
    overlap[same] = 1.0
    order = np.argsort(every[:, 0], kind="stable")
    every, by, same, overlap = every[order], by[order], same[order], overlap[order]
    progress(1.0, Message("compared"))
    return FeatureMatch(
        every[:, 0],
        every[:, 1],
        by,
        same,
        overlap,
        _left(len(old), every[:, 0]),
        _left(len(new), every[:, 1]),
        key,
    )


def _left(count: int, taken: Ints) -> Ints:
    free = np.ones(count, dtype=bool)
    free[taken] = False
    return np.flatnonzero(free)


# ── by a key ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_key(old: Objects, new: Objects, keys: Sequence[Key]) -> tuple[Key | None, Ints]:
    """Take the first key that is unique in both versions, and whose pairs lie where they lay."""
    for key in keys:
        pairs = _pairs(key)
        if len(pairs) < max(1.0, _SHARED * min(len(old), len(new))):
            continue
        if _near(old[pairs[:, 0]], new[pairs[:, 1]]).mean() >= (_NEAR_STATED if key.stated else _NEAR_FOUND):
            return key, pairs
    return None, np.empty((0, 2), dtype=np.int64)


def _pairs(key: Key) -> Ints:
    """Rows with the same text; none where a text stands twice in one of the versions."""
    rows = [{text: row for row, text in enumerate(texts.tolist()) if text} for texts in (key.old, key.new)]
    if any(len(known) < np.count_nonzero(texts != "") for known, texts in zip(rows, (key.old, key.new), strict=True)):
        return np.empty((0, 2), dtype=np.int64)
    found = [(row, rows[1][text]) for text, row in rows[0].items() if text in rows[1]]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _near(one: Objects, other: Objects) -> Bools:
    """Whether shapes lie near each other: their boxes, each grown by its longer side, meet."""
    boxes = [shapely.bounds(shapes) for shapes in (one, other)]
    grown = []
    for box in boxes:
        side = np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])[:, None]
        grown.append(np.hstack([box[:, :2] - side, box[:, 2:] + side]))
    (a, b), meet = grown, np.ones(len(one), dtype=bool)
    for axis in (0, 1):
        meet &= (a[:, axis] <= b[:, axis + 2]) & (b[:, axis] <= a[:, axis + 2])
    return meet


# ── by an equal shape ─────────────────────────────────────────────────────────────────────────────────────────────────


def marks_of(shapes: Objects) -> list[bytes]:
    """Bytes that equal shapes have in common, wherever their rings and parts begin."""
    # A negative zero has other bytes.
    whole = shapely.transform(shapes, lambda xy: np.round(xy / _GRID) + 0.0)
    marks: list[bytes] = shapely.to_wkb(shapely.normalize(whole), output_dimension=2).tolist()
    return marks


def _equal(old: list[bytes], new: list[bytes]) -> Ints:
    """Places of equal marks; of several that are equal the first goes with the first."""
    places: dict[bytes, list[int]] = {}
    for place in range(len(new) - 1, -1, -1):
        places.setdefault(new[place], []).append(place)
    found = [(place, places[mark].pop()) for place, mark in enumerate(old) if places.get(mark)]
    return np.array(found, dtype=np.int64).reshape(-1, 2)


def _within(one: Objects, other: Objects) -> Bools:
    """Whether shapes have the same vertices, none of them farther off than the tolerance."""
    out = np.zeros(len(one), dtype=bool)
    alike = np.flatnonzero(
        (shapely.get_num_coordinates(one) == shapely.get_num_coordinates(other))
        & (shapely.get_num_geometries(one) == shapely.get_num_geometries(other))
    )
    if len(alike):
        first, row = shapely.get_coordinates(shapely.normalize(one[alike]), return_index=True)
        second = shapely.get_coordinates(shapely.normalize(other[alike]))
        off = np.zeros(len(alike))
        np.maximum.at(off, row, np.abs(first - second).max(axis=1))
        out[alike] = off <= TOLERANCE
    return out


# ── by what they share ────────────────────────────────────────────────────────────────────────────────────────────────


def sound(shapes: Objects) -> Objects:
    """Give shapes that can be intersected."""
    bad = np.flatnonzero(~shapely.is_valid(shapes))
    if not len(bad):
        return shapes
    out = shapes.copy()
    out[bad] = shapely.make_valid(shapes[bad])
    return out


def _overlapping(
    old: Objects,
    new: Objects,
    left: Ints,
    right: Ints,
    progress: Progress,
) -> tuple[Ints, Floats]:
    """Pair what is left by the share in common, the largest first, each once; the pairs with their shares."""
    if not len(left) or not len(right):
        return np.empty((0, 2), dtype=np.int64), np.empty(0)
    here, there = STRtree(new[right]).query(old[left])
    pairs = np.column_stack([left[here], right[there]])
    likely, fit = _boxes(old[pairs[:, 0]], new[pairs[:, 1]])
    pairs, fit = pairs[likely], fit[likely]
    # Those whose boxes fit each other best are nearly always the same: only what is not needs all its neighbours.
    best = pairs[_greedy(pairs, fit)]
    share = _shares(old[best[:, 0]], new[best[:, 1]], progress, 0.2, 0.6)
    sure = np.nan_to_num(share) >= _SURE
    taken = best[sure]
    rest = ~(np.isin(pairs[:, 0], taken[:, 0]) | np.isin(pairs[:, 1], taken[:, 1]))
    others = pairs[rest]
    theirs = np.nan_to_num(_shares(old[others[:, 0]], new[others[:, 1]], progress, 0.6, 0.8))
    others, theirs = others[theirs >= OVERLAP], theirs[theirs >= OVERLAP]
    found = _greedy(others, theirs)
    return np.concatenate([taken, others[found]]), np.concatenate([share[sure], theirs[found]])


def _boxes(one: Objects, other: Objects) -> tuple[Bools, Floats]:
    """Tell of pairs whether they may share enough, and what share their boxes have in common, 0–1."""
    area, its = shapely.area(one), shapely.area(other)
    a, b = shapely.bounds(one), shapely.bounds(other)
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    common = width.clip(0) * height.clip(0)
    union = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1]) + (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1]) - common
    # No two shapes share more than their boxes do, or than the smaller of them has; lines and points share no area.
    larger = np.maximum(area, its)
    likely = (larger > 0) & (np.minimum(np.minimum(area, its), common) >= OVERLAP * larger)
    fit = np.zeros(len(one))
    np.divide(common, union, out=fit, where=union > 0)
    return likely, fit


def _greedy(pairs: Ints, worth: Floats) -> Ints:
    """Take pairs by their worth, the highest first, no row twice; gives their places among the pairs."""
    found, seen_old, seen_new = [], set[int](), set[int]()
    for place in np.lexsort((pairs[:, 1], pairs[:, 0], -worth)).tolist():
        row, column = pairs[place].tolist()
        if row not in seen_old and column not in seen_new:
            found.append(place)
            seen_old.add(row)
            seen_new.add(column)
    return np.array(found, dtype=np.int64)


def _shares(one: Objects, other: Objects, progress: Progress, since: float, until: float) -> Floats:
    """Area of the intersection over that of the union, pair by pair; NaN where neither has an area."""
    common = np.zeros(len(one))
    for start in range(0, len(one), _AT_ONCE):
        progress(since + (until - since) * start / len(one), Message("comparing shapes"))
        part = slice(start, start + _AT_ONCE)
        common[part] = shapely.area(shapely.intersection(one[part], other[part]))
    union = shapely.area(one) + shapely.area(other) - common
    share = np.full(len(one), np.nan)
    np.divide(common, union, out=share, where=union > 0)
    return share
