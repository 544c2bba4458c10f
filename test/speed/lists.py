"""What it takes to join a clause library to the units of a province's largest city: 10,000 clauses, 1,400 units.

    python test/speed/lists.py [-o build/bench]

Into build/bench/lists.md: seconds of the processor, the middle of several times; exit 1 where they are more than they
may be. The library is of six levels, a clause in three with industries of its own: most hold for a category, a role, a
zone, a county or a park, as published ones do.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
import types
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
UNITS, CLAUSES = 1_400, 10_000
LIMITS = {"joined": 5.0, "library kept": 1.0, "library read": 1.0, "one unit": 0.02}
TIMES = 5
ROLES = {
    "red_line": ("",),
    "drinking_water": ("1", "2", "3"),
    "protected_area": ("nature_reserve", "scenic"),
    "water_zone": ("priority", "industrial", "urban", "agricultural", "general"),
    "air_zone": ("priority", "high_emission", "layout_sensitive", "weak_dispersion", "receptor_sensitive", "general"),
    "soil_zone": ("farmland_priority", "farmland_risk", "construction_risk", "general"),
    "resource_zone": ("groundwater", "fuel_ban", "land", "general"),
    "industrial_park": ("",),
    "urban_boundary": ("",),
}
COUNTIES = [f"33{city:02d}{county:02d}" for city in range(1, 3) for county in range(2, 22)]


def main() -> int:
    """Measure; exit 1 where something takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "build" / "bench")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    package = types.ModuleType("control_units")
    package.__path__ = [str(ROOT)]
    sys.modules["control_units"] = package
    from control_units.delineation.lists.draft import ClauseIndex, UnitSaid, UnitScope, draft
    from control_units.delineation.lists.kept_library import library_of_plan, library_table

    dice = random.Random(1)  # noqa: S311 - no secret
    units, touched = _units(dice)
    library = _library(dice, touched)
    found = draft(units, library, touched)
    kept = library_table(library)
    index = ClauseIndex.of(library)
    first = units.iloc[0]
    said = UnitSaid(first["code"], first["county"], first["category"], first["kind"], first["subtype"], sea=False)
    mine = touched[touched["unit_id"] == first["unit_id"]].drop(columns=["unit_id", "area_m2"])
    rows = list(mine.itertuples(index=False, name=None))
    jobs = {
        "joined": lambda: draft(units, library, touched),
        "library kept": lambda: library_table(library),
        "library read": lambda: library_of_plan(kept),
        "one unit": lambda: index.applying([UnitScope.of(said, rows, index)]),
    }
    lines = [
        f"{len(units):,} units, {len(library):,} clauses, {len(touched):,} zones over units: {len(found):,} rows",
        "",
        "| job | s | limit |",
        "|---|---|---|",
    ]
    over = []
    for name, job in jobs.items():
        taken = statistics.median(_seconds(job) for _ in range(TIMES))
        lines.append(f"| {name} | {taken:.4f} | {LIMITS[name]} |")
        over += [name] if taken > LIMITS[name] else []
    text = "\n".join([*lines, *(f"{name} takes more than it may" for name in over)]) + "\n"
    (out / "lists.md").write_text(text, encoding="utf-8")
    print(text)
    return int(bool(over))


def _seconds(job: object) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def _units(dice: random.Random) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Units with the zones that touch them, one in eight by a sliver only."""
    units, touched = [], []
    for number in range(UNITS):
        county, category = dice.choice(COUNTIES), dice.choice((1, 2, 3))
        kind = {1: "red_line", 2: "industrial_park", 3: "general"}[category]
        unit_id = f"U{number:06d}"
        units.append((unit_id, f"ZH{county}{category}{number:04d}", category, kind, "", county))
        for role, zones in ROLES.items():
            for zone in dice.sample(zones, dice.randint(0, min(3, len(zones)))):
                share = 0.001 if dice.random() < 0.125 else 0.3
                touched.append((unit_id, role, zone, f"{role}{dice.randrange(300)}", 1e6, share, share))
    names = ["unit_id", "role", "zone", "place", "area_m2", "share_of_unit", "share_of_zone"]
    return pd.DataFrame(units, columns=["unit_id", "code", "category", "kind", "subtype", "county"]), pd.DataFrame(
        touched, columns=names
    )


def _library(dice: random.Random, touched: pd.DataFrame) -> pd.DataFrame:
    places = sorted(set(touched["place"]))
    rows = []
    for number in range(CLAUSES):
        level = dice.choice(("国家", "省", "片区", "市", "县", "园区"))
        kind = dice.choice(("", *ROLES)) if level != "园区" else "industrial_park"
        rows.append(
            {
                "id": f"X{number:05d}",
                "level": level,
                "issuer": "省生态环境厅",
                "admin": dice.choice(COUNTIES) if level == "县" else "33" if level == "省" else "",
                "category": dice.choice((0, 1, 2, 3)),
                "kind": kind,
                "zone": dice.choice(ROLES[kind]) if kind else "",
                "place": dice.choice(places) if level in ("园区", "市") else "",
                "dimension": dice.choice(("space", "discharge", "risk", "resource")),
                "sub": "",
                "effect": dice.choice(("prohibit", "restrict", "condition", "offset", "exit", "inform", "allow")),
                "text": f"第{dice.randrange(9_000)}项：新建项目应当符合规划环评结论和审查意见，落实减排措施。",
                "basis": "《生态环境法典》第一百零五条",
                "verified": True,
                "page": "",
            }
        )
    order = {level: place for place, level in enumerate(("国家", "省", "片区", "市", "县", "园区"))}
    return pd.DataFrame(sorted(rows, key=lambda row: order[str(row["level"])]))


if __name__ == "__main__":
    sys.exit(main())
