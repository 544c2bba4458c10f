"""A chain of `geopandas.overlay`: `union_geopandas.py COUNTY.gpkg UNION.gpkg`."""

from __future__ import annotations

import functools
import json
import sys

import geopandas as gpd
import pyogrio

source, target = sys.argv[1:]
frames = [pyogrio.read_dataframe(source, layer=str(name)) for name in pyogrio.list_layers(source)[:, 0]]
union = functools.reduce(lambda left, right: gpd.overlay(left, right, how="union", keep_geom_type=True), frames)
pyogrio.write_dataframe(union, target, layer="union")
print(json.dumps({"pieces": len(union)}))
