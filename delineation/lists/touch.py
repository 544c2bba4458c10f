"""How much each zone and place touches each unit: its area there, its share of the unit, the unit's share of it.

Not kept in a plan, as it follows from faces and coverage: whoever tells it computes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..core.arrays import listed
from ..core.sums import sum_by
from ..partition.arcs import runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ..plan.file import Plan
    from ..sources.previous_units import PreviousPlan

__all__ = ["Cover", "UnitTouch", "touch_table", "touches"]


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

    unit: NDArray[np.int64]
    group: NDArray[np.int64]
    area: NDArray[np.float64]
    of_unit: NDArray[np.float64]
    of_zone: NDArray[np.float64]


@dataclass(frozen=True)
class Cover:
    """What covers each face, feature by feature.

    Attributes
    ----------
    start : (n + 1,) int64
        Where the rows of each face begin in ``feature``.
    feature : (m,) int64
    size : (f,) float64
        m² of each feature.
    group : (f,) int64
        Place of its role, zone and name in ``groups``.
    groups : list of (str, str, str)
    """

    start: NDArray[np.int64]
    feature: NDArray[np.int64]
    size: NDArray[np.float64]
    group: NDArray[np.int64]
    groups: list[tuple[str, str, str]]

    @classmethod
    def of(
        cls,
        face: NDArray[np.int64],
        feature: NDArray[np.int64],
        area: NDArray[np.float64],
        group: NDArray[np.int64],
        groups: Sequence[tuple[str, str, str]],
    ) -> Cover:
        """Order what covers faces by them.

        Parameters
        ----------
        face, feature : (m,) int64
            Rows.
        area : (n,) float64
            m² of each face.
        group : (f,) int64
        groups : sequence of (str, str, str)
        """
        order = np.lexsort([feature, face])
        face, feature = face[order], feature[order]
        size = sum_by(feature, area[face], len(group))
        return cls(np.searchsorted(face, np.arange(len(area) + 1)), feature, size, group, list(groups))

    @classmethod
    def of_plan(cls, plan: Plan | PreviousPlan, face_ids: NDArray[np.int64], area: NDArray[np.float64]) -> Cover:
        """Read it off a plan; ``face_ids`` are those of its faces, in order, and ``area`` their m²."""
        table = plan.coverage
        face = np.searchsorted(face_ids, table["face_id"].to_numpy(dtype=np.int64))
        codes, words = [], []
        for name in ("role", "zone", "source"):
            code, word = pd.factorize(table[name].fillna("").astype(str), sort=True)
            codes.append(code.astype(np.int64))
            words.append([str(one) for one in word])
        keys = np.column_stack([*codes, table["feature_id"].fillna(-1).to_numpy(dtype=np.int64)])
        first, feature = _distinct(keys)
        features = keys[first]
        names = {
            (str(source), int(number)): str(name)
            for source, number, name in zip(
                plan.features["source"], plan.features["feature_id"].fillna(-1), plan.features["name"], strict=True
            )
        }
        told = [
            (words[0][role], words[1][zone], names.get((words[2][source], number), ""))
            for role, zone, source, number in zip(*(listed(column) for column in features.T), strict=True)
        ]
        groups = sorted(set(told))
        place = {one: number for number, one in enumerate(groups)}
        return cls.of(face, feature, area, np.array([place[one] for one in told], dtype=np.int64), groups)

    def over(self, faces: NDArray[np.int64], label: NDArray[np.int64], area: NDArray[np.float64]) -> UnitTouch:
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
        size = self.start[faces + 1] - self.start[faces]
        which = np.repeat(np.arange(len(faces)), size)
        feature = self.feature[runs(self.start[faces], size)]
        groups, features = max(len(self.groups), 1), max(len(self.size), 1)
        # A face that several features of a zone cover counts once for the zone.
        once = np.unique(which * groups + self.group[feature])
        key, place = np.unique(label[once // groups] * groups + once % groups, return_inverse=True)
        covered = sum_by(place.ravel(), area[once // groups], len(key))
        own, place = np.unique(label[which] * features + feature, return_inverse=True)
        inside, whole = sum_by(place.ravel(), area[which], len(own)), self.size[own % features]
        of_zone = np.zeros(len(key))
        at = np.searchsorted(key, own // features * groups + self.group[own % features])
        np.maximum.at(of_zone, at, _share(inside, whole))
        of_unit = _share(covered, sum_by(label, area, int(label.max(initial=-1)) + 1)[key // groups])
        return UnitTouch(key // groups, key % groups, covered, of_unit, of_zone)


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.minimum(np.divide(part, whole, out=np.ones(len(part)), where=whole > 0), 1.0))


def _distinct(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the first row of each distinct one, and of each row its number among these."""
    order = np.lexsort(keys.T[::-1])
    fresh = np.ones(len(keys), dtype=bool)
    fresh[1:] = (keys[order][1:] != keys[order][:-1]).any(axis=1)
    number = np.empty(len(keys), dtype=np.int64)
    number[order] = np.cumsum(fresh) - 1
    return order[fresh], number
