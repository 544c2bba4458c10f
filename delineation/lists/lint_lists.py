"""Lint of the lists of units: filled, of this unit, as their library has them (Q15, Q29, Q30, L12–L16)."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..core.findings import Finding
from ..core.messages import Fact, Message
from ..core.text import free_name
from .draft import BY_PEOPLE, PROPOSED, ClauseIndex, unit_scopes
from .entries import listed, of_units, rank, short
from .kept_library import scope_cells
from .place_names import Gazetteer, bare_name
from .wording import DIMENSIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from ..core.arrays import Ints
    from .entries import EntryLists

_COMPARED = ("text", "effect", "dimension", "basis")
_COUNTY = slice(2, 8)  # of a unit's code


# ── Q15 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def filled(lists: EntryLists) -> list[Finding]:
    """Check that each unit has a list, each row a unit, and each list the dimensions that its category needs (Q15).

    A clause that is only proposed fills nothing.

    Returns
    -------
    list of Finding
        ``none`` (units without a row), ``dimension`` (one a dimension), ``orphan`` (rows without a unit; value: rows).
    """
    row = lists.unit_row
    stands = (row >= 0) & (lists.texts("status") != PROPOSED).to_numpy()
    if lists.fields:
        stands &= (lists.texts("text").str.strip() != "").to_numpy()
    place = pd.Index(DIMENSIONS).get_indexer(lists.texts("dimension"))
    has = np.zeros((len(lists.units), len(DIMENSIONS)), dtype=bool)
    has[row[stands & (place >= 0)], place[stands & (place >= 0)]] = True
    bare = ~has.any(axis=1)
    findings = []
    if bare.any():
        units = lists.named(np.flatnonzero(bare))
        findings.append(of_units("Q15", units, problem="none", n=len(units)))
    category = lists.units["category"].to_numpy()
    told = set(lists.texts("dimension")) if lists.fields else set(DIMENSIONS)
    for number, dimension in enumerate(DIMENSIONS):
        # A field that a layer has not, or that nobody recognised, says nothing of its units.
        if dimension not in told:
            continue
        needs = [one for one, these in lists.limits.needed.items() if dimension in these]
        # Of a unit of unknown category nobody knows what it needs.
        lacking = np.flatnonzero(~bare & ~has[:, number] & np.isin(category, needs))
        if len(lacking):
            units = lists.named(lacking)
            findings.append(of_units("Q15", units, problem="dimension", dimension=dimension, n=len(units)))
    lost = row < 0
    if lost.any():
        codes, n = listed(dict.fromkeys(lists.texts("code")[lost])), int(lost.sum())
        findings.append(Finding("Q15", {"problem": "orphan", "n": n, **codes}, float(n)))
    return findings


# ── Q29, Q30 ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _places(lists: EntryLists) -> dict[str, Collection[str]]:
    townships = {name for cell in set(lists.units["townships"]) for name in cell.split("、")}
    return {"county": set(lists.counties.values()), "township": townships, "park": set(lists.parks)}


def _outside(lists: EntryLists) -> set[str]:
    """Names of provinces, cities and counties in which no county of the lists lies; none where theirs are not known."""
    here = {code[:length] for code in lists.county if code for length in (2, 4, 6)}
    return {name for name, codes in lists.known.divisions.items() if here and here.isdisjoint(codes)}


def _owners(lists: EntryLists) -> Mapping[str, frozenset[int]]:
    """Bare name or code → rows of the units that may be called so, or where it is."""
    found: dict[str, set[int]] = defaultdict(set)
    units = lists.units
    for row, (county, cell, name, code) in enumerate(
        zip(lists.county, units["townships"], units["name"], units["code"], strict=True)
    ):
        own = [lists.counties.get(county, ""), *str(cell).split("、"), name, code]
        for one in own:
            found[bare_name(str(one))].add(row)
    for name, rows in lists.places.items():
        found[name] |= rows
    return {name: frozenset(rows) for name, rows in found.items()}


def foreign_names(lists: EntryLists) -> list[Finding]:
    """Check that names and codes of units fit the unit they stand for (Q29).

    Returns
    -------
    list of Finding
        ``code`` (rows of a list carry another code than their unit), ``name`` (a unit's name names a county, township
        or park where it does not lie), ``category`` (it says another category), ``kind`` (it says a kind of which it
        has no land), ``county`` (of a layer: the county's name is another than that of the other units of its code),
        one a unit. Names that the product made, or a person by an edit, are not looked at.
    """
    findings = []
    row, codes = lists.unit_row, lists.texts("code").to_numpy(dtype=object)
    there = np.flatnonzero(row >= 0)
    other = there[codes[there] != lists.units["code"].to_numpy(dtype=object)[row[there]]]
    for number, rows in pd.Series(codes[other]).groupby(row[other], sort=True):
        facts: dict[str, Fact] = {"problem": "code", "n": len(rows), **listed(dict.fromkeys(rows))}
        findings.append(Finding("Q29", facts, float(len(rows)), None, lists.named([number])))
    defaults, names = lists.defaults, lists.units["name"].tolist()
    places, owners = Gazetteer.of(_places(lists), lists.limits.ignored), _owners(lists)
    has = {*zip(lists.units["unit_id"], lists.units["kind"], strict=True)}
    if len(lists.touches):
        far = lists.touches[["share_of_unit", "share_of_zone"]].max(axis=1) >= lists.limits.least_share
        has |= {*lists.touches.loc[far, ["unit_id", "role"]].itertuples(index=False, name=None)}
    categories, zones = (
        lists.known.categories,
        [one for one in lists.known.roles.values() if one.element or one.protected],
    )
    for number, (unit, name) in enumerate(zip(lists.units["unit_id"], names, strict=True)):
        if defaults is not None and unit not in defaults:
            continue
        own = categories.get(int(lists.units["category"].iloc[number]), name)
        away = [one for one in places.named_in(bare_name(name)) if number not in owners.get(one, ())]
        wrong = {
            # Units at sea are often named after the coast they lie off.
            "name": [] if lists.sea[number] else away,
            "category": [] if own in name else [word for word in categories.values() if word in name],
            # Where nothing is known of zones, nobody knows what is not there.
            "kind": [
                role.label
                for role in (zones if len(lists.touches) else ())
                if role.label in name and (unit, role.name) not in has
            ],
        }
        said: dict[str, Fact] = {"name": name, "advice": Message("check the name")}
        if defaults is not None:
            proposed = free_name(defaults[unit], names)
            said |= {"proposed": proposed, "advice": Message("proposed: '{name}'", name=proposed)}
        for problem, words in wrong.items():
            if words:
                told = {**said, "problem": problem, "places": tuple(words)}
                findings.append(Finding("Q29", told, float(len(words)), None, lists.named([number])))
    return findings + _county_names(lists)


def _county_names(lists: EntryLists) -> list[Finding]:
    """Find units of a layer whose county is called otherwise than that of most units with its county code."""
    if "county_name" not in lists.units:
        return []
    findings = []
    names = lists.units["county_name"].to_numpy(dtype=object)
    for county in sorted(set(lists.county) - {""}):
        rows = np.flatnonzero((lists.county == county) & (names != ""))
        usual = Counter(names[rows]).most_common(1)
        for row in rows[names[rows] != usual[0][0]] if usual else ():
            facts: dict[str, Fact] = {"problem": "county", "name": str(names[row]), "usual": str(usual[0][0])}
            findings.append(Finding("Q29", facts, None, None, lists.named([int(row)])))
    return findings


def foreign_texts(lists: EntryLists) -> list[Finding]:
    """Find texts that name another place, park, unit or code than those of the unit they stand for (Q30).

    Returns
    -------
    list of Finding
        ``county``, ``township``, ``park``, ``unit``, ``code``, ``outside`` (a county, city or province of which the
        plan has no land): one a clause and name, with the units where it is wrong; of a layer's fields one a name.
    """
    number, texts = pd.factorize(lists.texts("text"))
    names = {**_places(lists), "unit": set(lists.units["name"]), "outside": _outside(lists)}
    gazetteer, owners = Gazetteer.of(names, lists.limits.ignored), _owners(lists)
    named = {text: found for text, one in enumerate(texts) if (found := gazetteer.named_in(str(one)))}
    rows = np.flatnonzero(np.isin(number, list(named)) & (lists.unit_row >= 0))
    clause = lists.texts("clause_id").to_numpy(dtype=object)
    wrong: dict[tuple[str, str, int], set[int]] = {}
    for row in map(int, rows):
        unit = int(lists.unit_row[row])
        for name in named[int(number[row])]:
            if unit not in owners.get(name, ()):
                key = ("", name, -1) if lists.fields else (clause[row], name, int(number[row]))
                wrong.setdefault(key, set()).add(unit)
    findings = []
    for (clause_id, name, text), units in wrong.items():
        said = {} if lists.fields else {"clause": clause_id, "text": short(str(texts[text]))}
        kind = gazetteer.kind.get(name, "code")
        findings.append(of_units("Q30", lists.named(sorted(units)), problem=kind, name=name, n=len(units), **said))
    return findings


# ── L12–L16: rows held against the library ─────────────────────────────────────────────────────────────────────


def repeated_rows(lists: EntryLists) -> pd.DataFrame:
    """Give rows of lists that say in a dimension of their unit what another row says, the highest level first.

    Clauses of the library that differ in where they hold and in their effect alone are none: they print as one.

    Returns
    -------
    pandas.DataFrame
        ``unit`` (row), ``said`` (number of the text), ``clause_id``, ``level``, ``text``; sorted so that the first of
        each unit and text is the one to keep.
    """
    number, texts = pd.factorize(lists.texts("text"))
    plain, _ = pd.factorize(np.array([plain_text(str(one)) for one in texts], dtype=object))
    said = pd.factorize(pd.Series(plain[number]) * len(DIMENSIONS) + _place(lists))[0]
    table = pd.DataFrame({"unit": lists.unit_row, "said": said})
    again = table.duplicated(keep=False).to_numpy() & (lists.unit_row >= 0) & (not lists.fields)
    names = ("clause_id", "level", "text", "basis")
    table = table[again].assign(**{name: lists.texts(name).to_numpy(dtype=object)[again] for name in names})
    # A library says a thing once for each place where it holds; where a unit meets several of them it prints as one.
    table["own"] = np.where(lists.library_row[again] < 0, np.arange(len(table)), -1)
    table = table.drop_duplicates(["unit", "said", *names[1:], "own"])
    table = table[table.duplicated(["unit", "said"], keep=False)]
    table["rank"] = table["level"].map(rank)
    return table.sort_values(["unit", "said", "rank"], kind="stable", ignore_index=True)


def _place(lists: EntryLists) -> Ints:
    return np.asarray(pd.Index(DIMENSIONS).get_indexer(lists.texts("dimension")), dtype=np.int64)


def repeated(lists: EntryLists) -> list[Finding]:
    """Find lists that say a thing twice (L16): one a text, with the units; value: how many."""
    findings = []
    for _, rows in repeated_rows(lists).groupby("said", sort=False):
        ids = tuple(dict.fromkeys(rows["clause_id"]))
        text = short(str(rows["text"].iloc[0]))
        findings.append(of_units("L16", lists.named(rows["unit"]), text=text, **listed(ids)))
    return findings


def altered(lists: EntryLists) -> list[Finding]:
    """Find clauses of a level above the lists' own that say something else than in their library (L12).

    Returns
    -------
    list of Finding
        One a clause, with what differs and the units.
    """
    at = lists.library_row
    levels = lists.library["level"].map(rank).to_numpy() if len(lists.library) else np.zeros(0, dtype=np.int64)
    rows = np.flatnonzero((at >= 0) & (lists.unit_row >= 0))
    rows = rows[levels[at[rows]] < rank(lists.level)] if len(rows) else rows
    differs = {
        name: lists.texts(name).to_numpy(dtype=object)[rows]
        != lists.library[name].fillna("").astype(str).to_numpy(dtype=object)[at[rows]]
        for name in _COMPARED
        if len(rows)
    }
    if not differs:
        return []
    table = pd.DataFrame({**differs, "at": at[rows], "unit": lists.unit_row[rows]})
    findings = []
    for number, own in table[table[list(_COMPARED)].any(axis=1)].groupby("at", sort=True):
        there = lists.library.iloc[int(number)]
        what = tuple(name for name in _COMPARED if own[name].any())
        findings.append(_of_clause("L12", there, lists.named(own["unit"]), level=str(there["level"]), what=what))
    return findings


def dropped_rows(lists: EntryLists) -> Ints:
    """Give the clauses of levels above the lists' own that units lack although they hold there.

    Returns
    -------
    (n, 2) int64
        Row of the library, row of the unit; by library.

    Notes
    -----
    Units whose lists were imported, or have no rows, are left out: nothing was drafted there. So are clauses that are
    not in force at the plan's date, and those whose text stands in the list under another id.
    """
    none, level = np.empty((0, 2), dtype=np.int64), rank(lists.level)
    above = [one for one in lists.entries if one.library and one.rank < level and one.dimension in DIMENSIONS]
    above = [one for one in above if not one.lapsed(lists.as_of)]
    made = (lists.library_row >= 0) & (lists.unit_row >= 0)
    units = np.unique(lists.unit_row[made])
    if not above or not len(units):
        return none
    columns = ("id", "dimension", "text", "terms")
    index = ClauseIndex.of(
        pd.DataFrame([{**scope_cells(one.terms), **{name: getattr(one, name) for name in columns}} for one in above]),
        lists.known.classes,
    )
    scopes = unit_scopes(lists.units.iloc[units], lists.touches, None, lists.limits.least_share, index)
    found = index.applying(scopes)
    at = lists.known_ids.get_indexer(index.id)
    lacks = np.zeros((len(lists.known_ids), len(lists.units)), dtype=bool)
    lacks[at[found.row[found.joined]], units[found.unit[found.joined]]] = True
    lacks[lists.library_row[made], lists.unit_row[made]] = False
    pairs = np.argwhere(lacks)
    rows = np.flatnonzero(np.isin(lists.unit_row, pairs[:, 1]))
    cells = zip(*(lists.texts(name).iloc[rows] for name in ("dimension", "text")), strict=True)
    said = {
        (unit, dimension, plain_text(text)) for unit, (dimension, text) in zip(lists.unit_row[rows], cells, strict=True)
    }
    texts = {number: (one.dimension, plain_text(one.text)) for number, one in zip(at, above, strict=True)}
    return pairs[[(unit, *texts[row]) not in said for row, unit in pairs]] if len(pairs) else none


def dropped(lists: EntryLists) -> list[Finding]:
    """Find clauses of levels above the lists' own that have been taken out of lists where they hold (L13).

    Returns
    -------
    list of Finding
        One a clause, with the units that lack it.
    """
    by_clause = pd.DataFrame(dropped_rows(lists), columns=["at", "unit"]).groupby("at")["unit"]
    return [
        _of_clause("L13", there, lists.named(lacking), level=str(there["level"]))
        for at, lacking in by_clause
        for there in [lists.library.iloc[int(at)]]
    ]


def waiting(lists: EntryLists) -> list[Finding]:
    """Find clauses that are proposed and wait for somebody to take or decline them (L14).

    Returns
    -------
    list of Finding
        ``zone``: one a zone or place, with the units that it only touches, all its area there, and the largest shares
        that it has of a unit, and a unit of it (value: the larger of both). ``plain``: where nothing is known of it.
    """
    row = lists.unit_row
    rows = np.flatnonzero((lists.texts("status") == PROPOSED).to_numpy() & (row >= 0))
    shares = _shares(lists) if len(rows) else {}
    origin, clause = lists.texts("origin").to_numpy(dtype=object), lists.texts("clause_id").to_numpy(dtype=object)
    groups: dict[str, list[int]] = defaultdict(list)
    for one in map(int, rows):
        groups[origin[one]].append(one)
    findings = []
    for brought, own in sorted(groups.items()):
        units = sorted({int(row[one]) for one in own})
        facts: dict[str, Fact] = {"problem": "plain", "origin": brought, "n": len(own), "count": len(units)}
        facts |= listed(dict.fromkeys(clause[own]))
        known = [shares[unit, brought] for unit in units if (unit, brought) in shares]
        value = None
        if known:
            area, of_unit, of_zone = zip(*known, strict=True)
            told: dict[str, Fact] = {"area_m2": sum(area), "of_unit": max(of_unit), "of_zone": max(of_zone)}
            facts |= {**told, "problem": "zone", "zone": _zone_called(brought)}
            value = max(*of_unit, *of_zone)
        findings.append(Finding("L14", facts, value, None, lists.named(units)))
    return findings


def _shares(lists: EntryLists) -> dict[tuple[int, str], tuple[float, float, float]]:
    """Tell of each unit and origin its area and share of the unit in all, and the largest share of one feature."""
    table = lists.touches
    if not len(table):
        return {}
    role, of_zone = table["role"].astype(str), table["role"] + ":" + table["zone"]
    measures = table[["area_m2", "share_of_unit", "share_of_zone"]].astype(float)
    measures["unit"] = pd.Index(lists.units["unit_id"]).get_indexer(table["unit_id"])
    classes = [lists.known.classes.get(pair) for pair in zip(table["role"], table["zone"], strict=True)]
    of_class = table["role"] + ":" + pd.Series(classes, index=table.index)
    of_class = of_class.where(of_class != of_zone)
    origins = role, of_zone, of_class, "place:" + table["place"]
    every = pd.concat([measures.assign(origin=one) for one in origins]).dropna(subset="origin")
    summed = every.groupby(["unit", "origin"]).agg({"area_m2": "sum", "share_of_unit": "sum", "share_of_zone": "max"})
    return {key: (area, unit, zone) for key, area, unit, zone in summed.itertuples(name=None)}


def _zone_called(origin: str) -> Fact:
    """Name what brought a clause."""
    what, _, name = origin.partition(":")
    if what == "place":
        return name
    if name and what not in ("category", "admin"):
        return Message("{zone:fullzone}", role=what, zone=name)
    return Message("{role:role}", role=what)


def forgotten(lists: EntryLists) -> list[Finding]:
    """Find rows whose clause the library no longer has (L15): one a clause, with the units."""
    if not len(lists.library):
        return []
    own = lists.texts("origin").isin(BY_PEOPLE).to_numpy()
    rows = np.flatnonzero(~own & (lists.library_row < 0) & (lists.unit_row >= 0))
    table = pd.DataFrame({name: lists.texts(name).to_numpy(dtype=object)[rows] for name in ("clause_id", "text")})
    by_clause = table.assign(unit=lists.unit_row[rows]).groupby("clause_id", sort=True)
    return [_of_clause("L15", own_rows.iloc[0], lists.named(own_rows["unit"])) for _, own_rows in by_clause]


def _of_clause(rule: str, there: Any, units: tuple[str, ...], **facts: Fact) -> Finding:
    """Make a finding of one clause, a row of a table, and the units it is about."""
    text = short(str(there["text"]))
    return of_units(rule, units, clause=str(there["clause_id"]), text=text, n=len(units), **facts)
