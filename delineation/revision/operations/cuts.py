"""Operations that cut faces along a drawn line: split a unit, reshape the border of two."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ...core.arrays import listed
from ...core.errors import BadInput
from ...core.messages import Message
from ..changes import zones_noded
from ..cutting import reshape, split
from ..fields import LINE, NAME, TWO_UNITS, UNIT, optional
from ..label_rules import (
    NOTHING,
    Refused,
    described_anew,
    made_unit,
    new_unit,
    require_not_lowered,
    require_one_place,
    require_unlocked,
)
from ..operation import Edit, operation
from ..state import FaceFacts

if TYPE_CHECKING:
    from collections.abc import Callable

    from ...core.arrays import Bools, Ints
    from ..cutting import Reshape, Split
    from ..mesh import FaceCut
    from ..state import State

_TOLERANCE_STEPS = 1.0  # m: what a line passes nearer than this, it is taken to run through
# m²: what is cut off is no less, and smaller pieces stay with what they are cut from. Most faces are smaller than the
# `sliver_area` of cleaning: by that the line would follow old faces in place of the drawing.
_LEAST_PIECE = 10.0


@operation(
    "split",
    title=Message("split a unit"),
    about=Message("a unit is cut in two along a line (WKT); the larger part keeps code and name"),
    fields={"unit": UNIT, "line": LINE, "name": optional(NAME)},
    words=Message("split {unit}; {new} is new"),
    order=40,
)
def split_unit(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Cut a unit in two along a line; the larger part keeps its code."""
    row = state.unit(edit.values["unit"])
    require_unlocked(row)
    mine = state.label == state.counters.place[row.unit_id]
    line = shapely.from_wkt(edit.values["line"])
    found: Split = _asked_of(
        lambda: split(state.mesh, mine, line, least_piece=_LEAST_PIECE, tolerance=_tolerance(state))
    )
    cut_state, leaves = _cut(state, edit, found.cut, found.leaves, found.piece_leaves)
    name = edit.values.get("name") or row.name
    new_state, new = new_unit(cut_state, edit, leaves, row, row.category, name, kind=row.kind)
    label = cut_state.label.copy()
    label[leaves] = new_state.counters.place[new.unit_id]
    new_state = replace(new_state, faces=_riding_within(new_state, found.cut, label))
    touched = _touched_by(state, found.cut) | {row.unit_id, new.unit_id}
    after = described_anew(new_state, label, {**state.units, new.unit_id: new}, touched)
    op = {"unit": row.unit_id, "line": edit.values["line"], "name": new.name}
    return after, {**op, "made": made_unit(new, **_made_faces(state, after))}


@operation(
    "reshape",
    title=Message("draw the border of two units anew"),
    about=Message("a new border between two neighbours, where the line touches the old one at least twice"),
    fields={"units": TWO_UNITS, "line": LINE},
    words=Message("new border between {unit} and {other}"),
    order=50,
)
def reshape_border(state: State, edit: Edit) -> tuple[State, dict[str, Any]]:
    """Draw a new border between two units."""
    one, other = (state.unit(called) for called in edit.values["units"])
    if one.unit_id == other.unit_id:
        raise Refused(NOTHING, where=Message("reshape"), wanted=Message("two different units"))
    require_unlocked(one, other)
    require_one_place(state, [one, other])
    place = state.counters.place
    of_one, of_other = (state.label == place[row.unit_id] for row in (one, other))
    line = shapely.from_wkt(edit.values["line"])
    found: Reshape = _asked_of(
        lambda: reshape(state.mesh, of_one, of_other, line, least_piece=_LEAST_PIECE, tolerance=_tolerance(state))
    )
    cut_state, to_other = _cut(state, edit, found.cut, found.to_b, found.piece_to_b)
    _, to_one = _cut_rows(state, found.cut, found.to_a, found.piece_to_a)
    require_not_lowered(cut_state, to_other, other.category, edit)
    require_not_lowered(cut_state, to_one, one.category, edit)
    label = cut_state.label.copy()
    label[to_other], label[to_one] = place[other.unit_id], place[one.unit_id]
    cut_state = replace(cut_state, faces=_riding_within(cut_state, found.cut, label))
    after = described_anew(cut_state, label, state.units, _touched_by(state, found.cut) | {one.unit_id, other.unit_id})
    op: dict[str, Any] = {"units": [one.unit_id, other.unit_id], "line": edit.values["line"]}
    made = _made_faces(state, after)
    return after, {**op, "made": made} if made else op


def _tolerance(state: State) -> float:
    return max(_TOLERANCE_STEPS, 2 * state.mesh.snap)


def _asked_of(geometry: Callable[[], Any]) -> Any:
    """Let a refusal of the geometry be one of the edit."""
    try:
        return geometry()
    except Refused:
        raise
    except BadInput as refusal:
        raise Refused(refusal.what, where=refusal.where, wanted=refusal.wanted) from refusal


def _made_faces(before: State, after: State) -> dict[str, Any]:
    last = before.counters.face
    new = after.mesh.face_id[after.mesh.face_id > last]
    first = after.mesh.face_id[~np.isin(after.mesh.face_id, before.mesh.face_id)]
    new = first if len(first) else new
    return {"faces": [int(new.min()), int(new.max())]} if len(new) else {}


def _touched_by(state: State, cut: FaceCut) -> set[str]:
    """Units whose outline has other vertices, or whose area another last digit, after a cut."""
    rows = np.append(cut.gone, cut.noded)
    return {state.counters.ids[one] for one in np.unique(state.label[rows])}


def _cut_rows(state: State, cut: FaceCut, whole: Bools, pieces: Bools) -> tuple[Ints, Ints]:
    """Give the rows that stay in a mesh after a cut, and where some whole faces and pieces are then."""
    stay = np.ones(len(state.mesh.face_id), dtype=bool)
    stay[cut.gone] = False
    kept = np.flatnonzero(stay)
    now = np.cumsum(stay) - 1
    return kept, np.append(now[np.flatnonzero(whole)], len(kept) + np.flatnonzero(pieces))


def _cut(state: State, edit: Edit, cut: FaceCut, whole: Bools, pieces: Bools) -> tuple[State, Ints]:
    """Put the pieces of a cut into a state, each with all that its face had; and find some of both there."""
    kept, found = _cut_rows(state, cut, whole, pieces)
    if not len(cut.gone) and not len(cut.noded):
        return state, found
    first = int(edit.made["faces"][0]) if edit.made.get("faces") else state.counters.face + 1
    mesh = state.mesh.with_cut(cut, first)
    source = np.append(kept, cut.parent)
    facts = state.faces
    area = np.append(facts.area[kept], state.setting.areas(cut.pieces))
    if len(cut.noded):
        area[np.searchsorted(kept, cut.noded)] = state.setting.areas(cut.shapes)
    faces = FaceFacts(
        county=facts.county[source],
        township=facts.township[source],
        rule_category=facts.rule_category[source],
        rule=facts.rule[source],
        host=_hosts(state, cut, mesh.face_id, facts.host[source]),
        area=area,
        origin=facts.origin[source],
    )
    last = max(state.counters.face, int(mesh.face_id.max()))
    counters = replace(state.counters, face=last)
    after = replace(state, mesh=mesh, faces=faces, label=state.label[source], counters=counters)
    zones, nodes = zones_noded(state, after)
    anew = np.array([*(zones[code] for code in nodes), None], dtype=object)[:-1]
    zone_area = {**state.zone_area, **dict(zip(nodes, listed(state.setting.areas(anew)), strict=True))}
    return replace(after, zones=zones, zone_area=zone_area, zone_nodes=nodes), found


def _hosts(state: State, cut: FaceCut, ids: Ints, host: Ints) -> Ints:
    """Let what rode with a face that is cut ride with its largest piece."""
    out = host.copy()
    sizes = shapely.area(cut.pieces)
    first = len(ids) - len(cut.pieces)
    for row in np.unique(cut.parent):
        gone = int(state.mesh.face_id[row])
        riding = np.flatnonzero(host == gone)
        if len(riding):
            mine = np.flatnonzero(cut.parent == row)
            out[riding] = ids[first + mine[np.argmax(sizes[mine])]]
    return out


def _riding_within(state: State, cut: FaceCut, label: Ints) -> FaceFacts:
    """Let what rides with a piece that is another unit's now ride with the largest one of its own, if there is one."""
    host, ids = state.faces.host.copy(), state.mesh.face_id
    first = len(ids) - len(cut.pieces)
    for rider in np.flatnonzero(np.isin(host, ids[first:])):
        now = int(np.searchsorted(ids, host[rider]))
        alike = (cut.parent == cut.parent[now - first]) & (label[first:] == label[rider])
        if label[now] != label[rider] and alike.any():
            mine = first + np.flatnonzero(alike)
            host[rider] = ids[mine[np.argmax(state.faces.area[mine])]]
    return replace(state.faces, host=host)
