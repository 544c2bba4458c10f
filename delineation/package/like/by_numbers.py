"""Evidence of measures and sums: areas and places of the layer's own shapes, counts, what layers say by code."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.measures import decimals_in
from ...core.messages import Message
from ...export.records import MEASURES
from .known import KM2, REPEATED
from .rows import ENOUGH, FEW, RUNNING, Fit, agreeing, enough, varied
from .words import in_any_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .found import FoundColumn
    from .rows import DescribedTable, Test

__all__ = ["SAME", "TESTS", "half_a_digit"]

TOLERANCE = 0.005
"""Relative: what areas of two projections differ by at most, where a name says that they are areas."""
SAME = 1e-4
"""Relative: what areas of one shape differ by that are measured alike; beside this only rounding is allowed."""
_SHARE_OFF = 0.06  # percentage points that a share may be off by rounding, or by which area it is of


def _measures(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold numbers against areas and outlines, in each unit that they may be in."""
    if not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    found: list[Fit] = []
    groups = (
        (rows.areas, "area", Message("the measured areas")),
        (rows.outlines, "perimeter", Message("the measured outlines")),
    )
    for ways, what, by in groups:
        tried = [
            fit
            for of in in_any_unit(what)
            for way, measured in enumerate(ways)
            if (fit := _sized(numbers, measured, of, by, way))
        ]
        if tried:
            found.append(max(tried, key=lambda one: one[0])[1])
    return found


def _sized(
    numbers: NDArray[np.float64], measured: NDArray[np.float64], of: str, by: Message, way: int
) -> tuple[tuple[bool, int, int, float], Fit] | None:
    use = np.isfinite(numbers) & np.isfinite(measured) & (measured > 0)
    if not use.any():
        return None
    size = MEASURES[of].size
    value, wanted = numbers[use] * size, measured[use]
    off = np.abs(value - wanted)
    near = off <= TOLERANCE * wanted
    half = half_a_digit(numbers[use]) * size
    agree = near | (off <= half)
    # Zeros that small areas were rounded to agree with anything.
    if agree.sum() < ENOUGH * use.sum() or near.sum() < max(1, 0.3 * use.sum()):
        return None
    # Last year's areas, or those that were reported, are near as well: without a name it has to be the same.
    same = _is_same(off, half, wanted)
    alone = same and near.sum() >= FEW and len(np.unique(value[near])) > 1
    beyond = float(np.maximum(off - half, 0.0).sum() / wanted.sum())
    fit = Fit(of, int(agree.sum()), int(use.sum()), by, bool(alone), off=beyond, way=way)
    return (same, int(agree.sum()), int(near.sum()), -beyond), fit


def half_a_digit(numbers: NDArray[np.float64]) -> float:
    """Give half a unit of the last digit that numbers are given with."""
    return 0.5 * 10.0 ** -decimals_in(numbers) * 1.001


def _is_same(off: NDArray[np.float64], half: float, wanted: NDArray[np.float64]) -> bool:
    """Whether numbers are the measured ones but for rounding, in most rows and in those of most of the area.

    What is off by the same part everywhere is hidden by rounding where shapes are small.
    """
    same = off <= half + SAME * wanted
    return bool(same.sum() >= ENOUGH * len(same) and wanted[same].sum() >= ENOUGH * wanted.sum())


def _held(of: str, numbers: Any, agrees: Any, use: Any, by: Message, **more: Any) -> list[Fit]:
    """Take numbers for what enough of those in use agree with; some that are not all alike prove it."""
    count = int(use.sum())
    varied = count >= FEW and len(np.unique(numbers[use])) > 1
    more["alone"] = bool(varied and more.get("alone", True))
    return enough(of, int((agrees & use).sum()), count, by, **more)


def _shares(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the share that a row has in the area of all of them, in percent."""
    if not rows.is_number(column):
        return []
    numbers, found = rows.numbers(column), []
    for way, share in enumerate(rows.shares):
        use = np.isfinite(numbers) & np.isfinite(share) & (share > 0)
        half = half_a_digit(numbers[use])
        off = np.abs(numbers - share)
        # Rounding hides what shares are of where nearly all are small.
        told_apart = use.sum() >= FEW and (share[use] > 10 * half).sum() >= 0.3 * use.sum()
        if told_apart and _is_same(off[use], half, share[use]):
            by = Message("the share in the area of all")
            found += _held("share_of_all", numbers, off <= half + SAME * share, use, by, way=way)
    return found[:1]


def _points(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the boxes of the shapes, in degrees."""
    if rows.boxes is None or not rows.is_number(column):
        return []
    numbers, (west, south, east, north) = rows.numbers(column), rows.boxes.T
    use, by = np.isfinite(numbers) & np.isfinite(rows.boxes).all(axis=1), Message("where the shapes lie")
    return [
        fit
        for of, low, high in (("lon", west, east), ("lat", south, north))
        for fit in _held(of, numbers, (low <= numbers) & (numbers <= high), use, by)
    ]


def _spots(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    points, numbers, found = shapely.centroid(rows.table.geometry), rows.numbers(column), []
    for of, wanted in (("x", shapely.get_x(points)), ("y", shapely.get_y(points))):
        near = np.abs(numbers - wanted) <= 1e-6 * np.abs(wanted) + 0.01
        use = np.isfinite(numbers) & np.isfinite(wanted)
        found += _held(of, numbers, near, use, Message("where the shapes lie"))
    return found


def _parts(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    same = numbers == shapely.get_num_geometries(rows.table.geometry)
    return _held("parts", numbers, same, np.isfinite(numbers), Message("the number of parts"))


def _number(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    numbers = rows.numbers(column)
    there = numbers[np.isfinite(numbers)]
    count = len(there)
    if not count or count < ENOUGH * len(numbers) or not np.array_equal(there, np.arange(1, count + 1)):
        return []
    return [Fit("number", count, count, Message("a running number"), count >= RUNNING)]


def _repeated(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold texts against those that a layer has for the same code; a Shapefile may have cut them."""
    if rows.table.geometry is not None or not any(rows.records):
        return []
    found = []
    texts = rows.texts(column)
    for of in REPEATED:
        wanted = [str(one.get(of, "")) for one in rows.records]
        pairs = [(text, other) for text, other in zip(texts, wanted, strict=True) if text and other]
        same = [(other if _cut(text, other) else text, other) for text, other in pairs]
        several = varied([other for _, other in pairs])
        found += agreeing(same, of, Message("what the layers say by code"), alone=several)
    return found


def _cut(text: str, other: str) -> bool:
    short, long = sorted((text, other), key=len)
    return len(short) >= 10 and long.startswith(short)


def _sums(rows: DescribedTable, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the sums of the layers by county."""
    if rows.kind != "counties" or not any(rows.records) or not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    half = half_a_digit(numbers)
    use = np.isfinite(numbers) & np.array([bool(one) for one in rows.records])
    found = []
    for whose in ("", "_1", "_2", "_3"):
        wanted = np.array([one.get(f"n{whose}", np.nan) for one in rows.records], dtype=np.float64)
        found += _summed(numbers, wanted, use, 0.0, 0.0, f"n{whose}")
        for what, names in (("km2", in_any_unit(f"sum{whose}")), ("share", (f"share{whose}",))):
            ways = min((len(one.get(f"{what}{whose}", ())) for one in rows.records if one), default=0)
            tried = []
            for way, of in product(range(ways), names):
                wanted = np.array([one[f"{what}{whose}"][way] if one else np.nan for one in rows.records])
                if what == "km2":
                    wanted *= KM2 / MEASURES[of].size
                off = np.full(len(wanted), _SHARE_OFF) if what == "share" else TOLERANCE * wanted
                # Rounded shares may be made to sum to 100: the last digit is off.
                rounding = 2 * half if what == "share" else half
                tried += _summed(numbers, wanted, use, np.maximum(off, half), rounding, of)
            found += sorted(tried, key=lambda one: (not one.alone, -one.agree, one.off))[:1]
    return found


def _summed(numbers: Any, wanted: Any, use: Any, most: Any, half: float, of: str) -> list[Fit]:
    use = use & np.isfinite(wanted)
    off = np.abs(numbers - wanted)
    same = bool(use.any()) and _is_same(off[use], half, wanted[use])
    beyond = float(np.maximum(off[use] - half, 0.0).sum() / max(wanted[use].sum(), 1e-9))
    return _held(of, numbers, off <= most, use, Message("the sums of the layers"), alone=same, off=beyond)


TESTS: Mapping[str, tuple[Test, ...]] = {
    "units": (_measures, _shares, _points, _parts, _number, _repeated),
    "zones": (_measures, _points, _number, _repeated),
    "clauses": (_number, _repeated),
    "counties": (_number, _sums, _shares, _repeated),
    "findings": (_number, _spots),
    "sources": (_number,),
}
"""Kind of rows → what their columns are held against."""
