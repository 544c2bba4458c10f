"""Why a unit or a place is what it is: rule, measured shares, source features, evidence, the next category."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from .errors import BadInput
from .judging import Judgement, judge
from .partition import Coverage
from .profile import nearest
from .rules import ATTRIBUTE, RuleTable, rules_of_plan
from .sources.crs import parse_crs, to_crs
from .sources.features import Features
from .sums import sum_by

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .plan import Plan

__all__ = ["Rejudged", "why"]


@dataclass(frozen=True)
class Rejudged:
    """A plan's rules applied again to what its own tables hold.

    Attributes
    ----------
    plan : Plan
    """

    plan: Plan

    @cached_property
    def rules(self) -> RuleTable:
        """The rules as the plan keeps them."""
        return rules_of_plan({name: self.plan.rules[name].to_numpy() for name in self.plan.rules})

    @cached_property
    def _rows(self) -> tuple[Features, Coverage]:
        table = self.plan.coverage
        keys = table[["role", "source", "feature_id", "zone"]].fillna("")
        number = keys.groupby(["source", "role", "feature_id", "zone"], sort=True).ngroup().to_numpy()
        _, first = np.unique(number, return_index=True)
        one = keys.iloc[first]
        empty = np.full(len(first), "", dtype=object)
        sources = {name: position for position, name in enumerate(self.plan.sources["source"])}
        features = Features(
            geometry=np.full(len(first), None, dtype=object),
            source=one["source"].map(sources).fillna(-1).to_numpy(dtype=np.int64),
            role=one["role"].to_numpy(dtype=object),
            feature_id=one["feature_id"].to_numpy(dtype=np.int64),
            zone=one["zone"].to_numpy(dtype=object),
            subtype=empty,
            code=empty,
            name=empty,
        )
        return features, Coverage(table["face_id"].to_numpy(dtype=np.int64) - 1, number.astype(np.int64))

    @property
    def features(self) -> Features:
        """Source features, without geometry."""
        return self._rows[0]

    @property
    def coverage(self) -> Coverage:
        """Which of them covers which face."""
        return self._rows[1]

    @cached_property
    def area(self) -> NDArray[np.float64]:
        """Face areas, m²."""
        return np.asarray(self.plan.faces["area_m2"], dtype=np.float64)

    @cached_property
    def judgement(self) -> Judgement:
        """What the rules say of each face."""
        return self.judge()

    def judge(self, without: str = "") -> Judgement:
        """Judge all faces, as if there were no features of role ``without``."""
        coverage = self.coverage
        weight = self.area[coverage.face]
        feature_area = sum_by(coverage.feature, weight, len(self.features))
        if without:
            keep = (self.features.role.astype(str) != without)[coverage.feature]
            coverage = Coverage(coverage.face[keep], coverage.feature[keep])
        return judge(self.rules, self.features, coverage, self.area, feature_area)


def why(plan: Plan, what: str, *, crs: str | None = None) -> dict[str, Any]:
    """Explain a unit or the place of a point.

    Parameters
    ----------
    plan : Plan
    what : str
        A unit's code or id, or ``x,y``.
    crs : str, optional
        CRS of the point, if not the plan's.

    Returns
    -------
    dict
        ``unit`` (code), ``name``, ``category``, ``area_m2``, ``rule``, ``rode_m2`` (of it, what rides with a host),
        ``reasons`` (role, zone, source, feature_id, share, area_m2, rule, effect; what decides first, then attributes,
        then ``rides``: what only riders have and does not count for them), ``evidence``, ``next_category`` (category
        and distance with its unit; None where nothing decides). The reasons of a face that rides are its host's, and
        the shares are of face and host together.

    Raises
    ------
    BadInput
        No such unit, or a point outside the plan.
    """
    faces, unit = _find(plan, what, crs)
    again = Rejudged(plan)
    row = plan.units.iloc[unit]
    judgement, rules = again.judgement, again.rules
    # Riders have their host's reasons: these are why they are what they are.
    host = plan.faces["host"].fillna(0).to_numpy(dtype=np.int64)
    root = np.where(host > 0, host - 1, np.arange(len(host)))
    own = np.unique(root[faces])
    decided = judgement.category[root[faces]] == int(row["category"])
    rule = _main_rule(judgement, again.area, root, faces[decided] if decided.any() else faces)
    return {
        "unit": str(row["code"]),
        "name": str(row["name"]),
        "category": int(row["category"]),
        "area_m2": float(again.area[faces].sum()),
        "rule": f"{rules.rows[rule].id} {rules.rows[rule].title}" if rule >= 0 else "其余区域 (the rest)",
        "rode_m2": float(again.area[np.setdiff1d(faces, own)].sum()),
        "reasons": _reasons(again, judgement, np.union1d(faces, own), own),
        "evidence": _evidence(plan, again.area, faces),
        "next_category": _next(again, plan, int(row["category"]), str(row["kind"]), root, faces),
    }


def _find(plan: Plan, what: str, crs: str | None) -> tuple[NDArray[np.int64], int]:
    units = plan.units
    x, comma, y = what.partition(",")
    if comma:
        try:
            point = np.array([shapely.Point(float(x), float(y))], dtype=object)
        except ValueError:
            raise BadInput(f"'{what}' is no point", where="why", wanted="x,y in the plan's CRS") from None
        if crs:
            point, _ = to_crs(point, parse_crs(crs, "--crs"), parse_crs(plan.crs), what)
        geometry = plan.faces["geometry"].to_numpy(dtype=object)
        hit = shapely.STRtree(geometry).query(point[0], predicate="intersects")
        if not len(hit):
            raise BadInput(f"point {what} lies outside the plan", where="why", wanted="a point in its area and CRS")
        face = int(hit.min())
        unit_id = plan.faces["unit_id"].iloc[face]
        return np.array([face]), int(np.flatnonzero(units["unit_id"] == unit_id)[0])
    found = np.flatnonzero((units["code"] == what) | (units["unit_id"] == what))
    if not len(found):
        raise BadInput(f"no unit '{what}'", where="why", wanted=nearest(what, units["code"].astype(str)))
    unit = int(found[0])
    return np.flatnonzero(plan.faces["unit_id"] == units["unit_id"].iloc[unit]), unit


def _main_rule(
    judgement: Judgement, area: NDArray[np.float64], root: NDArray[np.int64], faces: NDArray[np.int64]
) -> int:
    rule = judgement.rule[root[faces]] + 1
    return int(sum_by(rule, area[faces], int(rule.max()) + 1).argmax()) - 1


def _reasons(
    again: Rejudged, judgement: Judgement, faces: NDArray[np.int64], own: NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Rules that speak of these faces, by source feature: deciding ones first, then by area, then the riders'."""
    use = np.isin(judgement.reason_face, faces)
    face = judgement.reason_face[use]
    table = pd.DataFrame({
        "feature": judgement.reason_feature[use],
        "rule": judgement.reason_rule[use],
        "rides": ~np.isin(face, own),
        "area_m2": again.area[face],
    })  # fmt: skip
    # What riders have in common with their hosts is counted with these.
    table = table.groupby(["feature", "rule"], sort=True).agg({"area_m2": "sum", "rides": "all"}).reset_index()
    whole = float(again.area[faces].sum())
    rows, features, rank = again.rules.rows, again.features, again.rules.rank()
    table["attribute"] = [rows[rule].effect == ATTRIBUTE for rule in table["rule"]]
    table["rank"] = rank[table["rule"].to_numpy(dtype=np.int64)]
    keys = ["rides", "attribute", "rank", "area_m2", "feature"]
    table = table.sort_values(keys, ascending=[True, True, True, False, True], kind="stable")
    names = again.plan.sources["source"].tolist()
    return [
        {
            "role": str(features.role[feature]),
            "zone": str(features.zone[feature]),
            "source": names[features.source[feature]],
            "feature_id": int(features.feature_id[feature]),
            "share": size / whole,
            "area_m2": size,
            "rule": rows[rule].id,
            "effect": "rides" if rides else "attribute" if rows[rule].effect == ATTRIBUTE else rows[rule].effect,
        }
        for feature, rule, rides, size in zip(
            table["feature"], table["rule"], table["rides"], table["area_m2"].tolist(), strict=True
        )
    ]


def _evidence(plan: Plan, area: NDArray[np.float64], faces: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Area-weighted evidence of the faces, with the share that data covers."""
    table = plan.evidence[plan.evidence["face_id"].isin(faces + 1)]
    least = float(plan.meta["covered_min"])
    whole = float(area[faces].sum())
    out = []
    for raster, rows in table.groupby("raster", sort=True):
        weight = rows["covered"].fillna(0).to_numpy() * area[rows["face_id"].to_numpy(dtype=np.int64) - 1]
        covered = float(weight.sum()) / whole
        value = rows["mean"].to_numpy(dtype=np.float64)
        known = (weight > 0) & ~np.isnan(value)
        mean = float(np.average(value[known], weights=weight[known])) if known.any() else None
        most = pd.Series(weight).groupby(rows["majority"].to_numpy()).sum()
        majority = float(most.idxmax()) if len(most) else None
        out.append({
            "raster": str(raster), "mean": mean, "majority": majority, "covered": covered, "decides": covered >= least,
        })  # fmt: skip
    return out


def _next(
    again: Rejudged, plan: Plan, category: int, kind: str, root: NDArray[np.int64], faces: NDArray[np.int64]
) -> dict[str, Any] | None:
    """Find the category that would hold if what decides were not there, and how much would have to go."""
    if plan.meta["method"] == "fitting":
        # The share is the whole cell's, also where one of its points is asked about.
        cell = np.flatnonzero(plan.faces["unit_id"] == plan.faces["unit_id"].iloc[faces[0]])
        fitted = _next_fitting(again, plan, category, root, cell)
        if fitted is not None:
            return fitted
    if category == 3:
        return None
    other = again.judge(without=kind)
    before, after = again.judgement.category[root[faces]], other.category[root[faces]]
    area = again.area[faces]
    changes = before != after
    if not changes.any():
        return None
    following = int(sum_by(after[changes], area[changes], 4).argmax())
    size, whole = float(area[changes].sum()), float(area.sum())
    return {"category": following, "distance": f"{size:.2f} m² of {kind} ({size / whole:.2%} of the area)"}


def _next_fitting(
    again: Rejudged, plan: Plan, category: int, root: NDArray[np.int64], faces: NDArray[np.int64]
) -> dict[str, Any] | None:
    """Under fitting a cell's category hangs on a share and a threshold; None for sea, what is carved, or by terrain."""
    parameters = json.loads(plan.meta["method_parameters"])
    limit = {1: parameters.get("threshold", 0.5), 2: parameters.get("threshold_key", 0.5)}
    ruled, area = again.judgement.category[root[faces]], again.area[faces]
    share = {c: float(area[ruled == c].sum() / area.sum()) for c in (1, 2)}
    plain = all(isinstance(value, int | float) for value in limit.values())
    at_sea = again.coverage.face[again.features.of("sea")[again.coverage.feature]]
    if not plain or parameters.get("denominator", "remainder") != "remainder" or np.isin(faces, at_sea).any():
        return None
    if category == 3:
        following = min(limit, key=lambda c: (limit[c] - share[c], c))
        gap, where, least = limit[following] - share[following], "under", limit[following]
    elif share[category] >= 1 - 1e-12:
        return None
    else:
        following = 2 if category == 1 and share[2] >= limit[2] else 3
        gap, where, least = share[category] - limit[category], "over", limit[category]
    distance = f"{gap * 100:.2f} percentage points of its share {where} the threshold {least:.0%}"
    return {"category": following, "distance": distance}
