"""The values of a column as they are compared: texts without stray marks, numbers, codes with what they had lost."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...core.text import clean_text
from ...export.records import MEASURES
from ...sources.numeric_codes import code_texts

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .found import FoundColumn, Match
    from .words import KnownWords

__all__ = ["Codes", "codes_in", "commonest", "filled", "middle", "raw_texts", "texts_of"]

UNIT = re.compile(r"(ZH|HY)\d{6}[123]\d{4}")
ZONE = re.compile(r"YS\d{6}[123]\d\d\d{4}")
# Stored as a number, or cut off, a code lacks its prefix.
_LEAST = 3  # values of which one stands in the middle
_BARE = {"units": re.compile(r"\d{6}[123]\d{4}"), "zones": re.compile(r"\d{6}[123]\d{6}")}
_PREFIX = {"units": "ZH", "zones": "YS"}
_NUMBER = re.compile(r"[-+]?(\d+(,\d{3})*|\d*)(\.\d*)?([eE][-+]?\d+)?")
NOTHING_WRITTEN = frozenset({"/", "-", "—", "——", "无"})


def raw_texts(column: FoundColumn) -> list[str]:
    """Give values as texts, as the file has them but for white space around; "" where there is none."""
    out = []
    for value in column.values:
        if value is None or (isinstance(value, float) and value != value):
            out.append("")
        elif isinstance(value, float) and value.is_integer():
            out.append(str(int(value)))
        else:
            out.append(str(value).strip())
    return out


def texts_of(column: FoundColumn) -> list[str]:
    """Give values as texts for comparison: full-width letters as plain ones, no stray marks."""
    return [clean_text(value) for value in column.values]


def filled(column: FoundColumn) -> NDArray[np.float64]:
    """Give values as numbers; NaN where there is none."""
    out = np.full(len(column.values), np.nan)
    for row, value in enumerate(column.values):
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, (int, float, np.integer, np.floating)):
            out[row] = float(value)
            continue
        text = clean_text(value)
        if text and any(map(str.isdigit, text)) and _NUMBER.fullmatch(text):
            out[row] = float(text.replace(",", ""))
    return out


def commonest(counter: Counter[str]) -> str:
    """Give what was counted most often, "" where nothing was."""
    return next((one for one, _ in counter.most_common(1)), "")


def middle(match: Match) -> float:
    """Give the value in the middle of those of a measure that are not 0; 0 of anything else, and of too few."""
    numbers = filled(match.column) if match.of in MEASURES else np.array([])
    there = numbers[numbers > 0]
    return float(f"{np.median(there):.6g}") if len(there) >= _LEAST else 0.0


@dataclass(frozen=True)
class Codes:
    """A column read as codes.

    Attributes
    ----------
    codes : sequence of str
        One a row, whole; "" where the value is none.
    count : int
        Values that there are.
    lost : int
        Codes whose prefix was put back.
    """

    codes: Sequence[str]
    count: int
    lost: int

    @property
    def share(self) -> float:
        """Share of the values that are codes."""
        return sum(map(bool, self.codes)) / self.count if self.count else 0.0

    @property
    def unique(self) -> float:
        """Share of different codes."""
        there = [code for code in self.codes if code]
        return len(set(there)) / len(there) if there else 0.0


def codes_in(column: FoundColumn, kind: str, words: KnownWords) -> Codes:
    """Read a column as codes of units or zones.

    Parameters
    ----------
    column : FoundColumn
    kind : str
        ``zones`` for those of element zones; anything else for those of units.
    words : KnownWords
        Knows which codes provinces have: any eleven digits look like a code without its prefix.
    """
    kind = "zones" if kind == "zones" else "units"
    whole, short = (ZONE if kind == "zones" else UNIT), _BARE[kind]
    texts, _ = code_texts(np.array([*column.values, None], dtype=object)[:-1])
    provinces = words["provinces"]
    codes, lost, count = [], 0, 0
    for text in texts:
        code = str(text).upper().replace(" ", "")
        count += bool(code)
        if whole.fullmatch(code):
            codes.append(code)
        elif short.fullmatch(code) and code[:2] in provinces:
            codes.append(_PREFIX[kind] + code)
            lost += 1
        else:
            codes.append("")
    return Codes(codes, count, lost)
