"""What was before: the units of last year's layer or of the plan that is replaced, and which of them go on."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import firsts, listed
from ..core.messages import Message
from ..core.sums import sum_by
from ..partition.model import ROUNDING
from ..sources.changes import sound
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from .administrative import counties_now, with_earlier
from .last_year import unit_of_faces

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..labelling.units import Units
    from ..plan.file import Plan
    from ..sources.previous_units import PreviousUnits
    from .administrative import AdminChange

CODE = re.compile(r"^(([A-Z]*)(\d{6})([123]))(\d{4})$")
"""Code of a unit with any prefix a profile may set: stem (prefix, district, category), serial."""

_PLACED = re.compile(r"(part|named)(:[\d-]*)?$")  # groupings that tell nothing but a place
_TOUCH = 0.01  # share of the smaller of two units below which they only touch
FaceShares = tuple["Ints", "Ints", "Floats"]
"""Faces, units and the m² that they share."""


class Ended(NamedTuple):
    """A unit that goes on no more: its row, and the new unit that has most of its land, of its kind first; −1 none."""

    row: int
    heir: int


@dataclass(frozen=True, eq=False)
class Succession:
    """What of a predecessor goes on in new units.

    Attributes
    ----------
    before : Predecessor
    kept : (u,) int64
        Row of the unit that goes on in each new one, −1 for none.
    ended : tuple of Ended
        Those that go on in none, by row.
    old, new : (k,) int64
        Pairs of an old and a new unit that share land.
    shared : (k,) float64
        m².
    area : (u,) float64
        m² of each new unit.
    """

    before: Predecessor
    kept: Ints
    ended: tuple[Ended, ...]
    old: Ints
    new: Ints
    shared: Floats
    area: Floats

    def shared_by(self, row: int, unit: int) -> float:
        """M² that an old unit shares with a new one."""
        return float(self.shared[(self.old == row) & (self.new == unit)].sum())


@dataclass(frozen=True, eq=False)
class Predecessor:
    """Units of before, held against the faces of today; no method opens a file.

    Attributes
    ----------
    code, name, unit_id, kind, grouped_by : tuple of str
        One a unit; "" where the layer has none. ``grouped_by`` as of ``units.grouped_by`` of a plan.
    category : (p,) int64
        0 where nothing says it.
    locked : (p,) bool
    area : (p,) float64
        m² of each unit.
    retired : tuple of str
        Codes that were retired before.
    last_id : int
        Highest number a unit id ever had.
    shares : tuple of (k,) arrays
        Faces, units and the m² that they share.
    changes : tuple of AdminChange
    standing : tuple of str
        Counties of today.
    units : PreviousUnits or None
        Of last year's layer, all that it says; None of a plan that is replaced.
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    unit_id: tuple[str, ...]
    kind: tuple[str, ...]
    grouped_by: tuple[str, ...]
    category: Ints
    locked: Bools
    area: Floats
    retired: tuple[str, ...]
    last_id: int
    shares: FaceShares
    changes: tuple[AdminChange, ...] = ()
    standing: tuple[str, ...] = ()
    units: PreviousUnits | None = None

    def __len__(self) -> int:
        """Count the units."""
        return len(self.code)

    @classmethod
    def of_units(
        cls,
        units: PreviousUnits,
        basis: Basis,
        changes: tuple[AdminChange, ...] = (),
        *,
        cut: bool = False,
    ) -> Predecessor:
        """Hold last year's units against the faces.

        Parameters
        ----------
        units : PreviousUnits
            In the CRS of the basis.
        basis : Basis
        changes : tuple of AdminChange
        cut : bool
            Their borders are among those of the faces.
        """
        if cut:
            had = unit_of_faces(basis, units)
            covered = np.flatnonzero(had >= 0)
            shares = covered, had[covered], basis.area[covered]
        else:
            shares = shared_with(basis.partition.faces, basis.area, units.geometry)
        nothing = np.full(len(units), "", dtype=object)
        return cls(
            code=units.code,
            name=units.name,
            unit_id=units.unit_id,
            kind=units.kind,
            grouped_by=tuple(map(str, units.columns.get("grouped_by", nothing))) if units.ours else tuple(nothing),
            category=units.category,
            locked=np.array([one == 1 for one in units.columns.get("locked", nothing)], dtype=bool),
            area=units.area,
            retired=units.retired,
            last_id=units.last_id,
            shares=shares,
            changes=with_earlier(changes, units.meta),
            standing=tuple(basis.ground.districts),
            units=units,
        )

    @classmethod
    def of_plan(cls, plan: Plan, basis: Basis, case: Case, changes: tuple[AdminChange, ...] = ()) -> Predecessor:
        """Hold a plan that is about to be replaced against the faces.

        Parameters
        ----------
        plan : Plan
            On the faces of the basis, on those of an earlier one, or with faces that edits have cut.
        basis : Basis
        case : Case
            Says how areas are measured.
        changes : tuple of AdminChange
        """
        units, area = plan.units, basis.area
        shares: FaceShares
        if same_faces(plan, basis):
            old = pd.Index(units["unit_id"]).get_indexer(plan.faces["unit_id"]).astype(np.int64)
            shares, size = (np.arange(len(area)), old, area), np.asarray(sum_by(old, area, len(units)))
        else:
            geometry, own, crs = units["geometry"].to_numpy(dtype=object), parse_crs(plan.crs), basis.sources.crs
            if own != crs:
                geometry, _ = to_crs(geometry, own, crs, Message("units"))
            geometry = sound(geometry)
            size = shapely.area(geometry) if case.area == "planar" else ellipsoidal_area(geometry, crs)
            shares = shared_with(basis.partition.faces, area, geometry)
        names = ("code", "name", "unit_id", "kind", "grouped_by")
        code, name, unit_id, kind, grouped_by = (tuple(units[column].astype(str)) for column in names)
        return cls(
            code=code,
            name=name,
            unit_id=unit_id,
            kind=kind,
            grouped_by=grouped_by,
            category=units["category"].to_numpy(dtype=np.int64),
            locked=units["locked"].to_numpy() == 1,
            area=size,
            retired=tuple(json.loads(plan.meta.get("retired_codes", "[]"))),
            last_id=int(plan.meta.get("last_unit_id", "0")),
            shares=shares,
            changes=with_earlier(changes, plan.meta),
            standing=tuple(basis.ground.districts),
        )

    def counties_now(self, code: str) -> tuple[str, ...]:
        """Today's codes of a county: see `administrative.counties_now`."""
        return counties_now(self.changes, code, self.standing)

    def rounding(self, row: int) -> float:
        """M² that a unit may differ by where another program rounded its line."""
        return ROUNDING * float(shapely.length(self.units.geometry[row])) if self.units is not None else 0.0

    def units_of_counties(self) -> dict[str, int]:
        """Count the units that lie here, most of their land at least, by the county of their codes."""
        here = sum_by(self.shares[1], self.shares[2], len(self)) > 0.5 * self.area
        return dict(Counter(match[3] for code in np.array(self.code)[here] if (match := CODE.match(code))))

    def recoded(self) -> dict[str, tuple[str, ...]]:
        """Counties that the change table speaks of, with their successors of today."""
        return {row.old_code: self.counties_now(row.old_code) for row in self.changes if row.of_county}

    def onto(
        self,
        units: Units,
        stems: Sequence[str],
        kinds: tuple[str, ...],
        *,
        kept: Bools | None = None,
        least_iou: float = 0.5,
    ) -> Succession:
        """Say which units go on in which new ones.

        A unit goes on where faces were kept in it; else where it has one successor of its county, category, kind and
        grouping; of those that neither faces nor grouping speak of, where shapes are alike. One to one: of several its
        own county goes first, then most land, then the lower code.

        Parameters
        ----------
        units : Units
            The new ones.
        stems : sequence of str
            Prefix, district and category of their codes.
        kinds : tuple of str
        kept : (n,) bool, optional
            Faces on which an update let the unit of before go on.
        least_iou : float
            Intersection over union, 0–1, from which shapes are alike.
        """
        face, row, size = self.shares
        count = len(units)
        pair, where = np.unique(row * count + units.of_face[face], return_inverse=True)
        old, new, shared = pair // count, pair % count, sum_by(where.ravel(), size, len(pair))
        match = _Match(self, stems)
        then, now = np.array(self.grouped_by)[old], np.array(units.grouped_by)[new]
        same_kind: Bools = np.array(kinds)[units.kind[new]] == np.array(self.kind)[old]
        if kept is not None:
            stays = sum_by(where.ravel(), np.where(kept[face], size, 0.0), len(pair))
            # What was kept is last year's: of a plan that is replaced a unit goes on there where its kind is the same.
            some = (stays > 0) & (same_kind | (self.units is not None))
            match.take(old[some], new[some], stays[some], from_gone=True)
        match.take(*self._grouped_alike(units, match, kinds, dict(zip(listed(pair), listed(shared), strict=True))))
        iou = shared / (self.area[old] + units.area[new] - shared)
        alike = (iou >= least_iou) & _unsaid(then, now, {*self.grouped_by}, {*units.grouped_by}, same_kind)
        alike &= np.array([bool(CODE.match(self.code[one])) for one in old], dtype=bool)
        match.take(old[alike], new[alike], iou[alike])
        # A line drawn a little otherwise makes no heir.
        real = shared >= _TOUCH * np.minimum(self.area[old], units.area[new])
        best = firsts(np.lexsort((new, -shared, ~(same_kind & real))), old)
        heir = np.full(len(self), -1, dtype=np.int64)
        heir[old[best]] = new[best]
        gone = np.setdiff1d(np.arange(len(self)), match.kept)
        ended = tuple(Ended(int(one), int(heir[one])) for one in gone)
        return Succession(self, match.kept, ended, old, new, shared, units.area)

    def _grouped_alike(
        self, units: Units, match: _Match, kinds: tuple[str, ...], shared: Mapping[int, float]
    ) -> tuple[Ints, Ints, Floats]:
        """Pairs of an old unit and the only new one of its county, category, kind and grouping; the m² they share."""
        by_key: dict[tuple[str, str, str], list[int]] = {}
        for unit, (stem, kind, group) in enumerate(zip(match.stems, units.kind, units.grouped_by, strict=True)):
            if group:
                by_key.setdefault((stem, kinds[kind], group), []).append(unit)
        pairs = [
            (row, only[0])
            for row, (kind, group) in enumerate(zip(self.kind, self.grouped_by, strict=True))
            for prefix, category, counties in (match.origin(row),)
            for county in counties
            if len(only := by_key.get((f"{prefix}{county}{category}", kind, group), [])) == 1
            # A part, or a park without a name, is known by its place alone.
            and (shared.get(row * len(units) + only[0]) or not _PLACED.match(group))
        ]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        land = [shared.get(row * len(units) + unit, 0.0) for row, unit in pairs]
        return table[:, 0], table[:, 1], np.array(land, dtype=np.float64)


def _unsaid(then: Any, now: Any, old: Collection[str], new: Collection[str], same_kind: Bools) -> Bools:
    """Of which pairs the grouping does not say that they are others: where it told units apart, and both are there.

    A township that was recoded, or a feature of another name, may be the one that is there no more; of parts, and of
    parks without a name, only the place is known.
    """
    out = []
    for one, other, alike in zip(listed(then), listed(now), listed(same_kind), strict=True):
        placed = bool(_PLACED.match(one) and _PLACED.match(other))
        renamed = one.split(":")[0] == other.split(":")[0] and one not in new and other not in old
        out.append(not one or not other or (alike and (one == other or placed or renamed)))
    return np.array(out, dtype=bool)


class _Match:
    """Which old unit goes on in each new one, as far as it is known by now."""

    def __init__(self, before: Predecessor, stems: Sequence[str]) -> None:
        self._before, self.stems = before, stems
        self.kept: Ints = np.full(len(stems), -1, dtype=np.int64)
        self._taken: set[int] = set()
        self._origins: dict[int, tuple[str, str, tuple[str, ...]]] = {}

    def origin(self, row: int) -> tuple[str, str, tuple[str, ...]]:
        """Prefix and category of an old unit's code, and the counties of today in which its own goes on."""
        if row not in self._origins:
            match, category = CODE.match(self._before.code[row]), int(self._before.category[row])
            own = (match[2], match[4], self._before.counties_now(match[3])) if match else ("", str(category or ""), ())
            self._origins[row] = own
        return self._origins[row]

    def take(self, old: Ints, new: Ints, weight: Floats, *, from_gone: bool = False) -> None:
        """Let old units go on in new ones that have none yet: own county first, then by weight, then by code.

        With ``from_gone`` those of a county that is gone, nobody knows where to, go on where their land lies.
        """
        pairs = []
        for row, unit, by in zip(listed(old), listed(new), listed(weight), strict=True):
            rank = self._rank(row, unit, from_gone=from_gone)
            if rank >= 0:
                pairs.append((rank, -by, self._before.code[row], unit, row))
        for *_, unit, row in sorted(pairs):
            if self.kept[unit] < 0 and row not in self._taken:
                self.kept[unit] = row
                self._taken.add(row)

    def _rank(self, row: int, unit: int, *, from_gone: bool) -> int:
        """Rank a new unit among those in which an old one may go on, 0 first; −1 where it may not."""
        stem = self.stems[unit]
        prefix, category, counties = self.origin(row)
        if category not in ("", stem[-1]) or (counties and prefix != stem[:-7]):
            return -1
        if stem[-7:-1] in counties:
            return int(self._before.code[row][:-5] != stem[:-1])
        return 2 if from_gone and not {*counties} & {*self._before.standing} else -1


def lineage_rows(onto: Succession, new_codes: tuple[str, ...], min_share: float) -> list[dict[str, str | float]]:
    """Rows of the plan's lineage table: old, new, area_m2, relation, old_name.

    Pairs below ``min_share`` of the smaller unit are noise of digitising and left out. Relations: see `LineageRow`.
    """
    before = onto.before
    small = np.minimum(before.area[onto.old], onto.area[onto.new])
    use = onto.shared >= min_share * small
    old, new, shared = onto.old[use], onto.new[use], onto.shared[use]
    heirs = np.bincount(old, minlength=len(before))
    ancestors = np.bincount(new, minlength=len(new_codes))
    rows: list[dict[str, str | float]] = []

    def add(o: int, n: int, area: float, relation: str) -> None:
        old_code, old_name = (before.code[o], before.name[o]) if o >= 0 else ("", "")
        new_code = new_codes[n] if n >= 0 else ""
        rows.append(
            {"old": old_code, "new": new_code, "area_m2": float(area), "relation": relation, "old_name": old_name}
        )

    for o, n, area in zip(listed(old), listed(new), listed(shared), strict=True):
        if heirs[o] == 1 and ancestors[n] == 1:
            old_code, new_code = before.code[o], new_codes[n]
            changed = "category" if old_code[8:9] != new_code[8:9] else "recode"
            add(o, n, area, "same" if old_code == new_code else changed)
        else:
            several = heirs[o] > 1, ancestors[n] > 1
            add(o, n, area, "rearranged" if all(several) else "split" if several[0] else "merge")
    for o in listed(np.flatnonzero(heirs == 0)):
        add(o, -1, before.area[o], "retired")
    for n in listed(np.flatnonzero(ancestors == 0)):
        add(-1, n, onto.area[n], "new")
    return rows


def same_faces(plan: Plan, basis: Basis) -> bool:
    """Whether a plan lies on the faces of a basis, to the last vertex; one with cut faces (``Plan.cut``) does not."""
    old, new = plan.faces["geometry"].to_numpy(dtype=object), basis.partition.faces
    return not plan.cut and len(old) == len(new) and bool(shapely.equals_identical(old, new).all())


def shared_with(faces: Objects, area: Floats, old: Objects) -> tuple[Ints, Ints, Floats]:
    """Area each face shares with each old unit: its own where it lies inside, else that of the intersection.

    Returns
    -------
    face, old : (k,) int64
        Pairs that share any.
    shared : (k,) float64
        m².
    """
    shapely.prepare(old)
    tree = shapely.STRtree(faces)
    owner, face = tree.query(old, predicate="intersects")
    inside = shapely.covers(old[owner], faces[face])
    shared = np.where(inside, area[face], 0.0)
    # What only touches needs no intersection with the whole old unit, which may have a million vertices.
    cut = np.flatnonzero(~inside)
    cut = cut[~shapely.touches(old[owner[cut]], faces[face[cut]])]
    planar = shapely.area(faces[face[cut]])
    shared[cut] = shapely.area(shapely.intersection(old[owner[cut]], faces[face[cut]])) * (area[face[cut]] / planar)
    some = shared > 0
    return face[some], owner[some], shared[some]
