"""Columns by their values: which hold codes of which level, names of what, and how many different ones."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.column_names import KnownNames, folded
from ..core.text import clean_text
from ..sources.formats.point_tables import COORDINATES
from ..sources.roles import may_be_cut
from .names import denies

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..sources.layer import PolygonLayer
    from .vocabulary import Vocabulary

__all__ = ["ColumnSample", "columns_of"]

# GB/T 2260: six digits; a township adds three, a village three more. Digits five and six 00: above the county.
_LEVELS = {
    "above": re.compile(r"^(\d{2}0{4}|\d{4}00)(0{3}|0{6})?$"),
    "county": re.compile(r"^[1-9]\d{5}(0{3}|0{6})?$"),
    "town": re.compile(r"^[1-9]\d{8}(0{3})?$"),
    "village": re.compile(r"^[1-9]\d{11}$"),
    "unit": re.compile(r"^(ZH|HY)\d{6}[123]\d{4}$"),
    "zone": re.compile(r"^YS\d{6}[123]\d\d\d{4}$"),
}
_AREAS = ("above", "county", "town", "village")
# What may stand behind a name without belonging to it.
_BEHIND = re.compile(r"\s*[((（【\[].*[))）】\]]\s*$")
_MOST = 20_000


@dataclass(frozen=True)
class ColumnSample:
    """A column, its blanks left out.

    Attributes
    ----------
    name : str
        As the layer has it.
    values : mapping of str to int
        Cleaned text → features with it, in order of first appearance.
    numeric : bool
        Stored as numbers.
    rows : int
        Features of the layer.
    provinces : frozenset of str
        First two digits that a code of an area has; any, where empty (a column whose name says that it holds codes);
        None where its name says that it holds none.
    cut : bool
        A Shapefile may have cut its name.
    """

    name: str
    values: Mapping[str, int]
    numeric: bool
    rows: int
    provinces: frozenset[str] | None = frozenset()
    cut: bool = False

    @cached_property
    def key(self) -> str:
        """Its name, folded."""
        return folded(self.name)

    @cached_property
    def filled(self) -> int:
        """Features with a value."""
        return sum(self.values.values())

    @property
    def unique(self) -> float:
        """Share of different values, 0–1."""
        return len(self.values) / self.filled if self.filled else 0.0

    @cached_property
    def levels(self) -> Mapping[str, float]:
        """Share of features whose value is a code, by level: above, county, town, village, unit, zone."""
        if not self.filled:
            return {}
        found: Counter[str] = Counter()
        for text, count in self.values.items():
            level = next((level for level, pattern in _LEVELS.items() if pattern.match(text)), "")
            # Any number of six digits looks like a code.
            if level in _AREAS and (self.provinces is None or (self.provinces and text[:2] not in self.provinces)):
                level = ""
            found[level] += count
        return {level: count / self.filled for level, count in found.items() if level}

    @property
    def level(self) -> str:
        """The level nearly all its values have, "" where there is none."""
        return next((level for level, share in self.levels.items() if share >= 0.95), "")

    def says(self, spec: Mapping[str, Any], vocabulary: Vocabulary) -> float:
        """Share of features whose value is a name as ``[feature_names.…]`` describes it."""
        if not self.filled or self.numeric:
            return 0.0
        last, within, no = tuple(spec.get("last", ())), tuple(spec.get("any", ())), tuple(spec.get("not", ()))
        found = 0
        for text, count in self.values.items():
            name = _BEHIND.sub("", text)
            named = len(name) > 1 and last and name.endswith(last) and not (no and name.endswith(no))
            said = named or any(word in text for word in within)
            found += count if said and not denies(text, vocabulary) else 0
        return found / self.filled


def columns_of(
    layer: PolygonLayer, words: Vocabulary, rows: NDArray[np.int64] | None = None
) -> dict[str, ColumnSample]:
    """Columns of the features in use, by name, in the layer's order."""
    use = layer.row if rows is None else rows
    coded, ends = set(words.aliases("code")), tuple(words["columns"]["code_end"])
    provinces = frozenset(words["codes"]["provinces"])
    areas = {folded(area) for area in words["columns"]["area"]}
    out = {}
    for name, values in layer.raw.columns.items():
        key = folded(name)
        known = frozenset[str]() if key in coded or key.endswith(ends) else provinces
        measures = bool(COORDINATES.meanings(name)) or (key in areas and values.dtype.kind in "iuf")
        out[name] = _column(name, values[use], None if measures else known, cut=may_be_cut(layer.raw.path))
    return out


def _column(name: str, values: NDArray[Any], provinces: frozenset[str] | None, *, cut: bool) -> ColumnSample:
    numeric = values.dtype.kind in "iuf"
    filled = values[~np.isnan(values)] if values.dtype.kind == "f" else values
    counts: Counter[Any] = Counter(filled.tolist() if values.dtype.kind in "iufbO" else filled.astype(str).tolist())
    raw = list(counts)[:_MOST]
    texts: dict[str, int] = {}
    for value in raw:
        text = clean_text(value)
        if text:
            texts[text] = texts.get(text, 0) + counts[value]
    return ColumnSample(name, texts, numeric, len(values), provinces, cut)


def named(columns: Mapping[str, ColumnSample], names: Sequence[str], *, sign: bool = False) -> ColumnSample | None:
    """Find the column with values that is called by one of some names, the best first.

    As a ``sign`` of what a layer is a column without values counts as well, but none whose name was cut.
    """
    there = [column for column in columns.values() if column.filled or sign]
    cut = not sign and any(column.cut for column in there)
    found = KnownNames({"": names}).columns([column.name for column in there], cut=cut)
    return there[found[""][0].place] if found else None


def by_share(
    columns: Mapping[str, ColumnSample], vocabulary: Vocabulary, role: str
) -> tuple[float, ColumnSample | None]:
    """Find the column whose values most speak of a role's features."""
    spec = vocabulary["feature_names"].get(role)
    if spec is None:
        return 0.0, None
    shares = [(column.says(spec, vocabulary), column.unique, column) for column in columns.values()]
    best = max(shares, key=lambda item: (round(item[0], 2), item[1]), default=(0.0, 0.0, None))
    return (best[0], best[2]) if best[0] > 0 else (0.0, None)
