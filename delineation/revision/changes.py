"""What an edit changes: its inverse for the journal, and the rows of a plan file that become others."""

from __future__ import annotations

import json
import weakref
from dataclasses import replace
from operator import is_not
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..core.arrays import listed
from ..core.columns import plain_rows
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.sums import sum_by
from ..lists.clause import Clause
from ..partition.arcs import number
from .state import FaceFacts, State, UnitRow
from .store import TableChange

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.columns import TableRow
    from .mesh import Mesh

__all__ = [
    "cut_by",
    "cut_rows",
    "inverse_of",
    "label_rows",
    "labels_before",
    "restored_rows",
    "standing_rows",
    "touched_outlines",
    "undone",
    "written_faces",
    "zones_noded",
]

REVISION = "revision"
"""Stage of the ledger that says what edits moved between categories."""
_NOISE = 1e-6  # m²


# ── The inverse ─────────────────────────────────────────────────────────────────────────────────────────────────────


def inverse_of(before: State, after: State) -> dict[str, Any]:
    """Say what has to be put back to undo an edit; shapes of what was cut stand in table ``retired``.

    Returns
    -------
    dict
        Where they differ: ``faces`` (unit id → ids of faces that were its), ``units`` (unit id → row, None where there
        was none), ``clauses`` (unit id → rows), ``status`` (key → text), ``hosts`` (face id → host), ``cut`` (``gone``,
        ``noded``, ``made``: face ids; ``zones``: new vertices of element zones, see `zones_noded`; ``zone_area``: their
        m² before).
    """
    out: dict[str, Any] = {}
    old, new = _common(before, after)
    ids = before.mesh.face_id[old]
    moved = before.label[old] != after.label[new]
    if moved.any():
        faces: dict[str, list[int]] = {}
        for place in np.unique(before.label[old][moved]).tolist():
            faces[before.counters.ids[place]] = ids[moved & (before.label[old] == place)].tolist()
        out["faces"] = faces
    rehosted = before.faces.host[old] != after.faces.host[new]
    if rehosted.any():
        pairs = zip(ids[rehosted].tolist(), before.faces.host[old][rehosted].tolist(), strict=True)
        out["hosts"] = {str(face): host for face, host in pairs}
    units = {key: row for key, row in before.units.items() if after.units.get(key) is not row}
    new_units = {key for key in after.units if key not in before.units}
    if units or new_units:
        out["units"] = {**{key: row.record() for key, row in units.items()}, **dict.fromkeys(sorted(new_units))}
    keys = {*before.clauses, *after.clauses}
    clauses = [key for key in sorted(keys) if before.clauses.get(key) is not after.clauses.get(key)]
    if clauses:
        out["clauses"] = {key: [one.record() for one in before.clauses.get(key, ())] for key in clauses}
    status = {key: text for key, text in before.status.items() if after.status[key] != text}
    if status:
        out["status"] = status
    gone, made, noded = _cut_ids(before, after)
    if len(gone) or len(noded):
        out["cut"] = {
            "gone": gone.tolist(),
            "noded": noded.tolist(),
            "made": made.tolist(),
            "zones": dict(after.zone_nodes),
            "zone_area": {code: before.zone_area[code] for code in after.zone_nodes},
        }
    return out


def _common(before: State, after: State) -> tuple[Ints, Ints]:
    """Rows of the faces that both have, in either."""
    return _matched(before.mesh, after.mesh)[:2]


def _cut_ids(before: State, after: State) -> tuple[Ints, Ints, Ints]:
    """Ids of the faces that are gone, of those in their place, and of those with other vertices."""
    return _matched(before.mesh, after.mesh)[2:]


_Match = tuple["Ints", "Ints", "Ints", "Ints", "Ints"]
# By the later mesh, as long as there is one: what an edit changes is asked for several times.
_MATCHES: weakref.WeakKeyDictionary[Mesh, tuple[weakref.ref[Mesh], _Match]] = weakref.WeakKeyDictionary()


def _matched(before: Mesh, after: Mesh) -> _Match:
    """Rows of common faces in either; ids of those that are gone, that are new, that have other vertices."""
    if before is after:
        every, none = np.arange(len(before.face_id)), np.zeros(0, dtype=np.int64)
        return every, every, none, none, none
    known = _MATCHES.get(after)
    if known is not None and known[0]() is before:
        return known[1]
    at, both = after.looked_up(before.face_id)
    old, new = np.flatnonzero(both), at[both]
    other = np.fromiter(map(is_not, listed(before.shape[old]), listed(after.shape[new])), dtype=bool, count=len(old))
    came = np.ones(len(after.face_id), dtype=bool)
    came[new] = False
    found = old, new, before.face_id[~both], after.face_id[came], before.face_id[old[other]]
    _MATCHES[after] = weakref.ref(before), found
    return found


def undone(state: State, inverse: Mapping[str, Any], retired: pd.DataFrame | None = None) -> State:
    """Put back what an edit changed.

    Parameters
    ----------
    state : State
        As the edit left it.
    inverse : mapping
        As of `inverse_of`.
    retired : pandas.DataFrame, optional
        Rows of table ``retired`` of that edit, where it cut faces.

    Raises
    ------
    BadInput
        What the plan keeps of the edit is damaged.
    """
    try:
        return _undone(state, inverse, retired)
    except (LookupError, ValueError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise BadInput(
            Message("what an edit has changed cannot be put back: what the plan keeps of it is damaged"),
            where=Message("journal"),
            wanted=Message("a plan file made by `run`"),
        ) from error


def _undone(state: State, inverse: Mapping[str, Any], retired: pd.DataFrame | None) -> State:
    if "cut" in inverse and retired is not None:
        state = _uncut(state, inverse["cut"], retired)
    counters = state.counters
    unseen = [key for key in inverse.get("units", {}) if key not in counters.place]
    if unseen:
        counters = replace(counters, ids=(*counters.ids, *unseen))
    label = state.label
    if inverse.get("faces"):
        label = label.copy()
        for unit_id, ids in inverse["faces"].items():
            label[state.mesh.rows(ids)] = counters.place[unit_id]
    units, clauses = dict(state.units), dict(state.clauses)
    for key, row in inverse.get("units", {}).items():
        if row is None:
            del units[key]
        else:
            units[key] = UnitRow(**row)
    for key, rows in inverse.get("clauses", {}).items():
        if rows:
            clauses[key] = tuple(Clause(**one) for one in rows)
        else:
            clauses.pop(key, None)
    faces = state.faces
    if inverse.get("hosts"):
        host = faces.host.copy()
        rows = state.mesh.rows(np.array(list(inverse["hosts"]), dtype=np.int64))
        host[rows] = list(inverse["hosts"].values())
        faces = replace(faces, host=host)
    return replace(
        state,
        label=label,
        faces=faces,
        units=units,
        clauses=clauses,
        status={**state.status, **inverse.get("status", {})},
        counters=counters,
    )


def _uncut(state: State, cut: Mapping[str, Any], retired: pd.DataFrame) -> State:
    rows = [(json.loads(row), shape) for row, shape in _of_layer(retired, "faces")]
    back = {int(row["face_id"]): (row, shapely.from_wkb(bytes.fromhex(shape))) for row, shape in rows}
    made = np.array(cut["made"], dtype=np.int64)
    again = np.array(cut["gone"], dtype=np.int64)
    noded = np.array(cut["noded"], dtype=np.int64)
    ids = np.append(again, noded)
    shapes = np.empty(len(ids), dtype=object)
    shapes[:] = [back[face][1] for face in listed(ids)]
    mesh = state.mesh.replaced(np.append(made, noded), ids, shapes)
    old = state.faces
    of_made = state.mesh.rows(made)
    kept = ~np.isin(state.mesh.face_id, made)
    now = mesh.rows(state.mesh.face_id[kept])
    put = mesh.rows(again)
    count = len(mesh.face_id)

    def column(values: NDArray[Any], new: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
        out = np.empty(count, dtype=values.dtype)
        out[now] = values[kept]
        out[put] = new
        return out

    told = [back[face][0] for face in listed(again)]
    # A face is judged as its pieces are: by what covers them.
    parent = [_parent_of(back[face][1], state, of_made) for face in listed(again)]
    area = column(old.area, [float(row["area_m2"]) for row in told])
    area[mesh.rows(noded)] = [float(back[face][0]["area_m2"]) for face in listed(noded)]
    counters = state.counters
    unseen = [str(row["unit_id"]) for row in told if str(row["unit_id"]) not in counters.place]
    counters = replace(counters, ids=(*counters.ids, *dict.fromkeys(unseen)))
    faces = FaceFacts(
        county=column(old.county, [row["county"] for row in told]),
        township=column(old.township, [row["township"] or "" for row in told]),
        rule_category=column(old.rule_category, [int(row["rule_category"]) for row in told]),
        rule=column(old.rule, old.rule[parent]),
        host=column(old.host, [int(row["host"] or 0) for row in told]),
        area=area,
        origin=column(old.origin, old.origin[parent]),
    )
    label = column(state.label, [counters.place[str(row["unit_id"])] for row in told])
    zones = dict(state.zones)
    for code, nodes in cut["zones"].items():
        zones[code] = _without_nodes(zones[code], nodes)
    zone_area = {**state.zone_area, **cut["zone_area"]}
    return replace(state, mesh=mesh, faces=faces, label=label, counters=counters, zones=zones, zone_area=zone_area)


def _parent_of(shape: Any, state: State, made: Ints) -> int:
    """Find one of the pieces that a face was cut in."""
    inside = shapely.points(state.mesh.point[made])
    return int(made[np.flatnonzero(shapely.intersects(shape, inside))[0]])


def _of_layer(retired: pd.DataFrame, layer: str) -> list[tuple[str, str]]:
    rows = retired[retired["layer"] == layer]
    return list(zip(rows["row"].tolist(), rows["shape"].fillna("").tolist(), strict=True))


# ── Rows of the file ────────────────────────────────────────────────────────────────────────────────────────────────


def cut_rows(before: State, after: State, final: State, seq: int) -> dict[str, TableChange]:
    """Give the rows of faces, borders, coverage, evidence and element zones that a cut changes.

    Parameters
    ----------
    before, after : State
    final : State
        What will stand in the file: whose labels the new faces get.
    seq : int
        Entry of the journal under which the rows that go are kept (table ``retired``).
    """
    gone, made, noded = _cut_ids(before, after)
    mesh = after.mesh
    place = mesh.rows(made)
    plan = before.setting.plan
    at_last, stands = final.mesh.looked_up(made)
    label = np.where(stands, final.label[at_last], after.label[place])
    units = [final.counters.ids[one] for one in label]
    known = {**after.units, **final.units}
    origin = after.faces.origin[place]
    new = [
        {
            **whole,
            "fid": int(face),
            "face_id": int(face),
            "category": known[unit].category if unit in known else 0,
            "unit_id": unit,
            "area_m2": float(after.faces.area[row]),
            "host": int(after.faces.host[row]) or None,
            "geometry": mesh.shape[row],
        }
        for face, row, unit, whole in zip(
            listed(made), listed(place), units, _unnumbered(plan.faces, origin), strict=True
        )
    ]
    old, now = _common(before, after)
    rehosted = before.faces.host[old] != after.faces.host[now]
    changed: dict[int, dict[str, Any]] = {
        int(face): {"host": int(host) or None}
        for face, host in zip(mesh.face_id[now[rehosted]], after.faces.host[now[rehosted]], strict=True)
    }
    for face in listed(noded):
        row = int(np.searchsorted(mesh.face_id, face))
        told = {"area_m2": float(after.faces.area[row]), "geometry": mesh.shape[row]}
        changed[face] = {**changed.get(face, {}), **told}
    first = before.setting.first_ids[origin]
    out = {
        "faces": TableChange(
            key=("face_id",),
            gone=[(face,) for face in listed(gone)],
            new=new,
            changed=[((face,), told) for face, told in sorted(changed.items())],
            retire=seq,
        ),
        "borders": _border_rows(before, after, gone, made, noded, seq),
    }
    for name, frame in (("coverage", plan.coverage), ("evidence", plan.evidence)):
        which, rows = before.setting.rows_over(name, first)
        more = {"inherited": 1} if name == "evidence" else {}
        copies = zip(_unnumbered(frame, rows), listed(made[which]), strict=True)
        new = [{**row, "face_id": face, **more} for row, face in copies]
        out[name] = TableChange(key=("face_id",), gone=[(face,) for face in listed(gone)], new=new, retire=seq)
    out |= _zone_rows(before, after)
    return out


def _zone_rows(before: State, after: State) -> dict[str, TableChange]:
    """Give the rows of element zones whose outlines are others."""
    zones = [
        ((code,), {"geometry": shape, "area_m2": after.zone_area[code]})
        for code, shape in after.zones.items()
        if before.zones.get(code) is not shape
    ]
    return {"element_zones": TableChange(key=("code",), changed=zones)} if zones else {}


def _unnumbered(frame: pd.DataFrame, rows: Ints) -> list[dict[str, Any]]:
    """Give some rows of a table with all that they say, but their numbers."""
    return plain_rows(frame.iloc[rows].drop(columns="fid", errors="ignore"))


def standing_rows(state: State, ids: Ints) -> dict[str, TableChange]:
    """Say in the rows of some faces whose they are in a state: labels are written after all cuts, which keep rows."""
    at = state.mesh.rows(ids)
    names, label, category = state.counters.ids, listed(state.label[at]), listed(state.category[at])
    changed = [
        ((int(face),), {"unit_id": names[place], "category": now})
        for face, place, now in zip(listed(ids), label, category, strict=True)
    ]
    return {"faces": TableChange(key=("face_id",), changed=changed)}


def written_faces(batches: Sequence[Mapping[str, TableChange]], state: State) -> Ints:
    """Give the ids of faces whose rows are written: what these say of labels may be of a moment before."""
    changes = [batch["faces"] for batch in batches if "faces" in batch]
    ids = [int(row["face_id"]) for change in changes for row in change.new]
    ids += [int(key[0]) for change in changes for key, _ in change.changed]
    return np.intersect1d(np.array(ids, dtype=np.int64), state.mesh.face_id)


def cut_by(before: State, after: State) -> Ints:
    """Give the ids of the faces whose rows a cut keeps: those that go, or get other vertices or another host."""
    gone, _, noded = _cut_ids(before, after)
    old, new = _common(before, after)
    rehosted = before.mesh.face_id[old[before.faces.host[old] != after.faces.host[new]]]
    return np.union1d(np.append(gone, noded), rehosted)


def _border_rows(before: State, after: State, gone: Ints, made: Ints, noded: Ints, seq: int) -> TableChange:
    def pairs(state: State, certain: Ints) -> tuple[NDArray[np.intp], Bools, list[Any]]:
        left, right = state.mesh.face_id[state.mesh.left], state.mesh.face_id[state.mesh.right]
        near = np.isin(left, certain) | np.isin(right, certain)
        both = np.isin(left, noded) & np.isin(right, noded)
        rows = np.flatnonzero(near | both)
        return rows, near[rows], list(zip(listed(left[rows]), listed(right[rows]), strict=True))

    old_rows, _, old_pairs = pairs(before, gone)
    new_rows, new_near, new_pairs = pairs(after, made)
    # Neighbours of what is cut keep their border with each other, unless it has new vertices too.
    was = {pair: float(before.mesh.length[row]) for row, pair in zip(old_rows, old_pairs, strict=True)}
    same = {
        pair
        for row, near, pair in zip(new_rows, new_near, new_pairs, strict=True)
        if not near and was.get(pair) == float(after.mesh.length[row])
    }
    kept = [number for number, pair in enumerate(new_pairs) if pair not in same]
    shapes: Sequence[Any] | NDArray[Any] = after.mesh.border_shapes(new_rows[kept]) if kept else []
    return TableChange(
        key=("left", "right"),
        gone=[pair for pair in old_pairs if pair not in same],
        new=[
            {
                "left": new_pairs[number][0],
                "right": new_pairs[number][1],
                "length_m": float(after.mesh.length[new_rows[number]]),
                "geometry": shape,
            }
            for number, shape in zip(kept, shapes, strict=True)
        ],
        retire=seq,
    )


Nodes = dict[str, dict[str, list[int]]]


def zones_noded(before: State, after: State) -> tuple[dict[str, Any], Nodes]:
    """Give the outlines of the element zones after a cut, by their codes, and what is new in them.

    A zone is bounded by edges of faces; where an edge of a face is now several, so it is of the zone.

    Returns
    -------
    zones : dict of str to MultiPolygon
    nodes : dict of str to dict of str to list of int
        Code → number of a part → places of the new vertices among those of the part: without these it is as before.
    """
    zones, nodes = dict(before.zones), Nodes()
    gone, made, noded = _cut_ids(before, after)
    chains = _chains(
        before.mesh.shape[before.mesh.rows(np.append(gone, noded))],
        after.mesh.shape[after.mesh.rows(np.append(made, noded))],
    )
    if not chains or not zones:
        return zones, nodes
    codes, ends = list(zones), np.array([one for one, _ in chains])
    parts, zone = shapely.get_parts(np.array(list(zones.values()), dtype=object), return_index=True)
    near = _with_a_point(shapely.bounds(parts), ends)
    xy, part = shapely.get_coordinates(parts[near], return_index=True)
    changed = set()
    for row in listed(near[np.unique(part[_known(xy, ends)])]):
        with_chains = _with_chains(parts[row], chains, ends)
        if with_chains is not None:
            parts[row], places = with_chains
            changed.add(int(zone[row]))
            number = int(row - np.searchsorted(zone, zone[row]))
            nodes.setdefault(codes[int(zone[row])], {})[str(number)] = places
    return zones | {codes[one]: shapely.multipolygons(parts[zone == one]) for one in sorted(changed)}, nodes


def _without_nodes(shape: Any, nodes: Mapping[str, Sequence[int]]) -> Any:
    """Take the vertices out of a zone that a cut has put in (see `zones_noded`)."""
    parts = shapely.get_parts(shape)
    for part, places in nodes.items():
        xy, ring = shapely.get_coordinates(shapely.get_rings(parts[int(part)]), return_index=True)
        lines = shapely.linearrings(np.delete(xy, places, axis=0), indices=np.delete(ring, places))
        parts[int(part)] = shapely.polygons(lines[0], lines[1:])
    return shapely.multipolygons(parts)


def _with_a_point(bounds: Floats, points: Floats) -> Ints:
    """Find the boxes that some of the points lie in."""
    box = np.append(points.min(axis=0), points.max(axis=0))
    near = np.flatnonzero((bounds[:, :2] <= box[2:]).all(axis=1) & (bounds[:, 2:] >= box[:2]).all(axis=1))
    low, high = bounds[near, None, :2], bounds[near, None, 2:]
    inside = np.all((low <= points) & (points <= high), axis=2)
    return near[np.any(inside, axis=1)]


def _known(xy: Floats, points: Floats) -> Bools:
    """Which places may be among the points: those with an x that one of these has."""
    known = np.unique(points[:, 0])
    nearest = np.minimum(np.searchsorted(known, xy[:, 0]), len(known) - 1)
    found: Bools = known[nearest] == xy[:, 0]
    return found


Point = tuple[float, float]


def _edges(shapes: Objects) -> Floats:
    """Edges of shapes, (n, 2, 2)."""
    xy, ring = shapely.get_coordinates(shapely.get_rings(shapes), return_index=True)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    return np.stack((xy[same], xy[same + 1]), axis=1)


def _chains(old: Objects, new: Objects) -> dict[tuple[Point, Point], list[Point]]:
    """Find the edges of old faces that are several edges of the new ones: the points in between, in order."""
    before, after = _edges(old), _edges(new)
    ends, first = number(np.concatenate((before, after)).reshape(-1, 2))
    edge = ends[0::2] * len(first) + ends[1::2]
    was, now = edge[: len(before)], edge[len(before) :]
    following: dict[Point, list[Point]] = {}
    for one, two in listed(after[~np.isin(now, was)]):
        following.setdefault(tuple(one), []).append(tuple(two))
    chains = {}
    for start, end in listed(before[~np.isin(was, now)]):
        one, two = tuple(start), tuple(end)
        found = _along(one, two, following)
        if found:
            chains[one, two] = found
            chains[two, one] = found[::-1]
    return chains


def _along(start: Point, end: Point, following: Mapping[Point, list[Point]]) -> list[Point]:
    """Walk new edges from one end of an old edge to the other, always on towards it."""
    step = start
    out: list[Point] = []
    whole = np.hypot(end[0] - start[0], end[1] - start[1])
    for _ in range(64):
        best = None
        for two in following.get(step, ()):
            if two == end:
                return out
            ahead = ((two[0] - start[0]) * (end[0] - start[0]) + (two[1] - start[1]) * (end[1] - start[1])) / whole
            beside = abs((two[0] - start[0]) * (end[1] - start[1]) - (two[1] - start[1]) * (end[0] - start[0])) / whole
            if 0 < ahead < whole and (best is None or beside < best[0]):
                best = beside, two
        if best is None:
            return []
        step = best[1]
        out.append(step)
    return []


def _with_chains(
    shape: Any, chains: Mapping[tuple[Point, Point], list[Point]], ends: Floats
) -> tuple[Any, list[int]] | None:
    """Put points into the edges of a polygon, and tell their places; None where none of its edges is among them.

    Parameters
    ----------
    shape : Polygon
    chains : mapping
        As of `_chains`.
    ends : (n, 2) float64
        Where their edges begin.
    """
    xy, ring = shapely.get_coordinates(shapely.get_rings(shape), return_index=True)
    known = _known(xy, ends)
    start = np.flatnonzero(known[:-1] & known[1:] & (ring[:-1] == ring[1:]))
    places: list[int] = []
    points: list[Point] = []
    for row, one, two in zip(listed(start), listed(xy[start]), listed(xy[start + 1]), strict=True):
        between = chains.get((tuple(one), tuple(two)), ())
        places += [row + 1] * len(between)
        points += between
    if not points:
        return None
    rings = shapely.linearrings(np.insert(xy, places, points, axis=0), indices=np.insert(ring, places, ring[places]))
    return shapely.polygons(rings[0], rings[1:]), [place + number for number, place in enumerate(places)]


def restored_rows(before: State, after: State, retired: pd.DataFrame, seq: int) -> dict[str, TableChange]:
    """Give the rows that undoing a cut puts back.

    Parameters
    ----------
    before, after : State
        With the cut, and without it.
    retired : pandas.DataFrame
        Rows of table ``retired`` of that entry.
    seq : int
    """
    # From the state with the cut to the one without: what goes are the pieces, what comes their faces.
    made, again, noded = _cut_ids(before, after)
    rows = {layer: [(json.loads(row), shape) for row, shape in _of_layer(retired, layer)] for layer in _LAYERS}

    def shaped(row: Mapping[str, Any], shape: str) -> dict[str, Any]:
        return {**row, "geometry": shapely.from_wkb(bytes.fromhex(shape))} if shape else dict(row)

    noded_ids = set(listed(noded))
    new_faces, changed = [], []
    for row, shape in rows["faces"]:
        face = int(row["face_id"])
        if face in noded_ids:
            told = {"area_m2": row["area_m2"], "geometry": shapely.from_wkb(bytes.fromhex(shape)), "host": row["host"]}
            changed.append(((face,), told))
        elif face in set(listed(again)):
            new_faces.append(shaped(row, shape))
        else:
            changed.append(((face,), {"host": row["host"]}))
    left = before.mesh.face_id[before.mesh.left]
    right = before.mesh.face_id[before.mesh.right]
    back = {(int(row["left"]), int(row["right"])) for row, _ in rows["borders"]}
    near = np.isin(left, made) | np.isin(right, made)
    pairs = list(zip(listed(left), listed(right), strict=True))
    gone_borders = [pair for pair, here in zip(pairs, listed(near), strict=True) if here or pair in back]
    out = {
        "faces": TableChange(key=("face_id",), gone=[(face,) for face in listed(made)], new=new_faces, changed=changed),
        "borders": TableChange(key=("left", "right"), gone=gone_borders, new=[shaped(*one) for one in rows["borders"]]),
    }
    for name in ("coverage", "evidence"):
        gone = [(face,) for face in listed(made)]
        out[name] = TableChange(key=("face_id",), gone=gone, new=[row for row, _ in rows[name]])
    out |= _zone_rows(before, after)
    out["retired"] = TableChange(key=("seq",), gone=[(seq,)])
    return out


_LAYERS = ("faces", "borders", "coverage", "evidence")


def label_rows(before: State, after: State, outlines: Mapping[str, Any]) -> dict[str, TableChange]:
    """Give the rows of faces, units, clauses, ledger and meta that differ between two states.

    Parameters
    ----------
    before, after : State
    outlines : mapping of str to MultiPolygon
        Of the units whose faces, or whose faces' vertices, are others now.
    """
    out: dict[str, TableChange] = {}
    old, new = _common(before, after)
    differs = (before.label[old] != after.label[new]) | (before.category[old] != after.category[new])
    if differs.any():
        out |= standing_rows(after, after.mesh.face_id[new[differs]])
    more = {
        "units": _unit_rows(before, after, outlines),
        "clauses": _clause_rows(before, after),
        "ledger": _ledger_rows(before, after),
    }
    return out | {name: change for name, change in more.items() if change is not None}


def _unit_rows(before: State, after: State, outlines: Mapping[str, Any]) -> TableChange | None:
    gone = [(key,) for key in before.units if key not in after.units]
    new, changed = [], []
    for key, row in after.units.items():
        was = before.units.get(key)
        if was is None:
            new.append({**row.record(), "geometry": outlines[key]})
            continue
        told = _differing(was, row)
        if key in outlines:
            told["geometry"] = outlines[key]
        if told:
            changed.append(((key,), told))
    return TableChange(key=("unit_id",), gone=gone, new=new, changed=changed) if gone or new or changed else None


def _differing(was: TableRow, now: TableRow) -> dict[str, Any]:
    """Give what a row says otherwise than before."""
    old = was.record()
    return {name: value for name, value in now.record().items() if value != old[name]}


def _clause_rows(before: State, after: State) -> TableChange | None:
    was: dict[int, Clause] = {}
    now: dict[int, Clause] = {}
    for key in sorted({*before.clauses, *after.clauses}):
        if before.clauses.get(key) is not after.clauses.get(key):
            was |= {one.fid: one for one in before.clauses.get(key, ())}
            now |= {one.fid: one for one in after.clauses.get(key, ())}
    gone = [(fid,) for fid in was if fid not in now]
    new = [one.record() for fid, one in sorted(now.items()) if fid not in was]
    changed = []
    for fid, one in now.items():
        if fid in was and was[fid] != one:
            changed.append(((fid,), _differing(was[fid], one)))
    return TableChange(key=("fid",), gone=gone, new=new, changed=changed) if gone or new or changed else None


def _ledger_rows(before: State, after: State) -> TableChange | None:
    """Say in the ledger what the edits that stand moved between categories."""
    base = base_areas(before)
    rows = []
    for place, (name, now) in enumerate(zip(base, areas_by_category(after), strict=True)):
        if place and abs(now - name) > max(_NOISE, 1e-12 * name):
            reason = Message("edits of people")
            rows.append(
                {
                    "stage": REVISION,
                    "role": None,
                    "category": place,
                    "from_m2": float(name),
                    "to_m2": float(now),
                    "reason": after.setting.say(reason),
                    "facts": json.dumps(reason.document(), ensure_ascii=False, sort_keys=True),
                }
            )
    if np.array_equal(areas_by_category(before), areas_by_category(after)):
        return None
    return TableChange(key=("stage",), gone=[(REVISION,)], new=rows)


def areas_by_category(state: State) -> Floats:
    """Area of each category, m²; place 0 is none's."""
    return sum_by(state.category, state.faces.area, 4)


def base_areas(state: State) -> Floats:
    """Area of each category before the first edit, m²: what the ledger says of it, else as the plan was read."""
    plan = state.setting.plan
    out = sum_by(plan.faces["category"].to_numpy(dtype=np.int64), plan.faces["area_m2"].to_numpy(dtype=np.float64), 4)
    for _, row in plan.ledger[plan.ledger["stage"] == REVISION].iterrows():
        out[int(row["category"])] = float(row["from_m2"])
    return out


def labels_before(before: State, after: State) -> Ints:
    """Give the labels that the faces of a state had; −2, which is none, to those with other shapes."""
    if before.mesh is after.mesh:
        return before.label
    old, new, _, _, noded = _matched(before.mesh, after.mesh)
    label = np.full(len(after.label), -2, dtype=np.int64)
    label[new] = before.label[old]
    label[after.mesh.rows(noded)] = -2
    return label


def touched_outlines(before: State, after: State) -> list[str]:
    """Name the units of a state whose faces, or whose faces' vertices, are not those of another."""
    old, new = _common(before, after)
    moved = before.label[old] != after.label[new]
    places = {*after.label[new[moved]].tolist(), *before.label[old[moved]].tolist()}
    gone, made, noded = _cut_ids(before, after)
    for state, ids in ((before, np.append(gone, noded)), (after, np.append(made, noded))):
        places |= set(listed(state.label[state.mesh.rows(ids)]))
    return [after.counters.ids[place] for place in sorted(places) if after.counters.ids[place] in after.units]
