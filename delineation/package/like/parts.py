"""Which of the rows a layer or table holds, where a package has one a category, county or element.

What its own rows have in common says so; of one without rows what it is called, what stands above it, and its path.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...core.messages import Message, at, joined
from .known import Known
from .values import texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from .found import FoundTable, TableMatch
    from .words import Words

__all__ = ["parted"]

_SAME = 0.98  # share of rows that have to be the same for a layer to be that part
_NAMES = {"land": ("陆域",), "sea": ("海域", "近岸", "海洋")}
_MOST = 2  # facts that a part is told by
_STEM = 2  # letters of the name of a county without its ending
_FACTS: Mapping[str, Message] = {
    "category": Message("category"),
    "county": Message("county"),
    "element": Message("element"),
    "zone": Message("type of the zone"),
    "ground": Message("land or sea"),
}
"""What a part is told by: a column of ``export.records.COLUMNS`` → what it is called."""
_PARTED = ("units", "zones")
_ALWAYS = ("category", "ground")  # a part of that alone says so also where there is no other


def parted(
    tables: Sequence[TableMatch], words: Words, known: Known | None = None, beside: Sequence[TableMatch] = ()
) -> list[TableMatch]:
    """Say which rows each layer or table holds, of all that those of its kind hold together.

    Parameters
    ----------
    tables : sequence of TableMatch
        Layers, or the tables of all files.
    words : Words
    known : Known, optional
        What the layers say.
    beside : sequence of TableMatch
        Of tables the layers, parted.

    Returns
    -------
    list of TableMatch
        With ``only``, and of those without rows why.
    """
    known = known or Known()
    facts = [_facts(table.of, table.codes, words) for table in tables]
    whole: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for of, records in (("units", known.units), ("zones", known.zones)):
        whole[of] |= _facts(of, records, words)
    for table, own in zip(tables, facts, strict=True):
        whole[table.of] |= own
        whole[table.table.file + table.of] |= own
    names = _Names.of([*tables, *beside], known, words)
    out = []
    for table, own in zip(tables, facts, strict=True):
        all_ = whole[table.of]
        # What a list was of by chance it need not be of: a county's is, where there are others and it says so.
        fixed = [key for key in _FACTS if key in _ALWAYS or len({one[key] for one in all_.values() if key in one}) > 1]
        spoken = [names.said(text, table.of) for _, text in _texts(table.table)]
        only = _part(own, all_, spoken, fixed)
        if only is None and table.table.geometry is None:
            # Last year's list may be of another version than its layers.
            only = _part(own, whole[table.table.file + table.of], spoken, fixed)
        out.append(replace(table, only=only))
    return [_without_rows(table, [*out, *beside], names) if not any(table.codes) else table for table in out]


def _facts(of: str, codes: Iterable[str], words: Words) -> dict[str, dict[str, str]]:
    """Give code → column → what it says, for the columns that tell parts."""
    out: dict[str, dict[str, str]] = {}
    for code in filter(None, codes) if of in _PARTED else ():
        element, zone, _ = words.zones.get(code[8:11], ("", "", "")) if of == "zones" else ("", "", "")
        own = {"ground": "sea" if code.startswith("HY") else "land"} if of == "units" else {"element": element}
        out[code] = own | {"category": code[8], "zone": zone, "county": code[2:8]}
    return out


def _part(
    own: Mapping[str, Mapping[str, str]],
    all_: Mapping[str, Mapping[str, str]],
    spoken: Sequence[Mapping[str, set[str]]],
    by_words: Iterable[str],
) -> Mapping[str, str] | None:
    if not own:
        return {}
    first = next(iter(own.values()))
    constant = {key: value for key, value in first.items() if all(one[key] == value for one in own.values()) and value}
    # Zones of one element are a layer of that element, also where the package has no other.
    always = {
        key: value
        for key, value in constant.items()
        if key == "element" or (key in by_words and any(said[key] == {value} for said in spoken))
    }
    others = [key for key in constant if key not in always]
    for count in range(_MOST + 1):
        for more in combinations(others, count):
            tried = always | {key: constant[key] for key in more}
            chosen = {code for code, one in all_.items() if all(one[key] == value for key, value in tried.items())}
            if len(chosen & own.keys()) >= _SAME * len(chosen | own.keys()):
                return tried
    return None


# ── by words ──────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Names:
    """What names and titles may speak of: the counties by their names, cities by the first four digits of codes."""

    counties: Mapping[str, str]
    cities: frozenset[str]
    words: Words

    @classmethod
    def of(cls, tables: Iterable[TableMatch], known: Known, words: Words) -> _Names:
        """Gather what counties are called: in the layers, and in tables beside codes."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, one in known.counties.items():
            found[str(one["county_name"])].add(code)
        for table in tables:
            for match in table.matches:
                if match.of == "county_name":
                    for code, name in zip(table.codes, texts_of(match.column), strict=False):
                        found[name].add(code[2:8] if len(code) > 6 else code)
        own = {name: codes - {""} for name, codes in found.items() if name}
        counties = {name: min(codes) for name, codes in own.items() if len(codes) == 1}
        return cls(counties, frozenset(code[2:6] for table in tables for code in table.codes if len(code) > 6), words)

    def said(self, text: str, of: str) -> dict[str, set[str]]:
        """Say what a text names, by column: of ``county`` "" where it says that it is of all."""
        codes = re.findall(r"(?<!\d)\d{6}(?!\d)", text)
        known = self.counties.values()
        found = {"county": {one for one in codes if one in known or (one[:4] in self.cities and one[4:] != "00")}}
        for name in sorted(self.counties, key=len, reverse=True):
            # 东区 is none in 城东区; without its ending a name has to stand alone: 天山.
            if name in text or (len(name) > _STEM and name[:-1] in re.split(r"[\W\d_]+", text)):
                found["county"].add(self.counties[name])
                text = text.replace(name, " ")
        if any(one in text for one in self.words.listed("sums", "whole")):
            found["county"] = found["county"] or {""}
        found["category"] = _naming(text.lower(), self.words.categories)
        found["ground"] = _naming(text, _NAMES if of == "units" else {})
        # 生态环境 is what all of them are of, and a single letter stands for anything.
        elements = {key: [one for one in own if len(one) > 1] for key, own in self.words["elements"].items()}
        found["element"] = _naming(text.replace("生态环境", ""), elements if of == "zones" else {})
        zones = self.words.zones.values() if of == "zones" else ()
        found["zone"] = {zone for _, zone, label in zones if label in text}
        return found

    def called(self, key: str, value: str) -> str:
        """Say what stands for a value of a column."""
        named = {
            "category": self.words.category_names,
            "county": {code: name for name, code in self.counties.items()},
            "element": self.words.called["element"],
            "zone": {zone: label for _, zone, label in self.words.zones.values()},
            "ground": {ground: words[0] for ground, words in _NAMES.items()},
        }
        return str(named[key].get(value, value))


def _naming(text: str, named: Mapping[str, Iterable[str]]) -> set[str]:
    return {key for key, words in named.items() if any(word in text for word in words)}


def _texts(table: FoundTable) -> list[tuple[Message, str]]:
    """Give the texts that may say which rows a table holds, the nearest first, each with where it stands."""
    path = PurePosixPath(table.file)
    over = Counter(column.title.partition("/")[0] for column in table.columns if "/" in column.title)
    return [
        (Message("what it is called"), table.name),
        *((Message("what stands above it"), text) for text in table.above),
        # What one column is called says nothing of the others.
        *((Message("its head"), text) for text, count in over.items() if 2 * count > len(table.columns)),
        (Message("the file's name"), path.stem),
        *((Message("its folder"), part) for part in reversed(path.parts[:-1])),
    ]


def _without_rows(table: TableMatch, all_: Sequence[TableMatch], names: _Names) -> TableMatch:
    """Say which rows a table holds that had none last year; none where that is as uncertain as it is for its likes."""
    by_name = Message("has no rows: columns are matched by their names alone")
    bare = (*table.told, *(() if any(len(one.values) for one in table.table.columns) else (by_name,)))
    if table.of not in _PARTED:
        return replace(table, told=bare)
    said: dict[str, tuple[str, Message, str]] = {}
    for place, text in _texts(table.table):
        for key, values in names.said(text, table.of).items():
            for value in values if len(values) == 1 else ():
                before, where, earlier = said.setdefault(key, (value, place, text))
                if before and value and before != value:
                    why = Message(
                        "{place} ('{text}') and {other} ('{contrary}') contradict each other: it stays empty",
                        place=where,
                        text=earlier,
                        other=place,
                        contrary=text,
                    )
                    return replace(table, only=None, told=(*bare, why))
    alike = [one for one in all_ if one.of == table.of and one.table is not table.table]
    filled = [one for one in alike if any(one.codes)]
    near, close = _nearest(table.table.file, filled)
    needed = {key for one in near for key in one.only or ()}
    needed |= {
        key
        for one in alike
        if one not in filled and one.table.file == table.table.file
        for _, text in _texts(one.table)
        for key, values in names.said(text, table.of).items()
        if len(values - {""}) == 1
    }
    only = {key: value for key, (value, *_) in said.items() if value}
    places = [place for value, place, _ in said.values() if value]
    for key in sorted(needed - said.keys()):
        values = {(one.only or {}).get(key, "") for one in near} if close else set()
        if len(values) == 1 and "" not in values:
            only[key] = values.pop()
            places.append(Message("what is beside it"))
    lacking = [key for key in _FACTS if key in needed - said.keys() - only.keys()]
    own = {text for _, _, text in said.values()}
    layers = table.table.geometry is not None
    twins = [
        one
        for one in filled
        if one.only == only
        and (one.table.geometry is not None) == layers
        and own <= {text for _, text in _texts(one.table)}
    ]
    if lacking:
        why = Message(
            "has no rows, and nothing says of which {what} they would be: it stays empty",
            what=joined([_FACTS[key] for key in lacking]),
        )
        return replace(table, only=None, told=(*bare, why))
    if twins:
        place = at(f"{twins[0].table.file} {twins[0].table.name}")
        why = Message("has no rows, and nothing says which it would hold beside {other}: it stays empty", other=place)
        return replace(table, only=None, told=(*bare, why))
    if not only:
        return replace(table, told=bare)
    what = joined([names.called(key, value) for key, value in only.items()])
    taken = Message("had no rows: it takes those of {what}, by {where}", what=what, where=joined(dict.fromkeys(places)))
    return replace(table, only=only, told=(*bare, taken))


def _nearest(path: str, others: Sequence[TableMatch]) -> tuple[list[TableMatch], bool]:
    """Find those of the same file, else folder, else the one above …; tell whether it is one of the first two."""
    folder, level = path, 0
    while True:
        near = [one for one in others if not folder or f"{one.table.file}/".startswith(f"{folder}/")]
        if near or not folder:
            return near, level < 2
        folder, level = folder.rpartition("/")[0], level + 1
