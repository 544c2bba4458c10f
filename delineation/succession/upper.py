"""The scheme of the level above ([upper]): its units taken over, or kept to by finer ones; what differs where free."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..core.errors import BadInput
from ..core.findings import Facts, Finding
from ..core.messages import Message
from ..core.sums import sum_by
from .last_year import unit_of_faces
from .predecessor import shared_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..basis.build import Basis
    from ..case.model import Case
    from ..core.arrays import Floats, Ints
    from ..labelling.codes import Coded
    from ..labelling.units import Units
    from ..methods import Labels
    from ..sources.previous_units import PreviousUnits
    from .predecessor import Predecessor

_NOISE = 0.01  # share of the smaller unit below which two only touch
_BARE = 1e-4  # share of the study area from which land outside the scheme is told


def upper_of_faces(case: Case, basis: Basis) -> Ints:
    """Row of the upper level's unit on each face, −1 for none; all −1 where it does not cut.

    Raises
    ------
    BadInput
        A unit of it whose category nobody can tell, or a basis that was laid without it.
    """
    upper = basis.cutting.get("upper")
    if not case.upper.path or case.upper.mode == "free":
        return np.full(len(basis.partition), -1, dtype=np.int64)
    if upper is None:
        raise BadInput(
            Message("the borders of the upper level are not among the faces"),
            where=Message("[upper] mode"),
            wanted=Message("a new run of the case"),
        )
    blank = np.flatnonzero(upper.category == 0)
    if len(blank):
        raise BadInput(
            Message("no category of unit '{code}'", code=upper.code[blank[0]]),
            where=upper.place,
            wanted=Message("codes that tell it, or [upper] fields = { category = … }"),
        )
    return unit_of_faces(basis, upper, "upper")


def under_upper(
    mode: str,
    upper: PreviousUnits,
    above: Ints,
    labels: Labels,
    kinds: tuple[str, ...],
    area: Floats,
    must: Ints,
) -> Labels:
    """Bring labels under the units of the upper level.

    Parameters
    ----------
    mode : str
        ``fixed``: faces make the unit that they have there; ``refine``: none is lower than it is there.
    upper : PreviousUnits
    above : (n,) int64
        Row of its unit on each face, −1 for none.
    labels : Labels
        Of the method; of faces that ride, their hosts'.
    kinds : tuple of str
    area : (n,) float64
        m².
    must : (n,) int64
        Category that a protected face must not fall below, 3 for any other: what would is not taken over.
    """
    known = above >= 0
    category = np.append(upper.category, 3)[above]
    kind = _kinds(upper, above, labels, kinds, area)[above]
    take = known & (category <= must) if mode == "fixed" else known & (category < labels.category)
    unit = np.where(take, above, labels.unit) if mode == "fixed" else labels.unit
    return replace(
        labels,
        category=np.where(take, category, labels.category),
        kind=np.where(take, kind, labels.kind),
        unit=unit,
    )


def _kinds(upper: PreviousUnits, above: Ints, labels: Labels, kinds: tuple[str, ...], area: Floats) -> Ints:
    """Kind of each unit: as its layer says, else that of most of its land of its category; a row more for none."""
    count, general = len(upper), kinds.index("general")
    number = {name: place for place, name in enumerate(kinds)}
    alike = (above >= 0) & (labels.category == np.append(upper.category, 0)[above])
    weight = sum_by(above[alike] * len(kinds) + labels.kind[alike], area[alike], count * len(kinds))
    weight = weight.reshape(count, len(kinds))
    most = np.where(weight.sum(axis=1) > 0, weight.argmax(axis=1), general)
    own = np.array([number.get(name, -1) for name in upper.kind], dtype=np.int64)
    found = np.where(own >= 0, own, most)
    return np.append(np.where(upper.category == 3, general, found), general)


def taken_codes(
    coded: Coded, units: Units, taken: Ints, upper: PreviousUnits, before: Predecessor | None
) -> tuple[Coded, Ints]:
    """Give units that are those of the upper level its codes; of several parts of one the largest has it.

    Parameters
    ----------
    coded : Coded
        As codes would be without it.
    units : Units
    taken : (u,) int64
        Row of the upper unit that each is, −1 for none.
    upper : PreviousUnits
    before : Predecessor, optional
        Whose codes, where they go on no more, are retired.

    Returns
    -------
    coded : Coded
    taken : (u,) int64
        −1 for those, too, that did not get the code.
    """
    out = np.full(len(taken), -1, dtype=np.int64)
    for row in np.unique(taken[taken >= 0]):
        mine = np.flatnonzero(taken == row)
        out[mine[np.argmax(units.area[mine])]] = row
    codes = [upper.code[row] if row >= 0 else code for row, code in zip(out, coded.code, strict=True)]
    claimed = set(upper.code)
    for unit in np.flatnonzero(out < 0):
        if codes[unit] in claimed:
            stem = codes[unit][:-4]
            used = [int(code[-4:]) for code in (*codes, *claimed, *coded.retired) if code[:-4] == stem]
            codes[unit] = f"{stem}{max(used) + 1:04d}"
    former = {*before.code, *before.retired} if before is not None else set()
    retired = tuple(sorted((former | set(coded.retired)) - set(codes)))
    return replace(coded, code=tuple(codes), retired=retired), out


def compared_with_upper(upper: PreviousUnits, basis: Basis, units: Units, codes: Sequence[str]) -> list[Finding]:
    """Tell where units are lower than the scheme of the level above, cross its borders or lie beyond it (``free``)."""
    face, row, shared = shared_with(basis.partition.faces, basis.area, upper.geometry)
    unit = units.of_face[face]
    lower = (upper.category[row] > 0) & (units.category[unit] > upper.category[row])
    size = float(shared[lower].sum())
    pair, where = np.unique(unit * len(upper) + row, return_inverse=True)
    both = sum_by(where.ravel(), shared, len(pair))
    least = _NOISE * np.minimum(units.area[pair // len(upper)], upper.area[pair % len(upper)])
    several = np.bincount((pair // len(upper))[both > least], minlength=len(units)) > 1
    told = tuple(codes[one] for one in np.unique(np.concatenate([unit[lower], np.flatnonzero(several)])))
    findings = []
    if told:
        facts: Facts = {"source": upper.place, "area_m2": size, "count": int(several.sum())}
        findings.append(Finding("S66", facts, value=size, units=told))
    # The scheme of another place, or one that ends before, must not look as if all agreed with it.
    bare = basis.area - np.minimum(sum_by(face, shared, len(basis.area)), basis.area)
    if bare.sum() > _BARE * basis.area.sum():
        where = tuple(codes[one] for one in np.unique(units.of_face[bare > _NOISE * basis.area]))
        facts = {"source": upper.place, "area_m2": float(bare.sum()), "problem": "bare"}
        findings.append(Finding("S66", facts, value=float(bare.sum()), units=where))
    unread = int((upper.category == 0).sum())
    if unread:
        facts = {"source": upper.place, "count": unread, "of": len(upper), "problem": "unread"}
        findings.append(Finding("S66", facts, value=float(unread)))
    return findings
