"""Contiguity of units after an edit: which fall apart that should be of one part, and what makes them whole again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.sums import sum_by
from .apply import apply
from .consequences import BROKEN, contiguity_asked, contiguity_of
from .operation import Edit
from .shared_pieces import shared_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..core.arrays import Ints
    from .state import State

_MOST_STEPS = 16  # what makes a unit whole may break its neighbour, which is mended in turn


def broken_units(before: State, after: State) -> list[str]:
    """Name the units, by id, that have more parts after an edit than before it, and should have one."""
    out = []
    for key, row in after.units.items():
        old = before.units.get(key)
        parts = (old.parts if old else None, row.parts)
        if row.parts > 1 and contiguity_of(parts, asked=contiguity_asked(after, row.category)) == BROKEN:
            out.append(key)
    return sorted(out)


def repair(before: State, after: State, *, basis: str = "") -> tuple[Edit, ...]:
    """Give the assigns that make whole again what an edit has broken, one for each unit that gets something.

    Of a unit that lost faces, all parts but the largest of what was one part go to a unit that took faces of it, where
    they share a line with it; else to the neighbour with the longest shared border that may have them, one of the same
    category first. Faces that a unit got and that do not touch it go back to the units they were taken from.

    Parameters
    ----------
    before, after : State
        Of one lineage: the second comes of the first by edits.
    basis : str
        The document that the edit rests on, without which no land gets a lower category.

    Returns
    -------
    tuple of Edit
        To be done on ``after`` in their order; then no unit that should be of one part has more of them than before.
        Empty where nothing is broken, and where it cannot be mended so: all units around a part are locked, of another
        county, on the other side of the shore, or of a lower category (under a red line: whatever document there is);
        the unit that an island was taken from is no more, as after a merge of two that do not touch; or what is given
        away breaks one neighbour after the other. An island that had a lower category goes back by a document only, as
        whatever lowers land: before the edit is done, `without_islands` leaves it where it is.
    """
    state = after
    moved: dict[int, str] = {}
    for _ in range(_MOST_STEPS):
        broken = broken_units(before, state)
        if not broken:
            return _together(before, after, moved, basis)
        step = _taken_back(before, state, broken) or _passed_on(before, state, broken[0], basis)
        if not step:
            return ()
        done = _done(state, step, basis)
        if done is None:
            return ()
        state = done
        moved |= {face: unit for unit, faces in step.items() for face in faces}
    return ()


def without_islands(before: State, edit: Edit) -> Edit | None:
    """Give an edit that names faces without those that would be islands, which stay where they are.

    None where none would be, where nothing would be left, and for other operations.

    Raises
    ------
    BadInput
        The edit is refused, or names what is not there.
    """
    if "faces" not in edit.values:
        return None
    after = apply(before, edit).after
    islands = [
        part.rows for unit in broken_units(before, after) for part in _loose_parts(before, after, unit) if not part.own
    ]
    if not islands:
        return None
    rows = np.setdiff1d(before.with_riders(before.rows(edit.values["faces"])), np.concatenate(islands))
    if not len(rows):
        return None
    return replace(edit, values={**edit.values, "faces": listed(before.mesh.face_id[rows])})


def _together(before: State, after: State, moved: Mapping[int, str], basis: str) -> tuple[Edit, ...]:
    """Say in one assign a unit what several steps came to; none where that is refused, or does not come to the same."""
    row = after.mesh.rows(list(moved))
    ids = after.counters.ids
    step: dict[str, list[int]] = {}
    for (face, unit), place in zip(moved.items(), listed(after.label[row]), strict=True):
        if ids[place] != unit:
            step.setdefault(unit, []).append(face)
    state = _done(after, step, basis)
    if state is None or broken_units(before, state):
        return ()
    return tuple(_assign(faces, unit, basis) for unit, faces in step.items())


def _assign(faces: Iterable[int], unit: str, basis: str) -> Edit:
    return Edit("assign", {"faces": sorted(faces), "unit": unit}, basis=basis)


def _done(state: State, step: Mapping[str, list[int]], basis: str) -> State | None:
    """Assign faces to units; None where one of the assigns is refused."""
    for unit, faces in step.items():
        try:
            state = apply(state, _assign(faces, unit, basis)).after
        except BadInput:
            return None
    return state


@dataclass(frozen=True)
class _LoosePart:
    """A part of a broken unit that may not stay: its faces, their units before, and whether any was the unit's own."""

    rows: Ints
    was: Ints
    own: bool


def _loose_parts(before: State, state: State, unit: str) -> list[_LoosePart]:
    """Find the parts of a unit that make it broken: all but the largest piece of each part that it had before."""
    place = state.counters.place[unit]
    rows = state.rows_of(unit)
    part = state.mesh.parts(state.label, np.array([place]))[rows]
    area, count = state.faces.area[rows], int(part.max()) + 1
    old = _faces_before(before, state)[rows]
    was = before.label[old]
    place_before = before.counters.place.get(unit, -1)
    own = was == place_before
    if own.any():
        part_before = before.mesh.parts(before.label, np.array([place_before]))[old]
        of_part = (
            sum_by(part[own & (part_before == one)], area[own & (part_before == one)], count)
            for one in np.unique(part_before[own])
        )
        stays = {int(size.argmax()) for size in of_part}
    else:
        stays = {int(sum_by(part, area, count).argmax())}
    return [
        _LoosePart(rows[part == one], was[part == one], bool(own[part == one].any()))
        for one in range(count)
        if one not in stays
    ]


def _faces_before(before: State, state: State) -> Ints:
    """Give the row before of each face, or of the one that it is a piece of."""
    pieces = shared_pieces(before, state)
    out = np.empty(len(state.label), dtype=np.int64)
    out[pieces.new] = pieces.old
    return out


def _taken_back(before: State, state: State, broken: Iterable[str]) -> dict[str, list[int]]:
    """Give islands of faces that broken units got back to those that they were taken from."""
    step: dict[str, list[int]] = {}
    for unit in broken:
        for part in _loose_parts(before, state, unit):
            if part.own:
                continue
            for face, place in zip(listed(state.mesh.face_id[part.rows]), listed(part.was), strict=True):
                step.setdefault(before.counters.ids[place], []).append(face)
    return step


def _passed_on(before: State, state: State, unit: str, basis: str) -> dict[str, list[int]]:
    """Give the loose parts of a unit to units beside them; nothing where nobody may have one of them."""
    ids = state.mesh.face_id
    step: dict[str, list[int]] = {}
    waiting = [
        (listed(ids[part.rows]), _heirs(before, state, unit, part.rows)) for part in _loose_parts(before, state, unit)
    ]
    while waiting:
        if not all(heirs for _, heirs in waiting):
            return {}
        wanted: dict[str, list[tuple[list[int], list[str]]]] = {}
        for faces, heirs in waiting:
            wanted.setdefault(heirs[0], []).append((faces, heirs))
        waiting = []
        for heir, parts in wanted.items():
            # Mostly all of them may go there; one that may not is found by itself.
            together = [face for faces, _ in parts for face in faces]
            if (done := _done(state, {heir: together}, basis)) is not None:
                state = done
                step.setdefault(heir, []).extend(together)
                continue
            for faces, heirs in parts:
                if len(parts) > 1 and (done := _done(state, {heir: faces}, basis)) is not None:
                    state = done
                    step.setdefault(heir, []).extend(faces)
                else:
                    waiting.append((faces, heirs[1:]))
    return step


def _heirs(before: State, state: State, unit: str, rows: Ints) -> list[str]:
    """Name the units beside some faces of a unit, those first that should have them."""
    ids = state.counters.ids
    inside = np.zeros(len(state.label), dtype=bool)
    inside[rows] = True
    left, right = state.mesh.left, state.mesh.right
    edge = np.flatnonzero(inside[left] != inside[right])
    beside = state.label[np.where(inside[left[edge]], right[edge], left[edge])]
    shared = sum_by(beside, state.mesh.length[edge], len(ids))
    lost = before.label[_faces_before(before, state)] == before.counters.place.get(unit, -1)
    takers = {ids[place] for place in np.unique(state.label[lost])}
    row = state.units[unit]
    near = [ids[place] for place in np.unique(beside) if ids[place] != unit]
    near = [one for one in near if state.units[one].county == row.county]
    return sorted(
        near,
        key=lambda one: (
            one not in takers,
            one not in takers and state.units[one].category != row.category,
            -shared[state.counters.place[one]],
        ),
    )
