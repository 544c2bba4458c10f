"""The verb ``impact``: what newer files in place of sources would touch in a plan, before anything is done.

The difference of the shapes before and after is laid over the plan's faces, the faces are cut along it in memory, what
covers each piece is said anew, and the plan's own rules judge again. Cleaning, method and grouping do not run: where
they may decide otherwise, the answer is marked ``about``. Nothing is written.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.reading import read_case
from ..core.errors import BadInput
from ..core.geopackage import new_file, write_features
from ..core.messages import Message
from ..core.progress import Progress, shared, silent, within
from ..core.sums import sum_by
from ..partition import Coverage, build
from ..partition.arcs import runs
from ..partition.dissolve import united
from ..plan.file import Plan, read_plan
from ..plan.outputs import guarded_geopackage, inputs_of_plan
from ..plan.provenance import case_of_plan, source_names
from ..rules.judging import judge
from ..rules.rejudging import Rejudged
from ..sources.changes import TOLERANCE, marks_of, sound
from ..sources.coordinates.crs import crs_text, parse_crs
from ..sources.features import Features, concatenate
from ..sources.files import checksum
from ..succession.administrative import changes_of, counties_now
from .replacing import SourceChange, source_change, source_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from ..case.model import Case
    from ..core.arrays import Bools, Floats, Ints, Objects
    from ..core.geopackage import SigningGuard
    from ..succession.administrative import AdminChange

__all__ = ["Impact", "NewUnit", "Newer", "SourceImpact", "UnitImpact", "impact", "impact_of"]

_GENERAL = "general"
# What ``--json`` says of a unit.
_TOLD = (
    "unit_id",
    "code",
    "name",
    "category",
    "faces",
    "sources",
    "area_m2",
    "touched_m2",
    "loses_m2",
    "gains_m2",
    "held_m2",
    "after_m2",
    "to",
    "about",
)


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
    outside_m2 : float
        m² that it covers anew beyond the plan's faces.
    """

    source: str
    change: SourceChange
    cuts: bool
    same_file: bool
    faces: int
    units: tuple[str, ...]
    area_m2: float
    outside_m2: float


@dataclass(frozen=True)
class UnitImpact:
    """What would become of one unit; all areas in m².

    Attributes
    ----------
    unit_id, code, name, county : str
    category : int
    faces : int
        Of it, touched.
    sources : tuple of str
        Which touch it.
    area_m2, touched_m2 : float
        Now, and of that what is touched.
    loses_m2, gains_m2 : float
        As the rules would give it.
    held_m2 : float
        What stays of it although the rules say less now, of an update.
    to : mapping of int to float
        What it loses, by the category there.
    about : bool
        Cleaning, method or grouping may decide otherwise.
    """

    unit_id: str
    code: str
    name: str
    county: str
    category: int
    faces: int
    sources: tuple[str, ...]
    area_m2: float
    touched_m2: float
    loses_m2: float
    gains_m2: float
    held_m2: float
    to: Mapping[int, float]
    about: bool

    @property
    def after_m2(self) -> float:
        """Its area as the rules would give it."""
        return self.area_m2 - self.loses_m2 + self.gains_m2


@dataclass(frozen=True)
class NewUnit:
    """Land that no unit of the plan would take: a unit of its own, as the rules would give it."""

    county: str
    category: int
    kind: str
    area_m2: float


@dataclass(frozen=True, eq=False)
class Impact:
    """What newer sources would touch in a plan.

    Attributes
    ----------
    sources : tuple of SourceImpact
        In the order in which they were asked about.
    units : tuple of UnitImpact
        Touched, or given land, by code.
    new : tuple of NewUnit
    neighbours : mapping of str to str
        Units that border on what is touched and are not touched: id → code.
    faces : int
        Faces touched by any.
    area_m2 : float
        m² touched by any.
    flow : (3, 3) float64
        m² by category now (row) and as the rules would give it (column), of all land.
    crs, date : str
        Of the plan.
    """

    sources: tuple[SourceImpact, ...]
    units: tuple[UnitImpact, ...]
    new: tuple[NewUnit, ...]
    neighbours: Mapping[str, str]
    faces: int
    area_m2: float
    flow: Floats
    crs: str
    date: str
    _pieces: tuple[Objects, Objects]

    @cached_property
    def shapes(self) -> Mapping[str, shapely.Geometry]:
        """What is touched of each unit, by unit id: for the map."""
        geometry, unit = self._pieces
        shapes = {}
        for unit_id in np.unique(unit.astype(str)).tolist():
            shape = united(geometry[unit == unit_id])
            shape = shape if shape.is_valid else shapely.make_valid(shape)
            shapes[unit_id] = shapely.multipolygons(shapely.get_parts(shape)) if shape.geom_type == "Polygon" else shape
        return shapes

    @property
    def about(self) -> bool:
        """Cleaning, method or grouping may decide otherwise somewhere."""
        return any(unit.about for unit in self.units) or bool(self.new)

    def document(self) -> dict[str, Any]:
        """Give it as ``--json`` prints it, but for the sentences of each source (``to_confirm``, ``problem``)."""
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
                    "features": dict(one.change.counts),
                    "faces": one.faces,
                    "units": [code[unit_id] for unit_id in one.units],
                    "area_m2": one.area_m2,
                    "outside_m2": one.outside_m2,
                }
                for one in self.sources
            ],
            "faces": self.faces,
            "area_m2": self.area_m2,
            "units": [
                {key: getattr(one, key) for key in _TOLD}
                | {
                    "sources": list(one.sources),
                    "to": {str(category): one.to.get(category, 0.0) for category in range(4)},
                }
                for one in self.units
            ],
            "new": [vars(one) for one in self.new],
            "neighbours": list(self.neighbours.values()),
            "categories": {
                str(number + 1): {"area_m2": float(before[number]), "after_m2": float(after[number])}
                for number in range(3)
            },
            "about": self.about,
        }


def impact(
    plan: str | Path,
    newer: Mapping[str, str | Path | Newer],
    *,
    case: str | Path | None = None,
    update: bool | None = None,
    output: str | Path | None = None,
    force: bool = False,
    progress: Progress = silent,
) -> Impact:
    """Say what newer files in place of sources would touch in a plan, before anything is done.

    Parameters
    ----------
    plan : path
    newer : mapping of str to path or Newer
        Source → the file that is to take its place; a source by its role, where the case has one of that role, else by
        its path, file name or layer.
    case : path, optional
        The case that the plan was made from, where it is not beside it.
    update : bool, optional
        As the method ``update`` would have it: land of which the rules say less now stays with its unit, unless the
        case lets it follow ([update] lower). By default where that is the case's method.
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
        A plan, case or file that cannot be read, no such source, or no file at all; an output that cannot be written.
    Cancelled

    Examples
    --------
    >>> from delineation import verbs
    >>> found = verbs.impact("plan.gpkg", {"red_line": "hand.gpkg"})
    >>> found.faces, len(found.units)
    (0, 0)
    """
    path = Path(plan)
    read = read_plan(path)
    asked = read_case(case if case is not None else case_of_plan(path, read))
    if not newer:
        raise BadInput(
            Message("no newer file"), where=path, wanted=Message("a source and the file that takes its place")
        )
    changes = []
    every = {source: file if isinstance(file, Newer) else Newer(file) for source, file in newer.items()}
    if output is not None:
        output = Path(output)
        inputs = (*inputs_of_plan(path, output), *asked.inputs(), *(Path(one.path) for one in every.values()))
        guard = guarded_geopackage(output, inputs, force=force)
    for (source, one), here in shared(within(progress, 0.0, 0.8), every.items()):
        spec, fields = source_of(asked, source), dict(one.fields)
        changes.append(source_change(asked, spec, str(one.path), layer=one.layer, fields=fields, progress=here))
    found = impact_of(read, asked, changes, update=update, progress=within(progress, 0.8, 1.0))
    if output is not None:
        _write(found, output, guard)
    return found


def impact_of(
    plan: Plan,
    case: Case,
    changes: Sequence[SourceChange],
    *,
    update: bool | None = None,
    progress: Progress = silent,
) -> Impact:
    """Do as ``impact``, for a plan and a case that are open, and sources that have been compared.

    Raises
    ------
    BadInput
        A source is named twice, its newer file was written over the former one, or the case's table of administrative
        changes cannot be read.
    Cancelled
    """
    progress(0.0, Message("comparing shapes"))
    names = [_name_of(case, change) for change in changes]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise BadInput(Message("two newer files for one source"), where=twice, wanted=Message("one"))
    for name, change in zip(names, changes, strict=True):
        before, newer = change.before.spec, change.after.spec
        if case.file(before.path) == case.file(newer.path) and not _same_file(plan, case, name, change):
            # Held against itself nothing would differ, whatever somebody wrote into it.
            raise BadInput(
                Message("this file was changed since the plan was made from it: what it held then is not there"),
                where=case.file(newer.path),
                wanted=Message("the newer file beside the former one, under another name"),
            )
    told, cutting = Rejudged(plan), [not case.profile.role(change.role).guide for change in changes]
    renewed = _renewed(told, names, changes, cutting)
    progress(0.3, Message("cutting faces"))
    pieces = _cut(told, renewed, within(progress, 0.3, 0.7))
    after = _covered_after(told, renewed, pieces)
    progress(0.8, Message("judging"))
    updating = case.method == "update" if update is None else update
    administrative = changes_of(case)
    land = _land(plan, told, renewed, pieces, after, administrative, hold=updating and case.update.lower != "follow")
    unit = plan.units["unit_id"].to_numpy(dtype=object)
    sources = []
    for number, (name, change) in enumerate(zip(names, changes, strict=True)):
        touched = after.touched[number]
        sources.append(
            SourceImpact(
                name,
                change,
                cutting[number],
                _same_file(plan, case, name, change),
                len(np.unique(pieces.face[touched])),
                tuple(unit[np.unique(land.unit[touched])].tolist()),
                float(pieces.area[touched].sum()),
                float(pieces.outside[number]),
            )
        )
    every = after.touched.any(axis=0)
    units, new = _by_unit(plan, told, names, pieces, after, land)
    known = land.then > 0
    place = (land.now[known] - 1) * 3 + land.then[known] - 1
    progress(1.0, Message("done"))
    return Impact(
        sources=tuple(sources),
        units=units,
        new=new,
        neighbours=_neighbours(plan, told, pieces.face[every], {one.unit_id for one in units}),
        faces=len(np.unique(pieces.face[every])),
        area_m2=float(pieces.area[every].sum()),
        flow=sum_by(place, pieces.area[known], 9).reshape(3, 3),
        crs=plan.crs,
        date=plan.meta["date"],
        _pieces=(pieces.geometry[every], unit[land.unit[every]]),
    )


def _write(found: Impact, output: Path, guard: SigningGuard) -> None:
    """Write what is touched as a GeoPackage."""
    units = [one for one in found.units if one.unit_id in found.shapes]
    columns = {
        "code": [one.code for one in units],
        "name": [one.name for one in units],
        "sources": [",".join(one.sources) for one in units],
        "touched_m2": [one.touched_m2 for one in units],
        "loses_m2": [one.loses_m2 for one in units],
        "gains_m2": [one.gains_m2 for one in units],
    }
    arrays = [
        np.array(values, dtype=object if key in ("code", "name", "sources") else float)
        for key, values in columns.items()
    ]
    wkb = shapely.to_wkb(np.array([found.shapes[one.unit_id] for one in units], dtype=object))
    with new_file(output, guard=guard, date=f"{found.date}T00:00:00.000Z") as draft:
        write_features(
            draft,
            "touched",
            "MultiPolygon",
            wkb,
            arrays,
            list(columns),
            [None] * len(columns),
            crs_text(parse_crs(found.crs)),
        )


def _name_of(case: Case, change: SourceChange) -> str:
    """Give the name under which a plan of the case holds a source."""
    return source_names(case)[case.sources.index(change.before.spec)]


def _same_file(plan: Plan, case: Case, name: str, change: SourceChange) -> bool:
    """Whether the plan was made from the very file that the case names."""
    noted = plan.sources.loc[plan.sources["source"] == name, "sha256"].tolist()
    path = case.file(change.before.spec.path)
    return bool(noted) and path.is_file() and checksum(path) == noted[0]


# ── features before and after, and where they differ ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Renewed:
    """The plan's features with those of the newer sources.

    Attributes
    ----------
    features : Features
        Those of the plan, and behind them those that are new or have another zone.
    becomes : (m,) int64
        Row that takes the place of each, −1 where none does.
    identity : (m,) int64
        Row that a feature was before, its own where it is new.
    key_before, key_after : (m,) int64
        Equal numbers for what says the same: source, zone, code, name; −1 of sources that stay.
    source_of_key : (k,) int64
        The changed source that a key belongs to.
    code : (m,) object
        Codes of features of changed sources as they will be, "" of others.
    shape : (c,) object
        Where a feature no longer is, or is anew.
    row : (c,) int64
        The feature.
    gained : (c,) bool
    source : (c,) int64
        The changed source.
    sources : int
        How many there are.
    """

    features: Features
    becomes: Ints
    identity: Ints
    key_before: Ints
    key_after: Ints
    source_of_key: Ints
    code: Objects
    shape: Objects
    row: Ints
    gained: Bools
    source: Ints
    sources: int


def _renewed(
    told: Rejudged, names: Sequence[str], changes: Sequence[SourceChange], cutting: Sequence[bool]
) -> _Renewed:
    parts, becomes = [told.features], np.arange(len(told.features))
    identity: list[NDArray[Any]] = [becomes.copy()]
    said: list[pd.DataFrame] = []
    shapes: list[tuple[Objects, Ints, bool, int]] = []
    position = {name: number for number, name in enumerate(told.plan.sources["source"])}
    count = len(told.features)
    for number, (name, change) in enumerate(zip(names, changes, strict=True)):
        if not cutting[number]:
            continue
        old, new, match = change.before, change.after, change.match
        mine = np.flatnonzero(told.features.source == position.get(name, -2))
        place = pd.Index(told.features.feature_id[mine]).get_indexer(old.feature_id)
        was = np.where(place >= 0, np.append(mine, -1)[place], -1).astype(np.int64)
        before = np.full(len(new), -1, dtype=np.int64)
        before[match.new] = was[match.old]
        zone = np.array([*told.features.zone, None], dtype=object)[before]
        # What takes part for the first time, or as another zone, is a row of its own.
        fresh = np.flatnonzero(zone != new.zone)
        its = before.copy()
        its[fresh] = count + np.arange(len(fresh))
        count += len(fresh)
        parts.append(_as_features(change, fresh, position.get(name, -1)))
        identity.append(np.where(before[fresh] >= 0, before[fresh], its[fresh]))
        becomes[was[match.gone[was[match.gone] >= 0]]] = -1
        stood = was[match.old] >= 0
        becomes[was[match.old[stood]]] = its[match.new[stood]]
        for rows, version, after in ((was, old, False), (its, new, True)):
            texts = {"row": rows, "after": after, "source": number, "zone": version.zone}
            said.append(pd.DataFrame({**texts, "code": version.code, "name": version.name}))
        moved = stood & ~match.same
        lost, gained = _differences(old.geometry[match.old[moved]], new.geometry[match.new[moved]])
        shapes.append((lost, was[match.old[moved]], False, number))
        shapes.append((gained, its[match.new[moved]], True, number))
        # A feature that the plan does not know is new to it, wherever it lay before.
        whole = np.concatenate([match.added, match.new[~stood & ~match.same]])
        shapes.append((new.geometry[whole], its[whole], True, number))
    every = np.concatenate([np.zeros(0, dtype=object), *(shape for shape, *_ in shapes)])
    some = ~(shapely.is_missing(every) | shapely.is_empty(every))
    sides, code = np.full((2, count), -1, dtype=np.int64), np.full(count, "", dtype=object)
    of_key = np.zeros(0, dtype=np.int64)
    if said:
        table = pd.concat(said, ignore_index=True)
        table = table[table["row"] >= 0]
        key = table.groupby(["source", "zone", "code", "name"], sort=False).ngroup().to_numpy()
        sides[table["after"].to_numpy(dtype=np.int64), table["row"].to_numpy()] = key
        of_key = table["source"].to_numpy(dtype=np.int64)[np.unique(key, return_index=True)[1]]
        later = table[table["after"]]
        code[later["row"].to_numpy()] = later["code"].to_numpy(dtype=object)
    size = [len(shape) for shape, *_ in shapes]
    return _Renewed(
        features=concatenate(parts),
        becomes=np.concatenate([becomes, np.arange(len(becomes), count)]),
        identity=np.concatenate(identity),
        key_before=sides[0],
        key_after=sides[1],
        source_of_key=of_key,
        code=code,
        shape=every[some],
        row=np.concatenate([np.zeros(0, dtype=np.int64), *(row for _, row, *_ in shapes)])[some],
        gained=np.repeat(np.array([gained for *_, gained, _ in shapes], dtype=bool), size)[some],
        source=np.repeat(np.array([number for *_, number in shapes], dtype=np.int64), size)[some],
        sources=len(changes),
    )


def _as_features(change: SourceChange, rows: Ints, source: int) -> Features:
    new, empty = change.after, np.full(len(rows), "", dtype=object)
    return Features(
        geometry=np.full(len(rows), None, dtype=object),
        source=np.full(len(rows), source, dtype=np.int64),
        role=np.full(len(rows), change.role, dtype=object),
        feature_id=new.feature_id[rows],
        zone=new.zone[rows],
        subtype=empty,
        code=new.code[rows],
        name=new.name[rows],
    )


def _differences(old: Objects, new: Objects) -> tuple[Objects, Objects]:
    """Give what each shape lost and gained; parts that are equal in both are no part of the work."""
    if not len(old):
        return old, new
    sides = []
    for shapes in (old, new):
        parts, row = shapely.get_parts(sound(shapes), return_index=True)
        flat = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
        parts, row = parts[flat], row[flat]
        sides.append((parts, row, list(zip(row.tolist(), marks_of(parts), strict=True))))
    common = set(sides[0][2]) & set(sides[1][2])
    rest = []
    for parts, row, marks in sides:
        other = np.array([mark not in common for mark in marks], dtype=bool)
        out = np.full(len(old), shapely.MultiPolygon(), dtype=object)
        rows = np.unique(row[other])
        if len(rows):
            out[rows] = shapely.multipolygons(parts[other], indices=np.searchsorted(rows, row[other]))
        rest.append(sound(out))
    return shapely.difference(rest[0], rest[1]), shapely.difference(rest[1], rest[0])


# ── faces cut along the difference, and what covers the pieces ───────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The plan's faces, those that a difference meets in pieces.

    Attributes
    ----------
    geometry : (n,) object
    face : (n,) int64
        Row of the face each is (of).
    area : (n,) float64
        m², as the plan measures.
    piece, cut : (k,) int64
        Which piece lies in which difference.
    outside : (s,) float64
        m² that each changed source covers anew beyond all faces.
    """

    geometry: Objects
    face: Ints
    area: Floats
    piece: Ints
    cut: Ints
    outside: Floats

    def __len__(self) -> int:
        return len(self.face)


def _cut(told: Rejudged, renewed: _Renewed, progress: Progress) -> _Pieces:
    faces, area = told.plan.faces["geometry"].to_numpy(dtype=object), told.area
    parts = shapely.get_parts(renewed.shape)
    shapely.prepare(parts)
    met = np.unique(told.tree.query(parts, predicate="intersects")[1]) if len(parts) else np.zeros(0, dtype=np.int64)
    snap = float(json.loads(told.plan.meta.get("cleaning", "{}")).get("snap", 0.001))
    cells = build(np.concatenate([faces[met], renewed.shape]), snap=snap, progress=progress)
    coverage, count = cells.coverage, len(met)
    whose, inner = np.full(len(cells), -1, dtype=np.int64), coverage.feature < count
    whose[coverage.face[inner]] = met[coverage.feature[inner]]
    cell, cut = coverage.face[~inner], coverage.feature[~inner] - count
    # Copies of a boundary lie a little beside each other: strips as thin as that are none.
    thin = 2 * cells.area < max(TOLERANCE, snap) * shapely.length(cells.faces)
    beyond = (whose[cell] < 0) & ~thin[cell] & renewed.gained[cut]
    inside = (whose[cell] >= 0) & ~thin[cell]
    kept = np.flatnonzero(whose >= 0)
    left = np.ones(len(faces), dtype=bool)
    left[met] = False
    rest = np.flatnonzero(left)
    row = np.full(len(cells), -1, dtype=np.int64)
    row[kept] = len(rest) + np.arange(len(kept))
    scale = area[whose[kept]] / shapely.area(faces[whose[kept]])
    return _Pieces(
        geometry=np.concatenate([faces[rest], cells.faces[kept]]),
        face=np.concatenate([rest, whose[kept]]),
        area=np.concatenate([area[rest], cells.area[kept] * scale]),
        piece=row[cell[inside]],
        cut=cut[inside],
        outside=sum_by(renewed.source[cut[beyond]], cells.area[cell[beyond]], renewed.sources),
    )


@dataclass(frozen=True, eq=False)
class _After:
    """What covers the pieces by the newer sources: ``coverage``; ``touched`` (s, n): whose cover it changes."""

    coverage: Coverage
    touched: Bools


def _covered_after(told: Rejudged, renewed: _Renewed, pieces: _Pieces) -> _After:
    order = np.argsort(told.coverage.face, kind="stable")
    by_face, feature = told.coverage.face[order], told.coverage.feature[order]
    first = np.searchsorted(by_face, pieces.face, "left")
    count = np.searchsorted(by_face, pieces.face, "right") - first
    piece, row = np.repeat(np.arange(len(pieces)), count), feature[runs(first, count)]
    width = len(renewed.features)
    lost, gained = ~renewed.gained[pieces.cut], renewed.gained[pieces.cut]
    gone = np.isin(piece * width + row, pieces.piece[lost] * width + renewed.row[pieces.cut[lost]])
    its = renewed.becomes[row]
    stays = ~gone & (its >= 0)
    now = np.concatenate(
        [piece[stays] * width + its[stays], pieces.piece[gained] * width + renewed.row[pieces.cut[gained]]]
    )
    now = np.unique(now)
    after = Coverage(now // width, now % width)
    touched = np.zeros((renewed.sources, len(pieces)), dtype=bool)
    keys = len(renewed.source_of_key)
    sides = []
    for where, which, key in ((piece, row, renewed.key_before), (after.face, after.feature, renewed.key_after)):
        changing = key[which] >= 0
        sides.append(np.unique(where[changing] * keys + key[which[changing]]))
    other = np.setxor1d(sides[0], sides[1], assume_unique=True)
    if keys:
        touched[renewed.source_of_key[other % keys], other // keys] = True
    return _After(after, touched)


# ── what the rules make of it ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, eq=False)
class _Land:
    """Whose each piece is, and would be.

    Attributes
    ----------
    unit, heir : (n,) int64
        Row of its unit, and of the one that would take it: −1 a new one, −2 none, where it leaves the study area.
    now, then : (n,) int64
        Categories; 0 where it leaves.
    unsure : (n,) bool
        Cleaning, method or grouping may decide otherwise.
    held : (n,) bool
        Stays with its unit although the rules say less now.
    county, kind : (n,) object
        As it would be.
    """

    unit: Ints
    heir: Ints
    now: Ints
    then: Ints
    unsure: Bools
    held: Bools
    county: Objects
    kind: Objects


def _land(
    plan: Plan,
    told: Rejudged,
    renewed: _Renewed,
    pieces: _Pieces,
    after: _After,
    changes: Sequence[AdminChange],
    *,
    hold: bool,
) -> _Land:
    face, faces, was = pieces.face, plan.faces, told.judgement
    feature_area = sum_by(after.coverage.feature, pieces.area[after.coverage.face], len(renewed.features))
    found = judge(told.rules, renewed.features, after.coverage, pieces.area, feature_area)
    role = np.array([*(row.role for row in told.rules.rows), _GENERAL], dtype=object)
    kind_was, kind = role[was.rule], role[found.rule]
    identity = np.append(renewed.identity, -1)
    own_was, own = identity[was.feature], identity[found.feature]
    unit = pd.Index(plan.units["unit_id"]).get_indexer(faces["unit_id"])[face].astype(np.int64)
    grouping = json.loads(plan.meta.get("grouping", "{}"))
    modes = np.array(["", *(str(grouping.get(key, "kind")) for key in ("priority", "key", "general"))], dtype=object)
    counties, towns = (faces[name].fillna("").astype(str).to_numpy(dtype=object) for name in ("county", "township"))
    county, out = _placed(renewed, after, "county", counties[face])
    county = _called_as_before(changes, counties[face], county)
    town, _ = _placed(renewed, after, "township", towns[face])
    before = _groups(was.category, kind_was, own_was, counties, towns, modes)
    then = _groups(found.category, kind, own, county, town, modes)
    changed = (before.iloc[face].to_numpy() != then.to_numpy()).any(axis=1) | out
    # Who holds most of a kind of land takes more of it; what rides with others or was edited says nothing of that.
    plain = (told.root == np.arange(len(faces))) & (was.category == faces["category"].to_numpy(dtype=np.int64))
    held = before[plain].assign(
        unit=pd.Index(plan.units["unit_id"]).get_indexer(faces["unit_id"])[plain], area=told.area[plain]
    )
    columns = list(before.columns)
    held = held.groupby([*columns, "unit"], sort=True)["area"].sum().reset_index()
    held = held.sort_values("area", kind="stable").drop_duplicates(columns, keep="last")
    heir = unit.copy()
    taken = then[changed].merge(held, on=columns, how="left")["unit"].fillna(-1).to_numpy(dtype=np.int64)
    heir[changed] = taken
    heir[out] = -2
    now = faces["category"].to_numpy(dtype=np.int64)[face]
    moves = changed & (heir != unit)
    unsure = moves & _unsure(plan, told, pieces, heir, modes[found.category])
    category = np.where(changed, found.category, now)
    held = moves & ~out & (category > now) & hold
    heir, category = np.where(held, unit, heir), np.where(held, now, category)
    return _Land(unit, heir, now, np.where(out, 0, category), unsure & ~held, held, county, kind)


def _groups(
    category: Ints,
    kind: Objects,
    own: Ints,
    county: Objects,
    town: Objects,
    modes: Objects,
) -> pd.DataFrame:
    """Say what land has in common that the case's grouping makes one unit of."""
    mode = modes[category]
    named = ((category == 2) & (kind == "industrial_park")) | (mode == "named")
    return pd.DataFrame(
        {
            "county": county,
            "category": category,
            "kind": kind,
            "own": np.where(named, own, -1),
            "town": np.where(mode == "township", town, ""),
        }
    )


def _called_as_before(changes: Sequence[AdminChange], then: Objects, now: Objects) -> Objects:
    """Give the county of each piece its code of before where the table of changes says that it goes on in today's."""
    heirs = {code: counties_now(changes, code) for code in set(then.tolist())} if changes else {}
    same = [new in heirs.get(old, ()) for old, new in zip(then.tolist(), now.tolist(), strict=True)]
    return np.where(np.array(same, dtype=bool), then, now)


def _placed(renewed: _Renewed, after: _After, role: str, codes: Objects) -> tuple[Objects, Bools]:
    """Give the county or township of each piece by newer sources, and where none is left."""
    mine = (renewed.features.role == role) & (renewed.key_after >= 0)
    if not mine.any():
        return codes, np.zeros(len(codes), dtype=bool)
    changing = np.zeros(len(codes), dtype=bool)
    changing[after.touched.any(axis=0)] = True
    here = mine[after.coverage.feature]
    out = codes.copy()
    out[after.coverage.face[here][::-1]] = renewed.code[after.coverage.feature[here][::-1]]
    covered = np.zeros(len(codes), dtype=bool)
    covered[after.coverage.face[(renewed.features.role == role)[after.coverage.feature]]] = True
    out = np.where(changing, out, codes)
    return out, changing & ~covered & (role == "county")


def _unsure(plan: Plan, told: Rejudged, pieces: _Pieces, heir: Ints, mode: Objects) -> Bools:
    """Whether cleaning, method or grouping may have another word on a piece."""
    cleaning = json.loads(plan.meta.get("cleaning", "{}"))
    small = pieces.area < cleaning.get("sliver_area", 0.0)
    # What joins land of its new unit is no fragment.
    unit = pd.Index(plan.units["unit_id"]).get_indexer(plan.faces["unit_id"])
    left, right = (told.rows_of(plan.borders[side]) for side in ("left", "right"))
    beside = pd.MultiIndex.from_arrays([np.concatenate([left, right]), unit[np.concatenate([right, left])]])
    alone = ~pd.MultiIndex.from_arrays([pieces.face, heir]).isin(beside)
    clump = pd.DataFrame({"face": pieces.face, "heir": heir, "area": pieces.area})
    lot = clump.groupby(["face", "heir"])["area"].transform("sum").to_numpy()
    small |= alone & (lot < cleaning.get("fragment_area", 0.0))
    rides = told.root != np.arange(len(told.root))
    divided = plan.meta.get("method", "overlay") not in ("overlay", "update")
    return np.asarray(small | rides[pieces.face] | (heir == -1) | (mode == "part") | divided, dtype=bool)


# ── told by unit ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _by_unit(
    plan: Plan, told: Rejudged, names: Sequence[str], pieces: _Pieces, after: _After, land: _Land
) -> tuple[tuple[UnitImpact, ...], tuple[NewUnit, ...]]:
    units, count = plan.units, len(plan.units)
    every, moves = after.touched.any(axis=0), land.heir != land.unit
    area = sum_by(pd.Index(units["unit_id"]).get_indexer(plan.faces["unit_id"]), told.area, count)
    touched = sum_by(land.unit[every], pieces.area[every], count)
    loses = sum_by(land.unit[moves] * 4 + land.then[moves], pieces.area[moves], count * 4).reshape(count, 4)
    inner = moves & (land.heir >= 0)
    held = sum_by(land.unit[land.held], pieces.area[land.held], count)
    gains = sum_by(land.heir[inner], pieces.area[inner], count)
    unsure = np.zeros(count, dtype=bool)
    unsure[land.unit[land.unsure]] = True
    unsure[land.heir[land.unsure & inner]] = True
    faces = np.bincount(
        land.unit[every][np.unique(pieces.face[every], return_index=True)[1]] if every.any() else [], minlength=count
    )
    by_source = [np.unique(land.unit[one]) for one in after.touched]
    found = np.flatnonzero((touched > 0) | (gains > 0) | loses.any(axis=1))
    rows = []
    for row in map(int, found):
        unit = units.iloc[row]
        rows.append(
            UnitImpact(
                str(unit["unit_id"]),
                str(unit["code"]),
                str(unit["name"]),
                str(unit["county"]),
                int(unit["category"]),
                int(faces[row]),
                tuple(name for name, mine in zip(names, by_source, strict=True) if row in mine),
                float(area[row]),
                float(touched[row]),
                float(loses[row].sum()),
                float(gains[row]),
                float(held[row]),
                {category: float(loses[row, category]) for category in range(4) if loses[row, category]},
                bool(unsure[row]),
            )
        )
    fresh = land.heir == -1
    table = pd.DataFrame({"county": land.county[fresh], "category": land.then[fresh], "kind": land.kind[fresh]})
    new = table.assign(area=pieces.area[fresh]).groupby(["county", "category", "kind"], sort=True)["area"].sum()
    return (
        tuple(sorted(rows, key=lambda one: (one.code, one.unit_id))),
        tuple(NewUnit(county, int(category), kind, float(size)) for (county, category, kind), size in new.items()),
    )


def _neighbours(plan: Plan, told: Rejudged, faces: Ints, touched: set[str]) -> dict[str, str]:
    """Find units across a border of what is touched, that are not touched themselves."""
    left, right = (told.rows_of(plan.borders[side]) for side in ("left", "right"))
    mine = np.zeros(len(plan.faces), dtype=bool)
    mine[faces] = True
    beside = np.concatenate([right[mine[left]], left[mine[right]]])
    ids: Objects = plan.faces["unit_id"].to_numpy(dtype=object)
    around = set(map(str, ids[beside])) - touched
    code = dict(zip(plan.units["unit_id"], plan.units["code"], strict=True))
    return {unit_id: code[unit_id] for unit_id in sorted(around, key=lambda one: (code[one], one))}
