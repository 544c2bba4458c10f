"""Why a clause applies to a project at a site or does not, as a sentence: what its test found, in words of facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..core.messages import Fact, Message, at
from ..lists.terms import NATURES
from .project import DESCRIBED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..lists.terms import Vocabulary
    from .plan_records import Clause
    from .project import Project
    from .verdict import JudgedClause

__all__ = ["ClauseWords"]

_SIGNS = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥", "in": "="}
_APPLIES = Message("the project at this site is what it speaks of")
_WORDS = {
    ("place", "out"): Message("the site is not where it applies"),
    ("place", "touch"): Message("the site overlaps nowhere where it applies, but comes within {tolerance:g} m of it"),
    ("from", "not_yet"): Message("it is in force from {begins} on"),
    ("to", "expired"): Message("it was in force until {ends}"),
    ("nature", "false"): Message("it is for these projects: {natures}; this one is: {nature}"),
    ("nature", "unknown"): Message("it is for these projects: {natures}; what this one is is not known"),
    ("industry", "false"): Message("it is for {industries}; the project is {industry}"),
    ("industry", "unknown"): Message("it is for {industries}; the industry of the project is not known"),
    ("industry", "coarse"): Message("it is for {industries}; {industry} is too coarse to tell"),
    ("industry", "group"): Message("it is for {industries}, and which codes these are is not known"),
    ("when", "false"): Message("it is for projects with {condition}; this one has {value}"),
    ("when", "unknown"): Message("it is for projects with {condition}, which is not known of this one"),
    ("unless", "true"): Message("exempt: {condition}"),
    ("unless", "review"): Message("an exemption is claimed, which has to be argued for: {condition}"),
    ("unless", "unknown"): Message("it may be exempt; not known: {condition}"),
    ("layer", "missing"): Message("the plan has no layer of {roles:role}, so nobody can say"),
    ("edge", "edge"): Message("the site overlaps where it applies by no more than the tolerance of {tolerance:g} m"),
    ("law", "repealed"): Message("its basis was repealed and nothing took its place: {law}"),
    ("law", "not_yet"): Message("its basis is not in force yet: {law}"),
    ("limit", "kept"): Message("the project keeps to {condition}"),
    ("limit", "broken"): Message("the project has {value} and breaks {condition}"),
    ("limit", "unknown"): Message("it has to be shown that the project keeps to {condition}"),
}
_PERSON = Message("whether the project is what the clause describes a person has to say")
_NOT_DESCRIBED = Message("a person says that the project is not what the clause describes")


class ClauseWords:
    """Words what clauses find, in one language.

    Parameters
    ----------
    vocabulary : Vocabulary
    language : str
        ``zh`` or ``en``.
    tolerance : float
        m.
    """

    def __init__(self, vocabulary: Vocabulary, language: str, tolerance: float) -> None:
        self._vocabulary, self._zh, self._tolerance = vocabulary, language == "zh", tolerance

    def why(self, clause: Clause, judged: JudgedClause, project: Project, missing: tuple[str, ...]) -> Message:
        """Say why a clause applies or does not."""
        if judged.test == "when" and judged.about.startswith(DESCRIBED):
            return _PERSON if judged.outcome == "unknown" else _NOT_DESCRIBED
        template = _WORDS.get((judged.test, judged.outcome), _APPLIES)
        if template is _APPLIES:
            return template
        facts: dict[str, Fact] = {
            "tolerance": self._tolerance,
            "begins": str(clause.terms.get("from", "")),
            "ends": str(clause.terms.get("to", "")),
            "natures": tuple(map(self.nature, clause.terms.get("applies_to", ()) or NATURES)),
            "nature": self.nature(project.nature),
            "industries": tuple(map(self.industry, clause.terms.get("industries", ()))),
            "industry": self.industry(project.industry),
            "condition": self._condition(clause, judged),
            "value": self.value(judged.about, project.facts.get(judged.about, "")),
            "roles": missing,
            "law": self.law(judged.about),
        }
        return Message(template.template, **{name: facts[name] for name in facts if f"{{{name}" in template.template})

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

    def _condition(self, clause: Clause, judged: JudgedClause) -> Message:
        terms, test = clause.terms, judged.test
        if test == "limit" and terms.get("limit"):
            return at(self.condition(terms["limit"]))
        asked = terms.get(test, ()) if test in ("when", "unless") else ()
        found = [self.condition(one) for one in asked if one["fact"] == judged.about]
        if found:
            return at("; ".join(found))
        return at("; ".join(self.condition(one) for one in asked) or self.fact(judged.about))
