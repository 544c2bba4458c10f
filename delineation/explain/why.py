"""Why a unit or a place is what it is: rule, measured shares, source features, evidence, the next category."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from ..case.names import glossary
from ..case.profile import UNDELIVERED, profile_for_words
from ..core.arrays import number_of
from ..core.errors import BadInput
from ..core.messages import Message, at, word
from ..core.sums import sum_by
from ..core.text import nearest
from ..plan.file import read_plan
from ..plan.summary import reason_in_words, undelivered_land
from ..rules.filing import MERGED, PUT, REST
from ..rules.rejudging import Rejudged
from ..rules.table import ATTRIBUTE
from ..sources.coordinates.crs import parse_crs, to_crs
from .divisions import adopted_division
from .next_category import next_category

if TYPE_CHECKING:
    from ..core.arrays import Floats, Ints
    from ..plan.file import Plan
    from ..rules.judging import Judgement


class OutsidePlan(BadInput):
    """A point lies beside the plan (exit code 2)."""


def why(
    plan: Plan | str | Path, what: str, *, crs: str | None = None, again: Rejudged | None = None, language: str = "en"
) -> dict[str, Any]:
    """Explain a unit or the place of a point.

    Parameters
    ----------
    plan : Plan or path
    what : str
        A unit's code or id, or ``x,y``.
    crs : str, optional
        CRS of the point, if not the plan's.
    again : Rejudged, optional
        Of this plan, kept by a caller who asks often: judging all faces is most of the work.

    language : str
        Of ``filed`` and of the sentence in ``next_category``.

    Returns
    -------
    dict
        ``unit`` (code), ``name``, ``category``, ``area_m2``, ``rule``, ``merged_m2`` and ``put_m2`` (of it, what
        cleaning gave to the unit, and what the method, the level above or people did against what rules say of it),
        ``filed`` (the unit's reasons as they are filed, in ``language``; ``filed_facts`` is the message), ``reasons``
        (role, zone, grade, source, feature_id, feature: its name or "", share and area_m2 it covers, decides_m2 of it
        that is filed as its rule's, rule, title, effect, date of the source; what decides first, then attributes, then
        ``rides``: what only merged land has and does not count for it),
        ``evidence``, ``next_category`` (category and distance in English; None where no rule is near),
        ``filled`` (of it what unfinished elements leave out: ``element``, ``zone``, ``filled``, ``area_m2``,
        ``share``),
        ``next_facts`` (``Next`` as numbers; None where a method alone has given the category), ``adopted`` (the relabel
        that the plan's labels come from; None where they are a run's), ``update`` (of a plan that goes on from last
        year's units: ``year``, ``file``, and m² by what became of the land; None of any other). The reasons of a face
        that rides are its host's, and the shares are of face and host together.

    Raises
    ------
    BadInput
        No such unit; ``OutsidePlan``: a point outside the plan.

    Examples
    --------
    >>> from control_units.delineation import verbs
    >>> verbs.why("plan.gpkg", "502000,3402000")["rule"]
    'R01 生态保护红线'
    """
    plan = read_plan(Path(plan)) if isinstance(plan, str | Path) else plan
    again = again or Rejudged(plan)
    faces, unit = _find(again, what, crs)
    row = plan.units.iloc[unit]
    judgement, rules = again.judgement, again.rules
    # Riders have their host's reasons: these are why they are what they are.
    root = again.root
    own = np.unique(root[faces])
    decided = judgement.category[root[faces]] == int(row["category"])
    rule = _main_rule(judgement, again.area, root, faces[decided] if decided.any() else faces)
    following = next_category(again, int(row["category"]), str(row["kind"]), root, faces)
    return {
        "unit": str(row["code"]),
        "name": str(row["name"]),
        "category": int(row["category"]),
        "area_m2": float(again.area[faces].sum()),
        "rule": f"{rules.rows[rule].id} {rules.rows[rule].title}" if rule >= 0 else "the rest",
        "merged_m2": float(again.area[faces[again.credit[faces] == MERGED]].sum()),
        "put_m2": float(again.area[faces[again.credit[faces] == PUT]].sum()),
        "filed": reason_in_words(str(row["reasons"] or ""), str(row["facts"] or ""), language, glossary()),
        "filed_facts": json.loads(str(row["facts"] or "null")),
        "reasons": _reasons(again, judgement, faces, own),
        "evidence": _evidence(again, faces),
        "filled": _filled(again, faces),
        "next_category": (
            {"category": following.category, "distance": word(following.distance(), language, glossary())}
            if following and following.category
            else None
        ),
        "next_facts": following and following.facts(),
        "adopted": adopted_division(plan.journal),
        "update": _update(again, faces),
    }


def _update(again: Rejudged, faces: Ints) -> dict[str, Any] | None:
    """Say what an update did with faces, m² each; ``unknown`` of those that have been cut since."""
    said = json.loads(again.plan.meta.get("update", "null"))
    if said is None:
        return None
    number = again.plan.faces["face_id"].to_numpy(dtype=np.int64)[faces]
    size, left = again.area[faces], number <= int(said["count"])
    sizes = {"unknown": float(size[~left].sum())}
    for name, ids in said["faces"].items():
        mine = np.isin(number, ids)
        sizes[name] = float(size[mine].sum())
        left &= ~mine
    return {"year": said["year"], "file": said["file"], "area_m2": {"kept": float(size[left].sum()), **sizes}}


def _find(again: Rejudged, what: str, crs: str | None) -> tuple[Ints, int]:
    plan, units = again.plan, again.plan.units
    x, comma, y = what.partition(",")
    if comma:
        try:
            easting, northing = float(x), float(y)
        except ValueError:
            raise BadInput(
                Message("'{what}' is no point", what=what),
                where=Message("why"),
                wanted=Message("x,y in the plan's CRS"),
            ) from None
        point = np.array([shapely.Point(easting, northing)], dtype=object)
        if crs:
            point, _ = to_crs(point, parse_crs(crs, Message("--crs")), parse_crs(plan.crs), at(what))
        hit = again.tree.query(point[0], predicate="intersects")
        if not len(hit):
            raise OutsidePlan(
                Message("point {easting:.8g},{northing:.8g} lies outside the plan", easting=easting, northing=northing),
                where=Message("why"),
                wanted=Message("a point in its area, in {crs} or in the CRS that --crs names", crs=plan.meta["crs"]),
            )
        face = int(hit.min())
        unit_id = plan.faces["unit_id"].iloc[face]
        return np.array([face]), int(np.flatnonzero(units["unit_id"] == unit_id)[0])
    found = np.flatnonzero((units["code"] == what) | (units["unit_id"] == what))
    if not len(found):
        raise BadInput(
            Message("no unit '{what}'", what=what),
            where=Message("why"),
            wanted=nearest(what, units["code"].astype(str)),
        )
    unit = int(found[0])
    return np.flatnonzero(plan.faces["unit_id"] == units["unit_id"].iloc[unit]), unit


def _main_rule(judgement: Judgement, area: Floats, root: Ints, faces: Ints) -> int:
    rule = judgement.rule[root[faces]] + 1
    return int(sum_by(rule, area[faces], number_of(rule)).argmax()) - 1


def _reasons(again: Rejudged, judgement: Judgement, asked: Ints, own: Ints) -> list[dict[str, Any]]:
    """Rules that speak of these faces, by source feature: deciding ones first, then by area, then the riders'."""
    faces = np.union1d(asked, own)
    use = np.isin(judgement.reason_face, faces)
    face, feature, rule = (
        every[use] for every in (judgement.reason_face, judgement.reason_feature, judgement.reason_rule)
    )
    filed = (again.credit[face] == rule) & (judgement.feature[face] == feature) & np.isin(face, asked)
    table = pd.DataFrame(
        {
            "feature": feature,
            "rule": rule,
            "rides": ~np.isin(face, own) & (again.credit[face] < REST),
            "area_m2": again.area[face],
            "decides_m2": again.area[face] * filed,
        }
    )
    # What riders have in common with their hosts is counted with these.
    sums = {"area_m2": "sum", "decides_m2": "sum", "rides": "all"}
    table = table.groupby(["feature", "rule"], sort=True).agg(sums).reset_index()
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
            "grade": str(features.grade[feature]),
            "source": names[features.source[feature]],
            "feature_id": int(features.feature_id[feature]),
            "feature": str(features.name[feature]),
            "share": size / whole,
            "area_m2": size,
            "decides_m2": decides,
            "rule": rows[rule].id,
            "title": rows[rule].title,
            "date": dates[features.source[feature]],
            "effect": "rides" if rides else "attribute" if rows[rule].effect == ATTRIBUTE else rows[rule].effect,
        }
        for feature, rule, rides, size, decides in zip(
            *(table[name].tolist() for name in ("feature", "rule", "rides", "area_m2", "decides_m2")), strict=True
        )
    ]


def _filled(again: Rejudged, faces: Ints) -> list[dict[str, Any]]:
    """Say how much of faces was filled in with general zones that nobody delivered."""
    plan, area = again.plan, again.area[faces]
    if UNDELIVERED not in set(plan.element_zones["filled"]):
        return []
    land = undelivered_land(plan.element_zones, plan.faces, plan.coverage, profile_for_words(plan).roles)
    sizes = {element: float(area[mask.to_numpy()[faces]].sum()) for element, mask in land.items()}
    return [
        {"element": element, "zone": "general", "filled": UNDELIVERED, "area_m2": size, "share": size / area.sum()}
        for element, size in sizes.items()
        if size
    ]


def _evidence(again: Rejudged, faces: Ints) -> list[dict[str, Any]]:
    """Area-weighted evidence of the faces, with the share that data covers."""
    plan, area = again.plan, again.area
    table = plan.evidence[plan.evidence["face_id"].isin(plan.faces["face_id"].iloc[faces])]
    least = float(plan.meta["covered_min"])
    whole = float(area[faces].sum())
    out = []
    for raster, rows in table.groupby("raster", sort=True):
        weight = rows["covered"].fillna(0).to_numpy() * area[again.rows_of(rows["face_id"])]
        covered = float(weight.sum()) / whole
        value = rows["mean"].to_numpy(dtype=np.float64)
        known = (weight > 0) & ~np.isnan(value)
        # Shares of the weight: a sum of values by area may be beyond what a number holds.
        mean = float(weight[known] / weight[known].sum() @ value[known]) if known.any() else None
        most = pd.Series(weight).groupby(rows["majority"].to_numpy()).sum()
        majority = float(most.idxmax()) if len(most) else None
        out.append(
            {
                "raster": str(raster),
                "mean": mean,
                "majority": majority,
                "covered": covered,
                "decides": covered >= least,
            }
        )
    return out
