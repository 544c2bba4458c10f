"""What the tables of a package of others are, and what each of their columns holds: by values first, then by names.

A column is matched only where evidence suffices. Where a name and the values contradict each other, where several
columns could be the same thing, or where all rows are alike and the name says nothing, it stays empty, and why is told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ...core.column_names import BY_NAME
from ...core.messages import NOTHING, Message, at, joined
from ...export.records import COLUMNS, MEASURES
from . import by_codes, by_numbers, by_words
from .by_numbers import SAME
from .found import FoundTable, Match, TableMatch
from .known import KnownFacts
from .rivals import ColumnDecision, without_rivals
from .rows import ENOUGH, DescribedTable, Fit
from .values import Codes, codes_in
from .words import REMARK, SUMS, KnownWords, read_words, thing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .found import FoundColumn

_GOES_ON = re.compile(r"\d*(续表?|cont\.)")
_NAMED = 3  # columns whose names are known, from which a table without codes is taken for what they name
_EACH = 0.9  # share of the rows that have a code where each row is a unit
_LONG = 4  # letters that texts of a dimension have at least, on average
_LONGEST_COUNTY = 12  # letters of the name of a county
_SHORT = 40  # letters that names of kinds have at most, on average
_DIMENSIONS = ("space", "discharge", "risk", "resource")
_BEFORE = Message("its name says that it holds what was before")
_OTHERS_OWN = Message("its name says that it is what others state, grade or look after")
_PARTS_OWN = Message("its name speaks of a part of a unit, or of a change")
_YEARS_OWN = Message("its name speaks of a year, and its values are not the measured ones")
# Of these a name says what they are; values are only held against what they cannot be.
_TEXTS = {
    *_DIMENSIONS,
    *("name", "townships", "reasons", "kind_name", "subtype", "element_name", "zone_name", "plan"),
    *("text", "basis", "level", "origin", "status", "message", "state_name", "severity_name", "reason", "units"),
    *("county_name", "city", "province", "dimension_name", "effect_name", "clause_id", "id"),
    *("source", "role_name", "path", "layer", "crs", "encoding", "provider", "document"),
}


def match_table(
    table: FoundTable,
    known: KnownFacts | None = None,
    words: KnownWords | None = None,
    called: Mapping[str, str] = MappingProxyType({}),
) -> TableMatch:
    """Say what a table's rows are, and what each column holds.

    Parameters
    ----------
    table : FoundTable
        A layer with its shapes, or a table whose rows are data: heads are left out by whoever read it. A row with a
        word for a sum (合计) counts for nothing.
    known : KnownFacts, optional
        What the layers of the same package say: evidence for tables without shapes. Nothing by default.
    words : KnownWords, optional
        By which names and values are recognised; those of the national profile by default.
    called : mapping, optional
        Title → what a column of that title holds in another table of the file: as good as a name that is known.

    Returns
    -------
    TableMatch
        Its ``of`` is "" where the rows are none of ``export.records.COLUMNS``; then no column is matched.
    """
    known, words = known or KnownFacts(), words or read_words()
    given, sums = table, _sums(table, words)
    table = _without(table, sums)
    kind, codes = _kind(table, known, words)
    if not kind:
        against = Message("the rows of the table are nothing that is known")
        return TableMatch(given, "", tuple(Match(column, against=against) for column in given.columns))
    rows = DescribedTable(table, kind, codes, known, words)
    decided = without_rivals([_decide(rows, one, called.get(one.title, "")) for one in table.columns], rows)
    matches = tuple(one.match(column) for one, column in zip(decided, given.columns, strict=True))
    for row in sorted(sums):
        codes.insert(row, "")
    told = tuple(one.told for one in decided if one.told is not NOTHING)
    return TableMatch(given, kind, matches, tuple(codes), told=told)


# ── Which rows ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _sums(table: FoundTable, words: KnownWords) -> set[int]:
    """Find rows that sum others up."""
    totals = set(words.listed("values", "totals"))
    if table.geometry is not None:
        return set()
    return {
        row
        for column in table.columns
        for row, value in enumerate(column.values)
        if isinstance(value, str) and ("".join(value.split()) in totals or _GOES_ON.fullmatch(value.strip()))
    }


def _without(table: FoundTable, summing: set[int]) -> FoundTable:
    """Leave out rows that sum others up."""
    if not summing:
        return table
    columns = tuple(
        replace(column, values=[value for row, value in enumerate(column.values) if row not in summing])
        for column in table.columns
    )
    return replace(table, columns=columns)


def _kind(table: FoundTable, known: KnownFacts, words: KnownWords) -> tuple[str, list[str]]:
    """Say what rows a table has, and the unit, zone or county of each."""
    count = max((len(column.values) for column in table.columns), default=0)
    if not count:
        return _kind_by_names(table, words), []
    for kind in ("units", "zones"):
        codes = _codes(table, kind, words)
        if codes is None:
            continue
        # Merged cells have a code in their first row alone.
        each = codes.unique >= ENOUGH
        if each and (table.geometry is not None or codes.count >= _EACH * count):
            return kind, list(codes.codes)
        if kind == "units" and table.geometry is None and _holds_clauses(table, codes, known, words):
            return "clauses", _filled_down(codes.codes)
        if each:
            return kind, list(codes.codes)
    for kind, records in (("units", known.units), ("zones", known.zones)):
        if table.geometry is None and records and (own := _called_so(table, records)):
            return kind, own
    if table.geometry is None and (counties := _counties(table, known, words)):
        return "counties", counties
    kind = _kind_by_names(table, words)
    # What has no code is none of these, or cannot be told from others.
    return (kind, [""] * count) if kind in ("findings", "sources", "units", "zones") else ("", [])


def _codes(table: FoundTable, kind: str, words: KnownWords) -> Codes | None:
    """Find the codes of the rows: of several columns that hold some, the one that is called so, and has each once."""
    found = []
    for column in table.columns:
        read = codes_in(column, kind, words)
        there = [code for code in read.codes if code]
        if read.share >= ENOUGH and there and not words.is_former(column):
            called = "code" in words.claims(kind, column)
            found.append((called, round(read.unique, 2), len(there), read))
    # Of several that are alike the first is taken.
    return max(found, key=lambda one: one[:3])[3] if found else None


def _filled_down(codes: Sequence[str]) -> list[str]:
    """Give each row the last code above it, as merged cells mean."""
    out: list[str] = []
    for code in codes:
        out.append(code or (out[-1] if out else ""))
    return out


def _holds_clauses(table: FoundTable, codes: Codes, known: KnownFacts, words: KnownWords) -> bool:
    """Whether rows are requirements of units: their text or dimension is among the columns."""
    rows = DescribedTable(table, "clauses", _filled_down(codes.codes), known, words)
    for column in table.columns:
        if words.claims("clauses", column) & {"text", "dimension_name", "dimension"}:
            return True
        if rows.values(column) and any(fit.of in ("text", "dimension") for fit in fits_of(rows, column)):
            return True
    return False


def _called_so(table: FoundTable, records: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Give the code of each row by the names that the layers have; nothing where no column holds these."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, record in records.items():
        codes[str(record.get("name", ""))].add(code)
    known = {name: own.pop() for name, own in codes.items() if name and len(own) == 1}
    for column in table.columns:
        texts = [str(value).strip() if value is not None else "" for value in column.values]
        there = [text for text in texts if text]
        if there and sum(text in known for text in there) >= ENOUGH * len(there) and len(set(there)) == len(there):
            return [known.get(text, "") for text in texts]
    return []


def _counties(table: FoundTable, known: KnownFacts, words: KnownWords) -> list[str]:
    """Give the code of each row's county: each once, and a number beside it."""
    names = {str(one["county_name"]): code for code, one in known.counties.items() if one["county_name"]}
    names = names or _counties_in_names(known, words)
    ends = words.listed("values", "county_ends")
    summed = any(len(set(map(thing, words.claims("counties", column) & SUMS))) == 1 for column in table.columns)
    for column in table.columns:
        texts = [str(value).strip().removesuffix(".0") if value is not None else "" for value in column.values]
        there = [text for text in texts if text]
        if not there or len(set(there)) < len(there):
            continue
        if sum(text in known.counties for text in there) >= ENOUGH * len(there):
            return texts
        if names and sum(text in names for text in there) >= ENOUGH * len(there):
            return [names.get(text, "") for text in texts]
        if not known.counties and summed and sum(text.endswith(ends) for text in there) >= ENOUGH * len(there):
            return [""] * len(texts)
    return []


def _counties_in_names(known: KnownFacts, words: KnownWords) -> dict[str, str]:
    """Find what counties are called where no layer says it: with what the names of all their units begin."""
    ends = words.listed("values", "county_ends")
    units: dict[str, list[str]] = defaultdict(list)
    for code, record in known.units.items():
        units[code[2:8]].append(str(record.get("name", "")))
    found: dict[str, set[str]] = defaultdict(set)
    for code, own in units.items():
        # 新市区 begins with 新市, which ends like a name as well.
        for length in range(2, _LONGEST_COUNTY + 1):
            begun = own[0][:length]
            if begun.endswith(ends) and all(name.startswith(begun) for name in own):
                found[begun].add(code)
    return {begun: codes.pop() for begun, codes in found.items() if len(codes) == 1}


_SIZES = SUMS | MEASURES.keys() | {"parts"}


def _kind_by_names(table: FoundTable, words: KnownWords) -> str:
    """Say what rows a table has by the names of its columns: where it has no rows, or these have no codes."""
    kinds = ("units", "zones", "findings") if table.geometry is not None else ("units", "zones", "counties", *_OTHERS)
    scored = []
    for kind in kinds:
        claims = [{*map(thing, words.claims(kind, column))} & (_MARKS[kind] | {REMARK}) for column in table.columns]
        claims = [claim for claim in claims if len(claim) == 1]  # 优先 alone may be anything
        marks = {one for claim in claims for one in claim} & _MARKS[kind]
        scored.append((len(marks), kind))
    most, kind = max(scored)
    # Two kinds that are named as well are told apart by nothing.
    if most < _NAMED - (kind in ("units", "zones")) or sum(one == most for one, _ in scored) > 1:
        return ""
    return kind


_OTHERS = ("findings", "clauses", "sources")
# What a table of a kind is known by, where its rows cannot say it.
_MARKS: Mapping[str, frozenset[str]] = {
    "units": frozenset(("code", "name", "category", *_DIMENSIONS)),
    "zones": frozenset(("code", "name", "element_name", "zone_name", "category")),
    "findings": frozenset(("id", "severity_name", "message", "state_name", "units", "reason")),
    "clauses": frozenset(("code", "dimension_name", "text", "basis", "effect_name", "level")),
    "counties": frozenset(map(thing, SUMS)),
    "sources": frozenset(("source", "role_name", "path", "crs", "sha256", "provider", "document", "count")),
}


# ── Which column ────────────────────────────────────────────────────────────────────────────────────────────────────


_ALL = (by_codes.TESTS, by_numbers.TESTS, by_words.TESTS)


def fits_of(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Find what the values of a column agree with, each once.

    Parameters
    ----------
    rows : DescribedTable
    column : FoundColumn
        With a value at least.
    """
    found: dict[str, Fit] = {}
    for test in (test for tests in _ALL for test in tests.get(rows.kind, ())):
        for fit in (fit for fit in test(rows, column) if fit.of in COLUMNS[rows.kind]):
            other = found.get(fit.of)
            if other is None or (fit.alone, fit.sure, fit.agree) > (other.alone, other.sure, other.agree):
                found[fit.of] = fit
    return list(found.values())


def _decide(rows: DescribedTable, column: FoundColumn, called: str) -> ColumnDecision:
    claims = rows.words.claims(rows.kind, column) or frozenset(filter(None, [called]))
    if not len(column.values):
        return _by_name_alone(rows, column, claims)
    values = rows.values(column)
    if not values and column.formulas:
        return ColumnDecision(column, against=Message("its cells are formulas whose results were not saved"))
    if not values:
        return ColumnDecision(column, against=Message("it was empty, and stays so"), blank=True)
    if rows.words.is_former(column):
        return ColumnDecision(column, against=_BEFORE)
    if rows.words.of_others(rows.kind, column):
        return ColumnDecision(column, against=_OTHERS_OWN)
    if not claims and any(rows.records) and rows.kind == "counties":
        claims = rows.words.short_sums(column)
    part = rows.words.of_a_part(rows.kind, column)
    if part:
        claims -= _SIZES
    fits = {fit.of: fit for fit in fits_of(rows, column)}
    named = [of for of in fits if of in claims or _ALIKE.get(of, of) in claims]
    # The unit of a measure is what its values prove, whatever its name says.
    things = {thing(of) for of in claims if of in MEASURES}
    named = named or [of for of, fit in fits.items() if fit.alone and thing(of) in things]
    if len(named) > 1:
        # The code of a county that is a city by its digits, or one word for both: what the values fit better.
        best = max((fits[of].sure, fits[of].agree) for of in named)
        named = [of for of in named if (fits[of].sure, fits[of].agree) == best]
    if len(named) == 1 and fits[named[0]].off > SAME and rows.words.says_year(column):
        return ColumnDecision(column, against=_YEARS_OWN)
    if len(named) == 1:
        fit = fits[named[0]]
        if fit.of in MEASURES and fit.of not in claims:
            told = Message(
                "column {column} is called {name}, and its values are {values}: it is filled as they are",
                column=at(column.title),
                name=_one_or_other(rows.kind, sorted(claims)),
                values=_called(rows.kind, fit.of),
            )
            return ColumnDecision(column, fit.of, (fit.said,), fit=fit, told=told)
        return ColumnDecision(column, fit.of, (BY_NAME, fit.said, *_lost(rows, column, fit)), fit=fit, named=True)
    if len(named) > 1:
        return _ambiguous(rows, column, named)
    alone = [fit for fit in fits.values() if fit.alone and (_varies(values) or fit.fixed or fit.of in _CONSTANT)]
    if claims and not claims <= rows.tested:
        # Reasons speak of units and of laws as names and bases do.
        alone = [fit for fit in alone if fit.of not in _LOOSE]
    if not claims and (part or rows.words.says_year(column)):
        # Values may agree by chance.
        return ColumnDecision(column, against=_PARTS_OWN if part else _YEARS_OWN)
    if alone and rows.words.has_general_head(column) and all(fit.sure and fit.agree == fit.count for fit in alone):
        claims = frozenset()
    if not claims:
        return _by_values_alone(rows, column, alone, bool(fits), values)
    if alone:
        said = Message(
            "its name says {name}, but {values}",
            name=_one_or_other(rows.kind, sorted(claims)),
            values=joined([Message("{fit} ({what})", fit=fit.said, what=_called(rows.kind, fit.of)) for fit in alone]),
        )
        return ColumnDecision(column, against=said)
    return _by_name(rows, column, claims, values)


# Ids and their words are one thing: a fit has the id, a name the words.
_ALIKE = {"element": "element_name", "dimension": "dimension_name", "effect": "effect_name", "county": "county_name"}
# Patterns that other texts may have as well: they say nothing against a name.
_LOOSE = {"name", "basis"}
# What may be the same in all rows and yet proves itself: whole codes, and the names of provinces.
_CONSTANT = {"code", "county", "city_code", "province_code", "province"}


def _varies(values: Sequence[str]) -> bool:
    return len(set(values)) > 1


def _by_values_alone(
    rows: DescribedTable, column: FoundColumn, alone: Sequence[Fit], fits: bool, values: Sequence[str]
) -> ColumnDecision:
    best = [fit for fit in alone if fit.sure] or [fit for fit in alone if fit.of not in _LOOSE] or list(alone)
    if len(best) == 1:
        fit = best[0]
        return ColumnDecision(column, fit.of, (fit.said, *_lost(rows, column, fit)), fit=fit)
    if best:
        return _ambiguous(rows, column, [fit.of for fit in best])
    if not _varies(values) and len(column.values) > 1:
        return ColumnDecision(column, against=Message("all its values are the same, and its name says nothing"))
    if fits:
        return ColumnDecision(column, against=Message("too few values agree with anything, and its name says nothing"))
    return ColumnDecision(column, against=Message("neither its name nor its values say what it is"))


def _by_name(
    rows: DescribedTable, column: FoundColumn, claims: frozenset[str], values: Sequence[str]
) -> ColumnDecision:
    """Take a name's word for it, where the values cannot be held against it, or only say what it is not."""
    if claims == {REMARK}:
        return ColumnDecision(column, against=Message("it holds remarks, and a plan has none"))
    open_ = [of for of in sorted(claims) if of not in rows.tested and of != REMARK]
    fitting = [of for of in open_ if _may_be(rows, column, of, values)]
    if len(fitting) == 1:
        return ColumnDecision(column, fitting[0], (BY_NAME,), named=True)
    if len(fitting) > 1:
        return _ambiguous(rows, column, fitting)
    named = _one_or_other(rows.kind, sorted(claims))
    return ColumnDecision(
        column, against=Message("its name says {name}, but its values do not agree with that", name=named)
    )


def _may_be(rows: DescribedTable, column: FoundColumn, of: str, values: Sequence[str]) -> bool:
    """Whether values can be what a name says, though nothing proves it."""
    number = rows.is_number(column)
    if of in _TEXTS:
        coded = codes_in(column, rows.kind, rows.words).share > 0.5
        length = sum(map(len, values)) / len(values)
        if (number and of not in ("clause_id", "path", "source")) or (coded and of != "units"):
            return False
        if of == "plan":
            return not _varies(values)
        if of in _DIMENSIONS:
            return length >= _LONG
        if of == "townships":
            return _like_townships(rows, values)
        if of in ("kind_name", "subtype", "zone_name", "element_name", "county_name", "city", "province"):
            return length <= _SHORT
        return True
    return number and of not in ("category", "county", "city_code", "province_code")


def _like_townships(rows: DescribedTable, values: Sequence[str]) -> bool:
    ends = rows.words.listed("values", "township_ends")
    return sum(any(end in text for end in ends) for text in values) >= 0.8 * len(values)


def _by_name_alone(rows: DescribedTable, column: FoundColumn, claims: frozenset[str]) -> ColumnDecision:
    """Take the name's word in a table without rows, such as a sample that is to be filled in, where it is one alone."""
    if claims == {REMARK}:
        return ColumnDecision(column, against=Message("it holds remarks, and a plan has none"), blank=True)
    own = [of for of in sorted(claims) if of != REMARK]
    if own == ["share_of_all"] and not rows.words.says_whole(column):
        return ColumnDecision(column, against=Message("its name does not say what it is a share of"))
    if own == ["category"]:
        own = ["category" if column.type == "integer" else "category_name"]
    if len(own) == 1 and not rows.words.is_former(column):
        return ColumnDecision(column, own[0], (BY_NAME, Message("there are no rows")), named=True)
    if len(own) > 1:
        return _ambiguous(rows, column, own)
    return ColumnDecision(column, against=Message("its name says nothing that is known, and there are no rows"))


def _lost(rows: DescribedTable, column: FoundColumn, fit: Fit) -> tuple[Message, ...]:
    """Tell of codes that were stored without their prefix."""
    if fit.of != "code":
        return ()
    lost = codes_in(column, rows.kind, rows.words).lost
    return (Message("of {lost} the prefix was lost, and is written whole", lost=lost),) if lost else ()


def _ambiguous(rows: DescribedTable, column: FoundColumn, names: Sequence[str]) -> ColumnDecision:
    """Take a column for nothing that may be several things."""
    return ColumnDecision(column, against=Message("it may be {what}", what=_one_or_other(rows.kind, names)))


def _called(kind: str, of: str) -> Message:
    return Message("remark") if of == REMARK else COLUMNS[kind][of]


def _one_or_other(kind: str, names: Sequence[str]) -> Message:
    """Name what a column may be, a measure once though its unit be open."""
    things: dict[str, list[Message]] = defaultdict(list)
    for of in names:
        things[thing(of)].append(_called(kind, of))
    return joined(
        [one[0] if len(one) == 1 else Message("{what} or in another unit", what=one[0]) for one in things.values()]
    )
