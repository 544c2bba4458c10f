"""The terms of a clause (where, whom, when), as cells of a library and as a document, each made of the other.

A document is what a verdict reads: ``{"scope": ["admin:33", "role:red_line"], "industries": ["C26"], "when": [{"fact":
"capacity", "op": "lt", "value": 2000, "unit": "t/d"}], …}``; a key without anything is left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from ..core.errors import BadInput
from ..core.messages import Message, joined
from ..core.text import clean_text, nearest
from .facts import ProjectFacts, read_facts
from .industries import Industries, read_industries
from .laws import Laws, iso_date, read_laws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ..case.profile import Profile

__all__ = ["NATURES", "TERM_COLUMNS", "ClauseVocabulary", "asked_terms", "cells_of", "terms_of"]

TERM_COLUMNS = (
    "admin",
    "category",
    "kind",
    "zone",
    "place",
    "industries",
    "applies_to",
    "when",
    "unless",
    "pollutant",
    "ratio",
    "limit",
    "law",
    "from",
    "to",
)
"""Columns of a library that a document of terms is made of."""
NATURES = {"new": "新建", "expand": "扩建", "rebuild": "改建", "existing": "现有"}
DESCRIBED = {"fact": "described", "op": "eq", "value": "yes"}
"""Condition of a clause that nothing but its text confines: a person says whether the project is what it describes."""

_CATEGORIES = ("1", "2", "3")
_KINDS = ("general", "sea")  # kinds of a unit that are no role's zone
_CONFINES = ("role:", "unit:", "place:")  # tokens that say where
_DEMANDING = ("prohibit", "restrict", "exit")
_OPS = {"=": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_SIGNS = {op: sign for sign, op in _OPS.items()} | {"in": "="}
_SIGNED = str.maketrans({"≤": "<=", "⩽": "<=", "≦": "<=", "≥": ">=", "⩾": ">=", "≧": ">=", "≠": "!=", "\n": ";"})
_CONDITION = re.compile(r"([^<>=!]+?)\s*(<=|>=|!=|==|=|<|>)\s*(.+)")
_AMOUNT = re.compile(r"([-+]?[\d.,]+(?:[eE][-+]?\d+)?)\s*(.*)")
_EXEMPTION = re.compile(
    r"(?P<condition>.+?)(?:\s+(?:for|限)\s+(?P<whom>.+?))?(?P<review>\s+(?:review|须论证))?(?P<claim>\s+(?:claim|须主张))?"
)
_MARKS = {"review": "须论证", "claim": "须主张"}  # of exemptions: that have to be argued, that have to be claimed
_APART = re.compile(r"[;,、\s]+")
_ADMIN = re.compile(r"\d{2,6}")
_UNIT_CODE = re.compile(r"[A-Z]{2}\d{6,}")
_RATIO = re.compile(r"(\d+(?:\.\d+)?)(?::1)?")
_FORM = Message("FACT < VALUE UNIT, as in capacity < 2000 t/d; fuel = coal|oil")


@dataclass(frozen=True)
class ClauseVocabulary:
    """What the cells of a library may name.

    Attributes
    ----------
    facts : ProjectFacts
    industries : Industries
    laws : Laws
    categories : mapping of str to str
        Word → 1, 2 or 3.
    kinds : mapping of str to str
        Word → id of a role, ``general`` or ``sea``; None: any text is taken as it is.
    """

    facts: ProjectFacts
    industries: Industries
    laws: Laws
    categories: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] | None = None

    @classmethod
    def of(cls, profile: Profile | None = None) -> ClauseVocabulary:
        """Read the vocabulary of a profile; without one that of the national profile, in which any kind will do.

        Raises
        ------
        BadInput
            A table of the profile cannot be used.
        """
        tables = (read_facts(profile), read_industries(profile), read_laws(profile))
        words = cls(*tables)
        cells = [
            (Message("industry group '{group}'", group=group.id), "when", group.condition)
            for group in words.industries.groups.values()
        ]
        cells += [
            (Message("industry '{code}'", code=code), "implies", text)
            for code, (text, _) in words.industries.implied.items()
        ]
        for where, column, text in cells:
            try:
                words.read(column, text)
            except BadInput as error:
                raise BadInput(error.what, where=where, wanted=error.wanted) from None
        if profile is None:
            return words
        categories = {clean_text(word): str(key) for key, word in profile["categories"].items()}
        kinds = {clean_text(role.label): name for name, role in profile.roles.items()}
        kinds |= {clean_text(word): str(key) for key, word in profile["kind_labels"].items()}
        kinds |= {name: name for name in (*profile.roles, *_KINDS)}
        return cls(*tables, categories=categories, kinds=kinds)

    def read(self, column: str, text: str) -> Any:
        """Read a cell of `TERM_COLUMNS` that is not blank.

        Raises
        ------
        BadInput
            Without a place; the nearest known value is named.
        """
        # Names of places and pollutants stand in plans as they were written.
        folded = text.strip() if column in ("place", "pollutant") else clean_text(text.translate(_SIGNED))
        return self._readers[column](folded)

    @cached_property
    def implications(self) -> dict[str, list[dict[str, Any]]]:
        """Facts that industries imply: code → conditions as `read` gives them, with ``natures`` and ``by``, why."""
        return {
            code: [one | {"by": why} for one in self.read("implies", text)]
            for code, (text, why) in self.industries.implied.items()
        }

    def worded(self, when: str) -> str:
        """Write conditions, as a cell ``when`` has them, with names in place of ids."""
        return "; ".join(map(_Words(self).condition, self.read("when", when))) if when else ""

    @cached_property
    def _readers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "admin": lambda text: [_matching(_ADMIN, one, _COUNTIES) for one in _split(text)],
            "category": self._category,
            "kind": self._kind,
            "zone": _plain,
            "place": _places,
            "industries": lambda text: [self.industries.read(one) for one in _split(text)],
            "applies_to": lambda text: [_nature(one) for one in _split(text)],
            "when": lambda text: [self._condition(one) for one in _parts(text)],
            "unless": lambda text: [self._exemption(one) for one in _parts(text)],
            "implies": lambda text: [self._implied(one) for one in _parts(text)],
            "pollutant": _plain,
            "ratio": _ratio,
            "limit": self._condition,
            "law": lambda text: [self.laws.named(one) for one in _parts(text)],
            "from": iso_date,
            "to": iso_date,
        }

    def _category(self, text: str) -> str:
        found = self.categories.get(text, text)
        if found not in _CATEGORIES:
            wanted = nearest(text, [*_CATEGORIES, *self.categories])
            raise BadInput(
                Message("unknown {column} '{value}'", column="category", value=text),
                wanted=Message("{value} or blank", value=wanted),
            )
        return found

    def _kind(self, text: str) -> str:
        if self.kinds is None:
            return _plain(text)
        if text not in self.kinds:
            raise BadInput(Message("unknown kind '{kind}'", kind=text), wanted=nearest(text, self.kinds))
        return self.kinds[text]

    def _condition(self, text: str) -> dict[str, Any]:
        found = _CONDITION.fullmatch(text)
        if found is None:
            raise BadInput(Message("'{text}' is no condition", text=text), wanted=_FORM)
        fact = self.facts.named(found[1].strip())
        op = _OPS["=" if found[2] == "==" else found[2]]
        if fact.kind == "number":
            amount = _AMOUNT.fullmatch(found[3])
            if amount is None:
                raise BadInput(Message("{fact} '{value}' is no number", fact=fact.title, value=found[3]), wanted=_FORM)
            made = {"fact": fact.id, "op": op, "value": fact.value(amount[1])}
            unit = fact.unit(amount[2])
            return made | {"unit": unit} if unit else made
        if op not in ("eq", "ne"):
            raise BadInput(
                Message("{fact} is no number to compare, found '{sign}'", fact=fact.title, sign=found[2]),
                wanted=joined(("=", "!=")),
            )
        values = list(dict.fromkeys(fact.value(one.strip()) for one in found[3].split("|")))
        if len(values) > 1 and op == "ne":
            raise BadInput(Message("several values after !="), wanted=Message("a condition of its own for each"))
        if len(values) > 1:
            return {"fact": fact.id, "op": "in", "value": values}
        return {"fact": fact.id, "op": op, "value": values[0]}

    def _implied(self, text: str) -> dict[str, Any]:
        found = _EXEMPTION.fullmatch(text)
        made = self._condition(found["condition"] if found else text)
        if made["op"] != "eq":
            raise BadInput(Message("'{text}' is no fact", text=text), wanted=Message("one value after ="))
        return made | ({"natures": [_nature(one) for one in _split(found["whom"])]} if found and found["whom"] else {})

    def _exemption(self, text: str) -> dict[str, Any]:
        found = _EXEMPTION.fullmatch(text)
        made = self._condition(found["condition"] if found else text)
        if found and found["whom"]:
            made["industries"] = [self.industries.read(one) for one in _split(found["whom"])]
        return made | {mark: True for mark in _MARKS if found and found[mark]}


@cache
def _shipped() -> ClauseVocabulary:
    return ClauseVocabulary.of()


_COUNTIES = Message("the first digits of county codes, as in 33;330824")


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(one for one in _APART.split(text) if one))


def _parts(text: str) -> list[str]:
    return [one for part in text.split(";") if (one := part.strip())]


def _matching(pattern: re.Pattern[str], text: str, wanted: Message) -> str:
    if not pattern.fullmatch(text):
        raise BadInput(Message("found '{text}'", text=text), wanted=wanted)
    return text


def _plain(text: str) -> str:
    if "|" in text or ";" in text:
        raise BadInput(Message("several values in '{text}'", text=text), wanted=Message("one, in a row of its own"))
    return text


def _places(text: str) -> list[str]:
    names = list(dict.fromkeys(_plain(one.strip()) for one in re.split("[;；\n]", text) if one.strip()))
    if len({bool(_UNIT_CODE.fullmatch(one)) for one in names}) > 1:
        raise BadInput(
            Message("codes of units beside names of places: '{text}'", text=text),
            wanted=Message("codes, or names; the others in a row of their own"),
        )
    return names


def _nature(text: str) -> str:
    names = {word: key for key, word in NATURES.items()} | {key: key for key in NATURES}
    if text not in names:
        raise BadInput(Message("unknown kind of project '{text}'", text=text), wanted=nearest(text, names))
    return names[text]


def _ratio(text: str) -> int | float:
    found = _RATIO.fullmatch(text)
    if found is None or not float(found[1]):
        raise BadInput(Message("'{text}' is no ratio", text=text), wanted=Message("a number above 0, as 2 or 2:1"))
    number = float(found[1])
    return int(number) if number.is_integer() else number


def terms_of(row: Mapping[str, Any], vocabulary: ClauseVocabulary | None = None) -> dict[str, Any]:
    """Make the document of terms of the cells of a clause.

    Parameters
    ----------
    row : mapping
        Column of `TERM_COLUMNS` → text; a column that is not there is blank, so is category 0.
    vocabulary : ClauseVocabulary, optional
        What the cells may name; the national profile's by default.

    Raises
    ------
    BadInput
        A cell cannot be read; ``where`` names its column.
    """
    words = vocabulary or _shipped()
    values = {}
    for column in TERM_COLUMNS:
        text = str(row.get(column) or "").strip()
        if not text or (column == "category" and text == "0"):
            continue
        try:
            values[column] = words.read(column, text)
        except BadInput as error:
            raise BadInput(error.what, where=Message("column {column}", column=column), wanted=error.wanted) from None
    for column, what, wanted in conflicts(values, words.industries):
        raise BadInput(what, where=Message("column {column}", column=column), wanted=wanted)
    return document(values)


def conflicts(values: Mapping[str, Any], industries: Industries) -> list[tuple[str, Message, Message]]:
    """Say what of cells, as `ClauseVocabulary.read` gives them, does not go together: column, what, wanted."""
    found: list[tuple[str, Message, Message]] = []
    zone = values.get("zone", "")
    if zone and not values.get("kind"):
        wanted = Message("the role the zone belongs to")
        found.append(("kind", Message("zone '{zone}' without a kind", zone=zone), wanted))
    if "ratio" in values and not values.get("pollutant"):
        found.append(("pollutant", Message("a ratio without a pollutant"), Message("what is offset, as VOCs")))
    first, last = values.get("from", ""), values.get("to", "")
    if first and last and last < first:
        what = Message("ends on {last}, before it begins on {first}", first=first, last=last)
        found.append(("to", what, Message("a day that is not before the first")))
    named = values.get("industries", [])
    exempt = [one for exemption in values.get("unless", ()) for one in exemption.get("industries", ())]
    for column, codes in (("industries", named if len(named) > 1 else []), ("unless", exempt)):
        for one in codes:
            # Its condition would hold of the others as well, or of nobody who claims an exemption.
            if one in industries.groups and industries.groups[one].condition:
                what = Message("group '{group}' has a condition of its own, and is not alone", group=one)
                found.append((column, what, Message("the group in a row of its own")))
    return found


def document(values: Mapping[str, Any]) -> dict[str, Any]:
    """Make the document of what `ClauseVocabulary.read` gives of a clause's cells."""
    scope = []
    if values.get("admin"):
        scope.append("admin:" + "|".join(values["admin"]))
    if values.get("category"):
        scope.append(f"category:{values['category']}")
    if kind := values.get("kind"):
        zone = values.get("zone")
        plain = kind in _KINDS and not zone
        scope.append(f"kind:{kind}" if plain else f"role:{kind}:{zone}" if zone else f"role:{kind}")
    if places := values.get("place"):
        scope.append(("unit:" if _UNIT_CODE.fullmatch(places[0]) else "place:") + "|".join(places))
    terms: dict[str, Any] = {"scope": scope} if scope else {}
    for key in ("applies_to", "industries", "when", "unless", "limit", "pollutant", "ratio", "from", "to"):
        if values.get(key):
            terms[key] = values[key]
    if laws := values.get("law"):
        terms["law"] = laws[0] if len(laws) == 1 else laws
    return terms


def cells_of(terms: Mapping[str, Any], words: ClauseVocabulary | None = None) -> dict[str, str]:
    """Write a document of terms as cells: column of `TERM_COLUMNS` → text, "" for nothing.

    Parameters
    ----------
    terms : mapping
    words : ClauseVocabulary, optional
        By which facts, their values, industry groups, laws and kinds of projects are called in place of their ids.

    Raises
    ------
    BadInput
        A token of the scope that no cell says.
    """
    cells = dict.fromkeys(TERM_COLUMNS, "")
    for token in terms.get("scope", ()):
        word, _, rest = str(token).partition(":")
        column = {"unit": "place", "role": "kind"}.get(word, word)
        several = "|" in rest and column in ("category", "kind")
        if column not in ("admin", "category", "kind", "place") or cells[column] or not rest or several:
            raise BadInput(
                Message("scope '{token}' cannot be written into a cell", token=str(token)),
                wanted=Message("one of each: admin, category, role or kind, unit or place"),
            )
        if word == "role":
            cells["kind"], _, cells["zone"] = rest.partition(":")
        else:
            cells[column] = rest.replace("|", ";")
    said = _Words(words)
    cells["industries"] = ";".join(map(said.industry, terms.get("industries", ())))
    cells["applies_to"] = ";".join(NATURES[one] if words else one for one in terms.get("applies_to", ()))
    cells["when"] = "; ".join(map(said.condition, terms.get("when", ())))
    cells["unless"] = "; ".join(map(said.condition, terms.get("unless", ())))
    if "limit" in terms:
        cells["limit"] = said.condition(terms["limit"])
    for key in ("pollutant", "ratio", "from", "to"):
        if key in terms:
            cells[key] = str(terms[key])
    laws = terms.get("law", ())
    cells["law"] = ";".join(map(said.law, [laws] if isinstance(laws, str) else laws))
    return cells


@dataclass(frozen=True)
class _Words:
    """Calls things by their names where there is a vocabulary, and where these are read as the thing again."""

    words: ClauseVocabulary | None

    def industry(self, code: str) -> str:
        if self.words is None or code not in self.words.industries.groups:
            return code
        name = self.words.industries.groups[code].name
        return name if name and self._is_read("industries", name, [code]) else code

    def law(self, key: str) -> str:
        if self.words is None or key not in self.words.laws.by_id:
            return key
        law = self.words.laws.by_id[key]
        return law.title if self._is_read("law", law.title, [key]) else key

    def condition(self, condition: Mapping[str, Any]) -> str:
        fact, value = str(condition["fact"]), condition["value"]
        values = [str(one) for one in (value if isinstance(value, (list, tuple)) else [value])]
        if self.words is not None and fact in self.words.facts.by_id:
            known = self.words.facts.by_id[fact]
            named = f"{known.title} = {'|'.join(known.choices.get(one, one) for one in values)}"
            plain = {
                "fact": fact,
                "op": "in" if len(values) > 1 else "eq",
                "value": values if values[1:] else values[0],
            }
            if known.kind == "number":
                fact = known.title
            elif self._is_read("when", named, [plain]):
                fact, values = known.title, [known.choices.get(one, one) for one in values]
        parts = [fact, _SIGNS[condition["op"]], "|".join(values)]
        if condition.get("unit"):
            parts.append(str(condition["unit"]))
        if condition.get("industries"):
            parts += ["限" if self.words else "for", ",".join(map(self.industry, condition["industries"]))]
        parts += [word if self.words else mark for mark, word in _MARKS.items() if condition.get(mark)]
        return " ".join(parts)

    def _is_read(self, column: str, text: str, wanted: Any) -> bool:
        try:
            return self.words is not None and bool(self.words.read(column, text) == wanted)
        except BadInput:
            return False


def asked_terms(
    effect: str,
    terms: Mapping[str, Any],
    *,
    text_only: bool = False,
    vocabulary: ClauseVocabulary | None = None,
) -> dict[str, Any]:
    """Give the terms by which a clause is assessed: what nothing confines but its text hangs on a person's answer.

    That holds of a clause that forbids, restricts or ends something and names neither a role, zone, place or unit, nor
    industries, nor a condition; of one whose text alone is known; and of one that names a group of industries whose
    table nobody has (an exemption of such a group has to be argued). A group's own condition is put to those of the
    clause.

    Parameters
    ----------
    effect : str
    terms : mapping
        Its document; it is left as it is.
    text_only : bool
        The clause was written by hand or taken from somebody's list: wherever it stands, it means what its text says.
    vocabulary : ClauseVocabulary, optional
        The national profile's by default.
    """
    asked = dict(terms)
    words = vocabulary or _shipped()
    table = words.industries
    named: Sequence[str] = terms.get("industries", ())
    when = list(terms.get("when", ()))
    confined = any(str(token).startswith(_CONFINES) for token in terms.get("scope", ()))
    # Without the group's table who belongs to it is an answer of a person's as well, of whatever industry.
    if table.empty_groups(named):
        del asked["industries"]
        when.append(DESCRIBED)
    elif not named and not when and (text_only or (effect in _DEMANDING and not confined)):
        when.append(DESCRIBED)
    for one in named:
        if one in table.groups and (condition := table.groups[one].condition):
            when += [each for each in words.read("when", condition) if each not in when]
    if any(table.empty_groups(one.get("industries", ())) for one in terms.get("unless", ())):
        asked["unless"] = [_argued(one, table) for one in terms["unless"]]
    return asked | {"when": when} if when else asked


def _argued(exemption: Mapping[str, Any], table: Industries) -> dict[str, Any]:
    """Give an exemption that anybody may claim and has to argue, where nobody can tell whose it is."""
    if not table.empty_groups(exemption.get("industries", ())):
        return dict(exemption)
    return {key: value for key, value in exemption.items() if key != "industries"} | {"review": True}
