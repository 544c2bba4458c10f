"""The national clause library as verdicts read it, and projects as a line of words says them."""

from __future__ import annotations

from typing import Any

from control_units.delineation.assess.verdict import Clauses, compile_clauses
from control_units.delineation.case.profile import read_profile
from control_units.delineation.lists.facts import read_facts
from control_units.delineation.lists.industries import read_industries
from control_units.delineation.lists.laws import read_laws
from control_units.delineation.lists.library import read_library
from control_units.delineation.lists.terms import ClauseVocabulary, asked_terms

PROFILE = read_profile("national")
LIBRARY = read_library(PROFILE.folder / "clauses.csv", PROFILE)
INDUSTRIES = read_industries(PROFILE)
FACTS = read_facts(PROFILE)
CLAUSES = {
    row.id: {**asked_terms(row.effect, row.terms), "effect": row.effect, "level": row.level}
    for row in LIBRARY.itertuples()
}
LAWS = read_laws(PROFILE).dates()
IMPLIED = ClauseVocabulary.of(PROFILE).implications
AS_OF = "2026-11-28"


def facts(words: list[str]) -> dict[str, Any]:
    """Read ``fuel=coal slope=30 °``; a number without a unit is in the first that its fact may have."""
    said: dict[str, Any] = {}
    for name, value in (word.split("=") for word in words):
        fact = FACTS.named(name)
        number, _, unit = value.partition(" ")
        read = fact.value(number)
        said[name] = {"value": read, "unit": unit or fact.units[0]} if fact.kind == "number" else read
    return said


def compiled(*, implied: bool = False) -> Clauses:
    """Make the national library ready for verdicts, with what industries imply or without."""
    return compile_clauses(CLAUSES, groups=INDUSTRIES.codes(), laws=LAWS, implications=IMPLIED if implied else None)
