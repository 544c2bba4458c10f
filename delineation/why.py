"""Why a unit or a place is what it is: rule, measured shares, source features, evidence, the next category."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from .errors import BadInput
from .judging import Judgement, judge
from .next_category import next_category
from .partition import Coverage
from .profile import nearest
from .rules import ATTRIBUTE, RuleTable, rules_of_plan
from .sources.coordinates.crs import parse_crs, to_crs
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
    def tree(self) -> shapely.STRtree:
        """Faces by place."""
        return shapely.STRtree(self.plan.faces["geometry"].to_numpy(dtype=object))

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


def why(plan: Plan, what: str, *, crs: str | None = None, again: Rejudged | None = None) -> dict[str, Any]:
    """Explain a unit or the place of a point.

    Parameters
    ----------
    plan : Plan
    what : str
        A unit's code or id, or ``x,y``.
    crs : str, optional
        CRS of the point, if not the plan's.
    again : Rejudged, optional
        Of this plan, kept by a caller who asks often: judging all faces is most of the work.

    Returns
    -------
    dict
        ``unit`` (code), ``name``, ``category``, ``area_m2``, ``rule``, ``rode_m2`` (of it, what rides with a host),
        ``reasons`` (role, zone, source, feature_id, share, area_m2, rule, title, effect, date of the source; what
        decides first, then attributes, then ``rides``: what only riders have and does not count for them),
        ``evidence``, ``next_category`` (category and distance with its unit; None where nothing decides),
        ``next_facts`` (the same as numbers). The reasons of a face that rides are its host's, and the shares are of
        face and host together.

    Raises
    ------
    BadInput
        No such unit, or a point outside the plan.
    """
    again = again or Rejudged(plan)
    faces, unit = _find(again, what, crs)
    row = plan.units.iloc[unit]
    judgement, rules = again.judgement, again.rules
    # Riders have their host's reasons: these are why they are what they are.
    host = plan.faces["host"].fillna(0).to_numpy(dtype=np.int64)
    root = np.where(host > 0, host - 1, np.arange(len(host)))
    own = np.unique(root[faces])
    decided = judgement.category[root[faces]] == int(row["category"])
    rule = _main_rule(judgement, again.area, root, faces[decided] if decided.any() else faces)
    following = next_category(again, int(row["category"]), str(row["kind"]), root, faces)
    return {
        "unit": str(row["code"]),
        "name": str(row["name"]),
        "category": int(row["category"]),
        "area_m2": float(again.area[faces].sum()),
        "rule": f"{rules.rows[rule].id} {rules.rows[rule].title}" if rule >= 0 else "其余区域 (the rest)",
        "rode_m2": float(again.area[np.setdiff1d(faces, own)].sum()),
        "reasons": _reasons(again, judgement, np.union1d(faces, own), own),
        "evidence": _evidence(plan, again.area, faces),
        "next_category": following and {"category": following.category, "distance": following.distance()},
        "next_facts": following and following.facts(),
    }


def _find(again: Rejudged, what: str, crs: str | None) -> tuple[NDArray[np.int64], int]:
    plan, units = again.plan, again.plan.units
    x, comma, y = what.partition(",")
    if comma:
        try:
            point = np.array([shapely.Point(float(x), float(y))], dtype=object)
        except ValueError:
            raise BadInput(f"'{what}' is no point", where="why", wanted="x,y in the plan's CRS") from None
        if crs:
            point, _ = to_crs(point, parse_crs(crs, "--crs"), parse_crs(plan.crs), what)
        hit = again.tree.query(point[0], predicate="intersects")
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
    names, dates = (again.plan.sources[column].fillna("").tolist() for column in ("source", "date"))
    return [
        {
            "role": str(features.role[feature]),
            "zone": str(features.zone[feature]),
            "source": names[features.source[feature]],
            "feature_id": int(features.feature_id[feature]),
            "share": size / whole,
            "area_m2": size,
            "rule": rows[rule].id,
            "title": rows[rule].title,
            "date": dates[features.source[feature]],
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
