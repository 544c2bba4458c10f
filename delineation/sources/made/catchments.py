"""Catchments of a DEM over an area: one for each link of its streams, on the edges of its cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy import ndimage

from ...core.arrays import number_of, objects, places
from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, at
from ...core.progress import Progress, silent, within
from ..coordinates.crs import parse_crs
from ..coordinates.datums import datum_finding
from ..rasters.grids import carry, shift, unknown_datum
from ..rasters.raster import burn, open_raster, polygonize
from .flow import accumulate, directions, fill, links
from .heights import MOST, read_heights

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from ...case.made_sources import Maker
    from ...core.arrays import Bools, Floats, Ints, Objects
    from ..rasters.raster import Raster
    from .heights import Heights

FEWEST = 10  # cells that the area of a stream has at least
_WORTH = 1e-3  # share of the area without a value from which on it is told
_EVERY = 16  # cells of a straight edge after which a vertex is set where it bends in the other CRS


@dataclass(frozen=True)
class Catchments:
    """Catchments that tile an area.

    Attributes
    ----------
    polygons : (n,) object
        Multipolygons in the CRS asked for, numbered from the north-west; they reach a cell or two beyond the area.
    uncovered : (n,) bool
        Those that are sea, or that the DEM says nothing of.
    findings : tuple of Finding
    """

    polygons: Objects
    uncovered: Bools
    findings: tuple[Finding, ...]


def catchments_over(
    area: Objects,
    crs: CRS,
    maker: Maker,
    path: Path,
    *,
    sea: Objects | None = None,
    progress: Progress = silent,
) -> Catchments:
    """Divide an area into the catchments of the links of its streams.

    Depressions are filled, water runs by D8, streams begin where ``maker.area`` contributes (`flow`). Water is
    followed half the area's longer side beyond it, as far as the DEM reaches; what comes from farther is not known.
    What leaves the DEM without meeting a stream is a remainder, one for each connected part: a coast, or the rim of the
    DEM. So is the sea, and what the DEM has no value for. What of a unit lies in the area is no smaller than
    ``maker.least`` of ``maker.area``: smaller ones go to the neighbour downstream, or where that does not touch them to
    the one with the longest common border, unless they touch none.

    Parameters
    ----------
    area : (m,) object
        Polygons, possibly invalid; their union is what is divided.
    crs : CRS
        Of the area.
    maker : Maker
        Of kind ``catchments``.
    path : Path
        Of the DEM.
    sea : (s,) object, optional
        Polygons in ``crs``: cells with their centre in one are sea, as are those up to the height ``maker.sea``.
    progress : callable

    Raises
    ------
    BadInput
        A DEM that cannot be read, lies off the area, has no relief, is too coarse for ``maker.area`` or too fine for
        the memory; no stream.
    """
    progress(0.0, Message("reading the DEM"))
    raster = open_raster(path, maker.band, crs=maker.crs)
    cell = min(raster.transform[0], -raster.transform[4])
    outline = carry(area, crs.to_wkt(), raster.crs, at(raster.path), cell)
    bounds = shapely.total_bounds(outline)
    grid = read_heights(raster, bounds, progress=within(progress, 0.0, 0.3))
    _refuse(grid, maker, at(raster.path))
    known = ~np.isnan(grid.height)
    if maker.sea is not None:
        grid.height[grid.height <= maker.sea] = np.nan
    if sea is not None and len(sea):
        shore = carry(sea, crs.to_wkt(), raster.crs, at(raster.path), cell)
        shore = shapely.transform(shore, lambda xy: (xy - grid.corner) / grid.size)
        grid.height[burn(shore, grid.height.shape, backend=raster.backend) > 0] = np.nan
    label, follows, order = _links(grid, maker, at(raster.path), within(progress, 0.3, 0.6))
    # From here on only what lies over the area counts.
    first = np.floor((bounds[[3, 0]] - grid.corner[[1, 0]]) / grid.size[[1, 0]]).astype(np.int64) - 1
    last = np.ceil((bounds[[1, 2]] - grid.corner[[1, 0]]) / grid.size[[1, 0]]).astype(np.int64) + 1
    near = tuple(slice(max(int(one), 0), int(other)) for one, other in zip(first, last, strict=True))
    label, weight, known, land = label[near], grid.area[near[0], None], known[near], ~np.isnan(grid.height[near])
    corner = grid.corner + grid.size * [near[1].start, near[0].start]
    drawn = shapely.transform(outline, lambda xy: (xy - corner) / grid.size)
    inside = burn(drawn, label.shape, backend=raster.backend) > 0
    progress(0.7, Message("catchments"))
    if not inside.any():
        raise BadInput(
            Message("no cell's centre lies in the area"),
            where=raster.path,
            wanted=Message("a finer DEM, or a larger value of area"),
        )
    if not (land & inside).any():
        raise _nothing(at(raster.path))
    whole = float(np.where(inside, weight, 0.0).sum())
    lost = float(np.where(inside & ~known, weight, 0.0).sum())
    mine, rest = _merged(label, (follows, order), inside, land, weight, maker.least * maker.area)
    bare = np.unique(rest[inside & ~known])
    # Cells of which only the centre lies outside belong to the nearest one within.
    nearest = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    mine = mine[tuple(nearest)]
    kept, start = np.unique(mine, return_index=True)
    turn = np.argsort(start, kind="stable")
    place = places(turn, len(kept))
    codes = np.where(_touched(drawn, inside), place[np.searchsorted(kept, mine)] + 1, 0)
    progress(0.8, Message("catchments"))
    shapes = _outlined(codes.astype(np.int32), raster, corner, grid.size, crs)
    uncovered = np.isin(kept[turn], rest[inside & ~land])
    empty = np.isin(kept[turn], bare)
    name = Path(raster.path).name
    findings = []
    if datum := unknown_datum(raster.crs):
        findings.append(Finding("S60", {"raster": Path(raster.path).stem, "datum": datum, "path": name}))
    elif (moved := datum_finding(name, parse_crs(raster.crs), crs, raster.bounds)) is not None:
        # That WGS 84 and CGCS2000 differ by a metre moves no cell.
        findings += [moved] if moved.facts.get("problem") != "null" else []
    if cells := len(raster.infinite):
        findings.append(Finding("S65", {"raster": Path(raster.path).stem, "cells": cells}, value=float(cells)))
    if empty.any() or lost > _WORTH * whole:
        said: Facts = {"path": name, "area": lost, "share": lost / whole}
        findings.append(Finding("S84", {**said, "count": int(empty.sum())}, value=lost))
    if grid.factor > 1:
        findings.append(Finding("S85", {"path": name, "factor": grid.factor, "most": MOST}, value=float(grid.factor)))
    progress(1.0, Message("catchments"))
    return Catchments(shapes, uncovered, tuple(findings))


def _refuse(grid: Heights, maker: Maker, where: Message) -> None:
    """Refuse a DEM without relief, or whose cells are too large for the catchments that are asked of it."""
    if np.isnan(grid.height).all():
        raise _nothing(where)
    cell = float(np.median(grid.area))
    if maker.area < FEWEST * cell:
        raise BadInput(
            Message("area = {area:g} m² is {cells:.3g} cells of the DEM", area=maker.area, cells=maker.area / cell),
            where=where,
            wanted=Message("an area of {cells} cells or more, {least:.6g} m²", cells=FEWEST, least=FEWEST * cell),
        )
    if np.nanmin(grid.height) == np.nanmax(grid.height):
        # Water would run by the numbers of the cells.
        raise BadInput(
            Message("the DEM has the same height everywhere"),
            where=where,
            wanted=Message("a DEM with relief over the area"),
        )


def _nothing(where: Message) -> BadInput:
    return BadInput(
        Message("the DEM has no value over the area"),
        where=where,
        wanted=Message("a DEM over the area, with its true CRS"),
    )


def _links(grid: Heights, maker: Maker, where: Message, progress: Progress) -> tuple[Ints, Ints, Ints]:
    """Link that each cell drains to (−1 for none), link that each runs into, links from above."""
    progress(0.0, Message("filling depressions"))
    filled = fill(grid.height, width=grid.width, length=grid.length)
    receiver = directions(filled, width=grid.width, length=grid.length, progress=within(progress, 0.4, 0.7))
    weight = np.where(np.isnan(grid.height), 0.0, grid.area[:, None]).ravel()
    contributing = accumulate(receiver, weight, progress=within(progress, 0.7, 0.9))
    found = links(receiver, contributing, maker.area)
    if not len(found.next):
        raise BadInput(
            Message(
                "no stream drains {area:g} m²: the largest drains {largest:.6g} m²",
                area=maker.area,
                largest=contributing.max(),
            ),
            where=where,
            wanted=Message("a smaller value of area, or a DEM that covers more ground"),
        )
    return found.label.reshape(grid.height.shape), found.next, found.order


def _merged(
    label: Ints,
    below: tuple[Ints, Ints],
    inside: Bools,
    land: Bools,
    weight: Floats,
    least: float,
) -> tuple[Ints, Ints]:
    """Give what is in no link's catchment a number, part by part, and merge what is too small; −1 outside.

    Gives the labels of the cells, and what they were before anything was merged.
    """
    follows, order = below
    count = len(follows)
    for part in (land & (label < 0), ~land):
        parts, many = ndimage.label(part & inside)
        label = np.where(parts > 0, parts + count - 1, label)
        count += many
    mine = downstream(np.where(inside, label, -1), follows, order, weight, least)
    return neighbourly(mine, weight, least), label


def _touched(drawn: Objects, inside: Bools) -> Bools:
    """Find the cells that polygons, drawn in cells, have a part of, and those around them."""
    column, row = np.floor(shapely.get_coordinates(shapely.segmentize(drawn, 0.5))).astype(np.int64).T
    touched = inside.copy()
    touched[np.clip(row, 0, inside.shape[0] - 1), np.clip(column, 0, inside.shape[1] - 1)] = True
    around: Bools = ndimage.binary_dilation(touched, np.ones((3, 3), dtype=bool))
    return around


def _outlined(codes: NDArray[np.int32], raster: Raster, corner: Floats, size: Floats, crs: CRS) -> Objects:
    """Outline cells of equal code (1 … n) as multipolygons in a CRS."""
    cells, code = polygonize(codes, backend=raster.backend)
    order = np.lexsort((*shapely.bounds(cells).T[:2], code))
    cells, code = cells[order], code[order]
    target = crs.to_wkt()
    if parse_crs(raster.crs) != parse_crs(target):
        cells = _with_corners(cells, codes)
    placed = shapely.transform(cells, lambda xy: corner + size * xy)
    shapes = np.full(int(codes.max()), shapely.MultiPolygon(), dtype=object)
    moved = shapely.orient_polygons(shift(placed, raster.crs, target, at(raster.path)))
    shapely.multipolygons(moved, indices=code - 1, out=shapes)
    return shapes


def _with_corners(cells: Objects, codes: NDArray[np.int32]) -> Objects:
    """Give neighbours the same vertices: at every node, and every so many cells, so that both sides bend alike."""
    around = np.pad(codes, 1)
    a, b, c, d = around[:-1, :-1], around[:-1, 1:], around[1:, :-1], around[1:, 1:]
    kept = ~(((a == b) & (c == d)) | ((a == c) & (b == d)))
    kept[::_EVERY, :] = True
    kept[:, ::_EVERY] = True
    dense = shapely.segmentize(cells, 1.0)
    rings, polygon = shapely.get_rings(dense, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    points = np.rint(points)
    column, row = points.astype(np.int64).T
    first = np.r_[True, ring[1:] != ring[:-1]]
    last = np.r_[first[1:], True]
    # A ring begins and ends at a corner of its own.
    stays = kept[row, column] | first | last
    drawn = shapely.linearrings(points[stays], indices=ring[stays])
    return _polygons(drawn, polygon)


def _polygons(rings: Objects, polygon: Ints) -> Objects:
    """Polygons of shells with their holes behind them."""
    start = np.flatnonzero(np.r_[True, polygon[1:] != polygon[:-1]])
    stop = np.r_[start[1:], len(polygon)]
    return objects([shapely.polygons(rings[one], rings[one + 1 : end]) for one, end in zip(start, stop, strict=True)])


# ── Labels on a grid that are too small, given to a neighbour: downstream, or where the border is longest ──

_ACROSS = ((0, 1), (1, 0))
_DIAGONAL = ((1, 1), (1, -1))


def _sizes(label: Ints, weight: Floats, count: int) -> Floats:
    inside = label >= 0
    each = np.broadcast_to(weight, label.shape)[inside]
    return np.asarray(np.bincount(label[inside], weights=each, minlength=count), dtype=np.float64)


def _meetings(label: Ints, steps: tuple[tuple[int, int], ...]) -> list[tuple[int, int, int]]:
    """Pairs of labels side by side, the lower first, and how many cells meet."""
    count, keys = number_of(label), []
    for down, right in steps:
        here = label[: label.shape[0] - down, max(-right, 0) : label.shape[1] - max(right, 0)]
        there = label[down:, max(right, 0) : label.shape[1] - max(-right, 0)]
        meet = (here >= 0) & (there >= 0) & (here != there)
        keys.append(np.minimum(here[meet], there[meet]) * count + np.maximum(here[meet], there[meet]))
    key, many = np.unique(np.concatenate(keys), return_counts=True)
    return [(int(one) // count, int(one) % count, int(number)) for one, number in zip(key, many, strict=True)]


def downstream(label: Ints, follows: Ints, order: Ints, weight: Floats, least: float) -> Ints:
    """Give each catchment that is too small to the one it runs into, from above, where the two touch.

    Parameters
    ----------
    label : (rows, columns) int64
        −1 outside; from ``len(follows)`` on no catchments of a link, which stay.
    follows : (k,) int64
        Link into which each runs, −1 where it leaves the grid.
    order : (k,) int64
        Links, every one before that into which it runs.
    weight : (rows, 1) float64
        m² of a cell.
    least : float
        m².

    Returns
    -------
    (rows, columns) int64
    """
    count = max(number_of(label), len(follows))
    size = _sizes(label, weight, count)
    touch = {(one, other) for one, other, _ in _meetings(label, (*_ACROSS, *_DIAGONAL))}
    into = np.arange(count)
    above = [int(link) for link in order]
    for link in above:
        below = int(follows[link])
        if 0 < size[link] < least and below >= 0 and (min(link, below), max(link, below)) in touch:
            into[link] = below
            size[below] += size[link]
    # From below, so that each finds where the next one went.
    for link in reversed(above):
        into[link] = into[into[link]]
    return np.where(label >= 0, into[label], -1)


def neighbourly(label: Ints, weight: Floats, least: float) -> Ints:
    """Give each label that is too small to the neighbour with the longest common border, the smallest first.

    Of neighbours with equal borders the first takes it; what has no neighbour stays.

    Parameters
    ----------
    label, weight, least
        As of `downstream`.

    Returns
    -------
    (rows, columns) int64
    """
    count = number_of(label)
    size = _sizes(label, weight, count)
    beside: dict[int, dict[int, int]] = {}
    for one, other, many in _meetings(label, _ACROSS):
        beside.setdefault(one, {})[other] = many
        beside.setdefault(other, {})[one] = many
    into = np.arange(count)
    small = np.flatnonzero((size > 0) & (size < least))
    for one in map(int, small[np.argsort(size[small], kind="stable")]):
        mine = beside.get(one)
        # It may have grown by what came to it.
        if not mine or size[one] >= least:
            continue
        taker = min(mine, key=lambda other: (-mine[other], other))
        into[one] = taker
        size[taker] += size[one]
        theirs = beside[taker]
        del theirs[one]
        for other, many in beside.pop(one).items():
            if other != taker:
                theirs[other] = theirs.get(other, 0) + many
                beside[other][taker] = theirs[other]
                del beside[other][one]
    while not np.array_equal(into[into], into):
        into = into[into]
    return np.where(label >= 0, into[label], -1)
