"""Two scenarios of a plan side by side: sums of each, what each changes of the plan as its run left it, their units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ...delineation.revision.state import State, UnitRow
    from .revision import Bounds

CATEGORIES = (1, 2, 3)


@dataclass(frozen=True)
class ScenarioSums:
    """Sums of a scenario.

    Attributes
    ----------
    edits, units : int
    area : mapping of int to float
        m² by category.
    lowered, raised : float
        m² that have a lower, a higher category than before all edits.
    protected : mapping of str to float
        m² of protected land, by role, that has another unit or category than before all edits.
    parts : int
        Of all units.
    broken : int
        Units of several parts that are to be of one.
    new_codes, gone_codes : tuple of str
        Against the plan before all edits.
    """

    edits: int
    units: int
    area: Mapping[int, float]
    lowered: float = 0.0
    raised: float = 0.0
    protected: Mapping[str, float] = field(default_factory=dict)
    parts: int = 0
    broken: int = 0
    new_codes: tuple[str, ...] = ()
    gone_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitDifference:
    """A unit that is another in the second scenario.

    Attributes
    ----------
    change : str
        new, gone, up (stricter), down (looser), land, code, name, other.
    before, after : UnitRow or None
    bounds : tuple of float or None
        Of what differs, in the plan's CRS; of the unit where its land is the same.
    """

    change: str
    before: UnitRow | None
    after: UnitRow | None
    bounds: Bounds | None


@dataclass(frozen=True)
class SideBySide:
    """Two scenarios.

    Attributes
    ----------
    one, other : ScenarioSums
    units : tuple of UnitDifference
        Those whose land differs most come first.
    """

    one: ScenarioSums
    other: ScenarioSums
    units: tuple[UnitDifference, ...]


def side_by_side(base: State, one: State, other: State, edits: tuple[int, int]) -> SideBySide:
    """Compare two scenarios; ``base`` is the plan before all edits, ``edits`` how many each has."""
    from ...delineation.revision.consequences import consequences_of

    rows = [_difference(row["unit"], one, other) for row in consequences_of(one, other).units]
    rows.sort(key=lambda row: -abs((row.after.area_m2 if row.after else 0) - (row.before.area_m2 if row.before else 0)))
    return SideBySide(_sums(base, one, edits[0]), _sums(base, other, edits[1]), tuple(rows))


def _sums(base: State, state: State, edits: int) -> ScenarioSums:
    from ...delineation.revision.consequences import consequences_of, contiguity_asked

    found, units = consequences_of(base, state), state.units.values()
    protected: dict[str, float] = {}
    for role, area, _, _ in found.protected:
        protected[role] = protected.get(role, 0.0) + area
    was, now = ({row.code for row in one.units.values()} for one in (base, state))
    return ScenarioSums(
        edits,
        len(state.units),
        {category: sum(row.area_m2 for row in units if row.category == category) for category in CATEGORIES},
        found.lowered,
        found.raised,
        protected,
        sum(row.parts for row in units),
        sum(row.parts > 1 and contiguity_asked(state, row.category) for row in units),
        tuple(sorted(now - was)),
        tuple(sorted(was - now)),
    )


def _difference(unit: str, one: State, other: State) -> UnitDifference:
    before, after = one.units.get(unit), other.units.get(unit)
    faces = [_faces(unit, state) for state in (one, other)]
    land = set(faces[0]) != set(faces[1])
    change = "other"
    if before is None or after is None:
        change = "new" if before is None else "gone"
    elif before.category != after.category:
        change = "up" if after.category < before.category else "down"
    elif land:
        change = "land"
    else:
        change = next((name for name in ("code", "name") if getattr(before, name) != getattr(after, name)), "other")
    edges: list[Any] = []
    for mine, theirs, state in ((faces[0], faces[1], one), (faces[1], faces[0], other)):
        rows = [row for face, row in mine.items() if not land or face not in theirs]
        edges += state.mesh.bounds[rows].tolist()
    return UnitDifference(change, before, after, _around(edges))


def _faces(unit: str, state: State) -> dict[int, int]:
    """Faces of a unit, and their rows."""
    if unit not in state.units:
        return {}
    rows = state.rows_of(unit)
    return dict(zip(state.mesh.face_id[rows].tolist(), rows.tolist(), strict=True))


def _around(edges: Sequence[Sequence[float]]) -> Bounds | None:
    if not edges:
        return None
    west, south, east, north = zip(*edges, strict=True)
    return min(west), min(south), max(east), max(north)
