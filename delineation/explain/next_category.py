"""How far a place is from the next category: what would have to go, which rule nearly holds, which share is missing."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ..core.messages import Message, percent
from ..core.sums import sum_by
from ..rules.table import ATTRIBUTE, GENERAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..core.arrays import Floats, Ints
    from ..rules.rejudging import Rejudged
    from ..rules.table import Rule


@dataclass(frozen=True)
class Next:
    """The category that would hold instead, and what separates the place from it.

    Attributes
    ----------
    category : int
        0 where there is none.
    why : str
        ``gone``: the features of ``role`` (and of ``others``, which hold it up too) would have to go. ``share``: under
        fitting a share lies over or under a threshold. Of a general place the rule that is nearest to hold: ``area``:
        its feature is too small; ``grade``: its feature is of another grade; ``condition``: its condition on other
        roles is not met; ``switch``: it is switched off; ``beside``: it holds some way off. ``none``: no rule is near.
    role, zone, rule : str
        Role whose features decide now, or those of the rule that nearly holds.
    others : tuple of str
        Further roles that give the same category, in the order in which they would decide.
    area_m2, share : float
        Area that would change, m² and 0–1 of the place.
    gap : float
        Under fitting: how far a share is over the threshold, 0–1; negative where it lies under it.
    of : int
        Category whose share that is, 0 for none.
    threshold : float
        0–1.
    measured_m2, least_m2 : float
        Area of the rule's feature, and the least that the rule asks for.
    metres : float
        Distance to where the rule holds, in the plan's CRS.
    """

    category: int
    why: str = "gone"
    role: str = ""
    zone: str = ""
    rule: str = ""
    others: tuple[str, ...] = ()
    area_m2: float = 0.0
    share: float = 0.0
    gap: float = 0.0
    of: int = 0
    threshold: float = 0.0
    measured_m2: float = 0.0
    least_m2: float = 0.0
    metres: float = 0.0

    def distance(self) -> Message:
        """Say it with its unit."""
        facts: dict[str, Any] = {"area": self.area_m2, "role": self.role, "rule": self.rule}
        if self.why == "share":
            # What a place could become lacks a share; what it is has one to lose.
            told = {"points": percent(abs(self.gap)), "threshold": self.threshold}
            if self.of == self.category:
                return Message(
                    "its share is {points:.2f} percentage points below the threshold of {threshold:share}", **told
                )
            return Message(
                "its share is {points:.2f} percentage points above the threshold of {threshold:share}", **told
            )
        if self.why == "area":
            facts |= {"area": self.least_m2 - self.measured_m2, "least": self.least_m2}
            return Message("{area:area} of {role:role} short of the {least:area} that rule {rule} asks for", **facts)
        if self.why == "grade":
            return Message("{area:area} under rule {rule}, which takes other grades", **facts)
        if self.why == "condition":
            return Message("{area:area} under rule {rule}, whose condition is not met", **facts)
        if self.why == "switch":
            return Message("{area:area} under rule {rule}, which is switched off", **facts)
        if self.why == "beside":
            return Message("{metres:,.2f} m to {role:role} (rule {rule})", metres=self.metres, **facts)
        roles = (self.role, *self.others)
        return Message(
            "{area:area} of {roles:role} ({share:share} of the area)", roles=roles, share=self.share, **facts
        )

    def facts(self) -> dict[str, Any]:
        """Give it as numbers."""
        return asdict(self)


def next_category(again: Rejudged, category: int, kind: str, root: Ints, faces: Ints) -> Next | None:
    """Find the category that would hold if what decides were not there, or if the rule that is nearest did hold.

    Parameters
    ----------
    again : Rejudged
    category : int
        What the unit is.
    kind : str
        Its kind.
    root : (n,) int64
        Row of the face whose labels each face carries.
    faces : (k,) int64
        Rows of the faces asked about.

    Returns
    -------
    Next or None
        None where the rules do not say what the place is: the method has given it.
    """
    plan = again.plan
    if plan.meta["method"] == "fitting":
        # The share is the whole cell's, also where one of its points is asked about.
        cell = np.flatnonzero(plan.faces["unit_id"] == plan.faces["unit_id"].iloc[faces[0]])
        fitted = _fitted(again, category, root, cell)
        if fitted is not None:
            return fitted
    if category != GENERAL:
        return _gone(again, category, kind, root, faces)
    if not (again.judgement.category[root[faces]] == GENERAL).any():
        return None
    return _nearest(again, root, faces) or _beside(again, faces) or Next(0, why="none")


def _gone(again: Rejudged, category: int, kind: str, root: Ints, faces: Ints) -> Next | None:
    """Take away one role after the other of those that give the category, until it does not hold any more."""
    own, area = root[faces], again.area[faces]
    before, away = again.judgement.category[own], [kind]
    while True:
        other = again.judge(without=frozenset(away), among=np.unique(own))
        after = other.category[own]
        changes = before != after
        if changes.any():
            break
        # What gives the category now, by area.
        rule = np.where(before == category, other.rule[own], -1)
        if (rule < 0).all():
            return None
        most = int(sum_by(rule + 1, area * (rule >= 0), int(rule.max()) + 2).argmax()) - 1
        away.append(again.rules.rows[most].role)
    following = int(sum_by(after[changes], area[changes], 4).argmax())
    size, whole = float(area[changes].sum()), float(area.sum())
    return Next(following, role=kind, others=tuple(away[1:]), area_m2=size, share=size / whole)


def _nearest(again: Rejudged, root: Ints, faces: Ints) -> Next | None:
    """Of the rules whose features lie here and do not decide, find the one that would change most if it held."""
    rank = {again.rules.rows[row].id: int(place) for row, place in enumerate(again.rules.rank())}
    found = list(_near(again, root[faces], again.area[faces]))
    return max(found, key=lambda one: (one.area_m2, -rank[one.rule])) if found else None


def _near(again: Rejudged, own: Ints, area: Floats) -> Iterator[Next]:
    features, coverage = again.features, again.coverage
    here = np.unique(coverage.feature[np.isin(coverage.face, own)])
    role, zone = features.role[here].astype(str), features.zone[here].astype(str)
    whole, general = float(area.sum()), again.judgement.category[own] == GENERAL
    for number, row in enumerate(again.rules.rows):
        if row.effect in (ATTRIBUTE, GENERAL):
            continue
        of_rule = here[(role == row.role) & (np.isin(zone, row.zones) | ("*" in row.zones))]
        for why, tried in _obstacles(row, switched_on=again.rules.active[number]) if len(of_rule) else ():
            after = again.judge(among=np.unique(own), instead=(number, tried)).category[own]
            changes = general & (after == row.effect)
            if changes.any():
                size, changed = again.feature_area[of_rule], float(area[changes].sum())
                largest = int(size.argmax())
                yield Next(
                    row.effect,
                    why=why,
                    role=row.role,
                    zone=str(features.zone[of_rule[largest]]),
                    rule=row.id,
                    area_m2=changed,
                    share=changed / whole,
                    measured_m2=float(size[largest]),
                    least_m2=row.min_area,
                )
                break


def _obstacles(row: Rule, *, switched_on: bool) -> Iterator[tuple[str, Rule]]:
    """Give what may stand in a rule's way, and the rule without it."""
    if not switched_on:
        yield "switch", row
        return
    yield "area", replace(row, min_area=0.0)
    yield "grade", replace(row, grades=("*",))
    yield "condition", replace(row, min_area=0.0, inside=None, outside=None, min_share=0.0)


def _beside(again: Rejudged, faces: Ints) -> Next | None:
    """Of a single place: how far off a rule holds. Of a whole unit this would only say that it has neighbours."""
    decided, tree = again.decided
    if len(faces) != 1 or not len(decided):
        return None
    place = again.plan.faces["geometry"].iloc[faces[0]]
    near, metres = tree.query_nearest(place, return_distance=True)
    nearest = int(decided[near.min()])
    row = again.rules.rows[int(again.judgement.rule[nearest])]
    zone = again.features.zone[int(again.judgement.feature[nearest])]
    category = int(again.judgement.category[nearest])
    return Next(category, why="beside", role=row.role, zone=str(zone), rule=row.id, metres=float(metres.min()))


def _fitted(again: Rejudged, category: int, root: Ints, faces: Ints) -> Next | None:
    """Under fitting a cell's category hangs on a share and a threshold; None for sea, what is carved, or by terrain."""
    parameters = json.loads(again.plan.meta["method_parameters"])
    limit = {1: parameters.get("threshold", 0.5), 2: parameters.get("threshold_key", 0.5)}
    ruled, area = again.judgement.category[root[faces]], again.area[faces]
    share = {c: float(area[ruled == c].sum() / area.sum()) for c in (1, 2)}
    plain = all(isinstance(value, int | float) for value in limit.values())
    at_sea = again.coverage.face[again.features.of("sea")[again.coverage.feature]]
    if not plain or parameters.get("denominator", "remainder") != "remainder" or np.isin(faces, at_sea).any():
        return None
    if category == GENERAL:
        following = min(limit, key=lambda c: (limit[c] - share[c], c))
        gap = share[following] - limit[following]
        return Next(following, why="share", gap=gap, of=following, threshold=limit[following])
    if share[category] >= 1 - 1e-12:
        return None
    following = 2 if category == 1 and share[2] >= limit[2] else GENERAL
    gap = share[category] - limit[category]
    return Next(following, why="share", gap=gap, of=category, threshold=limit[category])
