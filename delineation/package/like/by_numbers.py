"""Evidence of measures and sums: areas and places of the layer's own shapes, counts, what layers say by code."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.messages import Message
from ...export.records import MEASURES
from .known import KM2, REPEATED
from .rows import ENOUGH, FEW, RUNNING, Fit, agreeing, varied
from .values import decimals_in
from .words import in_any_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from .found import FoundColumn
    from .rows import Rows, Test

__all__ = ["SAME", "TESTS"]

TOLERANCE = 0.005
"""Relative: what areas of two projections differ by at most, where a name says that they are areas."""
SAME = 1e-4
"""Relative: what areas of one shape differ by that are measured alike; beside this only rounding is allowed."""
_SHARE_OFF = 0.06  # percentage points that a share may be off by rounding, or by which area it is of


def _measures(rows: Rows, column: FoundColumn) -> list[Fit]:
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
    half = 0.5 * 10.0 ** -decimals_in(numbers[use]) * size * 1.001
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


def _is_same(off: NDArray[np.float64], half: float, wanted: NDArray[np.float64]) -> bool:
    """Whether numbers are the measured ones but for rounding, in most rows and in those of most of the area.

    What is off by the same part everywhere is hidden by rounding where shapes are small.
    """
    same = off <= half + SAME * wanted
    return bool(same.sum() >= ENOUGH * len(same) and wanted[same].sum() >= ENOUGH * wanted.sum())


def _shares(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the share that a row has in the area of all of them, in percent."""
    if not rows.is_number(column):
        return []
    numbers, found = rows.numbers(column), []
    for way, share in enumerate(rows.shares):
        use = np.isfinite(numbers) & np.isfinite(share) & (share > 0)
        if use.sum() < FEW:
            continue
        half = 0.5 * 10.0 ** -decimals_in(numbers[use]) * 1.001
        off = np.abs(numbers[use] - share[use])
        agree = int((off <= half + SAME * share[use]).sum())
        # Rounding hides what shares are of where nearly all are small.
        told_apart = (share[use] > 10 * half).sum() >= 0.3 * use.sum()
        if told_apart and agree >= ENOUGH * use.sum() and _is_same(off, half, share[use]):
            varies = len(np.unique(numbers[use])) > 1
            by = Message("the share in the area of all")
            found.append(Fit("share_of_all", agree, int(use.sum()), by, varies, way=way))
    return found[:1]


def _points(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the boxes of the shapes, in degrees."""
    if rows.boxes is None or not rows.is_number(column):
        return []
    numbers, found = rows.numbers(column), []
    use = np.isfinite(numbers) & np.isfinite(rows.boxes).all(axis=1)
    for of, low, high in (("lon", 0, 2), ("lat", 1, 3)):
        box = rows.boxes[use]
        agree = int(((box[:, low] <= numbers[use]) & (numbers[use] <= box[:, high])).sum())
        if use.any() and agree >= ENOUGH * use.sum():
            alone = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
            found.append(Fit(of, agree, int(use.sum()), Message("where the shapes lie"), bool(alone)))
    return found


def _spots(rows: Rows, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    points, numbers, found = shapely.centroid(rows.table.geometry), rows.numbers(column), []
    for of, wanted in (("x", shapely.get_x(points)), ("y", shapely.get_y(points))):
        use = np.isfinite(numbers) & np.isfinite(wanted)
        agree = int((np.abs(numbers[use] - wanted[use]) <= 1e-6 * np.abs(wanted[use]) + 0.01).sum())
        if use.any() and agree >= ENOUGH * use.sum():
            found.append(Fit(of, agree, int(use.sum()), Message("where the shapes lie"), use.sum() >= FEW))
    return found


def _parts(rows: Rows, column: FoundColumn) -> list[Fit]:
    if rows.table.geometry is None or not rows.is_number(column):
        return []
    wanted = shapely.get_num_geometries(rows.table.geometry)
    numbers = rows.numbers(column)
    use = np.isfinite(numbers)
    agree = int((numbers[use] == wanted[use]).sum())
    if not use.any() or agree < ENOUGH * use.sum():
        return []
    alone = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
    return [Fit("parts", agree, int(use.sum()), Message("the number of parts"), bool(alone))]


def _number(rows: Rows, column: FoundColumn) -> list[Fit]:
    numbers = rows.numbers(column)
    use = np.isfinite(numbers)
    if not use.any() or use.sum() < ENOUGH * len(numbers):
        return []
    running = numbers[use] == np.arange(1, use.sum() + 1)
    if not running.all():
        return []
    alone = use.sum() >= RUNNING
    return [Fit("number", int(use.sum()), int(use.sum()), Message("a running number"), bool(alone))]


def _repeated(rows: Rows, column: FoundColumn) -> list[Fit]:
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


def _sums(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Hold numbers against the sums of the layers by county."""
    if rows.kind != "counties" or not any(rows.records) or not rows.is_number(column):
        return []
    numbers = rows.numbers(column)
    half = 0.5 * 10.0 ** -decimals_in(numbers) * 1.001
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


def _summed(
    numbers: NDArray[np.float64], wanted: NDArray[np.float64], use: NDArray[np.bool_], most: Any, half: float, of: str
) -> list[Fit]:
    use = use & np.isfinite(wanted)
    off = np.abs(numbers - wanted)
    agree = int((off <= most)[use].sum())
    if not use.any() or agree < ENOUGH * use.sum():
        return []
    varies = use.sum() >= FEW and len(np.unique(numbers[use])) > 1
    alone = varies and _is_same(off[use], half, wanted[use])
    beyond = float(np.maximum(off[use] - half, 0.0).sum() / max(wanted[use].sum(), 1e-9))
    return [Fit(of, agree, int(use.sum()), Message("the sums of the layers"), bool(alone), off=beyond)]


TESTS: Mapping[str, tuple[Test, ...]] = {
    "units": (_measures, _shares, _points, _parts, _number, _repeated),
    "zones": (_measures, _points, _number, _repeated),
    "clauses": (_number, _repeated),
    "counties": (_number, _sums, _shares, _repeated),
    "findings": (_number, _spots),
    "sources": (_number,),
}
"""Kind of rows → what their columns are held against."""
