"""What a column is taken for, and which of several columns that may be one thing stands: the others stay empty."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core.messages import NOTHING, Message, at
from ...export.records import MEASURES
from .by_numbers import SAME, half_a_digit
from .found import Match
from .rows import ENOUGH
from .words import thing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .found import FoundColumn
    from .rows import DescribedTable, Fit

_COUNTS = frozenset(("n", "n_1", "n_2", "n_3"))


@dataclass
class ColumnDecision:
    """What a column is taken for, and how well founded that is."""

    column: FoundColumn
    of: str = ""
    by: tuple[Message, ...] = ()
    against: Message = NOTHING
    fit: Fit | None = None
    named: bool = False
    blank: bool = False
    told: Message = NOTHING

    def match(self, column: FoundColumn) -> Match:
        """Give it as others have it, of the column with all its rows."""
        words = dict(self.fit.words) if self.fit is not None and self.of else {}
        by = self.by if self.of else ()
        return Match(column, self.of, by, self.against, words, self.blank, sure=bool(self.of and self.fit))

    def drop(self, why: Message) -> None:
        """Take it for nothing."""
        self.of, self.against, self.fit, self.told = "", why, None, NOTHING


def without_rivals(decided: list[ColumnDecision], rows: DescribedTable) -> list[ColumnDecision]:
    """Leave one column for each thing, or several that agree with each other.

    Those that were held against a value of their own row have both proved what they are. Of others the one that is
    also called so stands; where that decides nothing, none does.
    """
    groups: dict[str, list[ColumnDecision]] = defaultdict(list)
    for one in decided:
        if one.of and len(one.column.values):
            groups[thing(one.of)].append(one)
    for group in groups.values():
        if group[0].of in MEASURES:
            _nearest_alone(group, rows)
            continue
        if len(group) < 2:
            continue
        sure = _best_of_sure([one for one in group if one.fit is not None and one.fit.sure])
        by_values = [one for one in group if one.fit is not None]
        if sure:
            kept = sure
        elif by_values:
            kept = _agreeing(by_values, rows) or _agreeing([one for one in by_values if one.named], rows)
            kept = kept or _contained(by_values, rows)
        else:
            kept = _agreeing(group, rows)
        for one in group:
            if not any(one is other for other in kept):
                others = [other.column.title for other in group if other is not one]
                why = Message("columns {names} may be the same thing and differ", names=at("、".join(others)))
                if kept:
                    why = Message(
                        "column {name} is that, by better evidence",
                        name=at("、".join(other.column.title for other in kept)),
                    )
                one.drop(why)
    return decided


def _best_of_sure(group: Sequence[ColumnDecision]) -> list[ColumnDecision]:
    """Leave out those that only their values speak for, where others agree better, or are called so and are counts."""
    best = max((one.fit.agree / one.fit.count for one in group if one.fit is not None), default=0.0)
    named = [one for one in group if one.named]
    if named and group[0].of in _COUNTS:
        # Small numbers agree by chance.
        return named
    return [one for one in group if one.named or (one.fit is not None and one.fit.agree / one.fit.count >= best)]


def _nearest_alone(group: Sequence[ColumnDecision], rows: DescribedTable) -> None:
    """Of measures that differ leave the one that is nearest to what is measured, and those that are the same as it.

    In two columns that differ a plan's one measure cannot be right: one of them is last year's, or somebody else's.
    """
    ranked = [
        ((round(one.fit.off, 5), not one.named, one.fit.way, one.column.place), one)
        for one in group
        if one.fit is not None
    ]
    if not ranked or len(group) < 2:
        return
    best = min(ranked, key=lambda pair: pair[0])[1]
    for one in group:
        if one is not best and not _same_size(one, best, rows):
            one.drop(
                Message("column {name} differs from it and is nearer to what is measured", name=at(best.column.title))
            )


def _same_size(one: ColumnDecision, other: ColumnDecision, rows: DescribedTable) -> bool:
    """Whether two measures are the same in all rows but for rounding, whatever their units are."""
    (first, half), (second, other_half) = (_in_metres(decision, rows) for decision in (one, other))
    use = np.isfinite(first) & np.isfinite(second)
    off = np.abs(first[use] - second[use])
    return bool((off <= half + other_half + SAME * np.abs(second[use])).all())


def _in_metres(decision: ColumnDecision, rows: DescribedTable) -> tuple[NDArray[np.float64], float]:
    """Give the values of a measure in m or m², and half a unit of its last digit."""
    size, numbers = MEASURES[decision.of].size, rows.numbers(decision.column)
    return numbers * size, half_a_digit(numbers) * size


def _contained(group: Sequence[ColumnDecision], rows: DescribedTable) -> list[ColumnDecision]:
    """Give the column whose text stands within that of all others: a name, where reasons speak of it."""
    for one in group:
        own = rows.texts(one.column)
        others = [rows.texts(other.column) for other in group if other is not one]
        within = [sum(text in longer for text, longer in zip(own, other, strict=True)) for other in others]
        if one.of == "name" and all(count >= ENOUGH * len(own) for count in within):
            return [one]
    return []


def _agreeing(group: Sequence[ColumnDecision], rows: DescribedTable) -> list[ColumnDecision]:
    """Give a group whose columns hold the same; nothing where two of them differ."""
    if not group:
        return []
    first = rows.texts(group[0].column)
    for other in group[1:]:
        texts = rows.texts(other.column)
        if rows.is_number(other.column) and rows.is_number(group[0].column):
            one, two = rows.numbers(group[0].column), rows.numbers(other.column)
            if not np.array_equal(np.nan_to_num(one), np.nan_to_num(two)):
                return []
        elif texts != first:
            return []
    return list(group)
