"""Facts of a project that clauses ask for: what may be said of it, and in which words and units (``facts.toml``)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..case.profile import profile_file
from ..case.profile_files import read_settings
from ..core.errors import BadInput
from ..core.messages import Message, at, joined
from ..core.text import alike, clean_text, nearest
from ..core.toml import check_known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..case.profile import Profile

_FILE = "facts.toml"
KINDS = ("number", "choice", "yes_no")
_YES_NO = {"yes": "是", "no": "否"}
_KEYS = ("title", "title_en", "kind", "about", "units", "values")
ABOUT = ("project", "site")
_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?([eE][-+]?\d+)?")


@dataclass(frozen=True)
class ProjectFact:
    """A fact of a project.

    Attributes
    ----------
    id : str
    title, title_en : str
    kind : str
        ``number``, ``choice`` or ``yes_no``.
    units : tuple of str
        Of a number; empty: it has none.
    values : mapping of str to str
        Of a choice: id → word.
    about : str
        ``site`` where another parcel has another answer, else ``project``.
    """

    id: str
    title: str
    title_en: str
    kind: str
    units: tuple[str, ...] = ()
    values: Mapping[str, str] | None = None
    about: str = "project"

    @property
    def choices(self) -> Mapping[str, str]:
        """What may be said, id → word; of a number nothing."""
        return _YES_NO if self.kind == "yes_no" else self.values or {}

    @cached_property
    def _ids(self) -> dict[str, str]:
        return {clean_text(name): key for key, word in self.choices.items() for name in (word, key)}

    def value(self, text: str) -> str | int | float:
        """Read a value without its unit.

        Raises
        ------
        BadInput
            No number, or none of the choices.
        """
        if self.kind != "number":
            if (key := self._ids.get(text)) is None:
                what = Message("{fact} cannot be '{value}'", fact=self.title, value=text)
                # In the words of the cell: ids or names.
                known = self.choices if text.isascii() else self.choices.values()
                raise BadInput(what, wanted=nearest(text, known))
            return key
        number = float(text.replace(",", "")) if _NUMBER.fullmatch(text) else math.inf
        if math.isinf(number):
            raise BadInput(
                Message("{fact} '{value}' is no number", fact=self.title, value=text),
                wanted=Message("a number like 2000 or 0.5"),
            )
        return int(number) if number.is_integer() else number

    def unit(self, text: str) -> str:
        """Read the unit of a number: where none is written and there is one alone, that.

        Raises
        ------
        BadInput
            Not one of its units.
        """
        if text in self.units or (not text and not self.units):
            return text
        if not text and len(self.units) == 1:
            return self.units[0]
        if not self.units:
            raise BadInput(
                Message("{fact} has no unit, found '{unit}'", fact=self.title, unit=text),
                wanted=Message("the number alone"),
            )
        if not text:
            raise BadInput(Message("{fact} without a unit", fact=self.title), wanted=joined(self.units))
        raise BadInput(
            Message("unknown unit '{unit}' of {fact}", unit=text, fact=self.title), wanted=nearest(text, self.units)
        )


@dataclass(frozen=True)
class ProjectFacts:
    """The facts of a profile by their ids."""

    by_id: Mapping[str, ProjectFact]

    @cached_property
    def _names(self) -> dict[str, str]:
        return {clean_text(name): key for key, fact in self.by_id.items() for name in (fact.title, key)}

    def named(self, name: str) -> ProjectFact:
        """Find a fact by its id or title.

        Raises
        ------
        BadInput
            Unknown; the nearest is named.
        """
        if (key := self._names.get(name)) is None:
            close = alike(name, self._names)
            wanted = at(close) if close else Message("a fact that {file} names", file=_FILE)
            raise BadInput(Message("unknown fact '{name}'", name=name), wanted=wanted)
        return self.by_id[key]


def read_facts(profile: Profile | None = None) -> ProjectFacts:
    """Read ``facts.toml`` of a profile, or the national one where it has none.

    Raises
    ------
    BadInput
        Not readable; an unknown key or kind; a fact without title; a choice without values.
    """
    path = profile_file(profile, _FILE)
    settings = read_settings(path, path)
    return ProjectFacts({str(key): _fact(str(key), spec, path) for key, spec in settings["fact"].items()})


def _fact(key: str, spec: Any, path: Any) -> ProjectFact:
    where = Message("{path} [fact.{name}]", path=path, name=key)
    if not isinstance(spec, dict):
        raise BadInput(Message("is no table"), where=where, wanted=joined(_KEYS))
    check_known(spec, _KEYS, where)
    kind, title = str(spec.get("kind", "")), str(spec.get("title", "")).strip()
    if kind not in KINDS:
        raise BadInput(Message("unknown kind '{kind}'", kind=kind), where=where, wanted=joined(KINDS))
    if not title:
        raise BadInput(Message("no title"), where=where, wanted=Message("a text"))
    values = spec.get("values", {})
    if (kind == "choice") != bool(values):
        raise BadInput(
            Message("kind '{kind}' with {n} values", kind=kind, n=len(values)),
            where=where,
            wanted=Message("values for a choice, and for nothing else"),
        )
    about = str(spec.get("about", ABOUT[0]))
    if about not in ABOUT:
        raise BadInput(Message("about '{about}'", about=about), where=where, wanted=joined(ABOUT))
    return ProjectFact(
        id=key,
        about=about,
        title=title,
        title_en=str(spec.get("title_en", key)),
        kind=kind,
        units=tuple(clean_text(unit) for unit in spec.get("units", ())),
        values={str(one): str(word) for one, word in values.items()},
    )
