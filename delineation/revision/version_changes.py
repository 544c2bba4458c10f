"""What became of the land between two versions of a plan: moved, split, merged, up, down, new, gone; by land, by unit.

The finest pieces of both versions are grouped by the units that they were in before and after. A unit goes on where the
later version has one of its id (two states of one plan), or one of its id or code on half of its land (two plans).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.arrays import listed
from ..core.messages import Message
from ..core.sums import sum_by
from ..partition import build, dissolve
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from .shared_pieces import shared_pieces

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ..core.arrays import Floats, Ints, Objects
    from ..plan.file import Plan
    from .state import State

__all__ = ["KINDS", "LandChange", "UnitChange", "VersionChanges", "version_changes", "version_changes_of_plans"]

UNCHANGED, MOVED, SPLIT, MERGED, UP, DOWN, NEW, GONE = (
    "unchanged", "moved", "split", "merged", "up", "down", "new", "gone",
)  # fmt: skip
KINDS = (UNCHANGED, MOVED, SPLIT, MERGED, UP, DOWN, NEW, GONE)
"""What may become of land, or of a unit.

``unchanged`` the same unit, ``moved`` another unit that both versions have, ``up`` and ``down`` either of these with a
stricter or looser category; ``split`` a unit that was part of one other, of its category; ``new`` any other unit that
is new; ``merged`` a unit that ended, and whose whole land is in one that goes on; ``gone`` one that ended otherwise.
"""
_SLIVER = 1.0  # m²: what two plans on other faces share, or lack, less than this is noise of digitising
_HALF = 0.5


@dataclass(frozen=True)
class _Unit:
    """A unit of one version."""

    unit_id: str
    code: str
    name: str
    category: int
    area_m2: float


@dataclass(frozen=True)
class _Change:
    """What became of land or of a unit, and what the units before and after are called.

    Attributes
    ----------
    kind : str
        One of `KINDS`.
    unit_before, unit_after, code_before, code_after, name_before, name_after : str
        "" where it is in one of the versions alone.
    category_before, category_after : int or None
    """

    kind: str
    unit_before: str
    unit_after: str
    code_before: str
    code_after: str
    name_before: str
    name_after: str
    category_before: int | None
    category_after: int | None


@dataclass(frozen=True)
class LandChange(_Change):
    """Land that was in one unit and is in one unit: a row of the table, and a feature of the layer."""

    area_m2: float


@dataclass(frozen=True)
class UnitChange(_Change):
    """A unit of either version: ``moved`` where it gave or took land.

    Attributes
    ----------
    area_before_m2, area_after_m2 : float
        0 where there is none.
    others : tuple of str
        Codes of the other units that hold, or held, land of it: of one that ended those after, else those before.
    """

    area_before_m2: float
    area_after_m2: float
    others: tuple[str, ...]

    @property
    def code_kept(self) -> bool:
        """Whether it goes on under its code."""
        return bool(self.unit_before and self.unit_after) and self.code_before == self.code_after

    @property
    def name_kept(self) -> bool:
        """Whether it goes on under its name."""
        return bool(self.unit_before and self.unit_after) and self.name_before == self.name_after


@dataclass(frozen=True)
class VersionChanges:
    """What differs between two versions of a plan.

    Attributes
    ----------
    land : tuple of LandChange
        By code before, then after. Their areas sum to that of the plan, and their shapes tile it.
    units : tuple of UnitChange
        By code before, those that are new behind them.
    dropped_m2 : float
        Area of slivers between plans on other faces, which no row has.
    """

    land: tuple[LandChange, ...]
    units: tuple[UnitChange, ...]
    _draw: Callable[[], Objects]
    dropped_m2: float = 0.0

    @cached_property
    def shapes(self) -> Objects:
        """Multipolygon of each row of ``land``, in the CRS of the later version; drawn when first asked for."""
        return self._draw()

    @property
    def areas(self) -> dict[str, float]:
        """m² of each kind of change, in the order of `KINDS`, those without any left out."""
        out = {kind: sum(row.area_m2 for row in self.land if row.kind == kind) for kind in KINDS}
        return {kind: area for kind, area in out.items() if area}

    def document(self) -> dict[str, Any]:
        """Give it as JSON, without shapes."""
        return {
            "areas": self.areas,
            "land": [asdict(row) for row in self.land],
            "units": [{**asdict(row), "others": list(row.others)} for row in self.units],
            "dropped_m2": self.dropped_m2,
        }


# ── Two states of a plan ────────────────────────────────────────────────────────────────────────────────────────────


def version_changes(before: State, after: State) -> VersionChanges:
    """Tell what became of the land between two states of one plan: before and after edits, or two of its scenarios.

    Parameters
    ----------
    before, after : State
        Of one lineage: ids of units and faces are the same in both.
    """
    old_units, new_units = _units_of_state(before), _units_of_state(after)
    pieces = shared_pieces(before, after)
    old_row = {unit.unit_id: row for row, unit in enumerate(old_units)}
    new_row = {unit.unit_id: row for row, unit in enumerate(new_units)}
    old_of = np.array([old_row.get(one, -1) for one in before.counters.ids])[before.label[pieces.old]]
    new_of = np.array([new_row.get(one, -1) for one in after.counters.ids])[after.label[pieces.new]]
    goes_on = np.array([new_row.get(unit.unit_id, -1) for unit in old_units], dtype=np.int64)
    pair, row = np.unique(old_of * len(new_units) + new_of, return_inverse=True)
    area = sum_by(row, pieces.area, len(pair))
    old, new = pair // len(new_units), pair % len(new_units)
    return _told(old_units, new_units, old, new, area, goes_on, lambda: pieces.drawn(row, len(pair)))


def _units_of_state(state: State) -> list[_Unit]:
    return [_Unit(one.unit_id, one.code, one.name, one.category, one.area_m2) for one in state.units.values()]


# ── Two plans ───────────────────────────────────────────────────────────────────────────────────────────────────────


def version_changes_of_plans(old: Plan, new: Plan) -> VersionChanges:
    """Tell what became of the land between two plans: a former run and this one, last year's version and the draft.

    A unit goes on in the one that has its id or its code and holds half of its land or more; else in the one with which
    it shares more than half of both, as after a change of all codes. Their faces may be others.

    Parameters
    ----------
    old, new : Plan
        The former is brought into the CRS of the latter.

    Raises
    ------
    BadInput
        Coordinates that the transformation does not reach.
    """
    old_units, new_units = _units_of_plan(old), _units_of_plan(new)
    outline = old.units["geometry"].to_numpy(dtype=object)
    if old.crs != new.crs:
        outline, _ = to_crs(outline, parse_crs(old.crs), parse_crs(new.crs), Message("plan"))
    snap = float(json.loads(new.meta.get("cleaning", "{}")).get("snap", 0.001))
    both = build(np.concatenate((outline, new.units["geometry"].to_numpy(dtype=object))), snap=snap)
    of_old, of_new = np.full(len(both), -1, dtype=np.int64), np.full(len(both), -1, dtype=np.int64)
    was = both.coverage.feature < len(old_units)
    of_old[both.coverage.face[was]] = both.coverage.feature[was]
    of_new[both.coverage.face[~was]] = both.coverage.feature[~was] - len(old_units)
    planar = new.meta["area_method"] != "ellipsoidal"
    area = both.area if planar else ellipsoidal_area(both.faces, parse_crs(new.crs))
    key = (of_old + 1) * (len(new_units) + 1) + of_new + 1
    pair, row = np.unique(key, return_inverse=True)
    shared = sum_by(row, area, len(pair))
    # A hair along a border is noise, a part of that size of what is more may be the corner of a unit.
    stays = shared >= _SLIVER
    number = np.append(np.cumsum(stays) - 1, -1)
    row = np.where(stays[row], number[row], -1)
    first, second = pair[stays] // (len(new_units) + 1) - 1, pair[stays] % (len(new_units) + 1) - 1
    goes_on = _going_on(old_units, new_units, first, second, shared[stays])
    return _told(
        old_units, new_units, first, second, shared[stays], goes_on,
        lambda: dissolve(both, row, int(stays.sum())), dropped=float(shared[~stays].sum()),
    )  # fmt: skip


def _units_of_plan(plan: Plan) -> list[_Unit]:
    columns = ("unit_id", "code", "name", "category", "area_m2")
    rows = zip(*(plan.units[name].tolist() for name in columns), strict=True)
    return [_Unit(str(key), str(code), str(name), int(level), float(area)) for key, code, name, level, area in rows]


def _going_on(old_units: Sequence[_Unit], new_units: Sequence[_Unit], old: Ints, new: Ints, shared: Floats) -> Ints:
    """Find the unit that each former one goes on in, −1 for none: by id or code first, then by land alone."""
    out = np.full(len(old_units), -1, dtype=np.int64)
    taken: set[int] = set()
    order = np.argsort(-shared, kind="stable")
    for by_name in (True, False):
        for place in listed(order):
            one, other = int(old[place]), int(new[place])
            if one < 0 or other < 0 or out[one] >= 0 or other in taken:
                continue
            was, now = old_units[one], new_units[other]
            alike = was.unit_id == now.unit_id or was.code == now.code
            much = shared[place] >= _HALF * was.area_m2 and (by_name or shared[place] > _HALF * now.area_m2)
            if much and (alike or not by_name):
                out[one] = other
                taken.add(other)
    return out


# ── What it is called ───────────────────────────────────────────────────────────────────────────────────────────────


def _told(
    old_units: Sequence[_Unit],
    new_units: Sequence[_Unit],
    old: Ints,
    new: Ints,
    area: Floats,
    goes_on: Ints,
    draw: Callable[[], Objects],
    *,
    dropped: float = 0.0,
) -> VersionChanges:
    """Name what became of land by the pairs of units that share it (−1 for none)."""
    pairs = list(zip(listed(old), listed(new), strict=True))
    former = {int(now): was for was, now in enumerate(goes_on) if now >= 0}
    heirs: dict[int, set[int]] = {}
    origins: dict[int, set[int]] = {}
    for was, now in pairs:
        heirs.setdefault(was, set()).add(now)
        origins.setdefault(now, set()).add(was)

    def kind_of_new(now: int) -> str:
        (was, *more) = origins.get(now, {-1})
        return SPLIT if was >= 0 and not more and old_units[was].category == new_units[now].category else NEW

    def kind_of_ended(was: int) -> str:
        (now, *more) = heirs.get(was, {-1})
        return MERGED if not more and now in former else GONE

    def kind(was: int, now: int) -> str:
        if now < 0 or was < 0:
            return GONE if now < 0 else NEW
        if now not in former:
            return kind_of_new(now)
        if goes_on[was] < 0:
            return kind_of_ended(was)
        step = new_units[now].category - old_units[was].category
        return (DOWN if step > 0 else UP) if step else (UNCHANGED if goes_on[was] == now else MOVED)

    def named(was: int, now: int) -> dict[str, Any]:
        one, other = (old_units[was] if was >= 0 else None), (new_units[now] if now >= 0 else None)
        out: dict[str, Any] = {}
        for name, none in (("unit_id", ""), ("code", ""), ("name", ""), ("category", None)):
            key = name.removesuffix("_id")
            out[f"{key}_before"] = getattr(one, name) if one else none
            out[f"{key}_after"] = getattr(other, name) if other else none
        return out

    def unit(was: int, now: int) -> UnitChange:
        if now < 0:
            what, others = kind_of_ended(was), sorted(new_units[one].code for one in heirs.get(was, ()) if one >= 0)
        else:
            others = sorted(old_units[one].code for one in origins.get(now, ()) if one not in (was, -1))
            alone = heirs.get(was) == {now} and origins.get(now) == {was}
            what = kind_of_new(now) if was < 0 else kind(was, now)
            what = MOVED if what == UNCHANGED and not alone else what
        return UnitChange(
            what,
            **named(was, now),
            area_before_m2=old_units[was].area_m2 if was >= 0 else 0.0,
            area_after_m2=new_units[now].area_m2 if now >= 0 else 0.0,
            others=tuple(others),
        )

    rows = [
        LandChange(kind(*pair), **named(*pair), area_m2=float(size)) for pair, size in zip(pairs, area, strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda row: (rows[row].code_before, rows[row].code_after))
    units = [unit(was, int(goes_on[was])) for was in range(len(old_units))]
    units += [unit(-1, now) for now in range(len(new_units)) if now not in former]
    return VersionChanges(
        land=tuple(rows[row] for row in order),
        units=tuple(sorted(units, key=lambda one: (not one.code_before, one.code_before, one.code_after))),
        _draw=lambda: draw()[order],
        dropped_m2=dropped,
    )
