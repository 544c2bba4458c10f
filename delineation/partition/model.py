"""The partition as arrays: faces, borders, touches, coverage. Indices are 0-based rows; ``face_id`` = row + 1."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects
    from .arcs import Strings

ROUNDING = 0.01
"""Metres by which programs round coordinates at most (degrees with seven decimals are a centimetre); m² for areas."""


@dataclass(frozen=True)
class Lines:
    """The arcs that bound the faces: every outline of a union of faces can be read off them.

    Attributes
    ----------
    arcs : Strings
        Their coordinates decide how the arcs lie (grid units where the partition was snapped).
    place : (v, 2) float64
        Coordinates of the arcs' vertices in the CRS.
    side : (2a,) int64
        Face row on the left of each arc, forward and backward by turns; −1 where there is none.
    """

    arcs: Strings
    place: Floats
    side: Ints


@dataclass(frozen=True)
class Borders:
    """Pairs of faces that share a line (rook neighbours), one row a pair, sorted, ``left < right``.

    Attributes
    ----------
    left, right : (b,) int64
        Face rows.
    length : (b,) float64
        Shared length in metres.
    """

    left: Ints
    right: Ints
    length: Floats

    def both_ways(self) -> tuple[Ints, Ints, Floats]:
        """Each face, its neighbour and the length that they share; every pair twice, seen from its left face first."""
        left, right, length = self.left, self.right, self.length
        return np.concatenate([left, right]), np.concatenate([right, left]), np.concatenate([length, length])


@dataclass(frozen=True)
class Coverage:
    """Which input feature covers which face: pairs, sorted by face, then feature.

    Attributes
    ----------
    face : (k,) int64
        Face rows.
    feature : (k,) int64
        Rows of the geometry array the partition was built from.
    """

    face: Ints
    feature: Ints


@dataclass(frozen=True)
class Partition:
    """A planar partition.

    Attributes
    ----------
    faces : (n,) object
        Valid shapely polygons; they meet only along shared, identically noded edges.
    area : (n,) float64
        Planar area, m².
    point : (n, 2) float64
        A point strictly inside each face; in a face hardly wider than the spacing of doubles it may lie on its edge.
    borders : Borders
    touches : (t, 2) int64
        Pairs of faces (``left < right``, sorted) that share at least one node: a superset of ``borders``.
    coverage : Coverage
    snapped : (m,) float64
        Area of each input feature after noding, m², measured by its rings alone: shells less holes, parts added up.
        The faces a feature covers add up to it, unless its rings cross themselves or its parts overlap.
    lines : Lines
    """

    faces: Objects
    area: Floats
    point: Floats
    borders: Borders
    touches: Ints
    coverage: Coverage
    snapped: Floats
    lines: Lines

    def __len__(self) -> int:
        """Count the faces."""
        return len(self.faces)

    @cached_property
    def rounding(self) -> Bools:
        """Faces that are there only because layers were rounded differently."""
        return made_by_rounding(self.area, shapely.length(self.faces))


def made_by_rounding(area: Floats, perimeter: Floats) -> Bools:
    """Find faces that say nothing of the land: narrower on average (2·area/perimeter) than `ROUNDING`, or smaller."""
    return (area < ROUNDING) | (2 * area < ROUNDING * perimeter)


def land_of(unit: Ints, area: Floats, rounding: Bools) -> Floats:
    """Area of faces by which their units are told, m²: of what rounding made 0, but where a unit has nothing else."""
    land = np.where(rounding, 0.0, area)
    return np.where(np.bincount(unit, weights=land)[unit] > 0, land, area)
