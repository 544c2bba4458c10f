"""Numbers of arrays as Python's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["listed"]


def listed(values: NDArray[Any]) -> list[Any]:
    """Give the values of an array of one dimension as Python's own: quicker where each is looked at by itself."""
    out: list[Any] = values.tolist()
    return out
