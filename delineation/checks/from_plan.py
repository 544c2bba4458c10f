"""A plan as the subject of checks."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from ..core.errors import BadInput
from ..core.messages import Message
from ..lists.lint import limits_of, lists_of_plan
from .aliases import kind_of
from .settings import CheckSettings, load_settings
from .shapes import polygonal, union
from .subject import CheckSubject, FieldFacts, LayerFacts, UpperScheme

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapely.geometry.base import BaseGeometry

    from ..core.arrays import Objects
    from ..plan.file import Plan

GROUPING: Mapping[int, str] = {1: "kind", 2: "kind", 3: "county"}
"""How faces are grouped into units where a case does not say."""

_CATEGORY_WORDS = {"priority": 1, "key": 2, "general": 3}


def subject_from_plan(
    plan: Plan,
    *,
    settings: CheckSettings | None = None,
    grouping: Mapping[int, str] | None = None,
    outlines: Mapping[str, BaseGeometry] | None = None,
) -> CheckSubject:
    """Prepare a plan for checking.

    Parameters
    ----------
    plan : Plan
    settings : CheckSettings, optional
        The national profile's by default.
    grouping : mapping of int to str, optional
        Category → word of the case's ``[grouping]``. By default ``plan.meta["grouping"]`` (JSON with the keys
        ``priority``, ``key``, ``general``), else the case file's defaults.
    outlines : mapping of str to geometry, optional
        Land of each county by its code, and the sea under ``""``, where the caller has them (a partition dissolves
        ten times as fast as its faces on their own).

    Returns
    -------
    Subject
        Counties and sea are dissolved from the faces, and the units' own geometry is held against them: topology is
        proven twice, through the faces' labels and from the units' geometry alone.

    Raises
    ------
    BadInput
        The plan has no units or no faces.
    """
    settings = settings or load_settings()
    if not len(plan.units) or not len(plan.faces):
        raise BadInput(
            Message("no units or no faces"), where=Message("plan"), wanted=Message("a plan that has been delineated")
        )
    units = _units(plan.units, settings)
    faces = _faces(plan, units)
    outlines = dict(_outlines(faces) if outlines is None else outlines)
    sea = outlines.pop("", None)
    counties = pd.DataFrame({"code": list(outlines), "geometry": list(outlines.values())})
    x0, y0, x1, y1 = (float(v) for v in shapely.total_bounds(faces["geometry"].to_numpy(dtype=object)))
    table = plan.units.drop(columns="geometry").reset_index(drop=True)
    meanings = {m: m for m in settings.fields["fields"] if m in table}
    return CheckSubject(
        name="units",
        crs=plan.crs,
        units=units,
        settings=settings,
        layers=(LayerFacts("units", plan.crs, (x0, y0, x1, y1)),),
        fields=FieldFacts(table, {str(c): kind_of(table[c]) for c in table}, meanings),
        counties=counties,
        sea=np.array([] if sea is None else [sea], dtype=object),
        zones=_zones(plan.coverage, faces),
        element_zones=_element_zones(plan.element_zones),
        official=_by_role(plan.sources, "official_area_m2"),
        read_area=_by_role(plan.sources, "area_m2"),
        grouping=grouping or _grouping(plan),
        retired=_retired(plan),
        recoded=json.loads(plan.meta.get("recoded_counties", "{}")),
        faces=faces,
        upper=_upper(plan),
        lists=lists_of_plan(plan, settings.profile, limits_of(settings.profile, settings.checks)),
    )


def _upper(plan: Plan) -> UpperScheme | None:
    said = json.loads(plan.meta.get("upper", "null"))
    return None if said is None else UpperScheme(said["mode"], said["category"])


def _outlines(faces: pd.DataFrame) -> dict[str, BaseGeometry]:
    """Land of each county, and the sea under "", from the faces alone."""
    shapes = faces["geometry"].to_numpy(dtype=object)
    sea = faces["sea"].to_numpy(dtype=bool)
    district = np.where(sea, "", faces["county"].to_numpy(dtype=object))
    known = np.flatnonzero(sea | (district != ""))
    codes = sorted(set(district[known].tolist()))
    return {code: union(shapes[known[district[known] == code]]) for code in codes}


def _text(values: pd.Series) -> Objects:
    return np.asarray(values.astype("string").fillna("").str.strip(), dtype=object)


def _units(table: pd.DataFrame, settings: CheckSettings) -> pd.DataFrame:
    code = _text(table["code"])
    prefix = settings.sea_prefix
    return pd.DataFrame(
        {
            "unit_id": _text(table["unit_id"]),
            "code": code,
            "name": _text(table["name"]),
            "category": pd.to_numeric(table["category"], errors="coerce").fillna(0).astype(np.int64).to_numpy(),
            "county": _text(table["county"]),
            "kind": _text(table["kind"]),
            "sea": [c.startswith(prefix) for c in code],
            "area_m2": pd.to_numeric(table["area_m2"], errors="coerce").to_numpy(dtype=np.float64),
            "geometry": table["geometry"].to_numpy(dtype=object),
        }
    )


def _faces(plan: Plan, units: pd.DataFrame) -> pd.DataFrame:
    at_sea = plan.coverage.loc[plan.coverage["role"] == "sea", "face_id"]
    ids = pd.Index(units["unit_id"])
    label = _text(plan.faces["unit_id"])
    # A unit_id that stands twice has no single row: the first takes the faces, the others are found by their overlap.
    first = ids[~ids.duplicated()]
    row = np.flatnonzero(~ids.duplicated())
    found = first.get_indexer(label)
    return pd.DataFrame(
        {
            "face_id": plan.faces["face_id"].to_numpy(),
            "unit": np.where(found >= 0, row[found], -1),
            "county": _text(plan.faces["county"]),
            "sea": plan.faces["face_id"].isin(at_sea).to_numpy(dtype=bool),
            "area_m2": plan.faces["area_m2"].to_numpy(dtype=np.float64),
            "geometry": plan.faces["geometry"].to_numpy(dtype=object),
        }
    )


def _zones(coverage: pd.DataFrame, faces: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """By role, one row a covered face and feature."""
    at = pd.Index(faces["face_id"]).get_indexer(coverage["face_id"])
    keep = at >= 0
    table = pd.DataFrame(
        {
            "role": coverage["role"].to_numpy(dtype=object)[keep],
            "zone": _text(coverage["zone"])[keep],
            "source": coverage["source"].to_numpy()[keep],
            "face": at[keep],
        }
    )
    for column in ("unit", "area_m2", "geometry"):
        table[column] = faces[column].to_numpy()[at[keep]]
    return {str(role): rows.reset_index(drop=True) for role, rows in table.groupby("role", sort=True)}


def _element_zones(table: pd.DataFrame) -> pd.DataFrame | None:
    if not len(table):
        return None
    out = pd.DataFrame({c: _text(table[c]) for c in ("code", "element", "zone", "county", "filled")})
    out["geometry"] = table["geometry"].to_numpy(dtype=object)
    stated = pd.to_numeric(table["area_m2"], errors="coerce").to_numpy(dtype=np.float64)
    measured = shapely.area(polygonal(out["geometry"].to_numpy(dtype=object)))
    out["area_m2"] = np.where(np.isnan(stated), measured, stated)
    return out


def _by_role(sources: pd.DataFrame, column: str) -> dict[str, float]:
    """Sum of a column by role, only for roles whose every source states it: half a sum proves nothing."""
    if column not in sources or not len(sources):
        return {}
    values = pd.to_numeric(sources[column], errors="coerce")
    values = values.where(values > 0)
    complete = ~values.isna().groupby(sources["role"]).any()
    sums = values.groupby(sources["role"]).sum()[complete]
    return {str(role): float(v) for role, v in sums.items()}


def _grouping(plan: Plan) -> dict[int, str]:
    said = json.loads(plan.meta.get("grouping", "{}"))
    return {digit: str(said.get(word, GROUPING[digit])) for word, digit in _CATEGORY_WORDS.items()}


def _retired(plan: Plan) -> frozenset[str]:
    """Codes retired before, and the last version's that no unit continues: a present unit may not carry them."""
    before = frozenset(str(code) for code in json.loads(plan.meta.get("retired_codes", "[]")))
    if not len(plan.lineage):
        return before
    old, new = _text(plan.lineage["old"]), _text(plan.lineage["new"])
    return before | frozenset(old.tolist()) - frozenset(old[old == new].tolist()) - {""}
