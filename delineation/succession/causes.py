"""What newer sources changed: the land that went from one unit to another because a source covers it otherwise now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..core.messages import Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..basis.build import Basis
    from ..core.arrays import Ints, Objects
    from ..sources.previous_units import PreviousUnits

_LEAST = 1.0  # m² of a pair of faces: less is rounding


def causes_of_change(basis: Basis, units: PreviousUnits, of_face: Ints, kept: Ints) -> dict[int, list[Message]]:
    """Say of each unit which newer sources gave it land or took some, by what trigger and document.

    Only sources with a ``trigger`` are asked, and only last year's plan of ours says what covered its faces.

    Parameters
    ----------
    basis : Basis
    units : PreviousUnits
        Last year's.
    of_face : (n,) int64
        Unit of each face.
    kept : (u,) int64
        Row of last year's unit that goes on in each, −1 for none.

    Returns
    -------
    dict
        Unit → one reason a source.
    """
    asked = [number for number, info in enumerate(basis.sources.info) if info.trigger]
    plan = units.plan if asked else None
    if plan is None or not len(plan.faces):
        return {}
    then, now = plan.faces["geometry"].to_numpy(dtype=object), basis.partition.faces
    old, new = face_pairs(then, now)
    row = pd.Index(units.unit_id).get_indexer(plan.faces["unit_id"])
    heir = np.full(len(units) + 1, -1, dtype=np.int64)
    heir[kept[kept >= 0]] = np.flatnonzero(kept >= 0)
    # Land that stays with its unit is no change of it.
    moved = heir[row[old]] != of_face[new]
    old, new = old[moved], new[moved]
    shared = shapely.area(shapely.intersection(then[old], now[new]))
    old, new, shared = old[shared > _LEAST], new[shared > _LEAST], shared[shared > _LEAST]
    giver = heir[row[old]]
    out: dict[int, list[Message]] = {}
    for role in dict.fromkeys(basis.sources.info[number].role for number in asked):
        other = covers_then(plan.coverage, plan.features, plan.faces["face_id"], role)[old]
        changed = other != _covers_now(basis, role, new)
        if not changed.any():
            continue
        info = next(basis.sources.info[number] for number in asked if basis.sources.info[number].role == role)
        for unit in np.unique(np.concatenate([giver[changed], of_face[new[changed]]])).tolist():
            if unit < 0:
                continue
            facts: dict[str, Any] = {
                "role": role,
                "trigger": info.trigger,
                "gained": float(shared[changed & (of_face[new] == unit)].sum()),
                "lost": float(shared[changed & (giver == unit)].sum()),
            }
            if info.document:
                said = Message(
                    "{role:role} updated ({trigger:trigger}, {document}): {gained:area} gained, {lost:area} lost",
                    **facts,
                    document=info.document,
                )
            else:
                said = Message(
                    "{role:role} updated ({trigger:trigger}): {gained:area} gained, {lost:area} lost", **facts
                )
            out.setdefault(unit, []).append(said)
    return out


def face_pairs(then: Objects, now: Objects) -> tuple[Ints, Ints]:
    """Faces of then and now that may share area: those of equal bytes, the rest where they meet."""
    known = {shape: number for number, shape in enumerate(shapely.to_wkb(then).tolist())}
    same = np.array([known.get(shape, -1) for shape in shapely.to_wkb(now).tolist()], dtype=np.int64)
    new = np.flatnonzero(same >= 0)
    rest_then = np.setdiff1d(np.arange(len(then)), same[new])
    rest_now = np.flatnonzero(same < 0)
    here, there = shapely.STRtree(then[rest_then]).query(now[rest_now], predicate="intersects")
    return np.concatenate([same[new], rest_then[there]]), np.concatenate([new, rest_now[here]])


def covers_then(coverage: pd.DataFrame, features: pd.DataFrame, face_id: pd.Series, role: str) -> Objects:
    """Give what covers each of last year's faces by a role, as a text: zones, grades and names."""
    mine = coverage[coverage["role"] == role]
    names = dict(zip(zip(features["source"], features["feature_id"], strict=True), features["name"], strict=True))
    texts = [
        f"{zone or ''}|{grade or ''}|{names.get((source, feature), '')}"
        for zone, grade, source, feature in mine[["zone", "grade", "source", "feature_id"]].itertuples(index=False)
    ]
    return _joined(pd.Index(face_id).get_indexer(mine["face_id"]), texts, len(face_id))


def _covers_now(basis: Basis, role: str, faces: Ints) -> Objects:
    features, coverage = basis.features, basis.partition.coverage
    mine = features.of(role)[coverage.feature] & np.isin(coverage.face, faces)
    feature = coverage.feature[mine]
    said = (features.zone[feature], features.grade[feature], features.name[feature])
    texts = ["|".join(one) for one in zip(*said, strict=True)]
    return _joined(coverage.face[mine], texts, len(basis.partition))[faces]


def _joined(face: Ints, texts: Sequence[str], count: int) -> Objects:
    """Put the texts of each face together, each once, in order."""
    found: dict[int, set[str]] = {}
    for number, text in zip(face, texts, strict=True):
        found.setdefault(int(number), set()).add(text)
    out = np.full(count, "", dtype=object)
    for number, own in found.items():
        out[number] = "\n".join(sorted(own))
    return out
