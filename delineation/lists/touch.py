"""How much each zone and place touches each unit: its area there, its share of the unit, the unit's share of it.

Not kept in a plan, as it follows from faces and coverage: whoever tells it computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import listed
from ..core.sums import sum_by
from ..partition import land_of, made_by_rounding
from ..partition.arcs import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..core.arrays import Bools, Floats, Ints
    from ..plan.file import Plan
    from ..sources.previous_units import PreviousPlan

_MOST_PLACES = 4_000_000  # that sums are laid out for; for more, keys are sorted


def touches(plan: Plan | PreviousPlan) -> pd.DataFrame:
    """Tell what touches each unit of a plan.

    Parameters
    ----------
    plan : Plan or PreviousPlan
        Its ``faces``, ``coverage`` and ``features``.

    Returns
    -------
    pandas.DataFrame
        ``unit_id, role, zone, place, area_m2, share_of_unit, share_of_zone``, by unit, role, zone and place. ``place``
        is the name of the feature, "" where it has none; ``area_m2`` counts a face once; ``share_of_unit`` is that of
        the unit's area; ``share_of_zone`` the largest share that one of its features has of its own area in the unit:
        1 where a whole park lies in it.
    """
    faces = plan.faces
    area = faces["area_m2"].to_numpy(dtype=np.float64)
    label, units = pd.factorize(faces["unit_id"].astype(str))
    cover = Cover.of_plan(plan, faces["face_id"].to_numpy(dtype=np.int64), area)
    return touch_table(cover, cover.over(np.arange(len(area)), label.astype(np.int64), area), units)


def touch_table(cover: Cover, touch: UnitTouch, unit_ids: Sequence[str] | pd.Index) -> pd.DataFrame:
    """Make the table of `touches` of what was measured, with the ids of the units."""
    names = np.array([*cover.groups, ("", "", "")], dtype=object)[touch.group]
    table = pd.DataFrame(
        {
            "unit_id": np.array([*unit_ids, ""], dtype=object)[touch.unit],
            **{column: names[:, number] for number, column in enumerate(("role", "zone", "place"))},
            "area_m2": touch.area,
            "share_of_unit": touch.of_unit,
            "share_of_zone": touch.of_zone,
        }
    )
    return table.sort_values(["unit_id", "role", "zone", "place"], kind="stable", ignore_index=True)


@dataclass(frozen=True)
class UnitTouch:
    """What touches units.

    Attributes
    ----------
    unit, group : (k,) int64
        Places of the unit, and of role, zone and name in ``Cover.groups``.
    area : (k,) float64
        m².
    of_unit, of_zone : (k,) float64
        Shares, 0–1, as `touches` gives them.
    """

    unit: Ints
    group: Ints
    area: Floats
    of_unit: Floats
    of_zone: Floats


@dataclass(frozen=True)
class Cover:
    """What covers each face, feature by feature.

    Attributes
    ----------
    start : (n + 1,) int64
        Where the rows of each face begin in ``feature``.
    feature : (m,) int64
    first : (m,) bool
        No row before it is of the same face and group.
    rounding : (n,) bool
        Faces that `made_by_rounding` finds: what covers only such of a unit that has other land does not touch it.
    size : (f,) float64
        m² of each feature.
    group : (f,) int64
        Place of its role, zone and name in ``groups``.
    groups : list of (str, str, str)
    """

    start: Ints
    feature: Ints
    first: Bools
    rounding: Bools
    size: Floats
    group: Ints
    groups: list[tuple[str, str, str]]

    @classmethod
    def of(
        cls,
        face: Ints,
        feature: Ints,
        area: Floats,
        rounding: Bools,
        told: Sequence[tuple[str, str, str]],
    ) -> Cover:
        """Order what covers faces by them.

        Parameters
        ----------
        face, feature : (m,) int64
            Rows.
        area : (n,) float64
            m² of each face.
        rounding : (n,) bool
        told : sequence of (str, str, str)
            Role, zone and name of each feature.
        """
        groups = sorted(set(told))
        place = {one: number for number, one in enumerate(groups)}
        group = np.array([place[one] for one in told], dtype=np.int64)
        order = np.argsort(face, kind="stable")
        face, feature = face[order], feature[order]
        key = face * max(len(groups), 1) + group[feature]
        first = np.zeros(len(key), dtype=bool)
        first[np.unique(key, return_index=True)[1]] = True
        start = np.searchsorted(face, np.arange(len(area) + 1))
        return cls(start, feature, first, rounding, sum_by(feature, area[face], len(group)), group, groups)

    @classmethod
    def of_plan(cls, plan: Plan | PreviousPlan, face_ids: Ints, area: Floats) -> Cover:
        """Read it off a plan; ``face_ids`` are those of its faces, in order, and ``area`` their m²."""
        table = plan.coverage
        face = np.searchsorted(face_ids, table["face_id"].to_numpy(dtype=np.int64))
        key, words = np.zeros(len(table), dtype=np.int64), []
        for name in ("role", "zone", "source"):
            code, word = pd.factorize(table[name].to_numpy(dtype=object))
            words.append([*(str(one) for one in word), ""])  # −1, none, is the last
            key = key * len(words[-1]) + code % len(words[-1])
        number, numbers = pd.factorize(table["feature_id"].fillna(-1).to_numpy(dtype=np.int64))
        width = max(len(numbers), 1)
        feature, keys = pd.factorize(key * width + number)
        of_key, ids = np.divmod(keys, width)
        of_key, source = np.divmod(of_key, len(words[2]))
        role, zone = np.divmod(of_key, len(words[1]))
        features = (listed(role), listed(zone), listed(source), listed(numbers[ids]))
        names = {
            (str(source), int(number)): str(name)
            for source, number, name in zip(
                plan.features["source"], plan.features["feature_id"].fillna(-1), plan.features["name"], strict=True
            )
        }
        told = [
            (words[0][role], words[1][zone], names.get((words[2][source], number), ""))
            for role, zone, source, number in zip(*features, strict=True)
        ]
        rounding = made_by_rounding(area, shapely.length(plan.faces["geometry"].to_numpy(dtype=object)))
        return cls.of(face, feature.astype(np.int64), area, rounding, told)

    def over(self, faces: Ints, label: Ints, area: Floats) -> UnitTouch:
        """Measure what touches units.

        Parameters
        ----------
        faces : (k,) int64
            Of each face of the units the one whose cover it has: itself, or the one that it is a piece of.
        label : (k,) int64
            Their units, 0 …
        area : (k,) float64
            m².
        """
        real = land_of(label, area, self.rounding[faces]) > 0
        faces, label, area = faces[real], label[real], area[real]
        size = self.start[faces + 1] - self.start[faces]
        which = np.repeat(np.arange(len(faces)), size)
        feature = self.feature[runs(self.start[faces], size)]
        groups, features = max(len(self.groups), 1), max(len(self.size), 1)
        units, once = int(label.max(initial=-1)) + 1, self.first[runs(self.start[faces], size)]
        # A face that several features of a zone cover counts once for the zone.
        key, covered = _summed(label[which] * groups + self.group[feature], area[which] * once, units * groups)
        own, inside = _summed(label[which] * features + feature, area[which], units * features)
        of_zone = np.zeros(len(key))
        at = np.searchsorted(key, own // features * groups + self.group[own % features])
        np.maximum.at(of_zone, at, _share(inside, self.size[own % features]))
        of_unit = _share(covered, sum_by(label, area, units)[key // groups])
        return UnitTouch(key // groups, key % groups, covered, of_unit, of_zone)


def _summed(key: Ints, value: Floats, count: int) -> tuple[Ints, Floats]:
    """Give the different keys, which are less than ``count``, in order, with their sums."""
    if count > _MOST_PLACES:
        keys, place = np.unique(key, return_inverse=True)
        return keys, sum_by(place.ravel(), value, len(keys))
    keys = np.flatnonzero(np.bincount(key, minlength=count))
    return keys, sum_by(key, value, count)[keys]


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.minimum(np.divide(part, whole, out=np.ones(len(part)), where=whole > 0), 1.0))
