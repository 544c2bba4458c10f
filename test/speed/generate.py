"""Generate a synthetic county: nine nearly coincident polygon layers, four rasters and a case file.

Every layer is cut from the same relief and digitised anew, with another vertex spacing and another correlated shift
of a few metres, so that borders that mean the same line cross each other thousands of times, as real ones do.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from digitise import Arcs, Hand, arcs, points_at, polygons
from layers import AIR, URBAN, WATER, Layer, layers
from relief import CELL, ground
from terrain import write_rasters

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["generate"]

CRS = "EPSG:4547"
CENTRE = (510_000.0, 3_430_000.0)  # metres; at the default size the grid starts at x 480 000, y 3 400 000
FULL = 540_000  # vertices at which SIDE, TOWNSHIPS and COUNTIES hold
SIDE = 1_000  # cells
TOWNSHIPS, COUNTIES = 72, 4
SHIFT = 4.0  # metres
REACH = 150.0  # metres
SPACING = (1.2, 1.1, 0.9, 1.0, 1.1, 1.0, 0.8, 0.8, 0.9)  # relative, by layer


def generate(
    folder: Path, *, vertices: int = FULL, seed: int = 1, rasters: bool = True, townships: int = 0, counties: int = 0
) -> Path:
    """Write ``county.gpkg`` (nine layers), four GeoTIFFs and ``case.toml`` into a folder.

    Parameters
    ----------
    folder : Path
        Made where absent; files of an earlier run are replaced.
    vertices : int
        Vertices of all rings of all layers together; 15,000 or more. The territory grows with it, not its detail.
    seed : int
    rasters : bool
        False leaves the rasters out of the folder and of the case.
    townships, counties : int
        How many there are; 0 for as many as the vertices go with.

    Returns
    -------
    Path of the case file.
    """
    if vertices < 15_000:
        raise ValueError(f"vertices = {vertices}: wanted at least 15000")
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    scale = vertices / FULL
    n = round(SIDE * scale**0.5)
    land = ground(rng, n)
    towns = townships or max(8, round(TOWNSHIPS * scale))
    drawn = layers(rng, land, townships=towns, counties=counties or min(99, max(2, round(COUNTIES * scale))))
    lines = [arcs(layer.labels) for layer in drawn]
    spacing = _spacing(lines, [int(layer.labels.max()) for layer in drawn], vertices)
    path = folder / "county.gpkg"
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2024-01-01T00:00:00.000Z"})
    for layer, line, relative in zip(drawn, lines, SPACING, strict=True):
        hand = Hand(spacing * relative, SHIFT / CELL, REACH / CELL)
        features(rng, layer, line, hand).to_file(path, layer=layer.role, engine="pyogrio")
    named = write_rasters(rng, folder, land, drawn, corner=_corner(n), crs=CRS) if rasters else []
    case = folder / "case.toml"
    case.write_text(_case(seed, named), encoding="utf-8")
    return case


def features(rng: np.random.Generator, layer: Layer, lines: Arcs, hand: Hand) -> gpd.GeoDataFrame:
    """One digitised layer: a feature a label, in the order of the labels."""
    parts, label = polygons(rng, layer.labels, lines, hand)
    order = np.argsort(label, kind="stable")
    parts, label = parts[order], label[order]
    size = np.bincount(label, minlength=len(layer.fields) + 1)[1:]
    first = np.cumsum(size) - size
    geometry = np.where(size == 1, parts[first], shapely.multipolygons(parts, indices=label - 1))
    return gpd.GeoDataFrame(layer.fields, geometry=_to_ground(geometry, len(layer.labels)), crs=CRS)


def _spacing(lines: list[Arcs], rings: list[int], vertices: int) -> float:
    """Vertex spacing (cells) that gives the wanted number of vertices, by bisection."""
    low, high = 0.05, 5.0
    for _ in range(40):
        middle = (low * high) ** 0.5
        count = sum(rings) + sum(
            int(np.sum(points_at(line, middle * relative) * line.sides))
            for line, relative in zip(lines, SPACING, strict=True)
        )
        low, high = (middle, high) if count > vertices else (low, middle)
    return middle


def _corner(n: int) -> tuple[float, float]:
    """North-west corner of the grid, metres, on whole cells."""
    half = n // 2 * CELL
    return CENTRE[0] - half, CENTRE[1] + half


def _to_ground(geometry: NDArray[np.object_], n: int) -> NDArray[np.object_]:
    west, north = _corner(n)
    # a tenth of a millimetre: below any snap, above what differs between two machines' Fourier transforms
    return shapely.transform(geometry, lambda xy: np.round(xy * (CELL, -CELL) + (west, north), 4))


def _case(seed: int, rasters: list[tuple[str, str, str]]) -> str:
    plain = {"code": "code"}
    fields = {
        "county": ({"code": "code", "name": "name"}, {}),
        "township": ({"code": "code", "name": "name"}, {}),
        "red_line": (plain, {}),
        "general_eco_space": (plain, {}),
        "water_zone": ({"code": "code", "zone": "zone"}, WATER),
        "air_zone": ({"code": "code", "zone": "zone"}, AIR),
        "industrial_park": ({"code": "code", "name": "name"}, {}),
        "urban_boundary": ({"code": "code", "zone": "zone"}, URBAN),
        "farmland": (plain, {}),
    }
    text = f'[case]\nname = "synthetic county (示意)"\ncrs = "{CRS}"\nseed = {seed}\n'
    text += 'date = "2026-01-01"\nfiling_year = 2026\n'
    for role, (columns, zones) in fields.items():
        text += f'\n[[source]]\nrole = "{role}"\npath = "county.gpkg"\nlayer = "{role}"\nfields = {_table(columns)}\n'
        text += f"zones = {_table(zones)}\n" if zones else ""
    for name, kind, better in rasters:
        text += f'\n[[raster]]\nname = "{name}"\npath = "{name}.tif"\nband = 1\nkind = "{kind}"\n'
        text += f'better = "{better}"\n' if better else ""
    return text + '\n[rules]\nprofile = "national"\n\n[method]\nname = "overlay"\n'


def _table(values: dict[str, str]) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    inner = (f"{key if key.isascii() else quoted(key)} = {quoted(value)}" for key, value in values.items())
    return "{ " + ", ".join(inner) + " }"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--vertices", type=int, default=FULL)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-rasters", action="store_true")
    parser.add_argument("--townships", type=int, default=0)
    parser.add_argument("--counties", type=int, default=0)
    given = parser.parse_args()
    start = time.process_time()
    case = generate(
        given.folder,
        vertices=given.vertices,
        seed=given.seed,
        rasters=not given.no_rasters,
        townships=given.townships,
        counties=given.counties,
    )
    print(f"{case} ({time.process_time() - start:.1f} s of CPU)")


if __name__ == "__main__":
    main()
