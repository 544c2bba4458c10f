"""Methods that divide into several numbers of regions for little more than one: from one tree, from one dendrogram."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .problem import Regions

Several = Callable[..., "list[Regions]"]
_SEVERAL: dict[str, Several] = {}


def several(name: str) -> Callable[[Several], Several]:
    """Register ``(problem, *, ks, seed, progress, …) -> list of Regions`` beside the solver of that name.

    Its other keywords are the solver's; for each of ``ks``, which rise, it gives what the solver would.
    """

    def register(function: Several) -> Several:
        _SEVERAL[name] = function
        return function

    return register


def several_of(name: str) -> Several | None:
    """Find what a method offers for several numbers of regions at once, None where it offers nothing."""
    return _SEVERAL.get(name)
