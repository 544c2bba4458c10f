"""What an edit would do, told before it is done: areas, parts, protected land, codes, clauses."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.arrays import listed
from ..core.sums import sum_by
from .apply import Refused, apply
from .naming import ProposedName, proposed_name
from .shared_pieces import shared_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..lists.clause import Clause
    from .operation import Edit
    from .state import State

WHOLE, BROKEN, INCOMPLETE = "whole", "broken", "incomplete"
_PROTECTED = ("red_line", "drinking_water", "protected_area")
_CONTIGUOUS = "part"  # grouping that makes a unit of each part


@dataclass(frozen=True)
class Consequences:
    """What an edit would change.

    Attributes
    ----------
    refused : Refused or None
        It may not be done; all else is empty then.
    faces : int
        Faces that get another unit, and those that are cut.
    areas : tuple of (str, int, float, float)
        County, category, m² before and after, where they differ.
    lowered, raised : float
        m² that get a lower, a higher category.
    units : tuple of mapping
        Of each unit that changes: ``unit`` (id), ``change`` (new, gone, changed), ``code``, ``name``, ``category``,
        ``area_m2``, ``parts``, each as (before, after), None where there is none; ``contiguity``: `WHOLE` (one part),
        `BROKEN` (more parts than before, where the grouping asks for one), `INCOMPLETE` (several, but no more than
        before), "" where the grouping does not ask.
    protected : tuple of (str, float, int, int)
        Role, m², category before and after, of protected land that gets another unit.
    codes : tuple of (str, str)
        Codes that end with those in their place, "" for none.
    clauses : tuple of (str, str, str)
        Code of a unit, clause, ``added``, ``removed`` or ``changed`` (its basis, terms, status or remark).
    names : tuple of ProposedName
        Of the units that are new, of another category, or of several.
    """

    refused: Refused | None = None
    faces: int = 0
    areas: tuple[tuple[str, int, float, float], ...] = ()
    lowered: float = 0.0
    raised: float = 0.0
    units: tuple[dict[str, Any], ...] = ()
    protected: tuple[tuple[str, float, int, int], ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    clauses: tuple[tuple[str, str, str], ...] = ()
    names: tuple[ProposedName, ...] = ()

    @property
    def breaks(self) -> bool:
        """Whether a unit falls apart that should not."""
        return any(unit["contiguity"] == BROKEN for unit in self.units)

    def document(self, language: str = "en") -> dict[str, Any]:
        """Give it as ``--json`` prints it."""
        return {
            "refused": None if self.refused is None else self.refused.sentence(language),
            "faces": self.faces,
            "areas": [
                {"county": county, "category": category, "before_m2": before, "after_m2": after}
                for county, category, before, after in self.areas
            ],
            "lowered_m2": self.lowered,
            "raised_m2": self.raised,
            "units": [dict(unit) for unit in self.units],
            "protected": [
                {"role": role, "area_m2": size, "before": before, "after": after}
                for role, size, before, after in self.protected
            ],
            "codes": [{"old": old, "new": new} for old, new in self.codes],
            "clauses": [{"unit": unit, "clause": clause, "change": change} for unit, clause, change in self.clauses],
        }


def consequences(state: State, edit: Edit) -> Consequences:
    """Tell what an edit would do; the state stays as it is.

    Raises
    ------
    BadInput
        It names what is not there.
    """
    try:
        applied = apply(state, edit)
    except Refused as refusal:
        return Consequences(refused=refusal)
    return consequences_of(state, applied.after)


def consequences_of(before: State, after: State) -> Consequences:
    """Tell what differs between two states: of an edit, or of two scenarios."""
    pieces = shared_pieces(before, after)
    old_of, new_of, area = pieces.old, pieces.new, pieces.area
    origin = after.faces.origin[new_of]
    was, now = before.category[old_of], after.category[new_of]
    unit_was = np.array(before.counters.ids, dtype=object)[before.label[old_of]]
    unit_now = np.array(after.counters.ids, dtype=object)[after.label[new_of]]
    moved = unit_was != unit_now
    cut = before.mesh is not after.mesh
    return Consequences(
        faces=int(moved.sum()) + (len(np.setdiff1d(before.mesh.face_id, after.mesh.face_id)) if cut else 0),
        areas=tuple(_areas(after.faces.county[new_of], was, now, area)),
        lowered=float(area[now > was].sum()),
        raised=float(area[now < was].sum()),
        units=tuple(_units(before, after)),
        protected=tuple(_protected(before, origin, moved | (was != now), was, now, area)),
        codes=tuple(_codes(before, after)),
        clauses=tuple(_clauses(before, after)),
        names=tuple(proposed_name(before, after, unit) for unit in _on_other_ground(before, after)),
    )


def _on_other_ground(before: State, after: State) -> list[str]:
    """Name the units that are new, of another category, or took others in whole: the rule may call them otherwise."""
    heirs = set()
    for key in before.units.keys() - after.units.keys():
        theirs = before.mesh.point[before.rows_of(key)[:1]][0]
        heirs.add(after.counters.ids[int(after.label[after.mesh.at(*theirs)])])
    return [
        key
        for key, row in sorted(after.units.items())
        if key in heirs or key not in before.units or before.units[key].category != row.category
    ]


def _areas(county: Objects, was: Ints, now: Ints, area: Floats) -> list[tuple[str, int, float, float]]:
    codes, which = np.unique(county.astype(str), return_inverse=True)
    differs = was != now
    out = []
    for place in np.unique(which.ravel()[differs]):
        here = which.ravel() == place
        before, after = (sum_by(one[here], area[here], 4) for one in (was, now))
        moved = np.unique(np.append(was[here & differs], now[here & differs]))
        out += [(str(codes[place]), int(one), float(before[one]), float(after[one])) for one in moved]
    return out


def _units(before: State, after: State) -> list[dict[str, Any]]:
    out = []
    for key in sorted({*before.units, *after.units}):
        old, new = before.units.get(key), after.units.get(key)
        if old == new:
            continue
        parts = (old.parts if old else None, new.parts if new else None)
        out.append(
            {
                "unit": key,
                "change": "new" if old is None else "gone" if new is None else "changed",
                "code": (old.code if old else None, new.code if new else None),
                "name": (old.name if old else None, new.name if new else None),
                "category": (old.category if old else None, new.category if new else None),
                "area_m2": (old.area_m2 if old else None, new.area_m2 if new else None),
                "parts": parts,
                "contiguity": contiguity_of(parts, asked=contiguity_asked(after, new.category)) if new else "",
            }
        )
    return out


def contiguity_asked(state: State, category: int) -> bool:
    """Tell whether units of a category are to be of one part: by the grouping, or by a method that made regions."""
    meta = state.setting.plan.meta
    grouping = json.loads(meta.get("grouping", "{}"))
    name = {1: "priority", 2: "key", 3: "general"}[category]
    return grouping.get(name) == _CONTIGUOUS or meta["method"] != "overlay"


def contiguity_of(parts: tuple[int | None, int | None], *, asked: bool) -> str:
    """Judge the parts of a unit before and after: `WHOLE`, `BROKEN`, `INCOMPLETE`; "" where nobody asks, or none is."""
    before, after = parts
    if not asked or after is None:
        return ""
    if after <= 1:
        return WHOLE
    return BROKEN if before is None or after > before else INCOMPLETE


def _protected(
    before: State,
    origin: Ints,
    changes: Bools,
    was: Ints,
    now: Ints,
    area: Floats,
) -> list[tuple[str, float, int, int]]:
    out = []
    for role in _PROTECTED:
        covered = before.setting.protected.get(role)
        if covered is None:
            continue
        here = changes & covered[origin]
        for pair in sorted(set(zip(listed(was[here]), listed(now[here]), strict=True))):
            size = float(area[here & (was == pair[0]) & (now == pair[1])].sum())
            out.append((role, size, *pair))
    return out


def _codes(before: State, after: State) -> list[tuple[str, str]]:
    out = []
    for key, old in before.units.items():
        new = after.units.get(key)
        if new is None or new.code != old.code:
            out.append((old.code, new.code if new else ""))
    return sorted(out)


def _clauses(before: State, after: State) -> list[tuple[str, str, str]]:
    out: list[tuple[str, str, str]] = []
    for key in sorted({*before.clauses, *after.clauses}):
        old, new = before.clauses.get(key, ()), after.clauses.get(key, ())
        if old is new:
            continue
        row = after.units.get(key) or before.units[key]
        out += _told(row.code, [one for one in new if one.said not in {two.said for two in old}], "added")
        out += _told(row.code, [one for one in old if one.said not in {two.said for two in new}], "removed")
        then = {one.said: one for one in old}
        out += _told(row.code, [one for one in new if _judged(one, then.get(one.said, one))], "changed")
    return out


_BESIDE = ("fid", "unit_id", "code", "origin")  # whose a clause is, and where from


def _judged(now: Clause, then: Clause) -> bool:
    """Tell whether a clause that says the same is reviewed otherwise, or rests on or means something else."""
    return any(value != vars(then)[key] for key, value in vars(now).items() if key not in _BESIDE)


def _told(code: str, clauses: Sequence[Any], change: str) -> list[tuple[str, str, str]]:
    return [(code, one.clause_id, change) for one in clauses]
