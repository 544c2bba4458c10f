"""Answers and speed of this checkout against another: random questions to the demo with all facts, each change named.

    python test/speed/between.py OTHER_CHECKOUT [-o build/bench] [--count 2000]

A clause says something else where its row of the library or what it rests on changed, where its zones are classed, or
where it is over or has an exemption to be claimed; an answer changes by such a clause or it is listed as unexplained,
and the exit code is 1. Then a table of 1,000 projects through both, in turn, as a ratio. Into build/bench/between.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-12-01"
ROUNDS = 5
SLOWER = 1.05  # what two runs of the same differ by

# Runs in a checkout: questions in, verdicts with what counts of each clause out, and seconds of CPU of each round.
ASK = f"""
import json, sys
sys.path.insert(0, sys.argv[1])
from delineation.assess.answer import Assessor
questions = json.load(open(sys.argv[3], encoding="utf-8"))
assessor = Assessor(sys.argv[2], whole=True)
assessor.refresh()
sites = {{text: None for text, _, _ in questions}}
sites = dict(zip(sites, assessor.places([assessor.site(text) for text in sites])))
out = []
known = set(assessor.records.vocabulary.facts.by_id)
for text, project, facts in questions:
    facts = {{fact: said for fact, said in facts.items() if fact in known}}
    asked = assessor.project(**project, facts=facts)
    place = sites[text]
    found = assessor.ask(place.site, asked, {DAY!r}, places=place).verdict
    counts = {{one.id: [one.applies, one.rank, one.cause] for one in found.clauses if one.rank}}
    out.append([found.verdict, list(found.deciding), counts])
json.dump(out, open(sys.argv[4], "w", encoding="utf-8"))
"""

SPEED = f"""
import sys, time
sys.path.insert(0, sys.argv[1])
from delineation.verbs.assessing import assess_batch
start = time.process_time()
assess_batch(sys.argv[2], sys.argv[3], as_of={DAY!r})
print(time.process_time() - start)
"""


def rows(checkout: Path, name: str, key: str) -> dict[str, dict[str, str]]:
    """Read a table of a checkout's national profile by one of its columns."""
    path = checkout / "resources" / "profiles" / "national" / name
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row for row in csv.DictReader(file)}


def answers(checkout: Path, plan: Path, questions: Path) -> list[Any]:
    """Ask a checkout in a process of its own."""
    out = plan.with_suffix(".json")
    subprocess.run([sys.executable, "-c", ASK, str(checkout), str(plan), str(questions), str(out)], check=True)
    return json.loads(out.read_text(encoding="utf-8"))


def all_facts(draw: random.Random, facts: dict[str, Any]) -> dict[str, str]:
    """Draw a value of each fact: of a number one that clauses name, or near it."""
    said = {}
    for fact, known in facts.items():
        if fact == "nature":
            continue
        if known["kind"] == "yes_no":
            said[fact] = draw.choice(("yes", "no"))
        elif known["kind"] == "choice":
            said[fact] = draw.choice(list(known["values"]))
        else:
            unit = draw.choice(known.get("units") or [""])
            said[fact] = f"{draw.choice((0.5, 1, 10, 500, 20_000))} {unit}".strip()
    return said


def drawn(plan: Path, other: Path, count: int) -> list[Any]:
    """Draw questions: sites anywhere on the plan, industries of the profile, every nature, all facts."""
    import geopandas
    import shapely

    faces = geopandas.read_file(plan, layer="faces", columns=["face_id"]).geometry
    draw = random.Random(17)  # noqa: S311 - the same questions each time
    corners = [shapely.get_coordinates(draw.choice(faces.array)) for _ in range(max(count // 10, 1))]
    # An answer that only one of them knows cannot be compared.
    facts = {}
    for checkout in (ROOT, other):
        path = checkout / "resources" / "profiles" / "national" / "facts.toml"
        facts |= tomllib.loads(path.read_text(encoding="utf-8"))["fact"]
    codes = [code for code in rows(ROOT, "industries.csv", "code") if len(code) >= 3]
    found = []
    for points in corners:
        x, y = points[draw.randrange(len(points))]
        text = f"{x + draw.gauss(0, 300):.1f},{y + draw.gauss(0, 300):.1f},{draw.choice((20, 100, 300))}"
        for _ in range(10):
            nature = draw.choice(("new", "new", "expand", "rebuild", "existing"))
            found.append([text, {"industry": draw.choice(codes), "nature": nature}, all_facts(draw, facts)])
    return found


def reason(name: str, said: list[Any], tables: tuple[dict[str, Any], dict[str, Any]]) -> str:
    """Say why a clause counts otherwise; "" where nothing is known that explains it."""
    old, new = ({key: table.get(name) for key, table in one.items()} for one in tables)
    if old["clauses.csv"] != new["clauses.csv"]:
        return "clause"
    cause = said[2].partition(":")[0] if said else ""
    if cause in ("expired", "unclaimed"):
        return cause
    row = new["clauses.csv"]
    for law in row["law"].split(";"):
        if tables[0]["laws.csv"].get(law) != tables[1]["laws.csv"].get(law):
            return "law"
    for group in row["industries"].split(";"):
        if tables[0]["industry_groups.csv"].get(group) != tables[1]["industry_groups.csv"].get(group):
            return "group"
    return "class of zone" if row["zone"] in ("priority", "key", "general") else ""


def main() -> int:
    """Compare; exit 1 where an answer changed for no reason, or a table of projects takes longer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("other", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=ROOT / "build" / "bench")
    parser.add_argument("--count", type=int, default=2_000)
    given = parser.parse_args()
    out = given.out / "between"
    out.mkdir(parents=True, exist_ok=True)
    checkouts = {"other": given.other.resolve(), "this": ROOT}
    plans = {}
    for name, checkout in checkouts.items():
        plans[name] = out / f"{name}.gpkg"
        command = [sys.executable, "-m", "delineation", "run", "resources/demo/case.toml", "-o", str(plans[name])]
        subprocess.run(command, cwd=checkout, check=True, capture_output=True)
    asked = drawn(plans["this"], checkouts["other"], given.count)
    questions = out / "questions.json"
    questions.write_text(json.dumps(asked), encoding="utf-8")
    before, after = (answers(checkouts[name], plans[name], questions) for name in checkouts)
    names = {"clauses.csv": "id", "laws.csv": "id", "industry_groups.csv": "group"}
    tables = tuple({name: rows(checkout, name, key) for name, key in names.items()} for checkout in checkouts.values())
    changed, by, unexplained = 0, Counter[str](), list[str]()
    for question, (was, _, old), (now, _, new) in zip(asked, before, after, strict=True):
        other = {name for name in old.keys() | new.keys() if old.get(name, ())[:2] != new.get(name, ())[:2]}
        changed += was != now
        reasons = {name: reason(name, new.get(name) or old[name], tables) for name in other}
        by.update(reasons.items() if was != now else ())
        unexplained += [f"{name}: {was} → {now}, {question}" for name, why in reasons.items() if not why]
        unexplained += [f"no clause: {was} → {now}, {question}"] if was != now and not other else []
    table = out / "projects.csv"
    lines = [f"P{number},{text},{project['industry']}" for number, (text, project, _) in enumerate(asked[:1_000])]
    table.write_text("\n".join(["id,x,y,radius,industry", *lines]) + "\n", encoding="utf-8")
    spent: dict[str, list[float]] = {name: [] for name in checkouts}
    for _ in range(ROUNDS):
        for name, checkout in checkouts.items():
            command = [sys.executable, "-c", SPEED, str(checkout), str(plans[name]), str(table)]
            spent[name].append(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    ratio = min(spent["this"]) / min(spent["other"])
    said = [
        f"{len(asked)} questions with all facts: {changed} answers are otherwise, {len(unexplained)} without a reason",
        f"a table of 1,000 projects: {min(spent['this']):.2f} s against {min(spent['other']):.2f} s, {ratio:.2f} of it",
        "",
        *(f"- {name}: {why}, in {times} answers that changed" for (name, why), times in by.most_common()),
        *unexplained[:20],
    ]
    (given.out / "between.md").write_text("\n".join(said) + "\n", encoding="utf-8")
    print("\n".join(said))
    return int(bool(unexplained) or ratio > SLOWER)


if __name__ == "__main__":
    sys.exit(main())
