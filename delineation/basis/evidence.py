"""Evidence (评价指标): what rasters say about faces, each face weighted by the exact area of every cell it covers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from ..core.errors import MissingLibrary
from ..core.findings import Facts, Finding
from ..core.messages import at
from ..core.progress import Progress, silent
from ..sources.coordinates.crs import parse_crs
from ..sources.coordinates.datums import datum_finding
from ..sources.rasters.cells import exactextract_version, unmeasured_rasters
from ..sources.rasters.grids import carry, to_cells, unknown_datum
from ..sources.rasters.raster import Raster, open_raster
from .zonal_statistics import by_grid, jobs_of, run_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ..core.arrays import Bools, Floats, Ints, Objects

COLUMNS = ("face_id", "raster", "mean", "stdev", "majority", "covered")
MAX_CELLS = 2_000_000
# What data providers write for NoData and then forget to declare; nothing that is measured is as large as the last.
_SENTINELS = (-2147483648.0, -99999.0, -32768.0, -32767.0, -9999.0)
_BEYOND = 1e30


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


Alter = Callable[[str, Raster], Raster]


def as_opened(_name: str, raster: Raster) -> Raster:
    """Leave a raster as it is."""
    return raster


def collect(
    faces: Objects,
    area: Floats,
    crs: str,
    settings: Sequence[RasterSetting],
    *,
    locate: Callable[[str], str | Path] = str,
    altered: Alter = as_opened,
    covered_min: float = 0.5,
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
    altered : callable
        (name, raster as opened) → raster that is measured.
    covered_min : float
        Share 0–1 of a face from which on a value decides something (profile, ``[evidence]``).
    workers, progress
        As for ``measure``.

    Returns
    -------
    evidence : pandas.DataFrame
        As ``measure`` gives it; no rows where a library is missing that this needs.
    findings : list of Finding
        S03, S30 another datum, S60 unknown datum, S61 faces under ``covered_min``, S62 a library is missing, S64 a
        value that looks like undeclared NoData, S65 infinite cells.
    """
    nothing, names = _table(np.zeros(0, dtype=np.int64), {}), [one.name for one in settings]
    try:
        opened = {one.name: open_raster(locate(one.path), one.band, crs=one.crs) for one in settings}
    except MissingLibrary:
        return nothing, [unmeasured_rasters(names, "rasterio, osgeo.gdal")]
    rasters = {name: altered(name, raster) for name, raster in opened.items()}
    if rasters and not exactextract_version():
        return nothing, [unmeasured_rasters(names, "exactextract")]
    evidence = measure(faces, crs, rasters, workers=workers, progress=progress)
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


def measure(
    faces: Objects,
    crs: str,
    rasters: Mapping[str, Raster],
    *,
    face_id: Ints | None = None,
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
    groups = by_grid(rasters)
    moved: dict[tuple[str, float], Objects] = {}
    jobs: list[Callable[[], Iterator[None]]] = []
    for grid, members in groups:
        cell = min(grid.dx, grid.dy)
        if (grid.crs, cell) not in moved:
            moved[grid.crs, cell] = carry(faces, crs, grid.crs, at(rasters[members[0][0]].path), cell)
        polygons = to_cells(moved[grid.crs, cell], grid)
        jobs += jobs_of(polygons, grid, [(rasters[name], first, found[name]) for name, first in members], max_cells)
    run_all(jobs, workers, progress)
    return _table(ids, found)


def usable(evidence: pd.DataFrame, covered_min: float) -> Bools:
    """Tell which rows of ``evidence`` may decide something: covered at least ``covered_min`` (share 0–1)."""
    covered = evidence["covered"].to_numpy()
    answer: Bools = (covered >= covered_min) & (covered > 0)
    return answer


def findings_of(
    evidence: pd.DataFrame, area: Floats, rasters: Mapping[str, Raster], *, covered_min: float
) -> list[Finding]:
    """Say what has to be known about the evidence: at most one finding of a kind per raster.

    Parameters
    ----------
    evidence : pandas.DataFrame
        As ``measure`` gives it, all faces.
    area : (n,) float64
        Areas of the faces in the same order, m².
    rasters : mapping of str to Raster
        That were measured.
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
            facts: Facts = {
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
        beyond, counts = np.unique(majority[np.abs(majority) >= _BEYOND], return_counts=True)
        if len(beyond):
            facts = {"raster": name, "number": float(beyond[counts.argmax()]), "faces": int(counts.sum())}
            found.append(Finding("S64", facts, value=float(counts.sum())))
        if cells := len(raster.infinite):
            found.append(Finding("S65", {"raster": name, "cells": cells}, value=float(cells)))
    return found


def _table(ids: Ints, found: Mapping[str, Floats]) -> pd.DataFrame:
    stacked = np.hstack(list(found.values())) if found else np.zeros((4, 0))
    columns: dict[str, object] = {"face_id": np.tile(ids, len(found)).astype(np.int64)}
    columns["raster"] = np.repeat(np.array(list(found), dtype=object), len(ids))
    columns.update(zip(COLUMNS[2:], stacked, strict=True))
    return pd.DataFrame(columns)
