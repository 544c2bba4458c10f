"""The project that is assessed: industry, nature and facts as a person says them, held against the profile's tables."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message, at
from ..core.text import clean_text, nearest
from ..lists.terms import NATURES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..lists.terms import ClauseVocabulary

__all__ = ["DESCRIBED", "Project", "one_line", "project_of", "split_facts"]

NEW = "new"
DESCRIBED = "described"
"""Fact whether a project is what a clause describes in words alone: ``described`` of all such clauses, and
``described:ID`` of one."""
_INDUSTRY = Message("the industry")
_FACT = Message("NAME=VALUE or NAME=VALUE UNIT, as in capacity=2000 t/d")


@dataclass(frozen=True)
class Project:
    """A project.

    Attributes
    ----------
    name : str
        What it is called, "" where nobody said.
    industry : str
        Code of GB/T 4754, "" where it is not known.
    nature : str
        ``new``, ``expand``, ``rebuild`` or ``existing``.
    assumed : bool
        Nobody said the nature: it was taken for new.
    facts : mapping
        Fact → a number, a word, ``yes`` or ``no``, or ``{"value", "unit"}``.
    """

    name: str = ""
    industry: str = ""
    nature: str = NEW
    assumed: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def asked(self) -> dict[str, Any]:
        """As a verdict asks for it."""
        said: dict[str, Any] = {**self.facts, "nature": self.nature}
        return {**said, "industry": self.industry} if self.industry else said

    def elsewhere(self, vocabulary: ClauseVocabulary) -> Project:
        """Give the same project at another place, of which nothing is known that was said of this one."""
        known = vocabulary.facts.by_id
        kept = {name: said for name, said in self.facts.items() if name not in known or known[name].about != "site"}
        return replace(self, facts=kept)

    @property
    def key(self) -> tuple[Any, ...]:
        """What is equal of projects that are judged alike, whatever they are called."""
        facts = sorted((name, str(value)) for name, value in self.facts.items())
        return self.industry, self.nature, tuple(facts)


def project_of(
    vocabulary: ClauseVocabulary,
    *,
    name: str = "",
    industry: str = "",
    nature: str = "",
    facts: Mapping[str, Any] | None = None,
) -> Project:
    """Read a project as a person says it.

    Parameters
    ----------
    vocabulary : ClauseVocabulary
    name : str
        What it is called.
    industry : str
        A code at any depth (C, C26, C261, C2614) or the whole name of one that the profile names.
    nature : str
        By id or word; new where nothing is said.
    facts : mapping, optional
        Id or title of a fact → its value, with its unit after a space: ``{"capacity": "2000 t/d"}``.

    Raises
    ------
    BadInput
        An unknown code, nature, fact, value or unit; the nearest known one is named.
    """
    said = {str(name): value for name, value in (facts or {}).items()}
    read = dict[str, Any]()
    for key, value in said.items():
        fact, answer = _fact(vocabulary, key, value)
        if fact in read:
            raise BadInput(
                Message("{fact} is said twice", fact=fact),
                where=Message("fact {name}", name=key),
                wanted=Message("one value"),
            )
        read[fact] = answer
    words = {word: key for key, word in NATURES.items()} | {key: key for key in NATURES}
    told = clean_text(nature) or str(read.pop("nature", ""))
    read.pop("nature", None)
    if told and told not in words:
        raise BadInput(
            Message("unknown kind of project '{text}'", text=told),
            where=Message("the nature of the project"),
            wanted=nearest(told, words),
        )
    return Project(one_line(name), _industry(vocabulary, industry), words.get(told, NEW), not told, read)


def _industry(vocabulary: ClauseVocabulary, text: str) -> str:
    text, industries = clean_text(text), vocabulary.industries
    if not text:
        return ""
    try:
        found = industries.read(text)
    except BadInput as error:
        raise BadInput(error.what, where=_INDUSTRY, wanted=error.wanted) from None
    if not industries.known(found):
        what = Message("'{text}' is a group of industries", text=text)
        wanted = at(" | ".join(industries.expand([found])[:10])) or Message("a code of GB/T 4754")
        raise BadInput(what, where=_INDUSTRY, wanted=wanted)
    return found


def _fact(vocabulary: ClauseVocabulary, name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, dict):
        value = f"{value.get('value', '')} {value.get('unit') or ''}"
    elif isinstance(value, bool):
        value = "yes" if value else "no"
    text = clean_text(str(value)) if value is not None else ""
    where = Message("fact {name}", name=name)
    head, colon, clause = name.partition(":")
    if colon and clean_text(head) == DESCRIBED:
        return f"{DESCRIBED}:{clause.strip()}", _fact(vocabulary, DESCRIBED, value)[1]
    wanted: Message | None = None
    try:
        fact = vocabulary.facts.named(clean_text(name))
        if not text or text in ("unknown", "未知"):
            return fact.id, "unknown"
        wanted = Message("a number with its unit, as in 2000 t/d") if fact.kind == "number" else None
        found = vocabulary.read("limit", f"{name} = {text}")
    except BadInput as error:
        raise BadInput(error.what, where=where, wanted=wanted or error.wanted) from None
    if found["op"] != "eq":
        raise BadInput(Message("several values of a fact"), where=where, wanted=Message("one value"))
    answer = found["value"]
    return found["fact"], {"value": answer, "unit": found["unit"]} if "unit" in found else answer


def one_line(text: str) -> str:
    """Write a name without line breaks and double spaces."""
    return " ".join(clean_text(text).split())


def split_facts(texts: Iterable[str]) -> dict[str, str]:
    """Take texts apart that hold a fact each, or several with semicolons between them."""
    facts = (fact for text in texts for fact in text.replace("；", ";").split(";"))
    return dict(_split_fact(fact) for fact in facts if fact.strip())


def _split_fact(text: str) -> tuple[str, str]:
    """Take ``NAME=VALUE`` apart.

    Raises
    ------
    BadInput
        There is no equals sign, or nothing before it.
    """
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise BadInput(Message("'{text}' is no fact", text=text), where=Message("a fact"), wanted=_FACT)
    return name.strip(), value.strip()
