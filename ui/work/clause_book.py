"""The clauses of a plan's units as columns of numbers, so that a hundred thousand are filtered while somebody types.

Each column holds places in a list of the values that occur: what is looked for is looked for in each value once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from ...delineation.revision.state import Clause, UnitRow

NARROWING = ("category", "dimension", "effect", "level", "status")
SEARCHED = ("text", "basis", "remark", "issuer")


class ClauseRow(NamedTuple):
    """A clause of a unit, as the plan's table has it."""

    unit_id: str
    clause_id: str
    dimension: str
    effect: str
    text: str
    basis: str
    level: str
    origin: str
    status: str
    subdimension: str = ""
    issuer: str = ""
    remark: str = ""
    terms: str = ""


COLUMNS = ClauseRow._fields[1:]


class UnitTitle(NamedTuple):
    """What a unit is called."""

    unit_id: str
    code: str
    name: str
    category: int
    kind: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which clauses are listed; what is empty keeps all.

    Attributes
    ----------
    category : str
        Of the unit.
    dimension, effect, level, status : str
        As the table has them.
    text : str
        Stands in the text, the basis, the remark or the issuer, in letters of any case.
    """

    category: str = ""
    dimension: str = ""
    effect: str = ""
    level: str = ""
    status: str = ""
    text: str = ""


@dataclass(frozen=True)
class _Column:
    """Places of each row in the values."""

    codes: NDArray[np.int64]
    values: list[str] = field(default_factory=list)

    def chosen(self, value: str) -> NDArray[np.bool_]:
        """Rows that have a value."""
        return np.isin(self.codes, [number for number, one in enumerate(self.values) if one == value])

    def holding(self, text: str) -> NDArray[np.bool_]:
        """Rows whose value holds a text, which is given in small letters."""
        there = np.fromiter((text in one.lower() for one in self.values), dtype=bool, count=len(self.values))
        return there[self.codes]

    def counts(self, rows: NDArray[Any] | slice) -> dict[str, int]:
        """Count the values of some rows."""
        found = np.bincount(self.codes[rows], minlength=len(self.values))
        return {value: int(count) for value, count in zip(self.values, found, strict=True) if count}


@dataclass(frozen=True)
class ClauseBook:
    """Clauses, by units in the order of their codes; within a unit as the plan has them.

    Attributes
    ----------
    units : tuple of UnitTitle
    start : (units + 1,) int64
        First row of each unit, and the number of all rows.
    columns : mapping of str to _Column
        By the names of `ClauseRow`, but for the unit.
    """

    units: tuple[UnitTitle, ...]
    start: NDArray[np.int64]
    columns: Mapping[str, _Column]

    def __len__(self) -> int:
        """Count the clauses."""
        return int(self.start[-1])

    @cached_property
    def number(self) -> dict[str, int]:
        """Place of each unit by its id."""
        return {one.unit_id: place for place, one in enumerate(self.units)}

    @cached_property
    def unit_of(self) -> NDArray[np.int64]:
        """Place of the unit of each row."""
        return np.repeat(np.arange(len(self.units)), np.diff(self.start))

    def row(self, row: int) -> ClauseRow:
        """Give a row."""
        unit = self.units[int(self.unit_of[row])].unit_id
        return ClauseRow(unit, *(one.values[one.codes[row]] for one in self.columns.values()))

    def rows_of(self, unit_id: str) -> NDArray[np.int64]:
        """Give the rows of a unit; none of one that is not there."""
        place = self.number.get(unit_id)
        return np.arange(0) if place is None else np.arange(self.start[place], self.start[place + 1])

    def find(self, unit_id: str, clause_id: str) -> int:
        """Find the row of a unit's clause, −1 where there is none."""
        column = self.columns["clause_id"]
        return next(
            (row for row in self.rows_of(unit_id).tolist() if column.values[column.codes[row]] == clause_id), -1
        )

    @cached_property
    def _category(self) -> _Column:
        category = np.array([one.category for one in self.units], dtype=np.int64)
        return _Column(category[self.unit_of], list("0123"))

    def column(self, name: str) -> _Column:
        """Give a column, or the category of each row's unit."""
        return self._category if name == "category" else self.columns[name]

    def counts(self, name: str, rows: NDArray[Any] | None = None) -> dict[str, int]:
        """Count the values of a column, of some rows or of all."""
        return self.column(name).counts(slice(None) if rows is None else rows)

    def unit_counts(self, rows: NDArray[Any]) -> NDArray[np.int64]:
        """Count rows by unit."""
        return np.bincount(self.unit_of[rows], minlength=len(self.units))

    def mask(self, wanted: Wanted) -> NDArray[np.bool_]:
        """Tell which rows are wanted."""
        keep = np.ones(len(self), dtype=bool)
        for name in NARROWING:
            if value := getattr(wanted, name):
                keep &= self.column(name).chosen(value)
        if text := wanted.text.strip().lower():
            held = np.zeros(len(self), dtype=bool)
            for name in SEARCHED:
                held |= self.columns[name].holding(text)
            keep &= held
        return keep

    # ── each clause once ──────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _groups(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        names = ("dimension", "clause_id", "text")
        key = np.zeros(len(self), dtype=np.int64)
        for name in names:
            column = self.columns[name]
            # A number for each pair of what stands so far and of this column: two factors never grow beyond 64 bits.
            key = np.unique(key * max(len(column.values), 1) + column.codes, return_inverse=True)[1]
        first, group = np.unique(key, return_index=True, return_inverse=True)[1:]
        return first, group

    @property
    def group_of(self) -> NDArray[np.int64]:
        """Number of the clause that each row is of: one of its id and wording in its dimension, whoever carries it."""
        return self._groups[1]

    @property
    def first_row(self) -> NDArray[np.int64]:
        """Give a row of each clause."""
        return self._groups[0]

    # ── after edits ───────────────────────────────────────────────────────────────────────────────────────────────

    def followed(
        self,
        before: Mapping[str, Sequence[Clause]],
        after: Mapping[str, Sequence[Clause]],
        units: Iterable[UnitRow | UnitTitle],
    ) -> ClauseBook:
        """Give the book as an edit has left it: the rows of units whose clauses stay are taken as they are."""
        titles = _titles(units)
        rows: list[NDArray[np.int64]] = []
        new: list[Clause] = []
        size = np.zeros(len(titles), dtype=np.int64)
        for place, one in enumerate(titles):
            own = after.get(one.unit_id, ())
            if own is before.get(one.unit_id, ()) and one.unit_id in self.number:
                rows.append(self.rows_of(one.unit_id))
            else:
                rows.append(len(self) + len(new) + np.arange(len(own)))
                new += own
            size[place] = len(rows[-1])
        taken = np.concatenate(rows) if rows else np.arange(0)
        columns = {}
        for name, column in self.columns.items():
            known = {value: place for place, value in enumerate(column.values)}
            codes = [known.setdefault(getattr(one, name, ""), len(known)) for one in new]
            columns[name] = _Column(np.concatenate([column.codes, np.array(codes, dtype=np.int64)])[taken], list(known))
        return ClauseBook(titles, np.concatenate([[0], np.cumsum(size)]), columns)


NO_CLAUSES = ClauseBook(
    (), np.zeros(1, dtype=np.int64), {name: _Column(np.zeros(0, dtype=np.int64)) for name in COLUMNS}
)
"""Of no plan."""


def _titles(units: Iterable[Any]) -> tuple[UnitTitle, ...]:
    found = (UnitTitle(one.unit_id, str(one.code), str(one.name), int(one.category), str(one.kind)) for one in units)
    return tuple(sorted(found, key=lambda one: (one.code, one.unit_id)))


def book_of_plan(units: pd.DataFrame, clauses: pd.DataFrame) -> ClauseBook:
    """Make the book of a plan's tables ``units`` and ``clauses``; clauses of units that are not there are left out."""
    names = list(UnitTitle._fields)
    titles = _titles(UnitTitle(*row) for row in units[names].itertuples(index=False, name=None))
    place = pd.Index([one.unit_id for one in titles]).get_indexer(clauses["unit_id"])
    order = np.argsort(place, kind="stable")
    order = order[int((place < 0).sum()) :]
    columns = {}
    for name in COLUMNS:
        codes, values = pd.factorize(clauses[name].to_numpy(dtype=object)[order])
        there = [str(value) for value in values]
        if (codes < 0).any():  # nothing stands in some cells
            empty = there.index("") if "" in there else len(there)
            there = there if "" in there else [*there, ""]
            codes = np.where(codes < 0, empty, codes)
        columns[name] = _Column(codes.astype(np.int64), there)
    start = np.concatenate([[0], np.cumsum(np.bincount(place[order], minlength=len(titles)))]).astype(np.int64)
    return ClauseBook(titles, start, columns)
