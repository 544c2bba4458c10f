"""The state of a plan that is edited: labels over faces, units, clauses; and what edits never change beside it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import Glossary
from ..case.profile import profile_for_words
from ..core.arrays import listed
from ..core.columns import rows_of
from ..core.errors import BadInput
from ..core.messages import Message, word
from ..core.progress import Progress, silent
from ..core.sums import sum_by
from ..core.text import free_name, json_table, nearest
from ..labelling.units import Naming, told_by
from ..lists.clause import Clause, clauses_of
from ..lists.draft import (
    LEAST_SHARE,
    ClauseIndex,
    Review,
    UnitSaid,
    UnitScope,
    review_of,
)
from ..lists.kept_library import library_of_plan
from ..lists.library import read_libraries
from ..lists.redrafting import as_in_library
from ..lists.touch import Cover
from ..partition import land_of
from ..partition.arcs import runs
from ..plan.tables import UnitRow
from ..rules.filing import credited, filed_reasons
from ..rules.rejudging import Rejudged
from ..sources.coordinates.crs import parse_crs
from ..sources.coordinates.ellipsoid import ellipsoidal_area
from .mesh import Mesh
from .operation import units_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..case.profile import Profile
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..plan.file import Plan
    from ..rules.table import RuleTable

__all__ = [
    "Clause",
    "Counters",
    "FaceFacts",
    "Setting",
    "State",
    "UnitRow",
    "codes_by_edits",
    "given_by",
    "state_of_plan",
]

_CODE = re.compile(r"^([A-Z]*\d{6})([123])(\d{4})$")  # county with prefix, category, serial
_LAST_SERIAL = 9999
GENERAL = "general"
_LIST_LEVEL = "市"


@dataclass(frozen=True)
class FaceFacts:
    """What is known of each face beside its shape; rows are those of the mesh.

    Attributes
    ----------
    county, township : (n,) object
        Codes.
    rule_category : (n,) int64
        What the rules gave.
    rule : (n,) int64
        Row of the deciding rule, −1 for the rest.
    host : (n,) int64
        Id of the face that it rides with, 0 for none.
    area : (n,) float64
        m², by the plan's method.
    origin : (n,) int64
        Face of the first mesh that it is a piece of: what covers it.
    """

    county: Objects
    township: Objects
    rule_category: Ints
    rule: Ints
    host: Ints
    area: Floats
    origin: Ints


@dataclass(frozen=True)
class Counters:
    """What is given once and never again, whatever is undone.

    Attributes
    ----------
    ids : tuple of str
        Unit ids: labels of faces are places in it.
    codes : frozenset of str
        Unit codes.
    unit, face, unit_fid, clause_fid : int
        The last numbers given.
    """

    ids: tuple[str, ...]
    codes: frozenset[str]
    unit: int
    face: int
    unit_fid: int
    clause_fid: int

    @cached_property
    def place(self) -> dict[str, int]:
        """Place of each unit id."""
        return {one: number for number, one in enumerate(self.ids)}


@dataclass(frozen=True)
class Setting:
    """What a plan rests on, and edits leave as it is.

    Attributes
    ----------
    plan : Plan
        As it was read.
    profile : Profile
    rules : RuleTable
    places : (n,) object
        Of each face of the plan as it was read, the name of the feature that decided it; "" for none.
    """

    plan: Plan
    profile: Profile
    rules: RuleTable
    places: Objects

    @cached_property
    def glossary(self) -> Glossary:
        """What things are called."""
        return Glossary(self.profile)

    @cached_property
    def naming(self) -> Naming:
        """What units are called."""
        return Naming(self.profile)

    @cached_property
    def clauses(self) -> ClauseIndex:
        """The clause library that lists are drafted from: the plan's own; where that is empty, its profile's."""
        if len(self.plan.library):
            return ClauseIndex.of(library_of_plan(self.plan.library), self.profile.zone_classes)
        return ClauseIndex.of(read_libraries(self.profile), self.profile.zone_classes)

    def as_in_library(self, one: Clause) -> bool:
        """Tell whether a clause is as the library says it: nobody wrote or reworded it.

        A plan may have no library of its own; rows that its profile words alike are taken for the library's.
        """
        return as_in_library(self.clauses, one, whole=len(self.plan.library) > 0)

    @property
    def level(self) -> str:
        """The level that the plan's lists are of."""
        return self.plan.meta.get("list_level") or _LIST_LEVEL

    @property
    def put(self) -> Message:
        """What put land into units that its rules do not: edits, or the method as well."""
        if self.plan.meta.get("method") == "overlay" and not self.plan.meta.get("upper"):
            return Message("by edits, not by a rule")
        return Message("by the division or by edits, not by a rule")

    @property
    def least_share(self) -> float:
        """Share of a unit, or of a zone, from which a zone's clauses are joined."""
        return float(self.plan.meta.get("least_share") or LEAST_SHARE)

    @cached_property
    def scopes(self) -> dict[str, tuple[UnitSaid, Ints, UnitScope]]:
        """What each unit answered to when it was asked last, with what it said of itself and its faces then."""
        return {}

    @cached_property
    def cover(self) -> Cover:
        """What covers the faces of the plan as it was read."""
        return Cover.of_plan(self.plan, self.first_ids, self.plan.faces["area_m2"].to_numpy(dtype=np.float64))

    @cached_property
    def _by_face(self) -> dict[str, tuple[Ints, Ints]]:
        ids = {name: getattr(self.plan, name)["face_id"].to_numpy(dtype=np.int64) for name in ("coverage", "evidence")}
        order = {name: np.argsort(one, kind="stable") for name, one in ids.items()}
        return {name: (ids[name][rows], rows) for name, rows in order.items()}

    def rows_over(self, name: str, faces: Ints) -> tuple[Ints, Ints]:
        """Find what a table says of some faces of the plan as it was read.

        Parameters
        ----------
        name : str
            ``coverage`` or ``evidence``.
        faces : (k,) int64
            Ids.

        Returns
        -------
        which, rows : (r,) int64
            Place in ``faces``, and row of the table, in the order of both.
        """
        ids, order = self._by_face[name]
        start, end = np.searchsorted(ids, faces), np.searchsorted(ids, faces, side="right")
        return np.repeat(np.arange(len(faces)), end - start), order[runs(start, end - start)]

    @cached_property
    def first_ids(self) -> Ints:
        """Face ids of the plan as it was read, in order."""
        return np.asarray(self.plan.faces["face_id"].to_numpy(dtype=np.int64))

    @cached_property
    def protected(self) -> dict[str, Bools]:
        """Of each role whether it covers a face of the plan as it was read."""
        cover = self.cover
        face = np.repeat(np.arange(len(cover.start) - 1), np.diff(cover.start))
        role, roles = pd.factorize(pd.Series([one for one, *_ in cover.groups], dtype=object))
        of_row = role[cover.group[cover.feature]]
        out: dict[str, Bools] = {str(name): np.zeros(len(cover.start) - 1, dtype=bool) for name in roles}
        for number, name in enumerate(roles):
            out[str(name)][face[of_row == number]] = True
        return out

    @cached_property
    def town_names(self) -> dict[str, str]:
        """Names of the townships by their codes."""
        plan = self.plan
        towns = plan.coverage.loc[plan.coverage["role"] == "township", ["face_id", "source", "feature_id"]]
        code = plan.faces.set_index("face_id")["township"].reindex(towns["face_id"]).fillna("").to_numpy()
        towns = towns[["source", "feature_id"]].assign(township=code).drop_duplicates(keep="last")
        named = towns.merge(plan.features, on=["source", "feature_id"], how="inner")
        found = dict(zip(named["township"].tolist(), named["name"].tolist(), strict=True))
        return {str(key): str(value) for key, value in found.items() if key}

    def areas(self, shapes: Objects) -> Floats:
        """Measure shapes by the plan's method, m²."""
        if self.plan.meta["area_method"] == "ellipsoidal":
            return ellipsoidal_area(shapes, parse_crs(self.plan.crs))
        return np.asarray(shapely.area(shapes), dtype=np.float64)

    def is_sea(self, code: str) -> bool:
        """Tell whether a unit of this code lies at sea."""
        return code.startswith(str(self.profile["codes"]["sea_prefix"]))

    def say(self, message: Message) -> str:
        """Word what is written into the plan."""
        return word(message, self.glossary.language, self.glossary)


@dataclass(frozen=True)
class State:
    """A plan at one moment of its revision; nothing in it is ever written in place.

    Attributes
    ----------
    setting : Setting
    mesh : Mesh
    faces : FaceFacts
    label : (n,) int64
        Unit of each face: a place in ``counters.ids``.
    units : mapping of str to UnitRow
        By unit id.
    clauses : mapping of str to tuple of Clause
        By unit id; units without any are not in it.
    status : mapping of str
        Keys of table ``meta`` that edits change: status, status_date, status_document, retired_codes.
    zones : mapping of str to MultiPolygon
        Outlines of the element zones by their codes: a cut puts vertices into them.
    zone_area : mapping of str to float
        m² of each.
    zone_nodes : mapping
        What the last cut has put into them, see ``changes.zones_noded``.
    counters : Counters
    """

    setting: Setting
    mesh: Mesh
    faces: FaceFacts
    label: Ints
    units: Mapping[str, UnitRow]
    clauses: Mapping[str, tuple[Clause, ...]]
    status: Mapping[str, str]
    zones: Mapping[str, Any]
    zone_area: Mapping[str, float]
    zone_nodes: Mapping[str, Mapping[str, Sequence[int]]]
    counters: Counters

    @property
    def review(self) -> Review:
        """How many clauses of its lists nobody has reviewed."""
        return review_of((unit, one.status) for unit, own in self.clauses.items() for one in own)

    # ── finding ──

    def unit(self, called: str) -> UnitRow:
        """Find a unit by code or id.

        Raises
        ------
        BadInput
            There is none.
        """
        found = self.units.get(called) or self.by_code.get(called)
        if found is None:
            raise BadInput(
                Message("no unit '{unit}'", unit=called),
                where=Message("units"),
                wanted=nearest(called, list(self.by_code)),
            )
        return found

    @cached_property
    def by_code(self) -> dict[str, UnitRow]:
        """Units by their codes."""
        return {one.code: one for one in self.units.values()}

    def rows_of(self, unit_id: str) -> Ints:
        """Give the faces of a unit."""
        return np.flatnonzero(self.label == self.counters.place[unit_id])

    def rows(self, faces: Sequence[Any]) -> Ints:
        """Find faces by id or ``{"at": [x, y]}``, each once, in order.

        Raises
        ------
        BadInput
            No such face, or a point beside the plan.
        """
        ids = np.array([one for one in faces if isinstance(one, int)], dtype=np.int64)
        row, known = self.mesh.looked_up(ids)
        if not known.all():
            raise BadInput(
                Message("no face {face}", face=int(ids[~known][0])),
                where=Message("faces"),
                wanted=Message("the id of a face of this plan; a cut retires one"),
            )
        found = listed(row)
        for one in faces:
            if not isinstance(one, int):
                x, y = one["at"]
                there = self.mesh.at(x, y)
                if there < 0:
                    raise BadInput(
                        Message("point {x:.8g},{y:.8g} lies outside the plan", x=x, y=y),
                        where=Message("faces"),
                        wanted=Message("a point in its area and CRS"),
                    )
                found.append(there)
        return np.unique(np.array(found, dtype=np.int64))

    def with_riders(self, rows: Ints) -> Ints:
        """Add what rides with these faces in the same unit: a sliver goes where its host goes."""
        chosen = np.zeros(len(self.label), dtype=bool)
        chosen[rows] = True
        riding = np.flatnonzero(self.faces.host > 0)
        host, there = self.mesh.looked_up(self.faces.host[riding])
        along = there & chosen[host] & (self.label[riding] == self.label[host])
        chosen[riding[along]] = True
        return np.flatnonzero(chosen)

    @property
    def category(self) -> Ints:
        """Category of each face: its unit's."""
        of_place = np.zeros(len(self.counters.ids), dtype=np.int64)
        for unit_id, row in self.units.items():
            of_place[self.counters.place[unit_id]] = row.category
        return of_place[self.label]

    # ── giving ──

    def new_unit_id(self) -> tuple[str, Counters]:
        """Give an id that no unit ever had."""
        number = self.counters.unit + 1
        counters = self.counters
        return f"U{number:06d}", replace(counters, unit=number, ids=(*counters.ids, f"U{number:06d}"))

    def new_code(self, stem: str) -> str:
        """Give the next code of a county and category: no serial is used twice.

        Raises
        ------
        BadInput
            There are no serials left.
        """
        used = 0
        for code in self.counters.codes:
            match = _CODE.match(code)
            if match and match[1] + match[2] == stem:
                used = max(used, int(match[3]))
        if used >= _LAST_SERIAL:
            raise BadInput(
                Message("more than {most} codes {stem}…", most=_LAST_SERIAL, stem=stem),
                where=Message("units"),
                wanted=Message("fewer units"),
            )
        return f"{stem}{used + 1:04d}"

    def new_name(self, name: str) -> str:
        """Give a name that no unit has: numbered where one has it."""
        return free_name(name, {one.name for one in self.units.values()})

    # ── describing ──

    def described(self, row: UnitRow, faces: Ints, parts: int) -> UnitRow:
        """Fill in what a unit says of its faces: area, townships, parts, reasons.

        Parameters
        ----------
        row : UnitRow
        faces : (k,) int64
            Its faces, in order.
        parts : int
        """
        known, setting = self.faces, self.setting
        area = known.area[faces]
        one = np.zeros(len(faces), dtype=np.int64)
        total = sum_by(one, area, 1)
        land = land_of(one, area, setting.cover.rounding[known.origin[faces]])
        # A sliver is told with the face that it rides with, as a run tells it.
        host = self._host(faces)
        root = np.where(np.isin(host, faces), host, faces)
        own, category = known.rule_category[faces], np.full_like(faces, row.category)
        credit = credited(known.rule[faces], own, np.searchsorted(faces, root), category, one)
        parts_said = filed_reasons(setting.rules, credit, one, land, total, put=setting.put)[0]
        said = Message("{parts:apart}", parts=tuple(parts_said))
        return replace(
            row,
            area_m2=float(total[0]),
            parts=parts,
            townships=row.townships if (towns := self._towns(root, land)) is None else "、".join(towns),
            reasons=setting.say(said),
            facts=json.dumps(said.document(), ensure_ascii=False, sort_keys=True),
        )

    def _host(self, faces: Ints) -> Ints:
        """Find the faces that faces ride with; of one that rides with none itself."""
        row, there = self.mesh.looked_up(self.faces.host[faces])
        return np.where(there, row, faces)

    def _towns(self, root: Ints, area: Floats) -> list[str] | None:
        """Names of the townships with a face in a unit, the largest area first; None where the plan does not say."""
        names, there = self.setting.town_names, self._town_codes(root, area)
        return None if any(code not in names for code in there) else [names[code] for code in there]

    def _town_codes(self, root: Ints, area: Floats) -> list[str]:
        codes, which = np.unique(self.faces.township[root].astype(str), return_inverse=True)
        size = sum_by(which.ravel(), area, len(codes))
        order = np.lexsort((np.arange(len(codes)), -size))
        return [str(codes[number]) for number in order if codes[number] and size[number] > 0]

    def towns_of(self, faces: Ints) -> list[str]:
        """Give the codes of the townships that some faces lie in, the largest area first."""
        host = self._host(faces)
        root = np.where(np.isin(host, faces), host, faces)
        rounding = self.setting.cover.rounding[self.faces.origin[faces]]
        return self._town_codes(root, land_of(np.zeros(len(faces), dtype=np.int64), self.faces.area[faces], rounding))

    def kind_for(self, faces: Ints, category: int) -> str:
        """Give the kind of a unit of a category: the role whose rules gave most of its faces that category."""
        if category == 3:
            return GENERAL
        host = self._host(faces)
        told = (self.faces.rule[host] >= 0) & (self.faces.rule_category[host] == category)
        role = np.array([row.role for row in self.setting.rules.rows], dtype=object)[self.faces.rule[host[told]]]
        size = pd.Series(self.faces.area[faces[told]]).groupby(role).sum()
        return str(max(size.index, key=lambda one: (size[one], one))) if len(size) else GENERAL

    def asked_of(self, row: UnitRow, faces: Ints) -> UnitScope:
        """Give all by which the library speaks of a unit."""
        setting = self.setting
        ids = self.mesh.face_id[faces]
        said = UnitSaid(row.code, row.county, row.category, row.kind, row.subtype, setting.is_sea(row.code))
        known = setting.scopes.get(row.unit_id)
        if known is not None and known[0] == said and np.array_equal(known[1], ids):
            return known[2]
        none = np.zeros(len(faces), dtype=np.int64)
        found = setting.cover.over(self.faces.origin[faces], none, self.faces.area[faces])
        groups = (setting.cover.groups[one] for one in listed(found.group))
        shares = zip(listed(found.of_unit), listed(found.of_zone), strict=True)
        touched = [(*group, *share) for group, share in zip(groups, shares, strict=True)]
        scope = UnitScope.of(said, touched, setting.clauses, setting.least_share)
        setting.scopes[row.unit_id] = said, ids, scope
        return scope

    def drafted(self, row: UnitRow, faces: Ints, scope: UnitScope | None = None) -> dict[str, Clause]:
        """Draft the clauses of a unit from the library, as a run does: by their ids, without a place in the file."""
        index = self.setting.clauses
        found = index.applying([self.asked_of(row, faces) if scope is None else scope])
        columns = index.said(found)
        told = (dict(zip(columns, one, strict=True)) for one in zip(*map(listed, columns.values()), strict=True))
        return {one["clause_id"]: Clause(unit_id=row.unit_id, code=row.code, **one) for one in told}


def state_of_plan(plan: Plan, *, progress: Progress = silent) -> State:
    """Take a plan for editing.

    Parameters
    ----------
    plan : Plan
        Read whole.
    progress : callable

    Raises
    ------
    BadInput
        The plan's profile or clause library cannot be read.
    """
    again = Rejudged(plan)
    frame = plan.faces
    ids = frame["face_id"].to_numpy(dtype=np.int64)
    host = frame["host"].fillna(0).to_numpy(dtype=np.int64)
    snap = float(json.loads(plan.meta.get("cleaning", "{}")).get("snap", 0.001))
    retired = json.loads(plan.meta.get("retired_codes", "[]"))
    given = given_by(plan.journal)
    unit_ids = plan.units["unit_id"].astype(str).tolist()
    every = tuple(dict.fromkeys([*unit_ids, *given["unit_id"]]))
    place = {one: number for number, one in enumerate(every)}
    faces = FaceFacts(
        county=frame["county"].to_numpy(dtype=object),
        township=frame["township"].fillna("").to_numpy(dtype=object),
        rule_category=frame["rule_category"].to_numpy(dtype=np.int64),
        rule=again.judgement.rule,
        host=host,
        area=frame["area_m2"].to_numpy(dtype=np.float64),
        origin=np.arange(len(ids)),
    )
    numbers = [int(one[1:]) for one in every if re.fullmatch(r"U\d+", one)]
    counters = Counters(
        ids=every,
        codes=frozenset({*plan.units["code"].astype(str), *retired, *given["code"]}),
        unit=max([0, int(plan.meta.get("last_unit_id", "0")), *numbers]),
        face=max([0, int(plan.meta.get("last_face_id", "0")), *ids.tolist()]),
        unit_fid=max([0, *_fids(plan.units), *given["fid"]]),
        clause_fid=max([0, *_fids(plan.clauses), *given["clause_fid"]]),
    )
    return State(
        setting=Setting(
            plan,
            profile_for_words(plan),
            again.rules,
            told_by(again.features, again.judgement.feature[again.root])[0],
        ),
        mesh=Mesh.of(ids, frame["geometry"].to_numpy(dtype=object), snap, progress),
        faces=faces,
        label=frame["unit_id"].map(place).to_numpy(dtype=np.int64),
        units={row.unit_id: row for row in rows_of(plan.units, UnitRow)},
        clauses=clauses_of(plan.clauses),
        status={key: plan.meta.get(key, "") for key in STATUS_KEYS},
        zones=dict(
            zip(plan.element_zones["code"].astype(str).tolist(), plan.element_zones["geometry"].tolist(), strict=True)
        ),
        zone_area={
            str(code): float(area)
            for code, area in zip(plan.element_zones["code"], plan.element_zones["area_m2"], strict=True)
        },
        zone_nodes={},
        counters=counters,
    )


STATUS_KEYS = ("status", "status_date", "status_document", "retired_codes")


def _fids(frame: pd.DataFrame) -> list[int]:
    return [int(fid) for fid in frame["fid"]] if "fid" in frame else [len(frame)]


def codes_by_edits(plan: Plan) -> dict[str, str]:
    """Find codes that edits, standing or undone, gave to units or took from them: those that these have now."""
    now = dict(zip(plan.units["unit_id"], plan.units["code"], strict=True))
    had: dict[str, str] = {}
    for text, inverse in zip(plan.journal["op"], plan.journal["inverse"], strict=True):
        op = json_table(text)
        if (made := op.get("made") or {}).get("code"):
            unit = str(made.get("unit_id") or units_of(op)[0])
            before = (json_table(inverse).get("units") or {}).get(unit) or made
            had |= {made["code"]: unit, before["code"]: unit}
    return {code: now[unit] for code, unit in had.items() if unit in now}


def given_by(journal: pd.DataFrame) -> dict[str, list[Any]]:
    """Find what entries of the journal gave or ended, standing or not: ids and codes of units, places in the file."""
    out: dict[str, list[Any]] = {"unit_id": [], "code": [], "fid": [], "clause_fid": []}
    if not len(journal):
        return out
    for op, inverse in zip(journal["op"], journal["inverse"], strict=True):
        try:
            made = json.loads(op).get("made") or {}
            before = json.loads(inverse) if '"units"' in inverse or '"clauses"' in inverse else {}
        except (TypeError, ValueError, AttributeError):
            continue
        # What a unit was before an edit is not in the plan any more, and comes back where that is undone.
        for row in (made, *filter(None, (before.get("units") or {}).values())):
            for key in ("unit_id", "code", "fid"):
                if row.get(key):
                    out[key].append(row[key])
        out["clause_fid"] += made.get("clauses") or []
        out["clause_fid"] += [row["fid"] for rows in (before.get("clauses") or {}).values() for row in rows]
    return out
