"""Lint of clauses against each other: contradictions, limits that differ, the same text twice (L06–L08)."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array

from ..core.findings import Finding
from .entries import listed, of_units, short
from .wording import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ..core.messages import Fact
    from .entries import EntryLists, ParsedClause
    from .industries import Industries

__all__ = ["can_hold_together", "contradictions", "differing_limits", "related", "same_texts"]

_LOWER, _UPPER = ("ge", "gt"), ("le", "lt")


def related(one: str, other: str) -> bool:
    """Whether one code lies within the other: C within C26 within C2614."""
    return one.startswith(other) or other.startswith(one)


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def can_hold_together(conditions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether some project meets all of some conditions, as far as facts are asked for one by one."""
    by_fact: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for one in conditions:
        by_fact[str(one["fact"]), str(one.get("unit", ""))].append(one)
    return all(_has_value(group) for group in by_fact.values())


def _has_value(conditions: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a single fact can meet all of some conditions on it."""
    low, high, low_open, high_open = -math.inf, math.inf, False, False
    allowed: set[Any] | None = None
    barred: set[Any] = set()
    for one in conditions:
        op, value = str(one["op"]), one["value"]
        if op in ("eq", "in"):
            these = set(value) if isinstance(value, (list, tuple)) else {value}
            allowed = these if allowed is None else allowed & these
        elif op == "ne":
            barred |= set(value) if isinstance(value, (list, tuple)) else {value}
        elif op in _LOWER and isinstance(value, (int, float)):
            low, low_open = max((low, low_open), (float(value), op == "gt"))
        elif op in _UPPER and isinstance(value, (int, float)):
            high, closed = min((high, not high_open), (float(value), op == "le"))
            high_open = not closed

    def fits(value: Any) -> bool:
        if not isinstance(value, (int, float)):
            return math.isinf(low) and math.isinf(high)
        above = value > low if low_open else value >= low
        return above and (value < high if high_open else value <= high)

    if allowed is not None:
        return any(value not in barred and fits(value) for value in allowed)
    return low < high or (low == high and not low_open and not high_open and low not in barred)


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
) -> NDArray[np.bool_]:
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


def _overlap(left: Sequence[ParsedClause], right: Sequence[ParsedClause]) -> NDArray[np.bool_]:
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


def _where(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
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


def _told(
    lists: EntryLists, rule: str, problem: str, pairs: Iterable[tuple[ParsedClause, ParsedClause]], limits: bool = False
) -> list[Finding]:
    """Word pairs of clauses, those of a first clause in one, with the units that have it and one of the others."""
    against: dict[str, tuple[ParsedClause, list[ParsedClause]]] = {}
    for one, other in pairs:
        against.setdefault(one.id, (one, []))[1].append(other)
    findings = []
    for one, others in against.values():
        # The strictest of the highest level is the one to name.
        others.sort(key=lambda other: (other.rank, _strictness(other) if limits else 0))
        other = others[0]
        have = {code for these in others for code in lists.units_of_clause.get(these.id, ())}
        units = tuple(code for code in lists.units_of_clause.get(one.id, ()) if code in have)
        facts: dict[str, Fact] = {"problem": problem, "clause": one.id, "text": short(one.text), "level": one.level}
        facts |= {"other": other.id, "other_text": short(other.text), "other_level": other.level}
        facts |= {"n": len(others), **listed(these.id for these in others)}
        if limits:
            facts |= {"limit": _limit_text(one), "other_limit": _limit_text(other)}
        findings.append(of_units(rule, units, **facts))
    return findings


def contradictions(lists: EntryLists) -> list[Finding]:
    """Find what a lower level allows although a higher one forbids it, and limits that it relaxes (L06).

    Returns
    -------
    list of Finding
        ``allow``, ``limit``: one a clause of the lower level, with the higher ones and the units that have both.

    Notes
    -----
    Only what a clause says by its terms is compared: an ``allow`` has to name industries or conditions, a prohibition
    to say more than its text. What a prohibition exempts may be allowed.
    """
    allow = [one for one in lists.entries if one.effect == "allow" and (one.industries or one.when)]
    forbid = [one for one in lists.entries if one.effect == "prohibit" and not one.in_words_alone]
    lower = np.array([one.rank for one in allow])[:, None] > np.array([one.rank for one in forbid])[None, :]
    pairs = [(allow[row], forbid[column]) for row, column in _where(_overlap(allow, forbid) & lower)]
    meant = [
        (one, other)
        for one, other in pairs
        if can_hold_together([*one.when, *other.when]) and not _exempt(one, other, lists.known.industries)
    ]
    relaxed = [(one, other) for one, other in _lax_limits(lists.entries) if one.rank > other.rank]
    return _told(lists, "L06", "allow", meant) + _told(lists, "L06", "limit", relaxed, limits=True)


def differing_limits(lists: EntryLists) -> list[Finding]:
    """Find limits of one level on the same thing that differ; the stricter one holds (L07).

    A stricter limit for some of what another one speaks of is a special rule, and no finding; nor is a stricter one of
    a lower level.

    Returns
    -------
    list of Finding
        One a clause whose limit does not hold, with those that do.
    """
    pairs = [(one, other) for one, other in _lax_limits(lists.entries) if one.rank == other.rank]
    return _told(lists, "L07", "", pairs, limits=True)


def _strictness(entry: ParsedClause) -> float:
    """Order limits of one direction, the strictest first."""
    value = float(entry.terms["limit"]["value"])
    return value if entry.terms["limit"]["op"] in _UPPER else -value


def _exempt(allow: ParsedClause, forbid: ParsedClause, industries: Industries) -> bool:
    """Whether all that a clause allows is what a prohibition exempts."""
    for exemption in forbid.terms.get("unless", ()):
        may_claim = industries.expand([str(one) for one in exemption.get("industries", ())])
        if may_claim and not (allow.codes and all(code.startswith(may_claim) for code in allow.codes)):
            continue
        if any(_implies(condition, exemption) for condition in allow.when):
            return True
    return False


def _implies(condition: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether a condition that is met means that another one on the same fact is met as well."""
    if (condition["fact"], condition.get("unit", "")) != (other["fact"], other.get("unit", "")):
        return False
    against = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "in": "ne", "ne": "in"}[str(other["op"])]
    values = other["value"] if isinstance(other["value"], (list, tuple)) else [other["value"]]
    negated = {**other, "op": against, "value": list(values) if against in ("ne", "in") else other["value"]}
    return not can_hold_together([condition, negated])


def _lax_limits(entries: Sequence[ParsedClause]) -> list[tuple[ParsedClause, ParsedClause]]:
    """Give the pairs of limits of which the first, of the same level or a lower one, never holds beside the second."""
    groups: dict[tuple[str, str, bool], list[ParsedClause]] = defaultdict(list)
    for one in entries:
        limit = one.terms.get("limit")
        if limit and isinstance(limit["value"], (int, float)) and limit["op"] in (*_LOWER, *_UPPER):
            groups[str(limit["fact"]), str(limit.get("unit", "")), limit["op"] in _UPPER].append(one)
    found = []
    for (*_, at_most), these in groups.items():
        value = np.array([float(one.terms["limit"]["value"]) for one in these]) * (1 if at_most else -1)
        order = np.array([one.rank for one in these])
        lax = (value[:, None] > value[None, :]) & (order[:, None] >= order[None, :])
        if not lax.any():
            continue
        for row, column in _where(lax & _overlap(these, these)):
            if _within(these[row], these[column]):
                found.append((these[row], these[column]))
    return found


_SIGNS = {"le": "≤", "lt": "<", "ge": "≥", "gt": ">"}


def _limit_text(entry: ParsedClause) -> str:
    limit = entry.terms["limit"]
    return f"{_SIGNS[limit['op']]} {limit['value']:g} {limit.get('unit', '')}".strip()


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
    groups: dict[Any, list[ParsedClause]] = defaultdict(list)
    for key, alike in by_text.items():
        for one in alike if len(alike) > 1 else ():
            scope = (one.category, frozenset(one.kinds), frozenset(one.admin), frozenset(one.places))
            says = (frozenset(one.units), frozenset(one.codes), one.applies_to, repr(sorted(map(repr, one.when))))
            groups[key, scope, says].append(one)
    findings = []
    for these in groups.values():
        if len(these) > 1:
            ids = tuple(one.id for one in these)
            facts: dict[str, Fact] = {**listed(ids), "text": short(these[0].text)}
            findings.append(Finding("L08", facts, float(len(ids))))
    return findings
