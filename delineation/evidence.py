"""Evidence (评价指标): what rasters say about faces, each face weighted by the exact area of every cell it covers."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd
import shapely

from .errors import BadInput, MissingLibrary
from .findings import Finding
from .progress import Progress, silent
from .sources.coordinates.crs import parse_crs
from .sources.coordinates.datums import datum_finding
from .sources.rasters.cells import cell_shares, exactextract_version
from .sources.rasters.grids import Grid, carry, grid_of, row_areas, same_grid, to_cells, unknown_datum
from .sources.rasters.raster import Raster, Window, open_raster
from .tally import Tally, majority, merge, tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["COLUMNS", "MAX_CELLS", "RasterSetting", "collect", "findings_of", "measure", "usable"]

COLUMNS = ("face_id", "raster", "mean", "stdev", "majority", "covered")
MAX_CELLS = 2_000_000
# Faces between two calls of progress; a thousand take about 40 ms.
_MAX_FACES = 4096
# What data providers write for NoData and then forget to declare.
_SENTINELS = (-3.4028234663852886e38, -2147483648.0, -99999.0, -32768.0, -32767.0, -9999.0)


class RasterSetting(Protocol):
    """What a ``[[raster]]`` of a case says that is needed here."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102
    @property
    def band(self) -> int: ...  # noqa: D102
    @property
    def crs(self) -> str: ...  # noqa: D102


def collect(
    faces: NDArray[np.object_],
    area: NDArray[np.float64],
    crs: str,
    settings: Sequence[RasterSetting],
    *,
    locate: Callable[[str], str | Path] = str,
    covered_min: float = 0.5,
    max_cells: int = MAX_CELLS,
    workers: int = 1,
    progress: Progress = silent,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Open a case's rasters, measure them over the faces, and say what is to be known about them.

    Parameters
    ----------
    faces : (n,) object
        Polygons.
    area : (n,) float64
        Their areas, m².
    crs : str
        Of the faces.
    settings : sequence of RasterSetting
    locate : callable
        From a setting's path to the file.
    covered_min : float
        Share 0–1 of a face from which on a value decides something (profile, ``[evidence]``).
    max_cells, workers, progress
        As for ``measure``.

    Returns
    -------
    evidence : pandas.DataFrame
        As ``measure`` gives it; no rows where a library is missing that this needs.
    findings : list of Finding
        S03, S30 another datum, S60 unknown datum, S61 faces under ``covered_min``, S62 a library is missing, S64 a
        value that looks like undeclared NoData.
    """
    nothing = _table(np.zeros(0, dtype=np.int64), {})
    try:
        rasters = {one.name: open_raster(locate(one.path), one.band, crs=one.crs) for one in settings}
    except MissingLibrary:
        return nothing, [_unmeasured(settings, "rasterio, osgeo.gdal")]
    if rasters and not exactextract_version():
        return nothing, [_unmeasured(settings, "exactextract")]
    evidence = measure(faces, crs, rasters, max_cells=max_cells, workers=workers, progress=progress)
    findings = findings_of(evidence, area, rasters, covered_min=covered_min)
    return evidence, [*_datums(rasters, crs), *findings]


def _datums(rasters: Mapping[str, Raster], crs: str) -> list[Finding]:
    """Say which rasters stand on another datum; that WGS 84 and CGCS2000 differ by a metre moves no cell."""
    target = parse_crs(crs)
    found = [
        datum_finding(f"{name} ({Path(raster.path).name})", parse_crs(raster.crs), target, raster.bounds)
        for name, raster in rasters.items()
        if not unknown_datum(raster.crs)
    ]
    return [one for one in found if one is not None and one.facts.get("problem") != "null"]


def _unmeasured(settings: Sequence[RasterSetting], library: str) -> Finding:
    names = ", ".join(setting.name for setting in settings)
    return Finding("S62", {"rasters": names, "library": library}, value=float(len(settings)))


def measure(
    faces: NDArray[np.object_],
    crs: str,
    rasters: Mapping[str, Raster],
    *,
    face_id: NDArray[np.int64] | None = None,
    max_cells: int = MAX_CELLS,
    workers: int = 1,
    progress: Progress = silent,
) -> pd.DataFrame:
    """Area-weighted statistics of rasters over faces.

    The rasters are never resampled: faces are transformed to a raster's CRS, edges bent where a straight one would
    stray. Cells of a geographic raster weigh by their area on the ellipsoid. Rasters on one lattice, whatever their
    extents, share one pass.

    Parameters
    ----------
    faces : (n,) object
        Polygons or multipolygons, valid.
    crs : str
        Of the faces.
    rasters : mapping of str to Raster
        By name.
    face_id : (n,) int64, optional
        1 … n where not given.
    max_cells : int
        Cells held at once: about 100 bytes each per worker. A larger face is read in bands.
    workers : int
        Threads. exactextract holds the interpreter, so that they gain little; the result is the same for any number.
    progress : callable

    Returns
    -------
    pandas.DataFrame
        ``face_id``, ``raster``, ``mean``, ``stdev`` (of the population), ``majority`` (value of the largest area, the
        greatest of those that tie), ``covered`` (share 0–1 of the face with a value); raster by raster in the order
        given, then by row. NaN where no value.

    Raises
    ------
    BadInput
        A raster that no face touches; faces that cannot be transformed to its CRS; a file that cannot be read.
    MissingLibrary
        exactextract is not installed.
    """
    ids = np.arange(1, len(faces) + 1) if face_id is None else face_id
    found = {name: np.full((4, len(faces)), np.nan) for name in rasters}
    for values in found.values():
        values[3] = 0.0
    if not len(faces):
        return _table(ids, found)
    groups = _by_grid(rasters)
    moved: dict[tuple[str, float], NDArray[np.object_]] = {}
    jobs: list[Callable[[], Iterator[None]]] = []
    for grid, members in groups:
        cell = min(grid.dx, grid.dy)
        if (grid.crs, cell) not in moved:
            moved[grid.crs, cell] = carry(faces, crs, grid.crs, rasters[members[0][0]].path, cell)
        polygons = to_cells(moved[grid.crs, cell], grid)
        jobs += _jobs(polygons, grid, [(rasters[name], first, found[name]) for name, first in members], max_cells)
    _run(jobs, workers, progress)
    return _table(ids, found)


def usable(evidence: pd.DataFrame, covered_min: float) -> NDArray[np.bool_]:
    """Tell which rows of ``evidence`` may decide something: covered at least ``covered_min`` (share 0–1)."""
    covered = evidence["covered"].to_numpy()
    answer: NDArray[np.bool_] = (covered >= covered_min) & (covered > 0)
    return answer


def findings_of(
    evidence: pd.DataFrame, area: NDArray[np.float64], rasters: Mapping[str, Raster], *, covered_min: float
) -> list[Finding]:
    """Say what has to be known about the evidence: at most one finding of a kind per raster.

    Parameters
    ----------
    evidence : pandas.DataFrame
        As ``measure`` gives it, all faces.
    area : (n,) float64
        Areas of the faces in the same order, m².
    rasters : mapping of str to Raster
    covered_min : float
        Share 0–1.
    """
    found = []
    deciding = usable(evidence, covered_min)
    for name, raster in rasters.items():
        rows = (evidence["raster"] == name).to_numpy()
        datum = unknown_datum(raster.crs)
        if datum:
            found.append(Finding("S60", {"raster": name, "datum": datum, "path": Path(raster.path).name}))
        left = ~deciding[rows]
        if left.any():
            measured = float(area[left].sum())
            facts: dict[str, str | int | float] = {
                "raster": name,
                "faces": int(left.sum()),
                "area_m2": measured,
                "covered_min": covered_min,
            }
            found.append(Finding("S61", facts, value=measured))
        majority = evidence.loc[rows, "majority"].to_numpy()
        for sentinel in _SENTINELS:
            hit = int(np.isclose(majority, sentinel, rtol=1e-7, atol=0).sum())
            if hit:
                found.append(Finding("S64", {"raster": name, "number": sentinel, "faces": hit}, value=float(hit)))
    return found


def _table(ids: NDArray[np.int64], found: Mapping[str, NDArray[np.float64]]) -> pd.DataFrame:
    stacked = np.hstack(list(found.values())) if found else np.zeros((4, 0))
    columns: dict[str, object] = {"face_id": np.tile(ids, len(found)).astype(np.int64)}
    columns["raster"] = np.repeat(np.array(list(found), dtype=object), len(ids))
    columns.update(zip(COLUMNS[2:], stacked, strict=True))
    return pd.DataFrame(columns)


def _by_grid(rasters: Mapping[str, Raster]) -> list[tuple[Grid, list[tuple[str, tuple[int, int]]]]]:
    groups: list[tuple[Grid, list[tuple[str, tuple[int, int]]]]] = []
    for name, raster in rasters.items():
        for grid, members in groups:
            first = same_grid(grid, raster)
            if first is not None:
                members.append((name, first))
                break
        else:
            groups.append((grid_of(raster), [(name, (0, 0))]))
    return groups


def _jobs(
    polygons: NDArray[np.object_],
    grid: Grid,
    members: list[tuple[Raster, tuple[int, int], NDArray[np.float64]]],
    max_cells: int,
) -> list[Callable[[], Iterator[None]]]:
    """One job a batch of faces whose common window has no more than ``max_cells`` cells."""
    west, south, east, north = shapely.bounds(polygons).T
    boxes = np.column_stack([np.floor(-north), np.ceil(-south), np.floor(west), np.ceil(east)])
    extents = np.array([(row, row + raster.shape[0], col, col + raster.shape[1]) for raster, (row, col), _ in members])
    for (raster, _, _), (top, bottom, left, right) in zip(members, extents, strict=True):
        if not ((boxes[:, 0] < bottom) & (boxes[:, 1] > top) & (boxes[:, 2] < right) & (boxes[:, 3] > left)).any():
            raise BadInput(
                f"raster lies off the study area: it covers {_extent(raster.bounds)} of {raster.crs[:60]}",
                where=raster.path,
                wanted="a raster over the study area, with its true CRS",
            )
    low, high = extents[:, ::2].min(axis=0), extents[:, 1::2].max(axis=0)
    clipped = boxes.copy()
    clipped[:, ::2] = np.maximum(boxes[:, ::2], low)
    clipped[:, 1::2] = np.minimum(boxes[:, 1::2], high)
    whole = (clipped == boxes).all(axis=1)
    rows = np.flatnonzero((clipped[:, 0] < clipped[:, 1]) & (clipped[:, 2] < clipped[:, 3]))
    windows = np.where(np.isfinite(clipped), clipped, 0).astype(np.int64)
    return [
        partial(_measure_batch, polygons[batch], whole[batch], batch, _bands(windows[batch], max_cells), grid, members)
        for batch in _batches(windows, rows, max_cells)
    ]


def _extent(bounds: tuple[float, ...]) -> str:
    return f"x {bounds[0]:.6g} … {bounds[2]:.6g}, y {bounds[1]:.6g} … {bounds[3]:.6g}"


def _batches(windows: NDArray[np.int64], rows: NDArray[np.int64], max_cells: int) -> list[NDArray[np.int64]]:
    """Halve the faces along the longer side of their window until it is small enough; large faces stand alone."""
    cells = (windows[:, 1] - windows[:, 0]) * (windows[:, 3] - windows[:, 2])
    large = cells[rows] > max_cells // 4
    done = [np.array([row]) for row in rows[large]]
    waiting = [rows[~large]] if (~large).any() else []
    centre = np.column_stack([windows[:, 0] + windows[:, 1], windows[:, 2] + windows[:, 3]])
    while waiting:
        batch = waiting.pop()
        top, left = windows[batch][:, ::2].min(axis=0)
        bottom, right = windows[batch][:, 1::2].max(axis=0)
        if len(batch) == 1 or ((bottom - top) * (right - left) <= max_cells and len(batch) <= _MAX_FACES):
            done.append(np.sort(batch))
            continue
        order = np.argsort(centre[batch, int(right - left > bottom - top)], kind="stable")
        waiting += np.array_split(batch[order], 2)
    return done


def _bands(windows: NDArray[np.int64], max_cells: int) -> list[Window]:
    top, left = (int(edge) for edge in windows[:, ::2].min(axis=0))
    bottom, right = (int(edge) for edge in windows[:, 1::2].max(axis=0))
    step = max(1, max_cells // (right - left))
    return [(first, min(first + step, bottom), left, right) for first in range(top, bottom, step)]


def _run(jobs: list[Callable[[], Iterator[None]]], workers: int, progress: Progress) -> None:
    """Run all jobs; progress is called by this thread alone, at every step of a job or five times a second."""
    if workers <= 1:
        for done, job in enumerate(jobs):
            for _ in job():
                progress(done / len(jobs), "evidence")
    else:
        stop = Event()

        def run(job: Callable[[], Iterator[None]]) -> None:
            for _ in job():
                if stop.is_set():
                    return

        pool = ThreadPoolExecutor(workers)
        try:
            waiting = {pool.submit(run, job) for job in jobs}
            while waiting:
                finished, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
                progress(1 - len(waiting) / len(jobs), "evidence")
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
    progress(1.0, "evidence")


def _measure_batch(
    polygons: NDArray[np.object_],
    whole: NDArray[np.bool_],
    rows: NDArray[np.int64],
    bands: list[Window],
    grid: Grid,
    members: list[tuple[Raster, tuple[int, int], NDArray[np.float64]]],
) -> Iterator[None]:
    """Fill in the results of a few faces, band by band; each job writes rows of its own."""
    count = len(polygons)
    sums: list[Tally | None] = [None] * len(members)
    inside = np.zeros(count)
    for window in bands:
        polygon, cell, share = cell_shares(polygons, window)
        inside += np.bincount(polygon, share, count)
        top, bottom, left, right = window
        weight = share * row_areas(grid, top, bottom)[cell // (right - left)]
        for place, (raster, (row, column), _) in enumerate(members):
            values = raster.read((top - row, bottom - row, left - column, right - column)).ravel()
            piece = tally(polygon, cell, weight, values, count)
            before = sums[place]
            sums[place] = piece if before is None else merge(before, piece)
        yield
    within = np.where(whole, 1.0, np.minimum(inside / shapely.area(polygons), 1.0))
    for (_, _, out), result in zip(members, sums, strict=True):
        if result is None:
            continue
        some = result.weight > 0
        out[0, rows[some]] = result.mean[some]
        out[1, rows[some]] = np.sqrt(result.squares[some] / result.weight[some])
        out[2, rows] = majority(result)
        out[3, rows[some]] = np.minimum(result.weight[some] / result.total[some], 1.0) * within[some]
