"""Townships of what they consist of: polygons with one value of a field, as one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from ...core.arrays import objects
from ...core.errors import BadInput
from ...core.findings import Facts, Finding
from ...core.messages import Message, first_few
from ...core.progress import Progress, silent
from ...core.text import clean_name, nearest
from ...partition.build import build
from ...partition.dissolve import dissolve

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from numpy.typing import NDArray

    from ...core.arrays import Bools, Ints, Objects
    from ...partition import Partition

_ROUNDING = 1e-9  # share of the area below which an overlap is the rounding of sums


@dataclass(frozen=True)
class Townships:
    """Polygons united by the values of a field.

    Attributes
    ----------
    shapes : (k,) object
        Valid multipolygons that do not overlap, in the order of their first polygon. No vertex has moved; parts that
        do not touch stay one multipolygon, for a township with an exclave is one township.
    names : (k,) object
        Value of each; what a polygon without a value is called, which stays by itself.
    findings : tuple of Finding
        S86: townships in several parts, polygons without a value, overlaps.
    """

    shapes: Objects
    names: Objects
    findings: tuple[Finding, ...]


def field_of(columns: Mapping[str, Any], name: str, where: Message) -> str:
    """Find a field by its name, or by its name in other letters of case where that is only one.

    Raises
    ------
    BadInput
        No such field; the nearest one is named.
    """
    alike = [name] if name in columns else [one for one in columns if one.lower() == name.lower()]
    if len(alike) != 1:
        wanted = nearest(name, columns) if columns else Message("a layer with fields")
        raise BadInput(Message("no field '{name}'", name=name), where=where, wanted=wanted)
    return alike[0]


def united(
    geometry: Objects,
    values: NDArray[Any],
    ids: Ints,
    *,
    source: str,
    field: str,
    progress: Progress = silent,
) -> Townships:
    """Unite polygons of one value.

    Parameters
    ----------
    geometry : (m,) object
        Polygons and multipolygons, possibly invalid. Where several lie over one place the first has it.
    values : (m,) array
        Of any type; compared as texts.
    ids : (m,) int64
        Feature ids, by which polygons without a value are called.
    source, field : str
        What messages call the layer and the field; with an empty field none has a value, and nobody misses it.
    progress : callable
    """
    group, names, empty = _grouped(values, ids)
    whole = build(geometry, snap=0.0, progress=progress)
    face, feature = whole.coverage.face, whole.coverage.feature
    label = group[first_of(whole, np.ones(len(feature), dtype=bool))]
    # Others may have all the ground of one.
    used, unit = np.unique(label, return_inverse=True)
    shapes, names = dissolve(whole, unit.ravel(), len(used)), names[used]
    twice = np.unique(face[group[feature] != label[face]])
    overlap = float(whole.area[twice].sum() / whole.area.sum()) if len(used) else 0.0
    said: Facts = {"source": source, "field": field}
    found = []
    several = names[shapely.get_num_geometries(shapes) > 1]
    if len(several) and field:
        facts = {**said, "count": len(several), "listed": first_few(several, 5)}
        found.append(Finding("S86", facts, value=float(len(several))))
    if empty and field:
        found.append(Finding("S86", {**said, "problem": "empty", "count": empty}, value=float(empty)))
    if overlap > _ROUNDING:
        found.append(Finding("S86", {**said, "problem": "overlap", "share": overlap}, value=overlap))
    return Townships(shapes, names, tuple(found))


def first_of(whole: Partition, chosen: Bools) -> Ints:
    """Lowest of the chosen rows of coverage over each face, as a feature; −1 where none is.

    Parameters
    ----------
    whole : Partition
    chosen : (c,) bool
        Of the rows of its coverage.

    Returns
    -------
    (n,) int64
    """
    face, feature = whole.coverage.face[chosen], whole.coverage.feature[chosen]
    first = np.full(len(whole), np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(first, face, feature)
    first[first == np.iinfo(np.int64).max] = -1
    return first


def _grouped(values: NDArray[Any], ids: Ints) -> tuple[Ints, Objects, int]:
    """Group of each polygon by its value, names of the groups, and how many polygons have no value."""
    number: dict[tuple[str, int], int] = {}
    group, told = np.empty(len(values), dtype=np.int64), []
    texts = [clean_name(value) for value in values.tolist()]
    for row, text in enumerate(texts):
        key = (text, -1 if text else row)
        if key not in number:
            number[key] = len(number)
            told.append(text or f"feature {ids[row]}")
        group[row] = number[key]
    names = objects(told)
    return group, names, texts.count("")
