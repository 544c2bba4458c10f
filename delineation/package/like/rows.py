"""The rows of a table of others with what is known of each, and what a column is found to agree with."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.messages import Message
from .measures import areas_of, bounds_in_degrees, outlines_of
from .values import NOTHING_WRITTEN, filled, texts_of
from .words import SUMS, in_any_unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .found import FoundColumn, FoundTable
    from .known import KnownFacts
    from .words import KnownWords

ENOUGH = 0.95
"""Share of the values that have to agree."""
FEW = 3
"""With fewer values, these alone prove nothing: the name has to say it too."""
RUNNING = 6
"""Numbers from one on that count rows, and are no digits in order."""


@dataclass(frozen=True)
class Fit:
    """A column of a plan that the values of a column agree with.

    Attributes
    ----------
    of : str
    agree, count : int
        Values that agree, of all that there are.
    by : Message
        What they agree with.
    alone : bool
        It is enough where the name says nothing.
    sure : bool
        They were held against a value of their own row, and not only against a pattern.
    words : mapping
        Value → what stands for it there.
    fixed : bool
        It is one value in all rows, and the name of the file says the same.
    off : float
        Of measures: how far all values together are from the measured ones beyond rounding, relative.
    way : int
        Of measures: by which way of measuring they are so near.
    """

    of: str
    agree: int
    count: int
    by: Message
    alone: bool = True
    sure: bool = True
    words: Mapping[str, str] = field(default_factory=dict)
    fixed: bool = False
    off: float = 0.0
    way: int = 0

    @property
    def said(self) -> Message:
        """Say what speaks for it."""
        if self.sure:
            return Message(
                "{agree} of {count} values agree with {what}", agree=self.agree, count=self.count, what=self.by
            )
        return Message("{agree} of {count} values are {what}", agree=self.agree, count=self.count, what=self.by)


class DescribedTable:
    """A table with what is known of each of its rows.

    Parameters
    ----------
    table : FoundTable
    kind : str
        Of its rows: one of ``export.records.COLUMNS``.
    codes : sequence of str
        Of the unit, zone or county of each row; "" where nobody knows it.
    known : KnownFacts
    words : KnownWords
    """

    def __init__(
        self, table: FoundTable, kind: str, codes: Sequence[str], known: KnownFacts, words: KnownWords
    ) -> None:
        self.table, self.kind, self.codes, self.known, self.words = table, kind, codes, known, words
        self._texts: dict[int, list[str]] = {}
        self._numbers: dict[int, NDArray[np.float64]] = {}

    def texts(self, column: FoundColumn) -> list[str]:
        """Give the values of a column as texts."""
        if column.place not in self._texts:
            self._texts[column.place] = texts_of(column)
        return self._texts[column.place]

    def numbers(self, column: FoundColumn) -> NDArray[np.float64]:
        """Give the values of a column as numbers."""
        if column.place not in self._numbers:
            self._numbers[column.place] = filled(column)
        return self._numbers[column.place]

    def values(self, column: FoundColumn) -> list[str]:
        """Give the values that there are."""
        return [text for text in self.texts(column) if text and text not in NOTHING_WRITTEN]

    def is_number(self, column: FoundColumn) -> bool:
        """Whether the values that there are are numbers."""
        there = len(self.values(column))
        return bool(there) and np.isfinite(self.numbers(column)).sum() >= ENOUGH * there

    @cached_property
    def records(self) -> list[Mapping[str, Any]]:
        """What the package's layers say of each row."""
        table = {"zones": self.known.zones, "counties": self.known.counties}.get(self.kind, self.known.units)
        return [table.get(code, {}) for code in self.codes]

    @cached_property
    def digits(self) -> list[str]:
        """The county's digits in each code; "" at sea, where they are a city's."""
        if self.kind == "counties":
            return list(self.codes)
        return [code[2:8] if code and not code.startswith("HY") else "" for code in self.codes]

    @cached_property
    def areas(self) -> list[NDArray[np.float64]]:
        """Areas (m²) of each row, as each way of measuring has them; NaN where nobody knows."""
        if self.table.geometry is not None:
            return areas_of(self.table)
        if self.kind not in ("units", "zones") or not any(self.records):
            return []
        ways = min(len(one["area_m2"]) for one in self.records if one)
        return [np.array([one["area_m2"][way] if one else np.nan for one in self.records]) for way in range(ways)]

    @cached_property
    def shares(self) -> list[NDArray[np.float64]]:
        """Share (%) of each row in the area of all, as each way of measuring has it: by the layers, else by its own."""
        known = {"units": self.known.units, "counties": self.known.counties}.get(self.kind, {})
        key, sizes = ("km2" if self.kind == "counties" else "area_m2"), self.areas
        if known:
            if self.kind == "counties":
                ways = min(len(one[key]) for one in known.values())
                sizes = [np.array([one[key][way] if one else np.nan for one in self.records]) for way in range(ways)]
            ways = min([len(sizes), *(len(one[key]) for one in known.values())])
            whole = [sum(one[key][way] for code, one in known.items() if code[:2] != "HY") for way in range(ways)]
        else:
            whole = [float(np.nansum(size)) for size in sizes]
        return [100 * size / all_ for size, all_ in zip(sizes, whole, strict=False) if all_ > 0]

    @cached_property
    def outlines(self) -> list[NDArray[np.float64]]:
        """Lengths (m) of the outlines."""
        return outlines_of(self.table)

    @cached_property
    def boxes(self) -> NDArray[np.float64] | None:
        """Box of each row's shape, in degrees."""
        return bounds_in_degrees(self.table)

    @cached_property
    def tested(self) -> frozenset[str]:
        """What values can be held against: a name alone is not enough for these."""
        found = {"code", "number", "year", "date", "classification"}
        if any(self.codes):
            found |= {"category", "county", "county_name", "city", "city_code", "province", "province_code"}
            found |= {"element", "element_name", "zone_name", "zones"}
        if self.areas:
            found |= {*in_any_unit("area")}
        # 占比 may be of a county as well: what it is of, values alone say.
        found.add("share_of_all")
        if self.table.geometry is not None:
            found |= {*in_any_unit("perimeter"), "lon", "lat", "parts", "x", "y"}
        # What other tables sum up to may be a part: it proves something, and refutes nothing.
        if self.kind == "counties" and any(self.records) and not self.known.of_tables:
            found |= SUMS
        return frozenset(found)


Test = Callable[[DescribedTable, "FoundColumn"], list[Fit]]
"""Holds a column against one thing: what it agrees with, or nothing."""


def enough(of: str, agree: int, count: int, by: Message, **more: Any) -> list[Fit]:
    """Take a column for a thing where enough of its values agree with it; nothing else."""
    return [Fit(of, agree, count, by, **more)] if count and agree >= ENOUGH * count else []


def agreeing(pairs: Sequence[tuple[str, str]], of: str, by: Message, **more: Any) -> list[Fit]:
    """Hold texts against those of their own rows: pairs of what is there and what is wanted."""
    more.setdefault("alone", len(pairs) >= FEW)
    return enough(of, sum(there == wanted for there, wanted in pairs), len(pairs), by, **more)


def recurring(pairs: Sequence[tuple[str, str]]) -> bool:
    """Whether ids recur: where each row has its own, any column goes with them."""
    groups = len({wanted for _, wanted in pairs})
    return groups > 1 and len(pairs) >= groups + FEW - 1


def varied(texts: Sequence[str]) -> bool:
    """Whether values are many enough, and not all the same."""
    return len(texts) >= FEW and len(set(texts)) > 1


def one_to_one(pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, str], int]:
    """Say what stands for each id and how often it does; nothing where that is too seldom, or the same for two ids."""
    stands = standing_for(pairs)
    agree = sum(stands[wanted] == text for text, wanted in pairs)
    good = pairs and agree >= ENOUGH * len(pairs) and len(set(stands.values())) == len(stands)
    return (stands, agree) if good else ({}, 0)


def standing_for(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Say what stands for each id most often: id → text."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for text, wanted in pairs:
        counted[wanted][text] += 1
    return {wanted: texts.most_common(1)[0][0] for wanted, texts in sorted(counted.items())}
