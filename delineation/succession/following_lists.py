"""Last year's entry lists on the units of today: they go on with their units; what ends gives its own to an heir."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from ..case.names import Glossary
from ..core.arrays import listed
from ..core.columns import rows_of
from ..core.findings import Facts, Finding
from ..core.messages import word
from ..lists.clause import CLAUSE_COLUMNS, Clause, clauses_of
from ..lists.draft import ClauseIndex, draft, least_share
from ..lists.kept_library import library_of_plan
from ..lists.redrafting import as_in_library, brought, followed, from_unit, united
from ..lists.touch import touches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case.profile import Profile
    from .predecessor import Succession
    from .previous_lists import PreviousLists


def followed_lists(
    drafted: pd.DataFrame,
    library: pd.DataFrame,
    previous: PreviousLists,
    onto: Succession,
    now: Sequence[tuple[str, str]],
    profile: Profile,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Let last year's lists go on.

    Of a plan of ours the library is as drafted now, and what people did to last year's list stays on top; lists of
    others take the place of the draft where they say something. What people wrote for a unit that ends, of others all
    that they say, goes to its heir, to be reviewed.

    Parameters
    ----------
    drafted : pandas.DataFrame
        Table ``clauses`` as the library gives it.
    library : pandas.DataFrame
        Of today.
    previous : PreviousLists
    onto : Succession
        Of last year's units.
    now : sequence of (str, str)
        Id and code of each new unit.
    profile : Profile

    Returns
    -------
    clauses : pandas.DataFrame
    findings : list of Finding
        S83: what went to heirs, and what has none.
    """
    own: dict[int, list[Clause]] = {}
    for row, one in zip(previous.clauses["row"], rows_of(previous.clauses, Clause), strict=True):
        own.setdefault(int(row), []).append(one)
    lists = {key: list(rows) for key, rows in clauses_of(drafted).items()}
    last, then = onto.before, _drafted_then(previous, onto, profile)
    whole = previous.library is not None and len(previous.library) > 0
    index = ClauseIndex.of(library_of_plan(previous.library) if whole and previous.library is not None else library)

    def as_said(one: Clause) -> bool:
        return previous.library is not None and as_in_library(index, one, whole=whole)

    for unit, row in enumerate(listed(onto.kept)):
        key, code = now[unit]
        had = [replace(one, unit_id=key, code=code) for one in own.get(row, ())]
        if row < 0 or (previous.library is None and not had):
            continue
        if previous.library is not None:
            drafts = then.get(last.unit_id[row], ()), lists.get(key, ())
            was, said = ({one.clause_id: one for one in rows} for rows in drafts)
            had = followed(had, was, said, as_said)
        lists[key] = had
    findings = []
    glossary = Glossary(profile)
    for row, unit in onto.ended:
        theirs = [one for one in own.get(row, ()) if not as_said(one)]
        if not theirs:
            continue
        key, code = now[unit] if unit >= 0 else ("", "")
        if unit >= 0:
            remark = word(from_unit(last.code[row], last.name[row]), glossary.language, glossary)
            there = lists.get(key, [])
            lists[key] = [*there, *united(there, [brought(one, key, code, remark) for one in theirs], last.code[row])]
        facts: Facts = {"unit": last.code[row], "heir": code, "count": len(theirs)}
        facts = {**facts, "text": tuple(one.text for one in theirs), "problem": "gone" if code else "gone_bare"}
        findings.append(Finding("S83", facts, value=float(len(theirs)), units=(code,) if code else ()))
    clauses = [one.record() for rows in lists.values() for one in rows]
    table = pd.DataFrame(clauses, columns=list(CLAUSE_COLUMNS), dtype=object)
    return table.sort_values("code", kind="stable", ignore_index=True), findings


def _drafted_then(previous: PreviousLists, onto: Succession, profile: Profile) -> Mapping[str, tuple[Clause, ...]]:
    """Draft the lists of last year's units that go on by the library that their plan keeps, by unit."""
    units, rows = onto.before.units, [row for row in listed(onto.kept) if row >= 0]
    if previous.library is None or not len(previous.library) or units is None or units.plan is None or not rows:
        return {}
    names = ("unit_id", "code", "category", "kind", "subtype", "county")
    then = pd.DataFrame({name: [getattr(units, name)[row] for row in rows] for name in names})
    share = least_share(profile)
    return clauses_of(
        draft(then, library_of_plan(previous.library), touches(units.plan), least_share=share, profile=profile)
    )
