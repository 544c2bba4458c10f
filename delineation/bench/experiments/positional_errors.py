"""Sources that err: every line displaced by a smooth random field, rasters with coarser cells or laid a cell aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.errors import BadInput
from ...core.messages import Message
from ...sources.rasters.raster import Raster
from .fixed_lines import StayingLines
from .random_fields import smooth_field

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...case.model import Case
    from ...core.arrays import Floats, Ints, Objects
    from ...sources import Sources
    from ...sources.rasters.raster import Window
    from .fixed_lines import Anchors
    from .random_fields import SmoothField

# Roles that make up the study area: their lines are law, and without them nothing could be compared.
STAY = ("county", "township", "sea")


@dataclass(frozen=True)
class Disturbance:
    """How far sources may be wrong.

    Attributes
    ----------
    sigma : float
        Standard deviation in m of a vertex in x and in y, away from lines that stay; 0 leaves vector sources as they
        are.
    length : float
        m within which lines of one source are displaced alike (`random_fields.smooth_field`); 0 for ten sigma, or 1 km
        where that is more.
    factors : tuple of int
        Cells, along a side, of which rasters are made one: each sample draws one for each raster.
    cells : int
        By how many cells, at most, a raster is laid aside, in x and in y; each number from −cells to cells is as
        likely.

    Raises
    ------
    BadInput
        Numbers below 0, no factor, or one below 1.
    """

    sigma: float
    length: float = 0.0
    factors: tuple[int, ...] = (1, 2, 4)
    cells: int = 1

    def __post_init__(self) -> None:
        """Refuse what makes no sense."""
        if not (0 <= self.sigma < np.inf and 0 <= self.length < np.inf and self.cells >= 0):
            raise BadInput(
                Message(
                    "sigma {sigma:g} m, length {length:g} m, {cells} cells",
                    sigma=self.sigma,
                    length=self.length,
                    cells=self.cells,
                ),
                where=Message("uncertainty"),
                wanted=Message("numbers of 0 or more"),
            )
        if not self.factors or min(self.factors) < 1:
            what = Message("factors {factors}", factors=self.factors) if self.factors else Message("no factor")
            raise BadInput(what, where=Message("uncertainty"), wanted=Message("at least one factor, each 1 or more"))

    @property
    def reach(self) -> float:
        """Correlation length, m."""
        return self.length or max(10 * self.sigma, 1000.0)


@dataclass(frozen=True)
class Displacing:
    """Displacement of the lines of sources, each source by a field of its own, shared lines of one source together.

    Edges longer than half the correlation length get vertices between, so that they follow the field. Sources of a role
    in `STAY` keep their lines. A source that is displaced out of the study area altogether has no features left.

    Where a source is drawn along a line that stays, it stays with it (`anchored.StayingLines.anchors`), and round there
    its displacement fades to 0. Otherwise areas could only shrink: what is displaced beyond the study area is clipped,
    what is displaced inwards is not made up for, on average σ/√(2π) m² for each m of outline. A line of its own beside
    the outline errs in full, and what leaves the study area is lost.

    Attributes
    ----------
    sources : Sources
    disturbance : Disturbance
    """

    sources: Sources
    disturbance: Disturbance

    def drawn(self, seed: tuple[int, ...]) -> Sources:
        """Displace all sources; of the same seed always alike.

        Parameters
        ----------
        seed : tuple of int
        """
        features, sigma, reach = self.sources.features, self.disturbance.sigma, self.disturbance.reach
        if not sigma:
            return self.sources
        geometry, here = features.geometry.copy(), np.ones(len(features), dtype=bool)
        study = shapely.STRtree(geometry[features.of(*STAY)])
        for number, lines in self._lines:
            field = smooth_field(sigma, reach, np.random.default_rng([*seed, 0, number]))
            geometry[lines.rows] = lines.displaced(field)
            here[lines.rows] = len(study.query(geometry[lines.rows], "intersects")[0]) > 0
        left = {name: getattr(features, name)[here] for name in features.__dataclass_fields__}
        return replace(self.sources, features=replace(features, **{**left, "geometry": geometry[here]}))

    @cached_property
    def _lines(self) -> list[tuple[int, _Lines]]:
        """By number of the source; the same in every sample."""
        features = self.sources.features
        out: list[tuple[int, _Lines]] = []
        errs = ~features.of(*STAY)
        stays = StayingLines.of(features.geometry[~errs])
        for number in map(int, np.unique(features.source[errs])):
            rows = np.flatnonzero(errs & (features.source == number))
            dense = densified(features.geometry[rows], self.disturbance.reach / 2)
            anchors = stays.anchors(dense, self.disturbance.sigma)
            # Finer where displacement fades, or the middle of a long edge would cross what stays.
            out.append((number, _Lines.of(rows, densified(dense, anchors.step), anchors)))
        return out


@dataclass(frozen=True)
class _Lines:
    """Lines of one source: its rows, polygons, places (each once: what is one place stays one), their freedom."""

    rows: Ints
    shape: Objects
    place: Floats
    which: Ints
    freedom: Floats

    @classmethod
    def of(cls, rows: Ints, shape: Objects, anchors: Anchors) -> _Lines:
        point = np.ascontiguousarray(shapely.get_coordinates(shape))
        place, which = np.unique(point.view(np.complex128).ravel(), return_inverse=True)
        found = place.view(np.float64).reshape(-1, 2)
        return cls(rows, shape, found, which.ravel(), anchors.freedom(found))

    def displaced(self, field: SmoothField) -> Objects:
        moved_to = self.place + field.at(self.place) * self.freedom[:, None]
        out: Objects = shapely.transform(self.shape, lambda _: moved_to[self.which])
        return out


def displaced(sources: Sources, disturbance: Disturbance, seed: tuple[int, ...]) -> Sources:
    """Displace the lines of sources once; see `Displacing`.

    Parameters
    ----------
    sources : Sources
    disturbance : Disturbance
    seed : tuple of int
    """
    return Displacing(sources, disturbance).drawn(seed)


def densified(
    geometry: Objects,
    step: float | Callable[[Floats, Floats], Floats],
) -> Objects:
    """Set vertices on edges of polygons so that none is longer than ``step``, evenly and exactly the same both ways.

    Shapely's ``segmentize`` goes along each ring, so that the two sides of a shared edge differ by rounding.

    Parameters
    ----------
    geometry : (n,) object
        Polygons and multipolygons.
    step : float or callable
        m, above 0; or (from, to) of all edges, (m, 2) each → m for each, the same both ways.
    """
    parts, row = shapely.get_parts(geometry, return_index=True)
    there = ~shapely.is_empty(parts)
    if not there.any():
        return geometry.copy()
    parts, row = parts[there], row[there]
    rings, part = shapely.get_rings(parts, return_index=True)
    place, ring = shapely.get_coordinates(rings, return_index=True)
    after = np.append(place[1:], place[-1:], axis=0)
    last = np.append(ring[1:] != ring[:-1], np.ones(len(ring[:1]), dtype=bool))
    after[last] = place[last]  # a ring's last vertex begins no edge
    most = step(place, after) if callable(step) else step
    pieces = np.maximum(np.ceil(np.hypot(*(after - place).T) / most), 1).astype(np.int64)
    edge = np.repeat(np.arange(len(place)), pieces)
    turn = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    one, two = place[edge], after[edge]
    # Along each edge from its lesser end, whichever way the ring goes.
    back = (one[:, 0] > two[:, 0]) | ((one[:, 0] == two[:, 0]) & (one[:, 1] > two[:, 1]))
    low, high = np.where(back[:, None], two, one), np.where(back[:, None], one, two)
    share = np.where(back, pieces[edge] - turn, turn) / pieces[edge]
    found = low + (high - low) * share[:, None]
    found[turn == 0] = place
    # Not by ``from_ragged_array``: shapely 2.1.0 writes beyond its memory where a part has more rings than there are
    # geometries (shapely pull request 2291).
    polygons = shapely.polygons(shapely.linearrings(found, indices=ring[edge]), indices=part)
    rows, which = np.unique(row, return_inverse=True)
    out = geometry.copy()
    out[rows] = shapely.multipolygons(polygons, indices=which.ravel())
    return out


def altering(case: Case, disturbance: Disturbance, seed: tuple[int, ...]) -> Callable[[str, Raster], Raster]:
    """Draw how each raster of a case is altered; scores are averaged, grades and classes counted out.

    Parameters
    ----------
    case : Case
    disturbance : Disturbance
    seed : tuple of int

    Returns
    -------
    callable
        (name, raster as opened) → raster; of the same name always the same.
    """
    rng = np.random.default_rng([*seed, 1])
    drawn = {}
    for spec in case.rasters:
        factor = disturbance.factors[int(rng.integers(len(disturbance.factors)))]
        aside = rng.integers(-disturbance.cells, disturbance.cells + 1, 2)
        drawn[spec.name] = (factor, int(aside[0]), int(aside[1]), spec.kind != "score")

    def alter(name: str, raster: Raster) -> Raster:
        factor, columns, rows, majority = drawn[name]
        return coarse(moved(raster, columns, rows), factor, majority=majority)

    return alter


# ── Rasters as they would be with coarser cells, or laid some cells aside: for asking how much results hang on that ──


@dataclass(frozen=True, kw_only=True)
class CoarseRaster(Raster):
    """A raster whose cells are blocks of another's; they are worked out as they are read.

    Attributes
    ----------
    fine : Raster
    factor : int
        Fine cells along each side of a block.
    majority : bool
        A block has its most frequent value, the greatest of those that tie; its mean otherwise.
    """

    fine: Raster
    factor: int
    majority: bool

    def read(self, window: Window | None = None) -> Floats:
        """Read a block of cells, as `Raster.read`; a cell of which more than half has no value has none."""
        rows, columns = self.shape
        top, bottom, left, right = window or (0, rows, 0, columns)
        n = self.factor
        values = self.fine.read((top * n, bottom * n, left * n, right * n))
        blocks = values.reshape(bottom - top, n, right - left, n).transpose(0, 2, 1, 3).reshape(-1, n * n)
        known = np.isfinite(blocks).sum(axis=1)
        found = _modes(blocks) if self.majority else np.nansum(blocks, axis=1) / np.maximum(known, 1)
        found = np.where(2 * known >= n * n, found, np.nan)
        return found.reshape(bottom - top, right - left)


def _modes(blocks: Floats) -> Floats:
    """Most frequent value of each row, the greatest of those that tie."""
    # Ascending, NaN last: a value's run is as long as it is frequent.
    ordered = np.sort(blocks, axis=1)
    best = ordered[:, 0]
    longest: Ints = np.ones(len(blocks), dtype=np.int64)
    run = longest
    for column in range(1, blocks.shape[1]):
        value = ordered[:, column]
        run = np.where(value == ordered[:, column - 1], run + 1, 1)
        better = (run >= longest) & np.isfinite(value)
        best, longest = np.where(better, value, best), np.where(better, run, longest)
    return best


def coarse(raster: Raster, factor: int, *, majority: bool) -> Raster:
    """Aggregate a raster in blocks of ``factor`` × ``factor`` cells, counted from its upper left corner.

    Parameters
    ----------
    raster : Raster
    factor : int
        1 leaves it as it is.
    majority : bool
        Classes and grades are not averaged.
    """
    if factor == 1:
        return raster
    dx, _, west, _, dy, north = raster.transform
    rows, columns = (-(-size // factor) for size in raster.shape)
    bounds = (west, north + dy * factor * rows, west + dx * factor * columns, north)
    own = {name: getattr(raster, name) for name in Raster.__dataclass_fields__}
    own |= {"transform": (dx * factor, 0.0, west, 0.0, dy * factor, north), "shape": (rows, columns), "bounds": bounds}
    return CoarseRaster(**own, fine=raster, factor=factor, majority=majority)


def moved(raster: Raster, columns: int, rows: int) -> Raster:
    """Lay a raster so many of its cells to the east and to the south."""
    dx, _, west, _, dy, north = raster.transform
    east, south = dx * columns, dy * rows
    left, bottom, right, top = raster.bounds
    return replace(
        raster,
        transform=(dx, 0.0, west + east, 0.0, dy, north + south),
        bounds=(left + east, bottom + south, right + east, top + south),
    )
