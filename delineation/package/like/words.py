"""The words that columns, values and files of a package of others are recognised by: ``resources/packages/like.toml``.

Beside them the names that the profile's own layers, fields and lists have, and what the program calls its columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from ...case.names import glossary
from ...case.profile import profile_settings, read_profile
from ...case.profile_files import read_settings
from ...core.column_names import KnownNames, bare, folded, stated_unit
from ...core.measures import AREA_UNITS, UNIT_CALLED
from ...core.messages import word
from ...export.layers import read_layers
from ...export.records import COLUMNS, MEASURES
from ...lists.library import library_paths, read_libraries
from ...lists.wording import list_words
from ..profile import PROFILES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ...case.profile import Profile
    from .found import FoundColumn

__all__ = ["REMARK", "SUMS", "WHOSE", "KnownWords", "in_any_unit", "read_words", "thing"]

FILE = "like.toml"
REMARK = "remark"
"""What a name of a column may claim beside the columns of a plan: it stays empty."""
# unit_fields.toml has its own words for some meanings.
_MEANINGS = {
    "spatial": "space",
    "kind": "kind_name",
    "remark": REMARK,
    "dimension": "dimension_name",
    "effect": "effect_name",
}
_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")


def thing(of: str) -> str:
    """Say what a column holds, whatever its unit of measure."""
    return MEASURES[of].what if of in MEASURES else of


def in_any_unit(what: str, unit: str = "") -> tuple[str, ...]:
    """Give the columns that hold a measure, those in one unit where that is named."""
    return tuple(of for of, one in MEASURES.items() if one.what == what and unit in ("", one.unit))


WHOSE = ("", "_1", "_2", "_3")
"""Ends of the names of sums: of all, of a category."""
SUMS = frozenset(f"{what}{whose}" for what in (*AREA_UNITS, "n", "share") for whose in WHOSE)
"""Sums by county."""


def _measured(claim: frozenset[str], title: str) -> frozenset[str]:
    """Hold the measures that a name claims against the unit that it states; without one it may be any."""
    general = {MEASURES[of].what for of in claim & {"area_m2", "perimeter_m"}}  # MJ_KM2 has its unit itself
    own = {of for of in claim if thing(of) not in general}
    return frozenset(own.union(*(in_any_unit(what, stated_unit(title)) for what in general)))


@dataclass(frozen=True)
class KnownWords:
    """All that names and values are compared with.

    Attributes
    ----------
    settings : mapping
        ``like.toml``.
    names : mapping
        Kind of rows (``export.records.COLUMNS``) → the names of its columns.
    categories : mapping
        Digit → words that say it.
    category_names : mapping
        Digit → what a plan calls it.
    kinds, subtypes : frozenset of str
        What kinds of units and subtypes of key units are called.
    dimensions, effects : mapping
        Id → words that say it.
    called : mapping
        What ids of elements, dimensions and effects are called in a plan: ``element`` … → id → name.
    clauses : mapping
        Text of the clause library → its dimension.
    zones : mapping
        Category, element and subtype digits of a zone's code → element, zone, what it is called.
    levels : tuple of str
        Classifications.
    severities, states : frozenset of str
        What those of findings are called.
    """

    settings: Mapping[str, Any]
    names: Mapping[str, KnownNames]
    categories: Mapping[str, tuple[str, ...]]
    category_names: Mapping[str, str]
    kinds: frozenset[str]
    subtypes: frozenset[str]
    dimensions: Mapping[str, frozenset[str]]
    effects: Mapping[str, frozenset[str]]
    called: Mapping[str, Mapping[str, str]]
    clauses: Mapping[str, str]
    zones: Mapping[str, tuple[str, str, str]]
    levels: tuple[str, ...]
    severities: frozenset[str]
    states: frozenset[str]

    def __getitem__(self, name: str) -> Any:
        """Give a table of ``like.toml``, or the provinces by the first two digits of their codes."""
        return self.settings[name]

    def listed(self, table: str, key: str) -> tuple[str, ...]:
        """Give a list of ``like.toml``."""
        return tuple(str(one) for one in self.settings[table][key])

    def claims(self, kind: str, column: FoundColumn) -> frozenset[str]:
        """Say what a column may be by its name and by what its file calls it besides.

        Parameters
        ----------
        kind : str
            Of the rows.
        column : FoundColumn

        Returns
        -------
        frozenset of str
            Columns of that kind, and ``REMARK``; none where the name says nothing that is known.
        """
        found = [claim for title in (column.title, column.alias) if (claim := self._claims(kind, title))]
        if not found:
            return frozenset()
        both = frozenset.intersection(*found)
        return both or frozenset.union(*found)

    def _claims(self, kind: str, title: str) -> frozenset[str]:
        if not title.strip():
            return frozenset()
        if kind == "counties" and (sums := self._sums(title)):
            return sums
        parts = [part for part in title.split("/") if part.strip()]
        # Under 行政区划 what is called 代码 is 行政区划代码.
        tried = [title, *(["".join(map(bare, parts[-2:])), parts[-1]] if len(parts) > 1 else [])]
        if len(parts) > 1 and folded(parts[-1]) in UNIT_CALLED:
            tried.append("/".join(parts[:-1]))
            tried.append(parts[-2])
        for text in tried:
            # What is left of a Chinese name may be that of several: there values say more.
            if claim := frozenset(self.names[kind].meanings(text, cut=text.isascii())):
                return _measured(claim, title)
        return frozenset()

    def _sums(self, title: str) -> frozenset[str]:
        """Say which sum by county the heads above a column name: of a category or of all, and of what."""
        text, unit = folded(title), stated_unit(title)
        for digit, names in self.categories.items():
            if bare(title) in names:
                # 优先 alone may be a number, an area or a share.
                areas = in_any_unit(f"sum_{digit}", unit)
                return frozenset(areas if unit else (*areas, f"n_{digit}", f"share_{digit}"))
        whose = [digit for digit, names in self.categories.items() if any(name in text for name in names)]
        if not whose and not self._says(text, "all"):
            return frozenset()
        last = folded(title.rpartition("/")[2])
        # 面积占比 is a share, though it speaks of an area.
        what = next((key for part in (last, text) for key in ("share", "area", "n") if self._says(part, key)), "")
        if len(whose) > 1 or not what:
            return frozenset()
        of = f"_{whose[0]}" if whose else ""
        return frozenset(in_any_unit(f"sum{of}", unit) if what == "area" else [f"{what}{of}"])

    def _says(self, text: str, what: str) -> bool:
        if what == "area" and stated_unit(text) in AREA_UNITS:
            return True
        return any(one in text for one in self._folded("sums", what))

    def _folded(self, table: str, key: str) -> frozenset[str]:
        return frozenset(map(folded, self.listed(table, key)))

    def short_sums(self, column: FoundColumn) -> frozenset[str]:
        """Say which sum of all a column beside counties is called, where it is called 单元数 or 面积 and no more."""
        name, unit = bare(column.title), stated_unit(column.title) or stated_unit(column.alias)
        return frozenset(
            one
            for what, own in (("n", ("n",)), ("area", in_any_unit("sum", unit)))
            if name in self._folded("sums", what)
            for one in own
        )

    def says_whole(self, column: FoundColumn) -> bool:
        """Whether a name of a share says that it is one of the whole city."""
        return self._says(folded(column.title), "whole")

    def category_said(self, text: str) -> str:
        """Give the digit of the one category that a text speaks of, "" for none or several."""
        said = [digit for digit, names in self.categories.items() if any(name in text.lower() for name in names)]
        return said[0] if len(said) == 1 else ""

    def says_year(self, column: FoundColumn) -> bool:
        """Whether a name has a year in it."""
        return any(_YEAR.search(folded(title)) for title in (column.title, column.alias))

    def of_a_part(self, kind: str, column: FoundColumn) -> bool:
        """Whether a name speaks of a part of a unit, or of a change, beside what is a known name as a whole."""
        words = self._folded("elsewhere", "words")
        if kind == "counties" and self._sums(column.title):
            words = words - self._folded("sums", "share")
        return any(word in part for part in self._unknown_parts(kind, column) for word in words)

    def of_others(self, kind: str, column: FoundColumn) -> bool:
        """Whether a name says that others state it or look after it: figures that were reported, a county in charge.

        Initials say so before those of a known name: HDMJ is 核定面积, as MJ is 面积; HDYJ is known as a whole.
        """
        parts = self._unknown_parts(kind, column)
        words, names, initials = (self._folded("others", key) for key in ("words", "names", "initials"))
        known = self.names[kind]
        return any(
            part in names
            or any(word in part for word in words)
            or any(part.startswith(start) and part.removeprefix(start) in known for start in initials)
            for part in parts
        )

    def is_former(self, column: FoundColumn) -> bool:
        """Whether a name says that the column holds what was before."""
        names, starts, ends, words = (self._folded("former", key) for key in ("names", "starts", "ends", "words"))
        parts = [part for title in (column.title, column.alias) for one in title.split("/") if (part := folded(one))]
        return any(
            part in names
            or part.startswith(tuple(starts))
            or part.endswith(tuple(ends))
            or any(word in part for word in words)
            for part in parts
        )

    def _unknown_parts(self, kind: str, column: FoundColumn) -> list[str]:
        """Give the heads of a column, from above, without those that are a known name as a whole."""
        known, out = self.names[kind], []
        for title in (column.title, column.alias):
            if folded(title) not in known:
                out += [part for one in title.split("/") if (part := folded(one)) and part not in known]
        return out

    def has_general_head(self, column: FoundColumn) -> bool:
        """Whether the lowest of several heads says 代码 or 名称 alone, of whatever stands above it."""
        above, _, last = column.title.rpartition("/")
        return bool(above) and bare(last) in self._folded("heads", "general")


def read_words(profile: Profile | None = None) -> KnownWords:
    """Read the words of a profile, the national one by default.

    Raises
    ------
    BadInput
        A file of settings is missing or damaged.
    """
    return _national() if profile is None else _words(profile)


@cache
def _national() -> KnownWords:
    return _words(read_profile())


def _words(profile: Profile) -> KnownWords:
    settings = {**read_settings(PROFILES / FILE, PROFILES / FILE), "provinces": glossary().listed("province", "zh")}
    fields = profile_settings(profile, "unit_fields.toml")
    wording = list_words(profile)
    dimensions = {key: {text, *settings["dimensions"].get(key, ())} for key, text in wording.dimensions.items()}
    names = glossary(profile)
    own = library_paths(profile)[0].is_file()
    library = read_libraries(profile if own else read_profile())
    return KnownWords(
        settings=settings,
        names={kind: _names(kind, profile, settings, fields, dimensions) for kind in COLUMNS},
        categories={str(digit): tuple(words) for digit, words in fields["category"].items()},
        category_names={str(key): str(text) for key, text in profile["categories"].items()},
        kinds=frozenset([*map(str, profile["kind_labels"].values()), *(role.label for role in profile.roles.values())]),
        subtypes=frozenset(map(str, profile["subtypes"].values())),
        dimensions={key: frozenset(map(folded, words)) for key, words in dimensions.items()},
        effects={key: frozenset([folded(text)]) for key, text in wording.effects.items()},
        called={
            "element": {key: names("element", key, "zh", {}) for key in settings["elements"]},
            "dimension": dict(wording.dimensions),
            "effect": dict(wording.effects),
        },
        clauses={_letters(row.text): str(row.dimension) for row in library.itertuples() if len(row.text) > 8},
        zones={
            row["category"] + row["element_digit"] + row["subtype_digit"]: (
                row["element"],
                row["role"] if row["zone"] == "*" else row["zone"],
                row["label"],
            )
            for row in profile.table("codes_ys.csv")
        },
        levels=tuple(map(str, profile["classification"]["levels"])),
        severities=frozenset(names("severity", one, "zh", {}) for one in ("error", "warning")),
        states=frozenset(names("state", one, "zh", {}) for one in ("open", "accepted")),
    )


def _letters(text: str) -> str:
    return re.sub(r"\W+", "", text)


def _names(
    kind: str,
    profile: Profile,
    settings: Mapping[str, Any],
    fields: Mapping[str, Any],
    dimensions: Mapping[str, Iterable[str]],
) -> KnownNames:
    """Gather the names that the columns of a kind of rows have anywhere."""
    pairs: list[tuple[str, str]] = []
    for table in ("shared", kind):
        for of, words in settings["names"].get(table, {}).items():
            pairs += [(str(name), str(of)) for name in words]
    if kind in ("units", "zones", "findings"):
        for field in read_layers(profile)[kind][2]:
            of = field.of or (REMARK if field.name.upper().startswith("REMARK") else "")
            pairs += [(name, of) for name in (field.name, field.alias, field.short) if name and of]
    if kind in ("units", "clauses"):
        known = {meaning: rule["names"] for meaning, rule in fields["fields"].items()}
        known |= fields["titles"] if kind == "clauses" else {}
        pairs += [(str(name), _MEANINGS.get(meaning, meaning)) for meaning, names in known.items() for name in names]
    if kind == "units":
        pairs += [(name, of) for of, words in dimensions.items() for name in words]
    pairs += [(name, of) for of, said in COLUMNS[kind].items() for name in (of, word(said, "zh"), word(said, "en"))]
    found: dict[str, list[str]] = {}
    for name, of in pairs:
        if of in COLUMNS[kind] or of == REMARK:
            # What a category is called and its digit are one thing here: values say which.
            found.setdefault("category" if of == "category_name" else of, []).append(name)
    return KnownNames(found)
