"""Labelling anew on a basis kept in memory: what a switch, a threshold or a setting would change, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ..case.model import LIMITS
from ..core.errors import BadInput
from ..core.messages import Message
from ..core.progress import Progress, silent
from ..core.sums import sum_by
from ..core.toml import entry
from ..labelling.label import Labelling, label

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Bools, Floats, Ints
    from ..plan.file import Plan

_RELABEL = Message("relabel")


@dataclass(frozen=True)
class CurrentLabels:
    """How faces are labelled now: what a relabelling is compared with.

    Attributes
    ----------
    category : (n,) int64
    unit : (n,) int64
        Number of each face's unit.
    units : (3,) int64
        Number of units by category.
    ruled : (n,) int64
        Category by the rules alone.
    cut : bool
        The faces are not those of the sources any more: edits have cut some.
    """

    category: Ints
    unit: Ints
    units: Ints
    ruled: Ints
    cut: bool = False


def standing_of_labels(labelling: Labelling) -> CurrentLabels:
    """Take a labelling as it stands."""
    units = labelling.units
    counts = np.bincount(units.category, minlength=4)[1:]
    return CurrentLabels(units.category[units.of_face], units.of_face, counts, labelling.judgement.category)


def standing_of_plan(plan: Plan) -> CurrentLabels:
    """Take a plan as it stands, edits included."""
    number = pd.Index(plan.units["unit_id"]).get_indexer(plan.faces["unit_id"])
    units = np.bincount(plan.units["category"].to_numpy(dtype=np.int64), minlength=4)[1:]
    category, ruled = (plan.faces[name].to_numpy(dtype=np.int64) for name in ("category", "rule_category"))
    return CurrentLabels(category, number.astype(np.int64), units, ruled, plan.cut)


def refuse_other_faces(planned: int, laid: int | None = None, *, cut: bool, where: Message = _RELABEL) -> None:
    """Refuse to lay labels of a plan's sources beside those of the plan where its faces are others.

    Parameters
    ----------
    planned, laid : int
        Number of the plan's faces and, where they are known, of its sources'.
    cut : bool
        Edits have cut some of the plan's.
    where : Message

    Raises
    ------
    BadInput
    """
    if cut:
        raise BadInput(
            Message("edits have cut faces of the plan, and its sources give them whole"),
            where=where,
            wanted=Message("a plan whose cuts are undone, or a new run"),
        )
    if laid is not None and planned != laid:
        raise BadInput(
            Message("the plan has {planned} faces, its sources now give {laid}", planned=planned, laid=laid),
            where=where,
            wanted=Message("a new run"),
        )


@dataclass(frozen=True)
class Relabelled:
    """A labelling beside the one before it.

    Attributes
    ----------
    case : Case
        With the new settings.
    labelling : Labelling
        What they give.
    face : (k,) int64
        Faces whose category changed.
    old, new : (k,) int64
        Their categories before and after.
    flow : (3, 3) float64
        m² by category before (row) and after (column); its row sums are the areas before, its column sums those after.
    units_before, units_after : (3,) int64
        Number of units by category.
    regrouped : int
        Faces whose category stayed while the faces they share a unit with changed.
    ruled : (3,) float64
        m² by category that the rules alone would bring; the rest of a change comes with cleaning and method.
    drawn, gone : (k,) int64
        Rows of the partition's borders that would lie between two units and do not yet; and that do and would not.
    """

    case: Case
    labelling: Labelling
    face: Ints
    old: Ints
    new: Ints
    flow: Floats
    units_before: Ints
    units_after: Ints
    regrouped: int
    ruled: Floats
    drawn: Ints
    gone: Ints

    @property
    def area_before(self) -> Floats:
        """m² by category before."""
        area: Floats = self.flow.sum(axis=1)
        return area

    @property
    def area_after(self) -> Floats:
        """m² by category after."""
        area: Floats = self.flow.sum(axis=0)
        return area

    @property
    def merged(self) -> Floats:
        """m² by category that come with what follows the rules: cleaning merges small faces, a method divides."""
        return self.area_after - self.area_before - self.ruled

    @property
    def same(self) -> bool:
        """Nothing changed, neither a category nor a unit."""
        return not len(self.face) and not self.regrouped and bool((self.units_before == self.units_after).all())


def with_settings(
    case: Case,
    *,
    switches: Mapping[str, Any] | None = None,
    cleaning: Mapping[str, Any] | None = None,
    grouping: Mapping[str, Any] | None = None,
    method: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Case:
    """Change settings of a case, held against the same limits as a case file.

    Parameters
    ----------
    case : Case
    switches, cleaning, grouping : mapping, optional
        What differs from the case.
    method : str, optional
        Name of the method; with it, parameters the case gave to another method are dropped.
    parameters : mapping, optional
        All parameters of the method, in place of the case's.

    Raises
    ------
    BadInput
        An unknown key, a value of the wrong type or outside its limits.
    """
    if switches is not None:
        case = replace(case, rules=replace(case.rules, switches={**case.rules.switches, **switches}))
    if cleaning is not None:
        case = replace(case, cleaning=entry(case.cleaning, cleaning, "cleaning", LIMITS))
    if grouping is not None:
        case = replace(case, grouping=entry(case.grouping, grouping, "grouping", LIMITS))
    if method is not None and method != case.method:
        case = replace(case, method=method, method_parameters={})
    if parameters is not None:
        case = replace(case, method_parameters=dict(parameters))
    return case


def relabel(
    case: Case, basis: Basis, before: CurrentLabels, *, progress: Progress = silent, **settings: Any
) -> Relabelled:
    """Label the faces anew with other settings, and say what changes.

    Rules, cleaning, method and grouping run as in a whole run; sources, partition and evidence are as they lie.

    Parameters
    ----------
    case : Case
        The case the basis was laid from.
    basis : Basis
    before : CurrentLabels
        What is compared with: usually the open plan's.
    progress : callable
        Called while a method works that takes its time.
    **settings
        As of ``with_settings``.

    Returns
    -------
    Relabelled

    Raises
    ------
    BadInput
        As ``with_settings`` and ``label``; a change of ``snap``, which needs a new partition; or a basis that is not
        the one the standing labels lie on.
    """
    changed = with_settings(case, **settings)
    if changed.cleaning.snap != case.cleaning.snap:
        raise BadInput(
            Message("another snap moves vertices"), where=Message("[cleaning] snap"), wanted=Message("a new run")
        )
    return compare(changed, basis, before, label(changed, basis, progress=progress))


def compare(case: Case, basis: Basis, before: CurrentLabels, after: Labelling) -> Relabelled:
    """Compare labels on one basis; ``case`` is that of the later ones."""
    now = standing_of_labels(after)
    one, two = before.category, now.category
    refuse_other_faces(len(one), len(two), cut=before.cut)
    changes = one != two
    face = np.flatnonzero(changes)
    flow = sum_by((one - 1) * 3 + two - 1, basis.area, 9).reshape(3, 3)
    ruled = sum_by(now.ruled - 1, basis.area, 3) - sum_by(before.ruled - 1, basis.area, 3)
    left, right = basis.partition.borders.left, basis.partition.borders.right
    apart, stay = now.unit[left] != now.unit[right], before.unit[left] != before.unit[right]
    return Relabelled(
        case=case,
        labelling=after,
        face=face,
        old=one[face],
        new=two[face],
        flow=flow,
        units_before=before.units,
        units_after=now.units,
        regrouped=_regrouped(before.unit, now.unit, ~changes),
        ruled=ruled,
        drawn=np.flatnonzero(apart & ~stay),
        gone=np.flatnonzero(stay & ~apart),
    )


def _regrouped(one: Ints, two: Ints, among: Bools) -> int:
    """Count faces, of those ``among``, that lie where a unit is not simply one unit of the other labelling."""
    pairs, where = np.unique(np.column_stack([one, two])[among], axis=0, return_inverse=True)
    if not len(pairs):
        return 0
    alone = (np.bincount(pairs[:, 0])[pairs[:, 0]] == 1) & (np.bincount(pairs[:, 1])[pairs[:, 1]] == 1)
    return int((~alone)[where.ravel()].sum())
