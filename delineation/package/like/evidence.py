"""What the values of a column say of it: all that they agree with, of codes, of numbers and of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...export.records import COLUMNS
from . import by_codes, by_numbers, by_words

if TYPE_CHECKING:
    from .found import FoundColumn
    from .rows import Fit, Rows

__all__ = ["fits_of"]

_ALL = (by_codes.TESTS, by_numbers.TESTS, by_words.TESTS)


def fits_of(rows: Rows, column: FoundColumn) -> list[Fit]:
    """Find what the values of a column agree with, each once.

    Parameters
    ----------
    rows : Rows
    column : FoundColumn
        With a value at least.
    """
    found: dict[str, Fit] = {}
    for test in (test for tests in _ALL for test in tests.get(rows.kind, ())):
        for fit in test(rows, column):
            if fit.of not in COLUMNS[rows.kind]:
                continue
            other = found.get(fit.of)
            if other is None or (fit.alone, fit.sure, fit.agree) > (other.alone, other.sure, other.agree):
                found[fit.of] = fit
    return list(found.values())
