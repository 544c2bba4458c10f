"""Lines of sources drawn along a line that stays, and how freely a place near them may be displaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from ...core.arrays import Bools, Floats, Objects

# m: half a millimetre on a map of 1 : 50 000. Lines that are meant to be one are drawn, simplified and brought from
# one system of coordinates into another separately, and lie that far apart; lines meant to be two rarely do.
NEAR = 25.0
# Standard deviations over which displacement comes back: two neighbours would change places where one is displaced by
# more than the distance over which it fades, which of a normal displacement four standard deviations all but rule out.
FADE = 4.0


@dataclass(frozen=True)
class StayingLines:
    """Lines that stay where they are.

    Attributes
    ----------
    edge : (n, 2, 2) float64
        From, to; m.
    tree : shapely.STRtree
        Of the edges.
    """

    edge: Floats
    tree: shapely.STRtree

    @classmethod
    def of(cls, geometry: Objects) -> StayingLines:
        """Take the outlines of polygons and multipolygons."""
        edge = _edges(geometry)
        return cls(edge, shapely.STRtree(shapely.linestrings(edge)))

    def anchors(self, geometry: Objects, sigma: float) -> Anchors:
        """Find the edges of a source that run along a line that stays.

        Such an edge has both its ends and its middle within `NEAR` of one (within ``sigma`` where that is less: an
        error that small tells the two apart), and goes along it rather than across: what lies nearest to its ends is
        at least half its length apart, so that they part by 60° at most.

        Parameters
        ----------
        geometry : (n,) object
            Polygons and multipolygons of one source.
        sigma : float
            Standard deviation of its displacement, m, above 0.
        """
        edge, near = _edges(geometry), min(NEAR, sigma)
        one, first = self._nearest(edge[:, 0], near)
        edge, first = edge[one], first[one]
        two, second = self._nearest(edge[:, 1], near)
        along = two & (2 * np.hypot(*(second - first).T) >= np.hypot(*(edge[:, 1] - edge[:, 0]).T))
        edge = edge[along]
        edge = edge[self._nearest(edge.mean(axis=1), near)[0]]
        return Anchors(shapely.STRtree(shapely.linestrings(edge)), FADE * sigma)

    def _nearest(self, point: Floats, most: float) -> tuple[Bools, Floats]:
        """Which points lie within ``most`` m of a line that stays, and the place on it that is nearest, or NaN."""
        here, foot = np.zeros(len(point), dtype=bool), np.full(point.shape, np.nan)
        which, edge = self.tree.query_nearest(shapely.points(point), max_distance=most, all_matches=False)
        start, way = self.edge[edge, 0], self.edge[edge, 1] - self.edge[edge, 0]
        share = ((point[which] - start) * way).sum(axis=1) / (way**2).sum(axis=1)
        here[which], foot[which] = True, start + way * np.clip(share, 0, 1)[:, None]
        return here, foot


@dataclass(frozen=True)
class Anchors:
    """Edges of one source that stay, and what they leave of a displacement round them.

    Attributes
    ----------
    tree : shapely.STRtree
        Of the edges.
    fade : float
        m from them from which on displacement is whole.
    """

    tree: shapely.STRtree
    fade: float

    def freedom(self, point: Floats) -> Floats:
        """Share of its displacement that each of the points (n, 2) keeps, (n,): 0 on an edge that stays, 1 far away.

        It grows evenly with distance, so that displacing remains one to one and polygons stay valid.
        """
        out = np.ones(len(point))
        if len(self.tree):
            which, away = self.tree.query_nearest(
                shapely.points(point), max_distance=self.fade, return_distance=True, all_matches=False
            )
            out[which[0]] = away / self.fade
        return out

    def step(self, one: Floats, two: Floats) -> Floats:
        """How long pieces of edges may be, m: half a sigma where displacement fades, endless where all or none is left.

        Parameters
        ----------
        one, two : (n, 2) float64
            From, to.
        """
        out, most = np.full(len(one), np.inf), self.fade / FADE / 2
        long = np.flatnonzero(np.hypot(*(two - one).T) > most)
        edge = shapely.linestrings(np.stack([one[long], two[long]], axis=1))
        near = long[np.unique(self.tree.query(edge, "dwithin", self.fade)[0])]
        # The middle of an edge that stays is rounded, and so a little beside it.
        still = [self.freedom(place[near]) < 1e-6 for place in (one, two, (one + two) / 2)]
        out[near[~np.all(still, axis=0)]] = most
        return out


def _edges(geometry: Objects) -> Floats:
    """Edges of all rings that have a length: (n, 2, 2), from and to."""
    place, ring = shapely.get_coordinates(shapely.get_rings(shapely.get_parts(geometry)), return_index=True)
    edge = np.stack([place[:-1], place[1:]], axis=1)
    found: Floats = edge[(ring[1:] == ring[:-1]) & (edge[:, 0] != edge[:, 1]).any(axis=1)]
    return found
