"""Grades of a raster as polygons, so that they may cut the partition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.arrays import number_of
from ...core.errors import BadInput
from ...core.findings import Finding
from ...core.messages import Message, at
from .grids import bend, carry, shift, unknown_datum
from .raster import Raster, Window, burn, polygonize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ...core.arrays import Floats, Ints, Objects

# Patches up to so many cells keep their outline: a cell's width of generalisation would halve them.
_SMALL = 4.0
# Rows read at once; cells looked at beyond the bounds.
_BAND, _MARGIN = 512, 2
# Cells whose grades are held at once, 2 GB of them.
_MOST = 500_000_000


@dataclass(frozen=True)
class GradeZones:
    """Areas of the grades that were asked for.

    Attributes
    ----------
    polygons : (n,) object
        Polygons in the case's CRS, sorted by grade, then by west, south; they meet only along identical edges.
    zone, grade : (n,) object
        Zone and grade (text) of each.
    findings : list of Finding
    """

    polygons: Objects
    zone: Objects
    grade: Objects
    findings: list[Finding]


def grade_polygons(
    raster: Raster,
    zones: Mapping[str, str],
    crs: str,
    *,
    bounds: tuple[float, float, float, float] | None = None,
    tolerance: float = 1.0,
) -> GradeZones:
    """Vectorise grades, take the staircase out, transform once.

    The lines between grades, and between a grade and the rest, are generalised as one network between the nodes where
    three areas meet: no point moves more than ``tolerance``, neighbours keep one common line, none overlaps another.
    Straight digital lines of any slope become straight with a tolerance of one cell (Douglas and Peucker 1973). Closed
    patches up to four cells keep their outline.

    Parameters
    ----------
    raster : Raster
    zones : mapping of str to str
        Grade, a number as text, to zone.
    crs : str
        Of the case.
    bounds : tuple of float, optional
        West, south, east, north in ``crs``: only cells that may lie in it are looked at.
    tolerance : float
        In cells.

    Raises
    ------
    BadInput
        A grade that is no number; a raster off ``bounds``; a file that cannot be read.
    """
    grades = _numbers(raster, zones)
    where = at(raster.path)
    window = _window(raster, bounds, crs)
    codes = _codes(raster, window, [number for number, _ in grades])
    findings = [
        Finding("S63", {"path": Path(raster.path).name, "grade": text, "zone": zones[text]})
        for code, (_, text) in enumerate(grades, 1)
        if not (codes == code).any()
    ]
    if datum := unknown_datum(raster.crs):
        findings.append(
            Finding("S60", {"raster": Path(raster.path).stem, "datum": datum, "path": Path(raster.path).name})
        )
    cells, code = polygonize(codes, backend=raster.backend)
    dx, _, left, _, dy, top = raster.transform
    corner, size = np.array([left + dx * window[2], top + dy * window[0]]), np.array([dx, dy])
    patches: Objects = np.zeros(0, dtype=object)
    if len(cells):
        lines = shapely.transform(_generalised(cells, tolerance), lambda points: corner + size * points)
        lines = bend(lines, raster.crs, crs, where, _cell_in(raster, crs, corner))
        patches = shapely.get_parts(shapely.polygonize(lines))
        cells = shapely.transform(patches, lambda points: (points - corner) / size)
        patches, code = _dissolved(patches, cells, codes, raster.backend)
    polygons = shift(patches, raster.crs, crs, where)
    west, south, _, _ = shapely.bounds(polygons).reshape(-1, 4).T
    order = np.lexsort([south, west, code])
    texts = np.array([text for _, text in grades], dtype=object)[code[order] - 1]
    named = np.array([zones[text] for text in texts], dtype=object)
    return GradeZones(polygons[order], named, texts, findings)


def _numbers(raster: Raster, zones: Mapping[str, str]) -> list[tuple[float, str]]:
    grades = []
    for text in zones:
        try:
            grades.append((float(text), text))
        except ValueError as error:
            raise BadInput(
                Message("grade '{text}' is no number", text=text),
                where=raster.path,
                wanted=Message('zones = { "5" = "…" }, by cell value'),
            ) from error
    return sorted(grades)


def _window(raster: Raster, bounds: tuple[float, float, float, float] | None, crs: str) -> Window:
    window = _around(raster, bounds, crs)
    cells = (window[1] - window[0]) * (window[3] - window[2])
    if cells > _MOST:
        raise BadInput(
            Message("{cells} cells of the raster in the study area", cells=cells),
            where=raster.path,
            wanted=Message("a raster resampled to {most} cells or fewer", most=_MOST),
        )
    return window


def _around(raster: Raster, bounds: tuple[float, float, float, float] | None, crs: str) -> Window:
    rows, columns = raster.shape
    if bounds is None:
        return 0, rows, 0, columns
    dx, _, left, _, dy, top = raster.transform
    box = carry(np.array([shapely.box(*bounds)], dtype=object), crs, raster.crs, at(raster.path), min(dx, -dy))
    west, south, east, north = shapely.bounds(box)[0]
    # A margin, so that lines made by the window's own edge stay outside the bounds.
    first, last = math.floor((north - top) / dy) - _MARGIN, math.ceil((south - top) / dy) + _MARGIN
    start, stop = math.floor((west - left) / dx) - _MARGIN, math.ceil((east - left) / dx) + _MARGIN
    first, last, start, stop = max(first, 0), min(last, rows), max(start, 0), min(stop, columns)
    if first >= last or start >= stop:
        raise BadInput(
            Message("raster lies outside the study area"),
            where=raster.path,
            wanted=Message("a raster over the study area, with its true CRS"),
        )
    return first, last, start, stop


def _codes(raster: Raster, window: Window, numbers: list[float]) -> NDArray[np.int32]:
    """Grade of each cell, counted from 1; 0 for the rest."""
    top, bottom, left, right = window
    codes = np.zeros((bottom - top, right - left), dtype=np.int32)
    for first in range(top, bottom, _BAND):
        last = min(first + _BAND, bottom)
        values = raster.read((first, last, left, right))
        for code, number in enumerate(numbers, 1):
            codes[first - top : last - top][values == number] = code
    return codes


def _cell_in(raster: Raster, crs: str, corner: Floats) -> float:
    """Size of a cell in units of ``crs``."""
    dx, _, _, _, dy, _ = raster.transform
    points = shapely.points(corner + np.array([[0.0, 0.0], [dx, 0.0], [0.0, dy]]))
    moved = shapely.get_coordinates(shift(points, raster.crs, crs, at(raster.path)))
    return float(np.hypot(*(moved[1:] - moved[0]).T).min())


def _generalised(cells: Objects, tolerance: float) -> Objects:
    """Draw the lines around the patches without their staircase, noded."""
    arcs = shapely.get_parts(shapely.line_merge(shapely.union_all(shapely.boundary(cells))))
    ring = shapely.is_ring(arcs)
    small = ring.copy()
    small[ring] = shapely.area(shapely.build_area(arcs[ring])) <= _SMALL
    # All lines in one geometry: the simplifier then lets none cross another.
    plain = shapely.simplify(shapely.multilinestrings(arcs[~small]), tolerance, preserve_topology=True)
    # Those it was not told of may touch the patches that are kept: noding once more settles it.
    noded: Objects = shapely.get_parts(shapely.union_all([plain, *arcs[small]]))
    return noded


def _dissolved(polygons: Objects, cells: Objects, codes: NDArray[np.int32], backend: str) -> tuple[Objects, Ints]:
    """Give each polygon the grade of most of its cells, none where most have none, and dissolve by grade.

    ``cells`` are the polygons in cells; one without the centre of any takes the grade of the cell it lies in.
    """
    grades = number_of(codes)
    place = burn(cells, codes.shape, backend=backend)
    inside = place > 0
    key = (place[inside].astype(np.int64) - 1) * grades + codes[inside]
    had = np.bincount(key, minlength=len(cells) * grades).reshape(-1, grades)
    now = had.argmax(axis=1)
    none = had.sum(axis=1) == 0
    column, row = np.floor(shapely.get_coordinates(shapely.point_on_surface(cells[none]))).astype(np.int64).T
    now[none] = codes[np.clip(row, 0, codes.shape[0] - 1), np.clip(column, 0, codes.shape[1] - 1)]
    parts = [shapely.get_parts(shapely.coverage_union_all(polygons[now == grade])) for grade in range(1, grades)]
    return np.concatenate(parts), np.repeat(np.arange(1, grades), [len(part) for part in parts])
