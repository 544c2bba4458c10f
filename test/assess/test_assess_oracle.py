"""Answers on whole plans against a second way to them: SQL, Shapely and the second implementation of docs/verdict.md.

Of the engine it takes the clauses as a library has them (`asked_terms`), and the tables of groups and laws. Clauses
were given terms that are over, and projects say nothing, some or all of what is asked, and claim exemptions.
"""

from __future__ import annotations

import csv
import json
import random
import sqlite3
import tomllib
from collections import Counter, defaultdict
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import shapely
from control_units.delineation.assess.answer import Assessor
from control_units.delineation.lists.terms import asked_terms
from control_units.delineation.verbs import run
from national_library import INDUSTRIES, LAWS
from other_program import restated
from verdict_cases import VerdictCase
from verdict_reference import NATURES, Reference

ROOT = Path(__file__).resolve().parents[2]
NATIONAL = ROOT / "resources" / "profiles" / "national"
FACTS = tomllib.loads((NATIONAL / "facts.toml").read_text(encoding="utf-8"))["fact"]
SETTINGS = tomllib.loads((NATIONAL / "assess.toml").read_text(encoding="utf-8"))
TOLERANCE = SETTINGS["tolerance_m"]
OVER = "2026-08-31"
DAYS = ("2026-06-30", "2026-11-27", "2026-11-27", "2027-03-01")
PROJECTS = 25  # at each site

pytestmark = pytest.mark.slow


def table(name: str) -> list[dict[str, str]]:
    with (NATIONAL / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


CLASSES = {
    (row["role"], row["zone"]): ("priority", "key", "general")[int(row["category"]) - 1]
    for row in table("codes_ys.csv")
    if row["zone"] not in ("*", "catchment")
}


def implied() -> dict[str, list[dict[str, Any]]]:
    """Read ``activity = factory; land_take = yes for new`` of each industry."""
    found = {}
    for row in table("industries.csv"):
        for one in filter(None, row["implies"].split("; ")):
            said, _, natures = one.partition(" for ")
            fact, value = said.split(" = ")
            rule: dict[str, Any] = {"fact": fact, "value": value}
            found.setdefault(row["code"], []).append(rule | ({"natures": natures.split(",")} if natures else {}))
    return found


class World:
    """A plan as SQL gives it."""

    def __init__(self, plan: Path) -> None:
        with closing(sqlite3.connect(f"{plan.as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT face_id, geom, county, category, unit_id FROM faces").fetchall()
            over = connection.execute(
                "SELECT c.face_id, c.role, c.zone, c.grade, f.name FROM coverage c "
                "LEFT JOIN features f ON f.source = c.source AND f.feature_id = c.feature_id"
            ).fetchall()
            units = {row[0]: row[1:] for row in connection.execute("SELECT unit_id, code, name, kind FROM units")}
            listed = connection.execute("SELECT DISTINCT clause_id, unit_id FROM clauses").fetchall()
            library = connection.execute("SELECT clause_id, effect, terms FROM library").fetchall()
            roles = {role for (role,) in connection.execute("SELECT DISTINCT role FROM sources")}
        # Behind the head of a GeoPackage's geometry, which is 8 bytes and an envelope, stands plain WKB.
        size = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
        self.shape = shapely.from_wkb([blob[8 + size[blob[3] >> 1 & 7] :] for _, blob, *_ in rows])
        self.tree, self.unit = shapely.STRtree(self.shape), [row[4] for row in rows]
        covering = defaultdict(set)
        for face, role, zone, grade, name in over:
            covering[face] |= {f"role:{role}", f"place:{name}"}
            for one in filter(None, (zone, CLASSES.get((role, zone)), zone and grade and f"{zone}+{grade}")):
                covering[face].add(f"role:{role}:{one}")
        self.tokens = []
        for face, _, county, category, unit in rows:
            code, name, kind = units[unit]
            sea = kind == "sea" or code.startswith("HY") or "role:sea" in covering[face]
            own = {f"admin:{county[:end]}" for end in range(1, len(county) + 1)}
            own |= {f"category:{category}", f"unit:{code}", f"place:{code}", f"place:{name}"}
            own |= {"kind:sea"} if sea else {"kind:general"} if kind == "general" else set()
            self.tokens.append(own | covering[face])
        self.lists = defaultdict(set)
        for clause, unit in listed:
            self.lists[clause].add(unit)
        self.missing = tuple(role for role in SETTINGS["needed"] if role not in roles)
        self.clauses = {}
        for name, effect, terms in library:
            asked = asked_terms(effect, json.loads(terms)) | {"effect": effect}
            when = [
                one | ({"fact": f"described:{name}"} if one["fact"] == "described" else {})
                for one in asked.get("when", ())
            ]
            self.clauses[name] = asked | ({"when": when} if when else {})

    def holds(self, token: str, face: int) -> bool:
        kind, _, values = token.partition(":")
        return any(
            (one if one.startswith(f"{kind}:") else f"{kind}:{one}") in self.tokens[face] for one in values.split("|")
        )

    def lost(self, token: str) -> bool:
        """Whether a token speaks of a layer that the plan needs and lacks."""
        kind, _, values = token.partition(":")
        roles = {one.removeprefix("role:").partition(":")[0] for one in values.split("|")}
        return kind == "role" and bool(roles & set(self.missing))


class Place:
    """How a site lies to what clauses speak of."""

    def __init__(self, world: World, shape: Any) -> None:
        self.world, self.shape = world, shape
        self.faces = world.tree.query(shapely.buffer(shape, 4 * TOLERANCE)).tolist()
        self.relation = cache(self._relation)
        land = shapely.union_all(world.shape[self.faces])
        beyond = shapely.difference(shape, land)
        self.outside = 0.0
        if self.size(beyond) and not shapely.is_empty(shapely.difference(shape, shapely.buffer(land, TOLERANCE))):
            self.outside = self.size(beyond)

    def size(self, shape: Any) -> float:
        by = (shapely.get_num_geometries, shapely.length, shapely.area)[shapely.get_dimensions(self.shape)]
        found = 0.0 if shapely.is_empty(shape) else float(by(shape))
        return found if found > 1e-3 else 0.0

    def _relation(self, faces: frozenset[int]) -> str:
        region = shapely.union_all(self.world.shape[sorted(faces)])
        if self.size(shapely.intersection(self.shape, region)):
            deep = shapely.buffer(region, -TOLERANCE, quad_segs=64)
            return "in" if shapely.intersects(self.shape, deep) else "edge"
        return "touch" if faces and shapely.distance(self.shape, region) <= TOLERANCE else "out"

    def of(self, name: str) -> str:
        """Give the relation to a clause: of the units that list it, the faces on which all its tokens hold."""
        world = self.world
        scope = world.clauses[name].get("scope", ())
        known = [token for token in scope if not world.lost(token)]
        lacking = len(known) < len(scope)
        found = self.relation(
            frozenset(
                face
                for face in self.faces
                if (lacking or world.unit[face] in world.lists[name]) and all(world.holds(one, face) for one in known)
            )
        )
        return "missing" if lacking and found in ("in", "edge") else found


class OnPlan(Reference):
    """The second implementation, on relations to whole scopes."""

    def __init__(self, world: World, place: Place, project: dict[str, Any], day: str) -> None:
        self.relations = {name: found for name in world.clauses if (found := place.of(name)) != "out"}
        clauses = {name: world.clauses[name] for name in self.relations}
        given = {"groups": INDUSTRIES.codes(), "laws": LAWS, "implications": IMPLIED}
        super().__init__(VerdictCase(clauses, {}, project, day, world.missing, place.outside, **given))

    def clause(self, name, text):
        self.at = self.relations[name]
        return super().clause(name, text)

    def place(self, scope):  # noqa: ARG002
        return self.at


IMPLIED = implied()


def sites(world: World, draw: random.Random, count: int) -> list[str]:
    """Draw points, circles, lines and boxes near where faces meet, so that all relations occur."""
    found = []
    while len(found) < count:
        corners = shapely.get_coordinates(world.shape[draw.randrange(len(world.shape))])
        x, y = (
            corners[draw.randrange(len(corners))] + [draw.gauss(0, draw.choice((4, 60, 400))) for _ in "xy"]
        ).tolist()
        wide, high = draw.uniform(-600, 600), draw.uniform(60, 500)
        found.append(
            draw.choice(
                (
                    f"POINT ({x} {y})",
                    f"{x},{y},{draw.uniform(4, 300):.2f}",
                    f"LINESTRING ({x} {y}, {x + wide} {y + high}, {x + 2 * wide} {y - high})",
                    f"POLYGON (({x} {y}, {x + high} {y}, {x + high} {y + high}, {x} {y + high}, {x} {y}))",
                )
            )
        )
    return found


def drawn_value(draw: random.Random, fact: str, conditions: list[dict[str, Any]]) -> Any:
    """Draw a value, mostly one on which a clause hangs or that lies beside it."""
    said = FACTS[fact]
    if said["kind"] == "yes_no":
        return draw.choice(("yes", "no"))
    asked = draw.choice(conditions)
    values = asked["value"] if isinstance(asked["value"], list) else [asked["value"]]
    if said["kind"] == "choice":
        return draw.choice((draw.choice(values), draw.choice(list(said["values"]))))
    return {
        "value": draw.choice(values) * draw.choice((0.5, 1, 1, 2)) + draw.choice((0, 0, 1)),
        "unit": draw.choice((asked.get("unit", ""), asked.get("unit", ""), draw.choice(said.get("units") or [""]))),
    }


def drawn_project(world: World, draw: random.Random) -> dict[str, Any]:
    """Draw a project: an industry, a nature, some of all facts, and at times an exemption that it claims."""
    conditions, claims = defaultdict(list), []
    for clause in world.clauses.values():
        limit = [clause["limit"]] if "limit" in clause else []
        for one in (*clause.get("when", ()), *clause.get("unless", ()), *limit):
            conditions[one["fact"]].append(one)
        claims += [one for one in clause.get("unless", ()) if one.get("claim")]
    share = draw.choice((0, 0.15, 0.5, 1))
    project = {
        fact: drawn_value(draw, fact.partition(":")[0], conditions[fact])
        for fact in sorted(conditions)
        if fact not in ("nature", "industry") and draw.random() < share
    }
    if claims and draw.random() < 0.4:
        claim = draw.choice(claims)
        project[claim["fact"]] = claim["value"][0] if isinstance(claim["value"], list) else claim["value"]
    if draw.random() < 0.95:
        code = draw.choice(CODES)
        project["industry"] = code[: draw.choice((1, 3, len(code), len(code), len(code)))]
    return project | {"nature": draw.choice(NATURES)}


CODES = [row["code"] for row in table("industries.csv") if len(row["code"]) >= 3]


def unsettled(plan: Path) -> Path:
    """Let every sixth clause be over, and others not have begun; let all exemptions have to be claimed."""
    with closing(sqlite3.connect(plan)) as connection, connection:
        rows = connection.execute("SELECT fid, terms FROM library ORDER BY fid").fetchall()
        told = [(fid, json.loads(terms)) for fid, terms in rows]
        for number, (_, terms) in enumerate(told):
            terms |= {"to": OVER} if number % 6 == 1 else {"from": "2027-01-01"} if number % 11 == 1 else {}
            terms |= {"unless": [one | {"claim": True} for one in terms["unless"]]} if "unless" in terms else {}
        connection.executemany("UPDATE library SET terms = ? WHERE fid = ?", [(json.dumps(t), fid) for fid, t in told])
    return plan


@pytest.fixture(scope="module")
def worlds(data, tmp_path_factory):
    """Give each plan by its name; it is made once."""
    made: dict[str, tuple[World, Assessor]] = {}

    def of(name: str) -> tuple[World, Assessor]:
        if name not in made:
            case = data / "HAND" / "case.toml" if name == "county" else ROOT / "resources" / "demo" / "case.toml"
            plan = tmp_path_factory.mktemp(name) / "plan.gpkg"
            run(case, plan)
            restated(unsettled(plan))
            made[name] = World(plan), Assessor(plan, whole=True)
        return made[name]

    return of


def compared(world: World, assessor: Assessor, seed: int, count: int) -> Counter[str]:
    """Hold the engine's answers at some sites against those of the second way; count what occurred."""
    draw, met = random.Random(seed), Counter[str]()  # noqa: S311 - the same cases each time
    for text in sites(world, draw, count):
        site = assessor.site(text)
        places, place = assessor.places([site])[0], Place(world, site.shape)
        for _ in range(PROJECTS):
            project, day = drawn_project(world, draw), draw.choice(DAYS)
            facts = {name: said for name, said in project.items() if name not in ("industry", "nature")}
            told = {
                one: f"{said['value']} {said['unit']}" if isinstance(said, dict) else said
                for one, said in facts.items()
            }
            asked = assessor.project(industry=project.get("industry", ""), nature=project["nature"], facts=told)
            found = assessor.ask(site, asked, day, places=places).verdict
            second = OnPlan(world, place, project, day)
            wanted = second.verdict()
            why = f"{seed}: {text} {project} {day}"
            said = {one.id: (one.applies, one.cause, one.rank, one.notices) for one in found.clauses}
            assert said == wanted["clauses"], why
            assert (found.verdict, found.low, found.high) == (wanted["verdict"], wanted["low"], wanted["high"]), why
            assert sorted(found.deciding) == sorted(wanted["deciding"]), why
            assert sorted(found.notices) == sorted(wanted["notices"]), why
            assert (list(found.not_checked), found.offsets) == (wanted["not_checked"], wanted["offsets"]), why
            met.update([found.verdict, *second.relations.values()])
            met.update(one.partition(":")[0] for _, cause, _, notices in said.values() for one in (cause, *notices))
    return met


def test_a_few_answers_are_those_of_the_second_way(worlds):
    met = compared(*worlds("county"), seed=1, count=6)
    # The county lacks layers that clauses speak of.
    assert {"in", "missing", "expired", "implied", "prohibit", "not_assessed"} <= set(met)


@pytest.mark.all
@pytest.mark.parametrize(
    ("plan", "verdicts"),
    [
        ("county", {"prohibit", "not_assessed"}),
        pytest.param(
            "demo",
            {"prohibit", "restrict", "conditional", "needs_review", "not_assessed"},
            marks=pytest.mark.uses("rasterio", "exactextract"),
        ),
    ],
)
def test_a_thousand_answers_on_each_plan_are_those_of_the_second_way(worlds, plan, verdicts):
    met = compared(*worlds(plan), seed=2, count=1_000 // PROJECTS)
    assert {"in", "edge", "touch", "expired", "implied", "unclaimed", "review", "not_yet"} <= set(met)
    assert verdicts | {"limit_met", "limit_violated"} <= set(met)
