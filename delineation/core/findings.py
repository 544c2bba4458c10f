"""A finding (质检问题): something a reader of the plan has to know, with its place and its measure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shapely.geometry.base import BaseGeometry

__all__ = ["Facts", "Finding", "area_text", "counted", "first_few", "names_in_chinese", "sum_in_chinese"]

Facts = dict[str, str | int | float]
_LARGE = 1e5  # m² from which an area is easier to read in km²
_SMALL = 0.005  # m²: below, two digits would say zero
# What sentences call things that have no name of their own.
_CHINESE = (
    (re.compile(r"\bface (\d+) at (-?\d+), (-?\d+)"), r"图斑 \1（\2, \3）"),
    (re.compile(r"\bfeature (\d+)"), r"要素 \1"),
    (re.compile(r"\bcell (\d+)"), r"格网 \1"),
    (re.compile(r"\bthe component of (.+?) \((\d+) polygons\)"), r"\1 所在的部分（共 \2 个图斑）"),
)

# Sums that have a name of their own in sentences; others are called as their field, raster or role is.
_SUMS = {"area": "面积", "faces": "图斑数", "count": "图斑个数"}
_SUM = re.compile(rf"(^|, )({'|'.join(_SUMS)})(?=$|,| )")


def area_text(area: float) -> str:
    """Write an area in m² for a sentence, in km² to the hundred m² where it is large."""
    if abs(area) >= _LARGE:
        return f"{area / 1e6:,.4f} km²"
    # A part of a square millimetre is not nothing.
    return f"{area:,.2f} m²" if abs(area) >= _SMALL or not area else f"{area:.6f} m²"


def first_few(names: Iterable[Any], most: int = 10) -> str:
    """Name the first of some things, and how many there are where there are more."""
    each = [str(name) for name in names]
    return ", ".join(each[:most]) + (f" … ({len(each)})" if len(each) > most else "")


def counted(number: int, thing: str) -> str:
    """Say how many of something there are: ``1 field``, ``2 fields``."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def names_in_chinese(text: str) -> str:
    """Put what a sentence calls faces, features, cells and components into Chinese; names of places stay."""
    for pattern, chinese in _CHINESE:
        text = pattern.sub(chinese, text)
    return text.replace("） 所在的部分", "）所在的部分")


def sum_in_chinese(text: str) -> str:
    """Put sums that a region has to keep, each before its number or alone, into Chinese; names of fields stay."""
    return _SUM.sub(lambda found: found[1] + _SUMS[found[2]], text)


@dataclass(frozen=True)
class Finding:
    """One result of a check, or one thing a stage did that nobody may miss.

    Severity and wording are looked up by ``id`` in the profile's finding lists (``findings*.toml`` in its folder, one
    table per id with ``severity = "error" | "warning"``, ``zh = "…"``, ``en = "…"``; the texts are ``str.format``
    templates over ``facts``, in which ``{name:area}`` writes m² as `area_text` does, and ``{name:names}`` puts names as
    `names_in_chinese` does, ``{name:sum}`` sums as `sum_in_chinese` does).

    Attributes
    ----------
    id : str
        Rule id: ``Q02``… for checks, ``S01``… for what sources and stages report.
    facts : mapping
        Values that the message templates name. Only str, int and float.
    value : float or None
        The measured value (m², share 0–1, count: the rule says which).
    geometry : shapely geometry or None
        Where, in the plan's CRS.
    units : tuple of str
        Codes of the units concerned.
    """

    id: str
    facts: Mapping[str, str | int | float] = field(default_factory=dict)
    value: float | None = None
    geometry: BaseGeometry | None = None
    units: tuple[str, ...] = ()
