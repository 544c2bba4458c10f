"""Codes that went through a number on their way: read back as texts, and what they may have lost said."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.findings import Facts, Finding
from ..core.text import clean_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_POINT_ZERO = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,2})")
# Whole numbers up to which a float holds every one: 2 to the number of its mantissa's bits.
_EXACT = {2: 2.0**11, 4: 2.0**24, 8: 2.0**53}


def code_texts(values: NDArray[Any]) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Read codes as texts: 420526.0, "350203.0" and 4.20526E+05 are 420526.

    Returns
    -------
    texts : (n,) object
        Without stray white space, empty where null.
    doubtful : (n,) bool
        Last digits may be lost: a float too small for so many digits, or a mantissa shorter than its number.
    """
    texts = np.empty(len(values), dtype=object)
    # A spreadsheet marks numbers that are texts with an apostrophe.
    texts[:] = [clean_text(value).removeprefix("'") for value in values.tolist()]
    doubtful: NDArray[np.bool_] = np.zeros(len(values), dtype=np.bool_)
    if values.dtype.kind == "f":
        doubtful |= np.abs(np.nan_to_num(values.astype(np.float64))) > _EXACT[values.dtype.itemsize]
    elif values.dtype == object:
        for row, text in enumerate(texts.tolist()):
            whole, short = _POINT_ZERO.fullmatch(text), _SCIENTIFIC.fullmatch(text)
            if whole:
                texts[row] = whole[1]
            elif short and int(short[3]) >= len(short[2] or ""):
                texts[row] = str(int(Decimal(text)))
                doubtful[row] = int(short[3]) > len(short[2] or "")
    return texts, doubtful


def restore_prefix(
    texts: NDArray[np.object_], prefix: str, digits: int
) -> tuple[NDArray[np.object_], NDArray[np.bool_]]:
    """Put prefix and leading zeros back before codes of digits only.

    Returns
    -------
    codes : (n,) object
    restored : (n,) bool
    """
    bare = re.compile(rf"\d{{1,{digits}}}")
    given: list[str] = list(texts)
    restored = np.array([bool(bare.fullmatch(text)) for text in given], dtype=np.bool_)
    codes = texts.copy()
    codes[restored] = [f"{prefix}{text.zfill(digits)}" for text in given if bare.fullmatch(text)]
    return codes, restored


def code_findings(
    codes: NDArray[np.object_], restored: NDArray[np.bool_], doubtful: NDArray[np.bool_], field: str, place: str
) -> list[Finding]:
    """Say which codes were stored as numbers (S25): with what they lost put back, or perhaps lost for good."""
    found = []
    for rows, problem in ((restored & ~doubtful, ""), (doubtful, "digits")):
        if rows.any():
            count = int(rows.sum())
            facts: Facts = {"source": place, "field": field, "count": count}
            facts.update(sample=str(codes[rows][0]), problem=problem)
            found.append(Finding("S25", facts, value=float(count)))
    return found
