"""The tests of a clause: what of a project, a date and a place does not pass, or is not known.

Each gives its outcomes by the names that ``resources/assess/verdict.json`` has for them; what follows from an outcome
stands there. ``docs/verdict.md`` says what each test asks.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from .clauses import CompiledClause, Condition, IndustryScope, table

__all__ = [
    "TESTS",
    "Asked",
    "Implications",
    "answered",
    "answers_to",
    "asked_of",
    "implied_facts",
    "unknown_facts",
]

# Outcomes of a test that do not simply pass, each with what it is about (a fact, a law) or "".
Outcomes: TypeAlias = "Sequence[tuple[str, str]]"
# Code of GB/T 4754 → what it implies: fact, value, and for which natures alone.
Implications: TypeAlias = Mapping[str, Sequence[Mapping[str, Any]]]

_ORDERINGS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_UNDATED = "undated"  # there is no day to judge by
_AND_FURTHER = "~"  # after a code: an industry within it that no clause names
_SOMETHING_ELSE = "\0"  # a word that no clause names


class Asked(NamedTuple):
    """What is known of a project, as of a date: facts with their units, said and implied; blank is unknown."""

    nature: str
    industry: str
    facts: Mapping[str, tuple[Any, str]]
    implied: Mapping[str, tuple[Any, str]]
    as_of: str
    laws: Mapping[str, Mapping[str, Any]]
    implications: Implications


def asked_of(
    project: Mapping[str, Any], as_of: str, laws: Mapping[str, Mapping[str, Any]], implications: Implications
) -> Asked:
    """Read what is known of a project: see `verdict.Enquiry`."""
    return _asked(_facts(project), as_of, laws, implications)


def _facts(project: Mapping[str, Any]) -> dict[str, tuple[Any, str]]:
    facts = {}
    for fact, given in project.items():
        value, unit = (given.get("value"), given.get("unit") or "") if isinstance(given, Mapping) else (given, "")
        if _kind(value) and value not in table()["unknown_values"]:
            facts[fact] = value, unit
    return facts


def _asked(
    facts: Mapping[str, tuple[Any, str]],
    as_of: str,
    laws: Mapping[str, Mapping[str, Any]],
    implications: Implications,
) -> Asked:
    nature, industry = (str(facts.get(fact, ("", ""))[0]) for fact in ("nature", "industry"))
    implied = {
        fact: (one["value"], one.get("unit") or "")
        for fact, one in implied_facts(implications, industry, nature).items()
        if fact not in facts
    }
    return Asked(nature, industry, facts, implied, as_of, laws, implications)


def implied_facts(implications: Implications, industry: str, nature: str) -> dict[str, Mapping[str, Any]]:
    """Give the facts that an industry and a nature imply; those of a finer code count before those above it."""
    rows = (row for end in range(1, len(industry) + 1) for row in implications.get(industry[:end], ()))
    return {row["fact"]: row for row in rows if not row.get("natures") or nature in row["natures"]}


def answered(asked: Asked, fact: str, answer: Any) -> Asked:
    """Give what is known with one fact more."""
    facts = {**asked.facts, **_facts({fact: answer})}
    if fact in ("nature", "industry"):
        return _asked(facts, asked.as_of, asked.laws, asked.implications)
    implied = {name: said for name, said in asked.implied.items() if name not in facts}
    return asked._replace(facts=facts, implied=implied)


def _test_nature(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    """Compare the nature; an effect whose rank hangs on it asks for it even where the clause is for all."""
    if not asked.nature:
        return [("unknown", "nature")]
    return [("false", "nature")] if rule.natures and asked.nature not in rule.natures else ()


def _test_industry(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    outcome = _among(asked.industry, rule.industries)
    return [(outcome, "industry")] if outcome else ()


def _test_when(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    answers = [
        (holds(one, asked.facts), "implied" if _is_implied(one, asked) else "unknown", one.fact) for one in rule.when
    ]
    if failed := [("false", fact) for answer, _, fact in answers if answer is False]:
        return failed[:1]
    found = [(outcome, fact) for answer, outcome, fact in answers if answer is None]
    unknown = [one for one in found if one[0] == "unknown"]
    return [one for one in found if one[0] == "implied"] + unknown[:1]


def _is_implied(condition: Condition, asked: Asked) -> bool:
    """Tell whether what the industry and nature imply makes a condition hold, of which nothing was said."""
    return holds(condition, asked.implied) is True


def _test_unless(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    """One that holds ends it; else the first that has to be argued or is not known is the cause, or was not claimed."""
    first, unclaimed = list[tuple[str, str]](), list[tuple[str, str]]()
    for condition, industries, review, claim in rule.unless:
        claimant = _among(asked.industry, industries)
        claimed = holds(condition, asked.facts)
        if claimant == "false" or claimed is False:
            continue
        if claimed is None and claim:
            unclaimed.append(("unclaimed", condition.fact))
            continue
        if claimed is None or claimant:
            outcome = "unknown", condition.fact if claimed is None else "industry"
        elif review:
            outcome = "review", condition.fact
        else:
            return [("true", condition.fact)]
        first = first or [outcome]
    return first or unclaimed[:1]


def _test_law(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    """Of several bases one that stands is enough; what became of the others is only said."""
    if not asked.as_of:
        terms = (asked.laws.get(law, {}) for law in rule.laws)
        return [(_UNDATED, "")] if any(law.get("from") or law.get("to") for law in terms) else ()
    found = [_state_of_law(law, asked.laws, asked.as_of) for law in rule.laws]
    stands = any(state in ("", "superseded", "predecessor") for state, _ in found)
    return [
        (f"{state}_beside" if stands and state in ("repealed", "not_yet") else state, about)
        for state, about in found
        if state
    ]


def _test_limit(asked: Asked, rule: CompiledClause, relation: str) -> Outcomes:  # noqa: ARG001
    answers = [(holds(condition, asked.facts), condition.fact) for condition in rule.limit]
    return [("unknown" if kept is None else "kept" if kept else "broken", fact) for kept, fact in answers]


def _test_term(asked: Asked, outcome: str, *, over: bool) -> Outcomes:
    return [(outcome if asked.as_of else _UNDATED, "")] if over or not asked.as_of else ()


TESTS: dict[str, Callable[[Asked, CompiledClause, str], Outcomes]] = {
    "from": lambda asked, rule, _: _test_term(asked, "not_yet", over=asked.as_of < rule.begins),
    "to": lambda asked, rule, _: _test_term(asked, "expired", over=asked.as_of > rule.ends),
    "place": lambda _, __, relation: [(relation, "")] if relation in ("out", "touch") else (),
    "nature": _test_nature,
    "industry": _test_industry,
    "when": _test_when,
    "unless": _test_unless,
    "layer": lambda _, __, relation: [("missing", "")] if relation == "missing" else (),
    "edge": lambda _, __, relation: [("edge", "")] if relation == "edge" else (),
    "law": _test_law,
    "limit": _test_limit,
}


def _kind(value: Any) -> str:
    """Say what kind of thing a value is; only like kinds are compared."""
    if isinstance(value, bool):
        return "yes_no"
    if isinstance(value, str):
        return "word"
    return "number" if isinstance(value, (int, float)) and math.isfinite(value) else ""


def holds(condition: Condition, facts: Mapping[str, tuple[Any, str]]) -> bool | None:
    """Whether a condition holds; None where that is not known, or the units or kinds are unlike."""
    found = facts.get(condition.fact)
    if found is None or found[1] != condition.unit:
        return None
    value, op = found[0], condition.op
    kind = _kind(value)
    if op in _ORDERINGS:
        (wanted,) = condition.values
        if kind != "number" or _kind(wanted) != "number":
            return None
        return bool(_ORDERINGS[op](value, wanted))
    like = [one for one in condition.values if _kind(one) == kind]
    if value in like:
        return op != "ne"
    return None if len(like) < len(condition.values) else op == "ne"


def _among(code: str, industries: IndustryScope | None) -> str | None:
    """Give the outcome of the test of industries; None where the code is among them, or all are meant."""
    if industries is None:
        return None
    if not code:
        return "unknown"
    if code.startswith(industries.codes):
        return None
    if any(one.startswith(code) for one in industries.codes):
        return "coarse"
    return "group" if industries.vague else "false"


def _state_of_law(law: str, laws: Mapping[str, Mapping[str, Any]], as_of: str) -> tuple[str, str]:
    """Say what has become of a law: "" in force, ``superseded`` and by which, ``repealed``, ``not_yet``.

    One that is not in force yet is ``predecessor`` where a law that it supersedes is: until then that one decides.
    """
    seen: list[str] = []
    while law not in seen:
        seen.append(law)
        known = laws.get(law, {})
        if (known.get("to") or as_of) >= as_of:
            if len(seen) > 1:
                return "superseded", law
            if (known.get("from") or as_of) <= as_of:
                return "", ""
            before = [one for one in laws.values() if one.get("superseded_by") == law]
            held = any((one.get("from") or as_of) <= as_of <= (one.get("to") or as_of) for one in before)
            return "predecessor" if held else "not_yet", law
        law = known.get("superseded_by") or law
    return "repealed", seen[0]


def unknown_facts(asked: Asked, rule: CompiledClause) -> Iterator[tuple[str, bool]]:
    """Go through the facts of a clause that nobody said, each with whether it is open: neither implied nor claimed."""
    if "nature" in rule.tests and not asked.nature:
        yield "nature", True
    if _among(asked.industry, rule.industries) in ("unknown", "coarse"):
        yield "industry", True
    for condition in rule.when:
        if holds(condition, asked.facts) is None:
            yield condition.fact, not _is_implied(condition, asked)
    for condition in rule.limit:
        if holds(condition, asked.facts) is None:
            yield condition.fact, True
    for condition, industries, _, claim in rule.unless:
        claimant = _among(asked.industry, industries)
        claimed = holds(condition, asked.facts)
        if claimant in ("unknown", "coarse") and (claimed or (claimed is None and not claim)):
            yield "industry", True
        if claimed is None and claimant != "false":
            yield condition.fact, not claim


def answers_to(fact: str, asked: Asked, rules: Sequence[CompiledClause]) -> list[Any]:
    """Give answers to an unknown fact that between them meet each condition on it, and fail it.

    The nature: each. The industry: each code that is named within what is known, and one beside them. Numbers: below,
    at, between and above those named; words: those named and another; yes and no.
    """
    if fact == "nature":
        return list(table()["natures"])
    if fact == "industry":
        codes = [code for rule in rules for one in rule.named_industries() for code in one.codes]
        finer = [code for code in codes if code.startswith(asked.industry)]
        return [code + _AND_FURTHER for code in dict.fromkeys([asked.industry, *finer])]
    conditions = [condition for rule in rules for condition in rule.conditions() if condition.fact == fact]
    named = [value for condition in conditions for value in condition.values]
    numbers = sorted({value for value in named if _kind(value) == "number"})
    between = [(one + other) / 2 for one, other in itertools.pairwise(numbers)]
    answers = [*numbers, *between]
    if numbers:
        answers += [numbers[0] - 1, numbers[-1] + 1]
    if words := dict.fromkeys(value for value in named if _kind(value) == "word"):
        answers += [*words, _SOMETHING_ELSE]
    if any(_kind(value) == "yes_no" for value in named):
        answers += [True, False]
    units = dict.fromkeys(condition.unit for condition in conditions)
    return [{"value": value, "unit": unit} for unit in units for value in answers]
