"""The unit that goes on in another plan: by its code or id where most of the unit lies, else by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ...delineation.plan.file import Plan

HALF = 0.5
ASKED = 12  # faces of a unit, the largest ones, whose places are looked up


@dataclass(frozen=True)
class Places:
    """Where units lay in the plan in which somebody chose them: enough to find them in any later one.

    Attributes
    ----------
    codes, ids : tuple of str
        Of the units.
    crs : str
    unit : (n,) int64
        Of each place, the number of its unit.
    points : (n,) object
    weight : (n,) float64
        m² of the face that a place lies in.
    """

    codes: tuple[str, ...]
    ids: tuple[str, ...]
    crs: str
    unit: NDArray[np.int64]
    points: NDArray[np.object_]
    weight: NDArray[np.float64]


def places_of(plan: Plan, unit_ids: Sequence[str]) -> Places:
    """Note where units of a plan lie."""
    import pandas as pd
    import shapely

    ids = tuple(unit_ids)
    number = pd.Index(ids).get_indexer(plan.faces["unit_id"])
    rows = np.flatnonzero(number >= 0)
    faces = plan.faces.iloc[rows].assign(unit=number[rows]).sort_values("area_m2", ascending=False, kind="stable")
    faces = faces.groupby("unit", sort=False).head(ASKED)
    codes = dict(zip(plan.units["unit_id"], plan.units["code"], strict=True))
    return Places(
        codes=tuple(str(codes.get(one, "")) for one in ids),
        ids=ids,
        crs=plan.crs,
        unit=faces["unit"].to_numpy(dtype=np.int64),
        points=np.asarray(shapely.point_on_surface(faces["geometry"].to_numpy(dtype=object)), dtype=object),
        weight=faces["area_m2"].to_numpy(dtype=np.float64),
    )


def units_at(places: Places, plan: Plan) -> list[str]:
    """Find the units of a plan that go on from those that were chosen in another one.

    Codes and ids are given anew by many a run, so that one alone may be another unit's by now: it counts where the unit
    holds half of the places of the one before. Else that is taken which holds most of these places.

    Parameters
    ----------
    places : Places
    plan : Plan

    Returns
    -------
    list of str
        Ids in the plan, each once; fewer where some lie outside it.
    """
    import shapely

    points = _moved(places.points, places.crs, plan.crs)
    tree = shapely.STRtree(plan.units["geometry"].to_numpy(dtype=object))
    place, unit = tree.query(points, predicate="intersects") if len(points) else np.empty((2, 0), dtype=np.int64)
    ids, codes = plan.units["unit_id"].tolist(), plan.units["code"].tolist()
    found = []
    for number in range(len(places.ids)):
        mine = places.unit[place] == number
        weight = np.bincount(unit[mine], weights=places.weight[place[mine]], minlength=len(ids))
        there = np.flatnonzero(weight >= HALF * weight.sum()).tolist() if weight.any() else []
        same = [row for row in there if codes[row] == places.codes[number]]
        same += [row for row in there if ids[row] == places.ids[number]]
        if weight.any():
            found.append(str(ids[same[0] if same else int(weight.argmax())]))
    return list(dict.fromkeys(found))


def place_after(place: str, crs: str, plan: Plan) -> str:
    """Give a place, ``x,y`` in a CRS, in that of a plan."""
    import shapely

    x, _, y = place.partition(",")
    (point,) = _moved(np.array([shapely.Point(float(x), float(y))], dtype=object), crs, plan.crs)
    return f"{point.x!r},{point.y!r}"


def _moved(points: Any, crs: str, to: str) -> Any:
    from ...delineation.core.messages import at
    from ...delineation.sources.coordinates.crs import parse_crs, to_crs

    one, other = parse_crs(crs), parse_crs(to)
    return points if one == other else to_crs(points, one, other, at(crs))[0]
