"""A monster: one sea polygon of 1.8 million vertices and 60,000 holes that cross themselves, each other and the shore.

``make monster`` (``python test/speed/monster.py``) prints, for a partition and a whole run over it, time, peak memory
and the longest time between two calls of the progress callback, and how long a run takes to end once it is told to,
beside ``make_valid`` on the same polygon. ``--earth map.geo.json``, the sea of npm ``@geo-maps/earth-waterbodies-10m``,
does the same with its largest polygon, 1,766,859 vertices round the globe, and the counties of CN-xiamen.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
CRS = "EPSG:4548"
WEST, SOUTH, SIZE = 400_000.0, 2_600_000.0, 200_000.0  # metres
DATA = Path(os.environ.get("CONTROL_UNITS_DATA", ROOT.parent / "shared" / "data"))
JOBS = ("partition", "make_valid", "run", "cancel")
MOMENTS = (0.2, 0.5, 0.8)  # of a run's time, at which it is told to end


def monster(holes: int = 60_000, corners: int = 29, shore: int = 60_000) -> shapely.Polygon:
    """Make the polygon; the same one for the same numbers.

    A fifth of its holes cross themselves (stars whose corners are visited in leaps), a fifth overlap a neighbour, some
    are there twice, some poke out through the shore, some touch a neighbour in a point; the shore itself has loops.

    Parameters
    ----------
    holes : int
        How many holes; each has ``corners`` corners.
    corners : int
    shore : int
        Vertices of the shore.
    """
    side = int(np.ceil(np.sqrt(holes)))
    cell = SIZE / side
    row, column = np.divmod(np.arange(holes), side)
    # Mixed whole numbers in place of chance: every platform makes the same monster.
    kind = (row * 7 + column * 3) % 10
    phase = ((row * 389 + column * 769) % 1000) / 1000
    centre = np.stack((WEST + (column + 0.5) * cell, SOUTH + (row + 0.5) * cell), axis=1)
    centre[kind == 5] = centre[np.maximum(np.flatnonzero(kind == 5) - 1, 0)]  # there twice, turned
    corner = np.arange(corners)
    leap = np.where(kind < 2, 2, 1)
    angle = 2 * np.pi * (phase[:, None] + corner * leap[:, None] / corners)
    ripple = 1 + 0.3 * np.sin(corner * 2.4 + 40 * phase[:, None])
    radius = cell * np.select([kind == 2, kind == 3], [0.62, 0.5], 0.34)[:, None] * ripple
    ring = np.stack((np.cos(angle), np.sin(angle)), axis=2) * radius[:, :, None] + centre[:, None, :]
    ring = np.round(ring, 3)
    touching = np.flatnonzero((kind[1:] == 4) & (row[1:] == row[:-1]))
    ring[touching + 1, 0] = ring[touching, 0]
    rings = shapely.linearrings(np.concatenate((ring, ring[:, :1]), axis=1))
    return shapely.polygons(_shore(shore), holes=rings)


def _shore(count: int) -> shapely.LinearRing:
    """Draw a rough square with a small loop at every hundredth vertex."""
    along = np.arange(count) / count * 4
    side, part = along.astype(int), along % 1
    corner = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    way = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    xy = corner[side] + way[side] * part[:, None]
    step = 4 * SIZE / count
    rough = np.sin(np.arange(count) * 12.9898) * 40 * step
    xy = xy * SIZE + (WEST, SOUTH) + way[(side + 1) % 4] * rough[:, None]
    loop = np.arange(100, count - 100, 100)
    xy[loop] = xy[loop - 3]
    return shapely.linearrings(np.round(xy, 3))


def write(geometry: NDArray[np.object_], path: Path, crs: str = CRS) -> Path:
    """Write polygons into a GeoPackage, layer ``sea``."""
    import pyogrio

    pyogrio.raw.write(
        path,
        shapely.to_wkb(geometry),
        [np.arange(len(geometry))],
        ["number"],
        layer="sea",
        geometry_type="Polygon",
        crs=crs,
        driver="GPKG",
    )
    return path


def largest(path: Path) -> NDArray[np.object_]:
    """Take the polygon with most vertices out of a file."""
    import pyogrio

    parts = shapely.from_wkb(pyogrio.raw.read(path)[2])
    while (shapely.get_type_id(parts) > 3).any():
        parts = shapely.get_parts(parts)
    return np.array([parts[np.argmax(shapely.get_num_coordinates(parts))]], dtype=object)


def counties(folder: Path) -> Path:
    """Write two counties into the folder."""
    import pyogrio

    half, middle = SIZE * 0.6, WEST + SIZE / 2
    south, north = SOUTH - SIZE * 0.1, SOUTH + SIZE * 1.1
    halves = [shapely.box(middle - half, south, middle, north), shapely.box(middle, south, middle + half, north)]
    codes = np.array(["999901", "999902"], dtype=object)
    pyogrio.raw.write(
        folder / "county.gpkg",
        shapely.to_wkb(np.array(halves, dtype=object)),
        [codes, codes],
        ["code", "name"],
        layer="county",
        geometry_type="Polygon",
        crs=CRS,
        driver="GPKG",
    )
    return folder / "county.gpkg"


def case(folder: Path, sea: Path) -> Path:
    """Write a case with that sea, and the folder's counties or else those of CN-xiamen."""
    own = folder / "county.gpkg"
    county = own if own.exists() else DATA / "CN-xiamen" / "CN-xiamen.gpkg"
    path = folder / "monster.toml"
    sources = "".join(
        f'[[source]]\nrole = "{role}"\npath = "{file.as_posix()}"\nlayer = "{role}"\n'
        for role, file in (("county", county), ("sea", sea))
    )
    path.write_text(f'[case]\nname = "monster"\ncrs = "{CRS}"\n{sources}', encoding="utf-8")
    return path


class Silence:
    """A progress callback that measures how long it is not called, by the clock and by what is computed meanwhile."""

    def __init__(self) -> None:
        self.last, self.stage = time.perf_counter(), "begin"
        self.longest, self.where, self.calls = 0.0, "", 0
        self.computed, self.most = time.process_time(), 0.0

    def __call__(self, fraction: float, message: str) -> None:  # noqa: ARG002 - the signature of a progress callback
        now, computed = time.perf_counter(), time.process_time()
        if now - self.last > self.longest:
            self.longest, self.where = now - self.last, f"{self.stage} → {message}"
        self.most = max(self.most, computed - self.computed)
        self.last, self.stage, self.calls, self.computed = now, message, self.calls + 1, computed


def cancelled(path: Path, target: Path) -> dict[str, float | str]:
    """Tell a run at several moments to end, and measure how long it takes to do so."""
    from delineation.core.errors import Cancelled
    from delineation.verbs.running import run

    start = time.perf_counter()
    run(path, target)
    whole, waited, left = time.perf_counter() - start, {}, set()
    for moment in MOMENTS:
        target.unlink(missing_ok=True)
        told: list[float] = []
        timer = threading.Timer(moment * whole, lambda told=told: told.append(time.perf_counter()))
        timer.start()

        def progress(_fraction: float, message: str, told: list[float] = told) -> None:
            if told:
                raise Cancelled(message)

        try:
            run(path, target, progress=progress)
        except Cancelled as stopped:
            waited[time.perf_counter() - told[0]] = str(stopped)
            left |= {file.name for file in target.parent.iterdir() if target.stem in file.name}
        timer.cancel()
    longest = max(waited)
    return {"longest_wait_s": longest, "where": waited[longest], "told": len(waited), "left": ", ".join(sorted(left))}


def job(name: str, folder: Path) -> dict[str, float | str]:
    """Do one job in this process, and say what it cost."""
    sys.path.insert(0, str(ROOT))
    sea, quiet = folder / "sea.gpkg", None
    if name == "cancel":
        return {"job": name, **cancelled(case(folder, sea), folder / "out.gpkg")}
    if name == "make_valid":
        import pyogrio

        start = time.perf_counter()
        (shape,) = shapely.from_wkb(pyogrio.raw.read(sea)[2])
        area = float(shapely.area(shapely.make_valid(shape)))
        took = time.perf_counter() - start
    else:
        from delineation.verbs.overlaying import partition
        from delineation.verbs.running import run

        start, quiet = time.perf_counter(), Silence()
        if name == "partition":
            area = partition([sea], folder / "out.gpkg", progress=quiet)["inputs"]["sea"]["covered_m2"]
        else:
            area = run(case(folder, sea), folder / "out.gpkg", progress=quiet)["area_m2"]
        quiet(1.0, "end")
        took = time.perf_counter() - start
    # Linux counts in units of 1024 bytes.
    spent = resource.getrusage(resource.RUSAGE_SELF)
    said = {"job": name, "s": took, "cpu_s": spent.ru_utime + spent.ru_stime, "peak_mb": spent.ru_maxrss * 1024 / 1e6}
    silence = (
        {}
        if quiet is None
        else {
            "longest_silence_s": quiet.longest,
            "where": quiet.where,
            "calls": quiet.calls,
            "most_computed_in_silence_s": quiet.most,
        }
    )
    return {**said, "area_m2": area, **silence}


def prepare(folder: Path, earth: Path | None) -> None:
    """Write the sea, and counties where it has none."""
    if earth:
        write(largest(earth), folder / "sea.gpkg", "EPSG:4326")
    else:
        write(np.array([monster()], dtype=object), folder / "sea.gpkg")
        counties(folder)


def main() -> None:
    """Run each job in a process of its own; this one stays small, for a child's peak begins with its parent's size."""
    from child import run

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", default=list(JOBS), help=f"of {', '.join(JOBS)}")
    parser.add_argument("--limit", type=float, default=1800, help="seconds after which a job is stopped")
    parser.add_argument("--earth", type=Path, help="map.geo.json of npm @geo-maps/earth-waterbodies-10m")
    parser.add_argument("--in", dest="folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.folder:
        if given.jobs == ["prepare"]:
            prepare(given.folder, given.earth)
        else:
            print(json.dumps(job(given.jobs[0], given.folder), ensure_ascii=False))
        return
    with tempfile.TemporaryDirectory() as folder:
        earth = ["--earth", given.earth.resolve()] if given.earth else []
        for name in ["prepare", *given.jobs]:
            command = [sys.executable, __file__, name, "--in", folder, *earth]
            cost = run(command, folder=ROOT, limit_s=given.limit)
            text = f"{name}: {cost.failed}" if cost.failed else json.dumps(cost.said, ensure_ascii=False)
            if cost.failed or cost.said:
                print(text, flush=True)


if __name__ == "__main__":
    main()
