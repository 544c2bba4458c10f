"""The fitting-threshold curve: what the threshold of fitting does to units, priority area and omission."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core.arrays import number_of, places
from ...core.messages import Message
from ...core.progress import Progress, shared, silent
from ...core.sums import sum_by
from ...labelling.label import label
from ...methods.number_of_regions import knee
from ..runs.entries import BenchEntry
from ..runs.store import Cost, Finished
from ..scene.division import Division, division_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ...basis.build import Basis
    from ...case.model import Case
    from ...core.arrays import Bools, Floats, Ints
    from ..runs.run import Comparison

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 20))
"""5 … 95 %, as shares."""
# Sums of floats: areas that differ by less, relatively, are equal.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Crossing:
    """Where a curve meets the overlay's priority area.

    Attributes
    ----------
    threshold : float
        T* (share 0–1), by linear interpolation between the two thresholds next to it.
    low, high : float
        These thresholds; equal where the areas are equal at one of them.
    """

    threshold: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """Fitting over its threshold, on all the land or on the townships of one terrain class.

    Attributes
    ----------
    terrain : str
        The class, "" for all the land.
    threshold : (t,) float64
        Shares 0–1, rising.
    units : (t,) int64
        Land units; in a terrain class those with most of their area in it.
    priority_area : (t,) float64
        F(T), m².
    omission : (t,) float64
        Share 0–1 of the priority zones outside priority units; NaN without one.
    land : float
        m².
    overlay_area, overlay_units : float, int
        The same of the method overlay.
    """

    terrain: str
    threshold: Floats
    units: Ints
    priority_area: Floats
    omission: Floats
    land: float
    overlay_area: float
    overlay_units: int

    @property
    def crossing(self) -> Crossing | None:
        """T*, above which fitting protects less than overlay, and below which more; see `crossing_of`."""
        return crossing_of(self.threshold, self.priority_area, self.overlay_area)

    @property
    def fall(self) -> float:
        """What the highest threshold has less than the lowest, as a share of the overlay's priority area; NaN without.

        Near 0 fitting comes to much the same at any threshold, as in mountains; 1 and more where it loses all.
        """
        lost = float(self.priority_area[0] - self.priority_area[-1])
        return lost / self.overlay_area if self.overlay_area > 0 else float("nan")

    @property
    def knee(self) -> float | None:
        """The threshold beyond which little more is lost; None where nothing is lost at all, or no later than at once.

        Point farthest below the chord of F(T); see `number_of_regions.knee`.
        """
        return knee_of(self.threshold, self.priority_area)


def crossing_of(threshold: Floats, area: Floats, target: float) -> Crossing | None:
    """Find where a curve that never rises comes down to a target: the smallest such threshold.

    Parameters
    ----------
    threshold, area : (t,) float64
    target : float
        m².

    Returns
    -------
    Crossing or None
        None where the curve lies below from its first point on, above to its last, or at the target throughout: where
        the threshold changes nothing none is the one that matters.
    """
    slack = _ROUNDING * max(abs(target), 1.0)
    if (np.abs(area - target) <= slack).all():
        return None
    down = np.flatnonzero(area <= target + slack)
    if not len(down) or (not down[0] and area[0] < target - slack):
        return None
    at = int(down[0])
    if not at or area[at] >= target - slack:
        return Crossing(float(threshold[at]), float(threshold[at]), float(threshold[at]))
    low, high = float(threshold[at - 1]), float(threshold[at])
    part = (area[at - 1] - target) / (area[at - 1] - area[at])
    return Crossing(low + float(part) * (high - low), low, high)


def knee_of(threshold: Floats, area: Floats) -> float | None:
    """Find the knee of a curve that never rises; None where it does not fall, or lies nowhere below its chord.

    Parameters
    ----------
    threshold, area : (t,) float64
    """
    fall = float(area[0] - area[-1])
    if fall <= _ROUNDING * max(abs(float(area[0])), 1.0):
        return None
    at = knee(np.arange(len(area)), area)
    return float(threshold[at]) if at else None


def fitting_curve(comparison: Comparison, *, progress: Progress = silent) -> tuple[Curve, ...]:
    """Label by fitting at every threshold, and hold the result against overlay.

    Fitting takes the parameters of the first ``fitting`` among the methods compared, but for its threshold, so that
    ``fitting:carve=false`` gives the curve of that; else their defaults. What is labelled is kept in the store.

    F(T) never rises: a township that is priority at a threshold is so at every lower one (domain facts 3.3, after
    Wang Zishu et al. 2022).

    Parameters
    ----------
    comparison : Comparison
    progress : callable

    Returns
    -------
    tuple of Curve
        All the land first, then each terrain class, where the case has a raster of them.

    Raises
    ------
    Cancelled
    """
    first = next((one.entry for one in comparison.labelled if one.entry.method == "fitting"), None)
    given = {key: value for key, value in ({} if first is None else first.parameters).items() if key != "threshold"}
    said = "".join(f"{key}={value}," for key, value in given.items())
    entries = [BenchEntry("overlay", "overlay", {})]
    entries += [
        BenchEntry(f"fitting:{said}threshold={one:g}", "fitting", {**given, "threshold": one}) for one in THRESHOLDS
    ]
    divisions = []
    for entry, go_on in shared(progress, entries):
        go_on(0.0, Message("threshold curve: {method:asked}", method=entry.text))
        divisions.append(_division(entry, comparison, go_on))
    land = ~comparison.scene.sea
    terrain = terrain_of(comparison.case, comparison.basis)
    parts = {"": land}
    if terrain is not None:
        parts |= {name: land & (terrain.face == number) for number, name in enumerate(terrain.names)}
    return tuple(_curve(comparison, divisions, name, here) for name, here in parts.items())


def _division(entry: BenchEntry, comparison: Comparison, progress: Progress) -> Division:
    """Take the division from the store: as a row of the table, as a point of an earlier curve; or make it."""
    text, seed, store = entry.text, comparison.case.seed, comparison.store
    point = f"curve {text}"
    held = store.get(text, text, seed) or store.get(text, point, seed)
    if held is None or len(held.division.unit) != len(comparison.basis.area):
        start = time.perf_counter()
        labelling = label(entry.case(comparison.case, seed), comparison.basis, progress=progress)
        # Not under the row's own name: a row's cost has its memory in it, which is not measured here.
        held = Finished(division_of(text, labelling), Cost(time.perf_counter() - start, 0), ())
        store.put(point, seed, held)
    return held.division


def _curve(comparison: Comparison, divisions: list[Division], name: str, here: Bools) -> Curve:
    area, priority = comparison.scene.area, comparison.scene.priority & here
    zones = float(area[priority].sum())
    rows = []
    for division in divisions:
        protected = division.category == 1
        whole = sum_by(division.unit, area, division.count)
        inside = sum_by(division.unit, area * here, division.count)
        # Of a unit in two classes half and half each has it: a tie of floats that does not happen.
        units = int((inside > whole / 2).sum())
        omitted = float(area[priority & ~protected].sum()) / zones if zones else float("nan")
        rows.append((units, float(area[here & protected].sum()), omitted))
    (overlay_units, overlay_area, _), fitted = rows[0], rows[1:]
    return Curve(
        terrain=name,
        threshold=np.array(THRESHOLDS),
        units=np.array([row[0] for row in fitted], dtype=np.int64),
        priority_area=np.array([row[1] for row in fitted]),
        omission=np.array([row[2] for row in fitted]),
        land=float(area[here].sum()),
        overlay_area=overlay_area,
        overlay_units=overlay_units,
    )


# ── Terrain classes of townships, for a case that has a raster of them: mountain, hill, plain ───────────────────────

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
    face: Ints


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
    count = number_of(town)
    weight = sum_by(town[face] * len(names) + number, basis.area[face], count * len(names)).reshape(count, -1)
    of_town = np.where(weight.sum(axis=1) > 0, weight.argmax(axis=1), -1)
    found = np.where(basis.ground.sea, -1, of_town[town])
    kept = np.unique(found[found >= 0])
    again = places(kept, len(names) + 1)
    return Terrain(name, tuple(names[one] for one in kept), again[found])


def _towns(basis: Basis) -> Ints:
    """Give each face the number of its township within its county."""
    ground = basis.ground
    key = ground.county * (int(ground.township.max(initial=-1)) + 2) + ground.township + 1
    town: Ints = np.unique(key, return_inverse=True)[1].ravel().astype(np.int64)
    return town


def _is_terrain(grades: Mapping[str, str]) -> bool:
    said = {word.strip().lower() for word in grades.values()}
    return sum(bool(said.intersection(words)) for words in _WORDS.values()) >= 2
