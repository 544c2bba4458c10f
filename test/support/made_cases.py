"""The county of `hand` with sources that its case makes on the spot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hand import CASE, CRS, SOUTH, WEST, box, hand
from raster_files import write as write_raster

if TYPE_CHECKING:
    from pathlib import Path

CATCHMENTS = "catchments:dem=dem.tif,area=5e6"


MORE = {
    "catchments": f'[[source]]\nrole = "catchment"\nmade = "{CATCHMENTS}"\nprovider = "水利局"\n',
    "grid": '[[source]]\nrole = "unit"\nmade = "grid:size=3000"\n',
    "hexagons": '[[source]]\nrole = "catchment"\nmade = "hexagons:size=2500"\n',
    "townships": '[[source]]\nrole = "village"\nmade = "townships:of=township,field=name"\n',
    "file": '[[source]]\nrole = "catchment"\nmade = "townships:file=hand.gpkg,layer=basins,field=name"\n',
}


BASINS = ([box(-500, -500, 3_000, 11_000), box(2_500, -500, 2_000, 11_000)], {"name": ["乙", "甲"]})


RASTER = '[[raster]]\nname = "dem"\npath = "dem.tif"\ndate = "2026-02"\nclassification = "内部"\n'


def with_made(*kinds, raster=False, more=""):
    """The case with made sources before its rules, where a person would put them."""
    added = "\n".join(MORE[kind] for kind in kinds) + (RASTER if raster else "")
    return CASE.replace("[rules]", f"{added}\n[rules]") + more


def dem(folder: Path) -> Path:
    """Hills of 250 m cells over the county and somewhat beyond."""
    rng = np.random.default_rng(4)
    x, y = np.meshgrid(np.arange(60), np.arange(60))
    height = 40 * np.sin(x / 4) * np.cos(y / 5) + x * 0.8 + y * 1.3 + rng.random((60, 60))
    transform = (250.0, 0, WEST - 2_500, 0, -250.0, SOUTH + 12_500)
    return write_raster(folder / "dem.tif", height, transform=transform, crs=CRS)


def made_case(folder: Path, *kinds, **more) -> Path:
    case = hand(folder, with_made(*kinds, **more), basins=BASINS)
    dem(folder)
    return case
