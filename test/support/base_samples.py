"""A layer, a DEM with known divides and villages, for the tests of base units."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from control_units.delineation.case.made_sources import Maker
from hand import CRS, write_layer
from raster_files import write as write_raster
from shapely import box

KILOMETRE = Maker("grid", size=1000.0)


def of(*shapes: shapely.Geometry) -> np.ndarray:
    return np.array(shapes, dtype=object)


@pytest.fixture
def land(tmp_path):
    """Two townships side by side, 4 km by 2 km."""
    west, south = 500_000.0, 3_400_000.0
    shapes = [box(west, south, west + 2000, south + 2000), box(west + 2000, south, west + 4000, south + 2000)]
    columns = {"score": [1.0, 3.0], "people": [100, 300], "zone": ["甲", "乙"]}
    write_layer(tmp_path / "land.gpkg", "land", shapes, columns)
    return tmp_path


TENT = (100.0, 0.0, 500_000.0, 0.0, -100.0, 3_402_000.0)  # cells of 100 m from the north-west of ``land``


def tent(path, *, rows=20, columns=40, crs=CRS, transform=TENT, hole=None):
    """Four valleys that run south, their divides at whole cells; 9, 11, 9 and 11 cells wide."""
    width = np.repeat([9, 11, 9, 11], [9, 11, 9, 11])
    within = np.concatenate([np.arange(number) for number in (9, 11, 9, 11)])
    across = abs(within - width // 2) / (width // 2) * 50.0
    height = across[None, :columns] + np.arange(rows)[::-1, None] * 1.0
    if hole is not None:
        height[hole] = np.nan
    return write_raster(path, height, transform=transform, crs=crs)


def catchments_of(path, area=2e5, **more):
    return Maker("catchments", dem=str(path), area=area, **more)


@pytest.fixture
def villages(tmp_path):
    """Six villages of 1 km²; 乙 is in two parts that do not touch, one has no township."""
    west, south = 500_000.0, 3_400_000.0
    shapes = [box(west + 1000 * x, south, west + 1000 * (x + 1), south + 1000) for x in range(6)]
    columns = {
        "town": ["甲", "甲", "乙", None, "丙 ", "乙"], "score": [1.0, 3.0, 5.0, 7.0, 9.0, 11.0],
        "people": [10, 20, 30, 40, 50, 60],
    }  # fmt: skip
    write_layer(tmp_path / "villages.gpkg", "villages", shapes, columns)
    return tmp_path
