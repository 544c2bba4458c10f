"""What does not fit in a layer of last year's units that is not ours: its codes, its categories, its own areas.

Nothing is guessed silently: features that share a code are read as parts of one unit, stated areas as of the unit of
measure that fits them, and either is a finding.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..core.findings import Facts, Finding
from ..core.measures import AREA_UNITS, decimals_in, nearest_unit
from ..core.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from .formats.vectors import RawLayer

UNIT_FINDINGS = ("S67", "S68", "S69", "S70")
"""What is said of units and not of their shapes."""

LISTED = 8
"""So many units a finding names."""

_FITS = 0.02  # share by which a stated area may differ for its unit of measure to fit
_MOST = 0.5  # share of the areas that have to fit
_DIFFERS = 0.01  # share from which a stated area is another one
_DBF = 254  # bytes of a text in a Shapefile's table
_NUMBER = re.compile(r"[-+]?\d[\d,，]*\.?\d*")


@dataclass(frozen=True)
class Together:
    """Features of a layer as units: those with the same code are parts of one.

    Attributes
    ----------
    first : (u,) int64
        Row of each unit's first feature.
    geometry : (u,) object
    more : mapping of int to int
        FID of each further part → the unit's number.
    findings : tuple of Finding
    """

    first: NDArray[np.int64]
    geometry: NDArray[np.object_]
    more: Mapping[int, int]
    findings: tuple[Finding, ...]


def units_of_codes(
    codes: Sequence[str],
    names: Sequence[str],
    geometry: NDArray[np.object_],
    feature_id: NDArray[np.int64],
    place: str,
) -> Together:
    """Take features that share a code for parts of one unit, and leave out those without a code (S70)."""
    code = np.array([*codes, None], dtype=object)[:-1]
    findings = []
    blank = np.flatnonzero(code == "")
    if len(blank):
        size = float(shapely.area(geometry[blank]).sum())
        facts: Facts = {
            "source": place,
            "count": len(blank),
            "area": size,
            "problem": "blank",
            "feature": int(feature_id[blank[0]]),
        }
        findings.append(Finding("S70", facts, value=float(len(blank)), geometry=_places(geometry[blank])))
    with_code = np.flatnonzero(code != "")
    number, known = pd.factorize(code[with_code])
    first = with_code[np.unique(number, return_index=True)[1]]
    shapes = geometry[first].copy()
    more: dict[int, int] = {}
    for unit in map(int, np.flatnonzero(np.bincount(number, minlength=len(known)) > 1)):
        rows = with_code[number == unit]
        shapes[unit] = shapely.union_all(geometry[rows])
        more |= dict.fromkeys(feature_id[rows[1:]].tolist(), unit)
        called = tuple(dict.fromkeys(names[row] for row in map(int, rows) if names[row]))
        facts = {"source": place, "code": str(known[unit]), "count": len(rows), "names": called}
        if len(called) > 1:
            facts = {**facts, "problem": "names"}
        findings.append(
            Finding(
                "S70",
                facts,
                value=float(len(rows)),
                geometry=_places(shapes[unit : unit + 1]),
                units=(str(known[unit]),),
            )
        )
    return Together(first, shapes, more, tuple(findings))


def _places(shapes: NDArray[np.object_]) -> shapely.Geometry | None:
    points = [shape.representative_point() for shape in shapes if shape is not None and not shape.is_empty]
    return shapely.MultiPoint(points) if points else None


def category_findings(
    codes: Sequence[str], digit: NDArray[np.int64], said: NDArray[np.int64], field: str, place: str
) -> list[Finding]:
    """Tell units whose field says another category than the digit of their code (S68); 0 is none."""
    wrong = np.flatnonzero((digit > 0) & (said > 0) & (digit != said))
    if not len(wrong):
        return []
    units = tuple(codes[row] for row in map(int, wrong))
    facts: Facts = {"source": place, "field": field, "count": len(wrong), "listed": units[:LISTED]}
    return [Finding("S68", facts, value=float(len(wrong)), units=units)]


def stated_areas(
    values: Sequence[object], field: str, area: NDArray[np.float64], codes: Sequence[str], place: str
) -> tuple[NDArray[np.float64], list[Finding]]:
    """Read the areas that a layer states, in the unit of measure that fits its shapes.

    Parameters
    ----------
    values : sequence
        Of the field, one a unit.
    field : str
    area : (u,) float64
        m² of the shapes.
    codes : sequence of str
    place : str

    Returns
    -------
    stated : (u,) float64
        m²; NaN where nothing is stated, or where no unit of measure fits.
    findings : list of Finding
        S67: which unit was taken, and which areas differ by more than 1 %; or that none fits.
    """
    stated = np.array([_number(value) for value in values], dtype=np.float64)
    use = (stated > 0) & (area > 0)
    nothing: NDArray[np.float64] = np.full(len(area), np.nan)
    if not use.any():
        return nothing, []
    ratio = area[use] / stated[use]
    unit, factor, _ = AREA_UNITS[nearest_unit(float(np.median(ratio)))]
    fits = np.abs(ratio / factor - 1) <= _FITS
    if fits.mean() < _MOST:
        facts: Facts = {"source": place, "field": field, "problem": "none", "ratio": float(np.median(ratio))}
        return nothing, [Finding("S67", facts, value=float(np.median(ratio)))]
    findings = []
    if unit != "m²":
        facts = {"source": place, "field": field, "unit": unit, "count": int(fits.sum())}
        findings.append(Finding("S67", facts, value=float(fits.sum())))
    places = decimals_in(stated)
    stated = stated * factor
    # A number with few places says no more than half of its last one.
    rounding = factor * 10.0**-places / 2
    off = np.flatnonzero(use & (np.abs(stated - area) > np.maximum(_DIFFERS * area, rounding)))
    if len(off):
        order = off[np.argsort(-np.abs(stated - area)[off], kind="stable")]
        units = tuple(codes[row] for row in map(int, order))
        facts = {"source": place, "field": field, "problem": "differ", "count": len(off), "listed": units[:LISTED]}
        facts = {**facts, "stated": float(stated[order[0]]), "area": float(area[order[0]])}
        findings.append(Finding("S67", facts, value=float(np.abs(stated - area)[off].sum()), units=units))
    return stated, findings


def _number(value: object) -> float:
    if isinstance(value, int | float | np.integer | np.floating):
        return float(value)
    found = _NUMBER.search(clean_text(value))
    return float(found[0].replace(",", "").replace("，", "")) if found else np.nan


def cut_texts(raw: RawLayer, fields: Mapping[str, str], place: str) -> list[Finding]:
    """Tell fields whose texts a Shapefile has cut: many of them are as long as its table takes (S69)."""
    if raw.path.suffix.lower() not in (".shp", ".dbf", ".zip"):
        return []
    codec = raw.encoding or "utf-8"
    findings = []
    for field in fields.values():
        size = Counter(_bytes(clean_text(value), codec) for value in raw.columns[field].tolist())
        # The last character may not have fitted whole.
        count = sum(times for length, times in size.items() if length > _DBF - 4)
        if count:
            facts: Facts = {"source": place, "field": field, "count": count}
            findings.append(Finding("S69", facts, value=float(count)))
    return findings


def _bytes(text: str, codec: str) -> int:
    try:
        return len(text.encode(codec, "replace"))
    except LookupError:
        return len(text.encode("utf-8"))
