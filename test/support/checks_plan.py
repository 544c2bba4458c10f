"""A clean plan solved by hand, for planting faults: two counties of 10 km × 10 km, a strip of sea, faces of 1 km."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pandas as pd
import shapely
from control_units.delineation.lists.draft import CLAUSE_COLUMNS
from control_units.delineation.lists.wording import DIMENSIONS
from control_units.delineation.plan.file import Plan

CRS = "EPSG:4549"
X0, Y0, STEP = 500_000.0, 3_300_000.0, 1_000.0
COLUMNS, ROWS = 22, 10
UNITS = {
    # unit_id: code, name, category, kind, county, block of faces (from column, row, to column, row); later ones on top
    "u1": ("ZH33010130001", "甲县一般管控单元", 3, "general", "330101", (0, 0, 9, 9)),
    "u2": ("ZH33010230001", "乙县一般管控单元", 3, "general", "330102", (10, 0, 19, 9)),
    "u3": ("ZH33010110001", "甲县生态保护红线优先保护单元", 1, "red_line", "330101", (1, 1, 3, 3)),
    "u4": ("ZH33010110002", "甲县一般生态空间优先保护单元", 1, "general_eco_space", "330101", (5, 1, 6, 3)),
    "u5": ("ZH33010120001", "甲县东园区产业集聚重点管控单元", 2, "industrial_park", "330101", (1, 6, 3, 8)),
    "u6": ("ZH33010220001", "乙县城镇生活重点管控单元", 2, "urban_boundary", "330102", (15, 4, 17, 6)),
    "u7": ("HY33010030001", "海域一般管控单元", 3, "sea", "", (20, 0, 21, 9)),
}
CODE = {unit: row[0] for unit, row in UNITS.items()}


def box(column: float, row: float, width: float, height: float) -> shapely.Polygon:
    """Rectangle: corner in steps of the grid, size in metres."""
    x, y = X0 + column * STEP, Y0 + row * STEP
    return shapely.box(x, y, x + width, y + height)


def clean_plan() -> Plan:
    """Build the plan; every table has the plan file's columns."""
    column, row = (a.ravel() for a in np.meshgrid(np.arange(COLUMNS), np.arange(ROWS)))
    label = np.full(len(column), "", dtype=object)
    for unit, (*_, block) in UNITS.items():
        label[(column >= block[0]) & (row >= block[1]) & (column <= block[2]) & (row <= block[3])] = unit
    shapes = shapely.box(X0 + column * STEP, Y0 + row * STEP, X0 + (column + 1) * STEP, Y0 + (row + 1) * STEP)
    county = np.select([column < 10, column < 20], ["330101", "330102"], "").astype(object)
    category = np.array([UNITS[u][2] for u in label])
    face_id = np.arange(1, len(column) + 1)
    faces = pd.DataFrame(
        {
            "face_id": face_id,
            "county": county,
            "township": "",
            "category": category,
            "rule_category": category,
            "unit_id": label,
            "area_m2": STEP**2,
            "host": pd.array([None] * len(column), dtype="Int64"),
            "geometry": shapes,
        }
    )
    units = pd.DataFrame(
        [
            {
                "unit_id": unit,
                "code": code,
                "name": name,
                "category": digit,
                "kind": kind,
                "subtype": "",
                "county": where,
                "townships": "",
                "parts": 1,
                "area_m2": (label == unit).sum() * STEP**2,
                "reasons": "[]",
                "facts": "",
                "geometry": shapely.coverage_union_all(shapes[label == unit]),
            }
            for unit, (code, name, digit, kind, where, _) in UNITS.items()
        ]
    )
    covered = [
        (face_id[column < 20], "county", 1, 1, ""),
        (face_id[column >= 20], "sea", 2, 1, ""),
        (face_id[label == "u3"], "red_line", 3, 1, ""),
        (face_id[label == "u4"], "general_eco_space", 4, 1, ""),
        (face_id[label == "u4"], "drinking_water", 5, 1, "1"),
        (face_id[label == "u5"], "drinking_water", 5, 2, "3"),
    ]
    coverage = pd.concat(
        [
            pd.DataFrame({"face_id": ids, "role": role, "source": source, "feature_id": feature, "zone": zone})
            for ids, role, source, feature, zone in covered
        ],
        ignore_index=True,
    )
    zones = pd.DataFrame(
        [
            {
                "code": f"YS{where}3{digit}10001",
                "element": element,
                "zone": "general",
                "county": where,
                "area_m2": 1e8,
                "filled": "",
                "geometry": box(x, 0, 10_000, 10_000),
            }
            for digit, element in ((1, "ecology"), (2, "water"), (3, "air"), (4, "soil"))
            for x, where in ((0, "330101"), (10, "330102"))
        ]
    )
    sources = pd.DataFrame({"source": [1, 2, 3], "role": ["county", "sea", "red_line"], "area_m2": [2e8, 2e7, 9e6]})
    sources["official_area_m2"] = [np.nan, np.nan, 9e6]
    lineage = pd.DataFrame(
        {
            "old": [CODE["u1"], "ZH33010120007"],
            "new": [CODE["u1"], CODE["u5"]],
            "area_m2": [1e7, 9e6],
            "relation": ["same", "recode"],
        }
    )
    empty = pd.DataFrame()
    return Plan(
        crs=CRS,
        faces=faces,
        borders=empty,
        units=units,
        element_zones=zones,
        findings=empty,
        coverage=coverage,
        evidence=empty,
        journal=empty,
        ledger=empty,
        lineage=lineage,
        sources=sources,
        rules=empty,
        clauses=_clauses(units),
        library=_library(),
        meta={"date": "2025-01-31", "grouping": json.dumps({"priority": "kind", "key": "kind", "general": "county"})},
    )


def _library() -> pd.DataFrame:
    """A clause of each dimension, everywhere."""
    return pd.DataFrame(
        [
            {
                "clause_id": f"N-{dimension}",
                "level": "国家",
                "issuer": "",
                "dimension": dimension,
                "subdimension": "",
                "effect": "condition",
                "text": f"第{number}项要求。",
                "basis": "《某法》第一条",
                "verified": 1,
                "page": "",
                "terms": "{}",
            }
            for number, dimension in enumerate(DIMENSIONS)
        ]
    )


def _clauses(units: pd.DataFrame) -> pd.DataFrame:
    """The library in the list of each unit."""
    every = units[["unit_id", "code"]].merge(_library(), how="cross").assign(terms="")
    every = every.assign(origin="all", status="待审", remark="")
    return every.reindex(columns=list(CLAUSE_COLUMNS), fill_value="")


def changed(plan: Plan, table: str, rows: object, column: str, value: object) -> Plan:
    """Copy a plan with one cell, or several, set anew; a unit's list carries its code."""
    frame = getattr(plan, table).copy()
    if isinstance(value, shapely.Geometry):
        value = pd.Series([value] * int(np.sum(rows)), index=frame.index[rows], dtype=object)
    frame.loc[rows, column] = value
    plan = dataclasses.replace(plan, **{table: frame})
    if (table, column) == ("units", "code"):
        codes = plan.clauses["unit_id"].map(dict(zip(frame["unit_id"], frame["code"], strict=True)))
        plan = dataclasses.replace(plan, clauses=plan.clauses.assign(code=codes))
    return plan


def reshaped(
    plan: Plan, unit: str, *, add: shapely.Geometry | None = None, cut: shapely.Geometry | None = None
) -> Plan:
    """Copy a plan in which a unit's geometry gained or lost a piece, its faces and stated area as before."""
    rows = (plan.units["unit_id"] == unit).to_numpy()
    shape = plan.units.loc[rows, "geometry"].iloc[0]
    shape = shape if add is None else shapely.union(shape, add)
    shape = shape if cut is None else shapely.difference(shape, cut)
    return changed(plan, "units", rows, "geometry", shape)
