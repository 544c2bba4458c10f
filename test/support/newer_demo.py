"""Layers of next year for the demo, made from its own: a red line, a park, merged townships, a county recoded."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

DEMO = Path(__file__).resolve().parents[2] / "resources" / "demo" / "urumqi.gpkg"
RED_LINE, PARK = "HX013", "YQ06"
TOWNS, TOWN = ("650104902", "650104903"), ("650104911", "北地片区(示意)")
COUNTY, RECODED = "650121", "650110"
CHANGES = "old_code,new_code,old_name,new_name,level,kind,date,document\n"


def newer_layers(folder: Path) -> dict[str, Path]:
    """Write the newer layers, a file each, and the table of administrative changes; by role, the table as ``admin``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {}
    for role, newer in (
        ("red_line", _red_line()),
        ("industrial_park", _park()),
        ("township", _townships()),
        ("county", _county()),
    ):
        made[role] = folder / f"{role}_2026.gpkg"
        newer.to_file(made[role], layer=role, driver="GPKG", engine="pyogrio")
    rows = [f"{old},{TOWN[0]},{name},{TOWN[1]},township,merge,2026-03-01,民政函〔2026〕3号" for old, name in _merged()]
    rows.append(f"{COUNTY},{RECODED},乌鲁木齐县,南山区,county,recode,2026-03-01,国函〔2026〕5号")
    made["admin"] = folder / "行政区划变更.csv"
    made["admin"].write_text(CHANGES + "\n".join(rows) + "\n", encoding="utf-8")
    return made


def _layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(DEMO, layer=name, engine="pyogrio")


def _red_line() -> gpd.GeoDataFrame:
    """One feature reaches a square farther."""
    layer = _layer("red_line")
    row = layer.index[layer["编码"] == RED_LINE][0]
    shape = layer.geometry[row]
    x, y = shapely.get_coordinates(shape.representative_point())[0]
    side = 1_500
    grown = shapely.union(shape, shapely.box(x - side, y - side, x + side, y + side))
    layer.geometry = [grown if one == row else old for one, old in layer.geometry.items()]
    return layer


def _park() -> gpd.GeoDataFrame:
    """One park lies 600 m farther east."""
    layer = _layer("industrial_park")
    moved = layer["园区代码"] == PARK
    layer.geometry = [
        shapely.transform(shape, lambda xy: xy + np.array([600.0, 0.0])) if one else shape
        for shape, one in zip(layer.geometry, moved, strict=True)
    ]
    return layer


def _merged() -> list[tuple[str, str]]:
    layer = _layer("township")
    return [(row["乡镇代码"], row["乡镇名称"]) for _, row in layer.iterrows() if row["乡镇代码"] in TOWNS]


def _townships() -> gpd.GeoDataFrame:
    """Two townships are one, and those of the county with a new code have it in theirs."""
    layer = _layer("township")
    both = layer["乡镇代码"].isin(TOWNS)
    first = layer.index[both][0]
    whole = shapely.union_all(layer.geometry[both].to_numpy())
    layer.geometry = [whole if row == first else shape for row, shape in layer.geometry.items()]
    layer.loc[first, ["乡镇代码", "乡镇名称"]] = TOWN
    layer = layer[~both | (layer.index == first)].copy()
    own = layer["区县代码"] == COUNTY
    layer.loc[own, "乡镇代码"] = [RECODED + code[6:] for code in layer.loc[own, "乡镇代码"]]
    layer.loc[own, ["区县代码", "区县名称"]] = RECODED, "南山区"
    return layer


def _county() -> gpd.GeoDataFrame:
    layer = _layer("county")
    own = layer["区县代码"] == COUNTY
    layer.loc[own, ["区县代码", "区县名称"]] = RECODED, "南山区"
    return layer
