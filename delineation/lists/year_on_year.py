"""The entry lists of a plan beside those of a version before: what is new, gone, worded otherwise, or the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from .clause import PREVIOUS
from .wording import printed_effect

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

NEW, GONE, CHANGED, SAME = "new", "gone", "changed", "same"
_ALIKE = 0.6  # of two wordings (`difflib`), from which on one is taken for the other worded anew
_LONG = 400  # characters that are compared: beyond that nothing is decided any more
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class ListChange:
    """A clause of a unit, before and now.

    Attributes
    ----------
    kind : str
        ``new``, ``gone``, ``changed`` or ``same``.
    unit_id : str
        Of the present plan; "" where the unit is no more.
    code, name : str
        Of the present unit, else of the one before.
    dimension : str
    before, now : mapping of str to str, or None
        Columns of the clause: effect, text, basis, level, status.
    """

    kind: str
    unit_id: str
    code: str
    name: str
    dimension: str
    before: Mapping[str, str] | None
    now: Mapping[str, str] | None


_COLUMNS = ("unit_id", "clause_id", "dimension", "effect", "text", "basis", "level", "origin", "status")
_SAID = ("text", "basis")  # what makes a clause another one, beside the effect that lists print


def list_changes(
    units: pd.DataFrame,
    clauses: pd.DataFrame,
    former_units: pd.DataFrame,
    former_clauses: pd.DataFrame,
    lineage: pd.DataFrame | None = None,
) -> list[ListChange]:
    """Tell what became of each clause of a unit since the lists before.

    A unit is the one before with its code; else the one that most of its land comes from, as the lineage says; else the
    one with its name, where only one has it. A clause is the one before with its wording in its dimension; else with
    its id, where the library gave it; else the one whose wording is most like it.

    Parameters
    ----------
    units, former_units : pandas.DataFrame
        ``unit_id``, ``code`` and ``name``.
    clauses, former_clauses : pandas.DataFrame
        As a plan's table ``clauses``.
    lineage : pandas.DataFrame, optional
        ``old``, ``new`` (codes) and ``area_m2``, as a plan's table has them.

    Returns
    -------
    list of ListChange
        By the codes of the units that are there, then of those that are gone; of each in the order of the list now,
        then what is gone of it.
    """
    was, now = _by_unit(former_clauses), _by_unit(clauses)
    before = _units_before(units, former_units, lineage)
    out: list[ListChange] = []
    titles = units[["unit_id", "code", "name"]].astype(str).sort_values("code", kind="stable")
    taken: set[str] = set()
    for unit_id, code, name in titles.itertuples(index=False, name=None):
        previous = before.get(unit_id, "")
        taken.add(previous)
        pairs = _paired(was.get(previous, []), now.get(unit_id, []))
        out += [_change(unit_id, code, name, one, other) for one, other in pairs]
    gone = former_units[["unit_id", "code", "name"]].astype(str).sort_values("code", kind="stable")
    for previous, code, name in gone.itertuples(index=False, name=None):
        if previous not in taken:
            out += [_change("", code, name, one, None) for one in was.get(previous, [])]
    return out


def _by_unit(clauses: pd.DataFrame) -> dict[str, list[dict[str, str]]]:
    table = clauses[list(_COLUMNS)].fillna("").astype(str)
    out: dict[str, list[dict[str, str]]] = {}
    for values in zip(*(table[name].tolist() for name in _COLUMNS), strict=True):
        out.setdefault(values[0], []).append(dict(zip(_COLUMNS[1:], values[1:], strict=True)))
    return out


def _units_before(units: pd.DataFrame, previous: pd.DataFrame, lineage: pd.DataFrame | None) -> dict[str, str]:
    """Give the unit before of each unit: id → id."""
    by_code = dict(zip(previous["code"].astype(str), previous["unit_id"].astype(str), strict=True))
    times = Counter(previous["name"].astype(str))
    by_name = {
        name: unit_id
        for name, unit_id in zip(previous["name"].astype(str), previous["unit_id"].astype(str), strict=True)
        if name and times[name] == 1
    }
    came_from: dict[str, str] = {}
    if lineage is not None and len(lineage):
        for old, new in lineage.sort_values("area_m2")[["old", "new"]].astype(str).itertuples(index=False, name=None):
            came_from[new] = old  # the last one is the largest
    out = {}
    for unit_id, code, name in units[["unit_id", "code", "name"]].astype(str).itertuples(index=False, name=None):
        found = by_code.get(code) or by_code.get(came_from.get(code, "")) or by_name.get(name)
        if found:
            out[unit_id] = found
    return out


def _paired(
    was: Sequence[dict[str, str]], now: Sequence[dict[str, str]]
) -> list[tuple[dict[str, str] | None, dict[str, str] | None]]:
    """Pair the clauses of a unit before and now; None stands for a partner that there is not."""
    left = list(range(len(was)))
    partner: dict[int, int] = {}

    def take(key: str) -> None:
        open_: dict[tuple[str, str], list[int]] = {}
        for number in left:
            open_.setdefault(_key(was[number], key), []).append(number)
        for number, one in enumerate(now):
            there = open_.get(_key(one, key))
            if number not in partner and there and _key(one, key)[1]:
                partner[number] = there.pop(0)
                left.remove(partner[number])

    take("text")
    take("clause_id")
    for number, one in enumerate(now):
        if number in partner:
            continue
        rated = [(_like(one["text"], was[other]["text"]), -other) for other in left if _same_kind(one, was[other])]
        if rated and max(rated)[0] >= _ALIKE:
            partner[number] = -max(rated)[1]
            left.remove(partner[number])
    pairs: list[tuple[dict[str, str] | None, dict[str, str] | None]] = [
        (was[partner[number]] if number in partner else None, one) for number, one in enumerate(now)
    ]
    return pairs + [(was[number], None) for number in left]


def _key(one: Mapping[str, str], by: str) -> tuple[str, str]:
    if by == "text":
        return one["dimension"], _SPACE.sub("", one["text"])
    # Numbers that an import gave say nothing: they count the rows of one file.
    return one["dimension"], "" if one["origin"] == PREVIOUS else one["clause_id"]


def _same_kind(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return one["dimension"] == other["dimension"]


def _like(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:_LONG], other[:_LONG], autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return 0.0
    return matcher.ratio()


def _change(unit_id: str, code: str, name: str, one: dict[str, str] | None, other: dict[str, str] | None) -> ListChange:
    dimension = (other or one or {})["dimension"]
    if one is None or other is None:
        return ListChange(NEW if one is None else GONE, unit_id, code, name, dimension, one, other)
    was, now = (printed_effect(said["effect"], said["text"]) for said in (one, other))
    same = was == now and all(_SPACE.sub("", one[key]) == _SPACE.sub("", other[key]) for key in _SAID)
    return ListChange(SAME if same else CHANGED, unit_id, code, name, dimension, one, other)
