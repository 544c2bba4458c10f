"""How an entry list follows its unit: the library is drafted anew, and what people did to the list stays."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ..core.messages import Message
from .draft import LIBRARY_SAYS, TO_REVIEW

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from .clause import Clause
    from .draft import ClauseIndex

_APART = "；"  # between remarks


def as_in_library(index: ClauseIndex, one: Clause, *, whole: bool = True) -> bool:
    """Tell whether a clause is as a library says it: nobody wrote or reworded it; else, not ``whole``, by its words."""
    row = index.row_of.get(one.clause_id)
    if row is None or one.by_people or one.terms:
        return False
    names = LIBRARY_SAYS if whole else ("dimension", "text")
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
            kept.append(_brought_anew(one, wanted, one.status if same else wanted.status))
    there = {one.clause_id for one in kept}
    for clause_id, wanted in now.items():
        if clause_id in there or clause_id in gone:
            continue
        then = (came or {}).get(clause_id, wanted)
        kept.append(replace(_brought_anew(then, wanted, then.status), fid=0))
    return kept


def _brought_anew(one: Clause, wanted: Clause, status: str) -> Clause:
    """Give a row what a draft says of it now; what else stands in it stays."""
    said = {name: getattr(wanted, name) for name in (*LIBRARY_SAYS, "unit_id", "code", "origin")}
    return replace(one, **said, status=status)


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


def from_unit(code: str, name: str) -> Message:
    """Say where a clause comes from that a person wrote for another unit."""
    return Message("from {code} {name}", code=code, name=name)


def brought(one: Clause, unit_id: str, code: str, remark: str) -> Clause:
    """Give what a person wrote for a unit to another: it is to be reviewed there, and says where it is from."""
    remarks = [part for part in one.remark.split(_APART) if part]
    remark = _APART.join([*remarks, *([] if remark in remarks else [remark])])
    return replace(one, fid=0, unit_id=unit_id, code=code, status=TO_REVIEW, remark=remark)


def united(own: Iterable[Clause], theirs: Iterable[Clause], code: str) -> Iterator[Clause]:
    """Give of the clauses that come from a unit those that a list does not say by itself, under ids that are free."""
    there = {_wording(one) for one in own}
    ids = {one.clause_id for one in own}
    for one in theirs:
        if _wording(one) in there:
            continue
        there.add(_wording(one))
        # Two clauses of one id could not be told apart by whoever changes one of them.
        clause_id = f"{one.clause_id}@{code}" if one.clause_id in ids else one.clause_id
        ids.add(clause_id)
        yield replace(one, clause_id=clause_id)


def _wording(one: Clause) -> tuple[str, ...]:
    return one.dimension, one.effect, one.text, one.basis, one.terms
