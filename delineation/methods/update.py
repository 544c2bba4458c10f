"""Update (动态更新): every face keeps the unit it had last year, unless the rules say something else there now."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import firsts, number_of
from ..core.connected import connected
from ..core.sums import sum_by
from .registry import method
from .situation import CHANGED, HELD, KEPT, LOCKED, LOWERED, NEW, RAISED, TRANSFERRED, Labels, Situation

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints
    from .situation import UnitsThenAndNow

_GENERAL = 3


@method("update", draws=False, order=9)
def update(situation: Situation, *, seed: int = 1) -> Labels:  # noqa: ARG001  (the method draws nothing)
    """Keep last year's units, and move only the faces where the outcome of the rules has changed.

    Where the rules are stricter now than then (of a foreign layer: than the unit's category), a face goes to the unit
    of its new category and kind, in its county, that it touches along the longest border; of parks to that of the same
    park. Where it touches none, it goes to the one unit that holds the rest of what rules and grouping would put into
    one unit with it, else it becomes a new unit by the grouping. So does land that had no unit, and land that lies in
    another county now, in the category and kind of the unit it had. Where the rules are looser now it keeps its unit,
    unless ``LastYear.follow``. A sliver keeps its unit, whatever the rules say, unless it is protected: last year's
    line and this year's, two metres beside, make no units. Nor does what a unit leaves behind of slivers: it ends. What
    rounding made goes to a neighbour where it touches no other land of its unit, and is said to be kept in any case.
    Of units whose lock goes before the rules (``LastYear.locked``) nothing moves but what is protected, and nothing
    comes to them but slivers that have no other neighbour.

    Returns
    -------
    Labels
        ``unit`` is the row of last year's unit; −1 for what becomes a new one.
    """
    year = situation.last_year()
    had, rides = year.unit >= 0, situation.root != np.arange(len(situation.area))
    category_of, kind_of = _units(situation, year)
    own = np.where(had, category_of[year.unit], 0)
    outcome = _outcome(situation, year, own, kind_of, rides)
    kept = _kept(year, outcome, situation.area)
    moves = ~np.isin(outcome, (KEPT, HELD, LOCKED))
    away = outcome == TRANSFERRED
    category = np.where(away, own, situation.category)
    kind = np.where(away, kind_of[year.unit], situation.kind)
    unit = np.where(moves, -1, year.unit)
    home = _Homes(situation, year, category, kind, category_of, kind_of, unit)
    unit = home.joined(unit, moves & ~rides)
    # What rides goes where its host went, if that is no lower than what the rules say; else it goes on by itself. A
    # sliver goes anywhere rather than that.
    host = situation.root
    reached = np.where(unit >= 0, category_of[unit], category)[host]
    along = moves & rides & ((reached <= category) | (year.sliver & ~year.protected))
    along &= (unit[host] < 0) | ~year.locked[unit[host]]
    unit = np.where(along, unit[host], unit)
    category, kind = np.where(along, reached, category), np.where(along, kind[host], kind)
    unit = home.joined(unit, moves & rides & ~along)
    unit = home.joined(unit, moves & year.sliver & (unit < 0), any_kind=True)
    unit = _ashore(situation, year, home, unit)
    return Labels(
        category=np.where(unit >= 0, category_of[unit], category),
        kind=np.where(unit >= 0, kind_of[unit], kind),
        unit=unit,
        outcome=np.where(year.rounding, KEPT, outcome),
        kept=kept,
    )


def _ashore(situation: Situation, year: UnitsThenAndNow, home: _Homes, unit: Ints) -> Ints:
    """Give what rounding made, and touches no other land of its unit, the unit of a neighbour where one may have it."""
    part = _connected(situation, unit, np.ones(len(unit), dtype=bool))
    adrift = np.bincount(part, weights=~year.rounding)[part] == 0
    found = home.joined(unit, adrift, any_kind=True)
    return np.where(found >= 0, found, unit)


def _units(situation: Situation, year: UnitsThenAndNow) -> tuple[Ints, Ints]:
    """Category and kind of each unit: as its layer says, else what most of its land is today; a row more for none."""
    count, had = len(year.category), year.unit >= 0
    category = np.append(year.category, 0)
    blank = (category == 0) & (np.arange(count + 1) < count)
    category[blank] = _most(year.unit[had], situation.category[had], situation.area[had], count + 1)[blank]
    kind = np.append(year.kind, -1)
    alike = had & (situation.category == category[year.unit])
    most = _most(year.unit[alike], situation.kind[alike], situation.area[alike], count + 1)
    general = situation.kinds.index("general")
    held = np.bincount(year.unit[alike], minlength=count + 1) > 0
    kind = np.where(kind >= 0, kind, np.where(held, most, general))
    return np.where(category == 0, _GENERAL, category), np.where(category == _GENERAL, general, kind)


def _most(unit: Ints, value: Ints, area: Floats, count: int) -> Ints:
    """Value with most area in each unit."""
    width = int(value.max(initial=0)) + 1
    found: Ints = sum_by(unit * width + value, area, count * width).reshape(count, width).argmax(axis=1)
    return found


def _outcome(
    situation: Situation,
    year: UnitsThenAndNow,
    own: Ints,
    kind_of: Ints,
    rides: Bools,
) -> Ints:
    """Say what becomes of each face: `KEPT` …; ``own`` is the category of the unit it had."""
    now, then, cleaned = year.now_category, year.then_category, situation.category
    known = then > 0
    stricter = np.where(known, now < then, True) & (now < own) & (cleaned < own)
    stricter &= ~year.sliver | year.protected
    # A red line goes up, whatever was said of it last year.
    stricter |= year.protected & (now < own)
    looser = np.where(known, now > then, True) & (now > own) & (cleaned > own) & ~year.sliver
    kind = known & (now == own) & (cleaned == own) & (now < _GENERAL) & ~rides & ~year.sliver
    kind &= (year.now_kind != year.then_kind) & (year.now_kind != kind_of[year.unit])
    outcome = np.full(len(now), KEPT, dtype=np.int64)
    outcome[kind] = CHANGED
    outcome[looser] = LOWERED if year.follow else HELD
    outcome[year.strange] = TRANSFERRED
    outcome[stricter] = RAISED
    # A red line goes up, and no unit lies in two counties, whoever locked it.
    locked = year.locked[year.unit] & ~year.strange
    outcome[locked & (kind | (looser & year.follow) | (stricter & ~year.protected))] = LOCKED
    outcome[year.unit < 0] = NEW
    return outcome


def _kept(year: UnitsThenAndNow, outcome: Ints, area: Floats) -> Bools:
    """Say on which faces the unit goes on that they had; what others leave behind of theirs becomes `CHANGED`.

    A unit of which slivers are left alone ends, unless these are half of what it was.
    """
    stays, count = np.isin(outcome, (KEPT, HELD, LOCKED)), len(year.category) + 1
    left = sum_by(year.unit[stays], area[stays], count)
    firm = np.bincount(year.unit[stays & ~year.sliver], minlength=count) > 0
    goes_on = firm | (left >= 0.5 * np.append(year.area, np.inf))
    outcome[stays & ~goes_on[year.unit]] = CHANGED
    return stays & goes_on[year.unit] & (~year.sliver | ~firm[year.unit])


class _Homes:
    """Where faces go that do not keep their unit: among last year's units, by what these still hold."""

    def __init__(
        self,
        situation: Situation,
        year: UnitsThenAndNow,
        category: Ints,
        kind: Ints,
        category_of: Ints,
        kind_of: Ints,
        unit: Ints,
    ) -> None:
        self._situation, self._ruled = situation, year.ruled
        self._category, self._kind, self._protected, self._locked = category, kind, year.protected, year.locked
        self._category_of, self._kind_of = category_of, kind_of
        self._park = situation.kinds.index("industrial_park") if "industrial_park" in situation.kinds else -1
        # Pairs of a unit and of what rules and grouping would make one unit, where it holds some of that land.
        self._width = int(year.ruled.max(initial=0)) + 1
        holds = (unit >= 0) & (situation.category == category_of[unit])
        self._pairs = np.unique(unit[holds] * self._width + year.ruled[holds])
        self._counties = int(situation.county.max(initial=0)) + 1
        self._in_county = np.unique(unit[holds] * self._counties + situation.county[holds])

    def joined(self, unit: Ints, seeking: Bools, *, any_kind: bool = False) -> Ints:
        """Give a unit to the faces that seek one; −1 stays where there is none for them.

        With ``any_kind`` every neighbour will do that is no lower than what is protected has to be.
        """
        if not seeking.any():
            return unit
        situation = self._situation
        alike = np.unique(np.column_stack([self._ruled, self._category, self._kind]), axis=0, return_inverse=True)[1]
        group = _connected(situation, alike.ravel(), seeking)
        face, other, length = situation.borders.both_ways()
        use = seeking[face] & ~seeking[other] & (unit[other] >= 0) & (situation.county[face] == situation.county[other])
        use &= any_kind | ~self._locked[unit[other]]
        face, target, length = face[use], unit[other[use]], length[use]
        fits = self._fits(face, target)
        if any_kind:
            fits = ~self._protected[face] | (self._category_of[target] <= self._category[face])
        holds = np.isin(target * self._width + self._ruled[face], self._pairs)
        fits &= any_kind | holds | (self._kind[face] != self._park)
        face, target, length, holds = face[fits], target[fits], length[fits], holds[fits]
        pair, first, where = np.unique(
            np.column_stack([group[face], target]), axis=0, return_index=True, return_inverse=True
        )
        total = np.round(sum_by(where.ravel(), length, len(pair)), 6)
        order = np.lexsort((pair[:, 1], -total, ~holds[first], pair[:, 0]))
        best = firsts(order, pair[:, 0])
        home = np.full(number_of(group), -1, dtype=np.int64)
        home[pair[best, 0]] = pair[best, 1]
        if not any_kind:
            self._by_rule(home, group, seeking)
        return np.where(seeking, home[group], unit)

    def _fits(self, face: Ints, unit: Ints) -> Bools:
        """Whether a unit has the category of a face, and its kind where that is told apart."""
        category, kind = self._category[face], self._kind[face]
        fits: Bools = (self._category_of[unit] == category) & ((self._kind_of[unit] == kind) | (category == _GENERAL))
        return fits

    def _by_rule(self, home: Ints, group: Ints, seeking: Bools) -> None:
        """Send what touches no unit of its kind to the only one that holds more of the same unit by the rules.

        What came from another county in a category or kind that the rules do not give it goes to the county's only one.
        """
        faces = np.flatnonzero(seeking)
        lone = firsts(faces, group)
        ruled = (self._category == self._situation.category) & (self._kind == self._situation.kind)
        for face in lone[home[group[lone]] < 0]:
            pairs, width, label = self._pairs, self._width, self._ruled[face]
            if not ruled[face]:
                pairs, width, label = self._in_county, self._counties, self._situation.county[face]
            units = pairs[pairs % width == label] // width
            units = units[self._fits(np.full(len(units), face), units) & ~self._locked[units]]
            if len(units) == 1:
                home[group[face]] = units[0]


def _connected(situation: Situation, label: Ints, among: Bools) -> Ints:
    """Find the connected groups of some faces with equal labels, numbered."""
    left, right = situation.borders.left, situation.borders.right
    return connected(left, right, len(label), among[left] & among[right] & (label[left] == label[right]))
