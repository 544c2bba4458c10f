"""Lineage: which old unit lives on in which new one, and by how much."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd
import shapely

from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.filled_tables import read_rows
from ..core.messages import Message, one_of
from ..core.sums import sum_by
from ..sources.coordinates.crs import parse_crs, to_crs
from ..sources.coordinates.ellipsoid import ellipsoidal_area

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Floats, Ints, Objects
    from ..core.findings import Finding
    from ..plan.file import Plan
    from ..sources.previous_units import PreviousUnits

__all__ = [
    "AdminChange",
    "Previous",
    "changes_of",
    "counties_now",
    "lineage_rows",
    "pairs_of",
    "previous_of_plan",
    "previous_of_units",
    "read_changes",
    "same_faces",
    "shared_with",
    "with_earlier",
]

FaceShares = tuple["Ints", "Ints", "Floats"]
"""Faces, units and the m² that they share."""

_CHANGE_COLUMNS = ("old_code", "new_code", "old_name", "new_name", "level", "kind", "date", "document")
_CHANGE_KINDS = ("rename", "merge", "split", "recode", "transfer")


@dataclass(frozen=True)
class AdminChange:
    """A change of an administrative unit (撤乡并镇, 撤县设区, recoding), domain facts 2.7."""

    old_code: str
    new_code: str
    old_name: str
    new_name: str
    level: str
    kind: str


@dataclass(frozen=True)
class Previous:
    """The last version's units and what they share with the new ones.

    Attributes
    ----------
    code, name, unit_id : tuple of str
        One a previous unit; ``unit_id`` "" where the layer has none.
    retired : tuple of str
        Codes that were retired before.
    last_id : int
        Highest number a unit id ever had.
    area : (p,) float64
        m² of each previous unit.
    old, new : (k,) int64
        Pairs of previous and new unit that share area.
    shared : (k,) float64
        m².
    new_area : (u,) float64
        m² of each new unit.
    changes : tuple of AdminChange
    """

    code: tuple[str, ...]
    name: tuple[str, ...]
    unit_id: tuple[str, ...]
    retired: tuple[str, ...]
    last_id: int
    area: Floats
    old: Ints
    new: Ints
    shared: Floats
    new_area: Floats
    changes: tuple[AdminChange, ...]
    findings: tuple[Finding, ...] = ()

    def iou(self) -> Floats:
        """Intersection over union of each pair, 0–1."""
        return self.shared / (self.area[self.old] + self.new_area[self.new] - self.shared)

    def counties_now(self, code: str) -> tuple[str, ...]:
        """Today's codes of a county: see `counties_now`."""
        return counties_now(self.changes, code)


def counties_now(changes: Sequence[AdminChange], code: str) -> tuple[str, ...]:
    """Today's codes of a county by the change table, change upon change; the old one itself where none speaks."""
    todo, seen, now = [code], {code}, []
    while todo:
        old = todo.pop(0)
        heirs = [c.new_code for c in changes if c.level in ("county", "") and c.old_code == old and c.new_code]
        if not heirs or old in heirs:
            now.append(old)
        todo += [heir for heir in dict.fromkeys(heirs) if heir not in seen]
        seen.update(heirs)
    return tuple(now)


def changes_of(case: Case) -> tuple[AdminChange, ...]:
    """Read the table of administrative changes of a case, where it names one."""
    return read_changes(case.file(case.admin.changes)) if case.admin.changes else ()


def read_changes(path: Path) -> tuple[AdminChange, ...]:
    """Read a table of administrative changes (CSV or a workbook).

    Raises
    ------
    BadInput
        Unreadable, unknown column or kind.
    """
    rows = read_rows(path, _CHANGE_COLUMNS)
    for row in rows:
        if row.cells["kind"] not in _CHANGE_KINDS:
            raise BadInput(
                Message("kind '{kind}'", kind=row.cells["kind"]),
                where=Message("{path}, line {line}", path=path, line=row.number),
                wanted=one_of(_CHANGE_KINDS),
            )
    keys = ("old_code", "new_code", "old_name", "new_name", "level", "kind")
    return tuple(AdminChange(**{key: row.cells[key] for key in keys}) for row in rows)


def with_earlier(changes: tuple[AdminChange, ...], meta: Mapping[str, str]) -> tuple[AdminChange, ...]:
    """Add what a plan of last year knows of counties that were recoded before it, where the table is silent on them.

    Its codes may still carry the superseded prefix, and this year's table tells this year's changes only.
    """
    told = {change.old_code for change in changes}
    before = json.loads(meta.get("recoded_counties", "{}"))
    return (
        *changes,
        *(
            AdminChange(old, new, "", "", "county", "recode")
            for old, heirs in before.items()
            if old not in told
            for new in heirs
        ),
    )


def previous_of_units(
    units: PreviousUnits,
    basis: Basis,
    unit: Ints,
    changes: tuple[AdminChange, ...] = (),
    *,
    had: Ints | None = None,
    shared: FaceShares | None = None,
) -> Previous:
    """Measure what each of last year's units shares with each new one.

    Parameters
    ----------
    units : PreviousUnits
        In the CRS of the basis.
    basis : Basis
    unit : (n,) int64
        New unit of each of its faces.
    changes : tuple of AdminChange
    had : (n,) int64, optional
        The old unit that covers each face, −1 for none, where their borders are among those of the faces.
    shared : tuple of arrays, optional
        What the faces share with the old units (`shared_with`), where it is known already.
    """
    faces, area = basis.partition.faces, basis.area
    if had is None and shared is None:
        shared = shared_with(faces, area, units.geometry)
    elif had is not None:
        covered = np.flatnonzero(had >= 0)
        shared = covered, had[covered], area[covered]
    return Previous(
        code=units.code,
        name=units.name,
        unit_id=units.unit_id,
        retired=units.retired,
        last_id=units.last_id,
        area=units.area,
        **pairs_of(cast("FaceShares", shared), area, unit),
        changes=with_earlier(changes, units.meta),
        findings=units.findings,
    )


def pairs_of(
    found: FaceShares,
    area: Floats,
    unit: Ints,
) -> dict[str, Any]:
    """Sum up what old units share with faces (see ``shared_with``) by their new unit: fields of ``Previous``."""
    face, old, shared = found
    count = number_of(unit)
    pair, where = np.unique(old * count + unit[face], return_inverse=True)
    return {
        "old": pair // count,
        "new": pair % count,
        "shared": sum_by(where.ravel(), shared, len(pair)),
        "new_area": sum_by(unit, area, count),
    }


def shared_with(faces: Objects, area: Floats, old: Objects) -> tuple[Ints, Ints, Floats]:
    """Area each face shares with each old unit: its own where it lies inside, else that of the intersection.

    Returns
    -------
    face, old : (k,) int64
        Pairs that share any.
    shared : (k,) float64
        m².
    """
    shapely.prepare(old)
    tree = shapely.STRtree(faces)
    owner, face = tree.query(old, predicate="intersects")
    inside = shapely.covers(old[owner], faces[face])
    shared = np.where(inside, area[face], 0.0)
    # What only touches needs no intersection with the whole old unit, which may have a million vertices.
    cut = np.flatnonzero(~inside)
    cut = cut[~shapely.touches(old[owner[cut]], faces[face[cut]])]
    planar = shapely.area(faces[face[cut]])
    shared[cut] = shapely.area(shapely.intersection(old[owner[cut]], faces[face[cut]])) * (area[face[cut]] / planar)
    some = shared > 0
    return face[some], owner[some], shared[some]


def lineage_rows(previous: Previous, new_codes: tuple[str, ...], min_share: float) -> list[dict[str, str | float]]:
    """Rows of the plan's lineage table: old, new, area_m2, relation.

    Pairs below ``min_share`` of the smaller unit are noise of digitising and left out. Relations: ``same`` (one to one,
    code kept), ``recode`` (one to one, another code), ``category`` (one to one, another category), ``split``,
    ``merge``, ``rearranged`` (both), ``retired`` (no heir), ``new`` (no ancestor).
    """
    small = np.minimum(previous.area[previous.old], previous.new_area[previous.new])
    use = previous.shared >= min_share * small
    old, new, shared = previous.old[use], previous.new[use], previous.shared[use]
    heirs = np.bincount(old, minlength=len(previous.code))
    ancestors = np.bincount(new, minlength=len(new_codes))
    rows: list[dict[str, str | float]] = []
    for o, n, area in zip(old, new, shared, strict=True):
        if heirs[o] == 1 and ancestors[n] == 1:
            old_code, new_code = previous.code[o], new_codes[n]
            changed = "category" if old_code[8:9] != new_code[8:9] else "recode"
            relation = "same" if old_code == new_code else changed
        else:
            relation = "rearranged" if heirs[o] > 1 and ancestors[n] > 1 else "split" if heirs[o] > 1 else "merge"
        rows.append({"old": previous.code[o], "new": new_codes[n], "area_m2": float(area), "relation": relation})
    for o in np.flatnonzero(heirs == 0):
        rows.append({"old": previous.code[o], "new": "", "area_m2": float(previous.area[o]), "relation": "retired"})
    for n in np.flatnonzero(ancestors == 0):
        rows.append({"old": "", "new": new_codes[n], "area_m2": float(previous.new_area[n]), "relation": "new"})
    return rows


# ── What of a plan goes on in the one that takes its place: codes, ids and names of units that stay much the same ──


def same_faces(plan: Plan, basis: Basis) -> bool:
    """Whether a plan lies on the faces of a basis, to the last vertex; one with cut faces (``Plan.cut``) does not."""
    old, new = plan.faces["geometry"].to_numpy(dtype=object), basis.partition.faces
    return not plan.cut and len(old) == len(new) and bool(shapely.equals_identical(old, new).all())


def previous_of_plan(case: Case, plan: Plan, basis: Basis, unit: Ints) -> Previous:
    """Take a plan that is about to be replaced for the version before.

    Parameters
    ----------
    case : Case
    plan : Plan
        On the faces of the basis, on those of an earlier one, or with faces that edits have cut.
    basis : Basis
    unit : (n,) int64
        New unit of each of its faces.

    Returns
    -------
    Previous

    Raises
    ------
    BadInput
        The case's table of administrative changes cannot be read.
    """
    units, area, count = plan.units, basis.area, len(plan.units)
    shared: tuple[Ints, Ints, Floats]
    if same_faces(plan, basis):
        old = pd.Index(units["unit_id"]).get_indexer(plan.faces["unit_id"]).astype(np.int64)
        shared, size = (np.arange(len(area)), old, area), np.asarray(sum_by(old, area, count))
    else:
        geometry, own, crs = units["geometry"].to_numpy(dtype=object), parse_crs(plan.crs), basis.sources.crs
        if own != crs:
            geometry, _ = to_crs(geometry, own, crs, Message("units"))
        geometry = np.where(shapely.is_valid(geometry), geometry, shapely.make_valid(geometry))
        size = shapely.area(geometry) if case.area == "planar" else ellipsoidal_area(geometry, crs)
        shared = shared_with(basis.partition.faces, area, geometry)
    return Previous(
        code=tuple(units["code"]),
        name=tuple(units["name"]),
        unit_id=tuple(units["unit_id"]),
        retired=tuple(json.loads(plan.meta.get("retired_codes", "[]"))),
        last_id=int(plan.meta.get("last_unit_id", "0")),
        area=size,
        **pairs_of(shared, area, unit),
        changes=with_earlier(changes_of(case), plan.meta),
    )
