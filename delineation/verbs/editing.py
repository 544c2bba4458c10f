"""``edit``, ``undo``, ``redo``, ``scenario``: edits of a plan, one transaction each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from ..case.reading import method_text
from ..core.database_file import OWN
from ..core.errors import BadInput
from ..core.geopackage import check_output, new_draft, put_draft
from ..core.messages import Message, at
from ..core.progress import Progress, silent
from ..plan.acceptance import accept
from ..plan.entries import ACCEPT, RELABEL
from ..plan.file import read_meta, required_plan, schema_in
from ..plan.foreign import copy_without, foreign_objects
from ..plan.history import now_text
from ..plan.status import refuse_filed
from ..revision.apply import apply
from ..revision.consequences import consequences_of
from ..revision.editor import editing, open_state, state_at
from ..revision.ops import Edit, read_edit, read_edits
from .adopting import adopt
from .after_edits import following

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    import pandas as pd

    from ..plan.file import Plan
    from ..revision.editor import Editor
    from ..revision.state import State

_HERE = Message("edits")
_SAME_PLACE = 1.0  # m: a finding is the one at a place


def edit(
    plan_path: str | Path,
    edits: str | Path | Iterable[Mapping[str, Any]],
    *,
    author: str = "",
    reason: str = "",
    basis: str = "",
    break_lock: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Edit a plan: all of the operations, or none.

    Each becomes an entry of the plan's journal, in one transaction; nothing else of the file is written but the rows
    that change, and nothing is left to be saved.

    Parameters
    ----------
    plan_path : path
    edits : path, or iterable of mapping
        A file with a JSON object a line, or such objects: ``{"op": "assign", "faces": [12], "unit": "ZH…"}``; see
        documentation for all operations.
    author, reason, basis : str
        Who (the login name by default), why, and the document that it rests on, of operations that do not say so.
    break_lock : bool
        Take the plan from somebody on another computer who claims it and is gone.
    progress : callable

    Returns
    -------
    dict
        ``applied``: how many; ``refused``: line (from 1) and reason of each that may not be done, in which case none
        is; ``to_review``: of a plan that gets another status, how many clauses (``n``) of how many (``of``) nobody has
        reviewed, else None; ``head``: the entry of the journal that the plan stands at, 0 as its run left it;
        ``findings``: how many by severity; ``taken_over``: the finding that a claim of somebody who is no more was
        taken over, else None.

    Raises
    ------
    BadInput
        No plan, a line that is no operation, somebody else at work on the plan, or a file that cannot be written.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.edit("plan.gpkg", [{"op": "rename", "unit": "U000001", "name": "东山优先保护单元"}])["applied"]
    1
    """
    path = Path(plan_path)
    asked = _asked(edits, author=author, reason=reason, basis=basis)
    if any(one.op == RELABEL for _, one in asked):
        return _relabelled(path, asked)
    progress(0.0, Message("reading the plan"))
    if any(one.op != "status" for _, one in asked):
        refuse_filed(read_meta(path), path)
    with _editor(path, author, break_lock) as editor:
        progress(0.6, Message("editing"))
        if any(one.op == ACCEPT for _, one in asked):
            editor.follow_up()  # what is accepted is a finding of the plan as it stands
        before = editor.plan
        changes = [one for _, one in asked if one.op != ACCEPT]
        after, refused = _tried(editor.state, [(line, one) for line, one in asked if one.op != ACCEPT])
        to_review = _to_review(editor.state, after)
        accepted, more = _to_accept(before, asked)
        refused = sorted([*refused, *more], key=lambda row: int(row["line"]))
        if not refused:
            if changes:
                editor.do_all(changes)
            for one, findings in accepted:
                who = one.author or editor.author
                accept(path, findings, reason=one.reason, author=who, time=now_text(), stated=editor.stated)
        progress(1.0, Message("done"))
        applied = 0 if refused else len(asked)
        return {"applied": applied, "refused": refused, "to_review": to_review, **_stands(editor)}


def _editor(plan_path: str | Path, author: str, break_lock: bool) -> AbstractContextManager[Editor]:
    """Claim a plan for edits, whatever follows from which is written with them."""
    path = Path(plan_path)
    return editing(path, author=author, break_lock=break_lock, follow=following(path))


def _relabelled(path: Path, asked: Sequence[tuple[int, Edit]]) -> dict[str, Any]:
    """Adopt a method's division: all labels are made anew, so nothing else is done with it."""
    line, one = next(row for row in asked if row[1].op == RELABEL)
    if len(asked) > 1:
        reason = Message("a relabel makes all labels anew, and stands alone")
        return {"applied": 0, "refused": [{"line": line, "reason": reason}], "to_review": None, **_unchanged(path)}
    method = method_text(one.values["method"], one.values.get("parameters", {}))
    done = adopt(path, method, seed=one.values.get("seed"), author=one.author, reason=one.reason, basis=one.basis)
    return {
        "applied": 1,
        "refused": [],
        "to_review": None,
        "head": done["adopted"]["seq"],
        "findings": done["findings"],
        "taken_over": None,
    }


def _unchanged(path: Path) -> dict[str, Any]:
    plan, _, line = open_state(path)
    return {"head": line.head, "findings": _counted(plan), "taken_over": None}


def _counted(plan: Plan) -> dict[str, int]:
    return {name: int((plan.findings["severity"] == name).sum()) for name in ("error", "warning")}


def without_foreign(plan_path: str | Path, output: str | Path) -> dict[str, Any]:
    """Copy a plan but for what works by itself in it and neither GDAL nor this program made; nothing is edited.

    Parameters
    ----------
    plan_path : path
        Stays as it is.
    output : path
        Where there is nothing yet.

    Returns
    -------
    dict
        ``removed``: kind and name of each trigger, view, virtual table, index and table with rules that the copy does
        not have; of such a table it has the rows, without the rules.

    Raises
    ------
    BadInput
        No plan, one in which a view stands in the place of a table, or an output that is there or cannot be written.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.without_foreign("plan.gpkg", "copy.gpkg")["removed"]
    []
    """
    path, target = Path(plan_path), Path(output)
    check_output(target)
    if target.exists():
        raise BadInput(Message("is there already"), where=at(target), wanted=Message("another output"))
    with required_plan(path) as connection:
        if not schema_in(connection, at(path)):
            raise BadInput(
                Message("no table '{name}'", name="meta"), where=at(path), wanted=Message("a plan file made by `run`")
            )
        with new_draft(target, sign=lambda _: None) as draft:
            copy_without(connection, draft)
        put_draft(draft, target, OWN)
        return {"removed": [{"kind": kind, "name": name} for kind, name in foreign_objects(connection)]}


def _to_accept(
    plan: Plan, asked: Sequence[tuple[int, Edit]]
) -> tuple[list[tuple[Edit, pd.DataFrame]], list[dict[str, Any]]]:
    """Find the findings that are to be accepted, and those that cannot be."""
    out, refused = [], []
    for line, one in asked:
        if one.op != ACCEPT:
            continue
        rows = plan.findings[plan.findings["id"] == one.values["rule"]]
        if one.values.get("at"):
            place = shapely.Point(one.values["at"])
            near = [shape is not None and shape.distance(place) <= _SAME_PLACE for shape in rows["geometry"]]
            rows = rows[np.array(near, dtype=bool)]
        else:
            # One without a place is known by its rule alone; those that have one are named by it.
            rows = rows[np.array([shape is None for shape in rows["geometry"]], dtype=bool)]
        if not one.reason.strip():
            refused.append({"line": line, "reason": Message("no reason why the finding may stay")})
        elif not len(rows):
            refused.append({"line": line, "reason": Message("no finding {rule} there", rule=one.values["rule"])})
        else:
            out.append((one, rows))
    return out, refused


def _asked(edits: str | Path | Iterable[Mapping[str, Any]], **said: str) -> list[tuple[int, Edit]]:
    if isinstance(edits, str | Path):
        return read_edits(Path(edits), **said)
    return [
        (number, read_edit(dict(one), Message("{where} {line}", where=_HERE, line=number), **said))
        for number, one in enumerate(edits, 1)
    ]


def foreseen(
    plan_path: str | Path,
    edits: str | Path | Iterable[Mapping[str, Any]],
    *,
    author: str = "",
    reason: str = "",
    basis: str = "",
) -> dict[str, Any]:
    """Tell what edits would do, one after the other; the plan stays as it is.

    Returns
    -------
    dict
        ``refused`` and ``to_review`` as of `edit`, and what is otherwise after all that may be done: see
        `revision.consequences.Consequences`.

    Raises
    ------
    BadInput
        No plan, one that other programs have changed, or a line that is no operation.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> told = verbs.foreseen("plan.gpkg", [{"op": "categorize", "unit": "U000001", "category": 3}])
    >>> len(told["refused"])
    1
    """
    asked = _asked(edits, author=author, reason=reason, basis=basis)
    plan, state, _ = open_state(Path(plan_path), unchanged=True)
    after, refused = _tried(state, [(line, one) for line, one in asked if one.op not in (ACCEPT, RELABEL)])
    _, more = _to_accept(plan, asked)
    unforeseen = Message("a relabel makes all labels anew, and is not told beforehand")
    more += [{"line": line, "reason": unforeseen} for line, one in asked if one.op == RELABEL]
    told = consequences_of(state, after).document()
    del told["refused"]
    refused = sorted([*refused, *more], key=lambda row: int(row["line"]))
    return {"refused": refused, **told, "to_review": _to_review(state, after)}


def _to_review(before: State, after: State) -> dict[str, int] | None:
    """Count what nobody has reviewed, of a plan that gets another status."""
    same = before.status["status"] == after.status["status"]
    return None if same else {"n": after.review.waiting, "of": after.review.of}


def _tried(state: State, asked: list[tuple[int, Edit]]) -> tuple[State, list[dict[str, Any]]]:
    """Do in memory all that may be done; what may not is told together."""
    out: list[dict[str, Any]] = []
    for line, one in asked:
        try:
            state = apply(state, one).after
        except BadInput as refusal:
            out.append({"line": line, "reason": refusal.message()})
    return state, out


def _stands(editor: Editor) -> dict[str, Any]:
    return {"head": editor.timeline.head, "findings": _counted(editor.plan), "taken_over": editor.taken_over}


def undo(plan_path: str | Path, count: int = 1, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Undo the last edits of a plan; they stay in its journal, and can be done again.

    Parameters
    ----------
    plan_path : path
    count : int
        How many; fewer where there are no more.
    author : str
    break_lock : bool
        As of `edit`.

    Returns
    -------
    dict
        As of `edit`.

    Raises
    ------
    BadInput
        As of `edit`; or there is nothing to undo.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> done = verbs.edit("plan.gpkg", [{"op": "lock", "unit": "U000001"}])
    >>> verbs.undo("plan.gpkg")["applied"]
    1
    """
    with _editor(plan_path, author, break_lock) as editor:
        back = editor.undo(count)
        return {"applied": len(back), "refused": [], **_stands(editor)}


def go(plan_path: str | Path, seq: int, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Bring a plan to any edit of its journal, back or forth.

    Parameters
    ----------
    plan_path : path
    seq : int
        Number of the entry; 0 for the plan as its run left it.
    author : str
    break_lock : bool
        As of `edit`.

    Returns
    -------
    dict
        As of `edit`; ``applied`` is how many edits were undone and done again.

    Raises
    ------
    BadInput
        As of `edit`; or there is no such edit, or it cannot be reached.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> done = verbs.edit("plan.gpkg", [{"op": "lock", "unit": "U000001"}])
    >>> verbs.go("plan.gpkg", 0)["head"]
    0
    """
    with _editor(plan_path, author, break_lock) as editor:
        steps = editor.go(seq)
        return {"applied": steps, "refused": [], **_stands(editor)}


def redo(plan_path: str | Path, count: int = 1, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Do again what was undone last.

    Parameters
    ----------
    plan_path : path
    count : int
        How many; fewer where there are no more.
    author : str
    break_lock : bool
        As of `edit`.

    Returns
    -------
    dict
        As of `edit`.

    Raises
    ------
    BadInput
        As of `edit`; or there is nothing to redo.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> done = verbs.edit("plan.gpkg", [{"op": "lock", "unit": "U000001"}])
    >>> verbs.undo("plan.gpkg")["head"] < verbs.redo("plan.gpkg")["head"]
    True
    """
    with _editor(plan_path, author, break_lock) as editor:
        again = editor.redo(count)
        return {"applied": len(again), "refused": [], **_stands(editor)}


# ── Scenarios ───────────────────────────────────────────────────────────────────────────────────────────────────────


def scenarios(plan_path: str | Path) -> list[dict[str, Any]]:
    """List the scenarios of a plan: name, head, whether it is the current one, and how many edits stand in it.

    Raises
    ------
    BadInput
        No plan.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> [one["name"] for one in verbs.scenarios("plan.gpkg")]
    ['main']
    """
    _, _, line = open_state(Path(plan_path))
    return line.listed()


def branch(plan_path: str | Path, name: str, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Begin a scenario where the plan stands; edits go to it from now on.

    Raises
    ------
    BadInput
        There is one of that name; or as of `edit`.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.branch("plan.gpkg", "大分区")["scenario"]
    '大分区'
    """
    with _editor(plan_path, author, break_lock) as editor:
        editor.branch(name)
        return {"scenario": editor.timeline.scenario, **_stands(editor)}


def switch(plan_path: str | Path, name: str, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Bring the plan to another of its scenarios; edits go to that from now on.

    Raises
    ------
    BadInput
        There is none of that name; or as of `edit`.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.switch("plan.gpkg", "main")["scenario"]
    'main'
    """
    with _editor(plan_path, author, break_lock) as editor:
        editor.switch(name)
        return {"scenario": editor.timeline.scenario, **_stands(editor)}


def adopt_scenario(plan_path: str | Path, name: str, *, author: str = "", break_lock: bool = False) -> dict[str, Any]:
    """Make a scenario of a plan the main one; where the main one stood keeps a name, and can be adopted again.

    Returns
    -------
    dict
        As of `switch`, and ``adopted``: its name; ``former``: the scenario that stands where the main one stood, None
        where nothing differs.

    Raises
    ------
    BadInput
        There is none of that name, or it is the main one; or as of `edit`.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.adopt_scenario("plan.gpkg", "大分区")["scenario"]
    'main'
    """
    with _editor(plan_path, author, break_lock) as editor:
        former = editor.adopt_scenario(name)
        stands = _stands(editor)
        return {"scenario": editor.timeline.scenario, "adopted": name, "former": former or None, **stands}


def compare_scenarios(plan_path: str | Path, one: str, other: str) -> dict[str, Any]:
    """Tell what the second of two scenarios has otherwise, to the face.

    Returns
    -------
    dict
        See `revision.consequences.Consequences`: from the first to the second.

    Raises
    ------
    BadInput
        No plan, or no scenario of that name.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.compare_scenarios("plan.gpkg", "main", "main")["faces"]
    0
    """
    path = Path(plan_path)
    _, state, line = open_state(path)
    first, second = (state_at(path, state, line, line.head_of(name)) for name in (one, other))
    told = consequences_of(first, second).document()
    del told["refused"]  # nothing is asked for
    return told
