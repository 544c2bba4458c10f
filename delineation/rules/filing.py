"""What puts land into its unit, and the reasons that are filed of a unit: of runs, edits and ``why`` alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import number_of
from ..core.messages import Message, percent
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from .table import RuleTable

REST, MERGED, PUT = -1, -2, -3
_LARGE = 1e6  # m²: merged land is told in km²


def credited(rule: Ints, own: Ints, root: Ints, category: Ints, unit: Ints) -> Ints:
    """Say of each face what puts it into its unit.

    Parameters
    ----------
    rule : (n,) int64
        Row of the rule that decides it, −1 for the rest.
    own : (n,) int64
        Category that this gives it, before cleaning.
    root : (n,) int64
        Face that it rides with, itself for none; one in another unit says nothing of it.
    category, unit : (n,) int64
        Of its unit, and which one.

    Returns
    -------
    (n,) int64
        ``rule``, ``REST`` among it, where this gives the unit's category, and not only to what rides; ``MERGED`` where
        cleaning gave it to a face of which that is so; else ``PUT``: by the method, the level above or people, and not
        by what the rules say of it.
    """
    rides = (root != np.arange(len(root))) & (unit[root] == unit)
    host = np.where(rides, own[root], own)
    stands, rule_of_unit = own == category, unit * (number_of(rule) + 1) + rule
    known = np.isin(rule_of_unit, rule_of_unit[stands & ~rides]) | (host != category)
    return np.select([stands & known, host == category], [rule, MERGED], PUT)


def filed_reasons(
    rules: RuleTable, credit: Ints, unit: Ints, land: Floats, area: Floats, *, put: Message
) -> list[list[Message]]:
    """Word the reasons of units, with their shares of the area: ``R14 产业园区 85.57%``, ``并入 7.50 km²（14.43%）``.

    Parameters
    ----------
    rules : RuleTable
    credit : (n,) int64
        Of `credited`.
    unit : (n,) int64
    land : (n,) float64
        m² of each face; of one that is named nowhere 0.
    area : (u,) float64
        m² of each unit.
    put : Message
        What may have put land there that its rule does not: the method, edits, or either.

    Returns
    -------
    list of list of Message
        Those of each unit: the rules, the largest first, then what was merged, then what was put there; nothing below
        0.005 %.
    """
    width = len(rules.rows) - PUT
    key, where = np.unique(unit * width + credit - PUT, return_inverse=True)
    size = sum_by(where.ravel(), land, len(key))
    of_unit, number = key // width, key % width + PUT
    out: list[list[Message]] = [[] for _ in range(len(area))]
    for item in np.lexsort((key, -size, number < REST, of_unit)):
        one, row, m2 = int(of_unit[item]), int(number[item]), float(size[item])
        share = m2 / float(area[one]) if area[one] else 0.0
        if percent(share):
            out[one].append(_reason(rules, row, m2, share, put))
    return out


def _reason(rules: RuleTable, number: int, m2: float, share: float, put: Message) -> Message:
    if number >= 0:
        return Message("{rule} {title:title} {share:share}", **rules.rows[number].facts(), share=share)
    if number == REST:
        return Message("the rest {share:share}", share=share)
    if number == PUT:
        return Message("{put}: {share:share}", put=put, share=share)
    size = Message("{km2:,.2f} km²", km2=m2 / 1e6) if m2 >= _LARGE else Message("{area:area}", area=m2)
    return Message("merged in: {size} ({share:share})", size=size, share=share)


def what_became(outcome: str, size: Message, *, year: str, by: Message) -> Message:
    """Word what an update did with so much land (``raised``, ``held`` …), and by which rule where one changed it."""
    words = {
        "kept": Message("kept as in {year}: {size}", year=year, size=size),
        "raised": Message("changed, the rules are stricter now: {size} ({by})", size=size, by=by),
        "changed": Message("changed, the rules say another kind now: {size} ({by})", size=size, by=by),
        "held": Message("kept although the rules say less now: {size}", size=size),
        "lowered": Message("changed, the rules say less now: {size}", size=size),
        "new": Message("had no unit before: {size}", size=size),
        "transferred": Message("came from another county: {size}", size=size),
        "locked": Message("kept by its lock, although the rules say otherwise now: {size}", size=size),
        "unknown": Message("cut by an edit since: {size}", size=size),
    }
    if outcome == "kept" and not year:
        return Message("kept as in the last version: {size}", size=size)
    return words[outcome]
