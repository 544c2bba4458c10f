"""Lint of clauses against each other: contradictions, limits that differ, the same text twice (L06–L08)."""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from .entries import listed, of_clauses, of_units, short
from .wording import DIMENSIONS, plain_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import TypeAlias

    from ..core.arrays import Bools
    from ..core.findings import Finding
    from ..core.messages import Fact
    from .entries import EntryLists, ParsedClause
    from .industries import Industries

    _Pair: TypeAlias = tuple[ParsedClause, ParsedClause]

_LOWER, _UPPER = ("ge", "gt"), ("le", "lt")
_ORDERINGS = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}
_WEIGHT = {"prohibit": 3, "exit": 3, "restrict": 2, "condition": 1, "offset": 1, "inform": 0}
"""How much an effect asks for; the softer ones of a pair weigh less."""


def related(one: str, other: str) -> bool:
    """Whether one code lies within the other: C within C26 within C2614."""
    return one.startswith(other) or other.startswith(one)


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def can_hold_together(conditions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some project meets all of some conditions, as far as facts are asked for one by one."""
    by_fact: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in conditions:
        by_fact[_asked(one)].append(one)
    return all(any(all(_is_met(one, value) for one in group) for value in _tried(group)) for group in by_fact.values())


def _tried(conditions: Iterable[Mapping[str, Any]]) -> set[Any]:
    """Give values of a fact that stand for all: those in conditions, their neighbours, and one in none."""
    named = {value for one in conditions for value in _values(one)}
    numbers = [value for value in named if isinstance(value, (int, float))]
    return named | {math.nextafter(value, side) for value in numbers for side in (-math.inf, math.inf)} | {None}


def _asked(condition: Mapping[str, Any]) -> tuple[str, str]:
    return str(condition["fact"]), str(condition.get("unit", ""))


def _values(condition: Mapping[str, Any]) -> Sequence[Any]:
    value = condition["value"]
    return value if isinstance(value, (list, tuple)) else (value,)


def _is_met(condition: Mapping[str, Any], value: Any) -> bool:
    """Whether a value meets a condition; None is a word that no condition names."""
    if compare := _ORDERINGS.get(str(condition["op"])):
        return isinstance(value, (int, float)) and bool(compare(value, condition["value"]))
    return bool((value in _values(condition)) != (condition["op"] == "ne"))


# ── Scopes, as whole arrays ─────────────────────────────────────────────────────────────────────────────────────────


def _above(token: str) -> list[str]:
    """Give a token and all it lies in: C26 and C; drinking_water:1 and drinking_water."""
    if ":" in token:
        return [token.partition(":")[0], token]
    return [token[:length] for length in range(1, len(token) + 1)]


def _incidence(tokens: Sequence[Iterable[str]], column: Mapping[str, int]) -> csr_array:
    """Rows × tokens, 1 where a row has the token."""
    pairs = [(row, column[one]) for row, these in enumerate(tokens) for one in set(these) if one in column]
    rows, columns = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    shape = (len(tokens), max(len(column), 1))
    return csr_array((np.ones(len(pairs), dtype=np.float32), (rows, columns)), shape=shape)


def _meet(
    left: Sequence[tuple[str, ...]], right: Sequence[tuple[str, ...]], *, exact: bool = False, everywhere: bool = True
) -> Bools:
    """Which pairs share a token, or have one within a token of the other; one without tokens meets all.

    ``everywhere``: of the left ones too; else only the right ones hold where they name nothing.
    """
    column = {one: number for number, one in enumerate(sorted({t for these in (*left, *right) for t in these}))}
    a, b = _incidence(left, column), _incidence(right, column)
    shared = (a @ b.T).toarray() > 0
    if not exact:
        higher_a = _incidence([[up for one in these for up in _above(one)] for these in left], column)
        higher_b = _incidence([[up for one in these for up in _above(one)] for these in right], column)
        shared |= ((higher_a @ b.T).toarray() > 0) | ((a @ higher_b.T).toarray() > 0)
    bare_left, bare_right = (np.array([not these for these in side], dtype=bool) for side in (left, right))
    shared |= bare_right[None, :]
    return np.asarray(shared | bare_left[:, None] if everywhere else shared, dtype=bool)


def _overlap(left: Sequence[ParsedClause], right: Sequence[ParsedClause]) -> Bools:
    """Which pairs of clauses speak of the same places and industries.

    A clause of a zone overlaps one of the whole area where the latter is the right one: what is allowed everywhere is
    still forbidden in the zones that a clause of their own forbids it in, and that is no contradiction.
    """
    if not left or not right:
        return np.zeros((len(left), len(right)), dtype=bool)
    out = _meet([one.kinds for one in left], [one.kinds for one in right], everywhere=False)
    out &= _meet([one.codes for one in left], [one.codes for one in right])
    out &= _meet([one.admin for one in left], [one.admin for one in right])
    out &= _meet([one.places for one in left], [one.places for one in right], exact=True)
    out &= _meet([one.units for one in left], [one.units for one in right], exact=True)
    for said in ("category", "applies_to"):
        texts = [[tuple(map(str, getattr(one, said))) for one in side] for side in (left, right)]
        out &= _meet(texts[0], texts[1], exact=True)
    return out


def _where(mask: Bools) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in np.argwhere(mask)]


def _within(inner: ParsedClause, outer: ParsedClause) -> bool:
    """Whether all that a clause speaks of is also what another one speaks of."""

    def inside(own: Iterable[str], others: Sequence[str]) -> bool:
        own = tuple(own)
        return not others or (bool(own) and all(any(up in others for up in _above(one)) for one in own))

    return (
        inside(inner.kinds, outer.kinds)
        and inside(inner.codes, outer.codes)
        and inside(inner.admin, outer.admin)
        and (not outer.places or (bool(inner.places) and set(inner.places) <= set(outer.places)))
        and (not outer.units or (bool(inner.units) and set(inner.units) <= set(outer.units)))
        and (not outer.category or (bool(inner.category) and inner.category <= outer.category))
        and (not outer.applies_to or (bool(inner.applies_to) and inner.applies_to <= outer.applies_to))
        and all(one in inner.when for one in outer.when)
    )


# ── L06 contradictions, L07 limits ──────────────────────────────────────────────────────────────────────────────────


def _told(lists: EntryLists, rule: str, problem: str, pairs: Iterable[_Pair]) -> list[Finding]:
    """Word pairs of clauses, those of a first clause in one, with the units that have it and one of the others."""
    against: dict[str, tuple[ParsedClause, list[ParsedClause]]] = {}
    for one, other in pairs:
        against.setdefault(one.id, (one, []))[1].append(other)
    findings = []
    for one, others in against.values():
        # The strictest of the highest level is the one to name.
        others.sort(key=lambda other: (other.rank, _demand(other)[1]))
        other = others[0]
        have = {code for these in others for code in lists.units_of_clause.get(these.id, ())}
        units = tuple(code for code in lists.units_of_clause.get(one.id, ()) if code in have)
        facts: dict[str, Fact] = {"problem": problem, "clause": one.id, "text": short(one.text), "level": one.level}
        facts |= {"other": other.id, "other_text": short(other.text), "other_level": other.level}
        facts |= {"n": len(others), **listed(these.id for these in others)}
        if problem in ("limit", "ratio"):
            facts |= {"limit": _limit_text(one), "other_limit": _limit_text(other)}
        facts |= {"effect": one.effect, "other_effect": other.effect}
        findings.append(of_units(rule, units, **facts))
    return findings


def contradictions(lists: EntryLists) -> list[Finding]:
    """Find what a lower level allows although a higher one forbids it, and demands that it relaxes (L06).

    Returns
    -------
    list of Finding
        ``allow``, ``limit``, ``ratio``, ``effect``: one a clause of the lower level, with the higher ones and the units
        that have both.

    Notes
    -----
    Only what a clause says by its terms is compared: an ``allow`` has to name industries or conditions, a prohibition
    to say more than its text. What a prohibition exempts may be allowed. An effect is softer where a clause speaks of
    nothing but what the other one speaks of, in its dimension; a note is, where the other one says of whom or when.
    """
    return [
        *_told(lists, "L06", "allow", (pair for pair in _allowed(lists) if _is_lower(pair))),
        *_demands(lists, "L06", _is_lower),
        *_told(lists, "L06", "effect", _softer(lists)),
    ]


def differing_limits(lists: EntryLists) -> list[Finding]:
    """Find clauses of one level that differ on the same thing; the stricter one holds (L07).

    A stricter limit for some of what another one speaks of is a special rule, and no finding; nor is a stricter one of
    a lower level, or a permission that is wider than the prohibition: a rule with its exception.

    Returns
    -------
    list of Finding
        ``limit``, ``ratio``, ``allow`` (what another one prohibits): one a clause that does not hold, with those that
        do.
    """

    def alike(pair: _Pair) -> bool:
        return pair[0].rank == pair[1].rank

    barred = [pair for pair in _allowed(lists) if alike(pair) and _within(*pair)]
    return [*_demands(lists, "L07", alike), *_told(lists, "L07", "allow", barred)]


def _is_lower(pair: _Pair) -> bool:
    return pair[0].rank > pair[1].rank


def _demands(lists: EntryLists, rule: str, wanted: Callable[[_Pair], bool]) -> list[Finding]:
    """Word the laxer demands among pairs of levels, limits first."""
    pairs = [pair for pair in _lax_demands(lists.entries) if wanted(pair)]
    return [
        one
        for problem in ("limit", "ratio")
        for one in _told(
            lists, rule, problem, (pair for pair in pairs if bool(pair[0].terms["limit"]) == (problem == "limit"))
        )
    ]


def _allowed(lists: EntryLists) -> list[_Pair]:
    """Give the pairs of which the first, of the same level or a lower one, allows what the second prohibits."""
    allow = [one for one in lists.entries if one.effect == "allow" and (one.industries or one.when)]
    forbid = [one for one in lists.entries if one.effect == "prohibit" and not one.in_words_alone]
    lower = np.greater_equal.outer([one.rank for one in allow], [one.rank for one in forbid])
    pairs = [(allow[row], forbid[column]) for row, column in _where(lower & _overlap(allow, forbid))]
    return [pair for pair in pairs if _meets(*pair, lists.known.industries)]


def _softer(lists: EntryLists) -> list[_Pair]:
    """Give the pairs of which the first, of a lower level, has a softer effect on what the second speaks of."""
    found = []
    for dimension in DIMENSIONS:
        here = [one for one in lists.entries if one.dimension == dimension and one.effect in _WEIGHT]
        strict = [one for one in here if _WEIGHT[one.effect] > 1 and not one.in_words_alone]
        softer = np.less.outer([_WEIGHT[one.effect] for one in here], [_WEIGHT[one.effect] for one in strict])
        softer &= np.greater.outer([one.rank for one in here], [one.rank for one in strict])
        for row, column in _where(softer & _overlap(here, strict)):
            one, other = here[row], strict[column]
            if one.effect == "inform" and not (other.industries or other.when):
                continue
            if _within(one, other) and _meets(one, other, lists.known.industries):
                found.append((one, other))
    return found


def _meets(one: ParsedClause, other: ParsedClause, industries: Industries) -> bool:
    """Whether some project is under both, and not under the first alone by an exemption of the second."""
    return can_hold_together([*one.when, *other.when]) and not _exempt(one, other, industries)


def _demand(entry: ParsedClause) -> tuple[tuple[str, str, bool], float]:
    """Give what a limit or a ratio is of, and its value, the stricter the lower; a blank one where there is neither."""
    limit = entry.terms.get("limit")
    if limit and isinstance(limit["value"], (int, float)) and limit["op"] in (*_LOWER, *_UPPER):
        at_most = limit["op"] in _UPPER
        return (str(limit["fact"]), str(limit.get("unit", "")), at_most), float(limit["value"]) * (1 if at_most else -1)
    ratio = entry.terms.get("ratio")
    if isinstance(ratio, (int, float)):
        return (str(entry.terms.get("pollutant", "")), "ratio", False), -float(ratio)
    return ("", "", False), 0.0


def _exempt(allow: ParsedClause, forbid: ParsedClause, industries: Industries) -> bool:
    """Whether all that a clause allows is what a prohibition exempts, each value of a fact by some exemption."""
    for said in allow.when:
        own = []
        for one in forbid.terms.get("unless", ()):
            may_claim = industries.expand([str(code) for code in one.get("industries", ())])
            ours = not may_claim or (allow.codes and all(code.startswith(may_claim) for code in allow.codes))
            if ours and _asked(one) == _asked(said):
                own.append(one)
        values = [value for value in _tried([said, *own]) if _is_met(said, value)]
        if own and all(any(_is_met(one, value) for one in own) for value in values):
            return True
    return False


def _lax_demands(entries: Sequence[ParsedClause]) -> list[_Pair]:
    """Give the pairs of demands of which the first, of the same level or a lower one, never holds beside the second."""
    groups: dict[tuple[str, str, bool], list[ParsedClause]] = defaultdict(list)
    for one in entries:
        groups[_demand(one)[0]].append(one)
    groups.pop(("", "", False), None)
    found = []
    for these in groups.values():
        value, order = np.array([_demand(one)[1] for one in these]), np.array([one.rank for one in these])
        lax = (value[:, None] > value[None, :]) & (order[:, None] >= order[None, :])
        for row, column in _where(lax & _overlap(these, these)):
            if _within(these[row], these[column]):
                found.append((these[row], these[column]))
    return found


_SIGNS = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">"}


def _limit_text(entry: ParsedClause) -> str:
    if limit := entry.terms["limit"]:
        return f"{_SIGNS[limit['op']]} {limit['value']:g} {limit.get('unit', '')}".strip()
    return f"{entry.terms['pollutant']} {entry.terms['ratio']:g}:1"


# ── L08 ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def same_texts(lists: EntryLists) -> list[Finding]:
    """Find clauses of a library with the same text and scope (L08).

    Returns
    -------
    list of Finding
        One a text, with the ids; value: how many.
    """
    by_text: dict[tuple[str, str], list[ParsedClause]] = defaultdict(list)
    for one in lists.entries:
        if one.library:
            by_text[one.dimension, plain_text(one.text)].append(one)
    findings = []
    for alike in by_text.values():
        while len(alike) > 1:
            same = [one for one in alike if _within(one, alike[0]) and _within(alike[0], one)]
            if len(same) > 1:
                findings.append(of_clauses("L08", (one.id for one in same), text=short(same[0].text)))
            alike = [one for one in alike if one not in same]
    return findings
