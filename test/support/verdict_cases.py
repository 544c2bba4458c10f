"""Random cases for the verdict: clauses, a site and a project out of a small world in which everything meets often."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Any

from control_units.delineation.assess.verdict import Verdict, judge
from verdict_reference import NATURES

RELATIONS = ("out", "touch", "edge", "in")
EFFECTS = ("prohibit", "restrict", "condition", "offset", "exit", "inform", "allow")
PLACES = (
    *("admin:330824", "admin:330825", "unit:A", "unit:B", "category:1", "kind:general", "place:东园区"),
    *("role:red_line", "role:park", "role:park:1", "role:park:2", "role:farmland"),
)
TOKENS = (
    *("admin:33", "admin:31|33", "admin:330825|31", "unit:A", "unit:B", "unit:A|B", "category:1", "category:1|2"),
    *(
        "role:red_line",
        "role:park",
        "role:park:1",
        "role:park:1|role:park:2",
        "role:red_line|role:park",
        "kind:general",
    ),
    *("kind:sea", "place:东园区|西园区", "role:farmland"),
)
CODES = ("C", "C2", "C26", "C261", "C2614", "C30", "C3011", "D44", "A")
GROUPS = {"six": ["C25", "C26", "C30", "D44"], "fine": ["C2614", "C3011"], "later": []}
LAWS = {
    "FORCE": {"from": "2020-01-01"},
    "OLD": {"to": "2025-12-31", "superseded_by": "OLDER"},
    "OLDER": {"to": "2026-06-30", "superseded_by": "NEW"},
    "GONE": {"to": "2024-12-31"},
    "HEIR_OF_NONE": {"to": "2024-12-31", "superseded_by": "GONE"},
    "CIRCLE": {"to": "2024-12-31", "superseded_by": "CIRCLE"},
    "FUTURE": {"from": "2027-01-01"},
}
IMPLICATIONS = {
    "C": [{"fact": "listed", "value": True}, {"fact": "fuel", "value": "coal", "natures": ["new", "rebuild"]}],
    "C26": [{"fact": "fuel", "value": "gas", "natures": ["new", "existing"]}],
    "C30": [{"fact": "capacity", "value": 2, "unit": "t/d"}],
    "A0111": [{"fact": "energy", "value": 1}],
    "D44": [{"fact": "fuel", "value": "unheard"}],
}
DAYS = ("2024-06-01", "2024-12-31", "2025-12-31", "2026-06-30", "2026-11-27")
UNITS = ("t/d", "t/d", "t/d", "t/a", "")
WORDS = ("coal", "gas", "wood")


@dataclass(frozen=True)
class VerdictCase:
    """All that a verdict follows from."""

    clauses: dict[str, dict[str, Any]]
    site: dict[str, str]
    project: dict[str, Any]
    as_of: str
    missing_layers: tuple[str, ...] = ()
    outside_share: float = 0.0
    groups: dict[str, Any] = field(default_factory=lambda: GROUPS)
    laws: dict[str, Any] = field(default_factory=lambda: LAWS)
    implications: dict[str, Any] = field(default_factory=lambda: IMPLICATIONS)

    def judged(self, **other: Any) -> Verdict:
        case = replace(self, **other)
        return judge(
            case.clauses,
            case.site,
            case.project,
            as_of=case.as_of,
            groups=case.groups,
            laws=case.laws,
            implications=case.implications,
            missing_layers=case.missing_layers,
            outside_share=case.outside_share,
        )


def condition(rng: random.Random) -> dict[str, Any]:
    kind = rng.choice(("capacity", "energy", "fuel", "listed"))
    if kind == "fuel":
        op = rng.choice(("eq", "ne", "in"))
        return {"fact": "fuel", "op": op, "value": rng.sample(WORDS, 2) if op == "in" else rng.choice(WORDS)}
    if kind == "listed":
        return {"fact": "listed", "op": rng.choice(("eq", "ne")), "value": rng.choice((True, False, "yes"))}
    op = rng.choice(("eq", "ne", "lt", "le", "gt", "ge"))
    asked = {"fact": kind, "op": op, "value": rng.choice((1, 2, 3)), "unit": rng.choice(UNITS)}
    return asked if asked["unit"] else {name: asked[name] for name in ("fact", "op", "value")}


def clause(rng: random.Random) -> dict[str, Any]:
    """Make a clause; each part is there about as often as not."""
    made: dict[str, Any] = {"effect": rng.choice(EFFECTS), "level": "city"}
    made["scope"] = rng.sample(TOKENS, rng.choice((0, 1, 1, 1, 2)))
    if rng.random() < 0.4:
        made["applies_to"] = rng.sample(NATURES, rng.randint(1, 4))
    if rng.random() < 0.5:
        made["industries"] = rng.sample((*CODES, *GROUPS, "nobody_knows"), rng.randint(1, 2))
    if rng.random() < 0.4:
        made["when"] = [condition(rng) for _ in range(rng.randint(1, 2))]
    if rng.random() < 0.4:
        made["unless"] = [
            condition(rng)
            | ({"review": True} if rng.random() < 0.4 else {})
            | ({"claim": True} if rng.random() < 0.4 else {})
            | ({"industries": rng.sample((*CODES, *GROUPS), 1)} if rng.random() < 0.4 else {})
            for _ in range(rng.randint(1, 3))
        ]
    if rng.random() < 0.25:
        made["limit"] = condition(rng)
    if rng.random() < 0.3:
        made["law"] = rng.choice([*LAWS, rng.sample([*LAWS, "UNLISTED"], 2)])
    if rng.random() < 0.15:
        made["from"] = rng.choice(DAYS)
    if rng.random() < 0.15:
        made["to"] = rng.choice(DAYS)
    if made["effect"] == "offset":
        made |= {"pollutant": rng.choice(("VOCs", "NOx")), "ratio": rng.choice((1, 1.5, 2))}
    return made


def project(rng: random.Random) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if rng.random() < 0.7:
        made["nature"] = rng.choice((*NATURES, *NATURES, "unknown"))
    if rng.random() < 0.7:
        made["industry"] = rng.choice(("C2614", "C2614", "C26", "C3011", "C30", "D4411", "A0111", ""))
    for fact in ("capacity", "energy"):
        if rng.random() < 0.6:
            value = rng.choice((0.5, 1, 2, 2.5, 3, 4, "2", None))
            made[fact] = {"value": value, "unit": rng.choice(UNITS)} if rng.random() < 0.8 else value
    if rng.random() < 0.6:
        made["fuel"] = rng.choice((*WORDS, "oil", "unknown", 2))
    if rng.random() < 0.6:
        made["listed"] = rng.choice((True, False, "yes", 1))
    return made


def case(seed: int, most: int = 5) -> VerdictCase:
    rng = random.Random(seed)  # noqa: S311
    return VerdictCase(
        clauses={f"K{number}": clause(rng) for number in range(rng.randint(1, most))},
        site={place: rng.choice(("in", "in", *RELATIONS)) for place in PLACES if rng.random() < 0.7},
        project=project(rng),
        as_of=rng.choice(("2024-12-31", "2026-06-30", "2026-11-27", "2026-11-27")),
        missing_layers=tuple(rng.sample(("red_line", "park", "farmland"), rng.choice((0, 0, 0, 1, 2)))),
        outside_share=rng.choice((0.0, 0.0, 0.0, 0.01, 1.0)),
    )
