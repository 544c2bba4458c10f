"""The unit that goes on in another plan: by its code or id where it lies where the unit lay, else by place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ...delineation.plan.file import Plan

__all__ = ["place_after", "units_after"]

ASKED = 12  # faces of the unit, the largest ones, whose places are looked up


def units_after(old: Plan, unit_ids: Sequence[str], new: Plan) -> list[str]:
    """Find the units of a new plan that go on from units of another one.

    Codes and ids are given anew by many a run, so that one alone may be another unit's by now: it counts where the unit
    has places in common with the one before. Else that is taken which holds most of these places.

    Parameters
    ----------
    old : Plan
    unit_ids : sequence of str
        Ids in it.
    new : Plan

    Returns
    -------
    list of str
        Ids in the new plan, each once; fewer where some lie outside it.
    """
    found = [_unit_after(old, unit_id, new) for unit_id in unit_ids]
    return [one for one in dict.fromkeys(found) if one]


def place_after(old: Plan, place: str, new: Plan) -> str:
    """Give a place, ``x,y`` in the CRS of a plan, in that of another one."""
    import shapely

    x, _, y = place.partition(",")
    (point,) = _moved(np.array([shapely.Point(float(x), float(y))], dtype=object), old, new)
    return f"{point.x!r},{point.y!r}"


def _moved(points: Any, old: Plan, new: Plan) -> Any:
    from ...delineation.core.messages import at
    from ...delineation.sources.coordinates.crs import parse_crs, to_crs

    one, other = parse_crs(old.crs), parse_crs(new.crs)
    return points if one == other else to_crs(points, one, other, at(old.meta["name"]))[0]


def _unit_after(old: Plan, unit_id: str, new: Plan) -> str:
    import shapely

    faces = old.faces[(old.faces["unit_id"] == unit_id).to_numpy()]
    if not len(faces):
        return ""
    area = faces["area_m2"].to_numpy(dtype=np.float64)
    most = np.argsort(-area, kind="stable")[:ASKED]
    points = shapely.point_on_surface(faces["geometry"].to_numpy(dtype=object)[most])
    points = _moved(points, old, new)
    tree = shapely.STRtree(new.units["geometry"].to_numpy(dtype=object))
    place, unit = tree.query(points, predicate="intersects")
    weight = np.bincount(unit, weights=area[most][place], minlength=len(new.units))
    if not weight.any():
        return ""
    code = old.units.loc[old.units["unit_id"] == unit_id, "code"]
    for column, value in (("code", code.iloc[0] if len(code) else ""), ("unit_id", unit_id)):
        same = np.flatnonzero((new.units[column] == value).to_numpy() & (weight > 0))
        if len(same):
            return str(new.units["unit_id"].iloc[same[0]])
    return str(new.units["unit_id"].iloc[int(weight.argmax())])
