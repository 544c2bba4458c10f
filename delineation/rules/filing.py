"""What puts land into its unit, and the reasons that are filed of a unit: of runs, edits and ``why`` alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.messages import Message, percent
from ..core.sums import sum_by

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from .table import RuleTable

__all__ = ["MERGED", "PUT", "REST", "credited", "filed_reasons"]

REST, MERGED, PUT = -1, -2, -3
_LARGE = 1e6  # m²: merged land is told in km²


def credited(rule: Ints, own: Ints, host: Ints, category: Ints | int) -> Ints:
    """Say of each face what puts it into its unit.

    Parameters
    ----------
    rule : (n,) int64
        Row of the rule that decides it, −1 for the rest.
    own : (n,) int64
        Category that this gives it, before cleaning.
    host : (n,) int64
        The same of the face that it rides with inside its unit; of one that rides with none its own.
    category : (n,) int64 or int
        Of its unit.

    Returns
    -------
    (n,) int64
        ``rule`` where this gives the unit's category, ``REST`` among it; ``MERGED`` where cleaning gave it to such a
        face; else ``PUT``: by the method, the level above or people, and not by what the rules say of it.
    """
    return np.select([own == category, host == category], [rule, MERGED], PUT)


def filed_reasons(
    rules: RuleTable, credit: Ints, unit: Ints, land: Floats, area: Floats, *, put: str
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
    put : str
        What may have put land there that its rule does not: ``method``, ``edits`` or "" for both.

    Returns
    -------
    list of list of Message
        Those of each unit: the rules, the largest first, then what was merged, then what was put there.
    """
    width = len(rules.rows) - PUT
    key, where = np.unique(unit * width + credit - PUT, return_inverse=True)
    size = sum_by(where.ravel(), land, len(key))
    of_unit, number = key // width, key % width + PUT
    out: list[list[Message]] = [[] for _ in range(len(area))]
    for item in np.lexsort((key, -size, number < REST, of_unit)):
        one, row, m2 = int(of_unit[item]), int(number[item]), float(size[item])
        share = m2 / float(area[one]) if area[one] else 0.0
        if m2 and (row != MERGED or percent(share)):
            out[one].append(_reason(rules, row, m2, share, put))
    return out


def _reason(rules: RuleTable, number: int, m2: float, share: float, put: str) -> Message:
    if number >= 0:
        return Message("{rule} {title:title} {share:share}", **rules.rows[number].facts(), share=share)
    if number == REST:
        return Message("the rest {share:share}", share=share)
    if number == MERGED and m2 >= _LARGE:
        return Message("merged in: {km2:,.2f} km² ({share:share})", km2=m2 / 1e6, share=share)
    if number == MERGED:
        return Message("merged in: {area:area} ({share:share})", area=m2, share=share)
    if put == "method":
        return Message("by the division, not by a rule: {share:share}", share=share)
    if put == "edits":
        return Message("by edits, not by a rule: {share:share}", share=share)
    return Message("by the division or by edits, not by a rule: {share:share}", share=share)
