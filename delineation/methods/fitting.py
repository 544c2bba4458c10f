"""行政边界拟合法: whole townships take the category whose share in them passes a threshold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.messages import Message, one_of
from ..core.sums import sum_by
from .registry import method
from .situation import Labels, Situation

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects


@method("fitting", draws=False, order=2)
def fitting(
    situation: Situation,
    *,
    seed: int = 1,  # noqa: ARG001  (the method draws nothing)
    threshold: float | Mapping[str, float] = 0.5,
    threshold_key: float | Mapping[str, float] = 0.5,
    denominator: str = "remainder",
    carve: bool = True,
    terrain: str = "",
) -> Labels:
    """Fit categories to townships.

    A cell is a township within a county, land only. Red line, water sources, protected areas and parks are carved out
    first. With p_c the share of the remaining cell whose rule category is c: priority if p_1 ≥ ``threshold``, else key
    if p_2 ≥ ``threshold_key``, else general; a category that has no share in a cell never takes it. Computable form of
    the 拟合法 that Wang Zishu et al. 2022 compare; carving as in Shandong 2021.

    Parameters
    ----------
    situation : Situation
    seed : int
        Unused: the method draws nothing.
    threshold, threshold_key : float or mapping
        Shares 0–1; a mapping gives one a terrain class (``mountain``, ``hill``, ``plain``), and with ``default`` one
        for classes it does not name and for cells without terrain.
    denominator : str
        ``remainder`` (the cell less what is carved) or ``cell``.
    carve : bool
        False fits everything, for research.
    terrain : str
        Name of the raster of terrain classes, whose ``grades`` give the classes' names; needed where a threshold is a
        mapping.

    Returns
    -------
    Labels
        One unit a cell; carved faces and sea are left to the grouping.

    Raises
    ------
    BadInput
        A threshold that is no share, or is missing for a terrain class; no such terrain raster.
    """
    if denominator not in ("remainder", "cell"):
        raise BadInput(
            Message("denominator = '{denominator}'", denominator=denominator),
            where=Message("[method]"),
            wanted=one_of(("remainder", "cell")),
        )
    if not isinstance(carve, bool):
        raise BadInput(
            Message("carve = {carve!r}", carve=carve), where=Message("[method]"), wanted=one_of(("true", "false"))
        )
    land = ~situation.sea
    cell, total = cells(situation)
    fitted = land & ~situation.carved if carve else land
    area = np.where(fitted, situation.area, 0.0)
    size = sum_by(cell[land], (area if denominator == "remainder" else situation.area)[land], total)
    share = [sum_by(cell[land], (area * (situation.category == c))[land], total) for c in (1, 2)]
    mapped = isinstance(threshold, Mapping) or isinstance(threshold_key, Mapping)
    classes = _terrain(situation, cell, total, terrain) if mapped else None
    # Sums of floats: a share that is the threshold up to rounding passes.
    passed = [
        (part > 0) & (part >= (_per_cell(limit, classes, total, key) - 1e-12) * size)
        for part, limit, key in zip(share, (threshold, threshold_key), ("threshold", "threshold_key"), strict=True)
    ]
    # The last entry is for faces of no cell, whose number is −1.
    decided = np.append(np.select(passed, [1, 2], default=3), 3)[cell]
    kind = _dominant_kind(situation, cell, fitted, decided, total)
    category = np.where(fitted, decided, situation.category)
    return Labels(category, np.where(fitted, kind, situation.kind), np.where(fitted, cell, -1))


def cells(situation: Situation) -> tuple[Ints, int]:
    """Cell of each face, a township within a county (−1 at sea), and the number of cells."""
    townships = int(situation.township.max(initial=-1)) + 2
    key = situation.county * townships + situation.township + 1
    found, cell = np.unique(key[~situation.sea], return_inverse=True)
    out = np.full(len(key), -1, dtype=np.int64)
    out[~situation.sea] = cell.ravel()
    return out, len(found)


def _dominant_kind(situation: Situation, cell: Ints, fitted: Bools, decided: Ints, total: int) -> Ints:
    """Of each face's cell: the kind with most area among its faces of the category decided."""
    kinds = len(situation.kinds)
    agree = fitted & (situation.category == decided)
    weight = sum_by(cell[agree] * kinds + situation.kind[agree], situation.area[agree], total * kinds)
    dominant = np.append(weight.reshape(total, kinds).argmax(axis=1), 0)[cell]
    return np.where(decided == 3, situation.kinds.index("general"), dominant)


def _per_cell(limit: float | Mapping[str, float], classes: Objects | None, total: int, key: str) -> Floats:
    values = limit.values() if isinstance(limit, Mapping) else [limit]
    for value in values:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise BadInput(
                Message("{key} = {value!r}", key=key, value=value),
                where=Message("[method]"),
                wanted=Message("a share from 0 to 1"),
            )
    if not isinstance(limit, Mapping):
        return np.full(total, float(limit))
    if classes is None:
        raise BadInput(
            Message("{key} differs by terrain class, but no terrain raster is named", key=key),
            where=Message("[method]"),
            wanted=Message('terrain = "raster name"'),
        )
    share = {name: limit.get(str(name), limit.get("default")) for name in classes.tolist()}
    for name, found in share.items():
        if found is None:
            raise BadInput(
                Message("no {key} for terrain class '{name}'", key=key, name=name)
                if name
                else Message("no {key} for cells without terrain", key=key),
                where=Message("[method]"),
                wanted=Message("{key}.{name} = a share", key=key, name=name or "default"),
            )
    return np.array([share[name] for name in classes.tolist()], dtype=np.float64)


def _terrain(situation: Situation, cell: Ints, total: int, terrain: str) -> Objects:
    """Terrain class of each cell: the class with most area by the faces' majorities; "" where no face has one."""
    table = situation.evidence
    usable = (table["covered"] >= situation.covered_min) & table["majority"].notna()
    rows = table[(table["raster"] == terrain) & usable]
    if not terrain or not len(rows):
        raise BadInput(
            Message("no evidence from terrain raster '{terrain}'", terrain=terrain),
            where=Message("[method] terrain"),
            wanted=Message("the name of a [[raster]] that covers the land"),
        )
    words = situation.grades.get(terrain) or {}
    face = rows["face_id"].to_numpy(dtype=np.int64) - 1
    value, which = np.unique(rows["majority"].to_numpy(dtype=np.float64), return_inverse=True)
    # Two values may be one class.
    names, of_value = np.unique([words.get(f"{item:g}", f"{item:g}") for item in value], return_inverse=True)
    index = of_value.ravel()[which.ravel()]
    use = cell[face] >= 0
    weight = sum_by(cell[face[use]] * len(names) + index[use], situation.area[face[use]], total * len(names))
    by_cell = weight.reshape(total, len(names))
    out = names.astype(object)[by_cell.argmax(axis=1)]
    out[by_cell.sum(axis=1) == 0] = ""
    return np.asarray(out, dtype=object)
