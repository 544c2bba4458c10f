"""Noding: boundary lines → arcs that meet at their ends only."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message
from ..core.progress import Progress, silent, within
from .arcs import Strings, number
from .crossings import TIGHT, Meetings, Segments, meet
from .nearby import Nearby, bands, nearby

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ..core.arrays import Bools, Floats, Ints

__all__ = ["node"]

Job = tuple[Nearby, int, int]


def node(strings: Strings, source: Floats, *, progress: Progress = silent) -> tuple[Strings, Bools]:
    """Node strings completely, by iterated snap rounding (Halperin & Packer 2002).

    Crossings are rounded to the grid, and segments are bent through every vertex whose pixel they run through, until
    none crosses another or runs through the pixel of a vertex that it does not pass. The first round asks that of the
    lines as the sources have them (Hobby 1999): a vertex that lies on another's edge before rounding lies on it
    afterwards. Later rounds look at what was bent; each bend replaces a segment by strictly shorter ones between whole
    numbers, so this ends.

    Parameters
    ----------
    strings : Strings
        Their coordinates are whole numbers of grid units.
    source : (v, 2) float64
        Where the vertices were before rounding, in the same units.

    Returns
    -------
    Strings
        The same strings with all nodes among their vertices.
    (v,) bool
        Vertices that lie, or whose segments lie, within two units of what they do not touch.
    """
    fresh: Bools | None = None
    done = 0.0
    tight: Bools = np.zeros(len(strings.xy), bool)
    place = source
    while len(strings):
        # How many rounds there will be nobody knows; most of the work is in the first two.
        part = within(progress, done, done + (1 - done) / 2)
        done += (1 - done) / 2
        part(0.0, Message("noding"))
        tail = _tails(strings)
        segments = Segments.between(place, strings.vertex[tail], strings.vertex[tail + 1])
        found = _search(segments, strings.xy, fresh, within(part, 0.0, 0.8))
        tight[found.tight] = True
        rounded = place is strings.xy
        if rounded and not len(found.on) and not len(found.first):
            return strings, tight
        part(0.8, Message("noding"))
        strings, fresh = _insert(strings, tail, segments, found)
        place = strings.xy
        tight = np.append(tight, np.zeros(len(strings.xy) - len(tight), bool))
        if not rounded:
            # what was as near as this may meet by the rounding alone
            tail = _tails(strings)
            fresh |= tight[strings.vertex[tail]] & tight[strings.vertex[tail + 1]]
    return strings, tight


def _tails(strings: Strings) -> Ints:
    """Rows of ``strings.vertex`` that begin a segment."""
    begins = np.ones(len(strings.vertex), bool)
    begins[strings.start[1:] - 1] = False
    return np.flatnonzero(begins)


def _search(segments: Segments, xy: Floats, fresh: Bools | None, progress: Progress) -> Meetings:
    # two boxes each come half the way; corners of boxes are as exact as the coordinates
    reach = TIGHT / 2 + 2.0**-50 * float(np.abs(xy).max(initial=1.0))

    def one(job: Job) -> Meetings:
        level, begin, end = job
        return meet(segments, xy, *level.pairs(begin, end, fresh))

    parts: list[Meetings] = []
    for band, (chosen, share) in enumerate(bands(segments, fresh, reach)):
        here = within(progress, band * share, (band + 1) * share)
        jobs = [
            (level, *chunk)
            for level in nearby(segments, chosen, fresh, reach, progress=within(here, 0.0, 0.5))
            for chunk in level.chunks()
        ]
        here(0.5, Message("noding"))
        # Closed by hand, for an error on its way up would keep the jobs alive.
        with closing(_each(one, jobs)) as results:
            for number, result in enumerate(results, 1):
                parts.append(result)
                here(0.5 + 0.5 * number / len(jobs), Message("noding"))
    nothing = np.zeros(0, np.int64)
    return Meetings(
        np.concatenate([nothing, *(part.on for part in parts)]),
        np.concatenate([nothing, *(part.vertex for part in parts)]),
        np.concatenate([nothing, *(part.first for part in parts)]),
        np.concatenate([nothing, *(part.second for part in parts)]),
        np.concatenate([np.zeros((0, 2)), *(part.at for part in parts)]),
        np.concatenate([nothing, *(part.tight for part in parts)]),
    )


def _each(one: Callable[[Job], Meetings], jobs: list[Job]) -> Generator[Meetings]:
    """Do jobs, their results in order; whoever stops asking leaves no job waiting and no thread."""
    if len(jobs) < 2:
        yield from map(one, jobs)
        return
    # numpy lets go of the interpreter while it computes, so threads do help
    pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1))
    try:
        yield from pool.map(one, jobs)
    finally:
        pool.shutdown(cancel_futures=True)


def _insert(strings: Strings, tail: Ints, segments: Segments, found: Meetings) -> tuple[Strings, Bools]:
    """Bend segments through the vertices found on them; the new strings, and which of their segments are new."""
    xy, vertex = _vertices(strings.xy, found.at)
    segment = np.concatenate((found.on, found.first, found.second))
    vertex = np.concatenate((found.vertex, vertex, vertex))
    inner = (vertex != segments.a[segment]) & (vertex != segments.b[segment])
    pair = np.unique(segment[inner] * len(xy) + vertex[inner])
    segment, vertex = pair // len(xy), pair % len(xy)
    # pixels do not overlap, so the order of their centres along a segment is that in which it runs through them
    along = (xy[vertex, 0] - segments.x[segment]) * segments.dx[segment]
    along += (xy[vertex, 1] - segments.y[segment]) * segments.dy[segment]
    backward = strings.vertex[tail[segment]] != segments.a[segment]
    order = np.lexsort((vertex, np.where(backward, -along, along), segment))
    segment, vertex = segment[order], vertex[order]
    # a vertex moves on by the number of nodes inserted before it
    position = tail[segment] + 1 + np.arange(len(segment))
    total = len(strings.vertex) + len(segment)
    new = np.zeros(total, bool)
    new[position] = True
    result = np.empty(total, np.int64)
    result[position] = vertex
    moved = np.flatnonzero(~new)
    result[moved] = strings.vertex
    bent = Strings(xy, result, np.append(moved[strings.start[:-1]], total))
    new[moved[tail[segment]]] = True
    return bent, new[_tails(bent)]


def _vertices(xy: Floats, more: Floats) -> tuple[Floats, Ints]:
    """Add points to a table of vertices unless they are in it: (table, number of each point)."""
    if not len(more):
        return xy, np.zeros(0, np.int64)
    # only vertices that share an x with a new point can be one
    x = np.unique(more[:, 0])
    known = np.flatnonzero(x[np.minimum(np.searchsorted(x, xy[:, 0]), len(x) - 1)] == xy[:, 0])
    ids, first = number(np.concatenate((xy[known], more)))
    owner = np.full(len(first), -1, np.int64)
    owner[ids[: len(known)]] = known
    added = np.flatnonzero(owner < 0)
    owner[added] = len(xy) + np.arange(len(added))
    return np.concatenate((xy, more[first[added] - len(known)])), owner[ids[len(known) :]]
