"""Terrain classes of townships, for a case that has a raster of them: mountain, hill, plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...sums import sum_by

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from ...basis import Basis
    from ...case import Case

__all__ = ["Terrain", "terrain_of"]

# What the grades of a raster are called where they mean terrain. National statistics tell these landforms apart, a
# plateau and a basin among them; any two of the three lists make a raster one of terrain.
_WORDS = {
    "mountain": ("mountain", "mountains", "山地", "山区", "高山", "中山", "低山"),
    "hill": ("hill", "hills", "丘陵", "低丘", "高丘"),
    "plain": ("plain", "plains", "平原", "平地", "平坝", "盆地", "lowland"),
}


@dataclass(frozen=True)
class Terrain:
    """Terrain of the land.

    Attributes
    ----------
    raster : str
        Whose grades tell it.
    names : tuple of str
        Classes as the case calls them, in the order of their values; only those that some township has.
    face : (n,) int64
        Of each face, the class of its township (of its county where it has none): index into ``names``; −1 at sea and
        where nothing is measured.
    """

    raster: str
    names: tuple[str, ...]
    face: NDArray[np.int64]


def terrain_of(case: Case, basis: Basis) -> Terrain | None:
    """Find the terrain of the townships; None where the case has no raster of it, or nothing is measured.

    A township is of the class that has most area in it, by the majority of each face: as the method ``fitting`` takes
    it for its thresholds. The first raster of kind ``class`` or ``grade`` counts whose ``grades`` name two or more of
    mountain, hill and plain, in Chinese or English.

    Parameters
    ----------
    case : Case
    basis : Basis
    """
    told = ((raster.name, raster.grades) for raster in case.rasters if raster.kind in ("class", "grade"))
    name, grades = next(((name, grades) for name, grades in told if _is_terrain(grades)), ("", {}))
    table = basis.evidence
    if not name or not len(table):
        return None
    trusted = (table["covered"] >= float(case.profile["evidence"]["covered_min"])) & table["majority"].notna()
    rows = table[(table["raster"] == name) & trusted]
    face = rows["face_id"].to_numpy(dtype=np.int64) - 1
    value = rows["majority"].to_numpy(dtype=np.float64)
    land = ~basis.ground.sea[face]
    face, value = face[land], value[land]
    if not len(face):
        return None
    words = [grades.get(f"{one:g}", f"{one:g}") for one in value]
    # In the order of the values: two of them may be one class.
    names = list(dict.fromkeys(word for _, word in sorted(zip(value.tolist(), words, strict=True))))
    number = np.array([names.index(word) for word in words], dtype=np.int64)
    town = _towns(basis)
    count = int(town.max()) + 1
    weight = sum_by(town[face] * len(names) + number, basis.area[face], count * len(names)).reshape(count, -1)
    of_town = np.where(weight.sum(axis=1) > 0, weight.argmax(axis=1), -1)
    found = np.where(basis.ground.sea, -1, of_town[town])
    kept = np.unique(found[found >= 0])
    again = np.full(len(names) + 1, -1, dtype=np.int64)
    again[kept] = np.arange(len(kept))
    return Terrain(name, tuple(names[one] for one in kept), again[found])


def _towns(basis: Basis) -> NDArray[np.int64]:
    """Give each face the number of its township within its county."""
    ground = basis.ground
    key = ground.county * (int(ground.township.max(initial=-1)) + 2) + ground.township + 1
    town: NDArray[np.int64] = np.unique(key, return_inverse=True)[1].ravel().astype(np.int64)
    return town


def _is_terrain(grades: Mapping[str, str]) -> bool:
    said = {word.strip().lower() for word in grades.values()}
    return sum(bool(said.intersection(words)) for words in _WORDS.values()) >= 2
