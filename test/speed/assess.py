"""What the assessment of a project costs: some 1,400 units with a library of 10,000 clauses.

    python test/speed/assess.py [-o build/bench]

First answer from a closed file, a site that is dragged, a table of projects, where else, in seconds of CPU of one
process; into build/bench/assess.md. The plan is that of the atlas (`exports.py`): 60,000 faces in ninety counties.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

from exports import ATLAS, plan_of

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

CLAUSES = 10_000
LIMITS = {"first_s": 1.0, "warm_ms": 50.0, "batch_per_s": 500.0, "elsewhere_s": 3.0, "report_s": 5.0}
# Effects of generated clauses as often as lists have them.
EFFECTS = ("condition",) * 5 + ("restrict",) * 2 + ("prohibit", "offset", "inform")
SECTIONS = ("C13", "C17", "C22", "C25", "C26", "C2614", "C2631", "C27", "C30", "C3011", "C31", "C32", "C3360", "D44")
ROLES = ("red_line", "general_eco_space", "water_zone", "air_zone", "industrial_park", "urban_boundary", "farmland")


def plan_with_lists(out: Path) -> Path:
    """Give the atlas' plan lists of units, counties and zones in addition to the national ones."""
    from delineation.core.database_file import change_counter
    from delineation.core.geopackage import insert_rows
    from delineation.plan.content import content_of, note_content
    from delineation.plan.tables import TABLES

    made = plan_of(out, "atlas", ATLAS[0], "--townships", str(ATLAS[1]), "--counties", "90")
    plan = out / "assess.gpkg"
    if plan.exists():
        return plan
    draft = out / "assess.draft.gpkg"
    shutil.copy(made, draft)
    draw = random.Random(1)  # noqa: S311 - the same clauses each time
    connection = sqlite3.connect(draft, isolation_level=None)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
    units = connection.execute("SELECT unit_id, code, county, category FROM units").fetchall()
    left = CLAUSES - connection.execute("SELECT count(*) FROM library").fetchone()[0]
    library, rows = [], []

    def clause(name: str, scope: list[str]) -> str:
        effect = draw.choice(EFFECTS)
        terms: dict[str, object] = {"scope": scope, "industries": draw.sample(SECTIONS, 2)}
        if draw.random() < 0.3:
            number = draw.randint(1, 500)
            terms["when"] = [{"fact": "capacity", "op": "lt", "value": number, "unit": "t/d"}]
        if effect == "offset":
            terms |= {"pollutant": "VOCs", "ratio": draw.choice((1, 1.5, 2))}
        text = f"条目{name}：" + "有关要求" * 20
        library.append((name, "市", "", "space", "", effect, text, "某文件", 1, "", json.dumps(terms)))
        return name

    def listed(unit: str, code: str, name: str) -> None:
        effect, text = next((row[5], row[6]) for row in (by_id[name],))
        rows.append((unit, code, name, "space", effect, text, "某文件", "市", "hand", "待审", "", "", "", ""))

    of_county = {
        county: [clause(f"K-{county}-{n}", [f"admin:{county}"]) for n in range(20)]
        for county in sorted({county for _, _, county, _ in units})
    }
    of_role = [clause(f"R-{n}", [f"role:{draw.choice(ROLES)}"]) for n in range(500)]
    own = max((left - len(library)) // len(units), 1)
    of_unit = {unit: [clause(f"U-{code}-{n}", [f"unit:{code}"]) for n in range(own)] for unit, code, *_ in units}
    while len(library) < left:
        of_role.append(clause(f"R-{len(library)}", [f"role:{draw.choice(ROLES)}"]))
    by_id = {row[0]: row for row in library}
    of_category = {category: draw.sample(of_role, 40) for category in (1, 2, 3)}
    for unit, code, county, category in units:
        for name in (*of_unit[unit], *of_county[county], *of_category[category]):
            listed(unit, code, name)
    insert_rows(connection, "library", TABLES["library"].plain, library)
    insert_rows(connection, "clauses", TABLES["clauses"].plain, rows)
    note_content(connection, content_of(connection), at=change_counter(connection) + 1)
    connection.execute("COMMIT")
    connection.close()
    draft.rename(plan)
    return plan


FIRST = """
import sys, time
sys.path.insert(0, {root!r})
from delineation import verbs
verbs.assess
start = time.process_time()
verbs.assess({plan!r}, {site!r}, industry="C2614")
print(time.process_time() - start)
"""


REPORT = """
import sys, time
sys.path.insert(0, {root!r})
from pathlib import Path
from delineation import verbs
from delineation.assess.reporting import write_report
found = verbs.assess({plan!r}, {site!r}, industry="C2614")
start = time.process_time()
write_report([found], Path({plan!r}), Path({output!r}))
print(time.process_time() - start)
"""


def report_of(plan: Path, site: str, out: Path) -> float:
    """Measure the Word report of an answer in a process of its own, seconds of CPU."""
    script = REPORT.format(root=str(ROOT), plan=str(plan), site=site, output=str(out / "assess.docx"))
    said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return float(said.stdout)


def main() -> int:
    """Measure; exit 1 where something takes more than it may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "build" / "bench")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    plan = plan_with_lists(out)
    from delineation.assess.answer import Assessor
    from delineation.verbs.assessing import assess_batch

    draw = random.Random(2)  # noqa: S311 - the same sites each time
    connection = sqlite3.connect(f"{plan.as_uri()}?mode=ro", uri=True)
    boxes = connection.execute("SELECT minx, maxx, miny, maxy FROM rtree_faces_geom").fetchall()
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM units), (SELECT count(*) FROM library), (SELECT count(*) FROM clauses), "
        "(SELECT count(*) FROM faces)"
    ).fetchone()
    connection.close()
    places = [((west + east) / 2, (south + north) / 2) for west, east, south, north in draw.sample(boxes, 1_000)]
    first = []
    for x, y in places[:5]:
        script = FIRST.format(root=str(ROOT), plan=str(plan), site=f"{x},{y},150")
        said = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        first.append(float(said.stdout))
    assessor = Assessor(plan)
    project = assessor.project(industry="C2614")
    warm = []
    for x, y in places[:10]:
        site = assessor.site(f"{x},{y},150")
        assessor.assess(site, project)
        for step in range(20):
            start = time.process_time()
            assessor.assess(site.moved(20.0 * step, 10.0 * step), project)
            warm.append(1e3 * (time.process_time() - start))
    table = out / "assess.csv"
    rows = [f"P{number},{x},{y},150,{draw.choice(SECTIONS)}" for number, (x, y) in enumerate(places)]
    table.write_text("\n".join(["id,x,y,radius,industry", *rows]) + "\n", encoding="utf-8")
    whole = Assessor(plan, whole=True)
    start = time.process_time()
    whole.all_faces()
    opening = time.process_time() - start
    start = time.process_time()
    answers = assess_batch(plan, table)
    batch = len(answers) / (time.process_time() - start - opening)
    elsewhere, tried = [], []
    for x, y in places[:5]:
        site = whole.site(f"{x},{y},300")
        start = time.process_time()
        found = whole.assess(site, project, where_else=3)
        elsewhere.append(time.process_time() - start)
        tried.append(len(found["where_else"]))
    reports = [report_of(plan, f"{x},{y},150", out) for x, y in places[:3]]
    found = {
        "first_s": max(first),
        "warm_ms": statistics.quantiles(warm, n=20)[-1],
        "batch_per_s": batch,
        "elsewhere_s": max(elsewhere),
        "report_s": max(reports),
    }
    over = [name for name, value in found.items() if (value < LIMITS[name]) is name.endswith("per_s")]
    lines = [
        "{} units, {} clauses in {} rows of lists, {} faces".format(*counts),
        "",
        "| | measured | may be |",
        "|---|---|---|",
        f"| first answer from a closed file, s | {found['first_s']:.2f} | {LIMITS['first_s']:g} |",
        f"| a site that is dragged, ms (95 of 100) | {found['warm_ms']:.1f} | {LIMITS['warm_ms']:g} |",
        f"| a table, sites/s after opening in {opening:.1f} s | {batch:.0f} | {LIMITS['batch_per_s']:g} |",
        f"| where else, s (tried {min(tried)}–{max(tried)}) | {found['elsewhere_s']:.2f} | {LIMITS['elsewhere_s']:g} |",
    ]
    lines.append(f"| the same as a Word report, s | {found['report_s']:.2f} | {LIMITS['report_s']:g} |")
    if over:
        lines.append(f"\nIt takes more than it may: {', '.join(over)}.")
    text = "\n".join(lines) + "\n"
    (out / "assess.md").write_text(text, encoding="utf-8")
    print(text)
    return int(bool(over))


if __name__ == "__main__":
    sys.exit(main())
