"""Edits of a plan drawn at random, and what has to hold after each, looked up in the file by other ways."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections import Counter
from contextlib import closing
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from control_units.delineation.core.errors import BadInput
from control_units.delineation.lists.draft import STATUSES, draft
from control_units.delineation.lists.kept_library import library_of_plan
from control_units.delineation.lists.library import is_above
from control_units.delineation.lists.touch import touches
from control_units.delineation.partition import border_lines, build, dissolve
from control_units.delineation.plan.content import content_of, stated_content
from control_units.delineation.plan.tables import LAYERS, TABLES
from control_units.delineation.revision.apply import Refused
from control_units.delineation.revision.ops import OPS, Edit
from control_units.delineation.revision.timeline import BASE

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from control_units.delineation.plan.file import Plan
    from control_units.delineation.revision.editor import Editor
    from control_units.delineation.revision.state import State

# Rows that a cut puts into these get new numbers; in all others a row that comes back has the number that it had.
_NUMBERED = ("faces", "units", "clauses", "element_zones", "findings", "evidence")
_TIMELESS = ("faces", "borders", "units", "element_zones", "findings", "coverage", "evidence", "clauses", "ledger")
_MADE = ("edit", "edit", "edit", "edit", "edit", "edit", "edits", "undo", "undo", "redo", "go", "branch", "switch")
_OFTEN = {
    "assign": 5,
    "create": 3,
    "merge": 3,
    "split": 5,
    "reshape": 5,
    "categorize": 2,
    "clause": 3,
    "clauses": 2,
    "move": 1,
}


# ── What is drawn ───────────────────────────────────────────────────────────────────────────────────────────────────


def any_edit(state: State, dice: random.Random) -> Edit:
    """Draw an edit that may be refused, but names what is there."""
    kinds = [name for name in OPS if name not in ("accept", "relabel", "status")]
    op = dice.choices(kinds, [_OFTEN.get(name, 1) for name in kinds])[0]
    units = sorted(state.units)
    unit = dice.choice(units)
    basis = dice.choice(("", "文件〔2026〕1号"))
    near = [key for key in _beside(state, unit) if key in state.units]
    other = dice.choice(near) if near and dice.random() < 0.9 else dice.choice(units)
    values: dict[str, Any] = {"unit": dice.choice((unit, state.units[unit].code))}
    if op in ("assign", "create"):
        rows = state.rows_of(other if op == "assign" else unit)
        chosen = dice.sample(rows.tolist(), min(len(rows), dice.choice((1, 1, 2, 3))))
        faces: list[Any] = state.mesh.face_id[chosen].tolist()
        if dice.random() < 0.3:
            faces[0] = {"at": state.mesh.point[chosen[0]].tolist()}
        values = {"faces": faces, **(values if op == "assign" else {"category": dice.choice((1, 2, 3))})}
        if op == "create" and dice.random() < 0.5:
            values["name"] = f"新单元{dice.randrange(5)}"
    elif op == "merge":
        values = {"units": [unit, other]} if unit != other else {"units": [unit, dice.choice(units)]}
        if dice.random() < 0.6:
            values["category"] = min(state.units[one].category for one in values["units"])
    elif op == "split":
        values["line"] = _across(state.mesh.shape[state.rows_of(unit)], dice)
    elif op == "reshape":
        values = {"units": [unit, other], "line": _across(state.mesh.shape[state.rows_of(unit)], dice)}
    elif op == "categorize":
        values["category"] = dice.choice((1, 2, 3))
    elif op == "rename":
        values["name"] = f"改名{dice.randrange(8)}"
    elif op == "renumber":
        values["serial"] = dice.randrange(1, 60)
    elif op == "move":
        values["township"] = str(dice.choice(np.unique(state.faces.township[state.rows_of(unit)]).tolist()))
    elif op == "clause":
        values |= _clause(state, unit, dice)
    elif op == "clauses":
        rows = {"unit": unit} | _clause(state, unit, dice), {"unit": other} | _clause(state, other, dice)
        values = {"rows": list(rows[: dice.choice((1, 2, 2))])}
    for key, field in OPS[op].fields.items():
        if field.needed and key not in values:
            values[key] = dice.choice(field.schema.get("enum") or ("甲", "乙"))
    return Edit(op, values, "", "试", basis)


def edit_of_rider(state: State, dice: random.Random) -> Edit | None:
    """Draw what parts a sliver from the face that it rides with, or takes or cuts that face; None where none rides."""
    riding = np.flatnonzero(state.faces.host > 0)
    if not len(riding):
        return None
    rider = int(dice.choice(riding.tolist()))
    host, _ = state.mesh.looked_up(state.faces.host[[rider]])
    row = dice.choice((rider, int(host[0])))
    unit = state.counters.ids[state.label[row]]
    if dice.random() < 0.4:
        return Edit("split", {"unit": unit, "line": _across(state.mesh.shape[[row]], dice)}, "", "试", "")
    heir = dice.choice(_beside(state, unit))
    return Edit("assign", {"faces": [int(state.mesh.face_id[row])], "unit": heir}, "", "试", "文件")


def edit_of_ring(state: State, dice: random.Random) -> Edit | None:
    """Draw a line through a hole of a unit: across both arms of the land around it, or one; None where none has any."""
    rings = [
        (state.counters.ids[place], shapely.get_interior_ring(part, number))
        for place in np.unique(state.label)
        for part in shapely.get_parts(shapely.union_all(state.mesh.shape[state.label == place]))
        for number in range(shapely.get_num_interior_rings(part))
    ]
    if not rings:
        return None
    unit, ring = dice.choice(rings)
    x, y = shapely.get_coordinates(shapely.point_on_surface(shapely.polygons(ring)))[0]
    angle, far = dice.uniform(0, 2 * np.pi), dice.choice((1_500.0, 20_000.0))
    middle, along = np.array([x, y]), far * np.array([np.cos(angle), np.sin(angle)])
    line = shapely.linestrings([middle + along, middle - along * dice.choice((0, 1, 1))])
    return Edit("split", {"unit": unit, "line": line.wkt}, "", "试", "")


def _beside(state: State, unit: str) -> list[str]:
    mine = state.label == state.counters.place[unit]
    left, right = state.mesh.left, state.mesh.right
    rows = np.concatenate((right[mine[left] & ~mine[right]], left[mine[right] & ~mine[left]]))
    return [state.counters.ids[place] for place in np.unique(state.label[rows])]


def _across(shapes: Any, dice: random.Random) -> str:
    """A line over a unit: straight or bent, sometimes through nodes or beside them, sometimes too short."""
    west, south, east, north = shapely.total_bounds(shapes)
    long = 0.2 * max(east - west, north - south)

    def place() -> tuple[float, float]:
        return dice.uniform(west - long, east + long), dice.uniform(south - long, north + long)

    points = [place() for _ in range(dice.choice((2, 2, 2, 3, 4, 6)))]
    nodes = shapely.get_coordinates(shapes)
    for number in range(len(points)):
        if dice.random() < 0.3:
            x, y = nodes[dice.randrange(len(nodes))]
            off = dice.choice((0.0, 0.0, 0.0003, 0.4, 7.0))
            points[number] = float(x) + off, float(y) - off
    if len(set(points)) < 2:
        points = [(west - long, south), (east + long, north)]
    return shapely.LineString(points).wkt if dice.random() < 0.5 else shapely.to_wkt(shapely.LineString(points), 2)


def _clause(state: State, unit: str, dice: random.Random) -> dict[str, Any]:
    own = state.clauses.get(unit, ())
    what = dice.choice(("add", "add", "change", "remove")) if own else "add"
    if what == "add":
        number = dice.randrange(10**6)
        return {"add": {"id": f"人{number}", "text": f"不得{number}", "dimension": dice.choice(("space", "risk"))}}
    said = {"id": dice.choice(own).clause_id}
    if what == "change":
        other = {"text": f"应当{dice.randrange(10**6)}"}, {"status": dice.choice(STATUSES)}, {"remark": "已会商"}
        said |= dice.choice(other)
    return {what: said}


def _written(state: State) -> set[str]:
    """What people have written into lists."""
    return {
        one.text
        for own in state.clauses.values()
        for one in own
        if one.text[:2] in ("不得", "应当") and one.text[2:].isdecimal()
    }


class Walk:
    """A plan under edits drawn at random, with what is known of it: how it stood at each entry of its journal.

    Attributes
    ----------
    editor : Editor
    base : dict
        Rows of the file before the first edit.
    at : dict of int to dict
        Rows of the file by head.
    """

    def __init__(self, editor: Editor, first: Plan) -> None:
        self.editor, self.first = editor, first
        self.at: dict[int, dict[str, Any]] = {BASE: of_head(rows_of(editor.path))}
        self._said: dict[str, Any] = {}
        self._wrong: list[str] = []
        self._covers = _covers(first)
        self._parent = dict(zip(first.faces["face_id"].tolist(), first.faces["geometry"], strict=True))
        self._tree = shapely.STRtree(first.faces["geometry"].to_numpy(dtype=object))
        self._judged = dict(zip(first.faces["face_id"].tolist(), first.faces["rule_category"].tolist(), strict=True))
        self._red = set(first.coverage.loc[first.coverage["role"] == "red_line", "face_id"].tolist())
        self.categories = dict(zip(first.faces["face_id"], first.faces["category"], strict=True))
        self.shapes = first.faces["geometry"].to_numpy(dtype=object)
        self.ids: dict[str, int] = {}  # unit id → entry that made it
        self.codes: dict[str, str] = {}  # code → unit id
        self.refused: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def step(self, dice: random.Random) -> str:
        """Make one move, and say what it was; what may not be done is refused and changes nothing."""
        kind, line = dice.choice(_MADE), self.editor.timeline
        count = dice.choice((1, 1, 2, 5))
        if kind == "edit":
            return self.edit(any_edit(self.editor.state, dice))
        if kind == "edits":
            return self.edits([any_edit(self.editor.state, dice) for _ in range(count)])
        if kind == "go":
            seq = dice.choice([BASE, *line.entries])
            return self.move(f"go {seq}", lambda editor: editor.go(seq))
        if kind == "branch":
            name = f"方案{dice.randrange(4)}"
            return self.move(f"branch {name}", lambda editor: editor.branch(name))
        if kind == "switch":
            name = dice.choice(sorted(line.scenarios))
            return self.move(f"switch {name}", lambda editor: editor.switch(name))
        return self.move(f"{kind} {count}", lambda editor: getattr(editor, kind)(count))

    def edit(self, edit: Edit) -> str:
        """Do one edit."""
        said = f"{edit.op} {json.dumps(dict(edit.values), ensure_ascii=False)} {edit.basis}"
        before = self.editor.state
        told = self.move(said, lambda editor: editor.do(edit), keeps=edit.op not in ("clause", "clauses"))
        if self.editor.state is not before:
            self._wrong += [f"{said}: {one}" for one in edit_complaints(before, self.editor.state, edit)]
        return told

    def edits(self, edits: Sequence[Edit]) -> str:
        """Do several in one transaction: all or none."""
        said = " and ".join(f"{one.op} {json.dumps(dict(one.values), ensure_ascii=False)}" for one in edits)
        keeps = all(one.op not in ("clause", "clauses") for one in edits)
        return self.move(f"at once: {said}", lambda editor: editor.do_all(edits), keeps=keeps)

    def move(self, said: str, done: Callable[[Editor], Any], *, keeps: bool = False) -> str:
        """Do anything; ``keeps``: whatever people wrote into lists has to be there afterwards."""
        editor, kind = self.editor, said.split()[0]
        before, written = (editor.timeline, editor.state), _written(editor.state)
        try:
            done(editor)
        except BadInput as refusal:
            # What is no refusal names what is not there: what an edit at once has taken away, a township, a clause.
            self.refused[kind] += 1
            named = kind in ("at", "move", "clause", "clauses", "assign") and "no " in refusal.sentence("en")
            if not (isinstance(refusal, Refused) or named) or (editor.timeline, editor.state) != before:
                self._wrong.append(f"{said}: {type(refusal).__name__} {refusal.sentence('en')}")
            return f"{said} refused: {refusal.sentence('en')}"
        self.done[kind] += 1
        if keeps and (lost := written - _written(editor.state)):
            self._wrong.append(f"{said}: clauses of people are gone: {lost}")
        return said

    def complaints(self) -> Iterator[str]:
        """Say what does not hold of the plan as it stands."""
        editor = self.editor
        yield from self._wrong
        rows = rows_of(editor.path)
        yield from self._as_in_memory(rows)
        head = editor.timeline.head
        now = of_head(rows)
        for name, was in self.at.setdefault(head, now).items():
            if now[name] != was:
                yield f"{name} at {head} is not as it was there: {_differing(was, now[name])}"
        plan = editor.plan
        yield from partition_complaints(plan, self.shapes)
        yield from unit_complaints(plan, self.first)
        yield from self._numbers(plan)
        yield from self._coverage(plan)
        yield from self._lists(plan)

    def _lists(self, plan: Plan) -> Iterator[str]:
        """Of the library a list has what a draft gives, but for what people removed; what is above is as it was."""
        library = library_of_plan(plan.library)
        fresh = draft(plan.units, library, touches(plan), least_share=float(plan.meta["least_share"]))
        wanted = {(row.unit_id, row.clause_id): row for row in fresh.itertuples()}
        said = {row.id: (row.dimension, row.text, row.effect, row.basis, row.level) for row in library.itertuples()}
        line = self.editor.timeline
        ops = [line.entries[seq].op for seq in line.path(line.head)]
        rows = [row for op in ops for row in op.get("rows", [op])]
        removed = {row["remove"]["id"] for row in rows if "remove" in row}
        there = set()
        for row in plan.clauses.itertuples():
            key = row.unit_id, row.clause_id
            there.add(key)
            if row.origin in ("hand", "previous"):
                continue
            now = row.dimension, row.text, row.effect, row.basis, row.level
            if now != said.get(row.clause_id):
                if is_above(row.level, self.editor.state.setting.level):
                    yield f"{key} is above these lists, and altered: {now}"
            elif key not in wanted or wanted[key].origin != row.origin:
                yield f"{key} of {row.origin} is not what a draft gives: {wanted.get(key)}"
        lost = [key for key in wanted if key not in there and key[1] not in removed]
        if lost:
            yield f"a draft gives {lost[:4]}, and nobody removed it"

    def _as_in_memory(self, rows: Mapping[str, Any]) -> Iterator[str]:
        """The editor's plan and its journal are those of the file, and what the file says of its content holds."""
        editor = self.editor
        for name in (*LAYERS, *(one for one in TABLES if one != "meta")):
            frame = getattr(editor.plan, name)
            if self._said.get(name, (None,))[0] is not frame:
                self._said[name] = frame, _told(frame)
            table = LAYERS.get(name) or TABLES[name]
            names = [*table.names, *(["geometry"] if name in LAYERS else [])]
            mine, stored = self._said[name][1], _as_told(rows[name], names)
            if name == "retired":
                mine, stored = sorted(map(_unnumbered, mine)), sorted(map(_unnumbered, stored))
            if mine != stored:
                yield f"{name} in memory is not that of the file: {_differing(stored, mine)}"
        meta = dict(editor.plan.meta)
        for key, text in rows["meta"].items():
            apart = key in ("head", "schema", "own_styles") or key.startswith("content")
            if not apart and meta.get(key, "") != text:
                yield f"meta.{key} is {text} in the file, and {meta.get(key)} in memory"
        line = editor.timeline
        if rows["meta"].get("head", "0") != str(line.head):
            yield f"the file stands at {rows['meta'].get('head')}, the editor at {line.head}"
        if rows["meta"].get("scenario", "main") != line.scenario:
            yield f"the file stands in {rows['meta'].get('scenario')}, the editor in {line.scenario}"
        marked = {row["seq"] for row in rows["journal"] if not row["undone"]}
        if marked != set(line.path(line.head)):
            yield f"entries {line.path(line.head)} stand, and {sorted(marked)} are marked so"
        heads = {row["name"]: row["head"] for row in rows["scenarios"]}
        if heads and heads != dict(line.scenarios):
            yield f"the file has the scenarios {heads}, the editor {line.scenarios}"
        with closing(sqlite3.connect(f"{editor.path.as_uri()}?mode=ro", uri=True)) as connection:
            stated = stated_content(connection)
            changed = {} if stated is None else content_of(connection).changed_since(stated)
        if stated is None or changed:
            yield f"meta.content does not follow: {changed}"

    def _numbers(self, plan: Plan) -> Iterator[str]:
        """An id is one unit's for ever, and so is a code."""
        for unit_id, code in zip(plan.units["unit_id"], plan.units["code"], strict=True):
            if self.codes.setdefault(code, unit_id) != unit_id:
                yield f"code {code} is {unit_id}'s, and was {self.codes[code]}'s"
        for key, entry in self.editor.timeline.entries.items():
            made = entry.op.get("made", {}).get("unit_id")
            if made and self.ids.setdefault(made, key) != key:
                yield f"unit id {made} is given by {key} and by {self.ids[made]}"
            if made and made in set(self.first.units["unit_id"]):
                yield f"unit id {made} was there before {key}"

    def _coverage(self, plan: Plan) -> Iterator[str]:
        """What covers a face covers each piece of it, and rules have judged both alike."""
        ids = list(self._parent)
        have = _covers(plan)
        columns = (plan.faces[name].tolist() for name in ("face_id", "geometry", "rule_category", "category"))
        for face, shape, rule, category in zip(*columns, strict=True):
            origin = face
            if face not in self._parent:
                origin = ids[self._tree.query(shape.point_on_surface(), predicate="within")[0]]
            if have.get(face, ()) != self._covers.get(origin, ()):
                yield f"face {face}, of {origin}, is covered by {have.get(face)}, not {self._covers.get(origin)}"
            if rule != self._judged[origin]:
                yield f"face {face} has rule category {rule}"
            if origin in self._red and category > self.categories[origin]:
                yield f"face {face} under a red line has category {category}"


def _covers(plan: Plan) -> dict[int, tuple[Any, ...]]:
    columns = ("role", "source", "feature_id", "zone")
    out: dict[int, list[Any]] = {}
    for face, *said in zip(*(plan.coverage[name].tolist() for name in ("face_id", *columns)), strict=True):
        out.setdefault(int(face), []).append(tuple(map(str, said)))
    return {face: tuple(sorted(said)) for face, said in out.items()}


# ── What an edit does ─────────────────────────────────────────────────────────────────────────────────────────────────


def edit_complaints(before: State, after: State, edit: Edit) -> Iterator[str]:
    """What an edit did to faces, by their shapes: who changed hands, what rides with whom, what lies beyond a line."""
    old, new = (_Faces(state) for state in (before, after))
    parent = old.under(new)
    yield from _host_complaints(old, new, parent)
    if edit.op in ("assign", "create"):
        named = {one if isinstance(one, int) else old.at(one["at"]) for one in edit.values["faces"]}
        riders = {f for f in old.unit if old.host[f] in named and old.unit[f] == old.unit[old.host[f]]}
        heirs = {new.unit[face] for face in named | riders}
        gone = {face for face in old.unit if old.unit[face] != new.unit[face]}
        if not gone <= named | riders or len(heirs) > 1:
            yield f"{sorted(gone)} changed hands, not {sorted(named | riders)}, and they are of {heirs}"
    elif edit.op in ("split", "reshape"):
        names = edit.values["units"] if edit.op == "reshape" else [edit.values["unit"]]
        yield from _side_complaints(old, new, {before.unit(one).unit_id for one in names}, edit)


class _Faces:
    """Shape, unit and host of each face of a state by its id."""

    def __init__(self, state: State) -> None:
        ids = state.mesh.face_id.tolist()
        self.shape = dict(zip(ids, state.mesh.shape, strict=True))
        self.unit = {face: state.counters.ids[place] for face, place in zip(ids, state.label.tolist(), strict=True)}
        self.host = dict(zip(ids, state.faces.host.tolist(), strict=True))

    def at(self, point: Sequence[float]) -> int:
        return next(face for face, shape in self.shape.items() if shapely.intersects_xy(shape, *point))

    def under(self, later: _Faces) -> dict[int, int]:
        """Which of these each later face is, or is a piece of."""
        return {
            face: face if face in self.shape else self.at(shape.point_on_surface().coords[0])
            for face, shape in later.shape.items()
        }

    def land(self, units: set[str]) -> Any:
        return shapely.union_all([self.shape[face] for face, unit in self.unit.items() if unit in units])


def _host_complaints(old: _Faces, new: _Faces, parent: Mapping[int, int]) -> Iterator[str]:
    """What rides does so with the same face; where that was cut with its largest piece in the same unit, or of all."""
    for face, whole in parent.items():
        host = old.host[whole]
        if host and host not in new.shape:
            pieces = [one for one, of in parent.items() if of == host]
            own = [one for one in pieces if new.unit[one] == new.unit[face]]
            host = max(own or pieces, key=lambda one: new.shape[one].area)
        if new.host[face] != host:
            yield f"face {face} of {new.unit[face]} rides with {new.host[face]}, not {host}"


def _side_complaints(old: _Faces, new: _Faces, units: set[str], edit: Edit) -> Iterator[str]:
    """No land is divided but by the line (or the border before), and beyond that of a split is another unit."""
    line, land = shapely.from_wkt(edit.values["line"]), old.land(units)
    edges = [line, *([old.land({unit}).boundary for unit in units] if edit.op == "reshape" else [])]
    apart = shapely.get_parts(shapely.difference(land, shapely.buffer(shapely.union_all(edges), 1.5)))
    # What is smaller than the least piece stays with its neighbour, in every face.
    least = 10.0 * sum(unit in units for unit in old.unit.values())
    apart = apart[shapely.area(apart) > 4 * least]
    heirs = {unit for face, unit in new.unit.items() if face not in old.shape or old.unit[face] in units}
    theirs = {unit: new.land({unit}) for unit in sorted(heirs | units)}
    owner = []
    for part in apart:
        sizes = {unit: shapely.intersection(part, whole).area for unit, whole in theirs.items()}
        owner.append(max(sizes, key=lambda unit: sizes[unit]))
        if part.area - sizes[owner[-1]] > least:
            yield f"land at {part.point_on_surface().wkt} that no line divides is of several: {sizes}"
    if edit.op == "reshape":
        return
    finely = shapely.get_parts(shapely.difference(land, shapely.buffer(line, 0.05)))
    whole = [int(np.argmax(shapely.area(shapely.intersection(finely, part)))) for part in apart]
    near = [shapely.intersection(line, shapely.buffer(part, 1.6)) for part in apart]
    for one, other in combinations(range(len(apart)), 2):
        beside = shapely.intersection(near[one], near[other]).length
        if beside > 20 and whole[one] != whole[other] and owner[one] == owner[other]:
            yield f"the line divides land of {owner[one]} over {beside:.0f} m, and both sides stay its"


# ── What has to hold ────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(path: Path) -> dict[str, Any]:
    """All rows of all tables as they stand in the file, each by its columns; of ``meta`` its texts."""
    out: dict[str, Any] = {}
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
        for name in (*LAYERS, *TABLES):
            cursor = connection.execute(f'SELECT rowid AS place, * FROM "{name}"')  # noqa: S608 - a table of ours
            columns = [one for one, *_ in cursor.description]
            out[name] = [dict(zip(columns, row, strict=True)) for row in cursor]
        out["meta"] = dict(connection.execute("SELECT key, value FROM meta").fetchall())
    return out


def of_head(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Of the rows of a file those that are the same whenever its head is, without numbers that are given anew."""
    out: dict[str, Any] = {}
    for name in (*_TIMELESS, "retired"):
        drop = () if name in _NUMBERED else ("fid", "place")
        out[name] = sorted(([value for key, value in row.items() if key not in drop] for row in rows[name]), key=repr)
    out["retired"] = sorted(([_unnumbered(value) for value in row] for row in out["retired"]), key=repr)
    counted, apart = ("head", "scenario", "schema", "findings_at", "redo_to"), ("content", "last_")
    out["meta"] = {
        key: text for key, text in rows["meta"].items() if text and key not in counted and not key.startswith(apart)
    }
    return out


def _unnumbered(value: Any) -> Any:
    """A row that is kept, without the number of its place where that is given anew when the cut is done again."""
    kept = not isinstance(value, str) or '"unit_id"' in value or '"element"' in value
    return value if kept else re.sub(r'"fid": \d+', '"fid": 0', value)


def digest(rows: Mapping[str, Any]) -> str:
    """A short text that is another one where a row is."""
    return hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()[:20]


def _differing(was: Any, now: Any) -> str:
    if isinstance(was, dict):
        return str([(key, was.get(key), now.get(key)) for key in {*was, *now} if was.get(key) != now.get(key)])[:600]
    gone, come = [row for row in was if row not in now], [row for row in now if row not in was]
    return f"{len(was)} rows, {len(now)} now; was {str(gone[:2])[:400]}, is {str(come[:2])[:400]}"


def _told(frame: Any) -> list[str]:
    columns = [one for one in frame.columns if one not in ("fid", "geometry")]
    plain = frame[columns].astype(object)
    rows = plain.where(plain.notna(), None).to_numpy(dtype=object).tolist()
    if "geometry" in frame:
        shapes = [None if shape is None else shapely.to_wkb(shape, flavor="iso") for shape in frame["geometry"]]
        rows = [[*row, shape] for row, shape in zip(rows, shapes, strict=True)]
    return sorted(repr([_number(one) for one in row]) for row in rows)


def _as_told(rows: list[dict[str, Any]], names: list[str]) -> list[str]:
    """Rows of the file as `_told` gives those of a table in memory: of a shape without what stands before its WKB."""
    out = []
    for row in rows:
        told = {**row, "geometry": row.get("geom")}
        if told["geometry"] is not None:
            # GeoPackage 2.1.3: eight bytes, then a box of the kind that three bits name
            told["geometry"] = told["geometry"][8 + (0, 32, 48, 48, 64)[told["geometry"][3] >> 1 & 7] :]
        out.append(repr([_number(told[name]) for name in names]))
    return sorted(out)


def _number(value: Any) -> Any:
    value = value.item() if isinstance(value, np.generic) else value
    return None if value == "" else value


def partition_complaints(plan: Plan, shapes: Any) -> Iterator[str]:
    """The faces tile what they did; borders and outlines are those of a partition made anew of them."""
    faces = plan.faces
    shape = faces["geometry"].to_numpy(dtype=object)
    area, whole = shapely.area(shape), float(shapely.area(shapes).sum())
    if abs(float(area.sum()) - whole) > 1e-9 * whole:
        yield f"the faces cover {area.sum()} m², not {whole}"
    if plan.meta["area_method"] == "planar" and not np.allclose(area, faces["area_m2"], rtol=1e-12, atol=0):
        yield "an area is not that of its face"
    if not shapely.coverage_is_valid(shape):
        yield "the faces are no valid coverage"
    ids = faces["face_id"].to_numpy(dtype=np.int64)
    if len(np.unique(ids)) != len(ids) or ids.max() > int(plan.meta.get("last_face_id", ids.max())):
        yield "an id of a face is there twice, or higher than the last one"
    partition = build(shape, snap=0.0)
    row = partition.coverage.feature
    borders = partition.borders
    lines = border_lines(partition)
    want = {}
    for left, right, length, line in zip(row[borders.left], row[borders.right], borders.length, lines, strict=True):
        pair = tuple(sorted((int(ids[left]), int(ids[right]))))
        want[pair] = float(length), _edges(np.array([line], dtype=object))
    have = {
        (int(left), int(right)): (float(length), _edges(np.array([line], dtype=object)))
        for left, right, length, line in zip(
            *(plan.borders[name] for name in ("left", "right", "length_m", "geometry")), strict=True
        )
    }
    if len(have) != len(plan.borders):
        yield "two borders between two faces"
    if {*want} != {*have}:
        yield f"borders lack {sorted({*want} - {*have})[:4]}, and {sorted({*have} - {*want})[:4]} are none"
    for pair in {*want} & {*have}:
        if abs(want[pair][0] - have[pair][0]) > 1e-6 or want[pair][1] != have[pair][1]:
            yield f"border {pair} has {have[pair][0]} m, not {want[pair][0]}, or another shape"
    units = plan.units
    places = {unit: number for number, unit in enumerate(units["unit_id"])}
    strange = set(faces["unit_id"]) ^ set(places)
    if strange:
        yield f"units and the labels of faces differ by {strange}"
        return
    label = faces["unit_id"].map(places).to_numpy(dtype=np.int64)
    drawn = dissolve(partition, label[row], len(places))
    for unit, one, other in zip(units["unit_id"], units["geometry"], drawn, strict=True):
        if shapely.to_wkb(one) != shapely.to_wkb(other):
            yield f"the outline of {unit} is not that of its faces"
    edges = _edges(shape)
    for code, zone in zip(plan.element_zones["code"], plan.element_zones["geometry"], strict=True):
        if not _edges(np.array([zone], dtype=object)) <= edges:
            yield f"element zone {code} has an edge that no face has"


def _edges(shapes: Any) -> set[tuple[float, ...]]:
    parts = shapely.get_parts(shapes)
    rings = np.concatenate((shapely.get_rings(parts), parts[shapely.get_dimensions(parts) == 1]))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    both = np.concatenate((np.hstack((xy[same], xy[same + 1])), np.hstack((xy[same + 1], xy[same]))))
    return set(map(tuple, both.tolist()))


def unit_complaints(plan: Plan, first: Plan) -> Iterator[str]:
    """What a unit says of itself is what its faces say; none is in two counties, or on land and at sea."""
    at_sea = first.units["code"].str.startswith("HY")
    sea = set(first.units.loc[at_sea, "county"])
    towns = _town_names(first)
    pairs = _pairs(plan)
    columns = ("face_id", "unit_id", "county", "township", "category", "area_m2", "host")
    mine: dict[str, list[Any]] = {}
    own_town: dict[int, str] = {}
    for row in zip(*(plan.faces[name].tolist() for name in columns), strict=True):
        mine.setdefault(row[1], []).append(row)
        own_town[row[0]] = row[3]
    columns = ("unit_id", "code", "county", "category", "area_m2", "parts", "townships")
    units = list(zip(*(plan.units[name].tolist() for name in columns), strict=True))
    for unit, code, county, category, area, parts, told in units:
        faces = mine.get(unit, [])
        if abs(sum(row[5] for row in faces) - area) > 1e-6 + 1e-12 * area:
            yield f"unit {unit} says {area} m², and its faces {sum(row[5] for row in faces)}"
        if {row[2] for row in faces} != {county} or (county in sea) != code.startswith("HY"):
            yield f"unit {unit} of {county} ({code}) has faces of { {row[2] for row in faces} }"
        if {row[4] for row in faces} != {category} or code[-5] != str(category):
            yield f"unit {unit} ({code}) of category {category} has faces of { {row[4] for row in faces} }"
        ids = {row[0] for row in faces}
        if (found := _parts(ids, pairs)) != parts:
            yield f"unit {unit} says {parts} parts, and has {found}"
        # What rides with a face of another township is told with that.
        codes = {own_town[row[6] if row[6] in ids else row[0]] for row in faces}
        if sorted(towns.get(one, one) for one in codes if one) != sorted(filter(None, told.split("、"))):
            yield f"unit {unit} says it lies in {told}, and lies in {codes}"
    codes_now = {row[0]: row[1] for row in units}
    if len(codes_now) != len(units) or len(set(codes_now.values())) != len(units):
        yield "two units of one id, or one code"
    if len(set(plan.units["name"])) != len(units):
        yield "two units of one name"
    said = set()
    columns = ("unit_id", "code", "clause_id", "dimension", "effect", "text")
    for unit, code, *words in zip(*(plan.clauses[name].tolist() for name in columns), strict=True):
        if codes_now.get(unit) != code:
            yield f"a clause of {unit} under {code}"
        if (unit, *words) in said:
            yield f"a clause is twice in the list of {unit}: {words}"
        said.add((unit, *words))
    hosts = set(plan.faces["host"].dropna().astype(int).tolist())
    if not hosts <= set(own_town):
        yield f"hosts {hosts - set(own_town)} are no faces"


def _town_names(first: Plan) -> dict[str, str]:
    towns = first.coverage[first.coverage["role"] == "township"].merge(first.features, on=["source", "feature_id"])
    code = first.faces.set_index("face_id")["township"]
    return {str(code[face]): str(name) for face, name in zip(towns["face_id"], towns["name"], strict=True)}


def _pairs(plan: Plan) -> dict[int, list[int]]:
    out: dict[int, list[int]] = {}
    for left, right in zip(plan.borders["left"].tolist(), plan.borders["right"].tolist(), strict=True):
        out.setdefault(left, []).append(right)
        out.setdefault(right, []).append(left)
    return out


def _parts(faces: set[int], pairs: Mapping[int, list[int]]) -> int:
    count, left = 0, set(faces)
    while left:
        count, front = count + 1, [left.pop()]
        while front:
            for face in pairs.get(front.pop(), ()):
                if face in left:
                    left.remove(face)
                    front.append(face)
    return count
