"""Cleaning: slivers and fragments get a host face. No vertex moves; labels ride, geometry stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import firsts, number_of, own_or
from ..core.connected import connected
from ..core.sums import sum_by
from ..partition import made_by_rounding

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints
    from ..partition import Borders


@dataclass(frozen=True)
class CleaningInput:
    """What cleaning has to know of each face.

    Attributes
    ----------
    area, perimeter : (n,) float64
        m², m.
    borders : Borders
    category : (n,) int64
        1–3.
    kind : (n,) int64
        Code of the kind; only equality counts.
    district : (n,) int64
        County or sea district; nothing rides across it.
    protected : (n,) bool
        Red line, water source, protected area: rides only with a host of category 1.
    pinned : (n,) bool
        Parks: ride only where rounding made them.
    belt : (n,) bool
        Of a kind whose thin river and shore belts are no fragments.
    """

    area: Floats
    perimeter: Floats
    borders: Borders
    category: Ints
    kind: Ints
    district: Ints
    protected: Bools
    pinned: Bools
    belt: Bools


@dataclass(frozen=True)
class Hosting:
    """Which face rides with which.

    Attributes
    ----------
    host : (n,) int64
        Row of the host, −1 for faces that ride with none. A host never rides itself.
    homeless : (k,) int64
        Slivers or fragments for which there was no host.
    """

    host: Ints
    homeless: Ints

    def root(self) -> Ints:
        """Row whose labels each face carries: its host's, else its own."""
        return own_or(self.host)


def thinness(area: Floats, perimeter: Floats) -> Floats:
    """4πA/P²: 1 for a circle, near 0 for a strip (Polsby & Popper 1991)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(perimeter > 0, 4 * np.pi * area / perimeter**2, 0.0)


def slivers(subject: CleaningInput, *, max_area: float, max_thinness: float) -> Hosting:
    """Find a host for each sliver.

    A sliver is smaller than ``max_area`` (m²) and thinner than ``max_thinness``, or made by rounding. Its host is the
    neighbour in the same district with the longest shared border among those of its category, else among all; a sliver
    only where there is nothing else; of equal ones the first face. What rounding made rides before the others, so that
    it does not come between these and their neighbours. Protected slivers ride only with category 1, pinned ones never
    but by rounding.

    Returns
    -------
    Hosting
        ``homeless`` are slivers without a host: they stay parts of their own unit.
    """
    small = (subject.area < max_area) & (thinness(subject.area, subject.perimeter) < max_thinness)
    rounding = made_by_rounding(subject.area, subject.perimeter)
    rides = rounding | (small & ~subject.pinned)
    node = np.arange(len(small))
    for waiting in (rounding.copy(), rides & ~rounding):
        # Slivers that touch only slivers wait until one of these has a host, and then join that host.
        while waiting.any():
            face, target = _choose(subject, node, waiting, ~waiting)
            if not len(face):
                # Slivers among themselves: the largest of each cluster stays and takes in the others.
                lead = _leaders(subject, waiting)
                if not len(lead):
                    break
                waiting[lead] = False
                continue
            node[face] = target
            node = node[node]
            waiting[face] = False
    host = np.where(node != np.arange(len(node)), node, -1)
    return Hosting(host, np.flatnonzero(rides & (host < 0)))


def _leaders(subject: CleaningInput, waiting: Bools) -> Ints:
    """Largest face of each cluster of two or more waiting faces, the first of equal ones."""
    district = np.where(waiting, subject.district, -1)
    cluster = groups(subject.borders, np.where(waiting, 0, np.arange(1, len(waiting) + 1)), district)
    members = np.bincount(cluster[waiting], minlength=len(waiting))
    seeking = np.flatnonzero(waiting & (members[cluster] > 1))
    order = seeking[np.lexsort((seeking, -subject.area[seeking], cluster[seeking]))]
    return firsts(order, cluster)


def _choose(subject: CleaningInput, node: Ints, seeking: Bools, offering: Bools) -> tuple[Ints, Ints]:
    """Best neighbour of each seeking face among the offering ones.

    ``node`` is the face whose labels a face carries by now; borders of all that ride with one host count together.
    """
    category = subject.category
    protected = np.bincount(node, weights=subject.protected, minlength=len(node)) > 0
    face, other, length = subject.borders.both_ways()
    face, target = node[face], node[other]
    use = seeking[face] & offering[target] & (subject.district[face] == subject.district[target])
    face, target, length = face[use], target[use], length[use]
    use = ~(protected[face] & (category[target] > 1))
    face, target, length = face[use], target[use], length[use]
    if not len(face):
        return face, target
    pair, where = np.unique(np.column_stack([face, target]), axis=0, return_inverse=True)
    total = _rounded(sum_by(where.ravel(), length, len(pair)))
    same = category[pair[:, 0]] == category[pair[:, 1]]
    order = np.lexsort((pair[:, 1], -total, ~same, pair[:, 0]))
    first = firsts(order, pair[:, 0])
    return pair[first, 0], pair[first, 1]


def _rounded(length: Floats) -> Floats:
    """Lengths by the micrometre: what differs by less is a tie."""
    return np.round(length, 6)


def groups(borders: Borders, *labels: Ints) -> Ints:
    """Find the connected groups of faces that agree in every label; numbered by their first face."""
    agree = np.ones(len(borders.left), dtype=bool)
    for label in labels:
        agree &= label[borders.left] == label[borders.right]
    return connected(borders.left, borders.right, len(labels[0]), agree)


def fragments(
    subject: CleaningInput,
    hosting: Hosting,
    *,
    max_area: float,
    belt_thinness: float,
    speck_area: float = 0.0,
    may_lower: bool = False,
    rounds: int = 50,
) -> tuple[Ints, Bools, Ints]:
    """Give small connected groups of equal category and kind to a neighbouring group.

    Tested on groups, after slivers ride. Exempt are protected and pinned faces and thin belts of water and shore. A
    fragment joins, inside its district, the larger group with the longest shared border among those of its category,
    else among all whose category is at least as strict (any, with ``may_lower``); one that is no fragment itself before
    one that is. Nothing joins a park, nor a red line, water source or protected area, whose extents are statutory, but
    specks that touch nothing else: a unit of a few square metres inside a red line is no one's intention.

    Parameters
    ----------
    subject : CleaningInput
    hosting : Hosting
        From ``slivers``.
    max_area : float
        m²; groups below it are fragments.
    belt_thinness : float
        4πA/P² below which a group of ``belt`` kind is a belt.
    speck_area : float
        m²; fragments below it are specks.
    may_lower : bool
    rounds : int
        Merging makes new groups; so often at most it is looked again.

    Returns
    -------
    host : (n,) int64
        As in ``Hosting``, slivers included.
    homeless : (n,) bool
        Faces of fragments that stayed for want of a neighbour to join.
    joined : (n,) int64
        Number of the round in which a face changed its labels, 0 for none.
    """
    count = len(subject.area)
    node = hosting.root()
    joined = np.zeros(count, dtype=np.int64)
    homeless: Bools = np.zeros(count, dtype=bool)
    if max_area <= 0:
        return hosting.host.copy(), homeless, joined
    for number in range(1, rounds + 1):
        category, kind = subject.category[node], subject.kind[node]
        group = groups(subject.borders, category, kind, subject.district)
        small, size, closed = _small_groups(subject, node, group, max_area, belt_thinness)
        speck = small & (size < speck_area)
        moves, stuck = _moves(subject, group, (small, speck, closed), size, category, may_lower)
        homeless = stuck[group]
        if not len(moves[0]):
            break
        target = np.full(len(size), -1, dtype=np.int64)
        target[moves[0]] = moves[1]
        moved = target[group] >= 0
        node[moved] = node[target[group[moved]]]
        joined[moved] = number
    host = np.where(node != np.arange(count), node, -1)
    return host, homeless, joined


def _small_groups(
    subject: CleaningInput,
    node: Ints,
    group: Ints,
    max_area: float,
    belt_thinness: float,
) -> tuple[Bools, Floats, Bools]:
    """Which groups are fragments, the size of each (m²), and which are closed: of a statutory extent."""
    total = number_of(group)
    size = sum_by(group, subject.area, total)
    b = subject.borders
    inner = group[b.left] == group[b.right]
    perimeter = sum_by(group, subject.perimeter, total) - 2 * sum_by(group[b.left[inner]], b.length[inner], total)
    exempt, closed = np.zeros(total, dtype=bool), np.zeros(total, dtype=bool)
    exempt[group[subject.protected | subject.pinned]] = True
    # A protected sliver that rides with a group does not close it.
    closed[group[(subject.protected | subject.pinned)[node]]] = True
    belts = np.zeros(total, dtype=bool)
    belts[group[subject.belt[node]]] = True
    belts &= thinness(size, perimeter) < belt_thinness
    return (size < max_area) & ~exempt & ~belts, size, closed


def _moves(
    subject: CleaningInput,
    group: Ints,
    kinds: tuple[Bools, Bools, Bools],
    size: Floats,
    category: Ints,
    may_lower: bool,
) -> tuple[tuple[Ints, Ints], Bools]:
    """Fragments that move in this round, with the face each takes its labels from; and which groups never can.

    ``kinds`` says of each group whether it is a fragment, a speck, and closed to all but specks.
    """
    small, speck, closed = kinds
    face, other, length = subject.borders.both_ways()
    one, two = group[face], group[other]
    use = small[one] & (one != two) & (subject.district[face] == subject.district[other])
    use &= ~closed[two] | speck[one]
    if not may_lower:
        use &= category[other] <= category[face]
    other, length, one, two = other[use], length[use], one[use], two[use]
    first_of = np.full(len(size), len(group), dtype=np.int64)
    np.minimum.at(first_of, group, np.arange(len(group)))
    # Only towards larger groups (the earlier of equal ones): no circles.
    up = (size[two] > size[one]) | ((size[two] == size[one]) & (first_of[two] < first_of[one]))
    stuck = small.copy()
    stuck[one] = False
    other, length, one, two = other[up], length[up], one[up], two[up]
    if not len(one):
        none = np.zeros(0, dtype=np.int64)
        return (none, none), small
    pair, where = np.unique(np.column_stack([one, two]), axis=0, return_inverse=True)
    where = where.ravel()
    total = _rounded(sum_by(where, length, len(pair)))
    same = category[first_of[pair[:, 0]]] == category[first_of[pair[:, 1]]]
    order = np.lexsort((first_of[pair[:, 1]], -total, small[pair[:, 1]], ~same, closed[pair[:, 1]], pair[:, 0]))
    best = firsts(order, pair[:, 0])
    longest = np.lexsort((other, -length, where))
    touching = other[firsts(longest, where)]
    # A fragment whose target moves as well waits for the next round, when it meets what the target became.
    ready = best[~np.isin(pair[best, 1], pair[best, 0])]
    return (pair[ready, 0], touching[ready]), stuck
