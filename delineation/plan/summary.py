"""A plan in numbers: units and areas by county and category, ledger, findings; its reasons in words."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import shapely

from ..case.profile import UNDELIVERED
from ..core.columns import plain_rows
from ..core.messages import Message, Names, plain_names, word
from ..sources.coordinates.areal_scale import areal_scale
from ..sources.coordinates.crs import parse_crs

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from ..case.profile import Role
    from .file import Plan


def summarise(plan: Plan) -> dict[str, Any]:
    """Summary of a plan, as ``run`` and ``info`` print it with ``--json``.

    Returns
    -------
    dict
        ``units``, ``faces`` (numbers), ``area_m2`` (land and sea), ``crs``, ``area_method``, ``area_excess`` (share by
        which these areas exceed those on the ellipsoid in the middle of the plan, None where unknown), ``by_county``
        (county code → category → ``n``, ``area_m2``, ``share`` 0–1 of the county's land), ``sea`` (sea district
        → the same, of its sea), ``ledger`` (``rows``, ``imbalance``), ``findings`` (number by severity), ``capture``,
        ``former_county_codes`` (as of the function).
    """
    units = plan.units
    # A unit at sea is one of faces that a source of role sea covers; its prefix is the profile's word.
    sea = units["unit_id"].isin(())
    if (plan.sources["role"] == "sea").any():  # looked for only there: a county has a hundred thousand rows of coverage
        at_sea = plan.faces["face_id"].isin(plan.coverage.loc[plan.coverage["role"] == "sea", "face_id"])
        sea = units["unit_id"].isin(plan.faces.loc[at_sea, "unit_id"])
    rows = plain_rows(plan.ledger)
    severity = plan.findings["severity"]
    return {
        "units": len(units),
        "faces": len(plan.faces),
        "area_m2": float(plan.faces["area_m2"].sum()),
        "crs": plan.meta["crs"],
        "area_method": plan.meta["area_method"],
        "area_excess": area_excess(plan),
        "by_county": _by_district(units[~sea]),
        "sea": _by_district(units[sea]),
        "ledger": {"rows": rows, "imbalance": float(plan.meta["imbalance"])},
        "findings": {"error": int((severity == "error").sum()), "warning": int((severity == "warning").sum())},
        "capture": json.loads(plan.meta["capture"]),
        "former_county_codes": former_county_codes(plan),
    }


def filled_words(zones: pd.DataFrame) -> list[Message]:
    """Say of each element why land was filled in with its general zone, and how much: information."""
    sizes = zones[zones["filled"] != ""].groupby(["element", "filled"], sort=False)["area_m2"].sum()
    return [
        Message("{element:element}: {filled:filled} ({area:area})", element=element, filled=why, area=float(size))
        for (element, why), size in sizes.items()
    ]


def undelivered_land(
    zones: pd.DataFrame, faces: pd.DataFrame, coverage: pd.DataFrame, roles: Mapping[str, Role]
) -> dict[str, pd.Series]:
    """Find of each unfinished element the faces that it was filled in on: element → mask of the rows of faces."""
    found = {}
    for element, rows in zones[zones["filled"] == UNDELIVERED].groupby("element", sort=False):
        over = [name for name, role in roles.items() if role.element == element or name == "sea"]
        covered = coverage.loc[coverage["role"].isin(over), "face_id"]
        found[str(element)] = faces["county"].isin(rows["county"]) & ~faces["face_id"].isin(covered)
    return found


def former_county_codes(plan: Plan) -> int:
    """Count the unit codes that go on with the code of a county of before."""
    pairs = zip(plan.units["code"].str.slice(2, 8), plan.units["county"], strict=True)
    heirs = json.loads(plan.meta.get("recoded_counties", "{}"))
    return sum(said != lies and lies in heirs.get(said, ()) for said, lies in pairs)


def area_excess(plan: Plan) -> float | None:
    """Give the share by which a plan's areas exceed those on the ellipsoid in its middle; None where nobody can say."""
    if plan.meta["area_method"] == "ellipsoidal":
        return 0.0
    west, south, east, north = shapely.total_bounds(plan.faces["geometry"].to_numpy(dtype=object)).tolist()
    scale = areal_scale(parse_crs(plan.crs), (west + east) / 2, (south + north) / 2)
    return None if math.isnan(scale) else scale - 1


def _by_district(units: pd.DataFrame) -> dict[str, dict[str, dict[str, float]]]:
    out: dict[str, dict[str, dict[str, float]]] = {}
    for county, group in units.groupby("county", sort=True):
        whole = float(group["area_m2"].sum())
        out[str(county)] = {}
        for category in (1, 2, 3):
            mine = group.loc[group["category"] == category, "area_m2"]
            size = float(mine.sum())
            out[str(county)][str(category)] = {"n": len(mine), "area_m2": size, "share": size / whole if whole else 0.0}
    return out


def reason_in_words(said: str, facts: str, language: str, names: Names = plain_names) -> str:
    """Word a reason of a unit or of the ledger anew.

    Parameters
    ----------
    said : str
        As it stands in the plan, in its profile's language: ``units.reasons``, ``ledger.reason``.
    facts : str
        What stands beside it; a reason without facts stays as it was said.
    language : str
        ``zh`` or ``en``.
    names : callable
        What things are called (`glossary`).
    """
    # In the language that it was written in it stays as it was said: templates are worded better with time.
    if not facts or getattr(names, "language", "") == language:
        return said
    return word(Message.read(json.loads(facts)), language, names)
