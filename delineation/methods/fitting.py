"""行政边界拟合法: whole townships take the category whose share in them passes a threshold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..errors import BadInput
from .registry import Labels, Situation, method

__all__ = ["fitting"]


@method("fitting")
def fitting(
    situation: Situation,
    *,
    seed: int = 1,
    threshold: float | Mapping[str, float] = 0.5,
    threshold_key: float | Mapping[str, float] = 0.5,
    denominator: str = "remainder",
    carve: bool = True,
    terrain: str = "",
) -> Labels:
    """Fit categories to townships.

    A cell is a township within a county, land only. Red line, water sources, protected areas and parks are carved out first. With p_c
    the share of the remaining cell whose rule category is c: priority if p_1 ≥ ``threshold``, else key if p_2 ≥ ``threshold_key``,
    else general. Computable form of the 拟合法 that Wang Zishu et al. 2022 compare; carving as in Shandong 2021.

    Parameters
    ----------
    situation : Situation
    seed : int
        Unused: the method draws nothing.
    threshold, threshold_key : float or mapping
        Shares 0–1; a mapping gives one a terrain class (``mountain``, ``hill``, ``plain``).
    denominator : str
        ``remainder`` (the cell less what is carved) or ``cell``.
    carve : bool
        False fits everything, for research.
    terrain : str
        Name of the raster of terrain classes, whose ``grades`` give the classes' names; needed where a threshold is a mapping.

    Returns
    -------
    Labels
        One unit a cell; carved faces and sea are left to the grouping.
    """
    if denominator not in ("remainder", "cell"):
        raise BadInput(f"denominator = '{denominator}'", where="[method]", wanted="remainder | cell")
    land = ~situation.sea
    townships = int(situation.township.max(initial=-1)) + 2
    cell = np.where(land, situation.county * townships + situation.township + 1, -1)
    total = int(cell.max(initial=-1)) + 1
    fitted = land & ~situation.carved if carve else land
    area = np.where(fitted, situation.area, 0.0)
    whole = np.where(land, situation.area, 0.0)

    def by_cell(weights: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(np.where(land, cell, 0), weights=weights, minlength=total)

    size = by_cell(area if denominator == "remainder" else whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = [np.where(size > 0, by_cell(area * (situation.category == c)) / size, 0.0) for c in (1, 2)]
    classes = _terrain(situation, cell, total, terrain) if isinstance(threshold, Mapping) or isinstance(threshold_key, Mapping) else None
    # Sums of floats: a share that is the threshold up to rounding passes.
    passed = [
        part >= _per_cell(limit, classes, total, key) - 1e-12
        for part, limit, key in zip(share, (threshold, threshold_key), ("threshold", "threshold_key"), strict=True)
    ]
    decided = np.select(passed, [1, 2], default=3)
    kind_of_cell = _dominant_kind(situation, cell, fitted, decided, total)
    category = np.where(fitted, decided[cell], situation.category)
    kind = np.where(fitted, kind_of_cell[cell], situation.kind)
    return Labels(category, kind, np.where(fitted, cell, -1))


def _dominant_kind(
    situation: Situation, cell: NDArray[np.int64], fitted: NDArray[np.bool_], decided: NDArray[np.int64], total: int
) -> NDArray[np.int64]:
    """Of each cell: the kind with most area among its faces of the category decided."""
    kinds = len(situation.kinds)
    agree = fitted & (situation.category == decided[cell])
    weight = np.bincount(cell[agree] * kinds + situation.kind[agree], weights=situation.area[agree], minlength=total * kinds)
    dominant = weight.reshape(total, kinds).argmax(axis=1)
    return np.where(decided == 3, situation.kinds.index("general"), dominant)


def _per_cell(
    limit: float | Mapping[str, float], classes: NDArray[np.object_] | None, total: int, key: str
) -> NDArray[np.float64]:
    values = limit.values() if isinstance(limit, Mapping) else [limit]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise BadInput(f"{key} = {value!r}", where="[method]", wanted="a share from 0 to 1")
    if not isinstance(limit, Mapping):
        return np.full(total, float(limit))
    if classes is None:
        raise BadInput(f"{key} by terrain and no terrain raster", where="[method]", wanted='terrain = "raster name"')
    out = np.empty(total)
    for number, name in enumerate(classes):
        if name and name not in limit:
            raise BadInput(f"no {key} for terrain class '{name}'", where="[method]", wanted=f"{key}.{name} = a share")
        out[number] = limit[name] if name else max(limit.values())
    return out


def _terrain(situation: Situation, cell: NDArray[np.int64], total: int, terrain: str) -> NDArray[np.object_]:
    """Terrain class of each cell: the class with most area by the faces' majorities; "" where no face has one."""
    table = situation.evidence
    rows = table[(table["raster"] == terrain) & (table["covered"] >= situation.covered_min)]
    if not terrain or not len(rows):
        raise BadInput(f"no evidence from terrain raster '{terrain}'", where="[method] terrain", wanted="the name of a [[raster]]")
    words = situation.grades.get(terrain) or {}
    face = rows["face_id"].to_numpy() - 1
    value = rows["majority"].to_numpy()
    names = sorted({words.get(f"{item:g}", f"{item:g}") for item in value})
    index = np.array([names.index(words.get(f"{item:g}", f"{item:g}")) for item in value], dtype=np.int64)
    use = cell[face] >= 0
    weight = np.bincount(
        cell[face[use]] * len(names) + index[use], weights=situation.area[face[use]], minlength=total * len(names)
    ).reshape(total, len(names))
    out = np.array(names, dtype=object)[weight.argmax(axis=1)]
    out[weight.sum(axis=1) == 0] = ""
    return out
