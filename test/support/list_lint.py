"""Entry lists small enough to be right by eye, for planting faults: four units, one at sea; clauses, rows and zones."""

from __future__ import annotations

from typing import Any

import pandas as pd
from control_units.delineation.case.profile import read_profile
from control_units.delineation.lists.draft import CLAUSE_COLUMNS
from control_units.delineation.lists.entries import EntryLists, LintLimits, LintVocabulary
from control_units.delineation.lists.wording import DIMENSIONS

PROFILE = read_profile("national")
KNOWN = LintVocabulary.of(PROFILE)
RED, PARK, PLAIN, SEA = "ZH33010110001", "ZH33010120001", "ZH33010230001", "HY33010030001"
UNITS = pd.DataFrame(
    [
        ("u1", RED, "甲县生态保护红线优先保护单元", 1, "red_line", "", "330101", "东镇"),
        ("u2", PARK, "甲县东园区产业集聚重点管控单元", 2, "industrial_park", "产业集聚", "330101", "东镇"),
        ("u3", PLAIN, "乙县一般管控单元", 3, "general", "", "330102", "西镇、北镇"),
        ("u4", SEA, "海域一般管控单元", 3, "sea", "", "", ""),
    ],
    columns=["unit_id", "code", "name", "category", "kind", "subtype", "county", "townships"],
)
TOUCHES = pd.DataFrame(
    [
        ("u1", "red_line", "", "", 9e6, 1.0, 1.0),
        ("u2", "industrial_park", "", "东园区（示意）", 4e6, 1.0, 0.998),
        ("u2", "water_zone", "industrial", "", 2e6, 0.5, 1.0),
        ("u3", "industrial_park", "", "西园区", 3e6, 0.1, 1.0),
        ("u3", "drinking_water", "3", "清水水库", 5e4, 0.001, 0.002),
    ],
    columns=["unit_id", "role", "zone", "place", "area_m2", "share_of_unit", "share_of_zone"],
)
CODE = dict(zip(UNITS["unit_id"], UNITS["code"], strict=True))


def clause(name: str, **said: Any) -> dict[str, Any]:
    """A row of a library; what is none of its columns is of its terms."""
    columns = (
        "level",
        "issuer",
        "dimension",
        "subdimension",
        "effect",
        "text",
        "basis",
        "verified",
        "page",
        "checked_on",
    )
    row = {"level": "国家", "issuer": "", "dimension": "space", "subdimension": "", "effect": "condition"}
    row |= {
        "text": f"{name}的要求。",
        "basis": "《某法》第一条",
        "verified": True,
        "page": "",
        "checked_source": "",
        "checked_on": "",
    }
    row |= {key: value for key, value in said.items() if key in columns}
    terms = {key.rstrip("_"): value for key, value in said.items() if key not in columns}
    return {"clause_id": name, **row, "terms": terms}


def row(unit: str, of: dict[str, Any], **said: str) -> dict[str, str]:
    """A row of a unit's list, as a library's clause brings it."""
    plain = {name: str(of[name]) for name in CLAUSE_COLUMNS if name in of and name != "terms"}
    made = {"unit_id": unit, "code": CODE.get(unit, ""), "origin": "all", "status": "待审", "remark": "", "terms": ""}
    return {**made, **plain, **said}


def whole(*units: str) -> list[dict[str, str]]:
    """Lists with a clause of each dimension."""
    return [row(unit, clause(f"W-{one}", dimension=one)) for unit in units or CODE for one in DIMENSIONS]


def lists(
    library: list[dict[str, Any]] | None = None, rows: list[dict[str, str]] | None = None, **more: Any
) -> EntryLists:
    """Lists of the four units."""
    given = {"as_of": "2026-10-01", "counties": {"330101": "甲县", "330102": "乙县"}, "touches": TOUCHES}
    needed = {1: DIMENSIONS, 2: DIMENSIONS, 3: DIMENSIONS}
    limits = LintLimits(needed, ("industrial_park",), ("工业园区",), 0.005)
    clauses = pd.DataFrame(rows or [], columns=list(CLAUSE_COLUMNS)).fillna("")
    table = pd.DataFrame(library) if library else pd.DataFrame()
    return EntryLists(
        **{"units": UNITS, "clauses": clauses, "known": KNOWN, "limits": limits, "library": table, **given, **more}
    )
