"""Judging: the rules turn what covers a face into its category, with every reason kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..core.arrays import firsts
from ..core.sums import sum_by
from .table import ATTRIBUTE, GENERAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..core.arrays import Bools, Floats, Ints
    from ..partition import Coverage
    from ..sources.features import Features
    from .table import RuleTable

# Sums of floats: a share or an area that is the threshold up to rounding passes.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Judgement:
    """What the rules say of each face.

    Attributes
    ----------
    category : (n,) int64
        1–3; faces that no deciding row reaches are general.
    rule : (n,) int64
        Row of the deciding rule, −1 for the rest.
    feature : (n,) int64
        Feature row the deciding rule rests on, −1 for the rest.
    reason_face, reason_rule, reason_feature : (r,) int64
        Every rule that spoke of a face, attributes included, sorted by face and rank. Of a feature for which one row
        has decided, later attribute rows say nothing more.
    """

    category: Ints
    rule: Ints
    feature: Ints
    reason_face: Ints
    reason_rule: Ints
    reason_feature: Ints


def judge(
    table: RuleTable,
    features: Features,
    coverage: Coverage,
    area: Floats,
    feature_area: Floats,
) -> Judgement:
    """Apply the active rules to every face.

    Parameters
    ----------
    table : RuleTable
    features : Features
    coverage : Coverage
    area : (n,) float64
        Face areas, m².
    feature_area : (m,) float64
        Area of each feature, m².

    Returns
    -------
    Judgement
    """
    count = len(area)
    face, rule, feature = _matches(table, features, coverage, area, feature_area)
    effect = np.array([row.effect for row in table.rows], dtype=np.int64)
    order = np.lexsort((feature, table.rank()[rule], face))
    face, rule, feature = face[order], rule[order], feature[order]
    spoken = _still_speaking(face * max(len(features), 1) + feature, effect[rule] != ATTRIBUTE)
    face, rule, feature = face[spoken], rule[spoken], feature[spoken]
    deciding = np.flatnonzero(effect[rule] != ATTRIBUTE)
    first = firsts(deciding, face)
    category = np.full(count, GENERAL, dtype=np.int64)
    by_rule, by_feature = np.full(count, -1, dtype=np.int64), np.full(count, -1, dtype=np.int64)
    category[face[first]] = effect[rule[first]]
    # A face that is general by a general zone has that zone among its reasons, but no kind: it is part of the rest.
    decided = first[effect[rule[first]] != GENERAL]
    by_rule[face[decided]], by_feature[face[decided]] = rule[decided], feature[decided]
    return Judgement(category, by_rule, by_feature, face, rule, feature)


def _matches(
    table: RuleTable,
    features: Features,
    coverage: Coverage,
    area: Floats,
    feature_area: Floats,
) -> tuple[Ints, Ints, Ints]:
    """Faces, rows and features of all that active rows speak of."""
    found: list[tuple[Ints, Ints, Ints]] = []
    role, zone, grade = (one.astype(str) for one in (features.role, features.zone, features.grade))
    for number, row in enumerate(table.rows):
        if not table.active[number]:
            continue
        match = (role == row.role) & (feature_area >= row.min_area * (1 - _ROUNDING))
        if "*" not in row.zones:
            match &= np.isin(zone, row.zones)
        if "*" not in row.grades:
            match &= np.isin(grade, row.grades)
        picked = np.flatnonzero(match[coverage.feature])
        if not len(picked):
            continue
        face, feature = coverage.face[picked], coverage.feature[picked]
        fits = np.ones(len(picked), dtype=bool)
        for place, wanted in ((row.inside, True), (row.outside, False)):
            if place is None:
                continue
            here = _present(place, role, zone, coverage, len(area))[face] == wanted
            if row.min_share:
                met = sum_by(feature, area[face] * here, len(features))
                whole = sum_by(feature, area[face], len(features))
                here = (met >= (row.min_share - _ROUNDING) * whole)[feature]
            fits &= here
        found.append((face[fits], np.full(int(fits.sum()), number, dtype=np.int64), feature[fits]))
    if not found:
        return (np.zeros(0, dtype=np.int64),) * 3
    face, rule, feature = (np.concatenate(part) for part in zip(*found, strict=True))
    return face, rule, feature


def _still_speaking(pair: Ints, decides: Bools) -> Bools:
    """Which reasons stay: of each pair of face and feature, in order of rank, no attribute behind a deciding row."""
    order = np.argsort(pair, kind="stable")
    deciding = decides[order].astype(np.int64)
    start = np.flatnonzero(np.diff(pair[order], prepend=-1))
    before = np.cumsum(deciding) - deciding
    ahead = before - np.repeat(before[start], np.diff(np.append(start, len(pair))))
    stays = np.empty(len(pair), dtype=bool)
    stays[order] = decides[order] | (ahead == 0)
    return stays


def _present(
    place: tuple[str, str], role: NDArray[np.str_], zone: NDArray[np.str_], coverage: Coverage, count: int
) -> Bools:
    match = role == place[0]
    if place[1]:
        match = match & (zone == place[1])
    here = np.zeros(count, dtype=bool)
    here[coverage.face[match[coverage.feature]]] = True
    return here
