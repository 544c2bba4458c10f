"""What units are called by the naming rule of a run, on the land that edits leave them; and who named a unit."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.errors import BadInput
from ..core.messages import Message, joined
from ..core.text import nearest
from ..labelling.label import kinds_of
from ..labelling.units import NamedBy
from .label_rules import Refused
from .state import GENERAL

if TYPE_CHECKING:
    from ..core.arrays import Ints
    from .state import State, UnitRow

_MODES = {1: "priority", 2: "key", 3: "general"}
_PARK = "industrial_park"


@dataclass(frozen=True)
class ProposedName:
    """What the naming rule calls a unit that an edit made, or put on other ground.

    Attributes
    ----------
    unit : str
        Its id.
    before, name : str
        What it was called, "" of a new one; what the rule calls it now, which no other unit is called.
    by_rule : bool
        What it was called the rule had given too, or it is new; else a person had, or the version before.
    """

    unit: str
    before: str
    name: str
    by_rule: bool

    @property
    def differs(self) -> bool:
        """The rule gave the name that it has, and gives another now."""
        return self.by_rule and _plain(self.before) != _plain(self.name)


def kinds_of_category(state: State, category: int) -> tuple[str, ...]:
    """List the kinds that units of a category can have: roles of the rules that decide it, by precedence."""
    if category == 3:
        return (GENERAL,)
    rules = state.setting.rules
    deciding = {row.role for row, on in zip(rules.rows, rules.active, strict=True) if on and row.effect == category}
    return (*(kind for kind in kinds_of(state.setting.rules) if kind in deciding), GENERAL)


def require_kind(state: State, kind: str, category: int) -> None:
    """Refuse a kind that units of a category cannot have.

    Raises
    ------
    BadInput
        No units are of such a kind; or (`Refused`) only those of another category.
    """
    every = kinds_of(state.setting.rules)
    if kind not in every:
        raise BadInput(Message("no kind '{kind}'", kind=kind), where=Message("kind"), wanted=nearest(kind, every))
    fit = kinds_of_category(state, category)
    if kind not in fit:
        raise Refused(
            Message("kind '{kind}' is not one of {category:category}", kind=kind, category=str(category)),
            where=Message("kind"),
            wanted=joined(fit),
        )


def grouping_of(state: State, faces: Ints, category: int, kind: str) -> tuple[str, str, str]:
    """Say how a run would tell a unit on some faces apart from its like.

    Returns
    -------
    grouped_by, township, place : str
        As of ``units.grouped_by``; names of the only township, and of the park or area, that it is called after.
    """
    meta = state.setting.plan.meta
    mode = json.loads(meta.get("grouping") or "{}").get(_MODES[category], "kind")
    park = category == 2 and kind == _PARK
    if park and mode != "part":
        mode = "named"
    elif meta.get("method") != "overlay" and category != 1:
        mode = ""  # a method tells its units apart by number, and calls those of one township after it
    place = _place_of(state, faces, kind) if mode in ("named", "part") else ""
    towns = state.towns_of(faces) if mode in ("township", "") else []
    township = state.setting.town_names.get(towns[0], "") if len(towns) == 1 else ""
    if mode == "township":
        return (f"township:{towns[0]}" if towns else "kind"), township, ""
    if mode in ("named", "part"):
        return (f"{mode}:{place}" if place else mode), "", place if park or mode == "named" else ""
    return ("" if not mode else "kind"), township, ""


def _place_of(state: State, faces: Ints, kind: str) -> str:
    """Name of the feature that decided most of what is of a kind among some faces."""
    role = np.array([*(row.role for row in state.setting.rules.rows), ""], dtype=object)[state.faces.rule[faces]]
    own = faces[role == kind]
    size = pd.Series(state.faces.area[own]).groupby(state.setting.places[state.faces.origin[own]]).sum()
    return str(max(size.index, key=lambda one: (size[one], one))) if len(size) else ""


def rule_name(state: State, row: UnitRow, faces: Ints) -> NamedBy:
    """Give what the rule makes the name of a unit of, on some faces."""
    _, township, place = grouping_of(state, faces, row.category, row.kind)
    return _named(state, row, township, place)


def _named(state: State, row: UnitRow, township: str, place: str) -> NamedBy:
    counties = json.loads(state.setting.plan.meta.get("county_names") or "{}")
    return NamedBy(
        kind=row.kind,
        category=row.category,
        sea=state.setting.is_sea(row.code),
        county=str(counties.get(row.county, row.county)),
        township=township,
        place=place,
        subtype=row.subtype,
    )


def _named_by_rule(state: State, row: UnitRow) -> bool:
    """Tell whether the rule called a unit so: by its land, or by what the run told it apart by."""
    how, _, called = row.grouped_by.partition(":")
    town = state.setting.town_names.get(called, "") if how == "township" else ""
    place = called if how == "named" or (how == "part" and row.kind == _PARK) else ""
    ways = (_named(state, row, town, place), rule_name(state, row, state.rows_of(row.unit_id)))
    naming = state.setting.naming
    return _plain(row.name) in {_plain(naming.name(one)) for one in ways}


def proposed_name(before: State, after: State, unit: str) -> ProposedName:
    """Propose a name for a unit that an edit made or changed."""
    row, old = after.units[unit], before.units.get(unit)
    taken = {one.name for key, one in after.units.items() if key != unit}
    called = rule_name(after, row, after.rows_of(unit))
    if old is not None and (old.kind, old.category) == (row.kind, row.category):
        # A park that another one went into is that park still.
        called = replace(called, place=rule_name(before, old, before.rows_of(unit)).place)
    name = after.setting.naming.free(called, taken)
    return ProposedName(unit, old.name if old else "", name, old is None or _named_by_rule(before, old))


def _plain(name: str) -> str:
    """Leave out of a name the numbers that tell it from its like."""
    return re.sub(r"\d", "", name)
