"""Which of the rows a layer or table holds, where a package has one a category, county or element.

What its own rows have in common says so; of one without rows what it is called, what stands above it, and its path.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import combinations
from os.path import commonpath
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ...core.messages import NOTHING, Message, at, joined
from .values import texts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from .found import FoundTable, TableMatch
    from .known import KnownFacts
    from .words import KnownWords

_SAME = 0.98  # share of rows that have to be the same for a layer to be that part
_NAMES = {"land": ("陆域",), "sea": ("海域", "近岸", "海洋")}
_MOST = 2  # facts that a part is told by
_MOST_OF = 0.95  # share of the rows from which a list is taken for one of all of them
_CODE = 6  # digits of a county's
_STEM = 2  # letters of the name of a county without its ending
_FACTS: Mapping[str, Message] = {
    "category": Message("category"),
    "county": Message("county"),
    "element": Message("element"),
    "zone": Message("type of the zone"),
    "ground": Message("land or sea"),
}
"""What a part is told by: a column of ``export.records.COLUMNS`` → what it is called."""
_KINDS = ("units", "zones")
_BY_NAMES = Message("has no rows: columns are matched by their names alone")
_ALWAYS = ("category", "ground")  # a part of that alone says so also where there is no other


def parted(
    tables: Sequence[TableMatch], known: KnownFacts, words: KnownWords, beside: Sequence[TableMatch] = ()
) -> list[TableMatch]:
    """Say which rows each layer or table holds, of all that those of its kind hold together.

    Parameters
    ----------
    tables : sequence of TableMatch
        Layers, or the tables of all files.
    known : KnownFacts
        What the layers say.
    words : KnownWords
    beside : sequence of TableMatch
        Of tables the layers, parted.

    Returns
    -------
    list of TableMatch
        With ``only``, and of those without rows why.
    """
    whole: dict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    whole["units"] |= _facts("units", known.units, words)
    whole["zones"] |= _facts("zones", known.zones, words)
    facts = [_facts(table.of, table.codes, words) for table in tables]
    for table, own in zip(tables, facts, strict=True):
        whole[table.of] |= own
        whole[table.table.file + table.of] |= own
    counties = _counties([*tables, *beside])
    out, reasons = [], []
    silent: dict[int, set[str]] = {}
    for table, own in zip(tables, facts, strict=True):
        texts = {text: _said(text, table.of, counties, words) for text in _texts(table.table)}
        only: Mapping[str, str] | None = {}
        why, all_ = NOTHING, whole[table.of]
        if own:
            first = next(iter(own.values()))
            # What a list was of by chance it need not be of: a county's is, where there are others and it says so.
            fixed = [key for key in first if key in _ALWAYS or len({one[key] for one in all_.values()}) > 1]
            said = [key for key in fixed for one in texts.values() if one.get(key) == {first[key]}]
            only = _part(own, all_, said)
            if only is None and table.table.geometry is None:
                # Last year's list may be of another version than its layers.
                only = _part(own, whole[table.table.file + table.of], said)
            asked = len(_chosen(all_, only or {}))
            if only is not None and table.of == "units" and len(own) < _MOST_OF * asked:
                counts = {"count": len(own), "all": asked}
                why = Message("held {count} of {all} units, by a rule that is not known: it will hold all", **counts)
                table = replace(table, told=(*table.told, why))
        elif table.of in _KINDS:
            only, why = _by_words(texts)
            silent[id(table.table)] = {text for text, found in texts.items() if not any(found.values())}
        out.append(replace(table, only=only))
        reasons.append(why)
    likes = [*out, *beside]
    return [
        one if any(one.codes) else _empty(one, likes, why, silent.get(id(one.table), set()))
        for one, why in zip(out, reasons, strict=True)
    ]


def _facts(of: str, codes: Iterable[str], words: KnownWords) -> dict[str, dict[str, str]]:
    """Give code → column → what it says, for the columns that tell parts."""
    out: dict[str, dict[str, str]] = {}
    for code in filter(None, codes) if of in _KINDS else ():
        element, zone, _ = words.zones.get(code[8:11], ("", "", "")) if of == "zones" else ("", "", "")
        own = {"ground": "sea" if code.startswith("HY") else "land"} if of == "units" else {"element": element}
        out[code] = own | {"category": code[8], "zone": zone, "county": code[2:8]}
    return out


def _part(
    own: Mapping[str, Mapping[str, str]], all_: Mapping[str, Mapping[str, str]], said: Iterable[str]
) -> Mapping[str, str] | None:
    first = next(iter(own.values()))
    constant = {key: value for key, value in first.items() if all(one[key] == value for one in own.values()) and value}
    # Zones of one element are a layer of that element, also where the package has no other.
    always = {key: value for key, value in constant.items() if key in ("element", *said)}
    others = [key for key in constant if key not in always]
    for count in range(_MOST + 1):
        for more in combinations(others, count):
            tried = always | {key: constant[key] for key in more}
            chosen = _chosen(all_, tried)
            if len(chosen & own.keys()) >= _SAME * len(chosen | own.keys()):
                return tried
    return None


def _chosen(all_: Mapping[str, Mapping[str, str]], only: Mapping[str, str]) -> set[str]:
    return {code for code, one in all_.items() if all(one[key] == value for key, value in only.items())}


# ── by words ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _counties(tables: Iterable[TableMatch]) -> dict[str, str]:
    """Give name → code of the counties that layers or tables name beside codes; their codes are names too."""
    found: dict[str, set[str]] = defaultdict(set)
    for table in tables:
        for code in table.codes:
            if len(code) > _CODE:
                found[code[2:8]].add(code[2:8])
        for column in (match.column for match in table.matches if match.of == "county_name"):
            for code, name in zip(table.codes, texts_of(column), strict=False):
                found[name].add(code[2:8] if len(code) > _CODE else code)
    # A code that ends in 00 is a city's, or the sea's.
    one = {name: max(codes) for name, codes in found.items() if name and len(codes - {""}) == 1}
    return {name: code for name, code in one.items() if not code.endswith("00")}


def _said(text: str, of: str, counties: Mapping[str, str], words: KnownWords) -> dict[str, set[str]]:
    """Say what a text names, by column: of ``county`` "" where it says that it is of all."""
    county = {code for code in re.findall(r"(?<!\d)\d{6}(?!\d)", text) if code in counties.values()}
    for name in sorted(counties, key=len, reverse=True):
        # 东区 is none in 城东区; without its ending a name has to stand alone: 天山.
        own = re.search(rf"(^|[^一-鿿]|[省市州盟]){re.escape(name)}", text)
        if own or (len(name) > _STEM and name[:-1] in re.split(r"[\W\d_]+", text)):
            county.add(counties[name])
            text = text.replace(name, " ")
    if not county and any(one in text for one in words.listed("sums", "whole")):
        county = {""}
    # 生态环境 is what all of them are of, and a single letter stands for anything.
    plain = text.replace("生态环境", "")
    elements = {key: [one for one in own if len(one) > 1] for key, own in words["elements"].items()}
    return {
        "county": county,
        "category": _naming(text.lower(), words.categories),
        "ground": _naming(text, _NAMES) if of == "units" else set(),
        "element": _naming(plain, elements) if of == "zones" else set(),
    }


def _naming(text: str, named: Mapping[str, Iterable[str]]) -> set[str]:
    return {key for key, words in named.items() if any(word in text for word in words)}


def _texts(table: FoundTable) -> list[str]:
    """Give the texts that may say which rows a table holds, the nearest first."""
    path = PurePosixPath(table.file)
    # What one column is called says nothing of the others.
    over = {column.title.partition("/")[0] for column in table.columns if "/" in column.title}
    return [table.name, *table.above, *(over if len(over) == 1 else ()), path.stem, *reversed(path.parts[:-1])]


def _by_words(texts: Mapping[str, Mapping[str, set[str]]]) -> tuple[Mapping[str, str] | None, Message]:
    """Say which rows a table holds that had none last year, by the texts that name one thing, and by which."""
    said: dict[str, tuple[str, str]] = {}
    for text, found in texts.items():
        for key, values in found.items():
            for value in values if len(values) == 1 else ():
                before, earlier = said.setdefault(key, (value, text))
                if before and value and before != value:
                    why = Message(
                        "has no rows, and '{one}' contradicts '{other}': it stays empty", one=earlier, other=text
                    )
                    return None, why
    where = dict.fromkeys(text for _, text in said.values())
    by = Message("had no rows: which it holds is taken from {texts}", texts=joined(where))
    # An empty text says that a county is not asked for.
    return {key: value for key, (value, _) in said.items()}, by


def _empty(table: TableMatch, all_: Sequence[TableMatch], why: Message, silent: Collection[str]) -> TableMatch:
    """Take what words say where it tells a table from its likes as these are told from each other; else nothing.

    A folder of its own that says nothing (``silent``) may be one of a county that nobody knows.
    """
    file, flat = table.table.file, table.table.geometry is None
    only = None if table.only is None else {key: value for key, value in table.only.items() if value}
    told = [] if any(len(one.values) for one in table.table.columns) else [_BY_NAMES]
    if table.only is not None and table.of in _KINDS:
        alike = [one for one in all_ if one.of == table.of and one.table is not table.table]
        rows = [one for one in alike if any(one.codes)]
        # Those that lie nearest: in the same file, else the folder, else the one above it …
        shared = {id(one): len(commonpath([file, one.table.file])) for one in alike}
        nearest = max((shared[id(one)] for one in rows), default=0)
        lacking = {key for one in alike if shared[id(one)] >= nearest for key in one.only or ()} - table.only.keys()
        same = [one for one in rows if (one.table.geometry is None) == flat and one.only == only]
        apart = set(silent).intersection(PurePosixPath(file).parts[:-1])
        likes = [PurePosixPath(one.table.file).parts for one in rows if (one.table.geometry is None) == flat]
        apart = apart.difference(*likes) if likes else set()
        if lacking or apart or any(not only or one.table.file == file for one in same):
            what = [said for key, said in _FACTS.items() if key in lacking]
            what = what or [at(name) for name in (*(one.table.name for one in same), *sorted(apart))]
            why = Message(
                "has no rows, and nothing says which it would hold ({what}): it stays empty", what=joined(what)
            )
            only = None
    return replace(table, only=only, told=(*table.told, *told, *([why] if only != {} else [])))
