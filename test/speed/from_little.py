"""What comes of questions in which nothing but the industry is said: 300 random sites of the demo × 10 industries.

    python test/speed/from_little.py PLAN.gpkg [--draw SEED]

Each question is answered as it is, then with all facts that it asks for drawn at random (its true facts): a verdict
that is given must not be milder than that of the true facts. Limits are left out of them, as they are conditions that
the answer names; how many verdicts are milder where limits are drawn too, and so broken, is told beside
(``broken_limits``) and is no bar. Exit 1 where a bar is not met.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SITES = 300
INDUSTRIES = ("C2614", "C3011", "C3360", "C1713", "D4411", "A0313", "B1019", "H6110", "K7010", "D4620")
MILD = ("no_conflict", "conditional", "restrict", "prohibit")
LIMITS = {"open": 0.20, "not_assessed": 0.007, "asked": 2, "milder": 0}


def sites_of(plan: Path, count: int = SITES) -> list[str]:
    """Draw circles of 100 m round points that lie anywhere on the land of a plan."""
    import geopandas
    import shapely

    units = geopandas.read_file(plan, layer="units")
    land = units[units["kind"] != "sea"].union_all()
    west, south, east, north = land.bounds
    draw, found = random.Random(35), list[str]()  # noqa: S311 - the same sites each time
    while len(found) < count:
        x, y = draw.uniform(west, east), draw.uniform(south, north)
        if land.contains(shapely.Point(x, y)):
            found.append(f"{x:.1f},{y:.1f},100")
    return found


def true_facts(answer: Any, draw: random.Random, *, with_limits: bool = False) -> dict[str, Any]:
    """Draw a value for each fact that clauses near a site ask for, but for what is implied; for limits where wanted."""
    from delineation.assess.clause_tests import answers_to

    trial = answer.verdict._trial
    rules = [rule for rule, _ in trial.hit]
    limits = set() if with_limits else {condition.fact for rule in rules for condition in rule.limit}
    facts = {condition.fact for rule in rules for condition in rule.conditions()} - limits - {"nature", "industry"}
    implied = getattr(trial.enquiry.asked, "implied", {})
    said = {}
    for fact in sorted(facts - {*implied}):
        said[fact] = draw.choice(answers_to(fact, trial.enquiry.asked, rules))
    return {fact: value["value"] if not value["unit"] else value for fact, value in said.items()} | {
        fact: value for fact, (value, _) in implied.items()
    }


def drawn(seed: int) -> list[str]:
    """Draw ten classes of industry from all that the profile has."""
    from delineation.lists.industries import read_industries

    classes = [code for code in read_industries().names if len(code) == len("C1713")]
    return random.Random(seed).sample(classes, 10)  # noqa: S311 - the same industries each time


def measure(plan: Path, count: int = SITES, industries: Sequence[str] = INDUSTRIES) -> dict[str, Any]:
    """Answer all questions of a plan; shares of verdicts, facts asked, and where the verdict was too mild."""
    from dataclasses import replace

    from delineation.assess.answer import Assessor

    assessor = Assessor(plan, whole=True)
    assessor.refresh()
    sites = [assessor.site(text) for text in sites_of(plan, count)]
    places = assessor.places(sites)
    verdicts, asked, milder, open_facts = Counter[str](), list[int](), list[Any](), Counter[str]()
    broken, given = 0, 0
    # The same facts each time.
    draw, other = random.Random(36), random.Random(37)  # noqa: S311
    for site, place in zip(sites, places, strict=True):
        for industry in industries:
            project = assessor.project(industry=industry)
            answer = assessor.ask(site, project, "2026-12-01", places=place)
            name = answer.verdict.verdict
            verdicts[name] += 1
            document = assessor.document(answer, "2026-12-01", brief=True)
            asked.append(len(document["facts_missing"]))
            if name == "needs_review":
                open_facts.update(c["id"] for c in document["clauses"] if c["decides"])
            if name in MILD:
                for _ in range(3):
                    facts = true_facts(answer, draw)
                    told = assessor.ask(site, replace(project, facts=facts), "2026-12-01", places=place)
                    real = told.verdict.verdict
                    if real in MILD and MILD.index(name) < MILD.index(real):
                        milder.append((site.text if hasattr(site, "text") else "", industry, name, real, facts))
                facts = true_facts(answer, other, with_limits=True)
                told = assessor.ask(site, replace(project, facts=facts), "2026-12-01", places=place)
                real = told.verdict.verdict
                given += 1
                broken += real in MILD and MILD.index(name) < MILD.index(real)
    total = sum(verdicts.values())
    return {
        "verdicts": dict(verdicts),
        "open": (verdicts["needs_review"] + verdicts["not_assessed"]) / total,
        "not_assessed": verdicts["not_assessed"] / total,
        "asked": statistics.median(asked),
        "milder": milder,
        "broken_limits": (broken, given),
        "hang_on": open_facts.most_common(25),
    }


def main() -> int:
    """Measure; exit 1 where a bar is not met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--draw", type=int, help="seed: ten industries drawn, not the ten hardest")
    asked = parser.parse_args()
    found = measure(asked.plan, industries=INDUSTRIES if asked.draw is None else drawn(asked.draw))
    for key, value in found.items():
        print(key, value if key != "milder" else (len(value), value[:3]))
    met = found | {"milder": len(found["milder"])}
    return int(any(met[name] > most for name, most in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
