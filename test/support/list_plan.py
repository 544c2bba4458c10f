"""A plan in memory for tests of printed entry lists: six units, one at sea, with drafts of the national clauses."""

from __future__ import annotations

import csv
import dataclasses

import pandas as pd
from control_units.delineation.case.profile import read_profile
from control_units.delineation.lists.draft import draft
from control_units.delineation.lists.kept_library import library_table
from control_units.delineation.lists.library import read_library
from control_units.delineation.plan.file import Plan

PROFILE = read_profile("national")
with (PROFILE.folder / "clauses.csv").open(encoding="utf-8") as _rows:
    UNREAD = frozenset(row["id"] for row in csv.DictReader(_rows) if row["verified"] != "yes")
"""Clauses of the national library whose article nobody has read, counted off its file."""
UNITS = [
    ("u1", "ZH33082410001", "甲县生态保护红线优先保护单元", 1, "red_line", "", "330824", "城关镇、马金镇", 279.91),
    ("u2", "ZH33082410002", "甲县饮用水水源优先保护单元", 1, "drinking_water", "", "330824", "城关镇", 17.25),
    ("u3", "ZH33082420001", "甲县东园区重点管控单元", 2, "industrial_park", "产业集聚", "330824", "马金镇", 4.9),
    ("u4", "ZH33082420002", "甲县城镇生活重点管控单元", 2, "urban_boundary", "城镇生活", "330824", "城关镇", 42.3),
    ("u5", "ZH33088130001", "乙市一般管控单元", 3, "general", "", "330881", "江东街道", 396.84),
    ("u6", "HY33080020001", "近岸海域重点管控单元", 2, "sea", "", "", "", 90.0),
]
ZONES = [
    ("u1", "water_zone", "priority"),
    ("u1", "air_zone", "priority"),
    ("u1", "protected_area", "nature_reserve"),
    ("u1", "general_eco_space", ""),
    ("u1", "soil_zone", "general"),
    ("u2", "drinking_water", "1"),
    ("u2", "drinking_water", "2"),
    ("u2", "water_zone", "priority"),
    ("u3", "water_zone", "industrial"),
    ("u3", "air_zone", "high_emission"),
    ("u3", "air_zone", "layout_sensitive"),
    ("u3", "resource_zone", "fuel_ban"),
    ("u3", "soil_zone", "construction_risk"),
    ("u4", "water_zone", "urban"),
    ("u4", "air_zone", "receptor_sensitive"),
    ("u4", "resource_zone", "groundwater"),
    ("u5", "farmland", ""),
    ("u5", "soil_zone", "farmland_risk"),
]
META = {
    "name": "示例市生态环境分区管控方案(示意)",
    "status": "草稿",
    "date": "2026-11-20",
    "area": "planar",
    "classification": "内部",
    "province": "浙江省",
    "city": "示例市",
    "counties": '{"330824": "甲县", "330881": "乙市"}',
}


def list_plan(**meta: str) -> Plan:
    """Make the plan, with what is to stand in its ``meta`` besides."""
    names = ["unit_id", "code", "name", "category", "kind", "subtype", "county", "townships", "area_m2"]
    units = pd.DataFrame(UNITS, columns=names).assign(parts=1, reasons="[]")
    units["area_m2"] *= 1e6
    met = pd.DataFrame(ZONES, columns=["unit_id", "role", "zone"]).assign(area_m2=1e6)
    library = read_library(PROFILE.folder / "clauses.csv", PROFILE)
    clauses = draft(units, library, met)
    empty = {
        field.name: pd.DataFrame()
        for field in dataclasses.fields(Plan)
        if field.name not in ("crs", "meta", "changes", "folder", "stated")
    }
    made = {"units": units, "clauses": clauses, "library": library_table(library)}
    return Plan(**(empty | made | {"crs": "EPSG:4549", "meta": META | meta}))
