"""Why a clause applies to a project at a site or does not, as a sentence: what its test found, in words of facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..core.messages import Message
from ..lists.terms import NATURES
from .project import DESCRIBED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ..lists.terms import ClauseVocabulary
    from .plan_records import ListedClause
    from .project import Project
    from .verdict import JudgedClause

_SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "="}
# Test and outcome → what is said of it; each is given the clause with all that a sentence may name.
_WORDS: Mapping[tuple[str, str], Callable[[_Case], Message]] = {
    ("place", "out"): lambda _: Message("the site is not where it applies"),
    ("place", "touch"): lambda case: Message(
        "the site overlaps nowhere where it applies, but comes within {tolerance:g} m of it", tolerance=case.tolerance
    ),
    ("from", "not_yet"): lambda case: Message("it is in force from {day} on", day=case.term("from")),
    ("to", "expired"): lambda case: Message(
        "it was in force until {day}, and what holds since is not known", day=case.term("to")
    ),
    ("nature", "false"): lambda case: Message(
        "it is for these projects: {natures}; this one is: {nature}", natures=case.natures, nature=case.nature
    ),
    ("nature", "unknown"): lambda case: Message(
        "it is for these projects: {natures}; what this one is is not known", natures=case.natures
    ),
    ("industry", "false"): lambda case: Message(
        "it is for {industries}; the project is {industry}", industries=case.industries, industry=case.industry
    ),
    ("industry", "unknown"): lambda case: Message(
        "it is for {industries}; the industry of the project is not known", industries=case.industries
    ),
    ("industry", "coarse"): lambda case: Message(
        "it is for {industries}; {industry} is too coarse to tell", industries=case.industries, industry=case.industry
    ),
    ("industry", "group"): lambda case: Message(
        "it is for {industries}, and which codes these are is not known", industries=case.industries
    ),
    ("when", "false"): lambda case: Message(
        "it is for projects with {condition}; this one has {value}", condition=case.condition, value=case.value
    ),
    ("when", "unknown"): lambda case: Message(
        "it is for projects with {condition}, which is not known of this one", condition=case.condition
    ),
    ("unless", "true"): lambda case: Message("exempt: {condition}", condition=case.condition),
    ("unless", "review"): lambda case: Message(
        "an exemption is claimed, which has to be argued for: {condition}", condition=case.condition
    ),
    ("unless", "unknown"): lambda case: Message("it may be exempt; not known: {condition}", condition=case.condition),
    ("unless", "unclaimed"): lambda case: Message(
        "it stands unless this is claimed, and nobody claims it: {condition}", condition=case.condition
    ),
    ("layer", "missing"): lambda case: Message(
        "the plan has no layer of {roles:role} here, so nobody can say", roles=case.missing
    ),
    ("edge", "edge"): lambda case: Message(
        "the site overlaps where it applies by no more than the tolerance of {tolerance:g} m", tolerance=case.tolerance
    ),
    ("law", "repealed"): lambda case: Message("its basis was repealed and nothing took its place: {law}", law=case.law),
    ("law", "not_yet"): lambda case: Message("its basis is not in force yet: {law}", law=case.law),
    ("limit", "kept"): lambda case: Message("the project keeps to {condition}", condition=case.condition),
    ("limit", "broken"): lambda case: Message(
        "the project has {value} and breaks {condition}", value=case.value, condition=case.condition
    ),
    ("limit", "unknown"): lambda case: Message(
        "it has to be shown that the project keeps to {condition}", condition=case.condition
    ),
}


class WhyWords:
    """Words what clauses find, in one language.

    Parameters
    ----------
    vocabulary : ClauseVocabulary
    language : str
        ``zh`` or ``en``.
    tolerance : float
        m.
    """

    def __init__(self, vocabulary: ClauseVocabulary, language: str, tolerance: float) -> None:
        self._vocabulary, self._zh, self.tolerance = vocabulary, language == "zh", tolerance

    def why(self, clause: ListedClause, judged: JudgedClause, project: Project, missing: tuple[str, ...]) -> Message:
        """Say why a clause applies or does not."""
        if judged.test == "when" and judged.about.startswith(DESCRIBED):
            if judged.outcome == "unknown":
                return Message("whether the project is what the clause describes a person has to say")
            return Message("a person says that the project is not what the clause describes")
        worded = _WORDS.get((judged.test, judged.outcome))
        if worded is None:
            return Message("the project at this site is what it speaks of")
        return worded(_Case(self, clause, judged, project, missing, self.tolerance))

    def nature(self, name: str) -> str:
        """Name the nature of a project."""
        return NATURES.get(name, name) if self._zh else name

    def industry(self, code: str) -> str:
        """Name an industry or a group of them, with its code."""
        name = self._vocabulary.industries.name(code)
        if code in self._vocabulary.industries.groups:
            return name if self._zh else code
        return f"{code} {name}".strip()

    def law(self, name: str) -> str:
        """Give the title of a law."""
        law = self._vocabulary.laws.by_id.get(name)
        return f"{law.title} {law.number}".strip() if law else name

    def fact(self, name: str) -> str:
        """Give the title of a fact."""
        fact = self._vocabulary.facts.by_id.get(name)
        return name if fact is None else fact.title if self._zh else fact.title_en

    def value(self, fact: str, said: Any) -> str:
        """Write the value of a fact."""
        if isinstance(said, dict):
            return f"{said['value']} {said.get('unit') or ''}".strip()
        known = self._vocabulary.facts.by_id.get(fact)
        word = known.choices.get(str(said)) if known is not None else None
        return str(word) if word and self._zh else str(said).replace("_", " ")

    def condition(self, condition: Mapping[str, Any]) -> str:
        """Write a condition: ``生产规模 < 2000 t/d``."""
        values = condition["value"]
        each = values if isinstance(values, (list, tuple)) else (values,)
        said = " | ".join(self.value(condition["fact"], one) for one in each)
        unit = condition.get("unit") or ""
        return f"{self.fact(condition['fact'])} {_SIGNS[condition['op']]} {said} {unit}".strip()


@dataclass(frozen=True)
class _Case:
    """A clause with what was found of it, as sentences name it."""

    words: WhyWords
    clause: ListedClause
    judged: JudgedClause
    project: Project
    missing: tuple[str, ...]
    tolerance: float

    def term(self, name: str) -> str:
        return str(self.clause.terms.get(name, ""))

    @property
    def natures(self) -> tuple[str, ...]:
        return tuple(map(self.words.nature, self.clause.terms.get("applies_to", ()) or NATURES))

    @property
    def nature(self) -> str:
        return self.words.nature(self.project.nature)

    @property
    def industries(self) -> tuple[str, ...]:
        return tuple(map(self.words.industry, self.clause.terms.get("industries", ())))

    @property
    def industry(self) -> str:
        return self.words.industry(self.project.industry)

    @property
    def value(self) -> str:
        return self.words.value(self.judged.about, self.project.facts.get(self.judged.about, ""))

    @property
    def law(self) -> str:
        return self.words.law(self.judged.about)

    @property
    def condition(self) -> str:
        terms, test = self.clause.terms, self.judged.test
        if test == "limit":
            return self.words.condition(terms["limit"])
        asked = terms.get(test, ())
        about = [one for one in asked if one["fact"] == self.judged.about] or asked
        return "; ".join(map(self.words.condition, about))
