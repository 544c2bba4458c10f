"""What became of the units between two versions of a plan, a row each, for a table and for the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...delineation.revision.state import State
    from .revision import Bounds

__all__ = ["VersionRow", "version_rows"]


@dataclass(frozen=True)
class VersionRow:
    """Land that one thing became of.

    Attributes
    ----------
    kind : str
        up (a stricter category), down (a looser one), new, gone, split, merged, moved, unchanged.
    was, now : tuple of str, or None
        Code and name of its unit before and now.
    area_m2 : float
    shape : MultiPolygon
        In the CRS of the present plan.
    """

    kind: str
    was: tuple[str, str] | None
    now: tuple[str, str] | None
    area_m2: float
    shape: Any

    @property
    def bounds(self) -> Bounds:
        """West, south, east, north."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north


def version_rows(before: State, after: State) -> tuple[VersionRow, ...]:
    """Find out what became of the units; the largest places first."""
    import numpy as np

    was = np.array(before.counters.ids, dtype=object)[before.label]
    now = np.array(after.counters.ids, dtype=object)[after.label]
    pairs = sorted(set(zip(was, now)))
    number = {pair: i for i, pair in enumerate(pairs)}
    label = np.array([number[p] for p in zip(was, now)], dtype=np.int64)
    shapes = after.mesh.outlines(label, np.arange(len(pairs)))
    out = []
    for (one, other), shape in zip(pairs, shapes):
        old, new = before.units[one], after.units[other]
        kind = (
            "unchanged"
            if one == other and old.category == new.category
            else "moved"
            if old.category == new.category
            else "up"
            if new.category < old.category
            else "down"
        )
        out.append(VersionRow(kind, (old.code, old.name), (new.code, new.name), shape.area, shape))
    return tuple(sorted(out, key=lambda r: -r.area_m2))
