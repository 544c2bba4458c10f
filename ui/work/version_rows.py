"""What became of the units between two versions of a plan, a row each, for a table and for the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...delineation.plan.file import Plan
    from ...delineation.revision.state import State
    from .revision import Bounds


@dataclass(frozen=True)
class VersionRow:
    """Land that one thing became of.

    Attributes
    ----------
    kind : str
        up (a stricter category), down (a looser one), new, gone, split, merged, moved, unchanged; as in
        ``revision/version_changes.py``. And renamed: the same unit under another code or name.
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


def version_rows(before: State | Plan, after: State | Plan) -> tuple[VersionRow, ...]:
    """Find out what became of the units of two states of a plan, or of two plans; the largest places first."""
    from ...delineation.revision.state import State
    from ...delineation.revision.version_changes import version_changes, version_changes_of_plans

    compare: Any = version_changes if isinstance(before, State) else version_changes_of_plans
    found = compare(before, after)
    rows = []
    for land, shape in zip(found.land, found.shapes, strict=True):
        was = (land.code_before, land.name_before) if land.unit_before else None
        now = (land.code_after, land.name_after) if land.unit_after else None
        kind = "renamed" if land.kind == "unchanged" and was != now else land.kind
        rows.append(VersionRow(kind, was, now, land.area_m2, shape))
    return tuple(sorted(rows, key=lambda row: -row.area_m2))
