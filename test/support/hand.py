"""A county of two townships small enough to be right by eye, with its case, made where a test wants it."""

from __future__ import annotations

import functools
import tempfile
from itertools import takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

CRS = "EPSG:4547"
WEST, SOUTH, SIZE = 500_000.0, 3_400_000.0, 10_000.0

CASE = """\
[case]
name = "hand"
crs = "EPSG:4547"
seed = 1
date = "2025-01-31"
filing_year = 2025

[[source]]
role = "county"
path = "hand.gpkg"
layer = "county"
fields = { code = "code", name = "name" }
date = "2025-01-31"

[[source]]
role = "township"
path = "hand.gpkg"
layer = "township"
fields = { code = "code", name = "name" }

[[source]]
role = "red_line"
path = "hand.gpkg"
layer = "red_line"

[[source]]
role = "water_zone"
path = "hand.gpkg"
layer = "water"
fields = { zone = "zone" }

[rules]
profile = "national"

[cleaning]
sliver_area = 10_000
fragment_area = 0

[method]
name = "overlay"
"""


def box(x: float, y: float, width: float, height: float) -> shapely.Polygon:
    """A rectangle by its lower left corner, in metres from the county's corner."""
    return shapely.box(WEST + x, SOUTH + y, WEST + x + width, SOUTH + y + height)


COUNTY = ([box(0, 0, SIZE, SIZE)], {"code": ["999901"], "name": ["试验县"]})
TOWNSHIP = (
    [box(0, 0, 5_000, SIZE), box(5_000, 0, 5_000, SIZE)],
    {"code": ["999901001", "999901002"], "name": ["甲镇", "乙镇"]},
)
RED_LINE = ([box(1_000, 1_000, 2_000, 2_000)], {"id": ["R1"]})
WATER = ([box(4_000, 4_000, 3_000, 2_000)], {"zone": ["工业污染重点管控区"]})
LAYERS = {"county": COUNTY, "township": TOWNSHIP, "red_line": RED_LINE, "water": WATER}


def write_layer(
    path: Path,
    layer: str,
    geometry: list[Any],
    fields: dict[str, list[Any]],
    *,
    crs: str | None = CRS,
    kind: str = "Polygon",
    **options: Any,
) -> Path:
    """Write (or add) a layer as it is given, valid or not; geometries are shapely objects, None or raw WKB."""
    wkb = [item if isinstance(item, bytes) or item is None else shapely.to_wkb(item) for item in geometry]
    pyogrio.raw.write(
        path,
        np.array([*wkb, None], dtype=object)[:-1],
        [_column(values) for values in fields.values()],
        list(fields),
        layer=layer,
        geometry_type=kind,
        crs=crs,
        append=path.exists() and path.suffix == ".gpkg",
        **options,
    )
    return path


def _column(values: list[Any]) -> np.ndarray:
    return np.array(values, dtype=object if not values or isinstance(values[0], str | None) else None)


def hand(folder: Path, text: str = CASE, **layers: tuple[list[Any], dict[str, list[Any]]]) -> Path:
    """Write ``hand.gpkg`` and ``case.toml`` into a folder; ``layers`` replaces or adds layers (geometries, fields).

    Returns
    -------
    Path
        The case file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    usual = 0 if (folder / "hand.gpkg").exists() else len(list(takewhile(lambda name: name not in layers, LAYERS)))
    if usual:
        (folder / "hand.gpkg").write_bytes(_usual(usual))
    _write(folder, dict(list({**LAYERS, **layers}.items())[usual:]))
    case = folder / "case.toml"
    case.write_text(text, encoding="utf-8")
    return case


def _write(folder: Path, layers: dict[str, tuple[list[Any], dict[str, list[Any]]]]) -> None:
    for name, (geometry, fields) in layers.items():
        # Declared as programs do it, unless a test brings what is odd: GDAL is asked once more about other layers.
        plain = all(isinstance(one, shapely.Polygon) and not one.has_z for one in geometry)
        write_layer(folder / "hand.gpkg", name, geometry, fields, kind="Polygon" if plain else "Unknown")


@functools.cache
def _usual(count: int) -> bytes:
    """The file with the first layers as they usually are: thousands of tests want it, and to write it takes 50 ms."""
    with tempfile.TemporaryDirectory(prefix="hand-") as folder:
        _write(Path(folder), dict(list(LAYERS.items())[:count]))
        return (Path(folder) / "hand.gpkg").read_bytes()


def squares(count: int) -> list[shapely.Polygon]:
    """``count``² overlapping squares over the county: an input that takes noding a while."""
    step = SIZE / count
    return [
        box(x * step + 0.37 * y, y * step + 0.41 * x, 2.6 * step, 2.6 * step)
        for x in range(count)
        for y in range(count)
    ]


HEAD = "old_code,new_code,old_name,new_name,level,kind,date,document\n"


TWO = (
    [box(0, 0, 5_000, 10_000), box(5_000, 0, 5_000, 10_000)],
    {"code": ["999901", "999902"], "name": ["甲县", "乙县"]},
)


TOWNS = (TOWNSHIP[0], {"code": ["999901001", "999902001"], "name": ["甲镇", "乙镇"]})
