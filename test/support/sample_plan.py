"""A small plan file for tests of what reads plans: 6 × 4 faces of 5 km, two counties, three categories, a sea unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from control_units.delineation.plan.file import Plan, write_plan
from control_units.delineation.plan.tables import TABLES

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:4549"
STEP = 5_000.0
UNITS = {  # unit_id: code, name, category, kind
    "u1": ("ZH33082410001", "甲县生态保护红线优先保护单元", 1, "red_line"),
    "u2": ("ZH33082420001", "甲县东园区产业集聚重点管控单元", 2, "industrial_park"),
    "u3": ("ZH33082430001", "甲县一般管控单元", 3, "general"),
    "u4": ("ZH33088130001", "乙市一般管控单元", 3, "general"),
    "u5": ("HY33080010001", "近岸海域优先保护单元", 1, "sea"),
}
ROWS = ("113355", "113355", "323344", "333344")  # unit of each face, row by row from the south
META = {
    "date": "2024-05-01",
    "filing_year": "2024",
    "name": "甲县",
    "status": "草稿",
    "note": "数据为示意",
    "crs": CRS,
    "area_method": "planar",
    "profile": "national",
    "method": "overlay",
    "method_parameters": "{}",
    "imbalance": "0.0",
    "capture": "[]",
    "county_names": '{"330824": "甲县", "330881": "乙市"}',
}


def sample_plan() -> Plan:
    """Make the plan in memory."""
    unit = np.array([f"u{digit}" for row in ROWS for digit in row])
    column, row = np.tile(np.arange(6), 4), np.repeat(np.arange(4), 6)
    west, south = 500_000 + STEP * column, 3_200_000 + STEP * row
    faces = gpd.GeoDataFrame(
        {
            "face_id": np.arange(1, 25),
            "county": np.where(column < 4, "330824", "330881"),
            "township": np.where(row < 2, "330824101", "330824102"),
            "category": [UNITS[key][2] for key in unit],
            "rule_category": [UNITS[key][2] for key in unit],
            "unit_id": unit,
            "area_m2": STEP**2,
            "host": pd.array([None] * 24, dtype="Int64"),
        },
        geometry=shapely.box(west, south, west + STEP, south + STEP),
        crs=CRS,
    )
    facts = pd.DataFrame.from_dict(UNITS, orient="index", columns=["code", "name", "category", "kind"])
    units = faces.dissolve("unit_id", as_index=False)[["unit_id", "county", "geometry"]].join(facts, on="unit_id")
    units = units.assign(
        subtype="", townships="", parts=1, area_m2=units.area, reasons="[]", facts="", grouped_by="", locked=0
    )
    units["geometry"] = [shapely.multipolygons(shapely.get_parts(shape)) for shape in units.geometry]
    zones = units.loc[[0, 2], ["county", "area_m2", "geometry"]]
    zones = zones.assign(
        code=["YS3308241110001", "YS3308243110001"], element="ecology", zone=["red_line", "general"], filled=""
    )
    border = shapely.multilinestrings([[[505_000, 3_200_000], [505_000, 3_205_000]]])
    finding = {
        "id": "Q07",
        "severity": "error",
        "message": "重叠",
        "value": 1.0,
        "units": "u1、u3",
        "facts": "{}",
        "shape": "",
    }
    coverage = {"face_id": [1, 2, 7, 8], "role": "red_line", "source": "a", "feature_id": 1, "zone": "", "grade": ""}
    empty = {name: pd.DataFrame(columns=list(table.names)) for name, table in TABLES.items()}
    tables = empty | {
        "faces": faces,
        "borders": pd.DataFrame({"left": [1], "right": [2], "length_m": [STEP], "geometry": [border]}),
        "units": units,
        "element_zones": zones,
        "findings": pd.DataFrame([finding | {"geometry": shapely.Point(507_500, 3_207_500)}]),
        "coverage": pd.DataFrame(coverage),
        "meta": dict(META),
    }
    return Plan(crs=CRS, **tables)


def write_sample_plan(path: Path) -> Path:
    """Write the plan and say where."""
    write_plan(sample_plan(), path)
    return path
