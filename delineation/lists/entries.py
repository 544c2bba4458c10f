"""What lint looks at: entry lists with their units, places and library, each clause with what it says of its scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.findings import Finding
from ..core.messages import first_few
from ..core.text import json_table
from .draft import BY_PEOPLE, is_sea
from .facts import ProjectFacts, read_facts
from .industries import Industries, read_industries
from .laws import Laws, read_laws
from .library import LEVELS
from .place_names import bare_name, read_divisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..case.profile import Profile, Role
    from ..core.arrays import Bools, Ints, Objects
    from ..core.messages import Fact

_LONGEST, _LISTED = 24, 5
_OPS = ("eq", "ne", "lt", "le", "gt", "ge", "in")


@dataclass(frozen=True)
class LintVocabulary:
    """What clauses may speak of, as a profile has it."""

    roles: Mapping[str, Role]
    industries: Industries
    laws: Laws
    facts: ProjectFacts
    categories: Mapping[int, str] = field(default_factory=dict)
    divisions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    classes: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> LintVocabulary:
        """Read it of a profile."""
        known = read_industries(profile), read_laws(profile), read_facts(profile)
        categories = {int(number): str(word) for number, word in profile["categories"].items()}
        return cls(profile.roles, *known, categories, read_divisions(profile), profile.zone_classes)


@dataclass(frozen=True)
class LintLimits:
    """Settings of the lint (``checks.toml``).

    Attributes
    ----------
    needed : mapping of int to tuple of str
        Category → dimensions that each of its units needs.
    park_roles : tuple of str
        Roles whose features are parks that texts may name.
    ignored : tuple of str
        Words that name no place although a feature may be called so.
    least_share : float
        From which share on a zone joins its clauses (``lists.toml``).
    forbids, permits, sites : str
        Patterns of texts that forbid, that permit, and that forbid to build somewhere.
    """

    needed: Mapping[int, tuple[str, ...]]
    park_roles: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    least_share: float = 0.0
    forbids: str = "$^"
    permits: str = "$^"
    sites: str = "$^"


@dataclass(frozen=True)
class ParsedClause:
    """A clause with its terms taken apart.

    Attributes
    ----------
    id, level, dimension, effect, text, basis : str
    terms : mapping
        The terms document.
    category : frozenset of int
        Empty for all.
    kinds, admin, places, units : tuple of str
        Of its scope: roles with their zones (``drinking_water:1``), ``general`` and ``sea``; prefixes; names; codes.
    codes : tuple of str
        Industries with groups expanded; empty for all.
    library : bool
        It is of the library, and no row of a unit's own.
    checked_on : str
        The day on which its article was read, by the library; "" where nobody has said so.
    """

    id: str
    level: str
    dimension: str
    effect: str
    text: str
    basis: str
    terms: Mapping[str, Any]
    category: frozenset[int]
    kinds: tuple[str, ...]
    admin: tuple[str, ...]
    places: tuple[str, ...]
    units: tuple[str, ...]
    codes: tuple[str, ...]
    library: bool = True
    checked_on: str = ""

    @property
    def rank(self) -> int:
        """Place of its level, 0 the highest."""
        return rank(self.level)

    @property
    def industries(self) -> tuple[str, ...]:
        """Codes and groups, as written."""
        return tuple(self.terms.get("industries", ()))

    @property
    def applies_to(self) -> frozenset[str]:
        """Natures of projects, empty for all."""
        return frozenset(self.terms.get("applies_to", ()))

    @property
    def when(self) -> tuple[Mapping[str, Any], ...]:
        """Conditions that all have to hold."""
        return tuple(self.terms.get("when", ()))

    @property
    def laws(self) -> tuple[str, ...]:
        """Ids of the laws that it rests on."""
        return tuple(self.terms.get("law", ()))

    def lapsed(self, as_of: str) -> str:
        """Tell which of its days keeps it out of force: ``to`` (it is over), ``from`` (to come), else ""."""
        if not as_of:
            return ""
        if str(self.terms.get("to") or as_of) < as_of:
            return "to"
        return "from" if str(self.terms.get("from") or as_of) > as_of else ""

    @property
    def everywhere(self) -> bool:
        """Whether it holds over whole categories or counties: it names no zone, place or unit."""
        return not (set(self.kinds) - {"general", "sea"} or self.places or self.units)

    @property
    def in_words_alone(self) -> bool:
        """Whether nothing but its text says whom it concerns."""
        return self.everywhere and not self.industries and not self.when

    @classmethod
    def of(
        cls, row: Mapping[str, Any], terms: Mapping[str, Any], industries: Industries, *, library: bool
    ) -> ParsedClause:
        """Take a clause's row apart."""
        scope: dict[str, list[str]] = {}
        for token in terms.get("scope", ()):
            what, _, names = str(token).partition(":")
            scope.setdefault("kind" if what == "role" else what, []).extend(filter(None, names.split("|")))
        said = {
            name: str(row.get(name) or "") for name in ("level", "dimension", "effect", "text", "basis", "checked_on")
        }
        return cls(
            id=str(row["clause_id"]),
            **said,
            terms=terms,
            category=frozenset(int(one) for one in scope.get("category", ()) if one.isdecimal()),
            kinds=tuple(scope.get("kind", ())),
            admin=tuple(scope.get("admin", ())),
            places=tuple(scope.get("place", ())),
            units=tuple(scope.get("unit", ())),
            codes=industries.expand([str(one) for one in terms.get("industries", ())]),
            library=library,
        )


def rank(level: str) -> int:
    """Place of a level, 0 the highest; a clause without one is its unit's own."""
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


def short(text: str) -> str:
    """Give the begin of a clause's text, by which people know it."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def listed(names: Iterable[str]) -> dict[str, Fact]:
    """Give names as facts: all of them, and the first few as a text shows them."""
    each = tuple(map(str, names))
    return {"clauses": each, "listed": first_few(each, _LISTED)}


def of_units(rule: str, units: tuple[str, ...], /, **facts: Fact) -> Finding:
    """Make a finding of units; value: how many."""
    return Finding(rule, facts, float(len(units)), None, units)


def of_clauses(rule: str, names: Iterable[str], /, **facts: Fact) -> Finding:
    """Make one finding of several clauses, which it names; value: how many."""
    each = [*names]
    return Finding(rule, {**facts, "n": len(each), **listed(each)}, float(len(each)))


def _terms(cell: Any) -> dict[str, Any]:
    """Read a terms document; what another program made of it, so that it says nothing any more, is left out."""
    found = cell if isinstance(cell, dict) else json_table(cell)
    out = {key: one for key, one in found.items() if key in ("from", "to", "law", "pollutant", "ratio")}
    for key in ("scope", "industries", "applies_to"):
        out[key] = [str(one) for one in _list(found.get(key))]
    for key in ("when", "unless"):
        out[key] = [one for one in _list(found.get(key)) if _is_condition(one)]
    out["limit"] = found["limit"] if _is_condition(found.get("limit")) else None
    law = out.get("law", ())
    out["law"] = [law] if isinstance(law, str) else [str(one) for one in _list(law)]
    return out


def _list(found: Any) -> list[Any]:
    return list(found) if isinstance(found, (list, tuple)) else []


def _is_condition(found: Any) -> bool:
    """Whether it asks for a fact in a way that has a meaning."""
    if not isinstance(found, dict) or not isinstance(found.get("fact"), str) or found.get("op") not in _OPS:
        return False
    value = found.get("value")
    values = value if isinstance(value, (list, tuple)) else [value]
    return all(isinstance(one, (str, int, float)) for one in values) and isinstance(
        found.get("industries", []), (list, tuple)
    )


@dataclass(frozen=True)
class EntryLists:
    """ParsedClause lists as they are looked at.

    Attributes
    ----------
    units : pandas.DataFrame
        ``unit_id``, ``code``, ``name``, ``category``, ``kind``, ``subtype``, ``county`` and ``townships`` (names with
        、 between), texts without blanks; of a foreign layer the code, or the row, is the id.
    clauses : pandas.DataFrame
        `CLAUSE_COLUMNS`.
    known : LintVocabulary
    limits : LintLimits
    library : pandas.DataFrame
        As the plan's table of that name; without rows where none is known.
    touches : pandas.DataFrame
        `touch.TOUCH_COLUMNS`; without rows where nothing is known of zones.
    counties : mapping of str to str
        Code → name.
    as_of : str
        ISO date of the plan, "" where it has none.
    level : str
        The level that the lists are of.
    fields : bool
        They were read off the fields of a layer: a row is all that a field says.
    defaults : mapping of str to str, optional
        Ids of the units whose names were neither made by the profile's templates nor given by an edit, with what the
        templates would call them; None where nobody knows whose those are.
    """

    units: pd.DataFrame
    clauses: pd.DataFrame
    known: LintVocabulary
    limits: LintLimits
    library: pd.DataFrame = field(default_factory=pd.DataFrame)
    touches: pd.DataFrame = field(default_factory=pd.DataFrame)
    counties: Mapping[str, str] = field(default_factory=dict)
    as_of: str = ""
    level: str = "市"
    fields: bool = False
    defaults: Mapping[str, str] | None = None

    @cached_property
    def _texts(self) -> dict[str, pd.Series]:
        return {}

    @cached_property
    def entries(self) -> list[ParsedClause]:
        """Clauses of the library, and those that units have of their own with terms, each once."""
        industries = self.known.industries
        found = [ParsedClause.of(row, _terms(row["terms"]), industries, library=True) for row in _rows(self.library)]
        own = self.clauses[self.texts("origin").isin(BY_PEOPLE) & (self.texts("terms") != "")]
        seen = own.drop_duplicates(["clause_id", "level", "effect", "text", "terms"])
        return found + [ParsedClause.of(row, _terms(row["terms"]), industries, library=False) for row in _rows(seen)]

    @cached_property
    def known_ids(self) -> pd.Index:
        """Ids of the library, in its order."""
        return pd.Index(self.library["clause_id"].astype(str) if len(self.library) else [], dtype=object)

    @cached_property
    def library_row(self) -> Ints:
        """Row of the library of each clause, −1 where it has none or the unit's own."""
        row = self.known_ids.get_indexer(self.clauses["clause_id"].astype(object))
        return np.where(self.texts("origin").isin(BY_PEOPLE).to_numpy(), -1, row).astype(np.int64)

    @cached_property
    def unit_row(self) -> Ints:
        """Row of the unit of each clause, −1 where there is no such unit."""
        ids = pd.Index(self.units["unit_id"], dtype=object)
        first = ids[~ids.duplicated()]
        found = first.get_indexer(self.clauses["unit_id"].astype(object))
        return np.where(found >= 0, np.flatnonzero(~ids.duplicated())[found], -1).astype(np.int64)

    @cached_property
    def codes(self) -> Objects:
        """Code of each unit, its id where it has none."""
        code, unit_id = self.units["code"].to_numpy(dtype=object), self.units["unit_id"].to_numpy(dtype=object)
        return np.where(code == "", unit_id, code).astype(object)

    @cached_property
    def county(self) -> Objects:
        """County code of each unit; of one at sea the digits of its code."""
        county = self.units["county"].to_numpy(dtype=object)
        return np.array([own or code[2:8] for own, code in zip(county, self.units["code"], strict=True)], dtype=object)

    @cached_property
    def sea(self) -> Bools:
        """Which units lie at sea."""
        return np.asarray(is_sea(self.units), dtype=bool)

    @cached_property
    def units_of_clause(self) -> Mapping[str, tuple[str, ...]]:
        """Codes of the units that have a clause, by its id."""
        found: dict[str, dict[str, None]] = {}
        order = np.argsort(self.unit_row, kind="stable")[np.count_nonzero(self.unit_row < 0) :]
        for name, unit in zip(self.texts("clause_id").iloc[order], self.unit_row[order], strict=True):
            found.setdefault(name, {})[self.codes[unit]] = None
        return {name: tuple(codes) for name, codes in found.items()}

    def texts(self, column: str) -> pd.Series:
        """Give a column of the clauses as texts."""
        if column not in self._texts:
            self._texts[column] = self.clauses[column].fillna("").astype(str).reset_index(drop=True)
        return self._texts[column]

    def named(self, rows: Iterable[int]) -> tuple[str, ...]:
        """Give the codes of units by their rows, each once, in order."""
        return tuple(self.codes[np.unique(np.asarray(list(rows), dtype=np.int64))].tolist())

    @cached_property
    def places(self) -> Mapping[str, frozenset[int]]:
        """Bare name of each feature → rows of the units that it touches."""
        return self._touched(self.touches)

    @cached_property
    def parks(self) -> Mapping[str, frozenset[int]]:
        """Those of `places` that are parks."""
        if not len(self.touches):
            return {}
        return self._touched(self.touches[self.touches["role"].isin(self.limits.park_roles)])

    def _touched(self, table: pd.DataFrame) -> dict[str, frozenset[int]]:
        if not len(table):
            return {}
        row = {unit: number for number, unit in enumerate(self.units["unit_id"])}
        found: dict[str, set[int]] = {}
        for unit, place in zip(table["unit_id"], table["place"], strict=True):
            if place and unit in row:
                found.setdefault(bare_name(str(place)), set()).add(row[unit])
        return {name: frozenset(rows) for name, rows in found.items()}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [] if not len(table) else [{str(key): one for key, one in row.items()} for row in table.to_dict("records")]
