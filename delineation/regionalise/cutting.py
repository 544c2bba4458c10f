"""What was laid over a layer, cut at its outline: base units that tile it and take its fields over by area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ..core.arrays import number_of, objects, places
from ..core.connected import connected
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent, within
from ..core.sums import sum_by
from ..partition.build import build
from ..partition.dissolve import dissolve
from ..sources.made.townships import first_of

if TYPE_CHECKING:
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.findings import Finding
    from ..partition import Partition

_SMALL = 0.1  # of the mean unit: a smaller part of the rest is none


@dataclass(frozen=True)
class BaseUnits:
    """Units that tile a layer's outline.

    Attributes
    ----------
    geometry : (n,) object
        Multipolygons: what the outline leaves of a cell, a catchment or a township stays one unit.
    share : (n,) float64
        Area of each as a share 0–1 of a whole cell; of catchments and townships as a multiple of their mean.
    weight : tuple of three (w,) arrays
        Unit, polygon of the layer, and the area that they have in common, in units of the CRS squared.
    polygons : int
        Number of polygons of the layer.
    names : (n,) object
        What messages call each.
    field : str
        Field that the units come from, "" where none.
    rest : int
        How many of them, the last, are what the layer laid over it leaves.
    findings : tuple of Finding
    """

    geometry: Objects
    share: Floats
    weight: tuple[Ints, Ints, Floats]
    polygons: int
    names: Objects
    field: str = ""
    rest: int = 0
    findings: tuple[Finding, ...] = ()

    def mean(self, values: Floats) -> Floats:
        """Area-weighted mean of a field that is the same all over a polygon (a density, a score); NaN where none."""
        unit, polygon, area = self.weight
        known = ~np.isnan(values[polygon])
        total = sum_by(unit[known], area[known], len(self.geometry))
        value = sum_by(unit[known], area[known] * values[polygon[known]], len(self.geometry))
        out = np.full(len(total), np.nan)
        np.divide(value, total, out=out, where=total > 0)
        return out

    def sum(self, values: Floats) -> Floats:
        """Shares of a field that adds up (a population), handed out by area; empty values count nothing."""
        unit, polygon, area = self.weight
        whole = sum_by(polygon, area, self.polygons)
        return sum_by(unit, area / whole[polygon] * np.nan_to_num(values)[polygon], len(self.geometry))

    def majority(self, values: Objects) -> Objects:
        """Text that covers most of each unit; of equal ones the first in order."""
        unit, polygon, area = self.weight
        words, which = np.unique(values.astype(str), return_inverse=True)
        by_word = sum_by(unit * len(words) + which.ravel()[polygon], area, len(self.geometry) * len(words))
        out: Objects = words.astype(object)[by_word.reshape(-1, len(words)).argmax(axis=1)]
        return out


def cut(
    geometry: Objects,
    laid: Objects,
    names: Objects | None,
    findings: tuple[Finding, ...] = (),
    *,
    rest: bool = False,
    whole_area: float = 0.0,
    progress: Progress = silent,
) -> tuple[BaseUnits, float]:
    """Cut what was laid over a layer at its outline, and find what each unit has in common with the layer's polygons.

    Parameters
    ----------
    geometry : (m,) object
        The layer's polygons.
    laid : (l,) object
        Polygons; where several lie over one place the first has it.
    names : (l,) object or None
        What messages call them; None numbers them as cells.
    findings : tuple of Finding
        To be handed on.
    rest : bool
        What they leave of the outline is units too, one for each connected part. Parts smaller than a tenth of the mean
        unit, such as slivers where two layers draw one border twice, go to the unit with the longest common border.
    whole_area : float
        Of a whole cell; 0 where units have no size of their own.
    progress : callable

    Returns
    -------
    units : BaseUnits
    left : float
        Share of the outline that nothing was laid over.
    """
    whole = build(np.concatenate((geometry, laid)), snap=0.0, progress=within(progress, 0.0, 0.8))
    face, feature = whole.coverage.face, whole.coverage.feature
    own = feature < len(geometry)
    inside = np.zeros(len(whole), dtype=bool)
    inside[face[own]] = True
    label = first_of(whole, ~own) - len(geometry)
    bare = inside & (label < 0)
    label[~inside | bare] = -1
    left = float(whole.area[bare].sum() / whole.area[inside].sum()) if inside.any() else 0.0
    used = np.unique(label[label >= 0])
    if not len(used):
        raise BadInput(
            Message("no cell meets the layer"), where=Message("--base"), wanted=Message("polygons with an area")
        )
    unit = np.where(label >= 0, np.searchsorted(used, label), -1)
    count = len(used)
    numbered = (Message("cell {cell}", cell=number) for number in range(1, count + 1))
    told = objects(list(numbered if names is None else names[used]))
    if rest and bare.any():
        count += _leave(whole, unit, bare, count)
        more = objects([Message("rest {number}", number=number) for number in range(1, count - len(told) + 1)])
        told = np.concatenate((told, more))
    progress(0.9, Message("base units"))
    shapes = dissolve(whole, unit, count)
    share = _shares(shapes, whole_area)
    progress(1.0, Message("base units"))
    weight = _in_common(face[own], feature[own], unit, whole.area, len(geometry))
    return BaseUnits(shapes, share, weight, len(geometry), told, rest=count - len(used), findings=findings), left


def _shares(shapes: Objects, whole_area: float) -> Floats:
    area: Floats = shapely.area(shapes)
    share: Floats = np.minimum(area / whole_area, 1.0) if whole_area else area / area.mean()
    return share


def _in_common(face: Ints, polygon: Ints, unit: Ints, area: Floats, count: int) -> tuple[Ints, Ints, Floats]:
    use = unit[face] >= 0
    pair, which = np.unique(unit[face[use]] * count + polygon[use], return_inverse=True)
    return pair // count, pair % count, sum_by(which.ravel(), area[face[use]], len(pair))


def _leave(whole: Partition, unit: Ints, bare: Bools, count: int) -> int:
    """Set ``unit`` of bare faces, from ``count`` on where they are units of their own; say how many these are."""
    left, right = whole.borders.left, whole.borders.right
    part = _connected(left, right, bare)
    size = sum_by(part[bare], whole.area[bare], number_of(part))
    mean = float(whole.area[unit >= 0].sum()) / count
    small = bare.copy()
    small[bare] = size[part[bare]] < _SMALL * mean
    one, other = np.concatenate((left, right)), np.concatenate((right, left))
    length = np.tile(whole.borders.length, 2)
    while True:
        # From the units inwards, face by face, so that a long sliver is shared out along its way.
        beside = small[one] & (unit[one] < 0) & (unit[other] >= 0)
        if not beside.any():
            break
        pair, which = np.unique(one[beside] * count + unit[other[beside]], return_inverse=True)
        shared = sum_by(which.ravel(), length[beside], len(pair))
        order = np.lexsort((pair, -shared, pair // count))
        face, first = np.unique(pair[order] // count, return_index=True)
        unit[face] = pair[order][first] % count
    own = bare & (unit < 0)
    if not own.any():
        return 0
    _, number = np.unique(part[own], return_inverse=True)
    unit[own] = count + number.ravel()
    return number_of(number)


def _connected(left: Ints, right: Ints, chosen: Bools) -> Ints:
    """Give each part of the chosen faces that hangs together by borders a number, in order; −1 elsewhere."""
    part = connected(left, right, len(chosen), chosen[left] & chosen[right])
    kept, start, number = np.unique(part[chosen], return_index=True, return_inverse=True)
    turn = places(np.argsort(start, kind="stable"), len(kept))
    out = np.full(len(chosen), -1, dtype=np.int64)
    out[chosen] = turn[number.ravel()]
    return out
