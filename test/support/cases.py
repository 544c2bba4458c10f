"""Cases over the real data, written where a test wants them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from typing import NoReturn

ROOT = Path(__file__).resolve().parents[2]

_HEAD = '[case]\nname = "{name}"\ncrs = "{crs}"\nseed = 1\ndate = "2026-01-01"\nfiling_year = 2026\n\n'
_SOURCE = '[[source]]\nrole = "{role}"\npath = "{path}"\nlayer = "{layer}"\n{more}\n'
_RASTER = '[[raster]]\nname = "{name}"\npath = "{path}"\nkind = "{kind}"\n\n'


def lacking(what: str) -> NoReturn:
    """Leave a test out for want of real data; with CONTROL_UNITS_DATA_REQUIRED=1 that is a failure."""
    (pytest.fail if os.environ.get("CONTROL_UNITS_DATA_REQUIRED") == "1" else pytest.skip)(what)


def city_case(data: Path, city: str, target: Path, extra: str = "") -> Path:
    """A case over CN-urumqi or CN-xiamen: counties, towns, red line, water buffers, and the sea where there is one."""
    folder = data / f"CN-{city}"
    package = (folder / f"CN-{city}.gpkg").as_posix()
    crs = {"urumqi": "EPSG:4538", "xiamen": "EPSG:4548"}[city]
    text = _HEAD.format(name=city, crs=crs)
    sources = [
        ("county", package, "county", 'fields = { code = "code", name = "county" }\n'),
        ("township", package, "town_voronoi", 'fields = { code = "town_code", name = "town_name" }\n'),
        ("red_line", (folder / "redline_semireal.gpkg").as_posix(), "redline_semireal", ""),
        ("water_zone", package, "water_osm", 'zone = "priority"\n'),
    ]
    if city == "xiamen":
        sources.append(("sea", package, "sea_osm", ""))
    text += "".join(_SOURCE.format(role=role, path=path, layer=layer, more=more) for role, path, layer, more in sources)
    slope = {"urumqi": "slope_900m_gk", "xiamen": "slope_450m_gk"}[city]
    for name, file, kind in (("slope", slope, "score"), ("koppen", "koppen_30s", "class")):
        text += _RASTER.format(name=name, path=(folder / f"{file}.tif").as_posix(), kind=kind)
    target.write_text(text + extra, encoding="utf-8")
    return target
