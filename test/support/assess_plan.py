"""Plans with a clause library of a few clauses written by hand, so that every verdict can be worked out by eye."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from control_units.delineation.assess.answer import Assessor
from control_units.delineation.verbs import run
from hand import hand
from other_program import restated

DAY = "2026-11-27"
# What the small county lacks, and has nothing of.
NONE_HERE = (
    *("general_eco_space", "protected_area", "drinking_water", "air_zone", "soil_zone", "resource_zone"),
    *("industrial_park", "urban_boundary", "farmland"),
)
REVIEW = {
    "fact": "activity",
    "op": "in",
    "value": ["listed_limited_activity", "national_major_project"],
    "review": True,
}
CLAUSES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "P-red": ("国家", "prohibit", {"scope": ["role:red_line"], "unless": [REVIEW]}),
    "P-water1": ("国家", "prohibit", {"scope": ["role:drinking_water:1"]}),
    "P-chem": ("园区", "prohibit", {"scope": ["place:东园区"], "applies_to": ["new", "expand"], "industries": ["C26"]}),
    "R-six": ("省", "restrict", {"scope": ["admin:99|65"], "industries": ["six_high_energy"]}),
    "R-water": (
        "市",
        "restrict",
        {
            "scope": ["role:water_zone:industrial"],
            "industries": ["C17"],
            "when": [{"fact": "water_use", "op": "gt", "value": 100, "unit": "m3/d"}],
        },
    ),
    "C-park": ("市", "condition", {"scope": ["role:industrial_park"], "industries": ["C"]}),
    "C-eco": ("市", "condition", {"scope": ["role:general_eco_space", "admin:9999|6501"]}),
    "O-voc": (
        "市",
        "offset",
        {"scope": ["admin:9999|6501"], "industries": ["C"], "pollutant": "VOCs", "ratio": 1.5, "applies_to": ["new"]},
    ),
    "O-park": (
        "园区",
        "offset",
        {"scope": ["role:industrial_park"], "industries": ["C26"], "pollutant": "VOCs", "ratio": 2},
    ),
    "I-farm": ("国家", "inform", {"scope": ["role:farmland"]}),
    "X-2025": ("市", "prohibit", {"scope": ["admin:99|65"], "industries": ["C22"], "to": "2025-12-31"}),
}


def write_clauses(plan: Path, clauses: dict[str, tuple[str, str, dict[str, Any]]] | None = None) -> Path:
    """Put clauses in the place of a plan's library, and into the lists of all of its units."""
    chosen = CLAUSES if clauses is None else clauses
    connection = sqlite3.connect(plan, isolation_level=None)
    connection.executescript("BEGIN; DELETE FROM library; DELETE FROM clauses;")
    units = connection.execute("SELECT unit_id, code FROM units ORDER BY code").fetchall()
    for name, (level, effect, terms) in chosen.items():
        said = (level, "space", effect, f"条目{name}", "某文件")
        connection.execute(
            "INSERT INTO library (clause_id, level, issuer, dimension, subdimension, effect, text, basis, verified, "
            "page, terms) VALUES (?, ?, '', ?, '', ?, ?, ?, 1, '', ?)",
            (name, *said, json.dumps(terms)),
        )
        connection.executemany(
            "INSERT INTO clauses (unit_id, code, clause_id, level, dimension, effect, text, basis, origin, status, "
            "subdimension, issuer, remark, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'all', '已审', '', '', '', '')",
            [(unit, code, name, *said) for unit, code in units],
        )
    connection.execute("COMMIT")
    connection.close()
    return restated(plan)


def plan_of(case: Path, plan: Path) -> Path:
    """Run a case, and give its plan the clauses above."""
    run(case, plan)
    return write_clauses(plan)


@cache
def _small() -> bytes:
    with tempfile.TemporaryDirectory(prefix="assess-") as folder:
        return plan_of(hand(Path(folder)), Path(folder) / "plan.gpkg").read_bytes()


def small_plan(folder: Path) -> Path:
    """Write the plan of the county of two townships: a red line, and a water zone."""
    plan = folder / "plan.gpkg"
    plan.write_bytes(_small())
    return plan


def small_assessor(folder: Path, **options: Any) -> Assessor:
    """Give an assessor of that plan, which has no layer but these and needs none."""
    return Assessor(small_plan(folder), **{"none_here": NONE_HERE, **options})


def clause_of(found: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Give a clause of an answer."""
    return next((one for one in found["clauses"] if one["id"] == name), None)


def copied(plan: Path, folder: Path) -> Path:
    """Copy a plan for a test that writes into it."""
    return Path(shutil.copy(plan, folder / "copy.gpkg"))
