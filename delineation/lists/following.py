"""How an entry list follows its unit: the library is drafted anew, and what people did to the list stays."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from .draft import BY_PEOPLE, CLAUSE_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from .draft import ClauseIndex

__all__ = ["Clause", "as_in_library", "clauses_of", "followed", "table_of", "taken_out"]


@dataclass(frozen=True)
class Clause:
    """A row of table ``clauses``; ``fid`` is its place in the file, 0 where it has none yet."""

    fid: int
    unit_id: str
    code: str
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

    def document(self) -> dict[str, Any]:
        """Give it as JSON keeps it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Clause:
        """Take it from JSON."""
        return cls(**document)

    @property
    def said(self) -> tuple[str, str, str, str]:
        """What it asks for, whoever carries it."""
        return self.clause_id, self.dimension, self.effect, self.text

    @property
    def asks(self) -> tuple[str, ...]:
        """All that a lower level must not alter: everything but status, remark, and whose it is."""
        said = (self.dimension, self.subdimension, self.effect, self.text, self.basis)
        return (*said, self.level, self.issuer, self.terms)

    @property
    def by_people(self) -> bool:
        """Tell whether a person wrote it, or it comes from a list of others."""
        return self.origin in BY_PEOPLE


def as_in_library(index: ClauseIndex, one: Clause, *, whole: bool = True) -> bool:
    """Tell whether a clause is as a library says it: nobody wrote or reworded it; else, not ``whole``, by its words."""
    row = index.row_of.get(one.clause_id)
    if row is None or one.by_people or one.terms:
        return False
    names = ("dimension", "text", *(("effect", "basis", "subdimension", "level", "issuer") if whole else ()))
    return all(index.columns[name][row] == getattr(one, name) for name in names)


def followed(
    own: Sequence[Clause],
    was: Mapping[str, Clause],
    now: Mapping[str, Clause],
    as_said: Callable[[Clause], bool],
    *,
    came: Mapping[str, Clause] | None = None,
    removed: Collection[str] = (),
) -> list[Clause]:
    """Give the list of a unit as it is to be now.

    Of the library it has what a draft gives, but for what a person has taken out. A row keeps its status where what
    brought it, and what it says, is the same as before; else it is to be reviewed again. What people wrote or reworded
    stays.

    Parameters
    ----------
    own : sequence of Clause
        The list as people have it.
    was, now : mapping of str to Clause
        What a draft gave before, and gives now, by their ids; ``was`` may be empty where nobody knows.
    as_said : callable
        Tells whether a row of ``own`` is as the library said it.
    came : mapping of str to Clause, optional
        Rows of the library in lists that end in this one: what they bring has the status and remark that it has there.
    removed : collection of str
        Ids of clauses that people took out of these.

    Returns
    -------
    list of Clause
        Those of ``own`` first, in their order.
    """
    gone = {*removed, *taken_out(was, own, now)}
    kept: list[Clause] = []
    for one in own:
        if not as_said(one):
            kept.append(one)
        elif one.clause_id in now:
            wanted, then = now[one.clause_id], was.get(one.clause_id)
            same = one.said == wanted.said and one.origin == wanted.origin
            same = same and (then is None or then.status == wanted.status)
            kept.append(replace(wanted, fid=one.fid, remark=one.remark, status=one.status if same else wanted.status))
    there = {one.clause_id for one in kept}
    for clause_id, wanted in now.items():
        if clause_id in there or clause_id in gone:
            continue
        then = (came or {}).get(clause_id, wanted)
        kept.append(replace(wanted, remark=then.remark, status=then.status))
    return kept


def taken_out(was: Mapping[str, Clause], own: Sequence[Clause], now: Mapping[str, Clause]) -> set[str]:
    """Name the clauses that a person has taken out of a list, as far as what would bring them is the same as then."""
    there = {one.clause_id for one in own}
    return {
        clause_id
        for clause_id, then in was.items()
        if clause_id not in there
        and clause_id in now
        and (now[clause_id].origin, now[clause_id].status) == (then.origin, then.status)
    }


def clauses_of(table: pd.DataFrame) -> dict[str, tuple[Clause, ...]]:
    """Give the rows of a table ``clauses`` by unit; without numbers of their own they are numbered in its order."""
    fids: Iterable[Any] = table["fid"] if "fid" in table else range(1, len(table) + 1)
    out: dict[str, list[Clause]] = {}
    plain = table[list(CLAUSE_COLUMNS)].fillna("").astype(str)
    for fid, row in zip(fids, plain.itertuples(index=False), strict=True):
        out.setdefault(row[0], []).append(Clause(int(fid), *row))
    return {key: tuple(rows) for key, rows in out.items()}


def table_of(clauses: Iterable[Clause]) -> pd.DataFrame:
    """Give clauses as a table, without their numbers."""
    rows = [[getattr(one, name) for name in CLAUSE_COLUMNS] for one in clauses]
    return pd.DataFrame(rows, columns=list(CLAUSE_COLUMNS), dtype=object)
