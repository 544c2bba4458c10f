"""The verb ``impact``: what an update with newer sources would do to a plan, before anything is done.

The update is made in memory, as a run makes it: the case with the newer files in their place, and the plan itself as
last year's units. The plan that would be is then laid over the one that is, face by face. Nothing is written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.model import Admin
from ..case.reading import read_case
from ..core.arrays import listed
from ..core.errors import BadInput
from ..core.geopackage import new_file, write_layers
from ..core.messages import Message
from ..core.office_files import file_time
from ..core.progress import Progress, patiently, shared, silent, within
from ..core.sums import sum_by
from ..lists.draft import TO_REVIEW
from ..lists.year_on_year import CHANGED, GONE, NEW, SAME, list_changes
from ..partition.dissolve import united
from ..plan.file import Plan, read_plan
from ..plan.outputs import guarded_geopackage, inputs_of_plan
from ..plan.provenance import case_of_plan, highest_mark, inherited, mark_of, source_names
from ..run.run import Run
from ..sources.changes import TOLERANCE, sound
from ..sources.coordinates.crs import crs_text, parse_crs, to_crs
from ..sources.files import checksum
from ..sources.previous_units import polygons_of
from ..succession.causes import covers_then, face_pairs
from .checking import findings_in_words
from .rerunning import plan_with_edits
from .source_comparison import SourceChange, source_change, source_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..case.model import Case
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.geopackage import SigningGuard

__all__ = [
    "ClauseImpact",
    "FindingImpact",
    "Impact",
    "NewUnit",
    "Newer",
    "SourceImpact",
    "UnitImpact",
    "impact",
    "impact_of",
]

MOVED, REVIEW = "moved", "review"  # what may become of a clause, beside what `lists.year_on_year` tells
_LEAST = 1.0  # m² of a face that no face of the other plan covers: less is rounding


@dataclass(frozen=True)
class Newer:
    """The file that is to take the place of a source; ``fields`` as of a ``[[source]]``, guessed where not stated."""

    path: str | Path
    layer: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class SourceImpact:
    """What one newer source would touch.

    Attributes
    ----------
    source : str
        The plan's name of it.
    change : SourceChange
        Of the newer file beside the one that the case names.
    cuts : bool
        False of lines and points that only guide: they touch no face.
    same_file : bool
        The file that the case names is the one that the plan was made from.
    faces : int
        Faces whose cover by the source changes, in part or whole.
    units : tuple of str
        Ids of the units they belong to.
    area_m2 : float
        m² whose cover changes.
    """

    source: str
    change: SourceChange
    cuts: bool
    same_file: bool
    faces: int
    units: tuple[str, ...]
    area_m2: float


@dataclass(frozen=True)
class UnitImpact:
    """What would become of a unit that there is; all areas in m².

    Attributes
    ----------
    unit_id, code, name, county : str
        Now.
    category : int
    locked : bool
    faces : int
        Of it, touched.
    sources : tuple of str
        Which touch it.
    area_m2, touched_m2 : float
        Now, and of that what is touched.
    loses_m2, gains_m2 : float
        All of a unit that ends is lost.
    held_m2 : float
        What stays of it although the rules say less now, of an update.
    to : mapping of int to float
        What it loses, by the category there; 0 where it leaves the plan.
    code_after, name_after : str
        As it goes on; "" of a unit that ends.
    successor : str
        Of a unit that ends: code of the unit that has most of its land, one of its kind first; else "".
    why : str
        Why it ends: ``outside`` (its land leaves the plan), else what its successor is: of another ``category``,
        ``county`` or ``kind``, else a unit that it is ``joined`` with. "" of one that goes on.
    """

    unit_id: str
    code: str
    name: str
    county: str
    category: int
    locked: bool
    faces: int
    sources: tuple[str, ...]
    area_m2: float
    touched_m2: float
    loses_m2: float
    gains_m2: float
    held_m2: float
    to: Mapping[int, float]
    code_after: str
    name_after: str
    successor: str
    why: str

    @property
    def after_m2(self) -> float:
        """Its area then."""
        return self.area_m2 - self.loses_m2 + self.gains_m2

    @property
    def fate(self) -> Message:
        """Under which code or name it goes on, or why it ends and what follows it."""
        its = {"unit": self.successor}
        ends = {
            "outside": Message("ends: its land leaves the plan"),
            "category": Message("ends: its land is of another category, in {unit}", **its),
            "county": Message("ends: its land lies in another county, in {unit}", **its),
            "kind": Message("ends: its land is of another kind, in {unit}", **its),
            "joined": Message("ends: joined with {unit}", **its),
        }
        if self.why:
            return ends[self.why]
        for now, then in ((self.code, self.code_after), (self.name, self.name_after)):
            if now != then:
                return Message("goes on as {unit}", unit=then)
        return Message("goes on, locked; it changes all the same") if self.unlocked else Message("goes on")

    @property
    def unlocked(self) -> bool:
        """It is locked, and gives or takes land all the same, or ends: rules go before a lock."""
        return self.locked and (bool(self.why) or self.loses_m2 > 0 or self.gains_m2 > 0)


@dataclass(frozen=True)
class NewUnit:
    """A unit that would be, and goes on from none."""

    code: str
    name: str
    county: str
    category: int
    kind: str
    area_m2: float


@dataclass(frozen=True)
class ClauseImpact:
    """What would become of a clause.

    Attributes
    ----------
    kind : str
        ``new``, ``gone``, ``changed``, ``moved`` (from a unit that ends into another) or ``review``: it stays what it
        is, and is to be reviewed then.
    code, code_after : str
        Of its unit now and then; "" where there is none.
    dimension, text : str
        As it would be; of what is gone, as it is.
    """

    kind: str
    code: str
    code_after: str
    dimension: str
    text: str

    @property
    def said(self) -> Message:
        """What becomes of it, and what it says."""
        its = {"text": self.text}
        return {
            NEW: Message("new: {text}", **its),
            GONE: Message("gone: {text}", **its),
            CHANGED: Message("reworded: {text}", **its),
            MOVED: Message("to another unit: {text}", **its),
            REVIEW: Message("to be reviewed: {text}", **its),
        }[self.kind]


@dataclass(frozen=True)
class FindingImpact:
    """A finding that the plan does not have now; ``units`` by their codes then."""

    id: str
    severity: str
    message: str
    units: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Impact:
    """What an update would do to a plan.

    Attributes
    ----------
    sources : tuple of SourceImpact
        In the order in which they were asked about.
    units : tuple of UnitImpact
        Those of now to which something happens, by code.
    new : tuple of NewUnit
        By code.
    clauses : tuple of ClauseImpact
        By the units that there would be, then of those that end.
    faces : int
        Faces touched by any.
    area_m2 : float
        m² touched by any.
    flow : (3, 3) float64
        m² by category now (row) and then (column), of all land that is in both plans.
    crs : str
        Of the plan that would be.
    """

    sources: tuple[SourceImpact, ...]
    units: tuple[UnitImpact, ...]
    new: tuple[NewUnit, ...]
    clauses: tuple[ClauseImpact, ...]
    faces: int
    area_m2: float
    flow: Floats
    crs: str
    _pieces: tuple[Objects, Objects]
    _then: Plan

    def findings(self, language: str) -> tuple[FindingImpact, ...]:
        """Give the findings that there would be and are not now, in words."""
        rows = findings_in_words(self._then, language)
        return tuple(FindingImpact(row["id"], row["severity"], row["message"], tuple(row["units"])) for row in rows)

    @property
    def ends(self) -> tuple[UnitImpact, ...]:
        """Units that end."""
        return tuple(one for one in self.units if not one.code_after)

    @property
    def codes(self) -> Mapping[str, str]:
        """Codes of units that go on under another one: now → then."""
        return {one.code: one.code_after for one in self.units if one.code_after not in ("", one.code)}

    @property
    def locked(self) -> tuple[UnitImpact, ...]:
        """Locked units that change all the same."""
        return tuple(one for one in self.units if one.unlocked)

    @property
    def told(self) -> tuple[Message, ...]:
        """What becomes of units, lists and locked units: a sentence each, where anything does."""
        kinds = Counter(one.kind for one in self.clauses)
        lists = {kind: kinds[kind] for kind in (NEW, GONE, CHANGED, MOVED, REVIEW)}
        units = {"ends": len(self.ends), "new": len(self.new), "codes": len(self.codes)}
        said = [Message("Units: {ends} end, {new} are new, {codes} get another code.", **units)] * any(units.values())
        if self.clauses:
            said.append(
                Message(
                    "Clauses: {new} new, {gone} gone, {changed} reworded, {moved} moved, {review} to be reviewed.",
                    **lists,
                )
            )
        if self.locked:
            said.append(Message("Locked units that change all the same: {count}.", count=len(self.locked)))
        return tuple(said)

    @cached_property
    def shapes(self) -> Mapping[str, shapely.Geometry]:
        """What is touched of each unit, or changes hands, by unit id: for the map."""
        geometry, unit = self._pieces
        shapes = {}
        for unit_id in np.unique(unit.astype(str)).tolist():
            parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(united(geometry[unit == unit_id]))))
            shapes[unit_id] = shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])
        return shapes

    def document(self, language: str = "zh") -> dict[str, Any]:
        """Give it as ``--json`` prints it, but for the sentences of each source (``to_confirm``)."""
        code = {unit.unit_id: unit.code for unit in self.units}
        before, after = self.flow.sum(axis=1), self.flow.sum(axis=0)
        return {
            "sources": [
                {
                    "source": one.source,
                    "role": one.change.role,
                    "file": one.change.after.spec.path,
                    "layer": one.change.after.layer,
                    "same_file": one.same_file,
                    "cuts": one.cuts,
                    "features": one.change.counts,
                    "faces": one.faces,
                    "units": [code[unit_id] for unit_id in one.units],
                    "area_m2": one.area_m2,
                }
                for one in self.sources
            ],
            "faces": self.faces,
            "area_m2": self.area_m2,
            "units": [
                vars(one)
                | {
                    "after_m2": one.after_m2,
                    "to": {str(category): one.to.get(category, 0.0) for category in range(4)},
                }
                for one in self.units
            ],
            "new": [vars(one) for one in self.new],
            "clauses": [vars(one) for one in self.clauses],
            "findings": [vars(one) for one in self.findings(language)],
            "categories": {
                str(number + 1): {"area_m2": float(before[number]), "after_m2": float(after[number])}
                for number in range(3)
            },
        }


def impact(
    plan: str | Path,
    newer: Mapping[str, str | Path | Newer],
    *,
    case: str | Path | None = None,
    changes: str | Path = "",
    on_recode: str = "",
    update: bool = True,
    output: str | Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Impact:
    """Say what newer files in place of sources would do to a plan, by making the update in memory.

    Parameters
    ----------
    plan : path
        Its units are last year's.
    newer : mapping of str to path or Newer
        Source → the file that is to take its place; a source by its role, where the case has one of that role, else by
        its path, file name or layer. None are needed where ``changes`` are given.
    case : path, optional
        The case that the plan was made from, where it is not beside it.
    changes : path, optional
        A table of administrative changes, in place of that of the case.
    on_recode : {"", "keep", "recode"}
        What a county's new code does to codes of units; "" as the case says.
    update : bool
        Whether units are kept (method ``update``); else all is divided anew by the case's method.
    output : path, optional
        GeoPackage to write, in place of one that this made: layer ``touched``, a shape a unit.
    force : bool
        Replace any GeoPackage but a plan or an input.
    progress : callable

    Returns
    -------
    Impact

    Raises
    ------
    BadInput
        A plan, case or file that cannot be read or used, no such source, or nothing newer at all; an output that cannot
        be written.
    Cancelled

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> found = verbs.impact("plan.gpkg", {"red_line": "hand.gpkg"})
    >>> found.faces, len(found.units), found.ends, found.clauses
    (0, 0, (), ())
    """
    path = Path(plan)
    read = read_plan(path)
    asked = read_case(case) if case is not None else case_of_plan(path, read)
    if not newer and not changes:
        raise BadInput(
            Message("no newer file"), where=path, wanted=Message("a source and the file that takes its place")
        )
    every = {source: file if isinstance(file, Newer) else Newer(file) for source, file in newer.items()}
    table = str(Path(changes).absolute()) if changes else asked.admin.changes
    asked = replace(asked, admin=Admin(table, on_recode or asked.admin.on_recode))
    if output is not None:
        output = Path(output)
        inputs = (*inputs_of_plan(path, output), *asked.inputs(), *(Path(one.path) for one in every.values()))
        guard = guarded_geopackage(output, inputs, force=force)
    compared = []
    for (source, one), here in shared(within(progress, 0.0, 0.2), every.items()):
        spec, fields = source_of(asked, source), dict(one.fields)
        compared.append(source_change(asked, spec, str(one.path), layer=one.layer, fields=fields, progress=here))
    specs = [(change.before.spec, change.after.spec) for change in compared]
    after = asked.updated(specs, str(path.absolute()), keeps=update)
    found = impact_of(read, asked, compared, after, progress=within(progress, 0.2, 1.0))
    if output is not None:
        rests_on = [inherited(read).meta["classification"], highest_mark(after)]
        _write(found, output, guard, mark_of({}, rests_on, after.profile["classification"]["levels"]))
    return found


def impact_of(
    plan: Plan,
    case: Case,
    changes: Sequence[SourceChange],
    after: Case,
    *,
    replay: bool = False,
    progress: Progress = silent,
) -> Impact:
    """Do as ``impact``, for a plan and its case that are open, and sources that have been compared.

    Parameters
    ----------
    plan : Plan
    case : Case
    changes : sequence of SourceChange
        Of sources of the case.
    after : Case
        What the update runs: `Case.updated`.
    replay : bool
        The plan's edits are done again, as they are where last year's units are not its own.
    progress : callable

    Raises
    ------
    BadInput
        A source is named twice; a newer file, or anything else of the case, cannot be used.
    Cancelled
    """
    places = [case.sources.index(change.before.spec) for change in changes]
    if twice := [place for place in places if places.count(place) > 1]:
        where = source_names(case)[twice[0]]
        raise BadInput(Message("two newer files for one source"), where=where, wanted=Message("one"))
    for change in changes:
        if change.problem is not None:
            raise change.problem
    own = replay or after.previous != case.previous
    made = plan_with_edits(Run(after, progress=progress), plan if replay else None)
    found = patiently(
        lambda _: _compared(plan, made, case, after, dict(zip(places, changes, strict=True)), own=own),
        within(progress, 0.9, 1.0),
        Message("comparing faces"),
    )
    progress(1.0, Message("done"))
    return found


def _write(found: Impact, output: Path, guard: SigningGuard, mark: str) -> None:
    """Write what is touched as a GeoPackage."""
    names = ("code", "name", "code_after", "successor", "touched_m2", "loses_m2", "gains_m2")
    units = [one for one in found.units if one.unit_id in found.shapes]
    table = pd.DataFrame({name: [getattr(one, name) for one in units] for name in names})
    table["sources"] = [",".join(one.sources) for one in units]
    table["geometry"] = pd.Series([found.shapes[one.unit_id] for one in units], dtype=object)
    table["classification"] = mark
    columns = [(name, "REAL" if name.endswith("_m2") else "TEXT") for name in (*names, "sources", "classification")]
    with new_file(output, guard=guard, date=file_time()) as draft:
        write_layers(draft, {"touched": (table, "MultiPolygon", columns)}, crs_text(parse_crs(found.crs)))


# ── faces now laid over faces then ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Overlay:
    """The faces of two plans laid over one another: pieces that are in one face of each.

    Attributes
    ----------
    old, new : (n,) int64
        Rows of the faces; −1 where there is none: land that leaves the plan, or comes to it.
    was, its : (n,) int64
        Rows of their units.
    geometry : (n,) object
    area : (n,) float64
        m², as the plans measure.
    thick : (n,) bool
        False of what lies between two copies of one border.
    """

    old: Ints
    new: Ints
    was: Ints
    its: Ints
    geometry: Objects
    area: Floats
    thick: Bools


def _laid_over(plan: Plan, made: Plan) -> _Overlay:
    now, then = (one.faces["geometry"].to_numpy(dtype=object) for one in (plan, made))
    if plan.crs != made.crs:
        now, _ = to_crs(now, parse_crs(plan.crs), parse_crs(made.crs), Message("plan"))
    now = sound(now)
    old, new = face_pairs(now, then)
    geometry = then[new]
    cut = np.flatnonzero(~shapely.equals_exact(now[old], geometry))
    geometry[cut] = shapely.intersection(now[old[cut]], geometry[cut])
    leaves, left = _beyond(now, old, geometry)
    comes, more = _beyond(then, new, geometry)
    old = np.concatenate([old, leaves, np.full(len(comes), -1)])
    new = np.concatenate([new, np.full(len(leaves), -1), comes])
    geometry = polygons_of(np.concatenate([geometry, left, more]))
    planar = shapely.area(geometry)
    # What the plans say of an area goes for its pieces by their share.
    scales = [
        np.append(one.faces["area_m2"].to_numpy(dtype=float) / shapely.area(faces), 0.0)
        for one, faces in ((plan, now), (made, then))
    ]
    units = [np.append(pd.Index(one.units["unit_id"]).get_indexer(one.faces["unit_id"]), -1) for one in (plan, made)]
    return _Overlay(
        old=old,
        new=new,
        was=units[0][old],
        its=units[1][new],
        geometry=geometry,
        area=planar * np.where(new >= 0, scales[1][new], scales[0][old]),
        thick=2 * planar > TOLERANCE * shapely.length(geometry),
    )


def _beyond(faces: Objects, row: Ints, pieces: Objects) -> tuple[Ints, Objects]:
    """Find the faces that their pieces do not fill, and what is left of each."""
    missing = shapely.area(faces) - sum_by(row, shapely.area(pieces), len(faces))
    some = np.flatnonzero(missing > _LEAST)
    rest = np.full(len(some), None, dtype=object)
    rest[:] = [shapely.difference(faces[one], shapely.union_all(pieces[row == one])) for one in some]
    return some, rest


# ── told by source, unit and clause ──────────────────────────────────────────────────────────────────────────────────


def _compared(
    plan: Plan, made: Plan, case: Case, after: Case, changes: Mapping[int, SourceChange], *, own: bool
) -> Impact:
    laid = _laid_over(plan, made)
    # Where neither last year's units nor edits are the plan's own, two may have one id by chance, and other names.
    ids = [one.units["unit_id"] + ("" if own else one.units["name"]) for one in (plan, made)]
    heir: Ints = pd.Index(ids[1]).get_indexer(ids[0]).astype(np.int64)
    before, then = source_names(case), source_names(after)
    touched = np.zeros((len(changes), len(laid.old)), dtype=bool)
    sources = []
    unit: Objects = plan.units["unit_id"].to_numpy(dtype=object)
    for mine, (place, change) in zip(touched, changes.items(), strict=True):
        covers = [_covers(one, name, change.role) for one, name in ((plan, before[place]), (made, then[place]))]
        mine[:] = laid.thick & (laid.old >= 0) & (covers[0][laid.old] != covers[1][laid.new])
        noted = plan.sources.loc[plan.sources["source"] == before[place], "sha256"].tolist()
        file = case.file(change.before.spec.path)
        sources.append(
            SourceImpact(
                before[place],
                change,
                not case.profile.role(change.role).guide,
                file.is_file() and checksum(file) in noted,
                len(np.unique(laid.old[mine])),
                tuple(unit[np.unique(laid.was[mine])].tolist()),
                float(laid.area[mine].sum()),
            )
        )
    ends = {row: _successor(plan.units.iloc[row], made, laid, row) for row in listed(np.flatnonzero(heir < 0))}
    clauses = tuple(_clauses(plan, made, heir, ends))
    units, moves = _units(plan, made, laid, heir, ends, touched, [one.source for one in sources], clauses)
    every = touched.any(axis=0)
    shown = every | moves
    categories = [one.units["category"].to_numpy(dtype=np.int64) - 1 for one in (plan, made)]
    both = (laid.old >= 0) & (laid.new >= 0)
    flow = categories[0][laid.was[both]] * 3 + categories[1][laid.its[both]]
    return Impact(
        sources=tuple(sources),
        units=units,
        new=_new(made, heir),
        clauses=clauses,
        faces=len(np.unique(laid.old[every])),
        area_m2=float(laid.area[every].sum()),
        flow=sum_by(flow, laid.area[both], 9).reshape(3, 3),
        crs=made.crs,
        _pieces=(laid.geometry[shown], unit[laid.was[shown]]),
        _then=_fresh(plan, made),
    )


def _covers(plan: Plan, source: str, role: str) -> Objects:
    """Say how a source covers each face of a plan, and behind them "" for no face."""
    mine = plan.coverage[plan.coverage["source"] == source]
    return np.append(covers_then(mine, plan.features, plan.faces["face_id"], role), "")


def _units(
    plan: Plan,
    made: Plan,
    laid: _Overlay,
    heir: Ints,
    ends: Mapping[int, tuple[str, str]],
    touched: Bools,
    names: Sequence[str],
    clauses: Sequence[ClauseImpact],
) -> tuple[tuple[UnitImpact, ...], Bools]:
    """Tell what becomes of each unit, and which pieces change hands."""
    count, every = len(plan.units), touched.any(axis=0)
    former = np.full(len(made.units) + 1, -1, dtype=np.int64)
    former[heir[heir >= 0]] = np.flatnonzero(heir >= 0)
    category = np.append(made.units["category"].to_numpy(dtype=np.int64), 0)
    other = laid.thick & (former[laid.its] != laid.was)
    moves, comes = other & (laid.was >= 0), other & (former[laid.its] >= 0)
    loses = sum_by(laid.was[moves] * 4 + category[laid.its[moves]], laid.area[moves], count * 4).reshape(count, 4)
    gains = sum_by(former[laid.its[comes]], laid.area[comes], count)
    had = sum_by(laid.was[every], laid.area[every], count)
    faces = np.bincount(laid.was[every][np.unique(laid.old[every], return_index=True)[1]], minlength=count)
    by_source = [set(laid.was[mine].tolist()) for mine in touched]
    said = {one.code_after for one in clauses}
    held = made.findings[made.findings["id"] == "S58"].groupby("units")["value"].sum()
    rows = []
    for row, unit in enumerate(plan.units.to_dict("records")):
        its = made.units.iloc[heir[row]] if heir[row] >= 0 else None
        code, name = (str(its["code"]), str(its["name"])) if its is not None else ("", "")
        stays = float(held.get(code, held.get(unit["code"], 0.0)))
        same = (code, name) == (unit["code"], unit["name"]) and code not in said
        if same and not (had[row] or gains[row] or stays or loses[row].any()):
            continue
        successor, why = ends.get(row, ("", ""))
        rows.append(
            UnitImpact(
                **{key: str(unit[key]) for key in ("unit_id", "code", "name", "county")},
                category=int(unit["category"]),
                locked=bool(unit["locked"]),
                faces=int(faces[row]),
                sources=tuple(name for name, mine in zip(names, by_source, strict=True) if row in mine),
                area_m2=float(unit["area_m2"]),
                touched_m2=float(had[row]),
                loses_m2=float(loses[row].sum()),
                gains_m2=float(gains[row]),
                held_m2=stays,
                to={category: float(loses[row, category]) for category in range(4) if loses[row, category]},
                code_after=code,
                name_after=name,
                successor=successor,
                why=why,
            )
        )
    return tuple(sorted(rows, key=lambda one: (one.code, one.unit_id))), moves


def _successor(unit: pd.Series, made: Plan, laid: _Overlay, row: int) -> tuple[str, str]:
    """Find the unit that a unit which ends is followed by: of its kind first, then by most land; and why it ends."""
    mine = (laid.was == row) & (laid.its >= 0) & laid.thick
    shared_m2 = sum_by(laid.its[mine], laid.area[mine], len(made.units))
    found = made.units.assign(shared=shared_m2)[shared_m2 > 0]
    if not len(found):
        return "", "outside"
    its = found.iloc[np.lexsort((-found["shared"], found["kind"] != unit["kind"]))[0]]
    why = next((key for key in ("category", "county", "kind") if its[key] != unit[key]), "joined")
    return str(its["code"]), why


def _new(made: Plan, heir: Ints) -> tuple[NewUnit, ...]:
    fresh = made.units[~np.isin(np.arange(len(made.units)), heir)].sort_values("code", kind="stable")
    names = ["code", "name", "county", "category", "kind", "area_m2"]
    return tuple(NewUnit(*row) for row in fresh[names].itertuples(index=False))


def _clauses(plan: Plan, made: Plan, heir: Ints, ends: Mapping[int, tuple[str, str]]) -> Iterable[ClauseImpact]:
    """Tell which clauses come, go, change, move from a unit that ends to its successor, or are to be reviewed."""
    on, codes = heir >= 0, plan.units["code"].to_numpy(dtype=object)
    code_now = dict(zip(made.units["unit_id"].iloc[heir[on]], codes[on], strict=True))
    follows = {codes[row]: successor for row, (successor, _) in ends.items()}
    codes = np.where(on, made.units["code"].to_numpy(dtype=object)[heir], codes)
    # A unit goes on by its id here; a name alone would make two units one.
    told = list_changes(made.units, made.clauses, plan.units.assign(code=codes, name=""), plan.clauses)
    keys = [(follows.get(one.code, one.code), one.dimension, (one.now or one.before or {})["text"]) for one in told]
    leaves = {key: one.code for key, one in zip(keys, told, strict=True) if not one.unit_id}
    moved = leaves.keys() & {key for key, one in zip(keys, told, strict=True) if one.kind == NEW}
    for key, one in zip(keys, told, strict=True):
        kind, code, after = one.kind, code_now.get(one.unit_id, ""), one.code
        if not one.unit_id:
            if key in moved and leaves[key] == one.code:
                continue
            code, after = one.code, ""
        elif kind == NEW and key in moved:
            kind, code = MOVED, leaves[key]
        elif kind == SAME:
            before, now = ((said or {}).get("status") for said in (one.before, one.now))
            if before == TO_REVIEW or now != TO_REVIEW:
                continue
            kind = REVIEW
        yield ClauseImpact(kind, code, after, *key[1:])


def _fresh(plan: Plan, made: Plan) -> Plan:
    """Give the plan that there would be with those of its findings that are not there now."""
    ours, theirs = (pd.MultiIndex.from_frame(one.findings[["id", "message"]]) for one in (made, plan))
    return replace(made, findings=made.findings[~ours.isin(theirs)])
